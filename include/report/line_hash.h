/* What tells a line from the others of its file though it moves: `primaryLocationLineHash`. */
#ifndef REPORT_LINE_HASH_H
#define REPORT_LINE_HASH_H

#include "base/str.h"

/* The hash of the 1-based LINE of a file's BYTES, as the code host's own upload action computes it
 * where it is missing (src/fingerprints.ts of github/codeql-action): over the 100 UTF-16 code units
 * from the line's start that are no space or tab, each line's end as LF, behind the file's end one
 * 0xFFFF and then zeros; a polynomial in 37 modulo 2^64, in hex; ":" and how many lines so far hash
 * like that. A value of our own would be reported there as inconsistent, for every finding. Empty
 * when there is no such line. */
struct str line_hash(struct arena *a, struct str bytes, uint32_t line);

#endif
