/* What `change` or `up` does, statement by statement: which calls are operations, which blocks run. */
#include "lower/rails_p.h"

static void
nothing(const struct rails_call *c)
{
	(void)c;
}

/* .table: its first argument names the table; .inside: what change_table calls it. */
static const struct operation_row {
	const char *name;
	void (*operate)(const struct rails_call *c);
	bool table;
	const char *inside;
} operations[] = {
	{"create_table", rails_table_created, true, NULL},
	{"change_table", rails_table_changed, true, NULL},
	{"drop_table", rails_table_dropped, true, NULL},
	{"rename_table", rails_table_renamed, true, NULL},
	{"create_join_table", rails_join_table_created, false, NULL},
	{"drop_join_table", rails_join_table_dropped, false, NULL},
	{"add_column", rails_add_columns, true, "column"},
	{"add_columns", rails_add_columns, true, NULL},
	{"remove_column", rails_columns_removed, true, NULL},
	{"remove_columns", rails_columns_removed, true, "remove"},
	{"rename_column", rails_column_renamed, true, "rename"},
	{"change_column", rails_column_changed, true, "change"},
	{"change_column_default", rails_default_changed, true, "change_default"},
	{"change_column_null", rails_null_changed, true, "change_null"},
	{"add_timestamps", rails_timestamps_added, true, "timestamps"},
	{"remove_timestamps", rails_timestamps_removed, true, "remove_timestamps"},
	{"add_reference", rails_reference_added, true, "references"},
	{"add_belongs_to", rails_reference_added, true, "belongs_to"},
	{"remove_reference", rails_reference_removed, true, "remove_references"},
	{"remove_belongs_to", rails_reference_removed, true, "remove_belongs_to"},
	{"add_index", rails_index_added, true, "index"},
	{"remove_index", rails_index_removed, true, "remove_index"},
	{"rename_index", rails_index_renamed, true, "rename_index"},
	{"add_foreign_key", rails_key_added, true, "foreign_key"},
	{"remove_foreign_key", rails_key_removed, true, "remove_foreign_key"},
	{"add_check_constraint", rails_check_added, true, "check_constraint"},
	{"remove_check_constraint", rails_check_removed, true, "remove_check_constraint"},
	{"add_unique_constraint", rails_unique_added, true, "unique_constraint"},
	{"remove_unique_constraint", rails_unique_removed, true, "remove_unique_constraint"},
	{"validate_foreign_key", nothing, true, NULL},
	{"validate_check_constraint", nothing, true, NULL},
	{"validate_constraint", nothing, true, NULL},
	{"change_table_comment", nothing, true, NULL},
	{"change_column_comment", nothing, true, NULL},
	{"add_attachment", rails_attachments_added, true, "attachment"},
	{"add_attachment", rails_attachments_added, true, "has_attached_file"},
	{"remove_attachment", rails_attachments_removed, true, "remove_attachment"},
	{"drop_attached_file", rails_attachments_removed, true, NULL},
	{"add_column_with_default", rails_column_with_default, true, NULL},
	{"change_column_type_concurrently", rails_column_changed, true, NULL},
	{"cleanup_concurrent_column_type_change", nothing, true, NULL},
	{"enable_extension", rails_extension_enabled, false, NULL},
	{"disable_extension", rails_extension_disabled, false, NULL},
	{"create_enum", rails_enum_created, false, NULL},
	{"drop_enum", rails_enum_dropped, false, NULL},
	{"rename_enum", rails_enum_renamed, false, NULL},
	{"add_enum_value", rails_enum_value_added, false, NULL},
	{"rename_enum_value", rails_enum_value_renamed, false, NULL},
	{"create_schema", rails_schema_created, false, NULL},
	{"drop_schema", rails_schema_dropped, false, NULL},
	{"execute", rails_execute, false, NULL},
	{"exec_query", rails_execute, false, NULL},
	{"exec_update", rails_execute, false, NULL},
	{"exec_insert", rails_execute, false, NULL},
	{"exec_delete", rails_execute, false, NULL},
	{"select_all", rails_execute, false, NULL},
	{"select_value", rails_execute, false, NULL},
	{"select_values", rails_execute, false, NULL},
	{"select_rows", rails_execute, false, NULL},
	{"select_one", rails_execute, false, NULL},
	{"update", rails_execute, false, NULL},
	{"insert", rails_execute, false, NULL},
	{"delete", rails_execute, false, NULL},
};

static const struct operation_row *
find(struct str name)
{
	for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
		if (str_is(name, operations[i].name))
			return &operations[i];
	return NULL;
}

struct str
rails_method(const struct unit *u, uint32_t call)
{
	return lower_callee(u, call);
}

void
rails_unknown(const struct rails_call *c, struct str name)
{
	struct name scope = {.name = rails_table_name(c)};
	size_t dot = str_chr(scope.name, '.', 0);

	if (dot != SIZE_MAX) {
		scope.schema = str_slice(scope.name, 0, dot);
		scope.name = str_slice(scope.name, dot + 1, scope.name.n);
	}
	if (!scope.name.n)
		scope = (struct name){.name = STR("*"), .pattern = true};
	lower_havoc(&c->r->l, c->call, scope,
		str_format(c->r->l.a, "%.*s is not understood", STR_ARG(name)));
}

/* What reverting an operation does, of those that are reverted often. */
static const struct {
	const char *name;
	void (*operate)(const struct rails_call *c);
} reversals[] = {
	{"create_table", rails_table_dropped},
	{"create_join_table", rails_join_table_dropped},
	{"add_column", rails_columns_removed},
	{"add_reference", rails_reference_removed},
	{"add_belongs_to", rails_reference_removed},
	{"add_timestamps", rails_timestamps_removed},
	{"add_index", rails_index_removed},
	{"remove_index", rails_index_added},
	{"remove_column", rails_add_columns},
	{"remove_reference", rails_reference_added},
	{"add_foreign_key", rails_key_removed},
	{"remove_foreign_key", rails_key_added},
};

static void
revert(const struct rails_call *c, struct str name)
{
	for (size_t i = 0; i < sizeof reversals / sizeof *reversals; i++)
		if (str_is(name, reversals[i].name)) {
			reversals[i].operate(c);
			return;
		}
	rails_unknown(c, str_format(c->r->l.a, "the reversal of %.*s", STR_ARG(name)));
}

void
rails_run_table_call(const struct rails_call *c)
{
	struct str method = rails_method(c->r->l.u, c->call);

	lower_operation(&c->r->l, STR("rails"), method, c->call);
	for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
		if (operations[i].inside && str_is(method, operations[i].inside)) {
			operations[i].operate(c);
			return;
		}
	if (rails_is_type(method) || str_is(method, "virtual"))
		rails_typed_columns(c, method);
	else
		rails_unknown(c, method);
}

/* True for a method of the migration itself, or of its connection. */
static bool
of_migration(const struct unit *u, uint32_t call)
{
	uint32_t callee = unit_kid(u, call, 0), object = unit_kid(u, callee, 0);
	struct str text;
	size_t dot;

	if (u->values.v[callee].kind != VALUE_ATTRIBUTE) {
		text = u->values.v[callee].text;
		dot = str_rchr(text, '.');
		return dot == SIZE_MAX || str_ends(str_slice(text, 0, dot), STR("connection"));
	}
	text = u->values.v[object].kind == VALUE_CALL ? lower_callee(u, object)
						      : u->values.v[object].text;
	return str_is(text, "self") || str_ends(text, STR("connection")) ||
	       str_ends(text, STR("conn"));
}

/* Names of what changes a schema, in gems and helpers alike. */
static bool
sounds_like_ddl(struct str name)
{
	static const char *const words[] = {"add_", "create_", "remove_", "drop_", "rename_",
		"change_", "alter_", "replace_", "enable_", "disable_", "revert", "move_",
		"convert_", "swap_", "partition_", NULL};

	for (const char *const *w = words; *w; w++)
		if (str_starts(name, str_from(*w)))
			return true;
	return false;
}

static bool
is_harmless(struct str name)
{
	static const char *const names[] = {"say", "puts", "p", "sleep", "raise", "require",
		"require_relative", "warn", "private", "include", "extend",
		"reset_column_information", "print", "announce", "fail", "yield",
		"set_statement_timeout", "set_lock_timeout", "reversible?", "reverting?",
		"connection", "super", "abort", "exit", "binding", "lambda", "proc", "->",
		"attr_accessor", "freeze", NULL};

	for (const char *const *n = names; *n; n++)
		if (str_is(name, *n))
			return true;
	/* Array(…), Integer(…) and tests */
	return name.n && (name.s[name.n - 1] == '?' || (name.s[0] >= 'A' && name.s[0] <= 'Z'));
}

static void run_value(struct rails *r, uint32_t value, uint32_t depth);

#define BLOCK_DEPTH 64 /* the evaluator's own bound */

/* A call that is none of Rails' operations: its block runs. */
static void
run_other(struct rails *r, uint32_t call, struct str name, uint32_t depth)
{
	const struct unit *u = r->l.u;
	uint32_t block = rails_block(u, call);
	struct rails_call c = {.r = r, .call = call, .table = lower_argument(u, call, "", 0)};
	bool reverts = r->reverts;

	if (str_is(name, "down"))
		return;
	if (block) {
		r->reverts ^= str_is(name, "revert");
		run_value(r, block, depth + 1);
		r->reverts = reverts;
		return;
	}
	if (!of_migration(u, call) || is_harmless(name))
		return;
	lower_operation(&r->l, STR("rails"), name, call);
	if (sounds_like_ddl(name))
		rails_unknown(&c, name);
	else
		lower_blind(&r->l, call, "what %.*s does is not known",
			STR_ARG(name.n ? name : STR("this")));
}

static void
run_call(struct rails *r, uint32_t call, uint32_t depth)
{
	struct str name = rails_method(r->l.u, call);
	const struct operation_row *row = of_migration(r->l.u, call) ? find(name) : NULL;
	struct rails_call c = {.r = r, .call = call};

	if (!row) {
		run_other(r, call, name, depth);
		return;
	}
	if (row->table) {
		c.table = lower_argument(r->l.u, call, "", 0);
		c.skip = 1;
	}
	lower_operation(&r->l, STR("rails"), name, call);
	if (r->reverts)
		revert(&c, name);
	else
		row->operate(&c);
}

static bool
does_something(const struct unit *u, uint32_t branch)
{
	return branch &&
	       (u->values.v[branch].kind != VALUE_BLOCK || u->values.v[branch].kids.count);
}

static void
run_condition(struct rails *r, uint32_t condition, uint32_t depth)
{
	const struct unit *u = r->l.u;
	uint32_t test = unit_kid(u, condition, 0);
	int dialect = rails_dialect(u, test);
	struct str before = r->l.guard;
	bool soft = r->soft;

	if (dialect >= 0) {
		run_value(r, unit_kid(u, condition, dialect ? 1 : 2), depth + 1);
		return;
	}
	/* `return if table_exists?(…)` in a block: nothing stands under it, but all that follows. */
	if (rails_asks_existence(u, test) && !does_something(u, unit_kid(u, condition, 1)) &&
		!does_something(u, unit_kid(u, condition, 2))) {
		r->lasting = r->soft = true;
		return;
	}
	if (rails_asks_existence(u, test))
		r->soft = true;
	else if (!r->l.guard.n)
		r->l.guard = STR("under a condition that is not interpreted");
	run_value(r, unit_kid(u, condition, 1), depth + 1);
	run_value(r, unit_kid(u, condition, 2), depth + 1);
	r->soft = soft || r->lasting;
	r->l.guard = before;
}

static void
run_loop(struct rails *r, uint32_t loop, uint32_t depth)
{
	struct str before = r->l.guard;

	if (!r->l.guard.n)
		r->l.guard = STR("in a loop over what is computed");
	run_value(r, unit_kid(r->l.u, loop, 1), depth + 1);
	r->l.guard = before;
}

static void
run_value(struct rails *r, uint32_t value, uint32_t depth)
{
	struct range kids = r->l.u->values.v[value].kids;

	if (depth >= BLOCK_DEPTH)
		return;
	switch ((int)r->l.u->values.v[value].kind) {
	case VALUE_CALL:
		run_call(r, value, depth);
		break;
	case VALUE_BLOCK:
	case VALUE_LIST:
		/* What is undone is undone backwards. */
		for (uint32_t i = 0; i < kids.count; i++)
			run_value(r,
				r->l.u->kids.v[kids.first + (r->reverts ? kids.count - 1 - i : i)],
				depth + 1);
		break;
	case VALUE_CONDITION:
		run_condition(r, value, depth);
		break;
	case VALUE_FOREACH:
		run_loop(r, value, depth);
		break;
	default:
		break;
	}
}

static uint32_t
number(struct str text)
{
	uint32_t n = 0;

	for (size_t i = 0; i < text.n && text.s[i] >= '0' && text.s[i] <= '9' && n < 1000; i++)
		n = n * 10 + (uint32_t)(text.s[i] - '0');
	return n;
}

#define WITHOUT_VERSION 402 /* before 5.0 classes said none */

/* 701 of `class X < ActiveRecord::Migration[7.1]`, or of ActiveRecord::Schema[7.1]. */
static uint32_t
version_of(const struct unit *u)
{
	for (uint32_t i = 1; i < u->values.n; i++) {
		struct str base = u->values.v[unit_kid(u, i, 0)].text,
			   text = u->values.v[unit_kid(u, i, 1)].text;
		size_t dot = str_chr(text, '.', 0);

		if (u->values.v[i].kind == VALUE_INDEX && dot != SIZE_MAX &&
			(str_is(base, "Migration") || str_is(base, "Schema")))
			return number(text) * 100 + number(str_slice(text, dot + 1, text.n));
	}
	return WITHOUT_VERSION;
}

void
rails_lower(struct arena *a, const struct lower_migration *migrations, uint32_t n,
	const struct lower_sql *sql, struct lower_result *out)
{
	struct rails r = {0};

	lower_init(&r.l, a, out, STR("rails"), sql);
	for (uint32_t i = 0; i < n; i++) {
		lower_begin(&r.l, migrations, i);
		r.version = version_of(migrations[i].unit);
		r.soft = r.lasting = r.reverts = false;
		run_value(&r, migrations[i].value, 0);
	}
	lower_finish(out);
}
