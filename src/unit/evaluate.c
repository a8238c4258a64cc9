/* The evaluator's walk over values: names, calls, loops, classes. What is done with their texts is in
 * evaluate_text.c, formats in evaluate_format.c.
 *
 * Three bounds keep hostile values in check: the depth of the walk, the steps of all of it (long
 * texts count as several), and the values on the way, so that a cycle of names ends at once. */
#include "unit/evaluate_p.h"

#include "base/arena.h"

/* More attributes in a row than that are no name. */
#define CHAIN 32

/* A dotted name in pieces: path up to ends[i] are its first i + 1 components. */
struct chain {
	struct str path;
	uint32_t ends[CHAIN];
	uint32_t n;
	bool is_path; /* the head is dotted itself: it was evaluated before */
};

/* What the first components of a chain mean. */
struct found {
	enum {
		FOUND_REF,      /* .ref */
		FOUND_MADE,     /* .made */
		FOUND_EXTERNAL, /* .external */
		FOUND_NOTHING,
	} how;
	struct value_ref ref;
	uint32_t made;
	struct str external;
	uint32_t used; /* components */
};

static uint32_t eval(struct evaluator *e, struct value_ref ref);

bool
evaluator_spend(struct evaluator *e, size_t n)
{
	if (e->steps < n) {
		e->steps = 0;
		e->exhausted = true;
		return false;
	}
	e->steps -= (uint32_t)n;
	return true;
}

static const struct value *
raw(struct value_ref ref)
{
	return &ref.unit->values.v[ref.value];
}

static struct value_ref
raw_kid(struct value_ref ref, uint32_t i)
{
	ref.value = unit_kid(ref.unit, ref.value, i);
	return ref;
}

static struct span
span_of(struct value_ref ref)
{
	struct span s = raw(ref)->span;

	if (!s.origin)
		s.origin = ref.origin;
	return s;
}

/* True when a value without kids can stay where it is. */
static bool
is_at_home(const struct evaluator *e, struct value_ref ref)
{
	return ref.unit == e->out && ref.origin == 0;
}

static uint32_t
copy_leaf(struct evaluator *e, struct value_ref ref)
{
	struct value v = *raw(ref);
	struct range from = v.pieces;

	if (is_at_home(e, ref) || !evaluator_spend(e, from.count / 16))
		return is_at_home(e, ref) ? ref.value : evaluator_hole(e, (struct str){0}, v.span);
	v.span = span_of(ref);
	v.kids = (struct range){0};
	v.pieces = (struct range){e->out->pieces.n, from.count};
	for (uint32_t i = 0; i < from.count; i++) {
		struct piece p = ref.unit->pieces.v[from.first + i];

		if (!p.source.origin)
			p.source.origin = ref.origin;
		vec_push(e->out->arena, &e->out->pieces, p);
	}
	return unit_add_value(e->out, v);
}

/* The same kind of value with evaluated kids. */
static uint32_t
form(struct evaluator *e, struct value_ref ref)
{
	struct value v = *raw(ref);
	uint32_t *kids = arena_array(e->out->arena, uint32_t, v.kids.count), n = 0;
	bool same = is_at_home(e, ref);

	for (; n < v.kids.count && !(n && e->exhausted && !e->steps); n++) {
		kids[n] = eval(e, raw_kid(ref, n));
		same = same && kids[n] == raw_kid(ref, n).value;
	}
	if (same && n == v.kids.count)
		return ref.value;
	v.span = span_of(ref);
	v.kids = unit_add_kids(e->out, kids, n);
	return unit_add_value(e->out, v);
}

static void
add_component(struct evaluator *e, struct chain *c, struct str name)
{
	c->path = c->n ? str_format(e->out->arena, "%.*s.%.*s", STR_ARG(c->path), STR_ARG(name))
		       : name;
	c->ends[c->n++] = (uint32_t)c->path.n;
}

/* Reads a REFERENCE with attributes behind it; false when it is something else. */
static bool
read_chain(struct evaluator *e, struct value_ref ref, struct chain *c)
{
	struct str names[CHAIN];
	uint32_t n = 0;

	*c = (struct chain){0};
	while (raw(ref)->kind == VALUE_ATTRIBUTE && n < CHAIN - 1) {
		names[n++] = raw(ref)->text;
		ref = raw_kid(ref, 0);
	}
	if (raw(ref)->kind != VALUE_REFERENCE)
		return false;
	c->is_path = str_chr(raw(ref)->text, '.', 0) != SIZE_MAX;
	add_component(e, c, raw(ref)->text);
	while (n)
		add_component(e, c, names[--n]);
	return true;
}

static struct str
component(const struct chain *c, uint32_t i)
{
	return str_slice(c->path, i ? c->ends[i - 1] + 1 : 0, c->ends[i]);
}

static const struct evaluator_frame *
find_frame(const struct evaluator *e, struct str name)
{
	for (const struct evaluator_frame *f = e->frame; f; f = f->outer)
		if (str_eq(f->name, name))
			return f;
	return NULL;
}

/* Asks the resolver for the first N components. */
static struct found
ask(struct evaluator *e, struct value_ref at, const struct chain *c, uint32_t n)
{
	struct found f = {.how = FOUND_NOTHING, .used = n};
	struct str path = str_slice(c->path, 0, c->ends[n - 1]);

	if (!e->resolver.resolve || !evaluator_spend(e, 1))
		return f;
	switch (e->resolver.resolve(e->resolver.self, at, path, &f.ref, &f.external)) {
	case RESOLVED:
		f.how = f.ref.value ? FOUND_REF : FOUND_NOTHING;
		break;
	case RESOLVED_EXTERNAL:
		f.how = FOUND_EXTERNAL;
		break;
	case RESOLVED_OPEN:
		if (f.external.n)
			f.how = FOUND_EXTERNAL;
		e->open = e->open || f.external.n || n == 1;
		break;
	case RESOLVED_HOLE:
		break;
	}
	return f;
}

static struct found
look_up(struct evaluator *e, struct value_ref at, const struct chain *c)
{
	const struct evaluator_frame *frame = find_frame(e, component(c, 0));
	struct found f = {.how = FOUND_MADE, .used = 1};

	if (frame) {
		f.made = frame->value;
		return f;
	}
	f.how = FOUND_NOTHING;
	for (uint32_t n = c->n; n && f.how == FOUND_NOTHING; n--)
		f = ask(e, at, c, n);
	if (f.how == FOUND_NOTHING && c->is_path) {
		f.how = FOUND_EXTERNAL;
		f.external = component(c, 0);
		f.used = 1;
	}
	return f;
}

/* The attribute of a class or of a map that is not evaluated; .value 0: there is none. The last
 * assignment counts. */
static struct value_ref
raw_attribute(struct value_ref ref, struct str name)
{
	struct value_ref found = ref, block = ref;

	found.value = 0;
	if (raw(ref)->kind != VALUE_CLASS)
		return found;
	block = raw_kid(ref, raw(ref)->op);
	for (uint32_t i = 0; i < raw(block)->kids.count; i++) {
		struct value_ref kid = raw_kid(block, i);
		const struct value *v = raw(kid);

		if (!str_eq(v->text, name))
			continue;
		if (v->kind == VALUE_ASSIGNMENT)
			found = raw_kid(kid, 0);
		else if (v->kind == VALUE_CLASS || v->kind == VALUE_FUNCTION)
			found = kid;
	}
	return found;
}

/* Goes on through classes that need not be evaluated for it. */
static void
follow(struct found *f, const struct chain *c)
{
	while (f->how == FOUND_REF && f->used < c->n) {
		struct value_ref next = raw_attribute(f->ref, component(c, f->used));

		if (!next.value)
			return;
		f->ref = next;
		f->used++;
	}
}

static bool
is_active(const struct evaluator *e, struct value_ref ref)
{
	for (const struct evaluator_active *a = e->active; a; a = a->outer)
		if (a->unit == ref.unit && a->value == ref.value)
			return true;
	return false;
}

/* Evaluates REF with the names of FRAME, unless that is under way already: then 0. */
static uint32_t
eval_apart(struct evaluator *e, struct value_ref ref, struct value_ref key,
	struct evaluator_frame *frame)
{
	struct evaluator_active active = {key.unit, key.value, e->active};
	struct evaluator_frame *before = e->frame;
	uint32_t result;

	if (is_active(e, key))
		return 0;
	e->active = &active;
	e->frame = frame;
	result = eval(e, ref);
	e->frame = before;
	e->active = active.outer;
	return result;
}

/* A class or function as another value names it: with its bases, without its block. */
static uint32_t
shallow(struct evaluator *e, struct value_ref ref)
{
	struct value v = *raw(ref);
	uint32_t bases = v.kind == VALUE_CLASS ? v.op : 0, n = 0;
	uint32_t *kids = arena_array(e->out->arena, uint32_t, bases + 1);
	struct evaluator_active active = {ref.unit, ref.value, e->active};

	if (is_active(e, ref))
		bases = 0;
	e->active = &active;
	for (; n < bases && (e->steps || !n); n++)
		kids[n] = eval(e, raw_kid(ref, n));
	e->active = active.outer;
	v.op = n;
	v.span = span_of(ref);
	v.kids = unit_add_kids(e->out, kids, n);
	return unit_add_value(e->out, v);
}

static uint32_t
eval_found(struct evaluator *e, const struct found *f, struct str name, struct span span)
{
	uint32_t v = 0;

	switch (f->how) {
	case FOUND_REF:
		if (raw(f->ref)->kind == VALUE_CLASS || raw(f->ref)->kind == VALUE_FUNCTION)
			v = shallow(e, f->ref);
		else
			v = eval_apart(e, f->ref, f->ref, NULL);
		break;
	case FOUND_MADE:
		v = f->made;
		break;
	case FOUND_EXTERNAL:
		v = evaluator_make(e, VALUE_REFERENCE, f->external, span, NULL, 0);
		break;
	case FOUND_NOTHING:
		break;
	}
	return v ? v : evaluator_hole(e, name, span);
}

static uint32_t
eval_chain(struct evaluator *e, struct value_ref ref, const struct chain *c, const struct found *f)
{
	struct span span = span_of(ref);
	uint32_t v;

	if (f->how == FOUND_NOTHING)
		return evaluator_hole(e, c->path, span);
	v = eval_found(e, f, str_slice(c->path, 0, c->ends[f->used - 1]), span);
	for (uint32_t i = f->used; i < c->n; i++)
		v = evaluator_attribute(e, v, component(c, i), span);
	return v;
}

static uint32_t
eval_name(struct evaluator *e, struct value_ref ref)
{
	struct chain c;
	struct found f;

	if (!read_chain(e, ref, &c))
		return evaluator_attribute(
			e, eval(e, raw_kid(ref, 0)), raw(ref)->text, span_of(ref));
	f = look_up(e, ref, &c);
	follow(&f, &c);
	return eval_chain(e, ref, &c, &f);
}

/* The parts of nested concatenations in one row: a + b + c + … nests as deep as it is long. */
static uint32_t
eval_concatenation(struct evaluator *e, struct value_ref ref)
{
	struct arena *a = e->out->arena;
	VEC(uint32_t) stack = {0}, parts = {0};
	struct value_ref part = ref;

	vec_push(a, &stack, ref.value);
	while (stack.n && evaluator_spend(e, 1)) {
		part.value = stack.v[--stack.n];
		if (raw(part)->kind == VALUE_CONCATENATION)
			for (uint32_t i = raw(part)->kids.count; i > 0; i--)
				vec_push(a, &stack, raw_kid(part, i - 1).value);
		else if (part.value)
			vec_push(a, &parts, eval(e, part));
	}
	return evaluator_concatenate(e, parts.v, parts.n, span_of(ref));
}

static uint32_t
eval_format(struct evaluator *e, struct value_ref ref)
{
	uint32_t n = raw(ref)->kids.count, *kids = arena_array(e->out->arena, uint32_t, n + 1);

	for (uint32_t i = 0; i < n; i++)
		kids[i] = eval(e, raw_kid(ref, i));
	return evaluator_format(
		e, (enum format_style)raw(ref)->op, kids[0], kids + 1, n ? n - 1 : 0, span_of(ref));
}

/* The value of parameter I of a call with the evaluated ARGUMENTS; 0: none given. */
static uint32_t
find_argument(const struct evaluator *e, const uint32_t *arguments, uint32_t n, uint32_t i,
	struct str name)
{
	for (uint32_t k = 0; k < n; k++) {
		const struct value *v = evaluator_value(e, arguments[k]);

		if (v->kind == VALUE_ARGUMENT && str_eq(v->text, name))
			return unit_kid(e->out, arguments[k], 0);
		if (v->kind != VALUE_ARGUMENT && k == i)
			return arguments[k];
	}
	return 0;
}

/* The result of a known function of one expression; 0 when there is none to speak of. */
static uint32_t
eval_result(struct evaluator *e, struct value_ref function, const uint32_t *arguments, uint32_t n)
{
	uint32_t parameters = raw(function)->op, result;
	struct value_ref body = raw_kid(function, parameters);
	struct evaluator_frame *frame = NULL;

	if (!body.value || parameters > raw(function)->kids.count)
		return 0;
	for (uint32_t i = 0; i < parameters; i++) {
		struct evaluator_frame *f = arena_new(e->out->arena, struct evaluator_frame);

		f->name = raw(raw_kid(function, i))->text;
		f->value = find_argument(e, arguments, n, i, f->name);
		if (!f->value)
			f->value = evaluator_hole(e, f->name, span_of(raw_kid(function, i)));
		f->outer = frame;
		frame = f;
	}
	result = eval_apart(e, body, function, frame);
	return evaluator_value(e, result)->kind == VALUE_HOLE ? 0 : result;
}

/* A callee that means nothing to us keeps its last component: sinks are known by it. */
static uint32_t
eval_callee(struct evaluator *e, struct value_ref ref, struct found *f)
{
	struct chain c;
	uint32_t v;

	f->how = FOUND_NOTHING;
	if (raw(ref)->kind != VALUE_REFERENCE && raw(ref)->kind != VALUE_ATTRIBUTE)
		return eval(e, ref);
	if (!read_chain(e, ref, &c))
		return eval_name(e, ref);
	*f = look_up(e, ref, &c);
	follow(f, &c);
	v = eval_chain(e, ref, &c, f);
	if (f->used < c.n)
		f->how = FOUND_NOTHING;
	if (evaluator_value(e, v)->kind == VALUE_HOLE && c.n > 1) {
		v = evaluator_hole(
			e, str_slice(c.path, 0, c.ends[c.n - 2]), span_of(raw_kid(ref, 0)));
		v = evaluator_make(e, VALUE_ATTRIBUTE, component(&c, c.n - 1), span_of(ref), &v, 1);
	}
	return v;
}

static uint32_t
eval_call(struct evaluator *e, struct value_ref ref)
{
	uint32_t n = raw(ref)->kids.count, *kids = arena_array(e->out->arena, uint32_t, n + 1);
	struct value v = *raw(ref);
	struct found f;
	uint32_t result;

	kids[0] = eval_callee(e, raw_kid(ref, 0), &f);
	for (uint32_t i = 1; i < n; i++)
		kids[i] = eval(e, raw_kid(ref, i));
	if (f.how == FOUND_REF && raw(f.ref)->kind == VALUE_FUNCTION) {
		result = eval_result(e, f.ref, kids + 1, n ? n - 1 : 0);
		if (result)
			return result;
	}
	v.span = span_of(ref);
	v.kids = unit_add_kids(e->out, kids, n);
	return unit_add_value(e->out, v);
}

/* Binds the loop variables NAMES to ELEMENT, or its parts; 0: to holes. */
static struct evaluator_frame *
bind(struct evaluator *e, struct str names, uint32_t element, struct span span)
{
	struct evaluator_frame *frame = e->frame;
	bool several = str_chr(names, ',', 0) != SIZE_MAX;
	bool parts = element && evaluator_value(e, element)->kind == VALUE_LIST;
	struct str name;

	for (uint32_t i = 0; str_cut(&names, ',', &name); i++) {
		struct evaluator_frame *f = arena_new(e->out->arena, struct evaluator_frame);

		f->name = str_trim(name);
		f->value = !several ? element : parts ? unit_kid(e->out, element, i) : 0;
		if (!f->value)
			f->value = evaluator_hole(e, f->name, span);
		f->outer = frame;
		frame = f;
	}
	return frame;
}

static uint32_t
eval_element(struct evaluator *e, struct value_ref loop, uint32_t element)
{
	struct evaluator_frame *before = e->frame;
	uint32_t v;

	e->frame = bind(e, raw(loop)->text, element, span_of(raw_kid(loop, 0)));
	v = eval(e, raw_kid(loop, 1));
	e->frame = before;
	return v;
}

/* A loop over something unknown keeps its form: its element may still be a text with holes. */
static uint32_t
eval_foreach(struct evaluator *e, struct value_ref ref)
{
	uint32_t list = eval(e, raw_kid(ref, 0));
	struct value l = *evaluator_value(e, list);
	bool known = l.kind == VALUE_LIST || l.kind == VALUE_MAP;
	VEC(uint32_t) elements = {0};

	if (!known) {
		uint32_t kids[] = {list, eval_element(e, ref, 0)};

		return evaluator_make(e, VALUE_FOREACH, raw(ref)->text, span_of(ref), kids, 2);
	}
	for (uint32_t i = 0; i < l.kids.count && evaluator_spend(e, 1); i++) {
		uint32_t element = unit_kid(e->out, list, i);

		if (l.kind == VALUE_MAP)
			element = unit_kid(e->out, element, 0);
		vec_push(e->out->arena, &elements, eval_element(e, ref, element));
	}
	return evaluator_make(e, VALUE_LIST, (struct str){0}, span_of(ref), elements.v, elements.n);
}

static uint32_t
eval_condition(struct evaluator *e, struct value_ref ref)
{
	uint32_t kids[3] = {eval(e, raw_kid(ref, 0))};
	const struct value *test = evaluator_value(e, kids[0]);

	if (test->kind == VALUE_BOOLEAN && str_eq_nocase(test->text, STR("true")))
		return eval(e, raw_kid(ref, 1));
	if ((test->kind == VALUE_BOOLEAN || test->kind == VALUE_NULL) && raw_kid(ref, 2).value)
		return eval(e, raw_kid(ref, 2));
	kids[1] = eval(e, raw_kid(ref, 1));
	kids[2] = eval(e, raw_kid(ref, 2));
	return evaluator_make(e, VALUE_CONDITION, (struct str){0}, span_of(ref), kids, 3);
}

/* Index in KIDS of the assignment to NAME, UINT32_MAX: none. */
static uint32_t
find_assignment(const struct evaluator *e, const uint32_t *kids, uint32_t n, struct str name)
{
	for (uint32_t i = n; i > 0; i--) {
		const struct value *v = evaluator_value(e, kids[i - 1]);

		if (v->kind == VALUE_ASSIGNMENT && str_eq(v->text, name))
			return i - 1;
	}
	return UINT32_MAX;
}

/* A class's `names += more` is put together with the assignment before it. */
static uint32_t
eval_block(struct evaluator *e, struct value_ref ref)
{
	uint32_t count = raw(ref)->kids.count, n = 0;
	uint32_t *kids = arena_array(e->out->arena, uint32_t, count + 1);

	for (uint32_t i = 0; i < count && evaluator_spend(e, 1); i++) {
		uint32_t v = eval(e, raw_kid(ref, i)), before = UINT32_MAX, parts[2];
		struct value a = *evaluator_value(e, v);

		if (a.kind == VALUE_ASSIGNMENT && a.op)
			before = find_assignment(e, kids, n, a.text);
		if (before != UINT32_MAX) {
			parts[0] = unit_kid(e->out, kids[before], 0);
			parts[1] = unit_kid(e->out, v, 0);
			v = evaluator_concatenate(e, parts, 2, a.span);
			kids[before] = evaluator_make(e, VALUE_ASSIGNMENT, a.text, a.span, &v, 1);
		} else {
			kids[n++] = v;
		}
	}
	return evaluator_make(e, VALUE_BLOCK, (struct str){0}, span_of(ref), kids, n);
}

static uint32_t
eval_kind(struct evaluator *e, struct value_ref ref)
{
	uint32_t first, second;

	switch (raw(ref)->kind) {
	case VALUE_NONE:
	case VALUE_KINDS:
		return 0;
	case VALUE_STRING:
	case VALUE_NUMBER:
	case VALUE_BOOLEAN:
	case VALUE_NULL:
	case VALUE_HOLE:
		return copy_leaf(e, ref);
	case VALUE_REFERENCE:
	case VALUE_ATTRIBUTE:
		return eval_name(e, ref);
	case VALUE_INDEX:
		first = eval(e, raw_kid(ref, 0));
		second = eval(e, raw_kid(ref, 1));
		return evaluator_index(e, first, second, span_of(ref));
	case VALUE_CONCATENATION:
		return eval_concatenation(e, ref);
	case VALUE_FORMAT:
		return eval_format(e, ref);
	case VALUE_JOIN:
		first = eval(e, raw_kid(ref, 0));
		second = eval(e, raw_kid(ref, 1));
		return evaluator_join(e, first, second, span_of(ref));
	case VALUE_CALL:
		return eval_call(e, ref);
	case VALUE_CONDITION:
		return eval_condition(e, ref);
	case VALUE_FOREACH:
		return eval_foreach(e, ref);
	case VALUE_FUNCTION:
		return shallow(e, ref);
	case VALUE_BLOCK:
		return eval_block(e, ref);
	case VALUE_ARGUMENT:
	case VALUE_LIST:
	case VALUE_MAP:
	case VALUE_ENTRY:
	case VALUE_CLASS:
	case VALUE_ASSIGNMENT:
		return form(e, ref);
	}
	return 0;
}

static uint32_t
eval(struct evaluator *e, struct value_ref ref)
{
	uint32_t v;

	if (!ref.value)
		return 0;
	if (e->depth >= EVALUATE_DEPTH)
		e->exhausted = true;
	if (e->depth >= EVALUATE_DEPTH || !evaluator_spend(e, 1))
		return evaluator_hole(e, raw(ref)->text, span_of(ref));
	e->depth++;
	v = eval_kind(e, ref);
	e->depth--;
	return v;
}

uint32_t
evaluate(struct evaluator *e, struct value_ref v)
{
	return eval(e, v);
}
