/* Grants as they are lived by: whether somebody does what one allows, and when it ended. */
#ifndef RULE_GRANT_H
#define RULE_GRANT_H

#include "rule/rule.h"

/* One grant, and what of the world is about it. */
struct grant_state {
	const struct grant *grant;
	uint32_t service;   /* who grants */
	uint32_t to;        /* whom */
	bool *used;         /* by grant->tables: the grantee does something there that it allows */
	bool *known;        /* by grant->tables: names a relation, or what somebody uses */
	bool *allows;       /* by grant->tables: one that the granting service may grant */
	struct place place; /* of the first use; .file 0: none */
	uint32_t computed;  /* statements of the grantee that are not known */
};

/* Calls JUDGE for each grant of each service. */
void grants_each(const struct world *w, struct findings *f,
	void (*judge)(const struct world *w, struct findings *f, const struct grant_state *g));
bool grant_is_used(const struct grant_state *g);
/* Where the grant, or one of its tables, stands. */
struct place grant_place(uint32_t line);
/* "r10_device, r10_note": its tables as they are written. */
struct str grant_tables(const struct grant_state *g, struct arena *a);
/* What tells it from other grants of the service. */
void grant_cause(struct findings *f, struct finding *x, const struct grant_state *g);

/* Adds to X, of SERVICE, the grants of ACCESS on the object that ended: they would have allowed it. */
void grant_relate_ended(struct findings *f, struct finding *x, uint32_t database, uint32_t object,
	uint32_t service, uint32_t access);

#endif
