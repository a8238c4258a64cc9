/* The lexer that all of this layer shares: the splitter, the placeholders, the search for names that
 * PostgreSQL's parse tree gives no place for, and the reader of PL/pgSQL. */
#include "lex_p.h"

#include <string.h>

#include "base/arena.h"

#define NAME_MAX_BYTES 63

static bool
is_word_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_word_part(char c)
{
	return is_word_start(c) || is_digit(c) || c == '$';
}

static bool
is_operator(char c)
{
	return c && strchr("~!@#^&|`?+-*/%<>=", c);
}

static char
at_or_zero(struct str text, uint32_t at)
{
	return at < text.n ? text.s[at] : '\0';
}

/* Behind the nested comment that begins at AT; AT itself when it has no end. */
static uint32_t
skip_block_comment(struct str text, uint32_t at)
{
	uint32_t depth = 0, start = at;

	while (at < text.n) {
		char next = at_or_zero(text, at + 1);

		if (text.s[at] == '/' && next == '*') {
			depth++;
			at += 2;
		} else if (text.s[at] == '*' && next == '/') {
			at += 2;
			if (--depth == 0)
				return at;
		} else {
			at++;
		}
	}
	return start;
}

uint32_t
lex_comment_end(struct str text, uint32_t at)
{
	char c = text.s[at], next = at_or_zero(text, at + 1);

	if (c == '-' && next == '-') {
		size_t end = str_chr(text, '\n', at);

		return end == SIZE_MAX ? (uint32_t)text.n : (uint32_t)end;
	}
	return c == '/' && next == '*' ? skip_block_comment(text, at) : at;
}

static uint32_t
skip_space(struct str text, uint32_t at)
{
	while (at < text.n) {
		char c = text.s[at];
		uint32_t end = at + 1;

		if (c != ' ' && !(c >= '\t' && c <= '\r'))
			end = lex_comment_end(text, at);
		if (end == at)
			break;
		at = end;
	}
	return at;
}

/* Behind a quote that begins at AT with C; doubled quotes, and backslashes where they escape. */
static uint32_t
skip_quote(struct str text, uint32_t at, char c, bool backslash, bool *unterminated)
{
	for (at++; at < text.n; at++) {
		if (backslash && text.s[at] == '\\') {
			at++;
		} else if (text.s[at] == c) {
			if (at_or_zero(text, at + 1) != c)
				return at + 1;
			at++;
		}
	}
	*unterminated = true;
	return (uint32_t)text.n;
}

/* Length of the $tag$ at AT, 0 when there is none. */
static uint32_t
dollar_tag(struct str text, uint32_t at)
{
	uint32_t end = at + 1;

	if (is_word_start(at_or_zero(text, end)))
		while (is_word_part(at_or_zero(text, end)) && text.s[end] != '$')
			end++;
	return at_or_zero(text, end) == '$' ? end + 1 - at : 0;
}

static struct token
lex_dollar(struct str text, uint32_t at)
{
	struct token t = {.kind = TOKEN_OTHER, .at = at, .length = 1};
	uint32_t tag = dollar_tag(text, at), end = at + 1;
	size_t close;

	if (tag) {
		close = str_find(text, str_slice(text, at, at + tag), at + tag);
		t.kind = TOKEN_DOLLAR;
		t.unterminated = close == SIZE_MAX;
		t.length = (uint32_t)(t.unterminated ? text.n : close + tag) - at;
	} else if (is_digit(at_or_zero(text, end))) {
		while (is_digit(at_or_zero(text, end)))
			end++;
		t.kind = TOKEN_PARAM;
		t.length = end - at;
	}
	return t;
}

static struct token
lex_number(struct str text, uint32_t at)
{
	uint32_t end = at;

	while (is_word_part(at_or_zero(text, end)) ||
		(at_or_zero(text, end) == '.' && at_or_zero(text, end + 1) != '.'))
		end++;
	return (struct token){.kind = TOKEN_NUMBER, .at = at, .length = end - at};
}

static struct token
lex_operator(struct str text, uint32_t at)
{
	uint32_t end = at;

	while (is_operator(at_or_zero(text, end))) {
		char c = text.s[end], next = at_or_zero(text, end + 1);

		if (end > at && ((c == '-' && next == '-') || (c == '/' && next == '*')))
			break;
		end++;
	}
	return (struct token){.kind = TOKEN_OPERATOR, .at = at, .length = end - at};
}

static struct token
lex_punctuation(struct str text, uint32_t at)
{
	char c = text.s[at], next = at_or_zero(text, at + 1);
	struct token t = {.kind = TOKEN_OTHER, .at = at, .length = 1};

	if (strchr("()[],;:.", c) && c)
		t.kind = TOKEN_PUNCTUATION;
	if ((c == ':' && (next == ':' || next == '=')) || (c == '.' && next == '.'))
		t.length = 2;
	return t;
}

/* Length of the prefix of a quote at AT (E, B, X, N, U&), 0 when the quote is not prefixed. */
static uint32_t
quote_prefix(struct str text, uint32_t at)
{
	char c = (char)(text.s[at] & ~0x20), next = at_or_zero(text, at + 1);

	if (c == 'U' && next == '&') {
		next = at_or_zero(text, at + 2);
		return next == '\'' || next == '"' ? 2 : 0;
	}
	return (c == 'E' || c == 'B' || c == 'X' || c == 'N') && next == '\'' ? 1 : 0;
}

static struct token
lex_quoted(struct str text, uint32_t at, uint32_t prefix)
{
	struct token t = {.at = at};
	char quote = text.s[at + prefix];
	bool backslash = prefix == 1 && (text.s[at] | 0x20) == 'e';

	t.kind = quote == '"' ? TOKEN_QUOTED : TOKEN_STRING;
	t.length = skip_quote(text, at + prefix, quote, backslash, &t.unterminated) - at;
	return t;
}

static struct token
lex_word(struct str text, uint32_t at)
{
	uint32_t end = at;

	while (is_word_part(at_or_zero(text, end)))
		end++;
	return (struct token){.kind = TOKEN_WORD, .at = at, .length = end - at};
}

static struct token
lex_at(struct str text, uint32_t at)
{
	char c = text.s[at];

	if (c == '\'' || c == '"')
		return lex_quoted(text, at, 0);
	if (is_word_start(c)) {
		uint32_t prefix = quote_prefix(text, at);

		return prefix ? lex_quoted(text, at, prefix) : lex_word(text, at);
	}
	if (is_digit(c) || (c == '.' && is_digit(at_or_zero(text, at + 1))))
		return lex_number(text, at);
	if (c == '$')
		return lex_dollar(text, at);
	/* A comment that was not skipped has no end. */
	if (c == '/' && at_or_zero(text, at + 1) == '*')
		return (struct token){TOKEN_OTHER, true, at, (uint32_t)text.n - at};
	if (is_operator(c))
		return lex_operator(text, at);
	return lex_punctuation(text, at);
}

struct token
lex_next(struct str text, uint32_t *at)
{
	uint32_t from = skip_space(text, *at);
	struct token t = {.kind = TOKEN_END, .at = from};

	if (from < text.n)
		t = lex_at(text, from);
	*at = t.at + t.length;
	return t;
}

uint32_t
lex_all(struct str text, struct arena *a, struct token **out)
{
	uint32_t n = 0, cap = (uint32_t)(text.n / 4 + 16), at = 0;
	struct token *list = arena_array(a, struct token, cap);

	for (;;) {
		if (n == cap) {
			struct token *larger = arena_array(a, struct token, cap * 2);

			memcpy(larger, list, n * sizeof *list);
			list = larger;
			cap *= 2;
		}
		list[n] = lex_next(text, &at);
		if (list[n].kind == TOKEN_END)
			break;
		n++;
	}
	*out = list;
	return n;
}

struct str
lex_text(struct str text, const struct token *t)
{
	return str_slice(text, t->at, t->at + t->length);
}

bool
lex_is_char(struct str text, const struct token *t, char c)
{
	return t->length == 1 && text.s[t->at] == c;
}

bool
lex_is_word(struct str text, const struct token *t, const char *word)
{
	return t->kind == TOKEN_WORD && str_eq_nocase(lex_text(text, t), str_from(word));
}

bool
lex_is_word_of(struct str text, const struct token *t, const char *const *words)
{
	for (; t->kind == TOKEN_WORD && *words; words++)
		if (lex_is_word(text, t, *words))
			return true;
	return false;
}

bool
lex_is_name(const struct token *t)
{
	return t->kind == TOKEN_WORD || t->kind == TOKEN_QUOTED;
}

void
lex_content(struct str text, const struct token *t, uint32_t *from, uint32_t *to)
{
	uint32_t open = 0, close = 1;

	if (t->kind == TOKEN_DOLLAR) {
		open = close = dollar_tag(text, t->at);
	} else {
		while (text.s[t->at + open] != '\'' && text.s[t->at + open] != '"')
			open++;
		open++;
	}
	*from = t->at + open;
	*to = t->at + t->length - (t->unterminated ? 0 : close);
	if (*to < *from)
		*to = *from;
}

static char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Cut where PostgreSQL cuts: at 63 bytes, but not inside a character. */
static struct str
cut_name(struct str name)
{
	size_t n = NAME_MAX_BYTES;

	if (name.n <= n)
		return name;
	while (n && ((unsigned char)name.s[n] & 0xc0) == 0x80)
		n--;
	return str_slice(name, 0, n);
}

struct str
lex_identifier(struct str text, const struct token *t, struct arena *a)
{
	struct str raw = lex_text(text, t);
	uint32_t from, to;
	char *p;
	size_t n = 0;

	if (t->kind == TOKEN_WORD)
		return cut_name(str_lower(a, raw));
	lex_content(text, t, &from, &to);
	p = str_cstr(a, str_slice(text, from, to));
	for (uint32_t i = from; i < to; i++) {
		p[n++] = text.s[i];
		if (text.s[i] == '"' && at_or_zero(text, i + 1) == '"')
			i++;
	}
	return cut_name((struct str){p, n});
}

static bool
names_quoted(struct str text, const struct token *t, struct str name)
{
	uint32_t from, to;
	size_t n = 0;

	lex_content(text, t, &from, &to);
	for (uint32_t i = from; i < to && n < name.n; i++) {
		if (text.s[i] != name.s[n++])
			return false;
		if (text.s[i] == '"' && at_or_zero(text, i + 1) == '"')
			i++;
	}
	return n == name.n &&
	       (to - from == n || n + 4 > NAME_MAX_BYTES || memchr(text.s + from, '"', to - from));
}

bool
lex_names(struct str text, const struct token *t, struct str name)
{
	struct str raw = lex_text(text, t);

	if (t->kind == TOKEN_QUOTED)
		return names_quoted(text, t, name);
	if (t->kind != TOKEN_WORD)
		return false;
	raw = cut_name(raw);
	if (raw.n != name.n)
		return false;
	for (size_t i = 0; i < raw.n; i++)
		if (fold(raw.s[i]) != name.s[i])
			return false;
	return true;
}
