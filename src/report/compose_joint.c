/* The chapters of a joint status report: what is known of each state, and by whose word. */

#include "report/compose_parts.h"

/* ---- What is known of each state ----------------------------------------------------- */

static void append_package(struct compose *compose, const struct report_source *source)
{
	char number[SAY_NUMBER_SIZE];
	const char *made = compose_said_day(compose, source->created);
	const char *received = compose_said_day(compose, source->received);
	const char *package = say_number(source->package, number);

	if (source->is_silent)
		say_with(&compose->line, PHRASE_SOURCE_SILENT, package, received, made);
	else
		say_with(&compose->line, PHRASE_SOURCE_PACKAGE, package, made, received);
}

static void append_witnesses(struct compose *compose, const struct report_source *source)
{
	char number[SAY_NUMBER_SIZE];

	for (size_t i = 0; i < source->witnesses.count; i++) {
		const struct report_witness *witness = &source->witnesses.items[i];
		buffer_append_text(&compose->line, i ? ", " : "");
		say_with(&compose->line, i ? PHRASE_SOURCE_WITNESS_MORE : PHRASE_SOURCE_WITNESS, witness->state,
		         say_number(witness->entries, number), NULL);
	}
}

static void add_source(struct compose *compose, struct document_table *table, const struct report_source *source)
{
	if (source->is_self)
		say_count(&compose->line, PHRASE_SOURCE_SELF, source->entries, NULL, NULL);
	else if (source->package)
		append_package(compose, source);
	else
		buffer_append_text(&compose->line, say(PHRASE_SOURCE_NONE));
	if (source->is_forked)
		buffer_append_format(&compose->line, "; %s", say(PHRASE_SOURCE_FORKED));
	compose_cell_alarm(compose, table, compose_line(compose), source->is_silent || source->is_forked);
	if (source->is_self || source->package)
		compose_cell_count(compose, table, source->entries);
	else
		compose_cell(compose, table, "");
	append_witnesses(compose, source);
	compose_cell_line(compose, table);
}

static void add_sources(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_STATE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 6 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 16 },
		{ PHRASE_KNOWN_BY, PHRASE_HELP_KNOWN_BY, DOCUMENT_TEXT, 0 },
		{ PHRASE_LOG_ENTRIES, PHRASE_HELP_LOG_ENTRIES, DOCUMENT_NUMBER, 8 },
		{ PHRASE_WITNESSES, PHRASE_HELP_WITNESSES, DOCUMENT_TEXT, 24 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "sources", PHRASE_JOINT_SOURCES);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->states.count; i++) {
		compose_cell(compose, table, model->states.items[i].id);
		compose_cell(compose, table, model->states.items[i].title);
		add_source(compose, table, &model->states.items[i].source);
	}
}

static void add_voices(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_STATE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 6 },
		{ PHRASE_SHORT_ALL, PHRASE_HELP_PARTS, DOCUMENT_NUMBER, 5 },
		{ PHRASE_SHORT_PLANNED, PHRASE_HELP_SAYS_PLANNED, DOCUMENT_NUMBER, 5 },
		{ PHRASE_SHORT_IN_PROGRESS, PHRASE_HELP_IN_PROGRESS, DOCUMENT_NUMBER, 5 },
		{ PHRASE_SHORT_COMPLETED, PHRASE_HELP_COMPLETED, DOCUMENT_NUMBER, 5 },
		{ PHRASE_SHORT_VERIFIED, PHRASE_HELP_VERIFIED, DOCUMENT_NUMBER, 5 },
		{ PHRASE_SHORT_ON_HOLD, PHRASE_HELP_ON_HOLD, DOCUMENT_NUMBER, 5 },
		{ PHRASE_SHORT_CANCELLED, PHRASE_HELP_CANCELLED, DOCUMENT_NUMBER, 5 },
		{ PHRASE_SHORT_DECLINED, PHRASE_HELP_DECLINED, DOCUMENT_NUMBER, 5 },
		{ PHRASE_SHORT_STAND_INS, PHRASE_HELP_STAND_INS, DOCUMENT_NUMBER, 5 },
		{ PHRASE_SHORT_SILENT, PHRASE_HELP_SILENT, DOCUMENT_NUMBER, 5 },
		{ PHRASE_SHORT_OWED, PHRASE_HELP_REPORTS_OWED, DOCUMENT_NUMBER, 5 },
		{ PHRASE_SHORT_RECEIVED, PHRASE_HELP_OWN_RECEIVED, DOCUMENT_NUMBER, 5 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "voices", PHRASE_JOINT_VOICES);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->states.count; i++) {
		const struct report_voices *voices = &model->states.items[i].voices;
		compose_cell(compose, table, model->states.items[i].id);
		compose_cell_count(compose, table, voices->parts);
		for (int word = 0; word < REPORT_WORDS; word++)
			compose_cell_count(compose, table, voices->words[word]);
		compose_cell_count(compose, table, voices->declined);
		compose_cell_count(compose, table, voices->stand_ins);
		compose_cell_count(compose, table, voices->silent);
		compose_cell_count(compose, table, voices->owed);
		compose_cell_count(compose, table, voices->received);
	}
	document_add_note(compose->document, say(PHRASE_JOINT_LEGEND));
}

/* ---- The lists ------------------------------------------------------------------------- */

/* "completed 2026-05-20 (stand-in)" */
static void append_word(struct compose *compose, const char *word, const char *date, enum report_voice voice)
{
	if (voice == REPORT_NO_WORD)
		buffer_append_text(&compose->line, say(PHRASE_MOVED_NO_REPORT));
	else
		buffer_append_format(&compose->line, "%s %s", word, compose_said_day(compose, date));
	if (voice == REPORT_STAND_IN)
		buffer_append_format(&compose->line, " (%s)", say(PHRASE_STAND_IN));
}

/* What the lead says, and what speaks against it. */
static void append_conflict(struct compose *compose, const struct report_conflict *conflict)
{
	const struct report_part *part = &conflict->part;
	struct buffer *line = &compose->line;

	if (*conflict->lead) {
		buffer_append_format(line, "%s (%s): ", conflict->lead, say(PHRASE_JOINT_LEAD));
		append_word(compose, part->is_lead && part->is_declined ? say(PHRASE_SAYS_DECLINED)
		                                                        : words_status(conflict->lead_word),
		            conflict->lead_date, conflict->lead_voice);
	}
	if (!part->is_lead) {
		buffer_append_format(line, "%s%s: ", line->size ? "; " : "", part->state);
		append_word(compose, part->is_declined ? say(PHRASE_SAYS_DECLINED) : words_status(part->word), part->date,
		            part->voice);
	}
	if (part->contradiction == REPORT_GOING_ON_PAST_DUE) {
		buffer_append_text(line, "; ");
		say_with(line, PHRASE_PAST_DUE, compose_said_day(compose, part->due), NULL, NULL);
	} else if (*part->text) {
		buffer_append_format(line, ": %s", part->text);
	}
}

static void add_conflicts(struct compose *compose)
{
	static const enum phrase names[REPORT_CONTRADICTIONS] = {
		[REPORT_DONE_BUT_NOT] = PHRASE_DONE_BUT_NOT,
		[REPORT_CANCELLED_BUT_GOING_ON] = PHRASE_CANCELLED_BUT_GOING_ON,
		[REPORT_GOING_ON_PAST_DUE] = PHRASE_GOING_ON_PAST_DUE,
		[REPORT_DECLINED_BUT_NAMED] = PHRASE_DECLINED_BUT_NAMED,
	};
	static const struct compose_head heads[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 11 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 24 },
		{ PHRASE_STATE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 6 },
		{ PHRASE_CONTRADICTION, PHRASE_HELP_CONTRADICTION, DOCUMENT_TEXT, 16 },
		{ PHRASE_SAYS, PHRASE_HELP_SAYS, DOCUMENT_TEXT, 0 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "contradictions", PHRASE_CONTRADICTIONS);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->conflicts.count; i++) {
		const struct report_conflict *conflict = &model->conflicts.items[i];
		compose_cell(compose, table, conflict->part.measure);
		compose_cell(compose, table, conflict->part.title);
		compose_cell(compose, table, conflict->part.state);
		compose_cell(compose, table, say(names[conflict->part.contradiction]));
		append_conflict(compose, conflict);
		compose_cell_line(compose, table);
	}
}

static void add_owed(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 11 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_JOINT_BY, PHRASE_HELP_JOINT_BY, DOCUMENT_TEXT, 8 },
		{ PHRASE_JOINT_TO, PHRASE_HELP_JOINT_TO, DOCUMENT_TEXT, 24 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "owed", PHRASE_JOINT_OWED);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->owed.count; i++) {
		const struct report_part *row = &model->owed.items[i];
		compose_cell(compose, table, row->measure);
		compose_cell(compose, table, row->title);
		buffer_append_format(&compose->line, "%s%s%s", row->state, row->is_lead ? "*" : "",
		                     row->voice == REPORT_STAND_IN ? "+" : "");
		compose_cell_line(compose, table);
		compose_cell(compose, table, row->owed_to);
	}
}

static void add_stand_ins(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 11 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_STATE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 6 },
		{ PHRASE_SAYS, PHRASE_HELP_SAYS, DOCUMENT_TEXT, 12 },
		{ PHRASE_PROGRESS, PHRASE_HELP_PROGRESS, DOCUMENT_PERCENT, 8 },
		{ PHRASE_DATE, PHRASE_HELP_REPORTED, DOCUMENT_DATE, 10 },
	};
	const struct report_model *model = compose->model;

	compose_section(compose, 1, "stand-ins", PHRASE_STAND_INS);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->stand_ins.count; i++) {
		const struct report_part *row = &model->stand_ins.items[i];
		compose_cell(compose, table, row->measure);
		compose_cell(compose, table, row->title);
		compose_cell(compose, table, row->state);
		compose_cell(compose, table, row->is_declined ? say(PHRASE_SAYS_DECLINED) : words_status(row->word));
		document_cell_percent(compose->document, table, row->is_declined ? -1 : row->progress);
		document_cell_date(compose->document, table, row->date, false);
	}
}

void compose_joint(struct compose *compose)
{
	add_sources(compose);
	add_voices(compose);
	add_conflicts(compose);
	add_owed(compose);
	add_stand_ins(compose);
}
