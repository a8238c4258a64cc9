/* Elixir's expressions without operators: names, modules, literals, brackets, and the dots behind them. */
#include "elixir_p.h"

static bool
is_capital(struct str name)
{
	return name.n && name.s[0] >= 'A' && name.s[0] <= 'Z';
}

/* A.B.C is one name. */
static uint32_t
module_name(struct elixir *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r);

	reader_next(r);
	while (reader_is(r, OP1('.')) && reader_peek(r, 1)->kind == TOKEN_NAME &&
		is_capital(lexer_text(&r->lexer, reader_peek(r, 1)))) {
		reader_next(r);
		reader_next(r);
	}
	return reader_value(
		r, VALUE_REFERENCE, str_slice(r->lexer.bytes, from, reader_end(r)), from);
}

/* A name alone is a variable, or a call when something is given to it. */
static uint32_t
name_value(struct elixir *p)
{
	struct reader *r = &p->r;
	struct str name = reader_text(r);
	uint32_t from = reader_at(r), value;

	if (is_capital(name))
		return module_name(p);
	if (name.s[0] == '@') {
		reader_next(r);
		return reader_value(r, VALUE_REFERENCE, name, from);
	}
	value = elixir_definition(p, name, from);
	if (value)
		return value;
	reader_next(r);
	return elixir_called(p, reader_value(r, VALUE_REFERENCE, name, from), from);
}

static uint32_t
word_value(struct elixir *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r);
	uint8_t word = reader_token(r)->word;

	switch (word) {
	case EX_NIL:
		reader_next(r);
		return reader_value(r, VALUE_NULL, (struct str){0}, from);
	case EX_TRUE:
	case EX_FALSE:
		reader_next(r);
		return reader_value(
			r, VALUE_BOOLEAN, word == EX_TRUE ? STR("true") : STR("false"), from);
	case EX_FN:
		return elixir_fn(p);
	default:
		reader_fail(r, "an expression was expected");
		return 0;
	}
}

/* ( statements ): the last one is its value. */
static uint32_t
parenthesised(struct elixir *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, no_do = p->no_do, value;

	p->no_do = 0;
	reader_next(r);
	reader_skip_newlines(&p->r);
	if (elixir_at_clause(p)) { /* a function's type */
		elixir_block(p, 0);
		value = 0;
	} else {
		elixir_statements(p);
		value = r->stack.n == mark + 1 ? r->stack.v[mark] : 0;
	}
	r->stack.n = mark;
	reader_want(r, OP1(')'), "a ')' is missing");
	p->no_do = no_do;
	return value ? value : reader_hole(r, from);
}

/* [a, b], {a, b}: a LIST; [a: 1]: a MAP, as a list of keys and values. */
static uint32_t
list(struct elixir *p, uint32_t close)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n;
	bool entries = true;

	reader_next(r);
	elixir_elements(p, close, true);
	for (uint32_t i = mark; i < r->stack.n; i++)
		entries = entries && r->u->values.v[r->stack.v[i]].kind == VALUE_ENTRY;
	return reader_collect(r, entries && r->stack.n > mark ? VALUE_MAP : VALUE_LIST,
		(struct str){0}, from, mark);
}

/* %{…}, %Name{…}, %{other | key: value} */
static uint32_t
map(struct elixir *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n;
	bool whole = true;

	reader_next(r);
	if (!reader_is(r, OP1('{')))
		elixir_level(p, 99);
	reader_want(r, OP1('{'), "a '{' was expected");
	elixir_elements(p, OP1('}'), true);
	for (uint32_t i = mark; i < r->stack.n; i++)
		whole = whole && r->u->values.v[r->stack.v[i]].kind == VALUE_ENTRY;
	if (whole)
		return reader_collect(r, VALUE_MAP, (struct str){0}, from, mark);
	r->stack.n = mark;
	return reader_hole(r, from);
}

/* <<1, x::binary>> */
static uint32_t
binary(struct elixir *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n;

	reader_next(r);
	elixir_elements(p, OP2('>', '>'), false);
	r->stack.n = mark;
	return reader_hole(r, from);
}

static uint32_t
operator_value(struct elixir *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r);

	switch (reader_token(r)->op) {
	case '(':
		return parenthesised(p);
	case '[':
		return list(p, OP1(']'));
	case '{':
		return list(p, OP1('}'));
	case '%':
		return map(p);
	case OP2('<', '<'):
		return binary(p);
	case OP2('.', '.'):
	case OP3('.', '.', '.'):
		reader_next(r);
		return reader_hole(r, from);
	default:
		reader_fail(r, "an expression was expected");
		return 0;
	}
}

static uint32_t
atom(struct elixir *p)
{
	struct reader *r = &p->r;
	const struct token *t = reader_token(r);

	if (elixir_at_label(p)) {
		reader_fail(r, "an expression was expected");
		return 0;
	}
	switch (t->kind) {
	case TOKEN_STRING:
		return elixir_literal(p);
	case TOKEN_NUMBER:
		return reader_number(r);
	case TOKEN_NAME:
		return t->word ? word_value(p) : name_value(p);
	case TOKEN_OPERATOR:
		return operator_value(p);
	default:
		reader_fail(r, "an expression was expected");
		return 0;
	}
}

/* object.name, Module.name(…), f.(…), Module.{A, B} */
static uint32_t
member(struct elixir *p, uint32_t object, uint32_t from)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n;
	struct str name;

	reader_next(r);
	if (reader_is(r, OP1('(')))
		return elixir_called(p, object, from);
	if (reader_take(r, OP1('{'))) {
		elixir_elements(p, OP1('}'), true);
		r->stack.n = mark;
		return reader_hole(r, from);
	}
	name = reader_text(r);
	if (reader_token(r)->kind != TOKEN_NAME && reader_token(r)->kind != TOKEN_STRING &&
		reader_token(r)->kind != TOKEN_OPERATOR)
		reader_fail(r, "a name was expected behind '.'");
	reader_next(r);
	return elixir_called(p, reader_parent(r, VALUE_ATTRIBUTE, name, from, object, 0), from);
}

static uint32_t
subscript(struct elixir *p, uint32_t object, uint32_t from)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n, index;

	reader_next(r);
	elixir_elements(p, OP1(']'), false);
	index = r->stack.n == mark + 1 ? r->stack.v[mark] : 0;
	r->stack.n = mark;
	return index ? reader_parent(r, VALUE_INDEX, (struct str){0}, from, object, index)
		     : reader_hole(r, from);
}

uint32_t
elixir_primary(struct elixir *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value;

	if (!reader_enter(r)) {
		r->depth--;
		return 0;
	}
	value = atom(p);
	while (!r->failed) {
		if (reader_is(r, OP1('.')))
			value = member(p, value, from);
		else if (reader_is(r, OP1('[')) && !reader_blank_before(&p->r))
			value = subscript(p, value, from);
		else if (reader_is(r, OP1('(')) && !reader_blank_before(&p->r))
			value = elixir_called(p, value, from); /* f.()() */
		else
			break;
	}
	r->depth--;
	return value;
}
