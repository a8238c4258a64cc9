/* Private to lower/liquibase. An element is a CALL of a document (host/document_p.h). */
#ifndef LOWER_LIQUIBASE_P_H
#define LOWER_LIQUIBASE_P_H

#include "lower/liquibase.h"

/* What ${name} stands for. */
struct liquibase_property {
	struct str name, value;
};

struct liquibase {
	struct lower b;
	const struct lower_migration *migration;
	VEC(struct liquibase_property) properties; /* the first of a name counts */
};

/* --- elements (element.c) --- */
struct str liquibase_kind(const struct unit *u, uint32_t element);
/* The attribute's STRING; 0: not given. */
uint32_t liquibase_attribute(const struct unit *u, uint32_t element, const char *name);
/* Its text; empty: not given. */
struct str liquibase_text(const struct unit *u, uint32_t element, const char *name);
bool liquibase_is_true(const struct unit *u, uint32_t element, const char *name);
bool liquibase_is_false(const struct unit *u, uint32_t element, const char *name);
/* The I-th element NAME in it, or in a list in it (columns, of YAML); 0: no more. */
uint32_t liquibase_child(const struct unit *u, uint32_t element, const char *name, uint32_t i);
/* The text that stands in the element, or in its attribute NAME; 0: none. */
uint32_t liquibase_content(const struct unit *u, uint32_t element, const char *name);

/* --- pieces of text (element.c) --- */
/* With what ${…} in it stands for. */
void liquibase_add(struct liquibase *l, uint32_t value);
/* As a name: quoted where its case is mixed, else in lower case (PostgresDatabase.escapeObjectName). */
void liquibase_add_name(struct liquibase *l, uint32_t value);
/* Names separated by commas. */
void liquibase_add_names(struct liquibase *l, uint32_t value);
/* Behind the schema that attribute SCHEMA gives. */
void liquibase_add_object(
	struct liquibase *l, uint32_t element, const char *schema, const char *name);
/* A type, in the words that PostgreSQL has for it. */
void liquibase_add_type(struct liquibase *l, uint32_t value);

/* --- changes --- */
/* DEFAULT's expression, of the attributes that begin with PREFIX; false: there is none. */
bool liquibase_add_value(struct liquibase *l, uint32_t column, const char *prefix);
void liquibase_create_table(struct liquibase *l, uint32_t change);
void liquibase_add_column(struct liquibase *l, uint32_t change);
void liquibase_change(struct liquibase *l, uint32_t change);
/* Begins ALTER TABLE of the change's table. */
void liquibase_alter(struct liquibase *l, uint32_t change);

#endif
