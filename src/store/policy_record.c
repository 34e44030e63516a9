/* Policies and requests as records. */
#include "store/policy_record.h"

#include <stdio.h>
#include <string.h>

#include "record/canonical.h"
#include "record/reader.h"

static const struct schema *policy_schema(void)
{
	return schema_find("policy", 6);
}

static const struct schema *request_schema(void)
{
	return schema_find("request", 7);
}

const char *policy_action_word(enum policy_action action)
{
	return schema_field(request_schema()->fields, "action", 6)->words[action];
}

bool policy_action_find(struct span text, enum policy_action *action)
{
	for (size_t i = 0; i < POLICY_ACTIONS; i++) {
		*action = (enum policy_action)i;
		if (span_is(text, policy_action_word(*action)))
			return true;
	}
	return false;
}

bool policy_action_is_admins(enum policy_action action)
{
	return action == POLICY_USER || action == POLICY_REKEY || action == POLICY_FORGET;
}

/* ---- Policies ------------------------------------------------------------------------- */

bool policy_record_read(const struct record *record, enum policy_action *action, unsigned *persons)
{
	struct span value;
	int64_t number;

	if (!span_is(record->kind, "policy") || !policy_action_find(record->id, action) ||
	    !reader_find(record->body, "persons", &value) || !reader_integer(value, &number) || number < 1 ||
	    number > POLICY_PERSONS_LIMIT)
		return false;
	*persons = (unsigned)number;
	return true;
}

int policy_put(struct vault_change *change, enum policy_action action, unsigned persons, struct qorgan_error *error)
{
	enum vault_outcome outcome;
	char body[40];

	snprintf(body, sizeof body, "{\"persons\":%u}", persons);
	return vault_change_put(change, policy_schema(), span_of(policy_action_word(action)), span_of(body), VAULT_ANY,
	                        &outcome, error);
}

void policies_start(struct policies *policies)
{
	for (size_t i = 0; i < POLICY_ACTIONS; i++)
		policies->persons[i] = 1;
}

void policies_take(struct policies *policies, enum policy_action action, unsigned persons)
{
	policies->persons[action] = persons;
}

unsigned policies_needed(const struct policies *policies, enum policy_action action)
{
	unsigned most = policies->persons[action];

	for (size_t i = 0; i < POLICY_ACTIONS && action == POLICY_POLICY; i++)
		if (policies->persons[i] > most)
			most = policies->persons[i];
	return most;
}

unsigned policies_admins_needed(const struct policies *policies)
{
	unsigned most = 1;

	for (size_t i = 0; i < POLICY_ACTIONS; i++)
		if (policy_action_is_admins((enum policy_action)i) && policies->persons[i] > most)
			most = policies->persons[i];
	return most;
}

static int policy_gather(void *context, struct vault_record *record, struct qorgan_error *error)
{
	enum policy_action action;
	unsigned persons;

	(void)error;
	if (policy_record_read(&record->record, &action, &persons))
		policies_take(context, action, persons);
	return QORGAN_OK;
}

int policies_load(struct vault_view *view, struct policies *policies, struct qorgan_error *error)
{
	policies_start(policies);
	return vault_scan(view, policy_schema(), policy_gather, policies, error);
}

/* ---- Requests --------------------------------------------------------------------------- */

static const char *const *state_words(void)
{
	return schema_field(request_schema()->fields, "state", 5)->words;
}

bool request_record_read(const struct record *record, struct request_record *request)
{
	enum { ACTION, CONTENT, PERSONS, STATE, SUBJECT, WHAT, NAMES };
	static const char *const names[NAMES] = { "action", "content", "persons", "state", "subject", "what" };
	struct span values[NAMES], element;
	struct reader reader;
	char word[16];

	*request = (struct request_record){ .version = record->version, .state = REQUEST_STATES };
	reader_pick(record->body, names, values, NAMES);
	if (!span_is(record->kind, "request") || record->id.size >= sizeof request->id ||
	    !reader_text(values[ACTION], word, sizeof word) || !policy_action_find(span_of(word), &request->action) ||
	    !reader_text(values[STATE], word, sizeof word) || !reader_text(values[WHAT], request->what, sizeof request->what) ||
	    (values[CONTENT].data && !reader_text(values[CONTENT], request->content, sizeof request->content)) ||
	    (values[SUBJECT].data && !reader_text(values[SUBJECT], request->subject, sizeof request->subject)) ||
	    !values[PERSONS].data || !reader_open(values[PERSONS], &reader))
		return false;
	for (size_t i = 0; i < REQUEST_STATES; i++)
		if (strcmp(word, state_words()[i]) == 0)
			request->state = (enum request_state)i;
	while (reader_element(&reader, &element))
		if (request->count == POLICY_PERSONS_LIMIT ||
		    !reader_text(element, request->persons[request->count++], sizeof request->persons[0]))
			return false;
	span_copy_into(record->id, request->id, sizeof request->id);
	span_copy_into(record->user, request->by, sizeof request->by);
	return request->state != REQUEST_STATES && request->count;
}

static void member_write(const char *name, const char *text, struct buffer *to)
{
	if (!*text)
		return;
	buffer_append_format(to, ",\"%s\":", name);
	canonical_write_string(span_of(text), to);
}

int request_record_put(struct vault_change *change, struct request_record *request, struct qorgan_error *error)
{
	struct buffer body = { 0 };
	enum vault_outcome outcome;

	buffer_append_format(&body, "{\"action\":\"%s\"", policy_action_word(request->action));
	member_write("content", request->content, &body);
	for (unsigned i = 0; i < request->count; i++) {
		buffer_append_text(&body, i ? "," : ",\"persons\":[");
		canonical_write_string(span_of(request->persons[i]), &body);
	}
	buffer_append_format(&body, "],\"state\":\"%s\"", state_words()[request->state]);
	member_write("subject", request->subject, &body);
	member_write("what", request->what, &body);
	buffer_append_char(&body, '}');
	int code = body.failed ? error_set_memory(error)
	                       : vault_change_put(change, request_schema(), span_of(request->id), buffer_span(&body),
	                                          request->version, &outcome, error);
	buffer_free(&body);
	if (!code)
		request->version++;
	return code;
}

bool request_record_has(const struct request_record *request, const char *name)
{
	for (unsigned i = 0; i < request->count; i++)
		if (strcmp(request->persons[i], name) == 0)
			return true;
	return false;
}

bool request_record_add(struct request_record *request, const char *name)
{
	if (request->count == POLICY_PERSONS_LIMIT || request_record_has(request, name))
		return false;
	snprintf(request->persons[request->count++], sizeof request->persons[0], "%s", name);
	return true;
}

bool request_record_same(const struct request_record *a, const struct request_record *b)
{
	return a->action == b->action && strcmp(a->what, b->what) == 0 && strcmp(a->subject, b->subject) == 0 &&
	       strcmp(a->content, b->content) == 0;
}
