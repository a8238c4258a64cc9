/* Tables with all that belongs to their columns: keys, checks, indexes, automatic many-to-many tables
 * (create_model, column_sql, _field_indexes_sql of django/db/backends/base/schema.py; _like indexes of
 * postgresql/schema.py). */
#include "lower/django_p.h"

bool
django_has_table(const struct model *m)
{
	return m && !m->unmanaged && !m->proxy && !m->swapped;
}

static struct str
target_column(const struct lowering *l, const struct field *f)
{
	struct model *m = django_find(l->state, &f->to);
	const struct field *target;

	if (!m)
		return f->to_field;
	target = f->to_field.n ? django_find_field(m, f->to_field) : django_primary_key(m);
	return target ? django_column(l->b.a, target) : STR("id");
}

static struct str
target_table(const struct lowering *l, const struct field *f)
{
	struct model *m = django_find(l->state, &f->to);

	return m ? django_table(l->b.a, m) : django_foreign_table(l->b.a, &f->to);
}

struct str
django_foreign_key_name(
	const struct lowering *l, const struct model *m, const struct field *f, bool short_suffix)
{
	struct str column = django_column(l->b.a, f), to = target_table(l, f);
	struct str to_column = target_column(l, f), suffix = STR("_fk");
	size_t at = str_find(to, STR("\".\""), 0);

	if (f->relation != RELATION_FOREIGN_KEY || f->no_constraint)
		return (struct str){0};
	to = at == SIZE_MAX ? to : str_slice(to, at + 3, to.n);
	to_column = to_column.n ? to_column : STR("id");
	if (!short_suffix)
		suffix = str_format(l->b.a, "_fk_%.*s_%.*s", STR_ARG(to), STR_ARG(to_column));
	return django_index_name(l->b.a, django_table(l->b.a, m), &column, 1, suffix);
}

void
django_sub_foreign_key(
	struct lowering *l, const struct model *m, struct field *f, bool short_suffix)
{
	struct range columns = {0}, targets = {0};
	struct str to_column;
	struct subcommand *s;

	f->constraint = django_foreign_key_name(l, m, f, short_suffix);
	if (!f->constraint.n)
		return;
	s = lower_sub(&l->b, SUB_ADD_CONSTRAINT, f->constraint, f->span);
	s->constraint = CONSTRAINT_FOREIGN_KEY;
	s->target = django_table_name(target_table(l, f), s->span);
	s->on_delete = s->on_update = 'a';
	s->client_action = f->on_delete;
	to_column = target_column(l, f);
	lower_word(&l->b, &columns, django_column(l->b.a, f));
	if (to_column.n)
		lower_word(&l->b, &targets, to_column);
	s->columns = columns;
	s->target_columns = targets;
}

void
django_sub_column(struct lowering *l, const struct model *m, struct field *f)
{
	struct str column = django_column(l->b.a, f), table = django_table(l->b.a, m);
	struct subcommand *s = lower_sub(&l->b, SUB_ADD_COLUMN, column, f->span);
	bool identity = f->serial && l->settings->version >= 401;

	s->type = django_field_type(l, f);
	if (!f->null || f->primary_key)
		s->flags |= SUB_NOT_NULL;
	if (f->serial)
		s->flags |= SUB_HAS_DEFAULT | (identity ? SUB_IDENTITY : SUB_SERIAL);
	if (f->has_default)
		s->flags |= SUB_HAS_DEFAULT;
	if (f->primary_key) {
		f->key = django_chosen_name(l->b.a, table, (struct str){0}, "pkey");
		lower_key(&l->b, CONSTRAINT_PRIMARY_KEY, (struct str){0}, column, f->span);
	} else if (f->unique) {
		f->key = django_chosen_name(l->b.a, table, column, "key");
		lower_key(&l->b, CONSTRAINT_UNIQUE, (struct str){0}, column, f->span);
	}
	if (f->check) {
		f->check_name = django_chosen_name(l->b.a, table, column, "check");
		lower_key(&l->b, CONSTRAINT_CHECK, (struct str){0}, column, f->span);
	}
}

static struct str
index_column(struct lowering *l, const struct model *m, const struct field *f, struct str suffix)
{
	struct str column = django_column(l->b.a, f);
	struct str name = django_index_name(l->b.a, django_table(l->b.a, m), &column, 1, suffix);
	struct range columns = {0};

	lower_word(&l->b, &columns, column);
	django_create_index(l, m, name, columns, false, f->span);
	return name;
}

void
django_add_like_index(struct lowering *l, const struct model *m, struct field *f)
{
	struct str type = django_field_type(l, f);

	if ((f->db_index || f->unique || f->primary_key) && !str_ends(type, STR("[]")) &&
		(str_starts(type, STR("character varying")) || str_is(type, "text")))
		f->like_index = index_column(l, m, f, STR("_like"));
}

void
django_add_index(struct lowering *l, const struct model *m, struct field *f)
{
	if (f->db_index && !f->unique && !f->primary_key)
		f->index = index_column(l, m, f, (struct str){0});
}

void
django_defer_indexes(struct lowering *l, const struct model *m, struct field *f)
{
	if (!f->db_index && !f->unique && !f->primary_key)
		return;
	f->pending_index = l->b.silent ? 0 : l->b.operation;
	if (f->pending_index)
		return;
	django_add_index(l, m, f);
	django_add_like_index(l, m, f);
}

/* A side of an automatic many-to-many table. */
static struct field
automatic_side(const struct field *f, struct model_name to, struct str name)
{
	return (struct field){.name = name,
		.class_name = STR("ForeignKey"),
		.relation = RELATION_FOREIGN_KEY,
		.to = to,
		.on_delete = STR("CASCADE"),
		.no_constraint = f->no_constraint,
		.db_index = true,
		.hidden = true,
		.span = f->span};
}

/* create_many_to_many_intermediary_model() of django/db/models/fields/related.py. */
struct model *
django_automatic(const struct lowering *l, const struct model *m, const struct field *f)
{
	struct str from = str_lower(l->b.a, m->name), to = f->to.name;
	struct model *x = arena_new(l->b.a, struct model);
	struct field id = django_auto_field(l);
	struct together *pair = vec_add(l->b.a, &x->together);
	bool self = str_eq(from, to);

	x->app = m->app;
	x->name = str_format(l->b.a, "%.*s_%.*s", STR_ARG(m->name), STR_ARG(f->name));
	x->db_table = django_through_table(l->b.a, m, f);
	x->unmanaged = m->unmanaged;
	x->swapped = m->swapped;
	id.span = f->span;
	vec_push(l->b.a, &x->fields, id);
	vec_push(l->b.a, &x->fields,
		automatic_side(f, (struct model_name){m->app, from},
			self ? str_format(l->b.a, "from_%.*s", STR_ARG(from)) : from));
	vec_push(l->b.a, &x->fields,
		automatic_side(f, f->to, self ? str_format(l->b.a, "to_%.*s", STR_ARG(to)) : to));
	pair->unique = true;
	vec_push(l->b.a, &pair->fields, x->fields.v[1].name);
	vec_push(l->b.a, &pair->fields, x->fields.v[2].name);
	return x;
}

/* The columns and indexes of a table, without its automatic ones. */
static void
create_plain_table(struct lowering *l, struct model *m, struct span span)
{
	django_emit(l, EVENT_CREATE, OBJECT_TABLE, django_table(l->b.a, m), span);
	for (uint32_t i = 0; i < m->fields.n; i++)
		if (m->fields.v[i].relation != RELATION_MANY_TO_MANY)
			django_sub_column(l, m, &m->fields.v[i]);
	lower_end(&l->b);
	for (uint32_t i = 0; i < m->fields.n; i++) {
		struct field *f = &m->fields.v[i];

		if (f->relation == RELATION_MANY_TO_MANY)
			continue;
		f->pending =
			f->relation == RELATION_FOREIGN_KEY && !l->b.silent ? l->b.operation : 0;
		if (l->b.silent)
			f->constraint = django_foreign_key_name(l, m, f, false);
		django_defer_indexes(l, m, f);
	}
}

void
django_create_through(struct lowering *l, const struct model *m, struct field *f)
{
	if (f->through || !django_has_table(m))
		return;
	f->automatic = django_automatic(l, m, f);
	create_plain_table(l, f->automatic, f->span);
	django_defer_together(l, f->automatic, &f->automatic->together.v[0], f->span);
}

void
django_create_table(struct lowering *l, struct model *m, struct span span)
{
	create_plain_table(l, m, span);
	for (uint32_t i = 0; i < m->fields.n; i++)
		if (m->fields.v[i].relation == RELATION_MANY_TO_MANY)
			django_create_through(l, m, &m->fields.v[i]);
	vec_push(l->b.a, &l->deferred, (uint32_t)(m - l->state->models.v));
}

static void
flush_field(struct lowering *l, struct model *m, struct field *f)
{
	if (f->pending && django_foreign_key_name(l, m, f, false).n) {
		l->b.operation = f->pending;
		django_emit(l, EVENT_ALTER, OBJECT_TABLE, django_table(l->b.a, m), f->span);
		django_sub_foreign_key(l, m, f, false);
		lower_end(&l->b);
	}
	if (f->pending_index) {
		l->b.operation = f->pending_index;
		django_add_index(l, m, f);
		django_add_like_index(l, m, f);
	}
	f->pending = f->pending_index = 0;
}

static void
flush_model(struct lowering *l, struct model *m)
{
	for (uint32_t i = 0; i < m->together.n; i++) {
		struct together *t = &m->together.v[i];

		if (!t->pending)
			continue;
		l->b.operation = t->pending;
		t->pending = 0;
		django_make_together(l, m, t, t->span);
	}
	for (uint32_t i = 0; i < m->fields.n; i++) {
		if (m->fields.v[i].automatic)
			flush_model(l, m->fields.v[i].automatic);
		flush_field(l, m, &m->fields.v[i]);
	}
}

/* What Django keeps for the end of the migration, with the names that things have by then. */
void
django_flush_deferred(struct lowering *l)
{
	uint32_t operation = l->b.operation;

	for (uint32_t i = 0; i < l->deferred.n; i++)
		if (!l->state->models.v[l->deferred.v[i]].gone)
			flush_model(l, &l->state->models.v[l->deferred.v[i]]);
	l->deferred.n = 0;
	l->b.operation = operation;
}
