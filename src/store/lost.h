/* A record that was lost by damage, and that a repair could not take back from anywhere: its leaf
 * is in the log, and its hash in the tree, so that the log verifies as before; in the place of its
 * version lies, sealed as all are, a record that says what is known of it still. Its body is
 *
 *   {"lost":"2026-02-01T10:00:00Z"}                 when that was found
 *   {"lost":"2026-02-01T10:00:00Z","versions":3}    of a commit
 *
 * which no record that is put can have; its hash is not the leaf's. So its version's number stays
 * taken, the next change of the object is the version after it, and nobody is given it. */
#ifndef STORE_LOST_H
#define STORE_LOST_H

#include <stdbool.h>

#include "base/date.h"
#include "record/record.h"

#define LOST_CHECKPOINT "lost " /* begins what lies in the place of a lost checkpoint; the moment follows */
#define LOST_KIND "lost" /* in the place of a kind that is not known any more */

/* lost_is(record): whether it is in the place of one that was lost. */
bool lost_is(const struct record *record);
/* lost_refuse(record, error): QORGAN_ABSENT, and in words that it was lost, and when that was found. */
int lost_refuse(const struct record *record, struct qorgan_error *error);

/* lost_write(head, found, versions, to): append such a record; `versions` is negative but for a
 * commit. What is not known of the envelope is the caller's to choose. */
void lost_write(const struct record_head *head, const char *found, int64_t versions, struct buffer *to);
/* lost_found(record, found): the moment in its body; "" if it has none. */
void lost_found(const struct record *record, char found[TIME_TEXT_SIZE]);

#endif
