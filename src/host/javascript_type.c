/* TypeScript's types are gone over (TypeScript's grammar as its own parser, src/compiler/parser.ts, has
 * it: parseType and what it calls). */
#include "javascript_p.h"

#define ANGLE_TOKENS 400 /* type arguments that are longer are taken for comparisons */

/* How many '>' the operator closes. */
static uint32_t
closes(const struct token *t)
{
	if (t->kind != TOKEN_OPERATOR)
		return 0;
	return t->op == '>' ? 1 : t->op == OP2('>', '>') ? 2 : t->op == OP3('>', '>', '>') ? 3 : 0;
}

static bool
is_opening(const struct token *t)
{
	return t->kind == TOKEN_OPERATOR && (t->op == '(' || t->op == '[' || t->op == '{');
}

static bool
is_closing(const struct token *t)
{
	return t->kind == TOKEN_OPERATOR && (t->op == ')' || t->op == ']' || t->op == '}');
}

void
js_skip_group(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t open = 0;

	do {
		const struct token *t = reader_token(r);

		if (t->kind == TOKEN_END || t->kind == TOKEN_ERROR)
			reader_fail(r, "a bracket that is never closed");
		if (r->failed)
			return;
		open += is_opening(t);
		open -= is_closing(t) && open;
		reader_next(r);
	} while (open);
}

void
js_skip_angles(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t open = 0, n;

	do {
		const struct token *t = reader_token(r);

		if (t->kind == TOKEN_END || t->kind == TOKEN_ERROR || is_closing(t))
			reader_fail(r, "a '>' is missing");
		if (r->failed)
			return;
		n = closes(t);
		if (is_opening(t)) {
			js_skip_group(p);
			continue;
		}
		open += t->kind == TOKEN_OPERATOR && t->op == '<';
		open -= n < open ? n : open;
		reader_next(r);
	} while (open);
}

/* Number of the token behind the `<…>` that begins at token number I; 0: it is none. */
static uint32_t
angles_end(struct javascript *p, uint32_t i)
{
	uint32_t open = 0, brackets = 0, n;

	for (uint32_t last = i + ANGLE_TOKENS; i < last; i++) {
		const struct token *t = lexer_token(&p->r.lexer, i);

		if (t->kind == TOKEN_END || t->kind == TOKEN_ERROR || t->kind == TOKEN_FOREIGN)
			return 0;
		if (t->kind != TOKEN_OPERATOR)
			continue;
		if (is_closing(t) && !brackets)
			return 0;
		brackets += is_opening(t);
		brackets -= is_closing(t);
		if (brackets || is_closing(t))
			continue;
		open += t->op == '<';
		n = closes(t);
		if (n) {
			open -= n < open ? n : open;
			if (!open)
				return i + 1;
		} else if (t->op != '<' && t->op != ',' && t->op != '.' && t->op != '|' &&
			   t->op != '&' && t->op != OP2('=', '>') && t->op != '?' && t->op != ':' &&
			   t->op != '=' && t->op != '-') {
			return 0;
		}
	}
	return 0;
}

bool
js_at_type_arguments(struct javascript *p)
{
	static const char *const behind[] = {"(", ")", "]", "}", ",", ";", ":", ".", "?.", "=",
		"==", "!=", "===", "!==", "&&", "||",
		"?"
		"?",
		NULL};
	const struct token *t;
	uint32_t end;

	if (!reader_is(&p->r, OP1('<')))
		return false;
	end = angles_end(p, p->r.i);
	if (!end)
		return false;
	t = lexer_token(&p->r.lexer, end);
	for (const char *const *b = behind; *b && t->kind == TOKEN_OPERATOR; b++)
		if (str_is(lexer_text(&p->r.lexer, t), *b))
			return true;
	return t->kind == TOKEN_END ||
	       (t->kind == TOKEN_STRING && t->quote == JS_TEMPLATE && t->word & LITERAL_BEGINS);
}

/* The number of the token behind the bracket at token I; 0: it is never closed. */
static uint32_t
group_end(struct javascript *p, uint32_t i)
{
	uint32_t open = 0;

	for (;; i++) {
		const struct token *t = lexer_token(&p->r.lexer, i);

		if (t->kind == TOKEN_END || t->kind == TOKEN_ERROR)
			return 0;
		open += is_opening(t);
		open -= is_closing(t) && open;
		if (!open)
			return i + 1;
	}
}

/* True when a type begins at token I and `=>` stands behind it. */
static bool
type_before_arrow(struct javascript *p, uint32_t i)
{
	struct reader *r = &p->r;
	uint32_t at = r->i, depth = r->depth;
	bool arrow, then = p->then;

	r->i = i;
	js_skip_type(p);
	arrow = !r->failed && reader_is(r, OP2('=', '>'));
	r->failed = false;
	r->i = at;
	r->depth = depth;
	p->then = then;
	return arrow;
}

/* True when the '(' at token I is followed by `)`, `name:` or `name?`: what is in it is parameters, even between
 * `?` and `:`. */
static bool
has_types(struct javascript *p, uint32_t i)
{
	struct token first = *lexer_token(&p->r.lexer, i + 1);
	struct token second = *lexer_token(&p->r.lexer, i + 2);

	if (first.kind == TOKEN_OPERATOR)
		return first.op == ')';
	return first.kind == TOKEN_NAME && second.kind == TOKEN_OPERATOR && second.op == ':';
}

bool
js_at_arrow(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t i = r->i;
	struct token t = *reader_token(r);
	bool typed;

	if (js_is_name(p, 0, "async") && !js_breaks(p, 1))
		t = *lexer_token(&r->lexer, ++i);
	if (t.kind == TOKEN_NAME && !t.word) {
		t = *lexer_token(&r->lexer, i + 1);
		return t.kind == TOKEN_OPERATOR && t.op == OP2('=', '>');
	}
	if (t.kind == TOKEN_OPERATOR && t.op == '<') {
		i = angles_end(p, i);
		t = *lexer_token(&r->lexer, i);
		if (!i)
			return false;
	}
	if (t.kind != TOKEN_OPERATOR || t.op != '(')
		return false;
	typed = !p->then || i > r->i || has_types(p, i);
	i = group_end(p, i);
	t = *lexer_token(&r->lexer, i);
	if (!i || t.kind != TOKEN_OPERATOR)
		return false;
	return t.op == OP2('=', '>') || (t.op == ':' && typed && type_before_arrow(p, i + 1));
}

/* A template of types; its expressions are not read. */
static void
skip_template(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t open = 0;

	do {
		const struct token *t = reader_token(r);

		if (t->kind == TOKEN_END || t->kind == TOKEN_ERROR)
			reader_fail(r, "a template that is never closed");
		if (r->failed)
			return;
		if (t->kind == TOKEN_STRING) {
			open += t->word & LITERAL_BEGINS ? 1 : 0;
			open -= t->word & LITERAL_ENDS ? 1 : 0;
		}
		reader_next(r);
	} while (open);
}

/* A literal, a name with its arguments, something in brackets. */
static void
skip_operand(struct javascript *p)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r);

	if (t.kind == TOKEN_STRING && t.quote == JS_TEMPLATE) {
		skip_template(p);
	} else if (t.kind == TOKEN_STRING || t.kind == TOKEN_NUMBER) {
		reader_next(r);
	} else if (is_opening(&t)) {
		js_skip_group(p);
	} else if (t.kind == TOKEN_NAME) {
		reader_next(r);
		if (reader_is(r, OP1('(')) && t.word == JS_IMPORT)
			js_skip_group(p);
		while (reader_take(r, OP1('.')) || reader_take(r, OP2('?', '.')))
			reader_next(r);
		if (reader_is(r, OP1('<')))
			js_skip_angles(p);
	} else {
		reader_fail(r, "a type was expected");
	}
}

/* True when the '(' here holds the parameters of a function's type, and no type in brackets. */
static bool
at_parameters(struct javascript *p)
{
	return reader_is(&p->r, OP1('(')) && !js_is_op(p, 1, '(') && !js_is_op(p, 1, '<') &&
	       reader_peek(&p->r, 1)->kind != TOKEN_STRING;
}

/* Words in front of a type that change it. */
static bool
take_prefix(struct javascript *p)
{
	static const char *const words[] = {
		"keyof", "readonly", "unique", "infer", "asserts", "abstract", NULL};
	struct reader *r = &p->r;

	if (reader_take(r, OP1('|')) || reader_take(r, OP1('&')) || reader_take(r, OP1('-')) ||
		reader_take(r, OP3('.', '.', '.')) || reader_take_word(r, JS_TYPEOF) ||
		reader_take_word(r, JS_NEW))
		return true;
	for (const char *const *w = words; *w; w++)
		if (js_is_name(p, 0, *w) && !js_breaks(p, 1) &&
			(js_at_word(p, 1) || js_is_op(p, 1, '{') || js_is_op(p, 1, '(') ||
				js_is_op(p, 1, '[') || reader_peek(r, 1)->kind == TOKEN_STRING))
			return js_take_name(p, *w);
	return false;
}

/* `x extends y ? a : b` behind x. */
static void
skip_conditional(struct javascript *p)
{
	struct reader *r = &p->r;

	js_skip_type(p);
	if (!reader_take(r, OP1('?')))
		return;
	js_skip_type(p);
	reader_want(r, OP1(':'), "a ':' was expected in a type");
	js_skip_type(p);
}

static void
skip_type(struct javascript *p)
{
	struct reader *r = &p->r;

	do {
		bool parameters;

		while (take_prefix(p))
			;
		if (reader_is(r, OP1('<')))
			js_skip_angles(p);
		parameters = at_parameters(p);
		skip_operand(p);
		while (!r->failed && reader_is(r, OP1('[')) && !js_breaks(p, 0)) {
			js_skip_group(p);
			parameters = false;
		}
		if ((parameters && reader_take(r, OP2('=', '>'))) ||
			(js_is_name(p, 0, "is") && !js_breaks(p, 0) && js_take_name(p, "is"))) {
			js_skip_type(p);
			return;
		}
	} while (!r->failed && (reader_is(r, OP1('|')) || reader_is(r, OP1('&'))));
	if (reader_is_word(r, JS_EXTENDS) && !js_breaks(p, 0)) {
		reader_next(r);
		skip_conditional(p);
	}
}

void
js_skip_type(struct javascript *p)
{
	bool then = p->then;

	p->then = false;
	if (reader_enter(&p->r))
		skip_type(p);
	p->r.depth--;
	p->then = then;
}

void
js_skip_annotation(struct javascript *p)
{
	if (reader_take(&p->r, OP1(':')))
		js_skip_type(p);
}
