/* Whether the tables hold no more and no less than the log says. */
#include <string.h>

#include "base/language.h"
#include "store/verify_rows.h"

static int count_verify(struct verifier *v, unsigned table, uint64_t expected, const char *what)
{
	uint64_t count;
	int code = engine_count(v->view->txn, table, &count, v->error);

	if (!code && count != expected)
		verify_find(&v->teller, "", "%llu %s are stored where the log has %llu", (unsigned long long)count,
		            language_said(what),
		            (unsigned long long)expected);
	return code;
}

/* What a change left that is being made or was killed: rows behind the log's
 * end, which no view shows. */
static int staged_count(struct verifier *v, uint64_t *leaves, uint64_t *created, uint64_t *changed,
                        uint64_t per_shard[ENGINE_HEAD_SHARDS])
{
	struct layout_number_key low = layout_number(v->view->state.tree.size);
	struct engine_range *range = NULL;
	struct span key, value;
	int code = engine_range_open(v->view->txn, ENGINE_LEAVES, LAYOUT_SPAN(low), (struct span){ 0 }, false, &range,
	                             v->error);

	*leaves = *created = *changed = 0;
	while (!code && !(code = engine_range_next(range, &key, &value, v->error))) {
		struct layout_leaf leaf;
		++*leaves;
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
		verify_find(&v->teller, "", "%llu pieces of attached files are stored where the log has %llu",
		            (unsigned long long)count, (unsigned long long)v->view->state.pieces);
	return QORGAN_OK;
}

int verify_counts(struct verifier *v)
{
	const struct log_state *state = &v->view->state;
	uint64_t leaves, created, changed, shards[ENGINE_HEAD_SHARDS] = { 0 }, heads = 0, nodes = 0;
	int code = staged_count(v, &leaves, &created, &changed, shards);

	for (unsigned i = 0; !code && i < ENGINE_HEAD_SHARDS; i++) {
		heads += state->heads[i];
		code = count_verify(v, ENGINE_HEADS + i, state->heads[i] + shards[i], SAID("newest versions of one kind"));
	}
	for (unsigned level = LAYOUT_TREE_LEVEL; level < 64; level++)
		nodes += (state->tree.size + created + changed) >> level;
	if (!code)
		code = count_verify(v, ENGINE_LEAVES, state->tree.size + leaves, SAID("entries"));
	if (!code)
		code = count_verify(v, ENGINE_IDS, heads + created, SAID("entries of the index"));
	if (!code && state->tree.size >= heads + state->commits)
		code = count_verify(v, ENGINE_HISTORY, state->tree.size - heads - state->commits + changed,
		                    SAID("older versions"));
	if (!code)
		code = count_verify(v, ENGINE_TREE, nodes, SAID("hashes of the tree"));
	if (!code)
		code = count_verify(v, ENGINE_COMMITS, 2 * state->commits, SAID("rows of commits and checkpoints"));
	if (!code)
		code = pieces_verify(v);
	return code;
}
