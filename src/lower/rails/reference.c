/* References: a column with its index and key, two columns when it is polymorphic (ReferenceDefinition of
 * schema_definitions.rb). */
#include "lower/rails_p.h"

static uint32_t
option(const struct rails_call *c, const char *key)
{
	return rails_option(c->r->l.u, c->call, key);
}

bool
rails_reference_column(
	const struct rails_call *c, uint32_t name, uint32_t i, struct rails_column *out)
{
	const struct unit *u = c->r->l.u;
	uint32_t polymorphic = option(c, "polymorphic"), type = option(c, "type");
	bool several = rails_given(u, polymorphic);

	if (i > (several ? 1u : 0u))
		return false;
	*out = (struct rails_column){
		.name = name, .suffix = "_id", .options = c->call, .precision = -1};
	if (several && i == 0) {
		out->suffix = "_type";
		out->type = STR("string");
		out->options = u->values.v[polymorphic].kind == VALUE_MAP ? polymorphic : 0;
		out->not_null = lower_false(u, option(c, "null"));
		return true;
	}
	out->type = lower_string(u, type);
	out->type_value = type;
	if (type && !out->type.n)
		lower_blind(&c->r->l, type,
			"the type of a reference is computed: the default is taken");
	if (!out->type.n)
		out->type = c->r->version >= 501 ? STR("bigint") : STR("integer");
	return true;
}

/* Since 5.0 there is one unless it is said not to be. */
void
rails_reference_index(const struct rails_call *c, uint32_t name)
{
	struct rails *r = c->r;
	const struct unit *u = r->l.u;
	uint32_t index = option(c, "index");
	bool polymorphic = rails_given(u, option(c, "polymorphic"));
	struct str text = lower_string(u, name), columns, given = {0}, table = rails_table_name(c);

	if (index ? !rails_given(u, index) : r->version < 500)
		return;
	if (!text.n) {
		lower_blind(&r->l, c->call,
			"the name of a reference is computed: its index is not known");
		return;
	}
	columns = polymorphic
			  ? str_format(r->l.a, "%.*s_type,%.*s_id", STR_ARG(text), STR_ARG(text))
			  : str_format(r->l.a, "%.*s_id", STR_ARG(text));
	if (polymorphic && r->version > 600)
		given = str_format(r->l.a, "index_%.*s_on_%.*s", STR_ARG(table), STR_ARG(text));
	rails_index_of(c, columns, index, given);
}

bool
rails_add_reference_key(const struct rails_call *c, uint32_t name, const char *separator)
{
	struct rails *r = c->r;
	uint32_t key = option(c, "foreign_key"), to;
	struct str text = lower_string(r->l.u, name), column;

	if (!rails_given(r->l.u, key))
		return false;
	to = rails_option(r->l.u, key, "to_table");
	column = rails_option(r->l.u, key, "column") ? (struct str){0}
						     : str_format(r->l.a, "%.*s_id", STR_ARG(text));
	lower_text_add(&r->l, separator);
	rails_add_key(c, column, to, rails_plural(r->l.a, text), key);
	return true;
}

void
rails_reference_added(const struct rails_call *c)
{
	const struct unit *u = c->r->l.u;
	struct rails_column column;
	uint32_t name;

	for (uint32_t k = 0; (name = rails_arg(c, k)) && u->values.v[name].kind != VALUE_MAP; k++) {
		if (k && c->skip)
			break;
		for (uint32_t i = 0; rails_reference_column(c, name, i, &column); i++)
			rails_column_added(c, &column);
		rails_reference_index(c, name);
		rails_begin_alter(c);
		if (rails_add_reference_key(c, name, " ADD "))
			rails_run(c);
		else
			c->r->l.text.n = 0;
	}
}

void
rails_reference_removed(const struct rails_call *c)
{
	struct rails *r = c->r;
	uint32_t name = rails_arg(c, 0);
	bool polymorphic = rails_given(r->l.u, option(c, "polymorphic"));

	for (uint32_t i = polymorphic ? 0 : 1; i < 2; i++) {
		const char *suffix = i ? "_id" : "_type";

		rails_begin_alter(c);
		lower_text_add(&r->l, " DROP COLUMN ");
		rails_add_if_exists(c);
		rails_add_name(r, name, suffix);
		lower_text_run(&r->l);
		rails_forget_column(r, rails_table_name(c),
			str_format(r->l.a, "%.*s%s", STR_ARG(r->l.u->values.v[name].text), suffix));
	}
}
