#!/bin/sh
# Every header compiles alone, with gcc and with clang: `headers.sh ROOT BUILD`.
set -eu
# shellcheck source=tests/lint/count.sh
. "$(dirname -- "$0")/count.sh"
build=$(CDPATH='' cd -- "$2" && pwd)
cd "$1"
libraries=$(pkg-config --cflags libgit2 libpcre2-8 yaml-0.1 jansson libxxhash libmd check)

for header in $(find include src tests -name '*.h' | sort); do
	for compiler in gcc clang; do
		# Unused is what a header is that nobody includes. rules.def is made by the build.
		# shellcheck disable=SC2086 # flags are to be split
		if said=$(printf '#include "%s"\n' "$PWD/$header" |
			"$compiler" -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -Wno-unused-function \
				-Iinclude -I"${header%/*}" -I"$build/rules" $libraries -fsyntax-only -x c - 2>&1); then
			passed
		else
			failed "$header does not compile alone with $compiler:"
			printf '%s\n' "$said" | head -20
		fi
	done
done
summary
