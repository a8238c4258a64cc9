"""The replay against PostgreSQL's own regression tests: `regress.py REPLAY_DUMP DIR [FILE…]`.

A tool for who works on `catalog`, not a part of the suite: the tests are PostgreSQL's and not kept here.
DIR is src/test/regress/sql of a checkout of PostgreSQL's branch REL_15_STABLE (libpg_query's branch 15-latest
has the same files in test/sql/postgres_regress); FILEs are names in it, all by default.

Each file runs statement by statement in a fresh database of a real PostgreSQL, after test_setup.sql, and the
same statements in REPLAY_DUMP. psql's commands are followed as far as they change what runs (\\if, \\set,
\\gset, \\gexec, \\c); COPY's data goes to PostgreSQL. What PostgreSQL rejects has no effect on either side. Compared
is what each statement changes, so that one difference is counted once. The classes:

    agree            both take it and change the same, or both reject it, or PostgreSQL rejects it for a
                     reason that is none of the catalog's (a value, a permission)
    false conflict   the replay rejects what PostgreSQL takes
    missed conflict  the other way round: DDL, for a reason of the catalog's (roles are the cluster's)
    other catalog    both take it, and then the catalogs are not the same

With REGRESS_SHOW=N the first N differences of each file are shown in full.
"""

import collections
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import psycopg2

import postgres
import replay

PATIENCE = "15s"
CLASSES = ["agree", "false conflict", "missed conflict", "other catalog"]
# Words that begin a statement which changes no catalog of its own accord.
QUIET = {"select", "insert", "update", "delete", "merge", "explain", "analyze", "vacuum", "show", "set", "reset",
         "values", "table", "fetch", "move", "close", "declare", "begin", "start", "savepoint", "release",
         "lock", "copy", "prepare", "deallocate", "checkpoint", "listen", "notify", "unlisten", "load", "with"}
# What PostgreSQL finds wrong when it looks at the catalog (errcodes.txt).
OF_THE_CATALOG = {
    "42P01", "42703", "42704", "42P07", "42701", "42710", "42P06", "42723", "3F000", "2BP01", "42P16", "42809",
    "42P17", "42830", "42P10", "428C9", "42939", "42804", "42883", "42725", "42P13", "42611"}


class Script:
    """A psql script as the messages that psql would send."""

    def __init__(self, text):
        self.text, self.at = text, 0
        self.variables = {"libdir": "/nowhere", "abs_srcdir": "/nowhere", "abs_builddir": "/nowhere",
                          "dlsuffix": ".so", "VERSION_NUM": "150000"}
        self.branches = []  # \if: [is in force, was one of them]

    def active(self):
        return all(b[0] for b in self.branches)

    def expand(self, name, quote):
        value = self.variables.get(name)
        if value is None:
            return None
        if quote == "'":
            return "'" + value.replace("'", "''") + "'"
        return '"' + value.replace('"', '""') + '"' if quote == '"' else value

    def quoted(self):
        """The end of what is quoted or commented at self.at, else None."""
        text, at = self.text, self.at
        tail = text[at:at + 80]
        dollar = re.match(r"\$([A-Za-z_\x80-\xff][\w\x80-\xff]*)?\$", tail)
        if tail[0] == "'":
            escapes = at and text[at - 1] in "eE" and not re.match(r"\w", text[at - 2:at - 1] or " ")
            found = re.compile(r"'(?:[^'\\]|\\.|'')*'" if escapes else r"'(?:[^']|'')*'", re.S).match(text, at)
            return found.end() if found else len(text)
        if tail[0] == '"':
            end = text.find('"', at + 1)
            return end + 1 if end >= 0 else len(text)
        if dollar and not (at and re.match(r"[\w$]", text[at - 1])):
            end = text.find(dollar.group(), at + dollar.end())
            return end + dollar.end() if end >= 0 else len(text)
        if tail.startswith("--"):
            end = text.find("\n", at)
            return end if end >= 0 else len(text)
        if tail.startswith("/*"):
            depth, end = 0, at
            for found in re.compile(r"/\*|\*/").finditer(text, at):
                depth += 1 if found.group() == "/*" else -1
                end = found.end()
                if not depth:
                    return end
            return len(text)
        return None

    def line(self):
        """The rest of the line, and steps over it."""
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        line, self.at = self.text[self.at:end], end
        return line

    def command(self, line):
        """A psql command that ends no query: \\set, \\if …  Yields \\c as a message."""
        word, _, rest = line[1:].partition(" ")
        rest = rest.strip()
        if word == "if":
            value = self.truth(rest) if self.active() else False
            self.branches.append([value, value])
        elif word == "elif" and self.branches:
            last = self.branches[-1]
            last[0] = not last[1] and self.truth(rest)
            last[1] |= last[0]
        elif word == "else" and self.branches:
            last = self.branches[-1]
            last[0], last[1] = not last[1], True
        elif word == "endif" and self.branches:
            self.branches.pop()
        elif not self.active():
            return None
        elif word == "set" and rest:
            name, *parts = rest.split()
            self.variables[name] = "".join(self.argument(p) for p in parts)
        elif word in ("c", "connect"):
            return ("connect", rest)
        elif word in ("q", "quit"):
            self.at = len(self.text)
        return None

    def argument(self, part):
        if part.startswith(":"):
            return self.variables.get(part[1:].strip("'\""), "")
        return part.strip("'")

    def truth(self, expression):
        words = expression.split()
        if words and words[0] == "not":
            return not self.truth(" ".join(words[1:]))
        found = re.match(r":\{\?(\w+)\}", expression)
        if found:
            return found.group(1) in self.variables
        return self.argument(expression).lower() in ("t", "true", "on", "yes", "1")

    def messages(self):
        """("query", SQL, how it ends), ("connect", argument), ("data", lines) — as the reader asks for them."""
        sql, depth, begins = [], 0, 0
        while self.at < len(self.text):
            end = self.quoted()
            if end is not None:
                sql.append(self.text[self.at:end])
                self.at = end
                continue
            c = self.text[self.at]
            variable = re.compile(r""":(?:(['"])(\w+)\1|(\w+))""").match(self.text, self.at)
            if c == ":" and self.text[self.at - 1:self.at] != ":" and variable:
                value = self.expand(variable.group(2) or variable.group(3), variable.group(1))
                if value is not None:
                    sql.append(value)
                    self.at = variable.end()
                    continue
            word = re.compile(r"[A-Za-z_][\w$]*").match(self.text, self.at)
            if word:
                begins += self.block(word.group().lower(), "".join(sql[:40]), begins)
                sql.append(word.group())
                self.at = word.end()
                continue
            depth += (c == "(") - (c == ")")
            if c == "\\":
                if self.text.startswith("\\;", self.at):
                    sql.append(";")
                    self.at += 2
                    continue
                line = self.line()
                if re.match(r"\\(g|gset|gexec|gdesc|gx|crosstabview)\b", line):
                    yield from self.query(sql, line)
                    sql, depth, begins = [], 0, 0
                else:
                    message = self.command(line)
                    if message:
                        yield message
                    if re.match(r"\\r(eset)?\b", line):
                        sql = []
                continue
            self.at += 1
            if c == ";" and depth <= 0 and not begins:
                yield from self.query(sql, ";")
                sql, depth = [], 0
            else:
                sql.append(c)

    @staticmethod
    def block(word, before, begins):
        """BEGIN ATOMIC … END, as psqlscan.l counts it."""
        head = re.sub(r"--[^\n]*|/\*.*?\*/", "", before).split()[:4]
        if not head or head[0].lower() != "create" or not {"function", "procedure"} & {h.lower() for h in head}:
            return 0
        if word in ("begin", "case"):
            return 1 if begins or word == "begin" else 0
        return -1 if word == "end" and begins else 0

    def query(self, parts, end):
        sql = "".join(parts).strip()
        bare = re.sub(r"--[^\n]*|/\*.*?\*/", "", sql, flags=re.S).strip()
        if not bare or not self.active():
            return
        if re.match(r"copy\b.*\bfrom\s+stdin\b", bare, re.I | re.S):
            rest = self.line()
            self.at += 1
            stop = re.compile(r"^\\\.\r?$", re.M).search(self.text, self.at)
            data = self.text[self.at:stop.start() if stop else len(self.text)]
            self.at = stop.end() if stop else len(self.text)
            yield ("copy", sql, data + rest[:0])
            return
        yield ("query", sql, end)


class Session:
    """PostgreSQL's side: the records for the replay, and what PostgreSQL made of each statement."""

    def __init__(self, server):
        self.server, self.records, self.user = server, [], "postgres"
        self.connection = None
        self.connect()

    def connect(self):
        if self.connection:
            self.connection.close()
        self.connection = psycopg2.connect(self.server.dsn("regress").replace("user=postgres", f"user={self.user}"))
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        self.cursor.execute(f"SET statement_timeout = '{PATIENCE}'")

    def reconnect(self, argument):
        words = argument.split()
        if len(words) > 1:
            self.user = words[1].strip('"')
        try:
            self.connect()
        except psycopg2.Error:
            self.user = "postgres"
            self.connect()
        self.note("connect", self.user, None, None)

    def note(self, verdict, sql, error, catalog):
        self.records.append((verdict, sql, error, catalog))

    def run(self, kind, sql, rest):
        """Rows, if there are any."""
        error, rows = None, None
        try:
            if kind == "copy":
                import io
                self.cursor.copy_expert(sql, io.StringIO(rest))
            elif re.match(r"copy\b.*\bto\s+stdout\b", sql, re.I | re.S):
                self.cursor.copy_expert(sql, open(os.devnull, "w"))
            else:
                self.cursor.execute(sql)
                rows = self.cursor.fetchall() if self.cursor.description else None
        except psycopg2.Error as e:
            error = (e.pgcode or "XX000", (e.diag.message_primary or str(e)).strip())
        except (UnicodeError, ValueError, OverflowError) as e:
            error = ("22021", str(e))
        names = [d[0] for d in self.cursor.description] if rows is not None else []
        if self.connection.closed:
            self.connect()
        status = self.connection.info.transaction_status
        if not error and re.match(r"(commit|end)\b", sql, re.I) and self.cursor.statusmessage == "ROLLBACK":
            sql = "ROLLBACK"
        if error and re.match(r"(commit|end|rollback|abort|savepoint|release)\b", sql, re.I):
            sql = "SELECT 1"  # the replay could not take it back
        self.note("rejected" if error else "taken", sql, error, self.catalog(sql, error, status))
        return names, rows

    def catalog(self, sql, error, status):
        """None: as it was."""
        word = re.match(r"(?:--[^\n]*\n|/\*.*?\*/|\s|\()*(\w*)", sql, re.S).group(1).lower()
        if error or status == 3 or (word in QUIET and not re.search(r"\binto\b|\bdo\b|\(", sql, re.I)):
            return None
        if word in QUIET - {"select", "with"}:
            return None
        try:
            return replay.dump(self.cursor)
        except psycopg2.Error:
            return None


def as_text(value):
    return {True: "t", False: "f"}.get(value, str(value)) if value is not None else None


def play(session, text):
    script = Script(text)
    for message in script.messages():
        if message[0] == "connect":
            session.reconnect(message[1])
            continue
        kind, sql, end = message
        names, rows = session.run(kind, sql, end)
        if end.startswith("\\gset") and rows:
            prefix = end[5:].strip()
            for name, value in zip(names, rows[0]):
                if value is not None:
                    script.variables[prefix + name] = as_text(value)
        if end.startswith("\\gexec"):
            for row in rows or []:
                for value in row:
                    if value is not None:
                        session.run("query", str(value), ";")


def replayed(program, records):
    """(words, conflict, catalog) of each record."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as f:
        for verdict, sql, *_ in records:
            f.write(f"@@@ {verdict}\n{sql}\n@@.\n")
        f.flush()
        done = subprocess.run([program, "-g", f.name], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out = done.stdout.decode("utf-8", "replace")
    for step in out.split("@@= ")[1:]:
        head, _, catalog = step.partition("@@-\n")
        words, _, conflict = head.partition("\n")
        yield words.split(), conflict.strip(), catalog.splitlines()
    if done.returncode:
        print(f"*** the replay died: {done.returncode} {done.stderr.decode()[-2000:]}")


def multiset(lines):
    return collections.Counter(lines)


def changes(before, after):
    plus, minus = after - before, before - after
    return sorted([f"+{line}" for line in plus.elements()] + [f"-{line}" for line in minus.elements()])


def plain(text):
    return re.sub(r"\d+", "N", re.sub(r'"[^"]*"', '"…"', text))


def beginning(sql):
    words = re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.S).split()
    return " ".join(w.upper() for w in words[:2])


def kinds_of(delta):
    """'+constraint f', '-view': what lines of a difference are about."""
    out = set()
    for line in delta:
        words = line[1:].split()
        head = words[0] + (" " + words[2][0] if words[0] == "constraint" else "")
        if line[1:].startswith("  column") and any(w in ("unknown",) for w in words):
            head += " unknown"
        out.add(line[0] + head)
    return " ".join(sorted(out))


def judge(record, step, state):
    """(class, cause, detail) of one statement; moves the catalogs of STATE on."""
    verdict, sql, error, theirs = record
    words, conflict, ours = step
    before = state["theirs"], state["ours"]
    raw = state["raw"] if theirs is None else theirs
    want, got = multiset(replay.allow_unknown(ours, raw)), multiset(replay.drop_known(ours))
    known_before = multiset(replay.allow_unknown(state["lines"], state["raw"]))
    state.update(theirs=want, ours=got, raw=raw, lines=ours)
    if error:
        if conflict or error[0] not in OF_THE_CATALOG or not is_ddl(sql) or error[1].startswith("role "):
            return "agree", "", ""
        return "missed conflict", f"{beginning(sql)}: {plain(error[1])}", error[1]
    if conflict:
        return "false conflict", f"{beginning(sql)}: {plain(conflict)}", conflict
    a, b = changes(known_before, want), changes(before[1], got)
    if a == b:
        return "agree", "", ""
    detail = list(difflib.unified_diff(a, b, "PostgreSQL", "replay", n=0, lineterm=""))[2:]
    detail = [d for d in detail if not d.startswith("@@")]
    unread = " (unread)" if "unread" in words else ""
    return "other catalog", f"{beginning(sql)}{unread}: {kinds_of(a)} | {kinds_of(b)}", "\n  ".join(detail)


def is_ddl(sql):
    return beginning(sql).split(" ")[0] in ("CREATE", "ALTER", "DROP", "COMMENT", "GRANT", "REVOKE", "REASSIGN", "IMPORT")


def run_file(server, program, path, setup, causes):
    server.create("regress")
    session = Session(server)
    for text in setup:
        play(session, text)
    first = len(session.records)
    play(session, path.read_text("utf-8", "replace"))
    session.connection.close()
    counts, ddl = collections.Counter(), collections.Counter()
    state = {"theirs": multiset([]), "ours": multiset([]), "raw": [], "lines": []}
    shown = int(os.environ.get("REGRESS_SHOW", "0"))
    steps = list(replayed(program, session.records))
    for i, (record, step) in enumerate(zip(session.records, steps)):
        class_, cause, detail = judge(record, step, state)
        if i < first or record[0] == "connect":
            continue
        counts[class_] += 1
        if is_ddl(record[1]):
            ddl[class_] += 1
        if class_ == "agree":
            continue
        causes[class_][cause].append(path.stem)
        if shown > 0:
            shown -= 1
            print(f"--- {path.stem}: {class_}\n{record[1]}\n  {detail}")
    if len(steps) != len(session.records):
        print(f"*** {path.name}: {len(steps)} of {len(session.records)} statements replayed")
    return counts, ddl


def clean(server):
    """Roles outlive databases."""
    server.run("postgres", "DROP DATABASE IF EXISTS regress")
    for name, in server.rows("postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'regress%'"):
        server.run("postgres", f'DROP DATABASE "{name}"')
    for name, in server.rows("postgres", "SELECT rolname FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%' "
                                         "AND rolname <> 'postgres'"):
        try:
            server.run("postgres", f'DROP OWNED BY "{name}"; DROP ROLE "{name}"')
        except postgres.Rejected as e:
            print(f"*** {e}")


def line_of(counts):
    total = sum(counts.values())
    share = f"{100 * counts['agree'] / total:5.1f} %" if total else "    – "
    return f"{total:6}  {share}  " + "  ".join(f"{counts[c]:5}" for c in CLASSES[1:])


def main():
    program, directory, *only = sys.argv[1:]
    directory = pathlib.Path(directory)
    files = [directory / f for f in only] if only else sorted(directory.glob("*.sql"))
    setup = [p.read_text("utf-8", "replace") for p in [directory / "test_setup.sql"] if p.exists()]
    causes = {c: collections.defaultdict(list) for c in CLASSES[1:]}
    total, total_ddl = collections.Counter(), collections.Counter()
    print(f"{'file':24} statements  agree  false conflicts, missed conflicts, other catalog")
    with postgres.Postgres() as server:
        for path in files:
            alone = path.name == "test_setup.sql"
            counts, ddl = run_file(server, program, path, [] if alone else setup, causes)
            total, total_ddl = total + counts, total_ddl + ddl
            print(f"{path.stem:24}{line_of(counts)}", flush=True)
            clean(server)
    print(f"{'all statements':24}{line_of(total)}\n{'DDL only':24}{line_of(total_ddl)}")
    for class_, found in causes.items():
        print(f"\n{class_}")
        for cause, where in sorted(found.items(), key=lambda x: (-len(x[1]), x[0]))[:int(os.environ.get("REGRESS_TOP", "25"))]:
            print(f"  {len(where):5}  {cause}  ({', '.join(sorted(set(where))[:4])})")


if __name__ == "__main__":
    main()
