/* Private to lower/knex. */
#ifndef LOWER_KNEX_P_H
#define LOWER_KNEX_P_H

#include "lower/builder_p.h"
#include "lower/knex.h"

/* A table's builder: what its callback says, in order. */
struct knex_table {
	uint32_t schema, name; /* values; schema 0: none */
	bool create, guarded;  /* IF NOT EXISTS */
	bool primary;          /* a primary() is among the statements */
	uint32_t unknown;      /* a call that is not understood; 0: none */
	VEC(struct chain) columns;
	VEC(struct chain)
	statements; /* index, unique, foreign, dropColumn … ; the first call counts */
};

/* Adds what CALL, a statement of the callback, says. */
void knex_collect(struct builder *b, uint32_t call, void *table);
/* The statements of a table's builder, as alter or create gives them. */
void knex_table_run(struct builder *b, struct knex_table *t, uint32_t call);

/* A column's definition: name, type, modifiers. */
void knex_add_column(struct builder *b, const struct knex_table *t, const struct chain *c);
/* Its type. False: it is none that is known. */
bool knex_add_type(struct builder *b, const struct knex_table *t, const struct chain *c);
/* True for a method of the table's builder that makes a column. */
bool knex_is_type(struct str name);
bool knex_is_increments(struct str name);
/* `default …` of a value. */
void knex_add_default(struct builder *b, uint32_t value, struct str type);
/* The call that sets a modifier last; UINT32_MAX: none. */
uint32_t knex_modifier(const struct unit *u, const struct chain *c, const char *const *names);

/* Begins `alter table "schema"."table"` at CALL. */
void knex_begin_alter(struct builder *b, const struct knex_table *t, uint32_t call);
/* One of knex_table.statements. */
void knex_statement(struct builder *b, const struct knex_table *t, const struct chain *c);
/* `constraint … primary key (…)` of a primary(). */
void knex_add_primary(struct builder *b, const struct knex_table *t, const struct chain *c);

/* "schema"."table" */
void knex_add_table(struct builder *b, uint32_t schema, uint32_t name);
/* "table_column_index" of the names that _indexCommand() gives. */
void knex_add_chosen(
	struct builder *b, const struct knex_table *t, uint32_t columns, const char *what);

#endif
