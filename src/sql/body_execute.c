/* EXECUTE: the text is put together as far as it is known (literals, ||, format() with literal
 * arguments), what is not known is a hole in it, and it is read like any other text. When nothing
 * of it is known, anything may have happened. */
#include <string.h>

#include "base/arena.h"
#include "body_p.h"

/* The text that is made, and from where each part of it comes. */
#define FORMAT_DEPTH 8
/* Parts that one text is put together from: variables hold variables that hold … */
#define MADE_PARTS 4096
/* So many assignments to a variable are followed. */
#define VARIABLE_TEXTS 8
#define VARIABLE_DISTANCE 4096 /* tokens */

struct made {
	struct buf text;
	VEC(struct patch) patches;
	bool holes, words; /* it has unknown parts; it has known ones */
	uint32_t depth;    /* of format() in format() */
	/* the bytes of the %I that an argument is put for; 0: none */
	uint32_t conversion, conversion_end;
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
	put(b, m, STR(HOLE_MARK), from, m->conversion ? m->conversion_end : from + t->length);
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

/* The semicolon at or behind token FROM. */
static uint32_t
statement_end(const struct body *b, uint32_t from)
{
	while (from < b->n_tokens && !lex_is_char(b->text, &b->tokens[from], ';'))
		from++;
	return from;
}

static void put_parts(struct body *b, struct made *m, uint32_t from, uint32_t to);

/* %I: an identifier, quoted as format() does where it has to be; here wherever it is known. */
static void
put_identifier(struct body *b, struct made *m, uint32_t from, uint32_t end)
{
	struct made tried = {.text = {.arena = b->r.scratch}, .depth = m->depth};
	const struct token *last = &b->tokens[end - 1];
	uint32_t at = b->tokens[from].at, behind = last->at + last->length;
	bool known;

	if (end == from + 1 && is_string(last))
		lex_content(b->text, last, &at, &behind);

	put_parts(b, &tried, from, end);
	known = !tried.holes && str_chr(buf_str(&tried.text), '"', 0) == SIZE_MAX;
	if (known)
		put(b, m, STR("\""), at, at);
	put_parts(b, m, from, end);
	if (known)
		put(b, m, STR("\""), behind, behind);
}

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
	else if (conversion == 'I')
		put_identifier(b, m, from, end);
	else
		put_parts(b, m, from, end);
}

/* Behind the position of `%2$I` at AT, whose arguments begin at token *ARGUMENT; *ARGUMENT becomes
 * that of the position. AT when there is no position. */
static uint32_t
position_end(const struct body *b, uint32_t at, uint32_t end, uint32_t to, uint32_t *argument)
{
	uint32_t position = 0, i = at, from, last;

	while (i < end && b->text.s[i] >= '0' && b->text.s[i] <= '9' && position < 1000)
		position = position * 10 + (uint32_t)(b->text.s[i++] - '0');
	if (i == at || i + 1 >= end || b->text.s[i] != '$' || !position)
		return at;
	while (--position && next_argument(b, argument, to, &from, &last))
		;
	return i + 1;
}

/* format('…', argument, …): AT is the format's token, TO the closing parenthesis. */
static void
put_format(struct body *b, struct made *m, uint32_t at, uint32_t to)
{
	uint32_t from, end, start, argument = at + 1;

	lex_content(b->text, &b->tokens[at], &from, &end);
	start = from;
	for (uint32_t i = from; i + 1 < end; i++) {
		uint32_t placed = at + 1, letter;

		if (b->text.s[i] != '%')
			continue;
		put_verbatim(b, m, start, i);
		letter = position_end(b, i + 1, end, to, &placed);
		if (letter > i + 1)
			argument = placed;
		m->conversion = i;
		m->conversion_end = letter + 1;
		if (strchr("IsL", b->text.s[letter]) && b->text.s[letter])
			put_argument(b, m, b->text.s[letter], &argument, to);
		else if (b->text.s[letter] == '%')
			put(b, m, STR("%"), i, letter + 1);
		else
			put_hole(b, m, &b->tokens[at]);
		start = letter + 1;
		i = letter;
	}
	put_verbatim(b, m, start, end);
	m->conversion = 0;
}

/* concat('…', argument, …): what || joins, too. TO: the closing parenthesis. */
static void
put_concat(struct body *b, struct made *m, uint32_t at, uint32_t to)
{
	uint32_t end;

	for (; at < to; at = end + 1) {
		end = part_end(b, at, to, false);
		put_parts(b, m, at, end);
	}
}

/* A call NAME( … ) from I to END. */
static bool
is_call(const struct body *b, uint32_t i, uint32_t end, const char *name)
{
	return i + 3 < end && lex_is_word(b->text, &b->tokens[i], name) &&
	       lex_is_char(b->text, &b->tokens[i + 1], '(') &&
	       lex_is_char(b->text, &b->tokens[end - 1], ')');
}

/* A variable of which it is known what it holds. */
static bool
put_variable(struct body *b, struct made *m, const struct token *t)
{
	const struct variable *v = body_variable(b, t);
	uint32_t from, to;

	if (v && v->item) {
		put(b, m, v->item->text, t->at, t->at + t->length);
		m->words = true;
		return true;
	}
	if (!v || m->depth >= FORMAT_DEPTH || !body_value(b, v, &from, &to))
		return false;
	m->depth++;
	put_parts(b, m, from, to);
	m->depth--;
	return true;
}

static uint32_t
put_part(struct body *b, struct made *m, uint32_t i, uint32_t to)
{
	uint32_t end = part_end(b, i, to, true), content, content_end;

	if (++b->parts > MADE_PARTS) {
		put_hole(b, m, &b->tokens[i]);
		return to;
	}
	if (m->depth < FORMAT_DEPTH && is_call(b, i, end, "format") &&
		is_string(&b->tokens[i + 2])) {
		m->depth++;
		put_format(b, m, i + 2, end - 1);
		m->depth--;
	} else if (m->depth < FORMAT_DEPTH && is_call(b, i, end, "concat")) {
		m->depth++;
		put_concat(b, m, i + 2, end - 1);
		m->depth--;
	} else if (m->depth < FORMAT_DEPTH && is_call(b, i, end, "quote_ident")) {
		m->depth++;
		put_identifier(b, m, i + 2, end - 1);
		m->depth--;
	} else if (end - i == 1 && is_string(&b->tokens[i])) {
		lex_content(b->text, &b->tokens[i], &content, &content_end);
		put_verbatim(b, m, content, content_end);
	} else if (end - i != 1 || !put_variable(b, m, &b->tokens[i])) {
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

/* Reads what the expression says; false when nothing of it is known, or the rest is too little. */
static bool
read_made(struct body *b, uint32_t from, uint32_t to)
{
	struct made m = {.text = {.arena = b->r.scratch}};
	struct layer *layer = arena_new(b->r.scratch, struct layer);
	uint32_t failed = b->r.failed, blind = b->r.u->blind_spots.n;

	b->parts = 0;
	put_parts(b, &m, from, to);
	if (!m.words)
		return false;
	*layer =
		(struct layer){.outer = b->layer, .patches = m.patches.v, .n_patches = m.patches.n};
	b->r.dynamic = m.holes;
	reader_run(&b->r, buf_str(&m.text), layer);
	b->r.dynamic = false;
	if (b->r.failed == failed)
		return true;
	/* Half of it is not known: that it does not parse is no more to say. */
	b->r.failed = failed;
	b->r.u->blind_spots.n = blind;
	return false;
}

/* The expression that is assigned to the variable at token AT: `variable := …;` or `SELECT … INTO
 * variable`. */
static bool
assigned(const struct body *b, struct str variable, uint32_t at, uint32_t *from, uint32_t *to)
{
	static const char *const ends[] = {"select", "into", NULL};

	if (!str_eq_nocase(lex_text(b->text, &b->tokens[at]), variable) || at + 1 >= b->n_tokens)
		return false;
	if (str_is(lex_text(b->text, &b->tokens[at + 1]), ":=")) {
		*from = at + 2;
		*to = statement_end(b, *from);
		return *to > *from;
	}
	if (!at || !lex_is_word(b->text, &b->tokens[at - 1], "into"))
		return false;
	*from = *to = at - 1;
	while (*from && !lex_is_char(b->text, &b->tokens[*from - 1], ';') &&
		!lex_is_word_of(b->text, &b->tokens[*from - 1], ends))
		--*from;
	return *from && lex_is_word(b->text, &b->tokens[*from - 1], "select") &&
	       part_end(b, *from, *to, false) == *to;
}

/* EXECUTE of a variable runs the text that was assigned to it before, or one of several. */
static bool
read_variable(struct body *b, uint32_t variable)
{
	struct str name = lex_text(b->text, &b->tokens[variable]);
	uint32_t first = variable > VARIABLE_DISTANCE ? variable - VARIABLE_DISTANCE : 0, n = 0;
	uint32_t from[VARIABLE_TEXTS + 1], to[VARIABLE_TEXTS + 1];
	struct guard guard = b->r.guard;
	bool known = true;

	for (uint32_t i = first; i < variable && n <= VARIABLE_TEXTS; i++)
		n += assigned(b, name, i, &from[n], &to[n]);
	if (b->tokens[variable].kind != TOKEN_WORD || n == 0 || n > VARIABLE_TEXTS)
		return false;
	if (n > 1 && !guard.maybe)
		b->r.guard = (struct guard){.maybe = true, .text = STR("one of several texts")};
	for (uint32_t i = 0; i < n && known; i++)
		known = read_made(b, from[i], to[i]);
	b->r.guard = guard;
	return known;
}

void
body_execute(struct body *b, uint32_t from, uint32_t to)
{
	uint32_t end = expression_end(b, from, to);

	if (from < end && !(end == from + 1 && read_variable(b, from)) && !read_made(b, from, end))
		unknown(b, from, end);
}
