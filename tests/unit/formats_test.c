/* report: what each format has to escape, count and cut. */
#include <jansson.h>

#include "base/arena.h"
#include "report/column_p.h"
#include "report/line_hash.h"
#include "report/markdown_text_p.h"
#include "report/report.h"
#include "report/uri_p.h"
#include "report/xml_p.h"
#include "suite.h"

static struct arena arena;
static const struct report_options options = {.version = "0.1.0"};

static struct str
render(const char *format, const struct findings_doc *d)
{
	struct buf out = {.arena = &arena};

	format_by_name(str_from(format))->findings(d, &options, &out);
	return buf_str(&out);
}

static bool
contains(struct str text, const char *what)
{
	return str_find(text, str_from(what), 0) != SIZE_MAX;
}

/* A finding in the repository reported on, at a place whose every part can be said to be odd. */
static struct finding_doc *
add_finding(struct findings_doc *d, const char *level, const char *path, const char *message)
{
	struct finding_doc *f = vec_add(&arena, &d->findings);

	*f = (struct finding_doc){.rule = STR("r-one"),
		.level = str_from(level),
		.message = str_from(message),
		.fingerprint = STR("0123456789abcdef"),
		.confidence = STR("exact"),
		.place = {.service = STR("odds"),
			.path = str_from(path),
			.here = str_from(path),
			.line = 4,
			.column = 2,
			.end_line = 4,
			.end_column = 3}};
	return f;
}

static struct findings_doc
document(void)
{
	struct findings_doc d = {.repository = STR("odds")};

	vec_push(&arena, &d.rules,
		(struct rule_doc){.name = STR("r-one"),
			.summary = STR("does one"),
			.level = STR("error"),
			.description = STR("Does one."),
			.text = STR("r-one\n"),
			.markdown = STR("Does one.\n")});
	vec_push(&arena, &d.services,
		(struct service_doc){.name = STR("odds"),
			.from = STR("work tree"),
			.commit = STR("0123456789abcdef0123456789abcdef01234567"),
			.revision = STR("origin/main"),
			.url = STR("git@example.org:group/odds.git"),
			.reported = true});
	return d;
}

START_TEST(columns)
{
	static const struct {
		const char *line;
		uint32_t column, want;
	} cases[] = {
		{"abc", 1, 1},
		{"abc", 3, 3},
		{"abc", 6, 6},
		{"\ta", 2, 2},
		{"\xc3\xa9 b", 4, 3},
		{"\xf0\x90\x90\x80 b", 5, 3},
		{"\xe2\x82\xac", 4, 2},
		{"\xff\xfe b", 4, 4},
		{"", 7, 7},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_uint_eq(
			column_utf16(str_from(cases[i].line), cases[i].column), cases[i].want);
}
END_TEST

START_TEST(uris)
{
	ck_assert_text(uri_of_path(&arena, STR("a b/c%d:e#f?g")), "a%20b/c%25d%3Ae%23f%3Fg");
	ck_assert_text(uri_of_path(&arena, STR("caf\xc3\xa9\xff.go")), "caf%C3%A9%FF.go");
	ck_assert_text(uri_of_path(&arena, STR("-._~/A1")), "-._~/A1");
	ck_assert_text(uri_of_remote(&arena, STR("https://example.org/a b.git")),
		"https://example.org/a%20b.git");
	ck_assert_text(uri_of_remote(&arena, STR("git@example.org:group/odds.git")),
		"ssh://git@example.org/group/odds.git");
	ck_assert_text(
		uri_of_remote(&arena, STR("example.org:/srv/odds")), "ssh://example.org/srv/odds");
	ck_assert_text(uri_of_remote(&arena, STR("/srv/odds.git")), "");
	ck_assert_text(uri_of_remote(&arena, STR("./a:b")), "");
	ck_assert_text(uri_of_remote(&arena, STR("")), "");
}
END_TEST

START_TEST(xml)
{
	struct buf out = {.arena = &arena};

	xml_add(&out, STR("a<b>&\"c\" ]]>\t\n\r\0\x01\x7f\xff \xc3\xa9 \xef\xbf\xbe"));
	ck_assert_text(buf_str(&out), "a&lt;b&gt;&amp;&quot;c&quot; ]]&gt;&#9;&#10;&#13;"
				      "\\x00\\x01\\x7F\\xFF \xc3\xa9 \\xEF\\xBF\\xBE");
}
END_TEST

START_TEST(markdown_codes)
{
	static const struct {
		const char *text;
		bool cell;
		const char *want;
	} cases[] = {
		{"", false, ""},
		{"a", false, "`a`"},
		{"a`b``c", false, "```a`b``c```"},
		{"`", false, "`` ` ``"},
		{" a ", false, "`  a  `"},
		{"a|b", false, "`a|b`"},
		{"a|b", true, "`a\\|b`"},
		{"a\nb\tc\xff", false, "`a\\x0Ab c\\xFF`"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = {.arena = &arena};

		markdown_code(&out, str_from(cases[i].text), cases[i].cell);
		ck_assert_text(buf_str(&out), cases[i].want);
	}
}
END_TEST

START_TEST(markdown_sentences)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"odds reads r10_user, which hub owns", "odds reads `r10_user`, which hub owns"},
		{"owner's cross-service (a.b): 12 times",
			"owner's cross-service (`a.b`): 12 times"},
		{"@everyone see #1 and !2", "`@everyone` see `#1` and `!2`"},
		{"<img src=x> [a](b) **b** _i_", "`<img` `src=x>` `[a](b)` `**b**` `_i_`"},
		{"http://example.org www.example.org a@b.c",
			"`http://example.org` `www.example.org` `a@b.c`"},
		{"grant {to: odds, may: [read]} to", "grant `{to: odds, may: [read]}` to"},
		{"grants: [{to: odds}]", "grants: `[{to: odds}]`"},
		{"a { b", "a `{` b"},
		{"a  b ", "a b "},
		{"12ab - 'a", "`12ab` `-` `'a`"},
		{"...", "..."},
		{"caf\xc3\xa9", "`caf\xc3\xa9`"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = {.arena = &arena};

		markdown_words(&out, str_from(cases[i].text), false);
		ck_assert_text(buf_str(&out), cases[i].want);
	}
}
END_TEST

START_TEST(markdown_fence)
{
	struct buf out = {.arena = &arena};

	markdown_line(&out, STR("a ```` b\t</details>"));
	ck_assert_text(buf_str(&out), "`````\na ```` b </details>\n`````\n");
}
END_TEST

/* However much there is to say: less than 65,000 bytes, whole findings, and how many are left out. */
START_TEST(markdown_limit)
{
	struct findings_doc d = document();
	struct str text;
	uint32_t shown = 0;

	d.whole = true;
	for (int i = 0; i < 700; i++) {
		struct finding_doc *f = add_finding(
			&d, i == 699 ? "error" : "note", "store.go", "odds updates r10_user");

		f->help = STR("have hub make the change");
		vec_push(&arena, &d.matrix,
			(struct matrix_row){
				.relation = STR("public.a_table_with_a_long_name_as_generators_make"
						"_them_and_nobody_else_ever_would"),
				.kind = STR("table")});
		vec_push(&arena, &d.coverage.gaps,
			(struct gap_doc){.path = STR("a.go"), .words = STR("template")});
	}
	text = render("markdown", &d);
	ck_assert_uint_lt(text.n, 65000);
	ck_assert_uint_gt(text.n, 60000);
	ck_assert(str_starts(text, STR("## pgbounds: 1 error, 699 notes\n\n**error** ")));
	for (size_t i = 0; (i = str_find(text, STR("</details>"), i)) != SIZE_MAX; i++)
		shown++;
	ck_assert(
		contains(text, str_format(&arena, "**%u more are not shown here", 700 - shown).s));
	ck_assert(contains(text, "blind spots\n"));

	d.findings.n = 3;
	d.suppressed = 2;
	d.baselined = 1;
	text = render("markdown", &d);
	ck_assert(str_starts(text, STR("## pgbounds: 3 notes, 2 suppressed, 1 in the baseline\n")));
	ck_assert_uint_lt(text.n, 65000);
	ck_assert(contains(text, "more rows are not shown here"));
	ck_assert(str_ends(text, STR("</details>\n\n")));
}
END_TEST

START_TEST(markdown_many_places)
{
	struct findings_doc d = document();
	struct finding_doc *f = add_finding(&d, "error", "a.go", "m");

	for (int i = 0; i < 21; i++)
		vec_push(&arena, &f->related,
			(struct place_doc){.path = STR("b.go"), .message = STR("used here")});
	ck_assert(contains(render("markdown", &d), "- used here: `b.go`\n- and 1 more places\n"));
}
END_TEST

START_TEST(github_escapes)
{
	struct findings_doc d = document();
	struct finding_doc *f = add_finding(
		&d, "error", "a,b:c%.go", "100%\r::stop-commands::x\nsecond\x1b[2J\xff");

	f->place.source = STR("\xf0\x90\x90\x80xy");
	f->place.column = 5;
	f->place.end_column = 6;
	ck_assert_text(render("github", &d),
		"::error file=a%2Cb%3Ac%25.go,line=4,endLine=4,col=3,endColumn=4,"
		"title=pgbounds%3A r-one::100%25\\x0D::stop-commands::x%0Asecond\\x1B[2J\\xFF.\n");
}
END_TEST

/* A place elsewhere is in the message, one of several lines has no end column, a file no line. */
START_TEST(github_places)
{
	struct findings_doc d = document();
	struct finding_doc *f = add_finding(&d, "warning", "a.go", "m");

	f->place.here = (struct str){0};
	f = add_finding(&d, "warning", "b.go", "m");
	f->place.end_line = 5;
	f = add_finding(&d, "note", "c.go", "m");
	f->place.line = 0;
	ck_assert_text(render("github", &d),
		"::warning title=pgbounds%3A r-one::odds/a.go:4:2: m.\n"
		"::warning file=b.go,line=4,endLine=4,col=2,title=pgbounds%3A r-one::m.\n"
		"::notice file=c.go,title=pgbounds%3A r-one::m.\n");
}
END_TEST

/* Ten of each level, the worst first, and how many there are besides. */
START_TEST(github_limit)
{
	struct findings_doc d = document();
	struct report_options with_summary = {.summary = true};
	struct buf out = {.arena = &arena};
	uint32_t errors = 0, notes = 0;
	struct str text;

	for (int i = 0; i < 12; i++) {
		add_finding(&d, "note", "a.go", "m");
		add_finding(&d, "error", "a.go", "m");
		if (i < 11)
			add_finding(&d, "warning", "a.go", "m");
	}
	text = render("github", &d);
	for (size_t i = 0; (i = str_find(text, STR("::error "), i)) != SIZE_MAX; i++)
		errors++;
	for (size_t i = 0; (i = str_find(text, STR("::notice "), i)) != SIZE_MAX; i++)
		notes++;
	ck_assert_uint_eq(errors, 10);
	ck_assert_uint_eq(notes, 10);
	ck_assert(str_starts(text, STR("::error ")));
	ck_assert(str_ends(text, STR("\npgbounds: 2 more errors, 1 more warning, 2 more notes than "
				     "a step can annotate\n")));
	format_by_name(STR("github"))->findings(&d, &with_summary, &out);
	ck_assert(str_ends(buf_str(&out),
		STR(" than a step can annotate: the summary of this step shows them\n")));
}
END_TEST

/* Nothing of another report is obeyed, whatever it says. */
START_TEST(github_shield)
{
	struct buf out = {.arena = &arena};
	struct str text, first, last;

	format_by_name(STR("github"))->shield(STR("::error::x\nno line end"), &out);
	text = buf_str(&out);
	ck_assert(str_cut(&text, '\n', &first));
	ck_assert(str_starts(first, STR("::stop-commands::pgbounds-")));
	ck_assert(str_starts(text, STR("::error::x\nno line end\n")));
	last = str_slice(text, sizeof "::error::x\nno line end\n" - 1, text.n);
	ck_assert(str_eq(
		last, str_format(&arena, "::%.*s::\n", STR_ARG(str_slice(first, 17, first.n)))));
}
END_TEST

static json_t *
parsed(struct str text)
{
	json_t *root = json_loadb(text.s, text.n, 0, NULL);

	ck_assert_ptr_nonnull(root);
	return root;
}

START_TEST(gitlab_fingerprints)
{
	struct findings_doc d = document();
	json_t *root;

	add_finding(&d, "error", "a.go", "m");
	add_finding(&d, "warning", "a.go", "m")->place.line = 0;
	add_finding(&d, "note", "b.go", "m")->place.here = (struct str){0};
	root = parsed(render("gitlab", &d));
	ck_assert_uint_eq(json_array_size(root), 3);
	for (size_t i = 0; i < 3; i++) {
		static const struct {
			const char *fingerprint, *severity, *path;
			int line;
		} want[] = {
			{"0123456789abcdef", "major", "a.go", 4},
			{"0123456789abcdef-2", "minor", "a.go", 1},
			{"0123456789abcdef-3", "info", "odds/b.go", 4},
		};
		const char *fingerprint, *severity, *path;
		int line;

		ck_assert(!json_unpack(json_array_get(root, i), "{s:s, s:s, s:{s:s, s:{s:i}}}",
			"fingerprint", &fingerprint, "severity", &severity, "location", "path",
			&path, "lines", "begin", &line));
		ck_assert_str_eq(fingerprint, want[i].fingerprint);
		ck_assert_str_eq(severity, want[i].severity);
		ck_assert_str_eq(path, want[i].path);
		ck_assert_int_eq(line, want[i].line);
	}
	json_decref(root);
}
END_TEST

START_TEST(junit_counts)
{
	struct findings_doc d = document();

	vec_push(&arena, &d.rules,
		(struct rule_doc){.name = STR("r-two"), .summary = STR("does <two>")});
	add_finding(&d, "error", "a.go", "]]>");
	add_finding(&d, "note", "a.go", "n");
	ck_assert_text(render("junit", &d),
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites name=\"pgbounds\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\">\n"
		"  <testsuite name=\"r-one\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\">\n"
		"    <testcase classname=\"a.go\" name=\"a.go:4:2: ]]&gt;\">\n"
		"      <failure type=\"error\" message=\"]]&gt;\">a.go:4:2: ]]&gt;.</failure>\n"
		"    </testcase>\n"
		"    <testcase classname=\"a.go\" name=\"a.go:4:2: n\">\n"
		"      <skipped message=\"n\"/>\n"
		"    </testcase>\n"
		"  </testsuite>\n"
		"  <testsuite name=\"r-two\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\">\n"
		"    <testcase classname=\"pgbounds\" name=\"no finding: does &lt;two&gt;\"/>\n"
		"  </testsuite>\n"
		"</testsuites>\n");
}
END_TEST

/* What editors open: the path from here, else the service's; second places and help as notes. */
START_TEST(gcc_lines)
{
	struct findings_doc d = document();
	struct finding_doc *f = add_finding(&d, "error", "a\x1b.go", "m\nn");

	f->place.typed = STR("../odds/a.go");
	f->help = STR("do");
	vec_push(&arena, &f->related,
		(struct place_doc){
			.path = STR("pgbounds.yaml"), .line = 2, .message = STR("here")});
	vec_push(&arena, &f->related, (struct place_doc){.message = STR("nowhere")});
	ck_assert_text(render("gcc", &d), "../odds/a.go:4:2: error: m\\x0An [r-one]\n"
					  "pgbounds.yaml:2: note: here\n"
					  "../odds/a.go:4:2: note: nowhere\n"
					  "../odds/a.go:4:2: note: do\n");
}
END_TEST

START_TEST(jsonl_lines)
{
	struct findings_doc d = document();
	struct str text, line;
	uint32_t n = 0;

	add_finding(&d, "error", "caf\xe9.go", "m\nn");
	text = render("jsonl", &d);
	while (str_cut(&text, '\n', &line) && line.n) {
		json_t *root = parsed(line);

		ck_assert(str_starts(line, STR("{\"version\": 1, \"type\": ")));
		ck_assert(json_is_true(json_object_get(root, "bytes_replaced")) == (n == 0));
		json_decref(root);
		n++;
	}
	ck_assert_uint_eq(n, 3); /* a finding, a service, the coverage */
}
END_TEST

/* The one run of the log; ROOT keeps it. */
static json_t *
sarif_run(const struct findings_doc *d, json_t **root)
{
	*root = parsed(render("sarif", d));
	return json_array_get(json_object_get(*root, "runs"), 0);
}

static json_t *
physical(json_t *result)
{
	return json_object_get(
		json_array_get(json_object_get(result, "locations"), 0), "physicalLocation");
}

START_TEST(sarif_places)
{
	struct findings_doc d = document();
	struct finding_doc *f = add_finding(&d, "error", "a b/caf\xe9.go", "m");
	const char *uri, *base;
	json_t *root, *results;
	int line, column, end_line, end_column;

	f->place.source = STR("\xf0\x90\x90\x80xy");
	f->place.column = 5;
	f->place.end_line = 9;
	f = add_finding(&d, "note", "x.go", "m");
	f->place.here = (struct str){0};
	f->place.service = STR("hub");
	f = add_finding(&d, "note", "../etc/pgbounds.yaml", "m");
	f->place = (struct place_doc){.path = f->place.path, .line = 7};
	results = json_object_get(sarif_run(&d, &root), "results");

	ck_assert(!json_unpack(physical(json_array_get(results, 0)),
		"{s:{s:s, s:s}, s:{s:i, s:i, s:i, s:i}}", "artifactLocation", "uri", &uri,
		"uriBaseId", &base, "region", "startLine", &line, "startColumn", &column, "endLine",
		&end_line, "endColumn", &end_column));
	ck_assert_str_eq(uri, "a%20b/caf%E9.go");
	ck_assert_str_eq(base, "SRCROOT");
	ck_assert_int_eq(line, 4);
	ck_assert_int_eq(column, 3);
	ck_assert_int_eq(end_line, 4);
	ck_assert_int_eq(end_column, 5);

	ck_assert(!json_unpack(physical(json_array_get(results, 1)), "{s:{s:s, s:s}}",
		"artifactLocation", "uri", &uri, "uriBaseId", &base));
	ck_assert_str_eq(uri, "x.go");
	ck_assert_str_eq(base, "hub");

	ck_assert(!json_unpack(physical(json_array_get(results, 2)), "{s:{s:s, s:s}, s:{s:i}}",
		"artifactLocation", "uri", &uri, "uriBaseId", &base, "region", "startLine", &line));
	ck_assert_str_eq(uri, "pgbounds.yaml");
	ck_assert_str_eq(base, "CONFIGURATION");
	json_decref(root);
}
END_TEST

START_TEST(sarif_provenance)
{
	struct findings_doc d = document();
	const char *id, *uri, *revision, *branch, *base;
	struct service_doc neighbour = d.services.v[0]; /* of the same repository */
	json_t *root, *run;

	vec_push(&arena, &d.services, neighbour);
	vec_push(&arena, &d.services,
		(struct service_doc){.name = STR("hub"), .url = STR("https://example.org/hub")});
	run = sarif_run(&d, &root);
	ck_assert(!json_unpack(run, "{s:{s:s}, s:[{s:s, s:s, s:s, s:{s:s}}, {s:s, s:{s:s}}]}",
		"automationDetails", "id", &id, "versionControlProvenance", "repositoryUri", &uri,
		"revisionId", &revision, "branch", &branch, "mappedTo", "uriBaseId", &base,
		"repositoryUri", &uri, "mappedTo", "uriBaseId", &base));
	ck_assert_str_eq(id, "pgbounds/odds/");
	ck_assert_str_eq(uri, "https://example.org/hub");
	ck_assert_str_eq(revision, "0123456789abcdef0123456789abcdef01234567");
	ck_assert_str_eq(branch, "main");
	ck_assert_str_eq(base, "hub");
	ck_assert_uint_eq(json_array_size(json_object_get(run, "versionControlProvenance")), 2);
	ck_assert_ptr_nonnull(json_object_get(json_object_get(run, "originalUriBaseIds"), "hub"));
	ck_assert_ptr_null(json_object_get(json_object_get(run, "originalUriBaseIds"), "odds"));
	json_decref(root);
}
END_TEST

/* The file's own hash, or ours where the file is not at hand; rules without a finding; blind spots. */
START_TEST(sarif_rest)
{
	struct findings_doc d = document();
	const char *hash[2], *own, *reason, *text;
	json_t *root, *run;
	int index;

	add_finding(&d, "error", "a.go", "m")->place.line_hash = STR("abc:1");
	add_finding(&d, "error", "a.go", "m");
	vec_push(&arena, &d.coverage.gaps,
		(struct gap_doc){.path = STR("a.go"),
			.reason = STR("dynamic"),
			.words = STR("SQL computed at run time"),
			.detail = STR("a name"),
			.line = 9});
	run = sarif_run(&d, &root);
	ck_assert(!json_unpack(run,
		"{s:[{s:i, s:{s:s}}, {s:{s:s, s:s}}], s:[{s:[{s:{s:s}, s:{s:s}}]}]}", "results",
		"ruleIndex", &index, "partialFingerprints", "primaryLocationLineHash", &hash[0],
		"partialFingerprints", "primaryLocationLineHash", &hash[1], "pgbounds/v1", &own,
		"invocations", "toolExecutionNotifications", "descriptor", "id", &reason, "message",
		"text", &text));
	ck_assert_int_eq(index, 0);
	ck_assert_str_eq(hash[0], "abc:1");
	ck_assert_str_eq(hash[1], "0123456789abcdef:1");
	ck_assert_str_eq(own, "0123456789abcdef");
	ck_assert_str_eq(reason, "dynamic");
	ck_assert_str_eq(text, "SQL computed at run time: a name.");
	json_decref(root);
}
END_TEST

/* The values are those of a second implementation, which agrees with the code host's. */
START_TEST(hashes)
{
	struct str text = STR("a\r\nb\r\n\r\n\tcaf\xc3\xa9 \xf0\x90\x90\x80\r\nb\xff\na\n");
	static const char *const want[] = {"ee5c5d93ee86436:1", "a3265eecd60edb27:1",
		"40eed266bf95329b:1", "6a6442d3b16fbdfd:1", "6a2db24f80665dbb:1",
		"243cbaa4685aab12:1", "c129715d7a2bc9a3:1"};
	struct line_hashes h = line_hashes(&arena, text);
	struct buf same = {.arena = &arena};

	for (uint32_t i = 0; i < sizeof want / sizeof *want; i++)
		ck_assert_text(line_hash(&arena, &h, i + 1), want[i]);
	ck_assert_text(line_hash(&arena, &h, 0), "");
	ck_assert_text(line_hash(&arena, &h, 8), "");

	for (int i = 0; i < 300; i++)
		buf_add(&same, STR("x\n"));
	h = line_hashes(&arena, buf_str(&same));
	ck_assert(str_ends(line_hash(&arena, &h, 7), STR(":7")));
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, columns);
	tcase_add_test(t, uris);
	tcase_add_test(t, xml);
	tcase_add_test(t, markdown_codes);
	tcase_add_test(t, markdown_sentences);
	tcase_add_test(t, markdown_fence);
	tcase_add_test(t, markdown_limit);
	tcase_add_test(t, markdown_many_places);
	tcase_add_test(t, github_escapes);
	tcase_add_test(t, github_places);
	tcase_add_test(t, github_limit);
	tcase_add_test(t, github_shield);
	tcase_add_test(t, gitlab_fingerprints);
	tcase_add_test(t, junit_counts);
	tcase_add_test(t, gcc_lines);
	tcase_add_test(t, jsonl_lines);
	tcase_add_test(t, sarif_places);
	tcase_add_test(t, sarif_provenance);
	tcase_add_test(t, sarif_rest);
	tcase_add_test(t, hashes);
}

int
main(void)
{
	int status = run_tests("formats", add);

	arena_free(&arena);
	return status;
}
