/* The line of progress. Workers add to two counters and know nothing of it; what is printed depends
 * on the clock and goes to a terminal alone, so no report depends on it. */
#include "cmd/progress.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd/signals.h"

#define PATIENCE_MS 1000
#define PERIOD_MS 100

static struct {
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t over_changed;
	bool running; /* of the thread that started it alone */
	bool over;    /* under the mutex */
	_Atomic(const char *) stage;
	struct extract_progress files;
} progress = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static void
write_line(void)
{
	const char *stage = atomic_load(&progress.stage);
	unsigned done = atomic_load(&progress.files.done);
	unsigned total = atomic_load(&progress.files.total);
	char line[80];
	int n;

	if (done < total)
		n = snprintf(line, sizeof line, "\r\033[Kpgbounds: %s, %u of %u files", stage, done,
			total);
	else
		n = snprintf(line, sizeof line, "\r\033[Kpgbounds: %s", stage);
	if (n > 0 && write(STDERR_FILENO, line, (size_t)n) < 0)
		return; /* the terminal is gone: so is who looks at it */
}

static struct timespec
later(struct timespec t, long ms)
{
	t.tv_nsec += ms % 1000 * 1000000;
	t.tv_sec += ms / 1000 + t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}

static void *
watch(void *argument)
{
	bool shown = false;
	struct timespec next;

	(void)argument;
	clock_gettime(CLOCK_MONOTONIC, &next);
	next = later(next, PATIENCE_MS);
	pthread_mutex_lock(&progress.mutex);
	while (!progress.over) {
		struct timespec now;

		pthread_cond_timedwait(&progress.over_changed, &progress.mutex, &next);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (progress.over || now.tv_sec < next.tv_sec ||
			(now.tv_sec == next.tv_sec && now.tv_nsec < next.tv_nsec))
			continue;
		write_line();
		shown = true;
		next = later(now, PERIOD_MS);
	}
	pthread_mutex_unlock(&progress.mutex);
	if (shown && write(STDERR_FILENO, "\r\033[K", 4) < 0)
		return NULL;
	return NULL;
}

static bool
is_wanted(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

void
progress_start(void)
{
	pthread_condattr_t clock;
	sigset_t before;

	if (progress.running || !is_wanted())
		return;
	progress.over = false;
	progress_stage("starting");
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&progress.over_changed, &clock);
	pthread_condattr_destroy(&clock);
	/* Without a thread there is no line, and no harm. */
	signals_hold(&before);
	progress.running = pthread_create(&progress.thread, NULL, watch, NULL) == 0;
	signals_release(&before);
}

void
progress_stage(const char *words)
{
	atomic_store(&progress.stage, words);
}

struct extract_progress *
progress_files(void)
{
	return &progress.files;
}

void
progress_stop(void)
{
	if (!progress.running)
		return;
	pthread_mutex_lock(&progress.mutex);
	progress.over = true;
	pthread_cond_signal(&progress.over_changed);
	pthread_mutex_unlock(&progress.mutex);
	pthread_join(progress.thread, NULL);
	pthread_cond_destroy(&progress.over_changed);
	progress.running = false;
}
