/* Writing a whole folder. */
#include "base/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

struct folder_writer {
	char *path, *made; /* its place, and where it is written */
	bool (*is_ours)(const char *name);
};

static void writer_free(struct folder_writer *writer)
{
	free(writer->path);
	free(writer->made);
	free(writer);
}

/* Calls each(folder, name) for all in it: false, with errno set, if it cannot be read; of what
 * `each` refuses the name is in `refused`. */
static bool each_name(const char *path, bool (*each)(int folder, const char *name, void *context), void *context,
                      char refused[256])
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	bool good = folder != NULL;

	while (good && (entry = readdir(folder))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (!each(dirfd(folder), entry->d_name, context)) {
			snprintf(refused, 256, "%s", entry->d_name);
			good = false;
		}
	}
	if (folder)
		closedir(folder);
	return good;
}

static bool entry_is_ours(int folder, const char *name, void *context)
{
	const struct folder_writer *writer = context;
	struct stat status;

	return writer->is_ours(name) && fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(status.st_mode);
}

static bool entry_remove(int folder, const char *name, void *context)
{
	(void)context;
	return unlinkat(folder, name, 0) == 0;
}

/* Whether what stands at the place may go; *there is whether anything does. */
static int check_place(struct folder_writer *writer, bool *there, struct qorgan_error *error)
{
	struct stat status;
	char refused[256] = "";

	*there = lstat(writer->path, &status) == 0;
	if (!*there)
		return QORGAN_OK;
	if (!S_ISDIR(status.st_mode))
		return error_set(error, QORGAN_CANNOT_CREATE, "%s is there, and is no folder: name another", writer->path);
	if (each_name(writer->path, entry_is_ours, writer, refused))
		return QORGAN_OK;
	if (*refused)
		return error_set(error, QORGAN_CANNOT_CREATE, "%s holds \"%.100s\", which this command did not write: name a "
		                 "folder that is empty, or absent", writer->path, refused);
	return error_set_system(error, QORGAN_CANNOT_CREATE, "cannot read the folder %s", writer->path);
}

/* The place without links and without a slash at its end. */
static char *resolve(const char *path)
{
	char *real = realpath(path, NULL);

	if (real)
		return real;
	char *copy = strdup(path);
	for (size_t size = copy ? strlen(copy) : 0; size > 1 && copy[size - 1] == '/'; size--)
		copy[size - 1] = '\0';
	return copy;
}

int folder_create(const char *path, bool (*is_ours)(const char *name), struct folder_writer **writer,
                  struct qorgan_error *error)
{
	struct folder_writer *made = calloc(1, sizeof *made);
	bool there;

	if (!made)
		return error_set_memory(error);
	made->is_ours = is_ours;
	made->path = resolve(path);
	char *name = NULL;
	int code = made->path && asprintf(&name, "%s.new-XXXXXX", made->path) > 0 ? QORGAN_OK : error_set_memory(error);
	if (!code)
		code = check_place(made, &there, error);
	if (!code && !mkdtemp(name))
		code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot make a folder beside %s", path);
	if (code) {
		free(name);
		writer_free(made);
		return code;
	}
	made->made = name;
	*writer = made;
	return QORGAN_OK;
}

int folder_add(struct folder_writer *writer, const char *name, const void *data, size_t size,
               struct qorgan_error *error)
{
	char *path = file_join(writer->made, name);
	int code = path ? file_replace_unsynced(path, 0600, data, size, error) : error_set_memory(error);

	free(path);
	return code;
}

static void folder_remove(const char *path)
{
	char ignored[256];

	each_name(path, entry_remove, NULL, ignored);
	rmdir(path);
}

static int sync_all(const char *path, struct qorgan_error *error)
{
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool synced = folder >= 0 && syncfs(folder) == 0;

	if (!synced)
		error_set_system(error, QORGAN_IO, "cannot force %s to the disk", path);
	if (folder >= 0)
		close(folder);
	return synced ? QORGAN_OK : QORGAN_IO;
}

/* Both change places in one step, so that there is a folder at any moment; a file system that
 * cannot do so moves the old one away first. */
static bool take_place(struct folder_writer *writer)
{
	if (renameat2(AT_FDCWD, writer->made, AT_FDCWD, writer->path, RENAME_EXCHANGE) == 0)
		return true;
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	char *away = NULL;
	if (asprintf(&away, "%s.old", writer->made) < 0)
		return false;
	bool moved = rename(writer->path, away) == 0;
	if (moved && rename(writer->made, writer->path) != 0) {
		moved = false;
		rename(away, writer->path);
	} else if (moved) {
		rename(away, writer->made);
	}
	free(away);
	return moved;
}

int folder_commit(struct folder_writer *writer, struct qorgan_error *error)
{
	bool there = false;
	int code = sync_all(writer->made, error);

	if (!code)
		code = check_place(writer, &there, error); /* it may have changed meanwhile */
	if (!code && !(there ? take_place(writer) : rename(writer->made, writer->path) == 0))
		code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot put %s in its place", writer->path);
	if (!code)
		code = file_sync_name(writer->path, error);
	if (code || there) /* what was written, or what stood there */
		folder_remove(writer->made);
	writer_free(writer);
	return code;
}

void folder_abandon(struct folder_writer *writer)
{
	if (!writer)
		return;
	folder_remove(writer->made);
	writer_free(writer);
}
