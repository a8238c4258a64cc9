/* What those who walk a unit rely on, checked where one comes in. */
#include "unit/check_p.h"

#include "base/arena.h"
#include "unit/unit.h"

const char *
unit_wrong(struct arena *a, const struct shape *shape, size_t element, const char *what)
{
	return str_format(a, "%s %zu: %s", shape->name, element, what).s;
}

static bool
field_in_bounds(struct unit *u, const struct field *f, const char *at)
{
	const struct range *r = (const struct range *)at;
	uint32_t n;

	if (f->type == FIELD_INDEX)
		return *(const uint32_t *)at < unit_table(u, (enum unit_table)f->table)->n;
	if (f->type != FIELD_RANGE)
		return true;
	n = unit_table(u, (enum unit_table)f->table)->n;
	return r->first <= n && r->count <= n - r->first;
}

const char *
unit_check_bounds(struct unit *u)
{
	for (enum unit_table t = 0; t < UNIT_TABLES; t++)
		for (uint32_t i = 1; i < unit_table(u, t)->n; i++)
			for (const struct field *f = unit_shapes[t].fields; f->name; f++) {
				const char *element = unit_element(u, t, i);

				if (!field_in_bounds(u, f, element + f->offset))
					return unit_wrong(u->arena, &unit_shapes[t], i,
						"index out of bounds");
			}
	return NULL;
}

/* Pieces cover their text in order: others cut texts by them. */
static bool
pieces_cover(const struct unit *u, const struct value *v)
{
	size_t at = 0;

	for (uint32_t i = 0; i < v->pieces.count; i++) {
		const struct piece *p = &u->pieces.v[v->pieces.first + i];

		if (p->at != at)
			return false;
		at += p->length;
	}
	return !v->pieces.count || at == v->text.n;
}

/* Depth first without recursion. COLOUR: 0 not seen, 1 on the way down, 2 done. */
static bool
values_have_cycle(const struct unit *u, struct arena *scratch)
{
	struct step {
		uint32_t value, kid;
	} *stack = arena_alloc(scratch, u->values.n, sizeof *stack);
	char *colour = arena_alloc(scratch, u->values.n, 1);
	uint32_t depth = 0;

	for (uint32_t i = 1; i < u->values.n; i++) {
		if (!colour[i]) {
			stack[depth++] = (struct step){i, 0};
			colour[i] = 1;
		}
		while (depth) {
			struct step *s = &stack[depth - 1];
			uint32_t kid;

			if (s->kid == u->values.v[s->value].kids.count) {
				colour[s->value] = 2;
				depth--;
				continue;
			}
			kid = unit_kid(u, s->value, s->kid++);
			if (kid && colour[kid] == 1)
				return true;
			if (kid && !colour[kid]) {
				colour[kid] = 1;
				stack[depth++] = (struct step){kid, 0};
			}
		}
	}
	return false;
}

/* Readers make kids before what holds them. Where that is so there is no cycle, and none to look for. */
static bool
kids_come_first(const struct unit *u)
{
	for (uint32_t i = 1; i < u->values.n; i++)
		for (uint32_t k = 0; k < u->values.v[i].kids.count; k++)
			if (unit_kid(u, i, k) >= i)
				return false;
	return true;
}

static bool
values_end(const struct unit *u)
{
	struct arena scratch = {0};
	bool cycle;

	if (kids_come_first(u))
		return true;
	cycle = values_have_cycle(u, &scratch);
	arena_free(&scratch);
	return !cycle;
}

static const char *
check_values(struct unit *u)
{
	for (uint32_t i = 1; i < u->values.n; i++) {
		const struct value *v = &u->values.v[i];
		bool counted = v->kind == VALUE_FUNCTION || v->kind == VALUE_CLASS;

		if (!pieces_cover(u, v))
			return unit_wrong(u->arena, &unit_shapes[TABLE_VALUES], i,
				"pieces do not cover the text");
		if (counted && v->op > v->kids.count)
			return unit_wrong(
				u->arena, &unit_shapes[TABLE_VALUES], i, "fewer kids than counted");
	}
	return values_end(u) ? NULL : "values form a cycle";
}

/* What others follow upwards must end: a scope's parent stands before it, and so does the fragment
 * around a nested one. */
static const char *
check_parents(struct unit *u)
{
	for (uint32_t i = 1; i < u->scopes.n; i++)
		if (u->scopes.v[i].parent >= i)
			return unit_wrong(u->arena, &unit_shapes[TABLE_SCOPES], i,
				"stands before its parent");
	for (uint32_t i = 1; i < u->fragments.n; i++) {
		uint32_t parent = u->fragments.v[i].parent;

		if (parent && u->statements.v[parent].fragment >= i)
			return unit_wrong(u->arena, &unit_shapes[TABLE_FRAGMENTS], i,
				"stands before its parent");
	}
	return NULL;
}

const char *
unit_check_order(struct unit *u)
{
	const char *error = check_values(u);

	return error ? error : check_parents(u);
}
