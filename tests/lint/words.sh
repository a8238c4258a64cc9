#!/bin/sh
# Words that must not occur where they would mean that the design is leaking: `words.sh ROOT`.
set -eu
# shellcheck source=tests/lint/count.sh
. "$(dirname -- "$0")/count.sh"
cd "$1"

# absent WHAT PATTERN FILE...: fails for each line of the files that matches.
absent() {
	what=$1 pattern=$2
	shift 2
	if found=$(grep -rnE --include='*.[ch]' "$pattern" "$@"); then
		failed "$what:"
		printf '%s\n' "$found"
	else
		passed
	fi
}

# PostgreSQL's semantics and nothing else.
tools='django|alembic|sqlalchemy|rails|activerecord|knex|sequelize|prisma|typeorm|gorm|pgx|goose|'
tools=$tools'flyway|liquibase|dbmate|sqitch|golang-migrate|golang_migrate|python|ruby|RunSQL|RenameModel'
absent 'a tool or framework in the catalog' "[^a-zA-Z]($tools)" src/catalog include/catalog
absent 'policy in the catalog' '(world|config|rule|service)/|struct (service|config|finding|rule) ' \
	src/catalog include/catalog

# One evaluator of values; definitions begin their line.
absent 'an evaluator beside the one in unit' '^([a-z]+_)*eval(uate)?(_[a-z]+)*\(' \
	src/base src/config src/source src/host src/sql src/extract src/link src/tool src/lower \
	src/catalog src/world src/rule src/view src/report src/cmd rules

# Existence and binding are enums over which the compiler sees every switch.
if grep -q -e "'-Wswitch-enum'" meson.build; then
	passed
else
	failed 'meson.build: -Wswitch-enum is gone'
fi
summary
