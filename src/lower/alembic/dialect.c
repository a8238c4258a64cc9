/* Branches on the database: `if op.get_bind().dialect.name == "postgresql"` and its many spellings. The test
 * is a hole, its text the source. */
#include "lower/alembic_p.h"

static bool
names(struct str text, const char *const *words)
{
	for (; *words; words++)
		if (str_find(text, str_from(*words), 0) != SIZE_MAX)
			return true;
	return false;
}

/* One comparison. */
static int
one(struct str test)
{
	static const char *const ours[] = {"postgres", "PGDialect", "psycopg", NULL};
	static const char *const others[] = {"sqlite", "mysql", "mariadb", "oracle", "mssql",
		"cockroach", "MySQLDialect", "SQLiteDialect", NULL};
	static const char *const about[] = {
		"dialect", "engine", "driver", "name", "Dialect", "db_type", "backend", NULL};
	static const char *const negations[] = {"!=", "not in", " is not ", NULL};
	bool is_ours = names(test, ours), no = names(test, negations), whole = false;

	test = str_trim(test);
	while (str_starts(test, STR("not "))) {
		whole = !whole;
		test = str_trim(str_slice(test, 4, test.n));
	}
	if (names(test, (const char *const[]){"is_offline_mode", NULL}))
		return whole;
	if (!(is_ours || names(test, others)) || !names(test, about))
		return -1;
	return (is_ours != no) != whole;
}

int
alembic_dialect(struct str test)
{
	bool all = str_find(test, STR(" and "), 0) != SIZE_MAX;
	bool any = str_find(test, STR(" or "), 0) != SIZE_MAX, open = false;
	struct str word = all ? STR(" and ") : STR(" or ");

	/* Of both in one test it would have to be known what binds stronger. */
	if (all && any)
		return -1;
	for (;;) {
		size_t at = str_find(test, word, 0);
		int part = one(str_slice(test, 0, at));

		if (part == (any ? 1 : 0))
			return part;
		open |= part < 0;
		if (at == SIZE_MAX)
			return open ? -1 : part;
		test = str_slice(test, at + word.n, test.n);
	}
}
