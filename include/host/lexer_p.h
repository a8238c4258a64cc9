/* Private to host: one lexer for all languages, driven by a table per language. It makes tokens on
 * demand, so that a parser can go back to a line and go on from there after an error. */
#ifndef HOST_LEXER_P_H
#define HOST_LEXER_P_H

#include "base/vec.h"
#include "host/host.h"
#include "unit/unit.h"

enum token_kind {
	TOKEN_END,
	TOKEN_NAME, /* .word: the keyword's number, from 1; 0: no keyword */
	TOKEN_NUMBER,
	TOKEN_STRING, /* .flags: enum string_flag; .quote: row of the table; .word: enum literal_part */
	TOKEN_FOREIGN, /* a literal in another language: a regular expression, markup; .word likewise */
	TOKEN_OPERATOR, /* .op: its bytes, OP1() …; .flags: enum bracket_flag */
	TOKEN_NEWLINE,  /* where the language's hook says that it matters */
	TOKEN_INDENT,
	TOKEN_DEDENT,
	TOKEN_ERROR, /* no token of the language; lexer.error says why */
};

#define OP1(a) ((uint32_t)(unsigned char)(a))
#define OP2(a, b) (OP1(a) | (uint32_t)(unsigned char)(b) << 8)
#define OP3(a, b, c) (OP2(a, b) | (uint32_t)(unsigned char)(c) << 16)

enum string_flag {
	STRING_RAW = 1,      /* escapes are not decoded, but a backslash protects the quote */
	STRING_VERBATIM = 2, /* a backslash is a byte like any other */
	STRING_LINES = 4,    /* may span lines */
	STRING_RUNE = 8,     /* a character, not a text */
	STRING_BYTES = 16,
	STRING_FORMAT = 32, /* {expressions} */
	STRING_NO_CR = 64,  /* carriage returns are not part of the text */
};

/* A literal with expressions in it is several tokens, with those of the expressions between them. */
enum literal_part {
	LITERAL_BEGINS = 1,
	LITERAL_ENDS = 2,
};

enum bracket_flag {
	BRACKET_STATEMENT = 1, /* of a block, or around what heads a statement */
};

struct token {
	uint8_t kind;
	uint8_t flags;
	uint8_t quote;
	uint8_t word;
	uint32_t op;
	uint32_t at, length;
};

/* What an escape sequence means, by the byte behind the backslash. */
struct lexer_escape {
	char byte;
	enum {
		ESCAPE_BYTE,    /* .value */
		ESCAPE_HEX,     /* .value hex digits: a byte in Go, a character in Python */
		ESCAPE_UNICODE, /* .value hex digits: a character, in UTF-8 */
		ESCAPE_NOTHING, /* the pair is dropped (a continued line) */
	} kind;
	int value;
};

struct lexer;

#define LEXER_QUOTES 8 /* rows of a language's table, at most */

struct lexer_language {
	const struct lexer_quote {
		const char *text; /* opens and closes */
		uint8_t flags;
	} * quotes; /* longest first; ended by NULL */
	const struct lexer_prefix {
		char letter; /* lower case */
		uint8_t flags;
	} * prefixes;                       /* of strings; NULL: none */
	const struct lexer_escape *escapes; /* ended by .byte 0 */
	uint8_t octal_digits;               /* at most, behind a backslash */
	bool hex_is_character;              /* \xNN and octal are code points, not bytes */
	bool utf16; /* \u{…}, \uNNNN may be half of a character; an unknown escape is its letter */
	bool markup;         /* <name …> where an operand may stand is a literal */
	const char *letters; /* that names may have besides the usual ones; NULL */
	const char *line_comment, *block_open, *block_close;
	const char *const *operators; /* of two bytes and more, longest first per first byte, which
	                                  are together; ended by NULL */
	const char *const *keywords;  /* sorted; ended by NULL */
	const char *const *headers; /* words that begin a statement with a block; NULL: none, or the
	                                 block is set off by line ends */
	const char *const *before_headers; /* words that may stand in front of these; NULL */
	/* At a line's end; may add tokens (NEWLINE). Returns true when it consumed the line end. */
	void (*newline)(struct lexer *l, uint32_t at);
	/* At the start of a line, before its first token; may add INDENT and DEDENT. */
	void (*line)(struct lexer *l);
	/* At a byte that is neither blank nor a line's end, before all else: true when it made a token of
	 * it, or went on. */
	bool (*special)(struct lexer *l);
	/* True when a line's end ends the statement in front of token number I; where no token says so. */
	bool (*begins)(const struct lexer *l, uint32_t i);
};

/* An open bracket, or a literal in whose expression the lexer is; for the languages' hooks. */
struct lexer_context {
	uint8_t kind; /* the hook's */
	bool flag;
	uint32_t depth;
};

/* A literal whose delimiters the table cannot say; its token's .op is its index in lexer.literals. */
struct lexer_literal {
	uint32_t from, to; /* its bytes, without delimiters */
	uint8_t kind;      /* the language's */
	bool interpolates; /* escapes and expressions in it are read */
	bool verbatim;     /* of a raw one: the backslash protects nothing but what ends it */
	uint32_t margin;   /* so many columns of each line are no part of it */
	char close;        /* what ends it; for raw ones a backslash protects it */
};

struct lexer {
	const struct lexer_language *language;
	struct unit *u;
	const struct host_options *options;
	struct arena *scratch;
	struct str bytes;
	uint32_t at;       /* the next byte */
	uint32_t brackets; /* that are open */
	bool line_start;
	bool expression;   /* inside a string's braces: line ends do not matter */
	uint32_t reported; /* up to this byte the lexer's own blind spots are noted already */
	const char *error; /* of the last TOKEN_ERROR */
	VEC(struct token) tokens;
	VEC(uint32_t) indents;                           /* columns */
	VEC(struct lexer_context) contexts;              /* the language's own */
	uint32_t unclosed[LEXER_QUOTES];                 /* by row: up to here no quote closes */
	VEC(struct lexer_literal) literals;              /* made by the language's own hook */
	uint32_t endless; /* so many of those had no end */
	uint32_t behind;  /* the current line goes on there, behind here-documents; 0: none */
	uint8_t first_keyword[128], first_operator[128]; /* row + 1 by first byte */
};

/* Prepares L over BYTES. Marks go to U. */
void lexer_init(struct lexer *l, const struct lexer_language *language, struct unit *u,
	const struct host_options *options, struct arena *scratch, struct str bytes);
/* Makes token number I and those before it. */
const struct token *lexer_make(struct lexer *l, uint32_t i);

static inline const struct token *
lexer_token(struct lexer *l, uint32_t i)
{
	return i < l->tokens.n ? &l->tokens.v[i] : lexer_make(l, i);
}

/* Appends a token; for the languages' hooks. */
void lexer_add(struct lexer *l, enum token_kind kind, uint32_t at, uint32_t length);
/* Appends an ERROR. */
void lexer_error(struct lexer *l, uint32_t at, uint32_t length, const char *why);
/* Notes a BLIND_HOST_SYNTAX that stops nothing, once a place. */
void lexer_blind(struct lexer *l, uint32_t at, uint32_t length, const char *why);
/* Drops the tokens from number I on and goes on at byte AT, the start of a line, outside brackets. */
void lexer_resume(struct lexer *l, uint32_t i, uint32_t at);

/* The bytes of a string token between its quotes. */
void lexer_body(const struct lexer *l, const struct token *t, uint32_t *from, uint32_t *to);
/* How many bytes the backslash at AT takes with itself when the end of the string is looked for. */
uint32_t lexer_backslash(const struct lexer *l, uint32_t at, uint32_t limit, uint8_t flags);
/* Up to N digits of the base at AT; their value in *VALUE. Returns how many there were. */
uint32_t lexer_digits(struct str bytes, size_t at, uint32_t n, int base, uint32_t *value);
/* Decodes bytes FROM to TO of a string with T's flags into a STRING value whose span is SPAN. */
uint32_t lexer_string(
	struct lexer *l, const struct token *t, uint32_t from, uint32_t to, struct span span);
/* The end of the expression that begins at FROM inside a STRING_FORMAT ending at TO: the offset of
 * the '!', ':', '=' or '}' that ends it; TO when there is none. */
uint32_t lexer_field_end(const struct lexer *l, uint32_t from, uint32_t to);
/* Behind the '}' of the field whose '{' is at AT; TO when there is none. */
uint32_t lexer_field_close(const struct lexer *l, uint32_t at, uint32_t to);

/* Sets the reach of our own marks, when the whole file has been read. */
void lexer_reach(struct lexer *l);

struct str lexer_text(const struct lexer *l, const struct token *t);

#endif
