/* Steps of histories, in which things happen, and which of another world's is the same one. */
#include "world/world.h"

const struct tool_step *
world_step(const struct world *w, moment at)
{
	const struct happening *h;
	const struct tool_history *history;
	const struct tool_step *s;

	if (!at || at >= w->happenings.n)
		return NULL;
	h = &w->happenings.v[at];
	history = w->contexts.v[h->context].history;
	if (!history || h->step >= history->steps.n)
		return NULL;
	s = &history->steps.v[h->step];
	return s->file.number == h->place.file || h->operation_unit ? s : NULL;
}

bool
world_is_step(const struct tool_step *a, const struct tool_step *b)
{
	return str_eq(a->version, b->version) && str_eq(a->group, b->group) &&
	       str_eq(a->file.path, b->file.path);
}

const struct tool_step *
world_same_step(const struct world *w, struct str service, const struct tool_step *s)
{
	for (uint32_t c = 0; c < w->contexts.n; c++) {
		const struct tool_history *h = w->contexts.v[c].history;

		if (!h || !str_eq(world_service(w, w->contexts.v[c].service), service))
			continue;
		for (uint32_t i = 0; i < h->steps.n; i++)
			if (world_is_step(&h->steps.v[i], s))
				return &h->steps.v[i];
	}
	return NULL;
}
