"""Each report format's own schema or parser: a function takes a file and says what is wrong with it.

They are other people's programs where there are any (sarif-multitool, xmllint, jsonschema), else written
after the format's documentation and not after what pgbounds writes.
"""

import json
import os
import re
import subprocess
import urllib.parse

import jsonschema

# What the validator of SARIF says besides errors, and why it is so here.
SARIF_ACCEPTED = {
    "SARIF2002": "messages by id: the code host takes messages as text alone",
    "SARIF2003": "no versionControlProvenance: where a repository has no remote, nobody knows",
    "SARIF2005": "no informationUri: there is no page to point to",
    "SARIF2006": "URIs that do not answer: a test asks no network",
    "SARIF2009": "rules by number: ours have names, which people say",
    "SARIF2010": "no snippet: the host has the repository",
    "SARIF2011": "no context region: likewise",
    "SARIF2012": "no helpUri: the help itself is in the log",
}


class Tools:
    """Where things are that the validators need."""

    def __init__(self, root):
        self.schemas = root / "tests" / "schema"
        self.multitool = root / "build" / "npm" / "node_modules" / "@microsoft" / \
            "sarif-multitool-linux" / "Sarif.Multitool"


def run(command, **how):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False, **how)


def sarif(path, tools):
    """The multitool with all its kinds of rules: the standard's, and the code host's for ingestion."""
    if not tools.multitool.exists():
        return [f"there is no {tools.multitool}: ./bootstrap test installs it"]
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    ran = run([str(tools.multitool), "validate", str(path), "--rule-kind", "Sarif;Ghas;Gh",
               "--level", "Error;Warning;Note"], env=environment)
    if ran.returncode != 0 or "Analysis completed successfully." not in ran.stdout:
        return [f"the validator ended with {ran.returncode}:\n{ran.stdout}"]
    said = re.findall(r": (error|warning|note) ([A-Z]+\d+): (.*)", ran.stdout)
    wrong = [" ".join(s) for s in said if s[0] == "error" or s[1] not in SARIF_ACCEPTED]
    return wrong + sarif_paths(path)


def sarif_paths(path):
    """What the validator does not look at: bases that are not defined, fingerprints, regions."""
    wrong = []
    run_ = json.loads(path.read_text())["runs"][0]
    for result in run_["results"]:
        places = [p["physicalLocation"] for p in result["locations"] + result["relatedLocations"]]
        for place in places:
            artifact = place["artifactLocation"]
            if artifact["uriBaseId"] not in run_["originalUriBaseIds"]:
                wrong.append(f"no base {artifact['uriBaseId']}")
            if urllib.parse.quote(urllib.parse.unquote_to_bytes(artifact["uri"]), "/~") != artifact["uri"]:
                wrong.append(f"not encoded: {artifact['uri']}")
            if ".." in artifact["uri"].split("/") or artifact["uri"].startswith("/"):
                wrong.append(f"leaves its base: {artifact['uri']}")
            region = place.get("region", {})
            if region.get("endLine", region.get("startLine")) != region.get("startLine"):
                wrong.append(f"more than one line: {region}")
        if not re.fullmatch(r"[0-9a-f]+:\d+", result["partialFingerprints"]["primaryLocationLineHash"]):
            wrong.append("no hash of the line")
        if run_["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] != result["ruleId"]:
            wrong.append("ruleIndex and ruleId differ")
    return wrong


def junit(path, tools):
    ran = run(["xmllint", "--noout", "--nonet", "--schema", str(tools.schemas / "junit.xsd"), str(path)])
    return [] if ran.returncode == 0 else [ran.stdout]


def rdjson(path, tools):
    schema = json.loads((tools.schemas / "rdjson.json").read_text())
    checker = jsonschema.Draft7Validator(schema)
    return [f"{list(e.path)}: {e.message}" for e in checker.iter_errors(json.loads(path.read_text()))]


def gitlab(path, _):
    """The rules of the documentation of Code Quality reports."""
    raw = path.read_bytes()
    entries = json.loads(raw)
    wrong = ["a byte order mark"] if raw.startswith(b"\xef\xbb\xbf") else []
    if not isinstance(entries, list):
        return wrong + ["not one list"]
    for e in entries:
        for key in "description", "check_name", "fingerprint":
            if not isinstance(e[key], str) or not e[key]:
                wrong.append(f"{key}: {e[key]!r}")
        if e["severity"] not in ("info", "minor", "major", "critical", "blocker"):
            wrong.append(f"severity: {e['severity']}")
        where = e["location"]["path"]
        if where.startswith(("./", "/")) or ".." in where.split("/"):
            wrong.append(f"not relative to the project: {where}")
        begin = e["location"]["lines"]["begin"]
        if not isinstance(begin, int) or begin < 1:
            wrong.append(f"lines.begin: {begin}")
    if len({e["fingerprint"] for e in entries}) != len(entries):
        wrong.append("a fingerprint occurs twice")
    return wrong


def unescape(text, also):
    """As the runner does it: the percent sign at the end."""
    for token in "\r\n" + also + "%":
        text = text.replace(f"%{ord(token):02X}", token)
    return text


def workflow_commands(text):
    """The lines of a step's output as the runner takes them: (command, properties, message), or a str."""
    for line in text.split("\n")[:-1]:
        told = re.match(r"\s*::([^ :]+)(?: (.*?))?::(.*)", line)
        if not told:
            yield line
            continue
        pairs = [p.split("=", 1) for p in (told[2] or "").split(",") if p]
        yield told[1], {k: unescape(v, ":,") for k, v in pairs}, unescape(told[3], "")


def github(path, _):
    """Annotations: ten of a level, the worst first, properties that there are."""
    wrong, levels = [], []
    known = {"file", "line", "endLine", "col", "endColumn", "title"}
    for said in workflow_commands(path.read_text()):
        if isinstance(said, str):
            if not said.startswith("pgbounds: "):
                wrong.append(f"neither a command nor ours: {said}")
            continue
        command, properties, message = said
        levels.append(command)
        if command not in ("error", "warning", "notice") or not message or set(properties) - known:
            wrong.append(f"no annotation: {said}")
        if "endColumn" in properties and properties["line"] != properties["endLine"]:
            wrong.append(f"a column in several lines: {properties}")
    if any(levels.count(level) > 10 for level in levels):
        wrong.append("more than ten of a level")
    if levels != sorted(levels, key=("error", "warning", "notice").index):
        wrong.append("not the worst first")
    return wrong


def without_code(text):
    """Markdown without its fenced blocks and code spans, in which nothing means anything."""
    text = re.sub(r"^(`{3,})\n.*?^\1\n", "", text, flags=re.M | re.S)
    return re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "code", text, flags=re.S)


def markdown(path, _):
    text = path.read_text()
    rest = without_code(text)
    rest = re.sub(r"</?details>|</?summary>", "", rest)
    wrong = [f"{len(text)} characters"] if len(text) >= 65000 else []
    for what in r"@", r"<", r"://", r"www\.", r"\]\(", r"!\[", r"#\d", r"`", r"\\":
        wrong += [f"outside code: {m}" for m in re.findall(f".*{what}.*", rest)]
    for table in re.findall(r"(?:^\|.*\n)+", rest, re.M):
        widths = {row.count("|") for row in table.splitlines()}
        if len(widths) != 1:
            wrong.append(f"rows of unequal length:\n{table}")
    return wrong


def gcc(path, _):
    shape = re.compile(r".+?(:\d+(:\d+)?)?: (error|warning|note): .+")
    return [line for line in path.read_text().splitlines() if not shape.fullmatch(line)]


def one_json(path, _):
    return [] if json.loads(path.read_text())["version"] == 1 else ["no version"]


def json_lines(path, _):
    wrong = []
    for line in path.read_text().splitlines():
        keys = list(json.loads(line))
        if keys[:2] != ["version", "type"]:
            wrong.append(f"begins with {keys[:2]}")
    return wrong


def plain_text(path, _):
    controls = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
    return [line for line in path.read_text().split("\n") if controls.search(line)]


BY_FORMAT = {"text": plain_text, "json": one_json, "jsonl": json_lines, "markdown": markdown,
             "github": github, "gitlab": gitlab, "sarif": sarif, "junit": junit, "gcc": gcc,
             "rdjson": rdjson}
