"""What the tests of this directory share: a quiet environment, the binary on the PATH, a count."""

import os
import pathlib
import subprocess
import sys

SETTINGS = {"LC_ALL": "C", "TZ": "UTC", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@example.org", "ASAN_OPTIONS": "exitcode=99:detect_leaks=0",
            "UBSAN_OPTIONS": "exitcode=99"}


class Place:
    """A home of its own, with `pgbounds` on the PATH."""

    def __init__(self, binary, home):
        self.home = pathlib.Path(home)
        bin_directory = self.home / "bin"
        bin_directory.mkdir()
        if binary:
            (bin_directory / "pgbounds").symlink_to(pathlib.Path(binary).resolve())
        self.environment = {**SETTINGS, "HOME": str(home), "PATH": f"{bin_directory}:{os.environ['PATH']}"}

    def run(self, *command, cwd=None, **more):
        return subprocess.run(command, cwd=cwd or self.home, text=True, errors="replace",
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={**self.environment, **more})

    def git(self, where, *words, **more):
        done = self.run("git", *words, cwd=where, **more)
        if done.returncode:
            sys.exit(f"git {' '.join(words)}: {done.stderr}")
        return done.stdout.strip()


class Count:
    """Passed and failed, in the words that ./bootstrap adds up."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, right, what):
        if right:
            self.passed += 1
        else:
            self.failed += 1
            print(f"wrong: {what}")

    def same(self, want, got, what):
        self.check(want == got, f"{what}\n  wanted: {want}\n  got:    {got}")

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed or not self.passed else 0
