/* What the files of `cache` share. */
#ifndef CACHE_CACHE_P_H
#define CACHE_CACHE_P_H

#include <sqlite3.h>

#include "base/arena.h"
#include "cache/cache.h"

/* A larger unit is not kept, and no record is believed to be larger. */
#define CACHE_RECORD_MAX (64 << 20)

/* What can be wrong with the database, the worst last. */
enum trouble {
	TROUBLE_NONE,
	TROUBLE_ABSENT,  /* there is none yet: no trouble at all */
	TROUBLE_SYSTEM,  /* the system, or another process, is in the way */
	TROUBLE_DAMAGED, /* it is to be made anew */
	TROUBLE_FOREIGN, /* it is not ours: hands off */
};

struct problem {
	enum trouble trouble;
	char words[160]; /* what SQLite or the system says; not of ABSENT */
};

struct cache {
	struct arena *arena;
	struct str directory;
	char *path; /* of the database */
	uint64_t limit;
	struct cache_count count;
	struct problem problem; /* the worst so far */
	bool told;
	VEC(struct cache_record) added;
	VEC(struct cache_key) wanted; /* found, but not marked as wanted for long */
};

/* One connection. */
struct database {
	sqlite3 *db;
	struct problem problem;
};

/* Opens the database; MAKE: there may be none yet. False with a problem: what is there is then not to be
 * used. database_close() is called in both cases. */
bool database_open(struct database *d, const char *path, bool make);
void database_close(struct database *d);

/* Begins a transaction that writes; makes the tables where there are none. */
bool database_begin(struct database *d);

/* Makes a damaged database an empty one, as SQLite does that while others may use it. */
bool database_reset(struct database *d);

/* Runs a statement without results; compiles one; the first number that one gives. On failure there is a
 * problem, and what they give means nothing. */
bool database_run(struct database *d, const char *sql);
sqlite3_stmt *database_prepare(struct database *d, const char *sql);
int64_t database_number(struct database *d, const char *sql);
/* Takes what SQLite says now as the problem, unless there is one. Returns false. */
bool database_failed(struct database *d);
bool database_problem(struct database *d, enum trouble trouble, const char *words);

/* Keeps the worse of the two. */
void problem_merge(struct problem *p, const struct problem *other);

/* The checksum of a record. */
int64_t record_sum(const struct cache_key *key, enum cache_kind kind, struct str bytes);

/* A key as the database has it. */
#define KEY_BYTES 28
void key_bytes(const struct cache_key *key, unsigned char bytes[KEY_BYTES]);

/* How many generations may pass before what is found is marked as wanted again. */
#define GENERATIONS_SLACK 2
/* Generations that a full cache holds. */
#define GENERATIONS_HELD 16

#endif
