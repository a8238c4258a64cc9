/* Private to lower/typeorm. */
#ifndef LOWER_TYPEORM_P_H
#define LOWER_TYPEORM_P_H

#include "lower/builder_p.h"
#include "lower/typeorm.h"

/* The object that `new Table({…})` is given, or that stands for it; 0: it is none. */
uint32_t typeorm_options(const struct unit *u, uint32_t value);
/* The value of a table's name: a string, or that of a Table. */
uint32_t typeorm_table(const struct unit *u, uint32_t value);

/* "name" TYPE NOT NULL DEFAULT … of a TableColumn's object. */
void typeorm_add_column(struct builder *b, uint32_t table, uint32_t column);
/* CREATE TYPE of a column that is an enum. */
void typeorm_create_enum(struct builder *b, uint32_t table, uint32_t column);
/* "PK_0123 …": PREFIX and LENGTH digits of the hash of table and columns. NAMES: a LIST. */
void typeorm_add_chosen(
	struct builder *b, uint32_t table, uint32_t names, const char *prefix, uint32_t length);
/* CONSTRAINT "name" FOREIGN KEY … */
void typeorm_add_foreign_key(struct builder *b, uint32_t table, uint32_t key);
void typeorm_add_unique(struct builder *b, uint32_t table, uint32_t unique);
void typeorm_add_check(struct builder *b, uint32_t table, uint32_t check);
void typeorm_create_index(struct builder *b, uint32_t table, uint32_t index);
void typeorm_create_table(struct builder *b, uint32_t call);

#endif
