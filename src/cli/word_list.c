/* The words of an option such as --kind status,note. */
#include "cli/word_list.h"

#include <stdlib.h>
#include <string.h>

int word_list_read(struct call *call, const char *option, struct word_list *list)
{
	const struct arguments *arguments = &call->arguments;
	struct buffer text = { 0 };
	size_t most = 1;
	char *rest;

	for (size_t i = 0; i < arguments->given_count; i++)
		if (strcmp(arguments->given[i].option->name, option) == 0)
			buffer_append_format(&text, "%s,", arguments->given[i].value);
	for (size_t i = 0; i < text.size; i++)
		most += text.data[i] == ',';
	list->items = calloc(most, sizeof *list->items);
	list->text = text.size ? buffer_take(&text) : NULL;
	buffer_free(&text);
	if (!list->items || text.failed)
		return error_set_memory(&call->error);
	for (char *word = list->text ? strtok_r(list->text, ", ", &rest) : NULL; word; word = strtok_r(NULL, ", ", &rest))
		list->items[list->count++] = word;
	return QORGAN_OK;
}

void word_list_free(struct word_list *list)
{
	free(list->text);
	free(list->items);
}
