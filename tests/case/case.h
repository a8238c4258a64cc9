/* The parts of the case runner: a story is read, its steps are played in a place of its own, and
 * what its commands said is compared. The format of a story stands at the head of tests/cases.c. */
#ifndef TESTS_CASE_H
#define TESTS_CASE_H

#include "base/arena.h"
#include "base/str.h"
#include "base/vec.h"

enum step_kind {
	STEP_FILE,
	STEP_LINK,
	STEP_COMMIT,
	STEP_STAGE,
	STEP_BRANCH,
	STEP_BARE,
	STEP_REMOVE,
	STEP_DIRECTORY,
	STEP_COMMAND,
};

/* What a command says and how it ends. */
struct outcome {
	struct str out, err;
	int status;       /* as the shell has it: 128 + n for a death by signal n */
	bool out_of_time; /* it was ended by us */
};

struct step {
	enum step_kind kind;
	uint32_t line;      /* in the story */
	struct str subject; /* the path, the repository, or the command */
	struct str detail;  /* the message, the branch, or the target of the link */
	struct str bytes;   /* of a file */
	uint32_t repeat;    /* how often the file holds them */
	struct outcome want;
	size_t from, to; /* where the story's text has the expectation of a command */
};

struct story {
	struct arena *arena;
	struct str path, text;
	VEC(struct step) steps;
};

/* Reads TEXT into STORY. Returns false and the reason, with its line, when it is no story. */
bool story_read(struct story *story, struct buf *error);
/* The expectation as a story writes it. */
void story_write_outcome(struct buf *out, const struct outcome *o);

/* A directory under which a story happens: commands start in `work`. */
struct place {
	struct arena *arena;
	struct str root, work;
	const char **environment; /* all that a program gets to see */
	char *dates[2];           /* git's two entries of it, rewritten for each commit */
	uint32_t commits;
};

/* Makes the place, with BINARY to be called as `pgbounds`. */
bool place_make(struct place *p, struct arena *a, const char *binary, struct buf *error);
void place_remove(struct place *p);
/* Does what a step other than a command says. */
bool place_play(struct place *p, const struct step *step, struct buf *error);

/* Runs a program in the place's `work` for at most SECONDS; its output has the place's path
 * replaced by $TMP. */
struct outcome place_run(struct place *p, const char *const *argv, int seconds);

enum verdict {
	VERDICT_PASSED,
	VERDICT_FAILED,  /* it said something else */
	VERDICT_CRASHED, /* a signal, a sanitizer or the clock ended it, or the story is no story */
};

/* Plays the whole story. What differs is told in REPORT; UPDATED gets the story's text with what
 * the commands really said. */
enum verdict story_play(
	const struct story *story, struct place *p, struct buf *report, struct buf *updated);

#endif
