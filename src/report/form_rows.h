/* What stands in a state's form: its measures and how it last reported on them. */
#ifndef REPORT_FORM_ROWS_H
#define REPORT_FORM_ROWS_H

#include "qorgan/form.h"
#include "register/form.h"
#include "report/arena.h"

struct form_row {
	const char *id, *title, *due, *status, *reported; /* status: a word; "" without a report */
	int progress; /* -1: no report */
	bool is_lead;
	uint32_t base;
	char code[FORM_CODE_SIZE];
};

struct form_model {
	struct arena arena;
	struct form_scope scope;
	const char *state_title, *marking, *generated;
	const char *from, *to, *today; /* of the period; the day */
	char code[FORM_CODE_SIZE];     /* of the whole */
	uint64_t withheld;
	ARENA_LIST(struct form_row) rows; /* by id, as people count */
};

/* form_model_make(store, form, model, error): into a model of zeros; the caller frees its
 * arena, after a failure too. */
int form_model_make(struct qorgan_store *store, const struct qorgan_form *form, struct form_model *model,
                    struct qorgan_error *error);

#endif
