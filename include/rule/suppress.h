/* Suppressions: comments that set findings aside where they stand, and say why.
 *
 *	pgbounds:ignore RULE[, RULE...] REASON        the next statement, or the one it stands in
 *	pgbounds:ignore-file RULE[, RULE...] REASON   the whole file
 *
 * A finding is suppressed at its place. One that is merged from several places is as many findings
 * here: it stays at those that are not suppressed. So it is with the victims of one that has them. */
#ifndef RULE_SUPPRESS_H
#define RULE_SUPPRESS_H

#include "rule/rule.h"

/* One rule of one comment. */
struct suppression {
	uint32_t file;      /* number */
	struct place place; /* the comment */
	struct span reach;  /* what it is about; length 0: nothing but its own line */
	bool whole_file;
	const struct rule *rule; /* NULL: see problem */
	struct str reason;
	bool used;
	struct str problem, help; /* why it suppresses nothing; empty: it may */
};

struct suppressions {
	VEC(struct suppression) list; /* by file and offset */
	uint32_t *first;              /* private: by file number, index + 1 of its first one */
};

/* Reads one comment into the list; PLACE and REACH are its. What is no directive of ours adds none. */
void suppress_read(struct arena *a, struct suppressions *out, struct str text, struct place place,
	struct span reach);

/* Moves the findings that are suppressed from f->list to f->suppressed, and sets f->suppressions. */
void suppress_apply(struct findings *f);

#endif
