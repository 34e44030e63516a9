/* Derivation of the keys of a store. */
#include "store/keys.h"

#include <sodium.h>
#include <string.h>

/* Contexts of crypto_kdf: eight bytes each; the numbers below them are part of
 * the store's format. */
#define READ_CONTEXT "qorganrd"
#define WRITE_CONTEXT "qorganwr"

enum read_use { READ_IDS = 1, READ_SEAL = 2, READ_SEEN = 3, READ_SHARDS = 4 };
enum write_use { WRITE_LOG = 1, WRITE_WITNESS = 2, WRITE_PACKAGE = 3 };

static void seed_public(const uint8_t seed[KEYS_SIZE], uint8_t public_key[KEYS_SIZE])
{
	uint8_t pair[crypto_sign_SECRETKEYBYTES];

	crypto_sign_seed_keypair(public_key, pair, seed);
	sodium_memzero(pair, sizeof pair);
}

static void write_seeds(const uint8_t write[KEYS_SIZE], uint8_t log[KEYS_SIZE], uint8_t witness[KEYS_SIZE],
                        uint8_t package[KEYS_SIZE])
{
	crypto_kdf_derive_from_key(log, KEYS_SIZE, WRITE_LOG, WRITE_CONTEXT, write);
	crypto_kdf_derive_from_key(witness, KEYS_SIZE, WRITE_WITNESS, WRITE_CONTEXT, write);
	crypto_kdf_derive_from_key(package, KEYS_SIZE, WRITE_PACKAGE, WRITE_CONTEXT, write);
}

void keys_generate(const char *state, const char *user, struct keys_root *root)
{
	uint8_t log[KEYS_SIZE], witness[KEYS_SIZE], package[KEYS_SIZE];

	memset(root, 0, sizeof *root);
	root->roles = KEYS_MAY_READ | KEYS_MAY_WRITE | KEYS_MAY_ADMINISTER;
	root->epoch = 1;
	randombytes_buf(root->read, sizeof root->read);
	randombytes_buf(root->write, sizeof root->write);
	randombytes_buf(root->admin, sizeof root->admin);
	write_seeds(root->write, log, witness, package);
	seed_public(log, root->log_public);
	seed_public(witness, root->witness_public);
	seed_public(package, root->package_public);
	memccpy(root->state, state, '\0', sizeof root->state - 1);
	memccpy(root->user, user, '\0', sizeof root->user - 1);
	sodium_memzero(log, sizeof log);
	sodium_memzero(witness, sizeof witness);
	sodium_memzero(package, sizeof package);
}

/* A permutation of the shards that only the read key tells: whoever holds the
 * file alone sees groups of records, but not of which kind. Fisher-Yates; the
 * bias of a 32-bit draw over at most 32 places is below 2^-26. */
static void shards_permute(const uint8_t seed[KEYS_SIZE], uint8_t shards[32])
{
	uint32_t draws[32];

	randombytes_buf_deterministic(draws, sizeof draws, seed);
	for (uint8_t i = 0; i < 32; i++)
		shards[i] = i;
	for (unsigned i = 31; i > 0; i--) {
		unsigned j = le32toh(draws[i]) % (i + 1);
		uint8_t kept = shards[i];
		shards[i] = shards[j];
		shards[j] = kept;
	}
	sodium_memzero(draws, sizeof draws);
}

void keys_derive(const struct keys_root *root, struct keys *keys)
{
	uint8_t seed[KEYS_SIZE];

	memset(keys, 0, sizeof *keys);
	keys->root = *root;
	crypto_kdf_derive_from_key(keys->ids, KEYS_SIZE, READ_IDS, READ_CONTEXT, root->read);
	crypto_kdf_derive_from_key(keys->seal, KEYS_SIZE, READ_SEAL, READ_CONTEXT, root->read);
	crypto_kdf_derive_from_key(keys->seen, KEYS_SIZE, READ_SEEN, READ_CONTEXT, root->read);
	crypto_kdf_derive_from_key(seed, KEYS_SIZE, READ_SHARDS, READ_CONTEXT, root->read);
	shards_permute(seed, keys->shards);
	sodium_memzero(seed, sizeof seed);
	if (root->roles & KEYS_MAY_WRITE)
		write_seeds(root->write, keys->log_seed, keys->witness_seed, keys->package_seed);
}
