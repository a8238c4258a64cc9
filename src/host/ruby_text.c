/* What Ruby's literals stand for: texts with the map to the source, expressions between them. */
#include "ruby_p.h"

#include <string.h>

/* A text in the making; at an expression it is pushed and another one begins. */
struct text {
	struct ruby *p;
	struct buf text;
	uint32_t first; /* of unit.pieces */
	uint32_t begun; /* offset of its first byte */
	uint32_t run;   /* from here on bytes stand for themselves and are not added yet */
	struct lexer_literal literal;
	uint32_t margin; /* columns that are taken from each line */
};

static void
add_piece(struct text *x, enum piece_kind kind, struct str text, uint32_t at, uint32_t length)
{
	struct unit *u = x->p->r.u;

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
		add_piece(x, PIECE_VERBATIM, str_slice(x->p->r.lexer.bytes, x->run, at), x->run,
			at - x->run);
}

/* The text up to AT is a STRING; EMPTY: even when there is nothing in it. */
static void
push_text(struct text *x, uint32_t at, bool empty, struct span span)
{
	struct unit *u = x->p->r.u;
	struct value v = {.kind = VALUE_STRING, .span = span};

	end_run(x, at);
	v.pieces = (struct range){x->first, u->pieces.n - x->first};
	if (v.pieces.count == 1 && u->pieces.v[x->first].kind == PIECE_VERBATIM)
		v.text = str_slice(x->p->r.lexer.bytes, u->pieces.v[x->first].source.offset,
			u->pieces.v[x->first].source.offset + u->pieces.v[x->first].length);
	else
		v.text = buf_str(&x->text);
	if (v.text.n || empty)
		reader_push(&x->p->r, unit_add_value(u, v));
}

static void
begin_text(struct text *x, uint32_t at)
{
	x->text = (struct buf){.arena = x->p->r.u->arena};
	x->first = x->p->r.u->pieces.n;
	x->begun = x->run = at;
}

/* The escape at AT, a backslash: its length in the source, its bytes in *TEXT. */
static uint32_t
escape(struct str s, uint32_t at, char bytes[4], struct str *text)
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
	} else if ((n = lexer_digits(s, at + 1, 3, 8, &value))) {
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
	struct str s = x->p->r.lexer.bytes;
	char c = at + 1 < x->literal.to ? s.s[at + 1] : '\0';

	return x->literal.close && (c == '\\' || c == x->literal.close);
}

/* What stands at AT in place of itself; its length in the source, 0: nothing. */
static uint32_t
special(struct text *x, uint32_t at, char bytes[4], struct str *out)
{
	struct str s = str_slice(x->p->r.lexer.bytes, 0, x->literal.to);
	char c = s.s[at];

	*out = (struct str){0};
	if (c == '\\' && x->literal.interpolates)
		return escape(s, at, bytes, out);
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

	for (; at < x->literal.to && column < x->margin; at++) {
		char c = x->p->r.lexer.bytes.s[at];

		if (c != ' ' && c != '\t')
			break;
		column = c == '\t' ? (column / 8 + 1) * 8 : column + 1;
		if (column > x->margin)
			break;
	}
	return at - from;
}

/* The least indentation of the lines that are not blank. */
static uint32_t
margin_of(struct str body)
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

/* The expression in bytes FROM to TO, read by a lexer of its own; a hole when it cannot be read. */
static uint32_t
code_value(struct ruby *p, uint32_t from, uint32_t to)
{
	struct reader *r = &p->r;
	struct lexer outer = r->lexer;
	uint32_t i = r->i, mark = r->stack.n, blocks = r->blocks.n, depth = r->depth, value = 0;
	struct ruby before = *p;

	r->lexer.tokens.v = NULL;
	r->lexer.tokens.n = r->lexer.tokens.cap = 0;
	r->lexer.literals.v = NULL;
	r->lexer.literals.n = r->lexer.literals.cap = 0;
	r->lexer.bytes.n = to;
	r->lexer.at = from;
	r->lexer.expression = true;
	r->lexer.line_start = false;
	r->i = 0;
	p->no_do = p->ternary = 0;
	p->colon = false;
	if (reader_enter(r))
		value = ruby_expression(p);
	if (reader_token(r)->kind != TOKEN_END || r->failed)
		value = 0;
	r->failed = false;
	while (r->blocks.n > blocks)
		reader_close(r, to);
	r->depth = depth;
	r->stack.n = mark;
	p->no_do = before.no_do;
	p->ternary = before.ternary;
	p->colon = before.colon;
	p->branches = before.branches;
	p->method = before.method;
	p->in_method = before.in_method;
	r->lexer = outer;
	r->i = i;
	if (value && r->u->values.v[value].kind != VALUE_NONE)
		return value;
	return unit_add_value(r->u, (struct value){.kind = VALUE_HOLE,
					    .text = str_trim(str_slice(outer.bytes, from, to)),
					    .span = {.offset = from, .length = to - from}});
}

/* Pushes the parts of a literal; true when there are expressions among them. */
static bool
parts(struct ruby *p, const struct token *t)
{
	struct text x = {.p = p, .literal = p->r.lexer.literals.v[t->op]};
	struct span whole = {.offset = t->at, .length = t->length};
	struct str s = p->r.lexer.bytes;
	uint32_t at = x.literal.from, to = x.literal.to, n;
	bool fields = false;
	char bytes[4];
	struct str out;

	if (x.literal.dedents)
		x.margin = margin_of(str_slice(s, at, to));
	begin_text(&x, at);
	for (; at < to;) {
		if (x.margin && (at == x.literal.from || s.s[at - 1] == '\n') &&
			(n = margin_at(&x, at))) {
			end_run(&x, at);
			at += n;
			x.run = at;
			continue;
		}
		if (x.literal.interpolates && s.s[at] == '#' && at + 1 < to && s.s[at + 1] == '{') {
			uint32_t end = ruby_code_end(&p->r.lexer, at + 2, to, 0);

			end = end == UINT32_MAX ? to - 1 : end;
			push_text(&x, at, false,
				(struct span){.offset = x.begun, .length = at - x.begun});
			reader_push(&p->r, code_value(p, at + 2, end));
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

/* %w[a b]: words, as they stand. */
static uint32_t
words(struct ruby *p, const struct token *t)
{
	struct lexer_literal x = p->r.lexer.literals.v[t->op];
	uint32_t at = x.from, mark = p->r.stack.n;
	struct unit *u = p->r.u;

	while (at < x.to) {
		uint32_t from = at;

		while (at < x.to && !strchr(" \t\r\n", p->r.lexer.bytes.s[at]))
			at++;
		if (at > from) {
			struct value v = {.kind = VALUE_STRING,
				.text = str_slice(p->r.lexer.bytes, from, at),
				.span = {.offset = from, .length = at - from},
				.pieces = {u->pieces.n, 1}};

			vec_push(u->arena, &u->pieces,
				(struct piece){.kind = PIECE_VERBATIM,
					.length = at - from,
					.source = v.span});
			if (x.interpolates && str_find(v.text, STR("#{"), 0) != SIZE_MAX)
				v = (struct value){
					.kind = VALUE_HOLE, .text = v.text, .span = v.span};
			reader_push(&p->r, unit_add_value(u, v));
		} else {
			at++;
		}
	}
	return reader_collect(&p->r, VALUE_LIST, (struct str){0}, t->at, mark);
}

uint32_t
ruby_literal(struct ruby *p)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r);
	uint8_t kind = r->lexer.literals.v[t.op].kind;
	uint32_t mark = r->stack.n, value;
	bool fields;

	reader_next(r);
	if (kind == RUBY_WORDS)
		return words(p, &t);
	fields = parts(p, &t);
	if (kind == RUBY_PATTERN || kind == RUBY_COMMAND) {
		r->stack.n = mark;
		return reader_hole(r, t.at);
	}
	value = r->stack.v[mark];
	if (!fields && r->stack.n == mark + 1) {
		r->stack.n = mark;
		return value;
	}
	return reader_collect(r, VALUE_CONCATENATION, (struct str){0}, t.at, mark);
}

static bool
is_string(struct ruby *p)
{
	const struct token *t = reader_token(&p->r);

	return t->kind == TOKEN_STRING && !(t->flags & RUBY_LABEL) &&
	       p->r.lexer.literals.v[t->op].kind == RUBY_STRING;
}

uint32_t
ruby_strings(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n;
	bool string = is_string(p);

	reader_push(r, ruby_literal(p));
	while (string && is_string(p))
		reader_push(r, ruby_literal(p));
	if (r->stack.n == mark + 1) {
		r->stack.n = mark;
		return r->stack.v[mark];
	}
	return reader_collect(r, VALUE_CONCATENATION, (struct str){0}, from, mark);
}
