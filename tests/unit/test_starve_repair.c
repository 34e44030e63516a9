/* Repairing a store while calls fail: then there is no new store, the damaged one is as it was, and this
 * computer remembers what it did; or the work is done in full. */
#include "base/file.h"
#include "qorgan/repair.h"
#include "region_fixture.h"
#include "starve_fixture.h"

#define PAGE 4096

Suite *suite_starve_repair(void);

static struct buffer damaged; /* the store's file */
static char store_path[160], new_path[160], identity_path[160], backup_path[160], package_path[160];
static struct qorgan_repaired repaired;

/* ---- A damaged store -------------------------------------------------------------------- */

/* Pages of the table of first rows are left: without those nothing is known of a store. */
static bool page_may_go(size_t page)
{
	char *text = NULL;

	ck_ok(qorgan_locate(store_path, page * PAGE + 20, &text, &error));
	bool may = !strstr(text, "meta") && !strstr(text, "holds nothing");
	free(text);
	return may;
}

/* `of` of each `from` pages in use are zeros. */
static void damage(size_t of, size_t from)
{
	char path[200];
	size_t gone = 0;

	snprintf(path, sizeof path, "%s/store.mdb", store_path);
	buffer_clear(&damaged);
	ck_ok(file_read(path, SIZE_MAX, &damaged, &error));
	for (size_t page = 0; page < damaged.size / PAGE; page++)
		if (page_may_go(page) && gone++ % from < of)
			memset(damaged.data + page * PAGE, 0, PAGE);
	ck_assert_uint_gt(gone, from);
	ck_ok(file_replace_unsynced(path, 0600, damaged.data, damaged.size, &error));
}

static void set_up(void)
{
	const struct qorgan_forget forget = { .kind = "risk", .id = "CYB-02", .reason = "a test" };
	struct qorgan_forgotten forgotten;

	region_make();
	snprintf(store_path, sizeof store_path, "%s", place("store"));
	snprintf(new_path, sizeof new_path, "%s", place("new"));
	snprintf(identity_path, sizeof identity_path, "%s", place("identity"));
	snprintf(backup_path, sizeof backup_path, "%s", place("backup"));
	snprintf(package_path, sizeof package_path, "%s", place("two.age"));
	ck_ok(qorgan_forget(store, &forget, &forgotten, &error));
	region_backup(backup_path);
	fixture_set("risk", "CYB-01", "title.en", "Attacked again");
	fixture_shut();
	fixture_open();
	fixture_shut();
	folder_do("cp -a qorgan kept");
}

static void tear_down(void)
{
	buffer_free(&damaged);
	region_close();
}

/* ---- Repairing it -------------------------------------------------------------------------- */

/* What this computer remembers is as it was. */
static void remember_again(void)
{
	folder_do("rm -rf qorgan new* && cp -a kept qorgan");
}

static int repair_by(bool with_sources)
{
	const struct qorgan_keys keys = { .identity = identity_path };
	const char *backups[] = { backup_path }, *packages[] = { package_path };
	const struct qorgan_repair repair = {
		.path = store_path, .place = new_path, .keys = &keys, .backups = backups, .packages = packages,
		.backup_count = with_sources, .package_count = with_sources, .older = true,
	};

	return qorgan_repair(&repair, &repaired, &error);
}

static int repair_alone(void)
{
	return repair_by(false);
}

static int repair_with_sources(void)
{
	return repair_by(true);
}

static void repaired_verify(void)
{
	const struct qorgan_keys keys = { .identity = identity_path };
	struct qorgan_verification verification;
	struct qorgan_store *made = NULL;

	ck_ok(qorgan_store_open(new_path, &keys, 0, &made, &error));
	int code = qorgan_verify(made, finding_ignore, NULL, &verification, &error);
	ck_assert_msg(!code || code == QORGAN_NO, "%d %s", code, error.message);
	qorgan_store_close(made);
}

static void repair_judge(int code)
{
	struct qorgan_error why = error;
	struct buffer now = { 0 };
	char path[200];

	snprintf(path, sizeof path, "%s/store.mdb", store_path);
	ck_ok(file_read(path, SIZE_MAX, &now, &error));
	ck_assert_msg(span_equal(buffer_span(&now), buffer_span(&damaged)), "the damaged store was written to");
	buffer_free(&now);
	if (code == QORGAN_OK || code == QORGAN_NO)
		repaired_verify();
	else
		ck_assert_msg(access(new_path, F_OK) != 0, "%d, and there is a store: %s", code, why.message);
	error = why;
}

START_TEST(a_store_of_which_a_part_is_left)
{
	static const struct starve_work works[] = {
		{ "repair", repair_alone, remember_again, repair_judge, QORGAN_NO, QORGAN_BAD_DATA, STARVE_ALL_KINDS },
	};

	damage(2, 5);
	STARVE_TRIALS(works);
}
END_TEST

START_TEST(with_a_backup_and_a_package)
{
	static const struct starve_work works[] = {
		{ "repair with sources", repair_with_sources, remember_again, repair_judge, QORGAN_NO, QORGAN_BAD_DATA, STARVE_ALL_KINDS },
	};

	damage(1, 3);
	STARVE_TRIALS(works);
}
END_TEST

Suite *suite_starve_repair(void)
{
	Suite *suite = suite_create("starve repair");
	TCase *tests = tcase_create("repair");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 600);
	tcase_add_test(tests, a_store_of_which_a_part_is_left);
	tcase_add_test(tests, with_a_backup_and_a_package);
	suite_add_tcase(suite, tests);
	return suite;
}
