/* Histories that begin in the middle: their first migrations are gone, squashed into a schema file that stands
 * beside them. It runs before them where they need what only it makes. */
#include "base/fatal.h"
#include "base/map.h"
#include "world/build_p.h"

/* The relations that the steps of all histories make, by name: enough to tell that one is missing. */
static struct map
made_names(struct builder *b)
{
	struct map made = {.arena = b->a};

	for (uint32_t c = 0; c < b->contexts.n; c++) {
		const struct build_history *h = b->contexts.v[c].history;

		for (uint32_t s = 0; h && s < h->history->steps.n; s++)
			for (uint32_t i = 0; i < h->steps[s].list.n; i++) {
				const struct run *r = &h->steps[s].list.v[i];
				const struct event *e =
					&r->unit->events
						 .v[r->unit->statements.v[r->statement].event];

				if (e->kind == EVENT_CREATE || e->kind == EVENT_CREATE_AS)
					map_put(&made, e->object.name)->num = 1;
				if (e->kind == EVENT_RENAME && !e->part.n)
					map_put(&made, e->text)->num = 1;
			}
	}
	return made;
}

/* The first table that the history alters and that nobody makes; empty: there is none. */
static struct str
missing_name(const struct build_history *h, const struct map *made)
{
	for (uint32_t s = 0; s < h->history->steps.n; s++)
		for (uint32_t i = 0; i < h->steps[s].list.n; i++) {
			const struct run *r = &h->steps[s].list.v[i];
			const struct event *e =
				&r->unit->events.v[r->unit->statements.v[r->statement].event];

			if ((e->kind == EVENT_ALTER || e->kind == EVENT_RENAME) &&
				e->object_kind == OBJECT_TABLE && e->object.name.n &&
				!e->object.pattern && !map_get(made, e->object.name))
				return e->object.name;
		}
	return (struct str){0};
}

static bool
makes_table(const struct unit *u, struct str name)
{
	for (uint32_t i = 1; u && i < u->events.n; i++)
		if (u->events.v[i].kind == EVENT_CREATE &&
			object_kind_is_relation(u->events.v[i].object_kind) &&
			str_eq(u->events.v[i].object.name, name))
			return true;
	return false;
}

/* The schema file of the service that makes the table; NULL: none does. */
static struct file *
copy_with(struct builder *b, uint32_t service, struct str name)
{
	for (uint32_t i = 0; i < b->w->files->list.n; i++) {
		struct file *f = file_by_number(b->w->files, i + 1);

		if (f->service == service && b->copy[i] && makes_table(f->unit, name))
			return f;
	}
	return NULL;
}

/* Puts the file's statements in front of all steps. */
static void
put_first(struct builder *b, struct build_history *h, struct file *f)
{
	struct tool_history *t = h->history;
	struct step_runs *steps = arena_array(b->a, struct step_runs, t->steps.n + 2);
	struct tool_step s = {.name = f->entry.path,
		.file = {.number = f->number, .path = f->entry.path, .unit = f->unit}};

	for (uint32_t i = 1; i < f->unit->statements.n; i++) {
		bool stored;

		root_fragment(f->unit, f->unit->statements.v[i].fragment, &stored);
		if (!stored)
			vec_push(b->a, &steps[0].list,
				(struct run){.unit = f->unit, .file = f->number, .statement = i});
	}
	vec_push(b->a, &t->steps, (struct tool_step){0});
	for (uint32_t i = t->steps.n - 1; i > 0; i--) {
		t->steps.v[i] = t->steps.v[i - 1];
		steps[i] = h->steps[i - 1];
	}
	for (uint32_t i = 1; i < f->unit->fragments.n; i++)
		if (f->unit->fragments.v[i].sink == SINK_FILE)
			vec_push(b->a, &s.fragments, i);
	t->steps.v[0] = s;
	h->steps = steps;
}

void
build_bases(struct builder *b)
{
	struct map made = made_names(b);

	for (uint32_t c = 0; c < b->contexts.n; c++) {
		struct build_history *h = b->contexts.v[c].history;
		uint32_t service = b->w->contexts.v[b->contexts.v[c].context].service;
		struct str name = h && !h->django && !h->history->snapshot ? missing_name(h, &made)
									   : (struct str){0};
		struct file *f = name.n ? copy_with(b, service, name) : NULL;

		if (!f || b->claimed[f->number - 1])
			continue;
		put_first(b, h, f);
		b->claimed[f->number - 1] = true;
		b->past[f->number - 1] = false;
		f->class = CLASS_MIGRATION;
		build_gap(b, f->number, f->unit, BLIND_ORDER,
			str_format(b->a,
				"runs before the migrations of %.*s, none of which makes %.*s: after "
				"which of them it was written is not known",
				STR_ARG(h->history->directory), STR_ARG(name)),
			(struct span){.line = 1, .column = 1});
	}
}
