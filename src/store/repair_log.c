/* The log of the damaged store: which record or hash stands at which leaf, as far as a signed
 * checkpoint bears it out. */
#include <stdlib.h>
#include <string.h>

#include "crypto/note.h"
#include "store/repair_internal.h"

#define TRIALS_MOST 512  /* of one stretch between two checkpoints */
#define FAILURES_MOST 32 /* checkpoints that nothing fits: of a history that went on apart */

/* What may stand at a leaf. */
struct candidate {
	uint64_t leaf;
	uint8_t hash[MERKLE_HASH_SIZE];
	uint8_t from;
	bool is_known;
	struct repair_leaf place;
};

struct choosing {
	struct repairing *r;
	struct buffer candidates; /* struct candidate, by leaf, the best first, each hash once */
	uint64_t *first;          /* of each leaf: its first candidate; one more at the end */
	uint32_t *choice;         /* of each leaf: which of them */
	uint64_t leaves;
};

/* ---- Candidates -------------------------------------------------------------------- */

static int candidates_compare(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->leaf != y->leaf)
		return x->leaf < y->leaf ? -1 : 1;
	return x->from != y->from ? x->from - y->from : (y->place.find >= 0) - (x->place.find >= 0);
}

static int versions_add(struct choosing *c, struct qorgan_error *error)
{
	const struct repairing *r = c->r;
	int code = QORGAN_OK;

	for (size_t i = 0; i < REPAIR_COUNT(r->versions, struct repair_find) && !code; i++) {
		const struct repair_find *find = REPAIR_AT(r->versions, struct repair_find, i);
		struct candidate candidate = { .leaf = find->leaf, .from = find->from };
		if (find->is_absent)
			continue;
		candidate.place = (struct repair_leaf){ .find = (int64_t)i, .from = find->from, .shard = find->shard,
			                                    .version = find->version };
		memcpy(candidate.hash, find->hash, sizeof candidate.hash);
		candidate.place.is_known = find->from != FROM_PACKAGE;
		if (candidate.place.is_known)
			candidate.place.number = bytes_get_u64(find->key);
		code = repair_append(&c->candidates, &candidate, sizeof candidate, error);
	}
	return code;
}

static int rows_add(struct choosing *c, struct qorgan_error *error)
{
	const struct repairing *r = c->r;
	int code = QORGAN_OK;

	for (size_t i = 0; i < REPAIR_COUNT(r->rows, struct repair_row) && !code; i++) {
		const struct repair_row *row = REPAIR_AT(r->rows, struct repair_row, i);
		struct candidate candidate = { .leaf = row->leaf, .from = row->from };
		candidate.place = (struct repair_leaf){ .find = -1, .from = row->from, .shard = row->row.shard,
			                                    .number = bytes_get_u64(row->row.number),
			                                    .version = bytes_get_u32(row->row.version) };
		candidate.place.is_known = candidate.place.version && (candidate.place.shard < ENGINE_HEAD_SHARDS ||
		                                                       candidate.place.shard == LAYOUT_COMMIT_SHARD);
		memcpy(candidate.hash, row->row.hash, sizeof candidate.hash);
		code = repair_append(&c->candidates, &candidate, sizeof candidate, error);
	}
	return code;
}

static int packages_add(struct choosing *c, struct qorgan_error *error)
{
	const struct repairing *r = c->r;
	int code = QORGAN_OK;

	for (size_t i = 0; i < REPAIR_COUNT(r->package_hashes, struct repair_hashes) && !code; i++) {
		const struct repair_hashes *hashes = REPAIR_AT(r->package_hashes, struct repair_hashes, i);
		if (strcmp(hashes->origin, r->base->origin) != 0)
			continue;
		for (size_t j = 0; j < hashes->hashes.size / MERKLE_HASH_SIZE && !code; j++) {
			struct candidate candidate = { .leaf = hashes->first + j, .from = FROM_PACKAGE,
				                           .place = { .find = -1, .from = FROM_PACKAGE } };
			memcpy(candidate.hash, hashes->hashes.data + j * MERKLE_HASH_SIZE, MERKLE_HASH_SIZE);
			code = repair_append(&c->candidates, &candidate, sizeof candidate, error);
		}
	}
	return code;
}

/* Several that say the same become one, with all that any of them knows. The first is of the best
 * source. */
static bool candidate_join(struct candidate *there, const struct candidate *more)
{
	if (there->leaf != more->leaf || memcmp(there->hash, more->hash, sizeof there->hash) != 0)
		return false;
	if (!there->place.is_known && more->place.is_known) {
		int64_t find = there->place.find;
		uint8_t from = there->place.from;
		there->place = more->place;
		there->place.from = from;
		if (find >= 0)
			there->place.find = find;
	} else if (there->place.find < 0 && more->place.find >= 0) {
		there->place.find = more->place.find;
		/* The place under which a record is sealed is authentic; a row in the clear is not. */
		if (more->place.is_known)
			there->place = more->place;
	}
	return true;
}

static void candidates_join(struct choosing *c)
{
	size_t count = REPAIR_COUNT(c->candidates, struct candidate), kept = 0;

	for (size_t i = 0; i < count; i++) {
		const struct candidate *now = REPAIR_AT(c->candidates, struct candidate, i);
		bool joined = false;
		for (size_t j = kept; !joined && j-- > 0 && REPAIR_AT(c->candidates, struct candidate, j)->leaf == now->leaf;)
			joined = candidate_join(REPAIR_AT(c->candidates, struct candidate, j), now);
		if (!joined)
			memmove(REPAIR_AT(c->candidates, struct candidate, kept++), now, sizeof *now);
	}
	c->candidates.size = kept * sizeof(struct candidate);
}

/* The candidates of each leaf below the largest checkpoint. */
static int candidates_index(struct choosing *c, struct qorgan_error *error)
{
	size_t count = REPAIR_COUNT(c->candidates, struct candidate), at = 0;

	for (size_t i = 0; i < REPAIR_COUNT(c->r->checkpoints, struct repair_checkpoint); i++) {
		uint64_t size = REPAIR_AT(c->r->checkpoints, struct repair_checkpoint, i)->size;
		if (size > c->leaves)
			c->leaves = size;
	}
	/* What is signed may be more than anybody could show: no more than is there counts. */
	if (count && c->leaves > REPAIR_AT(c->candidates, struct candidate, count - 1)->leaf + 1)
		c->leaves = REPAIR_AT(c->candidates, struct candidate, count - 1)->leaf + 1;
	if (!count || c->leaves > count)
		c->leaves = count; /* each leaf needs one; none beyond a gap is reached */
	c->first = calloc(c->leaves + 1, sizeof *c->first);
	c->choice = calloc(c->leaves + 1, sizeof *c->choice);
	if (!c->first || !c->choice)
		return error_set_memory(error);
	for (uint64_t leaf = 0; leaf <= c->leaves; leaf++) {
		while (at < count && REPAIR_AT(c->candidates, struct candidate, at)->leaf < leaf)
			at++;
		c->first[leaf] = at;
	}
	return QORGAN_OK;
}

static int candidates_gather(struct choosing *c, struct qorgan_error *error)
{
	int code = versions_add(c, error);

	if (!code)
		code = rows_add(c, error);
	if (!code)
		code = packages_add(c, error);
	if (!code && c->candidates.size)
		qsort(c->candidates.data, REPAIR_COUNT(c->candidates, struct candidate), sizeof(struct candidate), candidates_compare);
	if (code)
		return code;
	candidates_join(c);
	return candidates_index(c, error);
}

/* ---- What the checkpoints bear out --------------------------------------------------------- */

static const struct candidate *chosen(const struct choosing *c, uint64_t leaf)
{
	return REPAIR_AT(c->candidates, struct candidate, c->first[leaf] + c->choice[leaf]);
}

static uint64_t choices(const struct choosing *c, uint64_t leaf)
{
	return c->first[leaf + 1] - c->first[leaf];
}

/* The next combination of the choices of a stretch; false after the last. */
static bool choice_next(struct choosing *c, uint64_t from, uint64_t to)
{
	for (uint64_t leaf = from; leaf < to; leaf++) {
		if (++c->choice[leaf] < choices(c, leaf))
			return true;
		c->choice[leaf] = 0;
	}
	return false;
}

static bool tree_is(const struct merkle_frontier *tree, const struct repair_checkpoint *checkpoint)
{
	uint8_t root[MERKLE_HASH_SIZE];

	merkle_root(tree, root);
	return tree->size == checkpoint->size && memcmp(root, checkpoint->root, sizeof root) == 0;
}

/* Whether some choice from the end of `tree` up to the checkpoint has its root; if so, `tree` is that
 * far. */
static bool stretch_fits(struct choosing *c, struct merkle_frontier *tree, const struct repair_checkpoint *checkpoint)
{
	uint64_t from = tree->size;
	struct merkle_frontier trial;
	unsigned trials = 0;

	do {
		trial = *tree;
		for (uint64_t leaf = from; leaf < checkpoint->size; leaf++)
			merkle_append(&trial, chosen(c, leaf)->hash, NULL, NULL);
		if (tree_is(&trial, checkpoint)) {
			*tree = trial;
			return true;
		}
	} while (++trials < TRIALS_MOST && choice_next(c, from, checkpoint->size));
	for (uint64_t leaf = from; leaf < checkpoint->size; leaf++)
		c->choice[leaf] = 0;
	return false;
}

static int checkpoints_compare(const void *a, const void *b)
{
	const struct repair_checkpoint *x = a, *y = b;

	return x->size != y->size ? (x->size < y->size ? -1 : 1) : memcmp(x->root, y->root, sizeof x->root);
}

static void tree_reach(struct choosing *c, struct merkle_frontier *tree)
{
	size_t count = REPAIR_COUNT(c->r->checkpoints, struct repair_checkpoint);
	unsigned failures = 0;
	uint64_t whole = 0; /* leaves without a gap */

	while (whole < c->leaves && choices(c, whole))
		whole++;
	for (size_t i = 0; i < count && failures < FAILURES_MOST; i++) {
		struct repair_checkpoint *checkpoint = REPAIR_AT(c->r->checkpoints, struct repair_checkpoint, i);
		if (checkpoint->size > whole)
			break;
		if (checkpoint->size > tree->size)
			failures += !stretch_fits(c, tree, checkpoint);
		checkpoint->fits = tree_is(tree, checkpoint);
	}
}

/* ---- All of it -------------------------------------------------------------------------------- */

/* What was forgotten stays so, whatever a backup holds of it. Whether an administrator said so is
 * for verify, which reads all of the new store before it counts. */
static void forgotten_keep(struct repairing *r)
{
	for (size_t i = 0; i < REPAIR_COUNT(r->versions, struct repair_find); i++) {
		const struct repair_find *find = REPAIR_AT(r->versions, struct repair_find, i);
		if (!find->is_absent || find->leaf >= r->state.tree.size)
			continue;
		struct repair_leaf *leaf = REPAIR_AT(r->leaves, struct repair_leaf, find->leaf);
		const struct repair_find *there = leaf->find < 0 ? NULL : REPAIR_AT(r->versions, struct repair_find, leaf->find);
		if (there && there->is_absent && there->from <= find->from)
			continue;
		leaf->find = (int64_t)i;
		leaf->from = find->from;
		leaf->is_known = true;
		leaf->shard = find->shard;
		leaf->number = bytes_get_u64(find->key);
		leaf->version = find->version;
	}
}

static int leaves_choose(struct choosing *c, struct qorgan_error *error)
{
	struct repairing *r = c->r;
	int code = QORGAN_OK;

	for (uint64_t i = 0; i < r->state.tree.size && !code; i++) {
		const struct candidate *candidate = chosen(c, i);
		struct repair_leaf leaf = candidate->place;
		memcpy(leaf.hash, candidate->hash, sizeof leaf.hash);
		leaf.from = candidate->from;
		code = repair_append(&r->leaves, &leaf, sizeof leaf, error);
	}
	if (!code)
		forgotten_keep(r);
	return code;
}

/* How many entries the log is known to have had. */
static void known_find(struct repairing *r)
{
	r->known = r->newest.tree.size > r->state.tree.size ? r->newest.tree.size : r->state.tree.size;
	for (size_t i = 0; i < REPAIR_COUNT(r->checkpoints, struct repair_checkpoint); i++) {
		uint64_t size = REPAIR_AT(r->checkpoints, struct repair_checkpoint, i)->size;
		r->known = size > r->known ? size : r->known;
	}
	if (r->seen.known && r->seen.size > r->known)
		r->known = r->seen.size;
}

/* What this computer remembers to have seen signed, where the signature itself is lost: with the write
 * key it is signed again, which says nothing new. */
static int remembered_take(struct repairing *r, struct qorgan_error *error)
{
	struct repair_checkpoint checkpoint = { .size = r->seen.size };
	uint8_t key[NOTE_KEY_SIZE];

	if (seen_load(r->base->id_text, r->base->keys, &r->seen, NULL) || !r->seen.known) {
		r->seen.known = false;
		return QORGAN_OK;
	}
	checkpoint.size = r->seen.size;
	memcpy(checkpoint.root, r->seen.root, sizeof checkpoint.root);
	if (!repair_may_sign(r, r->seen.size) || vault_log_key(&r->base_view, r->seen.size, key, NULL) ||
	    memcmp(key, r->seen.key, sizeof key) != 0)
		return QORGAN_OK;
	for (size_t i = 0; i < REPAIR_COUNT(r->checkpoints, struct repair_checkpoint); i++)
		if (REPAIR_AT(r->checkpoints, struct repair_checkpoint, i)->size == r->seen.size)
			return QORGAN_OK;
	return repair_append(&r->checkpoints, &checkpoint, sizeof checkpoint, error);
}

bool repair_may_sign(struct repairing *r, uint64_t size)
{
	uint8_t key[NOTE_KEY_SIZE];

	return r->base->keys->root.roles & KEYS_MAY_WRITE && !vault_log_key(&r->base_view, size, key, NULL) &&
	       memcmp(key, r->base->keys->root.log_public, sizeof key) == 0;
}

const char *repair_checkpoint_note(const struct repairing *r, uint64_t size)
{
	for (size_t i = 0; i < REPAIR_COUNT(r->checkpoints, struct repair_checkpoint); i++) {
		const struct repair_checkpoint *checkpoint = REPAIR_AT(r->checkpoints, struct repair_checkpoint, i);
		if (checkpoint->size == size && checkpoint->note && checkpoint->fits)
			return checkpoint->note;
	}
	return NULL;
}

int repair_log_resolve(struct repairing *r, struct qorgan_error *error)
{
	struct choosing choosing = { .r = r };
	int code = remembered_take(r, error);

	if (code)
		return code;
	if (r->checkpoints.size)
		qsort(r->checkpoints.data, REPAIR_COUNT(r->checkpoints, struct repair_checkpoint), sizeof(struct repair_checkpoint),
		      checkpoints_compare);
	code = candidates_gather(&choosing, error);
	if (!code) {
		tree_reach(&choosing, &r->state.tree);
		code = leaves_choose(&choosing, error);
	}
	if (!code) {
		known_find(r);
		r->has_at = r->newest.tree.size == r->state.tree.size;
		if (r->has_at)
			r->at = r->newest;
		code = repair_objects_settle(r, error);
	}
	buffer_free(&choosing.candidates);
	free(choosing.first);
	free(choosing.choice);
	return code;
}
