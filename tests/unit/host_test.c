/* host: literals of every form, what looks like SQL, which host a path is, and input that is bad on
 * purpose. What readers make of whole files is in fixtures/host. */
#include "host/host.h"

#include <string.h>

#include "host/part.h"
#include "host/plain.h"
#include "host/template_p.h"
#include "suite.h"
#include "unit/unit.h"

/* STR() for static tables. */
#define TEXT(literal) \
	{ \
		(literal), sizeof(literal) - 1 \
	}
#define N(table) (sizeof(table) / sizeof *(table))

static const struct host_options options = {
	.markers = (const char *const[]){"+goose", "pgbounds:", NULL},
};

/* The decoded text of the only assignment in SOURCE. */
static void
check_literal(const char *host, const char *source, struct str want)
{
	struct arena a = {0};
	struct unit u;
	const struct value *v;

	unit_init(&u, &a);
	host_by_name(str_from(host))->read(&u, str_from(source), &options, &a);
	ck_assert_msg(u.symbols.n == 2, "%s: %u symbols", source, u.symbols.n - 1);
	v = &u.values.v[u.symbols.v[1].value];
	ck_assert_msg(v->kind == VALUE_STRING, "%s is a value of kind %d", source, v->kind);
	ck_assert_msg(str_eq(v->text, want), "%s: got \"%.*s\", want \"%.*s\"", source,
		STR_ARG(v->text), STR_ARG(want));
	arena_free(&a);
}

START_TEST(go_literals)
{
	static const struct {
		const char *source;
		struct str want;
	} cases[] = {
		{"var x = \"plain\"", TEXT("plain")},
		{"var x = \"\"", TEXT("")},
		{"var x = \"a\\tb\\\\c\\\"d\\'\"", TEXT("a\tb\\c\"d'")},
		{"var x = \"\\a\\b\\f\\n\\r\\v\"", TEXT("\a\b\f\n\r\v")},
		{"var x = \"\\x41\\101\\u0041\\U00000041\"", TEXT("AAAA")},
		{"var x = \"\\xff\\377\"", TEXT("\xff\xff")},
		{"var x = \"\\u00e9\\U0001F600\"", TEXT("\xc3\xa9\xf0\x9f\x98\x80")},
		{"var x = \"\\000\"", TEXT("\0")},
		{"var x = `a\\n\"b\"\nc`", TEXT("a\\n\"b\"\nc")},
		{"var x = `a\r\nb`", TEXT("a\nb")},
		{"var x = string(\"inner\")", TEXT("inner")},
		{"var x = ([]byte(\"bytes\"))", TEXT("bytes")},
		{"var x string = strings.TrimSpace(`t`)", TEXT("t")},
		{"const x = \"constant\" // comment", TEXT("constant")},
	};

	for (size_t i = 0; i < N(cases); i++)
		check_literal("go", cases[i].source, cases[i].want);
}
END_TEST

START_TEST(python_literals)
{
	static const struct {
		const char *source;
		struct str want;
	} cases[] = {
		{"x = 'plain'", TEXT("plain")},
		{"x = \"it's\"", TEXT("it's")},
		{"x = 'a\\tb\\\\c\\'d\\\"'", TEXT("a\tb\\c'd\"")},
		{"x = '\\a\\b\\f\\n\\r\\v'", TEXT("\a\b\f\n\r\v")},
		{"x = '\\x41\\101\\u0041\\U00000041\\7'", TEXT("AAAA\a")},
		{"x = '\\xe9\\351'", TEXT("\xc3\xa9\xc3\xa9")},
		{"x = b'\\xe9\\351\\u0041'", TEXT("\xe9\xe9\\u0041")},
		{"x = '\\N{DASH}\\q'", TEXT("\\N{DASH}\\q")},
		{"x = 'a\\\nb'", TEXT("ab")},
		{"x = 'a\\\r\nb'", TEXT("ab")},
		{"x = r'\\n\\''", TEXT("\\n\\'")},
		{"x = Rb'\\x41'", TEXT("\\x41")},
		{"x = u'\\x41'", TEXT("A")},
		{"x = '''a'b\n''c'''", TEXT("a'b\n''c")},
		{"x = \"\"\"\r\na\"\"\"", TEXT("\na")},
		{"x = f'{{}}'", TEXT("{}")},
		{"x = fr'\\{{'", TEXT("\\{")},
		{"x = f''", TEXT("")},
		{"x = ('parenthesised')", TEXT("parenthesised")},
		{"x: str = 'annotated'; pass", TEXT("annotated")},
		{"x = \\\n  'next line'", TEXT("next line")},
	};

	for (size_t i = 0; i < N(cases); i++)
		check_literal("python", cases[i].source, cases[i].want);
}
END_TEST

START_TEST(javascript_literals)
{
	static const struct {
		const char *source;
		struct str want;
	} cases[] = {
		{"const x = 'plain'", TEXT("plain")},
		{"let x = \"it's\";", TEXT("it's")},
		{"var x = 'a\\tb\\\\c\\'d\\\"\\`'", TEXT("a\tb\\c'd\"`")},
		{"x = '\\b\\f\\n\\r\\v\\0'", TEXT("\b\f\n\r\v\0")},
		{"x = '\\x41\\u0041\\u{41}\\101'", TEXT("AAAA")},
		{"x = '\\xe9\\u00e9\\u{1F600}\\ud83d\\ude00'",
			TEXT("\xc3\xa9\xc3\xa9\xf0\x9f\x98\x80\xf0\x9f\x98\x80")},
		{"x = '\\q\\-\\/'", TEXT("q-/")},
		{"x = 'a\\\nb\\\r\nc'", TEXT("abc")},
		{"x = `a\r\nb`", TEXT("a\nb")},
		{"x = `\\${a} $b {c} \\``", TEXT("${a} $b {c} `")},
		{"x = ``", TEXT("")},
		{"x = String.raw`\\n`", TEXT("\\n")},
		{"x = ('parenthesised')", TEXT("parenthesised")},
		{"const x: Array<Map<string, 'a'>> = 'annotated' as const", TEXT("annotated")},
		{"const x = 'asserted'! satisfies string", TEXT("asserted")},
		{"const x = `\n  trimmed`.trim()", TEXT("\n  trimmed")},
		{"#!/usr/bin/env node\nx = await 'awaited'", TEXT("awaited")},
	};

	for (size_t i = 0; i < N(cases); i++)
		check_literal("javascript", cases[i].source, cases[i].want);
}
END_TEST

START_TEST(looks_like_sql)
{
	static const struct {
		const char *text;
		bool want;
	} cases[] = {
		{"SELECT 1", true},
		{"  \n-- why\n/* and */ (select id from r10_user)", true},
		{"insert INTO r10_user VALUES (1)", true},
		{"insert coin", false},
		{"WITH x AS (SELECT 1) SELECT * FROM x", true},
		{"delete from cart", true},
		{"delete cart", false},
		{"update", false},
		{"UPDATE r10_user SET x = 1", true},
		{"selected rows", false},
		{"FROM r10_user", false},
		{"drop table x", true},
		{"; truncate x", true},
		{"-- only a comment", false},
		{"/* open", false},
		{"", false},
	};

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(host_looks_like_sql(str_from(cases[i].text)) == cases[i].want, "%s",
			cases[i].text);
}
END_TEST

START_TEST(prefilters)
{
	static const struct {
		const char *host, *text;
		bool want;
	} cases[] = {
		{"go", "x := \"SELECT id FROM t\"", true},
		{"go", "x := `insert\n\tinto t values (1)`", true},
		{"go", "x := \"UPDATE \" + t + \" SET a = 1\"", true},
		{"go", "x := \"delete from \" + t", true},
		{"go", "x := \"CREATE OR REPLACE VIEW v\"", true},
		{"go", "x := \"ALTER TABLE t\"", true},
		{"go", "x := \"DROP SCHEMA s\"", true},
		{"go", "x := \"TRUNCATE t\"", true},
		{"go", "x := \"WITH a AS (\" + q", true},
		{"go", "x := \" FROM t WHERE a\"", true},
		{"go", "x := \" JOIN t ON a\"", true},
		{"go", "select {\ncase <-done:\n}", false},
		{"go", "func (b *Builder) List() { b.Select(b.Update()) }", false},
		{"go", "// create a new client\nfunc New() {}", false},
		{"go", "package empty", false},
		{"ruby", "class A < ActiveRecord::Migration[7.1]\nend", true},
		{"ruby", "class A < Gitlab::Database::Migration[2.1]\nend", true},
		{"ruby", "ActiveRecord::Schema.define(version: 1) do\nend", true},
		{"ruby", "execute <<~SQL\n  SELECT 1 FROM t\nSQL", true},
		{"ruby", "class User < ApplicationRecord\n  has_many :posts\nend", false},
		{"python", "class Migration(migrations.Migration): pass", true},
		{"python", "class User(models.Model): pass", true},
		{"python", "db_table = 'x'", true},
		{"python", "from a import b", false},
		{"python", "from a.b import c\nfrom d import e\nwhere = limit = 1", false},
		{"python", "from a import b\nx = ' from t where a'", true},
		{"python", "x = 'select 1 from t'", true},
		{"javascript", "x = `select id\n from t`", true},
		{"javascript", "const total = items.length", false},
		{"javascript", "<p>Don't select</p>", true},
		{"sql", "", false},
		{"sql", "x", true},
	};

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(host_may_matter(host_by_name(str_from(cases[i].host)),
				      str_from(cases[i].text)) == cases[i].want,
			"%s: %s", cases[i].host, cases[i].text);
}
END_TEST

START_TEST(hosts_of_paths)
{
	static const struct {
		const char *path, *want;
	} cases[] = {
		{"a/b.go", "go"},
		{"migrations/0001_initial.py", "python"},
		{"a.js", "javascript"},
		{"a.test.TSX", "javascript"},
		{"a.d.mts", "javascript"},
		{"db/001.SQL", "sql"},
		{"app/models/user.rb", "ruby"},
		{"lib/tasks/a.rake", "ruby"},
		{"Rakefile", "ruby"},
		{"a/go", NULL},
		{"README.md", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < N(cases); i++) {
		const struct host *h = host_of_path(str_from(cases[i].path));

		ck_assert_msg(cases[i].want ? h && strcmp(h->name, cases[i].want) == 0 : !h, "%s",
			cases[i].path);
	}
	ck_assert_ptr_null(host_by_name(STR("cobol")));
}
END_TEST

START_TEST(marks)
{
	ck_assert(host_is_mark(&options, STR("+goose Up")));
	ck_assert(!host_is_mark(&options, STR("goose")));
	ck_assert(!host_is_mark(NULL, STR("+goose Up")));
}
END_TEST

/* What plain_read() leaves of SOURCE, and the number of sections. */
static void
check_plain(const char *source, const char *want, uint32_t sections, uint32_t blind)
{
	struct arena a = {0};
	struct plain_text x;
	struct unit u;

	unit_init(&u, &a);
	plain_read(&u, str_from(source), &options, &a, &x);
	ck_assert_text(x.text, want);
	ck_assert_msg(x.n_sections == sections, "%s: %u sections", source, x.n_sections);
	ck_assert_msg(u.blind_spots.n == blind + 1, "%s: %u blind", source, u.blind_spots.n - 1);
	arena_free(&a);
}

START_TEST(plain)
{
	static const struct {
		const char *source, *want;
		uint32_t sections, blind;
	} cases[] = {
		{"SELECT 1;", "SELECT 1;", 1, 0},
		{"\\set x 1\nSELECT 1;", "        \nSELECT 1;", 1, 0},
		{"\\i a.sql\n", "        \n", 2, 0},
		{"SELECT 1 \\g\nSELECT 2;", "SELECT 1 ; \nSELECT 2;", 1, 0},
		{"SELECT '\\i';", "SELECT '\\i';", 1, 0},
		{"SELECT E'\\'\\i';", "SELECT E'\\'\\i';", 1, 0},
		{"SELECT '\\'; \\q", "SELECT '\\';   ", 1, 0},
		{"SELECT $$\\i$$, $a$ $$ \\i $a$;", "SELECT $$\\i$$, $a$ $$ \\i $a$;", 1, 0},
		{"copy t from stdin;\n1\t'\n\\.\nSELECT 1;",
			"copy t from stdin;\n   \n  \nSELECT 1;", 1, 0},
		{"COPY t (a) FROM STDIN WITH (FORMAT csv);\n1", /* no end */
			"COPY t (a) FROM STDIN WITH (FORMAT csv);\n ", 1, 0},
		{"copy (select 1 from stdin) to stdout;\nSELECT 1;",
			"copy (select 1 from stdin) to stdout;\nSELECT 1;", 1, 0},
		{"-- +goose Up\nx;\n-- +goose Down\ny;", "            \nx;\n              \ny;", 3,
			0},
		{"a -- pgbounds:ignore x\nb", "a -- pgbounds:ignore x\nb", 1, 0},
		{"$$ -- +goose Up\n$$", "$$ -- +goose Up\n$$", 1, 0},
		{"/* /* \\i */ */ a", "/* /* \\i */ */ a", 1, 0},
		{"CREATE TABLE {{.x}}.t; {{y}}", "CREATE TABLE {{.x}}.t; {{y}}", 1, 1},
		{"SELECT \"${x}\"", "SELECT \"${x}\"", 1, 1},
		{"SELECT '{{'", "SELECT '{{'", 1, 0},
		{"it's\n\\i x", "it's\n    ", 2, 0},
		{"", "", 1, 0},
		{"\\", " ", 1, 0},
	};

	for (size_t i = 0; i < N(cases); i++)
		check_plain(cases[i].source, cases[i].want, cases[i].sections, cases[i].blind);
}
END_TEST

/* What the only comment of ours is about. */
static void
check_reach(const char *host, const char *source, const char *want)
{
	struct arena a = {0};
	struct unit u;
	struct str bytes = str_from(source);

	unit_init(&u, &a);
	host_by_name(str_from(host))->read(&u, bytes, &options, &a);
	ck_assert_msg(u.marks.n == 2, "%s: %u marks", source, u.marks.n - 1);
	ck_assert_text(str_slice(bytes, u.marks.v[1].reach.offset,
			       u.marks.v[1].reach.offset + u.marks.v[1].reach.length),
		want);
	arena_free(&a);
}

#define GO "package a\nfunc f() {\n"
START_TEST(reaches)
{
	static const struct {
		const char *host, *source, *want;
	} cases[] = {
		{"go", GO "// pgbounds:ignore r x\nf(`a\nb`,\n1)\ng()\n}", "f(`a\nb`,\n1)"},
		{"go", GO "g()\n\n// pgbounds:ignore r x\n// more\n\na, b := f(1)\ng()\n}",
			"a, b := f(1)"},
		{"go", GO "g(); f(1) // pgbounds:ignore r x\nh()\n}", "f(1)"},
		{"go", GO "f(`a\nb`) // pgbounds:ignore r x\nh()\n}", "f(`a\nb`)"},
		{"go", GO "f( // pgbounds:ignore r x\n1,\n2)\nh()\n}",
			"f( // pgbounds:ignore r x\n1,\n2)"},
		{"go", GO "f(0,\n// pgbounds:ignore r x\n`a` +\n`b`,\n2)\n}", "`a` +\n`b`"},
		{"go", GO "f(0,\n1, // pgbounds:ignore r x\n2)\n}", "1"},
		{"go", GO "// pgbounds:ignore r x\nif err := f(1); err != nil {\ng()\n}\n}",
			"if err := f(1); err != nil"},
		{"go", GO "if a {\ng()\n} else {\n// pgbounds:ignore r x\nf(1)\n}\n}", "f(1)"},
		{"go", GO "if f(1) { // pgbounds:ignore r x\ng()\n}\n}", "if f(1)"},
		{"go", GO "// pgbounds:ignore r x\ngo func() {\nf(1)\n}()\ng()\n}",
			"go func() {\nf(1)\n}()"},
		{"go", GO "x := []string{\n// pgbounds:ignore r x\n`a`,\n`b`,\n}\n}", "`a`"},
		{"go", GO "/* pgbounds:ignore r x */ f(1)\ng()\n}", "f(1)"},
		{"go", GO "g()\n// pgbounds:ignore r x\n}", ""},
		{"go", "package a\n// pgbounds:ignore r x\nfunc f(x struct{}) {\ng()\n}",
			"func f(x struct{})"},
		{"go", "package a\nconst (\n// pgbounds:ignore r x\na = `b`\nc = `d`\n)",
			"a = `b`"},
		{"python", "# pgbounds:ignore r x\nf(\n  1,\n)\ng()\n", "f(\n  1,\n)"},
		{"python", "def f():\n    # pgbounds:ignore r x\n    g()\n    h()\n", "g()"},
		{"python", "a = [\n    # pgbounds:ignore r x\n    f(1,\n      2),\n    g(),\n]\n",
			"f(1,\n      2)"},
		{"python", "a = [  # pgbounds:ignore r x\n    f(),\n    g(),\n]\n",
			"a = [  # pgbounds:ignore r x\n    f(),\n    g(),\n]"},
		{"python", "f(\n  1)  # pgbounds:ignore r x\ng()\n", "f(\n  1)"},
		{"python", "# pgbounds:ignore r x\nwith f() as c:\n    g()\n", "with f() as c:"},
		{"python", "if a:\n    f()\n# pgbounds:ignore r x\ng()\n", "g()"},
		{"python", "f()\n# pgbounds:ignore r x\n", ""},
		{"javascript", "g()\n// pgbounds:ignore r x\nf(`a\nb`,\n1)\ng()\n",
			"f(`a\nb`,\n1)"},
		{"javascript", "g(); f(1) // pgbounds:ignore r x\nh();", "f(1)"},
		{"javascript", "// pgbounds:ignore r x\nconst a = b\n  .c()\n  .d()\ng()",
			"const a = b\n  .c()\n  .d()"},
		{"javascript", "// pgbounds:ignore r x\nexport async function f() {\n  g()\n}",
			"export async function f()"},
		{"javascript", "f(0,\n// pgbounds:ignore r x\n`a${b}` +\n`c`,\n2)",
			"`a${b}` +\n`c`"},
		{"javascript", "if (a)\n// pgbounds:ignore r x\n  f()\ng()", "f()"},
	};

	for (size_t i = 0; i < N(cases); i++)
		check_reach(cases[i].host, cases[i].source, cases[i].want);
}
END_TEST

static uint32_t
count_blind(const struct unit *u, enum blind_reason reason)
{
	uint32_t n = 0;

	for (uint32_t i = 1; i < u->blind_spots.n; i++)
		n += u->blind_spots.v[i].reason == reason;
	return n;
}

START_TEST(templates)
{
	static const struct host_variable list[] = {
		{{"Namespace", 9}, {"auth", 4}}, {{"schema-1", 8}, {"one", 3}}};
	static const struct host_variables variables = {list, 2};
	static const struct {
		const char *text, *want; /* NULL: not known */
	} cases[] = {
		{"{{ index .Options \"Namespace\" }}", "auth"},
		{"{{.Namespace}}", "auth"},
		{"{{- .Values.Namespace -}}", "auth"},
		{"{{ Namespace | quote }}", "auth"},
		{"${schema-1}", "one"},
		{"${schema}", NULL},
		{"{{ .Namespaces }}", NULL},
		{"{{ .Namespace.x }}", NULL},
		{"${}", NULL},
		{"{{ - }}", NULL},
		{"{{ | }}", NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct str *value = template_value(&variables, str_from(cases[i].text));

		if (cases[i].want && value)
			ck_assert_text(*value, cases[i].want);
		else
			ck_assert_msg(!cases[i].want && !value, "%s", cases[i].text);
	}
}
END_TEST

START_TEST(encodings)
{
	static const struct {
		struct str bytes;
		enum blind_reason want;
	} cases[] = {
		{TEXT("\xff\xfex\0"), BLIND_ENCODING},
		{TEXT("\xfe\xff\0x"), BLIND_ENCODING},
		{TEXT("x\0 \0=\0 \0\61\0"), BLIND_ENCODING},
		{TEXT("\0x\0 \0=\0 \0\61"), BLIND_ENCODING},
		{TEXT("\x7f"
		      "ELF\2\1\1\0\0\0"),
			BLIND_BINARY},
	};

	for (size_t i = 0; i < N(cases); i++)
		for (size_t h = 0; hosts[h]; h++) {
			struct arena a = {0};
			struct plain_text x;
			struct unit u;

			unit_init(&u, &a);
			if (hosts[h]->read)
				hosts[h]->read(&u, cases[i].bytes, &options, &a);
			else
				plain_read(&u, cases[i].bytes, &options, &a, &x);
			ck_assert_msg(u.blind_spots.n == 2 && count_blind(&u, cases[i].want) == 1,
				"%s, case %zu", hosts[h]->name, i);
			arena_free(&a);
		}
}
END_TEST

/* A byte order mark of UTF-8 is not part of the file. */
START_TEST(byte_order_mark)
{
	check_literal("python", "\xef\xbb\xbfx = 'a'", STR("a"));
	check_literal("go", "\xef\xbb\xbfvar x = `a`", STR("a"));
}
END_TEST

/* Half a megabyte of the same: it ends, and says that it did not understand. */
START_TEST(repeated)
{
	static const struct {
		const char *host, *text;
		bool understood;
	} cases[] = {
		{"go", "(", false},
		{"go", "{", false},
		{"go", "[]", false},
		{"go", "func(){", false},
		{"go", "func f(){\n", false},
		{"go", "x.y(", false},
		{"go", "T{{", false},
		{"go", "if x {\n", false},
		{"go", "`", true},
		{"go", "\"\n", false},
		{"go", "/*", false},
		{"go", "x := \"a\"\n", true},
		{"go", "-", false},
		{"go", "switch{case ", false},
		{"go", "<<<<<<< x\n", false},
		{"python", "(", false},
		{"python", "[", false},
		{"python", "{", false},
		{"python", "(\n", false},
		{"python", "\"\"\"\n", true},
		{"python", "f\"\"\"{\n", false},
		{"python", "f'{", false},
		{"python", "lambda:", false},
		{"python", "not ", false},
		{"python", "-", false},
		{"python", "a if b else ", false},
		{"python", "x**", false},
		{"python", "if x:", false},
		{"python", "class A:\n", false},
		{"python", "match ", false},
		{"python", "x = ", false},
		{"python", "a.", false},
		{"python", "for x in ", false},
		{"python", "x = 'a'\n", true},
		{"python", "$\n", false},
		{"javascript", "(", false},
		{"javascript", "[\n", false},
		{"javascript", "{\n", false},
		{"javascript", "`${\n", false},
		{"javascript", "`${`\n", false},
		{"javascript", "}`\n", false},
		{"javascript", "<a>\n", false},
		{"javascript", "<a b={\n", false},
		{"javascript", "x = <a\n", false},
		{"javascript", "a ? b : \n", false},
		{"javascript", "a => \n", false},
		{"javascript", "(a): b => \n", false},
		{"javascript", "async (a = \n", false},
		{"javascript", "f<a, \n", false},
		{"javascript", "let x: a | \n", false},
		{"javascript", "let x: (a) => \n", false},
		{"javascript", "class A { b = \n", false},
		{"javascript", "if (a) b; else \n", false},
		{"javascript", "if (a) {\n", false},
		{"javascript", "new \n", false},
		{"javascript", "! \n", false},
		{"javascript", "x.y(\n", false},
		{"javascript", "/a\n", false},
		{"javascript", "\"\\\"", false},
		{"javascript", "'\\'\"\\\"\n", false},
		{"javascript", "import {\n", false},
		{"javascript", "export * from \n", false},
		{"javascript", "const {a = \n", false},
		{"javascript", "this.abc = 123;\n", true},
		{"javascript", "var x = 'abcd';\n", true},
		{"javascript", "\n/ab/.test(bc);\n", true},
		{"python", "\\\n", true},
		{"ruby", "(", false},
		{"ruby", "[", false},
		{"ruby", "{", false},
		{"ruby", "f(\n", false},
		{"ruby", "f do |a|\n", false},
		{"ruby", "\"#{", false},
		{"ruby", "%(", false},
		{"ruby", "<<A ", false},
		{"ruby", "x <<~A\n", true},
		{"ruby", "a ? b : ", false},
		{"ruby", "-> {", false},
		{"ruby", "if a\n", false},
		{"ruby", "unless a then ", false},
		{"ruby", "case a\nwhen b\n", false},
		{"ruby", "class A\n", false},
		{"ruby", "def a\n", false},
		{"ruby", "a.", false},
		{"ruby", "a b ", false},
		{"ruby", "x = ", false},
		{"ruby", "!", false},
		{"ruby", "a +", true},
		{"ruby", "end\n", false},
		{"ruby", "x = 'a'\n", true},
		{"ruby", "# a\n", true},
		{"ruby", "=begin\n", false},
		{"ruby", "/", true},
		{"ruby", ":\"", false},
		{"sql", "$a", true},
		{"sql", "$x$y", true},
		{"sql", "'", true},
		{"sql", "/*", true},
		{"sql", "copy t from stdin;", true},
	};
	const size_t n = (size_t)1 << 19;
	char *bytes = malloc(n);

	for (size_t i = 0; i < N(cases); i++) {
		const struct host *h = host_by_name(str_from(cases[i].host));
		size_t length = strlen(cases[i].text);
		struct arena a = {0};
		struct plain_text x;
		struct unit u;

		for (size_t k = 0; k < n; k++)
			bytes[k] = cases[i].text[k % length];
		unit_init(&u, &a);
		if (h->read)
			h->read(&u, (struct str){bytes, n}, &options, &a);
		else
			plain_read(&u, (struct str){bytes, n}, &options, &a, &x);
		ck_assert_msg((u.blind_spots.n == 1) == cases[i].understood,
			"%s: %s: %u blind spots", h->name, cases[i].text, u.blind_spots.n - 1);
		host_may_matter(h, (struct str){bytes, n});
		arena_free(&a);
	}
	free(bytes);
}
END_TEST

/* Classes in classes in …: deeper than our bound is a blind spot, and what follows is read. */
START_TEST(deep)
{
	struct arena a = {0};
	struct buf b = {.arena = &a};
	struct unit u;

	for (int i = 0; i < 400; i++) {
		for (int k = 0; k < i; k++)
			buf_addc(&b, ' ');
		buf_addf(&b, "class A%d:\n", i);
	}
	buf_addf(&b, "LAST = 'here'\n");
	unit_init(&u, &a);
	host_by_name(STR("python"))->read(&u, buf_str(&b), &options, &a);
	ck_assert_uint_gt(count_blind(&u, BLIND_HOST_SYNTAX), 0);
	ck_assert_text(vec_last(&u.symbols)->name, "LAST");
	arena_free(&a);
}
END_TEST

/* What each "word" of SOURCE is: a letter of WANT. */
static void
check_parts(const char *host, const char *source, const char *want)
{
	static const char letters[] = {[PART_NAME] = 'n',
		[PART_SYMBOL] = '+',
		[PART_STRING] = 's',
		[PART_FOREIGN] = 'f',
		[PART_COMMENT] = 'c',
		[PART_DATA] = 'd',
		[PART_END] = ';',
		[PART_UNKNOWN] = '?'};
	struct arena a = {0};
	struct buf got = {.arena = &a};
	struct str bytes = str_from(source);
	struct parts p;

	parts_read(&p, &a, host_by_name(str_from(host)), bytes);
	for (size_t at = 0; (at = str_find(bytes, STR("word"), at)) != SIZE_MAX; at++) {
		enum part_kind kind;

		parts_at(&p, (uint32_t)at, &kind);
		buf_addc(&got, letters[kind]);
	}
	ck_assert_msg(str_is(buf_str(&got), want), "%s: %s: got %.*s, want %s", host, source,
		STR_ARG(buf_str(&got)), want);
	for (uint32_t i = 1; i < p.list.n; i++)
		ck_assert_uint_le(p.list.v[i - 1].to, p.list.v[i].from);
	arena_free(&a);
}

START_TEST(parts)
{
	static const struct {
		const char *host, *source, *want;
	} cases[] = {
		{"go", "", ""},
		{"go", "word := \"word\" // word", "nsc"},
		{"go", "/* word\nword */ word", "ccn"},
		{"go", "x := `a\nword` + word", "sn"},
		{"go", "import (\n\t\"word\"\n)", "s"},
		{"go", "x := \"word\nword := 1", "?n"},
		{"go", "'w' + word.word", "nn"},
		{"python", "word = 'word' # word", "nsc"},
		{"python", "\"\"\"word\"\"\"\nword", "cn"},
		{"python", "def f():\n    'word'\n    x = ('word'\n  'word')\n    return word",
			"cssn"},
		{"python", "f'{word}'", "c"},
		{"python", "x = f'{word}'", "s"},
		{"python", "f(word='''\nword''')", "ns"},
		{"javascript", "word(`word ${word} word`, 'word') // word", "nsnssc"},
		{"javascript", "x = /word'/ / word", "fn"},
		{"javascript", "x = <word a='word'>word's {word} word</word>", "fffnff"},
		{"sql", "select word, 'word', \"word\" -- word\nfrom word", "nsncn"},
		{"sql", "/* word /* word */ word */ word", "cccn"},
		{"sql", "do $$ begin -- word\n perform word('word'); end $$; word", "cnsn"},
		{"sql", "create function word() as $a$ do $b$ 'word' -- word\n$b$ word $a$",
			"nscn"},
		{"sql", "\\set word 1\nword", "dn"},
		{"sql", "copy word from stdin;\nword\tword\n\\.\nword", "nddn"},
		{"sql", "E'\\'word' word", "sn"},
		{"sql", "'word", "n"},
	};

	for (size_t i = 0; i < N(cases); i++)
		check_parts(cases[i].host, cases[i].source, cases[i].want);
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, reaches);
	tcase_add_test(t, parts);
	tcase_add_test(t, go_literals);
	tcase_add_test(t, python_literals);
	tcase_add_test(t, javascript_literals);
	tcase_add_test(t, looks_like_sql);
	tcase_add_test(t, prefilters);
	tcase_add_test(t, hosts_of_paths);
	tcase_add_test(t, marks);
	tcase_add_test(t, plain);
	tcase_add_test(t, templates);
	tcase_add_test(t, encodings);
	tcase_add_test(t, byte_order_mark);
	tcase_add_test(t, repeated);
	tcase_add_test(t, deep);
}

int
main(void)
{
	return run_tests("host", add);
}
