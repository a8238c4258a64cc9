#!/bin/sh
# Functions that go wrong quietly, words that put off, and what grew too long: `banned.sh ROOT`.
set -eu
# shellcheck source=tests/lint/count.sh
. "$(dirname -- "$0")/count.sh"
cd "$1"
said=$(mktemp)
trap 'rm -f "$said"' EXIT

functions='strtok|sprintf|vsprintf|strcpy|strcat|strncpy|atoi|atol|atof|gets|localtime|gmtime|ctime'
functions=$functions'|asctime|rand|srand|random|setlocale|alloca'
programs='system|popen' # tests may
put_off=$(printf 'TO%s|FIX%s|XX%s' DO ME X)

# Prints "FILE" for one that is as it should be, else "FILE:LINE: what is wrong". A table of cases of a
# test may be long, a function that does something may not.
# shellcheck disable=SC2046 # our names have no spaces
awk -v functions="$functions" -v programs="$programs" '
	# A line as code alone: comments and the insides of literals are blanked.
	function code(rest,    line, start, end) {
		gsub(/"([^"\\]|\\.)*"/, "\"\"", rest)
		gsub(/\047([^\047\\]|\\.)*\047/, "\047\047", rest)
		while (rest != "") {
			if (inside) {
				end = index(rest, "*/")
				if (!end)
					break
				inside = 0
				rest = substr(rest, end + 2)
			} else {
				start = index(rest, "/*")
				if (!start)
					return line rest
				line = line substr(rest, 1, start - 1)
				inside = 1
				rest = substr(rest, start + 2)
			}
		}
		return line
	}
	function wrong_at(line, what) {
		wrong = 1
		print file ":" line ": " what
	}
	function end_file() {
		if (lines > 1000)
			wrong_at(lines, "too many lines, split it by meaning")
		if (file && !wrong)
			print file
	}
	FNR == 1 {
		end_file()
		file = FILENAME
		is_test = file ~ /^tests\//
		banned = "(^|[^a-zA-Z0-9_.>])(" functions (is_test ? "" : "|" programs) ") *\\("
		inside = wrong = start = 0
	}
	{ lines = FNR }
	code($0) ~ banned { wrong_at(FNR, "banned: " $0) }
	/^{/ { start = FNR }
	/^}/ && start {
		if (FNR - start > 81 && !is_test)
			wrong_at(start, "a function of more than 80 lines")
		start = 0
	}
	END { end_file() }' $(find src include rules tests -name '*.[ch]' | sort) >"$said"
count_files "$said"

if grep -rnEs "\\<($put_off)[: (]" src include rules tests bootstrap meson.build README.md | grep .; then
	failed 'do it now, or say in README.md that it is not done'
else
	passed
fi

summary
