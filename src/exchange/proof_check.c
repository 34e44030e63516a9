/* Checking proofs, without a store: by whoever holds the file and the keys.
 *
 * The order is that of what may be believed: the path binds the record to the
 * root, the signature of the log binds the root to the state, and only then is
 * what the record says anything more than bytes. */
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "crypto/secret.h"
#include "crypto/tlog_proof.h"
#include "exchange/origin.h"
#include "exchange/verifier_key.h"
#include "qorgan/proof.h"
#include "record/reader.h"
#include "record/record.h"
#include "record/validate.h"

struct checking {
	struct tlog_proof proof;
	struct buffer record;
	struct verifier_key *keys;
	size_t count;
};

size_t qorgan_proof_limit(void)
{
	return TLOG_PROOF_FILE_LIMIT;
}

static int keys_read(struct checking *checking, struct qorgan_proof_check *to, const char *const *vkeys, size_t count,
                     struct qorgan_error *error)
{
	int code = verifier_keys_read(vkeys, count, &checking->keys, error);

	if (code)
		return code;
	to->signers = calloc(count + 1, sizeof *to->signers);
	if (!to->signers)
		return error_set_memory(error);
	checking->count = to->signer_count = count;
	return QORGAN_OK;
}

/* ---- The record ---------------------------------------------------------------- */

static void marking_copy(struct span body, struct qorgan_proof_check *to)
{
	struct span raw;

	if (!reader_find(body, "marking", &raw) || raw.size < 2 || raw.size - 2 >= sizeof to->marking)
		return;
	struct span label = { raw.data + 1, raw.size - 2 };
	if (validate_marking_rank(label) >= 0)
		memcpy(to->marking, label.data, label.size);
}

static bool record_read(struct span bytes, struct qorgan_proof_check *to)
{
	struct record record;

	if (record_parse_foreign(bytes, &record, NULL))
		return false;
	span_copy_into(record.owner, to->state, sizeof to->state);
	span_copy_into(record.kind, to->kind, sizeof to->kind);
	span_copy_into(record.user, to->user, sizeof to->user);
	span_copy_into(record.time, to->time, sizeof to->time);
	span_copy_into(record.id, to->id, sizeof to->id);
	to->version = record.version;
	to->commit = record.commit;
	marking_copy(record.body, to);
	return true;
}

/* ---- The answer ----------------------------------------------------------------- */

__attribute__((format(printf, 2, 3)))
static int refuse(struct qorgan_error *error, const char *format, ...)
{
	char why[900];
	va_list list;

	va_start(list, format);
	vsnprintf(why, sizeof why, language_said(format), list);
	va_end(list);
	return error_set(error, QORGAN_NO, "not proven: %s", why);
}

/* What a key that was given has to say. */
static int key_check(struct checking *checking, const struct verifier_key *key, struct qorgan_proof_signer *signer,
                     struct qorgan_error *error)
{
	const char *origin = checking->proof.checkpoint.origin;
	struct qorgan_error why = { 0 };
	struct span text;
	int code;

	snprintf(signer->name, sizeof signer->name, "%s", key->name);
	signer->is_log = !key->cosigns;
	if (!key->cosigns && strcmp(key->name, origin) != 0)
		return refuse(error, "the key given is of %.150s, and the proof claims to be of the log %.150s", key->name,
		              origin);
	if (key->cosigns)
		code = verifier_key_cosigned(key, checking->proof.note, signer->time, &why);
	else
		code = note_verify(checking->proof.note, key->name, key->public_key, &text, &why);
	if (code == QORGAN_INTERNAL)
		return error_set_memory(error);
	return code ? refuse(error, "%.500s", why.message) : QORGAN_OK;
}

static int signatures_check(struct checking *checking, struct qorgan_proof_check *to, struct qorgan_error *error)
{
	bool vouched = false;
	int code = QORGAN_OK;

	for (size_t i = 0; i < checking->count && !code; i++) {
		code = key_check(checking, &checking->keys[i], &to->signers[i], error);
		vouched |= to->signers[i].is_log;
	}
	if (!code && !vouched)
		code = refuse(error, "it claims to be of the log %.150s, and nothing vouches for it: give that log's key with "
		              "--vkey", checking->proof.checkpoint.origin);
	return code;
}

static int answer(struct checking *checking, struct qorgan_proof_check *to, struct qorgan_error *error)
{
	const struct tlog_proof *proof = &checking->proof;
	struct span record = buffer_span(&checking->record);
	uint8_t leaf[MERKLE_HASH_SIZE];

	merkle_hash_leaf(record.data, record.size, leaf);
	if (!merkle_inclusion_check(leaf, proof->index, proof->checkpoint.size, &proof->path, proof->checkpoint.root))
		return refuse(error, "its record is not entry %llu of a log of that root: record, path or checkpoint were "
		              "altered", (unsigned long long)proof->index);
	if (!record_read(record, to))
		return refuse(error, "what is logged there is no record of Qorgan in canonical form");
	if (!origin_is_of(proof->checkpoint.origin, to->state))
		return refuse(error, "the record is of %s, and the log %.150s is not that state's", to->state,
		              proof->checkpoint.origin);
	return signatures_check(checking, to, error);
}

/* What the proof says of itself, for messages. */
static void claim_tell(const struct tlog_proof *proof, struct qorgan_proof_check *to)
{
	memcpy(to->origin, proof->checkpoint.origin, sizeof to->origin);
	sodium_bin2hex(to->root, sizeof to->root, proof->checkpoint.root, sizeof proof->checkpoint.root);
	to->index = proof->index;
	to->leaves = proof->checkpoint.size;
}

int qorgan_proof_check(const char *text, size_t size, const char *const *vkeys, size_t count,
                       struct qorgan_proof_check *check, struct qorgan_error *error)
{
	struct qorgan_proof_check found = { .proven = true };
	struct checking *checking = calloc(1, sizeof *checking);
	int code = checking ? secret_start(error) : error_set_memory(error);

	*check = (struct qorgan_proof_check){ 0 };
	if (!code)
		code = keys_read(checking, &found, vkeys, count, error);
	if (!code)
		code = tlog_proof_parse((struct span){ text, size }, &checking->proof, &checking->record, error);
	if (!code && !checking->record.size)
		code = error_set(error, QORGAN_BAD_DATA, "it holds no record: it is a proof of something else");
	if (!code) {
		claim_tell(&checking->proof, check);
		claim_tell(&checking->proof, &found);
		code = answer(checking, &found, error);
	}
	if (!code) {
		found.record_size = checking->record.size;
		found.record = buffer_take(&checking->record);
		*check = found;
	} else {
		free(found.signers);
	}
	if (checking) {
		buffer_free(&checking->record);
		free(checking->keys);
	}
	free(checking);
	return code;
}

void qorgan_proof_check_free(struct qorgan_proof_check *check)
{
	free(check->record);
	free(check->signers);
	*check = (struct qorgan_proof_check){ 0 };
}
