"""`pgbounds init` on the example systems: `init.py ROOT PGBOUNDS`.

The draft is the same each time, is valid by the schema, and its audit is sensible at once: it finds what
is planted and nothing that only the draft is to blame for. What it only suggests works when the `# `
is taken away."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

from place import Count, Place

# By system: what the services own in the draft.
OWNED = {
    "r10": {"r10-hub": ["r10_*"], "r10-notifications": ["r10_delivery", "r10_live_activity_token"],
            "r10-odds": ["r10_odd", "r10_odd_company"]},
    "cluster": {"infra": [], "monolith": ["monolith"], "billing": ["billing"],
                "notifications": ["notifications"]},
}
# r10: whose r10_odd is, odds alone writes it, the draft says otherwise than the fixture; so it sees this.
ALSO_FOUND = {"r10": {("cross-service-foreign-key", "hub/dao/migrations/0003_odds.py", 33),
                      ("shared-table-write", "internal/store/store.go", 41),
                      ("shared-table-write", "internal/store/store.go", 50)},
              "cluster": set()}
# r10: not found, since odds owns r10_odd_company and no grant says that the hub writes it no more.
NOT_FOUND = {"r10": {("shared-table-write", "internal/store/store.go", 25),
                     ("shared-table-write", "hub/dao/broadcast.py", 17)}, "cluster": set()}


def errors(place, where, *options):
    ran = place.run("pgbounds", "audit", "--format", "json", *options, cwd=where)
    return {(f["rule"], f["path"], f["line"]) for f in json.loads(ran.stdout)["findings"]
            if f["level"] == "error"}


def check_system(place, count, schema, top, system):
    where = top / system
    (where / "pgbounds.yaml").rename(where / "planted.yaml")
    ran = place.run("pgbounds", "init", cwd=where)
    count.same((0, ""), (ran.returncode, ran.stdout), f"{system}: init: {ran.stderr}")
    draft = (where / "pgbounds.yaml").read_text()
    count.same(draft, place.run("pgbounds", "init", "-o", "-", cwd=where).stdout, f"{system}: again")

    config = yaml.safe_load(draft)
    jsonschema.validate(config, schema)
    owned = {s["name"]: s.get("owns", {}).get("schemas", []) + s.get("owns", {}).get("tables", [])
             for s in config["services"]}
    count.same(OWNED[system], owned, f"{system}: owners")
    want = errors(place, where, "-c", "planted.yaml") - NOT_FOUND[system] | ALSO_FOUND[system]
    count.same(sorted(want), sorted(errors(place, where)), f"{system}: errors by the draft")

    # Every place of the evidence is there, and says the table's name or makes it by a model's.
    places = re.findall(r"# .* by (\S+) at ([^\s:,]+):(\d+)", draft)
    count.check(places, f"{system}: no evidence")
    for service, path, line in places:
        lines = (where / service / path).read_text().splitlines()
        count.check(int(line) <= len(lines), f"{system}: {service}/{path}:{line}")

    uncommented = re.sub(r"^    # (grants:|  )", r"    \1", draft, flags=re.M)
    uncommented = re.sub(r"(^    grants:\n(?:      .*\n)*)    grants:\n", r"\1", uncommented, flags=re.M)
    (where / "granted.yaml").write_text(uncommented)
    jsonschema.validate(yaml.safe_load(uncommented), schema)
    left = [e for e in errors(place, where, "-c", "granted.yaml") if e[0] == "shared-table-write"]
    count.same([], left, f"{system}: writes that the suggested grants do not allow")


def main(root, binary):
    count = Count()
    schema = json.loads((pathlib.Path(root) / "schema/pgbounds.schema.json").read_text())
    with tempfile.TemporaryDirectory() as top, tempfile.TemporaryDirectory() as home:
        place = Place(binary, home)
        subprocess.run([pathlib.Path(root) / "fixtures/make-repos.sh", top], check=True,
                       stdout=subprocess.DEVNULL)
        for system in OWNED:
            check_system(place, count, schema, pathlib.Path(top), system)
    return count.end()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
