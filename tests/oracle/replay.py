"""The catalog's replay against PostgreSQL's own: `replay.py REPLAY_DUMP DIRECTORY`.

REPLAY_DUMP replays each history of DIRECTORY statement by statement and prints the catalog after each. The same
statements run one by one in a real PostgreSQL, and after each pg_catalog is printed in the same form.
A statement that PostgreSQL rejects must be a conflict in the replay, in the same words. Only where
the replay says that it does not know (a view's columns, a type) PostgreSQL may say anything.
Each statement is one check; the first three differences of a history are shown.
"""

import difflib
import pathlib
import re
import subprocess
import sys

import psycopg2
from psycopg2.extensions import TRANSACTION_STATUS_INERROR as INERROR

import postgres

KINDS = {"r": "table", "p": "partitioned table", "v": "view", "m": "materialized view",
         "f": "foreign table", "S": "sequence", "i": "index", "I": "index", "c": "composite type"}

# What the catalog of a database holds that is the user's own.
MINE = """
n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg\\_toast\\_temp%'
"""

RELATIONS = f"""
SELECT c.oid, CASE WHEN n.nspname LIKE 'pg\\_temp\\_%' THEN 'pg_temp' ELSE n.nspname END AS schema,
       c.relname, c.relkind, i.indisunique, pg_get_userbyid(c.relowner), c.relacl::text[],
       (SELECT array_agg(a.attname ORDER BY k.nr)
          FROM unnest(i.indkey) WITH ORDINALITY AS k(attnum, nr)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
         WHERE k.nr <= i.indnkeyatts)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
 WHERE {MINE} AND c.relkind <> 't'
"""

SCHEMAS = f"""
SELECT n.nspname, pg_get_userbyid(n.nspowner), n.nspacl::text[] FROM pg_namespace n
 WHERE {MINE} AND n.nspname NOT LIKE 'pg\\_temp\\_%' AND n.nspname <> 'public'
"""

COLUMNS = f"""
SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), a.attacl::text[], pg_get_userbyid(c.relowner),
       a.attnotnull, a.atthasdef, a.attidentity <> '', a.attgenerated <> ''
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE {MINE} AND c.relkind NOT IN ('i', 'I', 'S', 't') AND a.attnum > 0 AND NOT a.attisdropped
 ORDER BY a.attrelid, a.attnum
"""

# What a foreign key to a partitioned table adds for each partition has no name of the user's.
CONSTRAINTS = f"""
SELECT c.conrelid, c.conname, c.contype,
       (SELECT array_agg(a.attname ORDER BY k.nr)
          FROM unnest(c.conkey) WITH ORDINALITY AS k(attnum, nr)
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum),
       CASE WHEN tn.nspname LIKE 'pg\\_temp\\_%' THEN 'pg_temp' ELSE tn.nspname END, t.relname,
       (SELECT array_agg(a.attname ORDER BY k.nr)
          FROM unnest(c.confkey) WITH ORDINALITY AS k(attnum, nr)
          JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum),
       c.confdeltype, c.confupdtype
  FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
       LEFT JOIN pg_class t ON t.oid = c.confrelid LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
 WHERE {MINE} AND c.conrelid <> 0 AND c.contype <> 't'
   AND NOT EXISTS (SELECT FROM pg_constraint p WHERE p.oid = c.conparentid AND p.conrelid = c.conrelid)
 ORDER BY c.conname COLLATE "C"
"""


def names(list_):
    return " (" + ",".join(list_ or []) + ")"


def owned(owner):
    return "" if owner == "postgres" else f" owner {owner}"


def granted(acl, owner):
    """What others than the owner may, from items like ada=r*w/postgres; =r is everybody's."""
    may = {}
    for item in acl or []:
        role, _, rest = item.rpartition("/")[0].partition("=")
        if role != owner:
            may.setdefault(role or "public", set()).update(rest.replace("*", ""))
    said = [f"{role}=" + "".join(letter for letter in "arwdDxtUC" if letter in may[role]) for role in sorted(may)]
    return " grants " + " ".join(said) if said else ""


def by_name(row):
    return row[1].encode(), row[2].encode()


def by_relation(cursor, query):
    """The rows of the query, whose first column is a relation, by that."""
    rows = {}
    cursor.execute(query)
    for relation, *rest in cursor.fetchall():
        rows.setdefault(relation, []).append(rest)
    return rows


def dump(cursor):
    """pg_catalog in the words of replay_dump."""
    lines = []
    columns, constraints = by_relation(cursor, COLUMNS), by_relation(cursor, CONSTRAINTS)
    cursor.execute(SCHEMAS)
    for name, owner, acl in sorted(cursor.fetchall(), key=lambda row: row[0].encode()):
        lines.append(f"schema {name}" + owned(owner) + granted(acl, owner))
    cursor.execute(RELATIONS)
    for oid, schema, name, kind, unique, owner, acl, keys in sorted(cursor.fetchall(), key=by_name):
        line = f"{KINDS[kind]} {schema}.{name}"
        if kind in "iI":
            line += names(keys) + (" unique" if unique else "")
        lines.append(line + owned(owner) + granted(acl, owner))
        for column, type_, acl, owner, *flags in columns.get(oid, []):
            said = [w for w, f in zip(("notnull", "default", "identity", "generated"), flags) if f]
            lines.append("  " + " ".join(["column", column, type_, *said]) + granted(acl, owner))
        for conname, contype, keys, to_schema, to, to_keys, on_delete, on_update in constraints.get(oid, []):
            line = f"  constraint {conname} {contype}" + names(keys)
            if contype == "f":
                line += f" -> {to_schema}.{to}" + names(to_keys) + f" {on_delete}{on_update}"
            lines.append(line)
    return lines


def plain(line):
    """A type's schema is printed or not, as the search path goes; a CHECK's columns have no order."""
    check = re.match(r"(  constraint .* c) \((.*)\)$", line)
    if check:
        return check[1] + names(sorted(check[2].split(",")))
    return re.sub(r"^(  column \S+ )\"?\w+\"?\.", r"\1", line)


def allow_unknown(got, want):
    """Replaces in WANT what GOT says that it does not know."""
    unknown_columns, unknown_types, relation, out = set(), set(), "", []
    for line in got:
        if not line.startswith(" "):
            relation = line
        elif line == "  columns unknown":
            unknown_columns.add(relation)
        elif re.match(r"  column \S+ unknown", line):
            unknown_types.add((relation, line.split()[1]))
    for line in want:
        if not line.startswith(" "):
            relation = line
            out.append(line)
            if relation in unknown_columns:
                out.append("  columns unknown")
        elif line.startswith("  column ") and relation in unknown_columns:
            continue
        elif line.startswith("  column ") and (relation, line.split()[1]) in unknown_types:
            out.append(f"  column {line.split()[1]} unknown")
        else:
            out.append(plain(line))
    return out


def drop_known(got):
    """GOT as it is compared: no columns of a relation that may have more."""
    text = "\n".join(plain(line) for line in got)
    return re.sub(r"(  columns unknown\n)(  column .*\n)+", r"\1", text + "\n" if text else "").splitlines()


def steps(program, path):
    """(statement, outcome, catalog) of the replay."""
    done = subprocess.run([program, path], stdout=subprocess.PIPE, check=True, text=True)
    for step in done.stdout.split("@@@ ")[1:]:
        sql, rest = step.split("\n@@=\n")
        outcome, catalog = rest.split("@@-\n")
        yield sql, outcome.strip(), catalog.splitlines()


def run(cursor, sql):
    """What PostgreSQL answers: nothing, or its error in one line."""
    try:
        cursor.execute(sql)
    except psycopg2.Error as e:
        return "ERROR: " + (e.diag.message_primary or str(e))
    return ""


FORGET_ROLES = """
DO $$ DECLARE r text;
BEGIN
  FOR r IN SELECT rolname FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%' AND rolname <> 'postgres' LOOP
    EXECUTE format('DROP ROLE %I', r);
  END LOOP;
  ALTER ROLE postgres RESET ALL;
END $$
"""


def start(server):
    """An empty database on a server that knows nothing of the history before: roles outlive a database."""
    server.create("replay")
    server.command(FORGET_ROLES)


def compare(server, program, path, words=True):
    """Counts of the steps that agree and that do not; without `words` a refusal is a refusal."""
    passed, failed = 0, 0
    start(server)
    connection = psycopg2.connect(server.dsn("replay"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        for sql, outcome, catalog in steps(program, path):
            answer = run(cursor, sql)
            want = [answer] if answer else []
            if connection.info.transaction_status == INERROR:
                want += drop_known(catalog)  # nobody can see it before the transaction's end
            else:
                want += allow_unknown(catalog, dump(cursor))
            if not words:
                want[:1] = ["ERROR"] if answer else want[:1]
                outcome = outcome.split(":")[0]
            got = ([outcome] if outcome else []) + drop_known(catalog)
            if got == want:
                passed += 1
                continue
            failed += 1
            if failed <= 3:
                print(f"{path.name}: {sql}")
                print("\n".join(difflib.unified_diff(want, got, "PostgreSQL", "replay", n=1, lineterm="")))
    connection.close()
    return passed, failed


def main():
    program, directory = sys.argv[1:]
    passed = failed = 0
    with postgres.Postgres() as server:
        for history in sorted(pathlib.Path(directory).glob("*.sql")):
            p, f = compare(server, program, history)
            passed, failed = passed + p, failed + f
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
