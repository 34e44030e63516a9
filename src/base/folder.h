/* A folder that appears whole or not at all: its files are written into one beside it, which
 * then takes its place. */
#ifndef BASE_FOLDER_H
#define BASE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stddef.h>

#include "base/error.h"

struct folder_writer;

/* folder_create(path, is_ours, writer, error): begin to write it. A folder that is there is
 * replaced by folder_commit if all in it are files whose names are `is_ours`, so that nothing
 * of anybody else goes; QORGAN_CANNOT_CREATE if not, or if the place cannot be written. */
int folder_create(const char *path, bool (*is_ours)(const char *name), struct folder_writer **writer,
                  struct qorgan_error *error);
/* folder_add(writer, name, data, size, error): one private file, at once. */
int folder_add(struct folder_writer *writer, const char *name, const void *data, size_t size,
               struct qorgan_error *error);
/* folder_commit(writer, error): force all to the disk and put it in place. The writer is gone
 * afterwards, whatever the result. folder_abandon(writer): remove what was written; NULL is
 * allowed. */
int folder_commit(struct folder_writer *writer, struct qorgan_error *error);
void folder_abandon(struct folder_writer *writer);

#endif
