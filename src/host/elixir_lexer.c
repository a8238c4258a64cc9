/* Elixir's tokens that no table says: names with ? and !, keys, attributes, numbers, characters, and which line ends
 * end a statement. */
#include "elixir_p.h"

#include <string.h>

static bool
begins_name(char c)
{
	return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
in_name(char c)
{
	return begins_name(c) || is_digit(c);
}

static char
byte_at(const struct lexer *l, size_t at)
{
	return at < l->bytes.n ? l->bytes.s[at] : '\0';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

/* The word W stands at AT. */
static bool
has_word(const struct lexer *l, size_t at, const char *w)
{
	struct str word = str_from(w);

	return str_starts(str_slice(l->bytes, at, l->bytes.n), word) &&
	       !in_name(byte_at(l, at + word.n)) && byte_at(l, at + word.n) != ':';
}

/* The line that begins at AT, behind comments and empty ones, goes on with an operator of two sides. */
static bool
goes_on(const struct lexer *l, size_t at)
{
	static const char *const operators[] = {"|>", "||", "| ", "<>", "<-", "<=", "<~", "< ",
		"++", "--", "->", "==", "=~", "=>", "= ", "=\n", "&&", "!=", "> ", ">=", ">>>",
		"~>", "* ", "/ ", "::", "\\\\", "<|>", "..", NULL};
	static const char *const words[] = {"and", "or", "in", "when", "do", NULL};

	for (;;) {
		while (at < l->bytes.n && strchr(" \t\r\n", l->bytes.s[at]))
			at++;
		if (byte_at(l, at) != '#')
			break;
		while (at < l->bytes.n && l->bytes.s[at] != '\n')
			at++;
	}
	if (byte_at(l, at) == '.' && begins_name(byte_at(l, at + 1)))
		return true;
	for (const char *const *o = operators; *o; o++)
		if (byte_at(l, at) == (*o)[0] && byte_at(l, at + 1) == (*o)[1])
			return byte_at(l, at) != '.' || byte_at(l, at + 2) != '.';
	for (const char *const *w = words; *w; w++)
		if (byte_at(l, at) == (*w)[0] && has_word(l, at, *w))
			return true;
	return false;
}

static bool
is_closing(uint32_t op)
{
	return op == ')' || op == ']' || op == '}' || op == OP2('>', '>') || op == ';' ||
	       op == OP3('.', '.', '.');
}

/* A line's end ends the statement but behind an operator, and before one. */
void
elixir_newline(struct lexer *l, uint32_t at)
{
	const struct token *last = l->tokens.n ? vec_last(&l->tokens) : NULL;
	uint8_t word = last && last->kind == TOKEN_NAME ? last->word : 0;

	if (!last || last->kind == TOKEN_NEWLINE)
		return;
	if (last->kind == TOKEN_OPERATOR && !is_closing(last->op))
		return;
	if (word == EX_AND || word == EX_OR || word == EX_NOT || word == EX_IN || word == EX_WHEN ||
		goes_on(l, at))
		return;
	lexer_add(l, TOKEN_NEWLINE, at, 0);
}

static uint8_t
keyword(const struct lexer *l, struct str name)
{
	const struct token *t = l->tokens.n ? vec_last(&l->tokens) : NULL;

	/* Behind a dot a keyword is a name like any other. */
	if (t && t->kind == TOKEN_OPERATOR && t->op == '.')
		return 0;
	for (uint8_t i = 0; elixir_keywords[i]; i++)
		if (str_is(name, elixir_keywords[i]))
			return (uint8_t)(i + 1);
	return 0;
}

/* name, name?, Name, @name, and `name:` in front of a value. */
static void
name(struct lexer *l)
{
	uint32_t at = l->at, end = at + (l->bytes.s[at] == '@');
	struct token t = {.kind = TOKEN_NAME, .at = at};

	while (end < l->bytes.n && in_name(l->bytes.s[end]))
		end++;
	if ((byte_at(l, end) == '?' || byte_at(l, end) == '!') &&
		(byte_at(l, end + 1) != '=' || strchr("=~>", byte_at(l, end + 2))))
		end++;
	t.length = end - at;
	if (byte_at(l, end) == ':' && is_blank(byte_at(l, end + 1))) {
		t.flags = ELIXIR_LABEL;
		end++;
	} else {
		t.word = keyword(l, str_slice(l->bytes, at, end));
	}
	vec_push(l->scratch, &l->tokens, t);
	l->at = end;
}

static void
number(struct lexer *l)
{
	uint32_t at = l->at, end = at + 1;

	while (end < l->bytes.n &&
		(in_name(l->bytes.s[end]) ||
			(l->bytes.s[end] == '.' && is_digit(byte_at(l, end + 1))) ||
			((l->bytes.s[end] == '-' || l->bytes.s[end] == '+') &&
				l->bytes.s[end - 1] == 'e' && is_digit(byte_at(l, end + 1)))))
		end++;
	lexer_add(l, TOKEN_NUMBER, at, end - at);
	l->at = end;
}

/* ?x, ?\n: a number. */
static void
character(struct lexer *l)
{
	uint32_t at = l->at, end = at + 1;

	end += byte_at(l, end) == '\\';
	end++;
	while (end < l->bytes.n && ((unsigned char)l->bytes.s[end] & 0xc0) == 0x80)
		end++;
	end = end < l->bytes.n ? end : (uint32_t)l->bytes.n;
	lexer_add(l, TOKEN_NUMBER, at, end - at);
	l->at = end;
}

bool
elixir_special(struct lexer *l)
{
	char c = l->bytes.s[l->at], next = byte_at(l, l->at + 1);

	if (begins_name(c) || (c == '@' && begins_name(next)))
		name(l);
	else if (is_digit(c))
		number(l);
	else if (c == '?' && next)
		character(l);
	else
		return elixir_literal_token(l);
	return true;
}
