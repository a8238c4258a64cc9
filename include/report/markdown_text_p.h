/* Text from repositories in Markdown, so that it can do nothing there: no mention, link, image, HTML,
 * heading or table cell comes of it. What is more than plain letters becomes code, in which code
 * hosts look for none of that. */
#ifndef REPORT_MARKDOWN_TEXT_P_H
#define REPORT_MARKDOWN_TEXT_P_H

#include "base/str.h"

/* TEXT as a code span, control characters and what is no UTF-8 as \xNN. With CELL its bars are
 * escaped, as a cell of a table wants it. Nothing when TEXT is empty. */
void markdown_code(struct buf *out, struct str text, bool cell);
/* A sentence: its plain words as they are, each other word as code. */
void markdown_words(struct buf *out, struct str text, bool cell);
/* A fenced block of code with that one line. */
void markdown_line(struct buf *out, struct str line);

#endif
