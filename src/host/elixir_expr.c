/* Elixir's operators (the table "Operators reference" of its documentation). `<>` and `++` are concatenations, `|>` a
 * call, `=` binds names, `==` asks; what others give is not known, and their operands stay behind as values of
 * their own. */
#include "elixir_p.h"

enum {
	LEVEL_GENERATOR = 1, /* <- \\ */
	LEVEL_WHEN,
	LEVEL_TYPE, /* :: */
	LEVEL_BAR = ELIXIR_BAR,
	LEVEL_ARROW = ELIXIR_ARROW,
	LEVEL_CAPTURE, /* & */
	LEVEL_MATCH,
	LEVEL_OR,
	LEVEL_AND,
	LEVEL_EQUAL,
	LEVEL_LESS,
	LEVEL_PIPE,
	LEVEL_IN,
	LEVEL_XOR,
	LEVEL_CONCATENATE, /* binds to the right, as do = | => when :: */
	LEVEL_ADD,
	LEVEL_MULTIPLY,
	LEVEL_POWER,
};

bool
elixir_at_label(struct elixir *p)
{
	const struct token *t = reader_token(&p->r);

	return (t->kind == TOKEN_NAME || t->kind == TOKEN_STRING) && t->flags & ELIXIR_LABEL;
}

bool
elixir_is_local(struct elixir *p, struct str name)
{
	const struct reader_name *d = reader_find(&p->r, name);
	enum symbol_kind kind;

	if (!d || d->block < p->function)
		return false;
	kind = p->r.u->symbols.v[d->symbol].kind;
	return kind == SYMBOL_VARIABLE || kind == SYMBOL_PARAMETER;
}

static int
level_of_word(uint8_t word)
{
	switch (word) {
	case EX_WHEN:
		return LEVEL_WHEN;
	case EX_OR:
		return LEVEL_OR;
	case EX_AND:
		return LEVEL_AND;
	case EX_IN:
	case EX_NOT: /* not in */
		return LEVEL_IN;
	default:
		return 0;
	}
}

static int
level_of_operator(uint32_t op)
{
	static const struct {
		uint32_t op;
		int level;
	} rows[] = {{OP2('<', '-'), LEVEL_GENERATOR}, {OP2('\\', '\\'), LEVEL_GENERATOR},
		{OP2(':', ':'), LEVEL_TYPE}, {'|', LEVEL_BAR}, {OP2('=', '>'), LEVEL_ARROW},
		{'=', LEVEL_MATCH}, {OP2('|', '|'), LEVEL_OR}, {OP3('|', '|', '|'), LEVEL_OR},
		{OP2('&', '&'), LEVEL_AND}, {OP3('&', '&', '&'), LEVEL_AND},
		{OP2('=', '='), LEVEL_EQUAL}, {OP2('!', '='), LEVEL_EQUAL},
		{OP2('=', '~'), LEVEL_EQUAL}, {OP3('=', '=', '='), LEVEL_EQUAL},
		{OP3('!', '=', '='), LEVEL_EQUAL}, {'<', LEVEL_LESS}, {'>', LEVEL_LESS},
		{OP2('<', '='), LEVEL_LESS}, {OP2('>', '='), LEVEL_LESS},
		{OP2('|', '>'), LEVEL_PIPE}, {OP3('<', '<', '<'), LEVEL_PIPE},
		{OP3('>', '>', '>'), LEVEL_PIPE}, {OP3('<', '<', '~'), LEVEL_PIPE},
		{OP3('~', '>', '>'), LEVEL_PIPE}, {OP2('<', '~'), LEVEL_PIPE},
		{OP2('~', '>'), LEVEL_PIPE}, {OP3('<', '~', '>'), LEVEL_PIPE},
		{OP3('<', '|', '>'), LEVEL_PIPE}, {OP3('^', '^', '^'), LEVEL_XOR},
		{OP2('+', '+'), LEVEL_CONCATENATE}, {OP2('-', '-'), LEVEL_CONCATENATE},
		{OP3('+', '+', '+'), LEVEL_CONCATENATE}, {OP3('-', '-', '-'), LEVEL_CONCATENATE},
		{OP2('.', '.'), LEVEL_CONCATENATE}, {OP2('/', '/'), LEVEL_CONCATENATE},
		{OP2('<', '>'), LEVEL_CONCATENATE}, {'+', LEVEL_ADD}, {'-', LEVEL_ADD},
		{'*', LEVEL_MULTIPLY}, {'/', LEVEL_MULTIPLY}, {OP2('*', '*'), LEVEL_POWER}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].op == op)
			return rows[i].level;
	return 0;
}

static int
level_here(struct elixir *p)
{
	const struct token *t = reader_token(&p->r);

	if (t->kind == TOKEN_NAME && !(t->flags & ELIXIR_LABEL))
		return level_of_word(t->word);
	return t->kind == TOKEN_OPERATOR ? level_of_operator(t->op) : 0;
}

static bool
binds_right(int level)
{
	return level == LEVEL_WHEN || level == LEVEL_TYPE || level == LEVEL_BAR ||
	       level == LEVEL_ARROW || level == LEVEL_MATCH || level == LEVEL_CONCATENATE;
}

/* a == b: a call that those who know what it asks can read. */
static uint32_t
question(struct elixir *p, uint32_t from, uint32_t left, uint32_t op, uint32_t right)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n;

	reader_push(r, reader_value(r, VALUE_REFERENCE, op == OP2('=', '=') ? STR("==") : STR("!="),
			       from));
	reader_push(r, left);
	reader_push(r, right);
	return reader_collect(r, VALUE_CALL, (struct str){0}, from, mark);
}

/* a || b: either. a && b: the second when the first is. */
static uint32_t
either(struct elixir *p, uint32_t from, uint32_t left, int level, uint32_t right)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n;

	reader_push(r, level == LEVEL_OR ? reader_hole(r, from) : left);
	if (level == LEVEL_OR)
		reader_push(r, left);
	reader_push(r, right);
	return reader_collect(r, VALUE_CONDITION, (struct str){0}, from, mark);
}

static uint32_t
operation(struct elixir *p, uint32_t from, uint32_t left, uint32_t op, int level)
{
	struct reader *r = &p->r;
	uint32_t right;

	reader_skip_newlines(&p->r);
	if (level == LEVEL_WHEN && elixir_at_label(p)) { /* of a type: when a: term */
		elixir_elements(p, 0, false);
		return left;
	}
	right = elixir_level(p, binds_right(level) ? level : level + 1);
	switch (level) {
	case LEVEL_GENERATOR:
	case LEVEL_ARROW:
		return reader_parent(r, VALUE_ENTRY, (struct str){0}, from, left, right);
	case LEVEL_WHEN:
	case LEVEL_TYPE:
		return left;
	case LEVEL_MATCH:
		return elixir_match(p, left, right, from);
	case LEVEL_PIPE:
		return op == OP2('|', '>') ? elixir_piped(p, left, right, from)
					   : reader_hole(r, from);
	case LEVEL_OR:
	case LEVEL_AND:
		return either(p, from, left, level, right);
	case LEVEL_EQUAL:
		return op == OP2('=', '=') || op == OP2('!', '=')
			       ? question(p, from, left, op, right)
			       : reader_hole(r, from);
	case LEVEL_CONCATENATE:
		return op == OP2('<', '>') || op == OP2('+', '+')
			       ? reader_parent(
					 r, VALUE_CONCATENATION, (struct str){0}, from, left, right)
			       : reader_hole(r, from);
	default:
		return reader_hole(r, from);
	}
}

/* &name/1 and &Module.name/1 are the function; what else a capture makes is not known. */
static uint32_t
capture(struct elixir *p, uint32_t from)
{
	struct reader *r = &p->r;
	uint32_t value;

	reader_next(r);
	if (level_here(p) && reader_peek(r, 1)->op == '/' &&
		reader_peek(r, 2)->kind == TOKEN_NUMBER) { /* &+/2 */
		for (int i = 0; i < 3; i++)
			reader_next(r);
		return reader_hole(r, from);
	}
	value = elixir_level(p, LEVEL_POWER);
	if (!reader_is(r, OP1('/'))) {
		r->depth++; /* the rest of its expression */
		while (!r->failed && level_here(p) >= LEVEL_CAPTURE) {
			uint32_t op = reader_token(r)->op;
			int level = level_here(p);

			reader_next(r);
			value = operation(p, from, value, op, level);
		}
		r->depth--;
		return reader_hole(r, from);
	}
	reader_next(r);
	if (reader_token(r)->kind != TOKEN_NUMBER) {
		elixir_level(p, LEVEL_CAPTURE);
		return reader_hole(r, from);
	}
	reader_next(r);
	return value;
}

static uint32_t
unary(struct elixir *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value, signs = 0;
	bool minus = reader_is(r, OP1('-'));

	if (reader_is(r, OP1('&')))
		return capture(p, from);
	while (reader_is(r, OP1('-')) || reader_is(r, OP1('+')) || reader_is(r, OP1('!')) ||
		reader_is(r, OP1('^')) || reader_is(r, OP1('~')) || reader_is_word(r, EX_NOT)) {
		signs++;
		reader_next(r);
		reader_skip_newlines(&p->r);
	}
	if (signs && reader_is(r, OP1('&')))
		value = capture(p, from);
	else
		value = elixir_primary(p);
	if (signs == 1 && minus && r->u->values.v[value].kind == VALUE_NUMBER)
		return reader_value(r, VALUE_NUMBER,
			str_format(r->u->arena, "-%.*s", STR_ARG(r->u->values.v[value].text)),
			from);
	return signs ? reader_hole(r, from) : value;
}

uint32_t
elixir_level(struct elixir *p, int level)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value = 0;
	int found;

	if (reader_enter(r))
		value = unary(p);
	r->depth--;
	while (!r->failed && (found = level_here(p)) && found >= level) {
		uint32_t op = reader_token(r)->op;

		if (reader_take_word(r, EX_NOT) && !reader_is_word(r, EX_IN)) {
			reader_fail(r, "`in` was expected");
			break;
		}
		reader_next(r);
		value = operation(p, from, value, op, found);
	}
	return value;
}

uint32_t
elixir_expression(struct elixir *p)
{
	return elixir_level(p, 0);
}
