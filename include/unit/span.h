/* Places in a source file. */
#ifndef UNIT_SPAN_H
#define UNIT_SPAN_H

#include "base/str.h"

/* A range of bytes of a file, with its line and column. Readers set offset and length (and
 * origin); unit_place() fills the rest from the bytes before the unit leaves `extract`. */
struct span {
	uint32_t origin;           /* 0: the unit's own file; else number of a file (from `link` on) */
	uint32_t offset, length;   /* bytes */
	uint32_t line, column;     /* 1-based, column in bytes; 0: not placed */
	uint32_t end_line, end_column; /* of the first byte behind it */
};

/* Elements first .. first + count of the table that the field's comment names. */
struct range {
	uint32_t first, count;
};

#endif
