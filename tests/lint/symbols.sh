#!/bin/sh
# No global symbol of ours is one that libpg_query.so exports, because it would silently take its
# place: `symbols.sh BUILD`. The library exports hundreds of plain names (equal, makeString, palloc).
set -eu
# shellcheck source=tests/lint/count.sh
. "$(dirname -- "$0")/count.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

library=$(cc -print-file-name=libpg_query.so)
nm -D --defined-only "$library" | awk '{ print $NF }' | sed 's/@.*//' | sort -u >"$dir/theirs"
[ "$(wc -l <"$dir/theirs")" -gt 100 ] || failed "$library exports next to nothing: wrong file?"

for object in $(find "$1/src" "$1/rules" "$1/tests" -name '*.o' | sort); do
	nm --defined-only --extern-only "$object" | awk 'NF == 3 { print $3 }' | grep -v '^__' |
		sort -u >"$dir/ours" || :
	both=$(comm -12 "$dir/ours" "$dir/theirs" | grep -vx main || :)
	if [ -z "$both" ]; then
		passed
	else
		# shellcheck disable=SC2086 # one line for all
		failed "${object##*/}: libpg_query has these too:" $both
	fi
done
summary
