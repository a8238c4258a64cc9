/* A unit from its bytes, which may be damaged. This runs for every file of every run: it reads each byte
 * once, and remembers that something was wrong instead of asking after every number. */
#include "unit/pack.h"

#include <string.h>

#include "base/arena.h"
#include "pack_p.h"
#include "unit/check_p.h"
#include "unit/shape.h"
#include "unit/unit.h"

struct unpacker {
	const unsigned char *at, *end;
	bool wrong; /* what is read from then on means nothing */
	struct arena *arena;
	struct str *texts;
	uint32_t n_texts;
	struct span last;
	uint32_t sizes[UNIT_TABLES];
};

static uint32_t
read_long_number(struct unpacker *p)
{
	uint64_t x = 0;

	for (unsigned shift = 0; shift < 35 && p->at < p->end; shift += 7) {
		unsigned char c = *p->at++;

		x |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80) {
			p->wrong |= x > UINT32_MAX;
			return (uint32_t)x;
		}
	}
	p->wrong = true;
	return 0;
}

static inline uint32_t
read_number(struct unpacker *p)
{
	if (p->at < p->end && *p->at < 0x80)
		return *p->at++;
	return read_long_number(p);
}

/* A number below LIMIT; 0 when it is not. */
static inline uint32_t
read_below(struct unpacker *p, uint32_t limit)
{
	uint32_t x = read_number(p);

	if (x < limit)
		return x;
	p->wrong = true;
	return 0;
}

static inline uint32_t
read_difference(struct unpacker *p, uint32_t from)
{
	uint32_t x = read_number(p);

	return from + (x >> 1 ^ -(x & 1));
}

static inline struct str
read_text(struct unpacker *p)
{
	return p->texts[read_below(p, p->n_texts)];
}

static void
read_span(struct unpacker *p, struct span *s)
{
	uint32_t form = read_below(p, SPAN_FORMS);

	if (form & SPAN_ORIGIN)
		s->origin = read_number(p);
	if (!(form & SPAN_SET))
		return;
	s->offset = read_difference(p, p->last.offset);
	s->length = read_number(p);
	s->line = read_difference(p, p->last.line);
	s->column = read_number(p);
	s->end_line = form & SPAN_END ? read_difference(p, s->line) : s->line;
	s->end_column = form & SPAN_END ? read_number(p) : s->column + s->length;
	p->last = *s;
}

static void
read_name(struct unpacker *p, struct name *name)
{
	name->schema = read_text(p);
	name->name = read_text(p);
	name->pattern = read_below(p, 2);
	read_span(p, &name->span);
}

static void
read_range(struct unpacker *p, uint32_t size, struct range *r)
{
	r->count = read_number(p);
	r->first = r->count ? read_number(p) : 0;
	p->wrong |= r->first > size || r->count > size - r->first;
}

static void
read_field(struct unpacker *p, const struct field *f, char *at)
{
	switch (f->type) {
	case FIELD_U32:
		*(uint32_t *)at = read_number(p);
		break;
	case FIELD_ENUM:
		*(uint32_t *)at = read_below(p, f->limit);
		break;
	case FIELD_INDEX:
		*(uint32_t *)at = read_below(p, p->sizes[f->table]);
		break;
	case FIELD_BOOL:
		*(bool *)at = read_below(p, 2);
		break;
	case FIELD_CHAR:
		*at = (char)read_below(p, 128);
		break;
	case FIELD_STR:
		*(struct str *)at = read_text(p);
		break;
	case FIELD_SPAN:
		read_span(p, (struct span *)at);
		break;
	case FIELD_NAME:
		read_name(p, (struct name *)at);
		break;
	case FIELD_RANGE:
		read_range(p, p->sizes[f->table], (struct range *)at);
		break;
	}
}

/* Everything takes a byte at least: what is left bounds every count, and what is allocated for it. */
static uint32_t
read_count(struct unpacker *p)
{
	return read_below(p, (uint32_t)(p->end - p->at) + 1);
}

static void
read_texts(struct unpacker *p)
{
	uint32_t n = read_count(p);
	size_t total = 0;
	char *bytes;

	p->texts = arena_array(p->arena, struct str, (size_t)n + 1);
	p->n_texts = n + 1;
	for (uint32_t i = 1; i <= n; i++) {
		p->texts[i].n = read_number(p);
		total += p->texts[i].n + 1;
	}
	p->wrong |= total > (size_t)(p->end - p->at);
	if (p->wrong)
		return;
	bytes = arena_alloc(p->arena, total, 1);
	memcpy(bytes, p->at, total);
	p->at += total;
	for (uint32_t i = 1; i <= n; i++) {
		p->texts[i].s = bytes;
		bytes += p->texts[i].n + 1;
		p->wrong |= bytes[-1] != '\0';
	}
}

static void
read_table(struct unpacker *p, struct unit *u, enum unit_table t)
{
	const struct shape *shape = &unit_shapes[t];
	struct unit_vec *vec = unit_table(u, t);
	uint32_t n = p->sizes[t];

	if (n == 1) {
		*vec = unit_empty_table();
		return;
	}
	vec->v = arena_alloc(u->arena, n, shape->size);
	vec->n = vec->cap = n;
	for (uint32_t i = 1; i < n && !p->wrong; i++)
		for (const struct field *f = shape->fields; f->name; f++)
			read_field(p, f, (char *)vec->v + i * shape->size + f->offset);
}

static bool
read_unit(struct unpacker *p, struct unit *u)
{
	read_texts(p);
	u->blob = read_text(p);
	u->reader = read_text(p);
	for (enum unit_table t = 0; t < UNIT_TABLES; t++)
		p->sizes[t] = read_count(p) + 1;
	for (enum unit_table t = 0; t < UNIT_TABLES && !p->wrong; t++)
		read_table(p, u, t);
	return !p->wrong && p->at == p->end && !unit_check_order(u);
}

bool
unit_unpack(struct unit *u, struct arena *a, struct str bytes)
{
	const unsigned char *begin = (const unsigned char *)(bytes.n ? bytes.s : "");
	struct unpacker p = {.at = begin, .end = begin + bytes.n, .arena = a};

	*u = (struct unit){.arena = a};
	if (bytes.n <= UINT32_MAX / 2 && read_unit(&p, u))
		return true;
	unit_init(u, a);
	return false;
}
