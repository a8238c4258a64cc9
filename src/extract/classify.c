/* What a file is for, told from its path. Rows of data, the first that fits decides. */
#include "extract/extract.h"

/* A rule about a path: one of its directories, its file name, or how the name ends. '*' as in
 * str_glob(). */
struct path_class {
	enum file_class class;
	const char *directory; /* a component of the directory part; NULL: any */
	const char *name;      /* the file's name; NULL: any */
};

/* clang-format off */
static const struct path_class rows[] = {
	{CLASS_VENDORED, "vendor", NULL},
	{CLASS_VENDORED, "node_modules", NULL},
	{CLASS_VENDORED, "third_party", NULL},
	{CLASS_VENDORED, "site-packages", NULL},
	{CLASS_VENDORED, ".venv", NULL},
	{CLASS_VENDORED, "venv", NULL},

	{CLASS_SETUP, "docker-entrypoint-initdb.d", NULL},
	{CLASS_SETUP, "seeds", NULL},
	{CLASS_SETUP, "seed", NULL},
	{CLASS_SETUP, "initdb.d", NULL},
	{CLASS_SETUP, NULL, "seed.sql"},
	{CLASS_SETUP, NULL, "seeds.sql"},

	{CLASS_TEST, "test", NULL},
	{CLASS_TEST, "tests", NULL},
	{CLASS_TEST, "testdata", NULL},
	{CLASS_TEST, "testing", NULL},
	{CLASS_TEST, "*test", NULL},
	{CLASS_TEST, "__tests__", NULL},
	{CLASS_TEST, "e2e", NULL},
	{CLASS_TEST, "fixtures", NULL},
	{CLASS_TEST, "benchmarks", NULL},
	{CLASS_TEST, NULL, "*_test.go"},
	{CLASS_TEST, NULL, "test_*.py"},
	{CLASS_TEST, NULL, "*_test.py"},
	{CLASS_TEST, NULL, "tests.py"},
	{CLASS_TEST, NULL, "conftest.py"},

	{CLASS_OTHER_DATABASE, "*sqlite", NULL},
	{CLASS_OTHER_DATABASE, "*sqlite3", NULL},
	{CLASS_OTHER_DATABASE, "*mysql", NULL},
	{CLASS_OTHER_DATABASE, "mariadb", NULL},
	{CLASS_OTHER_DATABASE, "mssql", NULL},
	{CLASS_OTHER_DATABASE, "sqlserver", NULL},
	{CLASS_OTHER_DATABASE, "clickhouse", NULL},
	{CLASS_OTHER_DATABASE, NULL, "*_sqlite.go"},
	{CLASS_OTHER_DATABASE, NULL, "*_mysql.go"},
	{CLASS_OTHER_DATABASE, NULL, "*.sqlite*.sql"},
	{CLASS_OTHER_DATABASE, NULL, "*.mysql*.sql"},

	{CLASS_DUMP, NULL, "dump*.sql"},
	{CLASS_DUMP, NULL, "*dump.sql"},
	{CLASS_DUMP, NULL, "*.dump.sql"},
	{CLASS_DUMP, "dumps", NULL},
	{CLASS_DUMP, "backups", NULL},

	{CLASS_GENERATED, NULL, "*.pb.go"},
	{CLASS_GENERATED, NULL, "*.sql.go"},
	{CLASS_GENERATED, NULL, "*_gen.go"},
	{CLASS_GENERATED, NULL, "*.gen.go"},
	{CLASS_GENERATED, NULL, "zz_generated*"},
	{CLASS_GENERATED, NULL, "*_pb2.py"},

	{CLASS_SCRIPT, "scripts", NULL},
	{CLASS_SCRIPT, "script", NULL},
	{CLASS_SCRIPT, "hack", NULL},
	{CLASS_SCRIPT, "tools", NULL},
};
/* clang-format on */

static bool
may_equal(char pattern, char c)
{
	return pattern == '*' || pattern == '?' || pattern == c;
}

/* str_glob(), asked only where the first and the last byte let it be yes: there are many rows and paths. */
static bool
fits(const char *pattern, struct str x)
{
	struct str p = str_from(pattern);

	return x.n && may_equal(p.s[0], x.s[0]) && may_equal(p.s[p.n - 1], x.s[x.n - 1]) &&
	       str_glob(p, x);
}

static bool
has_directory(struct str directories, struct str pattern)
{
	struct str part;

	while (str_cut(&directories, '/', &part))
		if (str_glob(pattern, part))
			return true;
	return false;
}

#define ROWS (sizeof rows / sizeof *rows)

/* The first row that one of the directories fits, by itself. */
static size_t
row_of_directories(struct str directories)
{
	size_t row = ROWS;
	struct str part;

	while (str_cut(&directories, '/', &part))
		for (size_t i = 0; i < row; i++)
			if (rows[i].directory && !rows[i].name &&
				fits(rows[i].directory, part))
				row = i;
	return row;
}

/* Every file of every listing comes by here: each directory is looked at once. */
enum file_class
classify_path(struct str path)
{
	size_t slash = str_rchr(path, '/');
	struct str name = slash == SIZE_MAX ? path : str_slice(path, slash + 1, path.n);
	struct str directories = slash == SIZE_MAX ? STR("") : str_slice(path, 0, slash);
	size_t row = row_of_directories(directories);

	for (size_t i = 0; i < row; i++) {
		const struct path_class *r = &rows[i];

		if (!r->name || !fits(r->name, name))
			continue;
		if (!r->directory || has_directory(directories, str_from(r->directory)))
			row = i;
	}
	return row < ROWS ? rows[row].class : CLASS_CODE;
}

const char *
file_class_word(enum file_class c)
{
	static const char *const words[FILE_CLASSES] = {
		[CLASS_CODE] = "code",
		[CLASS_MIGRATION] = "migration",
		[CLASS_TEST] = "test",
		[CLASS_SCRIPT] = "script",
		[CLASS_SETUP] = "setup",
		[CLASS_DUMP] = "dump",
		[CLASS_VENDORED] = "vendored",
		[CLASS_GENERATED] = "generated",
		[CLASS_OTHER_DATABASE] = "other database",
		[CLASS_BASELINE] = "known findings",
	};

	return words[c];
}
