/* Objects for their whole lives, their names as intervals, and the way back when an event fails. */
#include "catalog_p.h"

#include <string.h>

enum space
catalog_space(enum object_kind kind)
{
	switch (kind) {
	case OBJECT_TABLE:
	case OBJECT_PARTITIONED_TABLE:
	case OBJECT_VIEW:
	case OBJECT_MATERIALIZED_VIEW:
	case OBJECT_FOREIGN_TABLE:
	case OBJECT_SEQUENCE:
	case OBJECT_INDEX:
	case OBJECT_COMPOSITE_TYPE:
		return SPACE_RELATION;
	case OBJECT_TYPE:
	case OBJECT_DOMAIN:
		return SPACE_TYPE;
	case OBJECT_ROUTINE:
		return SPACE_ROUTINE;
	case OBJECT_SCHEMA:
		return SPACE_SCHEMA;
	case OBJECT_ROLE:
		return SPACE_ROLE;
	case OBJECT_EXTENSION:
		return SPACE_EXTENSION;
	case OBJECT_DATABASE:
	case OBJECT_OTHER:
		return SPACE_OTHER;
	case OBJECT_CONSTRAINT:
		return SPACE_CONSTRAINT;
	case OBJECT_NONE:
	case OBJECT_TRIGGER:
	case OBJECT_POLICY:
	case OBJECT_RULE:
	case OBJECT_COLUMN:
	case OBJECT_KINDS:
		break;
	}
	return SPACE_NONE;
}

/* Returns the list's key: the space as one letter, then the name. */
static struct str
list_key(struct arena *a, enum space space, struct str name)
{
	char *p = arena_alloc(a, name.n + 1, 1);

	p[0] = (char)('a' + (int)space);
	if (name.n)
		memcpy(p + 1, name.s, name.n);
	return (struct str){p, name.n + 1};
}

struct name_list *
catalog_names(const struct catalog *c, enum space space, struct str name)
{
	char bytes[256];
	struct str key = {bytes, name.n + 1};
	union map_value *v;

	if (name.n >= sizeof bytes)
		return NULL; /* never given: names are cut at 63 bytes */
	bytes[0] = (char)('a' + (int)space);
	if (name.n)
		memcpy(bytes + 1, name.s, name.n);
	v = map_get(&c->by_name, key);
	return v ? v->ptr : NULL;
}

static struct name_list *
make_list(struct catalog *c, enum space space, struct str name)
{
	struct name_list *l = catalog_names(c, space, name);

	if (!l) {
		l = arena_new(c->arena, struct name_list);
		map_put(&c->by_name, list_key(c->arena, space, name))->ptr = l;
	}
	return l;
}

/* PostgreSQL cuts identifiers at 63 bytes, at a character's end (scansup.c). */
static struct str
truncate_name(struct str name)
{
	if (name.n <= CATALOG_NAME_BYTES)
		return name;
	name.n = CATALOG_NAME_BYTES;
	while (name.n && ((unsigned char)name.s[name.n] & 0xc0) == 0x80)
		name.n--;
	return name;
}

static void
add_live(struct catalog *c, struct name_list *l, uint32_t object)
{
	for (uint32_t i = 0; i < l->live.n; i++)
		if (l->live.v[i] == object)
			return;
	vec_push(c->arena, &l->live, object);
}

static void
remove_live(struct name_list *l, uint32_t object)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < l->live.n; i++)
		if (l->live.v[i] != object)
			l->live.v[n++] = l->live.v[i];
	l->live.n = n;
}

static void
enter_name(struct catalog *c, uint32_t object, struct str name)
{
	enum space space = catalog_space(c->objects.v[object].kind);
	struct name_list *l;

	if (space == SPACE_NONE)
		return;
	l = make_list(c, space, name);
	if (l->all.n == 0 || *vec_last(&l->all) != object)
		vec_push(c->arena, &l->all, object);
	add_live(c, l, object);
}

/* Is one of the object's namings with that name still open? */
static bool
has_open_name(const struct object *o, struct str name)
{
	for (uint32_t i = 0; i < o->names.n; i++)
		if (o->names.v[i].to == 0 && str_eq(o->names.v[i].name, name))
			return true;
	return false;
}

static void
leave_name(struct catalog *c, uint32_t object, struct str name)
{
	const struct object *o = &c->objects.v[object];
	enum space space = catalog_space(o->kind);
	struct name_list *l = space == SPACE_NONE ? NULL : catalog_names(c, space, name);

	if (l && !has_open_name(o, name))
		remove_live(l, object);
}

void
catalog_init(struct catalog *c, struct arena *a)
{
	static const char *const schemas[] = {
		"public", "pg_catalog", "information_schema", "pg_toast"};
	struct applied out = {0};
	struct apply ap = {.c = c, .scratch = a, .out = &out, .first_new = 1};

	*c = (struct catalog){.arena = a, .by_name.arena = a, .settings.arena = a};
	vec_add(a, &c->objects);
	for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++) {
		/* Making an object may move the table: first the one, then the other. */
		uint32_t schema = catalog_new(&ap, OBJECT_SCHEMA, 0, STR(""), str_from(schemas[i]));

		c->objects.v[schema].external = true;
	}
}

static bool
is_pattern(struct str x)
{
	return str_chr(x, '*', 0) != SIZE_MAX || str_chr(x, '?', 0) != SIZE_MAX;
}

static struct external *
find_declared(const struct catalog *c, struct str schema, struct str name)
{
	for (uint32_t i = 0; i < c->externals.n; i++) {
		struct external *x = &c->externals.v[i];

		if (str_eq(x->schema, schema) && str_eq(x->name, name))
			return x;
	}
	return NULL;
}

void
catalog_external(struct catalog *c, struct str schema, struct str name)
{
	struct external *x;
	struct object *o;

	if (find_declared(c, schema, name))
		return;
	x = vec_add(c->arena, &c->externals);
	x->schema = str_dup(c->arena, schema);
	x->name = str_dup(c->arena, name);
	if (is_pattern(name) || is_pattern(schema))
		return;
	x->object = c->objects.n;
	o = vec_add(c->arena, &c->objects);
	*o = (struct object){.kind = OBJECT_TABLE, .exists = EXISTS_YES, .external = true};
	o->columns_unknown = true;
	vec_push(c->arena, &o->beings, (struct being){0, EXISTS_YES});
	vec_push(c->arena, &o->names,
		(struct naming){.schema = schema.n ? x->schema : STR("public"), .name = x->name});
}

/* What is made under a declared name is what was declared. */
static void
end_declared(struct apply *ap, struct str schema, struct str name)
{
	for (uint32_t i = 0; i < ap->c->externals.n; i++) {
		const struct external *x = &ap->c->externals.v[i];

		if (x->object && str_eq(x->name, name) &&
			(!x->schema.n || str_eq(x->schema, schema)) &&
			ap->c->objects.v[x->object].exists == EXISTS_YES)
			catalog_set_existence(ap, x->object, EXISTS_NO);
	}
}

uint32_t
catalog_new(struct apply *ap, enum object_kind kind, uint32_t parent, struct str schema,
	struct str name)
{
	struct catalog *c = ap->c;
	uint32_t id = c->objects.n;
	struct object *o = vec_add(c->arena, &c->objects);
	uint32_t home;

	*o = (struct object){.kind = kind, .parent = parent, .born = ap->at};
	o->exists = ap->maybe ? EXISTS_MAYBE : EXISTS_YES;
	vec_push(c->arena, &o->beings, (struct being){ap->at, o->exists});
	name = str_dup(c->arena, truncate_name(name));
	vec_push(c->arena, &o->names,
		(struct naming){.schema = str_dup(c->arena, schema), .name = name, .from = ap->at});
	enter_name(c, id, name);
	if (parent)
		vec_push(c->arena, &catalog_edit(ap, parent)->members, id);
	if (catalog_space(kind) == SPACE_RELATION && !ap->maybe)
		end_declared(ap, schema, name);
	home = schema.n ? catalog_find(c, SPACE_SCHEMA, STR(""), schema, ap->at) : 0;
	if (home)
		vec_push(c->arena, &catalog_edit(ap, home)->members, id);
	if (c->default_privileges.n)
		grant_defaults(ap, id);
	return id;
}

struct object *
catalog_edit(struct apply *ap, uint32_t object)
{
	struct object *o = &ap->c->objects.v[object];
	struct journal_entry *entry;

	if (object >= ap->first_new)
		return o;
	for (uint32_t i = 0; i < ap->journal.n; i++)
		if (ap->journal.v[i].object == object)
			return o;
	entry = vec_add(ap->scratch, &ap->journal);
	entry->object = object;
	entry->before = *o;
	entry->before.names.v = arena_array(ap->scratch, struct naming, o->names.n);
	if (o->names.n)
		memcpy(entry->before.names.v, o->names.v, o->names.n * sizeof *o->names.v);
	return o;
}

void
catalog_relist(struct catalog *c, uint32_t object, const struct object *other)
{
	const struct object *o = &c->objects.v[object];
	enum space space = catalog_space(o->kind);

	for (uint32_t i = 0; space != SPACE_NONE && i < other->names.n; i++)
		leave_name(c, object, other->names.v[i].name);
	for (uint32_t i = 0; space != SPACE_NONE && i < o->names.n; i++)
		if (o->names.v[i].to == 0)
			add_live(c, make_list(c, space, o->names.v[i].name), object);
}

void
catalog_take_back(struct apply *ap)
{
	struct catalog *c = ap->c;

	for (uint32_t i = ap->journal.n; i-- > 0;) {
		struct journal_entry *entry = &ap->journal.v[i];
		struct object *o = &c->objects.v[entry->object];
		struct object after = *o;

		*o = entry->before;
		o->names.v = after.names.v;
		o->names.cap = after.names.cap;
		after.names.v = arena_array(ap->scratch, struct naming, after.names.n);
		for (uint32_t k = 0; k < after.names.n; k++)
			after.names.v[k] = o->names.v[k];
		for (uint32_t k = 0; k < o->names.n; k++)
			o->names.v[k] = entry->before.names.v[k];
		catalog_relist(c, entry->object, &after);
	}
	for (uint32_t id = c->objects.n; id-- > ap->first_new;) {
		struct object *o = &c->objects.v[id];

		for (uint32_t k = 0; k < o->names.n; k++) {
			enum space space = catalog_space(o->kind);
			struct name_list *l =
				space ? catalog_names(c, space, o->names.v[k].name) : NULL;

			if (l)
				remove_live(l, id);
			while (l && l->all.n && *vec_last(&l->all) >= ap->first_new)
				l->all.n--;
		}
	}
	c->objects.n = ap->first_new;
}

void
catalog_set_existence(struct apply *ap, uint32_t object, enum existence exists)
{
	struct object *o = catalog_edit(ap, object);

	if (o->exists == exists)
		return;
	o->exists = exists;
	vec_push(ap->c->arena, &o->beings, (struct being){ap->at, exists});
	if (exists != EXISTS_NO)
		return;
	o->died = ap->at;
	for (uint32_t i = 0; i < o->names.n; i++) {
		if (o->names.v[i].to)
			continue;
		o->names.v[i].to = ap->at;
		leave_name(ap->c, object, o->names.v[i].name);
	}
}

void
catalog_end(struct apply *ap, uint32_t object)
{
	catalog_set_existence(ap, object, ap->maybe ? EXISTS_MAYBE : EXISTS_NO);
}

void
catalog_give_name(struct apply *ap, uint32_t object, struct str schema, struct str name)
{
	struct catalog *c = ap->c;
	struct object *o = catalog_edit(ap, object);
	struct naming *last = vec_last(&o->names);
	struct str before = last->name;
	uint32_t home;

	name = str_eq(before, name) ? before : str_dup(c->arena, truncate_name(name));
	if (!ap->maybe)
		for (uint32_t i = 0; i < o->names.n; i++)
			if (o->names.v[i].to == 0)
				o->names.v[i].to = ap->at;
	home = str_eq(last->schema, schema) || !schema.n
		       ? 0
		       : catalog_find(c, SPACE_SCHEMA, STR(""), schema, ap->at);
	vec_push(c->arena, &o->names,
		(struct naming){.schema = str_dup(c->arena, schema), .name = name, .from = ap->at});
	leave_name(c, object, before);
	enter_name(c, object, name);
	if (home)
		vec_push(c->arena, &catalog_edit(ap, home)->members, object);
}

void
catalog_move(struct apply *ap, uint32_t object, struct str schema)
{
	catalog_give_name(ap, object, schema, catalog_last_name(ap->c, object));
}

void
catalog_add_depend(struct apply *ap, uint32_t object, uint32_t on)
{
	vec_push(ap->c->arena, &catalog_edit(ap, object)->depends, on);
	vec_push(ap->c->arena, &catalog_edit(ap, on)->dependents, object);
}

enum existence
catalog_existence(const struct catalog *c, uint32_t object, moment at)
{
	const struct object *o = &c->objects.v[object];

	for (uint32_t i = o->beings.n; i-- > 0;)
		if (o->beings.v[i].from <= at)
			return o->beings.v[i].exists;
	return EXISTS_NO;
}

bool
catalog_lives(const struct catalog *c, uint32_t object, moment at)
{
	return catalog_existence(c, object, at) != EXISTS_NO;
}

static bool
in_force(const struct naming *n, moment at)
{
	return n->from <= at && (n->to == 0 || at < n->to);
}

bool
catalog_named(const struct object *o, struct str schema, struct str name, moment at)
{
	for (uint32_t i = o->names.n; i-- > 0;) {
		const struct naming *n = &o->names.v[i];

		if (in_force(n, at) && str_eq(n->name, name) &&
			(!schema.n || str_eq(n->schema, schema)))
			return true;
	}
	return false;
}

/* A certain one at once; else the last doubtful one. */
static uint32_t
find_among(const struct catalog *c, const uint32_t *ids, uint32_t n, struct str schema,
	struct str name, moment at)
{
	uint32_t doubtful = 0;

	for (uint32_t i = n; i-- > 0;) {
		enum existence exists;

		if (!catalog_named(&c->objects.v[ids[i]], schema, name, at))
			continue;
		exists = catalog_existence(c, ids[i], at);
		if (exists == EXISTS_YES)
			return ids[i];
		if (exists == EXISTS_MAYBE && !doubtful)
			doubtful = ids[i];
	}
	return doubtful;
}

uint32_t
catalog_find(
	const struct catalog *c, enum space space, struct str schema, struct str name, moment at)
{
	const struct name_list *l = catalog_names(c, space, truncate_name(name));

	if (!l)
		return 0;
	name = truncate_name(name);
	if (at >= c->now)
		return find_among(c, l->live.v, l->live.n, schema, name, at);
	return find_among(c, l->all.v, l->all.n, schema, name, at);
}

uint32_t
catalog_member(const struct catalog *c, uint32_t relation, enum object_kind kind, struct str name,
	moment at)
{
	const struct object *r = &c->objects.v[relation];
	const struct name_list *l = NULL;
	uint32_t doubtful = 0, n = r->members.n;
	const uint32_t *ids = r->members.v;

	name = truncate_name(name);
	/* Constraints are listed by name: a table may have had very many in its time. */
	if (kind == OBJECT_CONSTRAINT) {
		l = catalog_names(c, SPACE_CONSTRAINT, name);
		n = !l ? 0 : at >= c->now ? l->live.n : l->all.n;
		ids = !l ? NULL : at >= c->now ? l->live.v : l->all.v;
	}
	for (uint32_t i = n; i-- > 0;) {
		uint32_t id = ids[i];
		const struct object *o = &c->objects.v[id];
		enum existence exists;

		if (o->kind != kind || o->parent != relation ||
			!catalog_named(o, (struct str){0}, name, at))
			continue;
		exists = catalog_existence(c, id, at);
		if (exists == EXISTS_YES)
			return id;
		if (exists == EXISTS_MAYBE && !doubtful)
			doubtful = id;
	}
	return doubtful;
}

struct naming
catalog_name(const struct catalog *c, uint32_t object, moment at)
{
	const struct object *o = &c->objects.v[object];

	if (at == MOMENT_NOW)
		return o->names.n ? *vec_last(&o->names) : (struct naming){0};
	for (uint32_t i = o->names.n; i-- > 0;)
		if (o->names.v[i].from <= at)
			return o->names.v[i];
	return (struct naming){0};
}

struct str
catalog_last_name(const struct catalog *c, uint32_t object)
{
	return catalog_name(c, object, MOMENT_NOW).name;
}

struct str
catalog_last_schema(const struct catalog *c, uint32_t object)
{
	return catalog_name(c, object, MOMENT_NOW).schema;
}

struct str
catalog_display(const struct catalog *c, uint32_t object, struct arena *a)
{
	struct naming n = catalog_name(c, object, MOMENT_NOW);
	uint32_t parent = c->objects.v[object].parent;

	if (n.schema.n)
		return str_format(a, "%.*s.%.*s", STR_ARG(n.schema), STR_ARG(n.name));
	if (parent) {
		struct str p = catalog_display(c, parent, a);

		return str_format(a, "%.*s.%.*s", STR_ARG(p), STR_ARG(n.name));
	}
	return str_dup(a, n.name);
}
