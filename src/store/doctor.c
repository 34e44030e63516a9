/* Telling what a check finds, and the checks of the store's own file and log. */
#include "store/doctor.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/date.h"
#include "base/language.h"
#include "store/backup_memory.h"
#include "store/rewrite.h"
#include "store/vault_internal.h"

void doctor_tell(struct doctor *doctor, enum qorgan_health health, const char *object, const char *advice,
                 const char *format, ...)
{
	struct qorgan_error text = { 0 }, shown = { 0 };
	char what[sizeof text.message];
	va_list list;

	va_start(list, format);
	vsnprintf(what, sizeof what, language_said(format), list);
	va_end(list);
	/* Names of files and of partners are anybody's to choose. */
	error_set(&text, QORGAN_NO, "%s", what);
	error_set(&shown, QORGAN_NO, "%s", object);
	struct qorgan_diagnosis diagnosis = { doctor->check, health, text.message, shown.message, advice };
	doctor->result->errors += health == QORGAN_HEALTH_ERROR;
	doctor->result->warnings += health == QORGAN_HEALTH_WARNING;
	doctor->result->skipped += health == QORGAN_HEALTH_SKIPPED;
	doctor->asked->tell(doctor->asked->context, &diagnosis);
}

/* ---- The file ------------------------------------------------------------------------------ */

int doctor_store(struct doctor *doctor, struct qorgan_error *error)
{
	const char *damaged = language_said("run qorgan verify to see what is damaged, and restore a backup");
	struct qorgan_error why = { 0 };
	int code = QORGAN_DENIED;

	if (doctor->asked->keys)
		code = qorgan_store_open(doctor->path, doctor->asked->keys, QORGAN_READ_ONLY | QORGAN_ANY_FILESYSTEM,
		                         &doctor->store, &why);
	if (!code) {
		doctor->engine = doctor->store->engine;
		return QORGAN_OK;
	}
	if (code == QORGAN_INTERRUPTED || code == QORGAN_BUSY)
		return error_set(error, code, "%s", why.message);
	code = engine_open(doctor->path, ENGINE_READ_ONLY | ENGINE_ANY_FILESYSTEM, &doctor->engine, error);
	if (code)
		return code;
	if (doctor->asked->keys)
		doctor_tell(doctor, QORGAN_HEALTH_ERROR, doctor->path,
		            why.code == QORGAN_IO || why.code == QORGAN_BAD_DATA
		                ? damaged
		                : language_said("name the right key: -i FILE, or --passphrase-file FILE"),
		            "%s", why.message);
	return QORGAN_OK;
}

void doctor_close(struct doctor *doctor)
{
	if (!doctor->store)
		engine_close(doctor->engine);
	qorgan_store_close(doctor->store);
}

#define BACKUP_OLD (30 * (int64_t)DOCTOR_DAY)
#define BEHIND_MOST 8 /* changes during one reading that are nothing strange */

int doctor_readers(struct doctor *doctor, struct qorgan_error *error)
{
	struct engine_readers readers;
	char process[32];
	int code = engine_readers(doctor->engine, &readers, error);

	if (!code && readers.stale)
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, doctor->path,
		            language_said("nothing: they were let go; if it comes again, see what ends them"),
		            "commands were killed while they read the store, and kept old pages from being used again: %u",
		            readers.stale);
	if (!code && readers.process && readers.behind >= BEHIND_MOST) {
		snprintf(process, sizeof process, language_said("process %ld"), readers.process);
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, process,
		            language_said("end it, if it does nothing any more: until then the file grows"),
		            "it reads a state of the store that is %llu changes old, whose pages cannot be used again",
		            (unsigned long long)readers.behind);
	}
	return code;
}

int doctor_addresses(struct doctor *doctor, struct qorgan_error *error)
{
	struct engine_readers readers;
	int code = engine_readers(doctor->engine, &readers, error);

	if (!code && readers.map && readers.used > readers.map / 2)
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, doctor->path,
		            language_said("raise the limit of addresses (ulimit -v), or use a computer of 64 bits"),
		            "the store takes %llu MiB, and can grow to %llu MiB only",
		            (unsigned long long)(readers.used >> 20), (unsigned long long)(readers.map >> 20));
	return code;
}

/* ---- The log -------------------------------------------------------------------------------- */

int doctor_same_store(struct doctor *doctor, struct qorgan_error *error)
{
	const char *mistrust = qorgan_store_mistrust(doctor->store), *forgetful = qorgan_store_forgetful(doctor->store);

	(void)error;
	if (mistrust)
		doctor_tell(doctor, QORGAN_HEALTH_ERROR, doctor->path,
		            language_said("until then nothing is written to it; see what is wrong with qorgan verify"),
		            "%s", mistrust);
	if (forgetful)
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, doctor->path, language_said("make it writable for this user"),
		            "this computer cannot remember the newest checkpoint, so that an older store in its place would go "
		            "unnoticed: %s", forgetful);
	return QORGAN_OK;
}

int doctor_last_change(struct doctor *doctor, struct qorgan_error *error)
{
	char last[TIME_TEXT_SIZE], distance[TIME_DISTANCE_SIZE];
	struct vault_view *view = NULL;
	int code = vault_view_begin(doctor->store, &view, error);
	int64_t ahead = code || !view->state.commits ? 0 : view->state.time - doctor->now;

	if (!code && ahead > 0) {
		time_format(view->state.time, last);
		time_distance(ahead, distance);
		doctor_tell(doctor, ahead > DOCTOR_DAY ? QORGAN_HEALTH_ERROR : QORGAN_HEALTH_WARNING, doctor->path,
		            language_said("set the clock; if it is right now, it was wrong then, and changes bear that moment "
		                          "until it is past"),
		            "the clock is %s behind the last change, of %s", distance, last);
	}
	vault_view_end(view);
	return code;
}

/* Without one, as long as the store is there. */
int doctor_backups(struct doctor *doctor, struct qorgan_error *error)
{
	struct vault_record first = { 0 };
	struct backup_memory memory;
	struct vault_view *view = NULL;
	char since[TIME_TEXT_SIZE] = "";
	int64_t began = doctor->now;
	int code = vault_view_begin(doctor->store, &view, error);
	const uint64_t leaves = code ? 0 : view->state.tree.size;
	const bool is_made = backup_recall(doctor->store->id_text, &memory);

	if (!code && !is_made && view->state.commits)
		code = vault_get_commit(view, 1, &first, error);
	if (!code && !is_made && first.record.time.size)
		time_parse(first.record.time, &began);
	vault_record_free(&first);
	vault_view_end(view);
	if (is_made)
		time_format(memory.made, since);
	if (!code && is_made && doctor->now - memory.made > BACKUP_OLD && leaves > memory.leaves)
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, doctor->path,
		            language_said("make one with qorgan backup FILE, and keep it elsewhere"),
		            "the newest backup that this computer made is of %.10s, and %llu entries came since", since,
		            (unsigned long long)(leaves - memory.leaves));
	else if (!code && !is_made && doctor->now - began > BACKUP_OLD)
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, doctor->path,
		            language_said("make one with qorgan backup FILE, and keep it elsewhere"),
		            "this computer made no backup of the store");
	return code;
}

int doctor_forgotten(struct doctor *doctor, struct qorgan_error *error)
{
	bool due = false;
	int code = rewrite_is_due(doctor->store, &due, error);

	if (!code && due)
		doctor_tell(doctor, QORGAN_HEALTH_ERROR, doctor->path, language_said("run qorgan forget --continue"),
		            "the file was not written anew since something was forgotten, and may hold bytes of it");
	return code;
}
