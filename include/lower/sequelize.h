/* Sequelize's query interface as the SQL that it sends to PostgreSQL, parsed.
 *
 * What it claims is in sequelize 6's lib/dialects/abstract/query-interface.js, query-generator.js and
 * lib/dialects/postgres/query-generator.js, data-types.js. */
#ifndef LOWER_SEQUELIZE_H
#define LOWER_SEQUELIZE_H

#include "lower/lower.h"

/* Lowers the migrations, in the order in which they run: each a BLOCK, what `up` does. What stands under a
 * test of tableExists(), describeTable() or showAllTables() happens where it applies, under any other condition
 * it may happen. Rows (bulkInsert() and such) are not looked at. A method that is not known is a
 * BLIND_OPERATION and a havoc over the table that it names. */
void sequelize_lower(struct arena *a, const struct lower_migration *migrations, uint32_t n,
	const struct lower_sql *sql, struct lower_result *out);

#endif
