/* The engine: runs the rules, gives levels and fingerprints, makes one finding of one cause, sorts.
 * Order comes from names and places alone, never from indexes, so that the same services in another
 * order give the same findings. */
#include <stdlib.h>

#include "base/map.h"
#include "rule/baseline.h"
#include "rule/engine_p.h"
#include "rule/level.h"
#include "rule/suppress.h"

struct finding *
finding_add(struct findings *f, const struct rule *r, uint32_t service, struct place place,
	enum confidence confidence)
{
	struct finding *x = vec_add(f->arena, &f->list);

	x->rule = r;
	x->level = LEVEL_DEFAULT;
	x->confidence = confidence;
	x->service = service;
	x->place = place;
	x->owner = UINT32_MAX;
	x->places = 1;
	return x;
}

/* Four functions that differ in the field alone; the attribute of each checks its format. */
void
finding_message(struct findings *f, struct finding *x, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	x->message = str_vformat(f->arena, format, ap);
	va_end(ap);
}

void
finding_help(struct findings *f, struct finding *x, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	x->help = str_vformat(f->arena, format, ap);
	va_end(ap);
}

void
finding_cause(struct findings *f, struct finding *x, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	x->cause = str_vformat(f->arena, format, ap);
	va_end(ap);
}

void
finding_here(struct findings *f, struct finding *x, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	x->here = str_vformat(f->arena, format, ap);
	va_end(ap);
}

void
finding_related(struct findings *f, struct finding *x, struct place place, const char *format, ...)
{
	struct related *r = vec_add(f->arena, &x->related);
	va_list ap;

	r->place = place;
	va_start(ap, format);
	r->message = str_vformat(f->arena, format, ap);
	va_end(ap);
}

bool
rule_answers(const struct rule *r, struct str name)
{
	if (str_is(name, r->name))
		return true;
	for (const char *const *alias = r->aliases; alias && *alias; alias++)
		if (str_is(name, *alias))
			return true;
	return false;
}

const struct rule *
rule_by_name(struct str name)
{
	for (const struct rule *const *r = rules; *r; r++)
		if (rule_answers(*r, name))
			return *r;
	return NULL;
}

static enum level
lower_of(enum level a, enum level b)
{
	return a < b ? a : b;
}

/* What is left of the configured level by the rule's limit, and by how sure it is. */
enum level
finding_level(const struct finding *x)
{
	enum level level = x->configured;

	if (x->cap != LEVEL_DEFAULT)
		level = lower_of(level, x->cap);
	if (x->listed_only)
		level = lower_of(level, LEVEL_NOTE);
	switch (x->confidence) {
	case CONFIDENCE_GUESS:
		return lower_of(level, LEVEL_NOTE);
	case CONFIDENCE_LIKELY:
		return lower_of(level, LEVEL_WARNING);
	case CONFIDENCE_EXACT:
		break;
	}
	return level;
}

/* Services count by name and objects by the name they have now: lines, ids and creating files are
 * not part of it, so that a finding is known again after an unrelated change. */
struct str
finding_fingerprint(struct arena *a, const struct world *w, const struct finding *x)
{
	const struct str parts[] = {
		str_from(x->rule->name), world_service(w, x->service), x->object, x->cause};
	struct buf b = {.arena = a};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		buf_add(&b, parts[i]);
		buf_addc(&b, '\0');
	}
	return str_format(a, "%016llx", (unsigned long long)str_hash(buf_str(&b)));
}

/* A finding with the words by which it is ordered. */
struct keyed {
	struct finding finding;
	struct str service, path;
};

static int
compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int
compare_keyed(const void *left, const void *right)
{
	const struct keyed *x = left, *y = right;
	int c = str_cmp(x->service, y->service);

	if (!c)
		c = str_cmp(x->path, y->path);
	if (!c)
		c = compare_numbers(x->finding.place.span.offset, y->finding.place.span.offset);
	if (!c) /* in the configuration there are lines alone */
		c = compare_numbers(x->finding.place.span.line, y->finding.place.span.line);
	if (!c)
		c = compare_numbers(x->finding.place.span.line, y->finding.place.span.line);
	if (!c)
		c = str_cmp(str_from(x->finding.rule->name), str_from(y->finding.rule->name));
	if (!c)
		c = str_cmp(x->finding.object, y->finding.object);
	return c ? c : str_cmp(x->finding.message, y->finding.message);
}

void
findings_sort(struct findings *f)
{
	struct keyed *keyed = arena_array(f->arena, struct keyed, f->list.n);

	for (uint32_t i = 0; i < f->list.n; i++) {
		const struct place *p = &f->list.v[i].place;

		keyed[i] = (struct keyed){.finding = f->list.v[i],
			.service = world_service(f->world, p->service),
			.path = world_path(f->world, p)};
	}
	if (f->list.n)
		qsort(keyed, f->list.n, sizeof *keyed, compare_keyed);
	for (uint32_t i = 0; i < f->list.n; i++)
		f->list.v[i] = keyed[i].finding;
}

/* A second place with the words by which it is ordered. */
struct keyed_related {
	struct related related;
	struct str service, path;
};

static int
compare_related(const void *left, const void *right)
{
	const struct keyed_related *x = left, *y = right;
	int c = str_cmp(x->service, y->service);

	if (!c)
		c = str_cmp(x->path, y->path);
	if (!c)
		c = compare_numbers(x->related.place.span.offset, y->related.place.span.offset);
	return c ? c : str_cmp(x->related.message, y->related.message);
}

void
finding_sort_related(struct findings *f, struct finding *x, uint32_t first)
{
	uint32_t n = x->related.n - first;
	struct keyed_related *keyed = arena_array(f->arena, struct keyed_related, n);

	for (uint32_t i = 0; i < n; i++) {
		const struct place *p = &x->related.v[first + i].place;

		keyed[i] = (struct keyed_related){.related = x->related.v[first + i],
			.service = world_service(f->world, p->service),
			.path = world_path(f->world, p)};
	}
	if (n)
		qsort(keyed, n, sizeof *keyed, compare_related);
	for (uint32_t i = 0; i < n; i++)
		x->related.v[first + i] = keyed[i].related;
}

bool
place_equal(const struct place *x, const struct place *y)
{
	return x->service == y->service && x->file == y->file && x->span.offset == y->span.offset &&
	       x->span.line == y->span.line;
}

static bool
has_related(const struct finding *x, const struct related *r)
{
	for (uint32_t i = 0; i < x->related.n; i++)
		if (place_equal(&x->related.v[i].place, &r->place) &&
			str_eq(x->related.v[i].message, r->message))
			return true;
	return false;
}

static void
take_related(struct findings *f, struct finding *x, const struct finding *from)
{
	for (uint32_t i = 0; i < from->related.n; i++)
		if (!has_related(x, &from->related.v[i]))
			vec_push(f->arena, &x->related, from->related.v[i]);
}

/* Adds MORE to KEPT, which stands before it. The more severe one speaks for both. */
static void
merge(struct findings *f, struct finding *kept, struct finding *more)
{
	uint32_t places = kept->places + more->places;

	if (more->level > kept->level) {
		struct finding less = *kept;

		*kept = *more;
		*more = less;
	}
	take_related(f, kept, more);
	if (!place_equal(&kept->place, &more->place)) {
		finding_related(f, kept, more->place, "also here");
		vec_last(&kept->related)->role = RELATED_ALSO;
	}
	kept->places = places;
	kept->listed_only = kept->listed_only && more->listed_only;
}

/* Sorted findings in, each cause once out. */
static void
merge_findings(struct findings *f)
{
	struct map seen = {.arena = f->arena};
	uint32_t kept = 0;

	for (uint32_t i = 0; i < f->list.n; i++) {
		struct finding *x = &f->list.v[i];
		union map_value *v = map_put(&seen, x->fingerprint);

		if (v->num) {
			merge(f, &f->list.v[v->num - 1], x);
			continue;
		}
		f->list.v[kept++] = *x;
		v->num = kept;
	}
	f->list.n = kept;
}

/* Sets the level of the findings from FIRST on, and drops those without one. */
static void
set_levels(struct findings *f, uint32_t first)
{
	uint32_t kept = first;

	for (uint32_t i = first; i < f->list.n; i++) {
		struct finding *x = &f->list.v[i];
		enum level level = level_of(f->world, x->rule, x->service, &x->place);

		if (level == LEVEL_NONE)
			continue;
		x->configured = level;
		x->cap = x->level;
		x->level = finding_level(x);
		x->fingerprint = finding_fingerprint(f->arena, f->world, x);
		f->list.v[kept++] = *x;
	}
	f->list.n = kept;
}

static void
run_stage(struct findings *f, enum rule_stage stage)
{
	uint32_t first = f->list.n;

	for (const struct rule *const *r = rules; *r; r++)
		if ((*r)->stage == stage && (f->base || !(*r)->change) &&
			level_possible(f->world->config, *r))
			(*r)->check(f->world, f);
	set_levels(f, first);
	findings_sort(f);
}

void
rules_run(const struct world *w, const struct world *base, struct arena *a, struct findings *out)
{
	*out = (struct findings){.arena = a, .world = w, .base = base};
	if (base)
		world_compare(w, base, a, &out->difference);
	run_stage(out, RULE_WORLD);
	suppress_apply(out);
	run_stage(out, RULE_SUPPRESSED);
	baseline_apply(out);
	run_stage(out, RULE_BASELINED);
	merge_findings(out);
	findings_sort(out);
}

/* N findings at V; returns how many are left. */
static uint32_t
keep_services(struct finding *v, uint32_t n, const struct config *c, const bool *keep)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < n; i++)
		if (v[i].service < c->services.n && keep[v[i].service])
			v[kept++] = v[i];
	return kept;
}

void
findings_keep(struct findings *f, const bool *keep)
{
	const struct config *c = f->world->config;

	f->list.n = keep_services(f->list.v, f->list.n, c, keep);
	f->suppressed.n = keep_services(f->suppressed.v, f->suppressed.n, c, keep);
	f->baselined.n = keep_services(f->baselined.v, f->baselined.n, c, keep);
}

enum level
findings_worst(const struct findings *f)
{
	enum level worst = LEVEL_NONE;

	for (uint32_t i = 0; i < f->list.n; i++)
		if (f->list.v[i].level > worst)
			worst = f->list.v[i].level;
	return worst;
}
