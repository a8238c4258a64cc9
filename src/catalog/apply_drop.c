/* DROP and what falls with it.
 *
 * dependency.c (PostgreSQL 15): some dependents go silently (a table's columns, constraints, indexes,
 * triggers, owned sequences and partitions), others need CASCADE (views, foreign keys of other tables,
 * children, columns of a type). */
#include "catalog_p.h"

#include <string.h>

/* What falls, in the order in which it is found; .in is by object. */
struct falling {
	struct apply *ap;
	struct id_list list;
	bool *in;
	uint32_t asked; /* how many were named */
};

void
id_list_add_once(struct arena *a, struct id_list *l, uint32_t id)
{
	if (!id_list_has(l, id))
		vec_push(a, l, id);
}

bool
id_list_has(const struct id_list *l, uint32_t id)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (l->v[i] == id)
			return true;
	return false;
}

static bool
lists(const uint32_t *v, uint32_t n, uint32_t id)
{
	for (uint32_t i = 0; i < n; i++)
		if (v[i] == id)
			return true;
	return false;
}

bool
catalog_depends(const struct catalog *c, uint32_t object, uint32_t on)
{
	const struct object *o = &c->objects.v[object];

	return lists(o->depends.v, o->depends.n, on);
}

static void
fall(struct falling *f, uint32_t id)
{
	if (f->in[id] || f->ap->c->objects.v[id].exists == EXISTS_NO)
		return;
	f->in[id] = true;
	vec_push(f->ap->scratch, &f->list, id);
}

/* Members of the relation that cannot be without the column; its policies and triggers ask for
 * CASCADE. */
static void
fall_with_column(struct falling *f, uint32_t column)
{
	const struct catalog *c = f->ap->c;
	const struct object *r = &c->objects.v[c->objects.v[column].parent];

	for (uint32_t i = 0; i < r->members.n; i++) {
		const struct object *o = &c->objects.v[r->members.v[i]];

		if (o->kind != OBJECT_COLUMN && o->kind != OBJECT_POLICY &&
			o->kind != OBJECT_TRIGGER &&
			(lists(o->columns.v, o->columns.n, column) ||
				lists(o->depends.v, o->depends.n, column)))
			fall(f, r->members.v[i]);
	}
}

static void
fall_with_relation(struct falling *f, uint32_t relation)
{
	const struct catalog *c = f->ap->c;
	const struct object *r = &c->objects.v[relation];

	for (uint32_t i = 0; i < r->members.n; i++)
		if (c->objects.v[r->members.v[i]].parent == relation)
			fall(f, r->members.v[i]);
	for (uint32_t i = 0; i < r->dependents.n; i++) {
		uint32_t id = r->dependents.v[i];

		if (c->objects.v[id].partition && table_is_child(c, id, relation))
			fall(f, id);
	}
}

/* An index, a key or a foreign key of partitions goes with that of their parent. */
static void
fall_with_parts(struct falling *f, uint32_t id)
{
	const struct catalog *c = f->ap->c;
	const struct object *o = &c->objects.v[id];

	for (uint32_t i = 0; i < o->dependents.n; i++) {
		const struct object *d = &c->objects.v[o->dependents.v[i]];

		if (d->inherited_from == id && d->kind == o->kind)
			fall(f, o->dependents.v[i]);
	}
}

static void
add_silent(struct falling *f, uint32_t id)
{
	const struct object *o = &f->ap->c->objects.v[id];

	if (o->kind == OBJECT_INDEX || o->kind == OBJECT_CONSTRAINT)
		fall_with_parts(f, id);
	if (o->kind == OBJECT_COLUMN) {
		fall_with_column(f, id);
	} else if (o->kind == OBJECT_CONSTRAINT) {
		if (o->partner && o->constraint != CONSTRAINT_FOREIGN_KEY)
			fall(f, o->partner);
	} else if (o->kind == OBJECT_INDEX) {
		if (o->partner)
			fall(f, o->partner);
	} else if (catalog_space(o->kind) == SPACE_RELATION) {
		fall_with_relation(f, id);
	}
}

/* Does DEPENDENT really stand on ID still? The lists of dependents keep the dead and the past. */
static bool
needs_cascade(const struct catalog *c, uint32_t dependent, uint32_t id)
{
	const struct object *d = &c->objects.v[dependent];

	if (d->exists == EXISTS_NO)
		return false;
	if (d->kind == OBJECT_CONSTRAINT)
		return d->target == id || d->partner == id || catalog_depends(c, dependent, id) ||
		       lists(d->target_columns.v, d->target_columns.n, id);
	if (d->kind == OBJECT_COLUMN)
		return d->user_type == id || (d->generated && catalog_depends(c, dependent, id));
	return catalog_depends(c, dependent, id);
}

/* A foreign key to a partitioned table refers to each of its partitions too. */
static void
collect_references_above(const struct falling *f, uint32_t id, struct id_list *out)
{
	const struct catalog *c = f->ap->c;

	while (c->objects.v[id].partition) {
		const struct object *o;

		id = c->objects.v[id].depends.v[0];
		o = &c->objects.v[id];
		if (f->in[id])
			return;
		for (uint32_t i = 0; i < o->dependents.n; i++) {
			uint32_t d = o->dependents.v[i];

			if (!f->in[d] && c->objects.v[d].exists != EXISTS_NO &&
				c->objects.v[d].constraint == CONSTRAINT_FOREIGN_KEY &&
				c->objects.v[d].target == id)
				vec_push(f->ap->scratch, out, d);
		}
	}
}

static void
collect_loud(const struct falling *f, uint32_t id, struct id_list *out)
{
	const struct catalog *c = f->ap->c;
	const struct object *o = &c->objects.v[id];

	for (uint32_t i = 0; i < o->dependents.n; i++)
		if (!f->in[o->dependents.v[i]] && needs_cascade(c, o->dependents.v[i], id))
			vec_push(f->ap->scratch, out, o->dependents.v[i]);
	collect_references_above(f, id, out);
	for (uint32_t i = 0; o->kind == OBJECT_SCHEMA && i < o->members.n; i++) {
		uint32_t member = o->members.v[i];
		const struct object *m = &c->objects.v[member];

		if (!f->in[member] && m->exists != EXISTS_NO &&
			str_eq(catalog_last_schema(c, member), catalog_last_name(c, id)))
			vec_push(f->ap->scratch, out, member);
	}
}

/* getObjectDescription() in few words. */
static struct str
describe(struct apply *ap, uint32_t id)
{
	const struct object *o = &ap->c->objects.v[id];
	struct naming n = catalog_name(ap->c, id, MOMENT_NOW);
	const char *kind = o->kind == OBJECT_PARTITIONED_TABLE                            ? "table"
			   : o->kind == OBJECT_DOMAIN || o->kind == OBJECT_COMPOSITE_TYPE ? "type"
			   : o->kind == OBJECT_ROUTINE ? "function"
						       : object_kind_word(o->kind);
	struct name bare = {.name = n.name};
	struct binding b;

	if (o->kind == OBJECT_ROUTINE && str_is(o->type, "*"))
		n.name = str_format(ap->scratch, "%.*s(…)", STR_ARG(n.name));
	else if (o->kind == OBJECT_ROUTINE)
		n.name = str_format(ap->scratch, "%.*s(%.*s)", STR_ARG(n.name),
			STR_ARG(routine_arguments(ap->scratch, o->type)));
	if (o->parent && !n.schema.n)
		return str_format(ap->scratch, "%s %.*s %s %.*s", kind, STR_ARG(n.name),
			o->kind == OBJECT_COLUMN ? "of" : "on", STR_ARG(describe(ap, o->parent)));
	b = catalog_resolve_in(ap->c, ap->s, catalog_space(o->kind), &bare, ap->at);
	if (!n.schema.n || b.object == id)
		return str_format(ap->scratch, "%s %.*s", kind, STR_ARG(n.name));
	return str_format(ap->scratch, "%s %.*s.%.*s", kind, STR_ARG(n.schema), STR_ARG(n.name));
}

static bool
refuse(struct falling *f)
{
	struct apply *ap = f->ap;

	if (f->asked > 1)
		return apply_fail(ap, APPLY_CONFLICT,
			"cannot drop desired object(s) because other objects depend on them");
	return apply_fail(ap, APPLY_CONFLICT, "cannot drop %.*s because other objects depend on it",
		STR_ARG(describe(ap, f->list.v[0])));
}

/* A column loses its default when the sequence that fills it falls. */
static bool
default_needs(struct falling *f, uint32_t sequence, bool cascade)
{
	const struct catalog *c = f->ap->c;
	const struct object *o = &c->objects.v[sequence];
	uint32_t column = o->kind == OBJECT_SEQUENCE && o->columns.n ? o->columns.v[0] : 0;

	if (!column || f->in[column] || c->objects.v[column].partner != sequence)
		return true;
	if (c->objects.v[column].identity)
		return apply_fail(f->ap, APPLY_CONFLICT,
			"cannot drop %.*s because %.*s requires it",
			STR_ARG(describe(f->ap, sequence)), STR_ARG(describe(f->ap, column)));
	if (!cascade)
		return refuse(f);
	catalog_edit(f->ap, column)->has_default = false;
	catalog_edit(f->ap, column)->partner = 0;
	return true;
}

/* So it does when a routine that it calls, or a type that it casts to, falls. */
static bool
defaults_need(struct falling *f, uint32_t id, bool cascade)
{
	const struct catalog *c = f->ap->c;

	for (uint32_t i = 0; i < c->objects.v[id].dependents.n; i++) {
		uint32_t column = c->objects.v[id].dependents.v[i];
		const struct object *o = &c->objects.v[column];

		if (f->in[column] || o->kind != OBJECT_COLUMN || o->exists == EXISTS_NO ||
			o->generated || o->user_type == id || !catalog_depends(c, column, id))
			continue;
		if (!cascade)
			return refuse(f);
		catalog_edit(f->ap, column)->has_default = false;
		use_forget(f->ap, column);
	}
	return true;
}

static bool
collect(struct falling *f, bool cascade)
{
	uint32_t silent = 0, loud = 0;

	for (;;) {
		struct id_list dependents = {0};

		while (silent < f->list.n)
			add_silent(f, f->list.v[silent++]);
		if (loud == f->list.n)
			return true;
		/* All that goes silently is in: the rest needs CASCADE. */
		while (loud < f->list.n) {
			if (!default_needs(f, f->list.v[loud], cascade) ||
				!defaults_need(f, f->list.v[loud], cascade))
				return false;
			collect_loud(f, f->list.v[loud++], &dependents);
		}
		if (dependents.n && !cascade)
			return refuse(f);
		for (uint32_t i = 0; i < dependents.n; i++)
			fall(f, dependents.v[i]);
	}
}

bool
apply_fall(struct apply *ap, const uint32_t *objects, uint32_t n, bool cascade)
{
	struct falling f = {.ap = ap, .asked = n};

	f.in = arena_array(ap->scratch, bool, ap->c->objects.n);
	for (uint32_t i = 0; i < n; i++)
		fall(&f, objects[i]);
	if (!collect(&f, cascade))
		return false;
	for (uint32_t i = 0; i < f.list.n; i++) {
		catalog_end(ap, f.list.v[i]);
		if (i >= n &&
			(catalog_space(ap->c->objects.v[f.list.v[i]].kind) == SPACE_RELATION ||
				ap->c->objects.v[f.list.v[i]].constraint ==
					CONSTRAINT_FOREIGN_KEY) &&
			ap->c->objects.v[f.list.v[i]].kind != OBJECT_INDEX)
			apply_touch(ap, TOUCH_DROP, f.list.v[i], ap->e->span);
	}
	return true;
}

static const char *
drop_word(enum object_kind k)
{
	if (k == OBJECT_PARTITIONED_TABLE)
		return "table";
	if (k == OBJECT_COMPOSITE_TYPE || k == OBJECT_DOMAIN)
		return "type";
	if (k == OBJECT_ROUTINE)
		return "function";
	return object_kind_word(k);
}

/* "x" is not a table (DropErrorMsgWrongType). */
static bool
is_wanted_kind(enum object_kind got, enum object_kind want)
{
	if (want == OBJECT_TABLE || want == OBJECT_PARTITIONED_TABLE)
		return got == OBJECT_TABLE || got == OBJECT_PARTITIONED_TABLE;
	if (want == OBJECT_TYPE)
		return got == OBJECT_TYPE || got == OBJECT_COMPOSITE_TYPE || got == OBJECT_DOMAIN;
	return got == want;
}

static const char *
article(const char *word)
{
	return strchr("aeiou", word[0]) ? "an" : "a";
}

/* One of DROP's objects. *ID is 0 when it is skipped. */
static bool
find_target(struct apply *ap, const struct name *n, uint32_t *id)
{
	enum object_kind kind = ap->e->object_kind;
	enum space space = catalog_space(kind);
	bool if_exists = apply_flag(ap, EVENT_IF_EXISTS);
	const char *word = drop_word(kind);
	struct binding b;

	/* DROP TYPE also takes composite types, which are relations. */
	b = catalog_resolve_in(ap->c, ap->s, space, n, ap->at);
	if (space == SPACE_TYPE && b.state == BINDING_MISSING)
		b = catalog_resolve_in(ap->c, ap->s, SPACE_RELATION, n, ap->at);
	*id = b.object;
	if (b.state == BINDING_UNKNOWN || b.state == BINDING_AMBIGUOUS ||
		(b.state == BINDING_BOUND && !b.object)) {
		*id = 0;
		return if_exists ||
		       apply_fail(ap, APPLY_UNKNOWN, "%s \"%.*s\" may or may not exist", word,
			       STR_ARG(n->name));
	}
	if (b.state == BINDING_BOUND && is_wanted_kind(ap->c->objects.v[b.object].kind, kind))
		return true;
	if (b.state == BINDING_BOUND && space != SPACE_TYPE)
		return apply_fail(ap, APPLY_CONFLICT, "\"%.*s\" is not %s %s", STR_ARG(n->name),
			article(word), word);
	*id = 0;
	if (b.state == BINDING_BOUND)
		return apply_fail(ap, APPLY_CONFLICT,
			"cannot drop type %.*s because %.*s requires it", STR_ARG(n->name),
			STR_ARG(describe(ap, b.object)));
	if (if_exists)
		return true;
	if (n->schema.n && !catalog_find(ap->c, SPACE_SCHEMA, (struct str){0}, n->schema, ap->at))
		return apply_fail(
			ap, APPLY_CONFLICT, "schema \"%.*s\" does not exist", STR_ARG(n->schema));
	return apply_fail(ap, APPLY_CONFLICT, "%s \"%.*s\" does not exist", word,
		STR_ARG(space == SPACE_TYPE ? apply_written(ap, n) : n->name));
}

/* A trigger, policy or rule: names[0] is its table. */
static bool
drop_attached(struct apply *ap)
{
	const struct event *e = ap->e;
	bool if_exists = apply_flag(ap, EVENT_IF_EXISTS);
	uint32_t relation, id;

	if (!apply_relation(ap, apply_name(ap, 0), if_exists, &relation))
		return false;
	id = catalog_member(ap->c, relation, e->object_kind, e->object.name, ap->at);
	if (!id)
		return apply_fail(ap,
			if_exists                                    ? APPLY_SKIPPED
			: ap->c->objects.v[relation].columns_unknown ? APPLY_UNKNOWN
								     : APPLY_CONFLICT,
			"%s \"%.*s\" for %s \"%.*s\" does not exist",
			object_kind_word(e->object_kind), STR_ARG(e->object.name),
			e->object_kind == OBJECT_RULE ? "relation" : "table",
			STR_ARG(catalog_last_name(ap->c, relation)));
	apply_touch(ap, TOUCH_DROP, id, e->span);
	return apply_fall(ap, &id, 1, apply_flag(ap, EVENT_CASCADE));
}

/* One of DROP FUNCTION's. What may be there may have been another one: then only that is certain. */
static bool
find_routine(struct apply *ap, const struct name *n, uint32_t i, uint32_t *id)
{
	if (routine_find(ap, n, i, apply_flag(ap, EVENT_IF_EXISTS), id))
		return true;
	*id = 0;
	if (ap->out->status == APPLY_SKIPPED ||
		(ap->out->status == APPLY_UNKNOWN && apply_flag(ap, EVENT_IF_EXISTS))) {
		ap->out->status = APPLY_DONE;
		return true;
	}
	return false;
}

bool
apply_drop(struct apply *ap)
{
	const struct event *e = ap->e;
	enum space space = catalog_space(e->object_kind);
	struct id_list targets = {0};

	if (e->object_kind == OBJECT_TRIGGER || e->object_kind == OBJECT_POLICY ||
		e->object_kind == OBJECT_RULE)
		return drop_attached(ap);
	if (space == SPACE_NONE || space == SPACE_OTHER || space == SPACE_CONSTRAINT)
		return true;
	for (uint32_t i = 0; i <= e->names.count; i++) {
		const struct name *n = i ? apply_name(ap, i - 1) : &e->object;
		uint32_t id;

		bool found = e->object_kind == OBJECT_ROUTINE ? find_routine(ap, n, i, &id)
							      : find_target(ap, n, &id);

		if (!found) {
			if (!e->names.count || !apply_assume(ap))
				return false;
			id = 0;
		}
		if (!id)
			continue;
		apply_touch(ap, TOUCH_DROP, id, n->span);
		id_list_add_once(ap->scratch, &targets, id);
	}
	if (!ap->out->touched.n) {
		ap->out->status = APPLY_SKIPPED;
		return true;
	}
	for (uint32_t i = 0; i < targets.n; i++) {
		const struct object *o = &ap->c->objects.v[targets.v[i]];

		uint32_t needs = o->kind != OBJECT_INDEX ? 0
				 : o->inherited_from     ? o->inherited_from
							 : o->partner;

		if (needs && ap->c->objects.v[needs].exists == EXISTS_YES)
			return apply_fail(ap, APPLY_CONFLICT,
				"cannot drop %.*s because %.*s requires it",
				STR_ARG(describe(ap, targets.v[i])), STR_ARG(describe(ap, needs)));
	}
	return apply_fall(ap, targets.v, targets.n, apply_flag(ap, EVENT_CASCADE));
}
