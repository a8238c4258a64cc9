/* Migrations in order → steps of statements. */
#include "lower/django.h"

#include <stdlib.h>

#include "lower/django_p.h"

static void
lower_migration(struct lowering *l)
{
	const struct unit *u = l->u;
	uint32_t operations = unit_member(u, l->migration->value, "operations");

	if (operations && u->values.v[operations].kind != VALUE_LIST) {
		struct span span = u->values.v[operations].span;

		span.origin = span.origin ? span.origin : l->migration->file;
		unit_add_blind(
			l->out->unit, BLIND_OPERATION, span, "the list of operations is computed");
	}
	django_operate_list(l, operations);
	django_flush_deferred(l);
}

/* A proxy shows another model's table, a swapped model has none; an unmanaged one has a table that
 * somebody else makes. */
static bool
has_rows(const struct model *m)
{
	return !m->gone && !m->proxy && !m->swapped;
}

static void
keep_model(struct lowering *l, struct model *m)
{
	struct django_model *x = vec_add(l->a, &l->out->models);

	x->app = m->app;
	x->name = m->name;
	x->table = django_table(l->a, m);
	x->managed = !m->unmanaged;
	for (uint32_t i = 0; i < m->fields.n; i++) {
		if (m->fields.v[i].relation == RELATION_MANY_TO_MANY)
			continue;
		vec_push(l->a, &x->fields, m->fields.v[i].name);
		vec_push(l->a, &x->columns, django_column(l->a, &m->fields.v[i]));
	}
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
django_lower(struct arena *a, const struct django_migration *migrations, uint32_t n,
	const struct django_settings *settings, struct django_result *out)
{
	struct state state = {0};

	*out = (struct django_result){.unit = arena_new(a, struct unit)};
	unit_init(out->unit, a);
	out->unit->reader = STR("django");
	for (uint32_t i = 0; i < n; i++) {
		struct lowering l = {.a = a,
			.settings = settings,
			.out = out,
			.migration = &migrations[i],
			.u = migrations[i].closed,
			.state = &state};

		l.step = vec_add(a, &out->steps);
		l.step->migration = i;
		lower_migration(&l);
	}
	for (uint32_t i = 0; i < state.models.n; i++) {
		struct lowering l = {.a = a, .settings = settings, .out = out};

		if (has_rows(&state.models.v[i]))
			keep_model(&l, &state.models.v[i]);
	}
	if (out->unit->lines.n > 1)
		qsort(out->unit->lines.v + 1, out->unit->lines.n - 1, sizeof *out->unit->lines.v,
			compare_lines);
}
