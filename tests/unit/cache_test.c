/* The cache: what is kept is found, what is in doubt is not, and there is an end to it. */
#include "cache/cache.h"

#include <dirent.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "filled.h"
#include "suite.h"
#include "unit/pack.h"

#define READER 0x0123456789abcdefull
#define DATABASE "units-1.sqlite"

/* A directory that does not exist yet, two levels deep, and what is found out with it. */
struct place {
	struct arena arena;
	struct diags diags;
	char top[64];
	struct str directory;
	char *database;
};

static void
set_up(struct place *p)
{
	*p = (struct place){.top = "/tmp/pgbounds-cache-XXXXXX"};
	p->diags.arena = &p->arena;
	ck_assert_ptr_nonnull(mkdtemp(p->top));
	p->directory = str_format(&p->arena, "%s/a/b", p->top);
	p->database = str_cstr(&p->arena, str_format(&p->arena, "%.*s/" DATABASE, STR_ARG(p->directory)));
}

static void
tear_down(struct place *p)
{
	unlink(p->database);
	rmdir(str_cstr(&p->arena, p->directory));
	rmdir(str_cstr(&p->arena, str_format(&p->arena, "%s/a", p->top)));
	ck_assert_msg(rmdir(p->top) == 0, "something is left in %s", p->top);
	arena_free(&p->arena);
}

static struct cache_key
key_of(uint32_t n)
{
	struct cache_key key;
	char hex[41];

	snprintf(hex, sizeof hex, "%08x%032x", n * 2654435761u, n);
	ck_assert(cache_key(&key, READER, str_from(hex)));
	return key;
}

static void
keep(struct place *p, struct cache *c, uint32_t n, enum cache_kind kind, struct str bytes)
{
	struct cache_record r = {.key = key_of(n), .kind = kind};

	r.bytes = kind == CACHE_NOTHING ? (struct str){0} : str_dup(&p->arena, bytes);
	cache_add(c, &r);
}

static struct str
packed_unit(struct arena *a, uint32_t words)
{
	struct buf b = {.arena = a};
	struct unit u;

	fill(&u, a);
	for (uint32_t i = 0; i < words; i++)
		vec_push(a, &u.words, (struct word){.text = str_format(a, "word number %u", i)});
	unit_pack(&u, &b, a);
	return buf_str(&b);
}

/* Asks a new cache, as another process would. */
static struct cache_query
ask(struct place *p, uint32_t n, bool force)
{
	struct cache *c = cache_new(&p->arena, p->directory, 0);
	struct arena *arena = &p->arena;
	struct cache_query q = {.key = key_of(n), .force = force};

	cache_find(c, &q, 1, &arena, 1);
	cache_save(c, &p->diags);
	return q;
}

START_TEST(kept_and_found)
{
	struct place p;
	struct cache *c;
	struct cache_query q;
	struct str bytes;

	set_up(&p);
	bytes = packed_unit(&p.arena, 3);
	c = cache_new(&p.arena, p.directory, 0);
	keep(&p, c, 1, CACHE_UNIT, bytes);
	keep(&p, c, 2, CACHE_NOTHING, bytes);
	keep(&p, c, 3, CACHE_FORCED, bytes);
	ck_assert(!ask(&p, 1, false).known);
	cache_save(c, &p.diags);

	q = ask(&p, 1, false);
	ck_assert(q.known);
	ck_assert_uint_eq(q.unit->words.n, 6);
	ck_assert(ask(&p, 1, true).unit != NULL);
	q = ask(&p, 2, false);
	ck_assert(q.known && !q.unit);
	ck_assert(!ask(&p, 2, true).known);
	q = ask(&p, 3, false);
	ck_assert(q.known && !q.unit);
	ck_assert(ask(&p, 3, true).unit != NULL);
	ck_assert(!ask(&p, 4, false).known);
	ck_assert_uint_eq(p.diags.list.n, 0);
	tear_down(&p);
}
END_TEST

/* Nothing is known until somebody wants the unit; what is known of it is not lost to less. */
START_TEST(forced_later)
{
	struct place p;
	struct cache *c;
	struct str bytes;

	set_up(&p);
	bytes = packed_unit(&p.arena, 0);
	c = cache_new(&p.arena, p.directory, 0);
	keep(&p, c, 1, CACHE_NOTHING, bytes);
	cache_save(c, &p.diags);
	keep(&p, c, 1, CACHE_FORCED, bytes);
	cache_save(c, &p.diags);
	ck_assert(ask(&p, 1, true).unit != NULL);
	keep(&p, c, 1, CACHE_NOTHING, bytes);
	cache_save(c, &p.diags);
	ck_assert(ask(&p, 1, true).unit != NULL);
	ck_assert(ask(&p, 1, false).known && !ask(&p, 1, false).unit);
	ck_assert_uint_eq(p.diags.list.n, 0);
	tear_down(&p);
}
END_TEST

START_TEST(keys)
{
	struct cache_key x, y;

	ck_assert(cache_key(&x, 1, STR("00112233445566778899aabbccddeeff00112233")));
	ck_assert_uint_eq(x.blob[0], 0);
	ck_assert_uint_eq(x.blob[19], 0x33);
	ck_assert(!cache_key(&y, 1, STR("")));
	ck_assert(!cache_key(&y, 1, STR("0011")));
	ck_assert(!cache_key(&y, 1, STR("00112233445566778899AABBCCDDEEFF00112233")));
	ck_assert(cache_build() != 0);
	ck_assert(cache_build() == cache_build());
}
END_TEST

static off_t
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_size;
}

/* Records of some 16 KiB in runs of 16, in a cache of 2 MiB: what is asked for in every run stays, what
 * is not goes, and the file is never larger. */
START_TEST(bounded)
{
	const uint64_t limit = 2 << 20;
	struct place p;
	struct str bytes;

	set_up(&p);
	bytes = packed_unit(&p.arena, 800);
	ck_assert_uint_gt(bytes.n, 12000);
	for (uint32_t run = 0; run < 40; run++) {
		struct cache *c = cache_new(&p.arena, p.directory, limit);
		struct arena *arena = &p.arena;
		struct cache_query q = {.key = key_of(0)};

		cache_find(c, &q, 1, &arena, 1);
		ck_assert(q.known == (run > 0));
		for (uint32_t i = 0; i < 16; i++)
			keep(&p, c, run * 16 + i, CACHE_UNIT, bytes);
		cache_save(c, &p.diags);
		ck_assert_int_le(size_of(p.database), limit + limit / 4);
	}
	ck_assert(ask(&p, 39 * 16 + 15, false).known);
	ck_assert(!ask(&p, 1, false).known);
	ck_assert_uint_eq(p.diags.list.n, 0);
	tear_down(&p);
}
END_TEST

/* One run alone that is larger than the cache. */
START_TEST(bounded_at_once)
{
	const uint64_t limit = 1 << 20;
	struct place p;
	struct cache *c;
	struct str bytes;
	uint32_t known = 0;

	set_up(&p);
	bytes = packed_unit(&p.arena, 800);
	for (uint32_t run = 0; run < 3; run++) {
		c = cache_new(&p.arena, p.directory, limit);
		for (uint32_t i = 0; i < 300; i++)
			keep(&p, c, i, CACHE_UNIT, bytes);
		cache_save(c, &p.diags);
		ck_assert_int_le(size_of(p.database), limit * 2);
	}
	for (uint32_t i = 0; i < 300; i++)
		known += ask(&p, i, false).known;
	ck_assert_uint_gt(known, 20);
	ck_assert_uint_lt(known, 200);
	/* Full of what is young: another's units get in all the same. */
	for (uint32_t run = 0; run < 3; run++) {
		c = cache_new(&p.arena, p.directory, limit);
		keep(&p, c, 1000, CACHE_UNIT, bytes);
		cache_save(c, &p.diags);
	}
	ck_assert(ask(&p, 1000, false).known);
	ck_assert_uint_eq(p.diags.list.n, 0);
	tear_down(&p);
}
END_TEST

/* Runs SQL on the database. */
static void
spoil(struct place *p, const char *sql)
{
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open(p->database, &db), SQLITE_OK);
	ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

/* A database that SQLite finds nothing wrong with, but that does not say what was kept. */
START_TEST(altered)
{
	static const char *const changes[] = {
		"UPDATE entry SET kind = 1, unit = NULL WHERE kind = 2",
		"UPDATE entry SET kind = 3 WHERE kind = 2",
		"UPDATE entry SET kind = 9 WHERE kind = 2",
		"UPDATE entry SET kind = 2 WHERE kind = 1",
		"UPDATE entry SET unit = 3 - unit WHERE kind = 2",
		"UPDATE entry SET sum = sum + 1",
		"UPDATE entry SET key = x'00' || substr(key, 2)",
		"UPDATE unit SET bytes = x''",
		"UPDATE unit SET bytes = NULL",
		"UPDATE unit SET bytes = substr(bytes, 1, length(bytes) - 1)",
		"UPDATE unit SET bytes = (SELECT bytes FROM unit WHERE id = 2) WHERE id = 1",
		"DELETE FROM unit",
		"DELETE FROM meta",
		"DROP TABLE unit",
		"ALTER TABLE entry ADD COLUMN more",
		"CREATE TRIGGER t AFTER INSERT ON unit BEGIN DELETE FROM entry; END",
		"PRAGMA application_id = 0; DROP TABLE unit",
	};

	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		struct place p;
		struct cache *c;
		struct cache_query first, second, third;

		set_up(&p);
		for (int again = 0; again < 2; again++) {
			c = cache_new(&p.arena, p.directory, 0);
			keep(&p, c, 1, CACHE_UNIT, packed_unit(&p.arena, 1));
			keep(&p, c, 2, CACHE_UNIT, packed_unit(&p.arena, 2));
			keep(&p, c, 3, CACHE_NOTHING, STR(""));
			cache_save(c, &p.diags);
			if (!again)
				spoil(&p, changes[i]);
		}
		first = ask(&p, 1, false);
		second = ask(&p, 2, false);
		third = ask(&p, 3, false);
		ck_assert_msg(!first.known || (first.unit && first.unit->words.n == 4), "%s", changes[i]);
		ck_assert_msg(!second.known || (second.unit && second.unit->words.n == 5), "%s", changes[i]);
		ck_assert_msg(!third.known || !third.unit, "%s", changes[i]);
		for (uint32_t j = 0; j < p.diags.list.n; j++)
			ck_assert_int_eq(p.diags.list.v[j].level, DIAG_NOTE);
		tear_down(&p);
	}
}
END_TEST

static struct str
read_file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	struct str bytes = {.n = (size_t)size_of(path)};
	char *buffer = arena_alloc(a, 1, bytes.n + 1);

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fread(buffer, 1, bytes.n, f), bytes.n);
	fclose(f);
	bytes.s = buffer;
	return bytes;
}

static void
write_file(const char *path, struct str bytes)
{
	FILE *f = fopen(path, "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(bytes.s, 1, bytes.n, f), bytes.n);
	ck_assert_int_eq(fclose(f), 0);
}

/* Every bit in turn, in a byte of the file's and the first page's header, then here and there: what is
 * answered is what was kept. */
START_TEST(flipped)
{
	struct place p;
	struct cache *c;
	struct str whole;
	uint32_t found = 0, n = 0;

	set_up(&p);
	c = cache_new(&p.arena, p.directory, 0);
	keep(&p, c, 1, CACHE_UNIT, packed_unit(&p.arena, 1));
	keep(&p, c, 2, CACHE_NOTHING, STR(""));
	cache_save(c, &p.diags);
	whole = read_file(&p.arena, p.database);
	for (size_t at = 0; at < whole.n; at += at < 112 ? 1 : 131, n++) {
		char *spoilt = arena_alloc(&p.arena, 1, whole.n);
		struct cache_query first, second;

		memcpy(spoilt, whole.s, whole.n);
		spoilt[at] ^= (char)(1 << n % 8);
		write_file(p.database, (struct str){spoilt, whole.n});
		first = ask(&p, 1, false);
		second = ask(&p, 2, false);
		ck_assert_msg(!first.known || (first.unit && first.unit->words.n == 4), "byte %zu", at);
		ck_assert_msg(!second.known || !second.unit, "byte %zu", at);
		found += first.known;
	}
	/* Most of the file does not matter to this unit. */
	ck_assert_uint_gt(found, n / 4);
	for (uint32_t i = 0; i < p.diags.list.n; i++)
		ck_assert_int_eq(p.diags.list.v[i].level, DIAG_NOTE);
	tear_down(&p);
}
END_TEST

/* Another program's database is left as it is. */
START_TEST(foreign)
{
	struct place p;
	struct cache *c;
	off_t size;

	set_up(&p);
	c = cache_new(&p.arena, p.directory, 0);
	keep(&p, c, 1, CACHE_NOTHING, STR(""));
	cache_save(c, &p.diags);
	unlink(p.database);
	spoil(&p, "CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
	size = size_of(p.database);
	c = cache_new(&p.arena, p.directory, 0);
	keep(&p, c, 1, CACHE_NOTHING, STR(""));
	cache_save(c, &p.diags);
	ck_assert_uint_eq(p.diags.list.n, 1);
	ck_assert(str_find(p.diags.list.v[0].message, STR("another program's"), 0) != SIZE_MAX);
	ck_assert_int_eq(size_of(p.database), size);
	spoil(&p, "UPDATE theirs SET x = 2");
	tear_down(&p);
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, kept_and_found);
	tcase_add_test(t, forced_later);
	tcase_add_test(t, keys);
	tcase_add_test(t, bounded);
	tcase_add_test(t, bounded_at_once);
	tcase_add_test(t, altered);
	tcase_add_test(t, flipped);
	tcase_add_test(t, foreign);
}

int
main(void)
{
	return run_tests("cache", add);
}
