/* What a form looks like, for who writes and who reads it. */
#ifndef REGISTER_FORM_H
#define REGISTER_FORM_H

#include "register/period.h"
#include "store/vault.h"

#define FORM_SHEET "form"
#define FORM_HIDDEN "qorgan"  /* the sheet of what the form is */
#define FORM_VERSION "qorgan-form 1"

/* Rows of the sheet, from 1, and columns, from 0. */
#define FORM_ROW_WHO 4
#define FORM_COLUMN_WHO 1
#define FORM_ROW_HEAD 6
enum form_column {
	FORM_ID, FORM_TITLE, FORM_PART, FORM_DUE, FORM_LAST_STATUS, FORM_LAST_PROGRESS, FORM_LAST_DATE, /* protected */
	FORM_STATUS, FORM_PROGRESS, FORM_DATE, FORM_NOTE, FORM_OBSTACLES, FORM_HELP, FORM_REASON, /* to fill in */
	FORM_BASE, FORM_CODE, /* hidden */
	FORM_COLUMNS
};
#define FORM_FIRST_OPEN FORM_STATUS
#define FORM_LAST_OPEN FORM_REASON

/* Rows of the hidden sheet, from 1: names in its first column, values in its second. */
enum form_hidden { FORM_HIDDEN_VERSION = 1, FORM_HIDDEN_ORIGIN, FORM_HIDDEN_STATE, FORM_HIDDEN_PERIOD,
	FORM_HIDDEN_LANGUAGE, FORM_HIDDEN_CODE, FORM_HIDDEN_WORDS /* and the rows after it: words and their labels */ };

/* form_scope_place(hidden, row, column): where the sheet itself holds, in its hidden columns,
 * a value of the hidden one (its row; from 1 and 0): a table of CSV is one sheet alone. */
static inline void form_scope_place(enum form_hidden hidden, uint32_t *row, uint32_t *column)
{
	*row = 1 + ((uint32_t)hidden - FORM_HIDDEN_VERSION) / 2;
	*column = FORM_BASE + ((uint32_t)hidden - FORM_HIDDEN_VERSION) % 2;
}

/* What all rows of a form have in common. */
struct form_scope {
	const char *origin, *state, *period, *language;
};

#define FORM_CODE_SIZE 33 /* of a code as text, and its zero */

/* form_code(vault, scope, measure, base, code): what ties a row to the store, the state,
 * the period and the version of the report (0: none) that it was made from: 16 bytes of
 * keyed BLAKE2b, in hexadecimal. With measure "" that of the form as a whole. */
void form_code(const struct qorgan_store *vault, const struct form_scope *scope, const char *measure, uint32_t base,
               char code[FORM_CODE_SIZE]);

#endif
