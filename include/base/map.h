/* Map from strings to numbers or pointers, in an arena, over uthash. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/str.h"

struct arena;

/* Keys are slices that must outlive the map (they are not copied). Iteration order is that of
 * insertion, so that nothing depends on hash order. Zeroed but for .arena is empty. */
struct map {
	struct arena *arena;
	struct map_entry *head; /* uthash's; iterate with map_first/next */
};
struct map_entry;

/* Address of the value of KEY, made (zeroed) when it is not there; valid while the map lives. */
union map_value *map_put(struct map *m, struct str key);
/* Address of the value of KEY, or NULL. */
union map_value *map_get(const struct map *m, struct str key);

union map_value {
	void *ptr;
	uint64_t num;
};

/* Walks the entries in the order of their insertion; NULL at the end. */
struct map_entry *map_first(const struct map *m);
struct map_entry *map_next(const struct map_entry *e);
struct str map_key(const struct map_entry *e);
union map_value *map_val(struct map_entry *e);

#endif
