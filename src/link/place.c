/* Lines and columns for spans that were made by joining: looked up in the files' line starts. */
#include "link/link.h"
#include "link/resolve_p.h"
#include "unit/shape.h"

static uint32_t
line_of(const struct unit *u, uint32_t offset)
{
	uint32_t low = 1, high = u->line_starts.n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (u->line_starts.v[middle] <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low - 1;
}

static void
place(struct linker *l, struct span *s, uint32_t own)
{
	uint32_t number = s->origin ? s->origin : own;
	const struct unit *u;
	uint32_t end;

	if (s->line || (s->length == 0 && s->offset == 0))
		return;
	u = file_by_number(l->set, number)->unit;
	if (!u || u->line_starts.n < 2)
		return;
	end = s->offset + s->length;
	s->line = line_of(u, s->offset);
	s->column = s->offset - u->line_starts.v[s->line] + 1;
	s->end_line = line_of(u, end);
	s->end_column = end - u->line_starts.v[s->end_line] + 1;
}

void
link_place(struct linker *l, struct unit *u, uint32_t origin)
{
	for (int t = 0; t < UNIT_TABLES; t++) {
		const struct shape *shape = &unit_shapes[t];
		VEC(char) *table = (void *)((char *)u + shape->offset);

		for (uint32_t i = 1; i < table->n; i++) {
			char *element = table->v + i * shape->size;

			for (const struct field *f = shape->fields; f->name; f++) {
				if (f->type == FIELD_SPAN)
					place(l, (struct span *)(element + f->offset), origin);
				else if (f->type == FIELD_NAME)
					place(l, &((struct name *)(element + f->offset))->span,
						origin);
			}
		}
	}
}
