/* Fuzzes proofs and cosignatures: the text of a proof, its path, its signatures,
 * and the whole answer of the library. */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "crypto/cosignature.h"
#include "crypto/secret.h"
#include "crypto/tlog_proof.h"
#include "qorgan/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of the seed of 32 bytes 7, under which the corpus is signed. */
#define ORIGIN "qorgan/UZB/0123456789abcdef0123456789abcdef"
static char log_vkey[NOTE_VKEY_LIMIT], cosigner_vkey[NOTE_VKEY_LIMIT];
static uint8_t public_key[32], *seed;

static void check(bool good)
{
	if (!good)
		abort();
}

static void start(void)
{
	uint8_t secret_key[64];

	if (seed)
		return;
	check(secret_start(NULL) == QORGAN_OK);
	seed = secret_alloc(32);
	memset(seed, 7, 32);
	crypto_sign_seed_keypair(public_key, secret_key, seed);
	check(note_format_vkey(ORIGIN, public_key, log_vkey));
	check(cosignature_format_vkey("witness", public_key, cosigner_vkey));
}

/* What is read is written as it was read, and its spans lie within it. */
static void proof_read(struct span text)
{
	struct tlog_proof proof;
	struct buffer extra = { 0 }, again = { 0 };
	uint8_t leaf[MERKLE_HASH_SIZE];

	if (tlog_proof_parse(text, &proof, &extra, NULL) == QORGAN_OK) {
		check(proof.note.data > text.data && proof.note.data + proof.note.size == text.data + text.size);
		check(proof.path.count <= MERKLE_PATH_LIMIT);
		tlog_proof_format(proof.index, &proof.path, buffer_span(&extra), proof.note, &again);
		check(again.size == text.size && memcmp(again.data, text.data, text.size) == 0);
		merkle_hash_leaf(extra.data, extra.size, leaf);
		merkle_inclusion_check(leaf, proof.index, proof.checkpoint.size, &proof.path, proof.checkpoint.root);
		merkle_consistency_check(proof.index, leaf, proof.checkpoint.size, proof.checkpoint.root, &proof.path);
	}
	buffer_free(&extra);
	buffer_free(&again);
}

/* A record is handed out only if it is proven. */
static void proof_answer(struct span text)
{
	const char *const vkeys[] = { log_vkey, cosigner_vkey };

	for (size_t count = 0; count <= 2; count++) {
		struct qorgan_proof_check answer;
		int code = qorgan_proof_check(text.data, text.size, vkeys, count, &answer, NULL);
		check(code == QORGAN_OK || code == QORGAN_NO || code == QORGAN_BAD_DATA);
		check(answer.proven == (code == QORGAN_OK) && answer.proven == (answer.record != NULL));
		check(count > 0 || code != QORGAN_OK);
		qorgan_proof_check_free(&answer);
	}
}

/* Whatever can be cosigned verifies, beside what was there. */
static void note_cosign(struct span note)
{
	struct buffer both = { 0 };
	int64_t before = -1, time = -1;
	int found = cosignature_verify(note, "witness", public_key, &before, NULL);

	check((found == QORGAN_OK) == (before >= 0));
	buffer_append_span(&both, note);
	if (cosignature_sign(note, 1769940000, "witness", seed, &both, NULL) == QORGAN_OK && both.size <= NOTE_LIMIT) {
		int code = cosignature_verify(buffer_span(&both), "witness", public_key, &time, NULL);
		check(code == QORGAN_OK ? time >= 1769940000 && time >= before : found != QORGAN_OK || code == QORGAN_PROTOCOL);
	}
	buffer_free(&both);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span input = { (const char *)data, size };
	struct tlog_proof proof;
	struct buffer extra = { 0 };

	start();
	proof_read(input);
	proof_answer(input);
	note_cosign(input);
	if (tlog_proof_parse(input, &proof, &extra, NULL) == QORGAN_OK)
		note_cosign(proof.note);
	buffer_free(&extra);
	return 0;
}
