/* To whom a package goes: partners on record, whose keys still hold. */
#include "exchange/recipients.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/age.h"
#include "record/reader.h"
#include "register/parties.h"
#include "store/partner_secret.h"

#define WARNING_DAYS 30 /* time to ask for a new card and to compare it */

/* A partner that was added without a card has no last day. */
static int card_check(struct recipient *recipient, struct span last, date_day today, struct qorgan_error *error)
{
	struct buffer scratch = { 0 };
	struct span text = { 0 };
	date_day day = 0;

	if (!last.data)
		return QORGAN_OK;
	bool known = reader_string(last, &scratch, &text) && date_parse(text, &day);
	buffer_free(&scratch);
	if (!known)
		return error_set(error, QORGAN_IO, "the last day of the card of partner %s is none", recipient->id);
	date_format(day, recipient->card_ends);
	if (day < today)
		return error_set(error, QORGAN_DENIED, "the card of %s expired on %s: ask for a new one, and give it to qorgan "
		                 "partner add", recipient->id, recipient->card_ends);
	if (day - today > WARNING_DAYS)
		recipient->card_ends[0] = '\0';
	return QORGAN_OK;
}

static int key_read(struct recipient *recipient, struct span value, struct qorgan_error *error)
{
	struct buffer scratch = { 0 };
	struct span text = { 0 };
	char key[128] = "";

	if (value.data && reader_string(value, &scratch, &text) && text.size < sizeof key)
		memcpy(key, text.data, text.size);
	buffer_free(&scratch);
	if (!key[0])
		return error_set(error, QORGAN_IO, "partner %s has no recipient", recipient->id);
	if (!age_recipient_parse(key, recipient->key))
		return error_set(error, QORGAN_BAD_DATA, "the recipient of partner %s is not an X25519 age recipient",
		                 recipient->id);
	return QORGAN_OK;
}

static int recipient_read(struct vault_view *view, struct parties *parties, const char *name, date_day today,
                          struct recipient *recipient, struct qorgan_error *error)
{
	enum { OBSERVER, RECIPIENT, RETIRED, SECRET, UNTIL, NAMES };
	static const char *const names[NAMES] = { "observer", "recipient", "retired", "secret_since",
	                                          "valid_until" };
	struct vault_record record = { 0 };
	struct span values[NAMES];
	bool observer = false;

	*recipient = (struct recipient){ .missed = UINT64_MAX };
	bool known = parties_find(parties, span_of(name), recipient->id, &observer);
	if (!known)
		snprintf(recipient->id, sizeof recipient->id, "%s", name);
	int code = vault_get(view, schema_find("partner", 7), span_of(recipient->id), 0, &record, error);
	if (code == QORGAN_ABSENT)
		code = known ? error_set(error, QORGAN_ABSENT, "%s is no partner yet: give its card to qorgan partner add", name)
		             : parties_refuse(parties, span_of(name), true, error);
	if (code)
		goto done;
	reader_pick(record.record.body, names, values, NAMES);
	recipient->observer = observer || (values[OBSERVER].data && reader_true(values[OBSERVER]));
	recipient->secret_since = partner_secret_since(values[SECRET]);
	code = key_read(recipient, values[RECIPIENT], error);
	if (!code && values[RETIRED].data)
		code = error_set(error, QORGAN_DENIED, "partner %s is retired", recipient->id);
	if (!code)
		code = card_check(recipient, values[UNTIL], today, error);
done:
	vault_record_free(&record);
	return code;
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct recipient *)a)->id, ((const struct recipient *)b)->id);
}

int recipients_read(struct vault_view *view, const struct release_index *releases, date_day today, const char *names,
                    struct recipient recipients[RECIPIENTS_LIMIT], size_t *count, struct qorgan_error *error)
{
	struct parties *parties = NULL;
	char *copy = strdup(names), *rest = NULL;
	size_t found = 0;
	int code = copy ? parties_load(view, &parties, error) : error_set_memory(error);

	for (char *name = copy ? strtok_r(copy, ",; ", &rest) : NULL; name && !code; name = strtok_r(NULL, ",; ", &rest)) {
		struct recipient one;
		size_t same = 0;
		code = recipient_read(view, parties, name, today, &one, error);
		while (!code && same < found && strcmp(recipients[same].id, one.id) != 0)
			same++;
		if (code || same < found) /* named twice */
			continue;
		if (found == RECIPIENTS_LIMIT) {
			code = error_set(error, QORGAN_USAGE, "a package has at most %d recipients", RECIPIENTS_LIMIT);
			continue;
		}
		struct release_package given = release_index_find(releases, span_of(one.id));
		one.sent = given.sent;
		one.sequence = given.sequence;
		recipients[found++] = one;
	}
	if (!code && !found)
		code = error_set(error, QORGAN_USAGE, "say to whom: --to STATE,...");
	qsort(recipients, found, sizeof *recipients, by_id);
	*count = code ? 0 : found;
	free(copy);
	parties_free(parties);
	return code;
}

int recipients_secret_check(const struct recipient *recipients, size_t count, struct qorgan_error *error)
{
	for (size_t i = 0; i < count && count > 1; i++)
		if (recipients[i].secret_since)
			return error_set(error, QORGAN_USAGE, "a secret is shared with %s, and a package to it is locked with that: export to "
			                 "%s alone, and to the others without it", recipients[i].id, recipients[i].id);
	return QORGAN_OK;
}

void recipients_warn(const struct recipient *recipients, size_t count, char *text, size_t limit)
{
	struct buffer soon = { 0 };

	*text = '\0';
	for (size_t i = 0; i < count; i++)
		if (recipients[i].card_ends[0])
			buffer_append_format(&soon, "%s%s on %s", soon.size ? ", " : "", recipients[i].id, recipients[i].card_ends);
	if (soon.size)
		snprintf(text, limit, "the last day of a partner's card is near: %s; ask for a new card", buffer_text(&soon));
	buffer_free(&soon);
}
