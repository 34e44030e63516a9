/* Opening a vault: its format, its slots, its log, and whether it is the one
 * that this computer saw last. */
#include <errno.h>
#include <stdarg.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "base/language.h"
#include "crypto/age.h"
#include "crypto/secret.h"
#include "store/author.h"
#include "store/key_slots.h"
#include "store/session.h"
#include "store/vault_internal.h"
#include "store/vault_renewal.h"

/* An identity file may hold several; more than this is no use of ours. */
#define IDENTITIES_LIMIT 16

static int store_row_read(struct qorgan_store *vault, struct engine_txn *txn, uint32_t *epoch,
                          struct qorgan_error *error)
{
	struct layout_store row;
	struct span value;
	int code = engine_get(txn, ENGINE_META, span_of(META_STORE), &value, error);

	if (code == QORGAN_ABSENT)
		return error_set(error, QORGAN_BAD_DATA, "%s is not a Qorgan store", vault->path);
	if (code)
		return code;
	if (value.size < 16 || memcmp(value.data, LAYOUT_MAGIC, sizeof row.magic) != 0)
		return error_set(error, QORGAN_BAD_DATA, "%s is not a Qorgan store", vault->path);
	uint32_t format = bytes_get_u32(value.data + sizeof row.magic);
	if (format > LAYOUT_FORMAT)
		return error_set(error, QORGAN_BAD_DATA,
		                 "%s is a store of format %u; this program knows formats up to %d: use a newer qorgan",
		                 vault->path, format, LAYOUT_FORMAT);
	if (format == 0 || value.size != sizeof row)
		return error_set(error, QORGAN_IO, "the first row of %s is damaged: run qorgan verify", vault->path);
	memcpy(&row, value.data, sizeof row);
	vault->format = format;
	*epoch = bytes_get_u32(row.epoch);
	memcpy(vault->id, row.id, sizeof vault->id);
	sodium_bin2hex(vault->id_text, sizeof vault->id_text, vault->id, sizeof vault->id);
	return QORGAN_OK;
}

/* What the slots are and what is tried on them, to tell the failures apart. */
struct attempt {
	uint8_t (*identities)[32];
	size_t identity_count;
	uint8_t *identity; /* by which the slot opened; like the others in secret memory */
	char *passphrase;
	bool passphrase_known;
	unsigned passphrase_slots, age_slots, key_slots, damaged;
	struct qorgan_error memory; /* code is set if a slot needs more memory than there is */
};

/* `number` is that of the slot's row. */
typedef int (*slot_each)(struct qorgan_store *vault, uint8_t number, struct span slot, struct attempt *attempt,
                         struct keys_root *root, struct qorgan_error *error);

/* Calls `each` on the slots until one opens or it fails; QORGAN_DENIED if none did. */
static int slots_walk(struct qorgan_store *vault, struct engine_txn *txn, slot_each each, struct attempt *attempt,
                      struct keys_root *root, struct qorgan_error *error)
{
	struct engine_range *range = NULL;
	struct span key, value;
	int opened = QORGAN_DENIED;
	int code = engine_range_open(txn, ENGINE_META, span_of(META_SLOT), span_of(META_SLOT_END), false, &range, error);

	while (!code && opened == QORGAN_DENIED) {
		code = engine_range_next(range, &key, &value, error);
		if (!code)
			opened = each(vault, key.size == 2 ? (uint8_t)key.data[1] : 0, value, attempt, root, error);
	}
	engine_range_close(range);
	return code && code != QORGAN_ABSENT ? code : opened;
}

static int slot_count(struct qorgan_store *vault, uint8_t number, struct span slot, struct attempt *attempt,
                      struct keys_root *root, struct qorgan_error *error)
{
	(void)vault, (void)number, (void)root, (void)error;
	switch (slot_kind_of(slot)) {
	case SLOT_PASSPHRASE:
		attempt->passphrase_slots++;
		break;
	case SLOT_AGE:
		attempt->age_slots++;
		break;
	case SLOT_SECURITY_KEY:
		attempt->key_slots++;
		break;
	case SLOT_DAMAGED:
		attempt->damaged++;
	}
	return QORGAN_DENIED;
}

static int slot_try(struct qorgan_store *vault, uint8_t number, struct span slot, struct attempt *attempt,
                    struct keys_root *root, struct qorgan_error *error)
{
	enum slot_kind kind = slot_kind_of(slot);
	int code = QORGAN_DENIED;

	if (kind == SLOT_AGE && attempt->identity_count)
		code = slot_open_identities(vault->id, slot, (const uint8_t (*)[32])attempt->identities,
		                            attempt->identity_count, root, attempt->identity, error);
	else if (kind == SLOT_PASSPHRASE && attempt->passphrase_known)
		code = slot_open_passphrase(vault->id, slot, attempt->passphrase, root, attempt->identity, error);
	/* One bad slot must not keep the others shut. */
	if (code == QORGAN_INTERNAL)
		attempt->memory = *error;
	else if (code == QORGAN_IO)
		attempt->damaged++;
	else if (code == QORGAN_OK) {
		vault->slot = number;
		slot_door_read(slot, &vault->door);
		age_identity_recipient(attempt->identity, vault->door.recipient);
	}
	return code == QORGAN_OK ? QORGAN_OK : QORGAN_DENIED;
}

/* Says why no slot opened. */
static int slots_failure(const struct qorgan_store *vault, const struct qorgan_keys *how,
                         const struct attempt *attempt, struct qorgan_error *error)
{
	const char *damaged = attempt->damaged ? language_said(" (a damaged slot was passed over: run qorgan verify)") : "";

	if (attempt->memory.code) {
		*error = attempt->memory;
		return error->code;
	}
	if (how->recovered)
		return error_set(error, QORGAN_DENIED, "no slot of %s is for these shares: it was taken away, or they are of another "
		                 "store%s", vault->path, damaged);
	if (attempt->identity_count)
		return error_set(error, QORGAN_DENIED, "no slot of %s is for the identity in %s%s", vault->path, how->identity,
		                 damaged);
	if (attempt->passphrase_known)
		return error_set(error, QORGAN_DENIED, "wrong passphrase for %s%s; if it is forgotten, man qorgan-lost says what to do", vault->path, damaged);
	if (how->security_key && !attempt->key_slots && !how->ask)
		return error_set(error, QORGAN_DENIED, "no slot of %s is for a security key: add one with qorgan user slot add NAME "
		                 "--security-key%s", vault->path, damaged);
	if (attempt->passphrase_slots)
		return error_set(error, QORGAN_DENIED, "%s needs a passphrase, and none was given", vault->path);
	if (attempt->age_slots)
		return error_set(error, QORGAN_DENIED, "%s is opened by an identity file: give it with -i FILE%s", vault->path,
		                 damaged);
	if (attempt->key_slots)
		return error_set(error, QORGAN_DENIED, "%s is opened by a security key: give --security-key%s", vault->path, damaged);
	return error_set(error, QORGAN_IO, "%s has no slot that can be read: it is damaged; man qorgan-lost says what to do",
	                 vault->path);
}

/* Whether a security key opens it. Where none is plugged in that does, a passphrase is left. */
static int key_try(struct qorgan_store *vault, struct engine_txn *txn, const struct qorgan_keys *how,
                   const struct attempt *attempt, struct keys_root *root, bool *opened, struct qorgan_error *error)
{
	if (!how->security_key || !attempt->key_slots || attempt->identity_count)
		return QORGAN_OK;
	int code = key_slots_open(vault, txn, how->security_key, root, attempt->identity, error);
	*opened = !code;
	if (code != QORGAN_ABSENT)
		return code;
	if (attempt->passphrase_slots && how->ask)
		return QORGAN_OK;
	error->code = QORGAN_DENIED;
	return QORGAN_DENIED;
}

static int slots_open(struct qorgan_store *vault, struct engine_txn *txn, const struct qorgan_keys *how,
                      struct keys_root *root, struct qorgan_error *error)
{
	struct attempt attempt = { .passphrase = secret_alloc(SLOT_PASSPHRASE_LIMIT), .identity = secret_alloc(KEYS_SIZE),
		                       .identities = secret_alloc(IDENTITIES_LIMIT * 32) };
	bool opened = false;
	int code = attempt.passphrase && attempt.identity && attempt.identities ? QORGAN_OK : error_set_memory(error);

	if (!code && how->recovered) {
		memcpy(attempt.identities[0], how->recovered, 32);
		attempt.identity_count = 1;
	} else if (!code && how->identity)
		code = age_identities_read(how->identity, attempt.identities, IDENTITIES_LIMIT, &attempt.identity_count, error);
	if (!code) {
		code = slots_walk(vault, txn, slot_count, &attempt, root, error);
		if (code == QORGAN_DENIED)
			code = QORGAN_OK;
	}
	if (!code)
		code = key_try(vault, txn, how, &attempt, root, &opened, error);
	if (!code && !opened && !attempt.identity_count && attempt.passphrase_slots && how->ask) {
		code = how->ask(how->context, false, attempt.passphrase, SLOT_PASSPHRASE_LIMIT, error);
		attempt.passphrase_known = !code;
	}
	if (!code && !opened) {
		code = slots_walk(vault, txn, slot_try, &attempt, root, error);
		if (code == QORGAN_DENIED)
			code = slots_failure(vault, how, &attempt, error);
	}
	if (!code)
		code = author_key_open(txn, vault->slot, attempt.identity, vault->author, error);
	secret_free(attempt.passphrase);
	secret_free(attempt.identity);
	secret_free(attempt.identities);
	return code;
}

static int keys_open(struct qorgan_store *vault, struct engine_txn *txn, const struct qorgan_keys *how,
                     struct qorgan_error *error)
{
	struct keys_root *root = secret_alloc(sizeof *root);
	int code;

	vault->keys = secret_alloc(sizeof *vault->keys);
	vault->author = secret_alloc(sizeof *vault->author);
	if (!root || !vault->keys || !vault->author)
		code = error_set_memory(error);
	else if (!how->session || session_open(vault, txn, root))
		code = slots_open(vault, txn, how, root, error);
	else
		code = QORGAN_OK;
	if (!code)
		code = keys_derive(root, vault->keys, error);
	if (!code)
		snprintf(vault->origin, sizeof vault->origin, "qorgan/%s/%s", vault->keys->root.state, vault->id_text);
	secret_free(root);
	return code;
}

__attribute__((format(printf, 2, 3)))
static void mistrust_set(struct qorgan_store *vault, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(vault->mistrust, sizeof vault->mistrust, language_said(format), list);
	va_end(list);
}

/* Whether another folder, or name in the same database, holds a store of the same id. */
static bool is_same_store(const struct qorgan_store *vault, const char *path)
{
	struct engine *engine = NULL;
	struct engine_txn *txn = NULL;
	struct span value;
	bool same = false;

	/* By another address a server may well be the same, and the log tells whether its store is. A folder is not; whether
	 * the server still has the store is not asked, as who opens a folder is to need no network. */
	if (engine_is_server(path) && !engine_is_server(vault->path))
		return true;
	if (engine_is_server(path) && !engine_is_same_database(path, vault->path))
		return false;
	/* What this command is confined to does not hold that folder's locks. */
	if (engine_open(path, ENGINE_READ_ONLY | ENGINE_GLANCE, &engine, NULL))
		return false;
	if (!engine_begin_read(engine, &txn, NULL) && !engine_get(txn, ENGINE_META, span_of(META_STORE), &value, NULL))
		same = value.size == sizeof(struct layout_store) &&
		       memcmp(value.data + offsetof(struct layout_store, id), vault->id, sizeof vault->id) == 0;
	engine_abort(txn);
	engine_close(engine);
	return same;
}

/* What this computer saw last of the store. */
static int seen_recall(struct qorgan_store *vault, struct qorgan_error *error)
{
	struct qorgan_error why = { 0 };
	char name[CHECKOUT_SEEN_SIZE];

	checkout_seen_name(vault, name);
	int code = seen_load(name, vault->keys, &vault->seen, &why);

	if (code == QORGAN_DENIED) {
		mistrust_set(vault, "%s", why.message);
		return QORGAN_OK;
	}
	if (code && error)
		*error = why;
	return code;
}

void vault_remember(struct qorgan_store *vault)
{
	struct qorgan_error why = { 0 };
	char name[CHECKOUT_SEEN_SIZE];

	checkout_seen_name(vault, name);
	if (seen_save(name, vault->keys, &vault->seen, &why))
		snprintf(vault->forgetful, sizeof vault->forgetful, "%.390s", why.message);
}

/* Remembers the log as it is, unless another process has seen more meanwhile. */
static void seen_renew(struct vault_view *view)
{
	struct qorgan_store *vault = view->vault;
	struct seen *seen = &vault->seen, now = { 0 };
	char name[CHECKOUT_SEEN_SIZE];

	if (seen->known && seen->size == view->state.tree.size && strcmp(seen->path, vault->path) == 0)
		return;
	checkout_seen_name(vault, name);
	if (seen_load(name, vault->keys, &now, NULL) || (now.known && now.size > view->state.tree.size))
		return;
	seen->known = true;
	seen->size = view->state.tree.size;
	merkle_root(&view->state.tree, seen->root);
	memcpy(seen->key, vault->keys->root.log_public, sizeof seen->key);
	seen->time = view->state.time;
	snprintf(seen->path, sizeof seen->path, "%s", vault->path);
	vault_remember(vault);
}

/* Mistrusts the vault if what was seen of as many entries is not what they are now: the
 * root, and the key that signs the log at that size. */
static void seen_judge(struct qorgan_store *vault, const uint8_t root[MERKLE_HASH_SIZE], const uint8_t key[32],
                       const char *when, const char *file)
{
	const struct seen *seen = &vault->seen;
	bool known = !sodium_is_zero(seen->key, sizeof seen->key);

	if (known && sodium_memcmp(key, seen->key, sizeof seen->key) != 0)
		mistrust_set(vault,
		             "the log of %s was signed by another key on %s, and no card leads from that to the one that opens now: "
		             "the slot may have been put there by somebody else; ask an administrator, or if you are sure of this "
		             "store remove %s",
		             vault->path, when, file);
	else if (sodium_memcmp(root, seen->root, MERKLE_HASH_SIZE) != 0)
		mistrust_set(vault,
		             "%s is not the store that was seen on %s: its first %llu entries differ; put the right store "
		             "back, or if you are sure of this one remove %s",
		             vault->path, when, (unsigned long long)seen->size, file);
	else if (strcmp(seen->path, vault->path) != 0 && is_same_store(vault, seen->path))
		mistrust_set(vault,
		             "%s is a copy of the store %s: two that are written to would fork the state's history; use "
		             "that one, or remove it if this one replaces it",
		             vault->path, seen->path);
}

/* Whether the log goes on from what was seen; if not, the vault is mistrusted. */
static int seen_compare(struct vault_view *view, struct qorgan_error *error)
{
	struct qorgan_store *vault = view->vault;
	const struct seen *seen = &vault->seen;
	struct merkle_frontier then;
	struct buffer file = { 0 };
	uint8_t root[MERKLE_HASH_SIZE], key[32];
	char when[TIME_TEXT_SIZE], name[CHECKOUT_SEEN_SIZE];
	int code = QORGAN_OK;

	checkout_seen_name(vault, name);
	seen_path(name, &file);
	time_format(seen->time, when);
	if (seen->size > view->state.tree.size) {
		mistrust_set(vault,
		             "%s was rolled back: it has %llu entries, but %llu were seen on %s; put the newer store back, "
		             "or after a deliberate restore remove %s",
		             vault->path, (unsigned long long)view->state.tree.size, (unsigned long long)seen->size, when,
		             buffer_text(&file));
	} else if (merkle_frontier_at(seen->size, vault_tree_node, view, &then)) {
		code = vault_tree_unread(view, error);
	} else if (!(code = vault_log_key(view, seen->size, key, error))) {
		merkle_root(&then, root);
		seen_judge(vault, root, key, when, buffer_text(&file));
	}
	buffer_free(&file);
	return code;
}

int vault_log_check(struct qorgan_store *vault, struct qorgan_error *error)
{
	struct vault_view *view = NULL;
	struct buffer note = { 0 };
	/* Before the log is looked at: what another process commits in between then
	 * makes the log longer, and not what was seen. */
	int code = vault->apart ? QORGAN_OK : seen_recall(vault, error);

	if (!code)
		code = vault_view_begin_expecting(vault, &view, error);
	if (!code && view->state.commits)
		code = vault_checkpoint_open(view, view->state.commits, &view->state.tree, &note, error);
	if (!code && vault->seen.known)
		code = seen_compare(view, error);
	if (!code && !vault->apart && !vault->mistrust[0] && view->state.tree.size)
		seen_renew(view);
	vault_view_end(view);
	buffer_free(&note);
	return code;
}

void vault_distrust(struct qorgan_store *vault, uint64_t size, const uint8_t root[MERKLE_HASH_SIZE])
{
	struct vault_view *view = NULL;

	vault->seen.known = true;
	vault->seen.size = size;
	vault->seen.time = vault->now;
	memcpy(vault->seen.root, root, MERKLE_HASH_SIZE);
	memset(vault->seen.key, 0, sizeof vault->seen.key); /* whichever it was */
	snprintf(vault->seen.path, sizeof vault->seen.path, "%s", vault->path);
	vault_remember(vault);
	if (!vault_view_begin(vault, &view, NULL))
		seen_compare(view, NULL);
	vault_view_end(view);
}

static int clock_read(struct qorgan_store *vault, struct qorgan_error *error)
{
	if (!time_now(&vault->now))
		return error_set(error, QORGAN_USAGE, "QORGAN_NOW is not a moment such as 2026-02-01T10:00:00Z");
	return QORGAN_OK;
}

/* Why a path leads nowhere: what is not there can be made, what may not be seen cannot. */
static int path_failure(const char *path, struct qorgan_error *error)
{
	if (errno == ENOENT || errno == ENOTDIR)
		return error_set(error, QORGAN_ABSENT, "there is no store at %s: make one with qorgan init", path);
	return error_set_system(error, errno == EACCES ? QORGAN_DENIED : QORGAN_IO, "cannot open the store at %s", path);
}

/* The file, and what its first row says. The vault is closed by the caller, whatever the
 * result. */
static int file_open(struct qorgan_store *vault, const char *path, unsigned flags, struct engine_txn **txn,
                     uint32_t *epoch, struct qorgan_error *error)
{
	unsigned engine_flags = (flags & (QORGAN_READ_ONLY | QORGAN_INSPECT) ? ENGINE_READ_ONLY : 0) |
	                        (flags & QORGAN_ANY_FILESYSTEM ? ENGINE_ANY_FILESYSTEM : 0);
	int code = secret_start(error);

	vault->read_only = flags & (QORGAN_READ_ONLY | QORGAN_INSPECT);
	if (!code)
		code = clock_read(vault, error);
	if (!code && engine_is_server(path))
		code = (vault->path = strdup(path)) ? QORGAN_OK : error_set_memory(error);
	else if (!code && !(vault->path = realpath(path, NULL)))
		code = path_failure(path, error);
	if (!code)
		code = engine_open(vault->path, engine_flags, &vault->engine, error);
	if (!code)
		code = engine_begin_read(vault->engine, txn, error);
	if (code)
		return code;
	vault_meta_expect(*txn);
	return store_row_read(vault, *txn, epoch, error);
}

int vault_identify(const char *path, struct qorgan_store **vault, struct qorgan_error *error)
{
	struct qorgan_store *made = calloc(1, sizeof *made);
	struct engine_txn *txn = NULL;
	uint32_t epoch;

	if (!made)
		return error_set_memory(error);
	int code = file_open(made, path, QORGAN_READ_ONLY | QORGAN_ANY_FILESYSTEM, &txn, &epoch, error);
	engine_abort(txn);
	if (code)
		qorgan_store_close(made);
	else
		*vault = made;
	return code;
}

int vault_open_rows(struct engine *engine, const char *path, const struct qorgan_keys *keys, struct qorgan_store **vault,
                    struct qorgan_error *error)
{
	struct qorgan_store *made = calloc(1, sizeof *made);
	struct engine_txn *txn = NULL;
	uint32_t epoch;

	if (!made) {
		engine_close(engine);
		return error_set_memory(error);
	}
	made->engine = engine;
	made->apart = made->read_only = true;
	made->path = strdup(path);
	int code = made->path ? secret_start(error) : error_set_memory(error);
	if (!code)
		code = clock_read(made, error);
	if (!code)
		code = engine_begin_read(engine, &txn, error);
	if (!code)
		code = store_row_read(made, txn, &epoch, error);
	if (!code)
		code = keys_open(made, txn, keys, error);
	engine_abort(txn);
	if (code)
		qorgan_store_close(made);
	else
		*vault = made;
	return code;
}

int qorgan_store_open(const char *path, const struct qorgan_keys *keys, unsigned flags, struct qorgan_store **store,
                      struct qorgan_error *error)
{
	struct qorgan_store *vault = calloc(1, sizeof *vault);
	struct engine_txn *txn = NULL;
	struct qorgan_error ignored;
	struct log_state state;
	uint32_t epoch = 0;

	if (!error)
		error = &ignored;
	if (!vault)
		return error_set_memory(error);
	int code = file_open(vault, path, flags, &txn, &epoch, error);
	if (!code)
		code = keys_open(vault, txn, keys, error);
	if (!code && epoch != vault->keys->root.epoch)
		code = error_set(error, QORGAN_IO, "the first row of %s names another epoch than its slots: it is damaged", path);
	if (!code)
		code = checkout_load(vault, txn, error);
	if (!code)
		code = vault_renewal_recall(vault, txn, error);
	/* By this it is known what the check will read. */
	if (!code && engine_is_far(vault->engine) && !vault_state_load(vault, txn, &state, NULL))
		vault->opened = &state;
	engine_abort(txn);
	if (!code && !(flags & QORGAN_INSPECT)) /* else verify does, in a process apart */
		code = vault_log_check(vault, error);
	vault->opened = NULL;
	if (code) {
		qorgan_store_close(vault);
		return code;
	}
	*store = vault;
	return QORGAN_OK;
}

void qorgan_store_close(struct qorgan_store *store)
{
	if (!store)
		return;
	engine_close(store->engine);
	secret_free(store->keys);
	secret_free(store->author);
	log_keys_free(&store->log_keys);
	free(store->path);
	free(store->language_text);
	free(store);
}
