/* Which packages each partner was given, from the records of the packages themselves:
 * there is no second place that could say otherwise. */
#ifndef REGISTER_RELEASE_INDEX_H
#define REGISTER_RELEASE_INDEX_H

#include <stdint.h>

#include "base/date.h"
#include "store/vault.h"

/* A package as it was to one partner. */
struct release_package {
	uint64_t sequence; /* its number; 0: there is none */
	uint64_t previous; /* number of the package that it goes on from; 0: of none */
	uint64_t first;    /* its first leaf */
	uint64_t sent;     /* leaves below this were given by then, or were withheld for good */
	date_day day;
	int64_t restored;  /* it told of the restore at that moment; 0: of none */
};

/* release_sequence(id): the number of the package behind the slash of a release's id,
 * "KAZ/7"; a long package's further records are "KAZ/7.1". */
uint64_t release_sequence(struct span id);

struct release_index;

/* release_index_load(view, index, error): scan the records of packages once. The
 * caller frees the index. */
int release_index_load(struct vault_view *view, struct release_index **index, struct qorgan_error *error);
void release_index_free(struct release_index *index);

/* release_index_find(index, partner): the last package to it; zeros if there was none. */
struct release_package release_index_find(const struct release_index *index, struct span partner);

/* release_index_packages(index, partner, count): all to that partner, by rising
 * number; valid as long as the index. */
const struct release_package *release_index_packages(const struct release_index *index, struct span partner,
                                                     size_t *count);

#endif
