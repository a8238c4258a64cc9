/* Tables: create_table() with what its block says, change_table(), joins, renames. */
#include "lower/rails_p.h"

uint32_t
rails_block(const struct unit *u, uint32_t call)
{
	uint32_t n = u->values.v[call].kids.count, last = unit_kid(u, call, n ? n - 1 : 0);

	if (u->values.v[last].kind != VALUE_ARGUMENT || !str_is(u->values.v[last].text, "&"))
		return 0;
	return unit_kid(u, last, 0);
}

/* What the block of create_table says, gone over once for columns, once for constraints, once for what
 * comes behind the table. */
struct definition {
	const struct rails_call *table;
	enum {
		PASS_COLUMNS,
		PASS_CONSTRAINTS,
		PASS_BEHIND
	} pass;
	bool any;          /* something stands in the parentheses already */
	uint32_t branches; /* around: what is defined already is the other branch's */
	VEC(struct str) names;
};

#define BLOCK_DEPTH 64

static void
separate(struct definition *d)
{
	lower_text_add(&d->table->r->l, d->any ? ", " : "");
	d->any = true;
}

static void
add(struct definition *d, const struct rails_column *column)
{
	const struct unit *u = d->table->r->l.u;
	struct str name = str_format(d->table->r->l.a, "%.*s%s",
		STR_ARG(u->values.v[column->name].text), column->suffix);

	for (uint32_t i = 0; d->branches && i < d->names.n; i++)
		if (str_eq(d->names.v[i], name))
			return;
	vec_push(d->table->r->l.a, &d->names, name);
	separate(d);
	rails_add_column(d->table->r, column);
}

static void
define_columns(struct definition *d, const struct rails_call *c, struct str method)
{
	struct rails_column column;
	uint32_t name;

	if (str_is(method, "references") || str_is(method, "belongs_to")) {
		for (uint32_t k = 0; (name = rails_arg(c, k)); k++)
			for (uint32_t i = 0; rails_reference_column(c, name, i, &column); i++)
				add(d, &column);
	} else if (str_is(method, "timestamps")) {
		for (uint32_t i = 0; i < 2; i++) {
			column = rails_timestamp(c->r, c->call, i);
			add(d, &column);
		}
	} else if (str_is(method, "attachment") || str_is(method, "has_attached_file")) {
		for (uint32_t i = 0; rails_attachment_column(c, i, &column); i++)
			add(d, &column);
	} else if (str_is(method, "primary_key")) {
		uint32_t type = rails_arg(c, 1);

		column = (struct rails_column){.name = rails_arg(c, 0),
			.suffix = "",
			.type = type                   ? lower_string(c->r->l.u, type)
				: c->r->version >= 501 ? STR("bigint")
						       : STR("integer"),
			.type_value = type,
			.options = c->call,
			.precision = -1,
			.primary = true};
		add(d, &column);
	} else if (str_is(method, "column") || str_is(method, "virtual") || rails_is_type(method)) {
		for (uint32_t i = 0; rails_column_of(c, method, i, &column); i++)
			add(d, &column);
	}
}

static void
define_constraints(struct definition *d, const struct rails_call *c, struct str method)
{
	struct lower *l = &c->r->l;
	uint32_t name;

	if (str_is(method, "references") || str_is(method, "belongs_to")) {
		for (uint32_t k = 0; (name = rails_arg(c, k)); k++)
			d->any |= rails_add_reference_key(c, name, d->any ? ", " : "");
	} else if (str_is(method, "foreign_key")) {
		separate(d);
		rails_add_key(c, (struct str){0}, rails_arg(c, 0), (struct str){0}, c->call);
	} else if (str_is(method, "check_constraint")) {
		separate(d);
		rails_add_check(c);
	} else if (str_is(method, "column") || rails_is_type(method)) {
		uint32_t key = rails_option(l->u, c->call, "foreign_key");

		if (rails_given(l->u, key))
			lower_blind(l, c->call, "a column takes no foreign_key");
	}
}

static bool
is_definition(struct str method)
{
	static const char *const names[] = {"references", "belongs_to", "timestamps", "primary_key",
		"column", "virtual", "index", "foreign_key", "check_constraint",
		"unique_constraint", "attachment", "has_attached_file", NULL};

	for (const char *const *n = names; *n; n++)
		if (str_is(method, *n))
			return true;
	return rails_is_type(method);
}

static void
define_behind(const struct rails_call *c, struct str method)
{
	const struct unit *u = c->r->l.u;
	uint32_t index = rails_option(u, c->call, "index"), name;

	if (str_is(method, "references") || str_is(method, "belongs_to")) {
		for (uint32_t k = 0; (name = rails_arg(c, k)); k++)
			rails_reference_index(c, name);
	} else if (str_is(method, "index")) {
		rails_index_added(c);
	} else if (str_is(method, "unique_constraint")) {
		rails_unique_added(c);
	} else if (!is_definition(method)) {
		rails_unknown(c, method);
	} else if (str_is(method, "timestamps") && rails_given(u, index)) {
		uint32_t options = u->values.v[index].kind == VALUE_MAP ? index : 0;

		rails_index_of(c, STR("created_at"), options, (struct str){0});
		rails_index_of(c, STR("updated_at"), options, (struct str){0});
	} else if (rails_given(u, index) && !str_is(method, "foreign_key")) {
		uint32_t several = str_is(method, "column") ? 1 : UINT32_MAX;

		for (uint32_t k = 0; k < several && (name = rails_arg(c, k)); k++)
			rails_index(c, name, u->values.v[index].kind == VALUE_MAP ? index : 0,
				(struct str){0});
	}
}

static void
define(struct definition *d, uint32_t value, uint32_t depth)
{
	const struct unit *u = d->table->r->l.u;
	struct range kids = u->values.v[value].kids;
	struct rails_call c = {
		.r = d->table->r, .call = value, .table = d->table->table, .name = d->table->name};
	struct str method;

	if (depth > BLOCK_DEPTH)
		return;
	switch ((int)u->values.v[value].kind) {
	case VALUE_CALL:
		method = rails_method(u, value);
		if (d->pass == PASS_COLUMNS)
			define_columns(d, &c, method);
		else if (d->pass == PASS_CONSTRAINTS)
			define_constraints(d, &c, method);
		else
			define_behind(&c, method);
		break;
	case VALUE_BLOCK:
	case VALUE_LIST:
		for (uint32_t i = 0; i < kids.count; i++)
			define(d, u->kids.v[kids.first + i], depth + 1);
		break;
	case VALUE_CONDITION:
		d->branches++;
		if (d->pass == PASS_COLUMNS && rails_dialect(u, unit_kid(u, value, 0)) < 0)
			lower_blind(&c.r->l, value,
				"columns under a condition: both branches are taken");
		for (uint32_t i = 1; i < 3; i++)
			if (rails_dialect(u, unit_kid(u, value, 0)) != (i == 1 ? 0 : 1))
				define(d, unit_kid(u, value, i), depth + 1);
		d->branches--;
		break;
	case VALUE_FOREACH:
		if (d->pass == PASS_COLUMNS)
			lower_blind(&c.r->l, value, "columns in a loop over what is computed");
		define(d, unit_kid(u, value, 1), depth + 1);
		break;
	default:
		break;
	}
}

/* The key that create_table makes by itself, unless `id` or `primary_key` say otherwise. */
static void
add_own_key(struct definition *d)
{
	const struct rails_call *c = d->table;
	struct rails *r = c->r;
	const struct unit *u = r->l.u;
	uint32_t id = rails_option(u, c->call, "id"),
		 name = rails_option(u, c->call, "primary_key"), type = id;
	struct rails_column column = {.suffix = "id",
		.options = c->call,
		.precision = -1,
		.primary = true,
		.not_null = true};

	if (lower_false(u, id) || u->values.v[name].kind == VALUE_LIST)
		return;
	if (u->values.v[id].kind == VALUE_MAP) {
		type = rails_option(u, id, "type");
		column.options = id;
	}
	if (rails_given(u, name)) {
		column.name = name;
		column.suffix = "";
	}
	column.type = lower_string(u, type);
	column.type_value = type;
	if (rails_given(u, type) && !lower_true(u, type) && !column.type.n)
		lower_blind(&r->l, type, "the type of the key is computed: the default is taken");
	if (!column.type.n || str_is(column.type, "primary_key"))
		column.type = r->version >= 501 ? STR("bigint") : STR("integer");
	column.not_null = str_is(column.type, "uuid") || str_is(column.type, "string");
	separate(d);
	if (str_is(column.type, "uuid") && !rails_option(u, column.options, "default")) {
		if (column.name)
			lower_text_name(&r->l, column.name);
		else
			lower_text_quoted(&r->l, STR("id"));
		lower_text_add(
			&r->l, r->version >= 501
				       ? " uuid DEFAULT gen_random_uuid() NOT NULL PRIMARY KEY"
				       : " uuid DEFAULT uuid_generate_v4() NOT NULL PRIMARY KEY");
		return;
	}
	rails_add_column(r, &column);
	if (str_is(column.type, "bigint") || str_is(column.type, "integer"))
		vec_push(r->l.a, &r->tables,
			(struct rails_table){rails_table_name(c),
				column.name ? lower_string(u, column.name) : STR("id")});
}

static void
add_composite_key(struct definition *d)
{
	const struct rails_call *c = d->table;
	const struct unit *u = c->r->l.u;
	uint32_t name = rails_option(u, c->call, "primary_key"), e;

	if (u->values.v[name].kind != VALUE_LIST || lower_false(u, rails_option(u, c->call, "id")))
		return;
	separate(d);
	lower_text_add(&c->r->l, "PRIMARY KEY (");
	for (uint32_t i = 0; (e = rails_element(u, name, i)); i++) {
		lower_text_add(&c->r->l, i ? ", " : "");
		lower_text_name(&c->r->l, e);
	}
	lower_text_add(&c->r->l, ")");
}

static void
drop_first(const struct rails_call *c)
{
	struct lower *l = &c->r->l;
	uint32_t force = rails_option(l->u, c->call, "force");

	if (!rails_given(l->u, force))
		return;
	lower_text_begin(l, c->call);
	lower_text_add(l, "DROP TABLE IF EXISTS ");
	rails_add_own_table(c);
	lower_text_add(l, str_is(lower_string(l->u, force), "cascade") ? " CASCADE" : "");
	lower_text_run(l);
}

static void
begin_table(const struct rails_call *c)
{
	struct lower *l = &c->r->l;

	lower_text_begin(l, c->call);
	lower_text_add(l, rails_is(l->u, c->call, "temporary")  ? "CREATE TEMPORARY TABLE "
			  : rails_is(l->u, c->call, "unlogged") ? "CREATE UNLOGGED TABLE "
								: "CREATE TABLE ");
	rails_add_if_not_exists(c);
	rails_add_own_table(c);
}

void
rails_table_created(const struct rails_call *c)
{
	struct lower *l = &c->r->l;
	uint32_t block = rails_block(l->u, c->call), as = rails_option(l->u, c->call, "as");
	uint32_t options = rails_option(l->u, c->call, "options");
	struct definition d = {.table = c};

	rails_forget_table(c->r, c->r->soft ? (struct str){0} : rails_table_name(c));
	drop_first(c);
	begin_table(c);
	if (rails_given(l->u, as)) {
		lower_text_add(l, " AS ");
		lower_text_value(l, as);
		lower_text_run(l);
		return;
	}
	lower_text_add(l, " (");
	add_own_key(&d);
	define(&d, block, 0);
	add_composite_key(&d);
	d.pass = PASS_CONSTRAINTS;
	define(&d, block, 0);
	lower_text_add(l, ")");
	if (rails_given(l->u, options)) {
		lower_text_add(l, " ");
		lower_text_value(l, options);
	}
	lower_text_run(l);
	d.pass = PASS_BEHIND;
	define(&d, block, 0);
}

/* derive_join_table_name() of model_schema.rb: both in order, a common prefix once. */
struct str
rails_join_name(const struct rails_call *c)
{
	struct rails *r = c->r;
	struct str own = lower_string(r->l.u, rails_option(r->l.u, c->call, "table_name"));
	struct str a = lower_string(r->l.u, lower_argument(r->l.u, c->call, "", 0));
	struct str b = lower_string(r->l.u, lower_argument(r->l.u, c->call, "", 1)), swap;
	size_t prefix = 0;

	if (own.n || !a.n || !b.n)
		return own;
	if (str_cmp(a, b) > 0) {
		swap = a;
		a = b;
		b = swap;
	}
	for (size_t i = 0; i < a.n && i < b.n && a.s[i] == b.s[i]; i++)
		if ((a.s[i] == '_' || a.s[i] == '.') && i + 1 < a.n && i + 1 < b.n)
			prefix = i + 1;
	return str_format(r->l.a, "%.*s_%.*s", STR_ARG(a), (int)(b.n - prefix), b.s + prefix);
}

void
rails_join_table_created(const struct rails_call *c)
{
	struct rails *r = c->r;
	struct lower *l = &r->l;
	struct str name = rails_join_name(c);
	uint32_t options = rails_option(l->u, c->call, "column_options"),
		 type = rails_option(l->u, options, "type");

	if (!name.n) {
		rails_unknown(c, STR("create_join_table"));
		return;
	}
	lower_text_begin(l, c->call);
	lower_text_add(l, "CREATE TABLE ");
	rails_add_if_not_exists(c);
	rails_add_table_text(r, name);
	lower_text_add(l, " (");
	for (uint32_t i = 0; i < 2; i++) {
		struct str table = lower_string(l->u, lower_argument(l->u, c->call, "", i));
		size_t dot = str_rchr(table, '.');

		if (dot != SIZE_MAX)
			table = str_slice(table, dot + 1, table.n);
		lower_text_add(l, i ? ", " : "");
		lower_text_quoted(
			l, str_format(l->a, "%.*s_id", STR_ARG(rails_singular(l->a, table))));
		lower_text_add(l, " ");
		if (type)
			lower_text_value(l, type);
		else
			lower_text_add(l, r->version >= 501 ? "bigint" : "integer");
		lower_text_add(l, rails_is(l->u, options, "null") ? "" : " NOT NULL");
	}
	{
		struct rails_call named = {.r = r, .call = c->call, .name = name};
		struct definition d = {.table = &named, .any = true};

		define(&d, rails_block(l->u, c->call), 0);
		lower_text_add(l, ")");
		lower_text_run(l);
		d.pass = PASS_BEHIND;
		define(&d, rails_block(l->u, c->call), 0);
	}
}

void
rails_join_table_dropped(const struct rails_call *c)
{
	struct lower *l = &c->r->l;
	struct str name = rails_join_name(c);

	if (!name.n) {
		rails_unknown(c, STR("drop_join_table"));
		return;
	}
	lower_text_begin(l, c->call);
	lower_text_add(l, "DROP TABLE ");
	rails_add_if_exists(c);
	rails_add_table_text(c->r, name);
	lower_text_run(l);
}

static void
change(const struct rails_call *table, uint32_t value, uint32_t depth)
{
	struct lower *l = &table->r->l;
	struct range kids = l->u->values.v[value].kids;
	struct rails_call c = {
		.r = table->r, .call = value, .table = table->table, .name = table->name};
	struct str before = l->guard;

	if (depth > BLOCK_DEPTH)
		return;
	switch ((int)l->u->values.v[value].kind) {
	case VALUE_CALL:
		rails_run_table_call(&c);
		break;
	case VALUE_BLOCK:
	case VALUE_LIST:
		for (uint32_t i = 0; i < kids.count; i++)
			change(table, l->u->kids.v[kids.first + i], depth + 1);
		break;
	case VALUE_CONDITION:
	case VALUE_FOREACH:
		l->guard = STR("under a condition that is not interpreted");
		for (uint32_t i = 1; i < kids.count; i++)
			change(table, l->u->kids.v[kids.first + i], depth + 1);
		l->guard = before;
		break;
	default:
		break;
	}
}

void
rails_table_changed(const struct rails_call *c)
{
	change(c, rails_block(c->r->l.u, c->call), 0);
}
