/* Pieces of work done while calls fail (starve_trials.h), in the store of register_fixture.h. */
#ifndef TESTS_STARVE_FIXTURE_H
#define TESTS_STARVE_FIXTURE_H

#include "register_fixture.h"
#include "starve_trials.h"
#include "store/verify.h"

static FIXTURE_UNUSED void finding_ignore(void *context, const char *what, const char *object, const char *advice)
{
	(void)context, (void)what, (void)object, (void)advice;
}

/* What could not be opened again by who examined it is of no more use than to be closed: it says so, and is opened anew. */
static FIXTURE_UNUSED void store_open_again(int code)
{
	struct vault_view *view = NULL;
	struct qorgan_error why = error;

	if (store->engine)
		return;
	ck_assert_int_ne(code, QORGAN_OK);
	ck_assert_int_eq(vault_view_begin(store, &view, &error), QORGAN_IO);
	fixture_shut();
	fixture_open();
	error = why;
}

static FIXTURE_UNUSED int starve_verify(void)
{
	struct qorgan_verification verification;

	return qorgan_verify(store, finding_ignore, NULL, &verification, &error);
}

static FIXTURE_UNUSED int starve_dump(void)
{
	FILE *to = fopen("/dev/null", "w");
	int code = qorgan_dump(store, NULL, "jsonl", to, &error);

	if (!code)
		code = qorgan_dump(store, "measure", "csv", to, &error);
	fclose(to);
	return code;
}

/* Each alone is had by CK_RUN_CASE=NAME. */
static FIXTURE_UNUSED void starve_case(Suite *suite, const char *name, SFun before, SFun after, const TTest *test)
{
	TCase *tests = tcase_create(name);

	tcase_set_timeout(tests, 600);
	tcase_add_checked_fixture(tests, before, after);
	tcase_add_test(tests, test);
	suite_add_tcase(suite, tests);
}

#endif
