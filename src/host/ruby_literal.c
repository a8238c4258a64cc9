/* Ruby's literals: where they begin and end (doc/syntax/literals.rdoc). A quote, '/', '%', '?', '<<' or ':' begins
 * one or is an operator, which follows from what stands before it. */
#include "ruby_p.h"

#include <string.h>

static char
byte_at(const struct lexer *l, size_t at)
{
	return at < l->bytes.n ? l->bytes.s[at] : '\0';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
in_name(char c)
{
	return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || (c >= '0' && c <= '9') ||
	       (unsigned char)c >= 0x80;
}

/* The ':' of a key behind a quoted string. */
static void
take_label(struct lexer *l)
{
	if (byte_at(l, l->at) != ':' || byte_at(l, l->at + 1) == ':')
		return;
	vec_last(&l->tokens)->flags |= RUBY_LABEL;
	l->at++;
}

/* A literal whose opening delimiter is LENGTH bytes that end in one of the pairs, or any other byte. */
static bool
delimited(struct lexer *l, uint32_t length, enum ruby_literal kind, bool interpolates)
{
	uint32_t at = l->at, from = at + length;
	char open = l->bytes.s[from - 1];
	uint32_t end = interpolated_may_end(l) ? interpolated_end(l, from, open, interpolates, 0)
					       : UINT32_MAX;

	if (end == UINT32_MAX) {
		l->endless++;
		lexer_add(l, TOKEN_ERROR, at, length);
		l->error = "a literal that is never closed";
		l->at = from;
		return true;
	}
	interpolated_add(l,
		(struct lexer_literal){.from = from,
			.to = end,
			.kind = (uint8_t)kind,
			.interpolates = interpolates,
			.close = interpolated_closing(open)},
		at, end + 1);
	if (kind == RUBY_PATTERN)
		while (byte_at(l, l->at) >= 'a' && byte_at(l, l->at) <= 'z')
			l->at++;
	return true;
}

/* An operator stands between two blanks, or two things; what a name without parentheses takes as its
 * first argument has a blank in front only. */
static bool
begins_literal(const struct lexer *l, uint32_t length)
{
	const struct token *t = l->tokens.n ? vec_last(&l->tokens) : NULL;

	if (!ruby_behind_value(l))
		return true;
	return t->kind == TOKEN_NAME && !t->word && l->at && is_blank(l->bytes.s[l->at - 1]) &&
	       !is_blank(byte_at(l, l->at + length)) && byte_at(l, l->at + length) != '=';
}

static bool
percent(struct lexer *l)
{
	char c = byte_at(l, l->at + 1), open = byte_at(l, l->at + 2);
	bool letter = c && strchr("wWiIqQrsx", c) && open && !in_name(open) && !is_blank(open);

	if (!begins_literal(l, 1) || (!letter && (!c || !strchr("([{<|!/^-", c))))
		return false;
	if (!letter)
		return delimited(l, 2, RUBY_STRING, true);
	switch (c) {
	case 'w':
	case 'i':
		return delimited(l, 3, RUBY_WORDS, false);
	case 'W':
	case 'I':
		return delimited(l, 3, RUBY_WORDS, true);
	case 'r':
		return delimited(l, 3, RUBY_PATTERN, true);
	case 'x':
		return delimited(l, 3, RUBY_COMMAND, true);
	case 's':
		return delimited(l, 3, RUBY_SYMBOL, false);
	default:
		return delimited(l, 3, RUBY_STRING, c == 'Q');
	}
}

static bool
symbol(struct lexer *l)
{
	static const char *const operators[] = {"[]=", "[]", "<=>", "===", "==", "=~", "!=", "!~",
		"**", "+@", "-@", "<<", ">>", "<=", ">=", "+", "-", "*", "/", "%", "<", ">", "!",
		"&", "|", "^", "~", "`"};
	struct str rest = {l->bytes.s + l->at + 1, l->bytes.n - l->at - 1};
	struct lexer_literal x = {.kind = RUBY_SYMBOL, .from = l->at + 1};
	size_t n = 0;

	if (rest.n == 0 || rest.s[0] == ':')
		return false;
	if (rest.s[0] == '"' || rest.s[0] == '\'')
		return delimited(l, 2, RUBY_SYMBOL, rest.s[0] == '"');
	while (n < rest.n && (rest.s[n] == '@' || rest.s[n] == '$'))
		n++;
	if (rest.s[0] >= '0' && rest.s[0] <= '9')
		return false;
	while (n < rest.n && in_name(rest.s[n]))
		n++;
	if (n && n < rest.n && (rest.s[n] == '?' || rest.s[n] == '!') &&
		byte_at(l, l->at + 2 + n) != '=')
		n++;
	else if (n && n < rest.n && rest.s[n] == '=' &&
		 (n + 1 == rest.n || !strchr("=~>", rest.s[n + 1])))
		n++;
	for (size_t i = 0; n == 0 && i < sizeof operators / sizeof *operators; i++)
		if (str_starts(rest, str_from(operators[i])))
			n = strlen(operators[i]);
	if (n == 0)
		return false;
	x.to = x.from + (uint32_t)n;
	interpolated_add(l, x, l->at, x.to);
	return true;
}

/* ?x */
static bool
character(struct lexer *l)
{
	char c = byte_at(l, l->at + 1);
	uint32_t n = c == '\\' ? 3 : 2;

	if (ruby_behind_value(l) || !c || is_blank(c) || in_name(byte_at(l, l->at + n)))
		return false;
	interpolated_add(l,
		(struct lexer_literal){.kind = RUBY_STRING,
			.from = l->at + 1,
			.to = l->at + n,
			.interpolates = true},
		l->at, l->at + n);
	return true;
}

/* The start of the line with the identifier ID alone that ends a body; SIZE_MAX: there is none. *NEXT:
 * the line behind it. */
static size_t
terminator(const struct lexer *l, size_t at, struct str id, bool indented, size_t *next)
{
	while (at < l->bytes.n) {
		size_t end = str_chr(l->bytes, '\n', at);
		struct str line;

		end = end == SIZE_MAX ? l->bytes.n : end;
		line = str_slice(l->bytes, at, end);
		while (indented && line.n && (line.s[0] == ' ' || line.s[0] == '\t'))
			line = str_slice(line, 1, line.n);
		if (line.n && line.s[line.n - 1] == '\r')
			line.n--;
		*next = end < l->bytes.n ? end + 1 : end;
		if (str_eq(line, id))
			return at;
		at = end + 1;
	}
	return SIZE_MAX;
}

/* <<ID, <<-ID, <<~ID, with or without quotes. Its body begins on the next line, behind those of the
 * same line before it. */
static bool
here_document(struct lexer *l)
{
	uint32_t at = l->at + 2, from;
	char how = byte_at(l, at), quote;
	size_t line, end, next;
	struct str id;

	if (how == '~' || how == '-')
		at++;
	quote = byte_at(l, at);
	quote = quote == '"' || quote == '\'' || quote == '`' ? quote : '\0';
	from = at += quote != 0;
	while (at < l->bytes.n && (quote ? l->bytes.s[at] != quote && l->bytes.s[at] != '\n'
					 : in_name(l->bytes.s[at])))
		at++;
	id = str_slice(l->bytes, from, at);
	if (!id.n || (quote && byte_at(l, at) != quote) || (id.s[0] >= '0' && id.s[0] <= '9') ||
		(ruby_behind_value(l) && how != '~' && how != '-' && !quote &&
			!(id.s[0] >= 'A' && id.s[0] <= 'Z')) ||
		!begins_literal(l, 2) || l->expression)
		return false;
	line = str_chr(l->bytes, '\n', l->at);
	if (line == SIZE_MAX || !interpolated_may_end(l))
		return false;
	line = l->behind > line ? l->behind : line + 1;
	end = terminator(l, line, id, how == '~' || how == '-', &next);
	if (end == SIZE_MAX) {
		l->endless++;
		return false;
	}
	interpolated_add(l,
		(struct lexer_literal){.kind = quote == '`' ? RUBY_COMMAND : RUBY_STRING,
			.from = (uint32_t)line,
			.to = (uint32_t)end,
			.interpolates = quote != '\'',
			.margin = how == '~' ? interpolated_margin(str_slice(l->bytes, line, end))
					     : 0},
		l->at, at + (quote != 0));
	l->behind = (uint32_t)next;
	return true;
}

bool
ruby_literal_token(struct lexer *l)
{
	const struct token *last = l->tokens.n ? vec_last(&l->tokens) : NULL;
	bool defines = last && last->kind == TOKEN_NAME && last->word == RB_DEF;
	char c = l->bytes.s[l->at], next = byte_at(l, l->at + 1);
	bool made = false;

	if (defines && c != '"' && c != '\'')
		return false; /* def /(other) */
	switch (c) {
	case '"':
	case '\'':
		made = delimited(l, 1, RUBY_STRING, c == '"');
		if (vec_last(&l->tokens)->kind == TOKEN_STRING)
			take_label(l);
		return made;
	case '`':
		return delimited(l, 1, RUBY_COMMAND, true);
	case '/':
		return begins_literal(l, 1) && delimited(l, 1, RUBY_PATTERN, true);
	case '%':
		return percent(l);
	case ':':
		return symbol(l);
	case '?':
		return character(l);
	case '<':
		return next == '<' && here_document(l);
	default:
		return false;
	}
}
