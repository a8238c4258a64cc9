/* The operations that move what is there: RenameModel, RenameField, AlterField, AlterModelTable. */
#include "lower/django_p.h"

/* A table or column of an automatic many-to-many table that moves along. */
static void
note_moved(struct lowering *l, uint32_t *n, const char *what, struct str before, struct str after)
{
	lower_attribute(&l->b, str_format(l->b.a, "m2m.%u.%s.before", *n, what).s, before);
	lower_attribute(&l->b, str_format(l->b.a, "m2m.%u.%s.after", *n, what).s, after);
}

static bool
is_model(const struct model_name *x, const struct model_name *y)
{
	return str_eq(x->app, y->app) && str_eq(x->name, y->name);
}

/* A rename of a model that fields point to; NULL where nothing is renamed. */
struct rename {
	struct model_name from, to;
};

/* OLD as it would read if it had pointed to the new name: true when it pointed to the old one. */
static bool
repoint(struct field *old, const struct rename *r)
{
	if (!r || !old->relation || !is_model(&old->to, &r->from))
		return false;
	old->to = r->to;
	return true;
}

/* Moves the automatic table of OLD to where NEW of M has it (_alter_many_to_many). */
static void
move_automatic(struct lowering *l, uint32_t *n, const struct model *m, const struct field *old,
	struct field *new, const struct rename *r, struct span span)
{
	struct model *x = old->automatic, *y;
	bool moved;

	if (!x || new->through || !django_has_table(m))
		return;
	y = new->automatic = django_automatic(l, m, new);
	moved = !str_eq(x->db_table, y->db_table);
	y->fields.v[0] = x->fields.v[0];
	y->together.v[0].name = x->together.v[0].name;
	y->together.v[0].pending = x->together.v[0].pending;
	y->together.v[0].span = x->together.v[0].span;
	django_rename_table(l, x->db_table, y->db_table, span);
	for (uint32_t side = 1; side < 3; side++) {
		struct field before = x->fields.v[side], *after = &y->fields.v[side];
		struct str column = django_column(l->b.a, &before);
		bool repointed = repoint(&before, r);

		django_alter_column(l, y, &before, after, repointed, span);
		if (str_eq(column, django_column(l->b.a, after)))
			continue;
		note_moved(l, n, "table", x->db_table, y->db_table);
		note_moved(l, n, "column", column, django_column(l->b.a, after));
		(*n)++;
		moved = false;
	}
	if (moved)
		note_moved(l, n, "table", x->db_table, y->db_table), (*n)++;
}

/* Fields that point to the model, and its own many-to-many ones. Django knows of no foreign key that
 * is hidden from the model: its name in the database stays. */
static void
follow_rename(struct lowering *l, const struct rename *r, uint32_t index, struct span span)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < l->state->models.n; i++) {
		struct model *m = &l->state->models.v[i];

		for (uint32_t f = 0; !m->gone && f < m->fields.n; f++) {
			struct field old = m->fields.v[f];
			bool points = repoint(&m->fields.v[f], r);

			if (old.relation == RELATION_MANY_TO_MANY && (points || i == index))
				move_automatic(l, &n, m, &old, &m->fields.v[f], r, span);
			if (old.relation != RELATION_FOREIGN_KEY || !points || old.hidden)
				continue;
			repoint(&old, r);
			if (django_has_table(m))
				django_alter_column(l, m, &old, &m->fields.v[f], true, span);
		}
	}
}

/* RenameModel.database_forwards: the table moves when its name is computed; the automatic tables of
 * its many-to-many fields, and the columns named after it in those that point to it, always do. */
void
django_rename_model(struct lowering *l, uint32_t call)
{
	struct model *m = django_model_of(l, call, "old_name");
	struct str to = lower_string(l->b.u, lower_argument(l->b.u, call, "new_name", 1));
	struct str from, before;
	struct rename r;

	if (m && !to.n)
		django_havoc(
			l, call, django_table(l->b.a, m), STR("the model's new name is computed"));
	if (!m || !to.n)
		return;
	from = m->name;
	before = django_table(l->b.a, m);
	r = (struct rename){{m->app, str_lower(l->b.a, from)}, {m->app, str_lower(l->b.a, to)}};
	m->name = to;
	lower_attribute(&l->b, "model.before", from);
	lower_attribute(&l->b, "model.after", to);
	lower_attribute(&l->b, "table.before", before);
	lower_attribute(&l->b, "table.after", django_table(l->b.a, m));
	if (django_has_table(m))
		django_rename_table(l, before, django_table(l->b.a, m), lower_span(&l->b, call));
	for (uint32_t i = 0; i < l->state->models.n; i++)
		if (is_model(&l->state->models.v[i].base, &r.from))
			l->state->models.v[i].base = r.to;
	follow_rename(l, &r, (uint32_t)(m - l->state->models.v), lower_span(&l->b, call));
}

void
django_alter_model_table(struct lowering *l, uint32_t call)
{
	uint32_t table = lower_argument(l->b.u, call, "table", 1), n = 0;
	struct model *m = django_model_of(l, call, "name");
	struct str before;

	if (!m)
		return;
	before = django_table(l->b.a, m);
	if (l->b.u->values.v[table].kind != VALUE_STRING &&
		l->b.u->values.v[table].kind != VALUE_NULL) {
		django_havoc(l, call, before, STR("the table's new name is computed"));
		return;
	}
	m->db_table = lower_string(l->b.u, table);
	lower_attribute(&l->b, "table.before", before);
	lower_attribute(&l->b, "table.after", django_table(l->b.a, m));
	if (!django_has_table(m))
		return;
	django_rename_table(l, before, django_table(l->b.a, m), lower_span(&l->b, call));
	for (uint32_t f = 0; f < m->fields.n; f++) {
		struct field old = m->fields.v[f];

		move_automatic(l, &n, m, &old, &m->fields.v[f], NULL, lower_span(&l->b, call));
	}
}

/* Names of fields that the state keeps: in tuples of the model and in to_field of others. */
static void
rename_in_state(struct lowering *l, struct model *m, struct str from, struct str to)
{
	struct model_name key = {m->app, str_lower(l->b.a, m->name)};

	for (uint32_t t = 0; t < m->together.n; t++)
		for (uint32_t i = 0; i < m->together.v[t].fields.n; i++)
			if (str_eq(m->together.v[t].fields.v[i], from))
				m->together.v[t].fields.v[i] = to;
	for (uint32_t i = 0; i < l->state->models.n; i++)
		for (uint32_t f = 0; f < l->state->models.v[i].fields.n; f++) {
			struct field *x = &l->state->models.v[i].fields.v[f];

			if (x->relation && is_model(&x->to, &key) && str_eq(x->to_field, from))
				x->to_field = to;
		}
}

/* Does to the database what makes OLD of M into F, which stands in the state already. */
static void
alter(struct lowering *l, struct model *m, struct field *old, struct field *f, uint32_t call)
{
	bool was = old->relation == RELATION_MANY_TO_MANY,
	     is = f->relation == RELATION_MANY_TO_MANY;
	uint32_t n = 0;

	lower_attribute(&l->b, "field", f->name);
	lower_attribute(&l->b, "column.before", django_column(l->b.a, old));
	lower_attribute(&l->b, "column.after", django_column(l->b.a, f));
	if (!django_has_table(m))
		return;
	if (was && is)
		move_automatic(l, &n, m, old, f, NULL, lower_span(&l->b, call));
	else if (!was && !is)
		django_alter_column(l, m, old, f, false, lower_span(&l->b, call));
	else /* which Django refuses */
		django_havoc(l, call, django_table(l->b.a, m),
			STR("a many-to-many field becomes a column, or the other way round"));
}

void
django_rename_field(struct lowering *l, uint32_t call)
{
	struct model *m = django_model_of(l, call, "model_name");
	struct field *f = django_field_of(l, m, call, "old_name"), old;
	struct str to = lower_string(l->b.u, lower_argument(l->b.u, call, "new_name", 2));

	if (f && !to.n)
		django_havoc(
			l, call, django_table(l->b.a, m), STR("the field's new name is computed"));
	if (!f || !to.n)
		return;
	old = *f;
	f->name = to;
	rename_in_state(l, m, old.name, to);
	alter(l, m, &old, f, call);
}

void
django_alter_field(struct lowering *l, uint32_t call)
{
	struct model *m = django_model_of(l, call, "model_name");
	struct field *f = django_field_of(l, m, call, "name"), old;
	uint32_t definition = lower_argument(l->b.u, call, "field", 2);

	if (f && l->b.u->values.v[definition].kind != VALUE_CALL)
		django_havoc(l, call, django_table(l->b.a, m), STR("the field is computed"));
	if (!f || l->b.u->values.v[definition].kind != VALUE_CALL)
		return;
	old = *f;
	*f = django_read_field(l, m, old.name, definition);
	alter(l, m, &old, f, call);
}
