/* Logs of other states: the sealed row of each, its leaf hashes, its tree. */
#include <string.h>

#include "store/mirror_change.h"

static const char damaged[] = "what is known of another state's log is damaged: run qorgan verify";

void mirror_log_free(struct mirror_log *log)
{
	buffer_free(&log->note);
}

/* ---- The row ----------------------------------------------------------------- */

/* Before the frontier's nodes and the note. */
struct log_row {
	uint8_t size[8], sequence[8], versions[8], received[8], commit[8], vouched[8];
	uint8_t forked, state[KEYS_STATE_LIMIT], origin[255];
};
_Static_assert(sizeof(struct log_row) == 48 + 1 + KEYS_STATE_LIMIT + 255, "no padding");

static size_t frontier_bytes(uint64_t size)
{
	return (size_t)__builtin_popcountll(size) * MERKLE_HASH_SIZE;
}

void mirror_log_encode(const struct mirror_log *log, struct buffer *to)
{
	struct log_row row = { .forked = log->forked };

	bytes_put_u64(row.size, log->tree.size);
	bytes_put_u64(row.sequence, log->sequence);
	bytes_put_u64(row.versions, log->versions);
	bytes_put_u64(row.received, (uint64_t)log->received);
	bytes_put_u64(row.commit, log->commit);
	bytes_put_u64(row.vouched, log->vouched);
	memccpy(row.state, log->state, '\0', sizeof row.state - 1);
	memccpy(row.origin, log->origin, '\0', sizeof row.origin - 1);
	buffer_append(to, &row, sizeof row);
	buffer_append(to, log->tree.nodes, frontier_bytes(log->tree.size));
	buffer_append_span(to, buffer_span(&log->note));
}

int mirror_log_decode(struct span bytes, struct mirror_log *log, struct qorgan_error *error)
{
	struct log_row row;

	memset(log, 0, sizeof *log);
	if (bytes.size < sizeof row)
		return error_set(error, QORGAN_IO, "%s", damaged);
	memcpy(&row, bytes.data, sizeof row);
	log->tree.size = bytes_get_u64(row.size);
	log->sequence = bytes_get_u64(row.sequence);
	log->versions = bytes_get_u64(row.versions);
	log->received = (int64_t)bytes_get_u64(row.received);
	log->commit = bytes_get_u64(row.commit);
	log->vouched = bytes_get_u64(row.vouched);
	log->forked = row.forked != 0;
	memcpy(log->state, row.state, sizeof row.state - 1);
	memcpy(log->origin, row.origin, sizeof row.origin);
	size_t nodes = frontier_bytes(log->tree.size);
	if (bytes.size - sizeof row < nodes)
		return error_set(error, QORGAN_IO, "%s", damaged);
	memcpy(log->tree.nodes, bytes.data + sizeof row, nodes);
	buffer_append(&log->note, bytes.data + sizeof row + nodes, bytes.size - sizeof row - nodes);
	return log->note.failed ? error_set_memory(error) : QORGAN_OK;
}

static int log_open(struct vault_view *view, struct span key, struct span sealed, struct mirror_log *log,
                    struct qorgan_error *error)
{
	struct seal_place place = { .table = ENGINE_MIRROR, .key = key };
	struct buffer plain = { 0 };
	int code = seal_open(view->vault->keys, view->vault->id, &place, sealed, &plain, error);

	if (!code)
		code = mirror_log_decode(buffer_span(&plain), log, error);
	if (!code)
		log->number = (uint16_t)((uint8_t)key.data[1] << 8 | (uint8_t)key.data[2]);
	buffer_free(&plain);
	return code;
}

int mirror_logs(struct vault_view *view, mirror_each_log each, void *context, struct qorgan_error *error)
{
	struct layout_mirror_log_key low = layout_mirror_log(0), high = { .row = 'p' + 1 };
	struct engine_range *range = NULL;
	struct span key, sealed;
	bool more;
	int code;

	if (view->state.mirror_rows == 0)
		return QORGAN_OK;
	code = engine_range_open(view->txn, ENGINE_MIRROR, LAYOUT_SPAN(low), (struct span){ (const char *)&high, 1 }, false,
	                         &range, error);
	while (!code && !(code = engine_range_more(range, &key, &sealed, &more, error)) && more) {
		struct layout_mirror_log_key at;
		struct mirror_log log = { 0 };
		if (key.size != sizeof at) {
			code = error_set(error, QORGAN_IO, "%s", damaged);
			break;
		}
		memcpy(&at, key.data, sizeof at); /* a read below may move what the range shows */
		code = log_open(view, LAYOUT_SPAN(at), sealed, &log, error);
		if (!code)
			code = each(context, &log, error);
		mirror_log_free(&log);
	}
	engine_range_close(range);
	return code;
}

struct finding {
	const char *origin;
	uint16_t number;
};

#define FOUND (-1)

static int log_compare(void *context, const struct mirror_log *log, struct qorgan_error *error)
{
	struct finding *finding = context;

	(void)error;
	finding->number = log->number;
	return strcmp(log->origin, finding->origin) == 0 ? FOUND : QORGAN_OK;
}

int mirror_log_find(struct vault_view *view, const char *origin, struct mirror_log *log, struct qorgan_error *error)
{
	struct finding finding = { .origin = origin };
	int code = mirror_logs(view, log_compare, &finding, error);

	if (code != FOUND)
		return code ? code : QORGAN_ABSENT;
	return mirror_log_get(view, finding.number, log, error);
}

int mirror_log_get(struct vault_view *view, unsigned number, struct mirror_log *log, struct qorgan_error *error)
{
	struct layout_mirror_log_key key = layout_mirror_log(number);
	struct span sealed;
	int code = engine_get(view->txn, ENGINE_MIRROR, LAYOUT_SPAN(key), &sealed, error);

	memset(log, 0, sizeof *log);
	return code ? code : log_open(view, LAYOUT_SPAN(key), sealed, log, error);
}

/* ---- Leaves and tree ----------------------------------------------------------- */

int mirror_leaf_hashes(struct vault_view *view, unsigned log, uint64_t first, uint64_t count, struct buffer *hashes,
                       struct qorgan_error *error)
{
	int code = QORGAN_OK;

	while (!code && count) {
		uint64_t row = first / MIRROR_LEAVES_PER_ROW, skip = first % MIRROR_LEAVES_PER_ROW;
		uint64_t here = MIRROR_LEAVES_PER_ROW - skip < count ? MIRROR_LEAVES_PER_ROW - skip : count;
		struct layout_mirror_leaves_key key = layout_mirror_leaves(log, row);
		struct span value;
		code = engine_get(view->txn, ENGINE_MIRROR, LAYOUT_SPAN(key), &value, error);
		if (code == QORGAN_ABSENT || (!code && value.size < (skip + here) * MERKLE_HASH_SIZE))
			code = error_set(error, QORGAN_IO, "leaf %llu of another state's log is missing: the store is damaged; run "
			                 "qorgan verify", (unsigned long long)first);
		if (!code)
			buffer_append(hashes, value.data + skip * MERKLE_HASH_SIZE, (size_t)here * MERKLE_HASH_SIZE);
		if (!code && hashes->failed)
			code = error_set_memory(error);
		first += here;
		count -= here;
	}
	return code;
}

int mirror_tree_node(void *context, unsigned level, uint64_t index, uint8_t hash[MERKLE_HASH_SIZE])
{
	const struct mirror_tree *tree = context;

	if (level >= LAYOUT_TREE_LEVEL) {
		struct layout_mirror_tree_key key = layout_mirror_node(tree->log, level, index);
		return tree_node_get(tree->view->txn, ENGINE_MIRROR, LAYOUT_SPAN(key), hash);
	}

	uint64_t count = (uint64_t)1 << level;
	struct buffer hashes = { 0 };
	int code = mirror_leaf_hashes(tree->view, tree->log, index << level, count, &hashes, NULL);
	if (!code)
		merkle_root_of(hashes.data, count, hash);
	buffer_free(&hashes);
	return code;
}

/* ---- Changes --------------------------------------------------------------------- */

static int log_count(void *context, const struct mirror_log *log, struct qorgan_error *error)
{
	unsigned *next = context;

	(void)error;
	if (log->number >= *next)
		*next = log->number + 1u;
	return QORGAN_OK;
}

int mirror_change_log(struct vault_change *change, struct mirror_log *log, struct qorgan_error *error)
{
	unsigned next = change->next_log;
	int code;

	if (log->number != MIRROR_LOG_NEW)
		return QORGAN_OK;
	code = mirror_logs(vault_change_view(change), log_count, &next, error);
	if (!code && next >= MIRROR_LOGS_LIMIT)
		code = error_set(error, QORGAN_BAD_DATA, "the store holds %d logs of other states, and takes no more",
		                 MIRROR_LOGS_LIMIT);
	if (!code) {
		log->number = (uint16_t)next;
		change->next_log = next + 1;
	}
	return code;
}

struct node_writing {
	struct vault_change *change;
	const struct mirror_log *log;
	int code;
	struct qorgan_error *error;
};

static void node_put(void *context, unsigned level, uint64_t index, const uint8_t hash[MERKLE_HASH_SIZE])
{
	struct node_writing *writing = context;

	if (level < LAYOUT_TREE_LEVEL || writing->code)
		return;
	struct layout_mirror_tree_key key = layout_mirror_node(writing->log->number, level, index);
	writing->code = mirror_row_put(writing->change, LAYOUT_SPAN(key),
	                               (struct span){ (const char *)hash, MERKLE_HASH_SIZE }, writing->error);
}

int mirror_change_leaves(struct vault_change *change, struct mirror_log *log, struct span hashes,
                         struct qorgan_error *error)
{
	struct node_writing writing = { .change = change, .log = log, .error = error };
	struct buffer row = { 0 };
	int code = QORGAN_OK;

	while (!code && hashes.size >= MERKLE_HASH_SIZE) {
		uint64_t number = log->tree.size / MIRROR_LEAVES_PER_ROW, there = log->tree.size % MIRROR_LEAVES_PER_ROW;
		uint64_t more = MIRROR_LEAVES_PER_ROW - there;
		struct layout_mirror_leaves_key key = layout_mirror_leaves(log->number, number);
		if (more > hashes.size / MERKLE_HASH_SIZE)
			more = hashes.size / MERKLE_HASH_SIZE;
		buffer_clear(&row);
		if (there)
			code = mirror_leaf_hashes(vault_change_view(change), log->number, log->tree.size - there, there, &row, error);
		buffer_append(&row, hashes.data, (size_t)more * MERKLE_HASH_SIZE);
		if (!code && row.failed)
			code = error_set_memory(error);
		/* The row before its node: whoever cleans up finds both beyond the log's end. */
		if (!code)
			code = mirror_row_put(change, LAYOUT_SPAN(key), buffer_span(&row), error);
		for (uint64_t i = 0; i < more && !code; i++) {
			merkle_append(&log->tree, (const uint8_t *)hashes.data + i * MERKLE_HASH_SIZE, node_put, &writing);
			code = writing.code;
		}
		hashes.data += more * MERKLE_HASH_SIZE;
		hashes.size -= (size_t)more * MERKLE_HASH_SIZE;
	}
	buffer_free(&row);
	return code || change->batch_bytes <= VAULT_BATCH_BYTES ? code : vault_change_batch(change, error);
}

int mirror_change_settle(struct vault_change *change, const struct mirror_log *log, struct qorgan_error *error)
{
	struct layout_mirror_log_key key = layout_mirror_log(log->number);
	struct buffer plain = { 0 };

	mirror_log_encode(log, &plain);
	int code = plain.failed ? error_set_memory(error)
	                        : mirror_row_seal(change, LAYOUT_SPAN(key), 0, buffer_span(&plain), error);
	buffer_free(&plain);
	return code;
}
