/* Ruby's expressions (doc/syntax of ruby/ruby). `+` is a concatenation, `%` behind a text a format, `||`
 * either side; other operators make holes, whose operands stay behind as values of their own. */
#include "ruby_p.h"

bool
ruby_at_label(struct ruby *p)
{
	const struct token *t = reader_token(&p->r);

	return (t->kind == TOKEN_NAME || t->kind == TOKEN_STRING) && t->flags & RUBY_LABEL &&
	       !p->ternary;
}

bool
ruby_is_local(struct ruby *p, struct str name)
{
	const struct reader_name *d = reader_find(&p->r, name);
	enum symbol_kind kind;

	if (!d || d->block < p->method)
		return false;
	kind = p->r.u->symbols.v[d->symbol].kind;
	return kind == SYMBOL_VARIABLE || kind == SYMBOL_APPEND || kind == SYMBOL_PARAMETER;
}

bool
ruby_at_argument(struct ruby *p)
{
	const struct token *t = reader_token(&p->r);

	if (!reader_blank_before(&p->r))
		return false;
	switch (t->kind) {
	case TOKEN_STRING:
	case TOKEN_NUMBER:
		return true;
	case TOKEN_NAME:
		return !t->word || t->word == RB_NIL || t->word == RB_TRUE || t->word == RB_FALSE ||
		       t->word == RB_SELF || t->word == RB_NOT || t->word == RB_DEFINED ||
		       t->word == RB_DEF || t->word == RB_SUPER || t->word == RB_YIELD ||
		       t->word == RB_CASE;
	case TOKEN_OPERATOR:
		if (t->op == '[' || t->op == '(' || t->op == '!' || t->op == OP2('-', '>'))
			return true;
		return (t->op == '*' || t->op == '&' || t->op == '-' || t->op == OP2('*', '*') ||
			       t->op == OP2(':', ':')) &&
		       !reader_blank_behind(&p->r);
	default:
		return false;
	}
}

/* a.name, a&.name, A::Name: what the token behind it names. */
static uint32_t
member(struct ruby *p, uint32_t object, uint32_t from)
{
	struct reader *r = &p->r;
	bool scope = reader_is(r, OP2(':', ':'));
	struct str name;
	uint32_t value;

	reader_next(r);
	reader_skip_newlines(&p->r);
	if (reader_is(r, OP1('('))) /* f.(x) */
		return ruby_called(p, object, from, false);
	name = reader_text(r);
	if (reader_token(r)->kind != TOKEN_NAME) {
		if (reader_token(r)->kind != TOKEN_OPERATOR)
			reader_fail(r, "a name was expected behind '.'");
		if (reader_take(r, OP1('['))) /* a.[](b), a.+(b) */
			reader_take(r, OP1(']'));
		else
			reader_next(r);
		return ruby_called(
			p, reader_parent(r, VALUE_ATTRIBUTE, name, from, object, 0), from, false);
	}
	if (reader_token(r)->flags & RUBY_LABEL && p->ternary)
		p->colon = true;
	reader_next(r);
	value = reader_parent(r, VALUE_ATTRIBUTE, name, from, object, 0);
	if (scope && name.n && name.s[0] >= 'A' && name.s[0] <= 'Z' && !reader_is(r, OP1('(')) &&
		!(ruby_at_argument(p) && !p->ternary &&
			(reader_token(r)->kind == TOKEN_NAME ||
				reader_token(r)->kind == TOKEN_STRING)))
		return value;
	return p->colon ? value : ruby_called(p, value, from, false);
}

static uint32_t
subscript(struct ruby *p, uint32_t object, uint32_t from)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n, n, index;

	reader_next(r);
	ruby_arguments(p, OP1(']'));
	n = r->stack.n - mark;
	index = n ? r->stack.v[mark] : 0;
	r->stack.n = mark;
	if (n != 1 || r->u->values.v[index].kind == VALUE_ARGUMENT)
		return reader_hole(r, from);
	return reader_parent(r, VALUE_INDEX, (struct str){0}, from, object, index);
}

/* True for what a '[' behind it indexes even with a blank between them. */
static bool
indexed(struct ruby *p)
{
	return reader_is(&p->r, OP1('[')) && !reader_blank_before(&p->r);
}

uint32_t
ruby_primary(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value;

	if (!reader_enter(r)) {
		r->depth--;
		return 0;
	}
	value = ruby_atom(p);
	while (!r->failed && !p->colon) {
		if (reader_is(r, OP1('.')) || reader_is(r, OP2('&', '.')) ||
			reader_is(r, OP2(':', ':')))
			value = member(p, value, from);
		else if (indexed(p))
			value = subscript(p, value, from);
		else
			break;
	}
	r->depth--;
	return value;
}

static bool
is_text(const struct unit *u, uint32_t value)
{
	enum value_kind k = u->values.v[value].kind;

	return k == VALUE_STRING || k == VALUE_CONCATENATION || k == VALUE_FORMAT ||
	       k == VALUE_JOIN;
}

static uint32_t
unary(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value, signs = 0;
	bool minus = reader_is(r, OP1('-')), plus = reader_is(r, OP1('+'));

	while (reader_is(r, OP1('-')) || reader_is(r, OP1('+')) || reader_is(r, OP1('~')) ||
		reader_is(r, OP1('!')) || reader_is(r, OP1('&')) || reader_is(r, OP1('*')) ||
		reader_is(r, OP2('*', '*'))) {
		signs++;
		reader_next(r);
	}
	value = ruby_primary(p);
	if (signs == 1 && minus && r->u->values.v[value].kind == VALUE_NUMBER)
		return reader_value(r, VALUE_NUMBER,
			str_format(r->u->arena, "-%.*s", STR_ARG(r->u->values.v[value].text)),
			from);
	if (signs == 1 && (plus || minus) && is_text(r->u, value))
		return value; /* +"": not frozen */
	return signs ? reader_hole(r, from) : value;
}

static int
precedence(struct ruby *p)
{
	const struct token *t = reader_token(&p->r);

	if (t->kind != TOKEN_OPERATOR || p->colon)
		return 0;
	switch (t->op) {
	case OP2('.', '.'):
	case OP3('.', '.', '.'):
		return 1;
	case OP2('|', '|'):
		return 2;
	case OP2('&', '&'):
		return 3;
	case OP2('=', '='):
	case OP2('!', '='):
	case OP2('=', '~'):
	case OP2('!', '~'):
	case OP3('=', '=', '='):
	case OP3('<', '=', '>'):
		return 4;
	case '<':
	case '>':
	case OP2('<', '='):
	case OP2('>', '='):
		return 5;
	case '|':
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
		return 10;
	case OP2('*', '*'):
		return 11;
	default:
		return 0;
	}
}

/* `format % [a, b]` or `format % a`. */
static uint32_t
format(struct ruby *p, uint32_t from, uint32_t text, uint32_t given)
{
	struct reader *r = &p->r;
	struct range kids = r->u->values.v[given].kids;
	uint32_t mark = r->stack.n;

	if (r->u->values.v[given].kind == VALUE_MAP)
		return reader_hole(r, from);
	reader_push(r, text);
	if (r->u->values.v[given].kind != VALUE_LIST)
		reader_push(r, given);
	else
		for (uint32_t i = 0; i < kids.count; i++)
			reader_push(r, r->u->kids.v[kids.first + i]);
	return reader_collect(r, VALUE_FORMAT, (struct str){0}, from, mark);
}

static uint32_t binary(struct ruby *p, int level);

/* LEFT and what is behind operator OP, which was taken. */
static uint32_t
operation(struct ruby *p, uint32_t from, uint32_t left, uint32_t op, int level)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n, right;

	reader_skip_newlines(&p->r);
	if (level == 1 &&
		(reader_is(r, OP1(')')) || reader_is(r, OP1(']')) || reader_is_newline(r)))
		return reader_hole(r, from); /* (1..) */
	right = binary(p, level + 1);
	if (op == '+' || (op == OP2('<', '<') && is_text(r->u, left)))
		return reader_parent(r, VALUE_CONCATENATION, (struct str){0}, from, left, right);
	if (op == '%' && is_text(r->u, left))
		return format(p, from, left, right);
	if (op == OP2('|', '|') || op == OP2('&', '&')) {
		reader_push(r, op == '|' ? 0 : left);
		if (op == OP2('|', '|')) {
			r->stack.v[mark] = reader_hole(r, from);
			reader_push(r, left);
		}
		reader_push(r, right);
		return reader_collect(r, VALUE_CONDITION, (struct str){0}, from, mark);
	}
	return reader_hole(r, from);
}

static uint32_t
binary(struct ruby *p, int level)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value = 0;
	int found;

	if (reader_enter(r))
		value = unary(p);
	r->depth--;
	while (!r->failed && (found = precedence(p)) >= level && found) {
		uint32_t op = reader_token(r)->op;

		reader_next(r);
		value = operation(p, from, value, op, found);
	}
	return value;
}

/* test ? then : otherwise */
static uint32_t
condition(struct ruby *p, uint32_t from, uint32_t test)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n;
	bool colon = p->colon;

	reader_next(r);
	reader_skip_newlines(&p->r);
	reader_push(r, test);
	p->ternary++;
	p->colon = false;
	reader_push(r, ruby_expression(p));
	reader_skip_newlines(&p->r);
	if (!p->colon)
		reader_want(r, OP1(':'), "a ':' was expected");
	p->ternary--;
	p->colon = false;
	reader_skip_newlines(&p->r);
	reader_push(r, ruby_expression(p));
	p->colon = p->colon || colon;
	return reader_collect(r, VALUE_CONDITION, (struct str){0}, from, mark);
}

/* True when the expression begins a statement: an assignment may then be of several values. */
static bool
stands_alone(const struct reader *r)
{
	return r->i == 0 || r->lexer.tokens.v[r->i - 1].kind == TOKEN_NEWLINE;
}

static uint32_t
expression(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value;
	bool alone = stands_alone(r);

	if (ruby_at_assignment(p, alone))
		return ruby_name_assignment(p, alone);
	if (reader_take_word(r, RB_NOT)) {
		ruby_expression(p);
		return reader_hole(r, from);
	}
	value = binary(p, 1);
	if (!r->failed && reader_is(r, OP1('?')) && !p->colon)
		value = condition(p, from, value);
	return r->failed || p->colon ? value : ruby_other_assignment(p, from, value, alone);
}

uint32_t
ruby_expression(struct ruby *p)
{
	uint32_t value = reader_enter(&p->r) ? expression(p) : 0;

	p->r.depth--;
	return value;
}

uint32_t
ruby_test(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value;

	p->no_do++;
	value = ruby_expression(p);
	while (!r->failed && (reader_is_word(r, RB_AND) || reader_is_word(r, RB_OR))) {
		reader_next(r);
		reader_skip_newlines(&p->r);
		ruby_expression(p);
		value = reader_hole(r, from);
	}
	p->no_do--;
	return value;
}

uint32_t
ruby_list(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, value = ruby_expression(p);

	if (r->failed || p->colon || !reader_is(r, OP1(',')))
		return value;
	reader_push(r, value);
	while (!r->failed && reader_take(r, OP1(',')))
		reader_push(r, ruby_expression(p));
	return reader_collect(r, VALUE_LIST, (struct str){0}, from, mark);
}
