/* Flyway: V (versioned), B (baseline), R (repeatable) and U (undo) migrations, and SQL callbacks.
 *
 * flyway/flyway c5e20fc: ResourceNameParser (prefix, version, "__", description), MigrationVersion ('_' is '.',
 * parts are numbers, zeros at the end are nothing), the documentation's pages of baseline and repeatable
 * migrations (those up to the latest baseline do not run in a new database; repeatable ones run behind all
 * others, by description, and again when they changed), of callbacks, and of defaultSchema (made by Flyway,
 * first in the search_path: PostgreSQLConnection.changeCurrentSchemaTo). A location is scanned with all that
 * is below it. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

enum kind {
	KIND_NONE,
	KIND_BEFORE, /* a callback before all migrations */
	KIND_VERSIONED,
	KIND_BEFORE_REPEATABLES,
	KIND_REPEATABLE,
	KIND_AFTER,
	KIND_BASELINE,
	KIND_OTHER, /* undo, callbacks of other commands */
};

struct migration {
	const struct tool_file *file;
	enum kind kind;
	struct str version; /* "1.2", without zeros that mean nothing */
	struct str name;    /* of the file, without its end */
	bool program;
	bool aside; /* stands behind a baseline */
};

struct location {
	struct str directory;
	VEC(struct migration) list;
	bool joined; /* with one above it */
};
struct locations {
	VEC(struct location) list;
};

static bool
is_version_byte(char c)
{
	return (c >= '0' && c <= '9') || c == '.' || c == '_';
}

/* "01_2.0" is "1.2". */
static struct str
canonical(struct arena *a, struct str version)
{
	struct buf b = {.arena = a};
	size_t keep = 0;

	for (size_t i = 0; i <= version.n; i++) {
		size_t from = i;
		struct str part;

		while (i < version.n && version.s[i] != '.' && version.s[i] != '_')
			i++;
		part = str_slice(version, from, i);
		while (part.n > 1 && part.s[0] == '0')
			part = str_slice(part, 1, part.n);
		buf_addf(&b, "%s%.*s", from ? "." : "", STR_ARG(part));
		if (!from || !str_is(part, "0"))
			keep = b.n;
	}
	return str_slice(buf_str(&b), 0, keep);
}

/* The version in "V1_2__words": the bytes before the two underscores; false: it has none. */
static bool
read_version(struct arena *a, struct str rest, struct str *version)
{
	size_t end = str_find(rest, STR("__"), 0);
	struct str text = str_slice(rest, 0, end == SIZE_MAX ? rest.n : end);

	if (!text.n || text.s[0] < '0' || text.s[0] > '9')
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (!is_version_byte(text.s[i]))
			return false;
	*version = canonical(a, text);
	return true;
}

/* Callbacks that `migrate` calls; their names may have a description: "afterMigrate__grants". */
static enum kind
callback_kind(struct str name)
{
	static const struct {
		const char *event;
		enum kind kind;
	} events[] = {
		{"beforeMigrate", KIND_BEFORE},
		{"beforeEachMigrate", KIND_BEFORE},
		{"afterVersioned", KIND_BEFORE_REPEATABLES},
		{"beforeRepeatables", KIND_BEFORE_REPEATABLES},
		{"afterMigrate", KIND_AFTER},
		{"afterMigrateApplied", KIND_AFTER},
		{"afterEachMigrate", KIND_AFTER},
	};
	static const char *const others[] = {"before", "after", "createSchema", NULL};
	size_t end = str_find(name, STR("__"), 0);
	struct str event = str_slice(name, 0, end == SIZE_MAX ? name.n : end);

	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		if (str_is(event, events[i].event))
			return events[i].kind;
	for (size_t i = 0; others[i]; i++) {
		struct str other = str_from(others[i]);

		if (str_starts(event, other) &&
			(event.n == other.n ||
				(event.s[other.n] >= 'A' && event.s[other.n] <= 'Z')))
			return KIND_OTHER;
	}
	return KIND_NONE;
}

static bool
read_name(struct arena *a, const struct tool_file *f, struct migration *m)
{
	struct str file = path_name(f->path), rest;
	size_t dot = str_rchr(file, '.');
	bool separated;

	*m = (struct migration){.file = f, .name = str_slice(file, 0, dot)};
	if (dot == SIZE_MAX || !m->name.n)
		return false;
	m->program = !str_eq_nocase(str_slice(file, dot, file.n), STR(".sql"));
	separated = str_find(m->name, STR("__"), 0) != SIZE_MAX;
	rest = str_slice(m->name, 1, m->name.n);
	if (m->program && !str_ends(file, STR(".java")) && !str_ends(file, STR(".kt")) &&
		!str_ends(file, STR(".scala")) && !str_ends(file, STR(".groovy")))
		return false;
	switch (m->name.s[0]) {
	case 'V':
		m->kind = KIND_VERSIONED;
		return (separated || !m->program) && read_version(a, rest, &m->version);
	case 'B':
		m->kind = KIND_BASELINE;
		return separated && read_version(a, rest, &m->version);
	case 'U':
		m->kind = KIND_OTHER;
		return separated && read_version(a, rest, &m->version);
	case 'R':
		m->kind = KIND_REPEATABLE;
		return str_starts(rest, STR("__"));
	default:
		m->kind = m->program ? KIND_NONE : callback_kind(m->name);
		return m->kind != KIND_NONE;
	}
}

/* The part of a path before its source set: "billing/" of "billing/src/main/java/…". */
static struct str
module_of(struct str path)
{
	size_t at = str_find(path, STR("src/main/"), 0);

	return at == SIZE_MAX ? (struct str){0} : str_slice(path, 0, at);
}

/* The location in which a file stands: the directory called db/migration above it, else its own. */
static struct str
location_of(struct str path)
{
	struct str directory = path_directory(path), end = STR("db/migration");
	size_t at = str_find(directory, end, 0);

	if (at != SIZE_MAX && (at == 0 || directory.s[at - 1] == '/') &&
		(at + end.n == directory.n || directory.s[at + end.n] == '/'))
		return str_slice(directory, 0, at + end.n);
	return directory;
}

static struct location *
location_named(struct arena *a, struct locations *all, struct map *by_path, struct str path)
{
	union map_value *v = map_put(by_path, path);

	if (!v->num) {
		vec_add(a, &all->list)->directory = path;
		v->num = all->list.n;
	}
	return &all->list.v[v->num - 1];
}

static bool
has_versions(const struct location *l)
{
	for (uint32_t i = 0; i < l->list.n; i++)
		if ((l->list.v[i].kind == KIND_VERSIONED || l->list.v[i].kind == KIND_BASELINE) &&
			!l->list.v[i].program &&
			str_find(l->list.v[i].name, STR("__"), 0) != SIZE_MAX)
			return true;
	return false;
}

/* Two that have a version both are no one location: Flyway refuses such. */
static bool
share_a_version(const struct location *x, const struct location *y)
{
	for (uint32_t i = 0; i < x->list.n; i++)
		for (uint32_t k = 0; x->list.v[i].kind == KIND_VERSIONED && k < y->list.n; k++)
			if (y->list.v[k].kind == KIND_VERSIONED &&
				str_eq(x->list.v[i].version, y->list.v[k].version))
				return true;
	return false;
}

static void
join(struct arena *a, struct location *to, struct location *from)
{
	for (uint32_t i = 0; i < from->list.n; i++)
		vec_push(a, &to->list, from->list.v[i]);
	from->joined = true;
}

/* The nearest location above that numbers migrations. */
static struct location *
above(struct locations *all, const struct map *by_path, struct str directory)
{
	while (directory.n) {
		const union map_value *v;

		directory = path_directory(directory);
		v = map_get(by_path, directory);
		if (v && has_versions(&all->list.v[v->num - 1]))
			return &all->list.v[v->num - 1];
	}
	return NULL;
}

/* What stands below a location belongs to it, and programs of the same module. */
static void
join_locations(struct arena *a, struct locations *all, const struct map *by_path)
{
	struct map modules = {.arena = a};

	for (uint32_t i = 0; i < all->list.n; i++) {
		struct str module = module_of(all->list.v[i].directory);

		if (module.s && has_versions(&all->list.v[i]) && !map_put(&modules, module)->num)
			map_put(&modules, module)->num = i + 1;
	}
	for (uint32_t i = all->list.n; i-- > 0;) {
		struct location *from = &all->list.v[i], *to = above(all, by_path, from->directory);
		struct str module = module_of(from->directory);
		const union map_value *v = module.s ? map_get(&modules, module) : NULL;

		if (to && !share_a_version(from, to))
			join(a, to, from);
		else if (!to && v && from->list.v[0].program && v->num != i + 1)
			join(a, &all->list.v[v->num - 1], from);
	}
}

static void
collect(struct arena *a, const struct tool_file *files, uint32_t n, bool named,
	struct locations *all, struct tool_histories *out)
{
	struct map by_path = {.arena = a};

	for (uint32_t i = 0; i < n; i++) {
		struct migration m;
		struct str location;

		if (!read_name(a, &files[i], &m))
			continue;
		if (tool_is_other_engine(files[i].path)) {
			if (!m.program && str_find(m.name, STR("__"), 0) != SIZE_MAX)
				tool_put_aside(a, out, &files[i], ASIDE_OTHER_DATABASE);
			continue;
		}
		location = named ? path_directory(files[i].path) : location_of(files[i].path);
		vec_push(a, &location_named(a, all, &by_path, location)->list, m);
	}
	/* A directory below db/migration that numbers by itself is a location by itself. */
	join_locations(a, all, &by_path);
}

static int
compare_migrations(const void *x, const void *y)
{
	const struct migration *a = x, *b = y;
	int order = (int)a->kind - (int)b->kind;

	if (!order)
		order = tool_dotted_cmp(a->version, b->version);
	if (!order)
		order = str_cmp(a->name, b->name);
	return order ? order
		     : (a->file->number > b->file->number) - (a->file->number < b->file->number);
}

/* The latest baseline runs in the place of all versions up to its own. */
static void
stand_behind(struct location *l)
{
	struct migration *latest = NULL;

	for (uint32_t i = 0; i < l->list.n; i++)
		if (l->list.v[i].kind == KIND_BASELINE &&
			(!latest || tool_dotted_cmp(latest->version, l->list.v[i].version) < 0))
			latest = &l->list.v[i];
	for (uint32_t i = 0; i < l->list.n; i++) {
		struct migration *m = &l->list.v[i];

		m->aside = m->kind == KIND_OTHER;
		if (!latest || (m->kind != KIND_VERSIONED && m->kind != KIND_BASELINE) ||
			m == latest)
			continue;
		m->aside = tool_dotted_cmp(m->version, latest->version) <= 0;
	}
	if (latest)
		latest->kind = KIND_VERSIONED;
}

static struct str
version_of(struct arena *a, const struct migration *m)
{
	return m->kind == KIND_VERSIONED ? m->version : str_join(a, STR("R "), m->name);
}

static void
add_migration(struct arena *a, struct tool_history *h, const struct migration *m)
{
	struct tool_step *s = tool_add_step(a, h, m->file, m->name);

	s->version = version_of(a, m);
	s->repeatable = m->kind != KIND_VERSIONED;
	s->unread = m->program;
	if (m->program)
		tool_note(a, h, m->file->number, 0,
			"a migration written as a program: what it does to the schema is not known");
}

static void
note_twice(struct arena *a, struct tool_history *h)
{
	for (uint32_t i = 1; i < h->steps.n; i++) {
		const struct tool_step *x = &h->steps.v[i - 1], *y = &h->steps.v[i];

		if (y->repeatable || !str_eq(x->version, y->version))
			continue;
		vec_push(a, &h->notes,
			(struct tool_note){.file = y->file.number,
				.order = true,
				.text = str_format(a,
					"version %.*s is used twice: the order of %.*s and "
					"%.*s is not known",
					STR_ARG(y->version), STR_ARG(x->name), STR_ARG(y->name))});
	}
}

static bool
take_schema(struct arena *a, const struct tool_file *f, struct tool_history *h)
{
	static const char *const keys[] = {"flyway.defaultSchema", "flyway.schemas",
		"environments.default.schemas", "spring.flyway.default-schema",
		"spring.flyway.defaultSchema", "spring.flyway.schemas", NULL};

	for (uint32_t k = 0; f && keys[k]; k++) {
		struct str value = tool_setting(a, f, keys[k], &h->schema_line);

		if (!value.n || str_chr(value, '$', 0) != SIZE_MAX)
			continue;
		h->schema = value;
		h->schema_file = f->number;
		return true;
	}
	return false;
}

/* The settings that are in force for a directory: of the nearest file above it, or in conf/ there. */
static void
read_schema(struct arena *a, const struct tool_file *files, uint32_t n, struct tool_history *h)
{
	static const char *const names[] = {"flyway.conf", "flyway.toml", "conf/flyway.conf",
		"conf/flyway.toml", "application.properties", "application.yml", "application.yaml",
		NULL};
	struct str directory = h->directory;

	for (;;) {
		for (uint32_t i = 0; names[i]; i++)
			if (take_schema(a,
				    tool_find_file(
					    files, n, path_join(a, directory, str_from(names[i]))),
				    h))
				return;
		if (!directory.n)
			return;
		directory = path_directory(directory);
	}
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	struct locations all = {0};

	collect(a, files, n, directory != NULL, &all, out);
	for (uint32_t i = 0; i < all.list.n; i++) {
		struct location *l = &all.list.v[i];
		struct tool_history h = {.tool = t, .directory = l->directory};

		if (l->joined || (!directory && !has_versions(l)))
			continue;
		stand_behind(l);
		qsort(l->list.v, l->list.n, sizeof *l->list.v, compare_migrations);
		for (uint32_t k = 0; k < l->list.n; k++)
			if (l->list.v[k].aside)
				tool_put_aside(a, out, l->list.v[k].file, ASIDE_PAST);
			else
				add_migration(a, &h, &l->list.v[k]);
		note_twice(a, &h);
		read_schema(a, files, n, &h);
		tool_add_history(a, out, &h);
	}
}

const struct tool tool_flyway = {
	.name = "flyway",
	.found_by = "files V1_2__name.sql, with R__, B and U, and SQL callbacks",
	.order_words = "by version from the latest baseline on, then the repeatable ones",
	.not_read =
		"U*.sql, callbacks of other commands, migrations written in Java, values of ${placeholders}",
	.history_table = "flyway_schema_history",
	.recognise = recognise,
};
