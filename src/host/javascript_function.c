/* JavaScript's functions and classes (ECMAScript, "Functions and Classes"), with TypeScript's parameters
 * and members. A function's values in order are its block; a class's are its members. */
#include "javascript_p.h"

void
js_decorators(struct javascript *p)
{
	struct reader *r = &p->r;

	while (reader_take(r, OP1('@')) && !r->failed) {
		struct reader_state before = reader_save(r);

		js_keep(p, before, js_primary(p));
	}
}

/* `private readonly` and such in front of a parameter's name. */
static void
take_parameter_words(struct javascript *p)
{
	static const char *const words[] = {
		"public", "private", "protected", "readonly", "override", NULL};
	bool more = true;

	while (more && !p->r.failed) {
		more = false;
		for (const char *const *w = words; *w; w++)
			if (js_is_name(p, 0, *w) &&
				(js_at_word(p, 1) || js_is_op(p, 1, '{') || js_is_op(p, 1, '['))) {
				reader_next(&p->r);
				more = true;
			}
	}
}

static void
push_parameter(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, value, otherwise;

	js_decorators(p);
	r->stack.n = mark;
	take_parameter_words(p);
	reader_take(r, OP3('.', '.', '.'));
	if (reader_is_word(r, JS_THIS)) { /* `this: T`: no parameter */
		reader_next(r);
		js_skip_annotation(p);
		return;
	}
	value = js_pattern(p, SYMBOL_PARAMETER, 0);
	reader_take(r, OP1('?'));
	js_skip_annotation(p);
	otherwise = reader_take(r, OP1('=')) ? js_expression(p) : 0;
	if (!value && !r->failed)
		value = unit_add_value(r->u,
			(struct value){.kind = VALUE_REFERENCE, .span = reader_span(r, from)});
	if (otherwise && !r->failed)
		r->u->values.v[value].kids = unit_add_kids(r->u, &otherwise, 1);
	reader_push(r, value);
}

/* The parameters in parentheses become symbols of the innermost block; their REFERENCEs are pushed.
 * Returns their number. */
static uint32_t
parameters(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n;

	reader_want(r, OP1('('), "a '(' was expected");
	while (!r->failed && !reader_is(r, OP1(')'))) {
		push_parameter(p);
		if (!reader_take(r, OP1(',')) && !reader_is(r, OP1(')')))
			reader_fail(r, "a ',' or ')' was expected in parameters");
	}
	reader_want(r, OP1(')'), "a ')' is missing");
	return r->stack.n - mark;
}

/* The '{' of a body is here: pushes its result, when it is one `return` of one expression, and its
 * BLOCK. */
static void
body(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, result = 0, block, result_from;

	reader_next(r);
	result_from = reader_at(r);
	if (reader_is_word(r, JS_RETURN) && !js_breaks(p, 1) && !js_is_op(p, 1, ';') &&
		!js_is_op(p, 1, '}')) {
		reader_next(r);
		result = js_expressions(p);
		if (!r->failed && !reader_is(r, OP1('}')))
			js_end(p);
		if (!reader_is(r, OP1('}'))) {
			reader_push(r, js_return(r, result, result_from));
			result = 0;
		}
	}
	if (!r->failed)
		js_statements(p);
	reader_want(r, OP1('}'), "a '}' is missing");
	block = reader_collect(r, VALUE_BLOCK, (struct str){0}, from, mark);
	reader_push(r, result);
	reader_push(r, block);
}

/* The FUNCTION of what was pushed above MARK, or of nothing when there was an error. */
static uint32_t
collect(struct javascript *p, struct str name, uint32_t from, uint32_t mark, uint32_t n)
{
	struct reader *r = &p->r;
	uint32_t value;

	if (r->failed)
		return 0;
	value = reader_collect(r, VALUE_FUNCTION, name, from, mark);
	r->u->values.v[value].op = n;
	return value;
}

uint32_t
js_function(struct javascript *p, struct str name, uint32_t from, bool method)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n, n, function = p->function, value = 0;
	bool then = p->then, no_in = p->no_in;

	if (!reader_enter(r)) {
		r->depth--;
		return 0;
	}
	p->then = p->no_in = false;
	reader_open(r, reader_at(r), false, true);
	p->function = reader_block(r);
	if (reader_is(r, OP1('<')))
		js_skip_angles(p);
	n = parameters(p);
	js_skip_annotation(p);
	if (reader_is(r, OP1('{'))) {
		body(p);
		value = collect(p, name, from, mark, n);
	} else if (!method) {
		reader_fail(r, "the body of a function was expected");
	}
	r->stack.n = mark;
	if (!r->failed)
		reader_close(r, reader_end(r));
	p->function = function;
	p->then = then;
	p->no_in = no_in;
	r->depth--;
	return value ? value : reader_hole(r, from);
}

uint32_t
js_arrow(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, n = 1, function = p->function, value;
	bool then = p->then, no_in = p->no_in;

	if (!js_is_op(p, 1, OP2('=', '>')))
		js_take_name(p, "async");
	p->then = false;
	reader_open(r, reader_at(r), false, true);
	p->function = reader_block(r);
	if (reader_is(r, OP1('<')))
		js_skip_angles(p);
	if (reader_token(r)->kind == TOKEN_NAME)
		reader_push(r, js_pattern(p, SYMBOL_PARAMETER, 0));
	else
		n = parameters(p);
	js_skip_annotation(p);
	reader_want(r, OP2('=', '>'), "`=>` was expected");
	if (reader_is(r, OP1('{'))) {
		p->no_in = false;
		body(p);
	} else {
		p->then = then;
		reader_push(r, js_expression(p));
		reader_push(r, reader_value(r, VALUE_BLOCK, (struct str){0}, reader_end(r)));
	}
	value = collect(p, (struct str){0}, from, mark, n);
	r->stack.n = mark;
	if (!r->failed)
		reader_close(r, reader_end(r));
	p->function = function;
	p->then = then;
	p->no_in = no_in;
	return value ? value : reader_hole(r, from);
}

/* True when the word here says something of the member whose name follows. */
static bool
is_modifier(struct javascript *p)
{
	static const char *const words[] = {"static", "public", "private", "protected", "readonly",
		"abstract", "override", "declare", "async", "accessor", "get", "set", NULL};

	if (js_is_op(p, 1, '(') || js_is_op(p, 1, '=') || js_is_op(p, 1, ';') ||
		js_is_op(p, 1, ':') || js_is_op(p, 1, '?') || js_is_op(p, 1, '!') ||
		js_is_op(p, 1, '}') || js_is_op(p, 1, '<'))
		return false;
	for (const char *const *w = words; *w; w++)
		if (js_is_name(p, 0, *w))
			return !js_breaks(p, 1) || str_is(STR("static"), *w);
	return false;
}

static void
method(struct javascript *p, struct str class, struct str name, struct token t)
{
	struct reader *r = &p->r;
	uint32_t value = js_function(p, name, t.at, true);
	struct symbol s = {.kind = SYMBOL_FUNCTION, .value = value};

	if (r->failed || r->u->values.v[value].kind != VALUE_FUNCTION)
		return;
	s.name = str_format(r->u->arena, "%.*s.%.*s", STR_ARG(class), STR_ARG(name));
	s.span = (struct span){.offset = t.at, .length = t.length};
	if (name.n)
		reader_symbol(r, s, p->function);
	reader_push(r, value);
}

static void
field(struct javascript *p, struct str name, struct token t)
{
	struct reader *r = &p->r;
	struct reader_state before = reader_save(r);
	uint32_t value;

	if (!reader_take(r, OP1('!')))
		reader_take(r, OP1('?'));
	js_skip_annotation(p);
	if (reader_take(r, OP1('='))) {
		value = js_expression(p);
		if (name.n)
			value = reader_parent(r, VALUE_ASSIGNMENT, name, t.at, value, 0);
		js_keep(p, before, value);
	}
	if (!r->failed)
		js_end(p);
}

/* True at `[key: string]: T`. */
static bool
at_index_signature(struct javascript *p)
{
	return reader_is(&p->r, OP1('[')) && js_at_word(p, 1) && js_is_op(p, 2, ':');
}

static void
member(struct javascript *p, struct str class)
{
	struct reader *r = &p->r;
	struct reader_state before;
	struct token t;
	struct str name;

	js_decorators(p);
	while (is_modifier(p)) {
		bool is_static = js_is_name(p, 0, "static");

		reader_next(r);
		if (is_static && reader_is(r, OP1('{'))) {
			js_block(p, true);
			return;
		}
	}
	reader_take(r, OP1('*'));
	if (at_index_signature(p)) {
		js_skip_group(p);
		js_skip_annotation(p);
		js_end(p);
		return;
	}
	t = *reader_token(r);
	before = reader_save(r);
	js_key(p, &name);
	if (name.n && t.kind == TOKEN_NAME)
		reader_take_back(r, before);
	if (reader_is(r, OP1('?')) && (js_is_op(p, 1, '(') || js_is_op(p, 1, '<')))
		reader_next(r);
	if (reader_is(r, OP1('(')) || reader_is(r, OP1('<')))
		method(p, class, name, t);
	else
		field(p, name, t);
}

/* Members up to '}'. After an error in one, on with the next. */
static void
members(struct javascript *p, struct str class)
{
	struct reader *r = &p->r;
	uint32_t blocks = r->blocks.n, depth = r->depth, function = p->function;

	for (;;) {
		uint32_t first = r->i, mark = r->stack.n;

		if (reader_take(r, OP1(';')))
			continue;
		if (r->failed || reader_is(r, OP1('}')) || reader_token(r)->kind == TOKEN_END)
			return;
		member(p, class);
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

/* What methods assign to this.name, from number FIRST on, with the members above MARK: the one value that
 * a field gets, a hole for one that gets several. */
static void
assign_fields(struct javascript *p, uint32_t mark, uint32_t first)
{
	struct reader *r = &p->r;
	struct map members = {.arena = r->scratch};

	for (uint32_t i = mark; i < r->stack.n; i++) {
		const struct value *v = &r->u->values.v[r->stack.v[i]];

		if (v->kind == VALUE_ASSIGNMENT)
			map_put(&members, v->text)->num = r->stack.v[i];
	}
	for (uint32_t i = first; i < p->fields.n; i++) {
		struct js_field f = p->fields.v[i];
		union map_value *slot = map_put(&members, f.name);
		struct value *v = &r->u->values.v[slot->num];
		struct span span = v->span;

		if (slot->num) {
			uint32_t hole = unit_add_value(r->u,
				(struct value){.kind = VALUE_HOLE, .text = f.name, .span = span});

			r->u->kids.v[r->u->values.v[slot->num].kids.first] = hole;
			continue;
		}
		slot->num = reader_parent(r, VALUE_ASSIGNMENT, f.name,
			r->u->values.v[f.value].span.offset, f.value, 0);
		r->u->values.v[slot->num].span = r->u->values.v[f.value].span;
		reader_push(r, (uint32_t)slot->num);
	}
}

/* `extends A<B>` and `implements C, D`: pushed. */
static void
bases(struct javascript *p)
{
	struct reader *r = &p->r;

	while (!r->failed && (reader_is_word(r, JS_EXTENDS) || js_is_name(p, 0, "implements"))) {
		do {
			reader_next(r);
			reader_push(r, js_primary(p));
			if (reader_is(r, OP1('<')))
				js_skip_angles(p);
		} while (reader_is(r, OP1(',')) && !r->failed);
	}
}

uint32_t
js_class(struct javascript *p, uint32_t from)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n, n, begins, inner, block, value, this;
	struct str name = {0};
	uint32_t fields = p->fields.n;
	bool then = p->then, no_in = p->no_in;

	if (!reader_enter(r)) {
		r->depth--;
		return 0;
	}
	p->then = p->no_in = false;
	if (js_at_word(p, 0) && !reader_is_word(r, JS_EXTENDS) && !js_is_name(p, 0, "implements")) {
		name = reader_text(r);
		reader_next(r);
	}
	if (reader_is(r, OP1('<')))
		js_skip_angles(p);
	bases(p);
	n = r->stack.n - mark;
	begins = reader_at(r);
	reader_want(r, OP1('{'), "the body of a class was expected");
	reader_open(r, begins, false, false);
	this = reader_declare(r,
		(struct symbol){.kind = SYMBOL_CLASS,
			.name = STR("this"),
			.span = {.offset = begins, .length = 1}},
		reader_block(r), begins);
	inner = r->stack.n;
	members(p, name);
	assign_fields(p, inner, fields);
	p->fields.n = fields;
	reader_want(r, OP1('}'), "a '}' is missing");
	block = reader_collect(r, VALUE_BLOCK, (struct str){0}, begins, inner);
	reader_push(r, block);
	value = reader_collect(r, VALUE_CLASS, name, from, mark);
	r->u->values.v[value].op = n;
	if (!r->failed) {
		r->u->symbols.v[this].value = value;
		reader_close(r, reader_end(r));
	}
	p->then = then;
	p->no_in = no_in;
	r->depth--;
	return value;
}
