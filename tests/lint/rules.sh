#!/bin/sh
# The list of rules and the files of rules are the same: `rules.sh ROOT [PGBOUNDS]`; with the binary,
# so is what `pgbounds rules` prints, and each has a document.
set -eu
# shellcheck source=tests/lint/count.sh
. "$(dirname -- "$0")/count.sh"
root=$1 binary=${2-}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

for file in "$root"/rules/*.c; do
	[ -e "$file" ] && basename "$file" .c
done | sort >"$dir/files"
sed -n "s/^[[:space:]]*'\([a-z0-9-]*\)',*$/\1/p" "$root/rules/meson.build" | sort >"$dir/list"
[ -s "$dir/files" ] || failed 'no rule'

same() {
	if diff -u "$dir/files" "$1" >"$dir/diff"; then
		passed
	else
		failed "rules/*.c (-) and $2 (+) differ:"
		cat "$dir/diff"
	fi
}

same "$dir/list" rules/meson.build
while read -r name; do
	if head -1 "$root/rules/$name.c" | grep -qxF "/* rule: $name"; then
		passed
	else
		failed "rules/$name.c does not begin with \"/* rule: $name\""
	fi
	# A rule says what it does with every kind of existence and binding: no default hides one.
	hidden=$(awk '/switch \(/ { ours = 0 } /case (EXISTS|BINDING)_/ { ours = 1 }
		/^[[:space:]]*default:/ && ours { print FNR }' "$root/rules/$name.c")
	if [ -z "$hidden" ]; then
		passed
	else
		failed "rules/$name.c: a default in a switch over existence or binding, line" "$hidden"
	fi
done <"$dir/files"

if [ -n "$binary" ]; then
	"$binary" rules | awk 'NF { print $1 }' | grep -xFf "$dir/files" | sort >"$dir/printed" || :
	same "$dir/printed" 'pgbounds rules'
	while read -r name; do
		if "$binary" explain "$name" | grep -q '^Fix:'; then
			passed
		else
			failed "pgbounds explain $name: no document, or no \"Fix:\" in it"
		fi
	done <"$dir/files"
fi
summary
