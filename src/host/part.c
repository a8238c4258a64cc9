/* A file as its parts. Languages with a table go through the one lexer, which makes no token of a
 * comment: what no token holds is one. SQL goes through what cuts .sql files, and again through each
 * text in dollar quotes, which is most often a routine's body. */
#include "host/part.h"

#include "base/arena.h"
#include "host/lexer_p.h"
#include "host/plain.h"

#define MOST_NESTED 8 /* dollar quotes in dollar quotes */

static const struct host_options no_options = {0};

static bool
ends_statement(const struct token *t)
{
	return t->kind == TOKEN_NEWLINE || t->kind == TOKEN_INDENT || t->kind == TOKEN_DEDENT ||
	       t->kind == TOKEN_END;
}

/* A string between two statements documents what it stands in, where a line is a statement. */
static bool
is_documentation(const struct lexer *l, uint32_t i)
{
	return l->language->line && (i == 0 || ends_statement(&l->tokens.v[i - 1])) &&
	       ends_statement(&l->tokens.v[i + 1]);
}

static enum part_kind
token_part(const struct lexer *l, uint32_t i)
{
	switch ((enum token_kind)l->tokens.v[i].kind) {
	case TOKEN_NAME:
		return PART_NAME;
	case TOKEN_STRING:
		return is_documentation(l, i) ? PART_COMMENT : PART_STRING;
	case TOKEN_FOREIGN:
		return PART_FOREIGN;
	case TOKEN_NUMBER:
	case TOKEN_OPERATOR:
		return PART_SYMBOL;
	case TOKEN_ERROR:
		return PART_UNKNOWN;
	case TOKEN_NEWLINE:
	case TOKEN_INDENT:
	case TOKEN_DEDENT:
	case TOKEN_END:
		break;
	}
	return PART_END;
}

static void
add(struct parts *p, struct arena *a, struct part part)
{
	if (p->list.n && vec_last(&p->list)->to > part.from)
		return;
	if (part.kind == PART_UNKNOWN) {
		size_t end = str_chr(p->bytes, '\n', part.to);

		part.to = end == SIZE_MAX ? (uint32_t)p->bytes.n : (uint32_t)end;
	}
	vec_push(a, &p->list, part);
}

static void
read_tokens(struct parts *p, struct arena *a, const struct lexer_language *language)
{
	struct arena scratch = {0};
	struct unit u;
	struct lexer l;

	unit_init(&u, &scratch);
	lexer_init(&l, language, &u, &no_options, &scratch, p->bytes);
	for (uint32_t i = 0; lexer_token(&l, i)->kind != TOKEN_END; i++) {
		struct token t = l.tokens.v[i];

		lexer_token(&l, i + 1);
		add(p, a, (struct part){token_part(&l, i), t.at, t.at + t.length});
	}
	p->between = PART_COMMENT;
	arena_free(&scratch);
}

/* The parts of BYTES, which stand at BASE of the file. */
static void
read_sql(struct parts *p, struct arena *a, struct str bytes, uint32_t base, uint32_t depth)
{
	struct arena scratch = {0};
	struct unit u;
	struct plain_text text;

	unit_init(&u, &scratch);
	plain_read(&u, bytes, &no_options, &scratch, &text);
	for (uint32_t i = 0; i < text.n_parts; i++) {
		const struct plain_part *x = &text.parts[i];

		if (!x->dollar)
			add(p, a, (struct part){x->kind, base + x->from, base + x->to});
		else if (depth < MOST_NESTED)
			read_sql(p, a, str_slice(bytes, x->from, x->to), base + x->from, depth + 1);
		else
			add(p, a, (struct part){PART_UNKNOWN, base + x->from, base + x->to});
	}
	arena_free(&scratch);
}

void
parts_read(struct parts *p, struct arena *a, const struct host *host, struct str bytes)
{
	*p = (struct parts){.bytes = bytes, .between = PART_NAME};
	if (host->document)
		return; /* any of its words may be a name */
	if (host->language)
		read_tokens(p, a, host->language);
	else
		read_sql(p, a, bytes, 0, 0);
}

uint32_t
parts_at(const struct parts *p, uint32_t offset, enum part_kind *kind)
{
	uint32_t low = 0, high = p->list.n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (p->list.v[middle].to <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	*kind = low < p->list.n && p->list.v[low].from <= offset ? p->list.v[low].kind : p->between;
	return low;
}
