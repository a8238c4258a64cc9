/* What several rules ask of the world, and the words in which they answer. */
#ifndef RULE_CROSSING_H
#define RULE_CROSSING_H

#include "rule/rule.h"

#define NO_SERVICE UINT32_MAX

/* A relation as people call it: "r10_user" where services share `public`, else "billing.plan". */
struct str crossing_name(
	const struct world *w, struct arena *a, uint32_t database, uint32_t object);
/* The same, by the name that it had at a moment. */
struct str crossing_name_then(
	const struct world *w, struct arena *a, uint32_t database, uint32_t object, moment at);

/* True for a use of the present whose name binds to a relation that exists, or may. */
bool crossing_binds(const struct use *u);
/* How sure a bound use is: its own confidence, at most likely where the relation only may exist. */
enum confidence crossing_confidence(const struct use *u);
/* EXISTENCE as a premise: false when there is nothing to judge; lowers *C where it is a maybe. */
bool crossing_exists(enum existence e, enum confidence *c);
/* Where a use is to be shown: at its statement. crossing_named() adds the place from where the name is
 * put in, when that is another. */
struct place crossing_place(const struct use *u);
void crossing_named(struct findings *f, struct finding *x, const struct use *u);
/* False for tests, scripts, set-up and the like: they are listed, and fail nothing. */
bool crossing_judged(enum file_class class);

/* Of the accesses of U that are in MASK, those that nobody granted to its service; *WHY is set to
 * the line of a grant that allowed some. */
uint32_t crossing_ungranted(const struct world *w, const struct use *u, uint32_t mask);

/* True when a configuration says which services there are, and all of them were read: only then does it
 * mean something that a finding is not there. */
bool crossing_all_read(const struct world *w);

/* True when what is left behind in SERVICE is to be told: of a change only in what it could change. */
bool crossing_may_mend(const struct findings *f, uint32_t service);

/* The service whose migration did what happened at a moment; NO_SERVICE for moment 0. */
uint32_t crossing_actor(const struct world *w, moment at);
/* Where the words of a happening are that say T. */
struct place crossing_touch_place(
	const struct world *w, const struct happening *h, const struct touched *t);
/* The source line of a place; empty when it was not kept. */
struct str crossing_source(const struct world *w, const struct place *p);
/* True when T is only a part of a relation that H makes or drops as a whole. */
bool crossing_is_part(const struct happening *h, const struct touched *t);
/* Where the object was made, as closely as its event says it. */
struct place crossing_born_place(const struct world *w, uint32_t database, uint32_t object);

/* Sets object and owner of X, and adds the second place that says why the owner is the owner. */
void crossing_owned(struct findings *f, struct finding *x, uint32_t database, uint32_t object,
	const struct owner *owner);
/* The same, by the name and the owner that it had at a moment. */
void crossing_owned_then(struct findings *f, struct finding *x, uint32_t database, uint32_t object,
	const struct owner *owner, moment at);

/* "when hub deletes a row of r10_user, the database deletes the rows of live_token that refer to it":
 * ON_DELETE as pg_constraint.confdeltype. */
struct str crossing_delete_effect(
	struct arena *a, char on_delete, struct str owner, struct str target, struct str table);

/* "reads", "inserts into and updates": what a service does with ACCESS. */
struct str crossing_verbs(struct arena *a, uint32_t access);
/* "[insert, update]": ACCESS as `may:` of a grant takes it. */
struct str crossing_may(struct arena *a, uint32_t access);

/* Where the words stand that did T of the object at a moment; its happening's place when none say it. */
struct place crossing_said_place(const struct world *w, moment at, uint32_t object);
/* The nearest line that is left of what made the base's object: in the file of that path, the last
 * statement that stands no further down. FALLBACK when that file is not there any more. */
struct place crossing_left_place(
	const struct findings *f, uint32_t database, uint32_t object, struct place fallback);

/* True when code of another service than ACTOR, or of a revision that still runs, does it again and
 * again to what is there: what a change breaks. */
bool crossing_suffers(const struct use *u, uint32_t actor);
/* The first column of U that is COLUMN, used with one of ACCESS; NULL: none. */
const struct column_used *crossing_column(
	const struct world *w, const struct use *u, uint32_t column, uint32_t access);
/* "odds and notifications": the services that suffer by X, as its victims say; *SEVERAL: more than one. */
struct str crossing_sufferers(const struct findings *f, const struct finding *x, bool *several);

/* Judges the renames that the operation NAME of a framework makes: a table's, and those of the
 * automatic many-to-many tables and columns that move along. WHAT begins the message. */
struct rename_words {
	const char *operation; /* "RenameModel" */
	struct str (*what)(struct arena *a, const struct unit *u, const struct operation *op);
	const char *unchanged; /* why nothing moves in the database */
};
void rename_check(const struct world *w, struct findings *f, const struct rule *r,
	const struct rename_words *words);

#endif
