/* goose: SQL files with sections that comments begin: -- +goose Up, -- +goose Down. A program beside them
 * (NUMBER_name.go) is a migration as well, which is not understood.
 *
 * pressly/goose 520411a: internal/sqlparser/parser.go (annotations, without regard to case; a file has to
 * begin with Up), migrate.go and provider_collect.go (a number used twice is refused, gaps are not). */
#include "base/arena.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

static const char *const markers[] = {"+goose", NULL};

static enum tool_section
section_of(const struct mark *m)
{
	struct str mark = m->text;

	struct str word;

	if (!str_starts(mark, STR("+goose")))
		return SECTION_NONE;
	word = str_trim(str_slice(mark, sizeof "+goose" - 1, mark.n));
	return str_eq_nocase(word, STR("Up"))     ? SECTION_UP
	       : str_eq_nocase(word, STR("Down")) ? SECTION_DOWN
						  : SECTION_NONE;
}

/* The number is what stands before the first underscore. */
static bool
is_migration(struct str name)
{
	struct str number = tool_number(name);
	size_t zeros = 0;

	while (zeros < name.n && name.s[zeros] == '0')
		zeros++;
	return number.n && name.s[0] >= '0' && name.s[0] <= '9' && !str_is(number, "0") &&
	       str_find(name, STR("_"), 0) <= zeros + number.n;
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	static const struct tool_sections sections = {.of = section_of,
		.is_file = is_migration,
		.order = ORDER_NUMBER,
		.missing = "no '-- +goose Up': goose refuses this file"};
	static const char *const programs[] = {".go", NULL};
	uint32_t from = out->list.n;

	tool_sections_recognise(t, a, files, n, directory, out, &sections);
	for (uint32_t i = from; i < out->list.n; i++) {
		tool_add_programs(a, &out->list.v[i], files, n, is_migration, programs,
			"a migration in Go: what it does to the schema is not known");
		tool_sort_steps(a, &out->list.v[i], ORDER_NUMBER, true);
	}
}

const struct tool tool_goose = {
	.name = "goose",
	.found_by = "-- +goose Up in .sql files",
	.order_words = "by number",
	.not_read = "Down sections; migrations written in Go",
	.markers = markers,
	.history_table = "goose_db_version",
	.recognise = recognise,
};
