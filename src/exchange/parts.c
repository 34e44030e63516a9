/* Parts of a package: named, found, read as one file, and cut. */
#include "exchange/parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "qorgan/exchange.h"

#define PIECE_SIZE 65536

/* ---- Names ------------------------------------------------------------------------- */

/* A whole number of 1 to 4 digits; returns where it ends, NULL if there is none. */
static const char *digits_read(const char *at, unsigned *number)
{
	size_t size = strspn(at, "0123456789");

	*number = 0;
	for (size_t i = 0; i < size && size <= 4; i++)
		*number = *number * 10 + (unsigned)(at[i] - '0');
	return size && size <= 4 && *number ? at + size : NULL;
}

bool part_name_parse(const char *name, struct part_name *part)
{
	const char *dot = strrchr(name, '.');
	const char *number_at = dot && strncmp(dot, ".part", 5) == 0 ? dot + 5 : NULL;
	const char *end = number_at ? digits_read(number_at, &part->number) : NULL;

	if (!end || strncmp(end, "of", 2) != 0)
		return false;
	const char *count_at = end + 2, *after = digits_read(count_at, &part->count);
	part->whole = (size_t)(dot - name);
	return after && !*after && *count_at != '0' && after - count_at == end - number_at &&
	       part->number <= part->count && part->count > 1 && part->whole > 0;
}

size_t qorgan_package_of_part(const char *path)
{
	struct part_name part;

	return part_name_parse(path, &part) ? part.whole : 0;
}

char *part_path(const char *whole, unsigned number, unsigned count)
{
	char *path;
	int width = snprintf(NULL, 0, "%u", count);

	return asprintf(&path, "%s.part%0*uof%u", whole, width, number, count) < 0 ? NULL : path;
}

/* ---- Reading ------------------------------------------------------------------------ */

static bool file_is_there(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

/* The first of the parts that is not there; 0: none is missing. */
static int missing_find(const char *whole, unsigned count, unsigned *missing, struct qorgan_error *error)
{
	*missing = 0;
	for (unsigned number = 1; number <= count && !*missing; number++) {
		char *path = part_path(whole, number, count);
		if (!path)
			return error_set_memory(error);
		if (!file_is_there(path))
			*missing = number;
		free(path);
	}
	return QORGAN_OK;
}

static DIR *folder_of(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	DIR *opened = folder ? opendir(folder) : NULL;

	*name = slash ? slash + 1 : path;
	free(folder);
	return opened;
}

int parts_find(const char *whole, unsigned *count, struct qorgan_error *error)
{
	const char *name;
	DIR *folder = folder_of(whole, &name);
	struct part_name part;
	unsigned missing = 0, missing_of = 0;
	int code = QORGAN_OK;

	*count = 0;
	for (const struct dirent *entry; folder && !*count && !code && (entry = readdir(folder));) {
		if (!part_name_parse(entry->d_name, &part) || part.whole != strlen(name) ||
		    strncmp(entry->d_name, name, part.whole) != 0 || part.count == missing_of)
			continue;
		code = missing_find(whole, part.count, &missing, error);
		missing_of = part.count;
		if (!code && !missing)
			*count = part.count;
	}
	if (folder)
		closedir(folder);
	if (code || *count)
		return code;
	return missing ? error_set(error, QORGAN_ABSENT, "part %u of %u of the package %s is missing: it is taken in when all "
	                           "are in one folder", missing, missing_of, whole)
	               : QORGAN_ABSENT;
}

static int part_read(const char *path, parts_sink sink, void *context, struct qorgan_error *error)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK);
	struct stat status;
	char *piece = malloc(PIECE_SIZE);
	int code = piece ? QORGAN_OK : error_set_memory(error);
	ssize_t got = 1;

	if (!code && descriptor < 0)
		code = error_set_system(error, errno == ENOENT ? QORGAN_ABSENT : QORGAN_IO, "cannot open %s", path);
	else if (!code && (fstat(descriptor, &status) || !S_ISREG(status.st_mode)))
		code = error_set(error, QORGAN_IO, "%s is no file of its own, but a link or another thing: it is not read", path);
	while (!code && got > 0) {
		got = read(descriptor, piece, PIECE_SIZE);
		if (got > 0)
			code = sink(context, piece, (size_t)got, error);
		else if (got < 0 && errno == EINTR)
			got = 1;
		else if (got < 0)
			code = error_set_system(error, QORGAN_IO, "cannot read %s", path);
	}
	if (descriptor >= 0)
		close(descriptor);
	free(piece);
	return code;
}

int parts_read(const char *whole, unsigned count, parts_sink sink, void *context, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (unsigned number = 1; number <= count && !code; number++) {
		char *path = count > 1 ? part_path(whole, number, count) : strdup(whole);
		code = path ? part_read(path, sink, context, error) : error_set_memory(error);
		free(path);
	}
	return code;
}

/* ---- Cutting -------------------------------------------------------------------------- */

unsigned parts_count(uint64_t size, uint64_t most, struct qorgan_error *error)
{
	uint64_t count = size / most + (size % most != 0);

	if (count <= PARTS_LIMIT)
		return count ? (unsigned)count : 1;
	error_set(error, QORGAN_USAGE, "the package has %llu bytes, which are more than %d parts of %llu: give a larger "
	          "--max-size", (unsigned long long)size, PARTS_LIMIT, (unsigned long long)most);
	return 0;
}

/* ".NAME" in the folder of a path. */
static char *hidden_path(const char *path)
{
	const char *slash = strrchr(path, '/');
	int folder = slash ? (int)(slash + 1 - path) : 0;
	char *hidden;

	return asprintf(&hidden, "%.*s.%s", folder, path, path + folder) < 0 ? NULL : hidden;
}

/* The next `size` bytes of the file, as the part of that path. */
static int part_fill(FILE *from, uint64_t size, struct file_writer *writer, struct qorgan_error *error)
{
	char piece[PIECE_SIZE];
	int code = QORGAN_OK;

	while (size && !code) {
		size_t wanted = size < sizeof piece ? (size_t)size : sizeof piece;
		if (fread(piece, 1, wanted, from) != wanted)
			return error_set(error, QORGAN_IO, "the package cannot be read back to be cut in parts");
		code = file_write(writer, piece, wanted, error);
		size -= wanted;
	}
	return code;
}

static int part_put(FILE *from, uint64_t size, const char *path, struct qorgan_error *error)
{
	struct file_writer *writer = NULL;
	char *hidden = path ? hidden_path(path) : NULL;
	int code = hidden ? file_create_here(hidden, 0644, &writer, error) : error_set_memory(error);

	if (!code)
		code = part_fill(from, size, writer, error);
	if (code)
		file_abandon(writer);
	else
		code = file_commit(writer, error);
	if (!code && rename(hidden, path))
		code = error_set_system(error, QORGAN_CANNOT_CREATE, "cannot put %s in place", path);
	if (!code)
		code = file_sync_name(path, error);
	free(hidden);
	return code;
}

int parts_write(const char *from, const char *whole, unsigned count, struct qorgan_error *error)
{
	FILE *file = fopen(from, "re");
	struct stat status;
	int code = QORGAN_OK;

	if (!file || fstat(fileno(file), &status))
		code = error_set_system(error, QORGAN_IO, "cannot read %s", from);
	uint64_t left = code ? 0 : (uint64_t)status.st_size, each = left / count + (left % count != 0);
	for (unsigned number = 1; number <= count && !code; number++) {
		char *path = part_path(whole, number, count);
		uint64_t size = left < each ? left : each;
		code = part_put(file, size, path, error);
		left -= size;
		free(path);
	}
	if (file)
		fclose(file);
	return code;
}
