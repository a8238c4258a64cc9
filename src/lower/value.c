/* Reading closed values as calls. */
#include "lower/lower.h"

static struct str
last_component(struct str dotted)
{
	size_t dot = str_rchr(dotted, '.');

	return dot == SIZE_MAX ? dotted : str_slice(dotted, dot + 1, dotted.n);
}

struct str
lower_callee(const struct unit *u, uint32_t value)
{
	if (u->values.v[value].kind == VALUE_CALL)
		value = unit_kid(u, value, 0);
	switch ((int)u->values.v[value].kind) {
	case VALUE_REFERENCE:
	case VALUE_ATTRIBUTE:
	case VALUE_HOLE:
	case VALUE_CLASS:
		return last_component(u->values.v[value].text);
	default:
		return (struct str){0};
	}
}

uint32_t
lower_argument(const struct unit *u, uint32_t call, const char *keyword, uint32_t position)
{
	struct range kids = u->values.v[call].kids;
	uint32_t at = 0;

	for (uint32_t i = 1; i < kids.count; i++) {
		uint32_t kid = u->kids.v[kids.first + i];

		if (u->values.v[kid].kind == VALUE_ARGUMENT) {
			if (str_is(u->values.v[kid].text, keyword))
				return unit_kid(u, kid, 0);
		} else if (at++ == position) {
			return kid;
		}
	}
	return 0;
}

struct str
lower_string(const struct unit *u, uint32_t value)
{
	return u->values.v[value].kind == VALUE_STRING ? u->values.v[value].text : (struct str){0};
}

bool
lower_true(const struct unit *u, uint32_t value)
{
	return u->values.v[value].kind == VALUE_BOOLEAN && str_is(u->values.v[value].text, "true");
}

bool
lower_false(const struct unit *u, uint32_t value)
{
	return u->values.v[value].kind == VALUE_BOOLEAN && str_is(u->values.v[value].text, "false");
}

uint32_t
lower_entry(const struct unit *u, uint32_t map, const char *key)
{
	struct range kids = u->values.v[map].kids;

	if (u->values.v[map].kind != VALUE_MAP)
		return 0;
	for (uint32_t i = 0; i < kids.count; i++) {
		uint32_t entry = u->kids.v[kids.first + i];

		if (str_is(lower_string(u, unit_kid(u, entry, 0)), key))
			return unit_kid(u, entry, 1);
	}
	return 0;
}
