/* Between the pool and the cache. */
#ifndef EXTRACT_KEPT_P_H
#define EXTRACT_KEPT_P_H

#include "cache/cache.h"
#include "extract/extract.h"

/* A job on its way through the pool. */
struct task {
	struct extract_job job;
	struct cache_key key; /* of its file, when .keyed */
	bool keyed;           /* its bytes' id is known; .key.reader is, with a cache, in any case */
};

/* With a cache: fills the readers of the tasks' keys, and the blobs where the listing knows them. */
void kept_keys(const struct file_set *set, struct task *tasks, uint32_t n,
	const struct extract_options *options);

/* Answers from the cache what it knows: fills .unit and .read of the files, and moves the other tasks to
 * the front. Returns how many are left. */
uint32_t kept_take(struct file_set *set, struct task *tasks, uint32_t n,
	const struct extract_options *options, uint32_t threads);

/* What the cache is to keep of a task: its unit, or NULL where there is nothing in its file. MATTERS: the
 * unit would have been made without force, too. The bytes are packed into the arena. */
struct cache_record kept_record(struct arena *a, const struct task *task, const struct unit *u,
	bool matters, struct arena *scratch);

#endif
