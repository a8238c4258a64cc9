/* Atlas: versioned .sql files beside atlas.sum. A checkpoint holds all that those before it make.
 *
 * ariga/atlas a5e0aec, sql/migrate/dir.go (Files: by name; Version: what stands before the first underscore;
 * -- atlas:checkpoint; a new database begins with the last checkpoint). */
#include "base/arena.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

static const char *const markers[] = {"atlas:", NULL};

static struct str
version_of(struct str name)
{
	size_t end = str_chr(name, '_', 0);

	return str_slice(name, 0, end == SIZE_MAX ? name.n : end);
}

/* The index of the last checkpoint, 0 where there is none. */
static uint32_t
first_step(const struct directory *d)
{
	for (uint32_t i = d->files.n; i-- > 0;)
		if (tool_has_mark(d->files.v[i].unit, "atlas:checkpoint"))
			return i;
	return 0;
}

/* atlas.sum may stand beside the files of another tool, which Atlas only writes: that one has taken them. */
static bool
is_taken(const struct tool_histories *found, struct str directory)
{
	for (uint32_t i = 0; i < found->list.n; i++)
		if (str_eq(found->list.v[i].directory, directory))
			return true;
	return false;
}

/* The directory's files are sorted by path, so by name. */
static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	struct directories all = {0};

	tool_sql_directories(a, files, n, &all);
	for (uint32_t d = 0; d < all.list.n; d++) {
		const struct directory *x = &all.list.v[d];
		struct tool_history h = {.tool = t, .directory = x->path};
		uint32_t first = first_step(x);

		if (tool_is_other_engine(x->path) || is_taken(out, x->path) ||
			(!directory &&
				!tool_find_file(files, n, path_join(a, x->path, STR("atlas.sum")))))
			continue;
		for (uint32_t i = 0; i < first; i++)
			tool_put_aside(a, out, &x->files.v[i], ASIDE_PAST);
		for (uint32_t i = first; i < x->files.n; i++) {
			struct str name = tool_without_end(path_name(x->files.v[i].path), ".sql");

			tool_add_step(a, &h, &x->files.v[i], name)->version = version_of(name);
		}
		tool_sort_steps(a, &h, ORDER_NAME, true);
		tool_add_history(a, out, &h);
	}
}

const struct tool tool_atlas = {
	.name = "atlas",
	.found_by = ".sql files beside atlas.sum",
	.order_words = "by name, from the last checkpoint on",
	.not_read = "files before the last checkpoint, schema files in HCL",
	.markers = markers,
	.history_table = "atlas_schema_revisions.atlas_schema_revisions",
	.recognise = recognise,
};
