/* What a backup held, in few bytes: a mark of each row. By it the next backup writes only
 * what differs, without the file of the one before being opened. It lies beside the backup
 * as FILE.index, sealed for whoever writes to the store; the layout is in SECURITY.md. */
#ifndef STORE_BACKUP_INDEX_H
#define STORE_BACKUP_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/date.h"
#include "base/error.h"
#include "store/keys.h"

#define BACKUP_INDEX_ENDING ".index"
#define BACKUP_ID_SIZE 32   /* of a backup: the hash in its last line */
#define BACKUP_MARK_KEY_SIZE 16

struct backup_index {
	uint8_t id[BACKUP_ID_SIZE];
	uint8_t signature[32]; /* hash of the signature's file */
	int64_t created;
	uint8_t key[BACKUP_MARK_KEY_SIZE]; /* of the marks: the same in all backups of a chain */
	struct buffer marks; /* 8 bytes each */
};

/* backup_index_start(index): a new key and no mark. */
void backup_index_start(struct backup_index *index);
void backup_index_free(struct backup_index *index);

/* backup_mark(key, row): of a row as it stands in the stream of a backup. */
uint64_t backup_mark(const uint8_t key[BACKUP_MARK_KEY_SIZE], struct span row);

/* Marks in a buffer: added in any order (the buffer tells if memory is short), then sorted.
 * backup_marks_find(marks, mark, at): whether it is among them, and the first place of it. */
void backup_marks_add(struct buffer *marks, uint64_t mark);
void backup_marks_sort(struct buffer *marks);
size_t backup_marks_count(const struct buffer *marks);
uint64_t backup_marks_get(const struct buffer *marks, size_t at);
bool backup_marks_find(const struct buffer *marks, uint64_t mark, size_t *at);

/* backup_index_seal(index, keys, store, to, error): append the file's bytes; the marks are
 * sorted. The keys are those of who writes to the store. */
int backup_index_seal(const struct backup_index *index, const struct keys *keys,
                      const uint8_t store[KEYS_STORE_ID_SIZE], struct buffer *to, struct qorgan_error *error);

/* backup_index_read(backup, keys, store, index, renewed, error): the index beside the backup
 * at that path. *renewed: it was made before the store's keys were changed, and cannot be
 * opened any more. QORGAN_ABSENT if there is none; QORGAN_BAD_DATA if it is of another
 * store or of another file than the one that lies there, or damaged. */
int backup_index_read(const char *backup, const struct keys *keys, const uint8_t store[KEYS_STORE_ID_SIZE],
                      struct backup_index *index, bool *renewed, struct qorgan_error *error);

/* backup_signature_hash(text, hash): as `signature` is made of that file's bytes. */
void backup_signature_hash(struct span text, uint8_t hash[32]);

#endif
