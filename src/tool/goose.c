/* goose: SQL files with sections that comments begin: -- +goose Up, -- +goose Down. */
#include "base/arena.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

static const char *const markers[] = {"+goose", NULL};

static bool
says(struct str mark, const char *words)
{
	return str_starts(mark, str_from(words));
}

static bool
is_goose(const struct unit *u)
{
	for (uint32_t i = 1; u && i < u->marks.n; i++)
		if (says(u->marks.v[i].text, "+goose Up"))
			return true;
	return false;
}

/* The direction in force at a mark: the last Up or Down at or before it. */
static bool
runs_up(const struct unit *u, uint32_t mark)
{
	for (; mark > 0; mark--) {
		if (says(u->marks.v[mark].text, "+goose Up"))
			return true;
		if (says(u->marks.v[mark].text, "+goose Down"))
			return false;
	}
	return false;
}

static void
keep_up(struct tool_step *s)
{
	const struct unit *u = s->file.unit;
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->fragments.n; i++)
		if (runs_up(u, u->fragments.v[s->fragments.v[i]].mark))
			s->fragments.v[n++] = s->fragments.v[i];
	s->fragments.n = n;
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

			if (is_goose(x->files.v[i].unit))
				keep_up(tool_add_step(
					a, &h, &x->files.v[i], str_slice(name, 0, name.n - 4)));
		}
		if (h.steps.n == 0)
			continue;
		tool_sort_steps(a, &h);
		vec_push(a, &out->list, h);
	}
}

const struct tool tool_goose = {
	.name = "goose",
	.found_by = "-- +goose Up in .sql files",
	.order_words = "by number",
	.not_read = "Down sections; migrations written in Go",
	.markers = markers,
	.history_table = "goose_db_version",
	.recognise = recognise,
};
