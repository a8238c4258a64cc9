"""Is every line that `git grep -w NAME` shows accounted for by `pgbounds who NAME --all`, and none
that it does not show? Asked of both example systems: grep.py SOURCES PGBOUNDS."""
import json
import pathlib
import subprocess
import sys
import tempfile

SYSTEMS = {
    "r10": {"hub": "r10-hub", "notifications": "r10-notifications", "odds": "r10-odds"},
    "cluster": {name: name for name in ("billing", "infra", "monolith", "notifications")},
}
# What is asked, and the word that it comes to.
NAMES = {
    "r10": {
        "r10_user": "r10_user", "r10_user.language": "language", "r10_device.token": "token",
        "r10_team.name": "name", "r10_notification": "r10_notification", "*.id": "id",
        "public.r10_match.kickoff": "kickoff", "r10_user.email": "email", "*.user": "user",
        "r10_delivery": "r10_delivery", "nothing_of_that_name": "nothing_of_that_name",
        "r10_odd_company.name": "name", "r10_channel": "r10_channel",
    },
    "cluster": {
        "account": "account", "monolith.account.email": "email", "billing.invoice": "invoice",
        "payment": "payment", "monolith.customer": "customer", "billing.event.payload": "payload",
        "notifications.outbox": "outbox", "*.status": "status", "job": "job", "*.account_id":
        "account_id", "monolith.orders": "orders", "audit_log": "audit_log",
    },
}


def grep(directory, service, word):
    """The lines of one service as (service, path, line); line 0: a binary file."""
    done = subprocess.run(
        ["git", "grep", "-n", "-w", "-z", "--untracked", "-F", "-e", word],
        cwd=directory, stdout=subprocess.PIPE, check=False)
    lines = set()
    for line in done.stdout.split(b"\n"):
        if line.startswith(b"Binary file "):
            lines.add((service, line[len(b"Binary file "):-len(b" matches")].decode(), 0))
        elif line:
            path, number = line.split(b"\0")[:2]
            lines.add((service, path.decode(), int(number)))
    return lines


def who(program, directory, asked):
    """The account of all lines, and what it says of itself."""
    done = subprocess.run([program, "who", asked, "--all", "--format", "json"], cwd=directory,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    document = json.loads(done.stdout)
    places = [p for p in document["places"] if p.get("has_word")]
    return [(p["service"], p["path"], p["line"]) for p in places], places, document["account"]


def problems(lines, places, account, expected):
    """What is wrong, in words."""
    if len(set(lines)) != len(lines):
        yield "a line is there twice"
    for line in sorted(expected - set(lines)):
        yield "git grep shows, pgbounds does not: %s/%s:%d" % line
    for line in sorted(set(lines) - expected):
        yield "pgbounds shows, git grep does not: %s/%s:%d" % line
    kinds = ("bound", "unknown", "test", "other", "text")
    if account["lines"] != len(lines) or sum(account[k] for k in kinds) != len(lines):
        yield "the counts do not add up: %s" % account
    for kind in kinds:
        if account[kind] != sum(p["kind"] == kind for p in places):
            yield "the count of %s is wrong" % kind
    if account["unread"]:
        yield "not read: %s" % account["unread"]


def main():
    sources, program = pathlib.Path(sys.argv[1]), str(pathlib.Path(sys.argv[2]).resolve())
    passed = failed = 0
    with tempfile.TemporaryDirectory() as out:
        subprocess.run([str(sources / "fixtures/make-repos.sh"), out], check=True)
        for system, services in SYSTEMS.items():
            top = pathlib.Path(out, system)
            # Not of git's text, and not committed: what git grep does with these is asked, too.
            first = top / next(iter(services.values()))
            (first / "data.bin").write_bytes(b"\0 user account id\n")
            (first / "crlf.yaml").write_bytes(b"user: x\r\naccount_id: y\r\nlast: id")
            for asked, word in NAMES[system].items():
                expected = set().union(*(
                    grep(top / directory, service, word)
                    for service, directory in services.items()))
                lines, places, account = who(program, top, asked)
                wrong = list(problems(lines, places, account, expected))
                for line in wrong:
                    print("%s: who %s --all: %s" % (system, asked, line))
                passed += not wrong
                failed += bool(wrong)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
