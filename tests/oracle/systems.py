"""The example systems against a real PostgreSQL and a real Django, step by step.

    systems.py ROOT PGBOUNDS [SYSTEM...]

For each migration, in an order in which PostgreSQL takes them: it is applied to the server by the tool
that its repository uses, and its file is put beside those before it in a copy of the repositories that
had no migration at first. `pgbounds catalog --format json` of that copy must then say what pg_catalog
says: relations, their columns (name, type, NOT NULL, default or none), constraints and indexes (name, kind,
columns) and foreign keys (columns, target, actions). Comparing after every step sees what comparing at the end does not: a rename and a drop with a
new table end alike. Ends with `N passed, N failed`; a check is a step.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from postgres import Postgres, Rejected

SKIPPED = "pg_catalog", "information_schema", "pg_toast"
# Where tools note what they have run. Not all of these tools are at work here.
OF_TOOLS = {"public.django_migrations", "public.schema_migrations", "public.goose_db_version"}
SHOWN = 20  # differences of one step

RELATIONS = """
    SELECT c.oid, n.nspname || '.' || c.relname, c.relkind
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't' AND n.nspname <> ALL (%s)
"""
COLUMNS = """
    SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.atthasdef
    FROM pg_attribute a WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
FOREIGN_KEYS = """
    SELECT n.nspname || '.' || c.relname, ARRAY(SELECT attname FROM unnest(k.conkey) WITH ORDINALITY u(n, i)
               JOIN pg_attribute ON attrelid = k.conrelid AND attnum = u.n ORDER BY i)::text[],
           tn.nspname || '.' || t.relname, ARRAY(SELECT attname FROM unnest(k.confkey) WITH ORDINALITY u(n, i)
               JOIN pg_attribute ON attrelid = k.confrelid AND attnum = u.n ORDER BY i)::text[],
           k.confdeltype, k.confupdtype
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_class t ON t.oid = k.confrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
    WHERE k.contype = 'f'
"""
# A CHECK's columns are not told, nor are those of an index on expressions.
CONSTRAINTS = """
    SELECT k.conname, CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'c' THEN 'check'
               ELSE 'exclude' END,
           CASE WHEN k.contype IN ('p', 'u', 'x') THEN ARRAY(SELECT attname FROM unnest(k.conkey) WITH ORDINALITY u(n, i)
               JOIN pg_attribute ON attrelid = k.conrelid AND attnum = u.n ORDER BY i)::text[] ELSE '{}' END
    FROM pg_constraint k WHERE k.conrelid = %s AND k.contype IN ('p', 'u', 'c', 'x')
    UNION ALL
    SELECT c.relname, CASE WHEN x.indisunique THEN 'unique index' ELSE 'index' END,
           ARRAY(SELECT attname FROM unnest(x.indkey[0:x.indnkeyatts - 1]) WITH ORDINALITY u(n, i)
               JOIN pg_attribute ON attrelid = x.indrelid AND attnum = u.n ORDER BY i)::text[]
    FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
    WHERE x.indrelid = %s AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = x.indexrelid
                                          AND contype IN ('p', 'u', 'x'))
"""
KINDS = {"r": "table", "p": "partitioned table", "v": "view", "m": "materialized view",
         "f": "foreign table"}
ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}


class Step:
    """One migration: what applies it, and its files in the repositories; none: it is a package's."""

    def __init__(self, apply, *files):
        self.apply, self.files = apply, files


class Sql:
    """A repository with SQL files, applied by `role` in the order of their numbers."""

    def __init__(self, repository, directory, role="postgres", pattern="*.sql"):
        self.repository, self.directory = repository, directory
        self.role, self.pattern = role, pattern

    def steps(self, root, _server, database):
        files = sorted((root / self.repository / self.directory).glob(self.pattern), key=self._version)
        return [Step(self._applier(file, database),
                     *(f.relative_to(root) for f in dict.fromkeys((file, self._down(file))) if f.exists()))
                for file in files]

    @staticmethod
    def _down(file):
        """golang-migrate's other half, which is not applied."""
        return file.with_name(file.name.replace(".up.sql", ".down.sql"))

    @staticmethod
    def _version(path):
        number = re.match(r"\D?(\d+)", path.name)
        return int(number[1]) if number else 0, path.name

    def _applier(self, file, database):
        # goose: the forward half. Its other marks are comments to PostgreSQL as well.
        text = file.read_text()
        forward = re.search(r"^-- \+goose Up$(.*?)(?=^-- \+goose Down$|\Z)", text, re.M | re.S)
        script = forward[1] if forward else text
        whole = "CONCURRENTLY" not in script  # PostgreSQL wants that outside of a transaction
        return lambda server: server.run(database, script, one_transaction=whole, user=self.role)


class Django:
    """A Django project, applied by its own manage.py in the order of its own graph."""

    PLAN = """
import importlib, json
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
files = [importlib.import_module(m.__module__).__file__ for m, _ in plan]
print(json.dumps([[m.app_label, m.name, f] for (m, _), f in zip(plan, files)]))
"""

    def __init__(self, repository):
        self.repository = repository

    def _manage(self, root, server, database, *words, **more):
        environment = {**server.environment, "PGDATABASE": database, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run([sys.executable, "manage.py", *words], cwd=root / self.repository,
                              env=environment, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False, **more)
        if done.returncode != 0:
            raise Rejected(done.stderr.strip())
        return done.stdout

    def steps(self, root, server, database):
        plan = json.loads(self._manage(root, server, database, "shell", input=self.PLAN))
        steps = []
        for app, name, file in plan:
            files = [pathlib.Path(file)] if pathlib.Path(file).is_relative_to(root) else []
            steps.append(Step(self._applier(root, app, name, database),
                              *(f.relative_to(root) for f in files)))
        return steps

    def _applier(self, root, app, name, database):
        return lambda server: self._manage(root, server, database, "migrate", app, name, "-v0")


SYSTEMS = {
    "r10": [Django("r10-hub"), Sql("r10-notifications", "migrations")],
    "cluster": [
        Sql("infra", "postgres"),
        Sql("monolith", "db/migrations", "monolith_svc", "*.up.sql"),
        Sql("billing", "migrations", "billing_svc"),
        Sql("notifications", "migrations", "notifications_svc", "*.up.sql"),
    ],
}


def real_catalog(server, database, ignored):
    """What PostgreSQL says, without the relations that no repository makes."""
    relations, keys = {}, []
    for oid, name, kind in server.rows(database, RELATIONS, (list(SKIPPED),)):
        if name not in ignored:
            columns = [list(c) for c in server.rows(database, COLUMNS, (oid,))]
            constraints = sorted(list(c) for c in server.rows(database, CONSTRAINTS, (oid, oid)))
            relations[name] = {"kind": KINDS[kind], "columns": columns, "constraints": constraints}
    for source, columns, target, to_columns, on_delete, on_update in server.rows(database, FOREIGN_KEYS):
        if source not in ignored:
            keys.append([source, columns, target, to_columns, ACTIONS[on_delete], ACTIONS[on_update]])
    return {"relations": relations, "foreign keys": sorted(keys)}


def our_catalog(binary, copy, ignored):
    """What pgbounds says of the copy of the repositories."""
    done = subprocess.run([binary, "catalog", "--format", "json"], cwd=copy, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"pgbounds catalog: status {done.returncode}: {done.stderr}")
    return read_catalog(json.loads(done.stdout), ignored)


def read_catalog(said, ignored):
    """The document of `catalog --format json` in the same form as real_catalog()."""
    relations = {}
    for r in said["relations"]:
        name = f"{r['schema']}.{r['name']}"
        if r["exists"] == "yes" and r["kind"] in KINDS.values() and name not in ignored:
            columns = [[c["name"], c["type"], c["not_null"], bool(c["default"])] for c in r["columns"]]
            constraints = sorted([c["name"], c["kind"], c["columns"]] for c in r["constraints"])
            relations[name] = {"kind": r["kind"], "columns": columns, "constraints": constraints}
    keys = [[k["from"], k["columns"], k["to"], k["to_columns"], k["on_delete"], k["on_update"]]
            for k in said["foreign_keys"] if k["live"]]
    return {"relations": relations, "foreign keys": sorted(keys)}


def list_differences(what, want, got):
    yield from (f"{what} {x} is missing" for x in want if x not in got)
    yield from (f"{what} {x} should not be" for x in got if x not in want)


def differences(want, got):
    """One line for each thing that PostgreSQL (want) and pgbounds (got) see differently."""
    for name in sorted(want["relations"].keys() | got["relations"].keys()):
        real, ours = want["relations"].get(name), got["relations"].get(name)
        if not real or not ours:
            yield f"{name}: {'only PostgreSQL has it' if real else 'only pgbounds has it'}"
            continue
        if real["kind"] != ours["kind"]:
            yield f"{name}: a {real['kind']}, not a {ours['kind']}"
        for part in "columns", "constraints":
            yield from list_differences(f"{name}: {part[:-1]}", real[part], ours[part])
        if real["columns"] != ours["columns"] and sorted(real["columns"]) == sorted(ours["columns"]):
            yield f"{name}: columns in another order: {[c[0] for c in real['columns']]}"
    yield from list_differences("foreign key", want["foreign keys"], got["foreign keys"])


class System:
    """One system's repositories, its database, and the copy that pgbounds sees."""

    def __init__(self, name, binary, root, server):
        self.name, self.binary, self.server = name, binary, server
        self.root = root
        self.copy = root.with_name(name + ".copy")
        self.ignored = set(OF_TOOLS)
        self.passed = self.failed = 0
        server.create(name)
        self.queues = [s.steps(root, server, name) for s in SYSTEMS[name]]

    def empty_copy(self):
        """The repositories as plain directories without a migration."""
        shutil.copytree(self.root, self.copy, ignore=shutil.ignore_patterns(".git", "__pycache__"))
        for file in {file for queue in self.queues for step in queue for file in step.files}:
            (self.copy / file).unlink()

    def names(self):
        return {name for _, name, _ in self.server.rows(self.name, RELATIONS, (list(SKIPPED),))}

    def apply(self, step):
        """A step of what is not in the repositories makes what pgbounds need not know."""
        before = self.names()
        step.apply(self.server)
        made = self.names() - before
        if not step.files:
            self.ignored |= made
            return
        for file in step.files:
            shutil.copy(self.root / file, self.copy / file)
        self.compare(step.files[0])

    def compare(self, file):
        try:
            wrong = list(differences(real_catalog(self.server, self.name, self.ignored),
                                     our_catalog(self.binary, self.copy, self.ignored)))
        except (RuntimeError, ValueError, KeyError) as error:
            wrong = [repr(error)]
        if wrong:
            print(f"{self.name}, after {file}:")
            for line in wrong[:SHOWN]:
                print("  " + line)
            if len(wrong) > SHOWN:
                print(f"  and {len(wrong) - SHOWN} more")
        self.passed, self.failed = self.passed + (not wrong), self.failed + bool(wrong)

    def run(self):
        """Takes the steps in the order of the services; one that PostgreSQL does not take waits
        until others have gone on."""
        self.empty_copy()
        while any(self.queues):
            said = []
            for queue in self.queues:
                while queue:
                    try:
                        self.apply(queue[0])
                    except Rejected as error:
                        said.append(f"{[*map(str, queue[0].files)]}: {error}")
                        break
                    queue.pop(0)
                    said.append(None)
            if all(said):
                print(f"{self.name}: PostgreSQL takes none of these:", *said, sep="\n  ")
                self.failed += len(said)
                return


def main(root, binary, *names):
    passed = failed = 0
    binary = pathlib.Path(binary).resolve()
    os.environ.update(GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1", LC_ALL="C")
    with Postgres() as server, tempfile.TemporaryDirectory(prefix="systems-") as made:
        made = pathlib.Path(made)
        subprocess.run([pathlib.Path(root) / "fixtures/make-repos.sh", made], check=True,
                       stdout=subprocess.DEVNULL)
        for name in names or SYSTEMS:
            system = System(name, binary, made / name, server)
            system.run()
            passed, failed = passed + system.passed, failed + system.failed
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
