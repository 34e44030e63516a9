/* A partner's card: what it is to this store, and pinning it. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/card_text.h"
#include "exchange/senders.h"
#include "record/reader.h"
#include "register/parties.h"
#include "store/mirror.h"
#include "base/memory.h"

/* What is on record of the partner. */
struct pinned {
	uint32_t version; /* 0: nothing */
	bool retired, compared;
	char vkey[NOTE_VKEY_LIMIT], fingerprint[CARD_FINGERPRINT_SIZE], issued[TIME_TEXT_SIZE], until[DATE_TEXT_SIZE];
	char given_up[DATE_TEXT_SIZE]; /* day on which the card's log key was, or "" */
};

/* ---- What is pinned ------------------------------------------------------------- */

static void text_read(struct span value, char *to, size_t limit)
{
	struct buffer scratch = { 0 };
	struct span text = { 0 };

	to[0] = '\0';
	if (value.data && reader_string(value, &scratch, &text) && text.size < limit)
		snprintf(to, limit, "%.*s", (int)text.size, text.data);
	buffer_free(&scratch);
}

/* The day on which the log key `vkey` ceased to hold, if it is among the former. */
static void former_read(struct span list, const char *vkey, char day[DATE_TEXT_SIZE])
{
	char former[NOTE_VKEY_LIMIT];
	struct span element, value;
	struct reader reader;

	if (!list.data || !reader_open(list, &reader))
		return;
	while (reader_element(&reader, &element)) {
		if (!reader_find(element, "vkey", &value))
			continue;
		text_read(value, former, sizeof former);
		if (strcmp(former, vkey) == 0 &&
		    (reader_find(element, "ended", &value) || reader_find(element, "replaced", &value)))
			text_read(value, day, DATE_TEXT_SIZE);
	}
}

static int pinned_read(struct vault_view *view, const struct card *card, struct pinned *pinned,
                       struct qorgan_error *error)
{
	enum { FINGERPRINT, FORMER, ISSUED, RETIRED, UNTIL, VKEY, NAMES };
	static const char *const names[NAMES] = { "fingerprint", "former", "issued", "retired", "valid_until", "vkey" };
	struct vault_record record = { 0 };
	struct span values[NAMES];
	int code = vault_get(view, schema_find("partner", 7), span_of(card->state), 0, &record, error);

	*pinned = (struct pinned){ 0 };
	if (!code) {
		reader_pick(record.record.body, names, values, NAMES);
		pinned->version = record.record.version;
		pinned->retired = values[RETIRED].data;
		pinned->compared = values[FINGERPRINT].data;
		text_read(values[FINGERPRINT], pinned->fingerprint, sizeof pinned->fingerprint);
		text_read(values[ISSUED], pinned->issued, sizeof pinned->issued);
		text_read(values[UNTIL], pinned->until, sizeof pinned->until);
		text_read(values[VKEY], pinned->vkey, sizeof pinned->vkey);
		former_read(values[FORMER], card->vkey, pinned->given_up);
	}
	vault_record_free(&record);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

/* ---- Judging -------------------------------------------------------------------- */

static int state_check(struct qorgan_store *store, struct vault_view *view, const struct card *card,
                       struct qorgan_error *error)
{
	struct parties *parties = NULL;
	struct buffer list = { 0 };
	char id[65] = "";
	bool observer;

	if (strcmp(card->state, vault_state(store)) == 0)
		return error_set(error, QORGAN_DENIED, "this is a card of %s, whose store this is: a partner is another",
		                 card->state);
	int code = parties_load(view, &parties, error);
	if (!code && (!parties_find(parties, span_of(card->state), id, &observer) || strcmp(id, card->state) != 0)) {
		parties_list(parties, true, &list);
		code = error_set(error, QORGAN_BAD_DATA, "this is a card of %s, which is no state on record here: %s", card->state,
		                 buffer_text(&list));
	}
	buffer_free(&list);
	parties_free(parties);
	return code;
}

/* By the key of a package it is known who sent it. */
static int package_key_check(struct vault_view *view, const struct qorgan_card *card, struct qorgan_error *error)
{
	struct minisign_public key;
	struct sender *senders = NULL;
	size_t count;
	int code = senders_load(view, &senders, &count, error);

	if (!code && !minisign_public_parse(card->minisign, &key))
		code = error_set(error, QORGAN_BAD_DATA, "the card of %s has no key for packages", card->state);
	for (size_t i = 0; !code && i < count; i++)
		if (strcmp(senders[i].id, card->state) != 0 && memcmp(senders[i].package.key, key.key, sizeof key.key) == 0)
			code = error_set(error, QORGAN_DENIED, "this card of %s has the key for packages that partner %s has: they "
			                 "cannot both sign with it; ask %s whose it is", card->state, senders[i].id, senders[i].id);
	free(senders);
	return code;
}

static int days_check(const struct qorgan_card *card, const char *today, struct qorgan_error *error)
{
	if (strcmp(card->valid_until, today) < 0)
		return error_set(error, QORGAN_DENIED, "the card of %s has expired: it was valid from %s to %s; ask for a new one",
		                 card->state, card->valid_from, card->valid_until);
	if (strcmp(card->valid_from, today) > 0)
		return error_set(error, QORGAN_DENIED, "the card of %s is not valid yet: from %s to %s, and today is %s",
		                 card->state, card->valid_from, card->valid_until, today);
	return QORGAN_OK;
}

static int pinned_check(const struct qorgan_card *card, const struct pinned *pinned, struct qorgan_error *error)
{
	if (pinned->retired)
		return error_set(error, QORGAN_DENIED, "partner %s is retired: take that back first, with qorgan partner edit %s "
		                 "--retired \"\"", card->state, card->state);
	if (pinned->given_up[0])
		return error_set(error, QORGAN_DENIED, "the card of %s is of a log key that ceased to hold on %s: ask for the card "
		                 "of today", card->state, pinned->given_up);
	/* Both in UTC and of one length: their order is that of their bytes. */
	if (pinned->compared && strcmp(card->created, pinned->issued) < 0)
		return error_set(error, QORGAN_DENIED, "this card of %s, of %s, is older than the one that is pinned, of %s",
		                 card->state, card->created, pinned->issued);
	return QORGAN_OK;
}

static enum qorgan_card_standing standing_of(const struct qorgan_card *card, const struct pinned *pinned,
                                             struct span note)
{
	if (!pinned->compared)
		return QORGAN_CARD_NEW;
	if (strcmp(card->vkey, pinned->vkey) != 0)
		return strcmp(card->replaces, pinned->vkey) == 0 && card_is_signed_by(note, pinned->vkey)
		           ? QORGAN_CARD_SUCCESSOR : QORGAN_CARD_STRANGE;
	if (strcmp(card->fingerprint, pinned->fingerprint) == 0 && strcmp(card->created, pinned->issued) == 0 &&
	    strcmp(card->valid_until, pinned->until) == 0)
		return QORGAN_CARD_KNOWN;
	return QORGAN_CARD_RENEWED;
}

/* How many entries of the log the pinned key is known to have signed. */
static int signed_size(struct vault_view *view, const char *origin, uint64_t *size, struct qorgan_error *error)
{
	struct mirror_log log;
	int code = mirror_log_find(view, origin, &log, error);

	*size = 0;
	if (code)
		return code == QORGAN_ABSENT ? QORGAN_OK : code;
	*size = log.tree.size;
	mirror_log_free(&log);
	return QORGAN_OK;
}

/* A card that disowns what its state signed is not the card of an honest change of keys. */
static int size_check(const struct qorgan_card_judgement *judgement, uint64_t known, struct qorgan_error *error)
{
	const struct qorgan_card *card = &judgement->card;

	if (judgement->standing != QORGAN_CARD_SUCCESSOR || card->replaced_at >= known)
		return QORGAN_OK;
	return error_set(error, QORGAN_DENIED, "by this card the former key of %s signed %" PRIu64 " entries of its log, and %" PRIu64
	                 " that it signed came here: it disowns what was sent; ask %s", card->state, card->replaced_at, known,
	                 card->state);
}

int qorgan_card_judge(struct qorgan_store *store, const char *text, size_t size,
                      struct qorgan_card_judgement *judgement, struct qorgan_error *error)
{
	struct span note = { text, size };
	struct vault_view *view = NULL;
	struct pinned pinned;
	struct card card;
	uint64_t known = 0;

	*judgement = (struct qorgan_card_judgement){ 0 };
	int code = card_read(note, &card, error);
	if (!code)
		code = vault_view_begin(store, &view, error);
	if (!code)
		code = state_check(store, view, &card, error);
	if (!code)
		code = pinned_read(view, &card, &pinned, error);
	if (!code) {
		card_show(&card, &judgement->card);
		code = package_key_check(view, &judgement->card, error);
	}
	if (!code)
		code = signed_size(view, card.origin, &known, error);
	vault_view_end(view);
	if (code)
		return code;
	date_format(time_date(vault_now(store)), judgement->today);
	code = days_check(&judgement->card, judgement->today, error);
	if (!code)
		code = pinned_check(&judgement->card, &pinned, error);
	if (code)
		return code;
	judgement->standing = standing_of(&judgement->card, &pinned, note);
	judgement->version = pinned.version;
	if (pinned.compared) {
		snprintf(judgement->replaces, sizeof judgement->replaces, "%.10s", pinned.issued);
		snprintf(judgement->vkey, sizeof judgement->vkey, "%s", pinned.vkey);
	}
	return size_check(judgement, known, error);
}

/* ---- Pinning -------------------------------------------------------------------- */

/* The pinned log key joins the former ones. */
static bool former_append(json_t *body, const struct qorgan_card_judgement *judgement)
{
	bool succeeds = judgement->standing == QORGAN_CARD_SUCCESSOR;
	json_t *former = json_object_get(body, "former"), *entry;

	if (!succeeds && judgement->standing != QORGAN_CARD_STRANGE)
		return true;
	if (!former) {
		former = json_array();
		if (json_object_set_new(body, "former", former))
			return false;
	}
	entry = json_pack("{s:s, s:s, s:O*}", "vkey", judgement->vkey, succeeds ? "replaced" : "ended", judgement->today,
	                  "cosigner", json_object_get(body, "cosigner"));
	if (entry && succeeds &&
	    json_object_set_new(entry, "size", json_integer((json_int_t)judgement->card.replaced_at))) {
		json_decref(entry);
		return false;
	}
	return json_array_append_new(former, entry) == 0;
}

static bool card_put(json_t *body, const struct qorgan_card *card)
{
	const struct { const char *name, *value; } members[] = {
		{ "recipient", card->recipient }, { "minisign", card->minisign }, { "vkey", card->vkey },
		{ "cosigner", card->cosigner }, { "fingerprint", card->fingerprint }, { "issued", card->created },
		{ "valid_from", card->valid_from }, { "valid_until", card->valid_until },
	};

	/* An empty text is removed by the validation: no cosigner. */
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
		if (json_object_set_new(body, members[i].name, json_string(members[i].value)))
			return false;
	return true;
}

int qorgan_change_card(struct qorgan_change *change, const struct qorgan_card_judgement *judgement,
                       struct qorgan_error *error)
{
	enum qorgan_change_mode mode = judgement->version ? QORGAN_EDIT : QORGAN_ADD;
	char *before = NULL, *after = NULL;
	int code = qorgan_change_object(change, "partner", judgement->card.state, mode, judgement->version, error);

	if (!code)
		code = qorgan_change_json(change, &before, error);
	if (code)
		return code;
	json_t *body = json_loads(before, 0, NULL);
	if (body && former_append(body, judgement) && card_put(body, &judgement->card))
		after = memory_json_text(body, 0);
	code = after ? qorgan_change_replace(change, after, error) : error_set_memory(error);
	json_decref(body);
	free(before);
	free(after);
	return code;
}
