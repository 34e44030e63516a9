/* qorgan risk|measure|domain|partner add, list, retire. */
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "cli/call.h"
#include "cli/rows.h"
#include "cli/terminal.h"
#include "qorgan/schema.h"

#define NONE_SIZE 400

/* ---- add ------------------------------------------------------------------ */

/* The option whose first value names the parent, from which an id is made. */
static const char *parent_option(const char *kind)
{
	if (strcmp(kind, "risk") == 0)
		return "domain";
	return strcmp(kind, "measure") == 0 ? "risks" : NULL;
}

static int id_choose(struct call *call, char id[130])
{
	const char *given = call_operand(call, 0), *kind = call->command->kind;
	const char *option = parent_option(kind), *parent = option ? call_value(call, option) : NULL;
	char first[130];

	if (given && strlen(given) >= 130)
		return error_set(&call->error, QORGAN_BAD_DATA, "\"%.140s\" is too long for an id", given);
	if (given)
		return call_object_id(call, kind, given, id);
	if (!option)
		return error_set(&call->error, QORGAN_USAGE, "say which %s: qorgan %s ID", kind, call->command->name);
	if (!parent || !*parent)
		return error_set(&call->error, QORGAN_USAGE, "give an id, or --%s, from which the next free one is made", option);
	if (*parent == '+')
		parent++;
	snprintf(first, sizeof first, "%.*s", (int)strcspn(parent, ",; "), parent);
	return qorgan_next_id(call->store, kind, first, id, &call->error);
}

int cmd_object_add(struct call *call)
{
	const char *kind = call->command->kind;
	struct qorgan_change *change = NULL;
	char id[130];
	int code = call_change(call, &change);

	if (!code)
		code = id_choose(call, id);
	if (!code)
		code = qorgan_change_object(change, kind, id, QORGAN_ADD, 0, &call->error);
	if (!code)
		code = call_set_fields(call, change);
	if (!code)
		code = call_commit(call, change, kind, id);
	if (!code && !call->json)
		puts(id);
	qorgan_change_free(change);
	return code;
}

/* ---- retire ------------------------------------------------------------------- */

int cmd_object_retire(struct call *call)
{
	const char *kind = call->command->kind;
	struct qorgan_change *change = NULL;
	char id[130];

	if (!call_value(call, "reason"))
		return error_set(&call->error, QORGAN_USAGE, "say why %s no longer applies: --reason TEXT", call_operand(call, 0));
	int code = call_change(call, &change);
	if (!code)
		code = call_object_id(call, kind, call_operand(call, 0), id);
	if (!code)
		code = qorgan_change_retire(change, kind, id, call_value(call, "reason"), &call->error);
	if (!code)
		code = call_commit(call, change, kind, id);
	qorgan_change_free(change);
	return code;
}

/* ---- list ---------------------------------------------------------------------- */

static int row_count(void *context, const struct qorgan_row *row)
{
	(void)row;
	++*(unsigned *)context;
	return 0;
}

/* What is said of a listing without rows: that nothing matches, or that there is
 * nothing yet, and what would change that. */
static void none_tell(struct call *call, char text[NONE_SIZE])
{
	const struct qorgan_listing any = { .kind = call->command->kind, .limit = 1 };
	struct qorgan_kind kind = { .name = "" };
	struct qorgan_error ignored;
	unsigned count = 0;

	for (size_t i = 0; qorgan_kind_at(i, &kind) && strcmp(kind.name, any.kind) != 0;)
		i++;
	if (qorgan_list(call->store, &any, NULL, row_count, &count, &ignored) || count)
		snprintf(text, NONE_SIZE, language_said("Nothing matches."));
	else if (strcmp(any.kind, "evidence") == 0)
		snprintf(text, NONE_SIZE, language_said("There is no evidence yet. Attach a file to a report: qorgan "
		                                        "status MEASURE WORD --evidence FILE"));
	else if (strcmp(any.kind, "proposal") == 0)
		snprintf(text, NONE_SIZE, language_said("There are no proposals yet. Make one: qorgan "
		                                        "risk|measure|domain edit ID --propose"));
	else
		snprintf(text, NONE_SIZE, strcmp(kind.name, "snapshot") == 0
		                              ? language_said("There are no %s yet. Keep one: qorgan report freeze PERIOD")
		                              : language_said("There are no %s yet. Add one: qorgan %s add"),
		         kind.plural, kind.name);
}

int cmd_object_list(struct call *call)
{
	const struct arguments *arguments = &call->arguments;
	struct qorgan_filter *filters = calloc(arguments->given_count + 1, sizeof *filters);
	struct qorgan_listing listing = {
		.kind = call->command->kind,
		.filters = filters,
		.sort = call_value(call, "sort"),
		.columns = call_value(call, "columns"),
		.json = rows_format(call) == ROWS_JSON,
		.data = rows_format(call) == ROWS_CSV,
	};
	struct rows rows = { 0 };
	char none[NONE_SIZE] = "";
	int code = filters ? QORGAN_OK : error_set_memory(&call->error);

	for (size_t i = 0; i < arguments->given_count && filters; i++)
		if (arguments->given[i].option->flags & OPTION_FILTER)
			filters[listing.filter_count++] =
				(struct qorgan_filter){ arguments->given[i].option->path, arguments->given[i].value };
	if (!code && call_value(call, "limit"))
		code = number_parse("--limit", call_value(call, "limit"), UINT64_MAX, &listing.limit, &call->error);
	if (!code)
		code = call_open(call, QORGAN_READ_ONLY);
	if (!code) {
		rows_begin(&rows, call, rows_format(call));
		code = qorgan_list(call->store, &listing, rows_head, rows_row, &rows, &call->error);
		if (!code && !rows.count)
			none_tell(call, none);
		code = rows_end(&rows, code, none);
	}
	free(filters);
	return code;
}
