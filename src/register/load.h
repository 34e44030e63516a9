/* Loading from a stream, for what comes with the program itself. */
#ifndef REGISTER_LOAD_H
#define REGISTER_LOAD_H

#include <stdio.h>

#include "qorgan/object.h"
#include "register/world.h"

/* load_stream(store, stream, name, message, error): the objects of one stream as
 * one commit; any fault is an error. */
int load_stream(struct qorgan_store *store, FILE *stream, const char *name, const char *message,
                struct qorgan_error *error);

#endif
