/* A new store from a damaged one: what the parts above this give to it and ask of it. */
#ifndef STORE_REPAIR_H
#define STORE_REPAIR_H

#include "qorgan/repair.h"
#include "record/record.h"
#include "store/mirror.h"
#include "store/vault.h"

struct repairing;

/* repairing_begin(how, repairing, error): open the damaged file and the backups, find keys that
 * open it, and gather every row that authenticates. Nothing is made but the folders in which
 * backups are unpacked, sealed, which repairing_end removes. */
int repairing_begin(const struct qorgan_repair *how, struct repairing **repairing, struct qorgan_error *error);
/* repairing_end(repairing): NULL is allowed. What was made and not put in place is removed. */
void repairing_end(struct repairing *repairing);

/* repairing_identities: as vault_age_identities, of the store that is damaged. */
int repairing_identities(struct repairing *repairing, uint8_t (*identities)[32], size_t limit, size_t *count,
                         struct qorgan_error *error);

/* repairing_secret(repairing, at, secret, error): the next secret that is shared with a partner, from place *at on, which
 * moves behind it; into secret memory of PARTNER_SECRET_LIMIT bytes. QORGAN_ABSENT (no message) if there is no more. */
int repairing_secret(struct repairing *repairing, size_t *at, char *secret, struct qorgan_error *error);

/* What a package says, of the store's own log or of another state's. Nothing of it counts before
 * it has proved to fit a signed checkpoint. The record is parsed as record_parse does. */
int repairing_offer_checkpoint(struct repairing *repairing, struct span note, struct qorgan_error *error);
int repairing_offer_leaves(struct repairing *repairing, const char *origin, uint64_t first, struct span hashes,
                           struct qorgan_error *error);
int repairing_offer_record(struct repairing *repairing, const char *origin, uint64_t leaf, const struct record *record,
                           struct qorgan_error *error);

/* A piece of an attached file; whether the file is the one of its id is looked at later. */
int repairing_offer_piece(struct repairing *repairing, struct span id, uint64_t offset, struct span data,
                          struct qorgan_error *error);

/* repairing_resolve(repairing, error): decide what the new store is to hold. repairing_plan: tell
 * it, line by line, and fill in what it comes to. */
int repairing_resolve(struct repairing *repairing, struct qorgan_error *error);
int repairing_plan(struct repairing *repairing, struct qorgan_repaired *repaired, struct qorgan_error *error);

/* repairing_make(repairing, store, error): write the new store, where it is not in its place yet, and
 * open it: it stays the repairing's. repairing_place(...): put it there, and let this computer remember it. */
int repairing_make(struct repairing *repairing, struct qorgan_store **store, struct qorgan_error *error);
int repairing_place(struct repairing *repairing, struct qorgan_repaired *repaired, struct qorgan_error *error);

/* repairing_findings(repairing): how many findings of verify the plan has said that there will be: slots of
 * users that are lost, say. */
uint64_t repairing_findings(const struct repairing *repairing);

/* repairing_stand(repairing, place, error): an object, own or not, stands back in the new store: it is
 * noted. repairing_stands_write: all that was noted is written, before the store is examined; the store
 * that repairing_make gave is closed meanwhile and another is given. */
int repairing_stand(struct repairing *repairing, const struct vault_place *place, struct qorgan_error *error);
int repairing_stands_write(struct repairing *repairing, struct qorgan_store **store, struct qorgan_error *error);

#endif
