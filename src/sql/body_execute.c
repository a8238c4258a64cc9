/* EXECUTE: the text is put together as far as it is known (literals, ||, format() with literal
 * arguments), what is not known is a hole in it, and it is read like any other text. When nothing
 * of it is known, anything may have happened. */
#include <string.h>

#include "base/arena.h"
#include "body_p.h"

/* The text that is made, and from where each part of it comes. */
#define FORMAT_DEPTH 8

struct made {
	struct buf text;
	VEC(struct patch) patches;
	bool holes, words;   /* it has unknown parts; it has known ones */
	uint32_t depth;      /* of format() in format() */
	uint32_t conversion; /* the byte of the %I that an argument is put for; 0: none */
};

static void
put(struct body *b, struct made *m, struct str part, uint32_t from, uint32_t to)
{
	vec_push(b->r.scratch, &m->patches,
		(struct patch){(uint32_t)m->text.n, (uint32_t)part.n, from, to - from});
	buf_add(&m->text, part);
}

/* Bytes of a string token as they are: an empty patch says where the run begins. */
static void
put_run(struct body *b, struct made *m, uint32_t from, uint32_t to)
{
	if (from >= to)
		return;
	put(b, m, (struct str){0}, from, from);
	buf_add(&m->text, str_slice(b->text, from, to));
	m->words = true;
}

/* The same where quotes may be doubled. */
static void
put_verbatim(struct body *b, struct made *m, uint32_t from, uint32_t to)
{
	uint32_t start = from;

	for (uint32_t i = from; i + 1 < to; i++) {
		if (b->text.s[i] != '\'' || b->text.s[i + 1] != '\'')
			continue;
		put_run(b, m, start, i + 1);
		start = i + 2;
		i++;
	}
	put_run(b, m, start, to);
}

static void
put_hole(struct body *b, struct made *m, const struct token *t)
{
	uint32_t from = m->conversion ? m->conversion : t->at;

	m->holes = true;
	put(b, m, STR(HOLE_MARK), from, m->conversion ? from + 2 : from + t->length);
}

static bool
is_string(const struct token *t)
{
	return t->kind == TOKEN_STRING || t->kind == TOKEN_DOLLAR;
}

/* Behind what begins at FROM: up to ',' or, with JOINS, '||' outside of parentheses. */
static uint32_t
part_end(const struct body *b, uint32_t from, uint32_t to, bool joins)
{
	uint32_t depth = 0;

	for (uint32_t i = from; i < to; i++) {
		struct str x = lex_text(b->text, &b->tokens[i]);

		if (str_is(x, "(") || str_is(x, "["))
			depth++;
		else if ((str_is(x, ")") || str_is(x, "]")) && !depth)
			return i;
		else if (str_is(x, ")") || str_is(x, "]"))
			depth--;
		else if (!depth && (str_is(x, ",") || (joins && str_is(x, "||"))))
			return i;
	}
	return to;
}

/* The tokens of the argument behind the comma at *AT; *AT moves to the next comma. */
static bool
next_argument(const struct body *b, uint32_t *at, uint32_t to, uint32_t *from, uint32_t *end)
{
	if (*at >= to || !lex_is_char(b->text, &b->tokens[*at], ','))
		return false;
	*from = *at + 1;
	*end = part_end(b, *from, to, false);
	*at = *end;
	return *end > *from;
}

static void put_parts(struct body *b, struct made *m, uint32_t from, uint32_t to);

/* %I and %s of format(): the argument as far as it is known; %L is a value, whatever it is. */
static void
put_argument(struct body *b, struct made *m, char conversion, uint32_t *at, uint32_t to)
{
	uint32_t from, end;

	if (!next_argument(b, at, to, &from, &end))
		put_hole(b, m, &b->tokens[to - 1]);
	else if (conversion == 'L')
		put(b, m, STR("NULL"), b->tokens[from].at,
			b->tokens[end - 1].at + b->tokens[end - 1].length);
	else
		put_parts(b, m, from, end);
}

/* format('…', argument, …): AT is the format's token, TO the closing parenthesis. */
static void
put_format(struct body *b, struct made *m, uint32_t at, uint32_t to)
{
	uint32_t from, end, start, argument = at + 1;

	lex_content(b->text, &b->tokens[at], &from, &end);
	start = from;
	for (uint32_t i = from; i + 1 < end; i++) {
		char c = b->text.s[i + 1];

		if (b->text.s[i] != '%')
			continue;
		put_verbatim(b, m, start, i);
		m->conversion = i;
		if (strchr("IsL", c) && c)
			put_argument(b, m, c, &argument, to);
		else if (c == '%')
			put(b, m, STR("%"), i, i + 2);
		else
			put_hole(b, m, &b->tokens[at]);
		start = i + 2;
		i++;
	}
	put_verbatim(b, m, start, end);
	m->conversion = 0;
}

static uint32_t
put_part(struct body *b, struct made *m, uint32_t i, uint32_t to)
{
	uint32_t end = part_end(b, i, to, true), content, content_end;

	if (m->depth < FORMAT_DEPTH && lex_is_word(b->text, &b->tokens[i], "format") &&
		i + 3 < end && lex_is_char(b->text, &b->tokens[i + 1], '(') &&
		is_string(&b->tokens[i + 2]) && lex_is_char(b->text, &b->tokens[end - 1], ')')) {
		m->depth++;
		put_format(b, m, i + 2, end - 1);
		m->depth--;
	} else if (end - i == 1 && is_string(&b->tokens[i])) {
		lex_content(b->text, &b->tokens[i], &content, &content_end);
		put_verbatim(b, m, content, content_end);
	} else {
		put_hole(b, m, &b->tokens[i]);
	}
	return end > i ? end : i + 1;
}

/* What || joins. */
static void
put_parts(struct body *b, struct made *m, uint32_t from, uint32_t to)
{
	while (from < to) {
		from = put_part(b, m, from, to);
		if (from < to && str_is(lex_text(b->text, &b->tokens[from]), "||"))
			from++;
	}
}

static void
unknown(struct body *b, uint32_t from, uint32_t to)
{
	struct event e = {
		.kind = EVENT_HAVOC,
		.object = {.name = STR("*"), .pattern = true},
		.text = STR("EXECUTE of a computed text"),
	};
	struct statement s = {.fragment = b->r.fragment,
		.event = b->r.u->events.n,
		.maybe = b->r.guard.maybe,
		.guard = b->r.guard.text};
	const struct token *first = &b->tokens[from], *last = &b->tokens[to - 1];

	e.span = s.span = place_layer(&b->r, b->layer, first->at, last->at + last->length);
	unit_add_blind(b->r.u, BLIND_DYNAMIC, e.span, "EXECUTE of a computed text");
	vec_push(b->r.u->arena, &b->r.u->events, e);
	vec_push(b->r.u->arena, &b->r.u->statements, s);
}

/* Where INTO or USING ends the expression. */
static uint32_t
expression_end(const struct body *b, uint32_t from, uint32_t to)
{
	static const char *const words[] = {"into", "using", NULL};
	uint32_t depth = 0;

	for (uint32_t i = from; i < to; i++) {
		if (lex_is_char(b->text, &b->tokens[i], '('))
			depth++;
		else if (lex_is_char(b->text, &b->tokens[i], ')') && depth)
			depth--;
		else if (!depth && lex_is_word_of(b->text, &b->tokens[i], words))
			return i;
	}
	return to;
}

void
body_execute(struct body *b, uint32_t from, uint32_t to)
{
	struct made m = {.text = {.arena = b->r.scratch}};
	struct layer *layer = arena_new(b->r.scratch, struct layer);
	uint32_t end = expression_end(b, from, to), failed = b->r.failed,
		 blind = b->r.u->blind_spots.n;

	if (from >= end)
		return;
	put_parts(b, &m, from, end);
	if (!m.words) {
		unknown(b, from, end);
		return;
	}
	*layer =
		(struct layer){.outer = b->layer, .patches = m.patches.v, .n_patches = m.patches.n};
	b->r.dynamic = m.holes;
	reader_run(&b->r, buf_str(&m.text), layer);
	b->r.dynamic = false;
	if (b->r.failed > failed) {
		/* Half of it is not known: that it does not parse is no more to say. */
		b->r.failed = failed;
		b->r.u->blind_spots.n = blind;
		unknown(b, from, end);
	}
}
