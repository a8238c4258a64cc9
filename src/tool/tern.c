/* tern: NUMBER_name.sql, in two halves between which ---- create above / drop below ---- stands.
 *
 * jackc/tern e73daa1, migrate/migrate.go: only the files of the directory itself are migrations, those below
 * it are templates for them; a number that is used twice or missing is refused. */
#include "base/arena.h"
#include "tool/numbered_p.h"

#define SEPARATOR "create above / drop below ----"

static const char *const markers[] = {"-- " SEPARATOR, NULL};

static enum tool_section
section_of(const struct mark *m)
{
	struct str mark = m->text;

	return str_starts(mark, STR("-- " SEPARATOR)) ? SECTION_DOWN : SECTION_NONE;
}

static bool
is_migration(struct str name)
{
	size_t digits = 0;

	while (digits < name.n && name.s[digits] >= '0' && name.s[digits] <= '9')
		digits++;
	return digits && digits < name.n && name.s[digits] == '_';
}

/* What stands in a directory below is a template. */
static void
note_gaps(struct arena *a, struct tool_history *h)
{
	uint64_t next = 1;

	for (uint32_t i = 0; i < h->steps.n; i++) {
		struct str version = h->steps.v[i].version;
		uint64_t number = 0;

		for (size_t k = 0; k < version.n && k < 10; k++)
			number = number * 10 + (uint64_t)(version.s[k] - '0');
		if (number > next)
			tool_note(a, h, h->steps.v[i].file.number, 0,
				"migration %llu is missing: tern refuses a gap",
				(unsigned long long)next);
		next = number + 1;
	}
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	static const struct tool_sections sections = {.of = section_of,
		.is_file = is_migration,
		.order = ORDER_NUMBER,
		.refuses_twice = true,
		.begins_up = true};
	uint32_t from = out->list.n;

	tool_sections_recognise(t, a, files, n, directory, out, &sections);
	for (uint32_t i = from; i < out->list.n; i++)
		note_gaps(a, &out->list.v[i]);
}

const struct tool tool_tern = {
	.name = "tern",
	.found_by = "---- create above / drop below ---- in files N_name.sql",
	.order_words = "by number",
	.not_read = "what stands below that line; templates",
	.markers = markers,
	.history_table = "schema_version",
	.recognise = recognise,
};
