/* Fuzzes the stream of a backup or increment: it does not matter in which pieces it comes, rows are within
 * their bounds and in order, and what is taken is taken whole. A stream that ends in '!' gets
 * the last line that fits it, as no guess would find its hash. */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "store/backup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
	if (!good)
		abort();
}

struct listening {
	crypto_hash_sha256_state hash;
	unsigned headers, table;
	uint64_t rows, gone, mark;
	bool is_increment;
	struct buffer last;
};

static int on_header(void *context, const struct backup_header *header, struct qorgan_error *error)
{
	struct listening *listening = context;

	(void)error;
	check(listening->headers++ == 0 && listening->rows == 0);
	check(strlen(header->store) == 32 && strlen(header->root) == 64 && strlen(header->created) == 20);
	check(memchr(header->state, '\0', sizeof header->state) != NULL);
	listening->is_increment = *header->parent;
	check(strlen(header->parent) == (listening->is_increment ? 64 : 0));
	check(strlen(header->parent_created) == (listening->is_increment ? 20 : 0));
	return QORGAN_OK;
}

static int on_gone(void *context, uint64_t mark, struct qorgan_error *error)
{
	struct listening *listening = context;

	(void)error;
	check(listening->is_increment && (listening->gone == 0 || mark > listening->mark));
	listening->gone++;
	listening->mark = mark;
	crypto_hash_sha256_update(&listening->hash, (const uint8_t *)&mark, sizeof mark);
	return QORGAN_OK;
}

static int on_row(void *context, unsigned table, struct span key, struct span value, struct qorgan_error *error)
{
	struct listening *listening = context;

	(void)error;
	check(listening->headers == 1 && listening->gone == 0 && table < ENGINE_TABLES && key.size >= 1 && key.size <= 64);
	if (listening->rows++ && table == listening->table) {
		size_t shorter = key.size < listening->last.size ? key.size : listening->last.size;
		int order = memcmp(listening->last.data, key.data, shorter);
		check(order < 0 || (order == 0 && listening->last.size < key.size));
	} else {
		check(listening->rows == 1 || table > listening->table);
	}
	listening->table = table;
	buffer_clear(&listening->last);
	buffer_append_span(&listening->last, key);
	crypto_hash_sha256_update(&listening->hash, (const uint8_t *)key.data, key.size);
	crypto_hash_sha256_update(&listening->hash, (const uint8_t *)value.data, value.size);
	return QORGAN_OK;
}

static int stream_read(struct span bytes, size_t piece, uint64_t *rows, uint8_t told[crypto_hash_sha256_BYTES])
{
	static const struct backup_handler handler = { on_header, on_row };
	struct listening listening = { 0 };
	struct backup_reader *reader;
	int code = backup_reader_start(&handler, &listening, &reader, NULL);

	check(code == QORGAN_OK);
	backup_reader_increments(reader, on_gone);
	crypto_hash_sha256_init(&listening.hash);
	for (size_t at = 0; !code && at < bytes.size; at += piece)
		code = backup_reader_add(reader, bytes.data + at, bytes.size - at < piece ? bytes.size - at : piece, NULL);
	if (!code)
		code = backup_reader_finish(reader, NULL);
	check(code == QORGAN_OK || code == QORGAN_BAD_DATA);
	check(code != QORGAN_OK || listening.rows == backup_reader_rows(reader));
	*rows = listening.rows + listening.gone;
	backup_reader_free(reader);
	buffer_free(&listening.last);
	crypto_hash_sha256_final(&listening.hash, told);
	return code;
}

/* The stream with a last line that says what is true of it. */
static void end_fit(struct buffer *stream, uint64_t rows)
{
	uint8_t hash[32];
	char text[65];

	crypto_generichash(hash, sizeof hash, (const uint8_t *)stream->data, stream->size, NULL, 0);
	sodium_bin2hex(text, sizeof text, hash, sizeof hash);
	buffer_append_format(stream, "\xff{\"type\":\"end\",\"rows\":%llu,\"hash\":\"%s\",\"total\":7,\"state\":\"ab\"}\n", (unsigned long long)rows,
	                     text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t whole[crypto_hash_sha256_BYTES], pieces[crypto_hash_sha256_BYTES];
	struct buffer stream = { 0 };
	uint64_t rows, again;
	bool fits = size && data[size - 1] == '!';

	buffer_append(&stream, data, size - fits);
	int code = stream_read(buffer_span(&stream), 65536, &rows, whole);
	if (fits && stream.size) {
		end_fit(&stream, rows);
		code = stream_read(buffer_span(&stream), 65536, &rows, whole);
	}
	check(stream_read(buffer_span(&stream), 1 + size % 97, &again, pieces) == code && rows == again);
	check(memcmp(whole, pieces, sizeof whole) == 0);
	buffer_free(&stream);
	return 0;
}
