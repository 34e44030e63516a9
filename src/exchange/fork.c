/* Two histories of one log: what proves it, and where it is kept. */
#include "exchange/fork.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crypto/fork_proof.h"
#include "record/canonical.h"

int fork_note(struct receiving *x, const struct sender *owner, struct span first, struct span second,
              const uint8_t root[MERKLE_HASH_SIZE], const struct merkle_path *path, struct qorgan_error *error)
{
	struct buffer text = { 0 };

	fork_proof_format(first, second, root, root ? path : NULL, &text);
	int code = text.failed ? error_set_memory(error) : fork_note_text(x, owner, buffer_span(&text), error);
	buffer_free(&text);
	return code;
}

int fork_note_text(struct receiving *x, const struct sender *owner, struct span text, struct qorgan_error *error)
{
	struct fork *fork = &x->forks[x->fork_count];
	bool is_noted = x->fork_count == FORKS_LIMIT;

	for (size_t i = 0; i < x->fork_count; i++)
		is_noted |= x->forks[i].owner == owner;
	if (!is_noted) {
		fork->owner = owner;
		buffer_append_span(&fork->text, text);
		x->fork_count++;
		if (fork->text.failed)
			return error_set_memory(error);
	}
	/* Of one who was found out before, the history that is known here may still go on. */
	if (owner != x->sender || x->log.forked)
		return QORGAN_OK;
	snprintf(x->result->forked, sizeof x->result->forked, "%s", owner->id);
	return error_set(error, QORGAN_PROTOCOL, "%s shows two histories: it signed one that others were given, and another that "
	                 "came here; nothing was taken in. The evidence is kept: qorgan partner fork %s", owner->id, owner->id);
}

/* The newest checkpoint that bears on the log as it is now. */
static const struct buffer *newest_note(const struct receiving *x, const struct mirror_log *log)
{
	return log == &x->log && x->checkpoint.size == log->tree.size ? &x->note : &log->note;
}

int fork_compare(struct receiving *x, const struct sender *owner, const struct mirror_log *log, struct span note,
                 const struct checkpoint *checkpoint, struct qorgan_error *error)
{
	struct mirror_tree tree = { mirror_change_peek(x->change), log->number };
	struct merkle_frontier then;
	struct merkle_path path = { 0 };
	uint8_t root[MERKLE_HASH_SIZE];
	int code = merkle_frontier_at(checkpoint->size, mirror_tree_node, &tree, &then);

	if (!code) {
		merkle_root(&then, root);
		if (memcmp(root, checkpoint->root, sizeof root) == 0)
			return QORGAN_OK;
		code = merkle_consistency_path(checkpoint->size, log->tree.size, mirror_tree_node, &tree, &path);
	}
	if (code)
		return error_set(error, QORGAN_IO, "the hashes of the log of %s cannot be read: the store is damaged; run qorgan "
		                 "verify", owner->id);
	bool same = checkpoint->size == log->tree.size;
	return fork_note(x, owner, note, buffer_span(newest_note(x, log)), same ? NULL : root, &path, error);
}

/* ---- From the leaves of a package that does not go on from what is known -------------- */

/* The log as the package has it: the first leaves as they are known, then its own. */
struct other_history {
	struct receiving *x;
	uint64_t known, first; /* leaves that are known; and the first of the package */
	struct buffer hashes;  /* those of the package */
	bool is_begun;
};

static int leaves_gather(void *context, uint64_t first, struct span hashes, struct qorgan_error *error)
{
	struct other_history *other = context;

	if (!other->is_begun)
		other->first = first;
	other->is_begun = true;
	buffer_append_span(&other->hashes, hashes);
	return other->hashes.failed ? error_set_memory(error) : QORGAN_OK;
}

static int other_leaf(const struct other_history *other, uint64_t index, uint8_t hash[MERKLE_HASH_SIZE])
{
	struct buffer one = { 0 };
	int code = QORGAN_OK;

	if (index >= other->first) {
		uint64_t at = (index - other->first) * MERKLE_HASH_SIZE;
		if (at >= other->hashes.size)
			return QORGAN_ABSENT;
		memcpy(hash, other->hashes.data + at, MERKLE_HASH_SIZE);
		return QORGAN_OK;
	}
	if (index >= other->known)
		return QORGAN_ABSENT;
	code = mirror_leaf_hashes(vault_change_view(other->x->change), other->x->log.number, index, 1, &one, NULL);
	if (!code)
		memcpy(hash, one.data, MERKLE_HASH_SIZE);
	buffer_free(&one);
	return code;
}

static int other_node(void *context, unsigned level, uint64_t index, uint8_t hash[MERKLE_HASH_SIZE])
{
	const struct other_history *other = context;
	struct mirror_tree tree = { vault_change_view(other->x->change), other->x->log.number };
	struct merkle_frontier frontier = { 0 };
	uint8_t leaf[MERKLE_HASH_SIZE];
	int code = QORGAN_OK;

	if ((index + 1) << level <= other->first && (index + 1) << level <= other->known)
		return mirror_tree_node(&tree, level, index, hash);
	for (uint64_t i = index << level; i < (index + 1) << level && !code; i++) {
		code = other_leaf(other, i, leaf);
		if (!code)
			merkle_append(&frontier, leaf, NULL, NULL);
	}
	if (!code)
		merkle_root(&frontier, hash);
	return code;
}

/* Whether the package's history has the root that was signed for it; then, how it goes
 * on from another beginning than the known one. */
static int other_prove(struct other_history *other, const struct mirror_log *known, struct qorgan_error *error)
{
	struct receiving *x = other->x;
	struct merkle_frontier whole, beginning;
	struct merkle_path path = { 0 };
	uint8_t root[MERKLE_HASH_SIZE];

	if (merkle_frontier_at(x->checkpoint.size, other_node, other, &whole) ||
	    merkle_frontier_at(other->known, other_node, other, &beginning) ||
	    merkle_consistency_path(other->known, x->checkpoint.size, other_node, other, &path))
		return QORGAN_OK; /* the package alone does not prove it */
	merkle_root(&whole, root);
	if (memcmp(root, x->checkpoint.root, sizeof root) != 0)
		return QORGAN_OK;
	merkle_root(&beginning, root);
	return fork_note(x, x->sender, buffer_span(&known->note), buffer_span(&x->note), root, &path, error);
}

int fork_find(struct receiving *x, struct package_reader *reader, const struct package_keys *keys,
              struct qorgan_error *error)
{
	const struct package_handler handler = { .leaves = leaves_gather };
	struct other_history other = { .x = x };
	struct mirror_log known;
	int code = mirror_log_find(vault_change_view(x->change), x->sender->origin, &known, error);

	if (code)
		return code == QORGAN_ABSENT ? QORGAN_OK : code;
	other.known = known.tree.size;
	if (x->checkpoint.size <= known.tree.size) {
		code = fork_compare(x, x->sender, &known, buffer_span(&x->note), &x->checkpoint, error);
	} else {
		code = package_read(reader, keys, &handler, &other, error);
		if (!code)
			code = other_prove(&other, &known, error);
	}
	buffer_free(&other.hashes);
	mirror_log_free(&known);
	return code;
}

/* ---- Keeping it ------------------------------------------------------------------------- */

/* Nothing of the log need have come in yet: a first package may be what shows the fork. */
static int log_mark(struct receiving *x, const struct fork *fork, bool *marked, struct qorgan_error *error)
{
	struct mirror_log log = { 0 };
	int code = receiving_log_find(x, fork->owner, &log, error);

	*marked = !code && log.forked;
	if (!code && !log.forked) {
		log.forked = true;
		code = mirror_change_settle(x->change, &log, error);
	}
	mirror_log_free(&log);
	return code;
}

static int fork_put(struct receiving *x, const struct fork *fork, struct qorgan_error *error)
{
	const struct schema *schema = schema_find("fork", 4);
	struct vault_place place;
	struct buffer body = { 0 };
	enum vault_outcome outcome;
	char id[RECORD_ID_LIMIT];
	int code = QORGAN_OK;

	for (unsigned number = 1; !code; number++) {
		snprintf(id, sizeof id, "%s/%u", fork->owner->id, number);
		code = vault_find_own(vault_change_view(x->change), schema, span_of(id), &place, error);
	}
	if (code != QORGAN_ABSENT)
		return code;
	buffer_append_text(&body, "{\"log\":");
	canonical_write_string(span_of(fork->owner->origin), &body);
	buffer_append_text(&body, ",\"proof\":");
	canonical_write_string(buffer_span(&fork->text), &body);
	buffer_append_format(&body, ",\"state\":\"%s\"}", fork->owner->id);
	code = body.failed ? error_set_memory(error)
	                   : vault_change_put(x->change, schema, span_of(id), buffer_span(&body), 0, &outcome, error);
	buffer_free(&body);
	return code;
}

int forks_put(struct receiving *x, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (size_t i = 0; i < x->fork_count && !code; i++) {
		bool marked = false;
		code = log_mark(x, &x->forks[i], &marked, error);
		if (code || marked) /* it was told before */
			continue;
		snprintf(x->result->forked, sizeof x->result->forked, "%s", x->forks[i].owner->id);
		code = fork_put(x, &x->forks[i], error);
	}
	return code;
}

int fork_keep(struct receiving *x, struct qorgan_error *error)
{
	struct buffer message = { 0 };
	uint64_t number;
	int code;

	buffer_append_format(&message, "%s shows two histories: package %" PRIu64 " was refused", x->sender->id,
	                     x->result->sequence);
	code = message.failed ? error_set_memory(error)
	                      : vault_change_begin(x->store, x->how->user, message.data, &x->change, error);
	buffer_free(&message);
	if (!code)
		code = forks_put(x, error);
	if (code)
		vault_change_abandon(x->change);
	else
		code = vault_change_commit(x->change, &number, error);
	x->change = NULL;
	return code;
}
