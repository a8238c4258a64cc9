/* rule: stale-baseline

The baseline of a service has an entry for what is not found any more.

A baseline lists findings that were there when a service began to be judged, so that only new ones are
told. An entry that stands for nothing is room for a new finding of its kind, which nobody would see:
so it goes when what it stood for does, and the baseline only gets shorter. A line that is no
entry at all is told here too; it keeps nothing back.

It is said only when there is a pgbounds.yaml and every service in it was read, and not for a rule
that is off; of a change only in the repository that it is made in. With `strict: true` of the
service it is an error, else a warning.

Fix: `pgbounds baseline SERVICE` writes the file anew, or remove the line.

```bad
-- pgbounds.yaml --
services:
  - {name: hub, repo: hub, owns: {tables: ["r10_*"]}}
  - {name: odds, repo: odds}
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, score int NOT NULL DEFAULT 0);
-- odds/pgbounds-baseline.txt --
store.py shared-table-write public.r10_user update 2
-- odds/store.py --
def settle(cursor, user):
    cursor.execute("UPDATE r10_user SET score = score + 1 WHERE id = %s", [user])
-- findings --
odds/pgbounds-baseline.txt:1:1: warning: of 2 in the baseline 1 is left: shared-table-write of public.r10_user (update) [stale-baseline]
    store.py shared-table-write public.r10_user update 2
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    help: run `pgbounds baseline odds`
```

```good
-- pgbounds.yaml --
services:
  - {name: hub, repo: hub, owns: {tables: ["r10_*"]}}
  - {name: odds, repo: odds}
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, score int NOT NULL DEFAULT 0);
-- odds/pgbounds-baseline.txt --
store.py shared-table-write public.r10_user update 1
-- odds/store.py --
def settle(cursor, user):
    cursor.execute("UPDATE r10_user SET score = score + 1 WHERE id = %s", [user])
```
*/
#include "rule/baseline.h"
#include "rule/crossing.h"
#include "rule/level.h"

extern const struct rule rule_stale_baseline;

/* "shared-table-write of public.r10_user (update)". */
static struct str
describe(const struct findings *f, const struct baseline_entry *e)
{
	return str_format(f->arena, "%.*s%s%.*s (%.*s)", STR_ARG(e->rule),
		e->object.n ? " of " : "", STR_ARG(e->object), STR_ARG(e->cause));
}

static void
report(const struct world *w, struct findings *f, uint32_t service, const struct baseline_entry *e)
{
	struct finding *x =
		finding_add(f, &rule_stale_baseline, service, e->place, CONFIDENCE_EXACT);
	struct str name = world_service(w, service), what = describe(f, e);

	x->level = w->config->services.v[service].strict ? LEVEL_ERROR : LEVEL_WARNING;
	x->object = e->object;
	finding_cause(f, x, "%.*s %.*s %.*s", STR_ARG(e->path), STR_ARG(what), STR_ARG(e->problem));
	finding_help(f, x, "run `pgbounds baseline %.*s`", STR_ARG(name));
	if (e->problem.n)
		finding_message(f, x, "%.*s", STR_ARG(e->problem));
	else if (e->left == e->count)
		finding_message(
			f, x, "in the baseline, but not found any more: %.*s", STR_ARG(what));
	else
		finding_message(f, x, "of %u in the baseline %u %s left: %.*s", e->count,
			e->count - e->left, e->count - e->left == 1 ? "is" : "are", STR_ARG(what));
}

static bool
is_stale(const struct world *w, uint32_t service, const struct baseline_entry *e)
{
	const struct rule *r = rule_by_name(e->rule);

	if (e->problem.n)
		return true;
	return e->left && !r->change && crossing_all_read(w) &&
	       level_of(w, r, service, &e->place) != LEVEL_NONE;
}

static void
check(const struct world *w, struct findings *f)
{
	for (uint32_t i = 0; i < w->config->services.n; i++) {
		const struct baseline *b = &f->baselines->services[i];

		for (uint32_t k = 0; crossing_may_mend(f, i) && k < b->entries.n; k++)
			if (is_stale(w, i, &b->entries.v[k]))
				report(w, f, i, &b->entries.v[k]);
	}
}

const struct rule rule_stale_baseline = {
	.name = "stale-baseline",
	.stage = RULE_BASELINED,
	.summary = "the baseline has an entry for what is not found any more",
	.level = LEVEL_ERROR,
	.check = check,
};
