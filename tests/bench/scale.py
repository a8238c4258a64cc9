"""Does the time grow as the input does? `scale.py BUILD [FILES MIGRATIONS]`.

Makes two services that share a schema, in Go and Python, with a plain history and Django's; one writes
into the other's tables, so that there is much to report. Once with a quarter of FILES (20,000) and
MIGRATIONS (2,000) and once with all, audits them, and prints time and memory. Nothing of what it makes
is kept. Exit status 1 when four times the input takes more than six times as long.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

PARTS = 4      # the small one is this much smaller
MOST_GROWTH = 6
COLUMNS = 12

GO = """package p{n}

import "context"

const columns{n} = "id, name, state"

func Load{n}(ctx context.Context, db DB, id int) error {{
	return db.QueryRow(ctx, "SELECT " + columns{n} + " FROM t_{table} WHERE id = $1", id).Scan()
}}

func Save{n}(ctx context.Context, db DB, id int) error {{
	_, err := db.Exec(ctx, `UPDATE t_{other} SET name = $2, state = $3 WHERE id = $1`, id)
	return err
}}
"""

PYTHON = """from django.db import connection
from app.names import TABLE_{n}

def load_{n}(key):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM m_app_{table} JOIN t_{other} USING (id) WHERE id = %s", [key])
        cursor.execute("UPDATE t_{other} SET name = %s, m = 1 WHERE id = %s", [str(key), key])
"""

MODEL = """from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [{after}]
    operations = [
        migrations.CreateModel(
            name='Model{n}',
            fields=[
                ('id', models.AutoField(primary_key=True)),
                ('name', models.CharField(max_length=20)),
            ],
            options={{'db_table': 'm_app_{n}'}},
        ),
        migrations.AddField('Model{before}', 'extra_{n}', models.IntegerField(null=True)),
    ]
"""


def table(n):
    columns = ", ".join(f"c_{i} integer" for i in range(COLUMNS))
    return (f"CREATE TABLE t_{n} (id bigint PRIMARY KEY, name text NOT NULL, state text, {columns});\n"
            f"CREATE INDEX t_{n}_name ON t_{n} (name);\n"
            f"ALTER TABLE t_{n // 2} ADD COLUMN IF NOT EXISTS more_{n} integer;\n")


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def commit(repository):
    def git(*words):
        subprocess.run(["git", "-C", repository, "-c", "user.name=Ada Author", "-c",
                        "user.email=ada@example.org", "-c", "commit.gpgsign=false", *words],
                       check=True, stdout=subprocess.DEVNULL)

    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-q", "-m", "Everything")


def make(root, files, migrations):
    tables = migrations // 2
    for n in range(tables):
        write(root / f"ledger/migrations/{n + 1:06}_t_{n}.up.sql", table(n))
        write(root / f"hub/app/migrations/{n + 1:04}_m.py", MODEL.format(
            n=n, before=max(0, n - 1), after=f"('app', '{n:04}_m')" if n else ""))
    for n in range(files // 2):
        some = {"n": n, "table": n % tables, "other": n * 7 % tables}
        write(root / f"ledger/p{n // 50}/load_{n}.go", GO.format(**some))
        write(root / f"hub/app/part_{n // 50}/load_{n}.py", PYTHON.format(**some))
    write(root / "hub/app/migrations/__init__.py", "")
    write(root / "hub/app/__init__.py", "")
    write(root / "hub/manage.py", "import django\n")
    for service in "ledger", "hub":
        commit(root / service)


def audit(binary, root):
    """Best wall and CPU seconds of three, and the memory in MiB."""
    runs = []
    for _ in range(3):
        with tempfile.TemporaryFile() as err:
            begin = time.perf_counter()
            process = subprocess.Popen([binary, "audit", "--no-cache", "--timing", "ledger", "hub"], cwd=root,
                                       stdout=subprocess.DEVNULL, stderr=err)
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - begin
            process.returncode = os.waitstatus_to_exitcode(status)
            err.seek(0)
            said = err.read().decode(errors="replace")
        if process.returncode not in (0, 1):
            sys.exit(f"status {process.returncode}: {said}")
        runs.append((usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, said))
    return min(runs)


def main(build, files="20000", migrations="2000"):
    binary = pathlib.Path(build).resolve() / "pgbounds"
    cpu = {}
    for part in PARTS, 1:
        count, steps = int(files) // part, int(migrations) // part
        with tempfile.TemporaryDirectory() as root:
            make(pathlib.Path(root), count, steps)
            cpu[part], wall, memory, said = audit(binary, root)
        print(f"{count} files, {steps} migrations: {wall:.2f} s, {cpu[part]:.2f} s CPU, "
              f"{memory:.0f} MiB; {1e6 * cpu[part] / count:.0f} µs CPU and "
              f"{1024 * memory / count:.1f} KiB a file")
        for line in said.splitlines():
            if line.startswith("timing:"):
                print(f"  {line}")
    growth = cpu[1] / cpu[PARTS]
    print(f"{PARTS} times the input: {growth:.1f} times the CPU time")
    return growth > MOST_GROWTH


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
