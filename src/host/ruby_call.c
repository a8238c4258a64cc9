/* Ruby's calls: arguments with and without parentheses, blocks, hashes. Some methods are known for what they
 * do to texts and lists. */
#include "ruby_p.h"

/* a: for a: a. A value may stand on the next line. */
static bool
is_short(struct ruby *p)
{
	const struct token *t = reader_token(&p->r);

	if (t->kind == TOKEN_NEWLINE)
		t = reader_peek(&p->r, 1);
	if (t->kind == TOKEN_OPERATOR)
		return t->op == ',' || t->op == ')' || t->op == '}' || t->op == ']';
	return t->kind == TOKEN_END ||
	       (t->kind == TOKEN_NAME &&
		       (t->word == RB_END || t->word == RB_DO || t->word == RB_ELSE ||
			       t->word == RB_ELSIF || t->word == RB_RESCUE ||
			       t->word == RB_ENSURE || t->word == RB_WHEN));
}

/* `key: value`, pushed as an ARGUMENT or an ENTRY. */
static void
labelled(struct ruby *p, bool entry)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r);
	struct str name = lexer_text(&r->lexer, &t);
	uint32_t key, value;

	if (t.kind == TOKEN_STRING) {
		key = ruby_literal(p);
	} else {
		struct value v = {.kind = VALUE_STRING,
			.text = name,
			.span = {.offset = t.at, .length = t.length}};

		reader_next(r);
		v.pieces = (struct range){r->u->pieces.n, 1};
		vec_push(r->u->arena, &r->u->pieces,
			(struct piece){
				.kind = PIECE_VERBATIM, .length = t.length, .source = v.span});
		key = unit_add_value(r->u, v);
	}
	if (is_short(p))
		value = reader_value(r, VALUE_REFERENCE, name, t.at);
	else {
		reader_skip_newlines(&p->r);
		value = ruby_expression(p);
	}
	name = r->u->values.v[key].kind == VALUE_STRING ? r->u->values.v[key].text : STR("**");
	if (entry)
		reader_push(r, reader_parent(r, VALUE_ENTRY, (struct str){0}, t.at, key, value));
	else
		reader_push(r, reader_parent(r, VALUE_ARGUMENT, name, t.at, value, 0));
}

/* `expression` or `key => value`. */
static void
plain(struct ruby *p, bool entry)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value = ruby_expression(p), other;

	if (!r->failed && reader_take(r, OP2('=', '>'))) {
		reader_skip_newlines(&p->r);
		other = ruby_expression(p);
		if (entry || r->u->values.v[value].kind != VALUE_STRING)
			value = reader_parent(r, VALUE_ENTRY, (struct str){0}, from, value, other);
		else
			value = reader_parent(
				r, VALUE_ARGUMENT, r->u->values.v[value].text, from, other, 0);
	}
	reader_push(r, value);
}

static void
argument(struct ruby *p, bool entry)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value;
	struct str mark = {0};

	if (ruby_at_label(p)) {
		labelled(p, entry);
		return;
	}
	if (reader_take(r, OP3('.', '.', '.')) && reader_is(r, OP1(')'))) { /* all is handed on */
		reader_push(r, reader_hole(r, from));
		return;
	}
	if (reader_take(r, OP1('*')))
		mark = STR("*");
	else if (reader_take(r, OP2('*', '*')))
		mark = STR("**");
	else if (reader_take(r, OP1('&')))
		mark = STR("&");
	if (!mark.n) {
		plain(p, entry);
		return;
	}
	if (reader_is(r, OP1(')')) || reader_is(r, OP1(',')) || reader_is(r, OP1(']')) ||
		reader_is_newline(r))
		value = reader_hole(r, from); /* an anonymous one is handed on */
	else
		value = ruby_expression(p);
	reader_push(r, reader_parent(r, VALUE_ARGUMENT, mark, from, value, 0));
}

void
ruby_arguments(struct ruby *p, uint32_t close)
{
	struct reader *r = &p->r;
	uint32_t no_do = p->no_do, ternary = p->ternary;

	p->no_do = close ? 0 : no_do + 1;
	p->ternary = close ? 0 : ternary;
	if (close)
		reader_skip_newlines(&p->r);
	while (!r->failed && !(close && reader_is(r, close))) {
		argument(p, false);
		if (close)
			reader_skip_newlines(&p->r);
		if (p->colon || !reader_take(r, OP1(',')))
			break;
		reader_skip_newlines(&p->r);
	}
	if (close)
		reader_want(r, close, "a ',' or a closing bracket was expected");
	p->no_do = no_do;
	p->ternary = ternary;
}

uint32_t
ruby_array(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, value;

	reader_next(r);
	ruby_arguments(p, OP1(']'));
	for (uint32_t i = mark; i < r->stack.n; i++) { /* [*a, b]: not told apart */
		value = r->stack.v[i];
		if (r->u->values.v[value].kind == VALUE_ARGUMENT) {
			r->stack.n = mark;
			return reader_hole(r, from);
		}
	}
	return reader_collect(r, VALUE_LIST, (struct str){0}, from, mark);
}

uint32_t
ruby_hash(struct ruby *p, uint32_t from)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n, no_do = p->no_do, ternary = p->ternary;

	p->no_do = p->ternary = 0;
	reader_skip_newlines(&p->r);
	while (!r->failed && !reader_is(r, OP1('}'))) {
		argument(p, true);
		reader_skip_newlines(&p->r);
		if (!reader_take(r, OP1(',')))
			break;
		reader_skip_newlines(&p->r);
	}
	reader_want(r, OP1('}'), "a '}' is missing");
	p->no_do = no_do;
	p->ternary = ternary;
	for (uint32_t i = mark; i < r->stack.n; i++)
		if (r->u->values.v[r->stack.v[i]].kind != VALUE_ENTRY)
			r->stack.v[i] = reader_hole(r, from); /* **others */
	return reader_collect(r, VALUE_MAP, (struct str){0}, from, mark);
}

/* The block of a call as a FUNCTION, from its `do` or '{' to its end. */
static uint32_t
block_function(struct ruby *p, uint32_t from, bool parameters)
{
	struct reader *r = &p->r;
	uint32_t mark = r->stack.n, n = 0, no_do = p->no_do, ternary = p->ternary,
		 branches = p->branches, value;
	bool braces = reader_is(r, OP1('{'));

	reader_next(r);
	reader_open(r, from, true, false);
	p->no_do = p->ternary = p->branches = 0;
	if (parameters && reader_take(r, OP1('|'))) {
		n = ruby_parameters(p, OP1('|'));
		reader_want(r, OP1('|'), "a '|' was expected");
	}
	reader_push(r, 0);
	reader_push(r, braces ? ruby_block(p, false) : ruby_body(p));
	if (braces)
		reader_want(r, OP1('}'), "a '}' is missing");
	else
		ruby_end(p);
	p->no_do = no_do;
	p->ternary = ternary;
	p->branches = branches;
	if (r->failed)
		return 0;
	reader_close(r, reader_end(r));
	value = reader_collect(r, VALUE_FUNCTION, (struct str){0}, from, mark);
	r->u->values.v[value].op = n;
	return value;
}

/* The only expression of a block; 0: there are others, or none. */
static uint32_t
only_expression(const struct unit *u, uint32_t function)
{
	uint32_t block = unit_kid(u, function, u->values.v[function].op + 1),
		 one = unit_kid(u, block, 0);

	return u->values.v[block].kids.count == 1 && u->values.v[one].kind != VALUE_ASSIGNMENT &&
			       u->values.v[one].kind != VALUE_RETURN &&
			       u->values.v[unit_kid(u, one, 1)].kind != VALUE_BLOCK
		       ? one
		       : 0;
}

/* The text that a lambda without parameters gives, and nothing else; 0: it does more. */
static uint32_t
only_text(const struct unit *u, uint32_t function)
{
	uint32_t one = only_expression(u, function);
	enum value_kind kind = u->values.v[one].kind;

	return u->values.v[function].op == 0 &&
			       (kind == VALUE_STRING || kind == VALUE_CONCATENATION)
		       ? one
		       : 0;
}

/* -> { "now()" }: what it will give is told as its argument. */
static uint32_t
lambda_of(struct reader *r, uint32_t from, uint32_t text)
{
	uint32_t callee = reader_value(r, VALUE_REFERENCE, STR("->"), from);

	return reader_parent(r, VALUE_CALL, (struct str){0}, from, callee, text);
}

uint32_t
ruby_lambda(struct ruby *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), mark = r->stack.n, value;

	reader_next(r);
	reader_open(r, from, true, false);
	if (reader_take(r, OP1('('))) {
		ruby_parameters(p, OP1(')'));
		reader_want(r, OP1(')'), "a ')' is missing");
	} else if (reader_token(r)->kind == TOKEN_NAME && !reader_token(r)->word) {
		ruby_parameters(p, OP1('{'));
	}
	r->stack.n = mark;
	if (!reader_is(r, OP1('{')) && !reader_is_word(r, RB_DO)) {
		reader_fail(r, "the body of a lambda was expected");
		return 0;
	}
	value = block_function(p, from, false);
	if (r->failed)
		return 0;
	reader_close(r, reader_end(r));
	return only_text(r->u, value) ? lambda_of(r, from, only_text(r->u, value)) : value;
}

/* The first N parameters' names as FOREACH has them. */
static struct str
names_of(struct reader *r, uint32_t function, uint32_t n)
{
	struct buf b = {.arena = r->u->arena};

	for (uint32_t i = 0; i < r->u->values.v[function].op && i < n; i++)
		buf_addf(&b, "%s%.*s", i ? "," : "",
			STR_ARG(r->u->values.v[unit_kid(r->u, function, i)].text));
	return buf_str(&b);
}

/* list.each { |x| … }, list.map { |x| one expression }; 0: neither. */
static uint32_t
loop(struct reader *r, struct str name, uint32_t object, uint32_t function, uint32_t from)
{
	uint32_t block = unit_kid(r->u, function, r->u->values.v[function].op + 1);
	uint32_t one = only_expression(r->u, function);

	/* The number is not known. */
	if (str_is(name, "each_with_index") && object)
		return reader_parent(
			r, VALUE_FOREACH, names_of(r, function, 1), from, object, block);
	if ((str_is(name, "each") || str_is(name, "each_pair")) && object)
		return reader_parent(
			r, VALUE_FOREACH, names_of(r, function, UINT32_MAX), from, object, block);
	if ((str_is(name, "map") || str_is(name, "collect")) && object && one)
		return reader_parent(
			r, VALUE_FOREACH, names_of(r, function, UINT32_MAX), from, object, one);
	if (str_is(name, "times") || str_is(name, "upto") || str_is(name, "step") ||
		str_is(name, "loop") || str_is(name, "each_slice") || str_is(name, "find_each") ||
		str_is(name, "each_with_object"))
		return reader_parent(r, VALUE_FOREACH, names_of(r, function, UINT32_MAX), from,
			reader_hole(r, from), block);
	return 0;
}

/* What gives its object, for SQL's purposes, when it is called without arguments. */
static bool
is_identity(struct str name)
{
	static const char *const names[] = {"freeze", "squish", "strip", "to_s", "to_sym", "dup",
		"html_safe", "chomp", "lstrip", "rstrip", "strip_heredoc", "to_str", "itself",
		"presence", "to_a", NULL};

	for (size_t i = 0; names[i]; i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

/* Of [text, parameters …], where a statement is wanted: the text. */
static bool
takes_array(struct str name)
{
	return str_is(name, "sanitize_sql") || str_is(name, "sanitize_sql_array");
}

/* Of one argument, which it gives: Arel.sql("…"), quote_table_name("…"). */
static bool
hands_on(struct str name)
{
	return str_is(name, "sql") || str_is(name, "quote_table_name") || takes_array(name) ||
	       str_is(name, "quote_column_name") || str_is(name, "squish");
}

/* The call of CALLEE with what is on the stack above MARK; FUNCTION: its block, or 0. */
static uint32_t
call(struct ruby *p, uint32_t callee, uint32_t from, uint32_t mark, uint32_t function)
{
	struct reader *r = &p->r;
	struct str name = r->u->values.v[callee].text;
	bool method = r->u->values.v[callee].kind == VALUE_ATTRIBUTE;
	uint32_t object = method ? unit_kid(r->u, callee, 0) : 0, n = r->stack.n - mark, value,
		 list;

	value = function && n == 0 ? loop(r, name, object, function, from) : 0;
	if (value)
		return value;
	if (n == 0 && !function && method && is_identity(name))
		return object;
	/* Base.send(:sanitize_sql_array, …) */
	if (n == 2 && str_is(name, "send") && hands_on(r->u->values.v[r->stack.v[mark]].text)) {
		name = r->u->values.v[r->stack.v[mark]].text;
		r->stack.v[mark] = r->stack.v[mark + 1];
		r->stack.n--;
		n = 1;
	}
	if (n &&
		(takes_array(name) || str_is(name, "find_by_sql") ||
			str_is(name, "count_by_sql")) &&
		r->u->values.v[r->stack.v[mark]].kind == VALUE_LIST)
		r->stack.v[mark] = unit_kid(r->u, r->stack.v[mark], 0);
	value = n == 1 ? r->stack.v[mark] : 0;
	if (n == 1 && !function && hands_on(name) && r->u->values.v[value].kind != VALUE_ARGUMENT) {
		r->stack.n = mark;
		return value;
	}
	if (method && str_is(name, "join") && n <= 1 && !function) {
		list = object;
		if (n == 0)
			value = unit_add_value(r->u,
				(struct value){.kind = VALUE_STRING, .span = reader_span(r, from)});
		r->stack.n = mark;
		return reader_parent(r, VALUE_JOIN, (struct str){0}, from, value, list);
	}
	if ((str_is(name, "format") || str_is(name, "sprintf")) && n >= 2 && !function &&
		r->u->values.v[r->stack.v[mark + 1]].kind != VALUE_ARGUMENT)
		return reader_collect(r, VALUE_FORMAT, (struct str){0}, from, mark);
	if (function)
		reader_push(r, reader_parent(r, VALUE_ARGUMENT, STR("&"),
				       r->u->values.v[function].span.offset, function, 0));
	reader_push(r, 0);
	for (uint32_t i = r->stack.n - 1; i > mark; i--)
		r->stack.v[i] = r->stack.v[i - 1];
	r->stack.v[mark] = callee;
	return reader_collect(r, VALUE_CALL, (struct str){0}, from, mark);
}

static bool
is_constant(struct str name)
{
	return name.n && name.s[0] >= 'A' && name.s[0] <= 'Z';
}

/* A name alone is a call of a method unless it is a variable, or what follows asks it for something. */
static bool
is_called(struct ruby *p, uint32_t callee)
{
	struct reader *r = &p->r;
	const struct value *v = &r->u->values.v[callee];

	return v->kind == VALUE_REFERENCE && !is_constant(v->text) && !reader_is(r, OP1('.')) &&
	       !reader_is(r, OP2('&', '.')) && !reader_is(r, OP2(':', ':')) &&
	       !reader_is(r, OP1('['));
}

uint32_t
ruby_called(struct ruby *p, uint32_t callee, uint32_t from, bool local)
{
	struct reader *r = &p->r;
	struct str name = r->u->values.v[callee].text;
	uint32_t mark = r->stack.n, function = 0;
	bool given = false,
	     constant = is_constant(name) && r->u->values.v[callee].kind == VALUE_REFERENCE;

	if (reader_is(r, OP1('(')) && !reader_blank_before(&p->r)) {
		reader_next(r);
		ruby_arguments(p, OP1(')'));
		given = true;
	} else if (!local && !constant && ruby_at_argument(p) &&
		   !(p->ternary && reader_is(r, OP1('[')))) {
		ruby_arguments(p, 0);
		given = true;
	}
	if (!r->failed && !p->colon && !local &&
		((reader_is(r, OP1('{')) && (!constant || given)) ||
			(reader_is_word(r, RB_DO) && !p->no_do))) {
		function = block_function(p, reader_at(r), true);
		given = true;
	}
	if (r->failed)
		return 0;
	if (!given && r->u->values.v[callee].kind == VALUE_ATTRIBUTE && is_identity(name))
		return unit_kid(r->u, callee, 0);
	if (!given && !(is_called(p, callee) && !local))
		return callee;
	return call(p, callee, from, mark, function);
}
