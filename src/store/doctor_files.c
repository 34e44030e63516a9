/* Who can get at the store, at the keys, and at what remembers the newest checkpoint. */
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/language.h"
#include "store/doctor.h"
#include "store/seen.h"

#define OTHERS_WRITE 022
#define OTHERS_READ 055 /* of a folder also: list and enter */

/* A command with a path as a shell takes it; the caller frees it. NULL: no memory. */
static char *command_on(const char *command, const char *path)
{
	static const char bare[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:@";
	struct buffer to = { 0 };

	buffer_append_format(&to, "%s ", command);
	if (strspn(path, bare) == strlen(path)) {
		buffer_append_text(&to, path);
	} else {
		buffer_append_char(&to, '\'');
		for (; *path; path++)
			buffer_append_text(&to, *path == '\'' ? "'\\''" : (char[2]){ *path, '\0' });
		buffer_append_char(&to, '\'');
	}
	char *text = buffer_take(&to);
	buffer_free(&to);
	return text;
}

bool doctor_path_holds(const char *folder, const char *path)
{
	size_t size = strlen(folder);

	while (size > 1 && folder[size - 1] == '/')
		size--;
	return strncmp(folder, path, size) == 0 && (path[size] == '/' || path[size] == '\0' || size == 1);
}

/* ---- The store's folder and files ---------------------------------------------------- */

static int mode_judge(struct doctor *doctor, const char *path, const struct stat *status, struct qorgan_error *error)
{
	unsigned mode = status->st_mode & 07777;
	char *advice = command_on(S_ISDIR(status->st_mode) ? "chmod 700" : "chmod 600", path);

	if (!advice)
		return error_set_memory(error);
	if (mode & OTHERS_WRITE)
		doctor_tell(doctor, QORGAN_HEALTH_ERROR, path, advice,
		            "others may write to it (mode %03o): they can damage the store, or put an older one in its place",
		            mode);
	else if (mode & OTHERS_READ)
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, path, advice,
		            "others may read it (mode %03o): without a key they learn sizes and counts, and can try "
		            "passphrases",
		            mode);
	free(advice);
	return QORGAN_OK;
}

static int owner_judge(struct doctor *doctor, const char *path, const struct stat *status, bool read_only,
                       struct qorgan_error *error)
{
	(void)error;
	if (status->st_uid != geteuid())
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, path,
		            language_said("run qorgan as its owner, or give it over by chown"),
		            "it belongs to another user (number %u)", (unsigned)status->st_uid);
	else if (!read_only && access(path, W_OK))
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, path, language_said("make it writable for this user"),
		            "it cannot be written to: %s", strerror(errno));
	return QORGAN_OK;
}

/* Who may write to the folder above can put another store in the place of this one. */
static int above_judge(struct doctor *doctor, struct qorgan_error *error)
{
	char *copy = strdup(doctor->path), *above = copy ? dirname(copy) : NULL, *advice = NULL;
	struct stat status;
	int code = copy ? QORGAN_OK : error_set_memory(error);

	if (!code && stat(above, &status) == 0 && status.st_mode & OTHERS_WRITE && !(status.st_mode & S_ISVTX)) {
		advice = command_on("chmod go-w", above);
		if (advice)
			doctor_tell(doctor, status.st_mode & S_IWOTH ? QORGAN_HEALTH_ERROR : QORGAN_HEALTH_WARNING, above, advice,
			            "others may write to the folder that the store lies in (mode %03o), and put another in its "
			            "place",
			            (unsigned)status.st_mode & 07777);
		else
			code = error_set_memory(error);
	}
	free(advice);
	free(copy);
	return code;
}

int doctor_permissions(struct doctor *doctor, struct qorgan_error *error)
{
	struct engine_place place;
	struct stat status;
	int code = engine_place_look(doctor->path, &place, error);

	if (!code && stat(doctor->path, &status))
		code = error_set_system(error, QORGAN_IO, "cannot examine %s", doctor->path);
	/* A file system that keeps no permissions shows the same ones of all: told by its own check. */
	if (!code && place.kind == ENGINE_PLACE_FOREIGN)
		return QORGAN_OK;
	if (!code)
		code = mode_judge(doctor, doctor->path, &status, error);
	if (!code)
		code = owner_judge(doctor, doctor->path, &status, place.read_only, error);
	for (unsigned i = 0; !code && engine_file_name(i); i++) {
		char *path = file_join(doctor->path, engine_file_name(i));
		if (!path)
			return error_set_memory(error);
		/* The locks are made when they are needed. */
		if (stat(path, &status) == 0)
			code = mode_judge(doctor, path, &status, error);
		if (!code && stat(path, &status) == 0)
			code = owner_judge(doctor, path, &status, place.read_only, error);
		free(path);
	}
	return code ? code : above_judge(doctor, error);
}

/* ---- Files of keys --------------------------------------------------------------------- */

static int key_file_judge(struct doctor *doctor, const char *path, struct qorgan_error *error)
{
	struct stat status;
	char *whole = realpath(path, NULL), *advice = command_on("chmod 600", path);
	int code = advice ? QORGAN_OK : error_set_memory(error);

	if (!code && (!whole || stat(whole, &status)))
		doctor_tell(doctor, QORGAN_HEALTH_ERROR, path, language_said("name the right file"), "it cannot be found: %s",
		            strerror(errno));
	else if (!code && S_ISREG(status.st_mode) && status.st_mode & 077)
		doctor_tell(doctor, QORGAN_HEALTH_ERROR, path, advice,
		            "others may read the key (mode %03o), and it is refused", (unsigned)status.st_mode & 07777);
	if (!code && whole && doctor_path_holds(doctor->path, whole))
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, path, language_said("keep it elsewhere, on a medium of its own"),
		            "the key lies in the store's own folder: who takes that has both");
	free(advice);
	free(whole);
	return code;
}

int doctor_key_files(struct doctor *doctor, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (const char *const *file = doctor->asked->key_files; file && *file && !code; file++)
		code = key_file_judge(doctor, *file, error);
	return code;
}

/* ---- What remembers the newest checkpoint ---------------------------------------------- */

/* The first folder above a path that is there. */
static void existing_find(char *path)
{
	struct stat status;

	while (stat(path, &status) && strcmp(path, "/") != 0) {
		char *slash = strrchr(path, '/');
		if (!slash)
			return;
		slash[slash == path ? 1 : 0] = '\0';
	}
}

static int memory_judge(struct doctor *doctor, char *folder, struct qorgan_error *error)
{
	const char *elsewhere = language_said("set XDG_STATE_HOME to a folder of this user that stays, and not within the "
	                                      "store's");
	struct engine_place place, own = { .kind = ENGINE_PLACE_LOCAL }; /* a server is not gone with this computer */
	struct stat status;

	if (doctor_path_holds(doctor->path, folder))
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, folder, elsewhere,
		            "what remembers the newest checkpoint lies in the store's own folder: an older copy of that brings "
		            "its own memory with it");
	existing_find(folder);
	if (access(folder, W_OK | X_OK))
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, folder, language_said("make it writable for this user"),
		            "the newest checkpoint cannot be remembered there, so that an older store in place of this one "
		            "would go unnoticed: %s", strerror(errno));
	else if (stat(folder, &status) == 0 && status.st_mode & OTHERS_WRITE && !(status.st_mode & S_ISVTX))
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, folder,
		            language_said("take the right to write from others: chmod go-w"),
		            "others may take away what remembers the newest checkpoint (mode %03o)",
		            (unsigned)status.st_mode & 07777);
	int code = engine_place_look(folder, &place, error);
	if (!code && !engine_is_server(doctor->path))
		code = engine_place_look(doctor->path, &own, error);
	if (!code && place.kind == ENGINE_PLACE_MEMORY && own.kind != ENGINE_PLACE_MEMORY)
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, folder, elsewhere,
		            "what remembers the newest checkpoint is gone when the computer is turned off (%s)", place.name);
	return code;
}

int doctor_roll_back(struct doctor *doctor, struct qorgan_error *error)
{
	struct buffer path = { 0 };
	int code = QORGAN_OK;

	if (seen_path("", &path)) {
		path.data[path.size - 1] = '\0'; /* the slash */
		code = memory_judge(doctor, path.data, error);
	} else if (path.failed) {
		code = error_set_memory(error);
	} else {
		doctor_tell(doctor, QORGAN_HEALTH_WARNING, "",
		            language_said("set HOME, or XDG_STATE_HOME to a folder of this user"),
		            "neither HOME nor XDG_STATE_HOME names a folder, so the newest checkpoint is not remembered, and "
		            "an older store in place of this one would go unnoticed");
	}
	buffer_free(&path);
	return code;
}
