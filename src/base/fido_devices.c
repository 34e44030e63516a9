/* Looking for security keys without opening them. */
#include "base/fido_devices.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#define DESCRIPTOR_LIMIT 4096 /* as the kernel bounds it */
#define USAGE_PAGE 0x04       /* an item of a descriptor, less the two bits of its size */
#define LONG_ITEM 0xfe
#define FIDO_PAGE 0xf1d0

const struct fido_devices_source fido_devices_here = { "/sys/class/hidraw", "/dev" };

bool fido_descriptor_is(struct span descriptor)
{
	const uint8_t *at = (const uint8_t *)descriptor.data, *end = at + descriptor.size;

	while (at < end) {
		uint8_t item = *at++;
		size_t size = item & 3 ? (size_t)1 << ((item & 3) - 1) : 0;
		if (item == LONG_ITEM)
			size = at < end ? (size_t)*at + 2 : 0;
		if (size > (size_t)(end - at))
			return false;
		if ((item & ~3) == USAGE_PAGE && size == 2 && (at[0] | at[1] << 8) == FIDO_PAGE)
			return true;
		at += size;
	}
	return false;
}

static bool is_key(const struct fido_devices_source *source, const char *name)
{
	char path[PATH_MAX], descriptor[DESCRIPTOR_LIMIT];

	if (snprintf(path, sizeof path, "%s/%s/device/report_descriptor", source->list, name) >= (int)sizeof path)
		return false;
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t size = file < 0 ? -1 : read(file, descriptor, sizeof descriptor);
	if (file >= 0)
		close(file);
	return size > 0 && fido_descriptor_is((struct span){ descriptor, (size_t)size });
}

void fido_devices_denied(const struct fido_devices_source *source, struct buffer *to)
{
	DIR *list = opendir(source->list);
	char path[PATH_MAX];

	for (struct dirent *entry; list && (entry = readdir(list));) {
		if (entry->d_name[0] == '.' || !is_key(source, entry->d_name))
			continue;
		if (snprintf(path, sizeof path, "%s/%s", source->nodes, entry->d_name) < (int)sizeof path &&
		    access(path, R_OK | W_OK) != 0)
			buffer_append_format(to, "%s%s", to->size ? ", " : "", path);
	}
	if (list)
		closedir(list);
}
