/* What JavaScript's names stand for: declarations, patterns, assignments. */
#include "javascript_p.h"

void
js_declare(struct javascript *p, enum symbol_kind kind, struct str name, struct span span,
	uint32_t value)
{
	struct reader *r = &p->r;
	struct symbol s = {.kind = kind, .name = name, .span = span, .value = value};
	const struct value *v = &r->u->values.v[value];

	/* A function in a constant is called by its name as any other. */
	if (v->kind == VALUE_FUNCTION && kind != SYMBOL_PARAMETER)
		s.kind = SYMBOL_FUNCTION;
	reader_declare(r, s, reader_block(r), reader_end(r));
}

struct str
js_imported(struct javascript *p, struct str path, struct str name)
{
	return str_format(p->r.u->arena, "%.*s %.*s", STR_ARG(path), STR_ARG(name));
}

struct str
js_required(const struct javascript *p, uint32_t value)
{
	const struct unit *u = p->r.u;
	const struct value *v = &u->values.v[value], *callee, *argument;

	if (v->kind != VALUE_CALL || v->kids.count != 2)
		return (struct str){0};
	callee = &u->values.v[unit_kid(u, value, 0)];
	argument = &u->values.v[unit_kid(u, value, 1)];
	if (callee->kind != VALUE_REFERENCE || argument->kind != VALUE_STRING ||
		(!str_is(callee->text, "require") && !str_is(callee->text, "import")))
		return (struct str){0};
	return argument->text;
}

/* The value that a pattern's NAME takes from VALUE; *KIND may become an import. */
static uint32_t
member(struct javascript *p, uint32_t value, struct str name, struct span span,
	enum symbol_kind *kind)
{
	struct unit *u = p->r.u;
	struct str path = value ? js_required(p, value) : (struct str){0};
	enum value_kind of = u->values.v[value].kind;

	if (path.n && name.n) {
		*kind = SYMBOL_IMPORT;
		return unit_add_value(u, (struct value){.kind = VALUE_REFERENCE,
						 .text = js_imported(p, path, name),
						 .span = span});
	}
	if (!name.n || (of != VALUE_REFERENCE && of != VALUE_ATTRIBUTE))
		return 0;
	return reader_parent(&p->r, VALUE_ATTRIBUTE, name, span.offset, value, 0);
}

/* One element of a pattern, which KEY of VALUE gives; behind it a default may stand. */
static void
element(struct javascript *p, enum symbol_kind kind, uint32_t value, struct str key)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r);
	struct span span = {.offset = t.at, .length = t.length};

	reader_take(r, OP3('.', '.', '.'));
	if (t.kind == TOKEN_NAME) {
		value = member(p, value, key, span, &kind);
		reader_next(r);
		js_declare(p, kind, lexer_text(&r->lexer, &t), span, value);
		/* For whoever replays the function: js_pattern() stands where values are statements. */
		if (value && p->function && kind == SYMBOL_VARIABLE)
			reader_push(r, reader_parent(r, VALUE_ASSIGNMENT, lexer_text(&r->lexer, &t),
					       t.at, value, 0));
	} else {
		js_pattern(p, kind, 0);
	}
	if (reader_take(r, OP1('=')))
		js_expression(p);
}

static void
object_pattern(struct javascript *p, enum symbol_kind kind, uint32_t value)
{
	struct reader *r = &p->r;

	reader_next(r);
	while (!r->failed && !reader_is(r, OP1('}'))) {
		struct str key = {0};

		if (js_is_op(p, 1, ':') || reader_is(r, OP1('['))) {
			struct reader_state before = reader_save(r);

			js_key(p, &key);
			if (key.n)
				reader_take_back(r, before);
			reader_want(r, OP1(':'), "a ':' was expected");
		} else if (reader_token(r)->kind == TOKEN_NAME) {
			key = reader_text(r);
		}
		element(p, kind, value, key);
		if (!reader_take(r, OP1(',')) && !reader_is(r, OP1('}')))
			reader_fail(r, "a ',' or '}' was expected");
	}
	reader_want(r, OP1('}'), "a '}' is missing");
}

static void
list_pattern(struct javascript *p, enum symbol_kind kind)
{
	struct reader *r = &p->r;

	reader_next(r);
	while (!r->failed && !reader_is(r, OP1(']'))) {
		if (reader_take(r, OP1(',')))
			continue;
		element(p, kind, 0, (struct str){0});
		if (!reader_take(r, OP1(',')) && !reader_is(r, OP1(']')))
			reader_fail(r, "a ',' or ']' was expected");
	}
	reader_want(r, OP1(']'), "a ']' is missing");
}

uint32_t
js_pattern(struct javascript *p, enum symbol_kind kind, uint32_t value)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r);
	struct str text = reader_text(r);

	if (!reader_enter(r)) {
		r->depth--;
		return 0;
	}
	r->depth--;
	if (t.kind == TOKEN_NAME) {
		reader_next(r);
		js_declare(p, kind, text, (struct span){.offset = t.at, .length = t.length}, value);
		return reader_value(r, VALUE_REFERENCE, text, t.at);
	}
	r->depth++;
	if (reader_is(r, OP1('{')))
		object_pattern(p, kind, value);
	else if (reader_is(r, OP1('[')))
		list_pattern(p, kind);
	else
		reader_fail(r, "a name or a pattern was expected");
	r->depth--;
	return 0;
}

/* `name: T = value` of a plain name. */
static void
variable(struct javascript *p, struct token t)
{
	struct reader *r = &p->r;
	struct reader_state before = reader_save(r);
	struct span span = {.offset = t.at, .length = t.length};
	struct str text = lexer_text(&r->lexer, &t), path;
	uint32_t value = 0;

	reader_next(r);
	reader_take(r, OP1('!'));
	js_skip_annotation(p);
	if (reader_take(r, OP1('=')))
		value = js_expression(p);
	if (r->failed)
		return;
	path = js_required(p, value);
	if (path.n) {
		reader_take_back(r, before);
		value = unit_add_value(r->u, (struct value){.kind = VALUE_REFERENCE,
						     .text = js_imported(p, path, STR("*")),
						     .span = span});
		js_declare(p, SYMBOL_IMPORT, text, span, value);
		return;
	}
	js_declare(p, SYMBOL_VARIABLE, text, span, value);
	if (value && p->function)
		reader_push(r, reader_parent(r, VALUE_ASSIGNMENT, text, t.at, value, 0));
	else if (value && reader_block(r) && reader_worth(r, before))
		reader_push(r, value);
}

/* Where the value of the pattern that begins here stands is behind it: that is read first. */
static void
pattern(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t first = r->i, value = 0, behind;
	struct reader_state before;

	js_skip_group(p);
	js_skip_annotation(p);
	before = reader_save(r);
	if (reader_take(r, OP1('=')))
		value = js_expression(p);
	if (r->failed)
		return;
	if (value && reader_block(r) && reader_worth(r, before))
		reader_push(r, value);
	behind = r->i;
	r->i = first;
	js_pattern(p, SYMBOL_VARIABLE, value);
	r->i = behind;
}

void
js_variables(struct javascript *p)
{
	struct reader *r = &p->r;

	do {
		struct token t = *reader_token(r);

		if (t.kind == TOKEN_NAME)
			variable(p, t);
		else if (reader_is(r, OP1('{')) || reader_is(r, OP1('[')))
			pattern(p);
		else
			reader_fail(r, "a name or a pattern was expected");
	} while (reader_take(r, OP1(',')) && !r->failed);
}

/* `enum T { A = "a" }`: a MAP. */
void
js_enum(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, value;
	struct str name;
	struct span span;

	reader_next(r);
	name = reader_text(r);
	span = (struct span){.offset = reader_at(r), .length = (uint32_t)name.n};
	reader_next(r);
	reader_want(r, OP1('{'), "a '{' was expected");
	while (!r->failed && !reader_is(r, OP1('}'))) {
		uint32_t at = reader_at(r), key;
		struct str text;

		key = js_key(p, &text);
		value = reader_take(r, OP1('=')) ? js_expression(p) : reader_hole(r, at);
		reader_push(r, reader_parent(r, VALUE_ENTRY, (struct str){0}, at, key, value));
		if (!reader_take(r, OP1(',')) && !reader_is(r, OP1('}')))
			reader_fail(r, "a ',' or '}' was expected");
	}
	reader_want(r, OP1('}'), "a '}' is missing");
	value = reader_collect(r, VALUE_MAP, (struct str){0}, from, mark);
	if (!r->failed)
		js_declare(p, SYMBOL_CONSTANT, name, span, value);
}

/* "up" of exports.up and module.exports.up, "=" of module.exports; empty for anything else. */
static struct str
exported_name(const struct unit *u, uint32_t target)
{
	const struct value *v = &u->values.v[target];
	const struct value *object = &u->values.v[unit_kid(u, target, 0)];
	const struct value *head = &u->values.v[unit_kid(u, unit_kid(u, target, 0), 0)];

	if (v->kind != VALUE_ATTRIBUTE)
		return (struct str){0};
	if (object->kind == VALUE_REFERENCE && str_is(object->text, "module") &&
		str_is(v->text, "exports"))
		return STR("=");
	if (object->kind == VALUE_REFERENCE && str_is(object->text, "exports"))
		return v->text;
	if (object->kind == VALUE_ATTRIBUTE && str_is(object->text, "exports") &&
		head->kind == VALUE_REFERENCE && str_is(head->text, "module"))
		return v->text;
	return (struct str){0};
}

static bool
is_field(const struct unit *u, uint32_t target)
{
	const struct value *object = &u->values.v[unit_kid(u, target, 0)];

	return u->values.v[target].kind == VALUE_ATTRIBUTE && object->kind == VALUE_REFERENCE &&
	       str_is(object->text, "this");
}

static void
assign_name(struct javascript *p, uint32_t target, uint32_t value, bool append)
{
	struct reader *r = &p->r;
	struct value t = r->u->values.v[target];
	const struct reader_name *declared = reader_find(r, t.text);
	struct symbol s = {.kind = append ? SYMBOL_APPEND : SYMBOL_VARIABLE,
		.name = t.text,
		.span = t.span,
		.value = value};

	if (declared) {
		reader_assign(r, declared, s);
		return;
	}
	/* A `var` of another block, or a name that is never declared. */
	s.branch = reader_in_branch(r, p->function);
	reader_symbol(r, s, p->function);
}

/* True for a name that may stand for a list: what is called `push` elsewhere is another thing. */
static bool
may_be_list(const struct unit *u, const struct reader_name *declared)
{
	const struct symbol *s = declared ? &u->symbols.v[declared->symbol] : NULL;
	enum value_kind kind = s ? u->values.v[s->value].kind : VALUE_NONE;

	return s && s->kind == SYMBOL_VARIABLE &&
	       (!s->value || kind == VALUE_LIST || kind == VALUE_CONDITION);
}

void
js_change_list(struct javascript *p, uint32_t from, uint32_t mark)
{
	static const char *const others[] = {
		"unshift", "splice", "pop", "shift", "sort", "reverse", "fill", "copyWithin", NULL};
	struct reader *r = &p->r;
	struct value callee = r->u->values.v[r->stack.v[mark]];
	uint32_t list = unit_kid(r->u, r->stack.v[mark], 0);
	struct value made = {.kind = VALUE_LIST, .span = reader_span(r, from)};
	bool push = str_is(callee.text, "push"), changes = push;

	for (const char *const *o = others; *o; o++)
		changes |= str_is(callee.text, *o);
	if (!changes || callee.kind != VALUE_ATTRIBUTE ||
		r->u->values.v[list].kind != VALUE_REFERENCE ||
		!may_be_list(r->u, reader_find(r, r->u->values.v[list].text)))
		return;
	if (push)
		made.kids =
			unit_add_kids(r->u, r->stack.v + mark + 1, (uint32_t)r->stack.n - mark - 1);
	assign_name(p, list, push ? unit_add_value(r->u, made) : 0, push);
}

void
js_assign(struct javascript *p, uint32_t target, uint32_t value, uint32_t op)
{
	struct reader *r = &p->r;
	struct value t = r->u->values.v[target];
	struct str name = exported_name(r->u, target);
	uint32_t given = op == '=' || op == OP2('+', '=') ? value : 0;

	if (t.kind == VALUE_REFERENCE && !str_is(t.text, "this")) {
		assign_name(p, target, given, op == OP2('+', '='));
	} else if (is_field(r->u, target)) {
		given = given ? given : reader_hole(r, t.span.offset);
		vec_push(r->scratch, &p->fields, (struct js_field){t.text, given});
	} else if (name.n) {
		reader_symbol(r,
			(struct symbol){.kind = SYMBOL_VARIABLE,
				.name = str_format(r->u->arena, "export.%.*s", STR_ARG(name)),
				.span = t.span,
				.value = given},
			0);
	} else if (t.kind == VALUE_LIST || t.kind == VALUE_MAP) {
		for (uint32_t i = 0; i < t.kids.count; i++) {
			uint32_t kid = unit_kid(r->u, target, i);

			if (r->u->values.v[kid].kind == VALUE_ENTRY)
				kid = unit_kid(r->u, kid, 1);
			if (r->u->values.v[kid].kind == VALUE_REFERENCE)
				assign_name(p, kid, 0, false);
		}
	}
}
