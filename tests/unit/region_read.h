/* All that a store of region_fixture.h holds, read by the functions that commands use. */
#ifndef REGION_READ_H
#define REGION_READ_H

#include "crypto/secret.h"
#include "region_fixture.h"
#include "store/mirror.h"
#include "store/policy_record.h"

static char region_file[65]; /* an attached file */

/* What one run read: how many records, and a hash of their bytes in the order in which they came. */
struct region_read {
	uint64_t records;
	uint8_t hash[32];
};
static struct region_read region_read;

static void record_add(struct span bytes)
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, sizeof region_read.hash);
	crypto_generichash_update(&state, region_read.hash, sizeof region_read.hash);
	crypto_generichash_update(&state, (const uint8_t *)bytes.data, bytes.size);
	crypto_generichash_final(&state, region_read.hash, sizeof region_read.hash);
	region_read.records++;
}

static int record_count(void *context, struct vault_record *record, struct qorgan_error *why)
{
	(void)context, (void)why;
	record_add(record->record.bytes);
	return QORGAN_OK;
}

static int history_count(void *context, struct vault_record *record, struct qorgan_error *why)
{
	struct vault_place place = record->place;

	record_add(record->record.bytes);
	return vault_scan_history(context, &place, record_count, NULL, why);
}

static int objects_read(struct vault_view *view)
{
	size_t count;
	const struct schema *const *all = schema_all(&count);
	int code = QORGAN_OK;

	for (size_t i = 0; i < count && !code; i++)
		code = vault_scan(view, all[i], history_count, view, &error);
	if (!code)
		code = vault_scan_leaves(view, 0, record_count, NULL, &error);
	return code;
}

/* By its name: an own object that counts, one that stands back, and one of another state. */
static int names_read(struct vault_view *view)
{
	static const char *const names[][2] = { { "risk", "CYB-01" }, { "measure", "CYB-01-M1" }, { "risk", "KAZ-01" } };
	struct vault_record record = { 0 };
	int code = QORGAN_OK;

	for (size_t i = 0; i < 3 && !code; i++) {
		const struct schema *schema = schema_find(names[i][0], strlen(names[i][0]));
		code = vault_get(view, schema, span_of(names[i][1]), 1, &record, &error);
		if (!code)
			code = vault_get(view, schema, span_of(names[i][1]), 0, &record, &error);
		if (code == QORGAN_ABSENT && !error.message[0] && i == 2) /* it was withdrawn */
			code = QORGAN_OK;
	}
	if (!code)
		code = vault_get_own(view, schema_find("measure", 7), span_of("CYB-01-M1"), 0, &record, &error);
	vault_record_free(&record);
	return code;
}

static int log_read(struct vault_view *view)
{
	struct buffer bytes = { 0 };
	struct merkle_path path;
	struct vault_record record = { 0 };
	uint8_t root[MERKLE_HASH_SIZE];
	uint64_t size = vault_view_leaves(view);
	int code = vault_checkpoint(view, &bytes, &error);

	if (!code)
		code = vault_inclusion_path_at(view, size, size / 2, &path, &error);
	if (!code)
		code = vault_inclusion_path_at(view, size - 3, 2, &path, &error);
	if (!code)
		code = vault_root_at(view, size - 5, root, &error);
	if (!code)
		code = vault_leaf_hashes(view, 1, size - 1, &bytes, &error);
	if (!code)
		record_add(buffer_span(&bytes));
	for (uint64_t leaf = 0; leaf < size && !code; leaf += size / 2)
		code = vault_get_leaf(view, leaf, &record, &error);
	for (uint64_t commit = 1; commit <= vault_view_commits(view) && !code; commit += 4)
		code = vault_get_commit(view, commit, &record, &error);
	vault_record_free(&record);
	buffer_free(&bytes);
	return code;
}

static int piece_each(void *context, uint64_t offset, struct span data, struct qorgan_error *why)
{
	(void)context, (void)offset, (void)why;
	record_add(data);
	return QORGAN_OK;
}

static int witness_each(void *context, const struct mirror_witness *witness, struct qorgan_error *why)
{
	(void)context, (void)why;
	record_add(witness->note);
	return QORGAN_OK;
}

static int object_each(void *context, const struct mirror_object *object, struct qorgan_error *why)
{
	char says[20];
	bool back;
	int code = mirror_stands_back(context, &object->place, &back, why);

	snprintf(says, sizeof says, "%d %d", object->standing, back);
	record_add(span_of(says));
	return code;
}

static int log_each(void *context, const struct mirror_log *log, struct qorgan_error *why)
{
	struct mirror_tree tree = { .view = context, .log = log->number };
	struct mirror_object object;
	struct mirror_log again;
	struct buffer hashes = { 0 };
	uint8_t hash[MERKLE_HASH_SIZE];
	int code = mirror_log_find(context, log->origin, &again, why);

	if (!code) {
		mirror_log_free(&again);
		code = mirror_leaf_hashes(context, log->number, 1, log->tree.size - 1, &hashes, why);
	}
	if (!code)
		code = mirror_witnesses(context, log->number, witness_each, NULL, why);
	if (!code)
		code = mirror_witnesses(context, MIRROR_LOG_OWN, witness_each, NULL, why);
	if (!code)
		code = mirror_object_find(context, schema_find("measure", 7), span_of("CYB-01-M1"), log->number, &object, why);
	if (!code && mirror_tree_node(&tree, 1, 0, hash))
		code = error_set(why, QORGAN_IO, "a node of the tree cannot be read");
	if (!code)
		record_add(buffer_span(&hashes));
	buffer_free(&hashes);
	return code;
}

static int mirror_read(struct vault_view *view)
{
	uint64_t count;
	int code = mirror_logs(view, log_each, view, &error);

	if (!code)
		code = mirror_versions(view, record_count, NULL, &error);
	if (!code)
		code = mirror_objects(view, schema_find("measure", 7), span_of("CYB-01-M1"), object_each, view, &error);
	return code ? code : mirror_standing_rows(view, &count, &error);
}

static int region_read_all(void)
{
	struct vault_view *view = NULL;
	struct policies policies;
	uint8_t *identities = secret_alloc(4 * 32);
	size_t count = 0;
	int code = identities ? vault_view_begin(store, &view, &error) : error_set_memory(&error);

	region_read = (struct region_read){ 0 };
	if (!code)
		code = objects_read(view);
	if (!code)
		code = names_read(view);
	if (!code)
		code = log_read(view);
	if (!code)
		code = mirror_read(view);
	if (!code)
		code = vault_evidence_read(view, span_of(region_file), piece_each, NULL, &error);
	if (!code)
		code = vault_age_identities(view, (uint8_t (*)[32])identities, 4, &count, &error);
	if (!code)
		code = policies_load(view, &policies, &error);
	vault_view_end(view);
	secret_free(identities);
	return code;
}

#endif
