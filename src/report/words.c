/* From the names of the model to phrases. */
#include "report/words.h"

#include <string.h>

#include "record/schema.h"
#include "report/phrases.h"

const char *words_status(const char *name)
{
	static const enum phrase words[REPORT_WORDS] = { PHRASE_PLANNED,  PHRASE_IN_PROGRESS, PHRASE_COMPLETED,
		                                             PHRASE_VERIFIED, PHRASE_ON_HOLD,     PHRASE_CANCELLED };

	for (int i = 0; i < REPORT_WORDS; i++)
		if (strcmp(name, report_word_names[i]) == 0)
			return say(words[i]);
	return name;
}

const char *words_event(const struct report_due *entry)
{
	static const enum phrase names[REPORT_EVENTS] = { PHRASE_EVENT_MEASURE, PHRASE_EVENT_MILESTONE,
		                                              PHRASE_EVENT_REVIEW, PHRASE_EVENT_ACCEPTANCE,
		                                              PHRASE_EVENT_REPORT, PHRASE_EVENT_OFFER,
		                                              PHRASE_EVENT_PACKAGE, PHRASE_EVENT_RECEIPT };

	if (entry->event == REPORT_EVENT_ACCEPTANCE && entry->overdue)
		return say(PHRASE_EVENT_ACCEPTANCE_ENDED);
	return say(names[entry->event]);
}

const char *words_request(enum report_request request)
{
	static const enum phrase names[REPORT_REQUESTS] = { PHRASE_ASKED_LEAD, PHRASE_ASKED_PART, PHRASE_EVENT_ACCEPTANCE_ENDED,
		                                                PHRASE_ASKED_HELP };

	return say(names[request]);
}

void words_field(struct buffer *to, const struct report_field *field)
{
	bool nested = strpbrk(field->path, ".[/") != NULL;

	if (*field->label && nested)
		buffer_append_format(to, "%s (%s)", field->label, field->path);
	else
		buffer_append_text(to, *field->label ? field->label : field->path);
}

void words_filter(struct buffer *to, const struct report_model *model)
{
	for (size_t i = 0; i < model->conditions.count; i++) {
		const struct report_condition *condition = &model->conditions.items[i];
		buffer_append_format(to, "%s%s%s%s", i ? "; " : "", condition->name, *condition->value ? "=" : "",
		                     condition->value);
	}
}

void words_only(struct buffer *to, const struct report_model *model)
{
	struct buffer filter = { 0 };

	if (!model->conditions.count)
		return;
	words_filter(&filter, model);
	say_with(to, strcmp(model->filtered, "risk") == 0 ? PHRASE_ONLY_RISKS : PHRASE_ONLY_MEASURES, buffer_text(&filter),
	         NULL, NULL);
	to->failed |= filter.failed;
	buffer_free(&filter);
}

void words_filtered(struct buffer *to, const struct report_model *model)
{
	if (model->conditions.count)
		buffer_append_format(to, " (%s)", say(PHRASE_FILTERED));
}

void words_title(struct buffer *to, const struct report_model *model)
{
	static const enum phrase titles[REPORT_KINDS] = {
		[REPORT_STATUS] = PHRASE_TITLE_STATUS,   [REPORT_REGISTER] = PHRASE_TITLE_REGISTER,
		[REPORT_MATRIX] = PHRASE_TITLE_MATRIX,   [REPORT_CHANGES] = PHRASE_TITLE_CHANGES,
		[REPORT_DUE] = PHRASE_TITLE_DUE,         [REPORT_SUMMARY] = PHRASE_TITLE_SUMMARY,
	};

	if (REPORT_IS_DOSSIER(model->kind))
		buffer_append_format(to, "%s %s: %s", say_word(schema_find(model->kind_name, strlen(model->kind_name))->label),
		                     model->object, model->object_title);
	else
		buffer_append_format(to, "%s %s", say(model->joint ? PHRASE_JOINT_TITLE : titles[model->kind]), model->period.label);
	words_filtered(to, model);
}

void words_totals(struct buffer *to, const struct report_model *model)
{
	static const enum phrase words[REPORT_WORDS] = { PHRASE_PLANNED,  PHRASE_IN_PROGRESS, PHRASE_COMPLETED,
		                                             PHRASE_VERIFIED, PHRASE_ON_HOLD,     PHRASE_CANCELLED };
	const struct report_counts *totals = &model->totals;

	if (model->conditions.count)
		buffer_append_format(to, "%s ", say(PHRASE_COUNTS_FILTERED));
	buffer_append_format(to, "%s %llu:", say(PHRASE_MEASURES), (unsigned long long)totals->measures);
	for (int i = 0; i < REPORT_WORDS; i++)
		buffer_append_format(to, "%s %llu %s", i ? "," : "", (unsigned long long)totals->words[i], say(words[i]));
	buffer_append_format(to, "; %llu %s, %llu %s; %llu %s.", (unsigned long long)totals->overdue, say(PHRASE_OVERDUE),
	                     (unsigned long long)totals->due_soon, say(PHRASE_DUE_SOON),
	                     (unsigned long long)totals->no_report, say(PHRASE_NO_REPORT));
	if (totals->unreported) {
		buffer_append_char(to, ' ');
		say_count(to, PHRASE_UNREPORTED, totals->unreported, NULL, NULL);
	}
}
