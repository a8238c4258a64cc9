/* Plain SQL: numbered files in a directory, run in the order of their numbers, by hand or by a
 * script of the project's own. A service whose only DDL is one schema file runs that. */
#include "base/arena.h"
#include "base/map.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

static bool
is_migration_directory(struct str path)
{
	static const char *const words[] = {"migration", "migrations", "migrate", "ddl", "schema",
		"schemas", "changes", "deltas", "versions", "upgrades", "db_migrations",
		"*migrations*", NULL};
	struct str part;

	while (str_cut(&path, '/', &part))
		for (uint32_t i = 0; words[i]; i++)
			if (str_glob(str_from(words[i]), part))
				return true;
	return false;
}

static bool
is_snapshot_name(struct str name)
{
	static const char *const words[] = {"schema.sql", "*_schema.sql", "tables.sql", "init.sql",
		"create.sql", "structure.sql", "setup.sql", NULL};

	for (uint32_t i = 0; words[i]; i++)
		if (str_glob(str_from(words[i]), name))
			return true;
	return false;
}

/* Where another tool has the migrations, numbered files elsewhere are something else: what is run by hand. */
static bool
is_beside(const struct directory *d)
{
	return !is_migration_directory(path_name(d->path));
}

/* Whether the directory's files are a history: most are numbered, and some shape the catalog. */
static bool
is_history(const struct directory *d, bool named)
{
	uint32_t numbered = 0, ddl = 0, forward = 0;

	for (uint32_t i = 0; i < d->files.n; i++) {
		const struct tool_file *f = &d->files.v[i];

		if (tool_is_down(path_name(f->path)) || tool_is_other_engine(f->path))
			continue;
		forward++;
		numbered += tool_is_numbered(path_name(f->path));
		ddl += tool_has_ddl(f->unit);
	}
	if (named)
		return forward > 0;
	if (ddl == 0 || tool_is_down(d->path))
		return false;
	return is_migration_directory(d->path) ? numbered * 2 >= forward
					       : numbered == forward && forward > 1;
}

/* A schema file beside numbered ones is what they add up to, or what they begin with. */
static bool
is_step(const struct tool_file *f, bool numbered)
{
	struct str name = path_name(f->path);

	return !tool_is_down(f->path) && !tool_is_other_engine(f->path) &&
	       (!numbered || tool_is_numbered(name) || !is_snapshot_name(name));
}

static void
add_history(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct directory *d, struct tool_histories *out)
{
	struct tool_history sorted = {0}, *h = vec_add(a, &out->list);
	bool numbered = false;

	for (uint32_t i = 0; i < d->files.n; i++)
		numbered |= tool_is_numbered(path_name(d->files.v[i].path));
	for (uint32_t i = 0; i < d->files.n; i++) {
		const struct tool_file *f = &d->files.v[i];
		struct str name = tool_without_end(path_name(f->path), ".sql");

		if (is_step(f, numbered))
			tool_add_step(a, &sorted, f, name)->version = tool_number(name);
	}
	tool_sort_steps(a, &sorted, ORDER_NUMBER, true);
	h->tool = t;
	h->directory = d->path;
	h->notes.v = sorted.notes.v;
	h->notes.n = sorted.notes.n;
	h->notes.cap = sorted.notes.cap;
	for (uint32_t i = 0; i < sorted.steps.n; i++) {
		const struct tool_step *s = &sorted.steps.v[i];

		tool_add_included(a, h, files, n, &s->file, s->name, s->version);
	}
}

static bool
is_snapshot(const struct tool_file *f)
{
	return str_ends(f->path, STR(".sql")) && is_snapshot_name(path_name(f->path)) &&
	       !tool_is_other_engine(f->path) && tool_has_ddl(f->unit);
}

static void
add_snapshot(const struct tool *t, struct arena *a, const struct tool_file *f,
	struct tool_histories *out)
{
	struct tool_history *h = vec_add(a, &out->list);

	h->tool = t;
	h->directory = f->path;
	h->snapshot = true;
	tool_add_step(a, h, f, tool_without_end(path_name(f->path), ".sql"));
}

/* Where there are migrations, a schema file is their copy: a dump, or what a generator of code reads. */
static void
read_snapshots(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	struct tool_histories *out)
{
	bool alone = out->list.n == 0;

	for (uint32_t i = 0; i < n; i++) {
		if (!is_snapshot(&files[i]))
			continue;
		if (!alone) {
			tool_put_aside(a, out, &files[i], ASIDE_COPY);
			continue;
		}
		add_snapshot(t, a, &files[i], out);
		return;
	}
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	struct directories all = {0};
	uint32_t before = out->list.n;

	tool_sql_directories(a, files, n, &all);
	for (uint32_t d = 0; d < all.list.n; d++)
		if ((directory || !before || !is_beside(&all.list.v[d])) &&
			is_history(&all.list.v[d], directory != NULL))
			add_history(t, a, files, n, &all.list.v[d], out);
	read_snapshots(t, a, files, n, out);
}

const struct tool tool_sql = {
	.name = "sql",
	.found_by =
		"numbered .sql files in a directory called migrations (or alike), else one schema.sql",
	.order_words = "by number, then by name",
	.not_read = "*.down.sql, rollback/, files for other databases",
	.recognise = recognise,
};
