#!/bin/sh
# Every header compiles alone, with gcc and with clang: `headers.sh ROOT BUILD`.
set -eu
# shellcheck source=tests/lint/count.sh
. "$(dirname -- "$0")/count.sh"
build=$(CDPATH='' cd -- "$2" && pwd)
cd "$1"
libraries=$(pkg-config --cflags libgit2 libpcre2-8 yaml-0.1 jansson libxxhash libmd check)

# All in one run of the compiler; one by one only when that fails. Unused is what a header is that nobody
# includes. rules.def is made by the build.
headers=$(find include src tests -name '*.h' | sort)
compile() {
	compiler=$1
	shift
	# shellcheck disable=SC2086 # flags are to be split
	"$compiler" -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -Wno-unused-function -Iinclude -I"$build/rules" \
		$libraries -fsyntax-only -x c "$@" 2>&1
}

for compiler in gcc clang; do
	# shellcheck disable=SC2086 # our names have no spaces
	if compile "$compiler" $headers >/dev/null; then
		for _ in $headers; do passed; done
		continue
	fi
	for header in $headers; do
		if said=$(compile "$compiler" "$header"); then
			passed
		else
			failed "$header does not compile alone with $compiler:"
			printf '%s\n' "$said" | head -20
		fi
	done
done
summary
