/* What a record of another state must be by itself, found out on a second thread while
 * the next ones are read: that it is the one that was logged, that it may be here, and
 * that its fields keep the rules of its kind. Half of the time of receiving is in it. */
#ifndef EXCHANGE_RECORD_CHECK_H
#define EXCHANGE_RECORD_CHECK_H

#include "crypto/merkle.h"
#include "exchange/release_rule.h"
#include "exchange/senders.h"
#include "record/record.h"

struct record_checker;

/* record_checker_start(sender, self, checker, error): of records that `sender` sent to
 * `self`; both stay where they are. */
int record_checker_start(const struct sender *sender, const struct recipient *self, struct record_checker **checker,
                         struct qorgan_error *error);
/* record_checker_add(checker, index, schema, record, expected, error): check this record
 * too, whose leaf is `index` and has that hash; its bytes are copied. QORGAN_PROTOCOL
 * if one that was added before, or this one, breaks a rule: the first that does. */
int record_checker_add(struct record_checker *checker, uint64_t index, const struct schema *schema,
                       const struct record *record, const uint8_t expected[MERKLE_HASH_SIZE],
                       struct qorgan_error *error);
/* record_checker_finish(checker, error): whether all that were added are good, told as
 * above, again if it was told before; frees it. NULL is allowed. */
int record_checker_finish(struct record_checker *checker, struct qorgan_error *error);

#endif
