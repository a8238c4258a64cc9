#!/bin/sh
# Threads in each other's way: `threads.sh ROOT PGBOUNDS`, where PGBOUNDS was built with ThreadSanitizer.
# Both example systems are audited by four threads, without a cache, with an empty and with a full one; it
# must report no race, and say what one thread says. libpg_query, SQLite and libgit2 are not instrumented:
# what they do among themselves is not seen, and needs no suppression.
set -eu
# shellcheck source=tests/lint/count.sh
. "$(dirname -- "$0")/lint/count.sh"
root=$1 pgbounds=$(realpath "$2")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"$root/fixtures/make-repos.sh" "$place" >/dev/null 2>&1

# Where addresses are laid out with more random bits than its shadow memory allows for, it needs them fixed.
fixed=
! setarch -R true 2>/dev/null || fixed='setarch -R'
export TSAN_OPTIONS=exitcode=66

# audit NAME OPTION...: compares with $place/wanted.
audit() {
	name=$1 status=0
	shift
	$fixed "$pgbounds" audit "$@" >"$place/out" 2>"$place/err" || status=$?
	if [ "$status" -gt 1 ] || grep -q ThreadSanitizer "$place/err"; then
		failed "$name: status $status: $(cat "$place/err")"
	elif ! cmp -s "$place/wanted" "$place/out"; then
		failed "$name: not what one thread says"
	else
		passed
	fi
}

for system in r10 cluster; do
	cd "$place/$system"
	$fixed "$pgbounds" audit --jobs 1 --no-cache >"$place/wanted" 2>"$place/err" || :
	[ -s "$place/wanted" ] || failed "$system: nothing is said: $(cat "$place/err")"
	audit "$system" --jobs 4 --no-cache
	audit "$system, empty cache" --jobs 4 --cache "$place/cache-$system"
	audit "$system, full cache" --jobs 4 --cache "$place/cache-$system"
done
summary
