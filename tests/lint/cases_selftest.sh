#!/bin/sh
# The case runner on itself: `cases_selftest.sh CASES`. A script stands in for pgbounds.
set -eu
here=$(dirname -- "$0")
# shellcheck source=tests/lint/count.sh
. "$here/count.sh"
cases=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/stories"

cat >"$dir/binary" <<'END'
#!/bin/sh
case $1 in
cat) cat "$2" ;;
crash) kill -SEGV $$ ;;
report) echo 'x.c:1:2: runtime error: index out of bounds' >&2 ;;
status) echo "in $PWD" >&2; exit "$2" ;;
esac
END
chmod +x "$dir/binary"

# tell NAME STATUS LINE: the story on standard input ends with STATUS and says LINE.
tell() {
	cat >"$dir/stories/$1"
	status=0
	"$cases" -b "$dir/binary" -d "$dir/stories" "$1" >"$dir/out" 2>&1 || status=$?
	if [ "$status" = "$2" ] && grep -qxF -- "$3" "$dir/out"; then
		passed
	else
		failed "$1: status $status, not $2 with \"$3\":"
		cat "$dir/out"
	fi
}

tell right.case 0 '1 passed, 0 failed' <<'END'
Everything that a story can hold.

-- a/x.sql --
-- a comment
\-- up --
\copy x
SELECT 1;

-- a/bytes hex --
00 ff 0a
-- a/thrice repeat 3 --
xy
-- a/link -> x.sql --
-- commit a First words --

$ pgbounds cat a/link
-- a comment
\-- up --
\copy x
SELECT 1;
$ git -C a log --format='%an %ad %s'
Ada Author Mon Jan 1 00:00:00 2024 +0000 First words
$ od -An -tx1 a/bytes; cat a/thrice
 00 ff 0a
xy
xy
xy

-- bare a --
-- mkdir empty --
-- branch a other --
-- rm a/x.sql --
-- stage a --
$ git -C a status -sb; ls
## other
D  x.sql
a
a.git
empty
$ cd a && pgbounds status 3
2> in $TMP/a
? 3
$ printf 'a\n\n\n'; printf '$ b\n? 1\n\\\n2> x\n-- q --\nend'
a
\
\
\$ b
\? 1
\\
\2> x
\-- q --
end
\ no newline
$ git config user.name; git config --get-all core.hooksPath
? 1
END

tell output.case 1 '  + a' <<'END'
Output that nobody expects.

$ echo a
END

tell less.case 1 '  - b' <<'END'
A line is missing.

$ echo a
a
b
END

tell error.case 1 '  + 2> a' <<'END'
Standard error counts.

$ echo a >&2
END

tell status.case 1 '  + ? 4' <<'END'
The status counts.

$ exit 4
END

tell crash.case 1 '  died by a signal' <<'END'
A crash is not a status, even when it is expected.

$ pgbounds crash
? 139
END

tell crash.bug.case 1 '  died by a signal' <<'END'
A known bug may be wrong, but it may not crash.

$ pgbounds crash
END

tell report.case 1 '  a sanitizer has something to say' <<'END'
A sanitizer's report is a failure, even when it is expected.

$ pgbounds report
2> x.c:1:2: runtime error: index out of bounds
END

tell known.bug.case 0 '1 passed, 0 failed' <<'END'
A known bug.

$ echo wrong
right
END

tell gone.bug.case 1 '0 passed, 1 failed' <<'END'
A bug that is gone.

$ echo right
right
END

tell silent.case 1 "$dir/stories/silent.case:1: no command" <<'END'
Nothing is run.
END

tell nothing.case 1 "$dir/stories/nothing.case:1: the head is to say what the story shows" <<'END'
$ true
END

tell setup.case 1 "$dir/stories/setup.case:3: cannot be done" <<'END'
What cannot be prepared is a failure.

-- bare nowhere --
$ true
END

# --update writes what was said, keeps the rest, and its result passes.
printf 'Update.\n\n$ echo a; echo b >&2; exit 1\nold\n\n-- x --\nx\n$ cat x\n' >"$dir/stories/update.case"
printf 'Update.\n\n$ echo a; echo b >&2; exit 1\na\n2> b\n? 1\n\n-- x --\nx\n$ cat x\nx\n' >"$dir/want"
"$cases" -b "$dir/binary" -d "$dir/stories" --update update.case >/dev/null || failed 'update: status'
if cmp "$dir/want" "$dir/stories/update.case" &&
	"$cases" -b "$dir/binary" -d "$dir/stories" update.case >/dev/null; then
	passed
else
	failed 'update: not what was said'
fi

if "$cases" -b "$dir/binary" -d "$dir/stories" no-such-story >/dev/null; then
	failed 'no story is no success'
else
	passed
fi
summary
