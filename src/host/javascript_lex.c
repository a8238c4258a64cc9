/* JavaScript's lexer where a table does not do: what a '/', a '<' and a '}' begin depends on what
 * stands in front of them (ECMAScript, "Lexical Grammar": the goal symbols). */
#include "javascript_p.h"

#include <string.h>

static const struct token *
last_token(const struct lexer *l, uint32_t back)
{
	return l->tokens.n > back ? &l->tokens.v[l->tokens.n - 1 - back] : NULL;
}

static bool
is_op(const struct token *t, uint32_t op)
{
	return t && t->kind == TOKEN_OPERATOR && t->op == op;
}

static bool
is_text(const struct lexer *l, const struct token *t, const char *text)
{
	return t && t->kind == TOKEN_NAME && str_is(lexer_text(l, t), text);
}

/* A keyword behind which an operand stands; not as a property's name. */
static bool
wants_operand(const struct lexer *l, const struct token *t)
{
	const struct token *before = last_token(l, 1);

	if (is_op(before, '.') || is_op(before, OP2('?', '.')))
		return false;
	switch (t->word) {
	case 0:
		return is_text(l, t, "await") || is_text(l, t, "yield") || is_text(l, t, "of");
	case JS_THIS:
	case JS_SUPER:
	case JS_NULL:
	case JS_TRUE:
	case JS_FALSE:
	case JS_FUNCTION: /* their type parameters */
	case JS_CLASS:
		return false;
	default:
		return true;
	}
}

/* True where an operand is expected: a '/' begins a regular expression, a '<' markup. */
static bool
operand_follows(const struct lexer *l)
{
	const struct token *t = last_token(l, 0), *before = last_token(l, 1);

	if (!t)
		return true;
	switch ((enum token_kind)t->kind) {
	case TOKEN_NAME:
		return wants_operand(l, t);
	case TOKEN_NUMBER:
		return false;
	case TOKEN_STRING:
	case TOKEN_FOREIGN:
		return !(t->word & LITERAL_ENDS);
	case TOKEN_OPERATOR:
		if (t->op == ')' || t->op == '}')
			return t->flags & BRACKET_STATEMENT;
		if (t->op == '!') /* x! of TypeScript, or a negation */
			return !before || before->kind == TOKEN_OPERATOR ||
			       (before->kind == TOKEN_NAME && before->word) ||
			       before->at + before->length != t->at;
		return t->op != ']' && t->op != OP2('+', '+') && t->op != OP2('-', '-');
	case TOKEN_END:
	case TOKEN_NEWLINE:
	case TOKEN_INDENT:
	case TOKEN_DEDENT:
	case TOKEN_ERROR:
		break;
	}
	return true;
}

static void
push(struct lexer *l, enum js_context kind, bool flag, uint32_t depth)
{
	vec_push(l->scratch, &l->contexts,
		(struct lexer_context){.kind = (uint8_t)kind, .flag = flag, .depth = depth});
}

static bool
add_operator(struct lexer *l, bool statement)
{
	lexer_add(l, TOKEN_OPERATOR, l->at, 1);
	vec_last(&l->tokens)->op = OP1(l->bytes.s[l->at]);
	vec_last(&l->tokens)->flags = statement ? BRACKET_STATEMENT : 0;
	l->at++;
	return true;
}

static void
add_literal(struct lexer *l, enum token_kind kind, uint32_t from, uint32_t parts)
{
	lexer_add(l, kind, from, l->at - from);
	vec_last(&l->tokens)->word = (uint8_t)parts;
	vec_last(&l->tokens)->quote = JS_TEMPLATE;
	vec_last(&l->tokens)->flags =
		kind == TOKEN_STRING ? l->language->quotes[JS_TEMPLATE].flags : 0;
}

/* A template's text from FROM, a '`' or the '}' behind an expression, up to the next expression. */
static bool template(struct lexer *l, uint32_t from, uint32_t begins)
{
	const char *s = l->bytes.s;
	uint32_t n = (uint32_t)l->bytes.n, at = from + 1;

	for (; at < n && from >= l->unclosed[JS_TEMPLATE]; at++) {
		if (s[at] == '\\') {
			at++;
		} else if (s[at] == '`') {
			l->at = at + 1;
			add_literal(l, TOKEN_STRING, from, begins | LITERAL_ENDS);
			return true;
		} else if (s[at] == '$' && at + 1 < n && s[at + 1] == '{') {
			l->at = at + 2;
			add_literal(l, TOKEN_STRING, from, begins);
			push(l, JS_IN_TEMPLATE, false, 0);
			return true;
		}
	}
	l->unclosed[JS_TEMPLATE] = n;
	lexer_error(l, from, 1, "a template that is never closed");
	l->at = from + 1;
	return true;
}

#define TAG_TYPES 500 /* bytes of `<Name<types>` */

/* Behind the `<types>` that begin REST; 0: that is none. */
static size_t
types_end(struct str rest)
{
	uint32_t open = 0;

	for (size_t i = 0; i < rest.n && i < TAG_TYPES; i++) {
		open += rest.s[i] == '<';
		open -= rest.s[i] == '>';
		if (!open)
			return i;
	}
	return 0;
}

/* Behind the string, comment, or bracket of types that stands at AT of a tag; AT when there is none. */
static uint32_t
pass_in_tag(const struct lexer *l, uint32_t at)
{
	struct str rest = str_slice(l->bytes, at, l->bytes.n);
	size_t end = 0;

	if (rest.s[0] == '"' || rest.s[0] == '\'')
		end = str_chr(rest, rest.s[0], 1);
	else if (str_starts(rest, STR("/*")))
		end = str_find(rest, STR("*/"), 2);
	else if (str_starts(rest, STR("//")))
		end = str_chr(rest, '\n', 0);
	else if (rest.s[0] == '<')
		end = types_end(rest);
	return end == SIZE_MAX ? UINT32_MAX : end ? at + (uint32_t)end + 1 : at;
}

/* From the '<' at AT of an element's children; what begins there. */
static uint32_t
begin_tag(const struct lexer *l, uint32_t at, uint32_t *depth, bool *in_tag)
{
	size_t end;

	if (!str_starts(str_slice(l->bytes, at, l->bytes.n), STR("</"))) {
		*in_tag = true;
		return at + 1;
	}
	end = str_chr(l->bytes, '>', at);
	*depth -= *depth > 0;
	return end == SIZE_MAX ? UINT32_MAX : (uint32_t)end + 1;
}

/* Markup from byte FROM on, up to its next expression or its end. AT: where to go on; IN_TAG, DEPTH:
 * what that is. The apostrophes of its text begin nothing. */
static bool
markup(struct lexer *l, uint32_t from, uint32_t at, bool in_tag, uint32_t depth, uint32_t begins)
{
	const char *s = l->bytes.s;
	uint32_t n = (uint32_t)l->bytes.n, passed;

	while (at < n && from >= l->unclosed[LEXER_QUOTES - 1]) {
		if (s[at] == '{') {
			l->at = at + 1;
			add_literal(l, TOKEN_FOREIGN, from, begins);
			push(l, JS_IN_MARKUP, in_tag, depth);
			return true;
		}
		passed = in_tag ? pass_in_tag(l, at) : at;
		if (passed != at) {
			at = passed;
		} else if (!in_tag && s[at] == '<') {
			at = begin_tag(l, at, &depth, &in_tag);
		} else if (in_tag && s[at] == '>') {
			depth += s[at - 1] != '/';
			in_tag = false;
			at++;
		} else {
			at++;
			continue;
		}
		if (!in_tag && !depth && at <= n) {
			l->at = at;
			add_literal(l, TOKEN_FOREIGN, from, begins | LITERAL_ENDS);
			return true;
		}
	}
	l->unclosed[LEXER_QUOTES - 1] = n;
	lexer_error(l, from, 1, "markup that is never closed");
	l->at = from + 1;
	return true;
}

static bool
is_letter(char c)
{
	return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' || c == '$';
}

/* `<T,>(` and `<T extends U>(` begin a generic function. */
static bool
begins_markup(const struct lexer *l)
{
	struct str rest = str_slice(l->bytes, l->at + 1, l->bytes.n);
	size_t n = 0;

	if (!l->language->markup || !rest.n || !operand_follows(l))
		return false;
	if (rest.s[0] == '>')
		return true;
	if (!is_letter(rest.s[0]))
		return false;
	while (n < rest.n && (is_letter(rest.s[n]) || (rest.s[n] >= '0' && rest.s[n] <= '9')))
		n++;
	rest = str_trim(str_slice(rest, n, n + 20));
	return !str_starts(rest, STR(",")) && !str_starts(rest, STR("extends "));
}

/* A regular expression ends on its line; otherwise the '/' divides. */
static bool
regular_expression(struct lexer *l)
{
	const char *s = l->bytes.s;
	uint32_t at = l->at + 1, from = l->at, n = (uint32_t)l->bytes.n;
	bool class = false;

	for (; at < n && s[at] != '\n' && (s[at] != '/' || class); at++) {
		if (s[at] == '\\')
			at++;
		else if (s[at] == '[')
			class = true;
		else if (s[at] == ']')
			class = false;
	}
	if (at >= n || s[at] != '/')
		return false;
	for (at++; at < n && is_letter(s[at]);)
		at++;
	l->at = at;
	add_literal(l, TOKEN_FOREIGN, from, LITERAL_BEGINS | LITERAL_ENDS);
	return true;
}

static bool
slash(struct lexer *l)
{
	char next = l->at + 1 < l->bytes.n ? l->bytes.s[l->at + 1] : '\0';

	return next != '/' && next != '*' && operand_follows(l) && regular_expression(l);
}

/* Behind `case …:` and `default:` a block begins; behind any other colon a type or an object. */
static bool
is_case_colon(const struct lexer *l)
{
	for (uint32_t back = 1; back < 12 && back < l->tokens.n; back++) {
		const struct token *t = last_token(l, back);

		if (t->kind == TOKEN_NAME && (t->word == JS_CASE || t->word == JS_DEFAULT))
			return true;
		if (is_op(t, ';') || is_op(t, '{') || is_op(t, '}') || is_op(t, ','))
			return false;
	}
	return false;
}

/* True when the '{' here opens statements or members, by what stands in front of it. */
static bool
opens_block(const struct lexer *l)
{
	const struct token *t = last_token(l, 0);

	if (!t)
		return true;
	if (t->kind == TOKEN_NAME)
		return t->word == JS_ELSE || t->word == JS_DO || t->word == JS_TRY ||
		       t->word == JS_FINALLY || t->word == JS_CLASS || t->word == JS_CATCH ||
		       (!t->word && !wants_operand(l, t));
	if (t->kind != TOKEN_OPERATOR)
		return t->kind == TOKEN_STRING && t->word & LITERAL_ENDS;
	return t->op == ')' || t->op == ';' || t->op == '{' || t->op == '}' || t->op == ']' ||
	       t->op == '>' || t->op == OP2('>', '>') || t->op == OP2('=', '>') ||
	       (t->op == ':' && is_case_colon(l));
}

static bool
opening(struct lexer *l, char c)
{
	const struct token *t = last_token(l, 0);
	bool statement = false;

	if (c == '(') {
		statement = t && t->kind == TOKEN_NAME &&
			    (t->word == JS_IF || t->word == JS_WHILE || t->word == JS_FOR ||
				    t->word == JS_WITH) &&
			    !is_op(last_token(l, 1), '.');
		push(l, JS_PAREN, statement, 0);
	} else if (c == '[') {
		push(l, JS_BRACKET, false, 0);
	} else {
		statement = opens_block(l);
		push(l, statement ? JS_BLOCK : JS_OBJECT, false, 0);
	}
	return add_operator(l, statement);
}

static bool
closing_brace(struct lexer *l)
{
	struct lexer_context c = {.kind = JS_BLOCK};

	while (l->contexts.n) {
		c = *vec_last(&l->contexts);
		l->contexts.n--;
		if (c.kind != JS_PAREN && c.kind != JS_BRACKET)
			break;
	}
	if (c.kind == JS_IN_TEMPLATE)
		return template(l, l->at, 0);
	if (c.kind == JS_IN_MARKUP)
		return markup(l, l->at, l->at + 1, c.flag, c.depth, 0);
	return add_operator(l, c.kind == JS_BLOCK);
}

static bool
closing(struct lexer *l, enum js_context kind)
{
	bool flag = false;

	if (l->contexts.n && vec_last(&l->contexts)->kind == kind) {
		flag = vec_last(&l->contexts)->flag;
		l->contexts.n--;
	}
	return add_operator(l, flag);
}

/* `a?.5:b` is no optional chain. */
static bool
question_mark(struct lexer *l)
{
	struct str rest = str_slice(l->bytes, l->at, l->bytes.n);

	return rest.n > 2 && rest.s[1] == '.' && rest.s[2] >= '0' && rest.s[2] <= '9' &&
	       add_operator(l, false);
}

static bool
hash_bang(struct lexer *l)
{
	size_t end = str_chr(l->bytes, '\n', l->at);

	if (l->tokens.n || !str_starts(str_slice(l->bytes, l->at, l->bytes.n), STR("#!")))
		return false;
	l->at = end == SIZE_MAX ? (uint32_t)l->bytes.n : (uint32_t)end;
	return true;
}

bool
js_special(struct lexer *l)
{
	char c = l->bytes.s[l->at];

	switch (c) {
	case '`':
		return template(l, l->at, LITERAL_BEGINS);
	case '/':
		return slash(l);
	case '<':
		return begins_markup(l) && markup(l, l->at, l->at + 1, true, 0, LITERAL_BEGINS);
	case '(':
	case '[':
	case '{':
		return opening(l, c);
	case ')':
		return closing(l, JS_PAREN);
	case ']':
		return closing(l, JS_BRACKET);
	case '}':
		return closing_brace(l);
	case '?':
		return question_mark(l);
	case '#':
		return hash_bang(l);
	default:
		return false;
	}
}

bool
js_is_behind_line(const struct lexer *l, uint32_t i)
{
	const struct token *t = &l->tokens.v[i];
	uint32_t end = i ? t[-1].at + t[-1].length : 0;

	return t->at > end && memchr(l->bytes.s + end, '\n', t->at - end) != NULL;
}

/* Words with which a statement goes on from the line before. */
static bool
continues(const struct lexer *l, const struct token *t)
{
	static const char *const words[] = {"else", "catch", "finally", "instanceof", "in", "of",
		"as", "satisfies", "from", "extends", "implements", NULL};

	for (const char *const *w = words; *w && t->kind == TOKEN_NAME; w++)
		if (str_is(lexer_text(l, t), *w))
			return true;
	return t->kind == TOKEN_OPERATOR && t->op != '{' && t->op != '}' && t->op != '@' &&
	       t->op != '!' && t->op != OP2('+', '+') && t->op != OP2('-', '-');
}

/* True behind a token that cannot be a statement's last one. */
static bool
is_unfinished(const struct token *t)
{
	if (t->kind == TOKEN_OPERATOR)
		return t->op != ')' && t->op != ']' && t->op != '}' && t->op != OP2('+', '+') &&
		       t->op != OP2('-', '-') && t->op != '!';
	return t->kind == TOKEN_NAME && t->word && t->word != JS_BREAK && t->word != JS_CONTINUE &&
	       t->word != JS_RETURN && t->word != JS_THIS && t->word != JS_NULL &&
	       t->word != JS_TRUE && t->word != JS_FALSE;
}

bool
js_begins(const struct lexer *l, uint32_t i)
{
	const struct token *before = &l->tokens.v[i - 1];

	if (!js_is_behind_line(l, i) || is_unfinished(before) || continues(l, &l->tokens.v[i]))
		return false;
	/* What heads a statement goes on with it: if (…) f() */
	return !(before->kind == TOKEN_OPERATOR && before->op == ')' &&
		 before->flags & BRACKET_STATEMENT);
}
