/* Maps: uthash over an arena. uthash asks a macro for memory, so the arena in use is passed by a
 * thread-local variable around its calls. */
#include "base/map.h"

#include "base/arena.h"
#include "base/fatal.h"

static _Thread_local struct arena *memory;

#define uthash_malloc(size) arena_alloc(memory, 1, (size))
#define uthash_free(p, size) ((void)(p), (void)(size))
#define uthash_fatal(message) fatal("%s", (message))
#define HASH_FUNCTION(key, length, hash)                                                           \
	((hash) = (unsigned)str_hash((struct str){(const char *)(key), (length)}))
#include <uthash.h>

struct map_entry {
	struct str key;
	union map_value value;
	UT_hash_handle hh;
};

static struct map_entry *
find(const struct map *m, struct str key)
{
	struct map_entry *e;

	HASH_FIND(hh, m->head, key.n ? key.s : "", key.n, e);
	return e;
}

union map_value *
map_put(struct map *m, struct str key)
{
	struct map_entry *e = find(m, key);

	if (e)
		return &e->value;
	memory = m->arena;
	e = arena_new(m->arena, struct map_entry);
	e->key = key.n ? key : STR("");
	HASH_ADD_KEYPTR(hh, m->head, e->key.s, e->key.n, e);
	return &e->value;
}

union map_value *
map_get(const struct map *m, struct str key)
{
	struct map_entry *e = find(m, key);

	return e ? &e->value : NULL;
}

struct map_entry *
map_first(const struct map *m)
{
	return m->head;
}

struct map_entry *
map_next(const struct map_entry *e)
{
	return e->hh.next;
}

struct str
map_key(const struct map_entry *e)
{
	return e->key;
}

union map_value *
map_val(struct map_entry *e)
{
	return &e->value;
}
