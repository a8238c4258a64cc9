/* What every lowering shares, whatever framework it reads: the making of operations, of events and their
 * statements, of SQL text, and the reading of closed values as calls. It knows no framework and no
 * language.
 *
 * A framework's lowering reads closed values (a call, a document's element) and says here what they do to
 * the database. Two ways lead there:
 *
 * As text, the way that builders themselves go: what the framework would send to PostgreSQL is put together
 * and parsed by the layer of SQL. Types, names that PostgreSQL chooses and expressions need no second
 * reading, each part keeps its place in the source, and a part that is not known is a hole as in any other text:
 *
 *     lower_operation(l, STR("knex"), STR("dropColumn"), call);
 *     lower_text_begin(l, call);
 *     lower_text_add(l, "ALTER TABLE ");
 *     lower_text_name(l, table);              a value of l->u, quoted
 *     lower_text_add(l, " DROP COLUMN ");
 *     lower_text_name(l, column);
 *     lower_text_run(l);
 *
 * As events, where a framework's own model says it all: lower_event(), lower_sub() …, lower_end(). Every
 * event begun is ended by lower_end() before the next one begins.
 *
 * What a call means and cannot be told is lower_havoc(), as narrow as it can be said: a blind spot and an
 * event of unknown effect. Names are taken as PostgreSQL would after quoting: nothing is folded here. */
#ifndef LOWER_LOWER_H
#define LOWER_LOWER_H

#include "base/map.h"
#include "unit/unit.h"

/* One migration: a module, a document, a changeset, its value closed. */
struct lower_migration {
	struct str group;        /* Django: the app label; else empty */
	struct str name;         /* "0001_initial" */
	uint32_t file;           /* number: the origin of the value's spans when they say 0 */
	const struct unit *unit; /* what the file itself says */
	const struct unit *closed;
	uint32_t value;   /* in closed.values: the tool's symbol, evaluated */
	struct str guard; /* why it may not run at all; empty: it runs */
	const struct lower_file *files;
	uint32_t n_files;
};

/* Another file whose SQL a migration runs where .value of it says so. */
struct lower_file {
	uint32_t value;
	const struct unit *unit; /* NULL: nothing was read */
	uint32_t file;
};

/* What runs in a step, in order: a range of statements of a unit. */
struct lower_run {
	const struct unit *unit; /* lower_result.unit, or a migration's closed unit */
	uint32_t file;           /* what span.origin 0 means in .unit */
	struct range statements; /* of .unit */
	uint32_t operation;      /* lower_result.unit.operations */
	bool maybe;              /* under a condition that its statements do not know of */
};

/* What one migration comes to. */
struct lower_step {
	uint32_t migration; /* index in the input */
	VEC(struct lower_run) runs;
};

struct lower_result {
	/* operations, statements, events, attributes, blind spots; spans have origins */
	struct unit *unit;
	VEC(struct lower_step) steps; /* in the order of the input */
};

/* Has the text of VALUE (of U, the unit that is being made) parsed as SQL into U: statements and what
 * belongs to them are appended. A text that is not known, or does not parse, is a blind spot of U. The
 * layer of SQL is not below this one, so whoever calls a lowering hands this in. */
struct lower_sql {
	void (*read)(void *self, struct unit *u, uint32_t value);
	void *self;
};

/* Where a lowering stands. */
struct lower {
	struct arena *a;
	struct lower_result *result;
	struct unit *out; /* result->unit */
	struct lower_step *step;
	const struct lower_sql *sql; /* NULL: a text is a blind spot */
	const struct unit *u;        /* what is read: the migration's closed unit */
	uint32_t file;               /* what origin 0 means in .u */
	uint32_t operation;          /* out->operations: the one that events belong to */
	bool silent;                 /* nothing comes of it: events are thrown away */
	struct str guard; /* under a condition that is not interpreted: statements are maybe */
	uint32_t text_at; /* private: the text that is being put together */
	VEC(uint32_t) text;
};

/* Makes RESULT's unit; READER names it. L is zeroed otherwise. */
void lower_init(struct lower *l, struct arena *a, struct lower_result *result, struct str reader,
	const struct lower_sql *sql);
/* Begins the step of MIGRATIONS[I]: reads from its unit from here on. */
void lower_begin(struct lower *l, const struct lower_migration *migrations, uint32_t i);
/* Behind the last step: what was kept of source lines is put in order. */
void lower_finish(struct lower_result *result);

/* --- operations --- */
/* Begins the operation NAME of TOOL at VALUE: events belong to it until l->operation is set to another. */
void lower_operation(struct lower *l, struct str tool, struct str name, uint32_t value);
/* An attribute of the current operation. */
void lower_attribute(struct lower *l, const char *key, struct str value);

/* --- events: low level --- */
/* Begins an event; its subcommands follow with lower_sub(), lower_end() makes its statement. */
struct event *lower_event(struct lower *l, enum event_kind kind, enum object_kind object,
	struct name name, struct span span);
struct subcommand *lower_sub(
	struct lower *l, enum subcommand_kind kind, struct str name, struct span span);
void lower_end(struct lower *l);
/* Appends a word to a range that is being made; no other range of words may be in the making. */
void lower_word(struct lower *l, struct range *range, struct str text);

/* Within CREATE or ALTER TABLE: ADD CONSTRAINT of a kind over one column. */
void lower_key(struct lower *l, enum constraint_kind kind, struct str name, struct str column,
	struct span span);

/* Whole statements. */
void lower_drop(
	struct lower *l, enum object_kind kind, struct name name, uint32_t flags, struct span span);
/* Of a relation, index or type; nothing when the name stays. */
void lower_rename(
	struct lower *l, enum object_kind kind, struct name name, struct str to, struct span span);
/* Of a column or constraint PART of TABLE; likewise. */
void lower_rename_part(struct lower *l, enum object_kind kind, struct name table, struct str part,
	struct str to, struct span span);

/* --- events: as text --- */
/* Begins a text; what has no place of its own stands at VALUE. */
void lower_text_begin(struct lower *l, uint32_t value);
/* Words of the framework. */
void lower_text_add(struct lower *l, const char *words);
void lower_text_str(struct lower *l, struct str words);
/* Words that stand for what is at VALUE, which reports then show. */
void lower_text_at(struct lower *l, struct str words, uint32_t value);
/* A name, in quotes: the value of l->u, or one that the framework computes. */
void lower_text_name(struct lower *l, uint32_t value);
void lower_text_quoted(struct lower *l, struct str name);
/* A string constant. */
void lower_text_literal(struct lower *l, struct str text);
/* SQL as it stands: an expression, a type. */
void lower_text_value(struct lower *l, uint32_t value);
/* Bytes FROM up to TO of a STRING. */
void lower_text_slice(struct lower *l, uint32_t value, size_t from, size_t to);
/* Something that is not known. */
void lower_text_hole(struct lower *l, struct str name);
/* Has it parsed and run here. */
void lower_text_run(struct lower *l);
/* The statements of another file's fragments run here. */
void lower_run_file(struct lower *l, const struct lower_file *f);
/* The text of one value as a whole. */
void lower_run_value(struct lower *l, uint32_t value);

/* --- what is not understood --- */
/* A blind spot at the place of VALUE. */
void lower_blind(struct lower *l, uint32_t value, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same, and an event of unknown effect over SCOPE (.pattern: a glob; the name "*" any). */
void lower_havoc(struct lower *l, uint32_t value, struct name scope, struct str what);

/* The place of VALUE. */
struct span lower_span(const struct lower *l, uint32_t value);
/* Keeps the source line of a place, for reports. */
void lower_keep_line(struct lower *l, struct span span);

/* --- names and types --- */
/* makeObjectName() of PostgreSQL's src/backend/commands/indexcmds.c: "TABLE_COLUMN_LABEL", the longer part
 * is cut. COLUMN may be empty. */
struct str lower_chosen_name(
	struct arena *a, struct str table, struct str column, const char *label);

/* --- closed values as calls (value.c) --- */
/* The last component of the callee of a CALL, or of a REFERENCE. */
struct str lower_callee(const struct unit *u, uint32_t value);
/* The argument of a CALL: by keyword, else the POSITION-th positional one (UINT32_MAX: none). 0: not
 * given. */
uint32_t lower_argument(
	const struct unit *u, uint32_t call, const char *keyword, uint32_t position);
/* Its string; empty when it is no string. */
struct str lower_string(const struct unit *u, uint32_t value);
bool lower_true(const struct unit *u, uint32_t value);
bool lower_false(const struct unit *u, uint32_t value);
/* The value of KEY in a MAP, 0: none. */
uint32_t lower_entry(const struct unit *u, uint32_t map, const char *key);

#endif
