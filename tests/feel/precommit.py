"""The hooks as their managers run them: `precommit.py ROOT PGBOUNDS`.

The real pre-commit takes hooks/pre-commit from a clone of a repository with this one's files. First a
pgbounds that only says how it was called shows what pre-commit's variables come to; then the real one
stops a commit and a push that cross a boundary. The plain hook of `pgbounds init --hook` does the same
without pre-commit."""

import pathlib
import shutil
import sys
import tempfile

from place import Count, Place

CALLED = '#!/bin/sh\necho "called: $*" >>"$HOME/calls"\n'
MAKES = "CREATE TABLE hub_user (id bigint PRIMARY KEY, name text);\n"
READS = 'package main\n\nfunc f() { db.Exec("SELECT name FROM hub_user") }\n'
WRITES = 'package main\n\nfunc g() { db.Exec("UPDATE hub_user SET name = $1") }\n'
CONFIG = "services:\n  - {name: hub, repo: hub, owns: {tables: [\"hub_*\"]}}\n  - {name: odds, repo: odds}\n"
ZERO = "0" * 40


def hook_repository(place, root):
    """A repository with what pre-commit looks for; its commit."""
    where = place.home / "pgbounds-hooks"
    (where / "hooks").mkdir(parents=True)
    shutil.copy(root / ".pre-commit-hooks.yaml", where)
    shutil.copy(root / "hooks/pre-commit", where / "hooks")
    place.git(where, "init", "-q", "-b", "main")
    place.git(where, "add", "-A")
    place.git(where, "commit", "-q", "-m", "Hooks")
    return where, place.git(where, "rev-parse", "HEAD")


def service(place, name, files):
    where = place.home / "work" / name
    where.mkdir(parents=True)
    place.git(where, "init", "-q", "-b", "main")
    for path, text in files.items():
        (where / path).parent.mkdir(exist_ok=True)
        (where / path).write_text(text)
    place.git(where, "add", "-A")
    place.git(where, "commit", "-q", "-m", "Begin")
    return where


def use_hooks(place, where, hooks, commit, ids):
    (where / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {hooks}\n  rev: {commit}\n  hooks:\n" + "".join(f"  - id: {i}\n" for i in ids))
    place.git(where, "add", "-A")
    for words in (), ("-t", "pre-push"):
        done = place.run("pre-commit", "install", "--install-hooks", *words, cwd=where)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)


def check_calls(place, count, where):
    """How pgbounds is called. It says so itself."""
    calls = place.home / "calls"

    def called(what, *command, status=0, **more):
        calls.write_text("")
        done = place.run(*command, cwd=where, **more)
        count.same(status, done.returncode, f"{what}: {done.stdout}{done.stderr}")
        return calls.read_text().replace("called: check ", "").splitlines()

    count.same(["--staged"], called("commit", "git", "commit", "-q", "-m", "Hook"), "a commit")
    first = place.git(where, "rev-parse", "HEAD")
    (where / "b.go").unlink()
    count.same(["--staged"], called("removal", "git", "commit", "-qam", "Remove"), "a commit that only removes")
    head = place.git(where, "rev-parse", "HEAD")
    count.same([f"--base {first} --head {head}"],
               called("refs", "pre-commit", "run", "pgbounds", "--from-ref", first, "--to-ref", head),
               "run --from-ref --to-ref")

    remote = where.parent / "remote.git"
    place.git(where.parent, "init", "-q", "--bare", "-b", "main", str(remote))
    place.git(where, "remote", "add", "origin", str(remote))
    count.same(["--all"], called("first push", "git", "push", "-q", "origin", "main"), "all is new to the remote")
    place.git(where, "remote", "set-head", "origin", "main")
    (where / "c.go").write_text(READS)
    place.git(where, "add", "-A")
    called("commit", "git", "commit", "-q", "-m", "More")
    more = place.git(where, "rev-parse", "HEAD")
    count.same([f"--base {head} --head {more}"], called("push", "git", "push", "-q", "origin", "main"), "a push")
    place.git(where, "branch", "other")
    count.same([], called("old", "git", "push", "-q", "origin", "other"), "a branch of nothing new")
    count.same([], called("deletion", "git", "push", "-q", "origin", ":other"), "a branch that goes")

    script = str(place.home / "pgbounds-hooks/hooks/pre-commit")
    for what, want, variables in (
            ("a new branch", ["--base refs/remotes/origin/HEAD --head abc"],
             {"PRE_COMMIT_FROM_REF": ZERO, "PRE_COMMIT_TO_REF": "abc", "PRE_COMMIT_REMOTE_NAME": "origin"}),
            ("of another remote", ["--all"],
             {"PRE_COMMIT_FROM_REF": ZERO, "PRE_COMMIT_TO_REF": "abc", "PRE_COMMIT_REMOTE_NAME": "fork"}),
            ("nothing to push", [], {"PRE_COMMIT_FROM_REF": "abc", "PRE_COMMIT_TO_REF": ZERO}),
            ("a checkout", [], {"PRE_COMMIT_CHECKOUT_TYPE": "1", "PRE_COMMIT_FROM_REF": "a",
                                "PRE_COMMIT_TO_REF": "b"})):
        count.same(want, called(what, script, **variables), what)
    count.same(["--staged --strict"], called("options", script, "--strict"), "options")
    count.same(["--all --strict"], called("all", script, "--all", "--strict"), "all")


def check_nothing_there(place, count):
    """Neither pgbounds nor what builds it: it says what to do, and is no success."""
    bare = place.home / "bare"
    bare.mkdir()
    for program in "sh", "dirname", "mktemp", "rm", "tail", "git":
        (bare / program).symlink_to(shutil.which(program))
    done = place.run(str(place.home / "pgbounds-hooks/hooks/pre-commit"), PATH=str(bare))
    count.same(3, done.returncode, "no pgbounds")
    count.check("Put it on the PATH, or run" in done.stderr, f"no pgbounds: {done.stderr}")
    left = [x.name for x in (place.home / "pgbounds-hooks").iterdir() if x.name.startswith("build-hook.")]
    count.same(["build-hook.log"], left, "what is left of the build")


def check_real(place, count, where, name):
    """A commit that crosses is stopped, one that does not passes; what is not staged is not judged."""
    (where / "write.go").write_text(WRITES)
    (where / "README").write_text("odds\n")
    place.git(where, "add", "README")
    done = place.run("git", "commit", "-q", "-m", "Say what it is", cwd=where)
    count.same(0, done.returncode, f"{name}: not staged: {done.stdout}{done.stderr}")
    place.git(where, "add", "write.go")
    done = place.run("git", "commit", "-q", "-m", "Write", cwd=where)
    count.check(done.returncode and "write.go:3:" in done.stdout + done.stderr and
                "[shared-table-write]" in done.stdout + done.stderr,
                f"{name}: staged: {done.returncode} {done.stdout}{done.stderr}")
    place.git(where, "commit", "-q", "--no-verify", "-m", "Write all the same")


def check_push(place, count, where):
    """What a commit hook was not asked about, the push is."""
    done = place.run("git", "push", "-q", "origin", "main", cwd=where)
    count.check(done.returncode and "[shared-table-write]" in done.stdout + done.stderr,
                f"push: {done.returncode} {done.stdout}{done.stderr}")


def main(root, binary):
    count = Count()
    with tempfile.TemporaryDirectory() as home:
        place = Place(None, home)
        place.environment |= {"PRE_COMMIT_HOME": home + "/cache", "XDG_CACHE_HOME": home + "/cache",
                              "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "protocol.file.allow",
                              "GIT_CONFIG_VALUE_0": "always"}
        hooks, commit = hook_repository(place, pathlib.Path(root))
        check_nothing_there(place, count)
        program = place.home / "bin/pgbounds"
        program.write_text(CALLED)
        program.chmod(0o755)

        (place.home / "work").mkdir()
        (place.home / "work/pgbounds.yaml").write_text(CONFIG)
        service(place, "hub", {"migrations/001_user.sql": MAKES})
        odds = service(place, "odds", {"read.go": READS, "b.go": READS})
        use_hooks(place, odds, hooks, commit, ["pgbounds"])
        check_calls(place, count, odds)

        program.unlink()
        program.symlink_to(pathlib.Path(binary).resolve())
        check_real(place, count, odds, "pre-commit")
        check_push(place, count, odds)

        shutil.rmtree(odds)
        odds = service(place, "odds", {"read.go": READS})
        done = place.run("pgbounds", "init", "--hook", cwd=odds)
        count.same(0, done.returncode, done.stderr)
        check_real(place, count, odds, "plain hook")
        # An editor's PATH may lack it: the hook knows where it was.
        program.unlink()
        (odds / "README").write_text("odds!\n")
        done = place.run("git", "commit", "-qam", "Say it louder", cwd=odds)
        count.same(0, done.returncode, f"not on the PATH: {done.stdout}{done.stderr}")
    return count.end()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
