/* Arenas: blocks of growing size in a list, the newest first. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#endif
#endif
#ifndef ASAN_POISON_MEMORY_REGION
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

#define FIRST_BLOCK ((size_t)16 << 10)
#define LARGEST_BLOCK ((size_t)4 << 20)

struct arena_block {
	struct arena_block *older;
	size_t used, size; /* of .bytes */
	alignas(max_align_t) char bytes[];
};

static struct arena_block *
grow(struct arena *a, size_t want)
{
	size_t size = a->head ? a->head->size * 2 : FIRST_BLOCK;
	struct arena_block *b;

	if (size > LARGEST_BLOCK)
		size = LARGEST_BLOCK;
	if (size < want)
		size = want;
	b = malloc(sizeof *b + size);
	if (!b)
		fatal("out of memory (%zu bytes)", size);
	b->older = a->head;
	b->used = 0;
	b->size = size;
	ASAN_POISON_MEMORY_REGION(b->bytes, size);
	a->head = b;
	a->total += size;
	return b;
}

void *
arena_alloc(struct arena *a, size_t count, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct arena_block *b = a->head;
	size_t n;
	void *p;

	if (size && count > (SIZE_MAX / 2 - align) / size)
		fatal("out of memory (%zu objects of %zu bytes)", count, size);
	n = (count * size + align - 1) & ~(align - 1);
	if (!b || b->size - b->used < n)
		b = grow(a, n);
	p = b->bytes + b->used;
	b->used += n;
	ASAN_UNPOISON_MEMORY_REGION(p, count * size);
	return memset(p, 0, count * size);
}

void
arena_reset(struct arena *a)
{
	struct arena_block *b = a->head;

	if (!b)
		return;
	while (b->older) {
		struct arena_block *older = b->older;

		b->older = older->older;
		a->total -= older->size;
		free(older);
	}
	b->used = 0;
	ASAN_POISON_MEMORY_REGION(b->bytes, b->size);
}

void
arena_free(struct arena *a)
{
	while (a->head) {
		struct arena_block *older = a->head->older;

		free(a->head);
		a->head = older;
	}
	a->total = 0;
}
