/* The checks of `doctor`, in one table, and how they are run: what needs nothing first, then
 * what needs the file, then what needs a key. */
#include "qorgan/doctor.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/language.h"
#include "exchange/doctor_parts.h"
#include "qorgan/store.h"

/* A store on a server has no folder to be looked at. */
enum doctor_needs { NEEDS_NOTHING = 0, NEEDS_FILE = 1, NEEDS_KEY = 2, NEEDS_FOLDER = 4 };

static const struct doctor_check {
	const char *name;
	const char *looks_at; /* told where nothing is found */
	unsigned needs;
	int (*run)(struct doctor *doctor, struct qorgan_error *error);
} CHECKS[] = {
	{ "permissions", SAID("who may read and write the store's folder and files"), NEEDS_FOLDER, doctor_permissions },
	{ "key-files", SAID("who may read the files of keys that were named"), NEEDS_NOTHING, doctor_key_files },
	{ "roll-back", SAID("where the newest checkpoint is remembered"), NEEDS_NOTHING, doctor_roll_back },
	{ "clock", SAID("the clock"), NEEDS_NOTHING, doctor_clock },
	{ "file-system", SAID("the file system, and programs that copy it elsewhere"), NEEDS_FOLDER, doctor_file_system },
	{ "space", SAID("free space"), NEEDS_FOLDER, doctor_space },
	{ "swap", SAID("whether memory is swapped to where it is not encrypted"), NEEDS_NOTHING, doctor_swap },
	{ "locked-memory", SAID("whether keys stay in memory"), NEEDS_NOTHING, doctor_locked_memory },
	{ "core-dumps", SAID("whether keys stay out of core dumps"), NEEDS_NOTHING, doctor_core_dumps },
	{ "security-keys", SAID("whether security keys that are plugged in may be used"), NEEDS_NOTHING, doctor_security_keys },
	{ "store", SAID("whether the store can be opened"), NEEDS_NOTHING, doctor_store },
	{ "readers", SAID("commands that read the store for long, or were killed"), NEEDS_FILE | NEEDS_FOLDER, doctor_readers },
	{ "addresses", SAID("room for the store to grow"), NEEDS_FILE | NEEDS_FOLDER, doctor_addresses },
	{ "slots", SAID("how many keys open the store"), NEEDS_FILE, doctor_slots },
	{ "users", SAID("whether an administrator stands for every user"), NEEDS_KEY, doctor_users },
	{ "same-store", SAID("whether it is the store that was seen last, and no copy"), NEEDS_KEY, doctor_same_store },
	{ "last-change", SAID("the moment of the last change"), NEEDS_KEY, doctor_last_change },
	{ "backups", SAID("how old the newest backup is"), NEEDS_KEY, doctor_backups },
	{ "forgotten", SAID("whether what was forgotten is gone from the file too"), NEEDS_KEY, doctor_forgotten },
	{ "partners", SAID("cards of partners, and packages each way"), NEEDS_KEY, doctor_partners },
	{ "partner-clocks", SAID("the clocks of partners"), NEEDS_KEY, doctor_partner_clocks },
};
#define CHECK_COUNT (sizeof CHECKS / sizeof *CHECKS)

static bool ends_all(int code)
{
	return code == QORGAN_INTERRUPTED || code == QORGAN_INTERNAL || code == QORGAN_BUSY;
}

static int check_run(struct doctor *doctor, const struct doctor_check *check, struct qorgan_error *error)
{
	bool is_shut = (check->needs & NEEDS_FILE && !doctor->engine) || (check->needs & NEEDS_KEY && !doctor->store);

	if (check->needs & NEEDS_FOLDER && qorgan_store_is_on_server(doctor->path)) {
		doctor_tell(doctor, QORGAN_HEALTH_SKIPPED, "", "", "%s; %s", language_said(check->looks_at),
		            language_said("the store lies on a server"));
		return QORGAN_OK;
	}
	if (is_shut) {
		doctor_tell(doctor, QORGAN_HEALTH_SKIPPED, "", "", "%s; %s", language_said(check->looks_at),
		            !doctor->engine          ? language_said("the store cannot be opened")
		            : doctor->asked->keys    ? language_said("the key did not open the store")
		                                     : language_said("this needs the key"));
		return QORGAN_OK;
	}
	int code = check->run(doctor, error);
	if (!code || ends_all(code))
		return code;
	doctor_tell(doctor, QORGAN_HEALTH_ERROR, doctor->path,
	            language_said("run qorgan verify to see what is damaged, and restore a backup"),
	            "%s", error->message);
	return QORGAN_OK;
}

static int checks_run(struct doctor *doctor, struct qorgan_error *error)
{
	struct qorgan_doctor_result *result = doctor->result;
	int code = QORGAN_OK;

	for (size_t i = 0; i < CHECK_COUNT && !code; i++) {
		uint64_t before = result->errors + result->warnings + result->skipped;
		doctor->check = CHECKS[i].name;
		code = check_run(doctor, &CHECKS[i], error);
		result->checks++;
		if (!code && before == result->errors + result->warnings + result->skipped)
			doctor_tell(doctor, QORGAN_HEALTH_OK, "", "", "%s", language_said(CHECKS[i].looks_at));
	}
	return code;
}

/* What is not there is no finding. */
static int place_find(const char *path, char **whole, struct qorgan_error *error)
{
	*whole = qorgan_store_is_on_server(path) ? strdup(path) : realpath(path, NULL);
	if (*whole)
		return QORGAN_OK;
	if (errno == ENOENT || errno == ENOTDIR)
		return error_set(error, QORGAN_ABSENT, "there is no store at %s: make one with qorgan init", path);
	return error_set_system(error, errno == EACCES ? QORGAN_DENIED : QORGAN_IO, "cannot open the store at %s", path);
}

int qorgan_doctor(const struct qorgan_doctor *asked, struct qorgan_doctor_result *result, struct qorgan_error *error)
{
	struct qorgan_error own;
	struct doctor doctor = { .asked = asked, .result = result };
	char *whole = NULL;
	int code = QORGAN_OK;

	if (!error)
		error = &own;
	*result = (struct qorgan_doctor_result){ 0 };
	if (!time_now(&doctor.now))
		code = error_set(error, QORGAN_USAGE, "QORGAN_NOW is not a moment such as 2026-02-01T10:00:00Z");
	if (!code)
		code = place_find(asked->path, &whole, error);
	doctor.path = whole;
	if (!code)
		code = checks_run(&doctor, error);
	doctor_close(&doctor);
	free(whole);
	if (!code && result->errors)
		code = error_set(error, QORGAN_NO, "something is wrong around the store");
	return code;
}
