/* Go in two halves: statements and scopes (go.c), expressions and types (go_expr.c). */
#ifndef HOST_GO_P_H
#define HOST_GO_P_H

#include "host/reader_p.h"

/* Keywords, in the order of go_keywords[]. */
enum go_word {
	GO_BREAK = 1,
	GO_CASE,
	GO_CHAN,
	GO_CONST,
	GO_CONTINUE,
	GO_DEFAULT,
	GO_DEFER,
	GO_ELSE,
	GO_FALLTHROUGH,
	GO_FOR,
	GO_FUNC,
	GO_GO,
	GO_GOTO,
	GO_IF,
	GO_IMPORT,
	GO_INTERFACE,
	GO_MAP,
	GO_PACKAGE,
	GO_RANGE,
	GO_RETURN,
	GO_SELECT,
	GO_STRUCT,
	GO_SWITCH,
	GO_TYPE,
	GO_VAR,
};

struct go {
	struct reader r;
	bool missing; /* failed because a declaration of file level began inside a block */
	bool header; /* of if, for, switch: a '{' behind a name begins the body, no composite literal */
};

/* An expression; 0 and failed when there is none. */
uint32_t go_expression(struct go *g);
/* Expressions separated by commas, pushed on the reader's stack; returns their number. */
uint32_t go_expressions(struct go *g);
/* True where a type may begin. */
bool go_at_type(struct go *g);
/* Goes over a type. */
void go_skip_type(struct go *g);
/* Goes over a bracketed group, whatever is in it. */
void go_skip_group(struct go *g);
/* `func` was taken; the rest of a literal (NAME empty) or of a declaration from its parameters on:
 * a FUNCTION, or a HOLE where it is only a type. */
uint32_t go_function(struct go *g, struct str name, uint32_t from);
/* The parameters in parentheses become symbols of the innermost block; their REFERENCEs are pushed.
 * Returns their number. */
uint32_t go_parameters(struct go *g);
/* Statements up to '}' or the end. */
void go_statements(struct go *g);
/* True at the start of a declaration that can only stand at file level: a brace is missing. */
bool go_at_file_level(struct go *g);

#endif
