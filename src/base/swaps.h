/* What memory is swapped to, and whether it is encrypted there. */
#ifndef BASE_SWAPS_H
#define BASE_SWAPS_H

#include <stdbool.h>

#include "base/buffer.h"

/* Where the kernel tells of itself, for tests in another place. */
struct swaps_source {
	const char *list;    /* "/proc/swaps" */
	const char *devices; /* "/sys/dev/block" */
};
extern const struct swaps_source swaps_here;

/* swaps_bare(source, to): append the names of those that are not known to be encrypted, with
 * ", " between them: neither in memory themselves (zram) nor on a device of dm-crypt, as far
 * down as it is made of others. False if the list cannot be read. */
bool swaps_bare(const struct swaps_source *source, struct buffer *to);

/* swaps_name(line, name): the name that a line of the list begins with, its octal escapes
 * resolved; false for the head of the list and for what is no such line. */
bool swaps_name(struct span line, struct buffer *name);

/* swaps_device_is_encrypted(source, major, minor): whether dm-crypt keeps that device, or all
 * that it is made of. */
bool swaps_device_is_encrypted(const struct swaps_source *source, unsigned major, unsigned minor);

#endif
