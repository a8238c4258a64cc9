/* Private to `rule`: what the files of the engine share. */
#ifndef RULE_ENGINE_P_H
#define RULE_ENGINE_P_H

#include "base/map.h"
#include "rule/rule.h"

/* The level of X: what is configured for it, its limit, and how sure it is. */
enum level finding_level(const struct finding *x);

/* By service, path, offset, rule, object and message. */
void findings_sort(struct findings *f);

/* 16 hex digits of what makes X the same finding after an unrelated change. */
struct str finding_fingerprint(
	struct arena *a, const struct world *w, const struct finding *x);

/* The names that relations of W had before → the names they have. */
struct map former_names(const struct world *w, struct arena *a);
/* TEXT with those names replaced where they stand as words; columns of them, too. */
struct str former_translate(const struct map *former, struct arena *a, struct str text);

bool finding_has_victims(const struct finding *x);
/* Takes from X the victims for which DROPPED, by number in x->related, is true; those that are left say
 * how severe it is. Returns how many these are. victim.c */
uint32_t finding_drop_victims(struct findings *f, struct finding *x, const bool *dropped);

bool place_equal(const struct place *x, const struct place *y);

#endif
