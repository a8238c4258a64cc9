/* What each part of a file is to its language: for those who must account for every word in it. */
#ifndef HOST_PART_H
#define HOST_PART_H

#include "base/str.h"
#include "base/vec.h"

struct arena;
struct host;

enum part_kind {
	PART_NAME,    /* an identifier or a keyword */
	PART_SYMBOL,  /* a number, an operator */
	PART_STRING,  /* with its quotes and prefixes */
	PART_FOREIGN, /* another language in this one: a regular expression, markup */
	PART_COMMENT, /* also a string that is a statement of its own: documentation */
	PART_DATA,    /* rows of COPY, commands of psql */
	PART_END,     /* the end of a line that ends a statement; no bytes */
	PART_UNKNOWN, /* what the lexer cannot read, up to the end of its line */
};

struct part {
	enum part_kind kind;
	uint32_t from, to; /* bytes of the file */
};

struct parts {
	struct str bytes;
	VEC(struct part) list;  /* in order; they do not overlap */
	enum part_kind between; /* what stands outside of them, white space apart */
};

/* Takes BYTES of HOST's language apart, into the arena. */
void parts_read(struct parts *p, struct arena *a, const struct host *host, struct str bytes);

/* The index of the part that holds the byte, or of the first one behind it; *KIND is what the byte
 * is, .between where no part holds it. */
uint32_t parts_at(const struct parts *p, uint32_t offset, enum part_kind *kind);

#endif
