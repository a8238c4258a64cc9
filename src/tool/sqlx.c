/* sqlx (Rust): VERSION_description.sql, or .up.sql and .down.sql.
 *
 * launchbadge/sqlx 9d6bf66, sqlx-core/src/migrate/source.rs (the version is what stands before the first
 * underscore, a number; what has none is passed over; by version) and migration_type.rs. Such files look like
 * those of other tools: they are sqlx's below a Cargo.toml that depends on it. */
#include "base/arena.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

static bool
is_migration(struct str name)
{
	size_t digits = 0;

	while (digits < name.n && name.s[digits] >= '0' && name.s[digits] <= '9')
		digits++;
	return digits && digits < name.n && name.s[digits] == '_';
}

/* "sqlx = …", "sqlx.workspace = true", "[dependencies.sqlx]". */
static bool
depends(const struct tool_file *cargo)
{
	for (uint32_t i = 1; i <= tool_lines(cargo); i++) {
		uint32_t line;
		struct str text = tool_line(cargo, i, &line);

		if (str_starts(text, STR("sqlx =")) || str_starts(text, STR("sqlx=")) ||
			str_starts(text, STR("sqlx.")) || str_ends(text, STR("ependencies.sqlx]")))
			return true;
	}
	return false;
}

static bool
is_below_crate(struct arena *a, const struct tool_file *files, uint32_t n, struct str directory)
{
	for (;;) {
		const struct tool_file *cargo =
			tool_find_file(files, n, path_join(a, directory, STR("Cargo.toml")));

		if (cargo && depends(cargo))
			return true;
		if (!directory.n)
			return false;
		directory = path_directory(directory);
	}
}

static bool
is_ours(struct arena *a, const struct tool_file *files, uint32_t n, const struct directory *d)
{
	bool any = false;

	for (uint32_t i = 0; i < d->files.n; i++)
		any |= is_migration(path_name(d->files.v[i].path)) &&
		       tool_has_ddl(d->files.v[i].unit);
	return any && str_glob(STR("*migrations*"), path_name(d->path)) &&
	       is_below_crate(a, files, n, d->path);
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	struct directories all = {0};

	tool_sql_directories(a, files, n, &all);
	for (uint32_t d = 0; d < all.list.n; d++) {
		const struct directory *x = &all.list.v[d];
		struct tool_history h = {.tool = t, .directory = x->path};

		if (!directory && !is_ours(a, files, n, x))
			continue;
		for (uint32_t i = 0; i < x->files.n; i++) {
			const struct tool_file *f = &x->files.v[i];
			struct str name = path_name(f->path);

			if (!is_migration(name) || tool_is_other_engine(f->path) ||
				str_ends(name, STR(".down.sql")))
				continue;
			name = tool_without_end(tool_without_end(name, ".sql"), ".up");
			tool_add_step(a, &h, f, name)->version = tool_number(name);
		}
		tool_sort_steps(a, &h, ORDER_NUMBER, true);
		tool_add_history(a, out, &h);
	}
}

const struct tool tool_sqlx = {
	.name = "sqlx",
	.found_by = "files N_name.sql in migrations below a Cargo.toml with sqlx",
	.order_words = "by number",
	.not_read = "*.down.sql",
	.history_table = "_sqlx_migrations",
	.recognise = recognise,
};
