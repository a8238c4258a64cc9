/* rule: alter-model-table

A Django migration gives a model another table name while another service uses the old one.

AlterModelTable renames the table in the database, and the automatic many-to-many tables with it.
From the moment it has run, each statement elsewhere that says the old name fails. Setting db_table to
the name that the table has already changes nothing.

It is an error where a statement of another service no longer finds the name, a warning where only
the service's own SQL does not, a note where nobody is known to use the old name, and a note where
nothing changes in the database.

Fix: rename in steps, with a view of the old name until its users have moved.

```bad
-- hub/dao/migrations/__init__.py --
-- hub/dao/migrations/0001_initial.py --
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="Bet",
            fields=[("id", models.BigAutoField(primary_key=True)), ("stake", models.IntegerField())],
        ),
    ]
-- hub/dao/migrations/0002_table.py --
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dao", "0001_initial")]
    operations = [
        migrations.AlterModelTable(name="bet", table="r10_bet"),
    ]
-- odds/store.go --
package store

func (s *Store) Stakes(ctx context.Context) *sql.Row {
	return s.db.QueryRow(ctx, "SELECT sum(stake) FROM dao_bet")
}
-- findings --
hub/dao/migrations/0002_table.py:7:9: error: giving model Bet another table: table dao_bet becomes r10_bet, but the old name is still used [alter-model-table]
    migrations.AlterModelTable(name="bet", table="r10_bet"),
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    odds/store.go:4:52: note: odds reads dao_bet here
    help: keep the old name until its users have moved: pin it with db_table, or leave a view of that name behind
```

```good
-- hub/dao/migrations/__init__.py --
-- hub/dao/migrations/0001_initial.py --
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="Bet",
            fields=[("id", models.BigAutoField(primary_key=True)), ("stake", models.IntegerField())],
            options={"db_table": "r10_bet"},
        ),
    ]
-- odds/store.go --
package store

func (s *Store) Stakes(ctx context.Context) *sql.Row {
	return s.db.QueryRow(ctx, "SELECT sum(stake) FROM r10_bet")
}
```
*/
#include "rule/crossing.h"

extern const struct rule rule_alter_model_table;

static struct str
what(struct arena *a, const struct unit *u, const struct operation *op)
{
	struct str model = unit_attribute(u, op, "model");

	return str_format(a, "giving model %.*s another table", STR_ARG(model));
}

static void
check(const struct world *w, struct findings *f)
{
	static const struct rename_words words = {
		.operation = "AlterModelTable",
		.what = what,
		.unchanged = "the table has that name already",
	};

	rename_check(w, f, &rule_alter_model_table, &words);
}

const struct rule rule_alter_model_table = {
	.name = "alter-model-table",
	.summary = "renames a model's table that is used by its old name elsewhere",
	.level = LEVEL_ERROR,
	.check = check,
};
