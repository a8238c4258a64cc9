/* From bytes to tokens: names, numbers, operators, comments. Strings are in lexer_string.c. */
#include "host/lexer_p.h"

#include <string.h>

#include "lexer_string.h"

/* Bytes over 0x7f are taken as letters. */
static bool
begins_name(unsigned char c)
{
	return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c >= 0x80;
}

static bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool
in_name(unsigned char c)
{
	return begins_name(c) || is_digit(c);
}

/* A letter that only this language has. */
static bool
is_own_letter(const struct lexer *l, char c)
{
	return l->language->letters && c && strchr(l->language->letters, c);
}

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

void
lexer_init(struct lexer *l, const struct lexer_language *language, struct unit *u,
	const struct host_options *options, struct arena *scratch, struct str bytes)
{
	*l = (struct lexer){.language = language,
		.u = u,
		.options = options,
		.scratch = scratch,
		.bytes = bytes,
		.line_start = true};
	for (uint8_t i = 0; language->keywords[i]; i++)
		if (!l->first_keyword[(unsigned char)language->keywords[i][0]])
			l->first_keyword[(unsigned char)language->keywords[i][0]] =
				(uint8_t)(i + 1);
	for (uint8_t i = 0; language->operators[i]; i++)
		if (!l->first_operator[(unsigned char)language->operators[i][0]])
			l->first_operator[(unsigned char)language->operators[i][0]] =
				(uint8_t)(i + 1);
	vec_push(scratch, &l->indents, 0);
	if (str_starts(bytes, STR("\xef\xbb\xbf")))
		l->at = 3;
}

void
lexer_add(struct lexer *l, enum token_kind kind, uint32_t at, uint32_t length)
{
	vec_push(l->scratch, &l->tokens,
		(struct token){.kind = (uint8_t)kind, .at = at, .length = length});
}

void
lexer_blind(struct lexer *l, uint32_t at, uint32_t length, const char *why)
{
	if (at < l->reported)
		return;
	l->reported = at + 1;
	unit_add_blind(
		l->u, BLIND_HOST_SYNTAX, (struct span){.offset = at, .length = length}, "%s", why);
}

struct str
lexer_text(const struct lexer *l, const struct token *t)
{
	return str_slice(l->bytes, t->at, t->at + t->length);
}

void
lexer_resume(struct lexer *l, uint32_t i, uint32_t at)
{
	while (l->u->marks.n > 1 && vec_last(&l->u->marks)->span.offset >= at)
		l->u->marks.n--;
	l->tokens.n = i;
	l->at = at;
	l->brackets = 0;
	l->contexts.n = 0;
	l->line_start = true;
	l->error = NULL;
}

void
lexer_error(struct lexer *l, uint32_t at, uint32_t length, const char *why)
{
	lexer_add(l, TOKEN_ERROR, at, length);
	l->error = why;
}

static uint8_t
keyword(const struct lexer *l, const char *s, size_t n)
{
	uint8_t row = (unsigned char)s[0] < 128 ? l->first_keyword[(unsigned char)s[0]] : 0;

	if (!row)
		return 0;
	for (const char *const *k = l->language->keywords + row - 1; *k && (*k)[0] == s[0]; k++)
		if (strncmp(*k, s, n) == 0 && (*k)[n] == '\0')
			return (uint8_t)(k - l->language->keywords + 1);
	return 0;
}

/* The flags that PREFIX gives to a string; -1 when it is no prefix. */
static int
prefix_flags(const struct lexer *l, const char *prefix, uint32_t n)
{
	int flags = 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct lexer_prefix *p = l->language->prefixes;

		while (p->letter && p->letter != (prefix[i] | 0x20))
			p++;
		if (!p->letter)
			return -1;
		flags |= p->flags;
	}
	return flags;
}

/* What was looked for up to the line's end, or the file's, in vain, is not looked for again from each
 * quote in between. A format's end is where its braces say: it may be another for the next one. */
static void
note_unclosed(struct lexer *l, uint32_t at, int quote, uint8_t flags)
{
	size_t end = flags & STRING_LINES ? SIZE_MAX : str_chr(l->bytes, '\n', at);

	if (!(flags & STRING_FORMAT))
		l->unclosed[quote] = end == SIZE_MAX ? (uint32_t)l->bytes.n : (uint32_t)end;
}

static bool
string(struct lexer *l, uint32_t at, uint32_t prefix, uint8_t flags)
{
	uint32_t end;
	int quote = lexer_quote_at(l, at + prefix);
	struct token t = {.kind = TOKEN_STRING, .word = LITERAL_BEGINS | LITERAL_ENDS, .at = at};

	if (quote < 0)
		return false;
	t.quote = (uint8_t)quote;
	t.flags = flags | l->language->quotes[quote].flags;
	end = at < l->unclosed[quote] ? UINT32_MAX
				      : lexer_string_end(l, at + prefix, quote, t.flags, 0);
	if (end == UINT32_MAX) {
		note_unclosed(l, at, quote, t.flags);
		lexer_error(l, at, prefix + 1, "a string that is never closed");
		l->at = at + prefix + 1;
		return true;
	}
	t.length = end - at;
	vec_push(l->scratch, &l->tokens, t);
	l->at = end;
	return true;
}

static void
name(struct lexer *l)
{
	const char *s = l->bytes.s;
	uint32_t at = l->at, end = at + 1;
	int flags;

	while (end < l->bytes.n && (in_name((unsigned char)s[end]) || is_own_letter(l, s[end])))
		end++;
	if (l->language->prefixes && end - at <= 2 && end < l->bytes.n &&
		(s[end] == '"' || s[end] == '\'')) {
		flags = prefix_flags(l, s + at, end - at);
		if (flags >= 0 && string(l, at, end - at, (uint8_t)flags))
			return;
	}
	lexer_add(l, TOKEN_NAME, at, end - at);
	vec_last(&l->tokens)->word = keyword(l, s + at, end - at);
	l->at = end;
}

/* Numbers are taken generously: digits, letters, dots, signs behind an exponent. */
static void
number(struct lexer *l)
{
	const char *s = l->bytes.s;
	uint32_t at = l->at, end = at + 1;
	bool hex = s[at] == '0' && end < l->bytes.n && (s[end] | 0x20) == 'x';

	while (end < l->bytes.n) {
		char before = (char)(s[end - 1] | 0x20);
		bool exponent = (before == 'e' && !hex) || (before == 'p' && hex);

		if (!in_name((unsigned char)s[end]) && s[end] != '.' &&
			!(exponent && (s[end] == '+' || s[end] == '-')))
			break;
		end++;
	}
	lexer_add(l, TOKEN_NUMBER, at, end - at);
	l->at = end;
}

static void
operator(struct lexer *l)
{
	const char *s = l->bytes.s + l->at;
	uint8_t row = (unsigned char)*s < 128 ? l->first_operator[(unsigned char)*s] : 0;
	uint32_t n = 1, op = OP1(*s);

	for (const char *const *o = l->language->operators + row - 1; row && *o && **o == *s; o++) {
		uint32_t length = (uint32_t)strlen(*o);

		if (length <= l->bytes.n - l->at && memcmp(s, *o, length) == 0) {
			n = length;
			for (uint32_t i = 1; i < n && i < 4; i++)
				op |= (uint32_t)(unsigned char)s[i] << (8 * i);
			break;
		}
	}
	if (*s == '(' || *s == '[' || *s == '{')
		l->brackets++;
	else if ((*s == ')' || *s == ']' || *s == '}') && l->brackets)
		l->brackets--;
	lexer_add(l, TOKEN_OPERATOR, l->at, n);
	vec_last(&l->tokens)->op = op;
	l->at += n;
}

static void
mark(struct lexer *l, uint32_t at, uint32_t end, struct str text)
{
	text = str_trim(text);
	if (!l->expression && host_is_mark(l->options, text))
		vec_push(l->u->arena, &l->u->marks,
			(struct mark){.text = text, .span = {.offset = at, .length = end - at}});
}

static bool
comment(struct lexer *l)
{
	const struct lexer_language *g = l->language;
	struct str rest = {l->bytes.s + l->at, l->bytes.n - l->at};
	struct str open = str_from(g->line_comment);
	size_t end;

	if (str_starts(rest, open)) {
		end = str_chr(rest, '\n', 0);
		end = end == SIZE_MAX ? rest.n : end;
		mark(l, l->at, l->at + (uint32_t)end, str_slice(rest, open.n, end));
		l->at += (uint32_t)end;
		return true;
	}
	open = str_from(g->block_open);
	if (!open.n || !str_starts(rest, open))
		return false;
	end = str_find(rest, str_from(g->block_close), open.n);
	if (end == SIZE_MAX) {
		lexer_error(l, l->at, (uint32_t)open.n, "a comment that is never closed");
		l->at += (uint32_t)open.n;
		return true;
	}
	mark(l, l->at, l->at + (uint32_t)(end + open.n), str_slice(rest, open.n, end));
	end += strlen(g->block_close);
	/* A comment over several lines acts as a line end. */
	if (str_chr(str_slice(rest, 0, end), '\n', 0) != SIZE_MAX && g->newline)
		g->newline(l, l->at);
	l->at += (uint32_t)end;
	return true;
}

/* The markers that git leaves in a file with conflicts: both sides are read. */
static bool
conflict(struct lexer *l)
{
	static const char *const markers[] = {"<<<<<<<", "=======", ">>>>>>>", "|||||||"};
	struct str rest = {l->bytes.s + l->at, l->bytes.n - l->at};
	size_t end = str_chr(rest, '\n', 0);

	for (size_t i = 0; i < sizeof markers / sizeof *markers; i++) {
		if (!str_starts(rest, str_from(markers[i])))
			continue;
		end = end == SIZE_MAX ? rest.n : end;
		lexer_blind(l, l->at, (uint32_t)end,
			"a marker of a merge conflict; both sides are read");
		l->at += (uint32_t)end;
		return true;
	}
	return false;
}

/* A backslash at the end of a line joins it with the next where the language has no other use. */
static bool
continuation(struct lexer *l)
{
	const char *s = l->bytes.s + l->at;
	size_t rest = l->bytes.n - l->at;

	if (rest >= 2 && s[1] == '\n')
		l->at += 2;
	else if (rest >= 3 && s[1] == '\r' && s[2] == '\n')
		l->at += 3;
	else
		return false;
	return true;
}

static void
line_start(struct lexer *l)
{
	l->line_start = false;
	if (l->expression)
		return;
	while (l->at < l->bytes.n && strchr("<=>|", l->bytes.s[l->at]) && l->bytes.s[l->at] &&
		conflict(l))
		if (l->at < l->bytes.n)
			l->at++;
	if (l->language->line)
		l->language->line(l);
}

/* Makes at least one token, or goes forward by at least a byte. */
static void
step(struct lexer *l)
{
	unsigned char c;

	if (l->line_start)
		line_start(l);
	while (l->at < l->bytes.n && is_blank((unsigned char)l->bytes.s[l->at]))
		l->at++;
	if (l->at >= l->bytes.n)
		return;
	c = (unsigned char)l->bytes.s[l->at];
	if (c == '\n') {
		if (l->language->newline && !l->expression)
			l->language->newline(l, l->at);
		l->at = l->behind > l->at ? l->behind : l->at + 1;
		l->line_start = true;
	} else if (l->language->special && l->language->special(l)) {
		return;
	} else if (begins_name(c) || is_own_letter(l, (char)c)) {
		name(l);
	} else if (is_digit(c) || (c == '.' && l->at + 1 < l->bytes.n &&
					  is_digit((unsigned char)l->bytes.s[l->at + 1]))) {
		number(l);
	} else if ((c == '"' || c == '\'' || c == '`') && string(l, l->at, 0, 0)) {
		return;
	} else if ((c == '/' || c == '#') && comment(l)) {
		return;
	} else if (c == '\\' && continuation(l)) {
		return;
	} else if (c < ' ' || (strchr("\\$?`#\"'\x7f", c) && !l->first_operator[c])) {
		lexer_error(l, l->at++, 1, "a byte that begins nothing");
	} else {
		operator(l);
	}
}

const struct token *
lexer_make(struct lexer *l, uint32_t i)
{
	while (l->tokens.n <= i && l->at < l->bytes.n)
		step(l);
	if (l->tokens.n <= i && !l->expression) {
		/* The end is a line end too. */
		if (l->language->newline &&
			(!l->tokens.n || vec_last(&l->tokens)->kind != TOKEN_END))
			l->language->newline(l, (uint32_t)l->bytes.n);
		if (l->language->line) {
			l->brackets = 0;
			l->language->line(l);
		}
	}
	while (l->tokens.n <= i)
		lexer_add(l, TOKEN_END, (uint32_t)l->bytes.n, 0);
	return &l->tokens.v[i];
}
