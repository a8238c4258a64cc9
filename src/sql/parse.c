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

/* How deep the tree of what was read so far can be: parentheses and CASEs, and in each the links of
 * a chain that leans to one side. A comma, AND and OR (which PostgreSQL keeps flat) begin a new
 * chain of operators, but not one of joins or set operations. */
struct depth {
	uint32_t operators[OPERATOR_RUN + 2], joins[OPERATOR_RUN + 2];
	uint32_t open, total;
};

static bool
is_operator_link(struct str sql, const struct token *t)
{
	static const char *const words[] = {"not", "is", "collate", NULL};

	return t->kind == TOKEN_OPERATOR || (t->kind == TOKEN_PUNCTUATION && t->length == 2) ||
	       lex_is_word_of(sql, t, words);
}

static void
open_level(struct depth *d)
{
	d->open++;
	d->operators[d->open] = d->joins[d->open] = 0;
	d->total++;
}

static void
close_level(struct depth *d)
{
	if (!d->open)
		return;
	d->total -= d->operators[d->open] + d->joins[d->open] + 1;
	d->open--;
}

static void
end_chain(struct depth *d)
{
	d->total -= d->operators[d->open];
	d->operators[d->open] = 0;
}

static void
deepen(struct depth *d, struct str sql, const struct token *t)
{
	static const char *const flat[] = {"and", "or", NULL};
	static const char *const joins[] = {"union", "except", "intersect", "join", NULL};
	char c = t->kind == TOKEN_PUNCTUATION && t->length == 1 ? sql.s[t->at] : '\0';

	if (c == '(' || c == '[' || lex_is_word(sql, t, "case")) {
		open_level(d);
	} else if (c == ')' || c == ']' || lex_is_word(sql, t, "end")) {
		close_level(d);
	} else if (c == ',' || lex_is_word_of(sql, t, flat)) {
		end_chain(d);
	} else if (is_operator_link(sql, t)) {
		d->operators[d->open]++;
		d->total++;
	} else if (lex_is_word_of(sql, t, joins)) {
		d->joins[d->open]++;
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
