/* ALTER TABLE and its like: passes of subcommands; RENAME, SET SCHEMA, OWNER TO are in their own file.
 *
 * tablecmds.c (PostgreSQL 15) sorts the subcommands of one statement into passes; "DROP COLUMN a, ADD
 * COLUMN a" works in either order. */
#include "catalog_p.h"

enum pass {
	PASS_DROP,
	PASS_ALTER_TYPE,
	PASS_ADD_COLUMN,
	PASS_COLUMN_ATTRIBUTES,
	PASS_ADD_INDEX_CONSTRAINT, /* USING INDEX */
	PASS_ADD_INDEX,
	PASS_ADD_OTHER_CONSTRAINT,
	PASS_MISC,
	PASSES,
};

static enum pass
pass_of_constraint(const struct subcommand *sub)
{
	if (sub->constraint == CONSTRAINT_CHECK || sub->constraint == CONSTRAINT_FOREIGN_KEY)
		return PASS_ADD_OTHER_CONSTRAINT;
	return sub->columns.count ? PASS_ADD_INDEX : PASS_ADD_INDEX_CONSTRAINT;
}

static enum pass
pass_of(const struct subcommand *sub)
{
	switch (sub->kind) {
	case SUB_DROP_COLUMN:
	case SUB_DROP_NOT_NULL:
	case SUB_DROP_DEFAULT:
	case SUB_DROP_IDENTITY:
	case SUB_DROP_EXPRESSION:
	case SUB_DROP_CONSTRAINT:
		return PASS_DROP;
	case SUB_ALTER_TYPE:
		return PASS_ALTER_TYPE;
	case SUB_ADD_COLUMN:
		return PASS_ADD_COLUMN;
	case SUB_SET_NOT_NULL:
		return PASS_COLUMN_ATTRIBUTES;
	case SUB_ADD_CONSTRAINT:
		return pass_of_constraint(sub);
	case SUB_SET_DEFAULT:
	case SUB_ADD_IDENTITY:
	case SUB_SET_IDENTITY:
		return PASS_ADD_OTHER_CONSTRAINT;
	case SUB_NONE:
	case SUB_VALIDATE_CONSTRAINT:
	case SUB_INHERIT:
	case SUB_NO_INHERIT:
	case SUB_ATTACH_PARTITION:
	case SUB_DETACH_PARTITION:
	case SUB_LIKE:
	case SUB_OF_TYPE:
	case SUB_ADD_VALUE:
	case SUB_RENAME_VALUE:
	case SUB_OWNED_BY:
	case SUB_ROW_SECURITY:
	case SUB_UNMODELLED:
	case SUB_KINDS:
		break;
	}
	return PASS_MISC;
}

/* The column of that name in the relation and in all that inherit it. */
static bool
find_everywhere(
	struct apply *ap, uint32_t relation, const struct subcommand *sub, struct id_list *columns)
{
	struct id_list all = {0};
	uint32_t column;

	if (!apply_column(ap, relation, sub->name, &column))
		return false;
	vec_push(ap->scratch, columns, column);
	apply_touch(ap, TOUCH_ALTER, column, sub->span);
	if (apply_flag(ap, EVENT_ONLY))
		return true;
	table_descendants(ap, relation, &all);
	for (uint32_t i = 1; i < all.n; i++) {
		column = catalog_member(ap->c, all.v[i], OBJECT_COLUMN, sub->name, ap->at);
		if (column && ap->c->objects.v[column].inherited_from)
			vec_push(ap->scratch, columns, column);
	}
	return true;
}

static bool
in_primary_key(const struct catalog *c, uint32_t column)
{
	const struct object *r = &c->objects.v[c->objects.v[column].parent];

	for (uint32_t i = 0; i < r->members.n; i++) {
		const struct object *o = &c->objects.v[r->members.v[i]];

		for (uint32_t k = 0; o->constraint == CONSTRAINT_PRIMARY_KEY &&
				     o->exists == EXISTS_YES && k < o->columns.n;
			k++)
			if (o->columns.v[k] == column)
				return true;
	}
	return false;
}

/* A partition's column is NOT NULL for as long as its parent's is. */
static bool
marked_in_parent(const struct catalog *c, uint32_t column)
{
	const struct object *o = &c->objects.v[column];

	return c->objects.v[o->parent].partition && o->inherited_from &&
	       c->objects.v[o->inherited_from].not_null;
}

static bool
set_not_null(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	struct id_list columns = {0};
	bool value = sub->kind == SUB_SET_NOT_NULL;

	if (!find_everywhere(ap, relation, sub, &columns))
		return false;
	if (!value && in_primary_key(ap->c, columns.v[0]))
		return apply_fail(ap, APPLY_CONFLICT, "column \"%.*s\" is in a primary key",
			STR_ARG(sub->name));
	if (!value && ap->c->objects.v[columns.v[0]].identity)
		return apply_fail(ap, APPLY_CONFLICT,
			"column \"%.*s\" of relation \"%.*s\" is an identity column",
			STR_ARG(sub->name), STR_ARG(catalog_last_name(ap->c, relation)));
	if (!value && marked_in_parent(ap->c, columns.v[0]))
		return apply_fail(ap, APPLY_CONFLICT,
			"column \"%.*s\" is marked NOT NULL in parent table", STR_ARG(sub->name));
	for (uint32_t i = 0; i < columns.n; i++)
		catalog_edit(ap, columns.v[i])->not_null = value;
	return true;
}

static bool
set_default(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	struct id_list columns = {0};
	bool value = sub->kind == SUB_SET_DEFAULT;

	if (!find_everywhere(ap, relation, sub, &columns))
		return false;
	if (ap->c->objects.v[columns.v[0]].identity)
		return apply_fail(ap, APPLY_CONFLICT,
			"column \"%.*s\" of relation \"%.*s\" is an identity column",
			STR_ARG(sub->name), STR_ARG(catalog_last_name(ap->c, relation)));
	if (ap->c->objects.v[columns.v[0]].generated)
		return apply_fail(ap, APPLY_CONFLICT,
			"column \"%.*s\" of relation \"%.*s\" is a generated column",
			STR_ARG(sub->name), STR_ARG(catalog_last_name(ap->c, relation)));
	for (uint32_t i = 0; i < columns.n; i++) {
		struct object *o = catalog_edit(ap, columns.v[i]);

		o->has_default = value;
		if (!o->identity)
			o->partner = 0; /* a serial's sequence stays owned, but nothing needs it */
		if (!use_in_column(ap, columns.v[i], sub))
			return false;
	}
	return true;
}

static bool
drop_expression(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	struct id_list columns = {0};

	if (!find_everywhere(ap, relation, sub, &columns))
		return false;
	if (!ap->c->objects.v[columns.v[0]].generated)
		return (sub->flags & SUB_IF_EXISTS) ||
		       apply_fail(ap, APPLY_CONFLICT,
			       "column \"%.*s\" of relation \"%.*s\" is not a stored generated column",
			       STR_ARG(sub->name), STR_ARG(catalog_last_name(ap->c, relation)));
	for (uint32_t i = 0; i < columns.n; i++) {
		catalog_edit(ap, columns.v[i])->generated = false;
		catalog_edit(ap, columns.v[i])->has_default = false;
		use_forget(ap, columns.v[i]);
	}
	return true;
}

static bool
add_identity(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	const struct object *o;
	uint32_t column, sequence;
	const char *what = NULL;

	if (!apply_column(ap, relation, sub->name, &column))
		return false;
	o = &ap->c->objects.v[column];
	if (!o->not_null)
		return apply_fail(ap, APPLY_CONFLICT,
			"column \"%.*s\" of relation \"%.*s\" must be declared NOT NULL before identity can be added",
			STR_ARG(sub->name), STR_ARG(catalog_last_name(ap->c, relation)));
	if (o->identity)
		what = "is already an identity column";
	else if (o->has_default)
		what = "already has a default value";
	if (what)
		return apply_fail(ap, APPLY_CONFLICT, "column \"%.*s\" of relation \"%.*s\" %s",
			STR_ARG(sub->name), STR_ARG(catalog_last_name(ap->c, relation)), what);
	sequence = apply_own_sequence(ap, relation, column, &sub->target);
	catalog_edit(ap, column)->identity = true;
	catalog_edit(ap, column)->partner = sequence;
	apply_touch(ap, TOUCH_ALTER, column, sub->span);
	return true;
}

static bool
drop_identity(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	uint32_t column, sequence;

	if (!apply_column(ap, relation, sub->name, &column))
		return false;
	if (!ap->c->objects.v[column].identity)
		return (sub->flags & SUB_IF_EXISTS) ||
		       apply_fail(ap, APPLY_CONFLICT,
			       "column \"%.*s\" of relation \"%.*s\" is not an identity column",
			       STR_ARG(sub->name), STR_ARG(catalog_last_name(ap->c, relation)));
	sequence = ap->c->objects.v[column].partner;
	catalog_edit(ap, column)->identity = false;
	catalog_edit(ap, column)->partner = 0;
	if (sequence)
		catalog_end(ap, sequence);
	apply_touch(ap, TOUCH_ALTER, column, sub->span);
	return true;
}

/* SET GENERATED, RESTART */
static bool
set_identity(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	uint32_t column;

	if (!apply_column(ap, relation, sub->name, &column))
		return false;
	if (!ap->c->objects.v[column].identity)
		return apply_fail(ap, APPLY_CONFLICT,
			"column \"%.*s\" of relation \"%.*s\" is not an identity column",
			STR_ARG(sub->name), STR_ARG(catalog_last_name(ap->c, relation)));
	apply_touch(ap, TOUCH_ALTER, column, sub->span);
	return true;
}

static bool
used_by(const struct catalog *c, uint32_t column, bool trigger)
{
	const struct object *o = &c->objects.v[column];

	for (uint32_t i = 0; i < o->dependents.n; i++) {
		const struct object *d = &c->objects.v[o->dependents.v[i]];

		if ((trigger ? d->kind == OBJECT_TRIGGER
			     : d->kind == OBJECT_VIEW || d->kind == OBJECT_MATERIALIZED_VIEW) &&
			d->exists == EXISTS_YES && catalog_depends(c, o->dependents.v[i], column))
			return true;
	}
	return false;
}

static bool
used_by_generated(const struct catalog *c, uint32_t column)
{
	const struct object *o = &c->objects.v[column];

	for (uint32_t i = 0; i < o->dependents.n; i++) {
		const struct object *d = &c->objects.v[o->dependents.v[i]];

		if (d->kind == OBJECT_COLUMN && d->generated && d->exists == EXISTS_YES &&
			catalog_depends(c, o->dependents.v[i], column))
			return true;
	}
	return false;
}

/* has_partition_attrs(): of the relation, or of a partition that is partitioned itself. */
static bool
outside_partition_key(struct apply *ap, const struct id_list *columns, const char *what)
{
	for (uint32_t i = 0; i < columns->n; i++) {
		uint32_t relation = ap->c->objects.v[columns->v[i]].parent;
		const struct object *r = &ap->c->objects.v[relation];

		for (uint32_t k = 0; r->kind == OBJECT_PARTITIONED_TABLE && k < r->columns.n; k++)
			if (r->columns.v[k] == columns->v[i])
				return apply_fail(ap, APPLY_CONFLICT,
					"cannot %s column \"%.*s\" because it is part of the partition key of relation \"%.*s\"",
					what, STR_ARG(catalog_last_name(ap->c, columns->v[i])),
					STR_ARG(catalog_last_name(ap->c, relation)));
	}
	return true;
}

/* find_composite_type_dependencies(): a column holds whole rows of it. */
static bool
rows_unused(struct apply *ap, uint32_t relation)
{
	const struct object *r = &ap->c->objects.v[relation];

	for (uint32_t i = 0; i < r->dependents.n; i++) {
		const struct object *o = &ap->c->objects.v[r->dependents.v[i]];
		enum object_kind in = ap->c->objects.v[o->parent].kind;

		if (o->kind != OBJECT_COLUMN || o->exists != EXISTS_YES ||
			o->user_type != relation ||
			(in != OBJECT_TABLE && in != OBJECT_PARTITIONED_TABLE &&
				in != OBJECT_MATERIALIZED_VIEW))
			continue;
		return apply_fail(ap, APPLY_CONFLICT,
			r->kind == OBJECT_COMPOSITE_TYPE
				? "cannot alter type \"%.*s\" because column \"%.*s.%.*s\" uses it"
				: "cannot alter table \"%.*s\" because column \"%.*s.%.*s\" uses its row type",
			STR_ARG(catalog_last_name(ap->c, relation)),
			STR_ARG(catalog_last_name(ap->c, o->parent)),
			STR_ARG(catalog_last_name(ap->c, r->dependents.v[i])));
	}
	return true;
}

static bool
alter_type(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	struct id_list columns = {0};
	uint32_t user_type = type_owner(ap, sub->type);

	if (!find_everywhere(ap, relation, sub, &columns))
		return false;
	if (!outside_partition_key(ap, &columns, "alter") || !type_exists(ap, sub->type) ||
		!rows_unused(ap, relation))
		return false;
	if (used_by(ap->c, columns.v[0], false))
		return apply_fail(
			ap, APPLY_CONFLICT, "cannot alter type of a column used by a view or rule");
	if (used_by_generated(ap->c, columns.v[0]))
		return apply_fail(ap, APPLY_CONFLICT,
			"cannot alter type of a column used by a generated column");
	if (used_by(ap->c, columns.v[0], true))
		return apply_fail(ap, APPLY_CONFLICT,
			"cannot alter type of a column used in a trigger definition");
	if (ap->c->objects.v[columns.v[0]].inherited_from)
		return apply_fail(ap, APPLY_CONFLICT, "cannot alter inherited column \"%.*s\"",
			STR_ARG(sub->name));
	for (uint32_t i = 0; i < columns.n; i++) {
		struct object *o = catalog_edit(ap, columns.v[i]);

		o->type = sub->type.n ? str_dup(ap->c->arena, sub->type) : STR("unknown");
		o->user_type = user_type;
		if (user_type)
			vec_push(ap->c->arena, &catalog_edit(ap, user_type)->dependents,
				columns.v[i]);
	}
	return true;
}

/* Of a column that is inherited twice: that of a parent which does not fall, 0: none. */
static uint32_t
other_parents(struct apply *ap, uint32_t column, const struct id_list *fall)
{
	const struct object *child = &ap->c->objects.v[ap->c->objects.v[column].parent];
	struct str name = catalog_last_name(ap->c, column);

	for (uint32_t i = 0; i < child->depends.n; i++) {
		uint32_t id =
			catalog_member(ap->c, child->depends.v[i], OBJECT_COLUMN, name, ap->at);

		if (id && ap->c->objects.v[id].exists == EXISTS_YES && !id_list_has(fall, id))
			return id;
	}
	return 0;
}

static bool
drop_column(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	struct id_list fall = {0}, all = {0};
	struct binding b = catalog_column(ap->c, relation, sub->name, ap->at);
	uint32_t column;

	if (b.state == BINDING_MISSING && (sub->flags & SUB_IF_EXISTS))
		return true;
	if (!apply_column(ap, relation, sub->name, &column))
		return false;
	if (ap->c->objects.v[column].inherited_from)
		return apply_fail(ap, APPLY_CONFLICT, "cannot drop inherited column \"%.*s\"",
			STR_ARG(sub->name));
	/* What a child has from it goes too, unless the child defined the column itself. */
	vec_push(ap->scratch, &fall, column);
	table_descendants(ap, relation, &all);
	for (uint32_t i = 1; i < all.n; i++) {
		uint32_t id = catalog_member(ap->c, all.v[i], OBJECT_COLUMN, sub->name, ap->at);
		uint32_t other;

		if (!id || !id_list_has(&fall, ap->c->objects.v[id].inherited_from))
			continue;
		other = other_parents(ap, id, &fall);
		if (other) {
			catalog_edit(ap, id)->inherited_from = other;
			catalog_edit(ap, id)->merged |= apply_flag(ap, EVENT_ONLY);
		} else if (ap->c->objects.v[id].merged || apply_flag(ap, EVENT_ONLY)) {
			catalog_edit(ap, id)->inherited_from = 0;
			catalog_edit(ap, id)->merged = false;
		} else {
			vec_push(ap->scratch, &fall, id);
		}
	}
	if (!outside_partition_key(ap, &fall, "drop"))
		return false;
	apply_touch(ap, TOUCH_DROP, column, sub->span);
	return apply_fall(ap, fall.v, fall.n, (sub->flags & SUB_SUB_CASCADE) != 0);
}

/* What a child has from it goes too, unless it is the child's own as well, or becomes that by ONLY. */
static bool
drop_inherited_checks(struct apply *ap, uint32_t relation, uint32_t check, struct id_list *fall)
{
	struct str name = catalog_last_name(ap->c, check);
	struct id_list all = {0};

	table_descendants(ap, relation, &all);
	if (all.n > 1 && apply_flag(ap, EVENT_ONLY) && !ap->c->objects.v[check].no_inherit &&
		ap->c->objects.v[relation].kind == OBJECT_PARTITIONED_TABLE)
		return apply_fail(ap, APPLY_CONFLICT,
			"cannot remove constraint from only the partitioned table when partitions exist");
	for (uint32_t i = 1; i < all.n; i++) {
		uint32_t id = catalog_member(ap->c, all.v[i], OBJECT_CONSTRAINT, name, ap->at);

		if (!id || !id_list_has(fall, ap->c->objects.v[id].inherited_from))
			continue;
		if (ap->c->objects.v[id].merged || apply_flag(ap, EVENT_ONLY)) {
			catalog_edit(ap, id)->inherited_from = 0;
			catalog_edit(ap, id)->merged = false;
		} else {
			vec_push(ap->scratch, fall, id);
		}
	}
	return true;
}

static bool
drop_constraint(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	struct id_list fall = {0};
	uint32_t id = catalog_member(ap->c, relation, OBJECT_CONSTRAINT, sub->name, ap->at);
	struct naming n = catalog_name(ap->c, relation, ap->at);

	if (!id && (sub->flags & SUB_IF_EXISTS))
		return true;
	if (!id && (ap->c->objects.v[relation].columns_unknown ||
			   catalog_part_havoc(ap->c, OBJECT_CONSTRAINT, relation, 0, ap->at)))
		return apply_fail(ap, APPLY_UNKNOWN, "constraint \"%.*s\" may or may not exist",
			STR_ARG(sub->name));
	if (!id)
		return apply_fail(ap, APPLY_CONFLICT,
			"constraint \"%.*s\" of relation \"%.*s\" does not exist",
			STR_ARG(sub->name), STR_ARG(n.name));
	if (ap->c->objects.v[id].inherited_from)
		return apply_fail(ap, APPLY_CONFLICT,
			"cannot drop inherited constraint \"%.*s\" of relation \"%.*s\"",
			STR_ARG(sub->name), STR_ARG(n.name));
	vec_push(ap->scratch, &fall, id);
	if (ap->c->objects.v[id].constraint == CONSTRAINT_CHECK &&
		!drop_inherited_checks(ap, relation, id, &fall))
		return false;
	apply_touch(ap, TOUCH_DROP, id, sub->span);
	return apply_fall(ap, fall.v, fall.n, (sub->flags & SUB_SUB_CASCADE) != 0);
}

static bool
add_constraint(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	if ((sub->flags & SUB_IF_NOT_EXISTS) && sub->name.n &&
		catalog_member(ap->c, relation, OBJECT_CONSTRAINT, sub->name, ap->at))
		return true;
	return apply_add_constraint(ap, relation, sub);
}

/* ALTER SEQUENCE OWNED BY: no target is NONE. */
bool
apply_owned_by(struct apply *ap, uint32_t sequence, const struct subcommand *sub)
{
	uint32_t table = 0, column = 0;
	struct object *o;

	if (sub->target.name.n && !str_is(sub->target.name, "none")) {
		if (!apply_relation(ap, &sub->target, false, &table) ||
			!apply_column(ap, table, sub->name, &column))
			return false;
	}
	o = catalog_edit(ap, sequence);
	o->parent = table;
	o->columns.n = 0;
	o->columns.v = NULL;
	o->columns.cap = 0;
	if (column) {
		vec_push(ap->c->arena, &o->columns, column);
		vec_push(ap->c->arena, &catalog_edit(ap, table)->members, sequence);
	}
	return true;
}

/* ATSimplePermissions(): views and sequences take hardly any of ALTER TABLE. */
static bool
allowed_on(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	static const char *const actions[SUB_KINDS] = {
		[SUB_ADD_COLUMN] = "ADD COLUMN",
		[SUB_DROP_COLUMN] = "DROP COLUMN",
		[SUB_ALTER_TYPE] = "ALTER COLUMN ... SET DATA TYPE",
		[SUB_SET_NOT_NULL] = "ALTER COLUMN ... SET NOT NULL",
		[SUB_DROP_NOT_NULL] = "ALTER COLUMN ... DROP NOT NULL",
		[SUB_ADD_CONSTRAINT] = "ADD CONSTRAINT",
		[SUB_DROP_CONSTRAINT] = "DROP CONSTRAINT",
		[SUB_ADD_IDENTITY] = "ALTER COLUMN ... ADD IDENTITY",
		[SUB_DROP_IDENTITY] = "ALTER COLUMN ... DROP IDENTITY",
	};
	enum object_kind k = ap->c->objects.v[relation].kind;

	if (!actions[sub->kind] || ap->c->objects.v[relation].external ||
		(k != OBJECT_VIEW && k != OBJECT_MATERIALIZED_VIEW && k != OBJECT_SEQUENCE &&
			k != OBJECT_INDEX))
		return true;
	return apply_fail(ap, APPLY_CONFLICT,
		"ALTER action %s cannot be performed on relation \"%.*s\"", actions[sub->kind],
		STR_ARG(catalog_last_name(ap->c, relation)));
}

static bool
apply_sub(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	switch (sub->kind) {
	case SUB_ADD_COLUMN:
		return apply_add_column(ap, relation, sub);
	case SUB_DROP_COLUMN:
		return drop_column(ap, relation, sub);
	case SUB_ALTER_TYPE:
		return alter_type(ap, relation, sub);
	case SUB_SET_NOT_NULL:
	case SUB_DROP_NOT_NULL:
		return set_not_null(ap, relation, sub);
	case SUB_SET_DEFAULT:
	case SUB_DROP_DEFAULT:
		return set_default(ap, relation, sub);
	case SUB_ADD_IDENTITY:
		return add_identity(ap, relation, sub);
	case SUB_DROP_IDENTITY:
		return drop_identity(ap, relation, sub);
	case SUB_SET_IDENTITY:
		return set_identity(ap, relation, sub);
	case SUB_DROP_EXPRESSION:
		return drop_expression(ap, relation, sub);
	case SUB_ADD_CONSTRAINT:
		return add_constraint(ap, relation, sub);
	case SUB_DROP_CONSTRAINT:
		return drop_constraint(ap, relation, sub);
	case SUB_INHERIT:
	case SUB_NO_INHERIT:
	case SUB_ATTACH_PARTITION:
	case SUB_DETACH_PARTITION:
		return apply_change_inheritance(ap, relation, sub);
	case SUB_OWNED_BY:
		return apply_owned_by(ap, relation, sub);
	case SUB_VALIDATE_CONSTRAINT:
		return catalog_member(ap->c, relation, OBJECT_CONSTRAINT, sub->name, ap->at) ||
		       ap->c->objects.v[relation].columns_unknown ||
		       apply_fail(ap, APPLY_CONFLICT,
			       "constraint \"%.*s\" of relation \"%.*s\" does not exist",
			       STR_ARG(sub->name), STR_ARG(catalog_last_name(ap->c, relation)));
	case SUB_OF_TYPE:
		return apply_of_type(ap, relation, sub);
	case SUB_NONE:
	case SUB_LIKE:
	case SUB_ADD_VALUE:
	case SUB_RENAME_VALUE:
	case SUB_ROW_SECURITY:
	case SUB_UNMODELLED:
	case SUB_KINDS:
		break;
	}
	return true;
}

/* IF (NOT) EXISTS of the subcommand. On some kinds PostgreSQL has no such words; there they say that
 * the statement stands under a guard which keeps it from failing. */
static bool
is_lenient(const struct subcommand *sub)
{
	return (sub->flags & (SUB_IF_EXISTS | SUB_IF_NOT_EXISTS)) && sub->kind != SUB_DROP_COLUMN &&
	       sub->kind != SUB_ADD_COLUMN && sub->kind != SUB_DROP_CONSTRAINT &&
	       sub->kind != SUB_DROP_IDENTITY && sub->kind != SUB_DROP_EXPRESSION;
}

/* A constraint in the definition of a column that ADD COLUMN IF NOT EXISTS found there already. */
static bool
of_skipped_column(struct apply *ap, const bool *skipped, uint32_t i)
{
	const struct subcommand *subs = &ap->u->subcommands.v[ap->e->subcommands.first];
	const struct subcommand *sub = &subs[i];

	if (sub->kind != SUB_ADD_CONSTRAINT || sub->columns.count != 1)
		return false;
	while (i && subs[i].kind == SUB_ADD_CONSTRAINT)
		i--;
	return skipped[i] && ap->u->words.v[sub->columns.first].span.offset == subs[i].span.offset;
}

/* The columns that are there already, by subcommand. */
static bool *
find_skipped(struct apply *ap, uint32_t relation)
{
	bool *skipped = arena_array(ap->scratch, bool, ap->e->subcommands.count + 1);

	for (uint32_t i = 0; i < ap->e->subcommands.count; i++) {
		const struct subcommand *sub = &ap->u->subcommands.v[ap->e->subcommands.first + i];
		uint32_t id =
			sub->kind == SUB_ADD_COLUMN && (sub->flags & SUB_IF_NOT_EXISTS)
				? catalog_member(ap->c, relation, OBJECT_COLUMN, sub->name, ap->at)
				: 0;

		skipped[i] = id && ap->c->objects.v[id].exists == EXISTS_YES;
	}
	return skipped;
}

static bool
apply_subs(struct apply *ap, uint32_t relation)
{
	const bool *skipped = find_skipped(ap, relation);

	for (int pass = 0; pass < PASSES; pass++) {
		for (uint32_t i = 0; i < ap->e->subcommands.count; i++) {
			const struct subcommand *sub =
				&ap->u->subcommands.v[ap->e->subcommands.first + i];

			if ((int)pass_of(sub) != pass || of_skipped_column(ap, skipped, i))
				continue;
			if (allowed_on(ap, relation, sub) && apply_sub(ap, relation, sub))
				continue;
			if (ap->out->status != APPLY_CONFLICT || !is_lenient(sub))
				return false;
			ap->out->status = APPLY_DONE;
		}
	}
	return true;
}

static bool
only_column_subs(const struct apply *ap)
{
	for (uint32_t i = 0; i < ap->e->subcommands.count; i++) {
		enum subcommand_kind k = ap->u->subcommands.v[ap->e->subcommands.first + i].kind;

		if (k != SUB_ADD_COLUMN && k != SUB_DROP_COLUMN && k != SUB_DROP_CONSTRAINT)
			return false;
	}
	return ap->e->subcommands.count != 0;
}

bool
apply_alter(struct apply *ap)
{
	enum space space = catalog_space(ap->e->object_kind);
	bool if_exists = apply_flag(ap, EVENT_IF_EXISTS);
	uint32_t object;

	if (space == SPACE_NONE || space == SPACE_OTHER || space == SPACE_ROLE ||
		space == SPACE_EXTENSION || space == SPACE_CONSTRAINT)
		return true;
	if (space == SPACE_ROUTINE || space == SPACE_TYPE) {
		if (space == SPACE_ROUTINE
				? routine_find(ap, &ap->e->object, 0, if_exists, &object)
				: apply_find(ap, space, &ap->e->object, if_exists, &object))
			apply_touch(ap, TOUCH_ALTER, object, ap->e->span);
		return ap->out->status == APPLY_DONE;
	}
	if (!apply_find(ap, space, &ap->e->object, if_exists, &object) || !apply_fits(ap, object))
		return false;
	if (space == SPACE_RELATION && !apply_typed_tables_follow(ap, object))
		return false;
	if (space != SPACE_RELATION || !apply_subs(ap, object))
		return ap->out->status == APPLY_DONE;
	if (!ap->out->touched.n && only_column_subs(ap)) {
		ap->out->status = APPLY_SKIPPED;
		return true;
	}
	if (!ap->out->touched.n)
		apply_touch(ap, TOUCH_ALTER, object, ap->e->object.span);
	return true;
}
