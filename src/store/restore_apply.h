/* An increment put upon the rows of the backup that it goes on from. */
#ifndef STORE_RESTORE_APPLY_H
#define STORE_RESTORE_APPLY_H

#include "store/backup.h"

struct applying;

/* applying_begin(engine, header, applying, error): the engine holds the rows of the parent,
 * and nobody else writes to it. */
int applying_begin(struct engine *engine, const struct backup_header *header, struct applying **applying,
                   struct qorgan_error *error);

/* What the increment holds, as its reader tells it. */
int applying_row(struct applying *applying, unsigned table, struct span key, struct span value,
                 struct qorgan_error *error);
int applying_gone(struct applying *applying, uint64_t mark, struct qorgan_error *error);

/* applying_finish(applying, end, error): take away the rows that are no more, and make all of
 * it durable; the rows are then those that `end` says. QORGAN_BAD_DATA if not. */
int applying_finish(struct applying *applying, const struct backup_end *end, struct qorgan_error *error);
/* applying_free(applying): NULL is allowed. */
void applying_free(struct applying *applying);

#endif
