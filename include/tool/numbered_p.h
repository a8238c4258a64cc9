/* Private to `tool`: what tools share whose migrations are files in a directory. */
#ifndef TOOL_NUMBERED_P_H
#define TOOL_NUMBERED_P_H

#include "tool/tool.h"
#include "unit/unit.h"

extern const struct tool tool_django, tool_alembic, tool_knex, tool_liquibase, tool_rails, tool_sqitch, tool_flyway, tool_goose, tool_sql_migrate,
	tool_dbmate, tool_tern, tool_node_pg_migrate, tool_prisma, tool_drizzle, tool_hasura,
	tool_diesel, tool_atlas, tool_pop, tool_golang_migrate, tool_sqlx, tool_psql, tool_sql;

struct str path_directory(struct str path);
struct str path_name(struct str path);
/* DIRECTORY "/" NAME; NAME alone at the root. */
struct str path_join(struct arena *a, struct str directory, struct str name);

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
/* The directory above those that are named by versions: "db/delta" of "db/delta/72/01", PATH itself when it is
 * named otherwise. What stands below it is one history: its versions are directories. */
struct str tool_above_versions(struct str path);
/* The file of that path among FILES, which are sorted by path; NULL: none. */
const struct tool_file *tool_find_file(const struct tool_file *files, uint32_t n, struct str path);

/* Appends a step that runs FRAGMENTS (none: all of the file that are not in a section) forward. */
struct tool_step *tool_add_step(
	struct arena *a, struct tool_history *h, const struct tool_file *f, struct str name);
/* Appends the history when it has steps. */
void tool_add_history(struct arena *a, struct tool_histories *out, const struct tool_history *h);
void tool_put_aside(struct arena *a, struct tool_histories *out, const struct tool_file *f,
	enum tool_aside_kind kind);
/* Says something of a step's file that is not about the order. */
void tool_note(struct arena *a, struct tool_history *h, uint32_t file, uint32_t line,
	const char *format, ...) __attribute__((format(printf, 5, 6)));

/* True for a file that begins with a number, or V and a number. */
bool tool_is_numbered(struct str name);
/* The number at the beginning of NAME, without zeros before it; empty: none. */
struct str tool_number(struct str name);
/* NAME without the V that stands before its number, as Flyway has it. */
struct str tool_without_v(struct str name);
/* NAME without the end that it has. */
struct str tool_without_end(struct str name, const char *end);
/* True for a file written for another database: *.sqlite.sql, mysql/ … */
bool tool_is_other_engine(struct str path);
/* True when the unit has a statement that shapes the catalog. */
bool tool_has_ddl(const struct unit *u);
/* True when a mark of the unit begins with PREFIX. */
bool tool_has_mark(const struct unit *u, const char *prefix);

/* How steps are ordered. */
enum tool_order {
	ORDER_NUMBER, /* numbers at the beginning of names as numbers, then what follows them */
	ORDER_NUMBER_THEN_NAME, /* likewise, then the whole names */
	ORDER_NAME,             /* names, byte by byte */
	ORDER_VERSION,          /* versions, byte by byte */
	ORDER_DOTTED,           /* versions as numbers between dots */
};
/* Sorts the steps. With REFUSES a version that is used twice is a note, as the tool takes none such. */
void tool_sort_steps(struct arena *a, struct tool_history *h, enum tool_order order, bool refuses);
/* 1.2 and 1.2.0 are equal, 1.10 is behind 1.9. */
int tool_dotted_cmp(struct str x, struct str y);

/* Tools whose files are cut by comments into what goes up and what goes down. */
enum tool_section {
	SECTION_NONE, /* the comment says nothing of it */
	SECTION_UP,
	SECTION_DOWN,
};
struct tool_sections {
	enum tool_section (*of)(const struct mark *m);
	bool (*is_file)(struct str name); /* which names it takes */
	enum tool_order order;
	bool refuses_twice;
	bool begins_up;      /* what stands before the first comment runs */
	bool whole_without;  /* a file without Up runs as a whole */
	const char *missing; /* what is said of a file without Up; NULL: it is right */
};
/* The histories of all directories in which a file has such a comment. */
void tool_sections_recognise(const struct tool *t, struct arena *a, const struct tool_file *files,
	uint32_t n, const struct str *directory, struct tool_histories *out,
	const struct tool_sections *s);

/* Appends a step that is not understood for each file of the history's directory that IS_FILE takes and that
 * has one of ENDS (ended by NULL); SAID is the note. The steps have to be sorted again. */
void tool_add_programs(struct arena *a, struct tool_history *h, const struct tool_file *files,
	uint32_t n, bool (*is_file)(struct str name), const char *const *ends, const char *said);

/* Tools with a directory for each migration: DIRECTORY/NAME/FILE. */
struct tool_nested {
	struct str file; /* "up.sql" */
	struct str (*version)(struct arena *a, struct str name);
	/* True when the directory's migrations are the tool's; *OTHER: of another database. */
	bool (*is_ours)(struct arena *a, const struct tool_file *files, uint32_t n,
		struct str directory, struct str migration, bool *other);
};
void tool_nested_recognise(const struct tool *t, struct arena *a, const struct tool_file *files,
	uint32_t n, const struct str *directory, struct tool_histories *out,
	const struct tool_nested *x);

/* Appends the steps of a file that psql runs: what it includes (\i) stands between its own parts, each
 * file once in a chain. FILES are sorted by path. */
void tool_add_included(struct arena *a, struct tool_history *h, const struct tool_file *files,
	uint32_t n, const struct tool_file *f, struct str name, struct str version);

/* The text of line I (from 1) of a settings file (UNIT_SETTINGS), 0: it has no such line. */
uint32_t tool_lines(const struct tool_file *f);
struct str tool_line(const struct tool_file *f, uint32_t i, uint32_t *number);
/* The value of KEY in NAME = VALUE lines, without quotes; empty: none. A "[section]" stands before the key:
 * "flyway.defaultSchema". *NUMBER is its line; NULL: nobody asks. */
struct str tool_setting(
	struct arena *a, const struct tool_file *f, const char *key, uint32_t *number);

#endif
