"""Every migration operation of Django against the real one: `django_models.py PGBOUNDS`.

MIGRATIONS are applied one by one to a real PostgreSQL by the distribution's Django, each after it was put
beside the earlier ones in a project. After each, `pgbounds catalog --format json` of the project must say
what pg_catalog says: relations, columns (name, type, NOT NULL, default or none), foreign keys (columns,
target, name). Names of all constraints and indexes are compared in one more way: the last migration drops
each of them, by the name that PostgreSQL has, in RunSQL; a name that the replay does not know is a blind
spot. Ends with `N passed, N failed`; a check is a migration.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import django
from django.conf import settings

from postgres import Postgres
from systems import RELATIONS, SKIPPED, differences, our_catalog, real_catalog

HEAD = """import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.operations
from django.conf import settings
from django.db import migrations, models
from django.db.models import deletion

PG = django.contrib.postgres.fields


class Migration(migrations.Migration):
    {attributes}
    operations = [
{operations}
    ]
"""

ID = '("id", models.AutoField(primary_key=True))'

MIGRATIONS = [
    ("people", "user", f'''
        migrations.CreateModel("User", [{ID}, ("name", models.CharField(max_length=30, unique=True))],
                               options={{"swappable": "AUTH_USER_MODEL"}}),
        migrations.CreateModel("Team", [("code", models.SlugField(primary_key=True, max_length=12)),
                                        ("title", models.TextField(unique=True))]),
    '''),
    ("shop", "extension", '''
        django.contrib.postgres.operations.HStoreExtension(),
        django.contrib.postgres.operations.CITextExtension(),
        django.contrib.postgres.operations.CreateExtension("btree_gist"),
    '''),
    ("shop", "classes", '''
        migrations.CreateModel("Every", [
            ("id", models.BigAutoField(primary_key=True)),
            ("big", models.BigIntegerField()),
            ("binary", models.BinaryField(null=True)),
            ("boolean", models.BooleanField(default=False)),
            ("maybe", models.BooleanField(null=True)),
            ("char", models.CharField(max_length=7)),
            ("date", models.DateField(db_index=True)),
            ("moment", models.DateTimeField(auto_now=True)),
            ("price", models.DecimalField(max_digits=9, decimal_places=3)),
            ("lasts", models.DurationField()),
            ("mail", models.EmailField()),
            ("mail2", models.EmailField(max_length=90)),
            ("file", models.FileField(upload_to="x")),
            ("path", models.FilePathField()),
            ("ratio", models.FloatField()),
            ("ip", models.GenericIPAddressField()),
            ("number", models.IntegerField()),
            ("document", models.JSONField()),
            ("pos_big", models.PositiveBigIntegerField()),
            ("pos", models.PositiveIntegerField()),
            ("pos_small", models.PositiveSmallIntegerField()),
            ("slug", models.SlugField()),
            ("plain_slug", models.SlugField(db_index=False)),
            ("small", models.SmallIntegerField()),
            ("text", models.TextField(db_index=True)),
            ("time", models.TimeField()),
            ("url", models.URLField()),
            ("uuid", models.UUIDField(unique=True)),
            ("tags", PG.ArrayField(models.CharField(max_length=9), db_index=True)),
            ("grid", PG.ArrayField(PG.ArrayField(models.IntegerField()), size=3)),
            ("store", PG.HStoreField()),
            ("ci", PG.CICharField(max_length=5, db_index=True)),
            ("ci_mail", PG.CIEmailField()),
            ("ci_text", PG.CITextField(unique=True)),
            ("r_int", PG.IntegerRangeField()),
            ("r_big", PG.BigIntegerRangeField()),
            ("r_num", PG.DecimalRangeField()),
            ("r_moment", PG.DateTimeRangeField()),
            ("r_date", PG.DateRangeField()),
        ]),
    '''),
    ("shop", "relations", f'''
        migrations.CreateModel("Tag", [{ID}, ("label", models.TextField(null=True))]),
        migrations.CreateModel("Item", [
            ("id", models.UUIDField(primary_key=True)),
            ("code", models.CharField(max_length=20, unique=True)),
            ("tag", models.ForeignKey("Tag", models.CASCADE)),
            ("maybe", models.ForeignKey("shop.tag", models.SET_NULL, null=True, related_name="+")),
            ("loose", models.ForeignKey("shop.Tag", deletion.DO_NOTHING, db_constraint=False,
                                        related_name="+")),
            ("bare", models.ForeignKey("shop.Tag", deletion.DO_NOTHING, db_index=False,
                                       related_name="+")),
            ("named", models.ForeignKey("shop.Tag", models.CASCADE, db_column="the_tag",
                                        related_name="+")),
            ("team", models.ForeignKey("people.Team", models.PROTECT)),
            ("title", models.ForeignKey("people.Team", models.PROTECT, to_field="title",
                                        related_name="+")),
            ("owner", models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)),
            ("parent", models.ForeignKey("self", models.CASCADE, null=True)),
            ("twin", models.OneToOneField("self", models.CASCADE, null=True, related_name="+")),
            ("tags", models.ManyToManyField("shop.Tag", related_name="+")),
            ("near", models.ManyToManyField("self")),
            ("fans", models.ManyToManyField(settings.AUTH_USER_MODEL, db_table="fan")),
            ("free", models.ManyToManyField("people.Team", db_constraint=False, related_name="+")),
        ]),
        migrations.CreateModel("Part", [
            {ID},
            ("of", models.OneToOneField("Item", models.CASCADE)),
            ("code", models.ForeignKey("Item", models.CASCADE, to_field="code", related_name="+")),
        ]),
        migrations.CreateModel("Entry", [
            {ID},
            ("item", models.ForeignKey("Item", models.CASCADE)),
            ("tag", models.ForeignKey("Tag", models.CASCADE)),
        ]),
        migrations.AddField("Item", "entries",
                            models.ManyToManyField("Tag", through="shop.Entry", related_name="+")),
        migrations.CreateModel("User", [{ID}, ("same", models.ManyToManyField("people.User"))]),
    '''),
    ("shop", "kinds", f'''
        migrations.CreateModel("Outside", [{ID}], options={{"managed": False, "db_table": "foreign"}}),
        migrations.CreateModel("Proxy", [], options={{"proxy": True}}, bases=("shop.every",)),
        migrations.CreateModel("Child", [
            ("every_ptr", models.OneToOneField(auto_created=True, on_delete=models.CASCADE,
                                              parent_link=True, primary_key=True, to="shop.every")),
            ("more", models.TextField()),
        ], bases=("shop.every",)),
        migrations.CreateModel("Grandchild", [
            ("child_ptr", models.OneToOneField(auto_created=True, on_delete=models.CASCADE,
                                               parent_link=True, primary_key=True, to="shop.child")),
        ], bases=("shop.child",)),
        migrations.CreateModel("Note", [
            ("proxy", models.ForeignKey("shop.Proxy", models.CASCADE)),
            ("child", models.ForeignKey("shop.Grandchild", models.CASCADE)),
            ("text", models.TextField()),
        ], options={{"order_with_respect_to": "proxy"}}),
        migrations.CreateModel("AVeryLongNameOfAModelThatNobodyWouldGiveToOneButForThisTest", [
            {ID},
            ("and_a_very_long_name_of_a_column_that_is_unique_in_its_table",
             models.IntegerField(unique=True)),
            ("positively_a_very_long_name_of_a_column_as_well_and_checked",
             models.PositiveIntegerField()),
            ("tags", models.ManyToManyField("shop.Tag")),
        ]),
    '''),
    ("shop", "add", '''
        migrations.AddField("Tag", "added", models.IntegerField(default=3)),
        migrations.AddField("tag", "unique", models.CharField(max_length=3, null=True, unique=True)),
        migrations.AddField("Tag", "positive", models.PositiveSmallIntegerField(default=1)),
        migrations.AddField("Tag", "team", models.ForeignKey("people.Team", models.CASCADE, null=True)),
        migrations.AddField("Tag", "items", models.ManyToManyField("Item", related_name="+")),
        migrations.AddField("Outside", "x", models.IntegerField()),
        migrations.RemoveField("Item", "free"),
        migrations.RemoveField("Item", "bare"),
        migrations.RemoveField("Part", "code"),
        migrations.RemoveField("Item", "entries"),
    '''),
    ("shop", "alter", '''
        migrations.AlterField("Tag", "added", models.BigIntegerField(null=True)),
        migrations.AlterField("Tag", "label", models.CharField(max_length=50, default="")),
        migrations.AlterField("Tag", "unique", models.CharField(max_length=3, null=True, db_index=True)),
        migrations.AlterField("Tag", "positive", models.SmallIntegerField(default=1)),
        migrations.AlterField("Item", "named", models.ForeignKey("people.User", models.CASCADE,
                                                                 related_name="+")),
        migrations.AlterField("Item", "maybe", models.IntegerField(null=True, db_column="maybe_id")),
        migrations.AlterField("Item", "loose", models.ForeignKey("shop.Tag", models.CASCADE,
                                                                 related_name="+")),
        migrations.AlterField("Item", "twin", models.ForeignKey("self", models.CASCADE, null=True,
                                                                related_name="+")),
        migrations.AlterField("Item", "fans", models.ManyToManyField("people.User", db_table="fans")),
        migrations.AlterField("Every", "number", models.PositiveIntegerField(unique=True)),
        migrations.AlterField("Every", "char", models.TextField(db_index=True)),
        migrations.AlterField("Every", "text", models.CharField(max_length=3, db_index=True)),
        migrations.AlterField("Every", "slug", models.SlugField(unique=True)),
        migrations.AlterField("Every", "pos", models.PositiveIntegerField(db_column="position")),
    '''),
    ("shop", "keys", '''
        migrations.AlterField("Tag", "id", models.BigAutoField(primary_key=True)),
        migrations.AlterField("Item", "code", models.CharField(max_length=40, unique=True)),
    '''),
    ("people", "keys", '''
        migrations.AlterField("Team", "code", models.CharField(primary_key=True, max_length=30)),
        migrations.AlterField("Team", "title", models.CharField(unique=True, max_length=30)),
        migrations.AlterField("User", "id", models.IntegerField(primary_key=True)),
    '''),
    ("shop", "rename", '''
        migrations.RenameField("Item", "tag", "label"),
        migrations.RenameField("Item", "code", "sku"),
        migrations.RenameField("Item", "tags", "labels"),
        migrations.RenameField("Every", "pos_big", "positive_big"),
        migrations.RenameModel("Item", "Product"),
        migrations.RenameModel("tag", "Label"),
        migrations.RenameModel("Proxy", "Stand"),
    '''),
    ("shop", "pinned", f'''
        migrations.CreateModel("Pin", [{ID}, ("labels", models.ManyToManyField("Label")),
                                       ("near", models.ManyToManyField("self"))],
                               options={{"db_table": "the_pin"}}),
        migrations.CreateModel("Needle", [{ID}, ("pin", models.ForeignKey("Pin", models.CASCADE)),
                                          ("pins", models.ManyToManyField("Pin", related_name="+"))]),
        migrations.RenameModel("Pin", "Tack"),
        migrations.RenameField("Needle", "pin", "tack"),
    '''),
    ("shop", "table", '''
        migrations.AlterModelTable("Product", "goods"),
        migrations.AlterModelTable("Label", "label"),
        migrations.AlterModelTable("Label", None),
        migrations.AlterField("Product", "parent", models.ForeignKey("self", models.CASCADE,
                                                                     related_name="children", null=True,
                                                                     db_column="above")),
    '''),
    ("shop", "together", '''
        migrations.AlterUniqueTogether("Label", {("label", "team"), ("label", "added")}),
        migrations.AlterIndexTogether("Label", {("added", "team")}),
        migrations.RenameField("Label", "added", "number"),
        migrations.AlterUniqueTogether("Label", {("label", "number")}),
        migrations.AlterIndexTogether("Label", set()),
        migrations.AddField("Label", "other", models.TextField(null=True)),
        migrations.AlterUniqueTogether("Entry", {("item", "tag")}),
        migrations.AlterIndexTogether("Entry", {("tag", "item")}),
    '''),
    ("shop", "constraints", '''
        migrations.AddIndex("Label", models.Index(fields=["label", "-number"], name="by_label")),
        migrations.AddIndex("Label", models.Index(fields=["team_id"], name="by_team")),
        migrations.AddIndex("Label", models.Index(fields=["other"], name="gone")),
        migrations.RemoveIndex("Label", "gone"),
        migrations.AddConstraint("Label", models.UniqueConstraint(fields=["other"], name="one_other")),
        migrations.AddConstraint("Label", models.UniqueConstraint(
            fields=["number"], condition=models.Q(label="x"), name="one_number")),
        migrations.AddConstraint("Label", models.UniqueConstraint(
            fields=["number"], include=["label"], name="one_covering")),
        migrations.AddConstraint("Label", models.CheckConstraint(check=models.Q(number__gt=0),
                                                                 name="above")),
        migrations.AddConstraint("Every", django.contrib.postgres.constraints.ExclusionConstraint(
            name="apart", expressions=[("r_int", "&&")])),
        migrations.RemoveConstraint("Label", "one_covering"),
        migrations.CreateModel("Limited", [
            ("id", models.BigAutoField(primary_key=True)),
            ("a", models.IntegerField()), ("b", models.IntegerField()), ("c", models.IntegerField()),
        ], options={"unique_together": {("a", "b")}, "index_together": {("b", "c")},
                    "indexes": [models.Index(fields=["a"], name="limited_a")],
                    "constraints": [
                        models.UniqueConstraint(fields=["c"], name="limited_c"),
                        models.UniqueConstraint(fields=["c"], name="limited_d",
                                                condition=models.Q(a=1)),
                        models.CheckConstraint(check=models.Q(a__gt=0), name="limited_check")]}),
    '''),
    ("shop", "order", '''
        migrations.AlterOrderWithRespectTo("Note", None),
        migrations.AlterOrderWithRespectTo("Needle", "tack"),
        migrations.AlterModelOptions("Label", {"ordering": ["label"]}),
        migrations.AlterModelManagers("Label", []),
    '''),
    ("shop", "sql", '''
        migrations.RunSQL("CREATE TABLE plain (id int PRIMARY KEY); ALTER TABLE plain ADD COLUMN a text;",
                          "DROP TABLE plain"),
        migrations.RunSQL(["ALTER TABLE plain ADD COLUMN b text NOT NULL",
                           ("UPDATE plain SET b = %s", ["x"]),
                           ("ALTER TABLE plain ADD COLUMN c int DEFAULT 4", None)]),
        migrations.RunSQL(migrations.RunSQL.noop, "DROP TABLE other"),
        migrations.RunSQL("ALTER TABLE shop_label ADD COLUMN extra uuid", state_operations=[
            migrations.AddField("Label", "extra", models.UUIDField(null=True))]),
        migrations.RunPython(migrations.RunPython.noop),
        migrations.AlterField("Label", "extra", models.UUIDField(null=True, unique=True)),
    '''),
    ("shop", "separate", f'''
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AlterModelTable("Entry", "through_entry")],
            state_operations=[
                migrations.AlterModelTable("Entry", "through_entry"),
                migrations.CreateModel("Plain", [("id", models.IntegerField(primary_key=True)),
                                                 ("a", models.TextField(null=True))],
                                       options={{"db_table": "plain"}}),
            ]),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Part")]),
        migrations.SeparateDatabaseAndState([migrations.CreateModel("Lost", [{ID}])]),
        migrations.RenameField("Plain", "a", "z"),
        migrations.AddField("Entry", "plain", models.ForeignKey("Plain", models.CASCADE, null=True)),
    '''),
    ("shop", "same", f'''
        migrations.CreateModel("Early", [{ID}, ("late", models.IntegerField()),
                                         ("tag", models.ForeignKey("Label", models.CASCADE))]),
        migrations.RenameModel("Early", "Later"),
        migrations.RenameField("Later", "tag", "label"),
        migrations.AddField("Later", "to", models.ManyToManyField("Label", related_name="+")),
        migrations.AlterModelTable("Later", "latest"),
        migrations.AddField("Later", "word", models.CharField(max_length=3, default="")),
        migrations.AlterField("Later", "word", models.CharField(max_length=3, unique=True)),
        migrations.CreateModel("Brief", [{ID}, ("at", models.ForeignKey("Later", models.CASCADE))]),
        migrations.DeleteModel("Brief"),
    '''),
    ("shop", "delete", '''
        migrations.RemoveField("Needle", "pins"),
        migrations.DeleteModel("Needle"),
        migrations.DeleteModel("Note"),
        migrations.AlterModelOptions("Outside", {"managed": True}),
        migrations.DeleteModel("Stand"),
    '''),
]

# Of tables: what stands by a name of its own and may be dropped by it.
NAMED = """
    SELECT format('ALTER TABLE %%I DROP CONSTRAINT %%I', r.relname, c.conname)
    FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
    WHERE r.relnamespace = 'public'::regnamespace AND r.relname <> ALL (%s)
    ORDER BY c.contype <> 'f', 1
"""
INDEXES = """
    SELECT format('DROP INDEX %%I', i.relname)
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class r ON r.oid = x.indrelid
    WHERE r.relnamespace = 'public'::regnamespace AND r.relname <> ALL (%s)
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.oid) ORDER BY 1
"""
OF_DJANGO = ["django_migrations"]


class Project:
    """A Django project that grows, migration by migration."""

    def __init__(self, root):
        self.root, self.last, self.count = root, {}, 0
        (root / "settings.py").write_text(
            'AUTH_USER_MODEL = "people.User"\nDEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"\n')
        for app in ("people", "shop"):
            (root / app / "migrations").mkdir(parents=True)
            (root / app / "__init__.py").touch()
            (root / app / "migrations/__init__.py").touch()

    def add(self, app, name, operations):
        self.count += 1
        module = f"{self.count:04}_{name}"
        attributes = f"dependencies = {sorted(self.last.items())!r}"
        (self.root / app / "migrations" / (module + ".py")).write_text(
            HEAD.format(attributes=attributes, operations=operations))
        self.last[app] = module
        return module


def migrate(app, module):
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    MigrationExecutor(connection).migrate([(app, module)])
    connection.close()


def blind_spots(binary, root):
    done = subprocess.run([binary, "audit", "--verbose", root], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    return [line for line in done.stdout.splitlines() if "blind spot:" in line]


def check(server, binary, root, name):
    """One check; its differences are printed."""
    ignored = {"public." + table for table in OF_DJANGO}
    wrong = list(differences(real_catalog(server, "models", ignored), our_catalog(binary, root, ignored)))
    wrong += blind_spots(binary, root)
    if wrong:
        print(f"{name}:", *wrong[:20], sep="\n  ")
    return not wrong


def main(binary):
    binary = pathlib.Path(binary).resolve()
    results = []
    os.environ.update(GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1", LC_ALL="C")
    with Postgres() as server, tempfile.TemporaryDirectory(prefix="models-") as made:
        root = pathlib.Path(made)
        sys.path.insert(0, made)
        server.create("models")
        settings.configure(
            INSTALLED_APPS=["people", "shop", "django.contrib.postgres"], AUTH_USER_MODEL="people.User",
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", USE_TZ=True,
            DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "models",
                                   "USER": "postgres", "HOST": str(server.directory)}})
        project = Project(root)
        (root / "pgbounds.yaml").write_text("services:\n  - {name: all, repo: .}\n")
        django.setup()
        for app, name, operations in MIGRATIONS:
            module = project.add(app, name, operations)
            migrate(app, module)
            results.append(check(server, binary, root, f"{app}.{module}"))
        drops = [row[0] for query in (NAMED, INDEXES) for row in server.rows("models", query, (OF_DJANGO,))]
        for statement in drops:
            module = project.add("shop", "drop", f"        migrations.RunSQL({statement!r}),\n")
        migrate("shop", module)
        results.append(check(server, binary, root, f"{len(drops)} names"))
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
