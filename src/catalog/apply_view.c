/* Views, materialized views and CREATE TABLE AS: columns that come from a query.
 *
 * A view is bound when it is made, so that it follows renames and stands on what it reads (PostgreSQL
 * 15, CREATE VIEW). What its columns are, output.c says. */
#include "catalog_p.h"

static bool
is_view(enum object_kind k)
{
	return k == OBJECT_VIEW || k == OBJECT_MATERIALIZED_VIEW;
}

static void
depend_once(struct apply *ap, uint32_t view, uint32_t on)
{
	if (on && on != view && !catalog_depends(ap->c, view, on))
		catalog_add_depend(ap, view, on);
}

static void
depend_on_columns(struct apply *ap, uint32_t view, uint32_t relation)
{
	for (uint32_t i = 0; i < ap->c->objects.v[relation].members.n; i++) {
		uint32_t id = ap->c->objects.v[relation].members.v[i];
		const struct object *o = &ap->c->objects.v[id];

		if (o->kind == OBJECT_COLUMN && o->exists != EXISTS_NO)
			depend_once(ap, view, id);
	}
}

void
view_depend_on_query(struct apply *ap, uint32_t view, const struct bound_query *bound)
{
	for (uint32_t i = 0; i < bound->relations.n; i++)
		if (bound->relations.v[i].binding.state == BINDING_BOUND)
			depend_once(ap, view, bound->relations.v[i].binding.object);
	for (uint32_t i = 0; i < bound->columns.n; i++) {
		const struct bound_column *x = &bound->columns.v[i];

		if (x->column && !x->guess && x->state == BINDING_BOUND)
			depend_once(ap, view, x->column);
		if (x->all)
			depend_on_columns(ap, view, x->relation);
	}
}

static bool
make_columns(struct apply *ap, uint32_t relation, const struct outputs *out)
{
	catalog_edit(ap, relation)->columns_unknown = out->unknown;
	for (uint32_t i = 0; i < out->list.n; i++) {
		struct str name = out->list.v[i].name;

		if (catalog_member(ap->c, relation, OBJECT_COLUMN, name, ap->at))
			return apply_fail(ap, APPLY_CONFLICT,
				"column \"%.*s\" specified more than once", STR_ARG(name));
		if (i >= CATALOG_MAX_COLUMNS)
			return apply_fail(ap, APPLY_CONFLICT, "tables can have at most %d columns",
				CATALOG_MAX_COLUMNS);
		table_new_column(ap, relation, name, out->list.v[i].type);
	}
	return true;
}

/* A column's type cannot change; it is only known better. */
static bool
set_type(struct apply *ap, uint32_t column, struct str type)
{
	struct str old = type_if_known(ap->c->objects.v[column].type);

	if (!old.n && type.n)
		catalog_edit(ap, column)->type = str_dup(ap->c->arena, type);
	if (!old.n || !type.n || str_eq(old, type))
		return true;
	return apply_fail(ap, APPLY_CONFLICT,
		"cannot change data type of view column \"%.*s\" from %.*s to %.*s",
		STR_ARG(catalog_last_name(ap->c, column)), STR_ARG(old), STR_ARG(type));
}

/* view.c, checkViewTupleDesc(): columns may only be added behind those that are there. */
static bool
replace_columns(struct apply *ap, uint32_t view, const struct outputs *out)
{
	struct outputs old = {0};

	outputs_of_relation(ap, view, &old);
	catalog_edit(ap, view)->columns_unknown = out->unknown;
	if (old.unknown || out->unknown)
		old.list.n = 0;
	if (out->list.n < old.list.n)
		return apply_fail(ap, APPLY_CONFLICT, "cannot drop columns from view");
	for (uint32_t i = 0; i < out->list.n; i++) {
		struct str name = out->list.v[i].name;

		if (i >= old.list.n && !catalog_member(ap->c, view, OBJECT_COLUMN, name, ap->at))
			table_new_column(ap, view, name, out->list.v[i].type);
		if (i >= old.list.n)
			continue;
		if (!str_eq(name, old.list.v[i].name))
			return apply_fail(ap, APPLY_CONFLICT,
				"cannot change name of view column \"%.*s\" to \"%.*s\"",
				STR_ARG(old.list.v[i].name), STR_ARG(name));
		if (!set_type(ap, catalog_member(ap->c, view, OBJECT_COLUMN, name, ap->at),
			    out->list.v[i].type))
			return false;
	}
	return true;
}

static bool
replace_view(
	struct apply *ap, uint32_t view, const struct bound_query *bound, const struct outputs *out)
{
	struct object *o = catalog_edit(ap, view);

	if (o->kind != OBJECT_VIEW)
		return apply_fail(
			ap, APPLY_CONFLICT, "\"%.*s\" is not a view", STR_ARG(ap->e->object.name));
	o->depends.v = NULL;
	o->depends.n = o->depends.cap = 0;
	if (!replace_columns(ap, view, out))
		return false;
	view_depend_on_query(ap, view, bound);
	apply_use(ap, view, ap->e->calls, ap->e->casts);
	apply_touch(ap, TOUCH_ALTER, view, ap->e->object.span);
	return true;
}

/* A relation that the query needs is certainly not there. */
static bool
relations_exist(struct apply *ap, const struct bound_query *bound)
{
	for (uint32_t i = 0; i < bound->relations.n; i++) {
		const struct bound_relation *r = &bound->relations.v[i];
		const struct name *n = &ap->u->relations.v[r->use].name;

		if (r->binding.state == BINDING_MISSING && !n->pattern)
			return apply_fail(ap, APPLY_CONFLICT, "relation \"%.*s\" does not exist",
				STR_ARG(apply_written(ap, n)));
	}
	return true;
}

/* Nor is a column. Where not all that ran is known, a view is worth more than its refusal. */
static bool
columns_exist(struct apply *ap, const struct bound_query *bound)
{
	if (ap->c->assumes)
		return true;
	for (uint32_t i = 0; i < bound->columns.n; i++) {
		const struct bound_column *x = &bound->columns.v[i];
		const struct column_use *use = &ap->u->columns.v[x->use];

		if (x->state != BINDING_MISSING || x->guess)
			continue;
		return use->qualifier.n
			       ? apply_fail(ap, APPLY_CONFLICT, "column %.*s.%.*s does not exist",
					 STR_ARG(use->qualifier), STR_ARG(use->column))
			       : apply_fail(ap, APPLY_CONFLICT, "column \"%.*s\" does not exist",
					 STR_ARG(use->column));
	}
	return true;
}

/* view.c, isQueryUsingTempRelation() */
static bool
reads_temporary(const struct apply *ap, const struct bound_query *bound)
{
	for (uint32_t i = 0; i < bound->relations.n; i++) {
		const struct binding *b = &bound->relations.v[i].binding;

		if (b->state == BINDING_BOUND && ap->c->objects.v[b->object].temporary)
			return true;
	}
	return false;
}

/* The schema of what is made. A view over what is temporary is temporary itself. */
static bool
find_schema(struct apply *ap, const struct bound_query *bound, struct str *schema)
{
	bool temporary = apply_flag(ap, EVENT_TEMPORARY);
	bool reads = !temporary && reads_temporary(ap, bound);

	if (reads && ap->e->object_kind == OBJECT_MATERIALIZED_VIEW)
		return apply_fail(ap, APPLY_CONFLICT,
			"materialized views must not use temporary tables or views");
	if (reads && ap->e->object_kind == OBJECT_VIEW && ap->e->object.schema.n &&
		!str_is(ap->e->object.schema, "pg_temp"))
		return apply_fail(ap, APPLY_CONFLICT,
			"cannot create temporary relation in non-temporary schema");
	return apply_creation_schema(ap, &ap->e->object,
		temporary || (reads && ap->e->object_kind == OBJECT_VIEW), schema);
}

bool
apply_create_as(struct apply *ap)
{
	const struct event *e = ap->e;
	struct bound_query bound = {0};
	struct outputs out = {0};
	struct str schema;
	uint32_t relation;

	if (ap->query)
		catalog_bind(ap->c, ap->s, ap->u, ap->query, ap->at, ap->scratch, &bound);
	if (!find_schema(ap, &bound, &schema))
		return false;
	relation = catalog_find(ap->c, SPACE_RELATION, schema, e->object.name, ap->at);
	if (relation && apply_flag(ap, EVENT_IF_NOT_EXISTS) &&
		ap->c->objects.v[relation].exists == EXISTS_YES)
		return apply_fail(ap, APPLY_SKIPPED, "relation \"%.*s\" already exists",
			STR_ARG(e->object.name));
	if (!relations_exist(ap, &bound) || !columns_exist(ap, &bound) ||
		!outputs_find(ap, &bound, &out))
		return false;
	if (relation && apply_flag(ap, EVENT_OR_REPLACE) &&
		ap->c->objects.v[relation].exists == EXISTS_YES)
		return replace_view(ap, relation, &bound, &out);
	if (!apply_name_free(ap, SPACE_RELATION, schema, e->object.name,
		    apply_flag(ap, EVENT_IF_NOT_EXISTS)))
		return false;
	relation = catalog_new(ap, e->object_kind, 0, schema, e->object.name);
	catalog_edit(ap, relation)->temporary = str_is(schema, "pg_temp");
	if (apply_flag(ap, EVENT_ON_COMMIT_DROP))
		ap->s->drops = catalog_edit(ap, relation)->on_commit_drop = true;
	catalog_edit(ap, relation)->owner = ap->s->role;
	apply_touch(ap, TOUCH_CREATE, relation, e->object.span);
	if (!make_columns(ap, relation, &out))
		return false;
	if (!is_view(e->object_kind))
		return true;
	view_depend_on_query(ap, relation, &bound);
	apply_use(ap, relation, e->calls, e->casts);
	return true;
}
