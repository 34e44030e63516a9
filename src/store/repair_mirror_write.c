/* Writing the mirror of a repaired store: what is kept of each log, with its tree and index made
 * anew. Whose objects count is judged above this and written last. */
#include <stdlib.h>
#include <string.h>

#include "store/repair_internal.h"

/* Everything of the mirror but its versions is written through here: it is counted. */
static int mirror_put(struct repairing *r, struct repair_writer *writer, struct span key, struct span value,
                      struct qorgan_error *error)
{
	r->state.mirror_rows++;
	return repair_put(writer, ENGINE_MIRROR, key, value, error);
}

static int mirror_seal(struct repairing *r, struct repair_writer *writer, struct span key, uint32_t version, uint64_t leaf,
                       struct span plain, struct qorgan_error *error)
{
	struct seal_place place = { .table = ENGINE_MIRROR, .key = key, .version = version, .leaf = leaf };

	r->state.mirror_rows++;
	return repair_seal(r, writer, ENGINE_MIRROR, &place, plain, error);
}

/* Such rows bear the size that the log had before the change that wrote them. */
static uint64_t any_moment(const struct repairing *r)
{
	return r->state.tree.size - 1;
}

/* ---- Of one log ------------------------------------------------------------------------ */

struct nodes {
	struct repairing *r;
	struct repair_writer *writer;
	unsigned log;
	int code;
	struct qorgan_error *error;
};

static void node_put(void *context, unsigned level, uint64_t index, const uint8_t hash[MERKLE_HASH_SIZE])
{
	struct nodes *nodes = context;
	struct layout_mirror_tree_key key = layout_mirror_node(nodes->log, level, index);

	if (level >= LAYOUT_TREE_LEVEL && !nodes->code)
		nodes->code = mirror_put(nodes->r, nodes->writer, LAYOUT_SPAN(key),
		                         (struct span){ (const char *)hash, MERKLE_HASH_SIZE }, nodes->error);
}

static int leaves_write(struct repairing *r, struct repair_writer *writer, const struct repair_log *log,
                        struct qorgan_error *error)
{
	struct nodes nodes = { .r = r, .writer = writer, .log = log->log.number, .error = error };
	struct merkle_frontier tree = { 0 };
	int code = QORGAN_OK;

	for (uint64_t at = 0; at < log->log.tree.size && !code; at += MIRROR_LEAVES_PER_ROW) {
		struct layout_mirror_leaves_key key = layout_mirror_leaves(log->log.number, at / MIRROR_LEAVES_PER_ROW);
		uint64_t count = log->log.tree.size - at < MIRROR_LEAVES_PER_ROW ? log->log.tree.size - at : MIRROR_LEAVES_PER_ROW;
		struct span row = { log->hashes.data + at * MERKLE_HASH_SIZE, (size_t)count * MERKLE_HASH_SIZE };
		code = mirror_put(r, writer, LAYOUT_SPAN(key), row, error);
		for (uint64_t i = 0; i < count && !code; i++) {
			merkle_append(&tree, (const uint8_t *)row.data + i * MERKLE_HASH_SIZE, node_put, &nodes);
			code = nodes.code;
		}
	}
	return code;
}

/* A version with its trailer, in r->plain. */
static int version_read(struct repairing *r, const struct repair_find *find, struct record *record,
                        struct qorgan_error *error)
{
	struct layout_mirror_trailer trailer = { .log = { (uint8_t)(find->commit >> 8), (uint8_t)find->commit } };
	int code = repair_find_open(r, find, &r->plain, error);

	bytes_put_u64(trailer.leaf, find->leaf);
	if (!code && find->from == FROM_PACKAGE) {
		buffer_append(&r->plain, &trailer, sizeof trailer);
		code = r->plain.failed ? error_set_memory(error) : QORGAN_OK;
	}
	return code ? code : record_parse((struct span){ r->plain.data, r->plain.size - sizeof trailer }, record, error);
}

static int version_write(struct repairing *r, struct repair_writer *writer, const struct repair_log *log,
                         const struct repair_find *find, bool is_first, struct qorgan_error *error)
{
	struct layout_id entry = { .shard = (uint8_t)find->key[1] };
	struct record record;
	uint8_t hash[16];
	int code = version_read(r, find, &record, error);
	const struct schema *schema = code ? NULL : schema_find(record.kind.data, record.kind.size);

	if (!code && !schema)
		return error_set(error, QORGAN_IO, "a record of %s is of a kind that is not known here", log->log.state);
	if (!code)
		code = mirror_seal(r, writer, (struct span){ find->key, find->key_size }, record.version, any_moment(r),
		                   buffer_span(&r->plain), error);
	if (code || !is_first)
		return code;
	mirror_id_hash(r->base, schema, record.id, hash);
	memcpy(entry.number, find->key + 2, sizeof entry.number);
	struct layout_mirror_id_key key = layout_mirror_id(hash, log->log.number);
	return mirror_put(r, writer, LAYOUT_SPAN(key), LAYOUT_SPAN(entry), error);
}

static int finds_order(const void *a, const void *b, void *context)
{
	const struct repairing *r = context;

	return memcmp(REPAIR_AT(r->mirrored, struct repair_find, *(const int64_t *)a)->key,
	              REPAIR_AT(r->mirrored, struct repair_find, *(const int64_t *)b)->key,
	              sizeof(struct layout_mirror_version_key));
}

static int log_write(struct repairing *r, struct repair_writer *writer, struct repair_log *log, struct qorgan_error *error)
{
	const size_t object = offsetof(struct layout_mirror_version_key, version);
	struct layout_mirror_log_key key = layout_mirror_log(log->log.number);
	int64_t *list = log->held ? REPAIR_AT(log->versions, int64_t, 0) : NULL;
	const struct repair_find *before = NULL;
	int code = leaves_write(r, writer, log, error);

	if (log->held)
		qsort_r(list, log->held, sizeof *list, finds_order, r);
	for (size_t i = 0; i < log->held && !code; i++) {
		const struct repair_find *find = REPAIR_AT(r->mirrored, struct repair_find, list[i]);
		code = version_write(r, writer, log, find, !before || memcmp(before->key, find->key, object) != 0, error);
		before = find;
	}
	buffer_clear(&r->plain);
	mirror_log_encode(&log->log, &r->plain);
	if (!code && r->plain.failed)
		code = error_set_memory(error);
	return code ? code : mirror_seal(r, writer, LAYOUT_SPAN(key), 0, any_moment(r), buffer_span(&r->plain), error);
}

/* ---- Countersignatures, and what was withdrawn --------------------------------------------- */

static bool is_kept(const struct repairing *r, unsigned log)
{
	return log == MIRROR_LOG_OWN || (log < r->log_count && r->logs[log].kept);
}

/* Whether another row with the same key is newer, or as new and come by in a better way. */
static bool is_outdone(const struct repairing *r, size_t number)
{
	const struct repair_find *find = REPAIR_AT(r->mirror_rows, struct repair_find, number);

	for (size_t i = 0; i < REPAIR_COUNT(r->mirror_rows, struct repair_find); i++) {
		const struct repair_find *other = REPAIR_AT(r->mirror_rows, struct repair_find, i);
		if (i == number || other->key_size != find->key_size || memcmp(other->key, find->key, find->key_size) != 0 ||
		    other->leaf >= r->state.tree.size)
			continue;
		if (other->leaf != find->leaf ? other->leaf > find->leaf
		                              : other->from != find->from ? other->from < find->from : i < number)
			return true;
	}
	return false;
}

static int witness_write(struct repairing *r, struct repair_writer *writer, const struct repair_find *find,
                         struct qorgan_error *error)
{
	unsigned log = (unsigned)((uint8_t)find->key[1] << 8 | (uint8_t)find->key[2]);
	unsigned witness = (unsigned)((uint8_t)find->key[3] << 8 | (uint8_t)find->key[4]);
	int code;

	if (!is_kept(r, log) || !is_kept(r, witness))
		return QORGAN_OK;
	code = repair_find_open(r, find, &r->plain, error);
	if (code)
		return code;
	/* What is given up of the own log was given up with all that was said of it. */
	if (log == MIRROR_LOG_OWN && (r->plain.size < 8 || bytes_get_u64(r->plain.data) > r->state.tree.size))
		return QORGAN_OK;
	return mirror_seal(r, writer, (struct span){ find->key, find->key_size }, 0, any_moment(r), buffer_span(&r->plain), error);
}

/* Whether a version of the object is kept. */
static bool object_is_kept(const struct repairing *r, const char *object)
{
	for (size_t i = 0; i < REPAIR_COUNT(r->mirrored, struct repair_find); i++) {
		const struct repair_find *find = REPAIR_AT(r->mirrored, struct repair_find, i);
		if (memcmp(find->key + 1, object + 1, sizeof(struct layout_mirror_object_key) - 1) == 0)
			return find->commit < r->log_count && r->logs[find->commit].kept;
	}
	return false;
}

static int withdrawal_write(struct repairing *r, struct repair_writer *writer, const struct repair_find *find,
                            struct qorgan_error *error)
{
	int code = repair_find_open(r, find, &r->plain, error);

	if (code || r->plain.size != sizeof(struct layout_mirror_standing) || r->plain.data[0] != MIRROR_WITHDRAWN ||
	    !object_is_kept(r, find->key))
		return code;
	return mirror_seal(r, writer, (struct span){ find->key, find->key_size }, 0, any_moment(r), buffer_span(&r->plain), error);
}

int repair_mirror_write(struct repairing *r, struct repair_writer *writer, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (unsigned i = 0; i < r->log_count && !code; i++)
		if (r->logs[i].kept)
			code = log_write(r, writer, &r->logs[i], error);
	for (size_t i = 0; i < REPAIR_COUNT(r->mirror_rows, struct repair_find) && !code; i++) {
		const struct repair_find *find = REPAIR_AT(r->mirror_rows, struct repair_find, i);
		if (find->leaf >= r->state.tree.size || !strchr("cn", find->key[0]) || is_outdone(r, i))
			continue;
		if (find->key[0] == 'c')
			code = witness_write(r, writer, find, error);
		else if (find->from <= FROM_STRAY)
			code = withdrawal_write(r, writer, find, error);
	}
	return code;
}
