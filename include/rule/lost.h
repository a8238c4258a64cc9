/* Names that ended and are still used: what drop-used and rename-used have in common. */
#ifndef RULE_LOST_H
#define RULE_LOST_H

#include "rule/crossing.h"

/* The name of a table, a column or a schema that an event took away, and the uses that still say it. Of a
 * schema, .relation and .object are the first of its relations that is used. */
struct lost {
	uint32_t database;
	moment ended;      /* the event */
	uint32_t relation; /* objects: the relation, or the column's */
	uint32_t object;   /* objects: what had the name: the relation, or the column */
	struct str name;   /* the column's; empty: the relation's own name went */
	struct str schema; /* that went, and with it the names of all that is in it; empty: none did */
	struct str after;  /* what it is called now; empty: it was dropped */
	VEC(uint32_t) uses; /* world.uses */
};
struct losses {
	VEC(struct lost) list; /* in the order of their first uses */
};

/* Collects them from the uses of code and of what is stored; what happened once is past. */
void lost_collect(const struct world *w, struct arena *a, struct losses *out);

/* Begins the finding about X: place, object, owner and victims; NULL when nobody suffers. VERB:
 * "dropped here". The caller says the rest. */
struct finding *lost_finding(struct findings *f, const struct rule *r, const struct lost *x,
	const char *verb);
/* "r10_user.language", "table r10_device": by the name that is lost. */
struct str lost_display(const struct world *w, struct arena *a, const struct lost *x);
/* Adds the use U as a victim of X, which ACTOR did: at the name of COLUMN, or of its relation when that is
 * empty. Nothing when that place is the last victim's already. */
void lost_victim(struct findings *f, struct finding *x, const struct use *u, struct str column,
	uint32_t actor);
/* "odds still reads", "odds and notifications still use": of the services that suffer. */
struct str lost_sufferers(const struct findings *f, const struct finding *x);

#endif
