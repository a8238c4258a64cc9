/* Sequelize: files whose `up` is given a query interface, sorted by name (umzug's glob, as sequelize-cli
 * has it). It notes what ran in SequelizeMeta. */
#include "tool/program_p.h"
#include "unit/unit.h"

static bool
is_migration(const struct tool_file *f, uint32_t up)
{
	struct str parameter = program_parameter(f->unit, up, 0);
	struct str second = program_parameter(f->unit, up, 1);

	return str_eq_nocase(parameter, STR("queryInterface")) || str_is(second, "Sequelize") ||
	       str_is(second, "DataTypes") || program_imports(f->unit, "sequelize");
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	program_recognise(t, a, files, n, directory, out, is_migration, program_compare_names);
}

const struct tool tool_sequelize = {
	.name = "sequelize",
	.found_by = "files of JavaScript or TypeScript whose `up` is given a queryInterface",
	.order_words = "by the files' names",
	.not_read = "rows that migrations change, the conditions of checks and partial indexes",
	.symbol = "up",
	.history_table = "SequelizeMeta",
	.recognise = recognise,
};
