/* SQL histories replayed into a catalog, and the catalog as text that can be compared. */
#ifndef TESTS_ORACLE_HISTORY_H
#define TESTS_ORACLE_HISTORY_H

#include "catalog/catalog.h"

struct history {
	struct arena *arena;
	struct catalog catalog;
	struct session session;
	struct unit unit; /* the statements that were read last, in order */
	struct str text;
	struct applied *results; /* by statement of the unit */
	bool *applied;           /* by statement: executed where it stands */
	moment at;               /* the last one */
};

/* An empty database and a connection of postgres to it. */
void history_begin(struct history *h, struct arena *a);

/* Another connection of ROLE, which may be empty. */
void history_connect(struct history *h, struct str role);

/* Reads TEXT as a unit of its own and applies its statements one by one. */
void history_go_on(struct history *h, struct str text,
	void (*after)(struct history *h, uint32_t statement, void *data), void *data);

/* Reads TEXT and applies its statements one by one, the first at moment 1. AFTER is called behind
 * each statement that was applied. */
void history_replay(struct history *h, struct arena *a, struct str text,
	void (*after)(struct history *h, uint32_t statement, void *data), void *data);

/* The schemas and relations that exist, sorted by schema and name, with their owners, columns and constraints,
 * one a line. */
void history_dump(const struct history *h, struct buf *out);

#endif
