/* What a migration of TypeORM does: the methods of its query runner. */
#include "typeorm_p.h"

static const char *const tests[] = {
	"hasTable", "hasColumn", "getTable", "hasSchema", "getTables", NULL};
static const char *const handles[] = {"queryRunner", "runner", NULL};

static uint32_t
argument(const struct builder *b, uint32_t call, uint32_t i)
{
	return unit_kid(b->l.u, call, i + 1);
}

static void
begin(struct builder *b, uint32_t call, const char *words)
{
	lower_text_begin(&b->l, call);
	lower_text_add(&b->l, words);
	builder_text_dotted(b, typeorm_table(b->l.u, argument(b, call, 0)));
}

static void
add_one_column(struct builder *b, uint32_t call, uint32_t value)
{
	const struct unit *u = b->l.u;
	uint32_t column = typeorm_options(u, value);
	uint32_t table = typeorm_table(u, argument(b, call, 0));

	if (!column) {
		lower_blind(&b->l, value, "the column is computed");
		return;
	}
	typeorm_create_enum(b, table, column);
	begin(b, call, "ALTER TABLE ");
	lower_text_add(&b->l, " ADD ");
	typeorm_add_column(b, table, column);
	builder_text_run(b);
	if (!lower_true(u, lower_entry(u, column, "isUnique")))
		return;
	begin(b, call, "ALTER TABLE ");
	lower_text_add(&b->l, " ADD CONSTRAINT ");
	typeorm_add_chosen(b, table, lower_entry(u, column, "name"), "UQ_", 27);
	lower_text_add(&b->l, " UNIQUE (");
	lower_text_name(&b->l, lower_entry(u, column, "name"));
	lower_text_add(&b->l, ")");
	builder_text_run(b);
}

static void
add_columns(struct builder *b, uint32_t call)
{
	uint32_t columns = argument(b, call, 1);

	for (uint32_t i = 0; i < builder_elements(b->l.u, columns); i++)
		add_one_column(b, call, builder_element(b->l.u, columns, i));
}

/* A column's name: a string, or that of a TableColumn. */
static uint32_t
column_name(const struct unit *u, uint32_t value)
{
	return typeorm_table(u, value);
}

static void
drop_columns(struct builder *b, uint32_t call)
{
	uint32_t columns = argument(b, call, 1);

	for (uint32_t i = 0; i < builder_elements(b->l.u, columns); i++) {
		begin(b, call, "ALTER TABLE ");
		lower_text_add(&b->l, " DROP COLUMN ");
		lower_text_name(&b->l, column_name(b->l.u, builder_element(b->l.u, columns, i)));
		builder_text_run(b);
	}
}

static void
rename_column(struct builder *b, uint32_t call)
{
	begin(b, call, "ALTER TABLE ");
	lower_text_add(&b->l, " RENAME COLUMN ");
	lower_text_name(&b->l, column_name(b->l.u, argument(b, call, 1)));
	lower_text_add(&b->l, " TO ");
	lower_text_name(&b->l, column_name(b->l.u, argument(b, call, 2)));
	builder_text_run(b);
}

static void
rename_table(struct builder *b, uint32_t call)
{
	begin(b, call, "ALTER TABLE ");
	lower_text_add(&b->l, " RENAME TO ");
	lower_text_name(&b->l, argument(b, call, 1));
	builder_text_run(b);
}

static void
drop_table(struct builder *b, uint32_t call)
{
	begin(b, call,
		lower_true(b->l.u, argument(b, call, 1)) ? "DROP TABLE IF EXISTS " : "DROP TABLE ");
	builder_text_run(b);
}

/* Each of a list of keys, or one, by ADD. */
static void
add_each(struct builder *b, uint32_t call,
	void (*add)(struct builder *b, uint32_t table, uint32_t key))
{
	const struct unit *u = b->l.u;
	uint32_t keys = argument(b, call, 1), table = typeorm_table(u, argument(b, call, 0));

	for (uint32_t i = 0; i < builder_elements(u, keys); i++) {
		uint32_t key = typeorm_options(u, builder_element(u, keys, i));

		if (!key) {
			lower_blind(&b->l, call, "the constraint is computed");
			continue;
		}
		begin(b, call, "ALTER TABLE ");
		lower_text_add(&b->l, " ADD ");
		add(b, table, key);
		builder_text_run(b);
	}
}

static void
create_foreign_keys(struct builder *b, uint32_t call)
{
	add_each(b, call, typeorm_add_foreign_key);
}

static void
create_uniques(struct builder *b, uint32_t call)
{
	add_each(b, call, typeorm_add_unique);
}

static void
create_checks(struct builder *b, uint32_t call)
{
	add_each(b, call, typeorm_add_check);
}

static void
create_primary_key(struct builder *b, uint32_t call)
{
	uint32_t table = typeorm_table(b->l.u, argument(b, call, 0));

	begin(b, call, "ALTER TABLE ");
	lower_text_add(&b->l, " ADD CONSTRAINT ");
	if (builder_given(b->l.u, argument(b, call, 2)))
		lower_text_name(&b->l, argument(b, call, 2));
	else
		typeorm_add_chosen(b, table, argument(b, call, 1), "PK_", 27);
	lower_text_add(&b->l, " PRIMARY KEY (");
	builder_text_names(b, argument(b, call, 1));
	lower_text_add(&b->l, ")");
	builder_text_run(b);
}

static void
create_indices(struct builder *b, uint32_t call)
{
	const struct unit *u = b->l.u;
	uint32_t list = argument(b, call, 1), table = typeorm_table(u, argument(b, call, 0));

	for (uint32_t i = 0; i < builder_elements(u, list); i++) {
		uint32_t index = typeorm_options(u, builder_element(u, list, i));

		if (index)
			typeorm_create_index(b, table, index);
	}
}

/* A constraint by its name, or by the key that made it. */
static void
drop_constraint(struct builder *b, uint32_t call)
{
	const struct unit *u = b->l.u;
	uint32_t what = argument(b, call, 1), options = typeorm_options(u, what);
	uint32_t name = options ? lower_entry(u, options, "name") : what;

	begin(b, call, "ALTER TABLE ");
	lower_text_add(&b->l, " DROP CONSTRAINT ");
	if (options && !name)
		typeorm_add_chosen(b, typeorm_table(u, argument(b, call, 0)),
			lower_entry(u, options, "columnNames"),
			str_is(lower_callee(u, call), "dropForeignKey") ? "FK_" : "UQ_", 27);
	else
		lower_text_name(&b->l, name);
	builder_text_run(b);
}

static void
drop_index(struct builder *b, uint32_t call)
{
	const struct unit *u = b->l.u;
	uint32_t what = argument(b, call, 1), options = typeorm_options(u, what);
	uint32_t name = options ? lower_entry(u, options, "name") : what;

	lower_text_begin(&b->l, call);
	lower_text_add(&b->l, "DROP INDEX ");
	if (options && !name)
		typeorm_add_chosen(b, typeorm_table(u, argument(b, call, 0)),
			lower_entry(u, options, "columnNames"), "IDX_", 26);
	else
		lower_text_name(&b->l, name);
	builder_text_run(b);
}

static void
create_schema(struct builder *b, uint32_t call)
{
	begin(b, call,
		lower_true(b->l.u, argument(b, call, 1)) ? "CREATE SCHEMA IF NOT EXISTS "
							 : "CREATE SCHEMA ");
	builder_text_run(b);
}

static void
drop_schema(struct builder *b, uint32_t call)
{
	begin(b, call,
		lower_true(b->l.u, argument(b, call, 1)) ? "DROP SCHEMA IF EXISTS "
							 : "DROP SCHEMA ");
	if (lower_true(b->l.u, argument(b, call, 2)))
		lower_text_add(&b->l, " CASCADE");
	builder_text_run(b);
}

static void
query(struct builder *b, uint32_t call)
{
	lower_run_value(&b->l, argument(b, call, 0));
}

static void
unknown(struct builder *b, uint32_t call)
{
	const struct unit *u = b->l.u;
	struct name scope = {.name = lower_string(u, typeorm_table(u, argument(b, call, 0)))};

	if (!scope.name.n)
		scope = (struct name){.name = STR("*"), .pattern = true};
	lower_havoc(&b->l, call, scope,
		str_format(b->l.a, "the operation %.*s is not understood",
			STR_ARG(lower_callee(u, call))));
}

static const struct {
	const char *name;
	void (*operate)(struct builder *b, uint32_t call);
} methods[] = {
	{"query", query},
	{"createTable", typeorm_create_table},
	{"dropTable", drop_table},
	{"renameTable", rename_table},
	{"addColumn", add_columns},
	{"addColumns", add_columns},
	{"dropColumn", drop_columns},
	{"dropColumns", drop_columns},
	{"renameColumn", rename_column},
	{"changeColumn", unknown},
	{"changeColumns", unknown},
	{"createForeignKey", create_foreign_keys},
	{"createForeignKeys", create_foreign_keys},
	{"dropForeignKey", drop_constraint},
	{"dropForeignKeys", unknown},
	{"createUniqueConstraint", create_uniques},
	{"createUniqueConstraints", create_uniques},
	{"dropUniqueConstraint", drop_constraint},
	{"createCheckConstraint", create_checks},
	{"createCheckConstraints", create_checks},
	{"dropCheckConstraint", drop_constraint},
	{"createPrimaryKey", create_primary_key},
	{"updatePrimaryKeys", unknown},
	{"dropPrimaryKey", unknown},
	{"createIndex", create_indices},
	{"createIndices", create_indices},
	{"dropIndex", drop_index},
	{"dropIndices", unknown},
	{"createSchema", create_schema},
	{"dropSchema", drop_schema},
	{"createView", unknown},
	{"dropView", unknown},
	{"clearDatabase", unknown},
};

static bool
operate(struct builder *b, const struct chain *c, uint32_t call)
{
	struct str name = lower_callee(b->l.u, call);

	if (!c->head.n)
		return false;
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (str_is(name, methods[i].name)) {
			lower_operation(&b->l, STR("typeorm"), name, call);
			methods[i].operate(b, call);
			return true;
		}
	return false;
}

void
typeorm_lower(struct arena *a, const struct lower_migration *migrations, uint32_t n,
	const struct lower_sql *sql, struct lower_result *out)
{
	struct builder b = {
		.tool = "typeorm", .operate = operate, .tests = tests, .handles = handles};

	builder_lower(&b, a, migrations, n, sql, out);
}
