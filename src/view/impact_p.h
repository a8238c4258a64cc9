/* What the two halves of `impact` share: what breaks, and in which order it would not. */
#ifndef VIEW_IMPACT_P_H
#define VIEW_IMPACT_P_H

#include "view_p.h"
#include "world/difference.h"

/* One change with the names of what it is about. */
struct impact {
	struct arena *a;
	const struct world *head, *base;
	const struct change *change;
	const struct catalog *now, *then;
	struct str table;         /* as people call it, before */
	struct str before, after; /* the column's or relation's name; empty: none */
	struct str owner;
};

/* Adds the models of frameworks that break. */
void impact_models(const struct impact *i, struct impact_change *x);
/* Fills the steps of X->steps, whose breaks are known. */
void impact_plan(const struct impact *i, struct impact_change *x);

#endif
