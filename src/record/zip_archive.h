/* A zip archive of other people's, in memory, read by libzip within bounds. libzip is
 * opened when an archive is read and not before: it brings along libraries whose start
 * costs more than that of this whole program. */
#ifndef RECORD_ZIP_ARCHIVE_H
#define RECORD_ZIP_ARCHIVE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"

#define ZIP_ARCHIVE_SIZE (8u << 20)    /* of the archive */
#define ZIP_ENTRIES 1000               /* in it */
#define ZIP_ENTRY_SIZE (16u << 20)     /* of one, unpacked */
#define ZIP_TOTAL_SIZE (48u << 20)     /* of all that are read */
#define ZIP_RATIO 250                  /* unpacked to packed, of what is larger than ZIP_RATIO_FROM */
#define ZIP_RATIO_FROM (256u << 10)

struct zip_archive;

/* zip_archive_is(bytes): whether they begin like one. */
bool zip_archive_is(struct span bytes);
/* zip_archive_open(bytes, archive, error): the bytes must outlive it; the caller closes it.
 * QORGAN_BAD_DATA for what is no sound archive, or beyond the bounds (its entries' sizes
 * by its own word, which reading holds it to); QORGAN_CANNOT_CREATE without libzip. */
int zip_archive_open(struct span bytes, struct zip_archive **archive, struct qorgan_error *error);
void zip_archive_close(struct zip_archive *archive);
/* zip_archive_read(archive, name, to, error): append an entry's content. QORGAN_ABSENT
 * (without a message) if there is none; QORGAN_BAD_DATA if it is encrypted, does not
 * have its checksum, or is beyond the bounds. */
int zip_archive_read(struct zip_archive *archive, const char *name, struct buffer *to, struct qorgan_error *error);
/* zip_archive_has(archive, prefix): whether an entry's name begins so. */
bool zip_archive_has(struct zip_archive *archive, const char *prefix);

#endif
