/* Answering: the questions in the order of their keys, in as many threads as there are, each with a
 * connection of its own and one stretch of the keys. In key order neighbours are on one page; one
 * statement is stepped for each, which costs less than a table of the keys to join with. */
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

struct found {
	pthread_t thread;
	const struct cache *cache;
	struct cache_query **queries; /* sorted by key */
	uint32_t n, known;
	struct arena *arena; /* for units */
	struct arena own;
	struct problem problem;
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

/* A row (kind, sum, generation, bytes) as an answer; false when it is damaged. */
static bool
take_row(struct found *f, sqlite3_stmt *s, struct cache_query *q)
{
	int kind = sqlite3_column_int(s, 0);
	struct str bytes = {sqlite3_column_blob(s, 3), (size_t)sqlite3_column_bytes(s, 3)};

	if (kind < CACHE_NOTHING || kind > CACHE_FORCED ||
		sqlite3_column_int64(s, 1) != record_sum(&q->key, (enum cache_kind)kind, bytes))
		return false;
	if (kind == CACHE_NOTHING && q->force)
		return true;
	if (kind == CACHE_UNIT || (kind == CACHE_FORCED && q->force)) {
		struct unit *u = arena_new(f->arena, struct unit);

		if (!unit_unpack(u, f->arena, bytes))
			return false;
		q->unit = u;
	}
	q->known = true;
	f->known++;
	return true;
}

static bool
ask(struct found *f, struct database *d, sqlite3_stmt *s, struct cache_query *q, int64_t generation)
{
	unsigned char key[KEY_BYTES];
	bool ok = true;
	int step;

	key_bytes(&q->key, key);
	sqlite3_bind_blob(s, 1, key, sizeof key, SQLITE_STATIC);
	step = sqlite3_step(s);
	if (step == SQLITE_ROW && !take_row(f, s, q))
		ok = database_problem(d, TROUBLE_DAMAGED, "a record is not what was written");
	else if (step == SQLITE_ROW && sqlite3_column_int64(s, 2) + GENERATIONS_SLACK < generation)
		vec_push(&f->own, &f->wanted, q->key);
	else if (step != SQLITE_ROW && step != SQLITE_DONE)
		ok = database_failed(d);
	sqlite3_reset(s);
	return ok;
}

static void
ask_all(struct found *f, struct database *d)
{
	int64_t generation = database_number(d, "SELECT generation FROM meta");
	sqlite3_stmt *s = database_prepare(d,
		"SELECT kind, sum, generation, bytes FROM entry LEFT JOIN unit ON id = unit WHERE key = ?");

	for (uint32_t i = 0; s && i < f->n; i++)
		if (!ask(f, d, s, f->queries[i], generation))
			break;
	sqlite3_finalize(s);
}

static void *
find_some(void *self)
{
	struct found *f = self;
	struct database d;

	if (database_open(&d, f->cache->path, false) && database_run(&d, "BEGIN"))
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
