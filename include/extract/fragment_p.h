/* Private to `extract`. */
#ifndef EXTRACT_FRAGMENT_P_H
#define EXTRACT_FRAGMENT_P_H

struct arena;
struct host_options;
struct unit;

/* Finds the SQL in all values of a host file's unit and has it parsed. */
void extract_literals(struct unit *u, const struct host_options *options, struct arena *scratch);

#endif
