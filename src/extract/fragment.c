/* Values → fragments: which expressions are SQL, and the parsing of what they can say.
 *
 * Every expression of a file is walked once. The argument of a call that executes SQL is a fragment
 * whatever it says; any other text is one when it begins as SQL does. */
#include "extract/extract.h"

#include "extract/fragment_p.h"
#include "host/host.h"
#include "sql/sql.h"
#include "unit/evaluate.h"

#define WALK_DEPTH 200

struct walk {
	struct unit *unit;
	struct evaluator *evaluator;
	const struct host_options *options;
	struct arena *scratch;
	bool *seen; /* by value: as a whole, or as a part of something walked */
	uint32_t n;
};

static bool
is_textual(enum value_kind kind)
{
	return kind == VALUE_STRING || kind == VALUE_CONCATENATION || kind == VALUE_FORMAT ||
	       kind == VALUE_JOIN || kind == VALUE_CONDITION;
}

/* A branch of a function is a CONDITION, too, but of blocks. */
static bool
is_text(const struct unit *u, uint32_t value)
{
	enum value_kind branch = u->values.v[unit_kid(u, value, 1)].kind;

	return is_textual(u->values.v[value].kind) &&
	       (u->values.v[value].kind != VALUE_CONDITION || branch != VALUE_BLOCK);
}

/* The last component of what is called: "Query" of db.Query, "RunSQL" of a dotted reference. */
static struct str
callee_name(const struct unit *u, uint32_t call)
{
	uint32_t kid = unit_kid(u, call, 0);
	const struct value *callee;
	size_t dot;

	/* What a call gives may tag a template: sql.type(row)`…`. */
	if (u->values.v[call].op == CALL_TAGGED && u->values.v[kid].kind == VALUE_CALL)
		kid = unit_kid(u, kid, 0);
	callee = &u->values.v[kid];

	if (callee->kind != VALUE_REFERENCE && callee->kind != VALUE_ATTRIBUTE)
		return (struct str){0};
	dot = str_rchr(callee->text, '.');
	return dot == SIZE_MAX ? callee->text : str_slice(callee->text, dot + 1, callee->text.n);
}

/* The last name of what a method is called on: "connection" of self.connection.execute(…). */
static struct str
receiver_name(const struct unit *u, uint32_t call)
{
	uint32_t callee = unit_kid(u, call, 0), object = unit_kid(u, callee, 0);
	struct str text;
	size_t dot;

	if (u->values.v[callee].kind != VALUE_ATTRIBUTE)
		return (struct str){0};
	if (u->values.v[object].kind == VALUE_CALL)
		object = unit_kid(u, object, 0);
	text = u->values.v[object].text;
	dot = str_rchr(text, '.');
	return dot == SIZE_MAX ? text : str_slice(text, dot + 1, text.n);
}

const struct host_sink *
extract_sink(
	const struct unit *u, uint32_t call, struct str host, const struct host_options *options)
{
	struct str name = callee_name(u, call);

	if (name.n == 0)
		return NULL;
	for (const struct host_sink *s = options->sinks; s && s->host; s++)
		if (str_is(name, s->callee) && str_is(host, s->host) &&
			(!s->receiver || str_glob(str_from(s->receiver), receiver_name(u, call))))
			return s;
	return NULL;
}

static bool may_be_sql(const struct unit *u, uint32_t value, uint32_t depth);

/* The statement among the arguments of a call that may have a context in front of it: the first text
 * that begins as SQL or is put together, else the first name that could stand for text (the text
 * behind it is then a parameter), else the first text. */
static uint32_t
first_textual(const struct unit *u, struct range kids)
{
	uint32_t name = 0, text = 0;

	for (uint32_t i = 1; i < kids.count; i++) {
		uint32_t kid = u->kids.v[kids.first + i];
		const struct value *v = &u->values.v[kid];

		if (is_textual(v->kind) && (v->kind != VALUE_STRING || may_be_sql(u, kid, 0)))
			return kid;
		if (is_textual(v->kind) && !text)
			text = kid;
		if ((v->kind == VALUE_REFERENCE || v->kind == VALUE_ATTRIBUTE) && i <= 2 &&
			!str_is(v->text, "ctx") && !str_is(v->text, "tx") && !name)
			name = kid;
	}
	return name ? name : text;
}

/* The statement of query({text: "…", values: […]}): the property that is called as the argument is. */
static uint32_t
property(const struct unit *u, uint32_t map, const char *name)
{
	struct range kids = u->values.v[map].kids;

	for (uint32_t i = 0; i < kids.count; i++) {
		uint32_t entry = u->kids.v[kids.first + i];

		if (u->values.v[entry].kind == VALUE_ENTRY &&
			str_is(u->values.v[unit_kid(u, entry, 0)].text, name))
			return unit_kid(u, entry, 1);
	}
	return 0;
}

/* An argument that stands at the place of the statement. */
static uint32_t
at_place(const struct unit *u, uint32_t kid, const struct host_sink *sink)
{
	const struct value *v = &u->values.v[kid];

	/* f(*args), f(...args) pass on a call of whatever kind. */
	if (v->kind == VALUE_HOLE &&
		(str_starts(v->text, STR("*")) || str_starts(v->text, STR("..."))))
		return 0;
	return v->kind == VALUE_MAP && sink->keyword ? property(u, kid, sink->keyword) : kid;
}

uint32_t
extract_sink_argument(const struct unit *u, uint32_t call, const struct host_sink *sink)
{
	struct range kids = u->values.v[call].kids;
	uint32_t position = 0;

	for (uint32_t i = 1; i < kids.count; i++) {
		uint32_t kid = u->kids.v[kids.first + i];
		const struct value *v = &u->values.v[kid];

		if (v->kind == VALUE_ARGUMENT) {
			if (sink->keyword && str_is(v->text, sink->keyword))
				return unit_kid(u, kid, 0);
		} else if (sink->argument >= 0 && position++ == (uint32_t)sink->argument) {
			return at_place(u, kid, sink);
		}
	}
	return sink->argument < 0 ? first_textual(u, kids) : 0;
}

/* True when B is where A ends: a line or an escape of the same literal. */
static bool
follows(const struct span *a, const struct span *b)
{
	return a->origin == b->origin && a->offset + a->length == b->offset;
}

/* Makes one fragment of one text and has it read. */
static void
read_text(struct evaluator *e, uint32_t text, uint32_t origin_value, enum fragment_sink sink,
	struct arena *scratch)
{
	struct unit *u = e->out;
	struct value v = u->values.v[text];
	struct fragment *f = vec_add(u->arena, &u->fragments);
	struct sql_input input = {
		.text = v.text,
		.pieces = u->pieces.v + v.pieces.first,
		.n_pieces = v.pieces.count,
		.fragment = u->fragments.n - 1,
		.placeholders = true,
		.speculative = sink == SINK_NONE,
	};
	struct piece *copy;

	f->sink = sink;
	f->value = origin_value ? origin_value : text;
	f->span = v.span;
	for (uint32_t i = 1; i < input.n_pieces; i++)
		f->joined |= !follows(&input.pieces[i - 1].source, &input.pieces[i].source);
	/* The reader adds pieces of its own (bodies): they may move the table. */
	copy = arena_array(scratch, struct piece, input.n_pieces ? input.n_pieces : 1);
	for (uint32_t i = 0; i < input.n_pieces; i++)
		copy[i] = input.pieces[i];
	input.pieces = copy;
	sql_read(u, &input, scratch);
}

/* Text without a space: "provider", "/v1/users". No statement that touches anything is one word. */
static bool
is_one_word(struct str text)
{
	text = str_trim(text);
	for (size_t i = 0; i < text.n; i++)
		if (text.s[i] == ' ' || (text.s[i] >= '\t' && text.s[i] <= '\r'))
			return false;
	return true;
}

static bool
is_sink_name(struct str host, struct str name)
{
	size_t dot = str_rchr(name, '.');

	if (dot != SIZE_MAX)
		name = str_slice(name, dot + 1, name.n);
	for (const struct host_sink *s = extract_sinks; s->host; s++)
		if (str_is(host, s->host) && str_is(name, s->callee))
			return true;
	return false;
}

/* True for the parameter of a function that is a sink by its own name (a wrapper's Exec): what it
 * is called with is read where it is called. */
static bool
is_forwarded(const struct value_ref *v)
{
	const struct unit *u = v->unit;
	const struct value *x = &u->values.v[v->value];
	const struct symbol *parameter = NULL, *function = NULL;

	for (uint32_t i = 1; x->kind == VALUE_REFERENCE && i < u->symbols.n; i++) {
		const struct symbol *s = &u->symbols.v[i];

		if (s->kind == SYMBOL_PARAMETER && str_eq(s->name, x->text) &&
			s->from <= x->span.offset && x->span.offset < s->to)
			parameter = s;
	}
	for (uint32_t i = 1; parameter && i < u->symbols.n; i++) {
		const struct symbol *s = &u->symbols.v[i];

		if (s->kind == SYMBOL_FUNCTION && s->span.offset < parameter->span.offset &&
			(!function || s->span.offset > function->span.offset))
			function = s;
	}
	return function && is_sink_name(u->reader, function->name);
}

/* RunSQL.noop is the empty text. */
static bool
is_noop(const struct unit *u, uint32_t value)
{
	const struct value *v = &u->values.v[value];

	return (v->kind == VALUE_REFERENCE || v->kind == VALUE_ATTRIBUTE) &&
	       (str_is(v->text, "noop") || str_ends(v->text, STR("RunSQL.noop")));
}

uint32_t
extract_fragment(struct evaluator *e, const struct value_ref *v, enum fragment_sink sink,
	bool keep_open, struct arena *scratch)
{
	struct unit *u = e->out;
	uint32_t texts[EVALUATE_ALTERNATIVES];
	uint32_t own = v->unit == u ? v->value : 0, n, made = 0, value;

	e->open = e->exhausted = false;
	e->steps = EVALUATE_STEPS;
	value = evaluate(e, *v);
	/* [text, parameters …], as some take a statement. */
	if (sink == SINK_EXECUTE && u->values.v[value].kind == VALUE_LIST)
		value = unit_kid(u, value, 0);
	n = evaluate_texts(e, value, texts);
	if (e->open && keep_open) {
		vec_push(u->arena, &u->fragments,
			(struct fragment){.sink = sink,
				.value = v->value,
				.span = v->unit->values.v[v->value].span});
		return 1;
	}
	for (uint32_t i = 0; i < n; i++) {
		struct str text = u->values.v[texts[i]].text;

		if (is_one_word(text) || (sink == SINK_NONE && !host_looks_like_sql(text)))
			continue;
		read_text(e, texts[i], own, sink, scratch);
		made++;
	}
	if (n == 0 && sink == SINK_OPERATION && is_noop(u, value))
		return made;
	if (n == 0 && (sink == SINK_EXECUTE || sink == SINK_OPERATION) && !is_forwarded(v))
		unit_add_blind(u, e->exhausted ? BLIND_TOO_DEEP : BLIND_DYNAMIC,
			v->unit->values.v[v->value].span,
			"the text of this statement is not known");
	return made;
}

/* True when a piece of text below the value could be the beginning of SQL. */
static bool
may_be_sql(const struct unit *u, uint32_t value, uint32_t depth)
{
	const struct value *v = &u->values.v[value];

	if (v->kind == VALUE_STRING)
		return host_looks_like_sql(v->text);
	if (depth > 8 || !is_text(u, value))
		return false;
	for (uint32_t i = 0; i < v->kids.count; i++)
		if (may_be_sql(u, u->kids.v[v->kids.first + i], depth + 1))
			return true;
	return false;
}

/* True when only a name's value, perhaps of another file, tells how the text begins: a format or a
 * prefix that is a constant. */
static bool
begins_with_name(const struct unit *u, uint32_t value)
{
	enum value_kind first;

	while (u->values.v[value].kind == VALUE_CONCATENATION ||
		u->values.v[value].kind == VALUE_FORMAT)
		value = unit_kid(u, value, 0);
	first = u->values.v[value].kind;
	return first == VALUE_REFERENCE || first == VALUE_ATTRIBUTE;
}

static void walk_value(struct walk *w, uint32_t value, uint32_t depth);

static void
walk_kids(struct walk *w, uint32_t value, uint32_t depth)
{
	struct range kids = w->unit->values.v[value].kids;

	for (uint32_t i = 0; i < kids.count; i++)
		walk_value(w, w->unit->kids.v[kids.first + i], depth + 1);
}

/* Goes past a text that was taken: its parts are not texts of their own, but calls among them are
 * walked. */
static void
pass_text(struct walk *w, uint32_t value, uint32_t depth)
{
	struct range kids = w->unit->values.v[value].kids;
	enum value_kind kind = w->unit->values.v[value].kind;

	if (value >= w->n || w->seen[value])
		return;
	/* A list among the parts is what JOIN joins. */
	if ((!is_text(w->unit, value) && kind != VALUE_LIST) || depth > WALK_DEPTH) {
		walk_value(w, value, depth);
		return;
	}
	w->seen[value] = true;
	for (uint32_t i = 0; i < kids.count; i++)
		pass_text(w, w->unit->kids.v[kids.first + i], depth + 1);
}

static void
take_text(struct walk *w, uint32_t value, enum fragment_sink sink)
{
	struct value_ref ref = {.unit = w->unit, .value = value};

	extract_fragment(w->evaluator, &ref, sink, true, w->scratch);
	if (is_textual(w->unit->values.v[value].kind))
		pass_text(w, value, 0);
}

/* The argument of an operation may be a list of statements, each alone or with its parameters. */
static void
take_operation(struct walk *w, uint32_t argument)
{
	struct value v = w->unit->values.v[argument];

	if (v.kind != VALUE_LIST) {
		take_text(w, argument, SINK_OPERATION);
		return;
	}
	for (uint32_t i = 0; i < v.kids.count; i++) {
		uint32_t kid = w->unit->kids.v[v.kids.first + i];

		if (w->unit->values.v[kid].kind == VALUE_LIST)
			kid = unit_kid(w->unit, kid, 0);
		if (kid)
			take_text(w, kid, SINK_OPERATION);
	}
}

/* True when the file imports one of the modules: its common names mean what a driver means by them. */
static bool
imports(const struct unit *u, const char *const *modules)
{
	for (uint32_t i = 1; modules && i < u->symbols.n; i++) {
		const struct symbol *s = &u->symbols.v[i];
		struct str path = u->values.v[s->value].text;

		path = str_slice(path, 0, str_rchr(path, ' '));
		for (const char *const *m = modules; s->kind == SYMBOL_IMPORT && *m; m++)
			if (str_is(path, *m))
				return true;
	}
	return false;
}

/* True when the argument is known in this file to begin as SQL does. */
static bool
is_sql(struct walk *w, uint32_t argument)
{
	struct evaluator *e = w->evaluator;
	struct value_ref ref = {.unit = w->unit, .value = argument};
	uint32_t texts[EVALUATE_ALTERNATIVES], n;
	bool found = false;

	e->open = e->exhausted = false;
	e->steps = EVALUATE_STEPS;
	n = evaluate_texts(e, evaluate(e, ref), texts);
	for (uint32_t i = 0; i < n; i++)
		found |= host_looks_like_sql(e->out->values.v[texts[i]].text);
	return found;
}

/* The statement in execute(text("…")): another's argument when that is only a wrapper of its own. */
static uint32_t
unwrapped(struct walk *w, uint32_t argument)
{
	const struct host_sink *wrapper = NULL;
	uint32_t inner;

	if (w->unit->values.v[argument].kind == VALUE_CALL)
		wrapper = extract_sink(w->unit, argument, w->unit->reader, w->options);
	inner = wrapper && wrapper->wraps ? extract_sink_argument(w->unit, argument, wrapper) : 0;
	return inner ? inner : argument;
}

static void
take_argument(struct walk *w, uint32_t argument, uint32_t depth)
{
	uint32_t inner = unwrapped(w, argument);

	take_text(w, inner, SINK_EXECUTE);
	if (inner != argument && argument < w->n) {
		w->seen[argument] = true;
		walk_kids(w, argument, depth + 1);
	}
}

/* The statement of an object that a name stands for: const q = {text: "…"}; query(q). */
static uint32_t
named_object(struct walk *w, uint32_t argument, const struct host_sink *sink)
{
	struct evaluator *e = w->evaluator;
	enum value_kind kind = w->unit->values.v[argument].kind;
	uint32_t value;

	if (!sink->keyword || sink->operation ||
		(kind != VALUE_REFERENCE && kind != VALUE_ATTRIBUTE))
		return argument;
	e->open = e->exhausted = false;
	e->steps = EVALUATE_STEPS;
	value = evaluate(e, (struct value_ref){.unit = w->unit, .value = argument});
	value = w->unit->values.v[value].kind == VALUE_MAP ? property(w->unit, value, sink->keyword)
							   : 0;
	return value ? value : argument;
}

static void
walk_call(struct walk *w, uint32_t call, uint32_t depth)
{
	const struct host_sink *sink = extract_sink(w->unit, call, w->unit->reader, w->options);
	uint32_t argument = sink ? extract_sink_argument(w->unit, call, sink) : 0;

	argument = argument ? named_object(w, argument, sink) : 0;

	if (argument && sink->operation)
		take_operation(w, argument);
	else if (argument && (!sink->common || is_sql(w, argument) ||
				     (!sink->wraps && imports(w->unit, sink->modules))))
		take_argument(w, argument, depth);
	walk_kids(w, call, depth);
}

static void
walk_value(struct walk *w, uint32_t value, uint32_t depth)
{
	enum value_kind kind = w->unit->values.v[value].kind;

	if (value == 0 || value >= w->n || w->seen[value])
		return;
	if (depth > WALK_DEPTH) {
		unit_add_blind(w->unit, BLIND_TOO_DEEP, w->unit->values.v[value].span,
			"expressions nested deeper than %d are not searched", WALK_DEPTH);
		return;
	}
	w->seen[value] = true;
	if (kind == VALUE_CALL) {
		walk_call(w, value, depth);
		return;
	}
	if (is_text(w->unit, value) &&
		(may_be_sql(w->unit, value, 0) || begins_with_name(w->unit, value))) {
		w->seen[value] = false;
		take_text(w, value, SINK_NONE);
		return;
	}
	walk_kids(w, value, depth);
}

void
extract_literals(struct unit *u, const struct host_options *options, struct arena *scratch)
{
	struct file_scope scope = {.unit = u};
	struct evaluator e = {.out = u, .resolver = {resolve_in_file, &scope}};
	struct walk w = {.unit = u,
		.evaluator = &e,
		.options = options,
		.scratch = scratch,
		.n = u->values.n};
	bool *kid = arena_array(scratch, bool, u->values.n);

	w.seen = arena_array(scratch, bool, u->values.n);
	for (uint32_t i = 1; i < u->kids.n; i++)
		if (u->kids.v[i] < u->values.n)
			kid[u->kids.v[i]] = true;
	for (uint32_t i = 1; i < w.n; i++)
		if (!kid[i])
			walk_value(&w, i, 0);
}
