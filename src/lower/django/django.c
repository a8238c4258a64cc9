/* Migrations in order → steps of statements. */
#include "lower/django.h"

#include "lower/django_p.h"

static void
lower_one(struct lowering *l)
{
	const struct unit *u = l->b.u;
	uint32_t operations = unit_member(u, l->migration->value, "operations");

	if (operations && u->values.v[operations].kind != VALUE_LIST) {
		struct span span = u->values.v[operations].span;

		span.origin = span.origin ? span.origin : l->b.file;
		unit_add_blind(
			l->b.out, BLIND_OPERATION, span, "the list of operations is computed");
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
	struct django_model *x = vec_add(l->b.a, &l->out->models);

	x->app = m->app;
	x->name = m->name;
	x->table = django_table(l->b.a, m);
	x->managed = !m->unmanaged;
	for (uint32_t i = 0; i < m->fields.n; i++) {
		if (m->fields.v[i].relation == RELATION_MANY_TO_MANY)
			continue;
		vec_push(l->b.a, &x->fields, m->fields.v[i].name);
		vec_push(l->b.a, &x->columns, django_column(l->b.a, &m->fields.v[i]));
	}
}

void
django_lower(struct arena *a, const struct lower_migration *migrations, uint32_t n,
	const struct django_settings *settings, struct django_result *out)
{
	struct state state = {0};
	struct lower b = {0};

	*out = (struct django_result){0};
	lower_init(&b, a, &out->lowered, STR("django"), NULL);
	for (uint32_t i = 0; i < n; i++) {
		struct lowering l = {.b = b,
			.settings = settings,
			.out = out,
			.migration = &migrations[i],
			.state = &state};

		lower_begin(&l.b, migrations, i);
		lower_one(&l);
	}
	for (uint32_t i = 0; i < state.models.n; i++) {
		struct lowering l = {.b = b, .settings = settings, .out = out};

		if (has_rows(&state.models.v[i]))
			keep_model(&l, &state.models.v[i]);
	}
	lower_finish(&out->lowered);
}
