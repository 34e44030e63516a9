/* The index beside a backup: it is read as it was written; one that is cut, changed, of another store, of other keys or of another
 * file is told for what it is. */
#include "store/backup_index.h"

#include <check.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "crypto/secret.h"
#include "store/keys.h"

Suite *suite_backup_index(void);

#define HEAD 68 /* bytes in the clear: see SECURITY.md */
#define EPOCH_AT 40

static char folder[] = "/tmp/qorgan-index-XXXXXX", backup[60];
static struct qorgan_error error;
static struct keys *keys;
static struct keys_root *root;
static struct backup_index made, found;
static struct buffer sealed;
static uint8_t store_id[KEYS_STORE_ID_SIZE];
static bool renewed;

static void put(const char *ending, struct span bytes)
{
	char path[80];

	snprintf(path, sizeof path, "%s%s", backup, ending);
	ck_assert_int_eq(file_replace_unsynced(path, 0600, bytes.data, bytes.size, &error), QORGAN_OK);
}

static void set_up(void)
{
	strcpy(folder + sizeof folder - 7, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(backup, sizeof backup, "%s/b.age", folder);
	ck_assert_int_eq(secret_start(&error), QORGAN_OK);
	keys = secret_alloc(sizeof *keys);
	root = secret_alloc(sizeof *root);
	ck_assert(keys && root);
	ck_assert_int_eq(keys_generate("UZB", "tester", root, &error), QORGAN_OK);
	ck_assert_int_eq(keys_derive(root, keys, &error), QORGAN_OK);
	randombytes_buf(store_id, sizeof store_id);
	backup_index_start(&made);
	randombytes_buf(made.id, sizeof made.id);
	made.created = 1769940000;
	backup_signature_hash(span_of("the signature"), made.signature);
	for (uint64_t i = 0; i < 20; i++)
		backup_marks_add(&made.marks, (i * 7 % 20) << 40 | i % 3);
	backup_marks_sort(&made.marks);
	ck_assert_int_eq(backup_index_seal(&made, keys, store_id, &sealed, &error), QORGAN_OK);
	put(".index", buffer_span(&sealed));
	put(".minisig", span_of("the signature"));
}

static void tear_down(void)
{
	char command[100];

	backup_index_free(&made);
	backup_index_free(&found);
	buffer_free(&sealed);
	secret_free(keys);
	secret_free(root);
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

static int read_index(void)
{
	backup_index_free(&found);
	found = (struct backup_index){ 0 };
	error.message[0] = '\0';
	return backup_index_read(backup, keys, store_id, &found, &renewed, &error);
}

static void refused(const char *words)
{
	ck_assert_int_eq(read_index(), QORGAN_BAD_DATA);
	ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
}

START_TEST(an_index_is_read_as_it_was_written)
{
	size_t at;

	ck_assert_msg(read_index() == QORGAN_OK, "%s", error.message);
	ck_assert(!renewed);
	ck_assert_mem_eq(found.id, made.id, sizeof made.id);
	ck_assert_mem_eq(found.signature, made.signature, sizeof made.signature);
	ck_assert_mem_eq(found.key, made.key, sizeof made.key);
	ck_assert_int_eq(found.created, made.created);
	ck_assert(span_equal(buffer_span(&found.marks), buffer_span(&made.marks)));
	for (size_t i = 0; i < 20; i++) {
		ck_assert(backup_marks_find(&found.marks, backup_marks_get(&made.marks, i), &at));
		ck_assert_uint_eq(at, i);
	}
	ck_assert(!backup_marks_find(&found.marks, UINT64_MAX, &at));
	ck_assert_uint_eq(at, 20);
}
END_TEST

START_TEST(one_without_marks_is_one)
{
	buffer_clear(&made.marks);
	backup_marks_sort(&made.marks);
	buffer_clear(&sealed);
	ck_assert_int_eq(backup_index_seal(&made, keys, store_id, &sealed, &error), QORGAN_OK);
	put(".index", buffer_span(&sealed));
	ck_assert_int_eq(read_index(), QORGAN_OK);
	ck_assert_uint_eq(backup_marks_count(&found.marks), 0);
}
END_TEST

START_TEST(one_that_is_cut_or_changed_is_refused)
{
	for (size_t size = 0; size < sealed.size; size++) {
		put(".index", (struct span){ sealed.data, size });
		refused("is damaged, or no index: make a whole backup, without --parent");
	}
	for (size_t at = 0; at < sealed.size; at++) {
		sealed.data[at] ^= 1;
		put(".index", buffer_span(&sealed));
		int code = read_index();
		if (at >= EPOCH_AT && at < EPOCH_AT + 4)
			ck_assert(code == QORGAN_OK && renewed); /* as one of other keys: it is not used */
		else
			ck_assert_msg(code == QORGAN_BAD_DATA && !renewed, "byte %zu", at);
		ck_assert(code || !found.marks.size);
		sealed.data[at] ^= 1;
	}
}
END_TEST

START_TEST(one_of_another_store_file_or_key_is_told)
{
	char path[80];

	store_id[0] ^= 1;
	refused("b.age is a backup of another store");
	store_id[0] ^= 1;
	put(".minisig", span_of("another signature"));
	refused("b.age.index is of another backup than the one that lies there");
	snprintf(path, sizeof path, "%s.minisig", backup);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(read_index(), QORGAN_OK); /* there is nothing to compare */
	keys->root.epoch++;
	ck_assert_int_eq(read_index(), QORGAN_OK);
	ck_assert(renewed && !found.marks.size);
	keys->root.epoch--;
	keys->backups[0] ^= 1;
	refused("is damaged, or no index");
	keys->backups[0] ^= 1;
	snprintf(path, sizeof path, "%s.index", backup);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(read_index(), QORGAN_ABSENT);
	ck_assert_ptr_nonnull(strstr(error.message, "b.age has no index beside it: there is no file "));
}
END_TEST

/* By who holds the keys: of a size that no index has. */
START_TEST(one_whose_content_is_of_another_size_is_refused)
{
	static const size_t sizes[] = { 0, 1, 87, 89, 95 };
	uint8_t plain[100] = { 0 }, whole[300];
	unsigned long long size;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		memcpy(whole, sealed.data, HEAD);
		crypto_aead_xchacha20poly1305_ietf_encrypt(whole + HEAD, &size, plain, sizes[i], whole, HEAD, NULL, whole + HEAD - 24,
		                                           keys->backups);
		put(".index", (struct span){ (char *)whole, HEAD + (size_t)size });
		refused("is damaged, or no index");
	}
	memcpy(plain + BACKUP_ID_SIZE, made.signature, sizeof made.signature);
	crypto_aead_xchacha20poly1305_ietf_encrypt(whole + HEAD, &size, plain, 96, whole, HEAD, NULL, whole + HEAD - 24, keys->backups);
	put(".index", (struct span){ (char *)whole, HEAD + (size_t)size });
	ck_assert_msg(read_index() == QORGAN_OK, "%s", error.message);
}
END_TEST

Suite *suite_backup_index(void)
{
	Suite *suite = suite_create("backup_index");
	TCase *tests = tcase_create("backup_index");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, an_index_is_read_as_it_was_written);
	tcase_add_test(tests, one_without_marks_is_one);
	tcase_add_test(tests, one_that_is_cut_or_changed_is_refused);
	tcase_add_test(tests, one_of_another_store_file_or_key_is_told);
	tcase_add_test(tests, one_whose_content_is_of_another_size_is_refused);
	suite_add_tcase(suite, tests);
	return suite;
}
