/* world: a value that can be built twice. What differs between two worlds is what a change did. */
#include <string.h>

#include "base/arena.h"
#include "rule/rule.h"
#include "source/source.h"
#include "suite.h"

/* A file of a service: the path begins with the service's name. */
struct text {
	const char *path, *text;
};

struct built {
	struct arena arena;
	struct diags diags;
	struct config config;
	struct source sources[8];
	struct link_service services[8];
	struct service_state states[8];
	struct file_set files;
	struct host_options host;
	struct extract_options options;
	struct linker linker;
	struct world world;
	struct findings findings;
};

static const char *const no_markers[] = {"pgbounds:", "+goose", NULL};

/* The services are those that the paths name, in the order of their first file. */
static void
add_service(struct built *b, const char *name, const struct text *texts, uint32_t n)
{
	const char **paths = arena_array(&b->arena, const char *, n);
	const char **bodies = arena_array(&b->arena, const char *, n);
	uint32_t service = b->config.services.n, files = 0;
	size_t length = strlen(name);

	vec_add(&b->arena, &b->config.services)->name = str_from(name);
	for (uint32_t i = 0; i < n; i++) {
		if (strncmp(texts[i].path, name, length) == 0 && texts[i].path[length] == '/') {
			paths[files] = texts[i].path + length + 1;
			bodies[files++] = texts[i].text;
		}
	}
	source_memory(&b->sources[service], &b->arena, paths, bodies, files);
	b->states[service] = (struct service_state){.available = true};
	b->services[service].name = str_from(name);
	b->services[service].files = b->sources[service].files;
	for (uint32_t i = 0; i < b->sources[service].list.list.n; i++) {
		const struct file_entry *e = &b->sources[service].list.list.v[i];
		struct file f = {.number = b->files.list.n + 1,
			.service = service,
			.entry = *e,
			.class = classify_path(e->path),
			.host = host_of_path(e->path)};

		vec_push(&b->arena, &b->files.list, f);
	}
}

static void
build(struct built *b, const char *const *services, const struct text *texts, uint32_t n,
	uint32_t threads)
{
	struct world_input input = {
		.config = &b->config, .linker = &b->linker, .services = b->states};
	struct extract_job jobs[32];

	*b = (struct built){0};
	b->diags.arena = b->files.arena = b->config.arena = &b->arena;
	b->host = (struct host_options){
		.sinks = extract_sinks, .markers = no_markers, .bodies = extract_bodies};
	b->options = (struct extract_options){.host = &b->host, .jobs = threads};
	for (; *services; services++)
		add_service(b, *services, texts, n);
	for (uint32_t i = 0; i < b->files.list.n; i++)
		jobs[i] = (struct extract_job){
			.files = b->services[b->files.list.v[i].service].files, .file = i};
	extract_run(&b->files, jobs, b->files.list.n, &b->options);
	link_init(&b->linker, &b->arena, &b->files, b->services, b->config.services.n, &b->options);
	link_run(&b->linker);
	world_build(&b->world, &b->arena, &input, &b->diags);
	rules_run(&b->world, NULL, &b->arena, &b->findings);
}

static void
destroy(struct built *b)
{
	for (uint32_t i = 0; i < b->config.services.n; i++)
		source_close(&b->sources[i]);
	for (uint32_t i = 0; i < b->files.arenas.n; i++)
		arena_free(b->files.arenas.v[i]);
	arena_free(&b->arena);
}

static const char *const hub_and_odds[] = {"hub", "odds", NULL};
static const char *const odds_and_hub[] = {"odds", "hub", NULL};

static const struct text before[] = {
	{"hub/migrations/001.sql", "CREATE TABLE company (id bigint PRIMARY KEY, name text);"},
	{"hub/name.py",
		"def f(cursor):\n    cursor.execute('UPDATE company SET name = %s', [1])\n"},
	{"odds/a.go", "package odds\n\nfunc A(db DB) {\n\tdb.Exec(\"DELETE FROM company\")\n}\n"},
};
/* The same, moved down and into another file. */
static const struct text moved[] = {
	{"hub/migrations/001.sql",
		"-- companies\n\nCREATE TABLE company (\n  id bigint PRIMARY KEY,\n  name text\n);"},
	{"hub/names.py",
		"import x\n\n\ndef g(cursor):\n    cursor.execute('UPDATE company SET name = %s', [1])\n"},
	{"odds/b.go",
		"package odds\n\n\n\nfunc B(db DB) {\n\t\tdb.Exec(\"DELETE FROM company\")\n}\n"},
};
/* One more crossing: a foreign key. */
static const struct text more[] = {
	{"hub/migrations/001.sql", "CREATE TABLE company (id bigint PRIMARY KEY, name text);"},
	{"hub/name.py",
		"def f(cursor):\n    cursor.execute('UPDATE company SET name = %s', [1])\n"},
	{"odds/a.go", "package odds\n\nfunc A(db DB) {\n\tdb.Exec(\"DELETE FROM company\")\n}\n"},
	{"odds/migrations/001.sql",
		"CREATE TABLE odd (id bigint PRIMARY KEY, company_id bigint REFERENCES company (id));"},
};

START_TEST(base_equal_to_head_is_silence)
{
	struct built base, head;

	build(&base, hub_and_odds, before, 3, 1);
	build(&head, hub_and_odds, before, 3, 4);
	ck_assert_uint_gt(base.findings.list.n, 0);
	ck_assert_uint_eq(base.findings.list.n, head.findings.list.n);
	for (uint32_t i = 0; i < base.findings.list.n; i++)
		ck_assert_text(base.findings.list.v[i].fingerprint,
			str_cstr(&head.arena, head.findings.list.v[i].fingerprint));
	findings_subtract(&head.findings, &base.findings);
	ck_assert_uint_eq(head.findings.list.n, 0);
	destroy(&base);
	destroy(&head);
}
END_TEST

START_TEST(moved_code_is_silence)
{
	struct built base, head;

	build(&base, hub_and_odds, before, 3, 2);
	build(&head, hub_and_odds, moved, 3, 2);
	ck_assert_uint_gt(head.findings.list.n, 0);
	findings_subtract(&head.findings, &base.findings);
	ck_assert_uint_eq(head.findings.list.n, 0);
	destroy(&base);
	destroy(&head);
}
END_TEST

START_TEST(a_new_crossing_is_what_is_left)
{
	struct built base, head;

	build(&base, hub_and_odds, before, 3, 2);
	build(&head, hub_and_odds, more, 4, 2);
	findings_subtract(&head.findings, &base.findings);
	ck_assert_uint_eq(head.findings.list.n, 1);
	ck_assert_str_eq(head.findings.list.v[0].rule->name, "cross-service-foreign-key");
	destroy(&base);
	destroy(&head);
}
END_TEST

START_TEST(the_order_of_services_does_not_matter)
{
	struct built one, other;

	build(&one, hub_and_odds, more, 4, 2);
	build(&other, odds_and_hub, more, 4, 2);
	ck_assert_uint_eq(one.findings.list.n, other.findings.list.n);
	findings_subtract(&one.findings, &other.findings);
	ck_assert_uint_eq(one.findings.list.n, 0);
	destroy(&one);
	destroy(&other);
}
END_TEST

/* "hub", "odds" or "open": who owns what is, or was, called so. */
static const char *
owner_word(struct built *b, const char *name, moment at)
{
	const struct catalog *c = &b->world.databases.v[0].catalog;

	for (uint32_t i = 1; i < c->objects.n; i++) {
		struct owner owner;

		if (!object_kind_is_relation(c->objects.v[i].kind) ||
			!str_is(catalog_name(c, i, at).name, name))
			continue;
		owner = at == MOMENT_NOW ? world_owner(&b->world, 0, i)
					 : world_owner_then(&b->world, 0, i, at);
		return owner.service == UINT32_MAX
			       ? "open"
			       : str_cstr(&b->arena, world_service(&b->world, owner.service));
	}
	return "missing";
}

static const struct {
	const char *hub, *odds, *name, *want;
} owners[] = {
	{"CREATE TABLE a (id int);", "CREATE TABLE b (id int);", "a", "hub"},
	{"CREATE TABLE a (id int);", "CREATE TABLE b (id int);", "b", "odds"},
	{"CREATE TABLE a (id int);", "CREATE TABLE a (id int);", "a", "open"},
	{"CREATE TABLE a (id int);", "CREATE TABLE IF NOT EXISTS a (id int);", "a", "open"},
	{"CREATE TABLE a (id int); CREATE TABLE a (id int);", "SELECT 1;", "a", "hub"},
	{"CREATE TABLE a (id int); DROP TABLE a;", "CREATE TABLE b (id int);", "b", "odds"},
	{"CREATE TABLE a (id int);", "ALTER TABLE a RENAME TO b;", "b", "hub"},
};

START_TEST(owners_of_tables)
{
	struct text texts[] = {
		{"hub/migrations/001.sql", owners[_i].hub},
		{"odds/migrations/001.sql", owners[_i].odds},
	};
	struct built b;

	build(&b, hub_and_odds, texts, 2, 1);
	ck_assert_str_eq(owner_word(&b, owners[_i].name, MOMENT_NOW), owners[_i].want);
	destroy(&b);
}
END_TEST

/* Two schemas, each made by a service: a table is its schema's, as it was called at the time. */
START_TEST(owner_at_a_moment)
{
	static const struct text texts[] = {
		{"hub/migrations/001.sql", "CREATE SCHEMA hub; CREATE TABLE hub.a (id int);"},
		{"odds/migrations/001.sql",
			"CREATE SCHEMA odds; ALTER TABLE hub.a SET SCHEMA odds;"},
	};
	struct built b;

	build(&b, hub_and_odds, texts, 2, 1);
	ck_assert_uint_eq(b.world.happenings.n, 5);
	ck_assert_str_eq(owner_word(&b, "a", 2), "hub");
	ck_assert_str_eq(owner_word(&b, "a", 3), "hub");
	ck_assert_str_eq(owner_word(&b, "a", 4), "odds");
	ck_assert_str_eq(owner_word(&b, "a", MOMENT_NOW), "odds");
	destroy(&b);
}
END_TEST

START_TEST(a_computed_name_is_a_gap)
{
	static const struct text texts[] = {
		{"hub/migrations/001.sql", "CREATE TABLE a (id int);"},
		{"hub/f.py", "def f(c, t):\n    c.execute('SELECT id FROM ' + t)\n"},
		{"odds/f.py", "def f(c):\n    c.execute('SELECT id FROM a')\n"},
	};
	struct built b;

	build(&b, hub_and_odds, texts, 3, 1);
	ck_assert_uint_eq(b.world.gaps.n, 1);
	ck_assert_int_eq(b.world.gaps.v[0].reason, BLIND_DYNAMIC);
	ck_assert_uint_eq(b.world.gaps.v[0].service, 0);
	ck_assert_uint_eq(b.world.gaps.v[0].span.line, 2);
	destroy(&b);
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_loop_test(t, owners_of_tables, 0, sizeof owners / sizeof *owners);
	tcase_add_test(t, owner_at_a_moment);
	tcase_add_test(t, a_computed_name_is_a_gap);
	tcase_add_test(t, base_equal_to_head_is_silence);
	tcase_add_test(t, moved_code_is_silence);
	tcase_add_test(t, a_new_crossing_is_what_is_left);
	tcase_add_test(t, the_order_of_services_does_not_matter);
}

int
main(void)
{
	return run_tests("world", add);
}
