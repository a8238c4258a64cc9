/* Where strings end; for lexer.c. */
#ifndef HOST_LEXER_STRING_H
#define HOST_LEXER_STRING_H

#include "host/lexer_p.h"

/* The row of the quote that stands at AT; -1 when there is none. */
int lexer_quote_at(const struct lexer *l, uint32_t at);
/* The offset behind the string whose opening quote of row QUOTE is at AT; UINT32_MAX when it is
 * never closed. DEPTH counts strings inside of expressions inside of strings. */
uint32_t lexer_string_end(const struct lexer *l, uint32_t at, int quote, uint8_t flags, int depth);

#endif
