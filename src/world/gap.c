/* What could not be seen, and how much was. */
#include <stdlib.h>

#include "base/fatal.h"
#include "base/map.h"
#include "world/build_p.h"

void
build_gap(struct builder *b, uint32_t file, const struct unit *u, enum blind_reason reason,
	struct str detail, struct span span)
{
	struct gap *g = vec_add(b->a, &b->w->gaps);

	g->file = span.origin ? span.origin : file;
	if (g->file) {
		g->service = build_service_of(b->w, file_by_number(b->w->files, g->file));
		g->unit = file_by_number(b->w->files, g->file)->unit;
	} else {
		g->unit = u;
	}
	g->reason = reason;
	g->detail = str_dup(b->a, detail);
	g->span = span;
}

static void
unit_gaps(struct builder *b, const struct file *f, const struct unit *u)
{
	for (uint32_t i = 1; i < u->blind_spots.n; i++) {
		const struct blind_spot *s = &u->blind_spots.v[i];

		/* Whoever replays it knows more: names of a loop, what a helper was called with. */
		if (s->reason == BLIND_DYNAMIC && b->replayed[f->number - 1])
			continue;
		build_gap(b, f->number, u, s->reason, s->detail, s->span);
	}
}

/* Scripts that a script includes, where no history runs it. */
static void
inclusion_gaps(struct builder *b, const struct file *f)
{
	if (f->host->read || b->expanded[f->number - 1] || b->past[f->number - 1])
		return;
	for (uint32_t i = 1; i < f->unit->marks.n; i++) {
		struct str text = f->unit->marks.v[i].text, word;

		if (text.s[0] != '\\')
			continue;
		str_cut(&text, ' ', &word);
		build_gap(b, f->number, f->unit, BLIND_META_COMMAND,
			str_format(b->a, "%.*s: includes another file", STR_ARG(word)),
			f->unit->marks.v[i].span);
	}
}

static void
count_fragments(struct coverage *c, const struct unit *u)
{
	for (uint32_t i = 1; i < u->fragments.n; i++) {
		switch (u->fragments.v[i].state) {
		case FRAGMENT_OPEN: /* counted where it was closed */
			break;
		case FRAGMENT_PARSED:
			c->fragments++;
			c->parsed++;
			break;
		case FRAGMENT_PARTLY:
		case FRAGMENT_FAILED:
			c->fragments++;
			break;
		case FRAGMENT_DIALECT:
			c->dialect++;
			break;
		case FRAGMENT_PROSE:
			c->prose++;
			break;
		case FRAGMENT_PIECE:
			c->pieces++;
			break;
		}
	}
}

static int
compare_gaps(const void *x, const void *y)
{
	const struct gap *a = x, *b = y;
	int order;

	if (a->service != b->service)
		return a->service < b->service ? -1 : 1;
	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	if (a->span.offset != b->span.offset)
		return a->span.offset < b->span.offset ? -1 : 1;
	if (a->reason != b->reason)
		return a->reason < b->reason ? -1 : 1;
	order = str_cmp(a->detail, b->detail);
	return order;
}

static void
unavailable_services(struct builder *b)
{
	for (uint32_t i = 0; i < b->w->services.n; i++)
		if (!b->w->services.v[i].available)
			vec_push(b->a, &b->w->gaps,
				(struct gap){.service = i,
					.reason = BLIND_UNREAD,
					.detail = STR("the repository is not available")});
}

void
build_gaps(struct builder *b)
{
	struct world *w = b->w;
	uint32_t n = 0;

	unavailable_services(b);
	for (uint32_t i = 0; i < w->files->list.n; i++) {
		const struct file *f = &w->files->list.v[i];

		/* What runs besides the present is not judged by itself. */
		if (f->service >= w->config->services.n)
			continue;
		w->coverage.files += f->read && f->class != CLASS_BASELINE && !f->host->beside;
		if (!f->unit || f->class == CLASS_TEST || f->class == CLASS_OTHER_DATABASE)
			continue;
		unit_gaps(b, f, f->unit);
		inclusion_gaps(b, f);
		count_fragments(&w->coverage, f->unit);
		if (f->closed) {
			unit_gaps(b, f, f->closed);
			count_fragments(&w->coverage, f->closed);
		}
	}
	for (uint32_t h = 0; h < b->contexts.n; h++)
		if (b->contexts.v[h].history && b->contexts.v[h].history->lowered) {
			const struct unit *u = b->contexts.v[h].history->lowered->unit;

			for (uint32_t i = 1; i < u->blind_spots.n; i++)
				build_gap(b, 0, u, u->blind_spots.v[i].reason,
					u->blind_spots.v[i].detail, u->blind_spots.v[i].span);
		}
	for (uint32_t i = 0; i < w->uses.n; i++)
		w->coverage.tests += w->uses.v[i].class == CLASS_TEST;
	if (w->gaps.n)
		qsort(w->gaps.v, w->gaps.n, sizeof *w->gaps.v, compare_gaps);
	for (uint32_t i = 0; i < w->gaps.n; i++)
		if (n == 0 || compare_gaps(&w->gaps.v[n - 1], &w->gaps.v[i]))
			w->gaps.v[n++] = w->gaps.v[i];
	w->gaps.n = n;
}

static struct str
gap_key(const struct world *w, struct arena *a, const struct gap *g)
{
	struct str path = g->file ? file_by_number(w->files, g->file)->entry.path : (struct str){0};

	return str_format(a, "%.*s%c%.*s%c%u%c%.*s", STR_ARG(world_service(w, g->service)), 0,
		STR_ARG(path), 0, (unsigned)g->reason, 0, STR_ARG(g->detail));
}

void
world_subtract_gaps(struct world *w, const struct world *base)
{
	struct map known = {.arena = w->arena};
	uint32_t n = 0;

	for (uint32_t i = 0; i < base->gaps.n; i++)
		map_put(&known, gap_key(base, w->arena, &base->gaps.v[i]))->num++;
	for (uint32_t i = 0; i < w->gaps.n; i++) {
		union map_value *left = map_get(&known, gap_key(w, w->arena, &w->gaps.v[i]));

		if (left && left->num)
			left->num--;
		else
			w->gaps.v[n++] = w->gaps.v[i];
	}
	w->gaps.n = n;
}
