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

/* file_read_ready(path, limit, to, error): the same, but for a pipe into which nobody writes,
 * which file_read waits for: QORGAN_BAD_DATA. For what is named beside the matter itself. */
int file_read_ready(const char *path, size_t limit, struct buffer *to, struct qorgan_error *error);

/* file_read_secret(path, limit, to, error): as file_read, of a file that only
 * its owner can read (QORGAN_DENIED otherwise). The buffer is reserved once,
 * so that buffer_wipe leaves no copy. "-" is refused. */
int file_read_secret(const char *path, size_t limit, struct buffer *to, struct qorgan_error *error);

/* file_read_secret_head(path, to, limit, size, error): the first bytes of such a
 * file, `limit` at most, straight into memory that the caller gives; *size is
 * how many they are. */
int file_read_secret_head(const char *path, char *to, size_t limit, size_t *size, struct qorgan_error *error);

/* A file being written beside its final place. */
struct file_writer;

/* file_create(path, mode, writer, error): begin to write the file; nothing
 * appears at `path` before file_commit. Where a link is, what it points to is
 * written. What is there and no file (a pipe, a terminal) is not replaced but
 * written into, as the bytes come. QORGAN_CANNOT_CREATE if the place cannot be
 * written: it is a folder, a disk or a socket, say. */
int file_create(const char *path, mode_t mode, struct file_writer **writer, struct qorgan_error *error);
/* file_create_here: the same in a folder that others may write to: a link that is there
 * is replaced and not followed, and what is no file is refused. */
int file_create_here(const char *path, mode_t mode, struct file_writer **writer, struct qorgan_error *error);
int file_write(struct file_writer *writer, const void *data, size_t size, struct qorgan_error *error);
/* file_commit(writer, error): sync, rename into place, sync the folder. The
 * writer is gone afterwards, whatever the result. */
int file_commit(struct file_writer *writer, struct qorgan_error *error);
/* file_commit_all(writers, count, error): the same of files that belong together: all are
 * synced, then put in place. After a failure the files that were there are there again,
 * where the file system can exchange two. The writers are gone, and NULL. */
int file_commit_all(struct file_writer **writers, size_t count, struct qorgan_error *error);
/* file_abandon(writer): remove what was written. NULL is allowed. */
void file_abandon(struct file_writer *writer);

/* file_check_replaceable(path, error): QORGAN_CANNOT_CREATE if something that is
 * no file is there, for those who cannot write into it as the bytes come. */
int file_check_replaceable(const char *path, struct qorgan_error *error);

/* file_replace_unsynced(path, mode, data, size, error): the file in one call,
 * whole or absent while the system runs, but not forced to the disk: a power cut
 * may bring the old content back. */
int file_replace_unsynced(const char *path, mode_t mode, const void *data, size_t size, struct qorgan_error *error);

/* file_follow_links(path): where a path leads: the file that file_create replaces, which need not
 * be there yet. The caller frees it; NULL with errno set. */
char *file_follow_links(const char *path);

/* file_sync_name(path, error): force the name to the disk, that is, the folder
 * that holds it: a rename or a new folder is durable only then. */
int file_sync_name(const char *path, struct qorgan_error *error);

/* file_make_folders(path, mode, error): the folder and those above it, durable.
 * After a failure (QORGAN_CANNOT_CREATE, QORGAN_IO) those made are gone again. */
int file_make_folders(const char *path, mode_t mode, struct qorgan_error *error);
/* file_make_folders_noted(path, mode, first, error): the same; *first is how long
 * the path is up to the first folder that was made, 0 if all were there.
 * file_remove_folders(path, first): take the folders away again, from `path` up
 * to that one, as far as they are empty; 0: nothing. */
int file_make_folders_noted(const char *path, mode_t mode, size_t *first, struct qorgan_error *error);
void file_remove_folders(const char *path, size_t first);

/* file_join(folder, name): "folder/name"; the caller frees it; NULL without
 * memory. */
char *file_join(const char *folder, const char *name);

#endif
