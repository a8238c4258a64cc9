/* catalog: histories in SQL and what the catalog says of them, now and at moments in the past.
 *
 * Statement N of a history is moment N. What PostgreSQL itself makes of such histories is compared in
 * tests/oracle/replay.py; here is what PostgreSQL cannot be asked: the past, doubt, bindings. */
#include "../oracle/history.h"
#include "suite.h"

static struct arena memory;

static void
replay(struct history *h, const char *sql)
{
	history_replay(h, &memory, str_from(sql), NULL, NULL);
}

static struct binding
resolve(const struct history *h, const char *schema, const char *name, moment at)
{
	struct name n = {.schema = str_from(schema), .name = str_from(name)};

	return catalog_resolve(&h->catalog, &h->session, &n, at);
}

/* "yes users", "no@3", "maybe users", "unknown", "ambiguous": a binding in words. */
static struct str
words(const struct history *h, struct binding b, moment at)
{
	static const char *const exists[] = {"no", "yes", "maybe"};

	switch (b.state) {
	case BINDING_BOUND:
		return str_format(&memory, "%s %.*s", exists[b.exists],
			STR_ARG(catalog_name(&h->catalog, b.object, at).name));
	case BINDING_MISSING:
		return str_format(&memory, "no@%u", b.ended);
	case BINDING_AMBIGUOUS:
		return STR("ambiguous");
	case BINDING_UNKNOWN:
		break;
	}
	return str_format(&memory, "unknown@%u", b.havoc);
}

/* The life of a name: "from moment 5 to 17, ended by event 17" (the issue's own words). */
START_TEST(names_over_time)
{
	static const char sql[] = "CREATE TABLE r10_x (a int);"    /* 1 */
				  "ALTER TABLE r10_x RENAME TO y;" /* 2 */
				  "CREATE TABLE r10_x (b int);"    /* 3 */
				  "DROP TABLE r10_x;"              /* 4 */
				  "CREATE SCHEMA s;"               /* 5 */
				  "ALTER TABLE y SET SCHEMA s;"    /* 6 */
				  "ALTER SCHEMA s RENAME TO core;" /* 7 */
				  "DROP SCHEMA core CASCADE;";     /* 8 */
	static const struct {
		const char *schema, *name;
		moment at;
		const char *want;
	} cases[] = {
		{"", "r10_x", 1, "yes r10_x"},
		{"", "r10_x", 2, "no@2"},
		{"", "r10_x", 3, "yes r10_x"},
		{"", "r10_x", 4, "no@4"},
		{"", "r10_x", MOMENT_NOW, "no@4"},
		{"", "y", 1, "no@0"},
		{"", "y", 5, "yes y"},
		{"", "y", 6, "no@6"},
		{"s", "y", 6, "yes y"},
		{"s", "y", 7, "no@7"},
		{"core", "y", 7, "yes y"},
		{"core", "y", 8, "no@8"},
		{"public", "never", 8, "no@0"},
		{"pg_catalog", "pg_class", 1, "yes "},
		{"information_schema", "tables", 1, "yes "},
		{"", "pg_class", 1, "yes "},
	};
	struct history h;

	replay(&h, sql);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct binding b = resolve(&h, cases[i].schema, cases[i].name, cases[i].at);

		ck_assert_text(words(&h, b, cases[i].at), cases[i].want);
	}
	/* A rename keeps the identity: the object of moment 1 is that of moment 7. */
	ck_assert_uint_eq(resolve(&h, "", "r10_x", 1).object, resolve(&h, "core", "y", 7).object);
	ck_assert_uint_ne(resolve(&h, "", "r10_x", 1).object, resolve(&h, "", "r10_x", 3).object);
}
END_TEST

START_TEST(columns_over_time)
{
	static const char sql[] = "CREATE TABLE t (a int, b int);"    /* 1 */
				  "ALTER TABLE t RENAME a TO z;"      /* 2 */
				  "ALTER TABLE t DROP COLUMN b;"      /* 3 */
				  "ALTER TABLE t ADD COLUMN b text;"; /* 4 */
	static const struct {
		const char *name;
		moment at;
		const char *want;
	} cases[] = {
		{"a", 1, "yes a"},
		{"a", 2, "no@2"},
		{"z", 2, "yes z"},
		{"b", 2, "yes b"},
		{"b", 3, "no@3"},
		{"b", 4, "yes b"},
		{"nope", 4, "no@0"},
		{"ctid", 4, "yes "},
	};
	struct history h;
	uint32_t t;

	replay(&h, sql);
	t = resolve(&h, "", "t", 1).object;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_text(
			words(&h,
				catalog_column(&h.catalog, t, str_from(cases[i].name), cases[i].at),
				cases[i].at),
			cases[i].want);
}
END_TEST

/* Applies the history's last statement once more under a guard, as moment 100. */
static enum apply_status
apply_guarded(struct history *h)
{
	struct arena scratch = {0};
	struct applied out;
	const struct statement *s = vec_last(&h->unit.statements);

	catalog_apply(
		&h->catalog, &h->session, &h->unit, s->event, s->query, true, 100, &scratch, &out);
	arena_free(&scratch);
	return out.status;
}

START_TEST(guards_make_maybe)
{
	static const struct {
		const char *sql, *name;
		enum apply_status status;
		moment at;
		const char *want;
	} cases[] = {
		{"CREATE TABLE t (a int);", "t", APPLY_SKIPPED, 100, "yes t"},
		{"CREATE TABLE t (a int); ALTER TABLE t RENAME TO t2; ALTER TABLE t2 RENAME TO t; "
		 "ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t; CREATE TABLE x (a int); "
		 "DROP TABLE x;",
			"x", APPLY_SKIPPED, 100, "no@7"},
	};
	struct history h;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		replay(&h, cases[i].sql);
		ck_assert_int_eq(apply_guarded(&h), cases[i].status);
		ck_assert_text(words(&h, resolve(&h, "", cases[i].name, cases[i].at), cases[i].at),
			cases[i].want);
	}
}
END_TEST

/* A guarded event that can happen: events are applied one by one, the last under a guard. */
START_TEST(guarded_events)
{
	static const struct {
		const char *sql, *name;
		const char *before, *after;
	} cases[] = {
		{"CREATE TABLE t (a int);", "t", "no@0", "maybe t"},
		{"CREATE TABLE t (a int); DROP TABLE t;", "t", "yes t", "maybe t"},
		{"CREATE TABLE t (a int); ALTER TABLE t RENAME TO u;", "t", "yes t", "yes t"},
		{"DROP TABLE t;", "t", "no@0", "no@0"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena scratch = {0};
		struct history h;
		struct applied out;
		uint32_t n;

		replay(&h, cases[i].sql);
		n = h.unit.statements.n - 1;
		catalog_init(&h.catalog, &memory);
		for (uint32_t k = 1; k <= n; k++)
			catalog_apply(&h.catalog, &h.session, &h.unit, h.unit.statements.v[k].event,
				0, k == n, k, &scratch, &out);
		ck_assert_text(
			words(&h, resolve(&h, "", cases[i].name, n - 1), n - 1), cases[i].before);
		ck_assert_uint_eq(resolve(&h, "", cases[i].name, n).exists,
			cases[i].after[0] == 'm'   ? EXISTS_MAYBE
			: cases[i].after[0] == 'y' ? EXISTS_YES
						   : EXISTS_NO);
		arena_free(&scratch);
	}
}
END_TEST

static void
havoc_of(struct history *h, enum object_kind kind, const char *pattern, moment at)
{
	struct arena scratch = {0};
	struct applied out;
	struct event e = {.kind = EVENT_HAVOC, .object_kind = kind, .text = STR("computed")};

	e.object.name = str_from(pattern);
	vec_push(&memory, &h->unit.events, e);
	catalog_apply(&h->catalog, &h->session, &h->unit, h->unit.events.n - 1, 0, false, at,
		&scratch, &out);
	arena_free(&scratch);
}

static void
havoc(struct history *h, const char *pattern, moment at)
{
	havoc_of(h, OBJECT_NONE, pattern, at);
}

/* A look-up that fails under a havoc is unknown, never missing. */
START_TEST(havoc_and_incomplete_sources)
{
	struct history h;

	replay(&h, "CREATE TABLE v1_a (x int); CREATE TABLE b (x int);");
	havoc(&h, "v1_*", 3);
	ck_assert_text(words(&h, resolve(&h, "", "v1_new", 2), 2), "no@0");
	ck_assert_text(words(&h, resolve(&h, "", "v1_new", 3), 3), "unknown@3");
	ck_assert_text(words(&h, resolve(&h, "", "v1_a", 2), 2), "yes v1_a");
	ck_assert_text(words(&h, resolve(&h, "", "v1_a", 3), 3), "maybe v1_a");
	ck_assert_text(words(&h, resolve(&h, "", "b", 3), 3), "yes b");
	ck_assert_text(words(&h, resolve(&h, "", "c", 3), 3), "no@0");
	h.catalog.incomplete = true;
	ck_assert_text(words(&h, resolve(&h, "", "c", 3), 3), "unknown@0");
}
END_TEST

/* What is done to a table's constraints or columns leaves the table itself alone. */
START_TEST(havoc_over_parts)
{
	static const struct {
		enum object_kind kind;
		const char *table, *column, *constraint, *missing;
	} rows[] = {
		{OBJECT_CONSTRAINT, "yes t", "yes", "maybe", "no@0"},
		{OBJECT_COLUMN, "yes t", "maybe", "yes", "unknown@2"},
		{OBJECT_TRIGGER, "yes t", "yes", "yes", "no@0"},
		{OBJECT_INDEX, "yes t", "yes", "yes", "no@0"},
		{OBJECT_TABLE, "maybe t", "yes", "yes", "unknown@2"},
	};
	static const char *const existence[] = {"no", "yes", "maybe"};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct history h;
		uint32_t table, key = 0;

		replay(&h, "CREATE TABLE t (a int PRIMARY KEY);");
		havoc_of(&h, rows[i].kind, "t", 2);
		ck_assert_text(words(&h, resolve(&h, "", "t", 2), 2), rows[i].table);
		table = resolve(&h, "", "t", 2).object;
		ck_assert_text(
			str_from(existence[catalog_column(&h.catalog, table, STR("a"), 2).exists]),
			rows[i].column);
		ck_assert_text(words(&h, catalog_column(&h.catalog, table, STR("z"), 2), 2),
			rows[i].missing);
		for (uint32_t k = 1; k < h.catalog.objects.n; k++)
			if (h.catalog.objects.v[k].kind == OBJECT_CONSTRAINT)
				key = k;
		ck_assert_text(
			str_from(existence[h.catalog.objects.v[key].exists]), rows[i].constraint);
	}
}
END_TEST

START_TEST(declared_to_exist)
{
	struct history h;
	struct binding b;

	replay(&h, "CREATE TABLE t (a int);");
	catalog_external(&h.catalog, STR(""), STR("spatial_ref_sys"));
	catalog_external(&h.catalog, STR("cron"), STR("*"));
	b = resolve(&h, "", "spatial_ref_sys", MOMENT_NOW);
	ck_assert_text(words(&h, b, MOMENT_NOW), "yes spatial_ref_sys");
	ck_assert_text(catalog_display(&h.catalog, b.object, &memory), "public.spatial_ref_sys");
	ck_assert_int_eq(
		catalog_column(&h.catalog, b.object, STR("srid"), 1).state, BINDING_UNKNOWN);
	ck_assert_text(words(&h, resolve(&h, "cron", "job", 1), 1), "yes ");
	ck_assert_text(words(&h, resolve(&h, "other", "job", 1), 1), "no@0");
}
END_TEST

static uint32_t
count_living(const struct catalog *c, const char *name)
{
	uint32_t n = 0;

	for (uint32_t i = 1; i < c->objects.n; i++)
		n += c->objects.v[i].exists != EXISTS_NO && c->objects.v[i].kind == OBJECT_TABLE &&
		     str_is(catalog_name(c, i, MOMENT_NOW).name, name);
	return n;
}

/* Declaring twice, or making what is declared, gives one relation. */
START_TEST(declared_once)
{
	struct applied out = {0};
	struct arena scratch = {0};
	struct history h;

	replay(&h, "CREATE TABLE versions (a int);");
	catalog_init(&h.catalog, &memory);
	catalog_external(&h.catalog, STR(""), STR("versions"));
	catalog_external(&h.catalog, STR(""), STR("versions"));
	catalog_external(&h.catalog, STR(""), STR("old_*"));
	ck_assert_int_eq(count_living(&h.catalog, "versions"), 1);
	ck_assert_int_eq(count_living(&h.catalog, "old_*"), 0);
	catalog_apply(&h.catalog, &h.session, &h.unit, h.unit.statements.v[1].event, 0, false, 1,
		&scratch, &out);
	ck_assert_int_eq(out.status, APPLY_DONE);
	ck_assert_int_eq(count_living(&h.catalog, "versions"), 1);
	ck_assert_text(
		words(&h, resolve(&h, "", "versions", MOMENT_NOW), MOMENT_NOW), "yes versions");
	arena_free(&scratch);
}
END_TEST

/* Of a history that is not whole: what others must have made is taken to be there. */
START_TEST(assumed)
{
	static const struct {
		const char *sql, *message, *dump;
	} cases[] = {
		{"CREATE TABLE s.t (a int);", "schema \"s\" does not exist",
			"table s.t\n  column a integer\n"},
		{"CREATE TABLE t (a int REFERENCES o (id));", "relation \"o\" does not exist",
			"table public.t\n  column a integer\n  constraint t_a_fkey f (a)\n"},
		{"SET search_path = s; CREATE TABLE t (a int);",
			"no schema has been selected to create in",
			"table s.t\n  column a integer\n"},
		{"CREATE TABLE t (a int); DROP TABLE t, o;", "table \"o\" does not exist", ""},
		{"ALTER TABLE o ADD COLUMN a int;", "relation \"o\" does not exist", ""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena scratch = {0};
		struct applied out = {0};
		struct buf dump = {.arena = &memory};
		struct history h;

		replay(&h, cases[i].sql);
		catalog_init(&h.catalog, &memory);
		h.catalog.assumes = true;
		catalog_connect(&h.catalog, &h.session, &memory, STR("postgres"), NULL, 0);
		for (uint32_t k = 1; k < h.unit.statements.n; k++)
			catalog_apply(&h.catalog, &h.session, &h.unit, h.unit.statements.v[k].event,
				0, false, k, &scratch, &out);
		ck_assert_int_eq(out.status, APPLY_CONFLICT);
		ck_assert_text(out.message, cases[i].message);
		history_dump(&h, &dump);
		ck_assert_text(buf_str(&dump), cases[i].dump);
		arena_free(&scratch);
	}
}
END_TEST

/* What the last statement's query binds to: its relations, then its columns. */
static struct str
bind_last(struct history *h)
{
	const struct statement *s = vec_last(&h->unit.statements);
	struct buf out = {.arena = &memory};
	struct bound_query q;

	catalog_bind(&h->catalog, &h->session, &h->unit, s->query, MOMENT_NOW, &memory, &q);
	for (uint32_t i = 0; i < q.relations.n; i++)
		buf_addf(&out, "%s%.*s", i ? "," : "",
			STR_ARG(words(h, q.relations.v[i].binding, MOMENT_NOW)));
	for (uint32_t i = 0; i < q.columns.n; i++) {
		const struct bound_column *x = &q.columns.v[i];

		buf_addf(&out, " %.*s=%.*s%s", STR_ARG(h->unit.columns.v[x->use].column),
			STR_ARG(catalog_name(&h->catalog, x->relation, MOMENT_NOW).name),
			x->guess                      ? "?"
			: x->state == BINDING_MISSING ? "!"
			: x->state == BINDING_UNKNOWN ? "??"
			: x->column || !x->relation   ? ""
						      : "*");
		if (x->ended)
			buf_addf(&out, "@%u", x->ended);
	}
	return buf_str(&out);
}

START_TEST(queries_are_bound)
{
	static const struct {
		const char *sql, *want;
	} cases[] = {
		{"SELECT a FROM t", "yes t a=t"},
		{"SELECT x.a, y.c FROM t x JOIN u y ON x.a = y.c", "yes t,yes u a=t c=u a=t c=u"},
		{"SELECT a, c FROM t, u", "yes t,yes u a=t c=u"},
		{"SELECT gone FROM t", "yes t gone=t!@3"},
		{"SELECT t.gone FROM t", "yes t gone=t!@3"},
		{"SELECT nope FROM t", "yes t nope=t!"},
		{"SELECT x FROM missing", "no@0 x=??"},
		{"WITH t AS (SELECT 1 AS q) SELECT q FROM t", " q="},
		{"SELECT (SELECT c FROM u WHERE c = a) FROM t", "yes t,yes u c=u c=u a=t"},
		{"UPDATE t SET a = 1", "yes t a=t"},
		{"INSERT INTO t (a, gone) VALUES (1, 2)", "yes t a=t gone=t!@3"},
		{"SELECT * FROM t", "yes t *=t*"},
		{"SELECT s.a FROM (SELECT a FROM t) s", "yes t a=t a="},
		{"SELECT relname FROM pg_class", "yes  relname="},
	};
	static const char before[] = "CREATE TABLE t (a int, gone int, common int);"
				     "CREATE TABLE u (c int, common int);"
				     "ALTER TABLE t DROP COLUMN gone;";
	struct history h;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		replay(&h, str_cstr(&memory, str_format(&memory, "%s%s", before, cases[i].sql)));
		ck_assert_text(bind_last(&h), cases[i].want);
	}
}
END_TEST

/* What an event did, for those who count. */
START_TEST(touched)
{
	static const struct {
		const char *sql, *want;
	} cases[] = {
		{"CREATE TABLE u (a int REFERENCES t)",
			"create u;create u_a_fkey of u;reference t;"},
		{"ALTER TABLE t ADD COLUMN z int", "create z of t;"},
		{"ALTER TABLE t DROP COLUMN a CASCADE", "drop a of t;drop v;"},
		{"ALTER TABLE t RENAME TO t2", "rename t2;"},
		{"ALTER TABLE t RENAME a TO b", "rename b of t;"},
		{"ALTER TABLE IF EXISTS nope ADD z int", ""},
		{"ALTER TABLE nope ADD z int", ""},
		{"DROP TABLE t CASCADE", "drop t;drop v;"},
		{"CREATE INDEX i ON t (a)", "create i of t;"},
		{"CREATE TABLE IF NOT EXISTS t (a int)", ""},
	};
	static const char *const verbs[] = {"create", "alter", "drop", "reference", "rename"};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = {.arena = &memory};
		const struct applied *x;
		struct history h;

		replay(&h, str_cstr(&memory, str_format(&memory,
						     "CREATE TABLE t (a int PRIMARY KEY);"
						     "CREATE VIEW v AS SELECT a FROM t;%s",
						     cases[i].sql)));
		x = &h.results[h.unit.statements.n - 1];
		for (uint32_t k = 0; k < x->touched.n; k++) {
			const struct touched *t = &x->touched.v[k];

			buf_addf(&out, "%s %.*s", verbs[t->touch],
				STR_ARG(catalog_name(&h.catalog, t->object, MOMENT_NOW).name));
			if (t->relation != t->object)
				buf_addf(&out, " of %.*s",
					STR_ARG(catalog_name(&h.catalog, t->relation, MOMENT_NOW)
							.name));
			buf_add(&out, STR(";"));
		}
		ck_assert_text(buf_str(&out), cases[i].want);
	}
}
END_TEST

/* ALTER ROLE and ALTER DATABASE SET (PostgreSQL 15, "ALTER ROLE"): role in database, role, database. */
START_TEST(settings_of_roles)
{
	static const struct {
		const char *sql, *role, *want;
	} cases[] = {
		{"SELECT 1", "app", "$user,public"},
		{"ALTER DATABASE d SET search_path = db", "app", "db"},
		{"ALTER DATABASE d SET search_path = db; ALTER ROLE app SET search_path = mine, public",
			"app", "mine,public"},
		{"ALTER ROLE app SET search_path = mine; ALTER ROLE app IN DATABASE d SET search_path = here",
			"app", "here"},
		{"ALTER ROLE app SET search_path = mine", "other", "$user,public"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = {.arena = &memory};
		struct session s;
		struct history h;

		replay(&h, cases[i].sql);
		catalog_connect(&h.catalog, &s, &memory, str_from(cases[i].role), NULL, 0);
		for (uint32_t k = 0; k < s.search_path.n; k++)
			buf_addf(&out, "%s%.*s", k ? "," : "", STR_ARG(s.search_path.v[k]));
		ck_assert_text(buf_str(&out), cases[i].want);
	}
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, names_over_time);
	tcase_add_test(t, columns_over_time);
	tcase_add_test(t, guards_make_maybe);
	tcase_add_test(t, guarded_events);
	tcase_add_test(t, havoc_and_incomplete_sources);
	tcase_add_test(t, havoc_over_parts);
	tcase_add_test(t, declared_to_exist);
	tcase_add_test(t, declared_once);
	tcase_add_test(t, assumed);
	tcase_add_test(t, queries_are_bound);
	tcase_add_test(t, touched);
	tcase_add_test(t, settings_of_roles);
}

int
main(void)
{
	int status = run_tests("catalog", add);

	arena_free(&memory);
	return status;
}
