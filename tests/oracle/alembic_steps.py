"""Alembic's revisions against a real PostgreSQL and the real Alembic, revision by revision.

    alembic_steps.py ROOT PGBOUNDS

Each revision of fixtures/alembic is applied by `alembic upgrade`, in Alembic's own order; `pgbounds catalog --at`
that revision must then say what pg_catalog says (as systems.py compares). Ends with `N passed, N
failed`; a check is a revision.
"""

import pathlib
import sys

import tool_steps

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


def python(steps, code, *words):
    return tool_steps.run([sys.executable, "-B", "-c", code, *words], steps.directory, **steps.environment())


def main(root, binary):
    with tool_steps.begin(pathlib.Path(root) / "fixtures/alembic", binary, IGNORED) as steps:
        for line in python(steps, ORDER).splitlines():
            revision, path = line.split(" ", 1)
            steps.check(pathlib.Path(path).stem, lambda: python(steps, UPGRADE, revision))
        return steps.finish()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
