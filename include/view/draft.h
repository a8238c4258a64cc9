/* A draft of pgbounds.yaml as a document: what a world tells of owners, writers, roles and names, each
 * with the evidence for it in words. */
#ifndef VIEW_DRAFT_H
#define VIEW_DRAFT_H

#include "base/str.h"
#include "base/vec.h"

struct arena;
struct world;

/* A name and why it stands there: sentences without periods. */
struct draft_name {
	struct str name;
	VEC(struct str) because;
};

/* What the owner may allow. */
struct draft_grant {
	struct str to, may; /* may: "[insert, update]" */
	struct draft_name table;
	bool in_force; /* it says how things are; else it is for people to decide */
	struct str reason;
};

struct draft_service {
	struct str name;
	bool is_operator;
	VEC(struct str) because; /* what makes it one; where its migrations are */
	VEC(struct draft_name) roles, schemas, tables;
	VEC(struct draft_grant) grants;
};

struct draft_doc {
	VEC(struct draft_service) services; /* in the order of the configuration */
	VEC(struct draft_name) open;        /* relations for which no owner can be said */
	VEC(struct draft_name) external;
};

/* What has to be known before owners can be told: who is an operator, and whose the roles are. Fills
 * .services but for what they own. */
void view_draft_roles(struct arena *a, const struct world *w, struct draft_doc *out);
/* Adds owners, grants and external names, by a world that knows the roles. */
void view_draft_owners(struct arena *a, const struct world *w, struct draft_doc *out);

/* The services in an order in which each stands behind those whose relations its migrations did not
 * find: histories are merged by it. Else the order stays. */
uint32_t *view_draft_order(struct arena *a, const struct world *w);

/* By service: does it make or use a relation that another one makes or uses, too? What has nothing to
 * do with the others is of another database. */
bool *view_draft_concerned(struct arena *a, const struct world *w);

#endif
