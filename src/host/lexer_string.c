/* Strings: where they end, and what text they stand for, with the map from it to the source. */
#include "lexer_string.h"

#include <string.h>

/* Strings in expressions in strings: more is taken as an error. */
#define DEPTH 12

int
lexer_quote_at(const struct lexer *l, uint32_t at)
{
	struct str rest = {l->bytes.s + at, at < l->bytes.n ? l->bytes.n - at : 0};

	for (int i = 0; l->language->quotes[i].text; i++)
		if (str_starts(rest, str_from(l->language->quotes[i].text)))
			return i;
	return -1;
}

/* The flags of the letters before a quote at AT, for strings inside expressions. */
static uint8_t
flags_before(const struct lexer *l, uint32_t at, uint32_t from)
{
	uint8_t flags = 0;

	for (uint32_t i = 1; l->language->prefixes && i <= 2 && at >= from + i; i++) {
		const struct lexer_prefix *p = l->language->prefixes;

		while (p->letter && p->letter != (l->bytes.s[at - i] | 0x20))
			p++;
		if (!p->letter)
			break;
		flags |= p->flags;
	}
	return flags;
}

/* Goes over the expression behind a '{' up to what ends it: '}', or at its own level '!' ':' '='.
 * UINT32_MAX: it does not end. */
static uint32_t
expression_end(const struct lexer *l, uint32_t at, uint32_t limit, int depth, bool whole)
{
	uint32_t from = at, open = 0;

	while (at < limit) {
		char c = l->bytes.s[at];
		char next = at + 1 < limit ? l->bytes.s[at + 1] : '\0';

		if (c == '"' || c == '\'') {
			int quote = lexer_quote_at(l, at);
			uint8_t flags = (uint8_t)(flags_before(l, at, from) |
						  l->language->quotes[quote].flags);

			at = lexer_string_end(l, at, quote, flags, depth + 1);
			if (at == UINT32_MAX || at > limit)
				return UINT32_MAX;
			continue;
		}
		if (c == '(' || c == '[' || c == '{') {
			open++;
		} else if (c == '}' && !open) {
			return at;
		} else if (c == ')' || c == ']' || c == '}') {
			open -= open > 0;
		} else if (!open && (c == '=' || c == '!' || c == '<' || c == '>') && next == '=') {
			at++;
		} else if (!open && !whole && (c == '!' || c == ':' || c == '=')) {
			return at;
		} else if (!open && whole && c == ':') {
			return at;
		}
		at++;
	}
	return UINT32_MAX;
}

uint32_t
lexer_field_end(const struct lexer *l, uint32_t from, uint32_t to)
{
	uint32_t end = expression_end(l, from, to, 0, false);

	return end == UINT32_MAX ? to : end;
}

/* Behind the '}' of the field whose '{' is at AT. A format may hold fields of its own. */
static uint32_t
field_end(const struct lexer *l, uint32_t at, uint32_t limit, int depth)
{
	if (depth > DEPTH)
		return UINT32_MAX;
	at = expression_end(l, at + 1, limit, depth, true);
	while (at < limit && l->bytes.s[at] != '}') {
		if (l->bytes.s[at] == '{')
			at = field_end(l, at, limit, depth + 1);
		else
			at++;
	}
	return at < limit ? at + 1 : UINT32_MAX;
}

uint32_t
lexer_field_close(const struct lexer *l, uint32_t at, uint32_t to)
{
	uint32_t end = field_end(l, at, to, 0);

	return end == UINT32_MAX ? to : end;
}

/* In a STRING_FORMAT a backslash protects no brace, but \N{…} is one escape. */
uint32_t
lexer_backslash(const struct lexer *l, uint32_t at, uint32_t limit, uint8_t flags)
{
	struct str rest = str_slice(l->bytes, at, limit);

	if (str_starts(rest, STR("\\\r\n")))
		return 3;
	if (!(flags & STRING_FORMAT) || rest.n < 2)
		return 2;
	if (rest.s[1] == '{' || rest.s[1] == '}')
		return 1;
	if (!(flags & STRING_RAW) && str_starts(rest, STR("\\N{"))) {
		size_t close = str_chr(str_slice(rest, 0, 100), '}', 0);

		return close == SIZE_MAX ? 2 : (uint32_t)close + 1;
	}
	return 2;
}

uint32_t
lexer_string_end(const struct lexer *l, uint32_t at, int quote, uint8_t flags, int depth)
{
	struct str close = str_from(l->language->quotes[quote].text);
	uint32_t limit = (uint32_t)l->bytes.n;
	const char *s = l->bytes.s;

	if (depth > DEPTH)
		return UINT32_MAX;
	at += (uint32_t)close.n;
	if (flags & STRING_VERBATIM) {
		size_t end = str_find(l->bytes, close, at);

		return end == SIZE_MAX ? UINT32_MAX : (uint32_t)(end + close.n);
	}
	while (at < limit) {
		char c = s[at];

		if (c == close.s[0] && str_starts(str_slice(l->bytes, at, limit), close))
			return at + (uint32_t)close.n;
		if (c == '\\') {
			at += lexer_backslash(l, at, limit, flags);
		} else if (c == '\n' && !(flags & STRING_LINES)) {
			return UINT32_MAX;
		} else if (c == '{' && flags & STRING_FORMAT && at + 1 < limit &&
			   s[at + 1] == '{') {
			at += 2;
		} else if (c == '{' && flags & STRING_FORMAT) {
			at = field_end(l, at, limit, depth + 1);
		} else {
			at++;
		}
	}
	return UINT32_MAX;
}

void
lexer_body(const struct lexer *l, const struct token *t, uint32_t *from, uint32_t *to)
{
	uint32_t quote = (uint32_t)strlen(l->language->quotes[t->quote].text);

	*from = t->at;
	while (l->bytes.s[*from] != l->language->quotes[t->quote].text[0])
		(*from)++;
	*from += quote;
	*to = t->at + t->length - quote;
}

/* A text in the making. */
struct decoder {
	struct lexer *l;
	struct buf text;
	uint32_t first; /* of unit.pieces */
};

static void
piece(struct decoder *d, enum piece_kind kind, struct str text, uint32_t at, uint32_t length)
{
	if (!text.n)
		return;
	vec_push(d->l->u->arena, &d->l->u->pieces,
		(struct piece){.kind = kind,
			.at = (uint32_t)d->text.n,
			.length = (uint32_t)text.n,
			.source = {.offset = at, .length = length}});
	buf_add(&d->text, text);
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

uint32_t
lexer_digits(struct str bytes, size_t at, uint32_t n, int base, uint32_t *value)
{
	uint32_t i = 0;

	*value = 0;
	for (; i < n && at + i < bytes.n && digit(bytes.s[at + i]) < base; i++)
		*value = *value * (uint32_t)base + (uint32_t)digit(bytes.s[at + i]);
	return i;
}

/* What stands at some place of a string instead of itself. */
struct special {
	uint32_t length; /* in the source; 0: nothing special, the bytes stand for themselves */
	struct str text;
	char bytes[4];
};

static void
character(struct special *x, uint32_t length, uint32_t c, bool as_byte)
{
	x->length = length;
	x->bytes[0] = (char)c;
	x->text = as_byte ? (struct str){x->bytes, 1} : str_encode_utf8(x->bytes, c);
}

/* \u{…} at AT, or two of \uNNNN that are one character in UTF-16. */
static void
utf16_escape(struct str in, uint32_t at, struct special *x)
{
	uint32_t value, low, n;

	if (at + 2 < in.n && in.s[at + 2] == '{') {
		n = lexer_digits(in, at + 3, 8, 16, &value);
		if (n && at + 3 + n < in.n && in.s[at + 3 + n] == '}')
			character(x, n + 4, value, false);
	} else if (lexer_digits(in, at + 2, 4, 16, &value) == 4 && value >= 0xd800 &&
		   value < 0xdc00 && str_starts(str_slice(in, at + 6, in.n), STR("\\u")) &&
		   lexer_digits(in, at + 8, 4, 16, &low) == 4 && low >= 0xdc00 && low < 0xe000) {
		character(x, 12, 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00), false);
	}
}

/* The escape at AT, a backslash. */
static void
escape(const struct lexer *l, const struct token *t, uint32_t at, uint32_t to, struct special *x)
{
	const struct lexer_language *g = l->language;
	struct str in = str_slice(l->bytes, 0, to);
	const struct lexer_escape *e = g->escapes;
	bool bytes = t->flags & STRING_BYTES;
	uint32_t value, n;

	if (at + 1 >= to)
		return;
	n = lexer_digits(in, at + 1, g->octal_digits, 8, &value);
	if (n) {
		character(x, n + 1, value, bytes || !g->hex_is_character);
		return;
	}
	while (e->byte && e->byte != in.s[at + 1])
		e++;
	if (!e->byte && g->utf16)
		x->length = 1;
	if (!e->byte || (e->kind == ESCAPE_UNICODE && bytes))
		return;
	if (e->kind == ESCAPE_UNICODE && g->utf16)
		utf16_escape(in, at, x);
	if (x->length)
		return;
	if (e->kind == ESCAPE_NOTHING) {
		x->length = in.s[at + 1] == '\r' && at + 2 < to && in.s[at + 2] == '\n' ? 3 : 2;
	} else if (e->kind == ESCAPE_BYTE) {
		character(x, 2, (uint32_t)e->value, true);
	} else if (lexer_digits(in, at + 2, (uint32_t)e->value, 16, &value) == (uint32_t)e->value) {
		bool as_byte = e->kind == ESCAPE_HEX && (bytes || !g->hex_is_character);

		character(x, (uint32_t)e->value + 2, value, as_byte);
	}
}

static void
special(const struct lexer *l, const struct token *t, uint32_t at, uint32_t to, struct special *x)
{
	const char *s = l->bytes.s;

	x->length = 0;
	x->text = (struct str){0};
	if (s[at] == '\\' && !(t->flags & (STRING_RAW | STRING_VERBATIM))) {
		escape(l, t, at, to, x);
	} else if (s[at] == '\r' && t->flags & STRING_NO_CR) {
		x->length = 1;
	} else if ((s[at] == '{' || s[at] == '}') && t->flags & STRING_FORMAT && at + 1 < to &&
		   s[at + 1] == s[at]) {
		character(x, 2, (uint32_t)s[at], true);
	}
}

static bool
may_be_special(char c, uint8_t flags)
{
	return (c == '\\' && !(flags & (STRING_RAW | STRING_VERBATIM))) ||
	       (c == '\r' && flags & STRING_NO_CR) ||
	       ((c == '{' || c == '}') && flags & STRING_FORMAT);
}

static void
decode(struct decoder *d, const struct token *t, uint32_t from, uint32_t to)
{
	const char *s = d->l->bytes.s;
	uint32_t begun = from, at = from;
	struct special x;

	for (; at < to; at++) {
		if (!may_be_special(s[at], t->flags))
			continue;
		special(d->l, t, at, to, &x);
		if (!x.length) {
			/* What a backslash protects is not looked at again. */
			if (s[at] == '\\')
				at += lexer_backslash(d->l, at, to, t->flags) - 1;
			continue;
		}
		piece(d, PIECE_VERBATIM, (struct str){s + begun, at - begun}, begun, at - begun);
		piece(d, PIECE_ESCAPE, x.text, at, x.length);
		begun = at + x.length;
		at = begun - 1;
	}
	piece(d, PIECE_VERBATIM, (struct str){s + begun, to - begun}, begun, to - begun);
}

uint32_t
lexer_string(struct lexer *l, const struct token *t, uint32_t from, uint32_t to, struct span span)
{
	struct value v = {.kind = VALUE_STRING, .span = span};
	uint32_t plain = from;

	v.pieces.first = l->u->pieces.n;
	while (plain < to && !may_be_special(l->bytes.s[plain], t->flags))
		plain++;
	if (plain == to) {
		v.text = str_slice(l->bytes, from, to);
		if (v.text.n)
			vec_push(l->u->arena, &l->u->pieces,
				(struct piece){.kind = PIECE_VERBATIM,
					.length = to - from,
					.source = {.offset = from, .length = to - from}});
	} else {
		struct decoder d = {.l = l, .text = {.arena = l->u->arena}};

		decode(&d, t, from, to);
		v.text = buf_str(&d.text);
	}
	v.pieces.count = l->u->pieces.n - v.pieces.first;
	return unit_add_value(l->u, v);
}
