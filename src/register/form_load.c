/* Loading a form: all of its reports as one commit that names who filled it in. */
#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "record/canonical.h"
#include "register/field_changes.h"
#include "register/form_parts.h"
#include "store/vault_change.h"

/* ---- Which period ------------------------------------------------------------------------ */

/* A form of the period of today, or, as forms come in after its end, of the one before; of
 * any other only if it is named. */
static int period_check(struct form_reading *reading, struct qorgan_error *error)
{
	const char *wanted = reading->load->period, *label = reading->result->period;
	struct period_named named;
	struct period_book *book = NULL;
	int code = period_book_load(world_view(reading->change->world), &book, error);

	reading->today = time_date(vault_now(reading->change->store));
	if (!code)
		code = period_find(book, label, reading->today, &reading->period, error);
	if (!code && wanted)
		code = period_find(book, wanted, reading->today, &named, error);
	period_book_free(book);
	if (code)
		return code;
	if (wanted && strcmp(named.label, reading->period.label) != 0)
		return error_set(error, QORGAN_BAD_DATA, "the form is of the period %s, not %s", label, named.label);
	if (reading->today < reading->period.period.from)
		return error_set(error, QORGAN_BAD_DATA, "the form is of the period %s, which has not begun", label);
	struct period next = period_containing(reading->period.period.to + 1, reading->period.period.months);
	if (!wanted && reading->today > next.to)
		return error_set(error, QORGAN_BAD_DATA, "the form is of the period %s, which ended long ago: to load it all "
		                 "the same, say --period %s", label, label);
	return QORGAN_OK;
}

/* ---- Faults of the whole --------------------------------------------------------------------- */

/* A fault of an object is one of the cell that its field was given in. */
static void object_fault(void *context, const char *file, size_t number, const char *place, const char *text)
{
	static const struct {
		const char *field;
		enum form_column column;
	} columns[] = { { "status", FORM_STATUS }, { "progress", FORM_PROGRESS }, { "date", FORM_DATE },
		            { "note", FORM_NOTE },     { "obstacles", FORM_OBSTACLES }, { "help", FORM_HELP },
		            { "reason", FORM_REASON } };
	struct form_reading *reading = context;
	uint32_t row = FORM_ROW_HEAD;
	enum form_column column = FORM_ID;
	bool is_known = false;

	(void)number;
	for (size_t i = 0; i < reading->lines.size / sizeof(struct form_line); i++) {
		char name[RECORD_NAME_LIMIT * 2 + 20];
		snprintf(name, sizeof name, "status %s/%s", form_line(reading, i)->measure, reading->scope.state);
		if (strcmp(name, file) == 0)
			row = form_line(reading, i)->row;
	}
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
		size_t size = strlen(columns[i].field);
		if (place && strncmp(place, columns[i].field, size) == 0 && (!place[size] || place[size] == '.')) {
			column = columns[i].column;
			is_known = true;
		}
	}
	if (is_known || !place || !*place)
		form_fault(reading, row, column, "%s", text);
	else
		form_fault(reading, row, column, "%s: %s", place, text);
}

/* ---- What would change ----------------------------------------------------------------------------- */

static int line_tell(struct form_reading *reading, const struct form_line *line, struct qorgan_error *error)
{
	struct qorgan_form_row row = { .measure = line->measure, .stale = line->stale, .base = line->base,
		                           .version = line->version };
	struct qorgan_history_entry entry = { .kind = "status", .owner = "", .user = "", .time = "", .message = "",
		                                  .received = "", .objects = "", .version = line->version + 1 };
	struct field_changes changes = { 0 };
	struct vault_record record = { 0 };
	struct buffer after = { 0 };
	char id[RECORD_ID_LIMIT], cell[WORKBOOK_ADDRESS];
	int code = QORGAN_OK;

	workbook_address(line->row, FORM_ID, cell);
	snprintf(id, sizeof id, "%s/%s", line->measure, reading->scope.state);
	row.cell = cell;
	const struct change_object *object = change_find(reading->change, reading->schema, id);
	if (object && !line->stale) {
		code = canonical_write(object->body, &after, error);
		if (!code && line->version)
			code = vault_get(world_view(reading->change->world), reading->schema, span_of(id), 0, &record, error);
		if (!code)
			code = field_changes_find(&changes, reading->schema, record.record.body, buffer_span(&after), &entry, error);
		entry.id = id;
		row.entry = &entry;
	}
	if (!code && (row.entry || line->stale))
		reading->load->row(reading->load->context, &row);
	field_changes_free(&changes);
	buffer_free(&after);
	vault_record_free(&record);
	return code;
}

static int lines_tell(struct form_reading *reading, struct qorgan_error *error)
{
	int code = QORGAN_OK;

	for (size_t i = 0; reading->load->row && i < reading->lines.size / sizeof(struct form_line) && !code; i++)
		code = line_tell(reading, form_line(reading, i), error);
	return code;
}

/* ---- The whole ------------------------------------------------------------------------------------------ */

static int message_set(struct form_reading *reading, struct qorgan_error *error)
{
	const struct qorgan_form_result *result = reading->result;
	const char *given = reading->load->message;
	struct buffer message = { 0 };

	buffer_append_format(&message, "%s%sform of %s for %s, filled in by %s%s", given ? given : "", given ? " (" : "",
	                     result->state, result->period, result->filled_by, given ? ")" : "");
	int code = message.failed ? error_set_memory(error)
	                          : vault_change_message(reading->change->writing, buffer_text(&message), error);
	buffer_free(&message);
	return code;
}

static int form_take(struct form_reading *reading, struct qorgan_error *error)
{
	struct qorgan_form_result *result = reading->result;
	int code = form_scope_read(reading, error);

	if (!code)
		code = period_check(reading, error);
	if (code)
		return code;
	form_who_read(reading);
	code = form_lines_read(reading, error);
	if (!code)
		code = change_validate(reading->change, object_fault, reading, error);
	if (!code)
		code = lines_tell(reading, error);
	if (!code && result->faults)
		code = error_set(error, QORGAN_BAD_DATA,
		                 language_said_count("%llu fault in the form; nothing was changed",
		                                     "%llu faults in the form; nothing was changed", result->faults),
		                 (unsigned long long)result->faults);
	if (!code && result->stale && !reading->load->only_fresh)
		code = error_set(error, QORGAN_BUSY, "rows of the form that are older than what is on record: %llu; nothing "
		                 "was changed: --only-fresh loads the others", (unsigned long long)result->stale);
	return code;
}

int qorgan_form_load(struct qorgan_store *store, const struct qorgan_form_load *load,
                     struct qorgan_form_result *result, struct qorgan_error *error)
{
	struct form_reading reading = { .load = load, .result = result, .schema = schema_find("status", 6) };
	int code;

	*result = (struct qorgan_form_result){ 0 };
	code = workbook_read((struct span){ load->data, load->size }, &reading.book, error);
	if (!code)
		code = qorgan_change_begin(store, load->user, load->message, &reading.change, error);
	if (!code)
		code = form_take(&reading, error);
	if (!code)
		code = message_set(&reading, error);
	if (!code && !load->dry_run && reading.change->count)
		code = qorgan_change_commit(reading.change, &result->commit, error);
	snprintf(result->warning, sizeof result->warning, "%s", result->commit.warning ? result->commit.warning : "");
	result->commit.warning = result->warning[0] ? result->warning : NULL; /* the change is freed */
	qorgan_change_free(reading.change);
	workbook_free(reading.book);
	buffer_free(&reading.lines);
	return code;
}
