/* From the bytes that PostgreSQL parsed to the bytes of the source. */
#include "base/arena.h"
#include "reader_p.h"
#include "unit/evaluate.h"

/* One step outwards: the first byte that X stands for, or with END the first behind its last. */
static uint32_t
outwards(const struct layer *l, uint32_t x, bool end)
{
	uint32_t low = 0, high = l->n_patches, last = end && x ? x - 1 : x;
	const struct patch *p;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (l->patches[middle].at <= last)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return l->base + x;
	p = &l->patches[low - 1];
	/* An empty patch took bytes away: what stands there now comes after them. */
	if (last >= p->at + p->length)
		return l->base + p->old_at + p->old_length + (x - p->at - p->length);
	return l->base + (end ? p->old_at + p->old_length : p->old_at);
}

/* A name that begins with a hole whose value comes from elsewhere (an assignment above, another
 * file) stands where the literal has the hole: behind the piece in front of it. Length 0: it is none. */
static struct span
hole_span(const struct sql_input *in, uint32_t from, uint32_t to)
{
	const struct piece *p = in->pieces, *end = in->pieces + in->n_pieces, *last;
	struct span span;

	while (p < end && p->at + p->length <= from)
		p++;
	if (p == in->pieces || p >= end || p->kind != PIECE_HOLE || p[-1].kind == PIECE_HOLE)
		return (struct span){0};
	span = p[-1].source;
	span.offset += span.length;
	span.length = 1;
	if (p->source.origin == span.origin && p->source.offset >= span.offset)
		return (struct span){0};
	for (last = p; last + 1 < end && last[1].at < to; last++)
		;
	if (last->kind == PIECE_VERBATIM && last->source.origin == span.origin &&
		last->source.offset >= span.offset)
		span.length = last->source.offset + (to - last->at) - span.offset;
	return span;
}

static struct span
source_span(const struct sql_input *in, uint32_t from, uint32_t to)
{
	if (in->n_pieces) {
		struct span hole = hole_span(in, from, to);

		return hole.length ? hole : pieces_span(in->pieces, in->n_pieces, from, to - from);
	}
	return (struct span){.offset = in->base + from, .length = to - from};
}

struct span
place_layer(const struct reader *r, const struct layer *l, uint32_t from, uint32_t to)
{
	for (; l; l = l->outer) {
		from = outwards(l, from, false);
		to = outwards(l, to, true);
	}
	return source_span(r->input, from, to < from ? from : to);
}

struct span
place_span(const struct reader *r, uint32_t from, uint32_t to)
{
	return place_layer(r, &r->layer, from, to);
}

struct span
place_token(const struct reader *r, uint32_t token)
{
	const struct token *t = &r->tokens[token];

	return place_span(r, t->at, t->at + t->length);
}

struct span
place_statement(const struct reader *r)
{
	const struct token *last = r->n_tokens ? &r->tokens[r->n_tokens - 1] : &r->tokens[0];

	return place_span(r, r->tokens[0].at, last->at + last->length);
}

uint32_t
place_at(const struct reader *r, int32_t location)
{
	uint32_t low = 0, high = r->n_tokens, at = location > 0 ? (uint32_t)location : 0;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (r->tokens[middle].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void
place_seek(struct reader *r, int32_t location)
{
	if (location >= 0)
		r->cursor = place_at(r, location);
}

uint32_t
place_find(struct reader *r, struct str name)
{
	if (!name.n)
		return UINT32_MAX;
	for (uint32_t i = r->cursor; i < r->n_tokens; i++) {
		if (lex_names(r->sql, &r->tokens[i], name)) {
			r->cursor = i + 1;
			return i;
		}
	}
	return UINT32_MAX;
}
