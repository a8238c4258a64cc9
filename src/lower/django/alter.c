/* The operations that move what is there: RenameModel, RenameField, AlterField, AlterModelTable. */
#include "lower/django_p.h"

static struct span
call_span(const struct lowering *l, uint32_t call)
{
	return l->u->values.v[call].span;
}

/* A table or column of an automatic many-to-many that moves along. */
static void
note_moved(struct lowering *l, uint32_t *n, const char *what, struct str before, struct str after)
{
	django_attribute(l, str_format(l->a, "m2m.%u.%s.before", *n, what).s, before);
	django_attribute(l, str_format(l->a, "m2m.%u.%s.after", *n, what).s, after);
}

/* Moves the automatic table of a field from what BEFORE computes to what AFTER does. */
static void
move_through(struct lowering *l, uint32_t *n, const struct model *before, const struct field *old,
	const struct model *after, const struct field *new, struct span span)
{
	struct str from = django_through_table(l->a, before, old);
	struct str to = django_through_table(l->a, after, new);
	bool moved = !str_eq(from, to);

	if (old->through || new->through || !django_has_table(after))
		return;
	django_rename_table(l, from, to, span);
	for (int side = 0; side < 2; side++) {
		struct str column = django_through_column(l->a, before, old, side);
		struct str renamed = django_through_column(l->a, after, new, side);

		django_rename_column(l, to, column, renamed, span);
		if (str_eq(column, renamed))
			continue;
		note_moved(l, n, "table", from, to);
		note_moved(l, n, "column", column, renamed);
		(*n)++;
		moved = false;
	}
	if (moved)
		note_moved(l, n, "table", from, to), (*n)++;
}

static void
point_to(struct state *s, const struct model_name *from, const struct model_name *to)
{
	for (uint32_t i = 0; i < s->models.n; i++)
		for (uint32_t f = 0; f < s->models.v[i].fields.n; f++) {
			struct field *x = &s->models.v[i].fields.v[f];

			if (x->relation && str_eq(x->to.app, from->app) &&
				str_eq(x->to.name, from->name))
				x->to = *to;
		}
}

/* RenameModel.database_forwards: the table moves when its name is computed; the automatic tables of
 * its many-to-many fields, and the columns named after it in those that point to it, always do. */
void
django_rename_model(struct lowering *l, uint32_t call)
{
	struct str app = l->migration->app;
	struct str from = django_string(l->u, django_argument(l->u, call, "old_name", 0));
	struct str to = django_string(l->u, django_argument(l->u, call, "new_name", 1));
	struct model *m = django_find_model(l->state, app, from);
	struct model_name old_key = {app, str_lower(l->a, from)},
			  new_key = {app, str_lower(l->a, to)};
	struct state before;
	uint32_t index, n = 0;

	if (!m || !to.n)
		return;
	index = (uint32_t)(m - l->state->models.v);
	django_copy_state(l->a, &before, l->state);
	m->name = to;
	point_to(l->state, &old_key, &new_key);
	django_attribute(l, "app", app);
	django_attribute(l, "model", to);
	django_attribute(l, "model.before", from);
	django_attribute(l, "model.after", to);
	django_attribute(l, "table.before", django_table(l->a, &before.models.v[index]));
	django_attribute(l, "table.after", django_table(l->a, m));
	if (m->unmanaged)
		django_attribute(l, "managed", STR("false"));
	if (django_has_table(m))
		django_rename_table(l, django_table(l->a, &before.models.v[index]),
			django_table(l->a, m), call_span(l, call));
	for (uint32_t i = 0; i < before.models.n; i++) {
		const struct model *x = &before.models.v[i];

		for (uint32_t f = 0; !x->gone && f < x->fields.n; f++) {
			const struct field *old = &x->fields.v[f];
			bool own = i == index, points = str_eq(old->to.app, old_key.app) &&
							str_eq(old->to.name, old_key.name);

			if (old->relation == RELATION_MANY_TO_MANY && (own || points))
				move_through(l, &n, x, old, &l->state->models.v[i],
					&l->state->models.v[i].fields.v[f], call_span(l, call));
		}
	}
}

void
django_alter_model_table(struct lowering *l, uint32_t call)
{
	struct str name = django_string(l->u, django_argument(l->u, call, "name", 0));
	uint32_t table = django_argument(l->u, call, "table", 1);
	struct model *m = django_find_model(l->state, l->migration->app, name);
	struct model before;
	uint32_t n = 0;

	if (!m)
		return;
	before = *m;
	m->db_table = django_string(l->u, table);
	django_attribute(l, "app", m->app);
	django_attribute(l, "model", m->name);
	django_attribute(l, "table.before", django_table(l->a, &before));
	django_attribute(l, "table.after", django_table(l->a, m));
	if (m->unmanaged)
		django_attribute(l, "managed", STR("false"));
	if (!django_has_table(m))
		return;
	django_rename_table(
		l, django_table(l->a, &before), django_table(l->a, m), call_span(l, call));
	for (uint32_t f = 0; f < m->fields.n; f++)
		if (m->fields.v[f].relation == RELATION_MANY_TO_MANY)
			move_through(l, &n, &before, &m->fields.v[f], m, &m->fields.v[f],
				call_span(l, call));
}

void
django_rename_field(struct lowering *l, uint32_t call)
{
	struct model *m = django_find_model(l->state, l->migration->app,
		django_string(l->u, django_argument(l->u, call, "model_name", 0)));
	struct str from = django_string(l->u, django_argument(l->u, call, "old_name", 1));
	struct str to = django_string(l->u, django_argument(l->u, call, "new_name", 2));
	struct field *f = django_find_field(m, from), old;
	uint32_t n = 0;

	if (!f || !to.n)
		return;
	old = *f;
	f->name = to;
	django_attribute(l, "app", m->app);
	django_attribute(l, "model", m->name);
	django_attribute(l, "field", to);
	django_attribute(l, "column.before", django_column(l->a, &old));
	django_attribute(l, "column.after", django_column(l->a, f));
	if (!django_has_table(m))
		return;
	if (f->relation == RELATION_MANY_TO_MANY)
		move_through(l, &n, m, &old, m, f, call_span(l, call));
	else
		django_rename_column(l, django_table(l->a, m), django_column(l->a, &old),
			django_column(l->a, f), call_span(l, call));
}

/* Columns of foreign keys follow the type of what they refer to. */
static void
retype_references(
	struct lowering *l, const struct model *target, const struct field *f, struct span span)
{
	struct str name = str_lower(l->a, target->name);

	for (uint32_t i = 0; f->primary_key && i < l->state->models.n; i++) {
		struct model *m = &l->state->models.v[i];

		for (uint32_t k = 0; !m->gone && django_has_table(m) && k < m->fields.n; k++) {
			const struct field *x = &m->fields.v[k];
			struct str table = django_table(l->a, m), column = django_column(l->a, x);

			if (!x->relation || x->to_field.n || x->through ||
				!str_eq(x->to.app, target->app) || !str_eq(x->to.name, name))
				continue;
			if (x->relation == RELATION_MANY_TO_MANY) {
				table = django_through_table(l->a, m, x);
				column = django_through_column(l->a, m, x, true);
			}
			django_emit(l, EVENT_ALTER, OBJECT_TABLE, table, span);
			django_sub(l, SUB_ALTER_TYPE, column, span)->type = django_field_type(l, f);
			django_emit_end(l);
		}
	}
}

static bool
same_target(const struct field *a, const struct field *b)
{
	return a->relation == b->relation && str_eq(a->to.app, b->to.app) &&
	       str_eq(a->to.name, b->to.name) && str_eq(a->to_field, b->to_field) &&
	       a->no_constraint == b->no_constraint;
}

static struct str
unique_name(struct lowering *l, struct str table, struct str column)
{
	return django_identifier(
		l->a, str_format(l->a, "%.*s_%.*s_key", STR_ARG(table), STR_ARG(column)));
}

/* What differs between two columns, as subcommands of one ALTER TABLE. */
static void
alter_column(struct lowering *l, const struct model *m, const struct field *old, struct field *new,
	struct span span)
{
	struct str table = django_table(l->a, m), column = django_column(l->a, new);
	struct str old_type = django_field_type(l, old), type = django_field_type(l, new);
	bool drop_key = old->constraint.n && !same_target(old, new);
	bool retype = !str_eq(old_type, type);
	bool add_unique = new->unique && !old->unique && !new->primary_key;
	bool drop_unique = old->unique && !new->unique && !old->primary_key;

	new->constraint = drop_key ? (struct str){0} : old->constraint;
	django_rename_column(l, table, django_column(l->a, old), column, span);
	if (!drop_key && !retype && old->null == new->null && !add_unique &&
		!drop_unique &&same_target(old, new))
		return;
	django_emit(l, EVENT_ALTER, OBJECT_TABLE, table, span);
	if (drop_key)
		django_sub(l, SUB_DROP_CONSTRAINT, old->constraint, span);
	if (drop_unique)
		django_sub(l, SUB_DROP_CONSTRAINT, unique_name(l, table, django_column(l->a, old)),
			span)
			->flags = SUB_IF_EXISTS;
	if (retype)
		django_sub(l, SUB_ALTER_TYPE, column, span)->type = type;
	if (old->null != new->null)
		django_sub(l, new->null ? SUB_DROP_NOT_NULL : SUB_SET_NOT_NULL, column, span);
	if (add_unique) {
		struct subcommand *s =
			django_sub(l, SUB_ADD_CONSTRAINT, unique_name(l, table, column), span);
		struct range columns = {0};

		s->constraint = CONSTRAINT_UNIQUE;
		django_word(l, &columns, column);
		s->columns = columns;
	}
	if (!new->constraint.n)
		django_sub_foreign_key(l, m, new);
	django_emit_end(l);
	if (retype)
		retype_references(l, m, new, span);
}

void
django_alter_field(struct lowering *l, uint32_t call)
{
	struct model *m = django_find_model(l->state, l->migration->app,
		django_string(l->u, django_argument(l->u, call, "model_name", 0)));
	struct str name = django_string(l->u, django_argument(l->u, call, "name", 1));
	uint32_t definition = django_argument(l->u, call, "field", 2), n = 0;
	struct field *f = django_find_field(m, name), old;

	if (!f || l->u->values.v[definition].kind != VALUE_CALL)
		return;
	old = *f;
	*f = django_read_field(l, m, name, definition);
	django_attribute(l, "app", m->app);
	django_attribute(l, "model", m->name);
	django_attribute(l, "field", name);
	django_attribute(l, "column.before", django_column(l->a, &old));
	django_attribute(l, "column.after", django_column(l->a, f));
	if (!django_has_table(m))
		return;
	if (old.relation == RELATION_MANY_TO_MANY && f->relation == RELATION_MANY_TO_MANY)
		move_through(l, &n, m, &old, m, f, call_span(l, call));
	else if (old.relation != RELATION_MANY_TO_MANY && f->relation != RELATION_MANY_TO_MANY)
		alter_column(l, m, &old, f, call_span(l, call));
	/* Django refuses to turn a many-to-many into a column, and the other way round. */
}
