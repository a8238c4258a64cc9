"""Alembic's revisions against a real PostgreSQL and the real Alembic, revision by revision.

    alembic_steps.py ROOT PGBOUNDS

Each revision of fixtures/alembic is applied by `alembic upgrade`, in Alembic's own order; `pgbounds catalog --at`
that revision must then say what pg_catalog says (as systems.py compares). Ends with `N passed, N
failed`; a check is a revision.
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

IGNORED = {"public.shop_version"}

ORDER = """
from alembic.config import Config
from alembic.script import ScriptDirectory
config = Config()
config.set_main_option("script_location", ".")
script = ScriptDirectory.from_config(config)
for revision in reversed(list(script.walk_revisions())):
    print(revision.revision, revision.path)
"""

UPGRADE = """
import sys
from alembic import command
from alembic.config import Config
config = Config()
config.set_main_option("script_location", ".")
command.upgrade(config, sys.argv[1])
"""


def python(directory, code, *words, **environment):
    done = subprocess.run([sys.executable, "-B", "-c", code, *words], cwd=directory, text=True, check=False,
                          env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    return done.stdout


def our_catalog(binary, directory, step):
    done = subprocess.run([binary, "catalog", "--no-cache", "--at", step, "--format", "json"], cwd=directory,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"pgbounds catalog: status {done.returncode}: {done.stderr}")
    return systems.read_catalog(json.loads(done.stdout), IGNORED)


def main(root, binary):
    binary = pathlib.Path(binary).resolve()
    passed = failed = 0
    with Postgres() as server, tempfile.TemporaryDirectory(prefix="alembic-") as made:
        directory = pathlib.Path(made) / "shop"
        shutil.copytree(pathlib.Path(root) / "fixtures/alembic", directory,
                        ignore=shutil.ignore_patterns("__pycache__"))
        server.create("shop")
        for line in python(directory, ORDER).splitlines():
            revision, path = line.split(" ", 1)
            step = pathlib.Path(path).stem
            try:
                python(directory, UPGRADE, revision, **server.environment, PGDATABASE="shop")
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
