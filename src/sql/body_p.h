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

/* What a loop's variable is in one round: the text of a literal, and the literal. */
struct loop_item {
	struct str text;
	const struct token *token;
};

/* A declared name, and what it holds as far as the text says. */
struct variable {
	struct str name;
	uint32_t from, to;            /* tokens of the value with which it is declared; 0: none */
	const struct loop_item *item; /* of a loop that goes through literals; NULL: of none */
};

/* How often a name is assigned a value, and the token where the last one begins; 0: not known. */
struct assignment {
	uint32_t n, from;
};

/* A loop through literals, read once for each of them. */
struct loop {
	VEC(struct loop_item) items;
	uint32_t at;    /* the round */
	uint32_t start; /* token behind LOOP */
	struct variable *variable;
};

struct frame {
	enum frame_kind kind;
	struct loop *loop;        /* NULL: not one through literals */
	struct guard outer;       /* the guard around it */
	uint32_t first_statement; /* unit.statements: the first one inside */
};

struct body {
	struct reader r; /* reads the statements */
	struct str text;
	const struct layer *layer; /* of the text outwards */
	const struct token *tokens;
	uint32_t n_tokens;
	struct map vars; /* declared names → struct variable */
	VEC(struct frame) frames;
	struct map assigned; /* names → struct assignment */
	uint32_t unrolled;   /* tokens that loops through literals read again */
	uint32_t parts;      /* of the text that EXECUTE is given */
};

/* body_value.c */
/* Notes a name that is declared. */
struct variable *body_declare(struct body *b, struct str name);
/* The variable that the token names; NULL: none. */
struct variable *body_variable(struct body *b, const struct token *t);
/* Finds all that is assigned in the body. */
void body_find_assignments(struct body *b);
/* The tokens of the only expression that the variable is given; false: there is none, or there are more. */
bool body_value(struct body *b, const struct variable *v, uint32_t *from, uint32_t *to);
/* The loop whose FOR or FOREACH stands at token I and whose LOOP at LOOP, in its first round; NULL when what
 * it goes through is not known, or its body may be left before its end. */
struct loop *body_loop(struct body *b, uint32_t i, uint32_t loop);
/* The next round; false: it was the last. */
bool body_loop_again(struct loop *l);

/* EXECUTE of the expression in tokens FROM .. TO, with INTO and USING behind it. */
void body_execute(struct body *b, uint32_t from, uint32_t to);
/* Marks the event as one that happens where it can. */
void body_applicable(struct reader *r, struct event *e);

#endif
