/* Levels as the configuration sets them: for all, for a service, for some of its files. */
#ifndef RULE_LEVEL_H
#define RULE_LEVEL_H

#include "rule/rule.h"

/* The level of a rule for what SERVICE is told at a place. The most specific setting counts: the last
 * override of the service whose `files:` match, else the service's `rules:`, else those for all,
 * else the rule's own level. A place in the configuration or in another service has no override. */
enum level level_of(
	const struct world *w, const struct rule *r, uint32_t service, const struct place *place);

/* False when it is none everywhere: the rule need not run. */
bool level_possible(const struct config *c, const struct rule *r);

#endif
