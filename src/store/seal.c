/* Sealing and opening of stored values. */
#include "store/seal.h"

#include <sodium.h>
#include <string.h>

#include "base/bytes.h"
#include "crypto/random.h"

#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES
_Static_assert(SEAL_OVERHEAD == SEAL_HEAD_SIZE + NONCE_SIZE + TAG_SIZE, "the overhead is part of the format");

/* store id, table, length and bytes of the key, version, epoch, leaf */
#define ASSOCIATED_LIMIT (KEYS_STORE_ID_SIZE + 1 + 1 + 64 + 4 + 4 + 8)

static size_t associated_write(const uint8_t id[KEYS_STORE_ID_SIZE], const struct seal_place *place, uint32_t epoch,
                               uint8_t to[ASSOCIATED_LIMIT])
{
	uint8_t *at = to;

	memcpy(at, id, KEYS_STORE_ID_SIZE);
	at += KEYS_STORE_ID_SIZE;
	*at++ = place->table;
	*at++ = (uint8_t)place->key.size;
	memcpy(at, place->key.data, place->key.size);
	at += place->key.size;
	bytes_put_u32(at, place->version);
	bytes_put_u32(at + 4, epoch);
	bytes_put_u64(at + 8, place->leaf);
	return (size_t)(at + 16 - to);
}

bool seal_head_read(struct span sealed, struct seal_head *head)
{
	if (sealed.size < SEAL_OVERHEAD + SEAL_PADDING || sealed.size > SEAL_OVERHEAD + SEAL_LIMIT)
		return false;
	head->version = bytes_get_u32(sealed.data);
	head->epoch = bytes_get_u32(sealed.data + 4);
	head->leaf = bytes_get_u64(sealed.data + 8);
	return true;
}

static void value_put(uint32_t epoch, const uint8_t key[KEYS_SIZE], const uint8_t id[KEYS_STORE_ID_SIZE],
                      const struct seal_place *place, struct span plain, struct buffer *to)
{
	uint8_t associated[ASSOCIATED_LIMIT];
	size_t padded = (plain.size / SEAL_PADDING + 1) * SEAL_PADDING;
	char *at = buffer_reserve(to, padded + SEAL_OVERHEAD);

	if (!at)
		return;
	size_t associated_size = associated_write(id, place, epoch, associated);
	bytes_put_u32(at, place->version);
	bytes_put_u32(at + 4, epoch);
	bytes_put_u64(at + 8, place->leaf);

	uint8_t *nonce = (uint8_t *)at + SEAL_HEAD_SIZE, *text = nonce + NONCE_SIZE;
	random_fill(nonce, NONCE_SIZE);
	if (plain.size)
		memcpy(text, plain.data, plain.size);
	memset(text + plain.size, 0, padded - plain.size);
	text[plain.size] = 0x80; /* ISO/IEC 7816-4 padding */
	crypto_aead_xchacha20poly1305_ietf_encrypt(text, NULL, text, padded, associated, associated_size, NULL, nonce,
	                                           key);
	to->size += padded + SEAL_OVERHEAD;
	to->data[to->size] = '\0';
}

static int value_open(const uint8_t key[KEYS_SIZE], const uint8_t id[KEYS_STORE_ID_SIZE], struct seal_place *place,
                      struct span sealed, struct buffer *plain, struct qorgan_error *error)
{
	uint8_t associated[ASSOCIATED_LIMIT];
	struct seal_head head;

	if (!seal_head_read(sealed, &head))
		return error_set(error, QORGAN_IO, "a stored value is too short or too long: the store is damaged");
	place->version = head.version;
	place->leaf = head.leaf;
	size_t size = sealed.size - SEAL_OVERHEAD;
	buffer_clear(plain);
	if (!buffer_reserve(plain, size))
		return error_set_memory(error);
	const uint8_t *nonce = (const uint8_t *)sealed.data + SEAL_HEAD_SIZE;
	size_t associated_size = associated_write(id, place, head.epoch, associated);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt((uint8_t *)plain->data, NULL, NULL, nonce + NONCE_SIZE,
	                                               sealed.size - SEAL_HEAD_SIZE - NONCE_SIZE, associated,
	                                               associated_size, nonce, key))
		return error_set(error, QORGAN_IO, "a stored value does not authenticate: the store is damaged or was altered");
	if (sodium_unpad(&plain->size, (const uint8_t *)plain->data, size, SEAL_PADDING))
		return error_set(error, QORGAN_IO, "a stored value is badly padded: the store is damaged");
	plain->data[plain->size] = '\0';
	return QORGAN_OK;
}

void seal_put(const struct keys *keys, const uint8_t id[KEYS_STORE_ID_SIZE], const struct seal_place *place,
              struct span plain, struct buffer *to)
{
	value_put(keys->root.epoch, keys->seal, id, place, plain, to);
}

int seal_open(const struct keys *keys, const uint8_t id[KEYS_STORE_ID_SIZE], struct seal_place *place,
              struct span sealed, struct buffer *plain, struct qorgan_error *error)
{
	struct seal_head head;
	bool former = keys->former.epoch && seal_head_read(sealed, &head) && head.epoch == keys->former.epoch;

	return value_open(former ? keys->former.seal : keys->seal, id, place, sealed, plain, error);
}

void seal_put_shared(const struct keys *keys, const uint8_t id[KEYS_STORE_ID_SIZE], const struct seal_place *place,
                     struct span plain, struct buffer *to)
{
	value_put(keys->root.epoch, keys->shared, id, place, plain, to);
}

int seal_open_shared(const struct keys *keys, const uint8_t id[KEYS_STORE_ID_SIZE], struct seal_place *place,
                     struct span sealed, struct buffer *plain, struct qorgan_error *error)
{
	return value_open(keys->shared, id, place, sealed, plain, error);
}
