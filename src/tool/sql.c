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

/* Its files stand in directories that are named by versions. */
static bool
has_versions(const struct directory *d)
{
	for (uint32_t i = 0; i < d->files.n; i++)
		if (!str_eq(path_directory(d->files.v[i].path), d->path))
			return true;
	return false;
}

/* Where another tool has the migrations, numbered files elsewhere are something else: what is run by hand. */
static bool
is_beside(const struct directory *d)
{
	return !is_migration_directory(has_versions(d) ? d->path : path_name(d->path));
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

/* Directories that are named by versions belong together, below the one that is not, or that is ABOVE them by
 * the configuration (NULL: none is). */
static void
join_versions(struct arena *a, const struct directories *all, const struct str *above,
	struct directories *out)
{
	struct map by_root = {.arena = a};

	for (uint32_t d = 0; d < all->list.n; d++) {
		const struct directory *x = &all->list.v[d];
		struct str root = tool_above_versions(x->path);
		union map_value *v;

		if (above && root.n < above->n)
			root = *above;
		v = map_put(&by_root, root);
		if (!v->num) {
			vec_add(a, &out->list)->path = root;
			v->num = out->list.n;
		}
		for (uint32_t i = 0; i < x->files.n; i++)
			vec_push(a, &out->list.v[v->num - 1].files, x->files.v[i]);
	}
}

/* The name of F in the history of directory ROOT: "0017_drop", "72/01_drop". */
static struct str
step_name(struct str root, const struct tool_file *f)
{
	return tool_without_end(str_slice(f->path, root.n ? root.n + 1 : 0, f->path.n), ".sql");
}

/* "17" of 0017_drop, "72.1" of 72/01_drop. */
static struct str
step_version(struct arena *a, struct str name)
{
	struct buf b = {.arena = a};
	struct str part;

	while (str_cut(&name, '/', &part)) {
		struct str number = name.s ? tool_without_v(part) : tool_number(part);

		if (b.n && number.n)
			buf_addc(&b, '.');
		buf_add(&b, number);
	}
	return buf_str(&b);
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
		struct str name = step_name(d->path, f);

		if (is_step(f, numbered))
			tool_add_step(a, &sorted, f, name)->version = step_version(a, name);
	}
	tool_sort_steps(a, &sorted, has_versions(d) ? ORDER_DOTTED : ORDER_NUMBER, true);
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

/* The table that E makes, or gives a new name; empty: it does neither. */
static struct str
table_made(const struct event *e)
{
	if (e->object_kind != OBJECT_TABLE && e->object_kind != OBJECT_PARTITIONED_TABLE)
		return (struct str){0};
	return e->kind == EVENT_CREATE   ? e->object.name
	       : e->kind == EVENT_RENAME ? e->text
					 : (struct str){0};
}

/* The names of all tables that the histories make. */
static void
add_tables(const struct tool_histories *h, struct map *names)
{
	for (uint32_t i = 0; i < h->list.n; i++)
		for (uint32_t k = 0; k < h->list.v[i].steps.n; k++) {
			const struct unit *u = h->list.v[i].steps.v[k].file.unit;

			for (uint32_t e = 1; u && e < u->events.n; e++) {
				struct str name = table_made(&u->events.v[e]);

				if (name.n)
					map_put(names, name)->num = 1;
			}
		}
}

/* All tables that the directory makes, and so many that it is no chance, are NAMES: it is what another tool's
 * migrations add up to, written down for a generator of code. */
static bool
is_written_down(const struct directory *d, const struct map *names)
{
	enum {
		FEWEST = 3
	};
	uint32_t made = 0;

	for (uint32_t i = 0; i < d->files.n; i++) {
		const struct unit *u = d->files.v[i].unit;

		for (uint32_t e = 1; u && e < u->events.n; e++) {
			struct str name = table_made(&u->events.v[e]);

			if (name.n && !map_get(names, name))
				return false;
			made += name.n > 0;
		}
	}
	return made >= FEWEST;
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	struct directories single = {0}, all = {0};
	struct map names = {.arena = a};
	uint32_t before = out->list.n;

	tool_sql_directories(a, files, n, &single);
	join_versions(a, &single, directory, &all);
	if (!directory)
		add_tables(out, &names);
	for (uint32_t d = 0; d < all.list.n; d++) {
		const struct directory *x = &all.list.v[d];

		if (!is_history(x, directory != NULL) || (!directory && before && is_beside(x)))
			continue;
		if (!is_written_down(x, &names)) {
			add_history(t, a, files, n, x, out);
			continue;
		}
		for (uint32_t i = 0; i < x->files.n; i++)
			tool_put_aside(a, out, &x->files.v[i], ASIDE_COPY);
	}
	read_snapshots(t, a, files, n, out);
}

const struct tool tool_sql = {
	.name = "sql",
	.found_by =
		"numbered .sql files in a directory called migrations (or alike) or in directories of versions "
		"(72/01_x.sql), else one schema.sql",
	.order_words = "by version, number, then name",
	.not_read = "*.down.sql, rollback/, files for other databases",
	.recognise = recognise,
};
