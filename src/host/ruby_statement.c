/* Ruby's statements: modifiers, conditions, loops, rescue. Each statement pushes its values on the reader's
 * stack: the BLOCK around it collects them. `if` is a CONDITION whose branches are BLOCKs, loops are FOREACH
 * over a BLOCK; what stands in `begin` and behind `ensure` runs where it stands. */
#include "ruby_p.h"

static uint32_t
empty_block(struct ruby *p, uint32_t from)
{
	return reader_value(&p->r, VALUE_BLOCK, (struct str){0}, from);
}

uint32_t
ruby_block(struct ruby *p, bool branch)
{
	uint32_t from = reader_at(&p->r), mark = p->r.stack.n;

	p->branches += branch;
	ruby_statements(p);
	p->branches -= branch;
	return reader_collect(&p->r, VALUE_BLOCK, (struct str){0}, from, mark);
}

void
ruby_end(struct ruby *p)
{
	if (!reader_take_word(&p->r, RB_END))
		reader_fail(&p->r, "an `end` is missing");
}

/* Over tokens up to the line's end or `then`. */
static void
skip_line(struct ruby *p)
{
	struct reader *r = &p->r;

	while (!reader_is_newline(r) && !reader_is_word(r, RB_THEN) &&
		reader_token(r)->kind != TOKEN_ERROR)
		reader_next(r);
}

static void
take_then(struct ruby *p)
{
	struct reader *r = &p->r;

	while (reader_token(r)->kind == TOKEN_NEWLINE || reader_is(r, OP1(';')))
		reader_next(r);
	reader_take_word(r, RB_THEN);
}

/* Under a test that is not known: rescue, when. */
static uint32_t
perhaps(struct ruby *p, uint32_t from, uint32_t otherwise)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n;

	reader_push(r, reader_hole(r, from));
	take_then(p);
	reader_push(r, ruby_block(p, true));
	if (otherwise)
		reader_push(r, otherwise);
	return reader_collect(r, VALUE_CONDITION, (struct str){0}, from, mark);
}

uint32_t
ruby_body(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n;

	ruby_statements(p);
	while (!r->failed && reader_is_word(r, RB_RESCUE)) {
		uint32_t at = reader_at(r);

		reader_next(r);
		skip_line(p);
		reader_push(r, perhaps(p, at, 0));
	}
	if (reader_take_word(r, RB_ELSE))
		ruby_statements(p);
	if (reader_take_word(r, RB_ENSURE))
		ruby_statements(p);
	return reader_collect(r, VALUE_BLOCK, (struct str){0}, from, mark);
}

/* One expression alone in a branch is its value. */
static uint32_t
branch_value(struct ruby *p)
{
	return ruby_block(p, true);
}

/* if, elsif, unless; up to the `end`, which only the outermost takes. */
static uint32_t
condition(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, then, otherwise = 0;
	bool unless = reader_is_word(r, RB_UNLESS);

	if (!reader_enter(r)) {
		r->depth--;
		return 0;
	}
	reader_next(r);
	reader_skip_newlines(&p->r);
	reader_push(r, ruby_test(p));
	take_then(p);
	then = branch_value(p);
	if (reader_is_word(r, RB_ELSIF))
		otherwise = condition(p);
	else if (reader_take_word(r, RB_ELSE))
		otherwise = branch_value(p);
	r->depth--;
	if (unless) {
		reader_push(r, otherwise ? otherwise : empty_block(p, from));
		reader_push(r, then);
	} else {
		reader_push(r, then);
		if (otherwise)
			reader_push(r, otherwise);
	}
	return reader_collect(r, VALUE_CONDITION, (struct str){0}, from, mark);
}

/* when and in of a case, from the current one on: a chain of conditions. */
static uint32_t
clauses(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n;

	if (reader_take_word(r, RB_ELSE))
		return branch_value(p);
	if (!reader_is_word(r, RB_WHEN) && !reader_is_word(r, RB_IN))
		return 0;
	if (!reader_enter(r)) {
		r->depth--;
		return 0;
	}
	if (reader_take_word(r, RB_IN)) {
		skip_line(p);
	} else {
		reader_next(r);
		do {
			reader_skip_newlines(&p->r);
			reader_take(r, OP1('*'));
			ruby_expression(p);
		} while (!r->failed && reader_take(r, OP1(',')));
	}
	reader_push(r, reader_hole(r, from));
	take_then(p);
	reader_push(r, branch_value(p));
	{
		uint32_t next = clauses(p);

		if (next)
			reader_push(r, next);
	}
	r->depth--;
	return reader_collect(r, VALUE_CONDITION, (struct str){0}, from, mark);
}

static uint32_t
case_of(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value;

	reader_next(r);
	if (!reader_is_newline(r))
		ruby_test(p);
	take_then(p);
	value = clauses(p);
	ruby_end(p);
	return value ? value : reader_hole(r, from);
}

/* while, until, for … in. */
static uint32_t
loop(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, names = 0;
	bool each = reader_is_word(r, RB_FOR);
	struct str text = {0};

	reader_next(r);
	if (each) {
		names = reader_at(r);
		ruby_parameters(p, 0);
		r->stack.n = mark;
		text = str_slice(r->lexer.bytes, names, reader_end(r));
		if (!reader_take_word(r, RB_IN))
			reader_fail(r, "`in` was expected");
		reader_push(r, ruby_test(p));
	} else {
		ruby_test(p);
		reader_push(r, reader_hole(r, from));
	}
	reader_take_word(r, RB_DO);
	reader_push(r, ruby_block(p, true));
	ruby_end(p);
	return reader_collect(r, VALUE_FOREACH, text, from, mark);
}

uint32_t
ruby_compound(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t no_do = p->no_do, ternary = p->ternary, value = 0;

	p->no_do = p->ternary = 0;
	switch ((int)(reader_token(r)->kind == TOKEN_NAME ? reader_token(r)->word : 0)) {
	case RB_IF:
	case RB_UNLESS:
		value = condition(p);
		ruby_end(p);
		break;
	case RB_CASE:
		value = case_of(p);
		break;
	case RB_WHILE:
	case RB_UNTIL:
	case RB_FOR:
		value = loop(p);
		break;
	case RB_BEGIN:
		reader_next(r);
		value = ruby_body(p);
		ruby_end(p);
		break;
	default:
		break;
	}
	p->no_do = no_do;
	p->ternary = ternary;
	return value;
}

/* a, b = … : their values are not told apart. False: that is not what stands here. */
static bool
several_assigned(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t k = 0;

	for (;; k++) {
		const struct token *t = reader_peek(r, k);
		bool name = t->kind == TOKEN_NAME && !t->word && !(t->flags & RUBY_LABEL);

		if (t->kind == TOKEN_OPERATOR && t->op == '=' && k > 2)
			break;
		if (!name && !(t->kind == TOKEN_OPERATOR && (t->op == ',' || t->op == '*' ||
								    t->op == '(' || t->op == ')')))
			return false;
	}
	if (reader_peek(r, 1)->op != ',' && reader_peek(r, 0)->op != '*' &&
		reader_peek(r, 0)->op != '(')
		return false;
	for (; k; k--) {
		const struct token *t = reader_token(r);

		if (t->kind == TOKEN_NAME)
			ruby_assign(p, SYMBOL_VARIABLE, reader_text(r),
				(struct span){.offset = t->at, .length = t->length}, 0);
		reader_next(r);
	}
	reader_next(r);
	reader_push(r, ruby_list(p));
	return true;
}

/* return, break, next, redo, retry: FUNCTIONs are left by the first only. */
static bool
jump(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, value = 0;
	uint8_t word = reader_token(r)->kind == TOKEN_NAME ? reader_token(r)->word : 0;

	if (word != RB_RETURN && word != RB_BREAK && word != RB_NEXT && word != RB_REDO &&
		word != RB_RETRY)
		return false;
	reader_next(r);
	if (!reader_is_newline(r) && !reader_is(r, OP1('}')) && !reader_is(r, OP1(';')) &&
		!reader_is(r, OP1(')')) && !reader_is_word(r, RB_IF) &&
		!reader_is_word(r, RB_UNLESS) && !reader_is_word(r, RB_END))
		value = ruby_list(p);
	if (word == RB_RETURN) {
		if (value)
			reader_push(r, value);
		value = reader_collect(r, VALUE_RETURN, (struct str){0}, from, mark);
	}
	reader_push(r, value);
	return true;
}

/* As a statement a name, or one of something, is a call. */
static uint32_t
as_call(struct ruby *p, uint32_t value, uint32_t from)
{
	const struct value *v = &p->r.u->values.v[value];
	bool constant = v->text.n && v->text.s[0] >= 'A' && v->text.s[0] <= 'Z';

	if (v->kind != VALUE_ATTRIBUTE || constant)
		return value;
	return reader_parent(&p->r, VALUE_CALL, (struct str){0}, from, value, 0);
}

/* and, or: what stands behind them runs under the condition of what stands before. */
static uint32_t
chained(struct ruby *p, uint32_t from, uint32_t value)
{
	struct reader *r = &p->r;

	while (!r->failed && (reader_is_word(r, RB_AND) || reader_is_word(r, RB_OR))) {
		uint32_t mark = r->stack.n;

		reader_next(r);
		reader_skip_newlines(&p->r);
		reader_push(r, value);
		ruby_statement(p);
		value = reader_collect(r, VALUE_CONDITION, (struct str){0}, from, mark);
	}
	return value;
}

/* What was pushed above MARK under a modifier. */
static void
modified(struct ruby *p, uint32_t from, uint32_t mark)
{
	struct reader *r = &p->r;
	uint8_t word = reader_token(r)->word;
	uint32_t block = reader_collect(r, VALUE_BLOCK, (struct str){0}, from, mark), test;

	reader_next(r);
	if (word == RB_RESCUE) {
		ruby_expression(p);
		reader_push(r, block);
		return;
	}
	test = ruby_test(p);
	if (word == RB_WHILE || word == RB_UNTIL) {
		reader_push(r, reader_hole(r, from));
		reader_push(r, block);
		reader_push(r, reader_collect(r, VALUE_FOREACH, (struct str){0}, from, mark));
		return;
	}
	reader_push(r, test);
	if (word == RB_UNLESS)
		reader_push(r, empty_block(p, from));
	reader_push(r, block);
	reader_push(r, reader_collect(r, VALUE_CONDITION, (struct str){0}, from, mark));
}

static bool
at_modifier(struct ruby *p)
{
	struct reader *r = &p->r;

	return !r->failed && !p->colon &&
	       (reader_is_word(r, RB_IF) || reader_is_word(r, RB_UNLESS) ||
		       reader_is_word(r, RB_WHILE) || reader_is_word(r, RB_UNTIL) ||
		       reader_is_word(r, RB_RESCUE));
}

/* h[:a], h[:b] = … behind the first target. */
static uint32_t
other_targets(struct ruby *p)
{
	struct reader *r = &p->r;

	while (!r->failed && reader_take(r, OP1(','))) {
		reader_take(r, OP1('*'));
		ruby_primary(p);
	}
	reader_want(r, OP1('='), "the end of a statement was expected");
	return ruby_list(p);
}

static void
simple(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value;
	struct reader_state before = reader_save(r);

	if (reader_is_word(r, RB_ALIAS) || reader_is_word(r, RB_UNDEF)) {
		skip_line(p);
		return;
	}
	if (jump(p) || several_assigned(p))
		return;
	value = ruby_expression(p);
	if (!r->failed && reader_is(r, OP1(',')))
		value = other_targets(p);
	if (r->failed)
		return;
	value = chained(p, from, as_call(p, value, from));
	/* x = if … then A::B[1] end */
	if (reader_worth(r, before) || r->u->values.v[value].kind == VALUE_INDEX)
		reader_push(r, value);
	else
		reader_take_back(r, before);
}

void
ruby_statement(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, symbols = r->u->symbols.n;

	if (reader_enter(r)) {
		simple(p);
		while (at_modifier(p)) {
			bool rescue = reader_is_word(r, RB_RESCUE);

			/* What a statement assigns under a condition may be left undone. */
			for (uint32_t i = symbols; !rescue && i < r->u->symbols.n; i++)
				if (r->u->symbols.v[i].kind == SYMBOL_VARIABLE ||
					r->u->symbols.v[i].kind == SYMBOL_APPEND)
					r->u->symbols.v[i].branch = true;
			modified(p, from, mark);
		}
	}
	r->depth--;
}

static bool
at_end(struct ruby *p)
{
	struct reader *r = &p->r;
	const struct token *t = reader_token(r);

	if (t->kind == TOKEN_END)
		return true;
	if (t->kind == TOKEN_OPERATOR)
		return t->op == '}' || t->op == ')' || t->op == ']';
	if (t->kind != TOKEN_NAME || t->flags & RUBY_LABEL)
		return false;
	return t->word == RB_END || t->word == RB_ELSE || t->word == RB_ELSIF ||
	       t->word == RB_WHEN || t->word == RB_IN || t->word == RB_RESCUE ||
	       t->word == RB_ENSURE;
}

void
ruby_statements(struct ruby *p)
{
	struct reader *r = &p->r;
	struct ruby outer = *p;

	for (;;) {
		uint32_t mark = r->stack.n;

		while (reader_token(r)->kind == TOKEN_NEWLINE || reader_is(r, OP1(';')))
			reader_next(r);
		if (r->failed || at_end(p))
			return;
		ruby_statement(p);
		if (!r->failed && !reader_is_newline(r) && !reader_is(r, OP1(';')) && !at_end(p))
			reader_fail(r, "the end of a statement was expected");
		if (!r->failed) {
			r->clean = true;
			continue;
		}
		if (r->lexer.expression)
			return;
		while (r->blocks.n > outer.r.blocks.n)
			reader_close(r, r->where);
		r->depth = outer.r.depth;
		r->stack.n = mark;
		p->branches = outer.branches;
		p->method = outer.method;
		p->no_do = outer.no_do;
		p->ternary = outer.ternary;
		p->in_method = outer.in_method;
		p->colon = false;
		reader_recover_line(r);
	}
}
