/* JavaScript and TypeScript: tables and file level (javascript.c), what the lexer's table cannot say
 * (javascript_lex.c), types, which are gone over (javascript_type.c), expressions
 * (javascript_expr.c), their smallest parts (javascript_primary.c), functions and classes
 * (javascript_function.c), statements (javascript_statement.c, javascript_branch.c), declarations and modules
 * (javascript_declare.c, javascript_module.c). */
#ifndef HOST_JAVASCRIPT_P_H
#define HOST_JAVASCRIPT_P_H

#include "host/reader_p.h"

/* Keywords, in the order of javascript_keywords[]. Words that are keywords only in some places (async,
 * of, type …) are names: js_is_name() looks at their text. */
enum javascript_word {
	JS_BREAK = 1,
	JS_CASE,
	JS_CATCH,
	JS_CLASS,
	JS_CONST,
	JS_CONTINUE,
	JS_DEBUGGER,
	JS_DEFAULT,
	JS_DELETE,
	JS_DO,
	JS_ELSE,
	JS_ENUM,
	JS_EXPORT,
	JS_EXTENDS,
	JS_FALSE,
	JS_FINALLY,
	JS_FOR,
	JS_FUNCTION,
	JS_IF,
	JS_IMPORT,
	JS_IN,
	JS_INSTANCEOF,
	JS_NEW,
	JS_NULL,
	JS_RETURN,
	JS_SUPER,
	JS_SWITCH,
	JS_THIS,
	JS_THROW,
	JS_TRUE,
	JS_TRY,
	JS_TYPEOF,
	JS_VAR,
	JS_VOID,
	JS_WHILE,
	JS_WITH,
};

#define JS_TEMPLATE 0 /* the row of quotes that is the back quote */

/* What is open where the lexer is. */
enum js_context {
	JS_PAREN, /* .flag: around what heads a statement */
	JS_BRACKET,
	JS_BLOCK,
	JS_OBJECT, /* also a type, a pattern, a list of names */
	JS_IN_TEMPLATE,
	JS_IN_MARKUP, /* .flag: in a tag; .depth: elements that are open */
};

/* this.name = value, in a class. */
struct js_field {
	struct str name;
	uint32_t value;
};

struct javascript {
	struct reader r;
	VEC(struct js_field) fields; /* of the open classes */
	uint32_t function;           /* the block of the innermost function, or the file's */
	bool no_in;                  /* in the head of a `for`: `in` ends the expression */
	bool bodiless;               /* a function here may be a signature only */
	bool then;                   /* between `?` and `:`: a ':' behind ')' gives no type */
};

/* The hooks of the lexer. */
bool js_special(struct lexer *l);
bool js_begins(const struct lexer *l, uint32_t i);

/* True when the token in front of number I stands on an earlier line than token I. */
bool js_is_behind_line(const struct lexer *l, uint32_t i);
/* The K-th token ahead stands on a later line than the one before it. */
bool js_breaks(struct javascript *p, uint32_t k);
/* The K-th token ahead is the name TEXT. */
bool js_is_name(struct javascript *p, uint32_t k, const char *text);
bool js_take_name(struct javascript *p, const char *text);
/* The K-th token ahead is that operator. */
bool js_is_op(struct javascript *p, uint32_t k, uint32_t op);
/* Any name or keyword. */
bool js_at_word(struct javascript *p, uint32_t k);

/* Goes over a bracketed group, whatever is in it. */
void js_skip_group(struct javascript *p);
/* Goes over `<…>`. */
void js_skip_angles(struct javascript *p);
void js_skip_type(struct javascript *p);
/* `: type`, if there is one. */
void js_skip_annotation(struct javascript *p);
/* True when `<` here begins type arguments of a call or of a tagged template. */
bool js_at_type_arguments(struct javascript *p);
/* True when the parameters of an arrow function begin here, `async` and type parameters apart. */
bool js_at_arrow(struct javascript *p);

/* An expression without commas; 0 and failed when there is none. */
uint32_t js_expression(struct javascript *p);
/* Expressions separated by commas: the last one's value. */
uint32_t js_expressions(struct javascript *p);
/* An operand with all its attributes, calls and subscripts. */
uint32_t js_primary(struct javascript *p);
/* A literal, name or bracket. */
uint32_t js_atom(struct javascript *p);
/* The arguments in parentheses, pushed. */
void js_arguments(struct javascript *p);
/* A template; TAG: what tags it, 0: nothing. */
uint32_t js_template(struct javascript *p, uint32_t tag, uint32_t from);
/* A value of the text of token T, a name. */
uint32_t js_name_string(struct javascript *p, struct token t);
/* An object's key: a STRING, or what is computed; *NAME its text, empty when it is computed. */
uint32_t js_key(struct javascript *p, struct str *name);

/* From the type parameters or '(' on: a FUNCTION. METHOD: a body may be missing. */
uint32_t js_function(struct javascript *p, struct str name, uint32_t from, bool method);
/* An arrow function, at `async`, its type parameters, its parameters or its name. */
uint32_t js_arrow(struct javascript *p);
/* `class` was taken. */
uint32_t js_class(struct javascript *p, uint32_t from);
void js_decorators(struct javascript *p);

/* Statements up to '}' or the end, their values pushed. */
void js_statements(struct javascript *p);
void js_statement(struct javascript *p);
/* '{' statements '}' as a block of its own; 0, or a BLOCK of what they say. */
uint32_t js_block(struct javascript *p, bool branch);
/* Pushes VALUE unless it is 0, or there was an error. */
void js_push(struct reader *r, uint32_t value);
/* The statements of those names, at their first word. */
void js_if(struct javascript *p);
void js_for(struct javascript *p);
void js_while(struct javascript *p);
void js_do(struct javascript *p);
void js_switch(struct javascript *p);
void js_try(struct javascript *p);
/* True at const, let, var or using, as the beginning of a declaration. */
bool js_at_declaration(struct javascript *p);
/* A RETURN of VALUE, 0: of nothing. */
uint32_t js_return(struct reader *r, uint32_t value, uint32_t from);
/* The end of a statement is here, given by a ';' (taken), a '}', a line's end or the file's. */
void js_end(struct javascript *p);
/* After a failure in what begins at token FIRST, on to its end; strings in what is left out are
 * values of their own. */
void js_recover(struct javascript *p, uint32_t first);
/* Pushes VALUE when something since BEFORE is worth it, else takes all back. */
void js_keep(struct javascript *p, struct reader_state before, uint32_t value);

/* NAME is VALUE in the innermost block. */
void js_declare(struct javascript *p, enum symbol_kind kind, struct str name, struct span span,
	uint32_t value);
/* Declares what a parameter's or variable's pattern names; what VALUE gives them when it is known.
 * Returns the REFERENCE of a plain name, 0 for a pattern. */
uint32_t js_pattern(struct javascript *p, enum symbol_kind kind, uint32_t value);
/* const, let, var: the declarations behind it. */
void js_variables(struct javascript *p);
void js_enum(struct javascript *p);
/* TARGET, an expression, gets VALUE. */
void js_assign(struct javascript *p, uint32_t target, uint32_t value, uint32_t op);
/* For the call from offset FROM on, whose callee and arguments are on the stack from MARK on: list.push(x, …)
 * says what `list += [x, …]` would, after another method that changes a list it is not known. */
void js_change_list(struct javascript *p, uint32_t from, uint32_t mark);
void js_import(struct javascript *p);
void js_export(struct javascript *p);
/* The text of what NAME of module PATH is imported as. */
struct str js_imported(struct javascript *p, struct str path, struct str name);
/* The module that `require("…")` or `await import("…")` names; empty when VALUE is neither. */
struct str js_required(const struct javascript *p, uint32_t value);

#endif
