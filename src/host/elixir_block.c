/* Elixir's blocks: statements, clauses, and the forms whose blocks run where they stand. `if` and the clauses of
 * `case` are CONDITIONs whose branches are BLOCKs, `for` is a FOREACH. */
#include "elixir_p.h"

void
elixir_end(struct elixir *p)
{
	if (!reader_take_word(&p->r, EX_END))
		reader_fail(&p->r, "an `end` is missing");
}

static bool
at_end(struct elixir *p)
{
	const struct token *t = reader_token(&p->r);

	if (t->kind == TOKEN_END)
		return true;
	if (t->kind == TOKEN_OPERATOR)
		return t->op == '}' || t->op == ')' || t->op == ']' || t->op == OP2('>', '>');
	return t->kind == TOKEN_NAME &&
	       (t->word == EX_END || t->word == EX_ELSE || t->word == EX_RESCUE ||
		       t->word == EX_CATCH || t->word == EX_AFTER);
}

bool
elixir_at_clause(struct elixir *p)
{
	uint32_t brackets = 0, blocks = 0;

	for (uint32_t k = 0;; k++) {
		const struct token *t = reader_peek(&p->r, k);
		bool opens = t->op == '(' || t->op == '[' || t->op == '{' || t->op == OP2('<', '<');
		bool closes =
			t->op == ')' || t->op == ']' || t->op == '}' || t->op == OP2('>', '>');

		if (t->kind == TOKEN_END || t->kind == TOKEN_ERROR ||
			(t->kind == TOKEN_NEWLINE && !brackets))
			return false;
		if (t->kind == TOKEN_NAME) {
			blocks += t->word == EX_FN || t->word == EX_DO;
			if (t->word == EX_END && blocks-- == 0)
				return false;
		}
		if (t->kind != TOKEN_OPERATOR)
			continue;
		if (closes && !brackets)
			return false;
		brackets += opens;
		brackets -= closes;
		if (t->op == OP2('-', '>') && !brackets && !blocks)
			return true;
		if (t->op == ';' && !brackets)
			return false;
	}
}

/* As a statement a name, or one of a module, is a call. */
static uint32_t
as_call(struct elixir *p, uint32_t value, uint32_t from)
{
	const struct value *v = &p->r.u->values.v[value];
	char c = v->text.n ? v->text.s[0] : '@';
	bool small = c >= 'a' && c <= 'z';

	if (!small || (v->kind != VALUE_ATTRIBUTE &&
			      (v->kind != VALUE_REFERENCE || elixir_is_local(p, v->text))))
		return value;
	return reader_parent(&p->r, VALUE_CALL, (struct str){0}, from, value, 0);
}

static void
statement(struct elixir *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value;
	struct reader_state before = reader_save(r);

	if (!reader_enter(r)) {
		r->depth--;
		return;
	}
	if (reader_token(r)->kind == TOKEN_NAME && reader_text(r).s[0] == '@')
		value = elixir_attribute(p);
	else
		value = as_call(p, elixir_expression(p), from);
	r->depth--;
	if (r->failed)
		return;
	if (value && reader_worth(r, before)) /* not what documents */
		reader_push(r, value);
	else
		reader_take_back(r, before);
}

void
elixir_statements(struct elixir *p)
{
	struct reader *r = &p->r;
	struct elixir outer = *p;

	for (;;) {
		uint32_t mark = r->stack.n;

		while (reader_token(r)->kind == TOKEN_NEWLINE || reader_is(r, OP1(';')))
			reader_next(r);
		if (r->failed || at_end(p) || (p->in_clause && elixir_at_clause(p)))
			return;
		statement(p);
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
		p->function = outer.function;
		p->no_do = outer.no_do;
		p->in_clause = outer.in_clause;
		reader_recover_line(r);
	}
}

static uint32_t
block_of_statements(struct elixir *p, bool in_clause)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, no_do = p->no_do;
	bool outer = p->in_clause;

	p->no_do = 0;
	p->in_clause = in_clause;
	elixir_statements(p);
	p->in_clause = outer;
	p->no_do = no_do;
	return reader_collect(r, VALUE_BLOCK, (struct str){0}, from, mark);
}

/* Patterns up to `->`, pushed. */
static void
patterns(struct elixir *p)
{
	struct reader *r = &p->r;

	while (!r->failed && !reader_is(r, OP2('-', '>'))) {
		reader_push(r, elixir_level(p, 2));
		if (!reader_take(r, OP1(',')))
			break;
		reader_skip_newlines(&p->r);
	}
	reader_want(r, OP2('-', '>'), "a `->` was expected");
}

static bool
is_constant(const struct unit *u, uint32_t value)
{
	enum value_kind kind = u->values.v[value].kind;

	return kind == VALUE_STRING || kind == VALUE_NUMBER || kind == VALUE_BOOLEAN ||
	       kind == VALUE_NULL;
}

/* What has to be so for a clause with PATTERN to run; 0: nothing has. */
static uint32_t
test_of(struct elixir *p, uint32_t subject, uint32_t pattern, uint32_t from)
{
	struct reader *r = &p->r;
	const struct value *v = &r->u->values.v[pattern];
	uint32_t mark = r->stack.n;

	if (subject == ELIXIR_TESTS)
		return v->kind == VALUE_BOOLEAN && str_is(v->text, "true") ? 0 : pattern;
	if (v->kind == VALUE_REFERENCE && v->text.s[0] == '_')
		return 0;
	if (!subject || !is_constant(r->u, pattern))
		return reader_hole(r, from);
	reader_push(r, reader_value(r, VALUE_REFERENCE, STR("=="), from));
	reader_push(r, subject);
	reader_push(r, pattern);
	return reader_collect(r, VALUE_CALL, (struct str){0}, from, mark);
}

/* Clauses as a chain of CONDITIONs; on the stack they stand as tests and blocks. */
static uint32_t
clauses(struct elixir *p, uint32_t subject)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, chain = 0, inner;

	p->branches++;
	while (!r->failed && elixir_at_clause(p)) {
		uint32_t at = reader_at(r), pattern, test;

		reader_open(r, at, true, false);
		inner = r->stack.n;
		patterns(p);
		for (uint32_t i = inner; i < r->stack.n; i++)
			elixir_declare_pattern(p, r->stack.v[i]);
		pattern = r->stack.n == inner + 1 ? r->stack.v[inner] : 0;
		r->stack.n = inner;
		test = test_of(p, subject, pattern, at);
		reader_push(r, test);
		reader_push(r, block_of_statements(p, true));
		if (!r->failed)
			reader_close(r, reader_end(r));
	}
	p->branches--;
	while (r->stack.n > mark) {
		uint32_t block = r->stack.v[r->stack.n - 1], test = r->stack.v[r->stack.n - 2];

		r->stack.n -= 2;
		inner = r->stack.n;
		if (!test) {
			chain = block;
			continue;
		}
		reader_push(r, test);
		reader_push(r, block);
		if (chain)
			reader_push(r, chain);
		chain = reader_collect(r, VALUE_CONDITION, (struct str){0}, from, inner);
	}
	return reader_parent(r, VALUE_BLOCK, (struct str){0}, from, chain, 0);
}

uint32_t
elixir_block(struct elixir *p, uint32_t subject)
{
	reader_skip_newlines(&p->r);
	return elixir_at_clause(p) ? clauses(p, subject) : block_of_statements(p, false);
}

/* A block of its own scope. */
static uint32_t
branch(struct elixir *p, uint32_t subject)
{
	struct reader *r = &p->r;
	uint32_t value;

	reader_open(r, reader_at(r), true, false);
	p->branches++;
	value = elixir_block(p, subject);
	p->branches--;
	if (!r->failed)
		reader_close(r, reader_end(r));
	return value;
}

uint32_t
elixir_body(struct elixir *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, inner;

	reader_push(r, elixir_block(p, 0));
	while (!r->failed && (reader_is_word(r, EX_RESCUE) || reader_is_word(r, EX_CATCH) ||
				     reader_is_word(r, EX_ELSE) || reader_is_word(r, EX_AFTER))) {
		uint32_t at = reader_at(r);
		bool always = reader_is_word(r, EX_AFTER);

		reader_next(r);
		inner = r->stack.n;
		if (!always)
			reader_push(r, reader_hole(r, at));
		reader_push(r, branch(p, 0));
		if (!always)
			reader_push(
				r, reader_collect(r, VALUE_CONDITION, (struct str){0}, at, inner));
	}
	elixir_end(p);
	if (r->stack.n == mark + 1) {
		r->stack.n = mark;
		return r->stack.v[mark];
	}
	return reader_collect(r, VALUE_BLOCK, (struct str){0}, from, mark);
}

/* The keyword argument KEY among those above MARK; 0: not given. */
static uint32_t
keyword(const struct reader *r, uint32_t mark, const char *key)
{
	for (uint32_t i = mark; i < r->stack.n; i++) {
		const struct value *v = &r->u->values.v[r->stack.v[i]];

		if (v->kind == VALUE_ARGUMENT && str_is(v->text, key))
			return unit_kid(r->u, r->stack.v[i], 0);
	}
	return 0;
}

/* if, unless: both forms. */
static uint32_t
condition(struct elixir *p, bool unless, uint32_t from, uint32_t mark)
{
	struct reader *r = &p->r;
	uint32_t test = r->stack.v[mark], then = keyword(r, mark, "do"),
		 otherwise = keyword(r, mark, "else"), inner = r->stack.n;

	if (!then) {
		reader_next(r);
		then = branch(p, 0);
		if (reader_take_word(r, EX_ELSE))
			otherwise = branch(p, 0);
		elixir_end(p);
		if (unless && !otherwise)
			otherwise = reader_value(r, VALUE_BLOCK, (struct str){0}, from);
	} else if (!otherwise) {
		otherwise = reader_value(r, VALUE_NULL, (struct str){0}, from);
	}
	reader_push(r, test);
	reader_push(r, unless ? otherwise : then);
	if (unless || otherwise)
		reader_push(r, unless ? then : otherwise);
	return reader_collect(r, VALUE_CONDITION, (struct str){0}, from, inner);
}

/* What one turn of a loop gives where it is a text, else what it does. */
static uint32_t
turn(struct elixir *p, uint32_t block)
{
	const struct unit *u = p->r.u;
	uint32_t one = unit_kid(u, block, 0);
	enum value_kind kind = u->values.v[one].kind;

	return u->values.v[block].kids.count == 1 &&
			       (kind == VALUE_STRING || kind == VALUE_CONCATENATION ||
				       kind == VALUE_LIST || kind == VALUE_MAP)
		       ? one
		       : block;
}

/* for x <- list, y <- other, filter: from the innermost outwards. */
static uint32_t
comprehension(struct elixir *p, uint32_t from, uint32_t mark)
{
	struct reader *r = &p->r;
	uint32_t value = keyword(r, mark, "do"), last = r->stack.n;

	for (uint32_t i = mark; i < last; i++)
		if (r->u->values.v[r->stack.v[i]].kind == VALUE_ENTRY)
			elixir_declare_pattern(p, unit_kid(r->u, r->stack.v[i], 0));
	if (!value) {
		reader_next(r);
		value = turn(p, branch(p, 0));
		elixir_end(p);
	}
	for (uint32_t i = last; i > mark && !r->failed; i--) {
		struct value v = r->u->values.v[r->stack.v[i - 1]];
		uint32_t pattern = unit_kid(r->u, r->stack.v[i - 1], 0);

		if (v.kind == VALUE_ENTRY) {
			if (i < last && r->u->values.v[value].kind == VALUE_FOREACH)
				value = reader_parent(
					r, VALUE_BLOCK, (struct str){0}, from, value, 0);
			value = reader_parent(r, VALUE_FOREACH, elixir_pattern_names(p, pattern),
				from, unit_kid(r->u, r->stack.v[i - 1], 1), value);
		} else if (v.kind != VALUE_ARGUMENT && v.kind != VALUE_ASSIGNMENT) {
			value = reader_parent(r, VALUE_CONDITION, (struct str){0}, from,
				reader_hole(r, from), value);
			value = reader_parent(r, VALUE_BLOCK, (struct str){0}, from, value, 0);
		}
	}
	return value;
}

/* with a <- b, c <- d: what it does is done when all of that fits. */
static uint32_t
with(struct elixir *p, uint32_t from, uint32_t mark)
{
	struct reader *r = &p->r;
	uint32_t body, otherwise = 0, inner = r->stack.n;

	for (uint32_t i = mark; i < inner; i++)
		if (r->u->values.v[r->stack.v[i]].kind == VALUE_ENTRY)
			elixir_declare_pattern(p, unit_kid(r->u, r->stack.v[i], 0));
	reader_next(r);
	body = branch(p, 0);
	if (reader_take_word(r, EX_ELSE))
		otherwise = branch(p, 0);
	elixir_end(p);
	reader_push(r, reader_hole(r, from));
	reader_push(r, body);
	if (otherwise)
		reader_push(r, otherwise);
	return reader_collect(r, VALUE_CONDITION, (struct str){0}, from, inner);
}

/* The block of a case, of cond, of receive. */
static uint32_t
choice(struct elixir *p, uint32_t subject)
{
	struct reader *r = &p->r;
	uint32_t value;

	reader_next(r);
	value = branch(p, subject);
	if (reader_take_word(r, EX_AFTER))
		branch(p, 0);
	elixir_end(p);
	return value;
}

uint32_t
elixir_form(struct elixir *p, struct str name, uint32_t from, uint32_t mark)
{
	struct reader *r = &p->r;
	bool block = !p->no_do && reader_is_word(r, EX_DO), any = r->stack.n > mark;
	uint32_t value;

	if (any && (block || keyword(r, mark, "do"))) {
		if (str_is(name, "if") || str_is(name, "unless"))
			return condition(p, str_is(name, "unless"), from, mark);
		if (str_is(name, "for"))
			return comprehension(p, from, mark);
	}
	if (!block)
		return 0;
	if (str_is(name, "with"))
		return with(p, from, mark);
	if (str_is(name, "case") && any)
		return choice(p, r->stack.v[mark]);
	if (str_is(name, "cond"))
		return choice(p, ELIXIR_TESTS);
	if (str_is(name, "receive"))
		return choice(p, 0);
	if (str_is(name, "try")) {
		reader_next(r);
		return elixir_body(p);
	}
	if (str_is(name, "quote")) { /* runs elsewhere */
		value = choice(p, 0);
		return value ? reader_hole(r, from) : 0;
	}
	return 0;
}

uint32_t
elixir_fn(struct elixir *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, no_do = p->no_do, branches = p->branches,
		 n = 0, block, inner, value;

	reader_next(r);
	reader_skip_newlines(&p->r);
	reader_open(r, from, true, false);
	p->no_do = p->branches = 0;
	patterns(p);
	n = elixir_parameters(p, mark);
	block = block_of_statements(p, true);
	if (!r->failed && elixir_at_clause(p)) { /* which one runs is not known */
		inner = r->stack.n;
		reader_push(r, reader_hole(r, from));
		reader_push(r, block);
		reader_push(r, clauses(p, 0));
		block = reader_collect(r, VALUE_CONDITION, (struct str){0}, from, inner);
		block = reader_parent(r, VALUE_BLOCK, (struct str){0}, from, block, 0);
	}
	p->no_do = no_do;
	p->branches = branches;
	elixir_end(p);
	if (r->failed)
		return 0;
	reader_close(r, reader_end(r));
	elixir_push_result(p, block);
	value = reader_collect(r, VALUE_FUNCTION, (struct str){0}, from, mark);
	r->u->values.v[value].op = n;
	return value;
}
