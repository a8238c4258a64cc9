/* Private to lower/sequelize. */
#ifndef LOWER_SEQUELIZE_P_H
#define LOWER_SEQUELIZE_P_H

#include "lower/builder_p.h"
#include "lower/sequelize.h"

/* A table: its name, or an object of tableName and schema. */
struct sequelize_table {
	uint32_t name, schema; /* values; schema 0: none */
};
struct sequelize_table sequelize_table(const struct unit *u, uint32_t value);
void sequelize_add_table(struct builder *b, struct sequelize_table t);

/* The attribute's type: itself, or its property `type`. */
uint32_t sequelize_type(const struct unit *u, uint32_t attribute);
/* CREATE TYPE of an ENUM. */
void sequelize_create_enum(
	struct builder *b, struct sequelize_table t, struct str column, uint32_t attribute);
/* TYPE, of column COLUMN of the table. */
void sequelize_add_type(
	struct builder *b, struct sequelize_table t, struct str column, uint32_t attribute);
/* NOT NULL, DEFAULT, UNIQUE, REFERENCES of an attribute. */
void sequelize_add_modifiers(struct builder *b, uint32_t attribute);
/* DEFAULT …; false: there is none that the database gets. */
bool sequelize_add_default(struct builder *b, uint32_t value);
/* REFERENCES … ON DELETE … */
bool sequelize_add_references(struct builder *b, uint32_t attribute);

#endif
