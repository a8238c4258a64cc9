/* Baselines: the findings of a service that were there when it began to be judged. They stand in a file
 * among the service's own, so that the change that mends one takes it out as well, and each revision
 * is judged by the file that it holds.
 *
 * A line is an entry: file, rule, object, cause, how often, and a key for each line of source. Words
 * with spaces are quoted; '#' begins a comment. A finding is known by rule, object and cause, as
 * its fingerprint is, and by how often they occur: lines may move, and files be renamed. File and
 * keys only tell which of several are the known ones. */
#ifndef RULE_BASELINE_H
#define RULE_BASELINE_H

#include "rule/rule.h"

struct baseline_entry {
	struct place place; /* the line in the file */
	struct str path;    /* relative to the service's root */
	struct str rule, object, cause;
	uint32_t count;
	VEC(struct str) keys; /* of source lines; perhaps fewer than count */
	uint32_t left;        /* of .count, for which no finding was met */
	struct str problem;   /* why the line is no entry; empty: it is one */
};

struct baseline {
	uint32_t service;
	bool there;                         /* the file is */
	VEC(struct baseline_entry) entries; /* in the order of the file */
};

/* A finding at one place, as far as baselines are concerned. */
struct baseline_spot {
	const struct finding *finding;
	struct str path, key;
	bool known; /* an entry stands for it */
};

struct baselines {
	struct baseline *services;       /* by config's index */
	VEC(struct baseline_spot) spots; /* in the order of the findings */
};

/* Reads an entry; false, with .problem, when it is none. */
bool baseline_entry_read(struct arena *a, struct str line, struct baseline_entry *out);
void baseline_entry_write(const struct baseline_entry *e, struct buf *out);

/* Moves the findings that are known from f->list, which is sorted, to f->baselined, and sets
 * f->baselines. With a base, an entry of a strict service counts no further than the base has it. */
void baseline_apply(struct findings *f);

/* How a file that is written differs from the one that was read, in findings. */
struct baseline_change {
	uint32_t findings, added, removed;
	uint32_t refused; /* new ones that were left out, because the service is strict */
};
/* The file as it would be written now. */
struct baseline_change baseline_write(const struct findings *f, uint32_t service, struct buf *out);

#endif
