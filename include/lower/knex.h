/* Knex's schema builder as the SQL that it sends to PostgreSQL, parsed.
 *
 * What it claims is in knex 3.3's lib/schema/{tablebuilder,tablecompiler,columnbuilder,columncompiler}.js and
 * lib/dialects/postgres/schema/; tests/oracle/knex_steps.py holds it to the real one. */
#ifndef LOWER_KNEX_H
#define LOWER_KNEX_H

#include "lower/lower.h"

/* Lowers the migrations, in the order in which they run: each a BLOCK, what `up` does.
 *
 * What stands under a test of hasTable() or hasColumn() happens where it applies, what stands under any other
 * condition may happen. Names are taken as written: what a wrapIdentifier() makes of them is not known. A
 * view's query that the builder puts together, and calls that are not known, are a BLIND_OPERATION, the
 * former with a havoc over the view. */
void knex_lower(struct arena *a, const struct lower_migration *migrations, uint32_t n,
	const struct lower_sql *sql, struct lower_result *out);

#endif
