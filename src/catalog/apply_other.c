/* All that is no table: schemas, sequences, types, routines, triggers, extensions, roles, havoc.
 * Of most the catalog keeps only that they exist, and whose they are. */
#include "catalog_p.h"

bool
apply_create_schema(struct apply *ap)
{
	const struct event *e = ap->e;
	struct str name = e->object.name.n ? e->object.name : session_role(ap, e->text);
	uint32_t id;

	if (!apply_name_free(
		    ap, SPACE_SCHEMA, (struct str){0}, name, apply_flag(ap, EVENT_IF_NOT_EXISTS)))
		return false;
	if (str_starts(name, STR("pg_")))
		return apply_fail(
			ap, APPLY_CONFLICT, "unacceptable schema name \"%.*s\"", STR_ARG(name));
	id = catalog_new(ap, OBJECT_SCHEMA, 0, (struct str){0}, name);
	catalog_edit(ap, id)->owner = e->text.n ? session_role(ap, e->text) : ap->s->role;
	apply_touch(ap, TOUCH_CREATE, id, e->span);
	return true;
}

/* The sequence of a serial or identity column. */
uint32_t
apply_own_sequence(struct apply *ap, uint32_t relation, uint32_t column, const struct name *named)
{
	struct str schema = catalog_last_schema(ap->c, relation);
	struct str name = named->name.n
				  ? named->name
				  : name_choose_relation(ap, catalog_last_name(ap->c, relation),
					    catalog_last_name(ap->c, column), "seq", schema, false);
	uint32_t id = catalog_new(
		ap, OBJECT_SEQUENCE, relation, named->schema.n ? named->schema : schema, name);

	vec_push(ap->c->arena, &catalog_edit(ap, id)->columns, column);
	catalog_edit(ap, id)->temporary = ap->c->objects.v[relation].temporary;
	return id;
}

bool
apply_create_sequence(struct apply *ap)
{
	const struct event *e = ap->e;
	struct str schema;
	uint32_t id;

	if (!apply_creation_schema(ap, &e->object, apply_flag(ap, EVENT_TEMPORARY), &schema) ||
		!apply_name_free(ap, SPACE_RELATION, schema, e->object.name,
			apply_flag(ap, EVENT_IF_NOT_EXISTS)))
		return false;
	id = catalog_new(ap, OBJECT_SEQUENCE, 0, schema, e->object.name);
	catalog_edit(ap, id)->temporary = str_is(schema, "pg_temp");
	catalog_edit(ap, id)->owner = ap->s->role;
	apply_touch(ap, TOUCH_CREATE, id, e->object.span);
	for (uint32_t i = 0; i < e->subcommands.count; i++) {
		const struct subcommand *sub = &ap->u->subcommands.v[e->subcommands.first + i];

		if (sub->kind == SUB_OWNED_BY && !apply_owned_by(ap, id, sub))
			return false;
	}
	return true;
}

/* The type that a column's type names, without array brackets and modifiers. */
uint32_t
apply_type_of(struct apply *ap, struct str type)
{
	struct name n = {0};
	struct binding b;
	size_t cut = str_chr(type, '[', 0), dot;

	type = str_slice(type, 0, cut);
	cut = str_chr(type, '(', 0);
	type = str_trim(str_slice(type, 0, cut));
	dot = str_chr(type, '.', 0);
	n.name = dot == SIZE_MAX ? type : str_slice(type, dot + 1, type.n);
	n.schema = dot == SIZE_MAX ? (struct str){0} : str_slice(type, 0, dot);
	if (n.name.n >= 2 && n.name.s[0] == '"')
		n.name = str_slice(n.name, 1, n.name.n - 1);
	b = n.name.n ? catalog_resolve_in(ap->c, ap->s, SPACE_TYPE, &n, ap->at)
		     : (struct binding){0};
	if (b.state == BINDING_MISSING)
		b = catalog_resolve_in(ap->c, ap->s, SPACE_RELATION, &n, ap->at);
	return b.state == BINDING_BOUND && n.name.n ? b.object : 0;
}

/* TYPE with its last name replaced: "s.mood[]" → "s.feeling[]". */
struct str
apply_type_renamed(struct apply *ap, struct str type, struct str name)
{
	size_t end = str_chr(type, '[', 0), dot;
	struct str head = str_slice(type, 0, end);

	dot = str_chr(head, '.', 0);
	return str_format(ap->c->arena, "%.*s%.*s%.*s",
		STR_ARG(str_slice(head, 0, dot == SIZE_MAX ? 0 : dot + 1)), STR_ARG(name),
		STR_ARG(str_slice(type, end, type.n)));
}

/* CREATE TYPE x, then its functions, then CREATE TYPE x (…): the second fills the shell. */
static bool
fill_shell(struct apply *ap, struct str schema)
{
	const struct event *e = ap->e;
	uint32_t id = catalog_find(ap->c, SPACE_TYPE, schema, e->object.name, ap->at);

	if (!id || e->object_kind != OBJECT_TYPE || str_is(e->text, "shell") ||
		!str_is(ap->c->objects.v[id].type, "shell"))
		return false;
	catalog_edit(ap, id)->type = (struct str){0};
	apply_touch(ap, TOUCH_ALTER, id, e->span);
	return true;
}

bool
apply_create_type(struct apply *ap)
{
	const struct event *e = ap->e;
	struct str schema;
	uint32_t id, base;

	if (!apply_creation_schema(ap, &e->object, false, &schema))
		return false;
	if (fill_shell(ap, schema))
		return true;
	if (!apply_name_free(
		    ap, SPACE_TYPE, schema, e->object.name, apply_flag(ap, EVENT_IF_NOT_EXISTS)))
		return false;
	id = catalog_new(ap, e->object_kind, 0, schema, e->object.name);
	catalog_edit(ap, id)->owner = ap->s->role;
	catalog_edit(ap, id)->type = str_dup(ap->c->arena, e->text);
	/* A domain stands on its type. */
	base = e->object_kind == OBJECT_DOMAIN ? apply_type_of(ap, e->text) : 0;
	if (base && base != id)
		catalog_add_depend(ap, id, base);
	apply_touch(ap, TOUCH_CREATE, id, e->span);
	return true;
}

/* The routine without arguments of that name, 0: not known. */
static uint32_t
trigger_routine(struct apply *ap)
{
	struct binding b;

	if (ap->e->names.count < 2)
		return 0;
	b = catalog_resolve_in(ap->c, ap->s, SPACE_ROUTINE, apply_name(ap, 1), ap->at);
	return b.state == BINDING_BOUND && b.object && !ap->c->objects.v[b.object].type.n ? b.object
											  : 0;
}

/* A trigger stands on its routine and on the columns that its WHEN and UPDATE OF name (CreateTriggerFiringOn()). */
static void
depend_of_trigger(struct apply *ap, uint32_t trigger, uint32_t relation)
{
	struct range words = ap->e->words;
	uint32_t routine = trigger_routine(ap);

	if (routine)
		catalog_add_depend(ap, trigger, routine);
	for (uint32_t i = 0; i < words.count; i++) {
		uint32_t column = catalog_member(ap->c, relation, OBJECT_COLUMN,
			ap->u->words.v[words.first + i].text, ap->at);

		if (column && !catalog_depends(ap->c, trigger, column))
			catalog_add_depend(ap, trigger, column);
	}
}

/* Triggers, policies and rules: names[0] is the relation. */
bool
apply_create_attached(struct apply *ap)
{
	const struct event *e = ap->e;
	const char *word = object_kind_word(e->object_kind);
	uint32_t relation, id;

	if (!apply_relation(ap, apply_name(ap, 0), false, &relation))
		return false;
	id = catalog_member(ap->c, relation, e->object_kind, e->object.name, ap->at);
	if (id && apply_flag(ap, EVENT_OR_REPLACE)) {
		if (e->object_kind == OBJECT_TRIGGER) {
			struct object *o = catalog_edit(ap, id);

			o->depends.v = NULL;
			o->depends.n = o->depends.cap = 0;
			depend_of_trigger(ap, id, relation);
		}
		apply_touch(ap, TOUCH_ALTER, id, e->span);
		return true;
	}
	if (id && ap->c->objects.v[id].exists == EXISTS_YES)
		return apply_fail(ap,
			apply_flag(ap, EVENT_IF_NOT_EXISTS) ? APPLY_SKIPPED : APPLY_CONFLICT,
			"%s \"%.*s\" for %s \"%.*s\" already exists", word, STR_ARG(e->object.name),
			e->object_kind == OBJECT_POLICY ? "table" : "relation",
			STR_ARG(catalog_last_name(ap->c, relation)));
	id = catalog_new(ap, e->object_kind, relation, (struct str){0}, e->object.name);
	if (e->object_kind == OBJECT_TRIGGER)
		depend_of_trigger(ap, id, relation);
	if (e->object_kind == OBJECT_POLICY && ap->query) {
		struct bound_query bound = {0};

		catalog_bind(ap->c, ap->s, ap->u, ap->query, ap->at, ap->scratch, &bound);
		view_depend_on_query(ap, id, &bound);
		apply_use(ap, id, e->calls, e->casts);
	}
	apply_touch(ap, TOUCH_CREATE, id, e->span);
	return true;
}

/* Extensions of PostgreSQL's own distribution and others that make no relation that a query would
 * name without "pg_" (PostgreSQL 15, appendix F). */
static bool
makes_no_relations(struct str name)
{
	static const char *const names[] = {"btree_gin", "btree_gist", "citext", "cube", "dblink",
		"earthdistance", "fuzzystrmatch", "hstore", "intarray", "isn", "ltree", "lo",
		"moddatetime", "pg_buffercache", "pg_stat_statements", "pg_trgm", "pgcrypto",
		"pgrowlocks", "pgstattuple", "plpgsql", "postgres_fdw", "seg", "tablefunc", "tcn",
		"tsm_system_rows", "unaccent", "uuid-ossp", "vector", "xml2"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

bool
apply_create_extension(struct apply *ap)
{
	const struct event *e = ap->e;
	uint32_t id;

	if (!apply_name_free(ap, SPACE_EXTENSION, (struct str){0}, e->object.name,
		    apply_flag(ap, EVENT_IF_NOT_EXISTS)))
		return false;
	id = catalog_new(ap, OBJECT_EXTENSION, 0, (struct str){0}, e->object.name);
	apply_touch(ap, TOUCH_CREATE, id, e->span);
	if (makes_no_relations(e->object.name))
		return true;
	/* It may have made anything, but touched nothing. */
	vec_push(ap->c->arena, &ap->c->havocs,
		(struct havoc){
			.at = ap->at,
			.schema = STR("*"),
			.name = STR("*"),
			.fresh = true,
			.reason = str_format(ap->c->arena, "extension %.*s may have made it",
				STR_ARG(e->object.name)),
		});
	return true;
}

/* Roles and databases: the cluster's, so one that is not known may be there all the same. */
bool
apply_create_global(struct apply *ap)
{
	const struct event *e = ap->e;
	uint32_t id;

	if (e->object_kind == OBJECT_ROLE &&
		!apply_name_free(ap, SPACE_ROLE, (struct str){0}, e->object.name,
			apply_flag(ap, EVENT_IF_NOT_EXISTS)))
		return false;
	id = catalog_new(ap, e->object_kind, 0, (struct str){0}, e->object.name);
	apply_touch(ap, TOUCH_CREATE, id, e->span);
	return true;
}

static bool
havoc_names(const struct havoc *h, struct naming n)
{
	return (!h->schema.n || str_glob(h->schema, n.schema)) &&
	       (!h->name.n || str_glob(h->name, n.name));
}

/* May it have ended the object? What belongs to a relation is named by that. */
static bool
havoc_reaches(const struct catalog *c, const struct havoc *h, uint32_t object)
{
	const struct object *o = &c->objects.v[object];
	enum space space = catalog_space(o->kind);
	struct naming own = catalog_name(c, object, MOMENT_NOW);

	switch (h->kind) {
	case OBJECT_NONE:
		return (space == SPACE_RELATION || space == SPACE_TYPE || space == SPACE_ROUTINE) &&
		       havoc_names(h, own);
	case OBJECT_COLUMN:
	case OBJECT_CONSTRAINT:
	case OBJECT_TRIGGER:
	case OBJECT_POLICY:
	case OBJECT_RULE:
		return o->kind == h->kind && o->parent &&
		       havoc_names(h, catalog_name(c, o->parent, MOMENT_NOW));
	case OBJECT_INDEX:
		return o->kind == h->kind && havoc_names(h, own);
	case OBJECT_TABLE:
	case OBJECT_PARTITIONED_TABLE:
	case OBJECT_VIEW:
	case OBJECT_MATERIALIZED_VIEW:
	case OBJECT_FOREIGN_TABLE:
	case OBJECT_SEQUENCE:
	case OBJECT_COMPOSITE_TYPE:
	case OBJECT_TYPE:
	case OBJECT_DOMAIN:
	case OBJECT_SCHEMA:
	case OBJECT_ROUTINE:
	case OBJECT_EXTENSION:
	case OBJECT_ROLE:
	case OBJECT_DATABASE:
	case OBJECT_OTHER:
	case OBJECT_KINDS:
		break;
	}
	return space == catalog_space(h->kind) && havoc_names(h, own);
}

static bool
is_owner(const struct apply *ap, struct str owner)
{
	for (uint32_t i = 0; i < ap->e->words.count; i++) {
		struct str role = ap->u->words.v[ap->e->words.first + i].text;

		if (str_eq(owner, session_role(ap, role)))
			return true;
	}
	return false;
}

bool
apply_reassign_owned(struct apply *ap)
{
	for (uint32_t i = 1; i < ap->c->objects.n; i++) {
		const struct object *o = &ap->c->objects.v[i];

		if (o->exists == EXISTS_NO || !o->owner.n || !is_owner(ap, o->owner))
			continue;
		catalog_edit(ap, i)->owner = session_role(ap, ap->e->text);
		grant_lose_owner(ap, i);
		apply_touch(ap, TOUCH_ALTER, i, ap->e->span);
	}
	return true;
}

/* DROP OWNED: what the roles own falls; what has an owner that is not known may. */
static bool
drop_owned(struct apply *ap)
{
	struct id_list fall = {0};

	for (uint32_t i = 1; i < ap->c->objects.n; i++) {
		const struct object *o = &ap->c->objects.v[i];
		enum space space = catalog_space(o->kind);

		if (o->exists == EXISTS_NO || o->external || o->parent ||
			(space != SPACE_RELATION && space != SPACE_TYPE && space != SPACE_ROUTINE &&
				space != SPACE_SCHEMA))
			continue;
		if (o->owner.n && is_owner(ap, o->owner)) {
			vec_push(ap->scratch, &fall, i);
			apply_touch(ap, TOUCH_DROP, i, ap->e->span);
		} else if (!o->owner.n && o->exists == EXISTS_YES) {
			catalog_set_existence(ap, i, EXISTS_MAYBE);
		}
	}
	for (uint32_t i = 0; i < ap->e->words.count; i++)
		grant_drop_owned(ap, session_role(ap, ap->u->words.v[ap->e->words.first + i].text));
	return apply_fall(ap, fall.v, fall.n, apply_flag(ap, EVENT_CASCADE));
}

/* Anything may have happened to what the pattern covers. */
bool
apply_havoc(struct apply *ap)
{
	const struct event *e = ap->e;
	struct havoc h = {
		.at = ap->at,
		.kind = e->object_kind,
		.fresh = ap->c->at_will,
		.schema = str_dup(ap->c->arena, e->object.schema),
		.name = str_dup(ap->c->arena, e->object.name),
		.reason = str_dup(ap->c->arena, e->text),
	};

	if (e->words.count)
		return drop_owned(ap);
	vec_push(ap->c->arena, &ap->c->havocs, h);
	for (uint32_t i = 1; i < ap->c->objects.n; i++) {
		const struct object *o = &ap->c->objects.v[i];

		if (o->exists != EXISTS_YES || o->external)
			continue;
		if (h.kind == OBJECT_COLUMN && catalog_space(o->kind) == SPACE_RELATION &&
			o->kind != OBJECT_INDEX &&
			havoc_names(&h, catalog_name(ap->c, i, MOMENT_NOW)))
			catalog_edit(ap, i)->columns_unknown = true;
		if (havoc_reaches(ap->c, &h, i))
			catalog_set_existence(ap, i, EXISTS_MAYBE);
	}
	return true;
}
