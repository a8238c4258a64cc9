/* Names that ended and are still used. A use binds by name when it runs: when the name is gone by then,
 * the binding knows which event ended it. */
#include "rule/lost.h"

#include "rule/engine_p.h"

struct collection {
	const struct world *w;
	struct arena *arena;
	struct losses *out;
	struct map seen; /* "DATABASE ENDED RELATION NAME" → its number + 1 */
};

/* What had the name until the event took it: the column of RELATION, or the relation itself. */
static uint32_t
former_holder(const struct catalog *c, uint32_t relation, struct str name, moment ended)
{
	const struct object *r = &c->objects.v[relation];

	if (!name.n)
		return relation;
	for (uint32_t i = 0; i < r->members.n; i++) {
		const struct object *o = &c->objects.v[r->members.v[i]];

		for (uint32_t k = 0; o->kind == OBJECT_COLUMN && k < o->names.n; k++)
			if (o->names.v[k].to == ended && str_eq(o->names.v[k].name, name))
				return r->members.v[i];
	}
	return 0;
}

/* The name that follows the one that ended; empty when the object ended with it. */
static struct str
name_after(const struct collection *c, const struct lost *x)
{
	const struct catalog *catalog = &c->w->databases.v[x->database].catalog;
	const struct object *o = &catalog->objects.v[x->object];
	struct naming n = catalog_name(catalog, x->object, MOMENT_NOW);

	if (o->died)
		return (struct str){0};
	if (x->name.n)
		return n.name;
	return crossing_name(c->w, c->arena, x->database, x->object);
}

/* The schema that went with all that is in it; empty when the event is about a relation. */
static struct str
lost_schema(const struct collection *c, uint32_t database, uint32_t relation, moment ended)
{
	const struct catalog *catalog = &c->w->databases.v[database].catalog;
	const struct happening *h = &c->w->happenings.v[ended];

	return h->unit && h->unit->events.v[h->event].object_kind == OBJECT_SCHEMA
		       ? catalog_name(catalog, relation, ended - 1).schema
		       : (struct str){0};
}

/* The schema's next name; empty when it was dropped. */
static struct str
schema_after(const struct collection *c, const struct lost *x)
{
	const struct catalog *catalog = &c->w->databases.v[x->database].catalog;

	return catalog->objects.v[x->relation].died == x->ended
		       ? (struct str){0}
		       : catalog_name(catalog, x->relation, x->ended).schema;
}

static struct lost
new_loss(const struct collection *c, uint32_t database, uint32_t relation, struct str name,
	moment ended)
{
	const struct catalog *catalog = &c->w->databases.v[database].catalog;
	struct lost x = {.database = database,
		.ended = ended,
		.relation = relation,
		.object = former_holder(catalog, relation, name, ended),
		.name = name,
		.schema = lost_schema(c, database, relation, ended)};

	if (x.schema.n)
		x.after = schema_after(c, &x);
	else if (x.object)
		x.after = name_after(c, &x);
	return x;
}

static void
add_lost(struct collection *c, uint32_t use, uint32_t relation, struct str name, moment ended)
{
	uint32_t database = c->w->uses.v[use].database;
	bool whole = lost_schema(c, database, relation, ended).n > 0;
	struct str key = str_format(c->arena, "%u %u %u %.*s", database, ended,
		whole ? 0 : relation, STR_ARG(name));
	union map_value *slot = map_put(&c->seen, key);
	struct lost *x;

	if (!slot->num) {
		vec_push(c->arena, &c->out->list,
			new_loss(c, database, relation, name, ended));
		slot->num = c->out->list.n;
	}
	x = &c->out->list.v[slot->num - 1];
	if (!x->uses.n || *vec_last(&x->uses) != use)
		vec_push(c->arena, &x->uses, use);
}

static void
add_lost_columns(struct collection *c, uint32_t use)
{
	const struct use *u = &c->w->uses.v[use];

	for (uint32_t i = 0; i < u->columns.count; i++) {
		const struct column_used *x = &c->w->columns.v[u->columns.first + i];

		if (x->missing && x->ended)
			add_lost(c, use, u->object, x->name, x->ended);
	}
}

/* True for what is run again and again, and in this database. DDL by itself is no use of what is gone:
 * scripts drop what may be there. */
static bool
runs(const struct use *u)
{
	const uint32_t rows = ACCESS_READ | ACCESS_WRITE | ACCESS_LOCK;

	return u->occurs != OCCURS_ONCE && u->class != CLASS_OTHER_DATABASE && (u->access & rows);
}

void
lost_collect(const struct world *w, struct arena *a, struct losses *out)
{
	struct collection c = {.w = w, .arena = a, .out = out, .seen = {.arena = a}};

	*out = (struct losses){0};
	for (uint32_t i = 0; i < w->uses.n; i++) {
		const struct use *u = &w->uses.v[i];

		if (!runs(u))
			continue;
		switch (u->binding.state) {
		case BINDING_BOUND:
			add_lost_columns(&c, i);
			break;
		case BINDING_MISSING:
			if (u->binding.object && u->binding.ended)
				add_lost(&c, i, u->binding.object, (struct str){0},
					u->binding.ended);
			break;
		case BINDING_AMBIGUOUS: /* which one is meant is not known */
		case BINDING_UNKNOWN:   /* the havoc, or the unread source, is a blind spot */
			break;
		}
	}
}

struct str
lost_display(const struct world *w, struct arena *a, const struct lost *x)
{
	struct str table = crossing_name_then(w, a, x->database, x->relation, x->ended - 1);
	const struct catalog *c = &w->databases.v[x->database].catalog;

	if (x->schema.n)
		return str_format(a, "schema %.*s", STR_ARG(x->schema));
	if (!x->name.n)
		return str_format(a, "%s %.*s", object_kind_word(c->objects.v[x->relation].kind),
			STR_ARG(table));
	return str_format(a, "column %.*s.%.*s", STR_ARG(table), STR_ARG(x->name));
}

/* The column's part in what the use does; of a table all of it. */
static uint32_t
access_to(const struct world *w, const struct use *u, struct str column)
{
	uint32_t access = 0;

	if (!column.n)
		return u->access;
	for (uint32_t i = 0; i < u->columns.count; i++) {
		const struct column_used *c = &w->columns.v[u->columns.first + i];

		if (str_eq(c->name, column))
			access |= c->access;
	}
	return access;
}

/* True when the column is only perhaps of this relation. */
static bool
is_guess(const struct world *w, const struct use *u, struct str column)
{
	bool guess = true;

	for (uint32_t i = 0; i < u->columns.count; i++) {
		const struct column_used *c = &w->columns.v[u->columns.first + i];

		if (str_eq(c->name, column))
			guess &= c->guess;
	}
	return guess;
}

/* The use, at the column's name. */
static struct use
use_of_column(const struct world *w, const struct use *u, struct str column)
{
	struct use at = *u;

	for (uint32_t i = 0; i < u->columns.count && !u->statement.file; i++) {
		const struct column_used *c = &w->columns.v[u->columns.first + i];

		if (!str_eq(c->name, column) || !c->span.line)
			continue;
		at.place.span = c->span;
		if (c->span.origin)
			at.place.file = c->span.origin;
		at.place.unit = file_by_number(w->files, at.place.file)->unit;
		break;
	}
	if (is_guess(w, u, column))
		at.confidence = CONFIDENCE_GUESS;
	/* In a routine's body a column's name may be that of a variable. */
	if (u->occurs == OCCURS_STORED && at.confidence > CONFIDENCE_LIKELY)
		at.confidence = CONFIDENCE_LIKELY;
	return at;
}

void
lost_victim(
	struct findings *f, struct finding *x, const struct use *u, struct str column, uint32_t actor)
{
	const struct world *w = f->world;
	struct use at = column.n ? use_of_column(w, u, column) : *u;
	struct place place = crossing_place(&at);
	struct str verbs = crossing_verbs(f->arena, access_to(w, u, column));

	if (x->related.n && place_equal(&vec_last(&x->related)->place, &place))
		return;
	finding_victim(f, x, &at, actor, "%.*s %.*s %.*s%s%.*s here",
		STR_ARG(world_service(w, u->place.service)), STR_ARG(verbs), STR_ARG(u->written),
		column.n ? "." : "", STR_ARG(column));
}

/* "public.r10_user.language", as it was called before. */
static struct str
lost_object(const struct findings *f, const struct lost *x)
{
	struct naming name = catalog_name(
		&f->world->databases.v[x->database].catalog, x->relation, x->ended - 1);

	return x->schema.n ? x->schema
			   : str_format(f->arena, "%.*s.%.*s%s%.*s", STR_ARG(name.schema),
				     STR_ARG(name.name), x->name.n ? "." : "", STR_ARG(x->name));
}

struct finding *
lost_finding(
	struct findings *f, const struct rule *r, const struct lost *lost, const char *verb)
{
	const struct world *w = f->world;
	uint32_t actor = crossing_actor(w, lost->ended);
	struct finding *x = finding_add(f, r, actor,
		crossing_said_place(w, lost->ended, lost->object), CONFIDENCE_EXACT);

	x->object = lost_object(f, lost);
	x->owner = world_owner_then(w, lost->database, lost->relation, lost->ended - 1).service;
	finding_here(f, x, "%s by %.*s", verb, STR_ARG(world_service(w, actor)));
	for (uint32_t i = 0; i < lost->uses.n; i++)
		lost_victim(f, x, &w->uses.v[lost->uses.v[i]], lost->name, actor);
	finding_rate(f, x);
	return x;
}

struct str
lost_sufferers(const struct findings *f, const struct finding *x)
{
	bool several;
	struct str names = crossing_sufferers(f, x, &several);

	return str_format(f->arena, "%.*s still use%s", STR_ARG(names), several ? "" : "s");
}
