/* rule: expired-grant

The last day of a grant is over.

`until:` says how long an agreement between two services holds: until the other team has moved. The
day itself still counts; from the next one on the grant allows nothing, and what was done under it
is found again by the rule that it kept back. This says where that comes from, or that the grant
can be removed.

`--today` sets the day against which this is measured. A check of a change is not failed by it: what
ended has ended with and without the change.

Fix: remove the grant when the service has moved; else agree on another day.

```bad
-- pgbounds.yaml --
services:
  - name: hub
    repo: hub
    owns: {tables: ["r10_*"]}
    grants:
      - {to: odds, may: [update], tables: [r10_user], reason: until there is an API, until: 2020-03-31}
  - {name: odds, repo: odds}
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, score int NOT NULL DEFAULT 0);
-- odds/store.py --
def settle(cursor, user):
    cursor.execute("UPDATE r10_user SET score = score + 1 WHERE id = %s", [user])
-- findings --
pgbounds.yaml:6: warning: the grant of hub to odds on r10_user ended on 2020-03-31, and odds still makes use of it [expired-grant]
    odds/store.py:2:28: note: odds makes use of it here
    help: have odds do without, or agree on another day

odds/store.py:2:28: error: odds updates r10_user, which hub owns [shared-table-write]
    cursor.execute("UPDATE r10_user SET score = score + 1 WHERE id = %s", [user])
                           ^~~~~~~~
    pgbounds.yaml:6: note: what hub granted to odds here ended on 2020-03-31
    pgbounds.yaml:4: note: table r10_user is owned by hub, declared here
    help: have hub make the change, or let it grant this in pgbounds.yaml: {to: odds, may: [update], tables: [r10_user]}
```

```good
-- pgbounds.yaml --
services:
  - name: hub
    repo: hub
    owns: {tables: ["r10_*"]}
    grants:
      - {to: odds, may: [update], tables: [r10_user], reason: until there is an API, until: 9999-12-31}
  - {name: odds, repo: odds}
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, score int NOT NULL DEFAULT 0);
-- odds/store.py --
def settle(cursor, user):
    cursor.execute("UPDATE r10_user SET score = score + 1 WHERE id = %s", [user])
```
*/
#include "rule/grant.h"

extern const struct rule rule_expired_grant;

static void
judge(const struct world *w, struct findings *f, const struct grant_state *g)
{
	struct str to = g->grant->to.value, tables;
	bool used = grant_is_used(g);
	struct finding *x;

	if (!world_grant_ended(w, g->grant))
		return;
	tables = grant_tables(g, f->arena);
	x = finding_add(
		f, &rule_expired_grant, g->service, grant_place(g->grant->line), CONFIDENCE_EXACT);
	x->object = tables;
	x->owner = g->service;
	grant_cause(f, x, g);
	finding_message(f, x, "the grant of %.*s to %.*s on %.*s ended on %.*s%s%.*s%s",
		STR_ARG(world_service(w, g->service)), STR_ARG(to), STR_ARG(tables),
		STR_ARG(g->grant->until.value), used ? ", and " : "",
		STR_ARG(used ? to : (struct str){0}), used ? " still makes use of it" : "");
	if (used) {
		finding_related(f, x, g->place, "%.*s makes use of it here", STR_ARG(to));
		finding_help(f, x, "have %.*s do without, or agree on another day", STR_ARG(to));
	} else {
		finding_help(f, x, "remove it");
	}
}

static void
check(const struct world *w, struct findings *f)
{
	grants_each(w, f, judge);
}

const struct rule rule_expired_grant = {
	.name = "expired-grant",
	.summary = "the last day of a grant is over",
	.level = LEVEL_WARNING,
	.check = check,
};
