/* Steps of migration histories in two worlds: what rules about migrations that had shipped ask. */
#ifndef RULE_STEP_H
#define RULE_STEP_H

#include "rule/rule.h"

/* True when others may have run the step, which is the base's. */
bool step_had_shipped(const struct findings *f, const struct tool_step *s);

#endif
