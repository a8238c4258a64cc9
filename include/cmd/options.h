/* The command line: one table of options feeds the parser and the help. */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include "base/diag.h"
#include "base/vec.h"
#include "config/config.h"

struct command;

enum colour_when {
	COLOUR_AUTO,
	COLOUR_ALWAYS,
	COLOUR_NEVER
};

/* "json:report.json": a format and where it goes. */
struct output {
	struct str format;
	struct str file; /* empty: standard output */
};

/* The values of an option that may be repeated; a VEC with a name. */
struct strings {
	const char **v;
	uint32_t n, cap;
};

struct options {
	const char *config;
	VEC(struct output) outputs; /* at least one after options_parse() */
	enum level fail_on;
	bool strict, verbose, timing, all, staged, help, writes, reads;
	uint32_t jobs;
	const char *revision;
	const char *base, *head; /* of a change; NULL: not given */
	const char *today; /* YYYY-MM-DD; NULL: the clock's */
	enum colour_when colour;
	struct strings facts, services, execute;
	const char *cache;           /* --cache; NULL: the user's directory */
	bool no_cache;
	const char *output;          /* -o */
	const char *report_repo;     /* a service, or a repository by its URL or its last part */
	bool only_services, schema;  /* config */
	bool force, hook;            /* init */
	const char *at;              /* catalog: a step; NULL: behind all */
	VEC(const char *) arguments; /* what is no option */
};

/* Which commands take an option; a set. */
enum takes {
	TAKES_SOURCES = 1, /* reads services: -c, --rev, --facts, --jobs … */
	TAKES_REPORT = 2,  /* writes a document: --format, --color */
	TAKES_JUDGE = 4,   /* may fail: --fail-on, --strict */
	TAKES_CHANGE = 8,  /* which change: --staged, --base, --head, --all */
	TAKES_FILE = 16,   /* -o */
	TAKES_TODAY = 128, /* --today */
	TAKES_WHO = 32,    /* --all, --writes, --reads, --service */
	TAKES_TRIAL = 64,  /* -e, --staged */
	TAKES_CONFIG = 1 << 16, /* --services, --schema */
	TAKES_INIT = 1 << 17,   /* --force, --hook */
	TAKES_STEP = 1 << 18,   /* --at */
};

enum option_kind {
	KIND_FLAG,
	KIND_STRING,
	KIND_REVISION, /* a string that is not empty, as that of a variable that is not set is */
	KIND_STRINGS,
	KIND_OUTPUT,
	KIND_LEVEL,
	KIND_NUMBER,
	KIND_COLOUR,
	KIND_DATE,
};

/* One row an option: parser, help, man page and completions are made from it. */
struct option {
	char letter; /* 0: none */
	const char *name;
	enum option_kind kind;
	size_t offset;        /* in struct options */
	const char *argument; /* "FILE": what completes it is found by this word; see cmd/describe.h */
	const char *help;     /* one phrase; `--help` has 24 lines of 80 columns for all of them */
	const char *details;  /* sentences for the man page; NULL: .help says it all */
	uint32_t takes;       /* 0: every command */
};

extern const struct option options_table[]; /* ended by a row without a name */
bool option_taken(const struct command *c, const struct option *o);

/* Reads the words behind the command's name. False on bad usage, with a diagnostic. */
bool options_parse(struct options *o, struct arena *a, const struct command *c, int argc,
	char **argv, struct diags *diags);
#endif
