/* What a migration of node-pg-migrate does: the methods of `pgm`. */
#include "node_pg_migrate_p.h"

static const char *const tests[] = {NULL};
static const char *const handles[] = {"pgm", NULL};

static uint32_t
argument(const struct builder *b, uint32_t call, uint32_t i)
{
	return unit_kid(b->l.u, call, i + 1);
}

static bool
option(const struct builder *b, uint32_t call, uint32_t i, const char *key)
{
	return lower_true(b->l.u, lower_entry(b->l.u, argument(b, call, i), key));
}

static void
begin(struct builder *b, uint32_t call, const char *words)
{
	lower_text_begin(&b->l, call);
	lower_text_add(&b->l, words);
	npm_add_name(b, argument(b, call, 0));
}

static void
create_table(struct builder *b, uint32_t call)
{
	const struct unit *u = b->l.u;
	uint32_t table = argument(b, call, 0), columns = argument(b, call, 1);
	uint32_t options = argument(b, call, 2);

	if (u->values.v[columns].kind != VALUE_MAP) {
		lower_blind(&b->l, call, "the columns of this table are computed");
		return;
	}
	begin(b, call,
		option(b, call, 2, "ifNotExists") ? "CREATE TABLE IF NOT EXISTS "
						  : "CREATE TABLE ");
	lower_text_add(&b->l, " (");
	npm_add_columns(b, columns, "");
	npm_add_primary_key(b, table, columns);
	npm_add_constraints(b, table, 0, lower_entry(u, options, "constraints"), ", ");
	lower_text_add(&b->l, ")");
	if (builder_given(u, lower_entry(u, options, "inherits"))) {
		lower_text_add(&b->l, " INHERITS (");
		npm_add_name(b, lower_entry(u, options, "inherits"));
		lower_text_add(&b->l, ")");
	}
	builder_text_run(b);
}

static void
drop_with(struct builder *b, uint32_t call, const char *words, const char *soft)
{
	begin(b, call, option(b, call, 1, "ifExists") ? soft : words);
	if (option(b, call, 1, "cascade"))
		lower_text_add(&b->l, " CASCADE");
	builder_text_run(b);
}

static void
drop_table(struct builder *b, uint32_t call)
{
	drop_with(b, call, "DROP TABLE ", "DROP TABLE IF EXISTS ");
}

static void
drop_view(struct builder *b, uint32_t call)
{
	drop_with(b, call, "DROP VIEW ", "DROP VIEW IF EXISTS ");
}

static void
drop_schema(struct builder *b, uint32_t call)
{
	drop_with(b, call, "DROP SCHEMA ", "DROP SCHEMA IF EXISTS ");
}

static void
drop_type(struct builder *b, uint32_t call)
{
	drop_with(b, call, "DROP TYPE ", "DROP TYPE IF EXISTS ");
}

static void
add_columns(struct builder *b, uint32_t call)
{
	begin(b, call, "ALTER TABLE ");
	lower_text_add(&b->l, " ");
	if (npm_add_columns(b, argument(b, call, 1),
		    option(b, call, 2, "ifNotExists") ? "ADD IF NOT EXISTS " : "ADD "))
		builder_text_run(b);
	else
		lower_blind(&b->l, call, "the columns that are added are computed");
}

/* A list of columns, one, or an object whose keys they are. */
static void
drop_columns(struct builder *b, uint32_t call)
{
	const struct unit *u = b->l.u;
	uint32_t columns = argument(b, call, 1);
	bool map = u->values.v[columns].kind == VALUE_MAP;
	uint32_t n = map ? u->values.v[columns].kids.count : builder_elements(u, columns);

	begin(b, call, "ALTER TABLE ");
	for (uint32_t i = 0; i < n; i++) {
		lower_text_add(&b->l, i ? ", DROP " : " DROP ");
		if (option(b, call, 2, "ifExists"))
			lower_text_add(&b->l, "IF EXISTS ");
		lower_text_name(&b->l, map ? unit_kid(u, unit_kid(u, columns, i), 0)
					   : builder_element(u, columns, i));
	}
	if (n)
		builder_text_run(b);
}

static void
alter_column(struct builder *b, uint32_t call)
{
	const struct unit *u = b->l.u;
	uint32_t options = argument(b, call, 2), otherwise = lower_entry(u, options, "default");
	uint32_t type = lower_entry(u, options, "type"), null = lower_entry(u, options, "notNull");
	bool drop = lower_false(u, null) || lower_true(u, lower_entry(u, options, "allowNull"));

	for (uint32_t i = 0; i < 3; i++) {
		if ((i == 0 && !otherwise) || (i == 1 && !type) ||
			(i == 2 && !lower_true(u, null) && !drop))
			continue;
		begin(b, call, "ALTER TABLE ");
		lower_text_add(&b->l, " ALTER ");
		lower_text_name(&b->l, argument(b, call, 1));
		if (i == 0 && u->values.v[otherwise].kind == VALUE_NULL) {
			lower_text_add(&b->l, " DROP DEFAULT");
		} else if (i == 0) {
			lower_text_add(&b->l, " SET DEFAULT ");
			npm_add_value(b, otherwise);
		} else if (i == 1) {
			lower_text_add(&b->l, " SET DATA TYPE ");
			npm_add_type(b, type);
		} else {
			lower_text_add(&b->l, drop ? " DROP NOT NULL" : " SET NOT NULL");
		}
		builder_text_run(b);
	}
}

static void
rename_with(struct builder *b, uint32_t call, const char *words, uint32_t to)
{
	begin(b, call, "ALTER TABLE ");
	lower_text_add(&b->l, words);
	if (to == 2) {
		lower_text_name(&b->l, argument(b, call, 1));
		lower_text_add(&b->l, " TO ");
	}
	npm_add_name(b, argument(b, call, to));
	builder_text_run(b);
}

static void
rename_column(struct builder *b, uint32_t call)
{
	rename_with(b, call, " RENAME ", 2);
}

static void
rename_constraint(struct builder *b, uint32_t call)
{
	rename_with(b, call, " RENAME CONSTRAINT ", 2);
}

static void
rename_table(struct builder *b, uint32_t call)
{
	rename_with(b, call, " RENAME TO ", 1);
}

static void
add_constraint(struct builder *b, uint32_t call)
{
	const struct unit *u = b->l.u;
	uint32_t options = argument(b, call, 2), name = argument(b, call, 1);

	begin(b, call, "ALTER TABLE ");
	if (u->values.v[options].kind == VALUE_STRING) {
		lower_text_add(&b->l, " ADD ");
		if (builder_given(u, name)) {
			lower_text_add(&b->l, "CONSTRAINT ");
			lower_text_name(&b->l, name);
			lower_text_add(&b->l, " ");
		}
		lower_text_value(&b->l, options);
	} else {
		npm_add_constraints(b, argument(b, call, 0), name, options, " ADD ");
	}
	builder_text_run(b);
}

static void
drop_constraint(struct builder *b, uint32_t call)
{
	begin(b, call, "ALTER TABLE ");
	lower_text_add(&b->l, option(b, call, 2, "ifExists") ? " DROP CONSTRAINT IF EXISTS "
							     : " DROP CONSTRAINT ");
	lower_text_name(&b->l, argument(b, call, 1));
	if (option(b, call, 2, "cascade"))
		lower_text_add(&b->l, " CASCADE");
	builder_text_run(b);
}

/* The name of a column in an index: a string, or {name: …}. */
static uint32_t
index_column(const struct unit *u, uint32_t columns, uint32_t i)
{
	uint32_t column = builder_element(u, columns, i);

	return u->values.v[column].kind == VALUE_MAP ? lower_entry(u, column, "name") : column;
}

static void
add_index_name(struct builder *b, uint32_t call, bool unique)
{
	const struct unit *u = b->l.u;
	uint32_t name = lower_entry(u, argument(b, call, 2), "name");
	struct str plain = npm_plain_name(u, argument(b, call, 0));
	struct buf text = {.arena = b->l.a};

	if (builder_given(u, name)) {
		lower_text_name(&b->l, name);
		return;
	}
	buf_addf(&text, "%.*s", STR_ARG(plain));
	for (uint32_t i = 0; i < builder_elements(u, argument(b, call, 1)); i++) {
		struct str column = u->values.v[index_column(u, argument(b, call, 1), i)].text;

		buf_addf(&text, "_%.*s", STR_ARG(column));
	}
	buf_addf(&text, "%s_index", unique ? "_unique" : "");
	lower_text_quoted(&b->l, buf_str(&text));
}

static bool
is_expression(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (str_chr(STR(" ()'+|,"), text.s[i], 0) != SIZE_MAX)
			return true;
	return false;
}

static void
create_index(struct builder *b, uint32_t call)
{
	const struct unit *u = b->l.u;
	uint32_t columns = argument(b, call, 1), options = argument(b, call, 2);
	bool unique = option(b, call, 2, "unique");

	lower_text_begin(&b->l, call);
	lower_text_add(&b->l, unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
	if (option(b, call, 2, "ifNotExists"))
		lower_text_add(&b->l, "IF NOT EXISTS ");
	add_index_name(b, call, unique);
	lower_text_add(&b->l, " ON ");
	npm_add_name(b, argument(b, call, 0));
	if (lower_string(u, lower_entry(u, options, "method")).n) {
		lower_text_add(&b->l, " USING ");
		lower_text_value(&b->l, lower_entry(u, options, "method"));
	}
	lower_text_add(&b->l, " (");
	for (uint32_t i = 0; i < builder_elements(u, columns); i++) {
		uint32_t column = index_column(u, columns, i);
		bool expression = is_expression(u->values.v[column].text);

		lower_text_add(&b->l, i ? ", " : "");
		lower_text_add(&b->l, expression ? "(" : "");
		if (expression)
			lower_text_value(&b->l, column);
		else
			lower_text_name(&b->l, column);
		lower_text_add(&b->l, expression ? ")" : "");
	}
	lower_text_add(&b->l, ")");
	if (lower_string(u, lower_entry(u, options, "where")).n) {
		lower_text_add(&b->l, " WHERE ");
		lower_text_value(&b->l, lower_entry(u, options, "where"));
	}
	builder_text_run(b);
}

static void
drop_index(struct builder *b, uint32_t call)
{
	uint32_t schema = lower_entry(b->l.u, argument(b, call, 0), "schema");

	lower_text_begin(&b->l, call);
	lower_text_add(
		&b->l, option(b, call, 2, "ifExists") ? "DROP INDEX IF EXISTS " : "DROP INDEX ");
	if (builder_given(b->l.u, schema)) {
		lower_text_name(&b->l, schema);
		lower_text_add(&b->l, ".");
	}
	add_index_name(b, call, option(b, call, 2, "unique"));
	builder_text_run(b);
}

static void
create_schema(struct builder *b, uint32_t call)
{
	begin(b, call,
		option(b, call, 1, "ifNotExists") ? "CREATE SCHEMA IF NOT EXISTS "
						  : "CREATE SCHEMA ");
	builder_text_run(b);
}

static void
create_extension(struct builder *b, uint32_t call)
{
	begin(b, call, "CREATE EXTENSION IF NOT EXISTS ");
	builder_text_run(b);
}

/* An enum's values, or a composite type's attributes. */
static void
create_type(struct builder *b, uint32_t call)
{
	const struct unit *u = b->l.u;
	uint32_t values = argument(b, call, 1);

	begin(b, call, "CREATE TYPE ");
	if (u->values.v[values].kind == VALUE_MAP) {
		lower_text_add(&b->l, " AS (");
		npm_add_columns(b, values, "");
	} else {
		lower_text_add(&b->l, " AS ENUM (");
		for (uint32_t i = 0; i < builder_elements(u, values); i++) {
			lower_text_add(&b->l, i ? ", " : "");
			lower_text_literal(&b->l, builder_word(u, builder_element(u, values, i)));
		}
	}
	lower_text_add(&b->l, ")");
	builder_text_run(b);
}

static void
create_view(struct builder *b, uint32_t call)
{
	begin(b, call, option(b, call, 1, "replace") ? "CREATE OR REPLACE VIEW " : "CREATE VIEW ");
	lower_text_add(&b->l, " AS ");
	lower_text_value(&b->l, argument(b, call, 2));
	builder_text_run(b);
}

static void
run_sql(struct builder *b, uint32_t call)
{
	lower_run_value(&b->l, argument(b, call, 0));
}

static void
nothing(struct builder *b, uint32_t call)
{
	(void)b;
	(void)call;
}

static const struct {
	const char *name;
	void (*operate)(struct builder *b, uint32_t call);
} methods[] = {
	{"createTable", create_table},
	{"dropTable", drop_table},
	{"renameTable", rename_table},
	{"addColumns", add_columns},
	{"addColumn", add_columns},
	{"dropColumns", drop_columns},
	{"dropColumn", drop_columns},
	{"renameColumn", rename_column},
	{"alterColumn", alter_column},
	{"addConstraint", add_constraint},
	{"createConstraint", add_constraint},
	{"dropConstraint", drop_constraint},
	{"renameConstraint", rename_constraint},
	{"createIndex", create_index},
	{"addIndex", create_index},
	{"dropIndex", drop_index},
	{"createSchema", create_schema},
	{"dropSchema", drop_schema},
	{"createExtension", create_extension},
	{"addExtension", create_extension},
	{"createType", create_type},
	{"addType", create_type},
	{"dropType", drop_type},
	{"createView", create_view},
	{"dropView", drop_view},
	{"sql", run_sql},
	{"func", nothing},
	{"noTransaction", nothing},
};

/* What is not read of these changes no relation. */
static void
unknown(struct builder *b, uint32_t call, struct str name)
{
	static const char *const harmless[] = {"Trigger", "Function", "Role", "Policy", "Operator",
		"Cast", "grant", "revoke", NULL};
	struct name scope = {.name = npm_plain_name(b->l.u, argument(b, call, 0))};

	for (const char *const *h = harmless; *h; h++)
		if (str_find(name, str_from(*h), 0) != SIZE_MAX) {
			lower_blind(
				&b->l, call, "the operation %.*s is not understood", STR_ARG(name));
			return;
		}
	if (!scope.name.n)
		scope = (struct name){.name = STR("*"), .pattern = true};
	lower_havoc(&b->l, call, scope,
		str_format(b->l.a, "the operation %.*s is not understood", STR_ARG(name)));
}

static bool
operate(struct builder *b, const struct chain *c, uint32_t call)
{
	struct str name = lower_callee(b->l.u, call);

	for (size_t i = 0; c->head.n && i < sizeof methods / sizeof *methods; i++)
		if (str_is(name, methods[i].name)) {
			lower_operation(&b->l, STR("node-pg-migrate"), name, call);
			methods[i].operate(b, call);
			return true;
		}
	if (!str_is(c->head, "pgm"))
		return false;
	lower_operation(&b->l, STR("node-pg-migrate"), name, call);
	unknown(b, call, name);
	return true;
}

void
node_pg_migrate_lower(struct arena *a, const struct lower_migration *migrations, uint32_t n,
	const struct lower_sql *sql, struct lower_result *out)
{
	struct builder b = {
		.tool = "node-pg-migrate", .operate = operate, .tests = tests, .handles = handles};

	builder_lower(&b, a, migrations, n, sql, out);
}
