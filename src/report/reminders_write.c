/* Reminders as text for a terminal, as JSON, and as a calendar. */
#include <stdio.h>
#include <string.h>

#include "report/json_writer.h"
#include "report/layout.h"
#include "report/phrases.h"
#include "report/reminders.h"
#include "store/vault.h"

const char *const qorgan_reminder_formats[] = { "text", "json", "ics", NULL };

#define DEFAULT_COLUMNS 80

/* ---- Text ----------------------------------------------------------------------------- */

static void put_item(struct layout_table *table, const struct reminder *item)
{
	char day[SAY_DAY_SIZE];

	layout_cell_format(table, "%s%s", say_day(item->date, day), item->late ? " !" : "");
	layout_cell(table, reminder_what(item));
	layout_cell(table, item->id);
	if (item->event == REPORT_EVENT_RECEIPT)
		layout_cell_day(table, item->title); /* on which that package went */
	else if (item->event == REPORT_EVENT_REPORT)
		layout_cell_format(table, "%s: %s%s", item->period, item->title, strcmp(item->part, "lead") == 0 ? " *" : "");
	else
		layout_cell(table, item->title);
}

/* One state's; returns where the next one's begin. */
static size_t put_state(const struct reminders *reminders, size_t first, size_t columns, struct buffer *to)
{
	const struct layout_column heads[] = { { say(PHRASE_DATE), false, false },
		                                   { say(PHRASE_WHAT), false, false },
		                                   { say(PHRASE_ID), false, false },
		                                   { say(PHRASE_TITLE), false, true } };
	struct layout_table table = { .columns = heads, .count = 4 };
	const char *state = reminders->items.items[first].state;
	size_t at = first;

	for (; at < reminders->items.count && strcmp(reminders->items.items[at].state, state) == 0; at++)
		put_item(&table, &reminders->items.items[at]);
	if (*state)
		buffer_append_format(to, "\n%s %s\n", state, reminders_state(reminders, state));
	else
		buffer_append_format(to, "\n%s\n", say(PHRASE_NO_LEAD));
	layout_table_end(&table, columns, to);
	arena_free(&table.arena);
	return at;
}

static void write_text(const struct reminders *reminders, size_t columns, struct render_output *output)
{
	struct buffer *to = &output->text;
	char day[SAY_DAY_SIZE], late[SAY_NUMBER_SIZE], ahead[SAY_NUMBER_SIZE];
	uint64_t dated = 0;

	for (size_t i = 0; i < reminders->items.count; i++)
		dated += *reminders->items.items[i].date && !reminders->items.items[i].late;
	buffer_append_format(to, "%s %s, %s\n", say(PHRASE_REMINDERS), reminders->today.state,
	                     say_day(reminders->today.cut_off, day));
	say_with(to, PHRASE_REMINDERS_COUNT, say_number(reminders->told.late, late), say_day(reminders->until, day),
	         say_number(dated, ahead));
	buffer_append_char(to, '\n');
	if (!reminders->items.count)
		buffer_append_format(to, "\n%s\n", say(PHRASE_NOTHING_DUE));
	for (size_t at = 0; at < reminders->items.count;) {
		at = put_state(reminders, at, columns, to);
		render_flush(output);
	}
}

/* ---- JSON ------------------------------------------------------------------------------- */

static void write_json(const struct reminders *reminders, struct render_output *output)
{
	struct json_writer writer = { output, &output->text, false };

	writer_open(&writer, NULL, '{');
	writer_text(&writer, "kind", "reminders");
	writer_text(&writer, "state", reminders->today.state);
	writer_text(&writer, "day", reminders->today.cut_off);
	writer_text(&writer, "until", reminders->until);
	writer_text(&writer, "marking", reminders->today.marking);
	writer_count(&writer, "late", reminders->told.late);
	writer_open(&writer, "items", '[');
	for (size_t i = 0; i < reminders->items.count; i++) {
		const struct reminder *item = &reminders->items.items[i];
		bool is_receipt = item->event == REPORT_EVENT_RECEIPT;
		writer_row(&writer);
		writer_text(&writer, "state", item->state);
		writer_text(&writer, "event", report_event_names[item->event]);
		writer_text(&writer, "date", item->date);
		if (*item->date)
			writer_number(&writer, "days", item->days);
		else
			writer_null(&writer, "days");
		writer_flag(&writer, "late", item->late);
		writer_text(&writer, "id", item->id);
		writer_text(&writer, "title", is_receipt ? "" : item->title);
		writer_text(&writer, "period", item->period);
		writer_text(&writer, "part", item->part);
		writer_text(&writer, "sent_on", is_receipt ? item->title : "");
		writer_close(&writer, '}');
	}
	writer_close(&writer, ']');
	writer_close(&writer, '}');
	buffer_append_char(writer.to, '\n');
}

/* ---- A calendar ----------------------------------------------------------------------------- */

/* The reports that a state owes for one period are one event, as in the calendar of the due report. */
static bool add_to_event(struct report_model *calendar, const struct reminder *item)
{
	for (size_t i = calendar->due.items ? calendar->due.count : 0; item->event == REPORT_EVENT_REPORT && i > 0; i--) {
		struct report_due *entry = &calendar->due.items[i - 1];
		if (strcmp(entry->state, item->state) != 0)
			break;
		if (entry->event == item->event && strcmp(entry->id, item->period) == 0) {
			entry->count++;
			return true;
		}
	}
	return false;
}

static void write_ics(const struct reminders *reminders, struct render_output *output)
{
	struct report_model calendar = reminders->today;
	const struct report_look look = { 0 };

	memset(&calendar.arena, 0, sizeof calendar.arena);
	memset(&calendar.due, 0, sizeof calendar.due);
	for (size_t i = 0; i < reminders->items.count; i++) {
		const struct reminder *item = &reminders->items.items[i];
		bool is_report = item->event == REPORT_EVENT_REPORT;
		struct report_due *entry =
			!*item->date || add_to_event(&calendar, item) ? NULL : arena_add(&calendar.arena, &calendar.due);
		if (entry)
			*entry = (struct report_due){ .event = item->event,
				                          .date = item->date,
				                          .id = is_report ? item->period : item->id,
				                          .title = is_report ? reminders_state(reminders, item->state) : item->title,
				                          .state = item->state,
				                          .days = item->days,
				                          .count = is_report,
				                          .overdue = item->late };
	}
	output->failed |= calendar.arena.failed;
	render_ics(&calendar, &look, output);
	arena_free(&calendar.arena);
}

int qorgan_reminders_write(struct qorgan_store *store, const struct qorgan_reminders *asked, FILE *to,
                           struct qorgan_reminders_told *told, struct qorgan_error *error)
{
	struct render_output output = { .file = to };
	struct reminders reminders = { 0 };
	bool is_json = strcmp(asked->format, "json") == 0;

	say_in(is_json ? NULL : language_choose(vault_languages(store)));
	int code = reminders_gather(store, asked, &reminders, error);
	if (!code) {
		if (is_json)
			write_json(&reminders, &output);
		else if (strcmp(asked->format, "ics") == 0)
			write_ics(&reminders, &output);
		else
			write_text(&reminders, asked->columns ? asked->columns : DEFAULT_COLUMNS, &output);
		render_finish(&output);
		if (output.failed)
			code = error_set_system(error, QORGAN_IO, "the reminders could not be written");
	}
	*told = reminders.told;
	say_in(NULL);
	reminders_free(&reminders);
	return code;
}
