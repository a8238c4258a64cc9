/* Private to `tool`: what the tools that number SQL files in a directory share. */
#ifndef TOOL_NUMBERED_P_H
#define TOOL_NUMBERED_P_H

#include "tool/tool.h"

extern const struct tool tool_alembic, tool_django, tool_goose, tool_golang_migrate, tool_liquibase,
	tool_sql;

struct str path_directory(struct str path);
struct str path_name(struct str path);

/* The files of one directory: FILES[from .. to), which is sorted by path, holds them among those of
 * its sub-directories. Calls TAKE for each directory that holds .sql files, in order. */
struct directory {
	struct str path;
	VEC(struct tool_file) files; /* .sql files directly in it */
};
struct directories {
	VEC(struct directory) list;
};
void tool_sql_directories(
	struct arena *a, const struct tool_file *files, uint32_t n, struct directories *out);

/* Appends a step that runs FRAGMENTS (none: all of the file that are not in a section) forward. */
struct tool_step *tool_add_step(
	struct arena *a, struct tool_history *h, const struct tool_file *f, struct str name);

/* True for a file that begins with a number, or V and a number. */
bool tool_is_numbered(struct str name);
/* True for a file written for another database: *.sqlite.sql, mysql/ … */
bool tool_is_other_engine(struct str path);
/* True when the unit has a statement that shapes the catalog. */
bool tool_has_ddl(const struct unit *u);

/* Sorts the steps by version, a number that is used twice is a note. */
void tool_sort_steps(struct arena *a, struct tool_history *h);

#endif
