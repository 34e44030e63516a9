/* Runs every suite of unit tests, or those named on the command line, and
 * closes with the one line that the whole check counts by; --list names them. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* suites.inc is made by the Makefile from the names of the files beside this:
 * test_date.c gives SUITE(date). */
#define SUITE(name) Suite *suite_##name(void);
#include "suites.inc"
#undef SUITE

static const struct {
	const char *name;
	Suite *(*make)(void);
} suites[] = {
#define SUITE(name) { #name, suite_##name },
#include "suites.inc"
#undef SUITE
};

static int is_wanted(const char *name, int count, char **names)
{
	for (int i = 1; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return 1;
	return count == 1;
}

int main(int count, char **names)
{
	if (count == 2 && strcmp(names[1], "--list") == 0) {
		for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++)
			puts(suites[i].name);
		return EXIT_SUCCESS;
	}

	SRunner *runner = srunner_create(NULL);
	for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++)
		if (is_wanted(suites[i].name, count, names))
			srunner_add_suite(runner, suites[i].make());
	srunner_run_all(runner, getenv("V") ? CK_VERBOSE : CK_NORMAL);
	int failed = srunner_ntests_failed(runner), run = srunner_ntests_run(runner);
	srunner_free(runner);
	printf("unit: %d passed, %d failed\n", run - failed, failed);
	return failed || !run ? EXIT_FAILURE : EXIT_SUCCESS;
}
