/* rule: shared-table-write

A service writes to a table that another service owns, or that another service writes to as well.

Only the writer of a table knows what must hold for its rows. Two programs that change the same rows
overwrite each other, skip each other's checks, signals and caches, and neither can change the table
any more without the other.

Where the owner is declared, or the table is in another service's schema, every write that was not
granted is an error. Where services share a schema, two writers are an error even if nobody owns the
table; a single writer that is not the owner is a warning, because it may well be what is meant: then
say so. A grant with `sole` takes the owner's own right to write. Data changes of a migration ran
once: those of another service's table are notes. Tests, scripts and set-up are listed as notes.

Fix: ask the owner to make the change, through its API or an event. Or, where the other service shall
write, let the owner declare it under `grants:` in pgbounds.yaml.

```bad
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, score int NOT NULL DEFAULT 0);
-- hub/users.py --
def rename(cursor, user, score):
    cursor.execute("UPDATE r10_user SET score = %s WHERE id = %s", [score, user])
-- odds/store.go --
package store

func (s *Store) Settle(ctx context.Context, user int64) error {
	_, err := s.db.Exec(ctx, "UPDATE r10_user SET score = score + 1 WHERE id = $1", user)
	return err
}
-- findings --
odds/store.go:4:35: error: odds updates r10_user, which hub owns and writes as well [shared-table-write]
    _, err := s.db.Exec(ctx, "UPDATE r10_user SET score = score + 1 WHERE id = $1", user)
                                     ^~~~~~~~
    hub/migrations/001_users.sql:1:14: note: table r10_user is owned by hub, created here
    hub/users.py:2:28: note: hub updates it here
    help: have hub make the change, or let it grant this in pgbounds.yaml: {to: odds, may: [update], tables: [r10_user]}
```

A single writer that is not the owner:

```bad
-- hub/migrations/001_odds.sql --
CREATE TABLE r10_odd_company (id bigserial PRIMARY KEY, name text NOT NULL);
-- odds/store.go --
package store

func (s *Store) Add(ctx context.Context, name string) error {
	_, err := s.db.Exec(ctx, `INSERT INTO r10_odd_company (name) VALUES ($1)`, name)
	return err
}
-- findings --
odds/store.go:4:40: warning: odds inserts into r10_odd_company, which hub owns; no other service is seen to write it [shared-table-write]
    _, err := s.db.Exec(ctx, `INSERT INTO r10_odd_company (name) VALUES ($1)`, name)
                                          ^~~~~~~~~~~~~~~
    hub/migrations/001_odds.sql:1:14: note: table r10_odd_company is owned by hub, created here
    help: if that is meant, declare it under hub in pgbounds.yaml: grants: [{to: odds, may: [write], tables: [r10_odd_company], sole: true}]
```

The owner of a table whose writing was given away:

```bad
-- pgbounds.yaml --
services:
  - name: hub
    repo: hub
    owns: {tables: ["r10_*"]}
    grants:
      - {to: notifications, may: [write], tables: [r10_notification], sole: true, reason: moved in March}
  - {name: notifications, repo: notifications}
-- hub/migrations/001_notifications.sql --
CREATE TABLE r10_notification (id bigint PRIMARY KEY, seen boolean NOT NULL);
-- hub/views.py --
def mark_seen(cursor, notification):
    cursor.execute("UPDATE r10_notification SET seen = true WHERE id = %s", [notification])
-- notifications/store.go --
package store

func (s *Store) Add(ctx context.Context, id int64) error {
	_, err := s.db.Exec(ctx, "INSERT INTO r10_notification (id, seen) VALUES ($1, false)", id)
	return err
}
-- findings --
hub/views.py:2:28: error: hub updates r10_notification, whose only writer is notifications [shared-table-write]
    cursor.execute("UPDATE r10_notification SET seen = true WHERE id = %s", [notification])
                           ^~~~~~~~~~~~~~~~
    pgbounds.yaml:6: note: hub gave the writing of r10_notification to notifications here
    help: have notifications make the change
```

```good
-- pgbounds.yaml --
services:
  - name: hub
    repo: hub
    owns: {tables: ["r10_*"]}
    grants:
      - {to: notifications, may: [read, update], tables: [r10_device], columns: [token], reason: strangler fig}
  - {name: notifications, repo: notifications}
-- hub/migrations/001_devices.sql --
CREATE TABLE r10_device (id bigint PRIMARY KEY, token text);
-- hub/devices.py --
def add(cursor, device):
    cursor.execute("INSERT INTO r10_device (id) VALUES (%s)", [device])
-- notifications/migrations/001_live.sql --
CREATE TABLE live_token (id bigint PRIMARY KEY);
-- notifications/store.go --
package store

func (s *Store) Refresh(ctx context.Context, id int64, token string) error {
	if _, err := s.db.Exec(ctx, "INSERT INTO live_token (id) VALUES ($1)", id); err != nil {
		return err
	}
	_, err := s.db.Exec(ctx, "UPDATE r10_device SET token = $2 WHERE id = $1", id, token)
	return err
}
```
*/
#include "rule/crossing.h"
#include "rule/grant.h"

extern const struct rule rule_shared_table_write;

/* The recurring writes of one relation, as indexes of world.uses; one a service. */
struct writers {
	VEC(uint32_t) first;
};

/* All that the judgement of one write looks at. */
struct write {
	const struct world *w;
	struct findings *f;
	const struct use *use;
	uint32_t access; /* what was not granted */
	struct owner owner;
	const struct writers *writers;
	struct str name, service, owner_name;
};

static bool
recurs(const struct use *u)
{
	switch (u->occurs) {
	case OCCURS_RECURRING:
	case OCCURS_STORED:
		return crossing_judged(u->class);
	case OCCURS_ONCE:
		break;
	}
	return false;
}

static struct str
relation_key(struct arena *a, uint32_t database, uint32_t object)
{
	return str_format(a, "%u.%u", database, object);
}

static struct map
collect_writers(const struct world *w, struct arena *a)
{
	struct map all = {.arena = a};

	for (uint32_t i = 0; i < w->uses.n; i++) {
		const struct use *u = &w->uses.v[i];
		struct writers *writers;
		union map_value *v;
		bool known = false;

		if (!(u->access & ACCESS_WRITE) || !crossing_binds(u) || !recurs(u))
			continue;
		v = map_put(&all, relation_key(a, u->database, u->object));
		if (!v->ptr)
			v->ptr = arena_new(a, struct writers);
		writers = v->ptr;
		for (uint32_t j = 0; j < writers->first.n; j++)
			known = known || w->uses.v[writers->first.v[j]].service == u->service;
		if (!known)
			vec_push(a, &writers->first, i);
	}
	return all;
}

static struct finding *
begin(const struct write *x, enum confidence confidence)
{
	struct finding *f = finding_add(x->f, &rule_shared_table_write, x->use->service,
		crossing_place(x->use), confidence);
	struct str access = access_words(x->f->arena, x->access);

	f->listed_only = !crossing_judged(x->use->class);
	f->object = catalog_display(
		&x->w->databases.v[x->use->database].catalog, x->use->object, x->f->arena);
	f->owner = x->owner.service;
	crossing_named(x->f, f, x->use);
	grant_relate_ended(x->f, f, x->use->database, x->use->object, x->use->service, x->access);
	finding_cause(
		x->f, f, "%.*s%s", STR_ARG(access), x->use->occurs == OCCURS_ONCE ? " once" : "");
	return f;
}

static void
help_grant(const struct write *x, struct finding *f)
{
	struct str may = crossing_may(x->f->arena, x->access);

	finding_help(x->f, f,
		"have %.*s make the change, or let it grant this in pgbounds.yaml: {to: %.*s, may: %.*s, tables: [%.*s]}",
		STR_ARG(x->owner_name), STR_ARG(x->service), STR_ARG(may), STR_ARG(x->name));
}

/* Shows who else writes the relation. */
static void
relate_writers(const struct write *x, struct finding *f)
{
	uint32_t first = f->related.n;

	for (uint32_t i = 0; x->writers && i < x->writers->first.n; i++) {
		const struct use *u = &x->w->uses.v[x->writers->first.v[i]];
		struct str service = world_service(x->w, u->service);
		struct str verbs = crossing_verbs(x->f->arena, u->access & ACCESS_WRITE);

		if (u->service != x->use->service)
			finding_related(x->f, f, crossing_place(u), "%.*s %.*s it here",
				STR_ARG(service), STR_ARG(verbs));
	}
	finding_sort_related(x->f, f, first);
}

/* Writers other than the one that is judged. */
static uint32_t
other_writers(const struct write *x)
{
	uint32_t n = 0;

	for (uint32_t i = 0; x->writers && i < x->writers->first.n; i++)
		n += x->w->uses.v[x->writers->first.v[i]].service != x->use->service;
	return n;
}

static bool
owner_writes(const struct write *x)
{
	for (uint32_t i = 0; x->writers && i < x->writers->first.n; i++)
		if (x->w->uses.v[x->writers->first.v[i]].service == x->owner.service)
			return true;
	return false;
}

static void
foreign_write(const struct write *x)
{
	struct finding *f = begin(x, crossing_confidence(x->use));
	struct str verbs = crossing_verbs(x->f->arena, x->access);

	finding_message(x->f, f, "%.*s %.*s %.*s, which %.*s owns%s", STR_ARG(x->service),
		STR_ARG(verbs), STR_ARG(x->name), STR_ARG(x->owner_name),
		owner_writes(x) ? " and writes as well" : "");
	crossing_owned(x->f, f, x->use->database, x->use->object, &x->owner);
	relate_writers(x, f);
	help_grant(x, f);
}

static void
once_written(const struct write *x)
{
	struct finding *f = begin(x, crossing_confidence(x->use));
	struct str verbs = crossing_verbs(x->f->arena, x->access);

	f->level = LEVEL_NOTE;
	finding_message(x->f, f, "a migration of %.*s %.*s %.*s, which %.*s owns",
		STR_ARG(x->service), STR_ARG(verbs), STR_ARG(x->name), STR_ARG(x->owner_name));
	crossing_owned(x->f, f, x->use->database, x->use->object, &x->owner);
	finding_help(x->f, f, "change the rows of %.*s in a migration of %.*s", STR_ARG(x->name),
		STR_ARG(x->owner_name));
}

static void
sole_writer(const struct write *x)
{
	struct finding *f = begin(x, crossing_confidence(x->use));
	struct str verbs = crossing_verbs(x->f->arena, x->access);

	f->level = LEVEL_WARNING;
	if (x->owner.how == OWNED_OPEN) {
		finding_message(x->f, f, "%.*s %.*s %.*s, which no service owns",
			STR_ARG(x->service), STR_ARG(verbs), STR_ARG(x->name));
		finding_help(x->f, f,
			"declare who owns it in pgbounds.yaml: owns: {tables: [%.*s]} under %.*s, or under another service with a grant",
			STR_ARG(x->name), STR_ARG(x->service));
		return;
	}
	finding_message(x->f, f,
		"%.*s %.*s %.*s, which %.*s owns; no other service is seen to write it",
		STR_ARG(x->service), STR_ARG(verbs), STR_ARG(x->name), STR_ARG(x->owner_name));
	crossing_owned(x->f, f, x->use->database, x->use->object, &x->owner);
	finding_help(x->f, f,
		"if that is meant, declare it under %.*s in pgbounds.yaml: grants: [{to: %.*s, may: [write], tables: [%.*s], sole: true}]",
		STR_ARG(x->owner_name), STR_ARG(x->service), STR_ARG(x->name));
}

static void
several_writers(const struct write *x)
{
	struct finding *f = begin(x, crossing_confidence(x->use));
	struct str verbs = crossing_verbs(x->f->arena, x->access);

	finding_message(x->f, f, "%.*s %.*s %.*s, which no service owns and others write as well",
		STR_ARG(x->service), STR_ARG(verbs), STR_ARG(x->name));
	relate_writers(x, f);
	finding_help(x->f, f,
		"agree on one writer and declare it in pgbounds.yaml: owns: {tables: [%.*s]} under that service",
		STR_ARG(x->name));
}

/* Without a declaration the owner is only who creates it: one writer may be meant, two cannot. */
static void
undeclared_write(const struct write *x)
{
	bool open = x->owner.how == OWNED_OPEN;

	if (x->use->occurs == OCCURS_ONCE) {
		if (!open)
			once_written(x);
	} else if (other_writers(x) == 0) {
		sole_writer(x);
	} else if (open) {
		several_writers(x);
	} else {
		foreign_write(x);
	}
}

/* A `sole` grant shuts out everyone but the grantee, the owner included. */
static bool
shut_out(const struct write *x)
{
	const struct grant *sole = world_sole(x->w, x->use->database, x->use->object);
	struct str verbs = crossing_verbs(x->f->arena, x->use->access & ACCESS_WRITE);
	struct write all = *x;
	struct finding *f;

	if (!sole || str_eq(sole->to.value, x->service) || x->use->occurs == OCCURS_ONCE)
		return false;
	all.access = x->use->access & ACCESS_WRITE;
	f = begin(&all, crossing_confidence(x->use));
	finding_message(x->f, f, "%.*s %.*s %.*s, whose only writer is %.*s", STR_ARG(x->service),
		STR_ARG(verbs), STR_ARG(x->name), STR_ARG(sole->to.value));
	finding_related(x->f, f,
		(struct place){.service = NO_SERVICE, .span = {.line = sole->line}},
		"%.*s gave the writing of %.*s to %.*s here", STR_ARG(x->owner_name),
		STR_ARG(x->name), STR_ARG(sole->to.value));
	finding_help(x->f, f, "have %.*s make the change", STR_ARG(sole->to.value));
	return true;
}

static void
judge(const struct write *x)
{
	if (shut_out(x) || x->use->service == x->owner.service || !x->access)
		return;
	switch (x->owner.how) {
	case OWNED_DECLARED:
	case OWNED_SCHEMA:
		if (x->use->occurs == OCCURS_ONCE)
			once_written(x);
		else
			foreign_write(x);
		break;
	case OWNED_CREATED:
	case OWNED_OPEN:
		undeclared_write(x);
		break;
	case OWNED_EXTERNAL:
		break;
	}
}

static void
check(const struct world *w, struct findings *f)
{
	struct map writers = collect_writers(w, f->arena);

	for (uint32_t i = 0; i < w->uses.n; i++) {
		const struct use *u = &w->uses.v[i];
		const union map_value *v;
		struct write x = {.w = w, .f = f, .use = u};

		if (!(u->access & ACCESS_WRITE) || !crossing_binds(u))
			continue;
		v = map_get(&writers, relation_key(f->arena, u->database, u->object));
		x.writers = v ? v->ptr : NULL;
		x.access = crossing_ungranted(w, u, ACCESS_WRITE);
		x.owner = world_owner(w, u->database, u->object);
		x.name = crossing_name(w, f->arena, u->database, u->object);
		x.service = world_service(w, u->service);
		x.owner_name = world_service(w, x.owner.service);
		judge(&x);
	}
}

const struct rule rule_shared_table_write = {
	.name = "shared-table-write",
	.summary = "writes to a table that another service owns or writes",
	.level = LEVEL_ERROR,
	.check = check,
};
