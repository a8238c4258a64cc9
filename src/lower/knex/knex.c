/* What a migration of Knex does: knex.schema's methods (lib/schema/builder.js, compiler.js) and raw(). */
#include "knex_p.h"

static const char *const tests[] = {"hasTable", "hasColumn", NULL};
static const char *const handles[] = {"knex", "Knex", "trx", "db", NULL};

static void
table(struct builder *b, const struct chain *c, uint32_t i, uint32_t schema, bool create, bool soft)
{
	struct knex_table t = {.schema = schema,
		.name = chain_argument(b->l.u, c, i, 0),
		.create = create,
		.guarded = soft};

	builder_callback(b, chain_argument(b->l.u, c, i, 1), knex_collect, &t);
	knex_table_run(b, &t, c->calls[i]);
}

static void
plain(struct builder *b, const struct chain *c, uint32_t i, uint32_t schema, const char *words)
{
	lower_text_begin(&b->l, c->calls[i]);
	lower_text_add(&b->l, words);
	knex_add_table(b, schema, chain_argument(b->l.u, c, i, 0));
	if (lower_true(b->l.u, chain_argument(b->l.u, c, i, 1)))
		lower_text_add(&b->l, " cascade");
	builder_text_run(b);
}

static void
rename_to(struct builder *b, const struct chain *c, uint32_t i, uint32_t schema, const char *words)
{
	lower_text_begin(&b->l, c->calls[i]);
	lower_text_add(&b->l, words);
	knex_add_table(b, schema, chain_argument(b->l.u, c, i, 0));
	lower_text_add(&b->l, " rename to ");
	builder_text_dotted(b, chain_argument(b->l.u, c, i, 1));
	builder_text_run(b);
}

static void
create_like(struct builder *b, const struct chain *c, uint32_t i, uint32_t schema)
{
	lower_text_begin(&b->l, c->calls[i]);
	lower_text_add(&b->l, "create table ");
	knex_add_table(b, schema, chain_argument(b->l.u, c, i, 0));
	lower_text_add(&b->l, " (like ");
	knex_add_table(b, schema, chain_argument(b->l.u, c, i, 1));
	lower_text_add(&b->l, " including all)");
	builder_text_run(b);
}

/* The query of a view is put together by the query builder. */
static void
view(struct builder *b, const struct chain *c, uint32_t i, uint32_t schema)
{
	const struct unit *u = b->l.u;
	struct name scope = {.schema = lower_string(u, schema),
		.name = lower_string(u, chain_argument(u, c, i, 0))};

	if (!scope.name.n)
		scope = (struct name){.name = STR("*"), .pattern = true};
	lower_havoc(&b->l, c->calls[i], scope,
		STR("the query of this view is put together by the query builder"));
}

/* Methods that are one statement. */
static const struct {
	const char *method, *words;
	bool qualified;
} plain_statements[] = {
	{"dropTable", "drop table ", true},
	{"dropTableIfExists", "drop table if exists ", true},
	{"dropView", "drop view ", true},
	{"dropViewIfExists", "drop view if exists ", true},
	{"dropMaterializedView", "drop materialized view ", true},
	{"dropMaterializedViewIfExists", "drop materialized view if exists ", true},
	{"createSchema", "create schema ", false},
	{"createSchemaIfNotExists", "create schema if not exists ", false},
	{"dropSchema", "drop schema ", false},
	{"dropSchemaIfExists", "drop schema if exists ", false},
	{"createExtension", "create extension ", false},
	{"createExtensionIfNotExists", "create extension if not exists ", false},
	{"dropExtension", "drop extension ", false},
	{"dropExtensionIfExists", "drop extension if exists ", false},
};

static bool
plain_statement(
	struct builder *b, const struct chain *c, uint32_t i, uint32_t schema, struct str name)
{
	for (size_t k = 0; k < sizeof plain_statements / sizeof *plain_statements; k++)
		if (str_is(name, plain_statements[k].method)) {
			plain(b, c, i, plain_statements[k].qualified ? schema : 0,
				plain_statements[k].words);
			return true;
		}
	return false;
}

static void
schema_method(struct builder *b, const struct chain *c, uint32_t i, uint32_t schema)
{
	struct str name = chain_name(b->l.u, c, i);

	if (str_is(name, "hasTable") || str_is(name, "hasColumn") || str_is(name, "withSchema") ||
		str_is(name, "queryContext") || str_is(name, "refreshMaterializedView"))
		return;
	lower_operation(&b->l, STR("knex"), name, c->calls[i]);
	if (str_is(name, "createTable") || str_is(name, "createTableIfNotExists"))
		table(b, c, i, schema, true, str_is(name, "createTableIfNotExists"));
	else if (str_is(name, "alterTable") || str_is(name, "table"))
		table(b, c, i, schema, false, false);
	else if (str_is(name, "createTableLike"))
		create_like(b, c, i, schema);
	else if (str_is(name, "renameTable"))
		rename_to(b, c, i, schema, "alter table ");
	else if (str_is(name, "renameView"))
		rename_to(b, c, i, schema, "alter view ");
	else if (str_is(name, "raw"))
		lower_run_value(&b->l, chain_argument(b->l.u, c, i, 0));
	else if (str_starts(name, STR("createView")) || str_is(name, "createMaterializedView") ||
		 str_is(name, "alterView"))
		view(b, c, i, schema);
	else if (!plain_statement(b, c, i, schema, name))
		lower_blind(&b->l, c->calls[i], "the method %.*s of schema is not understood",
			STR_ARG(name));
}

/* True for an object's last component: knex.schema, trx.schema, this.schema. */
static bool
is_schema(struct str head)
{
	return str_is(head, "schema") || str_ends(head, STR(".schema"));
}

static bool
operate(struct builder *b, const struct chain *c, uint32_t call)
{
	const struct unit *u = b->l.u;
	uint32_t schema = 0;

	(void)call;
	if (!is_schema(c->head)) {
		if (c->n && str_is(chain_name(u, c, 0), "raw") && c->head.n) {
			lower_operation(&b->l, STR("knex"), STR("raw"), c->calls[0]);
			lower_run_value(&b->l, chain_argument(u, c, 0, 0));
			return true;
		}
		return false;
	}
	for (uint32_t i = 0; i < c->n; i++) {
		if (str_is(chain_name(u, c, i), "withSchema"))
			schema = chain_argument(u, c, i, 0);
		schema_method(b, c, i, schema);
	}
	return true;
}

void
knex_lower(struct arena *a, const struct lower_migration *migrations, uint32_t n,
	const struct lower_sql *sql, struct lower_result *out)
{
	struct builder b = {.tool = "knex", .operate = operate, .tests = tests, .handles = handles};

	builder_lower(&b, a, migrations, n, sql, out);
}
