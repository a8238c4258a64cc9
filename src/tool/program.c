/* Migrations that are programs: what the tools of JavaScript share. */
#include "tool/program_p.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "unit/exported.h"

struct str
program_parameter(const struct unit *u, uint32_t up, uint32_t i)
{
	const struct value *v = &u->values.v[up];

	return v->kind == VALUE_FUNCTION && i < v->op ? u->values.v[unit_kid(u, up, i)].text
						      : (struct str){0};
}

bool
program_imports(const struct unit *u, const char *module)
{
	struct str name = str_from(module);

	for (uint32_t i = 1; i < u->symbols.n; i++) {
		const struct symbol *s = &u->symbols.v[i];
		struct str path = u->values.v[s->value].text;

		if (s->kind == SYMBOL_IMPORT && str_starts(path, name) && path.n > name.n &&
			path.s[name.n] == ' ')
			return true;
	}
	return false;
}

static struct str
without_ending(struct str name)
{
	return str_slice(name, 0, str_rchr(name, '.'));
}

int
program_compare_names(const void *x, const void *y)
{
	const struct tool_step *a = x, *b = y;

	return str_cmp(path_name(a->file.path), path_name(b->file.path));
}

/* The history of the directory, made when it is new. */
static struct tool_history *
history_of(const struct tool *t, struct arena *a, struct tool_histories *out, uint32_t first,
	struct str directory)
{
	struct tool_history *h;

	for (uint32_t i = first; i < out->list.n; i++)
		if (str_eq(out->list.v[i].directory, directory))
			return &out->list.v[i];
	h = vec_add(a, &out->list);
	h->tool = t;
	h->directory = directory;
	return h;
}

void
program_recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out,
	bool (*is_migration)(const struct tool_file *f, uint32_t up),
	int (*compare)(const void *x, const void *y))
{
	uint32_t first = out->list.n;

	for (uint32_t i = 0; i < n; i++) {
		const struct tool_file *f = &files[i];
		uint32_t up = f->unit && str_is(f->unit->reader, "javascript")
				      ? unit_entry(f->unit, STR("up"))
				      : 0;
		struct tool_history *h;
		struct tool_step *s;

		if (!up || f->unit->values.v[up].kind != VALUE_FUNCTION ||
			str_ends(f->path, STR(".d.ts")) || (!directory && !is_migration(f, up)))
			continue;
		h = history_of(t, a, out, first, path_directory(f->path));
		s = vec_add(a, &h->steps);
		s->name = s->version = without_ending(path_name(f->path));
		s->file = *f;
	}
	for (uint32_t i = first; i < out->list.n; i++)
		qsort(out->list.v[i].steps.v, out->list.v[i].steps.n,
			sizeof *out->list.v[i].steps.v, compare);
}
