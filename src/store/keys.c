/* Derivation of the keys of a store. */
#include "store/keys.h"

#include <sodium.h>
#include <string.h>

#include "crypto/secret.h"

/* Contexts of crypto_kdf: eight bytes each; the numbers below them are part of
 * the store's format. */
#define READ_CONTEXT "qorganrd"
#define WRITE_CONTEXT "qorganwr"
#define ADMIN_CONTEXT "qorganad"

/* The index key of a store of 0.1.0 is its first read key: hence one context. */
enum read_use { READ_IDS = 1, READ_SEAL = 2, READ_SEEN = 3, READ_SHARDS = 4, READ_FORMS = 5 };
enum write_use { WRITE_LOG = 1, WRITE_WITNESS = 2, WRITE_PACKAGE = 3, WRITE_SHARED = 4, WRITE_BACKUPS = 5 };
enum admin_use { ADMIN_ENDORSE = 1 };

static void write_seeds(const uint8_t write[KEYS_SIZE], struct keys *keys)
{
	crypto_kdf_derive_from_key(keys->log_seed, KEYS_SIZE, WRITE_LOG, WRITE_CONTEXT, write);
	crypto_kdf_derive_from_key(keys->witness_seed, KEYS_SIZE, WRITE_WITNESS, WRITE_CONTEXT, write);
	crypto_kdf_derive_from_key(keys->package_seed, KEYS_SIZE, WRITE_PACKAGE, WRITE_CONTEXT, write);
	crypto_kdf_derive_from_key(keys->shared, KEYS_SIZE, WRITE_SHARED, WRITE_CONTEXT, write);
	crypto_kdf_derive_from_key(keys->backups, KEYS_SIZE, WRITE_BACKUPS, WRITE_CONTEXT, write);
}

static void admin_seed(const uint8_t admin[KEYS_SIZE], struct keys *keys)
{
	crypto_kdf_derive_from_key(keys->admin_seed, KEYS_SIZE, ADMIN_ENDORSE, ADMIN_CONTEXT, admin);
}

/* What is secret and needed for a moment only; on the stack it could be swapped. */
struct keys_work {
	struct keys keys;
	uint8_t pair[crypto_sign_SECRETKEYBYTES];
	uint8_t shards[KEYS_SIZE]; /* the seed of the permutation */
	uint32_t draws[32];
};

/* The three keys of an epoch, and their public halves. */
static void epoch_make(struct keys_work *work, struct keys_root *root)
{
	randombytes_buf(root->read, sizeof root->read);
	randombytes_buf(root->write, sizeof root->write);
	randombytes_buf(root->admin, sizeof root->admin);
	write_seeds(root->write, &work->keys);
	admin_seed(root->admin, &work->keys);
	crypto_sign_seed_keypair(root->log_public, work->pair, work->keys.log_seed);
	crypto_sign_seed_keypair(root->witness_public, work->pair, work->keys.witness_seed);
	crypto_sign_seed_keypair(root->package_public, work->pair, work->keys.package_seed);
	crypto_sign_seed_keypair(root->admin_public, work->pair, work->keys.admin_seed);
}

int keys_generate(const char *state, const char *user, struct keys_root *root, struct qorgan_error *error)
{
	struct keys_work *work = secret_alloc(sizeof *work);

	if (!work)
		return error_set_memory(error);
	memset(root, 0, sizeof *root);
	root->roles = KEYS_MAY_READ | KEYS_MAY_WRITE | KEYS_MAY_ADMINISTER;
	root->epoch = 1;
	randombytes_buf(root->index, sizeof root->index);
	memccpy(root->state, state, '\0', sizeof root->state - 1);
	memccpy(root->user, user, '\0', sizeof root->user - 1);
	epoch_make(work, root);
	secret_free(work);
	return QORGAN_OK;
}

int keys_renew(const struct keys_root *former, struct keys_root *root, struct qorgan_error *error)
{
	struct keys_work *work = secret_alloc(sizeof *work);

	if (!work)
		return error_set_memory(error);
	*root = *former;
	root->epoch = former->epoch + 1;
	epoch_make(work, root);
	secret_free(work);
	return QORGAN_OK;
}

int keys_complete(struct keys_root *root, struct qorgan_error *error)
{
	struct keys_work *work = secret_alloc(sizeof *work);

	if (!work)
		return error_set_memory(error);
	memcpy(root->index, root->read, sizeof root->index);
	admin_seed(root->admin, &work->keys);
	crypto_sign_seed_keypair(root->admin_public, work->pair, work->keys.admin_seed);
	secret_free(work);
	return QORGAN_OK;
}

void keys_restrict(const struct keys_root *root, uint32_t roles, const char *user, struct keys_root *restricted)
{
	*restricted = *root;
	restricted->roles = roles;
	memset(restricted->user, 0, sizeof restricted->user);
	memccpy(restricted->user, user, '\0', sizeof restricted->user - 1);
	if (!(roles & KEYS_MAY_WRITE))
		memset(restricted->write, 0, sizeof restricted->write);
	if (!(roles & KEYS_MAY_ADMINISTER))
		memset(restricted->admin, 0, sizeof restricted->admin);
}

/* A permutation of the shards that only the read key tells: whoever holds the
 * file alone sees groups of records, but not of which kind. Fisher-Yates; the
 * bias of a 32-bit draw over at most 32 places is below 2^-26. */
static void shards_permute(struct keys_work *work, uint8_t shards[32])
{
	randombytes_buf_deterministic(work->draws, sizeof work->draws, work->shards);
	for (uint8_t i = 0; i < 32; i++)
		shards[i] = i;
	for (unsigned i = 31; i > 0; i--) {
		unsigned j = le32toh(work->draws[i]) % (i + 1);
		uint8_t kept = shards[i];
		shards[i] = shards[j];
		shards[j] = kept;
	}
}

int keys_derive(const struct keys_root *root, struct keys *keys, struct qorgan_error *error)
{
	struct keys_work *work = secret_alloc(sizeof *work);

	if (!work)
		return error_set_memory(error);
	memset(keys, 0, sizeof *keys);
	keys->root = *root;
	crypto_kdf_derive_from_key(keys->seal, KEYS_SIZE, READ_SEAL, READ_CONTEXT, root->read);
	crypto_kdf_derive_from_key(keys->ids, KEYS_SIZE, READ_IDS, READ_CONTEXT, root->index);
	crypto_kdf_derive_from_key(keys->seen, KEYS_SIZE, READ_SEEN, READ_CONTEXT, root->index);
	crypto_kdf_derive_from_key(keys->forms, KEYS_SIZE, READ_FORMS, READ_CONTEXT, root->index);
	crypto_kdf_derive_from_key(work->shards, KEYS_SIZE, READ_SHARDS, READ_CONTEXT, root->index);
	shards_permute(work, keys->shards);
	if (root->roles & KEYS_MAY_WRITE)
		write_seeds(root->write, keys);
	if (root->roles & KEYS_MAY_ADMINISTER)
		admin_seed(root->admin, keys);
	secret_free(work);
	return QORGAN_OK;
}

void keys_derive_former(const uint8_t read[KEYS_SIZE], uint32_t epoch, struct keys *keys)
{
	keys->former.epoch = epoch;
	memcpy(keys->former.read, read, KEYS_SIZE);
	crypto_kdf_derive_from_key(keys->former.seal, KEYS_SIZE, READ_SEAL, READ_CONTEXT, read);
}

void keys_forget_former(struct keys *keys)
{
	sodium_memzero(&keys->former, sizeof keys->former);
}
