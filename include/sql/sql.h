/* SQL text → statements, events, queries. The only layer that sees libpg_query. */
#ifndef SQL_SQL_H
#define SQL_SQL_H

#include "base/str.h"
#include "unit/unit.h"

/* What is to be read, and where its bytes are in the source. */
struct sql_input {
	struct str text;            /* may hold holes (pieces of kind HOLE) and placeholders of drivers:
	                               $1, ?, :name, @name, %s, %(name)s, {}, {name} */
	const struct piece *pieces; /* cover the text, in order; NULL: the text is the file from .base on */
	uint32_t n_pieces;
	uint32_t base;              /* offset in the file of text[0], when .pieces is NULL */
	uint32_t fragment;          /* unit.fragments, made by the caller: what statements refer to */
	bool placeholders;          /* false for .sql files: nothing is replaced */
	bool speculative;           /* a literal that nothing executes: failing to parse is no blind spot */
};

/* Reads the fragment into U (statements, events, queries … and blind spots) and sets the state of
 * unit.fragments[input->fragment]. Text over 1 MB a statement, operator runs over 4,096, NUL bytes
 * are refused (BLIND_TOO_DEEP, BLIND_ENCODING). Bodies of DO and of SQL and PL/pgSQL routines are
 * read as nested fragments (SINK_BODY, .parent set) behind their statement; a DO body's statements
 * count as executed where it stands, a routine's when it is called. Spans have offset and length
 * (and origin, from the pieces). Must run on a thread with a large stack (sql_stack_size). */
void sql_read(struct unit *u, const struct sql_input *input, struct arena *scratch);

/* The stack that a thread wants that calls sql_read(): only touched pages count. */
#define SQL_STACK_SIZE (256u << 20)

/* "15": the PostgreSQL major whose grammar is linked; a part of facts' headers and of --version. */
const char *sql_grammar_version(void);

/* Ranges of the single statements of TEXT (without ';'), by PostgreSQL's lexical rules: quotes, E'',
 * U&'', dollar quotes, nested comments, parentheses, BEGIN ATOMIC. Empty ones are left out. Safe on broken text.
 * Returns their number, in *OUT (scratch): offset and length. */
uint32_t sql_split(struct str text, struct arena *scratch, struct span **out);

#endif
