"""What statements use, against PostgreSQL: `queries.py QUERY_DUMP DIRECTORY SEED STATEMENTS`.

DIRECTORY holds schema.sql and statements in the other .sql files; STATEMENTS more are made by chance from SEED
(the same seed gives the same ones). QUERY_DUMP binds each to relations and columns, with the modes. PostgreSQL is
asked twice:
- a BEGIN ATOMIC function around the statement depends (pg_depend) on the relations and columns that it names;
- a role that may do everything but one thing (SELECT, INSERT, UPDATE or DELETE on one relation, or one of
  the first three on one column) may plan the statement, or not: what it may not do without, the statement uses.
A statement that PostgreSQL refuses for a name must have one that we do not bind for sure. One statement is one check.
"""

import pathlib
import subprocess
import sys
import tempfile

import psycopg2

import postgres
import statements

MODES = ["SELECT", "INSERT", "UPDATE", "DELETE"]
ABOUT_NAMES = ("42P01", "42703", "42702")  # undefined table, undefined column, ambiguous column

DEPENDS = """
SELECT DISTINCT n.nspname || '.' || c.relname || coalesce('.' || a.attname, '')
  FROM pg_depend d JOIN pg_class c ON c.oid = d.refobjid JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid AND a.attnum > 0
 WHERE d.classid = 'pg_proc'::regclass AND d.objid = 'probed'::regproc AND d.refclassid = 'pg_class'::regclass
   AND c.relkind IN ('r', 'p', 'v', 'm')
"""

COLUMNS = """
SELECT n.nspname || '.' || c.relname, array_agg(a.attname::text ORDER BY a.attnum)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE n.nspname IN ('public', 'other') AND c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
 GROUP BY 1
"""


class Oracle:
    """PostgreSQL with the schema and the role `probe`, which may do everything."""

    def __init__(self, server, schema):
        server.create("queries")
        server.run("queries", schema + """
            CREATE ROLE probe;
            GRANT USAGE ON SCHEMA public, other TO probe;
            GRANT ALL ON ALL TABLES IN SCHEMA public, other TO probe;
            GRANT ALL ON ALL SEQUENCES IN SCHEMA public, other TO probe;""")
        self.connection = psycopg2.connect(server.dsn("queries"))
        self.columns = dict(self._rows(COLUMNS))

    def _rows(self, sql):
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def refusal(self, sql, privileges=""):
        """Why probe may not plan the statement once `privileges` ran (SQLSTATE and words); None: it may."""
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(f"{privileges}; SET LOCAL ROLE probe; EXPLAIN {sql}")
        except psycopg2.Error as e:
            return e.pgcode, str(e).splitlines()[0]
        finally:
            self.connection.rollback()
        return None

    def depends(self, sql):
        """Relations and columns on which a function around it depends; None where it can be in none."""
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(f"CREATE FUNCTION probed() RETURNS void LANGUAGE sql BEGIN ATOMIC {sql}; END")
            return {name for name, in self._rows(DEPENDS)}
        except psycopg2.Error:
            return None
        finally:
            self.connection.rollback()

    def needs(self, sql):
        """{("relation", name, mode), ("column", name, mode)}: what probe cannot do without."""
        found = set()
        for relation, columns in self.columns.items():
            if not self.refusal(sql, f"REVOKE ALL ON {relation} FROM probe"):
                continue
            for mode in MODES:
                if not self.refusal(sql, f"REVOKE {mode} ON {relation} FROM probe"):
                    continue
                found.add(("relation", relation, mode))
                for column in columns if mode != "DELETE" else []:
                    others = ", ".join(c for c in columns if c != column)
                    if self.refusal(sql, f"REVOKE {mode} ON {relation} FROM probe; "
                                         f"GRANT {mode} ({others}) ON {relation} TO probe"):
                        found.add(("column", f"{relation}.{column}", mode))
        return found


def bound(program, schema, sql):
    """(statement, uses, what is not bound for sure) of each statement."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(sql)
        file.flush()
        done = subprocess.run([program, schema, file.name], stdout=subprocess.PIPE, check=True, text=True)
    for part in done.stdout.split("@@@ ")[1:]:
        lines = part.splitlines()
        head = [line.startswith(("target ", "source ", "not ")) for line in lines]
        first = head.index(True) if True in head else len(lines)
        uses = [tuple(line.split()) for line in lines[first:] if not line.startswith("not ")]
        yield "\n".join(lines[:first]), uses, [line for line in lines[first:] if line.startswith("not ")]


def relation_of(name):
    return ".".join(name.split(".")[:2])


def as_privileges(uses):
    """Uses in the words of privileges: FOR UPDATE wants UPDATE, a column that is read its relation."""
    out = {(kind, name, "UPDATE" if mode == "LOCK" else mode) for _, kind, name, mode in uses}
    return out | {("relation", relation_of(name), mode) for kind, name, mode in out if kind == "column"}


def differences(want, got):
    return [f"  only PostgreSQL: {' '.join(x)}" for x in sorted(want - got)] + \
           [f"  only we: {' '.join(x)}" for x in sorted(got - want)]


def judge(oracle, sql, uses, unsure):
    """What differs, as lines; None: PostgreSQL refuses the statement for another reason than a name."""
    refusal = oracle.refusal(sql)
    if refusal:
        if refusal[0] not in ABOUT_NAMES:
            return None
        return [] if unsure else [f"  PostgreSQL refuses: {refusal[1]}; we bind all"]
    got, needs, depends = as_privileges(uses), oracle.needs(sql), oracle.depends(sql) or set()
    names = {(name,) for _, name, _ in got}
    asked = {(name,) for _, name, _ in needs}
    named = {(name,) for name in depends} | {(relation_of(name),) for name in depends}
    # What only an output reads that nothing looks at is not planned, hence not asked for; but it is named.
    needs |= {x for x in as_privileges(u for u in uses if u[0] == "source") if x[1:2] in named}
    out = [f"  {line}" for line in unsure] + differences(needs, got)
    # ON CONFLICT depends on all columns for EXCLUDED's sake, MERGE on none that it writes.
    if depends and "ON CONFLICT" not in sql and "MERGE" not in sql:
        # A whole row depends on its relation, and asks for all columns.
        out += [f"{line} (pg_depend)" for line in differences(named | (names & asked), names)]
    return out


def main():
    program, directory, seed, number = sys.argv[1], pathlib.Path(sys.argv[2]), *map(int, sys.argv[3:])
    schema = directory / "schema.sql"
    files = {p.name: p.read_text() for p in sorted(directory.glob("*.sql")) if p != schema}
    if number:
        chance = statements.Chance(seed)
        files[f"seed {seed}"] = "".join(chance.statement() + ";\n" for _ in range(number))
    passed = failed = refused = 0
    with postgres.Postgres() as server:
        oracle = Oracle(server, schema.read_text())
        for name, text in files.items():
            for sql, uses, unsure in bound(program, schema, text):
                lines = judge(oracle, sql, uses, unsure)
                if lines is None:
                    refused += 1
                elif lines:
                    failed += 1
                    print(f"{name}: {sql}", *lines, sep="\n")
                else:
                    passed += 1
        oracle.connection.close()
    print(f"PostgreSQL refuses {refused} for another reason than a name")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
