/* rule: renumbered-migration

A migration that had shipped gets another number, or in Django another name.

To the tool that is a new migration. A database that has run it under the old one runs it again, and
fails: the table is already there. Often two branches had the same next number, and the wrong one was
moved.

Most tools know a migration by its number, some by its name (Django, sqitch, Prisma), or by what its file
says: Alembic by the revision, TypeORM by the class, Liquibase by a changeset's author and id. Where it is the
number, another word behind it and another directory are nothing, nor is a migration whose `replaces` names
the old one. What had shipped is what the base has; of a commit, which is compared with the one before, only
what the remote's default branch has, as it was fetched last. What is not yet given to others may get any
number.

Fix: give it its old name back; move the one that has not shipped.

```bad
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY);
-- hub/migrations/002_email.sql --
ALTER TABLE r10_user ADD COLUMN email text;
-- change --
-- hub/migrations/002_email.sql --
-- hub/migrations/003_email.sql --
ALTER TABLE r10_user ADD COLUMN email text;
-- findings --
migrations/003_email.sql:1:13: warning: migration 002_email, which had shipped, is 003_email now: a database that ran it will run it again [renumbered-migration]
    ALTER TABLE r10_user ADD COLUMN email text;
                ^~~~~~~~
    help: call it 002_email again; what has to come later goes into a new migration
```

```good
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY);
-- change --
-- hub/migrations/002_email.sql --
ALTER TABLE r10_user ADD COLUMN email text;
```
*/
#include "rule/crossing.h"
#include "rule/step.h"

extern const struct rule rule_renumbered_migration;

/* Where a step stands among the happenings of a world. */
struct step_place {
	const struct world *world;
	uint32_t context, step;
};

static const struct tool_step *
step_at(const struct step_place *p)
{
	return &p->world->contexts.v[p->context].history->steps.v[p->step];
}

/* The next happening of the step behind M; 0: there is none. */
static moment
next_of_step(const struct step_place *p, moment m)
{
	const struct world *w = p->world;

	for (m++; m < w->happenings.n; m++)
		if (w->happenings.v[m].context == p->context && w->happenings.v[m].step == p->step)
			return m;
	return 0;
}

static bool
is_same_event(const struct world *v, moment x, const struct world *w, moment y)
{
	const struct event *a = &v->happenings.v[x].unit->events.v[v->happenings.v[x].event];
	const struct event *b = &w->happenings.v[y].unit->events.v[w->happenings.v[y].event];

	return a->kind == b->kind && a->object_kind == b->object_kind &&
	       str_eq(a->object.schema, b->object.schema) &&
	       str_eq(a->object.name, b->object.name) && str_eq(a->part, b->part);
}

/* True when both are the same SQL, perhaps elsewhere: of rows, that the catalog does not keep. */
static bool
says_the_same(const struct step_place *x, const struct step_place *y)
{
	const struct unit *u = step_at(x)->file.unit, *v = step_at(y)->file.unit;

	return u && v && !unit_says_nothing(u) && unit_says_the_same(u, v);
}

/* True when both do the same things to the same objects, and anything at all. */
static bool
does_the_same(const struct step_place *x, const struct step_place *y)
{
	moment a = next_of_step(x, 0), b = next_of_step(y, 0);

	if (!a && !b)
		return says_the_same(x, y);
	for (; a && b; a = next_of_step(x, a), b = next_of_step(y, b))
		if (!is_same_event(x->world, a, y->world, b))
			return false;
	return !a && !b;
}

static bool
is_same_version(const struct tool_step *a, const struct tool_step *b)
{
	return str_eq(a->group, b->group) && str_eq(a->version, b->version);
}

/* Two histories of a service have numbers of their own. One whose directory is new may be any of them, moved. */
static bool
is_same_history(const struct findings *f, const struct context *was, const struct tool_history *now)
{
	const struct world *base = f->base;

	if (str_eq(was->history->directory, now->directory))
		return true;
	for (uint32_t c = 0; c < base->contexts.n; c++) {
		const struct context *x = &base->contexts.v[c];

		if (x->history && str_eq(x->history->directory, now->directory) &&
			str_eq(world_service(base, x->service), world_service(base, was->service)))
			return false;
	}
	return true;
}

/* Whether the head has the version of the base's step OLD, and which step that the base has not does what
 * that one did; false when there is none such. */
static bool
find_renumbered(const struct findings *f, const struct step_place *old, struct step_place *now)
{
	const struct world *w = f->world;
	const struct context *was = &old->world->contexts.v[old->context];
	struct str service = world_service(old->world, was->service);
	bool found = false;

	for (uint32_t c = 0; c < w->contexts.n; c++) {
		const struct tool_history *h = w->contexts.v[c].history;

		if (!h || h->tool != was->history->tool ||
			!str_eq(world_service(w, w->contexts.v[c].service), service) ||
			!is_same_history(f, was, h))
			continue;
		for (uint32_t i = 0; i < h->steps.n; i++) {
			struct step_place p = {w, c, i};

			if (is_same_version(step_at(&p), step_at(old)))
				return false;
			if (found || h->steps.v[i].replaces || !h->steps.v[i].version.n ||
				world_same_step(f->base, service, &h->steps.v[i]) ||
				!does_the_same(&p, old))
				continue;
			*now = p;
			found = true;
		}
	}
	return found;
}

/* The first thing that the step does to the catalog, else the beginning of its file. */
static struct place
place_of(const struct step_place *p)
{
	const struct world *w = p->world;
	moment first = next_of_step(p, 0);
	struct place place = {.service = w->contexts.v[p->context].service,
		.file = step_at(p)->file.number,
		.unit = step_at(p)->file.unit,
		.span = {.line = 1, .column = 1}};

	if (first)
		return w->happenings.v[first].place;
	if (place.unit && place.unit->statements.n > 1)
		place.span = place.unit->statements.v[1].span;
	return place;
}

static void
report_renumbered(struct findings *f, const struct step_place *old, const struct step_place *now)
{
	struct place place = place_of(now);
	struct str was = step_at(old)->name, is = step_at(now)->name;
	struct finding *x =
		finding_add(f, &rule_renumbered_migration, place.service, place, CONFIDENCE_EXACT);

	/* In a file that is called as before, what the tool knows it by. */
	if (str_eq(was, is)) {
		was = step_at(old)->version;
		is = step_at(now)->version;
	}
	x->object = was;
	x->owner = place.service;
	finding_cause(f, x, "another name");
	finding_message(f, x,
		"migration %.*s, which had shipped, is %.*s now: a database that ran it will run it again",
		STR_ARG(was), STR_ARG(is));
	finding_help(f, x, "call it %.*s again; what has to come later goes into a new migration",
		STR_ARG(was));
}

/* The history of the base's context; NULL: none, or it has no steps, or a context before had it. */
static const struct tool_history *
own_history(const struct world *base, uint32_t context)
{
	const struct tool_history *h = base->contexts.v[context].history;

	for (uint32_t c = 0; h && c < context; c++)
		if (base->contexts.v[c].history == h)
			return NULL;
	return h && !h->snapshot ? h : NULL;
}

/* A migration that had shipped has another number: to the tools that is a new one. */
static void
judge_numbers(struct findings *f)
{
	const struct world *base = f->base;

	for (uint32_t c = 0; c < base->contexts.n; c++) {
		const struct tool_history *h = own_history(base, c);
		struct str service = world_service(base, base->contexts.v[c].service);

		for (uint32_t i = 0; h && i < h->steps.n; i++) {
			struct step_place old = {base, c, i}, now;

			if (h->steps.v[i].version.n && step_had_shipped(f, &h->steps.v[i]) &&
				!world_same_step(f->world, service, &h->steps.v[i]) &&
				find_renumbered(f, &old, &now))
				report_renumbered(f, &old, &now);
		}
	}
}

static void
check(const struct world *w, struct findings *f)
{
	(void)w;
	judge_numbers(f);
}

const struct rule rule_renumbered_migration = {
	.name = "renumbered-migration",
	.summary = "gives a migration another number that had shipped before",
	.level = LEVEL_WARNING,
	.change = true,
	.check = check,
};
