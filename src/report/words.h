/* Words of the model in the reader's language. */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include "base/buffer.h"
#include "report/model.h"

/* words_filter(to, model): the conditions of a filtered report, "domain=CYB; overdue", as the command line takes
 * them. words_only(to, model): that it is of what meets them alone. words_filtered(to, model): " (filtered)" behind a
 * title. Each appends nothing for a whole report. */
void words_filter(struct buffer *to, const struct report_model *model);
void words_only(struct buffer *to, const struct report_model *model);
void words_filtered(struct buffer *to, const struct report_model *model);
/* words_title(to, model): append the title of the report: "Status report 2026-H1", or of a dossier
 * "Measure CYB-01-M1: Exchange". */
void words_title(struct buffer *to, const struct report_model *model);
/* words_totals(to, model): append what is counted in all, as a sentence or two. */
void words_totals(struct buffer *to, const struct report_model *model);
/* words_status(name): that of a status, "in-progress"; what is none stays as it is.
 * words_event(entry): what is due. */
const char *words_status(const char *name);
const char *words_event(const struct report_due *entry);
/* words_request: what is to be decided. */
const char *words_request(enum report_request request);
/* words_field(to, field): append a field's label, and where it stands if that is within
 * something: "Title (title.en)". */
void words_field(struct buffer *to, const struct report_field *field);

#endif
