/* Answering: the questions in the order of their keys, in as many threads as there are, each with a
 * connection of its own and one stretch of the keys; then the units in the order of their rows. Either
 * way neighbours are on one page, and each page is read once. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fatal.h"
#include "cache_p.h"
#include "unit/pack.h"
#include "unit/unit.h"

/* Fewer questions than these are not worth a thread. */
#define LEAST_A_THREAD 256

/* A unit that is to be read: the row that holds it, and what it answers. */
struct pending {
	int64_t row, sum;
	enum cache_kind kind;
	struct cache_query *query;
};

struct found {
	pthread_t thread;
	const struct cache *cache;
	struct cache_query **queries; /* sorted by key */
	uint32_t n, known;
	struct arena *arena; /* for units */
	struct arena own;
	struct problem problem;
	int64_t generation;
	VEC(struct pending) pending;
	VEC(struct cache_key) wanted;
};

static int
compare_queries(const void *x, const void *y)
{
	const struct cache_key *a = &(*(struct cache_query *const *)x)->key;
	const struct cache_key *b = &(*(struct cache_query *const *)y)->key;

	if (a->reader != b->reader)
		return a->reader < b->reader ? -1 : 1;
	return memcmp(a->blob, b->blob, sizeof a->blob);
}

static int
compare_pending(const void *x, const void *y)
{
	const struct pending *a = x, *b = y;

	return (a->row > b->row) - (a->row < b->row);
}

static bool
damaged(struct database *d)
{
	return database_problem(d, TROUBLE_DAMAGED, "a record is not what was written");
}

static void
answer(struct found *f, struct cache_query *q, struct unit *u)
{
	q->known = true;
	q->unit = u;
	f->known++;
}

/* A row (kind, sum, generation, unit) of Q's key: an answer, or where there is one. */
static bool
take_entry(struct found *f, struct database *d, sqlite3_stmt *s, struct cache_query *q)
{
	struct pending p = {.row = sqlite3_column_int64(s, 3),
		.sum = sqlite3_column_int64(s, 1),
		.kind = (enum cache_kind)sqlite3_column_int(s, 0),
		.query = q};
	bool nothing = p.kind == CACHE_NOTHING;

	if (nothing && p.sum != record_sum(&q->key, CACHE_NOTHING, (struct str){0}))
		return damaged(d);
	if (nothing && q->force)
		return true;
	if (sqlite3_column_int64(s, 2) + GENERATIONS_SLACK < f->generation)
		vec_push(&f->own, &f->wanted, q->key);
	if (nothing)
		answer(f, q, NULL);
	else
		vec_push(&f->own, &f->pending, p);
	return true;
}

/* Steps a statement that gives a row or none; *ROW says which. */
static bool
step(struct database *d, sqlite3_stmt *s, bool *row)
{
	int result = sqlite3_step(s);

	*row = result == SQLITE_ROW;
	return *row || result == SQLITE_DONE || database_failed(d);
}

static bool
find_entries(struct found *f, struct database *d)
{
	sqlite3_stmt *s = database_prepare(
		d, "SELECT kind, sum, generation, unit FROM entry WHERE key = ?");
	bool ok = s != NULL, row;

	for (uint32_t i = 0; ok && i < f->n; i++) {
		unsigned char key[KEY_BYTES];

		key_bytes(&f->queries[i]->key, key);
		sqlite3_bind_blob(s, 1, key, sizeof key, SQLITE_STATIC);
		ok = step(d, s, &row) && (!row || take_entry(f, d, s, f->queries[i]));
		sqlite3_reset(s);
	}
	sqlite3_finalize(s);
	return ok;
}

static bool
take_unit(struct found *f, struct database *d, const struct pending *p, struct str bytes)
{
	bool known = p->kind == CACHE_UNIT || p->kind == CACHE_FORCED;
	struct unit *u = NULL;

	if (!known || p->sum != record_sum(&p->query->key, p->kind, bytes))
		return damaged(d);
	if (p->kind == CACHE_UNIT || p->query->force) {
		u = arena_new(f->arena, struct unit);
		if (!unit_unpack(u, f->arena, bytes))
			return damaged(d);
	}
	answer(f, p->query, u);
	return true;
}

/* In the order in which they were written, so that each page is read once. */
static bool
read_units(struct found *f, struct database *d)
{
	sqlite3_stmt *s = database_prepare(d, "SELECT bytes FROM unit WHERE id = ?");
	bool ok = s != NULL, row;

	if (f->pending.n)
		qsort(f->pending.v, f->pending.n, sizeof *f->pending.v, compare_pending);
	for (uint32_t i = 0; ok && i < f->pending.n; i++) {
		sqlite3_bind_int64(s, 1, f->pending.v[i].row);
		ok = step(d, s, &row) && (row || damaged(d));
		if (ok) {
			struct str bytes = {sqlite3_column_blob(s, 0),
				(size_t)sqlite3_column_bytes(s, 0)};

			ok = take_unit(f, d, &f->pending.v[i], bytes);
		}
		sqlite3_reset(s);
	}
	sqlite3_finalize(s);
	return ok;
}

static void
ask_all(struct found *f, struct database *d)
{
	f->generation = database_number(d, "SELECT generation FROM meta");
	if (find_entries(f, d))
		read_units(f, d);
}

static void *
find_some(void *self)
{
	struct found *f = self;
	struct database d;

	/* A page that is read once is not to be kept: that saves to ask the system for memory. */
	if (database_open(&d, f->cache->path, false) &&
		database_run(&d, "PRAGMA cache_size = 100; BEGIN"))
		ask_all(f, &d);
	f->problem = d.problem;
	database_close(&d);
	return NULL;
}

static void
gather(struct cache *c, struct found *f)
{
	c->count.known += f->known;
	problem_merge(&c->problem, &f->problem);
	for (uint32_t i = 0; i < f->wanted.n; i++)
		vec_push(c->arena, &c->wanted, f->wanted.v[i]);
	arena_free(&f->own);
}

static void
find_in_threads(struct cache *c, struct cache_query **sorted, uint32_t n, struct arena *const *arenas,
	uint32_t threads)
{
	struct found *all = arena_array(c->arena, struct found, threads);

	for (uint32_t i = 0; i < threads; i++) {
		uint32_t from = (uint32_t)((uint64_t)n * i / threads);
		uint32_t to = (uint32_t)((uint64_t)n * (i + 1) / threads);

		all[i].cache = c;
		all[i].queries = sorted + from;
		all[i].n = to - from;
		all[i].arena = arenas[i];
		if (i && pthread_create(&all[i].thread, NULL, find_some, &all[i]))
			fatal("cannot start a thread:");
	}
	find_some(&all[0]);
	for (uint32_t i = 0; i < threads; i++) {
		if (i)
			pthread_join(all[i].thread, NULL);
		gather(c, &all[i]);
	}
}

void
cache_find(struct cache *c, struct cache_query *queries, uint32_t n, struct arena *const *arenas,
	uint32_t threads)
{
	struct cache_query **sorted;

	c->count.asked += n;
	/* What is in the way once is not tried again; what is not there answers nothing. */
	if (!n || c->problem.trouble > TROUBLE_ABSENT || access(c->path, F_OK))
		return;
	sorted = arena_array(c->arena, struct cache_query *, n);
	for (uint32_t i = 0; i < n; i++)
		sorted[i] = &queries[i];
	qsort(sorted, n, sizeof *sorted, compare_queries);
	if (threads > 1 + n / LEAST_A_THREAD)
		threads = 1 + n / LEAST_A_THREAD;
	find_in_threads(c, sorted, n, arenas, threads);
}
