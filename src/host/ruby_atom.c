/* Ruby's expressions without operators: names, words that are values, literals, brackets. */
#include "ruby_p.h"

static uint32_t
name_value(struct ruby *p)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r);
	struct str name = lexer_text(&r->lexer, &t);
	uint32_t from = t.at, value;
	bool local = ruby_is_local(p, name) || name.s[0] == '@' || name.s[0] == '$';

	reader_next(r);
	value = reader_value(r, VALUE_REFERENCE, name, from);
	if (t.flags & RUBY_LABEL) {
		if (!p->ternary)
			reader_fail(r, "an expression was expected");
		p->colon = true;
		return value;
	}
	return ruby_called(p, value, from, local);
}

static uint32_t
word_value(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value;
	uint8_t word = reader_token(r)->word;

	switch ((int)word) {
	case RB_NIL:
		reader_next(r);
		return reader_value(r, VALUE_NULL, (struct str){0}, from);
	case RB_TRUE:
	case RB_FALSE:
		reader_next(r);
		return reader_value(
			r, VALUE_BOOLEAN, word == RB_TRUE ? STR("true") : STR("false"), from);
	case RB_SELF:
		reader_next(r);
		return reader_value(r, VALUE_REFERENCE, STR("self"), from);
	case RB_SUPER:
	case RB_YIELD:
		value = reader_value(r, VALUE_REFERENCE, reader_text(r), from);
		reader_next(r);
		return ruby_called(p, value, from, false);
	case RB_DEFINED:
		reader_next(r);
		ruby_expression(p);
		return reader_hole(r, from);
	case RB_DEF:
		return ruby_def(p);
	case RB_CLASS:
	case RB_MODULE:
		return ruby_class(p);
	case RB_RETURN:
	case RB_BREAK:
	case RB_NEXT:
	case RB_REDO:
	case RB_RETRY:
		ruby_statement(p);
		r->stack.n--;
		return reader_hole(r, from);
	default:
		break;
	}
	value = ruby_compound(p);
	if (!value)
		reader_fail(r, "an expression was expected");
	return value;
}

/* ( statements ) */
static uint32_t
parenthesised(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, no_do = p->no_do, ternary = p->ternary,
		 value;

	p->no_do = p->ternary = 0;
	reader_next(r);
	ruby_statements(p);
	reader_want(r, OP1(')'), "a ')' is missing");
	p->no_do = no_do;
	p->ternary = ternary;
	if (r->stack.n == mark + 1) {
		value = r->stack.v[mark];
		r->stack.n = mark;
		return value;
	}
	r->stack.n = mark;
	return reader_hole(r, from);
}

static uint32_t
operator_value(struct ruby *p)
{
	struct reader *r = &p->r;
	const struct token *t = reader_token(r);
	uint32_t from = t->at;

	switch (t->op) {
	case '(':
		return parenthesised(p);
	case '[':
		return ruby_array(p);
	case '{':
		reader_next(r);
		return ruby_hash(p, from);
	case OP2('-', '>'):
		return ruby_lambda(p);
	case OP2(':', ':'):
		reader_next(r);
		return name_value(p);
	case OP2('.', '.'):
	case OP3('.', '.', '.'):
		reader_next(r);
		ruby_expression(p);
		return reader_hole(r, from);
	default:
		reader_fail(r, "an expression was expected");
		return 0;
	}
}

uint32_t
ruby_atom(struct ruby *p)
{
	struct reader *r = &p->r;
	const struct token *t = reader_token(r);
	uint32_t value;

	switch (t->kind) {
	case TOKEN_STRING:
		if (t->flags & RUBY_LABEL) {
			if (!p->ternary)
				reader_fail(r, "an expression was expected");
			value = ruby_literal(p);
			p->colon = true;
			return value;
		}
		return ruby_strings(p);
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
