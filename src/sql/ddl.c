/* Statements → events: the table of node kinds, and what all of them need. */
#include "base/arena.h"
#include "body_p.h"
#include "ddl_p.h"

#define NODE(kind) PG_QUERY__NODE__NODE_##kind

static ddl_fn *const ddl_rows[] = {
	[NODE(CREATE_STMT)] = ddl_create_table,
	[NODE(CREATE_FOREIGN_TABLE_STMT)] = ddl_create_foreign_table,
	[NODE(CREATE_TABLE_AS_STMT)] = ddl_create_table_as,
	[NODE(VIEW_STMT)] = ddl_view,
	[NODE(ALTER_TABLE_STMT)] = ddl_alter_table,
	[NODE(RENAME_STMT)] = ddl_rename,
	[NODE(ALTER_OBJECT_SCHEMA_STMT)] = ddl_set_schema,
	[NODE(ALTER_OWNER_STMT)] = ddl_owner,
	[NODE(DROP_STMT)] = ddl_drop,
	[NODE(ALTER_DOMAIN_STMT)] = ddl_alter_domain,
	[NODE(ALTER_ENUM_STMT)] = ddl_alter_enum,
	[NODE(ALTER_SEQ_STMT)] = ddl_alter_sequence,
	[NODE(CREATE_SCHEMA_STMT)] = ddl_schema,
	[NODE(INDEX_STMT)] = ddl_index,
	[NODE(CREATE_SEQ_STMT)] = ddl_sequence,
	[NODE(CREATE_FUNCTION_STMT)] = ddl_function,
	[NODE(CREATE_TRIG_STMT)] = ddl_trigger,
	[NODE(CREATE_ENUM_STMT)] = ddl_enum,
	[NODE(COMPOSITE_TYPE_STMT)] = ddl_composite,
	[NODE(CREATE_RANGE_STMT)] = ddl_range,
	[NODE(CREATE_DOMAIN_STMT)] = ddl_domain,
	[NODE(DEFINE_STMT)] = ddl_define,
	[NODE(CREATE_EXTENSION_STMT)] = ddl_extension,
	[NODE(CREATE_POLICY_STMT)] = ddl_policy,
	[NODE(ALTER_POLICY_STMT)] = ddl_alter_policy,
	[NODE(RULE_STMT)] = ddl_rule,
	[NODE(DO_STMT)] = ddl_do,
	[NODE(CALL_STMT)] = ddl_call,
	[NODE(COMMENT_STMT)] = ddl_comment,
	[NODE(CREATEDB_STMT)] = ddl_database,
	[NODE(DROPDB_STMT)] = ddl_drop_database,
	[NODE(IMPORT_FOREIGN_SCHEMA_STMT)] = ddl_import,
	[NODE(REFRESH_MAT_VIEW_STMT)] = ddl_refresh,
	[NODE(CREATE_ROLE_STMT)] = ddl_role,
	[NODE(DROP_ROLE_STMT)] = ddl_drop_role,
	[NODE(ALTER_ROLE_STMT)] = ddl_alter_role,
	[NODE(GRANT_STMT)] = ddl_grant,
	[NODE(GRANT_ROLE_STMT)] = ddl_grant_role,
	[NODE(ALTER_DEFAULT_PRIVILEGES_STMT)] = ddl_default_privileges,
	[NODE(VARIABLE_SET_STMT)] = ddl_set,
	[NODE(ALTER_ROLE_SET_STMT)] = ddl_alter_role_set,
	[NODE(ALTER_DATABASE_SET_STMT)] = ddl_alter_database_set,
	[NODE(TRANSACTION_STMT)] = ddl_transaction,
	[NODE(DROP_OWNED_STMT)] = ddl_drop_owned,
	[NODE(ALTER_FUNCTION_STMT)] = ddl_alter_function,
	[NODE(EXECUTE_STMT)] = ddl_execute,
	[NODE(CREATE_PUBLICATION_STMT)] = ddl_publication,
	[NODE(ALTER_PUBLICATION_STMT)] = ddl_publication,
	[NODE(REASSIGN_OWNED_STMT)] = ddl_reassign_owned,
	[NODE(DISCARD_STMT)] = ddl_discard,
};

/* Statements of which nothing needs to be told: no judgement about a boundary rests on what they change. */
static const int without_effect[] = {
	/* Maintenance: the same rows under the same names. */
	NODE(CLUSTER_STMT),
	NODE(VACUUM_STMT),
	NODE(REINDEX_STMT),
	NODE(CHECK_POINT_STMT),
	NODE(CREATE_STATS_STMT),
	NODE(ALTER_STATS_STMT),
	/* Where and by which code rows are kept. */
	NODE(CREATE_TABLE_SPACE_STMT),
	NODE(DROP_TABLE_SPACE_STMT),
	NODE(ALTER_TABLE_SPACE_OPTIONS_STMT),
	NODE(ALTER_TABLE_MOVE_ALL_STMT),
	NODE(CREATE_AM_STMT),
	/* The session: cursors, whose query was read at DECLARE, messages, settings that are shown. */
	NODE(CLOSE_PORTAL_STMT),
	NODE(FETCH_STMT),
	NODE(NOTIFY_STMT),
	NODE(LISTEN_STMT),
	NODE(UNLISTEN_STMT),
	NODE(LOAD_STMT),
	NODE(VARIABLE_SHOW_STMT),
	NODE(CONSTRAINTS_SET_STMT),
	NODE(DEALLOCATE_STMT),
	/* How values are compared, converted and searched: operators and casts are not resolved here, so
	 * that no name and no column's type follows from them. */
	NODE(CREATE_CONVERSION_STMT),
	NODE(CREATE_CAST_STMT),
	NODE(CREATE_TRANSFORM_STMT),
	NODE(CREATE_OP_CLASS_STMT),
	NODE(CREATE_OP_FAMILY_STMT),
	NODE(ALTER_OP_FAMILY_STMT),
	NODE(ALTER_OPERATOR_STMT),
	NODE(ALTER_TYPE_STMT), /* the functions of a base type */
	NODE(ALTER_COLLATION_STMT),
	NODE(ALTER_TSDICTIONARY_STMT),
	NODE(ALTER_TSCONFIGURATION_STMT),
	/* Other databases and how they are reached: the foreign tables themselves are in the catalog. */
	NODE(ALTER_DATABASE_STMT),
	NODE(ALTER_DATABASE_REFRESH_COLL_STMT),
	NODE(CREATE_FDW_STMT),
	NODE(ALTER_FDW_STMT),
	NODE(CREATE_FOREIGN_SERVER_STMT),
	NODE(ALTER_FOREIGN_SERVER_STMT),
	NODE(CREATE_USER_MAPPING_STMT),
	NODE(ALTER_USER_MAPPING_STMT),
	NODE(DROP_USER_MAPPING_STMT),
	/* Languages, labels, and what of an extension is what: what it made is in doubt since CREATE
	 * EXTENSION, where it may have made anything. */
	NODE(CREATE_PLANG_STMT),
	NODE(SEC_LABEL_STMT),
	NODE(ALTER_OBJECT_DEPENDS_STMT),
	NODE(ALTER_EXTENSION_STMT),
	NODE(ALTER_EXTENSION_CONTENTS_STMT),
	/* Of these something was told where they were made. */
	NODE(ALTER_EVENT_TRIG_STMT),
	NODE(ALTER_SUBSCRIPTION_STMT),
	NODE(DROP_SUBSCRIPTION_STMT),
};

/* Statements that do something to tables of which the statement does not say which. */
static const int untold[] = {
	NODE(CREATE_EVENT_TRIG_STMT),   /* its function runs at any DDL */
	NODE(CREATE_SUBSCRIPTION_STMT), /* writes the tables that the publisher names */
};

static const struct {
	enum object_kind kind;
	const char *word;
} object_rows[] = {
	[PG_QUERY__OBJECT_TYPE__OBJECT_ACCESS_METHOD] = {OBJECT_OTHER, "access method"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_AGGREGATE] = {OBJECT_ROUTINE, "aggregate"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_ATTRIBUTE] = {OBJECT_COLUMN, "attribute"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_CAST] = {OBJECT_OTHER, "cast"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN] = {OBJECT_COLUMN, "column"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_COLLATION] = {OBJECT_OTHER, "collation"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_CONVERSION] = {OBJECT_OTHER, "conversion"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_DATABASE] = {OBJECT_DATABASE, "database"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN] = {OBJECT_DOMAIN, "domain"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_DOMCONSTRAINT] = {OBJECT_CONSTRAINT, "domain constraint"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_EVENT_TRIGGER] = {OBJECT_OTHER, "event trigger"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_EXTENSION] = {OBJECT_EXTENSION, "extension"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_FDW] = {OBJECT_OTHER, "foreign data wrapper"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_SERVER] = {OBJECT_OTHER, "server"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE] = {OBJECT_FOREIGN_TABLE, "foreign table"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION] = {OBJECT_ROUTINE, "function"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_INDEX] = {OBJECT_INDEX, "index"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_LANGUAGE] = {OBJECT_OTHER, "language"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_LARGEOBJECT] = {OBJECT_OTHER, "large object"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW] = {OBJECT_MATERIALIZED_VIEW, "materialized view"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_OPCLASS] = {OBJECT_OTHER, "operator class"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_OPERATOR] = {OBJECT_OTHER, "operator"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_OPFAMILY] = {OBJECT_OTHER, "operator family"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_POLICY] = {OBJECT_POLICY, "policy"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_PROCEDURE] = {OBJECT_ROUTINE, "procedure"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_PUBLICATION] = {OBJECT_OTHER, "publication"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_ROLE] = {OBJECT_ROLE, "role"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_ROUTINE] = {OBJECT_ROUTINE, "routine"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_RULE] = {OBJECT_RULE, "rule"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA] = {OBJECT_SCHEMA, "schema"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE] = {OBJECT_SEQUENCE, "sequence"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_SUBSCRIPTION] = {OBJECT_OTHER, "subscription"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_STATISTIC_EXT] = {OBJECT_OTHER, "statistics"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT] = {OBJECT_CONSTRAINT, "constraint"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_TABLE] = {OBJECT_TABLE, "table"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_TABLESPACE] = {OBJECT_OTHER, "tablespace"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_TRANSFORM] = {OBJECT_OTHER, "transform"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER] = {OBJECT_TRIGGER, "trigger"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_TSCONFIGURATION] = {OBJECT_OTHER,
		"text search configuration"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_TSDICTIONARY] = {OBJECT_OTHER, "text search dictionary"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_TSPARSER] = {OBJECT_OTHER, "text search parser"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_TSTEMPLATE] = {OBJECT_OTHER, "text search template"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_TYPE] = {OBJECT_TYPE, "type"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_USER_MAPPING] = {OBJECT_OTHER, "user mapping"},
	[PG_QUERY__OBJECT_TYPE__OBJECT_VIEW] = {OBJECT_VIEW, "view"},
};

enum object_kind
ddl_object_kind(PgQuery__ObjectType type)
{
	size_t i = (size_t)type;
	bool known = i < sizeof object_rows / sizeof *object_rows && object_rows[i].word;

	return known ? object_rows[i].kind : OBJECT_OTHER;
}

const char *
ddl_object_word(PgQuery__ObjectType type)
{
	size_t i = (size_t)type;
	bool known = i < sizeof object_rows / sizeof *object_rows && object_rows[i].word;

	return known ? object_rows[i].word : "object";
}

uint32_t
ddl_cascade(PgQuery__DropBehavior behavior)
{
	return behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE ? EVENT_CASCADE : 0;
}

struct event
ddl_event(enum event_kind kind, enum object_kind object_kind, struct name object)
{
	return (struct event){
		.kind = kind,
		.object_kind = object_kind,
		.object = object,
		.span = object.span,
	};
}

struct range
ddl_one_name(struct reader *r, struct name n)
{
	struct range names = {.first = r->u->names.n, .count = 1};

	vec_push(r->u->arena, &r->u->names, n);
	return names;
}

struct subcommand *
ddl_sub(struct reader *r, struct event *e, enum subcommand_kind kind)
{
	struct subcommand *s;

	if (!e->subcommands.count)
		e->subcommands.first = r->u->subcommands.n;
	e->subcommands.count++;
	s = vec_add(r->u->arena, &r->u->subcommands);
	s->kind = kind;
	s->span = e->span;
	return s;
}

/* What stands under a guard that looks at the catalog happens where it can. */
void
body_applicable(struct reader *r, struct event *e)
{
	bool creates = e->kind == EVENT_CREATE || e->kind == EVENT_CREATE_AS;

	if (creates && !(e->flags & EVENT_OR_REPLACE))
		e->flags |= EVENT_IF_NOT_EXISTS;
	if (creates && e->object.schema.n)
		e->flags |= EVENT_IF_EXISTS;
	else if (e->kind == EVENT_ALTER || e->kind == EVENT_DROP || e->kind == EVENT_RENAME ||
		 e->kind == EVENT_SET_SCHEMA || e->kind == EVENT_OWNER_TO)
		e->flags |= EVENT_IF_EXISTS;
	for (uint32_t i = 0; !creates && i < e->subcommands.count; i++) {
		struct subcommand *s = &r->u->subcommands.v[e->subcommands.first + i];

		if (s->kind == SUB_ADD_COLUMN || s->kind == SUB_ADD_CONSTRAINT ||
			s->kind == SUB_ADD_VALUE)
			s->flags |= SUB_IF_NOT_EXISTS;
		else
			s->flags |= SUB_IF_EXISTS;
	}
}

/* What computed DDL of names that are not all known may do to any object of that name. A trigger, a
 * grant or an owner that is not known does no more than the event says. */
static bool
is_havoc(const struct event *e)
{
	bool part = e->object_kind == OBJECT_TRIGGER || e->object_kind == OBJECT_POLICY ||
		    e->object_kind == OBJECT_RULE || e->object_kind == OBJECT_INDEX;

	switch (e->kind) {
	case EVENT_CREATE:
	case EVENT_CREATE_AS:
		return !part;
	case EVENT_ALTER:
	case EVENT_DROP:
	case EVENT_RENAME:
	case EVENT_SET_SCHEMA:
		return true;
	case EVENT_NONE:
	case EVENT_OWNER_TO:
	case EVENT_GRANT:
	case EVENT_REVOKE:
	case EVENT_SET:
	case EVENT_RESET:
	case EVENT_ALTER_ROLE_SET:
	case EVENT_ALTER_DATABASE_SET:
	case EVENT_TRANSACTION:
	case EVENT_CALL:
	case EVENT_COMMENT:
	case EVENT_HAVOC:
	case EVENT_UNMODELLED:
	case EVENT_KINDS:
		break;
	}
	return false;
}

/* Whether the holes in it leave open what it does to which object: roles that are not known do not. */
static bool
is_in_doubt(const struct reader *r, const struct event *e)
{
	bool about_roles = e->kind == EVENT_GRANT || e->kind == EVENT_REVOKE ||
			   e->kind == EVENT_OWNER_TO || e->kind == EVENT_ALTER_ROLE_SET ||
			   e->object_kind == OBJECT_ROLE;

	for (uint32_t i = 0; i < e->names.count; i++)
		if (r->u->names.v[e->names.first + i].pattern && e->object_kind != OBJECT_ROLE)
			return true;
	return !about_roles || (e->object.pattern && e->object_kind != OBJECT_ROLE &&
				       e->kind != EVENT_ALTER_ROLE_SET);
}

/* What of a table a subcommand can reach. POLICY: nothing that anything else depends on. */
static enum object_kind
subcommand_reach(const struct subcommand *s)
{
	switch (s->kind) {
	case SUB_ADD_CONSTRAINT:
	case SUB_DROP_CONSTRAINT:
	case SUB_VALIDATE_CONSTRAINT:
		return OBJECT_CONSTRAINT;
	case SUB_ADD_COLUMN:
	case SUB_DROP_COLUMN:
	case SUB_ALTER_TYPE:
	case SUB_SET_NOT_NULL:
	case SUB_DROP_NOT_NULL:
	case SUB_SET_DEFAULT:
	case SUB_DROP_DEFAULT:
	case SUB_ADD_IDENTITY:
	case SUB_DROP_IDENTITY:
	case SUB_SET_IDENTITY:
	case SUB_DROP_EXPRESSION:
		return OBJECT_COLUMN;
	case SUB_ROW_SECURITY:
		return OBJECT_POLICY;
	case SUB_UNMODELLED: /* "*": a hole among the columns */
		return s->name.n ? OBJECT_COLUMN : OBJECT_POLICY;
	case SUB_NONE:
	case SUB_INHERIT:
	case SUB_NO_INHERIT:
	case SUB_ATTACH_PARTITION:
	case SUB_DETACH_PARTITION:
	case SUB_LIKE:
	case SUB_OF_TYPE:
	case SUB_ADD_VALUE:
	case SUB_RENAME_VALUE:
	case SUB_OWNED_BY:
	case SUB_KINDS:
		break;
	}
	return OBJECT_TABLE;
}

/* What a computed statement may change: of an ALTER TABLE no more than its subcommands reach. */
static enum object_kind
havoc_reach(const struct reader *r, const struct event *e)
{
	enum object_kind reach = OBJECT_POLICY;

	if (e->kind != EVENT_ALTER || e->object_kind != OBJECT_TABLE || !e->subcommands.count)
		return e->object_kind;
	for (uint32_t i = 0; i < e->subcommands.count; i++) {
		enum object_kind one =
			subcommand_reach(&r->u->subcommands.v[e->subcommands.first + i]);

		if (one == OBJECT_TABLE)
			return e->object_kind;
		if (reach == OBJECT_POLICY || one == OBJECT_COLUMN)
			reach = one;
	}
	return reach;
}

static void
make_havoc(const struct reader *r, struct event *e, const char *why)
{
	struct event havoc = ddl_event(EVENT_HAVOC, havoc_reach(r, e), e->object);

	if (!e->object.name.n)
		havoc.object = (struct name){.name = STR("*"), .pattern = true, .span = e->span};
	havoc.span = e->span;
	havoc.text = str_from(why);
	*e = havoc;
}

void
statement_add(struct reader *r, struct event *event, uint32_t query)
{
	struct statement s = {
		.fragment = r->fragment,
		.query = query,
		.maybe = r->guard.maybe,
		.guard = r->guard.text,
		.span = place_statement(r),
	};

	if (r->dynamic && r->hole && (!event || is_in_doubt(r, event)))
		unit_add_blind(r->u, BLIND_DYNAMIC, s.span, "EXECUTE of a computed text");
	if (event) {
		if (!event->span.length)
			event->span = s.span;
		if (r->dynamic && r->hole && is_havoc(event))
			make_havoc(r, event, "EXECUTE of a computed text");
		else if (reader_is_template(r) && event->object.pattern)
			make_havoc(r, event, "a template names what it is");
		else if (r->guard.applicable)
			body_applicable(r, event);
		s.event = r->u->events.n;
		vec_push(r->u->arena, &r->u->events, *event);
	}
	vec_push(r->u->arena, &r->u->statements, s);
}

void
ddl_add(struct reader *r, struct event *event)
{
	r->named++;
	statement_add(r, event, 0);
}

void
ddl_unmodelled(struct reader *r, const char *tag, struct name object)
{
	struct event e = ddl_event(EVENT_UNMODELLED, OBJECT_NONE, object);

	e.text = str_dup(r->u->arena, str_from(tag));
	statement_add(r, &e, 0);
}

/* "CREATE SUBSCRIPTION" … : the words with which the statement begins, in upper case. */
static void
unknown_statement(struct reader *r)
{
	struct buf b = {.arena = r->scratch};
	struct str first = lex_text(r->sql, &r->tokens[0]);

	for (uint32_t i = 0; i < 2 && i < r->n_tokens && r->tokens[i].kind == TOKEN_WORD; i++) {
		first = lex_text(r->sql, &r->tokens[i]);
		if (i)
			buf_addc(&b, ' ');
		for (size_t k = 0; k < first.n; k++)
			buf_addc(&b, first.s[k] >= 'a' && first.s[k] <= 'z'
					     ? (char)(first.s[k] - 32)
					     : first.s[k]);
	}
	ddl_unmodelled(r, str_cstr(r->scratch, buf_str(&b)), (struct name){0});
}

static bool
is_among(const PgQuery__Node *node, const int *kinds, size_t n)
{
	for (size_t i = 0; node && i < n; i++)
		if ((int)node->node_case == kinds[i])
			return true;
	return false;
}

void
statement_read(struct reader *r, const PgQuery__Node *node)
{
	size_t kind = node ? (size_t)node->node_case : 0;

	if (kind < sizeof ddl_rows / sizeof *ddl_rows && ddl_rows[kind])
		ddl_rows[kind](r, node);
	else if (is_among(node, without_effect, sizeof without_effect / sizeof *without_effect))
		statement_add(r, NULL, 0);
	else if (is_among(node, untold, sizeof untold / sizeof *untold))
		unknown_statement(r);
	else if (!node || !dml_statement(r, node))
		unknown_statement(r);
}

/* Words that end a DEFAULT or CHECK expression in a column definition. */
static bool
ends_expression(const struct reader *r, const struct token *t)
{
	static const char *const words[] = {"not", "null", "constraint", "primary", "unique",
		"check", "references", "default", "generated", "collate", "using", "deferrable",
		"initially", NULL};

	return lex_is_word_of(r->sql, t, words);
}

struct str
ddl_expression(struct reader *r)
{
	uint32_t depth = 0, first = r->cursor, i = first;

	for (; i < r->n_tokens; i++) {
		const struct token *t = &r->tokens[i];

		if (lex_is_char(r->sql, t, '(') || lex_is_char(r->sql, t, '['))
			depth++;
		else if (!depth && (lex_is_char(r->sql, t, ')') || lex_is_char(r->sql, t, ',')))
			break;
		else if (lex_is_char(r->sql, t, ')') || lex_is_char(r->sql, t, ']'))
			depth -= depth > 0;
		else if (!depth && i > first && ends_expression(r, t))
			break;
	}
	if (i == first)
		return (struct str){0};
	r->cursor = i;
	return str_dup(r->u->arena, str_slice(r->sql, r->tokens[first].at,
					    r->tokens[i - 1].at + r->tokens[i - 1].length));
}

bool
ddl_is_null(struct str expression)
{
	struct str word = str_slice(expression, 0, 4);

	return str_eq_nocase(word, STR("null")) &&
	       (expression.n == 4 || str_starts(str_slice(expression, 4, expression.n), STR("::")));
}
