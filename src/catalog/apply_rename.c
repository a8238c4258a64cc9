/* RENAME, SET SCHEMA, OWNER TO: the object stays, its names end and begin. */
#include "catalog_p.h"

static bool
is_member_kind(enum object_kind k)
{
	return k == OBJECT_CONSTRAINT || k == OBJECT_TRIGGER || k == OBJECT_POLICY ||
	       k == OBJECT_RULE;
}

static bool
rename_column(struct apply *ap, uint32_t relation)
{
	const struct event *e = ap->e;
	struct id_list all = {0};
	struct binding b = catalog_column(ap->c, relation, e->part, ap->at);

	if (b.state != BINDING_BOUND || !b.object)
		return apply_fail(ap, b.state == BINDING_MISSING ? APPLY_CONFLICT : APPLY_UNKNOWN,
			"column \"%.*s\" does not exist", STR_ARG(e->part));
	if (ap->c->objects.v[b.object].inherited_from)
		return apply_fail(ap, APPLY_CONFLICT, "cannot rename inherited column \"%.*s\"",
			STR_ARG(e->part));
	table_descendants(ap, relation, &all);
	for (uint32_t i = 0; i < all.n; i++) {
		uint32_t id = catalog_member(ap->c, all.v[i], OBJECT_COLUMN, e->part, ap->at);

		if (!id || (i && !ap->c->objects.v[id].inherited_from))
			continue;
		if (i && apply_flag(ap, EVENT_ONLY) &&
			ap->c->objects.v[relation].kind != OBJECT_COMPOSITE_TYPE)
			return apply_fail(ap, APPLY_CONFLICT,
				"inherited column \"%.*s\" must be renamed in child tables too",
				STR_ARG(e->part));
		if (catalog_column(ap->c, all.v[i], e->text, ap->at).state == BINDING_BOUND &&
			!catalog_column(ap->c, all.v[i], e->text, ap->at).object)
			return apply_fail(ap, APPLY_CONFLICT,
				"column name \"%.*s\" conflicts with a system column name",
				STR_ARG(e->text));
		if (catalog_member(ap->c, all.v[i], OBJECT_COLUMN, e->text, ap->at))
			return apply_fail(ap, APPLY_CONFLICT,
				"column \"%.*s\" of relation \"%.*s\" already exists",
				STR_ARG(e->text), STR_ARG(catalog_last_name(ap->c, all.v[i])));
		catalog_give_name(ap, id, (struct str){0}, e->text);
	}
	apply_touch(ap, TOUCH_RENAME, b.object, e->span);
	return true;
}

/* A key's index and its constraint are renamed together (RenameRelationInternal). */
static void
rename_partner(struct apply *ap, uint32_t object)
{
	const struct object *o = &ap->c->objects.v[object];
	bool key = o->kind == OBJECT_INDEX ||
		   (o->kind == OBJECT_CONSTRAINT && o->constraint != CONSTRAINT_FOREIGN_KEY);

	if (key && o->partner)
		catalog_give_name(
			ap, o->partner, catalog_last_schema(ap->c, o->partner), ap->e->text);
}

/* A CHECK is renamed in all that have it from the table, and not by itself where it is inherited. */
static bool
rename_inherited(struct apply *ap, uint32_t relation, uint32_t check)
{
	struct str name = catalog_last_name(ap->c, check);
	struct id_list all = {0}, of = {0};

	if (ap->c->objects.v[check].constraint != CONSTRAINT_CHECK)
		return true;
	if (ap->c->objects.v[check].inherited_from)
		return apply_fail(ap, APPLY_CONFLICT, "cannot rename inherited constraint \"%.*s\"",
			STR_ARG(name));
	table_descendants(ap, relation, &all);
	vec_push(ap->scratch, &of, check);
	for (uint32_t i = 1; i < all.n; i++) {
		uint32_t id = catalog_member(ap->c, all.v[i], OBJECT_CONSTRAINT, name, ap->at);

		if (!id || !id_list_has(&of, ap->c->objects.v[id].inherited_from))
			continue;
		if (apply_flag(ap, EVENT_ONLY))
			return apply_fail(ap, APPLY_CONFLICT,
				"inherited constraint \"%.*s\" must be renamed in child tables too",
				STR_ARG(name));
		vec_push(ap->scratch, &of, id);
		catalog_give_name(ap, id, (struct str){0}, ap->e->text);
	}
	return true;
}

static bool
rename_member(struct apply *ap, uint32_t relation)
{
	const struct event *e = ap->e;
	struct str name = e->part.n ? e->part : e->object.name;
	uint32_t id = catalog_member(ap->c, relation, e->object_kind, name, ap->at);
	bool constraint = e->object_kind == OBJECT_CONSTRAINT;

	if (!id)
		return apply_fail(ap,
			ap->c->objects.v[relation].columns_unknown ? APPLY_UNKNOWN : APPLY_CONFLICT,
			"%s \"%.*s\" for table \"%.*s\" does not exist",
			object_kind_word(e->object_kind), STR_ARG(name),
			STR_ARG(catalog_last_name(ap->c, relation)));
	if (constraint && ap->c->objects.v[id].constraint != CONSTRAINT_FOREIGN_KEY &&
		ap->c->objects.v[id].partner &&
		!apply_name_free(
			ap, SPACE_RELATION, catalog_last_schema(ap->c, relation), e->text, false))
		return false;
	if (catalog_member(ap->c, relation, e->object_kind, e->text, ap->at))
		return apply_fail(ap, APPLY_CONFLICT,
			"%s \"%.*s\" for relation \"%.*s\" already exists",
			object_kind_word(e->object_kind), STR_ARG(e->text),
			STR_ARG(catalog_last_name(ap->c, relation)));
	if (!rename_inherited(ap, relation, id))
		return false;
	catalog_give_name(ap, id, (struct str){0}, e->text);
	if (constraint)
		rename_partner(ap, id);
	apply_touch(ap, TOUCH_RENAME, id, e->span);
	return true;
}

/* All names in the schema get its new name. */
static bool
rename_schema(struct apply *ap, uint32_t schema)
{
	const struct event *e = ap->e;
	struct str before = catalog_last_name(ap->c, schema);

	if (!apply_name_free(ap, SPACE_SCHEMA, (struct str){0}, e->text, false))
		return false;
	if (str_starts(e->text, STR("pg_")))
		return apply_fail(
			ap, APPLY_CONFLICT, "unacceptable schema name \"%.*s\"", STR_ARG(e->text));
	catalog_give_name(ap, schema, (struct str){0}, e->text);
	for (uint32_t i = 0; i < ap->c->objects.v[schema].members.n; i++) {
		uint32_t id = ap->c->objects.v[schema].members.v[i];

		if (ap->c->objects.v[id].exists != EXISTS_NO &&
			str_eq(catalog_last_schema(ap->c, id), before))
			catalog_move(ap, id, e->text);
	}
	apply_touch(ap, TOUCH_RENAME, schema, e->span);
	return true;
}

/* The type's columns print its present name. */
static void
rename_type_of_columns(struct apply *ap, uint32_t type)
{
	for (uint32_t i = 0; i < ap->c->objects.v[type].dependents.n; i++) {
		uint32_t id = ap->c->objects.v[type].dependents.v[i];
		struct object *o = catalog_edit(ap, id);

		if (o->user_type == type && o->exists != EXISTS_NO)
			o->type = apply_type_renamed(ap, o->type, ap->e->text);
	}
}

static bool
rename_top(struct apply *ap, enum space space, uint32_t object)
{
	const struct event *e = ap->e;
	struct str schema = catalog_last_schema(ap->c, object);

	if (space == SPACE_SCHEMA)
		return rename_schema(ap, object);
	if (space == SPACE_ROUTINE ? !routine_is_free(ap, object, schema, e->text)
				   : !apply_name_free(ap, space, schema, e->text, false))
		return false;
	catalog_give_name(ap, object, schema, e->text);
	rename_partner(ap, object);
	if (space == SPACE_TYPE || space == SPACE_RELATION)
		rename_type_of_columns(ap, object);
	apply_touch(ap, TOUCH_RENAME, object, e->object.span);
	return true;
}

/* ALTER TYPE also takes composite types, which are relations; routines have arguments. */
static bool
find_top(struct apply *ap, enum space space, bool if_exists, uint32_t *object)
{
	const struct name *n = &ap->e->object;
	struct binding b;

	if (space == SPACE_ROUTINE)
		return routine_find(ap, n, 0, if_exists, object);
	if (space == SPACE_TYPE) {
		b = catalog_resolve_in(ap->c, ap->s, space, n, ap->at);
		if (b.state == BINDING_MISSING)
			b = catalog_resolve_in(ap->c, ap->s, SPACE_RELATION, n, ap->at);
		if (b.state == BINDING_BOUND && b.object &&
			ap->c->objects.v[b.object].kind == OBJECT_COMPOSITE_TYPE) {
			*object = b.object;
			return true;
		}
	}
	return apply_find(ap, space, n, if_exists, object);
}

bool
apply_rename(struct apply *ap)
{
	const struct event *e = ap->e;
	enum space space = catalog_space(e->object_kind);
	bool if_exists = apply_flag(ap, EVENT_IF_EXISTS);
	uint32_t object;

	if (e->object_kind == OBJECT_COLUMN)
		return apply_relation(ap, &e->object, if_exists, &object) &&
		       rename_column(ap, object);
	if (is_member_kind(e->object_kind))
		return apply_relation(ap, e->names.count ? apply_name(ap, 0) : &e->object,
			       if_exists, &object) &&
		       rename_member(ap, object);
	if (space == SPACE_NONE || space == SPACE_OTHER || space == SPACE_CONSTRAINT)
		return true;
	if (!find_top(ap, space, if_exists, &object) || !apply_fits(ap, object))
		return false;
	return rename_top(ap, space, object);
}

/* tablecmds.c, AlterTableNamespaceInternal(): indexes and owned sequences go along. */
bool
apply_set_schema(struct apply *ap)
{
	const struct event *e = ap->e;
	enum space space = catalog_space(e->object_kind);
	struct name there = {.schema = e->text, .name = e->object.name};
	struct str schema;
	uint32_t object;

	if (space != SPACE_RELATION && space != SPACE_TYPE && space != SPACE_ROUTINE)
		return true;
	if (!find_top(ap, space, apply_flag(ap, EVENT_IF_EXISTS), &object))
		return false;
	if (!apply_fits(ap, object) || !apply_creation_schema(ap, &there, false, &schema))
		return false;
	if (ap->c->objects.v[object].kind == OBJECT_SEQUENCE && ap->c->objects.v[object].parent)
		return apply_fail(
			ap, APPLY_CONFLICT, "cannot move an owned sequence into another schema");
	if (str_eq(catalog_last_schema(ap->c, object), schema))
		return true;
	if (str_is(schema, "pg_temp") || str_is(catalog_last_schema(ap->c, object), "pg_temp"))
		return apply_fail(
			ap, APPLY_CONFLICT, "cannot move objects into or out of temporary schemas");
	if (space == SPACE_ROUTINE && !routine_is_free(ap, object, schema, e->object.name))
		return false;
	if (space != SPACE_ROUTINE && catalog_find(ap->c, space, schema, e->object.name, ap->at))
		return apply_fail(ap, APPLY_CONFLICT,
			"%s \"%.*s\" already exists in schema \"%.*s\"",
			space == SPACE_RELATION ? "relation" : "type", STR_ARG(e->object.name),
			STR_ARG(schema));
	catalog_move(ap, object, schema);
	for (uint32_t i = 0; i < ap->c->objects.v[object].members.n; i++) {
		uint32_t id = ap->c->objects.v[object].members.v[i];
		const struct object *o = &ap->c->objects.v[id];

		if (o->exists == EXISTS_NO || o->parent != object)
			continue;
		if (o->kind != OBJECT_INDEX && o->kind != OBJECT_SEQUENCE)
			continue;
		if (catalog_existence(ap->c,
			    catalog_find(ap->c, SPACE_RELATION, schema,
				    catalog_last_name(ap->c, id), ap->at),
			    ap->at) == EXISTS_YES)
			return apply_fail(ap, APPLY_CONFLICT,
				"relation \"%.*s\" already exists in schema \"%.*s\"",
				STR_ARG(catalog_last_name(ap->c, id)), STR_ARG(schema));
		catalog_move(ap, id, schema);
	}
	apply_touch(ap, TOUCH_RENAME, object, e->object.span);
	return true;
}

bool
apply_owner(struct apply *ap)
{
	const struct event *e = ap->e;
	enum space space = catalog_space(e->object_kind);
	uint32_t object;

	if (e->object_kind == OBJECT_ROLE)
		return apply_reassign_owned(ap);
	if (space == SPACE_NONE || space == SPACE_OTHER || space == SPACE_CONSTRAINT)
		return true;
	if (!find_top(ap, space, apply_flag(ap, EVENT_IF_EXISTS), &object))
		return false;
	if (ap->c->objects.v[object].kind == OBJECT_SEQUENCE && ap->c->objects.v[object].parent)
		return apply_fail(ap, APPLY_CONFLICT, "cannot change owner of sequence \"%.*s\"",
			STR_ARG(e->object.name));
	catalog_edit(ap, object)->owner = session_role(ap, e->text);
	grant_lose_owner(ap, object);
	apply_touch(ap, TOUCH_ALTER, object, e->object.span);
	return true;
}
