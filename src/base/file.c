/* Files read within a bound and written atomically. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct file_writer {
	int descriptor;
	char *path;
	char *temporary;
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

static int file_open(const char *path, int *descriptor, struct stat *status, struct qorgan_error *error)
{
	*descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (*descriptor < 0)
		return error_set_system(error, errno == ENOENT || errno == ENOTDIR ? QORGAN_ABSENT : QORGAN_IO,
		                        "cannot open %s", path);
	if (fstat(*descriptor, status) || S_ISDIR(status->st_mode)) {
		close(*descriptor);
		return error_set(error, QORGAN_IO, "%s is a folder, not a file", path);
	}
	return QORGAN_OK;
}

int file_read(const char *path, size_t limit, struct buffer *to, struct qorgan_error *error)
{
	struct stat status;
	int descriptor;

	if (strcmp(path, "-") == 0)
		return descriptor_read(STDIN_FILENO, "standard input", limit, to, error);
	int code = file_open(path, &descriptor, &status, error);
	if (code)
		return code;
	code = descriptor_read(descriptor, path, limit, to, error);
	close(descriptor);
	return code;
}

int file_read_secret(const char *path, size_t limit, struct buffer *to, struct qorgan_error *error)
{
	struct stat status;
	int descriptor;
	int code = file_open(path, &descriptor, &status, error);

	if (code)
		return code;
	if (S_ISREG(status.st_mode) && status.st_mode & 077)
		code = error_set(error, QORGAN_DENIED,
		                 "%s can be read by others (mode %03o): make it private with chmod 600 %s", path,
		                 (unsigned)status.st_mode & 0777u, path);
	else if (!buffer_reserve(to, limit + 65536 + 65536))
		code = error_set_memory(error);
	else
		code = descriptor_read(descriptor, path, limit, to, error);
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
	free(writer->temporary);
	free(writer);
}

int file_create(const char *path, mode_t mode, struct file_writer **writer, struct qorgan_error *error)
{
	struct file_writer *made = calloc(1, sizeof *made);
	struct stat status;

	if (!made)
		return error_set_memory(error);
	made->descriptor = -1;
	made->path = strdup(path);
	if (!made->path || asprintf(&made->temporary, "%s.XXXXXX", path) < 0) {
		made->temporary = NULL;
		writer_free(made);
		return error_set_memory(error);
	}
	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
		writer_free(made);
		return error_set(error, QORGAN_CANNOT_CREATE, "cannot write %s: it is a folder", path);
	}
	made->descriptor = mkostemp(made->temporary, O_CLOEXEC);
	if (made->descriptor < 0) {
		int code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot create %s", path);
		writer_free(made);
		return code;
	}
	mode_t mask = umask(0);
	umask(mask);
	if (fchmod(made->descriptor, mode & ~mask)) {
		int code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot set the mode of %s", path);
		file_abandon(made);
		return code;
	}
	*writer = made;
	return QORGAN_OK;
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

/* A rename is durable only when the folder that holds the name is. */
static int folder_sync(const char *path, struct qorgan_error *error)
{
	char *copy = strdup(path);

	if (!copy)
		return error_set_memory(error);
	int descriptor = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(copy);
	if (descriptor < 0)
		return error_set_system(error, QORGAN_IO, "cannot open the folder of %s", path);
	int code = QORGAN_OK;
	if (fsync(descriptor) && errno != EINVAL)
		code = error_set_system(error, QORGAN_IO, "cannot sync the folder of %s", path);
	close(descriptor);
	return code;
}

static int writer_finish(struct file_writer *writer, bool sync, struct qorgan_error *error)
{
	int code = writer_flush(writer, error);

	if (!code && sync && fsync(writer->descriptor))
		code = error_set_system(error, QORGAN_IO, "cannot sync %s", writer->path);
	if (!code && rename(writer->temporary, writer->path))
		code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot put %s in place", writer->path);
	if (code) {
		file_abandon(writer);
		return code;
	}
	if (sync)
		code = folder_sync(writer->path, error);
	writer_free(writer);
	return code;
}

int file_commit(struct file_writer *writer, struct qorgan_error *error)
{
	return writer_finish(writer, true, error);
}

void file_abandon(struct file_writer *writer)
{
	if (!writer)
		return;
	unlink(writer->temporary);
	writer_free(writer);
}

static int file_replace_with(const char *path, mode_t mode, const void *data, size_t size, bool sync,
                             struct qorgan_error *error)
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
	return writer_finish(writer, sync, error);
}

int file_replace(const char *path, mode_t mode, const void *data, size_t size, struct qorgan_error *error)
{
	return file_replace_with(path, mode, data, size, true, error);
}

int file_replace_unsynced(const char *path, mode_t mode, const void *data, size_t size, struct qorgan_error *error)
{
	return file_replace_with(path, mode, data, size, false, error);
}

int file_make_folders(const char *path, mode_t mode, struct qorgan_error *error)
{
	char *copy = strdup(path);
	int code = QORGAN_OK;

	if (!copy)
		return error_set_memory(error);
	for (char *slash = strchr(copy + 1, '/'); !code; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = '\0';
		if (mkdir(copy, mode) && errno != EEXIST)
			code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot create the folder %s", copy);
		if (!slash)
			break;
		*slash = '/';
	}
	free(copy);
	return code;
}
