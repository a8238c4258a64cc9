/* The evaluator's walk over values: calls, loops, classes. Names are in evaluate_name.c, what is
 * done with texts in evaluate_text.c, formats in evaluate_format.c, parts in evaluate_part.c.
 *
 * Three bounds keep hostile values in check: the depth of the walk, the steps of all of it (long
 * texts count as several), and the values on the way, so that a cycle of names ends at once. */
#include "unit/evaluate_p.h"

#include "base/arena.h"

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

/* True when a value without kids can stay where it is. */
static bool
is_at_home(const struct evaluator *e, struct value_ref ref)
{
	return ref.unit == e->out && ref.origin == 0;
}

static uint32_t
copy_leaf(struct evaluator *e, struct value_ref ref)
{
	struct value v = *ref_value(ref);
	struct range from = v.pieces;

	if (is_at_home(e, ref) || !evaluator_spend(e, from.count / 16))
		return is_at_home(e, ref) ? ref.value : evaluator_hole(e, (struct str){0}, v.span);
	v.span = ref_span(ref);
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
	struct value v = *ref_value(ref);
	uint32_t *kids = arena_array(e->out->arena, uint32_t, v.kids.count), n = 0;
	bool same = is_at_home(e, ref);

	for (; n < v.kids.count && !(n && e->exhausted && !e->steps); n++) {
		kids[n] = evaluate(e, ref_kid(ref, n));
		same = same && kids[n] == ref_kid(ref, n).value;
	}
	if (same && n == v.kids.count)
		return ref.value;
	v.span = ref_span(ref);
	v.kids = unit_add_kids(e->out, kids, n);
	return unit_add_value(e->out, v);
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
		if (ref_value(part)->kind == VALUE_CONCATENATION)
			for (uint32_t i = ref_value(part)->kids.count; i > 0; i--)
				vec_push(a, &stack, ref_kid(part, i - 1).value);
		else if (part.value)
			vec_push(a, &parts, evaluate(e, part));
	}
	return evaluator_concatenate(e, parts.v, parts.n, ref_span(ref));
}

static uint32_t
eval_tagged(struct evaluator *e, struct value_ref ref)
{
	uint32_t n = ref_value(ref)->kids.count,
		 *kids = arena_array(e->out->arena, uint32_t, n + 1);

	for (uint32_t i = 0; i < n; i++) {
		enum value_kind kind = ref_value(ref_kid(ref, i))->kind;

		kids[i] = evaluator_tagged_part(e, evaluate(e, ref_kid(ref, i)),
			kind == VALUE_STRING || kind == VALUE_CONCATENATION);
	}
	return evaluator_concatenate(e, kids, n, ref_span(ref));
}

static uint32_t
eval_format(struct evaluator *e, struct value_ref ref)
{
	uint32_t n = ref_value(ref)->kids.count,
		 *kids = arena_array(e->out->arena, uint32_t, n + 1);

	if (ref_value(ref)->op == FORMAT_TAGGED)
		return eval_tagged(e, ref);
	for (uint32_t i = 0; i < n; i++)
		kids[i] = evaluate(e, ref_kid(ref, i));
	return evaluator_format(e, (enum format_style)ref_value(ref)->op, kids[0], kids + 1,
		n ? n - 1 : 0, ref_span(ref));
}

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

struct evaluator_frame *
evaluator_parameters(
	struct evaluator *e, struct value_ref function, const uint32_t *arguments, uint32_t n)
{
	struct evaluator_frame *frame = NULL, *before = e->frame;

	for (uint32_t i = 0; i < ref_value(function)->op; i++) {
		struct evaluator_frame *f = arena_new(e->out->arena, struct evaluator_frame);
		struct value_ref parameter = ref_kid(function, i);

		f->name = ref_value(parameter)->text;
		f->value = find_argument(e, arguments, n, i, f->name);
		e->frame = NULL; /* a default was evaluated where the function stands */
		if (!f->value)
			f->value = evaluate(e, ref_kid(parameter, 0));
		e->frame = before;
		if (!f->value)
			f->value = evaluator_hole(e, f->name, ref_span(parameter));
		f->outer = frame;
		frame = f;
	}
	return frame;
}

/* The result of a known function of one expression; 0 when there is none to speak of. */
static uint32_t
eval_result(struct evaluator *e, struct value_ref function, const uint32_t *arguments, uint32_t n)
{
	uint32_t parameters = ref_value(function)->op, result;
	struct value_ref body = ref_kid(function, parameters);
	struct evaluator_frame *frame;

	if (!body.value || parameters > ref_value(function)->kids.count)
		return 0;
	frame = evaluator_parameters(e, function, arguments, n);
	result = evaluator_apart(e, body, function, frame);
	return evaluator_value(e, result)->kind == VALUE_HOLE ? 0 : result;
}

/* **map gives its entries as arguments by name, when these are known. */
static bool
add_entries(struct evaluator *e, struct evaluator_arguments *out, uint32_t map)
{
	struct range kids = evaluator_value(e, map)->kids;

	if (evaluator_value(e, map)->kind != VALUE_MAP)
		return false;
	for (uint32_t i = 0; i < kids.count && evaluator_spend(e, 1); i++) {
		uint32_t entry = unit_kid(e->out, map, i), key = unit_kid(e->out, entry, 0);
		uint32_t value = unit_kid(e->out, entry, 1);

		if (evaluator_value(e, key)->kind == VALUE_STRING)
			vec_push(e->out->arena, out,
				evaluator_make(e, VALUE_ARGUMENT, evaluator_value(e, key)->text,
					evaluator_value(e, entry)->span, &value, 1));
	}
	return true;
}

/* *list gives its elements, when these are known. */
static void
add_argument(struct evaluator *e, struct evaluator_arguments *out, uint32_t argument)
{
	const struct value *v = evaluator_value(e, argument);
	uint32_t list = unit_kid(e->out, argument, 0), n = evaluator_value(e, list)->kids.count;

	if (v->kind == VALUE_ARGUMENT && str_is(v->text, "**") && add_entries(e, out, list))
		return;
	if (v->kind != VALUE_ARGUMENT || !str_is(v->text, "*")) {
		vec_push(e->out->arena, out, argument);
	} else if (evaluator_value(e, list)->kind != VALUE_LIST) {
		list = evaluator_hole(e,
			str_format(e->out->arena, "*%.*s", STR_ARG(evaluator_value(e, list)->text)),
			v->span);
		vec_push(e->out->arena, out, list);
	} else {
		for (uint32_t i = 0; i < n && evaluator_spend(e, 1); i++)
			vec_push(e->out->arena, out, unit_kid(e->out, list, i));
	}
}

void
evaluator_argument(struct evaluator *e, struct value_ref argument, struct evaluator_arguments *out)
{
	add_argument(e, out, evaluate(e, argument));
}

void
evaluator_arguments(struct evaluator *e, struct value_ref call, struct evaluator_arguments *out)
{
	for (uint32_t i = 1; i < ref_value(call)->kids.count; i++)
		evaluator_argument(e, ref_kid(call, i), out);
}

static uint32_t
eval_call(struct evaluator *e, struct value_ref ref)
{
	struct evaluator_arguments arguments = {0};
	struct value v = *ref_value(ref);
	struct value_ref function;
	uint32_t result, *kids;

	evaluator_arguments(e, ref, &arguments);
	kids = arena_array(e->out->arena, uint32_t, arguments.n + 1);
	kids[0] = evaluator_callee(e, ref_kid(ref, 0), &function);
	for (uint32_t i = 0; i < arguments.n; i++)
		kids[i + 1] = arguments.v[i];
	result = function.value ? eval_result(e, function, arguments.v, arguments.n) : 0;
	if (result)
		return result;
	v.span = ref_span(ref);
	v.kids = unit_add_kids(e->out, kids, arguments.n + 1);
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

	e->frame = bind(e, ref_value(loop)->text, element, ref_span(ref_kid(loop, 0)));
	v = evaluate(e, ref_kid(loop, 1));
	e->frame = before;
	return v;
}

/* A loop over something unknown keeps its form: its element may still be a text with holes. */
static uint32_t
eval_foreach(struct evaluator *e, struct value_ref ref)
{
	uint32_t list = evaluate(e, ref_kid(ref, 0));
	struct value l = *evaluator_value(e, list);
	bool known = l.kind == VALUE_LIST || l.kind == VALUE_MAP;
	VEC(uint32_t) elements = {0};

	if (!known) {
		uint32_t kids[] = {list, eval_element(e, ref, 0)};

		return evaluator_make(
			e, VALUE_FOREACH, ref_value(ref)->text, ref_span(ref), kids, 2);
	}
	for (uint32_t i = 0; i < l.kids.count && evaluator_spend(e, 1); i++) {
		uint32_t element = unit_kid(e->out, list, i);

		if (l.kind == VALUE_MAP)
			element = unit_kid(e->out, element, 0);
		vec_push(e->out->arena, &elements, eval_element(e, ref, element));
	}
	return evaluator_make(
		e, VALUE_LIST, (struct str){0}, ref_span(ref), elements.v, elements.n);
}

static uint32_t
eval_condition(struct evaluator *e, struct value_ref ref)
{
	uint32_t kids[3] = {evaluate(e, ref_kid(ref, 0))};
	const struct value *test = evaluator_value(e, kids[0]);

	if (test->kind == VALUE_BOOLEAN && str_eq_nocase(test->text, STR("true")))
		return evaluate(e, ref_kid(ref, 1));
	if ((test->kind == VALUE_BOOLEAN || test->kind == VALUE_NULL) && ref_kid(ref, 2).value)
		return evaluate(e, ref_kid(ref, 2));
	kids[1] = evaluate(e, ref_kid(ref, 1));
	kids[2] = evaluate(e, ref_kid(ref, 2));
	return evaluator_make(e, VALUE_CONDITION, (struct str){0}, ref_span(ref), kids, 3);
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
	uint32_t count = ref_value(ref)->kids.count, n = 0;
	uint32_t *kids = arena_array(e->out->arena, uint32_t, count + 1);

	for (uint32_t i = 0; i < count && evaluator_spend(e, 1); i++) {
		uint32_t v = evaluate(e, ref_kid(ref, i)), before = UINT32_MAX, parts[2];
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
	return evaluator_make(e, VALUE_BLOCK, (struct str){0}, ref_span(ref), kids, n);
}

static uint32_t
eval_kind(struct evaluator *e, struct value_ref ref)
{
	uint32_t first, second;

	switch (ref_value(ref)->kind) {
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
		return evaluator_name(e, ref);
	case VALUE_INDEX:
		first = evaluate(e, ref_kid(ref, 0));
		second = evaluate(e, ref_kid(ref, 1));
		return evaluator_index(e, first, second, ref_span(ref));
	case VALUE_CONCATENATION:
		return eval_concatenation(e, ref);
	case VALUE_FORMAT:
		return eval_format(e, ref);
	case VALUE_JOIN:
		first = evaluate(e, ref_kid(ref, 0));
		second = evaluate(e, ref_kid(ref, 1));
		return evaluator_join(e, first, second, ref_span(ref));
	case VALUE_CALL:
		return eval_call(e, ref);
	case VALUE_CONDITION:
		return eval_condition(e, ref);
	case VALUE_FOREACH:
		return eval_foreach(e, ref);
	case VALUE_FUNCTION:
		return e->replays ? evaluator_function(e, ref) : evaluator_shallow(e, ref);
	case VALUE_BLOCK:
		return eval_block(e, ref);
	case VALUE_ARGUMENT:
	case VALUE_LIST:
	case VALUE_MAP:
	case VALUE_ENTRY:
	case VALUE_CLASS:
	case VALUE_ASSIGNMENT:
	case VALUE_RETURN:
		return form(e, ref);
	}
	return 0;
}

uint32_t
evaluate(struct evaluator *e, struct value_ref v)
{
	uint32_t result;

	if (!v.value)
		return 0;
	if (e->depth >= EVALUATE_DEPTH)
		e->exhausted = true;
	if (e->depth >= EVALUATE_DEPTH || !evaluator_spend(e, 1))
		return evaluator_hole(e, ref_value(v)->text, ref_span(v));
	e->depth++;
	result = eval_kind(e, v);
	e->depth--;
	return result;
}
