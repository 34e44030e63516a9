/* One version of an object for people: its fields, what is computed, and what vouches
 * for it. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/language.h"
#include "record/reader.h"
#include "register/assessments.h"
#include "register/contents.h"
#include "register/levels.h"
#include "register/object_internal.h"
#include "register/proposals.h"
#include "register/receipt_index.h"
#include "register/standing.h"
#include "register/vouching.h"
#include "register/wording.h"

struct description {
	struct qorgan_store *store;
	struct vault_view *view;
	const struct qorgan_object *object;
	qorgan_line line;
	void *context;
	struct buffer text, id;
	uint64_t count;
};

/* Tells what was written into `text`. */
static void tell(struct description *description, unsigned indent, const char *label)
{
	if (!description->text.failed)
		description->line(description->context, indent, label, buffer_text(&description->text));
}

static void tell_text(struct description *description, unsigned indent, const char *label, const char *text)
{
	buffer_clear(&description->text);
	buffer_append_text(&description->text, text);
	tell(description, indent, label);
}

/* Of what another state refers to, that which it did not hand over to this one. */
static void tell_withheld(struct description *description, const struct field *field, struct span value)
{
	const struct schema *target = schema_find(field->target, strlen(field->target));
	const char *lead = " (withheld or unknown here: ";
	struct span element = value, id;
	struct buffer scratch = { 0 };
	struct vault_place place;
	struct reader reader;
	bool is_list = field->flags & FIELD_LIST;

	if (is_list && !reader_open(value, &reader))
		return;
	for (bool more = !is_list || reader_element(&reader, &element); more;
	     more = is_list && reader_element(&reader, &element)) {
		buffer_clear(&scratch);
		if (target && reader_string(element, &scratch, &id) &&
		    vault_find(description->view, target, id, &place, NULL) == QORGAN_ABSENT) {
			buffer_append_format(&description->text, "%s%.*s", lead, (int)id.size, id.data);
			lead = ", ";
		}
	}
	if (*lead == ',')
		buffer_append_char(&description->text, ')');
	buffer_free(&scratch);
}

static void tell_fields(struct description *description, const struct field *fields, struct span object,
                        unsigned indent)
{
	bool is_proposal = indent == 0 && strcmp(description->object->schema->kind, "proposal") == 0;
	struct span value;

	for (const struct field *field = fields; field->name; field++) {
		if (!reader_find(object, field->name, &value))
			continue;
		struct span due;
		if (is_proposal && proposal_field_is_told(field->name))
			continue;
		/* The first due date says something only once there is another. */
		if (strcmp(field->name, "original_due") == 0 && reader_find(object, "due", &due) && span_equal(due, value))
			continue;
		bool divides = field->type == FIELD_GROUP && !(field->flags & FIELD_LIST);
		buffer_clear(&description->text);
		struct level level = divides ? level_read(value) : (struct level){ 0 };
		if (level_score(level))
			buffer_append_format(&description->text, "%ux%u=%u", level.likelihood, level.impact, level_score(level));
		else if (!divides)
			wording_value(field, value, &(struct wording){ vault_languages(description->store), NULL },
			              &description->text);
		if (field->type == FIELD_REFERENCE && description->object->version.mirrored)
			tell_withheld(description, field, value);
		tell(description, indent, field->label);
		if (divides)
			tell_fields(description, field->fields, value, indent + 1);
	}
}

/* What stands between the quotes: states have no escapes. */
static struct span plain(struct span raw)
{
	return raw.size < 2 || raw.data[0] != '"' ? (struct span){ "", 0 } : (struct span){ raw.data + 1, raw.size - 2 };
}

/* "in-progress, 40 %, 2026-05-01", and what the state says of its part. */
static int tell_part(struct description *description, struct span state, const char *role, struct qorgan_error *error)
{
	struct vault_record record = { 0 };
	struct status_facts facts;
	char label[RECORD_NAME_LIMIT + 16], date[DATE_TEXT_SIZE];
	struct span id = description->object->version.record.id;
	int code = computed_report(description->view, id, state, &record, &facts, error);

	vault_record_free(&record);
	if (code && code != QORGAN_ABSENT)
		return code;
	snprintf(label, sizeof label, "%.*s (%s)", (int)(state.size < 64 ? state.size : 64), state.data, role);
	buffer_clear(&description->text);
	if (code == QORGAN_ABSENT) {
		buffer_append_text(&description->text, language_said("offered; no report"));
	} else {
		date_format(facts.date, date);
		if (facts.consent == CONSENT_DECLINED)
			buffer_append_text(&description->text, language_said("declined"));
		else
			buffer_append_format(&description->text, language_said("accepted; %s, %u %%"), status_word_names[facts.word],
			                     facts.progress);
		buffer_append_format(&description->text, ", %s", date);
	}
	tell(description, 1, label);
	return QORGAN_OK;
}

static int tell_measure(struct description *description, struct qorgan_error *error)
{
	enum { LEAD, SUPPORT, NAMES };
	static const char *const names[NAMES] = { "lead", "support" };
	const struct record *record = &description->object->version.record;
	struct computed_values values = { 0 };
	struct span picked[NAMES], element;
	struct reader reader;
	int code = object_compute(description->store, description->view, description->object,
	                   computed_all(description->object->schema), &values, error);

	if (code)
		return code;
	buffer_clear(&description->text);
	buffer_append_format(&description->text, "%s, %d %%%s", status_word_names[values.of[COMPUTED_STATUS]],
	                     (int)values.of[COMPUTED_PROGRESS],
	                     values.of[COMPUTED_OVERDUE] ? ", overdue" : values.of[COMPUTED_DUE_SOON] ? ", due soon" : "");
	tell(description, 0, "Status");
	reader_pick(record->body, names, picked, NAMES);
	if (plain(picked[LEAD]).size)
		code = tell_part(description, plain(picked[LEAD]), "lead", error);
	if (picked[SUPPORT].data && reader_open(picked[SUPPORT], &reader))
		while (!code && reader_element(&reader, &element))
			code = tell_part(description, plain(element), "support", error);
	return code;
}

/* A measure that addresses the risk, or a risk of the domain. */
static int tell_member(void *context, struct vault_record *record, struct qorgan_error *error)
{
	enum { DOMAIN, LEAD, RETIRED, RISKS, TITLE, NAMES };
	static const char *const names[NAMES] = { "domain", "lead", "retired", "risks", "title" };
	static const struct field title = { .type = FIELD_TEXT };
	struct description *description = context;
	struct span values[NAMES], element, id = span_of(description->object->id);
	struct reader reader;
	bool belongs = false;

	reader_pick(record->record.body, names, values, NAMES);
	if (values[RETIRED].data)
		return QORGAN_OK;
	if (values[RISKS].data && reader_open(values[RISKS], &reader)) {
		while (!belongs && reader_element(&reader, &element))
			belongs = span_equal(plain(element), id);
	} else {
		belongs = span_equal(plain(values[DOMAIN]), id);
	}
	if (!belongs)
		return QORGAN_OK;
	if (description->count++ == 0)
		tell_text(description, 0, span_is(record->record.kind, "risk") ? SAID("Risks") : SAID("Measures"), "");
	buffer_clear(&description->text);
	if (values[TITLE].data)
		wording_value(&title, values[TITLE], &(struct wording){ vault_languages(description->store), NULL },
		              &description->text);
	if (plain(values[LEAD]).size)
		buffer_append_format(&description->text, " (%.*s)", (int)plain(values[LEAD]).size, plain(values[LEAD]).data);
	buffer_clear(&description->id);
	buffer_append_span(&description->id, record->record.id);
	tell(description, 1, buffer_text(&description->id));
	return description->id.failed ? error_set_memory(error) : QORGAN_OK;
}

/* What a commit changed, what a package held. */
static int tell_contents(struct description *description, struct qorgan_error *error)
{
	struct buffer contents = { 0 };
	uint64_t total;
	int code = contents_each(description->view, &description->object->version, UINT64_MAX, contents_append, &contents,
	                         &total, error);

	for (size_t at = 0; at < contents.size && !code; at += strlen(contents.data + at) + 1)
		description->line(description->context, at ? 1 : 0, at ? "" : SAID("Objects"), contents.data + at);
	buffer_free(&contents);
	return code;
}

/* That an acceptance has ended, what states make of it, and the measures. */
static int tell_risk(struct description *description, struct qorgan_error *error)
{
	struct computed_values values = { 0 };
	int code = object_compute(description->store, description->view, description->object, 1u << COMPUTED_EXPIRED, &values, error);

	if (!code && values.of[COMPUTED_EXPIRED])
		tell_text(description, 0, "Acceptance expired", language_said("the risk is open again"));
	if (!code)
		code = assessments_tell(description->view, vault_languages(description->store), &description->object->version.record,
		                        description->line, description->context, error);
	return code ? code : vault_scan(description->view, schema_find("measure", 7), tell_member, description, error);
}

/* Of a partner: what came of it, and how far it has seen this state's log. */
static int tell_exchange(struct description *description, struct qorgan_error *error)
{
	struct vouching vouching;
	char time[TIME_TEXT_SIZE];
	int code = vouching_load(description->view, description->store, &vouching, error);
	const struct vouching_log *log = code ? NULL : vouching_find(&vouching, description->object->id);

	if (log && log->sequence) {
		time_format(log->received, time);
		buffer_clear(&description->text);
		buffer_append_format(&description->text,
		                     language_said("package %llu, %.10s; %llu versions; its log is known up to entry %llu"),
		                     (unsigned long long)log->sequence, time, (unsigned long long)log->versions,
		                     (unsigned long long)log->size);
		tell(description, 0, "Received");
	}
	for (size_t i = 0; log && i < log->witness_count; i++) {
		time_format(log->witnesses[i].time, time);
		buffer_clear(&description->text);
		buffer_append_format(&description->text, language_said("by %s up to entry %llu, %.10s"), log->witnesses[i].state,
		                     (unsigned long long)log->witnesses[i].size, time);
		tell(description, i ? 1 : 0, i ? "" : SAID("Its log countersigned"));
	}
	for (size_t i = 0; !code && i < vouching.logs[0].witness_count; i++) {
		const struct vouching_witness *witness = &vouching.logs[0].witnesses[i];
		if (strcmp(witness->state, description->object->id) != 0)
			continue;
		time_format(witness->time, time);
		buffer_clear(&description->text);
		buffer_append_format(&description->text, language_said("up to entry %llu of this state's log, %.10s"),
		                     (unsigned long long)witness->size, time);
		tell(description, 0, "Has countersigned");
	}
	if (log && log->forked)
		tell_text(description, 0, "Two histories", language_said("it was found to show two: see qorgan partner fork"));
	vouching_free(&vouching);
	return code;
}

static int tell_partner(struct description *description, struct qorgan_error *error)
{
	struct computed_values values = { 0 };
	char day[DATE_TEXT_SIZE];
	int code = object_compute(description->store, description->view, description->object,
	                   computed_all(description->object->schema), &values, error);

	if (code)
		return code;
	if (!values.of[COMPUTED_SEQUENCE]) {
		tell_text(description, 0, "Last package", language_said("none was sent yet"));
		return tell_exchange(description, error);
	}
	date_format((date_day)values.of[COMPUTED_SENT_ON], day);
	buffer_clear(&description->text);
	buffer_append_format(&description->text, language_said("%llu, sent on %s"),
	                     (unsigned long long)values.of[COMPUTED_SEQUENCE], day);
	tell(description, 0, "Last package");
	return tell_exchange(description, error);
}

/* Of another state's: what vouches for it. */
static int tell_received(struct description *description, struct qorgan_error *error)
{
	const struct vault_record *version = &description->object->version;
	const struct receipt_facts *facts;
	struct receipt_index *receipts = NULL;
	int code = version->mirrored ? receipt_index_load(description->view, &receipts, error) : QORGAN_OK;

	facts = receipts ? receipt_index_find(receipts, version->log, version->leaf) : NULL;
	if (facts) {
		buffer_clear(&description->text);
		buffer_append_format(&description->text,
		                     language_said("by package %llu of %s, taken in %s; entry %llu of its log, of which the "
		                     "checkpoint in that package signs %llu"), (unsigned long long)facts->sequence, facts->from,
		                     facts->received, (unsigned long long)version->leaf, (unsigned long long)facts->size);
		tell(description, 0, "Received");
	}
	receipt_index_free(receipts);
	return code;
}

/* All states that have an object of this kind and id, if there are several. */
static int tell_standings(struct description *description, struct qorgan_error *error)
{
	struct standings *standings;
	struct span id = span_of(description->object->id);
	int code;

	if (mirror_is_empty(description->view))
		return QORGAN_OK;
	standings = calloc(1, sizeof *standings);
	code = standings ? standings_judge(description->view, description->object->schema, id, standings, error)
	                 : error_set_memory(error);
	for (size_t i = 0; !code && standings->count > 1 && i < standings->count; i++) {
		const struct standing *standing = &standings->of[i];
		if (i == 0)
			tell_text(description, 0, "Whose counts", "");
		buffer_clear(&description->text);
		buffer_append_format(&description->text, language_said("version %u: %s"), standing->place.version,
		                     language_said(standing_words(standing)));
		tell(description, 1, standing->owner);
	}
	free(standings);
	return code == QORGAN_ABSENT ? QORGAN_OK : code;
}

static int tell_envelope(struct description *description, struct qorgan_error *error)
{
	const struct qorgan_object *object = description->object;

	buffer_clear(&description->text);
	buffer_append_format(&description->text, language_said("%u, %s, by %s, commit %llu"),
	                     qorgan_object_version(object), object->time,
	                     object->user, (unsigned long long)qorgan_object_commit(object));
	tell(description, 0, "Version");
	tell_text(description, 0, "Owner", object->owner);
	int code = tell_received(description, error);
	return code ? code : tell_standings(description, error);
}

int qorgan_object_describe(struct qorgan_store *store, const struct qorgan_object *object, qorgan_line line,
                           void *context, struct qorgan_error *error)
{
	struct description description = { .store = store, .object = object, .line = line, .context = context };
	const char *kind = object->schema->kind;
	int code = vault_view_begin(store, &description.view, error);

	if (!code)
		tell_fields(&description, object->schema->fields, object->version.record.body, 0);
	if (!code && strcmp(kind, "measure") == 0)
		code = tell_measure(&description, error);
	else if (!code && strcmp(kind, "risk") == 0)
		code = tell_risk(&description, error);
	else if (!code && strcmp(kind, "partner") == 0)
		code = tell_partner(&description, error);
	else if (!code && strcmp(kind, "domain") == 0)
		code = vault_scan(description.view, schema_find("risk", 4), tell_member, &description, error);
	else if (!code && strcmp(kind, "proposal") == 0)
		code = proposal_tell(description.view, vault_languages(store), &object->version.record, line, context, error);
	else if (!code && strcmp(kind, "partner") == 0)
		code = tell_partner(&description, error);
	else if (!code)
		code = tell_contents(&description, error);
	if (!code)
		code = tell_envelope(&description, error);
	if (!code && description.text.failed)
		code = error_set_memory(error);
	vault_view_end(description.view);
	buffer_free(&description.text);
	buffer_free(&description.id);
	return code;
}
