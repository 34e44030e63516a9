/* Large values whose row is lost: where one lies nothing says but itself. A record's head has the number
 * of its leaf, in the clear, and the row of that leaf says which version of which object it is: by that
 * place the value authenticates, or it is another. Its size is one of those that sealing gives. */
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "store/repair_internal.h"

static int rows_compare(const void *a, const void *b)
{
	const struct repair_row *x = a, *y = b;

	return x->leaf != y->leaf ? (x->leaf < y->leaf ? -1 : 1) : x->from - y->from;
}

/* The value as one of that place, in any of the sizes that end within its last page. */
static bool value_opens(struct repairing *r, struct span value, uint64_t page_size, struct repair_find *find,
                        struct span key, unsigned table)
{
	const size_t least = value.size >= page_size ? value.size - page_size : 0;
	size_t size = SEAL_OVERHEAD + (least < SEAL_OVERHEAD ? 1 : (least - SEAL_OVERHEAD) / SEAL_PADDING + 1) * SEAL_PADDING;

	for (; size <= value.size && size <= SEAL_LIMIT + SEAL_OVERHEAD; size += SEAL_PADDING) {
		struct seal_place place = { .table = (uint8_t)table, .key = key };
		if (seal_open(r->base->keys, r->base->id, &place, (struct span){ value.data, size }, &r->plain, NULL))
			continue;
		find->table = (uint8_t)table;
		find->key_size = (uint8_t)key.size;
		memcpy(find->key, key.data, key.size);
		find->version = place.version;
		find->leaf = place.leaf;
		find->size = (uint32_t)size;
		return true;
	}
	return false;
}

static bool leaf_opens(struct repairing *r, const struct engine_salvaged *row, const struct seal_head *head,
                       const struct layout_leaf *leaf, struct repair_find *find)
{
	struct layout_number_key newest = { .number = { 0 } };
	struct layout_version_key older = layout_version(bytes_get_u64(leaf->number), head->version);
	struct engine_salvage_facts facts;

	engine_salvage_facts(r->salvage, &facts);
	memcpy(newest.number, leaf->number, sizeof newest.number);
	return bytes_get_u32(leaf->version) == head->version && leaf->shard < ENGINE_HEAD_SHARDS &&
	       (value_opens(r, row->value, facts.page_size, find, LAYOUT_SPAN(newest), ENGINE_HEADS) ||
	        value_opens(r, row->value, facts.page_size, find, LAYOUT_SPAN(older), ENGINE_HISTORY));
}

static int value_take(void *context, const struct engine_salvaged *row, struct qorgan_error *error)
{
	struct repairing *r = context;
	struct repair_find find = { .from = (uint8_t)row->rank, .page = row->page, .entry = row->entry };
	struct seal_head head;
	bool found = false;

	if (!seal_head_read((struct span){ row->value.data, SEAL_OVERHEAD + SEAL_PADDING }, &head) ||
	    row->value.size < SEAL_OVERHEAD + SEAL_PADDING)
		return QORGAN_OK;
	const size_t first = REPAIR_FIRST(r->rows, struct repair_row, leaf, head.leaf);
	for (size_t i = first; !found && i < REPAIR_COUNT(r->rows, struct repair_row); i++) {
		const struct repair_row *leaf = REPAIR_AT(r->rows, struct repair_row, i);
		if (leaf->leaf != head.leaf)
			break;
		/* Former copies of the row say the same. */
		if (i > first && memcmp(&leaf->row, &leaf[-1].row, sizeof leaf->row) == 0)
			continue;
		found = leaf_opens(r, row, &head, &leaf->row, &find);
	}
	int code = found ? repair_version_take(r, &find, error) : QORGAN_OK;
	return code ? code : vault_progress(r->base, SAID("reading the damaged store"), row->page, 0);
}

int repair_gather_values(struct repairing *r, struct qorgan_error *error)
{
	if (r->rows.size)
		qsort(r->rows.data, REPAIR_COUNT(r->rows, struct repair_row), sizeof(struct repair_row), rows_compare);
	return engine_salvage_values(r->salvage, value_take, r, error);
}
