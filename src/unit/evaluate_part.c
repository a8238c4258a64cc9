/* Parts of evaluated values: attributes, elements, and the source behind a part of a text. */
#include "unit/evaluate_p.h"

/* The place of the alternatives of CONDITION from which PART is taken; 0: steps are used up. */
static uint32_t
part_of_condition(
	struct evaluator *e, uint32_t condition, struct span span, struct str name, uint32_t index)
{
	uint32_t kids[3] = {unit_kid(e->out, condition, 0)};

	if (!evaluator_spend(e, 1))
		return 0;
	for (uint32_t i = 1; i < 3; i++) {
		uint32_t kid = unit_kid(e->out, condition, i);

		if (kid)
			kids[i] = index ? evaluator_index(e, kid, index, span)
					: evaluator_attribute(e, kid, name, span);
	}
	return evaluator_make(e, VALUE_CONDITION, (struct str){0}, span, kids, 3);
}

uint32_t
evaluator_entry(const struct evaluator *e, uint32_t map, struct str key)
{
	for (uint32_t i = evaluator_value(e, map)->kids.count; i > 0; i--) {
		uint32_t entry = unit_kid(e->out, map, i - 1);
		const struct value *k = evaluator_value(e, unit_kid(e->out, entry, 0));

		if ((k->kind == VALUE_STRING || k->kind == VALUE_NUMBER) && str_eq(k->text, key))
			return unit_kid(e->out, entry, 1);
	}
	return 0;
}

static uint32_t
find_member(const struct evaluator *e, uint32_t class, struct str name)
{
	uint32_t block = unit_kid(e->out, class, evaluator_value(e, class)->op);

	for (uint32_t i = evaluator_value(e, block)->kids.count; i > 0; i--) {
		uint32_t kid = unit_kid(e->out, block, i - 1);
		const struct value *v = evaluator_value(e, kid);

		if (v->kind == VALUE_ASSIGNMENT && str_eq(v->text, name))
			return unit_kid(e->out, kid, 0);
		if (v->kind == VALUE_CLASS && str_eq(v->text, name))
			return kid;
	}
	return 0;
}

uint32_t
evaluator_attribute(struct evaluator *e, uint32_t object, struct str name, struct span span)
{
	struct value o = *evaluator_value(e, object);
	uint32_t found = 0;

	if (o.kind == VALUE_CONDITION)
		found = part_of_condition(e, object, span, name, 0);
	else if (o.kind == VALUE_CLASS)
		found = find_member(e, object, name);
	else if (o.kind == VALUE_MAP)
		found = evaluator_entry(e, object, name);
	if (found)
		return found;
	if (o.kind == VALUE_CALL || o.kind == VALUE_ATTRIBUTE)
		return evaluator_make(e, VALUE_ATTRIBUTE, name, span, &object, 1);
	if (!evaluator_spend(e, o.text.n / 256))
		return evaluator_hole(e, name, span);
	name = str_format(e->out->arena, "%.*s.%.*s",
		STR_ARG(o.text.n ? o.text : evaluator_describe(e, object)), STR_ARG(name));
	return evaluator_make(
		e, o.kind == VALUE_REFERENCE ? VALUE_REFERENCE : VALUE_HOLE, name, span, NULL, 0);
}

/* A decimal index into N elements, from the end when negative; N when there is none. */
static uint32_t
element_of(struct str text, uint32_t n)
{
	bool negative = text.n && text.s[0] == '-';
	uint64_t at = 0;

	for (size_t i = negative; i < text.n; i++) {
		if (text.s[i] < '0' || text.s[i] > '9' || at > UINT32_MAX)
			return n;
		at = at * 10 + (uint64_t)(text.s[i] - '0');
	}
	if (text.n == negative || at > n)
		return n;
	return negative ? n - (uint32_t)at : (uint32_t)at;
}

/* A known map or list at an unknown place: it may be any element, when these are not too many. */
static uint32_t
any_element(struct evaluator *e, uint32_t object, struct span span)
{
	struct value o = *evaluator_value(e, object);
	uint32_t any = 0;

	if (o.kids.count > EVALUATE_ALTERNATIVES)
		return 0;
	for (uint32_t i = o.kids.count; i > 0; i--) {
		uint32_t kids[3] = {0, unit_kid(e->out, object, i - 1), any};

		if (o.kind == VALUE_MAP)
			kids[1] = unit_kid(e->out, kids[1], 1);
		any = any ? evaluator_make(e, VALUE_CONDITION, (struct str){0}, span, kids, 3)
			  : kids[1];
	}
	return any;
}

uint32_t
evaluator_index(struct evaluator *e, uint32_t object, uint32_t index, struct span span)
{
	struct value o = *evaluator_value(e, object), i = *evaluator_value(e, index);
	bool known = i.kind == VALUE_STRING || i.kind == VALUE_NUMBER;
	uint32_t found = 0;

	if (o.kind == VALUE_CONDITION && index)
		found = part_of_condition(e, object, span, (struct str){0}, index);
	else if (o.kind == VALUE_MAP && known)
		found = evaluator_entry(e, object, i.text);
	else if (o.kind == VALUE_LIST && i.kind == VALUE_NUMBER)
		found = unit_kid(e->out, object, element_of(i.text, o.kids.count));
	else if ((o.kind == VALUE_MAP || o.kind == VALUE_LIST) && !known)
		found = any_element(e, object, span);
	if (found)
		return found;
	return evaluator_hole(e,
		str_format(e->out->arena, "%.*s[]", STR_ARG(evaluator_describe(e, object))), span);
}

/* Index of the piece that byte AT is in, N: none. */
static uint32_t
find_piece(const struct piece *pieces, uint32_t n, uint32_t at)
{
	uint32_t low = 0, high = n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (pieces[middle].at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low && at - pieces[low - 1].at <= pieces[low - 1].length ? low - 1 : n;
}

/* True when Y is the next thing in the literal that X is in. Between a hole and the text there may
 * be the delimiters of an interpolation. */
static bool
continues(const struct piece *x, const struct piece *y)
{
	uint32_t end = x->source.offset + x->source.length;
	uint32_t gap = x->kind == PIECE_HOLE || y->kind == PIECE_HOLE ? 3 : 0;

	return x->source.origin == y->source.origin && y->source.offset >= end &&
	       y->source.offset - end <= gap;
}

struct span
pieces_span(const struct piece *pieces, uint32_t n, uint32_t at, uint32_t length)
{
	uint32_t i = find_piece(pieces, n, at), end = at + length;
	struct piece p, last;
	struct span s;

	if (i == n)
		return (struct span){0};
	if (at - pieces[i].at == pieces[i].length && length && i + 1 < n)
		i++;
	p = pieces[i];
	last = piece_cut(p, at - p.at, end < p.at + p.length ? end - p.at : p.length);
	s = last.source;
	while (++i < n && pieces[i].at < end && continues(&pieces[i - 1], &pieces[i])) {
		p = pieces[i];
		last = piece_cut(p, 0, end < p.at + p.length ? end - p.at : p.length);
	}
	s.length = last.source.offset + last.source.length - s.offset;
	s.end_line = last.source.end_line;
	s.end_column = last.source.end_column;
	return s;
}
