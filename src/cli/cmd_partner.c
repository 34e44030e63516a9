/* qorgan partner add, edit: by a card whose fingerprint was compared, or by bare keys. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/language.h"
#include "cli/call.h"
#include "cli/terminal.h"
#include "qorgan/card.h"

/* ---- By keys --------------------------------------------------------------------- */

static bool is_observer(struct call *call, const char *id)
{
	struct qorgan_object *state = NULL;
	struct qorgan_error ignored;
	char *flag = NULL;

	if (arguments_has(&call->arguments, "observer"))
		return true;
	if (qorgan_object_get(call->store, "state", id, 0, &state, &ignored) == QORGAN_OK)
		flag = qorgan_object_field(call->store, state, "observer");
	bool observer = flag && *flag;
	free(flag);
	qorgan_object_free(state);
	return observer;
}

/* An observer may have no store, and so no card. */
static void uncompared_warn(struct call *call)
{
	struct qorgan_error ignored;
	char text[300], id[65] = "";

	if (qorgan_party_find(call->store, call_operand(call, 0), id, &ignored) != QORGAN_OK || is_observer(call, id))
		return;
	snprintf(text, sizeof text,
	         language_said("the keys of %.64s were not compared with %.64s: ask for its card (qorgan identity) and "
	         "add that"), id, id);
	call_warn(call, text);
}

static int add_by_keys(struct call *call)
{
	if (call_value(call, "fingerprint") || arguments_has(&call->arguments, "lost-key"))
		return error_set(&call->error, QORGAN_USAGE, "--fingerprint and --lost-key go with a card, not with --recipient");
	int code = cmd_object_add(call);
	if (!code)
		uncompared_warn(call);
	return code;
}

int cmd_partner_edit(struct call *call)
{
	int code = cmd_object_edit(call);

	/* Keys that were compared change only by another card. */
	if (!code && (call_value(call, "recipient") || call_value(call, "minisign") || call_value(call, "vkey")))
		uncompared_warn(call);
	return code;
}

/* ---- By a card ------------------------------------------------------------------- */

static int card_judge(struct call *call, const char *path, struct qorgan_card_judgement *judgement)
{
	struct buffer text = { 0 };
	int code = file_read(path, QORGAN_CARD_LIMIT, &text, &call->error);

	if (code == QORGAN_ABSENT)
		return error_set(&call->error, code, "there is no card %.200s; a partner without a card is added by its keys: qorgan "
		                 "partner add ID --recipient age1...", path);
	if (!code)
		code = call_open(call, 0);
	if (!code)
		code = qorgan_card_judge(call->store, buffer_text(&text), text.size, judgement, &call->error);
	buffer_free(&text);
	return code;
}

static bool is_to_compare(const struct qorgan_card_judgement *judgement)
{
	return judgement->standing == QORGAN_CARD_NEW || judgement->standing == QORGAN_CARD_STRANGE;
}

/* A lost key is for a person to say: a card alone could claim it. */
static int loss_check(struct call *call, const struct qorgan_card_judgement *judgement)
{
	const char *state = judgement->card.state;
	bool lost = arguments_has(&call->arguments, "lost-key");

	if (judgement->standing == QORGAN_CARD_STRANGE && !lost)
		return error_set(&call->error, QORGAN_DENIED, "this card of %s is of another log key than its card of %s, and not "
		                 "signed by that one: if %s says that it lost that key, add it with --lost-key", state,
		                 judgement->replaces, state);
	if (judgement->standing != QORGAN_CARD_STRANGE && lost)
		return error_set(&call->error, QORGAN_USAGE, "no key of %s is lost by this card: leave out --lost-key", state);
	return QORGAN_OK;
}

static void card_tell(struct call *call, const struct qorgan_card *card)
{
	struct qorgan_object *state = NULL;
	struct qorgan_error ignored;
	char *title = NULL;

	if (qorgan_object_get(call->store, "state", card->state, 0, &state, &ignored) == QORGAN_OK)
		title = qorgan_object_field(call->store, state, "title");
	fprintf(stderr,
	        language_said("card         of %s (%s), made %s\norigin       %s\nvalid        from %s to %s\n"
	                      "fingerprint  %s\n"),
	        card->state, title ? title : "", card->created, card->origin, card->valid_from, card->valid_until,
	        card->fingerprint);
	free(title);
	qorgan_object_free(state);
}

/* Whoever calls this program from a script says by --fingerprint that a person
 * compared. The digits of the card are not told there: they could be copied. */
static int fingerprint_check(struct call *call, const struct qorgan_card_judgement *judgement)
{
	const char *given = call_value(call, "fingerprint"), *state = judgement->card.state;
	char normal[sizeof judgement->card.fingerprint];

	if (given && !qorgan_fingerprint_parse(given, normal))
		return error_set(&call->error, QORGAN_USAGE, "a fingerprint has 40 digits, in any groups, not \"%.80s\"", given);
	if (given && strcmp(normal, judgement->card.fingerprint) != 0)
		return error_set(&call->error, QORGAN_DENIED, "the card of %s has another fingerprint than %s: it may have been "
		                 "altered on its way; ask for it by another way", state, normal);
	if (given || !is_to_compare(judgement))
		return QORGAN_OK;
	if (!terminal_shows(stderr))
		return error_set(&call->error, QORGAN_DENIED, "the card of %s was not compared, and there is no terminal to ask on: "
		                 "ask %s by telephone for the digits of its fingerprint, and give them as --fingerprint", state, state);
	card_tell(call, &judgement->card);
	if (terminal_confirm(language_said("Compare these digits with the partner by telephone. Do they agree? [y/n] ")))
		return QORGAN_OK;
	return error_set(&call->error, QORGAN_DENIED, "the card of %s was not added: if the digits differ, it was altered on its "
	                 "way; ask for it by another way", state);
}

static void replacing_say(struct call *call, const struct qorgan_card_judgement *judgement)
{
	const char *state = judgement->card.state, *replaces = judgement->replaces;

	if (judgement->standing == QORGAN_CARD_SUCCESSOR)
		call_say(call, "%s: replaces the card of %s, signed by its former key", state, replaces);
	else if (judgement->standing == QORGAN_CARD_RENEWED)
		call_say(call, "%s: replaces the card of %s, signed by the same key", state, replaces);
	else if (judgement->standing == QORGAN_CARD_STRANGE)
		call_say(call, "%s: the history that the key of the card of %s signed ended at %s", state, replaces,
		         judgement->today);
}

static int add_by_card(struct call *call)
{
	struct qorgan_card_judgement judgement;
	struct qorgan_change *change = NULL;
	int code = card_judge(call, call_operand(call, 0), &judgement);

	if (!code)
		code = loss_check(call, &judgement);
	if (!code)
		code = fingerprint_check(call, &judgement);
	/* Nobody waits for the store while two people are on the telephone. */
	if (!code)
		code = call_change(call, &change);
	if (!code)
		code = qorgan_change_card(change, &judgement, &call->error);
	if (!code)
		code = call_set_fields(call, change);
	if (!code)
		code = call_commit(call, change, "partner", judgement.card.state);
	if (!code)
		replacing_say(call, &judgement);
	if (!code && !call->json)
		puts(judgement.card.state);
	qorgan_change_free(change);
	return code;
}

int cmd_partner_add(struct call *call)
{
	return call_value(call, "recipient") ? add_by_keys(call) : add_by_card(call);
}
