#!/bin/bash
# Runs libFuzzer's target by a count, not by time: `fuzz.sh BUILD RUNS`; BUILD is one with clang. It
# begins with the fixtures and with the same seed each time. An input that crashes stays in
# BUILD/fuzz-crash-…; give it to tests/fuzz/host_unit alone to see it again.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=$1 runs=$2
corpus=$(mktemp -d)
log=$corpus.log
trap 'rm -rf "$corpus" "$log"' EXIT

# Hostile SQL wants the stack that pgbounds gives its threads.
ulimit -s 262144 || ulimit -s unlimited
"$build/tests/fuzz/noise" --seeds "$corpus" "$root/fixtures"
if "$build/tests/fuzz/host_unit" -runs="$runs" -seed=1 -entropic=0 -timeout=60 -max_len=8192 \
	-artifact_prefix="$build/fuzz-" -print_final_stats=1 "$corpus" >"$log" 2>&1; then
	grep '^stat::\|^Done' "$log"
	echo '1 passed, 0 failed'
else
	grep -v '^#' "$log" | tail -60
	echo '0 passed, 1 failed'
	exit 1
fi
