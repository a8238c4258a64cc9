/* Growing arrays in an arena. */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stddef.h>
#include <stdint.h>

struct arena;

/* VEC(struct x) members; zeroed is empty. Elements move when it grows: keep indexes, no pointers. */
#define VEC(type)                                                                                  \
	struct {                                                                                   \
		type *v;                                                                           \
		uint32_t n, cap;                                                                   \
	}

/* Appends a zeroed element and yields its address. */
#define vec_add(a, vec)                                                                            \
	((vec)->v = vec_grow((a), (vec)->v, (vec)->n, &(vec)->cap, sizeof *(vec)->v),              \
		&(vec)->v[(vec)->n++])

/* Appends a copy of the value, which must not look at VEC: it may be computed behind the growth. */
#define vec_push(a, vec, ...) (*vec_add((a), (vec)) = (__VA_ARGS__))

#define vec_last(vec) (&(vec)->v[(vec)->n - 1])

/* Makes room for one more element behind N and zeroes it; returns where the array now is. */
void *vec_grow(struct arena *a, void *v, uint32_t n, uint32_t *cap, size_t size);

#endif
