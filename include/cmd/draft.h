/* What `pgbounds init` is made of: finding services, and writing the draft. */
#ifndef CMD_DRAFT_H
#define CMD_DRAFT_H

#include "cmd/analysis.h"
#include "view/draft.h"

struct paths {
	VEC(struct str) list;
};

/* The directories that look like services: of DIRECTORIES, or where N is 0 the repository in which the
 * process stands with those beside it, else the repositories below. A repository whose directories
 * are deployed by themselves, each with the migrations that are its, gives those. *NOTES are
 * sentences for the draft. */
void discover(struct arena *a, const char *const *directories, uint32_t n, struct paths *out,
	struct paths *notes);

/* A path as it is written in a file of directory FROM; both are absolute. */
struct str relative_path(struct arena *a, struct str from, struct str to);

/* The draft as YAML; CONCERNED and NOTES: see init.c. BASE is the absolute directory of the file. */
void draft_write(const struct draft_doc *d, const struct analysis *x, const bool *left_out,
	const struct paths *notes, struct str base, struct buf *out);

#endif
