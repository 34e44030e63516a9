/* Backups examined, and put back: the store in one is examined as qorgan verify does, by what
 * the register knows of it too. */
#include <stdlib.h>

#include "base/error.h"
#include "base/language.h"
#include "qorgan/backup.h"
#include "store/restore.h"

static const char advice_other[] = SAID("take another copy of the backup, or an older one");

static int backup_examine(const struct qorgan_restore *how, struct restoring **restoring,
                          struct qorgan_restored *restored, struct qorgan_error *error)
{
	int code;

	*restored = (struct qorgan_restored){ 0 };
	code = restoring_begin(how, &restored->facts, restoring, error);
	if (!code)
		code = qorgan_verify(restoring_store(*restoring), how->finding, how->finding_context, &restored->verification,
		                     error);
	return code ? code : restoring_compare(*restoring, error);
}

int qorgan_backup_check(const struct qorgan_restore *restore, struct qorgan_restored *restored,
                        struct qorgan_error *error)
{
	struct restoring *restoring = NULL;
	struct qorgan_error why = { 0 };
	int code = backup_examine(restore, &restoring, restored, &why);

	restoring_end(restoring);
	/* What is wrong with the file itself is a finding too. */
	if (code == QORGAN_BAD_DATA) {
		if (restore->finding)
			restore->finding(restore->finding_context, why.message, "", language_said(advice_other));
		restored->verification.findings++;
		code = QORGAN_NO;
	}
	if (code && error)
		*error = why;
	return code;
}

int qorgan_backup_restore(const struct qorgan_restore *restore, struct qorgan_restored *restored,
                          struct qorgan_error *error)
{
	struct restoring *restoring = NULL;
	int code = backup_examine(restore, &restoring, restored, error);

	if (code == QORGAN_NO)
		code = error_set(error, QORGAN_BAD_DATA, "%s is not restored: the store in it does not verify", restore->file);
	if (!code)
		code = restoring_place(restoring, restore, restored, error);
	restoring_end(restoring);
	return code;
}

void qorgan_restored_free(struct qorgan_restored *restored)
{
	free(restored->replaced);
	free(restored->original);
	*restored = (struct qorgan_restored){ 0 };
}
