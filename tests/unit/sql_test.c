/* sql: statements into events and queries, their places, placeholders, bodies, hostile text. */
#include <pthread.h>
#include <string.h>

#include "base/arena.h"
#include "sql/sql.h"
#include "sql_dump.h"
#include "suite.h"

struct sql_case {
	const char *sql, *want;
};

struct job {
	struct sql_input input;
	struct arena arena, scratch;
	struct unit unit;
};

static void *
read_job(void *arg)
{
	struct job *j = arg;

	unit_init(&j->unit, &j->arena);
	vec_add(&j->arena, &j->unit.fragments);
	j->input.fragment = 1;
	sql_read(&j->unit, &j->input, &j->scratch);
	return NULL;
}

/* On a thread with the stack that sql_read() asks for. */
static void
run_job(struct job *j)
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, SQL_STACK_SIZE);
	ck_assert_int_eq(pthread_create(&thread, &attributes, read_job, j), 0);
	pthread_join(thread, NULL);
	pthread_attr_destroy(&attributes);
}

static void
free_job(struct job *j)
{
	arena_free(&j->arena);
	arena_free(&j->scratch);
}

/* The last identifier in the bytes, without quotes, in lower case unless it was quoted. */
static struct str
decode(struct arena *a, struct str bytes)
{
	size_t dot = str_rchr(bytes, '.');
	struct str last = dot == SIZE_MAX ? bytes : str_trim(str_slice(bytes, dot + 1, bytes.n));

	if (last.n >= 2 && (last.s[0] == '"' || last.s[0] == '\''))
		return str_slice(last, 1, last.n - 1);
	return str_lower(a, last);
}

static void
check_place(struct job *j, struct str name, struct span span)
{
	struct str bytes = str_slice(j->input.text, span.offset, span.offset + span.length);

	ck_assert_msg(str_eq(decode(&j->arena, bytes), name), "%.*s: \"%.*s\" stands for \"%.*s\"",
		STR_ARG(j->input.text), STR_ARG(bytes), STR_ARG(name));
}

/* The bytes under the span of every name decode to the name. */
static void
check_places(struct job *j)
{
	const struct unit *u = &j->unit;

	for (uint32_t i = 1; i < u->events.n; i++)
		if (u->events.v[i].object.name.n && !u->events.v[i].object.pattern)
			check_place(j, u->events.v[i].object.name, u->events.v[i].object.span);
	for (uint32_t i = 1; i < u->names.n; i++)
		if (!u->names.v[i].pattern)
			check_place(j, u->names.v[i].name, u->names.v[i].span);
	for (uint32_t i = 1; i < u->relations.n; i++)
		if (u->relations.v[i].name.name.n && !u->relations.v[i].name.pattern)
			check_place(j, u->relations.v[i].name.name, u->relations.v[i].name.span);
	for (uint32_t i = 1; i < u->columns.n; i++)
		check_place(j, u->columns.v[i].column, u->columns.v[i].span);
	for (uint32_t i = 1; i < u->subcommands.n; i++) {
		const struct subcommand *s = &u->subcommands.v[i];

		if ((s->kind == SUB_ADD_COLUMN || s->kind == SUB_DROP_COLUMN) &&
			str_chr(s->name, '*', 0) == SIZE_MAX)
			check_place(j, s->name, s->span);
		if (s->target.name.n)
			check_place(j, s->target.name, s->target.span);
	}
}

static void
check_cases(const struct sql_case *cases, size_t n, bool placeholders)
{
	for (size_t i = 0; i < n; i++) {
		struct job j = {
			.input = {.text = str_from(cases[i].sql), .placeholders = placeholders}};
		struct str got;

		run_job(&j);
		got = dump_unit(&j.unit);
		ck_assert_msg(str_is(got, cases[i].want), "%s\ngot:\n%.*s\nwant:\n%s", cases[i].sql,
			STR_ARG(got), cases[i].want);
		check_places(&j);
		free_job(&j);
	}
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* clang-format off */
static const struct sql_case ddl_cases[] = {
	{"CREATE TABLE IF NOT EXISTS hub.r10_user (id bigserial PRIMARY KEY, "
		"\"Name\" varchar(20) NOT NULL DEFAULT 'x' || 'y', org int8 REFERENCES "
		"core.org(id) ON DELETE CASCADE, tags text[], at timestamptz DEFAULT "
		"now() NOT NULL, p numeric(10,2), CONSTRAINT u UNIQUE (org, \"Name\"), "
		"CHECK (id > 0), FOREIGN KEY (a, b) REFERENCES t2 (x, y) ON UPDATE SET "
		"NULL, LIKE other INCLUDING ALL) INHERITS (base);",
		"create table hub.r10_user if-not-exists n:base [add id bigint not-null default pk serial; constraint pk(id); add Name character varying(20) not-null default {'x' || 'y'}; add org bigint; constraint fk(org) -> core.org(id) ca; add tags text[]; add at timestamp with time zone not-null default {now()}; add p numeric(10,2); constraint u unique(org,Name); constraint check(id) {id > 0}; constraint fk(a,b) -> t2(x,y) an; like -> other {comments,compression,constraints,defaults,generated,identity,indexes,statistics,storage}]"},
	{"CREATE TABLE p PARTITION OF parent FOR VALUES FROM (1) TO (2);",
		"create table p partition-of n:parent"},
	{"CREATE TEMP TABLE q (i int generated always as identity) PARTITION BY "
		"RANGE (i);",
		"create partitioned table q temporary w:(i) [add i integer not-null default identity]"},
	{"ALTER TABLE ONLY a.t ADD COLUMN IF NOT EXISTS c text, DROP COLUMN IF "
		"EXISTS d CASCADE, ALTER e TYPE int USING e::int, ALTER f SET DEFAULT "
		"1, ALTER g DROP NOT NULL, ADD CONSTRAINT fk FOREIGN KEY (x) "
		"REFERENCES y NOT VALID, DROP CONSTRAINT z, OWNER TO bob, ENABLE ROW "
		"LEVEL SECURITY;",
		"alter table a.t only [add c text if-not-exists; drop d if-exists "
		"cascade; type e integer; set-default f {1}; drop-not-null g; "
		"constraint fk fk(x) -> y aa not-valid; drop-constraint z; rls "
		"{enable}]\n"
		"owner table a.t 'bob' only"},
	{"DROP TABLE IF EXISTS a.b, c CASCADE;",
		"drop table a.b if-exists cascade n:c"},
	{"DROP TRIGGER trg ON s.tab;",
		"drop trigger s.trg n:s.tab"},
	{"ALTER TABLE t RENAME TO t2;",
		"rename table t 't2'"},
	{"ALTER TABLE s.t RENAME COLUMN a TO b;",
		"rename column s.t .a 'b'"},
	{"ALTER TABLE t SET SCHEMA s2;",
		"set-schema table t 's2'"},
	{"ALTER INDEX i RENAME TO j;",
		"rename index i 'j'"},
	{"ALTER TYPE e ADD VALUE IF NOT EXISTS 'x';",
		"alter type e [value x if-not-exists]"},
	{"CREATE VIEW v AS SELECT a, t.b AS c, count(*), x::text, t.* FROM s.t;",
		"create-as view v w:(a,c,count,x,t.*) := SELECT s.t@0 read; | a@0 "
		"t.b@0 x@0 t.*@0"},
	{"CREATE MATERIALIZED VIEW mv AS SELECT * FROM t WITH NO DATA;",
		"create-as materialized view mv no-data w:(*) := SELECT t@0 read; | *@0"},
	{"SELECT * INTO newt FROM oldt;",
		"create-as table newt w:(*) := SELECT oldt@0 read; | *@0"},
	{"CREATE UNIQUE INDEX CONCURRENTLY i ON s.t (a, lower(b), c);",
		"create index s.i .a_lower_c '( a , lower ( b ) , c )' unique n:s.t w:(a,c) [unmodelled(b)]"},
	{"CREATE SEQUENCE sq OWNED BY s.t.c;",
		"create sequence sq [owned-by c -> s.t]"},
	{"CREATE TRIGGER trg BEFORE INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION "
		"s.f();",
		"create trigger s.trg n:s.t,s.f"},
	{"CREATE SCHEMA x AUTHORIZATION bob CREATE TABLE inside (a int);",
		"create schema x 'bob'\n"
		"create table x.inside [add a integer]"},
	{"GRANT SELECT, INSERT ON a.t, b TO bob, PUBLIC;",
		"grant table a.t 'select,insert' n:a.t,b w:(bob,public)"},
	{"GRANT ALL ON ALL TABLES IN SCHEMA s TO bob;",
		"grant table s 'all' all-in-schema n:s w:(bob)"},
	{"GRANT admin TO bob;",
		"grant role admin 'member' n:admin w:(bob)"},
	{"ALTER DEFAULT PRIVILEGES FOR ROLE r IN SCHEMA s GRANT SELECT ON "
		"TABLES TO bob;",
		"grant table  .r 'select' default-privileges n:s w:(bob)"},
	{"ALTER ROLE bob IN DATABASE d SET search_path = a, b;",
		"role-set role bob .search_path 'd' w:(a,b)"},
	{"ALTER DATABASE d SET search_path TO x;",
		"database-set database d .search_path w:(x)"},
	{"SET LOCAL search_path TO a, \"B\", public;",
		"set -  .search_path local w:(a,B,public)"},
	{"SELECT pg_catalog.set_config('search_path', '', false);",
		"set -  .search_path w:()"},
	{"RESET search_path;",
		"reset -  .search_path"},
	{"BEGIN; COMMIT; ROLLBACK TO SAVEPOINT sp;",
		"transaction -  'begin'\n"
		"transaction -  'commit'\n"
		"transaction -  'rollback to sp'"},
	{"COMMENT ON COLUMN s.t.c IS 'x';",
		"comment column s.t .c"},
	{"CREATE PUBLICATION pub FOR ALL TABLES; REINDEX TABLE t; LISTEN a; VACUUM t; "
		"CREATE COLLATION c FROM \"C\"; REFRESH MATERIALIZED VIEW v; RELEASE s;",
		"-\n-\n-\n-\n-\n-\ntransaction -  'release s'\n! unmodelled: a publication of tables that it does not name"},
	{"CREATE TABLE t (a int DEFAULT NULL, b text DEFAULT NULL::text, c int DEFAULT 1); ALTER "
		"TABLE t ALTER c SET DEFAULT NULL, ALTER a SET DEFAULT 2;",
		"create table t [add a integer {NULL}; add b text {NULL::text}; add c integer default {1}]\n"
		"alter table t [drop-default c {NULL}; set-default a {2}]"},
	{"REASSIGN OWNED BY a TO b;", "owner role  'b' w:(a)"},
	{"CALL s.proc(1);",
		"call routine s.proc"},
	{"SELECT f(1);",
		"call routine f := SELECT"},
	{"CREATE POLICY pol ON s.t USING (uid = auth.uid());",
		"create policy s.pol n:s.t w:(public) := POLICY s.t@0 read; | uid@0"},
	{"CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC; "
		"SELECT 1 FROM t; UPDATE t SET a = 1; END;",
		"create routine f 'sql' w:(integer)\n> SELECT t@0 read;\n> UPDATE t@0 update target; | a@0:update=0"},
	{"CREATE EXTENSION IF NOT EXISTS pgcrypto SCHEMA ext;",
		"create extension pgcrypto 'ext' if-not-exists"},
	{"CREATE TYPE mood AS ENUM ('a','b'); CREATE TYPE ct AS (a int, b "
		"text); CREATE DOMAIN dd AS text CHECK (VALUE <> '');",
		"create type mood [value a; value b]\ncreate composite type ct [add a integer; add b text]\ncreate domain dd 'text' [constraint check(value) {VALUE <> ''}]"},
	{"ALTER TABLE x ATTACH PARTITION y DEFAULT",
		"alter table x [attach -> y]"},
	{"ALTER TABLE a.x INHERIT b.y",
		"alter table a.x [inherit -> b.y]"},
	{"ALTER TABLE s.t RENAME CONSTRAINT a TO b",
		"rename constraint s.t .a 'b'"},
	{"ALTER TRIGGER tg ON s.t RENAME TO tg2",
		"rename trigger s.tg 'tg2' n:s.t"},
	{"ALTER SEQUENCE sq OWNED BY s.t.c",
		"alter sequence sq [owned-by c -> s.t]"},
	{"ALTER FUNCTION s.f(int) OWNER TO bob",
		"owner routine s.f .function 'bob' w:(integer)"},
	{"DROP FUNCTION IF EXISTS s.f(int), g",
		"drop routine s.f .function if-exists n:g w:(integer,*)"},
	{"DROP ROLE a, b",
		"drop role a\n"
		"drop role b"},
	{"REFRESH MATERIALIZED VIEW s.mv",
		"-"},
	{"IMPORT FOREIGN SCHEMA far FROM SERVER sv INTO near",
		"havoc foreign table near.*~ 'IMPORT FOREIGN SCHEMA'"},
	{"DROP OWNED BY bob",
		"havoc - *~ 'DROP OWNED' w:(bob)"},
	{"ALTER DOMAIN s.d DROP CONSTRAINT c",
		"alter domain s.d [drop-constraint c]"},
	{"CREATE TABLE c (a int, b a.serial, d double precision, e "
		"timestamp(3), f char(2), g interval, h s.mood[])",
		"create table c [add a integer; add b a.serial; add d double "
		"precision; add e timestamp(3) without time zone; add f character(2); "
		"add g interval; add h s.mood[]]"},
};

static const struct sql_case dml_cases[] = {
	{"UPDATE t SET a = 1;",
		"UPDATE t@0 update target; | a@0:update=0"},
	{"UPDATE t SET a = 1 WHERE id = 1;",
		"UPDATE t@0 update target; | a@0:update=0 id@0"},
	{"UPDATE t SET a = s.b FROM s WHERE s.id = 3;",
		"UPDATE t@0 update target; s@0 read; | a@0:update=0 s.b@0 s.id@0"},
	{"INSERT INTO s.t (a, b) VALUES (1, 2) ON CONFLICT (a) DO UPDATE SET b "
		"= EXCLUDED.b WHERE t.c RETURNING id;",
		"INSERT s.t@0 insert,read,update target; | a@0:insert=0 b@0:insert=0 "
		"a@0=0 b@0:update=0 excluded.b@0=0 t.c@0 id@0"},
	{"INSERT INTO t SELECT x FROM y;",
		"INSERT t@0 insert target all; y@1 read; | x@1"},
	{"WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n FROM c), d AS "
		"(DELETE FROM q RETURNING *) SELECT c.n, (SELECT max(z) FROM zz WHERE "
		"zz.k = c.n) FROM c JOIN d ON d.i = c.n, LATERAL (SELECT 1 FROM e "
		"WHERE e.a = c.n) l FOR UPDATE;",
		"SELECT cte:c@3>1 read; q@4 delete target; cte:c@0>1 read; "
		"cte:d@0>4 read; e@5 read; sub: as l@0>5; zz@6 read; | n@3 *@4 d.i@0 "
		"c.n@0 e.a@5 c.n@5 c.n@0 z@6 zz.k@6 c.n@6"},
	{"SELECT * FROM a FOR UPDATE;",
		"SELECT a@0 lock,read; | *@0"},
	{"SELECT a.* FROM a JOIN b USING (id), generate_series(1, a.n) g WHERE "
		"EXISTS (SELECT 1 FROM c);",
		"SELECT a@0 read; b@0 read; join:@0; function:generate_series as g@0; c@1 read; "
		"| id@0 a.n@0 a.*@0"},
	{"DELETE FROM t USING u WHERE t.id = u.id;",
		"DELETE t@0 delete target; u@0 read; | t.id@0 u.id@0"},
	{"MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET a = "
		"s.a WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id);",
		"MERGE t@0 insert,update target; s@0 read; | t.id@0 s.id@0 "
		"a@0:update=0 s.a@0 id@0:insert=0 s.id@0"},
	{"TRUNCATE a, b.c; COPY t (a, b) FROM STDIN; LOCK TABLE t IN SHARE "
		"MODE; COPY (SELECT 1 FROM k) TO STDOUT;",
		"TRUNCATE a@0 truncate target all; b.c@0 truncate target all;\n"
		"COPY t@0 insert target; | a@0:insert=0 b@0:insert=0\n"
		"LOCK t@0 lock target;\n"
		"COPY k@0 read;"},
	{"SELECT a FROM t UNION SELECT b FROM u ORDER BY 1;",
		"SELECT t@1 read; u@2 read; | a@1 b@2"},
	{"EXPLAIN SELECT * FROM t;",
		"SELECT t@0 read; | *@0"},
};

static const struct sql_case body_cases[] = {
	{"DO $$ BEGIN EXECUTE 'GRANT SELECT ON t TO ' || a || ', ' || b; EXECUTE 'ALTER TABLE t "
		"OWNER TO ' || a; EXECUTE 'CREATE ROLE ' || a; EXECUTE 'GRANT SELECT ON ' || x "
		"|| ' TO b'; END $$",
		"-\n"
		"> grant table t 'select' n:t w:(*,*)\n"
		"> owner table t '*'\n"
		"> havoc role *~ 'EXECUTE of a computed text'\n"
		"> grant table *~ 'select' n:*~ w:(b)\n"
		"! dynamic: EXECUTE of a computed text"},
	{"DO $$ BEGIN EXECUTE format('DELETE FROM %2$I WHERE a = %1$L', 's', 't'); EXECUTE "
		"concat('DROP TABLE ', 'ab'); END $$",
		"-\n"
		"> DELETE t@0 delete target; | a@0\n"
		"> drop table ab"},
	{"DO $$ DECLARE q text; d text; BEGIN q := 'DELETE FROM t'; EXECUTE q; SELECT "
		"concat('ALTER TABLE t DROP CONSTRAINT ', name) INTO d FROM k; EXECUTE d; IF q = "
		"'' THEN d := 'DELETE FROM u'; END IF; EXECUTE d; EXECUTE n; END $$",
		"-\n"
		"> DELETE t@0 delete target;\n"
		"> SELECT k@0 read; | name@0\n"
		"> havoc constraint t 'EXECUTE of a computed text'\n"
		"> havoc constraint t 'EXECUTE of a computed text' ?one of several texts\n"
		"> DELETE u@0 delete target; ?one of several texts\n"
		"> havoc - *~ 'EXECUTE of a computed text'\n"
		"! dynamic: EXECUTE of a computed text\n"
		"! dynamic: EXECUTE of a computed text\n"
		"! dynamic: EXECUTE of a computed text"},
	{"DO $$ BEGIN EXECUTE 'ALTER TABLE ' || t || ' DROP CONSTRAINT \"' || r.c || '\"'; "
		"EXECUTE 'ALTER TABLE t ADD COLUMN ' || c || ' int, DROP CONSTRAINT k'; EXECUTE "
		"'ALTER TABLE ' || t || ' ENABLE ROW LEVEL SECURITY'; EXECUTE 'ALTER TABLE ' || t "
		"|| ' INHERIT p'; END $$",
		"-\n"
		"> havoc constraint *~ 'EXECUTE of a computed text'\n"
		"> havoc column t 'EXECUTE of a computed text'\n"
		"> havoc policy *~ 'EXECUTE of a computed text'\n"
		"> havoc table *~ 'EXECUTE of a computed text'\n"
		"! dynamic: EXECUTE of a computed text\n"
		"! dynamic: EXECUTE of a computed text\n"
		"! dynamic: EXECUTE of a computed text\n"
		"! dynamic: EXECUTE of a computed text"},
	{"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 's') THEN RETURN; "
		"END IF; CREATE TABLE s.t (i int); IF current_setting('x') = 'y' THEN RETURN; END "
		"IF; CREATE TABLE u (i int); END $$",
		"-\n"
		"> SELECT pg_namespace@1 read; | nspname@1\n"
		"> create table s.t if-exists if-not-exists [add i integer]\n"
		"> create table u [add i integer] ?behind a RETURN"},
	{"CREATE TABLE a.b (c int PRIMARY KEY NOT ENFORCEABLE); SELECT 1 FROM d",
		"havoc - a.b 'SQL that does not parse'\nSELECT d@0 read;\n"
		"! syntax: syntax error at or near \"ENFORCEABLE\""},
	{"DO LANGUAGE plv8 'x'", "unmodelled -  'DO'\n! unmodelled: DO in the language plv8"},
	{"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM information_schema.columns "
		"WHERE table_name='t') THEN ALTER TABLE t ADD COLUMN c int; CREATE "
		"TABLE a.b (x int); ELSE DROP TABLE q; END IF; END $$;",
		"-\n"
		"> SELECT information_schema.columns@1 read; | table_name@1\n"
		"> alter table t if-exists [add c integer if-not-exists]\n"
		"> create table a.b if-exists if-not-exists [add x integer]\n"
		"> drop table q if-exists"},
	{"DO $$ DECLARE r record; n int := (SELECT count(*) FROM cfg); BEGIN "
		"FOR r IN SELECT * FROM jobs WHERE id = n LOOP UPDATE jobs SET a = r.a "
		"WHERE id = r.id; EXECUTE 'DROP TABLE ' || quote_ident(r.name); END "
		"LOOP; IF current_setting('x') = 'y' THEN CREATE TABLE z (i int); "
		"ELSIF n > 1 THEN DELETE FROM z; ELSE TRUNCATE z; END IF; BEGIN CREATE "
		"TYPE tt AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; "
		"WHEN others THEN DELETE FROM errs; END; PERFORM f(1) FROM perf; "
		"SELECT a, b INTO STRICT x, y FROM sel WHERE c = n; INSERT INTO ins "
		"VALUES (1) RETURNING id INTO n; EXECUTE format('CREATE TABLE IF NOT "
		"EXISTS %I.%I (id int)', 's', 'v1_' || n); EXECUTE 'CREATE TABLE v1_' "
		"|| n || ' (i int)'; EXECUTE format('ALTER TABLE foo ADD COLUMN x%s "
		"int', n); EXECUTE cmd USING 1; EXECUTE 'UPDATE k SET a = ''x'' WHERE "
		"b = $1' USING n; RETURN QUERY SELECT * FROM rq; n := n + 1; CASE n "
		"WHEN 1 THEN DELETE FROM c1; ELSE NULL; END CASE; END $$;",
		"-\n"
		"> SELECT cfg@1 read;\n"
		"> SELECT jobs@0 read; | *@0 id@0\n"
		"> UPDATE jobs@0 update target; | a@0:update=0 id@0 ?in a loop: "
		"FOR r IN SELECT * FROM jobs WHERE id = n\n"
		"> havoc table *~ 'EXECUTE of a computed text' ?in a loop: FOR r IN "
		"SELECT * FROM jobs WHERE id = n\n"
		"> create table z [add i integer] ?IF current_setting ( 'x' ) = 'y'\n"
		"> DELETE z@0 delete target; ?IF n > 1\n"
		"> TRUNCATE z@0 truncate target all; ?ELSE\n"
		"> create type tt if-not-exists [value a]\n"
		"> DELETE errs@0 delete target; ?WHEN others\n"
		"> SELECT perf@0 read;\n"
		"> SELECT sel@0 read; | a@0 b@0 c@0\n"
		"> INSERT ins@0 insert target all; | id@0\n"
		"> havoc table s.v1_*~ 'EXECUTE of a computed text'\n"
		"> havoc table v1_*~ 'EXECUTE of a computed text'\n"
		"> havoc column foo 'EXECUTE of a computed text'\n"
		"> havoc - *~ 'EXECUTE of a computed text'\n"
		"> UPDATE k@0 update target; | a@0:update=0 b@0\n"
		"> SELECT rq@0 read; | *@0\n"
		"> DELETE c1@0 delete target; ?WHEN 1\n"
		"! dynamic: EXECUTE of a computed text\n"
		"! dynamic: EXECUTE of a computed text\n"
		"! dynamic: EXECUTE of a computed text\n"
		"! dynamic: EXECUTE of a computed text\n"
		"! dynamic: EXECUTE of a computed text"},
	{"CREATE OR REPLACE FUNCTION trg() RETURNS trigger AS $f$ BEGIN INSERT "
		"INTO audit (a, b) VALUES (NEW.id, OLD.x); RETURN NEW; END; $f$ "
		"LANGUAGE plpgsql;",
		"create routine trg 'plpgsql' or-replace w:() [unmodelled(id,x)]\n> INSERT audit@0 insert target; | a@0:insert=0 b@0:insert=0"},
	{"CREATE FUNCTION g(k int) RETURNS int AS 'SELECT a FROM ''t'' ; SELECT "
		"b FROM u WHERE c = ''x''' LANGUAGE sql;",
		"create routine g 'sql' w:(integer)\n> SELECT u@0 read; | b@0 c@0\n! syntax: syntax error at or near \"'t'\""},
};

static const struct sql_case driver_cases[] = {
	{"SELECT * FROM t WHERE id = ? AND b IN (?, ?)",
		"SELECT t@0 read; | *@0 id@0 b@0"},
	{"SELECT data ? 'k', data ?| array['a'], a % 2 FROM t WHERE x = :name "
		"AND y::int = 1 AND z @> '{}'",
		"SELECT t@0 read; | data@0 a@0 x@0 y@0 z@0"},
	{"UPDATE t SET a = %s WHERE b = %(name)s AND c LIKE '%%s'",
		"UPDATE t@0 update target; | a@0:update=0 b@0 c@0"},
	{"INSERT INTO t (a, {columns}) VALUES (%s, {values})",
		"INSERT t@0 insert target more; | a@0:insert=0"},
	{"INSERT INTO {table} (a, b) VALUES (%s, %s)",
		"INSERT *~@0 insert target; | a@0:insert=0 b@0:insert=0"},
	{"SELECT * FROM current_{name}s JOIN {schema}.t ON {cond} {where} ORDER "
		"BY {x}",
		"SELECT current_*s~@0 read; *.t~@0 read; | *@0"},
	{"SELECT {cols} FROM t WHERE id = @id AND a = $1",
		"SELECT t@0 read; | id@0 a@0"},
	{"SELECT * FROM t WHERE id IN %s",
		"SELECT t@0 read; | *@0 id@0"},
	{"DELETE FROM %s WHERE a = %s",
		"DELETE *~@0 delete target; | a@0"},
	{"REINDEX INDEX {schema}\"{name}\"",
		"-"},
	{"DELETE FROM {schema}\"t\"", "DELETE *.t~@0 delete target;"},
	{"CREATE TABLE {p}_log ({cols})",
		"create table *_log~ [unmodelled *]"},
	{"SELECT a FROM t WHERE b = ANY(%s) LIMIT ? OFFSET :off",
		"SELECT t@0 read; | a@0 b@0"},
	{"INSERT INTO t (a) VALUES {rows}",
		"INSERT t@0 insert target; | a@0:insert=0"},
};

/* clang-format on */

START_TEST(ddl)
{
	check_cases(ddl_cases, COUNT(ddl_cases), false);
}
END_TEST

START_TEST(dml)
{
	check_cases(dml_cases, COUNT(dml_cases), false);
}
END_TEST

START_TEST(bodies)
{
	check_cases(body_cases, COUNT(body_cases), false);
}
END_TEST

START_TEST(placeholders)
{
	check_cases(driver_cases, COUNT(driver_cases), true);
}
END_TEST

START_TEST(splitting)
{
	static const struct {
		const char *text, *want; /* the statements, '|' between them */
	} cases[] = {
		{"a; b ;; c", "a|b|c"},
		{"SELECT ';', \";\", E'\\';', U&';' ; b", "SELECT ';', \";\", E'\\';', U&';'|b"},
		{"$$;$$; $a$ $$; $a$; c", "$$;$$|$a$ $$; $a$|c"},
		{"a /* ; /* ; */ ; */ b; -- ;\nc", "a /* ; /* ; */ ; */ b|c"},
		{"CREATE RULE r AS ON x DO (a; b); c", "CREATE RULE r AS ON x DO (a; b)|c"},
		{"CREATE FUNCTION f() BEGIN ATOMIC a; CASE b END; c; END; d",
			"CREATE FUNCTION f() BEGIN ATOMIC a; CASE b END; c; END|d"},
		{"BEGIN; a; END; b", "BEGIN|a|END|b"},
		{"a (; b; c", "a (|b|c"},
		{"a; 'b; c", "a|'b; c"},
		{"a; /* b; c", "a|/* b; c"},
		{" ; \n-- x\n", ""},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena a = {0};
		struct buf got = {.arena = &a};
		struct span *list;
		uint32_t n = sql_split(str_from(cases[i].text), &a, &list);

		for (uint32_t k = 0; k < n; k++)
			buf_addf(&got, "%s%.*s", k ? "|" : "", (int)list[k].length,
				cases[i].text + list[k].offset);
		ck_assert_text(buf_str(&got), cases[i].want);
		arena_free(&a);
	}
}
END_TEST

START_TEST(states)
{
	static const struct {
		const char *sql;
		bool speculative;
		enum fragment_state want;
	} cases[] = {
		{"SELECT a FROM t", true, FRAGMENT_PARSED},
		{"SELECT 1", true, FRAGMENT_PROSE},
		{"hello world", true, FRAGMENT_PROSE},
		{"Delete from cart", true, FRAGMENT_PARSED},
		{"WHERE a = ?", true, FRAGMENT_PIECE},
		{"SELEC a FROM t", false, FRAGMENT_FAILED},
		{"SELEC a FROM t; SELECT 1", false, FRAGMENT_PARTLY},
		{"CREATE TABLE t (a integer AUTOINCREMENT)", false, FRAGMENT_DIALECT},
		{"SELECT `a` FROM `t`", false, FRAGMENT_DIALECT},
		{"CREATE TABLE t (a int) ENGINE=InnoDB", false, FRAGMENT_DIALECT},
		{"", false, FRAGMENT_PARSED},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct job j = {.input = {.text = str_from(cases[i].sql),
					.placeholders = true,
					.speculative = cases[i].speculative}};

		run_job(&j);
		ck_assert_msg(j.unit.fragments.v[1].state == cases[i].want, "%s: state %d",
			cases[i].sql, (int)j.unit.fragments.v[1].state);
		free_job(&j);
	}
}
END_TEST

/* A text of two literals in a source, with an escape and a hole in it. */
START_TEST(places_through_pieces)
{
	static const struct piece pieces[] = {
		{PIECE_VERBATIM, 0, 14, {.offset = 100, .length = 14}},
		{PIECE_HOLE, 14, 6, {.offset = 115, .length = 6}},
		{PIECE_VERBATIM, 20, 1, {.offset = 122, .length = 1}},
		{PIECE_ESCAPE, 21, 1, {.offset = 123, .length = 2}},
		{PIECE_VERBATIM, 22, 15, {.offset = 200, .length = 15}},
	};
	struct job j = {.input = {.text = STR("SELECT a FROM prefix_\nJOIN \"B\".c ON d"),
				.pieces = pieces,
				.n_pieces = 5}};
	const struct unit *u = &j.unit;

	run_job(&j);
	ck_assert_uint_eq(u->relations.n, 3);
	ck_assert_text(u->relations.v[1].name.name, "*_");
	ck_assert(u->relations.v[1].name.pattern);
	ck_assert_uint_eq(u->relations.v[1].name.span.offset, 115);
	ck_assert_uint_eq(u->relations.v[1].name.span.length, 8);
	ck_assert_text(u->relations.v[2].name.schema, "B");
	ck_assert_uint_eq(u->relations.v[2].name.span.offset, 205);
	ck_assert_uint_eq(u->relations.v[2].name.span.length, 5);
	ck_assert_uint_eq(vec_last(&u->columns)->span.offset, 107);
	ck_assert_uint_eq(u->columns.v[1].span.offset, 214);
	free_job(&j);
}
END_TEST

/* HEAD, PART n times, TAIL: and after it a statement that must not be lost. */
static void
check_hostile(const char *head, const char *part, uint32_t n, const char *tail)
{
	struct arena a = {0};
	struct buf b = {.arena = &a};
	struct job j = {0};

	buf_add(&b, STR("SELECT 1 FROM before; "));
	buf_add(&b, str_from(head));
	for (uint32_t i = 0; i < n; i++)
		buf_add(&b, str_from(part));
	buf_add(&b, str_from(tail));
	j.input.text = buf_str(&b);
	run_job(&j);
	ck_assert_text(j.unit.relations.v[1].name.name, "before");
	ck_assert_uint_gt(j.unit.blind_spots.n, 1);
	free_job(&j);
	arena_free(&a);
}

START_TEST(hostile)
{
	check_hostile("SELECT ", "(", 100000, "1");
	check_hostile("SELECT ", "- ", 100000, "1");
	check_hostile("SELECT 1", " UNION SELECT 1", 50000, "");
	check_hostile("SELECT * FROM a", " JOIN b ON x AND y", 50000, "");
	check_hostile("SELECT ", "CASE WHEN a AND b THEN ", 40000, "");
	check_hostile("SELECT '", "xxxxxxxxxx", 1 << 20, "'");
	check_hostile("SELECT '", "xxxxxxxxxx", 100, "");
	check_hostile("DO $$ ", "IF x THEN ", 100000, "DELETE FROM t;");
	check_hostile("DO $$ BEGIN EXECUTE ", "format('%s', ", 20000, "1; END $$");
	check_hostile("DO $$ BEGIN ", "FOR i IN 1..200 LOOP EXECUTE 'CREATE TABLE x_' || i; ", 100,
		"END LOOP; END $$");
	check_hostile("DO $$ DECLARE a text := a || a || a || a; b text := a", " || a", 1000,
		"; BEGIN EXECUTE format('%I', b); END $$");
	check_hostile("", "/* ", 10000, "");
	check_hostile("", "(;", 10000, "");
	check_hostile("\xff\xc3 ", "\xfe", 100, "");
}
END_TEST

START_TEST(nul_bytes_are_refused)
{
	struct job j = {.input = {.text = STR("SELECT a FROM b\0c; SELECT 1 FROM d")}};

	run_job(&j);
	ck_assert_uint_eq(j.unit.blind_spots.n, 2);
	ck_assert_int_eq(j.unit.blind_spots.v[1].reason, BLIND_ENCODING);
	ck_assert_uint_eq(j.unit.relations.n, 2);
	ck_assert_text(j.unit.relations.v[1].name.name, "d");
	free_job(&j);
}
END_TEST

/* PostgreSQL counts characters, we count bytes. */
START_TEST(errors_are_placed_in_bytes)
{
	struct job j = {.input = {.text = STR("SELECT '\xc3\xa9\xc3\xa9' FROM t WHERE WHERE")}};

	run_job(&j);
	ck_assert_uint_eq(j.unit.blind_spots.n, 2);
	ck_assert_uint_eq(j.unit.blind_spots.v[1].span.offset, 27);
	ck_assert_uint_eq(j.unit.blind_spots.v[1].span.length, 5);
	free_job(&j);
}
END_TEST

/* What the only comment of ours in a text is about. */
static void
check_reach(const char *sql, const char *want)
{
	struct job j = {.input = {.text = str_from(sql)}};
	const struct mark *m;

	run_job(&j);
	ck_assert_msg(j.unit.marks.n == 2, "%s: %u marks", sql, j.unit.marks.n - 1);
	m = &j.unit.marks.v[1];
	ck_assert_text(m->text, "pgbounds:ignore r x");
	ck_assert_text(
		str_slice(j.input.text, m->reach.offset, m->reach.offset + m->reach.length), want);
	free_job(&j);
}

START_TEST(reaches)
{
	static const struct sql_case cases[] = {
		{"-- pgbounds:ignore r x\nSELECT a,\n b FROM t;\nSELECT 1;",
			"SELECT a,\n b FROM t"},
		{"SELECT 1;\n-- pgbounds:ignore r x\n\n-- more\nSELECT 2", "SELECT 2"},
		{"SELECT 1;\nSELECT 2 -- pgbounds:ignore r x\n;SELECT 3", "SELECT 2"},
		{"SELECT a,\n b -- pgbounds:ignore r x\nFROM t;",
			"SELECT a,\n b -- pgbounds:ignore r x\nFROM t"},
		{"SELECT 1; -- pgbounds:ignore r x\nSELECT 2;", "SELECT 1"},
		{"/* pgbounds:ignore r x */ DELETE FROM t; SELECT 2", "DELETE FROM t"},
		{"CREATE TABLE t (\n a int,\n -- pgbounds:ignore r x\n b int REFERENCES u (i),\n c int)",
			"b int REFERENCES u (i)"},
		{"CREATE TABLE t (\n a int, -- pgbounds:ignore r x\n c int)", "a int"},
		{"SELECT * FROM (\n-- pgbounds:ignore r x\nSELECT a,\nb FROM t) x",
			"SELECT a,\nb FROM t"},
		{"DO $$ BEGIN\n-- pgbounds:ignore r x\nDELETE FROM t;\nDELETE FROM u; END $$",
			"DELETE FROM t"},
		{"SELECT '-- pgbounds:ignore r y'; -- pgbounds:ignore r x",
			"SELECT '-- pgbounds:ignore r y'"},
		{"SELECT 1;\n-- pgbounds:ignore r x", ""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check_reach(cases[i].sql, cases[i].want);
}
END_TEST

/* What only a newer PostgreSQL takes reads as the older words for it, and its names stand where they do. */
START_TEST(newer)
{
	static const struct {
		const char *newer, *older;
	} pairs[] = {
		{"CREATE TABLE t (storage text, a text STORAGE main)", "CREATE TABLE t (storage text, a text)"},
		{"CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) VIRTUAL)",
			"CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED)"},
		{"CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1), c int GENERATED ALWAYS AS (2) STORED)",
			"CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED, c int GENERATED ALWAYS AS (2) STORED)"},
		{"CREATE TABLE t (a int CHECK (a > 0) NOT ENFORCED, b int REFERENCES u ENFORCED)",
			"CREATE TABLE t (a int CHECK (a > 0), b int REFERENCES u)"},
		{"CREATE TABLE t (a int, b daterange, PRIMARY KEY (a, b WITHOUT OVERLAPS))",
			"CREATE TABLE t (a int, b daterange, PRIMARY KEY (a, b))"},
		{"CREATE TABLE t (a int, b daterange, FOREIGN KEY (a, PERIOD b) REFERENCES u (c, PERIOD d))",
			"CREATE TABLE t (a int, b daterange, FOREIGN KEY (a, b) REFERENCES u (c, d))"},
		{"CREATE TABLE t (a int, CONSTRAINT n NOT NULL a)", "CREATE TABLE t (a int, CHECK (a IS NOT NULL))"},
		{"ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID", "ALTER TABLE t ALTER a SET NOT NULL"},
		{"ALTER TABLE t ADD NOT NULL a", "ALTER TABLE t ALTER a SET NOT NULL"},
		{"ALTER TABLE t ALTER a SET EXPRESSION AS (b + 1)", "ALTER TABLE t ALTER a SET STATISTICS 0"},
		{"ALTER TABLE t SET ACCESS METHOD DEFAULT", "ALTER TABLE t SET ACCESS METHOD heap"},
		{"GRANT a TO b WITH INHERIT TRUE, SET FALSE", "GRANT a TO b"},
		{"GRANT a TO b WITH ADMIN TRUE, INHERIT FALSE", "GRANT a TO b WITH ADMIN OPTION"},
		{"CREATE STATISTICS ON a, b FROM t", "CREATE STATISTICS unnamed ON a, b FROM t"},
		{"SELECT a FROM (SELECT a FROM t) WHERE a IS JSON ARRAY", "SELECT a FROM (SELECT a FROM t) unnamed_subquery WHERE a IS NOT NULL"},
		{"SELECT * FROM t JOIN (SELECT b FROM u) USING (b)", "SELECT * FROM t JOIN (SELECT b FROM u) AS unnamed_subquery USING (b)"},
		{"SELECT a FROM t WHERE b = 1_000 AND c < 0x1F", "SELECT a FROM t WHERE b = 0 AND c < 0"},
		{"SELECT JSON_OBJECT('a': a, 'b': b ABSENT ON NULL) FROM t", "SELECT JSON_OBJECT('a', a, 'b', b) FROM t"},
		{"SELECT j.x FROM t, JSON_TABLE(t.a, '$' COLUMNS (x int PATH '$.x')) j", "SELECT j.x FROM t, JSON_TABLE(t.a, '$') j"},
		{"MERGE INTO t USING u ON t.a = u.a WHEN NOT MATCHED BY SOURCE THEN DELETE WHEN NOT MATCHED BY TARGET THEN INSERT (a) VALUES (u.a)",
			"MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (a) VALUES (u.a)"},
		{"UPDATE t SET a = 1 RETURNING WITH (OLD AS o) b", "UPDATE t SET a = 1 RETURNING b"},
		{"SELECT a AT LOCAL FROM t", "SELECT a AT TIME ZONE 'UTC' FROM t"},
		{"VACUUM ONLY t", "VACUUM t"},
	};

	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct job x = {.input = {.text = str_from(pairs[i].newer)}};
		struct job y = {.input = {.text = str_from(pairs[i].older)}};
		struct str got, want;

		run_job(&x);
		run_job(&y);
		got = dump_unit(&x.unit);
		want = dump_unit(&y.unit);
		ck_assert_msg(str_eq(got, want), "%s\ngot:\n%.*s\nwant:\n%.*s", pairs[i].newer,
			STR_ARG(got), STR_ARG(want));
		ck_assert(str_find(got, STR("syntax"), 0) == SIZE_MAX);
		check_places(&x);
		free_job(&x);
		free_job(&y);
	}
}
END_TEST

/* What no older words say is counted. */
START_TEST(newer_and_lost)
{
	static const struct sql_case cases[] = {
		{"MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE RETURNING t.b",
			"MERGE t@0 delete target; u@0 read; | t.a@0 u.a@0\n! unmodelled: RETURNING of MERGE"},
	};

	check_cases(cases, COUNT(cases), false);
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, reaches);
	tcase_add_test(t, splitting);
	tcase_add_test(t, ddl);
	tcase_add_test(t, dml);
	tcase_add_test(t, bodies);
	tcase_add_test(t, placeholders);
	tcase_add_test(t, newer);
	tcase_add_test(t, newer_and_lost);
	tcase_add_test(t, states);
	tcase_add_test(t, places_through_pieces);
	tcase_add_test(t, hostile);
	tcase_add_test(t, nul_bytes_are_refused);
	tcase_add_test(t, errors_are_placed_in_bytes);
}

int
main(void)
{
	return run_tests("sql", add);
}
