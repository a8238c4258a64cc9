/* Units kept by content: what the bytes of a file say does not change, so it is worked out once for all
 * revisions, worktrees and repositories of a user. One SQLite database in a directory of the user's, which
 * several processes may use at once; the only layer that sees SQLite.
 *
 * It may be lost, damaged or full at any time. That costs time and a note, never a result: every record
 * has a checksum over all that it says and what it is about, and what is in doubt is not answered. */
#ifndef CACHE_CACHE_H
#define CACHE_CACHE_H

#include "base/diag.h"
#include "base/str.h"

struct arena;
struct cache;
struct unit;

/* What a record is about. */
struct cache_key {
	uint64_t reader;        /* hash of all that the result depends on besides the bytes */
	unsigned char blob[20]; /* git's id of the bytes */
};

enum cache_kind {
	CACHE_NOTHING = 1, /* nothing in it that matters, so no unit was made */
	CACHE_UNIT,        /* a unit */
	CACHE_FORCED,      /* nothing that matters by itself, but somebody wanted the unit */
};

/* A question and its answer. */
struct cache_query {
	struct cache_key key;
	bool force;            /* only a unit will do: NOTHING is no answer */
	bool known;            /* the answer: .unit says all, NULL where there is nothing */
	struct unit *unit;
};

/* Something to be kept. */
struct cache_record {
	struct cache_key key;
	enum cache_kind kind;
	struct str bytes; /* unit_pack()'s; empty for NOTHING */
};

struct cache_count {
	uint32_t asked, known;
};

/* The cache in DIRECTORY, in the arena; nothing is opened before it is needed. LIMIT: bytes that it may
 * take; 0: CACHE_LIMIT. */
struct cache *cache_new(struct arena *a, struct str directory, uint64_t limit);
#define CACHE_LIMIT ((uint64_t)512 << 20)

/* The key for a reader and a blob id of 40 hex digits; false when it is none. */
bool cache_key(struct cache_key *key, uint64_t reader, struct str blob);

/* Answers what can be answered, in THREADS threads; units are made in the arena of the thread that read
 * them. What is wrong with the database is remembered for cache_save() to say. */
void cache_find(struct cache *c, struct cache_query *queries, uint32_t n, struct arena *const *arenas,
	uint32_t threads);

/* Has a record kept by the next cache_save(); its bytes must live until then. */
void cache_add(struct cache *c, const struct cache_record *r);

/* Keeps what was added, and that what was found is still wanted, in one transaction; makes the database
 * where there is none, or where it was damaged; lets go what was not wanted for longest where it is full.
 * Notes what was in the way, once. */
void cache_save(struct cache *c, struct diags *diags);

struct cache_count cache_counted(const struct cache *c);

/* A hash of the program and the libraries that it runs with, by their build ids: another build may read
 * a file otherwise. */
uint64_t cache_build(void);

#endif
