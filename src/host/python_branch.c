/* Branches and loops in functions. Whoever replays a function wants to know what runs when: `if` is a
 * CONDITION whose branches are BLOCKs, loops are FOREACH over a BLOCK, `with x as y` assigns y; what stands in
 * `try`, behind `finally` and behind a loop's `else` runs where it stands. */
#include "python_p.h"

/* A branch that is pushed as a BLOCK. */
static void
block(struct python *p)
{
	uint32_t from = reader_at(&p->r), mark = p->r.stack.n;

	python_branch(p);
	python_push_block(p, from, mark);
}

/* Makes what was pushed above MARK one value of KIND, unless there is nothing in it. */
static void
collect(struct python *p, enum value_kind kind, struct str text, uint32_t from, uint32_t mark,
	struct reader_state before)
{
	struct reader *r = &p->r;

	if (r->failed)
		return;
	if (reader_worth(r, before)) {
		reader_push(r, reader_collect(r, kind, text, from, mark));
		return;
	}
	r->stack.n = mark;
	reader_take_back(r, before);
}

static void condition(struct python *p);

static void
otherwise(struct python *p)
{
	struct reader *r = &p->r;

	if (reader_is_word(r, PY_ELIF) && reader_enter(r)) {
		condition(p);
		r->depth--;
	} else if (reader_take_word(r, PY_ELSE)) {
		block(p);
	}
}

static void
condition(struct python *p)
{
	struct reader *r = &p->r;
	struct reader_state before = reader_save(r);
	uint32_t from = reader_at(r), mark = r->stack.n;

	reader_next(r);
	reader_push(r, python_list(p));
	block(p);
	otherwise(p);
	collect(p, VALUE_CONDITION, (struct str){0}, from, mark, before);
}

/* Whether it is run is not known: except, case. */
static void
perhaps(struct python *p, uint32_t from, uint32_t mark, struct reader_state before)
{
	reader_push(&p->r, reader_hole(&p->r, from));
	block(p);
	collect(p, VALUE_CONDITION, (struct str){0}, from, mark, before);
}

/* The targets as FOREACH has them; nested ones and attributes are not told. */
static struct str
loop_names(struct python *p, uint32_t from, uint32_t to)
{
	struct str text = str_trim(str_slice(p->r.lexer.bytes, from, to));

	if (text.n > 1 && text.s[0] == '(' && text.s[text.n - 1] == ')')
		text = str_slice(text, 1, text.n - 1);
	for (size_t i = 0; i < text.n; i++)
		if (text.s[i] == '(' || text.s[i] == '[' || text.s[i] == '.' || text.s[i] == '*')
			return (struct str){0};
	return text;
}

static void
loop(struct python *p)
{
	struct reader *r = &p->r;
	struct reader_state before = reader_save(r);
	uint32_t from = reader_at(r), mark = r->stack.n, names;
	struct str text;

	reader_next(r);
	names = reader_at(r);
	python_unknown_targets(p);
	text = loop_names(p, names, reader_end(r));
	if (!reader_take_word(r, PY_IN))
		reader_fail(r, "`in` was expected");
	reader_push(r, python_list(p));
	block(p);
	collect(p, VALUE_FOREACH, text, from, mark, before);
}

static void
while_loop(struct python *p)
{
	struct reader *r = &p->r;
	struct reader_state before = reader_save(r);
	uint32_t from = reader_at(r), mark = r->stack.n;

	reader_next(r);
	python_list(p);
	reader_push(r, reader_hole(r, from));
	block(p);
	collect(p, VALUE_FOREACH, (struct str){0}, from, mark, before);
}

static void
with_item(struct python *p)
{
	struct reader *r = &p->r;
	struct reader_state before = reader_save(r);
	uint32_t from = reader_at(r), value = python_expression(p), first;
	struct str name = {0};

	if (!reader_take_word(r, PY_AS)) {
		python_keep(p, before, value);
		return;
	}
	first = r->i;
	if (reader_token(r)->kind == TOKEN_NAME)
		name = reader_text(r);
	python_expression(p);
	python_unknown(p, first);
	if (r->i == first + 1 && name.n && !r->failed)
		value = reader_parent(r, VALUE_ASSIGNMENT, name, from, value, 0);
	reader_push(r, value);
}

static void
with(struct python *p)
{
	struct reader *r = &p->r;

	reader_next(r);
	do {
		with_item(p);
	} while (reader_take(r, OP1(',')) && !r->failed);
	python_branch(p);
}

static void
except(struct python *p)
{
	struct reader *r = &p->r;
	struct reader_state before = reader_save(r);
	uint32_t from = reader_at(r), mark = r->stack.n;

	reader_next(r);
	reader_take(r, OP1('*'));
	if (!reader_is(r, OP1(':')))
		python_list(p);
	if (reader_take_word(r, PY_AS))
		python_unknown_targets(p);
	perhaps(p, from, mark, before);
}

void
python_function_branches(struct python *p)
{
	switch ((int)reader_token(&p->r)->word) {
	case PY_IF:
	case PY_ELIF:
		condition(p);
		return;
	case PY_FOR:
		loop(p);
		return;
	case PY_WHILE:
		while_loop(p);
		return;
	case PY_WITH:
		with(p);
		return;
	case PY_EXCEPT:
		except(p);
		return;
	default:
		reader_next(&p->r);
		python_branch(p);
		return;
	}
}
