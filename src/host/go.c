/* Go: its tokens, its statements and their scopes. The parser is content with less than the compiler:
 * what it must know is where names are declared and which expressions there are. */
#include "go_p.h"

/* clang-format off */
static const char *const go_keywords[] = {
	"break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for",
	"func", "go", "goto", "if", "import", "interface", "map", "package", "range", "return",
	"select", "struct", "switch", "type", "var", NULL,
};
static const char *const go_operators[] = {
	"+=", "++", "-=", "--", "*=", "/=", "%=", "&^=", "&^", "&&", "&=", "||", "|=", "^=",
	"<<=", "<-", "<<", "<=", ">>=", ">>", ">=", "==", "!=", ":=", "...", NULL,
};
static const struct lexer_quote go_quotes[] = {
	{"\"", 0}, {"`", STRING_VERBATIM | STRING_LINES | STRING_NO_CR}, {"'", STRING_RUNE}, {NULL, 0},
};
static const struct lexer_escape go_escapes[] = {
	{'a', ESCAPE_BYTE, '\a'}, {'b', ESCAPE_BYTE, '\b'}, {'f', ESCAPE_BYTE, '\f'},
	{'n', ESCAPE_BYTE, '\n'}, {'r', ESCAPE_BYTE, '\r'}, {'t', ESCAPE_BYTE, '\t'},
	{'v', ESCAPE_BYTE, '\v'}, {'\\', ESCAPE_BYTE, '\\'}, {'\'', ESCAPE_BYTE, '\''},
	{'"', ESCAPE_BYTE, '"'}, {'x', ESCAPE_HEX, 2}, {'u', ESCAPE_UNICODE, 4},
	{'U', ESCAPE_UNICODE, 8}, {0},
};
static const char *const go_headers[] = {"else", "for", "func", "if", "select", "switch", NULL};
/* clang-format on */

/* A line's end ends the statement behind these tokens (The Go Programming Language Specification,
 * "Semicolons"). */
static void
go_newline(struct lexer *l, uint32_t at)
{
	const struct token *last = l->tokens.n ? vec_last(&l->tokens) : NULL;

	if (!last)
		return;
	if (last->kind == TOKEN_NAME && last->word && last->word != GO_BREAK &&
		last->word != GO_CONTINUE && last->word != GO_FALLTHROUGH &&
		last->word != GO_RETURN)
		return;
	if (last->kind == TOKEN_OPERATOR && last->op != OP2('+', '+') &&
		last->op != OP2('-', '-') && last->op != ')' && last->op != ']' && last->op != '}')
		return;
	if (last->kind != TOKEN_NEWLINE)
		lexer_add(l, TOKEN_NEWLINE, at, 0);
}

static const struct lexer_language go_language = {
	.quotes = go_quotes,
	.escapes = go_escapes,
	.octal_digits = 3,
	.line_comment = "//",
	.block_open = "/*",
	.block_close = "*/",
	.operators = go_operators,
	.keywords = go_keywords,
	.headers = go_headers,
	.newline = go_newline,
};

bool
go_take_end(struct reader *r)
{
	if (reader_token(r)->kind == TOKEN_NEWLINE || reader_is(r, OP1(';'))) {
		reader_next(r);
		return true;
	}
	return false;
}

bool
go_at_file_level(struct go *g)
{
	const struct token *t = reader_token(&g->r);
	uint8_t next;

	if (t->kind != TOKEN_NAME || (t->word != GO_FUNC && t->word != GO_IMPORT) || !t->at ||
		g->r.lexer.bytes.s[t->at - 1] != '\n')
		return false;
	next = reader_peek(&g->r, 1)->kind;
	return next == TOKEN_NAME || reader_peek(&g->r, 1)->op == '(';
}

static void statement(struct go *g);

/* '{' statements '}' as a block of its own. */
static void
block(struct go *g, bool branch)
{
	struct reader *r = &g->r;

	g->header = false;
	if (!reader_is(r, OP1('{'))) {
		reader_fail(r, "a '{' was expected");
		return;
	}
	reader_open(r, reader_at(r), branch, false);
	reader_next(r);
	go_statements(g);
	reader_want(r, OP1('}'), "a '}' is missing");
	reader_close(r, reader_end(r));
}

static void
assign(struct go *g, const struct token *t, uint32_t n, uint32_t op, const uint32_t *values)
{
	struct reader *r = &g->r;

	for (uint32_t i = 0; i < n; i++) {
		struct symbol s = go_symbol(
			g, &t[i], op == OP2('+', '=') ? SYMBOL_APPEND : SYMBOL_VARIABLE, values[i]);
		const struct reader_name *d = reader_find(r, s.name);

		if (str_is(s.name, "_"))
			continue;
		if (op == OP2(':', '=') && (!d || d->block != reader_block(r)))
			reader_declare(r, s, reader_block(r), reader_end(r));
		else if (d)
			reader_assign(r, d, s);
	}
}

/* Names, ':=' '=' or '+=', values. False when that is not what stands here. */
static bool
assignment(struct go *g)
{
	struct reader *r = &g->r;
	struct token t[GO_NAMES];
	uint32_t values[GO_NAMES], n = go_names(g, t, GO_NAMES), op, mark = r->stack.n;
	struct token after;

	if (!n)
		return false;
	after = *reader_peek(r, 2 * n - 1);
	op = after.kind == TOKEN_OPERATOR ? after.op : 0;
	if (op != '=' && op != OP2(':', '=') && op != OP2('+', '='))
		return false;
	for (uint32_t i = 0; i < 2 * n; i++)
		reader_next(r);
	if (reader_take_word(r, GO_RANGE)) {
		go_expression(g);
		for (uint32_t i = 0; i < n; i++)
			go_declare_parameter(g, lexer_text(&r->lexer, &t[i]),
				(struct span){.offset = t[i].at, .length = t[i].length});
		return true;
	}
	go_expressions(g);
	go_pair(g, mark, n, values);
	if (!r->failed)
		assign(g, t, n, op, values);
	return true;
}

static bool
take_assignment_operator(struct reader *r)
{
	static const uint32_t ops[] = {'=', OP2(':', '='), OP2('+', '='), OP2('-', '='),
		OP2('*', '='), OP2('/', '='), OP2('%', '='), OP2('&', '='), OP2('|', '='),
		OP2('^', '='), OP3('<', '<', '='), OP3('>', '>', '='), OP3('&', '^', '='),
		OP2('<', '-')};

	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
		if (reader_take(r, ops[i]))
			return true;
	return false;
}

static void
simple_statement(struct go *g)
{
	struct reader *r = &g->r;
	struct reader_state before = reader_save(r);
	uint32_t mark = r->stack.n;

	if (assignment(g))
		return;
	if (reader_take_word(r, GO_RANGE)) {
		go_expression(g);
	} else {
		go_expressions(g);
		if (!reader_take(r, OP2('+', '+')) && !reader_take(r, OP2('-', '-')) &&
			take_assignment_operator(r)) {
			reader_take_word(r, GO_RANGE);
			go_expressions(g);
		}
	}
	r->stack.n = mark;
	if (!reader_worth(r, before))
		reader_take_back(r, before);
}

/* The parts between if, for, switch and their '{', separated by semicolons. */
static void
header(struct go *g)
{
	struct reader *r = &g->r;

	g->header = true;
	while (!r->failed && !reader_is(r, OP1('{'))) {
		if (go_take_end(r))
			continue;
		simple_statement(g);
		if (!reader_is(r, OP1('{')) && !go_take_end(r))
			reader_fail(r, "a '{' was expected");
	}
	g->header = false;
}

static void
if_statement(struct go *g)
{
	struct reader *r = &g->r;
	uint32_t opened = 0;

	do {
		reader_next(r);
		reader_open(r, reader_at(r), true, false);
		opened++;
		header(g);
		block(g, true);
		if (!reader_take_word(r, GO_ELSE))
			break;
	} while (reader_is_word(r, GO_IF) && !r->failed);
	if (reader_is(r, OP1('{')))
		block(g, true);
	while (opened--)
		reader_close(r, reader_end(r));
}

/* Clauses of a switch or select: each is a block. */
static void
clauses(struct go *g)
{
	struct reader *r = &g->r;

	reader_want(r, OP1('{'), "a '{' was expected");
	for (;;) {
		while (go_take_end(r))
			;
		if (r->failed || reader_is(r, OP1('}')))
			break;
		reader_open(r, reader_at(r), true, false);
		if (reader_take_word(r, GO_CASE))
			simple_statement(g);
		else if (!reader_take_word(r, GO_DEFAULT))
			reader_fail(r, "a `case` was expected");
		reader_want(r, OP1(':'), "a ':' was expected");
		go_statements(g);
		reader_close(r, reader_end(r));
	}
	reader_want(r, OP1('}'), "a '}' is missing");
}

static void
headed_statement(struct go *g)
{
	struct reader *r = &g->r;
	bool loop = reader_is_word(r, GO_FOR);

	reader_next(r);
	reader_open(r, reader_at(r), true, false);
	header(g);
	if (loop)
		block(g, true);
	else
		clauses(g);
	reader_close(r, reader_end(r));
}

/* return, go, defer: expressions, if any. */
static void
expression_statement(struct go *g)
{
	struct reader *r = &g->r;

	reader_next(r);
	if (!reader_is_newline(r) && !reader_is(r, OP1('}')) && !reader_is(r, OP1(';')))
		simple_statement(g);
}

static void
jump(struct go *g)
{
	reader_next(&g->r);
	if (reader_token(&g->r)->kind == TOKEN_NAME && !reader_token(&g->r)->word)
		reader_next(&g->r);
}

static void
word_statement(struct go *g)
{
	struct reader *r = &g->r;

	switch ((enum go_word)reader_token(r)->word) {
	case GO_IF:
		if_statement(g);
		break;
	case GO_FOR:
	case GO_SWITCH:
	case GO_SELECT:
		headed_statement(g);
		break;
	case GO_RETURN:
	case GO_GO:
	case GO_DEFER:
		expression_statement(g);
		break;
	case GO_BREAK:
	case GO_CONTINUE:
	case GO_GOTO:
	case GO_FALLTHROUGH:
		jump(g);
		break;
	case GO_CONST:
	case GO_VAR:
	case GO_TYPE:
	case GO_IMPORT:
		go_declaration(g);
		break;
	case GO_CASE:
	case GO_CHAN:
	case GO_DEFAULT:
	case GO_ELSE:
	case GO_FUNC:
	case GO_INTERFACE:
	case GO_MAP:
	case GO_PACKAGE:
	case GO_RANGE:
	case GO_STRUCT:
		simple_statement(g);
		break;
	}
}

static void
statement(struct go *g)
{
	struct reader *r = &g->r;
	const struct token *t = reader_token(r);

	if (!reader_enter(r))
		return;
	if (t->kind == TOKEN_NAME && t->word) {
		word_statement(g);
	} else if (reader_is(r, OP1('{'))) {
		block(g, false);
	} else if (t->kind == TOKEN_NAME && reader_peek(r, 1)->kind == TOKEN_OPERATOR &&
		   reader_peek(r, 1)->op == ':') {
		reader_next(r);
		reader_next(r);
		if (!reader_is(r, OP1('}')))
			statement(g);
	} else {
		simple_statement(g);
	}
	r->depth--;
}

void
go_statements(struct go *g)
{
	struct reader *r = &g->r;
	uint32_t blocks = r->blocks.n, depth = r->depth, mark = r->stack.n;

	for (;;) {
		while (go_take_end(r))
			;
		if (r->failed || reader_token(r)->kind == TOKEN_END || reader_is(r, OP1('}')) ||
			reader_is_word(r, GO_CASE) || reader_is_word(r, GO_DEFAULT))
			return;
		if (go_at_file_level(g)) {
			reader_fail(r, "a '}' is missing before this declaration");
			g->missing = true;
			return;
		}
		statement(g);
		if (!reader_is(r, OP1('}')) && !go_take_end(r) &&
			reader_token(r)->kind != TOKEN_END)
			reader_fail(r, "the end of a statement was expected");
		if (r->failed && !g->missing) {
			while (r->blocks.n > blocks)
				reader_close(r, r->where);
			r->depth = depth;
			r->stack.n = mark;
			reader_recover_line(&g->r);
			g->header = false;
		} else if (!r->failed) {
			r->clean = true;
		}
	}
}

static void
file_level(struct go *g)
{
	struct reader *r = &g->r;

	while (reader_token(r)->kind != TOKEN_END) {
		if (go_take_end(r))
			continue;
		if (reader_is_word(r, GO_FUNC))
			go_function_declaration(g);
		else if (reader_take_word(r, GO_PACKAGE))
			reader_next(r);
		else if (reader_is(r, OP1('}')))
			reader_fail(r, "a '}' that closes nothing");
		else
			statement(g);
		if (r->failed) {
			while (r->blocks.n > 1)
				reader_close(r, r->where);
			r->depth = r->stack.n = 0;
			g->missing = false;
			reader_recover_line(&g->r);
			g->header = false;
		} else {
			r->clean = true;
		}
	}
}

static void
go_read(struct unit *u, struct str bytes, const struct host_options *options, struct arena *scratch)
{
	struct go g = {0};

	if (host_refuse(u, bytes))
		return;
	reader_init(&g.r, &go_language, u, options, scratch, bytes);
	file_level(&g);
	lexer_reach(&g.r.lexer);
}

const struct host host_go = {
	.name = "go",
	.extensions = (const char *const[]){".go", NULL},
	.read = go_read,
	.language = &go_language,
	.prefilter = HOST_SQL_PATTERN,
};
