/* Ruby's assignments: to names, which are declared by them, and to what has other targets. */
#include "ruby_p.h"

static bool
is_assignment(uint32_t op)
{
	static const uint32_t ops[] = {'=', OP2('+', '='), OP2('-', '='), OP2('*', '='),
		OP2('/', '='), OP2('%', '='), OP2('&', '='), OP2('|', '='), OP2('^', '='),
		OP3('<', '<', '='), OP3('>', '>', '='), OP3('*', '*', '='), OP3('|', '|', '='),
		OP3('&', '&', '=')};

	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
		if (op == ops[i])
			return true;
	return false;
}

/* What is assigned: one value, or several as a list; `rescue` behind it may give another. */
static uint32_t
assigned(struct ruby *p, bool alone)
{
	struct reader *r = &p->r;
	uint32_t value;

	reader_skip_newlines(&p->r);
	value = alone ? ruby_list(p) : ruby_expression(p);
	if (reader_take_word(r, RB_RESCUE))
		ruby_expression(p);
	return value;
}

/* NAME op value */
uint32_t
ruby_name_assignment(struct ruby *p, bool alone)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r);
	struct str name = lexer_text(&r->lexer, &t);
	struct span span = {.offset = t.at, .length = t.length};
	uint32_t op, value;
	enum symbol_kind kind =
		name.s[0] >= 'A' && name.s[0] <= 'Z' ? SYMBOL_CONSTANT : SYMBOL_VARIABLE;
	bool append;

	reader_next(r);
	op = reader_token(r)->op;
	append = op == OP2('+', '=') || op == OP2('<', '<');
	reader_next(r);
	value = assigned(p, alone);
	/* A list gets one more element, where + would give it those of the other. */
	if (op == OP2('<', '<') && r->u->values.v[value].kind == VALUE_LIST)
		value = reader_parent(r, VALUE_LIST, (struct str){0}, t.at, value, 0);
	if (!append && op != '=' && op != OP3('|', '|', '='))
		value = reader_hole(r, t.at);
	if (r->failed)
		return 0;
	p->branches += op == OP3('|', '|', '=');
	ruby_assign(p, append ? SYMBOL_APPEND : kind, name, span, value);
	p->branches -= op == OP3('|', '|', '=');
	value = reader_parent(r, VALUE_ASSIGNMENT, name, t.at, value, 0);
	r->u->values.v[value].op = append;
	return value;
}

/* At NAME op: an assignment to a plain name. */
bool
ruby_at_assignment(struct ruby *p, bool alone)
{
	const struct token *next = reader_peek(&p->r, 1), *t = reader_token(&p->r);

	if (t->kind != TOKEN_NAME || t->word || t->flags & RUBY_LABEL ||
		next->kind != TOKEN_OPERATOR)
		return false;
	if (next->op == OP2('<', '<'))
		return alone && ruby_is_local(p, reader_text(&p->r));
	return is_assignment(next->op);
}

uint32_t
ruby_other_assignment(struct ruby *p, uint32_t from, uint32_t value, bool alone)
{
	struct reader *r = &p->r;
	struct str target = str_slice(r->lexer.bytes, from, reader_end(r));

	if (reader_token(r)->kind != TOKEN_OPERATOR || !is_assignment(reader_token(r)->op))
		return value;
	reader_next(r);
	return reader_parent(r, VALUE_ASSIGNMENT, target, from, assigned(p, alone), 0);
}
