/* Django's models of what a change is about: their queries are not read, but the columns that they name
 * are known. Those of the head count: a migration of the framework changes them with the schema. */
#include "impact_p.h"

static uint32_t
field_of(const struct django_model *m, struct str column)
{
	for (uint32_t k = 0; k < m->columns.n; k++)
		if (str_eq(m->columns.v[k], column))
			return k;
	return UINT32_MAX;
}

/* Where a file of the service declares the model, or its field; where the table was made if none does. */
static struct place
declaration(const struct impact *i, uint32_t service, struct str model, struct str field)
{
	for (uint32_t n = 0; n < i->head->files->list.n; n++) {
		const struct file *f = &i->head->files->list.v[n];

		for (uint32_t k = 1; f->service == service && f->unit && f->class == CLASS_CODE &&
				     k < f->unit->symbols.n;
			k++) {
			const struct symbol *s = &f->unit->symbols.v[k];
			uint32_t member =
				field.n ? unit_member(f->unit, s->value, str_cstr(i->a, field))
					: s->value;

			if (s->kind == SYMBOL_CLASS && str_eq(s->name, model) && member)
				return (struct place){.service = service,
					.file = f->number,
					.unit = f->unit,
					.span = field.n ? f->unit->values.v[member].span : s->span};
		}
	}
	return crossing_born_place(i->base, i->change->database_before, i->change->relation_before);
}

static void
add_break(const struct impact *i, struct impact_change *x, const struct context *c,
	const struct django_model *m, uint32_t field, const char *does)
{
	struct impact_break *b = vec_add(i->a, &x->breaks);
	struct str name = field == UINT32_MAX ? (struct str){0} : m->fields.v[field];
	struct place place = declaration(i, c->service, m->name, name);

	b->place = view_place(i->head, &place);
	b->message = str_format(i->a, "model %.*s of %.*s %s", STR_ARG(m->name),
		STR_ARG(world_service(i->head, c->service)), does);
	b->effect = STR("fails, unless the model changes with it");
	b->access = STR("insert,read,update");
	b->class_word = STR("code");
	b->confidence = STR("likely");
	b->deployed = true;
}

static void
judge_model(const struct impact *i, struct impact_change *x, const struct context *c,
	const struct django_model *m)
{
	uint32_t field;

	switch (i->change->kind) {
	case CHANGE_RELATION_GONE:
	case CHANGE_RELATION_RENAMED:
		add_break(i, x, c, m, UINT32_MAX, "has this table");
		return;
	case CHANGE_COLUMN_GONE:
	case CHANGE_COLUMN_RENAMED:
		field = field_of(m, i->before);
		if (field != UINT32_MAX)
			add_break(i, x, c, m, field, "has this column");
		return;
	case CHANGE_COLUMN_NEW:
		if (field_of(m, i->after) == UINT32_MAX)
			add_break(i, x, c, m, UINT32_MAX, "inserts without it");
		return;
	case CHANGE_RELATION_NEW:
	case CHANGE_TYPE:
	case CHANGE_NOT_NULL:   /* Django gives a value to each of its columns */
	case CHANGE_NO_DEFAULT: /* likewise */
	case CHANGE_CONSTRAINT:
		return;
	}
}

void
impact_models(const struct impact *i, struct impact_change *x)
{
	struct str table = catalog_name(i->then, i->change->relation_before, MOMENT_NOW).name;

	for (uint32_t k = 0; k < i->head->contexts.n; k++) {
		const struct context *c = &i->head->contexts.v[k];

		if (!c->django || c->database != i->change->database)
			continue;
		for (uint32_t n = 0; n < c->django->models.n; n++)
			if (str_eq(c->django->models.v[n].table, table))
				judge_model(i, x, c, &c->django->models.v[n]);
	}
}
