"""What the oracles of migration tools share: a copy of a fixture is migrated step by step by the real tool in a real
PostgreSQL, and after each step `pgbounds catalog --at` must say what pg_catalog says (as systems.py compares)."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from postgres import Postgres
import systems


def run(words, directory, **environment):
    """What the command prints; its complaint is an error."""
    done = subprocess.run(words, cwd=directory, text=True, check=False, env={**os.environ, **environment},
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise RuntimeError("\n".join(done.stderr.strip().split("\n")[-6:]))
    return done.stdout


class Steps:
    """Counts the steps that agree. IGNORED are the tables in which the tool keeps accounts."""

    def __init__(self, server, binary, directory, ignored):
        self.server, self.binary, self.directory = server, binary, directory
        self.ignored, self.passed, self.failed = ignored, 0, 0

    def environment(self):
        return {**self.server.environment, "PGDATABASE": "shop"}

    def _catalog(self, step):
        done = subprocess.run([self.binary, "catalog", "--no-cache", "--at", step, "--format", "json"],
                              cwd=self.directory, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"pgbounds catalog: status {done.returncode}: {done.stderr}")
        return systems.read_catalog(json.loads(done.stdout), self.ignored)

    def check(self, step, migrate=lambda: None):
        """Has the step run by `migrate`, and compares."""
        try:
            migrate()
            wrong = list(systems.differences(systems.real_catalog(self.server, "shop", self.ignored),
                                             self._catalog(step)))
        except (RuntimeError, ValueError, KeyError) as error:
            wrong = [str(error)]
        if wrong:
            print(f"after {step}:", *wrong[:systems.SHOWN], sep="\n  ")
        self.passed, self.failed = self.passed + (not wrong), self.failed + bool(wrong)

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 0 if self.passed and not self.failed else 1


@contextlib.contextmanager
def begin(fixture, binary, ignored):
    """Steps in a copy of the fixture, beside an empty database `shop`."""
    with Postgres() as server, tempfile.TemporaryDirectory(prefix="steps-") as made:
        directory = pathlib.Path(made) / "shop"
        shutil.copytree(fixture, directory, ignore=shutil.ignore_patterns("__pycache__"))
        server.create("shop")
        yield Steps(server, pathlib.Path(binary).resolve(), directory, ignored)
