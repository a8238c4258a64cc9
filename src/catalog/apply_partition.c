/* What partitions have from their parent: indexes, keys and foreign keys; and LIKE INCLUDING INDEXES.
 *
 * PostgreSQL 15: DefineIndex(), AttachPartitionEnsureIndexes(), CloneForeignKeyConstraints(). What the
 * partition has already that is the same becomes the parent's part; else it gets a new one, and its own
 * partitions too. */
#include "catalog_p.h"

static void
map_columns(
	struct apply *ap, uint32_t relation, const uint32_t *from, uint32_t n, struct id_list *out)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t id = catalog_member(
			ap->c, relation, OBJECT_COLUMN, catalog_last_name(ap->c, from[i]), ap->at);

		if (id && ap->c->objects.v[from[i]].kind == OBJECT_COLUMN &&
			ap->c->objects.v[from[i]].parent != relation)
			vec_push(ap->scratch, out, id);
	}
}

static struct str
joined_columns(struct apply *ap, const struct id_list *columns)
{
	struct str *names = arena_array(ap->scratch, struct str, columns->n);

	for (uint32_t i = 0; i < columns->n; i++)
		names[i] = catalog_last_name(ap->c, columns->v[i]);
	return name_join_columns(ap, names, columns->n);
}

static bool
same_list(const uint32_t *x, uint32_t n, const uint32_t *y, uint32_t m)
{
	for (uint32_t i = 0; i < n && n == m; i++)
		if (x[i] != y[i])
			return false;
	return n == m;
}

/* The living direct partitions. */
static void
partitions(struct apply *ap, uint32_t relation, struct id_list *out)
{
	const struct object *o = &ap->c->objects.v[relation];

	for (uint32_t i = 0; i < o->dependents.n; i++)
		if (ap->c->objects.v[o->dependents.v[i]].partition &&
			table_is_child(ap->c, o->dependents.v[i], relation))
			id_list_add_once(ap->scratch, out, o->dependents.v[i]);
}

static void
make_part(struct apply *ap, uint32_t id, uint32_t of)
{
	catalog_edit(ap, id)->inherited_from = of;
	vec_push(ap->c->arena, &catalog_edit(ap, of)->dependents, id);
}

/* What the index is over, as it would be written. */
static struct str
definition(struct apply *ap, uint32_t index)
{
	const struct object *o = &ap->c->objects.v[index];
	struct buf b = {.arena = ap->scratch};

	if (o->definition.n)
		return o->definition;
	buf_add(&b, STR("("));
	for (uint32_t i = 0; i < o->columns.n; i++)
		buf_addf(&b, "%s %.*s", i ? " ," : "",
			STR_ARG(catalog_name(ap->c, o->columns.v[i], MOMENT_NOW).name));
	buf_add(&b, STR(" )"));
	if (o->depends.n)
		buf_add(&b, STR(" include ("));
	for (uint32_t i = 0; i < o->depends.n; i++)
		buf_addf(&b, "%s %.*s", i ? " ," : "",
			STR_ARG(catalog_name(ap->c, o->depends.v[i], MOMENT_NOW).name));
	if (o->depends.n)
		buf_add(&b, STR(" )"));
	return buf_str(&b);
}

/* CompareIndexInfo(). A key of the parent wants a key of its kind. */
static bool
same_index(struct apply *ap, uint32_t index, uint32_t from)
{
	const struct object *o = &ap->c->objects.v[index], *f = &ap->c->objects.v[from];
	enum constraint_kind want =
		f->partner ? ap->c->objects.v[f->partner].constraint : CONSTRAINT_NONE;
	enum constraint_kind got =
		o->partner ? ap->c->objects.v[o->partner].constraint : CONSTRAINT_NONE;

	if (o->kind != OBJECT_INDEX || o->exists != EXISTS_YES || o->inherited_from ||
		o->unique != f->unique || (want != CONSTRAINT_NONE && want != got))
		return false;
	return str_eq(definition(ap, index), definition(ap, from));
}

static void
join_index(struct apply *ap, uint32_t index, uint32_t from)
{
	uint32_t own = ap->c->objects.v[index].partner, key = ap->c->objects.v[from].partner;

	make_part(ap, index, from);
	if (own && key)
		make_part(ap, own, key);
}

static bool
adopt_index(struct apply *ap, uint32_t relation, uint32_t from)
{
	const struct object *r = &ap->c->objects.v[relation];

	for (uint32_t i = 0; i < r->members.n; i++) {
		uint32_t id = r->members.v[i];

		if (id == from || !same_index(ap, id, from))
			continue;
		join_index(ap, id, from);
		return true;
	}
	return false;
}

/* A copy of a plain index, or of a key with its index; the index is returned. */
static uint32_t
copy_index(struct apply *ap, uint32_t relation, uint32_t from)
{
	struct object o = ap->c->objects.v[from], key = ap->c->objects.v[o.partner], *copy;
	struct id_list columns = {0}, needed = {0};
	struct str joined;
	uint32_t id, ignored;

	map_columns(ap, relation, o.columns.v, o.columns.n, &columns);
	map_columns(ap, relation, o.depends.v, o.depends.n, &needed);
	joined = o.partner ? key.elements : o.elements;
	if (!joined.n)
		joined = joined_columns(ap, &columns);
	if (key.constraint == CONSTRAINT_PRIMARY_KEY && key_primary(ap->c, relation, &ignored))
		return 0;
	if (o.partner) {
		id = key_make(ap, relation, key.constraint,
			key_choose_index_name(ap, relation, key.constraint, joined), &columns);
		catalog_edit(ap, id)->elements = key.elements;
		id = ap->c->objects.v[id].partner;
	} else {
		id = catalog_new(ap, OBJECT_INDEX, relation, catalog_last_schema(ap->c, relation),
			key_choose_index_name(ap, relation, CONSTRAINT_NONE, joined));
		key_keep_columns(ap, id, &columns);
	}
	copy = catalog_edit(ap, id);
	copy->unique = o.unique;
	copy->partial = o.partial;
	copy->elements = o.elements;
	copy->definition = o.definition;
	copy->temporary = ap->c->objects.v[relation].temporary;
	key_need(ap, id, &needed);
	for (uint32_t i = 0; i < o.depends.n; i++)
		if (ap->c->objects.v[o.depends.v[i]].kind != OBJECT_COLUMN)
			catalog_add_depend(ap, id, o.depends.v[i]);
	return id;
}

/* The partition's part of an index, and that of its own partitions. */
static void
pass_on_index(struct apply *ap, uint32_t relation, uint32_t from)
{
	struct id_list parts = {0};
	uint32_t id;

	if (ap->c->objects.v[relation].kind == OBJECT_FOREIGN_TABLE ||
		adopt_index(ap, relation, from))
		return;
	id = copy_index(ap, relation, from);
	if (!id)
		return;
	join_index(ap, id, from);
	partitions(ap, relation, &parts);
	for (uint32_t i = 0; i < parts.n; i++)
		pass_on_index(ap, parts.v[i], id);
}

/* tryAttachPartitionForeignKey() */
static bool
adopt_foreign_key(struct apply *ap, uint32_t relation, uint32_t from, const struct id_list *columns)
{
	const struct object *r = &ap->c->objects.v[relation], *f = &ap->c->objects.v[from];

	for (uint32_t i = 0; i < r->members.n; i++) {
		uint32_t id = r->members.v[i];
		const struct object *o = &ap->c->objects.v[id];

		if (o->constraint != CONSTRAINT_FOREIGN_KEY || o->exists != EXISTS_YES ||
			o->inherited_from || o->target != f->target ||
			!str_eq(o->definition, f->definition) || o->on_delete != f->on_delete ||
			o->on_update != f->on_update ||
			!same_list(o->columns.v, o->columns.n, columns->v, columns->n) ||
			!same_list(o->target_columns.v, o->target_columns.n, f->target_columns.v,
				f->target_columns.n))
			continue;
		make_part(ap, id, from);
		return true;
	}
	return false;
}

static void
pass_on_foreign_key(struct apply *ap, uint32_t relation, uint32_t from)
{
	struct object o = ap->c->objects.v[from], *copy;
	struct id_list columns = {0}, target_columns = {0}, parts = {0};
	struct str name = catalog_last_name(ap->c, from);
	uint32_t id;

	map_columns(ap, relation, o.columns.v, o.columns.n, &columns);
	if (adopt_foreign_key(ap, relation, from, &columns))
		return;
	if (catalog_member(ap->c, relation, OBJECT_CONSTRAINT, name, ap->at))
		name = name_choose_constraint(ap, catalog_last_name(ap->c, relation),
			joined_columns(ap, &columns), "fkey", catalog_last_schema(ap->c, relation));
	id = key_new_constraint(ap, relation, CONSTRAINT_FOREIGN_KEY, name);
	copy = catalog_edit(ap, id);
	copy->target_name = o.target_name;
	copy->on_delete = o.on_delete;
	copy->on_update = o.on_update;
	copy->client_action = o.client_action;
	copy->definition = o.definition;
	key_keep_columns(ap, id, &columns);
	target_columns.v = o.target_columns.v;
	target_columns.n = o.target_columns.n;
	if (o.target)
		key_keep_target(ap, id, o.target, &target_columns, o.partner);
	make_part(ap, id, from);
	partitions(ap, relation, &parts);
	for (uint32_t i = 0; i < parts.n; i++)
		pass_on_foreign_key(ap, parts.v[i], id);
}

static void
pass_on_one(struct apply *ap, uint32_t relation, uint32_t from)
{
	const struct object *o = &ap->c->objects.v[from];

	if (o->kind == OBJECT_INDEX)
		pass_on_index(ap, relation, from);
	else if (o->constraint == CONSTRAINT_FOREIGN_KEY)
		pass_on_foreign_key(ap, relation, from);
	else if (o->partner)
		pass_on_index(ap, relation, o->partner);
}

/* A primary key makes its columns NOT NULL in all that inherit them. */
static void
pass_on_not_null(struct apply *ap, uint32_t relation, uint32_t key)
{
	struct id_list all = {0}, columns = {0};
	const struct object *k = &ap->c->objects.v[key];

	table_descendants(ap, relation, &all);
	for (uint32_t i = 1; i < all.n; i++)
		map_columns(ap, all.v[i], k->columns.v, k->columns.n, &columns);
	for (uint32_t i = 0; i < columns.n; i++)
		catalog_edit(ap, columns.v[i])->not_null = true;
}

void
partition_pass_on(struct apply *ap, uint32_t relation, uint32_t from)
{
	struct id_list parts = {0};

	if (apply_flag(ap, EVENT_ONLY))
		return;
	if (ap->c->objects.v[from].constraint == CONSTRAINT_PRIMARY_KEY)
		pass_on_not_null(ap, relation, from);
	partitions(ap, relation, &parts);
	for (uint32_t i = 0; i < parts.n; i++)
		pass_on_one(ap, parts.v[i], from);
}

/* Indexes come before foreign keys. */
void
apply_clone_keys(struct apply *ap, uint32_t relation, uint32_t parent, bool indexes_only)
{
	uint32_t n = ap->c->objects.v[parent].members.n;

	for (int round = 0; round < (indexes_only ? 1 : 2); round++) {
		for (uint32_t i = 0; i < n; i++) {
			uint32_t id = ap->c->objects.v[parent].members.v[i];
			const struct object *o = &ap->c->objects.v[id];

			if (o->exists == EXISTS_NO || o->parent != parent)
				continue;
			if (round == 1 && o->constraint == CONSTRAINT_FOREIGN_KEY)
				pass_on_foreign_key(ap, relation, id);
			else if (round == 0 && o->kind == OBJECT_INDEX && indexes_only)
				copy_index(ap, relation, id);
			else if (round == 0 && o->kind == OBJECT_INDEX)
				pass_on_index(ap, relation, id);
		}
	}
}

/* ATExecAttachPartitionIdx() */
bool
partition_attach_index(struct apply *ap, uint32_t parent, uint32_t index)
{
	const struct catalog *c = ap->c;
	const struct object *o = &c->objects.v[index], *p = &c->objects.v[parent];

	if (o->kind != OBJECT_INDEX || p->kind != OBJECT_INDEX)
		return apply_fail(ap, APPLY_CONFLICT, "\"%.*s\" is not an index",
			STR_ARG(catalog_name(c, index, MOMENT_NOW).name));
	if (o->inherited_from == parent)
		return true;
	if (table_is_child(c, o->parent, p->parent) && same_index(ap, index, parent)) {
		join_index(ap, index, parent);
		return true;
	}
	return apply_fail(ap, APPLY_CONFLICT,
		"cannot attach index \"%.*s\" as a partition of index \"%.*s\"",
		STR_ARG(catalog_name(c, index, MOMENT_NOW).name),
		STR_ARG(catalog_name(c, parent, MOMENT_NOW).name));
}
