/* Roles, privileges, settings and transactions. */
#include "base/arena.h"
#include "ddl_p.h"

void
ddl_role(struct reader *r, const PgQuery__Node *node)
{
	struct event e =
		ddl_event(EVENT_CREATE, OBJECT_ROLE, name_single(r, node->create_role_stmt->role));

	ddl_add(r, &e);
}

void
ddl_drop_role(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__DropRoleStmt *s = node->drop_role_stmt;

	for (size_t i = 0; i < s->n_roles; i++) {
		struct name role = {0};
		struct event e;

		if (s->roles[i]->node_case != PG_QUERY__NODE__NODE_ROLE_SPEC)
			continue;
		place_seek(r, s->roles[i]->role_spec->location);
		role = name_single(r, s->roles[i]->role_spec->rolename);
		e = ddl_event(EVENT_DROP, OBJECT_ROLE, role);
		e.flags = s->missing_ok ? EVENT_IF_EXISTS : 0;
		ddl_add(r, &e);
	}
}

static struct name
role_name(struct reader *r, const PgQuery__RoleSpec *role)
{
	struct name n = {0};

	if (!role)
		return n;
	place_seek(r, role->location);
	n.name = name_role(r, role);
	if (r->cursor < r->n_tokens)
		n.span = place_token(r, r->cursor);
	return n;
}

void
ddl_alter_role(struct reader *r, const PgQuery__Node *node)
{
	struct event e =
		ddl_event(EVENT_ALTER, OBJECT_ROLE, role_name(r, node->alter_role_stmt->role));

	ddl_add(r, &e);
}

static struct str
privileges(struct reader *r, PgQuery__Node **list, size_t n)
{
	struct buf b = {.arena = r->u->arena};

	for (size_t i = 0; i < n; i++)
		if (list[i]->node_case == PG_QUERY__NODE__NODE_ACCESS_PRIV &&
			!list[i]->access_priv->n_cols)
			buf_addf(&b, "%s%s", b.n ? "," : "", list[i]->access_priv->priv_name);
	return n ? buf_str(&b) : STR("all");
}

static struct event
grant_event(struct reader *r, const PgQuery__GrantStmt *s)
{
	struct event e = ddl_event(s->is_grant ? EVENT_GRANT : EVENT_REVOKE,
		ddl_object_kind(s->objtype), (struct name){0});

	e.text = privileges(r, s->privileges, s->n_privileges);
	e.flags = ddl_cascade(s->behavior);
	if (s->targtype == PG_QUERY__GRANT_TARGET_TYPE__ACL_TARGET_ALL_IN_SCHEMA)
		e.flags |= EVENT_ALL_IN_SCHEMA;
	for (size_t i = 0; i < s->n_objects; i++) {
		struct name n = name_object(r, s->objects[i]);

		if (!e.names.count)
			e.names.first = r->u->names.n;
		e.names.count++;
		vec_push(r->u->arena, &r->u->names, n);
	}
	if (e.names.count) {
		e.object = r->u->names.v[e.names.first];
		e.span = e.object.span;
	}
	e.words = name_roles(r, s->grantees, s->n_grantees);
	return e;
}

/* SELECT (a, b): an event for each column. */
static void
column_privileges(struct reader *r, const struct event *whole, const PgQuery__AccessPriv *p)
{
	for (size_t i = 0; i < p->n_cols; i++) {
		struct event e = *whole;

		e.text = str_dup(r->u->arena, *p->priv_name ? str_from(p->priv_name) : STR("all"));
		e.part = name_text(r, name_string(p->cols[i]));
		ddl_add(r, &e);
	}
}

void
ddl_grant(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__GrantStmt *s = node->grant_stmt;
	struct event e;

	place_seek(r, 0);
	(void)place_find(r, STR("on"));
	e = grant_event(r, s);
	/* REVOKE GRANT OPTION FOR: what is granted stays. */
	if (!s->is_grant && s->grant_option) {
		e.text = STR("");
		ddl_add(r, &e);
		return;
	}
	if (e.text.n)
		ddl_add(r, &e);
	for (size_t i = 0; i < s->n_privileges; i++)
		if (s->privileges[i]->node_case == PG_QUERY__NODE__NODE_ACCESS_PRIV)
			column_privileges(r, &e, s->privileges[i]->access_priv);
}

/* GRANT role TO role: names are the roles granted, words those who get them. */
void
ddl_grant_role(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__GrantRoleStmt *s = node->grant_role_stmt;
	struct event e =
		ddl_event(s->is_grant ? EVENT_GRANT : EVENT_REVOKE, OBJECT_ROLE, (struct name){0});

	e.names.first = r->u->names.n;
	for (size_t i = 0; i < s->n_granted_roles; i++) {
		struct name n;

		if (s->granted_roles[i]->node_case != PG_QUERY__NODE__NODE_ACCESS_PRIV)
			continue;
		n = name_single(r, s->granted_roles[i]->access_priv->priv_name);
		vec_push(r->u->arena, &r->u->names, n);
		e.names.count++;
	}
	if (e.names.count)
		e.object = r->u->names.v[e.names.first];
	e.span = e.object.span;
	e.text = STR("member");
	e.words = name_roles(r, s->grantee_roles, s->n_grantee_roles);
	ddl_add(r, &e);
}

/* ALTER DEFAULT PRIVILEGES: names are the schemas; the roles FOR whom stand in .part. */
void
ddl_default_privileges(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__AlterDefaultPrivilegesStmt *s = node->alter_default_privileges_stmt;
	struct buf roles = {.arena = r->u->arena};
	struct event e = grant_event(r, s->action);

	e.flags |= EVENT_DEFAULT_PRIVILEGES;
	r->cursor = 0;
	for (size_t i = 0; i < s->n_options; i++) {
		const PgQuery__DefElem *d = s->options[i]->def_elem;
		const PgQuery__List *list = d->arg ? d->arg->list : NULL;

		if (!list || d->arg->node_case != PG_QUERY__NODE__NODE_LIST)
			continue;
		for (size_t k = 0; k < list->n_items; k++) {
			const PgQuery__Node *x = list->items[k];

			if (x->node_case == PG_QUERY__NODE__NODE_ROLE_SPEC) {
				buf_addf(
					&roles, "%s%s", roles.n ? "," : "", x->role_spec->rolename);
				continue;
			}
			if (!e.names.count++)
				e.names.first = r->u->names.n;
			vec_push(r->u->arena, &r->u->names, name_object(r, x));
		}
	}
	e.part = buf_str(&roles);
	ddl_add(r, &e);
}

static const char *
const_text(struct reader *r, const PgQuery__AConst *c)
{
	switch (c->val_case) {
	case PG_QUERY__A__CONST__VAL_IVAL:
		return str_format(r->scratch, "%d", c->ival->ival).s;
	case PG_QUERY__A__CONST__VAL_FVAL:
		return c->fval->fval;
	case PG_QUERY__A__CONST__VAL_BOOLVAL:
		return c->boolval->boolval ? "true" : "false";
	case PG_QUERY__A__CONST__VAL_SVAL:
		return c->sval->sval;
	case PG_QUERY__A__CONST__VAL_BSVAL:
		return c->bsval->bsval;
	case PG_QUERY__A__CONST__VAL__NOT_SET:
	case _PG_QUERY__A__CONST__VAL__CASE_IS_INT_SIZE:
		break;
	}
	return "";
}

static struct range
values(struct reader *r, PgQuery__Node **args, size_t n)
{
	struct range words = {.first = r->u->words.n};

	for (size_t i = 0; i < n; i++) {
		const PgQuery__AConst *c = args[i]->a_const;
		struct word w;
		uint32_t at;

		if (args[i]->node_case != PG_QUERY__NODE__NODE_A_CONST)
			continue;
		at = place_at(r, c->location);
		w.text = name_text(r, const_text(r, c));
		w.span = at < r->n_tokens ? place_token(r, at) : place_statement(r);
		vec_push(r->u->arena, &r->u->words, w);
		words.count++;
	}
	return words;
}

/* Fills the variable and its values in. False for what is neither SET nor RESET of one variable. */
static bool
take_setting(struct reader *r, struct event *e, const PgQuery__VariableSetStmt *s)
{
	e->part = name_text(r, s->name);
	e->flags = s->is_local ? EVENT_LOCAL : 0;
	switch (s->kind) {
	case PG_QUERY__VARIABLE_SET_KIND__VAR_SET_VALUE:
		e->words = values(r, s->args, s->n_args);
		return true;
	case PG_QUERY__VARIABLE_SET_KIND__VAR_SET_DEFAULT:
	case PG_QUERY__VARIABLE_SET_KIND__VAR_RESET:
	case PG_QUERY__VARIABLE_SET_KIND__VAR_RESET_ALL:
		return true;
	case PG_QUERY__VARIABLE_SET_KIND__VAR_SET_CURRENT:
	case PG_QUERY__VARIABLE_SET_KIND__VAR_SET_MULTI:
	case PG_QUERY__VARIABLE_SET_KIND__VARIABLE_SET_KIND_UNDEFINED:
	case _PG_QUERY__VARIABLE_SET_KIND_IS_INT_SIZE:
		break;
	}
	return false;
}

static void
place_part(struct reader *r, struct event *e)
{
	uint32_t at;

	r->cursor = 0;
	at = place_find(r, e->part);
	if (at != UINT32_MAX)
		e->span = place_token(r, at);
}

void
ddl_set(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__VariableSetStmt *s = node->variable_set_stmt;
	struct event e = ddl_event(EVENT_SET, OBJECT_NONE, (struct name){0});

	if (!take_setting(r, &e, s)) {
		ddl_unmodelled(r, "SET", (struct name){0});
		return;
	}
	if (s->kind == PG_QUERY__VARIABLE_SET_KIND__VAR_RESET ||
		s->kind == PG_QUERY__VARIABLE_SET_KIND__VAR_RESET_ALL)
		e.kind = EVENT_RESET;
	place_part(r, &e);
	statement_add(r, &e, 0);
}

/* The query was read where PREPARE stands. In a file that has none for it, another one must have; a
 * program's literals are not in the order in which it sends them. */
void
ddl_execute(struct reader *r, const PgQuery__Node *node)
{
	struct str name = str_from(node->execute_stmt->name);

	for (uint32_t i = 0; i < r->prepared.n; i++)
		if (str_eq(r->prepared.v[i], name)) {
			statement_add(r, NULL, 0);
			return;
		}
	if (r->u->fragments.v[r->fragment].sink == SINK_FILE)
		unit_add_blind(r->u, BLIND_DYNAMIC, place_statement(r),
			"EXECUTE of a statement that is prepared elsewhere");
	statement_add(r, NULL, 0);
}

/* DISCARD TEMP and ALL; plans and cached values of sequences are no part of the catalog. */
void
ddl_discard(struct reader *r, const PgQuery__Node *node)
{
	struct event e = ddl_event(EVENT_RESET, OBJECT_NONE, (struct name){0});

	switch ((int)node->discard_stmt->target) {
	case PG_QUERY__DISCARD_MODE__DISCARD_ALL:
		e.part = STR("discard all");
		break;
	case PG_QUERY__DISCARD_MODE__DISCARD_TEMP:
		e.part = STR("discard temp");
		break;
	default:
		statement_add(r, NULL, 0);
		return;
	}
	statement_add(r, &e, 0);
}

void
ddl_alter_role_set(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__AlterRoleSetStmt *s = node->alter_role_set_stmt;
	struct event e = ddl_event(EVENT_ALTER_ROLE_SET, OBJECT_ROLE, role_name(r, s->role));

	if (!s->role)
		e.object = (struct name){.name = STR("*"), .pattern = true};
	(void)take_setting(r, &e, s->setstmt);
	e.text = name_text(r, s->database);
	ddl_add(r, &e);
}

void
ddl_alter_database_set(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__AlterDatabaseSetStmt *s = node->alter_database_set_stmt;
	struct event e =
		ddl_event(EVENT_ALTER_DATABASE_SET, OBJECT_DATABASE, name_single(r, s->dbname));

	(void)take_setting(r, &e, s->setstmt);
	ddl_add(r, &e);
}

void
ddl_transaction(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__TransactionStmt *s = node->transaction_stmt;
	struct event e = ddl_event(EVENT_TRANSACTION, OBJECT_NONE, (struct name){0});
	const char *word = NULL;

	switch (s->kind) {
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_BEGIN:
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_START:
		word = "begin";
		break;
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_COMMIT:
		word = s->chain ? "commit and chain" : "commit";
		break;
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_ROLLBACK:
		word = s->chain ? "rollback and chain" : "rollback";
		break;
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_SAVEPOINT:
		word = "savepoint ";
		break;
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_ROLLBACK_TO:
		word = "rollback to ";
		break;
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_RELEASE:
		word = "release ";
		break;
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_PREPARE:
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_COMMIT_PREPARED:
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_ROLLBACK_PREPARED:
	case PG_QUERY__TRANSACTION_STMT_KIND__TRANSACTION_STMT_KIND_UNDEFINED:
	case _PG_QUERY__TRANSACTION_STMT_KIND_IS_INT_SIZE:
		ddl_unmodelled(r, "TRANSACTION", (struct name){0});
		return;
	}
	e.text = str_format(r->u->arena, "%s%s", word, s->savepoint_name);
	statement_add(r, &e, 0);
}

void
ddl_reassign_owned(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__ReassignOwnedStmt *s = node->reassign_owned_stmt;
	struct event e = ddl_event(EVENT_OWNER_TO, OBJECT_ROLE, (struct name){0});

	e.words = name_roles(r, s->roles, s->n_roles);
	if (e.words.count)
		e.span = r->u->words.v[e.words.first].span;
	e.text = name_role(r, s->newrole);
	ddl_add(r, &e);
}

/* Which objects a role owns is not known here. */
void
ddl_drop_owned(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__DropOwnedStmt *s = node->drop_owned_stmt;
	struct event e = ddl_event(
		EVENT_HAVOC, OBJECT_NONE, (struct name){.name = STR("*"), .pattern = true});

	e.flags = ddl_cascade(s->behavior);
	e.words = name_roles(r, s->roles, s->n_roles);
	e.text = STR("DROP OWNED");
	ddl_add(r, &e);
}

static struct str
string_const(const PgQuery__Node *node)
{
	if (node->node_case != PG_QUERY__NODE__NODE_A_CONST ||
		node->a_const->val_case != PG_QUERY__A__CONST__VAL_SVAL)
		return (struct str){0};
	return str_from(node->a_const->sval->sval);
}

/* "a, b" as PostgreSQL splits such a setting; '' is a path of nothing: one empty word. */
static struct range
split_path(struct reader *r, struct str value, struct span span)
{
	struct range words = {.first = r->u->words.n};
	struct str rest = value, part;

	while (str_cut(&rest, ',', &part)) {
		struct str name = str_trim(part);

		if (name.n >= 2 && name.s[0] == '"' && name.s[name.n - 1] == '"')
			name = str_slice(name, 1, name.n - 1);
		else
			name = str_lower(r->scratch, name);
		vec_push(r->u->arena, &r->u->words,
			(struct word){name_text(r, str_cstr(r->scratch, name)), span});
		words.count++;
	}
	return words;
}

bool
ddl_set_config(struct reader *r, const PgQuery__FuncCall *call)
{
	struct event e = ddl_event(EVENT_SET, OBJECT_NONE, (struct name){0});
	const PgQuery__Node *local;

	if (!call->n_funcname || call->n_args != 3 ||
		!str_is(str_from(name_string(call->funcname[call->n_funcname - 1])), "set_config"))
		return false;
	local = call->args[2];
	e.part = name_text(r, str_cstr(r->scratch, string_const(call->args[0])));
	if (!e.part.n || !string_const(call->args[1]).s)
		return false;
	e.span = place_token(r, place_at(r, call->location));
	if (local->node_case == PG_QUERY__NODE__NODE_A_CONST &&
		local->a_const->val_case == PG_QUERY__A__CONST__VAL_BOOLVAL &&
		local->a_const->boolval->boolval)
		e.flags = EVENT_LOCAL;
	e.words = split_path(r, string_const(call->args[1]), e.span);
	statement_add(r, &e, 0);
	return true;
}
