/* Checking a backup for a caller who counts the findings and wants none told. */
#include "qorgan/backup.h"
#include "register_fixture.h"

Suite *suite_backup_check(void);

/* With par2 the parity is found to mend nothing; without it, it cannot be asked, and as the
 * backup is sound that is no finding. */
START_TEST(findings_are_counted_where_nobody_is_told)
{
	uint8_t identity[32], public[32];
	char recipient[AGE_RECIPIENT_TEXT], file[100], parity[110], path[100], key[100];
	const char *recipients[] = { recipient };
	const struct qorgan_keys none = { 0 }, keys = { .identity = key };
	const struct qorgan_backup backup = { .output = file, .recipients = recipients, .recipient_count = 1, .keys = &none };
	const struct qorgan_restore restore = { .file = file, .path = path, .keys = &keys };
	struct qorgan_restored restored = { 0 };
	struct qorgan_backup_facts facts;

	fixture_shut();
	fixture_open(); /* so that the identity's file is there */
	ck_assert(age_identity_parse(fixture_identity, strlen(fixture_identity), identity));
	age_identity_recipient(identity, public);
	age_recipient_format(public, recipient);
	snprintf(file, sizeof file, "%s/backup", fixture_folder);
	snprintf(parity, sizeof parity, "%s.par2", file);
	snprintf(path, sizeof path, "%s/checked", fixture_folder);
	snprintf(key, sizeof key, "%s/identity", fixture_folder);
	ck_ok(qorgan_backup_make(store, &backup, &facts, &error));
	FILE *garbage = fopen(parity, "w");
	ck_assert_ptr_nonnull(garbage);
	fputs("no parity", garbage);
	ck_assert_int_eq(fclose(garbage), 0);
	int code = qorgan_backup_check(&restore, &restored, &error);
	ck_assert_msg(code == (restored.verification.findings ? QORGAN_NO : QORGAN_OK), "%d %s", code, error.message);
	ck_assert_uint_eq(restored.verification.findings, system("command -v par2 >/dev/null") == 0);
	qorgan_restored_free(&restored);
}
END_TEST

Suite *suite_backup_check(void)
{
	Suite *suite = suite_create("backup_check");
	TCase *cases = tcase_create("backup_check");

	tcase_add_checked_fixture(cases, fixture_make, fixture_close);
	tcase_set_timeout(cases, 60);
	tcase_add_test(cases, findings_are_counted_where_nobody_is_told);
	suite_add_tcase(suite, cases);
	return suite;
}
