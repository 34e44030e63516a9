/* Which system calls a confined process may make. */
#ifndef CONFINE_SYSTEM_CALLS_H
#define CONFINE_SYSTEM_CALLS_H

#include "confine/confine.h"

/* system_calls_enter(confinement, held, error): *held is whether the kernel took the filter. */
int system_calls_enter(const struct confinement *confinement, bool *held, struct qorgan_error *error);

#endif
