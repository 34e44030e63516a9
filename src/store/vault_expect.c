/* What will be read, said beforehand: where each question is a journey, all of it goes along with the next one, or with
 * the lock of a change. */
#include "store/vault_internal.h"

void vault_meta_expect(struct engine_txn *txn)
{
	engine_expect(txn, ENGINE_META, (struct span){ 0 }, (struct span){ 0 });
}

/* The next transaction of a view, or without one that of the next lock. */
static void range_expect(struct qorgan_store *vault, struct engine_txn *txn, unsigned table, struct span low, struct span high)
{
	if (txn)
		engine_expect(txn, table, low, high);
	else
		engine_foresee(vault->engine, table, low, high);
}

/* The hashes that lead to the root of so many leaves. What came behind them meanwhile is wanted, too, where the tree goes
 * on to grow. */
static void tree_expect(struct qorgan_store *vault, struct engine_txn *txn, uint64_t size, bool grows)
{
	uint64_t first = size >> LAYOUT_TREE_LEVEL << LAYOUT_TREE_LEVEL;
	struct layout_number_key low = layout_number(first), high = layout_number(first + (1u << LAYOUT_TREE_LEVEL));

	range_expect(vault, txn, ENGINE_LEAVES, LAYOUT_SPAN(low), grows ? (struct span){ 0 } : LAYOUT_SPAN(high));
	for (unsigned level = LAYOUT_TREE_LEVEL; level < 64 && size >> level; level++) {
		struct layout_tree_key node = layout_node(level, (size >> level) - 1);
		struct layout_tree_key next = layout_node(level, size >> level);
		if (size >> level & 1)
			range_expect(vault, txn, ENGINE_TREE, LAYOUT_SPAN(node), LAYOUT_SPAN(next));
	}
}

void vault_log_expect(struct vault_view *view)
{
	const uint64_t now = view->state.tree.size, then = view->vault->seen.known ? view->vault->seen.size : 0;
	struct layout_commit_key commit = layout_commit(view->state.commits, 'c');
	struct layout_commit_key after = layout_commit(view->state.commits, 'd');

	engine_expect(view->txn, ENGINE_COMMITS, LAYOUT_SPAN(commit), LAYOUT_SPAN(after));
	tree_expect(view->vault, view->txn, now, false);
	if (then && then >> LAYOUT_TREE_LEVEL != now >> LAYOUT_TREE_LEVEL)
		tree_expect(view->vault, view->txn, then, false);
}

bool vault_view_is_far(const struct vault_view *view)
{
	return engine_is_far(view->vault->engine);
}

void vault_view_expect(struct vault_view *view, const struct schema *schema, struct span id)
{
	uint8_t hash[VAULT_ID_HASH_SIZE];

	vault_id_hash(view->vault, view->vault->keys->root.state, schema, id, hash);
	engine_expect_object(view->txn, LAYOUT_SPAN(hash));
}

void vault_foresee(struct qorgan_store *vault, const struct schema *schema, struct span id)
{
	uint8_t hash[VAULT_ID_HASH_SIZE];

	vault_id_hash(vault, vault->keys->root.state, schema, id, hash);
	engine_foresee_object(vault->engine, LAYOUT_SPAN(hash));
}

/* Every change reads the rows of meta, who writes it, the states, and the end of the log, to which it adds. */
void vault_change_foresee(struct qorgan_store *vault)
{
	const unsigned states = ENGINE_HEADS + vault_schema_shard(vault, schema_find("state", 5));
	const struct span open = { 0 };

	if (!engine_is_far(vault->engine))
		return;
	engine_foresee(vault->engine, ENGINE_META, open, open);
	engine_foresee(vault->engine, states, open, open);
	vault_foresee(vault, schema_find("user", 4), span_of(vault->keys->root.user));
	if (vault->seen.known)
		tree_expect(vault, NULL, vault->seen.size, true);
}
