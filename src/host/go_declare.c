/* Go's declarations: functions, and import, const, var and type. */
#include "go_p.h"

#include <string.h>

static struct str
parameter_name(struct go *g, bool *typed)
{
	const struct token *t = reader_peek(&g->r, 1);
	uint32_t op = t->kind == TOKEN_OPERATOR ? t->op : 0;
	struct token after;

	t = reader_token(&g->r);
	if (t->kind != TOKEN_NAME || t->word)
		return (struct str){0};
	if (op == ',' || op == ')')
		return reader_text(&g->r);
	after = *reader_peek(&g->r, 1);
	if (after.kind == TOKEN_NAME || op == '*' || op == '(' || op == OP2('<', '-') ||
		op == OP3('.', '.', '.')) {
		*typed = true;
	} else if (op == '[') {
		after = *reader_peek(&g->r, 2);
		*typed = *typed || after.kind == TOKEN_NUMBER ||
			 (after.kind == TOKEN_OPERATOR && after.op == ']');
	}
	return reader_text(&g->r);
}

/* Up to the ',' or ')' that ends a parameter. */
static void
skip_parameter(struct go *g)
{
	struct reader *r = &g->r;

	while (!r->failed && !reader_is(r, OP1(',')) && !reader_is(r, OP1(')'))) {
		if (reader_is(r, OP1('(')) || reader_is(r, OP1('[')) || reader_is(r, OP1('{')))
			go_skip_group(g);
		else if (reader_token(r)->kind == TOKEN_END || reader_token(r)->kind == TOKEN_ERROR)
			reader_fail(r, "a ')' is missing");
		else
			reader_next(r);
	}
}

void
go_declare_parameter(struct go *g, struct str name, struct span span)
{
	struct reader *r = &g->r;

	if (!name.n || str_is(name, "_"))
		return;
	reader_declare(r, (struct symbol){.kind = SYMBOL_PARAMETER, .name = name, .span = span},
		reader_block(r), span.offset);
}

uint32_t
go_parameters(struct go *g)
{
	struct reader *r = &g->r;
	uint32_t n = 0, first = r->stack.n;
	bool typed = false;

	reader_want(r, OP1('('), "a '(' was expected");
	while (!r->failed && !reader_is(r, OP1(')'))) {
		uint32_t at = reader_at(r);
		struct str name = parameter_name(g, &typed);

		reader_push(r, unit_add_value(r->u, (struct value){.kind = VALUE_REFERENCE,
							    .text = name,
							    .span = {.offset = at,
								    .length = (uint32_t)name.n}}));
		n++;
		skip_parameter(g);
		reader_take(r, OP1(','));
	}
	reader_want(r, OP1(')'), "a ')' is missing");
	for (uint32_t i = 0; typed && i < n; i++) {
		const struct value *v = &r->u->values.v[r->stack.v[first + i]];

		go_declare_parameter(g, v->text, v->span);
	}
	return n;
}

/* The '{' of a function's body was taken: the result, when it is one `return` of one expression. */
static uint32_t
body(struct go *g)
{
	struct reader *r = &g->r;
	uint32_t mark = r->stack.n, n, result = 0;

	while (go_take_end(r))
		;
	if (reader_take_word(r, GO_RETURN) && !reader_is_newline(r) && !reader_is(r, OP1('}'))) {
		n = go_expressions(g);
		result = n == 1 && r->stack.n > mark ? r->stack.v[mark] : 0;
		r->stack.n = mark;
		go_take_end(r);
		if (!reader_is(r, OP1('}')))
			result = 0;
	}
	go_statements(g);
	return result;
}

uint32_t
go_function(struct go *g, struct str name, uint32_t from)
{
	struct reader *r = &g->r;
	uint32_t mark = r->stack.n, n, result = 0, value, results;
	bool header = g->header;

	if (!reader_enter(r))
		return 0;
	reader_open(r, from, false, true);
	if (reader_is(r, OP1('[')))
		go_skip_group(g);
	n = go_parameters(g);
	results = r->stack.n;
	if (reader_is(r, OP1('('))) {
		go_parameters(g);
		r->stack.n = results;
	} else if (go_at_type(g)) {
		go_skip_type(g);
	}
	if (reader_is(r, OP1('{'))) {
		reader_next(r);
		g->header = false;
		result = body(g);
		reader_want(r, OP1('}'), "a '}' is missing");
		g->header = header;
		reader_push(r, result);
		reader_push(r, 0);
		value = reader_collect(r, VALUE_FUNCTION, name, from, mark);
		r->u->values.v[value].op = n;
	} else {
		r->stack.n = mark;
		value = reader_hole(r, from);
	}
	reader_close(r, reader_end(r));
	r->depth--;
	return value;
}

/* The name of the receiver's type: the last name in its parentheses, without type parameters. */
static struct str
receiver_type(struct go *g)
{
	struct reader *r = &g->r;
	struct str type = {0};

	for (uint32_t k = 1;; k++) {
		const struct token *t = reader_peek(r, k);

		if (t->kind == TOKEN_NAME)
			type = lexer_text(&r->lexer, t);
		else if (t->kind != TOKEN_OPERATOR || t->op != '*')
			return type;
	}
}

void
go_function_declaration(struct go *g)
{
	struct reader *r = &g->r;
	uint32_t from = reader_at(r), value;
	struct symbol s = {.kind = SYMBOL_FUNCTION};
	struct str type = {0};

	reader_next(r);
	reader_open(r, from, false, true);
	if (reader_is(r, OP1('('))) {
		type = receiver_type(g);
		go_parameters(g);
		r->stack.n = 0;
	}
	s.span = (struct span){.offset = reader_at(r), .length = (uint32_t)reader_text(r).n};
	s.name = reader_text(r);
	if (reader_token(r)->kind != TOKEN_NAME)
		reader_fail(r, "a function's name was expected");
	reader_next(r);
	if (type.n)
		s.name = str_format(r->u->arena, "%.*s.%.*s", STR_ARG(type), STR_ARG(s.name));
	value = go_function(g, s.name, from);
	reader_close(r, reader_end(r));
	if (r->failed)
		return;
	if (r->u->values.v[value].kind == VALUE_FUNCTION)
		s.value = value;
	reader_declare(r, s, 0, 0);
}

uint32_t
go_names(struct go *g, struct token *out, uint32_t most)
{
	struct reader *r = &g->r;
	uint32_t n = 0, k = 0;

	for (;; k += 2) {
		struct token t = *reader_peek(r, k);
		const struct token *comma = reader_peek(r, k + 1);

		if (t.kind != TOKEN_NAME || t.word || n == most)
			return 0;
		out[n++] = t;
		if (comma->kind != TOKEN_OPERATOR || comma->op != ',')
			break;
	}
	return n;
}

struct symbol
go_symbol(struct go *g, const struct token *t, enum symbol_kind kind, uint32_t value)
{
	return (struct symbol){.kind = kind,
		.name = lexer_text(&g->r.lexer, t),
		.value = value,
		.span = {.offset = t->at, .length = t->length}};
}

void
go_pair(struct go *g, uint32_t mark, uint32_t n, uint32_t *out)
{
	struct reader *r = &g->r;
	uint32_t have = r->stack.n - mark, hole = 0;

	if (have && have != n) {
		struct span span = r->u->values.v[r->stack.v[mark]].span;

		hole = reader_hole(r, span.offset);
	}
	for (uint32_t i = 0; i < n; i++)
		out[i] = have == n ? r->stack.v[mark + i] : hole;
	r->stack.n = mark;
}

static void
declare_all(struct go *g, const struct token *t, uint32_t n, enum symbol_kind kind,
	const uint32_t *values)
{
	struct reader *r = &g->r;

	for (uint32_t i = 0; i < n; i++) {
		struct symbol s = go_symbol(g, &t[i], kind, values[i]);

		if (!str_is(s.name, "_"))
			reader_declare(r, s, reader_block(r), reader_end(r));
	}
}

/* One line of a const or var declaration. A constant without a value repeats the one above. */
static void
specification(struct go *g, bool constant, uint32_t *repeated, uint32_t *repeated_n)
{
	struct reader *r = &g->r;
	struct token t[GO_NAMES];
	uint32_t values[GO_NAMES] = {0}, mark = r->stack.n, n = go_names(g, t, GO_NAMES);

	if (!n) {
		reader_fail(r, "a name was expected in a declaration");
		return;
	}
	for (uint32_t i = 0; i < 2 * n - 1; i++)
		reader_next(r);
	if (!reader_is(r, OP1('=')) && !reader_is_newline(r) && !reader_is(r, OP1(')')) &&
		!reader_is(r, OP1(';')))
		go_skip_type(g);
	if (reader_take(r, OP1('='))) {
		go_expressions(g);
		go_pair(g, mark, n, values);
		memcpy(repeated, values, sizeof values);
		*repeated_n = n;
	} else if (constant) {
		memcpy(values, repeated, n <= *repeated_n ? n * sizeof *values : 0);
	}
	if (!r->failed)
		declare_all(g, t, n, constant ? SYMBOL_CONSTANT : SYMBOL_VARIABLE, values);
}

static void
import(struct go *g)
{
	struct reader *r = &g->r;
	struct symbol s = {.kind = SYMBOL_IMPORT};
	struct str path, last;
	size_t slash;

	if (reader_token(r)->kind == TOKEN_NAME || reader_is(r, OP1('.'))) {
		s.name = reader_is(r, OP1('.')) ? STR("*") : reader_text(r);
		s.span =
			(struct span){.offset = reader_at(r), .length = (uint32_t)reader_text(r).n};
		reader_next(r);
	}
	if (reader_token(r)->kind != TOKEN_STRING) {
		reader_fail(r, "an import path was expected");
		return;
	}
	path = reader_text(r);
	path = str_slice(path, 1, path.n - 1);
	if (!s.span.length)
		s.span = (struct span){.offset = reader_at(r) + 1, .length = (uint32_t)path.n};
	reader_next(r);
	/* The package's name: the last component, or the one before a major version. */
	for (last = path; !s.name.n; last = str_slice(path, 0, slash)) {
		slash = str_rchr(last, '/');
		s.name = slash == SIZE_MAX ? last : str_slice(last, slash + 1, last.n);
		if (slash != SIZE_MAX && s.name.n > 1 && s.name.s[0] == 'v' && s.name.s[1] >= '0' &&
			s.name.s[1] <= '9')
			s.name = (struct str){0};
		else
			s.name = str_slice(s.name, 0, str_find(s.name, STR(".v"), 0));
		if (slash == SIZE_MAX)
			break;
	}
	if (str_is(s.name, "_"))
		return;
	s.value = unit_add_value(
		r->u, (struct value){.kind = VALUE_REFERENCE, .text = path, .span = s.span});
	reader_declare(r, s, 0, 0);
}

/* `type A struct {…}`, `type ( … )`. */
static void
type_specification(struct go *g)
{
	struct reader *r = &g->r;

	reader_next(r);
	while (!r->failed && !reader_is_newline(r) && !reader_is(r, OP1(')')) &&
		!reader_is(r, OP1(';'))) {
		if (reader_is(r, OP1('(')) || reader_is(r, OP1('[')) || reader_is(r, OP1('{')))
			go_skip_group(g);
		else if (reader_token(r)->kind == TOKEN_ERROR)
			reader_fail(r, "");
		else
			reader_next(r);
	}
}

static void
one_specification(struct go *g, uint8_t word, uint32_t *repeated, uint32_t *n)
{
	if (word == GO_IMPORT)
		import(g);
	else if (word == GO_TYPE)
		type_specification(g);
	else
		specification(g, word == GO_CONST, repeated, n);
}

void
go_declaration(struct go *g)
{
	struct reader *r = &g->r;
	uint8_t word = reader_token(r)->word;
	uint32_t repeated[GO_NAMES] = {0}, n = 0;

	reader_next(r);
	if (!reader_take(r, OP1('('))) {
		one_specification(g, word, repeated, &n);
		return;
	}
	for (;;) {
		while (go_take_end(r))
			;
		if (r->failed || reader_take(r, OP1(')')))
			return;
		one_specification(g, word, repeated, &n);
		if (!go_take_end(r) && !reader_is(r, OP1(')')))
			reader_fail(r, "the end of a declaration was expected");
	}
}
