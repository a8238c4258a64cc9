/* Python's brackets: tuples, lists, sets, dicts and comprehensions (The Python Language Reference,
 * "Displays for lists, sets and dictionaries"). */
#include "python_p.h"

/* The variables of a comprehension: they hide outer names from FROM to the current place. */
static struct str
hide(struct python *p, uint32_t first, uint32_t last, uint32_t from)
{
	struct reader *r = &p->r;
	struct buf names = {.arena = r->u->arena};

	for (uint32_t i = first; i < last; i++) {
		struct token t = *lexer_token(&r->lexer, i);
		struct symbol s = {.kind = SYMBOL_PARAMETER, .from = from, .to = reader_end(r)};

		if (t.kind != TOKEN_NAME || t.word)
			continue;
		s.name = lexer_text(&r->lexer, &t);
		s.span = (struct span){.offset = t.at, .length = t.length};
		vec_push(r->u->arena, &r->u->symbols, s);
		buf_addf(&names, "%s%.*s", names.n ? "," : "", STR_ARG(s.name));
	}
	return buf_str(&names);
}

uint32_t
python_comprehension(struct python *p, uint32_t from, uint32_t element)
{
	struct reader *r = &p->r;
	uint32_t iterable = 0, clauses = 0, first, last;
	struct str names = {0};
	struct {
		uint32_t first, last;
	} targets[8];
	bool plain = element != 0;

	while (!r->failed) {
		reader_take_word(r, PY_ASYNC);
		if (reader_take_word(r, PY_FOR)) {
			first = r->i;
			python_targets(p);
			last = r->i;
			if (!reader_take_word(r, PY_IN))
				reader_fail(r, "`in` was expected in a comprehension");
			iterable = python_binary(p, 1);
			if (clauses < 8) {
				targets[clauses].first = first;
				targets[clauses].last = last;
			}
			clauses++;
		} else if (reader_take_word(r, PY_IF)) {
			python_expression(p);
			plain = false;
		} else {
			break;
		}
		if (reader_is_word(r, PY_IF) || reader_is_word(r, PY_FOR) ||
			reader_is_word(r, PY_ASYNC))
			continue;
		break;
	}
	if (r->failed)
		return 0;
	for (uint32_t i = 0; i < clauses && i < 8; i++)
		names = hide(p, targets[i].first, targets[i].last, from);
	if (!plain || clauses != 1)
		return reader_hole(r, from);
	return reader_parent(r, VALUE_FOREACH, names, from, iterable, element);
}

bool
python_at_comprehension(struct python *p)
{
	return reader_is_word(&p->r, PY_FOR) || reader_is_word(&p->r, PY_ASYNC);
}

/* Behind an opening bracket: elements up to CLOSE, or a comprehension, which is returned. */
static uint32_t
elements(struct python *p, uint32_t close, bool *comma)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value;

	*comma = false;
	while (!r->failed && !reader_is(r, close)) {
		value = python_expression(p);
		if (python_at_comprehension(p))
			return python_comprehension(p, from, value);
		if (reader_take_word(r, PY_AS)) {
			uint32_t first = r->i;

			python_primary(p);
			python_unknown(p, first);
		}
		reader_push(r, value);
		if (reader_take(r, OP1(',')))
			*comma = true;
		else if (!reader_is(r, close))
			reader_fail(r, "a ',' or a closing bracket was expected");
	}
	return 0;
}

uint32_t
python_parenthesised(struct python *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, value;
	bool comma;

	reader_next(r);
	value = elements(p, OP1(')'), &comma);
	reader_want(r, OP1(')'), "a ')' is missing");
	if (!value && !comma && r->stack.n == mark + 1)
		value = r->stack.v[mark];
	if (value) {
		r->stack.n = mark;
		return value;
	}
	return reader_collect(r, VALUE_LIST, (struct str){0}, from, mark);
}

uint32_t
python_bracketed(struct python *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, value;
	bool comma;

	reader_next(r);
	value = elements(p, OP1(']'), &comma);
	reader_want(r, OP1(']'), "a ']' is missing");
	if (value) {
		r->stack.n = mark;
		return value;
	}
	return reader_collect(r, VALUE_LIST, (struct str){0}, from, mark);
}

/* One entry of a dict, or element of a set, pushed. False: a comprehension, the end. */
static bool
entry(struct python *p, uint32_t from, bool *map)
{
	struct reader *r = &p->r;
	uint32_t at = reader_at(r), value;

	if (reader_take(r, OP2('*', '*'))) {
		python_binary(p, 5);
		*map = true;
		reader_push(r, reader_hole(r, at));
		return true;
	}
	value = python_expression(p);
	if (reader_take(r, OP1(':'))) {
		*map = true;
		value = reader_parent(
			r, VALUE_ENTRY, (struct str){0}, at, value, python_expression(p));
	}
	if (python_at_comprehension(p)) {
		reader_push(r, python_comprehension(p, from, *map ? 0 : value));
		return false;
	}
	reader_push(r, value);
	return true;
}

uint32_t
python_braced(struct python *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, value;
	bool map = false, more = true;

	reader_next(r);
	while (!r->failed && more && !reader_is(r, OP1('}'))) {
		more = entry(p, from, &map);
		if (more && !reader_take(r, OP1(',')) && !reader_is(r, OP1('}')))
			reader_fail(r, "a ',' or '}' was expected");
	}
	reader_want(r, OP1('}'), "a '}' is missing");
	if (!more && !r->failed) {
		value = *(r->stack.v + mark);
		r->stack.n = mark;
		return value;
	}
	map = map || r->stack.n == mark;
	return reader_collect(r, map ? VALUE_MAP : VALUE_LIST, (struct str){0}, from, mark);
}
