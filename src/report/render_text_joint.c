/* The joint parts of the status report as text. */
#include <string.h>

#include "report/render_text.h"

#define TABLE(heads) { .columns = (heads), .count = sizeof(heads) / sizeof(heads)[0] }
#define DAY_SIZE 10

/* ---- What is known of each state ----------------------------------------------------- */

/* The day of a moment. */
static const char *day_of(const char *moment, char text[SAY_DAY_SIZE])
{
	char day[DAY_SIZE + 1] = "";

	return say_day(strncpy(day, moment, DAY_SIZE), text);
}

static void append_package(struct buffer *line, const struct report_source *source)
{
	char number[SAY_NUMBER_SIZE], made[SAY_DAY_SIZE], received[SAY_DAY_SIZE];
	const char *one = say_number(source->package, number);

	day_of(source->created, made);
	day_of(source->received, received);
	if (source->is_silent)
		say_with(line, PHRASE_SOURCE_SILENT, one, received, made);
	else
		say_with(line, PHRASE_SOURCE_PACKAGE, one, made, received);
	buffer_append_text(line, ": ");
	say_count(line, PHRASE_SOURCE_ENTRIES, source->entries, NULL, NULL);
}

static void append_source(struct buffer *line, const struct report_source *source)
{
	char number[SAY_NUMBER_SIZE];

	if (source->is_self)
		say_count(line, PHRASE_SOURCE_SELF, source->entries, NULL, NULL);
	else if (source->package)
		append_package(line, source);
	else
		buffer_append_text(line, say(PHRASE_SOURCE_NONE));
	if (source->is_forked)
		buffer_append_format(line, "; %s", say(PHRASE_SOURCE_FORKED));
	for (size_t i = 0; i < source->witnesses.count; i++) {
		const struct report_witness *witness = &source->witnesses.items[i];
		buffer_append_text(line, i ? ", " : "; ");
		say_with(line, i ? PHRASE_SOURCE_WITNESS_MORE : PHRASE_SOURCE_WITNESS, witness->state,
		         say_number(witness->entries, number), NULL);
	}
}

static void put_sources(struct text_page *page)
{
	const struct layout_column heads[] = { { say(PHRASE_STATE), false, false }, { say(PHRASE_KNOWN_BY), false, true } };
	struct layout_table table = TABLE(heads);
	struct buffer line = { 0 };

	text_section(page, say(PHRASE_JOINT_SOURCES));
	for (size_t i = 0; i < page->model->states.count; i++) {
		const struct report_state *state = &page->model->states.items[i];
		buffer_clear(&line);
		append_source(&line, &state->source);
		layout_cell(&table, state->id);
		layout_cell_format(&table, "%s", buffer_text(&line));
	}
	page->to->failed |= line.failed;
	buffer_free(&line);
	layout_table_end(&table, page->columns, page->to);
}

static void put_voices(struct text_page *page)
{
	const struct layout_column heads[] = {
		{ "", false, true },
		{ say(PHRASE_SHORT_ALL), true, false },
		{ say(PHRASE_SHORT_PLANNED), true, false },
		{ say(PHRASE_SHORT_IN_PROGRESS), true, false },
		{ say(PHRASE_SHORT_COMPLETED), true, false },
		{ say(PHRASE_SHORT_VERIFIED), true, false },
		{ say(PHRASE_SHORT_ON_HOLD), true, false },
		{ say(PHRASE_SHORT_CANCELLED), true, false },
		{ say(PHRASE_SHORT_DECLINED), true, false },
		{ say(PHRASE_SHORT_STAND_INS), true, false },
		{ say(PHRASE_SHORT_SILENT), true, false },
		{ say(PHRASE_SHORT_OWED), true, false },
		{ say(PHRASE_SHORT_RECEIVED), true, false },
	};
	struct layout_table table = TABLE(heads);

	text_section(page, say(PHRASE_JOINT_VOICES));
	for (size_t i = 0; i < page->model->states.count; i++) {
		const struct report_voices *voices = &page->model->states.items[i].voices;
		layout_cell(&table, page->model->states.items[i].id);
		layout_cell_number(&table, (int64_t)voices->parts);
		for (int word = 0; word < REPORT_WORDS; word++)
			layout_cell_number(&table, (int64_t)voices->words[word]);
		layout_cell_number(&table, (int64_t)voices->declined);
		layout_cell_number(&table, (int64_t)voices->stand_ins);
		layout_cell_number(&table, (int64_t)voices->silent);
		layout_cell_number(&table, (int64_t)voices->owed);
		layout_cell_number(&table, (int64_t)voices->received);
	}
	layout_table_end(&table, page->columns, page->to);
	layout_fill(page->to, ' ', 2);
	layout_paragraph(page->to, say(PHRASE_JOINT_LEGEND), 2, 2, page->columns);
}

/* ---- The lists ------------------------------------------------------------------------- */

static void put_owed(struct text_page *page)
{
	const struct report_model *model = page->model;
	const struct layout_column heads[] = { { say(PHRASE_ID), false, false },
		                                   { say(PHRASE_TITLE), false, true },
		                                   { say(PHRASE_JOINT_BY), false, false },
		                                   { say(PHRASE_JOINT_TO), false, false } };
	struct layout_table table = TABLE(heads);

	if (model->owed.count == 0)
		return;
	text_section(page, say(PHRASE_JOINT_OWED));
	for (size_t i = 0; i < model->owed.count; i++) {
		const struct report_part *row = &model->owed.items[i];
		layout_cell(&table, row->measure);
		layout_cell(&table, row->title);
		layout_cell_format(&table, "%s%s%s", row->state, row->is_lead ? "*" : "",
		                   row->voice == REPORT_STAND_IN ? "+" : "");
		layout_cell(&table, *row->owed_to ? row->owed_to : "-");
	}
	layout_table_end(&table, page->columns, page->to);
	text_more(page, model->owed.more);
}

static void put_stand_ins(struct text_page *page)
{
	const struct report_model *model = page->model;
	const struct layout_column heads[] = { { say(PHRASE_ID), false, false },
		                                   { say(PHRASE_TITLE), false, true },
		                                   { say(PHRASE_STATE), false, false },
		                                   { say(PHRASE_SAYS), false, false } };
	struct layout_table table = TABLE(heads);
	char day[SAY_DAY_SIZE];

	if (model->stand_ins.count == 0)
		return;
	text_section(page, say(PHRASE_STAND_INS));
	for (size_t i = 0; i < model->stand_ins.count; i++) {
		const struct report_part *row = &model->stand_ins.items[i];
		layout_cell(&table, row->measure);
		layout_cell(&table, row->title);
		layout_cell(&table, row->state);
		if (row->is_declined)
			layout_cell_format(&table, "%s %s", say(PHRASE_SAYS_DECLINED), say_day(row->date, day));
		else
			layout_cell_format(&table, "%s %d %% %s", say_word(row->word), row->progress, say_day(row->date, day));
	}
	layout_table_end(&table, page->columns, page->to);
	text_more(page, model->stand_ins.more);
}

/* "completed 2026-05-20 (stand-in)" */
static void append_word(struct buffer *to, const char *word, const char *date, enum report_voice voice)
{
	char day[SAY_DAY_SIZE];

	if (voice == REPORT_NO_WORD)
		buffer_append_text(to, say(PHRASE_MOVED_NO_REPORT));
	else
		buffer_append_format(to, "%s %s", say_word(word), say_day(date, day));
	if (voice == REPORT_STAND_IN)
		buffer_append_format(to, " (%s)", say(PHRASE_STAND_IN));
}

/* What the lead says, and what speaks against it. */
static void append_conflict(struct buffer *line, const struct report_conflict *conflict)
{
	const struct report_part *part = &conflict->part;
	char day[SAY_DAY_SIZE];

	if (*conflict->lead) {
		buffer_append_format(line, "%s (%s): ", conflict->lead, say(PHRASE_JOINT_LEAD));
		append_word(line, part->is_lead && part->is_declined ? say(PHRASE_SAYS_DECLINED) : conflict->lead_word,
		            conflict->lead_date, conflict->lead_voice);
	}
	if (!part->is_lead) {
		buffer_append_format(line, "%s%s: ", line->size ? "; " : "", part->state);
		append_word(line, part->is_declined ? say(PHRASE_SAYS_DECLINED) : part->word, part->date, part->voice);
	}
	if (part->contradiction == REPORT_GOING_ON_PAST_DUE) {
		buffer_append_text(line, "; ");
		say_with(line, PHRASE_PAST_DUE, say_day(part->due, day), NULL, NULL);
	} else if (*part->text) {
		buffer_append_format(line, ": %s", part->text);
	}
}

static void put_conflicts(struct text_page *page)
{
	static const enum phrase names[REPORT_CONTRADICTIONS] = {
		[REPORT_DONE_BUT_NOT] = PHRASE_DONE_BUT_NOT,
		[REPORT_CANCELLED_BUT_GOING_ON] = PHRASE_CANCELLED_BUT_GOING_ON,
		[REPORT_GOING_ON_PAST_DUE] = PHRASE_GOING_ON_PAST_DUE,
		[REPORT_DECLINED_BUT_NAMED] = PHRASE_DECLINED_BUT_NAMED,
	};
	const struct report_model *model = page->model;
	const struct layout_column heads[] = { { say(PHRASE_ID), false, false },
		                                   { say(PHRASE_STATE), false, false },
		                                   { say(PHRASE_CONTRADICTION), false, false },
		                                   { say(PHRASE_SAYS), false, true } };
	struct layout_table table = TABLE(heads);
	struct buffer line = { 0 };

	text_section(page, say(PHRASE_CONTRADICTIONS));
	for (size_t i = 0; i < model->conflicts.count; i++) {
		const struct report_conflict *conflict = &model->conflicts.items[i];
		buffer_clear(&line);
		append_conflict(&line, conflict);
		layout_cell(&table, conflict->part.measure);
		layout_cell(&table, conflict->part.state);
		layout_cell(&table, say(names[conflict->part.contradiction]));
		layout_cell_format(&table, "%s", buffer_text(&line));
	}
	if (model->conflicts.count)
		layout_table_end(&table, page->columns, page->to);
	else
		buffer_append_format(page->to, "  %s\n", say(PHRASE_NONE));
	page->to->failed |= line.failed;
	buffer_free(&line);
	text_more(page, model->conflicts.more);
}

void text_joint(struct text_page *page)
{
	put_sources(page);
	put_voices(page);
	put_conflicts(page);
	put_owed(page);
	put_stand_ins(page);
}
