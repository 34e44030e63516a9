/* Every leaf of the own log: its record, the tree over all of them, the commits that they
 * are in, and their authors. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "crypto/leaf_batch.h"
#include "record/canonical.h"
#include "record/reader.h"
#include "store/lost.h"
#include "store/mirror.h"
#include "store/verify_authors.h"
#include "store/verify_rows.h"

struct log_verifier {
	struct verifier *whole;
	struct verify_teller teller; /* whole->teller */
	struct engine_range *range; /* over the leaves; NULL: to be opened */
	struct merkle_frontier tree;
	struct vault_record record;
	struct leaf_checker *checker;
	struct authors *authors;
	uint64_t commit;          /* number of the last commit met */
	uint64_t commit_versions; /* versions met since */
	int node_code;
};

/* The range is of the view that goes. */
static int log_renew(struct log_verifier *v)
{
	engine_range_close(v->range);
	v->range = NULL;
	return verifier_renew(v->whole);
}

static void node_verify(void *context, unsigned level, uint64_t index, const uint8_t hash[MERKLE_HASH_SIZE])
{
	struct log_verifier *v = context;
	struct layout_tree_key key = layout_node(level, index);
	struct span value;

	if (level < LAYOUT_TREE_LEVEL || v->node_code)
		return;
	int code = engine_get(v->whole->view->txn, ENGINE_TREE, LAYOUT_SPAN(key), &value, NULL);
	if (code && code != QORGAN_ABSENT)
		v->node_code = log_renew(v);
	if (code || value.size != MERKLE_HASH_SIZE || memcmp(value.data, hash, MERKLE_HASH_SIZE) != 0)
		verify_find(&v->teller, "", "a stored hash of the tree (level %u, number %llu) is missing or wrong", level,
		            (unsigned long long)index);
}

/* Says which object a number is, from any version of it that can be read. */
static void name_find(struct log_verifier *v, const struct layout_leaf *leaf, char *name, size_t limit)
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
			found = !vault_view_begin(v->whole->vault, &view, NULL) &&
			        !vault_get_place(view, &place, other, &record, NULL);
			if (found)
				snprintf(name, limit, "%s %.*s %.*s version %u", v->whole->vault->keys->root.state,
				         (int)record.record.kind.size, record.record.kind.data, (int)record.record.id.size,
				         record.record.id.data, version);
			vault_view_end(view);
			view = NULL;
		}
	vault_record_free(&record);
}

/* A finding on the record that was just read. */
static void record_find(struct log_verifier *v, const char *what)
{
	const struct record *record = &v->record.record;
	char name[RECORD_ID_LIMIT + 120];

	snprintf(name, sizeof name, "%.*s %.*s version %u", (int)record->kind.size, record->kind.data, (int)record->id.size,
	         record->id.data, record->version);
	verify_find(&v->teller, name, "%s", what);
}

/* The index must lead to each object. */
static int index_verify(struct log_verifier *v, const struct schema *schema)
{
	struct vault_entry entry;
	int code = vault_lookup(v->whole->view, schema, v->record.record.id, &entry, v->whole->error);

	if (code == QORGAN_ABSENT || (!code && (entry.number != v->record.place.number ||
	                                        entry.shard != v->record.place.shard))) {
		record_find(v, "the index does not lead to the object: it cannot be found by its id");
		return QORGAN_OK;
	}
	if (!code)
		return QORGAN_OK;
	record_find(v, "the entry of the index cannot be read");
	return log_renew(v);
}

static int record_verify(struct log_verifier *v)
{
	const struct record *record = &v->record.record;
	const struct schema *schema = schema_find(record->kind.data, record->kind.size);

	if (v->record.lost)
		return QORGAN_OK;
	if (!schema || !span_is(record->owner, v->whole->vault->keys->root.state) ||
	    record_id_check(schema, record->id, NULL) || record->version != v->record.place.version)
		record_find(v, "the envelope of a record breaks the rules of the store");
	else if (record->commit != v->commit + 1)
		record_find(v, "a record names another commit than the one that it lies in");
	if (!canonical_is(record->bytes))
		record_find(v, "a record is not in canonical form");
	if (!schema || v->record.place.shard == LAYOUT_COMMIT_SHARD)
		return QORGAN_OK;
	if (v->record.place.shard != vault_schema_shard(v->whole->vault, schema))
		record_find(v, "a record lies among objects of another kind");
	return record->version == 1 ? index_verify(v, schema) : QORGAN_OK;
}

/* Whether another key signs the log after a commit than before it. */
static bool commit_rekeys(struct log_verifier *v, uint64_t size_before, uint64_t size_after)
{
	uint8_t before[32], after[32];

	return !vault_log_key(v->whole->view, size_before, before, NULL) &&
	       !vault_log_key(v->whole->view, size_after, after, NULL) && memcmp(before, after, sizeof before) != 0;
}

/* `before`: the tree without the commit's own leaf. */
static void commit_verify(struct log_verifier *v, const struct layout_leaf *leaf, const struct merkle_frontier *before,
                          bool readable)
{
	struct buffer note = { 0 };
	struct qorgan_error why;
	struct span value;
	int64_t versions = -1;
	char name[40];

	snprintf(name, sizeof name, "commit %llu", (unsigned long long)bytes_get_u64(leaf->number));
	if (bytes_get_u64(leaf->number) != v->commit + 1)
		verify_find(&v->teller, name, "the commits do not follow one another");
	v->commit++;
	if (readable && (!reader_find(v->record.record.body, "versions", &value) || !reader_integer(value, &versions) ||
	                 (uint64_t)versions != v->commit_versions))
		verify_find(&v->teller, name, "a commit says that it has %lld versions; the log has %llu", (long long)versions,
		            (unsigned long long)v->commit_versions);
	bool rekeyed = commit_rekeys(v, before->size - v->commit_versions, v->tree.size);
	v->commit_versions = 0;
	v->whole->result->commits++;
	if (readable && !v->record.lost)
		authors_commit(v->authors, &v->record.record, before, rekeyed);
	else
		authors_commit_lost(v->authors);
	int code = vault_checkpoint_open(v->whole->view, v->commit, &v->tree, &note, &why);
	/* One that a repair found lost is no finding: a later one is over the same leaves. */
	if (code && (code != QORGAN_ABSENT || v->commit == v->whole->view->state.commits)) {
		verify_find(&v->teller, name, "%s", why.message);
		v->node_code = log_renew(v);
	}
	buffer_free(&note);
}

/* A record whose hash is wrong is read again for its name: that is seldom. */
static void mismatch_tell(void *context, uint64_t index)
{
	struct log_verifier *v = context;
	struct vault_record record = { 0 };
	char name[RECORD_ID_LIMIT + 120] = "";

	if (!vault_get_leaf(v->whole->view, index, &record, NULL))
		snprintf(name, sizeof name, "%.*s %.*s version %u", (int)record.record.kind.size, record.record.kind.data,
		         (int)record.record.id.size, record.record.id.data, record.record.version);
	verify_find(&v->teller, name, "leaf %llu: the record is not the one that was logged", (unsigned long long)index);
	vault_record_free(&record);
}

static bool leaf_is_skipped(const struct log_verifier *v, uint64_t index)
{
	for (unsigned i = 0; i < v->whole->shared->skips; i++)
		if (v->whole->shared->skip[i] == index)
			return true;
	return false;
}

/* What is known of a lost record may not say what it was. */
static bool may_be_user(const struct record *lost)
{
	return span_is(lost->kind, "user") || span_is(lost->kind, LOST_KIND);
}

/* A leaf whose record cannot be read: what stands after it goes on in another view. */
static int leaf_unread(struct log_verifier *v, uint64_t index, const struct layout_leaf *leaf, const char *why)
{
	char name[RECORD_ID_LIMIT + 120];

	if (leaf_is_skipped(v, index))
		snprintf(name, sizeof name, "object %llu version %u", (unsigned long long)bytes_get_u64(leaf->number),
		         bytes_get_u32(leaf->version));
	else
		name_find(v, leaf, name, sizeof name);
	verify_find(&v->teller, name, "leaf %llu: %s", (unsigned long long)index, why);
	if (leaf->shard != LAYOUT_COMMIT_SHARD)
		authors_version_lost(v->authors);
	return log_renew(v);
}

/* The record of a leaf, which was just read. */
static int leaf_read(struct log_verifier *v, uint64_t index, const struct layout_leaf *leaf)
{
	const struct record *record = &v->record.record;
	bool is_commit = leaf->shard == LAYOUT_COMMIT_SHARD, refused = false;

	if (record->absence)
		refused = verify_absent_add(&v->whole->absent, MIRROR_LOG_OWN, &v->record, v->whole->error);
	else if (!v->record.lost) /* what a repair found lost is no finding: it is told of by itself */
		refused = !leaf_checker_add(v->checker, index, buffer_span(&v->record.plain), leaf->hash);
	if (refused)
		return error_set_memory(v->whole->error);
	v->whole->result->versions += !is_commit;
	v->whole->result->bytes += v->record.plain.size;
	int code = record_verify(v);
	if (!is_commit && v->record.lost && may_be_user(record))
		authors_version_lost(v->authors);
	else if (!code && !is_commit && !v->record.lost)
		code = authors_version(v->authors, record, v->whole->error);
	return code;
}

static int leaf_verify(struct log_verifier *v, uint64_t index, const struct layout_leaf *leaf)
{
	struct qorgan_error why = { 0 };
	bool is_commit = leaf->shard == LAYOUT_COMMIT_SHARD;
	struct merkle_frontier before;

	v->whole->shared->leaf = index;
	int unread = leaf_is_skipped(v, index)
	                 ? error_set(&why, QORGAN_IO, "the database comes to grief over it: its pages there are damaged")
	                 : vault_leaf_open(v->whole->view, index, leaf, &v->record, &why);
	if (!unread && v->record.place.version != bytes_get_u32(leaf->version))
		unread = error_set(&why, QORGAN_IO, "the leaf leads to another version");
	int code = unread ? leaf_unread(v, index, leaf, why.message) : leaf_read(v, index, leaf);
	if (code)
		return code;
	if (is_commit)
		before = v->tree;
	merkle_append(&v->tree, leaf->hash, node_verify, v);
	v->commit_versions += !is_commit;
	if (is_commit)
		commit_verify(v, leaf, &before, !unread);
	return v->node_code;
}

/* Every leaf in turn; *index is how many there were. */
static int leaves_verify(struct log_verifier *v, uint64_t size, uint64_t *index)
{
	struct layout_leaf leaf;
	struct span key, value;
	int code = QORGAN_OK;

	for (; !code && *index < size; ++*index) {
		struct layout_number_key low = layout_number(*index);
		if (!v->range)
			code = engine_range_open(v->whole->view->txn, ENGINE_LEAVES, LAYOUT_SPAN(low), (struct span){ 0 }, false,
			                         &v->range, v->whole->error);
		if (!code)
			code = engine_range_next(v->range, &key, &value, v->whole->error);
		if (code)
			break;
		if (key.size != 8 || bytes_get_u64(key.data) != *index || value.size != sizeof leaf) {
			verify_find(&v->teller, "", "leaf %llu of the log is missing or malformed; what follows it was not examined",
			            (unsigned long long)*index);
			break;
		}
		memcpy(&leaf, value.data, sizeof leaf);
		code = leaf_verify(v, *index, &leaf);
		if (!code)
			code = vault_progress(v->whole->vault, "verifying", *index, size);
	}
	engine_range_close(v->range);
	v->range = NULL;
	if (code == QORGAN_ABSENT) {
		verify_find(&v->teller, "", "the log ends at leaf %llu of %llu", (unsigned long long)*index,
		            (unsigned long long)size);
		code = QORGAN_OK;
	}
	return code;
}

int verify_log(struct verifier *whole)
{
	struct log_verifier v = { .whole = whole, .teller = whole->teller };
	uint8_t root[MERKLE_HASH_SIZE], expected[MERKLE_HASH_SIZE];
	uint64_t index = 0;
	int code;

	v.checker = leaf_checker_start(mismatch_tell, &v);
	v.authors = authors_start(whole->vault, whole->teller);
	code = v.checker && v.authors ? leaves_verify(&v, whole->view->state.tree.size, &index)
	                              : error_set_memory(whole->error);
	whole->shared->leaf = UINT64_MAX;
	leaf_checker_finish(v.checker);
	authors_free(v.authors);
	vault_record_free(&v.record);
	whole->result->leaves = index;
	merkle_root(&v.tree, root);
	merkle_root(&whole->view->state.tree, expected);
	if (!code && memcmp(root, expected, sizeof root) != 0)
		verify_find(&whole->teller, "", "the tree's root is not the one that was signed");
	sodium_bin2hex(whole->result->root, sizeof whole->result->root, root, sizeof root);
	return code;
}
