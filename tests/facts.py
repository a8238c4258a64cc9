"""Facts say what the clone says, and nothing else: `facts.py ROOT PGBOUNDS`.

On both example systems: audit, who and check print the same bytes, source lines included, whether a
repository is there or only its facts; each one by itself, and all. Then facts that are cut, behind many lines
and at many bytes, are refused with status 2, and those with a changed byte never crash it. Ends with
`N passed, N failed`.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

CUTS = 40
FLIPS = 80
TABLES = {"r10": "r10_notification", "cluster": "monolith.account"}
CHANGED = {"r10": "r10-odds", "cluster": "billing"}
CHANGE = {"r10": "UPDATE r10_user SET language = 'en';\n",
          "cluster": "-- +goose Up\nUPDATE monolith.account SET name = 'x';\nALTER TABLE billing.invoice DROP COLUMN id;\n"}
DATE = "2026-01-01"
FROM = re.compile(r'(?:work tree|facts(?:    )?)(?=  ?[0-9a-f]{12})|"from": "[a-z ]*"'
                  r'|"revision": "[^"]*"')


class Test:
    def __init__(self, binary):
        self.binary = binary
        self.passed = self.failed = 0

    def run(self, place, *words):
        made = subprocess.run([self.binary, *words], cwd=place, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=120, check=False)
        return made.returncode, made.stdout, made.stderr

    def say(self, ok, name, why=""):
        self.passed += bool(ok)
        self.failed += not ok
        if not ok:
            print(f"FAIL {name}: {why}")


def services(text):
    """(name, repository) of each service of an example's configuration."""
    return re.findall(r"name: ([\w-]+)\s*,?\s*repo: ([\w-]+)", text)


def with_facts(text, replaced):
    """The configuration with facts in place of the repositories of REPLACED."""
    for repository in replaced:
        text = re.sub(rf"repo: {repository}\b", f"facts: ../{repository}.jsonl", text)
    return text


def make_facts(test, place, repositories):
    """Each in its own repository, where a CI job would stand that has no other and no configuration of
    all: the service's name is the directory's, as long as a configuration does not say it."""
    for name, repository in repositories:
        out = place.parent / f"{repository}.jsonl"
        alone = place.parent / "alone"
        shutil.rmtree(alone, ignore_errors=True)
        shutil.copytree(place / repository, alone / name)
        status, _, error = test.run(alone / name, "facts", "-o", out)
        test.say(status == 0 and not error, f"facts of {name}, alone", error)
        text = out.read_text(encoding="utf-8")
        out_here = place.parent / "here.jsonl"
        test.run(place / repository, "facts", "-o", out_here)
        test.say(out_here.read_text(encoding="utf-8") == text,
                 f"facts of {name} among its neighbours", "are not those that it makes alone")


def neutral(said):
    """Without the words that say what was read."""
    status, out, error = said
    return status, FROM.sub("", out.decode()), error.decode()


def compare(test, name, place, words, replaced, standing="."):
    """The same with clones as with the facts of REPLACED, whose clones are then gone."""
    wanted = neutral(test.run(place / standing, *words))
    config = place / "pgbounds.yaml"
    text = config.read_text(encoding="utf-8")
    away = place.parent / "away"
    away.mkdir()
    config.write_text(with_facts(text, replaced), encoding="utf-8")
    for repository in replaced:
        (place / repository).rename(away / repository)
    said = neutral(test.run(place / standing, *words))
    for repository in replaced:
        (away / repository).rename(place / repository)
    config.write_text(text, encoding="utf-8")
    away.rmdir()
    test.say(wanted[0] in (0, 1) and wanted[1], f"{name}: clones", wanted)
    test.say(said == wanted, f"{name}: facts of {', '.join(replaced)}", f"{wanted}\n{said}")


def check_system(test, system, place):
    repositories = services((place / "pgbounds.yaml").read_text(encoding="utf-8"))
    make_facts(test, place, repositories)
    every = [repository for _, repository in repositories]
    for replaced in [every, *([one] for one in every)]:
        for form in "text", "json":
            words = ("audit", "--today", DATE, "--format", form)
            compare(test, f"{system} audit {form}", place, words, replaced)
        compare(test, f"{system} who", place, ("who", TABLES[system]), replaced)
    check_change(test, system, place, every)


def check_change(test, system, place, every):
    """`check` in one repository: its neighbours as facts, or as clones."""
    changed = CHANGED[system]
    others = [repository for repository in every if repository != changed]
    repository = place / changed
    (repository / "migrations").mkdir(exist_ok=True)
    (repository / "migrations/00099_change.sql").write_text(CHANGE[system], encoding="utf-8")
    git = ["git", "-C", repository, "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run([*git, "add", "-A"], check=True)
    for form in "text", "json":
        words = ("check", "--today", DATE, "--staged", "--format", form)
        compare(test, f"{system} check --staged {form}", place, words, others, changed)
    subprocess.run([*git, "commit", "-q", "-m", "Change"], check=True)
    for form in "text", "json":
        words = ("check", "--today", DATE, "--base", "HEAD~1", "--format", form)
        compare(test, f"{system} check --base {form}", place, words, others, changed)
    status, out, _ = test.run(repository, "check", "--base", "HEAD~1", "--fail-on", "note")
    test.say(status == 1 and out, f"{system} check: the change is told", out)


def refused(test, place, name, data):
    (place / "damaged.jsonl").write_bytes(data)
    status, out, error = test.run(place, "audit", "--facts", "damaged.jsonl")
    test.say(status == 2 and not out and b"damaged.jsonl" in error, f"cut {name}",
             f"status {status}: {error}")


def spread(n, size):
    return sorted({1 + i * (size - 1) // n for i in range(n)} - {size})


def check_damage(test, place):
    """The facts of two services in one file, without a configuration that would name those missing."""
    data = test.run(place, "facts")[1]
    empty = place.parent / "empty"
    empty.mkdir()
    ends = [m.end() for m in re.finditer(b"\n", data)][:-1]
    for at in ends[::1 + len(ends) // CUTS]:
        refused(test, empty, f"after the line that ends at byte {at}", data[:at])
    for at in [0, *spread(CUTS, len(data)), len(data) - 1]:
        refused(test, empty, f"at byte {at}", data[:at])
    for i, at in enumerate(spread(FLIPS, len(data))):
        changed = bytearray(data)
        changed[at] ^= 1 << i % 8
        (empty / "damaged.jsonl").write_bytes(changed)
        status, _, error = test.run(empty, "audit", "--facts", "damaged.jsonl")
        test.say(status in (0, 1, 2), f"bit {i % 8} of byte {at}", f"status {status}: {error}")


def main():
    root, binary = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    test = Test(binary)
    with tempfile.TemporaryDirectory(prefix="pgbounds-facts.") as name:
        top = pathlib.Path(name).resolve()
        subprocess.run(["sh", root / "fixtures/make-repos.sh", top / "systems"], check=True,
                       stdout=subprocess.DEVNULL)
        for system in TABLES:
            place = top / system / "system"
            place.parent.mkdir()
            (top / "systems" / system).rename(place)
            if system == "cluster":
                check_damage(test, place)
            check_system(test, system, place)
    print(f"{test.passed} passed, {test.failed} failed")
    return test.failed > 0


if __name__ == "__main__":
    sys.exit(main())
