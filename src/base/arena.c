/* Arenas: blocks of growing size in a list, the newest first. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/fatal.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED
#include <sanitizer/asan_interface.h>
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#include <sanitizer/asan_interface.h>
#endif
#endif
#ifndef ASAN_POISON_MEMORY_REGION
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

/* Blocks from this size on are asked of the system, in large pages where it has them: that saves a fault
 * for every small one, of which a run has ten thousand. A sanitizer is to see all blocks on the heap. */
#ifdef SANITIZED
#define MAPPED_BLOCK SIZE_MAX
#else
#define MAPPED_BLOCK ((size_t)1 << 20)
#endif

#define SMALL_PAGE ((size_t)64 << 10) /* or a part of it, by machine */
#define LARGE_PAGE ((size_t)2 << 20)

struct arena_block {
	struct arena_block *older;
	size_t used, size; /* of .bytes */
	size_t mapped;     /* bytes to unmap; 0: it is the heap's */
	size_t dirty;      /* bytes that were handed out before; those behind are zero */
	alignas(max_align_t) char bytes[];
};

#define FIRST_BLOCK ((size_t)16 << 10)
#define LARGEST_BLOCK (((size_t)4 << 20) - sizeof(struct arena_block))

static size_t
min(size_t x, size_t y)
{
	return x < y ? x : y;
}

static size_t
max(size_t x, size_t y)
{
	return x > y ? x : y;
}

/* What N bytes take, so that what follows is aligned. */
static size_t
rounded(size_t n)
{
	const size_t align = alignof(max_align_t);

	return (n + align - 1) & ~(align - 1);
}

/* SIZE bytes, a multiple of SMALL_PAGE, from where a large page begins: else the first and the last of them
 * are small ones. */
static void *
map_aligned(size_t size)
{
	char *p = mmap(NULL, size + LARGE_PAGE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t before;

	if (p == MAP_FAILED)
		return NULL;
	before = LARGE_PAGE - (uintptr_t)p % LARGE_PAGE;
	munmap(p, before);
	p += before;
	if (before < LARGE_PAGE)
		munmap(p + size, LARGE_PAGE - before);
	madvise(p, size, MADV_HUGEPAGE);
	return p;
}

/* A zeroed block with room for SIZE bytes; NULL when the system has none. */
static struct arena_block *
obtain(size_t size)
{
	size_t all = sizeof(struct arena_block) + size;
	size_t pages = (all + SMALL_PAGE - 1) / SMALL_PAGE * SMALL_PAGE;
	struct arena_block *b;

	if (size < MAPPED_BLOCK)
		return calloc(1, all);
	b = map_aligned(pages);
	if (b)
		b->mapped = pages;
	return b;
}

static void
release(struct arena_block *b)
{
	if (b->mapped)
		munmap(b, b->mapped);
	else
		free(b);
}

static struct arena_block *
grow(struct arena *a, size_t want)
{
	size_t size = a->head ? a->head->size * 2 : FIRST_BLOCK;
	struct arena_block *b;

	if (size > LARGEST_BLOCK)
		size = LARGEST_BLOCK;
	if (size < want)
		size = want;
	b = obtain(size);
	if (!b)
		fatal("out of memory (%zu bytes)", size);
	b->older = a->head;
	b->size = size;
	ASAN_POISON_MEMORY_REGION(b->bytes, size);
	a->head = b;
	a->total += size;
	return b;
}

void *
arena_alloc(struct arena *a, size_t count, size_t size)
{
	struct arena_block *b = a->head;
	size_t n;
	void *p;

	if (size && count > (SIZE_MAX / 2 - alignof(max_align_t)) / size)
		fatal("out of memory (%zu objects of %zu bytes)", count, size);
	n = rounded(count * size);
	if (!b || b->size - b->used < n)
		b = grow(a, n);
	p = b->bytes + b->used;
	ASAN_UNPOISON_MEMORY_REGION(p, count * size);
	if (b->used < b->dirty)
		memset(p, 0, min(count * size, b->dirty - b->used));
	b->used += n;
	return p;
}

#ifdef SANITIZED
bool
arena_extend(struct arena *a, void *p, size_t old, size_t new)
{
	(void)a, (void)p, (void)old, (void)new;
	return false;
}
#else
bool
arena_extend(struct arena *a, void *p, size_t old, size_t new)
{
	struct arena_block *b = a->head;
	size_t from, end = rounded(new);

	if (!b || rounded(old) > b->used || b->bytes + b->used - rounded(old) != p)
		return false;
	from = b->used - rounded(old);
	if (end < new || end > b->size - from)
		return false;
	if (from + old < b->dirty)
		memset((char *)p + old, 0, min(new - old, b->dirty - from - old));
	b->used = from + end;
	return true;
}
#endif

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
		release(older);
	}
	b->dirty = max(b->dirty, b->used);
	b->used = 0;
	ASAN_POISON_MEMORY_REGION(b->bytes, b->size);
}

void
arena_free(struct arena *a)
{
	while (a->head) {
		struct arena_block *older = a->head->older;

		release(a->head);
		a->head = older;
	}
	a->total = 0;
}
