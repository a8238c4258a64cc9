/* Expressions and FROM: columns, sub-selects, range entries. Most node kinds only hold others;
 * they are walked by protobuf-c's own description of their fields. */
#include "base/arena.h"
#include "dml_p.h"

static bool
is_variable(const struct reader *r, const char *qualifier, const char *column)
{
	if (!r->vars)
		return false;
	return map_get(r->vars, str_from(*qualifier ? qualifier : column)) != NULL;
}

/* EXCLUDED is the row that was proposed for insertion: of the target; PostgreSQL wants SELECT on it. */
static uint32_t
excluded_target(const struct query_reader *q, uint32_t scope, struct str qualifier)
{
	if (!str_is(qualifier, "excluded"))
		return 0;
	for (; scope >= q->first_scope; scope = q->u->scopes.v[scope].parent) {
		uint32_t at = q->targets.v[scope - q->first_scope];

		if (at && (q->u->relations.v[at].access & ACCESS_INSERT))
			return at;
	}
	return 0;
}

static void
column_ref(struct query_reader *q, const struct env *env, const PgQuery__ColumnRef *c)
{
	struct reader *r = q->r;
	const PgQuery__Node *last = c->n_fields ? c->fields[c->n_fields - 1] : NULL;
	bool star = last && last->node_case == PG_QUERY__NODE__NODE_A_STAR;
	const char *column = star ? "*" : name_string(last);
	const char *qualifier = c->n_fields > 1 ? name_string(c->fields[c->n_fields - 2]) : "";
	uint32_t at = place_at(r, c->location) + (uint32_t)(c->n_fields ? c->n_fields - 1 : 0) * 2;
	struct column_use use = {
		.scope = env->scope, .access = ACCESS_READ, .visible = env->visible};

	if (!last || is_variable(r, qualifier, column) ||
		str_find(str_from(column), STR(HOLE_MARK), 0) != SIZE_MAX)
		return;
	use.column = name_text(r, column);
	use.qualifier = name_text(r, qualifier);
	use.span = at < r->n_tokens ? place_token(r, at) : place_statement(r);
	use.relation = excluded_target(q, env->scope, use.qualifier);
	vec_push(q->u->arena, &q->u->columns, use);
}

void
dml_column(struct query_reader *q, const struct env *env, const char *name, uint32_t relation,
	uint32_t access, int32_t location)
{
	struct reader *r = q->r;
	uint32_t at;

	if (str_find(str_from(name), STR(HOLE_MARK), 0) != SIZE_MAX) {
		q->u->relations.v[relation].more_columns |= access != ACCESS_READ;
		return;
	}
	if (!*name)
		return;
	place_seek(r, location);
	at = place_find(r, str_from(name));
	vec_push(q->u->arena, &q->u->columns,
		(struct column_use){.scope = env->scope,
			.column = name_text(r, name),
			.relation = relation,
			.access = access,
			.visible = env->visible,
			.span = at == UINT32_MAX ? place_statement(r) : place_token(r, at)});
}

/* The fields of a message that are messages themselves. */
static void
walk_fields(struct query_reader *q, const struct env *env, const ProtobufCMessage *m)
{
	const ProtobufCMessageDescriptor *d = m->descriptor;

	for (unsigned i = 0; i < d->n_fields; i++) {
		const ProtobufCFieldDescriptor *f = &d->fields[i];
		const char *at = (const char *)m + f->offset;
		size_t n = 1;

		if (f->type != PROTOBUF_C_TYPE_MESSAGE || (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
			continue;
		if (f->label == PROTOBUF_C_LABEL_REPEATED) {
			n = *(const size_t *)((const char *)m + f->quantifier_offset);
			at = (const char *)*(ProtobufCMessage * *const *)at;
		}
		for (size_t k = 0; k < n; k++) {
			const ProtobufCMessage *child = ((ProtobufCMessage *const *)at)[k];

			if (child && child->descriptor == &pg_query__node__descriptor)
				dml_expr(q, env, (const PgQuery__Node *)child);
			else if (child)
				walk_fields(q, env, child);
		}
	}
}

static void
sub_link(struct query_reader *q, const struct env *env, const PgQuery__SubLink *s)
{
	uint32_t scope;

	dml_expr(q, env, s->testexpr);
	if (!s->subselect)
		return;
	scope = dml_nested(q, s->subselect, env);
	if (q->outputs)
		vec_push(q->r->scratch, &q->links, (struct sub_link){s, scope});
}

/* A call of a routine that may be a user's. */
static void
call(struct reader *r, const PgQuery__FuncCall *f)
{
	struct name n = {0};
	uint32_t at;

	if (!f->n_funcname || f->n_funcname > 2)
		return;
	n.name = name_text(r, name_string(f->funcname[f->n_funcname - 1]));
	if (f->n_funcname == 2)
		n.schema = name_text(r, name_string(f->funcname[0]));
	at = place_at(r, f->location) + (uint32_t)(f->n_funcname - 1) * 2;
	n.span = at < r->n_tokens ? place_token(r, at) : place_statement(r);
	if (n.name.n && str_find(n.name, STR("*"), 0) == SIZE_MAX &&
		!str_is(n.schema, "pg_catalog"))
		vec_push(r->scratch, &r->calls, n);
}

static void
cast(struct reader *r, const PgQuery__TypeCast *t)
{
	bool serial;
	struct str type = type_format(r, t->type_name, &serial);

	if (type.n)
		vec_push(r->scratch, &r->casts, type);
}

struct used_mark
dml_used_mark(const struct reader *r)
{
	return (struct used_mark){r->calls.n, r->casts.n};
}

void
dml_used(struct reader *r, struct used_mark since, struct range *calls, struct range *casts)
{
	*calls = (struct range){r->u->names.n, r->calls.n - since.calls};
	*casts = (struct range){r->u->words.n, r->casts.n - since.casts};
	for (uint32_t i = since.calls; i < r->calls.n; i++)
		vec_push(r->u->arena, &r->u->names, r->calls.v[i]);
	for (uint32_t i = since.casts; i < r->casts.n; i++)
		vec_push(r->u->arena, &r->u->words,
			(struct word){.text = r->casts.v[i], .span = place_statement(r)});
	r->calls.n = since.calls;
	r->casts.n = since.casts;
}

void
dml_expr(struct query_reader *q, const struct env *env, const PgQuery__Node *node)
{
	if (!node)
		return;
	switch ((int)node->node_case) {
	case PG_QUERY__NODE__NODE__NOT_SET:
	case PG_QUERY__NODE__NODE_STRING:
	case PG_QUERY__NODE__NODE_A_CONST:
	case PG_QUERY__NODE__NODE_TYPE_NAME:
		break;
	case PG_QUERY__NODE__NODE_COLUMN_REF:
		column_ref(q, env, node->column_ref);
		break;
	case PG_QUERY__NODE__NODE_SUB_LINK:
		sub_link(q, env, node->sub_link);
		break;
	case PG_QUERY__NODE__NODE_SELECT_STMT:
		dml_select(q, node->select_stmt, env);
		break;
	case PG_QUERY__NODE__NODE_FUNC_CALL:
		call(q->r, node->func_call);
		walk_fields(q, env, &node->func_call->base);
		break;
	case PG_QUERY__NODE__NODE_TYPE_CAST:
		cast(q->r, node->type_cast);
		walk_fields(q, env, &node->type_cast->base);
		break;
	default:
		/* Any member of the union is the pointer to the node's own message. */
		walk_fields(q, env, (const ProtobufCMessage *)(const void *)node->alias);
		break;
	}
}

void
dml_exprs(struct query_reader *q, const struct env *env, PgQuery__Node **list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		dml_expr(q, env, list[i]);
}

static struct str
alias_of(struct query_reader *q, const PgQuery__Alias *alias)
{
	return alias ? name_text(q->r, alias->aliasname) : (struct str){0};
}

/* Alias (a, b). */
static struct range
alias_columns(struct query_reader *q, const PgQuery__Alias *alias)
{
	if (!alias)
		return (struct range){0};
	return dml_words(q, alias->colnames, alias->n_colnames);
}

static void
add_range(struct query_reader *q, const struct env *env, struct relation_use use)
{
	use.scope = env->scope;
	vec_push(q->u->arena, &q->u->relations, use);
}

/* What LATERAL sees of its own FROM: what stands before it. */
static struct env
so_far(const struct query_reader *q, const struct env *env)
{
	struct env before = *env;

	before.visible = (struct range){0, q->u->relations.n};
	return before;
}

static void
range_subselect(struct query_reader *q, const struct env *env, const PgQuery__RangeSubselect *s)
{
	struct relation_use use = {.kind = RANGE_SUBSELECT, .alias = alias_of(q, s->alias)};
	const struct scope *own = &q->u->scopes.v[env->scope];
	/* Without LATERAL the siblings in FROM are not seen, but what is around is. */
	struct env around = {.scope = own->parent, .visible = own->visible, .ctes = env->ctes};
	struct env before = so_far(q, env);

	if (!s->subquery)
		return;
	if (s->subquery->node_case == PG_QUERY__NODE__NODE_SELECT_STMT &&
		s->subquery->select_stmt->n_values_lists)
		use.kind = RANGE_VALUES;
	use.inner = dml_nested(q, s->subquery, s->lateral ? &before : &around);
	use.columns = alias_columns(q, s->alias);
	add_range(q, env, use);
}

/* The names of the columns, where these are all: of AS f (a, b), of AS f (a int, b text). */
static struct range
function_columns(struct query_reader *q, const PgQuery__RangeFunction *f)
{
	struct range made = {.first = q->u->words.n};

	if (!f->n_coldeflist || !q->outputs)
		return alias_columns(q, f->alias);
	for (size_t i = 0; i < f->n_coldeflist; i++) {
		if (f->coldeflist[i]->node_case != PG_QUERY__NODE__NODE_COLUMN_DEF)
			continue;
		vec_push(q->u->arena, &q->u->words,
			(struct word){
				.text = name_text(q->r, f->coldeflist[i]->column_def->colname)});
		made.count++;
	}
	return made;
}

static void
range_function(struct query_reader *q, const struct env *env, const PgQuery__RangeFunction *f)
{
	struct relation_use use = {.kind = RANGE_FUNCTION, .alias = alias_of(q, f->alias)};
	struct env before = so_far(q, env);

	for (size_t i = 0; i < f->n_functions; i++) {
		const PgQuery__Node *list = f->functions[i];
		const PgQuery__Node *call =
			list->node_case == PG_QUERY__NODE__NODE_LIST && list->list->n_items
				? list->list->items[0]
				: NULL;

		if (call && call->node_case == PG_QUERY__NODE__NODE_FUNC_CALL) {
			place_seek(q->r, call->func_call->location);
			use.name = name_list(
				q->r, call->func_call->funcname, call->func_call->n_funcname);
		}
		dml_expr(q, &before, call);
	}
	use.columns = function_columns(q, f);
	add_range(q, env, use);
}

static void
join(struct query_reader *q, const struct env *env, const PgQuery__JoinExpr *j)
{
	struct relation_use use = {.kind = RANGE_JOIN, .natural = j->is_natural};
	struct env sides = *env;

	use.left = q->u->relations.n;
	dml_from(q, env, j->larg);
	use.right = q->u->relations.n;
	dml_from(q, env, j->rarg);
	sides.visible = (struct range){use.left, q->u->relations.n - use.left};
	dml_expr(q, &sides, j->quals);
	if (!j->alias && !j->n_using_clause && !j->is_natural)
		return;
	use.alias = alias_of(q, j->alias ? j->alias : j->join_using_alias);
	use.columns = alias_columns(q, j->alias);
	use.merged = dml_words(q, j->using_clause, j->n_using_clause);
	add_range(q, env, use);
	/* Behind it, so that they are of both sides; NATURAL: all that both have. */
	sides.visible.count++;
	for (size_t i = 0; i < j->n_using_clause; i++)
		dml_column(q, &sides, name_string(j->using_clause[i]), 0, ACCESS_READ, -1);
	if (j->is_natural)
		dml_column(q, &sides, "*", q->u->relations.n - 1, ACCESS_READ, -1);
}

void
dml_from(struct query_reader *q, const struct env *env, const PgQuery__Node *node)
{
	if (!node)
		return;
	switch ((int)node->node_case) {
	case PG_QUERY__NODE__NODE_RANGE_VAR:
		dml_relation(q, env, node->range_var, ACCESS_READ);
		break;
	case PG_QUERY__NODE__NODE_RANGE_SUBSELECT:
		range_subselect(q, env, node->range_subselect);
		break;
	case PG_QUERY__NODE__NODE_RANGE_FUNCTION:
		range_function(q, env, node->range_function);
		break;
	case PG_QUERY__NODE__NODE_JOIN_EXPR:
		join(q, env, node->join_expr);
		break;
	case PG_QUERY__NODE__NODE_RANGE_TABLE_SAMPLE:
		dml_from(q, env, node->range_table_sample->relation);
		dml_exprs(q, env, node->range_table_sample->args, node->range_table_sample->n_args);
		break;
	case PG_QUERY__NODE__NODE_RANGE_TABLE_FUNC: /* XMLTABLE */
		dml_expr(q, env, node);
		add_range(q, env,
			(struct relation_use){.kind = RANGE_FUNCTION,
				.alias = alias_of(q, node->range_table_func->alias)});
		break;
	default:
		dml_expr(q, env, node);
		break;
	}
}
