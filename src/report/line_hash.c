/* What tells a line from the others of its file though it moves: `primaryLocationLineHash`. */
#include "report/line_hash.h"

#include "base/arena.h"
#include "base/vec.h"

#define WINDOW 100
#define FACTOR 37
#define END_OF_FILE 0xffff

/* A file as the hash sees it. */
struct text {
	struct arena *arena;
	VEC(uint16_t) units;   /* without spaces and tabs */
	VEC(uint32_t) starts;  /* of each line, in units */
	bool begins, returned; /* a line; the last character was a CR */
};

static void
add_unit(struct text *t, uint16_t c)
{
	bool line_feed_of_pair = t->returned && c == '\n';

	t->returned = c == '\r';
	if (c == ' ' || c == '\t' || line_feed_of_pair)
		return;
	if (t->begins)
		vec_push(t->arena, &t->starts, t->units.n);
	if (c == '\r')
		c = '\n';
	t->begins = c == '\n';
	vec_push(t->arena, &t->units, c);
}

/* The character of N bytes at S; N is 0 for a byte that is no UTF-8. */
static void
add_character(struct text *t, const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;
	uint32_t c = u[0];

	switch (n) {
	case 0:
		c = 0xfffd;
		break;
	case 2:
		c = (u[0] & 0x1fu) << 6 | (u[1] & 0x3fu);
		break;
	case 3:
		c = (u[0] & 0xfu) << 12 | (u[1] & 0x3fu) << 6 | (u[2] & 0x3fu);
		break;
	case 4:
		c = (u[0] & 7u) << 18 | (u[1] & 0x3fu) << 12 | (u[2] & 0x3fu) << 6 | (u[3] & 0x3fu);
		break;
	default:
		break;
	}
	if (c >= 0x10000) {
		add_unit(t, (uint16_t)(0xd800 + ((c - 0x10000) >> 10)));
		c = 0xdc00 + ((c - 0x10000) & 0x3ff);
	}
	add_unit(t, (uint16_t)c);
}

static uint64_t
hash_at(const struct text *t, uint32_t start)
{
	uint64_t hash = 0;

	for (uint32_t i = start; i < start + WINDOW; i++)
		hash = hash * FACTOR + (i < t->units.n ? t->units.v[i] : 0);
	return hash;
}

struct line_hashes
line_hashes(struct arena *a, struct str bytes)
{
	struct arena scratch = {0};
	struct text t = {.arena = &scratch, .begins = true};
	struct line_hashes h;

	for (size_t i = 0; i < bytes.n;) {
		size_t n = str_utf8(bytes.s + i, bytes.n - i);

		add_character(&t, bytes.s + i, n);
		i += n ? n : 1;
	}
	add_unit(&t, END_OF_FILE);
	h = (struct line_hashes){arena_array(a, uint64_t, t.starts.n), t.starts.n};
	for (uint32_t i = 0; i < h.n; i++)
		h.v[i] = hash_at(&t, t.starts.v[i]);
	arena_free(&scratch);
	return h;
}

struct str
line_hash(struct arena *a, const struct line_hashes *h, uint32_t line)
{
	uint32_t same = 0;

	if (line == 0 || line > h->n)
		return (struct str){0};
	for (uint32_t i = 0; i < line; i++)
		same += h->v[i] == h->v[line - 1];
	return str_format(a, "%llx:%u", (unsigned long long)h->v[line - 1], same);
}
