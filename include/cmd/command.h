/* A command: one file, one const struct, one row of commands[] in src/cmd/main.c. */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include "cmd/options.h"

/* Exit statuses, as the README promises them. */
enum {
	STATUS_CLEAN = 0,
	STATUS_FINDINGS = 1,
	STATUS_USAGE = 2,
	STATUS_SYSTEM = 3,
	STATUS_INCOMPLETE = 4,
};

struct command {
	const char *name;
	const char *usage;   /* what follows the name: "[DIR...]" */
	const char *summary; /* one line of `pgbounds --help` */
	const char *details; /* sentences for the man page; NULL: the summary says it all */
	uint32_t takes;      /* enum takes */
	uint32_t min_arguments, max_arguments;
	int (*run)(const struct options *o, struct diags *diags);
};

extern const struct command *const commands[]; /* ended by NULL */

extern const struct command command_audit, command_baseline, command_catalog, command_check, command_explain,
	command_facts, command_impact, command_rules, command_who;
extern const struct command command_completion, command_config, command_help, command_init,
	command_man;

/* Says that there is no such command, and which one may be meant; returns STATUS_USAGE. */
int unknown_command(const char *name, struct diags *diags);

/* "0.1.0 (PostgreSQL 15 grammar)" */
struct str version_text(struct arena *a);

#endif
