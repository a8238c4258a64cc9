/* Indexes: their names, and which of them a table has as far as migrations made them by columns. */
#include "lower/rails_p.h"

#define MOST_BYTES 62 /* max_index_name_size */
#define HASH_BYTES 11

/* A string that is more than a name is an expression. */
static bool
is_expression(struct str column)
{
	for (size_t i = 0; i < column.n; i++) {
		char c = column.s[i];

		if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && !(c >= '0' && c <= '9') &&
			c != '_')
			return true;
	}
	return false;
}

/* The words of an expression, joined: index_name_options(). */
static struct str
words_of(struct arena *a, struct str text)
{
	struct buf b = {.arena = a};
	bool inside = false;

	for (size_t i = 0; i < text.n; i++) {
		bool word = !is_expression(str_slice(text, i, i + 1));

		if (word && !inside && b.n)
			buf_addc(&b, '_');
		if (word)
			buf_addc(&b, text.s[i]);
		inside = word;
	}
	return buf_str(&b);
}

/* The ','-joined columns with BETWEEN. */
static struct str
respaced(struct arena *a, struct str columns, const char *between)
{
	struct buf b = {.arena = a};
	struct str one;

	for (uint32_t i = 0; str_cut(&columns, ',', &one); i++)
		buf_addf(&b, "%s%.*s", i ? between : "", STR_ARG(one));
	return buf_str(&b);
}

/* generate_index_name(); before 7.1 long names are not shortened. */
struct str
rails_index_name(struct rails *r, struct str table, struct str columns)
{
	struct arena *a = r->l.a;
	struct str name = str_format(
		a, "index_%.*s_on_%.*s", STR_ARG(table), STR_ARG(respaced(a, columns, "_and_")));
	struct str list, tail;

	if (r->version < 701 || name.n <= MOST_BYTES)
		return name;
	list = str_format(a, "idx_on_%.*s", STR_ARG(respaced(a, columns, "_")));
	tail = rails_hashed(a, "_", name);
	list = str_slice(list, 0, MOST_BYTES - HASH_BYTES);
	return str_format(a, "%.*s%.*s", STR_ARG(list), STR_ARG(tail));
}

static void
add_words_before(const struct rails_call *c, uint32_t options, struct str name)
{
	struct lower *l = &c->r->l;
	uint32_t own = rails_option(l->u, options, "name"),
		 using = rails_option(l->u, options, "using");

	lower_text_begin(l, c->call);
	lower_text_add(
		l, rails_is(l->u, options, "unique") ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
	if (str_is(lower_string(l->u, rails_option(l->u, options, "algorithm")), "concurrently"))
		lower_text_add(l, "CONCURRENTLY ");
	if (c->r->soft || rails_is(l->u, options, "if_not_exists"))
		lower_text_add(l, "IF NOT EXISTS ");
	if (rails_given(l->u, own))
		lower_text_name(l, own);
	else if (name.n)
		lower_text_quoted(l, name);
	lower_text_add(l, " ON ");
	rails_add_own_table(c);
	if (rails_given(l->u, using)) {
		lower_text_add(l, " USING ");
		lower_text_value(l, using);
	}
	lower_text_add(l, " (");
}

/* An order or class that one column has: the option is a word for all, or a map. */
static void
add_of_column(struct rails *r, uint32_t options, const char *key, struct str column)
{
	struct lower *l = &r->l;
	uint32_t v = rails_option(l->u, options, key);
	char name[64];

	if (l->u->values.v[v].kind == VALUE_MAP && column.n < sizeof name) {
		for (size_t i = 0; i < column.n; i++)
			name[i] = column.s[i];
		name[column.n] = '\0';
		v = lower_entry(l->u, v, name);
	}
	if (l->u->values.v[v].kind != VALUE_STRING)
		return;
	lower_text_add(l, " ");
	lower_text_value(l, v);
}

static void
add_words_behind(struct rails *r, uint32_t options)
{
	struct lower *l = &r->l;
	uint32_t include = rails_option(l->u, options, "include"),
		 where = rails_option(l->u, options, "where"), e;

	lower_text_add(l, ")");
	if (rails_given(l->u, include)) {
		lower_text_add(l, " INCLUDE (");
		for (uint32_t i = 0; (e = rails_element(l->u, include, i)); i++) {
			lower_text_add(l, i ? ", " : "");
			lower_text_name(l, e);
		}
		lower_text_add(l, ")");
	}
	if (rails_is(l->u, options, "nulls_not_distinct"))
		lower_text_add(l, " NULLS NOT DISTINCT");
	if (rails_given(l->u, where)) {
		lower_text_add(l, " WHERE ");
		lower_text_value(l, where);
	}
}

static void
remember(const struct rails_call *c, struct str columns, uint32_t options, struct str name)
{
	uint32_t own = rails_option(c->r->l.u, options, "name");

	if (rails_given(c->r->l.u, own))
		name = lower_string(c->r->l.u, own);
	if (name.n && rails_table_name(c).n)
		vec_push(c->r->l.a, &c->r->indexes,
			(struct rails_index){rails_table_name(c), name, columns});
}

void
rails_index(const struct rails_call *c, uint32_t columns, uint32_t options, struct str name)
{
	struct rails *r = c->r;
	struct lower *l = &r->l;
	struct str text = lower_string(l->u, columns), list = rails_joined(r, columns, ","),
		   table = rails_table_name(c);
	bool expression = is_expression(text);
	uint32_t e;

	if (!name.n && table.n && list.n)
		name = rails_index_name(r, table, expression ? words_of(l->a, text) : list);
	add_words_before(c, options, name);
	for (uint32_t i = 0; (e = rails_element(l->u, columns, i)); i++) {
		lower_text_add(l, i ? ", " : "");
		if (is_expression(lower_string(l->u, e)))
			lower_text_value(l, e);
		else
			lower_text_name(l, e);
		add_of_column(r, options, "opclass", lower_string(l->u, e));
		add_of_column(r, options, "order", lower_string(l->u, e));
	}
	add_words_behind(r, options);
	lower_text_run(l);
	if (!expression)
		remember(c, list, options, name);
}

void
rails_index_of(const struct rails_call *c, struct str columns, uint32_t options, struct str name)
{
	struct rails *r = c->r;
	struct str rest = columns, one;

	if (!name.n && rails_table_name(c).n)
		name = rails_index_name(r, rails_table_name(c), columns);
	add_words_before(c, options, name);
	for (uint32_t i = 0; str_cut(&rest, ',', &one); i++) {
		lower_text_add(&r->l, i ? ", " : "");
		lower_text_quoted(&r->l, one);
	}
	add_words_behind(r, options);
	lower_text_run(&r->l);
	remember(c, columns, options, name);
}

void
rails_index_added(const struct rails_call *c)
{
	rails_index(c, rails_arg(c, 0), c->call, (struct str){0});
}

/* The index over these columns that a migration made, else the name that it would have. */
static struct str
name_of(const struct rails_call *c, struct str columns)
{
	struct rails *r = c->r;

	for (uint32_t i = r->indexes.n; i > 0; i--)
		if (str_eq(r->indexes.v[i - 1].table, rails_table_name(c)) &&
			str_eq(r->indexes.v[i - 1].columns, columns))
			return r->indexes.v[i - 1].name;
	return rails_index_name(r, rails_table_name(c), columns);
}

static void
forget(struct rails *r, struct str name)
{
	for (uint32_t i = 0; i < r->indexes.n; i++)
		if (str_eq(r->indexes.v[i].name, name))
			r->indexes.v[i].table = (struct str){0};
}

/* An index stands in its table's schema. */
static void
add_schema(const struct rails_call *c)
{
	struct str table = rails_table_name(c);
	size_t dot = str_chr(table, '.', 0);

	if (dot == SIZE_MAX)
		return;
	lower_text_quoted(&c->r->l, str_slice(table, 0, dot));
	lower_text_add(&c->r->l, ".");
}

void
rails_index_removed(const struct rails_call *c)
{
	struct rails *r = c->r;
	struct lower *l = &r->l;
	uint32_t own = rails_option(l->u, c->call, "name"), columns = rails_arg(c, 0);
	struct str name, list;

	if (!columns || l->u->values.v[columns].kind == VALUE_MAP)
		columns = rails_option(l->u, c->call, "column");
	list = rails_joined(r, columns, ",");
	if (is_expression(lower_string(l->u, columns)))
		list = words_of(l->a, list);
	name = rails_given(l->u, own) ? lower_string(l->u, own) : name_of(c, list);
	lower_text_begin(l, c->call);
	lower_text_add(l, "DROP INDEX ");
	rails_add_if_exists(c);
	add_schema(c);
	if (rails_given(l->u, own))
		lower_text_name(l, own);
	else
		lower_text_quoted(l, name);
	if ((!rails_given(l->u, own) && !list.n) || !rails_table_name(c).n)
		l->text.n = 0;
	if (l->text.n)
		lower_text_run(l);
	else
		rails_unknown(c, STR("remove_index"));
	forget(r, name);
}

static void
rename_index(const struct rails_call *c, struct str from, struct str to)
{
	struct lower *l = &c->r->l;

	lower_text_begin(l, c->call);
	lower_text_add(l, "ALTER INDEX IF EXISTS ");
	add_schema(c);
	lower_text_quoted(l, from);
	lower_text_add(l, " RENAME TO ");
	lower_text_quoted(l, to);
	lower_text_run(l);
}

void
rails_index_renamed(const struct rails_call *c)
{
	struct lower *l = &c->r->l;
	struct str from = lower_string(l->u, rails_arg(c, 0)),
		   to = lower_string(l->u, rails_arg(c, 1));

	lower_text_begin(l, c->call);
	lower_text_add(l, "ALTER INDEX ");
	rails_add_if_exists(c);
	add_schema(c);
	lower_text_name(l, rails_arg(c, 0));
	lower_text_add(l, " RENAME TO ");
	lower_text_name(l, rails_arg(c, 1));
	lower_text_run(l);
	for (uint32_t i = 0; from.n && i < c->r->indexes.n; i++)
		if (str_eq(c->r->indexes.v[i].name, from))
			c->r->indexes.v[i].name = to;
}

/* rename_table_indexes(): those whose names are the ones that Rails gives. Keys keep theirs. */
void
rails_indexes_follow_table(const struct rails_call *c, struct str to)
{
	struct rails *r = c->r;
	struct str from = rails_table_name(c);

	for (uint32_t i = 0; from.n && i < r->indexes.n; i++) {
		struct rails_index *x = &r->indexes.v[i];
		struct str name;

		if (!str_eq(x->table, from))
			continue;
		name = rails_index_name(r, to, x->columns);
		if (str_eq(x->name, rails_index_name(r, from, x->columns))) {
			rename_index(c, x->name, name);
			x->name = name;
		}
		x->table = to;
	}
	for (uint32_t i = 0; from.n && i < r->keys.n; i++) {
		if (str_eq(r->keys.v[i].table, from))
			r->keys.v[i].table = to;
		if (str_eq(r->keys.v[i].to, from))
			r->keys.v[i].to = to;
	}
}

/* COLUMNS with FROM replaced by TO; *FOUND: it is among them. */
static struct str
replaced(struct arena *a, struct str columns, struct str from, struct str to, bool *found)
{
	struct buf b = {.arena = a};
	struct str one;

	*found = false;
	for (uint32_t i = 0; str_cut(&columns, ',', &one); i++) {
		*found |= str_eq(one, from);
		buf_addf(
			&b, "%s%.*s", i ? "," : "", STR_ARG(one.n && str_eq(one, from) ? to : one));
	}
	return buf_str(&b);
}

void
rails_indexes_follow_column(const struct rails_call *c, struct str from, struct str to)
{
	struct rails *r = c->r;
	bool found;

	for (uint32_t i = 0; from.n && to.n && i < r->indexes.n; i++) {
		struct rails_index *x = &r->indexes.v[i];
		struct str columns = replaced(r->l.a, x->columns, from, to, &found), name;

		if (!found || !str_eq(x->table, rails_table_name(c)))
			continue;
		name = rails_index_name(r, x->table, columns);
		if (str_eq(x->name, rails_index_name(r, x->table, x->columns))) {
			rename_index(c, x->name, name);
			x->name = name;
		}
		x->columns = columns;
	}
	for (uint32_t i = 0; i < r->keys.n; i++)
		if (str_eq(r->keys.v[i].table, rails_table_name(c)) &&
			str_eq(r->keys.v[i].column, from))
			r->keys.v[i].column = to;
}

void
rails_forget_table(struct rails *r, struct str table)
{
	for (uint32_t i = 0; table.n && i < r->indexes.n; i++)
		if (str_eq(r->indexes.v[i].table, table))
			r->indexes.v[i].table = (struct str){0};
	for (uint32_t i = 0; table.n && i < r->keys.n; i++)
		if (str_eq(r->keys.v[i].table, table) || str_eq(r->keys.v[i].to, table))
			r->keys.v[i].table = (struct str){0};
	for (uint32_t i = 0; table.n && i < r->tables.n; i++)
		if (str_eq(r->tables.v[i].name, table))
			r->tables.v[i].name = (struct str){0};
}

void
rails_forget_column(struct rails *r, struct str table, struct str column)
{
	bool found;

	for (uint32_t i = 0; table.n && i < r->indexes.n; i++) {
		if (!str_eq(r->indexes.v[i].table, table))
			continue;
		replaced(r->l.a, r->indexes.v[i].columns, column, column, &found);
		if (found)
			r->indexes.v[i].table = (struct str){0};
	}
	for (uint32_t i = 0; table.n && i < r->keys.n; i++)
		if (str_eq(r->keys.v[i].table, table) && str_eq(r->keys.v[i].column, column))
			r->keys.v[i].table = (struct str){0};
}
