/* rule: drop-used

A migration drops a table or a column that code still uses.

From the moment that the migration has run, each statement elsewhere that says the name fails. The
service that drops it does not see that: its own tests pass, for it uses the name no more.

It is an error where another service uses the name, a warning where only the service's own SQL does,
and a note where nothing that is deployed does. A table that is made anew, filled and renamed into the
old one's place is not dropped. Code that begins to use what was dropped before is told at its own line.

Fix: let the users move first, deploy them, then drop. Until then the column may stay, unused by its
owner.

```bad
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, email text NOT NULL, language text);
-- odds/store.go --
package odds

func (s *Store) Language(ctx context.Context, id int64) *sql.Row {
	return s.db.QueryRow(ctx, "SELECT language FROM r10_user WHERE id = $1", id)
}
-- change --
-- hub/migrations/002_drop_language.sql --
ALTER TABLE r10_user DROP COLUMN language;
-- findings --
migrations/002_drop_language.sql:1:34: error: column r10_user.language is dropped, but odds still uses it [drop-used]
    ALTER TABLE r10_user DROP COLUMN language;
                                     ^~~~~~~~
    odds/store.go:4:36: note: odds reads r10_user.language here
    help: let its users move first, and deploy them; drop it in a later change
```

```good
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, email text NOT NULL, language text);
-- odds/store.go --
package odds

func (s *Store) Email(ctx context.Context, id int64) *sql.Row {
	return s.db.QueryRow(ctx, "SELECT email FROM r10_user WHERE id = $1", id)
}
-- change --
-- hub/migrations/002_drop_language.sql --
ALTER TABLE r10_user DROP COLUMN language;
-- hub/migrations/003_rebuild.sql --
CREATE TABLE r10_user_new (id bigint PRIMARY KEY, email text NOT NULL);
INSERT INTO r10_user_new SELECT id, email FROM r10_user;
DROP TABLE r10_user;
ALTER TABLE r10_user_new RENAME TO r10_user;
```
*/
#include "rule/lost.h"

extern const struct rule rule_drop_used;

static void
report(struct findings *f, const struct lost *lost)
{
	struct finding *x = lost_finding(f, &rule_drop_used, lost, "dropped");
	struct str what = lost_display(f->world, f->arena, lost);

	finding_cause(f, x, "dropped");
	finding_message(f, x, "%.*s is dropped, but %.*s it", STR_ARG(what),
		STR_ARG(lost_sufferers(f, x)));
	finding_help(f, x,
		"let its users move first, and deploy them; drop it in a later change");
}

/* What is made no more, though nothing drops it: a migration was taken away or edited, or the table was
 * made anew without it. */
static bool
misses(const struct use *u, const struct world *w, const struct change *c, struct str name)
{
	if (u->occurs == OCCURS_ONCE || u->database != c->database)
		return false;
	switch (u->binding.state) {
	case BINDING_MISSING:
		return c->kind == CHANGE_RELATION_GONE && !u->binding.object &&
		       (str_eq(u->written, name) ||
			       str_ends(name, str_format(w->arena, ".%.*s", STR_ARG(u->written))));
	case BINDING_BOUND:
		for (uint32_t i = 0; c->kind == CHANGE_COLUMN_GONE && u->object == c->relation &&
				     i < u->columns.count;
			i++) {
			const struct column_used *x = &w->columns.v[u->columns.first + i];

			if (x->missing && !x->ended && str_eq(x->name, name))
				return true;
		}
		break;
	case BINDING_AMBIGUOUS:
	case BINDING_UNKNOWN:
		break;
	}
	return false;
}

static void
report_unmade(struct findings *f, const struct change *c)
{
	const struct world *w = f->world;
	const struct catalog *then = &f->base->databases.v[c->database_before].catalog;
	struct naming part = catalog_name(then, c->before, MOMENT_NOW);
	struct str table = catalog_display(then, c->relation_before, f->arena);
	bool column = c->kind == CHANGE_COLUMN_GONE;
	struct str part_name = column ? part.name : (struct str){0};
	struct str shown =
		crossing_name(f->base, f->arena, c->database_before, c->relation_before);
	struct finding *x = NULL;

	for (uint32_t i = 0; i < w->uses.n; i++) {
		const struct use *u = &w->uses.v[i];

		if (!misses(u, w, c, column ? part.name : table))
			continue;
		if (!x) {
			x = finding_add(f, &rule_drop_used, u->service,
				c->at ? crossing_said_place(w, c->at, c->relation)
				      : crossing_left_place(f, c->database_before, c->before,
						crossing_place(u)),
				CONFIDENCE_EXACT);
			x->object = column ? str_format(f->arena, "%.*s.%.*s", STR_ARG(table),
						     STR_ARG(part.name))
					   : table;
		}
		lost_victim(f, x, u, part_name,
			crossing_actor(f->base, then->objects.v[c->before].born));
	}
	if (!x)
		return;
	finding_rate(f, x);
	finding_here(f, x, c->at ? "made anew without it" : "it is not made here any more");
	finding_cause(f, x, "made no more");
	finding_message(f, x, "%s%.*s%s%.*s is %s, but %.*s it", column ? "column " : "",
		STR_ARG(shown), column ? "." : "", STR_ARG(part_name),
		c->at ? "not in what is made here in its place" : "not made any more",
		STR_ARG(lost_sufferers(f, x)));
	finding_help(f, x, "%s",
		c->at ? "let its users move first, and deploy them; leave it out in a later change"
		      : "keep what made it, and drop it by a migration when its users have moved");
}

static void
check(const struct world *w, struct findings *f)
{
	struct losses losses;

	lost_collect(w, f->arena, &losses);
	for (uint32_t i = 0; i < losses.list.n; i++)
		if (!losses.list.v[i].after.n)
			report(f, &losses.list.v[i]);
	for (uint32_t i = 0; i < f->difference.list.n; i++) {
		const struct change *c = &f->difference.list.v[i];

		if (c->kind == CHANGE_COLUMN_GONE || (c->kind == CHANGE_RELATION_GONE && !c->at))
			report_unmade(f, c);
	}
}

const struct rule rule_drop_used = {
	.name = "drop-used",
	.summary = "drops a table or column that is still used",
	.level = LEVEL_ERROR,
	.check = check,
};
