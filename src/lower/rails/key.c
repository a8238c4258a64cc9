/* Foreign keys, CHECK and UNIQUE: their default names are hashes of what they are about. */
#include "lower/rails_p.h"

static void
add_action(struct lower *l, uint32_t options, const char *key, const char *words)
{
	struct str action = lower_string(l->u, rails_option(l->u, options, key));

	if (!action.n)
		return;
	lower_text_add(l, words);
	lower_text_add(l, str_is(action, "nullify")    ? "SET NULL"
			  : str_is(action, "cascade")  ? "CASCADE"
			  : str_is(action, "restrict") ? "RESTRICT"
						       : "NO ACTION");
}

static void
add_deferrable(struct lower *l, uint32_t options)
{
	uint32_t v = rails_option(l->u, options, "deferrable");

	if (!rails_given(l->u, v))
		return;
	lower_text_add(l, " DEFERRABLE");
	if (str_is(lower_string(l->u, v), "deferred"))
		lower_text_add(l, " INITIALLY DEFERRED");
}

/* The columns of a key: the option, else what the table that it refers to is called, in the singular. */
static struct str
key_columns(struct rails *r, struct str column, struct str to, uint32_t options)
{
	uint32_t own = rails_option(r->l.u, options, "column");

	if (own)
		return rails_joined(r, own, ",");
	if (column.n)
		return column;
	return to.n ? str_format(r->l.a, "%.*s_id", STR_ARG(rails_singular(r->l.a, to))) : to;
}

static struct str
key_name(struct rails *r, struct str table, struct str columns)
{
	struct buf b = {.arena = r->l.a};
	struct str one;

	buf_addf(&b, "%.*s_", STR_ARG(table));
	for (uint32_t i = 0; str_cut(&columns, ',', &one); i++)
		buf_addf(&b, "%s%.*s", i ? "_and_" : "", STR_ARG(one));
	buf_addf(&b, "_fk");
	return rails_hashed(r->l.a, "fk_rails_", buf_str(&b));
}

static void
add_quoted_list(struct lower *l, struct str columns)
{
	struct str one;

	for (uint32_t i = 0; str_cut(&columns, ',', &one); i++) {
		lower_text_add(l, i ? ", " : "");
		lower_text_quoted(l, one);
	}
}

static void
add_referred(struct rails *r, uint32_t options)
{
	uint32_t key = rails_option(r->l.u, options, "primary_key"), e;

	lower_text_add(&r->l, " (");
	for (uint32_t i = 0; key && (e = rails_element(r->l.u, key, i)); i++) {
		lower_text_add(&r->l, i ? ", " : "");
		lower_text_name(&r->l, e);
	}
	if (!key)
		lower_text_quoted(&r->l, STR("id"));
	lower_text_add(&r->l, ")");
}

void
rails_add_key(const struct rails_call *c, struct str column, uint32_t to, struct str to_text,
	uint32_t options)
{
	struct rails *r = c->r;
	struct lower *l = &r->l;
	uint32_t own = rails_option(l->u, options, "name");
	struct str table = rails_table_name(c), name = lower_string(l->u, own), columns;

	if (to)
		to_text = lower_string(l->u, to);
	columns = key_columns(r, column, to_text, options);
	if (!own && table.n && columns.n)
		name = key_name(r, table, columns);
	if (own || name.n) {
		lower_text_add(l, "CONSTRAINT ");
		if (own)
			lower_text_name(l, own);
		else
			lower_text_quoted(l, name);
		lower_text_add(l, " ");
	}
	lower_text_add(l, "FOREIGN KEY (");
	if (columns.n)
		add_quoted_list(l, columns);
	else
		lower_text_name(l, rails_option(l->u, options, "column"));
	lower_text_add(l, ") REFERENCES ");
	if (to)
		rails_add_table(r, to);
	else
		rails_add_table_text(r, to_text);
	add_referred(r, options);
	add_action(l, options, "on_delete", " ON DELETE ");
	add_action(l, options, "on_update", " ON UPDATE ");
	add_deferrable(l, options);
	if (lower_false(l->u, rails_option(l->u, options, "validate")))
		lower_text_add(l, " NOT VALID");
	if (name.n && table.n)
		vec_push(l->a, &r->keys, (struct rails_key){table, to_text, columns, name});
}

void
rails_key_added(const struct rails_call *c)
{
	rails_begin_alter(c);
	lower_text_add(&c->r->l, " ADD ");
	rails_add_key(c, (struct str){0}, rails_arg(c, 0), (struct str){0}, c->call);
	rails_run(c);
}

static void
drop_constraint(const struct rails_call *c, struct str name)
{
	rails_begin_alter(c);
	lower_text_add(&c->r->l, " DROP CONSTRAINT ");
	rails_add_if_exists(c);
	lower_text_quoted(&c->r->l, name);
	lower_text_run(&c->r->l);
}

/* The key of TABLE to TO, or over COLUMN, that a migration made. */
static struct rails_key *
find_key(struct rails *r, struct str table, struct str to, struct str column)
{
	for (uint32_t i = r->keys.n; i > 0; i--) {
		struct rails_key *k = &r->keys.v[i - 1];

		if (str_eq(k->table, table) && (!to.n || str_eq(k->to, to)) &&
			(!column.n || str_eq(k->column, column)) && (to.n || column.n))
			return k;
	}
	return NULL;
}

void
rails_key_removed(const struct rails_call *c)
{
	struct rails *r = c->r;
	const struct unit *u = r->l.u;
	struct str name = lower_string(u, rails_option(u, c->call, "name"));
	struct str column = rails_joined(r, rails_option(u, c->call, "column"), ",");
	struct str to = lower_string(u, rails_arg(c, 0)), table = rails_table_name(c);
	struct rails_key *k = table.n ? find_key(r, table, to, column) : NULL;

	if (!to.n)
		to = lower_string(u, rails_option(u, c->call, "to_table"));
	if (!name.n && k)
		name = k->name;
	if (!name.n && table.n && (column.n || to.n))
		name = key_name(r, table, key_columns(r, column, to, 0));
	if (!name.n) {
		rails_unknown(c, STR("remove_foreign_key"));
		return;
	}
	drop_constraint(c, name);
	for (uint32_t i = 0; i < r->keys.n; i++)
		if (str_eq(r->keys.v[i].name, name) && str_eq(r->keys.v[i].table, table))
			r->keys.v[i].table = (struct str){0};
}

static struct str
check_name(const struct rails_call *c, uint32_t expression)
{
	struct rails *r = c->r;
	struct str own = lower_string(r->l.u, rails_option(r->l.u, c->call, "name"));
	struct str text = lower_string(r->l.u, expression);

	if (own.n || !text.n)
		return own;
	return rails_hashed(r->l.a, "chk_rails_",
		str_format(r->l.a, "%.*s_%.*s_chk", STR_ARG(rails_table_name(c)), STR_ARG(text)));
}

void
rails_add_check(const struct rails_call *c)
{
	struct lower *l = &c->r->l;
	uint32_t expression = rails_arg(c, 0);
	struct str name = check_name(c, expression);

	if (name.n) {
		lower_text_add(l, "CONSTRAINT ");
		lower_text_quoted(l, name);
		lower_text_add(l, " ");
	}
	lower_text_add(l, "CHECK (");
	lower_text_value(l, expression);
	lower_text_add(l, ")");
	if (lower_false(l->u, rails_option(l->u, c->call, "validate")))
		lower_text_add(l, " NOT VALID");
}

void
rails_check_added(const struct rails_call *c)
{
	rails_begin_alter(c);
	lower_text_add(&c->r->l, " ADD ");
	rails_add_check(c);
	rails_run(c);
}

void
rails_check_removed(const struct rails_call *c)
{
	struct str name = check_name(c, rails_arg(c, 0));

	if (name.n)
		drop_constraint(c, name);
	else
		rails_unknown(c, STR("remove_check_constraint"));
}

static struct str
unique_name(const struct rails_call *c)
{
	struct rails *r = c->r;
	struct str own = lower_string(r->l.u, rails_option(r->l.u, c->call, "name"));
	struct str columns = rails_joined(r, rails_arg(c, 0), "_and_");

	if (own.n || !columns.n)
		return own;
	return rails_hashed(r->l.a, "uniq_rails_",
		str_format(r->l.a, "%.*s_%.*s_unique", STR_ARG(rails_table_name(c)),
			STR_ARG(columns)));
}

void
rails_unique_added(const struct rails_call *c)
{
	struct rails *r = c->r;
	struct str columns = rails_joined(r, rails_arg(c, 0), ","), name = unique_name(c);
	uint32_t index = rails_option(r->l.u, c->call, "using_index");

	rails_begin_alter(c);
	lower_text_add(&r->l, " ADD ");
	if (name.n) {
		lower_text_add(&r->l, "CONSTRAINT ");
		lower_text_quoted(&r->l, name);
	}
	lower_text_add(&r->l, " UNIQUE ");
	if (index) {
		lower_text_add(&r->l, "USING INDEX ");
		lower_text_name(&r->l, index);
	} else {
		lower_text_add(&r->l, "(");
		add_quoted_list(&r->l, columns);
		lower_text_add(&r->l, ")");
	}
	add_deferrable(&r->l, c->call);
	rails_run(c);
}

void
rails_unique_removed(const struct rails_call *c)
{
	struct str name = unique_name(c);

	if (name.n)
		drop_constraint(c, name);
	else
		rails_unknown(c, STR("remove_unique_constraint"));
}
