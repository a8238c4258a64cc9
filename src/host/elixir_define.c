/* Elixir's modules, functions, attributes, and what patterns bind. */
#include "elixir_p.h"

static bool
is_variable(struct str name)
{
	return name.n && ((name.s[0] >= 'a' && name.s[0] <= 'z') || name.s[0] == '_') &&
	       !str_is(name, "_");
}

/* Each binding is a variable of its own; in one scope the last before the use counts. */
static void
assign(struct elixir *p, enum symbol_kind kind, struct str name, struct span span, uint32_t value)
{
	struct reader *r = &p->r;
	const struct reader_name *d = reader_find(r, name);
	struct symbol s = {.kind = kind,
		.name = name,
		.value = value,
		.span = span,
		.branch = p->branches > 0};
	bool everywhere = kind == SYMBOL_FUNCTION || kind == SYMBOL_CLASS;

	if (d && d->block == reader_block(r)) {
		/* Of several clauses, or functions of other arities, none is known to be meant. */
		bool again = kind == SYMBOL_FUNCTION;
		uint32_t symbol = reader_assign(r, d, s);

		r->u->symbols.v[symbol].branch |= again || p->branches > 0;
		return;
	}
	reader_declare(r, s, reader_block(r),
		everywhere ? r->blocks.v[reader_block(r)].from : span.offset);
}

void
elixir_declare_pattern(struct elixir *p, uint32_t pattern)
{
	struct reader *r = &p->r;
	struct value v = r->u->values.v[pattern];

	if (v.kind == VALUE_REFERENCE && is_variable(v.text)) {
		reader_declare(r,
			(struct symbol){.kind = SYMBOL_PARAMETER, .name = v.text, .span = v.span},
			reader_block(r), v.span.offset);
		return;
	}
	if (v.kind != VALUE_LIST && v.kind != VALUE_MAP && v.kind != VALUE_ENTRY &&
		v.kind != VALUE_CONCATENATION && v.kind != VALUE_ARGUMENT)
		return;
	if (!reader_enter(r)) {
		r->depth--;
		return;
	}
	for (uint32_t i = 0; i < v.kids.count; i++)
		elixir_declare_pattern(p, unit_kid(r->u, pattern, i));
	r->depth--;
}

struct str
elixir_pattern_names(struct elixir *p, uint32_t pattern)
{
	const struct unit *u = p->r.u;
	struct value v = u->values.v[pattern];
	struct buf b = {.arena = u->arena};

	if (v.kind == VALUE_REFERENCE)
		return v.text;
	if (v.kind != VALUE_LIST)
		return STR("_");
	for (uint32_t i = 0; i < v.kids.count; i++) {
		const struct value *kid = &u->values.v[unit_kid(u, pattern, i)];

		buf_addf(&b, "%s%.*s", i ? "," : "",
			STR_ARG(kid->kind == VALUE_REFERENCE ? kid->text : STR("_")));
	}
	return buf_str(&b);
}

uint32_t
elixir_match(struct elixir *p, uint32_t pattern, uint32_t value, uint32_t from)
{
	struct reader *r = &p->r;
	struct value v = r->u->values.v[pattern];

	if (r->failed)
		return 0;
	if (v.kind == VALUE_REFERENCE && is_variable(v.text)) {
		assign(p, SYMBOL_VARIABLE, v.text, v.span, value);
		return reader_parent(r, VALUE_ASSIGNMENT, v.text, from, value, 0);
	}
	elixir_declare_pattern(p, pattern);
	return value;
}

/* A parameter's name and default, out of its pattern. */
static uint32_t
parameter(struct elixir *p, uint32_t pattern)
{
	struct reader *r = &p->r;
	struct value v = r->u->values.v[pattern];
	uint32_t from = v.span.offset, name, left = unit_kid(r->u, pattern, 0);

	elixir_declare_pattern(p, pattern);
	if (v.kind == VALUE_ASSIGNMENT) /* name = pattern */
		return reader_value(r, VALUE_REFERENCE, v.text, from);
	if (v.kind == VALUE_REFERENCE || v.kind == VALUE_LIST)
		return pattern;
	if (v.kind == VALUE_ENTRY && r->u->values.v[left].kind == VALUE_REFERENCE)
		return reader_parent(r, VALUE_REFERENCE, r->u->values.v[left].text, from,
			unit_kid(r->u, pattern, 1), 0);
	name = reader_value(r, VALUE_REFERENCE, STR("()"), from);
	return name;
}

uint32_t
elixir_parameters(struct elixir *p, uint32_t mark)
{
	struct reader *r = &p->r;

	for (uint32_t i = mark; i < r->stack.n; i++)
		r->stack.v[i] = parameter(p, r->stack.v[i]);
	return r->stack.n - mark;
}

/* A function of one expression that is a text, a list or a name gives that. */
static bool
is_result(const struct unit *u, uint32_t value)
{
	switch ((int)u->values.v[value].kind) {
	case VALUE_STRING:
	case VALUE_CONCATENATION:
	case VALUE_JOIN:
	case VALUE_LIST:
	case VALUE_MAP:
	case VALUE_NUMBER:
	case VALUE_BOOLEAN:
	case VALUE_REFERENCE:
		return true;
	case VALUE_FOREACH:
	case VALUE_CONDITION:
		return u->values.v[unit_kid(u, value, 1)].kind != VALUE_BLOCK;
	default:
		return false;
	}
}

void
elixir_push_result(struct elixir *p, uint32_t block)
{
	struct unit *u = p->r.u;
	uint32_t one = unit_kid(u, block, 0);

	if (u->values.v[block].kids.count != 1 || !is_result(u, one))
		one = 0;
	if (one)
		u->values.v[block].kids.count = 0;
	reader_push(&p->r, one);
	reader_push(&p->r, block);
}

static bool
is_operator(const struct token *t)
{
	if (t->kind == TOKEN_NAME)
		return t->word == EX_AND || t->word == EX_OR || t->word == EX_IN;
	return t->kind == TOKEN_OPERATOR && t->op != ',' && t->op != '(';
}

/* The head of a function: its name; its parameters are pushed. */
static struct str
head(struct elixir *p, struct span *span)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r);
	uint32_t mark = r->stack.n;
	struct str name = {0};

	*span = (struct span){.offset = t.at, .length = t.length};
	if (t.kind == TOKEN_NAME && !t.word && reader_peek(r, 1)->kind != TOKEN_END) {
		name = lexer_text(&r->lexer, &t);
		reader_next(r);
		if (reader_is(r, OP1('(')) && !reader_blank_before(&p->r)) {
			reader_next(r);
			elixir_elements(p, OP1(')'), false);
			if (reader_is(r, OP1('('))) { /* unquote(name)(…) */
				reader_next(r);
				elixir_elements(p, OP1(')'), false);
				name = (struct str){0};
			}
		} else if (is_operator(reader_token(r))) { /* a + b, a and b */
			reader_next(r);
			reader_push(r, elixir_level(p, 3));
			name = (struct str){0};
		} else if (!reader_is_word(r, EX_DO) && !reader_is_word(r, EX_WHEN) &&
			   !reader_is(r, OP1(',')) && !reader_is_newline(r)) {
			elixir_elements(p, 0, false);
		}
	} else {
		reader_push(r, elixir_level(p, 3));
	}
	elixir_parameters(p, mark);
	return name;
}

/* What an open function or module changes in how its inside is read. */
struct outer {
	uint32_t branches, function, no_do;
	bool in_clause;
};

static struct outer
enter(struct elixir *p, uint32_t from, bool function)
{
	struct outer o = {p->branches, p->function, p->no_do, p->in_clause};

	reader_open(&p->r, from, false, function);
	p->function = reader_block(&p->r);
	p->branches = p->no_do = 0;
	p->in_clause = false;
	return o;
}

static void
leave(struct elixir *p, const struct outer *o)
{
	if (!p->r.failed)
		reader_close(&p->r, reader_end(&p->r));
	p->branches = o->branches;
	p->function = o->function;
	p->no_do = o->no_do;
	p->in_clause = o->in_clause;
}

/* `, do: expression` as a block. */
static uint32_t
short_body(struct elixir *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, value = 0;

	elixir_elements(p, 0, false);
	for (uint32_t i = mark; i < r->stack.n; i++)
		if (str_is(r->u->values.v[r->stack.v[i]].text, "do"))
			value = unit_kid(r->u, r->stack.v[i], 0);
	r->stack.n = mark;
	return reader_parent(r, VALUE_BLOCK, (struct str){0}, from, value, 0);
}

/* def name(parameters) when guard do … end; a macro runs when code is compiled. */
static uint32_t
function(struct elixir *p, uint32_t from, bool macro)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n, n, block = 0, value;
	struct span span;
	struct str name;
	struct outer o;

	reader_next(r);
	o = enter(p, reader_at(r), true);
	name = head(p, &span);
	n = r->stack.n - mark;
	if (reader_take_word(r, EX_WHEN)) {
		p->no_do++;
		elixir_level(p, 2);
		p->no_do--;
	}
	if (reader_take_word(r, EX_DO)) {
		block = elixir_body(p);
	} else if (reader_take(r, OP1(','))) {
		reader_skip_newlines(&p->r);
		block = short_body(p);
	}
	leave(p, &o);
	if (r->failed)
		return 0;
	if (macro || !block) {
		r->stack.n = mark;
		return reader_hole(r, from);
	}
	elixir_push_result(p, block);
	value = reader_collect(r, VALUE_FUNCTION, name, from, mark);
	r->u->values.v[value].op = n;
	if (name.n)
		assign(p, SYMBOL_FUNCTION, name, span, value);
	return value;
}

static uint32_t
module(struct elixir *p, uint32_t from)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n, value;
	struct str name, last;
	struct span span;
	struct outer o;
	size_t dot;

	reader_next(r);
	elixir_elements(p, 0, false); /* Name, for: Other */
	name = r->stack.n > mark ? r->u->values.v[r->stack.v[mark]].text : (struct str){0};
	span = r->stack.n > mark ? r->u->values.v[r->stack.v[mark]].span : (struct span){0};
	r->stack.n = mark;
	if (!reader_is_word(r, EX_DO)) /* defmodule Name, do: … */
		return reader_hole(r, from);
	reader_next(r);
	o = enter(p, reader_at(r), false);
	value = elixir_block(p, 0);
	elixir_end(p);
	leave(p, &o);
	if (r->failed)
		return 0;
	value = reader_parent(r, VALUE_CLASS, name, from, value, 0);
	dot = str_rchr(name, '.');
	last = dot == SIZE_MAX ? name : str_slice(name, dot + 1, name.n);
	if (last.n)
		assign(p, SYMBOL_CLASS, last, span, value);
	return value;
}

/* use, import, alias, require: names of another module. */
static uint32_t
import(struct elixir *p, struct str name, uint32_t from)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n, callee;
	struct symbol s = {.kind = SYMBOL_IMPORT};

	reader_next(r);
	callee = reader_value(r, VALUE_REFERENCE, name, from);
	reader_push(r, callee);
	if (reader_is(r, OP1('(')) && !reader_blank_before(&p->r)) {
		reader_next(r);
		elixir_elements(p, OP1(')'), false);
	} else {
		elixir_elements(p, 0, false);
	}
	if (r->failed)
		return 0;
	if (r->stack.n > mark + 1) {
		s.value = r->stack.v[mark + 1];
		s.name = r->u->values.v[s.value].text;
		s.span = r->u->values.v[s.value].span;
	}
	if (s.name.n && r->u->values.v[s.value].kind == VALUE_REFERENCE &&
		(str_is(name, "use") || str_is(name, "import")))
		reader_declare(r, s, reader_block(r), s.span.offset);
	return reader_collect(r, VALUE_CALL, (struct str){0}, from, mark);
}

/* True when what stands behind the name is its first argument. */
static bool
is_given(struct elixir *p, bool module)
{
	const struct token *t = reader_peek(&p->r, 1);

	if (t->kind == TOKEN_NAME)
		return !t->word || !module;
	return t->kind == TOKEN_OPERATOR && t->op == '(' && module;
}

uint32_t
elixir_definition(struct elixir *p, struct str name, uint32_t from)
{
	bool defines = str_starts(name, STR("def"));

	if (p->no_do || p->r.lexer.expression)
		return 0;
	if (defines && is_given(p, false)) {
		if (str_is(name, "def") || str_is(name, "defp"))
			return function(p, from, false);
		if (str_is(name, "defmacro") || str_is(name, "defmacrop"))
			return function(p, from, true);
		if (str_is(name, "defmodule") || str_is(name, "defimpl") ||
			str_is(name, "defprotocol"))
			return module(p, from);
	}
	if ((str_is(name, "use") || str_is(name, "import") || str_is(name, "alias") ||
		    str_is(name, "require")) &&
		is_given(p, true))
		return import(p, name, from);
	return 0;
}

/* What documents, and types, which have a syntax of their own. */
static bool
is_documentation(struct str name)
{
	static const char *const names[] = {"@doc", "@moduledoc", "@typedoc", "@shortdoc",
		"@deprecated", "@impl", "@tag", "@moduletag", "@describetag", NULL};

	for (size_t i = 0; names[i]; i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

static bool
is_type(struct str name)
{
	static const char *const names[] = {"@spec", "@type", "@typep", "@opaque", "@callback",
		"@macrocallback", "@optional_callbacks", "@dialyzer", NULL};

	for (size_t i = 0; names[i]; i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

static void
skip_type(struct elixir *p)
{
	struct reader *r = &p->r;
	uint32_t open = 0;

	while (reader_token(r)->kind != TOKEN_END && reader_token(r)->kind != TOKEN_ERROR &&
		(open || reader_token(r)->kind != TOKEN_NEWLINE)) {
		open += reader_is(r, OP1('(')) || reader_is(r, OP1('[')) || reader_is(r, OP1('{'));
		if ((reader_is(r, OP1(')')) || reader_is(r, OP1(']')) || reader_is(r, OP1('}'))) &&
			open)
			open--;
		reader_next(r);
	}
}

uint32_t
elixir_attribute(struct elixir *p)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r), next = *reader_peek(r, 1);
	struct str name = lexer_text(&r->lexer, &t);
	struct span span = {.offset = t.at, .length = t.length};
	uint32_t value;
	bool given =
		next.kind == TOKEN_STRING || next.kind == TOKEN_NUMBER ||
		(next.kind == TOKEN_NAME &&
			(!next.word || next.word == EX_TRUE || next.word == EX_FALSE ||
				next.word == EX_NIL || next.word == EX_FN)) ||
		(next.kind == TOKEN_OPERATOR &&
			(next.op == '[' || next.op == '{' || next.op == '%' || next.op == '(' ||
				next.op == '-' || next.op == '&' || next.op == OP2('<', '<')) &&
			next.at > t.at + t.length);

	if (!given)
		return elixir_expression(p);
	reader_next(r);
	if (is_type(name)) {
		skip_type(p);
		return 0;
	}
	if (elixir_at_label(p)) { /* @tag timeout: 1, @compile inline: [...] */
		uint32_t mark = r->stack.n;

		elixir_elements(p, 0, true);
		value = reader_collect(r, VALUE_MAP, (struct str){0}, t.at, mark);
	} else {
		value = elixir_expression(p);
	}
	if (r->failed)
		return 0;
	if (is_documentation(name))
		return 0;
	assign(p, SYMBOL_VARIABLE, name, span, value);
	return reader_parent(r, VALUE_ASSIGNMENT, name, t.at, value, 0);
}
