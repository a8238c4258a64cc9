/* The operations that make and end models and fields (django/db/migrations/operations/models.py,
 * fields.py). */
#include <string.h>

#include "lower/django_p.h"

struct model *
django_model_of(struct lowering *l, uint32_t call, const char *keyword)
{
	struct str name = django_string(l->u, django_argument(l->u, call, keyword, 0));
	struct model *m = django_find_model(l->state, l->migration->app, name);

	django_attribute(l, "app", l->migration->app);
	django_attribute(l, "model", m ? m->name : name);
	if (m && m->unmanaged)
		django_attribute(l, "managed", STR("false"));
	if (!m) {
		struct model_name key = {l->migration->app, str_lower(l->a, name)};

		django_havoc(l, call, name.n ? django_foreign_table(l->a, &key) : name,
			str_format(l->a, "no migration before makes the model %.*s",
				STR_ARG(name.n ? name : STR("(computed)"))));
	}
	return m;
}

struct field *
django_field_of(struct lowering *l, struct model *m, uint32_t call, const char *keyword)
{
	struct str name = django_string(l->u, django_argument(l->u, call, keyword, 1));
	struct field *f = m ? django_find_field(m, name) : NULL;

	if (m && !f)
		django_havoc(l, call, django_table(l->a, m),
			str_format(l->a, "no migration before makes the field %.*s",
				STR_ARG(name.n ? name : STR("(computed)"))));
	return f;
}

/* A field whose definition is no call that can be read. */
static void
read_field(struct lowering *l, struct model *m, struct str name, uint32_t pair, uint32_t call)
{
	if (name.n && l->u->values.v[call].kind == VALUE_CALL)
		vec_push(l->a, &m->fields, django_read_field(l, m, name, call));
	else
		django_havoc(l, pair, django_table(l->a, m),
			str_format(l->a, "a field of %.*s is computed", STR_ARG(m->name)));
}

/* The implicit key stands before the fields that are written. */
static void
add_first(struct lowering *l, struct model *m, struct field id, struct span span)
{
	vec_add(l->a, &m->fields);
	memmove(&m->fields.v[1], m->fields.v, (m->fields.n - 1) * sizeof *m->fields.v);
	id.span = span;
	m->fields.v[0] = id;
}

static void
read_fields(struct lowering *l, struct model *m, uint32_t list)
{
	const struct unit *u = l->u;
	struct range kids = u->values.v[list].kids;

	if (u->values.v[list].kind != VALUE_LIST) {
		django_havoc(l, list, django_table(l->a, m),
			str_format(l->a, "the fields of %.*s are computed", STR_ARG(m->name)));
		return;
	}
	for (uint32_t i = 0; i < kids.count; i++) {
		uint32_t pair = u->kids.v[kids.first + i];

		read_field(
			l, m, django_string(u, unit_kid(u, pair, 0)), pair, unit_kid(u, pair, 1));
	}
	if (!django_primary_key(m) && !m->proxy)
		add_first(l, m, django_auto_field(l), u->values.v[list].span);
}

/* Of a proxy: the first of its bases that is a model. */
static struct model_name
read_base(struct lowering *l, uint32_t bases)
{
	struct range kids = l->u->values.v[bases].kids;

	for (uint32_t i = 0; l->u->values.v[bases].kind == VALUE_LIST && i < kids.count; i++) {
		uint32_t base = l->u->kids.v[kids.first + i];

		if (l->u->values.v[base].kind == VALUE_STRING)
			return django_read_model(l, base, l->migration->app);
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

	vec_push(l->a, &m->fields, f);
}

static void
each_in(struct lowering *l, struct model *m, uint32_t list,
	void (*each)(struct lowering *l, struct model *m, uint32_t value))
{
	struct range kids = l->u->values.v[list].kids;

	for (uint32_t i = 0; l->u->values.v[list].kind == VALUE_LIST && i < kids.count; i++)
		each(l, m, l->u->kids.v[kids.first + i]);
}

static void
read_options(struct lowering *l, struct model *m, uint32_t options)
{
	const struct unit *u = l->u;

	django_set_together(l, m, django_entry(u, options, "unique_together"), true, true);
	django_set_together(l, m, django_entry(u, options, "index_together"), false, true);
	each_in(l, m, django_entry(u, options, "constraints"), django_add_constraint);
	each_in(l, m, django_entry(u, options, "indexes"), django_add_meta_index);
}

/* Options.swapped of django/db/models/options.py, for the one setting that Django itself knows. */
static bool
is_swapped(const struct lowering *l, const struct model *m, uint32_t options)
{
	struct str setting = django_string(l->u, django_entry(l->u, options, "swappable"));
	struct str label = str_format(l->a, "%.*s.%.*s", STR_ARG(m->app), STR_ARG(m->name));

	return str_is(setting, "AUTH_USER_MODEL") &&
	       !str_eq_nocase(label, l->settings->auth_user_model);
}

void
django_create_model(struct lowering *l, uint32_t call)
{
	const struct unit *u = l->u;
	uint32_t options = django_argument(u, call, "options", 2);
	struct model made = {.app = l->migration->app,
		.name = django_string(u, django_argument(u, call, "name", 0)),
		.db_table = django_string(u, django_entry(u, options, "db_table")),
		.unmanaged = django_false(u, django_entry(u, options, "managed")),
		.proxy = django_true(u, django_entry(u, options, "proxy")),
		.base = read_base(l, django_argument(u, call, "bases", 3))};
	uint32_t order = django_entry(u, options, "order_with_respect_to");
	struct model *m;

	if (!made.name.n) {
		django_havoc(l, call, made.name, STR("the model's name is computed"));
		return;
	}
	made.swapped = is_swapped(l, &made, options);
	m = vec_add(l->a, &l->state->models);
	*m = made;
	read_fields(l, m, django_argument(u, call, "fields", 1));
	if (u->values.v[order].kind == VALUE_STRING)
		add_order_field(l, m, django_span(l, order));
	django_attribute(l, "app", m->app);
	django_attribute(l, "model", m->name);
	django_attribute(l, "table.after", django_table(l->a, m));
	if (m->unmanaged)
		django_attribute(l, "managed", STR("false"));
	if (django_has_table(m))
		django_create_table(l, m, django_span(l, call));
	read_options(l, m, options);
}

void
django_delete_model(struct lowering *l, uint32_t call)
{
	struct model *m = django_model_of(l, call, "name");

	if (!m)
		return;
	django_attribute(l, "table.before", django_table(l->a, m));
	for (uint32_t i = 0; django_has_table(m) && i < m->fields.n; i++)
		if (m->fields.v[i].automatic)
			django_drop_table(
				l, m->fields.v[i].automatic->db_table, django_span(l, call));
	if (django_has_table(m))
		django_drop_table(l, django_table(l->a, m), django_span(l, call));
	m->gone = true;
}

static void
add_column(struct lowering *l, struct model *m, struct field *f, struct span span)
{
	django_emit(l, EVENT_ALTER, OBJECT_TABLE, django_table(l->a, m), span);
	django_sub_column(l, m, f);
	django_sub_foreign_key(l, m, f, false);
	django_emit_end(l);
	django_defer_indexes(l, m, f);
	vec_push(l->a, &l->deferred, (uint32_t)(m - l->state->models.v));
}

void
django_add_field(struct lowering *l, uint32_t call)
{
	const struct unit *u = l->u;
	struct model *m = django_model_of(l, call, "model_name");
	struct str name = django_string(u, django_argument(u, call, "name", 1));
	uint32_t definition = django_argument(u, call, "field", 2);
	struct field *f;

	if (!m)
		return;
	if (!name.n || u->values.v[definition].kind != VALUE_CALL) {
		django_havoc(l, call, django_table(l->a, m),
			str_format(l->a, "a field of %.*s is computed", STR_ARG(m->name)));
		return;
	}
	vec_push(l->a, &m->fields, django_read_field(l, m, name, definition));
	f = vec_last(&m->fields);
	django_attribute(l, "field", name);
	django_attribute(l, "column.after", django_column(l->a, f));
	if (f->on_delete.n)
		django_attribute(l, "on_delete", f->on_delete);
	if (!django_has_table(m))
		return;
	if (f->relation != RELATION_MANY_TO_MANY) {
		add_column(l, m, f, django_span(l, call));
		return;
	}
	django_create_through(l, m, f);
	vec_push(l->a, &l->deferred, (uint32_t)(m - l->state->models.v));
}

static void
drop_column(struct lowering *l, const struct model *m, const struct field *f, struct span span)
{
	django_emit(l, EVENT_ALTER, OBJECT_TABLE, django_table(l->a, m), span);
	django_sub(l, SUB_DROP_COLUMN, django_column(l->a, f), span)->flags = SUB_SUB_CASCADE;
	django_emit_end(l);
}

void
django_remove_field_operation(struct lowering *l, uint32_t call)
{
	struct model *m = django_model_of(l, call, "model_name");
	struct field *f = django_field_of(l, m, call, "name");

	if (!f)
		return;
	django_attribute(l, "field", f->name);
	django_attribute(l, "column.before", django_column(l->a, f));
	if (django_has_table(m) && f->automatic)
		django_drop_table(l, f->automatic->db_table, django_span(l, call));
	else if (django_has_table(m) && f->relation != RELATION_MANY_TO_MANY)
		drop_column(l, m, f, django_span(l, call));
	django_remove_field(m, f->name);
}

void
django_alter_model_options(struct lowering *l, uint32_t call)
{
	struct model *m = django_model_of(l, call, "name");
	uint32_t managed = django_entry(l->u, django_argument(l->u, call, "options", 1), "managed");

	if (m)
		m->unmanaged = django_false(l->u, managed);
}

/* order_with_respect_to adds a column _order, or takes it away. */
void
django_alter_order(struct lowering *l, uint32_t call)
{
	struct model *m = django_model_of(l, call, "name");
	uint32_t to = django_argument(l->u, call, "order_with_respect_to", 1);
	bool wants = l->u->values.v[to].kind == VALUE_STRING;
	struct field *f = m ? django_find_field(m, STR("_order")) : NULL;

	if (!m || wants == (f != NULL))
		return;
	if (wants) {
		add_order_field(l, m, django_span(l, call));
		if (django_has_table(m))
			add_column(l, m, vec_last(&m->fields), django_span(l, call));
		return;
	}
	if (django_has_table(m))
		drop_column(l, m, f, django_span(l, call));
	django_remove_field(m, STR("_order"));
}
