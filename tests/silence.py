"""A base that says what the head says is silence: `silence.py ROOT PGBOUNDS`.

In every repository of the example systems `check` is run against HEAD itself, with nothing staged, and with
what changes nothing: a newline or a comment more in each file that is read, in one at a time and in all.
No finding may be told, not even a note. A write more must be: else the silence would prove nothing.
Ends with `N passed, N failed`.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

COMMENT = {".sql": "-- Nothing.\n", ".go": "// Nothing.\n", ".py": "# Nothing.\n"}
WAYS = {
    "a newline at the end": lambda text, comment: text + "\n",
    "a comment at the end": lambda text, comment: text + comment,
    "a comment on top": lambda text, comment: comment + text,
    "other line ends": lambda text, comment: text.replace("\n", "\r\n"),
}
UNCHANGED = (["--base", "HEAD"], ["--base", "HEAD~0", "--head", "HEAD"], ["--staged"], [])
QUIET = ["--fail-on", "note", "--format", "gcc"]


def git(repository, *words):
    subprocess.run(["git", "-C", repository, *words], check=True, stdout=subprocess.DEVNULL)


class Test:
    def __init__(self, binary):
        self.binary = binary
        self.passed = self.failed = 0

    def check(self, repository, name, words, wanted=0):
        done = subprocess.run([self.binary, "check", *words, *QUIET], cwd=repository,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        ok = done.returncode == wanted and bool(done.stdout) == bool(wanted)
        self.passed += ok
        self.failed += not ok
        if not ok:
            print(f"FAIL {repository.parent.name}/{repository.name}, {name}: {done.returncode}\n"
                  f"{done.stdout}{done.stderr}")


def read_files(repository):
    return [p for p in sorted(repository.rglob("*"))
            if p.suffix in COMMENT and p.is_file() and ".git" not in p.parts]


def touch(path, way):
    text = path.read_bytes().decode()
    path.write_bytes(way(text, COMMENT[path.suffix]).encode())


def try_repository(test, repository):
    files = read_files(repository)
    for words in UNCHANGED:
        test.check(repository, " ".join(words) or "work tree", words)
    for name, way in WAYS.items():
        for path in files:
            touch(path, way)
        test.check(repository, f"{name} of every file", [])
        git(repository, "add", "-A")
        test.check(repository, f"{name} of every file, staged", ["--staged"])
        git(repository, "reset", "-q", "--hard")
    for path in files:
        touch(path, WAYS["a comment on top"])
        test.check(repository, f"a comment on top of {path.relative_to(repository)}", [])
        git(repository, "reset", "-q", "--hard")


def try_change(test, system):
    """The hub's table gets one writer more, in the service that owns nothing."""
    repository = system / "r10-odds"
    path = repository / "more.py"
    path.write_text('def f(cursor):\n    cursor.execute("DELETE FROM r10_user")\n')
    test.check(repository, "a write", [], wanted=1)
    path.unlink()


def main():
    root, binary = sys.argv[1:]
    for name in [n for n in os.environ if n.startswith("GIT_")]:
        del os.environ[name]
    os.environ.update(GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1", LC_ALL="C")
    test = Test(os.path.abspath(binary))
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place).resolve()
        os.environ["XDG_CACHE_HOME"] = str(place / "cache")
        subprocess.run([os.path.join(root, "fixtures/make-repos.sh"), place], check=True)
        for config in sorted(place.glob("*/pgbounds.yaml")):
            for git_directory in sorted(config.parent.glob("*/.git")):
                try_repository(test, git_directory.parent)
        try_change(test, place / "r10")
    print(f"{test.passed} passed, {test.failed} failed")
    sys.exit(1 if test.failed or not test.passed else 0)


if __name__ == "__main__":
    main()
