/* Directories of SQL files, and what their names say. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

struct str
path_directory(struct str path)
{
	size_t slash = str_rchr(path, '/');

	return slash == SIZE_MAX ? STR("") : str_slice(path, 0, slash);
}

struct str
path_name(struct str path)
{
	size_t slash = str_rchr(path, '/');

	return slash == SIZE_MAX ? path : str_slice(path, slash + 1, path.n);
}

void
tool_sql_directories(
	struct arena *a, const struct tool_file *files, uint32_t n, struct directories *out)
{
	struct map by_path = {.arena = a};

	for (uint32_t i = 0; i < n; i++) {
		struct str directory = path_directory(files[i].path);
		union map_value *d;

		if (!str_ends(files[i].path, STR(".sql")))
			continue;
		d = map_put(&by_path, directory);
		if (!d->num) {
			vec_add(a, &out->list)->path = directory;
			d->num = out->list.n;
		}
		vec_push(a, &out->list.v[d->num - 1].files, files[i]);
	}
}

struct tool_step *
tool_add_step(struct arena *a, struct tool_history *h, const struct tool_file *f, struct str name)
{
	struct tool_step *s = vec_add(a, &h->steps);

	s->name = name;
	s->file = *f;
	for (uint32_t i = 1; f->unit && i < f->unit->fragments.n; i++)
		if (f->unit->fragments.v[i].sink == SINK_FILE)
			vec_push(a, &s->fragments, i);
	return s;
}

bool
tool_is_numbered(struct str name)
{
	size_t at = name.n && (name.s[0] == 'V' || name.s[0] == 'v') ? 1 : 0;

	return at < name.n && name.s[at] >= '0' && name.s[at] <= '9';
}

static bool
any_component(struct str path, const char *const *words)
{
	struct str part;

	while (str_cut(&path, '/', &part))
		for (uint32_t i = 0; words[i]; i++)
			if (str_glob(str_from(words[i]), part))
				return true;
	return false;
}

bool
tool_is_down(struct str path)
{
	static const char *const words[] = {"*.down.sql", "*_down.sql", "*-down.sql", "down.sql",
		"*.undo.sql", "*.rollback.sql", "*_rollback.sql", "down", "rollback", "rollbacks",
		"undo", "revert", NULL};

	return any_component(path, words);
}

bool
tool_is_other_engine(struct str path)
{
	static const char *const words[] = {"sqlite", "sqlite3", "mysql", "mariadb", "mssql",
		"sqlserver", "oracle", "clickhouse", "cockroach", "*.sqlite.sql", "*.sqlite3.sql",
		"*.mysql.sql", "*.sqlite.up.sql", "*.mysql.up.sql", "mysql_*", "sqlite_*",
		"*_mysql", "*_sqlite", "*-mysql", "*-sqlite", "riversqlite", NULL};

	return any_component(path, words);
}

bool
tool_has_ddl(const struct unit *u)
{
	for (uint32_t i = 1; u && i < u->events.n; i++) {
		enum event_kind k = u->events.v[i].kind;

		if (k == EVENT_CREATE || k == EVENT_CREATE_AS || k == EVENT_ALTER ||
			k == EVENT_DROP || k == EVENT_RENAME || k == EVENT_GRANT)
			return true;
	}
	return false;
}

/* Flyway's V stands before the number. */
static struct str
without_v(struct str name)
{
	return tool_is_numbered(name) && (name.s[0] == 'V' || name.s[0] == 'v')
		       ? str_slice(name, 1, name.n)
		       : name;
}

static int
compare_steps(const void *x, const void *y)
{
	const struct tool_step *a = x, *b = y;
	int order = tool_version_cmp(without_v(a->name), without_v(b->name));

	return order ? order
		     : (a->file.number > b->file.number) - (a->file.number < b->file.number);
}

static struct str
number_of(struct str name)
{
	size_t from = 0, to;

	if (name.n && (name.s[0] == 'V' || name.s[0] == 'v'))
		from = 1;
	to = from;
	while (to < name.n && name.s[to] >= '0' && name.s[to] <= '9')
		to++;
	while (from + 1 < to && name.s[from] == '0')
		from++;
	return str_slice(name, from, to);
}

void
tool_sort_steps(struct arena *a, struct tool_history *h)
{
	if (h->steps.n)
		qsort(h->steps.v, h->steps.n, sizeof *h->steps.v, compare_steps);
	for (uint32_t i = 1; i < h->steps.n; i++) {
		struct str number = number_of(h->steps.v[i].name);

		if (!number.n || !str_eq(number, number_of(h->steps.v[i - 1].name)))
			continue;
		vec_push(a, &h->notes,
			(struct tool_note){.file = h->steps.v[i].file.number,
				.order = true,
				.text = str_format(a,
					"number %.*s is used twice: the order of %.*s and "
					"%.*s is not known",
					STR_ARG(number), STR_ARG(h->steps.v[i - 1].name),
					STR_ARG(h->steps.v[i].name))});
	}
}
