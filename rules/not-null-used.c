/* rule: not-null-used

A column takes no NULL and has no default in the database, and another service inserts rows without it.

Such an INSERT fails. The service that owns the column does not see it: its own program gives a value.
In Django this is the usual case: `default=` is applied by Django's own objects. The database keeps no
default from it, so every other program's INSERT breaks when the migration has run.

Who inserts through a view that has not the column leaves it out, too: that is so where a table got
another name and left a view of the old one behind.

A statement without a list of columns, one whose list is not known, and a table with a trigger that may
fill the column are not accused or are a warning.

Fix: give the column a default in the database, or let it be null until the others write it.

```bad
-- hub/migrations/001_device.sql --
CREATE TABLE r10_device (id bigserial PRIMARY KEY, token text NOT NULL);
-- pgbounds.yaml --
services:
  - name: hub
    repo: hub
    grants: [{to: odds, may: [insert], tables: [r10_device], reason: registers devices}]
  - {name: odds, repo: odds}
-- odds/device.py --
def register(cursor, token):
    cursor.execute("INSERT INTO r10_device (token) VALUES (%s)", [token])
-- change --
-- hub/migrations/002_platform.sql --
ALTER TABLE r10_device ADD COLUMN platform text NOT NULL;
-- findings --
migrations/002_platform.sql:1:35: error: column r10_device.platform takes no NULL and has no default, but odds inserts without it [not-null-used]
    ALTER TABLE r10_device ADD COLUMN platform text NOT NULL;
                                      ^~~~~~~~
    odds/device.py:2:33: note: odds inserts without it here
    help: give it a default in the database, or let it be null until odds writes it
```

```good
-- hub/migrations/001_device.sql --
CREATE TABLE r10_device (id bigserial PRIMARY KEY, token text NOT NULL);
-- pgbounds.yaml --
services:
  - name: hub
    repo: hub
    grants: [{to: odds, may: [insert], tables: [r10_device], reason: registers devices}]
  - {name: odds, repo: odds}
-- odds/device.py --
def register(cursor, token):
    cursor.execute("INSERT INTO r10_device (token) VALUES (%s)", [token])
-- change --
-- hub/migrations/002_platform.sql --
ALTER TABLE r10_device ADD COLUMN platform text NOT NULL DEFAULT 'ios';
ALTER TABLE r10_device ADD COLUMN model text;
```
*/
#include "rule/crossing.h"

extern const struct rule rule_not_null_used;

/* One column of one table. */
struct demand {
	const struct world *w;
	struct findings *f;
	uint32_t database, relation, column;
	uint32_t actor; /* the service that makes the demand */
	moment at;      /* of the event that does */
};

static bool
demands(const struct object *o)
{
	return o->kind == OBJECT_COLUMN && !o->died && o->exists == EXISTS_YES && o->not_null &&
	       !o->has_default && !o->identity && !o->generated;
}

/* A trigger may give the column a value before the row is checked. */
static bool
has_trigger(const struct catalog *c, uint32_t relation)
{
	const struct object *r = &c->objects.v[relation];

	for (uint32_t i = 0; i < r->members.n; i++) {
		const struct object *o = &c->objects.v[r->members.v[i]];

		if (o->kind == OBJECT_TRIGGER && !o->died)
			return true;
	}
	return false;
}

/* What made the demand: that NULL is refused, or, when it came later, that the default was taken away. */
static moment
demanded(const struct world *w, uint32_t database, uint32_t column)
{
	static const enum subcommand_kind kinds[] = {
		SUB_SET_NOT_NULL, SUB_DROP_DEFAULT, SUB_DROP_IDENTITY, SUB_DROP_EXPRESSION};
	moment last = 0;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		moment at = world_said(w, database, column, kinds[i]);

		if (at > last)
			last = at;
	}
	return last;
}

/* The table into which a view inserts, when it is of one alone; else the relation itself. */
static uint32_t
inserted_into(const struct catalog *c, uint32_t relation)
{
	const struct object *view = &c->objects.v[relation];
	uint32_t table = 0;

	if (view->kind != OBJECT_VIEW)
		return relation;
	for (uint32_t i = 0; i < view->depends.n; i++) {
		if (!object_kind_is_relation(c->objects.v[view->depends.v[i]].kind))
			continue;
		if (table)
			return relation;
		table = view->depends.v[i];
	}
	return table ? table : relation;
}

/* True when the use inserts through a view of the table that has nothing of the column. */
static bool
leaves_out_by_view(const struct demand *d, const struct use *u)
{
	const struct catalog *c = &d->w->databases.v[d->database].catalog;
	const struct object *view = &c->objects.v[u->object];

	if (u->object == d->relation || inserted_into(c, u->object) != d->relation)
		return false;
	for (uint32_t i = 0; i < view->depends.n; i++)
		if (view->depends.v[i] == d->column)
			return false;
	return true;
}

/* True when the list of columns of the INSERT is known, and this one is not on it; DEFAULT VALUES has
 * none. */
static bool
leaves_out(const struct demand *d, const struct use *u)
{
	if (!(u->access & ACCESS_INSERT) || u->database != d->database ||
		!crossing_suffers(u, d->actor))
		return false;
	if (leaves_out_by_view(d, u))
		return true;
	if (u->object != d->relation || u->all_columns || u->more_columns)
		return false;
	for (uint32_t i = 0; i < u->columns.count; i++) {
		const struct column_used *x = &d->w->columns.v[u->columns.first + i];

		if ((x->access & ACCESS_INSERT) && (x->column == d->column || !x->column))
			return false;
	}
	return true;
}

static void
add_victims(const struct demand *d, struct finding *x)
{
	const struct catalog *c = &d->w->databases.v[d->database].catalog;

	for (uint32_t i = 0; i < d->w->uses.n; i++) {
		struct use u = d->w->uses.v[i];

		if (!leaves_out(d, &u))
			continue;
		u.confidence = crossing_confidence(&u);
		if ((has_trigger(c, d->relation) || has_trigger(c, u.object)) && u.confidence > CONFIDENCE_LIKELY)
			u.confidence = CONFIDENCE_LIKELY;
		finding_victim(d->f, x, &u, d->actor, "%.*s inserts without it here",
			STR_ARG(world_service(d->w, u.place.service)));
	}
	finding_rate(d->f, x);
}

/* True when Django wrote the statement; RunSQL's is the author's own. */
static bool
is_of_django(const struct happening *h)
{
	return h->operation_unit &&
	       !str_is(h->operation_unit->operations.v[h->operation].name, "RunSQL");
}

static void
report(const struct demand *d)
{
	const struct catalog *c = &d->w->databases.v[d->database].catalog;
	const struct happening *h = &d->w->happenings.v[d->at];
	struct finding *x = finding_add(d->f, &rule_not_null_used, d->actor,
		crossing_said_place(d->w, d->at, d->column), CONFIDENCE_EXACT);
	struct str table = crossing_name(d->w, d->f->arena, d->database, d->relation);
	struct str column = catalog_name(c, d->column, MOMENT_NOW).name, names;
	bool several;

	x->object = str_format(d->f->arena, "%.*s.%.*s",
		STR_ARG(catalog_display(c, d->relation, d->f->arena)), STR_ARG(column));
	x->owner = world_owner(d->w, d->database, d->relation).service;
	add_victims(d, x);
	names = crossing_sufferers(d->f, x, &several);
	finding_cause(d->f, x, "not null without default");
	finding_here(d->f, x, "%.*s demands it here", STR_ARG(world_service(d->w, d->actor)));
	finding_message(d->f, x,
		"column %.*s.%.*s takes no NULL and has no default%s, but %.*s insert%s without it",
		STR_ARG(table), STR_ARG(column),
		is_of_django(h) ? " in the database (Django's default= is Django's own)" : "",
		STR_ARG(names), several ? "" : "s");
	finding_help(d->f, x,
		"give it a default in the database, or let it be null until %.*s %s it",
		STR_ARG(names), several ? "write" : "writes");
}

static bool
anyone_leaves_out(const struct demand *d)
{
	for (uint32_t i = 0; i < d->w->uses.n; i++)
		if (leaves_out(d, &d->w->uses.v[i]))
			return true;
	return false;
}

static void
check_relation(const struct world *w, struct findings *f, uint32_t database, uint32_t relation)
{
	const struct catalog *c = &w->databases.v[database].catalog;
	const struct object *r = &c->objects.v[relation];

	for (uint32_t i = 0; i < r->members.n; i++) {
		struct demand d = {.w = w,
			.f = f,
			.database = database,
			.relation = relation,
			.column = r->members.v[i]};

		if (!demands(&c->objects.v[d.column]))
			continue;
		d.at = demanded(w, database, d.column);
		d.actor = crossing_actor(w, d.at);
		if (d.at && d.at < w->happenings.n && anyone_leaves_out(&d))
			report(&d);
	}
}

/* What is known of the statement's columns matters where it names the table itself. */
static bool
is_known_insert(const struct use *u, uint32_t table)
{
	return (u->access & ACCESS_INSERT) && crossing_suffers(u, NO_SERVICE) &&
	       (u->object != table || (!u->all_columns && !u->more_columns));
}

/* Only tables into which somebody inserts are looked at, be it by a revision that still runs. */
static void
check(const struct world *w, struct findings *f)
{
	struct map seen = {.arena = f->arena};

	for (uint32_t i = 0; i < w->uses.n; i++) {
		const struct use *u = &w->uses.v[i];
		const struct catalog *c = &w->databases.v[u->database].catalog;
		uint32_t table = u->object ? inserted_into(c, u->object) : 0;
		struct str key;

		if (!table || !is_known_insert(u, table))
			continue;
		key = str_format(f->arena, "%u %u", u->database, table);
		if (map_put(&seen, key)->num++ == 0)
			check_relation(w, f, u->database, table);
	}
}

const struct rule rule_not_null_used = {
	.name = "not-null-used",
	.summary = "another service inserts without a column that must be given",
	.level = LEVEL_ERROR,
	.check = check,
};
