/* Private to host: literals with `#{expressions}` in them, as Ruby and Elixir write them. Where they end is known
 * before what stands in them is read. */
#ifndef HOST_INTERPOLATED_P_H
#define HOST_INTERPOLATED_P_H

#include "host/reader_p.h"

/* What closes a literal that OPEN opens: the other bracket, or the same byte. */
char interpolated_closing(char open);
/* The closing delimiter of a literal whose body begins at AT; UINT32_MAX: there is none. DEPTH: of literals in
 * code in literals. */
uint32_t interpolated_end(
	const struct lexer *l, uint32_t at, char open, bool interpolates, uint32_t depth);
/* Over code behind `#{` up to its '}'; UINT32_MAX: there is none. */
uint32_t interpolated_code_end(const struct lexer *l, uint32_t at, uint32_t limit, uint32_t depth);
/* True while it is worth looking for the ends of further literals: so many had none. */
bool interpolated_may_end(const struct lexer *l);
/* Appends the STRING token of a literal that stands in bytes AT up to END. */
void interpolated_add(struct lexer *l, struct lexer_literal literal, uint32_t at, uint32_t end);
/* The least indentation of the lines that are not blank. */
uint32_t interpolated_margin(struct str body);

/* Reads one expression with the reader's lexer on its bytes; what the language keeps besides is put back by it. */
typedef uint32_t interpolated_reader(void *self);
/* Pushes the parts of the literal that token T is: STRINGs, and the expressions between them, which READ reads;
 * true when there are any of the latter. */
bool interpolated_parts(
	struct reader *r, const struct token *t, interpolated_reader *read, void *self);
/* The words of a literal between blanks, as a LIST of STRINGs with .op OP. */
uint32_t interpolated_words(struct reader *r, const struct token *t, uint32_t op);
/* Bytes FROM up to TO as they stand, as a STRING. */
uint32_t interpolated_verbatim(struct reader *r, uint32_t from, uint32_t to);

#endif
