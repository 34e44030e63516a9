/* Files: read whole within a bound, written so that they appear whole or not
 * at all. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"

/* file_read(path, limit, to, error): append the whole file; "-" is standard
 * input. QORGAN_ABSENT if there is none, QORGAN_BAD_DATA if longer than limit
 * bytes, QORGAN_IO otherwise. */
int file_read(const char *path, size_t limit, struct buffer *to, struct qorgan_error *error);

/* file_read_secret(path, limit, to, error): as file_read, of a file that only
 * its owner can read (QORGAN_DENIED otherwise). The buffer is reserved once,
 * so that buffer_wipe leaves no copy. "-" is refused. */
int file_read_secret(const char *path, size_t limit, struct buffer *to, struct qorgan_error *error);

/* A file being written beside its final place. */
struct file_writer;

/* file_create(path, mode, writer, error): begin to write the file; nothing
 * appears at `path` before file_commit. QORGAN_CANNOT_CREATE if the place
 * cannot be written, or `path` is a folder. */
int file_create(const char *path, mode_t mode, struct file_writer **writer, struct qorgan_error *error);
int file_write(struct file_writer *writer, const void *data, size_t size, struct qorgan_error *error);
/* file_commit(writer, error): sync, rename into place, sync the folder. The
 * writer is gone afterwards, whatever the result. */
int file_commit(struct file_writer *writer, struct qorgan_error *error);
/* file_abandon(writer): remove what was written. NULL is allowed. */
void file_abandon(struct file_writer *writer);

/* file_replace(path, mode, data, size, error): the above in one call. */
int file_replace(const char *path, mode_t mode, const void *data, size_t size, struct qorgan_error *error);

/* file_replace_unsynced(...): the same, whole or absent while the system runs,
 * but not forced to the disk: a power cut may bring the old content back. */
int file_replace_unsynced(const char *path, mode_t mode, const void *data, size_t size, struct qorgan_error *error);

/* file_make_folders(path, mode, error): the folder and those above it. */
int file_make_folders(const char *path, mode_t mode, struct qorgan_error *error);

/* file_join(folder, name): "folder/name"; the caller frees it; NULL without
 * memory. */
char *file_join(const char *folder, const char *name);

#endif
