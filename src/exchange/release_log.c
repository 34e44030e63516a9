/* Records of packages. A record holds at most 256 KiB, so a long list of leaves goes
 * into several. */
#include "exchange/release_log.h"

#include <inttypes.h>
#include <stdio.h>

#include <sodium.h>

#include "exchange/entitlement.h"
#include "register/leaf_ranges.h"
#include "register/policy.h"

_Static_assert(POLICY_SUBJECT_LIMIT > ENTITLEMENT_RECIPIENTS * sizeof((struct recipient){ 0 }.id) &&
               POLICY_WHAT_LIMIT > POLICY_SUBJECT_LIMIT + sizeof "qorgan export --to ", "no recipient is left out");

#define RANGES_LIMIT (100 * 1024) /* bytes of each list in one record */

/* Who may have more than all recipients may gets it with its next package. */
static void owed_append(const struct release_entry *entry, struct buffer *body)
{
	const char *lead = ",\"owed\":[";

	for (size_t i = 0; i < entry->count; i++) {
		if (entry->recipients[i].missed >= entry->size)
			continue;
		buffer_append_format(body, "%s{\"leaf\":%" PRIu64 ",\"partner\":\"%s\"}", lead, entry->recipients[i].missed,
		                     entry->recipients[i].id);
		lead = ",";
	}
	if (*lead == ',' && !lead[1])
		buffer_append_char(body, ']');
}

static void body_write(const struct release_entry *entry, struct span leaves, struct span withdrawn,
                       struct buffer *body)
{
	buffer_append_format(body, "{\"digest\":\"%s\",\"first\":%" PRIu64, entry->digest, entry->first);
	if (leaves.size)
		buffer_append_format(body, ",\"leaves\":\"%.*s\"", (int)leaves.size, leaves.data);
	owed_append(entry, body);
	for (size_t i = 0; i < entry->count; i++)
		buffer_append_format(body, "%s%" PRIu64, i ? "," : ",\"previous\":[", entry->recipients[i].previous);
	buffer_append_format(body, "],\"records\":%" PRIu64, entry->records);
	if (entry->restored)
		buffer_append_format(body, ",\"restored\":\"%s\"", entry->restored);
	buffer_append_format(body, ",\"size\":%" PRIu64 ",\"to\":[", entry->size);
	for (size_t i = 0; i < entry->count; i++)
		buffer_append_format(body, "%s\"%s\"", i ? "," : "", entry->recipients[i].id);
	buffer_append_char(body, ']');
	if (withdrawn.size)
		buffer_append_format(body, ",\"withdrawn\":\"%.*s\"", (int)withdrawn.size, withdrawn.data);
	buffer_append_char(body, '}');
}

static int entry_put(struct vault_change *change, const struct release_entry *entry, struct qorgan_error *error)
{
	struct span leaves = entry->leaves, withdrawn = entry->withdrawn;
	struct buffer body = { 0 };
	enum vault_outcome outcome;
	char id[RECORD_ID_LIMIT];
	int code = QORGAN_OK;

	for (unsigned number = 0; !code && (number == 0 || leaves.size || withdrawn.size); number++) {
		struct span part = leaf_ranges_cut(&leaves, RANGES_LIMIT);
		buffer_clear(&body);
		body_write(entry, part, leaf_ranges_cut(&withdrawn, RANGES_LIMIT), &body);
		snprintf(id, sizeof id, number ? "%s/%" PRIu64 ".%u" : "%s/%" PRIu64, entry->recipients[0].id, entry->sequence,
		         number);
		code = body.failed ? error_set_memory(error)
		                   : vault_change_put(change, schema_find("release", 7), span_of(id), buffer_span(&body), 0,
		                                      &outcome, error);
	}
	buffer_free(&body);
	return code;
}

/* What a policy of several persons is asked about: to whom, and which leaves exactly. */
static int intent_fill(const struct release_entry *entry, const char *user, struct policy_intent *intent,
                       struct qorgan_error *error)
{
	struct buffer text = { 0 }, to = { 0 };
	uint8_t hash[32];

	*intent = (struct policy_intent){ .action = POLICY_RELEASE, .user = user };
	for (size_t i = 0; i < entry->count; i++)
		buffer_append_format(&to, "%s%s", i ? "," : "", entry->recipients[i].id);
	snprintf(intent->subject, sizeof intent->subject, "%s", buffer_text(&to));
	snprintf(intent->what, sizeof intent->what, "qorgan export --to %s", buffer_text(&to));
	buffer_append_span(&text, entry->leaves);
	buffer_append_char(&text, '\n');
	buffer_append_span(&text, entry->withdrawn);
	buffer_append_char(&text, '\n');
	if (!text.failed) {
		crypto_generichash(hash, sizeof hash, (const uint8_t *)text.data, text.size, NULL, 0);
		sodium_bin2hex(intent->content, sizeof intent->content, hash, sizeof hash);
	}
	int code = text.failed || to.failed ? error_set_memory(error) : QORGAN_OK;
	buffer_free(&text);
	buffer_free(&to);
	return code;
}

int release_log(struct qorgan_store *store, const struct release_entry *entry, const char *user, const char *text,
                struct qorgan_error *error)
{
	struct vault_change *change = NULL;
	struct buffer message = { 0 };
	struct policy_intent intent;
	uint64_t number;
	int code;

	buffer_append_format(&message, "package %" PRIu64 " to", entry->sequence);
	for (size_t i = 0; i < entry->count; i++)
		buffer_append_format(&message, "%s %s", i ? "," : "", entry->recipients[i].id);
	buffer_append_format(&message, ": %" PRIu64 " records", entry->records);
	if (text)
		buffer_append_format(&message, "; %s", text);
	code = message.failed ? error_set_memory(error) : vault_change_begin(store, user, message.data, &change, error);
	buffer_free(&message);
	if (!code)
		code = intent_fill(entry, user, &intent, error);
	if (!code)
		code = policy_gate(store, &change, &intent, error);
	if (!code)
		code = entry_put(change, entry, error);
	if (!code)
		return vault_change_commit(change, &number, error);
	vault_change_abandon(change);
	return code;
}
