/* Our own comments in SQL, in files as in literals: what they say and what they are about. */
#include "base/arena.h"
#include "reader_p.h"
#include "unit/evaluate.h"
#include "unit/reach.h"

/* A stretch of the fragment's text that is SQL: all of it, or what stands in a dollar quote. */
struct stretch {
	struct unit *u;
	const struct sql_input *input;
	struct arena *scratch;
	struct str text;
	uint32_t base; /* of .text[0] in the input's text */
	uint32_t depth;
};

/* Bytes FROM up to TO of the stretch in the source: from where the first comes to where the last
 * does, when that is the same file. */
static struct span
source(const struct stretch *s, uint32_t from, uint32_t to)
{
	const struct sql_input *in = s->input;
	struct span first, last;

	from += s->base;
	to += s->base;
	if (!in->n_pieces)
		return (struct span){.offset = in->base + from, .length = to - from};
	first = pieces_span(in->pieces, in->n_pieces, from, 1);
	last = pieces_span(in->pieces, in->n_pieces, to - 1, 1);
	if (last.origin != first.origin || last.offset < first.offset)
		return first;
	first.length = last.offset + last.length - first.offset;
	first.end_line = last.end_line;
	first.end_column = last.end_column;
	return first;
}

/* A comma ends an element of a list in parentheses, but not in a query there, nor outside of them. */
struct brackets {
	bool *query; /* by depth */
	uint32_t depth;
};

static bool
begins_query(const struct stretch *s, const struct token *t)
{
	static const char *const words[] = {
		"select", "with", "values", "insert", "update", "delete", "merge", NULL};

	return lex_is_word_of(s->text, t, words);
}

static enum reach_kind
kind_of(const struct stretch *s, struct brackets *b, const struct token *t)
{
	if (t->kind != TOKEN_PUNCTUATION)
		return REACH_WORD;
	if (lex_is_char(s->text, t, '(') || lex_is_char(s->text, t, '[')) {
		b->query[++b->depth] = begins_query(s, t + 1);
		return REACH_OPEN;
	}
	if (lex_is_char(s->text, t, ')') || lex_is_char(s->text, t, ']')) {
		b->depth -= b->depth > 0;
		return REACH_CLOSE;
	}
	if (lex_is_char(s->text, t, ';'))
		return REACH_END;
	return lex_is_char(s->text, t, ',') && b->depth && !b->query[b->depth] ? REACH_COMMA
									       : REACH_WORD;
}

static struct reach_token *
reach_tokens(const struct stretch *s, const struct token *tokens, uint32_t n)
{
	struct reach_token *list = arena_array(s->scratch, struct reach_token, n + 1);
	struct brackets b = {.query = arena_array(s->scratch, bool, n + 2)};

	for (uint32_t i = 0; i < n; i++)
		list[i] = (struct reach_token){.kind = kind_of(s, &b, &tokens[i]),
			.at = tokens[i].at,
			.end = tokens[i].at + tokens[i].length};
	return list;
}

/* What the comment says, without its delimiters. */
static struct str
comment_text(struct str comment)
{
	size_t end = str_ends(comment, STR("*/")) && comment.n >= 4 ? comment.n - 2 : comment.n;

	return str_trim(str_slice(comment, 2, str_starts(comment, STR("--")) ? comment.n : end));
}

/* One place may be read several times: a constant in two statements, alternatives of one. */
static bool
is_known(const struct unit *u, const struct span *span)
{
	for (uint32_t i = 1; i < u->marks.n; i++)
		if (u->marks.v[i].span.offset == span->offset &&
			u->marks.v[i].span.origin == span->origin)
			return true;
	return false;
}

static void
take_comment(const struct stretch *s, const struct reach_token *tokens, uint32_t n, uint32_t from,
	uint32_t to)
{
	struct str text = comment_text(str_slice(s->text, from, to));
	struct mark m = {.span = source(s, from, to)};
	struct span reach = reach_find(tokens, n, s->text, from, to);

	if (!str_starts(text, STR(MARK_OWN)) || is_known(s->u, &m.span))
		return;
	if (reach.length)
		m.reach = source(s, reach.offset, reach.offset + reach.length);
	m.text = str_dup(s->u->arena, text);
	vec_push(s->u->arena, &s->u->marks, m);
}

/* The comments among the white space of bytes FROM up to TO. */
static void
take_comments(const struct stretch *s, const struct reach_token *tokens, uint32_t n, uint32_t from,
	uint32_t to)
{
	while (from < to) {
		uint32_t end = lex_comment_end(s->text, from);

		if (end > from)
			take_comment(s, tokens, n, from, end);
		from = end > from ? end : from + 1;
	}
}

static void read_stretch(const struct stretch *s);

/* Bodies are SQL, or PL/pgSQL, which has the same comments and ends its statements alike. */
static void
read_body(const struct stretch *s, const struct token *t)
{
	struct stretch body = *s;
	uint32_t from, to;

	lex_content(s->text, t, &from, &to);
	body.text = str_slice(s->text, from, to);
	body.base += from;
	body.depth++;
	if (body.depth < BODY_DEPTH)
		read_stretch(&body);
}

static void
read_stretch(const struct stretch *s)
{
	struct token *tokens;
	struct reach_token *reach;
	uint32_t n, at = 0;

	if (str_find(s->text, STR(MARK_OWN), 0) == SIZE_MAX)
		return;
	n = lex_all(s->text, s->scratch, &tokens);
	reach = reach_tokens(s, tokens, n);
	for (uint32_t i = 0; i < n; i++) {
		take_comments(s, reach, n, at, tokens[i].at);
		at = tokens[i].at + tokens[i].length;
		if (tokens[i].kind == TOKEN_DOLLAR)
			read_body(s, &tokens[i]);
	}
	take_comments(s, reach, n, at, (uint32_t)s->text.n);
}

void
mark_read(struct unit *u, const struct sql_input *input, struct arena *scratch)
{
	read_stretch(
		&(struct stretch){.u = u, .input = input, .scratch = scratch, .text = input->text});
}
