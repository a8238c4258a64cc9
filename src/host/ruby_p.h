/* Ruby: the tokens' table and file level (ruby.c), what no table says of tokens (ruby_lexer.c) and
 * literals (ruby_literal.c), their values (ruby_text.c), expressions (ruby_expr.c, ruby_atom.c, ruby_assign.c), calls and blocks
 * (ruby_call.c), statements (ruby_statement.c), classes and methods (ruby_declare.c). */
#ifndef HOST_RUBY_P_H
#define HOST_RUBY_P_H

#include "host/interpolated_p.h"

/* Keywords, in the order of ruby_keywords[]. */
enum ruby_word {
	RB_ALIAS = 1,
	RB_AND,
	RB_BEGIN,
	RB_BREAK,
	RB_CASE,
	RB_CLASS,
	RB_DEF,
	RB_DEFINED,
	RB_DO,
	RB_ELSE,
	RB_ELSIF,
	RB_END,
	RB_ENSURE,
	RB_FALSE,
	RB_FOR,
	RB_IF,
	RB_IN,
	RB_MODULE,
	RB_NEXT,
	RB_NIL,
	RB_NOT,
	RB_OR,
	RB_REDO,
	RB_RESCUE,
	RB_RETRY,
	RB_RETURN,
	RB_SELF,
	RB_SUPER,
	RB_THEN,
	RB_TRUE,
	RB_UNDEF,
	RB_UNLESS,
	RB_UNTIL,
	RB_WHEN,
	RB_WHILE,
	RB_YIELD,
};
extern const char *const ruby_keywords[];

/* lexer_literal.kind */
enum ruby_literal {
	RUBY_STRING,
	RUBY_SYMBOL,
	RUBY_WORDS,   /* %w[], %i[] */
	RUBY_PATTERN, /* a regular expression */
	RUBY_COMMAND, /* `…` */
};

/* token.flags: a name or string with the ':' of a key behind it */
#define RUBY_LABEL 1

struct ruby {
	struct reader r;
	uint32_t branches; /* if, while, rescue … around, in the open method or block */
	uint32_t
		method; /* the block of the innermost method or class: locals further out are not seen */
	uint32_t no_do;   /* around a `do` that belongs to a loop or to an outer call */
	uint32_t ternary; /* a label's ':' there is the operator's */
	bool colon;       /* … and was taken with it */
	bool in_method;
};

/* --- tokens --- */
bool ruby_special(struct lexer *l);
void ruby_newline(struct lexer *l, uint32_t at);
/* True when what ends before the next token is a value: an operator may follow. */
bool ruby_behind_value(const struct lexer *l);
/* A literal at l->at, if there is one: its token is made. */
bool ruby_literal_token(struct lexer *l);
/* The literal's value. */
uint32_t ruby_literal(struct ruby *p);
/* Literals that stand beside each other. */
uint32_t ruby_strings(struct ruby *p);

/* --- expressions --- */
/* With assignments, `? :` and all operators of symbols. */
uint32_t ruby_expression(struct ruby *p);
/* One or more, as LIST when there are several. */
uint32_t ruby_list(struct ruby *p);
uint32_t ruby_primary(struct ruby *p);
/* What stands before the dots and brackets of a primary. */
uint32_t ruby_atom(struct ruby *p);
/* NAME = …, NAME += … : ALONE: it begins a statement, so that several values may be assigned. */
bool ruby_at_assignment(struct ruby *p, bool alone);
uint32_t ruby_name_assignment(struct ruby *p, bool alone);
/* self.table_name = …, h[:a] = … behind VALUE; VALUE when no assignment stands there. */
uint32_t ruby_other_assignment(struct ruby *p, uint32_t from, uint32_t value, bool alone);
bool ruby_is_local(struct ruby *p, struct str name);
bool ruby_at_label(struct ruby *p);
/* True when the current token may begin the first argument of a call without parentheses. */
bool ruby_at_argument(struct ruby *p);
/* The test, not its branches, of `if` … is an expression that takes no `do`. */
uint32_t ruby_test(struct ruby *p);

/* --- calls --- */
/* Arguments up to CLOSE, or, when it is 0, of a call without parentheses; pushed. */
void ruby_arguments(struct ruby *p, uint32_t close);
/* What stands behind the name of what is called: arguments, a block; CALLEE alone when there is
 * nothing. LOCAL: it is a variable. */
uint32_t ruby_called(struct ruby *p, uint32_t callee, uint32_t from, bool local);
/* The literal in braces, behind its '{'. */
uint32_t ruby_hash(struct ruby *p, uint32_t from);
uint32_t ruby_array(struct ruby *p);
/* `-> (x) { … }` */
uint32_t ruby_lambda(struct ruby *p);

/* --- statements --- */
/* Statements up to a word or brace that ends them; their values are pushed. */
void ruby_statements(struct ruby *p);
void ruby_statement(struct ruby *p);
/* Statements as a BLOCK, a branch or not. */
uint32_t ruby_block(struct ruby *p, bool branch);
/* if, unless, case, while, until, for, begin: values too. 0: no such word stands here. */
uint32_t ruby_compound(struct ruby *p);
/* Takes `end`. */
void ruby_end(struct ruby *p);
/* Body with rescue, else and ensure behind it, as far as they stand there, as a BLOCK. */
uint32_t ruby_body(struct ruby *p);
/* class, module, def. */
uint32_t ruby_class(struct ruby *p);
uint32_t ruby_def(struct ruby *p);
/* Parameters up to CLOSE (0: the end of the line); their REFERENCEs are pushed. Returns their number. */
uint32_t ruby_parameters(struct ruby *p, uint32_t close);
/* NAME (at SPAN) is VALUE from here on. */
void ruby_assign(
	struct ruby *p, enum symbol_kind kind, struct str name, struct span span, uint32_t value);

#endif
