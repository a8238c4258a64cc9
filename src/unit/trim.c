/* Drops what nothing needs of a unit's values: marks what is reachable, then moves it together.
 *
 * A local variable stays when an expression that stays names it inside its scope: an open fragment
 * is evaluated again by the linker and must find the same symbols. The body of a function is not
 * kept for the function's sake: what can be called is its one-expression result. */
#include "unit/unit.h"

#include <string.h>

#include "unit/names_p.h"
#include "unit/shape.h"

struct trimming {
	struct unit *u;
	struct arena *scratch;
	struct names names; /* by their first components; .done: the scope's symbols are kept */
	bool *value_kept, *symbol_kept;
	VEC(uint32_t) stack; /* values whose kids are still to be marked */
	uint32_t *numbers;   /* where each value goes */
	uint32_t kept;       /* values that stay, the null element with them */
};

static bool
is_file_level(const struct symbol *s)
{
	return s->from == 0 && s->to == UINT32_MAX;
}

static void
keep_value(struct trimming *t, uint32_t v)
{
	if (!v || t->value_kept[v])
		return;
	t->value_kept[v] = true;
	vec_push(t->scratch, &t->stack, v);
}

/* Keeps the symbols of all scopes around OFFSET that define NAME. */
static void
keep_locals(struct trimming *t, struct str name, uint32_t offset)
{
	uint32_t i = names_find(&t->names, str_slice(name, 0, str_chr(name, '.', 0)), offset);

	for (; i != NO_SCOPE && !t->names.scopes.v[i].done; i = t->names.scopes.v[i].outer) {
		struct name_scope *scope = &t->names.scopes.v[i];

		scope->done = 1;
		for (uint32_t k = 0; k < scope->count; k++) {
			uint32_t symbol = t->names.symbols.v[scope->first + k].symbol;

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
			/* 0 for the block of a function that is not a root. */
			vec_push(u->arena, &moved.kids, t->numbers[u->kids.v[v.kids.first + k]]);
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
	struct trimming t = {.u = u, .scratch = &scratch};

	t.value_kept = arena_array(&scratch, bool, u->values.n);
	t.symbol_kept = arena_array(&scratch, bool, u->symbols.n);
	for (uint32_t i = 1; i < u->symbols.n; i++)
		t.symbol_kept[i] = is_file_level(&u->symbols.v[i]);
	names_index(&t.names, &scratch, u, true);
	for (uint32_t i = 0; i < n; i++)
		keep_value(&t, roots[i]);
	each_user(&t, keep_user);
	mark_reachable(&t);
	number_values(&t);
	each_user(&t, renumber_user);
	move_values(&t);
	move_symbols(&t);
	u->values.n = t.kept;
	u->scope_index = NULL;
	arena_free(&scratch);
}
