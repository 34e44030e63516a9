/* age files with a passphrase: the work is bounded, a wrong passphrase is said as
 * such, and so is a lack of memory. Opening what others wrote is the test kit's
 * and tests/interop/age's. */
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "age_fixture.h"

Suite *suite_age_passphrase(void);

#define PASSPHRASE "correct horse battery staple"

static char *passphrase;
static struct age_keys words;
static struct buffer file, plain;
static struct qorgan_error error;

static void start(void)
{
	age_fixture_start();
	passphrase = secret_alloc(sizeof PASSPHRASE);
	strcpy(passphrase, PASSPHRASE);
	words = (struct age_keys){ .passphrase = passphrase };
}

static void stop(void)
{
	buffer_free(&file);
	buffer_free(&plain);
	secret_free(passphrase);
	age_fixture_stop();
}

static int encrypt_words(const char *with, unsigned work_factor, struct span data)
{
	struct age_encryptor *encryptor;
	int code = age_encrypt_start_passphrase(with, work_factor, sink_append, &file, &encryptor, &error);

	if (code)
		ck_assert_ptr_null(encryptor);
	else
		encrypt_rest(encryptor, data, 30000);
	return code;
}

/* The header of a file with another work factor, which no MAC would fit. */
static void work_factor_change(const char *factor)
{
	char *at = strchr(strstr(file.data, "-> scrypt ") + strlen("-> scrypt "), ' ') + 1;
	struct buffer changed = { 0 };

	buffer_append(&changed, file.data, (size_t)(at - file.data));
	buffer_append_text(&changed, factor);
	at = strchr(at, '\n');
	buffer_append(&changed, at, file.size - (size_t)(at - file.data));
	buffer_free(&file);
	file = changed;
}

static int decrypt(const struct age_keys *keys)
{
	error = (struct qorgan_error){ 0 };
	return age_decrypt(buffer_span(&file), keys, &plain, &error);
}

START_TEST(the_passphrase_opens_what_it_encrypted)
{
	struct span data = sample(100000);

	ck_assert_int_eq(encrypt_words(passphrase, (unsigned)_i, data), QORGAN_OK);
	ck_assert_int_eq(decrypt(&words), QORGAN_OK);
	ck_assert(span_equal(buffer_span(&plain), data));
	char mark[80];
	snprintf(mark, sizeof mark, " %d\n", _i);
	const char *stanza = strstr(file.data, "-> scrypt ");
	ck_assert(stanza && strncmp(strchr(stanza + 10, ' '), mark, strlen(mark)) == 0);
	ck_assert(strncmp(strchr(strchr(stanza, '\n') + 1, '\n'), "\n--- ", 5) == 0);
}
END_TEST

START_TEST(a_wrong_passphrase_is_said_as_such)
{
	static const char *const wrong[] = { "", "correct horse battery stapl", "Correct horse battery staple" };

	ck_assert_int_eq(encrypt_words(passphrase, 2, span_of("words")), QORGAN_OK);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		snprintf(passphrase, sizeof PASSPHRASE, "%s", wrong[i]);
		ck_assert_int_eq(decrypt(&words), QORGAN_DENIED);
		ck_assert_str_eq(error.message, "wrong passphrase: it does not open the age file");
	}
	strcpy(passphrase, PASSPHRASE);
	ck_assert_int_eq(decrypt(&words), QORGAN_OK);
}
END_TEST

START_TEST(a_key_of_the_other_sort_does_not_match)
{
	const struct age_keys nothing = { 0 }, both = { own.identities, 1, passphrase, 0 };

	ck_assert_int_eq(encrypt_words(passphrase, 2, span_of("words")), QORGAN_OK);
	ck_assert_int_eq(decrypt(&own), QORGAN_DENIED);
	ck_assert_str_eq(error.message, "no identity matches: the age file is encrypted with a passphrase");
	ck_assert_int_eq(decrypt(&nothing), QORGAN_DENIED);
	ck_assert_int_eq(decrypt(&both), QORGAN_OK);
	buffer_clear(&file);
	encrypt((const uint8_t (*)[32])recipient, 1, span_of("words"), 5, &file);
	ck_assert_int_eq(decrypt(&words), QORGAN_DENIED);
	ck_assert_str_eq(error.message, "no identity matches: the age file needs one, not a passphrase");
	ck_assert_int_eq(decrypt(&nothing), QORGAN_DENIED);
	ck_assert_int_eq(decrypt(&both), QORGAN_OK);
}
END_TEST

START_TEST(what_a_file_asks_for_is_bounded_before_it_is_done)
{
	static const char *const factors[] = { "21", "30", "64", "1000", "99999999999999999999999999" };

	ck_assert_int_eq(encrypt_words(passphrase, 2, span_of("words")), QORGAN_OK);
	for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
		char named[80];
		work_factor_change(factors[i]);
		clock_t before = clock();
		ck_assert_int_eq(decrypt(&words), QORGAN_PROTOCOL);
		ck_assert_int_lt(clock() - before, CLOCKS_PER_SEC / 10);
		snprintf(named, sizeof named, "2^%.20s, above the 2^20 that is accepted", factors[i]);
		ck_assert_msg(strstr(error.message, named) != NULL, "%s", error.message);
		/* Nobody who has no passphrase would do it. */
		ck_assert_int_eq(decrypt(&own), QORGAN_DENIED);
	}
}
END_TEST

START_TEST(a_malformed_stanza_is_refused_whatever_the_keys)
{
	ck_assert_int_eq(encrypt_words(passphrase, 2, span_of("words")), QORGAN_OK);
	work_factor_change("02");
	ck_assert_int_eq(decrypt(&own), QORGAN_PROTOCOL);
	buffer_clear(&file);
	buffer_append_text(&file, "age-encryption.org/v1\n-> X25519 AAAA\nAAAA\n--- ");
	buffer_append_text(&file, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
	ck_assert_int_eq(decrypt(&words), QORGAN_PROTOCOL);
	ck_assert_str_eq(error.message, "age header: an X25519 stanza has not one share of 32 bytes");
}
END_TEST

START_TEST(the_bound_is_the_callers)
{
	struct age_keys bounded = words;

	ck_assert_int_eq(encrypt_words(passphrase, 7, span_of("words")), QORGAN_OK);
	bounded.work_limit = 6;
	ck_assert_int_eq(decrypt(&bounded), QORGAN_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(error.message, "2^7, above the 2^6"));
	bounded.work_limit = 7;
	ck_assert_int_eq(decrypt(&bounded), QORGAN_OK);
	bounded.work_limit = 31;
	ck_assert_int_eq(decrypt(&bounded), QORGAN_USAGE);
}
END_TEST

START_TEST(what_we_could_not_open_again_is_not_written)
{
	ck_assert_int_eq(encrypt_words("", 2, span_of("words")), QORGAN_USAGE);
	ck_assert_int_eq(encrypt_words(passphrase, 0, span_of("words")), QORGAN_USAGE);
	ck_assert_int_eq(encrypt_words(passphrase, AGE_WORK_LIMIT + 1, span_of("words")), QORGAN_USAGE);
	ck_assert_uint_eq(file.size, 0);
}
END_TEST

/* What the process may still take, beyond what it has. */
static void memory_limit(rlim_t more)
{
	unsigned long pages;
	FILE *statm = fopen("/proc/self/statm", "r");

	ck_assert(statm && fscanf(statm, "%lu", &pages) == 1);
	fclose(statm);
	struct rlimit limit;
	ck_assert_int_eq(getrlimit(RLIMIT_AS, &limit), 0);
	limit.rlim_cur = pages * (rlim_t)sysconf(_SC_PAGESIZE) + more;
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
}

START_TEST(a_lack_of_memory_is_not_called_a_wrong_passphrase)
{
	ck_assert_int_eq(encrypt_words(passphrase, 2, span_of("words")), QORGAN_OK);
	work_factor_change("18");
	memory_limit((rlim_t)64 << 20);
	ck_assert_int_eq(decrypt(&words), QORGAN_INTERNAL);
	ck_assert_str_eq(error.message,
	                 "out of memory: a passphrase with the work factor 2^18 of this age file needs 262144 KiB");
	buffer_clear(&file);
	ck_assert_int_eq(encrypt_words(passphrase, 18, span_of("words")), QORGAN_INTERNAL);
	ck_assert_ptr_nonnull(strstr(error.message, "out of memory"));
	ck_assert_uint_eq(file.size, 0);
}
END_TEST

Suite *suite_age_passphrase(void)
{
	Suite *suite = suite_create("age_passphrase");
	TCase *tests = tcase_create("age_passphrase");

	tcase_add_checked_fixture(tests, start, stop);
	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, the_passphrase_opens_what_it_encrypted, 1, 13);
	tcase_add_test(tests, a_wrong_passphrase_is_said_as_such);
	tcase_add_test(tests, a_key_of_the_other_sort_does_not_match);
	tcase_add_test(tests, what_a_file_asks_for_is_bounded_before_it_is_done);
	tcase_add_test(tests, a_malformed_stanza_is_refused_whatever_the_keys);
	tcase_add_test(tests, the_bound_is_the_callers);
	tcase_add_test(tests, what_we_could_not_open_again_is_not_written);
	tcase_add_test(tests, a_lack_of_memory_is_not_called_a_wrong_passphrase);
	suite_add_tcase(suite, tests);
	return suite;
}
