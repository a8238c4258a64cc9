/* rule: retype-used

A change gives another type to a column that another service uses.

The statements of that service still run, but what they send and get is of another type: a Go program
that scans into an int32 fails on a bigint, text where a number was compares otherwise, a timestamp
with a time zone is shifted. Whether it breaks cannot be seen in the SQL, so this is a warning.

Only a change is judged: `pgbounds check` tells it once, on the line that does it. A longer varchar, or
text in its place, is nothing that a program notices, nor is a numeric with more digits before the point,
nor another name for the type.

Fix: tell the other service before; or add a column of the new type and let the others move.

```bad
-- hub/migrations/001_bet.sql --
CREATE TABLE r10_bet (id bigint PRIMARY KEY, stake integer NOT NULL);
-- odds/store.go --
package odds

func (s *Store) Stakes(ctx context.Context) *sql.Row {
	return s.db.QueryRow(ctx, "SELECT sum(stake) FROM r10_bet")
}
-- change --
-- hub/migrations/002_stake.sql --
ALTER TABLE r10_bet ALTER COLUMN stake TYPE numeric(10,2);
-- findings --
migrations/002_stake.sql:1:34: warning: column r10_bet.stake, which odds uses, becomes numeric(10,2); it was integer [retype-used]
    ALTER TABLE r10_bet ALTER COLUMN stake TYPE numeric(10,2);
                                     ^~~~~
    odds/store.go:4:52: note: odds reads it here
    help: make sure that odds can take the new type before this runs, or add a column beside it
```

```good
-- hub/migrations/001_bet.sql --
CREATE TABLE r10_bet (id bigint PRIMARY KEY, stake integer NOT NULL, note varchar(20));
-- odds/store.go --
package odds

func (s *Store) Notes(ctx context.Context) *sql.Row {
	return s.db.QueryRow(ctx, "SELECT note FROM r10_bet")
}
-- change --
-- hub/migrations/002_stake.sql --
ALTER TABLE r10_bet ALTER COLUMN stake TYPE numeric(10,2);
ALTER TABLE r10_bet ALTER COLUMN note TYPE varchar(200);
```
*/
#include <stdlib.h>

#include "rule/crossing.h"

extern const struct rule rule_retype_used;

/* The N of character varying(N); 0: there is no limit; UINT32_MAX: another type. */
static uint32_t
varchar_limit(struct str type)
{
	static const char name[] = "character varying";

	if (str_is(type, "text") || str_is(type, name))
		return 0;
	if (!str_starts(type, STR("character varying(")) || !str_ends(type, STR(")")))
		return UINT32_MAX;
	return (uint32_t)strtoul(type.s + sizeof name, NULL, 10);
}

/* The digits of numeric(P,S), in all and behind the point; false: another type. */
static bool
numeric_digits(struct str type, unsigned long *precision, unsigned long *scale)
{
	static const char name[] = "numeric(";
	char *end;

	if (!str_starts(type, str_from(name)))
		return false;
	*precision = strtoul(type.s + sizeof name - 1, &end, 10);
	*scale = *end == ',' ? strtoul(end + 1, NULL, 10) : 0;
	return true;
}

static bool
is_wider_numeric(struct str before, struct str after)
{
	unsigned long was, was_scale, is, scale;

	return numeric_digits(before, &was, &was_scale) && numeric_digits(after, &is, &scale) &&
	       is >= was && scale == was_scale;
}

/* True when whoever wrote and read the old type can do so with the new one. */
static bool
is_wider(struct str before, struct str after)
{
	uint32_t was = varchar_limit(before), is = varchar_limit(after);

	if (was == UINT32_MAX || is == UINT32_MAX)
		return is_wider_numeric(before, after);
	return is == 0 || (was != 0 && is >= was);
}

static void
add_victims(struct findings *f, struct finding *x, const struct change *c, uint32_t actor)
{
	const struct world *w = f->world;

	for (uint32_t i = 0; i < w->uses.n; i++) {
		const struct use *u = &w->uses.v[i];
		struct str service = world_service(w, u->place.service);
		const struct column_used *column;

		if (u->database != c->database || u->object != c->relation ||
			!crossing_suffers(u, actor))
			continue;
		column = crossing_column(w, u, c->object, ~0u);
		if (column)
			finding_victim(f, x, u, actor, "%.*s %.*s it here", STR_ARG(service),
				STR_ARG(crossing_verbs(f->arena, column->access)));
		else if (u->all_columns && (u->access & (ACCESS_READ | ACCESS_INSERT)))
			finding_victim(f, x, u, actor, "%.*s uses all columns here",
				STR_ARG(service));
	}
}

static void
judge(struct findings *f, const struct change *c, struct str before, struct str after)
{
	const struct world *w = f->world;
	const struct catalog *catalog = &w->databases.v[c->database].catalog;
	uint32_t actor = crossing_actor(w, c->at);
	struct finding *x = finding_add(f, &rule_retype_used, actor,
		crossing_said_place(w, c->at, c->object), CONFIDENCE_EXACT);
	struct str table = crossing_name(w, f->arena, c->database, c->relation);
	struct str column = catalog_name(catalog, c->object, MOMENT_NOW).name, names;
	bool several;

	add_victims(f, x, c, actor);
	if (!finding_rate(f, x)) {
		f->list.n--;
		return;
	}
	names = crossing_sufferers(f, x, &several);
	x->object = str_format(f->arena, "%.*s.%.*s",
		STR_ARG(catalog_display(catalog, c->relation, f->arena)), STR_ARG(column));
	x->owner = world_owner(w, c->database, c->relation).service;
	finding_cause(f, x, "%.*s to %.*s", STR_ARG(before), STR_ARG(after));
	finding_here(f, x, "it becomes %.*s here", STR_ARG(after));
	finding_message(f, x, "column %.*s.%.*s, which %.*s use%s, becomes %.*s; it was %.*s",
		STR_ARG(table), STR_ARG(column), STR_ARG(names), several ? "" : "s",
		STR_ARG(after), STR_ARG(before));
	finding_help(f, x,
		"make sure that %.*s can take the new type before this runs, or add a column beside it",
		STR_ARG(names));
}

static void
check(const struct world *w, struct findings *f)
{
	for (uint32_t i = 0; i < f->difference.list.n; i++) {
		const struct change *c = &f->difference.list.v[i];
		struct str before, after;

		if (c->kind != CHANGE_TYPE || !c->at)
			continue;
		before = f->base->databases.v[c->database_before].catalog.objects.v[c->before].type;
		after = w->databases.v[c->database].catalog.objects.v[c->object].type;
		if (!is_wider(before, after))
			judge(f, c, before, after);
	}
}

const struct rule rule_retype_used = {
	.name = "retype-used",
	.summary = "changes the type of a column that another service uses",
	.level = LEVEL_WARNING,
	.change = true,
	.check = check,
};
