/* sql-migrate: SQL files with sections that comments begin: -- +migrate Up, -- +migrate Down.
 *
 * rubenv/sql-migrate 563a2f0: sqlparse/sqlparse.go (a file without either is refused; what stands before the
 * first is passed over), migrate.go (all .sql files of the directory, ordered by the number at the
 * beginning, then by the whole name, by which they are known: a number may be used twice). */
#include "base/arena.h"
#include "tool/numbered_p.h"

static const char *const markers[] = {"+migrate", NULL};

static enum tool_section
section_of(const struct mark *m)
{
	struct str mark = m->text;

	struct str rest, word;

	if (!str_starts(mark, STR("+migrate ")) || m->span.column > 1)
		return SECTION_NONE;
	rest = str_trim(str_slice(mark, sizeof "+migrate" - 1, mark.n));
	str_cut(&rest, ' ', &word);
	return str_is(word, "Up") ? SECTION_UP : str_is(word, "Down") ? SECTION_DOWN : SECTION_NONE;
}

static bool
is_migration(struct str name)
{
	return name.n > 0;
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	static const struct tool_sections sections = {.of = section_of,
		.is_file = is_migration,
		.order = ORDER_NUMBER_THEN_NAME,
		.missing = "no '-- +migrate Up': nothing of this file runs"};
	uint32_t from = out->list.n;

	tool_sections_recognise(t, a, files, n, directory, out, &sections);
	for (uint32_t i = from; i < out->list.n; i++)
		for (uint32_t k = 0; k < out->list.v[i].steps.n; k++)
			out->list.v[i].steps.v[k].version = out->list.v[i].steps.v[k].name;
}

const struct tool tool_sql_migrate = {
	.name = "sql-migrate",
	.found_by = "-- +migrate Up in .sql files",
	.order_words = "by number, then by name; a number may be used twice",
	.not_read = "Down sections",
	.markers = markers,
	.history_table = "gorp_migrations",
	.recognise = recognise,
};
