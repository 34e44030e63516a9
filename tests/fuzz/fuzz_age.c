/* Fuzzes age: hostile files against a fixed identity, the text of keys, and that
 * whatever is encrypted comes back. */
#include <stdlib.h>
#include <string.h>

#include "crypto/age.h"
#include "crypto/secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t (*identity)[32], recipient[1][32];
static struct age_keys keys;

static void check(bool good)
{
	if (!good)
		abort();
}

static void start(void)
{
	static const char text[] = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

	if (identity)
		return;
	check(secret_start(NULL) == QORGAN_OK);
	identity = secret_alloc(32);
	check(identity && age_identity_parse(text, sizeof text - 1, *identity));
	age_identity_recipient(*identity, recipient[0]);
	keys = (struct age_keys){ .identities = (const uint8_t (*)[32])identity, .count = 1 };
}

static int sink_append(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	(void)error;
	buffer_append(context, data, size);
	return QORGAN_OK;
}

/* What is refused leaves the buffer as it was, with a reason of two kinds. */
static void file_open(struct span file)
{
	struct buffer plain = { 0 };
	struct qorgan_error error;
	int code = age_decrypt(file, &keys, &plain, &error);

	check(code == QORGAN_OK || ((code == QORGAN_PROTOCOL || code == QORGAN_DENIED) && plain.size == 0));
	buffer_free(&plain);
}

static void keys_read(struct span text)
{
	char *copy = span_copy(text), again[AGE_IDENTITY_TEXT];
	uint8_t key[32];

	check(copy != NULL);
	if (age_recipient_parse(copy, key)) {
		age_recipient_format(key, again);
		check(strcmp(again, copy) == 0);
	}
	if (age_identity_parse(text.data, text.size, key)) {
		age_identity_format(key, again);
		check(span_is(text, again));
	}
	free(copy);
}

/* Encrypts in two pieces, opens it again, and once more with one bit changed. */
static void round_trip(struct span text, size_t cut)
{
	struct age_encryptor *encryptor;
	struct buffer file = { 0 }, plain = { 0 };

	check(age_encrypt_start((const uint8_t (*)[32])recipient, 1, sink_append, &file, &encryptor, NULL) == QORGAN_OK);
	check(age_encrypt_add(encryptor, text.data, cut, NULL) == QORGAN_OK);
	check(age_encrypt_add(encryptor, text.data + cut, text.size - cut, NULL) == QORGAN_OK);
	check(age_encrypt_finish(encryptor, NULL) == QORGAN_OK);
	age_encrypt_free(encryptor);
	check(age_decrypt(buffer_span(&file), &keys, &plain, NULL) == QORGAN_OK);
	check(span_equal(buffer_span(&plain), text));
	buffer_clear(&plain);
	file.data[(cut * 31 + text.size) % file.size] ^= 1;
	check(age_decrypt(buffer_span(&file), &keys, &plain, NULL) != QORGAN_OK);
	buffer_free(&file);
	buffer_free(&plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span input = { (const char *)data, size };

	start();
	file_open(input);
	keys_read(input);
	if (size)
		round_trip(input, data[0] % size);
	return 0;
}
