/* rule: constraint-used

A change adds a CHECK, a unique or a foreign key constraint to a table that another service writes.

From then on the database refuses rows that it took before, and it is the other service that gets the
error. Whether it writes such rows cannot be seen in the SQL, so this is a warning.

A foreign key refuses as well that a row is deleted while another one refers to it, unless the database is
told by ON DELETE what becomes of that one. (What Django says in `on_delete` Django does itself; another
program's DELETE is refused.) So it is told to those, too, who delete from the table that it refers to.

Only a change is judged: `pgbounds check` tells it once, on the line that does it. A constraint on
columns that are new as well, and one that is only renamed or made again, is none; nor is a unique one
with more columns than another that was there.

Fix: tell the other service before; a CHECK or a foreign key is added as NOT VALID and validated later;
before a unique one, look for rows that are equal.

```bad
-- hub/migrations/001_bet.sql --
CREATE TABLE r10_bet (id bigint PRIMARY KEY, stake integer NOT NULL);
-- pgbounds.yaml --
services:
  - name: hub
    repo: hub
    grants: [{to: odds, may: [write], tables: [r10_bet], reason: settles bets}]
  - {name: odds, repo: odds}
-- odds/store.go --
package odds

func (s *Store) SetStake(ctx context.Context, id int64, stake int) error {
	_, err := s.db.Exec(ctx, "UPDATE r10_bet SET stake = $2 WHERE id = $1", id, stake)
	return err
}
-- change --
-- hub/migrations/002_stake.sql --
ALTER TABLE r10_bet ADD CONSTRAINT stake_positive CHECK (stake > 0);
-- findings --
migrations/002_stake.sql:1:36: warning: CHECK constraint stake_positive is new on r10_bet, which odds writes [constraint-used]
    ALTER TABLE r10_bet ADD CONSTRAINT stake_positive CHECK (stake > 0);
                                       ^~~~~~~~~~~~~~
    odds/store.go:4:35: note: odds updates it here
    help: make sure that no row of odds breaks it before this runs; NOT VALID first, VALIDATE later
```

```good
-- hub/migrations/001_bet.sql --
CREATE TABLE r10_bet (id bigint PRIMARY KEY, stake integer NOT NULL, note text);
-- pgbounds.yaml --
services:
  - name: hub
    repo: hub
    grants: [{to: odds, may: [write], tables: [r10_bet], reason: settles bets}]
  - {name: odds, repo: odds}
-- odds/store.go --
package odds

func (s *Store) SetStake(ctx context.Context, id int64, stake int) error {
	_, err := s.db.Exec(ctx, "UPDATE r10_bet SET stake = $2 WHERE id = $1", id, stake)
	return err
}
-- change --
-- hub/migrations/002_note.sql --
ALTER TABLE r10_bet ADD CONSTRAINT note_short CHECK (length(note) < 80);
```
*/
#include "rule/crossing.h"

extern const struct rule rule_constraint_used;

static const char *
constraint_word(const struct object *o)
{
	switch (o->constraint) {
	case CONSTRAINT_CHECK:
		return "CHECK constraint";
	case CONSTRAINT_FOREIGN_KEY:
		return "foreign key";
	case CONSTRAINT_PRIMARY_KEY:
		return "primary key";
	case CONSTRAINT_EXCLUSION:
		return "exclusion constraint";
	case CONSTRAINT_UNIQUE:
		return "unique constraint";
	case CONSTRAINT_NONE:
		break;
	}
	return "unique index";
}

/* Only what can be NOT VALID is made in two steps. */
static const char *
gentle_way(const struct object *o)
{
	return o->constraint == CONSTRAINT_CHECK || o->constraint == CONSTRAINT_FOREIGN_KEY
		       ? "NOT VALID first, VALIDATE later"
		       : "look for rows that are equal, and how it inserts them";
}

static bool
is_new_column(const struct findings *f, const struct change *c, uint32_t column)
{
	for (uint32_t i = 0; i < f->difference.list.n; i++) {
		const struct change *x = &f->difference.list.v[i];

		if (x->kind == CHANGE_COLUMN_NEW && x->database == c->database &&
			x->object == column)
			return true;
	}
	return false;
}

/* Of new columns nobody else has written yet. */
static bool
is_on_new_columns(const struct findings *f, const struct change *c, const struct object *o)
{
	for (uint32_t i = 0; i < o->columns.n; i++)
		if (!is_new_column(f, c, o->columns.v[i]))
			return false;
	return o->columns.n > 0;
}

static bool
has_column(const struct catalog *c, const struct object *o, struct str name)
{
	for (uint32_t i = 0; i < o->columns.n; i++)
		if (str_eq(catalog_name(c, o->columns.v[i], MOMENT_NOW).name, name))
			return true;
	return false;
}

static bool
is_unique(const struct object *o)
{
	return o->constraint == CONSTRAINT_UNIQUE || o->constraint == CONSTRAINT_PRIMARY_KEY ||
	       (o->kind == OBJECT_INDEX && o->unique);
}

/* True when the table took no two rows that are equal in OLD's columns, all of which are NEW's, too. */
static bool
implies(const struct catalog *then, const struct object *old, const struct catalog *now,
	const struct object *new, struct arena *a)
{
	if (old->died || old->exists != EXISTS_YES || !is_unique(old) || old->partial ||
		!old->columns.n || !world_is_of_columns(then, old, a) ||
		!world_is_of_columns(now, new, a))
		return false;
	for (uint32_t i = 0; i < old->columns.n; i++)
		if (!has_column(now, new,
			    catalog_name(then, old->columns.v[i], MOMENT_NOW).name))
			return false;
	return true;
}

/* A unique constraint with more columns than one that was there refuses nothing that this one took. */
static bool
is_weaker(const struct findings *f, const struct change *c, const struct object *o)
{
	const struct catalog *now = &f->world->databases.v[c->database].catalog;
	const struct catalog *then = &f->base->databases.v[c->database_before].catalog;
	const struct object *relation = &then->objects.v[c->relation_before];

	for (uint32_t i = 0; is_unique(o) && i < relation->members.n; i++)
		if (implies(then, &then->objects.v[relation->members.v[i]], now, o, f->arena))
			return true;
	return false;
}

/* True when the use gives a value to a column of the constraint; or may, where these are not known. */
static bool
writes_into(const struct world *w, const struct use *u, const struct object *o)
{
	const uint32_t write = ACCESS_INSERT | ACCESS_UPDATE;

	if (!(u->access & write))
		return false;
	if (!o->columns.n || u->all_columns || u->more_columns)
		return true;
	for (uint32_t i = 0; i < o->columns.n; i++)
		if (crossing_column(w, u, o->columns.v[i], write))
			return true;
	return false;
}

static void
add_victims(struct findings *f, struct finding *x, const struct change *c, const struct object *o,
	uint32_t actor)
{
	const struct world *w = f->world;

	for (uint32_t i = 0; i < w->uses.n; i++) {
		const struct use *u = &w->uses.v[i];

		if (u->database == c->database && u->object == c->relation &&
			crossing_suffers(u, actor) && writes_into(w, u, o))
			finding_victim(f, x, u, actor, "%.*s %.*s it here",
				STR_ARG(world_service(w, u->place.service)),
				STR_ARG(crossing_verbs(
					f->arena, u->access & (ACCESS_INSERT | ACCESS_UPDATE))));
	}
}

static void
judge(struct findings *f, const struct change *c)
{
	const struct world *w = f->world;
	const struct catalog *catalog = &w->databases.v[c->database].catalog;
	const struct object *o = &catalog->objects.v[c->object];
	uint32_t actor = crossing_actor(w, c->at);
	struct finding *x = finding_add(f, &rule_constraint_used, actor,
		crossing_said_place(w, c->at, c->object), CONFIDENCE_EXACT);
	struct str table = crossing_name(w, f->arena, c->database, c->relation);
	struct str name = catalog_name(catalog, c->object, MOMENT_NOW).name, names;
	bool several;

	add_victims(f, x, c, o, actor);
	if (!finding_rate(f, x)) {
		f->list.n--;
		return;
	}
	names = crossing_sufferers(f, x, &several);
	x->object = catalog_display(catalog, c->relation, f->arena);
	x->owner = world_owner(w, c->database, c->relation).service;
	finding_cause(f, x, "%s %.*s", constraint_word(o), STR_ARG(name));
	finding_here(f, x, "it is added here");
	finding_message(f, x, "%s %.*s is new on %.*s, which %.*s write%s",
		constraint_word(o), STR_ARG(name), STR_ARG(table), STR_ARG(names),
		several ? "" : "s");
	finding_help(f, x, "make sure that no row of %.*s breaks it before this runs; %s",
		STR_ARG(names), gentle_way(o));
}

/* True when the database does nothing of itself with rows that refer to one that is deleted. */
static bool
refuses_delete(const struct object *key)
{
	return key->constraint == CONSTRAINT_FOREIGN_KEY && key->target &&
	       (!key->on_delete || key->on_delete == 'a' || key->on_delete == 'r');
}

static void
add_deleters(struct findings *f, struct finding *x, uint32_t database, const struct object *key,
	uint32_t actor)
{
	const uint32_t delete = ACCESS_DELETE | ACCESS_TRUNCATE;
	const struct world *w = f->world;

	for (uint32_t i = 0; i < w->uses.n; i++) {
		const struct use *u = &w->uses.v[i];

		if (u->database == database && u->object == key->target && (u->access & delete) &&
			crossing_suffers(u, actor))
			finding_victim(f, x, u, actor, "%.*s %.*s it here",
				STR_ARG(world_service(w, u->place.service)),
				STR_ARG(crossing_verbs(f->arena, u->access & delete)));
	}
}

/* Who deletes from the table that a new foreign key refers to. Where another service owns that,
 * cross-service-foreign-key tells it. */
static void
judge_deletes(struct findings *f, uint32_t database, uint32_t constraint)
{
	const struct world *w = f->world;
	const struct catalog *catalog = &w->databases.v[database].catalog;
	const struct object *o = &catalog->objects.v[constraint];
	uint32_t actor = crossing_actor(w, o->born);
	struct str name = catalog_name(catalog, constraint, MOMENT_NOW).name, names, target;
	struct finding *x;
	bool several;

	if (!refuses_delete(o) || world_owner(w, database, o->target).service != actor)
		return;
	x = finding_add(f, &rule_constraint_used, actor,
		crossing_said_place(w, o->born, constraint), CONFIDENCE_EXACT);
	add_deleters(f, x, database, o, actor);
	if (!finding_rate(f, x)) {
		f->list.n--;
		return;
	}
	names = crossing_sufferers(f, x, &several);
	target = crossing_name(w, f->arena, database, o->target);
	x->object = catalog_display(catalog, o->target, f->arena);
	x->owner = actor;
	finding_cause(f, x, "deletes refused by %.*s", STR_ARG(name));
	finding_here(f, x, "it is added here");
	finding_message(f, x,
		"foreign key %.*s is new on %.*s and refers to %.*s, from which %.*s delete%s",
		STR_ARG(name), STR_ARG(crossing_name(w, f->arena, database, o->parent)),
		STR_ARG(target), STR_ARG(names), several ? "" : "s");
	finding_help(f, x,
		"say in the database what becomes of rows that refer to one that is deleted (ON DELETE), or tell %.*s to delete those first",
		STR_ARG(names));
}

static void
judge_keys_of(struct findings *f, uint32_t database, uint32_t relation)
{
	const struct catalog *c = &f->world->databases.v[database].catalog;
	const struct object *r = &c->objects.v[relation];

	for (uint32_t i = 0; i < r->members.n; i++) {
		const struct object *o = &c->objects.v[r->members.v[i]];

		if (o->kind == OBJECT_CONSTRAINT && !o->died && o->exists == EXISTS_YES)
			judge_deletes(f, database, r->members.v[i]);
	}
}

static void
check(const struct world *w, struct findings *f)
{
	for (uint32_t i = 0; i < f->difference.list.n; i++) {
		const struct change *c = &f->difference.list.v[i];
		const struct object *o;

		if (c->kind == CHANGE_RELATION_NEW)
			judge_keys_of(f, c->database, c->relation);
		if (c->kind != CHANGE_CONSTRAINT || !c->at)
			continue;
		judge_deletes(f, c->database, c->object);
		o = &w->databases.v[c->database].catalog.objects.v[c->object];
		if (!is_on_new_columns(f, c, o) && !is_weaker(f, c, o))
			judge(f, c);
	}
}

const struct rule rule_constraint_used = {
	.name = "constraint-used",
	.summary = "adds a constraint to a table that another service writes",
	.level = LEVEL_WARNING,
	.change = true,
	.check = check,
};
