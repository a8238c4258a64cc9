/* A unit as one line of JSON, written by walking unit_shapes[]. */
#include "unit/export.h"

#include "unit/shape.h"
#include "unit/unit.h"

static bool
is_utf8(struct str x)
{
	for (size_t i = 0; i < x.n;) {
		size_t n = x.s[i] ? str_utf8(x.s + i, x.n - i) : 0;

		if (!n)
			return false;
		i += n;
	}
	return true;
}

static void
write_hex(struct buf *out, struct str x)
{
	static const char digits[] = "0123456789abcdef";

	buf_add(out, STR("{\"hex\":\""));
	for (size_t i = 0; i < x.n; i++) {
		unsigned char c = (unsigned char)x.s[i];

		buf_addc(out, digits[c >> 4]);
		buf_addc(out, digits[c & 15]);
	}
	buf_add(out, STR("\"}"));
}

static void
write_string(struct buf *out, struct str x)
{
	size_t done = 0;

	if (!is_utf8(x)) {
		write_hex(out, x);
		return;
	}
	buf_addc(out, '"');
	for (size_t i = 0; i < x.n; i++) {
		unsigned char c = (unsigned char)x.s[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_add(out, str_slice(x, done, i));
		done = i + 1;
		if (c < 0x20)
			buf_addf(out, "\\u%04x", c);
		else
			buf_addf(out, "\\%c", c);
	}
	buf_add(out, str_slice(x, done, x.n));
	buf_addc(out, '"');
}

static void
write_span(struct buf *out, const struct span *s)
{
	buf_addf(out, "[%u,%u,%u,%u,%u,%u,%u]", s->origin, s->offset, s->length, s->line, s->column,
		s->end_line, s->end_column);
}

static void
write_name(struct buf *out, const struct name *n)
{
	buf_addc(out, '[');
	write_string(out, n->schema);
	buf_addc(out, ',');
	write_string(out, n->name);
	buf_addf(out, ",%u,", n->pattern);
	write_span(out, &n->span);
	buf_addc(out, ']');
}

static void
write_field(struct buf *out, const struct field *f, const char *at)
{
	const struct range *r = (const struct range *)at;

	switch (f->type) {
	case FIELD_U32:
	case FIELD_ENUM:
	case FIELD_INDEX:
		buf_addf(out, "%u", *(const uint32_t *)at);
		break;
	case FIELD_BOOL:
		buf_addc(out, *(const bool *)at ? '1' : '0');
		break;
	case FIELD_CHAR:
		buf_addf(out, "%u", (unsigned char)*at);
		break;
	case FIELD_STR:
		write_string(out, *(const struct str *)at);
		break;
	case FIELD_SPAN:
		write_span(out, (const struct span *)at);
		break;
	case FIELD_NAME:
		write_name(out, (const struct name *)at);
		break;
	case FIELD_RANGE:
		/* Where an empty one begins means nothing, and a packed unit does not keep it. */
		buf_addf(out, "[%u,%u]", r->count ? r->first : 0, r->count);
		break;
	}
}

static void
write_element(struct buf *out, const struct field *fields, const char *element)
{
	buf_addc(out, '[');
	for (const struct field *f = fields; f->name; f++) {
		if (f != fields)
			buf_addc(out, ',');
		write_field(out, f, element + f->offset);
	}
	buf_addc(out, ']');
}

static void
write_table(struct buf *out, const struct shape *shape, const struct unit_vec *vec)
{
	buf_addf(out, ",\"%s\":[", shape->name);
	for (uint32_t i = 1; i < vec->n; i++) {
		if (i > 1)
			buf_addc(out, ',');
		write_element(out, shape->fields, (const char *)vec->v + i * shape->size);
	}
	buf_addc(out, ']');
}

void
unit_export(const struct unit *u, struct buf *out)
{
	buf_add(out, STR("{\"unit\":"));
	write_string(out, u->blob);
	buf_add(out, STR(",\"reader\":"));
	write_string(out, u->reader);
	for (enum unit_table t = 0; t < UNIT_TABLES; t++) {
		const char *vec = (const char *)u + unit_shapes[t].offset;

		write_table(out, &unit_shapes[t], (const struct unit_vec *)vec);
	}
	buf_add(out, STR("}\n"));
}
