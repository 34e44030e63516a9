/* The lock of the one writer, longer than a transaction: held by the descriptor
 * of a file of its own, so that it goes with the process. The file names the
 * process, for the message to others. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "engine/lmdb_engine.h"

static int writer_file_open(struct lmdb_engine *engine, struct qorgan_error *error)
{
	if (engine->writer_file >= 0)
		return QORGAN_OK;
	char *path = file_join(engine->folder, LMDB_WRITER_NAME);
	if (!path)
		return error_set_memory(error);
	int code = QORGAN_OK;
	engine->writer_file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (engine->writer_file < 0)
		code = error_set_system(error, QORGAN_IO, "cannot open %s", path);
	free(path);
	return code;
}

static int writer_busy(struct lmdb_engine *engine, struct qorgan_error *error)
{
	char text[24];
	ssize_t size = pread(engine->writer_file, text, sizeof text - 1, 0);

	text[size > 0 ? size : 0] = '\0';
	long process = strtol(text, NULL, 10);
	if (process > 0)
		return error_set(error, QORGAN_BUSY, "the store at %s is locked by process %ld: try again when it is done",
		                 engine->folder, process);
	return error_set(error, QORGAN_BUSY, "the store at %s is locked by another process: try again when it is done",
	                 engine->folder);
}

static void writer_file_write(int file, const char *text)
{
	/* Only a help for the message to others: the lock does not depend on it. */
	if (ftruncate(file, 0) || pwrite(file, text, strlen(text), 0) < 0)
		return;
}

int lmdb_lock_writer(struct engine *base, bool wait, struct qorgan_error *error)
{
	struct lmdb_engine *engine = (struct lmdb_engine *)base;
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char text[24];
	int code = writer_file_open(engine, error);

	if (code)
		return code;
	if (fcntl(engine->writer_file, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock)) {
		if (errno == EACCES || errno == EAGAIN)
			return writer_busy(engine, error);
		if (errno == EINTR)
			return error_set(error, QORGAN_BUSY, "interrupted while another process writes to the store at %s",
			                 engine->folder);
		return error_set_system(error, QORGAN_IO, "cannot lock the store at %s", engine->folder);
	}
	snprintf(text, sizeof text, "%ld\n", (long)getpid());
	writer_file_write(engine->writer_file, text);
	return QORGAN_OK;
}

/* Whoever puts another file in place is the one writer meanwhile. */
bool lmdb_is_current(struct engine *base)
{
	const struct lmdb_engine *engine = (const struct lmdb_engine *)base;
	struct stat status;

	return stat(engine->data, &status) || (status.st_dev == engine->device && status.st_ino == engine->inode);
}

void lmdb_unlock_writer(struct engine *base)
{
	struct lmdb_engine *engine = (struct lmdb_engine *)base;
	struct flock lock = { .l_type = F_UNLCK, .l_whence = SEEK_SET };

	writer_file_write(engine->writer_file, "");
	fcntl(engine->writer_file, F_OFD_SETLK, &lock);
}
