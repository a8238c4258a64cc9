/* Where a story happens: a temporary directory with a `work` that is the story's world, a HOME with
 * nothing in it and a `bin` with pgbounds. git sees no configuration but the repository's, every
 * commit has the same author and is a minute later than the one before: its id is always the same. */
#include "case.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_COMMIT 1704067200u /* 2024-01-01 00:00 UTC */
#define DATE_SIZE 64
#define GIT_SECONDS 60

static bool
fail(struct buf *error, const char *what, struct str name)
{
	buf_addf(error, "%s: %.*s: %s\n", what, STR_ARG(name), strerror(errno));
	return false;
}

static void
set_dates(struct place *p)
{
	unsigned when = FIRST_COMMIT + 60 * p->commits++;

	snprintf(p->dates[0], DATE_SIZE, "GIT_AUTHOR_DATE=%u +0000", when);
	snprintf(p->dates[1], DATE_SIZE, "GIT_COMMITTER_DATE=%u +0000", when);
}

static char *
text(struct place *p, const char *format, struct str x)
{
	return str_cstr(p->arena, str_format(p->arena, format, STR_ARG(x)));
}

static void
make_environment(struct place *p)
{
	const char *entries[] = {
		text(p, "PATH=%.*s/bin:/usr/local/bin:/usr/bin:/bin", p->root),
		text(p, "HOME=%.*s/home", p->root),
		text(p, "XDG_CACHE_HOME=%.*s/home/.cache", p->root),
		text(p, "GIT_CEILING_DIRECTORIES=%.*s", p->root),
		"LC_ALL=C",
		"TZ=UTC",
		"TERM=dumb",
		"GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_CONFIG_NOSYSTEM=1",
		"GIT_TERMINAL_PROMPT=0",
		/* Repositories that live for a second need no upkeep. */
		"GIT_CONFIG_COUNT=1",
		"GIT_CONFIG_KEY_0=maintenance.auto",
		"GIT_CONFIG_VALUE_0=false",
		"GIT_AUTHOR_NAME=Ada Author",
		"GIT_AUTHOR_EMAIL=ada@example.org",
		"GIT_COMMITTER_NAME=Ada Author",
		"GIT_COMMITTER_EMAIL=ada@example.org",
		/* A sanitizer's report must not be mistaken for one of pgbounds' own statuses. To look for
		 * leaks takes a third of the time; the rules' examples and the unit tests do. */
		"ASAN_OPTIONS=exitcode=99:detect_leaks=0",
		"UBSAN_OPTIONS=exitcode=99:print_stacktrace=1",
		p->dates[0],
		p->dates[1],
		NULL,
	};

	p->environment = arena_alloc(p->arena, 1, sizeof entries);
	memcpy(p->environment, entries, sizeof entries);
}

static bool
make_directory(struct buf *error, const char *path)
{
	return mkdir(path, 0777) == 0 || errno == EEXIST || fail(error, "mkdir", str_from(path));
}

bool
place_make(struct place *p, struct arena *a, const char *binary, struct buf *error)
{
	char made[] = "/tmp/case-XXXXXX", *real, *link;

	*p = (struct place){.arena = a};
	if (!mkdtemp(made) || !(real = realpath(made, NULL)))
		return fail(error, "mkdtemp", str_from(made));
	p->root = str_dup(a, str_from(real));
	free(real);
	p->work = str_format(a, "%.*s/work", STR_ARG(p->root));
	p->dates[0] = arena_alloc(a, 1, DATE_SIZE);
	p->dates[1] = arena_alloc(a, 1, DATE_SIZE);
	set_dates(p);
	p->commits = 0;
	make_environment(p);
	link = text(p, "%.*s/bin/pgbounds", p->root);
	return make_directory(error, str_cstr(a, p->work)) &&
	       make_directory(error, text(p, "%.*s/home", p->root)) &&
	       make_directory(error, text(p, "%.*s/bin", p->root)) &&
	       (symlink(binary, link) == 0 || fail(error, "symlink", str_from(link)));
}

void
place_remove(struct place *p)
{
	const char *argv[] = {"rm", "-rf", "--", str_cstr(p->arena, p->root), NULL};

	place_run(p, argv, GIT_SECONDS);
}

static char *
path_of(struct place *p, struct str path)
{
	return str_cstr(
		p->arena, str_format(p->arena, "%.*s/%.*s", STR_ARG(p->work), STR_ARG(path)));
}

/* Makes the directories above PATH, which is a file of the work directory. */
static bool
make_parents(struct place *p, char *path, struct buf *error)
{
	for (char *slash = path + p->work.n + 1; (slash = strchr(slash, '/')); slash++) {
		bool made;

		*slash = '\0';
		made = make_directory(error, path);
		*slash = '/';
		if (!made)
			return false;
	}
	return true;
}

static bool
write_file(struct place *p, const struct step *step, struct buf *error)
{
	char *path = path_of(p, step->subject);
	FILE *file;
	bool well = true;

	if (!make_parents(p, path, error))
		return false;
	file = fopen(path, "wb");
	if (!file)
		return fail(error, "open", step->subject);
	for (uint32_t i = 0; i < step->repeat && well; i++)
		well = fwrite(step->bytes.s, 1, step->bytes.n, file) == step->bytes.n;
	return (fclose(file) == 0 && well) || fail(error, "write", step->subject);
}

static bool
write_link(struct place *p, const struct step *step, struct buf *error)
{
	char *path = path_of(p, step->subject);

	return make_parents(p, path, error) &&
	       (symlink(str_cstr(p->arena, step->detail), path) == 0 ||
		       fail(error, "symlink", step->subject));
}

/* Runs a program that has to succeed. */
static bool
must(struct place *p, const char *const *argv, struct buf *error)
{
	struct outcome o = place_run(p, argv, GIT_SECONDS);

	if (o.status == 0)
		return true;
	for (const char *const *word = argv; *word; word++)
		buf_addf(error, "%s ", *word);
	buf_addf(error, "ended with %d\n%.*s%.*s", o.status, STR_ARG(o.out), STR_ARG(o.err));
	return false;
}

#define MUST(p, error, ...) must((p), (const char *const[]){__VA_ARGS__, NULL}, (error))

/* `git init` in what is a repository already complains about -b: it is asked first. */
static bool
stage(struct place *p, const char *repository, struct buf *error)
{
	char *git = path_of(p, str_format(p->arena, "%s/.git", repository));

	return (access(git, F_OK) == 0 ||
		       MUST(p, error, "git", "init", "-q", "-b", "main", repository)) &&
	       MUST(p, error, "git", "-C", repository, "add", "-A");
}

static bool
commit(struct place *p, const char *repository, struct str message, struct buf *error)
{
	const char *words = message.n ? str_cstr(p->arena, message) : "Change";

	if (!stage(p, repository, error))
		return false;
	set_dates(p);
	return MUST(
		p, error, "git", "-C", repository, "commit", "-q", "--allow-empty", "-m", words);
}

/* NAME is made where the repository stands, or checked out when it is there. */
static bool
branch(struct place *p, const char *repository, struct str name, struct buf *error)
{
	const char *words = str_cstr(p->arena, name);
	struct buf ignored = {.arena = p->arena};

	return MUST(p, &ignored, "git", "-C", repository, "checkout", "-q", words) ||
	       MUST(p, error, "git", "-C", repository, "checkout", "-q", "-b", words);
}

bool
place_play(struct place *p, const struct step *step, struct buf *error)
{
	const char *subject = str_cstr(p->arena, step->subject);

	switch (step->kind) {
	case STEP_FILE:
		return write_file(p, step, error);
	case STEP_LINK:
		return write_link(p, step, error);
	case STEP_COMMIT:
		return commit(p, subject, step->detail, error);
	case STEP_STAGE:
		return stage(p, subject, error);
	case STEP_BRANCH:
		return branch(p, subject, step->detail, error);
	case STEP_BARE:
		return MUST(p, error, "git", "clone", "-q", "--bare", subject,
			str_cstr(p->arena, str_format(p->arena, "%s.git", subject)));
	case STEP_REMOVE:
		return MUST(p, error, "rm", "-rf", "--", subject);
	case STEP_DIRECTORY:
		return MUST(p, error, "mkdir", "-p", "--", subject);
	case STEP_COMMAND:
		break;
	}
	return true;
}
