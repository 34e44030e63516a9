/* Backups that are not made: each says why, and leaves the files that are there as they were. */
#include "base/file.h"
#include "qorgan/backup.h"
#include "register_fixture.h"
#include "store/vault_internal.h"

Suite *suite_backup_refused(void);

static char recipient[AGE_RECIPIENT_TEXT], output[100];
static struct qorgan_backup_facts facts;
static struct qorgan_keys keys;

static void set_up(void)
{
	uint8_t secret[32], public[32];

	fixture_make();
	ck_assert(age_identity_parse(fixture_identity, strlen(fixture_identity), secret));
	age_identity_recipient(secret, public);
	age_recipient_format(public, recipient);
	snprintf(output, sizeof output, "%s/backup", fixture_folder);
	keys = (struct qorgan_keys){ 0 };
}

static int make(const char *for_whom, size_t count, const char *parent, bool replace, unsigned redundancy)
{
	static const char *recipients[200];
	const struct qorgan_backup backup = { .output = output, .replace = replace, .recipients = recipients, .recipient_count = count,
		                                  .keys = &keys, .parent = parent, .redundancy = redundancy };

	for (size_t i = 0; i < count; i++)
		recipients[i] = for_whom;
	return qorgan_backup_make(store, &backup, &facts, &error);
}

static void there_is(const char *text)
{
	struct buffer bytes = { 0 };
	struct qorgan_error why;
	int code = file_read(output, 1 << 20, &bytes, &why);

	ck_assert_int_eq(code, text ? QORGAN_OK : QORGAN_ABSENT);
	ck_assert(!text || span_is(buffer_span(&bytes), text));
	buffer_free(&bytes);
}

START_TEST(nobody_could_open_it)
{
	ck_fails(make("age1xyz", 1, NULL, false, 0), QORGAN_BAD_DATA, "age1xyz is not an age recipient");
	ck_assert_int_ne(make(recipient, 200, NULL, false, 0), QORGAN_OK);
	ck_fails(make(NULL, 0, NULL, false, 0), QORGAN_DENIED, "a backup needs a recipient or a passphrase");
	keys.identity = "/nowhere/identity";
	ck_fails(make(NULL, 0, NULL, false, 0), QORGAN_ABSENT, "/nowhere/identity");
	there_is(NULL);
}
END_TEST

static int ask(void *context, bool anew, char *to, size_t limit, struct qorgan_error *why)
{
	(void)context, (void)anew, (void)to, (void)limit;
	return error_set(why, QORGAN_DENIED, "no passphrase was given");
}

START_TEST(no_passphrase_is_given)
{
	keys.ask = ask;
	ck_fails(make(NULL, 0, NULL, false, 0), QORGAN_DENIED, "no passphrase was given");
	store->door.kind = SLOT_SECURITY_KEY;
	ck_fails(make(NULL, 0, NULL, false, 0), QORGAN_DENIED, "the store was opened by a security key, which opens no file");
	there_is(NULL);
}
END_TEST

START_TEST(a_file_is_there_or_cannot_be)
{
	ck_ok(file_replace_unsynced(output, 0600, "old", 3, &error));
	ck_fails(make(recipient, 1, NULL, false, 0), QORGAN_CANNOT_CREATE, "is there already: name another file, or replace it with --force");
	ck_fails(make(recipient, 1, "/nowhere/parent", true, 0), QORGAN_ABSENT, "/nowhere/parent has no index beside it");
	there_is("old");
	snprintf(output, sizeof output, "%s/none/backup", fixture_folder);
	ck_assert_int_eq(make(recipient, 1, NULL, false, 0), QORGAN_CANNOT_CREATE);
	snprintf(output, sizeof output, "%s", fixture_folder);
	ck_assert_int_eq(make(recipient, 1, NULL, true, 0), QORGAN_CANNOT_CREATE);
}
END_TEST

START_TEST(it_goes_on_from_itself_or_from_what_was_renewed)
{
	char parent[120];

	ck_ok(make(recipient, 1, NULL, false, 0));
	ck_fails(make(recipient, 1, output, true, 0), QORGAN_USAGE, "cannot go on from itself: name another file for the increment");
	snprintf(parent, sizeof parent, "%s", output);
	snprintf(output, sizeof output, "%s/link", fixture_folder);
	ck_assert_int_eq(symlink(parent, output), 0);
	ck_fails(make(recipient, 1, parent, true, 0), QORGAN_USAGE, "cannot go on from itself");
	snprintf(output, sizeof output, "%s/next", fixture_folder);
	ck_ok(make(recipient, 1, parent, false, 0));
	ck_assert(*facts.parent);
	store->keys->root.epoch++; /* as after a change of keys */
	ck_assert_int_ne(make(recipient, 1, parent, true, 0), QORGAN_BAD_DATA);
	store->keys->root.epoch--;
}
END_TEST

START_TEST(the_key_only_reads_or_the_parity_is_none)
{
	ck_assert_int_ne(make(recipient, 1, NULL, false, 101), QORGAN_OK);
	store->keys->root.roles = KEYS_MAY_READ;
	ck_fails(make(recipient, 1, NULL, false, 0), QORGAN_DENIED, "this key only reads, and a backup is signed");
	there_is(NULL);
}
END_TEST

Suite *suite_backup_refused(void)
{
	Suite *suite = suite_create("backup_refused");
	TCase *tests = tcase_create("backup_refused");

	tcase_add_checked_fixture(tests, set_up, fixture_close);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, nobody_could_open_it);
	tcase_add_test(tests, no_passphrase_is_given);
	tcase_add_test(tests, a_file_is_there_or_cannot_be);
	tcase_add_test(tests, it_goes_on_from_itself_or_from_what_was_renewed);
	tcase_add_test(tests, the_key_only_reads_or_the_parity_is_none);
	suite_add_tcase(suite, tests);
	return suite;
}
