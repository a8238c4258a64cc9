/* SQL that is newer than the grammar: what PostgreSQL 16 to 18 take besides, told in PostgreSQL 15's words.
 *
 * Only what does not parse as it is comes here. A row finds a run of tokens and says what stands in its
 * place; what the newer words mean beyond that (whether a constraint is enforced, how a column is stored)
 * the catalog does not keep. Sources: the release notes of 16, 17 and 18, and the statements' pages. */
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "reader_p.h"

#define ELEMENTS_MAX 12

struct rewrite {
	const char *first; /* the statement's first word; NULL: any */
	/* Words; @ a name, ' a string, ( ) , : themselves, (...) what is in parentheses with them, ... all
	 * that is left. */
	const char *pattern;
	uint32_t before, after; /* so many elements at its ends stay */
	const char *put;        /* in place of the others */
	const char *behind;     /* behind the last; NULL: nothing */
	const char *lost;       /* what then is not read, a blind spot; NULL: nothing */
};

/* The first that fits is taken. */
static const struct rewrite rewrites[] = {
	/* 16 */
	{"create", "storage plain", 0, 0, "", NULL, NULL},
	{"create", "storage external", 0, 0, "", NULL, NULL},
	{"create", "storage extended", 0, 0, "", NULL, NULL},
	{"create", "storage main", 0, 0, "", NULL, NULL},
	{"create", "storage default", 0, 0, "", NULL, NULL},
	{"create", "create statistics on", 2, 1, "unnamed ", NULL, NULL},
	{"grant", "with admin @", 0, 0, "WITH ADMIN OPTION", NULL, NULL},
	{"grant", "with inherit @", 0, 0, "", NULL, NULL},
	{"grant", "with set @", 0, 0, "", NULL, NULL},
	{"grant", ", admin @", 0, 0, "", NULL, NULL},
	{"grant", ", inherit @", 0, 0, "", NULL, NULL},
	{"grant", ", set @", 0, 0, "", NULL, NULL},
	{NULL, "is not json", 0, 0, "IS NULL", NULL, NULL},
	{NULL, "is json @ with unique keys", 0, 0, "IS NOT NULL", NULL, NULL},
	{NULL, "is json with unique keys", 0, 0, "IS NOT NULL", NULL, NULL},
	{NULL, "is json value", 0, 0, "IS NOT NULL", NULL, NULL},
	{NULL, "is json scalar", 0, 0, "IS NOT NULL", NULL, NULL},
	{NULL, "is json array", 0, 0, "IS NOT NULL", NULL, NULL},
	{NULL, "is json object", 0, 0, "IS NOT NULL", NULL, NULL},
	{NULL, "is json", 0, 0, "IS NOT NULL", NULL, NULL},
	{NULL, "' :", 1, 0, ",", NULL, NULL},
	{NULL, "absent on null", 0, 0, "", NULL, NULL},
	{NULL, "null on null", 0, 0, "", NULL, NULL},
	/* 17 */
	{"alter", "set expression as (...)", 0, 0, "SET STATISTICS 0", NULL, NULL},
	{"alter", "set access method default", 3, 0, "heap", NULL, NULL},
	{NULL, "at local", 0, 0, "AT TIME ZONE 'UTC'", NULL, NULL},
	{NULL, "when not matched by source", 1, 0, "MATCHED", NULL, NULL},
	{NULL, "not matched by target", 2, 0, "", NULL, NULL},
	{"merge", "returning ...", 0, 0, "", NULL, "RETURNING of MERGE"},
	{NULL, "columns (...)", 0, 0, "", NULL, NULL}, /* of JSON_TABLE */
	/* 18 */
	{NULL, "returning with (...)", 1, 0, "", NULL, NULL},
	{NULL, "generated always as (...) stored", 5, 0, "", NULL, NULL},
	{NULL, "generated always as (...) virtual", 4, 0, "STORED", NULL, NULL},
	{NULL, "generated always as (...)", 4, 0, "", " STORED", NULL},
	{NULL, "not enforced", 0, 0, "", NULL, NULL},
	{NULL, "enforced", 0, 0, "", NULL, NULL},
	{NULL, "without overlaps", 0, 0, "", NULL, NULL},
	{NULL, ", period @", 1, 1, "", NULL, NULL},
	{"alter", "add constraint @ not null @", 0, 1, "ALTER COLUMN ", " SET NOT NULL", NULL},
	{"alter", "add not null @", 0, 1, "ALTER COLUMN ", " SET NOT NULL", NULL},
	{"alter", "not valid", 0, 0, "", NULL, NULL},
	{"create", ", constraint @ not null @", 1, 1, "CHECK (", " IS NOT NULL)", NULL},
	{"vacuum", "vacuum only", 1, 0, "", NULL, NULL},
	{"analyze", "analyze only", 1, 0, "", NULL, NULL},
};

struct newer {
	struct arena *a;
	struct str text;
	struct token *tokens;
	uint32_t n_tokens;
	struct buf out;
	uint32_t done; /* bytes of the text that are in .out, or left out */
	VEC(struct patch) patches;
	VEC(uint32_t) open; /* tokens: parentheses */
	const char *lost;   /* as of a rewrite that was made */
};

/* Where the elements of a pattern are in the tokens. */
struct run {
	uint32_t first[ELEMENTS_MAX], behind[ELEMENTS_MAX], n;
};

/* Behind the parenthesis that closes the one at AT; AT when none does. */
static uint32_t
behind_group(const struct newer *w, uint32_t at)
{
	uint32_t depth = 0;

	for (uint32_t i = at; i < w->n_tokens; i++) {
		depth += lex_is_char(w->text, &w->tokens[i], '(');
		if (lex_is_char(w->text, &w->tokens[i], ')') && --depth == 0)
			return i + 1;
	}
	return at;
}

/* Behind what fits the element at token AT; AT when nothing does. */
static uint32_t
behind_element(const struct newer *w, struct str element, uint32_t at)
{
	const struct token *t = &w->tokens[at];

	if (at >= w->n_tokens)
		return at;
	if (str_is(element, "..."))
		return w->n_tokens;
	if (str_is(element, "(...)"))
		return lex_is_char(w->text, t, '(') ? behind_group(w, at) : at;
	if (str_is(element, "@"))
		return at + lex_is_name(t);
	if (str_is(element, "'"))
		return at + (t->kind == TOKEN_STRING);
	if (element.n == 1)
		return at + lex_is_char(w->text, t, element.s[0]);
	return at + (t->kind == TOKEN_WORD && str_eq_nocase(lex_text(w->text, t), element));
}

static bool
fits(const struct newer *w, const char *pattern, uint32_t at, struct run *run)
{
	struct str left = str_from(pattern), element;

	run->n = 0;
	while (run->n < ELEMENTS_MAX && str_cut(&left, ' ', &element)) {
		uint32_t behind = behind_element(w, element, at);

		if (behind == at)
			return false;
		run->first[run->n] = at;
		run->behind[run->n++] = at = behind;
	}
	return true;
}

/* Puts bytes in place of those from FROM to TO. */
static void
replace(struct newer *w, uint32_t from, uint32_t to, const char *put)
{
	uint32_t n = (uint32_t)strlen(put);

	if (from == to && !n)
		return;
	buf_add(&w->out, str_slice(w->text, w->done, from));
	vec_push(w->a, &w->patches, (struct patch){(uint32_t)w->out.n, n, from, to - from});
	buf_add(&w->out, str_from(put));
	w->done = to;
}

static uint32_t
end_of(const struct newer *w, uint32_t token)
{
	return w->tokens[token].at + w->tokens[token].length;
}

/* Where the elements from ELEMENT on begin, or the last one ends. */
static uint32_t
begin_of(const struct newer *w, const struct run *run, uint32_t element)
{
	return element < run->n ? w->tokens[run->first[element]].at
				: end_of(w, run->behind[run->n - 1] - 1);
}

/* A run of tokens that a row is about; returns the token behind it, AT when there is none. */
static uint32_t
take_rewrite(struct newer *w, uint32_t at)
{
	for (size_t i = 0; i < sizeof rewrites / sizeof *rewrites; i++) {
		const struct rewrite *x = &rewrites[i];
		struct run run;
		uint32_t from, to, end;

		if ((x->first && !lex_is_word(w->text, &w->tokens[0], x->first)) ||
			!fits(w, x->pattern, at, &run))
			continue;
		from = begin_of(w, &run, x->before);
		to = run.n == x->before + x->after ? from : begin_of(w, &run, run.n - x->after);
		replace(w, from, to, x->put);
		if (x->lost)
			w->lost = x->lost;
		end = begin_of(w, &run, run.n);
		if (x->behind)
			replace(w, end, end, x->behind);
		return run.behind[run.n - 1];
	}
	return at;
}

/* A number as PostgreSQL 16 takes it besides: 1_000, 0x1F, 0o17, 0b11. */
static bool
is_newer_number(const struct newer *w, const struct token *t)
{
	struct str number = lex_text(w->text, t);

	return t->kind == TOKEN_NUMBER &&
	       (str_chr(number, '_', 0) != SIZE_MAX ||
		       (number.n > 2 && number.s[0] == '0' && strchr("xXoObB", number.s[1])));
}

/* True for a word that follows a subquery in FROM, and is no alias of it. */
static bool
is_clause(const struct newer *w, uint32_t at)
{
	static const char *const words[] = {"where", "group", "order", "having", "limit", "offset",
		"fetch", "for", "window", "union", "except", "intersect", "join", "left", "right",
		"full", "inner", "cross", "natural", "on", "using", "returning", "set", "when",
		NULL};
	const struct token *t = &w->tokens[at];

	return at >= w->n_tokens || lex_is_word_of(w->text, t, words) ||
	       lex_is_char(w->text, t, ',') || lex_is_char(w->text, t, ')') ||
	       lex_is_char(w->text, t, ';');
}

/* True for a subquery in FROM, which needs no alias since 16. */
static bool
is_unnamed(const struct newer *w, uint32_t open, uint32_t close)
{
	static const char *const in_from[] = {"from", "join", "lateral", NULL};
	static const char *const queries[] = {"select", "values", "with", "table", NULL};

	return open && lex_is_word_of(w->text, &w->tokens[open - 1], in_from) &&
	       lex_is_word_of(w->text, &w->tokens[open + 1], queries) && is_clause(w, close + 1);
}

static void
take_token(struct newer *w, uint32_t at)
{
	const struct token *t = &w->tokens[at];

	if (is_newer_number(w, t)) {
		replace(w, t->at, t->at + t->length, "0");
	} else if (lex_is_char(w->text, t, '(')) {
		vec_push(w->a, &w->open, at);
	} else if (lex_is_char(w->text, t, ')') && w->open.n) {
		w->open.n--;
		if (is_unnamed(w, w->open.v[w->open.n], at))
			replace(w, end_of(w, at), end_of(w, at), " AS unnamed_subquery");
	}
}

static bool
begins_statement(const struct newer *w)
{
	static const char *const verbs[] = {"alter", "analyze", "copy", "create", "declare",
		"delete", "explain", "grant", "insert", "merge", "select", "table", "update",
		"vacuum", "values", "with", NULL};

	return w->n_tokens && lex_is_word_of(w->text, &w->tokens[0], verbs);
}

bool
newer_rewrite(struct reader *r, struct str *text, struct layer *layer, const char **lost)
{
	struct newer w = {.a = &r->tree, .text = *text, .out = {.arena = &r->tree}};

	w.n_tokens = lex_all(w.text, w.a, &w.tokens);
	if (!begins_statement(&w))
		return false;
	for (uint32_t at = 0, next; at < w.n_tokens; at = next) {
		next = take_rewrite(&w, at);
		if (next > at)
			continue;
		take_token(&w, at);
		next = at + 1;
	}
	buf_add(&w.out, str_slice(w.text, w.done, w.text.n));
	layer->patches = w.patches.v;
	layer->n_patches = w.patches.n;
	*text = buf_str(&w.out);
	*lost = w.lost;
	return w.patches.n > 0;
}
