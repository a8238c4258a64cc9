/* One line on the terminal that says how far a long run is. There is one standard error, so there is
 * one of these: it is nobody's field. */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

#include "extract/extract.h"

/* Starts a thread that writes the line when the run has taken a second and goes on rewriting it.
 * Does nothing where standard error is no terminal, or one that cannot erase a line (TERM is unset or
 * dumb). Colours are not used, so NO_COLOR means nothing here. */
void progress_start(void);
/* What is being done now; a string literal. */
void progress_stage(const char *words);
/* For extract_options: how many files there are, and are done. */
struct extract_progress *progress_files(void);
/* Erases the line and ends the thread: before anything else is written. May be called twice. */
void progress_stop(void);

#endif
