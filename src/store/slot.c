/* Making and opening slots. */
#include "store/slot.h"

#include <sodium.h>
#include <string.h>

#include "base/bytes.h"
#include "crypto/age.h"
#include "crypto/secret.h"

/* A slot is a head, an age file of `age_size` bytes (none for a passphrase), a
 * tail with the sealed keys, and a checksum over all of it. The checksum only
 * tells damage from a wrong key; what authenticates is the seal. */
struct slot_head {
	uint8_t format; /* 1 */
	uint8_t kind;   /* enum slot_kind */
	uint8_t age_size[2];
	uint8_t operations[8], memory[8];
	uint8_t salt[crypto_pwhash_SALTBYTES];
};
struct slot_tail {
	uint8_t commitment[KEYS_SIZE];
	uint8_t nonce[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES];
	uint8_t sealed[sizeof(struct keys_root) + crypto_aead_xchacha20poly1305_ietf_ABYTES];
};
#define CHECKSUM_SIZE 16
_Static_assert(sizeof(struct slot_head) == 36, "the head of a slot is part of the format");
_Static_assert(sizeof(struct keys_root) == 328, "the content of a slot is part of the format");

#define SLOT_CONTEXT "qorganst"
enum slot_use { SLOT_SEAL = 1, SLOT_COMMIT = 2 };

/* The master key of a slot gives a key to seal with and a commitment to itself.
 * The cipher alone does not commit to its key, so without this one chosen
 * ciphertext could open under many passphrases and tell which were tried. */
struct slot_keys {
	uint8_t master[KEYS_SIZE], seal[KEYS_SIZE], commitment[KEYS_SIZE];
};

static void slot_keys_split(struct slot_keys *keys)
{
	crypto_kdf_derive_from_key(keys->seal, KEYS_SIZE, SLOT_SEAL, SLOT_CONTEXT, keys->master);
	crypto_kdf_derive_from_key(keys->commitment, KEYS_SIZE, SLOT_COMMIT, SLOT_CONTEXT, keys->master);
}

static void slot_checksum(struct span bytes, uint8_t sum[CHECKSUM_SIZE])
{
	crypto_generichash(sum, CHECKSUM_SIZE, (const uint8_t *)bytes.data, bytes.size, NULL, 0);
}

/* Derives the master key; memory_needed is told apart from a wrong passphrase. */
static int passphrase_derive(const char *passphrase, const struct slot_head *head, struct slot_keys *keys,
                             struct qorgan_error *error)
{
	uint64_t memory = bytes_get_u64(head->memory);

	if (crypto_pwhash(keys->master, KEYS_SIZE, passphrase, strlen(passphrase), head->salt,
	                  bytes_get_u64(head->operations), (size_t)memory, crypto_pwhash_ALG_ARGON2ID13))
		return error_set(error, QORGAN_INTERNAL,
		                 "not enough memory: this passphrase's slot needs %llu MiB; close other programs or use "
		                 "an identity file",
		                 (unsigned long long)(memory >> 20));
	slot_keys_split(keys);
	return QORGAN_OK;
}

/* Associated data: the store and everything of the slot before the tail. */
static int slot_associated(const uint8_t id[KEYS_STORE_ID_SIZE], struct span before, struct buffer *to)
{
	buffer_append(to, id, KEYS_STORE_ID_SIZE);
	buffer_append_span(to, before);
	return to->failed ? QORGAN_INTERNAL : QORGAN_OK;
}

static int slot_finish(const uint8_t id[KEYS_STORE_ID_SIZE], const struct slot_keys *keys, size_t start,
                       const struct keys_root *root, struct buffer *slot, struct qorgan_error *error)
{
	struct buffer associated = { 0 };
	struct slot_tail tail;
	uint8_t sum[CHECKSUM_SIZE];
	struct span before = { slot->data + start, slot->size - start };

	if (slot->failed || slot_associated(id, before, &associated)) {
		buffer_free(&associated);
		return error_set_memory(error);
	}
	struct keys_root *content = secret_alloc(sizeof *content);
	if (!content) {
		buffer_free(&associated);
		return error_set_memory(error);
	}
	*content = *root;
	content->roles = htobe32(root->roles);
	content->epoch = htobe32(root->epoch);
	memcpy(tail.commitment, keys->commitment, sizeof tail.commitment);
	randombytes_buf(tail.nonce, sizeof tail.nonce);
	crypto_aead_xchacha20poly1305_ietf_encrypt(tail.sealed, NULL, (const uint8_t *)content, sizeof *content,
	                                           (const uint8_t *)associated.data, associated.size, NULL, tail.nonce,
	                                           keys->seal);
	secret_free(content);
	buffer_free(&associated);
	buffer_append(slot, &tail, sizeof tail);
	if (!slot->failed) {
		slot_checksum((struct span){ slot->data + start, slot->size - start }, sum);
		buffer_append(slot, sum, sizeof sum);
	}
	return slot->failed ? error_set_memory(error) : QORGAN_OK;
}

int slot_make_passphrase(const uint8_t id[KEYS_STORE_ID_SIZE], const char *passphrase, struct slot_cost cost,
                         const struct keys_root *root, struct buffer *slot, struct qorgan_error *error)
{
	struct slot_keys *keys = secret_alloc(sizeof *keys);
	struct slot_head head = { .format = 1, .kind = SLOT_PASSPHRASE };
	size_t start = slot->size;

	if (!keys)
		return error_set_memory(error);
	bytes_put_u64(head.operations, cost.operations);
	bytes_put_u64(head.memory, cost.memory);
	randombytes_buf(head.salt, sizeof head.salt);
	int code = passphrase_derive(passphrase, &head, keys, error);
	if (!code) {
		buffer_append(slot, &head, sizeof head);
		code = slot_finish(id, keys, start, root, slot, error);
	}
	secret_free(keys);
	return code;
}

static int buffer_sink(void *context, const void *data, size_t size, struct qorgan_error *error)
{
	buffer_append(context, data, size);
	return ((struct buffer *)context)->failed ? error_set_memory(error) : QORGAN_OK;
}

int slot_make_recipient(const uint8_t id[KEYS_STORE_ID_SIZE], const uint8_t recipient[32],
                        const struct keys_root *root, struct buffer *slot, struct qorgan_error *error)
{
	struct slot_keys *keys = secret_alloc(sizeof *keys);
	struct age_encryptor *encryptor = NULL;
	struct slot_head head = { .format = 1, .kind = SLOT_AGE };
	struct buffer file = { 0 };
	size_t start = slot->size;
	int code = QORGAN_OK;

	if (!keys)
		return error_set_memory(error);
	randombytes_buf(keys->master, sizeof keys->master);
	slot_keys_split(keys);
	code = age_encrypt_start((const uint8_t (*)[32])recipient, 1, buffer_sink, &file, &encryptor, error);
	if (!code)
		code = age_encrypt_add(encryptor, keys->master, sizeof keys->master, error);
	if (!code)
		code = age_encrypt_finish(encryptor, error);
	if (!code) {
		head.age_size[0] = (uint8_t)(file.size >> 8);
		head.age_size[1] = (uint8_t)file.size;
		buffer_append(slot, &head, sizeof head);
		buffer_append_span(slot, buffer_span(&file));
		code = slot_finish(id, keys, start, root, slot, error);
	}
	age_encrypt_free(encryptor);
	buffer_free(&file);
	secret_free(keys);
	return code;
}

/* The parts of a slot, after its form, bounds and checksum were found good. */
struct slot_parts {
	struct slot_head head;
	struct slot_tail tail;
	struct span before, age;
};

static bool slot_split(struct span slot, struct slot_parts *parts)
{
	uint8_t sum[CHECKSUM_SIZE];
	const size_t fixed = sizeof parts->head + sizeof parts->tail + CHECKSUM_SIZE;

	if (slot.size < fixed || slot.size > SLOT_SIZE_LIMIT)
		return false;
	memcpy(&parts->head, slot.data, sizeof parts->head);
	size_t age_size = (size_t)parts->head.age_size[0] << 8 | parts->head.age_size[1];
	if (slot.size != fixed + age_size)
		return false;
	slot_checksum((struct span){ slot.data, slot.size - CHECKSUM_SIZE }, sum);
	if (memcmp(sum, slot.data + slot.size - CHECKSUM_SIZE, CHECKSUM_SIZE) != 0)
		return false;
	parts->age = (struct span){ slot.data + sizeof parts->head, age_size };
	parts->before = (struct span){ slot.data, sizeof parts->head + age_size };
	memcpy(&parts->tail, slot.data + parts->before.size, sizeof parts->tail);
	return parts->head.format == 1 && (parts->head.kind == SLOT_PASSPHRASE || parts->head.kind == SLOT_AGE);
}

enum slot_kind slot_kind_of(struct span slot)
{
	struct slot_parts parts;

	return slot_split(slot, &parts) ? (enum slot_kind)parts.head.kind : SLOT_DAMAGED;
}

static int slot_unseal(const uint8_t id[KEYS_STORE_ID_SIZE], const struct slot_parts *parts,
                       const struct slot_keys *keys, struct keys_root *root, struct qorgan_error *error)
{
	struct buffer associated = { 0 };

	if (sodium_memcmp(parts->tail.commitment, keys->commitment, KEYS_SIZE) != 0)
		return error_set(error, QORGAN_DENIED, "the slot is not for this key");
	if (slot_associated(id, parts->before, &associated)) {
		buffer_free(&associated);
		return error_set_memory(error);
	}
	int failed = crypto_aead_xchacha20poly1305_ietf_decrypt((uint8_t *)root, NULL, NULL, parts->tail.sealed,
	                                                        sizeof parts->tail.sealed, (const uint8_t *)associated.data,
	                                                        associated.size, parts->tail.nonce, keys->seal);
	buffer_free(&associated);
	if (failed)
		return error_set(error, QORGAN_IO, "the slot was altered");
	root->roles = be32toh(root->roles);
	root->epoch = be32toh(root->epoch);
	root->state[sizeof root->state - 1] = '\0';
	root->user[sizeof root->user - 1] = '\0';
	return QORGAN_OK;
}

int slot_open_passphrase(const uint8_t id[KEYS_STORE_ID_SIZE], struct span slot, const char *passphrase,
                         struct keys_root *root, struct qorgan_error *error)
{
	struct slot_parts parts;

	if (!slot_split(slot, &parts) || parts.head.kind != SLOT_PASSPHRASE)
		return error_set(error, QORGAN_IO, "the slot is damaged");
	uint64_t operations = bytes_get_u64(parts.head.operations), memory = bytes_get_u64(parts.head.memory);
	if (operations < crypto_pwhash_OPSLIMIT_MIN || operations > SLOT_OPERATIONS_LIMIT ||
	    memory < crypto_pwhash_MEMLIMIT_MIN || memory > SLOT_MEMORY_LIMIT)
		return error_set(error, QORGAN_IO,
		                 "the slot asks for %llu passes over %llu MiB, more than this program allows",
		                 (unsigned long long)operations, (unsigned long long)(memory >> 20));
	struct slot_keys *keys = secret_alloc(sizeof *keys);
	if (!keys)
		return error_set_memory(error);
	int code = passphrase_derive(passphrase, &parts.head, keys, error);
	if (!code)
		code = slot_unseal(id, &parts, keys, root, error);
	secret_free(keys);
	return code;
}

int slot_open_identities(const uint8_t id[KEYS_STORE_ID_SIZE], struct span slot, const uint8_t (*identities)[32],
                         size_t count, struct keys_root *root, struct qorgan_error *error)
{
	const struct age_keys own = { .identities = identities, .count = count };
	struct slot_parts parts;

	if (!slot_split(slot, &parts) || parts.head.kind != SLOT_AGE)
		return error_set(error, QORGAN_IO, "the slot is damaged");
	/* No plaintext is longer than the slot that it was in. */
	struct slot_keys *keys = secret_alloc(sizeof *keys);
	void *place = secret_alloc(SLOT_SIZE_LIMIT);
	if (!keys || !place) {
		secret_free(keys);
		secret_free(place);
		return error_set_memory(error);
	}
	struct buffer plain = buffer_over(place, SLOT_SIZE_LIMIT);
	int code = age_decrypt(parts.age, &own, &plain, error);
	if (code == QORGAN_PROTOCOL || (!code && plain.size != KEYS_SIZE))
		code = error_set(error, QORGAN_IO, "the slot is damaged");
	if (!code) {
		memcpy(keys->master, plain.data, KEYS_SIZE);
		slot_keys_split(keys);
		code = slot_unseal(id, &parts, keys, root, error);
	}
	secret_free(place);
	secret_free(keys);
	return code;
}
