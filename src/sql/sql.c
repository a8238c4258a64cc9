/* A fragment → its statements. */
#include "sql/sql.h"

#include <string.h>

#include "base/arena.h"
#include "reader_p.h"

const char *
sql_grammar_version(void)
{
	return PG_MAJORVERSION;
}

/* Words that only other databases' SQL has, behind a statement that does not parse. */
static bool
is_dialect(struct str sql, const struct token *tokens, uint32_t n)
{
	static const char *const words[] = {"autoincrement", "auto_increment", "nvarchar",
		"varchar2", "tinyint", "mediumtext", "longtext", "mediumint", "getdate", "sysdate",
		NULL};
	static const char *const first[] = {
		"pragma", "replace", "attach", "use", "describe", "reindex", NULL};

	for (uint32_t i = 0; i < n; i++)
		if (lex_is_word_of(sql, &tokens[i], words) ||
			(i + 1 < n && lex_is_word(sql, &tokens[i], "engine") &&
				lex_is_char(sql, &tokens[i + 1], '=')))
			return true;
	return lex_is_word_of(sql, &tokens[0], first);
}

static bool
has_backtick(struct str sql, const struct token *tokens, uint32_t n)
{
	for (uint32_t i = 0; i + 1 < n; i++)
		if (tokens[i].kind == TOKEN_OPERATOR &&
			memchr(sql.s + tokens[i].at, '`', tokens[i].length))
			return true;
	return false;
}

/* True when at AT, behind the brace that begins it, stands a typed parameter of ClickHouse: {name:UInt64}, which would
 * pass for the hole of a template. */
static bool
is_typed_parameter(struct str text, uint32_t at)
{
	static const char *const types[] = {"UUID}*", "String}*", "FixedString(*", "Int*", "UInt*",
		"Float*", "Decimal*", "Bool}*", "Date}*", "Date32}*", "DateTime*", "Array(*",
		"Nullable(*", "LowCardinality(*", "Map(*", "Tuple(*", "Identifier}*", NULL};
	struct token name = lex_next(text, &at), colon = lex_next(text, &at);

	if (name.kind != TOKEN_WORD || !lex_is_char(text, &colon, ':'))
		return false;
	while (at < text.n && text.s[at] == ' ')
		at++;
	for (uint32_t i = 0; types[i]; i++)
		if (str_glob(str_from(types[i]), str_slice(text, at, text.n)))
			return true;
	return false;
}

/* Asked of the text as it was written: the parser is given something else for braces. */
static bool
has_typed_parameter(struct str text)
{
	uint32_t at = 0;

	if (!text.n || !memchr(text.s, '{', text.n))
		return false;
	for (struct token t; (t = lex_next(text, &at)).kind != TOKEN_END;)
		if (t.kind == TOKEN_OTHER && text.s[t.at] == '{' && is_typed_parameter(text, at))
			return true;
	return false;
}

/* Words with which a part of a statement begins, but no statement. */
static bool
is_piece(struct str sql, const struct token *first)
{
	static const char *const words[] = {"where", "from", "order", "group", "limit", "and", "or",
		"join", "left", "inner", "on", "returning", "having", "union", "offset", "using",
		"right", "full", "cross", "not", "exists", "in", "as", "asc", "desc", "between",
		"like", "case", NULL};

	return lex_is_word_of(sql, first, words) || first->kind == TOKEN_PUNCTUATION;
}

/* True for a text that nothing executes by a name that we know, but which is a statement all the same: a verb and
 * two of its clauses, with {{name}} in it, which somebody expands. */
static bool
is_expanded(const struct reader *r)
{
	static const char *const verbs[] = {"select", "insert", "update", "delete", "with", NULL};
	static const char *const clauses[] = {"from", "where", "into", "values", "set", "join",
		"group", "order", "returning", NULL};
	uint32_t found = 0;

	for (uint32_t i = 1; i < r->n_tokens && found < 2; i++)
		found += lex_is_word_of(r->sql, &r->tokens[i], clauses);
	return found == 2 && lex_is_word_of(r->sql, &r->tokens[0], verbs) &&
	       str_find(r->input->text, STR("{{"), 0) != SIZE_MAX;
}

/* The name behind CREATE TABLE IF NOT EXISTS and its like, from the token AT on. */
static struct name
guess_name(struct reader *r, uint32_t at)
{
	static const char *const skipped[] = {"if", "not", "exists", "only", "concurrently", NULL};
	struct name n = {0};
	uint32_t first;

	while (at < r->n_tokens && lex_is_word_of(r->sql, &r->tokens[at], skipped))
		at++;
	first = at;
	if (at >= r->n_tokens || !lex_is_name(&r->tokens[at]))
		return n;
	if (at + 2 < r->n_tokens && lex_is_char(r->sql, &r->tokens[at + 1], '.') &&
		lex_is_name(&r->tokens[at + 2])) {
		n.schema = lex_identifier(r->sql, &r->tokens[at], r->scratch);
		at += 2;
	}
	n.name = lex_identifier(r->sql, &r->tokens[at], r->scratch);
	n.pattern = str_find(n.name, STR(HOLE_MARK), 0) != SIZE_MAX;
	n.schema = name_text(r, str_cstr(r->scratch, n.schema));
	n.name = name_text(r, str_cstr(r->scratch, n.name));
	n.span = place_span(r, r->tokens[first].at, r->tokens[at].at + r->tokens[at].length);
	return n;
}

/* DDL that does not parse may have done anything to what it names. */
static void
add_havoc(struct reader *r)
{
	static const char *const verbs[] = {"create", "alter", "drop", NULL};
	static const char *const kinds[] = {"table", "view", "sequence", "type", "domain", "schema",
		"function", "procedure", NULL};
	struct event e = {.kind = EVENT_HAVOC, .text = STR("SQL that does not parse")};
	uint32_t at = 1;

	if (!lex_is_word_of(r->sql, &r->tokens[0], verbs))
		return;
	while (at < r->n_tokens && at < 6 && !lex_is_word_of(r->sql, &r->tokens[at], kinds))
		at++;
	if (at >= r->n_tokens || at == 6)
		return;
	e.object = guess_name(r, at + 1);
	e.span = e.object.span;
	if (e.object.name.n)
		statement_add(r, &e, 0);
}

bool
reader_is_template(const struct reader *r)
{
	return !r->input->placeholders && r->input->n_pieces &&
	       str_find(r->sql, STR(HOLE_MARK), 0) != SIZE_MAX;
}

static void
take_failure(struct reader *r, const struct parsed *x)
{
	struct span span = place_statement(r);

	r->failed++;
	if (x->refused == BLIND_ENCODING) {
		unit_add_blind(r->u, BLIND_ENCODING, span, "a NUL byte in SQL");
	} else if (x->refused != BLIND_NONE) {
		unit_add_blind(r->u, x->refused, span, "a statement too long or too deep to parse");
	} else if (is_dialect(r->sql, r->tokens, r->n_tokens)) {
		r->dialect = true;
	} else if (r->input->speculative && is_expanded(r)) {
		r->expanded = true;
		unit_add_blind(r->u, BLIND_SYNTAX, span, "%.*s", STR_ARG(x->error));
	} else if (r->input->speculative) {
		r->piece |= is_piece(r->sql, &r->tokens[0]);
	} else {
		uint32_t at = place_at(r, (int32_t)x->error_at);

		if (at < r->n_tokens)
			span = place_token(r, at);
		if (!reader_is_template(r))
			unit_add_blind(r->u, BLIND_SYNTAX, span, "%.*s", STR_ARG(x->error));
		add_havoc(r);
	}
}

/* As it is, else as the grammar's PostgreSQL would have said it. */
static struct parsed
parse(struct reader *r, struct str text, const struct layer *outer, uint32_t base)
{
	struct parsed x = placeholder_parse(r, text, outer, base), again;
	struct str older = text;
	struct layer *layer;
	const char *lost;

	if (x.node || x.refused != BLIND_NONE || !r->n_tokens)
		return x;
	layer = arena_new(&r->tree, struct layer);
	*layer = (struct layer){.outer = outer, .base = base};
	if (!newer_rewrite(r, &older, layer, &lost))
		return x;
	again = placeholder_parse(r, older, layer, 0);
	if (!again.node)
		return placeholder_parse(r, text, outer, base);
	if (lost)
		unit_add_blind(r->u, BLIND_UNMODELLED, place_statement(r), "%s", lost);
	return again;
}

void
reader_statement(struct reader *r, struct str text, const struct layer *outer, uint32_t base)
{
	struct parsed x = parse(r, text, outer, base);

	r->hole = false;
	if (!r->n_tokens) {
		arena_reset(&r->tree);
		return;
	}
	if (has_backtick(r->sql, r->tokens, r->n_tokens) || has_typed_parameter(text)) {
		r->dialect = true;
		r->failed++;
	} else if (x.node) {
		r->parsed++;
		statement_read(r, x.node);
	} else {
		take_failure(r, &x);
	}
	arena_reset(&r->tree);
}

void
reader_run(struct reader *r, struct str text, const struct layer *layer)
{
	struct span *list;
	uint32_t n = sql_split(text, r->scratch, &list);

	for (uint32_t i = 0; i < n; i++) {
		struct str one = str_slice(text, list[i].offset, list[i].offset + list[i].length);

		reader_statement(r, one, layer, list[i].offset);
	}
}

static enum fragment_state
state_of(const struct reader *r)
{
	bool speculative = r->input->speculative;

	if (r->dialect)
		return FRAGMENT_DIALECT;
	if (!r->parsed && !r->failed)
		return speculative ? FRAGMENT_PROSE : FRAGMENT_PARSED;
	if (!r->parsed && r->expanded)
		return FRAGMENT_FAILED;
	if (!r->parsed)
		return r->piece ? FRAGMENT_PIECE : speculative ? FRAGMENT_PROSE : FRAGMENT_FAILED;
	if (speculative && !r->named)
		return FRAGMENT_PROSE;
	return r->failed ? FRAGMENT_PARTLY : FRAGMENT_PARSED;
}

void
sql_read(struct unit *u, const struct sql_input *input, struct arena *scratch)
{
	struct reader r = {
		.u = u,
		.input = input,
		.scratch = scratch,
		.fragment = input->fragment,
	};
	struct layer layer;
	struct str text = placeholder_mark_holes(input, scratch, &layer);

	mark_read(u, input, scratch);
	reader_run(&r, text, &layer);
	u->fragments.v[input->fragment].state = state_of(&r);
	arena_free(&r.tree);
}
