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
	uint32_t takes;      /* enum takes */
	uint32_t min_arguments, max_arguments;
	int (*run)(const struct options *o, struct diags *diags);
};

extern const struct command *const commands[]; /* ended by NULL */

extern const struct command command_audit, command_baseline, command_catalog, command_check, command_explain,
	command_facts, command_impact, command_rules, command_who;

/* "0.1.0 (PostgreSQL 15 grammar)" */
struct str version_text(struct arena *a);

#endif
