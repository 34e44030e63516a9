/* Reading --filter. */
#include "cli/report_filter.h"

#include <stdlib.h>
#include <string.h>

static int take(struct call *call, struct report_filter *filter, const char *text)
{
	size_t size = strcspn(text, "=");

	if (!size)
		return error_set(&call->error, QORGAN_USAGE, "--filter names no condition: write one of a listing, as "
		                 "--filter overdue or --filter due-before=2026-10-01");
	char *name = strndup(text, size);
	if (!name)
		return error_set_memory(&call->error);
	filter->names[filter->count] = name;
	filter->items[filter->count++] = (struct qorgan_filter){ name, text[size] ? text + size + 1 : NULL };
	return QORGAN_OK;
}

int report_filter_read(struct call *call, struct report_filter *filter)
{
	const struct arguments *arguments = &call->arguments;
	int code = QORGAN_OK;

	filter->items = calloc(arguments->given_count + 1, sizeof *filter->items);
	filter->names = calloc(arguments->given_count + 1, sizeof *filter->names);
	if (!filter->items || !filter->names)
		return error_set_memory(&call->error);
	for (size_t i = 0; i < arguments->given_count && !code; i++)
		if (strcmp(arguments->given[i].option->name, "filter") == 0)
			code = take(call, filter, arguments->given[i].value);
	return code;
}

void report_filter_free(struct report_filter *filter)
{
	for (size_t i = 0; i < filter->count; i++)
		free(filter->names[i]);
	free(filter->names);
	free(filter->items);
}
