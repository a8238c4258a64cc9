/* Files that comments cut into what goes up and what goes down. */
#include "base/arena.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

static bool
has_section(const struct unit *u, const struct tool_sections *s, enum tool_section wanted)
{
	for (uint32_t i = 1; u && i < u->marks.n; i++)
		if (s->of(&u->marks.v[i]) == wanted)
			return true;
	return false;
}

/* A directory is the tool's when one of its files is cut as the tool does. */
static bool
is_ours(const struct directory *d, const struct tool_sections *s)
{
	for (uint32_t i = 0; i < d->files.n; i++) {
		const struct tool_file *f = &d->files.v[i];

		if (s->is_file(path_name(f->path)) &&
			(has_section(f->unit, s, SECTION_UP) ||
				(s->begins_up && has_section(f->unit, s, SECTION_DOWN))) &&
			!tool_is_other_engine(f->path))
			return true;
	}
	return false;
}

/* The direction in force at a mark: that of the last one that says it, at or before it. */
static bool
runs_up(const struct unit *u, uint32_t mark, const struct tool_sections *s)
{
	for (; mark > 0; mark--)
		switch (s->of(&u->marks.v[mark])) {
		case SECTION_UP:
			return true;
		case SECTION_DOWN:
			return false;
		case SECTION_NONE:
			break;
		}
	return s->begins_up;
}

static void
keep_up(struct tool_step *step, const struct tool_sections *s)
{
	const struct unit *u = step->file.unit;
	uint32_t n = 0;

	if (s->whole_without && !has_section(u, s, SECTION_UP))
		return;
	for (uint32_t i = 0; i < step->fragments.n; i++)
		if (runs_up(u, u->fragments.v[step->fragments.v[i]].mark, s))
			step->fragments.v[n++] = step->fragments.v[i];
	step->fragments.n = n;
}

static void
add_file(struct arena *a, struct tool_history *h, const struct tool_file *f,
	const struct tool_sections *s)
{
	struct str name = tool_without_end(path_name(f->path), ".sql");
	struct tool_step *step = tool_add_step(a, h, f, name);

	step->version = tool_number(name);
	keep_up(step, s);
	if (!s->missing || has_section(f->unit, s, SECTION_UP))
		return;
	step->unread = true;
	tool_note(a, h, f->number, 0, "%s", s->missing);
}

static const char *
end_of(struct str name, const char *const *ends)
{
	for (uint32_t i = 0; ends[i]; i++)
		if (str_ends(name, str_from(ends[i])))
			return ends[i];
	return NULL;
}

void
tool_add_programs(struct arena *a, struct tool_history *h, const struct tool_file *files,
	uint32_t n, bool (*is_file)(struct str name), const char *const *ends, const char *said)
{
	for (uint32_t i = 0; i < n; i++) {
		struct str name = path_name(files[i].path);
		const char *end = end_of(name, ends);
		struct tool_step *s;

		if (!end || str_ends(name, STR("_test.go")) || !is_file(name) ||
			!str_eq(path_directory(files[i].path), h->directory))
			continue;
		s = vec_add(a, &h->steps);
		s->name = tool_without_end(name, end);
		s->version = tool_number(name);
		s->file = files[i];
		s->unread = true;
		tool_note(a, h, files[i].number, 0, "%s", said);
	}
}

void
tool_sections_recognise(const struct tool *t, struct arena *a, const struct tool_file *files,
	uint32_t n, const struct str *directory, struct tool_histories *out,
	const struct tool_sections *s)
{
	struct directories all = {0};

	tool_sql_directories(a, files, n, &all);
	for (uint32_t d = 0; d < all.list.n; d++) {
		const struct directory *x = &all.list.v[d];
		struct tool_history h = {.tool = t, .directory = x->path};

		if (!directory && !is_ours(x, s))
			continue;
		for (uint32_t i = 0; i < x->files.n; i++)
			if (s->is_file(path_name(x->files.v[i].path)) &&
				!tool_is_other_engine(x->files.v[i].path))
				add_file(a, &h, &x->files.v[i], s);
		tool_sort_steps(a, &h, s->order, s->refuses_twice);
		tool_add_history(a, out, &h);
	}
}
