/* Grants as they are lived by. */
#include "rule/grant.h"

#include "rule/crossing.h"

struct place
grant_place(uint32_t line)
{
	return (struct place){.service = NO_SERVICE, .span = {.line = line, .column = 1}};
}

struct str
grant_tables(const struct grant_state *g, struct arena *a)
{
	struct buf b = {.arena = a};

	for (uint32_t i = 0; i < g->grant->tables.n; i++)
		buf_addf(&b, "%s%.*s", i ? ", " : "", STR_ARG(g->grant->tables.v[i].value));
	return buf_str(&b);
}

void
grant_cause(struct findings *f, struct finding *x, const struct grant_state *g)
{
	struct str may = crossing_may(f->arena, g->grant->may);
	struct buf columns = {.arena = f->arena};

	for (uint32_t i = 0; i < g->grant->columns.n; i++)
		buf_addf(&columns, " %.*s", STR_ARG(g->grant->columns.v[i].value));
	finding_cause(f, x, "to %.*s %.*s%.*s", STR_ARG(g->grant->to.value), STR_ARG(may),
		STR_ARG(buf_str(&columns)));
}

bool
grant_is_used(const struct grant_state *g)
{
	for (uint32_t i = 0; i < g->grant->tables.n; i++)
		if (g->used[i])
			return true;
	return false;
}

/* True when what the grantee does counts: its own doing, or a library's, which may be in it. */
static bool
counts_for(const struct world *w, const struct grant_state *g, uint32_t service)
{
	return service == g->to || (service < w->config->services.n &&
					   w->config->services.v[service].kind == SERVICE_LIBRARY);
}

static bool
names_column(const struct grant *g, struct str column)
{
	for (uint32_t i = 0; i < g->columns.n; i++)
		if (str_glob(g->columns.v[i].value, column))
			return true;
	return false;
}

/* True when the use is of a column that is granted, where only columns are. */
static bool
is_of_columns(const struct world *w, const struct grant *g, const struct use *u)
{
	if (!g->columns.n || u->all_columns)
		return true;
	for (uint32_t i = 0; i < u->columns.count; i++) {
		const struct column_used *c = &w->columns.v[u->columns.first + i];

		if ((c->access & g->may) && names_column(g, c->name))
			return true;
	}
	return false;
}

static bool
names_use(const struct world *w, struct str word, const struct use *u)
{
	size_t dot = str_rchr(u->written, '.');
	struct naming n;

	if (!u->object)
		return dot == SIZE_MAX ? world_names(word, (struct str){0}, u->written)
				       : world_names(word, str_slice(u->written, 0, dot),
						 str_slice(u->written, dot + 1, u->written.n));
	n = catalog_name(&w->databases.v[u->database].catalog, u->object, MOMENT_NOW);
	return world_names(word, n.schema, n.name);
}

static void
look_at_use(const struct world *w, struct grant_state *g, const struct use *u)
{
	uint32_t may = g->grant->may & ~(uint32_t)MAY_REFERENCE;

	for (uint32_t i = 0; i < g->grant->tables.n; i++) {
		if (!names_use(w, g->grant->tables.v[i].value, u))
			continue;
		g->known[i] = true;
		/* What is not there is nobody else's: who misses it is told by other rules. */
		g->allows[i] |= !u->object;
		if (!counts_for(w, g, u->service) || !(u->access & may) ||
			!is_of_columns(w, g->grant, u))
			continue;
		g->used[i] = true;
		if (!g->place.file)
			g->place = crossing_place(u);
	}
}

/* The service whose key it is: the owner of its table, else whoever made it. */
static bool
is_key_of(const struct world *w, const struct grant_state *g, uint32_t database,
	const struct object *key)
{
	return counts_for(w, g, world_owner(w, database, key->parent).service) ||
	       counts_for(w, g, crossing_actor(w, key->born));
}

static void
look_at_key(const struct world *w, struct grant_state *g, uint32_t database, uint32_t object)
{
	const struct catalog *c = &w->databases.v[database].catalog;
	const struct object *o = &c->objects.v[object];
	struct naming n = catalog_name(c, o->target, MOMENT_NOW);

	for (uint32_t i = 0; i < g->grant->tables.n; i++)
		if (world_names(g->grant->tables.v[i].value, n.schema, n.name) &&
			is_key_of(w, g, database, o)) {
			g->used[i] = true;
			if (!g->place.file)
				g->place = crossing_born_place(w, database, object);
		}
}

static void
look_at_relation(const struct world *w, struct grant_state *g, uint32_t database, uint32_t object)
{
	struct owner owner = world_owner(w, database, object);
	struct naming n = catalog_name(&w->databases.v[database].catalog, object, MOMENT_NOW);

	for (uint32_t i = 0; i < g->grant->tables.n; i++)
		if (world_names(g->grant->tables.v[i].value, n.schema, n.name)) {
			g->known[i] = true;
			g->allows[i] |= owner.service == NO_SERVICE || owner.service == g->service;
		}
}

static bool
may_exist(const struct object *o)
{
	enum confidence c = CONFIDENCE_EXACT;

	return crossing_exists(o->exists, &c);
}

static void
look_at_objects(const struct world *w, struct grant_state *g, uint32_t database)
{
	const struct catalog *c = &w->databases.v[database].catalog;

	for (uint32_t i = 1; i < c->objects.n; i++) {
		const struct object *o = &c->objects.v[i];

		if (!may_exist(o))
			continue;
		if (object_kind_is_relation(o->kind))
			look_at_relation(w, g, database, i);
		else if (o->kind == OBJECT_CONSTRAINT && o->constraint == CONSTRAINT_FOREIGN_KEY &&
			 o->target && (g->grant->may & MAY_REFERENCE))
			look_at_key(w, g, database, i);
	}
}

static uint32_t
computed_statements(const struct world *w, uint32_t service)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < w->gaps.n; i++)
		n += w->gaps.v[i].service == service && w->gaps.v[i].reason == BLIND_DYNAMIC;
	return n;
}

static struct grant_state
look_at_grant(const struct world *w, struct arena *a, uint32_t service, const struct grant *grant)
{
	struct grant_state g = {.grant = grant,
		.service = service,
		.to = config_service(w->config, grant->to.value),
		.used = arena_array(a, bool, grant->tables.n + 1),
		.known = arena_array(a, bool, grant->tables.n + 1),
		.allows = arena_array(a, bool, grant->tables.n + 1)};

	for (uint32_t d = 0; d < w->databases.n; d++)
		look_at_objects(w, &g, d);
	for (uint32_t i = 0; i < w->uses.n; i++)
		look_at_use(w, &g, &w->uses.v[i]);
	g.computed = computed_statements(w, g.to);
	return g;
}

void
grants_each(const struct world *w, struct findings *f,
	void (*judge)(const struct world *w, struct findings *f, const struct grant_state *g))
{
	for (uint32_t s = 0; s < w->config->services.n; s++) {
		const struct service *service = &w->config->services.v[s];

		for (uint32_t i = 0; i < service->grants.n; i++) {
			struct grant_state g = look_at_grant(w, f->arena, s, &service->grants.v[i]);

			judge(w, f, &g);
		}
	}
}

static bool
names_object(const struct grant *g, const struct naming *n)
{
	for (uint32_t i = 0; i < g->tables.n; i++)
		if (world_names(g->tables.v[i].value, n->schema, n->name))
			return true;
	return false;
}

void
grant_relate_ended(struct findings *f, struct finding *x, uint32_t database, uint32_t object,
	uint32_t service, uint32_t access)
{
	const struct world *w = f->world;
	struct naming n = catalog_name(&w->databases.v[database].catalog, object, MOMENT_NOW);
	struct owner owner = world_owner(w, database, object);

	for (uint32_t s = 0; s < w->config->services.n; s++) {
		const struct service *grantor = &w->config->services.v[s];

		for (uint32_t i = 0; i < grantor->grants.n; i++) {
			const struct grant *g = &grantor->grants.v[i];

			if ((owner.service == NO_SERVICE || owner.service == s) &&
				world_grant_ended(w, g) && (g->may & access) &&
				str_eq(g->to.value, world_service(w, service)) &&
				names_object(g, &n))
				finding_related(f, x, grant_place(g->line),
					"what %.*s granted to %.*s here ended on %.*s",
					STR_ARG(grantor->name), STR_ARG(g->to.value),
					STR_ARG(g->until.value));
		}
	}
}
