"""The line of progress: `progress.py PGBOUNDS`.

A run that takes longer than a second shows it on a terminal, rewritten and at last erased; nowhere else
is a byte of it. A configuration that comes through a pipe, late, makes a run as long as is wanted."""

import os
import pty
import subprocess
import sys
import tempfile
import threading
import time

from place import Count, Place

ERASE = b"\r\x1b[K"


def feed(pipe, seconds):
    with open(pipe, "w") as out:
        time.sleep(seconds)
        out.write("services: [{name: hub, repo: hub}]\n")


def run(place, command, seconds, terminal, **more):
    """Standard error and standard output of a run that has to wait so long for its configuration."""
    pipe = place.home / "pipe"
    if not pipe.exists():
        os.mkfifo(pipe)
    writer = threading.Thread(target=feed, args=(pipe, seconds), daemon=True)
    ours, theirs = pty.openpty() if terminal else os.pipe()
    process = subprocess.Popen([*command, "-c", "pipe"], cwd=place.home, stderr=theirs,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               env={**place.environment, **more})
    os.close(theirs)
    writer.start()
    out = process.stdout.read()
    process.wait()
    writer.join()
    said = b""
    while True:
        try:
            block = os.read(ours, 65536)
        except OSError:  # how a terminal ends
            break
        if not block:
            break
        said += block
    os.close(ours)
    return said, out


def main(binary):
    count = Count()
    with tempfile.TemporaryDirectory() as home:
        place = Place(binary, home)
        (place.home / "hub").mkdir()
        (place.home / "hub/a.sql").write_text("CREATE TABLE a (id int);\n")
        audit = ["pgbounds", "audit"]
        quiet, want = run(place, audit, 0.1, True, TERM="xterm")
        count.same(b"", quiet, "a short run")
        said, out = run(place, audit, 1.6, True, TERM="xterm", NO_COLOR="1")
        lines = said.split(ERASE)
        count.check(len(lines) >= 3, f"not rewritten: {said!r}")
        count.check(said.startswith(ERASE) and said.endswith(ERASE), f"not erased: {said!r}")
        count.check(all(x.startswith(b"pgbounds: ") and len(x) < 80 for x in lines[1:-1]), f"{said!r}")
        count.same(want, out, "the report depends on it")
        for what, terminal, more in (("a pipe", False, {"TERM": "xterm"}), ("dumb", True, {"TERM": "dumb"}),
                                     ("no TERM", True, {"TERM": ""})):
            said, out = run(place, audit, 1.6, terminal, **more)
            count.same((b"", want), (said, out), what)
        said, out = run(place, [*audit, "--timing"], 1.6, True, TERM="xterm")
        count.check(ERASE not in said and b"timing:" in said, f"--timing: {said!r}")
    return count.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
