/* Python's expressions (The Python Language Reference, "Expressions"). `+` is a concatenation, `%`
 * behind a text a format; other operators make holes, whose operands stay behind as values of their
 * own. */
#include "python_p.h"

static bool
at_expression(struct python *p)
{
	const struct token *t = reader_token(&p->r);

	switch (t->kind) {
	case TOKEN_NUMBER:
	case TOKEN_STRING:
		return true;
	case TOKEN_NAME:
		return !t->word || t->word == PY_FALSE || t->word == PY_NONE ||
		       t->word == PY_TRUE || t->word == PY_AWAIT || t->word == PY_LAMBDA ||
		       t->word == PY_NOT || t->word == PY_YIELD;
	case TOKEN_OPERATOR:
		return t->op == '(' || t->op == '[' || t->op == '{' || t->op == '-' ||
		       t->op == '+' || t->op == '~' || t->op == '*' || t->op == OP2('*', '*') ||
		       t->op == OP3('.', '.', '.');
	default:
		return false;
	}
}

void
python_unknown(struct python *p, uint32_t first)
{
	struct reader *r = &p->r;

	for (uint32_t i = first; i < r->i; i++) {
		struct token t = *lexer_token(&r->lexer, i);
		bool attribute = i > first && lexer_token(&r->lexer, i - 1)->op == '.';

		if (t.kind == TOKEN_NAME && !t.word && !attribute)
			python_assign(p, SYMBOL_PARAMETER, lexer_text(&r->lexer, &t),
				(struct span){.offset = t.at, .length = t.length}, 0);
	}
}

static uint32_t
word_value(struct python *p)
{
	struct reader *r = &p->r;
	const struct token *t = reader_token(r);
	uint32_t from = t->at;
	uint8_t word = t->word;
	struct str text = reader_text(r);

	if (word && word != PY_FALSE && word != PY_NONE && word != PY_TRUE) {
		reader_fail(r, "an expression was expected");
		return 0;
	}
	reader_next(r);
	if (!word)
		return reader_value(r, VALUE_REFERENCE, text, from);
	if (word == PY_NONE)
		return reader_value(r, VALUE_NULL, (struct str){0}, from);
	return reader_value(r, VALUE_BOOLEAN, word == PY_TRUE ? STR("true") : STR("false"), from);
}

static uint32_t
atom(struct python *p)
{
	struct reader *r = &p->r;
	const struct token *t = reader_token(r);
	uint32_t from = t->at;

	switch (t->kind) {
	case TOKEN_STRING:
		return python_string(p);
	case TOKEN_NUMBER:
		return reader_number(r);
	case TOKEN_NAME:
		return word_value(p);
	case TOKEN_OPERATOR:
		if (t->op == '(')
			return python_parenthesised(p);
		if (t->op == '[')
			return python_bracketed(p);
		if (t->op == '{')
			return python_braced(p);
		if (reader_take(r, OP3('.', '.', '.')))
			return reader_hole(r, from);
		break;
	default:
		break;
	}
	reader_fail(r, "an expression was expected");
	return 0;
}

/* One argument of a call, pushed. */
static void
argument(struct python *p)
{
	struct reader *r = &p->r;
	const struct token *t = reader_token(r), *next;
	uint32_t from = t->at, value;

	if (reader_take(r, OP2('*', '*'))) {
		python_expression(p);
		reader_push(r, reader_hole(r, from));
		return;
	}
	if (reader_take(r, OP1('*'))) {
		value = python_expression(p);
		reader_push(r, reader_parent(r, VALUE_ARGUMENT, STR("*"), from, value, 0));
		return;
	}
	next = reader_peek(r, 1);
	t = reader_token(r);
	if (t->kind == TOKEN_NAME && !t->word && next->kind == TOKEN_OPERATOR && next->op == '=') {
		struct str name = reader_text(r);

		reader_next(r);
		reader_next(r);
		value = python_expression(p);
		reader_push(r, reader_parent(r, VALUE_ARGUMENT, name, from, value, 0));
		return;
	}
	value = python_expression(p);
	if (python_at_comprehension(p))
		value = python_comprehension(p, from, value);
	reader_push(r, value);
}

/* The call of CALLEE, pushed at MARK and followed by its arguments: `.format` and `.join` are
 * known. */
static uint32_t
call(struct python *p, uint32_t from, uint32_t mark)
{
	struct reader *r = &p->r;
	uint32_t callee = r->stack.v[mark], n = r->stack.n - mark - 1, value;
	uint32_t object = unit_kid(r->u, callee, 0);
	const struct value *v;

	python_change_list(p, from, mark);
	v = &r->u->values.v[callee];
	if (v->kind == VALUE_ATTRIBUTE && str_is(v->text, "format")) {
		r->stack.v[mark] = object;
		value = reader_collect(r, VALUE_FORMAT, (struct str){0}, from, mark);
		r->u->values.v[value].op = FORMAT_BRACE;
		return value;
	}
	if (v->kind == VALUE_ATTRIBUTE && str_is(v->text, "join") && n == 1 &&
		r->u->values.v[r->stack.v[mark + 1]].kind != VALUE_ARGUMENT) {
		r->stack.v[mark] = object;
		return reader_collect(r, VALUE_JOIN, (struct str){0}, from, mark);
	}
	return reader_collect(r, VALUE_CALL, (struct str){0}, from, mark);
}

static uint32_t
arguments(struct python *p, uint32_t callee, uint32_t from)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n;

	reader_push(r, callee);
	reader_next(r);
	while (!r->failed && !reader_is(r, OP1(')'))) {
		argument(p);
		if (!reader_take(r, OP1(',')) && !reader_is(r, OP1(')')))
			reader_fail(r, "a ',' or ')' was expected in the arguments of a call");
	}
	reader_want(r, OP1(')'), "a ')' is missing");
	return call(p, from, mark);
}

static uint32_t
subscript(struct python *p, uint32_t object, uint32_t from)
{
	struct reader *r = &p->r;
	uint32_t value = 0, n = 0;
	bool slice = false;

	reader_next(r);
	while (!r->failed && !reader_is(r, OP1(']'))) {
		if (reader_take(r, OP1(':')) || reader_take(r, OP1(','))) {
			slice = true;
			continue;
		}
		value = python_expression(p);
		n++;
	}
	reader_want(r, OP1(']'), "a ']' is missing");
	if (slice || n != 1)
		return reader_hole(r, from);
	return reader_parent(r, VALUE_INDEX, (struct str){0}, from, object, value);
}

static uint32_t
attribute(struct python *p, uint32_t object, uint32_t from)
{
	struct reader *r = &p->r;
	struct str name;

	reader_next(r);
	name = reader_text(r);
	if (reader_token(r)->kind != TOKEN_NAME)
		reader_fail(r, "a name was expected behind '.'");
	reader_next(r);
	return reader_parent(r, VALUE_ATTRIBUTE, name, from, object, 0);
}

uint32_t
python_primary(struct python *p)
{
	struct reader *r = &p->r;
	uint32_t from, value;

	reader_take_word(r, PY_AWAIT);
	from = reader_at(r);
	value = atom(p);
	while (!r->failed) {
		if (reader_is(r, OP1('.')))
			value = attribute(p, value, from);
		else if (reader_is(r, OP1('(')))
			value = arguments(p, value, from);
		else if (reader_is(r, OP1('[')))
			value = subscript(p, value, from);
		else
			break;
	}
	return value;
}

static uint32_t
unary(struct python *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value;
	bool sign = false, minus = false;

	while (reader_is(r, OP1('-')) || reader_is(r, OP1('+')) || reader_is(r, OP1('~'))) {
		minus = reader_is(r, OP1('-')) && !sign;
		sign = true;
		reader_next(r);
	}
	value = python_primary(p);
	if (reader_take(r, OP2('*', '*'))) {
		if (reader_enter(r))
			unary(p);
		r->depth--;
		return reader_hole(r, from);
	}
	if (minus && r->u->values.v[value].kind == VALUE_NUMBER)
		return reader_value(r, VALUE_NUMBER,
			str_format(r->u->arena, "-%.*s", STR_ARG(r->u->values.v[value].text)),
			from);
	return sign ? reader_hole(r, from) : value;
}

static int
word_precedence(struct python *p, const struct token *t)
{
	const struct token *next;

	switch (t->word) {
	case PY_OR:
		return 1;
	case PY_AND:
		return 2;
	case PY_IN:
	case PY_IS:
		return 4;
	case PY_NOT:
		next = reader_peek(&p->r, 1);
		return next->kind == TOKEN_NAME && next->word == PY_IN ? 4 : 0;
	default:
		return 0;
	}
}

static int
precedence(struct python *p)
{
	const struct token *t = reader_token(&p->r);

	if (t->kind == TOKEN_NAME && t->word)
		return word_precedence(p, t);
	if (t->kind != TOKEN_OPERATOR)
		return 0;
	switch (t->op) {
	case '<':
	case '>':
	case OP2('=', '='):
	case OP2('!', '='):
	case OP2('<', '='):
	case OP2('>', '='):
		return 4;
	case '|':
		return 5;
	case '^':
		return 6;
	case '&':
		return 7;
	case OP2('<', '<'):
	case OP2('>', '>'):
		return 8;
	case '+':
	case '-':
		return 9;
	case '*':
	case '/':
	case '%':
	case '@':
	case OP2('/', '/'):
		return 10;
	default:
		return 0;
	}
}

/* True when `%` behind VALUE formats a text. */
static bool
formats(struct python *p, uint32_t value)
{
	const struct token *next = reader_peek(&p->r, 1);

	switch ((int)p->r.u->values.v[value].kind) {
	case VALUE_STRING:
	case VALUE_CONCATENATION:
		return true;
	case VALUE_REFERENCE:
	case VALUE_ATTRIBUTE:
		return next->kind == TOKEN_OPERATOR && (next->op == '(' || next->op == '{');
	default:
		return false;
	}
}

/* Pushes what a format is given: a tuple's elements, a dict's entries by name, or one value. */
static void
push_formatted(struct python *p, uint32_t given)
{
	struct unit *u = p->r.u;
	struct range kids = u->values.v[given].kids;
	bool tuple = u->values.v[given].kind == VALUE_LIST &&
		     p->r.lexer.bytes.s[u->values.v[given].span.offset] == '(';

	if (!tuple && u->values.v[given].kind != VALUE_MAP) {
		reader_push(&p->r, given);
		return;
	}
	for (uint32_t i = 0; i < kids.count; i++) {
		uint32_t kid = u->kids.v[kids.first + i], k = unit_kid(u, kid, 0);

		if (!tuple && u->values.v[kid].kind == VALUE_ENTRY &&
			u->values.v[k].kind == VALUE_STRING)
			kid = reader_parent(&p->r, VALUE_ARGUMENT, u->values.v[k].text,
				u->values.v[kid].span.offset, unit_kid(u, kid, 1), 0);
		reader_push(&p->r, kid);
	}
}

static void
take_operator(struct python *p)
{
	bool is = reader_is_word(&p->r, PY_IS), not = reader_is_word(&p->r, PY_NOT);

	reader_next(&p->r);
	if (is)
		reader_take_word(&p->r, PY_NOT);
	if (not )
		reader_take_word(&p->r, PY_IN);
}

static uint32_t
negated(struct python *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r);

	while (reader_take_word(r, PY_NOT))
		;
	python_binary(p, 4);
	return reader_hole(r, from);
}

uint32_t
python_binary(struct python *p, int level)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, value;
	int found;

	value = level <= 4 && reader_is_word(r, PY_NOT) ? negated(p) : unary(p);
	while ((found = precedence(p)) >= level && found) {
		if (reader_is(r, OP1('+'))) {
			reader_push(r, value);
			while (reader_take(r, OP1('+')))
				reader_push(r, python_binary(p, found + 1));
			value = reader_collect(r, VALUE_CONCATENATION, (struct str){0}, from, mark);
		} else if (reader_is(r, OP1('%')) && formats(p, value)) {
			reader_push(r, value);
			reader_next(r);
			push_formatted(p, unary(p));
			value = reader_collect(r, VALUE_FORMAT, (struct str){0}, from, mark);
		} else {
			take_operator(p);
			python_binary(p, found + 1);
			value = reader_hole(r, from);
		}
	}
	return value;
}

uint32_t
python_targets(struct python *p)
{
	uint32_t value = 0;

	do {
		reader_take(&p->r, OP1('*'));
		if (!at_expression(p))
			break;
		value = python_binary(p, 5);
	} while (reader_take(&p->r, OP1(',')) && !p->r.failed);
	return value;
}

static uint32_t
lambda(struct python *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, n, value;

	reader_next(r);
	n = python_parameters(p, OP1(':'));
	reader_want(r, OP1(':'), "a ':' was expected");
	reader_open(r, reader_end(r), false, true);
	python_declare_parameters(p, mark, n);
	reader_push(r, python_expression(p));
	reader_push(r, 0);
	reader_close(r, reader_end(r));
	value = reader_collect(r, VALUE_FUNCTION, (struct str){0}, from, mark);
	r->u->values.v[value].op = n;
	return value;
}

static uint32_t
yield(struct python *p)
{
	uint32_t from = reader_at(&p->r);

	reader_next(&p->r);
	reader_take_word(&p->r, PY_FROM);
	if (at_expression(p))
		python_list(p);
	return reader_hole(&p->r, from);
}

/* A conditional expression: test, then, else. */
static uint32_t
condition(struct python *p, uint32_t from, uint32_t then)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n;

	reader_next(r);
	reader_push(r, python_binary(p, 1));
	reader_push(r, then);
	if (!reader_take_word(r, PY_ELSE))
		reader_fail(r, "`else` was expected");
	reader_push(r, python_expression(p));
	return reader_collect(r, VALUE_CONDITION, (struct str){0}, from, mark);
}

static uint32_t
walrus(struct python *p)
{
	struct reader *r = &p->r;
	struct str name = reader_text(r);
	struct span span = {.offset = reader_at(r), .length = (uint32_t)name.n};
	uint32_t value;

	reader_next(r);
	reader_next(r);
	value = python_expression(p);
	python_assign(p, SYMBOL_VARIABLE, name, span, value);
	return value;
}

static uint32_t
expression(struct python *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value;

	if (reader_take(r, OP1('*'))) {
		python_binary(p, 5);
		return reader_hole(r, from);
	}
	if (reader_is_word(r, PY_LAMBDA))
		return lambda(p);
	if (reader_is_word(r, PY_YIELD))
		return yield(p);
	if (reader_token(r)->kind == TOKEN_NAME && reader_peek(r, 1)->op == OP2(':', '='))
		return walrus(p);
	value = python_binary(p, 1);
	return reader_is_word(r, PY_IF) ? condition(p, from, value) : value;
}

uint32_t
python_expression(struct python *p)
{
	uint32_t value = reader_enter(&p->r) ? expression(p) : 0;

	p->r.depth--;
	return value;
}

uint32_t
python_list(struct python *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, value = python_expression(p);

	if (!reader_is(r, OP1(',')))
		return value;
	reader_push(r, value);
	while (reader_take(r, OP1(',')) && at_expression(p))
		reader_push(r, python_expression(p));
	return reader_collect(r, VALUE_LIST, (struct str){0}, from, mark);
}
