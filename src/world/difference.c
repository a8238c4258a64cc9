/* Two worlds compared: which object of the one is which of the other, and how they differ. */
#include "world/difference.h"

#include "base/map.h"

/* One database of both worlds. */
struct comparison {
	const struct world *head, *base;
	uint32_t database, database_before;
	const struct catalog *now, *then;
	struct arena *arena;
	struct difference *out;
	uint32_t *pair;     /* by the head's object: the base's; 0: none */
	uint32_t *reversed; /* by the base's object: the head's */
};

static void
add_change(struct comparison *c, enum change_kind kind, uint32_t relation, uint32_t object,
	uint32_t relation_before, uint32_t before, moment at)
{
	vec_push(c->arena, &c->out->list,
		(struct change){.kind = kind,
			.database = c->database,
			.relation = relation,
			.object = object,
			.database_before = c->database_before,
			.relation_before = relation_before,
			.before = before,
			.at = at});
}

static bool
is_there(const struct object *o)
{
	return !o->died && o->exists == EXISTS_YES && o->names.n && !o->temporary && !o->external;
}

static bool
is_compared(const struct object *o)
{
	return object_kind_is_relation(o->kind) && o->kind != OBJECT_INDEX &&
	       o->kind != OBJECT_SEQUENCE && o->kind != OBJECT_COMPOSITE_TYPE;
}

static struct str
key_of(const struct comparison *c, const struct naming *n)
{
	return str_format(c->arena, "%.*s.%.*s", STR_ARG(n->schema), STR_ARG(n->name));
}

static void
join(struct comparison *c, uint32_t now, uint32_t then)
{
	c->pair[now] = then;
	c->reversed[then] = now;
}

/* Living relations of the base by the name they have there. */
static struct map
relations_by_name(const struct comparison *c)
{
	struct map names = {.arena = c->arena};

	for (uint32_t i = 1; i < c->then->objects.n; i++) {
		const struct object *o = &c->then->objects.v[i];

		if (is_compared(o) && is_there(o))
			map_put(&names, key_of(c, vec_last(&o->names)))->num = i;
	}
	return names;
}

/* By the LAST name that an object has, or by its former ones, the latest first. */
static void
pair_relations(struct comparison *c, const struct map *names, bool last)
{
	for (uint32_t i = 1; i < c->now->objects.n; i++) {
		const struct object *o = &c->now->objects.v[i];

		if (!is_compared(o) || !is_there(o) || c->pair[i])
			continue;
		for (uint32_t k = o->names.n; k-- > 0 && !c->pair[i];) {
			const union map_value *v;

			if ((k + 1 == o->names.n) != last)
				continue;
			v = map_get(names, key_of(c, &o->names.v[k]));
			if (v && !c->reversed[v->num])
				join(c, i, (uint32_t)v->num);
		}
	}
}

static bool
is_column(const struct object *o)
{
	return o->kind == OBJECT_COLUMN && is_there(o);
}

static uint32_t
column_named(const struct catalog *c, uint32_t relation, struct str name)
{
	const struct object *r = &c->objects.v[relation];

	for (uint32_t i = 0; i < r->members.n; i++) {
		const struct object *o = &c->objects.v[r->members.v[i]];

		if (is_column(o) && str_eq(vec_last(&o->names)->name, name))
			return r->members.v[i];
	}
	return 0;
}

static void
pair_columns(struct comparison *c, uint32_t relation, bool last)
{
	const struct object *r = &c->now->objects.v[relation];

	for (uint32_t i = 0; i < r->members.n; i++) {
		uint32_t member = r->members.v[i];
		const struct object *o = &c->now->objects.v[member];

		if (!is_column(o) || c->pair[member])
			continue;
		for (uint32_t k = o->names.n; k-- > 0 && !c->pair[member];) {
			uint32_t before;

			if ((k + 1 == o->names.n) != last)
				continue;
			before = column_named(c->then, c->pair[relation], o->names.v[k].name);
			if (before && !c->reversed[before])
				join(c, member, before);
		}
	}
}

/* True when what happened stands in a file that the base has, too; where that holds many steps, in a step. */
static bool
stood_in_base(const struct comparison *c, moment at)
{
	const struct tool_step *step = world_step(c->head, at);
	const struct file *now;

	if (!at || at >= c->head->happenings.n || !c->head->happenings.v[at].place.file)
		return true;
	now = file_by_number(c->head->files, c->head->happenings.v[at].place.file);
	for (uint32_t i = 0; i < c->base->files->list.n; i++) {
		const struct file *then = &c->base->files->list.v[i];

		if (str_eq(then->entry.path, now->entry.path) &&
			str_eq(world_service(c->base, then->service),
				world_service(c->head, now->service)))
			return !step ||
			       world_same_step(c->base, world_service(c->head, now->service), step);
	}
	return false;
}

/* When the object got the name that another one has in the base; 0: it had that there itself. */
static moment
took_name(const struct comparison *c, uint32_t object)
{
	const struct naming *now = vec_last(&c->now->objects.v[object].names);
	const struct naming *then = vec_last(&c->then->objects.v[c->pair[object]].names);

	return str_eq(now->name, then->name) && !stood_in_base(c, now->from) ? now->from : 0;
}

/* What gave the column something: the statement that says it; where that stood there before, what gave
 * the column, or its table, the name by which it is the base's. */
static moment
moment_of(const struct comparison *c, uint32_t relation, uint32_t column, enum subcommand_kind kind)
{
	moment said = world_said(c->head, c->database, column, kind), named;

	if (!stood_in_base(c, said))
		return said;
	named = took_name(c, column);
	if (!named)
		named = took_name(c, relation);
	return named ? named : said;
}

static struct str
array_part(struct str type)
{
	return str_slice(type, str_chr(type, '[', 0), type.n);
}

/* A type of one's own that got another name is the same type; an extension has several. */
static bool
is_same_type(const struct comparison *c, const struct object *now, const struct object *then)
{
	const struct object *type = &c->now->objects.v[now->user_type];
	const struct object *before = &c->then->objects.v[then->user_type];

	if (str_eq(now->type, then->type))
		return true;
	if (!now->user_type || !then->user_type || !before->names.n ||
		type->kind == OBJECT_EXTENSION ||
		!str_eq(array_part(now->type), array_part(then->type)))
		return false;
	for (uint32_t i = 0; i < type->names.n; i++)
		if (str_eq(key_of(c, &type->names.v[i]), key_of(c, vec_last(&before->names))))
			return true;
	return false;
}

static void
compare_column(struct comparison *c, uint32_t relation, uint32_t column)
{
	const struct object *now = &c->now->objects.v[column];
	uint32_t before = c->pair[column], relation_before = c->pair[relation];
	const struct object *then = &c->then->objects.v[before];

	if (!before) {
		add_change(c, CHANGE_COLUMN_NEW, relation, column, relation_before, 0,
			vec_last(&now->names)->from);
		return;
	}
	if (!str_eq(vec_last(&now->names)->name, vec_last(&then->names)->name))
		add_change(c, CHANGE_COLUMN_RENAMED, relation, column, relation_before, before,
			vec_last(&now->names)->from);
	if (!is_same_type(c, now, then) && !str_is(now->type, "unknown") &&
		!str_is(then->type, "unknown"))
		add_change(c, CHANGE_TYPE, relation, column, relation_before, before,
			moment_of(c, relation, column, SUB_ALTER_TYPE));
	if (now->not_null && !then->not_null)
		add_change(c, CHANGE_NOT_NULL, relation, column, relation_before, before,
			moment_of(c, relation, column, SUB_SET_NOT_NULL));
	if (!now->has_default && then->has_default)
		add_change(c, CHANGE_NO_DEFAULT, relation, column, relation_before, before,
			moment_of(c, relation, column, SUB_DROP_DEFAULT));
}

/* True when both are of the same file, wherever the directory of its service is. */
static bool
is_same_file(const struct comparison *c, const struct place *now, const struct place *then)
{
	const struct file *a, *b;

	if (!now->file || !then->file)
		return now->file == then->file;
	a = file_by_number(c->head->files, now->file);
	b = file_by_number(c->base->files, then->file);
	return str_eq(world_service(c->head, now->service),
		       world_service(c->base, then->service)) &&
	       str_eq(a->entry.path, b->entry.path);
}

/* What the relation got its name by, when that was not in the same file of the base; else 0: then the
 * same statement makes it, edited. */
static moment
made_anew(const struct comparison *c, uint32_t relation)
{
	moment now = vec_last(&c->now->objects.v[relation].names)->from;
	moment then = vec_last(&c->then->objects.v[c->pair[relation]].names)->from;
	const struct tool_step *step = world_step(c->head, now),
			       *before = world_step(c->base, then);

	if (now >= c->head->happenings.n || then >= c->base->happenings.n)
		return now;
	if (step && before && !world_is_step(step, before))
		return now;
	return is_same_file(
		       c, &c->head->happenings.v[now].place, &c->base->happenings.v[then].place)
		       ? 0
		       : now;
}

static void
compare_columns(struct comparison *c, uint32_t relation)
{
	const struct object *now = &c->now->objects.v[relation];
	const struct object *then = &c->then->objects.v[c->pair[relation]];

	pair_columns(c, relation, true);
	pair_columns(c, relation, false);
	for (uint32_t i = 0; i < now->members.n; i++)
		if (is_column(&c->now->objects.v[now->members.v[i]]))
			compare_column(c, relation, now->members.v[i]);
	for (uint32_t i = 0; i < then->members.n; i++) {
		uint32_t member = then->members.v[i];
		const struct object *column = &c->then->objects.v[member];
		struct binding b;

		if (!is_column(column) || c->reversed[member])
			continue;
		b = catalog_column(c->now, relation, vec_last(&column->names)->name, MOMENT_NOW);
		/* Where none dropped it, the table that has the name now never had it. */
		if (b.state == BINDING_MISSING)
			add_change(c, CHANGE_COLUMN_GONE, relation, 0, c->pair[relation], member,
				b.ended ? b.ended : made_anew(c, relation));
	}
}

struct str
world_constraint_text(const struct world *w, uint32_t database, uint32_t constraint)
{
	const struct object *o = &w->databases.v[database].catalog.objects.v[constraint];
	const struct happening *h;
	const struct event *e;

	if (o->constraint != CONSTRAINT_CHECK || !o->born || o->born >= w->happenings.n)
		return (struct str){0};
	h = &w->happenings.v[o->born];
	e = &h->unit->events.v[h->event];
	for (uint32_t i = 0; i < e->subcommands.count; i++) {
		const struct subcommand *s = &h->unit->subcommands.v[e->subcommands.first + i];

		if (s->kind == SUB_ADD_CONSTRAINT && s->constraint == CONSTRAINT_CHECK &&
			(!s->name.n || str_eq(s->name, o->names.v[0].name)))
			return s->text;
	}
	return (struct str){0};
}

static bool
is_constraint(const struct object *o)
{
	return is_there(o) && (o->kind == OBJECT_CONSTRAINT ||
				      (o->kind == OBJECT_INDEX && o->unique && !o->partner));
}

/* The name of an object by which both worlds know it: the one that it has in the base. */
static struct str
common_name(const struct comparison *c, const struct world *w, uint32_t id)
{
	if (w == c->base)
		return catalog_display(c->then, id, c->arena);
	return c->pair[id] ? catalog_display(c->then, c->pair[id], c->arena)
			   : catalog_display(c->now, id, c->arena);
}

/* Reindented, an expression says the same. */
static void
add_without_spaces(struct buf *b, struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.s[i] > ' ')
			buf_addc(b, text.s[i]);
}

bool
world_is_of_columns(const struct catalog *c, const struct object *index, struct arena *a)
{
	struct buf b = {.arena = a};

	if (!index->elements.n)
		return true;
	for (uint32_t i = 0; i < index->columns.n; i++)
		buf_addf(&b, "%s%.*s", i ? "_" : "",
			STR_ARG(catalog_name(c, index->columns.v[i], index->born).name));
	return str_eq(buf_str(&b), index->elements);
}

/* What a constraint says, without its name. A CHECK's columns may not all be known; its text is. */
static struct str
constraint_key(const struct comparison *c, const struct world *w, uint32_t database, uint32_t id)
{
	const struct catalog *catalog = &w->databases.v[database].catalog;
	const struct object *o = &catalog->objects.v[id];
	struct buf b = {.arena = c->arena};
	bool unique = o->kind == OBJECT_INDEX || o->constraint == CONSTRAINT_PRIMARY_KEY;

	buf_addf(&b, "%d", unique ? (int)CONSTRAINT_UNIQUE : (int)o->constraint);
	for (uint32_t i = 0; i < o->columns.n; i++)
		buf_addf(&b, " %.*s", STR_ARG(common_name(c, w, o->columns.v[i])));
	if (o->target)
		buf_addf(&b, " to %.*s", STR_ARG(common_name(c, w, o->target)));
	if (o->partial)
		buf_add(&b, STR(" where"));
	if (!world_is_of_columns(catalog, o, c->arena))
		buf_addf(&b, " on %.*s", STR_ARG(o->elements));
	add_without_spaces(&b, world_constraint_text(w, database, id));
	return buf_str(&b);
}

static void
compare_constraints(struct comparison *c, uint32_t relation)
{
	const struct object *now = &c->now->objects.v[relation];
	const struct object *then = &c->then->objects.v[c->pair[relation]];
	struct map before = {.arena = c->arena};

	for (uint32_t i = 0; i < then->members.n; i++)
		if (is_constraint(&c->then->objects.v[then->members.v[i]]))
			map_put(&before,
				constraint_key(c, c->base, c->database_before, then->members.v[i]));
	for (uint32_t i = 0; i < now->members.n; i++) {
		uint32_t member = now->members.v[i];

		if (is_constraint(&c->now->objects.v[member]) &&
			!map_get(&before, constraint_key(c, c->head, c->database, member)))
			add_change(c, CHANGE_CONSTRAINT, relation, member, c->pair[relation], 0,
				c->now->objects.v[member].born);
	}
}

static void
compare_relation(struct comparison *c, uint32_t relation)
{
	const struct object *now = &c->now->objects.v[relation];
	uint32_t before = c->pair[relation];
	const struct naming *was;

	if (!before) {
		/* One that was renamed out of the way of a view is new by its rename. */
		add_change(c, CHANGE_RELATION_NEW, relation, relation, 0, 0,
			vec_last(&now->names)->from);
		return;
	}
	was = vec_last(&c->then->objects.v[before].names);
	if (!str_eq(was->name, vec_last(&now->names)->name) ||
		!str_eq(was->schema, vec_last(&now->names)->schema))
		add_change(c, CHANGE_RELATION_RENAMED, relation, relation, before, before,
			vec_last(&now->names)->from);
	compare_columns(c, relation);
	compare_constraints(c, relation);
}

/* What the base has and the head does not. */
static void
find_gone(struct comparison *c)
{
	struct session none = {.search_path_known = true};

	for (uint32_t i = 1; i < c->then->objects.n; i++) {
		const struct object *o = &c->then->objects.v[i];
		struct name name = {0};
		struct binding b;

		if (!is_compared(o) || !is_there(o) || c->reversed[i])
			continue;
		name.schema = vec_last(&o->names)->schema;
		name.name = vec_last(&o->names)->name;
		b = catalog_resolve(c->now, &none, &name, MOMENT_NOW);
		if (b.state == BINDING_MISSING)
			add_change(c, CHANGE_RELATION_GONE, 0, 0, i, i, b.ended);
	}
}

static void
compare_database(struct comparison *c)
{
	struct map names;

	c->pair = arena_array(c->arena, uint32_t, c->now->objects.n + 1);
	c->reversed = arena_array(c->arena, uint32_t, c->then->objects.n + 1);
	names = relations_by_name(c);
	pair_relations(c, &names, true);
	pair_relations(c, &names, false);
	for (uint32_t i = 1; i < c->now->objects.n; i++)
		if (is_compared(&c->now->objects.v[i]) && is_there(&c->now->objects.v[i]))
			compare_relation(c, i);
	find_gone(c);
}

void
world_compare(
	const struct world *head, const struct world *base, struct arena *a, struct difference *out)
{
	*out = (struct difference){0};
	for (uint32_t i = 0; i < head->databases.n; i++)
		for (uint32_t k = 0; k < base->databases.n; k++) {
			struct comparison c = {.head = head,
				.base = base,
				.database = i,
				.database_before = k,
				.now = &head->databases.v[i].catalog,
				.then = &base->databases.v[k].catalog,
				.arena = a,
				.out = out};

			if (str_eq(head->databases.v[i].name, base->databases.v[k].name))
				compare_database(&c);
		}
}
