/* What a name means at a moment.
 *
 * PostgreSQL 15, "Schemas" (the search path) and namespace.c: pg_temp first, then the path. A system
 * relation is known by its prefix "pg_" only, so the path is asked before pg_catalog: a user's own
 * pg_something can then be found, and a system one is never taken for it unless both exist. */
#include "catalog_p.h"

bool
catalog_is_system_schema(struct str schema)
{
	return str_is(schema, "pg_catalog") || str_is(schema, "information_schema") ||
	       str_is(schema, "pg_toast");
}

static bool
havoc_covers(const struct havoc *h, enum space space, struct str schema, struct str name)
{
	if (h->kind != OBJECT_NONE && catalog_space(h->kind) != space)
		return false;
	return (!h->schema.n || !schema.n || str_glob(h->schema, schema)) &&
	       (!h->name.n || str_glob(h->name, name));
}

moment
catalog_havoc(const struct catalog *c, enum space space, struct str schema, struct str name,
	moment from, moment at)
{
	for (uint32_t i = c->havocs.n; i-- > 0;) {
		const struct havoc *h = &c->havocs.v[i];

		if (h->fresh && from)
			continue;
		if (h->at >= from && h->at <= at && havoc_covers(h, space, schema, name))
			return h->at ? h->at : 1;
	}
	return 0;
}

moment
catalog_part_havoc(
	const struct catalog *c, enum object_kind part, uint32_t relation, moment lost, moment at)
{
	struct naming n = catalog_name(c, relation, at);
	moment born = c->objects.v[relation].born, from = lost > born ? lost : born;

	for (uint32_t i = c->havocs.n; i-- > 0;) {
		const struct havoc *h = &c->havocs.v[i];
		bool parts = h->kind == part || h->kind == OBJECT_COLUMN ||
			     (h->kind != OBJECT_INDEX &&
				     havoc_covers(h, SPACE_RELATION, n.schema, n.name));

		if (h->fresh && lost)
			continue;
		if (h->at >= from && h->at <= at && parts &&
			(!h->schema.n || !n.schema.n || str_glob(h->schema, n.schema)) &&
			(!h->name.n || str_glob(h->name, n.name)))
			return h->at ? h->at : 1;
	}
	return 0;
}

static struct binding
bound(const struct catalog *c, uint32_t object, moment at)
{
	return (struct binding){
		.state = BINDING_BOUND,
		.object = object,
		.exists = object ? catalog_existence(c, object, at) : EXISTS_YES,
	};
}

/* When the last holder of the name in SCHEMA lost it, and who that was. */
static void
find_ended(const struct catalog *c, enum space space, struct str schema, struct str name, moment at,
	struct binding *out)
{
	const struct name_list *l = catalog_names(c, space, name);

	for (uint32_t i = 0; l && i < l->all.n; i++) {
		const struct object *o = &c->objects.v[l->all.v[i]];

		for (uint32_t k = 0; k < o->names.n; k++) {
			const struct naming *n = &o->names.v[k];

			if (!n->to || n->to > at || n->to == n->from || n->to < out->ended ||
				!str_eq(n->name, name) || (schema.n && !str_eq(n->schema, schema)))
				continue;
			out->ended = n->to;
			out->object = l->all.v[i];
		}
	}
}

static bool
on_path(const struct session *s, struct str schema)
{
	for (uint32_t i = 0; i < s->search_path.n; i++)
		if (str_glob(schema, s->search_path.v[i]))
			return true;
	return false;
}

static bool
find_external(const struct catalog *c, const struct session *s, const struct name *name, moment at,
	struct binding *out)
{
	for (uint32_t i = 0; i < c->externals.n; i++) {
		const struct external *x = &c->externals.v[i];

		if ((x->object && !catalog_lives(c, x->object, at)) ||
			!str_glob(x->name, name->name))
			continue;
		if (x->schema.n && (name->schema.n ? !str_glob(x->schema, name->schema)
						   : !on_path(s, x->schema)))
			continue;
		*out = bound(c, x->object, at);
		return true;
	}
	return false;
}

/* The name has a hole in it: the only relation that it could be, if there is but one. */
static struct binding
resolve_pattern(const struct catalog *c, enum space space, const struct name *name, moment at)
{
	struct binding b = {.state = BINDING_UNKNOWN};

	for (uint32_t i = 1; i < c->objects.n; i++) {
		struct naming n = catalog_name(c, i, at);

		if (catalog_space(c->objects.v[i].kind) != space || !catalog_lives(c, i, at) ||
			!str_glob(name->name, n.name) ||
			(name->schema.n && !str_glob(name->schema, n.schema)))
			continue;
		if (b.state == BINDING_AMBIGUOUS) {
			b.object = 0;
			return b;
		}
		b = bound(c, i, at);
		b.state = BINDING_AMBIGUOUS;
	}
	return b;
}

/* The search path is not known: the only one of that name in any schema, if there is but one. */
static struct binding
resolve_anywhere(const struct catalog *c, enum space space, const struct name *name, moment at)
{
	const struct name_list *l = catalog_names(c, space, name->name);
	struct binding b = {.state = BINDING_UNKNOWN};

	for (uint32_t i = 0; l && i < l->all.n; i++) {
		uint32_t id = l->all.v[i];

		if (!catalog_lives(c, id, at) || id == b.object ||
			!catalog_named(&c->objects.v[id], (struct str){0}, name->name, at))
			continue;
		if (b.state == BINDING_BOUND) {
			b.state = BINDING_AMBIGUOUS;
			b.object = 0;
			return b;
		}
		b = bound(c, id, at);
	}
	return b;
}

/* Nothing of that name in SCHEMA: was there one, and could there be one? */
static void
explain_absence(const struct catalog *c, enum space space, struct str schema, struct str name,
	moment at, struct binding *b)
{
	struct binding here = {0};
	moment havoc;

	find_ended(c, space, schema, name, at, &here);
	havoc = catalog_havoc(c, space, schema, name, here.ended, at);
	if (here.ended > b->ended) {
		b->ended = here.ended;
		b->object = here.object;
	}
	if (havoc || c->incomplete) {
		b->state = BINDING_UNKNOWN;
		b->havoc = havoc > b->havoc ? havoc : b->havoc;
	}
}

static struct binding
resolve_path(const struct catalog *c, const struct session *s, enum space space,
	const struct name *name, moment at)
{
	struct binding b = {.state = BINDING_MISSING}, first = {.state = BINDING_MISSING};
	struct str schema;
	uint32_t id;

	/* First, unless the path says where. */
	if (space == SPACE_RELATION && !on_path(s, STR("pg_temp")) &&
		(id = catalog_find(c, space, STR("pg_temp"), name->name, at)))
		return bound(c, id, at);
	for (uint32_t i = 0; i < s->search_path.n; i++) {
		if (!session_entry(c, s, i, at, &schema))
			continue;
		id = catalog_find(c, space, schema, name->name, at);
		if (!id)
			continue;
		if (first.state == BINDING_BOUND && first.object != id) {
			/* One that may be there hides one further on. */
			first.state = BINDING_AMBIGUOUS;
			return first;
		}
		first = bound(c, id, at);
		if (first.exists == EXISTS_YES)
			return first;
	}
	if (first.state == BINDING_BOUND)
		return first;
	if (find_external(c, s, name, at, &b))
		return b;
	if (str_starts(name->name, STR("pg_")))
		return bound(c, 0, at);
	for (uint32_t i = 0; i < s->search_path.n; i++)
		if (session_entry(c, s, i, at, &schema))
			explain_absence(c, space, schema, name->name, at, &b);
	if (c->incomplete)
		b.state = BINDING_UNKNOWN;
	return b;
}

static bool
in_schemas(enum space space)
{
	return space == SPACE_RELATION || space == SPACE_TYPE || space == SPACE_ROUTINE;
}

/* Schemas, roles, extensions. */
static struct binding
resolve_global(const struct catalog *c, enum space space, struct str name, moment at)
{
	struct binding b = {.state = BINDING_MISSING};
	uint32_t id = catalog_find(c, space, (struct str){0}, name, at);

	if (id)
		return bound(c, id, at);
	explain_absence(c, space, (struct str){0}, name, at, &b);
	/* Roles are the cluster's, and others make them too. */
	if (space == SPACE_ROLE && !b.ended)
		b.state = BINDING_UNKNOWN;
	return b;
}

struct binding
catalog_resolve_in(const struct catalog *c, const struct session *s, enum space space,
	const struct name *name, moment at)
{
	struct binding b = {.state = BINDING_MISSING};
	uint32_t id;

	if (name->pattern)
		return resolve_pattern(c, space, name, at);
	if (!in_schemas(space))
		return resolve_global(c, space, name->name, at);
	if (!name->schema.n && !s->search_path_known) {
		b = resolve_anywhere(c, space, name, at);
		if (b.state == BINDING_UNKNOWN && str_starts(name->name, STR("pg_")))
			b = bound(c, 0, at);
		return b;
	}
	if (!name->schema.n)
		return resolve_path(c, s, space, name, at);
	if (catalog_is_system_schema(name->schema))
		return bound(c, 0, at);
	id = catalog_find(c, space, name->schema, name->name, at);
	if (id)
		return bound(c, id, at);
	if (find_external(c, s, name, at, &b))
		return b;
	explain_absence(c, space, name->schema, name->name, at, &b);
	return b;
}

struct binding
catalog_resolve(
	const struct catalog *c, const struct session *s, const struct name *name, moment at)
{
	return catalog_resolve_in(c, s, SPACE_RELATION, name, at);
}

/* Every relation that a query may name has these (PostgreSQL 15, "System Columns"). */
static bool
is_system_column(struct str name)
{
	static const char *const names[] = {"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

/* sequence.c, the columns of a sequence */
const struct sequence_column sequence_columns[SEQUENCE_COLUMNS] = {
	{{"last_value", 10}, {"bigint", 6}},
	{{"log_cnt", 7}, {"bigint", 6}},
	{{"is_called", 9}, {"boolean", 7}},
};

static bool
is_sequence_column(const struct object *o, struct str name)
{
	for (size_t i = 0; o->kind == OBJECT_SEQUENCE && i < SEQUENCE_COLUMNS; i++)
		if (str_eq(name, sequence_columns[i].name))
			return true;
	return false;
}

struct binding
catalog_column(const struct catalog *c, uint32_t relation, struct str name, moment at)
{
	const struct object *r = &c->objects.v[relation];
	struct binding b = {.state = BINDING_MISSING};
	uint32_t id = catalog_member(c, relation, OBJECT_COLUMN, name, at);

	if (id)
		return bound(c, id, at);
	if (relation == 0 || is_system_column(name) || is_sequence_column(r, name))
		return bound(c, 0, at);
	for (uint32_t i = 0; i < r->members.n; i++) {
		const struct object *o = &c->objects.v[r->members.v[i]];

		for (uint32_t k = 0; o->kind == OBJECT_COLUMN && k < o->names.n; k++) {
			const struct naming *n = &o->names.v[k];

			if (!n->to || n->to > at || n->to == n->from || n->to < b.ended ||
				!str_eq(n->name, name))
				continue;
			b.ended = n->to;
			b.object = r->members.v[i];
		}
	}
	b.havoc = catalog_part_havoc(c, OBJECT_COLUMN, relation, b.ended, at);
	if (b.havoc || r->columns_unknown)
		b.state = BINDING_UNKNOWN;
	return b;
}
