/* Former names: a finding about a relation is known again after the relation was renamed. */
#include "rule/engine_p.h"

static void
add_former(struct map *former, struct arena *a, const struct catalog *c, uint32_t object)
{
	const struct object *o = &c->objects.v[object];

	for (uint32_t i = 0; i + 1 < o->names.n; i++) {
		const struct naming *n = &o->names.v[i];
		struct str name =
			str_format(a, "%.*s.%.*s", STR_ARG(n->schema), STR_ARG(n->name));

		map_put(former, name)->ptr = arena_new(a, struct str);
		*(struct str *)map_get(former, name)->ptr = catalog_display(c, object, a);
	}
}

static bool
is_living_relation(const struct object *o)
{
	return object_kind_is_relation(o->kind) && !o->died && o->names.n;
}

struct map
former_names(const struct world *w, struct arena *a)
{
	struct map former = {.arena = a};

	for (uint32_t d = 0; d < w->databases.n; d++) {
		const struct catalog *c = &w->databases.v[d].catalog;

		for (uint32_t i = 1; i < c->objects.n; i++)
			if (is_living_relation(&c->objects.v[i]) && c->objects.v[i].names.n > 1)
				add_former(&former, a, c, i);
	}
	return former;
}

static bool
is_name_byte(char c)
{
	return c == '_' || c == '$' || (unsigned char)c >= 0x80 || (c >= '0' && c <= '9') ||
	       (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The end of the "schema.name" that begins at AT; AT when there is none. */
static size_t
end_of_name(struct str text, size_t at)
{
	size_t end = at, dots = 0;

	for (; end < text.n; end++) {
		if (text.s[end] == '.' && dots++ == 1)
			break;
		if (text.s[end] != '.' && !is_name_byte(text.s[end]))
			break;
	}
	return dots ? end : at;
}

struct str
former_translate(const struct map *former, struct arena *a, struct str text)
{
	struct buf out = {.arena = a};
	size_t at = 0;

	while (at < text.n) {
		size_t end = end_of_name(text, at);
		const union map_value *now = map_get(former, str_slice(text, at, end));

		if (now && now->ptr) {
			buf_add(&out, *(const struct str *)now->ptr);
			at = end;
			continue;
		}
		do
			buf_addc(&out, text.s[at++]);
		while (at < text.n && is_name_byte(text.s[at - 1]));
	}
	return buf_str(&out);
}
