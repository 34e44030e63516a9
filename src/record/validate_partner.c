/* The rules of a partner's keys: each is well formed and of that partner, and a
 * fingerprint is that of the keys beside it. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/date.h"
#include "crypto/age.h"
#include "crypto/card.h"
#include "crypto/cosignature.h"
#include "crypto/minisign.h"
#include "record/member.h"
#include "record/validate_rules.h"

static void tell(struct validation *v, const char *name, const char *text)
{
	struct place place = { NULL, name, 0 };

	validation_tell(v, &place, "%s", text);
}

static void copy(char *to, size_t limit, const char *text)
{
	snprintf(to, limit, "%s", text ? text : "");
}

/* A point of small order would make the file key known to all. */
static bool is_sound_point(const uint8_t point[32])
{
	static const uint8_t scalar[32] = { 8 };
	uint8_t shared[32];

	return crypto_scalarmult(shared, scalar, point) == 0;
}

static void rule_recipient(struct validation *v)
{
	const char *recipient = member_text(v->body, "recipient");
	uint8_t point[32];

	if (recipient && !age_recipient_parse(recipient, point))
		tell(v, "recipient",
		     "is not an age recipient: age1 and 58 more characters, as age-keygen -y prints it");
	else if (recipient && !is_sound_point(point))
		tell(v, "recipient", "is a key of small order, which keeps nothing secret: ask the partner for another");
}

static void rule_minisign(struct validation *v)
{
	const char *text = member_text(v->body, "minisign");
	struct minisign_public key;

	if (text && !minisign_public_parse(text, &key))
		tell(v, "minisign", "is not a minisign public key: the line that begins with RW, as minisign -P takes it");
}

/* The log's origin names its state, so that no key is pinned to another. */
static void origin_check(struct validation *v, const char *field, const char *name)
{
	const char *state = strncmp(name, "qorgan/", 7) == 0 ? name + 7 : "";
	struct place place = { NULL, field, 0 };

	if (strncmp(state, v->id.data, v->id.size) != 0 || state[v->id.size] != '/')
		validation_tell(v, &place, "is the key of the log %.80s, not of one of %.*s", name, (int)v->id.size, v->id.data);
}

static void rule_vkey(struct validation *v)
{
	const char *text = member_text(v->body, "vkey");
	char name[NOTE_VKEY_LIMIT];
	uint8_t key[NOTE_KEY_SIZE];

	if (text && !note_parse_vkey(text, name, sizeof name, key))
		tell(v, "vkey", "is not a verifier key: NAME+ID+KEY, as qorgan identity prints it");
	else if (text)
		origin_check(v, "vkey", name);
}

static void rule_cosigner(struct validation *v)
{
	const char *text = member_text(v->body, "cosigner");
	char name[NOTE_VKEY_LIMIT];
	uint8_t key[NOTE_KEY_SIZE];

	if (text && !cosignature_parse_vkey(text, name, sizeof name, key))
		tell(v, "cosigner", "is not the verifier key of a cosigner: NAME+ID+KEY, as qorgan identity prints it");
	else if (text)
		origin_check(v, "cosigner", name);
}

/* The fingerprint says that these very keys were compared: it cannot outlive them. */
static void rule_fingerprint(struct validation *v)
{
	const char *stated = member_text(v->body, "fingerprint"), *vkey = member_text(v->body, "vkey");
	char digits[CARD_FINGERPRINT_SIZE];
	struct card card = { 0 };

	if (!stated)
		return;
	snprintf(card.state, sizeof card.state, "%.*s", (int)v->id.size, v->id.data);
	copy(card.origin, sizeof card.origin, vkey);
	card.origin[strcspn(card.origin, "+")] = '\0';
	copy(card.recipient, sizeof card.recipient, member_text(v->body, "recipient"));
	copy(card.minisign, sizeof card.minisign, member_text(v->body, "minisign"));
	copy(card.vkey, sizeof card.vkey, vkey);
	copy(card.cosigner, sizeof card.cosigner, member_text(v->body, "cosigner"));
	card_fingerprint(&card, digits);
	if (strcmp(stated, digits) != 0)
		tell(v, "fingerprint", "the keys would no longer be those of the card that was compared: take a new card "
		     "instead, with qorgan partner add FILE");
}

/* A card is pinned whole. */
static void rule_card(struct validation *v)
{
	static const char *const names[] = { "fingerprint", "issued", "valid_from", "valid_until" };
	size_t count = 0;
	int64_t issued;
	const char *text = member_text(v->body, "issued");

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		count += json_object_get(v->body, names[i]) != NULL;
	if (count && count < sizeof names / sizeof names[0])
		tell(v, "fingerprint", "a card has fingerprint, issued, valid_from and valid_until, all of them");
	if (text && !time_parse(span_of(text), &issued))
		tell(v, "issued", "is not a moment such as 2026-02-01T10:00:00Z");
}

/* The moment stands for the secret itself, which is not in the record. */
static void rule_secret(struct validation *v)
{
	const char *text = member_text(v->body, "secret_since");
	int64_t since;

	if (text && (!time_parse_plain(span_of(text), &since) || since <= 0))
		tell(v, "secret_since", "is not a moment such as 2026-02-01T10:00:00Z");
}

void validation_partner(struct validation *v)
{
	rule_recipient(v);
	rule_minisign(v);
	rule_vkey(v);
	rule_cosigner(v);
	rule_fingerprint(v);
	rule_card(v);
	rule_secret(v);
}
