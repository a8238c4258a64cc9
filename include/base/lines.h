/* From byte offsets to lines and columns. */
#ifndef BASE_LINES_H
#define BASE_LINES_H

#include "base/str.h"

struct arena;

/* Where each line of some bytes starts. A line ends at LF; a CR before it is not part of the text. */
struct lines {
	struct str bytes;
	uint32_t *starts; /* starts[i]: offset of line i + 1 */
	uint32_t n;
};

struct lines lines_index(struct arena *a, struct str bytes);
/* 1-based line of OFFSET; offsets behind the end belong to the last line. */
uint32_t lines_at(const struct lines *l, uint32_t offset);
/* 1-based column in bytes. */
uint32_t lines_column(const struct lines *l, uint32_t offset);
/* The text of 1-based LINE without its end. */
struct str lines_text(const struct lines *l, uint32_t line);

#endif
