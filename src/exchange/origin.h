/* The name of a log: qorgan/STATE/STORE-ID. */
#ifndef EXCHANGE_ORIGIN_H
#define EXCHANGE_ORIGIN_H

#include <stdbool.h>

/* origin_is_of(origin, state): whether it names a log of that state. */
bool origin_is_of(const char *origin, const char *state);

/* origin_state(origin, state): the state whose log it names; false, and an empty
 * text, if it is not the name of a log of Qorgan. */
#define ORIGIN_STATE_SIZE 65
bool origin_state(const char *origin, char state[ORIGIN_STATE_SIZE]);

#endif
