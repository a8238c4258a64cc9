/* What our own comments in a host language are about: see unit/reach.h. */
#include "host/lexer_p.h"
#include "unit/reach.h"

/* The header of a statement with a block: its '{' opens that block, its ';' end nothing. */
struct header {
	bool begins; /* the next token begins a statement */
	bool inside;
	uint32_t depth; /* brackets open, in all */
	uint32_t at;    /* brackets open where it began */
};

static bool
is_one_of(const struct lexer *l, const struct token *t, const char *const *w)
{
	for (; w && *w && t->kind == TOKEN_NAME; w++)
		if (str_is(lexer_text(l, t), *w))
			return true;
	return false;
}

static enum reach_kind
operator_kind(struct header *h, uint32_t op)
{
	switch (op) {
	case OP1('{'):
		h->depth++;
		return h->inside && h->depth == h->at + 1 ? REACH_BLOCK : REACH_OPEN;
	case OP1('('):
	case OP1('['):
		h->depth++;
		return REACH_OPEN;
	case OP1('}'):
	case OP1(')'):
	case OP1(']'):
		h->depth -= h->depth > 0;
		return REACH_CLOSE;
	case OP1(';'):
		return h->inside ? REACH_WORD : REACH_END;
	case OP1(','):
		return REACH_COMMA;
	}
	return REACH_WORD;
}

static enum reach_kind
token_kind(const struct lexer *l, struct header *h, const struct token *t)
{
	enum reach_kind kind = REACH_WORD;

	switch ((enum token_kind)t->kind) {
	case TOKEN_OPERATOR:
		kind = operator_kind(h, t->op);
		break;
	case TOKEN_NEWLINE:
	case TOKEN_INDENT:
	case TOKEN_DEDENT:
	case TOKEN_END:
		kind = REACH_END;
		break;
	case TOKEN_NAME:
	case TOKEN_NUMBER:
	case TOKEN_STRING:
	case TOKEN_FOREIGN:
	case TOKEN_ERROR:
		break;
	}
	if (h->begins && is_one_of(l, t, l->language->headers)) {
		h->inside = true;
		h->at = h->depth;
	}
	h->inside = h->inside && kind != REACH_END && kind != REACH_BLOCK;
	h->begins = kind == REACH_END || kind == REACH_BLOCK ||
		    (h->begins && is_one_of(l, t, l->language->before_headers)) ||
		    (t->kind == TOKEN_OPERATOR && (t->op == OP1('{') || t->op == OP1('}')));
	return kind;
}

static struct reach_token *
reach_tokens(const struct lexer *l, uint32_t *n)
{
	struct reach_token *list =
		arena_array(l->scratch, struct reach_token, 2 * (size_t)l->tokens.n + 1);
	struct header h = {.begins = true};

	*n = 0;
	for (uint32_t i = 0; i < l->tokens.n; i++) {
		const struct token *t = &l->tokens.v[i];

		if (i && l->language->begins && l->language->begins(l, i)) {
			const struct token *before = &l->tokens.v[i - 1];
			uint32_t end = before->at + before->length;

			list[(*n)++] =
				(struct reach_token){.kind = REACH_END, .at = end, .end = end};
			h.begins = true;
			h.inside = false;
		}
		list[(*n)++] = (struct reach_token){
			.kind = token_kind(l, &h, t), .at = t->at, .end = t->at + t->length};
	}
	return list;
}

void
lexer_reach(struct lexer *l)
{
	struct reach_token *tokens = NULL;
	uint32_t n = 0;

	for (uint32_t i = 1; i < l->u->marks.n; i++) {
		struct mark *m = &l->u->marks.v[i];

		if (!str_starts(m->text, STR(MARK_OWN)))
			continue;
		if (!tokens)
			tokens = reach_tokens(l, &n);
		m->reach = reach_find(
			tokens, n, l->bytes, m->span.offset, m->span.offset + m->span.length);
	}
}
