/* New keys for a state's store, and its card on the way to each partner. */
#include "renewal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "crash.h"
#include "disk.h"
#include "invariants.h"
#include "model.h"
#include "qorgan/card.h"
#include "qorgan/custody.h"
#include "region.h"
#include "store/vault.h"

#define CHANGES_LIMIT 3 /* of one state */

/* A card on its way. */
struct letter {
	unsigned of, to, epoch, due;
	char *text;
};

static unsigned epochs[STATES], known[STATES][STATES];
static struct letter letters[STATES * STATES * CHANGES_LIMIT];
static size_t letter_count;

unsigned renewal_epoch(unsigned party)
{
	return party < STATES ? epochs[party] : 0;
}

unsigned renewal_known(unsigned by, unsigned of)
{
	return by < STATES && of < STATES ? known[by][of] : 0;
}

/* ---- New keys ------------------------------------------------------------------------- */

struct renewing {
	unsigned party;
	bool go_on;
	struct qorgan_error error;
};

static int renewing_run(void *context)
{
	const struct qorgan_custody how = { NULL, "new keys" };
	struct renewing *renewing = context;
	struct qorgan_store *store = region_open(renewing->party);
	struct qorgan_commit result;
	uint64_t rows;

	crash_arm();
	return renewing->go_on ? qorgan_rekey_go_on(store, &rows, &renewing->error)
	                       : qorgan_rekey(store, &how, &result, &renewing->error);
}

/* Whether it was killed; what it did shows. */
static bool renewing_try(struct renewing *renewing, bool may_crash)
{
	bool killed = false;
	int code;

	if (may_crash) {
		region_close(renewing->party);
		code = crash_run(renewing_run, renewing, 1 + chance_below(30), &killed);
		region.counts.crashes += killed;
	} else {
		code = renewing_run(renewing);
	}
	if (code && !killed)
		fail("%s cannot change its keys: %s", code_of(renewing->party), may_crash ? "in the child" : renewing->error.message);
	return killed;
}

static uint32_t store_epoch(unsigned party)
{
	return vault_keys(region_open(party))->root.epoch;
}

static void remainder_seal(unsigned party)
{
	struct renewing renewing = { .party = party, .go_on = true };

	if (!qorgan_rekey_is_pending(region_open(party)))
		return;
	if (renewing_try(&renewing, chance_of(30)))
		tell("%s was killed while it sealed anew", code_of(party));
}

/* ---- Cards ------------------------------------------------------------------------------ */

static void letters_send(unsigned party)
{
	for (unsigned to = 0; to < STATES; to++) {
		struct qorgan_card card;
		struct qorgan_error error;
		struct letter letter = { .of = party, .to = to, .epoch = epochs[party], .due = region.round + chance_below(4) };
		if (to == party)
			continue;
		if (qorgan_card_successor(region_open(party), 0, &card, &letter.text, &error))
			fail("%s has no card of its new keys: %s", code_of(party), error.message);
		letters[letter_count++] = letter;
	}
}

/* Of one state's, the older card comes first. */
static bool is_next(const struct letter *letter)
{
	return letter->epoch == known[letter->to][letter->of] + 1;
}

static void letter_deliver(size_t at)
{
	struct letter letter = letters[at];

	letters[at] = letters[--letter_count];
	region_card_add(letter.to, letter.text, QORGAN_CARD_SUCCESSOR);
	known[letter.to][letter.of] = letter.epoch;
	disk_forget(letter.to); /* it does not know of that card */
	model_sync(letter.to);
	tell("%s has the card %u of %s", code_of(letter.to), letter.epoch, code_of(letter.of));
	free(letter.text);
}

static void letters_carry(bool all)
{
	for (bool found = true; found;) {
		found = false;
		for (size_t i = 0; i < letter_count && !found; i++) {
			bool stuck = letters[i].to == region.hostile && region.contradicted;
			found = !stuck && is_next(&letters[i]) && (all || letters[i].due <= region.round);
			if (found)
				letter_deliver(i);
		}
	}
}

void renewal_carry(void)
{
	letters_carry(false);
	for (unsigned party = 0; party < STATES; party++)
		if (chance_of(40))
			remainder_seal(party);
}

void renewal_settle(void)
{
	letters_carry(true);
	for (unsigned party = 0; party < STATES; party++)
		while (qorgan_rekey_is_pending(region_open(party)))
			remainder_seal(party);
}

void renewal_afresh(unsigned party)
{
	size_t kept = 0;

	epochs[party]++;
	for (size_t i = 0; i < letter_count; i++) {
		if (letters[i].of == party || letters[i].to == party)
			free(letters[i].text);
		else
			letters[kept++] = letters[i];
	}
	letter_count = kept;
	for (unsigned other = 0; other < STATES; other++) {
		known[other][party] = epochs[party];
		known[party][other] = epochs[other];
	}
}

/* ---- The event ----------------------------------------------------------------------------- */

void event_rekey(unsigned party)
{
	struct renewing renewing = { .party = party };
	uint32_t before;

	/* The hostile one signs with its keys as it likes, and has two copies of them. */
	if (party == region.hostile || region.two_faced & BIT(party) || epochs[party] >= CHANGES_LIMIT)
		return;
	before = store_epoch(party);
	if (renewing_try(&renewing, chance_of(25)))
		tell("%s was killed while it changed its keys", code_of(party));
	if (store_epoch(party) == before)
		renewing_try(&renewing, false);
	if (store_epoch(party) != before + 1)
		fail("%s changed its keys once, and has epoch %u after %u", code_of(party), store_epoch(party), before);
	epochs[party]++;
	region.counts.renewed++;
	disk_forget(party);
	model_sync(party);
	tell("%s has new keys, the %u. time", code_of(party), epochs[party]);
	letters_send(party);
	if (chance_of(50))
		remainder_seal(party);
}
