/* JavaScript and TypeScript: the tokens' table and the file as a whole. One reader for both: what
 * TypeScript adds is gone over wherever it stands. The rows differ in one thing: where markup may stand,
 * `<T>x` is no conversion. */
#include "javascript_p.h"

/* clang-format off */
static const char *const javascript_keywords[] = {
	"break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do",
	"else", "enum", "export", "extends", "false", "finally", "for", "function", "if", "import",
	"in", "instanceof", "new", "null", "return", "super", "switch", "this", "throw", "true",
	"try", "typeof", "var", "void", "while", "with", NULL,
};
static const char *const javascript_operators[] = {
	"**=", "**", "*=", "&&=", "&&", "&=", "?" "?=", "??", "?.", "?", "||=", "||", "|=", "===", "==",
	"=>", "!==", "!=", "++", "+=", "--", "-=", "/=", "%=", "^=", "<<=", "<<", "<=", ">>>=", ">>>",
	">>=", ">>", ">=", "...", NULL,
};
static const struct lexer_quote javascript_quotes[] = {
	{"`", STRING_LINES | STRING_NO_CR}, {"\"", 0}, {"'", 0}, {NULL, 0},
};
static const struct lexer_escape javascript_escapes[] = {
	{'\n', ESCAPE_NOTHING, 0}, {'\r', ESCAPE_NOTHING, 0},
	{'b', ESCAPE_BYTE, '\b'}, {'f', ESCAPE_BYTE, '\f'}, {'n', ESCAPE_BYTE, '\n'},
	{'r', ESCAPE_BYTE, '\r'}, {'t', ESCAPE_BYTE, '\t'}, {'v', ESCAPE_BYTE, '\v'},
	{'\\', ESCAPE_BYTE, '\\'}, {'\'', ESCAPE_BYTE, '\''}, {'"', ESCAPE_BYTE, '"'},
	{'`', ESCAPE_BYTE, '`'}, {'$', ESCAPE_BYTE, '$'}, {'x', ESCAPE_HEX, 2},
	{'u', ESCAPE_UNICODE, 4}, {0},
};
static const char *const javascript_headers[] = {
	"catch", "class", "do", "else", "finally", "for", "function", "if", "interface", "namespace",
	"switch", "try", "while", NULL,
};
static const char *const javascript_before_headers[] = {
	"abstract", "async", "declare", "default", "export", NULL,
};
/* clang-format on */

#define LANGUAGE(may_hold_markup) \
	{ \
		.quotes = javascript_quotes, .escapes = javascript_escapes, .octal_digits = 3, \
		.hex_is_character = true, .utf16 = true, .markup = may_hold_markup, \
		.letters = "$#", .line_comment = "//", .block_open = "/*", .block_close = "*/", \
		.operators = javascript_operators, .keywords = javascript_keywords, \
		.headers = javascript_headers, .before_headers = javascript_before_headers, \
		.special = js_special, .begins = js_begins \
	}

static const struct lexer_language javascript_language = LANGUAGE(true);
static const struct lexer_language typescript_language = LANGUAGE(false);

bool
js_breaks(struct javascript *p, uint32_t k)
{
	struct reader *r = &p->r;

	if (r->failed)
		return false;
	lexer_token(&r->lexer, r->i + k);
	return js_is_behind_line(&r->lexer, r->i + k);
}

bool
js_is_name(struct javascript *p, uint32_t k, const char *text)
{
	const struct token *t = reader_peek(&p->r, k);

	return t->kind == TOKEN_NAME && !t->word && str_is(lexer_text(&p->r.lexer, t), text);
}

bool
js_take_name(struct javascript *p, const char *text)
{
	bool is = js_is_name(p, 0, text);

	if (is)
		reader_next(&p->r);
	return is;
}

bool
js_is_op(struct javascript *p, uint32_t k, uint32_t op)
{
	const struct token *t = reader_peek(&p->r, k);

	return t->kind == TOKEN_OPERATOR && t->op == op;
}

bool
js_at_word(struct javascript *p, uint32_t k)
{
	return reader_peek(&p->r, k)->kind == TOKEN_NAME;
}

/* More than a generator's line holds for people: what a bundler or minifier made. */
#define GENERATED_LINE 20000

/* True, with a blind spot, for a file with a line that no person wrote. */
static bool
refuse_generated(struct unit *u, struct str bytes)
{
	for (size_t at = 0; at + GENERATED_LINE < bytes.n;) {
		struct str line = str_slice(bytes, at, at + GENERATED_LINE);
		size_t end = str_rchr(line, '\n');

		if (end == SIZE_MAX) {
			unit_add_blind(u, BLIND_HOST_SYNTAX,
				(struct span){.offset = (uint32_t)at, .length = 1},
				"a line of more than %d bytes: taken for generated code, not read",
				GENERATED_LINE);
			return true;
		}
		at += end + 1;
	}
	return false;
}

static void
read_with(const struct lexer_language *language, struct unit *u, struct str bytes,
	const struct host_options *options, struct arena *scratch)
{
	struct javascript p = {0};
	struct reader *r = &p.r;

	if (host_refuse(u, bytes) || refuse_generated(u, bytes))
		return;
	reader_init(r, language, u, options, scratch, bytes);
	while (reader_token(r)->kind != TOKEN_END) {
		uint32_t first = r->i;

		js_statements(&p);
		r->stack.n = 0;
		if (reader_token(r)->kind == TOKEN_END)
			break;
		/* A '}', `case` or `default` that belongs to nothing. */
		reader_fail(r, "this closes nothing");
		js_recover(&p, first < r->i ? r->i : first);
	}
	lexer_reach(&r->lexer);
}

static void
javascript_read(
	struct unit *u, struct str bytes, const struct host_options *options, struct arena *scratch)
{
	read_with(&javascript_language, u, bytes, options, scratch);
}

static void
typescript_read(
	struct unit *u, struct str bytes, const struct host_options *options, struct arena *scratch)
{
	read_with(&typescript_language, u, bytes, options, scratch);
}

/* What the migrations of builders speak of. */
#define BUILDER_PATTERN \
	"|\\b(?>knex|queryInterface|queryRunner|pgm|createTable|MigrationInterface)\\b"

const struct host host_javascript = {
	.name = "javascript",
	.extensions = (const char *const[]){".js", ".jsx", ".mjs", ".cjs", ".tsx", NULL},
	.read = javascript_read,
	.language = &javascript_language,
	.prefilter = HOST_SQL_PATTERN BUILDER_PATTERN,
	.imports = HOST_PATHS,
};

const struct host host_typescript = {
	.name = "javascript",
	.extensions = (const char *const[]){".ts", ".mts", ".cts", NULL},
	.read = typescript_read,
	.language = &typescript_language,
	.prefilter = HOST_SQL_PATTERN BUILDER_PATTERN,
	.imports = HOST_PATHS,
};
