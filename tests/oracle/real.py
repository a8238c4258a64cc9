"""A real repository's migrations: what PostgreSQL makes of them beside what pgbounds does.

    real.py PGBOUNDS DIRECTORY [OPTION...] FILE...

A tool for developers, no test: it needs a repository that is not ours. DIRECTORY is one service's work tree,
in which `pgbounds catalog` is asked; FILEs are its migrations relative to it, in the order in which its own tool runs
them. Each is run by psql on a connection of its own, cut as --cut says:

    --cut TOOL            run only what goes up: goose, dbmate, sql-migrate, tern, node-pg-migrate, drizzle
    --before SQL          run this first: extensions, roles, schemas (may be repeated)
    --replace NAME=VALUE  ${NAME} and {{.NAME}} in a file are VALUE (may be repeated)
    --search-path PATH    of every connection
    --config FILE         pgbounds' configuration
    --ignore GLOB         relations that are not compared: the tool's own (may be repeated)
    --go-on               a statement that PostgreSQL does not take is told, and the rest of the file runs
    --ecto MODULES        the FILEs are Ecto's, and Ecto itself runs them; MODULES: its compiled ones (ecto.py)
    --ecto-repo NAME      what the migrations call the repository: Shop.Repo
    --from FILE           further FILEs, one a line; - is standard input
    --list                each difference, not only the first of a kind

It prints how many relations, columns and foreign keys are equal, missing (PostgreSQL alone has them) and extra, how
many of the columns have a type that pgbounds knows, and the blind spots. The status is 1 when there is a difference.
The cutting here is by regular expressions and shares nothing with src/tool.
"""

import argparse
import collections
import fnmatch
import json
import pathlib
import re
import subprocess
import sys

import ecto
from postgres import Postgres, Rejected
from systems import FOREIGN_KEYS, KINDS, RELATIONS, SKIPPED, ACTIONS, COLUMNS

SHOWN = 12
SECTIONS = {
    "goose": (r"^\s*--\s*\+goose\s+Up\s*$", r"^\s*--\s*\+goose\s+Down\s*$"),
    "dbmate": (r"^--\s*migrate:up\b.*$", r"^--\s*migrate:down\b.*$"),
    "sql-migrate": (r"^-- \+migrate Up\b.*$", r"^-- \+migrate Down\b.*$"),
    "node-pg-migrate": (r"^\s*--[\s-]*up\s+migration.*$", r"^\s*--[\s-]*down\s+migration.*$"),
}


def forward(tool, text):
    """What of a file runs forward."""
    if tool == "tern":
        return text.split("---- create above / drop below ----", 1)[0]
    if tool == "drizzle":
        return ";\n".join(text.split("--> statement-breakpoint"))
    if tool not in SECTIONS:
        return text
    up, down = (re.compile(p, re.M | re.I) for p in SECTIONS[tool])
    marks = sorted([(m.start(), m.end(), True) for m in up.finditer(text)] +
                   [(m.start(), m.end(), False) for m in down.finditer(text)])
    ends = [start for start, _, _ in marks[1:]] + [len(text)]
    return "".join(text[end:until] for (_, end, runs), until in zip(marks, ends) if runs)


def run(server, database, script, options):
    """Runs one migration; with --go-on what PostgreSQL refuses comes back as text."""
    for pair in options.replace:
        name, value = pair.split("=", 1)
        script = script.replace("${" + name + "}", value)
        script = re.sub(r"\{\{\s*\." + re.escape(name) + r"\s*\}\}", lambda _: value, script)
    if options.search_path:
        script = f"SET search_path TO {options.search_path};\n" + script
    if not options.go_on:
        server.run(database, script)
        return ""
    done = subprocess.run(["psql", "-X", "-q", "-d", database, "-f", "-"], input=script, text=True,
                          env=server.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          cwd=options.directory, check=False)
    return "\n".join(line for line in done.stdout.splitlines() if "ERROR:" in line)


def apply(server, database, options):
    refused = []
    for sql in options.before:
        server.run(database, sql)
    if options.ecto:
        return apply_ecto(server, database, options)
    for name in options.files:
        script = (options.directory / name).read_text(errors="replace")
        try:
            said = run(server, database, forward(options.cut, script), options)
        except Rejected as error:
            raise SystemExit(f"{name}: {error}") from error
        refused += [f"{name}: {line}" for line in said.splitlines()]
    return refused


def apply_ecto(server, database, options):
    ran = ecto.up(server, database, options.ecto, options.ecto_repo, options.directory, options.files)
    said = [(name, wrong) for name, wrong in ran if wrong]
    if said and not options.go_on:
        raise SystemExit(f"{said[0][0]}: {said[0][1]}")
    return [f"{name}: " + " ".join(wrong.split()) for name, wrong in said]


def plain(type_name):
    """PostgreSQL names a type by what the search_path shows, and quotes it; neither is compared."""
    return re.sub(r"^public\.", "", type_name.replace('"', ""))


def real(server, database, ignored):
    """PostgreSQL's relations and foreign keys, without what extensions made."""
    of_extensions = {oid for oid, in server.rows(
        database, "SELECT objid FROM pg_depend WHERE deptype = 'e' AND classid = 'pg_class'::regclass")}
    relations = {}
    for oid, name, kind in server.rows(database, RELATIONS, (list(SKIPPED),)):
        if oid not in of_extensions and not any(fnmatch.fnmatch(name, i) for i in ignored):
            columns = {c[0]: [plain(c[1]), *c[2:]] for c in server.rows(database, COLUMNS, (oid,))}
            relations[name] = {"kind": KINDS[kind], "columns": columns}
    keys = [[source, columns, target, to, ACTIONS[on_delete], ACTIONS[on_update]]
            for source, columns, target, to, on_delete, on_update in server.rows(database, FOREIGN_KEYS)
            if source in relations]
    return relations, sorted(keys)


def ours(options):
    """What pgbounds says."""
    command = [options.pgbounds, "catalog", "--format", "json"]
    if options.config:
        command += ["-c", options.config]
    done = subprocess.run(command, cwd=options.directory, text=True, stdout=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"pgbounds catalog: status {done.returncode}")
    said = json.loads(done.stdout)
    relations = {}
    for r in said["relations"]:
        name = f"{r['schema']}.{r['name']}"
        if r["exists"] == "yes" and r["kind"] in KINDS.values() and \
                not any(fnmatch.fnmatch(name, i) for i in options.ignore):
            columns = {c["name"]: [plain(c["type"]), c["not_null"], bool(c["default"])] for c in r["columns"]}
            relations[name] = {"kind": r["kind"], "columns": columns}
    keys = [[k["from"], k["columns"], k["to"], k["to_columns"], k["on_delete"], k["on_update"]]
            for k in said["foreign_keys"] if k["live"] and k["from"] in relations]
    return relations, sorted(keys), said["coverage"]


class Account:
    """Equal, missing and extra of one kind of thing."""

    def __init__(self, what):
        self.what, self.equal, self.wrong = what, 0, []
        self.missing = self.extra = self.differing = 0

    def compare(self, name, want, got):
        if want is None:
            self.extra += 1
            self.wrong.append(f"extra {self.what} {name}")
        elif got is None:
            self.missing += 1
            self.wrong.append(f"missing {self.what} {name}")
        elif want != got:
            self.differing += 1
            self.wrong.append(f"{self.what} {name}: PostgreSQL has {want}, pgbounds {got}")
        else:
            self.equal += 1

    def __str__(self):
        return (f"{self.what}s: {self.equal} equal, {self.differing} differ, {self.missing} missing, "
                f"{self.extra} extra")


def compare(want, got, want_keys, got_keys):
    relations, columns, keys = Account("relation"), Account("column"), Account("foreign key")
    known = unknown = 0
    for name in sorted(want.keys() | got.keys()):
        a, b = want.get(name), got.get(name)
        relations.compare(name, a and a["kind"], b and b["kind"])
        if not a or not b:
            continue
        for column in [*a["columns"], *(c for c in b["columns"] if c not in a["columns"])]:
            x, y = a["columns"].get(column), b["columns"].get(column)
            if y and y[0] in ("unknown", ""):
                unknown += 1
                y = [x[0], *y[1:]] if x else y
            elif y:
                known += 1
            columns.compare(f"{name}.{column}", x, y)
    wanted, gotten = (collections.Counter(json.dumps(k) for k in ks) for ks in (want_keys, got_keys))
    for key in sorted(wanted.keys() | gotten.keys()):
        for i in range(max(wanted[key], gotten[key])):
            keys.compare(key, i < wanted[key] or None, i < gotten[key] or None)
    return [relations, columns, keys], known, known + unknown


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pgbounds", type=lambda p: str(pathlib.Path(p).resolve()))
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--from", dest="lines", type=argparse.FileType())
    parser.add_argument("--cut", default="")
    for option in "before", "replace", "ignore":
        parser.add_argument("--" + option, action="append", default=[])
    parser.add_argument("--search-path", default="")
    parser.add_argument("--config", type=lambda p: str(pathlib.Path(p).resolve()))
    parser.add_argument("--ecto", type=lambda p: str(pathlib.Path(p).resolve()))
    parser.add_argument("--ecto-repo", default="Oracle.Repo")
    parser.add_argument("--go-on", action="store_true")
    parser.add_argument("--list", action="store_true")
    return parser.parse_intermixed_args(arguments)


def main(*arguments):
    options = options_of(arguments)
    options.files += options.lines.read().splitlines() if options.lines else []
    with Postgres() as server:
        server.create("real")
        refused = apply(server, "real", options)
        want, want_keys = real(server, "real", options.ignore)
    got, got_keys, coverage = ours(options)
    accounts, known, all_types = compare(want, got, want_keys, got_keys)
    for line in refused if options.list else refused[:SHOWN]:
        print("PostgreSQL refuses:", line)
    for account in accounts:
        print(account)
        for line in account.wrong if options.list else account.wrong[:SHOWN]:
            print("  " + line)
    print(f"types known: {known} of {all_types}" + (f" ({100 * known / all_types:.1f} %)" if all_types else ""))
    spots = collections.Counter(b["reason"] for b in coverage["blind_spots"])
    print("blind spots:", ", ".join(f"{n} {reason}" for reason, n in spots.most_common()) or "none")
    return 1 if any(a.wrong for a in accounts) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
