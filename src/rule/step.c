/* Steps of migration histories in two worlds. */
#include "rule/step.h"

bool
step_had_shipped(const struct findings *f, const struct tool_step *s)
{
	return !file_by_number(f->base->files, s->file.number)->unpublished;
}
