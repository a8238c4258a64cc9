/* A unit that has something of everything, and what must be possible with every unit. */
#ifndef TEST_FILLED_H
#define TEST_FILLED_H

#include "base/arena.h"
#include "unit/evaluate.h"
#include "unit/export.h"
#include "unit/shape.h"
#include "unit/unit.h"

/* Something in every field of two elements of every table, all indexes in bounds. */
static inline void
fill_field(const struct field *f, char *at, uint32_t i)
{
	static const char *const strings[] = {
		"plain", "\"quoted\\\" \n\x01\x7f", "\xff\xfe latin", "\xc3\xa9\xf0\x9f\x92\xa9"};
	struct span span = {i, 10 + i, 3, 1, 11, 1, 14};

	switch (f->type) {
	case FIELD_U32:
		*(uint32_t *)at = UINT32_MAX - i;
		break;
	case FIELD_ENUM:
		*(uint32_t *)at = f->limit - 1;
		break;
	case FIELD_BOOL:
		*(bool *)at = i == 1;
		break;
	case FIELD_CHAR:
		*at = 'c';
		break;
	case FIELD_STR:
		*(struct str *)at = i == 1 ? (struct str){"a\0b", 3}
					   : str_from(strings[(size_t)at / sizeof(struct str) % 4]);
		break;
	case FIELD_SPAN:
		*(struct span *)at = span;
		break;
	case FIELD_NAME:
		*(struct name *)at = (struct name){STR("s"), STR("n"), true, span};
		break;
	case FIELD_RANGE:
		*(struct range *)at = (struct range){1, 2};
		break;
	case FIELD_INDEX:
		*(uint32_t *)at = i - 1;
		break;
	}
}

static inline void
fill(struct unit *u, struct arena *a)
{
	unit_init(u, a);
	u->blob = STR("0123456789abcdef0123456789abcdef01234567");
	u->reader = STR("go");
	for (enum unit_table t = 0; t < UNIT_TABLES; t++) {
		struct unit_vec *vec = unit_table(u, t);

		vec->v = arena_alloc(a, 3, unit_shapes[t].size);
		vec->n = vec->cap = 3;
		for (uint32_t i = 1; i < 3; i++)
			for (const struct field *f = unit_shapes[t].fields; f->name; f++)
				fill_field(f, (char *)unit_element(u, t, i) + f->offset, i);
	}
	/* What import checks beyond bounds. */
	for (uint32_t i = 1; i < 3; i++) {
		u->kids.v[i] = 0;
		u->values.v[i].kind = VALUE_CALL;
		u->values.v[i].text = STR("ab");
		u->pieces.v[i].at = i - 1;
		u->pieces.v[i].length = 1;
		u->fragments.v[i].parent = 0;
	}
}

static inline struct str
exported(struct arena *a, const struct unit *u)
{
	struct buf b = {.arena = a};

	unit_export(u, &b);
	return buf_str(&b);
}

/* One that was read in must be whole: it can be evaluated, trimmed and exported again. */
static inline bool
is_whole(struct unit *u, struct arena *a)
{
	struct unit out;
	struct file_scope scope = {.unit = u};
	struct evaluator e = {.out = &out, .resolver = {resolve_in_file, &scope}, .steps = 1000};
	uint32_t texts[EVALUATE_ALTERNATIVES];

	unit_init(&out, a);
	for (uint32_t i = 0; i < 3; i++)
		evaluate_texts(&e, evaluate(&e, (struct value_ref){u, 1, i}), texts);
	unit_trim(u, NULL, 0);
	unit_place(u, STR("one\ntwo"));
	unit_move(u, a);
	return exported(a, u).n > 0;
}

#endif
