/* Fuzzes signed notes, checkpoints and verifier keys. */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "crypto/note.h"
#include "crypto/secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char vkey[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

static void check(bool good)
{
	if (!good)
		abort();
}

/* Whatever holds is a part of the note and ends where a line does. */
static void note_open(struct span note)
{
	char name[64];
	uint8_t key[NOTE_KEY_SIZE];
	struct span text;

	check(note_parse_vkey(vkey, name, sizeof name, key));
	if (note_verify(note, name, key, &text, NULL))
		return;
	check(text.data == note.data && text.size > 0 && text.size < note.size && text.data[text.size - 1] == '\n');
}

/* Whatever is signed verifies, and gives the text back. */
static void note_round_trip(struct span text)
{
	static const uint8_t seed[32] = { 7 };
	uint8_t public_key[32], secret_key[64];
	struct buffer note = { 0 };
	struct span signed_text;

	crypto_sign_seed_keypair(public_key, secret_key, seed);
	if (note_sign(text, "fuzz", seed, &note, NULL) == QORGAN_OK && note.size <= NOTE_LIMIT) {
		check(note_verify(buffer_span(&note), "fuzz", public_key, &signed_text, NULL) == QORGAN_OK);
		check(span_equal(signed_text, text));
	}
	buffer_free(&note);
}

/* A checkpoint without extensions is written as it was read. */
static void checkpoint_read(struct span text)
{
	struct checkpoint checkpoint;
	struct buffer again = { 0 };

	if (!checkpoint_parse(text, &checkpoint))
		return;
	checkpoint_format(&checkpoint, &again);
	check(again.size <= text.size && memcmp(again.data, text.data, again.size) == 0);
	buffer_free(&again);
}

static void vkey_read(struct span text)
{
	char *copy = span_copy(text), name[NOTE_VKEY_LIMIT], again[NOTE_VKEY_LIMIT];
	uint8_t key[NOTE_KEY_SIZE];

	check(copy != NULL);
	if (note_parse_vkey(copy, name, sizeof name, key) && note_format_vkey(name, key, again))
		check(strcasecmp(copy, again) == 0); /* the id may be in capitals */
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span input = { (const char *)data, size };

	check(secret_start(NULL) == QORGAN_OK);
	note_open(input);
	note_round_trip(input);
	checkpoint_read(input);
	vkey_read(input);
	return 0;
}
