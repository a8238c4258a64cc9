/* ALTER, RENAME, SET SCHEMA, OWNER TO and DROP. */
#include "base/arena.h"
#include "ddl_p.h"

#define AT(kind) PG_QUERY__ALTER_TABLE_TYPE__AT_##kind

/* The subcommands that need no more than a column's or constraint's name. */
static const struct {
	enum subcommand_kind kind;
	const char *text;
} alter_rows[] = {
	[AT(DropNotNull)] = {SUB_DROP_NOT_NULL, NULL},
	[AT(SetNotNull)] = {SUB_SET_NOT_NULL, NULL},
	[AT(DropExpression)] = {SUB_DROP_EXPRESSION, NULL},
	[AT(DropColumn)] = {SUB_DROP_COLUMN, NULL},
	[AT(ValidateConstraint)] = {SUB_VALIDATE_CONSTRAINT, NULL},
	[AT(DropConstraint)] = {SUB_DROP_CONSTRAINT, NULL},
	[AT(AddIdentity)] = {SUB_ADD_IDENTITY, NULL},
	[AT(SetIdentity)] = {SUB_SET_IDENTITY, NULL},
	[AT(DropIdentity)] = {SUB_DROP_IDENTITY, NULL},
	[AT(EnableRowSecurity)] = {SUB_ROW_SECURITY, "enable"},
	[AT(DisableRowSecurity)] = {SUB_ROW_SECURITY, "disable"},
	[AT(ForceRowSecurity)] = {SUB_ROW_SECURITY, "force"},
	[AT(NoForceRowSecurity)] = {SUB_ROW_SECURITY, "no force"},
};

static struct subcommand *
named_sub(struct reader *r, struct event *e, enum subcommand_kind kind,
	const PgQuery__AlterTableCmd *cmd)
{
	struct span whole = r->cursor < r->n_tokens ? place_token(r, r->cursor) : e->span;
	uint32_t at = place_find(r, str_from(cmd->name));
	struct str name = name_text(r, cmd->name);
	struct subcommand *s = ddl_sub(r, e, kind);

	s->name = name;
	s->span = at == UINT32_MAX ? whole : place_token(r, at);
	s->flags = (cmd->missing_ok ? SUB_IF_EXISTS : 0) |
		   (ddl_cascade(cmd->behavior) ? SUB_SUB_CASCADE : 0);
	return s;
}

static void
add_column(struct reader *r, struct event *e, const PgQuery__AlterTableCmd *cmd)
{
	uint32_t at;

	if (!cmd->def || cmd->def->node_case != PG_QUERY__NODE__NODE_COLUMN_DEF)
		return;
	at = r->u->subcommands.n;
	ddl_column(r, e, cmd->def->column_def);
	if (cmd->missing_ok)
		r->u->subcommands.v[at].flags |= SUB_IF_NOT_EXISTS;
	if (ddl_cascade(cmd->behavior))
		r->u->subcommands.v[at].flags |= SUB_SUB_CASCADE;
}

static void
add_constraint(struct reader *r, struct event *e, const PgQuery__AlterTableCmd *cmd)
{
	if (cmd->def && cmd->def->node_case == PG_QUERY__NODE__NODE_CONSTRAINT)
		ddl_constraint(r, e, cmd->def->constraint, NULL);
}

static void
alter_type(struct reader *r, struct event *e, const PgQuery__AlterTableCmd *cmd)
{
	bool serial;
	struct subcommand *s = named_sub(r, e, SUB_ALTER_TYPE, cmd);

	if (cmd->def && cmd->def->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF)
		s->type = type_format(r, cmd->def->column_def->type_name, &serial);
}

static void
column_default(struct reader *r, struct event *e, const PgQuery__AlterTableCmd *cmd)
{
	struct subcommand *s = named_sub(r, e, cmd->def ? SUB_SET_DEFAULT : SUB_DROP_DEFAULT, cmd);

	if (cmd->def && place_find(r, STR("default")) != UINT32_MAX)
		s->text = ddl_expression(r);
	if (cmd->def) {
		PgQuery__Node *list[] = {cmd->def};
		struct used_mark mark = dml_used_mark(r);
		struct range columns = dml_expression_columns(r, list, 1);

		s->target_columns = columns;
		dml_used(r, mark, &s->calls, &s->casts);
	}
	if (ddl_is_null(s->text))
		s->kind = SUB_DROP_DEFAULT;
}

/* INHERIT parent, ATTACH PARTITION child, OF type. */
static void
with_target(struct reader *r, struct event *e, enum subcommand_kind kind, const PgQuery__Node *def)
{
	struct name target = {0};
	struct subcommand *s;

	if (def && def->node_case == PG_QUERY__NODE__NODE_PARTITION_CMD)
		target = name_range(r, def->partition_cmd->name);
	else
		target = name_object(r, def);
	s = ddl_sub(r, e, kind);
	s->target = target;
	s->span = target.span;
}

static void
owner_of(struct reader *r, const PgQuery__AlterTableCmd *cmd, struct event *e)
{
	struct event owner = ddl_event(EVENT_OWNER_TO, e->object_kind, e->object);

	owner.flags = e->flags;
	owner.text = name_role(r, cmd->newowner);
	ddl_add(r, &owner);
}

static void
alter_command(struct reader *r, struct event *e, const PgQuery__AlterTableCmd *cmd)
{
	size_t row = (size_t)cmd->subtype;
	bool simple = row < sizeof alter_rows / sizeof *alter_rows && alter_rows[row].kind;

	switch ((int)cmd->subtype) {
	case AT(AddColumn):
		add_column(r, e, cmd);
		break;
	case AT(AddConstraint):
		add_constraint(r, e, cmd);
		break;
	case AT(AlterColumnType):
		alter_type(r, e, cmd);
		break;
	case AT(ColumnDefault):
		column_default(r, e, cmd);
		break;
	case AT(AddInherit):
		with_target(r, e, SUB_INHERIT, cmd->def);
		break;
	case AT(DropInherit):
		with_target(r, e, SUB_NO_INHERIT, cmd->def);
		break;
	case AT(AttachPartition):
		with_target(r, e, SUB_ATTACH_PARTITION, cmd->def);
		break;
	case AT(DetachPartition):
	case AT(DetachPartitionFinalize):
		with_target(r, e, SUB_DETACH_PARTITION, cmd->def);
		break;
	case AT(AddOf):
		with_target(r, e, SUB_OF_TYPE, cmd->def);
		break;
	case AT(DropOf): /* without a target */
		ddl_sub(r, e, SUB_OF_TYPE)->span = e->span;
		break;
	case AT(AddIdentity): {
		struct subcommand *sub = named_sub(r, e, SUB_ADD_IDENTITY, cmd);

		sub->target = ddl_sequence_name(r, cmd->def);
		break;
	}
	default:
		named_sub(r, e, simple ? alter_rows[row].kind : SUB_UNMODELLED, cmd)->text =
			str_from(simple ? alter_rows[row].text : NULL);
		break;
	}
}

void
ddl_alter_table(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__AlterTableStmt *s = node->alter_table_stmt;
	struct event e =
		ddl_event(EVENT_ALTER, ddl_object_kind(s->objtype), name_range(r, s->relation));
	bool owners = false;

	if (e.object_kind == OBJECT_TYPE)
		e.object_kind = OBJECT_COMPOSITE_TYPE;
	e.flags = (s->missing_ok ? EVENT_IF_EXISTS : 0) |
		  (s->relation->inh || e.object_kind == OBJECT_COMPOSITE_TYPE ? 0 : EVENT_ONLY);
	for (size_t i = 0; i < s->n_cmds; i++) {
		const PgQuery__AlterTableCmd *cmd = s->cmds[i]->alter_table_cmd;

		if (s->cmds[i]->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_CMD)
			continue;
		if (cmd->subtype == AT(ChangeOwner))
			owners = true;
		else
			alter_command(r, &e, cmd);
	}
	if (e.subcommands.count || !owners)
		ddl_add(r, &e);
	for (size_t i = 0; owners && i < s->n_cmds; i++)
		if (s->cmds[i]->alter_table_cmd->subtype == AT(ChangeOwner))
			owner_of(r, s->cmds[i]->alter_table_cmd, &e);
}

/* What hangs on a relation: its own name, and the relation as names[0]. */
static bool
is_part(enum object_kind kind)
{
	return kind == OBJECT_TRIGGER || kind == OBJECT_POLICY || kind == OBJECT_RULE;
}

static void
rename_part(struct reader *r, struct event *e, const PgQuery__RenameStmt *s)
{
	struct name n;

	if (is_part(e->object_kind)) {
		uint32_t relation = r->cursor;

		r->cursor = 0;
		n = name_single(r, s->subname);
		r->cursor = relation > r->cursor ? relation : r->cursor;
		n.schema = e->object.schema;
		e->names = ddl_one_name(r, e->object);
		e->object = n;
	} else {
		n = name_single(r, s->subname);
		e->part = n.name;
	}
	if (n.span.length)
		e->span = n.span;
}

/* What a routine is called in messages, and its arguments. */
static void
routine_of(struct reader *r, struct event *e, PgQuery__ObjectType type, const PgQuery__Node *node)
{
	if (e->object_kind != OBJECT_ROUTINE)
		return;
	e->part = str_from(ddl_object_word(type));
	type_add_arguments(r, e, node);
}

void
ddl_rename(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__RenameStmt *s = node->rename_stmt;
	struct event e = ddl_event(EVENT_RENAME, ddl_object_kind(s->rename_type), (struct name){0});

	e.object = s->relation ? name_range(r, s->relation) : name_object(r, s->object);
	if (!s->relation && !s->object)
		e.object = name_single(r, s->subname);
	e.span = e.object.span;
	e.flags = (s->missing_ok ? EVENT_IF_EXISTS : 0) | ddl_cascade(s->behavior) |
		  (s->relation && !s->relation->inh ? EVENT_ONLY : 0);
	if (*s->subname && (s->relation || s->object))
		rename_part(r, &e, s);
	e.text = name_text(r, s->newname);
	if (s->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_DOMCONSTRAINT)
		e.object_kind = OBJECT_OTHER; /* of a domain no constraints are kept */
	if (s->object)
		routine_of(r, &e, s->rename_type, s->object);
	ddl_add(r, &e);
}

void
ddl_set_schema(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__AlterObjectSchemaStmt *s = node->alter_object_schema_stmt;
	struct event e =
		ddl_event(EVENT_SET_SCHEMA, ddl_object_kind(s->object_type), (struct name){0});

	e.object = s->relation ? name_range(r, s->relation) : name_object(r, s->object);
	e.span = e.object.span;
	e.flags = s->missing_ok ? EVENT_IF_EXISTS : 0;
	e.text = name_text(r, s->newschema);
	if (s->object)
		routine_of(r, &e, s->object_type, s->object);
	ddl_add(r, &e);
}

void
ddl_owner(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__AlterOwnerStmt *s = node->alter_owner_stmt;
	struct event e =
		ddl_event(EVENT_OWNER_TO, ddl_object_kind(s->object_type), (struct name){0});

	e.object = s->relation ? name_range(r, s->relation) : name_object(r, s->object);
	e.span = e.object.span;
	e.text = name_role(r, s->newowner);
	if (s->object)
		routine_of(r, &e, s->object_type, s->object);
	ddl_add(r, &e);
}

/* DROP TRIGGER x ON s.t names [s, t, x]. */
static struct name
dropped_part(struct reader *r, struct event *e, const PgQuery__Node *node)
{
	struct name part = {0}, relation;
	const PgQuery__List *list = node->list;

	if (node->node_case != PG_QUERY__NODE__NODE_LIST || list->n_items < 2)
		return name_object(r, node);
	part = name_single(r, name_string(list->items[list->n_items - 1]));
	relation = name_list(r, list->items, list->n_items - 1);
	part.schema = relation.schema;
	e->names = ddl_one_name(r, relation);
	return part;
}

/* A collation, an operator …: what stands on it is not known, so that CASCADE may take anything. */
static void
dropped_other(struct reader *r, struct event *e, const PgQuery__DropStmt *s)
{
	const char *word = ddl_object_word(s->remove_type);

	e->text = str_from(word);
	if (e->flags & EVENT_CASCADE)
		unit_add_blind(r->u, BLIND_UNMODELLED, place_statement(r),
			"DROP of a %s with CASCADE: what stands on it is not known", word);
}

void
ddl_drop(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__DropStmt *s = node->drop_stmt;
	struct event e = ddl_event(EVENT_DROP, ddl_object_kind(s->remove_type), (struct name){0});

	e.flags = (s->missing_ok ? EVENT_IF_EXISTS : 0) | ddl_cascade(s->behavior);
	if (s->n_objects && is_part(e.object_kind))
		e.object = dropped_part(r, &e, s->objects[0]);
	else if (s->n_objects)
		e.object = name_object(r, s->objects[0]);
	if (e.object_kind == OBJECT_OTHER)
		dropped_other(r, &e, s);
	e.span = e.object.span;
	if (s->n_objects)
		routine_of(r, &e, s->remove_type, s->objects[0]);
	for (size_t i = 1; i < s->n_objects; i++) {
		struct name further = name_object(r, s->objects[i]);

		type_add_arguments(r, &e, s->objects[i]);

		if (!e.names.count)
			e.names.first = r->u->names.n;
		e.names.count++;
		vec_push(r->u->arena, &r->u->names, further);
	}
	ddl_add(r, &e);
}

void
ddl_alter_domain(struct reader *r, const PgQuery__Node *node)
{
	static const struct {
		char subtype;
		enum subcommand_kind kind;
	} rows[] = {{'T', SUB_SET_DEFAULT}, {'N', SUB_DROP_NOT_NULL}, {'O', SUB_SET_NOT_NULL},
		{'C', SUB_ADD_CONSTRAINT}, {'X', SUB_DROP_CONSTRAINT},
		{'V', SUB_VALIDATE_CONSTRAINT}};
	const PgQuery__AlterDomainStmt *s = node->alter_domain_stmt;
	struct name domain = name_list(r, s->type_name, s->n_type_name);
	struct event e = ddl_event(EVENT_ALTER, OBJECT_DOMAIN, domain);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct str name = name_text(r, s->name);

		if (rows[i].subtype != *s->subtype)
			continue;
		if (s->def && s->def->node_case == PG_QUERY__NODE__NODE_CONSTRAINT) {
			ddl_constraint(r, &e, s->def->constraint, NULL);
		} else {
			struct subcommand *sub = ddl_sub(r, &e,
				*s->subtype == 'T' && !s->def ? SUB_DROP_DEFAULT : rows[i].kind);

			sub->name = name;
			sub->flags = s->missing_ok ? SUB_IF_EXISTS : 0;
		}
	}
	ddl_add(r, &e);
}

void
ddl_alter_enum(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__AlterEnumStmt *s = node->alter_enum_stmt;
	struct event e =
		ddl_event(EVENT_ALTER, OBJECT_TYPE, name_list(r, s->type_name, s->n_type_name));
	struct subcommand *sub;

	sub = ddl_sub(r, &e, *s->old_val ? SUB_RENAME_VALUE : SUB_ADD_VALUE);
	sub->name = name_text(r, *s->old_val ? s->old_val : s->new_val);
	if (*s->old_val)
		sub->text = name_text(r, s->new_val);
	sub->flags = s->skip_if_new_val_exists ? SUB_IF_NOT_EXISTS : 0;
	ddl_add(r, &e);
}

void
ddl_alter_sequence(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__AlterSeqStmt *s = node->alter_seq_stmt;
	struct event e = ddl_event(EVENT_ALTER, OBJECT_SEQUENCE, name_range(r, s->sequence));

	e.flags = s->missing_ok ? EVENT_IF_EXISTS : 0;
	ddl_owned_by(r, &e, s->options, s->n_options);
	if (!e.subcommands.count)
		ddl_sub(r, &e, SUB_UNMODELLED);
	ddl_add(r, &e);
}
