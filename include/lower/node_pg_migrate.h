/* node-pg-migrate's `pgm` as the SQL that it sends to PostgreSQL, parsed.
 *
 * What it claims is in node-pg-migrate 10's src/operations/{tables,indexes,schemas}/ and src/utils/types.ts. */
#ifndef LOWER_NODE_PG_MIGRATE_H
#define LOWER_NODE_PG_MIGRATE_H

#include "lower/lower.h"

/* Lowers the migrations, in the order in which they run: each a BLOCK, what `up` does. Shorthands of columns
 * that a migration exports are not looked at: such a type is taken as it is written. An operation that is not
 * known is a BLIND_OPERATION and a havoc over what it names. */
void node_pg_migrate_lower(struct arena *a, const struct lower_migration *migrations, uint32_t n,
	const struct lower_sql *sql, struct lower_result *out);

#endif
