/* Operations, events and havocs. Texts are in text.c, the reading of values in value.c. */
#include "lower/lower_p.h"

#include <stdlib.h>
#include <string.h>

void
lower_init(struct lower *l, struct arena *a, struct lower_result *result, struct str reader,
	const struct lower_sql *sql)
{
	*result = (struct lower_result){.unit = arena_new(a, struct unit)};
	unit_init(result->unit, a);
	result->unit->reader = reader;
	l->a = a;
	l->result = result;
	l->out = result->unit;
	l->sql = sql;
}

void
lower_begin(struct lower *l, const struct lower_migration *migrations, uint32_t i)
{
	l->step = vec_add(l->a, &l->result->steps);
	l->step->migration = i;
	l->u = migrations[i].closed;
	l->file = migrations[i].file;
	l->operation = 0;
	l->guard = migrations[i].guard;
}

void
lower_run_file(struct lower *l, const struct lower_file *f)
{
	if (!f->unit || f->unit->statements.n < 2 || l->silent)
		return;
	vec_push(l->a, &l->step->runs,
		(struct lower_run){.unit = f->unit,
			.file = f->file,
			.statements = {1, f->unit->statements.n - 1},
			.operation = l->operation,
			.maybe = l->guard.n > 0});
}

static int
compare_lines(const void *x, const void *y)
{
	const struct source_line *a = x, *b = y;

	if (a->origin != b->origin)
		return a->origin < b->origin ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

void
lower_finish(struct lower_result *result)
{
	struct unit *u = result->unit;

	if (u->lines.n > 1)
		qsort(u->lines.v + 1, u->lines.n - 1, sizeof *u->lines.v, compare_lines);
}

struct span
lower_in_file(const struct lower *l, struct span span)
{
	if (!span.origin)
		span.origin = l->file;
	return span;
}

struct span
lower_span(const struct lower *l, uint32_t value)
{
	return lower_in_file(l, l->u->values.v[value].span);
}

void
lower_keep_line(struct lower *l, struct span span)
{
	struct source_line line = {.origin = span.origin,
		.line = span.line,
		.text = unit_line(l->u, span.origin, span.line)};

	if (!line.text.n)
		line.text = unit_line(l->u, 0, span.line);
	if (line.text.n)
		vec_push(l->out->arena, &l->out->lines, line);
}

void
lower_operation(struct lower *l, struct str tool, struct str name, uint32_t value)
{
	struct operation *o = vec_add(l->out->arena, &l->out->operations);

	o->tool = tool;
	o->name = name;
	o->span = lower_span(l, value);
	lower_keep_line(l, o->span);
	l->operation = l->out->operations.n - 1;
}

void
lower_attribute(struct lower *l, const char *key, struct str value)
{
	struct unit *out = l->out;
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

struct event *
lower_event(struct lower *l, enum event_kind kind, enum object_kind object, struct name name,
	struct span span)
{
	struct event *e = vec_add(l->out->arena, &l->out->events);

	e->kind = kind;
	e->object_kind = object;
	e->span = lower_in_file(l, span);
	e->object = name;
	if (!e->object.span.line)
		e->object.span = e->span;
	e->operation = l->operation;
	e->subcommands.first = l->out->subcommands.n;
	return e;
}

struct subcommand *
lower_sub(struct lower *l, enum subcommand_kind kind, struct str name, struct span span)
{
	struct subcommand *s = vec_add(l->out->arena, &l->out->subcommands);

	s->kind = kind;
	s->name = name;
	s->span = lower_in_file(l, span);
	vec_last(&l->out->events)->subcommands.count++;
	return s;
}

void
lower_word(struct lower *l, struct range *range, struct str text)
{
	if (range->count == 0)
		range->first = l->out->words.n;
	range->count++;
	vec_push(l->out->arena, &l->out->words, (struct word){.text = text});
}

void
lower_run_statements(struct lower *l, uint32_t first, uint32_t count)
{
	struct lower_run *last = l->step->runs.n ? vec_last(&l->step->runs) : NULL;

	if (last && last->unit == l->out && last->operation == l->operation &&
		last->statements.first + last->statements.count == first)
		last->statements.count += count;
	else if (count)
		vec_push(l->a, &l->step->runs,
			(struct lower_run){.unit = l->out,
				.file = l->file,
				.statements = {first, count},
				.operation = l->operation});
}

void
lower_own_event(struct lower *l, uint32_t event)
{
	struct operation *o = &l->out->operations.v[l->operation];

	l->out->events.v[event].operation = l->operation;
	if (o->events.count == 0)
		o->events.first = event;
	o->events.count = event + 1 - o->events.first;
}

void
lower_end(struct lower *l)
{
	struct event *e = vec_last(&l->out->events);
	struct statement s = {.event = l->out->events.n - 1,
		.maybe = l->guard.n > 0,
		.guard = l->guard,
		.span = e->span};

	if (l->silent) {
		l->out->events.n--;
		return;
	}
	lower_own_event(l, s.event);
	vec_push(l->out->arena, &l->out->statements, s);
	lower_run_statements(l, l->out->statements.n - 1, 1);
}

void
lower_key(struct lower *l, enum constraint_kind kind, struct str name, struct str column,
	struct span span)
{
	struct subcommand *s = lower_sub(l, SUB_ADD_CONSTRAINT, name, span);
	struct range columns = {0};

	s->constraint = kind;
	lower_word(l, &columns, column);
	s->columns = columns;
}

void
lower_drop(
	struct lower *l, enum object_kind kind, struct name name, uint32_t flags, struct span span)
{
	lower_event(l, EVENT_DROP, kind, name, span)->flags = flags;
	lower_end(l);
}

void
lower_rename(
	struct lower *l, enum object_kind kind, struct name name, struct str to, struct span span)
{
	if (str_eq(name.name, to))
		return;
	lower_event(l, EVENT_RENAME, kind, name, span)->text = to;
	lower_end(l);
}

void
lower_rename_part(struct lower *l, enum object_kind kind, struct name table, struct str part,
	struct str to, struct span span)
{
	struct event *e;

	if (str_eq(part, to))
		return;
	e = lower_event(l, EVENT_RENAME, kind, table, span);
	e->part = part;
	e->text = to;
	lower_end(l);
}

void
lower_blind(struct lower *l, uint32_t value, const char *format, ...)
{
	va_list ap;
	struct str text;

	va_start(ap, format);
	text = str_vformat(l->a, format, ap);
	va_end(ap);
	unit_add_blind(l->out, BLIND_OPERATION, lower_span(l, value), "%.*s", STR_ARG(text));
}

void
lower_havoc(struct lower *l, uint32_t value, struct name scope, struct str what)
{
	struct event *e;

	lower_blind(l, value, "%.*s", STR_ARG(what));
	e = lower_event(l, EVENT_HAVOC, OBJECT_NONE, scope, lower_span(l, value));
	e->text = what;
	lower_end(l);
}

#define MOST_BYTES 63 /* NAMEDATALEN - 1 */

struct str
lower_chosen_name(struct arena *a, struct str table, struct str column, const char *label)
{
	size_t most = MOST_BYTES - 1 - strlen(label);

	if (!column.n)
		return str_format(a, "%.*s_%s", STR_ARG(str_slice(table, 0, most)), label);
	most--;
	while (table.n + column.n > most)
		*(table.n > column.n ? &table.n : &column.n) -= 1;
	return str_format(a, "%.*s_%.*s_%s", STR_ARG(table), STR_ARG(column), label);
}
