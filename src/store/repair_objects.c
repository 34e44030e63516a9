/* Which version of which object stands at each leaf of the repaired log: the place under which a record is
 * sealed says it, else the row of the leaf, else what is missing between its neighbours. */
#include <stdlib.h>
#include <string.h>

#include "store/repair_internal.h"

static bool is_commit(const struct repair_leaf *leaf)
{
	return leaf->is_known && leaf->shard == LAYOUT_COMMIT_SHARD;
}

/* Whether a checkpoint was signed at that size: its last leaf is a commit then. */
static bool size_is_signed(const struct repairing *r, uint64_t size)
{
	const size_t count = REPAIR_COUNT(r->checkpoints, struct repair_checkpoint);

	for (size_t i = REPAIR_FIRST(r->checkpoints, struct repair_checkpoint, size, size); i < count; i++) {
		const struct repair_checkpoint *checkpoint = REPAIR_AT(r->checkpoints, struct repair_checkpoint, i);
		if (checkpoint->size != size)
			return false;
		if (checkpoint->fits)
			return true;
	}
	return false;
}

static void commit_take(struct repair_leaf *leaf)
{
	leaf->shard = LAYOUT_COMMIT_SHARD;
	leaf->is_known = true;
	leaf->version = 1;
}

/* Whether a leaf of which nothing is known but its hash may be that of a commit: each has a version before it. */
static bool may_be_commit(const struct repairing *r, uint64_t index)
{
	const struct repair_leaf *leaf = REPAIR_AT(r->leaves, struct repair_leaf, index);

	return leaf->find < 0 && !leaf->is_known && index > 0 && !is_commit(leaf - 1) &&
	       (index + 1 == r->state.tree.size || !is_commit(leaf + 1));
}

/* Of entries that came back by a package alone only some have a record, which says of which commit it is: so many
 * commits as are missing before it end among the entries before it. Which of these it was nobody knows any more. */
static void commits_infer(struct repairing *r)
{
	uint64_t commits = 0, from = 0;

	for (uint64_t i = 0; i < r->state.tree.size; i++) {
		const struct repair_leaf *leaf = REPAIR_AT(r->leaves, struct repair_leaf, i);
		commits += is_commit(leaf);
		if (is_commit(leaf) || leaf->find < 0)
			continue;
		uint64_t named = REPAIR_AT(r->versions, struct repair_find, leaf->find)->commit;
		for (uint64_t at = i; at-- > from && commits + 1 < named;)
			if (may_be_commit(r, at)) {
				commit_take(REPAIR_AT(r->leaves, struct repair_leaf, at));
				commits++;
			}
		from = i + 1;
	}
}

/* Commits are numbered one after the other. */
static void commits_number(struct repairing *r)
{
	for (uint64_t i = 0; i < r->state.tree.size; i++) {
		struct repair_leaf *leaf = REPAIR_AT(r->leaves, struct repair_leaf, i);
		if (leaf->find < 0 && !is_commit(leaf) && size_is_signed(r, i + 1)) /* its row says another thing: it is damaged */
			commit_take(leaf);
	}
	commits_infer(r);
	for (uint64_t i = 0; i < r->state.tree.size; i++) {
		struct repair_leaf *leaf = REPAIR_AT(r->leaves, struct repair_leaf, i);
		if (is_commit(leaf))
			leaf->number = ++r->state.commits;
	}
}

static int placed_compare(const void *a, const void *b)
{
	const struct repair_placed *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	if (x->version != y->version)
		return x->version < y->version ? -1 : 1;
	return x->leaf < y->leaf ? -1 : x->leaf > y->leaf;
}

static int placed_gather(struct repairing *r, struct buffer *list, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	buffer_clear(list);
	for (uint64_t i = 0; i < r->state.tree.size && !code; i++) {
		const struct repair_leaf *leaf = REPAIR_AT(r->leaves, struct repair_leaf, i);
		struct repair_placed placed = { leaf->number, i, leaf->version };
		if (leaf->is_known && leaf->shard != LAYOUT_COMMIT_SHARD)
			code = repair_append(list, &placed, sizeof placed, error);
	}
	if (!code && list->size)
		qsort(list->data, REPAIR_COUNT(*list, struct repair_placed), sizeof(struct repair_placed), placed_compare);
	return code;
}

/* A row in the clear that says the same place as another leaf, or a version out of its turn, is
 * believed no longer. */
static void doubtful_forget(struct repairing *r, const struct buffer *list)
{
	for (size_t i = 1; i < REPAIR_COUNT(*list, struct repair_placed); i++) {
		const struct repair_placed *before = REPAIR_AT(*list, struct repair_placed, i - 1), *now = before + 1;
		struct repair_leaf *first = REPAIR_AT(r->leaves, struct repair_leaf, before->leaf);
		struct repair_leaf *second = REPAIR_AT(r->leaves, struct repair_leaf, now->leaf);
		if (before->number != now->number || (before->version < now->version && before->leaf < now->leaf))
			continue;
		if (second->find < 0)
			second->is_known = false;
		else if (first->find < 0)
			first->is_known = false;
	}
}

/* A leaf between two of the log of which nothing is known but its hash, for a version that is
 * missing. */
static int64_t unknown_between(const struct repairing *r, uint64_t after, uint64_t before)
{
	for (uint64_t i = after; i < before; i++)
		if (!REPAIR_AT(r->leaves, struct repair_leaf, i)->is_known)
			return (int64_t)i;
	return -1;
}

static int gaps_fill(struct repairing *r, const struct buffer *list, struct qorgan_error *error)
{
	for (size_t i = 0; i < REPAIR_COUNT(*list, struct repair_placed); i++) {
		const struct repair_placed *now = REPAIR_AT(*list, struct repair_placed, i);
		const struct repair_placed *before = i && now[-1].number == now->number ? now - 1 : NULL;
		uint64_t after = before ? before->leaf + 1 : 0;
		for (uint32_t version = before ? before->version + 1 : 1; version < now->version; version++) {
			int64_t free = unknown_between(r, after, now->leaf);
			if (free < 0)
				return error_set(error, QORGAN_IO, "version %u of object %llu has no place in the log: the file is not one that "
				                 "this program wrote", version, (unsigned long long)now->number);
			struct repair_leaf *leaf = REPAIR_AT(r->leaves, struct repair_leaf, free);
			leaf->is_known = true;
			leaf->shard = REPAIR_AT(r->leaves, struct repair_leaf, now->leaf)->shard;
			leaf->number = now->number;
			leaf->version = version;
			after = (uint64_t)free + 1;
		}
	}
	return QORGAN_OK;
}

/* Of a record that a package brought to a leaf without a place: the number of its object, by the hash of
 * its id or another version of it; a new one if there is none. */
static int package_place(struct repairing *r, struct repair_leaf *leaf, struct qorgan_error *error)
{
	const struct repair_find *find = REPAIR_AT(r->versions, struct repair_find, leaf->find);
	uint8_t hash[VAULT_ID_HASH_SIZE];
	struct record record;
	int code = repair_find_open(r, find, &r->plain, error);

	if (!code)
		code = record_parse(buffer_span(&r->plain), &record, error);
	if (code)
		return code;
	leaf->version = record.version;
	vault_id_hash(r->base, r->base->keys->root.state, schema_find(record.kind.data, record.kind.size), record.id, hash);
	for (size_t i = 0; i < REPAIR_COUNT(r->ids, struct repair_id) && !leaf->is_known; i++) {
		const struct repair_id *id = REPAIR_AT(r->ids, struct repair_id, i);
		leaf->is_known = memcmp(id->hash, hash, sizeof hash) == 0;
		leaf->number = id->number;
	}
	if (leaf->is_known)
		return QORGAN_OK;
	struct repair_id id = { .shard = find->shard, .from = FROM_PACKAGE, .number = r->state.objects++ };
	memcpy(id.hash, hash, sizeof id.hash);
	leaf->is_known = true;
	leaf->number = id.number;
	return repair_append(&r->ids, &id, sizeof id, error);
}

/* The number that a new object may have. */
static void objects_count(struct repairing *r)
{
	for (uint64_t i = 0; i < r->state.tree.size; i++) {
		const struct repair_leaf *leaf = REPAIR_AT(r->leaves, struct repair_leaf, i);
		if (leaf->is_known && leaf->shard != LAYOUT_COMMIT_SHARD && leaf->number >= r->state.objects &&
		    (leaf->find >= 0 || leaf->number < r->newest.objects))
			r->state.objects = leaf->number + 1;
	}
	for (size_t i = 0; i < REPAIR_COUNT(r->ids, struct repair_id); i++) {
		uint64_t number = REPAIR_AT(r->ids, struct repair_id, i)->number;
		if (number >= r->state.objects && number < r->newest.objects)
			r->state.objects = number + 1;
	}
	if (r->has_at && r->at.objects > r->state.objects)
		r->state.objects = r->at.objects;
}

static void rest_number(struct repairing *r)
{
	for (uint64_t i = 0; i < r->state.tree.size; i++) {
		const struct repair_leaf *leaf = REPAIR_AT(r->leaves, struct repair_leaf, i);
		if (leaf->is_known && leaf->shard != LAYOUT_COMMIT_SHARD && leaf->number >= r->state.objects)
			r->state.objects = leaf->number + 1;
	}
	for (uint64_t i = 0; i < r->state.tree.size; i++) {
		struct repair_leaf *leaf = REPAIR_AT(r->leaves, struct repair_leaf, i);
		if (leaf->is_known)
			continue;
		leaf->is_known = true;
		leaf->find = -1;
		leaf->shard = 0;
		leaf->number = r->state.objects++;
		leaf->version = 1;
	}
}

static void heads_mark(struct repairing *r, const struct buffer *list)
{
	size_t count = REPAIR_COUNT(*list, struct repair_placed);

	for (size_t i = 0; i < count; i++) {
		const struct repair_placed *now = REPAIR_AT(*list, struct repair_placed, i);
		struct repair_leaf *leaf = REPAIR_AT(r->leaves, struct repair_leaf, now->leaf);
		leaf->is_head = i + 1 == count || now[1].number != now->number;
		r->state.heads[leaf->shard] += leaf->is_head;
	}
}

int repair_objects_settle(struct repairing *r, struct qorgan_error *error)
{
	struct buffer list = { 0 };
	int code = QORGAN_OK;

	commits_number(r);
	objects_count(r);
	for (uint64_t i = 0; i < r->state.tree.size && !code; i++) {
		struct repair_leaf *leaf = REPAIR_AT(r->leaves, struct repair_leaf, i);
		if (!leaf->is_known && leaf->find >= 0)
			code = package_place(r, leaf, error);
	}
	if (!code)
		code = placed_gather(r, &list, error);
	if (!code) {
		doubtful_forget(r, &list);
		code = placed_gather(r, &list, error);
	}
	if (!code)
		code = gaps_fill(r, &list, error);
	if (!code) {
		rest_number(r);
		code = placed_gather(r, &list, error);
	}
	if (!code)
		heads_mark(r, &list);
	buffer_free(&r->placed);
	r->placed = list;
	return code;
}
