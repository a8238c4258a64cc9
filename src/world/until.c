/* The step behind which a replay ends, as people name it. */
#include "base/arena.h"
#include "world/build_p.h"

/* How well a name fits: a step may begin as another one is called. */
enum fit {
	FIT_NONE,
	FIT_BEGINS,
	FIT_WHOLE,
};

struct last {
	struct builder *b;
	enum fit fit; /* of those found */
	uint32_t n;
	struct buf names;
};

static enum fit
fit_of(struct str name, struct str at)
{
	if (!str_starts(name, at))
		return FIT_NONE;
	return name.n == at.n ? FIT_WHOLE : FIT_BEGINS;
}

static enum fit
better(enum fit x, enum fit y)
{
	return x > y ? x : y;
}

static enum fit
step_fit(struct arena *a, const struct tool_step *s, struct str at)
{
	enum fit fit = better(fit_of(s->name, at), fit_of(s->file.path, at));

	if (!s->group.n)
		return fit;
	return better(
		fit, fit_of(str_format(a, "%.*s.%.*s", STR_ARG(s->group), STR_ARG(s->name)), at));
}

static void
look_at(struct last *l, const struct tool_step *s)
{
	enum fit fit = step_fit(&l->b->scratch, s, l->b->in->at);

	if (!fit || fit < l->fit)
		return;
	/* A file that includes others is several steps, of which the last is meant. */
	if (fit == l->fit && l->n && l->b->last->file.number == s->file.number) {
		l->b->last = s;
		return;
	}
	if (fit > l->fit) {
		l->n = 0;
		l->names.n = 0;
	}
	l->fit = fit;
	l->b->last = s;
	if (l->n++ < 5)
		buf_addf(&l->names, "%s%.*s", l->names.n ? ", " : "", STR_ARG(s->file.path));
}

/* A history is looked at once, in however many contexts it runs. */
static bool
is_looked_at(const struct builder *b, uint32_t context)
{
	const struct context *c = &b->w->contexts.v[b->contexts.v[context].context];
	struct str service = b->in->at_service;

	for (uint32_t i = 0; i < context; i++)
		if (b->contexts.v[i].history == b->contexts.v[context].history)
			return false;
	return b->contexts.v[context].history &&
	       (!service.n || str_eq(service, world_service(b->w, c->service)));
}

bool
build_find_last(struct builder *b)
{
	struct last l = {.b = b, .names = {.arena = b->a}};
	struct str at = b->in->at;

	if (!at.n)
		return true;
	for (uint32_t c = 0; c < b->contexts.n; c++) {
		const struct tool_history *h;

		if (!is_looked_at(b, c))
			continue;
		h = b->contexts.v[c].history->history;
		for (uint32_t i = 0; i < h->steps.n; i++)
			look_at(&l, &h->steps.v[i]);
	}
	if (l.n == 1)
		return true;
	if (l.n)
		diag_add(b->diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"'%.*s' may be any of %u steps: %.*s%s; name its service, and its path",
			STR_ARG(at), l.n, STR_ARG(buf_str(&l.names)), l.n > 5 ? " ..." : "");
	else
		diag_add(b->diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"no step of a migration history is called '%.*s', nor is its file",
			STR_ARG(at));
	return false;
}
