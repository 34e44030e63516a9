/* Walking every tree of an LMDB file, page by page, and accounting for each. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/language.h"
#include "engine/lmdb_pages.h"

struct walk {
	const struct pages *pages;
	enum pages_extent extent;
	struct pages_owner *owners;
	engine_fault report;
	void *context;
	uint64_t faults;
	bool no_memory;
	struct pages_tree tables[ENGINE_TABLES]; /* as the table list has them */
	bool present[ENGINE_TABLES];
	unsigned char *page[PAGES_DEPTH_MOST]; /* one per level, made when first needed */
	uint16_t node_sizes[PAGES_SIZE_MOST / 2];
};

/* One tree being walked: what its record says, and what is found. */
struct tree_walk {
	struct walk *walk;
	unsigned tree;
	const struct pages_tree *record;
	struct pages_tree found;
};

static void walk_fault(struct walk *walk, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void walk_fault(struct walk *walk, const char *format, ...)
{
	char text[512];
	va_list list;

	walk->faults++;
	if (!walk->report)
		return;
	va_start(list, format);
	vsnprintf(text, sizeof text, language_said(format), list);
	va_end(list);
	walk->report(walk->context, text);
}

static void page_fault(struct tree_walk *tree, uint64_t number, const char *what)
{
	char title[PAGES_TITLE_SIZE];

	pages_tree_title(tree->tree, title);
	walk_fault(tree->walk, "%s, page %" PRIu64 ": %s", title, number, what);
}

static void entry_fault(struct tree_walk *tree, uint64_t number, unsigned entry, const char *what)
{
	char title[PAGES_TITLE_SIZE];

	pages_tree_title(tree->tree, title);
	walk_fault(tree->walk, "%s, page %" PRIu64 ", entry %u: %s", title, number, entry, what);
}

/* Takes a page for one use; each may have just one. */
static bool page_claim(struct tree_walk *tree, uint64_t number, struct pages_owner owner)
{
	struct walk *walk = tree->walk;

	if (number < 2 || number >= walk->pages->count) {
		page_fault(tree, number, "it is named, but there is no such page");
		return false;
	}
	if (walk->owners[number].kind != PAGES_UNKNOWN) {
		page_fault(tree, number, "it is in use twice");
		return false;
	}
	owner.tree = (uint8_t)tree->tree;
	walk->owners[number] = owner;
	return true;
}

static unsigned char *walk_page(struct walk *walk, unsigned level)
{
	if (!walk->page[level])
		walk->page[level] = malloc(walk->pages->page_size);
	walk->no_memory = walk->no_memory || !walk->page[level];
	return walk->page[level];
}

static const char *header_fault(const struct walk *walk, uint64_t number, bool leaf, const struct pages_header *header)
{
	if (header->number != number)
		return language_said("it bears another page's number");
	if (header->flags != (leaf ? PAGES_LEAF : PAGES_BRANCH))
		return leaf ? "it is not marked as a leaf" : "it is not marked as a branch";
	if (header->pad)
		return language_said("an unused field of its header is not zero");
	if (header->lower < PAGES_HEADER || header->lower % 2 || header->lower > header->upper || header->upper % 2 ||
	    header->upper > walk->pages->page_size)
		return language_said("its bounds are wrong");
	if (pages_entries(header) < (leaf ? 1u : 2u))
		return language_said("it has too few entries");
	return NULL;
}

/* The nodes must fill the space behind `upper` exactly, without a gap. */
static bool nodes_tile(struct walk *walk, const unsigned char *page, const struct pages_header *header, bool leaf)
{
	unsigned entries = pages_entries(header), page_size = walk->pages->page_size, met = 0;
	struct pages_node node;

	memset(walk->node_sizes, 0, page_size / 2 * sizeof *walk->node_sizes);
	for (unsigned i = 0; i < entries; i++) {
		if (!pages_node(page, page_size, i, leaf, &node) || walk->node_sizes[node.at / 2])
			return false;
		walk->node_sizes[node.at / 2] = (uint16_t)node.size;
	}
	unsigned at = header->upper;
	while (at < page_size && walk->node_sizes[at / 2]) {
		at += walk->node_sizes[at / 2];
		met++;
	}
	return at == page_size && met == entries;
}

/* Keys of the free list are numbers, all others are bytes. */
static int tree_key_compare(const struct tree_walk *tree, struct span a, struct span b)
{
	if (tree->tree != PAGES_FREE_LIST || a.size != 8 || b.size != 8)
		return engine_key_compare(a.data, a.size, b.data, b.size);

	uint64_t x = pages_word((const unsigned char *)a.data), y = pages_word((const unsigned char *)b.data);
	return (x > y) - (x < y);
}

static bool tree_key_valid(const struct tree_walk *tree, struct span key)
{
	if (tree->tree == PAGES_FREE_LIST)
		return key.size == 8;
	return key.size >= 1 && key.size <= ENGINE_KEY_MOST;
}

/* Each key above the one before, not below `low`, and below `high`; an empty
 * span stands for no bound. A branch's first key is never looked at. */
static bool keys_in_order(struct tree_walk *tree, const unsigned char *page, const struct pages_header *header,
                          bool leaf, struct span low, struct span high)
{
	struct span before = { 0 };
	struct pages_node node;

	for (unsigned i = leaf ? 0 : 1; i < pages_entries(header); i++) {
		pages_node(page, tree->walk->pages->page_size, i, leaf, &node);
		if (!tree_key_valid(tree, node.key))
			return false;
		if (before.size && tree_key_compare(tree, node.key, before) <= 0)
			return false;
		if (low.size && tree_key_compare(tree, node.key, low) < 0)
			return false;
		if (high.size && tree_key_compare(tree, node.key, high) >= 0)
			return false;
		before = node.key;
	}
	return true;
}

/* overflow_walk(...): take the pages of a big value; false if they are not sound. */
static bool overflow_walk(struct tree_walk *tree, uint64_t leaf, unsigned entry, const struct pages_node *node)
{
	const struct pages *pages = tree->walk->pages;
	struct pages_owner owner = { .kind = PAGES_KIND_VALUE, .entry = (uint16_t)entry, .leaf = leaf };
	unsigned char bytes[PAGES_HEADER];

	if (!page_claim(tree, node->child, owner))
		return false;
	if (!pages_read_part(pages, node->child, 0, bytes, sizeof bytes)) {
		page_fault(tree, node->child, "it cannot be read");
		return false;
	}
	struct pages_header header = pages_header(bytes);
	if (header.number != node->child || header.flags != PAGES_OVERFLOW || header.pad) {
		page_fault(tree, node->child, "it is not the first page of a big value, as it should be");
		return false;
	}
	if (header.overflow < pages_overflow_least(node->value_size, pages->page_size)) {
		page_fault(tree, node->child, "the value has too few pages");
		return false;
	}
	for (owner.back = 1; owner.back < header.overflow; owner.back++)
		if (!page_claim(tree, node->child + owner.back, owner))
			return false;
	tree->found.overflow_pages += header.overflow;
	if ((node->child + header.overflow) > pages->file_size / pages->page_size) {
		page_fault(tree, node->child, "the value goes on beyond the file's end");
		return false;
	}
	return true;
}

/* Takes the pages that one record of the free list names. Room behind the last
 * of them is usual. */
static void free_record_walk(struct tree_walk *tree, uint64_t leaf, unsigned entry, const unsigned char *value,
                             uint64_t size)
{
	uint64_t count = size < 8 ? 0 : pages_word(value), before = UINT64_MAX;

	if (size < 8 || size % 8 || count > size / 8 - 1) {
		entry_fault(tree, leaf, entry, "the number of free pages is wrong");
		return;
	}
	for (uint64_t i = 1; i <= count; i++) {
		uint64_t number = pages_word(value + 8 * i);
		if (number >= before) {
			entry_fault(tree, leaf, entry, "the free pages are out of order");
			return;
		}
		before = number;
		page_claim(tree, number, (struct pages_owner){ .kind = PAGES_KIND_FREE, .entry = (uint16_t)entry,
		                                               .leaf = leaf });
	}
}

static void free_entry_walk(struct tree_walk *tree, uint64_t leaf, unsigned entry, const struct pages_node *node)
{
	const struct pages *pages = tree->walk->pages;
	uint64_t key = pages_word((const unsigned char *)node->key.data);

	if (key == 0 || key > pages->meta[pages->newest].transaction)
		entry_fault(tree, leaf, entry, "it is of a transaction that has not been yet");
	if (!(node->flags & PAGES_BIG)) {
		free_record_walk(tree, leaf, entry, node->value, node->value_size);
		return;
	}
	if (!overflow_walk(tree, leaf, entry, node))
		return;
	unsigned char *value = malloc(node->value_size ? node->value_size : 1);
	if (!value)
		tree->walk->no_memory = true;
	else if (pages_read_part(pages, node->child, PAGES_HEADER, value, node->value_size))
		free_record_walk(tree, leaf, entry, value, node->value_size);
	else
		page_fault(tree, node->child, "it cannot be read");
	free(value);
}

static void record_entry_walk(struct tree_walk *tree, uint64_t leaf, unsigned entry, const struct pages_node *node)
{
	unsigned table = pages_table_by_name(node->key);

	if (table == ENGINE_TABLES || node->flags != PAGES_TABLE || node->value_size != PAGES_RECORD) {
		entry_fault(tree, leaf, entry, "it is not the record of a table");
		return;
	}
	tree->walk->present[table] = true;
	tree->walk->tables[table] = pages_tree(node->value);
}

static void leaf_entry_walk(struct tree_walk *tree, uint64_t leaf, unsigned entry, const struct pages_node *node)
{
	if (tree->tree == PAGES_TABLE_LIST) {
		record_entry_walk(tree, leaf, entry, node);
	} else if (node->flags & ~(unsigned)PAGES_BIG) {
		entry_fault(tree, leaf, entry, "it is of an unknown kind");
	} else if (tree->tree == PAGES_FREE_LIST) {
		free_entry_walk(tree, leaf, entry, node);
	} else if (node->value_size > ENGINE_VALUE_MOST) {
		entry_fault(tree, leaf, entry, "its value is too large");
	} else if (node->flags & PAGES_BIG) {
		overflow_walk(tree, leaf, entry, node);
	}
}

static void page_walk(struct tree_walk *tree, uint64_t number, unsigned level, struct span low, struct span high);

static void branch_walk(struct tree_walk *tree, const unsigned char *page, const struct pages_header *header,
                        unsigned level, struct span low, struct span high)
{
	unsigned entries = pages_entries(header), page_size = tree->walk->pages->page_size;
	struct pages_node node, next;

	pages_node(page, page_size, 0, false, &node);
	for (unsigned i = 0; i < entries; i++) {
		bool last = i + 1 == entries;
		if (!last)
			pages_node(page, page_size, i + 1, false, &next);
		page_walk(tree, node.child, level + 1, i ? node.key : low, last ? high : next.key);
		node = next;
	}
}

/* Whether the leaves of a tree are counted without being read. */
static bool is_shallow(const struct tree_walk *tree)
{
	return tree->walk->extent == PAGES_BRANCHES && tree->tree < ENGINE_TABLES && tree->tree != ENGINE_META;
}

static void page_walk(struct tree_walk *tree, uint64_t number, unsigned level, struct span low, struct span high)
{
	struct walk *walk = tree->walk;
	bool leaf = level == tree->record->depth;
	unsigned char *page = walk_page(walk, level - 1);

	if (!page)
		return;
	if (!page_claim(tree, number, (struct pages_owner){ .kind = leaf ? PAGES_KIND_LEAF : PAGES_KIND_BRANCH }))
		return;
	if (leaf && is_shallow(tree)) {
		tree->found.leaf_pages++;
		return;
	}
	if (!pages_read(walk->pages, number, page)) {
		page_fault(tree, number, "it cannot be read, or lies beyond the file's end");
		return;
	}
	struct pages_header header = pages_header(page);
	const char *fault = header_fault(walk, number, leaf, &header);
	if (!fault && !nodes_tile(walk, page, &header, leaf))
		fault = "its entries do not fit together";
	if (!fault && !keys_in_order(tree, page, &header, leaf, low, high))
		fault = "its keys are out of order";
	if (fault) {
		page_fault(tree, number, fault);
		return;
	}
	if (!leaf) {
		tree->found.branch_pages++;
		branch_walk(tree, page, &header, level, low, high);
		return;
	}
	tree->found.leaf_pages++;
	tree->found.entries += pages_entries(&header);
	for (unsigned i = 0; i < pages_entries(&header); i++) {
		struct pages_node node;
		pages_node(page, walk->pages->page_size, i, true, &node);
		leaf_entry_walk(tree, number, i, &node);
	}
}

static void counts_compare(struct tree_walk *tree, const char *what, uint64_t recorded, uint64_t found)
{
	char title[PAGES_TITLE_SIZE];

	if (recorded == found)
		return;
	pages_tree_title(tree->tree, title);
	walk_fault(tree->walk, "%s: %" PRIu64 " %s are recorded and %" PRIu64 " found", title, recorded, what, found);
}

static void tree_walk(struct walk *walk, unsigned number, const struct pages_tree *record)
{
	struct tree_walk tree = { .walk = walk, .tree = number, .record = record };
	char title[PAGES_TITLE_SIZE];

	pages_tree_title(number, title);
	if (number < ENGINE_TABLES && (record->pad || record->flags))
		walk_fault(walk, "%s: its record has unknown flags", title);
	if ((record->root == PAGES_NONE) != (record->depth == 0) || record->depth > PAGES_DEPTH_MOST) {
		walk_fault(walk, "%s: its record has an impossible depth", title);
		return;
	}
	if (record->depth)
		page_walk(&tree, record->root, 1, (struct span){ 0 }, (struct span){ 0 });
	counts_compare(&tree, "leaf pages", record->leaf_pages, tree.found.leaf_pages);
	counts_compare(&tree, "branch pages", record->branch_pages, tree.found.branch_pages);
	if (is_shallow(&tree))
		return;
	counts_compare(&tree, "entries", record->entries, tree.found.entries);
	counts_compare(&tree, "pages of big values", record->overflow_pages, tree.found.overflow_pages);
}

/* All tables are made in one transaction: either none is there or each. */
static void tables_walk(struct walk *walk, enum pages_extent extent)
{
	unsigned present = 0;
	char title[PAGES_TITLE_SIZE];

	for (unsigned i = 0; i < ENGINE_TABLES; i++)
		present += walk->present[i];
	for (unsigned i = 0; i < ENGINE_TABLES; i++) {
		pages_tree_title(i, title);
		if (!walk->present[i] && present)
			walk_fault(walk, "%s: it is missing", title);
		else if (walk->present[i] && (extent >= PAGES_BRANCHES || i == ENGINE_META))
			tree_walk(walk, i, &walk->tables[i]);
		else if (walk->present[i] && walk->tables[i].root != PAGES_NONE &&
		         (walk->tables[i].root < 2 || walk->tables[i].root >= walk->pages->count))
			walk_fault(walk, "%s: its root is not there", title);
	}
}

static void pages_account(struct walk *walk)
{
	const struct pages *pages = walk->pages;
	uint64_t first = 0, lost = 0;

	for (uint64_t i = 2; i < pages->count; i++) {
		if (walk->owners[i].kind != PAGES_UNKNOWN)
			continue;
		if (!lost++)
			first = i;
	}
	if (lost)
		walk_fault(walk, "%" PRIu64 " pages are neither in use nor free, page %" PRIu64 " first", lost, first);
}

int pages_walk(const struct pages *pages, enum pages_extent extent, struct pages_owner *owners, engine_fault report,
               void *context, uint64_t *faults, struct qorgan_error *error)
{
	const struct pages_meta *meta = &pages->meta[pages->newest];
	struct walk *walk = calloc(1, sizeof *walk);

	if (!walk)
		return error_set_memory(error);
	walk->pages = pages;
	walk->extent = extent;
	walk->owners = owners;
	walk->report = report;
	walk->context = context;
	owners[0].kind = owners[1].kind = PAGES_KIND_META;
	tree_walk(walk, PAGES_TABLE_LIST, &meta->table_list);
	tables_walk(walk, extent);
	if (extent != PAGES_TABLE_LIST_ONLY)
		tree_walk(walk, PAGES_FREE_LIST, &meta->free_list);
	if (extent == PAGES_EVERYTHING)
		pages_account(walk);

	*faults += walk->faults;
	int code = walk->no_memory ? error_set_memory(error) : QORGAN_OK;
	for (unsigned i = 0; i < PAGES_DEPTH_MOST; i++)
		free(walk->page[i]);
	free(walk);
	return code;
}
