/* qorgan identity: this state's card, for partners. */
#include <stdlib.h>
#include <string.h>

#include "cli/call.h"
#include "cli/emit.h"
#include "cli/output.h"
#include "cli/qr.h"
#include "cli/terminal.h"
#include "qorgan/card.h"

static void card_emit(const struct qorgan_card *card, FILE *to)
{
	struct emit emit = { .to = to };

	emit_open(&emit, NULL, '{');
	emit_text(&emit, "state", card->state);
	emit_text(&emit, "origin", card->origin);
	emit_text(&emit, "recipient", card->recipient);
	emit_text(&emit, "minisign", card->minisign);
	emit_text(&emit, "vkey", card->vkey);
	emit_text(&emit, "cosigner", card->cosigner);
	emit_text(&emit, "fingerprint", card->fingerprint);
	emit_text(&emit, "valid_from", card->valid_from);
	emit_text(&emit, "valid_until", card->valid_until);
	emit_text(&emit, "replaces", *card->replaces ? card->replaces : NULL);
	emit_close(&emit, '}');
	emit_end(&emit);
}

/* The code is of the keys alone: whoever reads it can compute the fingerprint. */
static int qr_put(struct call *call, const struct qorgan_card *card, bool svg, FILE *to)
{
	struct qr *qr = NULL;
	char *keys = NULL;
	int code = qorgan_card_keys(card, &keys, &call->error);

	if (!code)
		code = qr_make(keys, &qr, &call->error);
	if (!code && svg)
		qr_write_svg(qr, to);
	else if (!code && terminal_shows(to) && terminal_width() < qr_columns(qr))
		code = error_set(&call->error, QORGAN_CANNOT_CREATE, "the code takes %u columns, and the terminal has %u: make it "
		                 "wider, or write a picture with -o card.svg", qr_columns(qr), terminal_width());
	else if (!code)
		qr_draw(qr, terminal_has_colour(to), to);
	qr_free(qr);
	free(keys);
	return code;
}

static int options_check(struct call *call, const char *path, bool qr)
{
	size_t size = path ? strlen(path) : 0;

	if (qr && call->json)
		return error_set(&call->error, QORGAN_USAGE, "give --json or --qr, not both");
	if (qr && path && (size <= 4 || strcmp(path + size - 4, ".svg") != 0))
		return error_set(&call->error, QORGAN_USAGE, "a QR code is written as SVG: give -o a name that ends in .svg");
	return QORGAN_OK;
}

/* The card as the former log key signed it, too, is what partners of old take without
 * comparing again; so it is the card of the state until it expires. */
static int card_choose(struct call *call, struct qorgan_card *card, char **text)
{
	const char *until = call_value(call, "valid-until"), *given = call_value(call, "epoch");
	struct qorgan_error none;
	uint64_t epoch = 0;
	char today[11];
	int code = QORGAN_OK;

	if (given && until)
		return error_set(&call->error, QORGAN_USAGE, "a card that was signed keeps its days: give --epoch or --valid-until");
	if (given && !(code = number_parse("--epoch", given, UINT32_MAX, &epoch, &call->error)))
		return qorgan_card_successor(call->store, (uint32_t)epoch, card, text, &call->error);
	if (code)
		return code;
	qorgan_store_today(call->store, today);
	if (!until && !qorgan_card_successor(call->store, 0, card, text, &none) && strcmp(card->valid_until, today) >= 0)
		return QORGAN_OK;
	free(*text);
	*text = NULL;
	/* Who only reads cannot sign, and can show the keys. */
	bool sign = !arguments_has(&call->arguments, "qr") && !call->json;
	return qorgan_card_make(call->store, until, card, sign ? text : NULL, &call->error);
}

int cmd_identity(struct call *call)
{
	const char *path = call_value(call, "output");
	bool qr = arguments_has(&call->arguments, "qr");
	struct output output = { 0 };
	struct qorgan_card card;
	char *text = NULL;

	if (path && strcmp(path, "-") == 0)
		path = NULL;
	int code = options_check(call, path, qr);
	if (!code)
		code = call_open(call, QORGAN_READ_ONLY);
	if (!code)
		code = card_choose(call, &card, &text);
	if (!code)
		code = output_open(&output, path, &call->error);
	if (!code) {
		if (qr)
			code = qr_put(call, &card, path != NULL, output.stream);
		else if (call->json)
			card_emit(&card, output.stream);
		else
			fputs(text, output.stream);
		code = output_close(&output, code, &call->error);
	}
	free(text);
	return code;
}
