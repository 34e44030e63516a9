/* Saying in words what a byte of an LMDB file is of. Where a change of it can
 * change nothing that is read, the words end in "holds nothing". */
#include <inttypes.h>
#include <stdlib.h>

#include "engine/lmdb_pages.h"

static void locate_in_value(const struct pages *pages, const struct pages_owner *owner, uint64_t number,
                            unsigned offset, struct buffer *to)
{
	uint64_t at = (uint64_t)owner->back * pages->page_size + offset;
	unsigned char *leaf = malloc(pages->page_size);
	struct pages_node node = { 0 };
	char title[PAGES_TITLE_SIZE];
	bool known = false;

	pages_tree_title(owner->tree, title);
	if (leaf && pages_read(pages, owner->leaf, leaf))
		known = pages_node(leaf, pages->page_size, owner->entry, true, &node);
	buffer_append_format(to, "page %" PRIu64 ", %s, ", number, title);
	if (at < PAGES_HEADER)
		buffer_append_text(to, "header of the ");
	else if (known && at - PAGES_HEADER >= node.value_size)
		buffer_append_text(to, "unused room behind the ");
	buffer_append_format(to, "big value of entry %u of page %" PRIu64, owner->entry, owner->leaf);
	if (known && at >= PAGES_HEADER && at - PAGES_HEADER >= node.value_size)
		buffer_append_text(to, ", holds nothing");
	free(leaf);
}

/* A branch's keys only guide a search, and the free list's numbers only say since
 * when a page is free: a wrong one that the check does not find is as good. */
static void locate_in_key(const struct pages_owner *owner, unsigned entry, struct buffer *to)
{
	if (owner->kind == PAGES_KIND_BRANCH)
		buffer_append_format(to, "guide to entry %u, holds nothing", entry);
	else if (owner->tree == PAGES_FREE_LIST)
		buffer_append_format(to, "age of entry %u, holds nothing", entry);
	else
		buffer_append_format(to, "key of entry %u", entry);
}

static void locate_in_node(const struct pages_owner *owner, const struct pages_node *node, unsigned entry,
                           unsigned within, struct buffer *to)
{
	bool leaf = owner->kind == PAGES_KIND_LEAF;
	uint64_t key_end = PAGES_NODE + node->key.size, end = key_end;

	if (leaf)
		end += node->flags & PAGES_BIG ? 8 : node->value_size;
	if (within < PAGES_NODE - 2 && !leaf)
		buffer_append_format(to, "page of entry %u", entry);
	else if (within < 4)
		buffer_append_format(to, "size of the value of entry %u", entry);
	else if (within < 6)
		buffer_append_format(to, "kind of entry %u", entry);
	else if (within < PAGES_NODE)
		buffer_append_format(to, "size of the key of entry %u", entry);
	else if (within < key_end)
		locate_in_key(owner, entry, to);
	else if (within >= end)
		buffer_append_format(to, "unused byte behind entry %u, holds nothing", entry);
	else if (leaf && node->flags & PAGES_BIG)
		buffer_append_format(to, "page of the big value of entry %u", entry);
	else
		buffer_append_format(to, "value of entry %u", entry);
}

static void locate_in_tree(const struct pages *pages, const struct pages_owner *owner, const unsigned char *page,
                           unsigned offset, struct buffer *to)
{
	bool leaf = owner->kind == PAGES_KIND_LEAF;
	struct pages_header header = pages_header(page);
	struct pages_node node;

	if (offset < PAGES_HEADER || header.lower < PAGES_HEADER || header.lower > header.upper ||
	    header.upper > pages->page_size) {
		buffer_append_text(to, offset < PAGES_HEADER ? "header" : "of damaged bounds");
		return;
	}
	if (offset < header.lower) {
		buffer_append_format(to, "place of entry %u", (offset - PAGES_HEADER) / 2);
		return;
	}
	if (offset < header.upper) {
		buffer_append_text(to, "unused gap, holds nothing");
		return;
	}
	for (unsigned i = 0; i < pages_entries(&header); i++)
		if (pages_node(page, pages->page_size, i, leaf, &node) && offset >= node.at &&
		    offset < node.at + node.size) {
			locate_in_node(owner, &node, i, offset - node.at, to);
			return;
		}
	buffer_append_text(to, "between damaged entries");
}

static void locate_in_tree_page(const struct pages *pages, const struct pages_owner *owner, uint64_t number,
                                unsigned offset, struct buffer *to)
{
	unsigned char *page = malloc(pages->page_size);
	char title[PAGES_TITLE_SIZE];

	pages_tree_title(owner->tree, title);
	buffer_append_format(to, "page %" PRIu64 ", %s, ", number, title);
	if (!page)
		to->failed = true;
	else if (!pages_read(pages, number, page))
		buffer_append_text(to, "which cannot be read");
	else
		locate_in_tree(pages, owner, page, offset, to);
	free(page);
}

void pages_locate(const struct pages *pages, const struct pages_owner *owners, uint64_t offset, struct buffer *to)
{
	uint64_t number = offset / pages->page_size;
	unsigned within = (unsigned)(offset % pages->page_size);

	if (offset >= pages->file_size) {
		buffer_append_text(to, "beyond the end of the file");
		return;
	}
	if (number < 2) {
		buffer_append_format(to, "page %" PRIu64 ": %s", number,
		                     number == pages->newest ? "newest meta page" : "older meta page, holds nothing");
		return;
	}
	if (number >= pages->count) {
		buffer_append_format(to, "page %" PRIu64 ": not taken into use yet, holds nothing", number);
		return;
	}
	switch ((enum pages_kind)owners[number].kind) {
	case PAGES_KIND_FREE:
		buffer_append_format(to, "page %" PRIu64 ": free page, holds nothing", number);
		return;
	case PAGES_KIND_VALUE:
		locate_in_value(pages, &owners[number], number, within, to);
		return;
	case PAGES_KIND_BRANCH:
	case PAGES_KIND_LEAF:
		locate_in_tree_page(pages, &owners[number], number, within, to);
		return;
	case PAGES_UNKNOWN:
	case PAGES_KIND_META:
		break;
	}
	buffer_append_format(to, "page %" PRIu64 ": nothing that could be read leads to it, so the file is damaged", number);
}
