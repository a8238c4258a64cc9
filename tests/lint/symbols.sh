#!/bin/sh
# No global symbol of ours is one that libpg_query.so exports, because it would silently take its
# place: `symbols.sh BUILD`. The library exports hundreds of plain names (equal, makeString, palloc).
set -eu
# shellcheck source=tests/lint/count.sh
. "$(dirname -- "$0")/count.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

library=$(cc -print-file-name=libpg_query.so)
nm -D --defined-only "$library" | awk '{ print $NF }' | sed 's/@.*//' >"$dir/theirs"
[ "$(wc -l <"$dir/theirs")" -gt 100 ] || failed "$library exports next to nothing: wrong file?"

# "OBJECT:ADDRESS TYPE NAME" each. Every object has a line, so that those that share nothing count.
find "$1/src" "$1/rules" "$1/tests" -name '*.o' >"$dir/objects"
xargs nm -A --defined-only --extern-only <"$dir/objects" >"$dir/ours"
awk 'FILENAME == ARGV[1] { theirs[$1]; next }
	FILENAME == ARGV[2] { both[$1] = ""; next }
	$3 in theirs && $3 != "main" && $3 !~ /^__/ { sub(/:[^:]*$/, "", $1); both[$1] = both[$1] " " $3 }
	END { for (object in both) print object ":" both[object] }' \
	"$dir/theirs" "$dir/objects" "$dir/ours" | sort >"$dir/both"
while read -r object both; do
	if [ -z "$both" ]; then
		passed
	else
		failed "${object%:}: libpg_query has these too: $both"
	fi
done <"$dir/both"
summary
