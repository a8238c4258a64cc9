/* base: slices, globs, UTF-8, maps, lines. */
#include "base/arena.h"
#include "base/diag.h"
#include "base/lines.h"
#include "base/map.h"
#include "base/vec.h"
#include "suite.h"

#include <string.h>

START_TEST(globs)
{
	static const struct {
		const char *pattern, *text;
		bool want;
	} cases[] = {
		{"r10_*", "r10_user", true},
		{"r10_*", "r1_user", false},
		{"*", "", true},
		{"a?c", "abc", true},
		{"a?c", "ac", false},
		{"*_user", "r10_super_user", true},
		{"a*b*c", "aXbYbZc", true},
		{"a*b*c", "aXbYbZ", false},
		{"", "", true},
		{"", "x", false},
		{"r10_user", "r10_user", true},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(str_glob(str_from(cases[i].pattern), str_from(cases[i].text)) ==
				cases[i].want,
			"%s ~ %s", cases[i].pattern, cases[i].text);
}
END_TEST

/* What was used before is as zero as what was not, in blocks of every size. */
START_TEST(arena_is_zero)
{
	struct arena a = {0};

	for (int round = 0; round < 3; round++) {
		for (size_t n = 1; n < (8 << 20); n = n * 3 + 1) {
			char *p = arena_alloc(&a, n, 1);

			for (size_t i = 0; i < n; i += 1 + n / 1000)
				ck_assert_int_eq(p[i], 0);
			ck_assert_int_eq(p[n - 1], 0);
			memset(p, 'x', n);
		}
		arena_reset(&a);
	}
	arena_free(&a);
}
END_TEST

START_TEST(path_globs)
{
	static const struct {
		const char *pattern, *path;
		bool want;
	} cases[] = {
		{"*.py", "a/b.py", true},
		{"*.py", "b.py", true},
		{"b.py", "a/b.py", true},
		{"b", "b/c", false},
		{"**", "a/b", true},
		{"a/*.py", "a/b.py", true},
		{"a/*.py", "x/a/b.py", false},
		{"a/*.py", "a/b/c.py", false},
		{"a/**", "a/b/c.py", true},
		{"a/**", "a", false},
		{"a/**", "ab/c", false},
		{"a/", "a/b/c.py", true},
		{"a/b/", "a/b/c/d", true},
		{"a/", "b/a/c", false},
		{"./a/*", "a/b", true},
		{"**/x.py", "x.py", true},
		{"**/x.py", "a/b/x.py", true},
		{"a/**/x.py", "a/x.py", true},
		{"a/**/b/*.py", "a/b/c/b/d.py", true},
		{"a/**/b/*.py", "a/b/c/d.py", false},
		{"**/a/**/b", "a/c/a/d/b", true},
		{"**/legacy/**", "a/legacy/b", true},
		{"a/b", "a", false},
		{"a", "", false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(str_glob_path(str_from(cases[i].pattern), str_from(cases[i].path)) ==
				cases[i].want,
			"%s ~ %s", cases[i].pattern, cases[i].path);
}
END_TEST

/* What is extended stays what it was, is zero behind that, and takes nothing from its neighbours. */
START_TEST(arena_extends)
{
	struct arena a = {0};

	for (int round = 0; round < 3; round++) {
		VEC(uint32_t) list = {0}, other = {0};
		const uint32_t n = 300000;

		for (uint32_t i = 0; i < n; i++) {
			ck_assert_uint_eq(*vec_add(&a, &list), 0);
			*vec_last(&list) = i + 1;
			if (i % 1000 == 0)
				vec_push(&a, &other, i + 1);
		}
		for (uint32_t i = 0; i < n; i++)
			ck_assert_uint_eq(list.v[i], i + 1);
		for (uint32_t i = 0; i < other.n; i++)
			ck_assert_uint_eq(other.v[i], i * 1000 + 1);
		arena_reset(&a);
	}
	arena_free(&a);
}
END_TEST

START_TEST(utf8)
{
	ck_assert_uint_eq(str_utf8("a", 1), 1);
	ck_assert_uint_eq(str_utf8("\xc3\xa9", 2), 2);
	ck_assert_uint_eq(str_utf8("\xc3\xa9", 1), 0);
	ck_assert_uint_eq(str_utf8("\xc0\x80", 2), 0);
	ck_assert_uint_eq(str_utf8("\xed\xa0\x80", 3), 0);
	ck_assert_uint_eq(str_utf8("\xf0\x9f\x92\xa9", 4), 4);
	ck_assert_uint_eq(str_utf8("\xf4\x90\x80\x80", 4), 0);
	ck_assert_uint_eq(str_utf8("\xff", 1), 0);
	for (uint32_t c = 0; c <= 0x110000; c++) {
		char bytes[4];
		struct str x = str_encode_utf8(bytes, c);
		bool character = c < 0xd800 || c > 0xdfff;

		ck_assert_uint_eq(str_utf8(x.s, x.n), character ? x.n : 0);
	}
	ck_assert(str_is(str_encode_utf8((char[4]){0}, 0xe9), "\xc3\xa9"));
	ck_assert(str_is(str_encode_utf8((char[4]){0}, 0x20ac), "\xe2\x82\xac"));
	ck_assert(str_is(str_encode_utf8((char[4]){0}, 0x1f4a9), "\xf0\x9f\x92\xa9"));
	ck_assert(str_is(str_encode_utf8((char[4]){0}, 0x110000), "\xef\xbf\xbd"));
}
END_TEST

START_TEST(cutting)
{
	struct str rest = STR("a,,b"), part;

	ck_assert(str_cut(&rest, ',', &part));
	ck_assert_text(part, "a");
	ck_assert(str_cut(&rest, ',', &part));
	ck_assert_text(part, "");
	ck_assert(str_cut(&rest, ',', &part));
	ck_assert_text(part, "b");
	ck_assert(!str_cut(&rest, ',', &part));
	ck_assert_text(str_trim(STR(" \t x \n")), "x");
	ck_assert_uint_eq(str_find(STR("abcabc"), STR("ca"), 0), 2);
	ck_assert_uint_eq(str_rchr(STR("a/b/c"), '/'), 3);
	ck_assert_int_lt(str_cmp(STR("a"), STR("ab")), 0);
}
END_TEST

START_TEST(maps)
{
	struct arena a = {0};
	struct map m = {.arena = &a};
	char keys[100][8];
	uint32_t n = 0;

	for (int i = 0; i < 100; i++) {
		snprintf(keys[i], sizeof keys[i], "k%d", i);
		map_put(&m, str_from(keys[i]))->num = (uint64_t)i;
	}
	ck_assert_uint_eq(map_get(&m, STR("k42"))->num, 42);
	ck_assert_ptr_null(map_get(&m, STR("k100")));
	for (struct map_entry *e = map_first(&m); e; e = map_next(e))
		ck_assert_uint_eq(map_val(e)->num, n++);
	ck_assert_uint_eq(n, 100);
	map_put(&m, (struct str){0})->num = 7;
	ck_assert_uint_eq(map_get(&m, STR(""))->num, 7);
	arena_free(&a);
}
END_TEST

START_TEST(line_numbers)
{
	struct arena a = {0};
	struct lines l = lines_index(&a, STR("one\r\ntwo\n\nfour"));

	ck_assert_uint_eq(l.n, 4);
	ck_assert_uint_eq(lines_at(&l, 0), 1);
	ck_assert_uint_eq(lines_at(&l, 4), 1);
	ck_assert_uint_eq(lines_at(&l, 5), 2);
	ck_assert_uint_eq(lines_column(&l, 6), 2);
	ck_assert_text(lines_text(&l, 1), "one");
	ck_assert_text(lines_text(&l, 3), "");
	ck_assert_text(lines_text(&l, 4), "four");
	ck_assert_uint_eq(lines_at(&l, 999), 4);
	arena_free(&a);
}
END_TEST

START_TEST(vectors_keep_their_elements)
{
	struct arena a = {0};
	VEC(uint32_t) v = {0};

	for (uint32_t i = 0; i < 1000; i++)
		vec_push(&a, &v, i);
	for (uint32_t i = 0; i < 1000; i++)
		ck_assert_uint_eq(v.v[i], i);
	v.n = 10;
	ck_assert_uint_eq(*vec_add(&a, &v), 0);
	arena_reset(&a);
	arena_free(&a);
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, path_globs);
	tcase_add_test(t, globs);
	tcase_add_test(t, arena_is_zero);
	tcase_add_test(t, arena_extends);
	tcase_add_test(t, utf8);
	tcase_add_test(t, cutting);
	tcase_add_test(t, maps);
	tcase_add_test(t, line_numbers);
	tcase_add_test(t, vectors_keep_their_elements);
}

int
main(void)
{
	return run_tests("base", add);
}
