/* Taking a store away for good: what is not to be read any more is overwritten, where the
 * file system overwrites in place, before its names go. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "engine/lmdb_engine.h"

#define PIECE_SIZE ((size_t)1 << 20)

/* *file is -1 if there is none of that name. */
static int file_open(const char *folder, const char *name, int *file, struct qorgan_error *error)
{
	char *path = file_join(folder, name);
	int code = path ? QORGAN_OK : error_set_memory(error);

	*file = path ? open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW) : -1;
	if (path && *file < 0 && errno != ENOENT)
		code = error_set_system(error, QORGAN_IO, "cannot open %s", path);
	free(path);
	return code;
}

/* LMDB holds the first byte of its lock file for as long as it has a store open: whoever gets
 * it for itself is alone, and who comes later waits. */
static bool is_alone(int lock)
{
	struct flock alone = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };

	return lock < 0 || fcntl(lock, F_SETLK, &alone) == 0;
}

static int zeros_write(int file, const char *folder, struct qorgan_error *error)
{
	struct stat status;
	char *zeros = calloc(1, PIECE_SIZE);
	int code = zeros ? QORGAN_OK : error_set_memory(error);

	if (!code && fstat(file, &status))
		code = error_set_system(error, QORGAN_IO, "cannot examine the store in %s", folder);
	for (off_t at = 0; !code && at < status.st_size;) {
		size_t size = status.st_size - at < (off_t)PIECE_SIZE ? (size_t)(status.st_size - at) : PIECE_SIZE;
		ssize_t written = pwrite(file, zeros, size, at);
		if (written > 0)
			at += written;
		else if (written == 0 || errno != EINTR)
			code = error_set_system(error, QORGAN_IO, "cannot overwrite the store in %s", folder);
	}
	if (!code && fdatasync(file))
		code = error_set_system(error, QORGAN_IO, "cannot overwrite the store in %s", folder);
	free(zeros);
	return code;
}

static int data_erase(const char *folder, enum engine_erased *erased, struct qorgan_error *error)
{
	struct stat status = { 0 };
	int lock, data = -1;
	int code = file_open(folder, LMDB_LOCK_NAME, &lock, error);

	if (!code)
		code = file_open(folder, LMDB_DATA_NAME, &data, error);
	if (data >= 0 && fstat(data, &status))
		code = error_set_system(error, QORGAN_IO, "cannot examine the store in %s", folder);
	else if (data >= 0 && status.st_nlink > 1)
		*erased = ENGINE_ERASED_NOT_LINKED;
	else if (data >= 0 && !is_alone(lock))
		*erased = ENGINE_ERASED_NOT_READ;
	else if (data >= 0)
		code = zeros_write(data, folder, error);
	if (data >= 0)
		close(data);
	if (lock >= 0)
		close(lock);
	return code;
}

int lmdb_erase(const char *folder, enum engine_erased *erased, struct qorgan_error *error)
{
	*erased = ENGINE_ERASED;
	int code = data_erase(folder, erased, error);
	if (code)
		return code;
	lmdb_remove_files(folder);
	return rmdir(folder) && errno != ENOENT ? error_set_system(error, QORGAN_IO, "cannot remove the folder %s", folder)
	                                        : QORGAN_OK;
}
