/* The words of an option such as --kind status,note, which may be given several times. */
#ifndef CLI_WORD_LIST_H
#define CLI_WORD_LIST_H

#include "cli/call.h"

/* Initialise with { 0 }. */
struct word_list {
	char *text;
	const char **items;
	size_t count;
};

/* word_list_read(call, option, list): none if it was not given. The caller frees the list, even after a failure. */
int word_list_read(struct call *call, const char *option, struct word_list *list);
void word_list_free(struct word_list *list);

#endif
