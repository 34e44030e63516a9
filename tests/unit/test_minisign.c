/* minisign, against the stock program both ways. */
#include "crypto/minisign.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "crypto/secret.h"

Suite *suite_minisign(void);

static char folder[64];
static uint8_t *seed;
static struct minisign_public public;

static void start(void)
{
	ck_assert_int_eq(secret_start(NULL), QORGAN_OK);
	seed = secret_alloc(32);
	for (uint8_t i = 0; i < 32; i++)
		seed[i] = (uint8_t)(i * 3);
	minisign_public_from(seed, &public);
	strcpy(folder, "/tmp/test_minisign.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

/* Runs a command in the folder, quietly; its exit status. */
static int run(const char *command)
{
	char line[1024];

	snprintf(line, sizeof line, "cd %s && { %s; } >/dev/null 2>&1 </dev/null", folder, command);
	return system(line);
}

static void stop(void)
{
	char line[128];

	secret_free(seed);
	snprintf(line, sizeof line, "rm -r %s", folder);
	ck_assert_int_eq(system(line), 0);
}

static void put(const char *name, const void *data, size_t size)
{
	char *path = file_join(folder, name);

	ck_assert_int_eq(file_replace_unsynced(path, 0644, data, size, NULL), QORGAN_OK);
	free(path);
}

static void get(const char *name, struct buffer *to)
{
	char *path = file_join(folder, name);

	ck_assert_int_eq(file_read(path, 1 << 20, to, NULL), QORGAN_OK);
	free(path);
}

static int verify(const char *data, struct span signature, struct buffer *trusted)
{
	struct minisign_hash hash;

	minisign_hash_start(&hash);
	minisign_hash_add(&hash, data, strlen(data));
	return minisign_verify(&hash, signature, &public, trusted, NULL);
}

static void sign(const char *data, const char *trusted, struct buffer *to)
{
	struct minisign_hash hash;

	minisign_hash_start(&hash);
	for (size_t i = 0; data[i]; i++) /* byte by byte */
		minisign_hash_add(&hash, data + i, 1);
	ck_assert_int_eq(minisign_sign(&hash, seed, trusted, to, NULL), QORGAN_OK);
}

START_TEST(stock_minisign_accepts_ours)
{
	static const char *const contents[] = { "", "x", "a package\nof two lines\n" };
	char key[MINISIGN_PUBLIC_TEXT], command[512];

	minisign_public_format(&public, key);
	for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
		struct buffer signature = { 0 };
		sign(contents[i], "timestamp:1767225600\tfile:пакет", &signature);
		put("f", contents[i], strlen(contents[i]));
		put("f.minisig", signature.data, signature.size);
		snprintf(command, sizeof command, "minisign -VHm f -P %s && test \"$(minisign -VQm f -P %s)\" = "
		         "\"$(printf 'timestamp:1767225600\\tfile:пакет')\"", key, key);
		ck_assert_int_eq(run(command), 0);
		put("f", "y", 1);
		ck_assert_int_ne(run(command), 0);
		buffer_free(&signature);
	}
}
END_TEST

START_TEST(the_longest_comment_is_one_that_stock_minisign_reads)
{
	struct buffer signature = { 0 }, trusted = { 0 };
	struct minisign_hash hash;
	char key[MINISIGN_PUBLIC_TEXT], command[256], comment[8002];

	memset(comment, 'c', sizeof comment - 1);
	comment[8000] = '\0';
	sign("data", comment, &signature);
	put("f", "data", 4);
	put("f.minisig", signature.data, signature.size);
	minisign_public_format(&public, key);
	snprintf(command, sizeof command, "minisign -Vm f -P %s", key);
	ck_assert_int_eq(run(command), 0);
	ck_assert_int_eq(verify("data", buffer_span(&signature), &trusted), QORGAN_OK);
	ck_assert_str_eq(buffer_text(&trusted), comment);

	comment[8000] = 'c';
	comment[8001] = '\0';
	minisign_hash_start(&hash);
	buffer_clear(&signature);
	ck_assert_int_eq(minisign_sign(&hash, seed, comment, &signature, NULL), QORGAN_BAD_DATA);
	ck_assert_int_eq(minisign_sign(&hash, seed, "two\nlines", &signature, NULL), QORGAN_BAD_DATA);
	ck_assert_int_eq(minisign_sign(&hash, seed, "two\rlines", &signature, NULL), QORGAN_BAD_DATA);
	ck_assert_uint_eq(signature.size, 0);
	buffer_free(&signature);
	buffer_free(&trusted);
}
END_TEST

/* The second line of stock minisign's public key file. */
static void stock_public(void)
{
	struct buffer text = { 0 };

	get("k.pub", &text);
	char *line = strchr(text.data, '\n') + 1;
	line[strcspn(line, "\n")] = '\0';
	ck_assert(minisign_public_parse(line, &public));
	char again[MINISIGN_PUBLIC_TEXT];
	minisign_public_format(&public, again);
	ck_assert_str_eq(again, line);
	buffer_free(&text);
}

START_TEST(ours_accepts_stock_minisigns)
{
	struct buffer signature = { 0 }, trusted = { 0 };

	put("f", "hello", 5);
	ck_assert_int_eq(run("minisign -GW -p k.pub -s k.key && minisign -S -s k.key -m f -t 'trusted one'"), 0);
	stock_public();
	get("f.minisig", &signature);
	buffer_append_text(&trusted, "before ");
	ck_assert_int_eq(verify("hello", buffer_span(&signature), &trusted), QORGAN_OK);
	ck_assert_str_eq(buffer_text(&trusted), "before trusted one");
	ck_assert_int_eq(verify("hello", buffer_span(&signature), NULL), QORGAN_OK);
	ck_assert_int_eq(verify("hullo", buffer_span(&signature), &trusted), QORGAN_PROTOCOL);
	ck_assert_str_eq(buffer_text(&trusted), "before trusted one");

	/* As stock minisign does: no newline at the end, or CR LF. */
	ck_assert_int_eq(verify("hello", (struct span){ signature.data, signature.size - 1 }, NULL), QORGAN_OK);
	ck_assert_int_eq(run("sed 's/$/\\r/' f.minisig > crlf && minisign -V -p k.pub -m f -x crlf"), 0);
	buffer_clear(&signature);
	get("crlf", &signature);
	ck_assert_int_eq(verify("hello", buffer_span(&signature), NULL), QORGAN_OK);

	ck_assert_int_eq(run("minisign -S -l -s k.key -m f"), 0);
	buffer_clear(&signature);
	get("f.minisig", &signature);
	ck_assert_int_eq(verify("hello", buffer_span(&signature), NULL), QORGAN_PROTOCOL); /* legacy */
	buffer_free(&signature);
	buffer_free(&trusted);
}
END_TEST

START_TEST(the_published_signature_holds)
{
	static const char text[] =
		"untrusted comment: signature from minisign secret key\n"
		"RUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=\n"
		"trusted comment: timestamp:1556193335\tfile:test\n"
		"y/rUw2y8/hOUYjZU71eHp/Wo1KZ40fGy2VJEDl34XMJM+TX48Ss/17u3IvIfbVR1FkZZSNCisQbuQY+bHwhEBg==\n";

	ck_assert(minisign_public_parse("RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3", &public));
	ck_assert_int_eq(verify("test", span_of(text), NULL), QORGAN_OK);
	ck_assert_int_eq(verify("Test", span_of(text), NULL), QORGAN_PROTOCOL);
}
END_TEST

START_TEST(every_change_that_matters_is_found)
{
	struct buffer text = { 0 };

	sign("data", "trusted", &text);
	size_t comment_end = (size_t)(strchr(text.data, '\n') - text.data);
	for (size_t i = 0; i < text.size; i++) {
		char before = text.data[i];
		/* The untrusted comment is just that, and the last newline may lack. */
		bool free_text = i >= strlen("untrusted comment: ") && i < comment_end;
		for (unsigned bit = 0; bit < 8 && !free_text; bit++) {
			text.data[i] = (char)(before ^ (1 << bit));
			ck_assert_msg(verify("data", buffer_span(&text), NULL) == QORGAN_PROTOCOL, "byte %zu bit %u", i, bit);
		}
		text.data[i] = before;
		if (i + 1 < text.size)
			ck_assert_int_eq(verify("data", (struct span){ text.data, i }, NULL), QORGAN_PROTOCOL);
	}
	ck_assert_int_eq(verify("data", buffer_span(&text), NULL), QORGAN_OK);
	buffer_append_text(&text, "more\n");
	ck_assert_int_eq(verify("data", buffer_span(&text), NULL), QORGAN_PROTOCOL);
	buffer_free(&text);
}
END_TEST

START_TEST(another_key_is_named)
{
	struct buffer text = { 0 };
	struct minisign_hash hash;
	struct qorgan_error error;
	struct minisign_public other = public;

	sign("", "t", &text);
	memcpy(other.id, "\x37\x25\x47\xbb\x60\x5f\xf9\x5d", 8); /* shown as 5DF95F60BB472537 */
	minisign_hash_start(&hash);
	ck_assert_int_eq(minisign_verify(&hash, buffer_span(&text), &other, NULL, &error), QORGAN_PROTOCOL);
	ck_assert_ptr_nonnull(strcasestr(error.message, "5DF95F60BB472537"));
	memcpy(other.id, public.id, 8);
	other.key[0] ^= 1;
	minisign_hash_start(&hash);
	ck_assert_int_eq(minisign_verify(&hash, buffer_span(&text), &other, NULL, &error), QORGAN_PROTOCOL);
	buffer_free(&text);
}
END_TEST

START_TEST(the_key_id_is_the_start_of_b2sum_of_the_key)
{
	char hex[17];

	put("key", public.key, sizeof public.key);
	char command[256];
	sodium_bin2hex(hex, sizeof hex, public.id, sizeof public.id);
	snprintf(command, sizeof command, "test \"$(b2sum key | cut -c1-16)\" = %s", hex);
	ck_assert_int_eq(run(command), 0);
}
END_TEST

START_TEST(malformed_public_keys_are_refused)
{
	struct minisign_public parsed;
	char text[MINISIGN_PUBLIC_TEXT], weak[MINISIGN_PUBLIC_TEXT];
	struct minisign_public small = { .key = { 1 } };

	minisign_public_format(&public, text);
	ck_assert(minisign_public_parse(text, &parsed));
	ck_assert_mem_eq(parsed.id, public.id, 8);
	ck_assert_mem_eq(parsed.key, public.key, 32);
	for (size_t i = 0; i < 4; i++) { /* the algorithm is in the first three characters */
		char before = text[i];
		text[i] = before == 'A' ? 'B' : 'A';
		ck_assert_int_eq(minisign_public_parse(text, &parsed), i == 3);
		text[i] = before;
	}
	ck_assert(!minisign_public_parse(text + 1, &parsed));
	ck_assert(!minisign_public_parse("", &parsed));
	text[55] = '\0';
	ck_assert(!minisign_public_parse(text, &parsed));
	minisign_public_format(&small, weak);
	ck_assert(!minisign_public_parse(weak, &parsed));
}
END_TEST

Suite *suite_minisign(void)
{
	Suite *suite = suite_create("minisign");
	TCase *tests = tcase_create("minisign");

	tcase_add_checked_fixture(tests, start, stop);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, stock_minisign_accepts_ours);
	tcase_add_test(tests, the_longest_comment_is_one_that_stock_minisign_reads);
	tcase_add_test(tests, ours_accepts_stock_minisigns);
	tcase_add_test(tests, the_published_signature_holds);
	tcase_add_test(tests, every_change_that_matters_is_found);
	tcase_add_test(tests, another_key_is_named);
	tcase_add_test(tests, the_key_id_is_the_start_of_b2sum_of_the_key);
	tcase_add_test(tests, malformed_public_keys_are_refused);
	suite_add_tcase(suite, tests);
	return suite;
}
