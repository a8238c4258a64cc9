/* Constraints, as a part of CREATE TABLE or behind ADD. */
#include "lower/alembic_p.h"

static void
add_action(struct lower *l, const char *words, uint32_t value)
{
	if (!alembic_given(l->u, value))
		return;
	lower_text_add(l, words);
	lower_text_value(l, value);
}

void
alembic_add_actions(struct lower *l, uint32_t call)
{
	const struct unit *u = l->u;

	add_action(l, " ON DELETE ", lower_argument(u, call, "ondelete", UINT32_MAX));
	add_action(l, " ON UPDATE ", lower_argument(u, call, "onupdate", UINT32_MAX));
	if (lower_true(u, lower_argument(u, call, "deferrable", UINT32_MAX)))
		lower_text_add(l, " DEFERRABLE");
	add_action(l, " INITIALLY ", lower_argument(u, call, "initially", UINT32_MAX));
	if (lower_true(u, lower_argument(u, call, "postgresql_not_valid", UINT32_MAX)))
		lower_text_add(l, " NOT VALID");
}

/* "schema.table.column" in its parts; without a column it is the one that is called as ours. */
struct target {
	struct str schema, table, column;
};

static bool
read_target(const struct unit *u, uint32_t value, struct target *t)
{
	struct str text = lower_string(u, alembic_unwrap(u, value));
	size_t dot = str_rchr(text, '.');

	*t = (struct target){0};
	if (!text.n)
		return false;
	t->table = str_slice(text, 0, dot == SIZE_MAX ? text.n : dot);
	t->column = dot == SIZE_MAX ? (struct str){0} : str_slice(text, dot + 1, text.n);
	dot = str_rchr(t->table, '.');
	if (dot != SIZE_MAX) {
		t->schema = str_slice(t->table, 0, dot);
		t->table = str_slice(t->table, dot + 1, t->table.n);
	}
	return true;
}

bool
alembic_key_is_known(struct lower *l, uint32_t key)
{
	const struct unit *u = l->u;
	bool table_level = str_is(lower_callee(u, key), "ForeignKeyConstraint");
	uint32_t target = table_level ? lower_argument(u, key, "refcolumns", 1)
				      : lower_argument(u, key, "column", 0);
	struct target t;

	if ((!table_level && !str_is(lower_callee(u, key), "ForeignKey")) ||
		read_target(u, alembic_element(u, target, 0), &t))
		return true;
	lower_blind(l, key, "what this foreign key refers to is computed");
	return false;
}

static void
add_target_table(struct lower *l, const struct target *t)
{
	lower_text_add(l, " REFERENCES ");
	if (t->schema.n) {
		lower_text_quoted(l, t->schema);
		lower_text_add(l, ".");
	}
	lower_text_quoted(l, t->table);
}

void
alembic_add_column_key(struct lower *l, uint32_t column, uint32_t key)
{
	const struct unit *u = l->u;
	struct target t;

	if (!read_target(u, lower_argument(u, key, "column", 0), &t))
		return;
	alembic_add_constraint_name(l, lower_argument(u, key, "name", UINT32_MAX));
	lower_text_add(l, "FOREIGN KEY (");
	lower_text_name(l, alembic_column_name(u, column));
	lower_text_add(l, ")");
	add_target_table(l, &t);
	lower_text_add(l, " (");
	if (t.column.n)
		lower_text_quoted(l, t.column);
	else
		lower_text_name(l, alembic_column_name(u, column));
	lower_text_add(l, ")");
	alembic_add_actions(l, key);
}

static void
add_foreign_key(struct lower *l, uint32_t call)
{
	const struct unit *u = l->u;
	uint32_t columns = lower_argument(u, call, "columns", 0);
	uint32_t targets = lower_argument(u, call, "refcolumns", 1), element;
	struct target t;

	if (!read_target(u, alembic_element(u, targets, 0), &t))
		return;
	alembic_add_constraint_name(l, lower_argument(u, call, "name", 2));
	lower_text_add(l, "FOREIGN KEY (");
	alembic_add_names(l, columns);
	lower_text_add(l, ")");
	add_target_table(l, &t);
	lower_text_add(l, " (");
	for (uint32_t i = 0; (element = alembic_element(u, targets, i)); i++) {
		lower_text_add(l, i ? ", " : "");
		if (read_target(u, element, &t))
			lower_text_quoted(l, t.column);
	}
	lower_text_add(l, ")");
	alembic_add_actions(l, call);
}

/* The positional arguments from number FIRST on as names. */
static void
add_columns(struct lower *l, uint32_t call, uint32_t first)
{
	const struct unit *u = l->u;
	bool any = false;

	for (uint32_t i = first + 1; i < u->values.v[call].kids.count; i++) {
		uint32_t kid = unit_kid(u, call, i);

		if (u->values.v[kid].kind == VALUE_ARGUMENT)
			continue;
		lower_text_add(l, any ? ", " : "");
		lower_text_name(l, alembic_unwrap(u, kid));
		any = true;
	}
}

void
alembic_add_exclusion(struct lower *l, uint32_t call)
{
	const struct unit *u = l->u;
	uint32_t using = lower_argument(u, call, "using", UINT32_MAX);
	uint32_t where = lower_argument(u, call, "where", UINT32_MAX);
	bool any = false;

	lower_text_add(l, "EXCLUDE USING ");
	if (alembic_given(u, using))
		lower_text_value(l, using);
	else
		lower_text_add(l, "gist");
	lower_text_add(l, " (");
	for (uint32_t i = 1; i < u->values.v[call].kids.count; i++) {
		uint32_t kid = unit_kid(u, call, i), element = unit_kid(u, kid, 0);

		if (u->values.v[kid].kind != VALUE_LIST)
			continue;
		lower_text_add(l, any ? ", " : "");
		if (u->values.v[element].kind == VALUE_STRING)
			lower_text_name(l, element);
		else
			alembic_add_expression(l, element);
		lower_text_add(l, " WITH ");
		lower_text_value(l, unit_kid(u, kid, 1));
		any = true;
	}
	lower_text_add(l, ")");
	if (alembic_given(u, where)) {
		lower_text_add(l, " WHERE (");
		alembic_add_expression(l, where);
		lower_text_add(l, ")");
	}
}

bool
alembic_add_constraint(struct lower *l, uint32_t constraint)
{
	const struct unit *u = l->u;
	struct str kind = lower_callee(u, constraint);
	uint32_t name = lower_argument(u, constraint, "name", UINT32_MAX);

	if (u->values.v[constraint].kind != VALUE_CALL)
		return false;
	if (str_is(kind, "ForeignKeyConstraint")) {
		add_foreign_key(l, constraint);
		return true;
	}
	if (str_is(kind, "PrimaryKeyConstraint") || str_is(kind, "UniqueConstraint")) {
		alembic_add_constraint_name(l, name);
		lower_text_add(l, str_is(kind, "UniqueConstraint") ? "UNIQUE (" : "PRIMARY KEY (");
		add_columns(l, constraint, 0);
		lower_text_add(l, ")");
		return true;
	}
	if (str_is(kind, "CheckConstraint")) {
		alembic_add_constraint_name(l, lower_argument(u, constraint, "name", 1));
		lower_text_add(l, "CHECK (");
		alembic_add_expression(l, lower_argument(u, constraint, "sqltext", 0));
		lower_text_add(l, ")");
		return true;
	}
	if (str_is(kind, "ExcludeConstraint")) {
		alembic_add_constraint_name(l, name);
		alembic_add_exclusion(l, constraint);
		return true;
	}
	return false;
}
