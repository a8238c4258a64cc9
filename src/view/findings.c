/* Findings, services and the ownership matrix as a document. */
#include <stdlib.h>

#include "view_p.h"

static struct finding_doc
finding_document(struct arena *a, const struct world *w, const struct finding *x)
{
	struct finding_doc d = {
		.rule = str_from(x->rule->name),
		.level = str_from(level_word(x->level)),
		.message = x->message,
		.help = x->help,
		.object = x->object,
		.owner = world_service(w, x->owner),
		.fingerprint = x->fingerprint,
		.confidence = str_from(view_confidence_word(x->confidence)),
		.place = view_place(w, &x->place),
	};

	for (uint32_t i = 0; i < x->related.n; i++) {
		struct place_doc p = view_place(w, &x->related.v[i].place);

		p.message = x->related.v[i].message;
		vec_push(a, &d.related, p);
	}
	return d;
}

static uint32_t
files_of(const struct world *w, uint32_t service)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < w->files->list.n; i++) {
		const struct file *f = &w->files->list.v[i];

		n += f->service == service && f->read && f->class != CLASS_BASELINE;
	}
	return n;
}

static bool
lives(const struct object *o)
{
	switch (o->exists) {
	case EXISTS_YES:
	case EXISTS_MAYBE:
		return true;
	case EXISTS_NO:
		break;
	}
	return false;
}

/* Adds the relations of one database that the service owns, and the schemas they stand in where it
 * is the schema that makes them its own. */
static void
add_owned(struct arena *a, const struct world *w, uint32_t database, uint32_t service,
	struct service_doc *d)
{
	const struct catalog *c = &w->databases.v[database].catalog;

	for (uint32_t i = 1; i < c->objects.n; i++) {
		const struct object *o = &c->objects.v[i];
		struct owner owner;

		if (!view_is_listed(o) || !lives(o))
			continue;
		owner = world_owner(w, database, i);
		if (owner.service != service)
			continue;
		d->tables += o->kind == OBJECT_TABLE || o->kind == OBJECT_PARTITIONED_TABLE;
		if (owner.how == OWNED_SCHEMA)
			vec_push(a, &d->schemas, catalog_name(c, i, MOMENT_NOW).schema);
	}
}

static int
compare_services(const void *x, const void *y)
{
	return str_cmp(
		((const struct service_doc *)x)->name, ((const struct service_doc *)y)->name);
}

static void
add_services(struct arena *a, const struct world *w, struct findings_doc *out)
{
	for (uint32_t i = 0; i < w->config->services.n; i++) {
		const struct service *s = &w->config->services.v[i];
		struct service_doc *d = vec_add(a, &out->services);

		d->name = s->name;
		d->commit = w->services.v[i].commit;
		d->committed = w->services.v[i].committed;
		d->revision = w->services.v[i].revision;
		d->url = w->services.v[i].url;
		d->here = w->services.v[i].here;
		d->from = w->services.v[i].from;
		d->revision = w->services.v[i].revision;
		d->committed = w->services.v[i].committed;
		d->url = w->services.v[i].url;
		d->here = w->services.v[i].here;
		d->files = files_of(w, i);
		for (uint32_t j = 0; j < s->owns.schemas.n; j++)
			vec_push(a, &d->schemas, s->owns.schemas.v[j].value);
		for (uint32_t j = 0; j < w->databases.n; j++)
			add_owned(a, w, j, i, d);
		d->schemas.n = view_sort_unique(d->schemas.v, d->schemas.n);
	}
	if (out->services.n)
		qsort(out->services.v, out->services.n, sizeof *out->services.v, compare_services);
}

static const char *
ownership_word(enum ownership how)
{
	switch (how) {
	case OWNED_DECLARED:
		return "declared";
	case OWNED_SCHEMA:
		return "schema";
	case OWNED_CREATED:
		return "created";
	case OWNED_EXTERNAL:
		return "external";
	case OWNED_OPEN:
		break;
	}
	return "open";
}

/* One row for each relation of a database, by its object. */
struct matrix {
	uint32_t *rows; /* by object: index in doc.matrix + 1; 0: none */
	uint32_t n;
};

static struct matrix
add_relations(struct arena *a, const struct world *w, uint32_t database, struct findings_doc *out)
{
	const struct catalog *c = &w->databases.v[database].catalog;
	struct matrix m = {.rows = arena_array(a, uint32_t, c->objects.n), .n = c->objects.n};

	for (uint32_t i = 1; i < c->objects.n; i++) {
		const struct object *o = &c->objects.v[i];
		struct owner owner;
		struct matrix_row *row;

		if (!view_is_listed(o) || !lives(o) || o->kind == OBJECT_SEQUENCE)
			continue;
		owner = world_owner(w, database, i);
		row = vec_add(a, &out->matrix);
		row->relation = view_matrix_name(a, w, database, i);
		row->kind = str_from(object_kind_word(o->kind));
		row->owner = world_service(w, owner.service);
		row->owner_how = str_from(ownership_word(owner.how));
		m.rows[i] = out->matrix.n;
	}
	return m;
}

bool view_is_deployed(enum file_class class)
{
	return class == CLASS_CODE || class == CLASS_MIGRATION || class == CLASS_GENERATED;
}

static void
add_uses(struct arena *a, const struct world *w, uint32_t database, const struct matrix *m,
	struct findings_doc *out)
{
	for (uint32_t i = 0; i < w->uses.n; i++) {
		const struct use *u = &w->uses.v[i];
		struct str service = world_service(w, u->service);
		struct matrix_row *row;

		if (u->database != database || u->object >= m->n || !m->rows[u->object] ||
			!view_is_deployed(u->class) || u->running)
			continue;
		row = &out->matrix.v[m->rows[u->object] - 1];
		if (u->access & ACCESS_READ)
			vec_push(a, &row->reads, service);
		if (u->access & ACCESS_WRITE)
			vec_push(a, &row->writes, service);
	}
}

static void
add_alters(struct arena *a, const struct world *w, uint32_t database, const struct matrix *m,
	struct findings_doc *out)
{
	for (moment at = 1; at < w->happenings.n; at++) {
		const struct happening *h = &w->happenings.v[at];
		const struct context *context = &w->contexts.v[h->context];

		if (context->database != database)
			continue;
		for (uint32_t i = 0; i < h->applied.touched.n; i++) {
			const struct touched *t = &h->applied.touched.v[i];

			if (t->touch == TOUCH_REFERENCE || t->relation >= m->n ||
				!m->rows[t->relation])
				continue;
			vec_push(a, &out->matrix.v[m->rows[t->relation] - 1].alters,
				world_service(w, context->service));
		}
	}
}

/* What exists only by declaration, and what nobody uses, is no part of the picture. */
static bool
is_shown(const struct matrix_row *row)
{
	return !str_is(row->owner_how, "external") || row->reads.n || row->writes.n ||
	       row->alters.n;
}

static int
compare_rows(const void *x, const void *y)
{
	return str_cmp(
		((const struct matrix_row *)x)->relation, ((const struct matrix_row *)y)->relation);
}

static void
add_matrix(struct arena *a, const struct world *w, struct findings_doc *out)
{
	uint32_t kept = 0;

	for (uint32_t d = 0; d < w->databases.n; d++) {
		struct matrix m = add_relations(a, w, d, out);

		add_uses(a, w, d, &m, out);
		add_alters(a, w, d, &m, out);
	}
	for (uint32_t i = 0; i < out->matrix.n; i++) {
		struct matrix_row *row = &out->matrix.v[i];

		if (!is_shown(row))
			continue;
		row->reads.n = view_sort_unique(row->reads.v, row->reads.n);
		row->writes.n = view_sort_unique(row->writes.v, row->writes.n);
		row->alters.n = view_sort_unique(row->alters.v, row->alters.n);
		out->matrix.v[kept++] = *row;
	}
	out->matrix.n = kept;
	if (out->matrix.n)
		qsort(out->matrix.v, out->matrix.n, sizeof *out->matrix.v, compare_rows);
}

void
view_findings(
	struct arena *a, const struct world *w, const struct findings *f, struct findings_doc *out)
{
	*out = (struct findings_doc){.whole = out->whole,
		.change = out->change,
		.suppressed = f->suppressed.n,
		.baselined = f->baselined.n};
	for (uint32_t i = 0; i < f->list.n; i++)
		vec_push(a, &out->findings, finding_document(a, w, &f->list.v[i]));
	add_services(a, w, out);
	add_matrix(a, w, out);
	view_audit(a, w, out);
	view_coverage(a, w, &out->coverage);
}
