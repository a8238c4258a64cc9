/* What runs as a statement: op.execute() and connections' execute(), op.bulk_insert(). */
#include "lower/alembic_p.h"

#define TABLE_DEPTH 12 /* of table.update().where(…).values(…) */

/* The CALL of table("name", …) or Table("name", …), or of op.create_table(), that a table expression ends in; 0: none. */
static uint32_t
table_of(const struct unit *u, uint32_t value)
{
	for (uint32_t depth = 0; depth < TABLE_DEPTH; depth++) {
		const struct value *v = &u->values.v[value];
		struct str name = lower_callee(u, value);

		if (v->kind == VALUE_ATTRIBUTE) {
			value = unit_kid(u, value, 0);
			continue;
		}
		if (v->kind != VALUE_CALL)
			return 0;
		if (str_is(name, "table") || str_is(name, "Table") || str_is(name, "create_table"))
			return value;
		if (u->values.v[unit_kid(u, value, 0)].kind == VALUE_ATTRIBUTE)
			value = unit_kid(u, unit_kid(u, value, 0), 0);
		else
			value = unit_kid(u, value, 1); /* update(table), delete(table) */
	}
	return 0;
}

/* The verb of a table expression: "insert", "update", "delete"; empty: none. */
static struct str
verb_of(const struct unit *u, uint32_t value)
{
	for (uint32_t depth = 0; depth < TABLE_DEPTH; depth++) {
		struct str name = lower_callee(u, value);

		if (u->values.v[value].kind != VALUE_CALL)
			break;
		if (str_is(name, "insert") || str_is(name, "update") || str_is(name, "delete"))
			return name;
		value = unit_kid(u, unit_kid(u, value, 0), 0);
	}
	return (struct str){0};
}

static void
add_table(struct lower *l, uint32_t table)
{
	uint32_t schema = lower_argument(l->u, table, "schema", UINT32_MAX);

	alembic_add_name(l, schema, lower_argument(l->u, table, "name", 0));
}

/* The call of .values() in it; 0: none. */
static uint32_t
values_of(const struct unit *u, uint32_t value)
{
	for (uint32_t depth = 0; depth < TABLE_DEPTH && u->values.v[value].kind == VALUE_CALL;
		depth++) {
		if (str_is(lower_callee(u, value), "values"))
			return value;
		value = unit_kid(u, unit_kid(u, value, 0), 0);
	}
	return 0;
}

/* Column I that .values(a=…) or .values({"a": …}) sets; 0: no more. */
static uint32_t
set_column(const struct unit *u, uint32_t values, uint32_t i, struct str *name)
{
	uint32_t map = unit_kid(u, values, 1), kid = unit_kid(u, values, i + 1);

	*name = (struct str){0};
	if (!values)
		return 0;
	if (u->values.v[map].kind == VALUE_MAP) {
		kid = unit_kid(u, map, i);
		*name = lower_string(u, unit_kid(u, kid, 0));
		return kid;
	}
	if (u->values.v[kid].kind == VALUE_ARGUMENT)
		*name = u->values.v[kid].text;
	return kid;
}

static void
add_set_columns(struct lower *l, uint32_t values, const char *behind)
{
	struct str name;
	bool any = false;

	for (uint32_t i = 0; set_column(l->u, values, i, &name); i++) {
		if (!name.n)
			continue;
		lower_text_add(l, any ? ", " : "");
		lower_text_quoted(l, name);
		lower_text_add(l, behind);
		any = true;
	}
}

static bool
sets_known_columns(const struct unit *u, uint32_t values)
{
	struct str name;

	for (uint32_t i = 0; set_column(u, values, i, &name); i++)
		if (name.n)
			return true;
	return false;
}

static void
unknown_text(struct lower *l, uint32_t value)
{
	unit_add_blind(l->out, BLIND_DYNAMIC, lower_span(l, value),
		"the text of this statement is not known");
}

/* True for a SELECT: data of a migration. */
static bool
reads(const struct unit *u, uint32_t value)
{
	for (uint32_t depth = 0; depth < TABLE_DEPTH && u->values.v[value].kind == VALUE_CALL;
		depth++) {
		if (str_is(lower_callee(u, value), "select"))
			return true;
		value = unit_kid(u, unit_kid(u, value, 0), 0);
	}
	return false;
}

/* An expression of SQLAlchemy that writes a table. */
static void
run_expression(struct lower *l, uint32_t value)
{
	const struct unit *u = l->u;
	struct str verb = verb_of(u, value);
	uint32_t table = table_of(u, value), values = values_of(u, value);
	bool known = sets_known_columns(u, values);

	if (reads(u, value))
		return;
	if (!verb.n || !table) {
		unknown_text(l, value);
		return;
	}
	lower_text_begin(l, value);
	if (str_is(verb, "delete")) {
		lower_text_add(l, "DELETE FROM ");
		add_table(l, table);
	} else if (str_is(verb, "insert")) {
		lower_text_add(l, "INSERT INTO ");
		add_table(l, table);
		if (known) {
			lower_text_add(l, " (");
			add_set_columns(l, values, "");
			lower_text_add(l, ") VALUES (");
			add_set_columns(l, values, " IS NULL");
			lower_text_add(l, ")");
		} else {
			lower_text_add(l, " DEFAULT VALUES");
		}
	} else if (known) {
		lower_text_add(l, "UPDATE ");
		add_table(l, table);
		lower_text_add(l, " SET ");
		add_set_columns(l, values, " = NULL");
	} else {
		lower_text_add(l, "LOCK TABLE ");
		add_table(l, table);
	}
	lower_text_run(l);
}

static bool
is_textual(enum value_kind kind)
{
	return kind == VALUE_STRING || kind == VALUE_CONCATENATION || kind == VALUE_CONDITION ||
	       kind == VALUE_FORMAT || kind == VALUE_JOIN;
}

void
alembic_execute(struct lower *l, uint32_t value)
{
	const struct unit *u = l->u;
	uint32_t inner = alembic_unwrap(u, value), name;

	if (u->values.v[inner].kind == VALUE_LIST) {
		for (uint32_t i = 0; i < u->values.v[inner].kids.count; i++)
			alembic_execute(l, unit_kid(u, inner, i));
		return;
	}
	if (is_textual(u->values.v[inner].kind)) {
		lower_run_value(l, inner);
		return;
	}
	if (u->values.v[inner].kind != VALUE_CALL) {
		unknown_text(l, inner ? inner : value);
		return;
	}
	if (str_is(lower_callee(u, inner), "CreateSequence") ||
		str_is(lower_callee(u, inner), "DropSequence")) {
		name = lower_argument(u, lower_argument(u, inner, "element", 0), "name", 0);
		lower_text_begin(l, inner);
		lower_text_add(l, str_is(lower_callee(u, inner), "CreateSequence")
					  ? "CREATE SEQUENCE "
					  : "DROP SEQUENCE ");
		lower_text_name(l, name);
		lower_text_run(l);
		return;
	}
	if (str_is(lower_callee(u, inner), "CreateSchema") ||
		str_is(lower_callee(u, inner), "DropSchema")) {
		lower_text_begin(l, inner);
		lower_text_add(l, str_is(lower_callee(u, inner), "CreateSchema") ? "CREATE SCHEMA "
										 : "DROP SCHEMA ");
		lower_text_name(l, lower_argument(u, inner, "name", 0));
		if (lower_true(u, lower_argument(u, inner, "cascade", UINT32_MAX)))
			lower_text_add(l, " CASCADE");
		lower_text_run(l);
		return;
	}
	run_expression(l, inner);
}

/* Columns of a row, else of the table expression; returns how many. */
static uint32_t
add_row_columns(struct lower *l, uint32_t table, uint32_t rows)
{
	const struct unit *u = l->u;
	uint32_t row = alembic_element(u, rows, 0), n = 0;

	if (u->values.v[row].kind == VALUE_MAP) {
		for (uint32_t i = 0; i < u->values.v[row].kids.count; i++) {
			lower_text_add(l, n++ ? ", " : "");
			lower_text_name(l, unit_kid(u, unit_kid(u, row, i), 0));
		}
		return n;
	}
	for (uint32_t i = 1; i < u->values.v[table].kids.count; i++) {
		uint32_t kid = unit_kid(u, table, i);
		struct str name = lower_callee(u, kid);

		if (u->values.v[kid].kind != VALUE_CALL ||
			(!str_is(name, "column") && !str_is(name, "Column")))
			continue;
		lower_text_add(l, n++ ? ", " : "");
		lower_text_name(l, lower_argument(u, kid, "name", 0));
	}
	return n;
}

void
alembic_bulk_insert(const struct alembic_call *c)
{
	struct lower *l = c->l;
	uint32_t table = table_of(l->u, lower_argument(l->u, c->call, "table", 0)), n, before;
	uint32_t rows = lower_argument(l->u, c->call, "rows", 1);

	if (!table) {
		lower_blind(l, c->call, "the table that rows are put into is computed");
		return;
	}
	lower_text_begin(l, c->call);
	lower_text_add(l, "INSERT INTO ");
	add_table(l, table);
	before = l->text.n;
	lower_text_add(l, " (");
	n = add_row_columns(l, table, rows);
	if (!n) {
		l->text.n = before;
		lower_text_add(l, " DEFAULT VALUES");
	} else {
		lower_text_add(l, ") VALUES (");
		for (uint32_t i = 0; i < n; i++)
			lower_text_add(l, i ? ", NULL" : "NULL");
		lower_text_add(l, ")");
	}
	lower_text_run(l);
}
