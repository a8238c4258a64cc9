/* The making of events: what schema_editor does, in PostgreSQL's words
 * (django/db/backends/base/schema.py, postgresql/schema.py). */
#include "lower/django_p.h"

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
	return lower_event(&l->b, kind, object, django_table_name(table, (struct span){0}), span);
}

void
django_rename_table(struct lowering *l, struct str from, struct str to, struct span span)
{
	if (str_eq(from, to))
		return;
	django_emit(l, EVENT_RENAME, OBJECT_TABLE, from, span)->text = to;
	lower_end(&l->b);
}

void
django_rename_column(
	struct lowering *l, struct str table, struct str from, struct str to, struct span span)
{
	lower_rename_part(
		&l->b, OBJECT_COLUMN, django_table_name(table, (struct span){0}), from, to, span);
}

void
django_drop_table(struct lowering *l, struct str table, struct span span)
{
	lower_drop(&l->b, OBJECT_TABLE, django_table_name(table, (struct span){0}), EVENT_CASCADE,
		span);
}

void
django_drop_index(struct lowering *l, struct str name, struct span span)
{
	lower_drop(&l->b, OBJECT_INDEX, (struct name){.name = name}, EVENT_IF_EXISTS, span);
}

void
django_create_index(struct lowering *l, const struct model *m, struct str name,
	struct range columns, bool unique, struct span span)
{
	struct unit *out = l->b.out;
	struct event *e = django_emit(l, EVENT_CREATE, OBJECT_INDEX, name, span);

	e->flags = unique ? EVENT_UNIQUE : 0;
	e->names = (struct range){out->names.n, 1};
	e->words = columns;
	vec_push(out->arena, &out->names, django_table_name(django_table(l->b.a, m), e->span));
	e->object.schema = vec_last(&out->names)->schema;
	lower_end(&l->b);
}

void
django_havoc(struct lowering *l, uint32_t value, struct str table, struct str what)
{
	struct str pattern = str_format(l->b.a, "%.*s_*", STR_ARG(l->migration->group));
	struct name scope = django_table_name(table.n ? table : pattern, (struct span){0});

	scope.pattern = !table.n;
	lower_havoc(&l->b, value, scope, what);
}
