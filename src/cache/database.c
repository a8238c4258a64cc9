/* A connection to the database: opening what may be anything, and what SQLite says in our words.
 *
 * The journal is SQLite's default, not WAL: it needs no shared memory (which a full disk turns into a
 * signal) and can be read where nothing can be written. Nothing is synced: a process that is killed
 * leaves a journal that the next one rolls back; a machine that crashes may leave a damaged database,
 * which the checksums tell. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "cache_p.h"

/* In the file's header, for file(1) and for us: "pgbo". */
#define APPLICATION_ID 0x7067626f
/* How long another process may be waited for. */
#define BUSY_MILLISECONDS 2000

#define ENTRY_SQL                                                                                  \
	"CREATE TABLE entry (key BLOB PRIMARY KEY, kind INTEGER, generation INTEGER, sum INTEGER, " \
	"unit INTEGER) WITHOUT ROWID"
#define UNIT_SQL "CREATE TABLE unit (id INTEGER PRIMARY KEY, bytes BLOB)"
#define META_SQL "CREATE TABLE meta (generation INTEGER, added INTEGER)"
#define SCHEMA_SQL ENTRY_SQL ";" UNIT_SQL ";" META_SQL ";"

bool
database_problem(struct database *d, enum trouble trouble, const char *words)
{
	struct problem p = {.trouble = trouble};

	snprintf(p.words, sizeof p.words, "%s", words);
	problem_merge(&d->problem, &p);
	return false;
}

static enum trouble
trouble_of(int error)
{
	switch (error & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return TROUBLE_NONE;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_CONSTRAINT: /* of what we write nothing collides in a whole database */
	case SQLITE_ERROR:      /* nor is a table missing */
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
	case SQLITE_FORMAT:
		return TROUBLE_DAMAGED;
	default:
		return error == SQLITE_IOERR_SHORT_READ || error == SQLITE_IOERR_CORRUPTFS
			       ? TROUBLE_DAMAGED
			       : TROUBLE_SYSTEM;
	}
}

bool
database_failed(struct database *d)
{
	return database_problem(d, trouble_of(sqlite3_extended_errcode(d->db)),
		sqlite3_errmsg(d->db));
}

bool
database_run(struct database *d, const char *sql)
{
	return sqlite3_exec(d->db, sql, NULL, NULL, NULL) == SQLITE_OK || database_failed(d);
}

sqlite3_stmt *
database_prepare(struct database *d, const char *sql)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(d->db, sql, -1, &s, NULL) != SQLITE_OK)
		database_failed(d);
	return s;
}

int64_t
database_number(struct database *d, const char *sql)
{
	sqlite3_stmt *s = database_prepare(d, sql);
	int64_t n = 0;

	if (s && sqlite3_step(s) == SQLITE_ROW)
		n = sqlite3_column_int64(s, 0);
	else if (s)
		database_failed(d);
	sqlite3_finalize(s);
	return n;
}

/* The tables must be ours to the letter: whoever wrote the file could have put triggers into it. */
static bool
has_our_tables(struct database *d)
{
	sqlite3_stmt *s = database_prepare(
		d, "SELECT group_concat(sql || ';', '') FROM (SELECT sql FROM sqlite_schema ORDER BY rowid)");
	const char *sql = NULL;
	bool ours;

	if (!s)
		return false;
	if (sqlite3_step(s) == SQLITE_ROW)
		sql = (const char *)sqlite3_column_text(s, 0);
	else
		database_failed(d);
	ours = sql && strcmp(sql, SCHEMA_SQL) == 0;
	sqlite3_finalize(s);
	if (!ours && d->problem.trouble == TROUBLE_NONE)
		database_problem(d, TROUBLE_DAMAGED, "its tables are not those of a cache");
	return ours;
}

/* Is what is there a cache of ours, or nothing yet? */
static bool
look_at(struct database *d)
{
	int64_t id = database_number(d, "PRAGMA application_id");
	int64_t tables = database_number(d, "SELECT count(*) FROM sqlite_schema");

	if (d->problem.trouble != TROUBLE_NONE)
		return false;
	if (id == APPLICATION_ID)
		return has_our_tables(d);
	if (id || tables)
		return database_problem(d, TROUBLE_FOREIGN, "it is another program's database");
	return database_problem(d, TROUBLE_ABSENT, "");
}

/* In one transaction, for another process may be making it just now. */
static bool
look_once(struct database *d)
{
	bool ours = database_run(d, "BEGIN") && look_at(d);

	sqlite3_exec(d->db, "COMMIT", NULL, NULL, NULL);
	return ours;
}

static bool
settle(struct database *d)
{
	sqlite3_busy_timeout(d->db, BUSY_MILLISECONDS);
	sqlite3_limit(d->db, SQLITE_LIMIT_LENGTH, CACHE_RECORD_MAX);
	sqlite3_db_config(d->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(d->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	return database_run(d, "PRAGMA synchronous = OFF; PRAGMA cell_size_check = ON;"
			       "PRAGMA page_size = 16384; PRAGMA cache_size = -4096; PRAGMA temp_store = MEMORY");
}

/* Counting its memory would have all threads wait for one lock. */
static void
start_once(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static void
start(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, start_once);
}

bool
database_open(struct database *d, const char *path, bool make)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (make ? SQLITE_OPEN_CREATE : 0);

	*d = (struct database){0};
	start();
	if (sqlite3_open_v2(path, &d->db, flags, NULL) != SQLITE_OK)
		return database_failed(d);
	return settle(d) && look_once(d);
}

void
database_close(struct database *d)
{
	sqlite3_close(d->db);
	d->db = NULL;
}

/* Within a transaction, where nothing or something damaged was: the tables. */
static bool
make_tables(struct database *d)
{
	char id[64];

	snprintf(id, sizeof id, "PRAGMA application_id = %d", APPLICATION_ID);
	return database_run(d, SCHEMA_SQL "INSERT INTO meta VALUES (1, 0)") && database_run(d, id);
}

bool
database_reset(struct database *d)
{
	d->problem = (struct problem){0};
	if (sqlite3_db_config(d->db, SQLITE_DBCONFIG_RESET_DATABASE, 1, NULL) != SQLITE_OK)
		return database_failed(d);
	database_run(d, "VACUUM");
	sqlite3_db_config(d->db, SQLITE_DBCONFIG_RESET_DATABASE, 0, NULL);
	return d->problem.trouble == TROUBLE_NONE;
}

bool
database_begin(struct database *d)
{
	if (!database_run(d, "BEGIN IMMEDIATE"))
		return false;
	/* Another process may have made it since this one looked. */
	if (look_at(d))
		return true;
	if (d->problem.trouble != TROUBLE_ABSENT)
		return false;
	d->problem = (struct problem){0};
	return make_tables(d);
}
