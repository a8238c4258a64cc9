/* Python's compound statements and blocks (The Python Language Reference, "Compound statements"). Each
 * statement pushes its values on the reader's stack: the BLOCK around it collects them. */
#include "python_p.h"

/* What stands behind a ':' : a block, or simple statements on the same line. */
static void
suite(struct python *p)
{
	struct reader *r = &p->r;

	reader_want(r, OP1(':'), "a ':' was expected");
	if (r->failed)
		return;
	if (reader_token(r)->kind != TOKEN_NEWLINE) {
		python_simple_line(p);
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

void
python_branch(struct python *p)
{
	p->branches++;
	suite(p);
	p->branches--;
}

void
python_unknown_targets(struct python *p)
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
	python_unknown_targets(p);
	if (!reader_take_word(&p->r, PY_IN))
		reader_fail(&p->r, "`in` was expected");
	python_loose(p);
}

static void
with_header(struct python *p)
{
	do {
		struct reader_state before = reader_save(&p->r);

		python_keep(p, before, python_expression(p));
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
		python_loose(p);
	if (reader_take_word(r, PY_AS))
		python_unknown_targets(p);
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
		python_loose(p);
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
	python_branch(p);
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
		python_loose(p);
	python_branch(p);
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
	python_loose(p);
	python_branch(p);
}

void
python_push_block(struct python *p, uint32_t from, uint32_t mark)
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
	bool function = p->function;
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
	p->function = false;
	suite(p);
	reader_close(r, reader_end(r));
	p->scope = scope;
	p->branches = around;
	p->function = function;
	python_push_block(p, block, inner);
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
	return unit_kid(r->u, value, 0);
}

static void
function_statement(struct python *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, scope = p->scope, around = p->branches;
	uint32_t n, value, inner, first, globals_before = p->globals.n, one;
	bool function = p->function;
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
		python_annotation(p);
	inner = r->stack.n;
	first = r->i + 1;
	reader_open(r, reader_at(r), false, true);
	p->scope = reader_block(r);
	p->branches = 0;
	if (!r->failed)
		python_declare_parameters(p, mark, n);
	p->function = true;
	suite(p);
	reader_close(r, reader_end(r));
	p->scope = scope;
	p->branches = around;
	p->function = function;
	p->globals.n = globals_before;
	if (r->failed)
		return;
	one = result(p, inner, first);
	python_push_block(p, span.offset, inner);
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
	python_keep(p, before, python_expression(p));
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
		if (p->function)
			python_function_branches(p);
		else
			branches(p);
		return;
	case PY_CLASS:
		class_statement(p);
		return;
	case PY_DEF:
		function_statement(p);
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
		python_simple_line(p);
}

void
python_statement(struct python *p)
{
	if (reader_enter(&p->r))
		statement(p);
	p->r.depth--;
}

/* The end of the string around byte AT, AT when there is none. Looks from token number *I up to the
 * current one, and leaves in *I where to look for what is further behind. */
static uint32_t
string_around(struct reader *r, uint32_t *i, uint32_t at)
{
	for (; *i <= r->i && *i < r->lexer.tokens.n; (*i)++) {
		const struct token *t = &r->lexer.tokens.v[*i];

		if (t->at >= at)
			break;
		if (t->kind == TOKEN_STRING && at < t->at + t->length)
			return t->at + t->length;
	}
	return at;
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
		uint32_t blanks = 0, behind;

		if (end == SIZE_MAX)
			return n;
		at = (uint32_t)end + 1;
		while (at + blanks < n && (s[at + blanks] == ' ' || s[at + blanks] == '\t'))
			blanks++;
		if (at + blanks == n)
			return n;
		behind = string_around(r, &first, at);
		if (behind == at && s[at + blanks] != '\n' && s[at + blanks] != '\r' &&
			blanks <= column)
			return at;
		at = behind;
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
	bool function = p->function;

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
		p->function = function;
		recover(p, first, indents, before);
	}
}
