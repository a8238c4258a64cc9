/* libpg_query: one statement → its tree as C structs on an arena. */
#include <string.h>

#include "base/arena.h"
#include "reader_p.h"

static void *
tree_alloc(void *arena, size_t size)
{
	return arena_alloc(arena, 1, size);
}

static void
tree_free(void *arena, void *p)
{
	(void)arena;
	(void)p;
}

/* PostgreSQL counts characters from 1; we want bytes from 0. */
static uint32_t
byte_of(struct str sql, int cursorpos)
{
	uint32_t at = 0;

	for (int i = 1; i < cursorpos && at < sql.n; i++)
		do
			at++;
		while (at < sql.n && ((unsigned char)sql.s[at] & 0xc0) == 0x80);
	return at;
}

/* How deep the tree of what was read so far can be: parentheses, and in each the links of a chain
 * that leans to one side (operators, joins, set operations); a comma begins a new one. */
struct depth {
	uint32_t links[OPERATOR_RUN + 2];
	uint32_t open, total;
};

static bool
is_link(struct str sql, const struct token *t)
{
	static const char *const words[] = {
		"union", "except", "intersect", "not", "join", "case", "is", "collate", NULL};

	return t->kind == TOKEN_OPERATOR || (t->kind == TOKEN_PUNCTUATION && t->length == 2) ||
	       lex_is_word_of(sql, t, words);
}

static void
deepen(struct depth *d, struct str sql, const struct token *t)
{
	char c = t->kind == TOKEN_PUNCTUATION && t->length == 1 ? sql.s[t->at] : '\0';

	if (c == '(' || c == '[') {
		d->links[++d->open] = 0;
		d->total++;
	} else if ((c == ')' || c == ']') && d->open) {
		d->total -= d->links[d->open--] + 1;
	} else if (c == ',') {
		d->total -= d->links[d->open];
		d->links[d->open] = 0;
	} else if (is_link(sql, t)) {
		d->links[d->open]++;
		d->total++;
	}
}

/* PostgreSQL's own check of the depth is not armed in the library, so what nests deeper than a
 * thread's stack bears is not given to it. */
enum blind_reason
parse_refuse(struct reader *r, struct str sql, const struct token *tokens, uint32_t n)
{
	struct depth *d;

	if (sql.n > STATEMENT_BYTES)
		return BLIND_TOO_DEEP;
	if (sql.n && memchr(sql.s, '\0', sql.n))
		return BLIND_ENCODING;
	if (n < OPERATOR_RUN)
		return BLIND_NONE;
	d = arena_new(&r->tree, struct depth);
	for (uint32_t i = 0; i < n; i++) {
		deepen(d, sql, &tokens[i]);
		if (d->total > OPERATOR_RUN)
			return BLIND_TOO_DEEP;
	}
	return BLIND_NONE;
}

static PgQuery__Node *
unpack(struct reader *r, const PgQueryProtobuf *buffer)
{
	ProtobufCAllocator on_arena = {tree_alloc, tree_free, &r->tree};
	PgQuery__ParseResult *tree = pg_query__parse_result__unpack(
		&on_arena, buffer->len, (const uint8_t *)buffer->data);

	return tree && tree->n_stmts == 1 ? tree->stmts[0]->stmt : NULL;
}

struct parsed
parse_statement(struct reader *r, struct str sql)
{
	struct parsed p = {0};
	PgQueryProtobufParseResult result = pg_query_parse_protobuf(str_cstr(&r->tree, sql));

	if (result.error) {
		p.error = str_dup(r->scratch, str_from(result.error->message));
		p.error_at = byte_of(sql, result.error->cursorpos);
	} else {
		p.node = unpack(r, &result.parse_tree);
		if (!p.node)
			p.error = STR("not one statement");
	}
	pg_query_free_protobuf_parse_result(result);
	return p;
}
