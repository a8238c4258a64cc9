"""A real PostgreSQL for the tests that compare us with it.

    with Postgres() as server:
        server.create("app")
        server.run("app", "CREATE TABLE t (id int);")
        rows = server.rows("app", "SELECT relname FROM pg_class")

The server is the distribution's. It lives in a temporary directory for as long as the `with` block,
listens on a socket in that directory and on no port, and trusts whoever can reach the socket, which
is its own user and root. It never runs as root: PostgreSQL refuses to. A test that finds no server
has failed, not passed: every problem here is an exception.
"""

import glob
import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time

import psycopg2

# What makes a server that lives for seconds fast; none of it changes what a statement means.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "shared_buffers": "16MB",
    "max_connections": "20",
    "timezone": "UTC",
}


class Rejected(Exception):
    """PostgreSQL did not take a statement; the text is psql's."""


def bindir():
    """The directory with initdb and postgres: the newest that Debian has, else what PATH finds."""

    def version(path):
        return [int(n) for n in re.findall(r"\d+", path)]

    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=version)
    initdb = found[-1] if found else shutil.which("initdb")
    if not initdb:
        raise RuntimeError("no PostgreSQL server here: initdb was not found")
    return pathlib.Path(initdb).resolve().parent


class Postgres:
    """One server. `directory` may be used for files that the server's user must read."""

    def __init__(self):
        # Not TMPDIR: a socket's path may have about 100 bytes.
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="pgb-", dir="/tmp"))
        self.environment = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C",
            "HOME": str(self.directory),
            "PGHOST": str(self.directory),
            "PGUSER": "postgres",
            "PGTZ": "UTC",
        }
        self.process = None

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # "fast" shutdown: does not wait for clients
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _user(self):
        """Arguments of subprocess that leave root behind."""
        if os.geteuid() != 0:
            return {}
        user = pwd.getpwnam("postgres")
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def _start(self):
        user = self._user()
        if user:
            os.chown(self.directory, user["user"], user["group"])
        data = self.directory / "data"
        programs = bindir()
        made = subprocess.run(
            [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust",
             "--locale=C", "--encoding=UTF8", "--no-sync"],
            cwd=self.directory, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **user)
        if made.returncode != 0:
            raise RuntimeError("initdb: " + made.stdout)
        options = [f"-c{name}={value}" for name, value in SETTINGS.items()]
        log = open(self.directory / "log", "wb")
        self.process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", self.directory, *options],
            cwd=self.directory, env=self.environment, stdout=log, stderr=log, **user)
        log.close()
        self._wait()

    def _wait(self):
        for _ in range(600):
            if self.process.poll() is not None:
                break
            try:
                psycopg2.connect(self.dsn("postgres")).close()
                return
            except psycopg2.OperationalError:
                time.sleep(0.05)
        raise RuntimeError("the server does not answer: " + (self.directory / "log").read_text())

    def dsn(self, database):
        """A connection string for psycopg2 and libpq."""
        return f"host={self.directory} user=postgres dbname={database}"

    def create(self, database):
        """Makes an empty database, dropping one of that name."""
        self.command(f'DROP DATABASE IF EXISTS "{database}"')
        self.command(f'CREATE DATABASE "{database}" TEMPLATE template0')

    def command(self, sql):
        """Runs one statement that concerns the whole server, without the start of a psql."""
        connection = psycopg2.connect(self.dsn("postgres"))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql)
        finally:
            connection.close()

    def run(self, database, sql, one_transaction=False, user="postgres"):
        """Runs a script as psql does: statement by statement, meta-commands and COPY data included.

        Raises Rejected at the first statement that fails.
        """
        command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-U", user, "-f", "-"]
        if one_transaction:
            command.append("-1")
        done = subprocess.run(command, input=sql, env=self.environment, text=True, cwd=self.directory,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise Rejected(done.stdout.strip())
        return done.stdout

    def rows(self, database, sql, values=None):
        """The rows of one query, as tuples."""
        connection = psycopg2.connect(self.dsn(database))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchall()
        finally:
            connection.close()
