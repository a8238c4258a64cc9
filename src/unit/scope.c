/* Names of one file: which assignments a name's use can see.
 *
 * An assignment takes effect behind its value ("q = q + x" reads the old q). Several that may count
 * are given as one value that is made for the purpose: += as a concatenation, branches as conditions
 * without a test. Made values are kept by the last assignment that counts, so that a name that is
 * used often is put together once. */
#include "unit/evaluate.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"

/* The symbols of one name, in the order in which they take effect. */
struct definitions {
	VEC(uint32_t) symbols;
};

struct scope_index {
	struct map names;           /* name → struct definitions */
	uint32_t n;                 /* symbols when it was made */
	VEC(struct span) functions; /* by offset */
	uint32_t *reach;            /* the furthest end of functions[0 .. i] */
	struct arena *scratch;      /* for one look-up */
	uint32_t *made; /* by symbol: the value for "all up to this one"; 0: not made yet */
};

/* What counts of a name at a place: the symbols of its innermost scope that took effect. */
struct visible {
	const uint32_t *symbols;
	uint32_t n;
	uint32_t from, to; /* the scope; others in between are skipped */
};

static uint32_t
span_end(struct span s)
{
	return s.offset + s.length;
}

/* The offset from which a definition counts. */
static uint32_t
takes_effect(const struct unit *u, const struct symbol *s)
{
	const struct value *v = &u->values.v[s->value];
	uint32_t end = span_end(s->span);

	if (s->kind == SYMBOL_FUNCTION || s->kind == SYMBOL_CLASS || !s->value)
		return end;
	return span_end(v->span) > end ? span_end(v->span) : end;
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

	x->names.arena = u->arena;
	x->n = u->symbols.n;
	x->made = arena_array(u->arena, uint32_t, u->symbols.n + 1);
	for (uint32_t i = 1; i < u->symbols.n; i++) {
		union map_value *v = map_put(&x->names, u->symbols.v[i].name);
		struct definitions *d = v->ptr;

		if (!d)
			v->ptr = d = arena_new(u->arena, struct definitions);
		vec_push(u->arena, &d->symbols, i);
	}
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

static bool
is_around(const struct symbol *s, const struct visible *inner)
{
	return s->from <= inner->from && s->to >= inner->to &&
	       (s->from != inner->from || s->to != inner->to);
}

/* The symbols of the innermost scope around OFFSET that lies outside of OUTSIDE, as far as they
 * count there: in a function what the whole file assigns, else what took effect. */
static struct visible
find_visible(const struct file_scope *scope, const struct definitions *d, uint32_t offset,
	const struct visible *outside, uint32_t *list)
{
	const struct unit *u = scope->unit;
	struct visible v = {.symbols = list, .from = 0, .to = 0};
	bool found = false, all;

	for (uint32_t i = 0; i < d->symbols.n; i++) {
		const struct symbol *s = &u->symbols.v[d->symbols.v[i]];
		bool around = s->from <= offset && offset < s->to;
		bool further = !outside || is_around(s, outside);

		if (!around || !further || (found && (s->from < v.from || s->to > v.to)))
			continue;
		v.from = s->from;
		v.to = s->to;
		found = true;
	}
	all = v.from == 0 && v.to == UINT32_MAX && in_function(scope->index, offset);
	for (uint32_t i = 0; i < d->symbols.n && found; i++) {
		const struct symbol *s = &u->symbols.v[d->symbols.v[i]];

		if (s->from == v.from && s->to == v.to && (all || takes_effect(u, s) <= offset))
			list[v.n++] = d->symbols.v[i];
	}
	return v;
}

/* Everything that the name is assigned in its outermost scope: for a use that stands before. */
static void
find_later(const struct unit *u, const struct definitions *d, uint32_t offset, struct visible *v,
	uint32_t *list)
{
	for (uint32_t i = 0; i < d->symbols.n; i++) {
		const struct symbol *s = &u->symbols.v[d->symbols.v[i]];

		if (s->from <= offset && offset < s->to)
			list[v->n++] = d->symbols.v[i];
	}
}

static struct visible
look_up(const struct file_scope *scope, const struct definitions *d, uint32_t offset,
	const struct visible *outside)
{
	uint32_t *list = arena_array(scope->index->scratch, uint32_t, d->symbols.n);
	struct visible v = find_visible(scope, d, offset, outside, list);

	while (!v.n && v.to) {
		struct visible inner = v;

		v = find_visible(scope, d, offset, &inner, list);
	}
	if (!v.n && !outside)
		find_later(scope->unit, d, offset, &v, list);
	return v;
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

static bool
is_definite(const struct symbol *s)
{
	return s->kind == SYMBOL_IMPORT || s->kind == SYMBOL_PARAMETER ||
	       (s->kind != SYMBOL_APPEND && !s->branch);
}

/* A name's value being put together: .parts are appended to .parts[0] when there are several. */
struct building {
	VEC(uint32_t) parts;
};

static uint32_t
join_parts(struct unit *u, const struct symbol *s, struct building *b)
{
	if (b->parts.n == 0)
		return 0;
	return b->parts.n == 1 ? b->parts.v[0]
			       : make(u, s, VALUE_CONCATENATION, b->parts.v, b->parts.n);
}

static void
append_part(struct unit *u, const struct symbol *s, struct building *b)
{
	uint32_t value = value_of(u, s);

	if (s->branch)
		value = make(u, s, VALUE_CONDITION,
			(uint32_t[]){0, value, make(u, s, VALUE_STRING, NULL, 0)}, 3);
	vec_push(u->arena, &b->parts, value);
}

static void
add_alternative(struct unit *u, const struct symbol *s, struct building *b)
{
	uint32_t before = join_parts(u, s, b), value = value_of(u, s);

	if (before)
		value = make(u, s, VALUE_CONDITION, (uint32_t[]){0, value, before}, 3);
	b->parts.n = 0;
	vec_push(u->arena, &b->parts, value);
}

/* Where to begin: at the last assignment that hides what was before, or, when more branches follow
 * than alternatives are asked for, at the first of those. *CUT: something before was left out. */
static uint32_t
first_that_counts(const struct unit *u, const struct visible *v, bool *cut)
{
	uint32_t i = v->n - 1, branches = 0;

	*cut = false;
	while (i > 0 && !is_definite(&u->symbols.v[v->symbols[i]])) {
		branches += u->symbols.v[v->symbols[i]].kind != SYMBOL_APPEND;
		if (branches > EVALUATE_ALTERNATIVES) {
			*cut = true;
			return i;
		}
		i--;
	}
	return i;
}

static uint32_t make_visible(const struct file_scope *scope, const struct definitions *d,
	const struct visible *v, uint32_t depth);

/* What the first symbol that counts is appended to. */
static uint32_t
before_first(const struct file_scope *scope, const struct definitions *d, const struct visible *v,
	const struct symbol *first, bool cut, uint32_t depth)
{
	struct visible outer;

	if (!cut && first->kind == SYMBOL_APPEND && depth) {
		outer = look_up(scope, d, first->span.offset, v);
		if (outer.n)
			return make_visible(scope, d, &outer, depth - 1);
	}
	if (cut || first->kind == SYMBOL_APPEND)
		return make(scope->unit, first, VALUE_HOLE, NULL, 0);
	return 0;
}

/* The value of the name from all symbols of V together. */
static uint32_t
make_visible(const struct file_scope *scope, const struct definitions *d, const struct visible *v,
	uint32_t depth)
{
	struct unit *u = scope->unit;
	uint32_t last = v->symbols[v->n - 1], first;
	struct building b = {0};
	bool cut;

	if (is_definite(&u->symbols.v[last]))
		return value_of(u, &u->symbols.v[last]);
	if (scope->index->made[last])
		return scope->index->made[last];
	first = first_that_counts(u, v, &cut);
	for (uint32_t i = first; i < v->n; i++) {
		const struct symbol *s = &u->symbols.v[v->symbols[i]];
		uint32_t before = 0;

		if (i == first)
			before = before_first(scope, d, v, s, cut, depth);
		if (before)
			vec_push(u->arena, &b.parts, before);
		if (s->kind == SYMBOL_APPEND)
			append_part(u, s, &b);
		else
			add_alternative(u, s, &b);
	}
	return scope->index->made[last] = join_parts(u, &u->symbols.v[last], &b);
}

static enum resolution
resolve_defined(struct file_scope *scope, const struct definitions *d, uint32_t offset,
	struct value_ref *out, struct str *external)
{
	struct unit *u = scope->unit;
	struct visible v = look_up(scope, d, offset, NULL);
	const struct symbol *last;

	if (!v.n)
		return RESOLVED_OPEN;
	last = &u->symbols.v[v.symbols[v.n - 1]];
	if (last->kind == SYMBOL_PARAMETER)
		return RESOLVED_HOLE;
	if (last->kind == SYMBOL_IMPORT) {
		*external = u->values.v[last->value].text;
		return RESOLVED_OPEN;
	}
	*out = (struct value_ref){u, scope->origin, make_visible(scope, d, &v, 8)};
	return RESOLVED;
}

enum resolution
resolve_in_file(void *self, struct value_ref at, struct str path, struct value_ref *out,
	struct str *external)
{
	struct file_scope *scope = self;
	struct arena scratch = {0};
	union map_value *definitions;
	enum resolution result;

	if (at.unit != scope->unit)
		return RESOLVED_OPEN;
	if (!scope->index || scope->index->n != scope->unit->symbols.n)
		scope->index = make_index(scope->unit);
	definitions = map_get(&scope->index->names, path);
	if (!definitions)
		return RESOLVED_OPEN;
	scope->index->scratch = &scratch;
	result = resolve_defined(scope, definitions->ptr,
		scope->unit->values.v[at.value].span.offset, out, external);
	arena_free(&scratch);
	return result;
}
