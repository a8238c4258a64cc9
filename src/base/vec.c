#include "base/vec.h"

#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"

void *
vec_grow(struct arena *a, void *v, uint32_t n, uint32_t *cap, size_t size)
{
	if (n == *cap) {
		uint32_t want = *cap < 4 ? 8 : *cap * 2;
		void *larger;

		if (want < *cap)
			fatal("more than %u elements", *cap);
		larger = arena_alloc(a, want, size);
		if (n)
			memcpy(larger, v, n * size);
		v = larger;
		*cap = want;
	}
	memset((char *)v + n * size, 0, size);
	return v;
}
