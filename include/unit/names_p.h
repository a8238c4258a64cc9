/* The symbols of a unit by name and scope: what a use at a place can mean, without looking at all
 * of them. */
#ifndef UNIT_NAMES_P_H
#define UNIT_NAMES_P_H

#include "base/map.h"
#include "unit/unit.h"

#define NO_SCOPE UINT32_MAX

/* A symbol with what it is sorted by: name, scope, and the offset from which it counts. */
struct name_symbol {
	uint32_t name; /* number of the name, in order of appearance */
	uint32_t from, to, effect, symbol;
};

/* The symbols with one name in one scope: .first .. .first + .count of .symbols. */
struct name_scope {
	uint32_t from, to, first, count;
	uint32_t outer; /* index of the scope with the same name around it, NO_SCOPE: none */
	uint32_t done;  /* for the user of the index */
};

struct names {
	struct map map; /* name → its number and scopes */
	VEC(struct name_symbol) symbols;
	VEC(struct name_scope) scopes;
};

/* Makes the index in the arena. HEADS: names count up to their first dot. */
void names_index(struct names *n, struct arena *a, const struct unit *u, bool heads);
/* The innermost scope around OFFSET in which NAME is defined, NO_SCOPE: none. */
uint32_t names_find(const struct names *n, struct str name, uint32_t offset);

#endif
