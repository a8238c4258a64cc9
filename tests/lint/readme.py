"""README.md says what is: `readme.py ROOT PGBOUNDS [--update]`.

A ```console block is a session: lines `$ COMMAND` and what the terminal then shows, standard error
included. Each block is a session of its own that begins where the example systems have been made
(r10/, cluster/); it is run and compared. --update writes what was shown into the README.

A ```sh block that begins with #! is a script for a service's repository: it is run in one that is
clean and in one that is not. Any other is to be typed by the reader: its `./bootstrap WORD` and
`pgbounds WORD` have to be commands that there are, its paths below the source have to exist.

A ```yaml block is a configuration: it is read, with the repositories that it names.

The table of migration tools is compared with src/tool, that of blind spots with src/unit, and that of
classes with src/extract; the options that the text names have to be there. What fixtures/README.md
calls planted is what an audit finds: all of it, and no other error.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```(console|sh|yaml)\n(.*?)^```$", re.M | re.S)
TOOLS = re.compile(r"^\| Migrations .*\n\| --- .*\n((?:\|.*\n)*)", re.M)
STRINGS = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
# What would make the output another one on another machine; no sanitizer's status among ours.
SETTINGS = {"LC_ALL": "C", "TZ": "UTC", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
            "ASAN_OPTIONS": "exitcode=99", "UBSAN_OPTIONS": "exitcode=99"}


class Place:
    """Where sessions happen: the example systems, and the binary on the PATH."""

    def __init__(self, binary, systems, home):
        self.systems = systems
        (home / "pgbounds").symlink_to(binary)
        self.environment = {**SETTINGS, "HOME": str(home), "PATH": f"{home}:{os.environ['PATH']}"}

    def run(self, command, where, error=subprocess.STDOUT):
        return subprocess.run(command, cwd=where, env=self.environment, text=True, errors="replace",
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=error)


def play(block, place):
    """The block with what its commands show now."""
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    script = "".join(f"printf '\\036'\n{c}\n" for c in commands)
    shown = place.run(["sh", "-c", script], place.systems).stdout
    parts = shown.replace(str(place.systems), "").split("\036")[1:]
    return "".join(f"$ {c}\n{part}" for c, part in zip(commands, parts))


def run_script(block, place):
    """A script is content with a clean service, and fails with 1 for one that crosses a boundary."""
    wrong = []
    with tempfile.TemporaryDirectory() as home:
        script = pathlib.Path(home) / "script"
        script.write_text(block)
        script.chmod(0o755)
        for where, status in ("cluster/infra", 0), ("r10/r10-odds", 1):
            ran = place.run([str(script)], place.systems / where, subprocess.PIPE)
            if ran.returncode != status or ran.stderr:
                wrong.append(f"in {where} this exits with {ran.returncode}:\n{ran.stderr}")
    return wrong


def read_configuration(block, place):
    """A configuration is read without an error where the repositories that it names are."""
    with tempfile.TemporaryDirectory() as top:
        platform = pathlib.Path(top) / "work" / "platform"
        platform.mkdir(parents=True)
        (platform / "pgbounds.yaml").write_text(block)
        paths = re.findall(r"^ +path: ([\w./-]+)", block, re.M)
        for name in re.findall(r"\brepo: ([\w./-]+)", block):
            for path in ["."] + paths:
                directory = platform / name / path / "migrations"
                directory.mkdir(parents=True, exist_ok=True)
                (directory / "001_none.sql").write_text("SELECT 1;\n")
            for dump in re.findall(r"\bschema_dump: ([\w./-]+)", block):
                (platform / name / dump).parent.mkdir(parents=True, exist_ok=True)
                (platform / name / dump).write_text("CREATE TABLE spatial_ref_sys (srid int);")
            place.run(["sh", "-c", "git init -q . && git add . && git -c user.name=a -c user.email=a "
                       "commit -qm a && git update-ref refs/remotes/origin/main HEAD && "
                       "git tag deployed"],
                      platform / name)
        read = place.run(["pgbounds", "audit", "--strict"], platform)
    return [] if read.returncode == 0 else [f"is not taken, exit status {read.returncode}:\n"
                                            f"{read.stdout}"]


def wrong_words(block, root, place):
    """What a block for the reader names that is not there."""
    wrong = []
    for word in re.findall(r"\./bootstrap +([a-z]+)", block):
        if not re.search(rf"^{word}\b.*\)", (root / "bootstrap").read_text(), re.M):
            wrong.append(f"./bootstrap {word}")
    for word in re.findall(r"^(?:build/)?pgbounds +([a-z]+)", block, re.M):
        if place.run(["pgbounds", word, "--help"], root).returncode != 0:
            wrong.append(f"pgbounds {word}")
    for path in re.findall(r"(?:^|\s)((?:src|rules|tests|fixtures)/[\w./-]+)", block):
        if not (root / path).exists():
            wrong.append(path)
    return wrong


def wrong_options(text, root, place):
    """Commands and options that the text names in passing, and that are not there."""
    helps = place.run(["pgbounds", "--help"], root).stdout
    commands = re.findall(r"^  (\w+) ", helps, re.M)
    options = "--version " + "".join(place.run(["pgbounds", c, "--help"], root).stdout for c in commands)
    wrong = []
    for span in re.findall(r"`([^`\n]+)`", BLOCK.sub("", text)):
        command = re.match(r"pgbounds (\w+)", span)
        if command and command[1] not in commands:
            wrong.append(f"README.md: there is no {span}")
        option = re.match(r"(?:pgbounds .*)?(--[a-z-]+)", span)
        if option and not re.search(rf"{option[1]}\b", options):
            wrong.append(f"README.md: there is no option {option[1]}")
    return wrong


def joined(literals):
    """C's string literals, one behind the other, as text."""
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals)).replace('\\"', '"')


def tool_rows(root):
    """The rows of the table of migration tools, from the tools themselves and in their order."""
    sources = "".join(path.read_text() for path in sorted((root / "src/tool").glob("*.c")))
    order = re.findall(r"&(tool_\w+),", (root / "src/tool/tool.c").read_text())
    rows = ""
    for tool in order:
        body = re.search(rf"^const struct tool {tool} = \{{(.*?)^\}};", sources, re.M | re.S)[1]
        cells = [joined(re.search(rf"\.{field}\s*=\s*{STRINGS}", body)[1])
                 for field in ("name", "found_by", "order_words", "not_read")]
        # An asterisk is Markdown's unless it stands in code.
        cells = [re.sub(r"[^\s,;]*\*[^\s,;]*", r"`\g<0>`", cell).replace("|", "\\|") for cell in cells]
        rows += "| " + " | ".join(cells) + " |\n"
    return rows


def wrong_names(text, root, heading, source, pattern):
    """A table's first column against the words in the source: both have the same ones."""
    table = re.search(rf"^\| {heading} \|.*\n\| --- .*\n((?:\|.*\n)*)", text, re.M)
    here = set(re.findall(r"^\| ([^|]+?) \|", table[1], re.M)) if table else set()
    there = set(re.findall(pattern, (root / source).read_text()))
    return [f"README.md: table '{heading}': not as in {source}: {name}" for name in sorted(here ^ there)]


def check_tables(text, root):
    """A list of what is wrong for each table."""
    table = TOOLS.search(text)
    same = table and table[1] == tool_rows(root)
    return [
        [] if same else ["README.md: the table of migration tools is not that of src/tool (--update)"],
        wrong_names(text, root, "Blind spot", "src/unit/unit.c",
                    r'\[BLIND_(?!NONE)\w+\] = \{"[\w-]+",\s*"([^"]+)"'),
        wrong_names(text, root, "Class", "src/extract/classify.c", r'\[CLASS_\w+\] = "(\w+)"'),
    ]


def wrong_plants(root, place):
    """For each example system: what is planted and not found, and the errors that nobody planted."""
    sections = re.split(r"^## (\w+).*$", (root / "fixtures/README.md").read_text(), flags=re.M)
    for system, section in zip(sections[1::2], sections[2::2]):
        planted = set(re.findall(r"^\| ([a-z-]+) \| (\w+) `([^`:]+):(\d+)` \|", section, re.M))
        report = json.loads(place.run(["pgbounds", "audit", "--format", "json"],
                                      place.systems / system, subprocess.DEVNULL).stdout)
        found = {level: set() for level in ("error", "warning", "note")}
        for f in report["findings"]:
            found[f["level"]].add((f["rule"], f["service"], f["path"], str(f["line"])))
        wrong = (planted - found["error"] - found["warning"]) | (found["error"] - planted)
        yield [f"fixtures/README.md: {system}: {' '.join(x)}" for x in sorted(wrong)]


def check_block(kind, block, root, place):
    """What is wrong with a block that is not a session."""
    if kind == "yaml":
        return read_configuration(block, place)
    return run_script(block, place) if block.startswith("#!") else wrong_words(block, root, place)


def check(text, root, place, update):
    """The text, updated if wanted, and for each check a list of what is wrong."""
    results, out, at = [], [], 0
    for block in BLOCK.finditer(text):
        kind, was = block.groups()
        line = text.count("\n", 0, block.start()) + 1
        now = was
        if kind == "console":
            now = play(was, place)
            wrong = [] if now == was or update else [f"now shows:\n{now}"]
        else:
            wrong = check_block(kind, was, root, place)
        results.append([f"README.md:{line}: {what}" for what in wrong])
        out += [text[at:block.start(2)], now]
        at = block.end(2)
    text = "".join(out) + text[at:]
    table = TOOLS.search(text)
    if update and table:
        text = text[:table.start(1)] + tool_rows(root) + text[table.end(1):]
    return text, results + check_tables(text, root) + [wrong_options(text, root, place)]


def main(root, binary, update=False):
    root, binary = pathlib.Path(root).resolve(), pathlib.Path(binary).resolve()
    readme = root / "README.md"
    with tempfile.TemporaryDirectory() as systems, tempfile.TemporaryDirectory() as home:
        place = Place(binary, pathlib.Path(systems), pathlib.Path(home))
        subprocess.run([root / "fixtures/make-repos.sh", systems], check=True,
                       stdout=subprocess.DEVNULL)
        text, results = check(readme.read_text(), root, place, update)
        results += wrong_plants(root, place)
    for wrong in results:
        for what in wrong:
            print(what)
    if update:
        readme.write_text(text)
    failed = sum(map(bool, results))
    print(f"{len(results) - failed} passed, {failed} failed")
    return 0 if results and not failed else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3], update="--update" in sys.argv[3:]))
