/* Ruby's classes, modules and methods, and the names that are assigned in them. */
#include "ruby_p.h"

void
ruby_assign(
	struct ruby *p, enum symbol_kind kind, struct str name, struct span span, uint32_t value)
{
	struct reader *r = &p->r;
	const struct reader_name *d = reader_find(r, name);
	struct symbol s = {.kind = kind,
		.name = name,
		.value = value,
		.span = span,
		.branch = p->branches > 0};
	uint32_t symbol;

	if (!name.n || str_is(name, "_"))
		return;
	if (!d || d->block < p->method) {
		/* Methods and constants are seen in all of the class, variables from here on. */
		bool everywhere =
			kind == SYMBOL_FUNCTION || kind == SYMBOL_CLASS || kind == SYMBOL_CONSTANT;

		reader_declare(r, s, reader_block(r),
			everywhere ? r->blocks.v[reader_block(r)].from : span.offset);
		return;
	}
	symbol = reader_assign(r, d, s);
	r->u->symbols.v[symbol].branch |= p->branches > 0;
}

static void
declare_parameter(struct ruby *p, struct str name, struct span span)
{
	struct symbol s = {.kind = SYMBOL_PARAMETER, .name = name, .span = span};

	reader_declare(&p->r, s, reader_block(&p->r), span.offset);
}

/* (a, (b, c)): names that are no parameters of their own. */
static void
nested_parameters(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t open = 0, from = reader_at(r);

	do {
		const struct token *t = reader_token(r);

		if (t->kind == TOKEN_END || t->kind == TOKEN_ERROR) {
			reader_fail(r, "a ')' is missing");
			return;
		}
		if (t->kind == TOKEN_NAME)
			declare_parameter(p, reader_text(r),
				(struct span){.offset = t->at, .length = t->length});
		open += reader_is(r, OP1('('));
		open -= reader_is(r, OP1(')'));
		reader_next(r);
	} while (open);
	reader_push(r, reader_value(r, VALUE_REFERENCE, STR("()"), from));
}

/* a, a = 1, *a, a:, a: 1, **a, &a */
static void
parameter(struct ruby *p, uint32_t close)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value = 0, no_do = p->no_do, mark = r->stack.n;
	struct str rest = {0}, name;
	struct token t;

	if (reader_is(r, OP1('('))) {
		nested_parameters(p);
		return;
	}
	if (reader_take(r, OP1('*')) || reader_take(r, OP2('*', '*')) || reader_take(r, OP1('&')))
		rest = STR("*");
	t = *reader_token(r);
	if (t.kind != TOKEN_NAME) {
		if (!rest.n && !reader_take(r, OP3('.', '.', '.')))
			reader_fail(r, "a parameter was expected");
		return;
	}
	name = lexer_text(&r->lexer, &t);
	declare_parameter(p, name, (struct span){.offset = t.at, .length = t.length});
	reader_next(r);
	p->no_do++;
	if (reader_take(r, OP1('=')) ||
		(t.flags & RUBY_LABEL && !reader_is(r, OP1(',')) && !reader_is(r, OP1(')')) &&
			!reader_is(r, OP1('|')) && !reader_is_newline(r)))
		value = close == '|' ? ruby_primary(p) : ruby_expression(p);
	p->no_do = no_do;
	if (rest.n)
		name = str_format(r->u->arena, "*%.*s", STR_ARG(name));
	if (value) {
		reader_push(r, value);
		value = reader_collect(r, VALUE_REFERENCE, name, from, mark);
	} else {
		value = reader_value(r, VALUE_REFERENCE, name, from);
	}
	reader_push(r, value);
}

uint32_t
ruby_parameters(struct ruby *p, uint32_t close)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n;

	if (close)
		reader_skip_newlines(&p->r);
	while (!r->failed && !(close && reader_is(r, close)) && !reader_is_newline(r) &&
		!(!close && reader_is(r, OP1(';'))) && !reader_is_word(r, RB_DO)) {
		parameter(p, close);
		if (close)
			reader_skip_newlines(&p->r);
		if (close && reader_take(r, OP1(';'))) /* |a; local| */
			continue;
		if (!reader_take(r, OP1(',')))
			break;
		reader_skip_newlines(&p->r);
	}
	return r->stack.n - mark;
}

/* What an open class or method changes in how its inside is read, to be put back behind it. */
struct outer {
	uint32_t method, branches, no_do, ternary;
	bool in_method;
};

static struct outer
enter(struct ruby *p, uint32_t from, bool method)
{
	struct outer o = {p->method, p->branches, p->no_do, p->ternary, p->in_method};

	reader_open(&p->r, from, false, method);
	p->method = reader_block(&p->r);
	p->branches = p->no_do = p->ternary = 0;
	p->in_method = method;
	return o;
}

static void
leave(struct ruby *p, const struct outer *o)
{
	if (!p->r.failed)
		reader_close(&p->r, reader_end(&p->r));
	p->method = o->method;
	p->branches = o->branches;
	p->no_do = o->no_do;
	p->ternary = o->ternary;
	p->in_method = o->in_method;
}

/* The name of a class, of which the last component counts: A::B. */
static struct str
class_name(struct ruby *p, struct span *span)
{
	struct reader *r = &p->r;
	struct str name = {0};

	reader_take(r, OP2(':', ':'));
	do {
		if (reader_token(r)->kind != TOKEN_NAME)
			reader_fail(r, "a class's name was expected");
		name = reader_text(r);
		*span = (struct span){.offset = reader_at(r), .length = (uint32_t)name.n};
		reader_next(r);
	} while (!r->failed && reader_take(r, OP2(':', ':')));
	return name;
}

uint32_t
ruby_class(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, bases = 0, value;
	struct span span = {0};
	struct str name;
	struct outer o;

	reader_next(r);
	if (reader_take(r, OP2('<', '<'))) { /* class << self */
		ruby_expression(p);
		value = ruby_body(p);
		ruby_end(p);
		return value;
	}
	name = class_name(p, &span);
	if (reader_take(r, OP1('<'))) {
		reader_push(r, ruby_expression(p));
		bases++;
	}
	o = enter(p, reader_at(r), false);
	reader_push(r, ruby_body(p));
	ruby_end(p);
	leave(p, &o);
	if (r->failed)
		return 0;
	value = reader_collect(r, VALUE_CLASS, name, from, mark);
	r->u->values.v[value].op = bases;
	ruby_assign(p, SYMBOL_CLASS, name, span, value);
	return value;
}

/* The name behind `def`: a word, an operator, self.name, name=. */
static struct str
method_name(struct ruby *p, struct span *span)
{
	struct reader *r = &p->r;
	uint32_t from;

	while (!r->failed && reader_peek(r, 1)->kind == TOKEN_OPERATOR &&
		reader_peek(r, 1)->op == '.') {
		reader_next(r);
		reader_next(r);
	}
	from = reader_at(r);
	if (reader_token(r)->kind == TOKEN_NAME) {
		reader_next(r);
		/* def name=(value) */
		if (reader_is(r, OP1('=')) && reader_at(r) == reader_end(r) &&
			reader_peek(r, 1)->op == '(')
			reader_next(r);
	} else {
		while (!r->failed && reader_token(r)->kind == TOKEN_OPERATOR &&
			!reader_is(r, OP1('(')))
			reader_next(r);
		if (reader_at(r) == from)
			reader_fail(r, "a method's name was expected");
	}
	*span = (struct span){.offset = from, .length = reader_end(r) - from};
	return str_slice(r->lexer.bytes, from, reader_end(r));
}

/* A method of one expression that is a text, a list or a name gives that. */
static bool
is_result(const struct unit *u, uint32_t value)
{
	switch ((int)u->values.v[value].kind) {
	case VALUE_STRING:
	case VALUE_CONCATENATION:
	case VALUE_FORMAT:
	case VALUE_JOIN:
	case VALUE_LIST:
	case VALUE_MAP:
	case VALUE_NUMBER:
	case VALUE_BOOLEAN:
	case VALUE_REFERENCE:
	case VALUE_ATTRIBUTE:
		return true;
	case VALUE_CONDITION:
		return u->values.v[unit_kid(u, value, 1)].kind != VALUE_BLOCK;
	case VALUE_CALL: /* of another method: its name alone */
		return u->values.v[value].kids.count == 1 &&
		       u->values.v[unit_kid(u, value, 0)].kind == VALUE_REFERENCE;
	default:
		return false;
	}
}

static void
push_result(struct ruby *p, uint32_t block)
{
	struct unit *u = p->r.u;
	uint32_t one = unit_kid(u, block, 0);

	if (u->values.v[one].kind == VALUE_RETURN)
		one = unit_kid(u, one, 0);
	if (u->values.v[block].kids.count != 1 || !is_result(u, one))
		one = 0;
	if (one)
		u->values.v[block].kids.count = 0;
	reader_push(&p->r, one);
	reader_push(&p->r, block);
}

uint32_t
ruby_def(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, n = 0, block, value;
	struct span span = {0};
	struct str name;
	struct outer o;

	reader_next(r);
	name = method_name(p, &span);
	o = enter(p, reader_at(r), true);
	if (reader_take(r, OP1('('))) {
		n = ruby_parameters(p, OP1(')'));
		reader_want(r, OP1(')'), "a ')' is missing");
	} else if (!reader_is(r, OP1('='))) {
		n = ruby_parameters(p, 0);
	}
	if (reader_take(r, OP1('='))) { /* def name = expression */
		uint32_t inner = r->stack.n, at = reader_at(r);

		reader_skip_newlines(&p->r);
		ruby_statement(p);
		block = reader_collect(r, VALUE_BLOCK, (struct str){0}, at, inner);
	} else {
		block = ruby_body(p);
		ruby_end(p);
	}
	leave(p, &o);
	if (r->failed)
		return 0;
	push_result(p, block);
	value = reader_collect(r, VALUE_FUNCTION, name, from, mark);
	r->u->values.v[value].op = n;
	ruby_assign(p, SYMBOL_FUNCTION, name, span, value);
	return value;
}
