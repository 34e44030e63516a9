/* Changes and the calendar as text. */
#include <string.h>

#include "base/text.h"
#include "report/render_text.h"
#include "report/words.h"

#define VALUE_WIDTH 40 /* longer values are not shown beside their field */
#define LATER_ROWS 20  /* of what is due after the period */

static void put_counts(struct text_page *page, enum phrase heading, enum phrase name,
                       const struct report_change_count *rows, size_t count)
{
	const struct layout_column heads[] = { { say(name), false, true },
		                                   { say(PHRASE_NEW), true, false },
		                                   { say(PHRASE_CHANGED), true, false },
		                                   { say(PHRASE_RETIRED), true, false } };
	struct layout_table table = { .columns = heads, .count = 4 };

	for (size_t i = 0; i < count; i++) {
		if (rows[i].sorts[REPORT_NEW] + rows[i].sorts[REPORT_CHANGED] + rows[i].sorts[REPORT_RETIRED] == 0)
			continue;
		layout_cell(&table, name == PHRASE_KIND ? say_word(rows[i].name) : rows[i].name);
		for (int sort = 0; sort < REPORT_CHANGE_SORTS; sort++)
			layout_cell_number(&table, (int64_t)rows[i].sorts[sort]);
	}
	if (table.cells.count) {
		text_section(page, say(heading));
		layout_table_end(&table, page->columns, page->to);
	}
	arena_free(&table.arena);
}

static void put_authors(struct text_page *page)
{
	const struct report_model *model = page->model;
	const struct layout_column heads[] = { { say(PHRASE_USER), false, true },
		                                   { say(PHRASE_COMMITS), true, false },
		                                   { say(PHRASE_VERSIONS), true, false } };
	struct layout_table table = { .columns = heads, .count = 3 };

	if (model->authors.count == 0)
		return;
	text_section(page, say(PHRASE_CHANGES_BY_USER));
	for (size_t i = 0; i < model->authors.count; i++) {
		layout_cell(&table, model->authors.items[i].user);
		layout_cell_number(&table, (int64_t)model->authors.items[i].commits);
		layout_cell_number(&table, (int64_t)model->authors.items[i].versions);
	}
	layout_table_end(&table, page->columns, page->to);
}

static void put_packages(struct text_page *page)
{
	const struct report_model *model = page->model;
	const struct layout_column heads[] = { { say(PHRASE_PACKAGE), false, false },
		                                   { say(PHRASE_RECEIVED), false, false },
		                                   { say(PHRASE_USER), false, true },
		                                   { say(PHRASE_RECORDS), true, false },
		                                   { say(PHRASE_NEW), true, false } };
	struct layout_table table = { .columns = heads, .count = 5 };

	if (model->packages.count == 0)
		return;
	text_section(page, say(PHRASE_PACKAGES));
	for (size_t i = 0; i < model->packages.count; i++) {
		const struct report_package *row = &model->packages.items[i];
		layout_cell_format(&table, "%s %llu", row->from, (unsigned long long)row->sequence);
		layout_cell_day(&table, row->received);
		layout_cell(&table, row->user);
		layout_cell_number(&table, (int64_t)row->records);
		layout_cell_number(&table, (int64_t)row->versions);
	}
	layout_table_end(&table, page->columns, page->to);
}

/* Short values are shown; of a long one only that it changed. */
static void append_field(struct buffer *to, const struct report_field *field)
{
	bool brief = text_width(span_of(field->before)) <= VALUE_WIDTH && !strchr(field->before, '\n') &&
	             text_width(span_of(field->after)) <= VALUE_WIDTH && !strchr(field->after, '\n');

	if (to->size)
		buffer_append_text(to, "; ");
	words_field(to, field);
	if (brief)
		buffer_append_format(to, " %s → %s", *field->before ? field->before : "-",
		                     *field->after ? field->after : "-");
}

static void put_change(struct text_page *page, const struct report_change *change)
{
	struct buffer line = { 0 };

	size_t before = page->to->size;
	buffer_append_format(page->to, "  %s %s@%u  ", say_word(change->kind), change->id, change->version);
	if (change->package)
		buffer_append_format(page->to, "(%s %llu) ", change->owner, (unsigned long long)change->package);
	size_t at = text_width((struct span){ page->to->data + before, page->to->size - before });
	layout_paragraph(page->to, change->title, at, 4, page->columns);
	for (size_t i = 0; i < change->fields.count; i++)
		append_field(&line, &change->fields.items[i]);
	page->to->failed |= line.failed;
	if (line.size) {
		layout_fill(page->to, ' ', 4);
		layout_paragraph(page->to, buffer_text(&line), 4, 4, page->columns);
	}
	buffer_free(&line);
}

void text_changes(struct text_page *page)
{
	static const enum phrase headings[REPORT_CHANGE_SORTS] = { PHRASE_NEW, PHRASE_CHANGED, PHRASE_RETIRED };
	const struct report_model *model = page->model;
	struct buffer heading = { 0 };
	char day[SAY_DAY_SIZE];

	say_with(&heading, PHRASE_CHANGES_SINCE, model->previous.label, say_day(model->cut_off, day), NULL);
	text_section(page, buffer_text(&heading));
	buffer_free(&heading);
	if (model->changes.count == 0)
		buffer_append_format(page->to, "  %s\n", say(PHRASE_NOTHING_CHANGED));
	put_counts(page, PHRASE_CHANGES_BY_KIND, PHRASE_KIND, model->changes_by_kind.items, model->changes_by_kind.count);
	put_counts(page, PHRASE_CHANGES_BY_STATE, PHRASE_STATE, model->changes_by_state.items,
	           model->changes_by_state.count);
	put_authors(page);
	put_packages(page);
	for (int sort = 0; sort < REPORT_CHANGE_SORTS; sort++) {
		bool any = false;
		for (size_t i = 0; i < model->changes.count; i++) {
			if ((int)model->changes.items[i].sort != sort)
				continue;
			if (!any)
				text_section(page, say(headings[sort]));
			any = true;
			put_change(page, &model->changes.items[i]);
		}
	}
	text_more(page, model->changes.more);
}

/* ---- The calendar ------------------------------------------------------------------ */

static bool is_in(const struct report_due *entry, enum phrase part)
{
	return entry->overdue ? part == PHRASE_DUE_OVERDUE : part == (entry->later ? PHRASE_DUE_LATER : PHRASE_DUE_PERIOD);
}

static void put_part(struct text_page *page, enum phrase part)
{
	const struct report_model *model = page->model;
	const struct layout_column heads[] = { { say(PHRASE_DATE), false, false },
		                                   { say(PHRASE_WHAT), false, false },
		                                   { say(PHRASE_ID), false, false },
		                                   { say(PHRASE_STATE), false, false },
		                                   { say(PHRASE_TITLE), false, true } };
	struct layout_table table = { .columns = heads, .count = 5 };
	char number[SAY_NUMBER_SIZE], day[SAY_DAY_SIZE];
	struct buffer text = { 0 };
	size_t rows = 0, hidden = 0;

	for (size_t i = 0; i < model->due.count; i++) {
		const struct report_due *entry = &model->due.items[i];
		if (!is_in(entry, part))
			continue;
		if (part == PHRASE_DUE_LATER && rows >= LATER_ROWS) {
			hidden++;
			continue;
		}
		rows++;
		layout_cell_format(&table, "%s%s", say_day(entry->date, day), entry->overdue ? " !" : "");
		layout_cell(&table, words_event(entry));
		layout_cell(&table, entry->id);
		layout_cell(&table, entry->state);
		if (entry->event == REPORT_EVENT_REPORT) {
			buffer_clear(&text);
			say_with(&text, PHRASE_REPORTS_MISSING, entry->title, say_number(entry->count, number), NULL);
			layout_cell_format(&table, "%s", buffer_text(&text));
		} else {
			layout_cell(&table, entry->title);
		}
	}
	buffer_free(&text);
	if (rows) {
		text_section(page, say(part));
		layout_table_end(&table, page->columns, page->to);
		text_more(page, hidden);
	}
	arena_free(&table.arena);
}

void text_due(struct text_page *page)
{
	put_part(page, PHRASE_DUE_OVERDUE);
	put_part(page, PHRASE_DUE_PERIOD);
	put_part(page, PHRASE_DUE_LATER);
	if (page->model->due.count == 0)
		buffer_append_format(page->to, "\n%s\n", say(PHRASE_NOTHING_DUE));
}
