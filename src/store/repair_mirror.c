/* What other states sent: of each log its row, the hashes of its leaves, against the root in that row,
 * and the versions, against their leaves. A log of which anything is missing is dropped whole, as
 * an older version could else stand as the newest; its state can send all of it again. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "store/repair_internal.h"

static unsigned log_of(const struct repair_find *find)
{
	return (unsigned)((uint8_t)find->key[1] << 8 | (uint8_t)find->key[2]);
}

/* ---- The rows of logs ---------------------------------------------------------------- */

static int log_row_take(struct repairing *r, const struct repair_find *find, uint64_t *newest, struct qorgan_error *error)
{
	unsigned number = log_of(find);
	struct mirror_log log;

	/* A row of a change behind the end of the log says what is not any more. */
	if (number >= MIRROR_LOGS_LIMIT || find->leaf >= r->state.tree.size)
		return QORGAN_OK;
	struct repair_log *at = &r->logs[number];
	if (at->found && (find->leaf < newest[number] || (find->leaf == newest[number] && find->from >= at->from)))
		return QORGAN_OK;
	int code = repair_find_open(r, find, &r->plain, error);
	if (!code)
		code = mirror_log_decode(buffer_span(&r->plain), &log, error);
	if (code)
		return code;
	mirror_log_free(&at->log);
	at->log = log;
	at->log.number = (uint16_t)number;
	at->found = true;
	at->from = find->from;
	newest[number] = find->leaf;
	if (number >= r->log_count)
		r->log_count = number + 1;
	return QORGAN_OK;
}

static int logs_find(struct repairing *r, struct qorgan_error *error)
{
	uint64_t *newest = calloc(MIRROR_LOGS_LIMIT, sizeof *newest);
	int code = newest ? QORGAN_OK : error_set_memory(error);

	r->logs = calloc(MIRROR_LOGS_LIMIT, sizeof *r->logs);
	if (!r->logs)
		code = error_set_memory(error);
	for (size_t i = 0; i < REPAIR_COUNT(r->mirror_rows, struct repair_find) && !code; i++) {
		const struct repair_find *find = REPAIR_AT(r->mirror_rows, struct repair_find, i);
		if (find->key[0] == 'p')
			code = log_row_take(r, find, newest, error);
	}
	free(newest);
	return code;
}

/* ---- Leaf hashes ------------------------------------------------------------------------ */

/* Zeros are what a lost page of a row is read as, and no hash. */
static void hash_take(struct repair_log *log, uint64_t leaf, const void *hash)
{
	if (leaf >= log->log.tree.size || log->has.data[leaf] || sodium_is_zero(hash, MERKLE_HASH_SIZE))
		return;
	log->has.data[leaf] = 1;
	memcpy(log->hashes.data + leaf * MERKLE_HASH_SIZE, hash, MERKLE_HASH_SIZE);
}

/* Those of the rows of one rank. */
static int rows_take(struct repairing *r, struct repair_log *log, uint8_t from, struct qorgan_error *error)
{
	struct span value;
	int code = QORGAN_OK;

	for (size_t i = 0; i < REPAIR_COUNT(r->mirror_leaves, struct repair_find) && !code; i++) {
		const struct repair_find *find = REPAIR_AT(r->mirror_leaves, struct repair_find, i);
		uint64_t row = bytes_get_u64(find->key + 3);
		if (find->from != from || log_of(find) != log->log.number || row > log->log.tree.size / MIRROR_LEAVES_PER_ROW)
			continue;
		code = repair_find_raw(r, find, &value, error);
		for (size_t j = 0; !code && j < value.size / MERKLE_HASH_SIZE && j < MIRROR_LEAVES_PER_ROW; j++)
			hash_take(log, row * MIRROR_LEAVES_PER_ROW + j, value.data + j * MERKLE_HASH_SIZE);
	}
	return code;
}

static void package_hashes_take(const struct repairing *r, struct repair_log *log)
{
	for (size_t i = 0; i < REPAIR_COUNT(r->package_hashes, struct repair_hashes); i++) {
		const struct repair_hashes *hashes = REPAIR_AT(r->package_hashes, struct repair_hashes, i);
		for (size_t j = 0; strcmp(hashes->origin, log->log.origin) == 0 && j < hashes->hashes.size / MERKLE_HASH_SIZE; j++)
			hash_take(log, hashes->first + j, hashes->hashes.data + j * MERKLE_HASH_SIZE);
	}
}

static void version_hashes_take(const struct repairing *r, struct repair_log *log)
{
	for (size_t i = 0; i < REPAIR_COUNT(r->mirrored, struct repair_find); i++) {
		const struct repair_find *find = REPAIR_AT(r->mirrored, struct repair_find, i);
		if (find->commit == log->log.number)
			hash_take(log, find->leaf, find->hash);
	}
}

static bool hashes_fit(const struct repair_log *log)
{
	struct merkle_frontier tree = { 0 };
	uint8_t root[MERKLE_HASH_SIZE], said[MERKLE_HASH_SIZE];

	for (uint64_t i = 0; i < log->log.tree.size; i++) {
		if (!log->has.data[i])
			return false;
		merkle_append(&tree, (const uint8_t *)log->hashes.data + i * MERKLE_HASH_SIZE, NULL, NULL);
	}
	merkle_root(&tree, root);
	merkle_root(&log->log.tree, said);
	return memcmp(root, said, sizeof root) == 0;
}

/* The rows of the file first, as they are; where that does not fit, what is authentic by itself, then what
 * comes from elsewhere, and those rows last. */
static int hashes_find(struct repairing *r, struct repair_log *log, bool *fit, struct qorgan_error *error)
{
	uint64_t size = log->log.tree.size;
	int code = QORGAN_OK;

	*fit = false;
	/* Nobody can show more leaves than there are bytes of them. */
	if (size > (REPAIR_COUNT(r->mirror_leaves, struct repair_find) + 1) * MIRROR_LEAVES_PER_ROW + r->package_hashes.size)
		return QORGAN_OK;
	for (unsigned attempt = 0; attempt < 2 && !*fit && !code; attempt++) {
		buffer_clear(&log->hashes);
		buffer_clear(&log->has);
		char *hashes = buffer_reserve(&log->hashes, size * MERKLE_HASH_SIZE + 1), *has = buffer_reserve(&log->has, size + 1);
		if (!hashes || !has)
			return error_set_memory(error);
		memset(has, 0, size + 1);
		log->hashes.size = size * MERKLE_HASH_SIZE;
		log->has.size = size;
		if (attempt == 1) {
			version_hashes_take(r, log);
			package_hashes_take(r, log);
			code = rows_take(r, log, FROM_BACKUP, error);
		}
		for (uint8_t from = FROM_LIVE; from <= FROM_BACKUP && !code; from++)
			code = rows_take(r, log, from, error);
		package_hashes_take(r, log);
		version_hashes_take(r, log);
		*fit = !code && hashes_fit(log);
	}
	return code;
}

/* ---- Versions ------------------------------------------------------------------------------ */

static int finds_compare(const void *a, const void *b, void *context)
{
	const struct repairing *r = context;
	const struct repair_find *x = REPAIR_AT(r->mirrored, struct repair_find, *(const int64_t *)a);
	const struct repair_find *y = REPAIR_AT(r->mirrored, struct repair_find, *(const int64_t *)b);
	int order = memcmp(x->key, y->key, sizeof(struct layout_mirror_version_key));

	return order ? order : x->from - y->from;
}

static bool version_fits(const struct repair_log *log, const struct repair_find *find)
{
	return find->commit == log->log.number && find->leaf < log->log.tree.size &&
	       memcmp(log->hashes.data + find->leaf * MERKLE_HASH_SIZE, find->hash, MERKLE_HASH_SIZE) == 0;
}

static int versions_find(struct repairing *r, struct repair_log *log, struct qorgan_error *error)
{
	size_t kept = 0;
	int code = QORGAN_OK;

	for (size_t i = 0; i < REPAIR_COUNT(r->mirrored, struct repair_find) && !code; i++) {
		int64_t number = (int64_t)i;
		if (version_fits(log, REPAIR_AT(r->mirrored, struct repair_find, i)))
			code = repair_append(&log->versions, &number, sizeof number, error);
	}
	if (code || !log->versions.size)
		return code;
	size_t count = REPAIR_COUNT(log->versions, int64_t);
	int64_t *list = REPAIR_AT(log->versions, int64_t, 0);
	qsort_r(list, count, sizeof *list, finds_compare, r);
	for (size_t i = 0; i < count; i++) {
		const struct repair_find *find = REPAIR_AT(r->mirrored, struct repair_find, list[i]);
		const struct repair_find *before = kept ? REPAIR_AT(r->mirrored, struct repair_find, list[kept - 1]) : NULL;
		if (before && memcmp(before->key, find->key, sizeof(struct layout_mirror_version_key)) == 0)
			continue;
		list[kept++] = list[i];
		log->rebuilt += find->from == FROM_FREED;
		log->taken += find->from == FROM_BACKUP;
	}
	log->versions.size = kept * sizeof *list;
	log->held = kept;
	return QORGAN_OK;
}

/* ---- Records of packages ------------------------------------------------------------------- */

/* Where the objects of a log are: the hash of kind and id, and its number. */
static int object_numbers(struct repairing *r, const struct repair_log *log, struct buffer *numbers,
                          struct qorgan_error *error)
{
	struct record record;
	int code = QORGAN_OK;

	for (size_t i = 0; i < log->held && !code; i++) {
		const struct repair_find *find = REPAIR_AT(r->mirrored, struct repair_find, *REPAIR_AT(log->versions, int64_t, i));
		struct repair_id id = { .number = bytes_get_u64(find->key + 2) };
		code = repair_find_open(r, find, &r->plain, error);
		size_t trailer = find->from == FROM_PACKAGE ? 0 : sizeof(struct layout_mirror_trailer);
		if (!code)
			code = record_parse((struct span){ r->plain.data, r->plain.size - trailer }, &record, error);
		const struct schema *schema = code ? NULL : schema_find(record.kind.data, record.kind.size);
		if (!schema)
			continue;
		mirror_id_hash(r->base, schema, record.id, id.hash);
		code = repair_append(numbers, &id, sizeof id, error);
	}
	return code;
}

static uint64_t object_number(struct repairing *r, struct buffer *numbers, const uint8_t hash[VAULT_ID_HASH_SIZE])
{
	struct repair_id id = { .number = r->state.mirror_objects };

	for (size_t i = 0; i < REPAIR_COUNT(*numbers, struct repair_id); i++)
		if (memcmp(REPAIR_AT(*numbers, struct repair_id, i)->hash, hash, VAULT_ID_HASH_SIZE) == 0)
			return REPAIR_AT(*numbers, struct repair_id, i)->number;
	memcpy(id.hash, hash, sizeof id.hash);
	buffer_append(numbers, &id, sizeof id);
	return r->state.mirror_objects++;
}

static bool leaf_is_held(const struct repairing *r, const struct repair_log *log, uint64_t leaf)
{
	for (size_t i = 0; i < log->held; i++)
		if (REPAIR_AT(r->mirrored, struct repair_find, *REPAIR_AT(log->versions, int64_t, i))->leaf == leaf)
			return true;
	return false;
}

/* Versions that are missing, from packages: each is the very one that the log has there. */
static int packages_take(struct repairing *r, struct repair_log *log, struct qorgan_error *error)
{
	struct buffer numbers = { 0 };
	struct record record;
	int code = object_numbers(r, log, &numbers, error);

	for (size_t i = 0; i < REPAIR_COUNT(r->package_records, struct repair_find) && !code; i++) {
		struct repair_find find = *REPAIR_AT(r->package_records, struct repair_find, i);
		int64_t number = (int64_t)REPAIR_COUNT(r->mirrored, struct repair_find);
		uint8_t hash[VAULT_ID_HASH_SIZE];
		find.commit = log->log.number;
		if (!version_fits(log, &find) || leaf_is_held(r, log, find.leaf) ||
		    record_parse((struct span){ r->packaged.data + find.page, find.entry }, &record, NULL))
			continue;
		const struct schema *schema = schema_find(record.kind.data, record.kind.size);
		if (!schema || !span_is(record.owner, log->log.state))
			continue;
		mirror_id_hash(r->base, schema, record.id, hash);
		struct layout_mirror_version_key key = layout_mirror_version(vault_schema_shard(r->base, schema),
		                                                             object_number(r, &numbers, hash), record.version);
		find.key_size = sizeof key;
		memcpy(find.key, &key, sizeof key);
		find.version = record.version;
		code = repair_append(&r->mirrored, &find, sizeof find, error);
		if (!code)
			code = repair_append(&log->versions, &number, sizeof number, error);
		log->held++;
		log->taken++;
	}
	if (!code && numbers.failed)
		code = error_set_memory(error);
	buffer_free(&numbers);
	return code;
}

/* ---- All of it -------------------------------------------------------------------------------- */

static void objects_count(struct repairing *r)
{
	if (r->has_at)
		r->state.mirror_objects = r->at.mirror_objects;
	for (size_t i = 0; i < REPAIR_COUNT(r->mirrored, struct repair_find); i++) {
		uint64_t number = bytes_get_u64(REPAIR_AT(r->mirrored, struct repair_find, i)->key + 2);
		if (number >= r->state.mirror_objects)
			r->state.mirror_objects = number + 1;
	}
}

static int log_resolve(struct repairing *r, struct repair_log *log, struct qorgan_error *error)
{
	bool fit = false;
	int code = hashes_find(r, log, &fit, error);

	if (!code && fit)
		code = versions_find(r, log, error);
	if (!code && fit && log->held < log->log.versions && r->package_records.size)
		code = packages_take(r, log, error);
	log->missing = fit && log->log.versions > log->held ? log->log.versions - log->held : 0;
	log->kept = fit && !log->missing;
	/* A former copy of the row may say fewer than there were. */
	if (log->kept)
		log->log.versions = log->held;
	if (log->log.vouched > r->state.tree.size)
		log->log.vouched = r->state.tree.size;
	if (log->log.commit > r->state.commits)
		log->log.commit = r->state.commits;
	return code;
}

int repair_mirror_resolve(struct repairing *r, struct qorgan_error *error)
{
	int code = logs_find(r, error);

	if (!code)
		objects_count(r);
	for (unsigned i = 0; i < r->log_count && !code; i++)
		if (r->logs[i].found)
			code = log_resolve(r, &r->logs[i], error);
	return code;
}
