/* What must not be broken off: a file that is being written, the cache that is being saved. */
#ifndef CMD_SIGNALS_H
#define CMD_SIGNALS_H

#include <signal.h>

/* Lets the signals by which a user or a job runner ends a program wait until signals_release(), which
 * gets what this has left in *BEFORE. Only the calling thread's: one that is started in between waits
 * for good, so that a signal is the main thread's. */
void signals_hold(sigset_t *before);
void signals_release(const sigset_t *before);

#endif
