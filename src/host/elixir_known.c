/* Functions of Elixir that are known for what they do to texts and lists. */
#include "elixir_p.h"

/* Module.name, or name of Kernel. */
static bool
is(const struct unit *u, uint32_t callee, const char *module, const char *name)
{
	const struct value *v = &u->values.v[callee],
			   *object = &u->values.v[unit_kid(u, callee, 0)];

	if (!module)
		return v->kind == VALUE_REFERENCE && str_is(v->text, name);
	return v->kind == VALUE_ATTRIBUTE && str_is(v->text, name) &&
	       object->kind == VALUE_REFERENCE && str_is(object->text, module);
}

/* What gives its first argument, for the purposes of a text. */
static bool
is_identity(const struct unit *u, uint32_t callee)
{
	static const struct {
		const char *module, *name;
	} rows[] = {{NULL, "to_string"}, {"String", "trim"}, {"Atom", "to_string"},
		{"String", "to_atom"}, {"String", "to_existing_atom"}, {"Enum", "to_list"},
		{"Enum", "reverse"}, {"Enum", "uniq"}, {"Enum", "sort"}, {"Kernel", "to_string"},
		{"List", "to_string"}, {"String", "to_charlist"}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (is(u, callee, rows[i].module, rows[i].name))
			return true;
	return false;
}

/* A loop over LIST that does, or gives, what FUNCTION says of each element. */
static uint32_t
loop(struct elixir *p, uint32_t list, uint32_t function, bool gives, uint32_t from)
{
	struct reader *r = &p->r;
	struct value f = r->u->values.v[function];
	uint32_t block, result, call;

	if (f.kind == VALUE_REFERENCE || f.kind == VALUE_ATTRIBUTE) { /* &name/1 */
		call = reader_parent(r, VALUE_CALL, (struct str){0}, from, function,
			reader_value(r, VALUE_REFERENCE, STR("&1"), from));
		if (!gives)
			call = reader_parent(r, VALUE_BLOCK, (struct str){0}, from, call, 0);
		return reader_parent(r, VALUE_FOREACH, STR("&1"), from, list, call);
	}
	if (f.kind != VALUE_FUNCTION || f.op != 1)
		return 0;
	result = unit_kid(r->u, function, 1);
	block = unit_kid(r->u, function, 2);
	if (gives && !result)
		return 0;
	if (!gives && result) /* a name alone: nothing is done */
		block = reader_parent(r, VALUE_BLOCK, (struct str){0}, from, result, 0);
	return reader_parent(r, VALUE_FOREACH, elixir_pattern_names(p, unit_kid(r->u, function, 0)),
		from, list, gives ? result : block);
}

static uint32_t
empty_text(struct reader *r, uint32_t from)
{
	return unit_add_value(
		r->u, (struct value){.kind = VALUE_STRING, .span = reader_span(r, from)});
}

uint32_t
elixir_known(struct elixir *p, uint32_t callee, uint32_t from, uint32_t mark)
{
	struct reader *r = &p->r;
	uint32_t n = r->stack.n - mark, first = n ? r->stack.v[mark] : 0,
		 second = n > 1 ? r->stack.v[mark + 1] : 0;

	if (n == 1 && is_identity(r->u, callee))
		return first;
	if (n == 2 && is(r->u, callee, "Enum", "each"))
		return loop(p, first, second, false, from);
	if (n == 2 && (is(r->u, callee, "Enum", "map") || is(r->u, callee, "Enum", "flat_map")))
		return loop(p, first, second, true, from);
	if ((n == 1 || n == 2) && is(r->u, callee, "Enum", "join"))
		return reader_parent(r, VALUE_JOIN, (struct str){0}, from,
			second ? second : empty_text(r, from), first);
	if (n == 3 && is(r->u, callee, "Enum", "map_join")) {
		uint32_t list = loop(p, first, r->stack.v[mark + 2], true, from);

		return list ? reader_parent(r, VALUE_JOIN, (struct str){0}, from, second, list) : 0;
	}
	return 0;
}
