/* JavaScript's statements that run others sometimes, or again (ECMAScript, "The if Statement", "Iteration
 * Statements" …). An `if` is a CONDITION of blocks, a loop over a list a FOREACH of one. */
#include "javascript_p.h"

/* A block, or one statement that acts as one. */
static uint32_t
branch(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n;

	if (reader_is(r, OP1('{')))
		return js_block(p, true);
	reader_open(r, from, true, false);
	js_statement(p);
	if (r->failed)
		return 0;
	reader_close(r, reader_end(r));
	if (r->stack.n == mark)
		return 0;
	return reader_collect(r, VALUE_BLOCK, (struct str){0}, from, mark);
}

static uint32_t
parenthesised(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t value;

	reader_want(r, OP1('('), "a '(' was expected");
	value = js_expressions(p);
	reader_want(r, OP1(')'), "a ')' is missing");
	return value;
}

/* Rows of `else if` are one row here, too: they may be long. */
void
js_if(struct javascript *p)
{
	struct reader *r = &p->r;
	bool more = true;

	while (more && !r->failed) {
		uint32_t from = reader_at(r), mark = r->stack.n, test, then;

		reader_next(r);
		test = parenthesised(p);
		then = branch(p);
		reader_push(r, test);
		reader_push(r, then);
		more = false;
		if (reader_take_word(r, JS_ELSE)) {
			more = reader_is_word(r, JS_IF);
			reader_push(r, more || r->failed ? 0 : branch(p));
		}
		if (r->failed)
			return;
		js_push(r, reader_collect(r, VALUE_CONDITION, (struct str){0}, from, mark));
	}
}

/* Behind the '(' of a `for` with a declaration; true: `of` or `in` was there. */
static bool
for_declaration(struct javascript *p, struct str *name)
{
	struct reader *r = &p->r;
	bool plain = js_at_word(p, 1) && !js_is_op(p, 1, '{');
	uint32_t value;

	reader_next(r);
	*name = plain ? reader_text(r) : (struct str){0};
	value = js_pattern(p, SYMBOL_PARAMETER, 0);
	js_skip_annotation(p);
	if (reader_take_word(r, JS_IN) || js_take_name(p, "of"))
		return true;
	if (reader_take(r, OP1('=')))
		value = js_expression(p);
	if (reader_take(r, OP1(',')))
		js_variables(p);
	(void)value;
	return false;
}

bool
js_at_declaration(struct javascript *p)
{
	return reader_is_word(&p->r, JS_CONST) || reader_is_word(&p->r, JS_VAR) ||
	       ((js_is_name(p, 0, "let") || js_is_name(p, 0, "using")) &&
		       (js_at_word(p, 1) || js_is_op(p, 1, '{') || js_is_op(p, 1, '[')) &&
		       reader_peek(&p->r, 1)->word != JS_IN &&
		       reader_peek(&p->r, 1)->word != JS_INSTANCEOF);
}

/* What stands in the parentheses of a `for`; the list of a `for … of`, or 0. */
static uint32_t
for_head(struct javascript *p, struct str *name)
{
	struct reader *r = &p->r;
	uint32_t value = 0;
	bool each = false;

	js_take_name(p, "await");
	reader_want(r, OP1('('), "a '(' was expected");
	p->no_in = true;
	if (js_at_declaration(p))
		each = for_declaration(p, name);
	else if (!reader_is(r, OP1(';')))
		js_expressions(p);
	p->no_in = false;
	each = each || reader_take_word(r, JS_IN) || js_take_name(p, "of");
	if (each)
		value = js_expressions(p);
	while (!each && !r->failed && !reader_is(r, OP1(')')))
		if (!reader_take(r, OP1(';')))
			js_expressions(p);
	reader_want(r, OP1(')'), "a ')' is missing");
	return value;
}

void
js_for(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), list, block;
	struct str name = {0};

	reader_next(r);
	reader_open(r, from, true, false);
	list = for_head(p, &name);
	block = branch(p);
	if (r->failed)
		return;
	reader_close(r, reader_end(r));
	if (list && block && name.n)
		block = reader_parent(r, VALUE_FOREACH, name, from, list, block);
	js_push(r, block);
}

void
js_while(struct javascript *p)
{
	reader_next(&p->r);
	parenthesised(p);
	js_push(&p->r, branch(p));
}

void
js_do(struct javascript *p)
{
	struct reader *r = &p->r;

	reader_next(r);
	js_push(r, branch(p));
	if (!reader_take_word(r, JS_WHILE))
		reader_fail(r, "`while` was expected");
	parenthesised(p);
	reader_take(r, OP1(';'));
}

void
js_switch(struct javascript *p)
{
	struct reader *r = &p->r;

	reader_next(r);
	parenthesised(p);
	reader_want(r, OP1('{'), "a '{' was expected");
	reader_open(r, reader_at(r), true, false);
	while (!r->failed && !reader_is(r, OP1('}'))) {
		if (reader_take_word(r, JS_CASE))
			js_expressions(p);
		else if (!reader_take_word(r, JS_DEFAULT))
			reader_fail(r, "a `case` was expected");
		reader_want(r, OP1(':'), "a ':' was expected");
		if (!r->failed)
			js_statements(p);
	}
	reader_want(r, OP1('}'), "a '}' is missing");
	if (!r->failed)
		reader_close(r, reader_end(r));
}

void
js_try(struct javascript *p)
{
	struct reader *r = &p->r;

	reader_next(r);
	js_push(r, js_block(p, false));
	if (reader_take_word(r, JS_CATCH)) {
		reader_open(r, reader_at(r), true, false);
		if (reader_take(r, OP1('('))) {
			js_pattern(p, SYMBOL_PARAMETER, 0);
			js_skip_annotation(p);
			reader_want(r, OP1(')'), "a ')' is missing");
		}
		js_push(r, js_block(p, true));
		if (!r->failed)
			reader_close(r, reader_end(r));
	}
	if (reader_take_word(r, JS_FINALLY))
		js_push(r, js_block(p, false));
}
