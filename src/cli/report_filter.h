/* The conditions of --filter: those of a listing, told to a report. */
#ifndef CLI_REPORT_FILTER_H
#define CLI_REPORT_FILTER_H

#include "cli/call.h"

/* Initialise with { 0 }. */
struct report_filter {
	struct qorgan_filter *items;
	size_t count;
	char **names; /* of the conditions, which the filter owns */
};

/* report_filter_read(call, filter): "due-before=2026-10-01", "overdue"; each as the option of a listing is written
 * without its dashes. The caller frees the filter, even after a failure. */
int report_filter_read(struct call *call, struct report_filter *filter);
void report_filter_free(struct report_filter *filter);

#endif
