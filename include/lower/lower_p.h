/* Private to the files of the shared room: how statements come to run. */
#ifndef LOWER_LOWER_P_H
#define LOWER_LOWER_P_H

#include "lower/lower.h"

/* COUNT statements of the unit that is made, from FIRST on, run here. */
void lower_run_statements(struct lower *l, uint32_t first, uint32_t count);
/* SPAN in the migration's file when it says no other. */
struct span lower_in_file(const struct lower *l, struct span span);
/* The event belongs to the current operation. */
void lower_own_event(struct lower *l, uint32_t event);

#endif
