/* What becomes of the store when want of memory or of the engine meets who examines it, backs it
 * up and restores it: starve_fixture.h tells how it is judged. */
#include "qorgan/backup.h"
#include "qorgan/doctor.h"
#include "starve_fixture.h"

Suite *suite_starve_backup(void);

static char recipient[AGE_RECIPIENT_TEXT];

static void diagnosis_ignore(void *context, const struct qorgan_diagnosis *diagnosis)
{
	(void)context, (void)diagnosis;
}

static int doctor(void)
{
	char path[120], identity_path[120];
	const char *files[] = { identity_path, NULL };
	const struct qorgan_keys keys = { .identity = identity_path };
	const struct qorgan_doctor asked = { .path = path, .keys = &keys, .key_files = files, .tell = diagnosis_ignore };
	struct qorgan_doctor_result found;

	snprintf(path, sizeof path, "%s/store", fixture_folder);
	snprintf(identity_path, sizeof identity_path, "%s/identity", fixture_folder);
	return qorgan_doctor(&asked, &found, &error);
}

static int backup_make(void)
{
	const char *recipients[] = { recipient };
	char path[120];
	const struct qorgan_keys none = { 0 };
	const struct qorgan_backup backup = { .output = path, .replace = true, .recipients = recipients,
		                                  .recipient_count = 1, .keys = &none };
	struct qorgan_backup_facts facts;

	snprintf(path, sizeof path, "%s/backup", fixture_folder);
	return qorgan_backup_make(store, &backup, &facts, &error);
}

static void recipient_own(void)
{
	uint8_t identity[32], public[32];

	ck_assert(age_identity_parse(fixture_identity, strlen(fixture_identity), identity));
	age_identity_recipient(identity, public);
	age_recipient_format(public, recipient);
}

static int backup_check(void)
{
	char file[120], path[120], identity_path[120];
	const struct qorgan_keys keys = { .identity = identity_path };
	const struct qorgan_restore restore = { .file = file, .path = path, .keys = &keys, .finding = finding_ignore };
	struct qorgan_restored restored = { 0 };

	snprintf(file, sizeof file, "%s/backup", fixture_folder);
	snprintf(path, sizeof path, "%s/checked", fixture_folder);
	snprintf(identity_path, sizeof identity_path, "%s/identity", fixture_folder);
	int code = qorgan_backup_check(&restore, &restored, &error);
	qorgan_restored_free(&restored);
	return code;
}

static int backup_restore(void)
{
	char file[120], path[120], identity_path[120];
	const struct qorgan_keys keys = { .identity = identity_path };
	const struct qorgan_restore restore = { .file = file, .path = path, .keys = &keys, .older = true };
	struct qorgan_restored restored = { 0 };

	snprintf(file, sizeof file, "%s/backup", fixture_folder);
	snprintf(path, sizeof path, "%s/store", fixture_folder);
	snprintf(identity_path, sizeof identity_path, "%s/identity", fixture_folder);
	int code = qorgan_backup_restore(&restore, &restored, &error);
	qorgan_restored_free(&restored);
	return code;
}

/* Whatever came of the run before, there is a store, and it is whole. */
static void store_is_there(void)
{
	fixture_open();
	expect_findings(0, "");
	fixture_shut();
}

START_TEST(examining_and_backups)
{
	static const struct starve_work works[] = {
		{ .name = "verify", .run = starve_verify, .judge = store_open_again, .also = QORGAN_NO },
		{ .name = "backup", .run = backup_make },
		{ .name = "backup, checked", .run = backup_check, .also = QORGAN_NO },
	};
	/* It opens the store itself. */
	static const struct starve_work shut[] = {
		{ .name = "doctor", .run = doctor, .also = QORGAN_NO },
	};

	STARVE_TRIALS(works);
	fixture_shut();
	STARVE_TRIALS(shut);
}
END_TEST

START_TEST(restoring)
{
	static const struct starve_work works[] = {
		{ .name = "restore", .run = backup_restore, .prepare = store_is_there, .also = QORGAN_BAD_DATA },
	};

	ck_ok(backup_make());
	fixture_shut();
	STARVE_TRIALS(works);
	store_is_there();
}
END_TEST

static void set_up(void)
{
	fixture_make();
	fixture_shut();
	fixture_open(); /* which writes the identity down */
	recipient_own();
}

Suite *suite_starve_backup(void)
{
	Suite *suite = suite_create("starve_backup");

	starve_case(suite, "examining_and_backups", set_up, fixture_close, examining_and_backups);
	starve_case(suite, "restoring", set_up, fixture_close, restoring);
	return suite;
}
