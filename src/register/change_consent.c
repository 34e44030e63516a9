/* Consent: a state that was given a part in a measure accepts or declines it, in its
 * own report. */
#include <stdio.h>
#include <string.h>

#include "record/member.h"
#include "register/change_internal.h"
#include "store/mirror.h"

/* Only what was offered can be answered. */
static int part_check(const json_t *plan, const char *measure, const char *code, bool accept,
                      struct qorgan_error *error)
{
	const json_t *support = json_object_get(plan, "support");
	const char *lead = json_string_value(json_object_get(plan, "lead"));
	struct buffer others = { 0 };

	if ((lead && strcmp(lead, code) == 0) || list_has_text(support, code))
		return QORGAN_OK;
	for (size_t i = 0; i < json_array_size(support); i++) {
		const char *other = json_string_value(json_array_get(support, i));
		if (other)
			buffer_append_format(&others, "%s%s", others.size ? ", " : "", other);
	}
	int result = error_set(error, QORGAN_BAD_DATA, "%s was given no part in %s, so there is none to %s: lead is %s, "
	                       "support %s", code, measure, accept ? "accept" : "decline", lead ? lead : "nobody",
	                       others.size ? buffer_text(&others) : "nobody");
	buffer_free(&others);
	return result;
}

/* The word of the report that is there; a first one says planned. */
static void word_keep(const struct change_object *report, char word[32])
{
	const char *before = json_string_value(json_object_get(report->body, "status"));

	snprintf(word, 32, "%s", before ? before : "planned");
}

/* A report of any word but a refusal has accepted already: then only the word is
 * added, and the report stays that of its day. */
static int accept_part(struct qorgan_change *change, const char *measure, const char *code, struct qorgan_error *error)
{
	struct change_object *report = change->current;
	bool declined = member_text_is(report->body, "consent", "declined");
	char word[32];
	int result = QORGAN_OK;

	if (!report->base || declined) {
		word_keep(report, word);
		json_object_del(report->body, "consent");
		result = qorgan_change_status(change, measure, code, word, NULL, error);
	}
	if (!result && json_object_set_new(report->body, "consent", json_string("accepted")) != 0)
		result = error_set_memory(error);
	return result;
}

static int decline_part(struct qorgan_change *change, const char *measure, const char *code, const char *reason,
                        struct qorgan_error *error)
{
	struct change_object *report = change->current;
	char word[32];

	if (!reason || !*reason)
		return error_set(error, QORGAN_USAGE, "say why %s declines its part in %s: --reason TEXT", code, measure);
	word_keep(report, word);
	if (strcmp(word, "completed") == 0 || strcmp(word, "verified") == 0)
		return error_set(error, QORGAN_BAD_DATA, "%s reported its part in %s as %s: what was done cannot be declined", code,
		                 measure, word);
	if (member_text_is(report->body, "consent", "declined") && member_text_is(report->body, "reason", reason))
		return QORGAN_OK;
	int result = qorgan_change_status(change, measure, code, word, NULL, error);
	if (!result && json_object_set_new(report->body, "consent", json_string("declined")) != 0)
		result = error_set_memory(error);
	return result ? result : qorgan_change_set(change, "reason", reason, error);
}

/* Whether another state keeps the measure still, and hands its lead to this one. */
static int is_handed_over(struct qorgan_change *change, const char *measure, const char *code, const json_t *plan,
                          bool *handed, struct qorgan_error *error)
{
	const char *lead = json_string_value(json_object_get(plan, "lead"));
	struct vault_place place;
	int result = vault_find(world_view(change->world), schema_find("measure", 7), span_of(measure), &place, error);

	*handed = !result && mirror_place(&place) && lead && strcmp(lead, code) == 0 &&
	          strcmp(code, vault_state(change->store)) == 0;
	return result;
}

int qorgan_change_consent(struct qorgan_change *change, const char *measure, const char *state, bool accept,
                          const char *reason, struct qorgan_error *error)
{
	char code[65];
	json_t *plan = NULL;
	bool handed = false;
	int result = change_turn_voice(change, "status", "measure", measure, state, code, error);

	if (!result) {
		plan = change_whole(change, change->current, NULL);
		result = part_check(plan, measure, code, accept, error);
	}
	if (!result)
		result = accept ? accept_part(change, measure, code, error) : decline_part(change, measure, code, reason, error);
	if (!result && accept)
		result = is_handed_over(change, measure, code, plan, &handed, error);
	if (!result && handed) {
		struct change_object *report = change->current;
		result = qorgan_change_take_up(change, "measure", measure, error);
		change->current = report;
	}
	json_decref(plan);
	return result;
}
