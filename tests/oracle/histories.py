"""Histories by chance against PostgreSQL: `histories.py REPLAY_DUMP SEED HISTORIES STATEMENTS`.

Each history is made of DDL over a few names, so that statements meet what others made, renamed or
dropped; about as many are refused as are taken. They are compared as replay.py compares those of
fixtures/replay: after each statement the replay and pg_catalog must say the same. Only why PostgreSQL
refuses may differ, for a statement with two faults has one message. The same seed gives the same
histories; a difference is shown with the seed that leads to it.
"""

import pathlib
import random
import sys
import tempfile

import postgres
import replay

TABLES = ["t", "u", "v", "w"]
VIEWS = ["x", "y", "m"]
COLUMNS = ["a", "b", "c", "d"]
# All of one operator family: whether a foreign key can compare two types is not modelled.
TYPES = ["int", "bigint", "smallint", "serial", "bigserial"]


class Chance:
    """Makes statements out of a seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.any = self.random.choice

    def maybe(self, text, odds=0.3):
        return text if self.random.random() < odds else ""

    def column(self):
        definition = f"{self.any(COLUMNS)} {self.any(TYPES)}"
        return definition + self.any(["", "", "", " NOT NULL", " UNIQUE", " PRIMARY KEY",
                                      f" REFERENCES {self.any(TABLES)}"])

    def key(self):
        columns = ", ".join(self.random.sample(COLUMNS, self.random.randint(1, 2)))
        name = self.maybe(f"CONSTRAINT {self.any(['k1', 'k2'])} ")
        return name + self.any([
            f"PRIMARY KEY ({columns})", f"UNIQUE ({columns})", "CHECK (1 < 2)",
            f"FOREIGN KEY ({self.any(COLUMNS)}) REFERENCES {self.any(TABLES)} ({self.any(COLUMNS)})"
            + self.maybe(" ON DELETE CASCADE")])

    def table(self):
        parts = [self.column() for _ in range(self.random.randint(1, 3))]
        if self.random.random() < 0.3:
            parts.append(self.key())
        return (f"CREATE TABLE {self.maybe('IF NOT EXISTS ')}{self.any(TABLES)} ({', '.join(parts)})"
                + self.maybe(f" INHERITS ({self.any(TABLES)})", 0.1))

    def alteration(self):
        column = self.any(COLUMNS)
        return self.any([
            f"ADD COLUMN {self.maybe('IF NOT EXISTS ')}{self.column()}",
            f"DROP COLUMN {self.maybe('IF EXISTS ')}{column}{self.maybe(' CASCADE')}",
            f"ALTER COLUMN {column} SET NOT NULL", f"ALTER COLUMN {column} DROP NOT NULL",
            f"ALTER COLUMN {column} DROP DEFAULT", f"ADD {self.key()}",
            f"DROP CONSTRAINT {self.any(['k1', 'k2', 't_pkey', 'u_a_key'])}{self.maybe(' CASCADE')}"])

    def alter(self):
        parts = [self.alteration() for _ in range(self.random.choice([1, 1, 1, 2]))]
        return f"ALTER TABLE {self.maybe('IF EXISTS ')}{self.any(TABLES)} {', '.join(parts)}"

    def rename(self):
        return f"ALTER TABLE {self.any(TABLES)} RENAME " + self.any(
            [f"TO {self.any(TABLES)}", f"COLUMN {self.any(COLUMNS)} TO {self.any(COLUMNS)}",
             "CONSTRAINT k1 TO k2"])

    def select(self):
        one, two = self.any(TABLES + VIEWS), self.any(TABLES)
        return self.any([
            f"SELECT * FROM {one}", f"SELECT {self.any(COLUMNS)}, count(*) FROM {one} GROUP BY 1",
            f"SELECT p.{self.any(COLUMNS)}, q.{self.any(COLUMNS)} AS other FROM {one} p, {two} q",
            f"SELECT * FROM (SELECT {self.any(COLUMNS)} FROM {one}) p, (SELECT 1 AS one) q",
            f"WITH r AS (SELECT * FROM {one}) SELECT r.*, now() AS seen FROM r",
            f"SELECT a FROM {one} UNION ALL SELECT a FROM {two}",
            f"SELECT * FROM (SELECT a, b FROM {one}) p JOIN (SELECT c, a FROM {two}) q USING (a)"])

    def view(self):
        return self.any([f"CREATE {self.maybe('OR REPLACE ')}VIEW {self.any(VIEWS[:2])} AS {self.select()}",
                         f"CREATE MATERIALIZED VIEW m AS {self.select()}",
                         f"CREATE TABLE {self.any(TABLES)} AS {self.select()}"])

    def drop(self):
        return self.any([
            f"DROP TABLE {self.maybe('IF EXISTS ')}{self.any(TABLES)}{self.maybe(' CASCADE', 0.5)}",
            f"DROP VIEW {self.any(VIEWS)}{self.maybe(' CASCADE')}", "DROP MATERIALIZED VIEW m",
            f"DROP INDEX {self.any(TABLES)}_{self.any(COLUMNS)}_idx"])

    def index(self):
        elements = [self.any([*COLUMNS, f"({self.any(COLUMNS)} IS NULL)"]) for _ in range(2)]
        return (f"CREATE {self.maybe('UNIQUE ')}INDEX ON {self.any(TABLES + ['m'])} "
                f"({', '.join(elements[:self.random.randint(1, 2)])})"
                + self.maybe(f" WHERE {self.any(COLUMNS)} IS NULL", 0.2))

    def statement(self):
        kinds = [self.table, self.table, self.alter, self.alter, self.alter, self.rename, self.view,
                 self.view, self.index, self.drop]
        return self.any(kinds)()


def main():
    program, seed, histories, statements = sys.argv[1], *map(int, sys.argv[2:5])
    passed = failed = 0
    with postgres.Postgres() as server, tempfile.TemporaryDirectory() as directory:
        for i in range(seed, seed + histories):
            chance = Chance(i)
            path = pathlib.Path(directory) / f"seed {i}"
            path.write_text("".join(chance.statement() + ";\n" for _ in range(statements)))
            p, f = replay.compare(server, program, path, words=False)
            passed, failed = passed + p, failed + f
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
