/* node-pg-migrate, as far as its migrations are SQL: -- Up Migration, -- Down Migration.
 *
 * salsita/node-pg-migrate 55b10c22: src/sqlMigration.ts (the comments are found without regard to case; a
 * file without Up runs as a whole), src/utils/comparators.ts (by the number at the beginning of the name,
 * then by name), src/migration.ts (known by the name without its extension). */
#include "base/arena.h"
#include "tool/numbered_p.h"

static const char *const markers[] = {"Up Migration", "Down Migration", "up migration",
	"down migration", "UP MIGRATION", "DOWN MIGRATION", "Up migration", "Down migration", NULL};

static enum tool_section
section_of(const struct mark *m)
{
	struct str mark = m->text;

	struct str up = STR("up migration"), down = STR("down migration");

	if (str_eq_nocase(str_slice(mark, 0, up.n), up))
		return SECTION_UP;
	return str_eq_nocase(str_slice(mark, 0, down.n), down) ? SECTION_DOWN : SECTION_NONE;
}

static bool
is_migration(struct str name)
{
	return name.s[0] >= '0' && name.s[0] <= '9';
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	static const struct tool_sections sections = {.of = section_of,
		.is_file = is_migration,
		.order = ORDER_NUMBER_THEN_NAME,
		.whole_without = true};
	static const char *const programs[] = {".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", NULL};
	uint32_t from = out->list.n;

	tool_sections_recognise(t, a, files, n, directory, out, &sections);
	for (uint32_t i = from; i < out->list.n; i++) {
		tool_add_programs(a, &out->list.v[i], files, n, is_migration, programs,
			"a migration written as a program: what it does to the schema is not known");
		tool_sort_steps(a, &out->list.v[i], ORDER_NUMBER_THEN_NAME, false);
		for (uint32_t k = 0; k < out->list.v[i].steps.n; k++)
			out->list.v[i].steps.v[k].version = out->list.v[i].steps.v[k].name;
	}
}

const struct tool tool_node_pg_migrate = {
	.name = "node-pg-migrate",
	.found_by = "-- Up Migration in files N_name.sql",
	.order_words = "by number",
	.not_read = "Down Migration sections; migrations written in JavaScript or TypeScript",
	.markers = markers,
	.history_table = "pgmigrations",
	.recognise = recognise,
};
