/* The summary as text. */
#include "report/render_text.h"
#include "report/words.h"

/* Starts a list of so many rows; how many of them are shown. */
static size_t start_list(struct text_page *page, enum phrase heading, size_t count)
{
	text_section(page, say(heading));
	if (count == 0)
		buffer_append_format(page->to, "  %s\n", say(PHRASE_NONE));
	return count < REPORT_SUMMARY_ROWS ? count : REPORT_SUMMARY_ROWS;
}

static void put_rest(struct text_page *page, size_t rest)
{
	char number[SAY_NUMBER_SIZE];

	if (rest)
		text_say(page, PHRASE_SUMMARY_MORE, say_number(rest, number), NULL);
}

static void put_late(struct text_page *page)
{
	const struct report_model *model = page->model;
	const struct layout_column heads[] = { { say(PHRASE_ID), false, false },
		                                   { say(PHRASE_TITLE), false, true },
		                                   { say(PHRASE_LEAD), false, false },
		                                   { say(PHRASE_DUE), false, false } };
	struct layout_table table = { .columns = heads, .count = sizeof heads / sizeof heads[0] };
	size_t shown = start_list(page, PHRASE_LATE, model->late.count);

	for (size_t i = 0; i < shown; i++) {
		layout_cell(&table, model->late.items[i].id);
		layout_cell(&table, model->late.items[i].title);
		layout_cell(&table, model->late.items[i].lead);
		layout_cell_day(&table, model->late.items[i].due);
	}
	if (shown)
		layout_table_end(&table, page->columns, page->to);
	put_rest(page, model->late.count - shown);
}

/* What a state wrote may be long: it is wrapped below what it is about. */
static void put_asked(struct text_page *page)
{
	const struct report_model *model = page->model;
	struct buffer line = { 0 };
	size_t shown = start_list(page, PHRASE_ASKED, model->asked.count);

	for (size_t i = 0; i < shown; i++) {
		const struct report_asked *row = &model->asked.items[i];
		char day[SAY_DAY_SIZE];
		buffer_append_format(&line, "%s%s%s%s %s: %s", row->id, *row->state ? " (" : "", row->state,
		                     *row->state ? ")" : "", row->title, words_request(row->request));
		if (*row->date)
			buffer_append_format(&line, " (%s)", say_day(row->date, day));
		if (*row->text)
			buffer_append_format(&line, ": %s", row->text);
		page->to->failed |= line.failed;
		layout_fill(page->to, ' ', 2);
		layout_paragraph(page->to, buffer_text(&line), 2, 4, page->columns);
		buffer_clear(&line);
	}
	buffer_free(&line);
	put_rest(page, model->asked.count - shown);
}

void text_summary(struct text_page *page)
{
	text_totals(page);
	text_highest(page);
	put_late(page);
	put_asked(page);
}
