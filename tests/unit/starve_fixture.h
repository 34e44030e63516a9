/* Pieces of work done while calls fail (starve_trials.h), in the store of register_fixture.h. */
#ifndef TESTS_STARVE_FIXTURE_H
#define TESTS_STARVE_FIXTURE_H

#include "register_fixture.h"
#include "starve_trials.h"
#include "store/verify.h"

#define round_number starve_round()

struct work {
	const char *name;
	int (*run)(void);
	void (*prepare)(void);      /* before each run, or NULL */
	int also;                   /* a code that may come of it as well */
};

static void starve_all(const struct work *works, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct starve_work work = { .name = works[i].name, .run = works[i].run, .prepare = works[i].prepare,
			                              .also = works[i].also };
		starve_trials(&work, 1, &store, &error);
	}
}

#define STARVE(works) starve_all(works, sizeof(works) / sizeof *(works))

static FIXTURE_UNUSED void finding_ignore(void *context, const char *what, const char *object, const char *advice)
{
	(void)context, (void)what, (void)object, (void)advice;
}

/* What could not be opened again by who examined it is of no more use: it says so, and is. */
static FIXTURE_UNUSED int examined(int code)
{
	struct vault_view *view = NULL;
	struct qorgan_error why;

	starve_end();
	if (store->engine)
		return code;
	ck_assert_int_eq(vault_view_begin(store, &view, &why), QORGAN_IO);
	fixture_shut();
	fixture_open();
	return code;
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
static void starve_case(Suite *suite, const char *name, const TTest *test)
{
	TCase *tests = tcase_create(name);

	tcase_set_timeout(tests, 600);
	tcase_add_test(tests, test);
	suite_add_tcase(suite, tests);
}

#endif
