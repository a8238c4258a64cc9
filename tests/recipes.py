"""The workflows of recipes/ and action.yml do as they say: `recipes.py ROOT PGBOUNDS [SCENARIO...]`.

Each step's script is taken from the YAML as it stands and run in a shell, on real git repositories, with
what the runner gives it: environment, directories, files for the path and the summary. Of actions that are
others' the effect is imitated: a checkout clones, an upload wants its file to be there. What the
scripts fetch from the host comes from programs that stand in for apt-get, gh, curl and unzip.

Scenarios: facts, default-branch, pull-request. The system is the example r10; acme/odds is judged, of
the others there are but the facts that their own workflow made.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

BRANCH = "main"
CONFIG = """services:
  - {name: hub, repo: ../hub, owns: {tables: ["r10_*"]}}
  - {name: notifications, repo: ../notifications}
  - {name: odds, repo: ../odds}
"""
# What a pull request adds: a read, which is open, or a write to a table of the hub.
HARMLESS = ("recent.go", "SELECT id FROM r10_user")
CROSSING = ("recent.go", "UPDATE r10_user SET language = 'en'")
CODE = """package odds

func recent(db *sql.DB) {{
	db.Exec("{}")
}}
"""
# The errors of odds, which the pull request has not made.
OLD = ["internal/store/store.go:25", "internal/store/store.go:35"]
STANDING_IN = {
    "apt-get": "exit 0",
    # gh run download --repo OWNER/NAME --name ARTIFACT --dir DIR
    "gh": 'mkdir -p "$8" && cp "$ARTIFACTS/$4/$6.jsonl" "$8/"',
    # curl -sSf --location --header TOKEN --output FILE URL
    "curl": 'case $4 in "JOB-TOKEN: job") ;; *) exit 22 ;; esac\n'
            'name=${7#*/projects/acme%2F}; cp "$ARTIFACTS/acme/${name%%/*}/pgbounds-facts.jsonl" "$6"',
    # unzip -q -o ARCHIVE MEMBER -d DIR: the archive is its one member here
    "unzip": 'mkdir -p "$6" && cp "$3" "$6/$4"',
}


def git(*words, where=None, env=None):
    subprocess.run(["git", *words], cwd=where, env=env, check=True, stdout=subprocess.DEVNULL)


class World:
    """The code host: its repositories, the artifacts of their jobs, and what a machine has."""

    def __init__(self, root, binary, top):
        self.root, self.binary, self.top = root, binary, top
        self.origins, self.artifacts, self.bin = top / "origins", top / "artifacts", top / "bin"
        self.environment = {
            "LC_ALL": "C", "HOME": str(top / "home"), "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Example", "GIT_AUTHOR_EMAIL": "example@example.org",
            "GIT_COMMITTER_NAME": "Example", "GIT_COMMITTER_EMAIL": "example@example.org",
            "GIT_AUTHOR_DATE": "2024-01-02T03:04:05Z", "GIT_COMMITTER_DATE": "2024-01-02T03:04:05Z",
            "ARTIFACTS": str(self.artifacts), "PATH": f"{self.bin}:{os.environ['PATH']}",
            "ASAN_OPTIONS": "exitcode=99:detect_leaks=0", "UBSAN_OPTIONS": "exitcode=99"}
        for directory in self.bin, top / "home", self.origins:
            directory.mkdir(parents=True)
        for name, script in STANDING_IN.items():
            self.program(self.bin / name, script)
        self.make_repositories()

    @staticmethod
    def program(path, script):
        path.write_text(f"#!/bin/sh\nset -eu\n{script}\n")
        path.chmod(0o755)

    def repository(self, name, fill):
        work = self.origins / "acme" / f"{name}.git"
        work.mkdir(parents=True)
        fill(work)
        git("init", "-q", "-b", BRANCH, where=work, env=self.environment)
        self.commit(work, "All")

    def commit(self, work, words):
        git("add", "-A", where=work, env=self.environment)
        git("commit", "-q", "-m", words, where=work, env=self.environment)

    def make_repositories(self):
        for name in "hub", "notifications", "odds":
            self.repository(name, lambda work, n=name: shutil.copytree(
                self.root / "fixtures" / "r10" / f"r10-{n}", work, dirs_exist_ok=True))
        self.repository("platform", lambda work: (work / "pgbounds.yaml").write_text(CONFIG))
        self.repository("pgbounds", self.fill_pgbounds)

    def fill_pgbounds(self, work):
        """pgbounds' own repository, in which bootstrap has less to do."""
        shutil.copy(self.root / "action.yml", work)
        self.program(work / "bootstrap", 'here=$(dirname "$0"); mkdir -p "$here/build"\n'
                     f'ln -sf "{self.binary}" "$here/build/pgbounds"')

    def propose(self, change):
        """Commits a change of odds to a branch, as a pull request's merge commit is: on top of main."""
        work = self.origins / "acme" / "odds.git"
        git("checkout", "-q", "-B", "proposal", BRANCH, where=work, env=self.environment)
        (work / change[0]).write_text(CODE.format(change[1]))
        self.commit(work, "Change")
        git("checkout", "-q", BRANCH, where=work, env=self.environment)
        return "proposal"


class Failed(Exception):
    """A step failed; what it said is the message."""


class Job:
    """What a runner and a job have in common: a workspace, an environment, a log."""

    def __init__(self, world, repository, ref=BRANCH):
        self.world, self.repository, self.ref = world, repository, ref
        self.name = repository.rpartition("/")[2]
        self.workspace = pathlib.Path(tempfile.mkdtemp(dir=world.top))
        self.log, self.summary = "", ""

    def shell(self, script, where, env):
        with tempfile.NamedTemporaryFile("w", suffix=".sh") as file:
            file.write(script)
            file.flush()
            ran = subprocess.run(["sh", "-e", file.name], cwd=where, env=env, text=True,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, errors="replace", check=False)
        self.log += ran.stdout
        if ran.returncode not in (0, 1):
            raise AssertionError(f"a script ended with {ran.returncode}:\n{script}\n{self.log}")
        if ran.returncode:
            raise Failed(ran.stdout)

    def clone(self, repository, where, ref, depth):
        url = f"file://{self.world.origins}/{repository}.git"
        git("clone", "-q", "--branch", ref, *([f"--depth={depth}"] if depth else []), url, str(where),
            env=self.world.environment)

    def keep(self, file):
        kept = self.world.artifacts / self.repository / "pgbounds-facts.jsonl"
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, kept)


class GitHub(Job):
    """A job of GitHub Actions."""

    def __init__(self, world, repository, ref=BRANCH, base=""):
        super().__init__(world, repository, ref)
        self.path, self.uploaded, self.inputs = [], None, {}
        self.values = {
            "vars.PGBOUNDS_REPOSITORY": "acme/pgbounds", "vars.PGBOUNDS_CONFIG": "acme/platform",
            "vars.PGBOUNDS_NEIGHBOURS": "acme/hub acme/notifications acme/odds acme/absent",
            "vars.PGBOUNDS_SERVICE": "", "secrets.PGBOUNDS_TOKEN": "", "github.token": "job",
            "github.event.repository.name": self.name, "github.base_ref": base}

    def value(self, expression):
        """Of `a || b`, the first that is not empty."""
        for name in expression.split("||"):
            name = name.strip()
            found = self.inputs[name[7:]] if name.startswith("inputs.") else self.values[name]
            if found:
                return found
        return ""

    def expand(self, text):
        return re.sub(r"\$\{\{ (.*?) \}\}", lambda m: self.value(m[1]), str(text))

    def wanted(self, step):
        """The three conditions that the recipes have."""
        condition = step.get("if", "")
        if condition == "always() && hashFiles('pgbounds.sarif') != ''":
            return (self.workspace / "pgbounds.sarif").exists()
        assert condition in ("", "inputs.judge == 'true'"), condition
        return not condition or self.inputs["judge"] == "true"

    def run(self, recipe):
        """Runs the one job of a workflow; True when it succeeds."""
        job, = yaml.safe_load((self.world.root / "recipes" / recipe).read_text())["jobs"].values()
        environment = {k: self.expand(v) for k, v in job.get("env", {}).items()}
        failed = False
        for step in job["steps"]:
            if not self.wanted(step) or failed and "always()" not in step.get("if", ""):
                continue
            try:
                self.step(step, environment)
            except Failed:
                failed = True
        return not failed

    def step(self, step, environment, action=None):
        inputs = {k: self.expand(v) for k, v in step.get("with", {}).items()}
        if "run" in step:
            self.script(step, environment, action)
        elif step["uses"] == "actions/checkout@v4":
            self.clone(inputs.get("repository", self.repository), self.workspace / inputs["path"],
                       BRANCH if "repository" in inputs else self.ref,
                       int(inputs.get("fetch-depth", 1)))
        elif step["uses"] == "actions/upload-artifact@v4":
            self.keep(self.workspace / inputs["path"])
        elif step["uses"].startswith("github/codeql-action/upload-sarif@"):
            assert (self.workspace / inputs["checkout_path"] / ".git").exists()
            self.uploaded = json.loads((self.workspace / inputs["sarif_file"]).read_text())
        else:
            self.composite(self.workspace / step["uses"], inputs, environment)

    def composite(self, directory, inputs, environment):
        action = yaml.safe_load((directory / "action.yml").read_text())
        unknown = set(inputs) - set(action["inputs"])
        assert not unknown, f"action.yml has no input {unknown}"
        self.inputs = {**{k: v["default"] for k, v in action["inputs"].items()}, **inputs}
        for step in action["runs"]["steps"]:
            if self.wanted(step):
                assert step["shell"] == "sh"
                self.step(step, environment, directory)
        self.inputs = {}

    def script(self, step, environment, action):
        assert "${{" not in step["run"], "an expression in a script is code of whoever names it"
        summary, path = self.workspace / ".summary", self.workspace / ".path"
        for file in summary, path:
            file.write_text("")
        env = {**self.world.environment, **environment,
               **{k: self.expand(v) for k, v in step.get("env", {}).items()},
               "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(self.workspace),
               "GITHUB_REPOSITORY": self.repository, "GITHUB_STEP_SUMMARY": str(summary),
               "GITHUB_PATH": str(path), "GITHUB_ACTION_PATH": str(action or ""),
               "GITHUB_BASE_REF": self.values["github.base_ref"]}
        env["PATH"] = ":".join([*self.path, env["PATH"]])
        try:
            self.shell(step["run"], self.workspace / self.expand(step.get("working-directory", ".")), env)
        finally:
            self.path += path.read_text().split()
            self.summary += summary.read_text()

    def annotations(self):
        """The errors that the log annotates, as "FILE:LINE"."""
        return [f"{file}:{line}" for file, line in
                re.findall(r"^::error file=([^,]*),line=(\d+),", self.log, re.M)]


class GitLab(Job):
    """A job of GitLab CI."""

    def run(self, name, base=""):
        jobs = yaml.safe_load((self.world.root / "recipes" / "gitlab-ci.yml").read_text())
        job = {**jobs[jobs[name]["extends"]], **jobs[name]}
        project = self.workspace / self.repository
        self.clone(self.repository, project, self.ref, job["variables"]["GIT_DEPTH"])
        env = {**self.world.environment, "CI": "true", "CI_PROJECT_DIR": str(project),
               "CI_BUILDS_DIR": str(self.workspace), "CI_PROJECT_PATH": self.repository,
               "CI_PROJECT_NAME": self.name, "CI_JOB_TOKEN": "job", "CI_SERVER_PROTOCOL": "https",
               "CI_SERVER_HOST": "gitlab.example.org", "CI_SERVER_PORT": "443",
               "CI_API_V4_URL": "https://gitlab.example.org/api/v4", "CI_DEFAULT_BRANCH": BRANCH,
               "PGBOUNDS_PROJECT": "acme/pgbounds", "PGBOUNDS_CONFIG": "acme/platform",
               "PGBOUNDS_NEIGHBOURS": "acme/hub acme/notifications acme/odds acme/absent",
               "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
        git("config", "--global", f"url.file://{self.world.origins}/.insteadOf",
            "https://gitlab-ci-token:job@gitlab.example.org:443/", env=env)
        try:
            self.shell("\n".join([*job["before_script"], *job["script"]]), project, env)
        except Failed:
            return False
        finally:
            self.collect(job["artifacts"], project)
        return True

    def collect(self, artifacts, project):
        for path in artifacts.get("paths", []):
            self.keep(project / path)
        self.reports = {kind: (project / path).read_text()
                        for kind, path in artifacts.get("reports", {}).items()}

    def quality(self):
        """The entries that are worth more than a look, as "FILE:LINE"."""
        return [f"{e['location']['path']}:{e['location']['lines']['begin']}"
                for e in json.loads(self.reports["codequality"]) if e["severity"] == "major"]


class Checks:
    """Counts what holds."""

    def __init__(self):
        self.passed = self.failed = 0

    def equal(self, what, got, wanted):
        self.passed += got == wanted
        self.failed += got != wanted
        if got != wanted:
            print(f"{what}: {got!r}, and not {wanted!r}")

    def holds(self, what, condition, log):
        self.equal(what, bool(condition), True)
        if not condition:
            print(log)


def make_facts(world, job, *words):
    for name in "hub", "notifications":
        made = job(world, f"acme/{name}")
        assert made.run(*words), made.log


def check_facts(world, checks):
    """Each recipe makes the facts of a repository, and the two agree."""
    kept = world.artifacts / "acme" / "hub" / "pgbounds-facts.jsonl"
    make_facts(world, GitHub, "github-facts.yml")
    by_github = kept.read_bytes()
    checks.holds("facts of hub", by_github.startswith(b'{"pgbounds_facts"'), by_github[:200])
    kept.unlink()
    make_facts(world, GitLab, "pgbounds-facts")
    strip = re.compile(rb'"url": ?"[^"]*"')
    by_gitlab = strip.sub(b"", kept.read_bytes())
    checks.holds("GitLab's facts are GitHub's", by_gitlab == strip.sub(b"", by_github),
                 [line[:300] for line in set(by_gitlab.split(b"\n")) ^ set(
                     strip.sub(b"", by_github).split(b"\n"))])


def check_default_branch(world, checks):
    """The whole state of odds has two errors, in the annotations, the log, the summary and SARIF."""
    make_facts(world, GitHub, "github-facts.yml")
    job = GitHub(world, "acme/odds")
    checks.equal("the job succeeds", job.run("github-default-branch.yml"), False)
    checks.equal("annotations", job.annotations(), OLD)
    checks.holds("an absent neighbour is named", "no facts of acme/absent" in job.log, job.log)
    checks.holds("the summary", job.summary.startswith("## pgbounds: 2 errors"), job.summary)
    run, = job.uploaded["runs"]
    places = [r["locations"][0]["physicalLocation"] for r in run["results"] if r["level"] == "error"]
    checks.equal("SARIF", [f"{p['artifactLocation']['uri']}:{p['region']['startLine']}" for p in places],
                 OLD)
    checks.equal("services in SARIF", [(s["name"], s["from"]) for s in run["properties"]["services"]],
                 [("hub", "facts"), ("notifications", "facts"), ("odds", "work tree")])
    job = GitLab(world, "acme/odds")
    checks.equal("GitLab's job succeeds", job.run("pgbounds"), False)
    checks.equal("Code Quality", job.quality(), OLD)
    checks.holds("JUnit", 'failures="' in job.reports["junit"], job.reports["junit"])
    checks.holds("GitLab names the absent", "no facts of acme/absent" in job.log, job.log)


def check_pull_request(world, checks):
    """Only what the change adds, and nothing of what was there before."""
    make_facts(world, GitHub, "github-facts.yml")
    for change, wanted in (HARMLESS, []), (CROSSING, ["recent.go:4"]):
        ref = world.propose(change)
        job = GitHub(world, "acme/odds", ref, BRANCH)
        checks.equal(f"with {change[1]} the job succeeds", job.run("github-pull-request.yml"), not wanted)
        checks.equal("annotations", job.annotations(), wanted)
        checks.equal("uploaded", len(job.uploaded["runs"][0]["results"]), len(wanted))
        job = GitLab(world, "acme/odds", ref)
        checks.equal("GitLab's job succeeds", job.run("pgbounds", f"origin/{BRANCH}"), not wanted)
        checks.equal("Code Quality", job.quality(), wanted)


SCENARIOS = {"facts": check_facts, "default-branch": check_default_branch,
             "pull-request": check_pull_request}


def main():
    root, binary = pathlib.Path(sys.argv[1]).resolve(), os.path.abspath(sys.argv[2])
    checks = Checks()
    for name in sys.argv[3:] or SCENARIOS:
        with tempfile.TemporaryDirectory() as top:
            SCENARIOS[name](World(root, binary, pathlib.Path(top)), checks)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return checks.failed > 0


if __name__ == "__main__":
    sys.exit(main())
