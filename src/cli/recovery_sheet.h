/* The sheet of paper that a keeper of a share gets. */
#ifndef CLI_RECOVERY_SHEET_H
#define CLI_RECOVERY_SHEET_H

#include <stdio.h>

#include "base/error.h"

struct recovery_sheet {
	const char *store, *state, *user, *day;
	unsigned slot, number, needed, count;
	const char *share;
};

/* recovery_sheet_write(sheet, to, error): a page of HTML to print, in the language of
 * messages: what it is, what to do, the share in groups of letters and as a QR code. */
int recovery_sheet_write(const struct recovery_sheet *sheet, FILE *to, struct qorgan_error *error);

#endif
