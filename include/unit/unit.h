/* A unit: all that the bytes of one file say, without knowing the file's path or any other file.
 *
 * References inside a unit are 32-bit indexes into its tables, so that a unit can be written out
 * and read back as it is. Element 0 of every table is a zeroed null element: index 0 says "none".
 * A unit is made by one thread (`extract`), then only read. */
#ifndef UNIT_UNIT_H
#define UNIT_UNIT_H

#include "base/arena.h"
#include "base/vec.h"
#include "unit/span.h"
#include "unit/sql.h"
#include "unit/value.h"

/* The reader of files that tell how migrations are run and are of no language of ours, known by their names:
 * sqitch.plan, flyway.conf, _journal.json … Each line that is not empty is a mark, which `tool` understands. */
#define UNIT_SETTINGS "settings"

/* A comment that means something to pgbounds or to a migration tool, as it stands; a line of psql's that
 * includes another file; a line of settings. */
struct mark {
	struct str text;   /* the comment without its delimiters, trimmed: "+goose Up" */
	struct span span;  /* the whole comment */
	struct span reach; /* of our own: what it is about (unit/reach.h); length 0: nothing */
};

enum blind_reason {
	BLIND_NONE,
	BLIND_SYNTAX,       /* SQL that does not parse; detail: PostgreSQL's message */
	BLIND_HOST_SYNTAX,  /* the host language's reader gave up here */
	BLIND_ENCODING,     /* UTF-16, NUL bytes: not read */
	BLIND_BINARY,
	BLIND_TOO_LARGE,
	BLIND_TOO_DEEP,     /* nesting, steps or alternatives over our bounds */
	BLIND_TEMPLATE,     /* a template that only its tool can expand */
	BLIND_DYNAMIC,      /* SQL computed at run time */
	BLIND_META_COMMAND, /* psql's \i, \gexec …: not followed */
	BLIND_OPERATION,    /* a migration operation that is not understood */
	BLIND_ORDER,        /* a history whose order is not known */
	BLIND_UNREAD,       /* the file could not be read */
	BLIND_UNMODELLED,   /* a statement whose effect the catalog does not keep */
	BLIND_CONFLICT,     /* the replay came to where PostgreSQL would refuse; detail: its message */
	BLIND_REASONS,
};

/* Something seen that could not be analysed. */
struct blind_spot {
	enum blind_reason reason;
	struct str detail; /* for people, one line, no trailing period */
	struct span span;
};

/* One call of a migration framework, made by `lower`; rules read it, `catalog` does not. */
struct operation {
	struct str tool;   /* "django" */
	struct str name;   /* "RenameModel" */
	struct range events;     /* unit.events that it was lowered to, perhaps none */
	struct range attributes; /* unit.attributes: what rules want to know, by key */
	struct span span;        /* the call */
};

/* "model": "UserDevice", "table.before": "r10_device" … ; the keys are listed in lower's headers. */
struct attribute {
	struct str key, value;
};

/* A source line that a report may cite. */
struct source_line {
	uint32_t origin; /* as in struct span */
	uint32_t line;   /* 1-based */
	struct str text; /* without its end; cut at 400 bytes */
};

struct unit {
	struct arena *arena; /* owns everything below */
	struct str blob;     /* git's blob id, 40 hex digits */
	struct str reader;   /* the host language's name: "go", "python", "sql" */
	VEC(struct value) values;
	VEC(uint32_t) kids;
	VEC(struct piece) pieces;
	VEC(struct symbol) symbols;
	VEC(struct mark) marks;
	VEC(struct fragment) fragments;
	VEC(struct statement) statements;
	VEC(struct event) events;
	VEC(struct subcommand) subcommands;
	VEC(struct name) names;
	VEC(struct word) words;
	VEC(struct query) queries;
	VEC(struct scope) scopes;
	VEC(struct relation_use) relations;
	VEC(struct column_use) columns;
	VEC(struct query_output) outputs;
	VEC(struct operation) operations;
	VEC(struct attribute) attributes;
	VEC(struct blind_spot) blind_spots;
	VEC(struct source_line) lines; /* sorted by origin, line */
	struct scope_index *scope_index; /* private to resolve_in_file(): made when first needed */
};

/* Makes U an empty unit in the arena, with the null elements in place. */
void unit_init(struct unit *u, struct arena *a);

/* Appends an element and returns its index. The strings in it are not copied. */
uint32_t unit_add_value(struct unit *u, struct value v);
uint32_t unit_add_blind(struct unit *u, enum blind_reason reason, struct span span,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Appends KIDS as one run of unit.kids. */
struct range unit_add_kids(struct unit *u, const uint32_t *kids, uint32_t n);

/* Kid I of value V, 0 when there is none. */
uint32_t unit_kid(const struct unit *u, uint32_t v, uint32_t i);

/* The value last assigned to NAME in the body of CLASS, 0: none, or CLASS is no class. */
uint32_t unit_member(const struct unit *u, uint32_t class, const char *name);

/* The operation's attribute of that key; empty when it has none. */
struct str unit_attribute(const struct unit *u, const struct operation *op, const char *key);

/* Fills line and column of every span whose origin is 0 and that is not placed yet, and keeps the
 * source lines that reports may cite: those of fragments, statements, events, names, relations,
 * columns, operations, marks, blind spots, and of calls, classes and assignments among the values.
 * Of open fragments and of strings all lines are kept, for a statement may
 * turn out to stand on any of them. Verbatim pieces are cut at line ends: a part of a placed piece
 * has a line and a column by itself. BYTES is the file; strings may go on pointing into it until
 * unit_move(). */
void unit_place(struct unit *u, struct str bytes);

/* Moves U into the arena A, with tables of exactly their size and strings of its own: it needs neither
 * the arena that it was made in nor the bytes that it was made from any more. */
void unit_move(struct unit *u, struct arena *a);

/* Drops values, kids, pieces and symbols that nothing left needs: ROOTS (indexes of values) and all
 * that fragments and file-level symbols reach stay, and local symbols that these name. A function's
 * block does not count as reached (its result does), it may be a root. Renumbers. Call before unit_place(). */
void unit_trim(struct unit *u, const uint32_t *roots, uint32_t n);

/* True when both say the same, wherever in the file it stands; false where that is not certain. */
bool unit_says_the_same(const struct unit *a, const struct unit *b);
/* True when the unit says nothing of a database, and gives no other file a text to say it with. */
bool unit_says_nothing(const struct unit *u);

/* The citable source line, empty when it was not kept. */
struct str unit_line(const struct unit *u, uint32_t origin, uint32_t line);

/* "SQL does not parse" … : the reason in words for reports; blind_reason_id: "syntax" for JSON. */
const char *blind_reason_text(enum blind_reason r);
/* "statement that does not parse", "statements that do not parse": behind a number. */
const char *blind_reason_counted(enum blind_reason r, bool many);
const char *blind_reason_id(enum blind_reason r);

/* ACCESS as a ','-joined sorted list of words: "insert,read". */
struct str access_words(struct arena *a, uint32_t access);
/* PostgreSQL's word: "table", "materialized view". */
const char *object_kind_word(enum object_kind k);
/* True for what pg_class holds and a query may name: tables, views, foreign tables, sequences … */
bool object_kind_is_relation(enum object_kind k);

#endif
