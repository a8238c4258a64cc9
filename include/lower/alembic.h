/* Alembic's operations as the SQL that they send to PostgreSQL, parsed.
 *
 * What it claims is in alembic/operations/ops.py, toimpl.py, ddl/impl.py, ddl/postgresql.py (1.8) and in
 * SQLAlchemy's sql/schema.py and dialects/postgresql/base.py (1.4); the tests hold it to the real ones. */
#ifndef LOWER_ALEMBIC_H
#define LOWER_ALEMBIC_H

#include "lower/lower.h"

/* Lowers the migrations, given in the order in which they run: each a BLOCK, what upgrade() does.
 *
 * A branch on the dialect is PostgreSQL's; another one whose test is not known is both, each statement
 * a maybe. Data that op.bulk_insert() and table expressions write is a write of their table. An
 * operation that is not understood is a BLIND_OPERATION and a havoc over the table that it names, else
 * over all. */
void alembic_lower(struct arena *a, const struct lower_migration *migrations, uint32_t n,
	const struct lower_sql *sql, struct lower_result *out);

#endif
