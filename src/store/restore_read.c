/* Reading a backup once, from its first byte to its last, into a new store: hashed for its
 * signature, decrypted, and its rows written as they come. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/language.h"
#include "crypto/minisign.h"
#include "crypto/secret.h"
#include "store/restore_internal.h"
#include "store/slot.h"

#define PIECE_SIZE ((size_t)4 * AGE_CHUNK_SIZE)
#define BATCH_SIZE ((size_t)48 << 20) /* bytes of rows in one transaction */
#define IDENTITIES_LIMIT 16
#define PASSPHRASE_FILE "age-encryption.org/v1\n-> scrypt "

struct restore_input {
	const struct qorgan_restore *how;
	struct minisign_hash *hash;
	int descriptor;
	uint64_t done, total; /* bytes of the file; 0: unknown */
	char *piece;
	size_t piece_size;
	uint8_t (*identities)[32]; /* secret memory, as what follows */
	char *passphrase;
	struct age_keys keys;
	struct age_decryptor *decryptor;
	struct backup_reader *reader;
	struct engine *engine;
	struct engine_txn *txn;
	size_t batch;
	struct backup_header *header;
};

/* ---- The rows --------------------------------------------------------------------- */

static int header_take(void *context, const struct backup_header *header, struct qorgan_error *error)
{
	struct restore_input *input = context;

	*input->header = *header;
	return engine_begin_write(input->engine, &input->txn, error);
}

static int row_take(void *context, unsigned table, struct span key, struct span value, struct qorgan_error *error)
{
	struct restore_input *input = context;
	int code = QORGAN_OK;

	if (input->batch >= BATCH_SIZE) {
		code = engine_commit(input->txn, error);
		input->txn = NULL;
		if (!code)
			code = engine_begin_write(input->engine, &input->txn, error);
		input->batch = 0;
	}
	input->batch += key.size + value.size;
	return code ? code : engine_append(input->txn, table, key, value, error);
}

static int plaintext_take(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	struct restore_input *input = context;

	return backup_reader_add(input->reader, data, size, error);
}

/* ---- The file --------------------------------------------------------------------- */

static int file_open(struct restore_input *input, struct qorgan_error *error)
{
	const char *path = input->how->file;
	struct stat status;

	if (strcmp(path, "-") == 0) {
		input->descriptor = STDIN_FILENO;
		return QORGAN_OK;
	}
	input->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (input->descriptor < 0)
		return error_set_system(error, errno == ENOENT || errno == ENOTDIR ? QORGAN_ABSENT : QORGAN_IO,
		                        "cannot open the backup %s", path);
	if (fstat(input->descriptor, &status))
		return error_set_system(error, QORGAN_IO, "cannot examine %s", path);
	if (S_ISDIR(status.st_mode))
		return error_set(error, QORGAN_BAD_DATA, "%s is a folder, not a backup", path);
	input->total = S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
	return QORGAN_OK;
}

/* A whole piece, as far as there is one. */
static int piece_read(struct restore_input *input, struct qorgan_error *error)
{
	input->piece_size = 0;
	while (input->piece_size < PIECE_SIZE) {
		ssize_t got = read(input->descriptor, input->piece + input->piece_size, PIECE_SIZE - input->piece_size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_set_system(error, QORGAN_IO, "cannot read %s", input->how->file);
		if (got == 0)
			break;
		input->piece_size += (size_t)got;
	}
	minisign_hash_add(input->hash, input->piece, input->piece_size);
	input->done += input->piece_size;
	return QORGAN_OK;
}

/* The first piece tells whether the file is for a passphrase. */
static int keys_gather(struct restore_input *input, struct qorgan_error *error)
{
	const struct qorgan_keys *keys = input->how->keys;
	const char *identity = input->how->identity ? input->how->identity : keys->identity;
	size_t mark = strlen(PASSPHRASE_FILE);
	bool by_passphrase = input->piece_size >= mark && memcmp(input->piece, PASSPHRASE_FILE, mark) == 0;
	int code = QORGAN_OK;

	input->identities = secret_alloc(IDENTITIES_LIMIT * 32);
	input->passphrase = secret_alloc(SLOT_PASSPHRASE_LIMIT);
	if (!input->identities || !input->passphrase)
		return error_set_memory(error);
	if (by_passphrase && keys->ask) {
		code = keys->ask(keys->context, false, input->passphrase, SLOT_PASSPHRASE_LIMIT, error);
		input->keys.passphrase = input->passphrase;
	} else if (!by_passphrase && identity) {
		code = age_identities_read(identity, input->identities, IDENTITIES_LIMIT, &input->keys.count, error);
		input->keys.identities = (const uint8_t (*)[32])input->identities;
	}
	return code;
}

/* Damage in the lines that hold the key of the file cannot be told from a wrong key. */
static int keys_refuse(const struct restore_input *input, struct qorgan_error *error)
{
	if (input->keys.passphrase)
		return error_set(error, QORGAN_DENIED, "wrong passphrase for the backup %s, unless its first lines are damaged",
		                 input->how->file);
	return error_set(error, QORGAN_DENIED,
	                 "no identity that was given opens the backup %s, unless its first lines are damaged: name one by -i, or "
	                 "by --backup-identity if the store within has another",
	                 input->how->file);
}

static int stream_read(struct restore_input *input, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	while (!code && input->piece_size) {
		code = age_decrypt_add(input->decryptor, input->piece, input->piece_size, error);
		if (code == QORGAN_DENIED)
			code = keys_refuse(input, error);
		if (!code && input->how->progress &&
		    input->how->progress(input->how->progress_context, SAID("reading the backup"), input->done, input->total))
			code = error_set(error, QORGAN_INTERRUPTED, "stopped");
		if (!code)
			code = piece_read(input, error);
	}
	if (!code)
		code = age_decrypt_finish(input->decryptor, error);
	if (!code)
		code = backup_reader_finish(input->reader, error);
	if (!code) {
		code = engine_commit(input->txn, error);
		input->txn = NULL;
	}
	return code;
}

static int input_read(struct restore_input *input, const char *folder, struct qorgan_error *error)
{
	static const struct backup_handler handler = { header_take, row_take };
	unsigned flags = ENGINE_CREATE | (input->how->any_filesystem ? ENGINE_ANY_FILESYSTEM : 0);
	int code = input->piece ? file_open(input, error) : error_set_memory(error);

	minisign_hash_start(input->hash);
	if (!code)
		code = piece_read(input, error);
	if (!code)
		code = keys_gather(input, error);
	if (!code)
		code = engine_open_lmdb(folder, flags, &input->engine, error);
	if (!code)
		code = backup_reader_start(&handler, input, &input->reader, error);
	if (!code)
		code = age_decrypt_start(&input->keys, plaintext_take, input, &input->decryptor, error);
	if (!code)
		code = stream_read(input, error);
	return code;
}

int restore_read(const struct qorgan_restore *how, const char *folder, struct backup_header *header,
                 struct qorgan_backup_facts *facts, struct minisign_hash *hash, struct qorgan_error *error)
{
	struct restore_input input = { .how = how, .hash = hash, .descriptor = -1, .header = header,
		                           .piece = malloc(PIECE_SIZE) };
	int code = input_read(&input, folder, error);

	if (!code) {
		facts->rows = backup_reader_rows(input.reader);
		facts->bytes = input.done;
	}
	age_decrypt_free(input.decryptor);
	backup_reader_free(input.reader);
	engine_abort(input.txn);
	engine_close(input.engine);
	secret_free(input.identities);
	secret_free(input.passphrase);
	if (input.descriptor > STDIN_FILENO)
		close(input.descriptor);
	free(input.piece);
	/* The parts of age say what is wrong with a package; a backup is data that we made. */
	return code == QORGAN_PROTOCOL || code == QORGAN_BAD_DATA ? error_prefix(error, QORGAN_BAD_DATA, "%s", how->file)
	                                                          : code;
}
