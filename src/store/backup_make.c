/* Making a backup: the stream of one moment of the store, encrypted by age, hashed for
 * minisign, into a file that appears whole.
 *
 * Whoever opened the store can open its backup with what he has at hand: the identity, or
 * the passphrase. The key of neither lies in the store alone, so nothing that is lost with
 * the computer is needed. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "crypto/minisign.h"
#include "crypto/secret.h"
#include "qorgan/backup.h"
#include "store/backup.h"
#include "store/backup_memory.h"
#include "store/parity.h"
#include "store/slot.h"
#include "store/vault_internal.h"

#define IDENTITIES_LIMIT 16
#define RECIPIENTS_LIMIT 64

struct backing {
	struct minisign_hash hash; /* aligned to 64 bytes: lies on the stack */
	struct file_writer *file, *signature, *index;
	struct backup_index parent, made;
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

/* What a backup is made of: the file, and what lies beside it. */
struct backup_paths {
	char *signature, *index;
};

/* The parent would be lost by its own increment. */
static int parent_check(const struct qorgan_backup *how, struct qorgan_error *error)
{
	struct stat one, other;

	if (!how->parent || stat(how->output, &one) || stat(how->parent, &other) || one.st_ino != other.st_ino ||
	    one.st_dev != other.st_dev)
		return QORGAN_OK;
	return error_set(error, QORGAN_USAGE, "%s cannot go on from itself: name another file for the increment", how->parent);
}

static int output_check(const struct qorgan_backup *how, const struct backup_paths *paths, struct qorgan_error *error)
{
	struct stat status;
	int code = file_check_replaceable(how->output, error);

	if (!code)
		code = file_check_replaceable(paths->signature, error);
	if (!code)
		code = file_check_replaceable(paths->index, error);
	if (!code)
		code = parent_check(how, error);
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
	backup_signature_hash(buffer_span(&signature), backing->made.signature);
	buffer_free(&trusted);
	buffer_free(&signature);
	return code;
}

static int index_write(struct backing *backing, const struct qorgan_store *store, struct qorgan_error *error)
{
	struct buffer sealed = { 0 };

	backing->made.created = store->now;
	backup_marks_sort(&backing->made.marks);
	int code = backup_index_seal(&backing->made, store->keys, store->id, &sealed, error);
	if (!code)
		code = file_write(backing->index, sealed.data, sealed.size, error);
	buffer_free(&sealed);
	return code;
}

static int files_commit(struct backing *backing, const char *output, struct qorgan_error *error)
{
	struct file_writer *all[] = { backing->signature, backing->index, backing->file };
	/* What is replaced could be mended back by its parity. */
	int code = parity_forget(output, error);

	if (code)
		return code;
	backing->signature = backing->index = backing->file = NULL;
	return file_commit_all(all, 3, error);
}

void backup_facts_fill(const struct backup_header *header, struct qorgan_backup_facts *facts)
{
	memcpy(facts->store, header->store, sizeof facts->store);
	memcpy(facts->state, header->state, sizeof facts->state);
	memcpy(facts->created, header->created, sizeof facts->created);
	facts->leaves = header->leaves;
	facts->commits = header->commits;
	memcpy(facts->root, header->root, sizeof facts->root);
	memcpy(facts->parent, header->parent, sizeof facts->parent);
}

/* The files beside one another, not yet in place. */
static int files_create(struct backing *backing, const struct qorgan_backup *how, const struct backup_paths *paths,
                        struct qorgan_error *error)
{
	int code = output_check(how, paths, error);

	if (!code)
		code = file_create(how->output, 0600, &backing->file, error);
	if (!code)
		code = file_create(paths->signature, 0600, &backing->signature, error);
	return code ? code : file_create(paths->index, 0600, &backing->index, error);
}

/* What the parent held. After a change of keys nothing of it is as it was. */
static int parent_open(struct backing *backing, const struct qorgan_store *store, const struct qorgan_backup *how,
                       const struct backup_index **parent, struct qorgan_error *error)
{
	bool renewed = false;
	int code = how->parent ? backup_index_read(how->parent, store->keys, store->id, &backing->parent, &renewed, error)
	                       : QORGAN_OK;

	*parent = !code && how->parent && !renewed ? &backing->parent : NULL;
	return code;
}

static int backup_run(struct backing *backing, struct vault_view *view, const struct qorgan_backup *how,
                      const struct backup_paths *paths, struct qorgan_backup_facts *facts, struct qorgan_error *error)
{
	struct qorgan_store *store = view->vault;
	const struct backup_index *parent = NULL;
	struct backup_header header = { 0 };
	struct backup_end end = { 0 };
	char created[TIME_TEXT_SIZE];
	int code = files_create(backing, how, paths, error);

	time_format(store->now, created);
	minisign_hash_start(&backing->hash);
	backup_index_start(&backing->made);
	if (!code)
		code = parent_open(backing, store, how, &parent, error);
	if (!code)
		code = encryption_start(backing, view, how, error);
	if (!code)
		code = backup_write(view, created, parent, plaintext_sink, backing, &header, &backing->made, &end, error);
	if (!code)
		code = age_encrypt_finish(backing->encryptor, error);
	if (!code)
		code = signature_write(backing, store, created, error);
	if (!code)
		code = index_write(backing, store, error);
	if (!code)
		code = files_commit(backing, how->output, error);
	backup_facts_fill(&header, facts);
	memcpy(facts->id, end.id, sizeof facts->id);
	facts->rows = end.rows;
	facts->bytes = backing->bytes;
	return code;
}

int qorgan_backup_make(struct qorgan_store *store, const struct qorgan_backup *backup,
                       struct qorgan_backup_facts *facts, struct qorgan_error *error)
{
	struct backing backing = { 0 };
	struct vault_view *view = NULL;
	struct backup_paths paths = { 0 };
	int code = checkout_refuse(store, error);

	*facts = (struct qorgan_backup_facts){ 0 };
	if (code)
		return code;
	if (backup->redundancy && (backup->redundancy > 100 || (code = parity_check(backup->output, error))))
		return code ? code : error_set(error, QORGAN_USAGE, "parity takes 1 to 100 percent");
	if (!(store->keys->root.roles & KEYS_MAY_WRITE))
		return error_set(error, QORGAN_DENIED,
		                 "this key only reads, and a backup is signed: have it made by who writes to the store");
	if (asprintf(&paths.signature, "%s.minisig", backup->output) < 0)
		paths.signature = NULL;
	if (asprintf(&paths.index, "%s" BACKUP_INDEX_ENDING, backup->output) < 0)
		paths.index = NULL;
	code = paths.signature && paths.index ? vault_view_begin(store, &view, error) : error_set_memory(error);
	if (!code)
		code = backup_run(&backing, view, backup, &paths, facts, error);
	age_encrypt_free(backing.encryptor);
	file_abandon(backing.file);
	file_abandon(backing.signature);
	file_abandon(backing.index);
	backup_index_free(&backing.parent);
	backup_index_free(&backing.made);
	vault_view_end(view);
	free(paths.signature);
	free(paths.index);
	if (!code) {
		const struct backup_memory memory = { vault_now(store), facts->leaves };
		backup_remember(store->id_text, &memory);
	}
	if (!code && backup->redundancy && (code = parity_make(backup->output, backup->redundancy, error)))
		error_prefix(error, code, "the backup %s is made, but no parity", backup->output);
	return code;
}
