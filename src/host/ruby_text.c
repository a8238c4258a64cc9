/* What Ruby's literals stand for. */
#include "ruby_p.h"

/* The expression in a literal. */
static uint32_t
expression(void *self)
{
	struct ruby *p = self, before = *p;
	uint32_t value;

	p->no_do = p->ternary = 0;
	p->colon = false;
	value = ruby_expression(p);
	p->no_do = before.no_do;
	p->ternary = before.ternary;
	p->colon = before.colon;
	p->branches = before.branches;
	p->method = before.method;
	p->in_method = before.in_method;
	return value;
}

uint32_t
ruby_literal(struct ruby *p)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r);
	uint8_t kind = r->lexer.literals.v[t.op].kind;
	uint32_t mark = r->stack.n, value;
	bool fields;

	reader_next(r);
	if (kind == RUBY_WORDS)
		return interpolated_words(r, &t, 0);
	fields = interpolated_parts(r, &t, expression, p);
	if (kind == RUBY_PATTERN || kind == RUBY_COMMAND) {
		r->stack.n = mark;
		return reader_hole(r, t.at);
	}
	value = r->stack.v[mark];
	if (!fields && r->stack.n == mark + 1) {
		r->stack.n = mark;
		return value;
	}
	return reader_collect(r, VALUE_CONCATENATION, (struct str){0}, t.at, mark);
}

static bool
is_string(struct ruby *p)
{
	const struct token *t = reader_token(&p->r);

	return t->kind == TOKEN_STRING && !(t->flags & RUBY_LABEL) &&
	       p->r.lexer.literals.v[t->op].kind == RUBY_STRING;
}

uint32_t
ruby_strings(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n;
	bool string = is_string(p);

	reader_push(r, ruby_literal(p));
	while (string && is_string(p))
		reader_push(r, ruby_literal(p));
	if (r->stack.n == mark + 1) {
		r->stack.n = mark;
		return r->stack.v[mark];
	}
	return reader_collect(r, VALUE_CONCATENATION, (struct str){0}, from, mark);
}
