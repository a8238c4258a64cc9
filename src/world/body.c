/* The bodies of routines: those that were dropped or replaced since use nothing any more. */
#include "world/build_p.h"

/* Where a statement stands that makes a routine. What a framework runs is read again into a unit of its own,
 * and stands where it did. */
static struct str
body_key(struct builder *b, uint32_t file, struct span span)
{
	return str_format(b->a, "%u/%zu", span.origin ? span.origin : file, (size_t)span.offset);
}

void
build_find_bodies(struct builder *b)
{
	for (uint32_t i = 1; i < b->w->happenings.n; i++) {
		const struct happening *h = &b->w->happenings.v[i];
		const struct event *e = &h->unit->events.v[h->event];
		const struct catalog *c =
			&b->w->databases.v[b->w->contexts.v[h->context].database].catalog;
		const struct object *o;
		union map_value *v;

		if (e->kind != EVENT_CREATE || e->object_kind != OBJECT_ROUTINE ||
			!h->applied.touched.n)
			continue;
		o = &c->objects.v[h->applied.touched.v[0].object];
		v = map_put(&b->bodies, body_key(b, h->place.file, h->place.span));
		if (o->exists != EXISTS_NO && i >= o->defined)
			v->num = MOMENT_NOW;
		else if (v->num != MOMENT_NOW)
			v->num = i;
	}
}

moment
build_gone_body(struct builder *b, uint32_t file, const struct unit *u, const struct statement *s)
{
	uint32_t fragment = s->fragment;

	while (u->fragments.v[fragment].parent) {
		const struct statement *parent = &u->statements.v[u->fragments.v[fragment].parent];
		const struct event *e = &u->events.v[parent->event];
		const union map_value *v = map_get(
			&b->bodies, body_key(b, file, e->span.line ? e->span : parent->span));

		if (v && v->num != MOMENT_NOW)
			return (moment)v->num;
		fragment = parent->fragment;
	}
	return 0;
}
