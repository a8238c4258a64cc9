"""What a commit waits for: `commit.py BUILD [FILES]`.

Makes a repository of FILES (10,000) files under BUILD/bench, as large ones are: most of it code that
knows no SQL, one file in five with some, 300 migrations; beside it a small service of the same database.
A change of one file is staged: of code that says nothing of a database, as most commits are, and, in a second
work tree, a statement more. Then pgbounds is run for both, for the statement with an empty cache, with one that
the run before left behind, and with none, and `git status` of the same repository, in turn; medians are compared.
The same FILES always give the same bytes.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

# What is measured: the one line to change.
COMMAND = ["check", "--staged"]

RUNS = 15
MIGRATIONS = 300
PER_DIRECTORY = 40
AIM_RATIO, AIM_SECONDS = 2, 0.100

NOTHING_NEW = """
// Staged counts.
func Staged(n int) int {
	total := n
	for i := 0; i < n; i++ {
		total += i
	}
	return total
}
"""
STATEMENT = """
// Staged asks.
func Staged(ctx context.Context, db *sql.DB) *sql.Row {
	return db.QueryRowContext(ctx, "SELECT count(*) FROM account_balance WHERE id > $1", 7)
}
"""

WORDS = ("account balance batch budget carrier channel client cluster contract currency customer device "
         "delivery document event feature filter gateway holder index invoice journal keeper ledger limit "
         "market member message metric node order parcel partner payment period policy price product "
         "profile quota quote rate record region report request result route rule sample schedule score "
         "segment session shard signal source stage status step store stream supplier task tenant ticket "
         "token topic trade user value vendor version voucher window worker zone").split()


def word(n):
    return WORDS[n * 7919 % len(WORDS)]


def pair(n):
    return word(n), word(n // 3 + 11)


GO_FUNCTION = """
// {Name} works out the {one} of a {two}. It is called for each {two} in turn, so it keeps what it has
// seen in {one}Seen and leaves the rest alone.
func (s *{Type}) {Name}(ctx context.Context, {one} *{One}, limit int) ({Two}, error) {{
	var total {Two}
	if {one} == nil {{
		return total, errors.New("{one}: nothing to do for {two}")
	}}
	for i, part := range {one}.Parts {{
		if i >= limit {{
			break
		}}
		weight := part.Weight * s.factor[{n} % len(s.factor)]
		switch {{
		case weight > {big}:
			total.High += weight
		case weight < {small}:
			total.Low += weight
		default:
			total.Parts = append(total.Parts, part.Name+"-{two}")
		}}
		s.log.Debug("{one} seen", "part", part.Name, "weight", weight)
	}}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.{one}Seen[{one}.ID] = time.Now()
	return total, nil
}}
"""

PYTHON_FUNCTION = '''
    def {name}(self, {one}, *, limit={big}):
        """The {one} of a {two}: what is left of it when the first LIMIT parts are gone."""
        total = {{}}
        if {one} is None:
            raise ValueError("{one}: nothing to do for {two}")
        for position, part in enumerate({one}.parts):
            if position >= limit:
                break
            weight = part.weight * self.factors[{n} % len(self.factors)]
            if weight > {big}:
                total.setdefault("high", []).append(weight)
            elif weight < {small}:
                total.setdefault("low", []).append(weight)
            else:
                total[part.name + "-{two}"] = weight
            logger.debug("%s seen: %s of %s", "{one}", part.name, weight)
        self.{one}_seen[{one}.pk] = time.monotonic()
        return total
'''

GO_SQL = """
const {one}Columns = "id, name, state, {column}"

// Load{Name} reads one {one}.
func (s *{Type}) Load{Name}(ctx context.Context, id int64) (*{One}, error) {{
	row := s.db.QueryRow(ctx, "SELECT "+{one}Columns+" FROM {table} WHERE id = $1 AND state <> 'gone'", id)
	var x {One}
	return &x, row.Scan(&x.ID, &x.Name, &x.State, &x.Value)
}}

// Save{Name} writes it back.
func (s *{Type}) Save{Name}(ctx context.Context, x *{One}) error {{
	_, err := s.db.Exec(ctx, `
		UPDATE {table} t
		SET name = $2, state = $3, {column} = o.total
		FROM {other} o
		WHERE t.id = $1 AND o.id = t.parent_id`, x.ID, x.Name, x.State)
	return err
}}
"""

PYTHON_SQL = '''
    def load_{name}(self, key):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT t.id, t.name, o.total FROM {table} t "
                "LEFT JOIN {other} o ON o.id = t.parent_id WHERE t.id = %s",
                [key],
            )
            return cursor.fetchone()

    def close_{name}(self, key):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE {table} SET state = 'closed' WHERE id = %s", [key])
            cursor.execute("INSERT INTO {other} (parent_id, name) VALUES (%s, %s)", [key, "{one}"])
'''


def table_name(n):
    return f"{word(n)}_{n % MIGRATIONS:03}"


def fields(n, part):
    one, two = pair(n * 5 + part)
    tables = MIGRATIONS * 2 // 3
    return {"n": n, "one": one, "two": two, "One": one.title(), "Two": two.title(),
            "Name": f"{one.title()}{two.title()}{part}", "name": f"{one}_{two}_{part}",
            "Type": f"{word(n).title()}Service", "big": 100 + n % 900, "small": 1 + part,
            "column": f"{word(n % tables)}_total", "table": table_name(n % tables),
            "other": table_name(n * 7 % tables)}


def code(n, sql):
    """A file of code: suffix and text."""
    parts = 2 + n % 5
    if n % 2:
        head = f'package p{n // PER_DIRECTORY}\n\nimport (\n\t"context"\n\t"errors"\n\t"time"\n)\n'
        head += f"\ntype {word(n).title()}Service struct {{\n\tfactor []int\n}}\n"
        text = head + "".join(GO_FUNCTION.format(**fields(n, part)) for part in range(parts))
        return ".go", text + (GO_SQL.format(**fields(n, 0)) if sql else "")
    head = ('import logging\nimport time\n\nfrom django.db import connection\n\n'
            f'logger = logging.getLogger(__name__)\n\n\nclass {word(n).title()}Service:\n'
            f'    factors = [1, 2, {n}]\n')
    text = head + "".join(PYTHON_FUNCTION.format(**fields(n, part)) for part in range(parts))
    return ".py", text + (PYTHON_SQL.format(**fields(n, 0)) if sql else "")


def other(n):
    """What a repository holds besides code that we read."""
    one, two = pair(n)
    kind = n % 3
    if kind == 0:
        return ".md", f"# {one}\n\n" + f"The {one} of a {two} is kept for each {word(n + 1)}.\n" * 20
    if kind == 1:
        return ".yaml", f"{one}:\n" + "".join(f"  {word(n + i)}: {i}\n" for i in range(40))
    return ".ts", f"export const {one} = [\n" + "".join(f"  '{word(n + i)}',\n" for i in range(80)) + "];\n"


def migration(n):
    name, tables = table_name(n), MIGRATIONS * 2 // 3
    if n < tables:
        return (f"CREATE TABLE {name} (\n    id bigserial PRIMARY KEY,\n"
                f"    parent_id bigint REFERENCES {table_name(n // 2)} (id),\n"
                "    name text NOT NULL,\n    state text NOT NULL DEFAULT 'new',\n"
                f"    total numeric(12, 2),\n    {word(n)}_total integer,\n"
                "    created_at timestamptz NOT NULL DEFAULT now()\n);\n"
                f"CREATE INDEX {name}_name ON {name} (name);\n")
    of = table_name(n - tables)
    return (f"ALTER TABLE {of} ADD COLUMN note_{n} text;\n"
            f"UPDATE {of} SET note_{n} = name WHERE state = 'new';\n"
            f"CREATE VIEW {of}_open AS SELECT id, name, note_{n} FROM {of} WHERE state <> 'closed';\n")


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def git(directory, *words):
    subprocess.run(["git", "-C", directory, "-c", "user.name=Ada Author", "-c",
                    "user.email=ada@example.org", "-c", "commit.gpgsign=false", *words],
                   check=True, stdout=subprocess.DEVNULL)


def make_hub(root, files):
    for n in range(MIGRATIONS):
        write(root / f"migrations/{n + 1:06}_{word(n)}.up.sql", migration(n))
    for n in range(files - MIGRATIONS):
        # Of a hundred files 10 are no code, 20 have SQL.
        of = n * 37 % 100
        suffix, text = other(n) if of < 10 else code(n, of < 30)
        write(root / f"{word(n // PER_DIRECTORY)}/part_{n // PER_DIRECTORY:03}/file_{n:05}{suffix}", text)


def make_neighbour(root):
    for n in range(40):
        suffix, text = code(2 * n + 1, True)
        write(root / f"internal/store_{n:02}{suffix}", text)


def make(root, files):
    """The two repositories and their configuration; made anew when this file is newer."""
    stamp = root / f".made-{files}"
    if stamp.exists() and stamp.stat().st_mtime > os.stat(__file__).st_mtime:
        return
    print(f"making {root.name}: {files} files", file=sys.stderr)
    shutil.rmtree(root, ignore_errors=True)
    make_hub(root / "hub", files)
    make_neighbour(root / "odds")
    for service in "hub", "odds":
        git(root / service, "init", "-q", "-b", "main")
        git(root / service, "add", "-A")
        git(root / service, "commit", "-q", "-m", "Everything")
    write(root / "pgbounds.yaml", "services:\n  - {name: hub, repo: hub, owns: {schemas: [public]}}\n"
                                  "  - {name: odds, repo: odds}\n")
    git(root / "hub", "worktree", "add", "-q", "-b", "statement", "../statement")
    for tree, more in ("hub", NOTHING_NEW), ("statement", STATEMENT):
        changed = next(iter(sorted((root / tree).glob("*/part_000/*.go"))))
        changed.write_text(changed.read_text(encoding="utf-8") + more, encoding="utf-8")
        git(root / tree, "add", "-A")
    # An index that is as young as what it lists makes git read the files again.
    time.sleep(1.1)
    for tree in "hub", "statement":
        git(root / tree, "update-index", "--refresh")
    stamp.touch()


def timed(command, where):
    """Wall seconds, and what was said."""
    with tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        status = subprocess.run(command, cwd=where, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=err, check=False).returncode
        wall = time.perf_counter() - begin
        err.seek(0)
        said = err.read().decode(errors="replace")
    if status not in (0, 1):
        sys.exit(f"{command}: status {status}: {said}")
    return wall, said


def main(build, files="10000"):
    build = pathlib.Path(build).resolve()
    root = build / "bench/commit"
    make(root, int(files))
    cache = root / ".cache"
    ours = [build / "pgbounds", *COMMAND]
    commands = {
        "git status": ("hub", ["git", "status", "--short"]),
        "nothing new": ("hub", [*ours, "--cache", cache]),
        "cold": ("statement", [*ours, "--cache", cache]),
        "warm": ("statement", [*ours, "--cache", cache]),
        "without cache": ("statement", [*ours, "--no-cache"]),
    }
    walls = {name: [] for name in commands}
    for _ in range(RUNS + 1):
        shutil.rmtree(cache, ignore_errors=True)
        for name, (tree, command) in commands.items():
            walls[name].append(timed(command, root / tree)[0])
    medians = {name: statistics.median(w[1:]) for name, w in walls.items()}
    print(f"{files} files, one changed; {os.cpu_count()} processors; the median of {RUNS} runs each, in turn")
    print(f"  $ pgbounds {' '.join(COMMAND)}")
    for name, median in medians.items():
        print(f"  {name:<14} {1e3 * median:8.1f} ms  {median / medians['git status']:6.2f} × git status")
    for line in timed([*commands["warm"][1], "--timing"], root / "statement")[1].splitlines():
        if line.startswith("timing:"):
            print(f"  {line}")
    print(f"  the aim: warm at most {AIM_RATIO} × git status, and {1e3 * AIM_SECONDS:.0f} ms")


if __name__ == "__main__":
    main(*sys.argv[1:])
