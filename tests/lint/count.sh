# shellcheck shell=sh
# What the lint scripts share: `passed` and `failed WORDS...` count a check, `summary` ends the script.
n_passed=0 n_failed=0

passed() {
	n_passed=$((n_passed + 1))
}

failed() {
	n_failed=$((n_failed + 1))
	printf '%s\n' "$*"
}

summary() {
	printf '%d passed, %d failed\n' "$n_passed" "$n_failed"
	[ "$n_failed" = 0 ] && [ "$n_passed" -gt 0 ]
}
