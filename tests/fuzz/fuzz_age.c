/* Fuzzes age: hostile files, binary and armored, in pieces that are cut anywhere,
 * against a fixed identity and passphrase; the text of keys; that whatever is
 * encrypted or armored comes back, and nothing else does. */
#include <stdlib.h>
#include <string.h>

#include "crypto/age.h"
#include "crypto/age_armor.h"
#include "crypto/secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t (*identity)[32], recipient[1][32];
static char *passphrase;
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
	passphrase = secret_alloc(sizeof "password");
	check(passphrase != NULL);
	strcpy(passphrase, "password");
	/* Little work, so that a try stays short. */
	keys = (struct age_keys){ (const uint8_t (*)[32])identity, 1, passphrase, 6 };
}

static int sink_append(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	(void)error;
	buffer_append(context, data, size);
	return QORGAN_OK;
}

/* Where to cut next, out of the input itself: mostly short pieces, some long. */
static uint32_t cut_state;

static size_t piece_next(size_t left)
{
	cut_state = cut_state * 1664525 + 1013904223;
	size_t limit = cut_state >> 30 ? 80 : 100000, size = 1 + (cut_state >> 8) % limit;

	return size < left ? size : left;
}

static void cuts_start(struct span input)
{
	cut_state = 1;
	for (size_t i = 0; i < input.size; i++)
		cut_state = (cut_state ^ (uint8_t)input.data[i]) * 16777619;
}

/* ---- Files --------------------------------------------------------------------- */

static int pieces_decrypt(struct span file, struct buffer *released, struct qorgan_error *error)
{
	struct age_decryptor *decryptor;
	int code = QORGAN_OK;

	check(age_decrypt_start(&keys, sink_append, released, &decryptor, error) == QORGAN_OK);
	for (size_t at = 0, size; !code && at < file.size; at += size)
		code = age_decrypt_add(decryptor, file.data + at, size = piece_next(file.size - at), error);
	int end = age_decrypt_finish(decryptor, error);
	check(!code || end == code);
	age_decrypt_free(decryptor);
	return end;
}

/* Whole or in pieces, the result is the same. What is refused leaves the buffer as
 * it was, with a reason of two kinds. */
static int file_open(struct span file, struct buffer *plain)
{
	struct buffer released = { 0 };
	struct qorgan_error error, error_of_pieces;
	int code = age_decrypt(file, &keys, plain, &error);

	check(code == QORGAN_OK || ((code == QORGAN_PROTOCOL || code == QORGAN_DENIED) && plain->size == 0));
	check(pieces_decrypt(file, &released, &error_of_pieces) == code);
	if (code)
		check(strcmp(error.message, error_of_pieces.message) == 0);
	else
		check(span_equal(buffer_span(plain), buffer_span(&released)));
	buffer_free(&released);
	return code;
}

/* Encrypts the input, written over and over up to the size, in pieces. */
static void file_make(struct span input, size_t size, struct buffer *text, struct buffer *file)
{
	struct age_encryptor *encryptor;

	while (text->size < size)
		buffer_append(text, input.data, input.size < size - text->size ? input.size : size - text->size);
	check(age_encrypt_start((const uint8_t (*)[32])recipient, 1, sink_append, file, &encryptor, NULL) == QORGAN_OK);
	for (size_t at = 0, piece; at < size; at += piece)
		check(age_encrypt_add(encryptor, text->data + at, piece = piece_next(size - at), NULL) == QORGAN_OK);
	check(age_encrypt_finish(encryptor, NULL) == QORGAN_OK);
	age_encrypt_free(encryptor);
}

/* The file opens; with the input laid over it somewhere it does not, unless these
 * bytes stood there, and what is released before is a beginning of the text. */
static void round_trip(struct span input)
{
	static const size_t sizes[] = { 1, 100, 65535, 65536, 65537, 131072, 140000 };
	const uint8_t *bytes = (const uint8_t *)input.data;
	struct buffer text = { 0 }, file = { 0 }, plain = { 0 };

	file_make(input, sizes[bytes[0] % (sizeof sizes / sizeof *sizes)], &text, &file);
	check(file_open(buffer_span(&file), &plain) == QORGAN_OK);
	check(span_equal(buffer_span(&plain), buffer_span(&text)));
	buffer_clear(&plain);

	size_t at = (bytes[0] * 65536 + bytes[input.size / 2] * 256 + bytes[input.size - 1]) % file.size;
	size_t size = input.size < file.size - at ? input.size : file.size - at;
	bool same = memcmp(file.data + at, input.data, size) == 0;
	memcpy(file.data + at, input.data, size);
	check((pieces_decrypt(buffer_span(&file), &plain, NULL) == QORGAN_OK) == same);
	check(plain.size <= text.size && (plain.size == 0 || memcmp(plain.data, text.data, plain.size) == 0));
	buffer_free(&text);
	buffer_free(&file);
	buffer_free(&plain);
}

/* ---- Armor ---------------------------------------------------------------------- */

static void armor_write(struct span bytes, struct buffer *text)
{
	static struct age_armor_writer writer;

	check(age_armor_write_start(&writer, sink_append, text, NULL) == QORGAN_OK);
	for (size_t at = 0, size; at < bytes.size; at += size)
		check(age_armor_write(&writer, bytes.data + at, size = piece_next(bytes.size - at), NULL) == QORGAN_OK);
	check(age_armor_write_finish(&writer, NULL) == QORGAN_OK);
}

static int armor_read(struct span text, bool whole, struct buffer *bytes)
{
	struct age_armor_reader reader;
	int code = QORGAN_OK;

	age_armor_read_start(&reader, sink_append, bytes);
	for (size_t at = 0, size; !code && at < text.size; at += size) {
		size = whole ? text.size : piece_next(text.size - at);
		code = age_armor_read_add(&reader, text.data + at, size, NULL);
	}
	return code ? code : age_armor_read_finish(&reader, NULL);
}

/* An armor holds one thing only, and what it holds has one armor. */
static void armor_check(struct span input)
{
	struct buffer bytes = { 0 }, again = { 0 }, text = { 0 };
	int code = armor_read(input, true, &bytes);

	check(code == QORGAN_OK || code == QORGAN_PROTOCOL);
	check(armor_read(input, false, &again) == code);
	check(span_equal(buffer_span(&bytes), buffer_span(&again)));
	armor_write(code ? input : buffer_span(&bytes), &text);
	buffer_clear(&again);
	check(armor_read(buffer_span(&text), false, &again) == QORGAN_OK);
	check(span_equal(buffer_span(&again), code ? input : buffer_span(&bytes)));
	buffer_free(&bytes);
	buffer_free(&again);
	buffer_free(&text);
}

/* ---- Keys ------------------------------------------------------------------------ */

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span input = { (const char *)data, size };
	struct buffer plain = { 0 };

	start();
	cuts_start(input);
	file_open(input, &plain);
	buffer_free(&plain);
	armor_check(input);
	keys_read(input);
	if (size)
		round_trip(input);
	return 0;
}
