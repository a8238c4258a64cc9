/* The making of events: what schema_editor does, in PostgreSQL's words
 * (django/db/backends/base/schema.py, postgresql/schema.py).
 *
 * Names of constraints are ours where Django's carry a digest: TABLE_COLUMN_fk and TABLE_COLUMN_uniq. */
#include "lower/django_p.h"

bool
django_has_table(const struct model *m)
{
	return m && !m->unmanaged && !m->proxy;
}

static struct span
in_file(const struct lowering *l, struct span span)
{
	if (!span.origin)
		span.origin = l->migration->file;
	return span;
}

/* A table's name may carry its schema: db_table = 'schema"."table'. */
static struct name
table_name(struct str table, struct span span)
{
	size_t at = str_find(table, STR("\".\""), 0);

	if (at == SIZE_MAX)
		return (struct name){.name = table, .span = span};
	return (struct name){.schema = str_slice(table, 0, at),
		.name = str_slice(table, at + 3, table.n),
		.span = span};
}

struct event *
django_emit(struct lowering *l, enum event_kind kind, enum object_kind object, struct str table,
	struct span span)
{
	struct unit *out = l->out->unit;
	struct event *e = vec_add(out->arena, &out->events);

	e->kind = kind;
	e->object_kind = object;
	e->span = in_file(l, span);
	e->object = table_name(table, e->span);
	e->operation = l->operation;
	e->subcommands.first = out->subcommands.n;
	return e;
}

struct subcommand *
django_sub(struct lowering *l, enum subcommand_kind kind, struct str name, struct span span)
{
	struct unit *out = l->out->unit;
	struct subcommand *s = vec_add(out->arena, &out->subcommands);

	s->kind = kind;
	s->name = name;
	s->span = in_file(l, span);
	vec_last(&out->events)->subcommands.count++;
	return s;
}

void
django_word(struct lowering *l, struct range *range, struct str text)
{
	struct unit *out = l->out->unit;

	if (range->count == 0)
		range->first = out->words.n;
	range->count++;
	vec_push(out->arena, &out->words, (struct word){.text = text});
}

void
django_emit_end(struct lowering *l)
{
	struct unit *out = l->out->unit;
	struct event *e = vec_last(&out->events);
	struct statement s = {.event = out->events.n - 1, .span = e->span};
	struct operation *o = &out->operations.v[l->operation];
	struct django_run *last = l->step->runs.n ? vec_last(&l->step->runs) : NULL;

	if (l->silent) {
		out->events.n--;
		return;
	}
	if (o->events.count == 0)
		o->events.first = s.event;
	o->events.count = s.event + 1 - o->events.first;
	vec_push(out->arena, &out->statements, s);
	if (last && last->unit == out && last->operation == l->operation)
		last->statements.count++;
	else
		vec_push(l->a, &l->step->runs,
			(struct django_run){.unit = out,
				.file = l->migration->file,
				.statements = {out->statements.n - 1, 1},
				.operation = l->operation});
}

void
django_attribute(struct lowering *l, const char *key, struct str value)
{
	struct unit *out = l->out->unit;
	struct operation *o = &out->operations.v[l->operation];

	if (l->silent)
		return;
	/* Attributes of one operation stand together: inner operations have operations of their own,
	 * so an outer one's are moved behind theirs. */
	if (o->attributes.count && o->attributes.first + o->attributes.count != out->attributes.n) {
		uint32_t first = out->attributes.n;

		for (uint32_t i = 0; i < o->attributes.count; i++) {
			struct attribute x = out->attributes.v[o->attributes.first + i];

			vec_push(out->arena, &out->attributes, x);
		}
		o->attributes.first = first;
	}
	if (o->attributes.count == 0)
		o->attributes.first = out->attributes.n;
	o->attributes.count++;
	vec_push(out->arena, &out->attributes, (struct attribute){str_from(key), value});
}

static void
sub_key(struct lowering *l, enum constraint_kind kind, struct str name, struct str column,
	struct span span)
{
	struct subcommand *s = django_sub(l, SUB_ADD_CONSTRAINT, name, span);
	struct range columns = {0};

	s->constraint = kind;
	django_word(l, &columns, column);
	s->columns = columns;
}

void
django_sub_column(struct lowering *l, struct field *f)
{
	struct str column = django_column(l->a, f);
	struct subcommand *s = django_sub(l, SUB_ADD_COLUMN, column, f->span);

	s->type = django_field_type(l, f);
	if (!f->null || f->primary_key)
		s->flags |= SUB_NOT_NULL;
	if (f->serial)
		s->flags |= SUB_HAS_DEFAULT | SUB_SERIAL;
	if (f->has_default)
		s->flags |= SUB_HAS_DEFAULT;
	if (f->primary_key)
		sub_key(l, CONSTRAINT_PRIMARY_KEY, (struct str){0}, column, f->span);
	else if (f->unique)
		sub_key(l, CONSTRAINT_UNIQUE, (struct str){0}, column, f->span);
}

static struct str
target_column(const struct lowering *l, const struct field *f)
{
	struct model *m = django_find(l->state, &f->to);
	const struct field *target;

	if (!m)
		return f->to_field;
	target = f->to_field.n ? django_find_field(m, f->to_field) : django_primary_key(m);
	return target ? django_column(l->a, target) : STR("id");
}

static struct str
target_table(const struct lowering *l, const struct field *f)
{
	struct model *m = django_find(l->state, &f->to);

	return m ? django_table(l->a, m) : django_foreign_table(l->a, &f->to);
}

static void
sub_reference(struct lowering *l, struct str name, struct str column, struct str table,
	struct str to_column, struct str action, struct span span)
{
	struct subcommand *s = django_sub(l, SUB_ADD_CONSTRAINT, name, span);
	struct range columns = {0}, targets = {0};

	s->constraint = CONSTRAINT_FOREIGN_KEY;
	s->target = table_name(table, s->span);
	s->on_delete = s->on_update = 'a';
	s->client_action = action;
	django_word(l, &columns, column);
	if (to_column.n)
		django_word(l, &targets, to_column);
	s->columns = columns;
	s->target_columns = targets;
}

void
django_sub_foreign_key(struct lowering *l, const struct model *m, struct field *f)
{
	struct str table = django_table(l->a, m), column = django_column(l->a, f);

	if (f->relation != RELATION_FOREIGN_KEY || f->no_constraint)
		return;
	f->constraint = django_identifier(
		l->a, str_format(l->a, "%.*s_%.*s_fk", STR_ARG(table), STR_ARG(column)));
	sub_reference(l, f->constraint, column, target_table(l, f), target_column(l, f),
		f->on_delete, f->span);
}

void
django_rename_table(struct lowering *l, struct str from, struct str to, struct span span)
{
	if (str_eq(from, to))
		return;
	django_emit(l, EVENT_RENAME, OBJECT_TABLE, from, span)->text = to;
	django_emit_end(l);
}

void
django_rename_column(
	struct lowering *l, struct str table, struct str from, struct str to, struct span span)
{
	struct event *e;

	if (str_eq(from, to))
		return;
	e = django_emit(l, EVENT_RENAME, OBJECT_COLUMN, table, span);
	e->part = from;
	e->text = to;
	django_emit_end(l);
}

void
django_drop_table(struct lowering *l, struct str table, struct span span)
{
	django_emit(l, EVENT_DROP, OBJECT_TABLE, table, span)->flags = EVENT_CASCADE;
	django_emit_end(l);
}

/* A column of an automatic many-to-many table, and its foreign key. */
static struct str
through_side(struct lowering *l, const struct model *m, const struct field *f, bool to)
{
	struct str column = django_through_column(l->a, m, f, to);
	struct field key = {.relation = RELATION_FOREIGN_KEY};
	struct str name = str_lower(l->a, m->name);
	struct subcommand *s = django_sub(l, SUB_ADD_COLUMN, column, f->span);

	key.to = to ? f->to : (struct model_name){m->app, name};
	s->flags = SUB_NOT_NULL;
	s->type = django_field_type(l, &key);
	if (!f->no_constraint)
		sub_reference(l, (struct str){0}, column, target_table(l, &key),
			target_column(l, &key), STR("CASCADE"), f->span);
	return column;
}

void
django_create_through(struct lowering *l, const struct model *m, const struct field *f)
{
	struct field id = django_auto_field(l);
	struct range columns = {0};
	struct str from, to;
	struct subcommand *s;

	if (f->through || !django_has_table(m))
		return;
	id.span = f->span;
	django_emit(l, EVENT_CREATE, OBJECT_TABLE, django_through_table(l->a, m, f), f->span);
	django_sub_column(l, &id);
	from = through_side(l, m, f, false);
	to = through_side(l, m, f, true);
	s = django_sub(l, SUB_ADD_CONSTRAINT, (struct str){0}, f->span);
	s->constraint = CONSTRAINT_UNIQUE;
	django_word(l, &columns, from);
	django_word(l, &columns, to);
	s->columns = columns;
	django_emit_end(l);
}
