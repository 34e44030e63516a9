/* What becomes of the store when an allocation or a call of the engine fails, at any place of a
 * piece of work: it fails with the code for that and a message, and the store is as before; or it
 * did without, and is done in full. Want of memory may look like something else as long as it was
 * counted: see base/memory.h. QORGAN_STARVE is how many places of each are tried. */
#ifndef TESTS_STARVE_FIXTURE_H
#define TESTS_STARVE_FIXTURE_H

#include "base/memory.h"
#include "register_fixture.h"
#include "starve.h"
#include "store/verify.h"

static unsigned round_number; /* so that what is made anew has another name */

struct work {
	const char *name;
	int (*run)(void);
	void (*prepare)(void);      /* before each run, or NULL */
	int also;                   /* a code that may come of it as well */
};

/* The newest checkpoint: it holds the root over all that was ever written. */
static void state_take(struct buffer *note)
{
	struct vault_view *view = NULL;

	buffer_clear(note);
	if (!store)
		return;
	ck_ok(vault_view_begin(store, &view, &error));
	ck_ok(vault_checkpoint(view, note, &error));
	vault_view_end(view);
}

static uint64_t run_starved(const struct work *work, enum starve kind, uint64_t at, struct buffer *before, int *code)
{
	round_number++;
	if (work->prepare)
		work->prepare();
	state_take(before);
	memset(&error, 0, sizeof error);
	starve_from(kind, at);
	*code = work->run();
	return starve_end();
}

static void finding_fail(void *context, const char *what, const char *object, const char *advice)
{
	(void)advice;
	ck_abort_msg("%s: %s: %s", (const char *)context, object, what);
}

static void starve_kind(const struct work *work, enum starve kind)
{
	static const int codes[STARVE_KINDS] = { QORGAN_INTERNAL, QORGAN_IO };
	const char *given = getenv("QORGAN_STARVE");
	uint64_t most = given ? strtoull(given, NULL, 10) : 12, failed = 0;
	struct buffer before = { 0 }, after = { 0 };
	struct qorgan_verification verification;
	int code;

	uint64_t calls = run_starved(work, kind, 0, &before, &code), failures;
	ck_assert_msg(!code, "%s: %d %s", work->name, code, error.message);
	uint64_t step = calls / most + 1;
	for (uint64_t at = 1; at <= calls; at += step) {
		failures = memory_failures();
		run_starved(work, kind, at, &before, &code);
		if (kind == STARVE_MEMORY && code && memory_failures() != failures)
			code = QORGAN_INTERNAL;
		if (!code)
			continue;
		failed++;
		ck_assert_msg(code == codes[kind] || code == work->also, "%s, %s %lu: %d %s", work->name,
		              kind == STARVE_MEMORY ? "allocation" : "engine", (unsigned long)at, code, error.message);
		ck_assert_msg(error.message[0] != '\0', "%s, %lu: no message", work->name, (unsigned long)at);
		state_take(&after);
		ck_assert_msg(span_equal(buffer_span(&before), buffer_span(&after)), "%s, %lu: written all the same", work->name,
		              (unsigned long)at);
	}
	ck_assert_msg(calls < 2 || failed, "%s: nothing failed in %lu calls", work->name, (unsigned long)calls);
	if (store)
		ck_assert_msg(!vault_verify(store, finding_fail, (void *)work->name, &verification, &error), "%s: %s", work->name,
		              error.message);
	buffer_free(&before);
	buffer_free(&after);
}

static void starve_all(const struct work *works, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (int kind = 0; kind < STARVE_KINDS; kind++)
			starve_kind(&works[i], kind);
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
