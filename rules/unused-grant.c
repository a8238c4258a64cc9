/* rule: unused-grant

A service grants what nobody makes use of.

A grant is an agreement between two teams: this table may be written by that service. When the other
service has stopped, the agreement goes on, and the next one who looks for permission finds it there.
Or the grant never meant anything: its table is misspelt, or belongs to another service.

It is used when the service that it is for does something that it allows, in any file, tests
included, whether that would be a finding or not. Nothing is said while that service could not be
read; nor of a table that nobody makes, while any could not. Where statements of the service are
computed at run time it is a note. What an ORM does is not seen. A grant that ended is told by expired-grant.

Fix: remove it from pgbounds.yaml, or correct the table. Where it is meant for what pgbounds does not
read, keep it and set `rules: {unused-grant: none}` for the service that grants.

```bad
-- pgbounds.yaml --
services:
  - name: hub
    repo: hub
    owns: {tables: ["r10_*"]}
    grants:
      - {to: odds, may: [update], tables: [r10_user], reason: until there is an API}
  - {name: odds, repo: odds}
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, score int NOT NULL DEFAULT 0);
-- odds/store.py --
def score(cursor, user):
    cursor.execute("SELECT score FROM r10_user WHERE id = %s", [user])
-- findings --
pgbounds.yaml:6: warning: odds does nothing with r10_user that needs this grant of hub [unused-grant]
    help: remove the grant; what odds does by an ORM is not seen
```

```good
-- pgbounds.yaml --
services:
  - name: hub
    repo: hub
    owns: {tables: ["r10_*"]}
    grants:
      - {to: odds, may: [update], tables: [r10_user], reason: until there is an API}
  - {name: odds, repo: odds}
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, score int NOT NULL DEFAULT 0);
-- odds/store.py --
def settle(cursor, user):
    cursor.execute("UPDATE r10_user SET score = score + 1 WHERE id = %s", [user])
```
*/
#include "rule/crossing.h"
#include "rule/grant.h"

extern const struct rule rule_unused_grant;

/* A grant as a whole, or one of its tables. */
struct unused {
	const struct grant_state *state;
	struct str tables;
	uint32_t line;
	bool known, allows;
};

static void
report(const struct world *w, struct findings *f, const struct unused *u)
{
	const struct grant_state *g = u->state;
	struct finding *x = finding_add(f, &rule_unused_grant, g->service, grant_place(u->line),
		g->computed ? CONFIDENCE_GUESS : CONFIDENCE_EXACT);
	struct str to = g->grant->to.value, owner = world_service(w, g->service);

	x->object = u->tables;
	x->owner = g->service;
	grant_cause(f, x, g);
	if (!u->known) {
		finding_message(f, x,
			"%.*s grants %.*s something on %.*s, which nobody makes or uses",
			STR_ARG(owner), STR_ARG(to), STR_ARG(u->tables));
		finding_help(f, x, "correct the name, or remove the grant");
	} else if (!u->allows) {
		finding_message(f, x, "%.*s grants %.*s something on %.*s, which it does not own",
			STR_ARG(owner), STR_ARG(to), STR_ARG(u->tables));
		finding_help(f, x, "only the owner's grant counts: move it to the owner");
	} else {
		finding_message(f, x, "%.*s does nothing with %.*s that needs this grant of %.*s%s",
			STR_ARG(to), STR_ARG(u->tables), STR_ARG(owner),
			g->computed ? ", as far as its statements are known" : "");
		finding_help(f, x, "remove the grant; what %.*s does by an ORM is not seen",
			STR_ARG(to));
	}
}

/* Whether enough was read to say so of table I. */
static bool
can_tell(const struct world *w, const struct grant_state *g, uint32_t i)
{
	return g->to != NO_SERVICE && w->services.v[g->to].available &&
	       (g->known[i] || crossing_all_read(w));
}

static bool
is_live(const struct grant_state *g, uint32_t i)
{
	return g->used[i] && g->allows[i];
}

/* One table of several. */
static void
judge_tables(const struct world *w, struct findings *f, const struct grant_state *g)
{
	for (uint32_t i = 0; i < g->grant->tables.n; i++) {
		const struct setting *table = &g->grant->tables.v[i];

		if (!is_live(g, i) && can_tell(w, g, i))
			report(w, f,
				&(struct unused){
					g, table->value, table->line, g->known[i], g->allows[i]});
	}
}

static void
judge(const struct world *w, struct findings *f, const struct grant_state *g)
{
	struct unused whole = {.state = g, .line = g->grant->line};

	if (world_grant_ended(w, g->grant))
		return;
	for (uint32_t i = 0; i < g->grant->tables.n; i++) {
		if (is_live(g, i) || !can_tell(w, g, i) || g->known[i] != g->known[0] ||
			g->allows[i] != g->allows[0]) {
			judge_tables(w, f, g);
			return;
		}
	}
	whole.tables = grant_tables(g, f->arena);
	whole.known = g->known[0];
	whole.allows = g->allows[0];
	if (g->grant->tables.n)
		report(w, f, &whole);
}

static void
check(const struct world *w, struct findings *f)
{
	grants_each(w, f, judge);
}

const struct rule rule_unused_grant = {
	.name = "unused-grant",
	.summary = "a service grants what nobody makes use of",
	.level = LEVEL_WARNING,
	.check = check,
};
