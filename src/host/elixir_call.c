/* Elixir's calls: arguments with and without parentheses, keys, blocks. */
#include "elixir_p.h"

/* `key: value`, pushed. */
static void
labelled(struct elixir *p, bool entry)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r);
	uint32_t key, value;

	if (t.kind == TOKEN_STRING) {
		key = elixir_literal(p);
	} else {
		reader_next(r);
		key = interpolated_verbatim(r, t.at, t.at + t.length);
	}
	r->u->values.v[key].op = ELIXIR_IS_ATOM;
	reader_skip_newlines(&p->r);
	value = elixir_level(p, ELIXIR_ARROW + 1);
	if (entry)
		reader_push(r, reader_parent(r, VALUE_ENTRY, (struct str){0}, t.at, key, value));
	else
		reader_push(r,
			reader_parent(r, VALUE_ARGUMENT, r->u->values.v[key].text, t.at, value, 0));
}

/* In braces and brackets `|` and `=>` are the list's own; elsewhere they are types'. */
static void
element(struct elixir *p, bool entry)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark;

	if (elixir_at_label(p)) {
		labelled(p, entry);
		return;
	}
	mark = r->stack.n;
	reader_push(r, elixir_level(p, entry ? ELIXIR_ARROW : 0));
	/* [first | rest], %{other | key: value}: what that makes is not known. */
	if (!r->failed && entry && reader_take(r, OP1('|'))) {
		reader_skip_newlines(&p->r);
		element(p, entry);
		r->stack.n = mark;
		reader_push(r, reader_hole(r, from));
	}
}

void
elixir_elements(struct elixir *p, uint32_t close, bool entry)
{
	struct reader *r = &p->r;
	uint32_t no_do = p->no_do;

	p->no_do = close ? 0 : no_do + 1;
	if (close)
		reader_skip_newlines(&p->r);
	while (!r->failed && !(close && reader_is(r, close))) {
		element(p, entry);
		if (close)
			reader_skip_newlines(&p->r);
		if (!reader_take(r, OP1(',')))
			break;
		reader_skip_newlines(&p->r);
	}
	if (close)
		reader_want(r, close, "a ',' or a closing bracket was expected");
	p->no_do = no_do;
}

/* True when the first argument of a call without parentheses may begin here. */
static bool
at_argument(struct elixir *p)
{
	const struct token *t = reader_token(&p->r);

	if (!reader_blank_before(&p->r))
		return false;
	switch (t->kind) {
	case TOKEN_STRING:
	case TOKEN_NUMBER:
		return true;
	case TOKEN_NAME:
		return t->flags & ELIXIR_LABEL || !t->word || t->word == EX_NIL ||
		       t->word == EX_TRUE || t->word == EX_FALSE || t->word == EX_FN ||
		       (t->word == EX_NOT && reader_peek(&p->r, 1)->word != EX_IN);
	case TOKEN_OPERATOR:
		if (t->op == '[' || t->op == '(' || t->op == '{' || t->op == '!' || t->op == '^' ||
			t->op == OP2('<', '<'))
			return true;
		return (t->op == '&' || t->op == '-' || t->op == '+' || t->op == '%' ||
			       t->op == OP3('.', '.', '.')) &&
		       !reader_blank_behind(&p->r);
	default:
		return false;
	}
}

/* `do … end` behind a call that is no form: what it is given, as a block. */
static void
push_block(struct elixir *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, branches = p->branches, function;

	reader_next(r);
	reader_open(r, from, true, false);
	p->branches = 0;
	reader_push(r, 0);
	reader_push(r, elixir_block(p, 0));
	/* else, after: of a form that is not known */
	while (!r->failed && !reader_is_word(r, EX_END) && reader_token(r)->kind == TOKEN_NAME &&
		reader_token(r)->word) {
		reader_next(r);
		elixir_block(p, 0);
	}
	p->branches = branches;
	elixir_end(p);
	if (r->failed)
		return;
	reader_close(r, reader_end(r));
	function = reader_collect(r, VALUE_FUNCTION, (struct str){0}, from, mark);
	reader_push(r, reader_parent(r, VALUE_ARGUMENT, STR("&"), from, function, 0));
}

static uint32_t
collect(struct elixir *p, uint32_t callee, uint32_t from, uint32_t mark)
{
	struct reader *r = &p->r;
	uint32_t known = elixir_known(p, callee, from, mark);

	if (known) {
		r->stack.n = mark;
		return known;
	}
	reader_push(r, 0);
	for (uint32_t i = r->stack.n - 1; i > mark; i--)
		r->stack.v[i] = r->stack.v[i - 1];
	r->stack.v[mark] = callee;
	return reader_collect(r, VALUE_CALL, (struct str){0}, from, mark);
}

uint32_t
elixir_called(struct elixir *p, uint32_t callee, uint32_t from)
{
	struct reader *r = &p->r;
	struct str name = r->u->values.v[callee].text;
	bool plain = r->u->values.v[callee].kind == VALUE_REFERENCE;
	bool local = plain && elixir_is_local(p, name), given = false;
	uint32_t mark = r->stack.n, form;

	if (reader_is(r, OP1('(')) && !reader_blank_before(&p->r)) {
		reader_next(r);
		elixir_elements(p, OP1(')'), false);
		given = true;
	} else if (!local && at_argument(p)) {
		elixir_elements(p, 0, false);
		given = true;
	}
	form = plain && !local && !r->failed ? elixir_form(p, name, from, mark) : 0;
	if (form) {
		r->stack.n = mark;
		return form;
	}
	if (!r->failed && !local && !p->no_do && reader_is_word(r, EX_DO)) {
		push_block(p);
		given = true;
	}
	if (r->failed)
		return 0;
	return given ? collect(p, callee, from, mark) : callee;
}

uint32_t
elixir_piped(struct elixir *p, uint32_t left, uint32_t right, uint32_t from)
{
	struct reader *r = &p->r;
	struct value call = r->u->values.v[right];
	uint32_t mark = r->stack.n, callee = unit_kid(r->u, right, 0);

	if (call.kind == VALUE_REFERENCE || call.kind == VALUE_ATTRIBUTE)
		callee = right;
	else if (call.kind != VALUE_CALL)
		return reader_hole(r, from);
	reader_push(r, left);
	for (uint32_t i = 1; call.kind == VALUE_CALL && i < call.kids.count; i++)
		reader_push(r, unit_kid(r->u, right, i));
	return collect(p, callee, from, mark);
}
