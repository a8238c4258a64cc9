/* What an audit shows beside the matrix: foreign keys across owners, tables that several services
 * write, that nobody owns, and that nobody is seen to use. */
#include <stdlib.h>

#include "view_p.h"

/* A relation's name in the matrix: those of further databases say in which they are. */
struct str
view_matrix_name(struct arena *a, const struct world *w, uint32_t database, uint32_t object)
{
	struct str name = catalog_display(&w->databases.v[database].catalog, object, a);

	if (database == 0)
		return name;
	return str_format(a, "%.*s: %.*s", STR_ARG(w->databases.v[database].name), STR_ARG(name));
}

/* A table or a view that exists by what was read, and that stands for itself: a partition's uses
 * name its parent. */
static bool
is_audited(const struct object *o)
{
	return view_is_listed(o) && o->kind != OBJECT_SEQUENCE && o->exists != EXISTS_NO &&
	       !o->external && !o->partition;
}

/* True for what a framework's operation made: its models use it in ways that are not read. */
static bool
has_model(const struct world *w, const struct object *o)
{
	return o->born && o->born < w->happenings.n && w->happenings.v[o->born].operation_unit;
}

/* By object of one database: who writes it again and again, and whether anybody uses it at all. */
struct usage {
	struct writers {
		VEC(struct str) services;
	} * writers;
	bool *used;
};

static struct usage
usage_of(struct arena *a, const struct world *w, uint32_t database)
{
	uint32_t n = w->databases.v[database].catalog.objects.n;
	struct usage usage = {arena_array(a, struct writers, n), arena_array(a, bool, n)};

	for (uint32_t i = 0; i < w->uses.n; i++) {
		const struct use *u = &w->uses.v[i];

		if (u->database != database || !u->object || u->object >= n ||
			!view_is_deployed(u->class) || u->occurs == OCCURS_ONCE || u->running)
			continue;
		if (u->access & (ACCESS_READ | ACCESS_WRITE))
			usage.used[u->object] = true;
		if (u->access & ACCESS_WRITE)
			vec_push(a, &usage.writers[u->object].services,
				world_service(w, u->service));
	}
	return usage;
}

/* What a view is made of is used by it. */
static bool
is_in_view(const struct catalog *c, const struct object *o)
{
	for (uint32_t i = 0; i < o->dependents.n; i++) {
		const struct object *d = &c->objects.v[o->dependents.v[i]];

		if (d->exists != EXISTS_NO &&
			(d->kind == OBJECT_VIEW || d->kind == OBJECT_MATERIALIZED_VIEW))
			return true;
	}
	return false;
}

static void
audit_relation(struct arena *a, const struct world *w, uint32_t database, uint32_t object,
	struct usage *usage, struct findings_doc *out)
{
	const struct catalog *c = &w->databases.v[database].catalog;
	const struct object *o = &c->objects.v[object];
	struct writers *writers = &usage->writers[object];
	struct owner owner = world_owner(w, database, object);
	struct str name = view_matrix_name(a, w, database, object);

	if (owner.how == OWNED_OPEN)
		vec_push(a, &out->unowned, name);
	if (!usage->used[object] && !has_model(w, o) && !is_in_view(c, o))
		vec_push(a, &out->unused, name);
	/* The owner writes through its models what another writes as SQL. */
	if (writers->services.n && has_model(w, o) && owner.service != NO_SERVICE)
		vec_push(a, &writers->services, world_service(w, owner.service));
	writers->services.n = view_sort_unique(writers->services.v, writers->services.n);
	if (writers->services.n > 1) {
		struct shared_write_doc *d = vec_add(a, &out->shared_writes);

		d->relation = name;
		d->owner = world_service(w, owner.service);
		for (uint32_t i = 0; i < writers->services.n; i++)
			vec_push(a, &d->writers, writers->services.v[i]);
	}
}

/* Whose key it is: the owner of its table, or, where that is open, whoever made it. */
static uint32_t
key_service(const struct world *w, uint32_t database, const struct object *key)
{
	uint32_t owner = world_owner(w, database, key->parent).service;

	return owner == NO_SERVICE ? crossing_actor(w, key->born) : owner;
}

static void
audit_key(struct arena *a, const struct world *w, uint32_t database, uint32_t constraint,
	struct findings_doc *out)
{
	const struct catalog *c = &w->databases.v[database].catalog;
	const struct object *key = &c->objects.v[constraint];
	uint32_t from = key_service(w, database, key);
	uint32_t to = key->target ? world_owner(w, database, key->target).service : NO_SERVICE;
	struct crossing_key_doc *d;
	struct place why;

	if (from == to || from == NO_SERVICE || to == NO_SERVICE ||
		c->objects.v[key->parent].exists == EXISTS_NO ||
		c->objects.v[key->target].exists == EXISTS_NO)
		return;
	d = vec_add(a, &out->crossing_keys);
	view_foreign_key(a, w, database, constraint, &d->key);
	d->from_owner = world_service(w, from);
	d->to_owner = world_service(w, to);
	d->effect = crossing_delete_effect(a, key->on_delete, d->to_owner,
		crossing_name(w, a, database, key->target),
		crossing_name(w, a, database, key->parent));
	d->client_action = key->client_action;
	d->granted = world_granted(w, database, key->target, 0, from, ACCESS_REFERENCE, &why);
}

static int
compare_keys(const void *left, const void *right)
{
	const struct crossing_key_doc *x = left, *y = right;
	int c = str_cmp(x->key.database, y->key.database);

	if (!c)
		c = str_cmp(x->key.from, y->key.from);
	return c ? c : str_cmp(x->key.name, y->key.name);
}

static int
compare_shared(const void *x, const void *y)
{
	return str_cmp(((const struct shared_write_doc *)x)->relation,
		((const struct shared_write_doc *)y)->relation);
}

static void
audit_database(struct arena *a, const struct world *w, uint32_t database, struct findings_doc *out)
{
	const struct catalog *c = &w->databases.v[database].catalog;
	struct usage usage = usage_of(a, w, database);

	for (uint32_t i = 1; i < c->objects.n; i++) {
		const struct object *o = &c->objects.v[i];

		if (is_audited(o))
			audit_relation(a, w, database, i, &usage, out);
		else if (o->constraint == CONSTRAINT_FOREIGN_KEY && o->parent &&
			 o->exists != EXISTS_NO)
			audit_key(a, w, database, i, out);
	}
}

void
view_audit(struct arena *a, const struct world *w, struct findings_doc *out)
{
	for (uint32_t d = 0; d < w->databases.n; d++)
		audit_database(a, w, d, out);
	if (out->crossing_keys.n)
		qsort(out->crossing_keys.v, out->crossing_keys.n, sizeof *out->crossing_keys.v,
			compare_keys);
	if (out->shared_writes.n)
		qsort(out->shared_writes.v, out->shared_writes.n, sizeof *out->shared_writes.v,
			compare_shared);
	out->unowned.n = view_sort_unique(out->unowned.v, out->unowned.n);
	out->unused.n = view_sort_unique(out->unused.v, out->unused.n);
}
