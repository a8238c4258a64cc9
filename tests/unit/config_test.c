/* config: what each mistake says and where, what a right configuration means. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "config/config.h"
#include "shell.h"
#include "suite.h"
#include "unit/sql.h"

_Static_assert(
	(int)MAY_READ == (int)ACCESS_READ && (int)MAY_INSERT == (int)ACCESS_INSERT &&
		(int)MAY_UPDATE == (int)ACCESS_UPDATE && (int)MAY_DELETE == (int)ACCESS_DELETE &&
		(int)MAY_TRUNCATE == (int)ACCESS_TRUNCATE && (int)MAY_ALTER == (int)ACCESS_DDL &&
		(int)MAY_REFERENCE == (int)ACCESS_REFERENCE,
	"a grant's bits are those of enum access");

static char top[] = "/tmp/pgbounds-config-XXXXXX";

static void
write_file(const char *name, const char *text, size_t n)
{
	FILE *f = fopen(name, "w");

	if (!f || fwrite(text, 1, n, f) != n || fclose(f))
		abort();
}

static struct str
diags_text(struct arena *a, const struct diags *d)
{
	struct buf b = {.arena = a};

	for (uint32_t i = 0; i < d->list.n; i++)
		buf_addf(&b, "%s%u:%u: %.*s", i ? "\n" : "", d->list.v[i].line, d->list.v[i].column,
			STR_ARG(d->list.v[i].message));
	return buf_str(&b);
}

static bool
read_text(struct config *c, struct arena *a, struct diags *d, const char *yaml)
{
	write_file("pgbounds.yaml", yaml, strlen(yaml));
	*d = (struct diags){.arena = a};
	return config_read(c, a, STR("pgbounds.yaml"), NULL, d);
}

/* Every mistake is one message at its place; directories `hub` and `odds` exist. */
static const struct {
	const char *yaml, *want;
} mistakes[] = {
	{"", "0:0: names no services: write `services:` with a list of them"},
	{"services:\n", "0:0: names no services: write `services:` with a list of them"},
	{"servces: []\n", "1:1: unknown key 'servces'; did you mean 'services'?"},
	{"services: [{name: hub, repo: hub}]\nfoo: 1\n",
		"2:1: unknown key 'foo'; it can be services, external, reads, facts_max_age or rules"},
	{"services: [{name: hub, repo: hub}]\nfacts_max_age: 0\n",
		"2:16: facts_max_age: wants a whole number from 1 to 1000000"},
	{"services: [{name: hub, repo: hub}]\nfacts_max_age: 2 weeks\n",
		"2:16: facts_max_age: wants a whole number from 1 to 1000000"},
	{"services: [{name: hub, repo: hub}]\nfacts_max_age: 99999999999999999999999\n",
		"2:16: facts_max_age: wants a whole number from 1 to 1000000"},
	{"services: [{name: hub, repo: hub}]\nfacts_max_age: 14\n", ""},
	{"services: {name: hub}\n",
		"1:11: services: wants a list: write `- name: …` for each service"},
	{"services: hub\n", "1:11: services: wants a list"},
	{"- a\n", "1:1: wants a map of keys and values"},
	{"services:\n  - repo: hub\n", "2:5: services: a service wants a `name:`"},
	{"services:\n  - {name: hub, repo: gone}\n", ""},
	{"services:\n  - {name: hub, repo: pgbounds.yaml}\n",
		"2:23: services: hub: no such directory 'pgbounds.yaml' (looked for "
		"@/pgbounds.yaml)"},
	{"services:\n  - {name: hub}\n",
		"2:1: services: hub: wants `repo:`, where its files are, or `facts:`"},
	{"services:\n  - {name: hub, repo: gone, facts: gone.jsonl}\n",
		"2:36: services: hub: no such file 'gone.jsonl', and no such repository"},
	{"services:\n  - {name: hub, repo: gone, facts: facts.jsonl}\n", ""},
	{"services:\n  - {name: hub, repo: hub}\n  - {name: hub, repo: odds}\n",
		"3:1: services: hub: two services have this name; the first is in line 2"},
	{"services:\n  - {name: hub, repo: hub, nam: x}\n",
		"2:28: services: hub: unknown key 'nam'; did you mean 'name'?"},
	{"services:\n  - {name: hub, repo: [hub]}\n",
		"2:23: services: hub: repo: wants one value, not a list"},
	{"services:\n  - {name: hub, repo: }\n",
		"2:23: services: hub: repo: has no value: give it one or remove the key"},
	{"services:\n  - {name: hub, repo: hub, repo: odds}\n",
		"2:28: services: hub: 'repo' is given twice"},
	{"services:\n  - {name: hub, repo: hub, kind: operater}\n",
		"2:34: services: hub: kind: no kind of service is called 'operater'; did you mean "
		"'operator'?"},
	{"services:\n  - {name: hub, repo: hub, kind: operator, owns: [a]}\n",
		"2:51: services: hub: owns: an operator owns nothing"},
	{"services:\n  - {name: hub, repo: hub, owns: {table: [a]}}\n",
		"2:35: services: hub: owns: unknown key 'table'; did you mean 'tables'?"},
	{"services:\n  - {name: hub, repo: hub, owns: {tables: [a, {b: c}]}}\n",
		"2:47: services: hub: owns: tables: wants one value, not a map"},
	{"services:\n  - {name: hub, repo: hub, owns: [x]}\n  - {name: odds, repo: odds, owns: [x]}\n",
		"3:37: services: odds: owns: table 'x' is owned by hub too (line 2); keep one of "
		"the two"},
	{"services:\n  - {name: hub, repo: hub, owns: {schemas: [x]}}\n"
	 "  - {name: odds, repo: odds, owns: {schemas: [x], tables: [x]}}\n",
		"3:47: services: odds: owns: schema 'x' is owned by hub too (line 2); keep one of "
		"the two"},
	{"services:\n  - {name: hub, repo: hub, owns: ['x*']}\n  - {name: odds, repo: odds, owns: [x1]}\n",
		""},
	{"services:\n  - {name: hub, repo: hub, grants: [{to: odd, may: [read], tables: x}]}\n"
	 "  - {name: odds, repo: odds}\n",
		"2:42: services: hub: grants: to: no service is called 'odd'; did you mean 'odds'?"},
	{"services:\n  - {name: hub, repo: hub, grants: [{to: hub, may: [read], tables: x}]}\n",
		"2:42: services: hub: grants: to: a service needs no grant for itself"},
	{"services:\n  - {name: hub, repo: hub, grants: [{may: read, tables: x}]}\n",
		"2:37: services: hub: grants: a grant wants `to:`, the service it is for"},
	{"services:\n  - {name: hub, repo: hub, grants: [{to: odds, tables: x}]}\n  - {name: odds, repo: odds}\n",
		"2:37: services: hub: grants: a grant wants `may:`, what it allows"},
	{"services:\n  - {name: hub, repo: hub, grants: [{to: odds, may: [wirte], tables: x}]}\n"
	 "  - {name: odds, repo: odds}\n",
		"2:54: services: hub: grants: may: nothing that can be granted is called 'wirte'; "
		"did you mean 'write'?"},
	{"services:\n  - {name: hub, repo: hub, grants: [{to: odds, may: read, sole: maybe, tables: x}]}\n"
	 "  - {name: odds, repo: odds}\n",
		"2:65: services: hub: grants: sole: wants true or false"},
	{"services:\n  - {name: hub, repo: hub, grants: [{to: odds, may: read, until: soon, tables: x}]}\n"
	 "  - {name: odds, repo: odds}\n",
		"2:66: services: hub: grants: until: 'soon' is no day of the calendar; write "
		"YYYY-MM-DD"},
	{"services:\n  - {name: hub, repo: hub, grants: [{to: odds, may: read, tables: x, until: 2026-02-30}]}\n"
	 "  - {name: odds, repo: odds}\n",
		"2:77: services: hub: grants: until: '2026-02-30' is no day of the calendar; write "
		"YYYY-MM-DD"},
	{"services:\n  - {name: hub, repo: hub, grants: [{to: odds, may: read}]}\n"
	 "  - {name: odds, repo: odds}\n",
		"2:37: services: hub: grants: a grant wants `tables:`, what it is for"},
	{"services:\n  - {name: hub, repo: hub, rules: {a: eror}}\n",
		"2:39: services: hub: rules: a: no level is called 'eror'; did you mean 'error'?"},
	{"services:\n  - {name: hub, repo: hub, overrides: [{file: x}]}\n",
		"2:41: services: hub: overrides: unknown key 'file'; did you mean 'files'?\n"
		"2:40: services: hub: overrides: an override wants `files:`, which files it is for\n"
		"2:40: services: hub: overrides: an override wants `rules:`, their levels there"},
	{"services:\n  - {name: hub, repo: hub, baseline: ../known.txt}\n",
		"2:38: services: hub: baseline: '../known.txt': name a file below the service's "
		"directory, which it is relative to"},
	{"services:\n  - {name: hub, repo: hub, baseline: /known.txt}\n",
		"2:38: services: hub: baseline: '/known.txt': name a file below the service's "
		"directory, which it is relative to"},
	{"services:\n  - {name: hub, repo: hub, strict: perhaps}\n",
		"2:36: services: hub: strict: wants true or false"},
	{"services: [{name: hub, repo: hub}]\nreads: opened\n",
		"2:8: reads: is open or closed, not 'opened'; did you mean 'open'?"},
	{"services: [{name: hub, repo: hub}]\nrules: {a: eror, a: none, b: off, b: off}\n",
		"2:12: rules: a: no level is called 'eror'; did you mean 'error'?\n"
		"2:18: rules: 'a' is given twice\n"
		"2:35: rules: 'b' is given twice"},
	{"services: [{name: hub, repo: hub}]\nrules: [a]\n",
		"2:8: rules: wants a map: `RULE: error`, `warning`, `note` or `none`"},
	{"services: [\n", "2:1: not valid YAML: did not find expected node content"},
	{"services: [{name: hub, repo: hub}]\n\tx: 1\n",
		"2:1: not valid YAML: found character that cannot start any token"},
	{"services: [{name: hub, repo: hub}]\n---\na: 1\n",
		"3:1: a second YAML document begins here; only one is read"},
	{"é: 1\nservices: [{name: hub, 'é': 1, repo: hub, no: 2}]\n",
		"1:1: unknown key 'é'; it can be services, external, reads, facts_max_age or rules\n"
		"2:24: services: hub: unknown key 'é'; it can be name, kind, repo, path, rev, also, "
		"facts, owns, grants, roles, contexts, schema_dump, variables, rules, overrides, baseline or strict\n"
		"2:44: services: hub: unknown key 'no'; it can be name, kind, repo, path, rev, also, "
		"facts, owns, grants, roles, contexts, schema_dump, variables, rules, overrides, baseline or strict"},
	{"services: &s [*s]\n", "1:11: services: wants a map of keys and values"},
	{"services:\n  - &a {name: hub, repo: hub, roles: &r [x, y]}\n"
	 "  - {name: odds, repo: odds, roles: *r}\n",
		""},
};

/* Puts the test's directory where a message says '@'. */
static struct str
fill_in(struct arena *a, const char *want)
{
	struct buf b = {.arena = a};
	char *real = realpath(top, NULL);

	for (; *want; want++)
		if (*want == '@')
			buf_add(&b, str_from(real));
		else
			buf_addc(&b, *want);
	free(real);
	return buf_str(&b);
}

START_TEST(dates)
{
	static const struct {
		const char *text;
		bool want;
	} cases[] = {
		{"2026-02-28", true},
		{"2026-02-29", false},
		{"2028-02-29", true},
		{"2100-02-29", false},
		{"2000-02-29", true},
		{"2026-04-31", false},
		{"2026-12-31", true},
		{"2026-13-01", false},
		{"2026-00-01", false},
		{"2026-01-00", false},
		{"2026-1-1", false},
		{"2026/01/01", false},
		{"2026-01-01 ", false},
		{"", false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(config_is_date(str_from(cases[i].text)) == cases[i].want, "%s",
			cases[i].text);
}
END_TEST

START_TEST(days)
{
	static const struct {
		const char *text;
		int64_t want;
	} cases[] = {
		{"1970-01-01", 0},
		{"1970-03-01", 59},
		{"1969-12-31", -1},
		{"2000-02-29", 11016},
		{"2000-03-01", 11017},
		{"2024-12-31", 20088},
		{"2025-01-01", 20089},
		{"0001-01-01", -719162},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_int_eq(config_days(str_from(cases[i].text)), cases[i].want);
}
END_TEST

START_TEST(each_mistake_is_one_message)
{
	uint32_t wrong = 0;

	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		struct arena a = {0};
		struct config c;
		struct diags d;
		bool ok = read_text(&c, &a, &d, mistakes[i].yaml);
		struct str got = diags_text(&a, &d), want = fill_in(&a, mistakes[i].want);

		if (!str_eq(got, want) || ok != !want.n) {
			printf("for\n%s\ngot\n%.*s\nwant\n%.*s\n", mistakes[i].yaml, STR_ARG(got),
				STR_ARG(want));
			wrong++;
		}
		arena_free(&a);
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

START_TEST(everything_is_read)
{
	static const char yaml[] =
		"services:\n"
		"  - name: hub\n"
		"    repo: hub\n"
		"    path: services/hub\n"
		"    rev: origin/main\n"
		"    also: [deployed]\n"
		"    owns: {tables: [\"r10_*\"], schemas: billing}\n"
		"    grants:\n"
		"      - {to: odds, may: [write, read], tables: [r10_odd], sole: yes, reason: why,\n"
		"         until: 2027-03-31, columns: [token]}\n"
		"    roles: [hub_rw]\n"
		"    contexts:\n"
		"      - {migrations: m, tool: sql, database: app, search_path: [a, b], role: r,\n"
		"         code: [x]}\n"
		"  - {name: odds, repo: odds, facts: facts.jsonl, kind: library, owns: [odd_company]}\n"
		"external: [spatial_ref_sys, \"cron.*\"]\n"
		"reads: closed\n"
		"facts_max_age: 14\n"
		"rules: {table-in-public: off, rename-model: no, x: warning}\n";
	struct arena a = {0};
	struct config c;
	struct diags d;
	const struct service *s;
	const struct grant *g;

	ck_assert_msg(read_text(&c, &a, &d, yaml), "%.*s", STR_ARG(diags_text(&a, &d)));
	ck_assert_uint_eq(c.services.n, 2);
	s = &c.services.v[0];
	g = &s->grants.v[0];
	ck_assert_text(s->name, "hub");
	ck_assert_uint_eq(s->line, 2);
	ck_assert(str_ends(s->repo_path, STR("/hub")) && str_starts(s->repo_path, STR("/")));
	ck_assert_text(s->path.value, "services/hub");
	ck_assert_text(s->rev.value, "origin/main");
	ck_assert_text(s->also.v[0].value, "deployed");
	ck_assert_text(s->owns.tables.v[0].value, "r10_*");
	ck_assert_uint_eq(s->owns.tables.v[0].line, 7);
	ck_assert_uint_eq(s->owns.tables.v[0].column, 21);
	ck_assert_text(s->owns.schemas.v[0].value, "billing");
	ck_assert_text(g->to.value, "odds");
	ck_assert_uint_eq(g->may, ACCESS_READ | ACCESS_WRITE);
	ck_assert(g->sole);
	ck_assert_uint_eq(g->line, 9);
	ck_assert_text(g->tables.v[0].value, "r10_odd");
	ck_assert_text(g->columns.v[0].value, "token");
	ck_assert_text(g->until.value, "2027-03-31");
	ck_assert_text(s->contexts.v[0].search_path.v[1].value, "b");
	ck_assert_text(s->contexts.v[0].code.v[0].value, "x");
	ck_assert_text(s->contexts.v[0].tool.value, "sql");
	ck_assert_uint_eq(s->contexts.v[0].line, 13);
	s = &c.services.v[1];
	ck_assert_int_eq(s->kind, SERVICE_LIBRARY);
	ck_assert(str_ends(s->facts_path, STR("/facts.jsonl")));
	ck_assert_text(s->owns.tables.v[0].value, "odd_company");
	ck_assert_text(c.external.v[1].value, "cron.*");
	ck_assert_int_eq(c.reads, READS_CLOSED);
	ck_assert_uint_eq(c.facts_max_age.value, 14);
	ck_assert_uint_eq(c.facts_max_age.line, 18);
	ck_assert_uint_eq(c.rules.n, 3);
	ck_assert_int_eq(c.rules.v[1].level, LEVEL_NONE);
	ck_assert_text(c.rules.v[0].rule.value, "table-in-public");
	ck_assert_uint_eq(config_service(&c, STR("odds")), 1);
	ck_assert_uint_eq(config_service(&c, STR("none")), UINT32_MAX);
	arena_free(&a);
}
END_TEST

/* What is repeated in these texts, and what is said of it in the end. */
static const struct {
	const char *before, *repeat, *after, *want;
	int n;
} floods[] = {
	{"services:\n- &s {name: hub, repo: hub, roles: &r [x", ", x", "]}\n- *s\n- *s\n",
		"services: hub: roles: more than 50000 values, aliases counted: the rest is not "
		"read",
		30000},
	{"", "- ", "x\n", "not valid YAML: nested too deep for a configuration", 100},
	{"", "[", "", "not valid YAML: nested too deep for a configuration", 500000},
	{"[", "&a x,", "]", "not valid YAML: too many anchors for a configuration", 100000},
	{"services:\n", "- {name: a, repo: b, c: d}\n", "",
		"more than 100 mistakes: the rest is not shown", 1000},
};

/* A few lines, or a million of them, must not become an hour of reading. */
START_TEST(floods_are_bounded)
{
	for (size_t i = 0; i < sizeof floods / sizeof *floods; i++) {
		struct arena a = {0};
		struct buf b = {.arena = &a};
		struct config c;
		struct diags d;

		buf_add(&b, str_from(floods[i].before));
		for (int k = 0; k < floods[i].n; k++)
			buf_add(&b, str_from(floods[i].repeat));
		buf_add(&b, str_from(floods[i].after));
		ck_assert(!read_text(&c, &a, &d, buf_str(&b).s));
		ck_assert_text(vec_last(&d.list)->message, floods[i].want);
		ck_assert_uint_le(d.list.n, 101);
		arena_free(&a);
	}
}
END_TEST

START_TEST(files_that_are_none)
{
	struct arena a = {0};
	struct config c;
	struct diags d = {.arena = &a};
	struct buf b = {.arena = &a};

	ck_assert(!config_read(&c, &a, STR("gone.yaml"), NULL, &d));
	ck_assert(!config_read(&c, &a, STR("hub"), NULL, &d));
	write_file("nul.yaml", "a\0b", 3);
	ck_assert(!config_read(&c, &a, STR("nul.yaml"), NULL, &d));
	for (int i = 0; i < 1100000; i++)
		buf_addc(&b, '[');
	write_file("deep.yaml", b.s, b.n);
	ck_assert(!config_read(&c, &a, STR("deep.yaml"), NULL, &d));
	write_file("deep.yaml", b.s, 20000);
	ck_assert(!config_read(&c, &a, STR("deep.yaml"), NULL, &d));
	write_file("bytes.yaml", "a: \xff\n", 6);
	ck_assert(!config_read(&c, &a, STR("bytes.yaml"), NULL, &d));
	ck_assert_uint_eq(d.list.n, 6);
	ck_assert_text(d.list.v[0].message, "no such configuration file");
	ck_assert_text(d.list.v[1].message, "a directory: name the configuration file in it");
	ck_assert_text(d.list.v[2].message, "holds a NUL byte: this is no configuration");
	ck_assert_text(d.list.v[3].message, "larger than 1048576 bytes: this is no configuration");
	arena_free(&a);
}
END_TEST

START_TEST(the_nearest_configuration_is_found)
{
	struct arena a = {0};
	struct diags d = {.arena = &a};
	struct str self;

	unsetenv("PGBOUNDS_CONFIG");
	write_file("pgbounds.yaml", "", 0);
	ck_assert_int_eq(chdir("hub"), 0);
	ck_assert_text(config_find(&a, NULL, (struct str){0}, &self, &d), "../pgbounds.yaml");
	ck_assert_text(self, "");
	write_file(".pgbounds.yaml", "service: hub\nconfig: ../x.yaml\n", 31);
	ck_assert_text(config_find(&a, NULL, (struct str){0}, &self, &d), "../x.yaml");
	ck_assert_text(self, "hub");
	ck_assert_text(config_find(&a, "given", (struct str){0}, &self, &d), "given");
	setenv("PGBOUNDS_CONFIG", "env", 1);
	ck_assert_text(config_find(&a, NULL, (struct str){0}, &self, &d), "env");
	unsetenv("PGBOUNDS_CONFIG");
	ck_assert_uint_eq(d.list.n, 0);
	write_file(".pgbounds.yaml", "service: hub\n", 13);
	ck_assert_text(config_find(&a, NULL, (struct str){0}, &self, &d), "");
	ck_assert_text(diags_text(&a, &d), "0:0: wants `config:`, where pgbounds.yaml is");
	unlink(".pgbounds.yaml");
	ck_assert_int_eq(chdir(".."), 0);
	arena_free(&a);
}
END_TEST

START_TEST(directories_become_services)
{
	static const char *const directories[] = {"hub", "./x/app/", "y/app", "y/bare.git"};
	static const char *const twice[] = {"hub", "./hub", "gone"};
	struct arena a = {0};
	struct diags d = {.arena = &a};
	struct config c;

	mkdir("x", 0777);
	mkdir("x/app", 0777);
	mkdir("y", 0777);
	mkdir("y/app", 0777);
	mkdir("y/bare.git", 0777);
	ck_assert(config_infer(&c, &a, directories, 4, &d));
	ck_assert_text(c.services.v[0].name, "hub");
	ck_assert_text(c.services.v[1].name, "x/app");
	ck_assert_text(c.services.v[2].name, "y/app");
	ck_assert_text(c.services.v[3].name, "bare");
	ck_assert_uint_eq(c.services.v[0].line, 0);
	ck_assert(!config_infer(&c, &a, twice, 3, &d));
	ck_assert_text(diags_text(&a, &d),
		"0:0: the same directory is given twice\n0:0: no such directory");
	arena_free(&a);
}
END_TEST

START_TEST(nearest_words)
{
	static const char *const words[] = {"services", "external", "reads", "rules", NULL};
	static const struct {
		const char *word, *want;
	} cases[] = {
		{"service", "services"},
		{"rule", "rules"},
		{"raeds", "reads"},
		{"xyz", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_pstr_eq(config_nearest(str_from(cases[i].word), words), cases[i].want);
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, dates);
	tcase_add_test(t, days);
	tcase_add_test(t, each_mistake_is_one_message);
	tcase_add_test(t, everything_is_read);
	tcase_add_test(t, floods_are_bounded);
	tcase_add_test(t, files_that_are_none);
	tcase_add_test(t, the_nearest_configuration_is_found);
	tcase_add_test(t, directories_become_services);
	tcase_add_test(t, nearest_words);
}

int
main(void)
{
	char command[64];
	int status;

	if (!mkdtemp(top) || chdir(top) || mkdir("hub", 0777) || mkdir("odds", 0777))
		return EXIT_FAILURE;
	write_file("facts.jsonl", "", 0);
	status = run_tests("config", add);
	snprintf(command, sizeof command, "rm -rf '%s'", top);
	return run_shell(command) ? EXIT_FAILURE : status;
}
