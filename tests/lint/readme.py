"""README.md says what is: `readme.py ROOT PGBOUNDS [--update]`.

A ```console block is a session: lines `$ COMMAND` and what the terminal then shows, standard error
included. Each block is a session of its own that begins where the example systems have been made
(r10/, cluster/); it is run and compared. --update writes what was shown into the README.

A ```sh block is to be typed by the reader: its `./bootstrap WORD` and `pgbounds WORD` have to be
commands that there are, its paths below the source have to exist.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```(console|sh)\n(.*?)^```$", re.M | re.S)
# What would make the output another one on another machine; no sanitizer's status among ours.
SETTINGS = {"LC_ALL": "C", "TZ": "UTC", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
            "ASAN_OPTIONS": "exitcode=99", "UBSAN_OPTIONS": "exitcode=99"}


def play(block, binary, systems):
    """The block with what its commands show now."""
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    script = "exec 2>&1\n" + "".join(f"printf '\\036'\n{c}\n" for c in commands)
    with tempfile.TemporaryDirectory() as home:
        (pathlib.Path(home) / "pgbounds").symlink_to(binary)
        environment = {**SETTINGS, "HOME": home, "PATH": f"{home}:{os.environ['PATH']}"}
        shown = subprocess.run(["sh", "-c", script], cwd=systems, env=environment, text=True,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, errors="replace")
    parts = shown.stdout.replace(str(systems), "").split("\036")[1:]
    return "".join(f"$ {c}\n{part}" for c, part in zip(commands, parts))


def wrong_words(block, root, binary):
    """What a block for the reader names that is not there."""
    wrong = []
    for word in re.findall(r"\./bootstrap +([a-z]+)", block):
        if not re.search(rf"^{word}\b.*\)", (root / "bootstrap").read_text(), re.M):
            wrong.append(f"./bootstrap {word}")
    for word in re.findall(r"^(?:build/)?pgbounds +([a-z]+)", block, re.M):
        known = subprocess.run([binary, word, "--help"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False)
        if known.returncode != 0:
            wrong.append(f"pgbounds {word}")
    for path in re.findall(r"(?:^|\s)((?:src|rules|tests|fixtures)/[\w./-]+)", block):
        if not (root / path).exists():
            wrong.append(path)
    return wrong


def main(root, binary, update=False):
    root, binary = pathlib.Path(root).resolve(), pathlib.Path(binary).resolve()
    readme = root / "README.md"
    text = readme.read_text()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as systems:
        subprocess.run([root / "fixtures/make-repos.sh", systems], check=True,
                       stdout=subprocess.DEVNULL)
        out, at = [], 0
        for block in BLOCK.finditer(text):
            kind, was = block.groups()
            line = text.count("\n", 0, block.start()) + 1
            now = was
            if kind == "console":
                now = play(was, binary, systems)
                wrong = [] if now == was or update else [f"now shows:\n{now}"]
            else:
                wrong = wrong_words(was, root, binary)
            for what in wrong:
                print(f"README.md:{line}: {what}")
            passed, failed = passed + (not wrong), failed + bool(wrong)
            out += [text[at:block.start(2)], now]
            at = block.end(2)
        out.append(text[at:])
    if update:
        readme.write_text("".join(out))
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3], update="--update" in sys.argv[3:]))
