/* What the mirror must be: each log of another state against the checkpoint that
 * it signed, each version that was handed over against its leaf. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/note.h"
#include "record/canonical.h"
#include "record/reader.h"
#include "store/mirror_internal.h"
#include "store/verify.h"

struct mirror_verifier {
	struct vault_view *view;
	struct verify_teller teller;
	struct qorgan_verification *result;
	/* Of the log that is being examined, by its number. */
	struct {
		char state[KEYS_STATE_LIMIT];
		uint64_t size, versions, found;
	} *logs;
	unsigned count;
	const struct mirror_log *log;
	int node_code;
	struct buffer hashes;
	struct buffer *absent;
};

/* ---- Logs ------------------------------------------------------------------------- */

static bool key_try(struct span value, const char *origin, const struct mirror_log *log)
{
	struct buffer scratch = { 0 };
	char vkey[NOTE_VKEY_LIMIT] = "", name[256];
	uint8_t key[NOTE_KEY_SIZE];
	struct span text, signed_text;

	if (value.data && reader_string(value, &scratch, &text) && text.size < sizeof vkey)
		memcpy(vkey, text.data, text.size);
	buffer_free(&scratch);
	return note_parse_vkey(vkey, name, sizeof name, key) && strcmp(name, origin) == 0 &&
	       note_verify(buffer_span(&log->note), origin, key, &signed_text, NULL) == QORGAN_OK;
}

/* Whether a key that the partner's record names, now or formerly, signed it. */
static bool note_is_signed(struct mirror_verifier *v, const struct mirror_log *log)
{
	static const char *const names[] = { "former", "vkey" };
	struct vault_record record = { 0 };
	struct span values[2], element, former;
	struct reader reader;
	bool is_signed = false;

	if (!vault_get_own(v->view, schema_find("partner", 7), span_of(log->state), 0, &record, NULL)) {
		reader_pick(record.record.body, names, values, 2);
		is_signed = key_try(values[1], log->origin, log);
		if (!is_signed && values[0].data && reader_open(values[0], &reader))
			while (!is_signed && reader_element(&reader, &element))
				is_signed = reader_find(element, "vkey", &former) && key_try(former, log->origin, log);
	}
	vault_record_free(&record);
	return is_signed;
}

static void node_verify(void *context, unsigned level, uint64_t index, const uint8_t hash[MERKLE_HASH_SIZE])
{
	struct mirror_verifier *v = context;
	struct mirror_tree tree = { v->view, v->log->number };
	uint8_t stored[MERKLE_HASH_SIZE];

	if (level < LAYOUT_TREE_LEVEL)
		return;
	int code = mirror_tree_node(&tree, level, index, stored);
	if (code == QORGAN_ABSENT || (!code && memcmp(stored, hash, sizeof stored) != 0))
		verify_find(&v->teller, v->log->state, "a hash of the tree over %s's log is missing or wrong", v->log->state);
}

static void checkpoint_verify(struct mirror_verifier *v, const struct merkle_frontier *frontier)
{
	const struct mirror_log *log = v->log;
	struct span note = buffer_span(&log->note);
	const char *end = note.size ? memmem(note.data, note.size, "\n\n", 2) : NULL;
	struct checkpoint checkpoint;
	uint8_t root[MERKLE_HASH_SIZE];

	merkle_root(frontier, root);
	if (!end || !checkpoint_parse((struct span){ note.data, (size_t)(end + 1 - note.data) }, &checkpoint) ||
	    strcmp(checkpoint.origin, log->origin) != 0 || checkpoint.size != frontier->size ||
	    memcmp(checkpoint.root, root, sizeof root) != 0)
		verify_find(&v->teller, log->state, "the entries kept of %s's log are not those that its checkpoint is over", log->state);
	else if (!note_is_signed(v, log))
		verify_find(&v->teller, log->state, "no key of %s that is on record signed the checkpoint kept of its log", log->state);
}

static int log_verify(void *context, const struct mirror_log *log, struct qorgan_error *error)
{
	struct mirror_verifier *v = context;
	struct merkle_frontier frontier = { 0 };
	int code = QORGAN_OK;

	v->log = log;
	if (log->number >= MIRROR_LOGS_LIMIT)
		return error_set(error, QORGAN_IO, "a log of another state has a number that none is given");
	if (log->number >= v->count)
		v->count = log->number + 1u;
	memcpy(v->logs[log->number].state, log->state, sizeof log->state);
	v->logs[log->number].size = log->tree.size;
	v->logs[log->number].versions = log->versions;
	for (uint64_t at = 0; !code && at < log->tree.size; at += MIRROR_LEAVES_PER_ROW) {
		uint64_t count = log->tree.size - at < MIRROR_LEAVES_PER_ROW ? log->tree.size - at : MIRROR_LEAVES_PER_ROW;
		buffer_clear(&v->hashes);
		code = mirror_leaf_hashes(v->view, log->number, at, count, &v->hashes, error);
		for (uint64_t i = 0; !code && i < count; i++)
			merkle_append(&frontier, (const uint8_t *)v->hashes.data + i * MERKLE_HASH_SIZE, node_verify, v);
		if (!code)
			code = vault_progress(v->view->vault, "verifying what others sent", at, log->tree.size);
	}
	/* Of a log that only others told of, nothing was received yet. */
	if (!code && (log->tree.size || log->note.size))
		checkpoint_verify(v, &frontier);
	return code;
}

/* ---- Versions ------------------------------------------------------------------------ */

static void version_find(struct mirror_verifier *v, const struct record *record, const char *what)
{
	char name[RECORD_ID_LIMIT + 120];

	snprintf(name, sizeof name, "%.*s %.*s %.*s version %u", (int)record->owner.size, record->owner.data,
	         (int)record->kind.size, record->kind.data, (int)record->id.size, record->id.data, record->version);
	verify_find(&v->teller, name, "%s", what);
}

static int version_verify(void *context, struct vault_record *version, struct qorgan_error *error)
{
	struct mirror_verifier *v = context;
	const struct record *record = &version->record;
	const struct schema *schema = schema_find(record->kind.data, record->kind.size);
	struct mirror_object object;
	uint8_t hash[MERKLE_HASH_SIZE];
	int code;

	v->result->bytes += record->bytes.size;
	if (version->log >= v->count || version->leaf >= v->logs[version->log].size) {
		version_find(v, record, "a version is of a log or an entry that was never received");
		return QORGAN_OK;
	}
	v->logs[version->log].found++;
	buffer_clear(&v->hashes);
	code = mirror_leaf_hashes(v->view, version->log, version->leaf, 1, &v->hashes, error);
	if (code)
		return code;
	merkle_hash_leaf(record->bytes.data, record->bytes.size, hash);
	if (record->absence)
		code = verify_absent_add(v->absent, version->log, version, error);
	else if (memcmp(hash, v->hashes.data, sizeof hash) != 0)
		version_find(v, record, "a version is not the one that its owner signed");
	if (code)
		return code;
	if (!schema || !span_is(record->owner, v->logs[version->log].state) || record_id_check(schema, record->id, NULL) ||
	    !canonical_is(record->bytes) ||
	    (version->place.shard & (uint8_t)~LAYOUT_MIRRORED) != vault_schema_shard(v->view->vault, schema)) {
		version_find(v, record, "the envelope of a version breaks the rules of the store");
		return QORGAN_OK;
	}
	code = mirror_object_find(v->view, schema, record->id, version->log, &object, error);
	if (code == QORGAN_ABSENT || (!code && object.place.number != version->place.number))
		version_find(v, record, "the index does not lead to the object: it cannot be found by its id");
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

/* ---- Rows ------------------------------------------------------------------------------ */

/* Whether a row is of a form that the program writes. */
static bool row_is_known(struct span key, struct span value)
{
	static const struct {
		char row;
		size_t key_size;
	} forms[] = {
		{ 'p', sizeof(struct layout_mirror_log_key) },    { 'l', sizeof(struct layout_mirror_leaves_key) },
		{ 't', sizeof(struct layout_mirror_tree_key) },   { 'h', sizeof(struct layout_mirror_version_key) },
		{ 'i', sizeof(struct layout_mirror_id_key) },     { 'n', sizeof(struct layout_mirror_object_key) },
		{ 'o', sizeof(struct layout_mirror_object_key) }, { 'c', sizeof(struct layout_mirror_witness_key) },
	};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (key.data[0] == forms[i].row)
			return key.size == forms[i].key_size && (key.data[0] != 'i' || value.size == sizeof(struct layout_id));
	return false;
}

static int rows_verify(struct mirror_verifier *v, struct qorgan_error *error)
{
	struct engine_range *range = NULL;
	struct span key, value;
	int code = engine_range_open(v->view->txn, ENGINE_MIRROR, (struct span){ 0 }, (struct span){ 0 }, false, &range, error);

	while (!code && !(code = engine_range_next(range, &key, &value, error)))
		if (!row_is_known(key, value))
			verify_find(&v->teller, "", "a row that the program did not write is in the table of what others sent");
	engine_range_close(range);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

int verify_mirror(struct vault_view *view, verify_fault fault, void *context, struct qorgan_verification *result,
                  struct buffer *absent, struct qorgan_error *error)
{
	struct mirror_verifier v = { .view = view, .teller = { fault, context }, .result = result, .absent = absent,
		                         .logs = calloc(MIRROR_LOGS_LIMIT, sizeof *v.logs) };
	uint64_t count = 0;
	int code = v.logs ? rows_verify(&v, error) : error_set_memory(error);

	if (!code)
		code = mirror_logs(view, log_verify, &v, error);
	if (!code)
		code = mirror_versions(view, version_verify, &v, error);
	for (unsigned i = 0; i < v.count && !code; i++)
		if (v.logs[i].found != v.logs[i].versions)
			verify_find(&v.teller, v.logs[i].state, "%llu versions of %s are kept where %llu were received",
			     (unsigned long long)v.logs[i].found, v.logs[i].state, (unsigned long long)v.logs[i].versions);
	if (!code)
		code = engine_count(view->txn, ENGINE_MIRROR, &count, error);
	/* More rows may be those of a change that is being made or was killed. */
	if (!code && count < view->state.mirror_rows)
		verify_find(&v.teller, "", "%llu rows of what others sent are stored where the log has %llu", (unsigned long long)count,
		     (unsigned long long)view->state.mirror_rows);
	free(v.logs);
	buffer_free(&v.hashes);
	return code;
}
