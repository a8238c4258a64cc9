# shellcheck shell=sh
# What the lint scripts share: `passed` and `failed WORDS...` count a check, `count_files` many,
# `summary` ends the script.
n_passed=0 n_failed=0

passed() {
	n_passed=$((n_passed + 1))
}

failed() {
	n_failed=$((n_failed + 1))
	printf '%s\n' "$*"
}

# Each line of $1: a file that is as it should be, or "FILE:LINE: what is wrong".
count_files() {
	while read -r line; do
		case $line in
		*:*) failed "$line" ;;
		*) passed ;;
		esac
	done <"$1"
	[ "$n_passed" -gt 0 ] || failed 'no file was looked at'
}

summary() {
	printf '%d passed, %d failed\n' "$n_passed" "$n_failed"
	[ "$n_failed" = 0 ] && [ "$n_passed" -gt 0 ]
}
