/* What every row of a store must be, against the signed log: run in a process
 * apart, as the database's code may come to grief on damage. */
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "crypto/leaf_batch.h"
#include "crypto/secret.h"
#include "record/canonical.h"
#include "record/reader.h"
#include "store/evidence.h"
#include "store/lost.h"
#include "store/mirror.h"
#include "store/partner_secret.h"
#include "store/vault_slots.h"
#include "store/vault_restored.h"
#include "store/verify_authors.h"
#include "store/verify.h"

struct verifier {
	struct verify_shared *shared;
	struct vault_view *view;
	struct qorgan_store *vault;
	qorgan_finding finding;
	void *context;
	struct qorgan_verification *result;
	struct qorgan_error *error;   /* of the part that is being examined */
	struct qorgan_error *outcome; /* of the whole */
	struct merkle_frontier tree;
	struct vault_record record;
	struct leaf_checker *checker;
	struct authors *authors;
	uint64_t commit;          /* number of the last commit met */
	uint64_t commit_versions; /* versions met since */
	uint64_t pieces;          /* of evidence that some object leads to */
	struct buffer evidence;   /* ids, 64 bytes each */
	struct buffer absent;     /* of struct verify_absent */
	int node_code;
	struct engine_range *range; /* over the leaves; NULL: to be opened */
};

__attribute__((format(printf, 3, 4)))
static void find(struct verifier *v, const char *object, const char *format, ...)
{
	char what[900];
	va_list list;

	va_start(list, format);
	vsnprintf(what, sizeof what, language_said(format), list);
	va_end(list);
	verify_tell(v->finding, v->context, v->result, what, object, verify_advice_restore);
}

/* ---- The rows of meta ---------------------------------------------------------- */

static int slot_verify(void *context, uint8_t number, struct span slot, struct qorgan_error *error)
{
	struct verifier *v = context;
	char name[32];

	(void)error;
	snprintf(name, sizeof name, "slot %u", number);
	if (slot_kind_of(slot) == SLOT_DAMAGED)
		find(v, name, "a slot is damaged: whoever opens the store by it no longer can");
	return QORGAN_OK;
}

/* Whether a row of meta is one that the program writes. */
static bool meta_key_is_known(struct span key)
{
	static const char *const letters[] = { META_STORE, META_STATE, META_IDENTITY, META_RENEWAL, META_REWRITE,
		                               META_RESTORED };
	bool known = partner_secret_key_is(key) ||
	             (key.size == sizeof META_SLOT && (key.data[0] == META_SLOT[0] || key.data[0] == META_AUTHOR[0])) ||
	             (key.size == sizeof(struct layout_epoch_key) &&
	              (key.data[0] == META_CARD[0] || key.data[0] == META_IDENTITY[0]));

	for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
		known |= span_is(key, letters[i]);
	return known;
}

static int meta_verify(struct verifier *v)
{
	struct engine_range *range = NULL;
	struct vault_restored restored;
	struct span key, value;
	uint8_t *identity = secret_alloc(32);
	int code = identity ? vault_slots_each(v->view, slot_verify, v, v->error) : error_set_memory(v->error);

	if (!code)
		code = engine_range_open(v->view->txn, ENGINE_META, (struct span){ 0 }, (struct span){ 0 }, false, &range, v->error);
	while (!code && !(code = engine_range_next(range, &key, &value, v->error))) {
		if (!meta_key_is_known(key))
			find(v, "", "a row that the program did not write is in the table of the store's facts");
	}
	engine_range_close(range);
	if (code == QORGAN_ABSENT)
		code = QORGAN_OK;
	if (!code && vault_age_identity(v->view, identity, NULL))
		find(v, "", "the state's age identity is missing or damaged: packages to this state cannot be opened");
	if (!code && vault_restored_get(v->view, &restored, NULL))
		find(v, "", "what is remembered of a restore from a backup is damaged: partners cannot be told of it");
	secret_free(identity);
	return code;
}

/* What every opening looks at. */
static int opening_verify(struct verifier *v)
{
	int code = vault_log_check(v->vault, v->error);

	if (!code && v->vault->mistrust[0])
		find(v, "", "%s", v->vault->mistrust);
	return code;
}

/* A view of all that is there. */
static int view_open(struct verifier *v)
{
	int code = vault_view_begin(v->vault, &v->view, v->error);

	if (!code)
		vault_view_show_absent(v->view, true);
	return code;
}

/* A transaction that met damage is of no further use: what comes goes on in
 * another. */
static int view_renew(struct verifier *v)
{
	engine_range_close(v->range);
	v->range = NULL;
	vault_view_end(v->view);
	v->view = NULL;
	return view_open(v);
}

/* ---- The log ------------------------------------------------------------------- */

static void node_verify(void *context, unsigned level, uint64_t index, const uint8_t hash[MERKLE_HASH_SIZE])
{
	struct verifier *v = context;
	struct layout_tree_key key = layout_node(level, index);
	struct span value;

	if (level < LAYOUT_TREE_LEVEL || v->node_code)
		return;
	int code = engine_get(v->view->txn, ENGINE_TREE, LAYOUT_SPAN(key), &value, NULL);
	if (code && code != QORGAN_ABSENT)
		v->node_code = view_renew(v);
	if (code || value.size != MERKLE_HASH_SIZE || memcmp(value.data, hash, MERKLE_HASH_SIZE) != 0)
		find(v, "", "a stored hash of the tree (level %u, number %llu) is missing or wrong", level,
		     (unsigned long long)index);
}

/* Says which object a number is, from any version of it that can be read. */
static void name_find(struct verifier *v, const struct layout_leaf *leaf, char *name, size_t limit)
{
	struct vault_place place = { leaf->shard, bytes_get_u64(leaf->number), 0 };
	struct vault_record record = { 0 };
	struct vault_view *view = NULL;
	uint32_t version = bytes_get_u32(leaf->version);

	snprintf(name, limit, "object %llu version %u", (unsigned long long)place.number, version);
	if (leaf->shard == LAYOUT_COMMIT_SHARD)
		snprintf(name, limit, "commit %llu", (unsigned long long)place.number);
	else if (leaf->shard < ENGINE_HEAD_SHARDS)
		for (uint32_t other = 0, found = 0; other <= 8 && !found; other++) {
			/* A view of its own for each try: damage makes one useless. */
			found = !vault_view_begin(v->vault, &view, NULL) && !vault_get_place(view, &place, other, &record, NULL);
			if (found)
				snprintf(name, limit, "%s %.*s %.*s version %u", v->vault->keys->root.state, (int)record.record.kind.size,
				         record.record.kind.data, (int)record.record.id.size, record.record.id.data, version);
			vault_view_end(view);
			view = NULL;
		}
	vault_record_free(&record);
}

/* A finding on the record that was just read. */
static void record_find(struct verifier *v, const char *what)
{
	const struct record *record = &v->record.record;
	char name[RECORD_ID_LIMIT + 120];

	snprintf(name, sizeof name, "%.*s %.*s version %u", (int)record->kind.size, record->kind.data, (int)record->id.size,
	         record->id.data, record->version);
	find(v, name, "%s", what);
}

/* The index must lead to each object. */
static int index_verify(struct verifier *v, const struct schema *schema)
{
	struct vault_entry entry;
	int code = vault_lookup(v->view, schema, v->record.record.id, &entry, v->error);

	if (code == QORGAN_ABSENT || (!code && (entry.number != v->record.place.number ||
	                                        entry.shard != v->record.place.shard))) {
		record_find(v, "the index does not lead to the object: it cannot be found by its id");
		return QORGAN_OK;
	}
	if (!code)
		return QORGAN_OK;
	record_find(v, "the entry of the index cannot be read");
	return view_renew(v);
}

static int record_verify(struct verifier *v)
{
	const struct record *record = &v->record.record;
	const struct schema *schema = schema_find(record->kind.data, record->kind.size);

	if (v->record.lost)
		return QORGAN_OK;
	if (!schema || !span_is(record->owner, v->vault->keys->root.state) || record_id_check(schema, record->id, NULL) ||
	    record->version != v->record.place.version)
		record_find(v, "the envelope of a record breaks the rules of the store");
	else if (record->commit != v->commit + 1)
		record_find(v, "a record names another commit than the one that it lies in");
	if (!canonical_is(record->bytes))
		record_find(v, "a record is not in canonical form");
	if (!schema || v->record.place.shard == LAYOUT_COMMIT_SHARD)
		return QORGAN_OK;
	if (v->record.place.shard != vault_schema_shard(v->vault, schema))
		record_find(v, "a record lies among objects of another kind");
	return record->version == 1 ? index_verify(v, schema) : QORGAN_OK;
}

/* Whether another key signs the log after a commit than before it. */
static bool commit_rekeys(struct verifier *v, uint64_t size_before, uint64_t size_after)
{
	uint8_t before[32], after[32];

	return !vault_log_key(v->view, size_before, before, NULL) && !vault_log_key(v->view, size_after, after, NULL) &&
	       memcmp(before, after, sizeof before) != 0;
}

/* `before`: the tree without the commit's own leaf. */
static void commit_verify(struct verifier *v, const struct layout_leaf *leaf, const struct merkle_frontier *before,
                          bool readable)
{
	struct buffer note = { 0 };
	struct qorgan_error why;
	struct span value;
	int64_t versions = -1;
	char name[40];

	snprintf(name, sizeof name, "commit %llu", (unsigned long long)bytes_get_u64(leaf->number));
	if (bytes_get_u64(leaf->number) != v->commit + 1)
		find(v, name, "the commits do not follow one another");
	v->commit++;
	if (readable && (!reader_find(v->record.record.body, "versions", &value) || !reader_integer(value, &versions) ||
	                 (uint64_t)versions != v->commit_versions))
		find(v, name, "a commit says that it has %lld versions; the log has %llu", (long long)versions,
		     (unsigned long long)v->commit_versions);
	bool rekeyed = commit_rekeys(v, before->size - v->commit_versions, v->tree.size);
	v->commit_versions = 0;
	v->result->commits++;
	if (readable && !v->record.lost)
		authors_commit(v->authors, &v->record.record, before, rekeyed);
	else
		authors_commit_lost(v->authors);
	int code = vault_checkpoint_open(v->view, v->commit, &v->tree, &note, &why);
	/* One that a repair found lost is no finding: a later one is over the same leaves. */
	if (code && (code != QORGAN_ABSENT || v->commit == v->view->state.commits)) {
		find(v, name, "%s", why.message);
		v->node_code = view_renew(v);
	}
	buffer_free(&note);
}

/* A record whose hash is wrong is read again for its name: that is seldom. */
static void mismatch_tell(void *context, uint64_t index)
{
	struct verifier *v = context;
	struct vault_record record = { 0 };
	char name[RECORD_ID_LIMIT + 120] = "";

	if (!vault_get_leaf(v->view, index, &record, NULL))
		snprintf(name, sizeof name, "%.*s %.*s version %u", (int)record.record.kind.size, record.record.kind.data,
		         (int)record.record.id.size, record.record.id.data, record.record.version);
	find(v, name, "leaf %llu: the record is not the one that was logged", (unsigned long long)index);
	vault_record_free(&record);
}

static bool leaf_is_skipped(const struct verifier *v, uint64_t index)
{
	for (unsigned i = 0; i < v->shared->skips; i++)
		if (v->shared->skip[i] == index)
			return true;
	return false;
}

/* What is known of a lost record may not say what it was. */
static bool may_be_user(const struct record *lost)
{
	return span_is(lost->kind, "user") || span_is(lost->kind, LOST_KIND);
}

static int leaf_verify(struct verifier *v, uint64_t index, const struct layout_leaf *leaf)
{
	char name[RECORD_ID_LIMIT + 120];
	struct qorgan_error why = { 0 };
	bool is_commit = leaf->shard == LAYOUT_COMMIT_SHARD;
	struct merkle_frontier before;
	int code;

	v->shared->leaf = index;
	code = leaf_is_skipped(v, index)
	           ? error_set(&why, QORGAN_IO, "the database comes to grief over it: its pages there are damaged")
	           : vault_leaf_open(v->view, index, leaf, &v->record, &why);

	if (!code && v->record.place.version != bytes_get_u32(leaf->version))
		code = error_set(&why, QORGAN_IO, "the leaf leads to another version");
	if (code) {
		if (leaf_is_skipped(v, index))
			snprintf(name, sizeof name, "object %llu version %u", (unsigned long long)bytes_get_u64(leaf->number),
			         bytes_get_u32(leaf->version));
		else
			name_find(v, leaf, name, sizeof name);
		find(v, name, "leaf %llu: %s", (unsigned long long)index, why.message);
		if (!is_commit)
			authors_version_lost(v->authors);
		int failed = view_renew(v);
		if (failed)
			return failed;
	} else {
		/* What a repair found lost is no finding: it is told of by itself. */
		if (v->record.record.absence ? verify_absent_add(&v->absent, MIRROR_LOG_OWN, &v->record, v->error)
		                             : !v->record.lost && !leaf_checker_add(v->checker, index, buffer_span(&v->record.plain),
		                                                                    leaf->hash))
			return error_set_memory(v->error);
		v->result->versions += !is_commit;
		v->result->bytes += v->record.plain.size;
		int failed = record_verify(v);
		if (!is_commit && v->record.lost && may_be_user(&v->record.record))
			authors_version_lost(v->authors);
		else if (!failed && !is_commit && !v->record.lost)
			failed = authors_version(v->authors, &v->record.record, v->error);
		if (failed)
			return failed;
	}
	if (is_commit)
		before = v->tree;
	merkle_append(&v->tree, leaf->hash, node_verify, v);
	v->commit_versions += !is_commit;
	if (is_commit)
		commit_verify(v, leaf, &before, !code);
	return v->node_code;
}

static void fault_find(void *context, const char *object, const char *what)
{
	find(context, object, "%s", what);
}

static int log_verify(struct verifier *v)
{
	struct layout_leaf leaf;
	struct span key, value;
	uint8_t root[MERKLE_HASH_SIZE], expected[MERKLE_HASH_SIZE];
	uint64_t size = v->view->state.tree.size, index = 0;
	int code = QORGAN_OK;

	v->checker = leaf_checker_start(mismatch_tell, v);
	v->authors = authors_start(v->vault, (struct verify_teller){ fault_find, v });
	if (!v->checker || !v->authors) {
		leaf_checker_finish(v->checker);
		authors_free(v->authors);
		return error_set_memory(v->error);
	}
	for (; !code && index < size; index++) {
		struct layout_number_key low = layout_number(index);
		if (!v->range)
			code = engine_range_open(v->view->txn, ENGINE_LEAVES, LAYOUT_SPAN(low), (struct span){ 0 }, false, &v->range,
			                         v->error);
		if (!code)
			code = engine_range_next(v->range, &key, &value, v->error);
		if (code)
			break;
		if (key.size != 8 || bytes_get_u64(key.data) != index || value.size != sizeof leaf) {
			find(v, "", "leaf %llu of the log is missing or malformed; what follows it was not examined",
			     (unsigned long long)index);
			break;
		}
		memcpy(&leaf, value.data, sizeof leaf);
		code = leaf_verify(v, index, &leaf);
		if (!code)
			code = vault_progress(v->vault, "verifying", index, size);
	}
	engine_range_close(v->range);
	v->range = NULL;
	if (code == QORGAN_ABSENT) {
		find(v, "", "the log ends at leaf %llu of %llu", (unsigned long long)index, (unsigned long long)size);
		code = QORGAN_OK;
	}
	v->shared->leaf = UINT64_MAX;
	leaf_checker_finish(v->checker);
	authors_free(v->authors);
	v->result->leaves = index;
	merkle_root(&v->tree, root);
	merkle_root(&v->view->state.tree, expected);
	if (!code && memcmp(root, expected, sizeof root) != 0)
		find(v, "", "the tree's root is not the one that was signed");
	sodium_bin2hex(v->result->root, sizeof v->result->root, root, sizeof root);
	return code;
}

/* ---- Nothing more than the log says ------------------------------------------------ */

static int count_verify(struct verifier *v, unsigned table, uint64_t expected, const char *what)
{
	uint64_t count;
	int code = engine_count(v->view->txn, table, &count, v->error);

	if (!code && count != expected)
		find(v, "", "%llu %s are stored where the log has %llu", (unsigned long long)count, what,
		     (unsigned long long)expected);
	return code;
}

/* What a change left that is being made or was killed: rows behind the log's
 * end, which no view shows. */
static int staged_count(struct verifier *v, uint64_t *created, uint64_t *changed, uint64_t per_shard[ENGINE_HEAD_SHARDS])
{
	struct layout_number_key low = layout_number(v->view->state.tree.size);
	struct engine_range *range = NULL;
	struct span key, value;
	int code = engine_range_open(v->view->txn, ENGINE_LEAVES, LAYOUT_SPAN(low), (struct span){ 0 }, false, &range,
	                             v->error);

	*created = *changed = 0;
	while (!code && !(code = engine_range_next(range, &key, &value, v->error))) {
		struct layout_leaf leaf;
		if (value.size != sizeof leaf)
			continue;
		memcpy(&leaf, value.data, sizeof leaf);
		if (bytes_get_u32(leaf.version) > 1)
			++*changed;
		else if (leaf.shard < ENGINE_HEAD_SHARDS) {
			++*created;
			per_shard[leaf.shard]++;
		}
	}
	engine_range_close(range);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

static int pieces_verify(struct verifier *v)
{
	struct engine_range *range = NULL;
	struct span key, value;
	uint64_t count = 0;
	int code = engine_range_open(v->view->txn, ENGINE_EVIDENCE, (struct span){ 0 }, (struct span){ 0 }, false, &range,
	                             v->error);

	while (!code && !(code = engine_range_next(range, &key, &value, v->error)))
		count += vault_piece_is_committed(v->view, value);
	engine_range_close(range);
	if (code != QORGAN_ABSENT)
		return code;
	if (count != v->view->state.pieces)
		find(v, "", "%llu pieces of attached files are stored where the log has %llu", (unsigned long long)count,
		     (unsigned long long)v->view->state.pieces);
	return QORGAN_OK;
}

static int counts_verify(struct verifier *v)
{
	const struct log_state *state = &v->view->state;
	uint64_t created, changed, shards[ENGINE_HEAD_SHARDS] = { 0 }, heads = 0, nodes = 0;
	int code = staged_count(v, &created, &changed, shards);

	for (unsigned i = 0; !code && i < ENGINE_HEAD_SHARDS; i++) {
		heads += state->heads[i];
		code = count_verify(v, ENGINE_HEADS + i, state->heads[i] + shards[i], "newest versions of one kind");
	}
	for (unsigned level = LAYOUT_TREE_LEVEL; level < 64; level++)
		nodes += (state->tree.size + created + changed) >> level;
	if (!code)
		code = count_verify(v, ENGINE_IDS, heads + created, "entries of the index");
	if (!code && state->tree.size >= heads + state->commits)
		code = count_verify(v, ENGINE_HISTORY, state->tree.size - heads - state->commits + changed, "older versions");
	if (!code)
		code = count_verify(v, ENGINE_TREE, nodes, "hashes of the tree");
	if (!code)
		code = count_verify(v, ENGINE_COMMITS, 2 * state->commits, "rows of commits and checkpoints");
	if (!code)
		code = pieces_verify(v);
	return code;
}

/* ---- Evidence ------------------------------------------------------------------------ */

static int piece_count(void *context, uint64_t offset, struct span data, struct qorgan_error *error)
{
	struct verifier *v = context;

	(void)offset, (void)error;
	v->pieces++;
	v->result->bytes += data.size;
	return QORGAN_OK;
}

static int evidence_note(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct verifier *v = context;

	if (record->record.id.size == EVIDENCE_ID_SIZE && span_is(record->record.kind, "evidence"))
		buffer_append_span(&v->evidence, record->record.id);
	return v->evidence.failed ? error_set_memory(error) : QORGAN_OK;
}

/* One attached file; its content may be absent where only its description came in. */
static int evidence_verify(struct verifier *v, struct span id)
{
	struct qorgan_error why = { 0 };
	char name[100];
	int code = vault_evidence_read(v->view, id, piece_count, v, &why);

	v->result->evidence += code == QORGAN_OK;
	if (code != QORGAN_IO)
		return code == QORGAN_ABSENT ? QORGAN_OK : code;
	snprintf(name, sizeof name, "evidence %.*s", (int)id.size, id.data);
	find(v, name, "%s", why.message);
	return view_renew(v);
}

static int ids_compare(const void *a, const void *b)
{
	return memcmp(a, b, EVIDENCE_ID_SIZE);
}

static int evidences_verify(struct verifier *v)
{
	uint64_t pieces = v->view->state.pieces, findings = v->result->findings;
	int code = vault_scan(v->view, schema_find("evidence", 8), evidence_note, v, v->error);

	/* Also what others handed over and does not count. */
	if (!code)
		code = mirror_versions(v->view, evidence_note, v, v->error);
	if (v->evidence.size)
		qsort(v->evidence.data, v->evidence.size / EVIDENCE_ID_SIZE, EVIDENCE_ID_SIZE, ids_compare);
	for (size_t at = 0; at < v->evidence.size && !code; at += EVIDENCE_ID_SIZE)
		if (!at || ids_compare(v->evidence.data + at, v->evidence.data + at - EVIDENCE_ID_SIZE) != 0)
			code = evidence_verify(v, (struct span){ v->evidence.data + at, EVIDENCE_ID_SIZE });
	if (!code && v->pieces != pieces && v->result->findings == findings)
		find(v, "", "%llu pieces of attached files are reached by their ids where the log has %llu: a file lost its content",
		     (unsigned long long)v->pieces, (unsigned long long)pieces);
	return code;
}

/* ---- Users, and what others sent ------------------------------------------------------------------ */

static int users_part_verify(struct verifier *v)
{
	return verify_users(v->view, fault_find, v, v->error);
}

static int mirror_part_verify(struct verifier *v)
{
	int code = verify_mirror(v->view, fault_find, v, v->result, &v->absent, v->error);

	return code ? code : verify_witnesses(v->view, fault_find, v, v->error);
}

static int forgotten_part_verify(struct verifier *v)
{
	bool partly = v->shared->skipped & (1u << VERIFY_LOG | 1u << VERIFY_MIRROR);

	/* Of what could not be read, nobody can tell. */
	return partly ? QORGAN_OK : verify_forgotten(v->view, &v->absent, fault_find, v, v->error);
}

/* ---- All of it ----------------------------------------------------------------------- */

static const struct part {
	const char *title; /* of what is left out where the database comes to grief over it */
	int (*verify)(struct verifier *v);
} parts[VERIFY_PARTS] = {
	[VERIFY_META] = { "the store's own facts and slots", meta_verify },
	[VERIFY_OPENING] = { "the newest checkpoint and the hashes of the log", opening_verify },
	[VERIFY_LOG] = { "the log", log_verify },
	[VERIFY_COUNTS] = { "the records of the tables", counts_verify },
	[VERIFY_EVIDENCE] = { "the attached files", evidences_verify },
	[VERIFY_USERS] = { "the users and their slots", users_part_verify },
	[VERIFY_MIRROR] = { "what other states sent", mirror_part_verify },
	[VERIFY_FORGOTTEN] = { "what was forgotten", forgotten_part_verify },
};

/* One part in a view of its own; damage that ends it is a finding, and the next
 * part goes on. */
static int part_verify(struct verifier *v, enum verify_part part)
{
	struct qorgan_error why = { 0 };

	if (v->shared->skipped & 1u << part) {
		find(v, "", "%s cannot be read: their pages are damaged", parts[part].title);
		return QORGAN_OK;
	}
	v->shared->part = part;
	v->error = &why;
	vault_view_end(v->view);
	v->view = NULL;
	int code = view_open(v);
	if (!code)
		code = parts[part].verify(v);
	if (code == QORGAN_IO || code == QORGAN_INTERNAL) {
		find(v, "", "%s", why.message);
		return QORGAN_OK;
	}
	if (code)
		*v->outcome = why;
	return code;
}

int verify_rows(struct qorgan_store *vault, struct verify_shared *shared, qorgan_finding finding, void *context,
                struct qorgan_verification *result, struct qorgan_error *error)
{
	struct verifier v = { .shared = shared, .vault = vault, .finding = finding, .context = context, .result = result,
		                  .outcome = error };
	int code = QORGAN_OK;

	shared->leaf = UINT64_MAX;
	for (enum verify_part part = 0; part < VERIFY_PARTS && !code; part++)
		code = part_verify(&v, part);
	vault_record_free(&v.record);
	vault_view_end(v.view);
	buffer_free(&v.evidence);
	buffer_free(&v.absent);
	return code;
}
