/* Python: the tokens' table and file level (python.c), statements (python_statement.c,
 * python_branch.c, python_simple.c), expressions (python_expr.c), brackets (python_display.c), strings
 * (python_string.c). */
#ifndef HOST_PYTHON_P_H
#define HOST_PYTHON_P_H

#include "host/reader_p.h"

/* Keywords, in the order of python_keywords[]. */
enum python_word {
	PY_FALSE = 1,
	PY_NONE,
	PY_TRUE,
	PY_AND,
	PY_AS,
	PY_ASSERT,
	PY_ASYNC,
	PY_AWAIT,
	PY_BREAK,
	PY_CLASS,
	PY_CONTINUE,
	PY_DEF,
	PY_DEL,
	PY_ELIF,
	PY_ELSE,
	PY_EXCEPT,
	PY_FINALLY,
	PY_FOR,
	PY_FROM,
	PY_GLOBAL,
	PY_IF,
	PY_IMPORT,
	PY_IN,
	PY_IS,
	PY_LAMBDA,
	PY_NONLOCAL,
	PY_NOT,
	PY_OR,
	PY_PASS,
	PY_RAISE,
	PY_RETURN,
	PY_TRY,
	PY_WHILE,
	PY_WITH,
	PY_YIELD,
};

struct python {
	struct reader r;
	uint32_t scope;          /* the block of assignments: file, class or function */
	uint32_t branches;       /* if, for, try … around, within the scope */
	bool function;           /* the scope is a function: its block tells branches and loops */
	VEC(struct str) globals; /* names that `global` gives to the file, in the open function */
};

/* What stands between two commas; also lambda, walrus, yield, *x. */
uint32_t python_expression(struct python *p);
/* Expressions up to what is none: one, or a tuple as LIST. */
uint32_t python_list(struct python *p);
/* Operators of LEVEL (python_expr.c has the table) and above. A chain of `+` is one concatenation. */
uint32_t python_binary(struct python *p, int level);
/* A name, literal or bracket with all its attributes, calls and subscripts. */
uint32_t python_primary(struct python *p);
/* From the opening to the closing bracket. */
uint32_t python_parenthesised(struct python *p);
uint32_t python_bracketed(struct python *p);
uint32_t python_braced(struct python *p);
bool python_at_comprehension(struct python *p);
/* `for … in …` behind ELEMENT, which began at FROM: a FOREACH, or a HOLE. */
uint32_t python_comprehension(struct python *p, uint32_t from, uint32_t element);
/* An operand of comparisons: what the target of a `for` may be, and no `in`. */
uint32_t python_targets(struct python *p);
/* Literals that stand beside each other. */
uint32_t python_string(struct python *p);

/* Parameters up to CLOSE; their REFERENCEs are pushed. Returns their number. */
uint32_t python_parameters(struct python *p, uint32_t close);
/* The parameters above MARK become symbols of the innermost block. */
void python_declare_parameters(struct python *p, uint32_t mark, uint32_t n);
/* NAME (of VALUE's text, at its span) is VALUE from here on. */
void python_assign(
	struct python *p, enum symbol_kind kind, struct str name, struct span span, uint32_t value);
/* For the call from offset FROM on, whose callee and arguments are on the stack from MARK on: list.append(x) and
 * list.extend(more) say what `list += …` would, after list.insert(0, x) it is not known. */
void python_change_list(struct python *p, uint32_t from, uint32_t mark);
/* All names among tokens FIRST up to the current one are not known. */
void python_unknown(struct python *p, uint32_t first);

/* Pushes VALUE when something since BEFORE is worth it, else takes all back. */
void python_keep(struct python *p, struct reader_state before, uint32_t value);
/* An expression list whose value nobody takes. */
void python_loose(struct python *p);
/* An annotation is no value; its names are taken back. */
void python_annotation(struct python *p);
/* Simple statements on one line, and its end. */
void python_simple_line(struct python *p);
/* A statement; its values are pushed on the reader's stack. */
void python_statement(struct python *p);
/* Statements up to the end of the block or file. */
void python_statements(struct python *p);
/* What stands behind a ':' , read as a branch: a block, or simple statements on the same line. */
void python_branch(struct python *p);
/* The targets of a `for` or behind `as`; their names are not known. */
void python_unknown_targets(struct python *p);
/* Makes what was pushed above MARK a BLOCK and pushes that. */
void python_push_block(struct python *p, uint32_t from, uint32_t mark);
/* if, while, for, with, try and what follows them, in a function. */
void python_function_branches(struct python *p);

#endif
