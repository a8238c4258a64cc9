/* A unit from one line of JSON. The line may be anybody's: after the types, check.c looks at every
 * index and every cycle, so that those who walk a unit need not. */
#include "unit/export.h"

#include <jansson.h>
#include <string.h>

#include "base/arena.h"
#include "unit/check_p.h"
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
read_element(struct arena *a, const struct shape *shape, const json_t *j, size_t i, char *element)
{
	size_t n = 0;

	for (const struct field *f = shape->fields; f->name; f++, n++)
		if (!read_field(a, f, json_array_get(j, n), element + f->offset))
			return unit_wrong(a, shape, i, str_format(a, "bad \"%s\"", f->name).s);
	if (json_array_size(j) != n)
		return unit_wrong(a, shape, i, "wrong number of fields");
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
		error = unit_check_bounds(u);
	return error ? error : unit_check_order(u);
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
