/* Loading a form: what would change, row by row; then one commit. */
#include "cli/load_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/language.h"
#include "base/memory_stream.h"
#include "cli/changes.h"
#include "cli/emit.h"
#include "cli/terminal.h"
#include "qorgan/form.h"

struct loading {
	struct call *call;
	const char *path;
	struct emit emit; /* with --json */
	bool is_dry;
};

bool load_form_is(const char *path)
{
	char head[4096];
	size_t size = 0;
	struct stat status;
	FILE *file = stat(path, &status) == 0 && S_ISREG(status.st_mode) ? fopen(path, "re") : NULL;

	if (file) {
		size = fread(head, 1, sizeof head, file);
		fclose(file);
	}
	return qorgan_form_is(head, size);
}

static void fault_tell(void *context, const char *cell, const char *text)
{
	const struct loading *loading = context;

	fprintf(stderr, "%s: %s: %s\n", loading->path, cell, text);
}

static void row_emit(struct emit *emit, const struct qorgan_form_row *row)
{
	emit_open(emit, NULL, '{');
	emit_text(emit, "cell", row->cell);
	emit_text(emit, "measure", row->measure);
	emit_flag(emit, "stale", row->stale);
	emit_number(emit, "base", row->base);
	emit_number(emit, "version", row->version);
	if (row->entry)
		changes_emit(emit, row->entry);
	emit_close(emit, '}');
}

static void row_tell(void *context, const struct qorgan_form_row *row)
{
	struct loading *loading = context;

	if (row->stale)
		fprintf(stderr, language_said("%s: %s: %s is at version %u now, and the form was made from %u: its row is not taken\n"),
		        loading->path, row->cell, row->measure, row->version, row->base);
	if (loading->call->json) {
		row_emit(&loading->emit, row);
	} else if (row->entry && loading->is_dry) {
		printf("%s %s%s\n", row->cell, row->measure, row->entry->count ? "" : ": nothing would change");
		changes_print(stdout, row->entry, text_width_wanted(), terminal_has_colour(stdout));
	}
}

static void result_tell(struct loading *loading, const struct qorgan_form_result *result)
{
	unsigned long long reports = result->commit.created + result->commit.changed + result->commit.unchanged;

	if (loading->call->json) {
		emit_close(&loading->emit, ']');
		emit_text(&loading->emit, "state", result->state);
		emit_text(&loading->emit, "period", result->period);
		emit_text(&loading->emit, "filled_by", result->filled_by);
		emit_number(&loading->emit, "filled", result->filled);
		emit_number(&loading->emit, "stale", result->stale);
		emit_number(&loading->emit, "commit", result->commit.number);
		emit_flag(&loading->emit, "dry_run", loading->is_dry);
		emit_close(&loading->emit, '}');
		emit_end(&loading->emit);
	}
	if (result->commit.warning)
		call_warn(loading->call, result->commit.warning);
	if (loading->is_dry)
		call_say(loading->call, "%llu of %llu rows are filled in, by %s; nothing was written",
		         (unsigned long long)result->filled, (unsigned long long)result->rows, result->filled_by);
	else if (result->commit.number)
		call_say(loading->call, "loaded %llu reports of %s for %s, filled in by %s, commit %llu", reports,
		         result->state, result->period, result->filled_by, (unsigned long long)result->commit.number);
	else
		call_say(loading->call, "nothing in the form changes anything");
}

int load_form(struct call *call, const char *path)
{
	struct loading loading = { .call = call, .path = path, .emit = { .to = NULL },
		                       .is_dry = arguments_has(&call->arguments, "dry-run") };
	struct buffer content = { 0 };
	struct qorgan_form_result result;
	char *json = NULL;
	size_t size = 0;

	int code = file_read(path, QORGAN_FORM_SIZE, &content, &call->error);
	if (!code)
		code = call_open(call, 0);
	/* An object that is told only if all of it is. */
	if (!code && call->json && !(loading.emit.to = memory_stream_open(&json, &size)))
		code = error_set_memory(&call->error);
	struct qorgan_form_load load = {
		.data = content.data,
		.size = content.size,
		.period = call_value(call, "period"),
		.user = call_value(call, "as"),
		.message = call_value(call, "message"),
		.dry_run = loading.is_dry,
		.only_fresh = arguments_has(&call->arguments, "only-fresh"),
		.fault = fault_tell,
		.row = row_tell,
		.context = &loading,
	};
	if (loading.emit.to) {
		emit_open(&loading.emit, NULL, '{');
		emit_open(&loading.emit, "rows", '[');
	}
	if (!code) {
		code = qorgan_form_load(call->store, &load, &result, &call->error);
		if (code)
			error_prefix(&call->error, code, "%s", path);
	}
	if (!code)
		result_tell(&loading, &result);
	if (loading.emit.to && fclose(loading.emit.to) == 0 && !code)
		fwrite(json, 1, size, stdout);
	free(json);
	if (!code && !loading.is_dry)
		call_warn_after(call);
	buffer_free(&content);
	return code;
}
