/* Backups examined, and put back: the store in one is examined as qorgan verify does, by what
 * the register knows of it too. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/language.h"
#include "qorgan/backup.h"
#include "register/backup_check.h"
#include "store/parity.h"
#include "store/restore.h"
#include "store/verify.h"

static const char advice_other[] = SAID("take another copy of the backup, or an older one");

static const char *part_file(const struct qorgan_restore *how, size_t number)
{
	return number ? how->increments[number - 1] : how->file;
}

/* ---- Parity beside the files ------------------------------------------------------ */

/* The text and the advice each name the file once. */
static void parity_find(const struct qorgan_restore *how, struct qorgan_restored *restored, const char *file,
                        const char *what, const char *advice)
{
	struct buffer text = { 0 }, next = { 0 };

	buffer_append_format(&text, "%s: %s", file, language_said(what));
	buffer_append_format(&next, "%s: %s", language_said(advice), file);
	if (how->finding)
		how->finding(how->finding_context, buffer_text(&text), "", buffer_text(&next));
	restored->verification.findings++;
	buffer_free(&text);
	buffer_free(&next);
}

/* What the parity of each file says, told as findings. */
static int parities_tell(const struct qorgan_restore *how, bool bad, struct qorgan_restored *restored,
                         struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (size_t i = 0; i <= how->increment_count && !code; i++) {
		const char *file = part_file(how, i);
		enum parity found = PARITY_NONE;
		if (strcmp(file, "-") != 0)
			code = parity_look(file, &found, error);
		if (found == PARITY_MENDABLE)
			parity_find(how, restored, file, SAID("it is damaged, and the parity beside it can mend it"),
			            SAID("mend it with qorgan backup --repair"));
		else if (found == PARITY_WORN && !bad)
			parity_find(how, restored, file,
			            SAID("the backup is whole, and a part of the parity beside it is damaged: it would mend less"),
			            SAID("make it anew with qorgan backup --repair"));
		else if (found == PARITY_LOST && !bad)
			parity_find(how, restored, file,
			            SAID("the backup is whole, and the parity beside it is damaged or of another file: it would mend nothing"),
			            SAID("make it anew with qorgan backup --repair"));
		else if (found == PARITY_LOST)
			parity_find(how, restored, file,
			            SAID("the parity beside it mends nothing: it is damaged itself, of another file, or there is too much to mend"),
			            advice_other);
		else if (found == PARITY_UNASKED && bad)
			parity_find(how, restored, file,
			            SAID("there is parity beside it, and the program par2 that mends by it is not installed here"),
			            SAID("install the package par2, then mend it with qorgan backup --repair"));
	}
	return code;
}

/* Who was refused a damaged file is told what mends it. */
static int mending_advise(const struct qorgan_restore *how, int code, struct qorgan_error *error)
{
	enum parity found = PARITY_NONE;

	for (size_t i = 0; i <= how->increment_count; i++) {
		const char *file = part_file(how, i);
		if (strcmp(file, "-") != 0 && !parity_look(file, &found, NULL) && found == PARITY_MENDABLE)
			return error_set(error, QORGAN_BAD_DATA,
			                 "%s is damaged, and the parity beside it can mend it: qorgan backup --repair %s", file, file);
	}
	return code;
}

/* ---- The store in a backup -------------------------------------------------------- */

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

int backup_check(const struct qorgan_restore *restore, bool parity, struct qorgan_restored *restored,
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
	if (code == QORGAN_OK || code == QORGAN_NO || code == QORGAN_DENIED) {
		int told = parity ? parities_tell(restore, code, restored, code ? NULL : &why) : QORGAN_OK;
		/* Damage of the lines that hold the key looks like a wrong key. */
		code = told ? told : restored->verification.findings ? QORGAN_NO : code;
		if (code == QORGAN_NO && !why.message[0])
			verify_outcome(&restored->verification, &why);
	}
	if (code && error)
		*error = why;
	return code;
}

int qorgan_backup_check(const struct qorgan_restore *restore, struct qorgan_restored *restored,
                        struct qorgan_error *error)
{
	return backup_check(restore, true, restored, error);
}

int qorgan_backup_restore(const struct qorgan_restore *restore, struct qorgan_restored *restored,
                          struct qorgan_error *error)
{
	struct restoring *restoring = NULL;
	int code = backup_examine(restore, &restoring, restored, error);

	if (code == QORGAN_BAD_DATA || code == QORGAN_DENIED)
		code = mending_advise(restore, code, error);
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
