/* Values: the one small expression language that every host language is read into. */
#ifndef UNIT_VALUE_H
#define UNIT_VALUE_H

#include "unit/span.h"

/* What each kind holds: .text, .kids (indexes of values), .op. Anything that a reader does not
 * understand becomes a HOLE with the source text of the expression, never nothing. */
enum value_kind {
	VALUE_NONE,          /* index 0 of every unit; "no value" */
	VALUE_STRING,        /* text: the decoded string; pieces map it to the source */
	VALUE_NUMBER,        /* text: as written, digit separators taken out */
	VALUE_BOOLEAN,       /* text: "true" or "false" */
	VALUE_NULL,          /* None, nil, null */
	VALUE_HOLE,          /* text: the source of the expression; its value is not known */
	VALUE_REFERENCE,     /* text: a name; after evaluation the dotted path of something external */
	VALUE_ATTRIBUTE,     /* text: the attribute; kids: [object] */
	VALUE_INDEX,         /* kids: [object, index] */
	VALUE_CONCATENATION, /* kids: the parts, in order (also of interpolated strings) */
	VALUE_FORMAT,        /* op: enum format_style; kids: [format, arguments…] (ARGUMENT when named) */
	VALUE_JOIN,          /* kids: [separator, list] */
	VALUE_CALL,          /* kids: [callee, arguments…]; keyword arguments are ARGUMENT; op: enum
	                        call_style */
	VALUE_ARGUMENT,      /* text: keyword, "*": the elements of a list, "**": the
	                        entries of a map, "&": a block, a FUNCTION; kids: [value] */
	VALUE_LIST,          /* kids: elements (list, tuple, set, slice literal) */
	VALUE_MAP,           /* kids: ENTRY… */
	VALUE_ENTRY,         /* kids: [key, value]; a struct literal's field is a STRING key */
	VALUE_CONDITION,     /* kids: [test, then, else]; else may be 0. Alternatives if test is open */
	VALUE_FOREACH,       /* comprehension: text: variable(s), ','-joined; kids: [iterable, element] */
	VALUE_FUNCTION,      /* text: name; op: number of parameters; kids: [parameters…(REFERENCE, whose
	                        kid is the default), result (0: none, or not one expression), BLOCK] */
	VALUE_CLASS,         /* text: name; op: number of bases; kids: [bases…, BLOCK] */
	VALUE_BLOCK,         /* kids: ASSIGNMENT, CLASS, FUNCTION and expression values, in order; of a
	                        function in Python also CONDITION and FOREACH over BLOCKs, and RETURN */
	VALUE_ASSIGNMENT,    /* text: name (a plain name or dotted target); op: 1 for +=; kids: [value] */
	VALUE_RETURN,        /* leaves the function; kids: [value], or none */
	VALUE_KINDS,
};

enum format_style {
	FORMAT_PRINTF, /* %s %d %v of C, Go's fmt and Python's % operator; %(name)s */
	FORMAT_BRACE,  /* {} {0} {name} of Python's str.format */
	FORMAT_TAGGED, /* kids are the parts of a template that a call is given. A part that is no text
	                  is a parameter: a hole, whatever its value; a CONCATENATION is put in, and the
	                  text of another tagged template */
};

enum call_style {
	CALL_PLAIN,
	CALL_TAGGED, /* its one argument is a template: sql`…` */
};

struct value {
	enum value_kind kind;
	uint32_t op;
	struct str text;
	struct range kids;   /* unit.kids */
	struct range pieces; /* unit.pieces, for STRING: the map from .text to the source */
	struct span span;    /* the expression in the source */
};

/* One stretch of a text and where it comes from. Pieces of a text are in order and cover it. */
enum piece_kind {
	PIECE_VERBATIM, /* same bytes in the source: positions inside map one to one */
	PIECE_ESCAPE,   /* made by an escape sequence: the whole source range stands for all of it */
	PIECE_HOLE,     /* not known: the text is a stand-in, the source range is the expression */
};

struct piece {
	enum piece_kind kind;
	uint32_t at, length; /* in the text, bytes */
	struct span source;
};

enum symbol_kind {
	SYMBOL_CONSTANT,
	SYMBOL_VARIABLE,  /* assigned; the last assignment before the use counts */
	SYMBOL_APPEND,    /* += : what the name was before, and this */
	SYMBOL_PARAMETER, /* of a function: never known, hides outer names; .value 0 */
	SYMBOL_FUNCTION,
	SYMBOL_CLASS,
	SYMBOL_IMPORT, /* .text of its value (a REFERENCE): dotted module or module.name, with leading
	                  dots when relative (Python); the import path (Go); the module's path, a space
	                  and what it exports (JavaScript). "*" as name: import * */
};

/* A name that the unit defines, and where it is visible. */
struct symbol {
	enum symbol_kind kind;
	struct str name;
	uint32_t value;      /* unit.values; 0 when it is only declared */
	uint32_t from, to;   /* byte range of the scope; file level is 0 to UINT32_MAX */
	bool branch;         /* assigned under a condition or in a loop: earlier values stay possible */
	struct span span;    /* the name where it is defined */
};

#endif
