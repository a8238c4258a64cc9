/* The arguments of operations, and the pieces of text that most of them share. */
#include "lower/alembic_p.h"

uint32_t
alembic_argument(const struct alembic_call *c, const char *keyword, uint32_t position)
{
	if (c->batch && position != UINT32_MAX && position > c->table)
		position--;
	return lower_argument(c->l->u, c->call, keyword, position);
}

uint32_t
alembic_table(const struct alembic_call *c, const char *keyword)
{
	if (c->batch)
		return alembic_unwrap(c->l->u, lower_argument(c->l->u, c->batch, "table_name", 0));
	return alembic_unwrap(c->l->u, lower_argument(c->l->u, c->call, keyword, c->table));
}

uint32_t
alembic_schema(const struct alembic_call *c)
{
	uint32_t call = c->batch ? c->batch : c->call;
	uint32_t v = lower_argument(c->l->u, call, "schema", UINT32_MAX);

	return alembic_given(c->l->u, v) ? v : 0;
}

#define WRAPPERS 8 /* of text(…).bindparams(…) and its like */

uint32_t
alembic_unwrap(const struct unit *u, uint32_t value)
{
	for (uint32_t i = 0; i < WRAPPERS && u->values.v[value].kind == VALUE_CALL; i++) {
		struct str name = lower_callee(u, value);
		uint32_t callee = unit_kid(u, value, 0), object = unit_kid(u, callee, 0);

		if (str_is(name, "f") || str_is(name, "conv") || str_is(name, "quoted_name") ||
			str_is(name, "text") || str_is(name, "literal_column") ||
			str_is(name, "DDL") || str_is(name, "column") || str_is(name, "desc") ||
			str_is(name, "asc"))
			value = lower_argument(u, value, "text", 0);
		else if ((str_is(name, "bindparams") || str_is(name, "execution_options") ||
				 str_is(name, "columns") || str_is(name, "strip")) &&
			 object)
			value = object;
		else
			break;
	}
	return value;
}

bool
alembic_given(const struct unit *u, uint32_t value)
{
	return value && u->values.v[value].kind != VALUE_NULL;
}

uint32_t
alembic_element(const struct unit *u, uint32_t list, uint32_t i)
{
	if (u->values.v[list].kind == VALUE_CALL &&
		(str_is(lower_callee(u, list), "list") || str_is(lower_callee(u, list), "tuple")))
		list = unit_kid(u, list, 1);
	if (u->values.v[list].kind == VALUE_LIST)
		return unit_kid(u, list, i);
	return i == 0 ? list : 0;
}

void
alembic_add_name(struct lower *l, uint32_t schema, uint32_t name)
{
	if (alembic_given(l->u, schema)) {
		lower_text_name(l, alembic_unwrap(l->u, schema));
		lower_text_add(l, ".");
	}
	lower_text_name(l, alembic_unwrap(l->u, name));
}

void
alembic_add_names(struct lower *l, uint32_t list)
{
	uint32_t element;

	for (uint32_t i = 0; (element = alembic_element(l->u, list, i)); i++) {
		lower_text_add(l, i ? ", " : "");
		lower_text_name(l, alembic_unwrap(l->u, element));
	}
}

void
alembic_add_constraint_name(struct lower *l, uint32_t name)
{
	if (!alembic_given(l->u, name))
		return;
	lower_text_add(l, "CONSTRAINT ");
	lower_text_name(l, alembic_unwrap(l->u, name));
	lower_text_add(l, " ");
}

/* func.now(): a function of that name with its arguments. Some are no functions in SQL
 * (AnsiFunction of sqlalchemy/sql/functions.py). */
static void
add_function(struct lower *l, struct str name, uint32_t call)
{
	static const char *const bare[] = {"current_date", "current_time", "current_timestamp",
		"current_user", "localtime", "localtimestamp", "session_user", "user"};
	uint32_t n = l->u->values.v[call].kids.count;

	lower_text_str(l, name);
	for (size_t i = 0; i < sizeof bare / sizeof *bare; i++)
		if (str_eq_nocase(name, str_from(bare[i])))
			return;
	lower_text_add(l, "(");
	for (uint32_t i = 1; i < n; i++) {
		uint32_t argument = unit_kid(l->u, call, i);

		lower_text_add(l, i > 1 ? ", " : "");
		if (l->u->values.v[argument].kind == VALUE_STRING)
			lower_text_literal(l, l->u->values.v[argument].text);
		else
			alembic_add_expression(l, argument);
	}
	lower_text_add(l, ")");
}

static bool
is_function(const struct unit *u, uint32_t call)
{
	struct str path = u->values.v[unit_kid(u, call, 0)].text;

	return str_find(path, STR("func."), 0) != SIZE_MAX;
}

bool
alembic_add_expression(struct lower *l, uint32_t value)
{
	uint32_t inner = alembic_unwrap(l->u, value);
	const struct value *v = &l->u->values.v[inner];
	struct str name = lower_callee(l->u, inner);

	switch ((int)v->kind) {
	case VALUE_BOOLEAN:
	case VALUE_NUMBER:
		lower_text_str(l, v->text);
		return true;
	case VALUE_NULL:
		lower_text_add(l, "NULL");
		return true;
	case VALUE_STRING:
	case VALUE_CONCATENATION:
		lower_text_value(l, inner);
		return true;
	case VALUE_CALL:
		if (str_is(name, "true") || str_is(name, "false") || str_is(name, "null")) {
			lower_text_str(l, name);
			return true;
		}
		if (is_function(l->u, inner)) {
			add_function(l, name, inner);
			return true;
		}
		break;
	default:
		break;
	}
	lower_text_value(l, inner);
	return false;
}

void
alembic_run(struct lower *l, uint32_t flags)
{
	uint32_t event = l->out->events.n;

	lower_text_run(l);
	for (; event < l->out->events.n; event++)
		l->out->events.v[event].flags |= flags;
}
