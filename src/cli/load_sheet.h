/* qorgan load --map: a register that lives in somebody's own spreadsheet. */
#ifndef CLI_LOAD_SHEET_H
#define CLI_LOAD_SHEET_H

#include "cli/call.h"
#include "qorgan/sheet.h"

int load_sheet(struct call *call);

/* sheet_ask(call, sheet, asked): ask on the terminal of each column that is not certain, and
 * for each field that must be given; *asked: something was answered. */
int sheet_ask(struct call *call, struct qorgan_sheet *sheet, bool *asked);

#endif
