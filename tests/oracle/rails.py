"""Rails' migrations against a real PostgreSQL and the real Active Record, version by version.

    rails.py ROOT PGBOUNDS

Each migration of fixtures/rails is run by Active Record's own migrator; `pgbounds catalog --at` that version
must then say what pg_catalog says (as systems.py compares). Ends with `N passed, N failed`; a check is
a migration.
"""

import pathlib
import sys

import tool_steps

IGNORED = {"public.schema_migrations", "public.ar_internal_metadata"}

MIGRATE = """
require "active_record"
ActiveRecord::Migration.verbose = false
ActiveRecord::Base.establish_connection(adapter: "postgresql", host: ENV["PGHOST"], port: ENV["PGPORT"],
  username: ENV["PGUSER"], database: ENV["PGDATABASE"])
ActiveRecord::MigrationContext.new("db/migrate", ActiveRecord::SchemaMigration).migrate(ARGV[0].to_i)
"""


def main(root, binary):
    with tool_steps.begin(pathlib.Path(root) / "fixtures/rails", binary, IGNORED) as steps:
        for path in sorted((steps.directory / "db/migrate").iterdir()):
            version = path.stem.split("_")[0]
            steps.check(path.stem, lambda: tool_steps.run(["ruby", "-W0", "-e", MIGRATE, version],
                                                          steps.directory, **steps.environment()))
        return steps.finish()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
