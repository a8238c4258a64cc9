/* Owners: declared; else the schema's owner where services have schemas; else the one service whose
 * live migrations create the table. Grants: what an owner allows. */
#include "base/fatal.h"
#include "world/build_p.h"

void
build_creator(struct builder *b, uint32_t database, uint32_t object, uint32_t service)
{
	vec_push(b->a, &b->w->databases.v[database].creators,
		(struct creator){.object = object, .service = service});
}

static struct place
config_place(uint32_t line)
{
	return (struct place){.service = UINT32_MAX, .span = {.line = line, .column = 1}};
}

/* How exactly a word of the configuration means the name: 0 not at all, then by its fixed bytes. */
static size_t
exactness(struct str word, struct str schema, struct str name)
{
	size_t dot = str_chr(word, '.', 0), stars = 0;

	if (dot != SIZE_MAX) {
		if (!str_glob(str_slice(word, 0, dot), schema) ||
			!str_glob(str_slice(word, dot + 1, word.n), name))
			return 0;
	} else if (!str_glob(word, name)) {
		return 0;
	}
	for (size_t i = 0; i < word.n; i++)
		stars += word.s[i] == '*' || word.s[i] == '?';
	return stars ? 1 + word.n - stars : (size_t)1 << 20;
}

bool
world_names(struct str word, struct str schema, struct str name)
{
	return exactness(word, schema, name) > 0;
}

/* The service that declares the table: an exact name beats a pattern, a longer pattern a shorter. */
static struct owner
declared_owner(const struct config *c, struct str schema, struct str name)
{
	struct owner best = {.service = UINT32_MAX};
	size_t best_exactness = 0;

	for (uint32_t s = 0; s < c->services.n; s++) {
		const struct service *service = &c->services.v[s];

		for (uint32_t i = 0; i < service->owns.tables.n; i++) {
			const struct setting *x = &service->owns.tables.v[i];
			size_t e = exactness(x->value, schema, name);

			if (e > best_exactness) {
				best_exactness = e;
				best = (struct owner){OWNED_DECLARED, s, config_place(x->line)};
			}
		}
	}
	for (uint32_t s = 0; best_exactness == 0 && s < c->services.n; s++) {
		const struct service *service = &c->services.v[s];

		for (uint32_t i = 0; i < service->owns.schemas.n; i++) {
			const struct setting *x = &service->owns.schemas.v[i];

			if (best.how == OWNED_OPEN && str_glob(x->value, schema))
				best = (struct owner){OWNED_DECLARED, s, config_place(x->line)};
		}
	}
	return best;
}

/* The service that has the role, UINT32_MAX: none. */
static uint32_t
role_service(const struct config *c, struct str role)
{
	for (uint32_t s = 0; role.n && s < c->services.n; s++)
		for (uint32_t i = 0; i < c->services.v[s].roles.n; i++)
			if (str_eq(c->services.v[s].roles.v[i].value, role))
				return s;
	return UINT32_MAX;
}

static bool
is_operator(const struct config *c, uint32_t service)
{
	return c->services.v[service].kind != SERVICE_ORDINARY;
}

/* The schemas that live, by name: their objects. */
static void
index_schemas(const struct catalog *catalog, struct map *schemas)
{
	for (uint32_t i = 1; i < catalog->objects.n; i++) {
		const struct object *o = &catalog->objects.v[i];
		union map_value *slot;

		if (o->kind != OBJECT_SCHEMA || o->died || !o->names.n)
			continue;
		slot = map_put(schemas, vec_last(&o->names)->name);
		if (!slot->num)
			slot->num = i;
	}
}

/* The service of the schema's role, or the one whose migrations create the schema. */
static struct owner
schema_owner(const struct world *w, uint32_t database, struct str schema)
{
	const struct database *d = &w->databases.v[database];
	struct owner owner = {.service = UINT32_MAX};
	const union map_value *slot = map_get(&d->schemas, schema);
	const struct object *o;
	uint32_t service;

	if (str_is(schema, "public") || !slot)
		return owner;
	o = &d->catalog.objects.v[slot->num];
	service = role_service(w->config, o->owner);
	owner.why = world_created(w, database, (uint32_t)slot->num);
	if (service == UINT32_MAX && o->born && o->born < w->happenings.n)
		service = w->contexts.v[w->happenings.v[o->born].context].service;
	if (service == UINT32_MAX || is_operator(w->config, service))
		return (struct owner){.service = UINT32_MAX};
	owner.how = OWNED_SCHEMA;
	owner.service = service;
	return owner;
}

/* True when another service's migrations make the object, too. */
static bool
other_creator(const struct world *w, uint32_t database, uint32_t object, uint32_t service)
{
	const struct database *d = &w->databases.v[database];

	for (uint32_t i = 0; i < d->creators.n; i++)
		if (d->creators.v[i].object == object && d->creators.v[i].service != service)
			return true;
	return false;
}

static struct owner
creating_owner(const struct world *w, uint32_t database, uint32_t object)
{
	const struct object *o = &w->databases.v[database].catalog.objects.v[object];
	struct owner owner = {.service = UINT32_MAX};
	uint32_t service;

	if (o->born == 0 || o->born >= w->happenings.n)
		return owner;
	service = w->contexts.v[w->happenings.v[o->born].context].service;
	if (is_operator(w->config, service) || other_creator(w, database, object, service))
		return owner;
	return (struct owner){OWNED_CREATED, service, w->happenings.v[o->born].place};
}

static struct owner
owner_of(const struct world *w, uint32_t database, uint32_t object, moment at)
{
	const struct database *d = &w->databases.v[database];
	struct naming name = catalog_name(&d->catalog, object, at);
	struct owner owner = declared_owner(w->config, name.schema, name.name);

	if (owner.how == OWNED_OPEN && d->catalog.objects.v[object].external)
		owner = (struct owner){.how = OWNED_EXTERNAL, .service = UINT32_MAX};
	if (owner.how == OWNED_OPEN && d->schema_per_service)
		owner = schema_owner(w, database, name.schema);
	if (owner.how == OWNED_OPEN)
		owner = creating_owner(w, database, object);
	return owner;
}

/* Who owns a schema besides public: by declaration or because it made it (or it was made for its
 * role). Services have schemas when two of them own one. */
static void
find_schema_owners(const struct world *w, uint32_t database)
{
	struct database *d = &w->databases.v[database];
	uint32_t n = 0;

	d->has_schema = arena_array(w->arena, bool, w->config->services.n + 1);
	for (uint32_t s = 0; s < w->config->services.n; s++)
		d->has_schema[s] = w->config->services.v[s].owns.schemas.n > 0;
	for (const struct map_entry *e = map_first(&d->schemas); e; e = map_next(e)) {
		struct owner owner = schema_owner(w, database, map_key(e));
		const struct object *o =
			&d->catalog.objects.v[map_get(&d->schemas, map_key(e))->num];

		/* One that code makes when it runs, under whatever name, is no place to live in. */
		if (owner.how == OWNED_SCHEMA && (o->exists == EXISTS_YES || o->external))
			d->has_schema[owner.service] = true;
	}
	for (uint32_t s = 0; s < w->config->services.n; s++)
		n += d->has_schema[s];
	d->schema_per_service = n >= 2;
}

void
build_owners(struct builder *b)
{
	struct world *w = b->w;

	for (uint32_t d = 0; d < w->databases.n; d++) {
		struct database *database = &w->databases.v[d];
		const struct catalog *c = &database->catalog;

		database->schemas.arena = b->a;
		index_schemas(c, &database->schemas);
		find_schema_owners(w, d);
		database->owners = arena_array(b->a, struct owner, c->objects.n + 1);
		for (uint32_t i = 0; i < c->objects.n; i++)
			database->owners[i] = object_kind_is_relation(c->objects.v[i].kind)
						      ? owner_of(w, d, i, MOMENT_NOW)
						      : (struct owner){.service = UINT32_MAX};
	}
}

struct owner
world_owner(const struct world *w, uint32_t database, uint32_t object)
{
	const struct database *d = &w->databases.v[database];
	uint32_t parent = d->catalog.objects.v[object].parent;

	return d->owners[parent ? parent : object];
}

struct owner
world_owner_then(const struct world *w, uint32_t database, uint32_t relation, moment at)
{
	return owner_of(w, database, relation, at);
}

static bool
settings_match(const struct setting *v, uint32_t n, struct str schema, struct str name)
{
	for (uint32_t i = 0; i < n; i++)
		if (exactness(v[i].value, schema, name))
			return true;
	return false;
}

/* Grants count when the owner gives them; where the owner is open, whoever does. */
static bool
may_grant(const struct owner *owner, uint32_t service)
{
	return owner->service == UINT32_MAX || owner->service == service;
}

/* Days compare as their digits do. The last one still counts. */
bool
world_grant_ended(const struct world *w, const struct grant *g)
{
	return g->until.value.n && w->today.n && str_cmp(w->today, g->until.value) > 0;
}

bool
world_granted(const struct world *w, uint32_t database, uint32_t object, uint32_t column,
	uint32_t service, uint32_t access, struct place *why)
{
	const struct catalog *c = &w->databases.v[database].catalog;
	struct owner owner = world_owner(w, database, object);
	struct naming name = catalog_name(c, object, MOMENT_NOW);
	struct naming part = catalog_name(c, column, MOMENT_NOW);

	for (uint32_t s = 0; s < w->config->services.n; s++) {
		const struct service *grantor = &w->config->services.v[s];

		for (uint32_t i = 0; may_grant(&owner, s) && i < grantor->grants.n; i++) {
			const struct grant *g = &grantor->grants.v[i];

			if (!str_eq(g->to.value, world_service(w, service)) || (access & ~g->may) ||
				world_grant_ended(w, g) ||
				!settings_match(g->tables.v, g->tables.n, name.schema, name.name))
				continue;
			if (g->columns.n && (!column || !settings_match(g->columns.v, g->columns.n,
								(struct str){0}, part.name)))
				continue;
			if (why)
				*why = config_place(g->line);
			return true;
		}
	}
	return false;
}

const struct grant *
world_sole(const struct world *w, uint32_t database, uint32_t object)
{
	struct owner owner = world_owner(w, database, object);
	struct naming name = catalog_name(&w->databases.v[database].catalog, object, MOMENT_NOW);

	for (uint32_t s = 0; s < w->config->services.n; s++) {
		const struct service *grantor = &w->config->services.v[s];

		for (uint32_t i = 0; may_grant(&owner, s) && i < grantor->grants.n; i++)
			if (grantor->grants.v[i].sole &&
				!world_grant_ended(w, &grantor->grants.v[i]) &&
				settings_match(grantor->grants.v[i].tables.v,
					grantor->grants.v[i].tables.n, name.schema, name.name))
				return &grantor->grants.v[i];
	}
	return NULL;
}
