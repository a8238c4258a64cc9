/* What variables of a body hold, as far as the text says: a loop that goes through literals is read once for
 * each of them, and what a variable is assigned once, it is. */
#include <stdlib.h>

#include "base/arena.h"
#include "body_p.h"

/* Literals of one loop, and tokens that all loops of a body read again: beyond that a loop is read once. */
#define LOOP_ITEMS 256
#define BODY_TOKENS (1u << 14)
/* A list that a variable holds that another one holds … */
#define VALUE_DEPTH 4

struct variable *
body_variable(struct body *b, const struct token *t)
{
	union map_value *slot;

	if (!lex_is_name(t))
		return NULL;
	slot = map_get(&b->vars, lex_identifier(b->text, t, b->r.scratch));
	return slot ? slot->ptr : NULL;
}

struct variable *
body_declare(struct body *b, struct str name)
{
	union map_value *slot = map_put(&b->vars, name);

	if (!slot->ptr) {
		slot->ptr = arena_new(b->r.scratch, struct variable);
		((struct variable *)slot->ptr)->name = name;
	}
	return slot->ptr;
}

static bool
is_text(const struct body *b, uint32_t i, const char *text)
{
	return i < b->n_tokens && str_is(lex_text(b->text, &b->tokens[i]), text);
}

/* A name is assigned once more; FROM: the token where the value begins, 0: it is not known. */
static void
assign(struct body *b, uint32_t name, uint32_t from)
{
	union map_value *slot;
	struct assignment *a;

	if (!lex_is_name(&b->tokens[name]))
		return;
	slot = map_put(&b->assigned, lex_identifier(b->text, &b->tokens[name], b->r.scratch));
	if (!slot->ptr)
		slot->ptr = arena_new(b->r.scratch, struct assignment);
	a = slot->ptr;
	a->n++;
	a->from = from;
}

/* The targets of the INTO at token I. */
static void
assign_into(struct body *b, uint32_t i)
{
	i += lex_is_word(b->text, &b->tokens[i + 1], "strict") ? 2 : 1;
	for (; i < b->n_tokens; i += 2) {
		assign(b, i, 0);
		if (!is_text(b, i + 1, ","))
			break;
	}
}

/* `x := …`, `x = …` as a statement, INTO x, y and FOR x IN. */
void
body_find_assignments(struct body *b)
{
	static const char *const loops[] = {"for", "foreach", NULL};

	b->assigned.arena = b->r.scratch;
	for (uint32_t i = 0; i + 1 < b->n_tokens; i++) {
		if (is_text(b, i + 1, ":="))
			assign(b, i, i + 2);
		else if (is_text(b, i + 1, "=") && (i == 0 || is_text(b, i - 1, ";")))
			assign(b, i, 0);
		if (lex_is_word(b->text, &b->tokens[i], "into"))
			assign_into(b, i);
		else if (lex_is_word_of(b->text, &b->tokens[i], loops))
			assign(b, i + 1, 0);
	}
}

bool
body_value(struct body *b, const struct variable *v, uint32_t *from, uint32_t *to)
{
	const union map_value *slot = map_get(&b->assigned, v->name);
	const struct assignment *a = slot ? slot->ptr : NULL;

	if (v->to) {
		*from = v->from;
		*to = v->to;
		return !a;
	}
	if (!a || a->n != 1 || !a->from)
		return false;
	*from = *to = a->from;
	while (*to < b->n_tokens && !is_text(b, *to, ";"))
		++*to;
	return *from < *to;
}

static bool
add_item(struct body *b, struct loop *l, struct str text, const struct token *token)
{
	if (l->items.n == LOOP_ITEMS)
		return false;
	vec_push(b->r.scratch, &l->items, (struct loop_item){text, token});
	return true;
}

/* 'a' or 1. */
static bool
add_literal(struct body *b, struct loop *l, uint32_t i)
{
	const struct token *t = &b->tokens[i];
	uint32_t from, end;

	if (t->kind == TOKEN_NUMBER)
		return add_item(b, l, lex_text(b->text, t), t);
	if (t->kind != TOKEN_STRING && t->kind != TOKEN_DOLLAR)
		return false;
	lex_content(b->text, t, &from, &end);
	/* Doubled quotes and escapes are rare in names. */
	if (str_chr(str_slice(b->text, from, end), '\'', 0) != SIZE_MAX ||
		str_chr(str_slice(b->text, from, end), '\\', 0) != SIZE_MAX)
		return false;
	return add_item(b, l, str_slice(b->text, from, end), t);
}

/* '{a,b}', an array's text. */
static bool
add_array_text(struct body *b, struct loop *l, uint32_t i)
{
	const struct token *t = &b->tokens[i];
	uint32_t from, end;
	struct str text, part;

	if (t->kind != TOKEN_STRING && t->kind != TOKEN_DOLLAR)
		return false;
	lex_content(b->text, t, &from, &end);
	text = str_slice(b->text, from, end);
	if (text.n < 2 || text.s[0] != '{' || text.s[text.n - 1] != '}' ||
		str_chr(text, '"', 0) != SIZE_MAX || str_chr(text, '\'', 0) != SIZE_MAX)
		return false;
	text = str_slice(text, 1, text.n - 1);
	while (str_cut(&text, ',', &part))
		if (!add_item(b, l, str_trim(part), t))
			return false;
	return true;
}

/* The elements behind '[' at token FROM, each a literal, perhaps cast; *BEHIND: the token behind ']'. */
static bool
add_elements(struct body *b, struct loop *l, uint32_t from, uint32_t to, uint32_t *behind)
{
	for (uint32_t i = from; i < to; i++) {
		if (!add_literal(b, l, i))
			return false;
		for (i++; i < to && !is_text(b, i, ",") && !is_text(b, i, "]"); i++)
			if (!is_text(b, i, "::") && !lex_is_name(&b->tokens[i]))
				return false;
		if (is_text(b, i, "]")) {
			*behind = i + 1;
			return true;
		}
	}
	return false;
}

/* A cast and nothing else stands there. */
static bool
only_cast(const struct body *b, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		if (!is_text(b, i, "::") && !is_text(b, i, "[") && !is_text(b, i, "]") &&
			!lex_is_name(&b->tokens[i]))
			return false;
	return from == to || is_text(b, from, "::");
}

/* The elements of the array that tokens FROM .. TO say. */
static bool
add_array(struct body *b, struct loop *l, uint32_t from, uint32_t to, int depth)
{
	struct variable *v;
	uint32_t behind = from + 1;

	if (from >= to || depth > VALUE_DEPTH)
		return false;
	if (is_text(b, from, "(") && is_text(b, to - 1, ")"))
		return add_array(b, l, from + 1, to - 1, depth + 1);
	if (lex_is_word(b->text, &b->tokens[from], "array") && is_text(b, from + 1, "["))
		return add_elements(b, l, from + 2, to, &behind) && only_cast(b, behind, to);
	if (add_array_text(b, l, from))
		return only_cast(b, behind, to);
	v = to == from + 1 ? body_variable(b, &b->tokens[from]) : NULL;
	return v && body_value(b, v, &from, &to) && add_array(b, l, from, to, depth + 1);
}

/* 1 .. 12 */
static bool
add_range(struct body *b, struct loop *l, uint32_t from, uint32_t to)
{
	long first, last;

	if (to != from + 3 || b->tokens[from].kind != TOKEN_NUMBER ||
		b->tokens[from + 2].kind != TOKEN_NUMBER || !is_text(b, from + 1, ".."))
		return false;
	first = strtol(str_cstr(b->r.scratch, lex_text(b->text, &b->tokens[from])), NULL, 10);
	last = strtol(str_cstr(b->r.scratch, lex_text(b->text, &b->tokens[from + 2])), NULL, 10);
	for (long i = first; i <= last; i++)
		if (!add_item(b, l, str_format(b->r.scratch, "%ld", i), &b->tokens[from]))
			return false;
	return true;
}

/* SELECT unnest(array) */
static bool
add_unnest(struct body *b, struct loop *l, uint32_t from, uint32_t to)
{
	return from + 4 < to && lex_is_word(b->text, &b->tokens[from], "select") &&
	       lex_is_word(b->text, &b->tokens[from + 1], "unnest") && is_text(b, from + 2, "(") &&
	       is_text(b, to - 1, ")") && add_array(b, l, from + 3, to - 1, 0);
}

/* The END of the loop whose body begins at token FROM; 0: it may be left before its end. */
static uint32_t
loop_end(const struct body *b, uint32_t from)
{
	static const char *const leave[] = {"exit", "continue", "return", NULL};
	uint32_t depth = 0;

	for (uint32_t i = from; i < b->n_tokens; i++) {
		bool ends = lex_is_word(b->text, &b->tokens[i - 1], "end");

		if (lex_is_word_of(b->text, &b->tokens[i], leave))
			return 0;
		if (!lex_is_word(b->text, &b->tokens[i], "loop"))
			continue;
		if (ends && depth-- == 0)
			return i;
		depth += !ends;
	}
	return 0;
}

struct loop *
body_loop(struct body *b, uint32_t i, uint32_t loop)
{
	bool each = lex_is_word(b->text, &b->tokens[i], "foreach");
	struct loop *l = arena_new(b->r.scratch, struct loop);
	uint32_t in = i + 2, from = in + 1 + (each ? 1 : 0), end;
	uint64_t cost;
	bool known;

	if (loop >= b->n_tokens || from >= loop || !lex_is_word(b->text, &b->tokens[in], "in"))
		return NULL;
	known = each ? lex_is_word(b->text, &b->tokens[in + 1], "array") &&
				add_array(b, l, from, loop, 0)
		     : add_range(b, l, from, loop) || add_unnest(b, l, from, loop);
	end = known && l->items.n ? loop_end(b, loop + 1) : 0;
	cost = (uint64_t)l->items.n * (end - loop);
	if (!end || b->unrolled + cost > BODY_TOKENS)
		return NULL;
	b->unrolled += (uint32_t)cost;
	l->start = loop + 1;
	l->variable = body_declare(b, lex_identifier(b->text, &b->tokens[i + 1], b->r.scratch));
	l->variable->item = &l->items.v[0];
	return l;
}

bool
body_loop_again(struct loop *l)
{
	l->at++;
	l->variable->item = l->at < l->items.n ? &l->items.v[l->at] : NULL;
	return l->variable->item != NULL;
}
