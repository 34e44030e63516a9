/* Loading a register from somebody's own spreadsheet: which column is which field, what each row
 * would do, and one commit. */
#include "cli/load_sheet.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/language.h"
#include "base/memory_stream.h"
#include "base/text.h"
#include "cli/changes.h"
#include "cli/emit.h"
#include "cli/terminal.h"

#define MAP_MODE 0600 /* heads may tell what the register is about */

struct loading {
	struct call *call;
	const char *path, *map; /* names of the spreadsheet, as it may be shown, and of its map */
	struct emit emit;       /* with --json */
	bool is_dry, is_made;   /* made: there was no map */
	uint64_t faults;
};

/* ---- The map --------------------------------------------------------------------------------- */

/* Columns of which nobody decided anything. */
static void columns_tell(const struct loading *loading, const struct qorgan_sheet *sheet)
{
	struct qorgan_sheet_column column;

	for (size_t i = 0; qorgan_sheet_column(sheet, i, &column); i++) {
		if (column.field || (!column.guess && !column.is_new))
			continue;
		if (!column.guess)
			fprintf(stderr, language_said("%s: %s: the column \"%s\" is left out: the map does not name it\n"), loading->path,
			        column.cell, column.head);
		else if (column.is_new)
			fprintf(stderr, language_said("%s: %s: the column \"%s\" may be %s, and is left out: the map does not name it\n"),
			        loading->path, column.cell, column.head, column.guess);
		else
			fprintf(stderr, language_said("%s: %s: the column \"%s\" may be %s, and is left out\n"), loading->path,
			        column.cell, column.head, column.guess);
	}
}

/* What must be given and is not: the lines to write. */
static int missing_tell(struct loading *loading, const struct qorgan_sheet *sheet)
{
	char field[QORGAN_SHEET_PATH], line[QORGAN_SHEET_LINE];
	struct qorgan_sheet_column column;
	char *text = NULL;
	size_t count = 0;

	for (; qorgan_sheet_missing(sheet, count, field, line); count++)
		if (strcmp(field, "id") == 0)
			fprintf(stderr, language_said("%s: no column is surely the id: write \"%s\" under [columns]\n"), loading->path, line);
		else
			fprintf(stderr, language_said("%s: no column is surely %s: write \"%s\" under [columns], or \"%s = VALUE\" under "
			                              "[constants]\n"), loading->path, field, line, field);
	if (!count)
		return QORGAN_OK;
	/* It would be written if it were whole. */
	if (!loading->call->json && qorgan_sheet_map_text(sheet, &text, NULL) == QORGAN_OK)
		fputs(text, stdout);
	free(text);
	if (!qorgan_sheet_column(sheet, 1, &column))
		return error_set(&loading->call->error, QORGAN_BAD_DATA,
		                 "%s: row %u has a single head: say by --head-row which row holds the heads", loading->path,
		                 qorgan_sheet_head_row(sheet));
	return error_set(&loading->call->error, QORGAN_BAD_DATA,
	                 "%s: fields that must be given: %zu; keep the map that is shown as %s, with such lines", loading->path,
	                 count, loading->map);
}

static int map_decide(struct loading *loading, struct qorgan_sheet *sheet, uint32_t head_row, bool *asked)
{
	struct call *call = loading->call;
	struct buffer text = { 0 };
	int code = file_read(loading->map, QORGAN_SHEET_MAP_SIZE, &text, &call->error);

	loading->is_made = code == QORGAN_ABSENT;
	if (!code) {
		code = qorgan_sheet_map(sheet, buffer_text(&text), text.size, head_row, &call->error);
		if (code)
			error_prefix(&call->error, error_prefix(&call->error, code, "%s", loading->map), "%s", loading->path);
	} else if (loading->is_made) {
		code = qorgan_sheet_guess(sheet, head_row, &call->error);
		if (code)
			error_prefix(&call->error, code, "%s", loading->path);
		if (!code && terminal_asks())
			code = sheet_ask(call, sheet, asked);
	}
	buffer_free(&text);
	if (!code)
		columns_tell(loading, sheet);
	return code || !loading->is_made ? code : missing_tell(loading, sheet);
}

static void map_emit(struct loading *loading, const struct qorgan_sheet *sheet)
{
	struct emit *emit = &loading->emit;
	struct qorgan_sheet_column column;
	const char *field, *value;

	emit_open(emit, "map", '{');
	emit_text(emit, "file", loading->map);
	emit_flag(emit, "made", loading->is_made);
	emit_number(emit, "head_row", qorgan_sheet_head_row(sheet));
	emit_open(emit, "columns", '[');
	for (size_t i = 0; qorgan_sheet_column(sheet, i, &column); i++) {
		emit_open(emit, NULL, '{');
		emit_text(emit, "cell", column.cell);
		emit_text(emit, "head", column.head);
		emit_text(emit, "field", column.field);
		emit_text(emit, "guess", column.guess);
		emit_close(emit, '}');
	}
	emit_close(emit, ']');
	emit_open(emit, "constants", '[');
	for (size_t i = 0; qorgan_sheet_constant(sheet, i, &field, &value); i++) {
		emit_open(emit, NULL, '{');
		emit_text(emit, "field", field);
		emit_text(emit, "value", value);
		emit_close(emit, '}');
	}
	emit_close(emit, ']');
	emit_close(emit, '}');
}

/* ---- The rows -------------------------------------------------------------------------------- */

static void fault_tell(void *context, const char *cell, const char *text)
{
	struct loading *loading = context;

	progress_clear(&loading->call->progress);
	loading->faults++;
	fprintf(stderr, "%s: %s: %s\n", loading->path, cell, text);
}

static void row_tell(void *context, const struct qorgan_sheet_row *row)
{
	struct loading *loading = context;
	const struct qorgan_history_entry *entry = row->entry;
	static const char *const words[] = { "unchanged", "new", "changed" };
	unsigned does = !entry->count ? 0 : entry->version == 1 ? 1 : 2;
	const char *said[] = { language_said("unchanged"), language_said("new"), language_said("changed") };

	if (loading->emit.to) {
		emit_open(&loading->emit, NULL, '{');
		emit_text(&loading->emit, "cell", row->cell);
		emit_text(&loading->emit, "id", entry->id);
		emit_text(&loading->emit, "does", words[does]);
		emit_number(&loading->emit, "version", entry->version);
		changes_emit(&loading->emit, entry);
		emit_close(&loading->emit, '}');
	} else if (loading->is_dry) {
		progress_clear(&loading->call->progress);
		printf("%s %s: %s\n", row->cell, entry->id, said[does]);
		changes_print(stdout, entry, text_width_wanted(), terminal_has_colour(stdout));
	}
}

static void result_tell(struct loading *loading, const struct qorgan_commit *result)
{
	struct call *call = loading->call;
	unsigned long long created = result->created, changed = result->changed, unchanged = result->unchanged;

	if (loading->emit.to) {
		emit_close(&loading->emit, ']');
		emit_number(&loading->emit, "created", created);
		emit_number(&loading->emit, "changed", changed);
		emit_number(&loading->emit, "unchanged", unchanged);
		emit_number(&loading->emit, "commit", result->number);
		emit_flag(&loading->emit, "dry_run", loading->is_dry);
		emit_close(&loading->emit, '}');
		emit_end(&loading->emit);
	}
	if (result->warning)
		call_warn(call, result->warning);
	if (loading->is_dry)
		call_say(call, "%llu new, %llu changed, %llu unchanged; nothing was written", created, changed, unchanged);
	else if (result->number)
		call_say(call, "loaded %llu rows (%llu created, %llu changed, %llu unchanged), commit %llu",
		         created + changed + unchanged, created, changed, unchanged, (unsigned long long)result->number);
	else
		call_say(call, "loaded %llu rows: nothing changed", unchanged);
}

/* ---- The whole --------------------------------------------------------------------------------- */

static int rows_load(struct loading *loading, struct qorgan_sheet *sheet)
{
	struct call *call = loading->call;
	struct qorgan_commit result = { 0 };
	const struct qorgan_sheet_load load = {
		.user = call_value(call, "as"),
		.message = call_value(call, "message"),
		.dry_run = loading->is_dry,
		.fault = fault_tell,
		.row = row_tell,
		.context = loading,
	};
	char *json = NULL;
	size_t size = 0;

	/* An object that is told only if all of it is. */
	if (call->json && !(loading->emit.to = memory_stream_open(&json, &size)))
		return error_set_memory(&call->error);
	if (loading->emit.to) {
		emit_open(&loading->emit, NULL, '{');
		map_emit(loading, sheet);
		emit_open(&loading->emit, "rows", '[');
	}
	int code = qorgan_sheet_load(sheet, &load, &result, &call->error);
	if (code == QORGAN_BAD_DATA && loading->faults)
		code = error_set(&call->error, code,
		                 language_said_count("%s: %llu fault in the spreadsheet; nothing was changed",
		                                     "%s: %llu faults in the spreadsheet; nothing was changed", loading->faults),
		                 loading->path, (unsigned long long)loading->faults);
	else if (code)
		error_prefix(&call->error, code, "%s", loading->path);
	else
		result_tell(loading, &result);
	if (loading->emit.to && fclose(loading->emit.to) == 0 && !code)
		fwrite(json, 1, size, stdout);
	free(json);
	if (!code && !loading->is_dry)
		call_warn_after(call);
	return code;
}

/* The map is kept with what was loaded by it; what somebody was asked for is kept in any case. */
static int sheet_take(struct loading *loading, struct qorgan_sheet *sheet, bool asked)
{
	struct call *call = loading->call;
	struct file_writer *writer = NULL;
	char *text = NULL;
	int code = qorgan_sheet_map_text(sheet, &text, &call->error);

	if (!code && !call->json && (loading->is_dry || loading->is_made))
		printf("%s%s", text, loading->is_dry ? "\n" : "");
	if (!code && loading->is_made && !loading->is_dry)
		code = file_create(loading->map, MAP_MODE, &writer, &call->error);
	if (!code && writer)
		code = file_write(writer, text, strlen(text), &call->error);
	free(text);
	if (!code)
		code = rows_load(loading, sheet);
	if (!writer || (code && !asked)) {
		file_abandon(writer);
		return code;
	}
	int kept = file_commit(writer, code ? NULL : &call->error);
	if (!kept)
		call_say(call, "the map is kept in %s", loading->map);
	return code ? code : kept;
}

static int options_check(struct call *call, uint64_t *head_row)
{
	const char *text = call_value(call, "head-row");

	if (!call_value(call, "kind"))
		return error_set(&call->error, QORGAN_USAGE, "--map needs --kind domain, risk or measure");
	if (call->arguments.operand_count != 1)
		return error_set(&call->error, QORGAN_USAGE, "a spreadsheet with a map is loaded by itself");
	if (arguments_has(&call->arguments, "only-fresh") || call_value(call, "period"))
		return error_set(&call->error, QORGAN_USAGE,
		                 "--only-fresh and --period are for a form, a spreadsheet of qorgan form");
	if (strcmp(call_value(call, "map"), "-") == 0)
		return error_set(&call->error, QORGAN_USAGE, "--map takes the name of a file, in which the map is kept");
	*head_row = 0;
	return text ? number_parse("--head-row", text, 1048576, head_row, &call->error) : QORGAN_OK;
}

int load_sheet(struct call *call)
{
	struct loading loading = { .call = call, .map = call_value(call, "map"),
		                       .is_dry = arguments_has(&call->arguments, "dry-run") };
	struct qorgan_sheet *sheet = NULL;
	struct buffer content = { 0 }, shown = { 0 };
	uint64_t head_row;
	bool asked = false;
	int code = options_check(call, &head_row);

	text_append_shown(&shown, span_of(call_operand(call, 0)));
	loading.path = buffer_text(&shown);
	if (!code)
		code = file_read(call_operand(call, 0), QORGAN_SHEET_SIZE, &content, &call->error);
	if (!code)
		code = call_open(call, loading.is_dry ? QORGAN_READ_ONLY : 0);
	if (!code) {
		code = qorgan_sheet_open(call->store, call_value(call, "kind"), content.data, content.size, &sheet,
		                         &call->error);
		if (code == QORGAN_BAD_DATA)
			error_prefix(&call->error, code, "%s", loading.path);
	}
	buffer_free(&content);
	if (!code)
		code = map_decide(&loading, sheet, (uint32_t)head_row, &asked);
	if (!code)
		code = sheet_take(&loading, sheet, asked);
	qorgan_sheet_free(sheet);
	buffer_free(&shown);
	return code;
}
