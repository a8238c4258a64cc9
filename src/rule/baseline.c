/* Which findings are known, and what a baseline of those that are there now would say. */
#include "rule/baseline.h"

#include <stdlib.h>

#include "base/map.h"
#include "rule/crossing.h"
#include "rule/engine_p.h"

/* Digits of a source line's key: it is compared among a few lines only. */
#define KEY_DIGITS 8

static void
read_entries(struct arena *a, const struct file *file, struct baseline *b)
{
	b->there = true;
	for (uint32_t i = 1; file->unit && i < file->unit->marks.n; i++) {
		const struct mark *m = &file->unit->marks.v[i];
		struct baseline_entry e = {.place = {.service = file->service,
						   .file = file->number,
						   .unit = file->unit,
						   .span = m->span}};

		baseline_entry_read(a, m->text, &e);
		vec_push(a, &b->entries, e);
	}
}

/* By the configuration's services. */
static struct baseline *
read_baselines(struct arena *a, const struct world *w)
{
	uint32_t n = w->config->services.n;
	struct baseline *list = arena_array(a, struct baseline, n + 1);

	for (uint32_t i = 0; i < n; i++)
		list[i].service = i;
	for (uint32_t i = 0; i < w->files->list.n; i++) {
		const struct file *file = &w->files->list.v[i];

		if (file->class == CLASS_BASELINE && file->service < n)
			read_entries(a, file, &list[file->service]);
	}
	return list;
}

/* What stands at the place, so that it is known again when lines move. */
static struct str
line_key(const struct findings *f, const struct place *p)
{
	uint64_t hash = str_hash(str_trim(crossing_source(f->world, p)));

	return str_format(f->arena, "%0*llx", KEY_DIGITS,
		(unsigned long long)(hash >> (64 - 4 * KEY_DIGITS)));
}

/* The file as the service's baseline calls it. */
static struct str
path_of(const struct findings *f, uint32_t service, const struct place *p)
{
	const struct file *file = file_by_number(f->world->files, p->file);

	if (file->service == service)
		return file->entry.path;
	return str_format(f->arena, "%.*s/%.*s", STR_ARG(world_service(f->world, file->service)),
		STR_ARG(file->entry.path));
}

/* One place that is met several times (alternatives of a text, a history in two contexts) counts once;
 * *SEEN: fingerprint and place → number of the spot + 1. What stands in the configuration is nobody's
 * old code, and has none. */
static uint32_t
spot_of(struct findings *f, struct map *seen, const struct finding *x, const struct place *p)
{
	struct str key = str_format(
		f->arena, "%.*s %u %u", STR_ARG(x->fingerprint), p->file, p->span.offset);
	union map_value *v;

	if (!p->file)
		return UINT32_MAX;
	v = map_put(seen, key);
	if (v->num)
		return (uint32_t)v->num - 1;
	vec_push(f->arena, &f->baselines->spots,
		(struct baseline_spot){
			.finding = x, .path = path_of(f, x->service, p), .key = line_key(f, p)});
	v->num = f->baselines->spots.n;
	return f->baselines->spots.n - 1;
}

static bool
is_about(const struct baseline_entry *e, const struct finding *x)
{
	return !e->problem.n && rule_answers(x->rule, e->rule) && str_eq(e->object, x->object) &&
	       str_eq(e->cause, x->cause);
}

/* The key among the entry's that is KEY, and not used up; UINT32_MAX: none. */
static uint32_t
find_key(const struct baseline_entry *e, struct str key)
{
	for (uint32_t i = 0; i < e->keys.n; i++)
		if (str_eq(e->keys.v[i], key))
			return i;
	return UINT32_MAX;
}

/* How closely an entry must mean a spot; the closest first. */
enum likeness {
	SAME_LINE,
	SAME_FILE,
	SAME_CAUSE,
	LIKENESSES,
};

static bool
take(struct baseline_entry *e, const struct baseline_spot *s, enum likeness likeness)
{
	uint32_t key = likeness == SAME_LINE ? find_key(e, s->key) : 0;

	if (!e->left || !is_about(e, s->finding) || key == UINT32_MAX ||
		(likeness != SAME_CAUSE && !str_eq(e->path, s->path)))
		return false;
	if (likeness == SAME_LINE)
		e->keys.v[key] = (struct str){0};
	e->left--;
	return true;
}

/* Entries by what makes a finding the same, so that only those are looked at. */
struct entries {
	VEC(struct baseline_entry *) list;
};

static struct str
cause_key(struct arena *a, uint32_t service, struct str rule, struct str object, struct str cause)
{
	const struct rule *r = rule_by_name(rule);

	return str_format(a, "%u %s %zu %.*s %.*s", service, r ? r->name : "", object.n,
		STR_ARG(object), STR_ARG(cause));
}

static struct map
index_entries(struct findings *f)
{
	struct map index = {.arena = f->arena};

	for (uint32_t i = 0; i < f->world->config->services.n; i++) {
		struct baseline *b = &f->baselines->services[i];

		for (uint32_t k = 0; k < b->entries.n; k++) {
			struct baseline_entry *e = &b->entries.v[k];
			union map_value *v = map_put(
				&index, cause_key(f->arena, i, e->rule, e->object, e->cause));

			if (!v->ptr)
				v->ptr = arena_new(f->arena, struct entries);
			vec_push(f->arena, &((struct entries *)v->ptr)->list, e);
		}
	}
	return index;
}

/* Takes from the entries of a strict service what a change adds to its baseline. */
static void
forbid_additions(struct findings *f, struct baseline *head, const struct baseline *base)
{
	struct map allowed = {.arena = f->arena};

	for (uint32_t i = 0; i < base->entries.n; i++) {
		const struct baseline_entry *e = &base->entries.v[i];

		map_put(&allowed, cause_key(f->arena, base->service, e->rule, e->object, e->cause))
			->num += e->left;
	}
	for (uint32_t i = 0; i < head->entries.n; i++) {
		struct baseline_entry *e = &head->entries.v[i];
		union map_value *v = map_put(
			&allowed, cause_key(f->arena, head->service, e->rule, e->object, e->cause));

		if (e->left > v->num)
			e->count = e->left = (uint32_t)v->num;
		v->num -= e->left;
	}
}

static void
read_all(struct findings *f)
{
	const struct config *c = f->world->config;
	struct baseline *base = f->base ? read_baselines(f->arena, f->base) : NULL;

	f->baselines = arena_new(f->arena, struct baselines);
	f->baselines->services = read_baselines(f->arena, f->world);
	for (uint32_t i = 0; base && i < c->services.n; i++)
		if (c->services.v[i].strict)
			forbid_additions(f, &f->baselines->services[i], &base[i]);
}

/* Gives the spots their entries: all that are alike to the line before any that are less so. */
static void
match(struct findings *f)
{
	struct map index = index_entries(f);

	for (enum likeness l = SAME_LINE; l < LIKENESSES; l++)
		for (uint32_t i = 0; i < f->baselines->spots.n; i++) {
			struct baseline_spot *s = &f->baselines->spots.v[i];
			const struct finding *x = s->finding;
			const union map_value *v = map_get(
				&index, cause_key(f->arena, x->service, str_from(x->rule->name),
						x->object, x->cause));
			const struct entries *e = v ? v->ptr : NULL;

			for (uint32_t k = 0; e && !s->known && k < e->list.n; k++)
				s->known = take(e->list.v[k], s, l);
		}
}

/* A finding and its spots: one, or one for each victim. */
struct spotted {
	struct finding finding; /* as it was */
	uint32_t *spots;        /* victims': by number in .related; else one */
	bool victims;
};

static void
find_spots(struct findings *f, struct map *seen, struct spotted *s, const struct finding *x)
{
	s->finding = *x;
	s->victims = finding_has_victims(x);
	s->spots = arena_array(f->arena, uint32_t, x->related.n + 1);
	if (!s->victims)
		s->spots[0] = spot_of(f, seen, &s->finding, &x->place);
	for (uint32_t i = 0; s->victims && i < x->related.n; i++)
		s->spots[i] = x->related.v[i].role == RELATED_VICTIM
				      ? spot_of(f, seen, &s->finding, &x->related.v[i].place)
				      : UINT32_MAX;
}

static bool
is_known(const struct findings *f, uint32_t spot)
{
	return spot != UINT32_MAX && f->baselines->spots.v[spot].known;
}

/* Moves what is known of the finding; false when nothing is left of it. */
static bool
keep_unknown(struct findings *f, const struct spotted *s, struct finding *x)
{
	bool *known = arena_array(f->arena, bool, x->related.n + 1), any = false;

	if (!s->victims) {
		if (is_known(f, s->spots[0]))
			vec_push(f->arena, &f->baselined, *x);
		return !is_known(f, s->spots[0]);
	}
	for (uint32_t i = 0; i < x->related.n; i++) {
		struct finding one = *x;

		if (!is_known(f, s->spots[i]))
			continue;
		known[i] = any = true;
		one.place = x->related.v[i].place;
		vec_push(f->arena, &f->baselined, one);
	}
	return !any || finding_drop_victims(f, x, known) > 0;
}

void
baseline_apply(struct findings *f)
{
	uint32_t n = f->list.n, kept = 0;
	struct spotted *all = arena_array(f->arena, struct spotted, n + 1);
	struct map seen = {.arena = f->arena};

	read_all(f);
	for (uint32_t i = 0; i < n; i++)
		find_spots(f, &seen, &all[i], &f->list.v[i]);
	match(f);
	for (uint32_t i = 0; i < n; i++) {
		struct finding x = f->list.v[i];

		if (keep_unknown(f, &all[i], &x))
			f->list.v[kept++] = x;
	}
	f->list.n = kept;
}

static int
compare_spots(const void *left, const void *right)
{
	const struct baseline_spot *x = *(struct baseline_spot *const *)left;
	const struct baseline_spot *y = *(struct baseline_spot *const *)right;
	int c = str_cmp(x->path, y->path);

	if (!c)
		c = str_cmp(str_from(x->finding->rule->name), str_from(y->finding->rule->name));
	if (!c)
		c = str_cmp(x->finding->object, y->finding->object);
	if (!c)
		c = str_cmp(x->finding->cause, y->finding->cause);
	return c ? c : str_cmp(x->key, y->key);
}

static bool
same_entry(const struct baseline_entry *e, const struct baseline_spot *s)
{
	return str_eq(e->path, s->path) && str_is(e->rule, s->finding->rule->name) &&
	       str_eq(e->object, s->finding->object) && str_eq(e->cause, s->finding->cause);
}

/* Sorted spots → a line for each file and cause. */
static void
write_entries(struct arena *a, struct baseline_spot *const *spots, uint32_t n, struct buf *out)
{
	struct baseline_entry e = {0};

	for (uint32_t i = 0; i < n; i++) {
		const struct baseline_spot *s = spots[i];

		if (!e.count || !same_entry(&e, s)) {
			if (e.count)
				baseline_entry_write(&e, out);
			e = (struct baseline_entry){.path = s->path,
				.rule = str_from(s->finding->rule->name),
				.object = s->finding->object,
				.cause = s->finding->cause};
		}
		e.count++;
		vec_push(a, &e.keys, s->key);
	}
	if (e.count)
		baseline_entry_write(&e, out);
}

static uint32_t
count_left(const struct baseline *b)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < b->entries.n; i++)
		n += b->entries.v[i].left;
	return n;
}

struct baseline_change
baseline_write(const struct findings *f, uint32_t service, struct buf *out)
{
	const struct service *s = &f->world->config->services.v[service];
	uint32_t n = f->baselines->spots.n, kept = 0;
	struct baseline_spot **spots = arena_array(f->arena, struct baseline_spot *, n + 1);
	struct baseline_change change = {.removed = count_left(&f->baselines->services[service])};

	for (uint32_t i = 0; i < n; i++) {
		struct baseline_spot *x = &f->baselines->spots.v[i];

		if (x->finding->service != service)
			continue;
		if (!x->known && s->strict) {
			change.refused++;
			continue;
		}
		change.added += !x->known;
		spots[kept++] = x;
	}
	change.findings = kept;
	if (kept)
		qsort(spots, kept, sizeof *spots, compare_spots);
	buf_addf(out,
		"# Known findings of %.*s. `pgbounds baseline %.*s` writes this file.\n"
		"# A line: file, rule, object, what, how often, keys of the lines.\n",
		STR_ARG(s->name), STR_ARG(s->name));
	write_entries(f->arena, spots, kept, out);
	return change;
}
