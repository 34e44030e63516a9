/* Reading zip archives by libzip. */
#include "record/zip_archive.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/library.h"

#define ZIP_FUNCTIONS(F)         \
	F(zip_source_buffer_create)  \
	F(zip_source_free)           \
	F(zip_open_from_source)      \
	F(zip_discard)               \
	F(zip_get_num_entries)       \
	F(zip_get_name)              \
	F(zip_name_locate)           \
	F(zip_stat_index)            \
	F(zip_fopen_index)           \
	F(zip_fread)                 \
	F(zip_fclose)

struct zip_library {
#define ZIP_MEMBER(name) __typeof__(name) *name;
	ZIP_FUNCTIONS(ZIP_MEMBER)
#undef ZIP_MEMBER
};
static struct zip_library library;

static const struct library_function functions[] = {
#define ZIP_ROW(name) LIBRARY_ROW(struct zip_library, name)
	ZIP_FUNCTIONS(ZIP_ROW)
#undef ZIP_ROW
	{ NULL, 0 }
};

struct zip_archive {
	zip_t *zip;
	uint64_t read; /* bytes unpacked so far */
};

static int library_open(struct qorgan_error *error)
{
	static void *opened; /* for good, as its functions are called until the program ends */
	static bool is_open;

	if (is_open)
		return QORGAN_OK;
	if (!opened)
		opened = dlopen(QORGAN_LIBZIP, RTLD_NOW | RTLD_LOCAL);
	if (!opened)
		return error_set(error, QORGAN_CANNOT_CREATE, "a spreadsheet is read by libzip, which cannot be used (%s): "
		                 "install it", dlerror());
	const char *missing = library_take(opened, functions, &library);
	if (missing)
		return error_set(error, QORGAN_CANNOT_CREATE, "%s has no function %s", QORGAN_LIBZIP, missing);
	is_open = true;
	return QORGAN_OK;
}

bool zip_archive_is(struct span bytes)
{
	return bytes.size >= 4 && memcmp(bytes.data, "PK\3\4", 4) == 0;
}

/* What each entry says of itself; what it really unpacks to is bounded when it is read. */
static int entries_check(zip_t *zip, struct qorgan_error *error)
{
	zip_int64_t count = library.zip_get_num_entries(zip, 0);
	zip_stat_t about;

	if (count < 0 || count > ZIP_ENTRIES)
		return error_set(error, QORGAN_BAD_DATA, "the archive has more than %d entries", ZIP_ENTRIES);
	for (zip_uint64_t i = 0; i < (zip_uint64_t)count; i++) {
		if (library.zip_stat_index(zip, i, 0, &about) || !(about.valid & ZIP_STAT_SIZE) ||
		    !(about.valid & ZIP_STAT_COMP_SIZE) || !(about.valid & ZIP_STAT_NAME))
			return error_set(error, QORGAN_BAD_DATA, "the archive is damaged");
		if (about.size > ZIP_ENTRY_SIZE)
			return error_set(error, QORGAN_BAD_DATA, "%.80s in the archive is larger than %u bytes", about.name,
			                 ZIP_ENTRY_SIZE);
		if (about.size > ZIP_RATIO_FROM && about.size / ZIP_RATIO > about.comp_size)
			return error_set(error, QORGAN_BAD_DATA, "%.80s in the archive is packed more than %d times: it is made to "
			                 "fill the memory", about.name, ZIP_RATIO);
	}
	return QORGAN_OK;
}

int zip_archive_open(struct span bytes, struct zip_archive **archive, struct qorgan_error *error)
{
	struct zip_archive *made;
	int code = library_open(error);

	if (code)
		return code;
	if (bytes.size > ZIP_ARCHIVE_SIZE)
		return error_set(error, QORGAN_BAD_DATA, "the archive is larger than %u bytes", ZIP_ARCHIVE_SIZE);
	made = calloc(1, sizeof *made);
	zip_source_t *source = made ? library.zip_source_buffer_create(bytes.data, bytes.size, 0, NULL) : NULL;
	if (!source) {
		free(made);
		return error_set_memory(error);
	}
	made->zip = library.zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, NULL);
	if (!made->zip) {
		library.zip_source_free(source);
		free(made);
		return error_set(error, QORGAN_BAD_DATA, "it begins like a zip archive, and is none, or a damaged one");
	}
	code = entries_check(made->zip, error);
	if (code) {
		zip_archive_close(made);
		return code;
	}
	*archive = made;
	return QORGAN_OK;
}

void zip_archive_close(struct zip_archive *archive)
{
	if (!archive)
		return;
	library.zip_discard(archive->zip);
	free(archive);
}

bool zip_archive_has(struct zip_archive *archive, const char *prefix)
{
	zip_int64_t count = library.zip_get_num_entries(archive->zip, 0);

	for (zip_int64_t i = 0; i < count; i++) {
		const char *name = library.zip_get_name(archive->zip, (zip_uint64_t)i, 0);
		if (name && strncmp(name, prefix, strlen(prefix)) == 0)
			return true;
	}
	return false;
}

/* Unpacks to the end, as only there the checksum is compared. */
static int unpack(struct zip_archive *archive, zip_file_t *file, const char *name, struct buffer *to,
                  struct qorgan_error *error)
{
	char piece[16384];
	uint64_t size = 0;
	zip_int64_t got;

	while ((got = library.zip_fread(file, piece, sizeof piece)) > 0) {
		size += (uint64_t)got;
		archive->read += (uint64_t)got;
		if (size > ZIP_ENTRY_SIZE || archive->read > ZIP_TOTAL_SIZE)
			return error_set(error, QORGAN_BAD_DATA, "%.80s in the archive unpacks to too much", name);
		buffer_append(to, piece, (size_t)got);
	}
	if (got < 0)
		return error_set(error, QORGAN_BAD_DATA, "%.80s in the archive is damaged", name);
	return to->failed ? error_set_memory(error) : QORGAN_OK;
}

int zip_archive_read(struct zip_archive *archive, const char *name, struct buffer *to, struct qorgan_error *error)
{
	zip_int64_t index = library.zip_name_locate(archive->zip, name, 0);

	if (index < 0)
		return QORGAN_ABSENT;
	zip_file_t *file = library.zip_fopen_index(archive->zip, (zip_uint64_t)index, 0);
	if (!file)
		return error_set(error, QORGAN_BAD_DATA, "%.80s in the archive is encrypted, or packed in an unusual way",
		                 name);
	int code = unpack(archive, file, name, to, error);
	library.zip_fclose(file);
	return code;
}
