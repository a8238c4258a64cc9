/* Of a source line what is worth showing. */
#ifndef REPORT_EXCERPT_H
#define REPORT_EXCERPT_H

#include "base/str.h"

/* The bytes of the line to be shown: not its indentation, and of a long one the part around the
 * caret. *FROM: where they begin in it. */
struct str excerpt_of(struct str line, uint32_t caret, size_t *from);

#endif
