/* What the vault and the files of the mirror share. */
#ifndef STORE_MIRROR_INTERNAL_H
#define STORE_MIRROR_INTERNAL_H

#include "store/mirror.h"
#include "store/vault_internal.h"

/* Leaves in one row of the mirror: a subtree of the lowest level that is stored. */
#define MIRROR_LEAVES_PER_ROW ((uint64_t)1 << LAYOUT_TREE_LEVEL)

/* mirror_id_hash: what the objects of all states of one kind and id have in common. */
void mirror_id_hash(const struct qorgan_store *vault, const struct schema *schema, struct span id, uint8_t hash[16]);

/* mirror_log_encode, mirror_log_decode: the row of a log, but for its number. */
void mirror_log_encode(const struct mirror_log *log, struct buffer *to);
int mirror_log_decode(struct span bytes, struct mirror_log *log, struct qorgan_error *error);

/* mirror_find: the place of another state's object that counts. QORGAN_ABSENT if
 * none does. */
int mirror_find(struct vault_view *view, const struct schema *schema, struct span id, struct vault_place *place,
                struct qorgan_error *error);
/* mirror_get: a version at a place; 0 is the newest. QORGAN_ABSENT if it was not
 * handed over. */
int mirror_get(struct vault_view *view, const struct vault_place *place, uint32_t version,
               struct vault_record *record, struct qorgan_error *error);
/* mirror_open: decrypt a row of a version. */
int mirror_open(struct vault_view *view, const struct layout_mirror_version_key *key, struct span sealed,
                struct vault_record *record, struct qorgan_error *error);
/* mirror_is_committed: whether a version's row is of a change that the view sees. */
bool mirror_is_committed(const struct vault_view *view, struct span sealed);

/* mirror_scan_history: as vault_scan_history; what was not handed over is left out. */
int mirror_scan_history(struct vault_view *view, const struct vault_place *place, vault_each each, void *context,
                        struct qorgan_error *error);

/* mirror_staged_remove: delete what an interrupted change left in the mirror, in the
 * transaction of the view. */
int mirror_staged_remove(struct vault_view *view, struct qorgan_error *error);

/* Numbers of objects under one letter and shard, in order, met one by one. */
struct mirror_numbers {
	struct vault_view *view;
	struct engine_range *range;
	struct buffer plain;
	uint64_t next; /* UINT64_MAX: no more */
};
int mirror_numbers_open(struct vault_view *view, char row, unsigned shard, struct mirror_numbers *numbers,
                        struct qorgan_error *error);
/* mirror_numbers_has(numbers, number, error): whether it is among them; asked with
 * numbers that rise. A code is left in *code. */
bool mirror_numbers_has(struct mirror_numbers *numbers, uint64_t number, int *code, struct qorgan_error *error);
void mirror_numbers_close(struct mirror_numbers *numbers);

#endif
