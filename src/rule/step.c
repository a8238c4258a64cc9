/* Steps of migration histories in two worlds. */
#include "rule/step.h"

const struct tool_step *
step_same(const struct world *w, struct str service, struct str path)
{
	for (uint32_t c = 0; c < w->contexts.n; c++) {
		const struct tool_history *h = w->contexts.v[c].history;

		if (!h || !str_eq(world_service(w, w->contexts.v[c].service), service))
			continue;
		for (uint32_t i = 0; i < h->steps.n; i++)
			if (str_eq(h->steps.v[i].file.path, path))
				return &h->steps.v[i];
	}
	return NULL;
}

bool
step_had_shipped(const struct findings *f, const struct tool_step *s)
{
	return !file_by_number(f->base->files, s->file.number)->unpublished;
}
