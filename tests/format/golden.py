"""The golden files of the report formats: `golden.py ROOT PGBOUNDS [--update]`.

Each format renders the same documents: an audit of the example system cluster, for one of its
repositories; an audit of a system in which every name is odd, from within one of its repositories; and
`who` and `catalog` of cluster. What comes out is given to the format's own schema or parser
(validators.py) and compared with fixtures/format/DOCUMENT.FORMAT; --update writes those files: read the
difference before it is committed.
"""

import difflib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import validators

SETTINGS = {"LC_ALL": "C", "TZ": "UTC", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Example", "GIT_AUTHOR_EMAIL": "example@example.org",
            "GIT_COMMITTER_NAME": "Example", "GIT_COMMITTER_EMAIL": "example@example.org",
            "GIT_AUTHOR_DATE": "2024-01-02T03:04:05Z", "GIT_COMMITTER_DATE": "2024-01-02T03:04:05Z",
            "PATH": os.environ["PATH"], "ASAN_OPTIONS": "exitcode=99", "UBSAN_OPTIONS": "exitcode=99"}

# Names with all that some format gives a meaning: mentions, HTML, bars, backticks, percent signs,
# commas, colons, the end of a CDATA section, bytes that are no UTF-8, characters beyond the BMP.
ODD_TABLE = 'r10_|@all `<b>``|]]> %0A::x, ![a](http://example.org)'
QUOTED = '"' + ODD_TABLE + '"'
ODD = {
    b"pgbounds.yaml": "services:\n"
                      "  - {name: hub, repo: hub, owns: {tables: [\"r10_*\"]}}\n"
                      "  - {name: odds, repo: odds}\n"
                      "external: [other]\n",
    b"hub/migrations/1.sql": f"CREATE TABLE {QUOTED} (id bigint PRIMARY KEY, a int);\n"
                             "CREATE TABLE r10_user (id bigint PRIMARY KEY, a int);\n",
    b"hub/store.py": "def f(cursor):\n    cursor.execute(\"UPDATE r10_user SET a = 2\")\n",
    b"odds/migrations/1.sql": "CREATE TABLE odd (id bigint PRIMARY KEY);\n"
                              "ALTER TABLE r10_user\n    ADD COLUMN b int;\n",
    b"odds/caf\xe9 %25,:#\"<&]]>.py":
        "def f(cursor):\n"
        "\tcursor.execute(\"/* caf\u00e9 \U00010400 `|</details> */ UPDATE r10_user SET a = 1\")\n"
        f"    cursor.execute('''UPDATE {QUOTED} SET a = 1''')\n"
        "    cursor.execute(\"UPDATE \" + name + \" SET a = 1\")\n",
    b"odds/many.py": "def f(cursor):\n" + "".join(
        f"    cursor.execute(\"UPDATE r10_{i} SET a = 1\")\n" for i in range(12)),
    b"hub/migrations/2.sql": "".join(
        f"CREATE TABLE r10_{i} (id bigint PRIMARY KEY, a int);\n" for i in range(12)),
    b"odds/tests/test_f.py": "def test_f(cursor):\n    cursor.execute(\"DELETE FROM r10_user\")\n",
}

REMOTES = {"hub": "git@example.org:shop/hub.git", "odds": "https://user:secret@example.org/shop/o d.git"}

FINDINGS = list(validators.BY_FORMAT)
# Document: where one stands, the command, the formats that render it.
DOCUMENTS = {
    "cluster": ("cluster", ["audit", "--report-repo", "billing"], FINDINGS),
    "odd": ("odd/odds", ["check", "--all"], FINDINGS),
    "unchanged": ("odd/odds", ["check"], FINDINGS),
    "none": ("cluster", ["audit", "--report-repo", "infra"], FINDINGS),
    "who": ("cluster", ["who", "billing.invoice"], ["text", "json", "jsonl", "markdown", "gcc"]),
    "catalog": ("cluster", ["catalog"], ["text", "json", "jsonl", "markdown"]),
}


def make_odd(top):
    for name, text in ODD.items():
        path = os.path.join(os.fsencode(top), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    for repository, url in REMOTES.items():
        for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "All"],
                      ["remote", "add", "origin", url]):
            subprocess.run(["git", "-C", str(top / repository), *words], check=True, env=SETTINGS)


def worth_keeping(format_, shown):
    """Of SARIF's rules the first alone: `lint/rules` and the rules' own tests look at their documents."""
    if format_ != "sarif":
        return shown
    log = json.loads(shown)
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    rules[1:] = [{"id": rule["id"]} for rule in rules[1:]]
    return json.dumps(log, indent=2, ensure_ascii=False).encode() + b"\n"


def difference(wanted, got):
    lines = (text.decode(errors="replace").split("\n") for text in (wanted, got))
    return "\n".join(difflib.unified_diff(*lines, "golden", "now", lineterm=""))


class Goldens:
    """Counts, and says what is wrong."""

    def __init__(self, root, binary, update):
        self.directory = root / "fixtures" / "format"
        self.tools = validators.Tools(root)
        self.binary, self.update = binary, update
        self.passed = self.failed = 0

    def verdict(self, name, wrong):
        self.passed += not wrong
        self.failed += bool(wrong)
        for what in wrong:
            print(f"{name}: {what}")

    def render(self, name, where, command, format_):
        """What pgbounds shows; its status is that of findings or of none."""
        ran = subprocess.run([self.binary, *command, "--format", format_], cwd=where, env=SETTINGS,
                             stdin=subprocess.DEVNULL, capture_output=True, check=False)
        fine = ran.returncode in (0, 1) and not ran.stderr
        self.verdict(f"{name}: status", [] if fine else [
            f"{ran.returncode}\n{ran.stderr.decode(errors='replace')}"])
        return ran.stdout

    def validate(self, name, shown, format_):
        with tempfile.NamedTemporaryFile(suffix=f".{format_}") as file:
            file.write(shown)
            file.flush()
            try:
                wrong = validators.BY_FORMAT[format_](pathlib.Path(file.name), self.tools)
            except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
                wrong = [f"{type(error).__name__}: {error}"]
        self.verdict(f"{name}: by its own rules", wrong)

    def compare(self, name, shown, format_):
        golden, kept = self.directory / name, worth_keeping(format_, shown)
        if self.update:
            golden.write_bytes(kept)
        wanted = golden.read_bytes() if golden.exists() else b"there is no golden file\n"
        self.verdict(name, [] if wanted == kept else [difference(wanted, kept)])


def main():
    root, binary = pathlib.Path(sys.argv[1]).resolve(), os.path.abspath(sys.argv[2])
    goldens = Goldens(root, binary, "--update" in sys.argv)
    with tempfile.TemporaryDirectory() as home:
        top = pathlib.Path(home)
        SETTINGS["HOME"] = str(top / "home")
        subprocess.run([root / "fixtures" / "make-repos.sh", top], check=True, env=SETTINGS,
                       stdout=subprocess.DEVNULL)
        make_odd(top / "odd")
        for document, (where, command, formats) in DOCUMENTS.items():
            for format_ in formats:
                name = f"{document}.{format_}"
                shown = goldens.render(name, top / where, command, format_)
                goldens.validate(name, shown, format_)
                goldens.compare(name, shown, format_)
    print(f"{goldens.passed} passed, {goldens.failed} failed")
    return goldens.failed > 0


if __name__ == "__main__":
    sys.exit(main())
