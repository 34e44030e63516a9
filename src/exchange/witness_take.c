/* What the sender of a package has seen of logs, compared with what was seen of them
 * here: so two histories that a state shows to two partners meet. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "crypto/cosignature.h"
#include "exchange/fork.h"
#include "exchange/receive.h"
#include "store/log_keys.h"

/* One line while it is judged. */
struct judging {
	struct receiving *x;
	struct span note;
	struct checkpoint checkpoint;
	const struct sender *owner; /* of the log; NULL: this state */
	uint8_t key[NOTE_KEY_SIZE]; /* that signs it at that size */
	struct mirror_log log;      /* what is known of it; nothing of this state's own */
	uint16_t number;            /* of the log */
};

int witness_keep(struct receiving *x, struct span note, struct qorgan_error *error)
{
	uint32_t size = (uint32_t)note.size;

	if (x->witness_count++ == WITNESS_LINES_LIMIT)
		return error_set(error, QORGAN_PROTOCOL, "it tells of more than %d checkpoints of other logs", WITNESS_LINES_LIMIT);
	buffer_append(&x->witnesses, &size, sizeof size);
	buffer_append_span(&x->witnesses, note);
	return x->witnesses.failed ? error_set_memory(error) : QORGAN_OK;
}

/* ---- Whose it is --------------------------------------------------------------------- */

const struct sender *receiving_owner_find(const struct receiving *x, const char *origin)
{
	for (size_t i = 0; i < x->sender_count; i++)
		if (strcmp(x->senders[i].origin, origin) == 0)
			return &x->senders[i];
	return NULL;
}

/* *known is false for a log of which nothing is on record here, or not the key by which
 * its state signs it now: the card of that may be on its way. */
static int owner_check(struct judging *judging, bool *known, struct qorgan_error *error)
{
	const struct receiving *x = judging->x;
	const char *origin = judging->checkpoint.origin;
	const uint64_t size = judging->checkpoint.size;
	bool is_own = strcmp(origin, vault_origin(x->store)) == 0;
	struct span text;
	int code = QORGAN_OK;

	judging->owner = is_own ? NULL : receiving_owner_find(x, origin);
	if (is_own)
		code = vault_log_key(vault_change_view(x->change), size, judging->key, error);
	else if (judging->owner)
		memcpy(judging->key, sender_log_key(judging->owner, size), sizeof judging->key);
	if (code)
		return code;
	*known = is_own || (judging->owner && !note_is_of_other_key(judging->note, origin, judging->key));
	if (*known && note_verify(judging->note, origin, judging->key, &text, NULL))
		return error_set(error, QORGAN_PROTOCOL, "it tells of a checkpoint of %s that %s did not sign", origin,
		                 is_own ? language_said("this state") : judging->owner->id);
	return QORGAN_OK;
}

int receiving_log_find(struct receiving *x, const struct sender *owner, struct mirror_log *log, struct qorgan_error *error)
{
	int code = mirror_log_find(mirror_change_peek(x->change), owner->origin, log, error);

	if (code != QORGAN_ABSENT)
		return code;
	*log = (struct mirror_log){ .number = MIRROR_LOG_NEW };
	snprintf(log->state, sizeof log->state, "%.63s", owner->id);
	snprintf(log->origin, sizeof log->origin, "%s", owner->origin);
	code = mirror_change_log(x->change, log, error);
	return code ? code : mirror_change_settle(x->change, log, error);
}

/* The log in the mirror. */
static int log_find(struct judging *judging, struct qorgan_error *error)
{
	struct receiving *x = judging->x;

	judging->number = MIRROR_LOG_OWN;
	if (!judging->owner)
		return QORGAN_OK;
	if (judging->owner == x->sender) {
		judging->number = x->log.number;
		return QORGAN_OK;
	}
	int code = receiving_log_find(x, judging->owner, &judging->log, error);
	judging->number = judging->log.number;
	return code;
}

/* ---- Comparing ------------------------------------------------------------------------ */

/* This state's own log: another's memory of it cannot be rolled back with the store. */
static int own_compare(struct judging *judging, struct qorgan_error *error)
{
	struct receiving *x = judging->x;
	struct vault_view *view = vault_change_view(x->change);
	const struct checkpoint *seen = &judging->checkpoint;
	uint8_t root[MERKLE_HASH_SIZE];
	int code = QORGAN_OK;

	if (seen->size <= vault_view_leaves(view))
		code = vault_root_at(view, seen->size, root, error);
	if (code)
		return code;
	if (seen->size <= vault_view_leaves(view) && memcmp(root, seen->root, sizeof root) == 0)
		return QORGAN_OK;
	x->has_contradiction = true;
	x->contradiction = *seen;
	return error_set(error, QORGAN_PROTOCOL, "%s holds a checkpoint of this state's own log, signed by its key, that this "
	                 "store %s (%" PRIu64 " entries; here %" PRIu64 "): the store was rolled back or is not the newest: put "
	                 "the newest one back; until then nothing is written to this one", x->sender->id,
	                 seen->size > vault_view_leaves(view) ? language_said("has not reached") : language_said("contradicts"),
	                 seen->size, vault_view_leaves(view));
}

/* What others saw of the log, where nothing so new came in here. */
static int seen_compare(void *context, const struct mirror_witness *seen, struct qorgan_error *error)
{
	struct judging *judging = context;

	if (seen->size != judging->checkpoint.size || memcmp(seen->root, judging->checkpoint.root, sizeof seen->root) == 0)
		return QORGAN_OK;
	return fork_note(judging->x, judging->owner, judging->note, seen->note, NULL, NULL, error);
}

/* What was shown to the sender and not here is told of whoever did it; who says so is
 * not to blame. */
static int other_compare(struct judging *judging, struct qorgan_error *error)
{
	struct receiving *x = judging->x;
	const struct mirror_log *log = judging->owner == x->sender ? &x->log : &judging->log;

	if (log->tree.size >= judging->checkpoint.size)
		return fork_compare(x, judging->owner, log, judging->note, &judging->checkpoint, error);
	return mirror_witnesses(mirror_change_peek(x->change), judging->number, seen_compare, judging, error);
}

/* ---- Keeping ---------------------------------------------------------------------------- */

static int witness_put(struct judging *judging, const struct sender *cosigner, uint16_t witness, int64_t time,
                       struct qorgan_error *error)
{
	struct mirror_witness row = { .log = judging->number, .witness = witness, .size = judging->checkpoint.size,
		                          .time = time };
	struct buffer note = { 0 };
	int code = cosignature_extract(judging->note, judging->checkpoint.origin, judging->key, cosigner->cosigner,
	                               cosigner->witness, &note, error);

	row.note = buffer_span(&note);
	memcpy(row.root, judging->checkpoint.root, sizeof row.root);
	if (!code)
		code = mirror_change_witness(judging->x->change, &row, error);
	buffer_free(&note);
	return code;
}

struct newest {
	uint16_t witness;
	uint64_t size;
};

static int newest_take(void *context, const struct mirror_witness *witness, struct qorgan_error *error)
{
	struct newest *newest = context;

	(void)error;
	if (witness->witness == newest->witness)
		newest->size = witness->size;
	return QORGAN_OK;
}

/* Keeps what one partner countersigned, unless it is known to have seen more. */
static int cosigner_keep(struct judging *judging, const struct sender *cosigner, uint16_t number,
                         struct qorgan_error *error)
{
	struct newest newest = { .witness = number };
	int64_t time;
	int code;

	if (!cosigner->cosigner[0] || cosignature_verify(judging->note, cosigner->cosigner, cosigner->witness, &time, NULL))
		return QORGAN_ABSENT;
	code = mirror_witnesses(mirror_change_peek(judging->x->change), judging->number, newest_take, &newest, error);
	if (code || newest.size > judging->checkpoint.size)
		return code;
	if (!judging->owner && cosigner == judging->x->sender && judging->checkpoint.size > judging->x->log.vouched)
		judging->x->log.vouched = judging->checkpoint.size;
	return witness_put(judging, cosigner, number, time, error);
}

static int cosigners_keep(struct judging *judging, struct qorgan_error *error)
{
	struct receiving *x = judging->x;
	bool by_sender = false;
	int code = QORGAN_OK;

	for (size_t i = 0; i < x->sender_count && !code; i++) {
		struct mirror_log log = { .number = x->log.number };
		if (&x->senders[i] == judging->owner)
			continue;
		if (&x->senders[i] != x->sender)
			code = mirror_log_find(mirror_change_peek(x->change), x->senders[i].origin, &log, error);
		if (!code)
			code = cosigner_keep(judging, &x->senders[i], log.number, error);
		mirror_log_free(&log);
		by_sender |= !code && &x->senders[i] == x->sender;
		code = code == QORGAN_ABSENT ? QORGAN_OK : code;
	}
	/* Of its own log the sender passes on what others say. */
	if (!code && !by_sender && judging->owner != x->sender && x->sender->cosigner[0])
		code = error_set(error, QORGAN_PROTOCOL, "it tells of a checkpoint of %s without the countersignature of %s",
		                 judging->checkpoint.origin, x->sender->id);
	return code;
}

static int line_settle(struct receiving *x, struct span note, struct qorgan_error *error)
{
	struct judging judging = { .x = x, .note = note };
	const char *end = memmem(note.data, note.size, "\n\n", 2);
	bool known = false;
	int code = QORGAN_OK;

	if (!end || !checkpoint_parse((struct span){ note.data, (size_t)(end + 1 - note.data) }, &judging.checkpoint))
		code = error_set(error, QORGAN_PROTOCOL, "it tells of a checkpoint that is none");
	if (!code)
		code = owner_check(&judging, &known, error);
	if (!code && known)
		code = log_find(&judging, error);
	if (!code && known)
		code = judging.owner ? other_compare(&judging, error) : own_compare(&judging, error);
	if (!code && known)
		code = cosigners_keep(&judging, error);
	mirror_log_free(&judging.log);
	return code;
}

static int sender_compare(void *context, const struct mirror_witness *seen, struct qorgan_error *error)
{
	struct receiving *x = context;
	struct checkpoint checkpoint = { .size = seen->size };

	if (seen->size > x->log.tree.size)
		return QORGAN_OK;
	memcpy(checkpoint.root, seen->root, sizeof checkpoint.root);
	return fork_compare(x, x->sender, &x->log, seen->note, &checkpoint, error);
}

int witnesses_compare(struct receiving *x, struct qorgan_error *error)
{
	return mirror_witnesses(mirror_change_peek(x->change), x->log.number, sender_compare, x, error);
}

int witnesses_settle(struct receiving *x, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (size_t at = 0; at < x->witnesses.size && !code;) {
		uint32_t size;
		memcpy(&size, x->witnesses.data + at, sizeof size);
		code = line_settle(x, (struct span){ x->witnesses.data + at + sizeof size, size }, error);
		at += sizeof size + size;
	}
	return code;
}
