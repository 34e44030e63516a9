/* A mail for each state that owes something, in its language, with only what may go to it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/release_rule.h"
#include "record/reader.h"
#include "record/validate.h"
#include "report/compute.h"
#include "report/mail.h"
#include "report/name_uuid.h"
#include "report/phrases.h"
#include "report/reminders.h"
#include "store/vault.h"

struct mailing {
	struct qorgan_store *store;
	struct vault_view *view;
	const struct reminders *reminders;
	struct buffer message, body, line;
	struct buffer lines; /* of the list */
	char marking[40];    /* the strictest of what the mail names */
	int rank;
	struct qorgan_reminder_mail mail;
};

/* ---- What may go to the state --------------------------------------------------------- */

static const struct schema *schema_of(const struct reminder *item)
{
	switch (item->event) {
	case REPORT_EVENT_REVIEW:
	case REPORT_EVENT_ACCEPTANCE:
		return schema_find("risk", 4);
	case REPORT_EVENT_PACKAGE:
	case REPORT_EVENT_RECEIPT:
		return NULL; /* tells of nothing but the state itself */
	default:
		return schema_find("measure", 7);
	}
}

static void note_marking(struct mailing *mailing, const struct record *record)
{
	struct span raw = { 0 }, label = span_of(RELEASE_MARKING_ABSENT);

	if (reader_find(record->body, "marking", &raw))
		label = raw_plain(raw);
	int rank = validate_marking_rank(label);
	if (rank <= mailing->rank || label.size >= sizeof mailing->marking)
		return;
	mailing->rank = rank;
	memcpy(mailing->marking, label.data, label.size);
	mailing->marking[label.size] = '\0';
}

/* What the state itself wrote it knows; what a third one wrote is for that one to hand over. */
static int may_go(struct mailing *mailing, const struct reminder *item, bool *may, struct qorgan_error *error)
{
	const struct schema *schema = schema_of(item);
	struct vault_record record = { 0 };
	struct recipient recipient = { 0 };
	int code = schema ? vault_get(mailing->view, schema, span_of(item->object), 0, &record, error) : QORGAN_OK;

	snprintf(recipient.id, sizeof recipient.id, "%s", item->state);
	*may = !schema || strcmp(item->state, vault_state(mailing->store)) == 0;
	if (!code && schema && !*may)
		*may = span_is(record.record.owner, item->state) ||
		       (!record.mirrored && !release_refusal(&record.record, &recipient));
	if (!code && schema && *may)
		note_marking(mailing, &record.record);
	vault_record_free(&record);
	return code;
}

/* ---- The text ---------------------------------------------------------------------------- */

static void put_line(struct mailing *mailing, const struct reminder *item)
{
	struct buffer *to = &mailing->lines;
	char day[SAY_DAY_SIZE];

	buffer_append_text(to, "- ");
	if (*item->date)
		buffer_append_format(to, "%s ", say_day(item->date, day));
	if (item->late)
		buffer_append_format(to, "(%s) ", say(PHRASE_OVERDUE));
	buffer_append_text(to, reminder_what(item));
	if (*item->period && strcmp(item->period, item->id) != 0)
		buffer_append_format(to, " %s", item->period);
	buffer_append_format(to, ": %s", item->id);
	if (item->event == REPORT_EVENT_RECEIPT)
		buffer_append_format(to, " (%s)", say_day(item->title, day));
	else if (*item->title && item->event != REPORT_EVENT_PACKAGE)
		buffer_append_format(to, " %s", item->title);
	buffer_append_char(to, '\n');
}

static int put_list(struct mailing *mailing, const char *state, struct qorgan_error *error)
{
	const struct reminders *reminders = mailing->reminders;
	int code = QORGAN_OK;

	for (size_t i = 0; i < reminders->items.count && !code; i++) {
		const struct reminder *item = &reminders->items.items[i];
		bool may = false;
		if (strcmp(item->state, state) != 0)
			continue;
		code = may_go(mailing, item, &may, error);
		if (!may) {
			mailing->mail.withheld++;
			continue;
		}
		mailing->mail.told.items++;
		mailing->mail.told.late += item->late;
		put_line(mailing, item);
	}
	return code;
}

/* The role that speaks for a state, by a text in the language of the mail: one in another
 * would stand oddly in a salutation. "" if there is none. */
static const char *role_of(const struct record *record, const char *tag, struct buffer *scratch)
{
	struct span roles, role, text;

	buffer_clear(scratch);
	if (!reader_find(record->body, "focal_point", &roles) || !reader_find(roles, tag, &role) ||
	    !reader_string(role, scratch, &text))
		return "";
	if (scratch->size == 0)
		buffer_append_span(scratch, text);
	return buffer_text(scratch);
}

static void put_body(struct mailing *mailing, const struct record *to_state, const struct record *from_state,
                     const char *title)
{
	struct buffer *body = &mailing->body, role = { 0 };
	const char *tag = language_tag(say_language());
	char day[SAY_DAY_SIZE];

	if (*mailing->marking)
		buffer_append_format(body, "%s\n\n", mailing->marking);
	if (*role_of(to_state, tag, &role))
		say_with(body, PHRASE_MAIL_SALUTATION, buffer_text(&role), NULL, NULL);
	else
		buffer_append_text(body, say(PHRASE_MAIL_COLLEAGUES));
	buffer_append_text(body, "\n\n");
	say_with(body, PHRASE_MAIL_INTRODUCTION, title, say_long_day(mailing->reminders->today.cut_off, day), NULL);
	buffer_append_text(body, "\n\n");
	buffer_append_span(body, buffer_span(&mailing->lines));
	buffer_append_format(body, "\n%s\n\n%s\n", say(PHRASE_MAIL_REQUEST), say(PHRASE_MAIL_CLOSING));
	if (*role_of(from_state, tag, &role))
		buffer_append_format(body, "%s\n", buffer_text(&role));
	buffer_append_format(body, "%s\n", mailing->reminders->today.state_title);
	if (*mailing->marking)
		buffer_append_format(body, "\n%s\n", mailing->marking);
	body->failed |= role.failed || mailing->lines.failed;
	buffer_free(&role);
}

/* ---- The mail ------------------------------------------------------------------------------- */

/* The address on record, or one that cannot be sent to. */
static bool put_address(struct mailing *mailing, const char *field, const struct record *record, const char *title)
{
	struct buffer scratch = { 0 }, address = { 0 };
	struct span raw, text = { 0 };
	bool known = reader_find(record->body, "contact", &raw) && reader_string(raw, &scratch, &text) &&
	             mail_is_address(text);

	if (known)
		buffer_append_span(&address, text);
	else
		buffer_append_format(&address, "no-address-of-%.*s@example.invalid", (int)record->id.size, record->id.data);
	mail_put_mailbox(&mailing->message, field, title, buffer_text(&address));
	mailing->message.failed |= address.failed;
	buffer_free(&scratch);
	buffer_free(&address);
	return known;
}

static void put_message(struct mailing *mailing, const struct record *to_state, const struct record *from_state,
                        const char *title)
{
	const struct report_model *today = &mailing->reminders->today;
	struct buffer *message = &mailing->message;
	char uuid[NAME_UUID_SIZE], day[SAY_DAY_SIZE];

	mail_put_date(message, today->generated);
	put_address(mailing, "From", from_state, today->state_title);
	mailing->mail.has_contact = put_address(mailing, "To", to_state, title);
	buffer_clear(&mailing->line);
	say_with(&mailing->line, PHRASE_MAIL_SUBJECT, title, say_day(today->cut_off, day), NULL);
	mail_put_text(message, "Subject", buffer_text(&mailing->line));
	buffer_clear(&mailing->line);
	buffer_append_format(&mailing->line, "%s/%s", mailing->mail.state, today->generated);
	buffer_append_format(message, "Message-ID: <%s@qorgan.invalid>\r\n",
	                     name_uuid(today->origin, "reminder", buffer_text(&mailing->line), uuid));
	buffer_append_format(message, "Content-Language: %s\r\nX-Unsent: 1\r\n", language_tag(say_language()));
	mail_put_body(message, buffer_text(&mailing->body));
	message->failed |= mailing->body.failed || mailing->line.failed;
}

/* One state's mail; told.items is 0 if nothing of it may go there. */
static int make_mail(struct mailing *mailing, const char *state, struct qorgan_error *error)
{
	const struct schema *schema = schema_find("state", 5);
	struct vault_record to = { 0 }, from = { 0 };
	const char *title = reminders_state(mailing->reminders, state);
	int code = vault_get(mailing->view, schema, span_of(state), 0, &to, error);

	mailing->mail = (struct qorgan_reminder_mail){ .state = state, .language = language_tag(say_language()) };
	mailing->marking[0] = '\0';
	mailing->rank = -1;
	buffer_clear(&mailing->message);
	buffer_clear(&mailing->body);
	buffer_clear(&mailing->lines);
	if (!code)
		code = vault_get(mailing->view, schema, span_of(vault_state(mailing->store)), 0, &from, error);
	if (!code)
		code = put_list(mailing, state, error);
	if (!code) {
		put_body(mailing, &to.record, &from.record, title);
		put_message(mailing, &to.record, &from.record, title);
		mailing->mail.data = buffer_text(&mailing->message);
		mailing->mail.size = mailing->message.size;
		code = mailing->message.failed ? error_set_memory(error) : QORGAN_OK;
	}
	vault_record_free(&to);
	vault_record_free(&from);
	return code;
}

/* ---- States by language ---------------------------------------------------------------------- */

struct addressee {
	char *state, *languages; /* "kk,ru,en" */
	bool done;
};

/* The working languages of a state, as a list; "" if none are on record. */
static char *languages_of(struct vault_view *view, const char *state)
{
	struct vault_record record = { 0 };
	struct buffer list = { 0 };
	struct qorgan_error ignored;
	struct reader reader;
	struct span raw, element;

	if (vault_get(view, schema_find("state", 5), span_of(state), 0, &record, &ignored) == QORGAN_OK &&
	    reader_find(record.record.body, "languages", &raw) && reader_open(raw, &reader))
		while (reader_element(&reader, &element)) {
			buffer_append_text(&list, list.size ? "," : "");
			buffer_append_span(&list, raw_plain(element));
		}
	vault_record_free(&record);
	char *taken = list.size ? buffer_take(&list) : strdup("");
	buffer_free(&list);
	return taken;
}

static int find_addressees(struct vault_view *view, const struct reminders *reminders, const char *languages,
                           struct addressee **list, size_t *count, struct qorgan_error *error)
{
	*count = 0;
	*list = calloc(reminders->today.states.count + 1, sizeof **list);
	for (size_t i = 0; i < reminders->today.states.count && *list; i++) {
		const char *state = reminders->today.states.items[i].id;
		bool owes = false;
		for (size_t j = 0; j < reminders->items.count && !owes; j++)
			owes = strcmp(reminders->items.items[j].state, state) == 0;
		if (!owes)
			continue;
		struct addressee *one = &(*list)[(*count)++];
		one->state = strdup(state);
		one->languages = languages ? strdup(languages) : languages_of(view, state);
		if (!one->state || !one->languages)
			return error_set_memory(error);
	}
	return *list ? QORGAN_OK : error_set_memory(error);
}

/* The mails to all that read the same languages: gathered once in these. */
static int mail_group(struct mailing *mailing, const struct qorgan_reminders *asked, struct addressee *first,
                      size_t count, int (*each)(void *, const struct qorgan_reminder_mail *, struct qorgan_error *),
                      void *context, struct qorgan_error *error)
{
	struct reminders reminders = { 0 };
	int code = *first->languages ? qorgan_store_set_languages(mailing->store, first->languages, error) : QORGAN_OK;

	if (!code) {
		say_in(language_choose(vault_languages(mailing->store)));
		code = reminders_gather(mailing->store, asked, &reminders, error);
	}
	mailing->reminders = &reminders;
	for (struct addressee *one = first; one < first + count && !code; one++) {
		if (one->done || strcmp(one->languages, first->languages) != 0)
			continue;
		one->done = true;
		code = make_mail(mailing, one->state, error);
		if (!code)
			code = each(context, &mailing->mail, error);
	}
	say_in(NULL);
	mailing->reminders = NULL;
	reminders_free(&reminders);
	return code;
}

int qorgan_reminders_mail(struct qorgan_store *store, const struct qorgan_reminders *asked, const char *languages,
                          int (*each)(void *context, const struct qorgan_reminder_mail *mail,
                                      struct qorgan_error *error),
                          void *context, struct qorgan_reminders_told *told, struct qorgan_error *error)
{
	struct mailing mailing = { .store = store };
	struct reminders reminders = { 0 };
	struct addressee *list = NULL;
	char *own = vault_languages_list(store);
	size_t count = 0;
	struct qorgan_error ignored;
	int code = own ? reminders_gather(store, asked, &reminders, error) : error_set_memory(error);

	*told = reminders.told;
	if (!code)
		code = vault_view_begin(store, &mailing.view, error);
	if (!code)
		code = find_addressees(mailing.view, &reminders, languages, &list, &count, error);
	for (size_t i = 0; i < count && !code; i++)
		if (!list[i].done)
			code = mail_group(&mailing, asked, &list[i], count - i, each, context, error);
	if (own)
		qorgan_store_set_languages(store, own, &ignored);
	free(own);
	for (size_t i = 0; i < count; i++) {
		free(list[i].state);
		free(list[i].languages);
	}
	free(list);
	vault_view_end(mailing.view);
	buffer_free(&mailing.message);
	buffer_free(&mailing.body);
	buffer_free(&mailing.line);
	buffer_free(&mailing.lines);
	reminders_free(&reminders);
	return code;
}
