/* The name of a log: qorgan/STATE/STORE-ID. */
#ifndef EXCHANGE_ORIGIN_H
#define EXCHANGE_ORIGIN_H

#include <stdbool.h>

/* origin_is_of(origin, state): whether it names a log of that state. */
bool origin_is_of(const char *origin, const char *state);

#endif
