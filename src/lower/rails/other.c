/* Statements, extensions, enumerations, schemas. */
#include "lower/rails_p.h"

void
rails_execute(const struct rails_call *c)
{
	uint32_t text = lower_argument(c->r->l.u, c->call, "sql", 0);

	if (text)
		lower_run_value(&c->r->l, text);
}

static void
run_named(const struct rails_call *c, const char *before, const char *behind)
{
	struct lower *l = &c->r->l;

	lower_text_begin(l, c->call);
	lower_text_add(l, before);
	rails_add_table(c->r, lower_argument(l->u, c->call, "", 0));
	lower_text_add(l, behind);
	lower_text_run(l);
}

void
rails_extension_enabled(const struct rails_call *c)
{
	run_named(c, "CREATE EXTENSION IF NOT EXISTS ", "");
}

void
rails_extension_disabled(const struct rails_call *c)
{
	run_named(c, "DROP EXTENSION IF EXISTS ", " CASCADE");
}

void
rails_enum_created(const struct rails_call *c)
{
	struct lower *l = &c->r->l;
	uint32_t values = lower_argument(l->u, c->call, "", 1), e;

	lower_text_begin(l, c->call);
	lower_text_add(l, "CREATE TYPE ");
	rails_add_table(c->r, lower_argument(l->u, c->call, "", 0));
	lower_text_add(l, " AS ENUM (");
	for (uint32_t i = 0; (e = rails_element(l->u, values, i)); i++) {
		lower_text_add(l, i ? ", " : "");
		rails_add_default(c->r, e);
	}
	lower_text_add(l, ")");
	rails_run(c);
}

void
rails_enum_dropped(const struct rails_call *c)
{
	run_named(c,
		c->r->soft || rails_is(c->r->l.u, c->call, "if_exists") ? "DROP TYPE IF EXISTS "
									: "DROP TYPE ",
		"");
}

static void
begin_type(const struct rails_call *c)
{
	lower_text_begin(&c->r->l, c->call);
	lower_text_add(&c->r->l, "ALTER TYPE ");
	rails_add_table(c->r, lower_argument(c->r->l.u, c->call, "", 0));
}

/* rename_enum(name, to) and rename_enum(name, to: …) */
void
rails_enum_renamed(const struct rails_call *c)
{
	struct lower *l = &c->r->l;
	uint32_t to = rails_option(l->u, c->call, "to");

	begin_type(c);
	lower_text_add(l, " RENAME TO ");
	lower_text_name(l, to ? to : lower_argument(l->u, c->call, "", 1));
	rails_run(c);
}

void
rails_enum_value_added(const struct rails_call *c)
{
	struct lower *l = &c->r->l;
	uint32_t before = rails_option(l->u, c->call, "before"),
		 after = rails_option(l->u, c->call, "after");

	begin_type(c);
	lower_text_add(l, " ADD VALUE ");
	rails_add_if_not_exists(c);
	rails_add_default(c->r, lower_argument(l->u, c->call, "", 1));
	if (before || after) {
		lower_text_add(l, before ? " BEFORE " : " AFTER ");
		rails_add_default(c->r, before ? before : after);
	}
	lower_text_run(l);
}

void
rails_enum_value_renamed(const struct rails_call *c)
{
	struct lower *l = &c->r->l;

	begin_type(c);
	lower_text_add(l, " RENAME VALUE ");
	rails_add_default(c->r, rails_option(l->u, c->call, "from"));
	lower_text_add(l, " TO ");
	rails_add_default(c->r, rails_option(l->u, c->call, "to"));
	rails_run(c);
}

void
rails_schema_created(const struct rails_call *c)
{
	run_named(c,
		c->r->soft || rails_is(c->r->l.u, c->call, "if_not_exists")
			? "CREATE SCHEMA IF NOT EXISTS "
			: "CREATE SCHEMA ",
		"");
}

void
rails_schema_dropped(const struct rails_call *c)
{
	run_named(c, "DROP SCHEMA IF EXISTS ", " CASCADE");
}
