/* The operations that make and end models and fields (django/db/migrations/operations/models.py,
 * fields.py). */
#include <string.h>

#include "lower/django_p.h"

struct model *
django_model_of(struct lowering *l, uint32_t call, const char *keyword)
{
	struct str name = lower_string(l->b.u, lower_argument(l->b.u, call, keyword, 0));
	struct model *m = django_find_model(l->state, l->migration->group, name);

	lower_attribute(&l->b, "app", l->migration->group);
	lower_attribute(&l->b, "model", m ? m->name : name);
	if (m && m->unmanaged)
		lower_attribute(&l->b, "managed", STR("false"));
	if (!m) {
		struct model_name key = {l->migration->group, str_lower(l->b.a, name)};

		django_havoc(l, call, name.n ? django_foreign_table(l->b.a, &key) : name,
			str_format(l->b.a, "no migration before makes the model %.*s",
				STR_ARG(name.n ? name : STR("(computed)"))));
	}
	return m;
}

struct field *
django_field_of(struct lowering *l, struct model *m, uint32_t call, const char *keyword)
{
	struct str name = lower_string(l->b.u, lower_argument(l->b.u, call, keyword, 1));
	struct field *f = m ? django_find_field(m, name) : NULL;

	if (m && !f)
		django_havoc(l, call, django_table(l->b.a, m),
			str_format(l->b.a, "no migration before makes the field %.*s",
				STR_ARG(name.n ? name : STR("(computed)"))));
	return f;
}

/* A field whose definition is no call that can be read. */
static void
read_field(struct lowering *l, struct model *m, struct str name, uint32_t pair, uint32_t call)
{
	if (name.n && l->b.u->values.v[call].kind == VALUE_CALL)
		vec_push(l->b.a, &m->fields, django_read_field(l, m, name, call));
	else
		django_havoc(l, pair, django_table(l->b.a, m),
			str_format(l->b.a, "a field of %.*s is computed", STR_ARG(m->name)));
}

/* The implicit key stands before the fields that are written. */
static void
add_first(struct lowering *l, struct model *m, struct field id, struct span span)
{
	vec_add(l->b.a, &m->fields);
	memmove(&m->fields.v[1], m->fields.v, (m->fields.n - 1) * sizeof *m->fields.v);
	id.span = span;
	m->fields.v[0] = id;
}

static void
read_fields(struct lowering *l, struct model *m, uint32_t list)
{
	const struct unit *u = l->b.u;
	struct range kids = u->values.v[list].kids;

	if (u->values.v[list].kind != VALUE_LIST) {
		django_havoc(l, list, django_table(l->b.a, m),
			str_format(l->b.a, "the fields of %.*s are computed", STR_ARG(m->name)));
		return;
	}
	for (uint32_t i = 0; i < kids.count; i++) {
		uint32_t pair = u->kids.v[kids.first + i];

		read_field(l, m, lower_string(u, unit_kid(u, pair, 0)), pair, unit_kid(u, pair, 1));
	}
	if (!django_primary_key(m) && !m->proxy)
		add_first(l, m, django_auto_field(l), u->values.v[list].span);
}

/* Of a proxy: the first of its bases that is a model. */
static struct model_name
read_base(struct lowering *l, uint32_t bases)
{
	struct range kids = l->b.u->values.v[bases].kids;

	for (uint32_t i = 0; l->b.u->values.v[bases].kind == VALUE_LIST && i < kids.count; i++) {
		uint32_t base = l->b.u->kids.v[kids.first + i];

		if (l->b.u->values.v[base].kind == VALUE_STRING)
			return django_read_model(l, base, l->migration->group);
	}
	return (struct model_name){0};
}

static void
add_order_field(struct lowering *l, struct model *m, struct span span)
{
	struct field f = {.name = STR("_order"),
		.class_name = STR("OrderWrt"),
		.type = STR("integer"),
		.span = span};

	vec_push(l->b.a, &m->fields, f);
}

static void
each_in(struct lowering *l, struct model *m, uint32_t list,
	void (*each)(struct lowering *l, struct model *m, uint32_t value))
{
	struct range kids = l->b.u->values.v[list].kids;

	for (uint32_t i = 0; l->b.u->values.v[list].kind == VALUE_LIST && i < kids.count; i++)
		each(l, m, l->b.u->kids.v[kids.first + i]);
}

static void
read_options(struct lowering *l, struct model *m, uint32_t options)
{
	const struct unit *u = l->b.u;

	django_set_together(l, m, lower_entry(u, options, "unique_together"), true, true);
	django_set_together(l, m, lower_entry(u, options, "index_together"), false, true);
	each_in(l, m, lower_entry(u, options, "constraints"), django_add_constraint);
	each_in(l, m, lower_entry(u, options, "indexes"), django_add_meta_index);
}

/* Options.swapped of django/db/models/options.py, for the one setting that Django itself knows. */
static bool
is_swapped(const struct lowering *l, const struct model *m, uint32_t options)
{
	struct str setting = lower_string(l->b.u, lower_entry(l->b.u, options, "swappable"));
	struct str label = str_format(l->b.a, "%.*s.%.*s", STR_ARG(m->app), STR_ARG(m->name));

	return str_is(setting, "AUTH_USER_MODEL") &&
	       !str_eq_nocase(label, l->settings->auth_user_model);
}

void
django_create_model(struct lowering *l, uint32_t call)
{
	const struct unit *u = l->b.u;
	uint32_t options = lower_argument(u, call, "options", 2);
	struct model made = {.app = l->migration->group,
		.name = lower_string(u, lower_argument(u, call, "name", 0)),
		.db_table = lower_string(u, lower_entry(u, options, "db_table")),
		.unmanaged = lower_false(u, lower_entry(u, options, "managed")),
		.proxy = lower_true(u, lower_entry(u, options, "proxy")),
		.base = read_base(l, lower_argument(u, call, "bases", 3))};
	uint32_t order = lower_entry(u, options, "order_with_respect_to");
	struct model *m;

	if (!made.name.n) {
		django_havoc(l, call, made.name, STR("the model's name is computed"));
		return;
	}
	made.swapped = is_swapped(l, &made, options);
	m = vec_add(l->b.a, &l->state->models);
	*m = made;
	read_fields(l, m, lower_argument(u, call, "fields", 1));
	if (u->values.v[order].kind == VALUE_STRING)
		add_order_field(l, m, lower_span(&l->b, order));
	lower_attribute(&l->b, "app", m->app);
	lower_attribute(&l->b, "model", m->name);
	lower_attribute(&l->b, "table.after", django_table(l->b.a, m));
	if (m->unmanaged)
		lower_attribute(&l->b, "managed", STR("false"));
	if (django_has_table(m))
		django_create_table(l, m, lower_span(&l->b, call));
	read_options(l, m, options);
}

void
django_delete_model(struct lowering *l, uint32_t call)
{
	struct model *m = django_model_of(l, call, "name");

	if (!m)
		return;
	lower_attribute(&l->b, "table.before", django_table(l->b.a, m));
	for (uint32_t i = 0; django_has_table(m) && i < m->fields.n; i++)
		if (m->fields.v[i].automatic)
			django_drop_table(
				l, m->fields.v[i].automatic->db_table, lower_span(&l->b, call));
	if (django_has_table(m))
		django_drop_table(l, django_table(l->b.a, m), lower_span(&l->b, call));
	m->gone = true;
}

static void
add_column(struct lowering *l, struct model *m, struct field *f, struct span span)
{
	django_emit(l, EVENT_ALTER, OBJECT_TABLE, django_table(l->b.a, m), span);
	django_sub_column(l, m, f);
	django_sub_foreign_key(l, m, f, false);
	lower_end(&l->b);
	django_defer_indexes(l, m, f);
	vec_push(l->b.a, &l->deferred, (uint32_t)(m - l->state->models.v));
}

void
django_add_field(struct lowering *l, uint32_t call)
{
	const struct unit *u = l->b.u;
	struct model *m = django_model_of(l, call, "model_name");
	struct str name = lower_string(u, lower_argument(u, call, "name", 1));
	uint32_t definition = lower_argument(u, call, "field", 2);
	struct field *f;

	if (!m)
		return;
	if (!name.n || u->values.v[definition].kind != VALUE_CALL) {
		django_havoc(l, call, django_table(l->b.a, m),
			str_format(l->b.a, "a field of %.*s is computed", STR_ARG(m->name)));
		return;
	}
	vec_push(l->b.a, &m->fields, django_read_field(l, m, name, definition));
	f = vec_last(&m->fields);
	lower_attribute(&l->b, "field", name);
	lower_attribute(&l->b, "column.after", django_column(l->b.a, f));
	if (f->on_delete.n)
		lower_attribute(&l->b, "on_delete", f->on_delete);
	if (!django_has_table(m))
		return;
	if (f->relation != RELATION_MANY_TO_MANY) {
		add_column(l, m, f, lower_span(&l->b, call));
		return;
	}
	django_create_through(l, m, f);
	vec_push(l->b.a, &l->deferred, (uint32_t)(m - l->state->models.v));
}

static void
drop_column(struct lowering *l, const struct model *m, const struct field *f, struct span span)
{
	django_emit(l, EVENT_ALTER, OBJECT_TABLE, django_table(l->b.a, m), span);
	lower_sub(&l->b, SUB_DROP_COLUMN, django_column(l->b.a, f), span)->flags = SUB_SUB_CASCADE;
	lower_end(&l->b);
}

void
django_remove_field_operation(struct lowering *l, uint32_t call)
{
	struct model *m = django_model_of(l, call, "model_name");
	struct field *f = django_field_of(l, m, call, "name");

	if (!f)
		return;
	lower_attribute(&l->b, "field", f->name);
	lower_attribute(&l->b, "column.before", django_column(l->b.a, f));
	if (django_has_table(m) && f->automatic)
		django_drop_table(l, f->automatic->db_table, lower_span(&l->b, call));
	else if (django_has_table(m) && f->relation != RELATION_MANY_TO_MANY)
		drop_column(l, m, f, lower_span(&l->b, call));
	django_remove_field(m, f->name);
}

void
django_alter_model_options(struct lowering *l, uint32_t call)
{
	struct model *m = django_model_of(l, call, "name");
	uint32_t managed =
		lower_entry(l->b.u, lower_argument(l->b.u, call, "options", 1), "managed");

	if (m)
		m->unmanaged = lower_false(l->b.u, managed);
}

/* order_with_respect_to adds a column _order, or takes it away. */
void
django_alter_order(struct lowering *l, uint32_t call)
{
	struct model *m = django_model_of(l, call, "name");
	uint32_t to = lower_argument(l->b.u, call, "order_with_respect_to", 1);
	bool wants = l->b.u->values.v[to].kind == VALUE_STRING;
	struct field *f = m ? django_find_field(m, STR("_order")) : NULL;

	if (!m || wants == (f != NULL))
		return;
	if (wants) {
		add_order_field(l, m, lower_span(&l->b, call));
		if (django_has_table(m))
			add_column(l, m, vec_last(&m->fields), lower_span(&l->b, call));
		return;
	}
	if (django_has_table(m))
		drop_column(l, m, f, lower_span(&l->b, call));
	django_remove_field(m, STR("_order"));
}
