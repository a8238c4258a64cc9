/* Strings as slices: bytes and a length, no terminator, no ownership. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* A slice of somebody else's bytes. {NULL, 0} is the empty string and what zeroed memory holds.
 * May contain any byte, NUL and invalid UTF-8 included. */
struct str {
	const char *s;
	size_t n;
};

/* A slice of a string literal. */
#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
/* The two arguments that "%.*s" wants. */
#define STR_ARG(x) (int)(x).n, (x).s ? (x).s : ""

/* The slice over a C string; NULL gives the empty one. */
struct str str_from(const char *c);
/* Copies into the arena, NUL-terminated behind the end (so .s is a C string if X has no NUL). */
struct str str_dup(struct arena *a, struct str x);
/* Copies into the arena and returns the terminated bytes. */
char *str_cstr(struct arena *a, struct str x);
/* X and Y as one, NUL-terminated, in the arena: what paths are made by, which are many. */
struct str str_join(struct arena *a, struct str x, struct str y);
/* printf into the arena. */
struct str str_format(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str str_vformat(struct arena *a, const char *format, va_list ap)
	__attribute__((format(printf, 2, 0)));

bool str_eq(struct str x, struct str y);
/* Equal but for the case of ASCII letters. */
bool str_eq_nocase(struct str x, struct str y);
/* Equal to a C string. */
bool str_is(struct str x, const char *c);
/* Bytewise order, shorter first among prefixes: <0, 0, >0. Independent of the locale. */
int str_cmp(struct str x, struct str y);
bool str_starts(struct str x, struct str prefix);
bool str_ends(struct str x, struct str suffix);

/* Bytes FROM up to, not including, TO; both are clamped to the slice. */
struct str str_slice(struct str x, size_t from, size_t to);
/* Offset of the first NEEDLE at or after FROM, or SIZE_MAX. */
size_t str_find(struct str x, struct str needle, size_t from);
/* Offset of byte C at or after FROM, or SIZE_MAX; str_rchr: the last one. */
size_t str_chr(struct str x, char c, size_t from);
size_t str_rchr(struct str x, char c);
/* Without ASCII white space at both ends. */
struct str str_trim(struct str x);
/* ASCII letters made lower case, in the arena (X itself where there is nothing to do). */
struct str str_lower(struct arena *a, struct str x);
/* Takes the part before the first C off *REST and returns it; *REST is what follows C, or empty.
 * Returns false when *REST is exhausted (its .s is NULL). */
bool str_cut(struct str *rest, char c, struct str *part);
/* A hash that is the same on every machine (XXH3, 64 bit). */
uint64_t str_hash(struct str x);
/* Length of the valid UTF-8 sequence at S (at most N bytes), or 0 when it is none. */
size_t str_utf8(const char *s, size_t n);
/* The character C in UTF-8, written to OUT, in which the result lies; U+FFFD for what lies above U+10FFFF. */
struct str str_encode_utf8(char out[4], uint32_t c);
/* Glob of PostgreSQL-like names: '*' any run, '?' one byte, all else itself. */
bool str_glob(struct str pattern, struct str x);

/* Glob of paths: in a part '*' and '?' as above, a part that is "**" is any number of parts. A pattern
 * without '/' is for the last part alone, one that ends in '/' for all below that directory. */
bool str_glob_path(struct str pattern, struct str path);

/* A string that grows, in an arena. Zeroed but for .arena is empty. */
struct buf {
	struct arena *arena;
	char *s;
	size_t n, cap;
};
void buf_add(struct buf *b, struct str x);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The text so far, NUL-terminated behind the end; valid until the next addition. */
struct str buf_str(struct buf *b);

#endif
