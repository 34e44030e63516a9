/* Backups mended by the parity beside them, and parity that rotted made anew beside a backup that is whole. What
 * par2 makes is believed as little as a file that anybody brought: it is put in place once it was examined like any
 * other backup. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/error.h"
#include "base/file.h"
#include "base/language.h"
#include "qorgan/backup.h"
#include "register/backup_check.h"
#include "store/parity.h"

/* A file of the backup; those strings are NULL that are not needed. */
struct mending {
	const char *file;
	char *folder; /* where it is mended */
	char *mended;
	char *kept;   /* the damaged one, once it is out of the way */
	bool parity_lost; /* it mends nothing, and the file is examined as it is */
	bool parity_worn; /* there was enough of it, and it is to be made anew */
};

struct repair {
	struct mending *items;
	size_t count;
	const char **files; /* to be examined: as they are, or mended */
	struct qorgan_error beyond; /* why one of them could not be mended; its code 0: each could */
};

static const char *base_name(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash ? slash + 1 : file;
}

static int item_mend(struct mending *item, struct qorgan_error *error)
{
	enum parity found;
	int code = parity_look(item->file, &found, error);

	if (code || found == PARITY_NONE || found == PARITY_WHOLE)
		return code;
	item->parity_worn = found == PARITY_WORN;
	if (item->parity_worn)
		return QORGAN_OK;
	if (found == PARITY_UNASKED)
		return parity_check(item->file, error);
	if (asprintf(&item->folder, "%s.mend-XXXXXX", item->file) < 0) {
		item->folder = NULL;
		return error_set_memory(error);
	}
	if (!mkdtemp(item->folder)) {
		code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make a folder beside %s", item->file);
		free(item->folder);
		item->folder = NULL;
		return code;
	}
	item->mended = file_join(item->folder, base_name(item->file));
	if (!item->mended)
		return error_set_memory(error);
	code = parity_mend(item->file, item->folder, error);
	item->parity_lost = code == QORGAN_BAD_DATA && found == PARITY_LOST;
	if (!code)
		code = parity_look(item->mended, &found, error);
	item->parity_worn = !code && found == PARITY_WORN;
	return code;
}

/* Of a file that cannot be mended it is not known yet whether it needs to be. */
static int item_try(struct repair *repair, struct mending *item, struct qorgan_error *error)
{
	struct qorgan_error why = { 0 };
	int code = item_mend(item, &why);

	if (code && !item->parity_lost && error)
		*error = why;
	if (!item->parity_lost)
		return code;
	if (!repair->beyond.code)
		repair->beyond = why;
	free(item->mended);
	item->mended = NULL;
	return QORGAN_OK;
}

static int items_mend(struct repair *repair, const struct qorgan_restore *how, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	repair->count = 1 + how->increment_count;
	repair->items = calloc(repair->count, sizeof *repair->items);
	repair->files = calloc(repair->count, sizeof *repair->files);
	if (!repair->items || !repair->files)
		return error_set_memory(error);
	for (size_t i = 0; i < repair->count && !code; i++) {
		repair->items[i].file = i ? how->increments[i - 1] : how->file;
		code = item_try(repair, &repair->items[i], error);
		repair->files[i] = repair->items[i].mended ? repair->items[i].mended : repair->items[i].file;
	}
	return code;
}

/* ---- In place -------------------------------------------------------------------- */

static int failed_rename(const char *from, const char *to, struct qorgan_error *error)
{
	return error_set_system(error, QORGAN_CANNOT_CREATE, "cannot put %s in the place of %s", from, to);
}

static int signature_place(const struct mending *item, struct qorgan_error *error)
{
	char *from = NULL, *to = NULL;
	int code = QORGAN_OK;

	if (asprintf(&from, "%s.minisig", item->mended) < 0)
		from = NULL;
	if (asprintf(&to, "%s.minisig", item->file) < 0)
		to = NULL;
	if (!from || !to)
		code = error_set_memory(error);
	else if (rename(from, to) && errno != ENOENT)
		code = failed_rename(from, to, error);
	free(from);
	free(to);
	return code;
}

/* The damaged file is never without a name: it gets a second one first. */
static int item_place(struct mending *item, const char *ending, struct qorgan_error *error)
{
	if (asprintf(&item->kept, "%s%s", item->file, ending) < 0) {
		item->kept = NULL;
		return error_set_memory(error);
	}
	/* Not every medium knows files of two names. */
	if (link(item->file, item->kept) && errno != ENOENT && rename(item->file, item->kept))
		return failed_rename(item->file, item->kept, error);
	int code = signature_place(item, error);
	if (!code && rename(item->mended, item->file))
		code = failed_rename(item->mended, item->file, error);
	return code ? code : file_sync_name(item->file, error);
}

static int items_place(struct repair *repair, struct qorgan_restored *restored, struct qorgan_error *error)
{
	int64_t now = 0;
	char moment[TIME_TEXT_SIZE];
	int code = time_now(&now) ? QORGAN_OK : error_set(error, QORGAN_USAGE, "QORGAN_NOW is not a moment");

	time_format_compact(now, moment);
	snprintf(restored->damaged, sizeof restored->damaged, ".damaged-%s", moment);
	for (size_t i = 0; i < repair->count && !code; i++)
		if (repair->items[i].mended) {
			code = item_place(&repair->items[i], restored->damaged, error);
			restored->mended += !code;
		}
	return code;
}

/* ---- Parity made anew ---------------------------------------------------------------- */

#define PERCENT_LEAST 5u /* where so little is left of the former that its size says nothing */

/* About as much as there was. */
static unsigned percent_reckon(const char *file, const char *parity)
{
	struct stat of_file, of_parity;

	if (stat(file, &of_file) || stat(parity, &of_parity) || of_file.st_size <= 0)
		return PERCENT_LEAST;
	uint64_t percent = (uint64_t)of_parity.st_size * 100 / (uint64_t)of_file.st_size;
	return percent < PERCENT_LEAST ? PERCENT_LEAST : percent > 100 ? 100 : (unsigned)percent;
}

static void renewal_tell(const struct qorgan_restore *how, const char *file)
{
	struct buffer text = { 0 };

	buffer_append_format(&text, language_said("%s is whole, and the parity beside it was damaged or of another file"), file);
	if (how->finding)
		how->finding(how->finding_context, buffer_text(&text), "", language_said("it was made anew"));
	buffer_free(&text);
}

static int parity_renew(const struct qorgan_restore *how, const struct mending *item, const char *ending,
                        struct qorgan_error *error)
{
	char *parity = NULL, *kept = NULL;
	int code = QORGAN_OK;

	if (asprintf(&parity, "%s" PARITY_ENDING, item->file) < 0)
		parity = NULL;
	if (parity && asprintf(&kept, "%s%s", parity, ending) < 0)
		kept = NULL;
	if (!kept)
		code = error_set_memory(error);
	else if (link(parity, kept) && rename(parity, kept))
		code = failed_rename(parity, kept, error);
	if (!code)
		code = parity_make(item->file, percent_reckon(item->file, kept), error);
	if (!code)
		renewal_tell(how, item->file);
	else if (kept && access(parity, F_OK) == 0)
		unlink(kept);
	free(parity);
	free(kept);
	return code;
}

static void nothing_tell(void *context, const char *what, const char *object, const char *advice)
{
	(void)context, (void)what, (void)object, (void)advice;
}

/* Where one could not be mended, all may be whole as they are; if not, that one is what is wrong. */
static int items_examine(const struct repair *repair, struct qorgan_restore *mended, struct qorgan_restored *restored,
                         struct qorgan_error *error)
{
	qorgan_finding finding = mended->finding;

	if (!repair->beyond.code)
		return backup_check(mended, false, restored, error);
	mended->finding = nothing_tell;
	int code = backup_check(mended, false, restored, error);
	mended->finding = finding;
	if (code == QORGAN_NO || code == QORGAN_BAD_DATA || code == QORGAN_DENIED) {
		if (error)
			*error = repair->beyond;
		code = repair->beyond.code;
	}
	return code;
}

int qorgan_backup_repair(const struct qorgan_restore *restore, struct qorgan_restored *restored,
                         struct qorgan_error *error)
{
	struct repair repair = { 0 };
	struct qorgan_restore mended = *restore;
	int code;

	*restored = (struct qorgan_restored){ 0 };
	code = strcmp(restore->file, "-") == 0
	           ? error_set(error, QORGAN_USAGE, "what comes from standard input cannot be mended: name the file")
	           : items_mend(&repair, restore, error);
	if (!code) {
		mended.file = repair.files[0];
		mended.increments = repair.files + 1;
		code = items_examine(&repair, &mended, restored, error);
	}
	if (!code)
		code = items_place(&repair, restored, error);
	for (size_t i = 0; i < repair.count && !code; i++)
		if (repair.items[i].parity_lost || repair.items[i].parity_worn) {
			code = parity_renew(restore, &repair.items[i], restored->damaged, error);
			restored->mended += !code;
		}
	for (size_t i = 0; i < repair.count && repair.items; i++) {
		if (repair.items[i].folder)
			parity_folder_remove(repair.items[i].folder);
		free(repair.items[i].folder);
		free(repair.items[i].mended);
		free(repair.items[i].kept);
	}
	free(repair.items);
	free(repair.files);
	return code;
}
