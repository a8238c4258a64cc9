"""Rails' migrations against a real PostgreSQL and the real Active Record, version by version.

    rails.py ROOT PGBOUNDS

Each migration of fixtures/rails is run by Active Record's own migrator; `pgbounds catalog --at` that version
must then say what pg_catalog says (as systems.py compares). Ends with `N passed, N failed`; a check is
a migration.
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

IGNORED = {"public.schema_migrations", "public.ar_internal_metadata"}

MIGRATE = """
require "active_record"
ActiveRecord::Migration.verbose = false
ActiveRecord::Base.establish_connection(adapter: "postgresql", host: ENV["PGHOST"], port: ENV["PGPORT"],
  username: ENV["PGUSER"], database: ENV["PGDATABASE"])
ActiveRecord::MigrationContext.new("db/migrate", ActiveRecord::SchemaMigration).migrate(ARGV[0].to_i)
"""


def migrate(directory, version, **environment):
    done = subprocess.run(["ruby", "-W0", "-e", MIGRATE, version], cwd=directory, text=True, check=False,
                          env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise RuntimeError("\n".join(done.stderr.strip().split("\n")[:4]))


def our_catalog(binary, directory, step):
    done = subprocess.run([binary, "catalog", "--no-cache", "--at", step, "--format", "json"], cwd=directory,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"pgbounds catalog: status {done.returncode}: {done.stderr}")
    return systems.read_catalog(json.loads(done.stdout), IGNORED)


def main(root, binary):
    binary = pathlib.Path(binary).resolve()
    passed = failed = 0
    with Postgres() as server, tempfile.TemporaryDirectory(prefix="rails-") as made:
        directory = pathlib.Path(made) / "shop"
        shutil.copytree(pathlib.Path(root) / "fixtures/rails", directory)
        server.create("shop")
        for path in sorted((directory / "db/migrate").iterdir()):
            step = path.stem
            try:
                migrate(directory, step.split("_")[0], **server.environment, PGDATABASE="shop")
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
