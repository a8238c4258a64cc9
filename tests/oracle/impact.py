"""Does the safe order of `pgbounds impact` break nobody, on a real PostgreSQL? impact.py PGBOUNDS.

For each change: the tables are made and filled, the plan's SQL is run step by step, and between any two
steps the statements of those who have not moved yet, and from the middle on those who have, must be
taken and must see each other's rows. A `…` in the SQL is for the reader to fill in; a value stands here.
Ends with `N passed, N failed`; a check is a step, or a statement between two."""

import json
import pathlib
import subprocess
import sys
import tempfile

from postgres import Postgres, Rejected

TABLES = """CREATE TABLE users (id serial PRIMARY KEY, language text NOT NULL DEFAULT 'en', n int);
CREATE TABLE bet (id serial PRIMARY KEY, owner int REFERENCES users (id), stake int);
"""
ROWS = "INSERT INTO users (language, n) VALUES ('de', 1), ('fr', 2); INSERT INTO bet (stake) VALUES (1);"
# The change; what code says that has not moved, and that has; the value of the old and new name alike.
CHANGES = [
    ("ALTER TABLE users RENAME COLUMN language TO lang",
     ["INSERT INTO users (language) VALUES ('it')", "INSERT INTO users (n) VALUES (7)",
      "UPDATE users SET language = 'es' WHERE id = 1", "SELECT language FROM users"],
     ["INSERT INTO users (lang) VALUES ('pt')", "UPDATE users SET lang = 'nl' WHERE id = 2",
      "SELECT lang FROM users"],
     "SELECT count(*) FROM users WHERE lang IS DISTINCT FROM language"),
    ("ALTER TABLE users ALTER COLUMN n TYPE bigint",
     ["INSERT INTO users (n) VALUES (3)", "UPDATE users SET n = 4 WHERE id = 1",
      "SELECT n FROM users"],
     ["INSERT INTO users (n_new) VALUES (5)", "UPDATE users SET n_new = 6", "SELECT n_new FROM users"],
     "SELECT count(*) FROM users WHERE n_new IS DISTINCT FROM n"),
    ("ALTER TABLE users RENAME TO person",
     ["INSERT INTO users (language) VALUES ('it')", "UPDATE users SET n = 3", "SELECT n FROM users",
      "DELETE FROM users WHERE n = 99"],
     ["INSERT INTO person (language) VALUES ('pt')", "SELECT n FROM person"], None),
    ("ALTER TABLE bet ADD COLUMN kind text NOT NULL",
     ["INSERT INTO bet (stake) VALUES (1)"],
     ["INSERT INTO bet (stake, kind) VALUES (1, 'x')"], None),
    ("ALTER TABLE bet ADD CONSTRAINT small CHECK (stake < 100)",
     ["INSERT INTO bet (stake) VALUES (1)"], ["INSERT INTO bet (stake) VALUES (2)"], None),
    ("ALTER TABLE bet ADD CONSTRAINT once UNIQUE (stake)",
     ["INSERT INTO bet (stake) VALUES (1000 + (random() * 1e9)::int)"],
     ["INSERT INTO bet (stake) VALUES (1000 + (random() * 1e9)::int)"], None),
    ("DROP TABLE users CASCADE", ["SELECT language FROM users"], [], None),
]
PLACEHOLDER = {"kind = …": "kind = 'x'", "DEFAULT …": "DEFAULT 'en'"}


def plan(program, statements, change):
    """The steps of the safe order."""
    with tempfile.TemporaryDirectory() as name:
        top = pathlib.Path(name)
        (top / "hub/migrations").mkdir(parents=True)
        (top / "hub/migrations/001.sql").write_text(TABLES)
        code = "".join("    cursor.execute(%r)\n" % s for s in statements)
        (top / "odds").mkdir()
        (top / "odds/store.py").write_text("def f(cursor):\n" + code)
        (top / "pgbounds.yaml").write_text(
            "services:\n  - {name: hub, repo: hub}\n  - {name: odds, repo: odds}\n")
        done = subprocess.run([program, "impact", "-e", change, "--format", "json"], cwd=top,
                              stdout=subprocess.PIPE, check=False)
    return json.loads(done.stdout)["changes"][0]["steps"]


class Checks:
    def __init__(self, server, database):
        self.server, self.database, self.passed, self.failed = server, database, 0, 0

    def take(self, sql, what):
        try:
            self.server.run(self.database, sql)
            self.passed += 1
        except Rejected as error:
            self.failed += 1
            print("%s: %s: %s" % (what, sql, error))

    def equal(self, query, what):
        if query is None:
            return
        if self.server.rows(self.database, query)[0][0] == 0:
            self.passed += 1
        else:
            self.failed += 1
            print("%s: the two columns differ" % what)


def walk(checks, steps, change, old, new, equal):
    """Runs the plan; who has not moved works up to the last step, who has from the first move on."""
    contract = next(i for i, s in enumerate(steps) if s["phase"] == "contract")
    moved = next(i for i, s in enumerate(steps) if s["phase"] == "move" and not s["sql"])
    for i, step in enumerate(steps):
        if i < contract:
            for statement in old:
                checks.take(statement, "%s: before step %d" % (change, i + 1))
        if step["sql"]:
            sql = step["sql"]
            for mark, value in PLACEHOLDER.items():
                sql = sql.replace(mark, value)
            checks.take(sql, "%s: step %d" % (change, i + 1))
        if i >= moved:
            for statement in new:
                checks.take(statement, "%s: behind step %d" % (change, i + 1))
        if moved <= i < contract:
            checks.equal(equal, "%s: behind step %d" % (change, i + 1))


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    passed = failed = 0
    with Postgres() as server:
        for number, (change, old, new, equal) in enumerate(CHANGES):
            database = "change%d" % number
            server.create(database)
            server.run(database, TABLES + ROWS)
            checks = Checks(server, database)
            walk(checks, plan(program, old, change), change, old, new, equal)
            passed += checks.passed
            failed += checks.failed
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
