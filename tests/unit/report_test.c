/* report: whole documents made by hand, and the bytes that each format makes of them. */
#include "base/arena.h"
#include "report/report.h"
#include "suite.h"

static struct arena arena;

static struct str
render_findings(const char *format, const struct findings_doc *d, struct report_options options)
{
	struct buf out = {.arena = &arena};

	format_by_name(str_from(format))->findings(d, &options, &out);
	return buf_str(&out);
}

/* A write of odds to a table of hub, with the owner's place. */
static struct findings_doc
one_finding(void)
{
	struct findings_doc d = {.whole = true};
	struct finding_doc *f = vec_add(&arena, &d.findings);
	struct place_doc *p;
	struct matrix_row *row;
	struct service_doc *s;

	*f = (struct finding_doc){
		.rule = STR("shared-table-write"),
		.level = STR("error"),
		.message = STR("odds updates r10_user, which hub owns"),
		.help = STR("have hub make the change"),
		.object = STR("public.r10_user"),
		.owner = STR("hub"),
		.fingerprint = STR("0123456789abcdef"),
		.confidence = STR("exact"),
		.place = {.service = STR("odds"),
			.path = STR("store.go"),
			.line = 4,
			.column = 11,
			.end_line = 4,
			.end_column = 19,
			.source = STR("\tx(\"UPDATE r10_user SET a = 1\")"),
			.caret = 11,
			.caret_length = 8},
	};
	p = vec_add(&arena, &f->related);
	*p = (struct place_doc){.path = STR("pgbounds.yaml"),
		.line = 7,
		.message = STR("table r10_user is owned by hub, declared here")};
	s = vec_add(&arena, &d.services);
	*s = (struct service_doc){.name = STR("hub"),
		.from = STR("work tree"),
		.commit = STR("0123456789abcdef0123456789abcdef01234567"),
		.files = 2,
		.tables = 1};
	row = vec_add(&arena, &d.matrix);
	*row = (struct matrix_row){.relation = STR("public.r10_user"),
		.kind = STR("table"),
		.owner = STR("hub"),
		.owner_how = STR("declared")};
	vec_push(&arena, &row->reads, STR("hub"));
	vec_push(&arena, &row->writes, STR("hub"));
	vec_push(&arena, &row->writes, STR("odds"));
	d.coverage = (struct coverage_doc){.files = 3, .fragments = 1, .parsed = 1, .pieces = 2};
	vec_push(&arena, &d.coverage.gaps,
		(struct gap_doc){.service = STR("odds"),
			.path = STR("a.go"),
			.reason = STR("dynamic"),
			.words = STR("SQL computed at run time"),
			.one = STR("statement computed at run time"),
			.many = STR("statements computed at run time"),
			.detail = STR("the table's name"),
			.line = 9});
	return d;
}

START_TEST(text_findings)
{
	struct findings_doc d = one_finding();

	ck_assert_text(render_findings("text", &d, (struct report_options){0}),
		"odds/store.go:4:11: error: odds updates r10_user, which hub owns "
		"[shared-table-write]\n"
		"    x(\"UPDATE r10_user SET a = 1\")\n"
		"              ^~~~~~~~\n"
		"    pgbounds.yaml:7: note: table r10_user is owned by hub, declared here\n"
		"    help: have hub make the change\n"
		"\n"
		"SERVICE  READ FROM  COMMIT        FILES  TABLES  SCHEMAS\n"
		"hub      work tree  0123456789ab  2      1       -\n"
		"\n"
		"RELATION         KIND   OWNER  WHY       READ BY  WRITTEN BY  ALTERED BY\n"
		"public.r10_user  table  hub    declared  hub      hub, odds   -\n"
		"\n"
		"1 error\n"
		"read 3 files, 1 SQL fragment, 1 parsed; 1 blind spot: 1 statement computed at run time "
		"(--verbose lists them)\n"
		"set aside: 2 SQL words that are no statement\n");
}
END_TEST

START_TEST(text_verbose)
{
	struct findings_doc d = one_finding();

	d.whole = false;
	d.findings.n = 0;
	d.suppressed = 2;
	d.baselined = 12;
	ck_assert_text(render_findings("text", &d, (struct report_options){.verbose = true}),
		"no findings, 2 suppressed, 12 in the baseline\n"
		"odds/a.go:9: blind spot: SQL computed at run time: the table's name\n"
		"read 3 files, 1 SQL fragment, 1 parsed; 1 blind spot: 1 statement computed at run time\n"
		"set aside: 2 SQL words that are no statement\n");
}
END_TEST

START_TEST(text_colour)
{
	struct findings_doc d = one_finding();

	d.whole = false;
	d.findings.v[0].related.n = 0;
	d.findings.v[0].help = (struct str){0};
	d.coverage = (struct coverage_doc){0};
	ck_assert_text(render_findings("text", &d, (struct report_options){.colour = true}),
		"\033[1modds/store.go:4:11\033[0m: \033[1;31merror\033[0m: odds updates r10_user, "
		"which hub owns [shared-table-write]\n"
		"    x(\"UPDATE r10_user SET a = 1\")\n"
		"              \033[1;32m^~~~~~~~\033[0m\n"
		"\n"
		"\033[1;31m1 error\033[0m\n"
		"read 0 files, 0 SQL fragments, 0 parsed; no blind spots\n");
}
END_TEST

/* One finding with nothing but a place: what the source line and the caret look like. */
static struct str
excerpt_of(struct str source, uint32_t caret, uint32_t length)
{
	struct findings_doc d = {0};
	struct str text;
	size_t end;

	vec_push(&arena, &d.findings,
		(struct finding_doc){.level = STR("note"),
			.message = STR("m"),
			.rule = STR("r"),
			.place = {.path = STR("f"),
				.source = source,
				.caret = caret,
				.caret_length = length}});
	text = render_findings("text", &d, (struct report_options){0});
	end = str_find(text, STR("\n\n"), 0);
	return str_slice(text, sizeof "f: note: m [r]\n" - 1, end == SIZE_MAX ? 0 : end);
}

START_TEST(text_excerpts)
{
	static const struct {
		const char *source;
		uint32_t caret, length;
		const char *want;
	} cases[] = {
		{"  a b", 4, 1, "    a b\n      ^"},
		{"a\tb", 2, 1, "    a b\n      ^"},
		{"\xc3\xa9 b", 3, 1, "    \xc3\xa9 b\n      ^"},
		{"\xff b", 2, 1, "    \\xFF b\n         ^"},
		{"a\033[2Jb", 5, 1, "    a\\x1B[2Jb\n            ^"},
		{"abc", 0, 0, "    abc"},
		{"abc", 0, 3, "    abc\n    ^~~"},
		{"abc", 1, 99, "    abc\n     ^~"},
		{"   ", 0, 1, ""},
		{"", 0, 1, ""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_text(
			excerpt_of(str_from(cases[i].source), cases[i].caret, cases[i].length),
			cases[i].want);
}
END_TEST

/* The guilty part of a line of 4,000 bytes is still in sight. */
START_TEST(text_long_line)
{
	struct buf line = {.arena = &arena};
	struct str got;

	while (line.n < 4000)
		buf_add(&line, line.n == 2000 ? STR("guilty ") : STR("x"));
	got = excerpt_of(buf_str(&line), 2000, 6);
	ck_assert(str_find(got, STR("guilty"), 0) != SIZE_MAX);
	ck_assert(str_find(got, STR("^~~~~~"), 0) != SIZE_MAX);
	ck_assert_uint_lt(got.n, 300);
}
END_TEST

START_TEST(json_findings)
{
	struct findings_doc d = one_finding();

	d.suppressed = 1;
	ck_assert_text(render_findings("json", &d, (struct report_options){0}),
		"{\n"
		"  \"version\": 1,\n"
		"  \"findings\": [\n"
		"    {\n"
		"      \"rule\": \"shared-table-write\",\n"
		"      \"level\": \"error\",\n"
		"      \"message\": \"odds updates r10_user, which hub owns\",\n"
		"      \"help\": \"have hub make the change\",\n"
		"      \"service\": \"odds\",\n"
		"      \"path\": \"store.go\",\n"
		"      \"line\": 4,\n"
		"      \"column\": 11,\n"
		"      \"end_line\": 4,\n"
		"      \"end_column\": 19,\n"
		"      \"object\": \"public.r10_user\",\n"
		"      \"owner\": \"hub\",\n"
		"      \"related\": [\n"
		"        {\n"
		"          \"service\": \"\",\n"
		"          \"path\": \"pgbounds.yaml\",\n"
		"          \"line\": 7,\n"
		"          \"column\": 0,\n"
		"          \"message\": \"table r10_user is owned by hub, declared here\"\n"
		"        }\n"
		"      ],\n"
		"      \"fingerprint\": \"0123456789abcdef\",\n"
		"      \"confidence\": \"exact\"\n"
		"    }\n"
		"  ],\n"
		"  \"services\": [\n"
		"    {\n"
		"      \"name\": \"hub\",\n"
		"      \"from\": \"work tree\",\n"
		"      \"commit\": \"0123456789abcdef0123456789abcdef01234567\",\n"
		"      \"revision\": \"\",\n"
		"      \"committed\": \"\",\n"
		"      \"url\": \"\",\n"
		"      \"here\": false,\n"
		"      \"schemas\": [],\n"
		"      \"files\": 2,\n"
		"      \"tables\": 1\n"
		"    }\n"
		"  ],\n"
		"  \"matrix\": [\n"
		"    {\n"
		"      \"relation\": \"public.r10_user\",\n"
		"      \"kind\": \"table\",\n"
		"      \"owner\": \"hub\",\n"
		"      \"owner_how\": \"declared\",\n"
		"      \"reads\": [\n"
		"        \"hub\"\n"
		"      ],\n"
		"      \"writes\": [\n"
		"        \"hub\",\n"
		"        \"odds\"\n"
		"      ],\n"
		"      \"alters\": []\n"
		"    }\n"
		"  ],\n"
		"  \"suppressed\": 1,\n"
		"  \"baselined\": 0,\n"
		"  \"crossing_foreign_keys\": [],\n"
		"  \"shared_writes\": [],\n"
		"  \"unowned\": [],\n"
		"  \"unused\": [],\n"
		"  \"coverage\": {\n"
		"    \"files\": 3,\n"
		"    \"fragments\": 1,\n"
		"    \"parsed\": 1,\n"
		"    \"pieces\": 2,\n"
		"    \"prose\": 0,\n"
		"    \"dialect\": 0,\n"
		"    \"tests\": 0,\n"
		"    \"blind_spots\": [\n"
		"      {\n"
		"        \"service\": \"odds\",\n"
		"        \"path\": \"a.go\",\n"
		"        \"line\": 9,\n"
		"        \"reason\": \"dynamic\",\n"
		"        \"detail\": \"the table's name\"\n"
		"      }\n"
		"    ]\n"
		"  }\n"
		"}\n");
}
END_TEST

/* A place in a file whose name is Latin-1, with every part of `who` that varies. */
static struct who_doc
two_places(void)
{
	struct who_doc d = {.object = STR("r10_user"), .owner = STR("hub")};

	vec_push(&arena, &d.places,
		(struct who_place){.place = {.service = STR("odds"),
					   .path = STR("caf\xe9.go"),
					   .line = 3,
					   .column = 2,
					   .source = STR("\tUPDATE r10_user"),
					   .caret = 8},
			.relation = STR("public.r10_user"),
			.column_name = STR("score"),
			.access = STR("read,update"),
			.form = STR("literal"),
			.class_word = STR("code"),
			.confidence = STR("exact")});
	vec_push(&arena, &d.places,
		(struct who_place){
			.place = {.service = STR("odds"), .path = STR("t.go"), .line = 1},
			.relation = STR("r10_user"),
			.access = STR("read"),
			.form = STR("joined"),
			.class_word = STR("test"),
			.confidence = STR("guess")});
	return d;
}

START_TEST(text_who)
{
	struct who_doc d = two_places();
	struct report_options options = {0};
	struct buf out = {.arena = &arena};

	format_by_name(STR("text"))->who(&d, &options, &out);
	ck_assert_text(buf_str(&out),
		"odds/caf\\xE9.go:3:2: read,update public.r10_user.score: UPDATE r10_user\n"
		"odds/t.go:1: read r10_user [test, guess]\n");
}
END_TEST

START_TEST(json_who)
{
	struct who_doc d = two_places();
	struct report_options options = {0};
	struct buf out = {.arena = &arena};

	d.places.n = 1;
	format_by_name(STR("json"))->who(&d, &options, &out);
	ck_assert_text(buf_str(&out), "{\n"
				      "  \"version\": 1,\n"
				      "  \"object\": \"r10_user\",\n"
				      "  \"owner\": \"hub\",\n"
				      "  \"places\": [\n"
				      "    {\n"
				      "      \"service\": \"odds\",\n"
				      "      \"path\": \"caf\xef\xbf\xbd.go\",\n"
				      "      \"line\": 3,\n"
				      "      \"column\": 2,\n"
				      "      \"relation\": \"public.r10_user\",\n"
				      "      \"column_name\": \"score\",\n"
				      "      \"access\": [\n"
				      "        \"read\",\n"
				      "        \"update\"\n"
				      "      ],\n"
				      "      \"form\": \"literal\",\n"
				      "      \"class\": \"code\",\n"
				      "      \"confidence\": \"exact\",\n"
				      "      \"kind\": \"bound\"\n"
				      "    }\n"
				      "  ],\n"
				      "  \"bytes_replaced\": true\n"
				      "}\n");
}
END_TEST

/* A relation, a live foreign key of it and a dropped one. */
static struct catalog_doc
small_catalog(void)
{
	struct catalog_doc d = {0};
	struct relation_doc *r = vec_add(&arena, &d.relations);
	struct foreign_key_doc *k;

	*r = (struct relation_doc){.database = STR("app"),
		.schema = STR("billing"),
		.name = STR("invoice"),
		.kind = STR("table"),
		.owner = STR("billing"),
		.exists = STR("maybe"),
		.place = {
			.service = STR("billing"), .path = STR("1.sql"), .line = 2, .column = 14}};
	vec_push(&arena, &r->columns,
		(struct column_doc){
			STR("id"), STR("bigint"), .not_null = true, .has_default = true});
	for (int i = 0; i < 2; i++) {
		k = vec_add(&arena, &d.foreign_keys);
		*k = (struct foreign_key_doc){.database = STR("app"),
			.name = STR("fk"),
			.from = STR("billing.invoice"),
			.to = STR("auth.users"),
			.on_delete = STR("cascade"),
			.on_update = STR("no action"),
			.place = r->place,
			.live = i == 0};
		vec_push(&arena, &k->columns, STR("user_id"));
		vec_push(&arena, &k->to_columns, STR("id"));
	}
	vec_push(&arena, &d.schemas,
		(struct schema_doc){.database = STR("app"),
			.name = STR("billing"),
			.owner = STR("billing"),
			.place = {.service = STR("billing"),
				.path = STR("1.sql"),
				.line = 1,
				.column = 15}});
	vec_push(&arena, &d.roles, (struct role_doc){.name = STR("billing_rw")});
	vec_push(&arena, &d.roles.v[0].search_path, STR("billing"));
	vec_push(&arena, &d.roles.v[0].search_path, STR("public"));
	return d;
}

START_TEST(text_catalog)
{
	struct catalog_doc d = small_catalog();
	struct report_options options = {0};
	struct buf out = {.arena = &arena};

	format_by_name(STR("text"))->catalog(&d, &options, &out);
	ck_assert_text(buf_str(&out),
		"billing/1.sql:1:15: schema billing, owned by billing, in database app\n"
		"billing/1.sql:2:14: table billing.invoice, owned by billing, which only may exist\n"
		"    id bigint not null default\n"
		"    foreign key fk (user_id) references auth.users (id) on delete cascade\n"
		"\n"
		"role billing_rw, search_path billing, public\n"
		"\n"
		"read 0 files, 0 SQL fragments, 0 parsed; no blind spots\n");
}
END_TEST

START_TEST(json_catalog)
{
	struct catalog_doc d = small_catalog();
	struct report_options options = {0};
	struct buf out = {.arena = &arena};

	d.schemas.n = d.roles.n = 0;
	d.foreign_keys.n = 1;
	format_by_name(STR("json"))->catalog(&d, &options, &out);
	ck_assert_text(
		str_slice(buf_str(&out), 0, str_find(buf_str(&out), STR("  \"coverage\""), 0)),
		"{\n"
		"  \"version\": 1,\n"
		"  \"relations\": [\n"
		"    {\n"
		"      \"database\": \"app\",\n"
		"      \"schema\": \"billing\",\n"
		"      \"name\": \"invoice\",\n"
		"      \"kind\": \"table\",\n"
		"      \"owner\": \"billing\",\n"
		"      \"service\": \"billing\",\n"
		"      \"path\": \"1.sql\",\n"
		"      \"line\": 2,\n"
		"      \"exists\": \"maybe\",\n"
		"      \"columns\": [\n"
		"        {\n"
		"          \"name\": \"id\",\n"
		"          \"type\": \"bigint\",\n"
		"          \"not_null\": true,\n"
		"          \"default\": true\n"
		"        }\n"
		"      ],\n"
		"      \"constraints\": []\n"
		"    }\n"
		"  ],\n"
		"  \"foreign_keys\": [\n"
		"    {\n"
		"      \"database\": \"app\",\n"
		"      \"name\": \"fk\",\n"
		"      \"from\": \"billing.invoice\",\n"
		"      \"columns\": [\n"
		"        \"user_id\"\n"
		"      ],\n"
		"      \"to\": \"auth.users\",\n"
		"      \"to_columns\": [\n"
		"        \"id\"\n"
		"      ],\n"
		"      \"on_delete\": \"cascade\",\n"
		"      \"on_update\": \"no action\",\n"
		"      \"service\": \"billing\",\n"
		"      \"path\": \"1.sql\",\n"
		"      \"line\": 2,\n"
		"      \"live\": true\n"
		"    }\n"
		"  ],\n"
		"  \"schemas\": [],\n"
		"  \"roles\": [],\n"
		"  \"grants\": [],\n");
}
END_TEST

START_TEST(escapes)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"plain", "plain"},
		{"caf\xc3\xa9", "caf\xc3\xa9"},
		{"caf\xe9", "caf\\xE9"},
		{"a\nb\033[0m", "a\\x0Ab\\x1B[0m"},
		{"\xc2\x9b", "\\xC2\\x9B"},
		{"\x7f", "\\x7F"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = {.arena = &arena};

		report_escape(&out, str_from(cases[i].text));
		ck_assert_text(buf_str(&out), cases[i].want);
	}
	ck_assert_ptr_null(format_by_name(STR("xml")));
}
END_TEST

START_TEST(yaml_scalars)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"r10-hub", "r10-hub"},
		{"../odds/db_v2.1", "../odds/db_v2.1"},
		{".", "."},
		{"", "\"\""},
		{"r10_*", "\"r10_*\""},
		{"Yes", "\"Yes\""},
		{"null", "\"null\""},
		{"2024", "\"2024\""},
		{"1e5", "\"1e5\""},
		{"-x", "\"-x\""},
		{".5", "\".5\""},
		{"a: b", "\"a: b\""},
		{"say \"x\\\"", "\"say \\\"x\\\\\\\"\""},
		{"a\nb\x7f", "\"a\\x0Ab\\x7F\""},
		{"\xc3\xa9t\xc3\xa9", "\"\xc3\xa9t\xc3\xa9\""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = {.arena = &arena};

		report_yaml_scalar(&out, str_from(cases[i].text));
		ck_assert_text(buf_str(&out), cases[i].want);
	}
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, yaml_scalars);
	tcase_add_test(t, text_findings);
	tcase_add_test(t, text_verbose);
	tcase_add_test(t, text_colour);
	tcase_add_test(t, text_excerpts);
	tcase_add_test(t, text_long_line);
	tcase_add_test(t, text_who);
	tcase_add_test(t, text_catalog);
	tcase_add_test(t, json_findings);
	tcase_add_test(t, json_who);
	tcase_add_test(t, json_catalog);
	tcase_add_test(t, escapes);
}

int
main(void)
{
	int status = run_tests("report", add);

	arena_free(&arena);
	return status;
}
