/* A change is judged by difference: what the head's findings have more than the base's. */
#include "base/map.h"
#include "rule/crossing.h"

/* A place by what stands there, not by its number: it is known again when lines move. */
static struct str
place_key(const struct findings *f, struct arena *a, const struct place *p)
{
	struct buf b = {.arena = a};

	buf_add(&b, world_service(f->world, p->service));
	buf_addc(&b, '\0');
	buf_add(&b, world_path(f->world, p));
	buf_addc(&b, '\0');
	buf_add(&b, str_trim(crossing_source(f->world, p)));
	return buf_str(&b);
}

/* The places that BASE shows for this cause. */
static struct map
known_places(const struct findings *base, const struct finding *x, struct arena *a)
{
	struct map known = {.arena = a};

	map_put(&known, place_key(base, a, &x->place))->num++;
	for (uint32_t i = 0; i < x->related.n; i++)
		if (x->related.v[i].also)
			map_put(&known, place_key(base, a, &x->related.v[i].place))->num++;
	return known;
}

static bool
is_new(const struct findings *head, const struct map *known, const struct place *p)
{
	union map_value *v = map_get(known, place_key(head, head->arena, p));

	if (!v || v->num == 0)
		return true;
	v->num--;
	return false;
}

/* Moves the finding to the first of its places that the base did not show. */
static void
show_new_place(struct findings *head, struct finding *x, const struct findings *base,
	const struct finding *before)
{
	struct map known = known_places(base, before, head->arena);

	if (is_new(head, &known, &x->place))
		return;
	for (uint32_t i = 0; i < x->related.n; i++) {
		struct place old = x->place;

		if (!x->related.v[i].also || !is_new(head, &known, &x->related.v[i].place))
			continue;
		x->place = x->related.v[i].place;
		x->related.v[i].place = old;
		return;
	}
}

void
findings_subtract(struct findings *head, const struct findings *base)
{
	struct map before = {.arena = head->arena};
	uint32_t kept = 0;

	for (uint32_t i = 0; i < base->list.n; i++)
		map_put(&before, base->list.v[i].fingerprint)->ptr = &base->list.v[i];
	for (uint32_t i = 0; i < head->list.n; i++) {
		struct finding *x = &head->list.v[i];
		const union map_value *v = map_get(&before, x->fingerprint);
		const struct finding *old = v ? v->ptr : NULL;

		if (old && old->places >= x->places && old->level >= x->level)
			continue;
		if (old && old->places < x->places)
			show_new_place(head, x, base, old);
		head->list.v[kept++] = *x;
	}
	head->list.n = kept;
}
