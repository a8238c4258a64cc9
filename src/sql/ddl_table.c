/* CREATE TABLE and its like. */
#include "base/arena.h"
#include "ddl_p.h"

static char
action_of(const char *action)
{
	return *action ? *action : 'a';
}

static enum constraint_kind
constraint_kind_of(PgQuery__ConstrType type)
{
	switch ((int)type) {
	case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
		return CONSTRAINT_PRIMARY_KEY;
	case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE:
		return CONSTRAINT_UNIQUE;
	case PG_QUERY__CONSTR_TYPE__CONSTR_CHECK:
		return CONSTRAINT_CHECK;
	case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
		return CONSTRAINT_FOREIGN_KEY;
	case PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION:
		return CONSTRAINT_EXCLUSION;
	default:
		return CONSTRAINT_NONE;
	}
}

/* The one word of the column that a column constraint is about, at the column's own place. */
static struct range
own_column(struct reader *r, const struct word *column)
{
	struct range words = {.first = r->u->words.n, .count = 1};

	vec_push(r->u->arena, &r->u->words, *column);
	return words;
}

static void
foreign_key(struct reader *r, struct subcommand *s, const PgQuery__Constraint *c)
{
	if (c->n_fk_attrs)
		s->columns = name_words(r, c->fk_attrs, c->n_fk_attrs);
	if (c->pktable)
		s->target = name_range(r, c->pktable);
	s->target_columns = name_words(r, c->pk_attrs, c->n_pk_attrs);
	s->text = str_format(r->u->arena, "%s%s%s",
		str_is(str_from(c->fk_matchtype), "f") ? "full " : "",
		c->deferrable ? "deferrable " : "", c->initdeferred ? "deferred " : "");
	s->on_delete = action_of(c->fk_del_action);
	s->on_update = action_of(c->fk_upd_action);
}

/* The text in the parentheses behind CHECK. */
static struct str
check_text(struct reader *r)
{
	uint32_t at = place_find(r, STR("check"));
	struct str text = at == UINT32_MAX ? (struct str){0} : ddl_expression(r);

	if (text.n >= 2 && text.s[0] == '(')
		return str_trim(str_slice(text, 1, text.n - 1));
	return text;
}

/* What the expression names, calls and casts to. */
static void
expression(struct reader *r, struct subcommand *s, PgQuery__Node *node)
{
	struct used_mark mark = dml_used_mark(r);

	if (!node)
		return;
	s->target_columns = dml_expression_columns(r, &node, 1);
	dml_used(r, mark, &s->calls, &s->casts);
}

/* The elements of EXCLUDE, without their operators. */
static size_t
excluded_elements(struct reader *r, const PgQuery__Constraint *c, PgQuery__Node ***out)
{
	size_t n = 0;

	*out = arena_array(r->scratch, PgQuery__Node *, c->n_exclusions + 1);
	for (size_t i = 0; i < c->n_exclusions; i++) {
		const PgQuery__Node *pair = c->exclusions[i];

		if (pair->node_case == PG_QUERY__NODE__NODE_LIST && pair->list->n_items &&
			pair->list->items[0]->node_case == PG_QUERY__NODE__NODE_INDEX_ELEM)
			(*out)[n++] = pair->list->items[0];
	}
	return n;
}

static void
exclusion(struct reader *r, struct subcommand *s, const PgQuery__Constraint *c)
{
	PgQuery__Node **elements;
	size_t n = excluded_elements(r, c, &elements);

	s->columns.first = r->u->words.n;
	for (size_t i = 0; i < n; i++) {
		if (!*elements[i]->index_elem->name)
			continue;
		vec_push(r->u->arena, &r->u->words, name_word(r, elements[i]->index_elem->name));
		s->columns.count++;
	}
	s->text = dml_index_names(r, elements, n);
}

void
ddl_constraint(
	struct reader *r, struct event *e, const PgQuery__Constraint *c, const struct word *column)
{
	enum constraint_kind kind = constraint_kind_of(c->contype);
	struct subcommand s = {.kind = SUB_ADD_CONSTRAINT, .constraint = kind};
	uint32_t at;

	if (kind == CONSTRAINT_NONE)
		return;
	place_seek(r, c->location);
	s.span = r->cursor < r->n_tokens ? place_token(r, r->cursor) : e->span;
	at = place_find(r, str_from(c->conname));
	if (at != UINT32_MAX)
		s.span = place_token(r, at);
	s.name = name_text(r, c->conname);
	if (column)
		s.columns = own_column(r, column);
	if (kind == CONSTRAINT_FOREIGN_KEY)
		foreign_key(r, &s, c);
	else if (kind == CONSTRAINT_EXCLUSION)
		exclusion(r, &s, c);
	else if (c->n_keys)
		s.columns = name_words(r, c->keys, c->n_keys);
	if (c->n_including)
		s.target_columns = name_words(r, c->including, c->n_including);
	if (kind == CONSTRAINT_CHECK)
		s.text = check_text(r);
	else if (kind != CONSTRAINT_EXCLUSION && kind != CONSTRAINT_FOREIGN_KEY)
		s.text = name_text(r, c->indexname);
	if (kind == CONSTRAINT_CHECK)
		expression(r, &s, c->raw_expr);
	s.flags = (c->skip_validation ? SUB_NOT_VALID : 0) |
		  (c->is_no_inherit ? SUB_NOT_INHERITED : 0) |
		  (c->deferrable && kind != CONSTRAINT_FOREIGN_KEY ? SUB_DEFERRABLE : 0);
	*ddl_sub(r, e, SUB_ADD_CONSTRAINT) = s;
}

/* (SEQUENCE NAME s) */
static struct name
sequence_name(struct reader *r, const PgQuery__Constraint *c)
{
	struct name n = {0};

	for (size_t i = 0; i < c->n_options; i++) {
		const PgQuery__DefElem *d = c->options[i]->def_elem;

		if (c->options[i]->node_case == PG_QUERY__NODE__NODE_DEF_ELEM &&
			str_is(str_from(d->defname), "sequence_name") && d->arg &&
			d->arg->node_case == PG_QUERY__NODE__NODE_LIST)
			n = name_list(r, d->arg->list->items, d->arg->list->n_items);
	}
	return n;
}

struct name
ddl_sequence_name(struct reader *r, const PgQuery__Node *def)
{
	if (!def || def->node_case != PG_QUERY__NODE__NODE_CONSTRAINT)
		return (struct name){0};
	return sequence_name(r, def->constraint);
}

static void
add_flag(struct reader *r, struct subcommand *s, const PgQuery__Constraint *c)
{
	switch ((int)c->contype) {
	case PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL:
		s->flags |= SUB_NOT_NULL;
		break;
	case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
		s->flags |= SUB_NOT_NULL | SUB_PRIMARY_KEY_COLUMN;
		break;
	case PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY:
		s->flags |= SUB_NOT_NULL | SUB_IDENTITY | SUB_HAS_DEFAULT;
		s->target = sequence_name(r, c);
		break;
	case PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED:
		s->flags |= SUB_GENERATED;
		expression(r, s, c->raw_expr);
		break;
	case PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT:
		place_seek(r, c->location);
		r->cursor++;
		s->text = ddl_expression(r);
		if (!ddl_is_null(s->text))
			s->flags |= SUB_HAS_DEFAULT;
		expression(r, s, c->raw_expr);
		break;
	default:
		break;
	}
}

/* DEFERRABLE, INITIALLY DEFERRED behind a column's constraint. */
static bool
is_attribute(const PgQuery__Constraint *c)
{
	return c->contype == PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRABLE ||
	       c->contype == PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRED;
}

static void
set_attribute(struct reader *r, struct subcommand *s, PgQuery__ConstrType type)
{
	bool deferred = type == PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRED;

	if (s->constraint != CONSTRAINT_FOREIGN_KEY) {
		s->flags |= SUB_DEFERRABLE;
		return;
	}
	if (!str_ends(s->text, STR("deferrable ")))
		s->text = str_format(r->u->arena, "%.*sdeferrable ", STR_ARG(s->text));
	if (deferred)
		s->text = str_format(r->u->arena, "%.*sdeferred ", STR_ARG(s->text));
}

void
ddl_column(struct reader *r, struct event *e, const PgQuery__ColumnDef *column)
{
	struct subcommand made = {.kind = SUB_ADD_COLUMN};
	struct word word;
	bool serial;

	/* A hole among the columns: there may be more, of any name. */
	if (str_is(str_from(column->colname), HOLE_MARK)) {
		ddl_sub(r, e, SUB_UNMODELLED)->name = name_text(r, column->colname);
		return;
	}
	place_seek(r, column->location);
	word = name_word(r, column->colname);
	made.name = word.text;
	made.span = word.span;
	made.type = type_format(r, column->type_name, &serial);
	if (serial)
		made.flags = SUB_NOT_NULL | SUB_HAS_DEFAULT | SUB_SERIAL;
	for (size_t i = 0; i < column->n_constraints; i++)
		if (column->constraints[i]->node_case == PG_QUERY__NODE__NODE_CONSTRAINT)
			add_flag(r, &made, column->constraints[i]->constraint);
	*ddl_sub(r, e, SUB_ADD_COLUMN) = made;
	for (size_t i = 0; i < column->n_constraints; i++) {
		if (column->constraints[i]->node_case != PG_QUERY__NODE__NODE_CONSTRAINT)
			continue;
		if (!is_attribute(column->constraints[i]->constraint))
			ddl_constraint(r, e, column->constraints[i]->constraint, &word);
		else if (vec_last(&r->u->subcommands)->kind == SUB_ADD_CONSTRAINT)
			set_attribute(r, vec_last(&r->u->subcommands),
				column->constraints[i]->constraint->contype);
	}
}

/* Bits of TableLikeOption in PostgreSQL's parsenodes.h. */
static struct str
like_options(struct reader *r, uint32_t options)
{
	static const char *const words[] = {"comments", "compression", "constraints", "defaults",
		"generated", "identity", "indexes", "statistics", "storage"};
	struct buf b = {.arena = r->u->arena};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (options & (1u << i))
			buf_addf(&b, "%s%s", b.n ? "," : "", words[i]);
	return buf_str(&b);
}

static void
like(struct reader *r, struct event *e, const PgQuery__TableLikeClause *clause)
{
	struct name target = name_range(r, clause->relation);
	struct subcommand *s = ddl_sub(r, e, SUB_LIKE);

	s->target = target;
	s->span = target.span;
	s->text = like_options(r, clause->options);
}

void
ddl_table_elements(struct reader *r, struct event *e, PgQuery__Node **list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		switch ((int)list[i]->node_case) {
		case PG_QUERY__NODE__NODE_COLUMN_DEF:
			ddl_column(r, e, list[i]->column_def);
			break;
		case PG_QUERY__NODE__NODE_CONSTRAINT:
			ddl_constraint(r, e, list[i]->constraint, NULL);
			break;
		case PG_QUERY__NODE__NODE_TABLE_LIKE_CLAUSE:
			like(r, e, list[i]->table_like_clause);
			break;
		default:
			break;
		}
	}
}

static void
parents(struct reader *r, struct event *e, const PgQuery__CreateStmt *s)
{
	struct name *parents_of = arena_array(r->scratch, struct name, s->n_inh_relations + 1);

	for (size_t i = 0; i < s->n_inh_relations; i++)
		if (s->inh_relations[i]->node_case == PG_QUERY__NODE__NODE_RANGE_VAR)
			parents_of[i] = name_range(r, s->inh_relations[i]->range_var);
	e->names = (struct range){r->u->names.n, (uint32_t)s->n_inh_relations};
	for (size_t i = 0; i < s->n_inh_relations; i++)
		vec_push(r->u->arena, &r->u->names, parents_of[i]);
}

static void
of_type(struct reader *r, struct event *e, const PgQuery__TypeName *type)
{
	struct name target = name_list(r, type->names, type->n_names);
	struct subcommand *s = ddl_sub(r, e, SUB_OF_TYPE);

	s->target = target;
	s->span = target.span;
}

/* Its columns; an expression is an empty word. */
static struct range
partition_key(struct reader *r, const PgQuery__PartitionSpec *spec)
{
	struct range words = {.first = r->u->words.n};

	for (size_t i = 0; i < spec->n_part_params; i++) {
		const PgQuery__PartitionElem *p = spec->part_params[i]->partition_elem;

		if (spec->part_params[i]->node_case != PG_QUERY__NODE__NODE_PARTITION_ELEM)
			continue;
		place_seek(r, p->location);
		vec_push(r->u->arena, &r->u->words,
			*p->name ? name_word(r, p->name) : (struct word){0});
		words.count++;
	}
	return words;
}

static uint32_t
commit_flag(PgQuery__OnCommitAction action)
{
	return action == PG_QUERY__ON_COMMIT_ACTION__ONCOMMIT_DROP ? EVENT_ON_COMMIT_DROP : 0;
}

static void
create_table(struct reader *r, const PgQuery__CreateStmt *s, enum object_kind kind)
{
	struct event e = ddl_event(EVENT_CREATE, kind, name_range(r, s->relation));

	if (s->partspec)
		e.object_kind = OBJECT_PARTITIONED_TABLE;
	if (s->partspec)
		e.words = partition_key(r, s->partspec);
	e.flags = (s->if_not_exists ? EVENT_IF_NOT_EXISTS : 0) |
		  (s->partbound ? EVENT_PARTITION_OF : 0) | commit_flag(s->oncommit) |
		  (*s->relation->relpersistence == 't' ? EVENT_TEMPORARY : 0);
	if (s->of_typename)
		of_type(r, &e, s->of_typename);
	ddl_table_elements(r, &e, s->table_elts, s->n_table_elts);
	ddl_table_elements(r, &e, s->constraints, s->n_constraints);
	parents(r, &e, s);
	ddl_add(r, &e);
}

void
ddl_create_table(struct reader *r, const PgQuery__Node *node)
{
	create_table(r, node->create_stmt, OBJECT_TABLE);
}

void
ddl_create_foreign_table(struct reader *r, const PgQuery__Node *node)
{
	create_table(r, node->create_foreign_table_stmt->base_stmt, OBJECT_FOREIGN_TABLE);
}

/* Views and CREATE TABLE AS: the event and the query that makes the columns. */
static void
add_stored(struct reader *r, struct event *e, const PgQuery__Node *query, PgQuery__Node **names,
	size_t n)
{
	struct used_mark mark = dml_used_mark(r);
	uint32_t q;

	e->words = name_words(r, names, n);
	q = dml_read_stored(r, query);
	dml_used(r, mark, &e->calls, &e->casts);
	if (!n && q)
		e->words = dml_output_names(r, query);
	r->named++;
	statement_add(r, e, q);
}

void
ddl_create_table_as(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__CreateTableAsStmt *s = node->create_table_as_stmt;
	struct event e = ddl_event(EVENT_CREATE_AS, OBJECT_TABLE, name_range(r, s->into->rel));

	if (s->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW)
		e.object_kind = OBJECT_MATERIALIZED_VIEW;
	e.flags = (s->if_not_exists ? EVENT_IF_NOT_EXISTS : 0) |
		  (s->into->skip_data ? EVENT_WITH_NO_DATA : 0) | commit_flag(s->into->on_commit) |
		  (*s->into->rel->relpersistence == 't' ? EVENT_TEMPORARY : 0);
	add_stored(r, &e, s->query, s->into->col_names, s->into->n_col_names);
}

void
ddl_view(struct reader *r, const PgQuery__Node *node)
{
	const PgQuery__ViewStmt *s = node->view_stmt;
	struct event e = ddl_event(EVENT_CREATE_AS, OBJECT_VIEW, name_range(r, s->view));

	e.flags = (s->replace ? EVENT_OR_REPLACE : 0) |
		  (*s->view->relpersistence == 't' ? EVENT_TEMPORARY : 0);
	add_stored(r, &e, s->query, s->aliases, s->n_aliases);
}
