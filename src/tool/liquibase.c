/* Liquibase: changelogs that include each other, and SQL files whose comments begin changesets.
 *
 * The order is the one in which `liquibase update` runs them on an empty database: the changesets of the root
 * changelog in the order of the text, an include where it stands, the files of includeAll by path. A root is a
 * changelog that no other one includes. Only what is for PostgreSQL runs (`dbms`). */
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

static const char *const markers[] = {"liquibase formatted sql", "changeset ", NULL};

#define INCLUDE_DEPTH 32

struct changelogs {
	struct arena *a;
	const struct tool_file *files;
	uint32_t n;
	bool *included; /* by index of the files */
	struct tool_history *h;
	VEC(uint32_t) open; /* those that are being read, against cycles */
};

/* --- elements --- */

static uint32_t
root_of(const struct unit *u)
{
	for (uint32_t i = 1; u && i < u->symbols.n; i++)
		if (str_is(u->symbols.v[i].name, "databaseChangeLog") &&
			u->values.v[u->symbols.v[i].value].kind == VALUE_CALL)
			return u->symbols.v[i].value;
	return 0;
}

static bool
is_element(const struct unit *u, uint32_t value, const char *name)
{
	return u->values.v[value].kind == VALUE_CALL &&
	       str_is(u->values.v[unit_kid(u, value, 0)].text, name);
}

static struct str
attribute(const struct unit *u, uint32_t element, const char *name)
{
	for (uint32_t i = 1; i < u->values.v[element].kids.count; i++) {
		uint32_t kid = unit_kid(u, element, i), value = unit_kid(u, kid, 0);

		if (u->values.v[kid].kind == VALUE_ARGUMENT && str_is(u->values.v[kid].text, name))
			return u->values.v[value].text;
	}
	return (struct str){0};
}

static bool
is_formatted(const struct unit *u)
{
	for (uint32_t i = 1; u && i < u->marks.n; i++)
		if (str_starts(u->marks.v[i].text, STR("liquibase formatted sql")))
			return true;
	return false;
}

/* --- paths --- */

/* PATH below DIRECTORY, its "." and ".." resolved. */
static struct str
join(struct arena *a, struct str directory, struct str path)
{
	struct str part;

	while (str_cut(&path, '/', &part)) {
		if (str_is(part, ".."))
			directory = path_directory(directory);
		else if (part.n && !str_is(part, "."))
			directory = directory.n ? str_format(a, "%.*s/%.*s", STR_ARG(directory),
							  STR_ARG(part))
						: part;
	}
	return directory;
}

static bool
ends_with_path(struct str path, struct str end)
{
	return str_eq(path, end) ||
	       (path.n > end.n && str_ends(path, end) && path.s[path.n - end.n - 1] == '/');
}

static struct str
cleaned(struct arena *a, struct str path)
{
	if (str_starts(path, STR("classpath:")))
		path = str_slice(path, 10, path.n);
	return join(a, STR(""), path);
}

/* Bytes that both begin with. */
static size_t
common(struct str x, struct str y)
{
	size_t n = 0;

	while (n < x.n && n < y.n && x.s[n] == y.s[n])
		n++;
	return n;
}

/* The file that changelog FROM calls PATH: beside it, else below any root that it may be searched
 * from; the nearest to FROM. N: there is none. */
static uint32_t
find_file(const struct changelogs *c, uint32_t from, struct str path, bool relative)
{
	struct str own = c->files[from].path;
	struct str beside = join(c->a, path_directory(own), path), end = cleaned(c->a, path);
	uint32_t best = c->n;

	for (uint32_t i = 0; i < c->n; i++) {
		struct str p = c->files[i].path;

		if (relative ? !str_eq(p, beside) : !ends_with_path(p, end))
			continue;
		if (best == c->n || common(p, own) > common(c->files[best].path, own))
			best = i;
	}
	return best;
}

/* True when the file is in the directory that FROM calls PATH, or below it. */
static bool
is_below(const struct changelogs *c, uint32_t from, uint32_t file, struct str path, bool relative)
{
	struct str d = path_directory(c->files[file].path);
	struct str wanted = relative ? join(c->a, path_directory(c->files[from].path), path)
				     : cleaned(c->a, path);

	for (; d.n; d = path_directory(d))
		if (relative ? str_eq(d, wanted) : ends_with_path(d, wanted))
			return true;
	return false;
}

static void
note(struct changelogs *c, uint32_t file, uint32_t value, struct str text)
{
	struct tool_note n = {.file = c->files[file].number, .text = text, .order = true};

	if (value)
		n.span = c->files[file].unit->values.v[value].span;
	vec_push(c->a, &c->h->notes, n);
}

/* --- changesets --- */

/* dbms="postgresql, h2", "!oracle", "all", "none" (DatabaseList.definitionMatches). */
static bool
for_postgres(struct str dbms)
{
	bool found = false, others = true;
	struct str part;

	if (!str_trim(dbms).n || str_is(str_trim(dbms), "all"))
		return true;
	while (str_cut(&dbms, ',', &part)) {
		part = str_trim(part);
		if (str_is(part, "!postgresql") || str_is(part, "none"))
			return false;
		others = others && part.n && part.s[0] == '!';
		found = found || str_is(part, "postgresql");
	}
	return found || others;
}

static struct str
guard_of(struct str context, struct str labels)
{
	if (context.n)
		return STR("its changeset runs in some contexts only");
	return labels.n ? STR("its changeset runs with some labels only") : (struct str){0};
}

static bool
is_true(struct str x)
{
	return str_eq_nocase(x, STR("true"));
}

/* The files of sqlFile and its like in a changeset. */
static void
add_files(
	struct changelogs *c, struct tool_step *s, uint32_t file, uint32_t element, uint32_t depth)
{
	const struct unit *u = c->files[file].unit;
	struct str path = attribute(u, element, "path");
	uint32_t found;

	if (is_element(u, element, "rollback") || depth == INCLUDE_DEPTH)
		return;
	if (path.n && (is_element(u, element, "sqlFile") || is_element(u, element, "createView") ||
			      is_element(u, element, "createProcedure"))) {
		found = find_file(
			c, file, path, is_true(attribute(u, element, "relativeToChangelogFile")));
		if (found == c->n) {
			note(c, file, element,
				str_format(c->a, "runs %.*s, which is not there", STR_ARG(path)));
			return;
		}
		c->included[found] = true;
		vec_push(c->a, &s->files,
			(struct tool_part){.value = element, .file = c->files[found]});
	}
	for (uint32_t i = 1; i < u->values.v[element].kids.count; i++)
		if (u->values.v[unit_kid(u, element, i)].kind == VALUE_CALL)
			add_files(c, s, file, unit_kid(u, element, i), depth + 1);
}

/* It knows a changeset by the file, its id and its author. */
static struct str
key_of(struct changelogs *c, struct str author, struct str id)
{
	return str_format(c->a, "%.*s:%.*s", STR_ARG(author), STR_ARG(id));
}

static void
add_changeset(struct changelogs *c, uint32_t file, uint32_t element)
{
	const struct unit *u = c->files[file].unit;
	struct str context = attribute(u, element, "context"), id = attribute(u, element, "id");
	struct tool_step *s;

	if (!for_postgres(attribute(u, element, "dbms")) ||
		is_true(attribute(u, element, "ignore")))
		return;
	if (!context.n)
		context = attribute(u, element, "contextFilter");
	s = vec_add(c->a, &c->h->steps);
	s->name = id;
	s->version = key_of(c, attribute(u, element, "author"), id);
	s->repeatable = is_true(attribute(u, element, "runOnChange")) ||
			is_true(attribute(u, element, "runAlways"));
	s->guard = guard_of(context, attribute(u, element, "labels"));
	s->file = c->files[file];
	s->file.closed = s->file.unit;
	s->file.value = element;
	add_files(c, s, file, element, 0);
}

/* The word behind NAME: in "changeset bob:1 dbms:postgresql". */
static struct str
word_of(struct str mark, const char *name)
{
	struct str word;

	while (str_cut(&mark, ' ', &word)) {
		size_t n = strlen(name);

		if (word.n > n && str_eq_nocase(str_slice(word, 0, n), str_from(name)) &&
			word.s[n] == ':') {
			word = str_slice(word, n + 1, word.n);
			if (word.n > 1 && word.s[0] == '"')
				word = str_slice(word, 1, word.n - (word.s[word.n - 1] == '"'));
			return word;
		}
	}
	return (struct str){0};
}

/* "changeset author:id …" → "author:id" */
static struct str
name_of(struct str mark)
{
	struct str rest = str_trim(str_slice(mark, strlen("changeset "), mark.n));

	return str_slice(rest, 0, str_chr(rest, ' ', 0));
}

static struct str
id_of(struct str mark)
{
	struct str word = name_of(mark);
	size_t colon = str_chr(word, ':', 0);

	return colon == SIZE_MAX ? word : str_slice(word, colon + 1, word.n);
}

static struct str
author_of(struct str mark)
{
	struct str word = name_of(mark);
	size_t colon = str_chr(word, ':', 0);

	return colon == SIZE_MAX ? (struct str){0} : str_slice(word, 0, colon);
}

static void
add_sql_changeset(struct changelogs *c, uint32_t file, uint32_t mark)
{
	const struct unit *u = c->files[file].unit;
	struct str text = u->marks.v[mark].text, context = word_of(text, "context");
	struct tool_step *s;

	if (!for_postgres(word_of(text, "dbms")) || is_true(word_of(text, "ignore")))
		return;
	if (!context.n)
		context = word_of(text, "contextFilter");
	s = vec_add(c->a, &c->h->steps);
	s->name = id_of(text);
	s->version = key_of(c, author_of(text), s->name);
	s->repeatable =
		is_true(word_of(text, "runOnChange")) || is_true(word_of(text, "runAlways"));
	s->guard = guard_of(context, word_of(text, "labels"));
	s->file = c->files[file];
	for (uint32_t i = 1; i < u->fragments.n; i++)
		if (u->fragments.v[i].mark == mark && !u->fragments.v[i].parent)
			vec_push(c->a, &s->fragments, i);
}

/* Formatted SQL, or SQL as it stands, which is one changeset. */
static void
add_sql(struct changelogs *c, uint32_t file)
{
	const struct unit *u = c->files[file].unit;
	struct str name = path_name(c->files[file].path);

	if (!is_formatted(u)) {
		name = str_slice(name, 0, name.n - 4);
		tool_add_step(c->a, c->h, &c->files[file], name)->version = name;
		return;
	}
	for (uint32_t i = 1; i < u->marks.n; i++)
		if (str_starts(u->marks.v[i].text, STR("changeset ")))
			add_sql_changeset(c, file, i);
}

/* --- changelogs --- */

static void add_changelog(struct changelogs *c, uint32_t file);

static void
add_included(struct changelogs *c, uint32_t from, uint32_t element, uint32_t file)
{
	for (uint32_t i = 0; i < c->open.n; i++)
		if (c->open.v[i] == file) {
			note(c, from, element,
				str_format(c->a, "%.*s includes itself",
					STR_ARG(c->files[file].path)));
			return;
		}
	c->included[file] = true;
	if (str_ends(c->files[file].path, STR(".sql")))
		add_sql(c, file);
	else
		add_changelog(c, file);
}

static void
include(struct changelogs *c, uint32_t from, uint32_t element)
{
	const struct unit *u = c->files[from].unit;
	struct str path = attribute(u, element, "file");
	uint32_t file =
		find_file(c, from, path, is_true(attribute(u, element, "relativeToChangelogFile")));

	if (file == c->n)
		note(c, from, element,
			str_format(c->a, "includes %.*s, which is not there", STR_ARG(path)));
	else if (!c->files[file].unit)
		note(c, from, element,
			str_format(c->a, "includes %.*s, which holds no changelog", STR_ARG(path)));
	else
		add_included(c, from, element, file);
}

static void
include_all(struct changelogs *c, uint32_t from, uint32_t element)
{
	const struct unit *u = c->files[from].unit;
	struct str path = attribute(u, element, "path");
	bool relative = is_true(attribute(u, element, "relativeToChangelogFile")), any = false;

	for (uint32_t i = 0; i < c->n; i++) {
		const struct unit *other = c->files[i].unit;
		bool sql = str_ends(c->files[i].path, STR(".sql"));

		if (i == from || !is_below(c, from, i, path, relative) ||
			!(sql ? other != NULL : root_of(other) != 0))
			continue;
		add_included(c, from, element, i);
		any = true;
	}
	if (!any)
		note(c, from, element,
			str_format(c->a, "includes all of %.*s, where there is nothing",
				STR_ARG(path)));
}

static void
add_changelog(struct changelogs *c, uint32_t file)
{
	const struct unit *u = c->files[file].unit;
	uint32_t root = root_of(u);

	if (!root || c->open.n == INCLUDE_DEPTH)
		return;
	vec_push(c->a, &c->open, file);
	for (uint32_t i = 1; i < u->values.v[root].kids.count; i++) {
		uint32_t element = unit_kid(u, root, i);

		if (is_element(u, element, "changeSet"))
			add_changeset(c, file, element);
		else if (is_element(u, element, "include"))
			include(c, file, element);
		else if (is_element(u, element, "includeAll"))
			include_all(c, file, element);
	}
	c->open.n--;
}

/* Those that some other one includes. Their own includes are looked at from where they stand. */
static void
mark_included(struct changelogs *c)
{
	c->h = arena_new(c->a, struct tool_history);
	for (uint32_t i = 0; i < c->n; i++)
		if (!c->included[i])
			add_changelog(c, i);
}

static void
add_history(struct changelogs *c, const struct tool *t, uint32_t file, struct tool_histories *out)
{
	struct tool_history h = {.tool = t, .directory = path_directory(c->files[file].path)};

	c->h = &h;
	add_changelog(c, file);
	if (h.steps.n)
		vec_push(c->a, &out->list, h);
}

/* Formatted SQL that no changelog includes: the files of a directory, by path. */
static void
add_loose(struct changelogs *c, const struct tool *t, struct tool_histories *out)
{
	bool *done = arena_array(c->a, bool, c->n + 1);

	for (uint32_t i = 0; i < c->n; i++) {
		struct tool_history h = {.tool = t, .directory = path_directory(c->files[i].path)};

		c->h = &h;
		for (uint32_t k = i; k < c->n; k++)
			if (!done[k] && !c->included[k] && is_formatted(c->files[k].unit) &&
				is_formatted(c->files[i].unit) &&
				str_eq(path_directory(c->files[k].path), h.directory)) {
				done[k] = true;
				add_sql(c, k);
			}
		if (h.steps.n)
			vec_push(c->a, &out->list, h);
	}
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	struct changelogs c = {
		.a = a, .files = files, .n = n, .included = arena_array(a, bool, n + 1)};
	bool any = false;

	(void)directory;
	for (uint32_t i = 0; i < n; i++)
		any |= root_of(files[i].unit) != 0;
	if (any)
		mark_included(&c);
	for (uint32_t i = 0; i < n; i++)
		if (root_of(files[i].unit) && !c.included[i])
			add_history(&c, t, i, out);
	add_loose(&c, t, out);
}

const struct tool tool_liquibase = {
	.name = "liquibase",
	.found_by = "XML and YAML with databaseChangeLog whose path says changelog or liquibase, "
		    "--liquibase formatted sql",
	.order_words = "by the changelogs' text, includes where they stand",
	.not_read = "rollbacks, preconditions, changes in Java, JSON",
	.markers = markers,
	.history_table = "databasechangelog",
	.lock_table = "databasechangeloglock",
	.recognise = recognise,
};
