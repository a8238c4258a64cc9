/* What names mean: parameters and loop variables first, then what the resolver says of the longest
 * dotted path that it knows, then attributes of that. */
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
	while (ref_value(ref)->kind == VALUE_ATTRIBUTE && n < CHAIN - 1) {
		names[n++] = ref_value(ref)->text;
		ref = ref_kid(ref, 0);
	}
	if (ref_value(ref)->kind != VALUE_REFERENCE)
		return false;
	c->is_path = str_chr(ref_value(ref)->text, '.', 0) != SIZE_MAX;
	add_component(e, c, ref_value(ref)->text);
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

/* The attribute of a class that is not evaluated; .value 0: there is none. The last
 * assignment counts. */
static struct value_ref
raw_attribute(struct value_ref ref, struct str name)
{
	struct value_ref found = ref, block = ref;

	found.value = 0;
	if (ref_value(ref)->kind != VALUE_CLASS)
		return found;
	block = ref_kid(ref, ref_value(ref)->op);
	for (uint32_t i = 0; i < ref_value(block)->kids.count; i++) {
		struct value_ref kid = ref_kid(block, i);
		const struct value *v = ref_value(kid);

		if (!str_eq(v->text, name))
			continue;
		if (v->kind == VALUE_ASSIGNMENT)
			found = ref_kid(kid, 0);
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
uint32_t
evaluator_apart(struct evaluator *e, struct value_ref ref, struct value_ref key,
	struct evaluator_frame *frame)
{
	struct evaluator_active active = {key.unit, key.value, e->active};
	struct evaluator_frame *before = e->frame;
	uint32_t result;

	if (is_active(e, key))
		return 0;
	e->active = &active;
	e->frame = frame;
	result = evaluate(e, ref);
	e->frame = before;
	e->active = active.outer;
	return result;
}

/* A class or function as another value names it: with its bases, without its block. */
uint32_t
evaluator_shallow(struct evaluator *e, struct value_ref ref)
{
	struct value v = *ref_value(ref);
	uint32_t bases = v.kind == VALUE_CLASS ? v.op : 0, n = 0;
	uint32_t *kids = arena_array(e->out->arena, uint32_t, bases + 1);
	struct evaluator_active active = {ref.unit, ref.value, e->active};

	if (is_active(e, ref))
		bases = 0;
	e->active = &active;
	for (; n < bases && (e->steps || !n); n++)
		kids[n] = evaluate(e, ref_kid(ref, n));
	e->active = active.outer;
	v.op = n;
	v.span = ref_span(ref);
	v.kids = unit_add_kids(e->out, kids, n);
	return unit_add_value(e->out, v);
}

static uint32_t
eval_found(struct evaluator *e, const struct found *f, struct str name, struct span span)
{
	uint32_t v = 0;

	switch (f->how) {
	case FOUND_REF:
		if (ref_value(f->ref)->kind == VALUE_FUNCTION && e->replays)
			v = evaluator_function(e, f->ref);
		else if (ref_value(f->ref)->kind == VALUE_CLASS ||
			 ref_value(f->ref)->kind == VALUE_FUNCTION)
			v = evaluator_shallow(e, f->ref);
		else
			v = evaluator_apart(e, f->ref, f->ref, NULL);
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
	struct span span = ref_span(ref);
	uint32_t v;

	if (f->how == FOUND_NOTHING)
		return evaluator_hole(e, c->path, span);
	v = eval_found(e, f, str_slice(c->path, 0, c->ends[f->used - 1]), span);
	for (uint32_t i = f->used; i < c->n; i++)
		v = evaluator_attribute(e, v, component(c, i), span);
	return v;
}

uint32_t
evaluator_name(struct evaluator *e, struct value_ref ref)
{
	struct chain c;
	struct found f;

	if (!read_chain(e, ref, &c))
		return evaluator_attribute(
			e, evaluate(e, ref_kid(ref, 0)), ref_value(ref)->text, ref_span(ref));
	f = look_up(e, ref, &c);
	follow(&f, &c);
	return eval_chain(e, ref, &c, &f);
}

/* OBJECT.NAME, as an ATTRIBUTE where it means nothing to us. */
static uint32_t
method(struct evaluator *e, uint32_t object, struct str name, struct span span)
{
	uint32_t v = evaluator_attribute(e, object, name, span);

	if (evaluator_value(e, v)->kind != VALUE_HOLE)
		return v;
	return evaluator_make(e, VALUE_ATTRIBUTE, name, span, &object, 1);
}

/* A callee that means nothing to us keeps its last component: sinks are known by it. */
uint32_t
evaluator_callee(struct evaluator *e, struct value_ref ref, struct value_ref *function)
{
	struct chain c;
	struct found f;
	uint32_t v;

	function->value = 0;
	if (ref_value(ref)->kind != VALUE_REFERENCE && ref_value(ref)->kind != VALUE_ATTRIBUTE)
		return evaluate(e, ref);
	if (!read_chain(e, ref, &c))
		return method(e, evaluate(e, ref_kid(ref, 0)), ref_value(ref)->text, ref_span(ref));
	f = look_up(e, ref, &c);
	follow(&f, &c);
	if (f.how == FOUND_MADE && c.n > 1 && evaluator_value(e, f.made)->kind == VALUE_CALL) {
		v = f.made;
		for (uint32_t i = f.used; i < c.n; i++)
			v = method(e, v, component(&c, i), ref_span(ref));
		return v;
	}
	v = eval_chain(e, ref, &c, &f);
	if (f.how == FOUND_REF && f.used == c.n && ref_value(f.ref)->kind == VALUE_FUNCTION)
		*function = f.ref;
	if (evaluator_value(e, v)->kind == VALUE_HOLE && c.n > 1) {
		v = evaluator_hole(
			e, str_slice(c.path, 0, c.ends[c.n - 2]), ref_span(ref_kid(ref, 0)));
		v = evaluator_make(
			e, VALUE_ATTRIBUTE, component(&c, c.n - 1), ref_span(ref), &v, 1);
	}
	return v;
}
