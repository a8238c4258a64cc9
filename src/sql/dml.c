/* Queries: which relations a statement uses, how, and which of their columns.
 *
 * Modes are the privileges that PostgreSQL asks for: an UPDATE that reads none of its target's
 * columns needs no SELECT on it. */
#include "base/arena.h"
#include "ddl_p.h"
#include "dml_p.h"

/* What is around a statement. */
static const struct env nothing;

uint32_t
dml_scope(struct query_reader *q, const struct env *outer)
{
	vec_push(q->u->arena, &q->u->scopes,
		(struct scope){.parent = outer->scope, .visible = outer->visible});
	vec_push(q->r->scratch, &q->targets, 0);
	return q->u->scopes.n - 1;
}

static const struct cte *
find_cte(const struct cte *list, const struct name *name)
{
	if (name->schema.n)
		return NULL;
	for (; list; list = list->next)
		if (str_eq(list->name, name->name))
			return list;
	return NULL;
}

static uint32_t
add_relation(
	struct query_reader *q, const struct env *env, const PgQuery__RangeVar *v, uint32_t access)
{
	struct name name = name_range(q->r, v);
	struct str alias = v->alias ? name_text(q->r, v->alias->aliasname) : (struct str){0};
	struct range columns = {0};

	if (v->alias)
		columns = dml_words(q, v->alias->colnames, v->alias->n_colnames);
	vec_push(q->u->arena, &q->u->relations,
		(struct relation_use){.kind = RANGE_RELATION,
			.scope = env->scope,
			.name = name,
			.alias = alias,
			.access = access,
			.columns = columns});
	return q->u->relations.n - 1;
}

uint32_t
dml_relation(
	struct query_reader *q, const struct env *env, const PgQuery__RangeVar *v, uint32_t access)
{
	uint32_t at = add_relation(q, env, v, access);
	struct relation_use *use = &q->u->relations.v[at];
	const struct cte *cte = find_cte(env->ctes, &use->name);

	if (cte) {
		use->kind = RANGE_CTE;
		use->inner = cte->inner;
	} else {
		q->r->named++;
	}
	return at;
}

uint32_t
dml_target(
	struct query_reader *q, const struct env *env, const PgQuery__RangeVar *v, uint32_t access)
{
	uint32_t at = add_relation(q, env, v, access);

	q->u->relations.v[at].target = true;
	q->targets.v[env->scope - q->first_scope] = at;
	q->r->named++;
	return at;
}

/* The CTEs of a WITH clause in front of those of the environment. They see what is around the
 * statement, not its FROM. */
static const struct cte *
with(struct query_reader *q, const PgQuery__WithClause *clause, const struct env *outer)
{
	struct env env = *outer;

	for (size_t i = 0; clause && i < clause->n_ctes; i++) {
		const PgQuery__CommonTableExpr *x = clause->ctes[i]->common_table_expr;
		struct cte *made;

		if (clause->ctes[i]->node_case != PG_QUERY__NODE__NODE_COMMON_TABLE_EXPR)
			continue;
		made = arena_new(q->r->scratch, struct cte);
		made->next = env.ctes;
		made->name = name_text(q->r, x->ctename);
		if (clause->recursive) {
			/* It sees itself: the scope that is about to be made. */
			made->inner = q->u->scopes.n;
			env.ctes = made;
		}
		made->inner = dml_nested(q, x->ctequery, &env);
		q->u->scopes.v[made->inner].columns =
			dml_words(q, x->aliascolnames, x->n_aliascolnames);
		env.ctes = made;
	}
	return env.ctes;
}

/* FOR UPDATE and FOR SHARE lock the relations of their own FROM, or those that they name. */
static void
lock(struct query_reader *q, const struct env *env, const PgQuery__LockingClause *clause,
	uint32_t first)
{
	for (uint32_t i = first; i < q->u->relations.n; i++) {
		struct relation_use *use = &q->u->relations.v[i];
		struct str known = use->alias.n ? use->alias : use->name.name;
		bool meant = clause->n_locked_rels == 0;

		for (size_t k = 0; k < clause->n_locked_rels && !meant; k++)
			meant = clause->locked_rels[k]->node_case ==
					PG_QUERY__NODE__NODE_RANGE_VAR &&
				str_is(known, clause->locked_rels[k]->range_var->relname);
		if (meant && use->scope == env->scope && use->kind == RANGE_RELATION)
			use->access |= ACCESS_LOCK;
	}
}

/* The name that is all of an expression; NULL: it is more. */
static const char *
bare_name(const PgQuery__Node *node)
{
	if (!node || node->node_case != PG_QUERY__NODE__NODE_COLUMN_REF ||
		node->column_ref->n_fields != 1 ||
		node->column_ref->fields[0]->node_case != PG_QUERY__NODE__NODE_STRING)
		return NULL;
	return name_string(node->column_ref->fields[0]);
}

/* True when a column that the SELECT gives is called so. */
static bool
is_output(struct query_reader *q, const PgQuery__SelectStmt *s, const char *name)
{
	for (size_t i = 0; name && i < s->n_target_list; i++)
		if (s->target_list[i]->node_case == PG_QUERY__NODE__NODE_RES_TARGET &&
			str_is(dml_output_name(q->r, s->target_list[i]->res_target), name))
			return true;
	return false;
}

/* ORDER BY and DISTINCT ON: a bare name is an output column's before it is an input column's (parse_clause.c,
 * findTargetlistEntrySQL92()). */
static void
sort(struct query_reader *q, const struct env *env, const PgQuery__SelectStmt *s,
	PgQuery__Node **list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const PgQuery__Node *x = list[i]->node_case == PG_QUERY__NODE__NODE_SORT_BY
						 ? list[i]->sort_by->node
						 : list[i];

		if (!is_output(q, s, bare_name(x)))
			dml_expr(q, env, x);
	}
}

/* GROUP BY: a bare name is an input column's before it is an output column's (there as well). */
static void
group(struct query_reader *q, const struct env *env, const PgQuery__SelectStmt *s)
{
	for (size_t i = 0; i < s->n_group_clause; i++) {
		uint32_t first = q->u->columns.n;

		dml_expr(q, env, s->group_clause[i]);
		if (first < q->u->columns.n && is_output(q, s, bare_name(s->group_clause[i])))
			q->u->columns.v[first].output = true;
	}
}

static void
select_body(struct query_reader *q, const struct env *env, const PgQuery__SelectStmt *s)
{
	uint32_t first = q->u->relations.n, first_link;

	for (size_t i = 0; i < s->n_from_clause; i++)
		dml_from(q, env, s->from_clause[i]);
	sort(q, env, s, s->distinct_clause, s->n_distinct_clause);
	first_link = q->links.n;
	dml_exprs(q, env, s->target_list, s->n_target_list);
	dml_exprs(q, env, s->values_lists, s->n_values_lists);
	q->first_link = first_link;
	if (q->outputs && !s->larg)
		dml_outputs(q, env->scope, s);
	dml_expr(q, env, s->where_clause);
	group(q, env, s);
	dml_expr(q, env, s->having_clause);
	dml_exprs(q, env, s->window_clause, s->n_window_clause);
	for (size_t i = 0; i < s->n_locking_clause; i++)
		if (s->locking_clause[i]->node_case == PG_QUERY__NODE__NODE_LOCKING_CLAUSE)
			lock(q, env, s->locking_clause[i]->locking_clause, first);
}

uint32_t
dml_select(struct query_reader *q, const PgQuery__SelectStmt *s, const struct env *outer)
{
	struct env env = {.scope = dml_scope(q, outer)}, branch = *outer;
	uint32_t left = 0, right = 0;

	branch.ctes = env.ctes = with(q, s->with_clause, outer);
	if (s->larg)
		left = dml_select(q, s->larg, &branch);
	if (s->rarg)
		right = dml_select(q, s->rarg, &branch);
	q->u->scopes.v[env.scope].left = q->outputs ? left : 0;
	q->u->scopes.v[env.scope].right = q->outputs ? right : 0;
	select_body(q, &env, s);
	/* Of a set operation ORDER BY names output columns, which no relation has. */
	if (!s->larg)
		sort(q, &env, s, s->sort_clause, s->n_sort_clause);
	dml_expr(q, &env, s->limit_offset);
	dml_expr(q, &env, s->limit_count);
	return env.scope;
}

/* The left sides of SET and of a column list. */
static void
assign(struct query_reader *q, const struct env *env, PgQuery__Node **list, size_t n,
	uint32_t relation, uint32_t access)
{
	for (size_t i = 0; i < n; i++) {
		const PgQuery__ResTarget *t = list[i]->res_target;

		if (list[i]->node_case != PG_QUERY__NODE__NODE_RES_TARGET)
			continue;
		dml_column(q, env, t->name, relation, access, t->location);
		dml_expr(q, env, t->val);
	}
}

static void
on_conflict(struct query_reader *q, const struct env *env, const PgQuery__OnConflictClause *c,
	uint32_t target)
{
	/* The columns that choose the index are read, says PostgreSQL (INSERT, "Description"). */
	for (size_t i = 0; c->infer && i < c->infer->n_index_elems; i++) {
		const PgQuery__Node *elem = c->infer->index_elems[i];

		if (elem->node_case != PG_QUERY__NODE__NODE_INDEX_ELEM)
			continue;
		q->u->relations.v[target].access |= ACCESS_READ;
		place_seek(q->r, c->infer->location);
		if (*elem->index_elem->name)
			dml_column(q, env, elem->index_elem->name, target, ACCESS_READ, -1);
		dml_expr(q, env, elem->index_elem->expr);
	}
	if (c->infer) {
		q->u->relations.v[target].access |= *c->infer->conname ? ACCESS_READ : 0;
		dml_expr(q, env, c->infer->where_clause);
	}
	if (c->action == PG_QUERY__ON_CONFLICT_ACTION__ONCONFLICT_UPDATE)
		q->u->relations.v[target].access |= ACCESS_UPDATE;
	assign(q, env, c->target_list, c->n_target_list, target, ACCESS_UPDATE);
	dml_expr(q, env, c->where_clause);
}

static uint32_t
insert(struct query_reader *q, const PgQuery__InsertStmt *s, const struct env *outer)
{
	struct env env = {.scope = dml_scope(q, outer)}, source = *outer;
	uint32_t target;

	source.ctes = env.ctes = with(q, s->with_clause, outer);
	target = dml_target(q, &env, s->relation, ACCESS_INSERT);
	q->u->relations.v[target].all_columns = !s->n_cols && s->select_stmt;
	assign(q, &env, s->cols, s->n_cols, target, ACCESS_INSERT);
	if (s->select_stmt)
		dml_nested(q, s->select_stmt, &source);
	if (s->on_conflict_clause)
		on_conflict(q, &env, s->on_conflict_clause, target);
	dml_exprs(q, &env, s->returning_list, s->n_returning_list);
	return env.scope;
}

static uint32_t
update(struct query_reader *q, const PgQuery__UpdateStmt *s, const struct env *outer)
{
	struct env env = {.scope = dml_scope(q, outer)};
	uint32_t target;

	env.ctes = with(q, s->with_clause, outer);
	target = dml_target(q, &env, s->relation, ACCESS_UPDATE);
	for (size_t i = 0; i < s->n_from_clause; i++)
		dml_from(q, &env, s->from_clause[i]);
	assign(q, &env, s->target_list, s->n_target_list, target, ACCESS_UPDATE);
	dml_expr(q, &env, s->where_clause);
	dml_exprs(q, &env, s->returning_list, s->n_returning_list);
	return env.scope;
}

static uint32_t delete (
	struct query_reader *q, const PgQuery__DeleteStmt *s, const struct env *outer)
{
	struct env env = {.scope = dml_scope(q, outer)};

	env.ctes = with(q, s->with_clause, outer);
	dml_target(q, &env, s->relation, ACCESS_DELETE);
	for (size_t i = 0; i < s->n_using_clause; i++)
		dml_from(q, &env, s->using_clause[i]);
	dml_expr(q, &env, s->where_clause);
	dml_exprs(q, &env, s->returning_list, s->n_returning_list);
	return env.scope;
}

static void
merge_when(struct query_reader *q, const struct env *env, const PgQuery__MergeWhenClause *when,
	uint32_t target)
{
	uint32_t access = 0;

	if (when->command_type == PG_QUERY__CMD_TYPE__CMD_INSERT)
		access = ACCESS_INSERT;
	else if (when->command_type == PG_QUERY__CMD_TYPE__CMD_UPDATE)
		access = ACCESS_UPDATE;
	else if (when->command_type == PG_QUERY__CMD_TYPE__CMD_DELETE)
		access = ACCESS_DELETE;
	q->u->relations.v[target].access |= access;
	if (access == ACCESS_INSERT && !when->n_target_list && when->n_values)
		q->u->relations.v[target].all_columns = true;
	dml_expr(q, env, when->condition);
	assign(q, env, when->target_list, when->n_target_list, target, access);
	dml_exprs(q, env, when->values, when->n_values);
}

static uint32_t
merge(struct query_reader *q, const PgQuery__MergeStmt *s, const struct env *outer)
{
	struct env env = {.scope = dml_scope(q, outer)}, source; /* NOT MATCHED sees only that */
	uint32_t target;

	env.ctes = with(q, s->with_clause, outer);
	target = dml_target(q, &env, s->relation, 0);
	source = env;
	source.visible.first = q->u->relations.n;
	dml_from(q, &env, s->source_relation);
	source.visible.count = q->u->relations.n - source.visible.first;
	dml_expr(q, &env, s->join_condition);
	for (size_t i = 0; i < s->n_merge_when_clauses; i++) {
		const PgQuery__MergeWhenClause *when = s->merge_when_clauses[i]->merge_when_clause;

		if (s->merge_when_clauses[i]->node_case == PG_QUERY__NODE__NODE_MERGE_WHEN_CLAUSE)
			merge_when(q, when->matched ? &env : &source, when, target);
	}
	return env.scope;
}

uint32_t
dml_nested(struct query_reader *q, const PgQuery__Node *node, const struct env *outer)
{
	struct env env;
	uint32_t scope;

	switch ((int)node->node_case) {
	case PG_QUERY__NODE__NODE_SELECT_STMT:
		scope = dml_select(q, node->select_stmt, outer);
		q->u->scopes.v[scope].names = dml_output_names(q->r, node);
		return scope;
	case PG_QUERY__NODE__NODE_INSERT_STMT:
		return insert(q, node->insert_stmt, outer);
	case PG_QUERY__NODE__NODE_UPDATE_STMT:
		return update(q, node->update_stmt, outer);
	case PG_QUERY__NODE__NODE_DELETE_STMT:
		return delete (q, node->delete_stmt, outer);
	case PG_QUERY__NODE__NODE_MERGE_STMT:
		return merge(q, node->merge_stmt, outer);
	default:
		env = (struct env){.scope = dml_scope(q, outer), .ctes = outer->ctes};
		dml_expr(q, &env, node);
		return env.scope;
	}
}

static void
whole_relations(struct query_reader *q, PgQuery__Node **list, size_t n, uint32_t access)
{
	struct env env = {.scope = dml_scope(q, &nothing)};

	for (size_t i = 0; i < n; i++) {
		uint32_t at;

		if (list[i]->node_case != PG_QUERY__NODE__NODE_RANGE_VAR)
			continue;
		at = dml_target(q, &env, list[i]->range_var, access);
		q->u->relations.v[at].all_columns = access == ACCESS_TRUNCATE;
	}
}

static void
copy(struct query_reader *q, const PgQuery__CopyStmt *s)
{
	uint32_t access = s->is_from ? ACCESS_INSERT : ACCESS_READ, at;
	struct env env;

	if (!s->relation) {
		dml_nested(q, s->query, &nothing);
		return;
	}
	env = (struct env){.scope = dml_scope(q, &nothing)};
	at = dml_target(q, &env, s->relation, access);
	q->u->relations.v[at].target = s->is_from;
	q->u->relations.v[at].all_columns = !s->n_attlist;
	for (size_t i = 0; i < s->n_attlist; i++)
		dml_column(q, &env, name_string(s->attlist[i]), at, access, -1);
	dml_expr(q, &env, s->where_clause);
}

/* USING and WITH CHECK of a policy read columns of its table. */
static void
policy(struct query_reader *q, const PgQuery__RangeVar *table, const PgQuery__Node *qual,
	const PgQuery__Node *check)
{
	struct env env = {.scope = dml_scope(q, &nothing)};

	if (table)
		dml_relation(q, &env, table, ACCESS_READ);
	dml_expr(q, &env, qual);
	dml_expr(q, &env, check);
}

/* The columns that a publication lists, and those of its WHERE, are read; else all are. */
static void
published(struct query_reader *q, const PgQuery__PublicationTable *t)
{
	struct env env = {.scope = dml_scope(q, &nothing)};
	uint32_t at;

	if (!t || !t->relation)
		return;
	at = dml_relation(q, &env, t->relation, ACCESS_READ);
	q->u->relations.v[at].all_columns = !t->n_columns;
	for (size_t i = 0; i < t->n_columns; i++)
		dml_column(q, &env, name_string(t->columns[i]), at, ACCESS_READ, -1);
	dml_expr(q, &env, t->where_clause);
}

static void
publication(struct query_reader *q, PgQuery__Node **list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i]->node_case == PG_QUERY__NODE__NODE_PUBLICATION_OBJ_SPEC)
			published(q, list[i]->publication_obj_spec->pubtable);
}

static void
read_any(struct query_reader *q, const PgQuery__Node *node)
{
	switch ((int)node->node_case) {
	case PG_QUERY__NODE__NODE_TRUNCATE_STMT:
		whole_relations(q, node->truncate_stmt->relations, node->truncate_stmt->n_relations,
			ACCESS_TRUNCATE);
		break;
	case PG_QUERY__NODE__NODE_LOCK_STMT:
		whole_relations(
			q, node->lock_stmt->relations, node->lock_stmt->n_relations, ACCESS_LOCK);
		break;
	case PG_QUERY__NODE__NODE_COPY_STMT:
		copy(q, node->copy_stmt);
		break;
	case PG_QUERY__NODE__NODE_CREATE_POLICY_STMT:
		policy(q, node->create_policy_stmt->table, node->create_policy_stmt->qual,
			node->create_policy_stmt->with_check);
		break;
	case PG_QUERY__NODE__NODE_ALTER_POLICY_STMT:
		policy(q, node->alter_policy_stmt->table, node->alter_policy_stmt->qual,
			node->alter_policy_stmt->with_check);
		break;
	case PG_QUERY__NODE__NODE_CREATE_PUBLICATION_STMT:
		publication(q, node->create_publication_stmt->pubobjects,
			node->create_publication_stmt->n_pubobjects);
		break;
	case PG_QUERY__NODE__NODE_ALTER_PUBLICATION_STMT:
		publication(q, node->alter_publication_stmt->pubobjects,
			node->alter_publication_stmt->n_pubobjects);
		break;
	default:
		dml_nested(q, node, &nothing);
		break;
	}
}

static uint32_t
read_query(struct reader *r, const PgQuery__Node *node, const char *tag, bool outputs)
{
	struct unit *u = r->u;
	struct query_reader q = {.r = r, .u = u, .first_scope = u->scopes.n, .outputs = outputs};
	struct query made = {
		.scopes = {u->scopes.n, 0},
		.relations = {u->relations.n, 0},
		.columns = {u->columns.n, 0},
		.tag = str_from(tag),
	};

	if (!node)
		return 0;
	read_any(&q, node);
	made.scopes.count = u->scopes.n - made.scopes.first;
	made.relations.count = u->relations.n - made.relations.first;
	made.columns.count = u->columns.n - made.columns.first;
	made.span = place_statement(r);
	vec_push(u->arena, &u->queries, made);
	return u->queries.n - 1;
}

uint32_t
dml_read(struct reader *r, const PgQuery__Node *node, const char *tag)
{
	return read_query(r, node, tag, false);
}

uint32_t
dml_read_stored(struct reader *r, const PgQuery__Node *node)
{
	return read_query(r, node, "SELECT", true);
}

struct range
dml_expression_columns(struct reader *r, PgQuery__Node **list, size_t n)
{
	struct unit *u = r->u;
	struct query_reader q = {.r = r, .u = u, .first_scope = u->scopes.n};
	uint32_t scopes = u->scopes.n, relations = u->relations.n, columns = u->columns.n;
	struct env env = {.scope = dml_scope(&q, &nothing)};
	struct range made = {.first = u->words.n};

	dml_exprs(&q, &env, list, n);
	for (uint32_t i = columns; i < u->columns.n; i++)
		vec_push(u->arena, &u->words,
			(struct word){u->columns.v[i].column, u->columns.v[i].span});
	made.count = u->words.n - made.first;
	u->scopes.n = scopes;
	u->relations.n = relations;
	u->columns.n = columns;
	return made;
}

/* SELECT f(…) and nothing else: the routine is called for what it does. */
static bool
is_call(struct reader *r, const PgQuery__SelectStmt *s, struct event *e)
{
	const PgQuery__FuncCall *call;
	const PgQuery__Node *target;

	if (s->n_from_clause || s->n_target_list != 1 || s->with_clause || s->larg ||
		s->target_list[0]->node_case != PG_QUERY__NODE__NODE_RES_TARGET)
		return false;
	target = s->target_list[0]->res_target->val;
	if (!target || target->node_case != PG_QUERY__NODE__NODE_FUNC_CALL)
		return false;
	call = target->func_call;
	place_seek(r, call->location);
	*e = ddl_event(EVENT_CALL, OBJECT_ROUTINE, name_list(r, call->funcname, call->n_funcname));
	return true;
}

/* The settings that a SELECT makes by set_config. */
static uint32_t
set_configs(struct reader *r, const PgQuery__SelectStmt *s)
{
	uint32_t n = 0;

	for (size_t i = 0; i < s->n_target_list; i++) {
		const PgQuery__Node *v = s->target_list[i]->res_target->val;

		if (s->target_list[i]->node_case == PG_QUERY__NODE__NODE_RES_TARGET && v &&
			v->node_case == PG_QUERY__NODE__NODE_FUNC_CALL)
			n += ddl_set_config(r, v->func_call);
	}
	return n;
}

static void
select_into(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__IntoClause *into = node->select_stmt->into_clause;
	struct event e = ddl_event(EVENT_CREATE_AS, OBJECT_TABLE, name_range(r, into->rel));

	e.flags = *into->rel->relpersistence == 't' ? EVENT_TEMPORARY : 0;
	e.words = dml_output_names(r, node);
	statement_add(r, &e, dml_read_stored(r, node));
	r->named++;
}

static void
select_statement(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__SelectStmt *s = node->select_stmt;
	struct event e;

	if (s->into_clause && s->into_clause->rel) {
		select_into(r, node);
	} else if (!set_configs(r, s)) {
		bool call = is_call(r, s, &e);

		r->cursor = 0;
		statement_add(r, call ? &e : NULL, dml_read(r, node, "SELECT"));
	}
}

static const struct {
	PgQuery__Node__NodeCase kind;
	const char *tag;
} dml_rows[] = {
	{PG_QUERY__NODE__NODE_INSERT_STMT, "INSERT"},
	{PG_QUERY__NODE__NODE_UPDATE_STMT, "UPDATE"},
	{PG_QUERY__NODE__NODE_DELETE_STMT, "DELETE"},
	{PG_QUERY__NODE__NODE_MERGE_STMT, "MERGE"},
	{PG_QUERY__NODE__NODE_COPY_STMT, "COPY"},
	{PG_QUERY__NODE__NODE_TRUNCATE_STMT, "TRUNCATE"},
	{PG_QUERY__NODE__NODE_LOCK_STMT, "LOCK"},
};

/* The statement inside EXPLAIN, PREPARE, DECLARE CURSOR. */
static const PgQuery__Node *
inner_statement(const PgQuery__Node *node)
{
	switch ((int)node->node_case) {
	case PG_QUERY__NODE__NODE_EXPLAIN_STMT:
		return node->explain_stmt->query;
	case PG_QUERY__NODE__NODE_PREPARE_STMT:
		return node->prepare_stmt->query;
	case PG_QUERY__NODE__NODE_DECLARE_CURSOR_STMT:
		return node->declare_cursor_stmt->query;
	default:
		return NULL;
	}
}

bool
dml_statement(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__Node *inner = inner_statement(node);

	if (node->node_case == PG_QUERY__NODE__NODE_PREPARE_STMT)
		vec_push(r->u->arena, &r->prepared, name_text(r, node->prepare_stmt->name));
	/* EXPLAIN only reads, INTO or not. */
	if (inner && inner->node_case == PG_QUERY__NODE__NODE_SELECT_STMT &&
		node->node_case == PG_QUERY__NODE__NODE_EXPLAIN_STMT) {
		statement_add(r, NULL, dml_read(r, inner, "SELECT"));
		return true;
	}
	if (inner)
		node = inner;
	if (node->node_case == PG_QUERY__NODE__NODE_SELECT_STMT) {
		select_statement(r, node);
		return true;
	}
	for (size_t i = 0; i < sizeof dml_rows / sizeof *dml_rows; i++) {
		if (node->node_case == dml_rows[i].kind) {
			statement_add(r, NULL, dml_read(r, node, dml_rows[i].tag));
			return true;
		}
	}
	return false;
}
