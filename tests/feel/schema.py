"""The JSON schema and the reader agree: `schema.py ROOT PGBOUNDS [--update]`.

The committed schema is what `pgbounds config --schema` prints (--update writes it). Each
configuration below, and each that a story or an example system has, is read by both: what pgbounds
takes the schema takes, and what it refuses for its shape the schema refuses."""

import json
import pathlib
import re
import sys
import tempfile

import jsonschema
import yaml

from place import Count, Place

FILE = re.compile(r"^-- (\S*\.yaml) --\n(.*?)(?=^-- |^\$ |\Z)", re.M | re.S)
# What pgbounds says of a wrong shape. All else (a file that is not there, an owner named twice) no
# schema can see.
SHAPE = re.compile(r"unknown key|wants |no kind of service|nothing that can be granted|no level is called|"
                   r"names no services|is open or closed|no rule is called|no migration tool|has no value|is no date")
WRONG = [
    "servces: []", "services: []", "services: {name: hub}", "services: [{repo: hub}]",
    "services: [{name: hub, repo: hub, onws: [a]}]", "services: [{name: hub, repo: [hub]}]",
    "services: [{name: hub, repo: hub, kind: operater}]", "services: [{name: hub, repo: hub, kind: }]",
    "services: [{name: hub, repo: hub, owns: {table: [a]}}]",
    "services: [{name: hub, repo: hub, grants: [{to: odds}]}]",
    "services: [{name: hub, repo: hub, grants: [{to: odds, may: [reed]}]}, {name: odds, repo: odds}]",
    "services: [{name: hub, repo: hub, grants: [{to: odds, may: read, until: soon}]}, {name: odds, repo: odds}]",
    "services: [{name: hub, repo: hub, grants: [{to: odds, may: read, sole: perhaps}]}, {name: odds, repo: odds}]",
    "services: [{name: hub, repo: hub, contexts: [{tool: goos}]}]",
    "services: [{name: hub, repo: hub, contexts: [{migration: m}]}]",
    "services: [{name: hub, repo: hub}]\nreads: opn", "services: [{name: hub, repo: hub}]\nreads:",
    "services: [{name: hub, repo: hub}]\nrules: [a]",
    "services: [{name: hub, repo: hub}]\nfacts_max_age: 0",
    "services: [{name: hub, repo: hub}]\nfacts_max_age: two weeks",
    "services: [{name: hub, repo: hub}]\nfacts_max_age: 1000001",
    "services: [{name: hub, repo: hub}]\nrules: {rename-modl: error}",
    "services: [{name: hub, repo: hub}]\nrules: {rename-model: eror}",
    "services: [{name: hub, repo: hub}]\nexternal: {a: b}",
]
RIGHT = [
    "services: [{name: hub, repo: hub}]\nfacts_max_age: 14",
    "services: [{name: hub, repo: hub}]",
    "services: [{name: 2024, repo: hub, rev: 1.5, roles: rw, owns: [a, b]}]",
    "services: [{name: hub, repo: hub, owns: a}]",
    "services:\n  - name: hub\n    repo: hub\n    owns:\n    grants:\n    contexts:\nexternal:\nrules:\n",
    "services: [{name: hub, repo: hub, kind: operator}]\nreads: closed",
    "services: [{name: hub, repo: hub, grants: {to: odds, may: read, tables: a, sole: yes, until: 2027-01-31}},"
    " {name: odds, repo: odds}]",
    "services: [{name: hub, repo: hub, contexts: {migrations: hub, tool: sql, search_path: [a, b]}}]",
    "services: [{name: hub, repo: hub}]\nrules: {rename-model: off, cross-schema-foreign-key: none}",
]


class Loader(yaml.SafeLoader):
    """YAML as editors read it: a date is a string."""


Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def configure(place, text):
    """`pgbounds config` on a configuration whose places are all there."""
    with tempfile.TemporaryDirectory() as top:
        top = pathlib.Path(top) / "a/b"
        for path in {"hub", "odds", *re.findall(r"\b(?:repo|path): *\"?([\w./-]+)", text)}:
            directory = top / path.lstrip("/")
            directory.mkdir(parents=True, exist_ok=True)
            (directory / "a.sql").write_text("SELECT 1;\n")
        (top / "pgbounds.yaml").write_text(text)
        return place.run("pgbounds", "config", cwd=top)


def in_force(place, text):
    return configure(place, text).stdout


def said_by(place, text):
    """What pgbounds says of the shape of a configuration; None: nothing."""
    wrong = [line for line in configure(place, text).stderr.splitlines()
             if "error:" in line and SHAPE.search(line)]
    return wrong[0] if wrong else None


def is_valid(validator, text):
    return not list(validator.iter_errors(yaml.load(text, Loader)))


def texts(root):
    """Every configuration of the stories and the example systems, with where it is from."""
    for path in sorted((root / "fixtures/case").rglob("*.case")):
        for name, text in FILE.findall(path.read_bytes().decode("utf-8", "replace")):
            if not name.endswith(".pgbounds.yaml") and not re.search(r"-> |repeat|hex", name):
                yield f"{path.relative_to(root)}: {name}", re.sub(r"^\\$", "", text, flags=re.M)
    for path in sorted((root / "fixtures").glob("*/pgbounds.yaml")):
        yield str(path.relative_to(root)), path.read_text()


def check_agreement(place, count, validator, where, text):
    try:
        yaml.load(text, Loader)
    except yaml.YAMLError:
        return
    said = said_by(place, text)
    count.check(is_valid(validator, text) == (said is None),
                f"{where}: pgbounds says {said!r}, the schema " +
                ("takes it" if said else "refuses it") + f":\n{text}")


def main(root, binary, update):
    root, count = pathlib.Path(root), Count()
    committed = root / "schema/pgbounds.schema.json"
    with tempfile.TemporaryDirectory() as home:
        place = Place(binary, home)
        printed = place.run("pgbounds", "config", "--schema").stdout
        if update:
            committed.write_text(printed)
        count.check(committed.exists() and committed.read_text() == printed,
                    f"{committed} is not what `pgbounds config --schema` prints (--update)")
        schema = json.loads(printed)
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(schema)
        for text in WRONG:
            count.check(said_by(place, text), f"pgbounds takes: {text}")
            check_agreement(place, count, validator, "wrong", text)
        for text in RIGHT:
            count.same(None, said_by(place, text), text)
            check_agreement(place, count, validator, "right", text)
            printed = in_force(place, text)
            # One names a revision that is not there.
            count.check(bool(printed) == ("rev:" not in text), f"not in force: {text}")
            count.check(not printed or is_valid(validator, printed), f"in force, and not valid:\n{printed}")
        for where, text in texts(root):
            check_agreement(place, count, validator, where, text)
    return count.end()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3], update="--update" in sys.argv[3:]))
