/* dbmate: SQL files with sections that comments begin: -- migrate:up, -- migrate:down.
 *
 * amacneil/dbmate f3e08f1: pkg/dbmate/migration.go (the comments stand at the beginning of a line, options
 * may follow; a file without Up is refused), pkg/dbmate/db.go (db/migrations, db/schema.sql,
 * schema_migrations; names are NUMBER and anything, ordered as names). */
#include "base/arena.h"
#include "tool/numbered_p.h"

static const char *const markers[] = {"migrate:up", "migrate:down", NULL};

static enum tool_section
section_of(const struct mark *m)
{
	struct str mark = m->text;

	struct str word;
	size_t end = 0;

	/* Within a line it is a comment as others. */
	if (m->span.column > 1)
		return SECTION_NONE;
	while (end < mark.n && mark.s[end] != ' ' && mark.s[end] != '\t')
		end++;
	word = str_slice(mark, 0, end);
	return str_is(word, "migrate:up")     ? SECTION_UP
	       : str_is(word, "migrate:down") ? SECTION_DOWN
					      : SECTION_NONE;
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
		.order = ORDER_NAME,
		.refuses_twice = true,
		.missing = "no '-- migrate:up': dbmate refuses this file"};

	tool_sections_recognise(t, a, files, n, directory, out, &sections);
}

const struct tool tool_dbmate = {
	.name = "dbmate",
	.found_by = "-- migrate:up in .sql files",
	.order_words = "by name",
	.not_read = "migrate:down sections, schema.sql beside them",
	.markers = markers,
	.history_table = "schema_migrations",
	.recognise = recognise,
};
