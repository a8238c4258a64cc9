/* Columns: what stands in CREATE TABLE, add_column(), change_column() and their like. */
#include "lower/rails_p.h"

void
rails_add_default(struct rails *r, uint32_t value)
{
	struct lower *l = &r->l;
	const struct value *v = &l->u->values.v[value];

	switch ((int)v->kind) {
	case VALUE_STRING:
		lower_text_literal(l, v->text);
		return;
	case VALUE_NUMBER:
	case VALUE_BOOLEAN:
		lower_text_str(l, v->text);
		return;
	case VALUE_LIST:
	case VALUE_MAP:
		lower_text_add(l, "'{}'"); /* what is in it does not matter */
		return;
	case VALUE_CALL:
		if (str_is(lower_callee(l->u, value), "->")) {
			lower_text_value(l, unit_kid(l->u, value, 1));
			return;
		}
		break;
	default:
		break;
	}
	lower_text_add(l, "'");
	lower_text_value(l, value);
	lower_text_add(l, "'");
}

/* A serial key takes no default but one of its own. */
static bool
is_serial(const struct rails *r, const struct rails_column *c)
{
	uint32_t value = rails_option(r->l.u, c->options, "default");

	return c->primary && !value &&
	       (str_is(c->type, "primary_key") || str_is(c->type, "integer") ||
		       str_is(c->type, "bigint"));
}

static void
add_options(struct rails *r, const struct rails_column *c, bool serial)
{
	struct lower *l = &r->l;
	uint32_t null = rails_option(l->u, c->options, "null");
	uint32_t value = rails_option(l->u, c->options, "default");
	uint32_t as = rails_option(l->u, c->options, "as");
	uint32_t collation = rails_option(l->u, c->options, "collation");

	if (rails_given(l->u, collation)) {
		lower_text_add(l, " COLLATE ");
		lower_text_name(l, collation);
	}
	if (as) {
		lower_text_add(l, " GENERATED ALWAYS AS (");
		lower_text_value(l, as);
		lower_text_add(l, ") STORED");
	}
	if (value && l->u->values.v[value].kind != VALUE_NULL && !serial && !as) {
		lower_text_add(l, " DEFAULT ");
		rails_add_default(r, value);
	}
	if (lower_false(l->u, null) || (!null && c->not_null))
		lower_text_add(l, " NOT NULL");
	if (c->primary)
		lower_text_add(l, " PRIMARY KEY");
}

void
rails_add_column(struct rails *r, const struct rails_column *column)
{
	struct rails_column c = *column;
	bool serial;

	c.primary |= rails_is(r->l.u, c.options, "primary_key") || str_is(c.type, "primary_key");
	serial = is_serial(r, &c);
	if (c.name)
		rails_add_name(r, c.name, c.suffix);
	else
		lower_text_quoted(&r->l, str_from(c.suffix));
	lower_text_add(&r->l, " ");
	if (serial)
		lower_text_add(&r->l, str_is(c.type, "integer") ? "serial" : "bigserial");
	else
		rails_add_type(r, &c);
	add_options(r, &c, serial);
}

/* NOT NULL since 5.0, of precision 6 since 6.0 (V4_2 and V5_2 of compatibility.rb). */
struct rails_column
rails_timestamp(struct rails *r, uint32_t options, uint32_t i)
{
	return (struct rails_column){.suffix = i ? "updated_at" : "created_at",
		.type = STR("datetime"),
		.options = options,
		.precision = r->version >= 600 ? 6 : -1,
		.not_null = r->version >= 500};
}

bool
rails_column_of(const struct rails_call *c, struct str method, uint32_t i, struct rails_column *out)
{
	const struct unit *u = c->r->l.u;
	bool column = str_is(method, "column"), virtual = str_is(method, "virtual");

	if (i && column)
		return false;
	*out = (struct rails_column){.name = rails_arg(c, i),
		.suffix = "",
		.type = method,
		.options = c->call,
		.precision = -1};
	if (!out->name || u->values.v[out->name].kind == VALUE_MAP)
		return false;
	if (column)
		out->type_value = rails_arg(c, 1);
	else if (virtual)
		out->type_value = rails_option(u, c->call, "type");
	if (column && str_is(lower_string(u, out->type_value), "virtual"))
		out->type_value = rails_option(u, c->call, "type");
	if (column || virtual)
		out->type = lower_string(u, out->type_value);
	return true;
}

void
rails_column_added(const struct rails_call *c, const struct rails_column *column)
{
	if (column->name && c->r->l.u->values.v[column->name].kind != VALUE_STRING) {
		rails_unknown(c, STR("a column whose name is computed"));
		return;
	}
	rails_begin_alter(c);
	lower_text_add(&c->r->l, " ADD COLUMN ");
	rails_add_if_not_exists(c);
	rails_add_column(c->r, column);
	lower_text_run(&c->r->l);
}

static void
index_behind(const struct rails_call *c, uint32_t column)
{
	uint32_t index = rails_option(c->r->l.u, c->call, "index");

	/* add_column() itself knows no index; the methods of change_table do. */
	if (rails_given(c->r->l.u, index) && c->skip == 0)
		rails_index(c, column, index, (struct str){0});
}

void
rails_add_columns(const struct rails_call *c)
{
	const struct unit *u = c->r->l.u;
	struct rails_column column;
	bool plural = str_is(rails_method(u, c->call), "add_columns");
	uint32_t several = plural ? rails_option(u, c->call, "type") : 0, name;

	if (rails_column_of(c, STR("column"), 0, &column) && !several) {
		rails_column_added(c, &column);
		index_behind(c, column.name);
		return;
	}
	for (uint32_t i = 0; several && (name = rails_arg(c, i)); i++) {
		column = (struct rails_column){.name = name,
			.suffix = "",
			.type = lower_string(u, several),
			.type_value = several,
			.options = c->call,
			.precision = -1};
		rails_column_added(c, &column);
	}
}

void
rails_typed_columns(const struct rails_call *c, struct str method)
{
	struct rails_column column;

	for (uint32_t i = 0; rails_column_of(c, method, i, &column); i++) {
		rails_column_added(c, &column);
		index_behind(c, column.name);
	}
}

static void
remove_column(const struct rails_call *c, uint32_t name, const char *suffix)
{
	struct rails *r = c->r;

	rails_begin_alter(c);
	lower_text_add(&r->l, " DROP COLUMN ");
	rails_add_if_exists(c);
	if (name)
		rails_add_name(r, name, suffix);
	else
		lower_text_quoted(&r->l, str_from(suffix));
	lower_text_run(&r->l);
	rails_forget_column(r, rails_table_name(c),
		str_format(r->l.a, "%.*s%s", STR_ARG(r->l.u->values.v[name].text), suffix));
}

/* remove_column(table, name, type), remove_columns(table, names …), t.remove(names …) */
void
rails_columns_removed(const struct rails_call *c)
{
	bool one = str_is(rails_method(c->r->l.u, c->call), "remove_column") ||
		   str_is(rails_method(c->r->l.u, c->call), "add_column");
	uint32_t name;

	for (uint32_t i = 0; (name = rails_arg(c, i)) && !(one && i); i++) {
		uint32_t e;

		if (c->r->l.u->values.v[name].kind == VALUE_MAP)
			break;
		for (uint32_t k = 0; (e = rails_element(c->r->l.u, name, k)); k++)
			remove_column(c, e, "");
	}
}

static void
begin_column(const struct rails_call *c, const char *before)
{
	lower_text_add(&c->r->l, before);
	lower_text_add(&c->r->l, "ALTER COLUMN ");
	lower_text_name(&c->r->l, rails_arg(c, 0));
}

/* visit_ChangeColumnDefinition() of postgresql/schema_creation.rb */
void
rails_column_changed(const struct rails_call *c)
{
	struct lower *l = &c->r->l;
	uint32_t using = rails_option(l->u, c->call, "using"),
		 value = rails_option(l->u, c->call, "default");
	uint32_t null = rails_option(l->u, c->call, "null");
	struct rails_column column;

	if (!rails_column_of(c, STR("column"), 0, &column))
		return;
	rails_begin_alter(c);
	begin_column(c, " ");
	lower_text_add(l, " TYPE ");
	rails_add_type(c->r, &column);
	if (rails_given(l->u, using)) {
		lower_text_add(l, " USING ");
		lower_text_value(l, using);
	}
	if (value) {
		begin_column(c, ", ");
		if (l->u->values.v[value].kind == VALUE_NULL) {
			lower_text_add(l, " DROP DEFAULT");
		} else {
			lower_text_add(l, " SET DEFAULT ");
			rails_add_default(c->r, value);
		}
	}
	if (null) {
		begin_column(c, ", ");
		lower_text_add(l, lower_false(l->u, null) ? " SET NOT NULL" : " DROP NOT NULL");
	}
	rails_run(c);
}

/* A default, or {from:, to:}. */
void
rails_default_changed(const struct rails_call *c)
{
	struct lower *l = &c->r->l;
	uint32_t value = rails_option(l->u, c->call, "to");

	if (!value)
		value = rails_arg(c, 1);
	rails_begin_alter(c);
	begin_column(c, " ");
	if (!value || l->u->values.v[value].kind == VALUE_NULL) {
		lower_text_add(l, " DROP DEFAULT");
	} else {
		lower_text_add(l, " SET DEFAULT ");
		rails_add_default(c->r, value);
	}
	rails_run(c);
}

void
rails_null_changed(const struct rails_call *c)
{
	struct lower *l = &c->r->l;
	uint32_t null = rails_arg(c, 1);

	if (l->u->values.v[null].kind != VALUE_BOOLEAN)
		lower_blind(l, c->call, "whether the column may be NULL is computed");
	rails_begin_alter(c);
	begin_column(c, " ");
	lower_text_add(l, lower_false(l->u, null) ? " SET NOT NULL" : " DROP NOT NULL");
	rails_run(c);
}

void
rails_column_renamed(const struct rails_call *c)
{
	struct lower *l = &c->r->l;

	rails_begin_alter(c);
	lower_text_add(l, " RENAME COLUMN ");
	lower_text_name(l, rails_arg(c, 0));
	lower_text_add(l, " TO ");
	lower_text_name(l, rails_arg(c, 1));
	rails_run(c);
	rails_indexes_follow_column(
		c, lower_string(l->u, rails_arg(c, 0)), lower_string(l->u, rails_arg(c, 1)));
}

void
rails_timestamps_added(const struct rails_call *c)
{
	for (uint32_t i = 0; i < 2; i++) {
		struct rails_column column = rails_timestamp(c->r, c->call, i);

		rails_column_added(c, &column);
	}
}

void
rails_timestamps_removed(const struct rails_call *c)
{
	remove_column(c, 0, "updated_at");
	remove_column(c, 0, "created_at");
}
