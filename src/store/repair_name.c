/* What a record was that is lost: the other versions of its object tell, else the group that it was in. */
#include <stdio.h>
#include <string.h>

#include "record/reader.h"
#include "store/repair_internal.h"

static void title_read(struct span body, struct repair_name *name)
{
	struct buffer scratch = { 0 };
	struct reader reader;
	struct span value, language, text;

	if (reader_find(body, "title", &value) && reader_open(value, &reader) && reader_member(&reader, &language, &value) &&
	    reader_string(value, &scratch, &text))
		snprintf(name->title, sizeof name->title, "%.*s", (int)text.size, text.data);
	buffer_free(&scratch);
}

static void group_read(const struct repairing *r, unsigned shard, struct repair_name *name)
{
	size_t count;
	const struct schema *const *all = schema_all(&count);

	for (size_t i = 0; i < count; i++)
		if (vault_schema_shard(r->base, all[i]) == shard)
			snprintf(name->kind, sizeof name->kind, "%s", all[i]->kind);
}

int repair_name_find(struct repairing *r, uint64_t index, struct repair_name *name, struct qorgan_error *error)
{
	const struct repair_leaf *leaf = REPAIR_AT(r->leaves, struct repair_leaf, index);
	const struct repair_find *find = NULL;
	struct record record;

	memset(name, 0, sizeof *name);
	if (leaf->shard == LAYOUT_COMMIT_SHARD) {
		snprintf(name->kind, sizeof name->kind, "commit");
		snprintf(name->id, sizeof name->id, "%llu", (unsigned long long)leaf->number);
		return QORGAN_OK;
	}
	size_t i = REPAIR_FIRST(r->placed, struct repair_placed, number, leaf->number);
	for (; i < REPAIR_COUNT(r->placed, struct repair_placed); i++) {
		const struct repair_placed *placed = REPAIR_AT(r->placed, struct repair_placed, i);
		const struct repair_leaf *other = REPAIR_AT(r->leaves, struct repair_leaf, placed->leaf);
		if (placed->number != leaf->number)
			break;
		if (other->find >= 0)
			find = REPAIR_AT(r->versions, struct repair_find, other->find);
	}
	if (!find) {
		group_read(r, leaf->shard, name);
		return QORGAN_OK;
	}
	int code = repair_find_open(r, find, &r->plain, error);
	if (!code)
		code = record_parse(buffer_span(&r->plain), &record, error);
	if (code)
		return code;
	span_copy_into(record.kind, name->kind, sizeof name->kind);
	span_copy_into(record.id, name->id, sizeof name->id);
	title_read(record.body, name);
	return QORGAN_OK;
}
