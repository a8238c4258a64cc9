/* A unit as bytes. The layout is in pack_p.h. */
#include "unit/pack.h"

#include "base/arena.h"
#include "base/map.h"
#include "pack_p.h"
#include "unit/shape.h"
#include "unit/unit.h"

struct packer {
	struct buf *out;
	struct map numbers; /* of texts; in the order of insertion, from 1 */
	uint32_t n;
	struct span last;
};

static void
write_number(struct buf *out, uint32_t x)
{
	for (; x >= 0x80; x >>= 7)
		buf_addc(out, (char)(x | 0x80));
	buf_addc(out, (char)x);
}

static void
write_difference(struct buf *out, uint32_t x, uint32_t from)
{
	uint32_t d = x - from;

	write_number(out, d << 1 ^ -(d >> 31));
}

static void
number_text(struct packer *p, struct str text)
{
	union map_value *number;

	if (!text.n)
		return;
	number = map_put(&p->numbers, text);
	if (!number->num)
		number->num = ++p->n;
}

static void
write_text(struct packer *p, struct str text)
{
	write_number(p->out, text.n ? (uint32_t)map_get(&p->numbers, text)->num : 0);
}

static void
write_span(struct packer *p, const struct span *s)
{
	bool end = s->end_line != s->line || s->end_column != s->column + s->length;
	bool set = s->offset || s->length || s->line || s->column || end;
	unsigned form = (s->origin ? SPAN_ORIGIN : 0) | (end ? SPAN_END : 0) | (set ? SPAN_SET : 0);

	write_number(p->out, form);
	if (form & SPAN_ORIGIN)
		write_number(p->out, s->origin);
	if (!set)
		return;
	write_difference(p->out, s->offset, p->last.offset);
	write_number(p->out, s->length);
	write_difference(p->out, s->line, p->last.line);
	write_number(p->out, s->column);
	if (form & SPAN_END) {
		write_difference(p->out, s->end_line, s->line);
		write_number(p->out, s->end_column);
	}
	p->last = *s;
}

static void
write_name(struct packer *p, const struct name *name)
{
	write_text(p, name->schema);
	write_text(p, name->name);
	write_number(p->out, name->pattern);
	write_span(p, &name->span);
}

static void
write_range(struct packer *p, const struct range *r)
{
	write_number(p->out, r->count);
	if (r->count)
		write_number(p->out, r->first);
}

static void
write_field(struct packer *p, const struct field *f, const char *at)
{
	switch (f->type) {
	case FIELD_U32:
	case FIELD_ENUM:
	case FIELD_INDEX:
		write_number(p->out, *(const uint32_t *)at);
		break;
	case FIELD_BOOL:
		write_number(p->out, *(const bool *)at);
		break;
	case FIELD_CHAR:
		write_number(p->out, (unsigned char)*at);
		break;
	case FIELD_STR:
		write_text(p, *(const struct str *)at);
		break;
	case FIELD_SPAN:
		write_span(p, (const struct span *)at);
		break;
	case FIELD_NAME:
		write_name(p, (const struct name *)at);
		break;
	case FIELD_RANGE:
		write_range(p, (const struct range *)at);
		break;
	}
}

static void
number_field(struct packer *p, const struct field *f, const char *at)
{
	if (f->type == FIELD_STR) {
		number_text(p, *(const struct str *)at);
	} else if (f->type == FIELD_NAME) {
		number_text(p, ((const struct name *)at)->schema);
		number_text(p, ((const struct name *)at)->name);
	}
}

/* Does EACH with every field of every element but the null ones. */
static void
walk(const struct unit *u, struct packer *p,
	void (*each)(struct packer *p, const struct field *f, const char *at))
{
	for (enum unit_table t = 0; t < UNIT_TABLES; t++) {
		const struct shape *shape = &unit_shapes[t];
		const struct unit_vec *vec =
			(const struct unit_vec *)((const char *)u + shape->offset);

		for (uint32_t i = 1; i < vec->n; i++)
			for (const struct field *f = shape->fields; f->name; f++)
				each(p, f, (const char *)vec->v + i * shape->size + f->offset);
	}
}

static void
write_texts(struct packer *p)
{
	write_number(p->out, p->n);
	for (struct map_entry *e = map_first(&p->numbers); e; e = map_next(e))
		write_number(p->out, (uint32_t)map_key(e).n);
	for (struct map_entry *e = map_first(&p->numbers); e; e = map_next(e)) {
		buf_add(p->out, map_key(e));
		buf_addc(p->out, '\0');
	}
}

void
unit_pack(const struct unit *u, struct buf *out, struct arena *scratch)
{
	struct packer p = {.out = out, .numbers.arena = scratch};

	number_text(&p, u->blob);
	number_text(&p, u->reader);
	walk(u, &p, number_field);
	write_texts(&p);
	write_text(&p, u->blob);
	write_text(&p, u->reader);
	for (enum unit_table t = 0; t < UNIT_TABLES; t++)
		write_number(
			out, ((const struct unit_vec *)((const char *)u + unit_shapes[t].offset))->n - 1);
	walk(u, &p, write_field);
}
