/* Checking evidence of two histories, without a store: by whoever holds the file and
 * the keys. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/fork_proof.h"
#include "crypto/secret.h"
#include "exchange/origin.h"
#include "exchange/verifier_key.h"
#include "qorgan/proof.h"

#define FIRST_LINE FORK_PROOF_HEADER "\n"

bool qorgan_fork_is(const char *text, size_t size)
{
	return size >= strlen(FIRST_LINE) && memcmp(text, FIRST_LINE, strlen(FIRST_LINE)) == 0;
}

static int refuse(struct qorgan_error *error, const char *why)
{
	return error_set(error, QORGAN_NO, "not proven: %.700s", why);
}

/* ---- The signatures -------------------------------------------------------------- */

static struct qorgan_fork_signature *signature_add(struct qorgan_fork_check *to, const struct verifier_key *key,
                                                   unsigned on)
{
	struct qorgan_fork_signature *signature = &to->signatures[to->signature_count++];

	snprintf(signature->name, sizeof signature->name, "%s", key->name);
	signature->is_log = !key->cosigns;
	signature->on = on;
	return signature;
}

static int log_check(const struct fork_proof *proof, const struct verifier_key *key, struct qorgan_fork_check *to,
                     struct qorgan_error *error)
{
	struct qorgan_error why;

	if (strcmp(key->name, proof->checkpoints[0].origin))
		return error_set(error, QORGAN_NO, "not proven: the key given is of %.150s, and the evidence claims to be of "
		                 "the log %.150s", key->name, proof->checkpoints[0].origin);
	if (fork_proof_check(proof, key->public_key, key->public_key, &why))
		return refuse(error, why.message);
	signature_add(to, key, 0);
	signature_add(to, key, 1);
	return QORGAN_OK;
}

/* A cosigner has seen one of the histories; one who was deceived, no other. */
static int cosigner_check(const struct fork_proof *proof, const struct verifier_key *key,
                          struct qorgan_fork_check *to, struct qorgan_error *error)
{
	struct qorgan_error why[2];
	unsigned count = 0;

	for (unsigned i = 0; i < 2; i++) {
		char time[TIME_TEXT_SIZE];
		int code = verifier_key_cosigned(key, buffer_span(&proof->notes[i]), time, &why[i]);
		if (code == QORGAN_INTERNAL)
			return error_set_memory(error);
		if (code)
			continue;
		memcpy(signature_add(to, key, i)->time, time, sizeof time);
		count++;
	}
	return count ? QORGAN_OK
	             : error_set(error, QORGAN_NO, "not proven: its first checkpoint: %.300s; its second: %.300s",
	                         why[0].message, why[1].message);
}

/* ---- The answer ------------------------------------------------------------------- */

/* What the evidence says of itself, for messages. */
static void claim_tell(const struct fork_proof *proof, struct qorgan_fork_check *to)
{
	const uint8_t *expected = proof->grew ? proof->root : proof->checkpoints[1].root;

	memcpy(to->origin, proof->checkpoints[0].origin, sizeof to->origin);
	for (size_t i = 0; i < 2; i++) {
		to->leaves[i] = proof->checkpoints[i].size;
		sodium_bin2hex(to->roots[i], sizeof to->roots[i], proof->checkpoints[i].root, MERKLE_HASH_SIZE);
	}
	sodium_bin2hex(to->expected, sizeof to->expected, expected, MERKLE_HASH_SIZE);
}

static int answer(const struct fork_proof *proof, const struct verifier_key *keys, size_t count,
                  struct qorgan_fork_check *to, struct qorgan_error *error)
{
	bool vouched = false;
	int code = QORGAN_OK;

	for (size_t i = 0; i < count && !code; i++) {
		code = keys[i].cosigns ? cosigner_check(proof, &keys[i], to, error) : log_check(proof, &keys[i], to, error);
		vouched |= !keys[i].cosigns;
	}
	if (!code && !vouched)
		code = error_set(error, QORGAN_NO, "not proven: it claims to be of the log %.150s, and nothing vouches for it: "
		                 "give that log's key with --vkey", proof->checkpoints[0].origin);
	return code;
}

int qorgan_fork_check(const char *text, size_t size, const char *const *vkeys, size_t count,
                      struct qorgan_fork_check *check, struct qorgan_error *error)
{
	struct qorgan_fork_check found = { .proven = true };
	struct fork_proof proof = { 0 };
	struct verifier_key *keys = NULL;
	int code = secret_start(error);

	*check = (struct qorgan_fork_check){ 0 };
	if (!code)
		code = verifier_keys_read(vkeys, count, &keys, error);
	if (!code)
		code = fork_proof_parse((struct span){ text, size }, &proof, error);
	if (!code) {
		claim_tell(&proof, check);
		claim_tell(&proof, &found);
		origin_state(found.origin, found.state);
		found.signatures = calloc(2 * count + 1, sizeof *found.signatures);
		code = found.signatures ? answer(&proof, keys, count, &found, error) : error_set_memory(error);
	}
	if (!code)
		*check = found;
	else
		free(found.signatures);
	fork_proof_free(&proof);
	free(keys);
	return code;
}

void qorgan_fork_check_free(struct qorgan_fork_check *check)
{
	free(check->signatures);
	*check = (struct qorgan_fork_check){ 0 };
}
