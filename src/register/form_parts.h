/* A form being read, as its files share it. */
#ifndef REGISTER_FORM_PARTS_H
#define REGISTER_FORM_PARTS_H

#include "qorgan/form.h"
#include "record/workbook.h"
#include "register/change_internal.h"
#include "register/form.h"

/* A row with something filled in, of a report that this store wrote it for. */
struct form_line {
	uint32_t row, base, version; /* version: the newest */
	char measure[RECORD_NAME_LIMIT];
	char word[32]; /* last reported; "" for none */
	bool stale;
};

struct form_reading {
	const struct qorgan_form_load *load;
	struct qorgan_form_result *result;
	struct workbook *book;
	size_t sheet, hidden;
	bool is_table; /* of CSV: there is no hidden sheet */
	struct qorgan_change *change;
	const struct schema *schema; /* of statuses */
	struct form_scope scope;     /* of texts in `result` and these: */
	char origin[256], language[36];
	struct period_named period;
	date_day today;
	struct buffer lines; /* of struct form_line */
};

static inline struct form_line *form_line(const struct form_reading *reading, size_t index)
{
	return (struct form_line *)(void *)reading->lines.data + index;
}

/* form_fault(reading, row, column, format, ...): a faulty cell is told and counted. */
void form_fault(struct form_reading *reading, uint32_t row, uint32_t column, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* form_scope_read(reading, error): what the form is of, if this store wrote it so.
 * form_who_read(reading): who filled it in. form_lines_read(reading, error): the rows, those
 * that are not stale as parts of the change. */
int form_scope_read(struct form_reading *reading, struct qorgan_error *error);
void form_who_read(struct form_reading *reading);
int form_lines_read(struct form_reading *reading, struct qorgan_error *error);

#endif
