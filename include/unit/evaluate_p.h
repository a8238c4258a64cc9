/* What the files of the evaluator share. Values are indexes in e->out unless they are a
 * value_ref. */
#ifndef UNIT_EVALUATE_P_H
#define UNIT_EVALUATE_P_H

#include "unit/evaluate.h"

/* A name that has a value while something is evaluated: a parameter, a loop variable. */
struct evaluator_frame {
	struct str name;
	uint32_t value;
	struct evaluator_frame *outer;
};

/* A value that is being evaluated because a name led to it. */
struct evaluator_active {
	const struct unit *unit;
	uint32_t value;
	struct evaluator_active *outer;
};

/* The value itself, a kid, its place among all files. */
static inline const struct value *
ref_value(struct value_ref ref)
{
	return &ref.unit->values.v[ref.value];
}

static inline struct value_ref
ref_kid(struct value_ref ref, uint32_t i)
{
	ref.value = unit_kid(ref.unit, ref.value, i);
	return ref;
}

static inline struct span
ref_span(struct value_ref ref)
{
	struct span s = ref_value(ref)->span;

	if (!s.origin)
		s.origin = ref.origin;
	return s;
}

/* A REFERENCE or ATTRIBUTE. */
uint32_t evaluator_name(struct evaluator *e, struct value_ref ref);
/* What is called; *FUNCTION: where it is when it is a function that we know, else .value 0. */
uint32_t evaluator_callee(struct evaluator *e, struct value_ref ref, struct value_ref *function);
/* Evaluates REF with the names of FRAME alone; 0 when KEY's evaluation is under way already. */
uint32_t evaluator_apart(struct evaluator *e, struct value_ref ref, struct value_ref key,
	struct evaluator_frame *frame);
/* The evaluated arguments of a CALL. */
struct evaluator_arguments {
	uint32_t *v;
	uint32_t n, cap;
};
/* One more: those of a list or map for *list and **map. */
void evaluator_argument(
	struct evaluator *e, struct value_ref argument, struct evaluator_arguments *out);
void evaluator_arguments(
	struct evaluator *e, struct value_ref call, struct evaluator_arguments *out);
/* The parameters of FUNCTION with what a call with these arguments gives them: defaults and holes for
 * those that get nothing. */
struct evaluator_frame *evaluator_parameters(
	struct evaluator *e, struct value_ref function, const uint32_t *arguments, uint32_t n);
/* A function that is passed on, while another is replayed: what it does with its parameters' names. */
uint32_t evaluator_function(struct evaluator *e, struct value_ref ref);
/* A class or function as another value names it: with its bases, without its block. */
uint32_t evaluator_shallow(struct evaluator *e, struct value_ref ref);

/* Takes N from the steps; false when they are used up. */
bool evaluator_spend(struct evaluator *e, size_t n);

const struct value *evaluator_value(const struct evaluator *e, uint32_t v);
uint32_t evaluator_make(struct evaluator *e, enum value_kind kind, struct str text,
	struct span span, const uint32_t *kids, uint32_t n);
uint32_t evaluator_hole(struct evaluator *e, struct str text, struct span span);
/* Bytes FROM up to TO of STRING V as a STRING with its pieces. */
uint32_t evaluator_slice(struct evaluator *e, uint32_t v, size_t from, size_t to);
/* Something like the source of V: what stands for it in a text where it is a hole. */
struct str evaluator_describe(const struct evaluator *e, uint32_t v);

/* The parts one behind the other: neighbouring texts become one, lists one list. */
uint32_t evaluator_concatenate(
	struct evaluator *e, const uint32_t *parts, uint32_t n, struct span span);
uint32_t evaluator_join(struct evaluator *e, uint32_t separator, uint32_t list, struct span span);
/* ARGUMENTS are those of the format, ARGUMENT values for named ones. */
uint32_t evaluator_format(struct evaluator *e, enum format_style style, uint32_t format,
	const uint32_t *arguments, uint32_t n, struct span span);
/* A part of a FORMAT_TAGGED, evaluated. WRITTEN: it is a text that the template holds or is given. */
uint32_t evaluator_tagged_part(struct evaluator *e, uint32_t part, bool written);
/* OBJECT.NAME and OBJECT[INDEX]. */
uint32_t evaluator_attribute(
	struct evaluator *e, uint32_t object, struct str name, struct span span);
uint32_t evaluator_index(struct evaluator *e, uint32_t object, uint32_t index, struct span span);

/* The value of KEY in a MAP; 0: it has no such entry. */
uint32_t evaluator_entry(const struct evaluator *e, uint32_t map, struct str key);

/* Part FROM up to TO (in bytes of the piece) of a piece. */
struct piece piece_cut(struct piece p, uint32_t from, uint32_t to);

#endif
