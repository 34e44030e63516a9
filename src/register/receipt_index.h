/* Which packages of other states came, when, and which versions each brought: from
 * the receipts, which are records of this store's own. */
#ifndef REGISTER_RECEIPT_INDEX_H
#define REGISTER_RECEIPT_INDEX_H

#include <stdint.h>

#include "base/date.h"
#include "store/mirror.h"

/* One package that was taken in. */
struct receipt_facts {
	char from[RECORD_NAME_LIMIT];
	char created[TIME_TEXT_SIZE];  /* when its sender made it, by its word */
	char received[TIME_TEXT_SIZE]; /* when it was taken in */
	char user[RECORD_NAME_LIMIT];  /* who took it in */
	uint16_t log;      /* of the mirror */
	uint64_t sequence; /* its number */
	uint64_t size;     /* entries that its checkpoint is over */
	uint64_t records;  /* that it held */
	uint64_t versions; /* of those, that were new here */
	uint64_t commit;   /* own commit that took it in */
};

struct receipt_index;

/* receipt_index_load(view, index, error): scan the receipts once. The caller frees
 * the index. */
int receipt_index_load(struct vault_view *view, struct receipt_index **index, struct qorgan_error *error);
void receipt_index_free(struct receipt_index *index);

/* receipt_index_all(index, count): all of them, in the order in which they came;
 * valid as long as the index. */
const struct receipt_facts *receipt_index_all(const struct receipt_index *index, size_t *count);

/* receipt_index_find(index, log, leaf): the package by which that version of another
 * state came; NULL if no receipt names it. */
const struct receipt_facts *receipt_index_find(const struct receipt_index *index, unsigned log, uint64_t leaf);

#endif
