/* The evaluator: bounded, and the only one. It takes a resolver: `extract` passes one for the file,
 * `link` one for all units. It runs nothing; what it cannot know becomes a HOLE. */
#ifndef UNIT_EVALUATE_H
#define UNIT_EVALUATE_H

#include "unit/unit.h"

/* A value in some file's unit. */
struct value_ref {
	const struct unit *unit;
	uint32_t origin; /* of the unit's own spans: what 0 means there */
	uint32_t value;
};

enum resolution {
	RESOLVED,          /* *OUT is the value */
	RESOLVED_EXTERNAL, /* a name of something outside: *PATH is its dotted path */
	RESOLVED_OPEN, /* another file may say; this resolver cannot. *EXTERNAL, when it is set, is
	                      the dotted path of the import that the name comes from */
	RESOLVED_HOLE, /* known to be unknown: a parameter, a loop variable */
};

/* Finds what the REFERENCE or dotted ATTRIBUTE chain AT means where it stands. A resolver answers
 * for plain names (PATH without dots) and may answer for dotted ones ("consts.Table"); the
 * evaluator tries the whole chain first, then its head. */
struct resolver {
	enum resolution (*resolve)(void *self, struct value_ref at, struct str path,
		struct value_ref *out, struct str *external);
	void *self;
};

/* The resolver for the symbols of one file. Innermost scope first, the last assignment before the
 * use; APPEND gives a concatenation; several assignments in branches give a CONDITION without a
 * test; an import is RESOLVED_OPEN with its dotted path in *EXTERNAL, so that a resolver that finds
 * no file of ours there can make it external; a name without a symbol is RESOLVED_OPEN. AT with
 * value 0 stands behind everything in the file. .self: struct file_scope. */
struct file_scope {
	struct unit *unit; /* may get values for APPEND and branches */
	uint32_t origin;
};
enum resolution resolve_in_file(void *self, struct value_ref at, struct str path,
	struct value_ref *out, struct str *external);

struct evaluator {
	struct unit *out; /* where results are made; may be the unit that is read */
	struct resolver resolver;
	uint32_t steps; /* left; starts at EVALUATE_STEPS */
	bool open; /* set: a RESOLVED_OPEN was met, the result has holes that a linker may fill */
	bool exhausted;                  /* set: a bound was hit */
	struct evaluator_frame *frame;   /* private: parameters and loop variables with values */
	struct evaluator_active *active; /* private: what is being evaluated, against cycles */
	uint32_t depth;                  /* private */
	bool replays;                    /* private: functions come with what they do */
};
#define EVALUATE_STEPS 200000
#define EVALUATE_DEPTH 64
#define EVALUATE_ALTERNATIVES 16
#define EVALUATE_TEXT (1u << 20)

/* Evaluates to a value in e->out that has no REFERENCE to anything known: concatenations, formats,
 * joins and constants are folded into STRING (pieces point to where each part stands), `+` of lists
 * into LIST, FOREACH over known lists is unrolled, calls of known one-expression functions are
 * replaced by their results, "…".format and str.join are FORMAT and JOIN already. External names
 * become dotted REFERENCEs; unknown ones HOLEs. CALL, MAP, LIST, CLASS keep their form with
 * evaluated kids (a CLASS: bases, and the assignments of its BLOCK); a CLASS or FUNCTION that a name
 * led to comes without its BLOCK. A text with unknown parts stays a CONCATENATION of known texts and
 * holes: a STRING is known whole. A callee that is unknown is an ATTRIBUTE of a hole, so that its
 * last name is not lost. Returns 0 for value 0. */
uint32_t evaluate(struct evaluator *e, struct value_ref v);

/* What FUNCTION, a FUNCTION with its BLOCK (unit_trim() keeps those that are replayed), does when it is called
 * without arguments: a BLOCK of evaluated CALLs and LISTs of them in the order in which they run. Names
 * have the values that were assigned last; a branch whose test is known is taken, other ones are
 * CONDITIONs [test, BLOCK, BLOCK], and what stands behind one that returns is a part of the other; loops
 * over known lists are unrolled, others are FOREACH [iterable, BLOCK]. Calls of functions whose blocks are known are
 * replaced by what these do; a block that a call takes (ARGUMENT "&") is the BLOCK that it would do. 0 when FUNCTION is none, or has no block. Within the bounds of evaluate(). */
uint32_t evaluate_body(struct evaluator *e, struct value_ref function);

/* The texts that an evaluated value can be: one a CONDITION's alternative, at most
 * EVALUATE_ALTERNATIVES (more: e->exhausted). Each is a STRING value in e->out whose holes are
 * pieces of kind HOLE; the text of a hole is the expression's source. A value that is no text at
 * all (a CALL, a LIST, only a hole) gives none. Returns their number. */
uint32_t evaluate_texts(struct evaluator *e, uint32_t value, uint32_t out[EVALUATE_ALTERNATIVES]);

/* The span in the source of bytes AT .. AT + LENGTH of a text with these pieces; pieces of several
 * literals give the first one's part. Of placed pieces (unit_place()) the span is placed, too. With
 * no pieces a zeroed span. */
struct span pieces_span(const struct piece *pieces, uint32_t n, uint32_t at, uint32_t length);

#endif
