/* Making a backup: the stream of one moment of the store, encrypted by age, hashed for
 * minisign, into a file that appears whole.
 *
 * Whoever opened the store can open its backup with what he has at hand: the identity, or
 * the passphrase. The key of neither lies in the store alone, so nothing that is lost with
 * the computer is needed. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "crypto/minisign.h"
#include "crypto/secret.h"
#include "qorgan/backup.h"
#include "store/backup.h"
#include "store/slot.h"
#include "store/vault_internal.h"

#define IDENTITIES_LIMIT 16
#define RECIPIENTS_LIMIT 64

struct backing {
	struct minisign_hash hash; /* aligned to 64 bytes: lies on the stack */
	struct file_writer *file, *signature;
	struct age_encryptor *encryptor;
	uint64_t bytes;
	uint8_t recipients[RECIPIENTS_LIMIT + IDENTITIES_LIMIT][32];
	size_t count;
};

static int ciphertext_sink(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	struct backing *backing = context;

	minisign_hash_add(&backing->hash, data, size);
	backing->bytes += size;
	return file_write(backing->file, data, size, error);
}

static int plaintext_sink(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	struct backing *backing = context;

	return age_encrypt_add(backing->encryptor, data, size, error);
}

/* ---- Who can open it ------------------------------------------------------------- */

static int recipients_take(struct backing *backing, const struct qorgan_backup *how, struct qorgan_error *error)
{
	if (how->recipient_count > RECIPIENTS_LIMIT)
		return error_set(error, QORGAN_USAGE, "a backup for %zu recipients: at most %d", how->recipient_count,
		                 RECIPIENTS_LIMIT);
	for (size_t i = 0; i < how->recipient_count; i++)
		if (!age_recipient_parse(how->recipients[i], backing->recipients[backing->count++]))
			return error_set(error, QORGAN_BAD_DATA,
			                 "%s is not an age recipient: it looks like age1... and comes from age-keygen",
			                 how->recipients[i]);
	return QORGAN_OK;
}

static int identities_take(struct backing *backing, const char *path, struct qorgan_error *error)
{
	uint8_t (*identities)[32] = secret_alloc(IDENTITIES_LIMIT * 32);
	size_t count = 0;
	int code = identities ? age_identities_read(path, identities, IDENTITIES_LIMIT, &count, error)
	                      : error_set_memory(error);

	for (size_t i = 0; i < count && !code; i++)
		age_identity_recipient(identities[i], backing->recipients[backing->count++]);
	secret_free(identities);
	return code;
}

/* A guess at the passphrase is to cost as much memory with the backup as with the store. */
static int work_factor_find(struct vault_view *view, unsigned *factor, struct qorgan_error *error)
{
	struct engine_range *range = NULL;
	struct slot_door door;
	struct span key, value;
	bool more = true;
	int code = engine_range_open(view->txn, ENGINE_META, span_of(META_SLOT), span_of(META_SLOT_END), false, &range, error);

	*factor = AGE_WORK_FACTOR;
	while (!code && !(code = engine_range_more(range, &key, &value, &more, error)) && more)
		if (slot_door_read(value, &door) && door.kind == SLOT_PASSPHRASE)
			while (*factor < AGE_WORK_LIMIT && door.cost.memory > (uint64_t)1 << (*factor + 10))
				++*factor;
	engine_range_close(range);
	return code;
}

static int passphrase_start(struct backing *backing, struct vault_view *view, const struct qorgan_keys *keys,
                            struct qorgan_error *error)
{
	char *passphrase = secret_alloc(SLOT_PASSPHRASE_LIMIT);
	unsigned factor;

	if (view->vault->door.kind == SLOT_SECURITY_KEY) {
		secret_free(passphrase);
		return error_set(error, QORGAN_DENIED, "the store was opened by a security key, which opens no file: say with --recipient who "
		                 "is to open the backup");
	}
	int code = passphrase ? work_factor_find(view, &factor, error) : error_set_memory(error);

	if (!code && !keys->ask)
		code = error_set(error, QORGAN_DENIED, "a backup needs a recipient or a passphrase");
	if (!code)
		code = keys->ask(keys->context, false, passphrase, SLOT_PASSPHRASE_LIMIT, error);
	if (!code)
		code = age_encrypt_start_passphrase(passphrase, factor, ciphertext_sink, backing, &backing->encryptor, error);
	secret_free(passphrase);
	return code;
}

static int encryption_start(struct backing *backing, struct vault_view *view, const struct qorgan_backup *how,
                            struct qorgan_error *error)
{
	int code = recipients_take(backing, how, error);

	if (!code && how->keys->identity)
		code = identities_take(backing, how->keys->identity, error);
	if (code)
		return code;
	return backing->count ? age_encrypt_start((const uint8_t (*)[32])backing->recipients, backing->count,
	                                          ciphertext_sink, backing, &backing->encryptor, error)
	                      : passphrase_start(backing, view, how->keys, error);
}

/* ---- The files ------------------------------------------------------------------- */

static int output_check(const struct qorgan_backup *how, const char *signature, struct qorgan_error *error)
{
	struct stat status;
	int code = file_check_replaceable(how->output, error);

	if (!code)
		code = file_check_replaceable(signature, error);
	if (!code && !how->replace && lstat(how->output, &status) == 0)
		code = error_set(error, QORGAN_CANNOT_CREATE,
		                 "%s is there already: name another file, or replace it with --force", how->output);
	return code;
}

static int signature_write(struct backing *backing, const struct qorgan_store *store, const char *created,
                           struct qorgan_error *error)
{
	struct buffer trusted = { 0 }, signature = { 0 };
	int code;

	buffer_append_format(&trusted, "qorgan backup, made %s", created);
	code = trusted.failed ? error_set_memory(error)
	                      : minisign_sign(&backing->hash, store->keys->package_seed, trusted.data, &signature, error);
	if (!code)
		code = file_write(backing->signature, signature.data, signature.size, error);
	buffer_free(&trusted);
	buffer_free(&signature);
	return code;
}

static int files_commit(struct backing *backing, struct qorgan_error *error)
{
	int code = file_commit(backing->signature, error);

	backing->signature = NULL;
	if (!code) {
		code = file_commit(backing->file, error);
		backing->file = NULL;
	}
	return code;
}

void backup_facts_fill(const struct backup_header *header, struct qorgan_backup_facts *facts)
{
	memcpy(facts->store, header->store, sizeof facts->store);
	memcpy(facts->state, header->state, sizeof facts->state);
	memcpy(facts->created, header->created, sizeof facts->created);
	facts->leaves = header->leaves;
	facts->commits = header->commits;
	memcpy(facts->root, header->root, sizeof facts->root);
}

static int backup_run(struct backing *backing, struct vault_view *view, const struct qorgan_backup *how,
                      const char *signature, struct qorgan_backup_facts *facts, struct qorgan_error *error)
{
	struct qorgan_store *store = view->vault;
	struct backup_header header = { 0 };
	char created[TIME_TEXT_SIZE];
	int code = output_check(how, signature, error);

	time_format(store->now, created);
	minisign_hash_start(&backing->hash);
	if (!code)
		code = file_create(how->output, 0600, &backing->file, error);
	if (!code)
		code = file_create(signature, 0600, &backing->signature, error);
	if (!code)
		code = encryption_start(backing, view, how, error);
	if (!code)
		code = backup_write(view, created, plaintext_sink, backing, &header, &facts->rows, error);
	if (!code)
		code = age_encrypt_finish(backing->encryptor, error);
	if (!code)
		code = signature_write(backing, store, created, error);
	if (!code)
		code = files_commit(backing, error);
	backup_facts_fill(&header, facts);
	facts->bytes = backing->bytes;
	return code;
}

int qorgan_backup_make(struct qorgan_store *store, const struct qorgan_backup *backup,
                       struct qorgan_backup_facts *facts, struct qorgan_error *error)
{
	struct backing backing = { 0 };
	struct vault_view *view = NULL;
	char *signature = NULL;
	int code = QORGAN_OK;

	*facts = (struct qorgan_backup_facts){ 0 };
	if (!(store->keys->root.roles & KEYS_MAY_WRITE))
		return error_set(error, QORGAN_DENIED,
		                 "this key only reads, and a backup is signed: have it made by who writes to the store");
	if (asprintf(&signature, "%s.minisig", backup->output) < 0)
		return error_set_memory(error);
	code = vault_view_begin(store, &view, error);
	if (!code)
		code = backup_run(&backing, view, backup, signature, facts, error);
	age_encrypt_free(backing.encryptor);
	file_abandon(backing.file);
	file_abandon(backing.signature);
	vault_view_end(view);
	free(signature);
	return code;
}
