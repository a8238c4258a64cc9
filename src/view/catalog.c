/* What the migrations leave behind, as a document. */
#include <stdlib.h>

#include "view_p.h"

#define SORT(vec, compare) \
	do { \
		if ((vec)->n) \
			qsort((vec)->v, (vec)->n, sizeof *(vec)->v, compare); \
	} while (0)

static struct place_doc
object_place(const struct world *w, uint32_t database, uint32_t object)
{
	struct place place = view_creator(w, database, object) == NO_SERVICE
				     ? world_created(w, database, object)
				     : crossing_born_place(w, database, object);

	return place.file ? view_place(w, &place) : (struct place_doc){0};
}

static void
add_columns(
	struct arena *a, const struct catalog *c, const struct object *o, struct relation_doc *d)
{
	for (uint32_t i = 0; i < o->members.n; i++) {
		const struct object *m = &c->objects.v[o->members.v[i]];
		struct column_doc *x;

		if (m->kind != OBJECT_COLUMN || m->exists == EXISTS_NO)
			continue;
		x = vec_add(a, &d->columns);
		x->name = catalog_name(c, o->members.v[i], MOMENT_NOW).name;
		x->type = m->type;
		x->not_null = m->not_null;
		x->has_default = m->has_default;
	}
}

/* What the constraint or index is; NULL: a foreign key, or an index that a constraint has. */
static const char *
constraint_words(const struct object *o)
{
	if (o->kind == OBJECT_INDEX)
		return o->partner ? NULL : o->unique ? "unique index" : "index";
	switch (o->constraint) {
	case CONSTRAINT_PRIMARY_KEY:
		return "primary key";
	case CONSTRAINT_UNIQUE:
		return "unique";
	case CONSTRAINT_CHECK:
		return "check";
	case CONSTRAINT_EXCLUSION:
		return "exclude";
	case CONSTRAINT_NONE:
	case CONSTRAINT_FOREIGN_KEY:
		break;
	}
	return NULL;
}

static void
add_constraint(struct arena *a, const struct catalog *c, uint32_t object, struct relation_doc *d)
{
	const struct object *o = &c->objects.v[object];
	bool listed = o->kind == OBJECT_CONSTRAINT || o->kind == OBJECT_INDEX;
	const char *kind = listed && o->exists == EXISTS_YES ? constraint_words(o) : NULL;
	struct constraint_doc *x;

	if (!kind)
		return;
	x = vec_add(a, &d->constraints);
	x->name = catalog_name(c, object, MOMENT_NOW).name;
	x->kind = str_from(kind);
	for (uint32_t i = 0; o->constraint != CONSTRAINT_CHECK && i < o->columns.n; i++)
		vec_push(a, &x->columns, catalog_name(c, o->columns.v[i], MOMENT_NOW).name);
}

static int
compare_constraints(const void *left, const void *right)
{
	static const char *const order[] = {
		"primary key", "unique", "check", "exclude", "unique index", NULL};
	const struct constraint_doc *x = left, *y = right;

	for (size_t i = 0; order[i]; i++)
		if (str_is(x->kind, order[i]) != str_is(y->kind, order[i]))
			return str_is(x->kind, order[i]) ? -1 : 1;
	return str_cmp(x->name, y->name);
}

/* True when the service owns the object, or made it. */
static bool
concerns(const struct world *w, uint32_t database, uint32_t object, uint32_t service)
{
	return service == NO_SERVICE || view_creator(w, database, object) == service ||
	       world_owner(w, database, object).service == service;
}

static void
add_relation(struct arena *a, const struct world *w, uint32_t database, uint32_t object,
	struct catalog_doc *out)
{
	const struct catalog *c = &w->databases.v[database].catalog;
	const struct object *o = &c->objects.v[object];
	struct naming name = catalog_name(c, object, MOMENT_NOW);
	struct relation_doc *d = vec_add(a, &out->relations);

	d->database = w->databases.v[database].name;
	d->schema = name.schema;
	d->name = name.name;
	d->kind = str_from(object_kind_word(o->kind));
	d->owner = world_service(w, world_owner(w, database, object).service);
	d->exists = o->exists == EXISTS_YES ? STR("yes") : STR("maybe");
	d->place = object_place(w, database, object);
	add_columns(a, c, o, d);
	for (uint32_t i = 0; i < o->members.n; i++)
		add_constraint(a, c, o->members.v[i], d);
	SORT(&d->constraints, compare_constraints);
}

/* pg_constraint.confdeltype in SQL's words. */
static struct str
action_words(char action)
{
	switch (action) {
	case 'r':
		return STR("restrict");
	case 'c':
		return STR("cascade");
	case 'n':
		return STR("set null");
	case 'd':
		return STR("set default");
	default:
		return STR("no action");
	}
}

static struct str
target_words(struct arena *a, const struct catalog *c, const struct object *o)
{
	const struct name *n = &o->target_name;

	if (o->target)
		return catalog_display(c, o->target, a);
	if (n->schema.n == 0)
		return n->name;
	return str_format(a, "%.*s.%.*s", STR_ARG(n->schema), STR_ARG(n->name));
}

void
view_foreign_key(struct arena *a, const struct world *w, uint32_t database, uint32_t object,
	struct foreign_key_doc *d)
{
	const struct catalog *c = &w->databases.v[database].catalog;
	const struct object *o = &c->objects.v[object];

	d->database = w->databases.v[database].name;
	d->name = catalog_name(c, object, MOMENT_NOW).name;
	d->from = catalog_display(c, o->parent, a);
	d->to = target_words(a, c, o);
	d->on_delete = action_words(o->on_delete);
	d->on_update = action_words(o->on_update);
	d->live = o->exists != EXISTS_NO;
	d->place = object_place(w, database, object);
	for (uint32_t i = 0; i < o->columns.n; i++)
		vec_push(a, &d->columns, catalog_name(c, o->columns.v[i], MOMENT_NOW).name);
	for (uint32_t i = 0; i < o->target_columns.n; i++)
		vec_push(a, &d->to_columns,
			catalog_name(c, o->target_columns.v[i], MOMENT_NOW).name);
}

/* The service that declares the schema, else the ordinary one whose migration made it. */
static struct str
schema_owner(const struct world *w, uint32_t database, uint32_t object, struct str name)
{
	uint32_t creator = view_creator(w, database, object);

	for (uint32_t i = 0; i < w->config->services.n; i++) {
		const struct owns *owns = &w->config->services.v[i].owns;

		for (uint32_t j = 0; j < owns->schemas.n; j++)
			if (str_glob(owns->schemas.v[j].value, name))
				return w->config->services.v[i].name;
	}
	if (creator == NO_SERVICE || w->config->services.v[creator].kind != SERVICE_ORDINARY)
		return (struct str){0};
	return w->config->services.v[creator].name;
}

static void
add_schema(struct arena *a, const struct world *w, uint32_t database, uint32_t object,
	struct catalog_doc *out)
{
	const struct catalog *c = &w->databases.v[database].catalog;
	struct schema_doc *d = vec_add(a, &out->schemas);

	d->database = w->databases.v[database].name;
	d->name = catalog_name(c, object, MOMENT_NOW).name;
	d->owner = schema_owner(w, database, object, d->name);
	d->place = object_place(w, database, object);
}

static void
add_role(struct arena *a, const struct catalog *c, uint32_t object, struct catalog_doc *out)
{
	struct role_doc *d = vec_add(a, &out->roles);
	struct session session = {0};

	d->name = catalog_name(c, object, MOMENT_NOW).name;
	catalog_connect(c, &session, a, d->name, NULL, 0);
	for (uint32_t i = 0; i < session.search_path.n; i++)
		vec_push(a, &d->search_path, session.search_path.v[i]);
}

/* What was granted on the object, and on its columns. */
static void
add_grants(struct arena *a, const struct world *w, uint32_t database, uint32_t object,
	struct catalog_doc *out)
{
	const struct catalog *c = &w->databases.v[database].catalog;
	const struct object *o = &c->objects.v[object];
	bool column = o->kind == OBJECT_COLUMN;

	for (uint32_t i = 0; i < o->privileges.n; i++) {
		const struct privilege *p = &o->privileges.v[i];
		struct grant_doc *d;

		if (!p->what)
			continue;
		d = vec_add(a, &out->grants);
		d->database = w->databases.v[database].name;
		d->object = o->kind == OBJECT_SCHEMA
				    ? catalog_name(c, object, MOMENT_NOW).name
				    : catalog_display(c, column ? o->parent : object, a);
		d->column = column ? catalog_name(c, object, MOMENT_NOW).name : (struct str){0};
		d->role = p->role;
		for (uint32_t k = 0; k < PRIVILEGE_KINDS; k++)
			if (p->what & 1u << k)
				vec_push(a, &d->privileges, str_from(privilege_words[k]));
	}
	for (uint32_t i = 0; !column && o->kind != OBJECT_SCHEMA && i < o->members.n; i++)
		if (c->objects.v[o->members.v[i]].kind == OBJECT_COLUMN &&
			c->objects.v[o->members.v[i]].exists != EXISTS_NO)
			add_grants(a, w, database, o->members.v[i], out);
}

static void
add_object(struct arena *a, const struct world *w, uint32_t database, uint32_t object,
	uint32_t service, struct catalog_doc *out)
{
	const struct catalog *c = &w->databases.v[database].catalog;
	const struct object *o = &c->objects.v[object];

	if (o->kind == OBJECT_CONSTRAINT && o->constraint == CONSTRAINT_FOREIGN_KEY) {
		if (concerns(w, database, o->parent, service))
			view_foreign_key(a, w, database, object, vec_add(a, &out->foreign_keys));
		return;
	}
	if (o->exists == EXISTS_NO)
		return;
	if (view_is_listed(o) && concerns(w, database, object, service)) {
		add_relation(a, w, database, object, out);
		add_grants(a, w, database, object, out);
	} else if (o->kind == OBJECT_SCHEMA && o->born &&
		   (service == NO_SERVICE || view_creator(w, database, object) == service)) {
		add_schema(a, w, database, object, out);
		add_grants(a, w, database, object, out);
	} else if (o->kind == OBJECT_ROLE && service == NO_SERVICE) {
		add_role(a, c, object, out);
	}
}

static int
compare_relations(const void *left, const void *right)
{
	const struct relation_doc *x = left, *y = right;
	int c = str_cmp(x->database, y->database);

	if (!c)
		c = str_cmp(x->schema, y->schema);
	return c ? c : str_cmp(x->name, y->name);
}

static int
compare_foreign_keys(const void *left, const void *right)
{
	const struct foreign_key_doc *x = left, *y = right;
	int c = str_cmp(x->database, y->database);

	if (!c)
		c = str_cmp(x->from, y->from);
	if (!c)
		c = str_cmp(x->name, y->name);
	if (!c)
		c = str_cmp(x->place.path, y->place.path);
	if (!c)
		c = (x->place.line > y->place.line) - (x->place.line < y->place.line);
	return c ? c : (x->place.column > y->place.column) - (x->place.column < y->place.column);
}

static int
compare_schemas(const void *left, const void *right)
{
	const struct schema_doc *x = left, *y = right;
	int c = str_cmp(x->database, y->database);

	return c ? c : str_cmp(x->name, y->name);
}

static int
compare_grants(const void *left, const void *right)
{
	const struct grant_doc *x = left, *y = right;
	int c = str_cmp(x->database, y->database);

	if (!c)
		c = str_cmp(x->object, y->object);
	if (!c)
		c = str_cmp(x->column, y->column);
	return c ? c : str_cmp(x->role, y->role);
}

static int
compare_roles(const void *x, const void *y)
{
	return str_cmp(((const struct role_doc *)x)->name, ((const struct role_doc *)y)->name);
}

void
view_catalog(struct arena *a, const struct world *w, uint32_t service, struct catalog_doc *out)
{
	*out = (struct catalog_doc){0};
	for (uint32_t d = 0; d < w->databases.n; d++)
		for (uint32_t i = 1; i < w->databases.v[d].catalog.objects.n; i++)
			add_object(a, w, d, i, service, out);
	SORT(&out->relations, compare_relations);
	SORT(&out->foreign_keys, compare_foreign_keys);
	SORT(&out->schemas, compare_schemas);
	SORT(&out->roles, compare_roles);
	SORT(&out->grants, compare_grants);
	view_coverage(a, w, &out->coverage);
}
