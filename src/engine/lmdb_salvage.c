/* Taking every row out of an LMDB file that may be damaged: page by page from the first to the
 * last. The trees are followed too, as far as they lead, but only to tell pages of the newest state from
 * those of former ones: LMDB never writes over a page that the state before still needs, so the file
 * holds old copies of most rows. */
#include "engine/salvage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "engine/lmdb_engine.h"

#define SECTOR 512u
#define PAGES_LOOKED_AT 4096u /* to find the size of a page, where no meta page says it */

struct engine_salvage {
	struct pages pages;
	int lock;
	struct pages_owner *owners; /* NULL: no meta page leads anywhere */
	unsigned char *page;
	bool *led_to;               /* of each page: a row says that its large value begins there */
	struct buffer value;        /* of a big one */
	struct engine_salvage_facts facts;
};

/* ---- Reading what the disk still gives ------------------------------------------ */

/* Bytes of the file; sectors that cannot be read and what lies behind its end are zeros. False
 * if any was not read. */
static bool bytes_read(struct engine_salvage *salvage, uint64_t offset, unsigned char *to, size_t size)
{
	uint64_t file_size = salvage->pages.file_size;
	size_t there = offset >= file_size ? 0 : size < file_size - offset ? size : (size_t)(file_size - offset);
	bool whole = there == size;

	memset(to, 0, size);
	for (size_t at = 0; at < there;) {
		size_t most = there - at;
		ssize_t got = pread(salvage->pages.file, to + at, most, (off_t)(offset + at));
		if (got > 0) {
			at += (size_t)got;
			continue;
		}
		if (got < 0 && errno == EINTR)
			continue;
		salvage->facts.failed = true;
		/* One rotten sector must not take its neighbours with it. */
		size_t sector = SECTOR - (size_t)((offset + at) % SECTOR);
		got = pread(salvage->pages.file, to + at, sector < most ? sector : most, (off_t)(offset + at));
		whole &= got > 0;
		at += got > 0 ? (size_t)got : sector < most ? sector : most;
	}
	return whole;
}

static bool page_read(struct engine_salvage *salvage, uint64_t number)
{
	return bytes_read(salvage, number * salvage->pages.page_size, salvage->page, salvage->pages.page_size);
}

/* ---- What the file is ------------------------------------------------------------ */

/* Whether the bytes begin a page that is the one of that number. */
static bool is_page(const unsigned char *bytes, uint64_t number)
{
	struct pages_header header = pages_header(bytes);

	return header.number == number && header.pad == 0 &&
	       (header.flags == PAGES_BRANCH || header.flags == PAGES_LEAF || header.flags == PAGES_OVERFLOW);
}

/* The size by which most pages bear their own numbers; 0: none by any. */
static unsigned size_guess(struct engine_salvage *salvage)
{
	unsigned best = 0, most = 0;

	for (unsigned size = PAGES_SIZE_LEAST; size <= PAGES_SIZE_MOST; size *= 2) {
		unsigned found = 0;
		for (uint64_t i = 2; i < PAGES_LOOKED_AT && i < salvage->pages.file_size / size; i++) {
			unsigned char bytes[PAGES_HEADER];
			found += bytes_read(salvage, i * size, bytes, sizeof bytes) && is_page(bytes, i);
		}
		if (found > most) {
			most = found;
			best = size;
		}
	}
	return best;
}

/* A meta page at that size of a page: whether it can be believed as far as to follow it. */
static bool meta_read(struct engine_salvage *salvage, unsigned number, unsigned size)
{
	unsigned char bytes[PAGES_META];

	return bytes_read(salvage, (uint64_t)number * size, bytes, sizeof bytes) &&
	       pages_meta(bytes, size, &salvage->pages.meta[number]);
}

static int pages_find(struct engine_salvage *salvage, const char *path, struct qorgan_error *error)
{
	struct pages *pages = &salvage->pages;
	bool sound[2] = { false, false };
	unsigned size = 0;

	for (unsigned try = PAGES_SIZE_LEAST; !size && try <= PAGES_SIZE_MOST; try *= 2) {
		sound[0] = meta_read(salvage, 0, try);
		sound[1] = meta_read(salvage, 1, try);
		if (sound[0] || sound[1])
			size = try;
	}
	if (!size)
		size = size_guess(salvage);
	if (!size && salvage->facts.failed)
		return error_set(error, QORGAN_IO, "the disk does not give what is in %s", path);
	if (!size)
		return error_set(error, QORGAN_BAD_DATA, "nothing in %s looks like a page of a store: it cannot be repaired; put a "
		                 "backup in its place with qorgan restore-backup", path);
	pages->page_size = size;
	pages->newest = !sound[0] || (sound[1] && pages->meta[1].transaction > pages->meta[0].transaction);
	salvage->facts.pages = (pages->file_size + size - 1) / size;
	pages->count = sound[pages->newest] ? pages->meta[pages->newest].last_page + 1 : 0;
	return QORGAN_OK;
}

/* Where the trees lead; whatever of them is broken, the rest counts. */
static int trees_follow(struct engine_salvage *salvage, struct qorgan_error *error)
{
	struct pages *pages = &salvage->pages;
	struct qorgan_error why = { 0 };
	uint64_t faults = 0;

	if (!pages->count)
		return QORGAN_OK;
	if (pages->count > salvage->facts.pages)
		salvage->facts.missing = pages->count - salvage->facts.pages;
	salvage->owners = pages_owners(pages, &why);
	if (!salvage->owners && why.code == QORGAN_IO) /* it says more pages than there can be: as good as none */
		return QORGAN_OK;
	if (!salvage->owners)
		return error_set_memory(error);
	int code = pages_walk(pages, PAGES_EVERYTHING, salvage->owners, NULL, NULL, &faults, error);
	salvage->facts.damaged = faults;
	return code;
}

/* ---- Opening ---------------------------------------------------------------------- */

/* The writer's lock, shared: it is not written to, and keeps a writer out. */
static int writer_keep_out(struct engine_salvage *salvage, const char *folder, struct qorgan_error *error)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
	char *path = file_join(folder, LMDB_WRITER_NAME);

	if (!path)
		return error_set_memory(error);
	salvage->lock = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	free(path);
	if (salvage->lock >= 0 && fcntl(salvage->lock, F_OFD_SETLK, &lock) && (errno == EACCES || errno == EAGAIN))
		return error_set(error, QORGAN_BUSY, "somebody is writing to the store at %s: try again when it is done", folder);
	return QORGAN_OK;
}

static int file_find(struct engine_salvage *salvage, const char *path, struct qorgan_error *error)
{
	struct stat status;

	salvage->pages.file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (salvage->pages.file < 0 && (errno == ENOENT || errno == ENOTDIR))
		return error_set(error, QORGAN_ABSENT, "there is no file %s to take anything from", path);
	if (salvage->pages.file < 0)
		return error_set_system(error, QORGAN_IO, "cannot open %s", path);
	if (fstat(salvage->pages.file, &status))
		return error_set_system(error, QORGAN_IO, "cannot examine %s", path);
	if (!S_ISREG(status.st_mode))
		return error_set(error, QORGAN_BAD_DATA, "%s is not a file", path);
	salvage->pages.file_size = (uint64_t)status.st_size;
	return pages_find(salvage, path, error);
}

int engine_salvage_open(const char *folder, struct engine_salvage **salvage, struct qorgan_error *error)
{
	struct engine_salvage *made = calloc(1, sizeof *made);
	char *path = made ? file_join(folder, LMDB_DATA_NAME) : NULL;
	int code = path ? QORGAN_OK : error_set_memory(error);

	if (made)
		made->pages.file = made->lock = -1;
	if (!code)
		code = writer_keep_out(made, folder, error);
	if (!code)
		code = file_find(made, path, error);
	if (!code && (!(made->page = malloc(made->pages.page_size)) ||
	              !(made->led_to = calloc(made->facts.pages + 1, sizeof *made->led_to))))
		code = error_set_memory(error);
	if (!code)
		code = trees_follow(made, error);
	free(path);
	if (code) {
		engine_salvage_close(made);
		return code;
	}
	*salvage = made;
	return QORGAN_OK;
}

void engine_salvage_close(struct engine_salvage *salvage)
{
	if (!salvage)
		return;
	if (salvage->pages.file >= 0)
		close(salvage->pages.file);
	if (salvage->lock >= 0)
		close(salvage->lock);
	free(salvage->owners);
	free(salvage->page);
	free(salvage->led_to);
	buffer_free(&salvage->value);
	free(salvage);
}

void engine_salvage_facts(const struct engine_salvage *salvage, struct engine_salvage_facts *facts)
{
	*facts = salvage->facts;
	facts->page_size = salvage->pages.page_size;
}

/* ---- Rows -------------------------------------------------------------------------- */

/* Whether a page holds rows; its bounds are within it then. The number that it bears is not
 * looked at: that may be what has rotted. */
static bool holds_rows(const struct engine_salvage *salvage)
{
	struct pages_header header = pages_header(salvage->page);

	return header.flags == PAGES_LEAF && header.lower >= PAGES_HEADER && header.lower % 2 == 0 &&
	       header.lower <= header.upper && header.upper <= salvage->pages.page_size;
}

/* Of the pages that the trees lead to: whether rows of the store lie there. */
static bool is_of_rows(const struct engine_salvage *salvage, uint64_t number, enum engine_rank *rank)
{
	const struct pages_owner *owner = salvage->owners && number < salvage->pages.count ? &salvage->owners[number] : NULL;

	*rank = ENGINE_RANK_STRAY;
	if (!owner)
		return true;
	switch ((enum pages_kind)owner->kind) {
	case PAGES_KIND_LEAF:
		*rank = ENGINE_RANK_LIVE;
		return owner->tree < ENGINE_TABLES;
	case PAGES_KIND_FREE:
		*rank = ENGINE_RANK_FREED;
		return true;
	case PAGES_UNKNOWN:
		return true;
	case PAGES_KIND_META:
	case PAGES_KIND_BRANCH:
	case PAGES_KIND_VALUE:
		break;
	}
	return false;
}

/* One entry of the page in memory: false if no row is there. A code is left in *code. */
static bool row_read(struct engine_salvage *salvage, unsigned entry, struct engine_salvaged *row, int *code,
                     struct qorgan_error *error)
{
	struct pages_node node;

	*code = QORGAN_OK;
	if (!pages_node(salvage->page, salvage->pages.page_size, entry, true, &node) ||
	    node.flags & ~(unsigned)PAGES_BIG || node.key.size < 1 || node.key.size > ENGINE_KEY_MOST ||
	    node.value_size > ENGINE_VALUE_MOST || node.value_size > salvage->pages.file_size)
		return false;
	row->key = node.key;
	row->entry = entry;
	row->value = (struct span){ (const char *)node.value, (size_t)node.value_size };
	if (!(node.flags & PAGES_BIG))
		return true;
	if (node.child >= salvage->facts.pages)
		return false;
	salvage->led_to[node.child] = true;
	*code = engine_salvage_value(salvage, node.child, (size_t)node.value_size, &row->value, error);
	return !*code;
}

int engine_salvage_value(struct engine_salvage *salvage, uint64_t page, size_t size, struct span *value,
                         struct qorgan_error *error)
{
	buffer_clear(&salvage->value);
	char *to = buffer_reserve(&salvage->value, size + 1);

	if (!to)
		return error_set_memory(error);
	bytes_read(salvage, page * salvage->pages.page_size + PAGES_HEADER, (unsigned char *)to, size);
	*value = (struct span){ to, size };
	return QORGAN_OK;
}

/* A large value says in how many pages it lies. */
int engine_salvage_values(struct engine_salvage *salvage, engine_salvage_each each, void *context,
                          struct qorgan_error *error)
{
	uint64_t page_size = salvage->pages.page_size;
	int code = QORGAN_OK;

	for (uint64_t number = 2; number < salvage->facts.pages && !code; number++) {
		struct engine_salvaged row = { .page = number, .entry = ENGINE_NO_ENTRY, .rank = ENGINE_RANK_STRAY };
		unsigned char bytes[PAGES_HEADER];
		if (salvage->led_to[number] || !bytes_read(salvage, number * page_size, bytes, sizeof bytes) ||
		    !is_page(bytes, number))
			continue;
		struct pages_header header = pages_header(bytes);
		if (header.flags != PAGES_OVERFLOW || header.overflow < 1 || header.overflow > salvage->facts.pages - number ||
		    header.overflow > ENGINE_VALUE_MOST / page_size)
			continue;
		if (salvage->owners && number < salvage->pages.count && salvage->owners[number].kind == PAGES_KIND_FREE)
			row.rank = ENGINE_RANK_FREED;
		code = engine_salvage_value(salvage, number, (size_t)(header.overflow * page_size - PAGES_HEADER), &row.value, error);
		if (!code)
			code = each(context, &row, error);
	}
	return code;
}

int engine_salvage_rows(struct engine_salvage *salvage, engine_salvage_each each, void *context,
                        struct qorgan_error *error)
{
	int code = QORGAN_OK;

	salvage->facts.unreadable = 0;
	for (uint64_t number = 0; number < salvage->facts.pages && !code; number++) {
		struct engine_salvaged row = { .page = number };
		if (!is_of_rows(salvage, number, &row.rank))
			continue;
		salvage->facts.unreadable += !page_read(salvage, number);
		if (!holds_rows(salvage))
			continue;
		struct pages_header header = pages_header(salvage->page);
		for (unsigned entry = 0; entry < pages_entries(&header) && !code; entry++)
			if (row_read(salvage, entry, &row, &code, error))
				code = each(context, &row, error);
	}
	return code;
}

int engine_salvage_again(struct engine_salvage *salvage, uint64_t page, unsigned entry, struct engine_salvaged *row,
                         struct qorgan_error *error)
{
	int code = QORGAN_OK;

	*row = (struct engine_salvaged){ .page = page };
	page_read(salvage, page);
	struct pages_header header = pages_header(salvage->page);
	if (page < salvage->facts.pages && is_of_rows(salvage, page, &row->rank) && holds_rows(salvage) &&
	    entry < pages_entries(&header) && row_read(salvage, entry, row, &code, error))
		return QORGAN_OK;
	return code ? code : error_set(error, QORGAN_IO, "a row that was read of the damaged store is there no longer: it was "
	                               "changed meanwhile, or the disk fails");
}
