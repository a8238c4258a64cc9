/* The smallest parts of JavaScript's expressions: literals, templates, objects and lists. */
#include "javascript_p.h"

/* A hole of bytes FROM up to TO. */
static uint32_t
hole(struct javascript *p, uint32_t from, uint32_t to)
{
	return unit_add_value(
		p->r.u, (struct value){.kind = VALUE_HOLE,
				.text = str_trim(str_slice(p->r.lexer.bytes, from, to)),
				.span = {.offset = from, .length = to - from}});
}

uint32_t
js_name_string(struct javascript *p, struct token t)
{
	struct span span = {.offset = t.at, .length = t.length};

	t.flags = STRING_VERBATIM;
	return lexer_string(&p->r.lexer, &t, t.at, t.at + t.length, span);
}

static uint32_t
string(struct javascript *p)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r);
	uint32_t from, to;

	reader_next(r);
	lexer_body(&r->lexer, &t, &from, &to);
	return lexer_string(&r->lexer, &t, from, to, reader_span(r, t.at));
}

/* The text of one token of a template, between its delimiters, pushed unless it is empty. */
static void
push_text(struct javascript *p, struct token t, bool raw)
{
	uint32_t from = t.at + 1, to = t.at + t.length - (t.word & LITERAL_ENDS ? 1 : 2);
	struct span span = {.offset = from, .length = to - from};

	if (t.word == (LITERAL_BEGINS | LITERAL_ENDS))
		span = (struct span){.offset = t.at, .length = t.length};
	else if (from == to)
		return;
	if (raw)
		t.flags |= STRING_RAW;
	reader_push(&p->r, lexer_string(&p->r.lexer, &t, from, to, span));
}

static bool
is_named(const struct unit *u, uint32_t value, const char *name)
{
	const struct value *v = &u->values.v[value];

	return (v->kind == VALUE_REFERENCE || v->kind == VALUE_ATTRIBUTE) && str_is(v->text, name);
}

/* The name that a call gives to the statement instead of a parameter's value: sql.identifier(["a", "b"]),
 * sql.raw(name), sql(name) of the tag itself. 0: it is no such call; of sql([…]) the place says whether it gives
 * columns or values. */
static uint32_t
spliced(struct javascript *p, uint32_t call, uint32_t tag)
{
	static const char *const names[] = {
		"identifier", "raw", "unsafe", "ident", "table", "id", NULL};
	struct unit *u = p->r.u;
	uint32_t callee = unit_kid(u, call, 0), argument = unit_kid(u, call, 1);
	struct value dot = {.kind = VALUE_STRING, .text = STR(".")};
	const struct value *v = &u->values.v[call];
	bool own = v->kind == VALUE_CALL && v->op != CALL_TAGGED && v->kids.count == 2 &&
		   u->values.v[callee].kind == VALUE_REFERENCE &&
		   str_eq(u->values.v[callee].text, u->values.v[tag].text);

	if (v->kind != VALUE_CALL || v->op == CALL_TAGGED)
		return 0;
	for (const char *const *n = names; *n && !own; n++)
		own = u->values.v[callee].kind == VALUE_ATTRIBUTE && is_named(u, callee, *n);
	if (!own || !argument)
		return 0;
	if (u->values.v[argument].kind != VALUE_LIST)
		return argument;
	if (u->values.v[callee].kind == VALUE_REFERENCE)
		return 0;
	dot.span = u->values.v[call].span;
	dot.pieces = (struct range){u->pieces.n, 1};
	vec_push(u->arena, &u->pieces,
		(struct piece){.kind = PIECE_ESCAPE, .length = 1, .source = dot.span});
	return reader_parent(&p->r, VALUE_JOIN, (struct str){0}, dot.span.offset,
		unit_add_value(u, dot), argument);
}

/* The expression in `${…}`, pushed. Of a tagged template it is a parameter, which its value does not
 * replace, be it a literal; what does replace it is made a CONCATENATION. */
static void
push_expression(struct javascript *p, uint32_t tag)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value = js_expressions(p), inner;

	if (tag && !r->failed) {
		inner = spliced(p, value, tag);
		if (inner)
			value = reader_parent(
				r, VALUE_CONCATENATION, (struct str){0}, from, inner, 0);
		else if (r->u->values.v[value].kind == VALUE_STRING ||
			 r->u->values.v[value].kind == VALUE_CONCATENATION)
			value = 0;
	}
	reader_push(r, value ? value : hole(p, from, reader_at(r)));
}

/* What the tag's object is called: sql of sql.type(x)`…`. */
static uint32_t
tag_name(const struct unit *u, uint32_t tag)
{
	for (int i = 0; i < 8; i++) {
		enum value_kind kind = u->values.v[tag].kind;

		if (kind != VALUE_CALL && kind != VALUE_ATTRIBUTE)
			break;
		tag = unit_kid(u, tag, 0);
	}
	return tag;
}

/* Pushes the parts of the template that begins here. */
static void
push_parts(struct javascript *p, uint32_t tag, bool raw)
{
	struct reader *r = &p->r;
	uint32_t name = tag ? tag_name(r->u, tag) : 0;
	bool then = p->then, no_in = p->no_in;

	p->then = p->no_in = false;
	while (!r->failed) {
		struct token t = *reader_token(r);

		if (t.kind != TOKEN_STRING || t.quote != JS_TEMPLATE) {
			reader_fail(r, "the rest of a template was expected");
			break;
		}
		reader_next(r);
		push_text(p, t, raw);
		if (t.word & LITERAL_ENDS)
			break;
		push_expression(p, name);
	}
	p->then = then;
	p->no_in = no_in;
}

/* String.raw: its text as it stands; of what others do with a text, dedent and such, nothing shows. */
static bool
is_raw(const struct unit *u, uint32_t tag)
{
	return is_named(u, tag, "raw") && is_named(u, unit_kid(u, tag, 0), "String");
}

uint32_t
js_template(struct javascript *p, uint32_t tag, uint32_t from)
{
	struct reader *r = &p->r;
	uint32_t at = reader_at(r), mark = r->stack.n, value;
	bool raw = tag && is_raw(r->u, tag);

	if (!reader_enter(r)) {
		r->depth--;
		return 0;
	}
	push_parts(p, raw ? 0 : tag, raw);
	r->depth--;
	if (tag && !raw) {
		value = reader_collect(r, VALUE_FORMAT, (struct str){0}, at, mark);
		r->u->values.v[value].op = FORMAT_TAGGED;
		value = reader_parent(r, VALUE_CALL, (struct str){0}, from, tag, value);
		r->u->values.v[value].op = CALL_TAGGED;
		return value;
	}
	if (r->stack.n == mark + 1 && r->u->values.v[r->stack.v[mark]].kind == VALUE_STRING) {
		value = r->stack.v[mark];
		r->stack.n = mark;
		return value;
	}
	return reader_collect(r, VALUE_CONCATENATION, (struct str){0}, at, mark);
}

/* Markup: its expressions are values of their own. */
static uint32_t
foreign(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r);
	bool ends = reader_token(r)->word & LITERAL_ENDS;

	reader_next(r);
	while (!ends && !r->failed) {
		reader_take(r, OP3('.', '.', '.'));
		if (reader_token(r)->kind != TOKEN_FOREIGN ||
			reader_token(r)->word & LITERAL_BEGINS)
			js_expressions(p);
		if (reader_token(r)->kind != TOKEN_FOREIGN) {
			reader_fail(r, "the rest of an element was expected");
			break;
		}
		ends = reader_token(r)->word & LITERAL_ENDS;
		reader_next(r);
	}
	return reader_hole(r, from);
}

/* Spread: of a call's arguments they are the list's elements; of an object's nothing is known. */
static bool
push_spread(struct javascript *p, bool argument)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value;

	if (!reader_take(r, OP3('.', '.', '.')))
		return false;
	value = js_expression(p);
	if (argument && !r->failed)
		reader_push(r, reader_parent(r, VALUE_ARGUMENT, STR("*"), from, value, 0));
	else
		reader_push(r, reader_hole(r, from));
	return true;
}

static uint32_t
list(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n;

	reader_next(r);
	while (!r->failed && !reader_is(r, OP1(']'))) {
		if (reader_take(r, OP1(',')))
			continue;
		if (!push_spread(p, false))
			reader_push(r, js_expression(p));
		if (!reader_take(r, OP1(',')) && !reader_is(r, OP1(']')))
			reader_fail(r, "a ',' or ']' was expected");
	}
	reader_want(r, OP1(']'), "a ']' is missing");
	return reader_collect(r, VALUE_LIST, (struct str){0}, from, mark);
}

uint32_t
js_key(struct javascript *p, struct str *name)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r);
	uint32_t value;

	*name = (struct str){0};
	if (reader_take(r, OP1('['))) {
		value = js_expression(p);
		reader_want(r, OP1(']'), "a ']' is missing");
		return value;
	}
	if (t.kind == TOKEN_NUMBER)
		return reader_number(r);
	if (t.kind == TOKEN_STRING && t.word == (LITERAL_BEGINS | LITERAL_ENDS)) {
		value = string(p);
		*name = r->u->values.v[value].text;
		return value;
	}
	if (t.kind != TOKEN_NAME) {
		reader_fail(r, "a property's name was expected");
		return 0;
	}
	*name = lexer_text(&r->lexer, &t);
	reader_next(r);
	return js_name_string(p, t);
}

/* `get`, `set`, `async`, `*` in front of a method's name. */
static void
take_modifiers(struct javascript *p)
{
	static const char *const words[] = {"async", "get", "set", NULL};

	for (const char *const *w = words; *w; w++)
		if (js_is_name(p, 0, *w) && !js_is_op(p, 1, ':') && !js_is_op(p, 1, '(') &&
			!js_is_op(p, 1, ',') && !js_is_op(p, 1, '}') && !js_is_op(p, 1, '=') &&
			!js_is_op(p, 1, '<'))
			reader_next(&p->r);
	reader_take(&p->r, OP1('*'));
}

/* A method's name is known by its parameters' users only: it is no name that the file can say. */
static void
note_method(struct javascript *p, struct str name, uint32_t value)
{
	const struct value *v = &p->r.u->values.v[value];

	if (name.n && v->kind == VALUE_FUNCTION && v->op)
		vec_push(p->r.u->arena, &p->r.u->symbols,
			(struct symbol){.kind = SYMBOL_FUNCTION,
				.name = str_format(p->r.u->arena, "*.%.*s", STR_ARG(name)),
				.from = v->span.offset,
				.to = v->span.offset + v->span.length,
				.span = v->span});
}

static void
property(struct javascript *p)
{
	struct reader *r = &p->r;
	struct token t;
	uint32_t from = reader_at(r), key, value;
	struct str name;

	if (push_spread(p, false))
		return;
	take_modifiers(p);
	t = *reader_token(r);
	key = js_key(p, &name);
	if (reader_take(r, OP1(':'))) {
		value = js_expression(p);
	} else if (reader_is(r, OP1('(')) || reader_is(r, OP1('<'))) {
		value = js_function(p, name, t.at, false);
	} else if (t.kind == TOKEN_NAME) {
		value = reader_value(r, VALUE_REFERENCE, lexer_text(&r->lexer, &t), t.at);
		if (reader_take(r, OP1('='))) { /* a pattern's default */
			js_expression(p);
			value = reader_hole(r, from);
		}
	} else {
		reader_fail(r, "a ':' was expected");
		return;
	}
	if (r->failed)
		return;
	note_method(p, name, value);
	reader_push(r, reader_parent(r, VALUE_ENTRY, (struct str){0}, from, key, value));
}

static uint32_t
object(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n;

	reader_next(r);
	while (!r->failed && !reader_is(r, OP1('}'))) {
		property(p);
		if (!reader_take(r, OP1(',')) && !reader_is(r, OP1('}')))
			reader_fail(r, "a ',' or '}' was expected");
	}
	reader_want(r, OP1('}'), "a '}' is missing");
	return reader_collect(r, VALUE_MAP, (struct str){0}, from, mark);
}

static uint32_t
parenthesised(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t value;

	reader_next(r);
	value = js_expressions(p);
	reader_want(r, OP1(')'), "a ')' is missing");
	return value;
}

void
js_arguments(struct javascript *p)
{
	struct reader *r = &p->r;
	bool then = p->then, no_in = p->no_in;

	p->then = p->no_in = false;
	reader_next(r);
	while (!r->failed && !reader_is(r, OP1(')'))) {
		if (!push_spread(p, true))
			reader_push(r, js_expression(p));
		if (!reader_take(r, OP1(',')) && !reader_is(r, OP1(')')))
			reader_fail(r, "a ',' or ')' was expected in the arguments of a call");
	}
	reader_want(r, OP1(')'), "a ')' is missing");
	p->then = then;
	p->no_in = no_in;
}

/* `new a.b.C(x)`: a call of C. */
static uint32_t
new_object(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, value;

	reader_next(r);
	if (reader_take(r, OP1('.'))) { /* new.target */
		reader_next(r);
		return reader_hole(r, from);
	}
	value = js_atom(p);
	while (!r->failed && (reader_is(r, OP1('.')) || reader_is(r, OP1('[')))) {
		if (reader_is(r, OP1('['))) {
			js_skip_group(p);
			value = reader_hole(r, from);
			continue;
		}
		reader_next(r);
		value = reader_parent(r, VALUE_ATTRIBUTE, reader_text(r), from, value, 0);
		reader_next(r);
	}
	if (js_at_type_arguments(p))
		js_skip_angles(p);
	reader_push(r, value);
	if (reader_is(r, OP1('(')))
		js_arguments(p);
	return reader_collect(r, VALUE_CALL, (struct str){0}, from, mark);
}

/* `import("x")`, `import.meta`. */
static uint32_t
import_expression(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n;

	reader_next(r);
	if (reader_take(r, OP1('.'))) {
		reader_next(r);
		return reader_hole(r, from);
	}
	reader_push(r, reader_value(r, VALUE_REFERENCE, STR("import"), from));
	if (!reader_is(r, OP1('(')))
		reader_fail(r, "a '(' was expected behind `import`");
	else
		js_arguments(p);
	return reader_collect(r, VALUE_CALL, (struct str){0}, from, mark);
}

static uint32_t
function_expression(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r);
	struct str name = {0};
	bool bodiless = p->bodiless;

	p->bodiless = false;
	js_take_name(p, "async");
	reader_next(r);
	reader_take(r, OP1('*'));
	if (js_at_word(p, 0)) {
		name = reader_text(r);
		reader_next(r);
	}
	return js_function(p, name, from, bodiless);
}

static uint32_t
word(struct javascript *p)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r);
	struct str text = reader_text(r);

	switch (t.word) {
	case JS_FUNCTION:
		return function_expression(p);
	case JS_CLASS:
		reader_next(r);
		return js_class(p, t.at);
	case JS_NEW:
		return new_object(p);
	case JS_IMPORT:
		return import_expression(p);
	case JS_NULL:
		reader_next(r);
		return reader_value(r, VALUE_NULL, (struct str){0}, t.at);
	case JS_TRUE:
	case JS_FALSE:
		reader_next(r);
		return reader_value(r, VALUE_BOOLEAN, text, t.at);
	case JS_THIS:
	case JS_SUPER:
	case 0:
		break;
	default:
		reader_fail(r, "an expression was expected");
		return 0;
	}
	if (str_is(text, "async") && reader_peek(r, 1)->word == JS_FUNCTION &&
		reader_peek(r, 1)->kind == TOKEN_NAME)
		return function_expression(p);
	reader_next(r);
	if (str_is(text, "undefined"))
		return reader_value(r, VALUE_NULL, (struct str){0}, t.at);
	return reader_value(r, VALUE_REFERENCE, text, t.at);
}

static uint32_t
bracket(struct javascript *p, uint32_t op)
{
	bool then = p->then, no_in = p->no_in;
	uint32_t value;

	p->then = p->no_in = false;
	value = op == '(' ? parenthesised(p) : op == '[' ? list(p) : object(p);
	p->then = then;
	p->no_in = no_in;
	return value;
}

static uint32_t
atom(struct javascript *p)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r);

	switch ((enum token_kind)t.kind) {
	case TOKEN_STRING:
		return t.quote == JS_TEMPLATE ? js_template(p, 0, t.at) : string(p);
	case TOKEN_FOREIGN:
		return foreign(p);
	case TOKEN_NUMBER:
		return reader_number(r);
	case TOKEN_NAME:
		return word(p);
	case TOKEN_OPERATOR:
		if (t.op == '(' || t.op == '[' || t.op == '{')
			return bracket(p, t.op);
		if (t.op == '@') {
			js_decorators(p);
			return js_atom(p);
		}
		break;
	case TOKEN_END:
	case TOKEN_NEWLINE:
	case TOKEN_INDENT:
	case TOKEN_DEDENT:
	case TOKEN_ERROR:
		break;
	}
	reader_fail(r, "an expression was expected");
	return 0;
}

uint32_t
js_atom(struct javascript *p)
{
	uint32_t value = reader_enter(&p->r) ? atom(p) : 0;

	p->r.depth--;
	return value;
}
