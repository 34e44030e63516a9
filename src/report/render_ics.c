/* Reports as a calendar (iCalendar, RFC 5545), to be imported by a phone or an office: an
 * event of a whole day for each day on which something is due. An event of one thing has one
 * UID in all reports of a store, so that a moved day moves the entry. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "report/name_uuid.h"
#include "report/phrases.h"
#include "report/render.h"
#include "report/words.h"

#define LINE_LIMIT 75 /* octets, without the line's end */

struct calendar {
	const struct report_model *model;
	struct render_output *output;
	struct buffer line, text; /* the content line, and a value, being put together */
};

/* ---- Content lines ----------------------------------------------------------------- */

/* Whether a character begins at that byte: a line is not folded within one. */
static bool begins_character(char byte)
{
	return ((unsigned char)byte & 0xc0) != 0x80;
}

/* The line that was put together, folded. */
static void end_line(struct calendar *calendar)
{
	struct buffer *to = &calendar->output->text;
	struct span rest = buffer_span(&calendar->line);

	for (size_t limit = LINE_LIMIT; rest.size > limit; limit = LINE_LIMIT - 1) {
		size_t size = limit;
		while (size > 1 && !begins_character(rest.data[size]))
			size--;
		buffer_append(to, rest.data, size);
		buffer_append_text(to, "\r\n ");
		rest.data += size, rest.size -= size;
	}
	buffer_append_span(to, rest);
	buffer_append_text(to, "\r\n");
	to->failed |= calendar->line.failed;
	buffer_clear(&calendar->line);
}

static void put_line(struct calendar *calendar, const char *name, const char *value)
{
	buffer_append_text(&calendar->line, name);
	buffer_append_text(&calendar->line, value);
	end_line(calendar);
}

/* A value of type TEXT: what would end it or a part of it is escaped. */
static void put_text(struct calendar *calendar, const char *name, const char *value)
{
	buffer_append_text(&calendar->line, name);
	for (; *value; value++) {
		if (*value == '\n') {
			buffer_append_text(&calendar->line, "\\n");
		} else if (!iscntrl((unsigned char)*value)) {
			if (strchr("\\;,", *value))
				buffer_append_char(&calendar->line, '\\');
			buffer_append_char(&calendar->line, *value);
		}
	}
	end_line(calendar);
}

/* "2026-06-30" as 20260630, "2026-06-30T10:00:00Z" as 20260630T100000Z. */
static void put_time(struct calendar *calendar, const char *name, const char *time)
{
	buffer_append_text(&calendar->line, name);
	for (; *time; time++)
		if (*time != '-' && *time != ':')
			buffer_append_char(&calendar->line, *time);
	end_line(calendar);
}

/* ---- Events ------------------------------------------------------------------------- */

struct event {
	const char *sort, *name; /* what the event is known by, whatever else of it changes */
	const char *what, *date, *id, *state, *title;
};

static void put_summary(struct calendar *calendar, const struct event *event)
{
	struct buffer *text = &calendar->text;

	buffer_clear(text);
	buffer_append_text(text, event->what);
	if (*event->id)
		buffer_append_format(text, ": %s", event->id);
	if (*event->state)
		buffer_append_format(text, " (%s)", event->state);
	if (*event->title)
		buffer_append_format(text, " %s", event->title);
	calendar->line.failed |= text->failed;
	put_text(calendar, "SUMMARY:", buffer_text(text));
}

static void put_event(struct calendar *calendar, const struct event *event)
{
	const struct report_model *model = calendar->model;
	char number[24], uuid[NAME_UUID_SIZE];
	date_day day;

	if (!date_parse(span_of(event->date), &day))
		return;
	put_line(calendar, "BEGIN:", "VEVENT");
	put_line(calendar, "UID:", name_uuid(model->origin, event->sort, event->name, uuid));
	put_time(calendar, "DTSTAMP:", model->generated);
	snprintf(number, sizeof number, "%" PRIu64, model->leaves); /* of a longer log: newer */
	put_line(calendar, "SEQUENCE:", number);
	put_time(calendar, "DTSTART;VALUE=DATE:", event->date);
	put_summary(calendar, event);
	put_text(calendar, "CATEGORIES:", event->what);
	if (*model->marking) {
		put_text(calendar, "DESCRIPTION:", model->marking);
		put_line(calendar, "CLASS:", strcmp(model->marking, "TLP:CLEAR") == 0 ? "PUBLIC" : "CONFIDENTIAL");
	}
	put_line(calendar, "TRANSP:", "TRANSPARENT");
	put_line(calendar, "END:", "VEVENT");
	render_flush(calendar->output);
}

static void put_entry(struct calendar *calendar, const struct report_due *entry)
{
	struct event event = { report_event_names[entry->event], entry->id, words_event(entry), entry->date, entry->id,
		                   entry->state, entry->title };
	struct buffer name = { 0 }, title = { 0 };
	char number[SAY_NUMBER_SIZE];

	if (entry->event == REPORT_EVENT_REPORT || entry->event == REPORT_EVENT_PACKAGE) {
		buffer_append_format(&name, "%s/%s", entry->id, entry->state);
		event.name = buffer_text(&name);
	}
	if (entry->event == REPORT_EVENT_REPORT) {
		say_with(&title, PHRASE_REPORTS_MISSING, entry->title, say_number(entry->count, number), NULL);
		event.title = buffer_text(&title);
	}
	calendar->line.failed |= name.failed || title.failed;
	put_event(calendar, &event);
	buffer_free(&name);
	buffer_free(&title);
}

/* ---- The calendar of a status report -------------------------------------------------- */

static void put_due(struct calendar *calendar, enum report_event event, const char *date, const char *id,
                    const char *state, const char *title)
{
	put_entry(calendar, &(struct report_due){ .event = event,
	                                          .date = date,
	                                          .id = id,
	                                          .state = state,
	                                          .title = title,
	                                          .overdue = strcmp(date, calendar->model->cut_off) < 0 });
}

static bool is_open(const struct report_measure *measure)
{
	static const enum report_word closed[] = { REPORT_COMPLETED, REPORT_VERIFIED, REPORT_CANCELLED };

	for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++)
		if (strcmp(measure->word, report_word_names[closed[i]]) == 0)
			return false;
	return true;
}

static void put_measure(struct calendar *calendar, const struct report_measure *measure)
{
	struct buffer id = { 0 };

	put_due(calendar, REPORT_EVENT_MEASURE, measure->due, measure->id, measure->lead, measure->title);
	for (size_t i = 0; i < measure->plan.count; i++) {
		const struct report_milestone *milestone = &measure->plan.items[i];
		if (*milestone->done)
			continue;
		buffer_clear(&id);
		buffer_append_format(&id, "%s %s", measure->id, milestone->id);
		calendar->line.failed |= id.failed;
		put_due(calendar, REPORT_EVENT_MILESTONE, milestone->due, buffer_text(&id), measure->lead, milestone->title);
	}
	buffer_free(&id);
}

/* A step has no name of its own: it is known by its place in the state's report. */
static void put_steps(struct calendar *calendar)
{
	const struct report_model *model = calendar->model;
	struct buffer name = { 0 };

	for (size_t i = 0, place = 1; i < model->next_steps.count; i++, place++) {
		const struct report_remark *step = &model->next_steps.items[i];
		if (i && (strcmp(step[-1].measure, step->measure) != 0 || strcmp(step[-1].state, step->state) != 0))
			place = 1;
		buffer_clear(&name);
		buffer_append_format(&name, "%s/%s/%zu", step->measure, step->state, place);
		calendar->line.failed |= name.failed;
		const struct event event = { "step", buffer_text(&name), say(PHRASE_EVENT_STEP), step->date, step->measure,
			                         step->state, step->text };
		put_event(calendar, &event);
	}
	buffer_free(&name);
}

/* The reports that states still owe, by the end of the period. */
static void put_owed(struct calendar *calendar)
{
	const struct report_model *model = calendar->model;

	for (size_t i = 0; i < model->states.count; i++) {
		const struct report_state *state = &model->states.items[i];
		if (state->owed > state->received)
			put_entry(calendar, &(struct report_due){ .event = REPORT_EVENT_REPORT,
			                                          .date = model->period.to,
			                                          .id = model->period.label,
			                                          .title = state->title,
			                                          .state = state->id,
			                                          .count = state->owed - state->received });
	}
}

static void put_status(struct calendar *calendar)
{
	const struct report_model *model = calendar->model;

	for (size_t i = 0; i < model->measures.count; i++)
		if (is_open(&model->measures.items[i]))
			put_measure(calendar, &model->measures.items[i]);
	put_steps(calendar);
	put_owed(calendar);
	for (size_t i = 0; i < model->risks.count; i++) {
		const struct report_risk *risk = &model->risks.items[i];
		if (risk->closed)
			continue;
		put_due(calendar, REPORT_EVENT_REVIEW, risk->review, risk->id, risk->coordinator, risk->title);
		if (risk->acceptance != REPORT_NOT_ACCEPTED)
			put_due(calendar, REPORT_EVENT_ACCEPTANCE, risk->accepted_until, risk->id, risk->coordinator, risk->title);
	}
}

/* ---- The whole ---------------------------------------------------------------------------- */

static void put_head(struct calendar *calendar)
{
	const struct report_model *model = calendar->model;

	put_line(calendar, "BEGIN:", "VCALENDAR");
	put_line(calendar, "VERSION:", "2.0");
	put_line(calendar, "PRODID:", "-//Qorgan//Qorgan " QORGAN_VERSION "//EN");
	put_line(calendar, "CALSCALE:", "GREGORIAN");
	put_line(calendar, "METHOD:", "PUBLISH");
	if (*model->frame.title)
		buffer_append_text(&calendar->text, model->frame.title);
	else
		buffer_append_format(&calendar->text, "Qorgan %s %s", model->state, model->period.label);
	if (model->conditions.count) {
		buffer_append_format(&calendar->text, " (%s: ", say(PHRASE_FILTERED));
		words_filter(&calendar->text, model);
		buffer_append_char(&calendar->text, ')');
	}
	if (model->frame.stage != REPORT_STAGE_NONE)
		buffer_append_format(&calendar->text, " (%s)",
		                     say(model->frame.stage == REPORT_DRAFT ? PHRASE_DRAFT : PHRASE_FINAL));
	calendar->line.failed |= calendar->text.failed;
	put_text(calendar, "X-WR-CALNAME:", buffer_text(&calendar->text));
}

void render_ics(const struct report_model *model, const struct report_look *look, struct render_output *output)
{
	struct calendar calendar = { .model = model, .output = output };
	/* A calendar without any event would be none. */
	const struct event end = { "period", model->period.label, say(PHRASE_EVENT_PERIOD), model->period.to,
		                       model->period.label, "", "" };

	(void)look;
	put_head(&calendar);
	put_event(&calendar, &end);
	if (model->kind == REPORT_DUE)
		for (size_t i = 0; i < model->due.count; i++)
			put_entry(&calendar, &model->due.items[i]);
	else
		put_status(&calendar);
	put_line(&calendar, "END:", "VCALENDAR");
	buffer_free(&calendar.line);
	buffer_free(&calendar.text);
}
