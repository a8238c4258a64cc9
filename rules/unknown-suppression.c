/* rule: unknown-suppression

A comment that should suppress findings says something that pgbounds does not understand.

A suppression is a comment, in Go, Python or SQL, or in SQL that stands in a string:

    pgbounds:ignore RULE REASON        the next statement, or the one that it stands in
    pgbounds:ignore-file RULE REASON   the whole file

Several rules are separated by commas. The reason is wanted, because whoever reads the line next year
must know whether it still holds: without one nothing is suppressed. A misspelt rule suppresses
nothing either, so that a finding which was meant to be silent is not; this says why. Rules that judge
suppressions and baselines themselves cannot be suppressed, only set to a level in pgbounds.yaml.

Fix: spell the rule as `pgbounds rules` does, and say why.

```bad
-- pgbounds.yaml --
services:
  - {name: hub, repo: hub, owns: {tables: ["r10_*"]}}
  - {name: odds, repo: odds}
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, score int NOT NULL DEFAULT 0);
-- odds/store.py --
def first(cursor):
    # pgbounds:ignore shared-table-writes until the hub has an API for it
    cursor.execute("SELECT id FROM r10_user")


def second(cursor):
    # pgbounds:ignore shared-table-write
    cursor.execute("SELECT score FROM r10_user")
-- findings --
odds/store.py:2:5: warning: no rule is called 'shared-table-writes'; did you mean 'shared-table-write'? [unknown-suppression]
    # pgbounds:ignore shared-table-writes until the hub has an API for it
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    help: name one of those that `pgbounds rules` lists

odds/store.py:7:5: warning: the suppression of shared-table-write gives no reason [unknown-suppression]
    # pgbounds:ignore shared-table-write
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    help: say behind the rule why it is meant; without that it suppresses nothing
```

```good
-- pgbounds.yaml --
services:
  - {name: hub, repo: hub, owns: {tables: ["r10_*"]}}
  - {name: odds, repo: odds}
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, score int NOT NULL DEFAULT 0);
-- odds/store.py --
def settle(cursor, user):
    # pgbounds:ignore shared-table-write until the hub has an API for it
    cursor.execute("UPDATE r10_user SET score = score + 1 WHERE id = %s", [user])
```
*/
#include "rule/suppress.h"

extern const struct rule rule_unknown_suppression;

static void
check(const struct world *w, struct findings *f)
{
	for (uint32_t i = 0; i < f->suppressions->list.n; i++) {
		const struct suppression *s = &f->suppressions->list.v[i];
		struct finding *x;

		if (!s->problem.n || s->place.service >= w->config->services.n)
			continue;
		x = finding_add(
			f, &rule_unknown_suppression, s->place.service, s->place, CONFIDENCE_EXACT);
		finding_cause(f, x, "%.*s", STR_ARG(s->problem));
		finding_message(f, x, "%.*s", STR_ARG(s->problem));
		finding_help(f, x, "%.*s", STR_ARG(s->help));
	}
}

const struct rule rule_unknown_suppression = {
	.name = "unknown-suppression",
	.stage = RULE_SUPPRESSED,
	.summary = "a comment should suppress findings but is not understood",
	.level = LEVEL_WARNING,
	.check = check,
};
