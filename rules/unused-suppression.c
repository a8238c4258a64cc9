/* rule: unused-suppression

A comment suppresses a rule where that rule finds nothing.

What it was written for is gone, or it stands in the wrong place. Left behind, it will hide the next
finding at this place, which nobody has thought about.

It is said only when there is a pgbounds.yaml and every service in it was read: otherwise it is not
known what the rule would have found. Where the rule is off, or judges changes alone, nothing is said
either, and of a change only in the repository that it is made in. This finding cannot be suppressed;
`rules:` in pgbounds.yaml sets its level.

Fix: remove the comment; or move it to the statement that is meant, or on the same line.

```bad
-- pgbounds.yaml --
services:
  - {name: hub, repo: hub, owns: {tables: ["r10_*"]}}
  - {name: odds, repo: odds}
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, score int NOT NULL DEFAULT 0);
-- odds/store.go --
package store

func (s *Store) Score(ctx context.Context, user int64) *sql.Row {
	// pgbounds:ignore shared-table-write until the hub has an API for it
	return s.db.QueryRow(ctx, "SELECT score FROM r10_user WHERE id = $1", user)
}
-- findings --
odds/store.go:4:2: warning: this suppresses no finding of shared-table-write [unused-suppression]
    // pgbounds:ignore shared-table-write until the hub has an API for it
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    help: remove it, or move it in front of the statement that it is meant for
```

```good
-- pgbounds.yaml --
services:
  - {name: hub, repo: hub, owns: {tables: ["r10_*"]}}
  - {name: odds, repo: odds}
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, score int NOT NULL DEFAULT 0);
-- odds/store.go --
package store

func (s *Store) Settle(ctx context.Context, user int64) error {
	_, err := s.db.Exec(ctx, `
		-- pgbounds:ignore shared-table-write until the hub has an API for it
		UPDATE r10_user SET score = score + 1 WHERE id = $1`, user)
	return err
}
```
*/
#include "rule/crossing.h"
#include "rule/level.h"
#include "rule/suppress.h"

extern const struct rule rule_unused_suppression;

static bool
is_unused(const struct world *w, const struct suppression *s)
{
	return !s->used && !s->problem.n && !s->rule->change &&
	       s->place.service < w->config->services.n &&
	       level_of(w, s->rule, s->place.service, &s->place) != LEVEL_NONE;
}

static void
check(const struct world *w, struct findings *f)
{
	if (!crossing_all_read(w))
		return;
	for (uint32_t i = 0; i < f->suppressions->list.n; i++) {
		const struct suppression *s = &f->suppressions->list.v[i];
		struct finding *x;

		if (!is_unused(w, s) || !crossing_may_mend(f, s->place.service))
			continue;
		x = finding_add(
			f, &rule_unused_suppression, s->place.service, s->place, CONFIDENCE_EXACT);
		finding_cause(f, x, "%s%s", s->rule->name, s->whole_file ? " in the file" : "");
		finding_message(f, x, "this suppresses no finding of %s", s->rule->name);
		finding_help(f, x, "remove it, or move it %s",
			s->whole_file ? "to the file that it is meant for"
				      : "in front of the statement that it is meant for");
	}
}

const struct rule rule_unused_suppression = {
	.name = "unused-suppression",
	.stage = RULE_SUPPRESSED,
	.summary = "a comment suppresses a rule that finds nothing there",
	.level = LEVEL_WARNING,
	.check = check,
};
