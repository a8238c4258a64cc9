"""A whole cold audit beside `git grep` for ten table names: `bench.py BUILD [DIR...]`.

The yardstick is what people do today: one `git grep -nwE 'a|b|…'` in each repository. Both are run in
turn, five times after one to warm the file cache, because what else happens on the machine then hits
both alike; medians are compared. pgbounds has no cache here; commit.py measures that. (Memory below some 15 MiB is
Python's own, from before the program took its place.) Without DIRs, the example
systems are repeated to a few thousand files, as repositories under BUILD/bench.
"""

import collections
import json
import os
import pathlib
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 5
COPIES = 60  # of each file of the example systems
NAMES = 10

Run = collections.namedtuple("Run", "wall cpu memory said")


def measure(commands):
    """Runs the commands one after the other: (wall, CPU) in seconds, the largest memory in MiB."""
    wall = cpu = memory = 0
    said = b""
    for command, where in commands:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            begin = time.perf_counter()
            process = subprocess.Popen(command, cwd=where, stdin=subprocess.DEVNULL, stdout=out,
                                       stderr=err)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            wall += time.perf_counter() - begin
            cpu += usage.ru_utime + usage.ru_stime
            memory = max(memory, usage.ru_maxrss / 1024)
            err.seek(0)
            said += err.read()
        if process.returncode not in (0, 1):
            sys.exit(f"{command[0]}: status {process.returncode}: {said.decode(errors='replace')}")
    return Run(wall, cpu, memory, said.decode(errors="replace"))


def git(directory, *words):
    subprocess.run(["git", "-C", directory, *words], check=True, stdout=subprocess.DEVNULL)


def enlarge(source, target):
    """A repository with COPIES of each file of code. Migrations and SQL stay as they are: what is
    created twice would be a conflict, and no other history."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(".git"))
    files = [f for f in target.rglob("*")
             if f.is_file() and "migrations" not in f.parts and f.suffix != ".sql"]
    for n in range(1, COPIES):
        for file in files:
            copy = target / f"copy_{n:03d}" / file.relative_to(target)
            copy.parent.mkdir(parents=True, exist_ok=True)
            # Not the same bytes: a blob that is there twice need be read only once.
            copy.write_bytes(file.read_bytes() + (f"# {n}\n" if file.suffix == ".py" else "\n" * n).encode())
    git(target, "init", "-q", "-b", "main")
    git(target, "add", "-A")
    git(target, "-c", "user.name=Ada Author", "-c", "user.email=ada@example.org", "-c",
        "commit.gpgsign=false", "commit", "-q", "-m", "Copies")


def examples(build):
    """The enlarged example systems: their repositories, with the configuration beside them."""
    made = build / "bench"
    stamp, source = made / ".made", build / "examples/.made"
    if not stamp.exists() or stamp.stat().st_mtime < source.stat().st_mtime:
        print("making build/bench", file=sys.stderr)
        shutil.rmtree(made, ignore_errors=True)
        for system in "r10", "cluster":
            (made / system).mkdir(parents=True)
            for entry in sorted((build / "examples" / system).iterdir()):
                if (entry / ".git").exists():
                    enlarge(entry, made / system / entry.name)
                elif entry.is_file():
                    shutil.copy(entry, made / system)
        stamp.touch()
    return made


def table_names(audit, where):
    """Ten relations that the audit knows, evenly from all."""
    command = [word for word in audit if word != "--timing"] + ["--format", "json"]
    said = subprocess.run(command, cwd=where, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout
    try:
        names = sorted({row["relation"].rpartition(".")[2] for row in json.loads(said)["matrix"]})
    except (ValueError, KeyError):
        names = []
    return names[::max(1, len(names) // NAMES)][:NAMES] or ["users", "orders"]


def size_of(repository):
    """Tracked files and their bytes."""
    listed = subprocess.run(["git", "-C", repository, "ls-files", "-z"], stdout=subprocess.PIPE,
                            check=True).stdout.split(b"\0")[:-1]
    paths = [os.path.join(os.fsencode(repository), path) for path in listed]
    return len(paths), sum(os.lstat(path).st_size for path in paths if os.path.lexists(path))


def compare(title, audit, repositories, names):
    """Runs both in turn and prints what they took."""
    pattern = "|".join(re.escape(n) for n in names)
    grep = [(["git", "grep", "-nwE", pattern], r) for r in repositories]
    ours, theirs = [], []
    for _ in range(RUNS + 1):
        theirs.append(measure(grep))
        ours.append(measure([audit]))
    ours, theirs = ours[1:], theirs[1:]
    sizes = [size_of(repository) for repository in repositories]
    print(f"{title}: {sum(files for files, _ in sizes)} files, "
          f"{sum(size for _, size in sizes) / 1e6:.1f} MB, in {len(repositories)} repositories")
    print(f"  $ {shlex.join(['pgbounds', *map(str, audit[0][1:])])}")
    print(f"  $ git grep -nwE {shlex.quote(pattern)}    # in each repository")
    medians = []
    for name, runs in ("pgbounds audit", ours), (f"git grep, {len(names)} names", theirs):
        wall = statistics.median(r.wall for r in runs)
        cpu = statistics.median(r.cpu for r in runs)
        medians.append((wall, cpu))
        print(f"  {name:<22} {wall:8.3f} s  {cpu:8.3f} s CPU  {max(r.memory for r in runs):8.1f} MiB")
    (wall, cpu), (grep_wall, grep_cpu) = medians
    print(f"  ratio                  {wall / max(grep_wall, 1e-9):8.2f} ×  "
          f"{cpu / max(grep_cpu, 1e-9):8.2f} × CPU")
    timing = [line for line in ours[-1].said.splitlines() if line.startswith("timing:")]
    for line in timing:
        print(f"  {line}")


def main(build, *directories):
    print(f"{os.cpu_count()} processors; the median of {RUNS} runs each, of memory the most")
    build = pathlib.Path(build).resolve()
    binary = build / "pgbounds"
    audit = [binary, "audit", "--no-cache", "--timing"]
    if directories:
        roots = [pathlib.Path(d).resolve() for d in directories]
        with tempfile.TemporaryDirectory() as nowhere:
            names = table_names([*audit, *roots], nowhere)
            compare(", ".join(directories), ([*audit, *roots], nowhere), roots, names)
        return
    made = examples(build)
    for system in "r10", "cluster":
        where = made / system
        compare(system, (audit, where), sorted(p.parent for p in where.glob("*/.git")),
                table_names(audit, where))


if __name__ == "__main__":
    main(*sys.argv[1:])
