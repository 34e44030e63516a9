/* Restoring a backup and increments on it, examining it, and mending it by parity, while calls fail: there is a
 * store, or there is none, and what lay there is as it was. */
#include "base/file.h"
#include "region_fixture.h"
#include "starve_fixture.h"

Suite *suite_starve_restore(void);

static char whole_path[160], increment_path[160], there_path[160], identity_path[160];
static struct buffer damaged; /* the backup's file, with sectors that are noise */

/* ---- Restoring ------------------------------------------------------------------------------ */

static int restore_by(int (*function)(const struct qorgan_restore *, struct qorgan_restored *, struct qorgan_error *),
                      size_t increments)
{
	const struct qorgan_keys keys = { .identity = identity_path };
	const char *list[] = { increment_path };
	const struct qorgan_restore restore = { .file = whole_path, .path = there_path, .keys = &keys, .older = true,
		                                    .finding = finding_ignore, .increments = list, .increment_count = increments };
	struct qorgan_restored restored = { 0 };

	int code = function(&restore, &restored, &error);
	qorgan_restored_free(&restored);
	return code;
}

static int restore(void)
{
	return restore_by(qorgan_backup_restore, 1);
}

static int check(void)
{
	return restore_by(qorgan_backup_check, 1);
}

/* What could not be read in examining it is a finding. */
static int mend(void)
{
	int code = restore_by(qorgan_backup_repair, 0);

	return code == QORGAN_NO ? QORGAN_BAD_DATA : code;
}

/* Nothing is there, and this computer remembers what it did. */
static void nothing_there(void)
{
	folder_do("rm -rf qorgan there*; cp -a kept qorgan");
}

static void there_judge(int code)
{
	const struct qorgan_keys keys = { .identity = identity_path };
	struct qorgan_verification verification;
	struct qorgan_store *made = NULL;
	struct qorgan_error why = error;

	if (code) {
		ck_assert_msg(access(there_path, F_OK) != 0, "%d, and there is a store: %s", code, why.message);
		return;
	}
	ck_ok(qorgan_store_open(there_path, &keys, 0, &made, &error));
	ck_ok(qorgan_verify(made, finding_ignore, NULL, &verification, &error));
	qorgan_store_close(made);
}

/* What was there before stands there, or all that was restored. */
static void replaced_judge(int code)
{
	(void)code;
	fixture_open();
	expect_findings(0, "");
	fixture_shut();
}

START_TEST(restoring)
{
	static const struct starve_work works[] = {
		{ .name = "restore", .run = restore, .prepare = nothing_there, .judge = there_judge, .also = QORGAN_BAD_DATA,
		  .kinds = STARVE_ALL_KINDS },
		{ .name = "check", .run = check, .prepare = nothing_there, .also = QORGAN_NO },
	};

	snprintf(there_path, sizeof there_path, "%s", place("there"));
	folder_do("mv store aside"); /* else the one restored is a copy of it */
	STARVE_TRIALS(works);
}
END_TEST

START_TEST(restoring_over)
{
	static const struct starve_work works[] = {
		{ .name = "restore over", .run = restore, .judge = replaced_judge, .also = QORGAN_BAD_DATA,
		  .kinds = STARVE_ALL_KINDS },
	};

	snprintf(there_path, sizeof there_path, "%s", place("store"));
	STARVE_TRIALS(works);
}
END_TEST

/* ---- Parity ------------------------------------------------------------------------------------- */

static void damaged_put(void)
{
	folder_do("rm -f whole.damaged*");
	ck_ok(file_replace_unsynced(whole_path, 0600, damaged.data, damaged.size, &error));
}

/* The file is whole, or is the damaged one still. */
static void mended_judge(int code)
{
	struct qorgan_error why = error;
	struct buffer now = { 0 };

	ck_ok(file_read(whole_path, SIZE_MAX, &now, &error));
	bool is_as_it_was = span_equal(buffer_span(&now), buffer_span(&damaged));
	ck_assert_msg(code || !is_as_it_was, "it is said to be mended, and is not");
	if (!is_as_it_was) /* with an error when the disk was not told of its new name */
		ck_assert_msg(restore_by(qorgan_backup_check, 0) == QORGAN_OK, "%d %s", code, why.message);
	buffer_free(&now);
	error = why;
}

START_TEST(mending)
{
	static const struct starve_work works[] = {
		{ .name = "mend", .run = mend, .prepare = damaged_put, .judge = mended_judge, .also = QORGAN_BAD_DATA,
		  .kinds = STARVE_ALL_KINDS },
	};

	if (system("command -v par2 >/dev/null 2>&1")) {
		printf("skipped: mending by parity, as the program par2 is not installed\n");
		return;
	}
	snprintf(there_path, sizeof there_path, "%s", place("there"));
	ck_ok(file_read(whole_path, SIZE_MAX, &damaged, &error));
	memset(damaged.data + damaged.size / 2, 'x', 600);
	STARVE_TRIALS(works);
	buffer_free(&damaged);
}
END_TEST

static void backup_to(const char *path, const char *parent, unsigned redundancy)
{
	const char *recipients[] = { recipient };
	const struct qorgan_keys none = { 0 };
	const struct qorgan_backup backup = { .output = path, .recipients = recipients, .recipient_count = 1, .keys = &none,
		                                  .parent = parent, .redundancy = redundancy };
	struct qorgan_backup_facts facts;

	ck_ok(qorgan_backup_make(store, &backup, &facts, &error));
}

static void set_up(void)
{
	char id[65];

	region_make();
	snprintf(whole_path, sizeof whole_path, "%s", place("whole"));
	snprintf(increment_path, sizeof increment_path, "%s", place("increment"));
	snprintf(identity_path, sizeof identity_path, "%s", place("identity"));
	backup_to(whole_path, NULL, system("command -v par2 >/dev/null 2>&1") ? 0 : 20);
	fixture_set("risk", "CYB-01", "title.en", "Attacked again");
	ck_ok(attach_to(store, "CYB-01-M2", "in-progress", NULL, place("one.age"), id));
	backup_to(increment_path, whole_path, 0);
	fixture_shut();
	fixture_open();
	fixture_shut();
	folder_do("cp -a qorgan kept");
}

Suite *suite_starve_restore(void)
{
	const TTest *const all[] = { restoring, restoring_over, mending };
	static const char *const names[] = { "restoring", "restoring_over", "mending" };
	Suite *suite = suite_create("starve restore");

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		starve_case(suite, names[i], set_up, region_close, all[i]);
	return suite;
}
