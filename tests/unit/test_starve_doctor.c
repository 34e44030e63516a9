/* Looking around a store while calls fail: what could not be looked at is told, or ends the command with the code for that; what is
 * told is what was found. */
#include <sys/stat.h>

#include "qorgan/doctor.h"
#include "region_fixture.h"
#include "starve_trials.h"

Suite *suite_starve_doctor(void);

static char store_path[160], identity_path[160], key_path[200];
static struct qorgan_doctor_result found;
static unsigned told, unsound;
static uint64_t whole; /* findings when all can be looked at */

static void tell(void *context, const struct qorgan_diagnosis *diagnosis)
{
	(void)context;
	told++;
	unsound += !*diagnosis->check || !diagnosis->what || !*diagnosis->what || !diagnosis->object || !diagnosis->advice;
}

static int look(bool with_key)
{
	const struct qorgan_keys keys = { .identity = identity_path };
	const char *files[] = { identity_path, key_path, NULL };
	const struct qorgan_doctor asked = { .path = store_path, .keys = with_key ? &keys : NULL, .key_files = files, .tell = tell };

	told = 0;
	int code = qorgan_doctor(&asked, &found, &error);
	/* What could not be looked at is a finding more, or of another kind. */
	return code == QORGAN_NO && whole && found.errors + found.warnings != whole ? error_set(&error, QORGAN_IO, "told") : code;
}

static int look_with_key(void)
{
	return look(true);
}

static int look_without_key(void)
{
	return look(false);
}

static void judge(int code)
{
	ck_assert(code != QORGAN_NO || told > 0);
	ck_assert_uint_eq(unsound, 0);
}

/* Much that there is to tell of. */
static void set_up(void)
{
	region_make();
	snprintf(store_path, sizeof store_path, "%s", place("store"));
	snprintf(identity_path, sizeof identity_path, "%s", place("identity"));
	snprintf(key_path, sizeof key_path, "%s/key", store_path);
	fixture_shut();
	fixture_open();
	fixture_shut();
	file_write_text("store/key", "AGE-SECRET-KEY-1");
	ck_assert_int_eq(chmod(store_path, 0755), 0);
	folder_do("chmod 666 store/store.mdb && chmod 644 store/key && chmod 777 .");
	setenv("QORGAN_NOW", "2026-07-01T10:00:00Z", 1); /* before the last change */
}

static void tear_down(void)
{
	setenv("QORGAN_NOW", "2026-08-01T10:00:00Z", 1);
	region_close();
}

START_TEST(what_is_wrong_is_told_whatever_cannot_be_looked_at)
{
	static const struct starve_work works[] = {
		{ "doctor", look_with_key, NULL, judge, QORGAN_NO, QORGAN_IO, STARVE_ALL_KINDS },
		{ "doctor, without a key", look_without_key, NULL, judge, QORGAN_NO, QORGAN_IO, STARVE_ALL_KINDS },
	};

	for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
		whole = 0;
		ck_assert_int_eq(works[i].run(), QORGAN_NO);
		ck_assert_uint_ge(found.errors, 3);
		whole = found.errors + found.warnings;
		starve_trials(&works[i], 1, &store, &error);
	}
}
END_TEST

Suite *suite_starve_doctor(void)
{
	Suite *suite = suite_create("starve_doctor");
	TCase *tests = tcase_create("starve_doctor");

	tcase_set_timeout(tests, 600);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, what_is_wrong_is_told_whatever_cannot_be_looked_at);
	suite_add_tcase(suite, tests);
	return suite;
}
