/* The making of events: what schema_editor does, in PostgreSQL's words
 * (django/db/backends/base/schema.py, postgresql/schema.py). */
#include "lower/django_p.h"

static struct span
in_file(const struct lowering *l, struct span span)
{
	if (!span.origin)
		span.origin = l->migration->file;
	return span;
}

struct name
django_table_name(struct str table, struct span span)
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
	e->object = django_table_name(table, e->span);
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

void
django_sub_key(struct lowering *l, enum constraint_kind kind, struct str name, struct str column,
	struct span span)
{
	struct subcommand *s = django_sub(l, SUB_ADD_CONSTRAINT, name, span);
	struct range columns = {0};

	s->constraint = kind;
	django_word(l, &columns, column);
	s->columns = columns;
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

void
django_drop_index(struct lowering *l, struct str name, struct span span)
{
	django_emit(l, EVENT_DROP, OBJECT_INDEX, name, span)->flags = EVENT_IF_EXISTS;
	django_emit_end(l);
}

void
django_create_index(struct lowering *l, const struct model *m, struct str name,
	struct range columns, bool unique, struct span span)
{
	struct unit *out = l->out->unit;
	struct event *e = django_emit(l, EVENT_CREATE, OBJECT_INDEX, name, span);

	e->flags = unique ? EVENT_UNIQUE : 0;
	e->names = (struct range){out->names.n, 1};
	e->words = columns;
	vec_push(out->arena, &out->names, django_table_name(django_table(l->a, m), e->span));
	e->object.schema = vec_last(&out->names)->schema;
	django_emit_end(l);
}

struct span
django_span(const struct lowering *l, uint32_t value)
{
	return in_file(l, l->u->values.v[value].span);
}

void
django_blind(struct lowering *l, uint32_t value, const char *format, ...)
{
	va_list ap;
	struct str text;

	va_start(ap, format);
	text = str_vformat(l->a, format, ap);
	va_end(ap);
	unit_add_blind(l->out->unit, BLIND_OPERATION, django_span(l, value), "%.*s", STR_ARG(text));
}

void
django_havoc(struct lowering *l, uint32_t value, struct str table, struct str what)
{
	struct str pattern = str_format(l->a, "%.*s_*", STR_ARG(l->migration->app));
	struct event *e;

	django_blind(l, value, "%.*s", STR_ARG(what));
	e = django_emit(
		l, EVENT_HAVOC, OBJECT_NONE, table.n ? table : pattern, django_span(l, value));
	e->object.pattern = !table.n;
	e->text = what;
	django_emit_end(l);
}
