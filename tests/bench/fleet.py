"""Hundreds of repositories, with and without clones: `fleet.py BUILD [REPOSITORIES]`.

Makes REPOSITORIES (500) git repositories, in Go and Python by turns, of 40 files each: 8 migrations, 10
files with SQL, the rest code that has none. Every fifth service has a schema of its own, the others
share one; each tenth writes into its neighbour's table and each seventh reads one. Then the facts of each are
made in its own directory, as its CI would (map), and one process audits all from the facts (reduce), and
another all from the clones. Prints times, sizes and peak memory. Nothing of what it makes is kept. Exit
status 1 when the two audits do not say the same.
"""

import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

FILES = 40
MIGRATIONS = 8
WITH_SQL = 10

GO_SQL = """package store

import "context"

const columns{k} = "id, name, state"

func Load{k}(ctx context.Context, db DB, id int) error {{
	return db.QueryRow(ctx, "SELECT " + columns{k} + " FROM {table} WHERE id = $1", id).Scan()
}}

func Save{k}(ctx context.Context, db DB, id int) error {{
	_, err := db.Exec(ctx, `{statement}`, id)
	return err
}}
"""
PYTHON_SQL = """from django.db import connection

COLUMNS = "id, name, state"


def load_{k}(key):
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + COLUMNS + " FROM {table} WHERE id = %s", [key])
        return cursor.fetchone()


def save_{k}(key):
    with connection.cursor() as cursor:
        cursor.execute(\"\"\"{statement}\"\"\", [key])
"""
GO_PLAIN = """package plain

// Step{k} adds what comes of the numbers below it.
func Step{k}(n int) int {{
	total := 0
	for i := 0; i < n; i++ {{
		total += i * {k}
	}}
	return total
}}
"""
PYTHON_PLAIN = """def step_{k}(n):
    \"\"\"Adds what comes of the numbers below N.\"\"\"
    return sum(i * {k} for i in range(n))
"""


def table(service, n):
    return f"s{service}.t_{n}" if service % 5 == 0 else f"s{service}_t_{n}"


def migration(service, n):
    name = table(service, n)
    schema = f"CREATE SCHEMA s{service};\n" if service % 5 == 0 and n == 0 else ""
    more = f"ALTER TABLE {table(service, n - 1)} ADD COLUMN more_{n} integer;\n" if n else ""
    return (f"{schema}CREATE TABLE {name} (id bigint PRIMARY KEY, name text NOT NULL, state text);\n"
            f"CREATE INDEX t_{service}_{n}_name ON {name} (name);\n{more}")


def statement(service, k, services, mark):
    other = table((service + 1) % services, k % MIGRATIONS)
    if k == 0 and service % 10 == 0:
        return f"UPDATE {other} SET state = 'x' WHERE id = {mark}"
    if k == 1 and service % 7 == 0:
        return f"SELECT name FROM {other} WHERE id = {mark}"
    return f"UPDATE {table(service, k % MIGRATIONS)} SET state = 'x' WHERE id = {mark}"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def git(repository, *words):
    subprocess.run(["git", "-C", repository, "-c", "user.name=Ada Author",
                    "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false", *words],
                   check=True, stdout=subprocess.DEVNULL)


def make_repository(top, service, services):
    go = service % 2 == 0
    root = top / f"service{service:03}"
    ending, with_sql, plain, mark = ("go", GO_SQL, GO_PLAIN, "$1") if go else (
        "py", PYTHON_SQL, PYTHON_PLAIN, "%s")
    for n in range(MIGRATIONS):
        write(root / f"migrations/{n + 1:03}_step.sql", migration(service, n))
    for k in range(WITH_SQL):
        text = with_sql.format(k=k, table=table(service, k % MIGRATIONS),
                               statement=statement(service, k, services, mark))
        write(root / f"store/file_{k}.{ending}", text)
    for k in range(FILES - MIGRATIONS - WITH_SQL):
        write(root / f"plain/file_{k}.{ending}", plain.format(k=k))
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Begin")
    return root


def timed(binary, words, directory, out):
    """Seconds, and the most memory in MiB, of a run that is to succeed."""
    begin = time.monotonic()
    with open(out, "wb") as file:
        process = subprocess.Popen([binary, *words, "--no-cache"], cwd=directory, stdout=file,
                                   stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{words}: exit status {process.returncode}")
    return time.monotonic() - begin, usage.ru_maxrss / 1024


def report(name, seconds, memory):
    print(f"{name:<28} {seconds:8.2f} s {memory:8.0f} MiB")


def configuration(names, places):
    services = [f"  - {{name: {n}, {place}}}\n" for n, place in zip(names, places)]
    return "services:\n" + "".join(services)


def same(clones, facts):
    """All but the words that say what was read."""
    words = re.compile(rb'"from": "[a-z ]*"')
    return words.sub(b"", clones.read_bytes()) == words.sub(b"", facts.read_bytes())


def make_facts(binary, repositories, store):
    times, sizes, memory = [], [], 0
    for repository in repositories:
        out = store / f"{repository.name}.jsonl"
        seconds, most = timed(binary, ["facts", "-o", out], repository, os.devnull)
        times.append(seconds)
        sizes.append(out.stat().st_size)
        memory = max(memory, most)
    report("facts of one (median)", statistics.median(times), memory)
    print(f"{'facts of one (slowest)':<28} {max(times):8.2f} s")
    print(f"{'size of one, of all':<28} {statistics.median(sizes) / 1024:8.0f} KiB "
          f"{sum(sizes) / 2**20:6.1f} MiB")


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    binary = (pathlib.Path(sys.argv[1]) / "src/cmd/pgbounds").resolve()
    services = int(sys.argv[2]) if len(sys.argv) == 3 else 500
    with tempfile.TemporaryDirectory(prefix="pgbounds-fleet.") as name:
        top = pathlib.Path(name)
        repositories = [make_repository(top, i, services) for i in range(services)]
        store = top / "facts"
        store.mkdir()
        print(f"{services} repositories of {FILES} files, {os.cpu_count()} processors")
        make_facts(binary, repositories, store)
        names = [r.name for r in repositories]
        write(top / "facts.yaml", configuration(names, [f"facts: facts/{n}.jsonl" for n in names]))
        write(top / "clones.yaml", configuration(names, [f"repo: {n}" for n in names]))
        for kind in "facts", "clones":
            out = top / f"{kind}.json"
            report(f"audit of all, from {kind}",
                   *timed(binary, ["audit", "-c", f"{kind}.yaml", "--format", "json"], top, out))
        if not same(top / "clones.json", top / "facts.json"):
            sys.exit("the audits differ")


if __name__ == "__main__":
    main()
