/* Fuzzes cards: whatever is read as one is signed by its own key, is written as it
 * was read, and has the fingerprint that it says. */
#include <stdlib.h>
#include <string.h>

#include "crypto/card.h"
#include "crypto/secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
	if (!good)
		abort();
}

/* The text of the card holds its lines of keys, and its fingerprint. */
static void card_compare(struct span note, const struct card *card)
{
	char fingerprint[CARD_FINGERPRINT_SIZE], normal[CARD_FINGERPRINT_SIZE];
	struct buffer keys = { 0 };

	card_keys_format(card, &keys);
	card_fingerprint(card, fingerprint);
	check(memmem(note.data, note.size, keys.data, keys.size) != NULL);
	check(memmem(note.data, note.size, fingerprint, strlen(fingerprint)) != NULL);
	check(card_fingerprint_parse(fingerprint, normal) && strcmp(fingerprint, normal) == 0);
	check(card_is_signed_by(note, card->vkey));
	check(card->valid_from <= card->valid_until);
	buffer_free(&keys);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span note = { (const char *)data, size };
	struct card card;
	char text[CARD_FINGERPRINT_SIZE], *typed = malloc(size + 1);

	check(typed != NULL && secret_start(NULL) == QORGAN_OK);
	int code = card_read(note, &card, NULL);
	check(code == QORGAN_OK || code == QORGAN_BAD_DATA || code == QORGAN_PROTOCOL);
	if (code == QORGAN_OK)
		card_compare(note, &card);
	memcpy(typed, data, size);
	typed[size] = '\0';
	if (card_fingerprint_parse(typed, text))
		check(strlen(text) == CARD_FINGERPRINT_SIZE - 1);
	free(typed);
	return 0;
}
