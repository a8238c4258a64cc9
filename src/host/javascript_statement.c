/* JavaScript's statements (ECMAScript, "Statements and Declarations"). Each pushes its values on the
 * reader's stack: the BLOCK around it collects them. */
#include "javascript_p.h"

/* True when a field of a class got a value since BEFORE. */
static bool
gave_field(const struct javascript *p, struct reader_state before)
{
	return p->fields.n && p->fields.v[p->fields.n - 1].value >= before.values;
}

void
js_keep(struct javascript *p, struct reader_state before, uint32_t value)
{
	if (p->r.failed)
		return;
	if (reader_worth(&p->r, before) || gave_field(p, before))
		reader_push(&p->r, value);
	else
		reader_take_back(&p->r, before);
}

void
js_end(struct javascript *p)
{
	struct reader *r = &p->r;
	const struct token *t = reader_token(r);

	if (r->failed || reader_take(r, OP1(';')) || t->kind == TOKEN_END ||
		reader_is(r, OP1('}')) || js_breaks(p, 0))
		return;
	reader_fail(r, "the end of a statement was expected");
}

/* A string among the tokens that nobody reads. */
static void
salvage(struct javascript *p, struct token t)
{
	struct lexer *l = &p->r.lexer;
	uint32_t from, to;

	if (t.kind != TOKEN_STRING || t.word != (LITERAL_BEGINS | LITERAL_ENDS))
		return;
	lexer_body(l, &t, &from, &to);
	lexer_string(l, &t, from, to, (struct span){.offset = t.at, .length = t.length});
}

/* The brackets that are open at the current token, counted from token FIRST. */
static uint32_t
open_brackets(const struct reader *r, uint32_t first)
{
	uint32_t open = 0;

	for (uint32_t i = first; i < r->i && i < r->lexer.tokens.n; i++) {
		const struct token *t = &r->lexer.tokens.v[i];

		if (t->kind != TOKEN_OPERATOR)
			continue;
		open += t->op == '(' || t->op == '[' || t->op == '{';
		open -= open && (t->op == ')' || t->op == ']' || t->op == '}');
	}
	return open;
}

/* Over what belongs to the statement that failed: up to the end of the line on which no bracket of it
 * is open any more, or the '}' of the block around it. */
static void
skip_rest(struct javascript *p, uint32_t first)
{
	struct reader *r = &p->r;
	uint32_t open = open_brackets(r, first), from = r->i;

	for (;; r->i++) {
		struct token t = *lexer_token(&r->lexer, r->i);

		if (t.kind == TOKEN_END)
			return;
		if (!open && r->i > from && js_begins(&r->lexer, r->i))
			return;
		salvage(p, t);
		if (t.kind != TOKEN_OPERATOR)
			continue;
		if (!open && t.op == ';') {
			r->i++;
			return;
		}
		open += t.op == '(' || t.op == '[' || t.op == '{';
		if (t.op != ')' && t.op != ']' && t.op != '}')
			continue;
		if (!open && t.op == '}')
			return;
		open -= open > 0;
	}
}

void
js_recover(struct javascript *p, uint32_t first)
{
	struct reader *r = &p->r;

	skip_rest(p, first);
	/* Something is gone over, in any case. */
	if (r->i == first && lexer_token(&r->lexer, r->i)->kind != TOKEN_END)
		r->i++;
	if (!reader_recover(r, lexer_token(&r->lexer, r->i)->at))
		lexer_resume(&r->lexer, r->i, (uint32_t)r->lexer.bytes.n);
}

uint32_t
js_block(struct javascript *p, bool branch)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n;

	if (!reader_is(r, OP1('{'))) {
		reader_fail(r, "a '{' was expected");
		return 0;
	}
	reader_open(r, from, branch, false);
	reader_next(r);
	js_statements(p);
	reader_want(r, OP1('}'), "a '}' is missing");
	if (r->failed)
		return 0;
	reader_close(r, reader_end(r));
	if (r->stack.n == mark)
		return 0;
	return reader_collect(r, VALUE_BLOCK, (struct str){0}, from, mark);
}

void
js_push(struct reader *r, uint32_t value)
{
	if (value && !r->failed)
		reader_push(r, value);
}

/* What the call list.push(x) is to whoever replays the function: list += [x]. CALL itself when it is another. */
static uint32_t
change_of(struct javascript *p, uint32_t call)
{
	struct reader *r = &p->r;
	struct unit *u = r->u;
	uint32_t name = unit_kid(u, unit_kid(u, call, 0), 0), value;
	struct symbol s = u->symbols.v[u->symbols.n - 1];
	struct span at = u->values.v[name].span;

	if (u->values.v[call].kind != VALUE_CALL || u->values.v[name].kind != VALUE_REFERENCE ||
		s.span.offset != at.offset || s.span.length != at.length)
		return call;
	value = reader_parent(r, VALUE_ASSIGNMENT, s.name, at.offset,
		s.value ? s.value : reader_hole(r, at.offset), 0);
	u->values.v[value].op = s.kind == SYMBOL_APPEND;
	return value;
}

static void
loose(struct javascript *p)
{
	struct reader_state before = reader_save(&p->r);
	uint32_t value = js_expressions(p);

	if (p->function && !p->r.failed && p->r.u->symbols.n > before.symbols)
		value = change_of(p, value);
	js_keep(p, before, value);
}

uint32_t
js_return(struct reader *r, uint32_t value, uint32_t from)
{
	return value ? reader_parent(r, VALUE_RETURN, (struct str){0}, from, value, 0)
		     : reader_value(r, VALUE_RETURN, (struct str){0}, from);
}

/* return, throw: an expression, if any. A `throw` is no way to leave a function for one who replays it: what
 * was thrown did not happen. */
static void
expression_behind(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value = 0;
	bool throws = reader_is_word(r, JS_THROW);

	reader_next(r);
	if (!reader_is(r, OP1(';')) && !reader_is(r, OP1('}')) &&
		reader_token(r)->kind != TOKEN_END && !js_breaks(p, 0))
		value = js_expressions(p);
	js_end(p);
	if (throws)
		js_push(r, value);
	else if (!r->failed)
		reader_push(r, js_return(r, value, from));
}

/* `name = value` and `name += value` of a local name are said to whoever replays the function. */
static bool
assignment(struct javascript *p)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r);
	uint32_t target, value, op;

	if (!p->function || t.kind != TOKEN_NAME || t.word ||
		(!js_is_op(p, 1, '=') && !js_is_op(p, 1, OP2('+', '='))))
		return false;
	reader_next(r);
	op = reader_token(r)->op;
	target = reader_value(r, VALUE_REFERENCE, lexer_text(&r->lexer, &t), t.at);
	reader_next(r);
	value = js_expression(p);
	if (r->failed)
		return true;
	js_assign(p, target, value, op);
	value = reader_parent(r, VALUE_ASSIGNMENT, lexer_text(&r->lexer, &t), t.at, value, 0);
	r->u->values.v[value].op = op != '=';
	reader_push(r, value);
	return true;
}

static void
jump(struct javascript *p)
{
	struct reader *r = &p->r;

	reader_next(r);
	if (reader_token(r)->kind == TOKEN_NAME && !reader_token(r)->word && !js_breaks(p, 0))
		reader_next(r);
	js_end(p);
}

static void
function_statement(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value;
	struct symbol s = {.kind = SYMBOL_FUNCTION};

	js_take_name(p, "async");
	reader_next(r);
	reader_take(r, OP1('*'));
	s.name = reader_text(r);
	s.span = (struct span){.offset = reader_at(r), .length = (uint32_t)s.name.n};
	if (!js_at_word(p, 0))
		reader_fail(r, "a function's name was expected");
	reader_next(r);
	value = js_function(p, s.name, from, true);
	if (r->failed)
		return;
	if (r->u->values.v[value].kind != VALUE_FUNCTION) { /* only a signature */
		js_end(p);
		return;
	}
	s.value = value;
	reader_declare(r, s, reader_block(r), r->blocks.v[reader_block(r)].from);
	reader_push(r, value);
}

static void
class_statement(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value;
	struct str name;
	struct span span;

	reader_next(r);
	name = js_at_word(p, 0) ? reader_text(r) : (struct str){0};
	span = (struct span){.offset = reader_at(r), .length = (uint32_t)name.n};
	value = js_class(p, from);
	if (r->failed)
		return;
	if (name.n && !str_is(name, "extends"))
		js_declare(p, SYMBOL_CLASS, name, span, value);
	reader_push(r, value);
}

/* interface, type: nothing of it is a value. */
static bool
type_statement(struct javascript *p)
{
	struct reader *r = &p->r;
	bool interface = js_is_name(p, 0, "interface");

	if ((!interface && !js_is_name(p, 0, "type")) || !js_at_word(p, 1) || js_breaks(p, 1))
		return false;
	reader_next(r);
	reader_next(r);
	if (reader_is(r, OP1('<')))
		js_skip_angles(p);
	if (!interface) {
		reader_want(r, OP1('='), "a '=' was expected");
		js_skip_type(p);
		js_end(p);
		return true;
	}
	while (!r->failed && !reader_is(r, OP1('{'))) {
		if (reader_is(r, OP1('<')))
			js_skip_angles(p);
		else if (reader_token(r)->kind == TOKEN_END)
			reader_fail(r, "the body of an interface was expected");
		else
			reader_next(r);
	}
	js_skip_group(p);
	return true;
}

/* namespace, module, declare, abstract. */
static bool
space_statement(struct javascript *p)
{
	struct reader *r = &p->r;
	const struct token *next = reader_peek(r, 1);
	bool word = next->kind == TOKEN_NAME && !js_breaks(p, 1);

	if ((js_is_name(p, 0, "declare") || js_is_name(p, 0, "abstract")) && word) {
		bool global = js_is_name(p, 1, "global");

		reader_next(r);
		if (global) {
			reader_next(r);
			js_skip_group(p);
		} else {
			js_statement(p);
		}
		return true;
	}
	next = reader_peek(r, 1);
	if ((!js_is_name(p, 0, "namespace") && !js_is_name(p, 0, "module")) ||
		(!word && next->kind != TOKEN_STRING) || js_breaks(p, 1))
		return false;
	reader_next(r);
	reader_next(r);
	while (reader_take(r, OP1('.')))
		reader_next(r);
	if (reader_is(r, OP1('{')))
		js_push(r, js_block(p, false));
	else
		js_end(p);
	return true;
}

static void
plain_statement(struct javascript *p)
{
	struct reader *r = &p->r;

	if (js_at_declaration(p)) {
		reader_next(r);
		js_variables(p);
		js_end(p);
		return;
	}
	if (js_is_name(p, 0, "async") && reader_peek(r, 1)->kind == TOKEN_NAME &&
		reader_peek(r, 1)->word == JS_FUNCTION && !js_breaks(p, 1)) {
		function_statement(p);
		return;
	}
	if (type_statement(p) || space_statement(p))
		return;
	if (reader_token(r)->kind == TOKEN_NAME && !reader_token(r)->word && js_is_op(p, 1, ':')) {
		reader_next(r);
		reader_next(r);
		if (!reader_is(r, OP1('}')))
			js_statement(p);
		return;
	}
	if (!assignment(p))
		loose(p);
	js_end(p);
}

static void
word_statement(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t next = reader_peek(r, 1)->op;

	switch ((int)reader_token(r)->word) {
	case JS_IF:
		js_if(p);
		return;
	case JS_FOR:
		js_for(p);
		return;
	case JS_WHILE:
	case JS_WITH:
		js_while(p);
		return;
	case JS_DO:
		js_do(p);
		return;
	case JS_SWITCH:
		js_switch(p);
		return;
	case JS_TRY:
		js_try(p);
		return;
	case JS_RETURN:
	case JS_THROW:
		expression_behind(p);
		return;
	case JS_BREAK:
	case JS_CONTINUE:
	case JS_DEBUGGER:
		jump(p);
		return;
	case JS_FUNCTION:
		function_statement(p);
		return;
	case JS_CLASS:
		class_statement(p);
		return;
	case JS_ENUM:
		js_enum(p);
		return;
	case JS_EXPORT:
		js_export(p);
		return;
	case JS_IMPORT:
		if (next != '(' && next != '.') {
			js_import(p);
			return;
		}
		break;
	case JS_CONST:
		if (reader_peek(r, 1)->kind == TOKEN_NAME && reader_peek(r, 1)->word == JS_ENUM) {
			reader_next(r);
			js_enum(p);
			return;
		}
		break;
	default:
		break;
	}
	plain_statement(p);
}

static void
statement(struct javascript *p)
{
	struct reader *r = &p->r;

	if (reader_take(r, OP1(';')))
		return;
	if (reader_is(r, OP1('{'))) {
		js_push(r, js_block(p, false));
		return;
	}
	if (reader_is(r, OP1('@'))) {
		js_decorators(p);
		return;
	}
	if (reader_token(r)->kind == TOKEN_NAME)
		word_statement(p);
	else
		plain_statement(p);
}

void
js_statement(struct javascript *p)
{
	if (reader_enter(&p->r))
		statement(p);
	p->r.depth--;
}

void
js_statements(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t blocks = r->blocks.n, depth = r->depth, function = p->function;

	for (;;) {
		uint32_t first = r->i, mark = r->stack.n;

		if (r->failed || reader_token(r)->kind == TOKEN_END || reader_is(r, OP1('}')) ||
			reader_is_word(r, JS_CASE) || reader_is_word(r, JS_DEFAULT))
			return;
		js_statement(p);
		if (!r->failed) {
			r->clean = true;
			continue;
		}
		while (r->blocks.n > blocks)
			reader_close(r, r->where);
		r->depth = depth;
		r->stack.n = mark;
		p->function = function;
		p->then = p->no_in = false;
		js_recover(p, first);
	}
}
