/* Words of the model in the reader's language. */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include "report/model.h"

/* words_status(name): that of a status, "in-progress"; what is none stays as it is.
 * words_event(entry): what is due. */
const char *words_status(const char *name);
const char *words_event(const struct report_due *entry);

#endif
