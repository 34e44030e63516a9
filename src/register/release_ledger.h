/* Which version went to which partner, and in which package; and of which it was asked
 * to drop the object. Read from the records of the packages. */
#ifndef REGISTER_RELEASE_LEDGER_H
#define REGISTER_RELEASE_LEDGER_H

#include "store/vault.h"

/* The last package in which a version went to a partner, and the last one that asked it
 * to drop the object whose newest version that was then; 0: none. */
struct release_mark {
	uint64_t given, asked;
};

struct release_ledger;

/* release_ledger_load(view, partners, count, ledger, error): of those partners, by
 * scanning the records of packages once. The caller frees it. */
int release_ledger_load(struct vault_view *view, const char *const *partners, size_t count,
                        struct release_ledger **ledger, struct qorgan_error *error);
void release_ledger_free(struct release_ledger *ledger);

/* release_ledger_find(ledger, partner, leaf): of the version behind that leaf; `partner`
 * is its place among those that were loaded. */
struct release_mark release_ledger_find(const struct release_ledger *ledger, size_t partner, uint64_t leaf);

#endif
