/* The shapes of the vocabulary as data: one row a field. Export, import, placing and trimming walk
 * these tables, so that adding a field to a struct of unit.h is one row here and nothing else. */
#ifndef UNIT_SHAPE_H
#define UNIT_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct unit;

enum field_type {
	FIELD_U32,
	FIELD_BOOL,
	FIELD_CHAR, /* written as a number */
	FIELD_ENUM, /* likewise; a part of the export's version. .limit: all are below it */
	FIELD_STR,
	FIELD_SPAN,
	FIELD_NAME,
	FIELD_RANGE, /* .table: the table it runs over */
	FIELD_INDEX, /* .table: the table it points into */
};

struct field {
	const char *name;
	enum field_type type;
	size_t offset;
	int table;      /* enum unit_table, for RANGE and INDEX */
	uint32_t limit; /* for ENUM */
};

/* Every table of struct unit. */
enum unit_table {
	TABLE_VALUES,
	TABLE_KIDS,
	TABLE_PIECES,
	TABLE_SYMBOLS,
	TABLE_MARKS,
	TABLE_FRAGMENTS,
	TABLE_STATEMENTS,
	TABLE_EVENTS,
	TABLE_SUBCOMMANDS,
	TABLE_NAMES,
	TABLE_WORDS,
	TABLE_QUERIES,
	TABLE_SCOPES,
	TABLE_RELATIONS,
	TABLE_COLUMNS,
	TABLE_OUTPUTS,
	TABLE_OPERATIONS,
	TABLE_ATTRIBUTES,
	TABLE_BLIND_SPOTS,
	TABLE_LINES,
	UNIT_TABLES,
};

struct shape {
	const char *name; /* key in the export: "events" */
	size_t size;      /* of one element */
	size_t offset;    /* of the VEC in struct unit */
	bool cited;       /* the source lines of its spans are kept */
	const struct field
		*fields; /* ended by a row without a name; for KIDS: one INDEX at offset 0 */
};

extern const struct shape unit_shapes[UNIT_TABLES];

/* Every VEC looks like this one to those who know the size of its elements. */
struct unit_vec {
	void *v;
	uint32_t n, cap;
};

/* A table that holds nothing but the null element, which nobody writes to. Such tables are many: they
 * share it. */
struct unit_vec unit_empty_table(void);

/* The VEC of a table, and the address of its element I. */
struct unit_vec *unit_table(struct unit *u, enum unit_table table);
void *unit_element(struct unit *u, enum unit_table table, uint32_t i);

#endif
