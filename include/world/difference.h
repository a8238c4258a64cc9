/* What a change does to the databases: two worlds compared, object by object.
 *
 * Relations pair by the name they have now, then by a former one; columns likewise within their
 * relation, constraints by what they say. So a table that is made anew, filled and renamed into the
 * old one's place is the same table, and a squash of migrations is no difference. */
#ifndef WORLD_DIFFERENCE_H
#define WORLD_DIFFERENCE_H

#include "world/world.h"

enum change_kind {
	CHANGE_RELATION_NEW,
	CHANGE_RELATION_GONE,
	CHANGE_RELATION_RENAMED,
	CHANGE_COLUMN_NEW,
	CHANGE_COLUMN_GONE,
	CHANGE_COLUMN_RENAMED,
	CHANGE_TYPE,       /* of a column */
	CHANGE_NOT_NULL,   /* a column takes no NULL any more */
	CHANGE_NO_DEFAULT, /* a column has lost its default */
	CHANGE_CONSTRAINT, /* one more on a relation that was there; a unique index is one */
};

/* Of a column or constraint, .relation and .relation_before are the relation that it belongs to. */
struct change {
	enum change_kind kind;
	uint32_t database;        /* head's */
	uint32_t relation;        /* head's object; 0: gone */
	uint32_t object;          /* head's: column, constraint, or the relation itself; 0: gone */
	uint32_t database_before; /* base's */
	uint32_t relation_before; /* base's; 0: new */
	uint32_t before;          /* base's: column, or the relation itself; 0: new */
	moment at; /* the head's event that made it so; 0: none, what made it before is not there */
};

struct difference {
	VEC(struct change) list; /* by database, in the order of their objects */
};

/* Compares the databases of the two worlds that have the same name. Only what certainly exists counts
 * as there, and only what certainly does not as gone. */
void world_compare(const struct world *head, const struct world *base, struct arena *a,
	struct difference *out);

/* True when an index, or a constraint, is of its columns as they stand, and not of expressions. */
bool world_is_of_columns(const struct catalog *c, const struct object *index, struct arena *a);

/* CHECK's expression, as written; empty for other constraints, or when it is not known. */
struct str world_constraint_text(
	const struct world *w, uint32_t database, uint32_t constraint);

#endif
