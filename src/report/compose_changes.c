/* Changes and the calendar as documents. */

#include "report/compose_parts.h"

/* ---- Changes ------------------------------------------------------------------------- */

static void add_counts(struct compose *compose, const char *name, enum phrase title, enum phrase head,
                       const struct report_change_count *rows, size_t count)
{
	const struct compose_head heads[] = {
		{ head, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_NEW, PHRASE_HELP_NEW, DOCUMENT_NUMBER, 8 },
		{ PHRASE_CHANGED, PHRASE_HELP_CHANGED, DOCUMENT_NUMBER, 8 },
		{ PHRASE_RETIRED, PHRASE_HELP_RETIRED, DOCUMENT_NUMBER, 8 },
	};

	compose_section(compose, 1, name, title);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < count; i++) {
		if (rows[i].sorts[REPORT_NEW] + rows[i].sorts[REPORT_CHANGED] + rows[i].sorts[REPORT_RETIRED] == 0)
			continue;
		compose_cell(compose, table, head == PHRASE_KIND ? say_word(rows[i].name) : rows[i].name);
		for (int sort = 0; sort < REPORT_CHANGE_SORTS; sort++)
			compose_cell_count(compose, table, rows[i].sorts[sort]);
	}
}

static void add_authors(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_USER, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
		{ PHRASE_COMMITS, PHRASE_HELP_COMMITS, DOCUMENT_NUMBER, 8 },
		{ PHRASE_VERSIONS, PHRASE_HELP_VERSIONS, DOCUMENT_NUMBER, 8 },
	};
	const struct report_model *model = compose->model;

	if (*model->only_domain || *model->only_state || model->conditions.count)
		return; /* commits are of all of it */
	compose_section(compose, 1, "users", PHRASE_CHANGES_BY_USER);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->authors.count; i++) {
		compose_cell(compose, table, model->authors.items[i].user);
		compose_cell_count(compose, table, model->authors.items[i].commits);
		compose_cell_count(compose, table, model->authors.items[i].versions);
	}
}

static void add_packages(struct compose *compose)
{
	static const struct compose_head heads[] = {
		{ PHRASE_STATE, PHRASE_HELP_SENDER, DOCUMENT_TEXT, 6 },
		{ PHRASE_PACKAGE, PHRASE_HELP_PACKAGE, DOCUMENT_NUMBER, 8 },
		{ PHRASE_MADE, PHRASE_HELP_MADE, DOCUMENT_DATE, 10 },
		{ PHRASE_RECEIVED, PHRASE_HELP_TAKEN_IN, DOCUMENT_DATE, 10 },
		{ PHRASE_USER, PHRASE_HELP_TAKEN_BY, DOCUMENT_TEXT, 0 },
		{ PHRASE_LOG_ENTRIES, PHRASE_HELP_LOG_ENTRIES, DOCUMENT_NUMBER, 8 },
		{ PHRASE_RECORDS, PHRASE_HELP_RECORDS, DOCUMENT_NUMBER, 8 },
		{ PHRASE_NEW, PHRASE_HELP_NEW_HERE, DOCUMENT_NUMBER, 8 },
	};
	const struct report_model *model = compose->model;

	if (*model->only_domain || model->conditions.count)
		return; /* what they held is of all domains, and of all that there is */
	compose_section(compose, 1, "packages", PHRASE_PACKAGES);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->packages.count; i++) {
		const struct report_package *row = &model->packages.items[i];
		compose_cell(compose, table, row->from);
		compose_cell_count(compose, table, row->sequence);
		document_cell_date(compose->document, table, compose_day(compose, row->created), false);
		document_cell_date(compose->document, table, compose_day(compose, row->received), false);
		compose_cell(compose, table, row->user);
		compose_cell_count(compose, table, row->size);
		compose_cell_count(compose, table, row->records);
		compose_cell_count(compose, table, row->versions);
	}
}

static void add_field(struct compose *compose, struct document_table *table, const struct report_field *field)
{
	words_field(&compose->line, field);
	compose_cell_line(compose, table);
	compose_cell(compose, table, field->before);
	compose_cell(compose, table, field->after);
}

/* A row for each field; what is said of the change as a whole is said in the first. */
static void add_change(struct compose *compose, struct document_table *table, const struct report_change *change,
                       const struct report_field *field, bool first)
{
	compose_cell(compose, table, say_word(change->kind));
	compose_cell(compose, table, change->id);
	compose_cell(compose, table, first ? change->title : "");
	if (field)
		add_field(compose, table, field);
	compose_cell_count(compose, table, change->version);
	compose_cell(compose, table, first ? change->state : "");
	compose_cell(compose, table, first ? change->user : "");
	document_cell_date(compose->document, table, first ? compose_day(compose, change->time) : "", false);
	if (first && change->package)
		buffer_append_format(&compose->line, "%s %llu", change->owner, (unsigned long long)change->package);
	compose_cell_line(compose, table);
}

#define CHANGE_HEADS                                                                     \
	{ PHRASE_KIND, PHRASE_HELP_KIND, DOCUMENT_TEXT, 9 },                                 \
	{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 14 },                                   \
	{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 }
#define AUTHOR_HEADS                                                                     \
	{ PHRASE_VERSION, PHRASE_HELP_VERSION, DOCUMENT_NUMBER, 7 },                         \
	{ PHRASE_STATE, PHRASE_HELP_STATE_OWNS, DOCUMENT_TEXT, 6 },                          \
	{ PHRASE_USER, PHRASE_HELP_USER, DOCUMENT_TEXT, 12 },                                \
	{ PHRASE_DATE, PHRASE_HELP_WRITTEN, DOCUMENT_DATE, 10 },                             \
	{ PHRASE_PACKAGE, PHRASE_HELP_BY_PACKAGE, DOCUMENT_TEXT, 8 }

static void add_changes(struct compose *compose, const char *name, enum phrase title, enum report_change_sort sort)
{
	static const struct compose_head whole[] = { CHANGE_HEADS, AUTHOR_HEADS };
	static const struct compose_head by_field[] = {
		CHANGE_HEADS,
		{ PHRASE_FIELD, PHRASE_HELP_FIELD, DOCUMENT_TEXT, 16 },
		{ PHRASE_BEFORE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 20 },
		{ PHRASE_NOW, COMPOSE_NO_HELP, DOCUMENT_TEXT, 20 },
		AUTHOR_HEADS,
	};
	static const struct report_field no_field = { "", "", "", "" };
	const struct report_model *model = compose->model;

	compose_section(compose, 1, name, title);
	struct document_table *table =
		sort == REPORT_NEW ? compose_table(compose, whole) : compose_table(compose, by_field);
	for (size_t i = 0; i < model->changes.count; i++) {
		const struct report_change *change = &model->changes.items[i];
		if (change->sort != sort)
			continue;
		for (size_t j = 0; j == 0 || (sort != REPORT_NEW && j < change->fields.count); j++) {
			const struct report_field *field = change->fields.count ? &change->fields.items[j] : &no_field;
			add_change(compose, table, change, sort == REPORT_NEW ? NULL : field, j == 0);
		}
	}
}

void compose_changes(struct compose *compose)
{
	const struct report_model *model = compose->model;

	compose->document->subtitle =
		compose_say(compose, PHRASE_CHANGES_SINCE, model->previous.label,
		            compose_said_day(compose, model->cut_off), NULL);
	add_counts(compose, "by-kind", PHRASE_CHANGES_BY_KIND, PHRASE_KIND, model->changes_by_kind.items,
	           model->changes_by_kind.count);
	add_counts(compose, "by-state", PHRASE_CHANGES_BY_STATE, PHRASE_STATE, model->changes_by_state.items,
	           model->changes_by_state.count);
	add_authors(compose);
	add_packages(compose);
	add_changes(compose, "new", PHRASE_NEW, REPORT_NEW);
	add_changes(compose, "changed", PHRASE_CHANGED, REPORT_CHANGED);
	add_changes(compose, "retired", PHRASE_RETIRED, REPORT_RETIRED);
}

/* ---- The calendar ---------------------------------------------------------------------- */

static bool is_in(const struct report_due *entry, enum phrase part)
{
	return entry->overdue ? part == PHRASE_DUE_OVERDUE : part == (entry->later ? PHRASE_DUE_LATER : PHRASE_DUE_PERIOD);
}

static void add_due(struct compose *compose, const char *name, enum phrase part)
{
	static const struct compose_head heads[] = {
		{ PHRASE_DATE, COMPOSE_NO_HELP, DOCUMENT_DATE, 10 },
		{ PHRASE_DAYS, PHRASE_HELP_DAYS, DOCUMENT_NUMBER, 6 },
		{ PHRASE_WHAT, PHRASE_HELP_WHAT, DOCUMENT_TEXT, 14 },
		{ PHRASE_ID, COMPOSE_NO_HELP, DOCUMENT_TEXT, 14 },
		{ PHRASE_STATE, PHRASE_HELP_STATE_ANSWERS, DOCUMENT_TEXT, 6 },
		{ PHRASE_TITLE, COMPOSE_NO_HELP, DOCUMENT_TEXT, 0 },
	};
	const struct report_model *model = compose->model;
	char number[SAY_NUMBER_SIZE];

	compose_section(compose, 1, name, part);
	struct document_table *table = compose_table(compose, heads);
	for (size_t i = 0; i < model->due.count; i++) {
		const struct report_due *entry = &model->due.items[i];
		if (!is_in(entry, part))
			continue;
		document_cell_date(compose->document, table, entry->date, entry->overdue);
		document_cell_number(compose->document, table, entry->days);
		compose_cell(compose, table, words_event(entry));
		compose_cell(compose, table, entry->id);
		compose_cell(compose, table, entry->state);
		if (entry->event == REPORT_EVENT_REPORT)
			say_with(&compose->line, PHRASE_REPORTS_MISSING, entry->title, say_number(entry->count, number), NULL);
		else
			buffer_append_text(&compose->line, entry->title);
		compose_cell_line(compose, table);
	}
}

void compose_due(struct compose *compose)
{
	add_due(compose, "overdue", PHRASE_DUE_OVERDUE);
	add_due(compose, "period", PHRASE_DUE_PERIOD);
	add_due(compose, "later", PHRASE_DUE_LATER);
}
