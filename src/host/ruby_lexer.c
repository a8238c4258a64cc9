/* Ruby's tokens that no table says: names with ? and !, labels, variables with a sigil, numbers, line ends,
 * and whether what follows is an operator or a literal. */
#include "ruby_p.h"

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

static const struct token *
last_token(const struct lexer *l)
{
	return l->tokens.n ? vec_last(&l->tokens) : NULL;
}

bool
ruby_behind_value(const struct lexer *l)
{
	const struct token *t = last_token(l);

	if (!t || t->flags & RUBY_LABEL)
		return false;
	switch (t->kind) {
	case TOKEN_NAME:
		return !t->word || t->word == RB_END || t->word == RB_SELF || t->word == RB_TRUE ||
		       t->word == RB_FALSE || t->word == RB_NIL;
	case TOKEN_NUMBER:
	case TOKEN_STRING:
		return true;
	case TOKEN_OPERATOR:
		return t->op == ')' || t->op == ']' || t->op == '}';
	default:
		return false;
	}
}

/* The line that begins at AT, behind comments and empty ones, goes on with `.method`. */
static bool
goes_on(const struct lexer *l, uint32_t at)
{
	for (;;) {
		while (at < l->bytes.n && strchr(" \t\r\n", l->bytes.s[at]))
			at++;
		if (byte_at(l, at) != '#')
			break;
		while (at < l->bytes.n && l->bytes.s[at] != '\n')
			at++;
	}
	return (byte_at(l, at) == '.' && byte_at(l, at + 1) != '.') ||
	       (byte_at(l, at) == '&' && byte_at(l, at + 1) == '.');
}

/* f a, & and f(*: what stands there is handed on, and nothing follows. */
static bool
is_anonymous(const struct lexer *l)
{
	const struct token *last = last_token(l), *before = l->tokens.n > 1 ? last - 1 : NULL;

	return (last->op == '&' || last->op == '*' || last->op == OP2('*', '*')) && before &&
	       before->kind == TOKEN_OPERATOR && (before->op == ',' || before->op == '(');
}

/* A line's end ends the statement but behind an operator, and before a call's dot. */
void
ruby_newline(struct lexer *l, uint32_t at)
{
	const struct token *last = last_token(l);
	uint32_t next = l->behind > at ? l->behind : at;

	if (!last || last->kind == TOKEN_NEWLINE)
		return;
	if (last->kind == TOKEN_OPERATOR && last->op != ')' && last->op != ']' && last->op != '}' &&
		last->op != '|' && last->op != ';' && !is_anonymous(l))
		return;
	if (last->kind == TOKEN_NAME &&
		(last->word == RB_AND || last->word == RB_OR || last->word == RB_NOT))
		return;
	if (goes_on(l, next))
		return;
	lexer_add(l, TOKEN_NEWLINE, at, 0);
}

static uint8_t
keyword(struct str name)
{
	for (uint8_t i = 0; ruby_keywords[i]; i++)
		if (str_is(name, ruby_keywords[i]))
			return (uint8_t)(i + 1);
	return 0;
}

/* Behind a dot or `def` a keyword is a name like any other. */
static uint8_t
word_here(const struct lexer *l, struct str name)
{
	const struct token *t = last_token(l);
	uint8_t word = keyword(name);

	if (t && t->kind == TOKEN_OPERATOR && (t->op == '.' || t->op == OP2('&', '.')))
		return 0;
	return t && t->kind == TOKEN_NAME && t->word == RB_DEF && word != RB_SELF ? 0 : word;
}

static bool
is_label(const struct lexer *l, uint32_t end)
{
	const struct token *t = last_token(l);

	if (byte_at(l, end) != ':' || byte_at(l, end + 1) == ':')
		return false;
	return !t || t->kind != TOKEN_OPERATOR || (t->op != '.' && t->op != OP2('&', '.'));
}

static void
name(struct lexer *l)
{
	uint32_t at = l->at, end = at;
	struct token *t;

	while (byte_at(l, end) == '@' || (end == at && byte_at(l, end) == '$'))
		end++;
	if (end > at && !begins_name(byte_at(l, end)))
		end++; /* $1, $! */
	while (end < l->bytes.n && in_name(l->bytes.s[end]))
		end++;
	end = end < l->bytes.n ? end : (uint32_t)l->bytes.n;
	if ((byte_at(l, end) == '?' || byte_at(l, end) == '!') && begins_name(l->bytes.s[at]) &&
		(byte_at(l, end + 1) != '=' || strchr("=~>", byte_at(l, end + 2))))
		end++;
	lexer_add(l, TOKEN_NAME, at, end - at);
	t = vec_last(&l->tokens);
	l->at = end;
	if (is_label(l, end)) {
		t->flags = RUBY_LABEL;
		l->at++;
		return;
	}
	l->tokens.n--;
	*t = (struct token){.kind = TOKEN_NAME,
		.at = at,
		.length = end - at,
		.word = word_here(l, str_slice(l->bytes, at, end))};
	l->tokens.n++;
}

/* Digits, letters and a dot before a digit. */
static void
number(struct lexer *l)
{
	uint32_t at = l->at, end = at + 1;

	while (end < l->bytes.n &&
		(in_name(l->bytes.s[end]) ||
			(l->bytes.s[end] == '.' && is_digit(byte_at(l, end + 1))) ||
			((l->bytes.s[end] == '-' || l->bytes.s[end] == '+') &&
				(l->bytes.s[end - 1] | 0x20) == 'e' &&
				is_digit(byte_at(l, end + 1)))))
		end++;
	lexer_add(l, TOKEN_NUMBER, at, end - at);
	l->at = end;
}

static bool
at_line_start(const struct lexer *l)
{
	return l->at == 0 || l->bytes.s[l->at - 1] == '\n';
}

/* =begin … =end, and all behind __END__. */
static bool
skipped(struct lexer *l)
{
	struct str rest = {l->bytes.s + l->at, l->bytes.n - l->at};
	size_t end;

	if (!at_line_start(l) || l->expression)
		return false;
	if (str_starts(rest, STR("__END__")) &&
		(rest.n == 7 || rest.s[7] == '\n' || rest.s[7] == '\r')) {
		l->at = (uint32_t)l->bytes.n;
		return true;
	}
	if (!str_starts(rest, STR("=begin")))
		return false;
	end = str_find(rest, STR("\n=end"), 0);
	if (end == SIZE_MAX) {
		lexer_blind(l, l->at, 6, "a comment that is never closed");
		l->at = (uint32_t)l->bytes.n;
		return true;
	}
	end = str_chr(rest, '\n', end + 1);
	l->at += (uint32_t)(end == SIZE_MAX ? rest.n : end);
	return true;
}

static void
one_operator(struct lexer *l)
{
	lexer_add(l, TOKEN_OPERATOR, l->at, 1);
	vec_last(&l->tokens)->op = OP1(l->bytes.s[l->at]);
	l->at++;
}

bool
ruby_special(struct lexer *l)
{
	char c = l->bytes.s[l->at], next = byte_at(l, l->at + 1);

	if ((c == '=' || c == '_') && skipped(l))
		return true;
	if (begins_name(c) || (c == '@' && (begins_name(next) || next == '@')) ||
		(c == '$' && next && !strchr(" \t\n", next))) {
		name(l);
		return true;
	}
	if (is_digit(c)) {
		number(l);
		return true;
	}
	if (ruby_literal_token(l))
		return true;
	if (c == '?' || c == '.') {
		if (c == '.' && next == '.')
			return false;
		one_operator(l);
		return true;
	}
	return false;
}
