/* What every unit test needs: one suite, run without forking under the sanitizers. */
#ifndef TESTS_SUITE_H
#define TESTS_SUITE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

/* Compares a slice with a C string and shows both. */
#define ck_assert_text(got, want)                                                                  \
	do {                                                                                       \
		struct str got_ = (got);                                                           \
		const char *want_ = (want);                                                        \
		ck_assert_msg(str_is(got_, want_), "got \"%.*s\", want \"%s\"", STR_ARG(got_),     \
			want_);                                                                    \
	} while (0)

/* Runs the one test case of NAME and returns main()'s status. Prints Check's own summary. */
static inline int
run_tests(const char *name, void (*add)(TCase *))
{
	Suite *suite = suite_create(name);
	TCase *tests = tcase_create(name);
	SRunner *runner;
	int failed;

	tcase_set_timeout(tests, 120);
	add(tests);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
