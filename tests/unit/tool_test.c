/* Migration tools: the order of versions. */
#include "suite.h"
#include "tool/tool.h"

static const struct {
	const char *x, *y;
	int want;
} versions[] = {
	{"2_b", "10_a", -1},
	{"0002_b", "2_b", 0},
	{"0002_a", "2_b", -1},
	{"20240101120000_x", "3_y", 1},
	{"99999999999999999999999999_a", "100000000000000000000000000_a", -1},
	{"0001_a", "0001_a", 0},
};

START_TEST(versions_are_numbers)
{
	int got = tool_version_cmp(str_from(versions[_i].x), str_from(versions[_i].y));
	int back = tool_version_cmp(str_from(versions[_i].y), str_from(versions[_i].x));

	ck_assert_int_eq((got > 0) - (got < 0), versions[_i].want);
	ck_assert_int_eq((back > 0) - (back < 0), -versions[_i].want);
}
END_TEST

START_TEST(tools_are_found_by_name)
{
	for (const struct tool *const *t = tools; *t; t++)
		ck_assert_ptr_eq(tool_by_name(str_from((*t)->name)), *t);
	ck_assert_ptr_null(tool_by_name(STR("flyweight")));
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_loop_test(t, versions_are_numbers, 0, sizeof versions / sizeof *versions);
	tcase_add_test(t, tools_are_found_by_name);
}

int
main(void)
{
	return run_tests("tool", add);
}
