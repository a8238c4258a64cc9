/* TypeORM's query runner as the SQL that it sends to PostgreSQL, parsed.
 *
 * What it claims is in typeorm's src/driver/postgres/PostgresQueryRunner.ts (createTableSql,
 * buildCreateColumnSql …) and src/naming-strategy/DefaultNamingStrategy.ts. */
#ifndef LOWER_TYPEORM_H
#define LOWER_TYPEORM_H

#include "lower/lower.h"

/* Lowers the migrations, in the order in which they run: each a BLOCK, what `up` does. What stands under a
 * test of hasTable(), hasColumn() or getTable() happens where it applies, under any other condition it may
 * happen. Changes of a column that depend on what it was, and methods that are not known, are a BLIND_OPERATION
 * and a havoc over the table. */
void typeorm_lower(struct arena *a, const struct lower_migration *migrations, uint32_t n,
	const struct lower_sql *sql, struct lower_result *out);

#endif
