/* Reading the kernel's list of swap, and what its devices are made of. */
#include "base/swaps.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/file.h"
#include "base/text.h"

#define LIST_LIMIT (1u << 20)
#define DEPTH_MOST 8 /* a volume on an array on a cipher is three */

const struct swaps_source swaps_here = { "/proc/swaps", "/sys/dev/block" };

/* ---- What a device is made of ------------------------------------------------------ */

/* Whether a device, a folder of sysfs, says of itself that dm-crypt keeps it. */
static bool is_cipher(const char *folder)
{
	char uuid[16] = "";
	char *path = file_join(folder, "dm/uuid");
	FILE *file = path ? fopen(path, "re") : NULL;

	if (file) {
		if (!fgets(uuid, sizeof uuid, file))
			uuid[0] = '\0';
		fclose(file);
	}
	free(path);
	return strncmp(uuid, "CRYPT-", 6) == 0;
}

/* A partition has no slaves of its own: only what is made of others has any. */
static bool folder_is_encrypted(const char *folder, unsigned depth)
{
	char *slaves = file_join(folder, "slaves");
	DIR *entries = slaves ? opendir(slaves) : NULL;
	const struct dirent *entry;
	bool encrypted = is_cipher(folder), any = false, all = true;

	while (!encrypted && all && entries && depth < DEPTH_MOST && (entry = readdir(entries))) {
		if (entry->d_name[0] == '.')
			continue;
		char *slave = file_join(slaves, entry->d_name);
		any = true;
		all = slave && folder_is_encrypted(slave, depth + 1);
		free(slave);
	}
	if (entries)
		closedir(entries);
	free(slaves);
	return encrypted || (any && all);
}

bool swaps_device_is_encrypted(const struct swaps_source *source, unsigned major, unsigned minor)
{
	char *folder = NULL;

	if (asprintf(&folder, "%s/%u:%u", source->devices, major, minor) < 0)
		return false;
	bool encrypted = folder_is_encrypted(folder, 0);
	free(folder);
	return encrypted;
}

/* ---- The list ------------------------------------------------------------------------ */

static bool octal_take(struct span text, size_t at, char *byte)
{
	unsigned value = 0;

	if (text.size - at < 4 || text.data[at] != '\\')
		return false;
	for (size_t i = 1; i < 4; i++) {
		if (text.data[at + i] < '0' || text.data[at + i] > '7')
			return false;
		value = value * 8 + (unsigned)(text.data[at + i] - '0');
	}
	*byte = (char)value;
	return value > 0 && value < 256;
}

bool swaps_name(struct span line, struct buffer *name)
{
	char byte;

	buffer_clear(name);
	if (line.size == 0 || line.data[0] != '/')
		return false;
	for (size_t at = 0; at < line.size && line.data[at] != ' ' && line.data[at] != '\t'; at++) {
		bool escaped = octal_take(line, at, &byte);
		buffer_append_char(name, escaped ? byte : line.data[at]);
		at += escaped ? 3 : 0;
	}
	return !name->failed;
}

/* A file that was deleted meanwhile, or is not to be seen from here, counts as bare. */
static bool place_is_bare(const struct swaps_source *source, const char *name)
{
	struct stat status;

	if (strncmp(name, "/dev/zram", 9) == 0)
		return false;
	if (stat(name, &status))
		return true;
	dev_t device = S_ISBLK(status.st_mode) ? status.st_rdev : status.st_dev;
	return !swaps_device_is_encrypted(source, major(device), minor(device));
}

bool swaps_bare(const struct swaps_source *source, struct buffer *to)
{
	struct buffer text = { 0 }, name = { 0 };
	struct span line;
	bool known = file_read(source->list, LIST_LIMIT, &text, NULL) == 0;
	struct span rest = buffer_span(&text);

	while (known && text_line_take(&rest, &line))
		if (swaps_name(line, &name) && place_is_bare(source, buffer_text(&name)))
			buffer_append_format(to, "%s%s", to->size ? ", " : "", buffer_text(&name));
	buffer_free(&text);
	buffer_free(&name);
	return known && !to->failed;
}
