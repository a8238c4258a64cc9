/* Migration tools: which files are a history, what of them runs forward, and in which order. */
#include "base/arena.h"
#include "suite.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

static const struct {
	const char *x, *y;
	int want;
} versions[] = {
	{"2_b", "10_a", -1},
	{"0002_b", "2_b", 0},
	{"0002_a", "2_b", -1},
	{"20240101120000_x", "3_y", 1},
	{"99999999999999999999999999_a", "100000000000000000000000000_a", -1},
	{"0001_a", "0001_a", 0},
};

START_TEST(versions_are_numbers)
{
	int got = tool_version_cmp(str_from(versions[_i].x), str_from(versions[_i].y));
	int back = tool_version_cmp(str_from(versions[_i].y), str_from(versions[_i].x));

	ck_assert_int_eq((got > 0) - (got < 0), versions[_i].want);
	ck_assert_int_eq((back > 0) - (back < 0), -versions[_i].want);
}
END_TEST

static const struct {
	const char *x, *y;
	int want;
} dotted[] = {
	{"1.2", "1.10", -1},
	{"1", "1.0.0", 0},
	{"1.02", "1.2", 0},
	{"2", "10", -1},
	{"1", "1.1", -1},
	{"1.0.1", "1", 1},
	{"20240101120000", "3.4", 1},
	{"99999999999999999999999999", "100000000000000000000000000", -1},
	{"0", "0.0", 0},
};

START_TEST(dotted_versions_are_numbers)
{
	int got = tool_dotted_cmp(str_from(dotted[_i].x), str_from(dotted[_i].y));
	int back = tool_dotted_cmp(str_from(dotted[_i].y), str_from(dotted[_i].x));

	ck_assert_int_eq((got > 0) - (got < 0), dotted[_i].want);
	ck_assert_int_eq((back > 0) - (back < 0), -dotted[_i].want);
}
END_TEST

static const struct {
	const char *line, *key, *want;
} settings[] = {
	{"flyway.schemas=app, audit", "flyway.schemas", "app"},
	{"flyway.schemas =", "flyway.schemas", ""},
	{"# flyway.schemas=app", "flyway.schemas", ""},
	{"provider = \"postgresql\"", "provider", "postgresql"},
	{"[flyway];defaultSchema = 'a b' # the one", "flyway.defaultSchema", "a b"},
	{"[environments.default];schemas = [ \"x\", \"y\" ]", "environments.default.schemas", "x"},
	{"[environments.other];schemas = [\"x\"]", "environments.default.schemas", ""},
	{"[engine \"pg\"];top_dir = db", "engine.pg.top_dir", "db"},
	{"[core];[engine \"pg\"];top_dir = db", "core.top_dir", ""},
	{"list = [", "list", ""},
	{"list = \"", "list", ""},
	{"=", "", ""},
	{"y spring:;  flyway:;    schemas: app", "spring.flyway.schemas", "app"},
	{"y spring:;  flyway:;    schemas:;      - app;      - audit", "spring.flyway.schemas", "app"},
	{"y spring:;  jpa: x;  flyway: {};schemas: app", "spring.flyway.schemas", ""},
	{"y spring:;  flyway:;  # none;    schemas:; other: x", "spring.flyway.schemas", ""},
	{"y a:;    b: 'c: d'", "a.b", "c: d"},
	{"y spring.flyway.schemas: app", "spring.flyway.schemas", "app"},
	{"y :", "", ""},
};

START_TEST(settings_are_read)
{
	struct arena a = {0};
	struct unit *u = arena_new(&a, struct unit);
	struct tool_file f = {.unit = u};
	struct str rest = str_from(settings[_i].line), line;

	if (str_starts(rest, STR("y "))) {
		f.path = STR("application.yml");
		rest = str_slice(rest, 2, rest.n);
	}
	unit_init(u, &a);
	u->reader = STR(UNIT_SETTINGS);
	while (str_cut(&rest, ';', &line)) {
		struct str text = str_trim(line);

		vec_push(&a, &u->marks,
			(struct mark){.text = text, .span = {.column = (uint32_t)(text.s - line.s) + 1}});
	}
	ck_assert_text(tool_setting(&a, &f, settings[_i].key, NULL), settings[_i].want);
	arena_free(&a);
}
END_TEST

START_TEST(tools_are_found_by_name)
{
	for (const struct tool *const *t = tools; *t; t++)
		ck_assert_ptr_eq(tool_by_name(str_from((*t)->name)), *t);
	ck_assert_ptr_null(tool_by_name(STR("flyweight")));
}
END_TEST

/* Files, each with a letter for what is in it: d a statement that shapes the catalog, q none; g goose
 * marks: Up with two fragments, Down with one; p goose's Down alone; m a module with a class Migration;
 * c a module without; 0 nothing was extracted; b, s, n, t: what dbmate, sql-migrate, node-pg-migrate and tern
 * cut, with a fragment before, one up and one down; B, N: dbmate's and node-pg-migrate's Down alone; k Atlas'
 * checkpoint. → histories: tool, directory, steps (number of fragments), what is said. */
static const struct {
	const char *files, *want;
} found[] = {
	{"", ""},
	{"d db/001_a.sql;g db/002_b.sql;g db/10_c.sql",
		"goose db: 001_a 002_b(2) 10_c(2) no '-- +goose Up': goose refuses this file;"},
	{"g db/1_a.sql;d db/notes.sql;0 db/2_b.go;0 db/2_b_test.go;0 db/helpers.go",
		"goose db: 1_a(2) 2_b a migration in Go: what it does to the schema is not known;"},
	{"b db/2_a.sql;b db/10_b.sql;b db/x.sql", "dbmate db: 10_b(1) 2_a(1);"},
	{"b db/1_a.sql;B db/2_b.sql",
		"dbmate db: 1_a(1) 2_b no '-- migrate:up': dbmate refuses this file;"},
	{"b db/1_a.sql;b db/1_b.sql", "dbmate db: 1_a(1) 1_b(1) number 1;"},
	{"s db/1_a.sql;s db/1_b.sql;s db/10_c.sql;s db/9_d.sql;s db/z.sql",
		"sql-migrate db: 1_a(1) 1_b(1) 9_d(1) 10_c(1) z(1);"},
	{"n db/10_a.sql;n db/9_b.sql;d db/11_c.sql;N db/12_d.sql;0 db/13_e.js",
		"node-pg-migrate db: 9_b(1) 10_a(1) 11_c(1) 12_d(2) 13_e a migration written as a "
		"program: what it does to the schema is not known;"},
	{"t db/001_a.sql;d db/002_b.sql;t db/shared/x.sql", "tern db: 001_a(2) 002_b(1);"},
	{"t db/1_a.sql;t db/3_b.sql", "tern db: 1_a(2) 3_b(2) migration 2 is missing: tern refuses a gap;"},
	{"d m/1_a/up.sql;d m/1_a/down.sql;d m/2020-01-02-3_b/up.sql;d m/20200101000000_c/up.sql",
		"diesel m: 1_a(1) 20200101000000_c(1) 2020-01-02-3_b(1);"},
	{"d m/sqlite/1_a/up.sql", ""},
	{"d m/default/1654696186008_a/up.sql;d m/default/1654696186007_b/up.sql",
		"hasura m/default: 1654696186007_b(1) 1654696186008_a(1);"},
	{"d p/migrations/2_b/migration.sql;d p/migrations/10_a/migration.sql",
		"prisma p/migrations: 10_a(1) 2_b(1);"},
	{"d d/1_a/migration.sql;0 d/1_a/snapshot.json;d d/2_b/migration.sql;0 d/2_b/snapshot.json",
		"drizzle d: 1_a(1) 2_b(1);"},
	{"d m/1_a.up.sql;0 m/2_b.up.fizz;0 m/2_b.down.fizz;d m/3_c.mysql.up.sql",
		"pop m: 1_a(1) 2_b a migration in fizz: what it does to the schema is not known;"},
	{"d m/1_a.up.sql;d m/1_a.postgres.up.sql", "pop m: 1_a(1);"},
	{"d m/1_a.sql;k m/2_b.sql;d m/3_c.sql;0 m/atlas.sum", "atlas m: 2_b(2) 3_c(1);"},
	{"d m/1_a.sql;d m/10_c.sql;d m/2_b.sql;0 m/atlas.sum", "atlas m: 10_c(1) 1_a(1) 2_b(1);"},
	{"d db/migrations/1_a.up.sql;d db/migrate/fix/1_x.sql;d db/migrate/fix/2_y.sql;d db/ddl/1_z.sql",
		"golang-migrate db/migrations: 1_a(1);sql db/ddl: 1_z(1);"},
	{"d m/1_a.up.sql;d m/1_a.down.sql;0 m/atlas.sum", "golang-migrate m: 1_a(1);"},
	{"d db/V1__a.sql;d db/V1_10__c.sql;d db/V1.9__b.sql;d db/R__z.sql;d db/R__y.sql;d db/U1__a.sql;"
	 "d db/afterMigrate.sql;d db/beforeMigrate__x.sql;d db/afterClean.sql;d db/x.sql",
		"flyway db: beforeMigrate__x(1) V1__a(1) V1.9__b(1) V1_10__c(1) R__y(1) R__z(1) "
		"afterMigrate(1);"},
	{"d db/V1__a.sql;d db/V2__b.sql;d db/B1__a.sql;d db/B2__b.sql;d db/V3__c.sql",
		"flyway db: B2__b(1) V3__c(1);"},
	{"d db/V1__a.sql;d db/V1.0__b.sql", "flyway db: V1.0__b(1) V1__a(1) version 1;"},
	{"d db/migration/x/V1__a.sql;d db/migration/y/V2__b.sql", "flyway db/migration: V1__a(1) V2__b(1);"},
	{"d db/x/V1__a.sql;d db/y/V1__b.sql", "flyway db/x: V1__a(1);flyway db/y: V1__b(1);"},
	{"d db/V1__a.sql;d db/y/V1__b.sql", "flyway db: V1__a(1);flyway db/y: V1__b(1);"},
	{"d db/V1__a.sql;d db/mysql/V2__b.sql", "flyway db: V1__a(1);"},
	{"g a/1_x.sql;g b/2_y.sql", "goose a: 1_x(2);goose b: 2_y(2);"},
	{"p a/1_x.sql", ""},
	{"g db/2_a.sql;g db/02_b.sql", "goose db: 2_a(2) 02_b(2) number 2;"},
	{"d m/1_a.up.sql;d m/1_a.down.sql;d m/10_b.up.sql;d m/9_c.up.sql",
		"golang-migrate m: 1_a(1) 9_c(1) 10_b(1);"},
	{"d m/1_a.sqlite.up.sql;d m/mysql/1_b.up.sql", ""},
	{"d m/1_a.up.sql;d m/1_b.up.sql", "golang-migrate m: 1_a(1) 1_b(1) number 1;"},
	{"d migrations/1_a.sql;d migrations/1_a.down.sql;d migrations/2_a.rollback.sql;"
	 "d migrations/2_b.sql;d migrations/down/2_b.sql",
		"sql migrations: 1_a(1) 2_b(1);"},
	{"d migrations/V2__b.sql;d migrations/V10__c.sql;q migrations/V1__a.sql",
		"flyway migrations: V1__a(1) V2__b(1) V10__c(1);"},
	{"d migrations/V2_b.sql;d migrations/V10_c.sql", "sql migrations: V2_b(1) V10_c(1);"},
	{"d migrations/1_a.sql;d migrations/1_a.sqlite.sql;d migrations/sqlite/2_b.sql",
		"sql migrations: 1_a(1);"},
	{"d migrations/1_a.sql;d migrations/01_b.sql", "sql migrations: 1_a(1) 01_b(1) number 1;"},
	{"q reports/1_a.sql;q reports/2_b.sql", ""},
	{"d sql/1_a.sql;d sql/2_b.sql", "sql sql: 1_a(1) 2_b(1);"},
	{"d sql/1_a.sql;d sql/notes.sql", ""},
	{"d db/schema.sql", "sql db/schema.sql: schema(1);"},
	{"d db/schema.sql;d migrations/1_a.sql", "sql migrations: 1_a(1);"},
	{"q db/schema.sql", ""},
	{"m a/migrations/0001_x.py;m b/migrations/0001_y.py", "django : 0001_x 0001_y;"},
	{"m a/migrations/__init__.py;m a/migrations/_x.py;c a/migrations/0001_x.py;"
	 "0 a/migrations/0002_x.py;m a/models.py;m a/migrations/old/0001_y.py",
		""},
	{"m a/migrations/0001_x.py;d a/migrations/1_x.sql;g db/1_a.sql",
		"django : 0001_x;goose db: 1_a(2);sql a/migrations: 1_x(1);"},
};

static void
add_mark(struct unit *u, const char *text)
{
	vec_push(u->arena, &u->marks, (struct mark){.text = str_from(text)});
}

static void
add_fragment(struct unit *u, uint32_t mark)
{
	vec_push(u->arena, &u->fragments, (struct fragment){.sink = SINK_FILE, .mark = mark});
}

/* A fragment before the first comment, and one behind each. */
static void
add_cut(struct unit *u, char what)
{
	static const struct {
		char what;
		const char *marks[2];
	} cuts[] = {
		{'b', {"migrate:up transaction:false", "migrate:down"}},
		{'B', {"migrate:down", NULL}},
		{'s', {"+migrate Up notransaction", "+migrate Down"}},
		{'n', {"Up Migration", "Down Migration"}},
		{'N', {"Down Migration", NULL}},
		{'t', {"pgbounds: nothing", "-- create above / drop below ----"}},
		{'k', {"atlas:checkpoint", NULL}},
	};

	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		if (cuts[i].what != what)
			continue;
		add_fragment(u, 0);
		for (size_t k = 0; k < 2 && cuts[i].marks[k]; k++) {
			add_mark(u, cuts[i].marks[k]);
			add_fragment(u, u->marks.n - 1);
		}
	}
}

static struct unit *
make_unit(struct arena *a, char what)
{
	struct unit *u = arena_new(a, struct unit);

	unit_init(u, a);
	if (what == 'd')
		vec_push(a, &u->events, (struct event){.kind = EVENT_CREATE});
	if (what == 'd' || what == 'q')
		add_fragment(u, 0);
	if (what == 'm')
		vec_push(a, &u->symbols,
			(struct symbol){.kind = SYMBOL_CLASS, .name = STR("Migration")});
	if (what == 'g') {
		add_mark(u, "+goose Up");
		add_mark(u, "+goose StatementBegin");
		add_fragment(u, 1);
		add_fragment(u, 2);
	}
	if (what == 'g' || what == 'p') {
		add_mark(u, "+goose Down");
		add_fragment(u, u->marks.n - 1);
	}
	add_cut(u, what);
	return what == '0' ? NULL : u;
}

static void
dump_history(struct buf *b, const struct tool_history *h)
{
	buf_addf(b, "%s %.*s:", h->tool->name, STR_ARG(h->directory));
	for (uint32_t i = 0; i < h->steps.n; i++) {
		buf_addf(b, " %.*s", STR_ARG(h->steps.v[i].name));
		if (h->steps.v[i].fragments.n)
			buf_addf(b, "(%u)", h->steps.v[i].fragments.n);
	}
	for (uint32_t i = 0; i < h->notes.n; i++) {
		size_t end = str_find(h->notes.v[i].text, STR(" is used"), 0);

		buf_addf(b, " %.*s", STR_ARG(str_slice(h->notes.v[i].text, 0, end)));
		ck_assert(h->notes.v[i].order == (end != SIZE_MAX));
	}
	buf_addc(b, ';');
}

START_TEST(histories_are_found)
{
	struct arena a = {0};
	struct str rest = str_from(found[_i].files), part;
	VEC(struct tool_file) files = {0};
	struct tool_histories histories = {0};
	struct buf b = {.arena = &a};

	while (str_cut(&rest, ';', &part)) {
		struct tool_file *f;

		if (!part.n)
			continue;
		f = vec_add(&a, &files);
		f->number = files.n;
		f->path = str_slice(part, 2, part.n);
		f->unit = make_unit(&a, part.s[0]);
	}
	tool_recognise_all(&a, files.v, files.n, &histories);
	for (uint32_t i = 0; i < histories.list.n; i++)
		dump_history(&b, &histories.list.v[i]);
	ck_assert_text(buf_str(&b), found[_i].want);
	arena_free(&a);
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_loop_test(t, dotted_versions_are_numbers, 0, sizeof dotted / sizeof *dotted);
	tcase_add_loop_test(t, settings_are_read, 0, sizeof settings / sizeof *settings);
	tcase_add_loop_test(t, versions_are_numbers, 0, sizeof versions / sizeof *versions);
	tcase_add_loop_test(t, histories_are_found, 0, sizeof found / sizeof *found);
	tcase_add_test(t, tools_are_found_by_name);
}

int
main(void)
{
	return run_tests("tool", add);
}
