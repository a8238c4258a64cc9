/* upgrade(), statement by statement: which calls are operations, which branch is PostgreSQL's. */
#include "lower/alembic_p.h"

static void
nothing(const struct alembic_call *c)
{
	(void)c;
}

static void
begin_alter(const struct alembic_call *c, const char *table, const char *schema)
{
	uint32_t v = lower_argument(c->l->u, c->call, schema, UINT32_MAX);

	lower_text_begin(c->l, c->call);
	lower_text_add(c->l, "ALTER TABLE ");
	alembic_add_name(c->l, v ? v : alembic_schema(c), alembic_table(c, table));
}

static void
drop_column(const struct alembic_call *c)
{
	begin_alter(c, "table_name", "schema");
	lower_text_add(
		c->l, lower_true(c->l->u, lower_argument(c->l->u, c->call, "if_exists", UINT32_MAX))
			      ? " DROP COLUMN IF EXISTS "
			      : " DROP COLUMN ");
	lower_text_name(c->l, alembic_unwrap(c->l->u, alembic_argument(c, "column_name", 1)));
	lower_text_run(c->l);
}

static void
drop(const struct alembic_call *c, const char *what, uint32_t name)
{
	bool soft = lower_true(c->l->u, lower_argument(c->l->u, c->call, "if_exists", UINT32_MAX));

	lower_text_begin(c->l, c->call);
	lower_text_add(c->l, what);
	lower_text_add(c->l, soft ? " IF EXISTS " : " ");
	alembic_add_name(c->l, alembic_schema(c), name);
	lower_text_run(c->l);
}

static void
drop_table(const struct alembic_call *c)
{
	drop(c, "DROP TABLE", alembic_table(c, "table_name"));
}

static void
drop_index(const struct alembic_call *c)
{
	drop(c, "DROP INDEX", alembic_argument(c, "index_name", 0));
}

static void
rename_table(const struct alembic_call *c)
{
	begin_alter(c, "old_table_name", "schema");
	lower_text_add(c->l, " RENAME TO ");
	lower_text_name(c->l, alembic_unwrap(c->l->u, alembic_argument(c, "new_table_name", 1)));
	lower_text_run(c->l);
}

/* The name of a constraint is the first argument of what makes it. */
static void
begin_constraint(const struct alembic_call *c, const char *table, const char *schema)
{
	begin_alter(c, table, schema);
	lower_text_add(c->l, " ADD ");
	alembic_add_constraint_name(c->l, alembic_argument(c, "constraint_name", 0));
}

static void
create_foreign_key(const struct alembic_call *c)
{
	struct lower *l = c->l;
	uint32_t schema = lower_argument(l->u, c->call, "referent_schema", UINT32_MAX);

	begin_constraint(c, "source_table", "source_schema");
	lower_text_add(l, "FOREIGN KEY (");
	alembic_add_names(l, alembic_argument(c, "local_cols", 3));
	lower_text_add(l, ") REFERENCES ");
	alembic_add_name(l, schema, alembic_argument(c, "referent_table", 2));
	lower_text_add(l, " (");
	alembic_add_names(l, alembic_argument(c, "remote_cols", 4));
	lower_text_add(l, ")");
	alembic_add_actions(l, c->call);
	lower_text_run(l);
}

static void
create_unique_constraint(const struct alembic_call *c)
{
	begin_constraint(c, "table_name", "schema");
	lower_text_add(c->l, "UNIQUE (");
	alembic_add_names(c->l, alembic_argument(c, "columns", 2));
	lower_text_add(c->l, ")");
	lower_text_run(c->l);
}

static void
create_primary_key(const struct alembic_call *c)
{
	begin_constraint(c, "table_name", "schema");
	lower_text_add(c->l, "PRIMARY KEY (");
	alembic_add_names(c->l, alembic_argument(c, "columns", 2));
	lower_text_add(c->l, ")");
	lower_text_run(c->l);
}

static void
create_check_constraint(const struct alembic_call *c)
{
	begin_constraint(c, "table_name", "schema");
	lower_text_add(c->l, "CHECK (");
	alembic_add_expression(c->l, alembic_argument(c, "condition", 2));
	lower_text_add(c->l, ")");
	alembic_add_actions(c->l, c->call);
	lower_text_run(c->l);
}

/* Its elements stand where an ExcludeConstraint has them. */
static void
create_exclude_constraint(const struct alembic_call *c)
{
	begin_constraint(c, "table_name", "schema");
	alembic_add_exclusion(c->l, c->call);
	lower_text_run(c->l);
}

static void
drop_constraint(const struct alembic_call *c)
{
	begin_alter(c, "table_name", "schema");
	lower_text_add(
		c->l, lower_true(c->l->u, lower_argument(c->l->u, c->call, "if_exists", UINT32_MAX))
			      ? " DROP CONSTRAINT IF EXISTS "
			      : " DROP CONSTRAINT ");
	lower_text_name(c->l, alembic_unwrap(c->l->u, alembic_argument(c, "constraint_name", 0)));
	lower_text_run(c->l);
}

static void
execute(const struct alembic_call *c)
{
	alembic_execute(c->l, lower_argument(c->l->u, c->call, "sqltext", 0));
}

/* Of op and of batch_alter_table(); .table: where op takes the table that batch does not. */
static const struct {
	const char *name;
	void (*operate)(const struct alembic_call *c);
	uint32_t table;
} operations[] = {
	{"create_table", alembic_create_table, 0},
	{"add_column", alembic_column_added, 0},
	{"alter_column", alembic_column_altered, 0},
	{"drop_column", drop_column, 0},
	{"drop_table", drop_table, 0},
	{"rename_table", rename_table, 0},
	{"create_index", alembic_index_created, 1},
	{"drop_index", drop_index, 1},
	{"create_foreign_key", create_foreign_key, 1},
	{"create_unique_constraint", create_unique_constraint, 1},
	{"create_primary_key", create_primary_key, 1},
	{"create_check_constraint", create_check_constraint, 1},
	{"create_exclude_constraint", create_exclude_constraint, 1},
	{"drop_constraint", drop_constraint, 1},
	{"execute", execute, UINT32_MAX},
	{"bulk_insert", alembic_bulk_insert, UINT32_MAX},
	{"create_table_comment", nothing, 0},
	{"drop_table_comment", nothing, 0},
	{"batch_alter_table", nothing, 0},
	{"get_bind", nothing, 0},
	{"get_context", nothing, 0},
	{"f", nothing, 0},
	{"sync_enum_values", nothing, 0}, /* alembic_postgresql_enum: labels alone */
	{"inline_literal", nothing, 0},
};

/* The CALL that made the object of a method; 0: something else. */
static uint32_t
object_of(const struct unit *u, uint32_t call)
{
	uint32_t callee = unit_kid(u, call, 0);

	return u->values.v[callee].kind == VALUE_ATTRIBUTE ? unit_kid(u, callee, 0) : 0;
}

static bool
of_op(const struct unit *u, uint32_t call)
{
	return str_starts(u->values.v[unit_kid(u, call, 0)].text, STR("alembic.op."));
}

static void
unknown_operation(struct lower *l, uint32_t call, uint32_t batch, struct str name)
{
	uint32_t table = batch ? lower_argument(l->u, batch, "table_name", 0)
			       : lower_argument(l->u, call, "table_name", UINT32_MAX);
	struct name scope = {.name = lower_string(l->u, table)};

	if (!scope.name.n)
		scope = (struct name){.name = STR("*"), .pattern = true};
	lower_havoc(l, call, scope,
		str_format(l->a, "the operation %.*s is not understood", STR_ARG(name)));
}

static void
operate(struct lower *l, uint32_t call, uint32_t batch)
{
	struct alembic_call c = {
		.l = l, .call = call, .batch = batch, .name = lower_callee(l->u, call)};

	lower_operation(l, STR("alembic"), c.name, call);
	for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
		if (str_is(c.name, operations[i].name)) {
			c.table = operations[i].table;
			operations[i].operate(&c);
			return;
		}
	unknown_operation(l, call, batch, c.name);
}

/* True when an argument hands the connection or op itself on. */
static bool
takes_connection(const struct unit *u, uint32_t call)
{
	for (uint32_t i = 1; i < u->values.v[call].kids.count; i++) {
		uint32_t kid = unit_kid(u, call, i);

		if (u->values.v[kid].kind == VALUE_ARGUMENT)
			kid = unit_kid(u, kid, 0);
		if (str_is(u->values.v[kid].text, "alembic.op") ||
			(u->values.v[kid].kind == VALUE_CALL && of_op(u, kid) &&
				str_is(lower_callee(u, kid), "get_bind")))
			return true;
	}
	return false;
}

/* Functions that look, or make what only DML goes through. */
static bool
only_looks(struct str name)
{
	static const char *const names[] = {"Session", "sessionmaker", "inspect", "scoped_session",
		"Inspector", "from_engine", "Operations", "configure", "begin", "reflect", NULL};

	for (const char *const *n = names; *n; n++)
		if (str_is(name, *n))
			return true;
	return false;
}

/* SQLAlchemy's own way to make things: Enum(…).create(bind), metadata.create_all(bind). */
static void
method(struct lower *l, uint32_t call, struct str name)
{
	uint32_t object = object_of(l->u, call);

	if (str_is(name, "execute") || str_is(name, "exec_driver_sql") || str_is(name, "scalar") ||
		str_is(name, "scalars")) {
		lower_operation(l, STR("alembic"), name, call);
		alembic_execute(l, unit_kid(l->u, call, 1));
	} else if (alembic_is_enum(l->u, object) && str_is(name, "create")) {
		uint32_t soft = lower_argument(l->u, call, "checkfirst", 1);

		lower_operation(l, STR("alembic"), name, call);
		alembic_enum_created(l, object, lower_false(l->u, soft) ? 0 : EVENT_IF_NOT_EXISTS);
	} else if (alembic_is_enum(l->u, object) && str_is(name, "drop")) {
		lower_operation(l, STR("alembic"), name, call);
		alembic_drop_enum(l, object);
	} else if (str_is(name, "create_all") || str_is(name, "drop_all") ||
		   (takes_connection(l->u, call) &&
			   (str_is(name, "create") || str_is(name, "drop")))) {
		unknown_operation(l, call, 0, name);
	} else if (takes_connection(l->u, call) && !only_looks(name)) {
		lower_blind(l, call, "what %.*s does with the connection is not known",
			STR_ARG(name.n ? name : STR("this")));
	}
}

static void
run_call(struct lower *l, uint32_t call)
{
	struct str name = lower_callee(l->u, call);
	uint32_t object = object_of(l->u, call);

	/* What a call is made of, or takes, may be a call itself: get_bind().execute(…).first() */
	if (l->u->values.v[object].kind == VALUE_CALL && !str_is(name, "execute"))
		run_call(l, object);
	if (of_op(l->u, call))
		operate(l, call, 0);
	else if (l->u->values.v[object].kind == VALUE_CALL && of_op(l->u, object) &&
		 str_is(lower_callee(l->u, object), "batch_alter_table"))
		operate(l, call, object);
	else
		method(l, call, name);
}

static void run_value(struct lower *l, uint32_t value, uint32_t depth);

#define BLOCK_DEPTH 64 /* the evaluator's own bound */

static void
run_guarded(struct lower *l, uint32_t value, struct str guard, uint32_t depth)
{
	struct str before = l->guard;

	if (!l->guard.n)
		l->guard = guard;
	run_value(l, value, depth);
	l->guard = before;
}

static void
run_condition(struct lower *l, uint32_t condition, uint32_t depth)
{
	uint32_t test = unit_kid(l->u, condition, 0);
	int known = alembic_dialect(l->u->values.v[test].text);
	struct str guard = STR("under a condition that is not interpreted");

	if (known >= 0) {
		run_value(l, unit_kid(l->u, condition, known ? 1 : 2), depth);
		return;
	}
	run_guarded(l, unit_kid(l->u, condition, 1), guard, depth);
	run_guarded(l, unit_kid(l->u, condition, 2), guard, depth);
}

static void
run_value(struct lower *l, uint32_t value, uint32_t depth)
{
	struct range kids = l->u->values.v[value].kids;

	if (depth == BLOCK_DEPTH)
		return;
	switch ((int)l->u->values.v[value].kind) {
	case VALUE_CALL:
		run_call(l, value);
		break;
	case VALUE_BLOCK:
	case VALUE_LIST:
		for (uint32_t i = 0; i < kids.count; i++)
			run_value(l, l->u->kids.v[kids.first + i], depth + 1);
		break;
	case VALUE_CONDITION:
		run_condition(l, value, depth + 1);
		break;
	case VALUE_FOREACH:
		run_guarded(l, unit_kid(l->u, value, 1), STR("in a loop over what is computed"),
			depth + 1);
		break;
	default:
		break;
	}
}

void
alembic_lower(struct arena *a, const struct lower_migration *migrations, uint32_t n,
	const struct lower_sql *sql, struct lower_result *out)
{
	struct lower l = {0};

	lower_init(&l, a, out, STR("alembic"), sql);
	for (uint32_t i = 0; i < n; i++) {
		lower_begin(&l, migrations, i);
		run_value(&l, migrations[i].value, 0);
	}
	lower_finish(out);
}
