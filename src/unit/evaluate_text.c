/* Texts of evaluated values: put together, cut, joined, and spread into alternatives, with their
 * pieces carried along. */
#include "unit/evaluate_p.h"

#include "base/arena.h"

/* So many bytes of text cost a step: what is copied is bounded too. */
#define STEP_BYTES 256
/* What stands for a hole in a text need not be longer. */
#define DESCRIBED_BYTES 200
#define DESCRIBED_DEPTH 8

typedef VEC(uint32_t) index_vec;

const struct value *
evaluator_value(const struct evaluator *e, uint32_t v)
{
	return &e->out->values.v[v];
}

uint32_t
evaluator_make(struct evaluator *e, enum value_kind kind, struct str text, struct span span,
	const uint32_t *kids, uint32_t n)
{
	struct value v = {.kind = kind, .text = text, .span = span};

	v.kids = unit_add_kids(e->out, kids, n);
	return unit_add_value(e->out, v);
}

uint32_t
evaluator_hole(struct evaluator *e, struct str text, struct span span)
{
	return evaluator_make(e, VALUE_HOLE, text, span, NULL, 0);
}

static void
describe(const struct evaluator *e, uint32_t v, struct buf *b, uint32_t depth)
{
	const struct value *value = evaluator_value(e, v);

	if (depth == 0 || b->n > DESCRIBED_BYTES)
		return;
	if (value->kind == VALUE_ATTRIBUTE || value->kind == VALUE_CALL ||
		value->kind == VALUE_INDEX)
		describe(e, unit_kid(e->out, v, 0), b, depth - 1);
	if (value->kind == VALUE_ATTRIBUTE)
		buf_addc(b, '.');
	buf_add(b, str_slice(value->text, 0, DESCRIBED_BYTES));
	if (value->kind == VALUE_CALL)
		buf_add(b, STR("()"));
	if (value->kind == VALUE_INDEX)
		buf_add(b, STR("[]"));
}

struct str
evaluator_describe(const struct evaluator *e, uint32_t v)
{
	struct buf b = {.arena = e->out->arena};

	describe(e, v, &b, DESCRIBED_DEPTH);
	return b.n ? buf_str(&b) : STR("_");
}

struct piece
piece_cut(struct piece p, uint32_t from, uint32_t to)
{
	p.at += from;
	if (p.kind != PIECE_VERBATIM || (from == 0 && to == p.length)) {
		p.length = to - from;
		return p;
	}
	if (p.source.line && to < p.length) {
		p.source.end_line = p.source.line;
		p.source.end_column = p.source.column + to;
	}
	p.source.column += p.source.line ? from : 0;
	p.source.offset += from;
	p.length = p.source.length = to - from;
	return p;
}

/* A text in the making. Its pieces are the last ones of e->out. */
struct text {
	struct buf bytes;
	uint32_t first_piece;
};

static struct text
begin_text(struct evaluator *e)
{
	return (struct text){.bytes.arena = e->out->arena, .first_piece = e->out->pieces.n};
}

static void
add_piece(struct evaluator *e, enum piece_kind kind, size_t at, struct str bytes, struct span span)
{
	struct piece p = {.kind = kind, .at = (uint32_t)at, .length = (uint32_t)bytes.n};

	p.source = span;
	if (bytes.n)
		vec_push(e->out->arena, &e->out->pieces, p);
}

/* Adds bytes FROM up to TO of value V. Without a map of its own its place stands for all of it. */
static void
add_text(struct evaluator *e, struct text *t, uint32_t v, size_t from, size_t to)
{
	struct value value = *evaluator_value(e, v);
	struct str bytes = str_slice(value.text, from, to);
	size_t base = t->bytes.n;

	buf_add(&t->bytes, bytes);
	if (!value.pieces.count)
		add_piece(e, PIECE_ESCAPE, base, bytes, value.span);
	for (uint32_t i = 0; i < value.pieces.count; i++) {
		struct piece p = e->out->pieces.v[value.pieces.first + i];
		size_t low = from > p.at ? from - p.at : 0;
		size_t high = to < (size_t)p.at + p.length ? to - p.at : p.length;

		if (to <= p.at || low >= high)
			continue;
		p = piece_cut(p, (uint32_t)low, (uint32_t)high);
		p.at = (uint32_t)(base + p.at - from);
		vec_push(e->out->arena, &e->out->pieces, p);
	}
}

static uint32_t
end_text(struct evaluator *e, struct text *t, struct span span)
{
	struct value v = {.kind = VALUE_STRING, .text = buf_str(&t->bytes), .span = span};

	v.pieces = (struct range){t->first_piece, e->out->pieces.n - t->first_piece};
	return unit_add_value(e->out, v);
}

static bool
spend_text(struct evaluator *e, uint32_t v)
{
	const struct value *value = evaluator_value(e, v);

	return evaluator_spend(e, value->text.n / STEP_BYTES + value->pieces.count);
}

uint32_t
evaluator_slice(struct evaluator *e, uint32_t v, size_t from, size_t to)
{
	struct text t = begin_text(e);

	if (!evaluator_spend(
		    e, (to - from) / STEP_BYTES + evaluator_value(e, v)->pieces.count / 16))
		return evaluator_hole(e, STR("_"), evaluator_value(e, v)->span);
	add_text(e, &t, v, from, to);
	return end_text(e, &t, evaluator_value(e, v)->span);
}

static bool
is_textual(const struct evaluator *e, uint32_t v)
{
	enum value_kind kind = evaluator_value(e, v)->kind;

	return kind == VALUE_STRING || kind == VALUE_NUMBER;
}

/* One text of PARTS; 0 when that is too much. */
static uint32_t
merge(struct evaluator *e, const uint32_t *parts, uint32_t n, struct span span)
{
	struct text t = begin_text(e);
	size_t total = 0;

	for (uint32_t i = 0; i < n; i++) {
		total += evaluator_value(e, parts[i])->text.n;
		if (total > EVALUATE_TEXT)
			e->exhausted = true;
		if (total > EVALUATE_TEXT || !spend_text(e, parts[i]))
			return 0;
	}
	for (uint32_t i = 0; i < n; i++)
		add_text(e, &t, parts[i], 0, evaluator_value(e, parts[i])->text.n);
	return end_text(e, &t, span);
}

static void
flatten(struct evaluator *e, const uint32_t *parts, uint32_t n, index_vec *flat)
{
	for (uint32_t i = 0; i < n; i++) {
		struct range kids = evaluator_value(e, parts[i])->kids;
		bool nested = evaluator_value(e, parts[i])->kind == VALUE_CONCATENATION;

		if (nested && !evaluator_spend(e, kids.count))
			return;
		for (uint32_t k = 0; nested && k < kids.count; k++)
			vec_push(e->out->arena, flat, e->out->kids.v[kids.first + k]);
		if (!nested && parts[i])
			vec_push(e->out->arena, flat, parts[i]);
	}
}

static uint32_t
count_kind(const struct evaluator *e, const index_vec *parts, enum value_kind kind)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < parts->n; i++)
		n += evaluator_value(e, parts->v[i])->kind == kind;
	return n;
}

static uint32_t
merge_lists(struct evaluator *e, const uint32_t *lists, uint32_t n, struct span span)
{
	index_vec all = {0};

	for (uint32_t i = 0; i < n; i++) {
		struct range kids = evaluator_value(e, lists[i])->kids;

		for (uint32_t k = 0; k < kids.count && evaluator_spend(e, 1); k++)
			vec_push(e->out->arena, &all, e->out->kids.v[kids.first + k]);
	}
	return evaluator_make(e, VALUE_LIST, (struct str){0}, span, all.v, all.n);
}

/* The end of the run of parts from I on that can be put into one. */
static uint32_t
end_of_run(const struct evaluator *e, const index_vec *parts, uint32_t i)
{
	bool list = evaluator_value(e, parts->v[i])->kind == VALUE_LIST;
	uint32_t end = i;

	while (end < parts->n && (list ? evaluator_value(e, parts->v[end])->kind == VALUE_LIST
				       : is_textual(e, parts->v[end])))
		end++;
	return end;
}

uint32_t
evaluator_concatenate(struct evaluator *e, const uint32_t *parts, uint32_t n, struct span span)
{
	index_vec flat = {0}, folded = {0};

	flatten(e, parts, n, &flat);
	/* A sum of numbers is no text; nobody needs it. */
	if (flat.n > 1 && count_kind(e, &flat, VALUE_NUMBER) == flat.n)
		return evaluator_hole(e, STR("_"), span);
	for (uint32_t i = 0, end; i < flat.n; i = end) {
		uint32_t one = flat.v[i];

		end = end_of_run(e, &flat, i);
		if (end > i + 1)
			one = evaluator_value(e, one)->kind == VALUE_LIST
				      ? merge_lists(e, flat.v + i, end - i, span)
				      : merge(e, flat.v + i, end - i, span);
		if (!one)
			return evaluator_hole(e, STR("_"), span);
		end += end == i;
		vec_push(e->out->arena, &folded, one);
	}
	if (folded.n == 1)
		return folded.v[0];
	return evaluator_make(e, folded.n ? VALUE_CONCATENATION : VALUE_STRING, (struct str){0},
		span, folded.v, folded.n);
}

uint32_t
evaluator_join(struct evaluator *e, uint32_t separator, uint32_t list, struct span span)
{
	struct value l = *evaluator_value(e, list);
	index_vec parts = {0};

	if (l.kind == VALUE_CONDITION) {
		uint32_t kids[3] = {unit_kid(e->out, list, 0)};

		if (!evaluator_spend(e, 1))
			return evaluator_hole(e, STR("_"), span);
		for (uint32_t i = 1; i < 3; i++)
			if (unit_kid(e->out, list, i))
				kids[i] = evaluator_join(
					e, separator, unit_kid(e->out, list, i), span);
		return evaluator_make(e, VALUE_CONDITION, (struct str){0}, span, kids, 3);
	}
	if (l.kind != VALUE_LIST)
		return evaluator_hole(e, evaluator_describe(e, list), span);
	for (uint32_t i = 0; i < l.kids.count && evaluator_spend(e, 1); i++) {
		if (i)
			vec_push(e->out->arena, &parts, separator);
		vec_push(e->out->arena, &parts, unit_kid(e->out, list, i));
	}
	return evaluator_concatenate(e, parts.v, parts.n, span);
}

/* The texts that a value can be, each as a row of parts. */
struct alternatives {
	index_vec row[EVALUATE_ALTERNATIVES];
	uint32_t n;
};

static void
add_row(struct evaluator *e, struct alternatives *a, const index_vec *left, const index_vec *right)
{
	index_vec *row;

	if (a->n == EVALUATE_ALTERNATIVES)
		e->exhausted = true;
	if (a->n == EVALUATE_ALTERNATIVES || !evaluator_spend(e, left->n + right->n))
		return;
	row = &a->row[a->n++];
	*row = (index_vec){0};
	for (uint32_t i = 0; i < left->n; i++)
		vec_push(e->out->arena, row, left->v[i]);
	for (uint32_t i = 0; i < right->n; i++)
		vec_push(e->out->arena, row, right->v[i]);
}

static void expand(struct evaluator *e, uint32_t v, struct alternatives *a);

/* Every row of A with every alternative of V behind it; one alternative is added in place. */
static void
multiply(struct evaluator *e, struct alternatives *a, uint32_t v)
{
	struct alternatives *kid = arena_new(e->out->arena, struct alternatives);
	struct alternatives *all = arena_new(e->out->arena, struct alternatives);

	expand(e, v, kid);
	for (uint32_t i = 0; i < a->n; i++)
		for (uint32_t k = 0; k < kid->n; k++)
			add_row(e, all, &a->row[i], &kid->row[k]);
	if (kid->n)
		*a = *all;
}

static void
expand_parts(struct evaluator *e, uint32_t v, struct alternatives *a)
{
	struct range kids = evaluator_value(e, v)->kids;

	a->n = 1;
	for (uint32_t i = 0; i < kids.count && evaluator_spend(e, 1); i++) {
		uint32_t kid = unit_kid(e->out, v, i);
		enum value_kind kind = evaluator_value(e, kid)->kind;

		if (kind == VALUE_CONDITION || kind == VALUE_CONCATENATION)
			multiply(e, a, kid);
		else
			for (uint32_t k = 0; k < a->n; k++)
				vec_push(e->out->arena, &a->row[k], kid);
	}
}

static void
expand(struct evaluator *e, uint32_t v, struct alternatives *a)
{
	enum value_kind kind = evaluator_value(e, v)->kind;
	const index_vec none = {0};

	*a = (struct alternatives){0};
	if (e->depth > 2 * EVALUATE_DEPTH || !evaluator_spend(e, 1)) {
		e->exhausted = true;
		return;
	}
	e->depth++;
	if (kind == VALUE_CONCATENATION) {
		expand_parts(e, v, a);
	} else if (kind == VALUE_CONDITION) {
		for (uint32_t i = 1; i < 3; i++) {
			struct alternatives *kid = arena_new(e->out->arena, struct alternatives);

			if (unit_kid(e->out, v, i))
				expand(e, unit_kid(e->out, v, i), kid);
			for (uint32_t k = 0; k < kid->n; k++)
				add_row(e, a, &none, &kid->row[k]);
		}
	} else {
		index_vec one = {&v, 1, 1};

		add_row(e, a, &none, &one);
	}
	e->depth--;
}

/* The text of a row, 0 when it is none. */
static uint32_t
row_text(struct evaluator *e, const index_vec *row, struct span span)
{
	struct text t = begin_text(e);
	bool known = false;

	if (row->n == 1 && evaluator_value(e, row->v[0])->kind == VALUE_STRING)
		return row->v[0];
	for (uint32_t i = 0; i < row->n; i++) {
		struct value v = *evaluator_value(e, row->v[i]);
		struct str hole;

		if (v.kind == VALUE_LIST || v.kind == VALUE_MAP)
			return 0;
		if (t.bytes.n + v.text.n > EVALUATE_TEXT)
			e->exhausted = true;
		if (t.bytes.n + v.text.n > EVALUATE_TEXT || !spend_text(e, row->v[i]))
			return 0;
		if (is_textual(e, row->v[i])) {
			known = known || v.kind == VALUE_STRING;
			add_text(e, &t, row->v[i], 0, v.text.n);
			continue;
		}
		hole = evaluator_describe(e, row->v[i]);
		add_piece(e, PIECE_HOLE, t.bytes.n, hole, v.span);
		buf_add(&t.bytes, hole);
	}
	return known ? end_text(e, &t, span) : 0;
}

uint32_t
evaluate_texts(struct evaluator *e, uint32_t value, uint32_t out[EVALUATE_ALTERNATIVES])
{
	struct alternatives *a = arena_new(e->out->arena, struct alternatives);
	uint32_t n = 0;

	expand(e, value, a);
	for (uint32_t i = 0; i < a->n; i++) {
		out[n] = row_text(e, &a->row[i], evaluator_value(e, value)->span);
		n += out[n] != 0;
	}
	return n;
}
