/* Elixir: the tokens' table and file level (elixir.c), what no table says of tokens (elixir_lexer.c), literals
 * (elixir_literal.c), operators (elixir_expr.c), what stands between them (elixir_atom.c), calls (elixir_call.c) and
 * those that are known by name (elixir_known.c), blocks and clauses (elixir_block.c), modules, functions and what
 * patterns bind (elixir_define.c). */
#ifndef HOST_ELIXIR_P_H
#define HOST_ELIXIR_P_H

#include "host/interpolated_p.h"

/* Keywords, in the order of elixir_keywords[]. */
enum elixir_word {
	EX_AFTER = 1,
	EX_AND,
	EX_CATCH,
	EX_DO,
	EX_ELSE,
	EX_END,
	EX_FALSE,
	EX_FN,
	EX_IN,
	EX_NIL,
	EX_NOT,
	EX_OR,
	EX_RESCUE,
	EX_TRUE,
	EX_WHEN,
};
extern const char *const elixir_keywords[];

/* lexer_literal.kind */
enum elixir_literal {
	ELIXIR_STRING,
	ELIXIR_ATOM,
	ELIXIR_WORDS,   /* ~w() */
	ELIXIR_ATOMS,   /* ~w()a */
	ELIXIR_FOREIGN, /* any other sigil: a pattern, a date, a template */
};

/* token.flags: a name or string with the ':' of a key behind it */
#define ELIXIR_LABEL 1
/* .op of a STRING that is an atom */
#define ELIXIR_IS_ATOM 1

struct elixir {
	struct reader r;
	uint32_t branches; /* conditions and loops around, in the open function or block */
	uint32_t
		function; /* the block of the innermost function: variables further out are not seen */
	uint32_t no_do; /* around a `do` that belongs to an outer call */
	bool in_clause; /* the next clause ends the open block */
};

/* --- tokens --- */
bool elixir_special(struct lexer *l);
void elixir_newline(struct lexer *l, uint32_t at);
/* A literal at l->at, if there is one: its token is made. */
bool elixir_literal_token(struct lexer *l);
/* The literal's value. */
uint32_t elixir_literal(struct elixir *p);

/* --- expressions --- */
/* LEVEL: operators that bind less are left where they are; 0: none is. */
uint32_t elixir_level(struct elixir *p, int level);
uint32_t elixir_expression(struct elixir *p);
uint32_t elixir_primary(struct elixir *p);
bool elixir_at_label(struct elixir *p);
bool elixir_is_local(struct elixir *p, struct str name);
/* The levels of `|` and `=>`, which maps and lists take for themselves. */
#define ELIXIR_BAR 4
#define ELIXIR_ARROW 5

/* --- calls --- */
/* What stands behind the name of what is called: arguments, a block; CALLEE alone when there is nothing. */
uint32_t elixir_called(struct elixir *p, uint32_t callee, uint32_t from);
/* Elements up to CLOSE, pushed: `key: value` as ENTRYs when ENTRY is set, else as ARGUMENTs. */
void elixir_elements(struct elixir *p, uint32_t close, bool entry);
/* LEFT |> RIGHT */
uint32_t elixir_piped(struct elixir *p, uint32_t left, uint32_t right, uint32_t from);
/* CALLEE with what is on the stack above MARK, where it is known what that gives; 0: it is not. */
uint32_t elixir_known(struct elixir *p, uint32_t callee, uint32_t from, uint32_t mark);

/* --- blocks --- */
/* What stands behind `do` or `fn`, up to a word that ends it: statements, or clauses whose patterns are
 * compared with SUBJECT (0: with nothing). */
uint32_t elixir_block(struct elixir *p, uint32_t subject);
/* The patterns are tests themselves: cond. */
#define ELIXIR_TESTS UINT32_MAX
/* The same with the rescue, catch, else and after that stand behind it, and its `end`. */
uint32_t elixir_body(struct elixir *p);
/* Statements up to what ends them; their values are pushed. */
void elixir_statements(struct elixir *p);
/* The forms whose blocks are no arguments: if, case, for, def … with the arguments above MARK, at their `do` or
 * behind `do: x`; 0: it is none of them. */
uint32_t elixir_form(struct elixir *p, struct str name, uint32_t from, uint32_t mark);
/* fn … end */
uint32_t elixir_fn(struct elixir *p);
void elixir_end(struct elixir *p);
/* True when a clause begins here: `->` comes before the statement's end. */
bool elixir_at_clause(struct elixir *p);

/* --- definitions --- */
/* def, defmodule …, at their first argument; 0: NAME is none of these. */
uint32_t elixir_definition(struct elixir *p, struct str name, uint32_t from);
/* @name value, where it begins a statement. */
uint32_t elixir_attribute(struct elixir *p);
/* PATTERN = VALUE */
uint32_t elixir_match(struct elixir *p, uint32_t pattern, uint32_t value, uint32_t from);
/* Declares all names in PATTERN, whose values are not known. */
void elixir_declare_pattern(struct elixir *p, uint32_t pattern);
/* The names in a pattern of names as FOREACH has them: "a,b". */
struct str elixir_pattern_names(struct elixir *p, uint32_t pattern);
/* Pushes the value that a block of one expression gives, else 0, and the block. */
void elixir_push_result(struct elixir *p, uint32_t block);
/* Patterns up to STOP, pushed as a function's parameters; their names are declared. Returns their number. */
uint32_t elixir_parameters(struct elixir *p, uint32_t mark);

#endif
