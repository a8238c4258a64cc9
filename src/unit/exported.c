/* What a file of JavaScript gives others: see src/host/javascript_module.c for how it is kept. */
#include "unit/exported.h"

#define NAMED_AGAIN 8 /* names that only stand for others */

static bool
is_file_level(const struct symbol *s)
{
	return s->from == 0 && s->to == UINT32_MAX && s->value;
}

/* The last symbol of file level that is called PREFIX and NAME. */
static const struct symbol *
file_level(const struct unit *u, const char *prefix, struct str name)
{
	struct str head = str_from(prefix);

	for (uint32_t i = u->symbols.n; i > 1; i--) {
		const struct symbol *s = &u->symbols.v[i - 1];

		if (is_file_level(s) && s->name.n == head.n + name.n && str_starts(s->name, head) &&
			str_eq(str_slice(s->name, head.n, s->name.n), name))
			return s;
	}
	return NULL;
}

/* The value of an object's property, or of a class's method; 0: none. */
static uint32_t
property(const struct unit *u, uint32_t object, struct str name)
{
	struct range kids = u->values.v[object].kids;

	for (uint32_t i = kids.count; u->values.v[object].kind == VALUE_MAP && i > 0; i--) {
		uint32_t entry = u->kids.v[kids.first + i - 1], key = unit_kid(u, entry, 0);

		if (u->values.v[entry].kind == VALUE_ENTRY &&
			u->values.v[key].kind == VALUE_STRING &&
			str_eq(u->values.v[key].text, name))
			return unit_kid(u, entry, 1);
	}
	return 0;
}

/* What a plain name stands for, where file level says it. */
static uint32_t
plain_value(const struct unit *u, uint32_t value)
{
	for (uint32_t i = 0; i < NAMED_AGAIN && u->values.v[value].kind == VALUE_REFERENCE; i++) {
		const struct symbol *s = file_level(u, "", u->values.v[value].text);

		if (!s || s->kind == SYMBOL_IMPORT || s->value == value)
			break;
		value = s->value;
	}
	return value;
}

uint32_t
unit_exported(const struct unit *u, struct str name, const struct symbol **symbol)
{
	const struct symbol *s = file_level(u, "export.", name), *all;
	uint32_t value;

	*symbol = s;
	if (s)
		return s->value;
	all = file_level(u, "export.", STR("="));
	if (str_is(name, "default") || str_is(name, "*"))
		return all ? all->value : 0;
	value = all ? property(u, plain_value(u, all->value), name) : 0;
	if (value)
		return value;
	*symbol = file_level(u, "", name);
	return *symbol ? (*symbol)->value : 0;
}

uint32_t
unit_entry(const struct unit *u, struct str name)
{
	const struct symbol *s, *all = file_level(u, "export.", STR("default"));
	uint32_t value = unit_exported(u, name, &s);

	if (!value && all)
		value = property(u, plain_value(u, all->value), name);
	/* A method of its class. */
	for (uint32_t i = u->symbols.n; !value && i > 1; i--) {
		s = &u->symbols.v[i - 1];
		if (is_file_level(s) && s->kind == SYMBOL_FUNCTION && s->name.n > name.n + 1 &&
			s->name.s[s->name.n - name.n - 1] == '.' && str_ends(s->name, name))
			value = s->value;
	}
	return value ? plain_value(u, value) : 0;
}
