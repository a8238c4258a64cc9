#!/bin/sh
# Every shell script of ours passes shellcheck: `shell.sh ROOT`.
set -eu
# shellcheck source=tests/lint/count.sh
. "$(dirname -- "$0")/count.sh"
cd "$1"
for script in bootstrap .ci/run hooks/pre-commit $(find fixtures tests -name '*.sh' | sort); do
	if said=$(shellcheck -x "$script" 2>&1); then
		passed
	else
		failed "$said"
	fi
done
summary
