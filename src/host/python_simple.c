/* Python's simple statements, and what assignments of all sorts mean (The Python Language Reference,
 * "Simple statements"). Names assigned at file level are symbols only. */
#include "python_p.h"

void
python_keep(struct python *p, struct reader_state before, uint32_t value)
{
	if (p->r.failed || reader_worth(&p->r, before))
		reader_push(&p->r, value);
	else
		reader_take_back(&p->r, before);
}

void
python_loose(struct python *p)
{
	struct reader_state before = reader_save(&p->r);

	python_keep(p, before, python_list(p));
}

static bool
is_global(struct python *p, struct str name)
{
	for (uint32_t i = 0; i < p->globals.n; i++)
		if (str_eq(p->globals.v[i], name))
			return true;
	return false;
}

void
python_assign(
	struct python *p, enum symbol_kind kind, struct str name, struct span span, uint32_t value)
{
	struct symbol s = {.kind = kind, .name = name, .span = span, .value = value};
	bool global = p->scope && is_global(p, name);

	s.branch = p->branches > 0 || global;
	reader_symbol(&p->r, s, global ? 0 : p->scope);
}

void
python_declare_parameters(struct python *p, uint32_t mark, uint32_t n)
{
	struct reader *r = &p->r;

	for (uint32_t i = 0; i < n; i++) {
		const struct value *v = &r->u->values.v[r->stack.v[mark + i]];

		reader_symbol(r,
			(struct symbol){.kind = SYMBOL_PARAMETER, .name = v->text, .span = v->span},
			reader_block(r));
	}
}

uint32_t
python_parameters(struct python *p, uint32_t close)
{
	struct reader *r = &p->r;
	uint32_t n = 0;

	while (!r->failed && !reader_is(r, close)) {
		uint32_t parameter = 0, value;

		if (!reader_take(r, OP1('/')) && !reader_take(r, OP1('*')))
			reader_take(r, OP2('*', '*'));
		if (reader_token(r)->kind == TOKEN_NAME && !reader_token(r)->word) {
			struct str name = reader_text(r);
			uint32_t from = reader_at(r);

			reader_next(r);
			parameter = reader_value(r, VALUE_REFERENCE, name, from);
			reader_push(r, parameter);
			n++;
		}
		if (close != ':' && reader_take(r, OP1(':')))
			python_expression(p);
		if (reader_take(r, OP1('='))) {
			value = python_expression(p);
			if (parameter && !r->failed)
				r->u->values.v[parameter].kids = unit_add_kids(r->u, &value, 1);
		}
		if (!reader_take(r, OP1(',')) && !reader_is(r, close))
			reader_fail(r, "a parameter was expected");
	}
	return n;
}

/* The dotted name of a target; empty when it is none. */
static struct str
dotted(struct python *p, uint32_t target)
{
	struct unit *u = p->r.u;
	const struct value *v = &u->values.v[target];
	struct str object;

	if (v->kind == VALUE_REFERENCE)
		return v->text;
	if (v->kind != VALUE_ATTRIBUTE || p->r.depth >= READER_DEPTH)
		return (struct str){0};
	p->r.depth++;
	object = dotted(p, unit_kid(u, target, 0));
	p->r.depth--;
	if (!object.n)
		return (struct str){0};
	return str_format(u->arena, "%.*s.%.*s", STR_ARG(object), STR_ARG(v->text));
}

void
python_change_list(struct python *p, uint32_t from, uint32_t mark)
{
	struct reader *r = &p->r;
	uint32_t n = (uint32_t)r->stack.n - mark - 1, first = n ? r->stack.v[mark + 1] : 0;
	struct value callee = r->u->values.v[r->stack.v[mark]];
	struct value list = r->u->values.v[unit_kid(r->u, r->stack.v[mark], 0)];

	if (callee.kind != VALUE_ATTRIBUTE || list.kind != VALUE_REFERENCE)
		return;
	if (str_is(callee.text, "append") && n == 1)
		python_assign(p, SYMBOL_APPEND, list.text, list.span,
			reader_parent(r, VALUE_LIST, (struct str){0}, from, first, 0));
	else if (str_is(callee.text, "extend") && n == 1)
		python_assign(p, SYMBOL_APPEND, list.text, list.span, first);
	else if (str_is(callee.text, "insert") && n == 2 &&
		 r->u->values.v[first].kind == VALUE_NUMBER)
		python_assign(p, SYMBOL_VARIABLE, list.text, list.span, reader_hole(r, from));
}

/* TARGET is VALUE: a symbol for a plain name, and for the BLOCK around it an ASSIGNMENT. */
static void
assign_one(struct python *p, uint32_t target, uint32_t value, bool append)
{
	struct reader *r = &p->r;
	struct value t = r->u->values.v[target];
	struct str name = dotted(p, target);
	uint32_t assignment;

	if (t.kind == VALUE_REFERENCE)
		python_assign(p, append ? SYMBOL_APPEND : SYMBOL_VARIABLE, name, t.span, value);
	if (!name.n) {
		reader_push(r, value);
		return;
	}
	if (!p->scope && t.kind == VALUE_REFERENCE)
		return;
	assignment = reader_parent(r, VALUE_ASSIGNMENT, name, t.span.offset, value, 0);
	r->u->values.v[assignment].op = append;
	reader_push(r, assignment);
}

static void
assign(struct python *p, uint32_t target, uint32_t value)
{
	struct unit *u = p->r.u;
	struct value t = u->values.v[target], v = u->values.v[value];
	uint32_t hole = 0;

	if (t.kind != VALUE_LIST) {
		assign_one(p, target, value, false);
		return;
	}
	if (v.kind != VALUE_LIST || v.kids.count != t.kids.count) {
		hole = unit_add_value(u, (struct value){.kind = VALUE_HOLE,
						 .text = str_slice(p->r.lexer.bytes, v.span.offset,
							 v.span.offset + v.span.length),
						 .span = v.span});
		reader_push(&p->r, value);
	}
	if (!reader_enter(&p->r)) {
		p->r.depth--;
		return;
	}
	for (uint32_t i = 0; i < t.kids.count; i++) {
		uint32_t kid = u->kids.v[t.kids.first + i];

		assign(p, kid, hole ? hole : u->kids.v[v.kids.first + i]);
	}
	p->r.depth--;
}

/* `a = b = value`: the targets are on the stack above MARK, the value on top. */
static void
assign_chain(struct python *p, uint32_t mark)
{
	struct reader *r = &p->r;
	uint32_t targets[8], n = r->stack.n - mark - 1, value = r->stack.v[r->stack.n - 1];

	n = n > 8 ? 8 : n;
	for (uint32_t i = 0; i < n; i++)
		targets[i] = r->stack.v[mark + i];
	r->stack.n = mark;
	for (uint32_t i = 0; i < n; i++)
		assign(p, targets[i], value);
}

static bool
at_augmented(struct reader *r)
{
	struct str text = reader_text(r);

	if (reader_token(r)->kind != TOKEN_OPERATOR || text.n < 2 || text.s[text.n - 1] != '=')
		return false;
	return !str_is(text, "==") && !str_is(text, "!=") && !str_is(text, "<=") &&
	       !str_is(text, ">=") && !str_is(text, ":=");
}

static void
augmented(struct python *p, uint32_t target, uint32_t from)
{
	struct reader *r = &p->r;
	bool append = reader_is(r, OP2('+', '='));
	uint32_t value;

	reader_next(r);
	value = python_list(p);
	if (!append) {
		reader_push(r, value);
		value = reader_hole(r, from);
	}
	if (!r->failed)
		assign_one(p, target, value, append);
}

void
python_annotation(struct python *p)
{
	struct reader_state before = reader_save(&p->r);

	python_expression(p);
	if (!reader_worth(&p->r, before))
		reader_take_back(&p->r, before);
}

static void
expression_statement(struct python *p)
{
	struct reader *r = &p->r;
	struct reader_state before = reader_save(r);
	uint32_t from = reader_at(r), mark = r->stack.n, value = python_list(p);

	if (reader_take(r, OP1(':')))
		python_annotation(p);
	if (at_augmented(r)) {
		augmented(p, value, from);
		return;
	}
	if (!reader_is(r, OP1('='))) {
		python_keep(p, before, value);
		return;
	}
	reader_push(r, value);
	while (reader_take(r, OP1('=')))
		reader_push(r, python_list(p));
	if (r->failed)
		r->stack.n = mark;
	else
		assign_chain(p, mark);
}

/* A dotted module name, with the dots in front when relative. */
static struct str
module_name(struct python *p)
{
	struct reader *r = &p->r;
	struct buf b = {.arena = r->u->arena};

	for (;;) {
		const struct token *t = reader_token(r);
		bool dots =
			t->kind == TOKEN_OPERATOR && (t->op == '.' || t->op == OP3('.', '.', '.'));

		if (!dots && (t->kind != TOKEN_NAME || t->word))
			return buf_str(&b);
		buf_add(&b, lexer_text(&r->lexer, t));
		reader_next(r);
	}
}

/* NAME, or what stands behind `as`, is the module or its member PATH. */
static void
import_as(struct python *p, struct str name, struct str path, uint32_t from)
{
	struct reader *r = &p->r;
	struct span span = reader_span(r, from);
	uint32_t value = reader_value(r, VALUE_REFERENCE, path, from);

	if (reader_take_word(r, PY_AS)) {
		name = reader_text(r);
		span = (struct span){.offset = reader_at(r), .length = (uint32_t)name.n};
		reader_next(r);
	}
	python_assign(p, SYMBOL_IMPORT, name, span, value);
}

static void
import(struct python *p)
{
	struct reader *r = &p->r;

	reader_next(r);
	do {
		uint32_t from = reader_at(r);
		struct str path = module_name(p);
		struct str head = str_slice(path, 0, str_chr(path, '.', 0));

		if (!path.n)
			reader_fail(r, "a module's name was expected");
		import_as(p, head, reader_is_word(r, PY_AS) ? path : head, from);
	} while (reader_take(r, OP1(',')) && !r->failed);
}

static struct str
member(struct python *p, struct str module, struct str name)
{
	bool dots = module.n && module.s[module.n - 1] == '.';

	return str_format(
		p->r.u->arena, "%.*s%s%.*s", STR_ARG(module), dots ? "" : ".", STR_ARG(name));
}

static void
import_from(struct python *p)
{
	struct reader *r = &p->r;
	struct str module;
	bool parenthesis;

	reader_next(r);
	module = module_name(p);
	if (!reader_take_word(r, PY_IMPORT))
		reader_fail(r, "`import` was expected");
	parenthesis = reader_take(r, OP1('('));
	while (!r->failed) {
		uint32_t from = reader_at(r);
		struct str name = reader_text(r);
		bool star = reader_is(r, OP1('*'));

		if (!star && (reader_token(r)->kind != TOKEN_NAME || reader_token(r)->word))
			break;
		reader_next(r);
		import_as(p, name, star ? module : member(p, module, name), from);
		if (!reader_take(r, OP1(',')))
			break;
	}
	if (parenthesis)
		reader_want(r, OP1(')'), "a ')' is missing");
}

static void
globals(struct python *p)
{
	struct reader *r = &p->r;
	bool global = reader_is_word(r, PY_GLOBAL);

	do {
		reader_next(r);
		if (reader_token(r)->kind != TOKEN_NAME)
			reader_fail(r, "a name was expected");
		else if (global)
			vec_push(r->scratch, &p->globals, reader_text(r));
		reader_next(r);
	} while (reader_is(r, OP1(',')));
}

/* The words behind which expressions separated by `,` or `from` may stand. */
static void
word_and_expressions(struct python *p)
{
	struct reader *r = &p->r;

	reader_next(r);
	if (!reader_is_newline(r) && !reader_is(r, OP1(';')))
		python_loose(p);
	if (reader_take_word(r, PY_FROM))
		python_loose(p);
}

/* `return` and `raise` in a function: behind them nothing of its block runs. */
static void
leave(struct python *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n;
	bool result = reader_is_word(r, PY_RETURN);

	if (!result) {
		word_and_expressions(p);
		reader_push(r, reader_value(r, VALUE_RETURN, (struct str){0}, from));
		return;
	}
	reader_next(r);
	if (!reader_is_newline(r) && !reader_is(r, OP1(';')))
		python_loose(p);
	if (!r->failed)
		reader_push(r, reader_collect(r, VALUE_RETURN, (struct str){0}, from, mark));
}

static void
simple_statement(struct python *p)
{
	struct reader *r = &p->r;
	const struct token *t = reader_token(r), *next;

	switch ((int)(t->kind == TOKEN_NAME ? t->word : 0)) {
	case PY_PASS:
	case PY_BREAK:
	case PY_CONTINUE:
		reader_next(r);
		return;
	case PY_RETURN:
	case PY_RAISE:
		if (p->function) {
			leave(p);
			return;
		}
		word_and_expressions(p);
		return;
	case PY_ASSERT:
	case PY_DEL:
		word_and_expressions(p);
		return;
	case PY_GLOBAL:
	case PY_NONLOCAL:
		globals(p);
		return;
	case PY_IMPORT:
		import(p);
		return;
	case PY_FROM:
		import_from(p);
		return;
	default:
		break;
	}
	next = reader_peek(r, 1);
	t = reader_token(r);
	/* `type X = …` of Python 3.12 */
	if (t->kind == TOKEN_NAME && next->kind == TOKEN_NAME && !next->word &&
		str_is(lexer_text(&r->lexer, t), "type"))
		reader_next(r);
	expression_statement(p);
}

void
python_simple_line(struct python *p)
{
	struct reader *r = &p->r;

	do {
		if (reader_is_newline(r))
			break;
		simple_statement(p);
	} while (reader_take(r, OP1(';')));
	if (!reader_is_newline(r))
		reader_fail(r, "the end of a statement was expected");
	reader_next(r);
}
