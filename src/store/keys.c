/* Derivation of the keys of a store. */
#include "store/keys.h"

#include <sodium.h>
#include <string.h>

#include "crypto/secret.h"

/* Contexts of crypto_kdf: eight bytes each; the numbers below them are part of
 * the store's format. */
#define READ_CONTEXT "qorganrd"
#define WRITE_CONTEXT "qorganwr"

enum read_use { READ_IDS = 1, READ_SEAL = 2, READ_SEEN = 3, READ_SHARDS = 4, READ_FORMS = 5 };
enum write_use { WRITE_LOG = 1, WRITE_WITNESS = 2, WRITE_PACKAGE = 3, WRITE_SHARED = 4 };

static void write_seeds(const uint8_t write[KEYS_SIZE], struct keys *keys)
{
	crypto_kdf_derive_from_key(keys->log_seed, KEYS_SIZE, WRITE_LOG, WRITE_CONTEXT, write);
	crypto_kdf_derive_from_key(keys->witness_seed, KEYS_SIZE, WRITE_WITNESS, WRITE_CONTEXT, write);
	crypto_kdf_derive_from_key(keys->package_seed, KEYS_SIZE, WRITE_PACKAGE, WRITE_CONTEXT, write);
	crypto_kdf_derive_from_key(keys->shared, KEYS_SIZE, WRITE_SHARED, WRITE_CONTEXT, write);
}

/* What is secret and needed for a moment only; on the stack it could be swapped. */
struct keys_work {
	struct keys keys;
	uint8_t pair[crypto_sign_SECRETKEYBYTES];
	uint8_t shards[KEYS_SIZE]; /* the seed of the permutation */
	uint32_t draws[32];
};

int keys_generate(const char *state, const char *user, struct keys_root *root, struct qorgan_error *error)
{
	struct keys_work *work = secret_alloc(sizeof *work);

	if (!work)
		return error_set_memory(error);
	memset(root, 0, sizeof *root);
	root->roles = KEYS_MAY_READ | KEYS_MAY_WRITE | KEYS_MAY_ADMINISTER;
	root->epoch = 1;
	randombytes_buf(root->read, sizeof root->read);
	randombytes_buf(root->write, sizeof root->write);
	randombytes_buf(root->admin, sizeof root->admin);
	write_seeds(root->write, &work->keys);
	crypto_sign_seed_keypair(root->log_public, work->pair, work->keys.log_seed);
	crypto_sign_seed_keypair(root->witness_public, work->pair, work->keys.witness_seed);
	crypto_sign_seed_keypair(root->package_public, work->pair, work->keys.package_seed);
	memccpy(root->state, state, '\0', sizeof root->state - 1);
	memccpy(root->user, user, '\0', sizeof root->user - 1);
	secret_free(work);
	return QORGAN_OK;
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
	crypto_kdf_derive_from_key(keys->ids, KEYS_SIZE, READ_IDS, READ_CONTEXT, root->read);
	crypto_kdf_derive_from_key(keys->seal, KEYS_SIZE, READ_SEAL, READ_CONTEXT, root->read);
	crypto_kdf_derive_from_key(keys->seen, KEYS_SIZE, READ_SEEN, READ_CONTEXT, root->read);
	crypto_kdf_derive_from_key(keys->forms, KEYS_SIZE, READ_FORMS, READ_CONTEXT, root->read);
	crypto_kdf_derive_from_key(work->shards, KEYS_SIZE, READ_SHARDS, READ_CONTEXT, root->read);
	shards_permute(work, keys->shards);
	if (root->roles & KEYS_MAY_WRITE)
		write_seeds(root->write, keys);
	secret_free(work);
	return QORGAN_OK;
}
