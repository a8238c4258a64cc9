/* golang-migrate: VERSION_NAME.up.sql and .down.sql in one directory.
 *
 * golang-migrate/migrate 18966c7, source/parse.go (the names), source/migration.go (by number; a number that is used
 * twice in one direction is refused, gaps are not). */
#include "base/arena.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

static bool
is_up(struct str path)
{
	struct str name = path_name(path);
	size_t digits = 0;

	while (digits < name.n && name.s[digits] >= '0' && name.s[digits] <= '9')
		digits++;
	return digits && digits < name.n && name.s[digits] == '_' &&
	       str_ends(path, STR(".up.sql")) && !tool_is_other_engine(path);
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

		/* It reads one directory: a tree of versions is somebody else's. */
		if (!directory && !str_eq(tool_above_versions(x->path), x->path))
			continue;
		for (uint32_t i = 0; i < x->files.n; i++) {
			struct str name =
				tool_without_end(path_name(x->files.v[i].path), ".up.sql");

			if (is_up(x->files.v[i].path))
				tool_add_step(a, &h, &x->files.v[i], name)->version =
					tool_number(name);
		}
		tool_sort_steps(a, &h, ORDER_NUMBER, true);
		tool_add_history(a, out, &h);
	}
}

const struct tool tool_golang_migrate = {
	.name = "golang-migrate",
	.found_by = "files N_name.up.sql",
	.order_words = "by number",
	.not_read = "*.down.sql",
	.history_table = "schema_migrations",
	.recognise = recognise,
};
