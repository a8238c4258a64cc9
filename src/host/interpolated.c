/* Literals with `#{expressions}` in them: their ends, and what they stand for: texts with the map to the source,
 * expressions between them. */
#include "host/interpolated_p.h"

#include <string.h>

#define DEPTH 12          /* of literals in code in literals */
#define MOST_UNCLOSED 100 /* literals without an end, each looked for up to the file's */

static char
byte_at(const struct lexer *l, size_t at)
{
	return at < l->bytes.n ? l->bytes.s[at] : '\0';
}

bool
interpolated_may_end(const struct lexer *l)
{
	return l->endless <= MOST_UNCLOSED;
}

char
interpolated_closing(char open)
{
	switch (open) {
	case '(':
		return ')';
	case '[':
		return ']';
	case '{':
		return '}';
	case '<':
		return '>';
	default:
		return open;
	}
}

uint32_t
interpolated_end(const struct lexer *l, uint32_t at, char open, bool interpolates, uint32_t depth)
{
	char close = interpolated_closing(open);
	uint32_t nested = 0, limit = (uint32_t)l->bytes.n;

	while (at < limit) {
		char c = l->bytes.s[at];

		if (c == '\\') {
			at += 2;
		} else if (interpolates && c == '#' && byte_at(l, at + 1) == '{') {
			at = interpolated_code_end(l, at + 2, limit, depth + 1);
			if (at == UINT32_MAX)
				return at;
			at++;
		} else if (c == close && !nested) {
			return at;
		} else {
			nested += open != close && c == open;
			nested -= open != close && c == close;
			at++;
		}
	}
	return UINT32_MAX;
}

uint32_t
interpolated_code_end(const struct lexer *l, uint32_t at, uint32_t limit, uint32_t depth)
{
	uint32_t open = 0;

	if (depth > DEPTH)
		return UINT32_MAX;
	while (at < limit) {
		char c = l->bytes.s[at];

		if (c == '"' || c == '`' || (c == '\'' && byte_at(l, at - 1) != '?')) {
			at = interpolated_end(l, at + 1, c, c != '\'', depth + 1);
			if (at == UINT32_MAX || at >= limit)
				return UINT32_MAX;
		} else if (c == '{') {
			open++;
		} else if (c == '}' && open-- == 0) {
			return at;
		}
		at++;
	}
	return UINT32_MAX;
}

void
interpolated_add(struct lexer *l, struct lexer_literal literal, uint32_t at, uint32_t end)
{
	struct token t = {.kind = TOKEN_STRING, .at = at, .length = end - at};

	t.op = l->literals.n;
	vec_push(l->scratch, &l->literals, literal);
	vec_push(l->scratch, &l->tokens, t);
	l->at = end;
}

uint32_t
interpolated_margin(struct str body)
{
	uint32_t least = UINT32_MAX;
	struct str line;

	while (str_cut(&body, '\n', &line)) {
		uint32_t column = 0;
		size_t i = 0;

		for (; i < line.n && (line.s[i] == ' ' || line.s[i] == '\t'); i++)
			column = line.s[i] == '\t' ? (column / 8 + 1) * 8 : column + 1;
		if (i < line.n && line.s[i] != '\r' && column < least)
			least = column;
	}
	return least == UINT32_MAX ? 0 : least;
}

/* A text in the making; at an expression it is pushed and another one begins. */
struct text {
	struct reader *r;
	struct buf text;
	uint32_t first; /* of unit.pieces */
	uint32_t begun; /* offset of its first byte */
	uint32_t run;   /* from here on bytes stand for themselves and are not added yet */
	struct lexer_literal literal;
};

static void
add_piece(struct text *x, enum piece_kind kind, struct str text, uint32_t at, uint32_t length)
{
	struct unit *u = x->r->u;

	if (!text.n)
		return;
	vec_push(u->arena, &u->pieces,
		(struct piece){.kind = kind,
			.at = (uint32_t)x->text.n,
			.length = (uint32_t)text.n,
			.source = {.offset = at, .length = length}});
	buf_add(&x->text, text);
}

static void
end_run(struct text *x, uint32_t at)
{
	if (at > x->run)
		add_piece(x, PIECE_VERBATIM, str_slice(x->r->lexer.bytes, x->run, at), x->run,
			at - x->run);
}

/* The text up to AT is a STRING; EMPTY: even when there is nothing in it. */
static void
push_text(struct text *x, uint32_t at, bool empty, struct span span)
{
	struct unit *u = x->r->u;
	struct value v = {.kind = VALUE_STRING, .span = span};

	end_run(x, at);
	v.pieces = (struct range){x->first, u->pieces.n - x->first};
	if (v.pieces.count == 1 && u->pieces.v[x->first].kind == PIECE_VERBATIM)
		v.text = str_slice(x->r->lexer.bytes, u->pieces.v[x->first].source.offset,
			u->pieces.v[x->first].source.offset + u->pieces.v[x->first].length);
	else
		v.text = buf_str(&x->text);
	if (v.text.n || empty)
		reader_push(x->r, unit_add_value(u, v));
}

static void
begin_text(struct text *x, uint32_t at)
{
	x->text = (struct buf){.arena = x->r->u->arena};
	x->first = x->r->u->pieces.n;
	x->begun = x->run = at;
}

/* The escape at AT, a backslash: its length in the source, its bytes in *TEXT. */
static uint32_t
escape(struct str s, uint32_t at, uint32_t octal, char bytes[4], struct str *text)
{
	static const char letters[] = "abefnrstv0", values[] = "\a\b\x1b\f\n\r \t\v\0";
	char c = at + 1 < s.n ? s.s[at + 1] : '\\';
	const char *known = c ? strchr(letters, c) : NULL;
	uint32_t value, n;

	*text = str_slice(s, at + 1, at + 2);
	if (c == '\n') {
		text->n = 0;
	} else if (c == 'u' && at + 2 < s.n && s.s[at + 2] == '{') {
		n = lexer_digits(s, at + 3, 6, 16, &value);
		*text = str_encode_utf8(bytes, value);
		return n + 4;
	} else if (c == 'u' && lexer_digits(s, at + 2, 4, 16, &value) == 4) {
		*text = str_encode_utf8(bytes, value);
		return 6;
	} else if (c == 'x' && (n = lexer_digits(s, at + 2, 2, 16, &value))) {
		bytes[0] = (char)value;
		*text = (struct str){bytes, 1};
		return n + 2;
	} else if ((n = lexer_digits(s, at + 1, octal, 8, &value))) {
		bytes[0] = (char)value;
		*text = (struct str){bytes, 1};
		return n + 1;
	} else if (known) {
		bytes[0] = values[known - letters];
		*text = (struct str){bytes, 1};
	}
	return 2;
}

static bool
raw_escape(const struct text *x, uint32_t at)
{
	struct str s = x->r->lexer.bytes;
	char c = at + 1 < x->literal.to ? s.s[at + 1] : '\0';

	return x->literal.close && ((c == '\\' && !x->literal.verbatim) || c == x->literal.close);
}

/* What stands at AT in place of itself; its length in the source, 0: nothing. */
static uint32_t
special(struct text *x, uint32_t at, char bytes[4], struct str *out)
{
	struct str s = str_slice(x->r->lexer.bytes, 0, x->literal.to);
	char c = s.s[at];

	*out = (struct str){0};
	if (c == '\\' && x->literal.interpolates)
		return escape(s, at, x->r->lexer.language->octal_digits, bytes, out);
	if (c == '\\' && raw_escape(x, at)) {
		*out = str_slice(s, at + 1, at + 2);
		return 2;
	}
	return c == '\r' && at + 1 < s.n && s.s[at + 1] == '\n' ? 1 : 0;
}

/* Bytes of blanks at AT, up to the margin. */
static uint32_t
margin_at(const struct text *x, uint32_t at)
{
	uint32_t column = 0, from = at;

	for (; at < x->literal.to && column < x->literal.margin; at++) {
		char c = x->r->lexer.bytes.s[at];

		if (c != ' ' && c != '\t')
			break;
		column = c == '\t' ? (column / 8 + 1) * 8 : column + 1;
		if (column > x->literal.margin)
			break;
	}
	return at - from;
}

/* The expression in bytes FROM to TO, read by a lexer of its own; a hole when it cannot be read. */
static uint32_t
code_value(struct reader *r, uint32_t from, uint32_t to, interpolated_reader *read, void *self)
{
	struct lexer outer = r->lexer;
	uint32_t i = r->i, mark = r->stack.n, blocks = r->blocks.n, depth = r->depth, value = 0;

	r->lexer.tokens.v = NULL;
	r->lexer.tokens.n = r->lexer.tokens.cap = 0;
	r->lexer.literals.v = NULL;
	r->lexer.literals.n = r->lexer.literals.cap = 0;
	r->lexer.bytes.n = to;
	r->lexer.at = from;
	r->lexer.expression = true;
	r->lexer.line_start = false;
	r->i = 0;
	if (reader_enter(r))
		value = read(self);
	if (reader_token(r)->kind != TOKEN_END || r->failed)
		value = 0;
	r->failed = false;
	while (r->blocks.n > blocks)
		reader_close(r, to);
	r->depth = depth;
	r->stack.n = mark;
	r->lexer = outer;
	r->i = i;
	if (value && r->u->values.v[value].kind != VALUE_NONE)
		return value;
	return unit_add_value(r->u, (struct value){.kind = VALUE_HOLE,
					    .text = str_trim(str_slice(outer.bytes, from, to)),
					    .span = {.offset = from, .length = to - from}});
}

bool
interpolated_parts(struct reader *r, const struct token *t, interpolated_reader *read, void *self)
{
	struct text x = {.r = r, .literal = r->lexer.literals.v[t->op]};
	struct span whole = {.offset = t->at, .length = t->length};
	struct str s = r->lexer.bytes;
	uint32_t at = x.literal.from, to = x.literal.to, n;
	bool fields = false;
	char bytes[4];
	struct str out;

	begin_text(&x, at);
	for (; at < to;) {
		if (x.literal.margin && (at == x.literal.from || s.s[at - 1] == '\n') &&
			(n = margin_at(&x, at))) {
			end_run(&x, at);
			at += n;
			x.run = at;
			continue;
		}
		if (x.literal.interpolates && s.s[at] == '#' && at + 1 < to && s.s[at + 1] == '{') {
			uint32_t end = interpolated_code_end(&r->lexer, at + 2, to, 0);

			end = end == UINT32_MAX ? to - 1 : end;
			push_text(&x, at, false,
				(struct span){.offset = x.begun, .length = at - x.begun});
			reader_push(r, code_value(r, at + 2, end, read, self));
			at = end + 1;
			begin_text(&x, at);
			fields = true;
			continue;
		}
		n = special(&x, at, bytes, &out);
		if (n) {
			end_run(&x, at);
			add_piece(&x, PIECE_ESCAPE, out, at, n);
			x.run = at + n;
		}
		at += n ? n : 1;
	}
	push_text(&x, to, !fields,
		fields ? (struct span){.offset = x.begun, .length = to - x.begun} : whole);
	return fields;
}

uint32_t
interpolated_verbatim(struct reader *r, uint32_t from, uint32_t to)
{
	struct value v = {.kind = VALUE_STRING,
		.text = str_slice(r->lexer.bytes, from, to),
		.span = {.offset = from, .length = to - from},
		.pieces = {r->u->pieces.n, 1}};

	vec_push(r->u->arena, &r->u->pieces,
		(struct piece){.kind = PIECE_VERBATIM, .length = to - from, .source = v.span});
	return unit_add_value(r->u, v);
}

uint32_t
interpolated_words(struct reader *r, const struct token *t, uint32_t op)
{
	struct lexer_literal x = r->lexer.literals.v[t->op];
	uint32_t at = x.from, mark = r->stack.n;

	while (at < x.to) {
		uint32_t from = at, word;

		while (at < x.to && !strchr(" \t\r\n", r->lexer.bytes.s[at]))
			at++;
		if (at == from) {
			at++;
			continue;
		}
		word = interpolated_verbatim(r, from, at);
		r->u->values.v[word].op = op;
		if (x.interpolates && str_find(r->u->values.v[word].text, STR("#{"), 0) != SIZE_MAX)
			r->u->values.v[word] = (struct value){.kind = VALUE_HOLE,
				.text = r->u->values.v[word].text,
				.span = r->u->values.v[word].span};
		reader_push(r, word);
	}
	return reader_collect(r, VALUE_LIST, (struct str){0}, t->at, mark);
}
