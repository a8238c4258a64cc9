/* Columns as others count them; ours are in bytes. */
#ifndef REPORT_COLUMN_P_H
#define REPORT_COLUMN_P_H

#include "base/str.h"

/* The 1-based column in UTF-16 code units of the 1-based byte COLUMN of LINE. A byte that is no UTF-8
 * is one unit, as U+FFFD is, which readers put in its place. Behind the line's end, and where the
 * line is not at hand (empty), each byte is one unit. */
uint32_t column_utf16(struct str line, uint32_t column);

#endif
