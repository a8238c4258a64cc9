/* Host languages: text → values, symbols, marks, and for .sql files fragments' texts. One file a
 * language; a language is a row of hosts[] in src/host/host.c. */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include "base/str.h"

struct unit;
struct arena;
struct host_options;
struct lexer_language;

/* Reads BYTES into U: values, kids, pieces, symbols, marks, blind spots; spans have offset and
 * length only. Never fails: what it cannot read is a blind spot (BLIND_HOST_SYNTAX) and it goes on
 * behind it. Strings may point into BYTES. Every top-level expression that holds a string literal
 * or a call is reachable as a value that is nobody's kid, or as a symbol's value. */
typedef void host_reader(struct unit *u, struct str bytes, const struct host_options *options,
	struct arena *scratch);

/* What another file's names are imported by. */
enum host_imports {
	HOST_DIRECTORIES, /* Go: a directory is a package */
	HOST_MODULES,     /* Python: dotted names of modules */
	HOST_CONSTANTS,   /* Ruby: constants stand in files of their names, as autoloading has it */
	HOST_PATHS, /* JavaScript: paths of files, relative ones from the file's own directory */
};

struct host {
	const char *name; /* "go"; two rows share it where endings tell dialects apart */
	const char *const *extensions; /* ".go", ended by NULL */
	const char *const *paths;      /* caseless: only files whose path has one in it; NULL: all */
	const char *const *names;      /* globs of whole paths or of file names, ended by NULL; NULL: none */
	host_reader *read;             /* NULL: `.sql`, whose text is a fragment (host/plain.h) */
	const char *prefilter;         /* PCRE2 pattern, caseless, tried where words begin: a file
	                                  without a match cannot use a table by itself (it may still
	                                  define what others want). NULL: every file */
	const struct lexer_language *language; /* NULL: SQL's rules */
	bool document;  /* data, read into values (src/host/document_p.h): of no names of its own */
	enum host_imports imports;
	bool beside;    /* tells of other files, and is nothing to read by itself: settings */
};

/* The host of a file by its path (extension); NULL when no language of ours. */
const struct host *host_of_path(struct str path);
/* By name; NULL when unknown. */
const struct host *host_by_name(struct str name);
extern const struct host *const hosts[]; /* ended by NULL */
/* The file of known findings: no language, so not in hosts[]. */
extern const struct host host_baseline;
/* Files that are known to be there, and are not read: by their names `tool` tells what it misses. */
extern const struct host host_listed;

/* A call that executes SQL. CALLEE is matched against the last component of the called name;
 * ARGUMENT is the 0-based positional argument with the SQL, -1: the first one that is textual;
 * KEYWORD may name it instead. */
struct host_sink {
	const char *host; /* "go" */
	const char *callee;
	int argument;
	const char *keyword;
	bool operation; /* of a migration framework: SINK_OPERATION, lists of statements too */
	bool common;    /* a name that much else has, too: counts only where the argument is SQL */
	const char *const
		*modules; /* of a common one: it counts where one of these is imported, too */
	const char *receiver; /* only where it is a method of something of that name, a glob; NULL: any */
	bool wraps; /* only gives the statement its type, for another call to execute: text() */
};

/* What a tool will put for a template: VALUE for `${NAME}`, `{{.NAME}}`, `{{ index .Options "NAME" }}`. */
struct host_variable {
	struct str name, value;
};
struct host_variables {
	const struct host_variable *list;
	uint32_t n;
};

/* Files whose functions somebody replays: those of HOST that import something that begins with IMPORT,
 * define a function, method or property called DEFINES, have a function with a PARAMETER, or use the MEMBER of
 * something (Base::Member).
 * The bodies of their functions stay in the unit. */
struct host_bodies {
	const char *host;
	const char *import, *defines, *parameter, *member; /* NULL: not by that */
};

/* What comes in as data: the markers of migration tools, the sinks of drivers, templates' values. */
struct host_options {
	const struct host_sink *sinks; /* ended by a row without a host */
	const char *const *markers;    /* prefixes of comments that matter: "+goose", "pgbounds:" */
	const struct host_bodies *bodies; /* ended by a row without a host */
	struct host_variables variables;
};

/* True when comment TEXT (trimmed) begins with one of the markers. */
bool host_is_mark(const struct host_options *options, struct str text);

/* True when PREFILTER of the host finds something in BYTES; thread-safe (compiled once, JIT). */
bool host_may_matter(const struct host *host, struct str bytes);

/* True when text looks like the start of an SQL statement (SELECT, INSERT INTO, WITH …, leading
 * comments and parentheses skipped); for deciding which literals are candidates. */
bool host_looks_like_sql(struct str text);

#endif
