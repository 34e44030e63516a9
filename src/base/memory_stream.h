/* A stream whose content is memory, and which tells when there was not enough of it. That of the C library does not: of
 * what finds no room it drops a part, and neither ferror nor fclose says so. */
#ifndef BASE_MEMORY_STREAM_H
#define BASE_MEMORY_STREAM_H

#include <stddef.h>
#include <stdio.h>

/* memory_stream_open(data, size): a stream to write to, or NULL without memory. Once fclose has returned 0, *data is the
 * content, with a zero behind it that is not counted, and the caller frees it. Otherwise, and before, it is NULL. */
FILE *memory_stream_open(char **data, size_t *size);

#endif
