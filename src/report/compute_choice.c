/* What a report was asked to be of alone, and to show: conditions and columns in the language of
 * listings, judged on objects as they stand on the day of the report. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/reader.h"
#include "register/filter_book.h"
#include "register/listing_parts.h"
#include "report/compute.h"
#include "report/layout.h"
#include "report/phrases.h"

struct choice {
	const struct schema *schema; /* of what is chosen */
	struct filters *filters;
	struct columns columns;      /* none: the report's own */
	struct computed computed;
	struct pick pick;
	/* The object looked at. */
	struct span values[PICK_LIMIT];
	struct computed_values results;
	bool *addressed; /* by the place of a risk: a measure that is wanted addresses it */
	size_t risks;    /* of these */
};

/* ---- What is asked for ----------------------------------------------------------------- */

static const struct schema *chosen_schema(enum report_kind kind)
{
	switch (kind) {
	case REPORT_STATUS:
	case REPORT_SUMMARY:
	case REPORT_DUE:
	case REPORT_CHANGES:
		return schema_find("measure", 7);
	case REPORT_REGISTER:
	case REPORT_MATRIX:
		return schema_find("risk", 4);
	default:
		return NULL;
	}
}

/* As the heading shows it: the value is one line. */
static const char *shown_value(struct compute *compute, const char *value)
{
	buffer_clear(&compute->scratch);
	for (const char *at = value; *at; at++)
		buffer_append_char(&compute->scratch, (unsigned char)*at < ' ' || *at == 127 ? ' ' : *at);
	compute->arena->failed |= compute->scratch.failed;
	return arena_text(compute->arena, buffer_span(&compute->scratch));
}

static int add_condition(struct compute *compute, const struct qorgan_filter *filter, struct qorgan_error *error)
{
	struct report_condition *condition;
	const char *value = filter->value ? filter->value : "";

	if (filter_name_is("retired", filter->name) || filter_name_is("all", filter->name))
		return error_set(error, QORGAN_USAGE, "--filter %s: a report is of what is in force on its day", filter->name);
	if (!text_is_utf8(span_of(filter->name)) || !text_is_utf8(span_of(value)))
		return error_set(error, QORGAN_BAD_DATA, "--filter: a condition is not in UTF-8");
	condition = arena_add(compute->arena, &compute->model->conditions);
	if (!condition)
		return error_set_memory(error);
	condition->name = shown_value(compute, filter->name);
	condition->value = shown_value(compute, value);
	return QORGAN_OK;
}

static int read_conditions(struct compute *compute, const struct qorgan_report *report, struct qorgan_error *error)
{
	const struct as_of day = { .rule = AS_OF_FIRST, .recorded = compute->recorded, .day = compute->cut_off };
	const struct filter_use use = { &day, "filter " };
	struct choice *choice = compute->choice;
	int code = QORGAN_OK;

	for (size_t i = 0; i < report->filter_count && !code; i++)
		code = add_condition(compute, &report->filters[i], error);
	compute->model->filtered = choice->schema->kind;
	return code ? code : filters_make(compute->view, choice->schema, report->filters, report->filter_count, &use,
	                                  &choice->filters, error);
}

static enum report_column_type column_type(const struct column *column)
{
	const struct field *field = column->source == COLUMN_COMPUTED ? &column->computed->field : column->path.field;

	if (column->source == COLUMN_VERSION || column->source == COLUMN_COMMIT)
		return REPORT_COLUMN_NUMBER;
	if (column->source == COLUMN_COMPUTED && column->computed->computed == COMPUTED_STATUS)
		return REPORT_COLUMN_STATUS;
	if (column->source == COLUMN_COMPUTED && column->computed->computed == COMPUTED_PROGRESS)
		return REPORT_COLUMN_PERCENT;
	if (column->level)
		return REPORT_COLUMN_LEVEL;
	if (!field || field->flags & FIELD_LIST)
		return REPORT_COLUMN_TEXT;
	return field->type == FIELD_INTEGER ? REPORT_COLUMN_NUMBER
	       : field->type == FIELD_DATE  ? REPORT_COLUMN_DATE
	       : field->type == FIELD_FLAG  ? REPORT_COLUMN_FLAG
	                                    : REPORT_COLUMN_TEXT;
}

/* A flag has the head that reports count it under: a listing has but a sign for it. */
static const char *column_label(struct compute *compute, const struct column *column)
{
	switch (column->source == COLUMN_COMPUTED ? column->computed->computed : COMPUTED_NAMES) {
	case COMPUTED_OVERDUE:
		return say(PHRASE_SHORT_OVERDUE);
	case COMPUTED_DUE_SOON:
		return say(PHRASE_SHORT_DUE_SOON);
	case COMPUTED_NO_REPORT:
		return say(PHRASE_SHORT_NO_REPORT);
	default:
		return language_text(compute->wording.words, column->shown.label);
	}
}

static int read_columns(struct compute *compute, const char *list, struct qorgan_error *error)
{
	struct columns *columns = &compute->choice->columns;
	int code = columns_parse(compute->choice->schema, list, false, columns, error);

	if (!code && columns->count > LAYOUT_COLUMNS)
		code = error_set(error, QORGAN_USAGE, "a table of a report has at most %d columns, and %zu are named",
		                 LAYOUT_COLUMNS, columns->count);
	for (size_t i = 0; i < columns->count && !code; i++) {
		const struct column *column = &columns->items[i];
		struct report_column *shown = arena_add(compute->arena, &compute->model->columns);
		if (!shown)
			return error_set_memory(error);
		*shown = (struct report_column){ arena_text(compute->arena, span_of(column->shown.name)),
			                             column_label(compute, column), column_type(column), column->shown.width };
	}
	return code;
}

/* ---- How many measures address a risk -------------------------------------------------- */

struct counting {
	struct compute *compute;
	struct status_index *statuses;
};

/* As the rows of the report count: those that are not cancelled. */
static int count_measure(void *context, const struct vault_record *now, const struct vault_record *before,
                         struct qorgan_error *error)
{
	enum { LEAD, RETIRED, RISKS, NAMES };
	static const char *const names[NAMES] = { "lead", "retired", "risks" };
	struct counting *counting = context;
	struct id_set *counts = &counting->compute->choice->computed.measures;
	struct span values[NAMES], element;
	struct reader reader;

	(void)before;
	reader_pick(now->record.body, names, values, NAMES);
	struct span lead = raw_plain(values[LEAD]);
	const struct status_facts *facts = lead.size ? status_index_find(counting->statuses, now->record.id, lead) : NULL;
	if (values[RETIRED].data || (facts && facts->word == STATUS_CANCELLED) || !reader_open(values[RISKS], &reader))
		return QORGAN_OK;
	while (reader_element(&reader, &element)) {
		uint64_t hash = id_set_hash(counts, "", raw_plain(element));
		uint32_t count = 0;
		id_set_get(counts, hash, &count);
		if (!id_set_add(counts, hash, count + 1))
			return error_set_memory(error);
	}
	return QORGAN_OK;
}

static int count_measures(struct compute *compute, struct qorgan_error *error)
{
	const struct as_of day = { .rule = AS_OF_FIRST, .recorded = compute->recorded, .day = compute->cut_off };
	struct counting counting = { .compute = compute };
	int code = status_index_load(compute->view, (struct status_moment){ compute->recorded, compute->cut_off },
	                             &counting.statuses, error);

	if (!code)
		code = as_of_scan(compute->view, schema_find("measure", 7), &day, count_measure, &counting, error);
	status_index_free(counting.statuses);
	return code;
}

/* ---- Opening ----------------------------------------------------------------------------- */

static int prepare(struct compute *compute, struct qorgan_error *error)
{
	struct choice *choice = compute->choice;
	unsigned wanted = 0;
	bool fits = columns_need(&choice->columns, &choice->pick, &wanted) &&
	            filters_need(choice->filters, &choice->pick, &wanted);

	computed_begin(&choice->computed, compute->view, choice->schema, wanted, compute->cut_off, compute->from);
	if (!fits || !computed_need(&choice->computed, &choice->pick))
		return error_set(error, QORGAN_USAGE, "too many fields are needed at once");
	columns_settle(&choice->columns, &choice->pick);
	filters_settle(choice->filters, &choice->pick);
	computed_settle(&choice->computed, &choice->pick);
	if (wanted & 1u << COMPUTED_MEASURES)
		return count_measures(compute, error);
	return QORGAN_OK;
}

int choice_open(struct compute *compute, const struct qorgan_report *report, struct qorgan_error *error)
{
	const struct schema *schema = chosen_schema(compute->model->kind);

	if (!report->filter_count && !report->shown)
		return QORGAN_OK;
	if (!schema)
		return error_set(error, QORGAN_USAGE, "the dossier of one %s takes no --filter: that is for the reports of many",
		                 compute->model->kind_name);
	compute->choice = calloc(1, sizeof *compute->choice);
	if (!compute->choice)
		return error_set_memory(error);
	compute->choice->schema = schema;
	int code = read_conditions(compute, report, error);
	if (!code && report->shown)
		code = read_columns(compute, report->shown, error);
	return code ? code : prepare(compute, error);
}

void choice_close(struct choice *choice)
{
	if (!choice)
		return;
	computed_close(&choice->computed);
	filters_free(choice->filters);
	columns_free(&choice->columns);
	free(choice);
}

/* ---- Looking at objects ------------------------------------------------------------------ */

static bool is_of(const struct choice *choice, const char *kind)
{
	return choice && strcmp(choice->schema->kind, kind) == 0;
}

int choice_look(struct compute *compute, const char *kind, const struct record *record, bool *wanted,
                struct qorgan_error *error)
{
	struct choice *choice = compute->choice;

	*wanted = true;
	if (!is_of(choice, kind))
		return QORGAN_OK;
	reader_pick(record->body, choice->pick.names, choice->values, choice->pick.count);
	choice->computed.statuses = compute->statuses; /* lent */
	int code = computed_of(&choice->computed, record, choice->values, &choice->results, error);
	choice->computed.statuses = NULL;
	if (!code)
		*wanted = filters_match(choice->filters, record, choice->values, &choice->results);
	return code;
}

static void fill_text(struct compute *compute, const struct column *column, const struct record *record,
                      struct report_cell *cell)
{
	const struct column_view view = { record, compute->choice->values, &compute->choice->results, compute->languages,
		                              compute->rows == ROWS_ONLY ? NULL : compute->wording.words, true };

	buffer_clear(&compute->scratch);
	column_write(column, &view, &compute->scratch);
	compute->arena->failed |= compute->scratch.failed;
	cell->text = arena_text(compute->arena, buffer_span(&compute->scratch));
}

static void fill_cell(struct compute *compute, const struct column *column, enum report_column_type type,
                      const struct choice_row *row, struct report_cell *cell)
{
	const struct choice *choice = compute->choice;
	bool is_computed = column->source == COLUMN_COMPUTED;
	enum computed_name name = is_computed ? column->computed->computed : COMPUTED_NAMES;

	fill_text(compute, column, row->record, cell);
	switch (type) {
	case REPORT_COLUMN_STATUS:
	case REPORT_COLUMN_PERCENT:
		if (!row->reported)
			cell->text = "";
		cell->number = choice->results.of[name];
		break;
	case REPORT_COLUMN_FLAG:
		cell->text = strcmp(cell->text, "true") == 0 ? "1" : "0";
		cell->alarm = name == COMPUTED_OVERDUE && *cell->text == '1';
		break;
	case REPORT_COLUMN_NUMBER:
		cell->number = strtoll(cell->text, NULL, 10);
		break;
	case REPORT_COLUMN_DATE:
		cell->alarm = row->late && (strcmp(column->shown.name, "due") == 0 || strcmp(column->shown.name, "review") == 0);
		break;
	case REPORT_COLUMN_LEVEL:
		cell->level = compute_level(compute, value_at(&column->path, choice->values));
		break;
	case REPORT_COLUMN_TEXT:
		break;
	}
}

const struct report_cell *choice_cells(struct compute *compute, const struct choice_row *row)
{
	const struct choice *choice = compute->choice;

	if (!is_of(choice, row->kind) || !choice->columns.count)
		return NULL;
	struct report_cell *cells = arena_take(compute->arena, choice->columns.count * sizeof *cells);
	for (size_t i = 0; i < choice->columns.count && cells; i++)
		fill_cell(compute, &choice->columns.items[i], compute->model->columns.items[i].type, row, &cells[i]);
	return cells;
}

/* ---- Risks by their measures, and measures by their risks --------------------------------- */

/* The place of a risk among the model's; COMPUTE_NONE if it is not there. */
static uint32_t risk_position(const struct compute *compute, struct span raw)
{
	uint32_t index;

	if (!id_set_get(&compute->risk_ids, id_set_hash(&compute->risk_ids, "", raw_plain(raw)), &index))
		return COMPUTE_NONE;
	return compute->risks.items[index].position;
}

void choice_note_risks(struct compute *compute, struct span risks)
{
	struct choice *choice = compute->choice;
	struct reader reader;
	struct span element;

	if (!is_of(choice, "measure") || !compute->model->conditions.count)
		return;
	if (!choice->addressed) {
		choice->risks = compute->model->risks.count;
		choice->addressed = arena_take(compute->arena, choice->risks + 1);
	}
	if (!choice->addressed || !risks.data || !reader_open(risks, &reader))
		return;
	while (reader_element(&reader, &element)) {
		uint32_t position = risk_position(compute, element);
		if (position < choice->risks)
			choice->addressed[position] = true;
	}
}

void choice_keep_risks(struct compute *compute)
{
	const struct choice *choice = compute->choice;
	struct report_model *model = compute->model;
	size_t kept = 0;

	if (!is_of(choice, "measure") || !model->conditions.count)
		return;
	for (size_t i = 0; i < model->risks.count; i++) {
		const struct report_risk *risk = &model->risks.items[i];
		if (choice->addressed && choice->addressed[i]) {
			model->risks.items[kept++] = *risk;
			continue;
		}
		model->domains.items[risk->domain].risks--;
		model->risks_open -= !risk->closed;
	}
	model->risks.count = kept;
}

bool choice_addresses(const struct compute *compute, struct span risks)
{
	struct reader reader;
	struct span element;

	if (!is_of(compute->choice, "risk") || !compute->model->conditions.count)
		return true;
	if (!risks.data || !reader_open(risks, &reader))
		return false;
	while (reader_element(&reader, &element))
		if (risk_position(compute, element) != COMPUTE_NONE)
			return true;
	return false;
}
