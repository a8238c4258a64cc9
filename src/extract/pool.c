/* The pool: a fixed number of threads with large stacks take jobs off one counter. Each has an
 * arena of its own for units and one for scratch; where a result goes is fixed by its job, so that
 * nothing depends on who did it. A fixed pool, because libpg_query leaks a thread key a thread. */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/fatal.h"
#include "extract/extract.h"
#include "host/host.h"
#include "sql/sql.h"

struct pool {
	struct file_set *set;
	const struct extract_job *jobs;
	uint32_t n;
	const struct extract_options *options;
	atomic_uint next;
};

struct worker {
	pthread_t thread;
	struct pool *pool;
	struct arena *units;
	struct arena scratch;
	struct files files; /* whose handle is open */
	void *handle;
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

static void
run_job(struct worker *w, const struct extract_job *job)
{
	struct file *f = &w->pool->set->list.v[job->file];
	const struct extract_options *o = w->pool->options;
	uint64_t bound = o->max_bytes ? o->max_bytes : EXTRACT_MAX_BYTES;
	void *handle = handle_for(w, &job->files);
	struct str bytes = {0}, blob = f->entry.blob;

	f->read = true;
	f->status = READ_ERROR;
	if (f->entry.size > bound)
		f->status = READ_TOO_LARGE;
	else if (handle)
		f->status = job->files.ops->read(handle, &w->scratch, &f->entry, &bytes, &blob);
	if (f->status == READ_OK && bytes.n > bound)
		f->status = READ_TOO_LARGE;
	if (f->status != READ_OK) {
		f->unit = unread_unit(w->units, f, f->status, bound);
	} else if (job->force || host_may_matter(f->host, bytes)) {
		f->unit = arena_new(w->units, struct unit);
		extract_unit(f->unit, w->units, f->host, bytes, o->host, &w->scratch);
		f->unit->blob = str_dup(w->units, blob);
	}
	arena_reset(&w->scratch);
}

static void *
work(void *argument)
{
	struct worker *w = argument;
	uint32_t i;

	while ((i = atomic_fetch_add(&w->pool->next, 1)) < w->pool->n)
		run_job(w, &w->pool->jobs[i]);
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

void
extract_run(struct file_set *set, const struct extract_job *jobs, uint32_t n,
	const struct extract_options *options)
{
	struct pool pool = {.set = set, .jobs = jobs, .n = n, .options = options};
	uint32_t count = worker_count(options->jobs, n);
	struct worker *workers = arena_array(set->arena, struct worker, count);
	pthread_attr_t attributes;

	pthread_attr_init(&attributes);
	if (pthread_attr_setstacksize(&attributes, SQL_STACK_SIZE))
		fatal("a thread's stack cannot be %u bytes large", SQL_STACK_SIZE);
	for (uint32_t i = 0; i < count; i++) {
		workers[i].pool = &pool;
		workers[i].units = arena_new(set->arena, struct arena);
		vec_push(set->arena, &set->arenas, workers[i].units);
		if (pthread_create(&workers[i].thread, &attributes, work, &workers[i]))
			fatal("cannot start a thread:");
	}
	for (uint32_t i = 0; i < count; i++)
		pthread_join(workers[i].thread, NULL);
	pthread_attr_destroy(&attributes);
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
