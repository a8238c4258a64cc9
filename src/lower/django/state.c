/* The state of models, as django/db/migrations/state.py keeps it. */
#include "lower/django_p.h"

struct model *
django_find_model(const struct state *s, struct str app, struct str name)
{
	for (uint32_t i = s->models.n; i > 0; i--) {
		struct model *m = &s->models.v[i - 1];

		if (!m->gone && str_eq(m->app, app) && str_eq_nocase(m->name, name))
			return m;
	}
	return NULL;
}

/* A proxy stands for the model whose table it shows; a chain of them ends, or is a cycle. */
struct model *
django_find(const struct state *s, const struct model_name *n)
{
	struct model *m = django_find_model(s, n->app, n->name);

	for (uint32_t depth = 0; m && m->proxy && depth < 16; depth++)
		m = django_find_model(s, m->base.app, m->base.name);
	return m;
}

struct field *
django_find_field(struct model *m, struct str name)
{
	for (uint32_t i = 0; m && i < m->fields.n; i++)
		if (str_eq(m->fields.v[i].name, name))
			return &m->fields.v[i];
	return NULL;
}

const struct field *
django_primary_key(const struct model *m)
{
	for (uint32_t i = 0; i < m->fields.n; i++)
		if (m->fields.v[i].primary_key)
			return &m->fields.v[i];
	return NULL;
}

void
django_copy_state(struct arena *a, struct state *to, const struct state *from)
{
	*to = (struct state){0};
	for (uint32_t i = 0; i < from->models.n; i++) {
		const struct model *m = &from->models.v[i];
		struct model *copy = vec_add(a, &to->models);

		*copy = *m;
		copy->fields.v = NULL;
		copy->fields.n = copy->fields.cap = 0;
		for (uint32_t f = 0; f < m->fields.n; f++)
			vec_push(a, &copy->fields, m->fields.v[f]);
		copy->constraints.v = NULL;
		copy->constraints.n = copy->constraints.cap = 0;
		for (uint32_t c = 0; c < m->constraints.n; c++)
			vec_push(a, &copy->constraints, m->constraints.v[c]);
		copy->together.v = NULL;
		copy->together.n = copy->together.cap = 0;
		for (uint32_t c = 0; c < m->together.n; c++) {
			struct together *t = vec_add(a, &copy->together);

			*t = m->together.v[c];
			t->fields.v = NULL;
			t->fields.n = t->fields.cap = 0;
			for (uint32_t f = 0; f < m->together.v[c].fields.n; f++)
				vec_push(a, &t->fields, m->together.v[c].fields.v[f]);
		}
	}
}

void
django_remove_field(struct model *m, struct str name)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->fields.n; i++)
		if (!str_eq(m->fields.v[i].name, name))
			m->fields.v[n++] = m->fields.v[i];
	m->fields.n = n;
}
