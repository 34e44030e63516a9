/* Files read within a bound and written atomically, and the folders they lie in. */
#include "base/file.h"

#include "base/language.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct file_writer {
	int descriptor;
	char *path;
	char *place;     /* what `path` is a link to, or the same */
	char *temporary; /* NULL: written in place */
	/* While several are put in place: what was at `place` is at `temporary`, or was not there. */
	bool has_former, is_first;
	size_t used;
	char pending[65536];
};

/* Reads until the end; one byte past the limit is enough to know. */
static int descriptor_read(int descriptor, const char *name, size_t limit, struct buffer *to,
                           struct qorgan_error *error)
{
	size_t start = to->size;

	for (;;) {
		char *at = buffer_reserve(to, 65536);
		if (!at)
			return error_set_memory(error);
		ssize_t got = read(descriptor, at, 65536);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_set_system(error, QORGAN_IO, "cannot read %s", name);
		if (got == 0)
			return QORGAN_OK;
		to->size += (size_t)got;
		to->data[to->size] = '\0';
		if (to->size - start > limit)
			return error_set(error, QORGAN_BAD_DATA, "%s is larger than %zu bytes", name, limit);
	}
}

static int file_open(const char *path, int flags, int *descriptor, struct stat *status, struct qorgan_error *error)
{
	*descriptor = open(path, O_RDONLY | O_CLOEXEC | flags);
	if (*descriptor < 0)
		return error_set_system(error, errno == ENOENT || errno == ENOTDIR ? QORGAN_ABSENT : QORGAN_IO,
		                        "cannot open %s", path);
	int code = QORGAN_OK;
	if (fstat(*descriptor, status))
		code = error_set_system(error, QORGAN_IO, "cannot examine %s", path);
	else if (S_ISDIR(status->st_mode))
		code = error_set(error, QORGAN_IO, "%s is a folder, not a file", path);
	if (code)
		close(*descriptor);
	return code;
}

int file_read(const char *path, size_t limit, struct buffer *to, struct qorgan_error *error)
{
	struct stat status;
	int descriptor;

	if (strcmp(path, "-") == 0)
		return descriptor_read(STDIN_FILENO, "standard input", limit, to, error);
	int code = file_open(path, 0, &descriptor, &status, error);
	if (code)
		return code;
	code = descriptor_read(descriptor, path, limit, to, error);
	close(descriptor);
	return code;
}

int file_read_ready(const char *path, size_t limit, struct buffer *to, struct qorgan_error *error)
{
	size_t before = to->size;
	struct stat status;
	int descriptor;

	if (strcmp(path, "-") == 0)
		return file_read(path, limit, to, error);
	/* So that the opening of a pipe waits for nobody; what is written into one is waited for. */
	int code = file_open(path, O_NONBLOCK, &descriptor, &status, error);
	if (code)
		return code;
	if (fcntl(descriptor, F_SETFL, 0))
		code = error_set_system(error, QORGAN_IO, "cannot read %s", path);
	if (!code)
		code = descriptor_read(descriptor, path, limit, to, error);
	if (!code && to->size == before && S_ISFIFO(status.st_mode))
		code = error_set(error, QORGAN_BAD_DATA, "%s is a pipe into which nobody writes: name a file, or - for standard input",
		                 path);
	close(descriptor);
	return code;
}

/* The descriptor is -1 after a failure. */
static int secret_open(const char *path, int *descriptor, struct qorgan_error *error)
{
	struct stat status;
	int code = file_open(path, 0, descriptor, &status, error);

	if (!code && S_ISREG(status.st_mode) && status.st_mode & 077) {
		code = error_set(error, QORGAN_DENIED,
		                 "%s can be read by others (mode %03o): make it private with chmod 600 %s", path,
		                 (unsigned)status.st_mode & 0777u, path);
		close(*descriptor);
	}
	if (code)
		*descriptor = -1;
	return code;
}

int file_read_secret(const char *path, size_t limit, struct buffer *to, struct qorgan_error *error)
{
	int descriptor;
	int code = secret_open(path, &descriptor, error);

	if (code)
		return code;
	if (!buffer_reserve(to, limit + 65536 + 65536))
		code = error_set_memory(error);
	else
		code = descriptor_read(descriptor, path, limit, to, error);
	close(descriptor);
	return code;
}

int file_read_secret_head(const char *path, char *to, size_t limit, size_t *size, struct qorgan_error *error)
{
	int descriptor;
	int code = secret_open(path, &descriptor, error);

	*size = 0;
	while (!code && *size < limit) {
		ssize_t got = read(descriptor, to + *size, limit - *size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			code = error_set_system(error, QORGAN_IO, "cannot read %s", path);
		if (got <= 0)
			break;
		*size += (size_t)got;
	}
	if (descriptor >= 0)
		close(descriptor);
	return code;
}

char *file_join(const char *folder, const char *name)
{
	char *path;
	size_t size = strlen(folder);

	if (asprintf(&path, size && folder[size - 1] == '/' ? "%s%s" : "%s/%s", folder, name) < 0)
		return NULL;
	return path;
}

static void writer_free(struct file_writer *writer)
{
	if (writer->descriptor >= 0)
		close(writer->descriptor);
	free(writer->path);
	free(writer->place);
	free(writer->temporary);
	free(writer);
}

/* The name that a link stands for; of a link in another folder, seen from there. */
static char *link_target(const char *link, const char *target)
{
	const char *slash = strrchr(link, '/');
	char *path;

	if (target[0] == '/' || !slash)
		return strdup(target);
	return asprintf(&path, "%.*s/%s", (int)(slash - link), link, target) < 0 ? NULL : path;
}

/* Where a path leads: a file is replaced where it lies, not the link to it. What
 * is not there yet is made where the link points. NULL with errno set. */
char *file_follow_links(const char *path)
{
	char *place = strdup(path), target[PATH_MAX];

	for (unsigned links = 0; place && links < 40; links++) {
		ssize_t size = readlink(place, target, sizeof target - 1);
		if (size < 0)
			return place;
		target[size] = '\0';
		char *next = link_target(place, target);
		free(place);
		place = next;
	}
	if (place)
		errno = ELOOP;
	free(place);
	return NULL;
}

int file_check_replaceable(const char *path, struct qorgan_error *error)
{
	struct stat status;

	if (stat(path, &status) || S_ISREG(status.st_mode))
		return QORGAN_OK; /* what else hinders it is told when it is written */
	return error_set(error, QORGAN_CANNOT_CREATE, "cannot write %s: it is %s, not a file", path,
	                 S_ISDIR(status.st_mode)    ? language_said("a folder")
	                 : S_ISFIFO(status.st_mode) ? language_said("a pipe")
	                 : S_ISSOCK(status.st_mode) ? language_said("a socket")
	                                            : language_said("a device"));
}

/* Opens a file beside the place, which takes it when it is whole. */
static int temporary_open(struct file_writer *writer, mode_t mode, struct qorgan_error *error)
{
	mode_t mask = umask(0);

	umask(mask);
	if (asprintf(&writer->temporary, "%s.XXXXXX", writer->place) < 0) {
		writer->temporary = NULL;
		return error_set_memory(error);
	}
	writer->descriptor = mkostemp(writer->temporary, O_CLOEXEC);
	if (writer->descriptor < 0) {
		free(writer->temporary); /* there is nothing of that name to be removed */
		writer->temporary = NULL;
		return error_set_system(error, QORGAN_CANNOT_CREATE, "cannot create %s", writer->path);
	}
	if (fchmod(writer->descriptor, mode & ~mask))
		return error_set_system(error, QORGAN_CANNOT_CREATE, "cannot set the mode of %s", writer->path);
	return QORGAN_OK;
}

/* A writer that has nothing open yet; NULL without memory. */
static struct file_writer *writer_make(const char *path)
{
	struct file_writer *made = calloc(1, sizeof *made);

	if (!made)
		return NULL;
	made->descriptor = -1;
	made->path = strdup(path);
	if (made->path)
		return made;
	free(made);
	return NULL;
}

/* Hands the writer over, or abandons it. */
static int writer_give(struct file_writer *made, int code, struct file_writer **writer)
{
	if (code)
		file_abandon(made);
	else
		*writer = made;
	return code;
}

int file_create(const char *path, mode_t mode, struct file_writer **writer, struct qorgan_error *error)
{
	struct file_writer *made = writer_make(path);
	struct stat status;
	int code = QORGAN_OK;

	if (!made)
		return error_set_memory(error);
	if (stat(path, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode))) {
		made->descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		if (made->descriptor < 0)
			code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot open %s", path);
	} else {
		code = file_check_replaceable(path, error);
		if (!code && !(made->place = file_follow_links(path)))
			code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot create %s", path);
		if (!code)
			code = temporary_open(made, mode, error);
	}
	return writer_give(made, code, writer);
}

int file_create_here(const char *path, mode_t mode, struct file_writer **writer, struct qorgan_error *error)
{
	struct file_writer *made = writer_make(path);
	struct stat status;
	int code = QORGAN_OK;

	if (!made)
		return error_set_memory(error);
	made->place = strdup(path);
	if (!made->place)
		code = error_set_memory(error);
	else if (lstat(path, &status) == 0 && !S_ISLNK(status.st_mode))
		code = file_check_replaceable(path, error);
	if (!code)
		code = temporary_open(made, mode, error);
	return writer_give(made, code, writer);
}

static int descriptor_write(struct file_writer *writer, const char *data, size_t size, struct qorgan_error *error)
{
	while (size) {
		ssize_t put = write(writer->descriptor, data, size);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return error_set_system(error, QORGAN_IO, "cannot write %s", writer->path);
		data += put;
		size -= (size_t)put;
	}
	return QORGAN_OK;
}

static int writer_flush(struct file_writer *writer, struct qorgan_error *error)
{
	int code = descriptor_write(writer, writer->pending, writer->used, error);

	writer->used = 0;
	return code;
}

int file_write(struct file_writer *writer, const void *data, size_t size, struct qorgan_error *error)
{
	if (size > sizeof writer->pending - writer->used) {
		int code = writer_flush(writer, error);
		if (code)
			return code;
	}
	if (size > sizeof writer->pending)
		return descriptor_write(writer, data, size, error);
	if (size)
		memcpy(writer->pending + writer->used, data, size);
	writer->used += size;
	return QORGAN_OK;
}

int file_sync_name(const char *path, struct qorgan_error *error)
{
	char *copy = strdup(path);

	if (!copy)
		return error_set_memory(error);
	int descriptor = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(copy);
	/* What may be searched but not read cannot be synced, which is no fault. */
	if (descriptor < 0 && errno == EACCES)
		return QORGAN_OK;
	if (descriptor < 0)
		return error_set_system(error, QORGAN_IO, "cannot open the folder of %s", path);
	int code = QORGAN_OK;
	if (fsync(descriptor) && errno != EINVAL)
		code = error_set_system(error, QORGAN_IO, "cannot sync the folder of %s", path);
	close(descriptor);
	return code;
}

/* All of it is in the file, and where `sync`, on the disk. */
static int writer_settle(struct file_writer *writer, bool sync, struct qorgan_error *error)
{
	int code = writer_flush(writer, error);

	if (!code && sync && writer->temporary && fsync(writer->descriptor))
		code = error_set_system(error, QORGAN_IO, "cannot sync %s", writer->path);
	return code;
}

static int writer_place(const struct file_writer *writer, struct qorgan_error *error)
{
	return writer->temporary && rename(writer->temporary, writer->place)
	           ? error_set_system(error, QORGAN_CANNOT_CREATE, "cannot put %s in place", writer->path)
	           : QORGAN_OK;
}

static int writer_finish(struct file_writer *writer, bool sync, struct qorgan_error *error)
{
	int code = writer_settle(writer, sync, error);

	if (!code)
		code = writer_place(writer, error);
	if (code) {
		file_abandon(writer);
		return code;
	}
	if (sync && writer->temporary)
		code = file_sync_name(writer->place, error);
	writer_free(writer);
	return code;
}

int file_commit(struct file_writer *writer, struct qorgan_error *error)
{
	return writer_finish(writer, true, error);
}

/* Keeps what is replaced, so that it can be put back; not every file system can. */
static int writer_exchange(struct file_writer *writer, struct qorgan_error *error)
{
	if (!writer->temporary)
		return QORGAN_OK;
	writer->has_former = renameat2(AT_FDCWD, writer->temporary, AT_FDCWD, writer->place, RENAME_EXCHANGE) == 0;
	writer->is_first = !writer->has_former && errno == ENOENT;
	return writer->has_former ? QORGAN_OK : writer_place(writer, error);
}

static void writer_take_back(const struct file_writer *writer)
{
	if (writer->has_former)
		rename(writer->temporary, writer->place);
	else if (writer->is_first)
		unlink(writer->place);
}

int file_commit_all(struct file_writer **writers, size_t count, struct qorgan_error *error)
{
	size_t placed = 0;
	int code = QORGAN_OK;

	for (size_t i = 0; i < count && !code; i++)
		code = writer_settle(writers[i], true, error);
	for (; placed < count && !code; placed += !code)
		code = writer_exchange(writers[placed], error);
	for (size_t i = 0; i < count && !code; i++)
		code = writers[i]->temporary ? file_sync_name(writers[i]->place, error) : QORGAN_OK;
	for (size_t i = 0; i < placed && code; i++)
		writer_take_back(writers[i]);
	for (size_t i = 0; i < count; i++) {
		file_abandon(writers[i]);
		writers[i] = NULL;
	}
	return code;
}

void file_abandon(struct file_writer *writer)
{
	if (!writer)
		return;
	if (writer->temporary)
		unlink(writer->temporary);
	writer_free(writer);
}

int file_replace_unsynced(const char *path, mode_t mode, const void *data, size_t size, struct qorgan_error *error)
{
	struct file_writer *writer;
	int code = file_create(path, mode, &writer, error);

	if (code)
		return code;
	code = file_write(writer, data, size, error);
	if (code) {
		file_abandon(writer);
		return code;
	}
	return writer_finish(writer, false, error);
}

/* ---- Folders ---------------------------------------------------------------- */

static int folder_make(const char *path, mode_t mode, bool *made, struct qorgan_error *error)
{
	*made = mkdir(path, mode) == 0;
	if (*made)
		return file_sync_name(path, error);
	return errno == EEXIST ? QORGAN_OK
	                       : error_set_system(error, QORGAN_CANNOT_CREATE, "cannot create the folder %s", path);
}

int file_make_folders_noted(const char *path, mode_t mode, size_t *first, struct qorgan_error *error)
{
	char *copy = strdup(path);
	size_t end = strlen(path);
	int code = QORGAN_OK;

	*first = 0;
	if (!copy)
		return error_set_memory(error);
	for (size_t i = 1; i <= end && !code; i++) {
		bool made;
		if (path[i] != '/' && path[i] != '\0')
			continue;
		copy[i] = '\0';
		code = folder_make(copy, mode, &made, error);
		copy[i] = path[i];
		if (made && !*first)
			*first = i;
	}
	if (!end)
		code = error_set(error, QORGAN_CANNOT_CREATE, "a folder without a name cannot be made");
	if (code) {
		file_remove_folders(path, *first);
		*first = 0;
	}
	free(copy);
	return code;
}

int file_make_folders(const char *path, mode_t mode, struct qorgan_error *error)
{
	size_t first;

	return file_make_folders_noted(path, mode, &first, error);
}

void file_remove_folders(const char *path, size_t first)
{
	char copy[PATH_MAX]; /* no memory is asked for: this cleans up where there may be none */
	size_t size = strlen(path);

	if (!first || size >= sizeof copy)
		return;
	memcpy(copy, path, size + 1);
	for (size_t end = size; end >= first && end > 0; end--) {
		if (path[end] != '/' && path[end] != '\0')
			continue;
		copy[end] = '\0';
		rmdir(copy); /* what is not empty is another's by now */
	}
}
