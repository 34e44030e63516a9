/* Whom a report is for, when that is another state or an observer: then it is made of
 * what may go there alone. The rule that packages follow decides. */
#ifndef REPORT_AUDIENCE_H
#define REPORT_AUDIENCE_H

#include "base/error.h"
#include "store/vault.h"

struct audience;

/* audience_open(view, own, name, audience, error): narrow the view to what a package to that
 * state or observer, called by any of its names, may hold, to what it wrote itself, and for
 * a start to what a report is laid out by: scales, periods, and states marked TLP:CLEAR.
 * QORGAN_BAD_DATA if there is none, QORGAN_USAGE for `own`, the store's state. It is
 * closed before the view. */
int audience_open(struct vault_view *view, const char *own, const char *name, struct audience **audience,
                  struct qorgan_error *error);
/* audience_end_layout(audience): from then on those too are seen only if they may go there. */
void audience_end_layout(struct audience *audience);
/* audience_close(audience): NULL is allowed; the view is whole again. */
void audience_close(struct audience *audience);
/* audience_id(audience): its code; valid as long as the audience. */
const char *audience_id(const struct audience *audience);

#endif
