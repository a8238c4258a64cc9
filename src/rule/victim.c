/* Who breaks by what a finding is about, and how severe that makes it. */
#include "rule/crossing.h"
#include "rule/engine_p.h"

void
finding_victim(struct findings *f, struct finding *x, const struct use *u, uint32_t actor,
	const char *format, ...)
{
	struct related *r = vec_add(f->arena, &x->related);
	struct str message;
	va_list ap;

	r->place = crossing_place(u);
	r->role = RELATED_VICTIM;
	r->confidence = u->confidence;
	r->cap = u->service == actor && !u->running ? LEVEL_WARNING : LEVEL_DEFAULT;
	r->listed_only = !crossing_judged(u->class);
	va_start(ap, format);
	message = str_vformat(f->arena, format, ap);
	va_end(ap);
	r->message = str_format(f->arena, "%.*s%s", STR_ARG(message),
		r->listed_only ? ", in no code that is deployed" : "");
}

/* How much a victim weighs: another service before one's own, deployed before not, sure before not. */
#define WEIGHT_MAX (8 + 4 + 1 + CONFIDENCE_EXACT)

static uint32_t
weight(const struct related *r)
{
	return 1 + (uint32_t)r->confidence + (r->cap == LEVEL_DEFAULT ? 4 : 0) +
	       (r->listed_only ? 0 : 8);
}

/* Those that weigh most first: what another service loses is not to be looked for among one's own. */
static void
order_victims(struct findings *f, struct finding *x, uint32_t first)
{
	uint32_t n = 0, total = x->related.n - first;
	struct related *ordered = arena_array(f->arena, struct related, total);

	finding_sort_related(f, x, first);
	for (uint32_t w = WEIGHT_MAX; w > 0; w--)
		for (uint32_t i = 0; i < total; i++)
			if (weight(&x->related.v[first + i]) == w)
				ordered[n++] = x->related.v[first + i];
	for (uint32_t i = 0; i < total; i++)
		x->related.v[first + i] = ordered[i];
}

static uint32_t
first_victim(const struct finding *x)
{
	uint32_t i = 0;

	while (i < x->related.n && x->related.v[i].role != RELATED_VICTIM)
		i++;
	return i;
}

uint32_t
finding_rate(struct findings *f, struct finding *x)
{
	uint32_t first = first_victim(x), heaviest = 0, n = 0;

	order_victims(f, x, first);
	for (uint32_t i = first; i < x->related.n; i++) {
		const struct related *r = &x->related.v[i];

		if (r->role != RELATED_VICTIM)
			continue;
		n++;
		if (weight(r) <= heaviest)
			continue;
		heaviest = weight(r);
		x->confidence = r->confidence;
		x->listed_only = r->listed_only;
		x->level = x->cap = r->cap;
	}
	if (n)
		x->places = n;
	return n;
}

bool
finding_has_victims(const struct finding *x)
{
	return first_victim(x) < x->related.n;
}

uint32_t
finding_drop_victims(struct findings *f, struct finding *x, const bool *dropped)
{
	uint32_t kept = 0, n;

	for (uint32_t i = 0; i < x->related.n; i++)
		if (x->related.v[i].role != RELATED_VICTIM || !dropped[i])
			x->related.v[kept++] = x->related.v[i];
	x->related.n = kept;
	n = finding_rate(f, x);
	x->level = finding_level(x);
	return n;
}
