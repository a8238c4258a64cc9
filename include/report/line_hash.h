/* What tells a line from the others of its file though it moves: `primaryLocationLineHash`. */
#ifndef REPORT_LINE_HASH_H
#define REPORT_LINE_HASH_H

#include "base/str.h"

/* The hashes of the lines of a file. */
struct line_hashes {
	uint64_t *v;
	uint32_t n;
};

/* Of a file's BYTES. A line's hash is what the code host's own upload action computes where it is
 * missing (src/fingerprints.ts of github/codeql-action), a value of our own would be reported there
 * as inconsistent, for every finding: over the 100 UTF-16 code units from the line's start that are
 * no space or tab, each line's end as LF, behind the file's end one 0xFFFF and then zeros; a
 * polynomial in 37 modulo 2^64. */
struct line_hashes line_hashes(struct arena *a, struct str bytes);

/* The 1-based LINE's hash in hex, ":" and how many lines so far have that one. Empty when there is no
 * such line. */
struct str line_hash(struct arena *a, const struct line_hashes *h, uint32_t line);

#endif
