/* The partners that a package is for, as they are on record. */
#ifndef EXCHANGE_RECIPIENTS_H
#define EXCHANGE_RECIPIENTS_H

#include "base/date.h"
#include "exchange/entitlement.h"
#include "register/release_index.h"

#define RECIPIENTS_LIMIT ENTITLEMENT_RECIPIENTS

/* recipients_read(view, releases, today, names, recipients, count, error): the
 * partners named in "KAZ, kgz", each once, sorted by id. QORGAN_ABSENT if one is no
 * partner, QORGAN_DENIED if one is retired or its card has expired. */
int recipients_read(struct vault_view *view, const struct release_index *releases, date_day today, const char *names,
                    struct recipient recipients[RECIPIENTS_LIMIT], size_t *count, struct qorgan_error *error);

/* recipients_secret_check(recipients, count, error): QORGAN_USAGE if a secret is shared
 * with one of several: no file is locked with it and yet open to the others. */
int recipients_secret_check(const struct recipient *recipients, size_t count, struct qorgan_error *error);

/* recipients_warn(recipients, count, text, limit): one line on those whose card ends
 * within 30 days, or "". */
void recipients_warn(const struct recipient *recipients, size_t count, char *text, size_t limit);

#endif
