"""Histories by chance against PostgreSQL: `histories.py REPLAY_DUMP SEED HISTORIES STATEMENTS`.

Each history is made of DDL over a few names, so that statements meet what others made, renamed or
dropped; about as many are refused as are taken. They are compared as replay.py compares those of
fixtures/replay: after each statement the replay and pg_catalog must say the same. Only why PostgreSQL
refuses may differ, for a statement with two faults has one message. The same seed gives the same
histories; a difference is shown with the seed that leads to it, and with the fewest of its statements that
still lead to one.
"""

import contextlib
import io

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
SCHEMAS = ["s1", "s2"]
SEQUENCES = ["q1", "q2"]
ENUMS = ["mood", "size"]
# So many histories that differ are made smaller; it takes seconds each.
SHRUNK = 5


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
        return (f"CREATE TABLE {self.maybe('IF NOT EXISTS ')}{self.name(TABLES)} ({', '.join(parts)})"
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

    def name(self, pool):
        """A name, at times in a schema."""
        return self.maybe(self.any([*SCHEMAS, "public"]) + ".", 0.25) + self.any(pool)

    def schema(self):
        one = self.any(SCHEMAS)
        return self.any([
            f"CREATE SCHEMA {self.maybe('IF NOT EXISTS ')}{one}", f"CREATE SCHEMA {one}",
            f"DROP SCHEMA {self.maybe('IF EXISTS ')}{one}{self.maybe(' CASCADE', 0.5)}",
            f"ALTER SCHEMA {one} RENAME TO {self.any(SCHEMAS)}"])

    def path(self):
        return self.any([f"SET search_path TO {self.any(SCHEMAS)}, public", "SET search_path TO public",
                         f"SET search_path TO public, {self.any(SCHEMAS)}", "RESET search_path"])

    def move(self):
        kind, pool = self.any([("TABLE", TABLES), ("VIEW", VIEWS[:2]), ("SEQUENCE", SEQUENCES), ("TYPE", ENUMS)])
        return (f"ALTER {kind} {self.maybe('IF EXISTS ') if kind != 'TYPE' else ''}{self.name(pool)} "
                f"SET SCHEMA {self.any([*SCHEMAS, 'public'])}")

    def sequence(self):
        one = self.name(SEQUENCES)
        return self.any([
            f"CREATE SEQUENCE {self.maybe('IF NOT EXISTS ')}{one}", f"CREATE SEQUENCE {one}",
            f"ALTER SEQUENCE {one} OWNED BY {self.any(TABLES)}.{self.any(COLUMNS)}",
            f"ALTER SEQUENCE {one} OWNED BY NONE", f"ALTER SEQUENCE {one} RENAME TO {self.any(SEQUENCES)}",
            f"DROP SEQUENCE {self.maybe('IF EXISTS ')}{one}{self.maybe(' CASCADE')}"])

    def enum(self):
        one = self.name(ENUMS)
        return self.any([
            f"CREATE TYPE {one} AS ENUM ('lo', 'hi')", f"CREATE TYPE {one} AS ENUM ('lo', 'hi')",
            f"ALTER TYPE {one} ADD VALUE {self.maybe('IF NOT EXISTS ')}'mid'",
            f"ALTER TYPE {one} RENAME TO {self.any(ENUMS)}",
            f"ALTER TABLE {self.any(TABLES)} ADD COLUMN {self.any(COLUMNS)} {one}",
            f"DROP TYPE {self.maybe('IF EXISTS ')}{one}{self.maybe(' CASCADE', 0.5)}"])

    def partition(self):
        parent, child = self.any(TABLES), self.any(TABLES)
        return self.any([
            f"CREATE TABLE {parent} (a int, b int{self.maybe(' NOT NULL')}) PARTITION BY LIST (a)",
            f"CREATE TABLE {child} PARTITION OF {parent} FOR VALUES IN ({self.random.randint(1, 3)})",
            f"CREATE TABLE {child} PARTITION OF {parent} DEFAULT",
            f"ALTER TABLE {parent} DETACH PARTITION {child}",
            f"ALTER TABLE {parent} ATTACH PARTITION {child} FOR VALUES IN ({self.random.randint(4, 6)})"])

    def identity(self):
        start = f"ALTER TABLE {self.any(TABLES)} ALTER COLUMN {self.any(COLUMNS)} "
        return start + self.any([
            "ADD GENERATED ALWAYS AS IDENTITY", "DROP IDENTITY", "DROP IDENTITY IF EXISTS", "SET DEFAULT 7",
            "SET GENERATED BY DEFAULT", "TYPE bigint", "TYPE text USING 'x'"])

    def like(self):
        return (f"CREATE TABLE {self.name(TABLES)} (LIKE {self.any(TABLES + VIEWS)}"
                + self.maybe(" INCLUDING " + self.any(["ALL", "DEFAULTS", "CONSTRAINTS", "INDEXES"]), 0.6) + ")")

    def statement(self):
        kinds = [self.table, self.table, self.table, self.alter, self.alter, self.alter, self.rename, self.view,
                 self.view, self.index, self.drop, self.schema, self.path, self.move, self.sequence, self.enum,
                 self.partition, self.identity, self.like]
        return self.any(kinds)()


class Judge:
    """Compares histories, each a list of statements."""

    def __init__(self, server, program, directory):
        self.server, self.program, self.directory = server, program, pathlib.Path(directory)

    def compare(self, name, statements):
        path = self.directory / name
        path.write_text("".join(s + ";\n" for s in statements))
        return replay.compare(self.server, self.program, path, words=False)

    def fails(self, statements):
        with contextlib.redirect_stdout(io.StringIO()):
            return self.compare("less", statements)[1] > 0

    def shrink(self, statements):
        """The fewest statements, as far as leaving out one or several in a row finds them, that still differ."""
        size = len(statements) // 2
        while size:
            at = 0
            while at < len(statements):
                fewer = statements[:at] + statements[at + size:]
                if self.fails(fewer):
                    statements = fewer
                else:
                    at += size
            size //= 2
        return statements


def main():
    program, seed, histories, statements = sys.argv[1], *map(int, sys.argv[2:5])
    passed = failed = shrunk = 0
    with postgres.Postgres() as server, tempfile.TemporaryDirectory() as directory:
        judge = Judge(server, program, directory)
        for i in range(seed, seed + histories):
            chance = Chance(i)
            history = [chance.statement() for _ in range(statements)]
            p, f = judge.compare(f"seed {i}", history)
            passed, failed = passed + p, failed + f
            if f and shrunk < SHRUNK:
                shrunk += 1
                print(f"seed {i}, the least of it:", *judge.shrink(history), sep="\n    ")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
