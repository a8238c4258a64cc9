/* Every file of the fixtures, cut off at many places and with single characters lost or added.
 *
 *	noise DIRECTORY...                 runs them all through the fuzz target
 *	noise --seeds CORPUS DIRECTORY...  writes the whole ones out, for libFuzzer to begin with
 *
 * What changes is chosen by a fixed rule: a run is like the one before. Ends with
 * "N passed, N failed", of files; one fails when an input takes too long, a crash ends the program. */
#include "host_unit.h"

#include "base/arena.h"
#include "base/fatal.h"
#include "host/host.h"
#include "sql/sql.h"

#include <fts.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHANGES 24          /* of each kind, a file */
#define SECONDS 20          /* that one input may take, under sanitizers and on a busy machine */
#define SIZE_MAX_CUT 100000 /* larger files are run whole */

struct noise {
	char **directories;
	const char *corpus;      /* NULL: run */
	uint64_t state;          /* of the choice */
	uint32_t passed, failed; /* files */
	uint32_t seeds;
	bool slow; /* the file at hand, in one of its forms */
};

static uint32_t
choose(struct noise *n, size_t below)
{
	n->state = n->state * 6364136223846793005u + 1442695040888963407u;
	return below ? (uint32_t)((n->state >> 33) % below) : 0;
}

static void
run(struct noise *n, const char *path, const char *how, const struct buf *input)
{
	time_t begin = time(NULL);

	LLVMFuzzerTestOneInput((const uint8_t *)input->s, input->n);
	if (time(NULL) - begin <= SECONDS)
		return;
	n->slow = true;
	printf("%s, %s: took more than %d seconds\n", path, how, SECONDS);
}

/* A new input: the host's byte and the two parts, with EXTRA between them when it is no NUL. */
static void
run_parts(struct noise *n, const char *path, const char *how, struct str whole, size_t head,
	size_t tail, char extra)
{
	struct arena a = {0};
	struct buf b = {.arena = &a};

	buf_add(&b, str_slice(whole, 0, head));
	if (extra)
		buf_addc(&b, extra);
	buf_add(&b, str_slice(whole, tail, whole.n));
	run(n, path, how, &b);
	arena_free(&a);
}

static void
disturb(struct noise *n, const char *path, struct str whole)
{
	static const char characters[] = "'\"`$\\;()[]{},%:-*/#\n \x80z0";

	run_parts(n, path, "whole", whole, whole.n, whole.n, '\0');
	if (whole.n > SIZE_MAX_CUT)
		return;
	for (size_t i = 0; i < CHANGES; i++) {
		size_t at = 1 + choose(n, whole.n - 1);

		run_parts(
			n, path, "cut off", whole, 1 + (whole.n - 1) * i / CHANGES, whole.n, '\0');
		run_parts(n, path, "cut off", whole, at, whole.n, '\0');
		run_parts(n, path, "headless", whole, 1, at, '\0');
		run_parts(n, path, "with a character less", whole, at, at + 1, '\0');
		run_parts(n, path, "with a character more", whole, at, at,
			characters[choose(n, sizeof characters - 1)]);
	}
}

static void
write_seed(struct noise *n, struct str whole)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof path, "%s/seed-%04u", n->corpus, n->seeds++);
	file = fopen(path, "wb");
	if (!file || fwrite(whole.s, 1, whole.n, file) != whole.n || fclose(file) != 0)
		fatal("%s:", path);
}

static char
number_of(const struct host *host)
{
	char n = 0;

	while (hosts[(int)n] != host)
		n++;
	return n;
}

static void
read_file(struct noise *n, const char *path)
{
	const struct host *host = host_of_path(str_from(path));
	struct arena a = {0};
	struct buf whole = {.arena = &a};
	char bytes[8192];
	FILE *file;
	size_t got;

	if (!host)
		return;
	file = fopen(path, "rb");
	if (!file)
		fatal("%s:", path);
	buf_addc(&whole, number_of(host));
	while ((got = fread(bytes, 1, sizeof bytes, file)))
		buf_add(&whole, (struct str){bytes, got});
	fclose(file);
	n->slow = false;
	if (n->corpus)
		write_seed(n, buf_str(&whole));
	else
		disturb(n, path, buf_str(&whole));
	n->passed += !n->slow;
	n->failed += n->slow;
	arena_free(&a);
}

static int
by_name(const FTSENT **x, const FTSENT **y)
{
	return strcmp((*x)->fts_name, (*y)->fts_name);
}

/* On a thread of its own, with the stack that hostile SQL wants. */
static void *
walk(void *self)
{
	struct noise *n = self;
	FTS *tree = fts_open(n->directories, FTS_PHYSICAL | FTS_NOCHDIR, by_name);

	if (!tree)
		fatal("fts_open:");
	for (FTSENT *e; (e = fts_read(tree));)
		if (e->fts_info == FTS_F)
			read_file(n, e->fts_path);
	fts_close(tree);
	return NULL;
}

int
main(int argc, char **argv)
{
	bool seeds = argc > 2 && strcmp(argv[1], "--seeds") == 0;
	struct noise n = {.directories = argv + (seeds ? 3 : 1), .corpus = seeds ? argv[2] : NULL};
	pthread_attr_t attributes;
	pthread_t thread;

	if (!*n.directories)
		return 2;
	pthread_attr_init(&attributes);
	if (pthread_attr_setstacksize(&attributes, SQL_STACK_SIZE) != 0 ||
		pthread_create(&thread, &attributes, walk, &n) != 0)
		fatal("a thread with a large stack cannot be made");
	pthread_join(thread, NULL);
	pthread_attr_destroy(&attributes);
	if (seeds)
		return n.seeds ? EXIT_SUCCESS : EXIT_FAILURE;
	printf("%u passed, %u failed\n", n.passed, n.failed);
	return n.passed && !n.failed ? EXIT_SUCCESS : EXIT_FAILURE;
}
