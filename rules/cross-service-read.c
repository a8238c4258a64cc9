/* rule: cross-service-read

A service reads a table that another service owns, where reads are closed.

Whoever reads a table depends on its columns: the owner cannot rename, split or drop one without
breaking a program that it does not know of, and a slow query of the reader is the owner's load.

Reads are closed where each service has a schema of its own, or with `reads: closed` in
pgbounds.yaml; where services share a schema they are open unless that is said. Open reads are no
findings, they stand in the ownership matrix. The level is warning: nothing breaks today. A read in a
migration happened once and is a note; tests, scripts and set-up are listed as notes. The rows that a
write looks at are part of the write (shared-table-write).

Fix: ask the owner's API, or read a view that the owner keeps for this. Or let the owner declare it
under `grants:` in pgbounds.yaml.

```bad
-- auth/migrations/001_users.sql --
CREATE SCHEMA auth;
CREATE TABLE auth.users (id bigint PRIMARY KEY, plan text NOT NULL);
-- billing/migrations/001_invoices.sql --
CREATE SCHEMA billing;
CREATE TABLE billing.invoice (id bigint PRIMARY KEY, user_id bigint NOT NULL);
-- billing/store.go --
package store

func (s *Store) Plan(ctx context.Context, user int64) *sql.Row {
	return s.db.QueryRow(ctx, "SELECT plan FROM auth.users WHERE id = $1", user)
}
-- findings --
billing/store.go:4:46: warning: billing reads auth.users, which auth owns [cross-service-read]
    return s.db.QueryRow(ctx, "SELECT plan FROM auth.users WHERE id = $1", user)
                                                ^~~~~~~~~~
    auth/migrations/001_users.sql:1:15: note: schema auth belongs to auth, created here
    help: ask auth for it, or let auth grant it in pgbounds.yaml: {to: billing, may: [read], tables: [auth.users]}
```

Where services share a schema, reads are open unless they are closed:

```bad
-- pgbounds.yaml --
services:
  - {name: hub, repo: hub, owns: {tables: ["r10_*"]}}
  - {name: odds, repo: odds}
reads: closed
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, language text NOT NULL);
-- odds/report.py --
def languages(cursor):
    cursor.execute("SELECT DISTINCT language FROM r10_user")
-- findings --
odds/report.py:2:51: warning: odds reads r10_user, which hub owns [cross-service-read]
    cursor.execute("SELECT DISTINCT language FROM r10_user")
                                                  ^~~~~~~~
    pgbounds.yaml:2: note: table r10_user is owned by hub, declared here
    help: ask hub for it, or let hub grant it in pgbounds.yaml: {to: odds, may: [read], tables: [r10_user]}
```

```good
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, language text NOT NULL);
-- odds/migrations/001_company.sql --
CREATE TABLE odds_company (id bigint PRIMARY KEY);
-- odds/report.py --
def languages(cursor):
    cursor.execute("SELECT DISTINCT language FROM r10_user")
```
*/
#include "rule/crossing.h"
#include "rule/grant.h"

extern const struct rule rule_cross_service_read;

static bool
reads_closed(const struct world *w, const struct use *u)
{
	switch (w->config->reads) {
	case READS_CLOSED:
		return true;
	case READS_OPEN:
		return false;
	case READS_DEFAULT:
		break;
	}
	return w->databases.v[u->database].schema_per_service;
}

static bool
belongs_to_another(const struct owner *owner, const struct use *u)
{
	switch (owner->how) {
	case OWNED_DECLARED:
	case OWNED_SCHEMA:
	case OWNED_CREATED:
		return owner->service != u->service;
	case OWNED_OPEN:
	case OWNED_EXTERNAL:
		break;
	}
	return false;
}

static void
report(const struct world *w, struct findings *f, const struct use *u, const struct owner *owner)
{
	struct finding *x = finding_add(
		f, &rule_cross_service_read, u->service, crossing_place(u), crossing_confidence(u));
	struct str name = crossing_name(w, f->arena, u->database, u->object);
	struct str service = world_service(w, u->service);
	struct str owner_name = world_service(w, owner->service);
	bool once = u->occurs == OCCURS_ONCE;

	x->listed_only = !crossing_judged(u->class);
	x->level = once ? LEVEL_NOTE : LEVEL_DEFAULT;
	finding_cause(f, x, "read%s", once ? " once" : "");
	finding_message(f, x, "%s%.*s reads %.*s, which %.*s owns", once ? "a migration of " : "",
		STR_ARG(service), STR_ARG(name), STR_ARG(owner_name));
	crossing_named(f, x, u);
	crossing_owned(f, x, u->database, u->object, owner);
	grant_relate_ended(f, x, u->database, u->object, u->service, ACCESS_READ);
	finding_help(f, x,
		"ask %.*s for it, or let %.*s grant it in pgbounds.yaml: {to: %.*s, may: [read], tables: [%.*s]}",
		STR_ARG(owner_name), STR_ARG(owner_name), STR_ARG(service), STR_ARG(name));
}

static void
check(const struct world *w, struct findings *f)
{
	for (uint32_t i = 0; i < w->uses.n; i++) {
		const struct use *u = &w->uses.v[i];
		struct owner owner;

		if (!(u->access & ACCESS_READ) || (u->access & ACCESS_WRITE) ||
			!crossing_binds(u) || !reads_closed(w, u))
			continue;
		owner = world_owner(w, u->database, u->object);
		if (belongs_to_another(&owner, u) && crossing_ungranted(w, u, ACCESS_READ))
			report(w, f, u, &owner);
	}
}

const struct rule rule_cross_service_read = {
	.name = "cross-service-read",
	.summary = "reads a table that another service owns, where reads are closed",
	.level = LEVEL_WARNING,
	.check = check,
};
