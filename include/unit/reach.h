/* What a comment is about: the statement, or element of a list, that begins next, or that the comment
 * stands in. A language's reader gives its tokens in these few kinds. */
#ifndef UNIT_REACH_H
#define UNIT_REACH_H

#include "unit/span.h"

/* With what our own comments begin. */
#define MARK_OWN "pgbounds:"

enum reach_kind {
	REACH_WORD,
	REACH_OPEN, /* a bracket */
	REACH_CLOSE,
	REACH_BLOCK, /* opens a block that is no part of the statement in front of it */
	REACH_COMMA, /* ends an element where a line ends behind it */
	REACH_END,   /* ends a statement */
};

struct reach_token {
	enum reach_kind kind;
	uint32_t at, end; /* bytes */
};

/* The bytes that the comment of bytes FROM up to TO is about; the tokens are those of TEXT, in order and
 * without comments. A comment with code in front of it on its line is about the statement that the
 * code belongs to, any other about the next one. Only offset and length are set; length 0: nothing. */
struct span reach_find(
	const struct reach_token *tokens, uint32_t n, struct str text, uint32_t from, uint32_t to);

#endif
