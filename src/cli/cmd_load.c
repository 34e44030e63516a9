/* qorgan load: bulk in. */
#include <stdlib.h>

#include "base/language.h"
#include "cli/call.h"
#include "cli/emit.h"
#include "cli/load_form.h"
#include "cli/load_sheet.h"

struct loading {
	struct call *call;
	uint64_t faults;
	struct buffer lines; /* of struct line: those that have a fault */
};

struct line {
	const char *file; /* the same pointer for the same file */
	size_t number;
};

static void fault_tell(void *context, const char *file, size_t line, const char *place, const char *text)
{
	struct loading *loading = context;

	const struct line faulty = { file, line };

	progress_clear(&loading->call->progress);
	loading->faults++;
	buffer_append(&loading->lines, &faulty, sizeof faulty);
	if (place && *place)
		fprintf(stderr, "%s:%zu: %s: %s\n", file, line, place, text);
	else
		fprintf(stderr, "%s:%zu: %s\n", file, line, text);
}

static int by_place(const void *a, const void *b)
{
	const struct line *one = a, *other = b;

	if (one->file != other->file)
		return one->file < other->file ? -1 : 1;
	return (one->number > other->number) - (one->number < other->number);
}

/* "5 faults in 4 lines" */
static int faults_tell(struct loading *loading)
{
	struct line *lines = (struct line *)(void *)loading->lines.data;
	size_t count = loading->lines.size / sizeof *lines, differ = count > 0;
	char faults[100], lines_text[100];

	if (count)
		qsort(lines, count, sizeof *lines, by_place);
	for (size_t i = 1; i < count; i++)
		differ += by_place(&lines[i - 1], &lines[i]) != 0;
	snprintf(faults, sizeof faults, language_said_count("%llu fault", "%llu faults", loading->faults),
	         (unsigned long long)loading->faults);
	snprintf(lines_text, sizeof lines_text, language_said_count("in %zu line", "in %zu lines", differ), differ);
	return error_set(&loading->call->error, QORGAN_BAD_DATA, "load: %s %s; nothing was changed", faults, lines_text);
}

static void load_tell(struct call *call, const struct qorgan_commit *result, bool dry_run)
{
	unsigned long long all = result->created + result->changed + result->unchanged;
	struct emit emit = { .to = stdout };

	if (call->json) {
		emit_open(&emit, NULL, '{');
		emit_number(&emit, "loaded", all);
		emit_number(&emit, "created", result->created);
		emit_number(&emit, "changed", result->changed);
		emit_number(&emit, "unchanged", result->unchanged);
		emit_number(&emit, "commit", result->number);
		emit_flag(&emit, "dry_run", dry_run);
		emit_close(&emit, '}');
		emit_end(&emit);
	}
	if (result->warning)
		call_warn(call, result->warning);
	if (dry_run)
		call_say(call, "%llu objects are in order (%llu new, %llu changed, %llu unchanged); nothing was written", all,
		         (unsigned long long)result->created, (unsigned long long)result->changed,
		         (unsigned long long)result->unchanged);
	else if (result->number)
		call_say(call, "loaded %llu objects (%llu created, %llu changed, %llu unchanged), commit %llu", all,
		         (unsigned long long)result->created, (unsigned long long)result->changed,
		         (unsigned long long)result->unchanged, (unsigned long long)result->number);
	else
		call_say(call, "loaded %llu objects: nothing changed", all);
}

/* Whether a form is to be loaded; QORGAN_USAGE for what does not go together. */
static int form_choose(struct call *call, bool *is_form)
{
	const char *option = arguments_has(&call->arguments, "only-fresh") ? "only-fresh"
	                     : call_value(call, "period")                   ? "period" : NULL;

	*is_form = false;
	if (call_value(call, "head-row"))
		return error_set(&call->error, QORGAN_USAGE, "--head-row is for somebody's own spreadsheet, with --map");
	for (size_t i = 0; i < call->arguments.operand_count; i++)
		*is_form |= load_form_is(call->arguments.operands[i]);
	if (*is_form && call->arguments.operand_count > 1)
		return error_set(&call->error, QORGAN_USAGE, "a form is loaded by itself");
	if (!*is_form && option)
		return error_set(&call->error, QORGAN_USAGE, "--%s is for a form, a spreadsheet of qorgan form", option);
	return QORGAN_OK;
}

int cmd_load(struct call *call)
{
	bool is_form = false;
	struct loading loading = { .call = call };
	struct qorgan_commit result = { 0 };
	struct qorgan_load load = {
		.paths = call->arguments.operands,
		.count = call->arguments.operand_count,
		.kind = call_value(call, "kind"),
		.user = call_value(call, "as"),
		.message = call_value(call, "message"),
		.dry_run = arguments_has(&call->arguments, "dry-run"),
		.fault = fault_tell,
		.context = &loading,
	};

	if (call_value(call, "map"))
		return load_sheet(call);
	int code = form_choose(call, &is_form);

	if (!code && is_form)
		return load_form(call, call->arguments.operands[0]);
	if (!code)
		code = call_open(call, load.dry_run ? QORGAN_READ_ONLY : 0);
	if (!code)
		code = qorgan_load(call->store, &load, &result, &call->error);
	if (code == QORGAN_BAD_DATA && loading.faults)
		code = faults_tell(&loading);
	if (!code)
		load_tell(call, &result, load.dry_run);
	if (!code)
		call_warn_after(call);
	buffer_free(&loading.lines);
	return code;
}
