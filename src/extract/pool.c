/* The pool: a fixed number of threads with large stacks take jobs off one counter. Each has an
 * arena of its own for units and one for scratch; where a result goes is fixed by its job, so that
 * nothing depends on who did it. A fixed pool, because libpg_query leaks a thread key a thread. */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/fatal.h"
#include "extract/extract.h"
#include "extract/kept_p.h"
#include "host/host.h"
#include "sql/sql.h"

struct worker;

struct pool {
	struct file_set *set;
	struct task *tasks;
	uint32_t n;
	const struct extract_options *options;
	void (*run)(struct worker *w, struct task *t);
	atomic_uint next;
};

struct worker {
	pthread_t thread;
	struct pool *pool;
	struct arena *units;
	struct arena scratch;
	struct files files; /* whose handle is open */
	void *handle;
	VEC(struct cache_record) records; /* for the cache */
};

static void *
handle_for(struct worker *w, const struct files *files)
{
	if (w->handle && w->files.self == files->self)
		return w->handle;
	if (w->handle)
		w->files.ops->close(w->handle);
	w->files = *files;
	w->handle = files->ops->open(files->self);
	return w->handle;
}

static uint64_t
byte_bound(const struct extract_options *o)
{
	return o->max_bytes ? o->max_bytes : EXTRACT_MAX_BYTES;
}

/* A unit that holds nothing but why the file was not read. */
static struct unit *
unread_unit(struct arena *a, const struct file *f, enum read_status status, uint64_t bound)
{
	struct unit *u = arena_new(a, struct unit);

	unit_init(u, a);
	u->blob = str_dup(a, f->entry.blob);
	u->reader = str_from(f->host->name);
	if (status == READ_TOO_LARGE)
		unit_add_blind(u, BLIND_TOO_LARGE, (struct span){.line = 1, .column = 1},
			"more than %llu bytes are not read", (unsigned long long)bound);
	else
		unit_add_blind(u, BLIND_UNREAD, (struct span){.line = 1, .column = 1}, "%s",
			read_status_reason(status));
	return u;
}

/* Reads the file of a task into the worker's scratch; *BLOB is what the listing, or the bytes, say. */
static enum read_status
read_file(struct worker *w, const struct task *t, struct str *bytes, struct str *blob)
{
	const struct file *f = &w->pool->set->list.v[t->job.file];
	uint64_t bound = byte_bound(w->pool->options);
	void *handle = handle_for(w, &t->job.files);
	enum read_status status = READ_ERROR;

	*blob = f->entry.blob;
	if (f->entry.size > bound)
		return READ_TOO_LARGE;
	if (handle)
		status = t->job.files.ops->read(handle, &w->scratch, &f->entry, bytes, blob);
	return status == READ_OK && bytes->n > bound ? READ_TOO_LARGE : status;
}

/* Has what came of the bytes kept, under the id that they have: a file may have changed since it was
 * listed. */
static void
keep(struct worker *w, const struct task *task, struct str bytes, const struct unit *u,
	bool matters)
{
	struct task t = *task;
	struct str blob = t.job.files.ops->blob_id(&w->scratch, bytes);

	if (cache_key(&t.key, t.key.reader, blob))
		vec_push(w->units, &w->records, kept_record(w->units, &t, u, matters, &w->scratch));
}

static void
run_task(struct worker *w, struct task *t)
{
	struct file *f = &w->pool->set->list.v[t->job.file];
	const struct extract_options *o = w->pool->options;
	struct host_options host = *o->host;
	struct str bytes = {0}, blob;
	bool matters;

	if (o->variables)
		host.variables = o->variables[f->service];

	f->read = true;
	f->status = read_file(w, t, &bytes, &blob);
	matters = f->status == READ_OK && host_may_matter(f->host, bytes);
	if (f->status != READ_OK) {
		f->unit = unread_unit(w->units, f, f->status, byte_bound(o));
	} else if (t->job.force || matters) {
		f->unit = arena_new(w->units, struct unit);
		extract_unit(f->unit, w->units, f->host, bytes, &host, &w->scratch);
		f->unit->blob = str_dup(w->units, blob);
	}
	if (f->status == READ_OK && o->cache)
		keep(w, t, bytes, f->unit, matters);
	arena_reset(&w->scratch);
}

/* Learns the id of a file whose listing did not know it, so that the cache can be asked. */
static void
identify_task(struct worker *w, struct task *t)
{
	struct str bytes = {0}, blob;

	if (!t->keyed && read_file(w, t, &bytes, &blob) == READ_OK)
		t->keyed = cache_key(&t->key, t->key.reader, blob);
	arena_reset(&w->scratch);
}

static void *
work(void *argument)
{
	struct worker *w = argument;
	struct extract_progress *progress = w->pool->options->progress;
	uint32_t i;

	while ((i = atomic_fetch_add(&w->pool->next, 1)) < w->pool->n) {
		w->pool->run(w, &w->pool->tasks[i]);
		if (progress)
			atomic_fetch_add_explicit(&progress->done, 1, memory_order_relaxed);
	}
	if (w->handle)
		w->files.ops->close(w->handle);
	arena_free(&w->scratch);
	return NULL;
}

static uint32_t
worker_count(uint32_t wanted, uint32_t jobs)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (wanted == 0)
		wanted = processors > 0 ? (uint32_t)processors : 1;
	if (wanted > 64)
		wanted = 64;
	return wanted < jobs ? wanted : jobs;
}

/* Runs the pool; what is to be kept goes to the cache in the end. */
static void
run_pool(struct pool *pool)
{
	struct file_set *set = pool->set;
	uint32_t count = worker_count(pool->options->jobs, pool->n);
	struct worker *workers = arena_array(set->arena, struct worker, count);
	struct extract_progress *progress = pool->options->progress;
	pthread_attr_t attributes;

	if (progress) {
		atomic_store(&progress->done, 0);
		atomic_store(&progress->total, pool->n);
	}
	pthread_attr_init(&attributes);
	if (pthread_attr_setstacksize(&attributes, SQL_STACK_SIZE))
		fatal("a thread's stack cannot be %u bytes large", SQL_STACK_SIZE);
	for (uint32_t i = 0; i < count; i++) {
		workers[i].pool = pool;
		workers[i].units = arena_new(set->arena, struct arena);
		vec_push(set->arena, &set->arenas, workers[i].units);
		if (pthread_create(&workers[i].thread, &attributes, work, &workers[i]))
			fatal("cannot start a thread:");
	}
	for (uint32_t i = 0; i < count; i++) {
		pthread_join(workers[i].thread, NULL);
		for (uint32_t j = 0; j < workers[i].records.n; j++)
			cache_add(pool->options->cache, &workers[i].records.v[j]);
	}
	pthread_attr_destroy(&attributes);
}

/* Moves the tasks that nobody knows the bytes' id of to the front; returns their number. */
static uint32_t
unidentified_first(struct task *tasks, uint32_t n)
{
	uint32_t front = 0;

	for (uint32_t i = 0; i < n; i++)
		if (!tasks[i].keyed) {
			struct task t = tasks[i];

			tasks[i] = tasks[front];
			tasks[front++] = t;
		}
	return front;
}

/* Takes from the cache what it has; returns how many tasks are left. */
static uint32_t
ask_cache(struct pool *pool)
{
	uint32_t n = pool->n;

	kept_keys(pool->set, pool->tasks, n, pool->options);
	pool->n = unidentified_first(pool->tasks, n);
	pool->run = identify_task;
	run_pool(pool);
	return kept_take(
		pool->set, pool->tasks, n, pool->options, worker_count(pool->options->jobs, n));
}

void
extract_run(struct file_set *set, const struct extract_job *jobs, uint32_t n,
	const struct extract_options *options)
{
	struct task *tasks = arena_array(set->arena, struct task, n + 1);
	struct pool pool = {.set = set, .tasks = tasks, .n = n, .options = options};

	for (uint32_t i = 0; i < n; i++)
		tasks[i].job = jobs[i];
	if (n && options->cache)
		pool.n = ask_cache(&pool);
	pool.run = run_task;
	atomic_store(&pool.next, 0);
	run_pool(&pool);
}

void
extract_on_large_stack(void *(*run)(void *), void *argument)
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	if (pthread_attr_setstacksize(&attributes, SQL_STACK_SIZE) ||
		pthread_create(&thread, &attributes, run, argument))
		fatal("cannot start a thread with a stack of %u bytes", SQL_STACK_SIZE);
	pthread_join(thread, NULL);
	pthread_attr_destroy(&attributes);
}

struct file *
file_by_number(const struct file_set *set, uint32_t number)
{
	if (number == 0 || number > set->list.n)
		BUG("no file %u", number);
	return &set->list.v[number - 1];
}
