/* Liquibase's changes as the SQL that they send to PostgreSQL, parsed. What it claims is in
 * liquibase-standard's sqlgenerator/core, datatype/core and database/core/PostgresDatabase (4). */
#ifndef LOWER_LIQUIBASE_H
#define LOWER_LIQUIBASE_H

#include "lower/lower.h"

/* Lowers the changesets of documents (host/document_p.h), given in the order in which they run. ${x} is what
 * a property says, else a hole. A change that is not understood is a BLIND_OPERATION and a havoc over the
 * table that it names, else over all. Preconditions are not looked at, rollbacks do not run. */
void liquibase_lower(struct arena *a, const struct lower_migration *migrations, uint32_t n,
	const struct lower_sql *sql, struct lower_result *out);

#endif
