/* The lines of a package, judged against what is known of its sender: nothing that
 * is told here counts before the package was read to its end. */
#include <inttypes.h>
#include <string.h>

#include "base/language.h"
#include "crypto/cosignature.h"
#include "exchange/receive.h"
#include "record/reader.h"
#include "register/standing.h"

/* ---- Who sends what ----------------------------------------------------------------- */

static int header_take(void *context, const struct package_header *header, struct qorgan_error *error)
{
	struct receiving *x = context;
	size_t mine = 0;

	if (strcmp(header->from, x->sender->id) != 0)
		return error_set(error, QORGAN_PROTOCOL, "it says that it is from %s, and is signed by %s", header->from,
		                 x->sender->id);
	while (mine < header->count && strcmp(header->to[mine], vault_state(x->store)) != 0)
		mine++;
	if (mine == header->count)
		return error_set(error, QORGAN_PROTOCOL, "it is for %s%s, and not for %s", header->to[0],
		                 header->count > 1 ? language_said(" and others") : "", vault_state(x->store));
	x->result->sequence = header->sequence;
	memcpy(x->created, header->created, sizeof x->created);
	x->restored = header->restored;
	memcpy(x->result->restored, header->restored.at, sizeof x->result->restored);
	memcpy(x->result->restored_backup, header->restored.backup, sizeof x->result->restored_backup);
	x->result->restored_size = header->restored.size;
	if (header->previous[mine] > x->log.sequence) {
		x->result->gap = true;
		return error_set(error, QORGAN_PROTOCOL, "package %" PRIu64 " of %s goes on after package %" PRIu64 ", and %s%.0" PRIu64
		                 ": take in what is missing first, or ask %s for it: qorgan export --to %s --from %"
		                 PRIu64, header->sequence, header->from, header->previous[mine],
		                 x->log.sequence ? language_said("the newest that was received is ")
		                                 : language_said("none was received"),
		                 x->log.sequence, header->from, vault_state(x->store), x->log.sequence + 1);
	}
	return *x->restored.at ? receiving_number_look(x, &x->is_renumbered, error) : QORGAN_OK;
}

/* What the sender gave up by its restore is known here: it must not go on from there. */
int receiving_given_up(const struct receiving *x, struct qorgan_error *error)
{
	return error_set(error, QORGAN_PROTOCOL, "%s put its store back on %.10s from a backup of %.10s, which has %" PRIu64
	                 " entries, and %" PRIu64 " of its log were received here: it has given up the entries %" PRIu64 " to %" PRIu64
	                 ", and what it writes instead is a second history. Nothing was taken in. Ask %s to put back a newer "
	                 "backup that has them, or to make a new store and hand you its card; keep what you have of it till "
	                 "then", x->sender->id, x->restored.at, x->restored.backup, x->restored.size, x->known, x->restored.size,
	                 x->known - 1, x->sender->id);
}

bool receiving_is_given_up(const struct receiving *x)
{
	return *x->restored.at && x->restored.size < x->known && (x->result->sequence > x->log.sequence || x->is_renumbered);
}

static int checkpoint_take(void *context, struct span note, const struct checkpoint *checkpoint,
                           struct qorgan_error *error)
{
	struct receiving *x = context;
	struct span text;

	if (strcmp(checkpoint->origin, x->sender->origin) != 0)
		return error_set(error, QORGAN_PROTOCOL, "its log is %s, and that of %s is %s: if the state has new keys, add its "
		                 "new card first (qorgan partner add)", checkpoint->origin, x->sender->id, x->sender->origin);
	if (note_verify(note, x->sender->origin, x->sender->log, &text, NULL))
		return error_set(error, QORGAN_PROTOCOL, "its checkpoint is not signed by the log key of %s", x->sender->id);
	if (receiving_is_given_up(x) && checkpoint->size < x->known && !x->is_renumbered)
		return receiving_given_up(x, error);
	if (x->result->sequence > x->log.sequence && checkpoint->size < x->known)
		return error_set(error, QORGAN_PROTOCOL, "the log of %s has %" PRIu64 " entries by this package, and had %" PRIu64
		                 " by one before: it may have put back an old copy of its store; ask %s which of them holds",
		                 x->sender->id, checkpoint->size, x->known, x->sender->id);
	x->late = x->result->sequence <= x->log.sequence && checkpoint->size <= x->known;
	x->checkpoint = *checkpoint;
	x->result->size = checkpoint->size;
	return cosignature_extract(note, x->sender->origin, x->sender->log, NULL, NULL, &x->note, error);
}

/* ---- The log ------------------------------------------------------------------------- */

static int history_differs(struct receiving *x, struct qorgan_error *error)
{
	x->differs = true;
	if (receiving_is_given_up(x))
		return receiving_given_up(x, error);
	return error_set(error, QORGAN_PROTOCOL, "%s has rewritten its history: the log of %" PRIu64 " entries that it signed "
	                 "now is not the one that it showed before, of %" PRIu64 " entries; nothing was taken in: for "
	                 "evidence of both, ask %s for a package from the first entry: qorgan export --to %s --full",
	                 x->sender->id, x->checkpoint.size, x->known, x->sender->id, vault_state(x->store));
}

/* What is known already must be the same. */
static int leaves_compare(struct receiving *x, uint64_t first, struct span hashes, struct qorgan_error *error)
{
	struct buffer known = { 0 };
	int code = mirror_leaf_hashes(vault_change_view(x->change), x->log.number, first, hashes.size / MERKLE_HASH_SIZE,
	                              &known, error);

	if (!code && memcmp(known.data, hashes.data, hashes.size) != 0)
		code = history_differs(x, error);
	buffer_free(&known);
	return code;
}

static int leaves_take(void *context, uint64_t first, struct span hashes, struct qorgan_error *error)
{
	struct receiving *x = context;
	uint64_t count = hashes.size / MERKLE_HASH_SIZE, overlap = 0;
	int code = QORGAN_OK;

	if (!x->has_leaves)
		x->first = first;
	x->has_leaves = true;
	if (first > x->log.tree.size)
		return error_set(error, QORGAN_PROTOCOL, "it begins with entry %" PRIu64 " of the log of %s, of which %" PRIu64
		                 " are known: ask %s for a package from the first: qorgan export --to %s --full", first,
		                 x->sender->id, x->log.tree.size, x->sender->id, vault_state(x->store));
	if (first < x->log.tree.size)
		overlap = x->log.tree.size - first < count ? x->log.tree.size - first : count;
	if (overlap)
		code = leaves_compare(x, first, (struct span){ hashes.data, overlap * MERKLE_HASH_SIZE }, error);
	if (!code && overlap < count)
		code = mirror_change_leaves(x->change, &x->log,
		                            (struct span){ hashes.data + overlap * MERKLE_HASH_SIZE,
		                                           (count - overlap) * MERKLE_HASH_SIZE }, error);
	return code;
}

/* The leaves are all there: they must have the root that was signed. */
static int root_check(struct receiving *x, struct qorgan_error *error)
{
	struct mirror_tree tree = { vault_change_view(x->change), x->log.number };
	struct merkle_frontier then = x->log.tree;
	uint8_t root[MERKLE_HASH_SIZE];

	if (x->is_rooted)
		return QORGAN_OK;
	x->is_rooted = true;
	x->result->leaves = x->log.tree.size - x->known;
	if (x->checkpoint.size > x->log.tree.size)
		return error_set(error, QORGAN_PROTOCOL, "its checkpoint is over %" PRIu64 " entries, and it lacks those from %" PRIu64
		                 " on", x->checkpoint.size, x->log.tree.size);
	if (x->checkpoint.size < x->log.tree.size && x->log.tree.size > x->known)
		return error_set(error, QORGAN_PROTOCOL, "it has more entries than its checkpoint is over");
	if (x->checkpoint.size < x->log.tree.size && merkle_frontier_at(x->checkpoint.size, mirror_tree_node, &tree, &then))
		return error_set(error, QORGAN_IO, "the hashes of the log of %s cannot be read: the store is damaged; run qorgan "
		                 "verify", x->sender->id);
	merkle_root(&then, root);
	return memcmp(root, x->checkpoint.root, sizeof root) == 0 ? QORGAN_OK : history_differs(x, error);
}

/* ---- Records -------------------------------------------------------------------------- */

/* Leaves whose hashes are fetched at a time: records come in their order. */
#define WINDOW 256

static int leaf_expected(struct receiving *x, uint64_t index, const uint8_t **hash, struct qorgan_error *error)
{
	uint64_t first = index - index % WINDOW, count = x->log.tree.size - first;
	int code = QORGAN_OK;

	if (!x->expected.size || x->expected_first != first) {
		buffer_clear(&x->expected);
		x->expected_first = first;
		code = mirror_leaf_hashes(vault_change_view(x->change), x->log.number, first, count < WINDOW ? count : WINDOW,
		                          &x->expected, error);
	}
	*hash = (const uint8_t *)x->expected.data + (index - first) * MERKLE_HASH_SIZE;
	return code;
}

/* What is wrong with it is told with this record or a later one. */
static int record_check(struct receiving *x, uint64_t index, const struct schema *schema, const struct record *record,
                        struct qorgan_error *error)
{
	const uint8_t *expected;
	int code = x->checker ? QORGAN_OK : record_checker_start(x->sender, &x->self, &x->checker, error);

	if (!code)
		code = leaf_expected(x, index, &expected, error);
	return code ? code : record_checker_add(x->checker, index, schema, record, expected, error);
}

/* What is new of the object. A version that came before comes again where the object
 * was withdrawn meanwhile. */
static int record_touch(struct receiving *x, const struct schema *schema, const struct record *record,
                        const struct mirror_put *put, struct qorgan_error *error)
{
	enum qorgan_received what = put->outcome == VAULT_CREATED   ? QORGAN_RECEIVED_NEW
	                            : put->outcome == VAULT_CHANGED ? QORGAN_RECEIVED_CHANGED
	                                                            : QORGAN_RECEIVED_RETURNED;
	struct mirror_object object = { 0 };
	bool clear = false;
	int code;

	if (put->outcome == VAULT_UNCHANGED) {
		code = mirror_object_look(mirror_change_peek(x->change), &put->place, &object, error);
		if (code || object.standing != MIRROR_WITHDRAWN)
			return code;
	}
	code = standing_is_clear(x->change, schema, record, put, &clear, error);
	x->result->created += what == QORGAN_RECEIVED_NEW;
	x->result->changed += what == QORGAN_RECEIVED_CHANGED;
	x->result->returned += what == QORGAN_RECEIVED_RETURNED;
	if (code)
		return code;
	return clear ? touched_add_clear(&x->touched, schema, &put->place, what, error)
	             : touched_add(&x->touched, schema, record->id, record->version, what, error);
}

static int record_take(void *context, uint64_t index, const struct record *record, struct qorgan_error *error)
{
	struct receiving *x = context;
	const struct schema *schema = schema_find(record->kind.data, record->kind.size);
	struct mirror_put put = { .outcome = VAULT_UNCHANGED };
	int code = root_check(x, error);

	if (!code && !schema)
		code = error_set(error, QORGAN_PROTOCOL, "it holds an object of an unknown kind");
	if (!code)
		code = record_check(x, index, schema, record, error);
	if (!code && !x->late)
		code = mirror_change_put(x->change, &x->log, index, record, schema, &put, error);
	if (code)
		return code;
	x->result->records++;
	if (put.outcome != VAULT_UNCHANGED) {
		x->put++;
		leaf_ranges_add(&x->leaves, index);
	}
	if (!x->late)
		code = record_touch(x, schema, record, &put, error);
	return code ? code : vault_progress(x->store, "receiving", index - x->first, x->checkpoint.size - x->first);
}

static int withdrawal_take(void *context, const struct package_withdrawal *withdrawal, struct qorgan_error *error)
{
	struct receiving *x = context;
	const struct schema *schema = schema_find(withdrawal->kind.data, withdrawal->kind.size);
	int code = root_check(x, error);

	return code || !schema || x->late ? code
	                                  : touched_add(&x->touched, schema, withdrawal->id, withdrawal->version,
	                                                QORGAN_RECEIVED_WITHDRAWN, error);
}

/* ---- Files ------------------------------------------------------------------------------ */

/* The file must be as long as its newest record says. */
static int file_size_check(struct receiving *x, struct qorgan_error *error)
{
	struct vault_view *view = mirror_change_peek(x->change);
	struct vault_record record = { 0 };
	struct mirror_object object;
	struct span value;
	int64_t size = -1;
	int code = mirror_object_find(view, schema_find("evidence", 8), span_of(x->intake.id), x->log.number, &object, error);

	if (!code)
		code = vault_get_place(view, &object.place, 0, &record, error);
	if (!code && (!reader_find(record.record.body, "size", &value) || !reader_integer(value, &size) || size < 0 ||
	              (uint64_t)size != x->intake.offset))
		code = error_set(error, QORGAN_PROTOCOL, "the file %.12s... has %" PRIu64 " bytes, and its record says another number",
		                 x->intake.id, x->intake.offset);
	vault_record_free(&record);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

static int file_finish(struct receiving *x, struct qorgan_error *error)
{
	if (!x->taking)
		return QORGAN_OK;
	x->taking = false;
	x->result->evidence += !x->intake.is_compared;
	int code = evidence_intake_finish(&x->intake, error);
	return code || x->late ? code : file_size_check(x, error);
}

/* Whether the description of the file was forgotten here: then so is what is in it. */
static int file_is_forgotten(struct receiving *x, const struct mirror_object *object, bool *forgotten,
                             struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	int code = vault_get_place(mirror_change_peek(x->change), &object->place, 0, &record, error);

	vault_record_free(&record);
	*forgotten = code == QORGAN_ABSENT;
	return *forgotten ? QORGAN_OK : code;
}

static int file_start(struct receiving *x, struct span id, struct qorgan_error *error)
{
	struct mirror_object object;
	bool forgotten = false;
	int code = root_check(x, error);

	if (!code)
		code = file_finish(x, error);
	if (!code && !x->late)
		code = mirror_object_find(mirror_change_peek(x->change), schema_find("evidence", 8), id, x->log.number, &object,
		                          error);
	if (code == QORGAN_ABSENT)
		code = error_set(error, QORGAN_PROTOCOL, "it holds a file that none of its records describes");
	if (!code && !x->late)
		code = file_is_forgotten(x, &object, &forgotten, error);
	if (!code)
		code = evidence_intake_start(&x->intake, x->change, id, x->late || forgotten, error);
	x->taking = !code;
	return code;
}

static int evidence_take(void *context, struct span id, uint64_t offset, struct span data, struct qorgan_error *error)
{
	struct receiving *x = context;
	int code = offset == 0 ? file_start(x, id, error) : QORGAN_OK;

	return code ? code : evidence_intake_add(&x->intake, data, error);
}

static int witness_take(void *context, struct span note, const struct checkpoint *checkpoint, struct qorgan_error *error)
{
	int code = root_check(context, error);

	(void)checkpoint;
	return code ? code : witness_keep(context, note, error);
}

static int fork_take(void *context, struct span text, const struct fork_proof *proof, struct qorgan_error *error)
{
	int code = root_check(context, error);

	(void)proof;
	return code ? code : fork_line_keep(context, text, error);
}

static int end_take(void *context, uint64_t leaves, uint64_t records, struct qorgan_error *error)
{
	struct receiving *x = context;
	int code = root_check(x, error);

	(void)leaves, (void)records;
	return code ? code : file_finish(x, error);
}

const struct package_handler receive_handler = {
	.header = header_take,
	.checkpoint = checkpoint_take,
	.leaves = leaves_take,
	.record = record_take,
	.withdrawal = withdrawal_take,
	.evidence = evidence_take,
	.witness = witness_take,
	.fork = fork_take,
	.end = end_take,
};
