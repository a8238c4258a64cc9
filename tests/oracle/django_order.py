"""The order of Django's migrations against the real one's: `django_order.py PGBOUNDS`.

Each of PROJECTS is written out. Every migration adds a column of its own name to one table, so that the
columns in `pgbounds catalog` stand in the order of the steps; Django's order is its executor's plan for
an empty database. Ends with `N passed, N failed`; a check is a project.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

# Project: app.migration → attributes of its class.
PROJECTS = {
    "one app": {"a.0001_x": "", "a.0002_y": 'dependencies = [("a", "0001_x")]',
                "a.0010_z": 'dependencies = [("a", "0002_y")]'},
    "names say nothing": {"a.0001_x": 'dependencies = [("a", "0002_y")]', "a.0002_y": ""},
    "across apps": {
        "a.0001_x": "", "a.0002_y": 'dependencies = [("a", "0001_x"), ("b", "0002_v")]',
        "b.0001_u": 'dependencies = [("a", "0001_x")]', "b.0002_v": 'dependencies = [("b", "0001_u")]',
        "b.0003_w": 'dependencies = [("b", "0002_v"), ("a", "0002_y")]'},
    "two leaves in apps without edges": {"c.0001_x": "", "a.0001_x": "", "b.0001_x": ""},
    "diamond": {
        "a.0001_x": "", "a.0002_left": 'dependencies = [("a", "0001_x")]',
        "a.0002_right": 'dependencies = [("a", "0001_x")]',
        "a.0003_merge": 'dependencies = [("a", "0002_right"), ("a", "0002_left")]'},
    "depth first": {
        "a.0001_x": 'dependencies = [("c", "0002_y"), ("b", "0001_x")]',
        "b.0001_x": 'dependencies = [("d", "0001_x")]', "c.0001_x": 'dependencies = [("d", "0001_x")]',
        "c.0002_y": 'dependencies = [("c", "0001_x"), ("b", "0001_x")]', "d.0001_x": ""},
    "run_before": {
        "a.0001_x": "", "b.0001_x": 'run_before = [("a", "0001_x")]',
        "c.0001_x": 'run_before = [("b", "0001_x")]'},
    "first and latest": {
        "a.0001_x": 'dependencies = [("b", "__first__")]',
        "a.0002_y": 'dependencies = [("a", "0001_x"), ("c", "__latest__")]',
        "b.0001_x": "", "b.0002_y": 'dependencies = [("b", "0001_x"), ("a", "0002_y")]',
        "c.0001_x": "", "c.0002_y": 'dependencies = [("c", "0001_x")]'},
    "squashed": {
        "a.0001_x": "", "a.0002_y": 'dependencies = [("a", "0001_x")]',
        "a.0001_squashed_0002_y": 'replaces = [("a", "0001_x"), ("a", "0002_y")]',
        "a.0003_z": 'dependencies = [("a", "0002_y")]', "b.0001_x": 'dependencies = [("a", "0001_x")]'},
    "squashed in the middle": {
        "a.0001_x": "", "a.0002_y": 'dependencies = [("a", "0001_x"), ("b", "0001_x")]',
        "a.0003_z": 'dependencies = [("a", "0002_y")]',
        "a.0002_squashed_0003_z":
            'replaces = [("a", "0002_y"), ("a", "0003_z")]; '
            'dependencies = [("a", "0001_x"), ("b", "0001_x")]',
        "a.0004_w": 'dependencies = [("a", "0002_squashed_0003_z")]', "b.0001_x": ""},
    "squashed takes the edges of what it replaces": {
        "a.0001_x": 'dependencies = [("b", "0001_x")]', "a.0002_y": 'dependencies = [("a", "0001_x")]',
        "a.0001_squashed": 'replaces = [("a", "0001_x"), ("a", "0002_y")]', "b.0001_x": "",
        "c.0001_x": 'dependencies = [("a", "0002_y")]'},
    "swappable user": {
        "a.0001_x": "dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]",
        "people.0001_x": "", "people.0002_y": 'dependencies = [("people", "0001_x"), ("a", "0001_x")]'},
    "swappable other": {
        "a.0001_x": 'dependencies = [migrations.swappable_dependency("z.Thing")]', "z.0001_x": ""},
    "computed": {
        "a.0001_x": 'dependencies = [("b", "0001_x")] + [("c", "0001_x")]', "b.0001_x": "",
        "c.0001_x": ""},
}

MODULE = """from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    {attributes}
    operations = [
        migrations.RunSQL(["CREATE TABLE IF NOT EXISTS log ()", 'ALTER TABLE log ADD COLUMN "{name}" int'])
    ]
"""

PLAN = """
import sys
import django.apps
from django.conf import settings
settings.configure(INSTALLED_APPS=sys.argv[1:], AUTH_USER_MODEL="people.User")
django.apps.apps.populate(settings.INSTALLED_APPS)
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(None)
for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes()):
    print(f"{migration.app_label}.{migration.name}")
"""


def write(root, project):
    (root / "settings.py").write_text('AUTH_USER_MODEL = "people.User"\n')
    (root / "pgbounds.yaml").write_text("services:\n  - {name: all, repo: .}\n")
    for name, attributes in project.items():
        app, module = name.split(".")
        directory = root / app / "migrations"
        directory.mkdir(parents=True, exist_ok=True)
        (root / app / "__init__.py").touch()
        (directory / "__init__.py").touch()
        attributes = attributes.replace("; ", "\n    ")
        (directory / (module + ".py")).write_text(MODULE.format(attributes=attributes, name=name))


def run(root, *command):
    done = subprocess.run(command, cwd=root, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout


def check(binary, name, project):
    with tempfile.TemporaryDirectory(prefix="order-") as made:
        root = pathlib.Path(made)
        write(root, project)
        apps = sorted({migration.split(".")[0] for migration in project})
        want = run(root, sys.executable, "-B", "-c", PLAN, *apps).split()
        said = json.loads(run(root, binary, "catalog", "--format", "json"))
    got = [c["name"] for r in said["relations"] if r["name"] == "log" for c in r["columns"]]
    if got != want:
        print(f"{name}:\n  Django   {want}\n  pgbounds {got}")
    return got == want


def main(binary):
    binary = pathlib.Path(binary).resolve()
    os.environ.update(GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1", LC_ALL="C")
    results = [check(binary, name, project) for name, project in PROJECTS.items()]
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
