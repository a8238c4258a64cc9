/* pop (soda): VERSION_name.up.sql, VERSION_name.DIALECT.up.sql, and .up.fizz, which is no SQL.
 *
 * gobuffalo/pop c9b1c55: migrator.go (mrx: the names), migration_info.go (by version as text; of one version what
 * is for the dialect stands before what is for all, and a version runs once). */
#include "base/arena.h"
#include "base/map.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

struct pop_name {
	struct str version, name, dialect; /* dialect: empty for all */
	bool fizz, down;
};

static bool
read_name(struct str file, struct pop_name *out)
{
	struct str rest = file, part[5] = {{0}};
	size_t n = 0, underscore;

	while (n < 5 && str_cut(&rest, '.', &part[n]))
		n++;
	/* Ory's popx (ory/kratos b86338d, oryx/popx/match.go) has a word for what runs outside of a transaction. */
	if (n >= 4 && str_is(part[n - 3], "autocommit")) {
		part[n - 3] = part[n - 2];
		part[n - 2] = part[n - 1];
		n--;
	}
	if (n < 3 || n > 4 || rest.s)
		return false;
	underscore = str_chr(part[0], '_', 0);
	if (underscore == SIZE_MAX || underscore == 0)
		return false;
	for (size_t i = 0; i < underscore; i++)
		if (file.s[i] < '0' || file.s[i] > '9')
			return false;
	*out = (struct pop_name){.version = str_slice(file, 0, underscore),
		.name = part[0],
		.dialect = n == 4 ? part[1] : (struct str){0},
		.fizz = str_is(part[n - 1], "fizz"),
		.down = str_is(part[n - 2], "down")};
	return (out->fizz || str_is(part[n - 1], "sql")) &&
	       (out->down || str_is(part[n - 2], "up"));
}

static bool
is_postgres(struct str dialect)
{
	return str_is(dialect, "postgres") || str_is(dialect, "postgresql") ||
	       str_is(dialect, "pg");
}

/* A file whose name is of pop's form, and those of one directory. */
struct pop_file {
	const struct tool_file *file;
	struct pop_name name;
};
struct pop_directory {
	struct str path;
	VEC(struct pop_file) files;
};
struct pop_directories {
	VEC(struct pop_directory) list;
};

static void
collect(struct arena *a, const struct tool_file *files, uint32_t n, struct pop_directories *out)
{
	struct map by_path = {.arena = a};

	for (uint32_t i = 0; i < n; i++) {
		struct pop_file f = {.file = &files[i]};
		struct str path;
		union map_value *v;

		if (!read_name(path_name(files[i].path), &f.name))
			continue;
		path = path_directory(files[i].path);
		v = map_put(&by_path, path);
		if (!v->num) {
			vec_add(a, &out->list)->path = path;
			v->num = out->list.n;
		}
		vec_push(a, &out->list.v[v->num - 1].files, f);
	}
}

/* fizz, or a dialect in a name: other tools have neither. */
static bool
is_ours(const struct pop_directory *d)
{
	for (uint32_t i = 0; i < d->files.n; i++)
		if (d->files.v[i].name.fizz || is_postgres(d->files.v[i].name.dialect))
			return true;
	return false;
}

/* What is for all databases runs where nothing is for this one. */
static bool
is_replaced(const struct pop_directory *d, const struct pop_name *x)
{
	for (uint32_t i = 0; !x->dialect.n && i < d->files.n; i++) {
		const struct pop_name *y = &d->files.v[i].name;

		if (!y->down && is_postgres(y->dialect) && str_eq(x->version, y->version))
			return true;
	}
	return false;
}

static void
add_file(struct arena *a, struct tool_history *h, const struct pop_file *f)
{
	struct tool_step *s = tool_add_step(a, h, f->file, f->name.name);

	s->version = f->name.version;
	s->unread = f->name.fizz;
	if (f->name.fizz)
		tool_note(a, h, f->file->number, 0,
			"a migration in fizz: what it does to the schema is not known");
}

static void
read_directory(const struct tool *t, struct arena *a, const struct pop_directory *d,
	struct tool_histories *out)
{
	struct tool_history h = {.tool = t, .directory = d->path};

	for (uint32_t i = 0; i < d->files.n; i++) {
		const struct pop_file *f = &d->files.v[i];

		if (f->name.dialect.n && !is_postgres(f->name.dialect))
			tool_put_aside(a, out, f->file, ASIDE_OTHER_DATABASE);
		else if (f->name.down || is_replaced(d, &f->name))
			tool_put_aside(a, out, f->file, ASIDE_PAST);
		else
			add_file(a, &h, f);
	}
	tool_sort_steps(a, &h, ORDER_VERSION, true);
	tool_add_history(a, out, &h);
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	struct pop_directories all = {0};

	collect(a, files, n, &all);
	for (uint32_t i = 0; i < all.list.n; i++)
		if (directory || is_ours(&all.list.v[i]))
			read_directory(t, a, &all.list.v[i], out);
}

const struct tool tool_pop = {
	.name = "pop",
	.found_by = "files N_name.up.fizz or N_name.postgres.up.sql, and N_name.up.sql beside them",
	.order_words = "by version",
	.not_read = "*.fizz, *.down.sql, files of other dialects",
	.history_table = "schema_migration",
	.recognise = recognise,
};
