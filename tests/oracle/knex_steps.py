"""Knex's migrations against a real PostgreSQL and the real Knex, migration by migration.

    knex_steps.py ROOT PGBOUNDS MODULES

Each migration of fixtures/knex is run by `knex.migrate.up()`, in Knex's own order; `pgbounds catalog --at` that
migration must then say what pg_catalog says (as systems.py compares). MODULES is a directory in whose
node_modules knex and pg are. Ends with `N passed, N failed`; a check is a migration.
"""

import pathlib
import sys

import tool_steps

IGNORED = {"public.knex_migrations", "public.knex_migrations_lock"}

UP = """
const knex = require('knex')({ client: 'pg', connection: {
  host: process.env.PGHOST, port: process.env.PGPORT, user: process.env.PGUSER, database: process.env.PGDATABASE },
  migrations: { directory: './migrations', loadExtensions: ['.js', '.mjs'] } });
knex.migrate.up().then(([, names]) => { console.log(names.join('\\n')); return knex.destroy(); },
  (error) => { console.error(error); process.exit(1); });
"""


def main(root, binary, modules):
    modules = str(pathlib.Path(modules).resolve() / "node_modules")
    with tool_steps.begin(pathlib.Path(root) / "fixtures/knex", binary, IGNORED) as steps:
        while names := tool_steps.run(["node", "-e", UP], steps.directory, NODE_PATH=modules,
                                      **steps.environment()).split():
            steps.check(pathlib.Path(names[0]).stem)
        return steps.finish()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
