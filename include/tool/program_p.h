/* Private to tool: directories of migrations that are programs in JavaScript or TypeScript, told apart by
 * what their `up` is given. */
#ifndef TOOL_PROGRAM_P_H
#define TOOL_PROGRAM_P_H

#include "tool/numbered_p.h"

extern const struct tool tool_knex, tool_sequelize, tool_typeorm;

/* Appends a history for each directory with files that IS_MIGRATION takes, its steps in the order that
 * COMPARE gives. */
void program_recognise(const struct tool *t, struct arena *a, const struct tool_file *files,
	uint32_t n, const struct str *directory, struct tool_histories *out,
	bool (*is_migration)(const struct tool_file *f, uint32_t up),
	int (*compare)(const void *x, const void *y));

/* Steps by the names of their files, byte by byte. */
int program_compare_names(const void *x, const void *y);
/* The name of the I-th parameter of the function UP; empty: none, or a pattern. */
struct str program_parameter(const struct unit *u, uint32_t up, uint32_t i);
/* True when the file imports MODULE. */
bool program_imports(const struct unit *u, const char *module);

#endif
