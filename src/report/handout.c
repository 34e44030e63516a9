/* Entries of reports that are handed out. */
#include "report/handout.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "record/canonical.h"
#include "record/validate.h"
#include "register/policy.h"
#include "report/phrases.h"
#include "report/report_formats.h"
#include "store/vault.h"

int handout_open(struct handout *handout, struct qorgan_store *store, const struct qorgan_handing *how,
                 struct qorgan_error *error)
{
	struct vault_change *change = NULL;
	int code = QORGAN_OK;

	*handout = (struct handout){ .store = store, .how = how, .marking_rank = -1 };
	if (crypto_generichash_init(&handout->content, NULL, 0, 32))
		return error_set_memory(error);
	if (qorgan_store_may_write(store))
		return QORGAN_OK;
	code = vault_change_begin(store, how->user, NULL, &change, error);
	vault_change_abandon(change);
	return code ? error_prefix(error, code, "a report that is handed out is entered in the ledger; to look at it only, say "
	                           "--preview") : QORGAN_OK;
}

void handout_close(struct handout *handout)
{
	buffer_free(&handout->what);
}

/* Files of pages and workbooks differ with the libraries that write them; Markdown shows the same. */
static size_t content_format(size_t format)
{
	static const char *const written[] = { "html", "pdf", "xlsx" };
	size_t plain = format;

	for (size_t i = 0; i < sizeof written / sizeof written[0]; i++)
		if (strcmp(qorgan_report_formats[format], written[i]) == 0)
			report_format_find("md", &plain, NULL);
	return plain;
}

static void content_note(struct handout *handout, const struct report_model *model)
{
	int rank = *model->marking ? validate_marking_rank(span_of(model->marking)) : -1;

	if (!*handout->to) {
		snprintf(handout->to, sizeof handout->to, "%s", model->audience);
		snprintf(handout->as_of, sizeof handout->as_of, "%s", model->as_of);
		snprintf(handout->period, sizeof handout->period, "%s", model->period.label);
		handout->size = model->leaves;
	}
	if (rank <= handout->marking_rank)
		return;
	handout->marking_rank = rank;
	snprintf(handout->marking, sizeof handout->marking, "%s", model->marking);
}

int handout_see(struct handout *handout, const struct report_model *model, size_t format,
                const struct report_look *look, struct qorgan_error *error)
{
	struct report_model timeless = *model;
	char *data = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&data, &size);

	timeless.generated = "2000-01-01T00:00:00Z";
	timeless.origin = timeless.root = "";
	timeless.leaves = 0;
	int code = to ? report_render(&timeless, content_format(format), look, to, error) : error_set_memory(error);
	if (to && fclose(to) && !code)
		code = error_set_memory(error);
	if (!code) {
		content_note(handout, model);
		crypto_generichash_update(&handout->content, (const uint8_t *)data, size);
	}
	free(data);
	return code;
}

void handout_sum(struct handout *handout, const void *data, size_t size)
{
	uint8_t hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, data, size);
	sodium_bin2hex(handout->sha256, sizeof handout->sha256, hash, sizeof hash);
}

static int intent_fill(struct handout *handout, struct policy_intent *intent, struct qorgan_error *error)
{
	uint8_t hash[32];

	*intent = (struct policy_intent){ .action = POLICY_RELEASE, .user = handout->how->user };
	if (handout->what.failed)
		return error_set_memory(error);
	if (handout->what.size >= sizeof intent->what)
		return error_set(error, QORGAN_USAGE, "what this report is asked to hold is too long to be entered in the ledger: ask "
		                 "for it in fewer words");
	snprintf(intent->subject, sizeof intent->subject, "%s", handout->to);
	snprintf(intent->what, sizeof intent->what, "%s", buffer_text(&handout->what));
	crypto_generichash_final(&handout->content, hash, sizeof hash);
	sodium_bin2hex(intent->content, sizeof intent->content, hash, sizeof hash);
	return QORGAN_OK;
}

static int id_find(struct vault_view *view, const char *to, char *id, size_t limit, struct qorgan_error *error)
{
	struct vault_place place;
	int code = QORGAN_OK;

	for (unsigned number = 1; !code; number++) {
		snprintf(id, limit, "%s/r%u", to, number);
		code = vault_find_own(view, schema_find("handout", 7), span_of(id), &place, error);
	}
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

static int entry_put(struct handout *handout, struct vault_change *change, const char *content, const char *id,
                     struct qorgan_error *error)
{
	struct buffer body = { 0 };
	enum vault_outcome outcome;

	buffer_append_format(&body, "{\"content\":\"%s\",\"files\":%" PRIu64, content, handout->files);
	if (*handout->marking)
		buffer_append_format(&body, ",\"marking\":\"%s\"", handout->marking);
	buffer_append_format(&body, ",\"sha256\":\"%s\",\"size\":%" PRIu64 ",\"to\":\"%s\",\"what\":", handout->sha256,
	                     handout->size, handout->to);
	canonical_write_string(buffer_span(&handout->what), &body);
	buffer_append_char(&body, '}');
	int code = body.failed ? error_set_memory(error)
	                       : vault_change_put(change, schema_find("handout", 7), span_of(id), buffer_span(&body), 0,
	                                          &outcome, error);
	buffer_free(&body);
	return code;
}

static int change_begin(const struct handout *handout, struct vault_change **change, struct qorgan_error *error)
{
	struct buffer message = { 0 };

	buffer_append_format(&message, "report to %s, %s", handout->to, handout->period);
	if (handout->how->message)
		buffer_append_format(&message, "; %s", handout->how->message);
	int code = message.failed ? error_set_memory(error)
	                          : vault_change_begin(handout->store, handout->how->user, buffer_text(&message), change, error);
	buffer_free(&message);
	return code;
}

int handout_enter(struct handout *handout, struct qorgan_handed *handed, struct qorgan_error *error)
{
	struct vault_change *change = NULL;
	struct policy_intent intent;
	int code = intent_fill(handout, &intent, error);

	*handed = (struct qorgan_handed){ .commit = 0 };
	if (!code)
		code = change_begin(handout, &change, error);
	if (!code)
		code = policy_gate(handout->store, &change, &intent, error);
	if (!code)
		code = id_find(vault_change_view(change), handout->to, handed->id, sizeof handed->id, error);
	if (!code)
		code = entry_put(handout, change, intent.content, handed->id, error);
	if (code) {
		vault_change_abandon(change);
		return code;
	}
	snprintf(handed->sha256, sizeof handed->sha256, "%s", handout->sha256);
	return vault_change_commit(change, &handed->commit, error);
}
