/* Functions that are replayed: their statements in the order in which they run.
 *
 * What is assigned has its value from there on. A branch whose test is known is taken, any other stays a
 * CONDITION of both; what stands behind one that leaves belongs to the other. A loop over what is known
 * is unrolled. Calls of functions that we know are replaced by what these do. */
#include "unit/evaluate_p.h"

#include "base/arena.h"

struct statements {
	VEC(uint32_t) list;
};

/* Rows of statements that a block comes to, and whether it is left for good. */
struct replayed {
	struct evaluator *e;
	struct statements *out;
	uint32_t calls; /* around it */
};

enum flow {
	FLOW_ON,
	FLOW_MAYBE, /* something in it leaves the function under a condition */
	FLOW_LEAVES,
};

static enum flow run_block(struct replayed *r, struct value_ref block, uint32_t from);

static void
emit(struct replayed *r, uint32_t value)
{
	if (value)
		vec_push(r->e->out->arena, &r->out->list, value);
}

static uint32_t
make_block(struct evaluator *e, const struct statements *s, struct span span)
{
	return evaluator_make(e, VALUE_BLOCK, (struct str){0}, span, s->list.v, s->list.n);
}

static void
bind_name(struct evaluator *e, struct str name, uint32_t value)
{
	struct evaluator_frame *f = arena_new(e->out->arena, struct evaluator_frame);

	*f = (struct evaluator_frame){name, value, e->frame};
	e->frame = f;
}

static uint32_t
value_in(const struct evaluator_frame *f, struct str name)
{
	for (; f; f = f->outer)
		if (str_eq(f->name, name))
			return f->value;
	return 0;
}

/* Behind a condition: what THEN assigned may be so, or as in OTHERWISE. Both grew from BEFORE. */
static void
merge(struct evaluator *e, struct evaluator_frame *then, struct evaluator_frame *otherwise,
	struct evaluator_frame *before, struct span span)
{
	struct evaluator_frame *sides[] = {then, otherwise};

	e->frame = before;
	for (uint32_t side = 0; side < 2; side++)
		for (struct evaluator_frame *f = sides[side]; f != before && evaluator_spend(e, 1);
			f = f->outer) {
			uint32_t kids[3] = {
				0, value_in(then, f->name), value_in(otherwise, f->name)};

			if (value_in(e->frame, f->name) != value_in(before, f->name))
				continue;
			if (kids[1] == kids[2])
				bind_name(e, f->name, kids[1]);
			else if (kids[1] && kids[2])
				bind_name(e, f->name,
					evaluator_make(e, VALUE_CONDITION, (struct str){0}, span,
						kids, 3));
			else
				bind_name(e, f->name, evaluator_hole(e, f->name, span));
		}
}

/* A branch apart, and what stands behind its condition when it goes on there. */
static uint32_t
run_branch(struct replayed *r, struct value_ref branch, struct value_ref block, uint32_t rest,
	enum flow *flow)
{
	struct statements made = {0};
	struct replayed inner = {r->e, &made, r->calls};

	*flow = FLOW_ON;
	if (branch.value && ref_value(branch)->kind == VALUE_BLOCK)
		*flow = run_block(&inner, branch, 0);
	else if (branch.value) /* elif */
		*flow = run_block(&inner,
			(struct value_ref){branch.unit, branch.origin, branch.value}, UINT32_MAX);
	if (*flow != FLOW_LEAVES && rest)
		*flow = run_block(&inner, block, rest);
	return make_block(r->e, &made, ref_span(branch.value ? branch : block));
}

static int
truth(const struct evaluator *e, uint32_t test)
{
	const struct value *t = evaluator_value(e, test);

	if (t->kind == VALUE_BOOLEAN)
		return str_eq_nocase(t->text, STR("true"));
	return t->kind == VALUE_NULL ? 0 : -1;
}

/* True when a branch of it, or of one in it, leaves. */
static bool
may_leave(struct value_ref v, uint32_t depth)
{
	if (!v.value || depth > EVALUATE_DEPTH || ref_value(v)->kind == VALUE_FUNCTION)
		return false;
	if (ref_value(v)->kind == VALUE_RETURN)
		return true;
	if (ref_value(v)->kind != VALUE_BLOCK && ref_value(v)->kind != VALUE_CONDITION)
		return false;
	for (uint32_t i = 0; i < ref_value(v)->kids.count; i++)
		if (may_leave(ref_kid(v, i), depth + 1))
			return true;
	return false;
}

/* REST: the statement of BLOCK behind it, which goes into the branches when one of them leaves; then
 * *TAKEN is set. */
static enum flow
run_condition(
	struct replayed *r, struct value_ref c, struct value_ref block, uint32_t rest, bool *taken)
{
	struct evaluator *e = r->e;
	struct evaluator_frame *before = e->frame, *then;
	uint32_t kids[3] = {evaluate(e, ref_kid(c, 0))};
	enum flow flows[2];
	int known = truth(e, kids[0]);

	if (known >= 0) {
		struct value_ref branch = ref_kid(c, known ? 1 : 2);

		if (!branch.value)
			return FLOW_ON;
		return run_block(
			r, branch, ref_value(branch)->kind == VALUE_BLOCK ? 0 : UINT32_MAX);
	}
	*taken = may_leave(c, 0);
	rest = *taken ? rest : 0;
	kids[1] = run_branch(r, ref_kid(c, 1), block, rest, &flows[0]);
	then = e->frame;
	e->frame = before;
	kids[2] = run_branch(r, ref_kid(c, 2), block, rest, &flows[1]);
	merge(e, then, e->frame, before, ref_span(c));
	emit(r, evaluator_make(e, VALUE_CONDITION, (struct str){0}, ref_span(c), kids, 3));
	if (flows[0] == FLOW_LEAVES && flows[1] == FLOW_LEAVES)
		return FLOW_LEAVES;
	return flows[0] == FLOW_ON && flows[1] == FLOW_ON ? FLOW_ON : FLOW_MAYBE;
}

static void
bind_elements(struct evaluator *e, struct value_ref loop, uint32_t element)
{
	struct str names = ref_value(loop)->text, name;
	bool several = str_chr(names, ',', 0) != SIZE_MAX;

	for (uint32_t i = 0; str_cut(&names, ',', &name); i++) {
		enum value_kind kind = evaluator_value(e, element)->kind;
		uint32_t value = !several ? element
				 : kind == VALUE_LIST || kind == VALUE_ENTRY
					 ? unit_kid(e->out, element, i)
					 : 0;

		name = str_trim(name);
		if (!value)
			value = evaluator_hole(e, name, ref_span(ref_kid(loop, 0)));
		if (name.n)
			bind_name(e, name, value);
	}
}

static enum flow
run_loop(struct replayed *r, struct value_ref loop)
{
	struct evaluator *e = r->e;
	uint32_t list = evaluate(e, ref_kid(loop, 0)), kids[2] = {list};
	struct value l = *evaluator_value(e, list);
	struct statements made = {0};
	struct replayed inner = {e, &made, r->calls};
	enum flow flow = FLOW_ON;

	if (l.kind == VALUE_LIST || l.kind == VALUE_MAP) {
		for (uint32_t i = 0; i < l.kids.count && evaluator_spend(e, 1); i++) {
			uint32_t element = unit_kid(e->out, list, i);

			/* Of several names the second is the entry's value. */
			if (l.kind == VALUE_MAP &&
				str_chr(ref_value(loop)->text, ',', 0) == SIZE_MAX)
				element = unit_kid(e->out, element, 0);
			bind_elements(e, loop, element);
			flow = run_block(r, ref_kid(loop, 1), 0);
			if (flow == FLOW_LEAVES)
				return flow;
		}
		return flow;
	}
	bind_elements(e, loop, 0);
	flow = run_block(&inner, ref_kid(loop, 1), 0);
	kids[1] = make_block(e, &made, ref_span(loop));
	emit(r, evaluator_make(e, VALUE_FOREACH, ref_value(loop)->text, ref_span(loop), kids, 2));
	return flow == FLOW_ON ? FLOW_ON : FLOW_MAYBE;
}

static void run_expression(struct replayed *r, struct value_ref v, uint32_t *result);

#define CALLS 16 /* functions that call each other */

/* Runs what a function of ours does in place of CALL; false when it is not one whose body is known. */
static bool
run_call(struct replayed *r, struct value_ref call, uint32_t *result)
{
	struct evaluator *e = r->e;
	struct evaluator_frame *before = e->frame;
	struct replayed inner = {e, r->out, r->calls + 1};
	struct evaluator_arguments arguments = {0};
	struct value_ref function, block;
	uint32_t parameters;

	if (ref_value(ref_kid(call, 0))->kind != VALUE_REFERENCE &&
		ref_value(ref_kid(call, 0))->kind != VALUE_ATTRIBUTE)
		return false;
	evaluator_callee(e, ref_kid(call, 0), &function);
	if (!function.value || r->calls == CALLS)
		return false;
	parameters = ref_value(function)->op;
	block = ref_kid(function, parameters + 1);
	if (!block.value || ref_value(block)->kind != VALUE_BLOCK)
		return false;
	evaluator_arguments(e, call, &arguments);
	e->frame = evaluator_parameters(e, function, arguments.v, arguments.n);
	*result = 0;
	run_block(&inner, block, 0);
	if (ref_kid(function, parameters).value)
		run_expression(&inner, ref_kid(function, parameters), result);
	e->frame = before;
	return true;
}

/* The FUNCTION that a CALL takes as its block; .value 0: none whose statements are known. */
static struct value_ref
block_of(struct value_ref call)
{
	uint32_t n = ref_value(call)->kids.count;
	struct value_ref last = n > 1 ? ref_kid(call, n - 1) : (struct value_ref){0},
			 function = last, block;

	function.value = 0;
	if (!last.value || ref_value(last)->kind != VALUE_ARGUMENT ||
		!str_is(ref_value(last)->text, "&"))
		return function;
	function = ref_kid(last, 0);
	if (ref_value(function)->kind == VALUE_FUNCTION) {
		block = ref_kid(function, ref_value(function)->op + 1);
		if (block.value && ref_value(block)->kind == VALUE_BLOCK)
			return function;
	}
	function.value = 0;
	return function;
}

/* The statements of a block, whose parameters are not known. */
static enum flow
run_given(struct replayed *r, struct value_ref function)
{
	struct evaluator *e = r->e;
	struct evaluator_frame *before = e->frame;
	uint32_t n = ref_value(function)->op;
	enum flow flow;

	for (uint32_t i = 0; i < n; i++) {
		struct str name = ref_value(ref_kid(function, i))->text;

		bind_name(e, name, evaluator_hole(e, name, ref_span(ref_kid(function, i))));
	}
	flow = run_block(r, ref_kid(function, n + 1), 0);
	e->frame = before;
	return flow;
}

/* A call of something that is not ours, with what its block would do as its last argument. */
static void
run_with_block(struct replayed *r, struct value_ref call, struct value_ref function)
{
	struct evaluator *e = r->e;
	uint32_t n = ref_value(call)->kids.count - 2, *kids, block;
	struct evaluator_arguments arguments = {0};
	struct statements made = {0};
	struct replayed inner = {e, &made, r->calls};
	struct value_ref callee;

	for (uint32_t i = 0; i < n; i++)
		evaluator_argument(e, ref_kid(call, i + 1), &arguments);
	kids = arena_array(e->out->arena, uint32_t, arguments.n + 2);
	kids[0] = evaluator_callee(e, ref_kid(call, 0), &callee);
	for (uint32_t i = 0; i < arguments.n; i++)
		kids[i + 1] = arguments.v[i];
	run_given(&inner, function);
	block = make_block(e, &made, ref_span(function));
	kids[arguments.n + 1] =
		evaluator_make(e, VALUE_ARGUMENT, STR("&"), ref_span(function), &block, 1);
	emit(r, evaluator_make(
			e, VALUE_CALL, (struct str){0}, ref_span(call), kids, arguments.n + 2));
}

/* Runs an expression for what it does; *RESULT is its value, 0 when that is not known. */
static void
run_expression(struct replayed *r, struct value_ref v, uint32_t *result)
{
	struct evaluator *e = r->e;

	*result = 0;
	if (ref_value(v)->kind == VALUE_CALL && e->depth < EVALUATE_DEPTH) {
		struct value_ref given = block_of(v);
		bool known;

		e->depth++;
		known = run_call(r, v, result);
		if (known && given.value)
			run_given(r, given);
		else if (given.value)
			run_with_block(r, v, given);
		e->depth--;
		if (known || given.value)
			return;
	}
	*result = evaluate(e, v);
	if (evaluator_value(e, *result)->kind == VALUE_CALL ||
		evaluator_value(e, *result)->kind == VALUE_LIST ||
		evaluator_value(e, *result)->kind == VALUE_FOREACH)
		emit(r, *result);
}

static void
run_assignment(struct replayed *r, struct value_ref v)
{
	struct evaluator *e = r->e;
	struct str name = ref_value(v)->text;
	uint32_t value, parts[2];

	run_expression(r, ref_kid(v, 0), &value);
	if (str_chr(name, '.', 0) != SIZE_MAX)
		return;
	if (!value)
		value = evaluator_hole(e, name, ref_span(v));
	if (ref_value(v)->op) { /* += */
		parts[0] = value_in(e->frame, name);
		parts[1] = value;
		value = parts[0] ? evaluator_concatenate(e, parts, 2, ref_span(v))
				 : evaluator_hole(e, name, ref_span(v));
	}
	bind_name(e, name, value);
}

static enum flow
run_statement(
	struct replayed *r, struct value_ref v, struct value_ref block, uint32_t rest, bool *taken)
{
	struct value_ref second = ref_kid(v, 1);
	uint32_t result;

	switch ((int)ref_value(v)->kind) {
	case VALUE_ASSIGNMENT:
		run_assignment(r, v);
		return FLOW_ON;
	case VALUE_CONDITION:
		return run_condition(r, v, block, rest, taken);
	case VALUE_FOREACH:
		if (ref_value(second)->kind == VALUE_BLOCK)
			return run_loop(r, v);
		break;
	case VALUE_RETURN:
		if (ref_kid(v, 0).value)
			run_expression(r, ref_kid(v, 0), &result);
		return FLOW_LEAVES;
	case VALUE_BLOCK:
		return run_block(r, v, 0);
	case VALUE_FUNCTION:
	case VALUE_CLASS:
		return FLOW_ON;
	default:
		break;
	}
	run_expression(r, v, &result);
	return FLOW_ON;
}

/* Statements of BLOCK from number FROM on; UINT32_MAX: BLOCK is one statement itself. */
static enum flow
run_block(struct replayed *r, struct value_ref block, uint32_t from)
{
	struct evaluator *e = r->e;
	enum flow flow = FLOW_ON, one;
	bool taken = false;

	if (e->depth >= EVALUATE_DEPTH) {
		e->exhausted = true;
		return FLOW_ON;
	}
	e->depth++;
	if (from == UINT32_MAX)
		flow = run_statement(r, block, block, 0, &taken);
	else
		for (uint32_t i = from; i < ref_value(block)->kids.count; i++) {
			if (!evaluator_spend(e, 1))
				break;
			taken = false;
			one = run_statement(r, ref_kid(block, i), block, i + 1, &taken);
			flow = one == FLOW_ON ? flow : one;
			if (taken || one == FLOW_LEAVES)
				break;
		}
	e->depth--;
	return flow;
}

uint32_t
evaluate_body(struct evaluator *e, struct value_ref function)
{
	struct statements made = {0};
	struct replayed r = {.e = e, .out = &made};
	uint32_t parameters = ref_value(function)->op, result;
	struct value_ref block = ref_kid(function, parameters + 1);

	if (ref_value(function)->kind != VALUE_FUNCTION || !block.value)
		return 0;
	e->frame = evaluator_parameters(e, function, NULL, 0);
	e->replays = true;
	run_block(&r, block, 0);
	if (ref_kid(function, parameters).value)
		run_expression(&r, ref_kid(function, parameters), &result);
	e->frame = NULL;
	e->replays = false;
	return make_block(e, &made, ref_span(block));
}

uint32_t
evaluator_function(struct evaluator *e, struct value_ref function)
{
	struct value v = *ref_value(function);
	struct evaluator_active active = {function.unit, function.value, e->active};
	struct evaluator_frame *before = e->frame;
	struct statements made = {0};
	struct replayed r = {.e = e, .out = &made};
	struct value_ref block = ref_kid(function, v.op + 1);
	uint32_t *kids = arena_array(e->out->arena, uint32_t, v.op + 2);

	for (const struct evaluator_active *a = e->active; a; a = a->outer)
		if (a->unit == function.unit && a->value == function.value)
			return evaluator_shallow(e, function);
	e->active = &active;
	for (uint32_t i = 0; i < v.op; i++) {
		struct value_ref parameter = ref_kid(function, i);
		struct str name = ref_value(parameter)->text;

		kids[i] = evaluator_make(
			e, VALUE_REFERENCE, name, ref_span(parameter), NULL, 0);
		if (name.n)
			bind_name(e, name, kids[i]);
	}
	if (block.value)
		run_block(&r, block, 0);
	kids[v.op] = evaluate(e, ref_kid(function, v.op));
	kids[v.op + 1] = make_block(e, &made, ref_span(function));
	e->frame = before;
	e->active = active.outer;
	v.span = ref_span(function);
	v.kids = unit_add_kids(e->out, kids, v.op + 2);
	return unit_add_value(e->out, v);
}
