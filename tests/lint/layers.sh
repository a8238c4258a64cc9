#!/bin/sh
# Every #include in src, include and rules is one that layers.txt allows: `layers.sh ROOT`.
set -eu
# shellcheck source=tests/lint/count.sh
. "$(dirname -- "$0")/count.sh"
cd "$1"

# The layer of a file: src/LAYER/…, include/LAYER/…, rules/….
layer_of() {
	case $1 in
	rules/*) echo rules ;;
	src/*/* | include/*/*) echo "$1" | cut -d/ -f2 ;;
	src/*) echo cmd ;;
	esac
}

# The right side of a row; fails when there is none.
row() {
	awk -v key="$1:" '$1 == key { $1 = ""; print $0 " "; found = 1 } END { exit !found }' \
		tests/lint/layers.txt
}

for file in $(find src include rules -name '*.[ch]' | sort); do
	layer=$(layer_of "$file")
	may=$(row "$layer") || {
		failed "$file: layer $layer is not in layers.txt"
		continue
	}
	before=$n_failed
	# shellcheck disable=SC2013 # "12:sql/sql.h" is one word
	for header in $(grep -n '^#include "[^"]*/' "$file" | sed 's/^\([0-9]*\):[^"]*"\([^"]*\).*/\1:\2/'); do
		line=${header%%:*} header=${header#*:}
		of=${header%%/*}
		[ "$of" = "$layer" ] && continue
		case $may in
		*' * '* | *" $of "*) ;;
		*) failed "$file:$line: $layer may not include $header, only:$may(tests/lint/layers.txt)" ;;
		esac
	done
	# shellcheck disable=SC2013
	for header in $(grep -n '^#include <' "$file" | sed 's/^\([0-9]*\):[^<]*\(<[^>]*>\).*/\1:\2/'); do
		line=${header%%:*} header=${header#*:}
		only=$(row "$header") || continue
		case $only in
		*" $layer "*) ;;
		*) failed "$file:$line: $header is for$only(tests/lint/layers.txt)" ;;
		esac
	done
	[ "$before" = "$n_failed" ] && passed
done
summary
