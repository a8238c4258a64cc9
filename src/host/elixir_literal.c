/* Elixir's literals: texts, heredocs, atoms, sigils ("Sigils" and "Syntax reference" of its documentation). */
#include "elixir_p.h"

#include <string.h>

static char
byte_at(const struct lexer *l, size_t at)
{
	return at < l->bytes.n ? l->bytes.s[at] : '\0';
}

static bool
is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool
in_name(char c)
{
	return is_letter(c) || c == '_' || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

static bool
is_heredoc(const struct lexer *l, uint32_t at)
{
	char c = byte_at(l, at);

	return (c == '"' || c == '\'') && byte_at(l, at + 1) == c && byte_at(l, at + 2) == c;
}

/* The blanks at the beginning of the line at AT. */
static uint32_t
indentation(const struct lexer *l, size_t at)
{
	uint32_t n = 0;

	while (byte_at(l, at + n) == ' ' || byte_at(l, at + n) == '\t')
		n++;
	return n;
}

/* The line that ends a heredoc whose body begins at AT; SIZE_MAX: there is none. */
static size_t
terminator(const struct lexer *l, size_t at, uint32_t quote)
{
	while (at < l->bytes.n) {
		size_t word = at + indentation(l, at);

		if (is_heredoc(l, (uint32_t)word) && byte_at(l, word) == byte_at(l, quote))
			return at;
		at = str_chr(l->bytes, '\n', at);
		at = at == SIZE_MAX ? l->bytes.n : at + 1;
	}
	return SIZE_MAX;
}

/* The end of a literal that was looked for in vain. */
static void
endless(struct lexer *l, uint32_t length)
{
	l->endless++;
	lexer_add(l, TOKEN_ERROR, l->at, length);
	l->error = "a literal that is never closed";
	l->at += length;
}

/* A literal whose opening delimiter stands at OPEN, from l->at on. */
static void
delimited(struct lexer *l, uint32_t open, struct lexer_literal literal)
{
	uint32_t at = l->at, end;
	size_t line, to;

	if (!is_heredoc(l, open)) {
		literal.from = open + 1;
		literal.close = interpolated_closing(byte_at(l, open));
		literal.to = interpolated_may_end(l)
				     ? interpolated_end(l, literal.from, byte_at(l, open),
					       literal.interpolates, 0)
				     : UINT32_MAX;
		if (literal.to == UINT32_MAX)
			endless(l, open + 1 - at);
		else
			interpolated_add(l, literal, at, literal.to + 1);
		return;
	}
	line = str_chr(l->bytes, '\n', open);
	to = line == SIZE_MAX || !interpolated_may_end(l) ? SIZE_MAX
							  : terminator(l, line + 1, open);
	if (to == SIZE_MAX) {
		endless(l, open + 3 - at);
		return;
	}
	literal.from = (uint32_t)line + 1;
	literal.to = (uint32_t)to;
	literal.margin = indentation(l, to);
	end = literal.to + literal.margin + 3;
	interpolated_add(l, literal, at, end);
}

/* ~s(…), ~S"""…""", ~w(a b)a, ~SQL[…] and all others, with the letters behind them. */
static bool
sigil(struct lexer *l)
{
	uint32_t open = l->at + 1;
	struct lexer_literal x = {.kind = ELIXIR_FOREIGN};
	struct token *t;
	struct str letters;

	while (is_letter(byte_at(l, open)))
		open++;
	letters = str_slice(l->bytes, l->at + 1, open);
	if (!letters.n || !byte_at(l, open) || !strchr("/|\"'([{<", byte_at(l, open)))
		return false;
	x.interpolates = letters.s[0] >= 'a';
	x.verbatim = true;
	if (str_eq_nocase(letters, STR("s")) || str_eq_nocase(letters, STR("c")) ||
		(letters.n > 1 && !x.interpolates))
		x.kind = ELIXIR_STRING;
	else if (str_eq_nocase(letters, STR("w")))
		x.kind = ELIXIR_WORDS;
	delimited(l, open, x);
	t = vec_last(&l->tokens);
	for (; t->kind == TOKEN_STRING && is_letter(byte_at(l, l->at)); l->at++)
		if (x.kind == ELIXIR_WORDS && byte_at(l, l->at) == 'a')
			l->literals.v[t->op].kind = ELIXIR_ATOMS;
	return true;
}

/* The ':' of a key behind a quoted string. */
static void
take_label(struct lexer *l)
{
	struct token *t = vec_last(&l->tokens);

	if (t->kind != TOKEN_STRING || byte_at(l, l->at) != ':' || byte_at(l, l->at + 1) == ':')
		return;
	t->flags |= ELIXIR_LABEL;
	l->at++;
}

/* The length of an atom's name at AT: a word, an operator; 0: none stands there. */
static size_t
atom_length(const struct lexer *l, size_t at)
{
	static const char *const operators[] = {"<<>>", "%{}", "{}", "...", "..//", "..",
		"===", "!==", "<<<", ">>>", "&&&", "|||", "^^^", "~~~", "+++", "---", "~>>", "<<~",
		"<~>", "==", "!=", "=~", "<=", ">=", "&&", "||", "<>", "++", "--", "|>", "<-",
		"\\\\", "::", "->", "=>", "**", "~>", "<~", "//", "+", "-", "*", "/", "<", ">", "!",
		"&", "|", "^", ".", "=", "@", "%", NULL};
	size_t n = 0;

	while (in_name(byte_at(l, at + n)) || (n && byte_at(l, at + n) == '@') ||
		(n && byte_at(l, at + n) == '.' && is_letter(byte_at(l, at + n + 1)) &&
			byte_at(l, at) == 'E'))
		n++;
	if (n && byte_at(l, at) >= '0' && byte_at(l, at) <= '9')
		return 0;
	if (n)
		return n + (byte_at(l, at + n) == '?' ||
				   (byte_at(l, at + n) == '!' && byte_at(l, at + n + 1) != '='));
	for (const char *const *o = operators; *o; o++)
		if (str_starts(str_slice(l->bytes, at, l->bytes.n), str_from(*o)))
			return strlen(*o);
	return 0;
}

static bool
atom(struct lexer *l)
{
	char next = byte_at(l, l->at + 1);
	struct lexer_literal x = {.kind = ELIXIR_ATOM, .from = l->at + 1};
	size_t n;

	if (next == ':')
		return false;
	if (next == '"' || next == '\'') {
		x.interpolates = true;
		delimited(l, l->at + 1, x);
		return true;
	}
	n = atom_length(l, l->at + 1);
	if (!n)
		return false;
	x.to = x.from + (uint32_t)n;
	interpolated_add(l, x, l->at, x.to);
	return true;
}

bool
elixir_literal_token(struct lexer *l)
{
	switch (l->bytes.s[l->at]) {
	case '"':
	case '\'':
		delimited(l, l->at,
			(struct lexer_literal){.kind = ELIXIR_STRING, .interpolates = true});
		take_label(l);
		return true;
	case '~':
		return sigil(l);
	case ':':
		return atom(l);
	default:
		return false;
	}
}

/* The expression in a literal. */
static uint32_t
expression(void *self)
{
	struct elixir *p = self, before = *p;
	uint32_t value;

	p->no_do = 0;
	value = elixir_expression(p);
	p->no_do = before.no_do;
	p->branches = before.branches;
	p->function = before.function;
	return value;
}

uint32_t
elixir_literal(struct elixir *p)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r);
	uint8_t kind = r->lexer.literals.v[t.op].kind;
	uint32_t mark = r->stack.n, value;
	bool fields;

	reader_next(r);
	if (kind == ELIXIR_WORDS || kind == ELIXIR_ATOMS)
		return interpolated_words(r, &t, kind == ELIXIR_ATOMS ? ELIXIR_IS_ATOM : 0);
	fields = interpolated_parts(r, &t, expression, p);
	if (kind == ELIXIR_FOREIGN) {
		r->stack.n = mark;
		return reader_hole(r, t.at);
	}
	value = r->stack.v[mark];
	if (fields || r->stack.n != mark + 1)
		return reader_collect(r, VALUE_CONCATENATION, (struct str){0}, t.at, mark);
	r->stack.n = mark;
	r->u->values.v[value].op = kind == ELIXIR_ATOM ? ELIXIR_IS_ATOM : 0;
	return value;
}
