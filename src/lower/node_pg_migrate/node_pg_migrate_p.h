/* Private to lower/node_pg_migrate. */
#ifndef LOWER_NODE_PG_MIGRATE_P_H
#define LOWER_NODE_PG_MIGRATE_P_H

#include "lower/builder_p.h"
#include "lower/node_pg_migrate.h"

/* A name: a string, or an object of schema and name. */
void npm_add_name(struct builder *b, uint32_t name);
/* The part of a name behind its schema. */
struct str npm_plain_name(const struct unit *u, uint32_t name);

/* The columns of a MAP, each behind PREFIX. Returns how many of them are primary keys. */
uint32_t npm_add_columns(struct builder *b, uint32_t columns, const char *prefix);
/* "column" of those that are primary keys, when they are several. */
void npm_add_primary_key(struct builder *b, uint32_t table, uint32_t columns);
/* The constraints of an object, each behind PREFIX; NAME: given to all of them, 0: chosen. */
void npm_add_constraints(
	struct builder *b, uint32_t table, uint32_t name, uint32_t options, const char *prefix);
/* A default's value. */
void npm_add_value(struct builder *b, uint32_t value);
/* A type, `int` and such in PostgreSQL's words. */
void npm_add_type(struct builder *b, uint32_t type);

#endif
