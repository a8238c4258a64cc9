/* The reader of one PL/pgSQL body. */
#ifndef SQL_BODY_P_H
#define SQL_BODY_P_H

#include "base/vec.h"
#include "reader_p.h"

enum frame_kind {
	FRAME_BLOCK, /* BEGIN … END */
	FRAME_IF,
	FRAME_CASE,
	FRAME_LOOP,
};

struct frame {
	enum frame_kind kind;
	struct guard outer;       /* the guard around it */
	uint32_t first_statement; /* unit.statements: the first one inside */
};

struct body {
	struct reader r; /* reads the statements */
	struct str text;
	const struct layer *layer; /* of the text outwards */
	const struct token *tokens;
	uint32_t n_tokens;
	struct map vars; /* declared names */
	VEC(struct frame) frames;
};

/* EXECUTE of the expression in tokens FROM .. TO, with INTO and USING behind it. */
void body_execute(struct body *b, uint32_t from, uint32_t to);
/* Marks the event as one that happens where it can. */
void body_applicable(struct reader *r, struct event *e);

#endif
