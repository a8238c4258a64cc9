/* Drizzle: files in the order of meta/_journal.json, or a directory for each migration with migration.sql and
 * snapshot.json.
 *
 * drizzle-team/drizzle-orm b786252 (drizzle-orm/src/migrator.ts: the journal's entries in their order, a tag is
 * a file's name; pg-core/dialect.ts: a migration is known by the entry's time, and noted in
 * drizzle.__drizzle_migrations) and 748058e of its branch beta (the directories, by name). Both cut a file at
 * "--> statement-breakpoint". */
#include "base/arena.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

#define BREAKPOINT "> statement-breakpoint"

static const char *const markers[] = {BREAKPOINT, NULL};

/* A text of JSON, from which a key's value is read where it stands. */
struct scan {
	struct str text;
	size_t at;
};

/* The string at s->at, which is a quote; s->at goes behind it. */
static struct str
scan_string(struct scan *s)
{
	size_t from = ++s->at;

	while (s->at < s->text.n && s->text.s[s->at] != '"')
		s->at += s->text.s[s->at] == '\\' ? 2 : 1;
	if (s->at > s->text.n)
		s->at = s->text.n;
	return str_slice(s->text, from, s->at++);
}

static void
skip_space(struct scan *s)
{
	while (s->at < s->text.n && (s->text.s[s->at] == ' ' || s->text.s[s->at] == '\t'))
		s->at++;
}

/* A string or what looks like a number behind "key":. */
static struct str
scan_value(struct scan *s)
{
	size_t from;

	skip_space(s);
	if (s->at >= s->text.n || s->text.s[s->at] != ':')
		return (struct str){0};
	s->at++;
	skip_space(s);
	if (s->at < s->text.n && s->text.s[s->at] == '"')
		return scan_string(s);
	from = s->at;
	while (s->at < s->text.n && s->text.s[s->at] >= '0' && s->text.s[s->at] <= '9')
		s->at++;
	return str_slice(s->text, from, s->at);
}

struct journal {
	struct arena *arena;
	const struct tool_file *files;
	uint32_t n;
	struct tool_history *history;
	const struct tool_file *file;
	struct str tag, when, dialect;
};

static void
end_entry(struct journal *j, uint32_t line)
{
	struct str path = path_join(
		j->arena, j->history->directory, str_format(j->arena, "%.*s.sql", STR_ARG(j->tag)));
	const struct tool_file *f = tool_find_file(j->files, j->n, path);
	struct tool_step *s;

	if (!j->tag.n)
		return;
	if (f) {
		s = tool_add_step(j->arena, j->history, f, j->tag);
		s->version = j->when.n ? j->when : j->tag;
	} else {
		tool_note(j->arena, j->history, j->file->number, line,
			"the journal names %.*s.sql, which is not there", STR_ARG(j->tag));
	}
	j->tag = j->when = (struct str){0};
}

static void
read_line(struct journal *j, struct str text, uint32_t line)
{
	struct scan s = {.text = text};

	while (s.at < text.n) {
		struct str key;

		if (text.s[s.at] == '}')
			end_entry(j, line);
		if (text.s[s.at] != '"') {
			s.at++;
			continue;
		}
		key = scan_string(&s);
		if (str_is(key, "tag"))
			j->tag = scan_value(&s);
		else if (str_is(key, "when"))
			j->when = scan_value(&s);
		else if (str_is(key, "dialect"))
			j->dialect = scan_value(&s);
	}
}

static bool
is_step(const struct tool_history *h, const struct tool_file *f)
{
	for (uint32_t i = 0; i < h->steps.n; i++)
		if (h->steps.v[i].file.number == f->number)
			return true;
	return false;
}

/* A file that the journal does not name never runs; of another database none does. */
static void
put_rest_aside(struct journal *j, struct tool_histories *out, bool other)
{
	for (uint32_t i = 0; i < j->n; i++) {
		const struct tool_file *f = &j->files[i];

		if (!str_ends(f->path, STR(".sql")) ||
			!str_eq(path_directory(f->path), j->history->directory) ||
			(!other && is_step(j->history, f)))
			continue;
		tool_put_aside(j->arena, out, f, other ? ASIDE_OTHER_DATABASE : ASIDE_PAST);
		if (!other && tool_is_numbered(path_name(f->path)))
			tool_note(j->arena, j->history, f->number, 0,
				"the journal does not name this file: it never runs");
	}
}

static void
read_journal(struct journal *j, struct tool_histories *out)
{
	bool other;

	for (uint32_t i = 1; i <= tool_lines(j->file); i++) {
		uint32_t line;
		struct str text = tool_line(j->file, i, &line);

		read_line(j, text, line);
	}
	other = j->dialect.n && !str_is(j->dialect, "postgresql") && !str_is(j->dialect, "pg");
	put_rest_aside(j, out, other);
	if (!other)
		tool_add_history(j->arena, out, j->history);
}

static struct str
version_of(struct arena *a, struct str name)
{
	(void)a;
	return name;
}

static bool
is_ours(struct arena *a, const struct tool_file *files, uint32_t n, struct str directory,
	struct str migration, bool *other)
{
	const struct tool_file *f =
		tool_find_file(files, n, path_join(a, migration, STR("migration.sql")));

	(void)directory;
	(void)other;
	return tool_find_file(files, n, path_join(a, migration, STR("snapshot.json"))) ||
	       (f && tool_has_mark(f->unit, BREAKPOINT));
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	static const struct tool_nested nested = {
		.file = {"migration.sql", sizeof "migration.sql" - 1},
		.version = version_of,
		.is_ours = is_ours};

	for (uint32_t i = 0; i < n; i++) {
		struct tool_history h = {
			.tool = t, .directory = path_directory(path_directory(files[i].path))};
		struct journal j = {
			.arena = a, .files = files, .n = n, .history = &h, .file = &files[i]};

		if (str_is(path_name(files[i].path), "_journal.json"))
			read_journal(&j, out);
	}
	tool_nested_recognise(t, a, files, n, directory, out, &nested);
}

const struct tool tool_drizzle = {
	.name = "drizzle",
	.found_by = "meta/_journal.json beside .sql files; migration.sql beside snapshot.json",
	.order_words = "by the journal; directories by name",
	.not_read = "files that the journal does not name, migrations of another dialect",
	.markers = markers,
	.history_table = "drizzle.__drizzle_migrations",
	.recognise = recognise,
};
