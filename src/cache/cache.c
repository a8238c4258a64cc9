/* The cache as the others see it: questions, and what is to be kept. */
#include "cache/cache.h"

#include <string.h>

#include "cache_p.h"

/* The schema's version is a part of the name, so that versions live beside each other. */
#define FILE_NAME "units-1.sqlite"

struct cache *
cache_new(struct arena *a, struct str directory, uint64_t limit)
{
	struct cache *c = arena_new(a, struct cache);

	c->arena = a;
	c->directory = str_dup(a, directory);
	c->path = str_cstr(a, str_format(a, "%.*s/" FILE_NAME, STR_ARG(directory)));
	c->limit = limit ? limit : CACHE_LIMIT;
	return c;
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
cache_key(struct cache_key *key, uint64_t reader, struct str blob)
{
	if (blob.n != 2 * sizeof key->blob)
		return false;
	key->reader = reader;
	for (size_t i = 0; i < sizeof key->blob; i++) {
		int high = hex_digit(blob.s[2 * i]), low = hex_digit(blob.s[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		key->blob[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

/* Big-endian: keys sort by reader, then by blob. */
void
key_bytes(const struct cache_key *key, unsigned char bytes[KEY_BYTES])
{
	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(key->reader >> (56 - 8 * i));
	memcpy(bytes + 8, key->blob, sizeof key->blob);
}

int64_t
record_sum(const struct cache_key *key, enum cache_kind kind, struct str bytes)
{
	unsigned char all[KEY_BYTES + 1 + 8];
	uint64_t sum = str_hash(bytes);

	key_bytes(key, all);
	all[KEY_BYTES] = (unsigned char)kind;
	for (int i = 0; i < 8; i++)
		all[KEY_BYTES + 1 + i] = (unsigned char)(sum >> (8 * i));
	return (int64_t)str_hash((struct str){(const char *)all, sizeof all});
}

void
problem_merge(struct problem *p, const struct problem *other)
{
	if (other->trouble > p->trouble)
		*p = *other;
}

void
cache_add(struct cache *c, const struct cache_record *r)
{
	if (r->bytes.n < CACHE_RECORD_MAX)
		vec_push(c->arena, &c->added, *r);
}

struct cache_count
cache_counted(const struct cache *c)
{
	return c->count;
}
