#!/bin/sh
# Functions that go wrong quietly, words that put off, and what grew too long: `banned.sh ROOT`.
set -eu
# shellcheck source=tests/lint/count.sh
. "$(dirname -- "$0")/count.sh"
cd "$1"
found=$(mktemp)
trap 'rm -f "$found"' EXIT

# A file as code alone: comments and the insides of literals are blanked, lines stay.
code() {
	sed -E "s/\"([^\"\\\\]|\\\\.)*\"/\"\"/g; s/'([^'\\\\]|\\\\.)*'/''/g" "$1" |
		awk '{
			line = ""; rest = $0
			while (rest != "") {
				if (inside) {
					end = index(rest, "*/")
					if (!end) break
					inside = 0; rest = substr(rest, end + 2)
				} else {
					start = index(rest, "/*")
					if (!start) { line = line rest; break }
					line = line substr(rest, 1, start - 1)
					inside = 1; rest = substr(rest, start + 2)
				}
			}
			print line
		}'
}

functions='strtok|sprintf|vsprintf|strcpy|strcat|strncpy|atoi|atol|atof|gets|localtime|gmtime|ctime'
functions=$functions'|asctime|rand|srand|random|setlocale|alloca'
programs='|system|popen' # tests may
put_off=$(printf 'TO%s|FIX%s|XX%s' DO ME X)

for file in $(find src include rules tests -name '*.[ch]' | sort); do
	before=$n_failed
	banned=$functions$programs
	[ "${file#tests/}" = "$file" ] || banned=$functions
	code "$file" | grep -nE "(^|[^a-zA-Z0-9_.>])($banned) *\\(" | sed "s|^|$file:|" >"$found" || :
	[ ! -s "$found" ] || failed "banned: $(cat "$found")"
	lines=$(wc -l <"$file")
	[ "$lines" -le 1000 ] || failed "$file: $lines lines, split it by meaning"
	# A table of cases may be long, a function that does something may not.
	long=
	[ "${file#tests/}" != "$file" ] || long=$(awk '/^{/ { start = NR } /^}/ && start { if (NR - start > 81) print start; start = 0 }' "$file")
	[ -z "$long" ] || failed "$file: functions of more than 80 lines at line" "$long"
	[ "$before" = "$n_failed" ] && passed
done

if grep -rnEs "\\<($put_off)[: (]" src include rules tests bootstrap meson.build README.md | grep .; then
	failed 'do it now, or say in README.md that it is not done'
else
	passed
fi

summary
