/* A change is judged by difference: what the head's findings have more than the base's. */
#include "base/map.h"
#include "rule/crossing.h"
#include "rule/engine_p.h"

/* A place by what stands there, not by its number: it is known again when lines move, or the service's
 * whole directory. */
static struct str
place_key(const struct findings *f, struct arena *a, const struct place *p)
{
	struct buf b = {.arena = a};

	buf_add(&b, world_service(f->world, p->service));
	buf_addc(&b, '\0');
	if (p->file)
		buf_add(&b, file_by_number(f->world->files, p->file)->entry.path);
	buf_addc(&b, '\0');
	buf_add(&b, str_trim(crossing_source(f->world, p)));
	return buf_str(&b);
}

/* The places of a cause: its victims, where it has any, else its own and those merged into it. */
static bool
is_place_of(const struct related *r, bool victims)
{
	return r->role == (victims ? RELATED_VICTIM : RELATED_ALSO);
}

/* The places that BASE shows for this cause. */
static struct map
known_places(const struct findings *base, const struct finding *x, struct arena *a)
{
	struct map known = {.arena = a};
	bool victims = finding_has_victims(x);

	if (!victims)
		map_put(&known, place_key(base, a, &x->place))->num++;
	for (uint32_t i = 0; i < x->related.n; i++)
		if (is_place_of(&x->related.v[i], victims))
			map_put(&known, place_key(base, a, &x->related.v[i].place))->num++;
	return known;
}

static bool
is_known(const struct findings *head, const struct map *known, const struct place *p)
{
	union map_value *v = map_get(known, place_key(head, head->arena, p));

	if (!v || v->num == 0)
		return false;
	v->num--;
	return true;
}

/* Leaves of its victims those that the base did not show. */
static void
keep_new_victims(struct findings *head, struct finding *x, const struct map *known)
{
	bool *old = arena_array(head->arena, bool, x->related.n);

	for (uint32_t i = 0; i < x->related.n; i++)
		old[i] = x->related.v[i].role == RELATED_VICTIM &&
			 is_known(head, known, &x->related.v[i].place);
	finding_drop_victims(head, x, old);
}

/* Moves the finding from a place that is old to the first of its others that is not; false: none is. */
static bool
leave_old_place(struct finding *x)
{
	for (uint32_t i = 0; i < x->related.n; i++) {
		struct related *r = &x->related.v[i];
		struct place old = x->place;

		if (r->role != RELATED_ALSO || r->old)
			continue;
		x->place = r->place;
		r->place = old;
		r->old = true;
		return true;
	}
	return false;
}

/* Moves the finding to the first of its places that the base did not show. */
static void
show_new_place(struct findings *head, struct finding *x, const struct map *known)
{
	bool old = is_known(head, known, &x->place);

	for (uint32_t i = 0; i < x->related.n; i++)
		if (x->related.v[i].role == RELATED_ALSO)
			x->related.v[i].old = is_known(head, known, &x->related.v[i].place);
	if (old)
		leave_old_place(x);
}

static void
show_what_is_new(struct findings *head, struct finding *x, const struct findings *base,
	const struct finding *before)
{
	struct map known = known_places(base, before, head->arena);

	if (finding_has_victims(x))
		keep_new_victims(head, x, &known);
	else
		show_new_place(head, x, &known);
}

static struct map
by_fingerprint(const struct findings *f, struct arena *a)
{
	struct map found = {.arena = a};

	for (uint32_t i = 0; i < f->list.n; i++)
		map_put(&found, f->list.v[i].fingerprint)->ptr = &f->list.v[i];
	return found;
}

/* The findings of the base, and by the names that their objects have in HEAD's world those that are not
 * found under the former ones: where another object has the name now (create, copy, rename), it may have
 * taken the place. */
static struct map
by_present_name(const struct findings *base, const struct findings *head)
{
	struct arena *a = head->arena;
	struct map found = by_fingerprint(base, a), now = by_fingerprint(head, a);
	struct map former = former_names(head->world, a);

	for (uint32_t i = 0; map_first(&former) && i < base->list.n; i++) {
		struct finding x = base->list.v[i];
		union map_value *slot;

		if (map_get(&now, x.fingerprint))
			continue;
		x.object = former_translate(&former, a, x.object);
		x.cause = former_translate(&former, a, x.cause);
		slot = map_put(&found, finding_fingerprint(a, base->world, &x));
		if (!slot->ptr)
			slot->ptr = &base->list.v[i];
	}
	return found;
}

static uint32_t
victims_of(const struct findings *f, const struct finding *x, struct str service)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < x->related.n; i++)
		n += x->related.v[i].role == RELATED_VICTIM &&
		     str_eq(world_service(f->world, x->related.v[i].place.service), service);
	return n;
}

/* True when the cause has more places than it had; victims count by their service. */
static bool
has_more_places(const struct findings *head, const struct finding *x, const struct findings *base,
	const struct finding *old)
{
	if (!finding_has_victims(x))
		return x->places > old->places;
	for (uint32_t i = 0; i < x->related.n; i++) {
		struct str service = world_service(head->world, x->related.v[i].place.service);

		if (x->related.v[i].role == RELATED_VICTIM &&
			victims_of(head, x, service) > victims_of(base, old, service))
			return true;
	}
	return false;
}

/* How often each cause was found in all, by fingerprint. */
static struct map
count_all(const struct findings *f, struct arena *a)
{
	struct map found = {.arena = a};

	for (uint32_t i = 0; i < f->list.n; i++)
		map_put(&found, f->list.v[i].fingerprint)->num += f->list.v[i].places;
	for (uint32_t i = 0; i < f->suppressed.n; i++)
		map_put(&found, f->suppressed.v[i].fingerprint)->num++;
	for (uint32_t i = 0; i < f->baselined.n; i++)
		map_put(&found, f->baselined.v[i].fingerprint)->num++;
	return found;
}

/* Of N findings at V that were set aside, those that are more than there were; returns how many. */
static uint32_t
keep_more(struct finding *v, uint32_t n, struct map *before)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < n; i++) {
		union map_value *count = map_put(before, v[i].fingerprint);

		if (count->num)
			count->num--;
		else
			v[kept++] = v[i];
	}
	return kept;
}

/* What a change sets aside is only what it brought. */
static void
subtract_aside(struct findings *head, const struct findings *base)
{
	struct map before = count_all(base, head->arena);

	head->suppressed.n = keep_more(head->suppressed.v, head->suppressed.n, &before);
	head->baselined.n = keep_more(head->baselined.v, head->baselined.n, &before);
}

void
findings_subtract(struct findings *head, const struct findings *base)
{
	struct map before = by_present_name(base, head);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < head->list.n; i++) {
		struct finding *x = &head->list.v[i];
		const union map_value *v = map_get(&before, x->fingerprint);
		const struct finding *old = v ? v->ptr : NULL;
		bool more = old && has_more_places(head, x, base, old);

		if (old && !more && old->level >= x->level)
			continue;
		if (more)
			show_what_is_new(head, x, base, old);
		head->list.v[kept++] = *x;
	}
	head->list.n = kept;
	subtract_aside(head, base);
}

/* True when the cause has a victim, or another place that is new, at P. */
static bool
has_place(const struct finding *x, enum related_role role, const struct place *p)
{
	for (uint32_t i = 0; i < x->related.n; i++)
		if (x->related.v[i].role == role && !x->related.v[i].old &&
			place_equal(&x->related.v[i].place, p))
			return true;
	return false;
}

static bool
keep_common_victims(struct findings *f, struct finding *x, const struct finding *other)
{
	bool *gone = arena_array(f->arena, bool, x->related.n);

	for (uint32_t i = 0; i < x->related.n; i++)
		gone[i] = x->related.v[i].role == RELATED_VICTIM &&
			  !has_place(other, RELATED_VICTIM, &x->related.v[i].place);
	return finding_drop_victims(f, x, gone) > 0;
}

static bool
is_new_place(const struct finding *x, const struct place *p)
{
	return place_equal(&x->place, p) || has_place(x, RELATED_ALSO, p);
}

/* False when none of the places of the cause is new in both. One that has a single place may be shown
 * elsewhere against another base: it is the same. */
static bool
keep_common_places(struct finding *x, const struct finding *other)
{
	bool several = false;

	for (uint32_t i = 0; i < x->related.n; i++) {
		struct related *r = &x->related.v[i];

		if (r->role != RELATED_ALSO)
			continue;
		several = true;
		r->old |= !is_new_place(other, &r->place);
	}
	return !several || is_new_place(other, &x->place) || leave_old_place(x);
}

static bool
keep_common(struct findings *f, struct finding *x, const struct finding *other)
{
	if (finding_has_victims(x) && finding_has_victims(other))
		return keep_common_victims(f, x, other);
	return keep_common_places(x, other);
}

void
findings_intersect(struct findings *f, const struct findings *other)
{
	struct map there = by_fingerprint(other, f->arena);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < f->list.n; i++) {
		const union map_value *v = map_get(&there, f->list.v[i].fingerprint);

		if (v && keep_common(f, &f->list.v[i], v->ptr))
			f->list.v[kept++] = f->list.v[i];
	}
	f->list.n = kept;
}
