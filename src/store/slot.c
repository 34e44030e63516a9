/* Making and opening slots. */
#include "store/slot.h"

#include <sodium.h>
#include <stddef.h>
#include <string.h>

#include "base/bytes.h"
#include "crypto/age.h"
#include "crypto/secret.h"

/* A slot is a head, of a security key the credential, an age file of `age_size` bytes with the
 * slot's master key, a tail with the sealed keys, and a checksum over all of it. The checksum only tells damage from
 * a wrong key; what authenticates is the seal. In format 1, of 0.1.0, there was no age file
 * in a slot for a passphrase, whose derivation gave the master key itself. */
struct slot_head {
	uint8_t format;
	uint8_t kind; /* enum slot_kind */
	uint8_t age_size[2];
	union {
		struct {
			uint8_t operations[8], memory[8];
			uint8_t salt[SLOT_SALT_SIZE];
		};
		uint8_t key_salt[SECURITY_KEY_SALT_SIZE]; /* what a security key is asked with */
	};
};
/* Behind the head of a security key's slot, and then the id of the credential. */
struct slot_credential {
	uint8_t asks_pin; /* 1, or 0: a touch suffices */
	uint8_t id_size[2];
};
struct slot_tail {
	uint8_t commitment[KEYS_SIZE];
	uint8_t nonce[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES];
	uint8_t sealed[sizeof(struct keys_root) + crypto_aead_xchacha20poly1305_ietf_ABYTES];
};
#define CHECKSUM_SIZE 16
#define SLOT_FORMAT 2
#define FIRST_CONTENT offsetof(struct keys_root, index) /* what the keys were in format 1 */
_Static_assert(sizeof(struct slot_head) == 36, "the head of a slot is part of the format");
_Static_assert(sizeof(struct keys_root) == 392 && FIRST_CONTENT == 328, "the content of a slot is part of the format");
_Static_assert(SLOT_SALT_SIZE == crypto_pwhash_SALTBYTES, "the salt of Argon2id");

#define SLOT_CONTEXT "qorganst"
enum slot_use { SLOT_SEAL = 1, SLOT_COMMIT = 2, SLOT_IDENTITY = 3, SLOT_KEY_IDENTITY = 4 };

/* The master key of a slot gives a key to seal with and a commitment to itself.
 * The cipher alone does not commit to its key, so without this one chosen
 * ciphertext could open under many passphrases and tell which were tried. */
struct slot_keys {
	uint8_t master[KEYS_SIZE], seal[KEYS_SIZE], commitment[KEYS_SIZE];
	uint8_t identity[KEYS_SIZE]; /* of a passphrase or security key: what its age file is opened by */
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

/* What the passphrase gives: `master` by Argon2id, and from it the identity. */
static int passphrase_derive(const char *passphrase, struct slot_cost cost, const uint8_t salt[SLOT_SALT_SIZE],
                             struct slot_keys *keys, struct qorgan_error *error)
{
	if (crypto_pwhash(keys->master, KEYS_SIZE, passphrase, strlen(passphrase), salt, cost.operations,
	                  (size_t)cost.memory, crypto_pwhash_ALG_ARGON2ID13))
		return error_set(error, QORGAN_INTERNAL,
		                 "not enough memory: this passphrase's slot needs %llu MiB; close other programs or use "
		                 "an identity file",
		                 (unsigned long long)(cost.memory >> 20));
	crypto_kdf_derive_from_key(keys->identity, KEYS_SIZE, SLOT_IDENTITY, SLOT_CONTEXT, keys->master);
	return QORGAN_OK;
}

static void secret_derive(const uint8_t secret[SECURITY_KEY_SECRET_SIZE], struct slot_keys *keys)
{
	_Static_assert(SECURITY_KEY_SECRET_SIZE == crypto_kdf_KEYBYTES, "what a security key answers is a key to derive from");
	crypto_kdf_derive_from_key(keys->identity, KEYS_SIZE, SLOT_KEY_IDENTITY, SLOT_CONTEXT, secret);
}

/* ---- Doors ------------------------------------------------------------------------- */

int slot_door_passphrase(const char *passphrase, struct slot_cost cost, struct slot_door *door,
                         struct qorgan_error *error)
{
	struct slot_keys *keys = secret_alloc(sizeof *keys);

	*door = (struct slot_door){ .kind = SLOT_PASSPHRASE, .cost = cost };
	if (!keys)
		return error_set_memory(error);
	randombytes_buf(door->salt, sizeof door->salt);
	int code = passphrase_derive(passphrase, cost, door->salt, keys, error);
	if (!code)
		age_identity_recipient(keys->identity, door->recipient);
	secret_free(keys);
	return code;
}

struct slot_door slot_door_recipient(const uint8_t recipient[32])
{
	struct slot_door door = { .kind = SLOT_AGE };

	memcpy(door.recipient, recipient, sizeof door.recipient);
	return door;
}

int slot_door_security_key(const struct security_key_credential *credential,
                           const uint8_t secret[SECURITY_KEY_SECRET_SIZE], struct slot_door *door,
                           struct qorgan_error *error)
{
	struct slot_keys *keys = secret_alloc(sizeof *keys);

	if (!keys)
		return error_set_memory(error);
	*door = (struct slot_door){ .kind = SLOT_SECURITY_KEY, .credential = *credential };
	secret_derive(secret, keys);
	age_identity_recipient(keys->identity, door->recipient);
	secret_free(keys);
	return QORGAN_OK;
}

/* ---- Making ------------------------------------------------------------------------ */

/* Associated data: the store and everything of the slot before the tail. */
static int slot_associated(const uint8_t id[KEYS_STORE_ID_SIZE], struct span before, struct buffer *to)
{
	buffer_append(to, id, KEYS_STORE_ID_SIZE);
	buffer_append_span(to, before);
	return to->failed ? QORGAN_INTERNAL : QORGAN_OK;
}

/* The tail and the checksum behind what begins at `start`. */
static int slot_finish(const uint8_t id[KEYS_STORE_ID_SIZE], const struct slot_keys *keys, size_t start,
                       const struct keys_root *root, struct buffer *slot, struct qorgan_error *error)
{
	struct keys_root *content = secret_alloc(sizeof *content);
	struct buffer associated = { 0 };
	struct slot_tail tail;
	uint8_t sum[CHECKSUM_SIZE];
	int code = content && !slot->failed ? QORGAN_OK : error_set_memory(error);

	if (!code && slot_associated(id, (struct span){ slot->data + start, slot->size - start }, &associated))
		code = error_set_memory(error);
	if (!code) {
		*content = *root;
		content->roles = htobe32(root->roles);
		content->epoch = htobe32(root->epoch);
		memcpy(tail.commitment, keys->commitment, sizeof tail.commitment);
		randombytes_buf(tail.nonce, sizeof tail.nonce);
		crypto_aead_xchacha20poly1305_ietf_encrypt(tail.sealed, NULL, (const uint8_t *)content, sizeof *content,
		                                           (const uint8_t *)associated.data, associated.size, NULL,
		                                           tail.nonce, keys->seal);
		buffer_append(slot, &tail, sizeof tail);
	}
	secret_free(content);
	buffer_free(&associated);
	if (!code && !slot->failed) {
		slot_checksum((struct span){ slot->data + start, slot->size - start }, sum);
		buffer_append(slot, sum, sizeof sum);
	}
	return code ? code : slot->failed ? error_set_memory(error) : QORGAN_OK;
}

/* The master key as an age file for the door. */
static int master_lock(const struct slot_door *door, const struct slot_keys *keys, struct buffer *file,
                       struct qorgan_error *error)
{
	return age_encrypt((const uint8_t (*)[32])door->recipient, 1, keys->master, sizeof keys->master, file, error);
}

/* The head, and what of the door stands before the age file. */
static void door_write(const struct slot_door *door, size_t age_size, struct buffer *slot)
{
	struct slot_head head = { .format = SLOT_FORMAT, .kind = (uint8_t)door->kind };
	struct slot_credential credential = { .asks_pin = door->credential.asks_pin };

	head.age_size[0] = (uint8_t)(age_size >> 8);
	head.age_size[1] = (uint8_t)age_size;
	if (door->kind == SLOT_SECURITY_KEY) {
		memcpy(head.key_salt, door->credential.salt, sizeof head.key_salt);
		credential.id_size[0] = (uint8_t)(door->credential.id_size >> 8);
		credential.id_size[1] = (uint8_t)door->credential.id_size;
	} else {
		bytes_put_u64(head.operations, door->cost.operations);
		bytes_put_u64(head.memory, door->cost.memory);
		memcpy(head.salt, door->salt, sizeof head.salt);
	}
	buffer_append(slot, &head, sizeof head);
	if (door->kind == SLOT_SECURITY_KEY) {
		buffer_append(slot, &credential, sizeof credential);
		buffer_append(slot, door->credential.id, door->credential.id_size);
	}
}

int slot_make(const uint8_t id[KEYS_STORE_ID_SIZE], const struct slot_door *door, const struct keys_root *root,
              struct buffer *slot, struct qorgan_error *error)
{
	struct slot_keys *keys = secret_alloc(sizeof *keys);
	struct buffer file = { 0 };
	size_t start = slot->size;

	if (!keys)
		return error_set_memory(error);
	randombytes_buf(keys->master, sizeof keys->master);
	slot_keys_split(keys);
	int code = master_lock(door, keys, &file, error);
	if (!code) {
		door_write(door, file.size, slot);
		buffer_append_span(slot, buffer_span(&file));
		code = slot_finish(id, keys, start, root, slot, error);
	}
	buffer_free(&file);
	secret_free(keys);
	return code;
}

/* ---- Opening ----------------------------------------------------------------------- */

/* The parts of a slot, after its form, bounds and checksum were found good. */
struct slot_parts {
	struct slot_head head;
	struct slot_tail tail; /* in format 1, less of `sealed` */
	size_t content;        /* bytes of the keys in it */
	struct span before, credential, age;
	bool asks_pin;
};

/* The credential behind the head of a security key's slot; of others there is none. */
static bool credential_split(struct span slot, struct slot_parts *parts, size_t *size)
{
	struct slot_credential credential;

	*size = 0;
	parts->asks_pin = false;
	parts->credential = (struct span){ 0 };
	if (parts->head.kind != SLOT_SECURITY_KEY)
		return true;
	if (slot.size < sizeof parts->head + sizeof credential)
		return false;
	memcpy(&credential, slot.data + sizeof parts->head, sizeof credential);
	size_t id_size = (size_t)credential.id_size[0] << 8 | credential.id_size[1];
	parts->asks_pin = credential.asks_pin;
	parts->credential = (struct span){ slot.data + sizeof parts->head + sizeof credential, id_size };
	*size = sizeof credential + id_size;
	return parts->head.format == SLOT_FORMAT && credential.asks_pin <= 1 && id_size > 0 &&
	       id_size <= SECURITY_KEY_CREDENTIAL_LIMIT;
}

static bool slot_split(struct span slot, struct slot_parts *parts)
{
	uint8_t sum[CHECKSUM_SIZE];
	size_t credential_size;

	if (slot.size < sizeof parts->head + CHECKSUM_SIZE || slot.size > SLOT_SIZE_LIMIT)
		return false;
	memcpy(&parts->head, slot.data, sizeof parts->head);
	parts->content = parts->head.format == 1 ? FIRST_CONTENT : sizeof(struct keys_root);
	size_t tail_size = sizeof parts->tail - sizeof(struct keys_root) + parts->content;
	size_t age_size = (size_t)parts->head.age_size[0] << 8 | parts->head.age_size[1];
	if (!credential_split(slot, parts, &credential_size) ||
	    slot.size != sizeof parts->head + credential_size + age_size + tail_size + CHECKSUM_SIZE)
		return false;
	slot_checksum((struct span){ slot.data, slot.size - CHECKSUM_SIZE }, sum);
	if (memcmp(sum, slot.data + slot.size - CHECKSUM_SIZE, CHECKSUM_SIZE) != 0)
		return false;
	parts->age = (struct span){ slot.data + sizeof parts->head + credential_size, age_size };
	parts->before = (struct span){ slot.data, sizeof parts->head + credential_size + age_size };
	memcpy(&parts->tail, slot.data + parts->before.size, tail_size);
	return (parts->head.format == 1 || parts->head.format == SLOT_FORMAT) &&
	       (parts->head.kind == SLOT_PASSPHRASE || parts->head.kind == SLOT_AGE ||
	        parts->head.kind == SLOT_SECURITY_KEY);
}

enum slot_kind slot_kind_of(struct span slot)
{
	struct slot_parts parts;

	return slot_split(slot, &parts) ? (enum slot_kind)parts.head.kind : SLOT_DAMAGED;
}

static struct slot_cost cost_read(const struct slot_head *head)
{
	return (struct slot_cost){ bytes_get_u64(head->operations), bytes_get_u64(head->memory) };
}

bool slot_door_read(struct span slot, struct slot_door *door)
{
	struct slot_parts parts;

	if (!slot_split(slot, &parts))
		return false;
	door->kind = (enum slot_kind)parts.head.kind;
	door->cost = (struct slot_cost){ 0 };
	memset(door->salt, 0, sizeof door->salt);
	door->credential = (struct security_key_credential){ .asks_pin = parts.asks_pin };
	if (door->kind == SLOT_SECURITY_KEY) {
		memcpy(door->credential.salt, parts.head.key_salt, sizeof door->credential.salt);
		memcpy(door->credential.id, parts.credential.data, parts.credential.size);
		door->credential.id_size = (uint16_t)parts.credential.size;
	} else {
		door->cost = cost_read(&parts.head);
		memcpy(door->salt, parts.head.salt, sizeof door->salt);
	}
	return true;
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
	int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
		(uint8_t *)root, NULL, NULL, parts->tail.sealed, parts->content + crypto_aead_xchacha20poly1305_ietf_ABYTES,
		(const uint8_t *)associated.data, associated.size, parts->tail.nonce, keys->seal);
	buffer_free(&associated);
	if (failed)
		return error_set(error, QORGAN_IO, "the slot was altered");
	root->roles = be32toh(root->roles);
	root->epoch = be32toh(root->epoch);
	root->state[sizeof root->state - 1] = '\0';
	root->user[sizeof root->user - 1] = '\0';
	/* In 0.1.0 every slot had all roles. */
	return parts->head.format == 1 ? keys_complete(root, error) : QORGAN_OK;
}

/* Opens the age file of a slot by one identity, and with it the keys. */
static int slot_unlock(const uint8_t id[KEYS_STORE_ID_SIZE], const struct slot_parts *parts, const uint8_t *identity,
                       struct slot_keys *keys, struct keys_root *root, struct qorgan_error *error)
{
	const struct age_keys own = { .identities = (const uint8_t (*)[32])identity, .count = 1 };
	/* No plaintext is longer than the slot that it was in. */
	void *place = secret_alloc(SLOT_SIZE_LIMIT);

	if (!place)
		return error_set_memory(error);
	struct buffer plain = buffer_over(place, SLOT_SIZE_LIMIT);
	int code = age_decrypt(parts->age, &own, &plain, error);
	if (code == QORGAN_PROTOCOL || (!code && plain.size != KEYS_SIZE))
		code = error_set(error, QORGAN_IO, "the slot is damaged");
	if (!code) {
		memcpy(keys->master, plain.data, KEYS_SIZE);
		slot_keys_split(keys);
		code = slot_unseal(id, parts, keys, root, error);
	}
	secret_free(place);
	return code;
}

int slot_open_passphrase(const uint8_t id[KEYS_STORE_ID_SIZE], struct span slot, const char *passphrase,
                         struct keys_root *root, uint8_t identity[32], struct qorgan_error *error)
{
	struct slot_parts parts;

	if (!slot_split(slot, &parts) || parts.head.kind != SLOT_PASSPHRASE)
		return error_set(error, QORGAN_IO, "the slot is damaged");
	struct slot_cost cost = cost_read(&parts.head);
	if (cost.operations < crypto_pwhash_OPSLIMIT_MIN || cost.operations > SLOT_OPERATIONS_LIMIT ||
	    cost.memory < crypto_pwhash_MEMLIMIT_MIN || cost.memory > SLOT_MEMORY_LIMIT)
		return error_set(error, QORGAN_IO,
		                 "the slot asks for %llu passes over %llu MiB, more than this program allows",
		                 (unsigned long long)cost.operations, (unsigned long long)(cost.memory >> 20));
	struct slot_keys *keys = secret_alloc(sizeof *keys);
	if (!keys)
		return error_set_memory(error);
	int code = passphrase_derive(passphrase, cost, parts.head.salt, keys, error);
	if (!code)
		memcpy(identity, keys->identity, KEYS_SIZE);
	if (!code && parts.head.format == 1) {
		slot_keys_split(keys);
		code = slot_unseal(id, &parts, keys, root, error);
	} else if (!code) {
		code = slot_unlock(id, &parts, keys->identity, keys, root, error);
	}
	secret_free(keys);
	return code;
}

int slot_open_identities(const uint8_t id[KEYS_STORE_ID_SIZE], struct span slot, const uint8_t (*identities)[32],
                         size_t count, struct keys_root *root, uint8_t identity[32], struct qorgan_error *error)
{
	struct slot_parts parts;
	int code = QORGAN_DENIED;

	if (!slot_split(slot, &parts) || parts.head.kind != SLOT_AGE)
		return error_set(error, QORGAN_IO, "the slot is damaged");
	struct slot_keys *keys = secret_alloc(sizeof *keys);
	if (!keys)
		return error_set_memory(error);
	if (count == 0)
		error_set(error, QORGAN_DENIED, "the slot is not for this key");
	for (size_t i = 0; i < count && code == QORGAN_DENIED; i++) {
		memcpy(identity, identities[i], KEYS_SIZE);
		code = slot_unlock(id, &parts, identities[i], keys, root, error);
	}
	secret_free(keys);
	return code;
}

int slot_open_security_key(const uint8_t id[KEYS_STORE_ID_SIZE], struct span slot,
                           const uint8_t secret[SECURITY_KEY_SECRET_SIZE], struct keys_root *root,
                           uint8_t identity[32], struct qorgan_error *error)
{
	struct slot_parts parts;

	if (!slot_split(slot, &parts) || parts.head.kind != SLOT_SECURITY_KEY)
		return error_set(error, QORGAN_IO, "the slot is damaged");
	struct slot_keys *keys = secret_alloc(sizeof *keys);
	if (!keys)
		return error_set_memory(error);
	secret_derive(secret, keys);
	memcpy(identity, keys->identity, KEYS_SIZE);
	int code = slot_unlock(id, &parts, keys->identity, keys, root, error);
	secret_free(keys);
	return code;
}
