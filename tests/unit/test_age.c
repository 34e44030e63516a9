/* The keys of age, and its encryption, against stock age both ways and RFC 5869. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "age_fixture.h"
#include "base/file.h"
#include "crypto/hkdf.h"

Suite *suite_age(void);

#define LIMIT 64 /* MiB of a file that is read */

static char folder[64];

static void start(void)
{
	age_fixture_start();
	strcpy(folder, "/tmp/test_age.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static int run(const char *command)
{
	char line[1024];

	snprintf(line, sizeof line, "cd %s && { %s; } >/dev/null 2>&1 </dev/null", folder, command);
	return system(line);
}

static void stop(void)
{
	char line[128];

	snprintf(line, sizeof line, "rm -r %s", folder);
	ck_assert_int_eq(system(line), 0);
	age_fixture_stop();
}

static void put(const char *name, mode_t mode, const void *data, size_t size)
{
	char *path = file_join(folder, name);

	ck_assert_int_eq(file_replace_unsynced(path, mode, data, size, NULL), QORGAN_OK);
	free(path);
}

static void get(const char *name, struct buffer *to)
{
	char *path = file_join(folder, name);

	ck_assert_int_eq(file_read(path, LIMIT << 20, to, NULL), QORGAN_OK);
	free(path);
}

static int decrypt(struct span data, struct buffer *to)
{
	return age_decrypt(data, &own, to, NULL);
}

/* ---- Keys ------------------------------------------------------------------ */

START_TEST(published_keys_belong_together)
{
	char text[AGE_RECIPIENT_TEXT], secret[AGE_IDENTITY_TEXT];
	uint8_t found[32];

	age_identity_recipient(*identity, found);
	ck_assert_mem_eq(found, recipient[0], 32);
	age_recipient_format(found, text);
	ck_assert_str_eq(text, PUBLISHED_RECIPIENT);
	age_identity_format(*identity, secret);
	ck_assert_str_eq(secret, PUBLISHED_IDENTITY);
	ck_assert(!age_recipient_parse(PUBLISHED_IDENTITY, found));
	ck_assert(!age_recipient_parse("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwk", found));
	ck_assert(!age_identity_parse(PUBLISHED_RECIPIENT, strlen(PUBLISHED_RECIPIENT), found));
}
END_TEST

START_TEST(hkdf_gives_the_published_keys)
{
	/* RFC 5869, A.1 and A.3: the first 32 bytes. */
	static const char *const expected[] = { "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf",
		                                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d" };
	static const char info[] = "\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9";
	uint8_t key[22], salt[13], out[HKDF_KEY_SIZE];
	char text[2 * HKDF_KEY_SIZE + 1];

	memset(key, 0x0b, sizeof key);
	for (uint8_t i = 0; i < sizeof salt; i++)
		salt[i] = i;
	ck_assert(hkdf_sha256(key, sizeof key, salt, sizeof salt, info, out));
	ck_assert_str_eq(sodium_bin2hex(text, sizeof text, out, sizeof out), expected[0]);
	ck_assert(hkdf_sha256(key, sizeof key, NULL, 0, "", out));
	ck_assert_str_eq(sodium_bin2hex(text, sizeof text, out, sizeof out), expected[1]);
}
END_TEST

static int identities_read(const char *name, size_t limit, size_t *count, struct qorgan_error *error)
{
	uint8_t (*found)[32] = secret_alloc(limit * 32);
	char *path = file_join(folder, name);
	int code = age_identities_read(path, found, limit, count, error);

	if (code == QORGAN_OK)
		ck_assert_mem_eq(found[*count - 1], *identity, 32);
	free(path);
	secret_free(found);
	return code;
}

START_TEST(a_key_file_may_hold_comments_and_blank_lines)
{
	static const char text[] = "# created: 2026\r\n\n" PUBLISHED_IDENTITY "\r\n#\n" PUBLISHED_IDENTITY;
	size_t count;

	put("keys", 0600, text, strlen(text));
	ck_assert_int_eq(identities_read("keys", 4, &count, NULL), QORGAN_OK);
	ck_assert_uint_eq(count, 2);
	ck_assert_int_eq(identities_read("keys", 1, &count, NULL), QORGAN_BAD_DATA);
	ck_assert_uint_eq(count, 0);
}
END_TEST

START_TEST(a_wrong_key_file_is_refused_without_quoting_it)
{
	static const char *const bad[] = { "", "# nothing\n", PUBLISHED_IDENTITY "\nsecret words\n", " " PUBLISHED_IDENTITY "\n",
		                           PUBLISHED_RECIPIENT "\n", "AGE-SECRET-KEY-1\n" };
	struct qorgan_error error;
	size_t count;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		put("keys", 0600, bad[i], strlen(bad[i]));
		ck_assert_int_eq(identities_read("keys", 4, &count, &error), QORGAN_BAD_DATA);
		ck_assert_uint_eq(count, 0);
		ck_assert_ptr_null(strstr(error.message, "secret words"));
	}
	ck_assert_int_eq(identities_read("absent", 4, &count, NULL), QORGAN_ABSENT);
	put("keys", 0644, PUBLISHED_IDENTITY, strlen(PUBLISHED_IDENTITY));
	ck_assert_int_eq(identities_read("keys", 4, &count, NULL), QORGAN_DENIED);
}
END_TEST

/* ---- Files ----------------------------------------------------------------- */

static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 131072, 131073, 1 << 20 };

START_TEST(the_pieces_do_not_matter)
{
	static const size_t pieces[] = { 1 << 21, 65536, 65537, 40000, 70000, 977 };
	struct span data = sample(sizes[_i]);

	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct buffer file = { 0 }, plain = { 0 };
		encrypt((const uint8_t (*)[32])recipient, 1, data, pieces[i], &file);
		buffer_append_text(&plain, "before");
		ck_assert_int_eq(decrypt(buffer_span(&file), &plain), QORGAN_OK);
		ck_assert_uint_eq(plain.size, 6 + data.size);
		ck_assert_mem_eq(plain.data, "before", 6);
		ck_assert(span_equal((struct span){ plain.data + 6, data.size }, data));
		buffer_free(&file);
		buffer_free(&plain);
	}
}
END_TEST

START_TEST(stock_age_opens_ours)
{
	struct span data = sample(sizes[_i]);
	struct buffer file = { 0 };
	uint8_t two[2][32];

	randombytes_buf(two[0], 32);
	memcpy(two[1], recipient[0], 32);
	encrypt((const uint8_t (*)[32])two, 2, data, 50000, &file);
	put("key", 0600, PUBLISHED_IDENTITY "\n", strlen(PUBLISHED_IDENTITY) + 1);
	put("plain", 0600, data.data, data.size);
	put("file.age", 0600, file.data, file.size);
	ck_assert_int_eq(run("age -d -i key file.age > opened && cmp opened plain"), 0);
	buffer_free(&file);
}
END_TEST

START_TEST(ours_opens_stock_ages)
{
	struct span data = sample(sizes[_i]);
	uint8_t (*keys)[32] = secret_alloc(64);
	const struct age_keys theirs = { .identities = (const uint8_t (*)[32])keys, .count = 1 };
	char *path = file_join(folder, "key");
	size_t count;

	put("plain", 0600, data.data, data.size);
	ck_assert_int_eq(run("age-keygen -o key && age-keygen -o other && R=$(age-keygen -y key) && S=$(age-keygen -y other) && "
	                     "age -r $S -r $R -o file.age plain && age -a -r $R -o file.txt plain"), 0);
	ck_assert_int_eq(age_identities_read(path, keys, 2, &count, NULL), QORGAN_OK);
	ck_assert_uint_eq(count, 1);
	for (int i = 0; i < 2; i++) {
		struct buffer file = { 0 }, plain = { 0 };
		get(i ? "file.txt" : "file.age", &file);
		ck_assert_int_eq(age_decrypt(buffer_span(&file), &theirs, &plain, NULL), QORGAN_OK);
		ck_assert(span_equal(buffer_span(&plain), data));
		ck_assert_int_eq(decrypt(buffer_span(&file), &plain), QORGAN_DENIED);
		ck_assert_uint_eq(plain.size, data.size);
		buffer_free(&file);
		buffer_free(&plain);
	}
	free(path);
	secret_free(keys);
}
END_TEST

START_TEST(each_changed_lost_or_added_byte_is_found)
{
	struct buffer file = { 0 }, plain = { 0 };

	encrypt((const uint8_t (*)[32])recipient, 1, span_of("attack at dawn"), 5, &file);
	for (size_t i = 0; i < file.size; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			file.data[i] = (char)(file.data[i] ^ (1 << bit));
			int code = decrypt(buffer_span(&file), &plain);
			ck_assert_msg(code == QORGAN_PROTOCOL || code == QORGAN_DENIED, "byte %zu, bit %u: %d", i, bit, code);
			file.data[i] = (char)(file.data[i] ^ (1 << bit));
		}
		ck_assert_int_eq(decrypt((struct span){ file.data, i }, &plain), QORGAN_PROTOCOL);
	}
	ck_assert_uint_eq(plain.size, 0);
	ck_assert_int_eq(decrypt(buffer_span(&file), &plain), QORGAN_OK);
	ck_assert_str_eq(buffer_text(&plain), "attack at dawn");
	buffer_append_char(&file, '\n');
	ck_assert_int_eq(decrypt(buffer_span(&file), &plain), QORGAN_PROTOCOL);
	ck_assert_str_eq(buffer_text(&plain), "attack at dawn");
	buffer_free(&file);
	buffer_free(&plain);
}
END_TEST

START_TEST(nothing_of_a_damaged_file_is_given_out)
{
	struct span data = sample(200000);
	struct buffer file = { 0 }, plain = { 0 };

	encrypt((const uint8_t (*)[32])recipient, 1, data, data.size, &file);
	file.data[file.size - 1] ^= 1; /* in the fourth chunk */
	ck_assert_ptr_nonnull(buffer_reserve(&plain, 1 << 20)); /* so that it stays where it is */
	buffer_append_text(&plain, "before");
	ck_assert_int_eq(decrypt(buffer_span(&file), &plain), QORGAN_PROTOCOL);
	ck_assert_uint_eq(plain.size, 6);
	for (size_t at = 6; at + 4 <= 200006; at++)
		ck_assert_int_ne(memcmp(plain.data + at, data.data + at - 6, 4), 0);
	buffer_free(&file);
	buffer_free(&plain);
}
END_TEST

START_TEST(a_recipient_that_shares_no_secret_is_refused)
{
	uint8_t recipients[2][32] = { { 0 } };
	struct age_encryptor *encryptor;
	struct buffer file = { 0 };

	memcpy(recipients[0], recipient[0], 32); /* the second one is zero: of low order */
	ck_assert_int_eq(age_encrypt_start((const uint8_t (*)[32])recipients, 2, sink_append, &file, &encryptor, NULL),
	                 QORGAN_BAD_DATA);
	ck_assert_ptr_null(encryptor);
	ck_assert_int_eq(age_encrypt_start((const uint8_t (*)[32])recipients, 0, sink_append, &file, &encryptor, NULL),
	                 QORGAN_USAGE);
	ck_assert_uint_eq(file.size, 0);
}
END_TEST

/* Fails at its n-th call. */
static int sink_fail(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	unsigned *left = context;

	(void)data;
	(void)size;
	return (*left)-- == 0 ? error_set(error, QORGAN_IO, "full") : QORGAN_OK;
}

START_TEST(what_the_sink_says_is_carried_up)
{
	struct span data = sample(150000);

	for (unsigned calls = 0; calls < 5; calls++) {
		struct age_encryptor *encryptor;
		struct qorgan_error error = { 0 };
		unsigned left = calls;
		int code = age_encrypt_start((const uint8_t (*)[32])recipient, 1, sink_fail, &left, &encryptor, &error);
		if (!code)
			code = age_encrypt_add(encryptor, data.data, data.size, &error);
		if (!code)
			code = age_encrypt_finish(encryptor, &error);
		age_encrypt_free(encryptor);
		ck_assert_int_eq(code, calls < 4 ? QORGAN_IO : QORGAN_OK); /* a header and three chunks */
		ck_assert_str_eq(error.message, calls < 4 ? "full" : "");
	}
}
END_TEST

START_TEST(too_many_stanzas_are_refused_before_any_is_tried)
{
	struct buffer file = { 0 }, plain = { 0 };
	struct qorgan_error error;

	buffer_append_text(&file, "age-encryption.org/v1\n");
	for (size_t i = 0; i < 5000; i++)
		buffer_append_text(&file, "-> grease\n\n");
	buffer_append_text(&file, "--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
	ck_assert_int_eq(age_decrypt(buffer_span(&file), &own, &plain, &error), QORGAN_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(error.message, "too many"));
	buffer_free(&file);
}
END_TEST

Suite *suite_age(void)
{
	Suite *suite = suite_create("age");
	TCase *tests = tcase_create("age");
	const int size_count = sizeof sizes / sizeof *sizes;

	tcase_add_checked_fixture(tests, start, stop);
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, published_keys_belong_together);
	tcase_add_test(tests, hkdf_gives_the_published_keys);
	tcase_add_test(tests, a_key_file_may_hold_comments_and_blank_lines);
	tcase_add_test(tests, a_wrong_key_file_is_refused_without_quoting_it);
	tcase_add_loop_test(tests, the_pieces_do_not_matter, 0, size_count);
	tcase_add_loop_test(tests, stock_age_opens_ours, 0, size_count);
	tcase_add_loop_test(tests, ours_opens_stock_ages, 0, size_count);
	tcase_add_test(tests, each_changed_lost_or_added_byte_is_found);
	tcase_add_test(tests, nothing_of_a_damaged_file_is_given_out);
	tcase_add_test(tests, a_recipient_that_shares_no_secret_is_refused);
	tcase_add_test(tests, what_the_sink_says_is_carried_up);
	tcase_add_test(tests, too_many_stanzas_are_refused_before_any_is_tried);
	suite_add_tcase(suite, tests);
	return suite;
}
