/* Changes: a table from the element's name to what it does. Those that are one statement made of attributes
 * are rows of a pattern. */
#include "lower/liquibase_p.h"

void
liquibase_alter(struct liquibase *l, uint32_t change)
{
	lower_text_begin(&l->b, change);
	lower_text_add(&l->b, "ALTER TABLE ");
	liquibase_add_object(l, change, "schemaName", "tableName");
}

static void
nothing(struct liquibase *l, uint32_t change)
{
	(void)l;
	(void)change;
}

static void
drop_column(struct liquibase *l, uint32_t change)
{
	uint32_t name = liquibase_attribute(l->b.u, change, "columnName"), column;

	if (name) {
		liquibase_alter(l, change);
		lower_text_add(&l->b, " DROP COLUMN ");
		liquibase_add_name(l, name);
		lower_text_run(&l->b);
	}
	for (uint32_t i = 0; (column = liquibase_child(l->b.u, change, "column", i)); i++) {
		liquibase_alter(l, change);
		lower_text_add(&l->b, " DROP COLUMN ");
		liquibase_add_name(l, liquibase_attribute(l->b.u, column, "name"));
		lower_text_run(&l->b);
	}
}

static void
begin_column(struct liquibase *l, uint32_t change)
{
	liquibase_alter(l, change);
	lower_text_add(&l->b, " ALTER COLUMN ");
	liquibase_add_name(l, liquibase_attribute(l->b.u, change, "columnName"));
}

static void
modify_data_type(struct liquibase *l, uint32_t change)
{
	begin_column(l, change);
	lower_text_add(&l->b, " TYPE ");
	liquibase_add_type(l, liquibase_attribute(l->b.u, change, "newDataType"));
	lower_text_run(&l->b);
}

static void
add_default_value(struct liquibase *l, uint32_t change)
{
	begin_column(l, change);
	lower_text_add(&l->b, " SET DEFAULT ");
	if (!liquibase_add_value(l, change, "defaultValue"))
		lower_text_add(&l->b, "NULL");
	lower_text_run(&l->b);
}

/* The column gets its sequence, too, where it is no identity (AddAutoIncrementGenerator). */
static void
add_auto_increment(struct liquibase *l, uint32_t change)
{
	struct str generation = liquibase_text(l->b.u, change, "generationType");

	begin_column(l, change);
	lower_text_add(&l->b, " ADD GENERATED ");
	lower_text_str(&l->b, generation.n ? generation : STR("BY DEFAULT"));
	lower_text_add(&l->b, " AS IDENTITY");
	lower_text_run(&l->b);
}

static void
add_action(struct liquibase *l, uint32_t change, const char *name, const char *words)
{
	uint32_t action = liquibase_attribute(l->b.u, change, name);

	if (!action)
		return;
	lower_text_add(&l->b, words);
	liquibase_add(l, action);
}

static void
add_foreign_key(struct liquibase *l, uint32_t change)
{
	const struct unit *u = l->b.u;

	lower_text_begin(&l->b, change);
	lower_text_add(&l->b, "ALTER TABLE ");
	liquibase_add_object(l, change, "baseTableSchemaName", "baseTableName");
	lower_text_add(&l->b, " ADD CONSTRAINT ");
	liquibase_add_name(l, liquibase_attribute(u, change, "constraintName"));
	lower_text_add(&l->b, " FOREIGN KEY (");
	liquibase_add_names(l, liquibase_attribute(u, change, "baseColumnNames"));
	lower_text_add(&l->b, ") REFERENCES ");
	liquibase_add_object(l, change, "referencedTableSchemaName", "referencedTableName");
	lower_text_add(&l->b, " (");
	liquibase_add_names(l, liquibase_attribute(u, change, "referencedColumnNames"));
	lower_text_add(&l->b, ")");
	if (liquibase_is_true(u, change, "deleteCascade"))
		lower_text_add(&l->b, " ON DELETE CASCADE");
	else
		add_action(l, change, "onDelete", " ON DELETE ");
	add_action(l, change, "onUpdate", " ON UPDATE ");
	lower_text_run(&l->b);
}

static void
add_key(struct liquibase *l, uint32_t change, const char *words)
{
	uint32_t name = liquibase_attribute(l->b.u, change, "constraintName");

	liquibase_alter(l, change);
	lower_text_add(&l->b, " ADD ");
	if (name) {
		lower_text_add(&l->b, "CONSTRAINT ");
		liquibase_add_name(l, name);
		lower_text_add(&l->b, " ");
	}
	lower_text_add(&l->b, words);
	liquibase_add_names(l, liquibase_attribute(l->b.u, change, "columnNames"));
	lower_text_add(&l->b, ")");
	lower_text_run(&l->b);
}

static void
add_primary_key(struct liquibase *l, uint32_t change)
{
	add_key(l, change, "PRIMARY KEY (");
}

static void
add_unique(struct liquibase *l, uint32_t change)
{
	add_key(l, change, "UNIQUE (");
}

static void
drop_primary_key(struct liquibase *l, uint32_t change)
{
	struct str table = liquibase_text(l->b.u, change, "tableName");
	uint32_t name = liquibase_attribute(l->b.u, change, "constraintName");

	liquibase_alter(l, change);
	lower_text_add(&l->b, " DROP CONSTRAINT ");
	if (name)
		liquibase_add_name(l, name);
	else
		lower_text_quoted(&l->b, lower_chosen_name(l->b.a, str_lower(l->b.a, table),
						 (struct str){0}, "pkey"));
	lower_text_run(&l->b);
}

static void
create_index(struct liquibase *l, uint32_t change)
{
	const struct unit *u = l->b.u;
	uint32_t name = liquibase_attribute(u, change, "indexName"), column;

	lower_text_begin(&l->b, change);
	lower_text_add(&l->b,
		liquibase_is_true(u, change, "unique") ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
	if (name)
		liquibase_add_name(l, name);
	lower_text_add(&l->b, " ON ");
	liquibase_add_object(l, change, "schemaName", "tableName");
	lower_text_add(&l->b, " (");
	for (uint32_t i = 0; (column = liquibase_child(u, change, "column", i)); i++) {
		uint32_t element = liquibase_attribute(u, column, "name");

		lower_text_add(&l->b, i ? ", " : "");
		if (liquibase_is_true(u, column, "computed") ||
			str_chr(u->values.v[element].text, '(', 0) != SIZE_MAX)
			liquibase_add(l, element);
		else
			liquibase_add_name(l, element);
	}
	lower_text_add(&l->b, ")");
	lower_text_run(&l->b);
}

/* The file that the change names; NULL: there is none. */
static const struct lower_file *
file_of(const struct liquibase *l, uint32_t change)
{
	for (uint32_t i = 0; i < l->migration->n_files; i++)
		if (l->migration->files[i].value == change)
			return &l->migration->files[i];
	return NULL;
}

static void
create_view(struct liquibase *l, uint32_t change)
{
	const struct unit *u = l->b.u;
	uint32_t query = liquibase_content(u, change, "selectQuery");

	if (file_of(l, change) || liquibase_is_true(u, change, "fullDefinition")) {
		if (file_of(l, change))
			lower_run_file(&l->b, file_of(l, change));
		lower_text_begin(&l->b, change);
	} else {
		lower_text_begin(&l->b, change);
		lower_text_add(&l->b, liquibase_is_true(u, change, "replaceIfExists")
					      ? "CREATE OR REPLACE VIEW "
					      : "CREATE VIEW ");
		liquibase_add_object(l, change, "schemaName", "viewName");
		lower_text_add(&l->b, " AS ");
	}
	if (query)
		liquibase_add(l, query);
	lower_text_run(&l->b);
}

static bool
for_postgres(struct str dbms)
{
	return !dbms.n || str_find(dbms, STR("postgresql"), 0) != SIZE_MAX || str_is(dbms, "all");
}

static void
run_sql(struct liquibase *l, uint32_t change)
{
	uint32_t sql = liquibase_content(l->b.u, change, "sql");

	if (!sql)
		sql = liquibase_content(l->b.u, change, "procedureText");
	if (!for_postgres(liquibase_text(l->b.u, change, "dbms")))
		return;
	if (file_of(l, change))
		lower_run_file(&l->b, file_of(l, change));
	lower_text_begin(&l->b, change);
	if (sql)
		liquibase_add(l, sql);
	lower_text_run(&l->b);
}

static void
run_sql_file(struct liquibase *l, uint32_t change)
{
	const struct lower_file *f = file_of(l, change);

	if (!for_postgres(liquibase_text(l->b.u, change, "dbms")))
		return;
	if (f)
		lower_run_file(&l->b, f);
	else
		lower_havoc(&l->b, change, (struct name){.name = STR("*"), .pattern = true},
			STR("the file of SQL is not there"));
}

static void
insert(struct liquibase *l, uint32_t change)
{
	const struct unit *u = l->b.u;
	uint32_t column;

	lower_text_begin(&l->b, change);
	lower_text_add(&l->b, "INSERT INTO ");
	liquibase_add_object(l, change, "schemaName", "tableName");
	if (!liquibase_child(u, change, "column", 0)) {
		lower_text_add(&l->b, " DEFAULT VALUES");
	} else {
		lower_text_add(&l->b, " (");
		for (uint32_t i = 0; (column = liquibase_child(u, change, "column", i)); i++) {
			uint32_t name = liquibase_attribute(u, column, "name");

			lower_text_add(&l->b, i ? ", " : "");
			liquibase_add_name(
				l, name ? name : liquibase_attribute(u, column, "header"));
		}
		lower_text_add(&l->b, ") VALUES (");
		for (uint32_t i = 0; liquibase_child(u, change, "column", i); i++)
			lower_text_add(&l->b, i ? ", NULL" : "NULL");
		lower_text_add(&l->b, ")");
	}
	lower_text_run(&l->b);
}

static void
add_where(struct liquibase *l, uint32_t change)
{
	const struct unit *u = l->b.u;
	uint32_t where = liquibase_attribute(u, change, "where"), element;

	element = liquibase_child(u, change, "where", 0);
	if (!where && element)
		where = liquibase_content(u, element, "where");
	if (!where || str_find(u->values.v[where].text, STR(":"), 0) != SIZE_MAX)
		return;
	lower_text_add(&l->b, " WHERE ");
	liquibase_add(l, where);
}

static void
update(struct liquibase *l, uint32_t change)
{
	const struct unit *u = l->b.u;
	uint32_t column;

	lower_text_begin(&l->b, change);
	lower_text_add(&l->b, "UPDATE ");
	liquibase_add_object(l, change, "schemaName", "tableName");
	lower_text_add(&l->b, " SET ");
	for (uint32_t i = 0; (column = liquibase_child(u, change, "column", i)); i++) {
		lower_text_add(&l->b, i ? ", " : "");
		liquibase_add_name(l, liquibase_attribute(u, column, "name"));
		lower_text_add(&l->b, " = ");
		if (!liquibase_add_value(l, column, "value"))
			lower_text_add(&l->b, "NULL");
	}
	add_where(l, change);
	lower_text_run(&l->b);
}

static void delete (struct liquibase *l, uint32_t change)
{
	lower_text_begin(&l->b, change);
	lower_text_add(&l->b, "DELETE FROM ");
	liquibase_add_object(l, change, "schemaName", "tableName");
	add_where(l, change);
	lower_text_run(&l->b);
}

/* Changes that are one statement. In a pattern stands for the attributes: {name} a name, {.name} one
 * behind the schema of attribute schemaName. */
static const struct {
	const char *name, *pattern;
} patterns[] = {
	{"renameColumn",
		"ALTER TABLE {.tableName} RENAME COLUMN {oldColumnName} TO {newColumnName}"},
	{"renameTable", "ALTER TABLE {.oldTableName} RENAME TO {newTableName}"},
	{"renameView", "ALTER VIEW {.oldViewName} RENAME TO {newViewName}"},
	{"renameSequence", "ALTER SEQUENCE {.oldSequenceName} RENAME TO {newSequenceName}"},
	{"addNotNullConstraint", "ALTER TABLE {.tableName} ALTER COLUMN {columnName} SET NOT NULL"},
	{"dropNotNullConstraint",
		"ALTER TABLE {.tableName} ALTER COLUMN {columnName} DROP NOT NULL"},
	{"dropDefaultValue", "ALTER TABLE {.tableName} ALTER COLUMN {columnName} DROP DEFAULT"},
	{"dropUniqueConstraint", "ALTER TABLE {.tableName} DROP CONSTRAINT {constraintName}"},
	{"dropCheckConstraint", "ALTER TABLE {.tableName} DROP CONSTRAINT {constraintName}"},
	{"dropIndex", "DROP INDEX {.indexName}"},
	{"createSequence", "CREATE SEQUENCE {.sequenceName}"},
	{"dropSequence", "DROP SEQUENCE {.sequenceName}"},
	{"dropView", "DROP VIEW {.viewName}"},
	{"createSchema", "CREATE SCHEMA {schemaName}"},
};

static void
run_pattern(struct liquibase *l, uint32_t change, const char *pattern)
{
	struct str rest = str_from(pattern);

	lower_text_begin(&l->b, change);
	while (rest.n) {
		size_t open = str_chr(rest, '{', 0);
		size_t close = open == SIZE_MAX ? SIZE_MAX : str_chr(rest, '}', open);
		struct str name;

		lower_text_str(&l->b, str_slice(rest, 0, open));
		if (close == SIZE_MAX)
			break;
		name = str_slice(rest, open + 1, close);
		rest = str_slice(rest, close + 1, rest.n);
		if (name.s[0] == '.')
			liquibase_add_object(l, change, "schemaName",
				str_cstr(l->b.a, str_slice(name, 1, name.n)));
		else
			liquibase_add_name(
				l, liquibase_attribute(l->b.u, change, str_cstr(l->b.a, name)));
	}
	lower_text_run(&l->b);
}

static void
drop_foreign_key(struct liquibase *l, uint32_t change)
{
	lower_text_begin(&l->b, change);
	lower_text_add(&l->b, "ALTER TABLE ");
	liquibase_add_object(l, change, "baseTableSchemaName", "baseTableName");
	lower_text_add(&l->b, " DROP CONSTRAINT ");
	liquibase_add_name(l, liquibase_attribute(l->b.u, change, "constraintName"));
	lower_text_run(&l->b);
}

static void
drop_table(struct liquibase *l, uint32_t change)
{
	lower_text_begin(&l->b, change);
	lower_text_add(&l->b, "DROP TABLE ");
	liquibase_add_object(l, change, "schemaName", "tableName");
	if (liquibase_is_true(l->b.u, change, "cascadeConstraints"))
		lower_text_add(&l->b, " CASCADE");
	lower_text_run(&l->b);
}

static const struct {
	const char *name;
	void (*change)(struct liquibase *l, uint32_t change);
} changes[] = {
	{"createTable", liquibase_create_table},
	{"addColumn", liquibase_add_column},
	{"dropColumn", drop_column},
	{"modifyDataType", modify_data_type},
	{"addDefaultValue", add_default_value},
	{"addAutoIncrement", add_auto_increment},
	{"addForeignKeyConstraint", add_foreign_key},
	{"dropForeignKeyConstraint", drop_foreign_key},
	{"addPrimaryKey", add_primary_key},
	{"dropPrimaryKey", drop_primary_key},
	{"addUniqueConstraint", add_unique},
	{"createIndex", create_index},
	{"createView", create_view},
	{"dropTable", drop_table},
	{"sql", run_sql},
	{"createProcedure", run_sql},
	{"createFunction", run_sql},
	{"sqlFile", run_sql_file},
	{"insert", insert},
	{"loadData", insert},
	{"loadUpdateData", insert},
	{"update", update},
	{"delete", delete},
	{"setTableRemarks", nothing},
	{"setColumnRemarks", nothing},
	{"tagDatabase", nothing},
	{"output", nothing},
	{"empty", nothing},
	{"stop", nothing},
	{"alterSequence", nothing},
};

void
liquibase_change(struct liquibase *l, uint32_t change)
{
	struct str name = liquibase_kind(l->b.u, change);
	struct name scope = {.schema = liquibase_text(l->b.u, change, "schemaName"),
		.name = liquibase_text(l->b.u, change, "tableName")};

	lower_operation(&l->b, STR("liquibase"), name, change);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
		if (str_is(name, changes[i].name)) {
			changes[i].change(l, change);
			return;
		}
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
		if (str_is(name, patterns[i].name)) {
			run_pattern(l, change, patterns[i].pattern);
			return;
		}
	if (!scope.name.n)
		scope = (struct name){.name = STR("*"), .pattern = true};
	lower_havoc(&l->b, change, scope,
		str_format(l->b.a, "the change %.*s is not understood", STR_ARG(name)));
}
