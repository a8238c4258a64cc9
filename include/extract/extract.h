/* A blob → its unit (host → sql → PL/pgSQL → sql), in a pool of threads. */
#ifndef EXTRACT_EXTRACT_H
#define EXTRACT_EXTRACT_H

#include "base/files.h"
#include "unit/unit.h"

struct host;
struct host_options;

enum file_class {
	CLASS_CODE,
	CLASS_MIGRATION, /* set by `world` when a tool claims it */
	CLASS_TEST,
	CLASS_SCRIPT,
	CLASS_SETUP, /* docker-entrypoint-initdb.d, dev set-up, seeds, fixtures */
	CLASS_DUMP,
	CLASS_VENDORED,
	CLASS_GENERATED,
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
	bool read;           /* its bytes were looked at */
};

/* All files of all services; numbers are indexes + 1. */
struct file_set {
	struct arena *arena;
	VEC(struct file) list;
	VEC(struct arena *) arenas; /* the workers', which own the units */
};
struct file *file_by_number(const struct file_set *set, uint32_t number);

struct extract_options {
	const struct host_options *host;
	uint32_t jobs;      /* threads; 0: as many as processors */
	uint64_t max_bytes; /* larger files are a blind spot; 0: EXTRACT_MAX_BYTES */
};
#define EXTRACT_MAX_BYTES (16u << 20)

/* One thing to do: read and extract a file of `files`. Those with FORCE skip the prefilter (a linker
 * wants their symbols). */
struct extract_job {
	struct files files;
	uint32_t file; /* index in set->list */
	bool force;
};

/* Runs the jobs in a pool whose threads have large stacks; fills .unit and .read. The result does
 * not depend on the number of threads. */
void extract_run(struct file_set *set, const struct extract_job *jobs, uint32_t n,
	const struct extract_options *options);

/* Extracts one blob from memory, on the caller's thread (which needs SQL_STACK_SIZE for hostile
 * input); for tests and fuzzing. */
void extract_unit(struct unit *u, struct arena *a, const struct host *host, struct str bytes,
	const struct host_options *options, struct arena *scratch);

/* Makes fragments of the textual roots of evaluated values and has them parsed: `extract` calls it
 * for a file's own values, `link` for what it closed. */
struct evaluator;
void extract_fragment(struct unit *u, struct evaluator *e, uint32_t value, enum fragment_sink sink,
	struct arena *scratch);

#endif
