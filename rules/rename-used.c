/* rule: rename-used

A migration renames a table or a column, or moves a table to another schema, while code still uses the
old name.

From the moment that the migration has run, each statement elsewhere that says the old name fails.
PostgreSQL follows a rename in views, foreign keys and defaults, not in the SQL of programs nor in the
bodies of functions.

It is an error where another service uses the old name, a warning where only the service's own SQL
does, and a note where nothing that is deployed does. What Django's RenameModel and AlterModelTable do is
told by the rules rename-model and alter-model-table.

Fix: add the new name beside the old one (a column that a trigger keeps equal, a view of the old name),
let the users move, then take the old name away.

```bad
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, language text);
-- odds/store.go --
package odds

func (s *Store) Language(ctx context.Context, id int64) *sql.Row {
	return s.db.QueryRow(ctx, "SELECT language FROM r10_user WHERE id = $1", id)
}
-- change --
-- hub/migrations/002_rename_language.sql --
ALTER TABLE r10_user RENAME COLUMN language TO lang;
-- findings --
migrations/002_rename_language.sql:1:36: error: column r10_user.language is renamed to lang, but odds still uses the old name [rename-used]
    ALTER TABLE r10_user RENAME COLUMN language TO lang;
                                       ^~~~~~~~
    odds/store.go:4:36: note: odds reads r10_user.language here
    help: keep the old column beside the new one until its users have moved
```

```good
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY, language text);
-- odds/store.go --
package odds

func (s *Store) Language(ctx context.Context, id int64) *sql.Row {
	return s.db.QueryRow(ctx, "SELECT language FROM r10_user WHERE id = $1", id)
}
-- change --
-- hub/migrations/002_rename.sql --
ALTER TABLE r10_user RENAME TO person;
CREATE VIEW r10_user AS SELECT id, language FROM person;
```
*/
#include "rule/lost.h"

extern const struct rule rule_rename_used;

/* Those operations rename a model, of which a table is a part; they have rules of their own. */
static bool
is_told_elsewhere(const struct world *w, const struct lost *x)
{
	const struct happening *h = &w->happenings.v[x->ended];
	struct str name;

	if (!h->operation_unit)
		return false;
	name = h->operation_unit->operations.v[h->operation].name;
	return str_is(name, "RenameModel") || str_is(name, "AlterModelTable");
}

static const char *
gentle_way(const struct lost *x)
{
	if (x->schema.n)
		return "leave a schema of the old name behind, with views of what is used,";
	return x->name.n ? "keep the old column beside the new one"
			 : "leave a view of the old name behind";
}

static void
report(struct findings *f, const struct lost *lost)
{
	struct finding *x = lost_finding(f, &rule_rename_used, lost, "renamed");
	struct str what = lost_display(f->world, f->arena, lost);

	finding_cause(f, x, "renamed");
	finding_message(f, x, "%.*s is renamed to %.*s, but %.*s the old name", STR_ARG(what),
		STR_ARG(lost->after), STR_ARG(lost_sufferers(f, x)));
	finding_help(f, x, "%s until its users have moved", gentle_way(lost));
}

static void
check(const struct world *w, struct findings *f)
{
	struct losses losses;

	lost_collect(w, f->arena, &losses);
	for (uint32_t i = 0; i < losses.list.n; i++)
		if (losses.list.v[i].after.n && !is_told_elsewhere(w, &losses.list.v[i]))
			report(f, &losses.list.v[i]);
}

const struct rule rule_rename_used = {
	.name = "rename-used",
	.summary = "renames a table or column that is still used by its old name",
	.level = LEVEL_ERROR,
	.check = check,
};
