/* The index of a backup: marks, and the file that they lie in. */
#include "store/backup_index.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/file.h"

#define INDEX_MAGIC "qorgan-backup-index-1"
#define INDEX_LIMIT ((size_t)2 << 30) /* bytes: of some 270 million rows */
#define SIGNATURE_LIMIT 16384

_Static_assert(crypto_shorthash_KEYBYTES == BACKUP_MARK_KEY_SIZE && crypto_shorthash_BYTES == 8, "marks are of SipHash-2-4");

/* In the clear before what is sealed, and authenticated with it. */
struct index_head {
	char magic[24];
	uint8_t store[KEYS_STORE_ID_SIZE], epoch[4];
	uint8_t nonce[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES];
};
/* Sealed, before the marks. */
struct index_body {
	uint8_t id[BACKUP_ID_SIZE], signature[32], created[8], key[BACKUP_MARK_KEY_SIZE];
};
_Static_assert(sizeof(struct index_head) == 68 && sizeof(struct index_body) == 88, "no padding");

void backup_index_start(struct backup_index *index)
{
	*index = (struct backup_index){ 0 };
	randombytes_buf(index->key, sizeof index->key);
}

void backup_index_free(struct backup_index *index)
{
	buffer_free(&index->marks);
}

/* ---- Marks ---------------------------------------------------------------------- */

uint64_t backup_mark(const uint8_t key[BACKUP_MARK_KEY_SIZE], struct span row)
{
	uint8_t hash[crypto_shorthash_BYTES];

	crypto_shorthash(hash, (const uint8_t *)row.data, row.size, key);
	return bytes_get_u64(hash);
}

/* They lie as the numbers of this machine; in the file they are big-endian. */
void backup_marks_add(struct buffer *marks, uint64_t mark)
{
	buffer_append(marks, &mark, sizeof mark);
}

size_t backup_marks_count(const struct buffer *marks)
{
	return marks->size / sizeof(uint64_t);
}

uint64_t backup_marks_get(const struct buffer *marks, size_t at)
{
	uint64_t mark;

	memcpy(&mark, (const char *)marks->data + at * sizeof mark, sizeof mark);
	return mark;
}

static int by_mark(const void *a, const void *b)
{
	uint64_t one, other;

	memcpy(&one, a, sizeof one);
	memcpy(&other, b, sizeof other);
	return (one > other) - (one < other);
}

void backup_marks_sort(struct buffer *marks)
{
	if (marks->size)
		qsort(marks->data, backup_marks_count(marks), sizeof(uint64_t), by_mark);
}

bool backup_marks_find(const struct buffer *marks, uint64_t mark, size_t *at)
{
	size_t low = 0, high = backup_marks_count(marks);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (backup_marks_get(marks, middle) < mark)
			low = middle + 1;
		else
			high = middle;
	}
	*at = low;
	return low < backup_marks_count(marks) && backup_marks_get(marks, low) == mark;
}

/* ---- The file --------------------------------------------------------------------- */

void backup_signature_hash(struct span text, uint8_t hash[32])
{
	crypto_generichash(hash, 32, (const uint8_t *)text.data, text.size, NULL, 0);
}

static void body_write(const struct backup_index *index, struct buffer *to)
{
	struct index_body body;
	uint8_t mark[8];

	memcpy(body.id, index->id, sizeof body.id);
	memcpy(body.signature, index->signature, sizeof body.signature);
	memcpy(body.key, index->key, sizeof body.key);
	bytes_put_u64(body.created, (uint64_t)index->created);
	buffer_append(to, &body, sizeof body);
	for (size_t i = 0; i < backup_marks_count(&index->marks); i++) {
		bytes_put_u64(mark, backup_marks_get(&index->marks, i));
		buffer_append(to, mark, sizeof mark);
	}
}

int backup_index_seal(const struct backup_index *index, const struct keys *keys,
                      const uint8_t store[KEYS_STORE_ID_SIZE], struct buffer *to, struct qorgan_error *error)
{
	struct index_head head = { .magic = INDEX_MAGIC };
	struct buffer plain = { 0 };
	unsigned long long size = 0;

	memcpy(head.store, store, sizeof head.store);
	bytes_put_u32(head.epoch, keys->root.epoch);
	randombytes_buf(head.nonce, sizeof head.nonce);
	body_write(index, &plain);
	buffer_append(to, &head, sizeof head);
	size_t start = to->size;
	char *place = plain.failed || to->failed ? NULL
	                                         : buffer_reserve(to, plain.size + crypto_aead_xchacha20poly1305_ietf_ABYTES);
	if (place) {
		crypto_aead_xchacha20poly1305_ietf_encrypt((uint8_t *)place, &size, (const uint8_t *)plain.data, plain.size, (const uint8_t *)&head,
		                                           sizeof head, NULL, head.nonce, keys->backups);
		to->size = start + size;
	}
	buffer_free(&plain);
	return place && !to->failed ? QORGAN_OK : error_set_memory(error);
}

static int index_damaged(const char *backup, struct qorgan_error *error)
{
	return error_set(error, QORGAN_BAD_DATA,
	                 "%s" BACKUP_INDEX_ENDING " is damaged, or no index: make a whole backup, without --parent", backup);
}

static bool body_read(struct span plain, struct backup_index *index)
{
	struct index_body body;

	if (plain.size < sizeof body || (plain.size - sizeof body) % 8)
		return false;
	memcpy(&body, plain.data, sizeof body);
	memcpy(index->id, body.id, sizeof index->id);
	memcpy(index->signature, body.signature, sizeof index->signature);
	memcpy(index->key, body.key, sizeof index->key);
	index->created = (int64_t)bytes_get_u64(body.created);
	for (size_t at = sizeof body; at < plain.size; at += 8)
		backup_marks_add(&index->marks, bytes_get_u64(plain.data + at));
	return true;
}

static int index_open(const char *backup, const struct keys *keys, const uint8_t store[KEYS_STORE_ID_SIZE],
                      struct span sealed, struct backup_index *index, bool *renewed, struct qorgan_error *error)
{
	struct index_head head;
	struct buffer plain = { 0 };
	unsigned long long size = 0;
	int code = QORGAN_OK;

	if (sealed.size < sizeof head + crypto_aead_xchacha20poly1305_ietf_ABYTES)
		return index_damaged(backup, error);
	memcpy(&head, sealed.data, sizeof head);
	if (memcmp(head.magic, INDEX_MAGIC, sizeof INDEX_MAGIC) != 0)
		return index_damaged(backup, error);
	if (memcmp(head.store, store, sizeof head.store) != 0)
		return error_set(error, QORGAN_BAD_DATA, "%s is a backup of another store", backup);
	*renewed = bytes_get_u32(head.epoch) != keys->root.epoch;
	if (*renewed)
		return QORGAN_OK;
	char *place = buffer_reserve(&plain, sealed.size - sizeof head);
	if (!place)
		code = error_set_memory(error);
	else if (crypto_aead_xchacha20poly1305_ietf_decrypt((uint8_t *)place, &size, NULL, (const uint8_t *)sealed.data + sizeof head,
	                                                    sealed.size - sizeof head, (const uint8_t *)&head, sizeof head,
	                                                    head.nonce, keys->backups) ||
	         !body_read((struct span){ place, size }, index))
		code = index_damaged(backup, error);
	else if (index->marks.failed)
		code = error_set_memory(error);
	buffer_free(&plain);
	return code;
}

/* Whether the file that lies there is still the one that the index was made with: by its
 * signature. Where that lies elsewhere there is nothing to compare. */
static int signature_compare(const char *backup, const struct backup_index *index, struct qorgan_error *error)
{
	struct buffer text = { 0 };
	uint8_t hash[32];
	char *path = NULL;
	int code = asprintf(&path, "%s.minisig", backup) < 0 ? error_set_memory(error)
	                                                     : file_read(path, SIGNATURE_LIMIT, &text, error);

	if (!code) {
		backup_signature_hash(buffer_span(&text), hash);
		if (memcmp(hash, index->signature, sizeof hash) != 0)
			code = error_set(error, QORGAN_BAD_DATA,
			                 "%s" BACKUP_INDEX_ENDING " is of another backup than the one that lies there: make a whole backup, "
			                 "without --parent", backup);
	}
	buffer_free(&text);
	free(path);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

int backup_index_read(const char *backup, const struct keys *keys, const uint8_t store[KEYS_STORE_ID_SIZE],
                      struct backup_index *index, bool *renewed, struct qorgan_error *error)
{
	struct buffer sealed = { 0 };
	char *path = NULL;
	int code = asprintf(&path, "%s" BACKUP_INDEX_ENDING, backup) < 0 ? error_set_memory(error)
	                                                                : file_read(path, INDEX_LIMIT, &sealed, error);

	*renewed = false;
	if (code == QORGAN_ABSENT)
		error_set(error, code,
		          "%s has no index beside it: there is no file %s; make a whole backup, without --parent", backup, path);
	if (!code)
		code = index_open(backup, keys, store, buffer_span(&sealed), index, renewed, error);
	if (!code && !*renewed)
		code = signature_compare(backup, index, error);
	buffer_free(&sealed);
	free(path);
	return code;
}
