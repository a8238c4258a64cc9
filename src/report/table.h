/* Aligned tables of text. */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include "base/str.h"
#include "base/vec.h"

#define TABLE_COLUMNS 8
#define TABLE_WIDTH 120 /* what a terminal has; a table is wider only when its names are */

/* Cells are escaped when they are added; empty ones are shown as "-". */
struct table {
	struct arena *arena;
	uint32_t columns; /* at most TABLE_COLUMNS */
	uint32_t wraps;   /* from this column on cells hold lists, which may go on below; 0: none */
	VEC(struct str) cells;
};

void table_add(struct table *t, struct str cell);
/* The cell of several words: "a, b". */
void table_add_list(struct table *t, const struct str *list, uint32_t n);
/* Writes all rows, two spaces between the columns, none at the end of a line. */
void table_write(const struct table *t, struct buf *out);
/* Width of valid UTF-8 in a terminal that gives each character one column. */
size_t table_width(struct str text);

#endif
