/* Migration tools: recognise a history among a service's files, order its steps, say which sections
 * run forward. One file or table row a tool; tools[] in src/tool/tool.c lists them. */
#ifndef TOOL_TOOL_H
#define TOOL_TOOL_H

#include "base/str.h"
#include "base/vec.h"
#include "unit/span.h"

struct arena;
struct unit;
struct tool;

/* A file as tools see it. */
struct tool_file {
	uint32_t number;           /* file_set's */
	struct str path;           /* relative to the service's root */
	const struct unit *unit;   /* NULL when nothing was extracted */
	const struct unit *closed; /* set before order(): what link_symbol() made */
	uint32_t value;            /* in closed: the value of tool->symbol; 0: none */
};

/* Another file whose SQL a step runs, where one of its values says so. */
struct tool_part {
	uint32_t value; /* in the step's file.closed */
	struct tool_file file;
};

/* One thing the tool applies as a whole. */
struct tool_step {
	struct str name;  /* "0017_drop_legacy", "V3__x" */
	struct str group; /* Django: the app label; else empty */
	struct str
		version; /* by which the tool knows that it ran: "17", "1.2", Django's name; empty: by nothing */
	bool replaces;   /* Django: stands for others, which a database may have run in its place */
	bool repeatable; /* runs again when it has changed */
	bool expanded;   /* a part of a script; what that includes are steps before and behind */
	bool unread; /* what it does is not known, or not wholly: a program, a file the tool refuses */
	struct tool_file file;
	VEC(uint32_t) fragments; /* unit.fragments that run forward, in order (SQL tools) */
	VEC(struct tool_part) files;
	struct str guard; /* why it may not run at all; empty: it runs */
};

/* Something about a history that could not be understood. */
struct tool_note {
	uint32_t file; /* number; 0: the directory as such */
	uint32_t line; /* in it; 0: the first */
	struct str text;
	bool order;  /* the order of steps is in doubt: BLIND_ORDER */
	struct span span; /* in the file; not placed: .line's */
	bool script; /* a script's command is not followed: BLIND_META_COMMAND */
};

/* What belongs to a tool, and does not run when it brings a new database up to date. */
enum tool_aside_kind {
	ASIDE_PAST,           /* undoes, verifies, or is stood in for by a baseline */
	ASIDE_COPY,           /* what the migrations add up to, written down */
	ASIDE_OTHER_DATABASE, /* is for MySQL, SQLite … */
};
struct tool_aside {
	uint32_t file; /* number */
	enum tool_aside_kind kind;
};

struct tool_history {
	const struct tool *tool;
	struct str directory; /* relative to the service's root; "" for the root */
	struct str schema; /* the tool makes it and puts it first in the search_path; empty: none */
	uint32_t schema_file, schema_line; /* where that is said */
	VEC(struct tool_step) steps;       /* in the order in which they run */
	VEC(struct tool_note) notes;
	bool snapshot; /* one file with the whole state: it is edited, where others get a next step */
	struct str user_model; /* Django's AUTH_USER_MODEL, set before order(): "auth.User" */
	/* The table in which it notes what ran, where it is configured to be another than the tool's. */
	struct str table, table_schema;
};

struct tool_histories {
	VEC(struct tool_history) list;
	VEC(struct tool_aside) aside;
};

struct tool {
	const char *name;     /* as `tool:` in the configuration takes it */
	const char *found_by; /* for the README's table: one phrase each */
	const char *order_words;
	const char *not_read;
	const char *const *markers; /* comment prefixes it wants as marks; NULL */
	const char *symbol;         /* to be closed before order(), as link_symbols() takes it; NULL */
	const char *history_table;  /* the table in which it notes what ran; NULL */
	const char *lock_table;     /* one more that it makes for itself: a lock, its settings; NULL */
	bool set_outlives_step;     /* SET of one step is still in force in the next */
	/* Appends the histories that it finds among FILES (sorted by path). DIRECTORY is not NULL when
	 * the configuration names it together with this tool: then whatever is there is the history. */
	void (*recognise)(const struct tool *t, struct arena *a, const struct tool_file *files,
		uint32_t n, const struct str *directory, struct tool_histories *out);
	/* Puts the steps in order once the symbols are closed; NULL: recognise() did. */
	void (*order)(struct arena *a, struct tool_history *h);
};

extern const struct tool *const tools[]; /* ended by NULL; a more special tool stands first */
const struct tool *tool_by_name(struct str name);

/* All histories among the files of one service. A file belongs to at most one history; goose and
 * golang-migrate are told from plain numbered SQL by their marks and names. */
void tool_recognise_all(
	struct arena *a, const struct tool_file *files, uint32_t n, struct tool_histories *out);

/* Whose migration, by its name, a file is that no tool here reads ("Rails, Sequel"); NULL: it is none. */
const char *tool_foreign(struct str path);

/* True for a file that stands among migrations: in a directory that is called so, with a number at the
 * beginning of its own name or its directory's. A program there runs once, whoever runs it. */
bool tool_is_among_migrations(struct str path);

/* True for a file, or one in a directory, that undoes: *.down.sql, down/, rollback … */
bool tool_is_down(struct str path);

/* The order of migration names as tools have it: leading numbers are numbers, the rest bytes. */
int tool_version_cmp(struct str x, struct str y);

#endif
