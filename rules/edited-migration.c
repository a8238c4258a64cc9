/* rule: edited-migration

A change alters what a migration does that had shipped before.

A database that has run the migration does not run it again: it stays as it is, and from now on differs
from one that is made anew. What the code expects is there on the developer's machine and in the tests,
and not in production.

Only a change is judged, and only by what comes out: comments, white space, a squash that leaves the same
tables behind, and an edit that a later migration makes up for are nothing. A single schema file is edited,
that is what it is for.

What the base has had shipped. Of a commit, which is compared with the one before, only what the remote's
default branch has, as it was fetched last: what is not yet given to others may be edited.

Fix: leave the old migration as it was, and say the rest in a new one.

```bad
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, email text NOT NULL);
-- change --
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, email text NOT NULL, language text);
-- findings --
migrations/001_users.sql:1:68: warning: column r10_user.language is new, by a change of migration 001_users, which had shipped: a database that ran it stays as it was [edited-migration]
    CREATE TABLE r10_user (id bigint PRIMARY KEY, email text NOT NULL, language text);
                                                                       ^~~~~~~~
    help: leave 001_users as it was, and do this in a new migration
```

```bad
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY);
CREATE TABLE r10_team (id bigint PRIMARY KEY);
-- change --
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY);
-- findings --
migrations/001_users.sql:1:1: warning: r10_team is gone, by a change of migration 001_users, which had shipped: a database that ran it stays as it was [edited-migration]
    CREATE TABLE r10_user (id bigint PRIMARY KEY);
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    help: leave 001_users as it was, and do this in a new migration
```

```good
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, email text NOT NULL);
-- change --
-- hub/migrations/001_users.sql --
-- Whom we know.
CREATE TABLE r10_user (
	id bigint PRIMARY KEY,
	email text NOT NULL
);
-- hub/migrations/002_language.sql --
ALTER TABLE r10_user ADD COLUMN language text;
```
*/
#include "rule/crossing.h"
#include "rule/step.h"

extern const struct rule rule_edited_migration;

/* The step of what happened at a moment; NULL where nothing is run step by step: what code does when it
 * starts, a schema file, files without a number. */
static const struct tool_step *
step_of(const struct world *w, moment at)
{
	const struct tool_step *s = world_step(w, at);

	if (!s || w->contexts.v[w->happenings.v[at].context].history->snapshot)
		return NULL;
	return s->version.n && !s->repeatable ? s : NULL;
}

/* The first step of the base's histories of the service that the head has not; NULL: it has all. */
static const struct tool_step *
missing_step(const struct findings *f, struct str service)
{
	const struct world *base = f->base;

	for (uint32_t c = 0; c < base->contexts.n; c++) {
		const struct tool_history *h = base->contexts.v[c].history;

		if (!h || !str_eq(world_service(base, base->contexts.v[c].service), service))
			continue;
		for (uint32_t i = 0; i < h->steps.n; i++)
			if (!world_same_step(f->world, service, &h->steps.v[i]))
				return &h->steps.v[i];
	}
	return NULL;
}

static bool
is_same_blob(const struct unit *x, const struct unit *y)
{
	return x && y && x->blob.n && str_eq(x->blob, y->blob);
}

/* True when the steps' files are the same, and those whose SQL they run. */
static bool
is_same_file(const struct tool_step *x, const struct tool_step *y)
{
	if (!is_same_blob(x->file.unit, y->file.unit) || x->files.n != y->files.n)
		return false;
	for (uint32_t i = 0; i < x->files.n; i++)
		if (!is_same_blob(x->files.v[i].file.unit, y->files.v[i].file.unit))
			return false;
	return true;
}

/* True when a step of the head is what the base's step was, under another name: sqitch keeps a change that
 * is reworked so. */
static bool
is_kept(const struct findings *f, struct str service, const struct tool_step *before)
{
	const struct world *w = f->world;

	for (uint32_t c = 0; c < w->contexts.n; c++) {
		const struct tool_history *h = w->contexts.v[c].history;

		if (!h || !str_eq(world_service(w, w->contexts.v[c].service), service))
			continue;
		for (uint32_t i = 0; i < h->steps.n; i++)
			if (is_same_file(&h->steps.v[i], before))
				return true;
	}
	return false;
}

/* "column r10_user.language is new": what a change is, for people. */
static struct str
describe(const struct findings *f, const struct change *c)
{
	const struct world *w = c->object ? f->world : f->base;
	uint32_t database = c->object ? c->database : c->database_before;
	uint32_t relation = c->object ? c->relation : c->relation_before;
	uint32_t object = c->object ? c->object : c->before;
	struct str table = crossing_name(w, f->arena, database, relation);
	struct str part = catalog_name(&w->databases.v[database].catalog, object, MOMENT_NOW).name;

	switch (c->kind) {
	case CHANGE_RELATION_NEW:
		return str_format(f->arena, "%.*s is new", STR_ARG(table));
	case CHANGE_RELATION_GONE:
		return str_format(f->arena, "%.*s is gone", STR_ARG(table));
	case CHANGE_RELATION_RENAMED:
		return str_format(f->arena, "%.*s has another name", STR_ARG(table));
	case CHANGE_COLUMN_NEW:
		return str_format(
			f->arena, "column %.*s.%.*s is new", STR_ARG(table), STR_ARG(part));
	case CHANGE_COLUMN_GONE:
		return str_format(
			f->arena, "column %.*s.%.*s is gone", STR_ARG(table), STR_ARG(part));
	case CHANGE_COLUMN_RENAMED:
		return str_format(f->arena, "column %.*s.%.*s has another name", STR_ARG(table),
			STR_ARG(part));
	case CHANGE_TYPE:
		return str_format(f->arena, "column %.*s.%.*s has another type", STR_ARG(table),
			STR_ARG(part));
	case CHANGE_NOT_NULL:
		return str_format(f->arena, "column %.*s.%.*s takes no NULL any more",
			STR_ARG(table), STR_ARG(part));
	case CHANGE_NO_DEFAULT:
		return str_format(f->arena, "column %.*s.%.*s has no default any more",
			STR_ARG(table), STR_ARG(part));
	case CHANGE_CONSTRAINT:
		break;
	}
	return str_format(
		f->arena, "constraint %.*s on %.*s is new", STR_ARG(part), STR_ARG(table));
}

static void
report(struct findings *f, const struct change *c, struct place place, struct str step, bool gone)
{
	struct finding *x =
		finding_add(f, &rule_edited_migration, place.service, place, CONFIDENCE_EXACT);
	struct str what = describe(f, c);
	const struct world *w = c->relation ? f->world : f->base;

	x->object = catalog_display(
		&w->databases.v[c->relation ? c->database : c->database_before].catalog,
		c->relation ? c->relation : c->relation_before, f->arena);
	x->owner = place.service;
	finding_cause(f, x, "%.*s", STR_ARG(what));
	finding_message(f, x,
		gone ? "%.*s, because migration %.*s, which had shipped, is taken away: a database that ran it stays as it was"
		     : "%.*s, by a change of migration %.*s, which had shipped: a database that ran it stays as it was",
		STR_ARG(what), STR_ARG(step));
	finding_help(f, x,
		gone ? "keep %.*s, and undo it in a new migration"
		     : "leave %.*s as it was, and do this in a new migration",
		STR_ARG(step));
}

/* What the head's own event does, in a step that the base has as well: that one was edited, or else
 * another is not there any more. */
static void
judge_event(struct findings *f, const struct change *c)
{
	const struct world *w = f->world;
	struct str service = world_service(w, crossing_actor(w, c->at));
	const struct tool_step *s = step_of(w, c->at), *before, *gone;
	struct place place;

	before = s ? world_same_step(f->base, service, s) : NULL;
	if (!before || !step_had_shipped(f, before))
		return;
	place = crossing_said_place(w, c->at, c->object ? c->object : c->relation);
	gone = is_same_file(s, before) ? missing_step(f, service) : NULL;
	if (gone && step_had_shipped(f, gone))
		report(f, c, place, gone->name, true);
	else if (!is_same_file(s, before) && !is_kept(f, service, before))
		report(f, c, place, s->name, false);
}

static bool
is_beside(struct str path, struct str other)
{
	size_t x = str_rchr(path, '/'), y = str_rchr(other, '/');

	return x == y && (x == SIZE_MAX || str_eq(str_slice(path, 0, x), str_slice(other, 0, y)));
}

/* The place for what is not there any more: the last step in the directory of PATH, where it was; else the
 * last of the service's. */
static struct place
last_step_place(const struct findings *f, struct str service, struct str path)
{
	const struct world *w = f->world;
	struct place place = {.span = {.line = 1, .column = 1}};
	bool beside = false;

	for (uint32_t c = 0; c < w->contexts.n; c++) {
		const struct tool_history *h = w->contexts.v[c].history;

		if (!str_eq(world_service(w, w->contexts.v[c].service), service))
			continue;
		for (uint32_t i = 0; h && i < h->steps.n; i++) {
			if (beside && !is_beside(h->steps.v[i].file.path, path))
				continue;
			beside = is_beside(h->steps.v[i].file.path, path);
			place.service = w->contexts.v[c].service;
			place.file = h->steps.v[i].file.number;
		}
	}
	if (place.file)
		place.unit = file_by_number(w->files, place.file)->unit;
	return place;
}

/* What nothing makes any more: its step was edited, or taken away. */
static void
judge_unmade(struct findings *f, const struct change *c)
{
	const struct world *base = f->base;
	moment born = base->databases.v[c->database_before].catalog.objects.v[c->before].born;
	struct str service = world_service(base, crossing_actor(base, born));
	const struct tool_step *s = step_of(base, born);
	struct place left = {0};

	if (!s || !step_had_shipped(f, s))
		return;
	left = crossing_left_place(
		f, c->database_before, c->before, last_step_place(f, service, s->file.path));
	if (left.file)
		report(f, c, left, s->name, !world_same_step(f->world, service, s));
}

static void
check(const struct world *w, struct findings *f)
{
	(void)w;
	for (uint32_t i = 0; i < f->difference.list.n; i++) {
		const struct change *c = &f->difference.list.v[i];

		if (c->at)
			judge_event(f, c);
		else if (c->before)
			judge_unmade(f, c);
	}
}

const struct rule rule_edited_migration = {
	.name = "edited-migration",
	.summary = "changes what a migration does that had shipped before",
	.level = LEVEL_WARNING,
	.change = true,
	.check = check,
};
