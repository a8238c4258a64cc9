/* A directory for each migration, and in it a file of one name: DIRECTORY/NAME/FILE. */
#include "base/arena.h"
#include "base/map.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

struct histories {
	VEC(struct tool_history) list;
};

static void
add_file(struct arena *a, struct tool_history *h, const struct tool_file *f,
	const struct tool_nested *x)
{
	struct str name = path_name(path_directory(f->path));
	struct tool_step *s = tool_add_step(a, h, f, name);

	s->version = x->version(a, name);
}

void
tool_nested_recognise(const struct tool *t, struct arena *a, const struct tool_file *files,
	uint32_t n, const struct str *directory, struct tool_histories *out,
	const struct tool_nested *x)
{
	struct map by_path = {.arena = a};
	struct histories found = {0};

	for (uint32_t i = 0; i < n; i++) {
		struct str migration = path_directory(files[i].path);
		struct str above = path_directory(migration);
		bool other = false;
		union map_value *v;

		if (!str_eq(path_name(files[i].path), x->file) || !migration.n ||
			(!x->is_ours(a, files, n, above, migration, &other) && !directory))
			continue;
		if (other || tool_is_other_engine(above)) {
			tool_put_aside(a, out, &files[i], ASIDE_OTHER_DATABASE);
			continue;
		}
		v = map_put(&by_path, above);
		if (!v->num) {
			vec_push(a, &found.list,
				(struct tool_history){.tool = t, .directory = above});
			v->num = found.list.n;
		}
		add_file(a, &found.list.v[v->num - 1], &files[i], x);
	}
	for (uint32_t i = 0; i < found.list.n; i++) {
		tool_sort_steps(a, &found.list.v[i], ORDER_VERSION, true);
		tool_add_history(a, out, &found.list.v[i]);
	}
}
