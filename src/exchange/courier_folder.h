/* This state's packages in a courier's folder.
 *
 * A package comes there in steps: it is written and synced under a hidden name; its
 * release is logged; then signature and package get their names, the package last. Who
 * comes back after a run that was cut short finds out where it stopped from the folder
 * and the release records alone: what lies hidden is put in place if the record of that
 * number has its digest and nothing was written after it; what was never released is
 * removed. What was put in place and is gone was carried away. */
#ifndef EXCHANGE_COURIER_FOLDER_H
#define EXCHANGE_COURIER_FOLDER_H

#include "exchange/courier_name.h"
#include "store/vault.h"

/* courier_names(folder, names, count, error): what is in the folder, in no order. The
 * caller frees names and array, with courier_names_free. QORGAN_ABSENT if there is no
 * such folder. */
int courier_names(const char *folder, char ***names, size_t *count, struct qorgan_error *error);
void courier_names_free(char **names, size_t count);

/* Where the packages to one partner go. */
struct courier_place {
	struct qorgan_store *store;
	const char *folder, *partner;
	uint64_t max_size; /* of a file; 0: no bound */
};

/* courier_put(place, number, parts, error): give the hidden package of that number its
 * name, or cut it in parts: *parts of them, or 1. */
int courier_put(const struct courier_place *place, uint64_t number, unsigned *parts, struct qorgan_error *error);

/* courier_settle(place, number, parts, outdated, error): finish what an earlier run left
 * hidden, and remove what was never released. *number is the package that was put in place;
 * 0: none was. What was written to the store since may forbid what a package holds: one after
 * which anything was written stays hidden, and *outdated is its number, the first one's if
 * there are several: send again what they covered, then courier_remove each. */
int courier_settle(const struct courier_place *place, uint64_t *number, unsigned *parts, uint64_t *outdated,
                   struct qorgan_error *error);

/* courier_damaged(place, number, error): *number is the newest package in the folder, if
 * it is not as it was released; 0: all is well. */
int courier_damaged(const struct courier_place *place, uint64_t *number, struct qorgan_error *error);

/* courier_remove(place, number, error): the package of that number, in whatever form. */
int courier_remove(const struct courier_place *place, uint64_t number, struct qorgan_error *error);

#endif
