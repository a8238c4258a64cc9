/* Scripts that psql runs and that include others: \i FILE, \ir FILE.
 *
 * PostgreSQL 15, reference page of psql: \ir looks from the directory of the script, \i from that in which psql was
 * started. Which that was is not said: the script's directory and those above it are tried. */
#include "base/arena.h"
#include "base/map.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

/* Scripts in scripts; and how often files may be included in all. */
#define MOST_DEEP 16
#define MOST_STEPS 20000

struct script {
	struct arena *arena;
	struct tool_history *history;
	const struct tool_file *files;
	uint32_t n;
	struct str name, version;
	uint32_t chain[MOST_DEEP]; /* numbers of the files that are open */
	uint32_t depth;
};

/* What \i, \ir and their long names include; empty: the mark is none of them. */
static struct str
included(struct str mark, bool *relative)
{
	static const char *const words[] = {"\\ir", "\\include_relative", "\\i", "\\include", NULL};
	struct str rest = mark, word;
	bool found = false;

	if (!mark.n || mark.s[0] != '\\')
		return (struct str){0};
	str_cut(&rest, ' ', &word);
	for (size_t i = 0; words[i]; i++)
		if (str_is(word, words[i])) {
			*relative = i < 2;
			found = true;
		}
	rest = str_trim(rest);
	if (!found || !rest.n)
		return (struct str){0};
	if (rest.s[0] == '\'' && rest.n > 1 && rest.s[rest.n - 1] == '\'')
		return str_slice(rest, 1, rest.n - 1);
	return rest;
}

/* DIRECTORY "/" PATH without "." and ".." in it; .s NULL: it leads out of the service. */
static struct str
resolved(struct arena *a, struct str directory, struct str path)
{
	struct str whole = path_join(a, directory, path), part, parts[64];
	struct buf b = {.arena = a};
	uint32_t n = 0;

	while (str_cut(&whole, '/', &part)) {
		if (!part.n || str_is(part, "."))
			continue;
		if (str_is(part, "..")) {
			if (!n)
				return (struct str){0};
			n--;
		} else if (n < sizeof parts / sizeof *parts) {
			parts[n++] = part;
		}
	}
	for (uint32_t i = 0; i < n; i++)
		buf_addf(&b, "%s%.*s", i ? "/" : "", STR_ARG(parts[i]));
	return buf_str(&b);
}

static const struct tool_file *
find(struct arena *a, const struct tool_file *files, uint32_t n, const struct tool_file *from,
	struct str path, bool relative)
{
	struct str directory = path_directory(from->path);

	for (;;) {
		struct str whole = resolved(a, directory, path);
		const struct tool_file *f = whole.s ? tool_find_file(files, n, whole) : NULL;

		if (f || relative || !directory.n)
			return f;
		directory = path_directory(directory);
	}
}

static void add_file(struct script *s, const struct tool_file *f);

static bool
is_open(const struct script *s, uint32_t file)
{
	for (uint32_t i = 0; i < s->depth; i++)
		if (s->chain[i] == file)
			return true;
	return false;
}

static void
not_followed(struct script *s, const struct tool_file *f, const struct mark *m, const char *why)
{
	if (s->history->steps.n)
		vec_last(&s->history->steps)->unread = true;
	tool_note(s->arena, s->history, f->number, m->span.line, "%.*s: %s", STR_ARG(m->text), why);
	vec_last(&s->history->notes)->script = true;
}

static void
include(struct script *s, const struct tool_file *f, const struct mark *m, struct str path,
	bool relative)
{
	const struct tool_file *other;

	if (str_chr(path, ':', 0) != SIZE_MAX) {
		not_followed(s, f, m, "a path that a variable gives");
		return;
	}
	other = find(s->arena, s->files, s->n, f, path, relative);
	if (!other)
		not_followed(s, f, m, "there is no such file");
	else if (is_open(s, other->number))
		not_followed(s, f, m, "a script that includes itself never ends");
	else if (s->depth == MOST_DEEP || s->history->steps.n >= MOST_STEPS)
		not_followed(s, f, m, "too many scripts in scripts");
	else
		add_file(s, other);
}

/* A step for F, or for the part of it behind an inclusion. */
static struct tool_step *
begin_part(struct script *s, const struct tool_file *f)
{
	struct tool_step *step = vec_add(s->arena, &s->history->steps);

	step->file = *f;
	step->expanded = true;
	step->name = s->depth == 1 ? s->name : tool_without_end(path_name(f->path), ".sql");
	if (s->depth == 1)
		step->version = s->version;
	return step;
}

static void
add_file(struct script *s, const struct tool_file *f)
{
	const struct unit *u = f->unit;
	struct tool_step *step;

	s->chain[s->depth++] = f->number;
	step = begin_part(s, f);
	for (uint32_t i = 1; u && i < u->fragments.n; i++) {
		const struct fragment *x = &u->fragments.v[i];
		bool relative = false;
		struct str path = included(u->marks.v[x->mark].text, &relative);

		if (x->sink != SINK_FILE)
			continue;
		if (path.n) {
			include(s, f, &u->marks.v[x->mark], path, relative);
			step = begin_part(s, f);
		}
		vec_push(s->arena, &step->fragments, i);
	}
	s->depth--;
}

void
tool_add_included(struct arena *a, struct tool_history *h, const struct tool_file *files,
	uint32_t n, const struct tool_file *f, struct str name, struct str version)
{
	struct script s = {
		.arena = a, .history = h, .files = files, .n = n, .name = name, .version = version};

	add_file(&s, f);
}

static bool
is_script(const struct tool_file *f)
{
	return f->unit && str_ends(f->path, STR(".sql")) && tool_has_mark(f->unit, "\\i");
}

/* The numbers of the files that others include. */
static bool *
included_files(struct arena *a, const struct tool_file *files, uint32_t n)
{
	uint32_t last = n ? files[n - 1].number : 0;
	bool *yes = arena_array(a, bool, (size_t)last + 1), relative;

	for (uint32_t i = 0; i < n; i++)
		for (uint32_t m = 1; is_script(&files[i]) && m < files[i].unit->marks.n; m++) {
			struct str path = included(files[i].unit->marks.v[m].text, &relative);
			const struct tool_file *f =
				path.n ? find(a, files, n, &files[i], path, relative) : NULL;

			if (f && f->number <= last && f != &files[i])
				yes[f->number] = true;
		}
	return yes;
}

/* Scripts that undo, or that are for something else than the state. */
static bool
is_other(struct str path)
{
	static const char *const words[] = {"*uninstall*", "*drop*", "*clean*", "*reset*",
		"*teardown*", "*destroy*", "*delete*", "*test*", "*revert*", "*rollback*",
		"*bench*", NULL};
	struct arena scratch = {0};
	struct str name = str_lower(&scratch, path_name(path));
	bool other = tool_is_down(path) || tool_is_other_engine(path);

	for (size_t i = 0; words[i]; i++)
		other |= str_glob(str_from(words[i]), name);
	arena_free(&scratch);
	return other;
}

static bool
shapes(const struct tool_history *h)
{
	for (uint32_t i = 0; i < h->steps.n; i++)
		if (tool_has_ddl(h->steps.v[i].file.unit))
			return true;
	return false;
}

/* An entry script is one that others do not include. */
static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	const bool *inside = included_files(a, files, n);
	uint32_t before = out->list.n;

	/* Where another tool has the migrations, a script is for something else. */
	if (before && !directory)
		return;
	for (uint32_t i = 0; i < n; i++) {
		struct tool_history h = {.tool = t, .directory = files[i].path, .snapshot = true};

		if (!is_script(&files[i]) || inside[files[i].number] ||
			tool_is_numbered(path_name(files[i].path)))
			continue;
		if (is_other(files[i].path)) {
			tool_put_aside(a, out, &files[i], ASIDE_PAST);
			continue;
		}
		tool_add_included(a, &h, files, n, &files[i],
			tool_without_end(path_name(files[i].path), ".sql"), (struct str){0});
		if (shapes(&h))
			tool_add_history(a, out, &h);
	}
}

const struct tool tool_psql = {
	.name = "psql",
	.found_by = "a .sql file that includes others (\\i, \\ir) and that none includes",
	.order_words = "as psql runs them",
	.not_read = "files whose names are variables, \\gexec, \\connect",
	.set_outlives_step = true,
	.recognise = recognise,
};
