/* Texts edited in the user's editor, in a folder that lies in memory. */
#include "cli/editor.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/scratch.h"
#include "cli/editor_process.h"

#define TEXT_LIMIT (4u << 20)

/* ---- The folder --------------------------------------------------------------- */

static int folder_make(char **folder, struct qorgan_error *error)
{
	const char *place = scratch_place();

	if (!place)
		return error_set(error, QORGAN_CANNOT_CREATE, "there is no place in memory for the editor's file, and plain text "
		                 "is not written to a disk: set XDG_RUNTIME_DIR to a tmpfs, or give fields as options");
	if (asprintf(folder, "%s/qorgan-XXXXXX", place) < 0) {
		*folder = NULL;
		return error_set_memory(error);
	}
	if (mkdtemp(*folder))
		return QORGAN_OK;
	int code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make a folder in %s", place);
	free(*folder);
	*folder = NULL;
	return code;
}

/* Overwrites a file before its memory is given back. */
static void file_wipe(int folder, const char *name)
{
	static const char zeros[4096];
	struct stat status;
	int descriptor = openat(folder, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);

	if (descriptor >= 0 && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode))
		for (off_t at = 0; at < status.st_size; at += (off_t)sizeof zeros)
			if (pwrite(descriptor, zeros, sizeof zeros, at) < 0)
				break;
	if (descriptor >= 0)
		close(descriptor);
	unlinkat(folder, name, 0);
}

/* An editor may have left copies of its own beside the file. */
static void folder_remove(char *folder)
{
	DIR *entries = folder ? opendir(folder) : NULL;
	const struct dirent *entry;

	while (entries && (entry = readdir(entries)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			file_wipe(dirfd(entries), entry->d_name);
	if (entries)
		closedir(entries);
	if (folder)
		rmdir(folder);
	free(folder);
}

/* ---- The editor ------------------------------------------------------------------ */

static int editor_start(const char *path, int *stopped, struct qorgan_error *error)
{
	const char *command = editor_process_command();
	int status = 0;

	fflush(NULL);
	if (editor_process_run(path, &status, stopped))
		return error_set_system(error, QORGAN_IO, "cannot start the editor %s", command);
	if (*stopped)
		return error_set(error, QORGAN_INTERRUPTED, "stopped; nothing is changed");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return error_set(error, QORGAN_ABSENT, "the editor \"%s\" is not there: set EDITOR to one that is", command);
	if (WIFSIGNALED(status))
		return error_set(error, QORGAN_IO, "the editor \"%s\" was ended by signal %d; nothing is changed", command,
		                 WTERMSIG(status));
	if (WEXITSTATUS(status))
		return error_set(error, QORGAN_IO, "the editor \"%s\" failed with code %d; nothing is changed", command,
		                 WEXITSTATUS(status));
	return QORGAN_OK;
}

int editor_run(struct buffer *text, const char *name, struct qorgan_error *error)
{
	char *folder = NULL, *path = NULL;
	struct buffer edited = { 0 };
	int stopped = 0, code = folder_make(&folder, error);

	if (code)
		return code;
	path = file_join(folder, name);
	code = path ? file_replace_unsynced(path, 0600, buffer_text(text), text->size, error) : error_set_memory(error);
	if (!code)
		code = editor_start(path, &stopped, error);
	if (!code)
		code = file_read(path, TEXT_LIMIT, &edited, error);
	if (!code) {
		buffer_wipe(text);
		*text = edited;
		edited = (struct buffer){ 0 };
	}
	buffer_wipe(&edited);
	free(path);
	folder_remove(folder);
	if (stopped) /* now that nothing is left behind, end as was asked */
		raise(stopped);
	return code;
}

int editor_keep(const struct buffer *text, const char *name, struct qorgan_error *error)
{
	char *folder = NULL, *path = NULL;
	struct qorgan_error why = *error, ignored;

	/* If it cannot be kept, the reason why it was not taken still matters most. */
	if (folder_make(&folder, &ignored))
		return why.code;
	path = file_join(folder, name);
	if (path && file_replace_unsynced(path, 0600, buffer_text(text), text->size, &ignored) == QORGAN_OK)
		error_set(error, why.code, "%.600s; what was typed is kept, as plain text that only you can read, in %s: remove it "
		          "when it is done with", why.message, path);
	else
		rmdir(folder);
	free(path);
	free(folder);
	return why.code;
}
