/* pop (soda): VERSION_name.up.sql, VERSION_name.DIALECT.up.sql, and .up.fizz, which is no SQL.
 *
 * gobuffalo/pop c9b1c55: migrator.go (mrx: the names), migration_info.go (by version as text; of one version what
 * is for the dialect stands before what is for all, and a version runs once). */
#include "base/arena.h"
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

/* fizz, or a dialect in a name: other tools have neither. */
static bool
is_ours(const struct tool_file *files, uint32_t n, struct str directory)
{
	for (uint32_t i = 0; i < n; i++) {
		struct pop_name x;

		if (str_eq(path_directory(files[i].path), directory) &&
			read_name(path_name(files[i].path), &x) &&
			(x.fizz || is_postgres(x.dialect)))
			return true;
	}
	return false;
}

/* What is for all databases runs where nothing is for this one. */
static bool
is_replaced(
	const struct tool_file *files, uint32_t n, struct str directory, const struct pop_name *x)
{
	for (uint32_t i = 0; i < n; i++) {
		struct pop_name y;

		if (str_eq(path_directory(files[i].path), directory) &&
			read_name(path_name(files[i].path), &y) && !y.down &&
			is_postgres(y.dialect) && str_eq(x->version, y.version))
			return true;
	}
	return false;
}

static void
add_file(struct arena *a, struct tool_history *h, const struct tool_file *f,
	const struct pop_name *x)
{
	struct tool_step *s = tool_add_step(a, h, f, x->name);

	s->version = x->version;
	s->unread = x->fizz;
	if (x->fizz)
		tool_note(a, h, f->number, 0,
			"a migration in fizz: what it does to the schema is not known");
}

static void
read_directory(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	struct str directory, struct tool_histories *out)
{
	struct tool_history h = {.tool = t, .directory = directory};

	for (uint32_t i = 0; i < n; i++) {
		struct pop_name x;

		if (!str_eq(path_directory(files[i].path), directory) ||
			!read_name(path_name(files[i].path), &x))
			continue;
		if (x.dialect.n && !is_postgres(x.dialect))
			tool_put_aside(a, out, &files[i], ASIDE_OTHER_DATABASE);
		else if (x.down || (!x.dialect.n && is_replaced(files, n, directory, &x)))
			tool_put_aside(a, out, &files[i], ASIDE_PAST);
		else
			add_file(a, &h, &files[i], &x);
	}
	tool_sort_steps(a, &h, ORDER_VERSION, true);
	tool_add_history(a, out, &h);
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	struct str before = {0};

	/* The files are sorted by path: those of a directory need not be neighbours, but its first is met once. */
	for (uint32_t i = 0; i < n; i++) {
		struct str here = path_directory(files[i].path);
		struct pop_name x;
		bool done = false;

		if (!read_name(path_name(files[i].path), &x) || (before.s && str_eq(here, before)))
			continue;
		before = here.s ? here : STR("");
		for (uint32_t k = 0; k < out->list.n; k++)
			done |= out->list.v[k].tool == t && str_eq(out->list.v[k].directory, here);
		if (!done && (directory || is_ours(files, n, here)))
			read_directory(t, a, files, n, here, out);
	}
}

const struct tool tool_pop = {
	.name = "pop",
	.found_by = "files N_name.up.fizz or N_name.postgres.up.sql, and N_name.up.sql beside them",
	.order_words = "by version",
	.not_read = "*.fizz, *.down.sql, files of other dialects",
	.history_table = "schema_migration",
	.recognise = recognise,
};
