/* What a file is for, told from its path. Rows of data, the first that fits decides. */
#include "extract/extract.h"

/* A rule about a path: one of its directories, or its file name. '*' as in str_glob(). */
struct path_class {
	enum file_class class;
	struct str directory; /* a component of the directory part; empty: any */
	struct str name;      /* the file's name; empty: any */
};
#define DIRECTORY(glob) \
	{glob, sizeof glob - 1}, \
	{ \
		NULL, 0 \
	}
#define NAME(glob) \
	{NULL, 0}, \
	{ \
		glob, sizeof glob - 1 \
	}

/* clang-format off */
static const struct path_class rows[] = {
	{CLASS_VENDORED, DIRECTORY("vendor")},
	{CLASS_VENDORED, DIRECTORY("node_modules")},
	{CLASS_VENDORED, DIRECTORY("third_party")},
	{CLASS_VENDORED, DIRECTORY("site-packages")},
	{CLASS_VENDORED, DIRECTORY("bower_components")},
	{CLASS_VENDORED, DIRECTORY(".yarn")},
	{CLASS_VENDORED, DIRECTORY(".venv")},
	{CLASS_VENDORED, DIRECTORY("venv")},

	{CLASS_SETUP, DIRECTORY("docker-entrypoint-initdb.d")},
	{CLASS_SETUP, DIRECTORY("seeds")},
	{CLASS_SETUP, DIRECTORY("seed")},
	{CLASS_SETUP, DIRECTORY("initdb.d")},
	{CLASS_SETUP, NAME("seed.sql")},
	{CLASS_SETUP, NAME("seeds.sql")},
	{CLASS_SETUP, NAME("seeds.rb")},
	{CLASS_SETUP, NAME("seeds.exs")},

	{CLASS_TEST, DIRECTORY("test")},
	{CLASS_TEST, DIRECTORY("tests")},
	{CLASS_TEST, DIRECTORY("testdata")},
	{CLASS_TEST, DIRECTORY("testing")},
	{CLASS_TEST, DIRECTORY("stub")},
	{CLASS_TEST, DIRECTORY("*test")},
	{CLASS_TEST, DIRECTORY("__tests__")},
	{CLASS_TEST, DIRECTORY("e2e")},
	{CLASS_TEST, DIRECTORY("fixtures")},
	{CLASS_TEST, DIRECTORY("benchmarks")},
	{CLASS_TEST, NAME("*_test.go")},
	{CLASS_TEST, NAME("test_*.py")},
	{CLASS_TEST, NAME("*_test.py")},
	{CLASS_TEST, NAME("tests.py")},
	{CLASS_TEST, NAME("conftest.py")},
	{CLASS_TEST, NAME("*.test.*")},
	{CLASS_TEST, NAME("*.spec.*")},
	{CLASS_TEST, NAME("*.e2e-spec.*")},
	{CLASS_TEST, NAME("*.stories.*")},
	{CLASS_TEST, DIRECTORY("__mocks__")},
	{CLASS_TEST, DIRECTORY("cypress")},
	{CLASS_TEST, DIRECTORY("spec")},
	{CLASS_TEST, DIRECTORY("features")},
	{CLASS_TEST, NAME("*_spec.rb")},
	{CLASS_TEST, NAME("*_test.rb")},
	{CLASS_TEST, NAME("*_test.exs")},

	{CLASS_OTHER_DATABASE, DIRECTORY("*sqlite")},
	{CLASS_OTHER_DATABASE, DIRECTORY("*sqlite3")},
	{CLASS_OTHER_DATABASE, DIRECTORY("*mysql")},
	{CLASS_OTHER_DATABASE, DIRECTORY("mariadb")},
	{CLASS_OTHER_DATABASE, DIRECTORY("mssql")},
	{CLASS_OTHER_DATABASE, DIRECTORY("sqlserver")},
	{CLASS_OTHER_DATABASE, DIRECTORY("clickhouse")},
	{CLASS_OTHER_DATABASE, NAME("*_sqlite.go")},
	{CLASS_OTHER_DATABASE, NAME("*_mysql.go")},
	{CLASS_OTHER_DATABASE, NAME("*.sqlite*.sql")},
	{CLASS_OTHER_DATABASE, NAME("*.mysql*.sql")},

	{CLASS_DUMP, NAME("dump*.sql")},
	{CLASS_DUMP, NAME("*dump.sql")},
	{CLASS_DUMP, NAME("*.dump.sql")},
	{CLASS_DUMP, DIRECTORY("dumps")},
	{CLASS_DUMP, DIRECTORY("backups")},

	{CLASS_GENERATED, NAME("*.pb.go")},
	{CLASS_GENERATED, NAME("*.sql.go")},
	{CLASS_GENERATED, NAME("*_gen.go")},
	{CLASS_GENERATED, NAME("*.gen.go")},
	{CLASS_GENERATED, NAME("zz_generated*")},
	{CLASS_GENERATED, NAME("*_pb2.py")},
	{CLASS_GENERATED, NAME("*.min.js")},
	{CLASS_GENERATED, NAME("*.bundle.js")},
	{CLASS_GENERATED, NAME("*.generated.*")},
	{CLASS_GENERATED, DIRECTORY("dist")},

	{CLASS_SCRIPT, DIRECTORY("scripts")},
	{CLASS_SCRIPT, DIRECTORY("script")},
	{CLASS_SCRIPT, DIRECTORY("hack")},
	{CLASS_SCRIPT, DIRECTORY("tools")},
};
/* clang-format on */

static bool
may_equal(char pattern, char c)
{
	return pattern == '*' || pattern == '?' || pattern == c;
}

/* str_glob(), asked only where the first and the last byte let it be yes: there are many rows and paths. */
static bool
fits(struct str pattern, struct str x)
{
	return x.n && pattern.n && may_equal(pattern.s[0], x.s[0]) &&
	       may_equal(pattern.s[pattern.n - 1], x.s[x.n - 1]) && str_glob(pattern, x);
}

#define ROWS (sizeof rows / sizeof *rows)

/* The first row that one of the directories fits. */
static size_t
row_of_directories(struct str directories)
{
	size_t row = ROWS;
	struct str part;

	while (str_cut(&directories, '/', &part))
		for (size_t i = 0; i < row; i++)
			if (fits(rows[i].directory, part))
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

	for (size_t i = 0; i < row; i++)
		if (fits(rows[i].name, name))
			row = i;
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
