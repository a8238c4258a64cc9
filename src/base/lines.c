#include "base/lines.h"

#include <string.h>

#include "base/arena.h"

struct lines
lines_index(struct arena *a, struct str bytes)
{
	struct lines l = {.bytes = bytes, .n = 1};
	const char *end = bytes.s + bytes.n;

	for (const char *p = bytes.s; p && p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
		l.n++;
	l.starts = arena_array(a, uint32_t, l.n);
	l.n = 1;
	for (const char *p = bytes.s; p && p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
		l.starts[l.n++] = (uint32_t)(p + 1 - bytes.s);
	return l;
}

uint32_t
lines_at(const struct lines *l, uint32_t offset)
{
	uint32_t low = 0, high = l->n;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (l->starts[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low + 1;
}

uint32_t
lines_column(const struct lines *l, uint32_t offset)
{
	return offset - l->starts[lines_at(l, offset) - 1] + 1;
}

struct str
lines_text(const struct lines *l, uint32_t line)
{
	struct str text = {0};
	size_t from, to;

	if (line == 0 || line > l->n)
		return text;
	from = l->starts[line - 1];
	to = line < l->n ? l->starts[line] - 1 : l->bytes.n;
	text = str_slice(l->bytes, from, to);
	if (text.n && text.s[text.n - 1] == '\r')
		text.n--;
	return text;
}
