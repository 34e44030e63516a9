/* Attached files: a file is whole if its pieces give the hash that is its id, wherever each is from. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/reader.h"
#include "store/repair_internal.h"

#define DIGEST_SIZE 32

static int pieces_compare(const void *a, const void *b)
{
	const struct repair_find *x = a, *y = b;
	int order = memcmp(x->key, y->key, sizeof(struct layout_piece_key));

	return order ? order : x->from - y->from;
}

static int file_add(struct repairing *r, const struct record *record, bool is_own, struct qorgan_error *error)
{
	struct repair_file file = { .described = is_own };
	struct buffer scratch = { 0 };
	struct span value, name = { 0 };

	if (!span_is(record->kind, "evidence") || record->id.size != sizeof file.id - 1)
		return QORGAN_OK;
	for (size_t i = 0; i < REPAIR_COUNT(r->files, struct repair_file); i++) {
		struct repair_file *there = REPAIR_AT(r->files, struct repair_file, i);
		if (memcmp(there->id, record->id.data, record->id.size) == 0) {
			there->described |= is_own;
			return QORGAN_OK;
		}
	}
	memcpy(file.id, record->id.data, record->id.size);
	if (reader_find(record->body, "name", &value))
		reader_string(value, &scratch, &name);
	snprintf(file.name, sizeof file.name, "%.*s evidence %.12s… (%.*s)", (int)record->owner.size, record->owner.data,
	         file.id, (int)(name.size < 100 ? name.size : 100), name.size ? name.data : "");
	buffer_free(&scratch);
	return repair_append(&r->files, &file, sizeof file, error);
}

static int own_files_list(struct repairing *r, struct qorgan_error *error)
{
	unsigned shard = vault_schema_shard(r->base, schema_find("evidence", strlen("evidence")));
	struct record record;
	int code = QORGAN_OK;

	for (uint64_t i = 0; i < r->state.tree.size && !code; i++) {
		const struct repair_leaf *leaf = REPAIR_AT(r->leaves, struct repair_leaf, i);
		if (leaf->find < 0 || leaf->shard != shard)
			continue;
		code = repair_find_open(r, REPAIR_AT(r->versions, struct repair_find, leaf->find), &r->plain, error);
		if (!code)
			code = record_parse(buffer_span(&r->plain), &record, error);
		if (!code)
			code = file_add(r, &record, true, error);
	}
	return code;
}

static int mirrored_files_list(struct repairing *r, const struct repair_log *log, struct qorgan_error *error)
{
	unsigned shard = vault_schema_shard(r->base, schema_find("evidence", strlen("evidence")));
	struct record record;
	int code = QORGAN_OK;

	for (size_t i = 0; i < log->held && !code; i++) {
		const struct repair_find *find = REPAIR_AT(r->mirrored, struct repair_find, *REPAIR_AT(log->versions, int64_t, i));
		if ((uint8_t)find->key[1] != shard)
			continue;
		code = repair_find_open(r, find, &r->plain, error);
		size_t trailer = find->from == FROM_PACKAGE ? 0 : sizeof(struct layout_mirror_trailer);
		if (!code)
			code = record_parse((struct span){ r->plain.data, r->plain.size - trailer }, &record, error);
		if (!code)
			code = file_add(r, &record, false, error);
	}
	return code;
}

static size_t piece_first(const struct repairing *r, const struct layout_piece_key *key)
{
	size_t low = 0, high = REPAIR_COUNT(r->pieces, struct repair_find);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (memcmp(REPAIR_AT(r->pieces, struct repair_find, middle)->key, key, sizeof *key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The pieces of a file one after the other, as far as there is one for each place. */
static int file_resolve(struct repairing *r, struct repair_file *file, struct qorgan_error *error)
{
	uint8_t digest[DIGEST_SIZE], found[DIGEST_SIZE];
	crypto_generichash_state state;
	uint64_t offset = 0;
	size_t size = 0;
	int code = QORGAN_OK;

	if (sodium_hex2bin(digest, sizeof digest, file->id, sizeof file->id - 1, NULL, &size, NULL) || size != sizeof digest)
		return QORGAN_OK;
	crypto_generichash_init(&state, NULL, 0, DIGEST_SIZE);
	for (;;) {
		struct layout_piece_key key = vault_piece_key(r->base, digest, offset);
		int64_t at = (int64_t)piece_first(r, &key);
		if ((size_t)at == REPAIR_COUNT(r->pieces, struct repair_find) ||
		    memcmp(REPAIR_AT(r->pieces, struct repair_find, at)->key, &key, sizeof key) != 0)
			break;
		const struct repair_find *find = REPAIR_AT(r->pieces, struct repair_find, at);
		code = repair_find_open(r, find, &r->plain, error);
		if (code || !r->plain.size)
			break;
		crypto_generichash_update(&state, (const uint8_t *)r->plain.data, r->plain.size);
		offset += r->plain.size;
		file->from = find->from > file->from ? find->from : file->from;
		code = repair_append(&file->pieces, &at, sizeof at, error);
		if (code)
			break;
	}
	crypto_generichash_final(&state, found, sizeof found);
	file->whole = memcmp(found, digest, sizeof digest) == 0;
	return code;
}

int repair_files_resolve(struct repairing *r, struct qorgan_error *error)
{
	int code = own_files_list(r, error);

	for (unsigned i = 0; i < r->log_count && !code; i++)
		if (r->logs[i].kept)
			code = mirrored_files_list(r, &r->logs[i], error);
	if (!code && r->pieces.size)
		qsort(r->pieces.data, REPAIR_COUNT(r->pieces, struct repair_find), sizeof(struct repair_find), pieces_compare);
	for (size_t i = 0; i < REPAIR_COUNT(r->files, struct repair_file) && !code; i++)
		code = file_resolve(r, REPAIR_AT(r->files, struct repair_file, i), error);
	return code;
}
