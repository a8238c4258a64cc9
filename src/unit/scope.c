/* Names of one file: which assignments a name's use can see.
 *
 * Several assignments that may count are given as one value that is made for the purpose: += as a
 * concatenation, branches as conditions without a test. Each is made of the one before it and kept,
 * so that a long row of them costs no more than its length. */
#include "unit/evaluate.h"

#include <stdlib.h>

#include "unit/names_p.h"

/* Scopes around a += whose name is looked for outside. */
#define OUTER_SCOPES 8

struct scope_index {
	struct names names; /* .done of a scope: so many of its .made are there */
	uint32_t n;         /* symbols when it was made */
	uint32_t *made;     /* by index in .names.symbols: the value of all up to this one */
	uint8_t *branches;  /* likewise: alternatives in it */
	VEC(struct span) functions; /* by offset */
	uint32_t *reach;            /* the furthest end of functions[0 .. i] */
};

static uint32_t
span_end(struct span s)
{
	return s.offset + s.length;
}

static int
compare_spans(const void *x, const void *y)
{
	const struct span *a = x, *b = y;

	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static void
index_functions(struct scope_index *x, struct unit *u)
{
	uint32_t reach = 0;

	for (uint32_t i = 1; i < u->values.n; i++)
		if (u->values.v[i].kind == VALUE_FUNCTION && u->values.v[i].span.origin == 0)
			vec_push(u->arena, &x->functions, u->values.v[i].span);
	if (x->functions.n)
		qsort(x->functions.v, x->functions.n, sizeof *x->functions.v, compare_spans);
	x->reach = arena_array(u->arena, uint32_t, x->functions.n + 1);
	for (uint32_t i = 0; i < x->functions.n; i++) {
		if (span_end(x->functions.v[i]) > reach)
			reach = span_end(x->functions.v[i]);
		x->reach[i] = reach;
	}
}

static struct scope_index *
make_index(struct unit *u)
{
	struct scope_index *x = arena_new(u->arena, struct scope_index);

	x->n = u->symbols.n;
	names_index(&x->names, u->arena, u, false);
	x->made = arena_array(u->arena, uint32_t, x->n);
	x->branches = arena_array(u->arena, uint8_t, x->n);
	index_functions(x, u);
	return x;
}

/* True when OFFSET is in the body of a function, which runs when all of the file has run. */
static bool
in_function(const struct scope_index *x, uint32_t offset)
{
	uint32_t low = 0, high = x->functions.n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (x->functions.v[middle].offset <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low && x->reach[low - 1] > offset;
}

/* How many symbols of the scope count at OFFSET: in a function all that the file assigns, else what
 * took effect. */
static uint32_t
count_visible(const struct scope_index *x, const struct name_scope *scope, uint32_t offset)
{
	uint32_t low = scope->first, high = scope->first + scope->count;

	if (scope->from == 0 && scope->to == UINT32_MAX && in_function(x, offset))
		return scope->count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (x->names.symbols.v[middle].effect <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low - scope->first;
}

/* From SCOPE outwards the first one that has something to say at OFFSET; *N: so many symbols. */
static uint32_t
find_visible(const struct scope_index *x, uint32_t scope, uint32_t offset, uint32_t *n)
{
	*n = 0;
	while (scope != NO_SCOPE && !(*n = count_visible(x, &x->names.scopes.v[scope], offset)))
		scope = x->names.scopes.v[scope].outer;
	return scope;
}

static uint32_t
make(struct unit *u, const struct symbol *s, enum value_kind kind, const uint32_t *kids, uint32_t n)
{
	struct value v = {.kind = kind, .span = s->span};

	if (kind == VALUE_HOLE)
		v.text = s->name;
	v.kids = unit_add_kids(u, kids, n);
	return unit_add_value(u, v);
}

static uint32_t
value_of(struct unit *u, const struct symbol *s)
{
	return s->value ? s->value : make(u, s, VALUE_HOLE, NULL, 0);
}

static uint32_t make_visible(
	const struct file_scope *file, uint32_t scope, uint32_t n, uint32_t depth);

/* What the first symbol of a scope is appended to: the name as it was outside. */
static uint32_t
value_outside(const struct file_scope *file, uint32_t scope, const struct symbol *s, uint32_t depth)
{
	uint32_t n, outer = file->unit->scope_index->names.scopes.v[scope].outer;

	outer = find_visible(file->unit->scope_index, outer, s->span.offset, &n);
	if (outer == NO_SCOPE || !depth)
		return make(file->unit, s, VALUE_HOLE, NULL, 0);
	return make_visible(file, outer, n, depth - 1);
}

static bool
is_definite(const struct symbol *s)
{
	return s->kind == SYMBOL_IMPORT || s->kind == SYMBOL_PARAMETER ||
	       (s->kind != SYMBOL_APPEND && !s->branch);
}

/* The value before S, and S's own under a condition or behind it. */
static uint32_t
add_symbol(struct unit *u, const struct symbol *s, uint32_t before, uint32_t value)
{
	uint32_t empty;

	if (s->kind != SYMBOL_APPEND)
		return make(u, s, VALUE_CONDITION, (uint32_t[]){0, value, before}, 3);
	if (s->branch) {
		empty = make(u, s, VALUE_STRING, NULL, 0);
		value = make(u, s, VALUE_CONDITION, (uint32_t[]){0, value, empty}, 3);
	}
	return make(u, s, VALUE_CONCATENATION, (uint32_t[]){before, value}, 2);
}

/* Makes the value of the I-th symbol of .names.symbols together with those before it. More branches
 * than alternatives are asked for end in a hole. */
static uint32_t
make_next(const struct file_scope *file, uint32_t scope, uint32_t i, uint32_t depth)
{
	struct scope_index *x = file->unit->scope_index;
	struct unit *u = file->unit;
	const struct symbol *s = &u->symbols.v[x->names.symbols.v[i].symbol];
	bool first = i == x->names.scopes.v[scope].first;
	uint32_t before = first ? 0 : x->made[i - 1], value = value_of(u, s);

	if (is_definite(s) || (first && s->kind != SYMBOL_APPEND))
		return value;
	if (first)
		before = value_outside(file, scope, s, depth);
	else
		x->branches[i] = x->branches[i - 1];
	if (s->kind != SYMBOL_APPEND && ++x->branches[i] > EVALUATE_ALTERNATIVES) {
		before = make(u, s, VALUE_HOLE, NULL, 0);
		x->branches[i] = 1;
	}
	return add_symbol(u, s, before, value);
}

/* The value of the first N symbols of the scope together. */
static uint32_t
make_visible(const struct file_scope *file, uint32_t scope, uint32_t n, uint32_t depth)
{
	struct scope_index *x = file->unit->scope_index;
	struct name_scope *s = &x->names.scopes.v[scope];

	for (; s->done < n; s->done++)
		x->made[s->first + s->done] = make_next(file, scope, s->first + s->done, depth);
	return x->made[s->first + n - 1];
}

enum resolution
resolve_in_file(void *self, struct value_ref at, struct str path, struct value_ref *out,
	struct str *external)
{
	struct file_scope *file = self;
	struct unit *u = file->unit;
	uint32_t offset, scope, inner, n;
	const struct symbol *last;

	if (at.unit != u)
		return RESOLVED_OPEN;
	if (!file->unit->scope_index || file->unit->scope_index->n != u->symbols.n)
		file->unit->scope_index = make_index(u);
	/* Value 0 stands behind everything: what the file leaves behind is meant. */
	offset = at.value ? u->values.v[at.value].span.offset : UINT32_MAX - 1;
	inner = names_find(&file->unit->scope_index->names, path, offset);
	if (inner == NO_SCOPE)
		return RESOLVED_OPEN;
	scope = find_visible(file->unit->scope_index, inner, offset, &n);
	if (scope == NO_SCOPE) { /* a use before all definitions: any of them may be meant */
		scope = inner;
		n = file->unit->scope_index->names.scopes.v[scope].count;
	}
	last = &u->symbols.v[file->unit->scope_index->names.symbols
				     .v[file->unit->scope_index->names.scopes.v[scope].first + n -
					     1]
				     .symbol];
	if (last->kind == SYMBOL_PARAMETER)
		return RESOLVED_HOLE;
	if (last->kind == SYMBOL_IMPORT) {
		*external = u->values.v[last->value].text;
		return RESOLVED_OPEN;
	}
	*out = (struct value_ref){u, file->origin, make_visible(file, scope, n, OUTER_SCOPES)};
	return RESOLVED;
}
