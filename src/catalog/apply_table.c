/* CREATE TABLE and its columns, inherited, copied and its own.
 *
 * parse_utilcmd.c and tablecmds.c (PostgreSQL 15): columns in the order inherited, then as written;
 * then CHECK constraints, then the primary key, further indexes, and last foreign keys. The order
 * matters for the names that are chosen. */
#include "catalog_p.h"

static bool
is_table(enum object_kind k)
{
	return k == OBJECT_TABLE || k == OBJECT_PARTITIONED_TABLE || k == OBJECT_FOREIGN_TABLE;
}

static const struct subcommand *
sub_at(const struct apply *ap, uint32_t i)
{
	return &ap->u->subcommands.v[ap->e->subcommands.first + i];
}

bool
table_is_child(const struct catalog *c, uint32_t child, uint32_t parent)
{
	const struct object *o = &c->objects.v[child];

	if (!is_table(o->kind) || o->exists == EXISTS_NO)
		return false;
	for (uint32_t i = 0; i < o->depends.n; i++)
		if (o->depends.v[i] == parent)
			return true;
	return false;
}

void
table_descendants(struct apply *ap, uint32_t relation, struct id_list *out)
{
	out->n = 0;
	vec_push(ap->scratch, out, relation);
	for (uint32_t i = 0; i < out->n; i++) {
		const struct object *o = &ap->c->objects.v[out->v[i]];

		for (uint32_t k = 0; k < o->dependents.n; k++)
			if (table_is_child(ap->c, o->dependents.v[k], out->v[i]))
				id_list_add_once(ap->scratch, out, o->dependents.v[k]);
	}
}

static uint32_t
count_columns(const struct catalog *c, uint32_t relation)
{
	const struct object *o = &c->objects.v[relation];
	uint32_t n = 0;

	for (uint32_t i = 0; i < o->members.n; i++)
		n += c->objects.v[o->members.v[i]].kind == OBJECT_COLUMN;
	return n;
}

uint32_t
table_new_column(struct apply *ap, uint32_t relation, struct str name, struct str type)
{
	uint32_t id = catalog_new(ap, OBJECT_COLUMN, relation, (struct str){0}, name);
	uint32_t user_type = type_owner(ap, type);
	struct object *o = catalog_edit(ap, id);

	o->type = type.n ? str_dup(ap->c->arena, type) : STR("unknown");
	if (user_type) {
		o->user_type = user_type;
		vec_push(ap->c->arena, &catalog_edit(ap, user_type)->dependents, id);
	}
	return id;
}

/* serial: a default without an expression that the database makes up itself. */
static bool
is_serial(const struct subcommand *sub)
{
	return (sub->flags & SUB_HAS_DEFAULT) && !(sub->flags & (SUB_IDENTITY | SUB_GENERATED)) &&
	       !sub->text.n;
}

static void
set_column(struct apply *ap, uint32_t relation, uint32_t column, const struct subcommand *sub)
{
	struct object *o = catalog_edit(ap, column);

	o->has_default = (sub->flags & SUB_HAS_DEFAULT) && !(sub->flags & SUB_IDENTITY);
	o->identity = (sub->flags & SUB_IDENTITY) != 0;
	o->generated = (sub->flags & SUB_GENERATED) != 0;
	o->has_default |= o->generated;
	o->not_null |= (sub->flags & (SUB_NOT_NULL | SUB_IDENTITY)) || is_serial(sub);
	if (o->identity || is_serial(sub)) {
		uint32_t sequence = apply_own_sequence(ap, relation, column, &sub->target);

		catalog_edit(ap, column)->partner = sequence;
	}
}

/* A child's column of the same name becomes an inherited one; else it gets a new one. */
static uint32_t
pass_on_column(struct apply *ap, uint32_t child, uint32_t column)
{
	const struct object *from = &ap->c->objects.v[column];
	struct str name = catalog_last_name(ap->c, column);
	uint32_t id = catalog_member(ap->c, child, OBJECT_COLUMN, name, ap->at);
	struct object *o;

	if (!id)
		id = table_new_column(ap, child, name, from->type);
	o = catalog_edit(ap, id);
	from = &ap->c->objects.v[column];
	if (!o->inherited_from)
		o->inherited_from = column;
	o->not_null |= from->not_null;
	if (!o->has_default && !from->identity) {
		o->has_default = from->has_default;
		o->generated = from->generated;
		use_copy(ap, id, column);
	}
	return id;
}

static bool
column_is_free(struct apply *ap, uint32_t relation, const struct subcommand *sub, bool creating,
	bool *skip)
{
	struct binding b = catalog_column(ap->c, relation, sub->name, ap->at);

	*skip = false;
	if (b.state != BINDING_BOUND)
		return true;
	if (!b.object)
		return apply_fail(ap, APPLY_CONFLICT,
			"column name \"%.*s\" conflicts with a system column name",
			STR_ARG(sub->name));
	if (creating)
		return apply_fail(ap, APPLY_CONFLICT, "column \"%.*s\" specified more than once",
			STR_ARG(sub->name));
	*skip = (sub->flags & SUB_IF_NOT_EXISTS) != 0;
	if (b.exists == EXISTS_MAYBE && !ap->maybe) {
		/* It was not there after all, or is there now. */
		catalog_set_existence(ap, b.object, *skip ? EXISTS_YES : EXISTS_NO);
		return true;
	}
	if (*skip)
		return true;
	return apply_fail(ap, APPLY_CONFLICT, "column \"%.*s\" of relation \"%.*s\" already exists",
		STR_ARG(sub->name), STR_ARG(catalog_last_name(ap->c, relation)));
}

static bool
is_typed(const struct apply *ap, uint32_t relation)
{
	const struct object *o = &ap->c->objects.v[relation];

	for (uint32_t i = 0; i < o->depends.n; i++)
		if (is_table(o->kind) &&
			ap->c->objects.v[o->depends.v[i]].kind == OBJECT_COMPOSITE_TYPE)
			return true;
	return false;
}

/* The child has it from its own parents, of those that have just got it. */
static void
pass_on_new(struct apply *ap, uint32_t child, const struct id_list *all, struct str name)
{
	const struct object *o = &ap->c->objects.v[child];
	struct id_list parents = {0};

	for (uint32_t i = 0; i < o->depends.n; i++)
		if (id_list_has(all, o->depends.v[i]))
			vec_push(ap->scratch, &parents, o->depends.v[i]);
	for (uint32_t i = 0; i < parents.n; i++) {
		uint32_t column = catalog_member(ap->c, parents.v[i], OBJECT_COLUMN, name, ap->at);

		if (column)
			pass_on_column(ap, child, column);
	}
}

bool
apply_add_column(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	struct id_list all = {0};
	uint32_t column;
	bool skip;

	if (ap->c->objects.v[relation].partition)
		return apply_fail(ap, APPLY_CONFLICT, "cannot add column to a partition");
	if (is_typed(ap, relation))
		return apply_fail(ap, APPLY_CONFLICT, "cannot add column to typed table");
	if (!column_is_free(ap, relation, sub, false, &skip))
		return false;
	if (skip)
		return true;
	if (count_columns(ap->c, relation) >= CATALOG_MAX_COLUMNS)
		return apply_fail(ap, APPLY_CONFLICT, "tables can have at most %d columns",
			CATALOG_MAX_COLUMNS);
	if (!type_exists(ap, sub->type))
		return false;
	column = table_new_column(ap, relation, sub->name, sub->type);
	set_column(ap, relation, column, sub);
	if (!use_in_column(ap, column, sub))
		return false;
	apply_touch(ap, TOUCH_CREATE, column, sub->span);
	table_descendants(ap, relation, &all);
	if (all.n > 1 && apply_flag(ap, EVENT_ONLY))
		return apply_fail(ap, APPLY_CONFLICT, "column must be added to child tables too");
	for (uint32_t i = 1; i < all.n; i++)
		pass_on_new(ap, all.v[i], &all, sub->name);
	return true;
}

void
apply_inherit_from(struct apply *ap, uint32_t relation, uint32_t parent)
{
	for (uint32_t i = 0; i < ap->c->objects.v[parent].members.n; i++) {
		uint32_t id = ap->c->objects.v[parent].members.v[i];
		const struct object *o = &ap->c->objects.v[id];

		if (o->exists == EXISTS_NO)
			continue;
		if (o->kind == OBJECT_COLUMN)
			pass_on_column(ap, relation, id);
		else if (o->kind == OBJECT_CONSTRAINT && o->constraint == CONSTRAINT_CHECK)
			apply_copy_check(ap, relation, id, true);
	}
	if (ap->c->objects.v[parent].columns_unknown)
		catalog_edit(ap, relation)->columns_unknown = true;
}

/* What CREATE TABLE names is looked for before the table's own name is there, which might hide it. */
struct sources {
	struct id_list parents;
	struct id_list likes; /* by subcommand, 0 where it is none */
};

static bool
find_sources(struct apply *ap, struct sources *out)
{
	uint32_t id;

	for (uint32_t i = 0; i < ap->e->subcommands.count; i++) {
		const struct subcommand *sub = sub_at(ap, i);

		id = 0;
		if (sub->kind == SUB_LIKE && !apply_relation(ap, &sub->target, false, &id))
			return false;
		if (id && (ap->c->objects.v[id].kind == OBJECT_INDEX ||
				  ap->c->objects.v[id].kind == OBJECT_SEQUENCE))
			return apply_fail(ap, APPLY_CONFLICT,
				"relation \"%.*s\" is invalid in LIKE clause",
				STR_ARG(sub->target.name));
		vec_push(ap->scratch, &out->likes, id);
	}
	for (uint32_t i = 0; i < ap->e->names.count; i++) {
		if (!apply_relation(ap, apply_name(ap, i), false, &id))
			return false;
		if (id_list_has(&out->parents, id))
			return apply_fail(ap, APPLY_CONFLICT,
				"relation \"%.*s\" would be inherited from more than once",
				STR_ARG(apply_name(ap, i)->name));
		vec_push(ap->scratch, &out->parents, id);
	}
	return true;
}

static bool
inherit_all(struct apply *ap, uint32_t relation, const struct sources *from)
{
	bool partition = apply_flag(ap, EVENT_PARTITION_OF);

	for (uint32_t i = 0; i < from->parents.n; i++) {
		uint32_t parent = from->parents.v[i];

		if (!is_table(ap->c->objects.v[parent].kind))
			return apply_fail(ap, APPLY_CONFLICT,
				"inherited relation \"%.*s\" is not a table or foreign table",
				STR_ARG(apply_name(ap, i)->name));
		if (!partition && ap->c->objects.v[parent].kind == OBJECT_PARTITIONED_TABLE)
			return apply_fail(ap, APPLY_CONFLICT,
				"cannot inherit from partitioned table \"%.*s\"",
				STR_ARG(apply_name(ap, i)->name));
		if (!partition && ap->c->objects.v[parent].partition)
			return apply_fail(ap, APPLY_CONFLICT,
				"cannot inherit from partition \"%.*s\"",
				STR_ARG(apply_name(ap, i)->name));
		if (partition && ap->c->objects.v[parent].kind != OBJECT_PARTITIONED_TABLE &&
			!ap->c->objects.v[parent].columns_unknown)
			return apply_fail(ap, APPLY_CONFLICT, "\"%.*s\" is not partitioned",
				STR_ARG(apply_name(ap, i)->name));
		catalog_add_depend(ap, relation, parent);
		catalog_edit(ap, relation)->partition = partition;
		apply_inherit_from(ap, relation, parent);
		if (partition)
			apply_touch(ap, TOUCH_ALTER, parent, apply_name(ap, i)->span);
	}
	return true;
}

static bool
includes(struct str options, const char *what)
{
	struct str part;

	while (str_cut(&options, ',', &part))
		if (str_is(str_trim(part), what) || str_is(str_trim(part), "all"))
			return true;
	return false;
}

/* What the columns that are copied have: their expressions name one another. */
static void
copy_expressions(struct apply *ap, uint32_t relation, uint32_t source)
{
	for (uint32_t i = 0; i < ap->c->objects.v[source].members.n; i++) {
		uint32_t from = ap->c->objects.v[source].members.v[i], copy;

		if (ap->c->objects.v[from].kind != OBJECT_COLUMN ||
			ap->c->objects.v[from].exists == EXISTS_NO ||
			!ap->c->objects.v[from].depends.n)
			continue;
		copy = catalog_member(
			ap->c, relation, OBJECT_COLUMN, catalog_last_name(ap->c, from), ap->at);
		if (copy && ap->c->objects.v[copy].has_default)
			use_copy(ap, copy, from);
	}
}

/* CREATE TABLE, "LIKE source_table": columns and NOT NULL always, the rest where INCLUDING. */
static bool
copy_like(struct apply *ap, uint32_t relation, const struct subcommand *sub, uint32_t source)
{
	for (uint32_t i = 0; i < ap->c->objects.v[source].members.n; i++) {
		uint32_t id = ap->c->objects.v[source].members.v[i], copy;
		struct object from = ap->c->objects.v[id], *o;
		struct subcommand as = {.name = catalog_last_name(ap->c, id)};
		bool skip;

		if (from.kind == OBJECT_CONSTRAINT && from.constraint == CONSTRAINT_CHECK &&
			from.exists != EXISTS_NO && includes(sub->text, "constraints"))
			apply_copy_check(ap, relation, id, false);
		if (from.kind != OBJECT_COLUMN || from.exists == EXISTS_NO)
			continue;
		copy = catalog_member(ap->c, relation, OBJECT_COLUMN, as.name, ap->at);
		if (copy && ap->c->objects.v[copy].inherited_from &&
			!ap->c->objects.v[copy].merged) {
			catalog_edit(ap, copy)->merged = true;
			continue;
		}
		if (!column_is_free(ap, relation, &as, true, &skip))
			return false;
		copy = table_new_column(ap, relation, as.name, from.type);
		o = catalog_edit(ap, copy);
		o->not_null = from.not_null;
		o->generated = from.generated && includes(sub->text, "generated");
		o->has_default = from.generated
					 ? o->generated
					 : from.has_default && includes(sub->text, "defaults");
		if (from.identity && includes(sub->text, "identity")) {
			uint32_t sequence = apply_own_sequence(ap, relation, copy, &as.target);

			o = catalog_edit(ap, copy);
			o->identity = true;
			o->partner = sequence;
		}
	}
	if (ap->c->objects.v[source].columns_unknown)
		catalog_edit(ap, relation)->columns_unknown = true;
	copy_expressions(ap, relation, source);
	return true;
}

/* A column's definition; over an inherited one it merges (MergeAttributes). */
static bool
define_column(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	uint32_t column = catalog_member(ap->c, relation, OBJECT_COLUMN, sub->name, ap->at);
	bool skip;

	if (column && ap->c->objects.v[column].inherited_from && !ap->c->objects.v[column].merged) {
		bool has_default = ap->c->objects.v[column].has_default;
		bool generated = ap->c->objects.v[column].generated;
		struct str type = type_if_known(ap->c->objects.v[column].type);

		if (type.n && sub->type.n && !str_eq(type, sub->type) &&
			!ap->c->objects.v[column].user_type && !apply_type_of(ap, sub->type))
			return apply_fail(ap, APPLY_CONFLICT, "column \"%.*s\" has a type conflict",
				STR_ARG(sub->name));
		/* Options of a column of a partition, or of a type, make it no column of its own. */
		catalog_edit(ap, column)->merged =
			sub->type.n && !ap->c->objects.v[relation].partition;
		set_column(ap, relation, column, sub);
		catalog_edit(ap, column)->has_default |= has_default;
		if (!(sub->flags & SUB_HAS_DEFAULT))
			catalog_edit(ap, column)->generated |= generated;
		return true;
	}
	if ((apply_flag(ap, EVENT_PARTITION_OF) || !sub->type.n) && !column &&
		!ap->c->objects.v[relation].columns_unknown)
		return apply_fail(
			ap, APPLY_CONFLICT, "column \"%.*s\" does not exist", STR_ARG(sub->name));
	if (!column_is_free(ap, relation, sub, true, &skip))
		return false;
	if (count_columns(ap->c, relation) >= CATALOG_MAX_COLUMNS)
		return apply_fail(ap, APPLY_CONFLICT, "tables can have at most %d columns",
			CATALOG_MAX_COLUMNS);
	if (!type_exists(ap, sub->type))
		return false;
	column = table_new_column(ap, relation, sub->name, sub->type);
	set_column(ap, relation, column, sub);
	return true;
}

static bool
define_columns(struct apply *ap, uint32_t relation, const struct sources *from)
{
	for (uint32_t i = 0; i < ap->e->subcommands.count; i++) {
		const struct subcommand *sub = sub_at(ap, i);

		if (sub->kind == SUB_ADD_COLUMN && !define_column(ap, relation, sub))
			return false;
		if (sub->kind == SUB_LIKE && !copy_like(ap, relation, sub, from->likes.v[i]))
			return false;
		if (sub->kind == SUB_OF_TYPE && !apply_of_type(ap, relation, sub))
			return false;
	}
	return true;
}

/* Expressions are read when all columns are there. */
static bool
define_expressions(struct apply *ap, uint32_t relation)
{
	for (uint32_t i = 0; i < ap->e->subcommands.count; i++) {
		const struct subcommand *sub = sub_at(ap, i);
		uint32_t column;

		if (sub->kind != SUB_ADD_COLUMN ||
			!(sub->flags & (SUB_HAS_DEFAULT | SUB_GENERATED)))
			continue;
		column = catalog_member(ap->c, relation, OBJECT_COLUMN, sub->name, ap->at);
		if (column && !use_in_column(ap, column, sub))
			return false;
	}
	return true;
}

/* In which round of CREATE TABLE a constraint is made. */
static int
constraint_round(enum constraint_kind k)
{
	switch (k) {
	case CONSTRAINT_CHECK:
		return 0;
	case CONSTRAINT_PRIMARY_KEY:
		return 1;
	case CONSTRAINT_UNIQUE:
	case CONSTRAINT_EXCLUSION:
		return 2;
	case CONSTRAINT_FOREIGN_KEY:
		return 4;
	case CONSTRAINT_NONE:
		break;
	}
	return -1;
}

static bool
define_constraints(struct apply *ap, uint32_t relation, const struct sources *from, int round)
{
	for (uint32_t i = 0; i < ap->e->subcommands.count; i++) {
		const struct subcommand *sub = sub_at(ap, i);

		if (sub->kind == SUB_ADD_CONSTRAINT && constraint_round(sub->constraint) == round &&
			!apply_add_constraint(ap, relation, sub))
			return false;
		if (sub->kind == SUB_LIKE && round == 3 && includes(sub->text, "indexes"))
			apply_clone_keys(ap, relation, from->likes.v[i], true);
	}
	return true;
}

static bool
define_partition_key(struct apply *ap, uint32_t relation)
{
	struct id_list columns = {0};

	if (ap->e->object_kind != OBJECT_PARTITIONED_TABLE)
		return true;
	for (uint32_t i = 0; i < ap->e->words.count; i++) {
		struct range one = {ap->e->words.first + i, 1};

		if (ap->u->words.v[one.first].text.n &&
			!key_find_columns(ap, relation, one, "column ",
				" named in partition key does not exist", &columns))
			return false;
	}
	key_keep_columns(ap, relation, &columns);
	return true;
}

bool
apply_create_table(struct apply *ap)
{
	const struct event *e = ap->e;
	bool temporary = apply_flag(ap, EVENT_TEMPORARY);
	struct sources from = {0};
	struct str schema;
	uint32_t relation;

	if (!apply_creation_schema(ap, &e->object, temporary, &schema))
		return false;
	if (e->object_kind == OBJECT_COMPOSITE_TYPE &&
		!apply_name_free(ap, SPACE_TYPE, schema, e->object.name, false))
		return false;
	if (!apply_name_free(ap, SPACE_RELATION, schema, e->object.name,
		    apply_flag(ap, EVENT_IF_NOT_EXISTS)) ||
		!apply_name_free(ap, SPACE_TYPE, schema, e->object.name, false))
		return false;
	if (!find_sources(ap, &from))
		return false;
	relation = catalog_new(ap, e->object_kind, 0, schema, e->object.name);
	catalog_edit(ap, relation)->temporary = str_is(schema, "pg_temp");
	if (apply_flag(ap, EVENT_ON_COMMIT_DROP))
		ap->s->drops = catalog_edit(ap, relation)->on_commit_drop = true;
	catalog_edit(ap, relation)->owner = ap->s->role;
	apply_touch(ap, TOUCH_CREATE, relation, e->object.span);
	if (!inherit_all(ap, relation, &from) || !define_columns(ap, relation, &from) ||
		!define_expressions(ap, relation) || !define_partition_key(ap, relation))
		return false;
	if (!define_constraints(ap, relation, &from, 0))
		return false;
	if (apply_flag(ap, EVENT_PARTITION_OF))
		apply_clone_keys(ap, relation, ap->c->objects.v[relation].depends.v[0], false);
	for (int round = 1; round <= 4; round++)
		if (!define_constraints(ap, relation, &from, round))
			return false;
	return true;
}
