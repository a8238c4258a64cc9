/* Packed units: read back as they were, or refused. */
#include "unit/pack.h"

#include <stdlib.h>
#include <string.h>

#include "filled.h"
#include "suite.h"

static struct str
packed(struct arena *a, const struct unit *u)
{
	struct buf b = {.arena = a};

	unit_pack(u, &b, a);
	return buf_str(&b);
}

static void
round_trip_of(struct arena *a, const struct unit *u)
{
	struct str bytes = packed(a, u);
	char *copy = malloc(bytes.n);
	struct unit back;

	/* Of exactly its size, so that the sanitizer sees a read beyond; and gone before it is used. */
	memcpy(copy, bytes.s, bytes.n);
	ck_assert(unit_unpack(&back, a, (struct str){copy, bytes.n}));
	memset(copy, 'x', bytes.n);
	free(copy);
	ck_assert(str_eq(exported(a, &back), exported(a, u)));
	ck_assert(str_eq(packed(a, &back), bytes));
	ck_assert_uint_eq(back.events.cap, back.events.n);
}

START_TEST(round_trip)
{
	struct arena a = {0};
	struct unit u;

	fill(&u, &a);
	round_trip_of(&a, &u);
	unit_init(&u, &a);
	round_trip_of(&a, &u);
	arena_free(&a);
}
END_TEST

/* Every shape that a span may have, one behind the other: each is written as a difference. */
START_TEST(spans)
{
	static const struct span list[] = {
		{0},
		{0, 10, 3, 2, 5, 2, 8},
		{0, 4, 3, 1, 5, 3, 1},
		{0},
		{7, 0, 0, 0, 0, 0, 0},
		{7, 10, 3, 1, 1, 1, 4},
		{0, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX},
		{UINT32_MAX, 0, 1, 0, 0, 0, 0},
		{0, 0, 0, 0, 0, 1, 0},
		{0, 0x80000000, 0, 0x7fffffff, 0, 0, 0},
		{0, 1, 2, 3, 4, 5, 6},
	};
	struct arena a = {0};
	struct unit u, back;

	unit_init(&u, &a);
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		vec_push(&a, &u.words, (struct word){.text = STR("w"), .span = list[i]});
	round_trip_of(&a, &u);
	ck_assert(unit_unpack(&back, &a, packed(&a, &u)));
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		ck_assert_mem_eq(&back.words.v[i + 1].span, &list[i], sizeof *list);
	arena_free(&a);
}
END_TEST

/* Numbers of one byte to five, and texts that repeat. */
START_TEST(numbers_and_texts)
{
	struct arena a = {0};
	struct unit u;
	struct str once, twice;

	unit_init(&u, &a);
	for (unsigned bit = 0; bit < 32; bit++) {
		vec_push(&a, &u.lines, (struct source_line){.line = 1u << bit});
		vec_push(&a, &u.lines, (struct source_line){.line = (1u << bit) - 1});
	}
	round_trip_of(&a, &u);
	unit_init(&u, &a);
	vec_push(&a, &u.words, (struct word){.text = STR("a text that is not short")});
	once = packed(&a, &u);
	vec_push(&a, &u.words, (struct word){.text = STR("a text that is not short")});
	twice = packed(&a, &u);
	ck_assert_uint_lt(twice.n - once.n, 4);
	round_trip_of(&a, &u);
	arena_free(&a);
}
END_TEST

/* What an import refuses is refused here, too. */
START_TEST(spoilt_units)
{
	struct arena a = {0};
	struct unit u, back;

	for (int i = 0; i < 8; i++) {
		fill(&u, &a);
		switch (i) {
		case 0:
			u.statements.v[2].event = 3;
			break;
		case 1:
			u.events.v[1].names = (struct range){2, 2};
			break;
		case 2:
			u.events.v[1].words = (struct range){2, UINT32_MAX};
			break;
		case 3:
			u.events.v[1].kind = EVENT_KINDS;
			break;
		case 4:
			u.kids.v[1] = 2;
			u.kids.v[2] = 1;
			break;
		case 5:
			u.values.v[1].text = STR("abc");
			break;
		case 6:
			u.scopes.v[1].parent = 2;
			break;
		case 7:
			u.values.v[1].kind = VALUE_CLASS;
			u.values.v[1].op = 3;
			break;
		}
		ck_assert_msg(!unit_unpack(&back, &a, packed(&a, &u)), "case %d", i);
		ck_assert_uint_eq(back.values.n, 1);
	}
	arena_free(&a);
}
END_TEST

static bool
survives(struct arena *a, const char *bytes, size_t n)
{
	char *copy = malloc(n + !n);
	struct unit back;
	bool ok;

	memcpy(copy, bytes, n);
	ok = unit_unpack(&back, a, (struct str){copy, n});
	free(copy);
	return is_whole(&back, a) && ok;
}

/* Cut anywhere it is refused; with a flipped bit it is refused or whole. */
START_TEST(damaged)
{
	struct arena a = {0}, scratch = {0};
	uint32_t accepted = 0, refused = 0;
	struct unit u;
	struct str bytes;
	char *spoilt;

	fill(&u, &a);
	bytes = packed(&a, &u);
	for (size_t i = 0; i < bytes.n; i++) {
		ck_assert_msg(!survives(&scratch, bytes.s, i), "cut at %zu", i);
		arena_reset(&scratch);
	}
	spoilt = str_cstr(&a, bytes);
	ck_assert(!survives(&scratch, spoilt, bytes.n + 1));
	for (size_t i = 0; i < bytes.n; i++)
		for (int bit = 0; bit < 8; bit++) {
			spoilt[i] ^= (char)(1 << bit);
			if (survives(&scratch, spoilt, bytes.n))
				accepted++;
			else
				refused++;
			spoilt[i] ^= (char)(1 << bit);
			arena_reset(&scratch);
		}
	ck_assert_uint_gt(accepted, 0);
	ck_assert_uint_gt(refused, 0);
	arena_free(&scratch);
	arena_free(&a);
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, round_trip);
	tcase_add_test(t, spans);
	tcase_add_test(t, numbers_and_texts);
	tcase_add_test(t, spoilt_units);
	tcase_add_test(t, damaged);
}

int
main(void)
{
	return run_tests("pack", add);
}
