/* Python's statements (The Python Language Reference, "Simple statements", "Compound statements").
 * Each pushes its values on the reader's stack: the BLOCK around it collects them. Names assigned at
 * file level are symbols only. */
#include "python_p.h"

/* Pushes VALUE when something since BEFORE is worth it, else takes all back. */
static void
keep(struct python *p, struct reader_state before, uint32_t value)
{
	if (p->r.failed || reader_worth(&p->r, before))
		reader_push(&p->r, value);
	else
		reader_take_back(&p->r, before);
}

/* An expression list whose value nobody takes. */
static void
loose(struct python *p)
{
	struct reader_state before = reader_save(&p->r);

	keep(p, before, python_list(p));
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
		uint32_t from;

		if (!reader_take(r, OP1('/')) && !reader_take(r, OP1('*')))
			reader_take(r, OP2('*', '*'));
		if (reader_token(r)->kind == TOKEN_NAME && !reader_token(r)->word) {
			struct str name = reader_text(r);

			from = reader_at(r);
			reader_next(r);
			reader_push(r, reader_value(r, VALUE_REFERENCE, name, from));
			n++;
		}
		if (close != ':' && reader_take(r, OP1(':')))
			python_expression(p);
		if (reader_take(r, OP1('=')))
			python_expression(p);
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

/* An annotation is no value; its names are taken back. */
static void
annotation(struct python *p)
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
		annotation(p);
	if (at_augmented(r)) {
		augmented(p, value, from);
		return;
	}
	if (!reader_is(r, OP1('='))) {
		keep(p, before, value);
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
		loose(p);
	if (reader_take_word(r, PY_FROM))
		loose(p);
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

/* Simple statements on one line, and its end. */
static void
simple_line(struct python *p)
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

/* What stands behind a ':' : a block, or simple statements on the same line. */
static void
suite(struct python *p)
{
	struct reader *r = &p->r;

	reader_want(r, OP1(':'), "a ':' was expected");
	if (r->failed)
		return;
	if (reader_token(r)->kind != TOKEN_NEWLINE) {
		simple_line(p);
		return;
	}
	reader_next(r);
	if (reader_token(r)->kind != TOKEN_INDENT) {
		reader_fail(r, "an indented block was expected");
		return;
	}
	reader_next(r);
	python_statements(p);
	if (reader_token(r)->kind == TOKEN_DEDENT)
		reader_next(r);
}

static void
branch(struct python *p)
{
	p->branches++;
	suite(p);
	p->branches--;
}

static void
targets(struct python *p)
{
	struct reader_state before = reader_save(&p->r);
	uint32_t first = p->r.i;

	python_targets(p);
	if (!reader_worth(&p->r, before))
		reader_take_back(&p->r, before);
	python_unknown(p, first);
}

static void
for_header(struct python *p)
{
	targets(p);
	if (!reader_take_word(&p->r, PY_IN))
		reader_fail(&p->r, "`in` was expected");
	loose(p);
}

static void
with_header(struct python *p)
{
	do {
		struct reader_state before = reader_save(&p->r);

		keep(p, before, python_expression(p));
		if (reader_take_word(&p->r, PY_AS)) {
			uint32_t first = p->r.i;

			python_expression(p);
			python_unknown(p, first);
		}
	} while (reader_take(&p->r, OP1(',')) && !p->r.failed);
}

static void
except_header(struct python *p)
{
	struct reader *r = &p->r;

	reader_take(r, OP1('*'));
	if (!reader_is(r, OP1(':')))
		loose(p);
	if (reader_take_word(r, PY_AS))
		targets(p);
}

/* if, while, for, with, try and what follows them; each of their parts is a branch. */
static void
branches(struct python *p)
{
	struct reader *r = &p->r;
	uint8_t word = reader_token(r)->word;

	reader_next(r);
	switch ((int)word) {
	case PY_IF:
	case PY_ELIF:
	case PY_WHILE:
		loose(p);
		break;
	case PY_FOR:
		for_header(p);
		break;
	case PY_WITH:
		with_header(p);
		break;
	case PY_EXCEPT:
		except_header(p);
		break;
	default:
		break;
	}
	branch(p);
}

/* The pattern of a `case` binds names that are not known. */
static void
case_clause(struct python *p)
{
	struct reader *r = &p->r;
	uint32_t first, open = 0;

	reader_next(r);
	first = r->i;
	while (!reader_is_newline(r)) {
		const struct token *t = reader_token(r);

		if (t->kind == TOKEN_ERROR ||
			(!open && (reader_is(r, OP1(':')) || reader_is_word(r, PY_IF))))
			break;
		if (t->kind == TOKEN_OPERATOR)
			open += (t->op == '(' || t->op == '[' || t->op == '{');
		if (t->kind == TOKEN_OPERATOR && (t->op == ')' || t->op == ']' || t->op == '}'))
			open -= open > 0;
		reader_next(r);
	}
	python_unknown(p, first);
	if (reader_take_word(r, PY_IF))
		loose(p);
	branch(p);
}

/* `match x:` and `case x:` are statements when their line ends so; else they are names. */
static bool
at_soft_word(struct python *p, const char *word)
{
	struct reader *r = &p->r;
	const struct token *t = reader_token(r);
	uint32_t k = 1;

	if (t->kind != TOKEN_NAME || t->word || !str_is(lexer_text(&r->lexer, t), word))
		return false;
	t = reader_peek(r, 1);
	if (t->kind == TOKEN_OPERATOR &&
		(t->op == '=' || t->op == '.' || t->op == ',' || t->op == ':' || t->op == ')'))
		return false;
	for (; t->kind != TOKEN_NEWLINE && t->kind != TOKEN_END && t->kind != TOKEN_ERROR; k++)
		t = reader_peek(r, k + 1);
	if (str_is(STR("case"), word) && k > 2) {
		/* `case x: statement` on one line, too */
		for (uint32_t i = 2; i < k; i++)
			if (reader_peek(r, i)->op == ':')
				return true;
	}
	t = reader_peek(r, k - 1);
	return t->kind == TOKEN_OPERATOR && t->op == ':';
}

static void
match(struct python *p)
{
	reader_next(&p->r);
	loose(p);
	branch(p);
}

/* Makes what was pushed above MARK a BLOCK and pushes that. */
static void
push_block(struct python *p, uint32_t from, uint32_t mark)
{
	reader_push(&p->r, reader_collect(&p->r, VALUE_BLOCK, (struct str){0}, from, mark));
}

/* `[T: (A, B), *Ts]` behind a name: no values. */
static void
skip_type_parameters(struct python *p)
{
	struct reader *r = &p->r;
	uint32_t open = 0;

	if (!reader_is(r, OP1('[')))
		return;
	do {
		const struct token *t = reader_token(r);

		if (t->kind == TOKEN_END || t->kind == TOKEN_ERROR)
			reader_fail(r, "a ']' is missing");
		if (t->kind == TOKEN_OPERATOR)
			open += t->op == '(' || t->op == '[' || t->op == '{';
		if (t->kind == TOKEN_OPERATOR)
			open -= t->op == ')' || t->op == ']' || t->op == '}';
		reader_next(r);
	} while (open && !r->failed);
}

static void
class_statement(struct python *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, scope = p->scope, around = p->branches;
	uint32_t bases = 0, block, value, inner;
	struct span span;
	struct str name;

	reader_next(r);
	name = reader_text(r);
	span = (struct span){.offset = reader_at(r), .length = (uint32_t)name.n};
	if (reader_token(r)->kind != TOKEN_NAME)
		reader_fail(r, "a class's name was expected");
	reader_next(r);
	skip_type_parameters(p);
	if (reader_take(r, OP1('('))) {
		while (!r->failed && !reader_is(r, OP1(')'))) {
			bool keyword = reader_peek(r, 1)->op == '=' || reader_is(r, OP2('*', '*'));

			if (keyword) {
				reader_next(r);
				reader_take(r, OP1('='));
				python_expression(p);
			} else {
				reader_push(r, python_expression(p));
				bases++;
			}
			if (!reader_take(r, OP1(',')) && !reader_is(r, OP1(')')))
				reader_fail(r, "a ',' or ')' was expected");
		}
		reader_want(r, OP1(')'), "a ')' is missing");
	}
	block = reader_at(r);
	inner = r->stack.n;
	reader_open(r, block, false, false);
	p->scope = reader_block(r);
	p->branches = 0;
	suite(p);
	reader_close(r, reader_end(r));
	p->scope = scope;
	p->branches = around;
	push_block(p, block, inner);
	value = reader_collect(r, VALUE_CLASS, name, from, mark);
	r->u->values.v[value].op = bases;
	if (r->failed)
		return;
	python_assign(p, SYMBOL_CLASS, name, span, value);
	reader_push(r, value);
}

/* Takes the body's `return` of one expression from the values above MARK; 0: it is more than that.
 * BEFORE: the first token of the body. */
static uint32_t
result(struct python *p, uint32_t mark, uint32_t before)
{
	struct reader *r = &p->r;
	uint32_t i = before, n = r->stack.n - mark, value;

	while (lexer_token(&r->lexer, i)->kind == TOKEN_NEWLINE ||
		lexer_token(&r->lexer, i)->kind == TOKEN_INDENT)
		i++;
	/* a documentation string */
	if (lexer_token(&r->lexer, i)->kind == TOKEN_STRING &&
		lexer_token(&r->lexer, i + 1)->kind == TOKEN_NEWLINE && n) {
		i += 2;
		n--;
	}
	if (lexer_token(&r->lexer, i)->kind != TOKEN_NAME ||
		lexer_token(&r->lexer, i)->word != PY_RETURN || n != 1)
		return 0;
	value = *vec_last(&r->stack);
	r->stack.n--;
	return value;
}

static void
function(struct python *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, scope = p->scope, around = p->branches;
	uint32_t n, value, inner, first, globals_before = p->globals.n, one;
	struct span span;
	struct str name;

	reader_next(r);
	name = reader_text(r);
	span = (struct span){.offset = reader_at(r), .length = (uint32_t)name.n};
	if (reader_token(r)->kind != TOKEN_NAME)
		reader_fail(r, "a function's name was expected");
	reader_next(r);
	skip_type_parameters(p);
	reader_want(r, OP1('('), "a '(' was expected");
	n = python_parameters(p, OP1(')'));
	reader_want(r, OP1(')'), "a ')' is missing");
	if (reader_take(r, OP2('-', '>')))
		annotation(p);
	inner = r->stack.n;
	first = r->i + 1;
	reader_open(r, reader_at(r), false, true);
	p->scope = reader_block(r);
	p->branches = 0;
	if (!r->failed)
		python_declare_parameters(p, mark, n);
	suite(p);
	reader_close(r, reader_end(r));
	p->scope = scope;
	p->branches = around;
	p->globals.n = globals_before;
	if (r->failed)
		return;
	one = result(p, inner, first);
	push_block(p, span.offset, inner);
	reader_push(r, *vec_last(&r->stack));
	r->stack.v[r->stack.n - 2] = one;
	value = reader_collect(r, VALUE_FUNCTION, name, from, mark);
	r->u->values.v[value].op = n;
	python_assign(p, SYMBOL_FUNCTION, name, span, value);
	reader_push(r, value);
}

static void
decorator(struct python *p)
{
	struct reader *r = &p->r;
	struct reader_state before;

	reader_next(r);
	before = reader_save(r);
	keep(p, before, python_expression(p));
	if (reader_token(r)->kind != TOKEN_NEWLINE)
		reader_fail(r, "the end of a decorator was expected");
	reader_next(r);
}

static void
statement(struct python *p)
{
	struct reader *r = &p->r;

	if (reader_is_word(r, PY_ASYNC))
		reader_next(r);
	switch ((int)(reader_token(r)->kind == TOKEN_NAME ? reader_token(r)->word : 0)) {
	case PY_IF:
	case PY_ELIF:
	case PY_ELSE:
	case PY_WHILE:
	case PY_FOR:
	case PY_WITH:
	case PY_TRY:
	case PY_EXCEPT:
	case PY_FINALLY:
		branches(p);
		return;
	case PY_CLASS:
		class_statement(p);
		return;
	case PY_DEF:
		function(p);
		return;
	default:
		break;
	}
	if (reader_is(r, OP1('@')))
		decorator(p);
	else if (at_soft_word(p, "match"))
		match(p);
	else if (at_soft_word(p, "case"))
		case_clause(p);
	else
		simple_line(p);
}

void
python_statement(struct python *p)
{
	if (reader_enter(&p->r))
		statement(p);
	p->r.depth--;
}

/* True when byte AT lies inside one of the tokens from number I up to the current one. */
static bool
in_token(struct reader *r, uint32_t i, uint32_t at)
{
	for (; i <= r->i && i < r->lexer.tokens.n; i++) {
		const struct token *t = &r->lexer.tokens.v[i];

		if (t->kind == TOKEN_STRING && t->at < at && at < t->at + t->length)
			return true;
	}
	return false;
}

/* The next line behind the start of the statement that is not indented further than COLUMN. */
static uint32_t
line_to_go_on(struct reader *r, uint32_t first, uint32_t column)
{
	uint32_t n = (uint32_t)r->lexer.bytes.n;
	const char *s = r->lexer.bytes.s;
	uint32_t at = r->lexer.tokens.v[first].at;

	for (;;) {
		size_t end = str_chr(r->lexer.bytes, '\n', at);
		uint32_t blanks = 0;

		if (end == SIZE_MAX)
			return n;
		at = (uint32_t)end + 1;
		while (at + blanks < n && (s[at + blanks] == ' ' || s[at + blanks] == '\t'))
			blanks++;
		if (at + blanks == n)
			return n;
		if (s[at + blanks] != '\n' && s[at + blanks] != '\r' && blanks <= column &&
			!in_token(r, first, at))
			return at;
	}
}

/* After an error in the statement whose first token is FIRST. The body behind a broken head of a
 * compound statement is not lost: it is read as if it stood alone. What will be read again is taken
 * back to the state BEFORE. */
static void
recover(struct python *p, uint32_t first, uint32_t indents, struct reader_state before)
{
	struct reader *r = &p->r;
	uint8_t word = r->lexer.tokens.v[first].word;
	bool head = r->lexer.tokens.v[first].kind == TOKEN_NAME && word && word != PY_RETURN;
	uint32_t column = r->lexer.indents.v[indents - 1];
	uint32_t at = line_to_go_on(r, first, head ? UINT32_MAX : column);

	if (at <= r->where)
		reader_take_back(r, before);
	if (!reader_recover(r, at > r->where ? at - 1 : r->where))
		at = (uint32_t)r->lexer.bytes.n;
	r->i = first;
	r->lexer.indents.n = indents;
	lexer_resume(&r->lexer, first, at);
}

/* Over all statements that are indented further; a blind spot. */
static void
skip_block(struct python *p)
{
	struct reader *r = &p->r;
	uint32_t open = 1;

	reader_fail(r, "nested too deeply");
	r->failed = false;
	while (open && reader_token(r)->kind != TOKEN_END) {
		open += reader_token(r)->kind == TOKEN_INDENT;
		open -= reader_token(r)->kind == TOKEN_DEDENT;
		if (open)
			reader_next(r);
	}
	reader_recover(r, reader_at(r));
}

/* An indentation that nothing asks for: an error, unless it is what follows one. */
static void
stray_block(struct python *p)
{
	struct reader *r = &p->r;

	if (r->clean || !r->errors) {
		reader_fail(r, "an indentation that nothing asks for");
		reader_recover(r, r->where + 1);
	}
	reader_next(r);
	if (r->depth >= READER_DEPTH) {
		skip_block(p);
	} else {
		r->depth++;
		python_statements(p);
		r->depth--;
	}
	if (reader_token(r)->kind == TOKEN_DEDENT)
		reader_next(r);
}

void
python_statements(struct python *p)
{
	struct reader *r = &p->r;
	uint32_t blocks = r->blocks.n, depth = r->depth, scope = p->scope, around = p->branches;

	for (;;) {
		const struct token *t = reader_token(r);
		uint32_t first = r->i, indents, mark = r->stack.n;
		struct reader_state before = reader_save(r);

		if (t->kind == TOKEN_END || t->kind == TOKEN_DEDENT)
			return;
		if (t->kind == TOKEN_NEWLINE) {
			reader_next(r);
			continue;
		}
		indents = r->lexer.indents.n;
		if (t->kind == TOKEN_INDENT) {
			stray_block(p);
			continue;
		}
		python_statement(p);
		if (!r->failed) {
			r->clean = true;
			continue;
		}
		while (r->blocks.n > blocks)
			reader_close(r, r->where);
		r->depth = depth;
		r->stack.n = mark;
		p->scope = scope;
		p->branches = around;
		recover(p, first, indents, before);
	}
}
