/* golang-migrate: VERSION_NAME.up.sql and .down.sql in one directory. */
#include "base/arena.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

static bool
is_up(struct str path)
{
	return str_ends(path, STR(".up.sql")) && !tool_is_other_engine(path);
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	struct directories all = {0};

	(void)directory;
	tool_sql_directories(a, files, n, &all);
	for (uint32_t d = 0; d < all.list.n; d++) {
		const struct directory *x = &all.list.v[d];
		struct tool_history h = {.tool = t, .directory = x->path};

		for (uint32_t i = 0; i < x->files.n; i++) {
			struct str name = path_name(x->files.v[i].path);

			if (is_up(x->files.v[i].path))
				tool_add_step(a, &h, &x->files.v[i],
					str_slice(name, 0, name.n - sizeof ".up.sql" + 1));
		}
		if (h.steps.n == 0)
			continue;
		tool_sort_steps(a, &h);
		vec_push(a, &out->list, h);
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
