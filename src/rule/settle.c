/* Which of a finding's places the change brought: that one is shown first. */
#include "rule/crossing.h"
#include "rule/engine_p.h"

struct settling {
	const struct findings *f;
	struct arena *arena;
	struct map files; /* of the base: "SERVICE\0PATH" → its file */
};

static struct str
file_key(const struct settling *s, const struct world *w, const struct file *f)
{
	return str_format(s->arena, "%.*s%c%.*s", STR_ARG(world_service(w, f->service)), 0,
		STR_ARG(f->entry.path));
}

static void
index_base(struct settling *s)
{
	const struct world *base = s->f->base;

	for (uint32_t i = 0; i < base->files->list.n; i++) {
		const struct file *f = &base->files->list.v[i];

		map_put(&s->files, file_key(s, base, f))->ptr = &base->files->list.v[i];
	}
}

static struct str
blob_of(const struct file *f)
{
	return f->unit && f->unit->blob.n ? f->unit->blob : f->entry.blob;
}

static bool
has_line(const struct unit *u, struct str line)
{
	for (uint32_t i = 1; u && i < u->lines.n; i++)
		if (u->lines.v[i].origin == 0 && str_eq(str_trim(u->lines.v[i].text), line))
			return true;
	return false;
}

/* True when what stands at the place stood in that file of the base already. The configuration is the
 * head's for both. */
static bool
is_old(const struct settling *s, const struct place *p)
{
	const struct world *w = s->f->world;
	const struct file *now, *before;
	const union map_value *slot;

	if (!p->file)
		return true;
	now = file_by_number(w->files, p->file);
	slot = map_get(&s->files, file_key(s, w, now));
	if (!slot)
		return false;
	before = slot->ptr;
	if (blob_of(now).n && str_eq(blob_of(now), blob_of(before)))
		return true;
	return has_line(before->unit, str_trim(crossing_source(w, p)));
}

/* The first second place that is new; its number, or that of all when there is none. */
static uint32_t
find_new(const struct settling *s, const struct finding *x)
{
	uint32_t i = 0;

	while (i < x->related.n && is_old(s, &x->related.v[i].place))
		i++;
	return i;
}

/* The new place comes first; what stood there becomes the first of the second places. */
static void
show_first(struct finding *x, uint32_t related)
{
	struct related first = {.place = x->place, .message = x->here};

	if (!first.message.n)
		first.message = STR("this is where it crosses");
	x->place = x->related.v[related].place;
	if (x->place.service != NO_SERVICE)
		x->service = x->place.service;
	for (uint32_t i = related; i > 0; i--)
		x->related.v[i] = x->related.v[i - 1];
	x->related.v[0] = first;
}

void
findings_settle(struct findings *f)
{
	struct settling s = {.f = f, .arena = f->arena, .files = {.arena = f->arena}};

	if (!f->base || !f->list.n)
		return;
	index_base(&s);
	for (uint32_t i = 0; i < f->list.n; i++) {
		struct finding *x = &f->list.v[i];
		uint32_t related;

		if (!is_old(&s, &x->place))
			continue;
		related = find_new(&s, x);
		if (related < x->related.n)
			show_first(x, related);
	}
	findings_sort(f);
}
