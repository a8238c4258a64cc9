/* Knex: files whose `up` is given a knex, sorted by name (knex's lib/migrations/migrate/sources/
 * fs-migrations.js: sortBy(migrations, "file")), which is no order of numbers: 10_b runs before 9_a. Its own
 * tables are knex_migrations and knex_migrations_lock (table-creator.js, table-resolver.js). */
#include "tool/program_p.h"
#include "unit/unit.h"

/* knex.schema, trx.schema: the parameter that `up` is given has a schema. */
static bool
uses_schema(const struct unit *u, struct str parameter)
{
	for (uint32_t i = 1; parameter.n && i < u->values.n; i++) {
		const struct value *object = &u->values.v[unit_kid(u, i, 0)];

		if (u->values.v[i].kind == VALUE_ATTRIBUTE &&
			str_is(u->values.v[i].text, "schema") && object->kind == VALUE_REFERENCE &&
			str_eq(object->text, parameter))
			return true;
	}
	return false;
}

static bool
is_migration(const struct tool_file *f, uint32_t up)
{
	struct str parameter = program_parameter(f->unit, up, 0);

	return str_is(parameter, "knex") || str_is(parameter, "Knex") ||
	       program_imports(f->unit, "knex") || uses_schema(f->unit, parameter);
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	program_recognise(t, a, files, n, directory, out, is_migration, program_compare_names);
}

const struct tool tool_knex = {
	.name = "knex",
	.found_by = "files of JavaScript or TypeScript whose `up` is given a knex",
	.order_words = "by the files' names",
	.not_read = "the query builder: rows that migrations change, views; wrapIdentifier",
	.symbol = "up",
	.history_table = "knex_migrations",
	.lock_table = "knex_migrations_lock",
	.recognise = recognise,
};
