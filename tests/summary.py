"""Adds up what the tests say of themselves: `summary.py PASSED FAILED TESTLOG...`.

meson counts executables; we count checks. Each test ends with `N passed, N failed` (`N files passed` too), or is one of
Check's, whose summary is read instead. A test that crashed, ran out of time or said nothing of the
kind counts as one failed check, whatever it had counted before. PASSED and FAILED are counted in.
The last line is the only one that begins with the sum; the status is 1 when something failed or
nothing ran.
"""

import json
import pathlib
import re
import sys

OURS = re.compile(r"^(\d+)(?: \w+)? passed, (\d+) failed$", re.M)
CHECKS = re.compile(r"^\d+%: Checks: (\d+), Failures: (\d+), Errors: (\d+)$", re.M)


def count(test):
    """The checks of one test that passed and that failed."""
    said = test.get("stdout") or ""
    ours, checks = OURS.findall(said), CHECKS.findall(said)
    passed = failed = 0
    if ours:
        passed, failed = map(int, ours[-1])
    elif checks:
        ran, failures, errors = map(int, checks[-1])
        passed, failed = ran - failures - errors, failures + errors
    if test["result"] != "OK" or passed + failed == 0:
        failed = max(failed, 1)
    return passed, failed


def show(test):
    print(f"\n{test['name']}: {test['result']}")
    for stream in "stdout", "stderr":
        for line in (test.get(stream) or "").splitlines()[-200:]:
            print("  " + line)


def main(passed, failed, *logs):
    passed, failed = int(passed), int(failed)
    paths = [path for path in map(pathlib.Path, logs) if path.exists()]
    for log in sorted(set(logs) - set(map(str, paths))):
        print(f"{log} is missing: its tests did not run")
        failed += 1
    tests = [line for path in paths for line in path.read_text(errors="replace").splitlines()]
    for line in tests:
        test = json.loads(line)
        good, bad = count(test)
        passed, failed = passed + good, failed + bad
        if bad:
            show(test)
    if not tests:
        print("no test ran")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
