/* What an expression stands on: routines, types and, where a column is generated, columns.
 *
 * PostgreSQL 15, dependency.c and heap.c (StoreAttrDefault, cookDefault). A routine is known by its name only,
 * for of what type the arguments of a call are is not: one of several, or one that PostgreSQL's own may hide,
 * is not taken to be meant. A column's .depends are those of its DEFAULT or generation expression. */
#include "catalog_p.h"

static void
depend_once(struct apply *ap, uint32_t object, uint32_t on)
{
	if (on && on != object && !catalog_depends(ap->c, object, on))
		catalog_add_depend(ap, object, on);
}

/* The only routine of the name, 0: none, several, or it may be another. */
static uint32_t
only_routine(struct apply *ap, const struct name *n)
{
	const struct name_list *l = catalog_names(ap->c, SPACE_ROUTINE, n->name);
	struct binding b = catalog_resolve_in(ap->c, ap->s, SPACE_ROUTINE, n, ap->at);
	uint32_t living = 0;

	if (b.state != BINDING_BOUND || !b.object || b.exists != EXISTS_YES ||
		type_is_of_function(n->name))
		return 0;
	for (uint32_t i = 0; l && i < l->live.n; i++)
		living += ap->c->objects.v[l->live.v[i]].exists != EXISTS_NO;
	return living == 1 ? b.object : 0;
}

void
apply_use(struct apply *ap, uint32_t object, struct range calls, struct range casts)
{
	for (uint32_t i = 0; i < calls.count; i++)
		depend_once(ap, object, only_routine(ap, &ap->u->names.v[calls.first + i]));
	for (uint32_t i = 0; i < casts.count; i++)
		depend_once(ap, object, apply_type_of(ap, ap->u->words.v[casts.first + i].text));
}

void
use_forget(struct apply *ap, uint32_t column)
{
	struct object *o = catalog_edit(ap, column);

	o->depends.v = NULL;
	o->depends.n = o->depends.cap = 0;
}

/* A generated column stands on those that it is made of, which are not generated themselves. */
static bool
use_columns(struct apply *ap, uint32_t column, const struct subcommand *sub)
{
	uint32_t relation = ap->c->objects.v[column].parent;
	struct str table = catalog_last_name(ap->c, relation);
	struct id_list columns = {0};

	for (uint32_t i = 0; i < sub->target_columns.count; i++) {
		struct range one = {sub->target_columns.first + i, 1};
		struct str name = ap->u->words.v[one.first].text;

		if (str_eq(name, table) || str_is(name, "*"))
			continue;
		if (!key_find_columns(ap, relation, one, "column ", " does not exist", &columns))
			return false;
	}
	for (uint32_t i = 0; i < columns.n; i++) {
		if (ap->c->objects.v[columns.v[i]].generated)
			return apply_fail(ap, APPLY_CONFLICT,
				"cannot use generated column \"%.*s\" in column generation expression",
				STR_ARG(catalog_last_name(ap->c, columns.v[i])));
		depend_once(ap, column, columns.v[i]);
	}
	return true;
}

bool
use_in_column(struct apply *ap, uint32_t column, const struct subcommand *sub)
{
	use_forget(ap, column);
	if ((sub->flags & SUB_GENERATED) && !use_columns(ap, column, sub))
		return false;
	if (!(sub->flags & SUB_GENERATED) && sub->target_columns.count)
		return apply_fail(
			ap, APPLY_CONFLICT, "cannot use column reference in DEFAULT expression");
	apply_use(ap, column, sub->calls, sub->casts);
	return true;
}

void
use_copy(struct apply *ap, uint32_t column, uint32_t from)
{
	uint32_t relation = ap->c->objects.v[column].parent;
	struct id_list list = {0};

	for (uint32_t i = 0; i < ap->c->objects.v[from].depends.n; i++) {
		uint32_t on = ap->c->objects.v[from].depends.v[i];

		if (ap->c->objects.v[on].kind == OBJECT_COLUMN)
			on = catalog_member(ap->c, relation, OBJECT_COLUMN,
				catalog_last_name(ap->c, on), ap->at);
		vec_push(ap->scratch, &list, on);
	}
	use_forget(ap, column);
	for (uint32_t i = 0; i < list.n; i++)
		depend_once(ap, column, list.v[i]);
}
