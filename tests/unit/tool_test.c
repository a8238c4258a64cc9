/* Migration tools: which files are a history, what of them runs forward, and in which order. */
#include "base/arena.h"
#include "suite.h"
#include "tool/tool.h"
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

START_TEST(tools_are_found_by_name)
{
	for (const struct tool *const *t = tools; *t; t++)
		ck_assert_ptr_eq(tool_by_name(str_from((*t)->name)), *t);
	ck_assert_ptr_null(tool_by_name(STR("flyweight")));
}
END_TEST

/* Files, each with a letter for what is in it: d a statement that shapes the catalog, q none; g goose
 * marks: Up with two fragments, Down with one; p goose's Down alone; m a module with a class Migration;
 * c a module without; 0 nothing was extracted. → histories: tool, directory, steps (number of fragments). */
static const struct {
	const char *files, *want;
} found[] = {
	{"", ""},
	{"d db/001_a.sql;g db/002_b.sql;g db/10_c.sql", "goose db: 002_b(2) 10_c(2);"},
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
		"sql migrations: V1__a(1) V2__b(1) V10__c(1);"},
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
		ck_assert(h->notes.v[i].order);
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
	tcase_add_loop_test(t, versions_are_numbers, 0, sizeof versions / sizeof *versions);
	tcase_add_loop_test(t, histories_are_found, 0, sizeof found / sizeof *found);
	tcase_add_test(t, tools_are_found_by_name);
}

int
main(void)
{
	return run_tests("tool", add);
}
