#include "base/vec.h"

#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"

/* Room in an array that begins: many hold a single large element for ever. */
static uint32_t
first_room(size_t size)
{
	return size < 32 ? 8 : 2;
}

void *
vec_grow(struct arena *a, void *v, uint32_t n, uint32_t *cap, size_t size)
{
	if (n == *cap) {
		uint32_t want = *cap < 2 ? first_room(size) : *cap * 2;
		void *larger;

		if (want < *cap)
			fatal("more than %u elements", *cap);
		if (!n || !arena_extend(a, v, n * size, want * size)) {
			larger = arena_alloc(a, want, size);
			if (n)
				memcpy(larger, v, n * size);
			v = larger;
		}
		*cap = want;
	}
	memset((char *)v + n * size, 0, size);
	return v;
}
