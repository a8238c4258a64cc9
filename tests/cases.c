/* Tells the stories of fixtures/case: FILE.case is one text file with files, commits, commands, and
 * exactly what those say. It runs the real binary on real git repositories.
 *
 *	cases [-b BINARY] [-d DIRECTORY] [--keep] [--update] [NAME...]
 *
 * Without NAMEs (TOPIC/NAME, or a part of it) all stories below the directory are told, as many at a
 * time as there are processors. --update writes what was said into the stories: read it before it is
 * committed. --keep leaves the places where they happened, and says where. It ends with
 * "N passed, N failed"; the status is 1 when a story failed or there was none.
 *
 * A story begins with prose: what it shows. Then, in the order in which they happen:
 *
 *	-- PATH --                the file's lines follow; directories are made
 *	-- PATH repeat N --       the file holds the lines N times
 *	-- PATH hex --            the file's bytes follow as hexadecimal digits
 *	-- PATH -> TARGET --      a symbolic link
 *	-- commit REPO [WORDS] -- all that is in directory REPO is committed, with WORDS as message;
 *	                          the first commit makes REPO a repository
 *	-- stage REPO --          the same without the commit
 *	-- branch REPO NAME --    switches to a branch, made where REPO stands when it is not there
 *	-- bare REPO --           makes REPO.git, a bare clone of REPO
 *	-- rm PATH --             a file or a directory is removed
 *	-- mkdir PATH --          an empty directory is made
 *	$ COMMAND                 a line for the shell; it starts in the directory that holds it all,
 *	                          where `pgbounds` is the binary under test
 *
 * What follows a command is what it is to say: lines of standard output as they are, lines of
 * standard error behind "2> ", and the exit status as "? N" when it is not 0. The directory's name is
 * written $TMP. Empty lines at the end of a file or of an expectation are for the reader; one that is
 * meant is written as a lone backslash, and output whose last line does not end is followed by
 * "\ no newline". A line that would be taken for one of the above has a backslash in front.
 *
 * NAME.bug.case tells of a known bug: it says what would be right, must fail, and fails the suite
 * when it passes. A signal, a sanitizer's report or a command that does not end fail any story. */
#include "case/case.h"

#include "base/fatal.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CASES_BINARY
#define CASES_BINARY "pgbounds"
#endif
#ifndef CASES_DIRECTORY
#define CASES_DIRECTORY "fixtures/case"
#endif

struct options {
	const char *binary;    /* absolute */
	const char *directory; /* with the stories */
	char **names;          /* of the stories to tell, ended by NULL; empty: all */
	bool update, keep;
};

/* One story, told by a process of its own, which writes its report into a file. */
struct telling {
	char *path;
	FILE *report;
	pid_t process; /* 0: not started, or ended */
	bool passed;
};

struct tellings {
	VEC(struct telling) list;
};

static struct str
read_all(struct arena *a, const char *path)
{
	struct buf b = {.arena = a};
	FILE *file = fopen(path, "rb");
	char bytes[8192];
	size_t n;

	if (!file)
		fatal("%s:", path);
	while ((n = fread(bytes, 1, sizeof bytes, file)))
		buf_add(&b, (struct str){bytes, n});
	fclose(file);
	return buf_str(&b);
}

static void
write_all(const char *path, struct str text)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(text.s, 1, text.n, file) != text.n || fclose(file) != 0)
		fatal("%s:", path);
}

static bool
is_known_bug(const char *path)
{
	return str_ends(str_from(path), STR(".bug.case"));
}

/* The verdict as the suite sees it. */
static bool
judge(const char *path, enum verdict v, bool update, struct buf *report)
{
	if (v == VERDICT_CRASHED)
		return false;
	if (!is_known_bug(path))
		return v == VERDICT_PASSED || update;
	report->n = 0;
	if (v == VERDICT_FAILED)
		return true;
	buf_addf(report, "%s: the bug is gone: rename it to NAME.case\n", path);
	return false;
}

/* In a process of its own. */
static bool
tell(const struct options *o, const char *path, FILE *to)
{
	struct arena a = {0};
	struct buf report = {.arena = &a}, updated = {.arena = &a};
	struct story story = {.arena = &a, .path = str_from(path), .text = read_all(&a, path)};
	struct place place = {.arena = &a};
	enum verdict v = VERDICT_CRASHED;
	bool passed, update = o->update && !is_known_bug(path);

	if (story_read(&story, &report) && place_make(&place, &a, o->binary, &report))
		v = story_play(&story, &place, &report, &updated);
	if (update && v == VERDICT_FAILED && !str_eq(buf_str(&updated), story.text))
		write_all(path, buf_str(&updated));
	passed = judge(path, v, update, &report);
	if (place.root.n && o->keep)
		buf_addf(&report, "%s: kept in %.*s\n", path, STR_ARG(place.work));
	else if (place.root.n)
		place_remove(&place);
	fwrite(report.s ? report.s : "", 1, report.n, to);
	fflush(to);
	arena_free(&a);
	return passed;
}

static void
start(const struct options *o, struct telling *t)
{
	t->report = tmpfile();
	if (!t->report)
		fatal("tmpfile:");
	fflush(stdout);
	t->process = fork();
	if (t->process < 0)
		fatal("fork:");
	if (t->process == 0)
		_exit(tell(o, t->path, t->report) ? 0 : 1);
}

static void
await_one(struct tellings *all)
{
	int status;
	pid_t ended;

	while ((ended = wait(&status)) < 0)
		if (errno != EINTR)
			fatal("wait:");
	for (uint32_t i = 0; i < all->list.n; i++) {
		struct telling *t = &all->list.v[i];

		if (t->process != ended)
			continue;
		t->process = 0;
		t->passed = WIFEXITED(status) && WEXITSTATUS(status) == 0;
		if (WIFSIGNALED(status))
			fprintf(t->report, "%s: the runner itself died by signal %d\n", t->path,
				WTERMSIG(status));
	}
}

static void
tell_all(const struct options *o, struct tellings *all)
{
	long jobs = sysconf(_SC_NPROCESSORS_ONLN), running = 0;

	for (uint32_t i = 0; i < all->list.n; i++) {
		if (running >= jobs)
			await_one(all), running--;
		start(o, &all->list.v[i]);
		running++;
	}
	for (; running > 0; running--)
		await_one(all);
}

static bool
is_wanted(const struct options *o, const char *path)
{
	if (!*o->names)
		return true;
	for (char **name = o->names; *name; name++)
		if (strstr(path, *name))
			return true;
	return false;
}

static int
by_name(const FTSENT **x, const FTSENT **y)
{
	return strcmp((*x)->fts_name, (*y)->fts_name);
}

static void
find_stories(struct arena *a, const struct options *o, struct tellings *all)
{
	char *roots[] = {(char *)o->directory, NULL};
	FTS *tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);

	for (FTSENT *e; tree && (e = fts_read(tree));) {
		struct str path = str_from(e->fts_path);

		if (e->fts_info == FTS_F && str_ends(path, STR(".case")) &&
			is_wanted(o, e->fts_path))
			vec_add(a, &all->list)->path = str_cstr(a, path);
	}
	if (tree)
		fts_close(tree);
}

static int
summarize(struct tellings *all)
{
	uint32_t passed = 0;

	for (uint32_t i = 0; i < all->list.n; i++) {
		struct telling *t = &all->list.v[i];
		int c;

		passed += t->passed;
		rewind(t->report);
		if (!t->passed && (c = getc(t->report)) == EOF)
			printf("%s: failed without a word\n", t->path);
		rewind(t->report);
		while ((c = getc(t->report)) != EOF)
			putchar(c);
		fclose(t->report);
	}
	printf("%u passed, %u failed\n", passed, all->list.n - passed);
	return passed && passed == all->list.n ? EXIT_SUCCESS : EXIT_FAILURE;
}

static _Noreturn void
usage(void)
{
	fputs("usage: cases [-b BINARY] [-d DIRECTORY] [--keep] [--update] [NAME...]\n", stderr);
	exit(2);
}

static struct options
parse(int argc, char **argv)
{
	struct options o = {.binary = CASES_BINARY, .directory = CASES_DIRECTORY};
	int i = 1;

	for (; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--update") == 0)
			o.update = true;
		else if (strcmp(argv[i], "--keep") == 0)
			o.keep = true;
		else if (strcmp(argv[i], "-b") == 0 && i + 1 < argc)
			o.binary = argv[++i];
		else if (strcmp(argv[i], "-d") == 0 && i + 1 < argc)
			o.directory = argv[++i];
		else
			usage();
	}
	o.names = argv + i;
	return o;
}

int
main(int argc, char **argv)
{
	struct options o = parse(argc, argv);
	struct arena a = {0};
	struct tellings all = {0};
	char *binary = realpath(o.binary, NULL);
	int status;

	if (!binary)
		fatal("%s:", o.binary);
	o.binary = binary;
	find_stories(&a, &o, &all);
	tell_all(&o, &all);
	status = summarize(&all);
	arena_free(&a);
	free(binary);
	return status;
}
