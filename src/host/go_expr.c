/* Go's expressions and types. `+` is a concatenation, some calls are formats and joins, literals of
 * structs, slices and maps are lists and maps; any other operator makes a hole, whose operands stay
 * behind as values of their own. Types are gone over. */
#include "go_p.h"

uint32_t
go_expressions(struct go *g)
{
	uint32_t n = 0;

	do {
		reader_push(&g->r, go_expression(g));
		n++;
	} while (reader_take(&g->r, OP1(',')) && !reader_is_newline(&g->r));
	return n;
}

void
go_skip_group(struct go *g)
{
	struct reader *r = &g->r;
	uint32_t open = 0;

	do {
		const struct token *t = reader_token(r);

		if (t->kind == TOKEN_ERROR || t->kind == TOKEN_END || (open && go_at_file_level(g)))
			reader_fail(r, "a bracket that is never closed");
		if (r->failed)
			return;
		if (t->kind == TOKEN_OPERATOR && (t->op == '(' || t->op == '[' || t->op == '{'))
			open++;
		else if (t->kind == TOKEN_OPERATOR &&
			 (t->op == ')' || t->op == ']' || t->op == '}'))
			open--;
		reader_next(r);
	} while (open);
}

bool
go_at_type(struct go *g)
{
	const struct token *t = reader_token(&g->r);

	switch (t->kind) {
	case TOKEN_NAME:
		return !t->word || t->word == GO_FUNC || t->word == GO_MAP || t->word == GO_CHAN ||
		       t->word == GO_STRUCT || t->word == GO_INTERFACE;
	case TOKEN_OPERATOR:
		return t->op == '*' || t->op == '[' || t->op == '(' || t->op == OP2('<', '-');
	default:
		return false;
	}
}

static void
skip_named_type(struct go *g)
{
	struct reader *r = &g->r;

	reader_next(r);
	while (reader_take(r, OP1('.')))
		reader_next(r);
	if (reader_is(r, OP1('[')))
		go_skip_group(g);
}

static void
skip_func_type(struct go *g)
{
	struct reader *r = &g->r;

	if (reader_is(r, OP1('(')))
		go_skip_group(g);
	if (go_at_type(g))
		go_skip_type(g);
}

void
go_skip_type(struct go *g)
{
	struct reader *r = &g->r;

	if (!reader_enter(r))
		return;
	while (reader_take(r, OP1('*')) || reader_take(r, OP2('<', '-')) ||
		reader_take_word(r, GO_CHAN) || reader_take(r, OP3('.', '.', '.')))
		;
	if (reader_is(r, OP1('('))) {
		go_skip_group(g);
	} else if (reader_is(r, OP1('['))) {
		go_skip_group(g);
		go_skip_type(g);
	} else if (reader_take_word(r, GO_MAP)) {
		if (reader_is(r, OP1('[')))
			go_skip_group(g);
		go_skip_type(g);
	} else if (reader_take_word(r, GO_STRUCT) || reader_take_word(r, GO_INTERFACE)) {
		if (reader_is(r, OP1('{')))
			go_skip_group(g);
	} else if (reader_take_word(r, GO_FUNC)) {
		skip_func_type(g);
	} else if (reader_token(r)->kind == TOKEN_NAME && !reader_token(r)->word) {
		skip_named_type(g);
	} else {
		reader_fail(r, "a type was expected");
	}
	r->depth--;
}

/* What a call of a known function of the standard library means. */
static const struct known_call {
	const char *package, *name;
	enum value_kind kind; /* NONE: its first argument as it is, for SQL's purposes */
} known_calls[] = {
	{"fmt", "Sprintf", VALUE_FORMAT},
	{"strings", "Join", VALUE_JOIN},
	{"strings", "TrimSpace", VALUE_NONE},
};

static const struct known_call *
known_call(const struct unit *u, uint32_t callee)
{
	const struct value *v = &u->values.v[callee];
	const struct value *package = &u->values.v[unit_kid(u, callee, 0)];

	if (v->kind != VALUE_ATTRIBUTE || package->kind != VALUE_REFERENCE)
		return NULL;
	for (size_t i = 0; i < sizeof known_calls / sizeof *known_calls; i++)
		if (str_is(package->text, known_calls[i].package) &&
			str_is(v->text, known_calls[i].name))
			return &known_calls[i];
	return NULL;
}

/* The call of CALLEE, whose arguments are on the stack above MARK. */
static uint32_t
call(struct go *g, uint32_t callee, uint32_t from, uint32_t mark)
{
	struct reader *r = &g->r;
	const struct known_call *k = known_call(r->u, callee);
	uint32_t n = r->stack.n - mark, *arguments = n ? r->stack.v + mark : NULL;
	struct value *v = &r->u->values.v[callee];

	if (n == 1 && v->kind == VALUE_REFERENCE && str_is(v->text, "string")) {
		r->stack.n = mark;
		return arguments[0];
	}
	if (k && k->kind == VALUE_NONE && n == 1) {
		r->stack.n = mark;
		return arguments[0];
	}
	if (k && k->kind == VALUE_FORMAT && n >= 1)
		return reader_collect(r, VALUE_FORMAT, (struct str){0}, from, mark);
	if (k && k->kind == VALUE_JOIN && n == 2) {
		uint32_t list = arguments[0];

		arguments[0] = arguments[1];
		arguments[1] = list;
		return reader_collect(r, VALUE_JOIN, (struct str){0}, from, mark);
	}
	reader_push(r, 0);
	for (uint32_t i = r->stack.n - 1; i > mark; i--)
		r->stack.v[i] = r->stack.v[i - 1];
	r->stack.v[mark] = callee;
	return reader_collect(r, VALUE_CALL, (struct str){0}, from, mark);
}

static uint32_t
arguments(struct go *g, uint32_t callee, uint32_t from)
{
	struct reader *r = &g->r;
	uint32_t mark = r->stack.n;
	bool header = g->header;

	g->header = false;
	reader_next(r);
	while (!r->failed && !reader_is(r, OP1(')'))) {
		reader_push(r, go_expression(g));
		reader_take(r, OP3('.', '.', '.'));
		if (!reader_take(r, OP1(',')) && !reader_is(r, OP1(')')))
			reader_fail(r, "a ',' or ')' was expected in the arguments of a call");
	}
	reader_want(r, OP1(')'), "a ')' is missing");
	g->header = header;
	return call(g, callee, from, mark);
}

/* What stands in brackets behind a value: an index, a slice, or arguments that are types. */
static uint32_t
index_of(struct go *g, uint32_t object, uint32_t from)
{
	struct reader *r = &g->r;
	uint32_t mark = r->stack.n, n = 0, value;
	bool header = g->header, slice = false;

	g->header = false;
	reader_next(r);
	while (!r->failed && !reader_is(r, OP1(']'))) {
		if (reader_take(r, OP1(':')) || reader_take(r, OP1(','))) {
			slice = true;
			continue;
		}
		reader_push(r, go_expression(g));
		n++;
	}
	value = n ? r->stack.v[mark] : 0;
	r->stack.n = mark;
	reader_want(r, OP1(']'), "a ']' is missing");
	g->header = header;
	if (slice || n != 1)
		return reader_hole(r, from);
	return reader_parent(r, VALUE_INDEX, (struct str){0}, from, object, value);
}

static uint32_t composite(struct go *g, uint32_t from, bool fields, bool list);

/* One element of a literal; a nested one may leave its type out. */
static uint32_t
element(struct go *g)
{
	if (reader_is(&g->r, OP1('{')))
		return composite(g, reader_at(&g->r), true, false);
	return go_expression(g);
}

static uint32_t
key(struct go *g, bool fields)
{
	struct reader *r = &g->r;
	const struct token *t = reader_token(r);
	const struct token *next = reader_peek(r, 1);
	struct token name;

	t = reader_token(r);
	if (!fields || t->kind != TOKEN_NAME || t->word || next->kind != TOKEN_OPERATOR ||
		next->op != ':')
		return element(g);
	name = *t;
	name.flags = STRING_VERBATIM;
	reader_next(r);
	return lexer_string(
		&r->lexer, &name, name.at, name.at + name.length, reader_span(r, name.at));
}

/* From '{' on. FIELDS: a plain name as key is a field's; LIST: empty, it is a list. */
static uint32_t
composite(struct go *g, uint32_t from, bool fields, bool list)
{
	struct reader *r = &g->r;
	uint32_t mark = r->stack.n;
	bool header = g->header, keyed = false;

	if (!reader_enter(r))
		return 0;
	g->header = false;
	reader_next(r);
	while (!r->failed && !reader_is(r, OP1('}'))) {
		uint32_t at = reader_at(r), value = key(g, fields);

		if (reader_take(r, OP1(':'))) {
			keyed = true;
			value = reader_parent(
				r, VALUE_ENTRY, (struct str){0}, at, value, element(g));
		}
		reader_push(r, value);
		if (!reader_take(r, OP1(',')) && !reader_is(r, OP1('}')))
			reader_fail(r, "a ',' or '}' was expected in a literal");
	}
	reader_want(r, OP1('}'), "a '}' is missing");
	g->header = header;
	r->depth--;
	list = !keyed && (list || r->stack.n > mark);
	return reader_collect(r, list ? VALUE_LIST : VALUE_MAP, (struct str){0}, from, mark);
}

static uint32_t
parenthesised(struct go *g)
{
	struct reader *r = &g->r;
	bool header = g->header;
	uint32_t value;

	g->header = false;
	reader_next(r);
	value = go_expression(g);
	reader_take(r, OP1(','));
	reader_want(r, OP1(')'), "a ')' is missing");
	g->header = header;
	return value;
}

/* An expression that begins with a type: []string{…}, map[K]V{…}, []byte("…"). */
static uint32_t
typed(struct go *g, uint32_t from)
{
	struct reader *r = &g->r;
	bool map = reader_is_word(r, GO_MAP), list = reader_is(r, OP1('['));

	go_skip_type(g);
	if (reader_is(r, OP1('{')))
		return composite(g, from, !map && !list, list);
	if (reader_is(r, OP1('(')))
		return parenthesised(g);
	return reader_hole(r, from);
}

static uint32_t
name_value(struct go *g)
{
	struct reader *r = &g->r;
	uint32_t from = reader_at(r);
	struct str text = reader_text(r);

	reader_next(r);
	if (str_is(text, "nil"))
		return reader_value(r, VALUE_NULL, (struct str){0}, from);
	if (str_is(text, "true") || str_is(text, "false"))
		return reader_value(r, VALUE_BOOLEAN, text, from);
	return reader_value(r, VALUE_REFERENCE, text, from);
}

static uint32_t
string_value(struct go *g)
{
	struct reader *r = &g->r;
	struct token t = *reader_token(r);
	uint32_t from, to;

	reader_next(r);
	if (t.flags & STRING_RUNE)
		return reader_hole(r, t.at);
	lexer_body(&r->lexer, &t, &from, &to);
	return lexer_string(&r->lexer, &t, from, to, reader_span(r, t.at));
}

static uint32_t
operand(struct go *g)
{
	struct reader *r = &g->r;
	const struct token *t = reader_token(r);
	uint32_t from = t->at;

	switch (t->kind) {
	case TOKEN_STRING:
		return string_value(g);
	case TOKEN_NUMBER:
		return reader_number(r);
	case TOKEN_NAME:
		if (!t->word)
			return name_value(g);
		if (reader_take_word(r, GO_FUNC))
			return go_function(g, (struct str){0}, from);
		if (go_at_type(g))
			return typed(g, from);
		break;
	case TOKEN_OPERATOR:
		if (t->op == '(')
			return parenthesised(g);
		if (t->op == '[')
			return typed(g, from);
		break;
	default:
		break;
	}
	reader_fail(r, "an expression was expected");
	return 0;
}

/* A '{' behind this value begins a literal of its type. */
static bool
may_be_type(struct go *g, uint32_t value)
{
	const struct value *v = &g->r.u->values.v[value];

	if (g->header)
		return false;
	return v->kind == VALUE_REFERENCE || v->kind == VALUE_ATTRIBUTE || v->kind == VALUE_INDEX ||
	       (v->kind == VALUE_HOLE && v->text.n && v->text.s[v->text.n - 1] == ']');
}

static uint32_t
attribute(struct go *g, uint32_t object, uint32_t from)
{
	struct reader *r = &g->r;
	struct str name;

	reader_next(r);
	if (reader_take(r, OP1('('))) {
		/* x.(T): a type assertion, or the `type` of a switch */
		if (!reader_take_word(r, GO_TYPE))
			go_skip_type(g);
		reader_want(r, OP1(')'), "a ')' is missing");
		return reader_hole(r, from);
	}
	name = reader_text(r);
	if (reader_token(r)->kind != TOKEN_NAME)
		reader_fail(r, "a name was expected behind '.'");
	reader_next(r);
	return reader_parent(r, VALUE_ATTRIBUTE, name, from, object, 0);
}

static uint32_t
primary(struct go *g)
{
	struct reader *r = &g->r;
	uint32_t from = reader_at(r), value = operand(g);

	while (!r->failed) {
		if (reader_is(r, OP1('.')))
			value = attribute(g, value, from);
		else if (reader_is(r, OP1('(')))
			value = arguments(g, value, from);
		else if (reader_is(r, OP1('[')))
			value = index_of(g, value, from);
		else if (reader_is(r, OP1('{')) && may_be_type(g, value))
			value = composite(g, from, true, false);
		else
			break;
	}
	return value;
}

static uint32_t
unary(struct go *g)
{
	struct reader *r = &g->r;
	uint32_t from = reader_at(r), value;
	bool address = true;

	for (;;) {
		if (reader_take(r, OP1('&')) || reader_take(r, OP1('*')))
			continue;
		if (!reader_take(r, OP1('-')) && !reader_take(r, OP1('+')) &&
			!reader_take(r, OP1('!')) && !reader_take(r, OP1('^')) &&
			!reader_take(r, OP1('~')) && !reader_take(r, OP2('<', '-')))
			break;
		address = false;
	}
	/* `<-chan T` and `chan T` as arguments of make are types. */
	if (reader_is_word(r, GO_CHAN)) {
		go_skip_type(g);
		return reader_hole(r, from);
	}
	value = primary(g);
	return address ? value : reader_hole(r, from);
}

static int
precedence(const struct token *t)
{
	if (t->kind != TOKEN_OPERATOR)
		return 0;
	switch (t->op) {
	case OP2('|', '|'):
		return 1;
	case OP2('&', '&'):
		return 2;
	case OP2('=', '='):
	case OP2('!', '='):
	case OP2('<', '='):
	case OP2('>', '='):
	case '<':
	case '>':
		return 3;
	case '+':
	case '-':
	case '|':
	case '^':
		return 4;
	case '*':
	case '/':
	case '%':
	case '&':
	case OP2('<', '<'):
	case OP2('>', '>'):
	case OP2('&', '^'):
		return 5;
	default:
		return 0;
	}
}

/* Operators of LEVEL and above. A chain of `+` is one concatenation. */
static uint32_t
binary(struct go *g, int level)
{
	struct reader *r = &g->r;
	uint32_t from = reader_at(r), mark = r->stack.n, value = unary(g);
	int found;

	while ((found = precedence(reader_token(r))) >= level && found) {
		if (!reader_is(r, OP1('+'))) {
			reader_next(r);
			binary(g, found + 1);
			value = reader_hole(r, from);
			continue;
		}
		reader_push(r, value);
		while (reader_take(r, OP1('+')))
			reader_push(r, binary(g, found + 1));
		value = reader_collect(r, VALUE_CONCATENATION, (struct str){0}, from, mark);
	}
	return value;
}

uint32_t
go_expression(struct go *g)
{
	uint32_t value = 0;

	if (reader_enter(&g->r))
		value = binary(g, 1);
	g->r.depth--;
	return value;
}
