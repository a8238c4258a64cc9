/* The making of a document's values, the same for YAML and XML. */
#include "host/document_p.h"

#include "base/arena.h"
#include "host/reader_p.h"

bool
document_init(struct document *d, struct unit *u, struct str bytes, struct arena *scratch)
{
	*d = (struct document){.u = u, .scratch = scratch, .bytes = bytes};
	if (host_refuse(u, bytes))
		return false;
	if (bytes.n <= DOCUMENT_BYTES)
		return true;
	unit_add_blind(u, BLIND_TOO_LARGE, (struct span){.length = 1},
		"a document of more than %u bytes", DOCUMENT_BYTES);
	return false;
}

/* An encoding of the document's own makes lengths that are not those of its bytes. */
static struct span
inside(const struct document *d, uint32_t from, uint32_t to)
{
	uint32_t n = (uint32_t)d->bytes.n;

	from = from < n ? from : n;
	to = to < n ? to : n;
	return (struct span){.offset = from, .length = to > from ? to - from : 0};
}

bool
document_open(struct document *d, struct str name, struct span span)
{
	span = inside(d, span.offset, span.offset + span.length);
	if (d->levels.n >= DOCUMENT_DEPTH || d->u->values.n >= DOCUMENT_VALUES)
		return false;
	vec_push(d->scratch, &d->levels,
		(struct document_level){str_dup(d->u->arena, name), span.offset, d->stack.n, span});
	vec_push(d->scratch, &d->stack,
		unit_add_value(d->u, (struct value){.kind = VALUE_REFERENCE,
					     .text = vec_last(&d->levels)->name,
					     .span = span}));
	return true;
}

void
document_close(struct document *d, uint32_t to)
{
	struct document_level l = *vec_last(&d->levels);
	struct value v = {.kind = VALUE_CALL, .span = inside(d, l.from, to)};
	uint32_t value;

	v.kids = unit_add_kids(d->u, d->stack.v + l.mark, d->stack.n - l.mark);
	value = unit_add_value(d->u, v);
	d->stack.n = l.mark;
	d->levels.n--;
	if (d->levels.n) {
		vec_push(d->scratch, &d->stack, value);
		return;
	}
	vec_push(d->u->arena, &d->u->symbols,
		(struct symbol){.kind = SYMBOL_CONSTANT,
			.name = l.name,
			.value = value,
			.to = UINT32_MAX,
			.span = l.span});
}

static void
add_piece(struct document *d, enum piece_kind kind, size_t at, size_t length, size_t source,
	size_t source_length)
{
	if (length)
		vec_push(d->u->arena, &d->u->pieces,
			(struct piece){.kind = kind,
				.at = (uint32_t)at,
				.length = (uint32_t)length,
				.source = {.offset = (uint32_t)source,
					.length = (uint32_t)source_length}});
}

/* The text line by line: what is in the source as it stands there is verbatim, the rest (line ends with
 * their indentation, entities, folded lines) an escape between. */
static void
add_pieces(struct document *d, struct str text, uint32_t from, uint32_t to)
{
	struct str source = str_slice(d->bytes, 0, to);
	size_t at = 0, cursor = from;

	while (at < text.n) {
		size_t end = str_chr(text, '\n', at), found;
		struct str line = str_slice(text, at, end);

		found = line.n ? str_find(source, line, cursor) : SIZE_MAX;
		if (found == SIZE_MAX && line.n) {
			add_piece(d, PIECE_ESCAPE, at, text.n - at, cursor, to - cursor);
			return;
		}
		if (line.n) {
			add_piece(d, PIECE_VERBATIM, at, line.n, found, line.n);
			cursor = found + line.n;
			at += line.n;
		}
		if (at < text.n) { /* the line end */
			size_t next = str_chr(source, '\n', cursor);

			next = next == SIZE_MAX ? to : next + 1;
			add_piece(d, PIECE_ESCAPE, at, 1, cursor, next - cursor);
			cursor = next;
			at++;
		}
	}
}

static uint32_t
add_string(struct document *d, struct str text, uint32_t from, uint32_t to)
{
	struct value v = {.kind = VALUE_STRING,
		.text = str_dup(d->u->arena, text),
		.span = inside(d, from, to),
		.pieces = {.first = d->u->pieces.n}};

	add_pieces(d, v.text, v.span.offset, v.span.offset + v.span.length);
	v.pieces.count = d->u->pieces.n - v.pieces.first;
	return unit_add_value(d->u, v);
}

void
document_attribute(struct document *d, struct str name, struct str text, uint32_t from, uint32_t to)
{
	uint32_t value;

	if (d->u->values.n >= DOCUMENT_VALUES)
		return;
	value = add_string(d, text, from, to);
	vec_push(d->scratch, &d->stack,
		unit_add_value(d->u, (struct value){.kind = VALUE_ARGUMENT,
					     .text = str_dup(d->u->arena, name),
					     .kids = unit_add_kids(d->u, &value, 1),
					     .span = inside(d, from, to)}));
}

void
document_text(struct document *d, struct str text, uint32_t from, uint32_t to)
{
	if (d->u->values.n < DOCUMENT_VALUES)
		vec_push(d->scratch, &d->stack, add_string(d, text, from, to));
}

void
document_hole(struct document *d, struct str name, uint32_t from, uint32_t to)
{
	struct value v = {.kind = VALUE_HOLE,
		.text = str_dup(d->u->arena, name),
		.span = inside(d, from, to)};

	if (d->u->values.n < DOCUMENT_VALUES)
		vec_push(d->scratch, &d->stack, unit_add_value(d->u, v));
}

void
document_fail(struct document *d, uint32_t at, const char *why)
{
	uint32_t length = at < d->bytes.n;

	if (at >= d->bytes.n)
		at = d->bytes.n ? (uint32_t)d->bytes.n - 1 : 0;
	unit_add_blind(d->u, BLIND_HOST_SYNTAX, (struct span){.offset = at, .length = length},
		"%s; the rest of the document is not read", why);
	while (d->levels.n)
		document_close(d, at);
}
