#include "base/str.h"

#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/arena.h"
#include "base/fatal.h"

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

struct str
str_from(const char *c)
{
	return (struct str){c, c ? strlen(c) : 0};
}

struct str
str_dup(struct arena *a, struct str x)
{
	return (struct str){str_cstr(a, x), x.n};
}

char *
str_cstr(struct arena *a, struct str x)
{
	char *p = arena_alloc(a, x.n + 1, 1);

	if (x.n)
		memcpy(p, x.s, x.n);
	return p;
}

struct str
str_vformat(struct arena *a, const char *format, va_list ap)
{
	va_list again;
	int n;
	char *p;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (n < 0)
		BUG("vsnprintf: %s", format);
	p = arena_alloc(a, (size_t)n + 1, 1);
	vsnprintf(p, (size_t)n + 1, format, ap);
	return (struct str){p, (size_t)n};
}

struct str
str_join(struct arena *a, struct str x, struct str y)
{
	char *s = arena_alloc(a, x.n + y.n + 1, 1);

	if (x.n)
		memcpy(s, x.s, x.n);
	if (y.n)
		memcpy(s + x.n, y.s, y.n);
	return (struct str){s, x.n + y.n};
}

struct str
str_format(struct arena *a, const char *format, ...)
{
	struct str x;
	va_list ap;

	va_start(ap, format);
	x = str_vformat(a, format, ap);
	va_end(ap);
	return x;
}

bool
str_eq(struct str x, struct str y)
{
	return x.n == y.n && (x.n == 0 || memcmp(x.s, y.s, x.n) == 0);
}

bool
str_eq_nocase(struct str x, struct str y)
{
	if (x.n != y.n)
		return false;
	for (size_t i = 0; i < x.n; i++)
		if (lower(x.s[i]) != lower(y.s[i]))
			return false;
	return true;
}

bool
str_is(struct str x, const char *c)
{
	return str_eq(x, str_from(c));
}

int
str_cmp(struct str x, struct str y)
{
	size_t n = x.n < y.n ? x.n : y.n;
	int order = n ? memcmp(x.s, y.s, n) : 0;

	if (order)
		return order;
	return (x.n > y.n) - (x.n < y.n);
}

bool
str_starts(struct str x, struct str prefix)
{
	return x.n >= prefix.n && str_eq(str_slice(x, 0, prefix.n), prefix);
}

bool
str_ends(struct str x, struct str suffix)
{
	return x.n >= suffix.n && str_eq(str_slice(x, x.n - suffix.n, x.n), suffix);
}

struct str
str_slice(struct str x, size_t from, size_t to)
{
	if (to > x.n)
		to = x.n;
	if (from > to)
		from = to;
	return (struct str){x.s ? x.s + from : NULL, to - from};
}

size_t
str_find(struct str x, struct str needle, size_t from)
{
	const char *p;

	if (from > x.n)
		return SIZE_MAX;
	if (needle.n == 0)
		return from;
	if (x.n - from < needle.n)
		return SIZE_MAX;
	p = memmem(x.s + from, x.n - from, needle.s, needle.n);
	return p ? (size_t)(p - x.s) : SIZE_MAX;
}

size_t
str_chr(struct str x, char c, size_t from)
{
	const char *p = from < x.n ? memchr(x.s + from, c, x.n - from) : NULL;

	return p ? (size_t)(p - x.s) : SIZE_MAX;
}

size_t
str_rchr(struct str x, char c)
{
	for (size_t i = x.n; i > 0; i--)
		if (x.s[i - 1] == c)
			return i - 1;
	return SIZE_MAX;
}

struct str
str_trim(struct str x)
{
	while (x.n && is_space(x.s[0])) {
		x.s++;
		x.n--;
	}
	while (x.n && is_space(x.s[x.n - 1]))
		x.n--;
	return x;
}

struct str
str_lower(struct arena *a, struct str x)
{
	for (size_t i = 0; i < x.n; i++) {
		if (lower(x.s[i]) != x.s[i]) {
			char *p = str_cstr(a, x);

			for (; i < x.n; i++)
				p[i] = lower(p[i]);
			return (struct str){p, x.n};
		}
	}
	return x;
}

bool
str_cut(struct str *rest, char c, struct str *part)
{
	size_t at;

	if (!rest->s)
		return false;
	at = str_chr(*rest, c, 0);
	if (at == SIZE_MAX) {
		*part = *rest;
		*rest = (struct str){0};
	} else {
		*part = str_slice(*rest, 0, at);
		*rest = str_slice(*rest, at + 1, rest->n);
	}
	return true;
}

uint64_t
str_hash(struct str x)
{
	return XXH3_64bits(x.s ? x.s : "", x.n);
}

size_t
str_utf8(const char *s, size_t n)
{
	unsigned char c, second;
	size_t want;

	if (n == 0)
		return 0;
	c = (unsigned char)s[0];
	if (c < 0x80)
		return 1;
	want = c >= 0xc2 && c <= 0xdf ? 2 : c >= 0xe0 && c <= 0xef ? 3 : c >= 0xf0 && c <= 0xf4 ? 4 : 0;
	if (want == 0 || n < want)
		return 0;
	for (size_t i = 1; i < want; i++)
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 0;
	second = (unsigned char)s[1];
	/* Overlong forms, surrogates and what lies above U+10FFFF. */
	if ((c == 0xe0 && second < 0xa0) || (c == 0xed && second > 0x9f) ||
		(c == 0xf0 && second < 0x90) || (c == 0xf4 && second > 0x8f))
		return 0;
	return want;
}

struct str
str_encode_utf8(char out[4], uint32_t c)
{
	if (c > 0x10ffff)
		c = 0xfffd;
	if (c < 0x80) {
		out[0] = (char)c;
		return (struct str){out, 1};
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return (struct str){out, 2};
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return (struct str){out, 3};
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return (struct str){out, 4};
}

bool
str_glob(struct str pattern, struct str x)
{
	size_t p = 0, i = 0, star = SIZE_MAX, after = 0;

	while (i < x.n) {
		if (p < pattern.n && pattern.s[p] == '*') {
			star = p++;
			after = i;
			/* What is behind the last star can only be the end. */
			if (str_chr(pattern, '*', p) == SIZE_MAX) {
				size_t rest = pattern.n - p;

				if (x.n - i < rest)
					return false;
				i = x.n - rest;
				star = SIZE_MAX;
			}
		} else if (p < pattern.n && (pattern.s[p] == '?' || pattern.s[p] == x.s[i])) {
			p++;
			i++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			i = ++after;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.s[p] == '*')
		p++;
	return p == pattern.n;
}

/* What is left of the pattern when its first part is taken off, and so of a path. */
static struct str
behind_part(struct str path)
{
	size_t slash = str_chr(path, '/', 0);

	return slash == SIZE_MAX ? str_slice(path, path.n, path.n)
				 : str_slice(path, slash + 1, path.n);
}

static bool
is_any(struct str pattern)
{
	return str_is(pattern, "**") || str_starts(pattern, STR("**/"));
}

static bool
same_part(struct str pattern, struct str path)
{
	return str_glob(str_slice(pattern, 0, str_chr(pattern, '/', 0)),
		str_slice(path, 0, str_chr(path, '/', 0)));
}

/* As str_glob(), by parts: the last "**" takes one part more where the rest does not fit. */
static bool
glob_parts(struct str pattern, struct str path)
{
	struct str retry = {0}, after = {0};

	while (path.n) {
		if (is_any(pattern)) {
			retry = pattern = behind_part(pattern);
			after = path;
			if (!pattern.n)
				return true;
		} else if (pattern.n && same_part(pattern, path)) {
			pattern = behind_part(pattern);
			path = behind_part(path);
		} else if (retry.n && after.n) {
			pattern = retry;
			path = after = behind_part(after);
		} else {
			return false;
		}
	}
	return !pattern.n;
}

bool
str_glob_path(struct str pattern, struct str path)
{
	if (str_starts(pattern, STR("./")))
		pattern = str_slice(pattern, 2, pattern.n);
	if (str_chr(pattern, '/', 0) == SIZE_MAX) {
		size_t slash = str_rchr(path, '/');

		path = slash == SIZE_MAX ? path : str_slice(path, slash + 1, path.n);
		return str_is(pattern, "**") || str_glob(pattern, path);
	}
	if (!str_ends(pattern, STR("/")))
		return glob_parts(pattern, path);
	while (path.n) {
		size_t slash = str_rchr(path, '/');

		path = str_slice(path, 0, slash == SIZE_MAX ? 0 : slash);
		if (path.n && glob_parts(str_slice(pattern, 0, pattern.n - 1), path))
			return true;
	}
	return false;
}

static void
reserve(struct buf *b, size_t more)
{
	size_t cap = b->cap ? b->cap : 64;
	char *larger;

	if (b->cap - b->n > more)
		return;
	while (cap - b->n <= more)
		cap *= 2;
	larger = arena_alloc(b->arena, cap, 1);
	if (b->n)
		memcpy(larger, b->s, b->n);
	b->s = larger;
	b->cap = cap;
}

void
buf_add(struct buf *b, struct str x)
{
	if (x.n == 0)
		return;
	reserve(b, x.n);
	memcpy(b->s + b->n, x.s, x.n);
	b->n += x.n;
	b->s[b->n] = '\0';
}

void
buf_addc(struct buf *b, char c)
{
	buf_add(b, (struct str){&c, 1});
}

void
buf_addf(struct buf *b, const char *format, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, format);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (n < 0)
		BUG("vsnprintf: %s", format);
	reserve(b, (size_t)n);
	vsnprintf(b->s + b->n, (size_t)n + 1, format, ap);
	va_end(ap);
	b->n += (size_t)n;
}

struct str
buf_str(struct buf *b)
{
	return (struct str){b->s ? b->s : "", b->n};
}
