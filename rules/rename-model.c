/* rule: rename-model

A Django migration renames a model whose table, or whose many-to-many tables and columns, another
service uses by the old name.

RenameModel looks like a change of Python. In the database it renames the table, every automatic
many-to-many table of the model and the columns of those that refer to it; from the moment it has run,
each statement elsewhere that says an old name fails. If the table's name is pinned with
db_table, nothing happens to the table, but the automatic many-to-many tables move all the same.

It is an error where a statement of another service no longer finds the name, a warning where only
the service's own SQL does not, a note where nobody is known to use the old name, and a note where
nothing changes in the database.

Fix: pin db_table to the old name before renaming the model; or rename in steps, with a view of the
old name until its users have moved.

```bad
-- hub/dao/migrations/__init__.py --
-- hub/dao/migrations/0001_initial.py --
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="UserBet",
            fields=[("id", models.BigAutoField(primary_key=True)), ("stake", models.IntegerField())],
        ),
    ]
-- hub/dao/migrations/0002_wager.py --
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dao", "0001_initial")]
    operations = [
        migrations.RenameModel(old_name="UserBet", new_name="Wager"),
    ]
-- odds/store.go --
package store

func (s *Store) Stakes(ctx context.Context) *sql.Row {
	return s.db.QueryRow(ctx, "SELECT sum(stake) FROM dao_userbet")
}
-- findings --
hub/dao/migrations/0002_wager.py:7:9: error: renaming model UserBet to Wager: table dao_userbet becomes dao_wager, but the old name is still used [rename-model]
    migrations.RenameModel(old_name="UserBet", new_name="Wager"),
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    odds/store.go:4:52: note: odds reads dao_userbet here
    help: keep the old name until its users have moved: pin it with db_table, or leave a view of that name behind
```

Nothing changes where the table's name is pinned:

```bad
-- hub/dao/migrations/__init__.py --
-- hub/dao/migrations/0001_initial.py --
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="UserDevice",
            fields=[("id", models.BigAutoField(primary_key=True))],
            options={"db_table": "r10_device"},
        ),
    ]
-- hub/dao/migrations/0002_device.py --
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dao", "0001_initial")]
    operations = [
        migrations.RenameModel(old_name="UserDevice", new_name="Device"),
    ]
-- findings --
hub/dao/migrations/0002_device.py:7:9: note: renaming model UserDevice to Device changes nothing in the database: its table is pinned by db_table [rename-model]
    migrations.RenameModel(old_name="UserDevice", new_name="Device"),
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
```

```good
-- hub/dao/migrations/__init__.py --
-- hub/dao/migrations/0001_initial.py --
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="UserBet",
            fields=[("id", models.BigAutoField(primary_key=True)), ("stake", models.IntegerField())],
        ),
        migrations.RenameField(model_name="userbet", old_name="stake", new_name="amount"),
    ]
-- odds/store.go --
package store

func (s *Store) Amounts(ctx context.Context) *sql.Row {
	return s.db.QueryRow(ctx, "SELECT sum(amount) FROM dao_userbet")
}
```
*/
#include "rule/crossing.h"

extern const struct rule rule_rename_model;

static struct str
what(struct arena *a, const struct unit *u, const struct operation *op)
{
	struct str before = unit_attribute(u, op, "model.before");
	struct str after = unit_attribute(u, op, "model.after");

	return str_format(a, "renaming model %.*s to %.*s", STR_ARG(before), STR_ARG(after));
}

static void
check(const struct world *w, struct findings *f)
{
	static const struct rename_words words = {
		.operation = "RenameModel",
		.what = what,
		.unchanged = "its table is pinned by db_table",
	};

	rename_check(w, f, &rule_rename_model, &words);
}

const struct rule rule_rename_model = {
	.name = "rename-model",
	.summary = "renames a model whose table is used by its old name elsewhere",
	.level = LEVEL_ERROR,
	.check = check,
};
