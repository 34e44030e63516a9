/* qorgan load, of a ministry's form. */
#ifndef CLI_LOAD_FORM_H
#define CLI_LOAD_FORM_H

#include "cli/call.h"

/* load_form_is(path): whether the file begins like a form. */
bool load_form_is(const char *path);
int load_form(struct call *call, const char *path);

#endif
