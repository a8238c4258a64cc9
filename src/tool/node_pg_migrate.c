/* node-pg-migrate: SQL with -- Up Migration and -- Down Migration, and programs whose `up` is given a pgm.
 *
 * salsita/node-pg-migrate 55b10c22: src/sqlMigration.ts (the comments are found without regard to case; a
 * file without Up runs as a whole), src/utils/comparators.ts (by the number at the beginning of the name,
 * then by name), src/migration.ts (known by the name without its extension). */
#include "base/arena.h"
#include "tool/program_p.h"
#include "unit/unit.h"

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

static bool
is_program(const struct tool_file *f, uint32_t up)
{
	return str_is(program_parameter(f->unit, up, 0), "pgm") ||
	       program_imports(f->unit, "node-pg-migrate");
}

/* The steps of FROM, a history of the same directory, behind those of H. */
static void
join_steps(struct arena *a, struct tool_history *h, const struct tool_history *from)
{
	for (uint32_t i = 0; i < from->steps.n; i++)
		vec_push(a, &h->steps, from->steps.v[i]);
}

static bool
has_step(const struct tool_histories *all, uint32_t file)
{
	for (uint32_t i = 0; i < all->list.n; i++)
		for (uint32_t k = 0; k < all->list.v[i].steps.n; k++)
			if (all->list.v[i].steps.v[k].file.number == file)
				return true;
	return false;
}

/* Programs that do not look like one of its own, beside its SQL: they run, and are not understood. */
static void
add_others(struct arena *a, struct tool_history *h, const struct tool_file *files, uint32_t n,
	const struct tool_histories *programs)
{
	static const char *const ends[] = {".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", NULL};
	struct tool_file *rest = arena_array(a, struct tool_file, n + 1);
	uint32_t left = 0;

	for (uint32_t i = 0; i < n; i++)
		if (!has_step(programs, files[i].number))
			rest[left++] = files[i];
	tool_add_programs(a, h, rest, left, is_migration, ends,
		"a migration written as a program: what it does to the schema is not known");
}

static void
finish(struct arena *a, struct tool_history *h)
{
	tool_sort_steps(a, h, ORDER_NUMBER_THEN_NAME, false);
	for (uint32_t k = 0; k < h->steps.n; k++)
		h->steps.v[k].version = h->steps.v[k].name;
}

/* SQL and programs of one directory are one history. */
static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	static const struct tool_sections sections = {.of = section_of,
		.is_file = is_migration,
		.order = ORDER_NUMBER_THEN_NAME,
		.whole_without = true};
	struct tool_histories programs = {0};
	uint32_t from = out->list.n;

	program_recognise(
		t, a, files, n, directory, &programs, is_program, program_compare_names);
	tool_sections_recognise(t, a, files, n, directory, out, &sections);
	for (uint32_t i = from; i < out->list.n; i++)
		add_others(a, &out->list.v[i], files, n, &programs);
	for (uint32_t p = 0; p < programs.list.n; p++) {
		uint32_t i = from;

		while (i < out->list.n &&
			!str_eq(out->list.v[i].directory, programs.list.v[p].directory))
			i++;
		if (i < out->list.n)
			join_steps(a, &out->list.v[i], &programs.list.v[p]);
		else
			vec_push(a, &out->list, programs.list.v[p]);
	}
	for (uint32_t i = from; i < out->list.n; i++)
		finish(a, &out->list.v[i]);
}

const struct tool tool_node_pg_migrate = {
	.name = "node-pg-migrate",
	.found_by =
		"-- Up Migration in files N_name.sql; files of JavaScript or TypeScript whose `up` is given a pgm",
	.order_words = "by number",
	.not_read = "Down Migration sections; in programs shorthands of columns, operations on functions, "
		    "triggers, roles and policies",
	.markers = markers,
	.symbol = "up",
	.history_table = "pgmigrations",
	.recognise = recognise,
};
