/* A small builder of values for tests. Places are made up: each value stands behind the one before
 * it, so that definitions come before uses. */
#ifndef TESTS_BUILD_H
#define TESTS_BUILD_H

#include "unit/unit.h"

/* Adds a value of KIND with its kids, at the next place in the file. */
static inline uint32_t
build(struct unit *u, enum value_kind kind, const char *text, uint32_t n, const uint32_t *kids)
{
	struct value v = {.kind = kind, .text = str_from(text)};
	uint32_t at = u->values.n * 100;

	v.kids = unit_add_kids(u, kids, n);
	v.span = (struct span){.offset = at, .length = (uint32_t)v.text.n + 2};
	return unit_add_value(u, v);
}

#define KIDS(...) \
	(uint32_t)(sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)), (uint32_t[]) \
	{ \
		__VA_ARGS__ \
	}

#define V(kind, text) build(u, VALUE_##kind, (text), 0, NULL)
#define W(kind, text, ...) build(u, VALUE_##kind, (text), KIDS(__VA_ARGS__))

/* A literal as a reader makes it: one verbatim piece between the quotes. */
static inline uint32_t
build_string(struct unit *u, const char *text)
{
	uint32_t v = build(u, VALUE_STRING, text, 0, NULL);
	struct value *value = &u->values.v[v];
	struct piece p = {.kind = PIECE_VERBATIM, .length = (uint32_t)value->text.n};

	p.source = (struct span){.offset = value->span.offset + 1, .length = p.length};
	value->pieces = (struct range){u->pieces.n, p.length != 0};
	if (p.length)
		vec_push(u->arena, &u->pieces, p);
	return v;
}

#define S(text) build_string(u, (text))
#define R(name) V(REFERENCE, (name))

/* Defines NAME as VALUE in the whole file. */
static inline struct symbol *
build_symbol(struct unit *u, enum symbol_kind kind, const char *name, uint32_t value)
{
	struct symbol *s = vec_add(u->arena, &u->symbols);

	*s = (struct symbol){
		.kind = kind, .name = str_from(name), .value = value, .to = UINT32_MAX};
	s->span = (struct span){.offset = u->values.n * 100 - 50, .length = 1};
	return s;
}

#endif
