/* States' own levels of risks, beside the agreed ones. */
#ifndef REGISTER_ASSESSMENTS_H
#define REGISTER_ASSESSMENTS_H

#include "qorgan/object.h"
#include "register/levels.h"
#include "store/vault.h"

/* One, taken apart; the spans lie within the record, and raw ones are canonical
 * JSON, { NULL, 0 } if absent. */
struct assessment {
	struct span risk, state; /* of its id */
	struct level level;
	struct span confidence, date, marking, note; /* raw */
};
struct assessment assessment_read(const struct record *record);

/* assessments_tell(view, languages, risk, line, context, error): for people, a line
 * for each assessment of the risk, with the agreed level beside it; nothing if
 * there is none. */
int assessments_tell(struct vault_view *view, const char *const *languages, const struct record *risk, qorgan_line line,
                     void *context, struct qorgan_error *error);
/* assessments_write(view, risk, to, error): append `,"assessments":[…]`: state,
 * likelihood, impact, score and date of each. */
int assessments_write(struct vault_view *view, const struct record *risk, struct buffer *to,
                      struct qorgan_error *error);

#endif
