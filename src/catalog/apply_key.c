/* Keys, foreign keys and indexes.
 *
 * PostgreSQL 15: tablecmds.c (ATAddForeignKeyConstraint), indexcmds.c, heap.c
 * (AddRelationNewConstraints), index.c. A primary key or unique constraint is two objects, the
 * constraint and its index, that share a name and know each other as partners. */
#include "catalog_p.h"

static struct str
relation_name(const struct apply *ap, uint32_t relation)
{
	return catalog_last_name(ap->c, relation);
}

bool
key_primary(const struct catalog *c, uint32_t relation, uint32_t *key)
{
	const struct object *r = &c->objects.v[relation];

	for (uint32_t i = 0; i < r->members.n; i++) {
		const struct object *o = &c->objects.v[r->members.v[i]];

		if (o->kind == OBJECT_CONSTRAINT && o->constraint == CONSTRAINT_PRIMARY_KEY &&
			o->exists != EXISTS_NO) {
			*key = r->members.v[i];
			return true;
		}
	}
	return false;
}

bool
key_find_columns(struct apply *ap, uint32_t relation, struct range words, const char *before,
	const char *after, struct id_list *out)
{
	for (uint32_t i = 0; i < words.count; i++) {
		struct str name = ap->u->words.v[words.first + i].text;
		struct binding b = catalog_column(ap->c, relation, name, ap->at);

		if (b.state == BINDING_BOUND && b.object)
			vec_push(ap->scratch, out, b.object);
		if (b.state == BINDING_MISSING)
			return apply_fail(
				ap, APPLY_CONFLICT, "%s\"%.*s\"%s", before, STR_ARG(name), after);
	}
	return true;
}

void
key_keep_columns(struct apply *ap, uint32_t object, const struct id_list *columns)
{
	struct object *o = catalog_edit(ap, object);

	for (uint32_t i = 0; i < columns->n; i++)
		vec_push(ap->c->arena, &o->columns, columns->v[i]);
}

static struct str
joined_words(struct apply *ap, struct range words)
{
	struct str *names = arena_array(ap->scratch, struct str, words.count);

	for (uint32_t i = 0; i < words.count; i++)
		names[i] = ap->u->words.v[words.first + i].text;
	return name_join_columns(ap, names, words.count);
}

bool
key_is_free(struct apply *ap, uint32_t relation, struct str name)
{
	uint32_t holder = catalog_member(ap->c, relation, OBJECT_CONSTRAINT, name, ap->at);

	if (!holder)
		return true;
	if (ap->c->objects.v[holder].exists == EXISTS_MAYBE) {
		if (!ap->maybe)
			catalog_set_existence(ap, holder, EXISTS_NO);
		return true;
	}
	if (holder >= ap->first_new && ap->c->objects.v[holder].constraint == CONSTRAINT_CHECK)
		return apply_fail(ap, APPLY_CONFLICT, "check constraint \"%.*s\" already exists",
			STR_ARG(name));
	return apply_fail(ap, APPLY_CONFLICT,
		"constraint \"%.*s\" for relation \"%.*s\" already exists", STR_ARG(name),
		STR_ARG(relation_name(ap, relation)));
}

uint32_t
key_new_constraint(struct apply *ap, uint32_t relation, enum constraint_kind kind, struct str name)
{
	uint32_t id = catalog_new(ap, OBJECT_CONSTRAINT, relation, (struct str){0}, name);

	catalog_edit(ap, id)->constraint = kind;
	return id;
}

/* PRIMARY KEY, UNIQUE, EXCLUDE */

static void
set_not_null(struct apply *ap, const struct id_list *columns)
{
	for (uint32_t i = 0; i < columns->n; i++)
		catalog_edit(ap, columns->v[i])->not_null = true;
}

/* The index and its constraint, with all that a key brings. */
uint32_t
key_make(struct apply *ap, uint32_t relation, enum constraint_kind kind, struct str name,
	const struct id_list *columns)
{
	struct str schema = catalog_last_schema(ap->c, relation);
	uint32_t index = catalog_new(ap, OBJECT_INDEX, relation, schema, name);
	uint32_t key = key_new_constraint(ap, relation, kind, name);

	key_keep_columns(ap, index, columns);
	key_keep_columns(ap, key, columns);
	catalog_edit(ap, index)->unique = kind != CONSTRAINT_EXCLUSION;
	catalog_edit(ap, index)->partner = key;
	catalog_edit(ap, key)->partner = index;
	if (kind == CONSTRAINT_PRIMARY_KEY)
		set_not_null(ap, columns);
	return key;
}

struct str
key_choose_index_name(
	struct apply *ap, uint32_t relation, enum constraint_kind kind, struct str columns)
{
	struct str table = relation_name(ap, relation);
	struct str schema = catalog_last_schema(ap->c, relation);

	if (kind == CONSTRAINT_PRIMARY_KEY)
		return name_choose_relation(ap, table, (struct str){0}, "pkey", schema, true);
	if (kind == CONSTRAINT_NONE)
		return name_choose_relation(ap, table, columns, "idx", schema, false);
	return name_choose_relation(
		ap, table, columns, kind == CONSTRAINT_EXCLUSION ? "excl" : "key", schema, true);
}

static bool
same_columns(const struct object *o, const struct id_list *columns)
{
	if (o->columns.n != columns->n)
		return false;
	for (uint32_t i = 0; i < columns->n; i++)
		if (o->columns.v[i] != columns->v[i])
			return false;
	return true;
}

/* A key of the same CREATE TABLE over the same columns is one index (transformIndexConstraints). */
static bool
merges_with_earlier(struct apply *ap, uint32_t relation, const struct subcommand *sub,
	const struct id_list *columns)
{
	const struct object *r = &ap->c->objects.v[relation];

	if (ap->e->kind != EVENT_CREATE || sub->constraint != CONSTRAINT_UNIQUE)
		return false;
	for (uint32_t i = 0; i < r->members.n; i++) {
		uint32_t id = r->members.v[i];
		const struct object *o = &ap->c->objects.v[id];

		if (id >= ap->first_new && o->kind == OBJECT_CONSTRAINT && o->partner &&
			o->constraint != CONSTRAINT_EXCLUSION &&
			o->constraint != CONSTRAINT_FOREIGN_KEY && same_columns(o, columns) &&
			(o->definition.n != 0) == ((sub->flags & SUB_DEFERRABLE) != 0))
			return true;
	}
	return false;
}

/* ADD CONSTRAINT n PRIMARY KEY USING INDEX i: the index takes the constraint's name. */
static bool
adopt_index(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	struct name written = {
		.schema = catalog_last_schema(ap->c, relation),
		.name = sub->text,
	};
	struct str name = sub->name.n ? sub->name : sub->text;
	struct id_list columns = {0};
	uint32_t index, key;

	index = catalog_find(ap->c, SPACE_RELATION, written.schema, written.name, ap->at);
	if (!index || ap->c->objects.v[index].kind != OBJECT_INDEX)
		return apply_fail(
			ap, APPLY_CONFLICT, "index \"%.*s\" does not exist", STR_ARG(sub->text));
	if (ap->c->objects.v[index].parent != relation)
		return apply_fail(ap, APPLY_CONFLICT,
			"index \"%.*s\" does not belong to table \"%.*s\"", STR_ARG(sub->text),
			STR_ARG(relation_name(ap, relation)));
	if (ap->c->objects.v[index].partner)
		return apply_fail(ap, APPLY_CONFLICT,
			"index \"%.*s\" is already associated with a constraint",
			STR_ARG(sub->text));
	if (!ap->c->objects.v[index].unique)
		return apply_fail(
			ap, APPLY_CONFLICT, "\"%.*s\" is not a unique index", STR_ARG(sub->text));
	if (!key_is_free(ap, relation, name))
		return false;
	for (uint32_t i = 0; i < ap->c->objects.v[index].columns.n; i++)
		vec_push(ap->scratch, &columns, ap->c->objects.v[index].columns.v[i]);
	if (!str_eq(name, sub->text))
		catalog_give_name(ap, index, written.schema, name);
	key = key_new_constraint(ap, relation, sub->constraint, name);
	key_keep_columns(ap, key, &columns);
	catalog_edit(ap, key)->partner = index;
	catalog_edit(ap, index)->partner = key;
	if (sub->constraint == CONSTRAINT_PRIMARY_KEY)
		set_not_null(ap, &columns);
	apply_touch(ap, TOUCH_CREATE, key, sub->span);
	return true;
}

/* Something unknown happened to the relation since it has the key: when PostgreSQL takes another
 * one, that was its end. */
static bool
may_have_gone(const struct apply *ap, uint32_t relation, uint32_t key)
{
	return catalog_part_havoc(
		       ap->c, OBJECT_CONSTRAINT, relation, ap->c->objects.v[key].born, ap->at) != 0;
}

/* DefineIndex(): what is unique in each partition is unique in all only then. */
static bool
key_has_partition_key(struct apply *ap, uint32_t relation, const struct id_list *columns)
{
	const struct object *r = &ap->c->objects.v[relation];

	for (uint32_t i = 0; r->kind == OBJECT_PARTITIONED_TABLE && i < r->columns.n; i++)
		if (!id_list_has(columns, r->columns.v[i]))
			return apply_fail(ap, APPLY_CONFLICT,
				"unique constraint on partitioned table must include all partitioning columns");
	return true;
}

/* What the elements of the key give to a name that is chosen, those of INCLUDE too. */
static struct str
key_elements(struct apply *ap, const struct subcommand *sub)
{
	struct str keys, included = joined_words(ap, sub->target_columns);

	keys = sub->constraint == CONSTRAINT_EXCLUSION && sub->text.n
		       ? sub->text
		       : joined_words(ap, sub->columns);
	if (!included.n)
		return keys;
	return str_format(ap->scratch, "%.*s_%.*s", STR_ARG(keys), STR_ARG(included));
}

void
key_need(struct apply *ap, uint32_t index, const struct id_list *columns)
{
	for (uint32_t i = 0; i < columns->n; i++)
		vec_push(ap->c->arena, &catalog_edit(ap, index)->depends, columns->v[i]);
}

static bool
add_key(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	struct id_list columns = {0}, included = {0};
	const char *after = " named in key does not exist";
	struct str name = sub->name, elements;
	uint32_t key;
	bool second;

	second = sub->constraint == CONSTRAINT_PRIMARY_KEY && key_primary(ap->c, relation, &key);
	if (second && may_have_gone(ap, relation, key)) {
		if (!apply_fall(ap, &key, 1, true))
			return false;
	} else if (second && ap->c->objects.v[key].exists == EXISTS_YES) {
		return apply_fail(ap, APPLY_CONFLICT,
			"multiple primary keys for table \"%.*s\" are not allowed",
			STR_ARG(relation_name(ap, relation)));
	}
	if (!sub->columns.count && sub->text.n && sub->constraint != CONSTRAINT_EXCLUSION)
		return adopt_index(ap, relation, sub);
	/* ALTER TABLE first makes the columns of a primary key NOT NULL, and fails as that does. */
	if (sub->constraint == CONSTRAINT_PRIMARY_KEY && ap->e->kind == EVENT_ALTER)
		after = str_cstr(
			ap->scratch, str_format(ap->scratch, " of relation \"%.*s\" does not exist",
					     STR_ARG(relation_name(ap, relation))));
	if (!key_find_columns(ap, relation, sub->columns, "column ", after, &columns))
		return false;
	if (!key_find_columns(ap, relation, sub->target_columns, "column ", after, &included))
		return false;
	for (uint32_t i = 1; i < columns.n && sub->constraint != CONSTRAINT_EXCLUSION; i++)
		if (id_list_has(&(struct id_list){columns.v, i, i}, columns.v[i]))
			return apply_fail(ap, APPLY_CONFLICT,
				"column \"%.*s\" appears twice in %s constraint",
				STR_ARG(catalog_last_name(ap->c, columns.v[i])),
				sub->constraint == CONSTRAINT_UNIQUE ? "unique" : "primary key");
	if (merges_with_earlier(ap, relation, sub, &columns))
		return true;
	if (sub->constraint != CONSTRAINT_EXCLUSION &&
		!key_has_partition_key(ap, relation, &columns))
		return false;
	elements = key_elements(ap, sub);
	if (!name.n)
		name = key_choose_index_name(ap, relation, sub->constraint, elements);
	else if (!apply_name_free(
			 ap, SPACE_RELATION, catalog_last_schema(ap->c, relation), name, false) ||
		 !key_is_free(ap, relation, name))
		return false;
	key = key_make(ap, relation, sub->constraint, name, &columns);
	if (sub->constraint == CONSTRAINT_EXCLUSION || included.n)
		catalog_edit(ap, key)->elements = str_dup(ap->c->arena, elements);
	if (sub->flags & SUB_DEFERRABLE)
		catalog_edit(ap, key)->definition = STR("deferrable");
	key_need(ap, ap->c->objects.v[key].partner, &included);
	apply_touch(ap, TOUCH_CREATE, key, sub->span);
	partition_pass_on(ap, relation, key);
	return true;
}

/* FOREIGN KEY */

static bool
names_columns(const struct object *o, const struct id_list *columns)
{
	for (uint32_t i = 0; i < columns->n; i++) {
		bool found = false;

		for (uint32_t k = 0; k < o->columns.n; k++)
			found |= o->columns.v[k] == columns->v[i];
		if (!found)
			return false;
	}
	return o->columns.n == columns->n;
}

static bool
is_deferrable(const struct catalog *c, uint32_t key)
{
	return c->objects.v[key].kind == OBJECT_CONSTRAINT && c->objects.v[key].definition.n;
}

/* The unique key or index over exactly these columns, in any order; a deferrable one where there is no
 * other. */
static uint32_t
find_unique(const struct apply *ap, uint32_t relation, const struct id_list *columns)
{
	const struct object *r = &ap->c->objects.v[relation];
	uint32_t found = 0;

	for (uint32_t i = 0; i < r->members.n; i++) {
		const struct object *o = &ap->c->objects.v[r->members.v[i]];

		if (o->kind != OBJECT_INDEX || !o->unique || o->partial || o->exists == EXISTS_NO ||
			!names_columns(o, columns))
			continue;
		found = o->partner ? o->partner : r->members.v[i];
		if (!is_deferrable(ap->c, found))
			return found;
	}
	return found;
}

/* The referenced columns and the key over them. */
static bool
find_target_key(struct apply *ap, const struct subcommand *sub, uint32_t target,
	struct id_list *columns, uint32_t *key)
{
	const struct object *t = &ap->c->objects.v[target];

	*key = 0;
	if (!sub->target_columns.count) {
		if (key_primary(ap->c, target, key)) {
			for (uint32_t i = 0; i < ap->c->objects.v[*key].columns.n; i++)
				vec_push(ap->scratch, columns, ap->c->objects.v[*key].columns.v[i]);
			return true;
		}
		return t->columns_unknown || t->exists == EXISTS_MAYBE ||
		       apply_fail(ap, APPLY_CONFLICT,
			       "there is no primary key for referenced table \"%.*s\"",
			       STR_ARG(relation_name(ap, target)));
	}
	if (!key_find_columns(ap, target, sub->target_columns, "column ",
		    " referenced in foreign key constraint does not exist", columns))
		return false;
	*key = find_unique(ap, target, columns);
	if (*key && is_deferrable(ap->c, *key))
		return apply_fail(ap, APPLY_CONFLICT,
			"cannot use a deferrable unique constraint for referenced table \"%.*s\"",
			STR_ARG(relation_name(ap, target)));
	if (*key || t->columns_unknown || t->exists == EXISTS_MAYBE ||
		columns->n < sub->target_columns.count)
		return true;
	return apply_fail(ap, APPLY_CONFLICT,
		"there is no unique constraint matching given keys for referenced table \"%.*s\"",
		STR_ARG(relation_name(ap, target)));
}

void
key_keep_target(
	struct apply *ap, uint32_t id, uint32_t target, const struct id_list *columns, uint32_t key)
{
	struct object *o = catalog_edit(ap, id);

	o->target = target;
	o->partner = key;
	for (uint32_t i = 0; i < columns->n; i++) {
		vec_push(ap->c->arena, &o->target_columns, columns->v[i]);
		vec_push(ap->c->arena, &catalog_edit(ap, columns->v[i])->dependents, id);
	}
	vec_push(ap->c->arena, &catalog_edit(ap, target)->dependents, id);
	if (key)
		vec_push(ap->c->arena, &catalog_edit(ap, key)->dependents, id);
}

static bool
find_target(struct apply *ap, const struct subcommand *sub, uint32_t *target)
{
	enum object_kind kind;

	*target = 0;
	if (!apply_relation(ap, &sub->target, false, target)) {
		if (ap->out->status != APPLY_UNKNOWN && !apply_assume(ap))
			return false;
		/* It is made all the same; only to what is not known. */
		ap->out->status = APPLY_DONE;
		*target = 0;
		return true;
	}
	kind = ap->c->objects.v[*target].kind;
	if (kind == OBJECT_TABLE || kind == OBJECT_PARTITIONED_TABLE)
		return true;
	return apply_fail(ap, APPLY_CONFLICT, "referenced relation \"%.*s\" is not a table",
		STR_ARG(relation_name(ap, *target)));
}

static bool
types_agree(struct apply *ap, struct str name, const struct id_list *columns,
	const struct id_list *targets)
{
	for (uint32_t i = 0; i < columns->n && i < targets->n; i++) {
		const struct object *from = &ap->c->objects.v[columns->v[i]];
		const struct object *to = &ap->c->objects.v[targets->v[i]];

		if (!from->user_type && !to->user_type &&
			type_never_equal(ap->scratch, from->type, to->type))
			return apply_fail(ap, APPLY_CONFLICT,
				"foreign key constraint \"%.*s\" cannot be implemented",
				STR_ARG(name));
	}
	return true;
}

/* ATAddForeignKeyConstraint(): a partitioned table's is its partitions' too, and checked. */
static bool
whole_on_partitions(
	struct apply *ap, uint32_t relation, const struct subcommand *sub, uint32_t target)
{
	const char *what = apply_flag(ap, EVENT_ONLY)          ? "use ONLY for"
			   : (sub->flags & SUB_NOT_VALID) != 0 ? "add NOT VALID"
							       : NULL;

	if (!what || ap->e->kind != EVENT_ALTER ||
		ap->c->objects.v[relation].kind != OBJECT_PARTITIONED_TABLE)
		return true;
	return apply_fail(ap, APPLY_CONFLICT,
		"cannot %s foreign key on partitioned table \"%.*s\" referencing relation \"%.*s\"",
		what, STR_ARG(relation_name(ap, relation)), STR_ARG(relation_name(ap, target)));
}

static bool
add_foreign_key(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	struct id_list columns = {0}, target_columns = {0};
	struct str name = sub->name;
	uint32_t target, key = 0, id;
	struct object *o;

	if (!find_target(ap, sub, &target) ||
		!key_find_columns(ap, relation, sub->columns, "column ",
			" referenced in foreign key constraint does not exist", &columns))
		return false;
	if (target && ap->c->objects.v[relation].temporary != ap->c->objects.v[target].temporary)
		return apply_fail(ap, APPLY_CONFLICT,
			"constraints on %s tables may reference only %s tables",
			ap->c->objects.v[target].temporary ? "permanent" : "temporary",
			ap->c->objects.v[target].temporary ? "permanent" : "temporary");
	if (!whole_on_partitions(ap, relation, sub, target) ||
		(target && !find_target_key(ap, sub, target, &target_columns, &key)))
		return false;
	if (key && columns.n == sub->columns.count && target_columns.n != columns.n)
		return apply_fail(ap, APPLY_CONFLICT,
			"number of referencing and referenced columns for foreign key disagree");
	if (!name.n)
		name = name_choose_constraint(ap, relation_name(ap, relation),
			joined_words(ap, sub->columns), "fkey",
			catalog_last_schema(ap->c, relation));
	else if (!key_is_free(ap, relation, name))
		return false;
	if (!types_agree(ap, name, &columns, &target_columns))
		return false;
	id = key_new_constraint(ap, relation, CONSTRAINT_FOREIGN_KEY, name);
	o = catalog_edit(ap, id);
	o->definition =
		sub->flags & SUB_NOT_VALID ? STR("not valid") : str_dup(ap->c->arena, sub->text);
	o->target_name = sub->target;
	o->on_delete = sub->on_delete ? sub->on_delete : 'a';
	o->on_update = sub->on_update ? sub->on_update : 'a';
	o->client_action = sub->client_action;
	key_keep_columns(ap, id, &columns);
	if (target)
		key_keep_target(ap, id, target, &target_columns, key);
	apply_touch(ap, TOUCH_CREATE, id, sub->span);
	apply_touch(ap, TOUCH_REFERENCE, target, sub->target.span);
	partition_pass_on(ap, relation, id);
	return true;
}

bool
apply_add_constraint(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	switch (sub->constraint) {
	case CONSTRAINT_CHECK:
		return apply_add_check(ap, relation, sub);
	case CONSTRAINT_PRIMARY_KEY:
	case CONSTRAINT_UNIQUE:
	case CONSTRAINT_EXCLUSION:
		return add_key(ap, relation, sub);
	case CONSTRAINT_FOREIGN_KEY:
		return add_foreign_key(ap, relation, sub);
	case CONSTRAINT_NONE:
		break;
	}
	return true;
}

/* The columns of INCLUDE, expressions and WHERE are needed, but no key. */
static bool
keep_needed(struct apply *ap, uint32_t index, uint32_t relation)
{
	struct id_list needed = {0};

	for (uint32_t i = 0; i < ap->e->subcommands.count; i++)
		if (!key_find_columns(ap, relation,
			    ap->u->subcommands.v[ap->e->subcommands.first + i].columns, "column ",
			    " does not exist", &needed))
			return false;
	key_need(ap, index, &needed);
	for (uint32_t i = 0; i < ap->e->subcommands.count; i++) {
		const struct subcommand *sub = &ap->u->subcommands.v[ap->e->subcommands.first + i];

		apply_use(ap, index, sub->calls, sub->casts);
	}
	return true;
}

/* CREATE INDEX: names[0] is the table, words the columns. */
bool
apply_create_index(struct apply *ap)
{
	const struct event *e = ap->e;
	struct id_list columns = {0};
	struct str name = e->object.name, schema;
	enum object_kind kind;
	uint32_t relation, index;

	if (!apply_relation(ap, apply_name(ap, 0), false, &relation))
		return false;
	kind = ap->c->objects.v[relation].kind;
	if (!ap->c->objects.v[relation].external &&
		(kind == OBJECT_VIEW || kind == OBJECT_SEQUENCE || kind == OBJECT_FOREIGN_TABLE ||
			kind == OBJECT_COMPOSITE_TYPE || kind == OBJECT_INDEX))
		return apply_fail(ap, APPLY_CONFLICT, "cannot create index on relation \"%.*s\"",
			STR_ARG(catalog_last_name(ap->c, relation)));
	schema = catalog_last_schema(ap->c, relation);
	if (!key_find_columns(ap, relation, e->words, "column ", " does not exist", &columns))
		return false;
	if (apply_flag(ap, EVENT_UNIQUE) && !key_has_partition_key(ap, relation, &columns))
		return false;
	if (!name.n)
		name = key_choose_index_name(ap, relation, CONSTRAINT_NONE,
			e->part.n ? e->part : joined_words(ap, e->words));
	else if (!apply_name_free(
			 ap, SPACE_RELATION, schema, name, apply_flag(ap, EVENT_IF_NOT_EXISTS)))
		return false;
	index = catalog_new(ap, OBJECT_INDEX, relation, schema, name);
	catalog_edit(ap, index)->unique = apply_flag(ap, EVENT_UNIQUE);
	catalog_edit(ap, index)->partial = apply_flag(ap, EVENT_PARTIAL);
	catalog_edit(ap, index)->elements = str_dup(ap->c->arena, e->part);
	catalog_edit(ap, index)->definition = str_dup(ap->c->arena, e->text);
	catalog_edit(ap, index)->temporary = ap->c->objects.v[relation].temporary;
	key_keep_columns(ap, index, &columns);
	if (!keep_needed(ap, index, relation))
		return false;
	apply_touch(ap, TOUCH_CREATE, index, e->span);
	partition_pass_on(ap, relation, index);
	return true;
}
