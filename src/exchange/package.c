/* The writer of packages. */
#include "exchange/package.h"

#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/worker.h"
#include "crypto/age.h"
#include "crypto/base64.h"
#include "crypto/minisign.h"
#include "exchange/package_read.h"
#include "record/canonical.h"

/* Lines gather in one buffer while a second thread encrypts, hashes and writes
 * the one before. */
#define PENDING_SIZE ((size_t)4 * AGE_CHUNK_SIZE)
#define PENDINGS 3

struct package_writer {
	struct minisign_hash hash; /* aligned to 64 bytes, and so is the whole */
	struct file_writer *file, *signature;
	struct age_encryptor *encryptor;
	struct age_encryptor *inner; /* NULL: no secret is shared */
	uint64_t bytes;
	char *signature_path;
	struct buffer pending[PENDINGS];
	size_t filling;
	struct worker *worker; /* NULL: encryption is done where it is asked for */
	atomic_int failure;    /* of the thread: set once, when its error is written */
	struct qorgan_error failure_error;
};

static int ciphertext_sink(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	struct package_writer *writer = context;

	minisign_hash_add(&writer->hash, data, size);
	writer->bytes += size;
	return file_write(writer->file, data, size, error);
}

/* What the inner file is made of goes into the outer one; an age_sink. */
static int inner_sink(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	const struct package_writer *writer = context;

	return age_encrypt_add(writer->encryptor, data, size, error);
}

static void pending_encrypt(void *context, void *job)
{
	struct package_writer *writer = context;
	const struct buffer *pending = job;

	if (!writer->failure)
		writer->failure = age_encrypt_add(writer->inner ? writer->inner : writer->encryptor, pending->data, pending->size,
		                                  &writer->failure_error);
}

typedef int (*file_maker)(const char *path, mode_t mode, struct file_writer **writer, struct qorgan_error *error);

/* The signature is put in place first, and the file itself whole or not at all. */
static int files_create(struct package_writer *writer, const char *path, file_maker make, struct qorgan_error *error)
{
	int code = make == file_create ? file_check_replaceable(path, error) : QORGAN_OK;

	if (!code && make == file_create)
		code = file_check_replaceable(writer->signature_path, error);
	if (!code)
		code = make(path, 0644, &writer->file, error);
	return code ? code : make(writer->signature_path, 0644, &writer->signature, error);
}

static int writer_create(const char *path, file_maker make, const uint8_t (*recipients)[32], size_t count,
                         const char *secret, struct package_writer **writer, struct qorgan_error *error)
{
	struct package_writer *made = aligned_alloc(_Alignof(struct package_writer), sizeof *made);
	int code = made ? QORGAN_OK : error_set_memory(error);

	if (!code)
		memset(made, 0, sizeof *made);
	if (!code && asprintf(&made->signature_path, "%s.minisig", path) < 0) {
		made->signature_path = NULL;
		code = error_set_memory(error);
	}
	if (!code)
		code = files_create(made, path, make, error);
	if (!code) {
		minisign_hash_start(&made->hash);
		code = age_encrypt_start(recipients, count, ciphertext_sink, made, &made->encryptor, error);
		if (!code && secret)
			code = age_encrypt_start_passphrase(secret, AGE_WORK_FACTOR, inner_sink, made, &made->inner, error);
		made->worker = worker_start(pending_encrypt, made);
	}
	if (code) {
		package_abandon(made);
		return code;
	}
	*writer = made;
	return QORGAN_OK;
}

int package_create(const char *path, const uint8_t (*recipients)[32], size_t count, const char *secret,
                   struct package_writer **writer, struct qorgan_error *error)
{
	return writer_create(path, file_create, recipients, count, secret, writer, error);
}

int package_create_here(const char *path, const uint8_t (*recipients)[32], size_t count, const char *secret,
                        struct package_writer **writer, struct qorgan_error *error)
{
	return writer_create(path, file_create_here, recipients, count, secret, writer, error);
}

static void writer_free(struct package_writer *writer)
{
	age_encrypt_free(writer->inner);
	age_encrypt_free(writer->encryptor);
	for (size_t i = 0; i < PENDINGS; i++)
		buffer_wipe(&writer->pending[i]);
	free(writer->signature_path);
	free(writer);
}

void package_abandon(struct package_writer *writer)
{
	if (!writer)
		return;
	worker_stop(writer->worker);
	file_abandon(writer->file);
	file_abandon(writer->signature);
	writer_free(writer);
}

/* Sends off the buffer that is full; the next to be filled is done by then. */
static int pending_send(struct package_writer *writer, size_t left, struct qorgan_error *error)
{
	struct buffer *full = &writer->pending[writer->filling];

	if (writer->worker) {
		worker_submit(writer->worker, full);
		worker_wait(writer->worker, left);
	} else {
		pending_encrypt(writer, full);
	}
	writer->filling = (writer->filling + 1) % PENDINGS;
	buffer_clear(&writer->pending[writer->filling]);
	int code = writer->failure;
	if (code && error)
		*error = writer->failure_error;
	return code;
}

static struct buffer *line_start(struct package_writer *writer)
{
	return &writer->pending[writer->filling];
}

static int line_end(struct package_writer *writer, struct qorgan_error *error)
{
	struct buffer *pending = &writer->pending[writer->filling];

	buffer_append_text(pending, "}\n");
	if (pending->failed)
		return error_set_memory(error);
	return pending->size >= PENDING_SIZE ? pending_send(writer, PENDINGS - 1, error) : QORGAN_OK;
}

int package_header(struct package_writer *writer, const char *from, const struct package_recipient *to, size_t count,
                   const char *created, uint64_t sequence, const struct package_restored *restored,
                   struct qorgan_error *error)
{
	struct buffer *line = line_start(writer);

	buffer_append_text(line, "{\"type\":\"header\",\"format\":\"qorgan-package\",\"version\":1,\"from\":");
	canonical_write_string(span_of(from), line);
	buffer_append_text(line, ",\"to\":[");
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_append_char(line, ',');
		canonical_write_string(span_of(to[i].id), line);
	}
	buffer_append_text(line, "],\"previous\":[");
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_append_char(line, ',');
		buffer_append_integer(line, (int64_t)to[i].previous);
	}
	buffer_append_text(line, "],\"created\":");
	canonical_write_string(span_of(created), line);
	buffer_append_text(line, ",\"sequence\":");
	buffer_append_integer(line, (int64_t)sequence);
	if (restored)
		buffer_append_format(line, ",\"restored\":{\"at\":\"%s\",\"backup\":\"%s\",\"size\":%llu}", restored->at,
		                     restored->backup, (unsigned long long)restored->size);
	return line_end(writer, error);
}

int package_checkpoint(struct package_writer *writer, struct span note, struct qorgan_error *error)
{
	struct buffer *line = line_start(writer);

	buffer_append_text(line, "{\"type\":\"checkpoint\",\"note\":");
	canonical_write_string(note, line);
	return line_end(writer, error);
}

int package_leaves(struct package_writer *writer, uint64_t first, struct span hashes, struct qorgan_error *error)
{
	struct buffer *line = line_start(writer);

	buffer_append_text(line, "{\"type\":\"leaves\",\"first\":");
	buffer_append_integer(line, (int64_t)first);
	buffer_append_text(line, ",\"hashes\":[");
	for (size_t at = 0; at + 32 <= hashes.size; at += 32) {
		buffer_append_text(line, at ? ",\"" : "\"");
		base64_append(line, (const uint8_t *)hashes.data + at, 32, BASE64_PADDED);
		buffer_append_char(line, '"');
	}
	buffer_append_char(line, ']');
	return line_end(writer, error);
}

int package_record(struct package_writer *writer, uint64_t index, struct span record, struct qorgan_error *error)
{
	struct buffer *line = line_start(writer);

	buffer_append_text(line, "{\"type\":\"record\",\"index\":");
	buffer_append_integer(line, (int64_t)index);
	buffer_append_text(line, ",\"record\":");
	buffer_append_span(line, record);
	return line_end(writer, error);
}

int package_withdrawal(struct package_writer *writer, uint64_t index, const char *kind, const char *id,
                       uint32_t version, struct qorgan_error *error)
{
	struct buffer *line = line_start(writer);

	buffer_append_text(line, "{\"type\":\"withdrawal\",\"index\":");
	buffer_append_integer(line, (int64_t)index);
	buffer_append_text(line, ",\"kind\":");
	canonical_write_string(span_of(kind), line);
	buffer_append_text(line, ",\"id\":");
	canonical_write_string(span_of(id), line);
	buffer_append_text(line, ",\"version\":");
	buffer_append_integer(line, version);
	return line_end(writer, error);
}

int package_evidence(struct package_writer *writer, struct span id, uint64_t offset, struct span data,
                     struct qorgan_error *error)
{
	struct buffer *line = line_start(writer);

	buffer_append_text(line, "{\"type\":\"evidence\",\"id\":");
	canonical_write_string(id, line);
	buffer_append_text(line, ",\"offset\":");
	buffer_append_integer(line, (int64_t)offset);
	buffer_append_text(line, ",\"data\":\"");
	base64_append(line, (const uint8_t *)data.data, data.size, BASE64_PADDED);
	buffer_append_char(line, '"');
	return line_end(writer, error);
}

int package_witness(struct package_writer *writer, struct span note, struct qorgan_error *error)
{
	struct buffer *line = line_start(writer);

	buffer_append_text(line, "{\"type\":\"witness\",\"note\":");
	canonical_write_string(note, line);
	return line_end(writer, error);
}

int package_fork(struct package_writer *writer, struct span proof, struct qorgan_error *error)
{
	struct buffer *line = line_start(writer);

	buffer_append_text(line, "{\"type\":\"fork\",\"proof\":");
	canonical_write_string(proof, line);
	return line_end(writer, error);
}

int package_end(struct package_writer *writer, uint64_t leaves, uint64_t records, struct qorgan_error *error)
{
	struct buffer *line = line_start(writer);

	buffer_append_text(line, "{\"type\":\"end\",\"leaves\":");
	buffer_append_integer(line, (int64_t)leaves);
	buffer_append_text(line, ",\"records\":");
	buffer_append_integer(line, (int64_t)records);
	return line_end(writer, error);
}

int package_finish(struct package_writer *writer, const uint8_t seed[32], const char *trusted, char digest[129],
                   uint64_t *bytes, struct qorgan_error *error)
{
	crypto_generichash_blake2b_state state;
	struct buffer signature = { 0 };
	uint8_t hash[64];
	int code = pending_send(writer, 0, error);

	if (!code && writer->inner)
		code = age_encrypt_finish(writer->inner, error);
	if (!code)
		code = age_encrypt_finish(writer->encryptor, error);
	if (code)
		return code;
	state = writer->hash.state;
	crypto_generichash_blake2b_final(&state, hash, sizeof hash);
	sodium_bin2hex(digest, 129, hash, sizeof hash);
	*bytes = writer->bytes;
	code = minisign_sign(&writer->hash, seed, trusted, &signature, error);
	if (!code)
		code = file_write(writer->signature, signature.data, signature.size, error);
	buffer_free(&signature);
	return code;
}

int package_commit(struct package_writer *writer, struct qorgan_error *error)
{
	struct file_writer *both[] = { writer->signature, writer->file };
	int code = file_commit_all(both, 2, error);

	writer->signature = writer->file = NULL;
	package_abandon(writer);
	return code;
}
