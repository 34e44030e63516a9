/* A backup examined, with or without a look at the parity beside its files. */
#ifndef REGISTER_BACKUP_CHECK_H
#define REGISTER_BACKUP_CHECK_H

#include <stdbool.h>

#include "qorgan/backup.h"

/* backup_check(restore, parity, restored, error): qorgan_backup_check; without `parity` what lies beside the files as
 * such is not looked at. */
int backup_check(const struct qorgan_restore *restore, bool parity, struct qorgan_restored *restored,
                 struct qorgan_error *error);

#endif
