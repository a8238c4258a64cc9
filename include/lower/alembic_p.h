/* Private to lower/alembic. */
#ifndef LOWER_ALEMBIC_P_H
#define LOWER_ALEMBIC_P_H

#include "lower/alembic.h"

/* One call of an operation, of `op` or of what batch_alter_table() gives. */
struct alembic_call {
	struct lower *l;
	uint32_t call;
	uint32_t batch; /* the CALL of batch_alter_table; 0: none */
	uint32_t table; /* the position of the table among op's arguments, which batch's have not */
	struct str name; /* "create_table" */
};

/* --- arguments (call.c) --- */
/* As lower_argument(), by op's own positions. */
uint32_t alembic_argument(const struct alembic_call *c, const char *keyword, uint32_t position);
/* The value of the table's name, and of its schema; 0: none. */
uint32_t alembic_table(const struct alembic_call *c, const char *keyword);
uint32_t alembic_schema(const struct alembic_call *c);
/* Out of op.f("x"), quoted_name("x", …), text("x"). */
uint32_t alembic_unwrap(const struct unit *u, uint32_t value);
/* True when a value was given that is not None. */
bool alembic_given(const struct unit *u, uint32_t value);
/* The kids of a LIST, or the value alone: number I; 0: no more. */
uint32_t alembic_element(const struct unit *u, uint32_t list, uint32_t i);

/* --- pieces of text (call.c) --- */
/* Quoted, behind its schema if there is one. */
void alembic_add_name(struct lower *l, uint32_t schema, uint32_t name);
/* "a", "b" of a list of names. */
void alembic_add_names(struct lower *l, uint32_t list);
/* An expression: a string as it stands, text(), func.x(), true() … False: it is something else; then a hole
 * is put there. */
bool alembic_add_expression(struct lower *l, uint32_t value);
/* CONSTRAINT "name" when there is one. */
void alembic_add_constraint_name(struct lower *l, uint32_t name);
/* Ends the text; what comes of it has FLAGS (enum event_flag). */
void alembic_run(struct lower *l, uint32_t flags);

/* --- types (type.c) --- */
/* The type's words; unknown ones are a blind spot. */
void alembic_add_type(struct lower *l, uint32_t type);
/* The last component of the type's class. */
struct str alembic_type_name(const struct unit *u, uint32_t type);
/* CREATE TYPE of an Enum that makes its type by itself; nothing of any other type. */
void alembic_create_enum(struct lower *l, uint32_t type, uint32_t flags);
/* CREATE TYPE of an Enum, whatever it says of making its type. */
void alembic_enum_created(struct lower *l, uint32_t type, uint32_t flags);
void alembic_drop_enum(struct lower *l, uint32_t type);
/* True for a type that is an Enum of the database. */
bool alembic_is_enum(const struct unit *u, uint32_t type);

/* --- columns and constraints (column.c, constraint.c) --- */
/* The Column's parts: its name, its type. */
uint32_t alembic_column_name(const struct unit *u, uint32_t column);
uint32_t alembic_column_type(const struct unit *u, uint32_t column);
/* "name" TYPE DEFAULT … NOT NULL; SERIAL: it is its table's autoincrement column. */
void alembic_add_column(struct lower *l, uint32_t column, bool serial);
bool alembic_is_serial(const struct unit *u, uint32_t column, bool sole);
/* A DEFAULT's expression: strings are constants. */
void alembic_add_default(struct lower *l, uint32_t value);
/* PrimaryKeyConstraint(…) and its like; false when it is none. */
bool alembic_add_constraint(struct lower *l, uint32_t constraint);
/* False, with a blind spot, for a foreign key that refers to what is computed: it is left out. */
bool alembic_key_is_known(struct lower *l, uint32_t key);
/* EXCLUDE USING … of the pairs among the arguments of CALL. */
void alembic_add_exclusion(struct lower *l, uint32_t call);
/* FOREIGN KEY of Column(…, ForeignKey("t.c")) */
void alembic_add_column_key(struct lower *l, uint32_t column, uint32_t key);
/* ON DELETE …, of the keywords of CALL. */
void alembic_add_actions(struct lower *l, uint32_t call);

/* --- operations --- */
void alembic_create_table(const struct alembic_call *c);
void alembic_column_added(const struct alembic_call *c);
void alembic_column_altered(const struct alembic_call *c);
void alembic_index_created(const struct alembic_call *c);
/* The index of a Column(index=True). */
void alembic_column_index(struct lower *l, uint32_t schema, uint32_t table, uint32_t column);
/* Index(name, columns …) in op.create_table(). */
void alembic_table_index(struct lower *l, uint32_t schema, uint32_t table, uint32_t index);
void alembic_execute(struct lower *l, uint32_t value);
void alembic_bulk_insert(const struct alembic_call *c);
/* 1, 0: the test of a branch is true or false on PostgreSQL; -1: it is about something else. */
int alembic_dialect(struct str test);

#endif
