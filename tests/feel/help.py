"""What the program says of itself: `help.py ROOT PGBOUNDS`.

Help fits on a screen of 24 lines of 80 columns; help, man page and completions have every command and
option; the man page passes mandoc's lint; README.md names every command and, with the man page, every
option; the shells complete."""

import pathlib
import re
import sys
import tempfile

from place import Count, Place

# Shell, line that is typed, what has to be among the candidates, what must not be.
LINES = [
    ("pgbounds ", {"audit", "check", "init", "help"}, {"--format"}),
    ("pgbounds au", {"audit"}, {"check"}),
    ("pgbounds audit --fo", {"--format"}, {"--force", "--config"}),
    ("pgbounds audit --fail-on ", {"error", "warning", "note"}, {"none", "audit"}),
    ("pgbounds audit --format ", {"text", "json"}, {"audit"}),
    ("pgbounds audit --color=al", {"always"}, {"never"}),
    ("pgbounds explain rename", {"rename-model"}, {"cross-service-ddl"}),
    ("pgbounds completion ", {"bash", "zsh", "fish"}, {"audit"}),
    ("pgbounds help ch", {"check"}, {"audit"}),
    ("pgbounds catalog ", {"hub", "odds"}, {"audit"}),
    ("pgbounds audit ", {"some directory"}, {"file.sql"}),
    ("pgbounds audit -c ", {"file.sql"}, {"audit"}),
    ("pgbounds init --", {"--force", "--hook"}, {"--format"}),
]

BASH = r"""
source <(pgbounds completion bash)
compopt() { :; }
COMP_LINE=$1 COMP_POINT=${#1}
read -ra COMP_WORDS <<<"${1//=/ = }"
[[ $1 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_pgbounds
printf '%s\n' "${COMPREPLY[@]}"
"""

# zsh completes only at a terminal of its own: zpty gives it one, in which compadd tells.
ZSH = r"""
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PS1= PS2=; setopt zle; autoload -Uz compinit; compinit -u -d "$HOME/.zcompdump"'
zpty -w z 'source <(pgbounds completion zsh)'
zpty -w z 'zstyle ":completion:*" list-colors; bindkey "^I" list-choices; LISTMAX=1000; print -r "<""ready>"'
zpty -r -m z _ '*<ready>*'
zpty -w -n z "$1"$'\t'
sleep $2
zpty -w -n z $'\C-u'"print -r '<''end>'"$'\n'
zpty -r -m z said '*<end>*'
print -r -- $said
zpty -d z
"""


def candidates(place, shell, line, cwd, patience):
    if shell == "fish":
        script = f"pgbounds completion fish | source; complete -C '{line}'"
        said = place.run("fish", "--no-config", "-c", script, cwd=cwd)
        return {x.split("\t")[0].rstrip("/") for x in said.stdout.splitlines()}, said
    if shell == "bash":
        said = place.run("bash", "--norc", "-c", BASH, "bash", line, cwd=cwd)
        return set(said.stdout.splitlines()), said
    said = place.run("zsh", "-f", "-c", ZSH, "zsh", line, str(patience), cwd=cwd, TERM="dumb", COLUMNS="200")
    text = said.stdout.split(line, 1)[-1]
    text = re.sub(r"some\\? directory", "some_directory", text)
    words = set(re.findall(r"[\w./-]+", text))
    # Below the list it shows the line again.
    return {w.rstrip("/").replace("some_", "some ") for w in words - set(line.split())}, said


def check_shells(place, count, where):
    (where / "some directory").mkdir()
    (where / "file.sql").write_text("SELECT 1;\n")
    (where / "pgbounds.yaml").write_text("services: [{name: hub, repo: .}, {name: odds, repo: .}]\n")
    for shell in "bash", "zsh", "fish":
        for line, wanted, unwanted in LINES:
            # What is typed behind the key would stop zsh's list: it is waited for.
            for patience in 0.2, 1, 5:
                got, said = candidates(place, shell, line, where, patience)
                got = {x.removeprefix("--color=") for x in got}
                right = wanted <= got and not unwanted & got
                if right:
                    break
            count.check(right, f"{shell}: {line!r} gives {sorted(got)}\n{said.stderr}")
        script = place.home / f"script.{shell}"
        script.write_text(place.run("pgbounds", "completion", shell).stdout)
        syntax = place.run(shell, "-n", str(script))
        count.same((0, ""), (syntax.returncode, syntax.stderr), f"{shell}: syntax")
    checked = place.run("sh", "-c", "pgbounds completion bash | shellcheck -s bash -e SC2034 -")
    count.same("", checked.stdout, "bash: shellcheck")


def fits(text):
    lines = text.splitlines()
    return len(lines) <= 24 and max(map(len, lines)) <= 80


def check_help(place, count):
    """The commands, and for each its options."""
    top = place.run("pgbounds", "--help")
    count.check(fits(top.stdout) and not top.stderr, f"--help does not fit:\n{top.stdout}")
    for word in "-h", "help":
        count.same(top.stdout, place.run("pgbounds", word).stdout, word)
    commands = re.findall(r"^  (\w+) ", top.stdout, re.M)
    options = {}
    for command in commands:
        said = place.run("pgbounds", command, "--help").stdout
        count.check(fits(said), f"{command} --help does not fit:\n{said}")
        for words in (command, "-h"), ("help", command):
            count.same(said, place.run("pgbounds", *words).stdout, words)
        options[command] = re.findall(r"^  (?:-\w, |    )(--[\w-]+)", said, re.M)
        count.check("--help" in options[command], f"{command}: no --help")
    return options


def check_texts(place, count, root, options):
    page = place.run("pgbounds", "man").stdout
    lint = place.run("sh", "-c", "pgbounds man | mandoc -T lint -W style")
    count.same((0, ""), (lint.returncode, lint.stdout), "mandoc -T lint")
    shown = place.run("sh", "-c", "pgbounds man | mandoc -T ascii | col -b").stdout
    readme = (root / "README.md").read_text()
    scripts = [place.run("pgbounds", "completion", shell).stdout for shell in ("bash", "zsh", "fish")]
    for command, its in options.items():
        count.check(re.search(rf"^\.It Cm {command}\b", page, re.M), f"man: no command {command}")
        count.check(re.search(rf"\b{command}\b", readme), f"README.md: no command {command}")
        for script in scripts:
            count.check(re.search(rf"\b{command}\b", script), f"completion: no command {command}")
    for option in sorted({o for its in options.values() for o in its}):
        count.check(re.search(rf"(?<![\w-]){option}\b", shown), f"man: no option {option}")
        for script in scripts:
            count.check(re.search(rf"(--|-l ){option[2:]}\b", script), f"completion: no option {option}")


def main(root, binary):
    count = Count()
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as where:
        place = Place(binary, home)
        check_texts(place, count, pathlib.Path(root), check_help(place, count))
        check_shells(place, count, pathlib.Path(where))
    return count.end()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
