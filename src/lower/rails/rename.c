/* Tables that go, or get another name. */
#include "lower/rails_p.h"

void
rails_table_dropped(const struct rails_call *c)
{
	struct lower *l = &c->r->l;
	uint32_t name;

	for (uint32_t i = 0; (name = lower_argument(l->u, c->call, "", i)); i++) {
		if (l->u->values.v[name].kind == VALUE_MAP)
			break;
		lower_text_begin(l, c->call);
		lower_text_add(l, "DROP TABLE ");
		rails_add_if_exists(c);
		rails_add_table(c->r, name);
		if (str_is(lower_string(l->u, rails_option(l->u, c->call, "force")), "cascade"))
			lower_text_add(l, " CASCADE");
		lower_text_run(l);
		rails_forget_table(c->r, lower_string(l->u, name));
	}
}

static void
rename_part(const struct rails_call *c, const char *what, struct str from, struct str to,
	const char *suffix)
{
	struct lower *l = &c->r->l;

	lower_text_begin(l, c->call);
	lower_text_add(l, what);
	lower_text_quoted(l, str_format(l->a, "%.*s%s", STR_ARG(from), suffix));
	lower_text_add(l, " RENAME TO ");
	lower_text_quoted(l, str_format(l->a, "%.*s%s", STR_ARG(to), suffix));
	lower_text_run(l);
}

/* rename_table() of postgresql/schema_statements.rb: with a serial key's sequence and index, and with the indexes
 * whose names Rails gave. */
void
rails_table_renamed(const struct rails_call *c)
{
	struct rails *r = c->r;
	struct lower *l = &r->l;
	struct str from = rails_table_name(c), to = lower_string(l->u, rails_arg(c, 0));

	rails_begin_alter(c);
	lower_text_add(l, " RENAME TO ");
	lower_text_name(l, rails_arg(c, 0));
	rails_run(c);
	if (!from.n || !to.n)
		return;
	for (uint32_t i = 0; i < r->tables.n; i++) {
		const char *suffix;

		if (!str_eq(r->tables.v[i].name, from))
			continue;
		suffix = str_cstr(l->a, str_format(l->a, "_%.*s_seq", STR_ARG(r->tables.v[i].key)));
		rename_part(c, "ALTER INDEX IF EXISTS ", from, to, "_pkey");
		rename_part(c, "ALTER SEQUENCE IF EXISTS ", from, to, suffix);
		r->tables.v[i].name = to;
	}
	rails_indexes_follow_table(c, to);
}
