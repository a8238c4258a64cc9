/* Directories of SQL files, and what their names say. */
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

struct str
path_join(struct arena *a, struct str directory, struct str name)
{
	return directory.n ? str_format(a, "%.*s/%.*s", STR_ARG(directory), STR_ARG(name)) : name;
}

struct str
tool_without_end(struct str name, const char *end)
{
	struct str x = str_from(end);

	return str_ends(name, x) ? str_slice(name, 0, name.n - x.n) : name;
}

const struct tool_file *
tool_find_file(const struct tool_file *files, uint32_t n, struct str path)
{
	uint32_t low = 0, high = n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = str_cmp(files[middle].path, path);

		if (!order)
			return &files[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
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

/* "7", "v1", "1.2", "2024": all of NAME is a version. */
static bool
is_version(struct str name)
{
	bool digit = false;

	if (!tool_is_numbered(name))
		return false;
	for (size_t i = name.s[0] == 'V' || name.s[0] == 'v' ? 1 : 0; i < name.n; i++) {
		if (name.s[i] == '.' ? !digit : name.s[i] < '0' || name.s[i] > '9')
			return false;
		digit = name.s[i] != '.';
	}
	return digit;
}

struct str
tool_above_versions(struct str path)
{
	while (is_version(path_name(path)))
		path = path_directory(path);
	return path;
}

bool
tool_is_numbered(struct str name)
{
	size_t at = name.n && (name.s[0] == 'V' || name.s[0] == 'v') ? 1 : 0;

	return at < name.n && name.s[at] >= '0' && name.s[at] <= '9';
}

/* Every file of a service comes by here, with many words: most are told by their first byte. */
static bool
any_component(struct str path, const char *const *words)
{
	struct str part;

	while (str_cut(&path, '/', &part))
		for (uint32_t i = 0; part.n && words[i]; i++)
			if ((words[i][0] == '*' || words[i][0] == part.s[0]) &&
				str_glob(str_from(words[i]), part))
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
		"sqlserver", "oracle", "clickhouse", "cockroach", "cockroachdb", "h2", "hsqldb",
		"derby", "tidb", "spanner", "snowflake", "bigquery", "*.sqlite.sql",
		"*.sqlite3.sql", "*.mysql.sql", "*.mariadb.sql", "*.sqlite.up.sql",
		"*.sqlite3.up.sql", "*.mysql.up.sql", "*.mariadb.up.sql", "mysql_*", "sqlite_*",
		"*mysql", "*sqlite", "*_mysql.sql", "*_sqlite.sql", NULL};

	return any_component(path, words);
}

bool
tool_has_mark(const struct unit *u, const char *prefix)
{
	for (uint32_t i = 1; u && i < u->marks.n; i++)
		if (str_starts(u->marks.v[i].text, str_from(prefix)))
			return true;
	return false;
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
