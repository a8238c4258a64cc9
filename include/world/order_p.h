/* Private to `world`: which step has to wait for which. order.c */
#ifndef WORLD_ORDER_P_H
#define WORLD_ORDER_P_H

#include "world/build_p.h"

struct order;

/* What each step of builder.contexts makes and needs; it lives in the builder's arena. */
struct order *order_new(struct builder *b);

/* True when no other history has still to make what the step needs. CONTEXT: of builder.contexts; what
 * has run is told by their .next. */
bool order_ready(struct order *o, uint32_t context, uint32_t step);

/* True when the step takes away a name that a step of another history needs. Who takes a table away
 * was not the first to run: what needs it had run before. */
bool order_takes_awaited(struct order *o, uint32_t context, uint32_t step);

/* True when a step of the database may make a relation, type or routine of that name: what is written
 * without a schema may come to any, unless the configuration says to which. */
bool order_makes(struct order *o, uint32_t database, struct str schema, struct str name);

#endif
