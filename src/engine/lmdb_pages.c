/* Decoding the pages of an LMDB file within bounds. */
#include "engine/lmdb_pages.h"

#include "base/language.h"

#include <errno.h>
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGES_MAGIC 0xBEEFC0DEu
#define PAGES_VERSION 1u
#define PAGES_ATTEMPTS 1000 /* to read between two commits, which take far longer than a read */
#define PAGES_FREE_LIST_FLAGS 0x4008u /* integer keys; the file is named, not its folder */

_Static_assert(sizeof(void *) == 8 && __BYTE_ORDER == __LITTLE_ENDIAN, "LMDB's file has another form elsewhere");

static uint16_t word16(const unsigned char *bytes)
{
	uint16_t word;

	memcpy(&word, bytes, sizeof word);
	return le16toh(word);
}

static uint32_t word32(const unsigned char *bytes)
{
	uint32_t word;

	memcpy(&word, bytes, sizeof word);
	return le32toh(word);
}

uint64_t pages_word(const unsigned char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof word);
	return le64toh(word);
}

struct pages_tree pages_tree(const unsigned char *record)
{
	return (struct pages_tree){
		.pad = word32(record),
		.flags = word16(record + 4),
		.depth = word16(record + 6),
		.branch_pages = pages_word(record + 8),
		.leaf_pages = pages_word(record + 16),
		.overflow_pages = pages_word(record + 24),
		.entries = pages_word(record + 32),
		.root = pages_word(record + 40),
	};
}

struct pages_header pages_header(const unsigned char *page)
{
	return (struct pages_header){
		.number = pages_word(page),
		.pad = word16(page + 8),
		.flags = word16(page + 10),
		.lower = word16(page + 12),
		.upper = word16(page + 14),
		.overflow = word32(page + 12),
	};
}

static struct pages_meta meta_decode(const unsigned char *page)
{
	struct pages_header header = pages_header(page);

	return (struct pages_meta){
		.number = header.number,
		.pad = header.pad,
		.flags = header.flags,
		.bounds = header.overflow,
		.magic = word32(page + 16),
		.version = word32(page + 20),
		.address = pages_word(page + 24),
		.map_size = pages_word(page + 32),
		.free_list = pages_tree(page + 40),
		.table_list = pages_tree(page + 88),
		.last_page = pages_word(page + 136),
		.transaction = pages_word(page + 144),
	};
}

bool pages_node(const unsigned char *page, unsigned page_size, unsigned index, bool leaf, struct pages_node *node)
{
	struct pages_header header = pages_header(page);
	unsigned at = word16(page + PAGES_HEADER + 2 * index);

	if (at < header.upper || at < header.lower || at % 2 || at > page_size - PAGES_NODE)
		return false;

	const unsigned char *bytes = page + at;
	unsigned room = page_size - at;
	unsigned key_size = word16(bytes + 6);
	uint64_t size = PAGES_NODE + (uint64_t)key_size;
	if (size > room)
		return false;
	*node = (struct pages_node){ .at = at, .key = { (const char *)bytes + PAGES_NODE, key_size } };
	if (leaf) {
		node->flags = word16(bytes + 4);
		node->value_size = word32(bytes);
		node->value = bytes + size;
		size += node->flags & PAGES_BIG ? 8 : node->value_size;
		if (size > room)
			return false;
		if (node->flags & PAGES_BIG)
			node->child = pages_word(node->value);
	} else {
		node->child = word32(bytes) | (uint64_t)word16(bytes + 4) << 32;
	}
	node->size = (unsigned)(size + size % 2);
	return node->size <= room;
}

uint64_t pages_overflow_least(uint64_t size, unsigned page_size)
{
	return (PAGES_HEADER - 1 + size) / page_size + 1;
}

/* On failure errno is 0 where the file ends. */
static bool file_read_at(int file, void *to, size_t size, uint64_t offset)
{
	char *at = to;

	while (size) {
		ssize_t got = pread(file, at, size, (off_t)offset);
		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0)
			errno = 0;
		if (got <= 0)
			return false;
		at += got;
		size -= (size_t)got;
		offset += (uint64_t)got;
	}
	return true;
}

bool pages_read_part(const struct pages *pages, uint64_t number, uint64_t skip, void *to, size_t size)
{
	if (number >= pages->file_size / pages->page_size)
		return false;
	uint64_t offset = number * pages->page_size;
	if (skip > pages->file_size - offset || size > pages->file_size - offset - skip)
		return false;
	return file_read_at(pages->file, to, size, offset + skip);
}

bool pages_read(const struct pages *pages, uint64_t number, unsigned char *page)
{
	return pages_read_part(pages, number, 0, page, pages->page_size);
}

static bool page_size_valid(uint64_t size)
{
	return size >= PAGES_SIZE_LEAST && size <= PAGES_SIZE_MOST && (size & (size - 1)) == 0;
}

/* Where the first meta page is not one, a second with its mark at one of the
 * possible sizes tells a damaged store from some other file. */
static int pages_judge_unmarked(int file, const char *path, struct qorgan_error *error)
{
	unsigned char page[PAGES_META];

	for (uint64_t size = PAGES_SIZE_LEAST; size <= PAGES_SIZE_MOST; size *= 2)
		if (file_read_at(file, page, sizeof page, size) && meta_decode(page).magic == PAGES_MAGIC)
			return error_set(error, QORGAN_IO, "%s is damaged: its first page is not a meta page", path);
	return error_set(error, QORGAN_BAD_DATA, "%s is not a Qorgan store", path);
}

/* A writer that writes a meta page meanwhile lets us read its new number and an old root, or the like, by which the trees
 * lack pages and nothing else is wrong. Twice the same is what was written: the number is written last. */
static bool metas_settled(const struct pages *pages, unsigned char bytes[2][PAGES_META])
{
	unsigned char again[PAGES_META];

	for (unsigned i = 0; i < 2; i++)
		if (file_read_at(pages->file, again, sizeof again, (uint64_t)i * pages->page_size) &&
		    memcmp(again, bytes[i], sizeof again) != 0)
			return false;
	return true;
}

static int pages_read_metas(struct pages *pages, const char *path, bool *settled, struct qorgan_error *error)
{
	unsigned char bytes[2][PAGES_META];
	struct stat status;

	if (!file_read_at(pages->file, bytes[0], PAGES_META, 0))
		return errno ? error_set_system(error, QORGAN_IO, "cannot read %s", path)
		             : error_set(error, QORGAN_BAD_DATA, "%s is not a Qorgan store: it is too short", path);
	pages->meta[0] = meta_decode(bytes[0]);
	if (pages->meta[0].magic != PAGES_MAGIC)
		return pages_judge_unmarked(pages->file, path, error);
	if (pages->meta[0].version != PAGES_VERSION)
		return error_set(error, QORGAN_IO, "%s has version %" PRIu32 " of the file's format; this program reads %u",
		                 path, pages->meta[0].version, PAGES_VERSION);
	if (!page_size_valid(pages->meta[0].free_list.pad))
		return error_set(error, QORGAN_IO, "%s is damaged: its first page says pages of %" PRIu32 " bytes", path,
		                 pages->meta[0].free_list.pad);
	pages->page_size = pages->meta[0].free_list.pad;
	if (!file_read_at(pages->file, bytes[1], PAGES_META, pages->page_size))
		return errno ? error_set_system(error, QORGAN_IO, "cannot read %s", path)
		             : error_set(error, QORGAN_IO, "%s is cut off within its first two pages", path);
	pages->meta[1] = meta_decode(bytes[1]);
	if (pages->meta[1].magic != PAGES_MAGIC || pages->meta[1].version != PAGES_VERSION)
		return error_set(error, QORGAN_IO, "%s is damaged: its second page is not a meta page", path);
	if (pages->meta[1].free_list.pad != pages->page_size)
		return error_set(error, QORGAN_IO, "%s is damaged: its meta pages say different sizes of a page", path);
	*settled = metas_settled(pages, bytes);
	if (fstat(pages->file, &status)) /* after the metas: a file only grows */
		return error_set_system(error, QORGAN_IO, "cannot examine %s", path);
	pages->file_size = (uint64_t)status.st_size;
	pages->newest = pages->meta[0].transaction < pages->meta[1].transaction;
	pages->count = pages->meta[pages->newest].last_page + 1;
	return QORGAN_OK;
}

/* A page number that a tree's record may have for its root. */
static bool root_valid(const struct pages_tree *tree, uint64_t last_page)
{
	if (tree->root == PAGES_NONE)
		return tree->depth == 0;
	return tree->root >= 2 && tree->root <= last_page && tree->depth >= 1 && tree->depth <= PAGES_DEPTH_MOST;
}

bool pages_meta(const unsigned char bytes[PAGES_META], unsigned page_size, struct pages_meta *meta)
{
	*meta = meta_decode(bytes);
	return meta->magic == PAGES_MAGIC && meta->version == PAGES_VERSION && meta->free_list.pad == page_size &&
	       meta->last_page >= 1 && meta->last_page < UINT64_MAX / PAGES_SIZE_MOST &&
	       root_valid(&meta->free_list, meta->last_page) && root_valid(&meta->table_list, meta->last_page);
}

/* Transaction n writes meta page n modulo 2, one after the other. */
static bool transactions_valid(const struct pages *pages)
{
	uint64_t a = pages->meta[0].transaction, b = pages->meta[1].transaction;

	return a % 2 == 0 && (b % 2 == 1 || b == 0) && (a == b + 1 || b == a + 1 || (a == 0 && b == 0));
}

/* What would mislead LMDB itself: NULL, or what is wrong. */
static const char *metas_fatal(const struct pages *pages)
{
	const struct pages_meta *newest = &pages->meta[pages->newest];

	for (unsigned i = 0; i < 2; i++) {
		if (!(pages->meta[i].flags & PAGES_IS_META))
			return language_said("a meta page is not marked as one");
		if (pages->meta[i].free_list.flags != PAGES_FREE_LIST_FLAGS || pages->meta[i].table_list.flags)
			return language_said("a meta page has unknown flags");
	}
	if (!transactions_valid(pages))
		return language_said("its meta pages are not those of two transactions in a row");
	if (newest->last_page < 1 || newest->last_page >= UINT64_MAX / PAGES_SIZE_MOST)
		return language_said("its meta page has an impossible number of pages");
	if (!root_valid(&newest->free_list, newest->last_page) || !root_valid(&newest->table_list, newest->last_page))
		return language_said("its meta page names a root that is not there");
	return NULL;
}

int pages_open(struct pages *pages, int file, const char *path, struct qorgan_error *error)
{
	const char *fatal = NULL;
	unsigned settled = 0;

	*pages = (struct pages){ .file = file };
	/* A writer between two of our reads looks like damage, but not each time. */
	for (unsigned attempt = 0; attempt < PAGES_ATTEMPTS && settled < 3; attempt++) {
		bool is_settled = false;
		int code = pages_read_metas(pages, path, &is_settled, error);
		if (code)
			return code;
		fatal = metas_fatal(pages);
		if (!fatal && is_settled)
			return QORGAN_OK;
		settled += is_settled;
	}
	if (!fatal)
		return error_set(error, QORGAN_BUSY, "%s changes faster than it can be read: try again", path);
	return error_set(error, QORGAN_IO, "%s is damaged: %s", path, fatal);
}

struct pages_owner *pages_owners(const struct pages *pages, struct qorgan_error *error)
{
	/* A page beyond the file's end must be free, and the free list that says
	 * so takes eight bytes of the file for each. */
	uint64_t most = pages->file_size / pages->page_size + pages->file_size / 8;

	if (pages->count > most) {
		error_set(error, QORGAN_IO,
		          "the store is cut off: it should have %" PRIu64 " pages of %u bytes and has %" PRIu64,
		          pages->count, pages->page_size, pages->file_size / pages->page_size);
		return NULL;
	}
	struct pages_owner *owners = calloc(pages->count, sizeof *owners);
	if (!owners)
		error_set_memory(error);
	return owners;
}

struct meta_check {
	engine_fault report;
	void *context;
	uint64_t *faults;
};

static void meta_expect(const struct meta_check *check, bool sound, unsigned number, const char *what)
{
	char text[128];

	if (sound)
		return;
	++*check->faults;
	if (!check->report)
		return;
	snprintf(text, sizeof text, "meta page %u: %s", number, what);
	check->report(check->context, text);
}

static bool power_of_two(uint64_t size)
{
	return size && (size & (size - 1)) == 0;
}

static bool meta_tail_empty(const struct pages *pages, unsigned number)
{
	unsigned char page[PAGES_SIZE_MOST];

	if (!pages_read(pages, number, page))
		return false;
	for (unsigned i = PAGES_META; i < pages->page_size; i++)
		if (page[i])
			return false;
	return true;
}

void pages_check_metas(const struct pages *pages, engine_fault report, void *context, uint64_t *faults)
{
	const struct meta_check check = { report, context, faults };
	const struct pages_meta *newest = &pages->meta[pages->newest];

	for (unsigned i = 0; i < 2; i++) {
		const struct pages_meta *meta = &pages->meta[i];
		meta_expect(&check, meta->number == i, i, "it bears another page's number");
		meta_expect(&check, meta->pad == 0 && meta->bounds == 0 && meta->address == 0, i,
		            "an unused field is not zero");
		meta_expect(&check, meta->flags == PAGES_IS_META, i, "its kind is wrong");
		meta_expect(&check, meta->table_list.pad == 0, i, "an unused field is not zero");
		meta_expect(&check, power_of_two(meta->map_size) && meta->map_size <= newest->map_size, i,
		            "the size of the map is wrong");
		meta_expect(&check, meta->last_page >= 1 && meta->last_page <= newest->last_page, i,
		            "the number of pages is wrong");
		meta_expect(&check, root_valid(&meta->free_list, meta->last_page), i, "the free list's root is wrong");
		meta_expect(&check, root_valid(&meta->table_list, meta->last_page), i, "the table list's root is wrong");
		meta_expect(&check, meta_tail_empty(pages, i), i, "its unused part is not empty");
	}
	meta_expect(&check, newest->last_page < newest->map_size / pages->page_size, pages->newest,
	            "there are more pages than its map can hold");
}

const char *pages_table_name(unsigned table)
{
	static const char *const names[ENGINE_TABLES] = {
		"m", "i", "h", "l", "t", "c", "e", "r",
		"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15",
		"16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31",
	};

	return names[table];
}

unsigned pages_table_by_name(struct span name)
{
	unsigned table = 0;

	while (table < ENGINE_TABLES && !span_is(name, pages_table_name(table)))
		table++;
	return table;
}

void pages_tree_title(unsigned tree, char title[PAGES_TITLE_SIZE])
{
	char table[ENGINE_TITLE_SIZE];

	if (tree < ENGINE_TABLES) {
		engine_table_title(tree, table);
		snprintf(title, PAGES_TITLE_SIZE, "table %s", table);
	} else {
		snprintf(title, PAGES_TITLE_SIZE, "%s", tree == PAGES_FREE_LIST ? "free list" : "table list");
	}
}
