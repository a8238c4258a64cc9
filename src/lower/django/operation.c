/* Operations: a table from the name of the class to what it does to state and database
 * (django/db/migrations/operations/models.py, fields.py, special.py; contrib/postgres/operations.py). */
#include "lower/django_p.h"

#define NEST_DEPTH 8

static struct span
call_span(const struct lowering *l, uint32_t call)
{
	return l->u->values.v[call].span;
}

static struct model *
model_of(struct lowering *l, uint32_t call, const char *keyword)
{
	struct str name = django_string(l->u, django_argument(l->u, call, keyword, 0));
	struct model *m = django_find_model(l->state, l->migration->app, name);

	django_attribute(l, "app", l->migration->app);
	django_attribute(l, "model", m ? m->name : name);
	if (m && m->unmanaged)
		django_attribute(l, "managed", STR("false"));
	if (!m) {
		struct span span = l->u->values.v[call].span;

		span.origin = span.origin ? span.origin : l->migration->file;
		unit_add_blind(l->out->unit, BLIND_OPERATION, span,
			"no migration before makes the model %.*s",
			STR_ARG(name.n ? name : STR("(computed)")));
	}
	return m;
}

static void
read_fields(struct lowering *l, struct model *m, uint32_t list)
{
	struct range kids = l->u->values.v[list].kids;
	bool has_key = false;

	for (uint32_t i = 0; l->u->values.v[list].kind == VALUE_LIST && i < kids.count; i++) {
		uint32_t pair = l->u->kids.v[kids.first + i];
		struct str name = django_string(l->u, unit_kid(l->u, pair, 0));
		uint32_t call = unit_kid(l->u, pair, 1);

		if (!name.n || l->u->values.v[call].kind != VALUE_CALL) {
			unit_add_blind(l->out->unit, BLIND_OPERATION,
				(struct span){.origin = l->migration->file,
					.offset = l->u->values.v[pair].span.offset,
					.length = l->u->values.v[pair].span.length,
					.line = l->u->values.v[pair].span.line,
					.column = l->u->values.v[pair].span.column},
				"a field of %.*s is computed", STR_ARG(m->name));
			continue;
		}
		vec_push(l->a, &m->fields, django_read_field(l, m, name, call));
		has_key |= vec_last(&m->fields)->primary_key;
	}
	if (!has_key && !m->proxy) {
		struct field id = django_auto_field(l);

		id.span = l->u->values.v[list].span;
		vec_push(l->a, &m->fields, id);
	}
}

static void add_constraint(struct lowering *l, struct model *m, uint32_t call);
static void set_together(struct lowering *l, struct model *m, uint32_t value, struct span span);

static void
each_in(struct lowering *l, struct model *m, uint32_t list,
	void (*each)(struct lowering *l, struct model *m, uint32_t value))
{
	struct range kids = l->u->values.v[list].kids;

	for (uint32_t i = 0; l->u->values.v[list].kind == VALUE_LIST && i < kids.count; i++)
		each(l, m, l->u->kids.v[kids.first + i]);
}

/* The table with its columns; foreign keys come at the end of the migration. */
static void
create_table(struct lowering *l, struct model *m, struct span span)
{
	django_emit(l, EVENT_CREATE, OBJECT_TABLE, django_table(l->a, m), span);
	for (uint32_t i = 0; i < m->fields.n; i++)
		if (m->fields.v[i].relation != RELATION_MANY_TO_MANY)
			django_sub_column(l, &m->fields.v[i]);
	django_emit_end(l);
	for (uint32_t i = 0; i < m->fields.n; i++) {
		const struct field *f = &m->fields.v[i];

		if (f->relation == RELATION_FOREIGN_KEY && !l->silent)
			vec_push(l->a, &l->deferred,
				(struct deferred){
					{m->app, str_lower(l->a, m->name)}, f->name, l->operation});
		else if (f->relation == RELATION_MANY_TO_MANY)
			django_create_through(l, m, f);
	}
}

static void
create_model(struct lowering *l, uint32_t call)
{
	const struct unit *u = l->u;
	uint32_t options = django_argument(u, call, "options", 2);
	struct model made = {.app = l->migration->app,
		.name = django_string(u, django_argument(u, call, "name", 0)),
		.db_table = django_string(u, django_entry(u, options, "db_table")),
		.unmanaged = django_false(u, django_entry(u, options, "managed")),
		.proxy = django_true(u, django_entry(u, options, "proxy"))};
	struct model *m = vec_add(l->a, &l->state->models);

	*m = made;
	read_fields(l, m, django_argument(u, call, "fields", 1));
	django_attribute(l, "app", m->app);
	django_attribute(l, "model", m->name);
	django_attribute(l, "table.after", django_table(l->a, m));
	if (m->unmanaged)
		django_attribute(l, "managed", STR("false"));
	if (!django_has_table(m))
		return;
	create_table(l, m, call_span(l, call));
	set_together(l, m, django_entry(u, options, "unique_together"), call_span(l, call));
	each_in(l, m, django_entry(u, options, "constraints"), add_constraint);
}

static void
delete_model(struct lowering *l, uint32_t call)
{
	struct model *m = model_of(l, call, "name");

	if (!m)
		return;
	django_attribute(l, "table.before", django_table(l->a, m));
	for (uint32_t i = 0; django_has_table(m) && i < m->fields.n; i++)
		if (m->fields.v[i].relation == RELATION_MANY_TO_MANY && !m->fields.v[i].through)
			django_drop_table(l, django_through_table(l->a, m, &m->fields.v[i]),
				call_span(l, call));
	if (django_has_table(m))
		django_drop_table(l, django_table(l->a, m), call_span(l, call));
	m->gone = true;
}

static void
add_field(struct lowering *l, uint32_t call)
{
	const struct unit *u = l->u;
	struct model *m = model_of(l, call, "model_name");
	struct str name = django_string(u, django_argument(u, call, "name", 1));
	uint32_t definition = django_argument(u, call, "field", 2);
	struct field *f;

	if (!m || !name.n || u->values.v[definition].kind != VALUE_CALL)
		return;
	vec_push(l->a, &m->fields, django_read_field(l, m, name, definition));
	f = vec_last(&m->fields);
	django_attribute(l, "field", name);
	django_attribute(l, "column.after", django_column(l->a, f));
	if (f->on_delete.n)
		django_attribute(l, "on_delete", f->on_delete);
	if (!django_has_table(m))
		return;
	if (f->relation == RELATION_MANY_TO_MANY) {
		django_create_through(l, m, f);
		return;
	}
	django_emit(l, EVENT_ALTER, OBJECT_TABLE, django_table(l->a, m), call_span(l, call));
	django_sub_column(l, f);
	django_sub_foreign_key(l, m, f);
	django_emit_end(l);
}

static void
remove_field(struct lowering *l, uint32_t call)
{
	struct model *m = model_of(l, call, "model_name");
	struct str name = django_string(l->u, django_argument(l->u, call, "name", 1));
	struct field *f = django_find_field(m, name);

	if (!f)
		return;
	django_attribute(l, "field", name);
	django_attribute(l, "column.before", django_column(l->a, f));
	if (django_has_table(m) && f->relation == RELATION_MANY_TO_MANY) {
		if (!f->through)
			django_drop_table(l, django_through_table(l->a, m, f), call_span(l, call));
	} else if (django_has_table(m)) {
		django_emit(
			l, EVENT_ALTER, OBJECT_TABLE, django_table(l->a, m), call_span(l, call));
		django_sub(l, SUB_DROP_COLUMN, django_column(l->a, f), call_span(l, call))->flags =
			SUB_SUB_CASCADE;
		django_emit_end(l);
	}
	django_remove_field(m, name);
}

static void
alter_model_options(struct lowering *l, uint32_t call)
{
	struct model *m = model_of(l, call, "name");
	uint32_t managed = django_entry(l->u, django_argument(l->u, call, "options", 1), "managed");

	if (m)
		m->unmanaged = django_false(l->u, managed);
}

/* The columns that the names of fields mean. */
static struct range
columns_of(struct lowering *l, struct model *m, uint32_t list)
{
	struct range kids = l->u->values.v[list].kids, columns = {0};

	for (uint32_t i = 0; l->u->values.v[list].kind == VALUE_LIST && i < kids.count; i++) {
		struct str name = django_string(l->u, l->u->kids.v[kids.first + i]);
		const struct field *f;

		if (name.n && name.s[0] == '-')
			name = str_slice(name, 1, name.n);
		f = django_find_field(m, name);
		if (f)
			django_word(l, &columns, django_column(l->a, f));
	}
	return columns;
}

static void
drop_constraint(struct lowering *l, const struct model *m, struct str name, struct span span)
{
	django_emit(l, EVENT_ALTER, OBJECT_TABLE, django_table(l->a, m), span);
	django_sub(l, SUB_DROP_CONSTRAINT, name, span);
	django_emit_end(l);
}

static void
add_unique(struct lowering *l, struct model *m, struct str name, uint32_t fields, struct span span)
{
	struct subcommand *s;
	struct range columns;

	django_emit(l, EVENT_ALTER, OBJECT_TABLE, django_table(l->a, m), span);
	columns = columns_of(l, m, fields);
	s = django_sub(l, SUB_ADD_CONSTRAINT, name, span);
	s->constraint = CONSTRAINT_UNIQUE;
	s->columns = columns;
	django_emit_end(l);
}

/* unique_together: all former ones go, all new ones come; equal ones are made again, which the
 * catalog does not tell apart. */
static void
set_together(struct lowering *l, struct model *m, uint32_t value, struct span span)
{
	const struct value *v = &l->u->values.v[value];
	bool one = v->kind == VALUE_LIST &&
		   l->u->values.v[unit_kid(l->u, value, 0)].kind == VALUE_STRING;
	uint32_t n = v->kind != VALUE_LIST ? 0 : one ? 1 : v->kids.count;

	for (uint32_t i = 0; django_has_table(m) && i < m->together.n; i++)
		drop_constraint(l, m, m->together.v[i], span);
	m->together.n = 0;
	for (uint32_t i = 0; i < n; i++) {
		struct str table = django_table(l->a, m);
		struct str name = django_identifier(
			l->a, str_format(l->a, "%.*s_%u_together_uniq", STR_ARG(table), i + 1));

		if (django_has_table(m))
			add_unique(l, m, name, one ? value : unit_kid(l->u, value, i), span);
		vec_push(l->a, &m->together, name);
	}
}

static void
alter_unique_together(struct lowering *l, uint32_t call)
{
	struct model *m = model_of(l, call, "name");

	if (m)
		set_together(l, m, django_argument(l->u, call, "unique_together", 1),
			call_span(l, call));
}

static void
add_index_event(struct lowering *l, struct model *m, struct str name, uint32_t fields, bool unique,
	struct span span)
{
	struct unit *out = l->out->unit;
	struct event *e = django_emit(l, EVENT_CREATE, OBJECT_INDEX, name, span);
	struct name table = {.name = django_table(l->a, m), .span = e->span};

	e->flags = unique ? EVENT_UNIQUE : 0;
	e->names = (struct range){out->names.n, 1};
	e->words = columns_of(l, m, fields);
	vec_push(out->arena, &out->names, table);
	django_emit_end(l);
}

static void
add_constraint(struct lowering *l, struct model *m, uint32_t call)
{
	const struct unit *u = l->u;
	struct str class_name = django_callee(u, call);
	struct str name = django_string(u, django_argument(u, call, "name", UINT32_MAX));
	bool partial = django_argument(u, call, "condition", UINT32_MAX) &&
		       !str_is(class_name, "CheckConstraint");
	uint32_t fields = django_argument(u, call, "fields", UINT32_MAX);

	if (!name.n)
		return;
	vec_push(l->a, &m->constraints, (struct model_constraint){name, partial});
	if (!django_has_table(m))
		return;
	if (str_is(class_name, "UniqueConstraint") && !partial && fields) {
		add_unique(l, m, name, fields, call_span(l, call));
	} else if (str_is(class_name, "CheckConstraint")) {
		django_emit(
			l, EVENT_ALTER, OBJECT_TABLE, django_table(l->a, m), call_span(l, call));
		django_sub(l, SUB_ADD_CONSTRAINT, name, call_span(l, call))->constraint =
			CONSTRAINT_CHECK;
		django_emit_end(l);
	} else {
		vec_last(&m->constraints)->index = true;
		add_index_event(l, m, name, fields, true, call_span(l, call));
	}
}

static void
add_constraint_operation(struct lowering *l, uint32_t call)
{
	struct model *m = model_of(l, call, "model_name");

	if (m)
		add_constraint(l, m, django_argument(l->u, call, "constraint", 1));
}

static void
drop_index(struct lowering *l, struct str name, struct span span)
{
	django_emit(l, EVENT_DROP, OBJECT_INDEX, name, span)->flags = EVENT_IF_EXISTS;
	django_emit_end(l);
}

static void
remove_constraint(struct lowering *l, uint32_t call)
{
	struct model *m = model_of(l, call, "model_name");
	struct str name = django_string(l->u, django_argument(l->u, call, "name", 1));
	uint32_t n = 0;

	if (!m)
		return;
	for (uint32_t i = 0; i < m->constraints.n; i++) {
		struct model_constraint c = m->constraints.v[i];

		if (!str_eq(c.name, name))
			m->constraints.v[n++] = c;
		else if (django_has_table(m) && c.index)
			drop_index(l, name, call_span(l, call));
		else if (django_has_table(m))
			drop_constraint(l, m, name, call_span(l, call));
	}
	m->constraints.n = n;
}

static void
add_index(struct lowering *l, uint32_t call)
{
	struct model *m = model_of(l, call, "model_name");
	uint32_t index = django_argument(l->u, call, "index", 1);
	struct str name = django_string(l->u, django_argument(l->u, index, "name", UINT32_MAX));

	if (django_has_table(m) && name.n)
		add_index_event(l, m, name, django_argument(l->u, index, "fields", UINT32_MAX),
			false, call_span(l, call));
}

static void
remove_index(struct lowering *l, uint32_t call)
{
	struct model *m = model_of(l, call, "model_name");
	struct str name = django_string(l->u, django_argument(l->u, call, "name", 1));

	if (django_has_table(m) && name.n)
		drop_index(l, name, call_span(l, call));
}

static void
rename_index(struct lowering *l, uint32_t call)
{
	struct model *m = model_of(l, call, "model_name");
	struct str from = django_string(l->u, django_argument(l->u, call, "old_name", UINT32_MAX));
	struct str to = django_string(l->u, django_argument(l->u, call, "new_name", 1));
	struct event *e;

	if (!django_has_table(m) || !from.n || !to.n)
		return;
	e = django_emit(l, EVENT_RENAME, OBJECT_INDEX, from, call_span(l, call));
	e->flags = EVENT_IF_EXISTS;
	e->text = to;
	django_emit_end(l);
}

/* order_with_respect_to adds a column _order, or takes it away. */
static void
alter_order(struct lowering *l, uint32_t call)
{
	struct model *m = model_of(l, call, "name");
	uint32_t to = django_argument(l->u, call, "order_with_respect_to", 1);
	bool wants = l->u->values.v[to].kind == VALUE_STRING;
	bool has = m && django_find_field(m, STR("_order"));

	if (!m || wants == has)
		return;
	if (django_has_table(m))
		django_emit(
			l, EVENT_ALTER, OBJECT_TABLE, django_table(l->a, m), call_span(l, call));
	if (wants) {
		struct field f = {.name = STR("_order"),
			.class_name = STR("OrderWrt"),
			.type = STR("integer"),
			.span = call_span(l, call)};

		vec_push(l->a, &m->fields, f);
		if (django_has_table(m))
			django_sub_column(l, vec_last(&m->fields));
	} else {
		if (django_has_table(m))
			django_sub(l, SUB_DROP_COLUMN, STR("_order"), call_span(l, call))->flags =
				SUB_SUB_CASCADE;
		django_remove_field(m, STR("_order"));
	}
	if (django_has_table(m))
		django_emit_end(l);
}

/* The statements of the fragments whose text is VALUE run here. */
static void
run_statements(struct lowering *l, uint32_t value)
{
	const struct unit *u = l->u;

	for (uint32_t f = 1; f < u->fragments.n; f++) {
		if (u->fragments.v[f].value != value || u->fragments.v[f].sink != SINK_OPERATION)
			continue;
		for (uint32_t s = 1; s < u->statements.n; s++) {
			uint32_t root = u->statements.v[s].fragment;

			while (u->fragments.v[root].parent)
				root = u->statements.v[u->fragments.v[root].parent].fragment;
			if (root == f)
				vec_push(l->a, &l->step->runs,
					(struct django_run){.unit = u,
						.file = l->migration->file,
						.statements = {s, 1},
						.operation = l->operation});
		}
	}
}

static void
run_sql(struct lowering *l, uint32_t call)
{
	const struct unit *u = l->u;
	uint32_t sql = django_argument(u, call, "sql", 0);
	struct range kids = u->values.v[sql].kids;
	bool silent = l->silent;

	if (!silent && u->values.v[sql].kind != VALUE_LIST)
		run_statements(l, sql);
	for (uint32_t i = 0; !silent && u->values.v[sql].kind == VALUE_LIST && i < kids.count;
		i++) {
		uint32_t kid = u->kids.v[kids.first + i];

		run_statements(l, u->values.v[kid].kind == VALUE_LIST ? unit_kid(u, kid, 0) : kid);
	}
	l->silent = true;
	django_operate_list(l, django_argument(u, call, "state_operations", 2));
	l->silent = silent;
}

/* The database's half runs from the state before; the state's half alone is what is left. */
static void
separate(struct lowering *l, uint32_t call)
{
	struct state copy, *state = l->state;
	bool silent = l->silent;

	django_copy_state(l->a, &copy, state);
	l->state = &copy;
	django_operate_list(l, django_argument(l->u, call, "database_operations", 0));
	django_flush_deferred(l);
	l->state = state;
	l->silent = true;
	django_operate_list(l, django_argument(l->u, call, "state_operations", 1));
	l->silent = silent;
}

static void
nothing(struct lowering *l, uint32_t call)
{
	(void)l;
	(void)call;
}

static void
create_extension(struct lowering *l, uint32_t call)
{
	/* CreateExtension subclasses of django/contrib/postgres/operations.py. */
	static const char *const rows[][2] = {{"BloomExtension", "bloom"},
		{"BtreeGinExtension", "btree_gin"}, {"BtreeGistExtension", "btree_gist"},
		{"CITextExtension", "citext"}, {"CryptoExtension", "pgcrypto"},
		{"HStoreExtension", "hstore"}, {"TrigramExtension", "pg_trgm"},
		{"UnaccentExtension", "unaccent"}};
	struct str name = django_string(l->u, django_argument(l->u, call, "name", 0));
	struct str class_name = django_callee(l->u, call);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (str_is(class_name, rows[i][0]))
			name = str_from(rows[i][1]);
	if (!name.n)
		return;
	django_emit(l, EVENT_CREATE, OBJECT_EXTENSION, name, call_span(l, call))->flags =
		EVENT_IF_NOT_EXISTS;
	django_emit_end(l);
}

static const struct {
	const char *name;
	void (*operate)(struct lowering *l, uint32_t call);
} table[] = {
	{"CreateModel", create_model},
	{"DeleteModel", delete_model},
	{"RenameModel", django_rename_model},
	{"AlterModelTable", django_alter_model_table},
	{"AlterModelTableComment", nothing},
	{"AlterModelOptions", alter_model_options},
	{"AlterModelManagers", nothing},
	{"AlterUniqueTogether", alter_unique_together},
	{"AlterIndexTogether", nothing},
	{"AlterOrderWithRespectTo", alter_order},
	{"AddField", add_field},
	{"RemoveField", remove_field},
	{"AlterField", django_alter_field},
	{"RenameField", django_rename_field},
	{"AddIndex", add_index},
	{"AddIndexConcurrently", add_index},
	{"RemoveIndex", remove_index},
	{"RemoveIndexConcurrently", remove_index},
	{"RenameIndex", rename_index},
	{"AddConstraint", add_constraint_operation},
	{"AddConstraintNotValid", add_constraint_operation},
	{"ValidateConstraint", nothing},
	{"RemoveConstraint", remove_constraint},
	{"RunSQL", run_sql},
	{"RunPython", nothing},
	{"SeparateDatabaseAndState", separate},
	{"CreateExtension", create_extension},
	{"BloomExtension", create_extension},
	{"BtreeGinExtension", create_extension},
	{"BtreeGistExtension", create_extension},
	{"CITextExtension", create_extension},
	{"CryptoExtension", create_extension},
	{"HStoreExtension", create_extension},
	{"TrigramExtension", create_extension},
	{"UnaccentExtension", create_extension},
	{"CreateCollation", nothing},
	{"RemoveCollation", nothing},
};

/* What is not understood may have done anything to the tables of the app. */
static void
unknown_operation(struct lowering *l, uint32_t call, struct str name)
{
	struct span span = call_span(l, call);
	struct str pattern = str_format(l->a, "%.*s_*", STR_ARG(l->migration->app));
	struct event *e;

	span.origin = span.origin ? span.origin : l->migration->file;
	unit_add_blind(l->out->unit, BLIND_OPERATION, span, "%.*s",
		STR_ARG(name.n ? name : STR("a computed operation")));
	e = django_emit(l, EVENT_HAVOC, OBJECT_NONE, pattern, span);
	e->object.pattern = true;
	e->text = str_format(l->a, "the operation %.*s is not understood",
		STR_ARG(name.n ? name : STR("(computed)")));
	django_emit_end(l);
}

static void
keep_line(struct lowering *l, struct span span)
{
	struct unit *out = l->out->unit;
	struct source_line line = {.origin = l->migration->file,
		.line = span.line,
		.text = unit_line(l->u, l->migration->file, span.line)};

	if (!line.text.n)
		line.text = unit_line(l->u, 0, span.line);
	if (line.text.n)
		vec_push(out->arena, &out->lines, line);
}

void
django_operate(struct lowering *l, uint32_t call)
{
	struct unit *out = l->out->unit;
	struct str name = django_callee(l->u, call);
	struct operation *o = vec_add(out->arena, &out->operations);
	uint32_t outer = l->operation;

	o->tool = STR("django");
	o->name = name;
	o->span = call_span(l, call);
	if (!o->span.origin)
		o->span.origin = l->migration->file;
	keep_line(l, o->span);
	l->operation = out->operations.n - 1;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (str_is(name, table[i].name) && l->u->values.v[call].kind == VALUE_CALL) {
			table[i].operate(l, call);
			l->operation = outer;
			return;
		}
	}
	unknown_operation(l, call, name);
	l->operation = outer;
}

void
django_operate_list(struct lowering *l, uint32_t list)
{
	static _Thread_local uint32_t depth;
	struct range kids = l->u->values.v[list].kids;

	if (list == 0 || l->u->values.v[list].kind == VALUE_NULL)
		return;
	if (l->u->values.v[list].kind != VALUE_LIST || depth == NEST_DEPTH) {
		django_operate(l, list);
		return;
	}
	depth++;
	for (uint32_t i = 0; i < kids.count; i++)
		django_operate(l, l->u->kids.v[kids.first + i]);
	depth--;
}

void
django_flush_deferred(struct lowering *l)
{
	uint32_t operation = l->operation;

	for (uint32_t i = 0; i < l->deferred.n; i++) {
		const struct deferred *d = &l->deferred.v[i];
		struct model *m = django_find(l->state, &d->model);
		struct field *f = django_find_field(m, d->field);

		if (!f || f->relation != RELATION_FOREIGN_KEY || f->no_constraint ||
			f->constraint.n)
			continue;
		l->operation = d->operation;
		django_emit(l, EVENT_ALTER, OBJECT_TABLE, django_table(l->a, m), f->span);
		django_sub_foreign_key(l, m, f);
		django_emit_end(l);
	}
	l->deferred.n = 0;
	l->operation = operation;
}
