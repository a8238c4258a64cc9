/* Migrations of Rails' Active Record as the SQL that they send to PostgreSQL, parsed.
 *
 * What it claims is in rails/rails: activerecord/lib/active_record/migration/compatibility.rb (what the version in
 * a migration's class means), connection_adapters/abstract/schema_statements.rb, schema_definitions.rb,
 * schema_creation.rb, their namesakes in connection_adapters/postgresql, postgresql_adapter.rb, and
 * activesupport/lib/active_support/inflections.rb. */
#ifndef LOWER_RAILS_H
#define LOWER_RAILS_H

#include "lower/lower.h"

/* Lowers the migrations, given in the order in which they run: each a BLOCK, what `change` or `up` does, or what
 * stands in a schema's `define`.
 *
 * Names of indexes and constraints that Rails computes are computed; which of them a table has is
 * remembered, for what is removed by its columns and for renames. What stands under a test whether something
 * exists happens where it can; under another test it is a maybe. What models do to rows is not read. An
 * operation that is not understood is a BLIND_OPERATION and a havoc over the table that it names, else over
 * all. */
void rails_lower(struct arena *a, const struct lower_migration *migrations, uint32_t n,
	const struct lower_sql *sql, struct lower_result *out);

#endif
