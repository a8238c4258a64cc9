"""Knex's migrations against a real PostgreSQL and the real Knex, migration by migration.

    knex_steps.py ROOT PGBOUNDS MODULES

Each migration of fixtures/knex is run by `knex.migrate.up()`, in Knex's own order; `pgbounds catalog --at` that
migration must then say what pg_catalog says (as systems.py compares). MODULES is a directory in whose
node_modules knex and pg are. Ends with `N passed, N failed`; a check is a migration.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from postgres import Postgres
import systems

IGNORED = {"public.knex_migrations", "public.knex_migrations_lock"}

UP = """
const knex = require('knex')({ client: 'pg', connection: {
  host: process.env.PGHOST, port: process.env.PGPORT, user: process.env.PGUSER, database: process.env.PGDATABASE },
  migrations: { directory: './migrations', loadExtensions: ['.js', '.mjs'] } });
knex.migrate.up().then(([, names]) => { console.log(names.join('\\n')); return knex.destroy(); },
  (error) => { console.error(error); process.exit(1); });
"""


def migrate(directory, modules, environment):
    done = subprocess.run(["node", "-e", UP], cwd=directory, text=True, check=False,
                          env={**os.environ, **environment, "NODE_PATH": str(modules / "node_modules")},
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    return done.stdout.split()


def our_catalog(binary, directory, step):
    done = subprocess.run([binary, "catalog", "--no-cache", "--at", step, "--format", "json"], cwd=directory,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"pgbounds catalog: status {done.returncode}: {done.stderr}")
    return systems.read_catalog(json.loads(done.stdout), IGNORED)


def main(root, binary, modules):
    binary, modules = pathlib.Path(binary).resolve(), pathlib.Path(modules).resolve()
    passed = failed = 0
    with Postgres() as server, tempfile.TemporaryDirectory(prefix="knex-") as made:
        directory = pathlib.Path(made) / "shop"
        shutil.copytree(pathlib.Path(root) / "fixtures/knex", directory)
        server.create("shop")
        while True:
            try:
                names = migrate(directory, modules, {**server.environment, "PGDATABASE": "shop"})
            except RuntimeError as error:
                print(error)
                failed += 1
                break
            if not names:
                break
            step = pathlib.Path(names[0]).stem
            try:
                wrong = list(systems.differences(systems.real_catalog(server, "shop", IGNORED),
                                                 our_catalog(binary, directory, step)))
            except (RuntimeError, ValueError, KeyError) as error:
                wrong = [str(error)]
            if wrong:
                print(f"after {step}:", *wrong[:systems.SHOWN], sep="\n  ")
            passed, failed = passed + (not wrong), failed + bool(wrong)
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
