/* The card of a state: written, signed, read, and its fingerprint. */
#include "crypto/card.h"

#include <inttypes.h>
#include <string.h>

#include <sodium.h>

#include "base/language.h"
#include "crypto/age.h"
#include "crypto/cosignature.h"
#include "crypto/minisign.h"
#include "crypto/note_parts.h"

/* No checkpoint begins so, as the first line of one is an origin: what the log key
 * signs as a card can be passed off as nothing else. */
#define TITLE "qorgan-card 1\n"
#define INTRODUCTION \
	"The public keys of a state, for its partners. Compare the fingerprint with that state by telephone before you " \
	"add them.\n"
#define KEY_PREFIX "qorgan/"
#define STORE_ID_DIGITS 32
#define GROUP_DIGITS 5

_Static_assert(CARD_FINGERPRINT_SIZE == CARD_FINGERPRINT_DIGITS + CARD_FINGERPRINT_DIGITS / GROUP_DIGITS,
               "a blank or the zero follows each group");
_Static_assert(sizeof ((struct card *)0)->recipient >= AGE_RECIPIENT_TEXT, "a recipient fits");
_Static_assert(CARD_LIMIT <= NOTE_LIMIT, "a card is a note");

/* ---- The fingerprint ----------------------------------------------------------- */

void card_keys_format(const struct card *card, struct buffer *to)
{
	buffer_append_format(to, "state %s\norigin %s\nrecipient %s\nminisign %s\nvkey %s\n", card->state, card->origin,
	                     card->recipient, card->minisign, card->vkey);
	if (card->cosigner[0])
		buffer_append_format(to, "cosigner %s\n", card->cosigner);
}

/* The remainder of a big-endian number by ten; the number becomes the quotient. */
static unsigned number_divide(uint8_t *number, size_t size)
{
	unsigned rest = 0;

	for (size_t i = 0; i < size; i++) {
		unsigned value = rest << 8 | number[i];
		number[i] = (uint8_t)(value / 10);
		rest = value % 10;
	}
	return rest;
}

/* The digits that people read to each other are the last 40 of the hash as a
 * decimal number: 10^40 is more than 2^132. Who wants his own keys to be taken for
 * another's must find keys with just these digits, 2^132 trials, beyond what any
 * symmetric key of 128 bits withstands; half the digits would leave 2^66, which a
 * state can afford. Two cards of one's own with the same digits take 2^66, and gain
 * nothing: both are by whoever made them. Digits, because every language of the
 * six states has them and few words. */
void card_fingerprint(const struct card *card, char text[CARD_FINGERPRINT_SIZE])
{
	uint8_t hash[crypto_generichash_BYTES];
	crypto_generichash_state state;
	struct { const char *label, *value; } lines[] = {
		{ "state ", card->state }, { "origin ", card->origin }, { "recipient ", card->recipient },
		{ "minisign ", card->minisign }, { "vkey ", card->vkey }, { "cosigner ", card->cosigner },
	};

	/* As card_keys_format writes them, but without memory that may be wanting. */
	crypto_generichash_init(&state, NULL, 0, sizeof hash);
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		if (!lines[i].value[0])
			continue;
		crypto_generichash_update(&state, (const uint8_t *)lines[i].label, strlen(lines[i].label));
		crypto_generichash_update(&state, (const uint8_t *)lines[i].value, strlen(lines[i].value));
		crypto_generichash_update(&state, (const uint8_t *)"\n", 1);
	}
	crypto_generichash_final(&state, hash, sizeof hash);
	text[CARD_FINGERPRINT_SIZE - 1] = '\0';
	for (size_t i = CARD_FINGERPRINT_SIZE - 1; i-- > 0;)
		text[i] = (i + 1) % (GROUP_DIGITS + 1) ? (char)('0' + number_divide(hash, sizeof hash)) : ' ';
}

bool card_fingerprint_parse(const char *text, char normal[CARD_FINGERPRINT_SIZE])
{
	size_t size = 0;

	for (; *text; text++) {
		if (*text == ' ' || *text == '-')
			continue;
		if (*text < '0' || *text > '9' || size >= CARD_FINGERPRINT_SIZE - 1)
			return false;
		normal[size++] = *text;
		if ((size + 1) % (GROUP_DIGITS + 1) == 0)
			normal[size++] = ' ';
	}
	if (size != CARD_FINGERPRINT_SIZE)
		return false;
	normal[size - 1] = '\0';
	return true;
}

/* ---- The text -------------------------------------------------------------------- */

static void card_format(const struct card *card, struct buffer *to)
{
	char fingerprint[CARD_FINGERPRINT_SIZE], created[TIME_TEXT_SIZE], from[DATE_TEXT_SIZE], until[DATE_TEXT_SIZE];

	card_fingerprint(card, fingerprint);
	time_format(card->created, created);
	date_format(card->valid_from, from);
	date_format(card->valid_until, until);
	buffer_append_text(to, TITLE INTRODUCTION);
	card_keys_format(card, to);
	buffer_append_format(to, "created %s\nvalid-from %s\nvalid-until %s\n", created, from, until);
	if (card->former[0])
		buffer_append_format(to, "replaces %s\nreplaced-at %" PRIu64 "\n", card->former, card->former_size);
	buffer_append_format(to, "fingerprint %s\n", fingerprint);
}

/* Takes "label value\n" off the text; false if another line comes next, or the
 * value is empty or does not fit. */
static bool line_take(struct span *text, const char *label, char *value, size_t limit)
{
	size_t size = strlen(label);
	const char *end = text->size ? memchr(text->data, '\n', text->size) : NULL;

	if (!end || (size_t)(end - text->data) <= size + 1 || memcmp(text->data, label, size) || text->data[size] != ' ')
		return false;
	size_t length = (size_t)(end - text->data) - size - 1;
	if (length >= limit)
		return false;
	memcpy(value, text->data + size + 1, length);
	value[length] = '\0';
	*text = (struct span){ end + 1, text->size - (size_t)(end + 1 - text->data) };
	return true;
}

static bool text_take(struct span *text, const char *wanted)
{
	size_t size = strlen(wanted);

	if (text->size < size || memcmp(text->data, wanted, size))
		return false;
	*text = (struct span){ text->data + size, text->size - size };
	return true;
}

/* The lines of the key that the card replaces, if it has them; false if they are malformed. */
static bool former_take(struct span *text, struct card *card)
{
	char size[24];

	if (!line_take(text, "replaces", card->former, sizeof card->former))
		return true;
	/* Partners keep it on record, as JSON. */
	return line_take(text, "replaced-at", size, sizeof size) && checkpoint_number(span_of(size), &card->former_size) &&
	       card->former_size <= CARD_SIZE_LARGEST;
}

static bool origin_is_of_state(const struct card *card)
{
	size_t prefix = strlen(KEY_PREFIX), size = strlen(card->state);

	if (strncmp(card->origin, KEY_PREFIX, prefix) || strncmp(card->origin + prefix, card->state, size) ||
	    card->origin[prefix + size] != '/' || strchr(card->state, '/'))
		return false;
	const char *store = card->origin + prefix + size + 1;
	return strlen(store) == STORE_ID_DIGITS && strspn(store, "0123456789abcdef") == STORE_ID_DIGITS;
}

/* What is wrong with the keys, or NULL. Each key must be written in the one way in
 * which it is always written, so that equal keys have equal fingerprints. */
static const char *keys_fault(const struct card *card)
{
	char name[NOTE_VKEY_LIMIT], again[NOTE_VKEY_LIMIT], recipient[AGE_RECIPIENT_TEXT], minisign[sizeof card->minisign];
	struct minisign_public public;
	uint8_t key[32];

	if (!origin_is_of_state(card))
		return language_said("its origin is not one of its state");
	if (!age_recipient_parse(card->recipient, key))
		return language_said("its recipient is no age recipient");
	age_recipient_format(key, recipient);
	if (strcmp(card->recipient, recipient))
		return language_said("its recipient is not written as age writes it");
	if (!minisign_public_parse(card->minisign, &public))
		return language_said("its minisign key is none");
	minisign_public_format(&public, minisign);
	if (strcmp(card->minisign, minisign))
		return language_said("its minisign key is not written as minisign writes it");
	if (!note_parse_vkey(card->vkey, name, sizeof name, key) || strcmp(name, card->origin) ||
	    !note_format_vkey(name, key, again) || strcmp(again, card->vkey))
		return language_said("its vkey is no key of its origin");
	if (card->cosigner[0] && (!cosignature_parse_vkey(card->cosigner, name, sizeof name, key) ||
	    strcmp(name, card->origin) || !cosignature_format_vkey(name, key, again) || strcmp(again, card->cosigner)))
		return language_said("its cosigner is no key of its origin");
	if (card->former[0] && (!note_parse_vkey(card->former, name, sizeof name, key) || strcmp(name, card->origin) ||
	    !note_format_vkey(name, key, again) || strcmp(again, card->former) || strcmp(card->former, card->vkey) == 0))
		return language_said("the key that it replaces is no other key of its origin");
	return NULL;
}

static const char *text_parse(struct span text, struct card *card)
{
	char created[TIME_TEXT_SIZE], from[DATE_TEXT_SIZE], until[DATE_TEXT_SIZE], fingerprint[CARD_FINGERPRINT_SIZE];
	char expected[CARD_FINGERPRINT_SIZE], again[TIME_TEXT_SIZE];

	/* Nothing that could show otherwise than it is compared. */
	for (size_t i = 0; i < text.size; i++)
		if ((unsigned char)text.data[i] >= 0x7f)
			return language_said("it has characters that no card has");
	if (!text_take(&text, TITLE INTRODUCTION))
		return language_said("it does not begin as one");
	if (!line_take(&text, "state", card->state, sizeof card->state) ||
	    !line_take(&text, "origin", card->origin, sizeof card->origin) ||
	    !line_take(&text, "recipient", card->recipient, sizeof card->recipient) ||
	    !line_take(&text, "minisign", card->minisign, sizeof card->minisign) ||
	    !line_take(&text, "vkey", card->vkey, sizeof card->vkey))
		return language_said("a line of its keys is missing or malformed");
	line_take(&text, "cosigner", card->cosigner, sizeof card->cosigner);
	if (!line_take(&text, "created", created, sizeof created) ||
	    !line_take(&text, "valid-from", from, sizeof from) ||
	    !line_take(&text, "valid-until", until, sizeof until) || !former_take(&text, card) ||
	    !line_take(&text, "fingerprint", fingerprint, sizeof fingerprint) || text.size)
		return language_said("a line is missing, malformed, or not of a card");
	const char *fault = keys_fault(card);
	if (fault)
		return fault;
	if (!time_parse(span_of(created), &card->created) || !date_parse(span_of(from), &card->valid_from) ||
	    !date_parse(span_of(until), &card->valid_until) || card->valid_from > card->valid_until)
		return language_said("its dates are no dates, or it ends before it begins");
	time_format(card->created, again);
	if (strcmp(created, again))
		return language_said("its time of creation is not in UTC");
	card_fingerprint(card, expected);
	return strcmp(fingerprint, expected) ? language_said("its fingerprint is not that of its keys") : NULL;
}

/* ---- Signing and reading --------------------------------------------------------- */

int card_sign(const struct card *card, const uint8_t seed[32], struct buffer *note, struct qorgan_error *error)
{
	struct buffer text = { 0 };
	struct card again = { 0 };
	size_t start = note->size;

	card_format(card, &text);
	const char *fault = text.failed ? NULL : text_parse(buffer_span(&text), &again);
	int code = text.failed ? error_set_memory(error)
	           : fault     ? error_set(error, QORGAN_BAD_DATA, "no card can be made: %s", fault)
	                       : note_sign(buffer_span(&text), card->origin, seed, note, error);
	buffer_free(&text);
	struct span signed_note = { note->data + start, note->size - start };
	if (!code && !card_is_signed_by(signed_note, card->vkey))
		code = error_set(error, QORGAN_BAD_DATA, "no card can be made: the key that signs is not its vkey");
	return code;
}

int card_sign_successor(const struct card *card, const uint8_t seed[32], const uint8_t former_seed[32],
                        struct buffer *note, struct qorgan_error *error)
{
	struct buffer made = { 0 };
	int code = card_sign(card, seed, &made, error);

	if (!code)
		code = note_sign_also(&made, card->origin, former_seed, error);
	if (!code && !card_is_signed_by(buffer_span(&made), card->former))
		code = error_set(error, QORGAN_BAD_DATA, "no card can be made: the key that signs is not the one that it replaces");
	if (!code)
		buffer_append_span(note, buffer_span(&made));
	buffer_free(&made);
	return code ? code : note->failed ? error_set_memory(error) : QORGAN_OK;
}

int card_read(struct span note, struct card *card, struct qorgan_error *error)
{
	struct span text, ignored;
	char name[NOTE_VKEY_LIMIT];
	uint8_t key[NOTE_KEY_SIZE];

	*card = (struct card){ 0 };
	if (note.size > CARD_LIMIT)
		return error_set(error, QORGAN_BAD_DATA, "this is no card: it is longer than %d bytes", CARD_LIMIT);
	if (!note_split(note, &text, &ignored))
		return error_set(error, QORGAN_BAD_DATA, "this is no card, or one cut short or rewritten on its way: it is not a "
		                 "text with a signature below it");
	const char *fault = text_parse(text, card);
	if (fault)
		return error_set(error, QORGAN_BAD_DATA, "this is no card, or an altered one: %s", fault);
	note_parse_vkey(card->vkey, name, sizeof name, key);
	if (note_verify(note, name, key, &text, NULL))
		return error_set(error, QORGAN_PROTOCOL, "the card of %s was altered: its signature does not hold; ask for it again",
		                 card->state);
	return QORGAN_OK;
}

bool card_is_signed_by(struct span note, const char *vkey)
{
	char name[NOTE_VKEY_LIMIT];
	uint8_t key[NOTE_KEY_SIZE];
	struct span text;

	return note_parse_vkey(vkey, name, sizeof name, key) && note_verify(note, name, key, &text, NULL) == QORGAN_OK;
}
