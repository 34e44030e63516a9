/* An own reader of the file format of LMDB 0.9 (little-endian, 64 bits), which
 * believes nothing: every offset and number is checked before use, whatever the
 * bytes. It needs a descriptor of the file and none of LMDB's code.
 *
 * The file is a row of pages. Pages 0 and 1 are meta pages, written in turn; the
 * one with the higher transaction number counts. It names the roots of two
 * B+trees: the free list (transaction number to page numbers) and the table list
 * (name to the record of a further tree). Branch and leaf pages have a header, an
 * array of offsets in the order of the keys, and nodes packed against the end;
 * a value too large for a node has pages of its own. */
#ifndef ENGINE_LMDB_PAGES_H
#define ENGINE_LMDB_PAGES_H

#include "engine/engine_driver.h"

#define PAGES_HEADER 16u  /* bytes of a page's header */
#define PAGES_NODE 8u     /* bytes of a node's header */
#define PAGES_RECORD 48u  /* bytes of a tree's record */
#define PAGES_META 152u   /* bytes of a meta page with a meaning, header included */
#define PAGES_SIZE_LEAST 512u
#define PAGES_SIZE_MOST 32768u
#define PAGES_DEPTH_MOST 32u
#define PAGES_NONE UINT64_MAX /* the root of an empty tree */

enum pages_flags { PAGES_BRANCH = 1, PAGES_LEAF = 2, PAGES_OVERFLOW = 4, PAGES_IS_META = 8 };
enum pages_node_flags { PAGES_BIG = 1, PAGES_TABLE = 2 };

/* Trees are numbered as the engine's tables are, with these two after them. */
enum { PAGES_FREE_LIST = ENGINE_TABLES, PAGES_TABLE_LIST, PAGES_TREES };

struct pages_tree {
	uint32_t pad;
	uint16_t flags, depth;
	uint64_t branch_pages, leaf_pages, overflow_pages, entries, root;
};

struct pages_meta {
	uint64_t number;
	uint16_t pad, flags;
	uint32_t bounds;
	uint32_t magic, version;
	uint64_t address, map_size;
	struct pages_tree free_list, table_list;
	uint64_t last_page, transaction;
};

struct pages {
	int file;
	uint64_t file_size;
	unsigned page_size;
	struct pages_meta meta[2];
	unsigned newest;  /* 0 or 1 */
	uint64_t count;   /* pages of the newest state, the meta pages included */
};

struct pages_header {
	uint64_t number;
	uint16_t pad, flags, lower, upper;
	uint32_t overflow; /* over the same bytes as lower and upper */
};

struct pages_node {
	unsigned at, size; /* within the page; the size is even */
	unsigned flags;    /* of a leaf's node */
	struct span key;
	uint64_t value_size; /* of a leaf's node */
	const unsigned char *value;
	uint64_t child; /* of a branch's node, or the first page of a big value */
};

/* pages_open(pages, file, path, error): read both meta pages and choose the
 * newest. QORGAN_BAD_DATA if it is no such file at all, QORGAN_IO if it is one
 * and damaged so that LMDB or this reader would be misled. Another process may
 * write meanwhile (QORGAN_BUSY if it never stops). The descriptor remains the caller's. */
int pages_open(struct pages *pages, int file, const char *path, struct qorgan_error *error);

/* pages_read(pages, number, page): fill page (page_size bytes); false if the
 * file does not have the whole of it or cannot be read. */
bool pages_read(const struct pages *pages, uint64_t number, unsigned char *page);
/* pages_read_part(pages, number, skip, to, size): bytes within and beyond a page. */
bool pages_read_part(const struct pages *pages, uint64_t number, uint64_t skip, void *to, size_t size);

struct pages_header pages_header(const unsigned char *page);
/* pages_meta(bytes, page_size, meta): decode a meta page of a file with pages of that size; false
 * unless all by which the trees are followed is possible. For a file that may be damaged. */
bool pages_meta(const unsigned char bytes[PAGES_META], unsigned page_size, struct pages_meta *meta);
struct pages_tree pages_tree(const unsigned char *record);
uint64_t pages_word(const unsigned char *bytes);

/* pages_entries(header): number of nodes; only if lower has been checked. */
static inline unsigned pages_entries(const struct pages_header *header)
{
	return (header->lower - PAGES_HEADER) / 2;
}

/* pages_node(page, page_size, index, leaf, node): decode one node; false if any
 * part of it lies outside the page or inside the array of offsets. */
bool pages_node(const unsigned char *page, unsigned page_size, unsigned index, bool leaf, struct pages_node *node);

/* pages_overflow_least(size, page_size): pages that a value of that size needs. */
uint64_t pages_overflow_least(uint64_t size, unsigned page_size);

/* The names by which the table list knows the tables. */
const char *pages_table_name(unsigned table);
/* pages_table_by_name(name): ENGINE_TABLES if there is none of that name. */
unsigned pages_table_by_name(struct span name);

/* What a page is, found by following every tree from the newest meta page. */
enum pages_kind {
	PAGES_UNKNOWN,      /* not reached */
	PAGES_KIND_META,
	PAGES_KIND_BRANCH,
	PAGES_KIND_LEAF,
	PAGES_KIND_VALUE,   /* a page of a big value */
	PAGES_KIND_FREE
};

struct pages_owner {
	uint8_t kind; /* enum pages_kind */
	uint8_t tree;
	uint16_t entry; /* of a big value: its entry in that leaf */
	uint32_t back;  /* of a big value: pages back to its first */
	uint64_t leaf;
};

/* How much of the file a walk visits; the small table of the store's facts and
 * slots always, as every opening reads it. */
enum pages_extent {
	PAGES_TABLE_LIST_ONLY,
	PAGES_LISTS,      /* the table list and the free list */
	PAGES_BRANCHES,   /* those, and of each table all but the content of its leaves: the free list must not
	                   * name a page that a table is made of, as the next write would put others there */
	PAGES_EVERYTHING
};

/* pages_walk(pages, extent, owners, report, context, faults, error): visit each
 * page at most once and tell every fault; with PAGES_EVERYTHING also the pages
 * that nothing accounts for. `owners` has pages->count elements, all zero at
 * first. Fails without memory only. */
int pages_walk(const struct pages *pages, enum pages_extent extent, struct pages_owner *owners, engine_fault report,
               void *context, uint64_t *faults, struct qorgan_error *error);

/* pages_check_metas(pages, report, context, faults): all of both meta pages. */
void pages_check_metas(const struct pages *pages, engine_fault report, void *context, uint64_t *faults);

/* pages_owners(pages, error): room for a walk's owners, which the caller frees;
 * NULL if the meta page claims more pages than the file could account for, or
 * without memory. */
struct pages_owner *pages_owners(const struct pages *pages, struct qorgan_error *error);

/* pages_locate(pages, owners, offset, to): put into words what a byte is of. */
void pages_locate(const struct pages *pages, const struct pages_owner *owners, uint64_t offset, struct buffer *to);

/* pages_tree_title(tree, title): "table heads 3", "free list", "table list". */
#define PAGES_TITLE_SIZE (ENGINE_TITLE_SIZE + 8)
void pages_tree_title(unsigned tree, char title[PAGES_TITLE_SIZE]);

#endif
