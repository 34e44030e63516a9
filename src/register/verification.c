/* Who claimed that a measure is completed, from the versions of the report. */
#include "register/verification.h"

#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "record/reader.h"
#include "store/user_record.h"

/* Looks back for who made the claim: the earliest of the versions that say
 * completed without a break. */
struct claim {
	char user[KEYS_STATE_LIMIT];
	bool claimed, ended;
	bool elsewhere; /* by a user of another state's store */
	bool verified; /* the newest version says so already */
};

static int claim_look(void *context, struct vault_record *record, struct qorgan_error *error)
{
	struct claim *claim = context;
	struct buffer scratch = { 0 };
	struct span value, word = { 0 };

	(void)error;
	if (reader_find(record->record.body, "status", &value))
		reader_string(value, &scratch, &word);
	claim->verified |= !claim->claimed && !claim->ended && span_is(word, "verified");
	claim->ended |= !span_is(word, "completed");
	if (!claim->ended) {
		claim->claimed = true;
		claim->elsewhere = record->mirrored;
		snprintf(claim->user, sizeof claim->user, "%.*s", (int)record->record.user.size, record->record.user.data);
	}
	buffer_free(&scratch);
	return QORGAN_OK;
}

const char *verification_refusal(struct vault_view *view, struct span id, const char *user, const char *opener)
{
	struct vault_record record = { 0 };
	struct claim claim = { 0 };
	struct user_record by;

	if (!vault_get(view, schema_find("status", 6), id, 0, &record, NULL)) {
		claim_look(&claim, &record, NULL);
		vault_scan_history(view, &record.place, claim_look, &claim, NULL);
	}
	vault_record_free(&record);
	if (claim.verified)
		return NULL;
	if (!claim.claimed)
		return language_said("only what was reported as completed can be verified");
	if (user_record_find(view, opener, &by) && by.role == USER_LIAISON)
		return language_said("a liaison reports, and does not verify: that is for a verifier or an administrator");
	/* Users of two stores who are called the same are two. */
	return !claim.elsewhere && strcmp(claim.user, user) == 0
	           ? language_said("who reported it as completed cannot verify it: another user must (--as NAME)")
	           : NULL;
}
