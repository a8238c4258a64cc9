/* INHERIT, ATTACH PARTITION and their opposites; tables that are OF a composite type.
 *
 * PostgreSQL 15: ATExecAddInherit(), ATExecAttachPartition(), ATExecAddOf() of tablecmds.c. A typed table is kept
 * as a child of its type: it has the type's columns and follows them. */
#include "catalog_p.h"

static bool
attach_fits(struct apply *ap, uint32_t parent, uint32_t child, bool partition)
{
	const struct object *p = &ap->c->objects.v[parent], *o = &ap->c->objects.v[child];
	struct str parent_name = catalog_last_name(ap->c, parent);
	struct str child_name = catalog_last_name(ap->c, child);
	struct id_list all = {0};

	if (partition && p->kind != OBJECT_PARTITIONED_TABLE && !p->external && !p->columns_unknown)
		return apply_fail(ap, APPLY_CONFLICT, "table \"%.*s\" is not partitioned",
			STR_ARG(parent_name));
	table_descendants(ap, child, &all);
	if (id_list_has(&all, parent))
		return apply_fail(ap, APPLY_CONFLICT, "circular inheritance not allowed");
	if (o->partition)
		return apply_fail(ap, APPLY_CONFLICT,
			partition ? "\"%.*s\" is already a partition"
				  : "cannot change inheritance of a partition",
			STR_ARG(child_name));
	if (!partition && table_is_child(ap->c, child, parent))
		return apply_fail(ap, APPLY_CONFLICT,
			"relation \"%.*s\" would be inherited from more than once",
			STR_ARG(parent_name));
	if (!partition && o->kind == OBJECT_PARTITIONED_TABLE)
		return apply_fail(
			ap, APPLY_CONFLICT, "cannot change inheritance of partitioned table");
	if (!partition && p->kind == OBJECT_PARTITIONED_TABLE)
		return apply_fail(ap, APPLY_CONFLICT,
			"cannot inherit from partitioned table \"%.*s\"", STR_ARG(parent_name));
	if (!partition && p->partition)
		return apply_fail(ap, APPLY_CONFLICT, "cannot inherit from a partition");
	return true;
}

/* A partition has no columns but its parent's. */
static bool
has_no_more(struct apply *ap, uint32_t parent, uint32_t child)
{
	const struct object *o = &ap->c->objects.v[child];

	for (uint32_t i = 0; i < o->members.n; i++) {
		struct str name = catalog_last_name(ap->c, o->members.v[i]);

		if (ap->c->objects.v[o->members.v[i]].kind != OBJECT_COLUMN ||
			ap->c->objects.v[o->members.v[i]].exists != EXISTS_YES)
			continue;
		if (catalog_column(ap->c, parent, name, ap->at).state == BINDING_MISSING)
			return apply_fail(ap, APPLY_CONFLICT,
				"table \"%.*s\" contains column \"%.*s\" not found in parent \"%.*s\"",
				STR_ARG(catalog_last_name(ap->c, child)), STR_ARG(name),
				STR_ARG(catalog_last_name(ap->c, parent)));
	}
	return true;
}

/* MergeAttributesIntoExisting() */
static bool
attach_column(struct apply *ap, uint32_t from, uint32_t child, bool partition)
{
	const struct object *f = &ap->c->objects.v[from], *o;
	struct str name = catalog_last_name(ap->c, from);
	uint32_t id = catalog_member(ap->c, child, OBJECT_COLUMN, name, ap->at);

	if (!id && ap->c->objects.v[child].columns_unknown)
		return true;
	if (!id)
		return apply_fail(ap, APPLY_CONFLICT, "child table is missing column \"%.*s\"",
			STR_ARG(name));
	o = &ap->c->objects.v[id];
	if (type_if_known(o->type).n && type_if_known(f->type).n && !o->user_type &&
		!f->user_type && !str_eq(o->type, f->type))
		return apply_fail(ap, APPLY_CONFLICT,
			"child table \"%.*s\" has different type for column \"%.*s\"",
			STR_ARG(catalog_last_name(ap->c, child)), STR_ARG(name));
	if (f->not_null && !o->not_null)
		return apply_fail(ap, APPLY_CONFLICT,
			"column \"%.*s\" in child table must be marked NOT NULL", STR_ARG(name));
	if (f->generated && !o->generated)
		return apply_fail(ap, APPLY_CONFLICT,
			"column \"%.*s\" in child table must be a generated column", STR_ARG(name));
	catalog_edit(ap, id)->inherited_from = from;
	/* A partition's columns are not its own any more. */
	catalog_edit(ap, id)->merged = !partition;
	return true;
}

/* INHERIT and ATTACH PARTITION: CHILD becomes one of PARENT's. */
static bool
attach(struct apply *ap, uint32_t parent, uint32_t child, bool partition, struct span span)
{
	if (!attach_fits(ap, parent, child, partition) ||
		(partition && !has_no_more(ap, parent, child)))
		return false;
	for (uint32_t i = 0; i < ap->c->objects.v[parent].members.n; i++) {
		uint32_t from = ap->c->objects.v[parent].members.v[i];

		if (ap->c->objects.v[from].kind == OBJECT_COLUMN &&
			ap->c->objects.v[from].exists != EXISTS_NO &&
			!attach_column(ap, from, child, partition))
			return false;
	}
	if (!apply_attach_checks(ap, parent, child, partition))
		return false;
	catalog_add_depend(ap, child, parent);
	catalog_edit(ap, child)->partition = partition;
	if (partition)
		apply_clone_keys(ap, child, parent, false);
	apply_touch(ap, TOUCH_ALTER, child, span);
	return true;
}

/* CHILD keeps as its own what it had from PARENT, which another parent may have too. */
static void
leave_parent(struct apply *ap, uint32_t parent, uint32_t child)
{
	struct object *o = catalog_edit(ap, child);
	struct id_list rest = {0};

	for (uint32_t i = 0; i < o->depends.n; i++)
		if (o->depends.v[i] != parent)
			vec_push(ap->c->arena, &rest, o->depends.v[i]);
	o->depends.v = rest.v;
	o->depends.n = rest.n;
	o->depends.cap = rest.cap;
	o->partition = false;
	for (uint32_t i = 0; i < o->members.n; i++) {
		uint32_t from = ap->c->objects.v[o->members.v[i]].inherited_from;

		if (from && ap->c->objects.v[from].parent == parent) {
			catalog_edit(ap, o->members.v[i])->inherited_from = 0;
			catalog_edit(ap, o->members.v[i])->merged = false;
		}
	}
}

static bool
detach(struct apply *ap, uint32_t parent, uint32_t child, struct span span)
{
	const struct object *o = &ap->c->objects.v[child];

	if (!table_is_child(ap->c, child, parent))
		return apply_fail(ap, APPLY_CONFLICT,
			"relation \"%.*s\" is not a %s of relation \"%.*s\"",
			STR_ARG(catalog_last_name(ap->c, child)),
			o->partition ? "partition" : "parent",
			STR_ARG(catalog_last_name(ap->c, parent)));
	leave_parent(ap, parent, child);
	apply_touch(ap, TOUCH_ALTER, child, span);
	return true;
}

bool
apply_change_inheritance(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	uint32_t other;

	if (!apply_relation(ap, &sub->target, false, &other))
		return false;
	switch ((int)sub->kind) {
	case SUB_INHERIT:
		return attach(ap, other, relation, false, sub->span);
	case SUB_NO_INHERIT:
		return detach(ap, other, relation, sub->span);
	case SUB_ATTACH_PARTITION:
		if (ap->c->objects.v[relation].kind == OBJECT_INDEX)
			return partition_attach_index(ap, relation, other);
		return attach(ap, relation, other, true, sub->target.span);
	default:
		return detach(ap, relation, other, sub->target.span);
	}
}

/* The composite type, 0 with true: not known. */
static bool
find_composite(struct apply *ap, const struct subcommand *sub, uint32_t *type)
{
	const struct name *n = &sub->target;
	struct binding b = catalog_resolve_in(ap->c, ap->s, SPACE_RELATION, n, ap->at), other;

	*type = b.object;
	if (b.state == BINDING_BOUND && b.object &&
		ap->c->objects.v[b.object].kind == OBJECT_COMPOSITE_TYPE)
		return true;
	other = catalog_resolve_in(ap->c, ap->s, SPACE_TYPE, n, ap->at);
	if ((b.state == BINDING_BOUND && b.object) ||
		(other.state == BINDING_BOUND && other.object))
		return apply_fail(
			ap, APPLY_CONFLICT, "type %.*s is not a composite type", STR_ARG(n->name));
	*type = 0;
	if (b.state == BINDING_MISSING && other.state == BINDING_MISSING)
		return apply_fail(ap, APPLY_CONFLICT, "type \"%.*s\" does not exist",
			STR_ARG(apply_written(ap, n)));
	return true;
}

static bool
not_of_type(struct apply *ap, uint32_t relation)
{
	const struct object *o = &ap->c->objects.v[relation];

	for (uint32_t i = 0; i < o->depends.n; i++) {
		uint32_t type = o->depends.v[i];

		if (ap->c->objects.v[type].kind != OBJECT_COMPOSITE_TYPE)
			continue;
		leave_parent(ap, type, relation);
		return true;
	}
	return true;
}

bool
apply_of_type(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	bool create = ap->e->kind == EVENT_CREATE;
	uint32_t type, n;

	if (!sub->target.name.n)
		return not_of_type(ap, relation);
	if (!find_composite(ap, sub, &type))
		return false;
	if (!type) {
		catalog_edit(ap, relation)->columns_unknown = true;
		return true;
	}
	n = ap->c->objects.v[type].members.n;
	for (uint32_t i = 0; !create && i < n; i++) {
		uint32_t from = ap->c->objects.v[type].members.v[i], id;
		struct str name = catalog_last_name(ap->c, from);

		if (ap->c->objects.v[from].kind != OBJECT_COLUMN ||
			ap->c->objects.v[from].exists == EXISTS_NO)
			continue;
		id = catalog_member(ap->c, relation, OBJECT_COLUMN, name, ap->at);
		if (!id && !ap->c->objects.v[relation].columns_unknown)
			return apply_fail(ap, APPLY_CONFLICT, "table is missing column \"%.*s\"",
				STR_ARG(name));
		if (id)
			catalog_edit(ap, id)->inherited_from = from;
	}
	catalog_add_depend(ap, relation, type);
	if (create)
		apply_inherit_from(ap, relation, type);
	return true;
}

/* ALTER TYPE reaches the typed tables with CASCADE only (find_typed_table_dependencies). */
bool
apply_typed_tables_follow(struct apply *ap, uint32_t type)
{
	struct id_list all = {0};

	if (ap->c->objects.v[type].kind != OBJECT_COMPOSITE_TYPE)
		return true;
	table_descendants(ap, type, &all);
	for (uint32_t i = 0; all.n > 1 && i < ap->e->subcommands.count; i++)
		if (!(ap->u->subcommands.v[ap->e->subcommands.first + i].flags & SUB_SUB_CASCADE))
			return apply_fail(ap, APPLY_CONFLICT,
				"cannot alter type \"%.*s\" because it is the type of a typed table",
				STR_ARG(catalog_last_name(ap->c, type)));
	return true;
}
