/* CREATE of all that is no table, and the few statements about such objects. */
#include "base/arena.h"
#include "ddl_p.h"

/* CREATE SCHEMA makes its elements kind by kind. */
#define ELEMENT_ROUNDS 6

/* Is it the name of one of the events from FIRST on? */
static bool
is_element(const struct reader *r, uint32_t first, struct str name)
{
	for (uint32_t i = first; i < r->u->events.n; i++) {
		const struct event *e = &r->u->events.v[i];

		if ((e->kind == EVENT_CREATE || e->kind == EVENT_CREATE_AS) &&
			e->object_kind != OBJECT_TRIGGER && str_eq(e->object.name, name))
			return true;
	}
	return false;
}

/* What the tables of the unit had before the elements were read. */
struct before {
	uint32_t events, names, subcommands, relations;
};

/* The elements see each other first: a new schema has nothing else in it. */
static void
put_in_schema(struct reader *r, const struct before *at, struct str schema)
{
	struct unit *u = r->u;

	for (uint32_t i = at->names; i < u->names.n; i++)
		if (!u->names.v[i].schema.n && is_element(r, at->events, u->names.v[i].name))
			u->names.v[i].schema = schema;
	for (uint32_t i = at->subcommands; i < u->subcommands.n; i++) {
		struct name *n = &u->subcommands.v[i].target;

		if (n->name.n && !n->schema.n && is_element(r, at->events, n->name))
			n->schema = schema;
	}
	for (uint32_t i = at->relations; i < u->relations.n; i++) {
		struct relation_use *x = &u->relations.v[i];

		if (x->kind == RANGE_RELATION && !x->name.schema.n &&
			is_element(r, at->events, x->name.name))
			x->name.schema = schema;
	}
	for (uint32_t i = at->events; i < u->events.n; i++)
		if (!u->events.v[i].object.schema.n)
			u->events.v[i].object.schema = schema;
}

/* transformCreateSchemaStmtElements(): in which round it is made. */
static int
element_round(const PgQuery__Node *node)
{
	switch ((int)node->node_case) {
	case PG_QUERY__NODE__NODE_CREATE_SEQ_STMT:
		return 0;
	case PG_QUERY__NODE__NODE_CREATE_STMT:
		return 1;
	case PG_QUERY__NODE__NODE_VIEW_STMT:
		return 2;
	case PG_QUERY__NODE__NODE_INDEX_STMT:
		return 3;
	case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT:
		return 4;
	default:
		return ELEMENT_ROUNDS - 1;
	}
}

/* The schema, and its elements as statements of their own; they are in that schema unless they say
 * otherwise. */
void
ddl_schema(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__CreateSchemaStmt *s = node->create_schema_stmt;
	const char *name = *s->schemaname || !s->authrole ? s->schemaname : s->authrole->rolename;
	struct event e = ddl_event(EVENT_CREATE, OBJECT_SCHEMA, name_single(r, name));
	struct before at;

	e.flags = s->if_not_exists ? EVENT_IF_NOT_EXISTS : 0;
	e.text = name_role(r, s->authrole);
	ddl_add(r, &e);
	at = (struct before){r->u->events.n, r->u->names.n, r->u->subcommands.n, r->u->relations.n};
	for (int round = 0; round < ELEMENT_ROUNDS; round++)
		for (size_t i = 0; i < s->n_schema_elts; i++)
			if (element_round(s->schema_elts[i]) == round)
				statement_read(r, s->schema_elts[i]);
	put_in_schema(r, &at, e.object.name);
}

/* An object that hangs on a relation: its own name stands before the relation's. */
static struct event
part_event(struct reader *r, enum object_kind kind, const char *own, const PgQuery__RangeVar *on)
{
	struct name name = name_single(r, own);
	struct name relation = on ? name_range(r, on) : (struct name){0};
	struct event e;

	name.schema = relation.schema;
	e = ddl_event(EVENT_CREATE, kind, name);
	e.names = ddl_one_name(r, relation);
	if (!e.span.length)
		e.span = relation.span;
	return e;
}

/* What the index needs besides its key columns. */
static void
index_expressions(struct reader *r, struct event *e, const PgQuery__IndexStmt *s)
{
	PgQuery__Node **list = arena_array(r->scratch, PgQuery__Node *, s->n_index_params + 1);
	struct used_mark mark = dml_used_mark(r);
	struct subcommand *sub;
	struct range columns;
	size_t n = 0;

	for (size_t i = 0; i < s->n_index_params; i++)
		if (s->index_params[i]->node_case == PG_QUERY__NODE__NODE_INDEX_ELEM &&
			s->index_params[i]->index_elem->expr)
			list[n++] = s->index_params[i]->index_elem->expr;
	if (s->where_clause)
		list[n++] = s->where_clause;
	if (!n)
		return;
	e->flags |= EVENT_PARTIAL;
	columns = dml_expression_columns(r, list, n);
	sub = ddl_sub(r, e, SUB_UNMODELLED);
	sub->columns = columns;
	dml_used(r, mark, &sub->calls, &sub->casts);
}

/* From the method or the elements on, one blank between tokens; the usual method is left out. */
static struct str
index_definition(struct reader *r)
{
	struct buf b = {.arena = r->u->arena};
	uint32_t i = 0;

	while (i < r->n_tokens && !lex_is_char(r->sql, &r->tokens[i], '('))
		i++;
	if (i >= 2 && i < r->n_tokens && lex_is_word(r->sql, &r->tokens[i - 2], "using") &&
		!lex_is_word(r->sql, &r->tokens[i - 1], "btree"))
		i--;
	for (; i < r->n_tokens; i++) {
		struct str text = lex_text(r->sql, &r->tokens[i]);
		bool word = r->tokens[i].kind == TOKEN_WORD;

		if (b.n)
			buf_addc(&b, ' ');
		buf_add(&b, word ? str_lower(r->scratch, text) : text);
	}
	return buf_str(&b);
}

/* INCLUDE: columns that it needs, though they are no keys. Returns all elements in a row. */
static struct str
index_including(struct reader *r, struct event *e, const PgQuery__IndexStmt *s)
{
	size_t n = s->n_index_params + s->n_index_including_params;
	PgQuery__Node **all = arena_array(r->scratch, PgQuery__Node *, n + 1);
	struct range columns = {.first = r->u->words.n};

	for (size_t i = 0; i < n; i++) {
		bool key = i < s->n_index_params;

		all[i] =
			key ? s->index_params[i] : s->index_including_params[i - s->n_index_params];
		if (key || all[i]->node_case != PG_QUERY__NODE__NODE_INDEX_ELEM)
			continue;
		vec_push(r->u->arena, &r->u->words, name_word(r, all[i]->index_elem->name));
		columns.count++;
	}
	if (columns.count)
		ddl_sub(r, e, SUB_UNMODELLED)->columns = columns;
	return dml_index_names(r, all, n);
}

void
ddl_index(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__IndexStmt *s = node->index_stmt;
	struct event e = part_event(r, OBJECT_INDEX, s->idxname, s->relation);

	e.flags = (s->unique ? EVENT_UNIQUE : 0) | (s->if_not_exists ? EVENT_IF_NOT_EXISTS : 0) |
		  (s->relation->inh ? 0 : EVENT_ONLY);
	e.text = index_definition(r);
	e.words.first = r->u->words.n;
	for (size_t i = 0; i < s->n_index_params; i++) {
		const PgQuery__Node *p = s->index_params[i];

		if (p->node_case != PG_QUERY__NODE__NODE_INDEX_ELEM || !*p->index_elem->name)
			continue;
		vec_push(r->u->arena, &r->u->words, name_word(r, p->index_elem->name));
		e.words.count++;
	}
	e.part = index_including(r, &e, s);
	index_expressions(r, &e, s);
	ddl_add(r, &e);
}

void
ddl_owned_by(struct reader *r, struct event *e, PgQuery__Node **options, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const PgQuery__DefElem *d = options[i]->def_elem;
		const PgQuery__List *list;
		struct subcommand s = {.kind = SUB_OWNED_BY};

		if (options[i]->node_case != PG_QUERY__NODE__NODE_DEF_ELEM ||
			!str_is(str_from(d->defname), "owned_by") || !d->arg ||
			d->arg->node_case != PG_QUERY__NODE__NODE_LIST)
			continue;
		list = d->arg->list;
		place_seek(r, d->location);
		if (list->n_items > 1)
			s.target = name_list(r, list->items, list->n_items - 1);
		if (list->n_items > 1)
			s.name = name_text(r, name_string(list->items[list->n_items - 1]));
		s.span = s.target.span.length ? s.target.span : e->span;
		*ddl_sub(r, e, SUB_OWNED_BY) = s;
	}
}

void
ddl_sequence(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__CreateSeqStmt *s = node->create_seq_stmt;
	struct event e = ddl_event(EVENT_CREATE, OBJECT_SEQUENCE, name_range(r, s->sequence));

	e.flags = (s->if_not_exists ? EVENT_IF_NOT_EXISTS : 0) |
		  (*s->sequence->relpersistence == 't' ? EVENT_TEMPORARY : 0);
	ddl_owned_by(r, &e, s->options, s->n_options);
	ddl_add(r, &e);
}

static const PgQuery__DefElem *
option_of(PgQuery__Node **options, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (options[i]->node_case == PG_QUERY__NODE__NODE_DEF_ELEM &&
			str_is(str_from(options[i]->def_elem->defname), name))
			return options[i]->def_elem;
	return NULL;
}

/* The token of the string of AS '…' or DO '…': of the first string at or behind LOCATION. */
static uint32_t
string_at(const struct reader *r, int32_t location)
{
	for (uint32_t i = place_at(r, location); i < r->n_tokens; i++)
		if (r->tokens[i].kind == TOKEN_STRING || r->tokens[i].kind == TOKEN_DOLLAR)
			return i;
	return UINT32_MAX;
}

static struct str
language_of(PgQuery__Node **options, size_t n, const char *unsaid)
{
	const PgQuery__DefElem *d = option_of(options, n, "language");

	return str_from(d ? name_string(d->arg) : unsaid);
}

/* Bodies of other languages are not read: what they do is not known. */
static struct range
read_body(struct reader *r, PgQuery__Node **options, size_t n, struct str language,
	PgQuery__Node **params, size_t n_params)
{
	const PgQuery__DefElem *as = option_of(options, n, "as");
	bool plpgsql = str_eq_nocase(language, STR("plpgsql"));
	uint32_t token = as ? string_at(r, as->location) : UINT32_MAX;

	if (token == UINT32_MAX || (!plpgsql && !str_eq_nocase(language, STR("sql"))))
		return (struct range){0};
	return body_read(r, token, plpgsql, params, n_params);
}

/* Statements of BEGIN ATOMIC, as a fragment of their own. */
static struct range
read_atomic(struct reader *r, const PgQuery__Node *body, struct span span)
{
	struct range made = {r->u->fragments.n, 1};
	uint32_t outer = r->fragment;

	vec_push(r->u->arena, &r->u->fragments,
		(struct fragment){.sink = SINK_BODY,
			.state = FRAGMENT_PARSED,
			.parent = r->u->statements.n - 1,
			.span = span});
	r->fragment = made.first;
	if (body->node_case == PG_QUERY__NODE__NODE_LIST) {
		for (size_t i = 0; i < body->list->n_items; i++) {
			const PgQuery__Node *x = body->list->items[i];

			for (size_t k = 0;
				x->node_case == PG_QUERY__NODE__NODE_LIST && k < x->list->n_items;
				k++)
				statement_read(r, x->list->items[k]);
		}
	} else {
		statement_read(r, body);
	}
	r->fragment = outer;
	return made;
}

/* Of its parameters and its result. */
static struct range
routine_types(struct reader *r, const PgQuery__CreateFunctionStmt *s)
{
	struct range words = {.first = r->u->words.n};

	for (size_t i = 0; i <= s->n_parameters; i++) {
		const PgQuery__TypeName *type = s->return_type;
		bool serial;
		struct str text;

		if (i < s->n_parameters)
			type = s->parameters[i]->node_case ==
					       PG_QUERY__NODE__NODE_FUNCTION_PARAMETER
				       ? s->parameters[i]->function_parameter->arg_type
				       : NULL;
		if (!type || type->pct_type)
			continue;
		text = type_format(r, type, &serial);
		if (str_starts(text, STR("setof ")))
			text = str_slice(text, 6, text.n);
		if (!text.n)
			continue;
		vec_push(r->u->arena, &r->u->words, (struct word){text, place_statement(r)});
		words.count++;
	}
	return words;
}

/* What a trigger's function reads of the row, whichever table's that is. */
static void
add_row_columns(struct reader *r, struct event *e, const PgQuery__CreateFunctionStmt *s)
{
	const PgQuery__DefElem *as = option_of(s->options, s->n_options, "as");
	uint32_t token = as ? string_at(r, as->location) : UINT32_MAX;
	const PgQuery__TypeName *type = s->return_type;
	struct range columns;

	if (token == UINT32_MAX || !type || !type->n_names ||
		!str_is(str_from(name_string(type->names[type->n_names - 1])), "trigger") ||
		!str_eq_nocase(e->text, STR("plpgsql")))
		return;
	columns = body_row_columns(r, token);
	if (columns.count)
		ddl_sub(r, e, SUB_UNMODELLED)->columns = columns;
}

void
ddl_function(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__CreateFunctionStmt *s = node->create_function_stmt;
	struct event e =
		ddl_event(EVENT_CREATE, OBJECT_ROUTINE, name_list(r, s->funcname, s->n_funcname));
	uint32_t at = r->u->events.n;
	struct range bodies;

	e.flags = s->replace ? EVENT_OR_REPLACE : 0;
	e.text = language_of(s->options, s->n_options, "sql");
	e.text = str_dup(r->u->arena, e.text);
	type_add_signature(r, &e, type_signature(r, s->parameters, s->n_parameters));
	e.casts = routine_types(r, s);
	ddl_add(r, &e);
	if (s->sql_body)
		bodies = read_atomic(r, s->sql_body, e.span);
	else
		bodies = read_body(
			r, s->options, s->n_options, e.text, s->parameters, s->n_parameters);
	r->u->events.v[at].bodies = bodies;
	add_row_columns(r, &r->u->events.v[at], s);
}

/* DO is a statement without event or query; its body's statements are what it does. */
void
ddl_do(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__DoStmt *s = node->do_stmt;
	struct str language = language_of(s->args, s->n_args, "plpgsql");
	uint32_t at = r->u->statements.n;
	struct event e = ddl_event(EVENT_UNMODELLED, OBJECT_NONE, (struct name){0});

	statement_add(r, NULL, 0);
	if (read_body(r, s->args, s->n_args, language, NULL, 0).count)
		return;
	e.text = STR("DO");
	e.span = place_statement(r);
	unit_add_blind(
		r->u, BLIND_UNMODELLED, e.span, "DO in the language %.*s", STR_ARG(language));
	r->u->statements.v[at].event = r->u->events.n;
	vec_push(r->u->arena, &r->u->events, e);
}

/* What WHEN and UPDATE OF name. */
static struct range
trigger_columns(struct reader *r, const PgQuery__CreateTrigStmt *s)
{
	PgQuery__Node *when = s->when_clause;
	struct range columns = dml_expression_columns(r, &when, when ? 1 : 0);

	for (size_t i = 0; i < s->n_columns; i++) {
		vec_push(r->u->arena, &r->u->words, name_word(r, name_string(s->columns[i])));
		columns.count++;
	}
	return columns;
}

void
ddl_trigger(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__CreateTrigStmt *s = node->create_trig_stmt;
	struct event e = part_event(r, OBJECT_TRIGGER, s->trigname, s->relation);
	struct name function = name_list(r, s->funcname, s->n_funcname);

	e.flags = s->replace ? EVENT_OR_REPLACE : 0;
	vec_push(r->u->arena, &r->u->names, function);
	e.names.count++;
	e.words = trigger_columns(r, s);
	ddl_add(r, &e);
}

void
ddl_enum(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__CreateEnumStmt *s = node->create_enum_stmt;
	struct event e =
		ddl_event(EVENT_CREATE, OBJECT_TYPE, name_list(r, s->type_name, s->n_type_name));

	for (size_t i = 0; i < s->n_vals; i++) {
		struct str label = name_text(r, name_string(s->vals[i]));

		ddl_sub(r, &e, SUB_ADD_VALUE)->name = label;
	}
	ddl_add(r, &e);
}

void
ddl_composite(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__CompositeTypeStmt *s = node->composite_type_stmt;
	struct event e = ddl_event(EVENT_CREATE, OBJECT_COMPOSITE_TYPE, name_range(r, s->typevar));

	ddl_table_elements(r, &e, s->coldeflist, s->n_coldeflist);
	ddl_add(r, &e);
}

void
ddl_range(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__CreateRangeStmt *s = node->create_range_stmt;
	struct event e =
		ddl_event(EVENT_CREATE, OBJECT_TYPE, name_list(r, s->type_name, s->n_type_name));

	ddl_add(r, &e);
}

void
ddl_domain(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__CreateDomainStmt *s = node->create_domain_stmt;
	struct event e = ddl_event(
		EVENT_CREATE, OBJECT_DOMAIN, name_list(r, s->domainname, s->n_domainname));
	bool serial;

	e.text = type_format(r, s->type_name, &serial);
	ddl_table_elements(r, &e, s->constraints, s->n_constraints);
	ddl_add(r, &e);
}

/* CREATE AGGREGATE a (types): [0] are they. The old form has its type among the options. */
static struct str
aggregate_signature(struct reader *r, const PgQuery__DefineStmt *s)
{
	if (s->oldstyle || !s->n_args)
		return STR("*");
	if (s->args[0]->node_case != PG_QUERY__NODE__NODE_LIST)
		return (struct str){0};
	return type_signature(r, s->args[0]->list->items, s->args[0]->list->n_items);
}

void
ddl_define(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__DefineStmt *s = node->define_stmt;
	struct event e = ddl_event(
		EVENT_CREATE, ddl_object_kind(s->kind), name_list(r, s->defnames, s->n_defnames));

	e.flags =
		(s->if_not_exists ? EVENT_IF_NOT_EXISTS : 0) | (s->replace ? EVENT_OR_REPLACE : 0);
	if (e.object_kind == OBJECT_TYPE && !s->n_definition)
		e.text = STR("shell");
	if (e.object_kind == OBJECT_ROUTINE)
		type_add_signature(r, &e, aggregate_signature(r, s));
	if (e.object_kind == OBJECT_OTHER)
		statement_add(r, NULL, 0); /* an operator, a collation … */
	else
		ddl_add(r, &e);
}

void
ddl_extension(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__CreateExtensionStmt *s = node->create_extension_stmt;
	const PgQuery__DefElem *schema = option_of(s->options, s->n_options, "schema");
	struct event e = ddl_event(EVENT_CREATE, OBJECT_EXTENSION, name_single(r, s->extname));

	e.flags = s->if_not_exists ? EVENT_IF_NOT_EXISTS : 0;
	if (schema)
		e.text = name_text(r, name_string(schema->arg));
	ddl_add(r, &e);
}

void
ddl_policy(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__CreatePolicyStmt *s = node->create_policy_stmt;
	struct event e = part_event(r, OBJECT_POLICY, s->policy_name, s->table);
	struct used_mark mark = dml_used_mark(r);
	uint32_t q;

	e.words = name_roles(r, s->roles, s->n_roles);
	r->named++;
	q = dml_read(r, node, "POLICY");
	dml_used(r, mark, &e.calls, &e.casts);
	statement_add(r, &e, q);
}

void
ddl_alter_policy(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__AlterPolicyStmt *s = node->alter_policy_stmt;
	struct event e = part_event(r, OBJECT_POLICY, s->policy_name, s->table);

	e.kind = EVENT_ALTER;
	r->named++;
	statement_add(r, &e, dml_read(r, node, "POLICY"));
}

void
ddl_rule(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__RuleStmt *s = node->rule_stmt;
	struct event e = part_event(r, OBJECT_RULE, s->rulename, s->relation);

	e.flags = s->replace ? EVENT_OR_REPLACE : 0;
	ddl_add(r, &e);
}

/* What a routine is declared to be changes no name but its own. */
void
ddl_alter_function(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__AlterFunctionStmt *s = node->alter_function_stmt;
	PgQuery__Node object = {
		.base = node->base, .node_case = PG_QUERY__NODE__NODE_OBJECT_WITH_ARGS};
	struct event e = ddl_event(
		EVENT_ALTER, OBJECT_ROUTINE, name_list(r, s->func->objname, s->func->n_objname));

	object.object_with_args = s->func;
	e.part = str_from(ddl_object_word(s->objtype));
	type_add_arguments(r, &e, &object);
	ddl_add(r, &e);
}

void
ddl_call(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__FuncCall *call = node->call_stmt->funccall;
	struct event e = ddl_event(
		EVENT_CALL, OBJECT_ROUTINE, name_list(r, call->funcname, call->n_funcname));

	ddl_add(r, &e);
}

void
ddl_comment(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__CommentStmt *s = node->comment_stmt;
	struct event e = ddl_event(EVENT_COMMENT, ddl_object_kind(s->objtype), (struct name){0});

	if (e.object_kind == OBJECT_COLUMN && s->object &&
		s->object->node_case == PG_QUERY__NODE__NODE_LIST && s->object->list->n_items > 1) {
		const PgQuery__List *list = s->object->list;

		e.object = name_list(r, list->items, list->n_items - 1);
		e.part = name_text(r, name_string(list->items[list->n_items - 1]));
	} else {
		e.object = name_object(r, s->object);
	}
	e.span = e.object.span;
	ddl_add(r, &e);
}

void
ddl_database(struct reader *r, const PgQuery__Node *node)
{
	struct event e = ddl_event(
		EVENT_CREATE, OBJECT_DATABASE, name_single(r, node->createdb_stmt->dbname));

	ddl_add(r, &e);
}

void
ddl_drop_database(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__DropdbStmt *s = node->dropdb_stmt;
	struct event e = ddl_event(EVENT_DROP, OBJECT_DATABASE, name_single(r, s->dbname));

	e.flags = s->missing_ok ? EVENT_IF_EXISTS : 0;
	ddl_add(r, &e);
}

/* Foreign tables of names that only the other server knows. */
void
ddl_import(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__ImportForeignSchemaStmt *s = node->import_foreign_schema_stmt;
	struct event e = ddl_event(EVENT_HAVOC, OBJECT_FOREIGN_TABLE, (struct name){0});

	place_seek(r, 0);
	if (place_find(r, STR("into")) != UINT32_MAX)
		e.span = name_single(r, s->local_schema).span;
	e.object = (struct name){.schema = name_text(r, s->local_schema),
		.name = STR("*"),
		.pattern = true,
		.span = e.span};
	e.text = STR("IMPORT FOREIGN SCHEMA");
	ddl_add(r, &e);
}

void
ddl_refresh(struct reader *r, const PgQuery__Node *node)
{
	(void)node;
	r->named++;
	statement_add(r, NULL, 0);
}
