/* Drops what nothing needs of a unit's values: marks what is reachable, then moves it together.
 *
 * A local variable stays when an expression that stays names it inside its scope: an open fragment
 * is evaluated again by the linker and must find the same symbols. The body of a function is not
 * kept for the function's sake: what can be called is its one-expression result. */
#include "unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "unit/shape.h"

/* A local symbol on its way into a group. */
struct local {
	uint32_t name; /* number of the name, in order of appearance */
	uint32_t from, to, symbol;
};

/* The local symbols with one name in one scope: .first .. .first + .count of .locals. */
struct group {
	uint32_t from, to, first, count;
	uint32_t outer; /* index of the group with the same name around it, UINT32_MAX: none */
	bool kept;
};

/* The groups of one name, by .from. */
struct named {
	uint32_t number, first, count;
};

struct trimming {
	struct unit *u;
	struct arena *scratch;
	struct map names; /* names up to their first dot → struct named */
	VEC(struct local) locals;
	VEC(struct group) groups;
	bool *value_kept, *symbol_kept;
	VEC(uint32_t) stack; /* values whose kids are still to be marked */
	uint32_t *numbers;   /* where each value goes */
	uint32_t kept;       /* values that stay, the null element with them */
};

static struct str
head_of(struct str name)
{
	return str_slice(name, 0, str_chr(name, '.', 0));
}

static bool
is_file_level(const struct symbol *s)
{
	return s->from == 0 && s->to == UINT32_MAX;
}

static int
compare_locals(const void *x, const void *y)
{
	const struct local *a = x, *b = y;

	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->to != b->to)
		return a->to > b->to ? -1 : 1; /* the outer scope first */
	return a->symbol < b->symbol ? -1 : a->symbol > b->symbol;
}

static void
collect_locals(struct trimming *t)
{
	uint32_t numbers = 0;

	for (uint32_t i = 1; i < t->u->symbols.n; i++) {
		const struct symbol *s = &t->u->symbols.v[i];
		union map_value *named;

		if (is_file_level(s))
			continue;
		named = map_put(&t->names, head_of(s->name));
		if (!named->ptr) {
			struct named *made = arena_new(t->scratch, struct named);

			made->number = numbers++;
			named->ptr = made;
		}
		vec_push(t->scratch, &t->locals,
			(struct local){((struct named *)named->ptr)->number, s->from, s->to, i});
	}
	if (t->locals.n)
		qsort(t->locals.v, t->locals.n, sizeof *t->locals.v, compare_locals);
}

static void
group_locals(struct trimming *t)
{
	struct named *named = NULL;

	for (uint32_t i = 0; i < t->locals.n; i++) {
		const struct local *l = &t->locals.v[i], *before = i ? l - 1 : NULL;
		struct group *g;
		uint32_t outer = UINT32_MAX;

		if (!before || before->name != l->name) {
			named = map_get(&t->names, head_of(t->u->symbols.v[l->symbol].name))->ptr;
			named->first = t->groups.n;
		} else if (before->from == l->from && before->to == l->to) {
			vec_last(&t->groups)->count++;
			continue;
		} else {
			outer = t->groups.n - 1;
		}
		while (outer != UINT32_MAX && t->groups.v[outer].to <= l->from)
			outer = t->groups.v[outer].outer;
		g = vec_add(t->scratch, &t->groups);
		*g = (struct group){
			.from = l->from, .to = l->to, .first = i, .count = 1, .outer = outer};
		named->count++;
	}
}

static void
keep_value(struct trimming *t, uint32_t v)
{
	if (!v || t->value_kept[v])
		return;
	t->value_kept[v] = true;
	vec_push(t->scratch, &t->stack, v);
}

/* Keeps the symbols of all scopes around OFFSET that define NAME. Scopes nest, so they are a chain
 * that begins at the last one that starts before OFFSET. */
static void
keep_locals(struct trimming *t, struct str name, uint32_t offset)
{
	union map_value *value = map_get(&t->names, head_of(name));
	const struct named *named = value ? value->ptr : NULL;
	uint32_t low, high, g;

	if (!named)
		return;
	low = named->first;
	high = named->first + named->count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (t->groups.v[middle].from <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	g = low > named->first ? low - 1 : UINT32_MAX;
	for (; g != UINT32_MAX; g = t->groups.v[g].outer) {
		struct group *group = &t->groups.v[g];

		if (group->to <= offset)
			continue;
		if (group->kept)
			return;
		group->kept = true;
		for (uint32_t i = 0; i < group->count; i++) {
			uint32_t symbol = t->locals.v[group->first + i].symbol;

			t->symbol_kept[symbol] = true;
			keep_value(t, t->u->symbols.v[symbol].value);
		}
	}
}

/* The kid of a function that is its block. */
static uint32_t
block_of(const struct value *v)
{
	return v->kind == VALUE_FUNCTION ? v->op + 1 : UINT32_MAX;
}

static void
mark_reachable(struct trimming *t)
{
	while (t->stack.n) {
		uint32_t v = t->stack.v[--t->stack.n];
		const struct value *value = &t->u->values.v[v];

		if (value->kind == VALUE_REFERENCE)
			keep_locals(t, value->text, value->span.offset);
		for (uint32_t i = 0; i < value->kids.count; i++)
			if (i != block_of(value))
				keep_value(t, unit_kid(t->u, v, i));
	}
}

/* Calls EACH with every index of a value that stands outside of the values themselves. */
static void
each_user(struct trimming *t, void (*each)(struct trimming *t, uint32_t *index))
{
	for (enum unit_table table = TABLE_SYMBOLS; table < UNIT_TABLES; table++)
		for (const struct field *f = unit_shapes[table].fields; f->name; f++) {
			if (f->type != FIELD_INDEX || f->table != TABLE_VALUES)
				continue;
			for (uint32_t i = 1; i < unit_table(t->u, table)->n; i++) {
				char *element = unit_element(t->u, table, i);

				if (table != TABLE_SYMBOLS || t->symbol_kept[i])
					each(t, (uint32_t *)(element + f->offset));
			}
		}
}

static void
keep_user(struct trimming *t, uint32_t *index)
{
	keep_value(t, *index);
}

/* Moves the kept values together, and their kids and pieces into new tables. */
static void
move_values(struct trimming *t)
{
	struct unit *u = t->u, moved = {.arena = u->arena};

	vec_add(u->arena, &moved.kids);
	vec_add(u->arena, &moved.pieces);
	for (uint32_t i = 1; i < u->values.n; i++) {
		struct value v = u->values.v[i];
		uint32_t kids = moved.kids.n, pieces = moved.pieces.n;

		if (!t->value_kept[i])
			continue;
		for (uint32_t k = 0; k < v.kids.count; k++) {
			uint32_t kid = k == block_of(&v) ? 0 : u->kids.v[v.kids.first + k];

			vec_push(u->arena, &moved.kids, t->numbers[kid]);
		}
		for (uint32_t k = 0; k < v.pieces.count; k++)
			vec_push(u->arena, &moved.pieces, u->pieces.v[v.pieces.first + k]);
		v.kids.first = kids;
		v.pieces.first = pieces;
		u->values.v[t->numbers[i]] = v;
	}
	memcpy(&u->kids, &moved.kids, sizeof u->kids);
	memcpy(&u->pieces, &moved.pieces, sizeof u->pieces);
}

static void
move_symbols(struct trimming *t)
{
	struct unit *u = t->u;
	uint32_t n = 1;

	for (uint32_t i = 1; i < u->symbols.n; i++)
		if (t->symbol_kept[i])
			u->symbols.v[n++] = u->symbols.v[i];
	u->symbols.n = n;
}

static void
renumber_user(struct trimming *t, uint32_t *index)
{
	*index = t->numbers[*index];
}

static void
number_values(struct trimming *t)
{
	uint32_t n = 1;

	t->numbers = arena_array(t->scratch, uint32_t, t->u->values.n);
	for (uint32_t i = 1; i < t->u->values.n; i++)
		if (t->value_kept[i])
			t->numbers[i] = n++;
	t->kept = n;
}

void
unit_trim(struct unit *u, const uint32_t *roots, uint32_t n)
{
	struct arena scratch = {0};
	struct trimming t = {.u = u, .scratch = &scratch, .names.arena = &scratch};

	t.value_kept = arena_array(&scratch, bool, u->values.n);
	t.symbol_kept = arena_array(&scratch, bool, u->symbols.n);
	for (uint32_t i = 1; i < u->symbols.n; i++)
		t.symbol_kept[i] = is_file_level(&u->symbols.v[i]);
	collect_locals(&t);
	group_locals(&t);
	for (uint32_t i = 0; i < n; i++)
		keep_value(&t, roots[i]);
	each_user(&t, keep_user);
	mark_reachable(&t);
	number_values(&t);
	each_user(&t, renumber_user);
	move_values(&t);
	move_symbols(&t);
	u->values.n = t.kept;
	arena_free(&scratch);
}
