/* What the files of verification share. */
#ifndef STORE_VERIFY_H
#define STORE_VERIFY_H

#include "store/vault_internal.h"

extern const char verify_advice_restore[];

/* verify_tell: count a finding and tell it. */
void verify_tell(qorgan_finding finding, void *context, struct qorgan_verification *result, const char *what,
                 const char *object, const char *advice);

/* Memory that the child shares with its parent: where it is, and what it must
 * leave out, as it came to grief there before. */
enum verify_part { VERIFY_META, VERIFY_OPENING, VERIFY_LOG, VERIFY_COUNTS, VERIFY_EVIDENCE, VERIFY_USERS, VERIFY_MIRROR, VERIFY_FORGOTTEN, VERIFY_PARTS };
#define VERIFY_LEAVES_SKIPPED 64
struct verify_shared {
	enum verify_part part;
	uint64_t leaf;    /* that is being read; UINT64_MAX: none */
	unsigned skipped; /* bits: parts */
	unsigned skips;
	uint64_t skip[VERIFY_LEAVES_SKIPPED];
};

/* verify_outcome(result, error): QORGAN_NO, with their number, if there are findings. */
int verify_outcome(const struct qorgan_verification *result, struct qorgan_error *error);

/* vault_verify(store, ...): as qorgan_verify, of all that the vault knows of; what the
 * register makes of it is not looked at. */
int vault_verify(struct qorgan_store *store, qorgan_finding finding, void *context,
                 struct qorgan_verification *result, struct qorgan_error *error);

/* verify_rows(vault, shared, finding, context, result, error): examine every row.
 * Findings are no failure; a failure says that the examination could not go on. */
int verify_rows(struct qorgan_store *vault, struct verify_shared *shared, qorgan_finding finding, void *context,
                struct qorgan_verification *result, struct qorgan_error *error);

/* verify_mirror(view, fault, context, result, error): examine what other states
 * handed over; each fault is told with the object it is about. verify_witnesses: the
 * countersignatures, and the rows that say who counts. */
typedef void (*verify_fault)(void *context, const char *object, const char *what);
int verify_mirror(struct vault_view *view, verify_fault fault, void *context, struct qorgan_verification *result,
                  struct buffer *absent, struct qorgan_error *error);
int verify_witnesses(struct vault_view *view, verify_fault fault, void *context, struct qorgan_error *error);
/* Versions without content, as they are met: `absent` is a buffer of these. */
struct verify_absent {
	uint64_t log; /* MIRROR_LOG_OWN: this store's */
	uint64_t leaf;
	uint8_t hash[MERKLE_HASH_SIZE]; /* leaf hash of what stands in the place */
};
/* verify_absent_add(absent, log, record, error): note one. */
int verify_absent_add(struct buffer *absent, unsigned log, const struct vault_record *record,
                      struct qorgan_error *error);
/* verify_forgotten: whether those that were met are just those that were forgotten on record,
 * by an administrator. `absent` is sorted. */
int verify_forgotten(struct vault_view *view, struct buffer *absent, verify_fault fault, void *context,
                     struct qorgan_error *error);
/* verify_users: what is on record of users, and the slots. */
int verify_users(struct vault_view *view, verify_fault fault, void *context, struct qorgan_error *error);

/* verify_find(teller, object, format, ...): for them: tell a fault in the user's language. */
struct verify_teller {
	verify_fault fault;
	void *context;
};
void verify_find(const struct verify_teller *teller, const char *object, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
