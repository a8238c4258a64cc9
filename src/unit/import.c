/* A unit from one line of JSON. The line may be anybody's: after the types, every index and every
 * cycle is checked, so that those who walk a unit need not. */
#include "unit/export.h"

#include <jansson.h>
#include <string.h>

#include "base/arena.h"
#include "unit/shape.h"
#include "unit/unit.h"

static bool
read_u32(const json_t *j, uint32_t *out)
{
	json_int_t n = json_integer_value(j);

	if (!json_is_integer(j) || n < 0 || n > UINT32_MAX)
		return false;
	*out = (uint32_t)n;
	return true;
}

static bool
read_numbers(const json_t *j, uint32_t *out, size_t n)
{
	if (!json_is_array(j) || json_array_size(j) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!read_u32(json_array_get(j, i), &out[i]))
			return false;
	return true;
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
read_hex(struct arena *a, const json_t *j, struct str *out)
{
	const json_t *hex = json_object_get(j, "hex");
	const char *s = json_string_value(hex);
	size_t n = json_string_length(hex);
	char *bytes;

	if (!s || n % 2 || json_object_size(j) != 1)
		return false;
	bytes = arena_alloc(a, n / 2 + 1, 1);
	for (size_t i = 0; i < n; i += 2) {
		int high = hex_digit(s[i]), low = hex_digit(s[i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i / 2] = (char)(high << 4 | low);
	}
	*out = (struct str){bytes, n / 2};
	return true;
}

static bool
read_string(struct arena *a, const json_t *j, struct str *out)
{
	if (json_is_object(j))
		return read_hex(a, j, out);
	if (!json_is_string(j))
		return false;
	*out = str_dup(a, (struct str){json_string_value(j), json_string_length(j)});
	return true;
}

static bool
read_bool(const json_t *j, bool *out)
{
	uint32_t n;

	if (!read_u32(j, &n) || n > 1)
		return false;
	*out = n;
	return true;
}

static bool
read_span(const json_t *j, struct span *out)
{
	uint32_t n[7];

	if (!read_numbers(j, n, 7))
		return false;
	*out = (struct span){n[0], n[1], n[2], n[3], n[4], n[5], n[6]};
	return true;
}

static bool
read_name(struct arena *a, const json_t *j, struct name *out)
{
	return json_is_array(j) && json_array_size(j) == 4 &&
	       read_string(a, json_array_get(j, 0), &out->schema) &&
	       read_string(a, json_array_get(j, 1), &out->name) &&
	       read_bool(json_array_get(j, 2), &out->pattern) &&
	       read_span(json_array_get(j, 3), &out->span);
}

static bool
read_char(const json_t *j, char *out)
{
	uint32_t n;

	if (!read_u32(j, &n) || n > 127)
		return false;
	*out = (char)n;
	return true;
}

static bool
read_range(const json_t *j, struct range *out)
{
	uint32_t n[2];

	if (!read_numbers(j, n, 2))
		return false;
	*out = (struct range){n[0], n[1]};
	return true;
}

static bool
read_field(struct arena *a, const struct field *f, const json_t *j, char *at)
{
	switch (f->type) {
	case FIELD_U32:
	case FIELD_INDEX:
		return read_u32(j, (uint32_t *)at);
	case FIELD_ENUM:
		return read_u32(j, (uint32_t *)at) && *(uint32_t *)at < f->limit;
	case FIELD_BOOL:
		return read_bool(j, (bool *)at);
	case FIELD_CHAR:
		return read_char(j, at);
	case FIELD_STR:
		return read_string(a, j, (struct str *)at);
	case FIELD_SPAN:
		return read_span(j, (struct span *)at);
	case FIELD_NAME:
		return read_name(a, j, (struct name *)at);
	case FIELD_RANGE:
		return read_range(j, (struct range *)at);
	}
	return false;
}

static const char *
wrong(struct arena *a, const struct shape *shape, size_t element, const char *what)
{
	return str_format(a, "%s %zu: %s", shape->name, element, what).s;
}

static const char *
read_element(struct arena *a, const struct shape *shape, const json_t *j, size_t i, char *element)
{
	size_t n = 0;

	for (const struct field *f = shape->fields; f->name; f++, n++)
		if (!read_field(a, f, json_array_get(j, n), element + f->offset))
			return wrong(a, shape, i, str_format(a, "bad \"%s\"", f->name).s);
	if (json_array_size(j) != n)
		return wrong(a, shape, i, "wrong number of fields");
	return NULL;
}

static const char *
read_table(struct unit *u, enum unit_table t, const json_t *j)
{
	const struct shape *shape = &unit_shapes[t];
	struct unit_vec *vec = unit_table(u, t);
	size_t n = json_array_size(j);

	if (!json_is_array(j) || n >= UINT32_MAX)
		return str_format(u->arena, "no table \"%s\"", shape->name).s;
	vec->n = vec->cap = (uint32_t)n + 1;
	vec->v = arena_alloc(u->arena, n + 1, shape->size);
	for (size_t i = 0; i < n; i++) {
		char *element = unit_element(u, t, (uint32_t)i + 1);
		const char *error =
			read_element(u->arena, shape, json_array_get(j, i), i + 1, element);

		if (error)
			return error;
	}
	return NULL;
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

static const char *
check_bounds(struct unit *u)
{
	for (enum unit_table t = 0; t < UNIT_TABLES; t++)
		for (uint32_t i = 1; i < unit_table(u, t)->n; i++)
			for (const struct field *f = unit_shapes[t].fields; f->name; f++) {
				const char *element = unit_element(u, t, i);

				if (!field_in_bounds(u, f, element + f->offset))
					return wrong(u->arena, &unit_shapes[t], i,
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

static const char *
check_values(struct unit *u)
{
	struct arena scratch = {0};
	bool cycle;

	for (uint32_t i = 1; i < u->values.n; i++) {
		const struct value *v = &u->values.v[i];
		bool counted = v->kind == VALUE_FUNCTION || v->kind == VALUE_CLASS;

		if (!pieces_cover(u, v))
			return wrong(u->arena, &unit_shapes[TABLE_VALUES], i,
				"pieces do not cover the text");
		if (counted && v->op > v->kids.count)
			return wrong(
				u->arena, &unit_shapes[TABLE_VALUES], i, "fewer kids than counted");
	}
	cycle = values_have_cycle(u, &scratch);
	arena_free(&scratch);
	return cycle ? "values form a cycle" : NULL;
}

/* What others follow upwards must end: a scope's parent stands before it, and so does the fragment
 * around a nested one. */
static const char *
check_parents(struct unit *u)
{
	for (uint32_t i = 1; i < u->scopes.n; i++)
		if (u->scopes.v[i].parent >= i)
			return wrong(u->arena, &unit_shapes[TABLE_SCOPES], i,
				"stands before its parent");
	for (uint32_t i = 1; i < u->fragments.n; i++) {
		uint32_t parent = u->fragments.v[i].parent;

		if (parent && u->statements.v[parent].fragment >= i)
			return wrong(u->arena, &unit_shapes[TABLE_FRAGMENTS], i,
				"stands before its parent");
	}
	return NULL;
}

static const char *
read_unit(struct unit *u, const json_t *j)
{
	const char *error = NULL;

	if (!read_string(u->arena, json_object_get(j, "unit"), &u->blob) ||
		!read_string(u->arena, json_object_get(j, "reader"), &u->reader))
		return "not a unit";
	for (enum unit_table t = 0; t < UNIT_TABLES && !error; t++)
		error = read_table(u, t, json_object_get(j, unit_shapes[t].name));
	if (!error)
		error = check_bounds(u);
	if (!error)
		error = check_values(u);
	return error ? error : check_parents(u);
}

const char *
unit_import(struct unit *u, struct arena *a, struct str line)
{
	json_error_t wrong_at;
	json_t *j = json_loadb(line.n ? line.s : "", line.n, JSON_REJECT_DUPLICATES, &wrong_at);
	const char *error;

	*u = (struct unit){.arena = a};
	if (!j)
		return str_format(a, "not JSON: %s", wrong_at.text).s;
	error = read_unit(u, j);
	json_decref(j);
	if (error)
		unit_init(u, a);
	return error;
}
