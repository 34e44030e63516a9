/* The end of a change: its leaves hashed again from what was written, the changed
 * heads swapped, the commit's record, the checkpoint signed. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "base/memory.h"
#include "crypto/leaf_batch.h"
#include "crypto/note.h"
#include "record/canonical.h"
#include "store/author.h"
#include "store/vault_change.h"

/* Opens the row behind a new leaf, as it was written. */
static int leaf_reread(struct vault_change *change, const struct layout_leaf *leaf, struct qorgan_error *error)
{
	const struct qorgan_store *vault = change->view.vault;
	uint64_t number = bytes_get_u64(leaf->number);
	struct layout_number_key head = layout_number(number);
	struct layout_version_key staged = layout_version(number, bytes_get_u32(leaf->version));
	struct layout_commit_key commit = layout_commit(number, 'r');
	struct seal_place place = { .table = ENGINE_HISTORY, .key = LAYOUT_SPAN(staged) };
	unsigned table = ENGINE_HISTORY;
	struct span sealed;

	if (leaf->shard == LAYOUT_COMMIT_SHARD) {
		table = place.table = ENGINE_COMMITS;
		place.key = LAYOUT_SPAN(commit);
	} else if (bytes_get_u32(leaf->version) == 1) {
		table = ENGINE_HEADS + leaf->shard;
		place.table = ENGINE_HEADS;
		place.key = LAYOUT_SPAN(head);
	}
	int code = engine_get(change->view.txn, table, place.key, &sealed, error);
	return code ? code : seal_open(vault->keys, vault->id, &place, sealed, &change->before.plain, error);
}

static void mismatch_note(void *context, uint64_t index)
{
	*(uint64_t *)context = index;
}

/* The row of a leaf that was written in this transaction: by the range, or where that would be a journey by itself. */
static int leaf_row(struct vault_change *change, struct engine_range *range, struct layout_leaf *leaf, struct qorgan_error *error)
{
	const struct layout_number_key at = layout_number(change->checked);
	struct span key = LAYOUT_SPAN(at), value;
	int code = range ? engine_range_next(range, &key, &value, error)
	                 : engine_get_own(change->view.txn, ENGINE_LEAVES, key, &value, error);

	if (!code && (value.size != sizeof *leaf || bytes_get_u64(key.data) != change->checked))
		return QORGAN_ABSENT;
	if (!code)
		memcpy(leaf, value.data, sizeof *leaf);
	return code;
}

/* Hashes the new leaves once more from what was written: a bit that flipped in
 * memory meanwhile must not be signed. */
static int leaves_recheck(struct vault_change *change, struct qorgan_error *error)
{
	struct engine_range *range = NULL;
	struct layout_number_key low = layout_number(change->checked);
	struct layout_leaf leaf;
	uint64_t wrong = UINT64_MAX;
	struct leaf_checker *checker = leaf_checker_start(mismatch_note, &wrong);
	int code = checker ? QORGAN_OK : error_set_memory(error);

	if (!code && !engine_is_far(change->view.vault->engine))
		code = engine_range_open(change->view.txn, ENGINE_LEAVES, LAYOUT_SPAN(low), (struct span){ 0 }, false, &range, error);

	for (; !code && change->checked < change->next.tree.size; change->checked++) {
		code = leaf_row(change, range, &leaf, error);
		if (code)
			break;
		code = leaf_reread(change, &leaf, error);
		if (!code && !leaf_checker_add(checker, change->checked, buffer_span(&change->before.plain), leaf.hash))
			code = error_set_memory(error);
	}
	engine_range_close(range);
	leaf_checker_finish(checker);
	if (code == QORGAN_ABSENT)
		wrong = change->checked;
	if (wrong != UINT64_MAX)
		code = error_set(error, QORGAN_IO,
		                 "leaf %llu is not what was written: memory or disk is faulty; nothing was signed or changed",
		                 (unsigned long long)wrong);
	return code;
}

/* The root once more, from the leaves and hashes that were written. */
static int root_recheck(struct vault_change *change, const uint8_t root[MERKLE_HASH_SIZE], struct qorgan_error *error)
{
	struct vault_view after = { .vault = change->view.vault, .txn = change->view.txn, .state = change->next };
	struct merkle_frontier stored;
	uint8_t again[MERKLE_HASH_SIZE];
	int code = merkle_frontier_at(change->next.tree.size, vault_tree_node, &after, &stored);

	if (!code) {
		merkle_root(&stored, again);
		if (sodium_memcmp(again, root, sizeof again) == 0)
			return QORGAN_OK;
	}
	code = engine_over(change->view.txn, error);
	if (code)
		return code;
	return error_set(error, QORGAN_IO,
	                 "the tree is not what was written: memory or disk is faulty; nothing was signed or changed");
}

bool vault_change_is_full(const struct vault_change *change)
{
	return change->batch_bytes > (engine_is_far(change->view.vault->engine) ? VAULT_BATCH_BYTES_FAR : VAULT_BATCH_BYTES);
}

int vault_change_batch(struct vault_change *change, struct qorgan_error *error)
{
	bool holds_all = engine_holds_all(change->view.vault->engine);

	/* What comes from another state is read again while it is taken in. */
	if (holds_all && change->next.mirror_rows != change->view.state.mirror_rows)
		return QORGAN_OK;
	int code = leaves_recheck(change, error);
	if (code)
		return code;
	if (holds_all) {
		change->batch_bytes = 0;
		return engine_relieve(change->view.txn, error);
	}
	code = engine_commit(change->view.txn, error);
	change->view.txn = NULL;
	if (!code)
		code = engine_begin_write(change->view.vault->engine, &change->view.txn, error);
	change->batch_bytes = change->scattered_bytes = 0;
	return code;
}

/* Puts the staged version of an object in the place of its head, and the head
 * among the older ones. */
static int changed_swap(struct vault_change *change, const struct changed *row, struct qorgan_error *error)
{
	struct engine_txn *txn = change->view.txn;
	struct layout_number_key head_key = layout_number(row->number);
	struct layout_version_key new_key = layout_version(row->number, row->version);
	struct layout_version_key old_key = layout_version(row->number, row->version - 1);
	struct seal_place place = { .table = ENGINE_HISTORY, .key = LAYOUT_SPAN(old_key) };
	struct span sealed;
	int code = engine_get(txn, ENGINE_HEADS + row->shard, LAYOUT_SPAN(head_key), &sealed, error);

	if (!code)
		code = vault_head_open(&change->view, row->shard, row->number, sealed, &change->before, error);
	if (!code) {
		place.version = row->version - 1;
		place.leaf = change->before.leaf;
		code = vault_change_row(change, ENGINE_HISTORY, &place, buffer_span(&change->before.plain), VAULT_ROW_ADD, error);
	}
	if (!code)
		code = engine_get(txn, ENGINE_HISTORY, LAYOUT_SPAN(new_key), &sealed, error);
	if (!code)
		code = vault_history_open(&change->view, row->shard, row->number, row->version, sealed, &change->before, error);
	if (!code) {
		place = (struct seal_place){ .table = ENGINE_HEADS, .key = LAYOUT_SPAN(head_key), .version = row->version,
			                         .leaf = change->before.leaf };
		code = vault_change_row(change, ENGINE_HEADS + row->shard, &place, buffer_span(&change->before.plain), VAULT_ROW_SET, error);
	}
	if (!code)
		code = engine_delete(txn, ENGINE_HISTORY, LAYOUT_SPAN(new_key), error);
	if (code == QORGAN_ABSENT)
		code = error_set(error, QORGAN_IO, "a version just written is missing: memory or disk is faulty");
	return code;
}

static int commit_record_put(struct vault_change *change, struct qorgan_error *error)
{
	uint64_t number = vault_change_number(change);
	struct layout_commit_key key = layout_commit(number, 'r');
	struct seal_place place = { .table = ENGINE_COMMITS, .version = 1, .leaf = change->next.tree.size,
		                        .key = LAYOUT_SPAN(key) };
	struct qorgan_store *vault = change->view.vault;
	struct author_claim claim = {
		.origin = checkout_origin(vault, number), .user = span_of(change->user), .time = span_of(change->time), .number = number,
		.size = change->next.tree.size, .signer = span_of(vault->keys->root.user), .versions = change->versions,
	};
	struct buffer body = { 0 }, message = { 0 };
	char id[24];

	merkle_root(&change->next.tree, claim.root);
	if (change->message && *change->message) {
		canonical_write_string(span_of(change->message), &message);
		claim.message = buffer_span(&message);
	}
	author_body_write(&claim, author_change_key(change), &body);
	body.failed |= message.failed;
	snprintf(id, sizeof id, "%llu", (unsigned long long)number);
	int code = body.failed ? error_set_memory(error)
	                       : vault_change_record(change, "commit", id, 1, buffer_span(&body), error);
	if (!code)
		code = vault_change_row(change, ENGINE_COMMITS, &place, buffer_span(&change->text), VAULT_ROW_ADD, error);
	if (!code)
		code = vault_change_leaf(change, LAYOUT_COMMIT_SHARD, number, 1, error);
	buffer_free(&message);
	buffer_free(&body);
	return code;
}

static int checkpoint_put(struct vault_change *change, const uint8_t root[MERKLE_HASH_SIZE],
                          struct qorgan_error *error)
{
	const struct qorgan_store *vault = change->view.vault;
	struct layout_commit_key key = layout_commit(change->next.commits, 'c');
	struct seal_place place = { .table = ENGINE_COMMITS, .key = LAYOUT_SPAN(key) };
	struct checkpoint checkpoint = { .size = change->next.tree.size };
	struct buffer text = { 0 }, note = { 0 };
	int code;

	const char *origin = checkout_origin(vault, change->next.commits);
	snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", origin);
	memcpy(checkpoint.root, root, MERKLE_HASH_SIZE);
	checkpoint_format(&checkpoint, &text);
	code = text.failed ? error_set_memory(error)
	                   : note_sign(buffer_span(&text), origin, vault->keys->log_seed, &note, error);
	if (!code)
		code = vault_change_row(change, ENGINE_COMMITS, &place, buffer_span(&note), VAULT_ROW_ADD, error);
	buffer_free(&text);
	buffer_free(&note);
	return code;
}

static int state_put(struct vault_change *change, struct qorgan_error *error)
{
	struct buffer text = { 0 };

	log_state_write(&change->next, &text);
	int code = text.failed ? error_set_memory(error)
	                       : vault_meta_put(change->view.vault, change->view.txn, META_STATE, buffer_span(&text), error);
	buffer_free(&text);
	return code;
}

static void seen_remember(struct qorgan_store *vault, const struct log_state *state,
                          const uint8_t root[MERKLE_HASH_SIZE])
{
	vault->seen.known = true;
	vault->seen.size = state->tree.size;
	vault->seen.time = state->time;
	memcpy(vault->seen.root, root, MERKLE_HASH_SIZE);
	memcpy(vault->seen.key, vault->keys->root.log_public, sizeof vault->seen.key);
	snprintf(vault->seen.path, sizeof vault->seen.path, "%s", vault->path);
	/* The commit is durable whether or not this can be written: an older
	 * checkpoint is then what the next opening compares with. */
	vault_remember(vault);
}

/* Keeps for the user that the clock was behind the last commit. */
static void skew_keep(struct vault_change *change)
{
	struct qorgan_store *vault = change->view.vault;
	char now[TIME_TEXT_SIZE], distance[TIME_DISTANCE_SIZE];

	if (!change->behind)
		return;
	time_format(change->moment - change->behind, now);
	time_distance(change->behind, distance);
	snprintf(vault->skew, sizeof vault->skew,
	         language_said("the clock is %s behind the last change: it says %s, but time never runs backwards in a log, "
	                       "so this change bears the moment of the last one, %s; set the clock right"),
	         distance, now, change->time);
}

int vault_change_commit(struct vault_change *change, uint64_t *number, struct qorgan_error *error)
{
	struct qorgan_store *vault = change->view.vault;
	uint8_t root[MERKLE_HASH_SIZE];
	int code;

	*number = 0;
	/* What another state sent once more, after a repair dropped it, is a change though its receipt is on record. */
	if (!change->versions && !change->pieces && change->next.mirror_rows == change->view.state.mirror_rows) {
		vault_change_abandon(change);
		return QORGAN_OK;
	}
	code = commit_record_put(change, error);
	if (!code)
		code = leaves_recheck(change, error);
	const struct changed *rows = (const struct changed *)(const void *)change->changed.data;
	for (size_t i = 0; !code && i < change->changed.size / sizeof *rows; i++)
		code = changed_swap(change, &rows[i], error);
	change->next.commits = vault_change_number(change);
	change->next.time = change->moment;
	merkle_root(&change->next.tree, root);
	if (!code)
		code = root_recheck(change, root, error);
	if (!code)
		code = checkpoint_put(change, root, error);
	if (!code)
		code = state_put(change, error);
	if (!code && vault->format < LAYOUT_FORMAT)
		code = vault_store_row_put(vault, change->view.txn, error);
	/* What lacked memory may have left something out that nobody missed. */
	if (!code && memory_failures() != change->failures)
		code = error_set_memory(error);
	if (code) {
		vault_change_abandon(change);
		return code;
	}
	code = engine_commit(change->view.txn, error);
	change->view.txn = NULL;
	if (code) {
		vault_change_abandon(change);
		return code;
	}
	change->committed = true;
	vault->format = LAYOUT_FORMAT;
	*number = change->next.commits;
	seen_remember(vault, &change->next, root);
	skew_keep(change);
	vault_change_free(change);
	return QORGAN_OK;
}
