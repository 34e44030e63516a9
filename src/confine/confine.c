/* The places that a confined process may write to, and its entry. */
#include "confine/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "confine/landlock.h"
#include "confine/system_calls.h"

static bool holds_files, holds_calls;

int confine_allow(struct confinement *confinement, const char *path, unsigned rights, struct qorgan_error *error)
{
	int descriptor = open(path, O_PATH | O_CLOEXEC);

	if (descriptor < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == EIO))
		return error_set_system(error, QORGAN_IO, "cannot open %s", path);
	if (descriptor < 0) /* what cannot be reached cannot be written either */
		return QORGAN_OK;
	if (confinement->count == CONFINE_PLACES_MOST) {
		close(descriptor);
		return error_set(error, QORGAN_INTERNAL, "a command that writes to more than %d places cannot be confined",
		                 CONFINE_PLACES_MOST);
	}
	confinement->places[confinement->count].descriptor = descriptor;
	confinement->places[confinement->count++].rights = rights;
	return QORGAN_OK;
}

/* Cuts the last name off a path: "a/b" to "a", "a" to ".", "/a" to "/". */
static void last_name_cut(char *path)
{
	size_t size = strlen(path);

	while (size > 1 && path[size - 1] == '/')
		size--;
	while (size && path[size - 1] != '/')
		size--;
	while (size > 1 && path[size - 1] == '/')
		size--;
	if (!size)
		path[size++] = '.';
	path[size] = '\0';
}

int confine_allow_beneath(struct confinement *confinement, const char *path, unsigned rights,
                          struct qorgan_error *error)
{
	size_t before = confinement->count;
	char *above = malloc(strlen(path) + 2); /* room for "." */
	int code = QORGAN_OK;

	if (!above)
		return error_set_memory(error);
	strcpy(above, *path ? path : ".");
	for (;;) {
		code = confine_allow(confinement, above, rights, error);
		if (code || confinement->count > before || strcmp(above, "/") == 0 || strcmp(above, ".") == 0)
			break;
		last_name_cut(above);
	}
	free(above);
	return code;
}

void confine_forget(struct confinement *confinement)
{
	while (confinement->count)
		close(confinement->places[--confinement->count].descriptor);
}

int confine_enter(struct confinement *confinement, struct qorgan_error *error)
{
	int code = landlock_enter(confinement, landlock_version(), &holds_files, error);

	confine_forget(confinement);
	return code ? code : system_calls_enter(confinement, &holds_calls, error);
}

bool confine_holds_files(void)
{
	return holds_files;
}

bool confine_holds_calls(void)
{
	return holds_calls;
}
