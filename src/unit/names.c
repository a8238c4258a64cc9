/* Symbols sorted by name and scope. Scopes nest, so those around a place are a chain that begins at
 * the last one that starts before it. */
#include "unit/names_p.h"

#include <stdlib.h>

/* The scopes of one name, by .from. */
struct named {
	uint32_t number, first, count;
};

static uint32_t
span_end(struct span s)
{
	return s.offset + s.length;
}

/* The offset from which a definition counts: an assignment behind its value, for "q = q + x" reads
 * the old q. */
static uint32_t
takes_effect(const struct unit *u, const struct symbol *s)
{
	const struct value *v = &u->values.v[s->value];
	uint32_t end = span_end(s->span);

	if (s->kind == SYMBOL_FUNCTION || s->kind == SYMBOL_CLASS || !s->value)
		return end;
	return span_end(v->span) > end ? span_end(v->span) : end;
}

static struct str
head_of(struct str name)
{
	return str_slice(name, 0, str_chr(name, '.', 0));
}

static int
order(uint32_t x, uint32_t y)
{
	return x < y ? -1 : x > y;
}

static int
compare_symbols(const void *x, const void *y)
{
	const struct name_symbol *a = x, *b = y;

	if (a->name != b->name)
		return order(a->name, b->name);
	if (a->from != b->from)
		return order(a->from, b->from);
	if (a->to != b->to)
		return order(b->to, a->to); /* the outer scope first */
	if (a->effect != b->effect)
		return order(a->effect, b->effect);
	return order(a->symbol, b->symbol);
}

static void
collect(struct names *n, struct arena *a, const struct unit *u, bool heads)
{
	uint32_t numbers = 0;

	for (uint32_t i = 1; i < u->symbols.n; i++) {
		const struct symbol *s = &u->symbols.v[i];
		union map_value *v = map_put(&n->map, heads ? head_of(s->name) : s->name);
		struct named *named = v->ptr;

		if (!named) {
			v->ptr = named = arena_new(a, struct named);
			named->number = numbers++;
		}
		vec_push(a, &n->symbols,
			(struct name_symbol){named->number, s->from, s->to, takes_effect(u, s), i});
	}
	if (n->symbols.n)
		qsort(n->symbols.v, n->symbols.n, sizeof *n->symbols.v, compare_symbols);
}

void
names_index(struct names *n, struct arena *a, const struct unit *u, bool heads)
{
	struct named *named = NULL;

	*n = (struct names){.map.arena = a};
	collect(n, a, u, heads);
	for (uint32_t i = 0; i < n->symbols.n; i++) {
		const struct name_symbol *s = &n->symbols.v[i], *before = i ? s - 1 : NULL;
		struct str name = u->symbols.v[s->symbol].name;
		uint32_t outer = NO_SCOPE;

		if (!before || before->name != s->name) {
			named = map_get(&n->map, heads ? head_of(name) : name)->ptr;
			named->first = n->scopes.n;
		} else if (before->from == s->from && before->to == s->to) {
			vec_last(&n->scopes)->count++;
			continue;
		} else {
			outer = n->scopes.n - 1;
		}
		while (outer != NO_SCOPE && n->scopes.v[outer].to <= s->from)
			outer = n->scopes.v[outer].outer;
		vec_push(a, &n->scopes,
			(struct name_scope){
				s->from, s->to, .first = i, .count = 1, .outer = outer});
		named->count++;
	}
}

uint32_t
names_find(const struct names *n, struct str name, uint32_t offset)
{
	const union map_value *v = map_get(&n->map, name);
	const struct named *named = v ? v->ptr : NULL;
	uint32_t low = named ? named->first : 0, high = named ? low + named->count : 0, scope;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (n->scopes.v[middle].from <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	scope = named && low > named->first ? low - 1 : NO_SCOPE;
	while (scope != NO_SCOPE && n->scopes.v[scope].to <= offset)
		scope = n->scopes.v[scope].outer;
	return scope;
}
