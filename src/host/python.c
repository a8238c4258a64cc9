/* Python: what its tokens are, and the file as a whole. Indentation and line ends are tokens, made
 * by the two hooks below (The Python Language Reference, "Lexical analysis"). */
#include "python_p.h"

/* clang-format off */
static const char *const python_keywords[] = {
	"False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
	"def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
	"in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
	"with", "yield", NULL,
};
static const char *const python_operators[] = {
	"**=", "**", "*=", "//=", "//", "/=", "%=", "@=", "&=", "|=", "^=", ">>=", ">>", ">=",
	"<<=", "<<", "<=", "==", "!=", ":=", "+=", "->", "-=", "...", NULL,
};
static const struct lexer_quote python_quotes[] = {
	{"\"\"\"", STRING_LINES | STRING_NO_CR}, {"'''", STRING_LINES | STRING_NO_CR},
	{"\"", 0}, {"'", 0}, {NULL, 0},
};
static const struct lexer_prefix python_prefixes[] = {
	{'r', STRING_RAW}, {'b', STRING_BYTES}, {'f', STRING_FORMAT}, {'u', 0}, {0, 0},
};
static const struct lexer_escape python_escapes[] = {
	{'\n', ESCAPE_NOTHING, 0}, {'\r', ESCAPE_NOTHING, 0},
	{'a', ESCAPE_BYTE, '\a'}, {'b', ESCAPE_BYTE, '\b'}, {'f', ESCAPE_BYTE, '\f'},
	{'n', ESCAPE_BYTE, '\n'}, {'r', ESCAPE_BYTE, '\r'}, {'t', ESCAPE_BYTE, '\t'},
	{'v', ESCAPE_BYTE, '\v'}, {'\\', ESCAPE_BYTE, '\\'}, {'\'', ESCAPE_BYTE, '\''},
	{'"', ESCAPE_BYTE, '"'}, {'x', ESCAPE_HEX, 2}, {'u', ESCAPE_UNICODE, 4},
	{'U', ESCAPE_UNICODE, 8}, {0},
};
/* clang-format on */

static void
python_newline(struct lexer *l, uint32_t at)
{
	const struct token *last = l->tokens.n ? vec_last(&l->tokens) : NULL;

	if (!last || (l->brackets && at < l->bytes.n) || last->kind == TOKEN_NEWLINE ||
		last->kind == TOKEN_INDENT || last->kind == TOKEN_DEDENT)
		return;
	lexer_add(l, TOKEN_NEWLINE, at, 0);
}

/* The column of a line's first token; its offset in *AT. Tabs go to the next multiple of eight. */
static uint32_t
indentation(const struct lexer *l, uint32_t *at)
{
	uint32_t column = 0;

	for (; *at < l->bytes.n; (*at)++) {
		char c = l->bytes.s[*at];

		if (c == ' ')
			column++;
		else if (c == '\t')
			column = (column / 8 + 1) * 8;
		else if (c == '\f')
			column = 0;
		else
			break;
	}
	return *at < l->bytes.n ? column : 0;
}

static void
dedent(struct lexer *l, uint32_t at, uint32_t column)
{
	while (l->indents.n > 1 && l->indents.v[l->indents.n - 2] >= column) {
		l->indents.n--;
		lexer_add(l, TOKEN_DEDENT, at, 0);
	}
	if (*vec_last(&l->indents) == column)
		return;
	/* Between two levels: taken as the inner one. */
	lexer_blind(l, at, 1, "an indentation that fits no outer level");
	*vec_last(&l->indents) = column;
}

static void
python_line(struct lexer *l)
{
	uint32_t at = l->at, column = indentation(l, &at);
	char c = at < l->bytes.n ? l->bytes.s[at] : '\0';

	if (l->brackets || c == '\n' || c == '\r' || c == '#')
		return;
	if (column > *vec_last(&l->indents)) {
		vec_push(l->scratch, &l->indents, column);
		lexer_add(l, TOKEN_INDENT, at, 0);
	} else if (column < *vec_last(&l->indents)) {
		dedent(l, at, column);
	}
}

static const struct lexer_language python_language = {
	.quotes = python_quotes,
	.prefixes = python_prefixes,
	.escapes = python_escapes,
	.octal_digits = 3,
	.hex_is_character = true,
	.line_comment = "#",
	.operators = python_operators,
	.keywords = python_keywords,
	.newline = python_newline,
	.line = python_line,
};

static void
python_read(
	struct unit *u, struct str bytes, const struct host_options *options, struct arena *scratch)
{
	struct python p = {0};

	if (host_refuse(u, bytes))
		return;
	reader_init(&p.r, &python_language, u, options, scratch, bytes);
	while (reader_token(&p.r)->kind != TOKEN_END) {
		python_statements(&p);
		/* Only an indentation that ends nothing stops it before the end. */
		if (reader_token(&p.r)->kind == TOKEN_DEDENT)
			reader_next(&p.r);
		p.r.stack.n = 0;
	}
	lexer_reach(&p.r.lexer);
}

const struct host host_python = {
	.name = "python",
	.extensions = (const char *const[]){".py", ".pyi", NULL},
	.read = python_read,
	.language = &python_language,
	.prefilter = HOST_SQL_PATTERN
	"|\\b(?>migrations\\.|models\\.Model\\b|class\\s++Migration\\b|db_table\\b|alembic\\b|down_revision\\b)",
	.imports = HOST_MODULES,
};
