/* Reading backups once, from the first byte to the last, into a new store: hashed for the
 * signature, decrypted, and the rows written as they come. The first is whole, and each
 * other one an increment on the one before. */
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
#include "store/restore_apply.h"
#include "store/slot.h"

#define PIECE_SIZE ((size_t)4 * AGE_CHUNK_SIZE)
#define BATCH_SIZE ((size_t)48 << 20) /* bytes of rows in one transaction */
#define IDENTITIES_LIMIT 16
#define PASSPHRASE_FILE "age-encryption.org/v1\n-> scrypt "

struct restore_input {
	const struct qorgan_restore *how;
	struct restore_part *part;
	const struct restore_part *parent; /* NULL: the file is to be whole */
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
	struct engine_txn *txn;    /* of a whole backup */
	struct applying *applying; /* of an increment */
	size_t batch;
};

/* ---- The rows --------------------------------------------------------------------- */

/* Whether it goes on from the one before. */
static int chain_check(const struct backup_header *header, const struct restore_part *parent, struct qorgan_error *error)
{
	if (!parent && *header->parent)
		return error_set(error, QORGAN_BAD_DATA,
		                 "it holds only what changed after the backup of %s: name that one before it, and what that goes on "
		                 "from before that", header->parent_created);
	if (!parent)
		return QORGAN_OK;
	if (strcmp(header->store, parent->header.store) != 0)
		return error_set(error, QORGAN_BAD_DATA, "it is of another store than %s", parent->file);
	if (!*header->parent)
		return error_set(error, QORGAN_BAD_DATA, "it is a whole backup, which goes on from none: name it first, or alone");
	if (strcmp(header->parent, parent->end.id) != 0)
		return error_set(error, QORGAN_BAD_DATA,
		                 "it goes on from a backup of %s, and %s before it, of %s, is not that one: name each after the one that "
		                 "it goes on from", header->parent_created, parent->file, parent->header.created);
	return QORGAN_OK;
}

static int header_take(void *context, const struct backup_header *header, struct qorgan_error *error)
{
	struct restore_input *input = context;
	int code = chain_check(header, input->parent, error);

	input->part->header = *header;
	if (code)
		return code;
	return input->parent ? applying_begin(input->engine, header, &input->applying, error)
	                     : engine_begin_write(input->engine, &input->txn, error);
}

static int gone_take(void *context, uint64_t mark, struct qorgan_error *error)
{
	const struct restore_input *input = context;

	return applying_gone(input->applying, mark, error);
}

static int row_take(void *context, unsigned table, struct span key, struct span value, struct qorgan_error *error)
{
	struct restore_input *input = context;
	int code = QORGAN_OK;

	if (input->applying)
		return applying_row(input->applying, table, key, value, error);
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
	const char *path = input->part->file;
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
			return error_set_system(error, QORGAN_IO, "cannot read %s", input->part->file);
		if (got == 0)
			break;
		input->piece_size += (size_t)got;
	}
	minisign_hash_add(&input->part->hash, input->piece, input->piece_size);
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
		                 input->part->file);
	return error_set(error, QORGAN_DENIED,
	                 "no identity that was given opens the backup %s, unless its first lines are damaged: name one by -i, or "
	                 "by --backup-identity if the store within has another",
	                 input->part->file);
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
	if (code)
		return code;
	input->part->end = *backup_reader_end(input->reader);
	if (input->applying)
		return applying_finish(input->applying, &input->part->end, error);
	code = engine_commit(input->txn, error);
	input->txn = NULL;
	return code;
}

static int input_read(struct restore_input *input, struct qorgan_error *error)
{
	static const struct backup_handler handler = { header_take, row_take };
	int code = input->piece ? file_open(input, error) : error_set_memory(error);

	minisign_hash_start(&input->part->hash);
	if (!code)
		code = piece_read(input, error);
	if (!code)
		code = keys_gather(input, error);
	if (!code)
		code = backup_reader_start(&handler, input, &input->reader, error);
	if (!code)
		backup_reader_increments(input->reader, gone_take);
	if (!code)
		code = age_decrypt_start(&input->keys, plaintext_take, input, &input->decryptor, error);
	if (!code)
		code = stream_read(input, error);
	return code;
}

static int part_read(struct restore_input *input, struct qorgan_backup_facts *facts, struct qorgan_error *error)
{
	int code = input_read(input, error);

	facts->bytes += input->done;
	age_decrypt_free(input->decryptor);
	backup_reader_free(input->reader);
	engine_abort(input->txn);
	applying_free(input->applying);
	secret_free(input->identities);
	secret_free(input->passphrase);
	if (input->descriptor > STDIN_FILENO)
		close(input->descriptor);
	free(input->piece);
	/* The parts of age say what is wrong with a package; a backup is data that we made. */
	return code == QORGAN_PROTOCOL || code == QORGAN_BAD_DATA
	           ? error_prefix(error, QORGAN_BAD_DATA, "%s", input->part->file)
	           : code;
}

int restore_read(const struct qorgan_restore *how, const char *folder, struct restore_part *parts, size_t count,
                 struct qorgan_backup_facts *facts, struct qorgan_error *error)
{
	unsigned flags = ENGINE_CREATE | (how->any_filesystem ? ENGINE_ANY_FILESYSTEM : 0);
	struct engine *engine = NULL;
	int code = engine_open(folder, flags, &engine, error);

	for (size_t i = 0; i < count && !code; i++) {
		struct restore_input input = { .how = how, .part = &parts[i], .parent = i ? &parts[i - 1] : NULL,
			                           .descriptor = -1, .engine = engine, .piece = malloc(PIECE_SIZE) };
		code = part_read(&input, facts, error);
	}
	engine_close(engine);
	if (!code)
		facts->rows = parts[count - 1].end.rows;
	return code;
}
