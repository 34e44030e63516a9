/* Security keys that are plugged in, as the kernel tells of them (hidraw), and whether this user may
 * speak to them. */
#ifndef BASE_FIDO_DEVICES_H
#define BASE_FIDO_DEVICES_H

#include <stdbool.h>

#include "base/buffer.h"

/* Where the kernel tells of them, for tests in another place. */
struct fido_devices_source {
	const char *list;  /* "/sys/class/hidraw" */
	const char *nodes; /* "/dev" */
};
extern const struct fido_devices_source fido_devices_here;

/* fido_devices_denied(source, to): append the names of the devices of security keys that this user
 * may not read and write, with ", " between them. */
void fido_devices_denied(const struct fido_devices_source *source, struct buffer *to);

/* fido_descriptor_is(descriptor): whether the report descriptor of a HID device is that of a security key. */
bool fido_descriptor_is(struct span descriptor);

#endif
