/* PostgreSQL's lexical rules: text → tokens. Never fails: what it does not know is OTHER. */
#ifndef SQL_LEX_P_H
#define SQL_LEX_P_H

#include "base/str.h"

struct arena;

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,   /* an unquoted identifier or a keyword */
	TOKEN_QUOTED, /* "identifier", U&"identifier" */
	TOKEN_STRING, /* '…', E'…', U&'…', B'…', X'…', N'…' */
	TOKEN_DOLLAR, /* $tag$ … $tag$ */
	TOKEN_NUMBER,
	TOKEN_PARAM, /* $1 */
	TOKEN_OPERATOR,
	TOKEN_PUNCTUATION, /* one of ( ) [ ] , ; : . or '::', ':=', '..' */
	TOKEN_OTHER,       /* a byte that PostgreSQL does not know: { } \ … */
};

struct token {
	enum token_kind kind;
	bool unterminated; /* a quote without its end */
	uint32_t at, length;
};

/* The stand-in for a part of the text that is not known: U+E000, an identifier's character to
 * PostgreSQL, that no schema contains. */
#define HOLE_MARK "\xee\x80\x80"
#define HOLE_MARK_SIZE 3

/* The next token at or behind *AT, which moves behind it. Comments and white space are skipped. */
struct token lex_next(struct str text, uint32_t *at);

/* Behind the comment that begins at AT; AT itself when none does. */
uint32_t lex_comment_end(struct str text, uint32_t at);

/* All tokens of TEXT, a TOKEN_END last; returns their number without it. */
uint32_t lex_all(struct str text, struct arena *a, struct token **out);

struct str lex_text(struct str text, const struct token *t);
bool lex_is_char(struct str text, const struct token *t, char c);
/* True when it is the unquoted WORD (lower case), in any case. */
bool lex_is_word(struct str text, const struct token *t, const char *word);
bool lex_is_word_of(struct str text, const struct token *t, const char *const *words);
/* True for what can be an identifier: WORD or QUOTED. */
bool lex_is_name(const struct token *t);
/* An identifier as PostgreSQL reads it: folded, or without its quotes; cut at 63 bytes. */
struct str lex_identifier(struct str text, const struct token *t, struct arena *a);
/* True when the identifier reads as NAME. */
bool lex_names(struct str text, const struct token *t, struct str name);

/* The range of a string token's content, between the quotes. */
void lex_content(struct str text, const struct token *t, uint32_t *from, uint32_t *to);

#endif
