/* The engine: runs the rules, gives levels and fingerprints, makes one finding of one cause, sorts.
 * Order comes from names and places alone, never from indexes, so that the same services in another
 * order give the same findings. */
#include <stdlib.h>

#include "base/map.h"
#include "rule/engine_p.h"

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

static bool
answers_to(const struct rule *r, struct str name)
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
		if (answers_to(*r, name))
			return *r;
	return NULL;
}

/* What the configuration says, by name or alias, the last line first; else the rule's own level. */
static enum level
rule_level(const struct config *c, const struct rule *r)
{
	for (uint32_t i = c->rules.n; i-- > 0;)
		if (answers_to(r, c->rules.v[i].rule.value))
			return c->rules.v[i].level == LEVEL_DEFAULT ? r->level
								    : c->rules.v[i].level;
	return r->level;
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

void
rules_run(const struct world *w, const struct world *base, struct arena *a, struct findings *out)
{
	*out = (struct findings){.arena = a, .world = w, .base = base};
	if (base)
		world_compare(w, base, a, &out->difference);
	for (const struct rule *const *r = rules; *r; r++) {
		enum level level = rule_level(w->config, *r);
		uint32_t first = out->list.n;

		if (level == LEVEL_NONE || ((*r)->change && !base))
			continue;
		(*r)->check(w, out);
		for (uint32_t i = first; i < out->list.n; i++) {
			struct finding *x = &out->list.v[i];

			x->configured = level;
			x->cap = x->level;
			x->level = finding_level(x);
			x->fingerprint = finding_fingerprint(a, w, x);
		}
	}
	findings_sort(out);
	merge_findings(out);
	findings_sort(out);
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
