/* Building a world, and the questions that rules and views ask it. */
#include "world/world.h"

#include "base/fatal.h"
#include "world/build_p.h"

void
world_build(struct world *w, struct arena *a, const struct world_input *in, struct diags *diags)
{
	struct builder b = {.w = w, .a = a, .in = in, .diags = diags, .routines = {.arena = a}, .bodies = {.arena = a}};

	*w = (struct world){.arena = a,
		.config = in->config,
		.config_before = in->config_before,
		.files = in->linker->set,
		.today = in->today};
	for (uint32_t i = 0; i < in->config->services.n; i++)
		vec_push(a, &w->services, in->services[i]);
	for (uint32_t i = 0; i < in->n_running; i++)
		vec_push(a, &w->running, in->running[i]);
	vec_add(a, &w->happenings);
	vec_add(a, &w->columns);
	b.claimed = arena_array(a, bool, w->files->list.n + 1);
	b.replayed = arena_array(a, bool, w->files->list.n + 1);
	b.expanded = arena_array(a, bool, w->files->list.n + 1);
	b.copy = arena_array(a, bool, w->files->list.n + 1);
	b.past = arena_array(a, bool, w->files->list.n + 1);
	b.ran = arena_array(a, moment, w->files->list.n + 1);
	build_histories(&b);
	if (build_find_last(&b))
		build_replay(&b);
	build_code_uses(&b);
	build_sort_uses(&b);
	build_owners(&b);
	build_gaps(&b);
	arena_free(&b.scratch);
}

uint32_t
root_fragment(const struct unit *u, uint32_t fragment, bool *stored)
{
	*stored = false;
	while (u->fragments.v[fragment].parent) {
		const struct statement *s = &u->statements.v[u->fragments.v[fragment].parent];
		const struct event *e = &u->events.v[s->event];

		if (e->kind == EVENT_CREATE && e->object_kind == OBJECT_ROUTINE)
			*stored = true;
		fragment = s->fragment;
	}
	return fragment;
}

/* Where the file's service is in its repository, in the revision that the file is of. */
static struct str
prefix_of(const struct world *w, const struct file *f)
{
	uint32_t n = w->config->services.n;

	return f->service < n ? w->services.v[f->service].prefix
			      : w->running.v[f->service - n].prefix;
}

struct str
world_path(const struct world *w, const struct place *p)
{
	struct str prefix, path;

	if (p->file == 0)
		return p->service == UINT32_MAX ? w->config->path : (struct str){0};
	path = file_by_number(w->files, p->file)->entry.path;
	prefix = prefix_of(w, file_by_number(w->files, p->file));
	return prefix.n ? str_format(w->arena, "%.*s%.*s", STR_ARG(prefix), STR_ARG(path)) : path;
}

struct str
world_service(const struct world *w, uint32_t service)
{
	uint32_t n = w->config->services.n;

	if (service < n)
		return w->config->services.v[service].name;
	return service - n < w->running.n ? w->running.v[service - n].label : (struct str){0};
}

uint32_t
build_service_of(const struct world *w, const struct file *f)
{
	uint32_t n = w->config->services.n;

	return f->service < n ? f->service : w->running.v[f->service - n].service;
}

struct place
world_created(const struct world *w, uint32_t database, uint32_t object)
{
	const struct database *d = &w->databases.v[database];
	const struct object *o = &d->catalog.objects.v[object];

	for (uint32_t i = 0; o->born == 0 && i < d->dumped.n; i++)
		if (d->dumped.v[i].object == object)
			return d->dumped.v[i].place;
	if (o->born == 0 || o->born >= w->happenings.n)
		return (struct place){.service = UINT32_MAX};
	return w->happenings.v[o->born].place;
}

static bool
says(const struct happening *h, enum subcommand_kind kind, struct str column)
{
	const struct event *e = &h->unit->events.v[h->event];

	for (uint32_t i = 0; i < e->subcommands.count; i++) {
		const struct subcommand *s = &h->unit->subcommands.v[e->subcommands.first + i];

		if (s->kind == kind && str_eq(s->name, column))
			return true;
	}
	return false;
}

static bool
touches(const struct happening *h, uint32_t object)
{
	for (uint32_t i = 0; i < h->applied.touched.n; i++)
		if (h->applied.touched.v[i].object == object)
			return true;
	return false;
}

moment
world_said(const struct world *w, uint32_t database, uint32_t column, enum subcommand_kind kind)
{
	const struct catalog *c = &w->databases.v[database].catalog;

	for (moment at = w->happenings.n; at-- > 1;) {
		const struct happening *h = &w->happenings.v[at];

		if (w->contexts.v[h->context].database == database && touches(h, column) &&
			says(h, kind, catalog_name(c, column, at).name))
			return at;
	}
	return c->objects.v[column].born;
}
