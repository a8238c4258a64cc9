#!/bin/sh
# Every #include in src, include and rules is one that layers.txt allows: `layers.sh ROOT`.
set -eu
# shellcheck source=tests/lint/count.sh
. "$(dirname -- "$0")/count.sh"
cd "$1"
said=$(mktemp)
trap 'rm -f "$said"' EXIT

# Prints "FILE" for one that is as it should be, else "FILE:LINE: what is wrong".
# shellcheck disable=SC2046 # our names have no spaces
awk '
	# The layer of a file: src/LAYER/…, include/LAYER/…, rules/….
	function layer_of(file, part, n) {
		n = split(file, part, "/")
		return part[1] == "rules" ? "rules" : n > 2 ? part[2] : "cmd"
	}
	function end_file() {
		if (file && !wrong)
			print file
	}
	FILENAME == ARGV[1] {
		if (sub(/:$/, "", $1) && $1 !~ /^#/) {
			name = $1
			$1 = ""
			row[name] = $0 " "
		}
		next
	}
	FNR == 1 {
		end_file()
		file = FILENAME
		layer = layer_of(file)
		wrong = !(layer in row)
		if (wrong)
			print file ":1: layer " layer " is not in layers.txt"
	}
	!(layer in row) { next }
	match($0, /^#include "[^"]*\//) {
		split($0, part, "\"")
		header = part[2]
		of = substr(header, 1, index(header, "/") - 1)
		if (of != layer && !index(row[layer], " * ") && !index(row[layer], " " of " ")) {
			wrong = 1
			print file ":" FNR ": " layer " may not include " header ", only:" row[layer] "(tests/lint/layers.txt)"
		}
	}
	match($0, /^#include <[^>]*>/) {
		header = substr($0, 10, RLENGTH - 9)
		if (header in row && !index(row[header], " " layer " ")) {
			wrong = 1
			print file ":" FNR ": " header " is for" row[header] "(tests/lint/layers.txt)"
		}
	}
	END { end_file() }' tests/lint/layers.txt $(find src include rules -name '*.[ch]' | sort) >"$said"
count_files "$said"
summary
