/* What the tables of commands and options say, for those who are to be told: help, man page,
 * completions, messages. */
#ifndef CMD_DESCRIBE_H
#define CMD_DESCRIBE_H

#include "cmd/command.h"

/* What may stand where a usage has a word in capitals. */
enum completes {
	COMPLETES_NOTHING,
	COMPLETES_WORDS, /* .words */
	COMPLETES_FILES,
	COMPLETES_DIRECTORIES,
	COMPLETES_SERVICES, /* `pgbounds config --services` lists them */
};
struct candidates {
	enum completes what;
	const char **words; /* ended by NULL; in the arena; only of COMPLETES_WORDS */
};

/* By the word for an option's value: "FILE", "LEVEL", "bash|zsh|fish". */
struct candidates describe_value(struct arena *a, const char *argument);
/* By a command's usage, for its first argument that is no option. */
struct candidates describe_arguments(struct arena *a, const struct command *c);

const struct command *describe_command(struct str name); /* NULL: there is none */
/* "-f, --format F[:FILE]"; four blanks stand for a letter that there is not. */
struct str describe_option(struct arena *a, const struct option *o);
/* Its help; behind that of --format the formats that there are. */
struct str describe_help(struct arena *a, const struct option *o);
/* The name of every command, rule (with aliases), format; ended by NULL. */
const char **describe_commands(struct arena *a);
const char **describe_rules(struct arena *a);
const char **describe_formats(struct arena *a);

/* `pgbounds --help`, `pgbounds COMMAND --help`: on a screen of 24 lines of 80 columns. */
void help_program(struct buf *out);
void help_command(const struct command *c, struct buf *out);

/* The man page, in mdoc. */
void man_page(struct buf *out);
/* The script that completes for SHELL; false when that is none of bash, zsh and fish. */
bool completion_script(struct str shell, struct buf *out);

/* The JSON schema of pgbounds.yaml (draft-07, which editors read). */
void config_schema(struct buf *out);

#endif
