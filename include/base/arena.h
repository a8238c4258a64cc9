/* A bump allocator: everything that is made together is freed together. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed memory that lives until arena_free() or arena_reset(). One arena belongs to one thread
 * at a time. `struct arena *` in a signature means that the result lives in it; an argument that
 * is called `scratch` may be reset by the caller as soon as the call has returned. */
struct arena {
	struct arena_block *head; /* the block that is being filled; older ones hang behind it */
	size_t total;             /* bytes obtained from the system, for reports */
};

/* Returns zeroed memory for COUNT objects of SIZE bytes, aligned for any type. Never NULL: when
 * the system has no memory, fatal(). COUNT * SIZE may overflow; that is fatal too. */
void *arena_alloc(struct arena *a, size_t count, size_t size);

/* Makes what arena_alloc() gave last, P of OLD bytes, one of NEW bytes where it stands, the further ones
 * zeroed. False when something else came behind it, or there is no room: then nothing has changed. Under
 * the sanitizers it is always false, so that those show who keeps a pointer to what may move. */
bool arena_extend(struct arena *a, void *p, size_t old, size_t new);

/* Makes everything allocated from A invalid, keeping its newest block for reuse. */
void arena_reset(struct arena *a);

/* Frees all blocks; A is empty again and may be used. */
void arena_free(struct arena *a);

#define arena_new(a, type) ((type *)arena_alloc((a), 1, sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_alloc((a), (n), sizeof(type)))

#endif
