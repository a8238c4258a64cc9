/* JavaScript's expressions (ECMAScript, "Expressions"). `+` is a concatenation, `?:`, `||` and `??` give
 * alternatives; other operators make holes, whose operands stay behind as values of their own. */
#include "javascript_p.h"

/* What a call of a text's or list's method means. 0: a call like any other. */
static uint32_t
known_call(struct javascript *p, uint32_t from, uint32_t mark)
{
	static const char *const same[] = {
		"trim", "trimStart", "trimEnd", "toString", "valueOf", NULL};
	struct reader *r = &p->r;
	struct unit *u = r->u;
	uint32_t callee = r->stack.v[mark], n = r->stack.n - mark - 1, argument;
	const struct value *v = &u->values.v[callee];
	uint32_t object = unit_kid(u, callee, 0);
	enum value_kind kind = u->values.v[object].kind;

	if (v->kind != VALUE_ATTRIBUTE || n > 1)
		return 0;
	for (const char *const *s = same; *s && !n; s++)
		if (str_is(v->text, *s) && (kind == VALUE_STRING || kind == VALUE_CONCATENATION ||
						   kind == VALUE_JOIN)) {
			r->stack.n = mark;
			return object;
		}
	if (n != 1)
		return 0;
	argument = r->stack.v[mark + 1];
	if (str_is(v->text, "join") && u->values.v[argument].kind == VALUE_STRING) {
		r->stack.v[mark] = argument;
		r->stack.v[mark + 1] = object;
		return reader_collect(r, VALUE_JOIN, (struct str){0}, from, mark);
	}
	if (str_is(v->text, "map") && u->values.v[argument].kind == VALUE_FUNCTION &&
		u->values.v[argument].op == 1 && unit_kid(u, argument, 1)) {
		struct str name = u->values.v[unit_kid(u, argument, 0)].text;

		r->stack.n = mark;
		return name.n ? reader_parent(r, VALUE_FOREACH, name, from, object,
					unit_kid(u, argument, 1))
			      : reader_hole(r, from);
	}
	return 0;
}

static uint32_t
call(struct javascript *p, uint32_t callee, uint32_t from)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n, value;

	reader_push(r, callee);
	js_arguments(p);
	if (r->failed)
		return 0;
	js_change_list(p, from, mark);
	value = known_call(p, from, mark);
	return value ? value : reader_collect(r, VALUE_CALL, (struct str){0}, from, mark);
}

static uint32_t
subscript(struct javascript *p, uint32_t object, uint32_t from)
{
	struct reader *r = &p->r;
	bool then = p->then, no_in = p->no_in;
	uint32_t index;

	p->then = p->no_in = false;
	reader_next(r);
	index = js_expressions(p);
	reader_want(r, OP1(']'), "a ']' is missing");
	p->then = then;
	p->no_in = no_in;
	return reader_parent(r, VALUE_INDEX, (struct str){0}, from, object, index);
}

static uint32_t
attribute(struct javascript *p, uint32_t object, uint32_t from)
{
	struct reader *r = &p->r;
	struct str name = reader_text(r);

	if (!js_at_word(p, 0))
		reader_fail(r, "a name was expected behind '.'");
	reader_next(r);
	return reader_parent(r, VALUE_ATTRIBUTE, name, from, object, 0);
}

/* What stands behind `?.`. */
static uint32_t
optional(struct javascript *p, uint32_t object, uint32_t from)
{
	if (reader_is(&p->r, OP1('(')))
		return call(p, object, from);
	if (reader_is(&p->r, OP1('[')))
		return subscript(p, object, from);
	return attribute(p, object, from);
}

/* One thing more behind VALUE; *MORE: whether there was one. */
static uint32_t
behind(struct javascript *p, uint32_t value, uint32_t from, bool *more)
{
	struct reader *r = &p->r;
	const struct token *t = reader_token(r);

	*more = true;
	if (reader_take(r, OP1('.')))
		return attribute(p, value, from);
	if (reader_take(r, OP2('?', '.')))
		return optional(p, value, from);
	if (reader_is(r, OP1('(')))
		return call(p, value, from);
	if (reader_is(r, OP1('[')))
		return subscript(p, value, from);
	if (t->kind == TOKEN_STRING && t->quote == JS_TEMPLATE && t->word & LITERAL_BEGINS)
		return js_template(p, value, from);
	if (reader_is(r, OP1('!')) && !js_breaks(p, 0)) {
		reader_next(r);
		return value;
	}
	*more = false;
	if (js_at_type_arguments(p)) {
		js_skip_angles(p);
		*more = true;
	}
	return value;
}

uint32_t
js_primary(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value = js_atom(p);
	bool more = true;

	while (!r->failed && more)
		value = behind(p, value, from, &more);
	return value;
}

/* `await x` is x; as a name it stands alone. */
static bool
take_await(struct javascript *p)
{
	const struct token *next = reader_peek(&p->r, 1);
	bool operand = next->kind == TOKEN_NAME || next->kind == TOKEN_STRING ||
		       next->kind == TOKEN_NUMBER ||
		       (next->kind == TOKEN_OPERATOR && (next->op == '(' || next->op == '['));

	return js_is_name(p, 0, "await") && operand && js_take_name(p, "await");
}

static bool
take_unary(struct javascript *p)
{
	struct reader *r = &p->r;

	return reader_take(r, OP1('-')) || reader_take(r, OP1('+')) || reader_take(r, OP1('~')) ||
	       reader_take(r, OP2('+', '+')) || reader_take(r, OP2('-', '-')) ||
	       reader_take_word(r, JS_TYPEOF) || reader_take_word(r, JS_VOID) ||
	       reader_take_word(r, JS_DELETE);
}

static uint32_t
negative(struct javascript *p, uint32_t value, uint32_t from)
{
	struct unit *u = p->r.u;

	return reader_value(&p->r, VALUE_NUMBER,
		str_format(u->arena, "-%.*s", STR_ARG(u->values.v[value].text)), from);
}

/* `!x` is x ? false : true, so that a test says what it is about. */
static uint32_t
negated(struct javascript *p, uint32_t value, uint32_t from)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n;

	reader_push(r, value);
	reader_push(r, reader_value(r, VALUE_BOOLEAN, STR("false"), from));
	reader_push(r, reader_value(r, VALUE_BOOLEAN, STR("true"), from));
	return reader_collect(r, VALUE_CONDITION, (struct str){0}, from, mark);
}

static uint32_t
unary(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value, operators = 0, nots = 0;
	bool minus = false;

	for (;;) {
		bool is_minus = reader_is(r, OP1('-'));

		if (take_await(p))
			continue;
		if (!operators && reader_take(r, OP1('!'))) {
			nots++;
			continue;
		}
		if (reader_is(r, OP1('<'))) { /* <T>x */
			js_skip_angles(p);
			continue;
		}
		if (r->failed || !take_unary(p))
			break;
		minus = is_minus;
		operators++;
	}
	value = js_primary(p);
	if ((reader_is(r, OP2('+', '+')) || reader_is(r, OP2('-', '-'))) && !js_breaks(p, 0)) {
		reader_next(r);
		operators += 2;
	}
	if (operators)
		nots = 0;
	if (operators == 1 && minus && r->u->values.v[value].kind == VALUE_NUMBER)
		return negative(p, value, from);
	if (operators)
		return reader_hole(r, from);
	return nots % 2 && !r->failed ? negated(p, value, from) : value;
}

static int
word_precedence(struct javascript *p, const struct token *t)
{
	if (t->word == JS_INSTANCEOF || (t->word == JS_IN && !p->no_in))
		return 8;
	if (!t->word && !js_breaks(p, 0) &&
		(js_is_name(p, 0, "as") || js_is_name(p, 0, "satisfies")))
		return 8;
	return 0;
}

static int
precedence(struct javascript *p)
{
	const struct token *t = reader_token(&p->r);

	if (t->kind == TOKEN_NAME)
		return word_precedence(p, t);
	if (t->kind != TOKEN_OPERATOR)
		return 0;
	switch (t->op) {
	case OP2('?', '?'):
	case OP2('|', '|'):
		return 1;
	case OP2('&', '&'):
		return 3;
	case '|':
		return 4;
	case '^':
		return 5;
	case '&':
		return 6;
	case OP2('=', '='):
	case OP2('!', '='):
	case OP3('=', '=', '='):
	case OP3('!', '=', '='):
		return 7;
	case '<':
	case '>':
	case OP2('<', '='):
	case OP2('>', '='):
		return 8;
	case OP2('<', '<'):
	case OP2('>', '>'):
	case OP3('>', '>', '>'):
		return 9;
	case '+':
	case '-':
		return 10;
	case '*':
	case '/':
	case '%':
		return 11;
	case OP2('*', '*'):
		return 12;
	default:
		return 0;
	}
}

static uint32_t binary(struct javascript *p, int level);

/* One operator of level FOUND behind VALUE, with what stands to its right. */
static uint32_t
operation(struct javascript *p, uint32_t value, int found, uint32_t from)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n;

	if (js_is_name(p, 0, "as") || js_is_name(p, 0, "satisfies")) {
		reader_next(r);
		if (!reader_take_word(r, JS_CONST))
			js_skip_type(p);
		return value;
	}
	if (reader_is(r, OP1('+'))) {
		reader_push(r, value);
		while (reader_take(r, OP1('+')))
			reader_push(r, binary(p, found + 1));
		return reader_collect(r, VALUE_CONCATENATION, (struct str){0}, from, mark);
	}
	if (found == 1) {
		reader_next(r);
		reader_push(r, 0);
		reader_push(r, value);
		reader_push(r, binary(p, found + 1));
		return reader_collect(r, VALUE_CONDITION, (struct str){0}, from, mark);
	}
	reader_next(r);
	binary(p, found + 1);
	return reader_hole(r, from);
}

static uint32_t
binary(struct javascript *p, int level)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value = unary(p);
	int found;

	while (!r->failed && (found = precedence(p)) >= level && found)
		value = operation(p, value, found, from);
	return value;
}

static uint32_t
conditional(struct javascript *p, uint32_t test, uint32_t from)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n;
	bool then = p->then;

	reader_next(r);
	reader_push(r, test);
	p->then = true;
	reader_push(r, js_expression(p));
	p->then = then;
	reader_want(r, OP1(':'), "a ':' was expected");
	reader_push(r, js_expression(p));
	return reader_collect(r, VALUE_CONDITION, (struct str){0}, from, mark);
}

static bool
at_assignment(struct javascript *p)
{
	const struct token *t = reader_token(&p->r);
	struct str text = reader_text(&p->r);

	if (t->kind != TOKEN_OPERATOR || text.s[text.n - 1] != '=')
		return false;
	return !str_is(text, "==") && !str_is(text, "===") && !str_is(text, "!=") &&
	       !str_is(text, "!==") && !str_is(text, "<=") && !str_is(text, ">=");
}

static uint32_t
yield(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r);
	const struct token *t;

	reader_next(r);
	reader_take(r, OP1('*'));
	t = reader_token(r);
	if (t->kind == TOKEN_OPERATOR &&
		(t->op == ')' || t->op == ']' || t->op == '}' || t->op == ',' || t->op == ';'))
		return reader_hole(r, from);
	return js_expression(p);
}

static uint32_t
expression(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value, op;

	if (js_at_arrow(p))
		return js_arrow(p);
	if (js_is_name(p, 0, "yield") && !js_is_op(p, 1, '=') && !js_is_op(p, 1, '.'))
		return yield(p);
	value = binary(p, 1);
	if (reader_is(r, OP1('?')))
		return conditional(p, value, from);
	if (r->failed || !at_assignment(p))
		return value;
	op = reader_token(r)->op;
	reader_next(r);
	from = value;
	value = js_expression(p);
	if (!r->failed)
		js_assign(p, from, value, op);
	return value;
}

uint32_t
js_expression(struct javascript *p)
{
	uint32_t value = reader_enter(&p->r) ? expression(p) : 0;

	p->r.depth--;
	return value;
}

uint32_t
js_expressions(struct javascript *p)
{
	uint32_t value = js_expression(p);

	while (!p->r.failed && reader_take(&p->r, OP1(',')))
		value = js_expression(p);
	return value;
}
