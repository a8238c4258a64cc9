/* The pre-commit hook. */
#ifndef CMD_HOOK_H
#define CMD_HOOK_H

#include "cmd/options.h"

/* Writes the hook where git looks for it, for the repository in which the process stands. A hook of
 * somebody else's is left alone, with an error that says which line to add to it; one that this
 * function wrote before is brought up to date. Returns the exit status. */
int hook_install(const struct options *o, struct arena *a, struct diags *diags);

#endif
