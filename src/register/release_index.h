/* What each partner was given, from the records of the packages themselves: there
 * is no second place that could say otherwise. */
#ifndef REGISTER_RELEASE_INDEX_H
#define REGISTER_RELEASE_INDEX_H

#include <stdint.h>

#include "store/vault.h"

struct release_facts {
	uint64_t sequence; /* number of the last package to it; 0: none yet */
	uint64_t sent;     /* leaves below this were in some package to it, or were withheld from it for good */
};

struct release_index;

/* release_index_load(view, index, error): scan the records of packages once. The
 * caller frees the index. */
int release_index_load(struct vault_view *view, struct release_index **index, struct qorgan_error *error);
void release_index_free(struct release_index *index);

/* release_index_find(index, partner): zeros if it was given nothing. */
struct release_facts release_index_find(const struct release_index *index, struct span partner);

#endif
