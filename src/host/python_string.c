/* Python's string literals, joined by standing beside each other, with expressions in braces. */
#include "python_p.h"

/* The expression in bytes FROM to TO, read by a lexer of its own; a hole when it cannot be read. */
static uint32_t
field_value(struct python *p, uint32_t from, uint32_t to)
{
	struct reader *r = &p->r;
	struct lexer outer = r->lexer;
	uint32_t i = r->i, mark = r->stack.n, value;

	r->lexer.tokens.v = NULL;
	r->lexer.tokens.n = r->lexer.tokens.cap = 0;
	r->lexer.bytes.n = to;
	r->lexer.at = from;
	r->lexer.expression = true;
	r->lexer.line_start = false;
	r->i = 0;
	value = python_list(p);
	if (reader_token(r)->kind != TOKEN_END || r->failed)
		value = 0;
	r->failed = false;
	r->stack.n = mark;
	r->lexer = outer;
	r->i = i;
	return value;
}

static uint32_t
hole(struct python *p, uint32_t from, uint32_t to)
{
	return unit_add_value(
		p->r.u, (struct value){.kind = VALUE_HOLE,
				.text = str_trim(str_slice(p->r.lexer.bytes, from, to)),
				.span = {.offset = from, .length = to - from}});
}

/* The field whose '{' is at AT and which ends before CLOSE. What is formatted is not the value. */
static uint32_t
field(struct python *p, uint32_t at, uint32_t close)
{
	uint32_t end = lexer_field_end(&p->r.lexer, at + 1, close);
	struct str how = str_slice(p->r.lexer.bytes, end, close);
	uint32_t value = field_value(p, at + 1, end);

	if (value && (str_is(how, "}") || str_is(how, "!s}")))
		return value;
	return hole(p, at + 1, end);
}

/* The part of a literal without fields; empty ones only when there is nothing else. */
static void
text_part(struct python *p, const struct token *t, uint32_t from, uint32_t to, bool whole)
{
	struct span span = {.offset = from, .length = to - from};

	if (whole)
		span = (struct span){.offset = t->at, .length = t->length};
	if (whole || to > from)
		reader_push(&p->r, lexer_string(&p->r.lexer, t, from, to, span));
}

/* Pushes the parts of one literal; true when there are fields among them. */
static bool
parts(struct python *p, const struct token *t)
{
	const char *s = p->r.lexer.bytes.s;
	uint32_t from, to, at, begun;
	bool fields = false;

	lexer_body(&p->r.lexer, t, &from, &to);
	begun = from;
	for (at = from; at < to && t->flags & STRING_FORMAT; at++) {
		if (s[at] == '\\') {
			at += lexer_backslash(&p->r.lexer, at, to, t->flags) - 1;
			continue;
		}
		if (s[at] != '{' && s[at] != '}')
			continue;
		if (s[at] == '}' || (at + 1 < to && s[at + 1] == '{')) {
			at++;
			continue;
		}
		text_part(p, t, begun, at, false);
		begun = lexer_field_close(&p->r.lexer, at, to);
		reader_push(&p->r, field(p, at, begun));
		at = begun - 1;
		fields = true;
	}
	text_part(p, t, begun, to, !fields);
	return fields;
}

uint32_t
python_string(struct python *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, value;
	bool fields = false;

	if (!reader_enter(r)) {
		r->depth--;
		return 0;
	}
	while (reader_token(r)->kind == TOKEN_STRING) {
		struct token t = *reader_token(r);

		reader_next(r);
		fields |= parts(p, &t);
	}
	r->depth--;
	if (!fields && r->stack.n == mark + 1) {
		value = r->stack.v[mark];
		r->stack.n = mark;
		return value;
	}
	return reader_collect(r, VALUE_CONCATENATION, (struct str){0}, from, mark);
}
