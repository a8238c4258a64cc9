/* What is checked of a unit that comes from outside, before anybody walks it. The types and enums of its
 * fields are its reader's to check. */
#ifndef UNIT_CHECK_P_H
#define UNIT_CHECK_P_H

#include <stddef.h>

#include "unit/shape.h"

struct arena;

/* Every index and every range is in its table. NULL, or in the unit's arena what is wrong. */
const char *unit_check_bounds(struct unit *u);
/* Of a unit whose bounds are right: pieces cover their texts, values form no cycle, what is followed
 * upwards ends. NULL, or in the unit's arena what is wrong. */
const char *unit_check_order(struct unit *u);
/* "events 3: WHAT" */
const char *unit_wrong(
	struct arena *a, const struct shape *shape, size_t element, const char *what);

#endif
