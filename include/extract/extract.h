/* A blob → its unit (host → sql → PL/pgSQL → sql), in a pool of threads. */
#ifndef EXTRACT_EXTRACT_H
#define EXTRACT_EXTRACT_H

#include <stdatomic.h>

#include "base/files.h"
#include "host/host.h"
#include "unit/unit.h"

enum file_class {
	CLASS_CODE,
	CLASS_MIGRATION, /* set by `world` when a tool claims it */
	CLASS_TEST,
	CLASS_SCRIPT,
	CLASS_SETUP, /* docker-entrypoint-initdb.d, dev set-up, seeds, fixtures */
	CLASS_DUMP,
	CLASS_VENDORED,
	CLASS_GENERATED,
	CLASS_OTHER_DATABASE, /* of SQLite, MySQL …: what it uses is not ours */
	CLASS_BASELINE,       /* the service's known findings: read, but not judged or counted */
	FILE_CLASSES,
};
/* "code", "test" … */
const char *file_class_word(enum file_class c);
/* The class by path alone: rows of data in src/extract/classify.c. */
enum file_class classify_path(struct str path);

/* One file of a service. */
struct file {
	uint32_t number;   /* from 1: the origin of spans in closed units */
	uint32_t service;  /* config's index */
	struct file_entry entry;
	enum file_class class;
	const struct host *host;
	struct unit *unit;   /* NULL: not (yet) extracted, or nothing in it (prefilter) */
	struct unit *closed; /* what `link` added: closed fragments and values; NULL: nothing */
	bool unpublished;    /* of a base: the remote's default branch has it not, nobody else ran it */
	bool trial;          /* SQL to be tried out: it runs behind all histories */
	bool read;           /* its bytes were looked at, or its facts imported */
	enum read_status status; /* why they were not */
};

/* All files of all services; numbers are indexes + 1. */
struct file_set {
	struct arena *arena;
	VEC(struct file) list;
	VEC(struct arena *) arenas; /* the workers', which own the units */
};
struct file *file_by_number(const struct file_set *set, uint32_t number);

/* How far the pool is, for who looks on from another thread. */
struct extract_progress {
	atomic_uint total, done; /* files */
};

struct extract_options {
	const struct host_options *host;
	const struct host_variables *variables; /* by service: what its tool puts for templates; NULL: none */
	uint32_t jobs;      /* threads; 0: as many as processors */
	uint64_t max_bytes; /* larger files are a blind spot; 0: EXTRACT_MAX_BYTES */
	struct cache *cache; /* asked before a file is read, and told what came of it; NULL: none */
	struct extract_progress *progress; /* NULL: nobody looks */
};
#define EXTRACT_MAX_BYTES (16u << 20)

/* One thing to do: read and extract a file of `files`. Those with FORCE skip the prefilter (a linker
 * wants their symbols). */
struct extract_job {
	struct files files;
	uint32_t file; /* index in set->list */
	bool force;
};

/* Runs the jobs in a pool whose threads have large stacks; fills .unit and .read. The result depends
 * neither on the number of threads nor on what the cache holds. */
void extract_run(struct file_set *set, const struct extract_job *jobs, uint32_t n,
	const struct extract_options *options);

/* Extracts one blob from memory, on the caller's thread (which needs SQL_STACK_SIZE for hostile
 * input); for tests and fuzzing. */
void extract_unit(struct unit *u, struct arena *a, const struct host *host, struct str bytes,
	const struct host_options *options, struct arena *scratch);

/* Runs RUN(ARGUMENT) on a thread whose stack is large enough for the SQL parser, and waits for it. */
void extract_on_large_stack(void *(*run)(void *), void *argument);

/* Makes fragments of what a value's text can be and has them parsed, into e->out: `extract` calls it
 * for a file's own values, `link` for what it closes. One site gives as many fragments as it has
 * alternatives. The fragments' .value is V's index when V is e->out's own, else that of the text.
 * When the value wants symbols that e->resolver cannot open (e->open), one OPEN fragment is made
 * instead, and KEEP_OPEN says so; without KEEP_OPEN the holes stay holes. Returns the number of
 * fragments. */
struct evaluator;
struct value_ref;
uint32_t extract_fragment(struct evaluator *e, const struct value_ref *v, enum fragment_sink sink,
	bool keep_open, struct arena *scratch);

/* The row of the call's callee among the sinks of HOST, NULL when it executes no SQL. CALL is the
 * index of a CALL in U. */
const struct host_sink *extract_sink(const struct unit *u, uint32_t call, struct str host,
	const struct host_options *options);

/* The argument of CALL that SINK says holds the SQL; 0 when there is none that could. */
uint32_t extract_sink_argument(const struct unit *u, uint32_t call, const struct host_sink *sink);

/* The sinks of the drivers that we know: rows in src/extract/sinks.c, ended by a row without host. */
extern const struct host_sink extract_sinks[];
/* Whose functions are replayed, in the same file, ended by a row without host. */
extern const struct host_bodies extract_bodies[];

#endif
