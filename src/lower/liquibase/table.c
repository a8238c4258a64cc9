/* createTable and addColumn (sqlgenerator/core/CreateTableGenerator, AddColumnGenerator). */
#include "lower/liquibase_p.h"

bool
liquibase_add_value(struct liquibase *l, uint32_t column, const char *prefix)
{
	const struct unit *u = l->b.u;
	struct str p = str_from(prefix);

	for (uint32_t i = 1; i < u->values.v[column].kids.count; i++) {
		uint32_t kid = unit_kid(u, column, i), value = unit_kid(u, kid, 0);
		struct str name = u->values.v[kid].text, kind, text = u->values.v[value].text;

		if (u->values.v[kid].kind != VALUE_ARGUMENT || !str_starts(name, p))
			continue;
		kind = str_slice(name, p.n, name.n);
		if (str_is(kind, "Constraint") || str_is(kind, "ConstraintName") ||
			str_is(kind, "ClobFile") || str_is(kind, "BlobFile"))
			continue;
		if (str_is(kind, "SequenceNext")) {
			lower_text_add(&l->b, "nextval('");
			liquibase_add(l, value);
			lower_text_add(&l->b, "')");
		} else if (kind.n && !str_is(kind, "Date")) {
			liquibase_add(l, value);
		} else if (str_is(kind, "Date") &&
			   (str_chr(text, '(', 0) != SIZE_MAX ||
				   str_starts(str_lower(l->b.a, text), STR("current")))) {
			liquibase_add(l, value);
		} else {
			lower_text_literal(&l->b, text);
		}
		return true;
	}
	return false;
}

static bool
has_value(const struct unit *u, uint32_t column, const char *prefix)
{
	for (uint32_t i = 1; i < u->values.v[column].kids.count; i++) {
		uint32_t kid = unit_kid(u, column, i);

		if (u->values.v[kid].kind == VALUE_ARGUMENT &&
			str_starts(u->values.v[kid].text, str_from(prefix)))
			return true;
	}
	return false;
}

static bool
is_serial(struct str type)
{
	return type.n >= 6 && str_eq_nocase(str_slice(type, type.n - 6, type.n), STR("serial"));
}

/* name TYPE DEFAULT … identity NOT NULL */
static void
add_definition(struct liquibase *l, uint32_t column, uint32_t constraints)
{
	const struct unit *u = l->b.u;
	uint32_t type = liquibase_attribute(u, column, "type");
	struct str generation = liquibase_text(u, column, "generationType");
	bool serial = is_serial(u->values.v[type].text);

	liquibase_add_name(l, liquibase_attribute(u, column, "name"));
	lower_text_add(&l->b, " ");
	liquibase_add_type(l, type);
	if (has_value(u, column, "defaultValue") && !serial) {
		lower_text_add(&l->b, " DEFAULT ");
		if (!liquibase_add_value(l, column, "defaultValue"))
			lower_text_add(&l->b, "NULL");
	}
	if (liquibase_is_true(u, column, "autoIncrement") && !serial) {
		lower_text_add(&l->b, " GENERATED ");
		lower_text_str(&l->b, generation.n ? generation : STR("BY DEFAULT"));
		lower_text_add(&l->b, " AS IDENTITY");
	}
	if (liquibase_is_false(u, constraints, "nullable") ||
		liquibase_is_true(u, constraints, "primaryKey"))
		lower_text_add(&l->b, " NOT NULL");
}

static void
add_constraint_name(struct liquibase *l, uint32_t name)
{
	if (!name)
		return;
	lower_text_add(&l->b, "CONSTRAINT ");
	liquibase_add_name(l, name);
	lower_text_add(&l->b, " ");
}

/* FOREIGN KEY (…) REFERENCES …, of references="t(c)" or referencedTableName=. */
static void
add_foreign_key(struct liquibase *l, uint32_t column, uint32_t constraints)
{
	const struct unit *u = l->b.u;
	uint32_t references = liquibase_attribute(u, constraints, "references");

	add_constraint_name(l, liquibase_attribute(u, constraints, "foreignKeyName"));
	lower_text_add(&l->b, "FOREIGN KEY (");
	liquibase_add_name(l, liquibase_attribute(u, column, "name"));
	lower_text_add(&l->b, ") REFERENCES ");
	if (references) {
		liquibase_add(l, references);
	} else {
		liquibase_add_object(
			l, constraints, "referencedTableSchemaName", "referencedTableName");
		lower_text_add(&l->b, " (");
		liquibase_add_names(
			l, liquibase_attribute(u, constraints, "referencedColumnNames"));
		lower_text_add(&l->b, ")");
	}
	if (liquibase_is_true(u, constraints, "deleteCascade"))
		lower_text_add(&l->b, " ON DELETE CASCADE");
}

static bool
has_foreign_key(const struct unit *u, uint32_t constraints)
{
	return liquibase_attribute(u, constraints, "references") ||
	       liquibase_attribute(u, constraints, "referencedTableName");
}

static void
add_unique(struct liquibase *l, uint32_t column, uint32_t constraints)
{
	add_constraint_name(l, liquibase_attribute(l->b.u, constraints, "uniqueConstraintName"));
	lower_text_add(&l->b, "UNIQUE (");
	liquibase_add_name(l, liquibase_attribute(l->b.u, column, "name"));
	lower_text_add(&l->b, ")");
}

static void
add_primary_key(struct liquibase *l, uint32_t change)
{
	const struct unit *u = l->b.u;
	uint32_t column, name = 0;
	bool any = false;

	for (uint32_t i = 0; (column = liquibase_child(u, change, "column", i)); i++) {
		uint32_t constraints = liquibase_child(u, column, "constraints", 0);

		if (liquibase_is_true(u, constraints, "primaryKey") && !name)
			name = liquibase_attribute(u, constraints, "primaryKeyName");
	}
	for (uint32_t i = 0; (column = liquibase_child(u, change, "column", i)); i++) {
		uint32_t constraints = liquibase_child(u, column, "constraints", 0);

		if (!liquibase_is_true(u, constraints, "primaryKey"))
			continue;
		lower_text_add(&l->b, ", ");
		if (!any) {
			add_constraint_name(l, name);
			lower_text_add(&l->b, "PRIMARY KEY (");
		}
		liquibase_add_name(l, liquibase_attribute(u, column, "name"));
		any = true;
	}
	if (any)
		lower_text_add(&l->b, ")");
}

void
liquibase_create_table(struct liquibase *l, uint32_t change)
{
	const struct unit *u = l->b.u;
	uint32_t column;

	lower_text_begin(&l->b, change);
	lower_text_add(&l->b, liquibase_is_true(u, change, "ifNotExists")
				      ? "CREATE TABLE IF NOT EXISTS "
				      : "CREATE TABLE ");
	liquibase_add_object(l, change, "schemaName", "tableName");
	lower_text_add(&l->b, " (");
	for (uint32_t i = 0; (column = liquibase_child(u, change, "column", i)); i++) {
		lower_text_add(&l->b, i ? ", " : "");
		add_definition(l, column, liquibase_child(u, column, "constraints", 0));
	}
	add_primary_key(l, change);
	for (uint32_t i = 0; (column = liquibase_child(u, change, "column", i)); i++) {
		uint32_t constraints = liquibase_child(u, column, "constraints", 0);

		if (liquibase_is_true(u, constraints, "unique")) {
			lower_text_add(&l->b, ", ");
			add_unique(l, column, constraints);
		}
		if (has_foreign_key(u, constraints)) {
			lower_text_add(&l->b, ", ");
			add_foreign_key(l, column, constraints);
		}
	}
	lower_text_add(&l->b, ")");
	lower_text_run(&l->b);
}

void
liquibase_add_column(struct liquibase *l, uint32_t change)
{
	const struct unit *u = l->b.u;
	uint32_t column;

	for (uint32_t i = 0; (column = liquibase_child(u, change, "column", i)); i++) {
		uint32_t constraints = liquibase_child(u, column, "constraints", 0);

		liquibase_alter(l, change);
		lower_text_add(&l->b, " ADD ");
		add_definition(l, column, constraints);
		if (liquibase_is_true(u, constraints, "primaryKey"))
			lower_text_add(&l->b, " PRIMARY KEY");
		lower_text_run(&l->b);
		if (liquibase_is_true(u, constraints, "unique")) {
			liquibase_alter(l, change);
			lower_text_add(&l->b, " ADD ");
			add_unique(l, column, constraints);
			lower_text_run(&l->b);
		}
		if (has_foreign_key(u, constraints)) {
			liquibase_alter(l, change);
			lower_text_add(&l->b, " ADD ");
			add_foreign_key(l, column, constraints);
			lower_text_run(&l->b);
		}
	}
}
