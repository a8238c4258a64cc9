/* Tables and their columns: op.create_table(), add_column(), alter_column(). */
#include "lower/alembic_p.h"

static bool
flag(const struct unit *u, uint32_t call, const char *keyword)
{
	return lower_true(u, lower_argument(u, call, keyword, UINT32_MAX));
}

/* The positional argument number I of op.create_table() behind its name; 0: no more. */
static uint32_t
element(const struct unit *u, uint32_t call, uint32_t i)
{
	for (uint32_t k = 1; k < u->values.v[call].kids.count; k++) {
		uint32_t kid = unit_kid(u, call, k);

		if (u->values.v[kid].kind != VALUE_ARGUMENT && i-- == 0)
			return kid;
	}
	return 0;
}

static bool
is_column(const struct unit *u, uint32_t value)
{
	return u->values.v[value].kind == VALUE_CALL && str_is(lower_callee(u, value), "Column");
}

/* The primary key that the Columns and a PrimaryKeyConstraint say. */
struct key {
	VEC(struct str) columns;
	bool constraint; /* it is an element of its own */
};

static void
find_key(struct lower *l, uint32_t call, struct key *key)
{
	const struct unit *u = l->u;
	uint32_t e;

	for (uint32_t i = 1; (e = element(u, call, i)); i++) {
		if (is_column(u, e) && flag(u, e, "primary_key"))
			vec_push(l->a, &key->columns, lower_string(u, alembic_column_name(u, e)));
		if (u->values.v[e].kind != VALUE_CALL ||
			!str_is(lower_callee(u, e), "PrimaryKeyConstraint"))
			continue;
		key->constraint = true;
		for (uint32_t k = 1; k < u->values.v[e].kids.count; k++)
			if (u->values.v[unit_kid(u, e, k)].kind != VALUE_ARGUMENT)
				vec_push(l->a, &key->columns,
					lower_string(u, alembic_unwrap(u, unit_kid(u, e, k))));
	}
}

static bool
in_key(const struct key *key, struct str column)
{
	for (uint32_t i = 0; i < key->columns.n; i++)
		if (str_eq(key->columns.v[i], column))
			return true;
	return false;
}

/* The FOREIGN KEY, CHECK and UNIQUE that stand in a Column: the first one behind FIRST, others behind
 * SEPARATOR. CREATE: with their table, which a key with use_alter is not. */
static void
add_column_constraints(
	struct lower *l, uint32_t column, bool create, const char *first, const char *separator)
{
	const struct unit *u = l->u;

	for (uint32_t i = 1; i < u->values.v[column].kids.count; i++) {
		uint32_t kid = unit_kid(u, column, i);

		if (u->values.v[kid].kind != VALUE_CALL)
			continue;
		if ((create && flag(u, kid, "use_alter")) || !alembic_key_is_known(l, kid))
			continue;
		if (str_is(lower_callee(u, kid), "ForeignKey")) {
			lower_text_add(l, first);
			alembic_add_column_key(l, column, kid);
			first = separator;
		} else if (str_is(lower_callee(u, kid), "CheckConstraint")) {
			lower_text_add(l, first);
			alembic_add_constraint(l, kid);
			first = separator;
		}
	}
	if (flag(u, column, "unique") && !flag(u, column, "index")) {
		lower_text_add(l, first);
		lower_text_add(l, "UNIQUE (");
		lower_text_name(l, alembic_column_name(u, column));
		lower_text_add(l, ")");
	}
}

/* What the Columns say; the autoincrement column comes first (PrimaryKeyConstraint.columns_autoinc_first). */
static void
add_primary_key(struct lower *l, uint32_t call, const struct key *key)
{
	const struct unit *u = l->u;
	bool any = false;
	uint32_t e;

	lower_text_add(l, ", PRIMARY KEY (");
	for (uint32_t pass = 0; pass < 2; pass++)
		for (uint32_t i = 1; (e = element(u, call, i)); i++) {
			if (!is_column(u, e) || !flag(u, e, "primary_key") ||
				alembic_is_serial(u, e, key->columns.n == 1) != (pass == 0))
				continue;
			lower_text_add(l, any ? ", " : "");
			lower_text_name(l, alembic_column_name(u, e));
			any = true;
		}
	lower_text_add(l, ")");
}

static void
add_elements(struct lower *l, uint32_t call, const struct key *key)
{
	const struct unit *u = l->u;
	bool any = false;
	uint32_t e;

	for (uint32_t i = 1; (e = element(u, call, i)); i++) {
		struct str column = lower_string(u, alembic_column_name(u, e));

		if (u->values.v[e].kind == VALUE_CALL &&
			(str_is(lower_callee(u, e), "Index") || flag(u, e, "use_alter") ||
				!alembic_key_is_known(l, e)))
			continue;
		lower_text_add(l, any ? ", " : "");
		any = true;
		if (is_column(u, e))
			alembic_add_column(l, e,
				in_key(key, column) &&
					alembic_is_serial(u, e, key->columns.n == 1));
		else if (!alembic_add_constraint(l, e))
			lower_text_value(l, e);
	}
	if (key->columns.n && !key->constraint)
		add_primary_key(l, call, key);
	for (uint32_t i = 1; (e = element(u, call, i)); i++)
		if (is_column(u, e))
			add_column_constraints(l, e, true, ", ", ", ");
}

void
alembic_create_table(const struct alembic_call *c)
{
	struct lower *l = c->l;
	const struct unit *u = l->u;
	uint32_t name = alembic_table(c, "table_name"), schema = alembic_schema(c), e;
	struct key key = {0};

	for (uint32_t i = 1; (e = element(u, c->call, i)); i++)
		if (is_column(u, e))
			alembic_create_enum(l, alembic_column_type(u, e), EVENT_IF_NOT_EXISTS);
	find_key(l, c->call, &key);
	lower_text_begin(l, c->call);
	lower_text_add(l, flag(u, c->call, "if_not_exists") ? "CREATE TABLE IF NOT EXISTS "
							    : "CREATE TABLE ");
	alembic_add_name(l, schema, name);
	lower_text_add(l, " (");
	add_elements(l, c->call, &key);
	lower_text_add(l, ")");
	lower_text_run(l);
	for (uint32_t i = 1; (e = element(u, c->call, i)); i++) {
		if (is_column(u, e) && flag(u, e, "index"))
			alembic_column_index(l, schema, name, e);
		if (u->values.v[e].kind == VALUE_CALL && str_is(lower_callee(u, e), "Index"))
			alembic_table_index(l, schema, name, e);
	}
}

/* Begins ALTER TABLE name. */
static void
begin_alter(const struct alembic_call *c)
{
	lower_text_begin(c->l, c->call);
	lower_text_add(c->l, "ALTER TABLE ");
	alembic_add_name(c->l, alembic_schema(c), alembic_table(c, "table_name"));
}

/* The constraints of a column that is added follow in a statement of their own. */
static void
add_constraints_behind(const struct alembic_call *c, uint32_t column)
{
	uint32_t before;

	begin_alter(c);
	lower_text_add(c->l, " ");
	before = c->l->text.n;
	add_column_constraints(c->l, column, false, "ADD ", ", ADD ");
	if (c->l->text.n > before)
		lower_text_run(c->l);
}

void
alembic_column_added(const struct alembic_call *c)
{
	struct lower *l = c->l;
	const struct unit *u = l->u;
	uint32_t column = alembic_argument(c, "column", 1);
	bool key = is_column(u, column) && flag(u, column, "primary_key");

	begin_alter(c);
	lower_text_add(l,
		flag(u, c->call, "if_not_exists") ? " ADD COLUMN IF NOT EXISTS " : " ADD COLUMN ");
	if (!is_column(u, column)) {
		lower_text_value(l, column);
		lower_text_add(l, " text");
		lower_text_run(l);
		return;
	}
	alembic_add_column(l, column, key && alembic_is_serial(u, column, true));
	lower_text_run(l);
	add_constraints_behind(c, column);
	if (flag(u, column, "index"))
		alembic_column_index(l, alembic_schema(c), alembic_table(c, "table_name"), column);
}

static void
begin_column(const struct alembic_call *c)
{
	begin_alter(c);
	lower_text_add(c->l, " ALTER COLUMN ");
	lower_text_name(c->l, alembic_unwrap(c->l->u, alembic_argument(c, "column_name", 1)));
}

static void
alter_type(const struct alembic_call *c, uint32_t type)
{
	uint32_t using = lower_argument(c->l->u, c->call, "postgresql_using", UINT32_MAX);

	begin_column(c);
	lower_text_add(c->l, " TYPE ");
	alembic_add_type(c->l, type);
	if (alembic_given(c->l->u, using)) {
		lower_text_add(c->l, " USING ");
		alembic_add_expression(c->l, using);
	}
	lower_text_run(c->l);
}

static void
alter_default(const struct alembic_call *c, uint32_t value)
{
	struct lower *l = c->l;
	bool identity = str_is(lower_callee(l->u, value), "Identity");

	begin_column(c);
	if (l->u->values.v[value].kind == VALUE_NULL) {
		uint32_t was = lower_argument(l->u, c->call, "existing_server_default", UINT32_MAX);

		lower_text_add(l, str_is(lower_callee(l->u, was), "Identity") ? " DROP IDENTITY"
									      : " DROP DEFAULT");
	} else if (identity) {
		bool always = lower_true(l->u, lower_argument(l->u, value, "always", 0));

		lower_text_add(l, always ? " ADD GENERATED ALWAYS AS IDENTITY"
					 : " ADD GENERATED BY DEFAULT AS IDENTITY");
	} else {
		lower_text_add(l, " SET DEFAULT ");
		alembic_add_default(l, value);
	}
	lower_text_run(l);
}

/* PostgresqlImpl.alter_column(): the type, then NOT NULL, the default, the name. */
void
alembic_column_altered(const struct alembic_call *c)
{
	struct lower *l = c->l;
	const struct unit *u = l->u;
	uint32_t nullable = lower_argument(u, c->call, "nullable", UINT32_MAX);
	uint32_t type = lower_argument(u, c->call, "type_", UINT32_MAX);
	uint32_t value = lower_argument(u, c->call, "server_default", UINT32_MAX);
	uint32_t name = lower_argument(u, c->call, "new_column_name", UINT32_MAX);

	if (!name)
		name = lower_argument(u, c->call, "name", UINT32_MAX);
	if (alembic_given(u, type))
		alter_type(c, type);
	if (alembic_given(u, nullable)) {
		begin_column(c);
		if (u->values.v[nullable].kind != VALUE_BOOLEAN)
			lower_blind(l, nullable, "whether the column may be NULL is computed");
		lower_text_add(l, lower_false(u, nullable) ? " SET NOT NULL" : " DROP NOT NULL");
		lower_text_run(l);
	}
	if (value && !lower_false(u, value))
		alter_default(c, value);
	if (alembic_given(u, name)) {
		begin_alter(c);
		lower_text_add(l, " RENAME COLUMN ");
		lower_text_name(l, alembic_unwrap(u, alembic_argument(c, "column_name", 1)));
		lower_text_add(l, " TO ");
		lower_text_name(l, alembic_unwrap(u, name));
		lower_text_run(l);
	}
}
