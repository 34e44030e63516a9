/* Fuzzes evidence of two histories: its text, and the whole answer of the library. */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "crypto/cosignature.h"
#include "crypto/fork_proof.h"
#include "crypto/secret.h"
#include "qorgan/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of the seed of 32 bytes 7, under which the corpus is signed. */
#define ORIGIN "qorgan/UZB/0123456789abcdef0123456789abcdef"
static char log_vkey[NOTE_VKEY_LIMIT], cosigner_vkey[NOTE_VKEY_LIMIT];
static uint8_t public_key[32];
static bool started;

static void check(bool good)
{
	if (!good)
		abort();
}

static void start(void)
{
	uint8_t secret_key[64], seed[32];

	if (started)
		return;
	check(secret_start(NULL) == QORGAN_OK);
	memset(seed, 7, sizeof seed);
	crypto_sign_seed_keypair(public_key, secret_key, seed);
	check(note_format_vkey(ORIGIN, public_key, log_vkey));
	check(cosignature_format_vkey("witness", public_key, cosigner_vkey));
	started = true;
}

/* What is read is written as it was read, and what holds is of two trees. */
static void fork_read(struct span text)
{
	struct fork_proof proof;
	struct buffer again = { 0 };
	const struct checkpoint *first = &proof.checkpoints[0], *second = &proof.checkpoints[1];

	if (fork_proof_parse(text, &proof, NULL) == QORGAN_OK) {
		check(proof.path.count <= MERKLE_PATH_LIMIT && proof.grew == (first->size < second->size));
		check(first->size <= second->size);
		fork_proof_format(buffer_span(&proof.notes[0]), buffer_span(&proof.notes[1]), proof.grew ? proof.root : NULL,
		                  proof.grew ? &proof.path : NULL, &again);
		check(again.size == text.size && memcmp(again.data, text.data, text.size) == 0);
		if (fork_proof_check(&proof, public_key, public_key, NULL) == QORGAN_OK)
			check(strcmp(first->origin, second->origin) == 0 &&
			      (proof.grew || memcmp(first->root, second->root, MERKLE_HASH_SIZE)));
		/* Whatever the signatures, the path is followed. */
		merkle_consistency_check(first->size, proof.root, second->size, second->root, &proof.path);
	}
	fork_proof_free(&proof);
	buffer_free(&again);
}

/* Only a key of the log proves anything. */
static void fork_answer(struct span text)
{
	const char *const vkeys[] = { log_vkey, cosigner_vkey };

	for (size_t count = 0; count <= 2; count++) {
		struct qorgan_fork_check answer;
		int code = qorgan_fork_check(text.data, text.size, vkeys, count, &answer, NULL);
		check(code == QORGAN_OK || code == QORGAN_NO || code == QORGAN_BAD_DATA);
		check(answer.proven == (code == QORGAN_OK) && answer.proven == (answer.signatures != NULL));
		check(count > 0 || code != QORGAN_OK);
		check(!answer.proven || qorgan_fork_is(text.data, text.size));
		qorgan_fork_check_free(&answer);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span input = { (const char *)data, size };

	start();
	fork_read(input);
	fork_answer(input);
	return 0;
}
