/* Which package brought which version, from the receipts of what was taken in. */
#ifndef REGISTER_RECEIPT_INDEX_H
#define REGISTER_RECEIPT_INDEX_H

#include "base/date.h"
#include "store/vault.h"

/* One package that was taken in. */
struct receipt_facts {
	char from[RECORD_NAME_LIMIT];
	uint64_t sequence;              /* its number */
	char created[TIME_TEXT_SIZE];   /* when its sender made it */
	char received[TIME_TEXT_SIZE];  /* when it was taken in */
	uint64_t size;                  /* entries of the sender's log that its checkpoint vouches for */
	uint64_t commit;                /* own commit that took it in */
};

struct receipt_index;

/* receipt_index_load(view, index, error): scan the receipts once. The caller frees it. */
int receipt_index_load(struct vault_view *view, struct receipt_index **index, struct qorgan_error *error);
void receipt_index_free(struct receipt_index *index);

/* receipt_index_find(index, from, leaf): the package by which the record of that leaf of
 * that state's log first came; NULL if none is on record. Valid as long as the index. */
const struct receipt_facts *receipt_index_find(const struct receipt_index *index, struct span from, uint64_t leaf);

#endif
