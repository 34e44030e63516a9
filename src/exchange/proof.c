/* Making proofs: one record, its path in the tree and the newest checkpoint. */
#include "qorgan/proof.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "crypto/tlog_proof.h"
#include "exchange/entitlement.h"
#include "exchange/senders.h"
#include "store/checkout.h"
#include "store/log_keys.h"
#include "record/reader.h"
#include "register/object_internal.h"
#include "register/parties.h"
#include "store/mirror.h"

/* The next parties on a release list, as recipients of a package: as many as are
 * judged at once. Their ids have no escapes. */
static size_t recipients_take(struct reader *rest, struct parties *parties, struct recipient *recipients)
{
	struct span value;
	size_t count = 0;

	while (count < ENTITLEMENT_RECIPIENTS && reader_element(rest, &value)) {
		struct recipient *recipient = &recipients[count];
		if (value.size < 3 || value.size - 2 >= sizeof recipient->id)
			continue;
		struct span name = { value.data + 1, value.size - 2 };
		*recipient = (struct recipient){ 0 };
		memcpy(recipient->id, name.data, name.size);
		parties_find(parties, name, recipient->id, &recipient->observer);
		count++;
	}
	return count;
}

/* Appends those who may have the version now; *why is told if one may not. */
static int recipients_judge(struct vault_view *view, const struct vault_record *record,
                            const struct recipient *recipients, size_t count, struct buffer *to, const char **why,
                            struct qorgan_error *error)
{
	const char *refusals[ENTITLEMENT_RECIPIENTS];
	struct entitlement *entitlement = NULL;
	int code = entitlement_open(view, recipients, count, &entitlement, error);

	if (!code)
		code = entitlement_judge(entitlement, record, refusals, error);
	entitlement_close(entitlement);
	for (size_t i = 0; i < count && !code; i++) {
		if (refusals[i])
			*why = refusals[i];
		else
			buffer_append_format(to, "%s%s", to->size ? "," : "", recipients[i].id);
	}
	return code;
}

/* Why nobody gets it as it is another state's: static text; NULL if it is not. */
static int copy_judge(struct vault_view *view, const struct vault_record *record, const char **why,
                      struct qorgan_error *error)
{
	struct entitlement *entitlement = NULL;
	char keeper[RECORD_NAME_LIMIT] = "";
	int code = entitlement_open(view, NULL, 0, &entitlement, error);

	if (!code)
		code = entitlement_keeper(entitlement, record, keeper, error);
	entitlement_close(entitlement);
	*why = keeper[0] ? language_said("another state keeps it, and this is a copy") : NULL;
	return code;
}

/* To whom an export would give the version now, into `to`; `why` says why to nobody. */
static int release_find(struct vault_view *view, const struct vault_record *record, struct buffer *to,
                        const char **why, struct qorgan_error *error)
{
	struct recipient recipients[ENTITLEMENT_RECIPIENTS];
	struct parties *parties = NULL;
	struct reader rest;
	struct span list;
	size_t count = 0;
	int code = QORGAN_OK;

	*why = record->mirrored ? "another state keeps it" : release_refusal_any(&record->record);
	if (!*why)
		code = copy_judge(view, record, why, error);
	if (*why || code)
		return code;
	code = parties_load(view, &parties, error);
	if (!code && reader_find(record->record.body, "release", &list) && reader_open(list, &rest))
		do {
			count = recipients_take(&rest, parties, recipients);
			code = recipients_judge(view, record, recipients, count, to, why, error);
		} while (!code && count == ENTITLEMENT_RECIPIENTS);
	parties_free(parties);
	if (!code && to->failed)
		code = error_set_memory(error);
	if (to->size)
		*why = NULL;
	return code;
}

/* What marking and release say of the record. */
static int terms_tell(struct vault_view *view, const struct vault_record *record, struct qorgan_proof *proof,
                      struct qorgan_error *error)
{
	struct span raw, label = span_of(RELEASE_MARKING_ABSENT);
	struct buffer release = { 0 };
	int code = release_find(view, record, &release, &proof->withheld, error);

	if (reader_find(record->record.body, "marking", &raw) && raw.size > 2)
		label = (struct span){ raw.data + 1, raw.size - 2 }; /* a label has no escapes */
	if (label.size < sizeof proof->marking)
		memcpy(proof->marking, label.data, label.size);
	proof->release = code ? NULL : strdup(buffer_text(&release));
	buffer_free(&release);
	return code || proof->release ? code : error_set_memory(error);
}

/* What a proof rests on: the log of the record's owner, as it was signed. */
struct ground {
	struct buffer note;
	struct checkpoint checkpoint;
	struct merkle_path path;
};

static int checkpoint_read(struct ground *ground, const char *origin, const uint8_t key[NOTE_KEY_SIZE],
                           struct qorgan_error *error)
{
	struct span text;
	int code = note_verify(buffer_span(&ground->note), origin, key, &text, error);

	if (!code && !checkpoint_parse(text, &ground->checkpoint))
		code = error_set(error, QORGAN_IO, "the newest checkpoint is malformed: the store is damaged");
	return code;
}

/* The newest checkpoint over the leaf that others countersigned. */
struct countersigned {
	uint64_t leaf, size; /* size 0: there is none */
	uint64_t replaced;   /* up to this size, another key signed this state's log */
	struct buffer note;
};

/* Adds the lines of signature that the note lacks. */
static void lines_merge(struct buffer *note, struct span other)
{
	const char *end = other.data + other.size, *line = memmem(other.data, other.size, "\n\n", 2);

	for (line = line ? line + 2 : end; line < end;) {
		const char *next = memchr(line, '\n', (size_t)(end - line));
		size_t size = next ? (size_t)(next + 1 - line) : (size_t)(end - line);
		if (!memmem(note->data, note->size, line, size))
			buffer_append(note, line, size);
		line += size;
	}
}

static int countersigned_take(void *context, const struct mirror_witness *witness, struct qorgan_error *error)
{
	struct countersigned *best = context;

	/* Who asks for a proof has the key that holds now. */
	if (witness->size <= best->leaf || witness->size < best->size || witness->size <= best->replaced)
		return QORGAN_OK;
	if (witness->size > best->size) {
		buffer_clear(&best->note);
		buffer_append_span(&best->note, witness->note);
	} else {
		lines_merge(&best->note, witness->note);
	}
	best->size = witness->size;
	return best->note.failed ? error_set_memory(error) : QORGAN_OK;
}

static int own_ground(struct vault_view *view, const struct qorgan_store *store, uint64_t leaf, struct ground *ground,
                      struct qorgan_error *error)
{
	struct countersigned best = { .leaf = leaf };
	int code = vault_log_replaced(view, &best.replaced, error);

	if (!code)
		code = mirror_witnesses(view, MIRROR_LOG_OWN, countersigned_take, &best, error);

	ground->note = best.note;
	if (!code && !best.size)
		code = vault_checkpoint(view, &ground->note, error);
	if (!code)
		code = checkpoint_read(ground, vault_origin(store), vault_keys(store)->root.log_public, error);
	return code ? code : vault_inclusion_path_at(view, ground->checkpoint.size, leaf, &ground->path, error);
}

/* The partner whose log it is, by a key that holds now. */
static int owner_find(struct vault_view *view, const char *origin, struct sender *owner, struct qorgan_error *error)
{
	struct sender *senders = NULL;
	size_t count = 0;
	int code = senders_load(view, &senders, &count, error);
	bool found = false;

	for (size_t i = 0; i < count && !code && !found; i++) {
		found = strcmp(senders[i].origin, origin) == 0;
		if (found)
			*owner = senders[i];
	}
	free(senders);
	return code || found ? code : error_set(error, QORGAN_DENIED, "the key of the log %s holds no longer: its state proves "
	                                        "it by its new one", origin);
}

static int mirrored_ground(struct vault_view *view, const struct vault_record *record, struct ground *ground,
                           struct qorgan_error *error)
{
	struct mirror_tree tree = { view, record->log };
	struct mirror_log log;
	struct sender owner;
	struct countersigned best = { .leaf = record->leaf };
	int code = mirror_log_get(view, record->log, &log, error);

	if (code == QORGAN_ABSENT)
		code = error_set(error, QORGAN_IO, "the log of another state is missing: the store is damaged; run qorgan verify");
	if (!code)
		code = owner_find(view, log.origin, &owner, error);
	if (!code)
		code = mirror_witnesses(view, record->log, countersigned_take, &best, error);
	/* What another saw beyond what came here cannot be proven from here. */
	bool use = !code && best.size && best.size <= log.tree.size;
	if (!code) {
		buffer_append_span(&ground->note, use ? buffer_span(&best.note) : buffer_span(&log.note));
		code = ground->note.failed ? error_set_memory(error)
		                           : checkpoint_read(ground, log.origin, sender_log_key(&owner, use ? best.size : log.tree.size),
		                                             error);
	}
	if (!code && (record->leaf >= ground->checkpoint.size ||
	              merkle_inclusion_path(ground->checkpoint.size, record->leaf, mirror_tree_node, &tree, &ground->path)))
		code = error_set(error, QORGAN_IO, "the hashes of the log cannot be read: the store is damaged; run qorgan verify");
	buffer_free(&best.note);
	mirror_log_free(&log);
	return code;
}

/* The proof of that record, checked before it is believed: only what was signed
 * may leave, and whoever holds a reader's key could put another record in its
 * place, but not change its leaf. */
static int proof_write(struct vault_view *view, const struct qorgan_store *store, const struct vault_record *record,
                       struct qorgan_proof *proof, struct qorgan_error *error)
{
	struct ground ground = { 0 };
	const struct checkpoint *checkpoint = &ground.checkpoint;
	struct buffer text = { 0 };
	uint8_t leaf[MERKLE_HASH_SIZE];
	int code = record->mirrored ? mirrored_ground(view, record, &ground, error)
	                            : own_ground(view, store, record->leaf, &ground, error);

	merkle_hash_leaf(record->record.bytes.data, record->record.bytes.size, leaf);
	if (!code && !merkle_inclusion_check(leaf, record->leaf, checkpoint->size, &ground.path, checkpoint->root))
		code = error_set(error, QORGAN_IO, "leaf %llu is not the record that was signed: run qorgan verify",
		                 (unsigned long long)record->leaf);
	if (!code) {
		tlog_proof_format(record->leaf, &ground.path, record->record.bytes, buffer_span(&ground.note), &text);
		proof->size = text.size;
		proof->text = buffer_take(&text);
		memcpy(proof->origin, checkpoint->origin, sizeof proof->origin);
		sodium_bin2hex(proof->root, sizeof proof->root, checkpoint->root, sizeof checkpoint->root);
		proof->index = record->leaf;
		proof->leaves = checkpoint->size;
		code = proof->text ? QORGAN_OK : error_set_memory(error);
	}
	buffer_free(&ground.note);
	buffer_free(&text);
	return code;
}

int qorgan_proof_make(struct qorgan_store *store, const struct qorgan_object *object, bool disclose,
                      struct qorgan_proof *proof, struct qorgan_error *error)
{
	const char *kind = qorgan_object_kind(object), *id = qorgan_object_id(object);
	uint32_t version = qorgan_object_version(object);
	struct vault_view *view = NULL;
	struct vault_record record = { 0 };
	int code = checkout_refuse(store, error);

	*proof = (struct qorgan_proof){ 0 };
	if (!code)
		code = vault_view_begin(store, &view, error);
	if (!code)
		code = vault_get_place(view, &object->version.place, version, &record, error);
	/* Its place might be another's by now, in a store that was put back. */
	if (!code && (!span_is(record.record.id, id) || !span_is(record.record.kind, kind)))
		code = QORGAN_ABSENT;
	if (code == QORGAN_ABSENT)
		code = error_set(error, QORGAN_ABSENT, "%s %s version %u is gone: the store was put back meanwhile", kind, id,
		                 version);
	if (!code)
		code = terms_tell(view, &record, proof, error);
	if (!code && proof->withheld && !disclose)
		code = error_set(error, QORGAN_DENIED, "%s %s version %u: %s, and a proof discloses the whole record: give "
		                 "--disclose if you answer for that", kind, id, version, proof->withheld);
	if (!code)
		code = proof_write(view, store, &record, proof, error);
	vault_record_free(&record);
	vault_view_end(view);
	return code;
}

void qorgan_proof_free(struct qorgan_proof *proof)
{
	free(proof->text);
	free(proof->release);
	*proof = (struct qorgan_proof){ 0 };
}
