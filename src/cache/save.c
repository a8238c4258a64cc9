/* Keeping: one transaction at the end of a run.
 *
 * What was not wanted for long is let go by generations, which need no clock and no write a read: a
 * generation ends when a part of the limit was added; a record belongs to the one in which it was
 * written or last marked as wanted, and those of the oldest go when the limit is reached. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache_p.h"

/* How often the size is looked at while records are written. */
#define SIZE_EVERY 64

struct saving {
	struct cache *cache;
	struct database d;
	int64_t generation;
	sqlite3_stmt *is_there, *insert_unit, *put_entry;
};

static int64_t
bytes_used(struct database *d)
{
	int64_t pages = database_number(d, "PRAGMA page_count") -
			database_number(d, "PRAGMA freelist_count");

	return pages * database_number(d, "PRAGMA page_size");
}

static bool
step_done(struct saving *s, sqlite3_stmt *statement)
{
	bool ok = sqlite3_step(statement) == SQLITE_DONE || database_failed(&s->d);

	sqlite3_reset(statement);
	return ok;
}

/* What is known of KEY already; 0: nothing. */
static int
kind_there(struct saving *s, const unsigned char key[KEY_BYTES])
{
	int step, kind = 0;

	sqlite3_bind_blob(s->is_there, 1, key, KEY_BYTES, SQLITE_STATIC);
	step = sqlite3_step(s->is_there);
	if (step == SQLITE_ROW)
		kind = sqlite3_column_int(s->is_there, 0);
	else if (step != SQLITE_DONE)
		database_failed(&s->d);
	sqlite3_reset(s->is_there);
	return kind;
}

static bool
write_unit(struct saving *s, struct str bytes)
{
	sqlite3_bind_blob(s->insert_unit, 1, bytes.s, (int)bytes.n, SQLITE_STATIC);
	return step_done(s, s->insert_unit);
}

static bool
write_record(struct saving *s, const struct cache_record *r)
{
	unsigned char key[KEY_BYTES];
	int there;

	key_bytes(&r->key, key);
	there = kind_there(s, key);
	if (there == CACHE_UNIT || there == CACHE_FORCED || there == (int)r->kind)
		return s->d.problem.trouble == TROUBLE_NONE;
	if (r->kind != CACHE_NOTHING && !write_unit(s, r->bytes))
		return false;
	sqlite3_bind_blob(s->put_entry, 1, key, sizeof key, SQLITE_STATIC);
	sqlite3_bind_int(s->put_entry, 2, (int)r->kind);
	sqlite3_bind_int64(s->put_entry, 3, s->generation);
	sqlite3_bind_int64(s->put_entry, 4, record_sum(&r->key, r->kind, r->bytes));
	if (r->kind == CACHE_NOTHING)
		sqlite3_bind_null(s->put_entry, 5);
	else
		sqlite3_bind_int64(s->put_entry, 5, sqlite3_last_insert_rowid(s->d.db));
	return step_done(s, s->put_entry);
}

static bool
run_with(struct database *d, const char *sql, int64_t number)
{
	sqlite3_stmt *s = database_prepare(d, sql);
	bool ok = s && sqlite3_bind_int64(s, 1, number) == SQLITE_OK;

	ok = ok && (sqlite3_step(s) == SQLITE_DONE || database_failed(d));
	sqlite3_finalize(s);
	return ok;
}

static bool
forget_generation(struct database *d, int64_t generation)
{
	return run_with(d, "DELETE FROM unit WHERE id IN (SELECT unit FROM entry WHERE generation = ?)",
		       generation) &&
	       run_with(d, "DELETE FROM entry WHERE generation = ?", generation);
}

/* Lets the oldest generations go until a quarter is free. The present one stays; where it alone fills the
 * cache it ends, so that the next run finds room. */
static bool
make_room(struct saving *s)
{
	struct database *d = &s->d;
	int64_t limit = (int64_t)s->cache->limit;

	if (bytes_used(d) < limit)
		return d->problem.trouble == TROUBLE_NONE;
	while (d->problem.trouble == TROUBLE_NONE && bytes_used(d) > limit / 4 * 3) {
		int64_t oldest = database_number(d, "SELECT min(generation) FROM entry");

		if (oldest >= s->generation)
			break;
		if (!forget_generation(d, oldest))
			return false;
	}
	if (bytes_used(d) < limit)
		return d->problem.trouble == TROUBLE_NONE;
	return database_run(d, "UPDATE meta SET generation = generation + 1");
}

/* What was found in old generations moves to the present one. */
static bool
mark_wanted(struct saving *s)
{
	sqlite3_stmt *mark = database_prepare(
		&s->d, "UPDATE entry SET generation = ?1 WHERE key = ?2");
	bool ok = mark != NULL;

	for (uint32_t i = 0; ok && i < s->cache->wanted.n; i++) {
		unsigned char key[KEY_BYTES];

		key_bytes(&s->cache->wanted.v[i], key);
		sqlite3_bind_int64(mark, 1, s->generation);
		sqlite3_bind_blob(mark, 2, key, sizeof key, SQLITE_STATIC);
		ok = step_done(s, mark);
	}
	sqlite3_finalize(mark);
	return ok;
}

/* Ends the generation when enough was added to it. */
static bool
count_added(struct saving *s, uint64_t bytes)
{
	struct database *d = &s->d;

	if (!run_with(d, "UPDATE meta SET added = added + ?", (int64_t)bytes))
		return false;
	return run_with(d,
		"UPDATE meta SET generation = generation + 1, added = 0 WHERE added >= ?",
		(int64_t)(s->cache->limit / GENERATIONS_HELD));
}

/* As many as there is room for. */
static bool
write_records(struct saving *s)
{
	const struct cache *c = s->cache;
	uint64_t written = 0;
	uint32_t i;

	for (i = 0; i < c->added.n; i++) {
		if (i % SIZE_EVERY == 0 && bytes_used(&s->d) >= (int64_t)c->limit)
			break;
		if (!write_record(s, &c->added.v[i]))
			return false;
		written += KEY_BYTES + c->added.v[i].bytes.n;
	}
	return count_added(s, written);
}

static bool
write_all(struct saving *s)
{
	struct database *d = &s->d;
	bool ok;

	s->generation = database_number(d, "SELECT generation FROM meta");
	s->is_there = database_prepare(d, "SELECT kind FROM entry WHERE key = ?");
	s->insert_unit = database_prepare(d, "INSERT INTO unit (bytes) VALUES (?)");
	s->put_entry = database_prepare(d, "REPLACE INTO entry VALUES (?, ?, ?, ?, ?)");
	if (s->generation < 1)
		database_problem(d, TROUBLE_DAMAGED, "it has no generation");
	ok = d->problem.trouble == TROUBLE_NONE && mark_wanted(s) && make_room(s) && write_records(s);
	sqlite3_finalize(s->is_there);
	sqlite3_finalize(s->insert_unit);
	sqlite3_finalize(s->put_entry);
	return ok;
}

static bool
transact(struct saving *s)
{
	if (!database_begin(&s->d))
		return false;
	if (write_all(s) && database_run(&s->d, "COMMIT"))
		return true;
	sqlite3_exec(s->d.db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

/* mkdir -p; only for its user, as the contents of repositories are. What fails shows when the database
 * is opened. */
static void
make_directories(const struct cache *c)
{
	for (size_t i = 1; i < c->directory.n; i++)
		if (c->directory.s[i] == '/')
			mkdir(str_cstr(c->arena, str_slice(c->directory, 0, i)), 0700);
	mkdir(str_cstr(c->arena, c->directory), 0700);
}

/* Remembers what was wrong, and goes on with an empty database. */
static bool
make_anew(struct saving *s)
{
	problem_merge(&s->cache->problem, &s->d.problem);
	return database_reset(&s->d) && transact(s);
}

/* Opens and writes. Damage shows when it is opened, or while it is written; or has shown before. */
static void
save(struct saving *s)
{
	struct cache *c = s->cache;
	struct database *d = &s->d;
	bool done = database_open(d, c->path, true) || d->problem.trouble == TROUBLE_ABSENT;

	d->problem.trouble = d->problem.trouble == TROUBLE_ABSENT ? TROUBLE_NONE : d->problem.trouble;
	if (done && c->problem.trouble == TROUBLE_DAMAGED)
		done = database_problem(d, TROUBLE_DAMAGED, c->problem.words);
	done = done && transact(s);
	if (!done && d->problem.trouble == TROUBLE_DAMAGED)
		make_anew(s);
	problem_merge(&c->problem, &d->problem);
	database_close(d);
}

/* One note, whatever happened and however often. */
static void
tell(struct cache *c, struct diags *diags)
{
	static const char *const words[] = {
		[TROUBLE_SYSTEM] = "the cache is not used: %s; --cache names another directory",
		[TROUBLE_DAMAGED] = "the cache was damaged and is made anew: %s",
		[TROUBLE_FOREIGN] = "no cache is used: %s; remove it, or name another directory with --cache",
	};

	if (c->told || c->problem.trouble <= TROUBLE_ABSENT)
		return;
	c->told = true;
	diag_add(diags, DIAG_NOTE, str_from(c->path), 0, 0, words[c->problem.trouble],
		c->problem.words);
}

void
cache_save(struct cache *c, struct diags *diags)
{
	struct saving s = {.cache = c};
	bool usable = c->problem.trouble <= TROUBLE_ABSENT || c->problem.trouble == TROUBLE_DAMAGED;

	if (usable && (c->added.n || c->wanted.n || c->problem.trouble == TROUBLE_DAMAGED)) {
		make_directories(c);
		save(&s);
	}
	c->added.n = c->wanted.n = 0;
	tell(c, diags);
}
