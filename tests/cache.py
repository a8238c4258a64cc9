"""Whatever happens to the cache, the report is that of a run without one: `cache.py ROOT PGBOUNDS`.

An example system is audited with a cache that is empty, whole, cut at many lengths, has flipped bits, is
another program's, cannot be written, finds the disk full, is locked, is made by several processes at once
or by one that is killed. Standard output and status must be those of --no-cache each time, and standard
error hold a note more at most. Ends with `N passed, N failed`.
"""

import os
import pathlib
import re
import resource
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time

DATABASE = "units-1.sqlite"
CUTS = 15
FLIPS = 40
# As root one may write anywhere, unless one lays that down.
MORTAL = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override"]


class Test:
    def __init__(self, binary, system, place):
        self.binary, self.system, self.place = binary, system, place
        self.passed = self.failed = 0
        self.cache = place / "cache"
        self.database = self.cache / DATABASE
        self.wanted = self.run("--no-cache")
        if self.wanted[0] not in (0, 1) or not self.wanted[1]:
            sys.exit(f"without a cache: {self.wanted}")

    def start(self, *words, before=(), limit=None):
        def limits():
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        return subprocess.Popen([*before, self.binary, "audit", *words], cwd=self.system,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, preexec_fn=limits)

    def finish(self, process):
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err.decode(errors="replace")

    def run(self, *words, **options):
        return self.finish(self.start(*words, **options))

    def say(self, ok, name, why=""):
        self.passed += ok
        self.failed += not ok
        if not ok:
            print(f"FAIL {name}: {why}")

    def judge(self, name, said, note=None):
        """Compares; NOTE: what the one note must say, "" for none, None for either."""
        status, out, err = said
        notes = [line for line in err.splitlines() if "cache" in line]
        others = [line for line in err.splitlines() if "cache" not in line]
        why = ""
        if (status, out) != self.wanted[:2]:
            why = f"status {status}, {len(out)} bytes, not those without a cache"
        elif others != self.wanted[2].splitlines():
            why = "standard error differs"
        elif len(notes) > 1 or any(": note: " not in line for line in notes):
            why = "not one note"
        elif note == "" and notes or note and not (notes and note in notes[0]):
            why = f"the note is not '{note}'"
        self.say(not why, name, f"{why}\n{err}")

    def audit(self, name, note=None, **options):
        self.judge(name, self.run("--cache", self.cache, **options), note)

    def known(self):
        """How many of how many units the next run finds."""
        err = self.run("--cache", self.cache, "--timing")[2]
        return tuple(map(int, re.findall(r"(\d+) of (\d+) units known", err)[-1]))

    def forget(self):
        shutil.rmtree(self.cache, ignore_errors=True)

    def fresh(self):
        """A whole cache; its bytes."""
        self.forget()
        self.run("--cache", self.cache)
        return self.database.read_bytes()

    def put(self, content):
        """The database holds this, and nothing is beside it."""
        self.forget()
        self.cache.mkdir()
        self.database.write_bytes(content)


def whole(t):
    t.audit("no cache yet", "")
    t.audit("a whole cache", "")
    t.judge("one thread", t.run("--cache", t.cache, "--jobs", "1"), "")
    t.judge("many threads", t.run("--cache", t.cache, "--jobs", "8"), "")
    known, asked = t.known()
    t.say(known == asked > 0, "a whole cache", f"{known} of {asked} known")
    t.say(stat.S_IMODE(t.cache.stat().st_mode) == 0o700, "the directory is private", t.cache)
    before = t.database.read_bytes()
    t.run("--cache", t.cache)
    t.say(t.database.read_bytes() == before, "finding writes nothing")
    t.say(sorted(p.name for p in t.cache.iterdir()) == [DATABASE], "nothing is left beside it",
          list(t.cache.iterdir()))


def where_it_is(t):
    for variable, value, at in (("PGBOUNDS_CACHE", t.place / "own", "own"),
                                ("XDG_CACHE_HOME", t.place / "xdg", "xdg/pgbounds"),
                                ("HOME", t.place / "home", "home/.cache/pgbounds")):
        environment = {"PATH": os.environ["PATH"], variable: value}
        (t.place / "home").mkdir(exist_ok=True)
        subprocess.run([t.binary, "audit"], cwd=t.system, env=environment, check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        t.say((t.place / at / DATABASE).exists(), f"${variable}", f"nothing in {at}")


def cut(t):
    good = t.fresh()
    lengths = {0, 1, 15, 16, 17, 99, 100, 101, 4096, len(good) - 1}
    lengths |= {len(good) * i // CUTS for i in range(1, CUTS)}
    for n in sorted(lengths):
        t.put(good[:n])
        t.audit(f"cut to {n} bytes")
    t.audit("behind the last cut", "")
    known, asked = t.known()
    t.say(known == asked, "it is made anew", f"{known} of {asked} known")


def flip(t):
    good = t.fresh()
    # Headers of the file and of its pages, and evenly over the rest.
    places = list(range(0, 112, 4)) + [len(good) * i // FLIPS for i in range(FLIPS)]
    for i, at in enumerate(places):
        spoilt = bytearray(good)
        spoilt[at] ^= 1 << i % 8
        t.put(bytes(spoilt))
        t.audit(f"bit {i % 8} of byte {at} flipped")
    noise = bytearray(good)
    for i in range(4096, len(noise), 97):
        noise[i] ^= 0xff
    t.put(bytes(noise))
    t.audit("much is flipped", "made anew")


def foreign(t):
    t.put(b"This is a letter.\n" * 500)
    t.audit("no database", "made anew")
    t.audit("no database, the next time", "")
    t.forget()
    t.cache.mkdir()
    theirs = sqlite3.connect(t.database)
    theirs.execute("CREATE TABLE letter (text)")
    theirs.commit()
    theirs.close()
    before = t.database.read_bytes()
    t.audit("another program's", "another program's")
    t.say(t.database.read_bytes() == before, "another program's is left alone")
    t.forget()
    t.database.mkdir(parents=True)
    t.audit("a directory in its place", "not used")
    t.forget()
    t.cache.write_text("a file")
    t.audit("a file in the directory's place", "not used")
    t.cache.unlink()
    t.judge("where nothing can be made", t.run("--cache", "/proc/pgbounds"), "not used")


def no_writing(t):
    before = MORTAL if os.geteuid() == 0 else []
    good = t.fresh()
    t.cache.chmod(0o555)
    t.database.chmod(0o444)
    t.audit("whole and read-only", "", before=before)
    t.database.chmod(0o644)
    t.database.write_bytes(good[: len(good) // 2])
    t.database.chmod(0o444)
    t.audit("cut and read-only", before=before)
    t.say(t.database.stat().st_size == len(good) // 2, "what is read-only is left alone")
    t.cache.chmod(0o755)
    t.forget()
    t.cache.mkdir(mode=0o555)
    t.audit("an empty directory that is read-only", "not used", before=before)
    t.cache.chmod(0o755)
    t.forget()


def full(t):
    for limit in (0, 1000, 5000, 20000, 100000):
        t.forget()
        t.audit(f"no file larger than {limit} bytes", limit=limit)
        t.audit(f"after a disk that was full at {limit} bytes", "")
        known, asked = t.known()
        t.say(known == asked, f"made after {limit} bytes", f"{known} of {asked} known")


def locked(t):
    t.fresh()
    other = sqlite3.connect(t.database)
    other.execute("BEGIN EXCLUSIVE")
    t.audit("locked by another", "locked")
    other.rollback()
    other.close()
    t.audit("no more locked", "")


def together(t):
    for n in range(2):
        t.forget()
        for said in [t.finish(p) for p in [t.start("--cache", t.cache) for _ in range(6)]]:
            t.judge(f"six at once, round {n}", said, "")
        t.say(sqlite3.connect(t.database).execute("PRAGMA integrity_check").fetchone() == ("ok",),
              "it is whole after six at once")
        known, asked = t.known()
        t.say(known == asked, "after six at once", f"{known} of {asked} known")


def killed(t):
    for n in range(6):
        t.forget()
        process = t.start("--cache", t.cache)
        time.sleep(0.04 * n)
        process.kill()
        process.communicate()
        t.audit(f"after one that was killed, {n}", "")


def main(root, binary):
    os.environ.pop("PGBOUNDS_CACHE", None)
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        subprocess.run([pathlib.Path(root) / "fixtures/make-repos.sh", place / "systems"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        t = Test(pathlib.Path(binary).resolve(), place / "systems/r10", place)
        for part in whole, where_it_is, cut, flip, foreign, no_writing, full, locked, together, killed:
            part(t)
    print(f"{t.passed} passed, {t.failed} failed")
    return t.failed > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
