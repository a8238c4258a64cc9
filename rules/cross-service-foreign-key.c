/* rule: cross-service-foreign-key

A foreign key of one service's table refers to a table of another service.

The two can no longer be moved, restored or deployed apart. The owner of the referenced table cannot
delete a row, or change its key, without asking rows that it does not know of: the database refuses,
or it changes them behind the back of their own service. Each of the referring service's inserts
locks the referenced row.

It is judged by owners and not by schemas, so it holds as well where services share a schema. What
counts is what the migrations leave behind: a key that a later migration dropped is no finding. A
grant of `reference` by the owner allows it.

What the database does when a referenced row is deleted is not always what the ORM does: Django's
on_delete is carried out in Python by the service that has the model, and a delete by anyone else
meets a key without an action, which is refused.

Fix: keep the other service's id in a plain column, without the constraint, and handle its deletion
by an event or a job. Or let the owner declare it under `grants:` in pgbounds.yaml.

```bad
-- auth/migrations/001_users.sql --
CREATE SCHEMA auth;
CREATE TABLE auth.users (id bigint PRIMARY KEY);
-- billing/migrations/001_invoices.sql --
CREATE SCHEMA billing;
CREATE TABLE billing.invoice (
	id bigint PRIMARY KEY,
	user_id bigint NOT NULL,
	CONSTRAINT invoice_user FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE
);
-- findings --
billing/migrations/001_invoices.sql:5:13: error: foreign key invoice_user of billing.invoice refers to auth.users, which auth owns [cross-service-foreign-key]
    CONSTRAINT invoice_user FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE
               ^~~~~~~~~~~~
    auth/migrations/001_users.sql:1:15: note: schema auth belongs to auth, created here
    billing/migrations/001_invoices.sql:5:13: note: when auth deletes a row of auth.users, the database deletes the rows of billing.invoice that refer to it
    help: drop the constraint and keep user_id as a plain column, or let auth grant it in pgbounds.yaml: {to: billing, may: [reference], tables: [auth.users]}
```

Also where they share a schema:

```bad
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY);
-- notifications/migrations/001_live.sql --
CREATE TABLE live_token (id bigint PRIMARY KEY, user_id bigint CONSTRAINT live_token_user REFERENCES r10_user);
-- findings --
notifications/migrations/001_live.sql:1:75: error: foreign key live_token_user of live_token refers to r10_user, which hub owns [cross-service-foreign-key]
    CREATE TABLE live_token (id bigint PRIMARY KEY, user_id bigint CONSTRAINT live_token_user REFERENCES r10_user);
                                                                              ^~~~~~~~~~~~~~~
    hub/migrations/001_users.sql:1:14: note: table r10_user is owned by hub, created here
    notifications/migrations/001_live.sql:1:75: note: hub cannot delete a row of r10_user while a row of live_token refers to it
    help: drop the constraint and keep user_id as a plain column, or let hub grant it in pgbounds.yaml: {to: notifications, may: [reference], tables: [r10_user]}
```

```good
-- auth/migrations/001_users.sql --
CREATE SCHEMA auth;
CREATE TABLE auth.users (id bigint PRIMARY KEY);
-- billing/migrations/001_invoices.sql --
CREATE SCHEMA billing;
CREATE TABLE billing.invoice (
	id bigint PRIMARY KEY,
	user_id bigint NOT NULL,
	CONSTRAINT invoice_user FOREIGN KEY (user_id) REFERENCES auth.users (id)
);
-- billing/migrations/002_let_go.sql --
ALTER TABLE billing.invoice DROP CONSTRAINT invoice_user;
```
*/
#include "rule/crossing.h"
#include "rule/grant.h"

extern const struct rule rule_cross_service_foreign_key;

/* One foreign key between two services. */
struct key {
	const struct world *w;
	uint32_t database, constraint;
	const struct object *object; /* the constraint */
	uint32_t from;               /* the service that has it */
	struct owner to;
	struct str table, target, columns;
};

static struct str
column_list(const struct catalog *c, const struct object *key, struct arena *a)
{
	struct buf b = {.arena = a};

	for (uint32_t i = 0; i < key->columns.n; i++) {
		struct str name = catalog_name(c, key->columns.v[i], MOMENT_NOW).name;

		buf_addf(&b, "%s%.*s", i ? ", " : "", STR_ARG(name));
	}
	return buf_str(&b);
}

/* What the database does to whom when the owner deletes a row. */
static void
relate_delete(struct findings *f, struct finding *x, const struct key *k, struct place place)
{
	struct str effect = crossing_delete_effect(f->arena, k->object->on_delete,
		world_service(k->w, k->to.service), k->target, k->table);

	finding_related(f, x, place, "%.*s", STR_ARG(effect));
}

/* The ORM's half: done by its own program, for its own deletes only. */
static void
relate_client(struct findings *f, struct finding *x, const struct key *k, struct place place)
{
	struct str service = world_service(k->w, k->from);
	struct str action = k->object->client_action;

	if (action.n)
		finding_related(f, x, place,
			"on_delete=%.*s is done by the ORM of %.*s, in its own deletes only; the database does not know of it",
			STR_ARG(action), STR_ARG(service));
}

static void
report(struct findings *f, const struct key *k, enum confidence confidence)
{
	const struct catalog *c = &k->w->databases.v[k->database].catalog;
	struct place place = crossing_born_place(k->w, k->database, k->constraint);
	struct finding *x =
		finding_add(f, &rule_cross_service_foreign_key, k->from, place, confidence);
	struct str name = catalog_name(c, k->constraint, MOMENT_NOW).name;
	struct str owner = world_service(k->w, k->to.service);
	struct str service = world_service(k->w, k->from);
	struct str from = catalog_display(c, k->object->parent, f->arena);

	finding_cause(f, x, "%.*s(%.*s)", STR_ARG(from), STR_ARG(k->columns));
	finding_message(f, x, "foreign key %.*s%sof %.*s refers to %.*s, which %.*s owns",
		STR_ARG(name), name.n ? " " : "", STR_ARG(k->table), STR_ARG(k->target),
		STR_ARG(owner));
	crossing_owned(f, x, k->database, k->object->target, &k->to);
	grant_relate_ended(f, x, k->database, k->object->target, k->from, ACCESS_REFERENCE);
	relate_delete(f, x, k, place);
	relate_client(f, x, k, place);
	finding_help(f, x,
		"drop the constraint and keep %.*s as %s, or let %.*s grant it in pgbounds.yaml: {to: %.*s, may: [reference], tables: [%.*s]}",
		STR_ARG(k->columns), k->object->columns.n > 1 ? "plain columns" : "a plain column",
		STR_ARG(owner), STR_ARG(service), STR_ARG(k->target));
}

/* Whose key it is: the owner of its table, or, where that is open, whoever made it. */
static uint32_t
service_of(const struct world *w, uint32_t database, const struct object *key)
{
	struct owner owner = world_owner(w, database, key->parent);

	switch (owner.how) {
	case OWNED_DECLARED:
	case OWNED_SCHEMA:
	case OWNED_CREATED:
		return owner.service;
	case OWNED_OPEN:
	case OWNED_EXTERNAL:
		break;
	}
	return crossing_actor(w, key->born);
}

static void
check_key(const struct world *w, struct findings *f, uint32_t database, uint32_t constraint)
{
	const struct catalog *c = &w->databases.v[database].catalog;
	const struct object *o = &c->objects.v[constraint];
	enum confidence confidence = CONFIDENCE_EXACT;
	struct key k = {.w = w, .database = database, .constraint = constraint, .object = o};
	struct place why;

	if (o->constraint != CONSTRAINT_FOREIGN_KEY || o->died || !o->parent || !o->target)
		return;
	if (!crossing_exists(o->exists, &confidence) ||
		!crossing_exists(c->objects.v[o->parent].exists, &confidence) ||
		!crossing_exists(c->objects.v[o->target].exists, &confidence))
		return;
	k.from = service_of(w, database, o);
	k.to = world_owner(w, database, o->target);
	if (k.from == NO_SERVICE || k.to.how == OWNED_OPEN || k.to.how == OWNED_EXTERNAL ||
		k.from == k.to.service)
		return;
	if (world_granted(w, database, o->target, 0, k.from, ACCESS_REFERENCE, &why))
		return;
	k.table = crossing_name(w, f->arena, database, o->parent);
	k.target = crossing_name(w, f->arena, database, o->target);
	k.columns = column_list(c, o, f->arena);
	report(f, &k, confidence);
}

static void
check(const struct world *w, struct findings *f)
{
	for (uint32_t d = 0; d < w->databases.n; d++)
		for (uint32_t i = 1; i < w->databases.v[d].catalog.objects.n; i++)
			if (w->databases.v[d].catalog.objects.v[i].kind == OBJECT_CONSTRAINT)
				check_key(w, f, d, i);
}

const struct rule rule_cross_service_foreign_key = {
	.name = "cross-service-foreign-key",
	.aliases = (const char *const[]){"cross-schema-foreign-key", NULL},
	.summary = "a foreign key refers to a table that another service owns",
	.level = LEVEL_ERROR,
	.check = check,
};
