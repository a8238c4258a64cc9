/* Go: statements, declarations, scopes. A parser of the statements that is content with less than
 * the compiler: what it must know is where names are declared and which expressions there are. */
#include "go_p.h"

#include <string.h>

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
	.newline = go_newline,
};

/* Takes the end of a statement, if it is one. */
static bool
take_end(struct reader *r)
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

/* After an error: a blind spot, and on to the next line. */
static void
recover(struct go *g)
{
	struct reader *r = &g->r;
	size_t end = str_chr(r->lexer.bytes, '\n', r->where);

	end = end == SIZE_MAX ? r->lexer.bytes.n : end;
	if (!reader_recover(r, (uint32_t)end))
		lexer_resume(&r->lexer, r->i, (uint32_t)r->lexer.bytes.n);
	g->header = false;
	while (r->i > 0 && r->lexer.tokens.v[r->i - 1].at > end)
		r->i--;
	while (reader_token(r)->at < end && reader_token(r)->kind != TOKEN_END)
		reader_next(r);
}

static struct str
parameter_name(struct go *g, bool *typed)
{
	const struct token *t = reader_peek(&g->r, 1);
	uint32_t op = t->kind == TOKEN_OPERATOR ? t->op : 0;
	struct token after;

	t = reader_token(&g->r);
	if (t->kind != TOKEN_NAME || t->word)
		return (struct str){0};
	if (op == ',' || op == ')')
		return reader_text(&g->r);
	after = *reader_peek(&g->r, 1);
	if (after.kind == TOKEN_NAME || op == '*' || op == '(' || op == OP2('<', '-') ||
		op == OP3('.', '.', '.')) {
		*typed = true;
	} else if (op == '[') {
		after = *reader_peek(&g->r, 2);
		*typed = *typed || after.kind == TOKEN_NUMBER ||
			 (after.kind == TOKEN_OPERATOR && after.op == ']');
	}
	return reader_text(&g->r);
}

/* Up to the ',' or ')' that ends a parameter. */
static void
skip_parameter(struct go *g)
{
	struct reader *r = &g->r;

	while (!r->failed && !reader_is(r, OP1(',')) && !reader_is(r, OP1(')'))) {
		if (reader_is(r, OP1('(')) || reader_is(r, OP1('[')) || reader_is(r, OP1('{')))
			go_skip_group(g);
		else if (reader_token(r)->kind == TOKEN_END || reader_token(r)->kind == TOKEN_ERROR)
			reader_fail(r, "a ')' is missing");
		else
			reader_next(r);
	}
}

static void
declare_parameter(struct go *g, struct str name, struct span span)
{
	struct reader *r = &g->r;

	if (!name.n || str_is(name, "_"))
		return;
	reader_declare(r, (struct symbol){.kind = SYMBOL_PARAMETER, .name = name, .span = span},
		reader_block(r), span.offset);
}

uint32_t
go_parameters(struct go *g)
{
	struct reader *r = &g->r;
	uint32_t n = 0, first = r->stack.n;
	bool typed = false;

	reader_want(r, OP1('('), "a '(' was expected");
	while (!r->failed && !reader_is(r, OP1(')'))) {
		uint32_t at = reader_at(r);
		struct str name = parameter_name(g, &typed);

		reader_push(r, unit_add_value(r->u, (struct value){.kind = VALUE_REFERENCE,
							    .text = name,
							    .span = {.offset = at,
								    .length = (uint32_t)name.n}}));
		n++;
		skip_parameter(g);
		reader_take(r, OP1(','));
	}
	reader_want(r, OP1(')'), "a ')' is missing");
	for (uint32_t i = 0; typed && i < n; i++) {
		const struct value *v = &r->u->values.v[r->stack.v[first + i]];

		declare_parameter(g, v->text, v->span);
	}
	return n;
}

/* The '{' of a function's body was taken: the result, when it is one `return` of one expression. */
static uint32_t
body(struct go *g)
{
	struct reader *r = &g->r;
	uint32_t mark = r->stack.n, n, result = 0;

	while (take_end(r))
		;
	if (reader_take_word(r, GO_RETURN) && !reader_is_newline(r) && !reader_is(r, OP1('}'))) {
		n = go_expressions(g);
		result = n == 1 && r->stack.n > mark ? r->stack.v[mark] : 0;
		r->stack.n = mark;
		take_end(r);
		if (!reader_is(r, OP1('}')))
			result = 0;
	}
	go_statements(g);
	return result;
}

uint32_t
go_function(struct go *g, struct str name, uint32_t from)
{
	struct reader *r = &g->r;
	uint32_t mark = r->stack.n, n, result = 0, value, results;
	bool header = g->header;

	if (!reader_enter(r))
		return 0;
	reader_open(r, from, false, true);
	if (reader_is(r, OP1('[')))
		go_skip_group(g);
	n = go_parameters(g);
	results = r->stack.n;
	if (reader_is(r, OP1('('))) {
		go_parameters(g);
		r->stack.n = results;
	} else if (go_at_type(g)) {
		go_skip_type(g);
	}
	if (reader_is(r, OP1('{'))) {
		reader_next(r);
		g->header = false;
		result = body(g);
		reader_want(r, OP1('}'), "a '}' is missing");
		g->header = header;
		reader_push(r, result);
		reader_push(r, 0);
		value = reader_collect(r, VALUE_FUNCTION, name, from, mark);
		r->u->values.v[value].op = n;
	} else {
		r->stack.n = mark;
		value = reader_hole(r, from);
	}
	reader_close(r, reader_end(r));
	r->depth--;
	return value;
}

/* The name of the receiver's type: the last name in its parentheses, without type parameters. */
static struct str
receiver_type(struct go *g)
{
	struct reader *r = &g->r;
	struct str type = {0};

	for (uint32_t k = 1;; k++) {
		const struct token *t = reader_peek(r, k);

		if (t->kind == TOKEN_NAME)
			type = lexer_text(&r->lexer, t);
		else if (t->kind != TOKEN_OPERATOR || t->op != '*')
			return type;
	}
}

static void
function_declaration(struct go *g)
{
	struct reader *r = &g->r;
	uint32_t from = reader_at(r), value;
	struct symbol s = {.kind = SYMBOL_FUNCTION};
	struct str type = {0};

	reader_next(r);
	reader_open(r, from, false, true);
	if (reader_is(r, OP1('('))) {
		type = receiver_type(g);
		go_parameters(g);
		r->stack.n = 0;
	}
	s.span = (struct span){.offset = reader_at(r), .length = (uint32_t)reader_text(r).n};
	s.name = reader_text(r);
	if (reader_token(r)->kind != TOKEN_NAME)
		reader_fail(r, "a function's name was expected");
	reader_next(r);
	if (type.n)
		s.name = str_format(r->u->arena, "%.*s.%.*s", STR_ARG(type), STR_ARG(s.name));
	value = go_function(g, s.name, from);
	reader_close(r, reader_end(r));
	if (r->failed)
		return;
	if (r->u->values.v[value].kind == VALUE_FUNCTION)
		s.value = value;
	reader_declare(r, s, 0, 0);
}

/* Names before '=', ':=' or a type: a run of them separated by commas. */
static uint32_t
names(struct go *g, struct token *out, uint32_t most)
{
	struct reader *r = &g->r;
	uint32_t n = 0, k = 0;

	for (;; k += 2) {
		struct token t = *reader_peek(r, k);
		const struct token *comma = reader_peek(r, k + 1);

		if (t.kind != TOKEN_NAME || t.word || n == most)
			return 0;
		out[n++] = t;
		if (comma->kind != TOKEN_OPERATOR || comma->op != ',')
			break;
	}
	return n;
}

#define MOST_NAMES 32

static struct symbol
symbol_of(struct go *g, const struct token *t, enum symbol_kind kind, uint32_t value)
{
	return (struct symbol){.kind = kind,
		.name = lexer_text(&g->r.lexer, t),
		.value = value,
		.span = {.offset = t->at, .length = t->length}};
}

/* The values above MARK as those of N names: one each, or the same hole for all of one call. */
static void
pair(struct go *g, uint32_t mark, uint32_t n, uint32_t *out)
{
	struct reader *r = &g->r;
	uint32_t have = r->stack.n - mark, hole = 0;

	if (have && have != n) {
		struct span span = r->u->values.v[r->stack.v[mark]].span;

		hole = reader_hole(r, span.offset);
	}
	for (uint32_t i = 0; i < n; i++)
		out[i] = have == n ? r->stack.v[mark + i] : hole;
	r->stack.n = mark;
}

static void
declare_all(struct go *g, const struct token *t, uint32_t n, enum symbol_kind kind,
	const uint32_t *values)
{
	struct reader *r = &g->r;

	for (uint32_t i = 0; i < n; i++) {
		struct symbol s = symbol_of(g, &t[i], kind, values[i]);

		if (!str_is(s.name, "_"))
			reader_declare(r, s, reader_block(r), reader_end(r));
	}
}

/* One line of a const or var declaration. A constant without a value repeats the one above. */
static void
specification(struct go *g, bool constant, uint32_t *repeated, uint32_t *repeated_n)
{
	struct reader *r = &g->r;
	struct token t[MOST_NAMES];
	uint32_t values[MOST_NAMES] = {0}, mark = r->stack.n, n = names(g, t, MOST_NAMES);

	if (!n) {
		reader_fail(r, "a name was expected in a declaration");
		return;
	}
	for (uint32_t i = 0; i < 2 * n - 1; i++)
		reader_next(r);
	if (!reader_is(r, OP1('=')) && !reader_is_newline(r) && !reader_is(r, OP1(')')) &&
		!reader_is(r, OP1(';')))
		go_skip_type(g);
	if (reader_take(r, OP1('='))) {
		go_expressions(g);
		pair(g, mark, n, values);
		memcpy(repeated, values, sizeof values);
		*repeated_n = n;
	} else if (constant) {
		memcpy(values, repeated, n <= *repeated_n ? n * sizeof *values : 0);
	}
	if (!r->failed)
		declare_all(g, t, n, constant ? SYMBOL_CONSTANT : SYMBOL_VARIABLE, values);
}

static void
import(struct go *g)
{
	struct reader *r = &g->r;
	struct symbol s = {.kind = SYMBOL_IMPORT};
	struct str path, last;
	size_t slash;

	if (reader_token(r)->kind == TOKEN_NAME || reader_is(r, OP1('.'))) {
		s.name = reader_is(r, OP1('.')) ? STR("*") : reader_text(r);
		s.span =
			(struct span){.offset = reader_at(r), .length = (uint32_t)reader_text(r).n};
		reader_next(r);
	}
	if (reader_token(r)->kind != TOKEN_STRING) {
		reader_fail(r, "an import path was expected");
		return;
	}
	path = reader_text(r);
	path = str_slice(path, 1, path.n - 1);
	if (!s.span.length)
		s.span = (struct span){.offset = reader_at(r) + 1, .length = (uint32_t)path.n};
	reader_next(r);
	/* The package's name: the last component, or the one before a major version. */
	for (last = path; !s.name.n; last = str_slice(path, 0, slash)) {
		slash = str_rchr(last, '/');
		s.name = slash == SIZE_MAX ? last : str_slice(last, slash + 1, last.n);
		if (slash != SIZE_MAX && s.name.n > 1 && s.name.s[0] == 'v' && s.name.s[1] >= '0' &&
			s.name.s[1] <= '9')
			s.name = (struct str){0};
		else
			s.name = str_slice(s.name, 0, str_find(s.name, STR(".v"), 0));
		if (slash == SIZE_MAX)
			break;
	}
	if (str_is(s.name, "_"))
		return;
	s.value = unit_add_value(
		r->u, (struct value){.kind = VALUE_REFERENCE, .text = path, .span = s.span});
	reader_declare(r, s, 0, 0);
}

/* `type A struct {…}`, `type ( … )`. */
static void
type_specification(struct go *g)
{
	struct reader *r = &g->r;

	reader_next(r);
	while (!r->failed && !reader_is_newline(r) && !reader_is(r, OP1(')')) &&
		!reader_is(r, OP1(';'))) {
		if (reader_is(r, OP1('(')) || reader_is(r, OP1('[')) || reader_is(r, OP1('{')))
			go_skip_group(g);
		else if (reader_token(r)->kind == TOKEN_ERROR)
			reader_fail(r, "");
		else
			reader_next(r);
	}
}

static void
one_specification(struct go *g, uint8_t word, uint32_t *repeated, uint32_t *n)
{
	if (word == GO_IMPORT)
		import(g);
	else if (word == GO_TYPE)
		type_specification(g);
	else
		specification(g, word == GO_CONST, repeated, n);
}

/* import, const, var, type: one, or a group in parentheses. */
static void
declaration(struct go *g)
{
	struct reader *r = &g->r;
	uint8_t word = reader_token(r)->word;
	uint32_t repeated[MOST_NAMES] = {0}, n = 0;

	reader_next(r);
	if (!reader_take(r, OP1('('))) {
		one_specification(g, word, repeated, &n);
		return;
	}
	for (;;) {
		while (take_end(r))
			;
		if (r->failed || reader_take(r, OP1(')')))
			return;
		one_specification(g, word, repeated, &n);
		if (!take_end(r) && !reader_is(r, OP1(')')))
			reader_fail(r, "the end of a declaration was expected");
	}
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
		struct symbol s = symbol_of(
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
	struct token t[MOST_NAMES];
	uint32_t values[MOST_NAMES], n = names(g, t, MOST_NAMES), op, mark = r->stack.n;
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
			declare_parameter(g, lexer_text(&r->lexer, &t[i]),
				(struct span){.offset = t[i].at, .length = t[i].length});
		return true;
	}
	go_expressions(g);
	pair(g, mark, n, values);
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
		if (take_end(r))
			continue;
		simple_statement(g);
		if (!reader_is(r, OP1('{')) && !take_end(r))
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
		while (take_end(r))
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
		declaration(g);
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
		while (take_end(r))
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
		if (!reader_is(r, OP1('}')) && !take_end(r) && reader_token(r)->kind != TOKEN_END)
			reader_fail(r, "the end of a statement was expected");
		if (r->failed && !g->missing) {
			while (r->blocks.n > blocks)
				reader_close(r, r->where);
			r->depth = depth;
			r->stack.n = mark;
			recover(g);
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
		if (take_end(r))
			continue;
		if (reader_is_word(r, GO_FUNC))
			function_declaration(g);
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
			recover(g);
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
}

const struct host host_go = {
	.name = "go",
	.extensions = (const char *const[]){".go", NULL},
	.read = go_read,
	.prefilter = HOST_SQL_PATTERN,
};
