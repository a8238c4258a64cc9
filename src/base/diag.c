#include "base/diag.h"

#include "base/arena.h"

void
diag_add(struct diags *d, enum diag_level level, struct str path, uint32_t line, uint32_t column,
	const char *format, ...)
{
	struct diag *x = vec_add(d->arena, &d->list);
	va_list ap;

	x->level = level;
	x->path = str_dup(d->arena, path);
	x->line = line;
	x->column = column;
	va_start(ap, format);
	x->message = str_vformat(d->arena, format, ap);
	va_end(ap);
}

enum diag_level
diag_worst(const struct diags *d)
{
	enum diag_level worst = DIAG_NOTE;

	for (uint32_t i = 0; i < d->list.n; i++)
		if (d->list.v[i].level > worst)
			worst = d->list.v[i].level;
	return worst;
}
